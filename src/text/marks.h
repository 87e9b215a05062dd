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

/* The same of what may be the beginning of a word: does the key begin with these letters, with
 * their marks and maybe more?  A tone that was typed is that of the whole word (nghê begins
 * nghệ and nghên, nghế does not). */
bool hltext_begins_marked(const char *typed, size_t typed_size, const char *key,
                          size_t key_size);

#endif
