/*
 * native.h - a search over the segments of a snapshot.
 *
 * From a parsed query to scored documents: keys are expanded and looked up,
 * leaves get their idf, containers are opened chunk by chunk, conditions become
 * bits, and score/ does the rest.
 *
 * Life       hlnative_prepare(), then any of the others, then hlnative_release();
 *            one struct may be prepared again and again and keeps its memory.
 * Ownership  borrows snapshot and query until release; results live as long.
 * Time       with a limit a half of it may go to words, what is left of five eighths to opening
 *            chunks, of six to counting, the rest to ranking.  A chunk that was not opened
 * whole is left out, so that whatever is found answers, with its score. Errors     HL_CORRUPT,
 * HL_NOMEM, HL_LIMIT.
 */
#ifndef HL_BACKEND_NATIVE_H
#define HL_BACKEND_NATIVE_H

#include "backend/tally.h"
#include "backend/terms.h"
#include "score/loop.h"
#include "score/refine.h"

/* A leaf before it meets a chunk. */
struct hlnative_leaf {
    enum { HLLEAF_WORD, HLLEAF_PAIR, HLLEAF_PHRASE } kind;
    uint32_t a, b; /* words of a pair; a: the phrase of a phrase */
    uint64_t df;
    double idf, weight;
    double factor; /* weight * idf */
    unsigned share;
    /* Keys, pairs of keys, or rows of more; weights in tenths. */
    struct hlnative_key {
        struct hlterm *a, *b; /* b: NULL but for a pair */
        unsigned weight;
        uint32_t part;                   /* of a group: which of its words it is a key of */
        const struct hlq_sequence *row;  /* of three or more; a is NULL then */
        const struct hlq_expr *expr;     /* a group, or a word of many keys; a is NULL then */
        const struct hlpair_spot *spots; /* by chunk of the snapshot; of a pair */
    } * keys;
    uint32_t key_count;
};

struct hlnative_options {
    struct hlbm25 bm25; /* mean_length is filled in */
    double pairs;       /* lambda; 0: words alone; negative: by the number of words */
    double recency;     /* weight of young articles; 0: none (score/recency.h) */
    bool emphasis;      /* words weigh by their kind (query/emphasis.h) */
    unsigned refine;    /* hits that are looked at again; 0: none */
    int cover;          /* percent, or HL_COVER_DEFAULT */
    bool exhaustive;
    bool keep;                          /* answers, when they are counted */
    bool count_only;                    /* only hlnative_count() will be asked */
    const struct hl_synonyms *synonyms; /* borrowed; NULL: none */
    enum hl_sort sort;
    const char *only[4]; /* values that source, section, author, tag must have; NULL: any */
    bool dated;          /* only articles of the range */
    struct hlcolumns_range range;
    unsigned facets;     /* that answers are counted by, a bit each: enum hl_facet */
    unsigned timeout_ms; /* 0: none */
    bool whole; /* phrases are looked for in articles that do not answer too: explanations */
    const struct hlchunk
        *without; /* this document of this chunk never answers; NULL: all may */
    uint32_t without_doc;
};

/* A value that a facet must have, or must not. */
enum { HLNATIVE_TAG = 3 }; /* a facet of many values: one of them must be it, or none */
struct hlnative_filter {
    unsigned facet; /* 0 source, 1 section, 2 author */
    bool excluded;
    bool fold;        /* typed without marks: marks do not count */
    const char *want; /* as names are compared */
    uint32_t size;
    uint32_t key; /* of a tag: hlchunk_tag_key() */
};

struct hlnative {
    const struct hlsnapshot *snapshot;
    const struct hl_query *query;
    struct hlnative_options options;
    struct hlarena arena;
    struct hlterms terms;
    struct hlq_plan plan;
    struct hlnative_leaf *leaves; /* words, pairs, phrases */
    uint32_t leaf_count, word_count;
    uint64_t shares;                 /* sum over words that the index has */
    double pairs;                    /* lambda in force */
    bool simple;                     /* one key and nothing else: its df is the answer's size */
    bool unread;                     /* time ran out before every word was looked up */
    bool impossible;                 /* a condition or --all that nothing can meet */
    int cover;                       /* in force */
    struct hlnative_filter *filters; /* of the query, then of the options */
    uint32_t filter_count;
    struct hlscore_query score;
    struct hlscore_chunk *chunks; /* opened */
    struct hlchunk_columns *columns;
    const struct hlchunk **sources;
    uint32_t chunk_count;
    struct hlscore_room *room;
    struct hlnative_level *levels[2 * HLQ_DEPTH_MAX + 8]; /* of groups: expressions.c */
    struct hltally *tally;                                /* NULL: no facets are counted */
    const struct hlbytes *bytes;    /* that facets are counted by; NULL: not known */
    uint64_t *answers;              /* bits of what was counted last, HLFMT_WINDOWS windows a
                                     * chunk; NULL: not kept, or another cover since */
    struct hldeadline deadline;     /* deadline.cut: something was left out */
    uint64_t places_left;           /* of HLNATIVE_PLACES_MAX */
    struct hlpair_counter *counter; /* of unlisted pairs; NULL: none was needed yet */
    hl_status tie_status;           /* damage met while ties were broken */
    struct hl_error tie_error;
};

void hlnative_init(struct hlnative *native);
void hlnative_release(struct hlnative *native);

hl_status hlnative_prepare(struct hlnative *native, const struct hlsnapshot *snapshot,
                           const struct hl_query *query, const struct hlnative_options *options,
                           struct hl_error *err);

/* Sets the cover in force. */
void hlnative_set_cover(struct hlnative *native, int percent);
/* The default cover for this many words: design.md 4. */
int hlnative_default_cover(uint32_t words);
/* The default lambda: long queries say more by their order (src/README.md). */
double hlnative_default_pairs(uint32_t words);

