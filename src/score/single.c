/*
 * single.c - one word: its champions are the answer, most often.
 *
 * Champions are a chunk's best documents by tf / (tf + Kref), best first.  What is no
 * champion has at most the last one's impact, so that it is worth at most (worth.h)
 *
 *     (k1 + 1) r / (r + m),   r = tf / Kref of the last champion
 *
 * and where that is below theta no list of the chunk need be walked.
 */
#include "score/single.h"

#include "base/buf.h"
#include "score/exact.h"
#include "score/worth.h"

#include <assert.h>

enum { FEW = 4 }; /* champions that are tried first; then twice as many, and so on */

/* What recency multiplies a score of the chunk by at most. */
static double boost_of(const struct hlscore_query *query, const struct hlscore_chunk *chunk)
{
    double most = 1;
    for (unsigned w = 0; w < chunk->windows; w++)
        most = fmax(most, hlworth_boost(query, chunk, w));
    return most;
}

/* What documents after the n-th champion are worth at most, without recency. */
static double rest_bound(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                         unsigned n)
{
    const struct hlcontainer *c = &chunk->leaves[0].members[0].container;
    uint32_t doc = hlbuf_load16(c->champions + (n - 1) * 2);
    if (doc >= chunk->docs)
        return HUGE_VAL;
    double r = c->ops->tf(c, doc) / hlworth_reference(chunk, chunk->length(chunk->user, doc));
    double ratio = hlworth_least_ratio(query, chunk);
    return chunk->leaves[0].factor * (query->bm25.k1 + 1) * r / (r + ratio) * (1 + 1e-9);
}

bool hlscore_single(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                    struct hlscore_room *room, double theta)
{
    const struct hlcontainer *c;
    if (query->exhaustive || !(theta > 0) || chunk->leaf_count != 1 ||
        chunk->leaves[0].count != 1 || chunk->leaves[0].members[0].weight != 10)
        return false;
    c = &chunk->leaves[0].members[0].container;
    unsigned n = c->champion_count < HLSCORE_BATCH ? c->champion_count : HLSCORE_BATCH;
    unsigned tried = FEW;
    theta /= boost_of(query, chunk);
    while (tried < n && !(rest_bound(query, chunk, tried) < theta))
        tried *= 2;
    if (tried < n)
        n = tried;
    else if (!n || !(rest_bound(query, chunk, n) < theta))
        return false;
    struct hlscore_batch *b = &room->batch;
    b->count = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t doc = hlbuf_load16(c->champions + i * 2);
        bool again = false; /* damage may have put one there twice */
        for (unsigned k = 0; k < b->count; k++)
            again |= b->docs[k] == doc;
        if (doc < chunk->docs && !again && hlscore_allowed(chunk, doc))
            b->docs[b->count++] = (uint16_t)doc;
    }
    b->scattered = true;
    return true;
}
