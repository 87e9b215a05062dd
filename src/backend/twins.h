/*
 * twins.h - which articles of a snapshot may be near copies of another one.
 *
 * Near copies have half a sketch in common (match/similar.h), and few articles share one with
 * any other.  A list of these by their halves tells at once which articles may be copies of the
 * hits of a page, without a look at every answer.  To make it takes two passes over all
 * sketches, 5 ms for 265,846 articles, so it is done for a snapshot that is asked again and
 * again, and kept with it (known.h).
 *
 * Errors   none: a snapshot that is too large, damaged or without memory has no twins known.
 * Threads  any number.
 */
#ifndef HL_BACKEND_TWINS_H
#define HL_BACKEND_TWINS_H

#include "backend/snapshot.h"

enum { HLTWINS_FROM = 16, HLTWINS_DOCS_MAX = 1 << 20 };

struct hltwins;

/* Where an article stands: the number of its chunk among all, and its own in it. */
struct hltwins_place {
    uint32_t key;
    uint16_t chunk, doc;
};

/* NULL: not known, which it may be from the HLTWINS_FROM-th call on. */
const struct hltwins *hltwins_find(const struct hlsnapshot *snapshot);
/* The articles that have this half of a sketch, 0 the lower or 1 the upper, where more than one
 * may have it; how many. */
size_t hltwins_of(const struct hltwins *twins, unsigned half, uint32_t key,
                  const struct hltwins_place **out_places);
void hltwins_free(struct hltwins *twins);

#endif
