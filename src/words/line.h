/*
 * line.h - a line of text with the syllables of each word joined by "_".
 *
 *   Khu Công nghệ cao Hòa Lạc.   ->   Khu Công_nghệ cao Hòa_Lạc.
 *
 * Tokens are what blanks part.  Only a single blank between two of them may become a "_":
 * nothing else of the line changes, and to undo it is to turn them back.  A word never goes
 * over punctuation.  Names are found by their capitals, which the model does not know:
 * two to four capitalised tokens in a row are one, but for those that begin a sentence or
 * that make a word with what follows in small letters.
 *
 * Threads   a struct hlwords_line for each.
 * Errors    HL_MISUSE for bytes that are not UTF-8, HL_NOMEM.
 */
#ifndef HL_WORDS_LINE_H
#define HL_WORDS_LINE_H

#include "words/model.h"

struct hlwords_line { /* memory for many lines; zeros to start with */
    struct hlbuf pieces, tokens, joined, scratch;
};

void hlwords_line_release(struct hlwords_line *line);

/* Adds the line's text, cut into words, to the end of out. */
hl_status hlwords_line_cut(const struct hlwords *model, struct hlwords_line *line,
                           const char *text, size_t size, struct hlbuf *out,
                           struct hl_error *err);

#endif
