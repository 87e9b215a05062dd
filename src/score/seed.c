/*
 * seed.c - a theta to start from: the k-th best of the champions, scored exactly.
 *
 * Champions are the documents in which a term is worth most, kept in the chunk.
 * Scoring them costs little, and their k-th score is a threshold that at least k
 * documents reach; in the mean it is 93 to 100 % of the final one for k = 10
 * (performance.md 5).
 */
#include "score/loop.h"

#include "base/buf.h"

#include <assert.h>

enum {
    CHAMPIONS = 64,  /* a leaf, over all chunks */
    TRIED_MAX = 4096 /* documents scored for the seed of a long query */
};

/* A heap of the k greatest scores, the least on top. */
static void keep_score(double *heap, size_t *count, size_t k, double score)
{
    size_t i;
    if (*count < k) {
        for (i = (*count)++; i > 0 && heap[(i - 1) / 2] > score; i = (i - 1) / 2)
            heap[i] = heap[(i - 1) / 2];
        heap[i] = score;
        return;
    }
    if (score <= heap[0])
        return;
    for (i = 0;;) {
        size_t child = 2 * i + 1;
        if (child >= k)
            break;
        if (child + 1 < k && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= score)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = score;
}

/* Scores a champion unless an earlier leaf of the chunk had it as one already. */
static void try_champion(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                         uint32_t doc, uint64_t *seen, double *heap, size_t *count, size_t k)
{
    uint64_t bit = (uint64_t)1 << doc % 64, have;
    if (doc >= chunk->docs || (seen[doc / 64] & bit) || !(chunk->allowed[doc / 64] & bit))
        return;
    seen[doc / 64] |= bit;
    double score = hlscore_document(query, chunk, doc, &have);
    if (!query->use_cover || hlcover_answers(&query->cover, have))
        keep_score(heap, count, k, score);
}

static void seed_chunk(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       uint32_t each, double *heap, size_t *count, size_t k)
{
    uint64_t seen[HLBITS_CHUNK_WORDS] = {0};
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (uint32_t m = 0; m < chunk->leaves[i].count; m++) {
            const struct hlcontainer *c = &chunk->leaves[i].members[m].container;
            for (uint32_t n = 0; n < c->champion_count && n < each; n++)
                try_champion(query, chunk, hlbuf_load16(c->champions + n * 2), seen, heap,
                             count, k);
        }
}

double hlscore_seed(const struct hlscore_query *query, struct hlscore_chunk *chunks,
                    size_t chunk_count, size_t k, double *heap)
{
    assert(k > 0 && chunk_count > 0);
    size_t count = 0;
    size_t want = k > CHAMPIONS / 2 ? 2 * k : CHAMPIONS;
    /* A long query scores each document dearly, so it tries fewer of each leaf. */
    if (want * chunks[0].leaf_count > TRIED_MAX)
        want = TRIED_MAX / chunks[0].leaf_count;
    if (want < k / 2)
        want = k / 2;
    uint32_t each = (uint32_t)((want + chunk_count - 1) / chunk_count);
    if (query->exhaustive)
        return 0;
    for (size_t i = 0; i < chunk_count; i++)
        seed_chunk(query, &chunks[i], each < 2 ? 2 : each, heap, &count, k);
    return count == k ? heap[0] : 0;
}
