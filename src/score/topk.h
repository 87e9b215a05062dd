/*
 * topk.h - the k best documents so far.
 *
 * A heap with the worst on top.  Order: higher score, newer date (undated last),
 * and for equal ones what `tie` says (ids); so the answer does not depend on the
 * order in which documents came.
 *
 * Ownership  the array is the caller's.
 * Errors     tie() may remember damage; the collector cannot fail.
 */
#ifndef HL_SCORE_TOPK_H
#define HL_SCORE_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlhit {
    double score;
    uint32_t date;  /* UTC seconds; 0 undated */
    uint32_t doc;   /* in its chunk */
    uint32_t chunk; /* number that the caller gave the chunk */
};

struct hltopk {
    struct hlhit *hits;
    size_t count, most;
    /* < 0: a is before b.  Only for hits of equal score and date. */
    int (*tie)(void *user, const struct hlhit *a, const struct hlhit *b);
    void *user;
};

/* What a document must reach to be looked at: its bound must not be below. */
static inline double hltopk_theta(const struct hltopk *top)
{
    return top->count == top->most ? top->hits[0].score : 0;
}

/* Is a before b in the final order? */
bool hltopk_before(const struct hltopk *top, const struct hlhit *a, const struct hlhit *b);
void hltopk_add(struct hltopk *top, const struct hlhit *hit);
/* Best first; the heap is gone. */
void hltopk_sort(struct hltopk *top);

#endif
