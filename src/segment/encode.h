/*
 * encode.h - the postings of one term or pair to bytes: index/FORMAT.md 5.
 *
 * What a list costs to read was decided here: tiny in its entry, sparse as
 * packed deltas, dense as a bitmap with packed codes; each with byte bounds of
 * what a document can be worth, and champions that seed a query's threshold.
 *
 * Bounds are of tf / (tf + K(length)) at the reference k1, b and the segment's
 * reference length, scaled to 255 and rounded up; they leave out idf, so that they
 * stay true when other segments join.
 */
#ifndef HL_SEGMENT_ENCODE_H
#define HL_SEGMENT_ENCODE_H

#include "base/buf.h"
#include "segment/format.h"

/* Of the chunk under construction; shared by all lists, read only. */
struct hlencode_chunk {
    uint32_t docs, windows;
    const double *norms; /* K(length) of each document */
};

/* A list to encode: n documents in order, their weighted tf. */
struct hlencode_list {
    const uint16_t *docs;
    const uint32_t *tfs;
    uint32_t n;
    uint64_t cf; /* occurrences; >= n */
    /* For a term: one value an occurrence, see FORMAT.md 6; NULL for a pair. */
    const uint32_t *positions;
    const uint32_t *first_position; /* of posting i, n entries */
    bool alternatives;
};

/* Where bytes go.  An entry is appended to `entries`, what is long to the others. */
struct hlencode_out {
    struct hlbuf *entries, *bodies, *positions;
};

/* False when memory is out. */
bool hlencode_list(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                   const struct hlencode_out *to);
/* An entry without a list: n documents, cf occurrences; ones: each counts once. */
bool hlencode_counts(uint32_t n, uint64_t cf, bool ones, struct hlbuf *entries);

/* Which form a list of n postings takes. */
enum hlfmt_kind hlencode_kind(uint32_t n, uint32_t docs);

/* K(length) at the reference parameters. */
double hlencode_norm(uint32_t length, uint32_t bound_length);

#endif
