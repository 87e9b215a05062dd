/*
 * expand.c - a word of the query to the keys that it stands for in an index.
 *
 * A typed mark is honoured: the key itself, its i/y variants a little less; what
 * adds marks to it only if the index has none of them.  A word without marks is a
 * group of the keys that fold to it, narrowed to those that its neighbours make
 * likely (restore.h).
 */
#include "query/choices.h"
#include "query/emphasis.h"
#include "query/joined.h"
#include "query/keystrokes.h"
#include "query/widen.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/marks.h"
#include "text/syllable.h"
#include "token/number.h"

#include <assert.h>
#include <string.h>

enum {
    WEIGHT_FULL = 10,
    WEIGHT_VARIANT = 9,
    WEIGHT_UNLIKELY = 1,
    WIDENINGS_MAX = 3, /* of one word */
    WORD_KEYS_MAX = HLQ_GROUP_MAX + HLSYL_VARIANTS_MAX + WIDENINGS_MAX * HLQ_WIDEN_MAX
};

/* A key less likely than this is not searched for. */
#define POSTERIOR_MIN 0.02

struct expander {
    const struct hl_query *query;
    bool marks_typed; /* most of the query has marks: a word without means itself */
    const struct hlq_vocabulary *vocabulary;
    const struct hl_synonyms *synonyms;
    struct hlarena *arena;
    struct hlq_plan *plan;
    struct hl_error *err;
};

/* A word of a run, before and after its neighbours had their say. */
struct slot {
    const struct hlq_token *token;
    enum hlq_open open;
    bool joined;  /* stands for several tokens, pairs with nothing */
    bool decoded; /* keystrokes: the token is what they make */
    struct hlq_word word;
    unsigned widenings; /* that the word has */
};

static bool same_key(const struct hlq_key *key, const char *bytes, uint32_t size)
{
    return key->size == size && !memcmp(key->bytes, bytes, size);
}

