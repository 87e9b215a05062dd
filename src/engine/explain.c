/*
 * explain.c - the arithmetic of one score, by the functions of the loop itself.
 */
#include "engine/explain.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdio.h>

static char *label_of(struct hlexplain *m, const struct hlnative_leaf *leaf)
{
    struct hlbuf text = {0};
    const struct hlq_plan *plan = &m->native.plan;
    if (leaf->kind == HLLEAF_WORD)
        hlbuf_put_format(&text, "%s", plan->words[leaf->a].typed);
    else if (leaf->kind == HLLEAF_PAIR)
        hlbuf_put_format(&text, "%s %s", plan->words[leaf->a].typed,
                         plan->words[leaf->b].typed);
    for (uint32_t i = 0; leaf->kind == HLLEAF_PHRASE && i < plan->phrases[leaf->a].count; i++)
        hlbuf_put_format(&text, "%s%s", i ? " " : "",
                         plan->extra[plan->phrases[leaf->a].words[i]].typed);
    char *label =
        text.failed ? NULL : hlarena_strndup(&m->native.arena, (char *)text.data, text.size);
    hlbuf_release(&text);
    return label;
}

static enum hl_part_kind kind_of(const struct hlnative *n, const struct hlnative_leaf *leaf)
{
    if (leaf->kind == HLLEAF_WORD)
        return HL_PART_WORD;
    if (leaf->kind == HLLEAF_PAIR)
        return HL_PART_PAIR;
    return n->plan.phrases[leaf->a].field >= 0 ? HL_PART_FIELD : HL_PART_PHRASE;
}

static hl_status fill_part(struct hlexplain *m, uint32_t i, const struct hlexplain_article *a,
                           struct hl_part *part, struct hl_error *err)
{
    const struct hlnative_leaf *leaf = &m->native.leaves[i];
    uint64_t tf = a->tfs ? a->tfs[i] : 0;
    *part = (struct hl_part){.kind = kind_of(&m->native, leaf),
                             .label = label_of(m, leaf),
                             .weight = leaf->weight,
                             .df = leaf->df,
                             .idf = leaf->idf,
                             .tf = tf,
                             .cover = (int)leaf->share};
    if (tf) {
        part->sat = hlbm25_sat(&m->native.score.bm25, (double)tf, (double)a->length);
        part->worth = leaf->factor * part->sat;
    }
    return part->label ? HL_OK : hlerr_nomem(err);
}

static hl_status fill_parts(struct hlexplain *m, const struct hlexplain_article *a,
                            struct hl_explanation *e, struct hl_error *err)
{
    m->parts = hlmem_zalloc(m->native.leaf_count + 1u, sizeof *m->parts);
    hl_status status = m->parts ? HL_OK : hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && i < m->native.leaf_count; i++) {
        struct hl_part *part = &m->parts[i];
        status = fill_part(m, i, a, part, err);
        e->cover_all += part->cover;
        e->cover_have += part->tf ? part->cover : 0;
        /* Added as the loop adds them: only those that are there, in this order. */
        if (part->tf)
            e->score += part->worth;
    }
    e->parts = m->parts;
    e->part_count = m->native.leaf_count;
    return status;
}

static void judge(struct hlexplain *m, const struct hlexplain_article *a,
                  struct hl_explanation *e)
{
    const struct hlnative *n = &m->native;
    bool covered =
        !n->score.use_cover || hlcover_answers(&n->score.cover, (uint64_t)e->cover_have);
    e->answers = a->tfs && a->allowed && covered;
    if (!a->tfs && !n->filter_count && !n->options.dated)
        snprintf(m->why, sizeof m->why, "nothing of the query is in it");
    else if (!a->tfs || !a->allowed)
        snprintf(m->why, sizeof m->why, "a phrase, field, filter or exclusion keeps it out");
    else if (!covered)
        snprintf(m->why, sizeof m->why, "its words carry %d of %d, wanted are %d %%",
                 e->cover_have, e->cover_all, n->cover);
    e->why = e->answers ? NULL : m->why;
}

hl_status hlexplain_fill(struct hlexplain *m, const struct hl_search_options *options,
                         const char *id, const struct hlexplain_article *article,
                         struct hl_explanation *e, struct hl_error *err)
{
    m->id = hlmem_strdup(id);
    if (!m->id)
        return hlerr_nomem(err);
    hl_status status = fill_parts(m, article, e, err);
    if (status != HL_OK)
        return status;
    e->id = m->id;
    e->articles = m->native.snapshot->articles;
    e->mean_length = m->native.score.bm25.mean_length;
    e->k1 = options->k1;
    e->b = options->b;
    e->length = article->length;
    e->cover_wanted = m->native.cover;
    judge(m, article, e);
    e->first_stage = e->score;
    e->recency_weight = options->recency;
    e->recency = article->recency;
    e->score *= e->recency;
    e->passage_weight = HLREFINE_PASSAGE;
    e->early_weight = HLREFINE_EARLY;
    return HL_OK;
}

void hlexplain_refined(struct hl_explanation *e, const struct hlrefine_score *score)
{
    e->refined = true;
    e->passage = score->passage;
    e->early = score->early;
    e->score = e->first_stage * e->recency + hlrefine_worth(score) * e->recency;
}

