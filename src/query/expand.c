/*
 * expand.c - a word of the query to the keys that it stands for in an index.
 *
 * A typed mark is honoured: the key itself, its i/y variants a little less; what
 * adds marks to it only if the index has none of them.  A word without marks is
 * every key that folds to it, together one group (design.md 4).
 */
#include "query/query.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/marks.h"
#include "text/syllable.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_FULL = 10, WEIGHT_VARIANT = 9 };

struct expander {
    const struct hl_query *query;
    bool marks_typed; /* most of the query has marks: a word without means itself */
    const struct hlq_vocabulary *vocabulary;
    struct hlarena *arena;
    struct hlq_plan *plan;
    struct hl_error *err;
};

/* Keys of one folded form, the most frequent first. */
struct candidate {
    const char *key;
    uint32_t size;
    uint64_t df;
};

struct candidates {
    struct expander *ex;
    struct candidate *list;
    uint32_t count, room;
    const char *within; /* keys must be this one with marks added; NULL: any */
    uint32_t within_size;
};

static int by_df(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->df != y->df)
        return x->df > y->df ? -1 : 1;
    uint32_t n = x->size < y->size ? x->size : y->size;
    int r = memcmp(x->key, y->key, n);
    return r ? r : x->size < y->size ? -1 : x->size > y->size;
}

static hl_status add_candidate(void *to, const char *key, size_t size,
                               const struct hlq_counts *counts)
{
    struct candidates *c = to;
    if (!counts->df || (c->within && !hltext_adds_marks(c->within, c->within_size, key, size)))
        return HL_OK;
    if (c->count == c->room) {
        uint32_t room = c->room * 2 + 16;
        struct candidate *grown = hlarena_zalloc(c->ex->arena, room, sizeof *grown);
        if (!grown)
            return hlerr_nomem(c->ex->err);
        if (c->count)
            memcpy(grown, c->list, c->count * sizeof *grown);
        c->list = grown;
        c->room = room;
    }
    char *copy = hlarena_strndup(c->ex->arena, key, size);
    if (!copy)
        return hlerr_nomem(c->ex->err);
    c->list[c->count++] = (struct candidate){copy, (uint32_t)size, counts->df};
    return HL_OK;
}

/* What was typed is always one of the kept, however rare: it takes the last one's place. */
static void keep_typed(struct candidates *c, const struct hlq_token *t, uint32_t kept)
{
    for (uint32_t i = kept; i < c->count; i++)
        if (c->list[i].size == t->size && !memcmp(c->list[i].key, t->key, t->size))
            c->list[kept - 1] = c->list[i];
}

/* All keys with the folded form of the token, at most HLQ_GROUP_MAX. */
static hl_status group_by_fold(struct expander *ex, const struct hlq_token *t, bool only_added,
                               struct hlq_word *word)
{
    struct hlbuf folded = {0};
    struct candidates c = {.ex = ex};
    if (only_added) {
        c.within = t->key;
        c.within_size = t->size;
    }
    hl_status status = hltext_fold_key(t->key, t->size, &folded, ex->err);
    if (status == HL_OK)
        status = ex->vocabulary->folded(ex->vocabulary->user, (const char *)folded.data,
                                        folded.size, add_candidate, &c, ex->err);
    hlbuf_release(&folded);
    if (status != HL_OK || !c.count)
        return status;
    qsort(c.list, c.count, sizeof *c.list, by_df);
    word->count = c.count < HLQ_GROUP_MAX ? c.count : HLQ_GROUP_MAX;
    keep_typed(&c, t, word->count);
    word->keys = hlarena_zalloc(ex->arena, word->count, sizeof *word->keys);
    if (!word->keys)
        return hlerr_nomem(ex->err);
    for (uint32_t i = 0; i < word->count; i++) {
        word->keys[i] = (struct hlq_key){c.list[i].key, c.list[i].size, WEIGHT_FULL};
        word->marks_added |=
            c.list[i].size != t->size || memcmp(c.list[i].key, t->key, t->size) != 0;
    }
    return HL_OK;
}

