/*
 * query.h - what a reader typed, as clauses; what it means for an index, as leaves.
 *
 * Reading (parse.c) knows nothing of any index: text becomes clauses, and what
 * does not parse becomes words with a note.  Expanding (expand.c) asks an index
 * which keys a word stands for, and gives the plan that backends carry out:
 *
 *     khu "công nghệ" -phổi title:laser
 *     clauses   run(khu) phrase(công nghệ) not run(phổi) field(title, laser)
 *     plan      words khu | pairs - | phrases "công nghệ", title:laser | excluded phổi
 *
 * Ownership  everything lives in the query's or the plan's arena.
 * Threads    a parsed query may be shared; a plan belongs to one search.
 */
#ifndef HL_QUERY_QUERY_H
#define HL_QUERY_QUERY_H

#include "base/arena.h"
#include "hlsearch.h"

enum {
    HLQ_BYTES_MAX = 65536,
    HLQ_WORDS_MAX = 1024,
    HLQ_NOTES_MAX = 8,
    HLQ_GROUP_MAX = 8,
    HLQ_NAME_KEYS_MAX = 10
};

enum hlq_kind { HLQ_RUN, HLQ_PHRASE, HLQ_FIELD, HLQ_FILTER };

/* A token of the query: its key and where it stood. */
struct hlq_token {
    const char *key;
    uint32_t size;
    uint32_t position;
    uint32_t start, end; /* bytes in the query */
    bool alternative;
    bool marked; /* typed with a mark */
    bool exact;  /* typed as =word: no other key is meant */
};

struct hlq_clause {
    enum hlq_kind kind;
    bool excluded;
    unsigned field; /* FIELD: 0 title, 1 lead, 2 body; FILTER: 0 source, 1 section, 2 author */
    const char *value; /* FILTER: as typed */
    struct hlq_token *tokens;
    uint32_t count;
    uint32_t at; /* byte in the query */
};

struct hl_query {
    struct hlarena arena;
    struct hlq_clause *clauses;
    uint32_t count, room;
    struct hl_note notes[HLQ_NOTES_MAX];
    uint32_t note_count;
    struct hl_query_options options;
    uint32_t words;
    const char *text; /* as typed, NUL-terminated */
    size_t size;
};

/* ---- what a plan is made of ---- */

/* A key that a word may stand for; weight in tenths. */
struct hlq_key {
    const char *bytes;
    uint32_t size;
    unsigned weight;
};

/* Several keys side by side that a word may stand for: hồ chí minh for hcm. */
struct hlq_sequence {
    struct hlq_key *keys;
    uint32_t count; /* 2 or more */
    unsigned weight;
};

/* One word of the query: what it stands for, in one group. */
struct hlq_word {
    const char *typed;
    struct hlq_key *keys; /* the likeliest first */
    uint32_t count;       /* 0: the index has none of them */
    uint32_t own;         /* the first of them are readings and variants, not synonyms */
    struct hlq_sequence *sequences;
    uint32_t sequence_count;
    enum hl_why why;   /* of the first key, where that is not as typed */
    unsigned emphasis; /* in tenths: query/emphasis.h */
};

struct hlq_pair {
    uint32_t a, b;        /* words */
    struct hlq_key *keys; /* single words that stand for both together */
    uint32_t count;
    struct hlq_sequence *sequences;
    uint32_t sequence_count;
};

/* A token of the query that was not taken as typed. */
struct hlq_reading {
    uint32_t start, end; /* bytes in the query */
    const char *as;
    enum hl_why why;
};

/* A condition: words that stand next to each other, in any field or in one. */
struct hlq_phrase {
    uint32_t *words; /* into the plan's words of conditions */
    uint32_t count;
    int field; /* -1: any */
    bool excluded;
};

struct hlq_filter {
    unsigned facet;
    const char *value;
    bool excluded;
};

struct hlq_plan {
    struct hlq_word *words; /* distinct, in query order */
    uint32_t word_count;
    struct hlq_pair *pairs; /* distinct, in query order */
    uint32_t pair_count;
    struct hlq_word *extra; /* words of conditions */
    uint32_t extra_count;
    struct hlq_phrase *phrases;
    uint32_t phrase_count;
    struct hlq_filter *filters;
    uint32_t filter_count;
    struct hlq_reading *readings; /* in query order */
    uint32_t reading_count;
    struct hlq_reading *others; /* stretches that other names were searched for too */
    uint32_t other_count;
};

/* How often the index has something: in how many live articles, at how many places. */
struct hlq_counts {
    uint64_t df, cf;
};

/* Takes a key that was asked for; another status than HL_OK ends the asking. */
typedef hl_status hlq_each(void *to, const char *key, size_t size,
                           const struct hlq_counts *counts);

/* Takes a key with its folded form, before anybody counts it. */
typedef hl_status hlq_each_folded(void *to, const char *key, size_t size, const char *folded,
                                  size_t folded_size);

/* What an index knows of its terms.  All counts add up over segments. */
struct hlq_vocabulary {
    /* Zeros if it has none. */
    hl_status (*find)(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err);
    /* Calls each with every key whose folded form is `folded`. */
    hl_status (*folded)(void *user, const char *folded, size_t size, hlq_each *each, void *to,
                        struct hl_error *err);
    /* Each of as before each of bs: out_counts[i * b_count + k]; both rise by bytes. */
    hl_status (*pairs)(void *user, const struct hlq_key *as, uint32_t a_count,
                       const struct hlq_key *bs, uint32_t b_count,
                       struct hlq_counts *out_counts, struct hl_error *err);
    /* Two keys next to each other; zeros if they never are. */
    hl_status (*pair)(void *user, const char *a, size_t a_size, const char *b, size_t b_size,
                      struct hlq_counts *out_counts, struct hl_error *err);
    /* Other names that the archive itself has for the keys side by side: calls each with
     * keys between blanks.  NULL: it knows none. */
    hl_status (*names)(void *user, const struct hlq_key *keys, uint32_t count, hlq_each *each,
                       void *to, struct hl_error *err);
    void *user;
    /* Calls each with every key whose folded form starts with `prefix`, maybe more than once;
     * NULL in a vocabulary that cannot. */
    hl_status (*near)(void *user, const char *prefix, size_t size, hlq_each_folded *each,
                      void *to, struct hl_error *err);
    uint64_t places; /* of all terms together */
};

/* synonyms may be NULL. */
hl_status hlq_expand(const struct hl_query *query, const struct hlq_vocabulary *vocabulary,
                     const struct hl_synonyms *synonyms, struct hlarena *arena,
                     struct hlq_plan *out_plan, struct hl_error *err);

#endif
