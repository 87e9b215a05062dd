#include "score/exact.h"

#include "base/buf.h"
#include "base/cpu.h"

#include <assert.h>

enum { BATCH = HLSCORE_BATCH, CELLS = HLFMT_CODES * HLFMT_CLASSES };

/* ---- loops over lanes, compiled once for each width ---- */

#define LANES static inline __attribute__((always_inline)) void

LANES norms_body(const struct hlbm25 *p, unsigned n, const double *restrict length,
                 double *restrict norm)
{
    const double k1 = p->k1, b = p->b, mean = p->mean_length, rest = 1 - b;
    if (mean > 0)
        for (unsigned i = 0; i < n; i++)
            norm[i] = k1 * (rest + b * length[i] / mean);
    else
        for (unsigned i = 0; i < n; i++)
            norm[i] = k1 * (rest + 0);
}

LANES add_body(const struct hlbm25 *p, unsigned n, double factor, uint64_t share,
               const double *restrict tf, const double *restrict norm, double *restrict score,
               uint64_t *restrict have)
{
    const double up = p->k1 + 1;
    for (unsigned i = 0; i < n; i++) {
        double worth = factor * (tf[i] * up / (tf[i] + norm[i]));
        score[i] += tf[i] > 0 ? worth : 0;
        have[i] += tf[i] > 0 ? share : 0;
    }
}

LANES worth8_body(const double *restrict sat, double scale, uint8_t *restrict worth)
{
    for (unsigned i = 0; i < CELLS; i++) {
        double w = ceil(sat[i] * scale);
        worth[i] = (uint8_t)(int32_t)(w < 255 ? w : 255);
    }
}

LANES worth16_body(const double *restrict sat, double scale, uint16_t *restrict worth)
{
    for (unsigned i = 0; i < CELLS; i++) {
        double w = ceil(sat[i] * scale);
        worth[i] = (uint16_t)(int32_t)(w < 65535 ? w : 65535);
    }
}

#define TABLE(name, target)                                                                    \
    target static void norms_##name(const struct hlbm25 *p, unsigned n, const double *length,  \
                                    double *norm)                                              \
    {                                                                                          \
        norms_body(p, n, length, norm);                                                        \
    }                                                                                          \
    target static void add_##name(const struct hlbm25 *p, unsigned n, double factor,           \
                                  uint64_t share, const double *tf, const double *norm,        \
                                  double *score, uint64_t *have)                               \
    {                                                                                          \
        add_body(p, n, factor, share, tf, norm, score, have);                                  \
    }                                                                                          \
    target static void worth8_##name(const double *sat, double scale, uint8_t *worth)          \
    {                                                                                          \
        worth8_body(sat, scale, worth);                                                        \
    }                                                                                          \
    target static void worth16_##name(const double *sat, double scale, uint16_t *worth)        \
    {                                                                                          \
        worth16_body(sat, scale, worth);                                                       \
    }                                                                                          \
    static const struct hlscore_lanes lanes_##name = {norms_##name, add_##name, worth8_##name, \
                                                      worth16_##name};

TABLE(portable, )
#if defined(__x86_64__)
TABLE(avx2, __attribute__((target("avx2"))))
TABLE(avx512,
      __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,prefer-vector-width=512"))))
#endif

const struct hlscore_lanes *hlscore_lanes_at(int level)
{
#if defined(__x86_64__)
    if (level == 2)
        return hlcpu_has(HLCPU_AVX512) ? &lanes_avx512 : NULL;
    if (level == 1)
        return hlcpu_has(HLCPU_AVX2) ? &lanes_avx2 : NULL;
#endif
    return level ? NULL : &lanes_portable;
}

const struct hlscore_lanes *hlscore_lanes_best(void)
{
    for (int level = 2; level > 0; level--)
        if (hlscore_lanes_at(level))
            return hlscore_lanes_at(level);
    return &lanes_portable;
}

/* ---- a batch ---- */

/* Lanes come in eights; those past the last document have tf 0. */
static inline unsigned rounded(unsigned count)
{
    return (count + 7) & ~7u;
}

/* tfs() is for one window; champions are asked for one by one. */
static void ask(const struct hlcontainer *c, struct hlscore_batch *b)
{
    if (!b->scattered)
        c->ops->tfs(c, b->docs, b->count, b->tfs);
    for (unsigned i = 0; b->scattered && i < b->count; i++)
        b->tfs[i] = c->ops->tf(c, b->docs[i]);
}

static void fill_tfs(const struct hlscore_leaf *leaf, struct hlscore_batch *b)
{
    const struct hlscore_member *m = leaf->members;
    const unsigned n = rounded(b->count);
    if (leaf->count == 1 && m->weight == 10) {
        ask(&m->container, b);
        for (unsigned i = 0; i < n; i++)
            b->tf[i] = i < b->count ? (double)b->tfs[i] : 0;
        return;
    }
    uint64_t sums[BATCH] = {0}, whole[BATCH] = {0};
    for (uint32_t k = 0; k < leaf->count; k++, m++) {
        ask(&m->container, b);
        for (unsigned i = 0; i < b->count; i++)
            sums[i] += (uint64_t)m->weight * b->tfs[i];
        if (k + 1 < leaf->count && m[1].part == m->part)
            continue;
        for (unsigned i = 0; i < b->count; i++) {
            whole[i] += (sums[i] + 9) / 10;
            sums[i] = 0;
        }
    }
    for (unsigned i = 0; i < n; i++)
        b->tf[i] = (double)whole[i];
}

void hlscore_exact(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                   struct hlscore_batch *b)
{
    assert(b->count >= 1 && b->count <= BATCH);
    const unsigned n = rounded(b->count);
    for (unsigned i = 0; i < n; i++) {
        uint32_t doc = b->docs[i < b->count ? i : 0];
        uint32_t length = hlbuf_load16(chunk->lengths + (size_t)doc * 2);
        b->length[i] = length < 65535 ? length : chunk->length(chunk->user, doc);
        b->score[i] = 0;
        b->have[i] = 0;
    }
    query->lanes->norms(&query->bm25, n, b->length, b->norm);
    for (uint32_t i = 0; i < chunk->leaf_count; i++) {
        const struct hlscore_leaf *leaf = &chunk->leaves[i];
        if (!leaf->count)
            continue;
        fill_tfs(leaf, b);
        query->lanes->add(&query->bm25, n, leaf->factor, leaf->share, b->tf, b->norm, b->score,
                          b->have);
    }
    for (unsigned i = 0; query->recency.weight > 0 && i < b->count; i++)
        b->score[i] *= hlrecency_factor(&query->recency,
                                        hlbuf_load32(chunk->dates + (size_t)b->docs[i] * 4));
}
