#include "backend/twins.h"

#include "base/mem.h"
#include "match/similar.h"

#include <assert.h>
#include <stdlib.h>

/* By key, one list for each half of a sketch. */
struct hltwins {
    struct hlbuf places[HLSIMILAR_KEYS];
};

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

static bool is_caught(const struct sieve *sieve, uint64_t sketch, unsigned half)
{
    uint64_t h = hash_of(sieve, sketch, half);
    return sieve->again[h / 64] >> h % 64 & 1;
}

static void catch_twins(struct hltwins *twins, const struct sieve *sieve, uint64_t sketch,
                        size_t chunk, uint32_t doc)
{
    for (unsigned half = 0; half < HLSIMILAR_KEYS; half++) {
        struct hltwins_place place = {(uint32_t)(half ? sketch >> 32 : sketch), (uint16_t)chunk,
                                      (uint16_t)doc};
        if (is_caught(sieve, sketch, half))
            hlbuf_put(&twins->places[half], &place, sizeof place);
    }
}

/* Pours the sketches of a chunk, or, twins given, adds those that are caught. */
static bool pass_chunk(const struct hlchunk *chunk, size_t number, struct sieve *sieve,
                       struct hltwins *twins)
{
    const uint8_t *sketches;
    if (hlchunk_similar_hashes(chunk, 0, chunk->head.docs, &sketches, NULL) != HL_OK)
        return false;
    for (uint32_t d = 0; d < chunk->head.docs; d++) {
        uint64_t sketch = hlbuf_load64(sketches + (size_t)d * 8);
        if (twins)
            catch_twins(twins, sieve, sketch, number, d);
        else
            pour(sieve, sketch);
    }
    return true;
}

static bool pass(const struct hlsnapshot *s, struct sieve *sieve, struct hltwins *twins)
{
    bool good = true;
    size_t number = 0;
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; good && c < s->segments[i].chunk_count; c++, number++)
            good = pass_chunk(&s->segments[i].chunks[c], number, sieve, twins);
    return good;
}

static int by_key(const void *a, const void *b)
{
    const struct hltwins_place *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static bool sort(struct hltwins *twins)
{
    for (unsigned half = 0; half < HLSIMILAR_KEYS; half++) {
        struct hlbuf *b = &twins->places[half];
        if (b->failed)
            return false;
        if (b->size)
            qsort(b->data, b->size / sizeof(struct hltwins_place), sizeof(struct hltwins_place),
                  by_key);
    }
    return true;
}

static struct hltwins *find_twins(const struct hlsnapshot *s)
{
    struct sieve sieve;
    uint64_t docs = docs_of(s);
    if (docs > HLTWINS_DOCS_MAX || s->chunks > UINT16_MAX)
        return NULL;
    struct hltwins *twins = hlmem_zalloc(1, sizeof *twins);
    bool good = make_sieve(&sieve, docs) && twins && pass(s, &sieve, NULL) &&
                pass(s, &sieve, twins) && sort(twins);
    release_sieve(&sieve);
    if (good)
        return twins;
    hltwins_free(twins);
    return NULL;
}

void hltwins_free(struct hltwins *twins)
{
    for (unsigned half = 0; twins && half < HLSIMILAR_KEYS; half++)
        hlbuf_release(&twins->places[half]);
    hlmem_free(twins);
}

const struct hltwins *hltwins_find(const struct hlsnapshot *snapshot)
{
    const struct hltwins *twins = hlknown_twins(snapshot->known);
    /* One caller does it, and one that fails is not followed by another. */
    if (twins || hlknown_ask_twins(snapshot->known) != HLTWINS_FROM)
        return twins;
    struct hltwins *found = find_twins(snapshot);
    if (found)
        hlknown_keep_twins(snapshot->known, found);
    return found;
}

size_t hltwins_of(const struct hltwins *twins, unsigned half, uint32_t key,
                  const struct hltwins_place **out_places)
{
    assert(half < HLSIMILAR_KEYS);
    const struct hltwins_place *list = (const struct hltwins_place *)twins->places[half].data;
    size_t count = twins->places[half].size / sizeof *list, from = 0, same = 0;
    for (size_t left = count; left;) {
        size_t step = left / 2;
        if (list[from + step].key < key) {
            from += step + 1;
            left -= step + 1;
        } else {
            left = step;
        }
    }
    while (from + same < count && list[from + same].key == key)
        same++;
    *out_places = list + from;
    return same;
}
