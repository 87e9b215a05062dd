/*
 * live.h - which articles of a segment are gone, and what they counted.
 *
 * A segment never changes; what was replaced since is listed in its live file:
 * a bitmap a chunk, and the numbers to subtract, so that deleted articles
 * leave no trace in any score.  A new generation writes a new live file.
 *
 * Invariants  term rows are sorted by term, pair rows by (a, b); df >= 1, cf >= df.
 * Ownership   owns its memory; nothing is mapped.
 * Errors      HL_CORRUPT for bytes that are no live file of this segment.
 */
#ifndef HL_SEGMENT_LIVE_H
#define HL_SEGMENT_LIVE_H

#include "base/buf.h"
#include "segment/format.h"

#include "hlsearch.h"

struct hllive_term {
    uint32_t term, df, cf;
};
struct hllive_pair {
    uint32_t a, b, df, cf;
};

struct hllive_chunk {
    uint32_t docs;      /* deleted ones */
    uint64_t positions; /* sum of their lengths */
    uint64_t *deleted;  /* HLFMT_CHUNK_DOCS bits */
    struct hllive_term *terms;
    struct hllive_pair *pairs;
    uint32_t term_count, pair_count;
    bool uncounted; /* rows are not there: gone.h counts.  Never so in a file */
};

struct hllive {
    uint32_t chunk_count;
    struct hllive_chunk *chunks; /* NULL: nothing is deleted */
    uint64_t docs;               /* deleted, of all chunks */
};

/* The checksum that the manifest keeps of a live file. */
uint32_t hllive_crc(const void *bytes, size_t size);

/* All alive. */
hl_status hllive_init(uint32_t chunks, struct hllive *out_live, struct hl_error *err);
void hllive_release(struct hllive *live);

/* What to subtract, zeros if nothing. */
struct hllive_term hllive_find_term(const struct hllive_chunk *chunk, uint32_t term);
struct hllive_pair hllive_find_pair(const struct hllive_chunk *chunk, uint32_t a, uint32_t b);

/* Bytes of a live file, for segment `number` of the index. */
bool hllive_encode(const struct hllive *live, const uint8_t index_id[16], uint64_t number,
                   struct hlbuf *to);
/* docs[i]: documents of chunk i. */
hl_status hllive_decode(const void *bytes, size_t size, const char *path,
                        const uint8_t index_id[16], uint64_t number, const uint32_t *docs,
                        uint32_t chunks, struct hllive *out_live, struct hl_error *err);

#endif
