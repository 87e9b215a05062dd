/*
 * topk.h - the k best documents so far.
 *
 * Order: higher score, newer date (undated last), and for equal ones what `tie`
 * says (ids); so the answer does not depend on the order in which documents came.
 * By date it is date, newest or oldest first (undated last), score, and the same ties.
 *
 * Few are kept in a heap with the worst on top.  Many go into an array of 2k; when
 * it is full the k best are selected and the worst of them is the new threshold: a
 * few nanoseconds a document where a heap takes some fifty.  Selecting and sorting
 * throw hits into buckets by their score first, without a branch that depends on
 * them; what shares a bucket is compared (quicksort after Hoare, 1962).
 *
 * Ownership  the array is the caller's, hltopk_room(k) entries.
 * Errors     tie() may remember damage; the collector cannot fail.
 */
#ifndef HL_SCORE_TOPK_H
#define HL_SCORE_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HLTOPK_HEAP_MAX = 32 };

struct hlhit {
    double score;
    uint32_t date;  /* UTC seconds; 0 undated */
    uint32_t doc;   /* in its chunk */
    uint32_t chunk; /* number that the caller gave the chunk */
    uint64_t key;   /* 0, or what key() said of it */
};

enum hltopk_order { HLTOPK_SCORE = 0, HLTOPK_NEWEST, HLTOPK_OLDEST };

struct hltopk {
    struct hlhit *hits;
    size_t count, most;
    enum hltopk_order order;
    /* Settle hits of equal score and date: the lower key is before, and for equal keys what
     * tie() says, < 0: a is before b.  A key is asked for once a hit and is not 0. */
    uint64_t (*key)(void *user, const struct hlhit *hit);
    int (*tie)(void *user, const struct hlhit *a, const struct hlhit *b);
    void *user;
    double theta; /* at least `most` documents score as much, or rank as high by their dates;
                   * 0 before that */
    struct hlhit worst; /* of the selected ones, once there are some */
    bool selected;
};

/* Entries that the array of a collector of k needs. */
static inline size_t hltopk_room(size_t k)
{
    return k <= HLTOPK_HEAP_MAX ? k : 4 * k; /* 2k hits, and as many beside them */
}

/* What a document must reach to be looked at: its bound must not be below. */
static inline double hltopk_theta(const struct hltopk *top)
{
    return top->theta;
}

/* What an order by date goes by: greater is before, 0 undated. */
static inline uint64_t hltopk_rank(enum hltopk_order order, uint32_t date)
{
    return order == HLTOPK_NEWEST || !date ? date : ((uint64_t)1 << 32) - date;
}

/* The k-th best so far, which a document must be before; NULL: fewer were collected. */
static inline const struct hlhit *hltopk_worst(const struct hltopk *top)
{
    if (top->most <= HLTOPK_HEAP_MAX)
        return top->count == top->most ? &top->hits[0] : NULL;
    return top->selected ? &top->worst : NULL;
}

/* Is a before b in the final order? */
bool hltopk_before(const struct hltopk *top, struct hlhit *a, struct hlhit *b);
void hltopk_add(struct hltopk *top, const struct hlhit *hit);
/* Empty again. */
static inline void hltopk_reset(struct hltopk *top)
{
    top->count = 0;
    top->theta = 0;
    top->selected = false;
}
/* Best first, at most `most` of them; nothing may be added after. */
void hltopk_sort(struct hltopk *top);

#endif
