/*
 * oracle_refine.h - the second look at an article by its definition: every run of
 * positions is tried, everything in it is looked for anew.
 *
 * The sums of src/score/refine.h worked out a second time, with no run that moves and
 * no place that is let go.  The oracle uses them, and tests that have places of their
 * own without an index.
 *
 * Ownership   all is borrowed.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_REFINE_H
#define HL_TESTS_ORACLE_REFINE_H

#include <stddef.h>
#include <stdint.h>

/* Positions are of the whole article: one is left out between two fields. */
struct oracle_stand {
    uint32_t position, field, word;
};

struct oracle_side_by_side {
    uint32_t a, b; /* words: two different ones */
    double worth;
};

struct oracle_look {
    const double *worths; /* a word */
    uint32_t words;
    const struct oracle_side_by_side *pairs;
    size_t pair_count;
};

/* In units of 1/65536; stands in any order, the same one twice is no matter. */
int64_t oracle_passage(const struct oracle_look *look, const struct oracle_stand *stands,
                       size_t count);
double oracle_early(const struct oracle_look *look, const struct oracle_stand *stands,
                    size_t count);
/* What both add to a score. */
double oracle_second_look(const struct oracle_look *look, const struct oracle_stand *stands,
                          size_t count);

#endif
