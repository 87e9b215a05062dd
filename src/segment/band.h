/*
 * band.h - builds one band of a chunk: lists, positions and pairs of a run of terms.
 *
 * The token stream of the chunk is read once a band; occurrences of the band's
 * terms are brought together by a counting sort (stable, so documents and
 * positions stay in order), then encoded term by term.  Memory is 10 bytes an
 * occurrence of the band, whatever the chunk holds.
 *
 * The stream has one u32 a token: term << 1 | alternative, and HLBAND_FIELD
 * between title, lead and body.  Terms there are of the run; `local` maps them
 * to the chunk's numbers.
 */
#ifndef HL_SEGMENT_BAND_H
#define HL_SEGMENT_BAND_H

#include "base/stage.h"
#include "segment/encode.h"

#include "hlsearch.h"

#define HLBAND_FIELD UINT32_C(0xffffffff)
#define HLBAND_ALTERNATIVE UINT32_C(0x80000000) /* in a position */

/* A pair that the chunk has often, for those who learn from it. */
struct hlband_pair {
    uint32_t a, b; /* local terms */
    uint32_t count;
};

struct hlband_input {
    struct hlencode_chunk chunk;
    uint32_t term_low, term_high; /* local */
    uint32_t terms;               /* of the chunk */
    const uint32_t *local;        /* run's term -> local */
    const uint32_t *cf, *df;      /* by local term, of the whole chunk */
    const uint64_t *doc_tokens;   /* docs + 1: where each document's tokens start */
    const uint32_t (*fields)[2];  /* positions of title and of lead */
    const unsigned *weight;       /* of title, lead, body */
    uint32_t pair_least;          /* pairs this often are told */
    /* count words of the stream from `at` on. */
    hl_status (*read)(void *user, uint64_t at, size_t count, uint32_t *to,
                      struct hl_error *err);
    void *user;
    struct hlstages *stages; /* may be NULL */
};

struct hlband_output {
    struct hlbuf section[HLFMT_BAND_SECTIONS];
    struct hlbuf frequent; /* struct hlband_pair each */
    uint64_t postings, pairs, pair_postings;
};

/*
 * Memory of one thread that builds bands.  It grows to what the largest band takes and is
 * used again: fresh pages for every band cost as much as encoding it.
 */
struct hlband_room;
struct hlband_room *hlband_room_new(void); /* NULL: out of memory */
void hlband_room_free(struct hlband_room *room);
/* Gives back what the last band was written to; others need memory before the next comes. */
void hlband_room_trim(struct hlband_room *room);

/*
 * out_band is the room's: valid until the next call.  With a helper, the room of a thread
 * that has nothing else to do, a second thread encodes the pairs.
 */
hl_status hlband_build(struct hlband_room *room, struct hlband_room *helper,
                       const struct hlband_input *in, const struct hlband_output **out_band,
                       struct hl_error *err);

#endif
