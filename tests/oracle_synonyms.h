/*
 * oracle_synonyms.h - what else stretches of a query are called, by reading every line.
 *
 * A list is lines of members, "vắc xin = vaccine", for a test of its own: no member is
 * in two lines, none has a joined form, no "=>".  What the engine makes of other lists
 * is for tests of src/query/synonyms.h.
 *
 * Ownership   all is plain data; keys are the oracle's.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_SYNONYMS_H
#define HL_TESTS_ORACLE_SYNONYMS_H

#include "oracle_corpus.h"

enum {
    ORACLE_NAME_KEYS = 8,
    ORACLE_NAMES = 6,    /* that one stretch takes */
    ORACLE_WIDENINGS = 3 /* that one word or pair takes */
};

/* Keys side by side. */
struct oracle_name {
    uint32_t key[ORACLE_NAME_KEYS];
    size_t count;
};

/* Other names of the words from..to-1. */
struct oracle_widening {
    size_t from, to;
    struct oracle_name names[ORACLE_NAMES];
    size_t count;
};

/* Every stretch of the run that is a member, by its first word; out has room for `count`.
 * linked: stands right after the word before. */
size_t oracle_widen(struct oracle *oracle, const char *const *lines, const uint32_t *keys,
                    const bool *linked, size_t count, struct oracle_widening *out);

/* What several widenings give to one word or pair. */
struct oracle_others {
    uint32_t single[ORACLE_NAMES * ORACLE_WIDENINGS];
    struct oracle_name row[ORACLE_NAMES * ORACLE_WIDENINGS];
    size_t single_count, row_count, taken;
};

/* Takes the names over; a single key counts once, and past ORACLE_WIDENINGS none does. */
void oracle_others_take(struct oracle_others *others, const struct oracle_widening *widening);

/* Articles that have the rarest two neighbours of a row. */
uint64_t oracle_row_df(const struct oracle *oracle, const struct oracle_name *row);
/* At how many places of a field the row stands. */
uint64_t oracle_row_places(const struct words *words, const struct oracle_name *row);

#endif
