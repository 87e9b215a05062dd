/*
 * candidate_plan.c - a prepared search, told by numbers of keys.
 */
#include "backend/candidate_parts.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/syllable.h"

#include <assert.h>
#include <string.h>

enum { SLOTS_LEAST = 64 };

hl_status hlcand_no_room(const struct hlcandidates *c, struct hl_error *err)
{
    if (c->arena.total <= HLNATIVE_MEMORY_MAX / 2)
        return hlerr_nomem(err);
    return hlerr_set(err, HL_LIMIT, "query needs more than %d MiB; ask for fewer words",
                     HLNATIVE_MEMORY_MAX >> 20);
}

/* ---- numbers of keys ---- */

/* The slot of a key, or the empty one where it would be. */
static uint64_t *slot_of(const struct hlcandidates *c, const char *key, size_t size,
                         uint64_t hash)
{
    uint32_t mask = c->slot_count - 1, tag = (uint32_t)(hash >> 32);
    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint64_t *slot = &c->slots[i];
        if (!*slot)
            return slot;
        const struct hlcand_key *known = &c->keys[(uint32_t)*slot - 1];
        if (*slot >> 32 == tag && known->size == size && !memcmp(known->bytes, key, size))
            return slot;
    }
}

uint32_t hlcand_find(const struct hlcandidates *c, const char *key, size_t size)
{
    uint64_t slot = c->slot_count ? *slot_of(c, key, size, hlhash64(key, size)) : 0;
    return slot ? (uint32_t)slot - 1 : HLCAND_NONE;
}

static bool grow_slots(struct hlcandidates *c)
{
    uint32_t count = c->slot_count ? c->slot_count * 4 : SLOTS_LEAST;
    uint64_t *grown = hlmem_zalloc(count, sizeof *grown);
    if (!grown)
        return false;
    hlmem_free(c->slots);
    c->slots = grown;
    c->slot_count = count;
    for (uint32_t k = 0; k < c->key_count; k++) {
        uint64_t hash = hlhash64(c->keys[k].bytes, c->keys[k].size);
        *slot_of(c, c->keys[k].bytes, c->keys[k].size, hash) = hash >> 32 << 32 | (k + 1);
    }
    return true;
}

static bool grow_keys(struct hlcandidates *c)
{
    uint32_t room = c->key_room * 2 + 32;
    struct hlcand_key *grown = hlmem_realloc(c->keys, room * sizeof *grown);
    if (!grown)
        return false;
    c->keys = grown;
    c->key_room = room;
    return true;
}

/* The number of a key, a new one if it has none.  Its syllable is wanted of texts. */
static hl_status number_of(struct hlcandidates *c, const char *key, size_t size,
                           uint32_t *out_number, struct hl_error *err)
{
    uint64_t hash = hlhash64(key, size);
    if ((c->key_count == c->key_room && !grow_keys(c)) ||
        (c->key_count * 2 >= c->slot_count && !grow_slots(c)))
        return hlerr_nomem(err);
    uint64_t *slot = slot_of(c, key, size, hash);
    if (!*slot) {
        uint16_t code = hlsyl_parse(key, size);
        c->keys[c->key_count++] = (struct hlcand_key){key, (uint32_t)size};
        *slot = hash >> 32 << 32 | c->key_count;
        if (code != HLSYL_NONE)
            c->wanted[code >> 6] |= (uint64_t)1 << (code & 63);
    }
    *out_number = (uint32_t)*slot - 1;
    return HL_OK;
}

/* ---- words, phrases ---- */

static hl_status plan_row(struct hlcandidates *c, const struct hlq_sequence *row,
                          struct hlcand_phrase **out_phrase, struct hl_error *err);

static hl_status plan_word(struct hlcandidates *c, const struct hlq_word *from,
                           struct hlcand_word *to, struct hl_error *err)
{
    hl_status status = HL_OK;
    to->keys = hlarena_alloc(&c->arena, (from->count + 1u) * sizeof *to->keys);
    to->weights = hlarena_alloc(&c->arena, (from->count + 1u) * sizeof *to->weights);
    to->rows = hlarena_alloc(&c->arena, (from->sequence_count + 1u) * sizeof *to->rows);
    if (!to->keys || !to->weights || !to->rows)
        return hlcand_no_room(c, err);
    to->count = from->count;
    to->row_count = from->sequence_count;
    for (uint32_t i = 0; status == HL_OK && i < from->count; i++) {
        to->weights[i] = from->keys[i].weight;
        status = number_of(c, from->keys[i].bytes, from->keys[i].size, &to->keys[i], err);
    }
    for (uint32_t i = 0; status == HL_OK && i < from->sequence_count; i++) {
        to->rows[i].weight = from->sequences[i].weight;
        status = plan_row(c, &from->sequences[i], &to->rows[i].phrase, err);
    }
    return status;
}

