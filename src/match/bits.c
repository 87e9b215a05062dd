#include "match/bits.h"

#include <assert.h>
#include <string.h>

void hlbits_all(uint32_t docs, uint64_t bits[HLBITS_CHUNK_WORDS])
{
    assert(docs <= HLFMT_CHUNK_DOCS);
    memset(bits, 0, HLBITS_CHUNK_WORDS * sizeof *bits);
    memset(bits, 255, docs / 64 * sizeof *bits);
    if (docs % 64)
        bits[docs / 64] = ((uint64_t)1 << docs % 64) - 1;
}

void hlbits_or(const struct hlcontainer *c, unsigned windows, uint64_t *bits)
{
    for (unsigned w = 0; w < windows; w++)
        c->ops->match(c, w, bits + (size_t)w * HLCONT_WORDS);
}

void hlbits_and(uint64_t *bits, const uint64_t *with)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        bits[i] &= with[i];
}

void hlbits_and_not(uint64_t *bits, const uint64_t *with)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        bits[i] &= ~with[i];
}

uint64_t hlbits_count(const uint64_t *bits, unsigned words)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < words; i++)
        count += (uint64_t)__builtin_popcountll(bits[i]);
    return count;
}