static hl_status add_key(struct expander *ex, struct hlq_word *word, const char *key,
                         size_t size, unsigned weight)
{
    struct hlq_counts counts;
    hl_status status = ex->vocabulary->find(ex->vocabulary->user, key, size, &counts, ex->err);
    if (status != HL_OK || !counts.df)
        return status;
    char *copy = hlarena_strndup(ex->arena, key, size);
    if (!copy)
        return hlerr_nomem(ex->err);
    word->keys[word->count++] = (struct hlq_key){copy, (uint32_t)size, weight};
    return HL_OK;
}

static hl_status group_as_typed(struct expander *ex, const struct hlq_token *t,
                                struct hlq_word *word)
{
    uint16_t codes[HLSYL_VARIANTS_MAX];
    uint16_t code = ex->query->options.tokens ? HLSYL_NONE : hlsyl_parse(t->key, t->size);
    size_t variants = code == HLSYL_NONE ? 0 : hlsyl_variants(code, codes);
    word->keys = hlarena_zalloc(ex->arena, variants + 1, sizeof *word->keys);
    if (!word->keys)
        return hlerr_nomem(ex->err);
    hl_status status = add_key(ex, word, t->key, t->size, WEIGHT_FULL);
    for (size_t i = 0; status == HL_OK && i < variants; i++) {
        size_t size;
        const char *key = hlsyl_spell(codes[i], &size);
        status = add_key(ex, word, key, size, WEIGHT_VARIANT);
    }
    return status;
}

static hl_status expand_token(struct expander *ex, const struct hlq_token *t,
                              struct hlq_word *out_word)
{
    const struct hl_query_options *o = &ex->query->options;
    struct hlq_word word = {.typed = t->key};
    bool loose = o->marks == HL_MARKS_LOOSE;
    bool bare = !t->marked && !ex->marks_typed;
    bool open = !o->tokens && (loose || (bare && o->marks == HL_MARKS_AUTO));
    hl_status status = open ? group_by_fold(ex, t, false, &word) : group_as_typed(ex, t, &word);
    if (status == HL_OK && !word.count && !o->tokens && !open && o->marks == HL_MARKS_AUTO)
        status = group_by_fold(ex, t, true, &word);
    if (status == HL_OK)
        *out_word = word;
    return status;
}

/* ---- runs of words: alternatives, distinct words, pairs ---- */

static bool same_word(const struct hlq_word *a, const char *key, uint32_t size)
{
    return strlen(a->typed) == size && !memcmp(a->typed, key, size);
}

/* The plan's word of a token, added if it is new. */
static hl_status word_of(struct expander *ex, const struct hlq_token *t, uint32_t *out_word)
{
    struct hlq_plan *plan = ex->plan;
    for (uint32_t i = 0; i < plan->word_count; i++)
        if (same_word(&plan->words[i], t->key, t->size)) {
            *out_word = i;
            return HL_OK;
        }
    hl_status status = expand_token(ex, t, &plan->words[plan->word_count]);
    if (status == HL_OK)
        *out_word = plan->word_count++;
    return status;
}

static void add_pair(struct hlq_plan *plan, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < plan->pair_count; i++)
        if (plan->pairs[i].a == a && plan->pairs[i].b == b)
            return;
    plan->pairs[plan->pair_count++] = (struct hlq_pair){a, b};
}

/* Has the index a joined key for the tokens at i?  It then stands for them all. */
static hl_status joined_at(struct expander *ex, const struct hlq_clause *c, uint32_t i,
                           uint32_t *out_joined, struct hl_error *err)
{
    *out_joined = UINT32_MAX;
    for (uint32_t k = i + 1; k < c->count && c->tokens[k].alternative; k++) {
        struct hlq_counts counts;
        hl_status status = ex->vocabulary->find(ex->vocabulary->user, c->tokens[k].key,
                                                c->tokens[k].size, &counts, err);
        if (status != HL_OK)
            return status;
        if (counts.df) {
            *out_joined = k;
            return HL_OK;
        }
    }
    return HL_OK;
}

#define NO_WORD UINT32_MAX

