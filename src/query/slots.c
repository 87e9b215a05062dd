#include "query/slots.h"

#include "query/emphasis.h"
#include "query/joined.h"
#include "query/keystrokes.h"
#include "query/prefix.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/marks.h"
#include "token/number.h"

#include <assert.h>

enum { WEIGHT_FULL = 10, WEIGHT_VARIANT = 9, WEIGHT_UNLIKELY = 1 };

/* A key less likely than this is not searched for. */
#define POSTERIOR_MIN 0.02

/* A prefix stands for more keys than are searched for. */
static hl_status note_cut(struct hlq_expander *ex, const struct hlq_token *t,
                          const struct hlq_prefix *prefix, uint32_t count)
{
    struct hlq_plan *plan = ex->plan;
    struct hlbuf text = {0};
    if (plan->note_count == HLQ_NOTES_MAX)
        return HL_OK;
    hlbuf_put_format(&text,
                     hlerr_say("%.*s* begins %u words; the %u commonest are searched for"),
                     (int)t->size, t->key, count + prefix->left_out, count);
    char *copy =
        text.failed ? NULL : hlarena_strndup(ex->arena, (const char *)text.data, text.size);
    hlbuf_release(&text);
    if (!copy)
        return hlerr_nomem(ex->err);
    plan->notes[plan->note_count++] = (struct hl_note){copy, t->start};
    return HL_OK;
}

/* ---- keys of a word ---- */

