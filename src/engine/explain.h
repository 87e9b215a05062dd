/*
 * explain.h - what explanations of native indexes and of shards share.
 *
 *     explain.c          options, parts, the verdict; articles in segments
 *     sharded_explain.c  articles that shards have
 *
 * Both find out how often the article has each leaf of the prepared search; all that is said
 * of it is worked out from that in one place.
 */
#ifndef HL_ENGINE_EXPLAIN_H
#define HL_ENGINE_EXPLAIN_H

#include "engine/index.h"
#include "hlsearch_inspect.h"

/* Everything that an explanation points into. */
struct hlexplain {
    struct hlnative native;
    struct hlsnapshot snapshot; /* of shards, what they held */
    struct hl_part *parts;
    char *id;
    char why[160];
};

/* The article, as the prepared search sees it. */
struct hlexplain_article {
    const uint64_t *tfs; /* by leaf; NULL: nothing of the query is where the article is */
    uint64_t length;
    bool allowed;   /* by phrases, fields, values, days and what is excluded */
    double recency; /* the factor of its age */
};

/* Forgets parts and id, so that it can be filled again. */
void hlexplain_reset(struct hlexplain *explain);
/* How an explanation reads: everything, however long it takes. */
struct hlnative_options hlexplain_options(struct hl_search_options *options);

/* Fills all but what a second look finds.  The cover in force is settled. */
hl_status hlexplain_fill(struct hlexplain *explain, const struct hl_search_options *options,
                         const char *id, const struct hlexplain_article *article,
                         struct hl_explanation *out_explanation, struct hl_error *err);
/* What the second look found adds to the score. */
void hlexplain_refined(struct hl_explanation *explanation, const struct hlrefine_score *score);

/* On shards. */
hl_status hlsharded_explain(struct hlexplain *explain, const struct hl_index *index,
                            const struct hl_query *query,
                            const struct hl_search_options *options, const char *id,
                            struct hl_explanation *out_explanation, struct hl_error *err);

#endif
