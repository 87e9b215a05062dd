/*
 * seed.c - a theta to start from: the k-th best of the champions, or a guess from a sample.
 *
 * Champions are the documents in which a term is worth most, kept in the chunk.
 * Scoring them costs little, and their k-th score is a threshold that at least k
 * documents reach: 59 % of the final one for k = 10 in the mean, with 16 of a leaf.
 * More of them would come closer, and cost more than they save (src/README.md).
 */
#include "score/loop.h"

#include "base/buf.h"
#include "score/exact.h"
#include "score/worth.h"

#include <assert.h>

enum {
    CHAMPIONS = 16,       /* a leaf, over all chunks */
    SEEDED_MAX = 400,     /* results */
    SAMPLED_MIN = 200,    /* results */
    SAMPLED_WINDOWS = 24, /* in all */
    TRIED_MAX = 4096      /* documents scored for the seed of a long query */
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

/* The champions of all leaves, in no order, some more than once; how many. */
static unsigned gather(const struct hlscore_chunk *chunk, uint32_t each, uint16_t *docs)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (uint32_t m = 0; m < chunk->leaves[i].count; m++) {
            const struct hlcontainer *c = &chunk->leaves[i].members[m].container;
            /* Those that are not allowed cost nothing, so the next ones take their places. */
            uint32_t taken = 0;
            for (uint32_t n = 0; n < c->champion_count && taken < each && count < TRIED_MAX;
                 n++) {
                uint32_t doc = hlbuf_load16(c->champions + n * 2);
                if (doc < chunk->docs && hlscore_allowed(chunk, doc)) {
                    docs[count++] = (uint16_t)doc;
                    taken++;
                }
            }
        }
    return count;
}

/* Shell's sort (1959), gaps of Ciura (2001): short, in place, no memory. */
static void sort(uint16_t *docs, unsigned count)
{
    static const unsigned gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (unsigned g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (unsigned i = gaps[g]; i < count; i++) {
            uint16_t moving = docs[i];
            unsigned at = i;
            for (; at >= gaps[g] && docs[at - gaps[g]] > moving; at -= gaps[g])
                docs[at] = docs[at - gaps[g]];
            docs[at] = moving;
        }
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
    uint16_t docs[TRIED_MAX];
    unsigned found = gather(chunk, each, docs);
    sort(docs, found);
    b->count = 0;
    b->scattered = true;
    for (unsigned i = 0; i < found && !hldeadline_passed(query->deadline); i++) {
        if (i && docs[i] == docs[i - 1])
            continue;
        b->docs[b->count++] = docs[i];
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
    bool all = query->use_cover && hlcover_wants_all(&query->cover);
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

/*
 * Of the k best about k / 8 lie in one cell of each window; the score of a somewhat lower
 * rank there is a guess that is seldom too high.  Three standard deviations and a quarter
 * more, since similar articles stand together.
 */
static size_t sample_rank(size_t k)
{
    double mean = (double)k / HLCONT_CELLS;
    return (size_t)ceil(1.25 * mean + 3 * sqrt(mean) + 4);
}

double hlscore_guess(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                     size_t chunk_count, struct hlscore_room *room, const struct hltopk *top)
{
    uint32_t windows = 0, number = 0;
    for (size_t i = 0; i < chunk_count; i++)
        windows += chunks[i].windows;
    /* Phrases, and all of several words: answers are few, and scoring them costs less. */
    bool few =
        !query->use_cover || (hlcover_wants_all(&query->cover) && chunks[0].word_count > 1);
    if (query->exhaustive || few || top->most < SAMPLED_MIN || windows < SAMPLED_WINDOWS)
        return 0;
    struct hltopk sample = *top;
    sample.most = sample_rank(top->most);
    for (size_t i = 0; i < chunk_count; i++) {
        hlworth_windows(query, &chunks[i], room);
        for (unsigned w = 0; w < chunks[i].windows; w++, number++) {
            if (hldeadline_passed(query->deadline))
                return 0;
            hlscore_window(query, &chunks[i], room, w, 1u << number * 3 % HLCONT_CELLS,
                           &sample);
        }
    }
    hltopk_sort(&sample);
    return sample.count == sample.most ? sample.hits[sample.most - 1].score : 0;
}