static hl_status add_variants(struct hlq_expander *ex, const struct hlq_token *t,
                              struct hlq_word *word)
{
    uint16_t codes[HLSYL_VARIANTS_MAX];
    uint16_t code = hlsyl_parse(t->key, t->size);
    size_t variants = code == HLSYL_NONE ? 0 : hlsyl_variants(code, codes);
    for (size_t i = 0; i < variants; i++) {
        size_t size;
        const char *key = hlsyl_spell(codes[i], &size);
        uint64_t df;
        hl_status status = hlq_df(ex->vocabulary, key, size, &df, ex->err);
        if (status != HL_OK)
            return status;
        if (!df)
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
        if (hlq_is_key(&word->keys[i], c->bytes, c->size))
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
static void fill_group(const struct hlq_slot *slot, const struct hlq_place *place,
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

/* Finds a prefix, or what was found before. */
static hl_status know_prefix(struct hlq_expander *ex, const struct hlq_token *t,
                             struct hlq_prefix *prefix,
                             const struct hlq_known_prefix **out_known)
{
    struct hlq_known_prefix *p = ex->prefixes;
    for (; p; p = p->next)
        if (p->most == prefix->most && p->strict == prefix->strict && p->size == prefix->size &&
            !memcmp(p->key, prefix->key, p->size)) {
            *out_known = p;
            return HL_OK;
        }
    p = hlarena_alloc(ex->arena, sizeof *p);
    if (!p)
        return hlerr_nomem(ex->err);
    *p = (struct hlq_known_prefix){
        ex->prefixes, prefix->key, prefix->size, prefix->most, prefix->strict, NULL, 0};
    hl_status status =
        hlq_find_prefix(prefix, ex->vocabulary, ex->arena, &p->keys, &p->count, ex->err);
    if (status == HL_OK && prefix->left_out)
        status = note_cut(ex, t, prefix, p->count);
    if (status != HL_OK)
        return status;
    ex->prefixes = p;
    *out_known = p;
    return HL_OK;
}

/* What begins with the letters typed. */
static hl_status fill_prefix(struct hlq_expander *ex, struct hlq_slot *slot)
{
    const struct hlq_token *t = slot->token;
    const struct hl_query_options *o = &ex->query->options;
    struct hlq_word *word = &slot->word;
    struct hlq_prefix prefix = {.key = t->key,
                                .size = t->size,
                                .strict = t->exact || o->tokens || o->marks == HL_MARKS_STRICT,
                                .most = slot->row ? HLQ_PREFIX_ROW_MAX : HLQ_PREFIX_MAX};
    char *typed = hlarena_alloc(ex->arena, t->size + 2u);
    if (!typed)
        return hlerr_nomem(ex->err);
    memcpy(typed, t->key, t->size);
    memcpy(typed + t->size, "*", 2);
    *word = (struct hlq_word){.typed = typed, .emphasis = HLQ_EMPHASIS_FULL};
    const struct hlq_known_prefix *known = NULL;
    hl_status status = know_prefix(ex, t, &prefix, &known);
    if (status != HL_OK)
        return status;
    word->keys = known->keys;
    word->count = word->own = known->count;
    return HL_OK;
}

static hl_status fill_word(struct hlq_expander *ex, struct hlq_slot *slot,
                           const struct hlq_place *place)
{
    struct hlq_word *word = &slot->word;
    if (slot->token->prefix)
        return fill_prefix(ex, slot);
    *word = (struct hlq_word){.typed = slot->token->key};
    word->keys = hlarena_zalloc(ex->arena, HLQ_WORD_KEYS_MAX, sizeof *word->keys);
    if (!word->keys)
        return hlerr_nomem(ex->err);
    fill_group(slot, place, word);
    const struct hlq_key typed = {slot->token->key, slot->token->size, 0};
    const struct hlq_key *meant = word->count ? word->keys : &typed;
    word->emphasis = ex->query->options.tokens ? (unsigned)HLQ_EMPHASIS_FULL
                                               : hlq_emphasis(meant->bytes, meant->size);
    if (slot->token->weight)
        word->emphasis = slot->token->weight;
    bool loose = ex->query->options.marks == HL_MARKS_LOOSE;
    for (uint32_t i = 0; loose && i < word->count; i++)
        word->keys[i].weight = WEIGHT_FULL;
    bool restored = word->count && !hlq_is_key(word->keys, typed.bytes, typed.size);
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
static enum hlq_open open_of(const struct hlq_expander *ex, const struct hlq_token *t)
{
    const struct hl_query_options *o = &ex->query->options;
    if (o->tokens || t->exact || o->marks == HL_MARKS_STRICT)
        return HLQ_AS_TYPED;
    if (o->marks == HL_MARKS_LOOSE)
        return HLQ_FOLDED;
    return t->marked || ex->marks_typed ? HLQ_AS_TYPED : HLQ_FOLDED;
}

/* A typed key that the index lacks, and its variants, may have lost some of its marks. */
static hl_status lost_marks(struct hlq_expander *ex, const struct hlq_slot *slot,
                            bool *out_lost)
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
static hl_status weigh_all(struct hlq_expander *ex, const struct hlq_token *t,
                           enum hlq_open open, struct hlq_place *place)
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
static bool is_unit(const struct hlq_slot *slots, uint32_t count, uint32_t i)
{
    const struct hlq_token *t = slots[i].token;
    if (!i || !hlq_follows(&slots[i - 1], &slots[i]) || !hltoken_is_unit(t->key, t->size))
        return false;
    const struct hlq_token *number = slots[i - 1].token;
    const struct hlq_slot *next = i + 1 < count ? &slots[i + 1] : NULL;
    bool goes_on = next && hlq_follows(&slots[i], next) && !next->token->marked &&
                   hlsyl_is_folded(next->token->key, next->token->size);
    return number->key[0] >= '0' && number->key[0] <= '9' && !goes_on;
}

static hl_status open_slot(struct hlq_expander *ex, struct hlq_slot *slot, bool unit,
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

static hl_status note_reading(struct hlq_expander *ex, const struct hlq_slot *slot)
{
    const struct hlq_word *word = &slot->word;
    if (word->why == HL_WHY_TYPED || !word->count || slot->excluded)
        return HL_OK;
    ex->plan->readings[ex->plan->reading_count++] = (struct hlq_reading){
        slot->token->start, slot->token->end, word->keys[0].bytes, word->why};
    return HL_OK;
}

/* Every slot's word, each read beside its neighbours. */
hl_status hlq_read_slots(struct hlq_expander *ex, struct hlq_slot *slots, uint32_t count)
{
    struct hlq_place *places = hlarena_zalloc(ex->arena, count + 1u, sizeof *places);
    hl_status status = places ? HL_OK : hlerr_nomem(ex->err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        if (!slots[i].token->prefix)
            status = open_slot(ex, &slots[i], is_unit(slots, count, i), &places[i]);
        places[i].linked = i && hlq_follows(&slots[i - 1], &slots[i]);
    }
    if (status == HL_OK)
        status = hlq_restore(places, count, ex->vocabulary, ex->arena, ex->err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        if (ex->query->options.marks == HL_MARKS_LOOSE && places[i].count)
            judge_by_df(&places[i]);
        status = fill_word(ex, &slots[i], &places[i]);
        if (status == HL_OK)
            status = note_reading(ex, &slots[i]);
    }
    return status;
}

/* ---- runs of words: alternatives, distinct words, pairs ---- */

/* The alternative that stands for the tokens at i, if the index says so. */
static hl_status joined_at(struct hlq_expander *ex, const struct hlq_clause *c, uint32_t i,
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
static hl_status decode_slot(struct hlq_expander *ex, struct hlq_slot *slot)
{
    const struct hl_query_options *o = &ex->query->options;
    const struct hlq_token *t = slot->token;
    const char *key;
    uint32_t size;
    bool decoded = false;
    if (o->tokens || o->marks == HL_MARKS_STRICT || t->exact || t->marked || slot->joined ||
        t->prefix)
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

/* The slots of a clause; `join` false: first alternatives only, for they stand in a row. */
hl_status hlq_make_slots(struct hlq_expander *ex, const struct hlq_clause *c, bool join,
                         struct hlq_slot **out_slots, uint32_t *out_count)
{
    struct hlq_slot *slots = hlarena_zalloc(ex->arena, c->count + 1u, sizeof *slots);
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
        slots[count] = (struct hlq_slot){
            .token = meant, .joined = joined, .row = !join, .excluded = c->excluded};
        status = decode_slot(ex, &slots[count++]);
        if (status != HL_OK)
            return status;
    }
    *out_slots = slots;
    *out_count = count;
    return HL_OK;
}
