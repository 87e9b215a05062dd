/*
 * restore.h - which marks a reader meant who typed none.
 *
 * A run of the query is a lattice: each place has the keys that may stand there,
 * and the index says how often two of them stand side by side.  The best path is
 * found by Viterbi, the share of each key by forward-backward (Rabiner 1989,
 * "A Tutorial on Hidden Markov Models", III A-B).  The chance of key b after a is
 * an absolutely discounted bigram (Ney, Essen and Kneser 1994), discounted within
 * the keys of a place, so that all counts in it add up over segments:
 *
 *     p(b|a) = (max(c(ab) - D, 0) + (D n + m) p(b)) / (c(a) + m)
 *
 *     c()    occurrences in the index       D, m   HLQ_DISCOUNT, HLQ_BACKOFF
 *     p(b)   c(b) over the sum of c() at its place
 *     n      how many keys of the place follow a
 *
 * Where marks were typed, a place still has all its keys, with those barred that lack
 * the marks.  So the chances of what is meant, and with them the reading of its
 * neighbours, are what they were if it had been typed without, and what was restored
 * restores to itself when it is searched again.
 *
 * Only + - * / of doubles, which are exact to the last bit everywhere, in one
 * order: every machine restores alike, however the index is cut into segments.
 *
 * Errors  HL_NOMEM, and whatever the vocabulary reports.
 */
#ifndef HL_QUERY_RESTORE_H
#define HL_QUERY_RESTORE_H

#include "query/query.h"

enum { HLQ_CHOICES_MAX = 24 };
#define HLQ_DISCOUNT 0.75
#define HLQ_BACKOFF 0.25

/* A key that may stand at a place; the caller fills all but the posterior. */
struct hlq_choice {
    const char *bytes;
    uint32_t size;
    uint64_t df, cf;
    double posterior; /* those of a place sum up to 1 */
    bool barred;      /* not meant, only weighed against: its posterior is 0 */
};

struct hlq_place {
    struct hlq_choice
        *choices; /* by bytes, distinct; not all barred; at most HLQ_CHOICES_MAX */
    uint32_t count;
    uint32_t best; /* the choice on the best path */
    bool linked;   /* stands right after the place before */
};

/* Fills best and posterior of every place; one without choices cuts the
 * run. */
hl_status hlq_restore(struct hlq_place *places, uint32_t count,
                      const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                      struct hl_error *err);

#endif
