/*
 * query.h - what a reader typed, as clauses; what it means for an index, as leaves.
 *
 * Reading (parse.c) knows nothing of any index: text becomes clauses, and what
 * does not parse becomes words with a note.  Expanding (expand.c) asks an index
 * which keys a word stands for, and gives the plan that backends carry out:
 *
 *     khu "công nghệ" -phổi title:laser (sao OR "tia X")
 *     clauses   run(khu) phrase(công nghệ) not phrase(phổi) field(title, laser)
 *               run(sao) phrase(tia x), both of a group
 *     plan      words khu, sao OR "tia X" | phrases "công nghệ", title:laser | not phổi
 *
 * Which text is what, is told by syntax.h, whose units become clauses (clauses.c).
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
    HLQ_NAME_KEYS_MAX = 10,
    HLQ_DEPTH_MAX = 32,         /* parentheses within each other */
    HLQ_SLOP_MAX = 1000,        /* other words between those of a near */
    HLQ_PREFIX_MAX = 1024,      /* keys that a prefix stands for, the commonest */
    HLQ_PREFIX_ROW_MAX = 256,   /* the same where words have to stand in a row or a field */
    HLQ_PREFIX_LOOK_MAX = 65536 /* keys that are counted to find them */
};

enum hlq_kind { HLQ_RUN, HLQ_PHRASE, HLQ_FIELD, HLQ_FILTER, HLQ_DATE };

enum { HLQ_EXACT = -1 }; /* slop of a phrase whose words stand in a row */

/* Days that are wanted, UTC seconds: from <= date < to. */
struct hlq_days {
    int64_t from, to; /* INT64_MIN, INT64_MAX: open */
};

/* A token of the query: its key and where it stood. */
struct hlq_token {
    const char *key;
    uint32_t size;
    uint32_t position;
    uint32_t start, end; /* bytes in the query */
    bool alternative;
    bool marked;     /* typed with a mark */
    bool exact;      /* typed as =word: no other key is meant */
    bool prefix;     /* typed as word*: stands for what begins so */
    unsigned weight; /* in tenths, of a token that no reader typed; 0: by its kind */
};

struct hlq_clause {
    enum hlq_kind kind;
    bool excluded;     /* itself, or what it stands in */
    bool nested;       /* in a group, which says how it counts */
    bool apart;        /* FIELD: its words may stand anywhere in the field */
    unsigned field;    /* FIELD: 0 title, 1 lead, 2 body; FILTER: 0 source, 1 section, 2 author,
                        * 3 tag */
    int slop;          /* PHRASE, FIELD: other words between, in any order; HLQ_EXACT: none */
    const char *value; /* FILTER: as typed */
    struct hlq_days days; /* DATE */
    struct hlq_token *tokens;
    uint32_t count;
    uint32_t at, end; /* bytes in the query */
};

/* What stands in parentheses or between ORs: clauses and groups. */
struct hlq_group {
    bool any;         /* one of the parts is enough; else all have to hold */
    uint32_t at, end; /* bytes in the query */
    struct hlq_part *parts;
    uint32_t count;
};

struct hlq_part {
    const struct hlq_group *group; /* NULL: a clause */
    uint32_t clause;               /* into the query's clauses */
    bool excluded;
};

struct hl_query {
    struct hlarena arena;
    struct hlq_clause *clauses;
    uint32_t count, room;
    struct hlq_group all; /* the query itself: its parts in the order of the text */
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

struct hlq_expr;

/* One word of the query: what it stands for, in one group. */
struct hlq_word {
    const char *typed;
    const struct hlq_expr *group; /* of the query, which counts as a word; else NULL */
    const struct hlq_expr *expr;  /* the same, where keys and sequences do not say it */
    bool excluded;                /* must not be there: nothing to highlight */
    struct hlq_key *keys;         /* the likeliest first */
    uint32_t count;               /* 0: the index has none of them */
    uint32_t own; /* the first of them are readings and variants, not synonyms */
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
    int slop;  /* HLQ_EXACT, or how many other words may stand between, in any order */
    bool excluded;
};

struct hlq_filter {
    unsigned facet; /* 0 source, 1 section, 2 author, 3 tag */
    const char *value;
    bool excluded;
};

/*
 * What a group asks of an article, and how often the article has it:
 *
 *     WORD    its keys                    their weighted sum, rounded up
 *     PHRASE  a phrase, near, or field    its places
 *     VALUE   a value of a facet          nothing: it only narrows
 *     DAYS    a range of dates            nothing
 *     ANY     one of the parts            the sum of the parts
 *     ALL     all parts but the excluded  the least of the parts
 *
 * What only narrows counts once where nothing else does.
 */
enum hlq_expr_kind { HLQ_X_WORD, HLQ_X_PHRASE, HLQ_X_VALUE, HLQ_X_DAYS, HLQ_X_ALL, HLQ_X_ANY };
struct hlq_expr {
    enum hlq_expr_kind kind;
    bool excluded; /* as a part of ALL */
    /* As a part of ANY: for how many that ask for the same it counts, of which the others have
     * 0 and need not be looked for. */
    uint32_t times;
    union {
        const struct hlq_word *word;
        struct hlq_phrase phrase;
        struct hlq_filter value;
        struct hlq_days days;
        struct {
            struct hlq_expr *parts;
            uint32_t count;
        } of;
    } as;
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
    struct hlq_expr *conditions; /* groups without a word, and what is excluded */
    uint32_t condition_count;
    bool dated; /* only articles of the days */
    struct hlq_days days;
    struct hl_note *notes; /* what the index had to say to it; HLQ_NOTES_MAX at most */
    uint32_t note_count;
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
    /* As find, of keys most of which nobody will ask for again; NULL: find does. */
    hl_status (*count)(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                       struct hl_error *err);
    /* As find where cf does not matter, which may be dear to know: it need not be right; NULL:
     * find does. */
    hl_status (*look)(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err);
};

/* How many live articles have a key. */
static inline hl_status hlq_df(const struct hlq_vocabulary *v, const char *key, size_t size,
                               uint64_t *out_df, struct hl_error *err)
{
    struct hlq_counts counts;
    hl_status status = (v->look ? v->look : v->find)(v->user, key, size, &counts, err);
    if (status == HL_OK)
        *out_df = counts.df;
    return status;
}

/* synonyms may be NULL. */
hl_status hlq_expand(const struct hl_query *query, const struct hlq_vocabulary *vocabulary,
                     const struct hl_synonyms *synonyms, struct hlarena *arena,
                     struct hlq_plan *out_plan, struct hl_error *err);

#endif