static hl_status plan_words(struct hlcandidates *c, const struct hlq_word *from, uint32_t count,
                            struct hlcand_word **out_words, struct hl_error *err)
{
    hl_status status = HL_OK;
    struct hlcand_word *words = hlarena_zalloc(&c->arena, count + 1u, sizeof *words);
    if (!words)
        return hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        status = plan_word(c, &from[i], &words[i], err);
    *out_words = words;
    return status;
}

/* Room for the words of a phrase, which are not set. */
static hl_status make_phrase(struct hlcandidates *c, uint32_t count, int field, int slop,
                             struct hlcand_phrase *to, struct hl_error *err)
{
    *to = (struct hlcand_phrase){.count = count, .field = field, .slop = slop};
    to->words = hlarena_alloc(&c->arena, (count + 1u) * sizeof *to->words);
    to->same = hlarena_alloc(&c->arena, (count + 1u) * sizeof *to->same);
    return to->words && to->same ? HL_OK : hlcand_no_room(c, err);
}

static hl_status plan_row(struct hlcandidates *c, const struct hlq_sequence *row,
                          struct hlcand_phrase **out_phrase, struct hl_error *err)
{
    struct hlcand_phrase *p = hlarena_alloc(&c->arena, sizeof *p);
    struct hlcand_word *words = hlarena_zalloc(&c->arena, row->count, sizeof *words);
    uint32_t *keys = hlarena_alloc(&c->arena, row->count * sizeof *keys);
    hl_status status = p && words && keys ? make_phrase(c, row->count, -1, HLQ_EXACT, p, err)
                                          : hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < row->count; i++) {
        words[i].keys = &keys[i];
        words[i].count = 1;
        p->words[i] = &words[i];
        status = number_of(c, row->keys[i].bytes, row->keys[i].size, &keys[i], err);
    }
    if (status == HL_OK)
        *out_phrase = p;
    return status;
}

/* Words that mean the same keys, whichever is the likeliest. */
static bool same_keys(const struct hlcand_word *a, const struct hlcand_word *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++) {
        uint32_t k = 0;
        while (k < b->count && b->keys[k] != a->keys[i])
            k++;
        same = k < b->count;
    }
    return same;
}

/* What is near each other: a word that is asked for twice has to stand twice. */
static hl_status plan_near(struct hlcandidates *c, struct hlcand_phrase *p,
                           struct hl_error *err)
{
    hlnear_init(&p->near);
    p->next = c->nears;
    c->nears = p;
    for (uint32_t i = 0; i < p->count; i++) {
        p->same[i] = i;
        for (uint32_t k = 0; k < i && p->same[i] == i; k++)
            if (p->same[k] == k && same_keys(p->words[i], p->words[k]))
                p->same[i] = k;
        if (!hlnear_want(&p->near, p->same[i]))
            return hlerr_nomem(err);
    }
    return HL_OK;
}

static hl_status plan_phrase(struct hlcandidates *c, const struct hlq_phrase *from,
                             struct hlcand_phrase *to, struct hl_error *err)
{
    int slop = from->count > 1 ? from->slop : HLQ_EXACT;
    hl_status status = make_phrase(c, from->count, from->field, slop, to, err);
    for (uint32_t i = 0; status == HL_OK && i < from->count; i++)
        to->words[i] = &c->extra[from->words[i]];
    return status == HL_OK && slop >= 0 ? plan_near(c, to, err) : status;
}

/* ---- groups ---- */

static hl_status plan_expr(struct hlcandidates *c, const struct hlq_expr *from,
                           struct hlcand_expr *to, struct hl_error *err);

static hl_status plan_parts(struct hlcandidates *c, const struct hlq_expr *from,
                            struct hlcand_expr *to, struct hl_error *err)
{
    hl_status status = HL_OK;
    to->count = from->as.of.count;
    to->parts = hlarena_zalloc(&c->arena, to->count + 1u, sizeof *to->parts);
    if (!to->parts)
        return hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < to->count; i++)
        status = plan_expr(c, &from->as.of.parts[i], &to->parts[i], err);
    return status;
}

