/*
 * marks.h - is one key another one with marks added?
 *
 * A reader who types some of a word's marks must get words that have these and
 * perhaps more, never words without them (nghê may become nghệ, never nghe).
 *
 * Threads   no state.
 */
#ifndef HL_TEXT_MARKS_H
#define HL_TEXT_MARKS_H

#include <stdbool.h>
#include <stddef.h>

/* Both are exact keys.  Equal keys add nothing, and answer true. */
bool hltext_adds_marks(const char *typed, size_t typed_size, const char *key, size_t key_size);

#endif
