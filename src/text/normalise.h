/*
 * normalise.h - clean: the one form of a text, and the way back to its bytes.
 *
 * Composition, order of marks, lookalikes, invisible characters, widths: rules
 * C1 to C11 of src/text/README.md.  Case is kept; lower case and keys are fold.h's.
 *
 *   text    H o ◌̀ a   “ L ạ c ”           map   clean  text
 *   clean   H ò a   " L ạ c "                    0      0   verbatim
 *                                                1      1-4
 *
 * Most text needs nothing: hltext_clean_span() finds that out at the speed of a
 * look-up a character.  Only words that hold a character with an action are
 * taken apart; no rule looks beyond a blank, a tab or a line end.
 *
 * Invariants  clean(clean(x)) = clean(x); a map's entries rise in both columns.
 * Ownership   out and map are the caller's buffers, replaced.
 * Threads     no state beyond the arguments.
 * Errors      HL_NOMEM; HL_LIMIT for text of 4 GiB.  Input is checked UTF-8.
 */
#ifndef HL_TEXT_NORMALISE_H
#define HL_TEXT_NORMALISE_H

#include "base/buf.h"
#include "hlsearch.h"

/* Where the cleaned bytes from `clean` on come from. */
struct hltext_span {
    uint32_t clean;
    uint32_t start;
    uint32_t end; /* 0: verbatim, byte by byte; else all of them stand for start..end */
};

/* Walks a map; cheap when the offsets asked for come nearly in order. */
struct hltext_cursor {
    const struct hltext_span *spans;
    size_t count; /* 0: the text was clean, offsets are equal */
    size_t at;
};

/* Bytes at the start of text that clean keeps as they are; size if that is all of it. */
size_t hltext_clean_span(const char *text, size_t size);

/* map may be NULL; otherwise it becomes an array of struct hltext_span. */
hl_status hltext_clean(const char *text, size_t size, struct hlbuf *out, struct hlbuf *map,
                       struct hl_error *err);

struct hltext_cursor hltext_cursor_of(const struct hlbuf *map);
uint32_t hltext_find_start(struct hltext_cursor *cursor, uint32_t at);
uint32_t hltext_find_end(struct hltext_cursor *cursor, uint32_t at);

/* The byte of the text at which the character at cleaned byte `at` starts ... */
static inline uint32_t hltext_map_start(struct hltext_cursor *cursor, uint32_t at)
{
    return cursor->count ? hltext_find_start(cursor, at) : at;
}

/* ... and at which what precedes cleaned byte `at` (not 0) ends. */
static inline uint32_t hltext_map_end(struct hltext_cursor *cursor, uint32_t at)
{
    return cursor->count ? hltext_find_end(cursor, at) : at;
}

#endif
