/*
 * cover.h - which documents of a window have enough of the query's words.
 *
 * A document answers if 100 * (sum of the words it has) >= percent * (sum of all),
 * in integers, and it has at least one (design.md 4).  The sums of 64 documents
 * are kept bit-sliced, one machine word a binary digit, so that adding a word's
 * share to all documents that have it is a short row of ANDs and XORs.
 */
#ifndef HL_MATCH_COVER_H
#define HL_MATCH_COVER_H

#include "segment/container.h"

#include <stddef.h>

enum { HLCOVER_DIGITS = 20 }; /* 1,024 words of at most 16 * 45 each */

struct hlcover {
    uint64_t all; /* the sum over all words */
    unsigned percent;
    unsigned digits; /* that sums need */
    uint64_t least;  /* the least sum that answers */
};

void hlcover_init(struct hlcover *cover, uint64_t all, unsigned percent);

/* Does a document whose words add up to `have` answer? */
static inline bool hlcover_answers(const struct hlcover *cover, uint64_t have)
{
    return have >= cover->least;
}

/* Must an answer have every word? */
static inline bool hlcover_wants_all(const struct hlcover *cover)
{
    return cover->least == cover->all;
}

/* has[i]: the window's documents with word i, 64 words of bits; share[i] its part. */
void hlcover_window(const struct hlcover *cover, const uint64_t (*has)[HLCONT_WORDS],
                    const unsigned *share, size_t words, uint64_t *out_bits);

#endif
