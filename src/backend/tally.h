/*
 * tally.h - how many answers have each value of a facet.
 *
 * A pass over the bits of all answers, which bounds and thresholds never touch.  Codes of a
 * chunk are counted window by window, then added up by name, for every chunk numbers its names
 * anew.  Dates are counted by month, and years are sums of months.
 *
 * Life       hltally_open() once a search; hltally_reset(), then hltally_chunk() for each.
 * Ownership  memory is the arena's, names point into the map: valid as long as the search.
 * Errors     the first failure is kept, for counting cannot report it; hltally_status().
 */
#ifndef HL_BACKEND_TALLY_H
#define HL_BACKEND_TALLY_H

#include "backend/bytes.h"
#include "score/loop.h"
#include "segment/segment.h"

struct hltally_value {
    const char *name; /* not terminated */
    uint32_t size;
    uint64_t count;
};

struct hltally;

/* facets: a bit for each enum hl_facet.  bytes: what is known of all chunks, which makes it
 * faster; NULL: nothing. */
hl_status hltally_open(unsigned facets, const struct hlbytes *bytes, struct hlarena *arena,
                       struct hltally **out_tally, struct hl_error *err);
void hltally_reset(struct hltally *tally);
/* How many articles of the chunk answer, counting what they have.  out_kept: which they are,
 * HLFMT_WINDOWS windows that were zero; NULL: nobody asks.  bytes: the chunk's, where
 * hltally_open() was given some; else NULL. */
uint64_t hltally_chunk(struct hltally *tally, const struct hlscore_query *query,
                       const struct hlscore_chunk *chunk, struct hlscore_room *room,
                       const struct hlchunk *source, const struct hlbytes_chunk *bytes,
                       uint64_t *out_kept);
hl_status hltally_status(const struct hltally *tally, struct hl_error *err);

struct hltally_answer {
    struct hltally_value *values; /* the most frequent first, then by bytes */
    size_t count;                 /* at most as many as were asked for */
    uint64_t distinct, missing;
};
/* The `most` most frequent values of a facet that was counted. */
hl_status hltally_answer(struct hltally *tally, enum hl_facet facet, size_t most,
                         struct hltally_answer *out_answer, struct hl_error *err);

#endif
