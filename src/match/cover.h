/*
 * cover.h - which documents of a window have enough of the query's words.
 *
 * A document answers if 100 * (sum of the words it has) >= percent * (sum of all),
 * in integers, and it has at least one (design.md 4).
 *
 * Of few words it is planned once which of them suffice together: a row of steps,
 * each an AND and an OR of bits (a decision diagram, in which needs that no words
 * tell apart share their steps).  Of many the sums of 64 documents are kept
 * bit-sliced, one machine word a binary digit, so that adding a word's share to all
 * documents that have it is a short row of ANDs and XORs.
 */
#ifndef HL_MATCH_COVER_H
#define HL_MATCH_COVER_H

#include "segment/container.h"

#include <stddef.h>

enum {
    HLCOVER_DIGITS = 20, /* 1,024 words of at most 16 * 45 each */
    HLCOVER_STEPS = 64   /* that cost less than sums do */
};

/* has[word] AND the step `with`, OR the step `without`: numbers from 2 on, 0 is nothing, 1
 * everything. */
struct hlcover_step {
    uint8_t word, with, without;
};

struct hlcover {
    uint64_t all; /* the sum over all words */
    unsigned percent;
    unsigned digits;     /* that sums need */
    uint64_t least;      /* the least sum that answers */
    unsigned step_count; /* 0: sums are made */
    uint8_t answer;      /* the step that says who answers */
    struct hlcover_step steps[HLCOVER_STEPS];
};

void hlcover_init(struct hlcover *cover, uint64_t all, unsigned percent);
/* Plans for these words, whose shares add up to `all` or less; where they need too many steps
 * sums are made.  Without it they are too. */
void hlcover_plan(struct hlcover *cover, const unsigned *share, size_t words);

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

/* has[i]: the window's documents with word i, 64 words of bits; share[i] its part, as it was
 * planned. */
void hlcover_window(const struct hlcover *cover, const uint64_t (*has)[HLCONT_WORDS],
                    const unsigned *share, size_t words, uint64_t *out_bits);

#endif
