/*
 * exact.h - the exact scores of a few documents at a time.
 *
 * What survives the bounds is scored in batches: each leaf is asked once for the
 * tfs of all documents of a batch, and the formula runs over lanes.  A document's
 * sum is still made in the order of the leaves, each step rounded as in bm25.h, so
 * every width of lanes gives the same bits as hlscore_document().
 */
#ifndef HL_SCORE_EXACT_H
#define HL_SCORE_EXACT_H

#include "score/loop.h"

/* What runs over the lanes; one table for each width that the processor may have. */
struct hlscore_lanes {
    /* norm[i] of length[i]: bm25.h.  n is a multiple of 8 here and below. */
    void (*norms)(const struct hlbm25 *p, unsigned n, const double *length, double *norm);
    /* score[i] += factor * sat and have[i] += share, where tf[i] > 0. */
    void (*add)(const struct hlbm25 *p, unsigned n, double factor, uint64_t share,
                const double *tf, const double *norm, double *score, uint64_t *have);
    /* A table of worths, [code][class], times scale, rounded up and cut off at the top. */
    void (*worth8)(const double *worth, double scale, uint8_t *out_worth);
    void (*worth16)(const double *worth, double scale, uint16_t *out_worth);
};

const struct hlscore_lanes *hlscore_lanes_best(void);
/* Of one width: 0 portable, 1 AVX2, 2 AVX-512; NULL where the processor lacks it. */
const struct hlscore_lanes *hlscore_lanes_at(int level);

/* Fills b->score and b->have for b->docs[0 .. count). */
void hlscore_exact(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                   struct hlscore_batch *b);

#endif
