/*
 * expand.c - a word of the query to the keys that it stands for in an index.
 *
 * A typed mark is honoured: the key itself, its i/y variants a little less; what
 * adds marks to it only if the index has none of them.  A word without marks is a
 * group of the keys that fold to it, narrowed to those that its neighbours make
 * likely (restore.h).
 */
#include "query/choices.h"
#include "query/query.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/syllable.h"

#include <assert.h>
#include <string.h>

enum { WEIGHT_FULL = 10, WEIGHT_VARIANT = 9 };

/* A key less likely than this is not searched for. */
#define POSTERIOR_MIN 0.02

struct expander {
    const struct hl_query *query;
    bool marks_typed; /* most of the query has marks: a word without means itself */
    const struct hlq_vocabulary *vocabulary;
    struct hlarena *arena;
    struct hlq_plan *plan;
    struct hl_error *err;
};

/* A word of a run, before and after its neighbours had their say. */
struct slot {
    const struct hlq_token *token;
    enum hlq_open open;
    bool joined;  /* stands for several tokens, pairs with nothing */
    uint32_t end; /* byte in the query where the last of its tokens ends */
    struct hlq_word word;
};

static bool same_key(const struct hlq_key *key, const char *bytes, uint32_t size)
{
    return key->size == size && !memcmp(key->bytes, bytes, size);
}

/* ---- groups ---- */

static hl_status add_variants(struct expander *ex, const struct hlq_token *t,
                              struct hlq_word *word)
{
    uint16_t codes[HLSYL_VARIANTS_MAX];
    uint16_t code = hlsyl_parse(t->key, t->size);
    size_t variants = code == HLSYL_NONE ? 0 : hlsyl_variants(code, codes);
    for (size_t i = 0; i < variants; i++) {
        size_t size;
        const char *key = hlsyl_spell(codes[i], &size);
        struct hlq_counts counts;
        hl_status status =
            ex->vocabulary->find(ex->vocabulary->user, key, size, &counts, ex->err);
        if (status != HL_OK)
            return status;
        if (!counts.df)
            continue;
        char *copy = hlarena_strndup(ex->arena, key, size);
        if (!copy)
            return hlerr_nomem(ex->err);
        word->keys[word->count++] = (struct hlq_key){copy, (uint32_t)size, WEIGHT_VARIANT};
    }
    return HL_OK;
}

static void add_choice(struct hlq_word *word, const struct hlq_choice *c)
{
    for (uint32_t i = 0; i < word->count; i++)
        if (same_key(&word->keys[i], c->bytes, c->size))
            return;
    word->keys[word->count++] = (struct hlq_key){c->bytes, c->size, WEIGHT_FULL};
}

static const struct hlq_choice *choice_of(const struct hlq_place *place, const char *key,
                                          uint32_t size)
{
    for (uint32_t i = 0; i < place->count; i++)
        if (place->choices[i].size == size && !memcmp(place->choices[i].bytes, key, size))
            return &place->choices[i];
    return NULL;
}

/* The likeliest not yet taken, NULL if none is likely enough. */
static const struct hlq_choice *next_likely(const struct hlq_place *place, double below,
                                            const struct hlq_choice *last)
{
    const struct hlq_choice *best = NULL;
    for (uint32_t i = 0; i < place->count; i++) {
        const struct hlq_choice *c = &place->choices[i];
        bool later = c->posterior < below || (c->posterior == below && last && c > last);
        if (later && c->posterior > POSTERIOR_MIN && (!best || c->posterior > best->posterior))
            best = c;
    }
    return best;
}

/* The group of a place: the best, what was typed, and what is likely; HLQ_GROUP_MAX at most. */
static void fill_group(const struct slot *slot, const struct hlq_place *place,
                       struct hlq_word *word)
{
    const struct hlq_token *t = slot->token;
    if (!place->count)
        return;
    add_choice(word, &place->choices[place->best]);
    const struct hlq_choice *typed = choice_of(place, t->key, t->size);
    if (typed)
        add_choice(word, typed);
    const struct hlq_choice *c = NULL;
    double below = 2;
    while (word->count < HLQ_GROUP_MAX && (c = next_likely(place, below, c))) {
        below = c->posterior;
        add_choice(word, c);
    }
    if (!same_key(&word->keys[0], t->key, t->size))
        word->why = HL_WHY_MARKS;
}

