/*
 * sharded_explain.c - hl_explain() of an article that shards have.
 *
 * The article is read as a candidate of the search is (backend/candidate.h), so the numbers are
 * those by which it was ranked.
 */
#include "engine/explain.h"
#include "engine/sharded.h"

#include "base/err.h"

struct explaining {
    struct hlexplain *explain;
    const struct hl_query *query;
    const struct hl_search_options *options;
    const char *id;
    struct hl_explanation *to;
};

/* Is there a word of the query in the index at all?  Where there is none a native index opens
 * nothing either. */
static bool is_anywhere(const struct hlnative *n)
{
    for (uint32_t i = 0; i < n->leaf_count; i++)
        if (n->leaves[i].df || n->leaves[i].kind == HLLEAF_PHRASE)
            return true;
    return !n->leaf_count;
}

static hl_status look(struct hlshard_search *s, const struct hlshard_hit *hit,
                      struct hlexplain_article *a, struct hl_error *err)
{
    struct hlnative *n = s->native;
    struct hlcandidate c;
    hl_status status = hlcandidates_read(s->candidates, &hit->article, hit->tokens, &c, err);
    if (status != HL_OK)
        return status;
    uint64_t *tfs = hlarena_zalloc(&s->arena, n->leaf_count + 1u, sizeof *tfs);
    if (!tfs)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < n->leaf_count; i++)
        tfs[i] = hlcandidates_tf(s->candidates, i);
    bool opened = !n->impossible && is_anywhere(n);
    *a = (struct hlexplain_article){
        .tfs = opened ? tfs : NULL, .length = c.length, .allowed = c.allowed, .recency = 1};
    return HL_OK;
}

/* Was the article among those that were looked at again?  Then with what result. */
static hl_status second_look(struct hlshard_search *s, const struct hlshard_hit *hit,
                             struct hl_explanation *e, struct hl_error *err)
{
    struct hlrefine_score score;
    struct hlcandidate c;
    hl_status status = hlshard_rank(s, s->native->options.refine, err);
    bool met = false;
    for (size_t i = 0; status == HL_OK && i < s->count && !met; i++)
        met = !strcmp(s->hits[i].article.id, hit->article.id);
    if (status != HL_OK || !met)
        return status;
    status = hlcandidates_read(s->candidates, &hit->article, hit->tokens, &c, err);
    if (status == HL_OK)
        status = hlcandidates_refine(s->candidates, &score, err);
    if (status == HL_OK)
        hlexplain_refined(e, &score);
    return status;
}

static hl_status explain(const struct explaining *x, struct hlshard_search *s,
                         struct hl_error *err)
{
    struct hlexplain_article article = {.tfs = NULL};
    struct hlshard_hit hit;
    hl_status status = hlshard_find_hit(s, x->id, &hit, err);
    if (status == HL_OK)
        status = hlsharded_settle_cover(s, x->options, NULL, 0, err);
    if (status == HL_OK)
        status = look(s, &hit, &article, err);
    if (status == HL_OK)
        status = hlexplain_fill(x->explain, x->options, x->id, &article, x->to, err);
    if (status != HL_OK)
        return status;
    return x->options->refine && x->to->answers ? second_look(s, &hit, x->to, err) : HL_OK;
}

/* One try: what another left behind is forgotten. */
static hl_status run(void *user, struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                     struct hl_error *err)
{
    const struct explaining *x = user;
    struct hlexplain *m = x->explain;
    struct hlshard_search s = {.shards = NULL};
    struct hl_search_options o = *x->options;
    struct hlnative_options options = hlexplain_options(&o);
    hlexplain_reset(m);
    *x->to = (struct hl_explanation){.memory = m};
    m->snapshot = *snapshot;
    hl_status status = hlnative_prepare(&m->native, &m->snapshot, x->query, &options, err);
    if (status == HL_OK)
        status =
            hlshard_search_begin(&s, &m->native, sharded->shards, sharded->words, NULL, err);
    if (status == HL_OK)
        status = explain(x, &s, err);
    hlshard_search_end(&s);
    return status;
}

hl_status hlsharded_explain(struct hlexplain *explain, const struct hl_index *index,
                            const struct hl_query *query,
                            const struct hl_search_options *options, const char *id,
                            struct hl_explanation *out_explanation, struct hl_error *err)
{
    struct explaining x = {explain, query, options, id, out_explanation};
    hl_status status = hlsharded_check(options, err);
    return status == HL_OK ? hlsharded_do(index, run, &x, err) : status;
}