static bool follows(const struct slot *a, const struct slot *b)
{
    /* A joined key is no first alternative: it pairs with nothing. */
    return !a->joined && !b->joined && b->token->position == a->token->position + 1;
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

/* The first key of a group counts in full, any other by how likely it is: 1 to 9 tenths. */
static unsigned weight_of(const struct hlq_word *word, const struct hlq_choice *c)
{
    unsigned likely =
        WEIGHT_UNLIKELY + (unsigned)((WEIGHT_FULL - WEIGHT_UNLIKELY) * c->posterior);
    return word->count ? likely : WEIGHT_FULL;
}

static void add_choice(struct hlq_word *word, const struct hlq_choice *c)
{
    for (uint32_t i = 0; i < word->count; i++)
        if (same_key(&word->keys[i], c->bytes, c->size))
            return;
    unsigned weight = weight_of(word, c); /* before the count rises: the first is told by it */
    word->keys[word->count++] = (struct hlq_key){c->bytes, c->size, weight};
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
}

static hl_status fill_word(struct expander *ex, struct slot *slot,
                           const struct hlq_place *place)
{
    struct hlq_word *word = &slot->word;
    *word = (struct hlq_word){.typed = slot->token->key};
    word->keys = hlarena_zalloc(ex->arena, WORD_KEYS_MAX, sizeof *word->keys);
    if (!word->keys)
        return hlerr_nomem(ex->err);
    fill_group(slot, place, word);
    const struct hlq_key typed = {slot->token->key, slot->token->size, 0};
    const struct hlq_key *meant = word->count ? word->keys : &typed;
    word->emphasis = ex->query->options.tokens ? (unsigned)HLQ_EMPHASIS_FULL
                                               : hlq_emphasis(meant->bytes, meant->size);
    bool loose = ex->query->options.marks == HL_MARKS_LOOSE;
    for (uint32_t i = 0; loose && i < word->count; i++)
        word->keys[i].weight = WEIGHT_FULL;
    bool restored = word->count && !same_key(word->keys, typed.bytes, typed.size);
    if (restored && !loose)
        word->why = HL_WHY_MARKS;
    if (slot->decoded)
        word->why = HL_WHY_KEYSTROKES;
    bool variants =
        slot->open == HLQ_AS_TYPED && !slot->token->exact && !ex->query->options.tokens;
    hl_status status = variants ? add_variants(ex, slot->token, word) : HL_OK;
    word->own = word->count;
    return status;
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

/* Typed marks beside bare words are weighed against all that fold alike (restore.h). */
static hl_status weigh_all(struct expander *ex, const struct hlq_token *t, enum hlq_open open,
                           struct hlq_place *place)
{
    const struct hl_query_options *o = &ex->query->options;
    bool wanted = !o->tokens && o->marks == HL_MARKS_AUTO && !ex->marks_typed;
    if (!wanted || !place->count || open == HLQ_FOLDED)
        return HL_OK;
    struct hlq_place all = {0};
    bool meant = false;
    hl_status status =
        hlq_choices(t->key, t->size, HLQ_FOLDED, ex->vocabulary, ex->arena, &all, ex->err);
    for (uint32_t i = 0; status == HL_OK && i < all.count; i++) {
        struct hlq_choice *c = &all.choices[i];
        c->barred = open == HLQ_AS_TYPED
                        ? c->size != t->size || memcmp(c->bytes, t->key, t->size)
                        : !hltext_adds_marks(t->key, t->size, c->bytes, c->size);
        meant |= !c->barred;
    }
    if (meant)
        *place = all;
    return status;
}

/* ha right after a number is hectares, unless bare words go on and may make it Hà Nội. */
static bool is_unit(const struct slot *slots, uint32_t count, uint32_t i)
{
    const struct hlq_token *t = slots[i].token;
    if (!i || !follows(&slots[i - 1], &slots[i]) || !hltoken_is_unit(t->key, t->size))
        return false;
    const struct hlq_token *number = slots[i - 1].token;
    const struct slot *next = i + 1 < count ? &slots[i + 1] : NULL;
    bool goes_on = next && follows(&slots[i], next) && !next->token->marked &&
                   hlsyl_is_folded(next->token->key, next->token->size);
    return number->key[0] >= '0' && number->key[0] <= '9' && !goes_on;
}

static hl_status open_slot(struct expander *ex, struct slot *slot, bool unit,
                           struct hlq_place *place)
{
    const struct hlq_token *t = slot->token;
    slot->open = open_of(ex, t);
    if (unit && ex->query->options.marks == HL_MARKS_AUTO)
        slot->open = HLQ_AS_TYPED;
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
    return status == HL_OK ? weigh_all(ex, t, slot->open, place) : status;
}

/* Loose marks mean every marking alike: nothing is restored, the commonest come first. */
static void judge_by_df(struct hlq_place *place)
{
    double sum = 0;
    for (uint32_t i = 0; i < place->count; i++)
        sum += (double)place->choices[i].df;
    place->best = 0; /* neighbours have no say: a word is one word wherever it stands */
    for (uint32_t i = 0; i < place->count; i++) {
        place->choices[i].posterior = POSTERIOR_MIN + (double)place->choices[i].df / sum;
        if (place->choices[i].df > place->choices[place->best].df)
            place->best = i;
    }
}

static hl_status note_reading(struct expander *ex, const struct slot *slot)
{
    const struct hlq_word *word = &slot->word;
    if (word->why == HL_WHY_TYPED || !word->count)
        return HL_OK;
    ex->plan->readings[ex->plan->reading_count++] = (struct hlq_reading){
        slot->token->start, slot->token->end, word->keys[0].bytes, word->why};
    return HL_OK;
}

/* Every slot's word, each read beside its neighbours. */
static hl_status read_slots(struct expander *ex, struct slot *slots, uint32_t count)
{
    struct hlq_place *places = hlarena_zalloc(ex->arena, count + 1u, sizeof *places);
    hl_status status = places ? HL_OK : hlerr_nomem(ex->err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        status = open_slot(ex, &slots[i], is_unit(slots, count, i), &places[i]);
        places[i].linked = i && follows(&slots[i - 1], &slots[i]);
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

/* The alternative that stands for the tokens at i, if the index says so. */
static hl_status joined_at(struct expander *ex, const struct hlq_clause *c, uint32_t i,
                           const struct hlq_token **out_joined)
{
    bool takes = false;
    *out_joined = NULL;
    for (uint32_t k = i + 1; !takes && k < c->count && c->tokens[k].alternative; k++) {
        hl_status status = hlq_takes_joined(c, i, k, ex->vocabulary, &takes, ex->err);
        if (status != HL_OK)
            return status;
        if (takes)
            *out_joined = &c->tokens[k];
    }
    return HL_OK;
}

/* A word typed as raw Telex or VNI is the syllable that its keys make, marks and all. */
static hl_status decode_slot(struct expander *ex, struct slot *slot)
{
    const struct hl_query_options *o = &ex->query->options;
    const struct hlq_token *t = slot->token;
    const char *key;
    uint32_t size;
    bool decoded = false;
    if (o->tokens || o->marks == HL_MARKS_STRICT || t->exact || t->marked || slot->joined)
        return HL_OK;
    hl_status status = hlq_decode_keystrokes(t->key, t->size, ex->vocabulary, ex->arena, &key,
                                             &size, &decoded, ex->err);
    if (status != HL_OK || !decoded)
        return status;
    struct hlq_token *meant = hlarena_zalloc(ex->arena, 1, sizeof *meant);
    char *copy = hlarena_strndup(ex->arena, key, size);
    if (!meant || !copy)
        return hlerr_nomem(ex->err);
    *meant = *t;
    meant->key = copy;
    meant->size = size;
    meant->marked = hltext_is_marked(copy, size);
    slot->token = meant;
    slot->decoded = true;
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
        slots[count] = (struct slot){.token = meant, .joined = joined};
        status = decode_slot(ex, &slots[count++]);
        if (status != HL_OK)
            return status;
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

/* ---- other names ---- */

/* "vắc xin" in the query was searched for as vaccine as well. */
static hl_status note_others(struct expander *ex, const struct slot *slots,
                             const struct hlq_widening *w)
{
    struct hlbuf as = {0};
    for (uint32_t i = 0; i < w->count; i++)
        hlbuf_put_format(&as, "%s%s", i ? " | " : "", w->keys[i].bytes);
    for (uint32_t i = 0; i < w->row_count; i++)
        for (uint32_t k = 0; k < w->rows[i].count; k++)
            hlbuf_put_format(&as, "%s%s",
                             k               ? " "
                             : i || w->count ? " | "
                                             : "",
                             w->rows[i].keys[k].bytes);
    char *text = as.failed ? NULL : hlarena_strndup(ex->arena, (const char *)as.data, as.size);
    hlbuf_release(&as);
    if (!text)
        return hlerr_nomem(ex->err);
    ex->plan->others[ex->plan->other_count++] = (struct hlq_reading){
        slots[w->from].token->start, slots[w->to - 1].token->end, text, HL_WHY_SYNONYM};
    return HL_OK;
}

/* Keys and rows of a widening, after those that are there. */
static hl_status append(struct expander *ex, const struct hlq_widening *w, struct hlq_key *keys,
                        uint32_t *count, struct hlq_sequence **rows, uint32_t *row_count)
{
    for (uint32_t i = 0; i < w->count; i++) {
        bool there = false;
        for (uint32_t k = 0; k < *count; k++)
            there = there || same_key(&keys[k], w->keys[i].bytes, w->keys[i].size);
        if (!there)
            keys[(*count)++] = w->keys[i];
    }
    if (!w->row_count)
        return HL_OK;
    if (!*rows)
        *rows = hlarena_zalloc(ex->arena, WIDENINGS_MAX * HLQ_WIDEN_MAX, sizeof **rows);
    if (!*rows)
        return hlerr_nomem(ex->err);
    memcpy(*rows + *row_count, w->rows, w->row_count * sizeof **rows);
    *row_count += w->row_count;
    return HL_OK;
}

static hl_status widen_words(struct expander *ex, struct slot *slots,
                             const struct hlq_widenings *all)
{
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < all->count; i++) {
        const struct hlq_widening *w = &all->list[i];
        for (uint32_t k = w->from; status == HL_OK && k < w->to; k++) {
            struct hlq_word *word = &slots[k].word;
            if (slots[k].widenings == WIDENINGS_MAX)
                continue;
            slots[k].widenings++;
            status = append(ex, w, word->keys, &word->count, &word->sequences,
                            &word->sequence_count);
        }
        if (status == HL_OK)
            status = note_others(ex, slots, w);
    }
    return status;
}

/* Every run of slots with what else it may be called. */
static hl_status find_names(struct expander *ex, struct slot *slots, uint32_t count,
                            struct hlq_widenings *out_all)
{
    *out_all = (struct hlq_widenings){NULL, 0};
    if (ex->query->options.tokens)
        return HL_OK;
    struct hlq_widen_slot *open = hlarena_zalloc(ex->arena, count + 1u, sizeof *open);
    if (!open)
        return hlerr_nomem(ex->err);
    for (uint32_t i = 0; i < count; i++) {
        const struct hlq_token *t = slots[i].token;
        struct hlq_key typed = {t->key, t->size, 0};
        const struct hlq_key *best = slots[i].word.count ? slots[i].word.keys : &typed;
        open[i] = (struct hlq_widen_slot){best->bytes, best->size,
                                          i && follows(&slots[i - 1], &slots[i]), t->exact};
    }
    hl_status status =
        hlq_widen(open, count, ex->synonyms, ex->vocabulary, ex->arena, out_all, ex->err);
    return status == HL_OK ? widen_words(ex, slots, out_all) : status;
}

/* A pair inside a widening may be called so too. */
static hl_status widen_pair(struct expander *ex, const struct hlq_widenings *all,
                            uint32_t second, struct hlq_pair *pair)
{
    hl_status status = HL_OK;
    uint32_t done = 0;
    for (uint32_t i = 0; status == HL_OK && i < all->count && done < WIDENINGS_MAX; i++) {
        const struct hlq_widening *w = &all->list[i];
        if (w->from >= second || w->to <= second)
            continue;
        if (!pair->keys)
            pair->keys =
                hlarena_zalloc(ex->arena, WIDENINGS_MAX * HLQ_WIDEN_MAX, sizeof *pair->keys);
        if (!pair->keys)
            return hlerr_nomem(ex->err);
        status =
            append(ex, w, pair->keys, &pair->count, &pair->sequences, &pair->sequence_count);
        done++;
    }
    return status;
}

static hl_status expand_run(struct expander *ex, const struct hlq_clause *c)
{
    struct slot *slots;
    struct hlq_widenings names = {NULL, 0};
    uint32_t count, before = 0;
    hl_status status = make_slots(ex, c, true, &slots, &count);
    if (status == HL_OK)
        status = read_slots(ex, slots, count);
    if (status == HL_OK)
        status = find_names(ex, slots, count, &names);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        uint32_t word = word_of(ex->plan, &slots[i].word);
        uint32_t pairs = ex->plan->pair_count;
        if (i && follows(&slots[i - 1], &slots[i]))
            add_pair(ex->plan, before, word);
        if (ex->plan->pair_count > pairs)
            status = widen_pair(ex, &names, i, &ex->plan->pairs[pairs]);
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
            bare += !t->marked && hlsyl_is_folded(t->key, t->size);
        }
    return marked > bare;
}

hl_status hlq_expand(const struct hl_query *query, const struct hlq_vocabulary *vocabulary,
                     const struct hl_synonyms *synonyms, struct hlarena *arena,
                     struct hlq_plan *out_plan, struct hl_error *err)
{
    struct hlq_plan plan = {0};
    struct expander ex = {query, mostly_marked(query), vocabulary, synonyms, arena, &plan, err};
    size_t tokens = query->words + 1u, clauses = query->count + 1u;
    plan.words = hlarena_zalloc(arena, tokens, sizeof *plan.words);
    plan.readings = hlarena_zalloc(arena, tokens, sizeof *plan.readings);
    plan.others = hlarena_zalloc(arena, tokens * 2, sizeof *plan.others);
    plan.pairs = hlarena_zalloc(arena, tokens, sizeof *plan.pairs);
    plan.extra = hlarena_zalloc(arena, tokens, sizeof *plan.extra);
    plan.phrases = hlarena_zalloc(arena, clauses, sizeof *plan.phrases);
    plan.filters = hlarena_zalloc(arena, clauses, sizeof *plan.filters);
    if (!plan.words || !plan.pairs || !plan.extra || !plan.phrases || !plan.filters ||
        !plan.readings || !plan.others)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < query->count; i++) {
        hl_status status = expand_clause(&ex, &query->clauses[i]);
        if (status != HL_OK)
            return status;
    }
    *out_plan = plan;
    return HL_OK;
}
