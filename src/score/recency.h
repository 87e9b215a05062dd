/*
 * recency.h - what a young article is worth more: one formula.
 *
 *     factor = 1 + weight * 2^(-age / 365 days)          of a dated article
 *     factor = 1                                         of an undated one
 *
 * age is counted from the newest live article of the index.  The exact score of the first
 * stage is multiplied by the factor, and so is what the second look adds.  The least factor
 * is 1, so that no article loses; weight 0 multiplies by exactly 1.
 *
 * Bounds are of the score without it.  A window's dates say which factor its documents have
 * at most (hlrecency_most()), and what it must reach is divided by that.
 */
#ifndef HL_SCORE_RECENCY_H
#define HL_SCORE_RECENCY_H

#include <math.h>
#include <stdint.h>

#define HLRECENCY_YEAR (365 * 86400.0)

struct hlrecency {
    double weight;   /* 0: dates do not matter */
    uint32_t newest; /* UTC seconds */
};

static inline double hlrecency_factor(const struct hlrecency *r, uint32_t date)
{
    if (!(r->weight > 0) || !date)
        return 1;
    double age = date < r->newest ? (double)(r->newest - date) : 0;
    return 1 + r->weight * exp2(-age / HLRECENCY_YEAR);
}

/* No date up to this one has a greater factor, exp2() being off by a last bit or two. */
static inline double hlrecency_most(const struct hlrecency *r, uint32_t date)
{
    return r->weight > 0 ? hlrecency_factor(r, date) * (1 + 1e-9) : 1;
}

#endif
