#include "backend/twins.h"

#include "base/mem.h"
#include "match/bits.h"
#include "match/similar.h"

/* Keys met once and keys met again, as bits of their hashes: what falls together by chance is
 * taken for twins, which costs time alone. */
struct sieve {
    uint64_t *once, *again;
    unsigned bits; /* of a hash */
};

static uint64_t docs_of(const struct hlsnapshot *s)
{
    uint64_t docs = 0;
    for (size_t i = 0; i < s->count; i++)
        docs += s->segments[i].docs;
    return docs;
}

static bool make_sieve(struct sieve *sieve, uint64_t docs)
{
    sieve->bits = 10;
    while (((uint64_t)1 << sieve->bits) < docs * 16)
        sieve->bits++;
    size_t words = (size_t)1 << (sieve->bits - 6);
    sieve->once = hlmem_zalloc(words, sizeof *sieve->once);
    sieve->again = hlmem_zalloc(words, sizeof *sieve->again);
    return sieve->once && sieve->again;
}

static void release_sieve(struct sieve *sieve)
{
    hlmem_free(sieve->once);
    hlmem_free(sieve->again);
}

/* The two halves of a sketch are keys of two kinds. */
static uint64_t hash_of(const struct sieve *sieve, uint64_t sketch, unsigned half)
{
    uint64_t key = (half ? sketch >> 32 : sketch & 0xffffffff) | (uint64_t)half << 32;
    return (key + 1) * 0x9e3779b97f4a7c15u >> (64 - sieve->bits);
}

static void pour(struct sieve *sieve, uint64_t sketch)
{
    for (unsigned half = 0; half < HLSIMILAR_KEYS; half++) {
        uint64_t h = hash_of(sieve, sketch, half), bit = (uint64_t)1 << h % 64;
        sieve->again[h / 64] |= sieve->once[h / 64] & bit;
        sieve->once[h / 64] |= bit;
    }
}

static bool is_caught(const struct sieve *sieve, uint64_t sketch)
{
    uint64_t low = hash_of(sieve, sketch, 0), high = hash_of(sieve, sketch, 1);
    return (sieve->again[low / 64] >> low % 64 | sieve->again[high / 64] >> high % 64) & 1;
}

/* Pours the sketches of a chunk, or, bits given, notes those that are caught. */
static bool pass_chunk(const struct hlchunk *chunk, struct sieve *sieve, uint64_t *bits)
{
    const uint8_t *sketches;
    if (hlchunk_similar_hashes(chunk, 0, chunk->head.docs, &sketches, NULL) != HL_OK)
        return false;
    for (uint32_t d = 0; d < chunk->head.docs; d++) {
        uint64_t sketch = hlbuf_load64(sketches + (size_t)d * 8);
        if (bits)
            bits[d / 64] |= (uint64_t)is_caught(sieve, sketch) << d % 64;
        else
            pour(sieve, sketch);
    }
    return true;
}

static bool pass(const struct hlsnapshot *s, struct sieve *sieve, uint64_t *twins)
{
    bool good = true;
    size_t number = 0;
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; good && c < s->segments[i].chunk_count; c++, number++)
            good = pass_chunk(&s->segments[i].chunks[c], sieve,
                              twins ? twins + number * HLBITS_CHUNK_WORDS : NULL);
    return good;
}

static uint64_t *find_twins(const struct hlsnapshot *s)
{
    struct sieve sieve;
    uint64_t docs = docs_of(s), *twins = NULL;
    if (docs > HLTWINS_DOCS_MAX)
        return NULL;
    bool good = make_sieve(&sieve, docs);
    if (good)
        twins = hlmem_zalloc((size_t)s->chunks * HLBITS_CHUNK_WORDS, sizeof *twins);
    if (twins && !(pass(s, &sieve, NULL) && pass(s, &sieve, twins))) {
        hlmem_free(twins);
        twins = NULL;
    }
    release_sieve(&sieve);
    return twins;
}

const uint64_t *hltwins_find(const struct hlsnapshot *snapshot)
{
    const uint64_t *twins = hlknown_twins(snapshot->known);
    /* One caller does it, and one that fails is not followed by another. */
    if (twins || hlknown_ask_twins(snapshot->known) != HLTWINS_FROM)
        return twins;
    uint64_t *found = find_twins(snapshot);
    if (found)
        hlknown_keep_twins(snapshot->known, found);
    return found;
}

const uint64_t *hltwins_of_chunk(const uint64_t *twins, const struct hlsnapshot *snapshot,
                                 const struct hlchunk *chunk)
{
    return twins + hlsnapshot_number(snapshot, chunk) * HLBITS_CHUNK_WORDS;
}
