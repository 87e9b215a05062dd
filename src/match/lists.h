/*
 * lists.h - articles by a column that holds a list of codes each, as tags are.
 *
 *   offsets   0   3   3   5 ...     article d has codes[offsets[d]] up to offsets[d + 1]
 *   codes     2 7 9     1 7 ...
 *
 * Codes of many articles lie side by side, so they are compared in lanes as one column
 * (columns.h), and what was found is brought back to articles.
 *
 * Invariants  offsets do not fall, and the last is the number of codes.
 */
#ifndef HL_MATCH_LISTS_H
#define HL_MATCH_LISTS_H

#include "base/buf.h"
#include "match/columns.h"

struct hllists {
    const uint8_t *offsets; /* u32[docs + 1] */
    const uint8_t *codes;   /* u16 each */
};

/* Which codes are wanted: 1 to HLCOLUMNS_CODES of them, or, for count 0, wanted[code] of
 * code < wanted_size. */
struct hllists_codes {
    const uint16_t *codes;
    unsigned count;
    const uint8_t *wanted;
    uint32_t wanted_size;
};

static inline uint32_t hllists_start(const struct hllists *lists, uint32_t doc)
{
    return hlbuf_load32(lists->offsets + (size_t)doc * 4);
}

/* Bit i: has document first + i one of the codes?  n is at most a window; bits that are found
 * are set, others left alone. */
void hllists_any(const struct hllists *lists, uint32_t first, uint32_t n,
                 const struct hllists_codes *codes, uint64_t *bits);

/* Adds the codes of documents, counted from the first, to tables as hlcolumns_count() does;
 * how many of the documents have none. */
uint32_t hllists_count(const struct hllists *lists, uint32_t first, const uint16_t *docs,
                       unsigned n, uint32_t room, uint32_t *counts);

#endif
