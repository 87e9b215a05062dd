/*
 * facets.h - the distinct values of a facet in a chunk, numbered as they come.
 *
 * Codes start at 1; 0 is "unknown", and also what the 65,536th value would get.
 */
#ifndef HL_ENGINE_FACETS_H
#define HL_ENGINE_FACETS_H

#include "engine/vocab.h"

struct hlfacets {
    struct hlvocab names;
};

bool hlfacets_init(struct hlfacets *facets);
void hlfacets_release(struct hlfacets *facets);
/* name may be NULL or empty: code 0. */
bool hlfacets_code(struct hlfacets *facets, const char *name, uint16_t *out_code);
/* The same where at most 65,535 names are taken in, which all have codes (FORMAT.md 16). */
bool hlfacets_code_of(struct hlfacets *facets, const char *name, size_t size,
                      uint16_t *out_code);
/* FORMAT.md 7: u32 count, u32 end of each name, bytes. */
bool hlfacets_encode(const struct hlfacets *facets, struct hlbuf *to);

#endif
