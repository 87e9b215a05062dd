/*
 * abbreviation.h - what a text itself says of its abbreviations.
 *
 *   khoa học và công nghệ (KH&CN)      KH&CN (khoa học và công nghệ)
 *
 * A pair of brackets behind a run of syllables that holds nothing but capitals, or the
 * other way round, is a definition if the capitals are the initials of the syllables.
 * From right to left each letter must be the initial of a syllable; small words that
 * abbreviations leave out (và, của, các, ...) may be stepped over, but not at either end.
 * What is shortened otherwise, or is no Vietnamese, is left alone: a definition that is
 * missed costs little, a wrong one leads a reader astray.
 *
 * Leaves to others: what becomes of a pair, and how often it must be seen to be believed.
 *
 * Invariants  a long name has 2 to 10 syllables, all of them tokens of the list and none
 *             an alternative, at consecutive positions; the short form has 2 to 8 letters.
 * Threads     no state.
 * Errors      false when memory is out.
 */
#ifndef HL_TOKEN_ABBREVIATION_H
#define HL_TOKEN_ABBREVIATION_H

#include "token/tokenise.h"

struct hltoken_abbreviation {
    uint32_t shorter;      /* the token whose key is the short form: "khcn" */
    uint32_t first, count; /* tokens of the long name, one a syllable */
};

/*
 * Adds the definitions in text to out, in its order, one struct hltoken_abbreviation
 * each.  list is what hltoken_run() made of this text.
 */
bool hltoken_find_abbreviations(const char *text, size_t size, const struct hltoken_list *list,
                                struct hlbuf *out);

#endif