static hl_status expand_run(struct expander *ex, const struct hlq_clause *c)
{
    uint32_t before = NO_WORD, before_position = 0, covered = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct hlq_token *t = &c->tokens[i];
        if (t->alternative || t->start < covered)
            continue;
        uint32_t joined, word;
        hl_status status = joined_at(ex, c, i, &joined, ex->err);
        if (status != HL_OK)
            return status;
        if (joined != UINT32_MAX) {
            status = word_of(ex, &c->tokens[joined], &word);
            covered = c->tokens[joined].end;
            before = NO_WORD; /* a joined key is no first alternative: it pairs with nothing */
        } else {
            status = word_of(ex, t, &word);
            if (status == HL_OK && before != NO_WORD && t->position == before_position + 1)
                add_pair(ex->plan, before, word);
            before = word;
            before_position = t->position;
        }
        if (status != HL_OK)
            return status;
    }
    return HL_OK;
}

/* ---- conditions ---- */

static hl_status expand_phrase(struct expander *ex, const struct hlq_clause *c)
{
    struct hlq_plan *plan = ex->plan;
    struct hlq_phrase *phrase = &plan->phrases[plan->phrase_count];
    phrase->words = hlarena_zalloc(ex->arena, c->count, sizeof *phrase->words);
    if (!phrase->words)
        return hlerr_nomem(ex->err);
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->tokens[i].alternative)
            continue;
        hl_status status = expand_token(ex, &c->tokens[i], &plan->extra[plan->extra_count]);
        if (status != HL_OK)
            return status;
        phrase->words[phrase->count++] = plan->extra_count++;
    }
    phrase->field = c->kind == HLQ_FIELD ? (int)c->field : -1;
    phrase->excluded = c->excluded;
    plan->phrase_count++;
    return HL_OK;
}

static hl_status expand_clause(struct expander *ex, const struct hlq_clause *c)
{
    struct hlq_plan *plan = ex->plan;
    switch (c->kind) {
    case HLQ_RUN:
        return expand_run(ex, c);
    case HLQ_PHRASE:
    case HLQ_FIELD:
        return expand_phrase(ex, c);
    case HLQ_FILTER:
        plan->filters[plan->filter_count++] =
            (struct hlq_filter){c->field, c->value, c->excluded};
        return HL_OK;
    }
    return HL_OK;
}

/*
 * Three syllables of four carry a mark in running text, so a query with more
 * marked words than bare ones was typed with marks, and its bare words are bare on
 * purpose (khu công nghệ cao); otherwise each word is judged by itself (cong nghệ).
 */
static bool mostly_marked(const struct hl_query *query)
{
    uint32_t marked = 0, bare = 0;
    for (uint32_t i = 0; i < query->count; i++)
        for (uint32_t k = 0; k < query->clauses[i].count; k++) {
            const struct hlq_token *t = &query->clauses[i].tokens[k];
            if (t->alternative)
                continue;
            marked += t->marked;
            bare += !t->marked && hlsyl_parse(t->key, t->size) != HLSYL_NONE;
        }
    return marked > bare;
}

hl_status hlq_expand(const struct hl_query *query, const struct hlq_vocabulary *vocabulary,
                     struct hlarena *arena, struct hlq_plan *out_plan, struct hl_error *err)
{
    struct hlq_plan plan = {0};
    struct expander ex = {query, mostly_marked(query), vocabulary, arena, &plan, err};
    size_t tokens = query->words + 1u, clauses = query->count + 1u;
    plan.words = hlarena_zalloc(arena, tokens, sizeof *plan.words);
    plan.pairs = hlarena_zalloc(arena, tokens, sizeof *plan.pairs);
    plan.extra = hlarena_zalloc(arena, tokens, sizeof *plan.extra);
    plan.phrases = hlarena_zalloc(arena, clauses, sizeof *plan.phrases);
    plan.filters = hlarena_zalloc(arena, clauses, sizeof *plan.filters);
    if (!plan.words || !plan.pairs || !plan.extra || !plan.phrases || !plan.filters)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < query->count; i++) {
        hl_status status = expand_clause(&ex, &query->clauses[i]);
        if (status != HL_OK)
            return status;
    }
    *out_plan = plan;
    return HL_OK;
}
