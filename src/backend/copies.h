/*
 * copies.h - near copies folded under the best of them.
 *
 * Hits are gone through from the best on: one that is near (match/similar.h) to a head before
 * it is folded, another becomes a head.  So a chain, b near to a, c to b and not to a, is two
 * groups, and which they are depends on the order of the answers alone, not on pages.
 *
 * How many answers are near to a head is counted over all of them: a pass over their bits that
 * compares two hashes.
 *
 * Life    a search is prepared and its cover settled; memory is its arena's.
 * Errors  HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_BACKEND_COPIES_H
#define HL_BACKEND_COPIES_H

#include "backend/native.h"
#include "match/similar.h"

/* Room for so many heads, of which there are none yet; false when memory is out. */
bool hlcopies_open_heads(struct hlsimilar_heads *heads, struct hlarena *arena, size_t room);

/* Moves the heads of the hits, in their order, to the front, and stops after the first `most`;
 * *out_heads says how many there are. */
hl_status hlcopies_fold(struct hlnative *native, struct hlhit *hits, size_t count, size_t most,
                        size_t *out_heads, struct hl_error *err);

/* How many answers besides itself are near to each hit. */
hl_status hlcopies_count(struct hlnative *native, const struct hlhit *hits, size_t count,
                         uint32_t *out_similar, struct hl_error *err);

#endif
