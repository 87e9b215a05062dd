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
#include "score/exact.h"

#include <assert.h>

enum {
    CHAMPIONS = 16,   /* a leaf, over all chunks */
    SEEDED_MAX = 400, /* results */
    TRIED_MAX = 4096  /* documents scored for the seed of a long query */
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

/* Marks the champions of all leaves; those with a bit in `seen` come out in order. */
static void mark_champions(const struct hlscore_chunk *chunk, uint32_t each, uint64_t *seen)
{
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (uint32_t m = 0; m < chunk->leaves[i].count; m++) {
            const struct hlcontainer *c = &chunk->leaves[i].members[m].container;
            for (uint32_t n = 0; n < c->champion_count && n < each; n++) {
                uint32_t doc = hlbuf_load16(c->champions + n * 2);
                if (doc < chunk->docs)
                    seen[doc / 64] |= (uint64_t)1 << doc % 64;
            }
        }
    for (unsigned i = 0; chunk->allowed && i < HLBITS_CHUNK_WORDS; i++)
        seen[i] &= chunk->allowed[i];
}

static void score_batch(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_batch *b, double *heap, size_t *count, size_t k)
{
    if (!b->count)
        return;
    hlscore_exact(query, chunk, b);
    for (unsigned i = 0; i < b->count; i++)
        if (!query->use_cover || hlcover_answers(&query->cover, b->have[i]))
            keep_score(heap, count, k, b->score[i]);
    b->count = 0;
}

static void seed_chunk(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       uint32_t each, struct hlscore_batch *b, double *heap, size_t *count,
                       size_t k)
{
    uint64_t seen[HLBITS_CHUNK_WORDS] = {0};
    mark_champions(chunk, each, seen);
    b->count = 0;
    for (unsigned w = 0; w < chunk->windows * HLSCORE_WORDS; w++)
        for (uint64_t bits = seen[w]; bits; bits &= bits - 1) {
            b->docs[b->count++] = (uint16_t)(w * 64 + (unsigned)__builtin_ctzll(bits));
            if (b->count == HLSCORE_BATCH)
                score_batch(query, chunk, b, heap, count, k);
        }
    score_batch(query, chunk, b, heap, count, k);
}

double hlscore_seed(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                    size_t chunk_count, size_t k, struct hlscore_room *room, double *heap)
{
    assert(k > 0 && chunk_count > 0);
    size_t count = 0, want = k > CHAMPIONS ? k : CHAMPIONS;
    /* Where every word is wanted champions seldom answer; of many results they are too few. */
    bool all = query->use_cover && query->cover.least == query->cover.all;
    if (query->exhaustive || k > SEEDED_MAX || (all && chunks[0].word_count > 1))
        return 0;
    /* A long query scores each document dearly, so it tries fewer of each leaf. */
    if (want * chunks[0].leaf_count > TRIED_MAX)
        want = TRIED_MAX / chunks[0].leaf_count;
    uint32_t each = (uint32_t)((want + chunk_count - 1) / chunk_count);
    for (size_t i = 0; i < chunk_count; i++)
        seed_chunk(query, &chunks[i], each < 2 ? 2 : each, &room->batch, heap, &count, k);
    return count == k ? heap[0] : 0;
}
