#include "backend/candidate_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

void hlcandidates_close(struct hlcandidates *candidates)
{
    struct hlcandidates *c = candidates;
    if (!c)
        return;
    for (struct hlcand_phrase *p = c->nears; p; p = p->next)
        hlnear_release(&p->near);
    hlarena_release(&c->arena);
    hltoken_list_release(&c->tokens);
    hlbuf_release(&c->name);
    hlmem_free(c->keys);
    hlmem_free(c->slots);
    hlmem_free(c->stands);
    hlmem_free(c->touched);
    hlmem_free(c->found);
    hlmem_free(c->places.list);
    hlmem_free(c->first.list);
    hlmem_free(c->next.list);
    hlmem_free(c->spots);
    hlmem_free(c->met);
    hlmem_free(c);
}

hl_status hlcandidates_open(struct hlnative *native, const unsigned weight[3],
                            struct hlcandidates **out_candidates, struct hl_error *err)
{
    struct hlcandidates *c = hlmem_zalloc(1, sizeof *c);
    if (!c)
        return hlerr_nomem(err);
    assert(weight[0] && weight[1] && weight[2]);
    c->native = native;
    memcpy(c->weight, weight, sizeof c->weight);
    hlarena_init(&c->arena, HLNATIVE_MEMORY_MAX);
    hltoken_list_init(&c->tokens);
    hl_status status = hlcand_plan(c, err);
    if (status == HL_OK)
        *out_candidates = c;
    else
        hlcandidates_close(c);
    return status;
}

/* ---- the first stage ---- */

/* What narrows by columns: days, values. */
static bool is_left(struct hlcandidates *c)
{
    const struct hlnative *n = c->native;
    const struct hlcolumns_range *range = &n->options.range;
    if (n->options.dated && (c->date < range->low || c->date > range->high))
        return false;
    for (uint32_t i = 0; i < n->filter_count; i++)
        if (hlcand_has_value(c, &n->filters[i]) == n->filters[i].excluded)
            return false;
    return true;
}

static bool meets_conditions(struct hlcandidates *c)
{
    const struct hlq_plan *plan = &c->native->plan;
    for (uint32_t i = 0; i < plan->phrase_count; i++)
        if ((c->phrase_tfs[i] > 0) == plan->phrases[i].excluded)
            return false;
    for (uint32_t i = 0; i < plan->condition_count; i++) {
        uint32_t tf;
        if (hlcand_has(c, &c->conditions[i], &tf) == c->conditions[i].excluded)
            return false;
    }
    return true;
}

/* The order of operations is that of score/exact.c, which makes the same bits. */
static double norm_of(const struct hlbm25 *p, double length)
{
    double rest = 1 - p->b;
    return p->mean_length > 0 ? p->k1 * (rest + p->b * length / p->mean_length)
                              : p->k1 * (rest + 0);
}

static void add_leaves(struct hlcandidates *c, struct hlcandidate *to)
{
    const struct hlnative *n = c->native;
    const struct hlbm25 *p = &n->score.bm25;
    double norm = norm_of(p, (double)to->length), up = p->k1 + 1;
    for (uint32_t i = 0; i < n->leaf_count; i++) {
        const struct hlcand_leaf *leaf = &c->leaves[i];
        c->tfs[i] = hlcand_leaf_tf(c, leaf);
        double tf = (double)c->tfs[i];
        if (!(tf > 0))
            continue;
        to->score += leaf->factor * (tf * up / (tf + norm));
        to->have += leaf->share;
    }
}

hl_status hlcandidates_read(struct hlcandidates *candidates, const struct hl_article *article,
                            bool tokens, struct hlcandidate *out_candidate,
                            struct hl_error *err)
{
    struct hlcandidates *c = candidates;
    const struct hlnative *n = c->native;
    hl_status status = hlcand_text(c, article, tokens, err);
    if (status != HL_OK)
        return status;
    struct hlcandidate found = {.date = c->date, .length = c->lengths.length};
    c->status = HL_OK;
    for (uint32_t i = 0; i < n->plan.phrase_count; i++)
        c->phrase_tfs[i] = hlcand_phrase_tf(c, &c->phrases[i]);
    add_leaves(c, &found);
    found.allowed = !n->impossible && is_left(c) && meets_conditions(c);
    found.fits = found.allowed && (!n->word_count || found.have);
    c->article = NULL; /* the caller's, who may let go of it */
    if (c->status != HL_OK && err)
        *err = c->error;
    if (c->status == HL_OK)
        *out_candidate = found;
    return c->status;
}