static hl_status plan_expr(struct hlcandidates *c, const struct hlq_expr *from,
                           struct hlcand_expr *to, struct hl_error *err)
{
    struct hlcand_word *word = NULL;
    hl_status status = HL_OK;
    to->kind = from->kind;
    to->excluded = from->excluded;
    to->times = from->times;
    switch (from->kind) {
    case HLQ_X_WORD:
        status = plan_words(c, from->as.word, 1, &word, err);
        to->word = word;
        break;
    case HLQ_X_PHRASE:
        to->phrase = hlarena_alloc(&c->arena, sizeof *to->phrase);
        status = to->phrase ? plan_phrase(c, &from->as.phrase, to->phrase, err)
                            : hlcand_no_room(c, err);
        break;
    case HLQ_X_VALUE:
        status = hlnative_read_filter(c->native, from->as.value.facet, from->as.value.value,
                                      false, &to->value, err);
        break;
    case HLQ_X_DAYS:
        to->days = from->as.days;
        break;
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        status = plan_parts(c, from, to, err);
        break;
    }
    return status;
}

/* ---- leaves ---- */

static hl_status plan_member(struct hlcandidates *c, const struct hlnative_key *from,
                             struct hlcand_member *to, struct hl_error *err)
{
    hl_status status = HL_OK;
    *to = (struct hlcand_member){
        .a = HLCAND_NONE, .b = HLCAND_NONE, .weight = from->weight, .part = from->part};
    if (from->expr) {
        struct hlcand_expr *e = hlarena_zalloc(&c->arena, 1, sizeof *e);
        to->expr = e;
        return e ? plan_expr(c, from->expr, e, err) : hlcand_no_room(c, err);
    }
    if (from->row)
        return plan_row(c, from->row, &to->row, err);
    status = number_of(c, from->a->key, from->a->size, &to->a, err);
    if (status == HL_OK && from->b)
        status = number_of(c, from->b->key, from->b->size, &to->b, err);
    return status;
}

static hl_status plan_leaf(struct hlcandidates *c, const struct hlnative_leaf *from,
                           struct hlcand_leaf *to, struct hl_error *err)
{
    hl_status status = HL_OK;
    to->factor = from->factor;
    to->share = from->share;
    to->phrase = from->kind == HLLEAF_PHRASE;
    to->number = from->a;
    to->count = to->phrase ? 0 : from->key_count;
    to->members = hlarena_alloc(&c->arena, (to->count + 1u) * sizeof *to->members);
    if (!to->members)
        return hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < to->count; i++)
        status = plan_member(c, &from->keys[i], &to->members[i], err);
    return status;
}

static hl_status plan_leaves(struct hlcandidates *c, struct hl_error *err)
{
    const struct hlnative *n = c->native;
    hl_status status = HL_OK;
    c->leaves = hlarena_zalloc(&c->arena, n->leaf_count + 1u, sizeof *c->leaves);
    c->tfs = hlarena_zalloc(&c->arena, n->leaf_count + 1u, sizeof *c->tfs);
    if (!c->leaves || !c->tfs)
        return hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < n->leaf_count; i++)
        status = plan_leaf(c, &n->leaves[i], &c->leaves[i], err);
    return status;
}

static hl_status plan_conditions(struct hlcandidates *c, struct hl_error *err)
{
    const struct hlq_plan *plan = &c->native->plan;
    hl_status status = plan_words(c, plan->extra, plan->extra_count, &c->extra, err);
    c->phrases = hlarena_zalloc(&c->arena, plan->phrase_count + 1u, sizeof *c->phrases);
    c->phrase_tfs = hlarena_zalloc(&c->arena, plan->phrase_count + 1u, sizeof *c->phrase_tfs);
    c->conditions =
        hlarena_zalloc(&c->arena, plan->condition_count + 1u, sizeof *c->conditions);
    if (status == HL_OK && (!c->phrases || !c->phrase_tfs || !c->conditions))
        status = hlcand_no_room(c, err);
    for (uint32_t i = 0; status == HL_OK && i < plan->phrase_count; i++)
        status = plan_phrase(c, &plan->phrases[i], &c->phrases[i], err);
    for (uint32_t i = 0; status == HL_OK && i < plan->condition_count; i++)
        status = plan_expr(c, &plan->conditions[i], &c->conditions[i], err);
    return status;
}

hl_status hlcand_plan(struct hlcandidates *c, struct hl_error *err)
{
    hl_status status = plan_conditions(c, err);
    if (status == HL_OK)
        status = plan_leaves(c, err);
    if (status != HL_OK)
        return status;
    c->stands = hlmem_zalloc(c->key_count + 1u, sizeof *c->stands);
    c->touched = hlmem_zalloc(c->key_count + 1u, sizeof *c->touched);
    return c->stands && c->touched ? HL_OK : hlerr_nomem(err);
}
