/*
 * abbreviations.h - short forms and their long names in a chunk: FORMAT.md 14.
 *
 * A pair is bytes, `short NUL long`: exact keys, those of the long name with a blank
 * between two.  Each distinct pair has the documents that define it, so that counts are
 * of live documents whatever is deleted later.  What a pair means and when it is to be
 * believed is known above.
 *
 *   writing   hlsegabbr_add() ... hlsegabbr_encode()
 *   reading   hlsegabbr_open(), then pairs by number or found by either side
 *
 * Invariants  the encoded bytes do not depend on the order in which pairs were added.
 * Ownership   rows own their bytes; what is read points into the map.
 * Threads     one for rows; any number may read.
 * Errors      HL_CORRUPT for what cannot be; false or HL_NOMEM when memory is out.
 */
#ifndef HL_SEGMENT_ABBREVIATIONS_H
#define HL_SEGMENT_ABBREVIATIONS_H

#include "segment/segment.h"

/* Pairs of a chunk that is being made, as they come. */
struct hlsegabbr_rows {
    struct hlbuf bytes; /* of all pairs */
    struct hlbuf rows;
};
void hlsegabbr_release(struct hlsegabbr_rows *rows);
/* doc defines the pair; saying so twice is saying it once. */
bool hlsegabbr_add(struct hlsegabbr_rows *rows, const void *pair, size_t size, uint16_t doc);
/* The section's bytes are added to `to`: none for no rows. */
bool hlsegabbr_encode(struct hlsegabbr_rows *rows, struct hlbuf *to);

/* A chunk's section; count 0 if it has none. */
struct hlsegabbr {
    const struct hlchunk *chunk;
    uint32_t count;
    const uint8_t *names_at, *docs_at; /* u32[count + 1] each */
    const uint8_t *order;              /* u32[count]: pairs in the order of long names */
    const uint8_t *docs;               /* u16 each */
    const uint8_t *names;
    uint64_t docs_size, names_size; /* bytes */
};
struct hlsegabbr_pair {
    const char *shorter, *longer; /* not terminated */
    uint32_t shorter_size, longer_size;
    const uint8_t *docs; /* u16 each, rising */
    uint32_t doc_count;
};

hl_status hlsegabbr_open(const struct hlchunk *chunk, struct hlsegabbr *out_abbr,
                         struct hl_error *err);
/* i < count.  Pairs are in the order of their bytes. */
hl_status hlsegabbr_get(const struct hlsegabbr *abbr, uint32_t i,
                        struct hlsegabbr_pair *out_pair, struct hl_error *err);
/* Documents of the pair that are not deleted. */
hl_status hlsegabbr_live(const struct hlsegabbr *abbr, const struct hlsegabbr_pair *pair,
                         uint32_t *out_live, struct hl_error *err);

/* The run [first, past) of the pairs with this short form. */
hl_status hlsegabbr_find_short(const struct hlsegabbr *abbr, const char *key, size_t size,
                               uint32_t *out_first, uint32_t *out_past, struct hl_error *err);
/* The run of places in `order` whose pairs have this long name: keys with a blank between. */
hl_status hlsegabbr_find_long(const struct hlsegabbr *abbr, const char *name, size_t size,
                              uint32_t *out_first, uint32_t *out_past, struct hl_error *err);
/* The pair at a place of the order. */
hl_status hlsegabbr_at(const struct hlsegabbr *abbr, uint32_t place, uint32_t *out_pair,
                       struct hl_error *err);

#endif
