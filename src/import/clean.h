/*
 * clean.h - what a crawl leaves in a news article, taken out of its text.
 *
 * Player debris (0:00 / 0:00), captions given twice, "<title> ảnh 1", photo credits,
 * datelines of the paper (NDO -, (Dân trí) -) and "Theo <source>" as the last line:
 * vietnamese.md 5.  What goes is not lost: captions and credits are appended to
 * `caption`, the rest to `boilerplate`, one a line.
 *
 * Invariants  works in place and never lengthens a text; cleaning twice changes
 *             nothing more; a text is never cleaned away wholly by its dateline or source.
 * Errors      only memory, by hlbuf.failed of the two notes.
 */
#ifndef HL_IMPORT_CLEAN_H
#define HL_IMPORT_CLEAN_H

#include "base/buf.h"

/* One line: controls and runs of blanks become one blank, none at the ends. */
void hlimport_clean_line(struct hlbuf *text);

/* Lines end in LF, have no blanks at their ends and at most one empty line between. */
void hlimport_clean_lines(struct hlbuf *text);

/* An article's text after the two above.  lead or body may be empty. */
struct hlimport_news {
    const struct hlbuf *title;
    struct hlbuf *lead;
    struct hlbuf *body;
    struct hlbuf *caption;
    struct hlbuf *boilerplate;
};
void hlimport_clean_news(const struct hlimport_news *news);

/* Undoes the joins of a segmented text ("công_nghệ cao") if over 3 % of the words of
 * all texts have one; true if it did. */
bool hlimport_clean_joins(struct hlbuf *const *texts, size_t count);

#endif
