/*
 * wrap.h - lines for people: words put one after the other up to a width, matches marked.
 *
 *   hlcli_wrap_begin -> (hlcli_wrap_text | hlcli_wrap_mark)* -> hlcli_wrap_end
 *
 * A line is broken at blanks only, wherever marks begin and end; what has no blank and is
 * longer than a line is cut at characters.  Marks of colour do not run over the indent of the
 * next line.
 */
#ifndef HL_CLI_WRAP_H
#define HL_CLI_WRAP_H

#include "cli/text.h"

struct hlcli_wrap {
    struct hlcli_text *out;
    size_t column, indent, width;
    const char *on, *off; /* around a match */
    size_t sign;          /* places that each of them takes; 0: colour */
    /* The word that is not yet written, and the blanks before it. */
    struct hlcli_text word;
    size_t word_width, blanks;
    bool marked;      /* now */
    bool word_marked; /* where the word begins */
};

/* Goes on in a line that has `column` places; lines after it begin with indent blanks.
 * width SIZE_MAX: never broken. */
void hlcli_wrap_begin(struct hlcli_wrap *w, struct hlcli_text *out, size_t column,
                      size_t indent, size_t width);
/* What stands around a match: signs that are seen (sign 1), or colour (sign 0). */
void hlcli_wrap_signs(struct hlcli_wrap *w, const char *on, const char *off, size_t sign);
/* Any bytes: made plain (text.h). */
void hlcli_wrap_text(struct hlcli_wrap *w, const char *bytes, size_t size);
void hlcli_wrap_mark(struct hlcli_wrap *w, bool on);
/* Writes the last word and the end of the line. */
void hlcli_wrap_end(struct hlcli_wrap *w);

/* Rows that the text takes on a terminal of so many columns. */
size_t hlcli_wrap_rows(const char *text, size_t columns);

#endif
