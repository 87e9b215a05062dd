/*
 * twins.h - which articles of a snapshot may be near copies of another one.
 *
 * Near copies have half a sketch in common (match/similar.h), and few articles share one with
 * any other.  To know which spares the look at the sketch of every answer, a miss of the caches
 * each; to find out takes a pass over all sketches, 4 ms for 265,846 articles, so it is
 * done for a snapshot that is asked again and again, and kept with it (known.h).
 *
 * Errors   none: a snapshot that is too large, damaged or without memory has no twins known.
 * Threads  any number.
 */
#ifndef HL_BACKEND_TWINS_H
#define HL_BACKEND_TWINS_H

#include "backend/snapshot.h"

enum { HLTWINS_FROM = 16, HLTWINS_DOCS_MAX = 1 << 20 };

/* Bits of all chunks of the snapshot: an article without its bit has no near copy.  NULL: not
 * known, which it may be from the HLTWINS_FROM-th call on. */
const uint64_t *hltwins_find(const struct hlsnapshot *snapshot);
/* Those of one chunk. */
const uint64_t *hltwins_of_chunk(const uint64_t *twins, const struct hlsnapshot *snapshot,
                                 const struct hlchunk *chunk);

#endif