static hl_status fill_word(struct expander *ex, struct slot *slot,
                           const struct hlq_place *place)
{
    struct hlq_word *word = &slot->word;
    *word = (struct hlq_word){.typed = slot->token->key};
    word->keys =
        hlarena_zalloc(ex->arena, HLQ_GROUP_MAX + HLSYL_VARIANTS_MAX, sizeof *word->keys);
    if (!word->keys)
        return hlerr_nomem(ex->err);
    fill_group(slot, place, word);
    bool variants =
        slot->open == HLQ_AS_TYPED && !slot->token->exact && !ex->query->options.tokens;
    return variants ? add_variants(ex, slot->token, word) : HL_OK;
}

/* ---- lattices ---- */

/* What a token may mean before its neighbours are asked. */
static enum hlq_open open_of(const struct expander *ex, const struct hlq_token *t)
{
    const struct hl_query_options *o = &ex->query->options;
    if (o->tokens || t->exact || o->marks == HL_MARKS_STRICT)
        return HLQ_AS_TYPED;
    if (o->marks == HL_MARKS_LOOSE)
        return HLQ_FOLDED;
    return t->marked || ex->marks_typed ? HLQ_AS_TYPED : HLQ_FOLDED;
}

/* A typed key that the index lacks, and its variants, may have lost some of its marks. */
static hl_status lost_marks(struct expander *ex, const struct slot *slot, bool *out_lost)
{
    const struct hl_query_options *o = &ex->query->options;
    struct hlq_word word = {.typed = slot->token->key};
    struct hlq_key keys[HLSYL_VARIANTS_MAX];
    *out_lost = false;
    if (o->tokens || slot->token->exact || o->marks != HL_MARKS_AUTO)
        return HL_OK;
    word.keys = keys;
    hl_status status = add_variants(ex, slot->token, &word);
    *out_lost = !word.count;
    return status;
}

static hl_status open_slot(struct expander *ex, struct slot *slot, struct hlq_place *place)
{
    const struct hlq_token *t = slot->token;
    slot->open = open_of(ex, t);
    hl_status status =
        hlq_choices(t->key, t->size, slot->open, ex->vocabulary, ex->arena, place, ex->err);
    bool lost = false;
    if (status == HL_OK && slot->open == HLQ_AS_TYPED && !place->count)
        status = lost_marks(ex, slot, &lost);
    if (status == HL_OK && lost) {
        slot->open = HLQ_MARKS_ADDED;
        status =
            hlq_choices(t->key, t->size, slot->open, ex->vocabulary, ex->arena, place, ex->err);
    }
    return status;
}

/* Loose marks mean every marking alike: nothing is restored, the commonest come first. */
static void judge_by_df(struct hlq_place *place)
{
    double sum = 0;
    for (uint32_t i = 0; i < place->count; i++)
        sum += (double)place->choices[i].df;
    for (uint32_t i = 0; i < place->count; i++) {
        place->choices[i].posterior = POSTERIOR_MIN + (double)place->choices[i].df / sum;
        if (place->choices[i].df > place->choices[place->best].df)
            place->best = i;
    }
}

static hl_status note_reading(struct expander *ex, const struct slot *slot)
{
    const struct hlq_word *word = &slot->word;
    if (word->why == HL_WHY_TYPED)
        return HL_OK;
    ex->plan->readings[ex->plan->reading_count++] =
        (struct hlq_reading){slot->token->start, slot->end, word->keys[0].bytes, word->why};
    return HL_OK;
}

/* Every slot's word, each read beside its neighbours. */
static hl_status read_slots(struct expander *ex, struct slot *slots, uint32_t count)
{
    struct hlq_place *places = hlarena_zalloc(ex->arena, count + 1u, sizeof *places);
    hl_status status = places ? HL_OK : hlerr_nomem(ex->err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        status = open_slot(ex, &slots[i], &places[i]);
        places[i].linked = i && !slots[i].joined && !slots[i - 1].joined &&
                           slots[i].token->position == slots[i - 1].token->position + 1;
    }
    if (status == HL_OK)
        status = hlq_restore(places, count, ex->vocabulary, ex->arena, ex->err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        if (ex->query->options.marks == HL_MARKS_LOOSE)
            judge_by_df(&places[i]);
        status = fill_word(ex, &slots[i], &places[i]);
        if (status == HL_OK)
            status = note_reading(ex, &slots[i]);
    }
    return status;
}

/* ---- runs of words: alternatives, distinct words, pairs ---- */