struct hlnative_options hlexplain_options(struct hl_search_options *o)
{
    o->count_only = false; /* an explanation reads lists even where a count would not */
    o->timeout_ms = 0;
    struct hlnative_options native = hlsearch_native_options(o);
    native.whole = true;
    return native;
}

/* The opened chunk that holds a document; NULL when nothing of the query is in it. */
static const struct hlscore_chunk *opened(const struct hlnative *n, const struct hlchunk *chunk)
{
    for (uint32_t i = 0; i < n->chunk_count; i++)
        if (n->sources[i] == chunk)
            return &n->chunks[i];
    return NULL;
}

/* Was the article among those that were looked at again?  Then with what result. */
static hl_status second_look(struct hlexplain *m, const struct hlchunk *source, uint32_t doc,
                             struct hl_explanation *e, struct hl_error *err)
{
    struct hlnative *n = &m->native;
    size_t most = n->options.refine, count = 0;
    struct hlhit *hits = hlmem_zalloc(hltopk_room(most) + 1, sizeof *hits);
    struct hlrefine_score score = {0, 0};
    if (!hits)
        return hlerr_nomem(err);
    hl_status status = hlnative_rank(n, most, hits, &count, err);
    for (size_t i = 0; status == HL_OK && i < count && !e->refined; i++) {
        if (n->sources[hits[i].chunk] != source || hits[i].doc != doc)
            continue;
        status = hlnative_refine(n, &hits[i], 1, &score, err);
        hlexplain_refined(e, &score);
        /* Lists that contradict themselves may be read in more than one way. */
        if (status == HL_OK && e->score != hits[i].score)
            status = hlchunk_damaged(source, "postings", doc, "scores differ", err);
    }
    hlmem_free(hits);
    return status;
}

/* How often the article has each leaf, and what else its columns say. */
static hl_status look(struct hlexplain *m, const struct hlchunk *source, uint32_t doc,
                      struct hlexplain_article *a, struct hl_error *err)
{
    struct hlnative *n = &m->native;
    const struct hlscore_chunk *chunk = opened(n, source);
    uint64_t *tfs = chunk ? hlarena_zalloc(&n->arena, n->leaf_count + 1u, sizeof *tfs) : NULL;
    struct hlchunk_columns columns;
    hl_status status = hlchunk_columns(source, &columns, err);
    if (status != HL_OK)
        return status;
    if (chunk && !tfs)
        return hlerr_nomem(err);
    for (uint32_t i = 0; tfs && i < n->leaf_count; i++)
        tfs[i] = hlscore_leaf_tf(&chunk->leaves[i], doc);
    a->tfs = tfs;
    a->length = hlchunk_lengths_of(&columns, doc).length;
    a->allowed = chunk && hlscore_allowed(chunk, doc);
    a->recency =
        hlrecency_factor(&n->score.recency, hlbuf_load32(columns.dates + (size_t)doc * 4));
    return hlnative_trouble(n, err);
}

static hl_status explain(struct hlexplain *m, const struct hl_index *index,
                         const struct hl_query *query, struct hl_search_options *o,
                         const char *id, struct hl_explanation *e, struct hl_error *err)
{
    struct hlexplain_article article = {.tfs = NULL};
    const struct hlchunk *source;
    uint32_t doc;
    hl_status status = hlindex_find(index, id, &source, &doc, err);
    if (status != HL_OK)
        return status;
    struct hlnative_options native = hlexplain_options(o);
    status = hlnative_prepare(&m->native, &index->snapshot, query, &native, err);
    if (status != HL_OK)
        return status;
    hlsearch_settle_cover(&m->native, o);
    status = look(m, source, doc, &article, err);
    if (status == HL_OK)
        status = hlexplain_fill(m, o, id, &article, e, err);
    if (status != HL_OK)
        return status;
    return o->refine && e->answers ? second_look(m, source, doc, e, err) : HL_OK;
}

void hlexplain_reset(struct hlexplain *m)
{
    hlmem_free(m->parts);
    hlmem_free(m->id);
    m->parts = NULL;
    m->id = NULL;
}

static void memory_free(struct hlexplain *m)
{
    hlexplain_reset(m);
    hlnative_release(&m->native);
    hlmem_free(m);
}

hl_status hl_explain(const struct hl_index *index, const struct hl_query *query,
                     const struct hl_search_options *options, const char *id,
                     struct hl_explanation *out_explanation, struct hl_error *err)
{
    if (!index || !query || !id || !out_explanation)
        return hlerr_set(err, HL_MISUSE, "explain which article of which index?");
    struct hl_search_options o;
    hl_status status = hlsearch_check_options(options, &o, err);
    if (status != HL_OK)
        return status;
    struct hlexplain *m = hlmem_zalloc(1, sizeof *m);
    if (!m)
        return hlerr_nomem(err);
    hlnative_init(&m->native);
    struct hl_explanation e = {.memory = m};
    status = index->sharded ? hlsharded_explain(m, index, query, &o, id, &e, err)
                            : explain(m, index, query, &o, id, &e, err);
    if (status != HL_OK) {
        memory_free(m);
        return status;
    }
    *out_explanation = e;
    return HL_OK;
}

void hl_explanation_free(struct hl_explanation *explanation)
{
    if (explanation && explanation->memory) {
        memory_free(explanation->memory);
        explanation->memory = NULL;
    }
}