/* How many articles answer; fills the tally, which knows if it failed. */
uint64_t hlnative_count(struct hlnative *native);
/* The k best, sorted; hits has hltopk_room(k) entries, k is at least options.refine. */
hl_status hlnative_rank(struct hlnative *native, size_t k, struct hlhit *hits,
                        size_t *out_count, struct hl_error *err);

/* Damage that tfs met: to be asked when scores have been made.  hlnative_rank() does. */
hl_status hlnative_trouble(const struct hlnative *native, struct hl_error *err);

/* The leaf of a word of the plan; NULL: the index lacks it. */
const struct hlnative_leaf *hlnative_word_leaf(const struct hlnative *native, uint32_t word);

/* Keys side by side, in any field, as the container of a chunk. */
hl_status hlnative_find_row(struct hlnative *native, const struct hlchunk *chunk,
                            uint32_t number, const struct hlq_sequence *row, bool *out_found,
                            struct hlcontainer *out_container, struct hl_error *err);

/* What the second look (score/refine.h) finds of each hit; scores are the caller's to add. */
hl_status hlnative_refine(struct hlnative *native, struct hlhit *hits, size_t count,
                          struct hlrefine_score *out_scores, struct hl_error *err);
/* What that asks of every article; false when memory is out.  It is the search's. */
bool hlnative_refine_query(struct hlnative *native, struct hlrefine_query *out_query);
/* The keys of a group at whose places it stands, if they are no more than the most: those of
 * words joined by OR.  More, if they are or there is anything else in it. */
enum { HLNATIVE_STANDING_MAX = 64 };
size_t hlnative_standing_keys(const struct hlq_expr *expr);

/* filters.c: a value as it is compared, put in place of what is in out: cleaned and lower case,
 * by keys of its words, and with fold, as for one typed without marks, folded. */
hl_status hlnative_filter_key(const char *value, size_t size, bool fold, struct hlbuf *out,
                              struct hl_error *err);
hl_status hlnative_read_filter(struct hlnative *native, unsigned facet, const char *value,
                               bool excluded, struct hlnative_filter *out_filter,
                               struct hl_error *err);
/* What to compare names with, made once a query. */
hl_status hlnative_read_filters(struct hlnative *native, struct hl_error *err);
/* What may answer by its columns: live, in the range of dates, of the wanted values.  Sets
 * to->allowed, dead and late; *out_none: nothing may, and the chunk need not be opened. */
hl_status hlnative_filter(struct hlnative *native, const struct hlchunk *chunk,
                          struct hlscore_chunk *to, bool *out_none, struct hl_error *err);

/* The documents of a chunk with a value, or of a range of days. */
hl_status hlnative_value_bits(struct hlnative *native, const struct hlchunk *chunk,
                              const struct hlq_filter *value, uint64_t *bits,
                              struct hl_error *err);
hl_status hlnative_days_bits(const struct hlchunk *chunk, const struct hlq_days *days,
                             uint64_t *bits, struct hl_error *err);
/* The days of the query narrow the range of the options. */
void hlnative_narrow_days(struct hlnative *native);

/* conditions.c: what phrases leave of that; they become members of leaves. */
hl_status hlnative_conditions(struct hlnative *native, const struct hlchunk *chunk,
                              uint32_t number, struct hlscore_chunk *to, struct hl_error *err);

hl_status hlnative_find_phrase(struct hlnative *native, const struct hlchunk *chunk,
                               uint32_t number, const struct hlq_phrase *phrase,
                               const uint64_t *within, bool *out_found,
                               struct hlcontainer *out_container, struct hl_error *err);

/* More keys than these are brought together in one list a chunk. */
enum { HLNATIVE_MEMBERS_MAX = 64 };
/* Alternatives of single words, so few that each key is a member of the leaf: a group that need
 * not be worked out for whole chunks.  e may be NULL. */
bool hlnative_is_flat(const struct hlq_expr *e);
hl_status hlnative_flat_leaf(struct hlnative *native, const struct hlq_expr *e,
                             struct hlnative_leaf *leaf, struct hl_error *err);

/* expressions.c: what a group asks for (query.h), worked out for a chunk. */
hl_status hlnative_find_expr(struct hlnative *native, const struct hlchunk *chunk,
                             uint32_t number, const struct hlq_expr *expr, bool *out_found,
                             struct hlcontainer *out_container, struct hl_error *err);
/* within: bits of who may answer. */
hl_status hlnative_expr_bits(struct hlnative *native, const struct hlchunk *chunk,
                             uint32_t number, const struct hlq_expr *expr,
                             const uint64_t *within, uint64_t *out_bits, struct hl_error *err);
/* Articles that a group may be in, from above: of alternatives the sum, of all parts the
 * least, of words in a row the rarest. */
hl_status hlnative_expr_df(struct hlnative *native, const struct hlq_expr *expr,
                           uint64_t *out_df, struct hl_error *err);
/* The df of a word: its keys' as they weigh, and those of its rows. */
hl_status hlnative_word_df(struct hlnative *native, const struct hlq_word *word,
                           uint64_t *out_df, struct hl_error *err);

/* Memory that a search may take beyond the map (R16). */
enum { HLNATIVE_MEMORY_MAX = 64 << 20 };
/* Lists of positions that a search may read, an article each, twice as dear where words are
 * near each other: less than two seconds (R15).  "n* t*" reads 7 million of 265,846 articles; a
 * larger archive may be read more of, as often as it is larger. */
enum { HLNATIVE_PLACES_MAX = 15000000, HLNATIVE_PLACES_OF = 1 << 18 };

#endif
