/*
 * oracle_words.h - what the words of a query stand for in the oracle's archive: groups of keys.
 *
 * vietnamese.md 7 by reading every key that there is: typed marks are honoured, words without
 * marks mean what their neighbours make likely, word* means whatever begins so.
 *
 * Used by the files of the oracle only; tests see oracle.h.
 *
 * Ownership   all is plain data.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_WORDS_H
#define HL_TESTS_ORACLE_WORDS_H

#include "oracle_corpus.h"
#include "oracle_synonyms.h"

enum {
    ORACLE_PREFIX_KEYS = 1024,
    ORACLE_GROUP_KEYS = ORACLE_PREFIX_KEYS + 16 + ORACLE_NAMES * ORACLE_WIDENINGS
};

/* Who reads words, and for which query. */
struct oracle_reader {
    struct oracle *oracle;
    const struct oracle_query *query;
    bool marks_typed; /* most words of the query have marks */
};

/* The exact keys that one word of a query stands for, all of them in the index. */
struct oracle_group {
    uint32_t typed;
    size_t count; /* the first key is the one that was read */
    uint32_t key[ORACLE_GROUP_KEYS];
    uint32_t weight[ORACLE_GROUP_KEYS];
    struct oracle_others others; /* its rows; what is single stands among the keys */
    uint64_t df; /* of any of them at most: the sum, each as it weighs, at most N */
    double idf;
    unsigned emphasis; /* in tenths */
};

/* A word of a run or of a condition before it has a group. */
struct oracle_slot {
    uint32_t typed, position;
    bool joined; /* a joined form, which is no first alternative and pairs with nothing */
    bool prefix; /* typed with its star */
    bool exact;  /* typed as =word: no other key is meant, nor another name */
    enum { ORACLE_AS_TYPED, ORACLE_FOLDED, ORACLE_MORE_MARKS } open;
};

uint64_t oracle_df_weighed(uint64_t df, uint32_t tenths);
/* The place of a key in the group; -1: it has none. */
int oracle_group_find(const struct oracle_group *group, uint32_t key);
/* Drops rows that the index lacks; the df of those it has. */
uint64_t oracle_rows_settle(const struct oracle *oracle, struct oracle_others *others);

/* Marked words less bare syllables: where there are more, the query was typed with marks, and
 * what is bare in it is bare on purpose. */
int64_t oracle_marked_words(const struct oracle *oracle, const struct words *words);

/* The words of a run, a joined form for what it stands for; or of a row.  out has room for
 * words->count; text is what the words were made of. */
size_t oracle_run_read(const struct oracle_reader *reader, const char *text,
                       const struct words *words, struct oracle_slot *out);
size_t oracle_row_read(const struct oracle_reader *reader, const char *text,
                       const struct words *words, struct oracle_slot *out);
bool oracle_slots_linked(const struct oracle_slot *slots, size_t i);

/* Fills a group for each slot; then with other names of its stretches, which are told. */
void oracle_groups_make(const struct oracle_reader *reader, struct oracle_slot *slots,
                        size_t count, struct oracle_group *out);
size_t oracle_groups_widen(const struct oracle_reader *reader, const struct oracle_slot *slots,
                           size_t count, struct oracle_group *groups,
                           struct oracle_widening *out);

#endif