uint64_t hlcandidates_tf(struct hlcandidates *candidates, uint32_t leaf)
{
    struct hlcandidates *c = candidates;
    assert(leaf < c->native->leaf_count);
    return c->tfs[leaf];
}

/* ---- the second look ---- */

/* Adds the keys of an alternative of words. */
static void add_standing(struct hlcandidates *c, const struct hlq_expr *e,
                         struct hlcand_standing *to)
{
    if (e->kind == HLQ_X_WORD) {
        const struct hlq_word *word = e->as.word;
        for (uint32_t k = 0; k < word->count; k++)
            to->keys[to->count++] = hlcand_find(c, word->keys[k].bytes, word->keys[k].size);
        return;
    }
    for (uint32_t i = 0; i < e->as.of.count; i++)
        add_standing(c, &e->as.of.parts[i], to);
}

/* The keys at whose places a word is seen: backend/refine.c. */
static bool plan_standing(struct hlcandidates *c, uint32_t word)
{
    const struct hlnative_leaf *leaf = &c->native->leaves[word];
    struct hlcand_standing *to = &c->standing[word];
    size_t most = leaf->key_count + 1u;
    for (uint32_t k = 0; k < leaf->key_count; k++)
        if (leaf->keys[k].expr)
            most += HLNATIVE_STANDING_MAX;
    to->keys = hlarena_alloc(&c->arena, most * sizeof *to->keys);
    if (!to->keys)
        return false;
    for (uint32_t k = 0; k < leaf->key_count; k++) {
        const struct hlnative_key *key = &leaf->keys[k];
        if (key->expr && hlnative_standing_keys(key->expr) <= HLNATIVE_STANDING_MAX)
            add_standing(c, key->expr, to);
        else if (key->a && !key->b)
            to->keys[to->count++] = c->leaves[word].members[k].a;
    }
    assert(to->count < most);
    return true;
}

static hl_status start_looking(struct hlcandidates *c, struct hl_error *err)
{
    struct hlnative *n = c->native;
    c->standing = hlarena_zalloc(&c->arena, n->word_count + 1u, sizeof *c->standing);
    if (!c->standing || !hlnative_refine_query(n, &c->look))
        return hlcand_no_room(c, err);
    for (uint32_t w = 0; w < n->word_count; w++)
        if (!plan_standing(c, w))
            return hlcand_no_room(c, err);
    c->looking = true;
    return HL_OK;
}

static bool add_spots(struct hlcandidates *c, uint32_t word, const struct hlcand_stand *s)
{
    if (c->spot_count + s->count > c->spot_room) {
        size_t room = (c->spot_count + s->count) * 2;
        struct hlrefine_place *grown = hlmem_realloc(c->spots, room * sizeof *grown);
        if (!grown)
            return false;
        c->spots = grown;
        c->spot_room = room;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t position = c->places.list[s->from + i] >> 1;
        c->spots[c->spot_count++] =
            (struct hlrefine_place){position, word, hlpos_field(&c->lengths, position)};
    }
    return true;
}

static bool find_spots(struct hlcandidates *c)
{
    c->spot_count = 0;
    for (uint32_t w = 0; w < c->native->word_count; w++)
        for (uint32_t k = 0; k < c->standing[w].count; k++) {
            const struct hlcand_stand *s = &c->stands[c->standing[w].keys[k]];
            if (s->count && !add_spots(c, w, s))
                return false;
        }
    c->spot_count = hlrefine_settle(c->spots, c->spot_count);
    size_t need = hlrefine_met_most(c->spots, c->spot_count);
    if (need <= c->met_room)
        return true;
    struct hlrefine_met *grown = hlmem_realloc(c->met, need * 2 * sizeof *grown);
    if (!grown)
        return false;
    c->met = grown;
    c->met_room = need * 2;
    return true;
}

hl_status hlcandidates_refine(struct hlcandidates *candidates, struct hlrefine_score *out_score,
                              struct hl_error *err)
{
    struct hlcandidates *c = candidates;
    hl_status status = c->looking ? HL_OK : start_looking(c, err);
    if (status != HL_OK)
        return status;
    if (!find_spots(c))
        return hlerr_nomem(err);
    *out_score = hlrefine_article(&c->look, c->spots, c->spot_count, c->met, c->met_room);
    return HL_OK;
}
