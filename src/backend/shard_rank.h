/*
 * shard_rank.h - a search on shards: counting, ranking, the articles themselves.
 *
 * Xapian brings articles in the order of a bound of their score, each is scored from its text
 * (candidate.h), and more are asked for until the k-th score is above the bound of all that
 * were not brought.  So the ranking is the one by exact scores, however articles are spread
 * over shards; ties are ours (newer first, undated last, id by bytes), which where very many
 * are equal the value HLX_SLOT_TIE decides among them.
 *
 * Life       hlshard_search_begin() on a prepared search, any of the others,
 *            hlshard_search_end().
 * Ownership  hits and their articles are the search's.
 * Errors     HL_CORRUPT for a document that is no article of ours, HL_LIMIT, HL_NOMEM; those of
 *            shards (hlshards_lost() may get round them).
 */
#ifndef HL_BACKEND_SHARD_RANK_H
#define HL_BACKEND_SHARD_RANK_H

#include "backend/candidate.h"
#include "backend/shard_query.h"

struct hlshard_hit {
    double score;
    uint32_t date;  /* 0: undated */
    uint64_t docid; /* of the set */
    bool tokens;    /* its text is tokens between blanks */
    struct hl_article article;
};

struct hlshard_facet {
    const struct hlx_value_count *values; /* by their bytes; "" is no value */
    size_t count;
    uint64_t seen;
};

struct hlshard_search {
    struct hlnative *native;
    struct hlshards *shards;
    struct hlshard_words *words;
    const char *without; /* an id that is no answer; NULL: none */
    struct hlcandidates *candidates;
    struct hlshard_query query;
    bool made; /* query is that of the cover in force */
    struct hlarena arena;
    struct hlshard_hit *hits; /* the best first */
    size_t count, room;
    struct hlx_result *counted; /* NULL: not yet */
    uint64_t ranked; /* what ranking looked at on its way; the total, if it is sure of it */
    uint64_t total;
    bool estimate; /* total is one, and so are facets */
    bool sure;     /* total was counted, and exactly, */
    int sure_of;   /* for this cover */
};

hl_status hlshard_search_begin(struct hlshard_search *search, struct hlnative *native,
                               struct hlshards *shards, struct hlshard_words *words,
                               const char *without, struct hl_error *err);
void hlshard_search_end(struct hlshard_search *search);

/* How many answer, with the values of slots counted; the cover in force may have changed. */
hl_status hlshard_count(struct hlshard_search *search, const unsigned *slots, size_t slot_count,
                        struct hl_error *err);
/* Does ranking find on its way how many answer?  Else they are counted by themselves. */
bool hlshard_counts_ranking(const struct hlshard_search *search);
/* Fills hits with the k best, in the order of native->options.sort. */
hl_status hlshard_rank(struct hlshard_search *search, size_t k, struct hl_error *err);

/* The article of an id as it is stored; memory is the arena's. */
hl_status hlshard_find(struct hlshards *shards, const char *id, struct hlarena *arena,
                       struct hl_article *out_article, struct hl_error *err);
/* The article of an id and its docid, without a score; memory is the search's. */
hl_status hlshard_find_hit(struct hlshard_search *search, const char *id,
                           struct hlshard_hit *out_hit, struct hl_error *err);

#endif
