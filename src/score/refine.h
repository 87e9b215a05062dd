/*
 * refine.h - the second look at a good article: where the query's words stand in it.
 *
 * The first stage knows how often words and pairs occur, not where.  Articles that
 * it puts first are scored again:
 *
 *     score = S1 + HLREFINE_PASSAGE * passage + HLREFINE_EARLY * early
 *
 *     passage  the greatest over all runs of HLREFINE_SPAN positions of one field:
 *              sum of the worths of the distinct words in it and of the distinct
 *              pairs whose both places are in it
 *     early    sum over the words there: worth / sqrt(1 + first / HLREFINE_HALF),
 *              first = the position of the word's first place, from 0, as positions.h
 *              counts them: one is left out between two fields
 *
 * A worth is idf times emphasis, for a pair its idf.  Passages are summed in
 * integers, worth * HLREFINE_UNIT rounded, so that no order of additions matters;
 * early adds doubles in the order of the words.
 *
 * With recency both summands are multiplied (recency.h).
 *
 * Neither term is ever negative, so that an article past those looked at stays
 * behind them.  Both were chosen by leave-one-collection-out on the dev collections:
 * src/README.md.  Passages: after Tao and Zhai (2007), "An Exploration of Proximity
 * Measures in Information Retrieval", span-based measures.
 *
 * Errors  none; the caller's arrays are scratch.
 */
#ifndef HL_SCORE_REFINE_H
#define HL_SCORE_REFINE_H

#include <stddef.h>
#include <stdint.h>

enum { HLREFINE_SPAN = 25, HLREFINE_HALF = 32, HLREFINE_UNIT = 65536 };
#define HLREFINE_PASSAGE 0.4
#define HLREFINE_EARLY 1.0

/* A word of the query at a place of the article. */
struct hlrefine_place {
    uint32_t position, word;
    uint32_t field;
};

/* A pair of words of the query that counts when they stand side by side. */
struct hlrefine_pair {
    uint32_t a, b;
    int64_t worth; /* in units */
};

/* What of the query matters here; constant over articles. */
struct hlrefine_query {
    const double *worths; /* a word */
    const int64_t *units; /* the same, in units */
    uint32_t words;
    const struct hlrefine_pair *pairs; /* by b, then a */
    const uint32_t *pairs_of;          /* words + 1: where the pairs of each b begin */
    uint32_t pair_count;
    /* Scratch: how often each is in the run of positions, and a queue of pairs met. */
    uint32_t *word_here, *pair_here;
};

/* A pair met, by the place of its first word. */
struct hlrefine_met {
    uint32_t position, pair;
};

struct hlrefine_score {
    double passage, early;
};

static inline int64_t hlrefine_units(double worth)
{
    return (int64_t)(worth * HLREFINE_UNIT + 0.5);
}

/* Places in any order become as they have to be below; how many stay. */
size_t hlrefine_settle(struct hlrefine_place *places, size_t count);
/* Room for every pair that may be met: at each place one for each word just before it. */
size_t hlrefine_met_most(const struct hlrefine_place *places, size_t count);

/*
 * places: by position, then word, distinct.  met has room for one entry a place and pair
 * of its word: count * pairs at most, and in fact few.
 */
struct hlrefine_score hlrefine_article(const struct hlrefine_query *query,
                                       const struct hlrefine_place *places, size_t count,
                                       struct hlrefine_met *met, size_t met_room);

/* What it adds to the score of the first stage. */
static inline double hlrefine_worth(const struct hlrefine_score *s)
{
    return HLREFINE_PASSAGE * s->passage + HLREFINE_EARLY * s->early;
}

#endif
