/*
 * sentence.h - where sentences of Vietnamese prose begin and end.
 *
 *   Năm 2016. | Ông (sinh năm 1980) nói: "Đủ rồi!" | TS. Nguyễn A. Bình ở TP. Vinh ...
 *
 * A line end is always a border.  A full stop, ! ? or an ellipsis is one if a blank
 * follows (quotes and brackets that close may stand between), and then a capital, a digit
 * or something that opens; a full stop is none behind a title or another abbreviation, an
 * initial, or the number of a list.
 *
 * Invariants  a sentence starts behind blanks, ends before them; text is UTF-8.
 * Threads     no state.
 */
#ifndef HL_ENGINE_SENTENCE_H
#define HL_ENGINE_SENTENCE_H

#include <stddef.h>

enum { HLSENTENCE_NONE = -1 };

/* Where the sentence that `at` stands in begins, if not before low; HLSENTENCE_NONE. */
ptrdiff_t hlsentence_start(const char *text, size_t size, size_t at, size_t low);
/* The last end of a sentence from low up to high, at most size; HLSENTENCE_NONE. */
ptrdiff_t hlsentence_end(const char *text, size_t size, size_t low, size_t high);

#endif
