/*
 * bm25.h - the formula, in one place: design.md 5.
 *
 *     idf  = ln(1 + (N - df + 0.5) / (df + 0.5))
 *     norm = k1 (1 - b + b len / avglen)
 *     sat  = tf (k1 + 1) / (tf + norm)
 *
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
 * Beyond" (2009), sections 3.4 and 3.6 (weighted fields).  The order of the
 * operations is part of the contract: the oracle in tests/ gives the same bits.
 */
#ifndef HL_SCORE_BM25_H
#define HL_SCORE_BM25_H

#include <math.h>
#include <stdint.h>

struct hlbm25 {
    double k1, b, mean_length; /* avglen */
};

static inline double hlbm25_idf(uint64_t articles, uint64_t df)
{
    return log(1 + ((double)(articles - df) + 0.5) / ((double)df + 0.5));
}

static inline double hlbm25_norm(const struct hlbm25 *p, double length)
{
    double relative = p->mean_length > 0 ? p->b * length / p->mean_length : 0;
    return p->k1 * (1 - p->b + relative);
}

static inline double hlbm25_sat(const struct hlbm25 *p, double tf, double length)
{
    return tf * (p->k1 + 1) / (tf + hlbm25_norm(p, length));
}

#endif
