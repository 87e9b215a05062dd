/*
 * bits.h - sets of documents of a chunk as bits, and what is done with them.
 *
 * Which documents answer is algebra on these: conditions are ANDed, exclusions
 * taken out, cover counted with bit-sliced sums.  Thresholds of ranking never
 * come in, and bounds only where a window has none: totals are exact.
 */
#ifndef HL_MATCH_BITS_H
#define HL_MATCH_BITS_H

#include "segment/container.h"

enum { HLBITS_CHUNK_WORDS = HLFMT_CHUNK_DOCS / 64 };

/* The documents of the chunk that there are, as bits. */
void hlbits_all(uint32_t docs, uint64_t bits[HLBITS_CHUNK_WORDS]);
/* ORs a container into bits of the whole chunk. */
void hlbits_or(const struct hlcontainer *c, unsigned windows, uint64_t *bits);
void hlbits_and(uint64_t *bits, const uint64_t *with);
void hlbits_and_not(uint64_t *bits, const uint64_t *with);
uint64_t hlbits_count(const uint64_t *bits, unsigned words);
/* A window's bits less those that `allowed`, bits of the chunk, lacks; NULL: less those past
 * the last document.  How many are left. */
uint64_t hlbits_and_count(uint64_t *bits, const uint64_t *allowed, unsigned window,
                          uint32_t docs);
/* Windows without a bit, bit w for window w. */
uint32_t hlbits_empty_windows(const uint64_t *bits, unsigned windows);
/* A window's bits less those outside the cells; how many are left. */
uint64_t hlbits_keep_cells(uint64_t *bits, unsigned cells);
/* ANDs the bits of one window. */
void hlbits_and_window(uint64_t *bits, const uint64_t *with);

#endif