/* Has the index a joined key for the tokens at i?  It then stands for them all. */
static hl_status joined_at(struct expander *ex, const struct hlq_clause *c, uint32_t i,
                           const struct hlq_token **out_joined)
{
    *out_joined = NULL;
    for (uint32_t k = i + 1; k < c->count && c->tokens[k].alternative; k++) {
        struct hlq_counts counts;
        hl_status status = ex->vocabulary->find(ex->vocabulary->user, c->tokens[k].key,
                                                c->tokens[k].size, &counts, ex->err);
        if (status != HL_OK)
            return status;
        if (counts.df) {
            *out_joined = &c->tokens[k];
            return HL_OK;
        }
    }
    return HL_OK;
}

/* The slots of a clause; `join` false: first alternatives only. */
static hl_status make_slots(struct expander *ex, const struct hlq_clause *c, bool join,
                            struct slot **out_slots, uint32_t *out_count)
{
    struct slot *slots = hlarena_zalloc(ex->arena, c->count + 1u, sizeof *slots);
    uint32_t count = 0, covered = 0;
    if (!slots)
        return hlerr_nomem(ex->err);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct hlq_token *t = &c->tokens[i], *joined = NULL;
        if (t->alternative || (join && t->start < covered))
            continue;
        hl_status status = join ? joined_at(ex, c, i, &joined) : HL_OK;
        if (status != HL_OK)
            return status;
        if (joined)
            covered = joined->end;
        const struct hlq_token *meant = joined ? joined : t;
        slots[count++] = (struct slot){.token = meant, .joined = joined, .end = meant->end};
    }
    *out_slots = slots;
    *out_count = count;
    return HL_OK;
}

/* One word where the same was typed and meant: the first stands for all. */
static uint32_t word_of(struct hlq_plan *plan, const struct hlq_word *word)
{
    for (uint32_t i = 0; i < plan->word_count; i++) {
        const struct hlq_word *w = &plan->words[i];
        bool same = !strcmp(w->typed, word->typed) && !w->count == !word->count;
        if (same && (!word->count || !strcmp(w->keys[0].bytes, word->keys[0].bytes)))
            return i;
    }
    plan->words[plan->word_count] = *word;
    return plan->word_count++;
}

static void add_pair(struct hlq_plan *plan, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < plan->pair_count; i++)
        if (plan->pairs[i].a == a && plan->pairs[i].b == b)
            return;
    plan->pairs[plan->pair_count++] = (struct hlq_pair){.a = a, .b = b};
}

static hl_status expand_run(struct expander *ex, const struct hlq_clause *c)
{
    struct slot *slots;
    uint32_t count, before = 0;
    hl_status status = make_slots(ex, c, true, &slots, &count);
    if (status == HL_OK)
        status = read_slots(ex, slots, count);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        const struct slot *s = &slots[i];
        uint32_t word = word_of(ex->plan, &s->word);
        /* A joined key is no first alternative: it pairs with nothing. */
        if (i && !s->joined && !slots[i - 1].joined &&
            s->token->position == slots[i - 1].token->position + 1)
            add_pair(ex->plan, before, word);
        before = word;
    }
    return status;
}

/* ---- conditions ---- */

static hl_status expand_phrase(struct expander *ex, const struct hlq_clause *c)
{
    struct hlq_plan *plan = ex->plan;
    struct hlq_phrase *phrase = &plan->phrases[plan->phrase_count];
    struct slot *slots;
    uint32_t count;
    phrase->words = hlarena_zalloc(ex->arena, c->count + 1u, sizeof *phrase->words);
    if (!phrase->words)
        return hlerr_nomem(ex->err);
    hl_status status = make_slots(ex, c, false, &slots, &count);
    if (status == HL_OK)
        status = read_slots(ex, slots, count);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        plan->extra[plan->extra_count] = slots[i].word;
        phrase->words[phrase->count++] = plan->extra_count++;
    }
    phrase->field = c->kind == HLQ_FIELD ? (int)c->field : -1;
    phrase->excluded = c->excluded;
    plan->phrase_count += status == HL_OK;
    return status;
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
    plan.readings = hlarena_zalloc(arena, tokens, sizeof *plan.readings);
    plan.pairs = hlarena_zalloc(arena, tokens, sizeof *plan.pairs);
    plan.extra = hlarena_zalloc(arena, tokens, sizeof *plan.extra);
    plan.phrases = hlarena_zalloc(arena, clauses, sizeof *plan.phrases);
    plan.filters = hlarena_zalloc(arena, clauses, sizeof *plan.filters);
    if (!plan.words || !plan.pairs || !plan.extra || !plan.phrases || !plan.filters ||
        !plan.readings)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < query->count; i++) {
        hl_status status = expand_clause(&ex, &query->clauses[i]);
        if (status != HL_OK)
            return status;
    }
    *out_plan = plan;
    return HL_OK;
}
