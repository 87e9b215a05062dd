/*
 * telex.h - words typed as raw keystrokes: Telex (ngheej) and VNI (nghe65).
 *
 * For words of queries only, and only those that are no term: the caller decides.
 * A decoding counts only if it is a legal syllable.
 *
 * Threads   no state.
 */
#ifndef HL_TEXT_TELEX_H
#define HL_TEXT_TELEX_H

#include <stddef.h>
#include <stdint.h>

/*
 * The syllable that the keystrokes make, or HLSYL_NONE: also where no letter of
 * the word is a command, so that a word as it stands is never "decoded".
 */
uint16_t hltext_telex(const char *word, size_t size);
uint16_t hltext_vni(const char *word, size_t size);

#endif
