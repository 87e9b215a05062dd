/*
 * expand.c - clauses and groups of a query to the plan for an index: words and pairs to
 * rank by, conditions to meet.
 */
#include "query/emphasis.h"
#include "query/slots.h"

#include "base/buf.h"
#include "base/err.h"

#include <assert.h>

enum { WEIGHT_FULL = 10 };

/* The same typed and read: what else it may mean is told by the words beside it. */
static bool reads_same(const struct hlq_word *a, const struct hlq_word *b)
{
    return !strcmp(a->typed, b->typed) && !a->count == !b->count &&
           (!a->count || !strcmp(a->keys[0].bytes, b->keys[0].bytes));
}

static bool same_word(const struct hlq_word *a, const struct hlq_word *b)
{
    if (a->count != b->count || strcmp(a->typed, b->typed) != 0)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->keys[i].weight != b->keys[i].weight ||
            !hlq_is_key(&a->keys[i], b->keys[i].bytes, b->keys[i].size))
            return false;
    return true;
}

static bool same_phrase(const struct hlq_plan *plan, const struct hlq_phrase *a,
                        const struct hlq_phrase *b)
{
    if (a->count != b->count || a->field != b->field || a->slop != b->slop ||
        a->excluded != b->excluded)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_word(&plan->extra[a->words[i]], &plan->extra[b->words[i]]))
            return false;
    return true;
}

/* The same asked for, however it is spelled; nor need the same text ask for the same, for a
 * name before parentheses is for all in them. */
static bool same_expr(const struct hlq_plan *plan, const struct hlq_expr *a,
                      const struct hlq_expr *b)
{
    if (a->kind != b->kind || a->excluded != b->excluded)
        return false;
    switch (a->kind) {
    case HLQ_X_WORD:
        return reads_same(a->as.word, b->as.word);
    case HLQ_X_PHRASE:
        return same_phrase(plan, &a->as.phrase, &b->as.phrase);
    case HLQ_X_VALUE:
        return a->as.value.facet == b->as.value.facet &&
               !strcmp(a->as.value.value, b->as.value.value);
    case HLQ_X_DAYS:
        return a->as.days.from == b->as.days.from && a->as.days.to == b->as.days.to;
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        break;
    }
    bool same = a->as.of.count == b->as.of.count;
    for (uint32_t i = 0; same && i < a->as.of.count; i++)
        same = same_expr(plan, &a->as.of.parts[i], &b->as.of.parts[i]);
    return same;
}

/* One word where the same was typed and meant: the first stands for all. */
static uint32_t word_of(struct hlq_plan *plan, const struct hlq_word *word)
{
    for (uint32_t i = 0; i < plan->word_count; i++) {
        const struct hlq_word *w = &plan->words[i];
        if (w->group && word->group ? same_expr(plan, w->group, word->group)
                                    : !w->group && !word->group && reads_same(w, word))
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
static hl_status note_others(struct hlq_expander *ex, const struct hlq_slot *slots,
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
static hl_status append(struct hlq_expander *ex, const struct hlq_widening *w,
                        struct hlq_key *keys, uint32_t *count, struct hlq_sequence **rows,
                        uint32_t *row_count)
{
    for (uint32_t i = 0; i < w->count; i++) {
        bool there = false;
        for (uint32_t k = 0; k < *count; k++)
            there = there || hlq_is_key(&keys[k], w->keys[i].bytes, w->keys[i].size);
        if (!there)
            keys[(*count)++] = w->keys[i];
    }
    if (!w->row_count)
        return HL_OK;
    if (!*rows)
        *rows = hlarena_zalloc(ex->arena, HLQ_WIDENINGS_MAX * HLQ_WIDEN_MAX, sizeof **rows);
    if (!*rows)
        return hlerr_nomem(ex->err);
    memcpy(*rows + *row_count, w->rows, w->row_count * sizeof **rows);
    *row_count += w->row_count;
    return HL_OK;
}

static hl_status widen_words(struct hlq_expander *ex, struct hlq_slot *slots,
                             const struct hlq_widenings *all)
{
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < all->count; i++) {
        const struct hlq_widening *w = &all->list[i];
        for (uint32_t k = w->from; status == HL_OK && k < w->to; k++) {
            struct hlq_word *word = &slots[k].word;
            if (slots[k].widenings == HLQ_WIDENINGS_MAX)
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
static hl_status find_names(struct hlq_expander *ex, struct hlq_slot *slots, uint32_t count,
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
        bool read = slots[i].word.count && !t->prefix;
        const struct hlq_key *best = read ? slots[i].word.keys : &typed;
        open[i] = (struct hlq_widen_slot){best->bytes, best->size,
                                          i && hlq_follows(&slots[i - 1], &slots[i]),
                                          t->exact || t->prefix};
    }
    hl_status status =
        hlq_widen(open, count, ex->synonyms, ex->vocabulary, ex->arena, out_all, ex->err);
    return status == HL_OK ? widen_words(ex, slots, out_all) : status;
}

/* A pair inside a widening may be called so too. */
static hl_status widen_pair(struct hlq_expander *ex, const struct hlq_widenings *all,
                            uint32_t second, struct hlq_pair *pair)
{
    hl_status status = HL_OK;
    uint32_t done = 0;
    for (uint32_t i = 0; status == HL_OK && i < all->count && done < HLQ_WIDENINGS_MAX; i++) {
        const struct hlq_widening *w = &all->list[i];
        if (w->from >= second || w->to <= second)
            continue;
        if (!pair->keys)
            pair->keys = hlarena_zalloc(ex->arena, HLQ_WIDENINGS_MAX * HLQ_WIDEN_MAX,
                                        sizeof *pair->keys);
        if (!pair->keys)
            return hlerr_nomem(ex->err);
        status =
            append(ex, w, pair->keys, &pair->count, &pair->sequences, &pair->sequence_count);
        done++;
    }
    return status;
}

static hl_status expand_run(struct hlq_expander *ex, const struct hlq_clause *c)
{
    struct hlq_slot *slots;
    struct hlq_widenings names = {NULL, 0};
    uint32_t count, before = 0;
    hl_status status = hlq_make_slots(ex, c, true, &slots, &count);
    if (status == HL_OK)
        status = hlq_read_slots(ex, slots, count);
    if (status == HL_OK)
        status = find_names(ex, slots, count, &names);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        uint32_t word = word_of(ex->plan, &slots[i].word);
        uint32_t pairs = ex->plan->pair_count;
        if (i && hlq_follows(&slots[i - 1], &slots[i]))
            add_pair(ex->plan, before, word);
        if (ex->plan->pair_count > pairs)
            status = widen_pair(ex, &names, i, &ex->plan->pairs[pairs]);
        before = word;
    }
    return status;
}

/* ---- conditions ---- */

/* Words as conditions have them, kept in the plan. */
static const struct hlq_word *keep_extra(struct hlq_plan *plan, const struct hlq_word *word,
                                         bool excluded)
{
    struct hlq_word *kept = &plan->extra[plan->extra_count++];
    *kept = *word;
    kept->excluded = excluded;
    return kept;
}

/* A phrase that was typed before is the same condition: it counts once, as words do. */
static void add_phrase(struct hlq_plan *plan, uint32_t extra_before)
{
    const struct hlq_phrase *phrase = &plan->phrases[plan->phrase_count];
    for (uint32_t i = 0; i < plan->phrase_count; i++)
        if (same_phrase(plan, &plan->phrases[i], phrase)) {
            plan->extra_count = extra_before;
            return;
        }
    plan->phrase_count++;
}

static hl_status expand_words_of(struct hlq_expander *ex, const struct hlq_clause *c,
                                 struct hlq_slot **out_slots, uint32_t *out_count)
{
    hl_status status = hlq_make_slots(ex, c, false, out_slots, out_count);
    return status == HL_OK ? hlq_read_slots(ex, *out_slots, *out_count) : status;
}

static hl_status fill_phrase(struct hlq_expander *ex, const struct hlq_clause *c,
                             const struct hlq_slot *slots, uint32_t count,
                             struct hlq_phrase *phrase)
{
    struct hlq_plan *plan = ex->plan;
    phrase->words = hlarena_zalloc(ex->arena, count + 1u, sizeof *phrase->words);
    if (!phrase->words)
        return hlerr_nomem(ex->err);
    phrase->count = count;
    for (uint32_t i = 0; i < count; i++) {
        phrase->words[i] = plan->extra_count;
        keep_extra(plan, &slots[i].word, c->excluded);
    }
    phrase->field = c->kind == HLQ_FIELD ? (int)c->field : -1;
    phrase->slop = c->slop;
    phrase->excluded = c->excluded;
    return HL_OK;
}

/* A phrase, or a field with its words in a row; apart, each is one by itself. */
static hl_status expand_phrase(struct hlq_expander *ex, const struct hlq_clause *c)
{
    struct hlq_plan *plan = ex->plan;
    struct hlq_slot *slots;
    uint32_t count;
    hl_status status = expand_words_of(ex, c, &slots, &count);
    uint32_t step = c->apart ? 1 : count;
    for (uint32_t i = 0; status == HL_OK && i < count; i += step) {
        uint32_t extra_before = plan->extra_count;
        status = fill_phrase(ex, c, slots + i, step, &plan->phrases[plan->phrase_count]);
        if (status == HL_OK)
            add_phrase(plan, extra_before);
    }
    return status;
}

/* ---- groups ---- */

static hl_status expr_list(struct hlq_expander *ex, enum hlq_expr_kind kind, uint32_t room,
                           struct hlq_expr *out)
{
    out->kind = kind;
    out->as.of.count = 0;
    out->as.of.parts = hlarena_zalloc(ex->arena, room + 1u, sizeof *out->as.of.parts);
    return out->as.of.parts ? HL_OK : hlerr_nomem(ex->err);
}

/* A list of one is that one. */
static void simplify(struct hlq_expr *e)
{
    while ((e->kind == HLQ_X_ALL || e->kind == HLQ_X_ANY) && e->as.of.count == 1 &&
           !e->as.of.parts[0].excluded) {
        bool excluded = e->excluded;
        *e = e->as.of.parts[0];
        e->excluded = excluded;
    }
}

/* Words side by side in a group: all of them, with their other names. */
static hl_status run_expr(struct hlq_expander *ex, const struct hlq_clause *c,
                          struct hlq_expr *out)
{
    struct hlq_slot *slots;
    struct hlq_widenings names = {NULL, 0};
    uint32_t count;
    hl_status status = hlq_make_slots(ex, c, true, &slots, &count);
    if (status == HL_OK)
        status = hlq_read_slots(ex, slots, count);
    if (status == HL_OK)
        status = find_names(ex, slots, count, &names);
    if (status == HL_OK)
        status = expr_list(ex, HLQ_X_ALL, count, out);
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        out->as.of.parts[out->as.of.count++] = (struct hlq_expr){
            .kind = HLQ_X_WORD, .as.word = keep_extra(ex->plan, &slots[i].word, c->excluded)};
    return status;
}

static hl_status phrase_expr(struct hlq_expander *ex, const struct hlq_clause *c,
                             struct hlq_expr *out)
{
    struct hlq_slot *slots;
    uint32_t count;
    hl_status status = expand_words_of(ex, c, &slots, &count);
    uint32_t step = c->apart ? 1 : count;
    if (status == HL_OK)
        status = expr_list(ex, HLQ_X_ALL, count, out);
    for (uint32_t i = 0; status == HL_OK && i < count; i += step) {
        struct hlq_expr *part = &out->as.of.parts[out->as.of.count++];
        part->kind = HLQ_X_PHRASE;
        status = fill_phrase(ex, c, slots + i, step, &part->as.phrase);
    }
    return status;
}

/* A single word that is left out: no places, and no other names for it. */
static hl_status left_out_expr(struct hlq_expander *ex, const struct hlq_clause *c,
                               struct hlq_expr *out)
{
    struct hlq_slot *slots;
    uint32_t count;
    hl_status status = hlq_make_slots(ex, c, false, &slots, &count);
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        slots[i].row = false;
    if (status == HL_OK)
        status = hlq_read_slots(ex, slots, count);
    if (status != HL_OK)
        return status;
    assert(count == 1);
    *out = (struct hlq_expr){.kind = HLQ_X_WORD,
                             .as.word = keep_extra(ex->plan, &slots[0].word, true)};
    return HL_OK;
}

static hl_status clause_expr(struct hlq_expander *ex, const struct hlq_clause *c,
                             struct hlq_expr *out)
{
    hl_status status = HL_OK;
    *out = (struct hlq_expr){.kind = HLQ_X_ALL};
    switch (c->kind) {
    case HLQ_RUN:
        status = run_expr(ex, c, out);
        break;
    case HLQ_PHRASE:
        status =
            c->excluded && c->count == 1 ? left_out_expr(ex, c, out) : phrase_expr(ex, c, out);
        break;
    case HLQ_FIELD:
        status = phrase_expr(ex, c, out);
        break;
    case HLQ_FILTER:
        out->kind = HLQ_X_VALUE;
        out->as.value = (struct hlq_filter){c->field, c->value, false};
        break;
    case HLQ_DATE:
        out->kind = HLQ_X_DAYS;
        out->as.days = c->days;
        break;
    }
    if (status == HL_OK)
        simplify(out);
    return status;
}

/* Is what is found the same, tf by tf? */
static bool finds_same(const struct hlq_plan *plan, const struct hlq_expr *a,
                       const struct hlq_expr *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == HLQ_X_PHRASE)
        return same_phrase(plan, &a->as.phrase, &b->as.phrase);
    return a->kind == HLQ_X_WORD && !a->as.word->sequence_count &&
           !b->as.word->sequence_count && same_word(a->as.word, b->as.word);
}

/* What is asked for again and again is found once. */
static void count_times(const struct hlq_plan *plan, struct hlq_expr *any)
{
    struct hlq_expr *parts = any->as.of.parts;
    for (uint32_t i = 0; i < any->as.of.count; i++) {
        uint32_t same = 0;
        while (same < i && !(parts[same].times && finds_same(plan, &parts[same], &parts[i])))
            same++;
        parts[i].times = 0;
        parts[same].times++;
    }
}

static hl_status group_expr(struct hlq_expander *ex, const struct hlq_group *g,
                            struct hlq_expr *out)
{
    *out = (struct hlq_expr){.kind = HLQ_X_ALL};
    hl_status status = expr_list(ex, g->any ? HLQ_X_ANY : HLQ_X_ALL, g->count, out);
    for (uint32_t i = 0; status == HL_OK && i < g->count; i++) {
        const struct hlq_part *p = &g->parts[i];
        struct hlq_expr *part = &out->as.of.parts[out->as.of.count++];
        status = p->group ? group_expr(ex, p->group, part)
                          : clause_expr(ex, &ex->query->clauses[p->clause], part);
        part->excluded = p->excluded;
    }
    if (status == HL_OK && out->kind == HLQ_X_ANY)
        count_times(ex->plan, out);
    if (status == HL_OK)
        simplify(out);
    return status;
}

/* Is there a word to be found in it, which it can score by? */
static bool has_words(const struct hlq_expr *e)
{
    bool has = e->kind == HLQ_X_WORD || e->kind == HLQ_X_PHRASE;
    if (e->kind == HLQ_X_ALL || e->kind == HLQ_X_ANY)
        for (uint32_t i = 0; !has && i < e->as.of.count; i++)
            has = !e->as.of.parts[i].excluded && has_words(&e->as.of.parts[i]);
    return has;
}

/* Do all keys count in full, so that no sum of theirs has to be rounded? */
static bool is_full(const struct hlq_word *word)
{
    bool full = !word->sequence_count;
    for (uint32_t i = 0; full && i < word->count; i++)
        full = word->keys[i].weight == WEIGHT_FULL;
    return full;
}

/* Alternatives that are single words make one word of all their keys, if the sum of their tfs
 * is the same so: each is rounded up by itself. */
static bool merge_words(struct hlq_expander *ex, const struct hlq_expr *e,
                        struct hlq_word *word)
{
    size_t keys = 0, rows = 0, partial = 0;
    if (e->kind != HLQ_X_ANY)
        return true;
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_expr *part = &e->as.of.parts[i];
        if (part->kind != HLQ_X_WORD)
            return true;
        keys += part->as.word->count;
        rows += part->as.word->sequence_count;
        partial += !is_full(part->as.word);
    }
    if (partial > 1)
        return true;
    if (keys > HLQ_WORD_KEYS_MAX)
        return true;
    word->keys = hlarena_zalloc(ex->arena, keys + 1, sizeof *word->keys);
    word->sequences = hlarena_zalloc(ex->arena, rows + 1, sizeof *word->sequences);
    if (!word->keys || !word->sequences)
        return false;
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_word *from = e->as.of.parts[i].as.word;
        for (uint32_t k = 0; k < from->count; k++)
            word->keys[word->count++] = from->keys[k];
        for (uint32_t k = 0; k < from->sequence_count; k++)
            word->sequences[word->sequence_count++] = from->sequences[k];
    }
    word->own = word->count;
    word->expr = NULL;
    return true;
}

/* A group counts as one word; without any, or left out, it is a condition. */
static hl_status expand_group(struct hlq_expander *ex, const struct hlq_part *p)
{
    struct hlq_plan *plan = ex->plan;
    const struct hlq_group *g = p->group;
    struct hlq_expr *e = hlarena_zalloc(ex->arena, 1, sizeof *e);
    if (!e)
        return hlerr_nomem(ex->err);
    hl_status status = group_expr(ex, g, e);
    e->excluded = p->excluded;
    if (status != HL_OK)
        return status;
    if (p->excluded || !has_words(e)) {
        plan->conditions[plan->condition_count++] = *e;
        return HL_OK;
    }
    struct hlq_word word = {.group = e, .expr = e, .emphasis = HLQ_EMPHASIS_FULL};
    word.typed = hlarena_strndup(ex->arena, ex->query->text + g->at, g->end - g->at);
    if (!word.typed || !merge_words(ex, e, &word))
        return hlerr_nomem(ex->err);
    word_of(plan, &word);
    return HL_OK;
}

/* ---- the parts of the query ---- */

static void narrow(struct hlq_plan *plan, const struct hlq_days *days)
{
    if (!plan->dated)
        plan->days = (struct hlq_days){INT64_MIN, INT64_MAX};
    plan->dated = true;
    plan->days.from = days->from > plan->days.from ? days->from : plan->days.from;
    plan->days.to = days->to < plan->days.to ? days->to : plan->days.to;
}

static hl_status expand_condition(struct hlq_expander *ex, const struct hlq_clause *c)
{
    struct hlq_expr *e = &ex->plan->conditions[ex->plan->condition_count];
    hl_status status = clause_expr(ex, c, e);
    e->excluded = c->excluded;
    ex->plan->condition_count += status == HL_OK;
    return status;
}

static hl_status expand_clause(struct hlq_expander *ex, const struct hlq_clause *c)
{
    struct hlq_plan *plan = ex->plan;
    switch (c->kind) {
    case HLQ_RUN:
        return expand_run(ex, c);
    case HLQ_PHRASE:
        if (c->excluded && c->count == 1)
            return expand_condition(ex, c);
        return expand_phrase(ex, c);
    case HLQ_FIELD:
        return expand_phrase(ex, c);
    case HLQ_FILTER:
        plan->filters[plan->filter_count++] =
            (struct hlq_filter){c->field, c->value, c->excluded};
        return HL_OK;
    case HLQ_DATE:
        if (c->excluded)
            return expand_condition(ex, c);
        narrow(plan, &c->days);
        return HL_OK;
    }
    return HL_OK;
}

static hl_status expand_part(struct hlq_expander *ex, const struct hlq_part *p)
{
    return p->group ? expand_group(ex, p) : expand_clause(ex, &ex->query->clauses[p->clause]);
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
    struct hlq_expander ex = {
        query, mostly_marked(query), vocabulary, synonyms, arena, &plan, err, NULL};
    size_t tokens = query->words + 1u, parts = query->all.count + 1u;
    plan.words = hlarena_zalloc(arena, tokens + parts, sizeof *plan.words);
    plan.readings = hlarena_zalloc(arena, tokens, sizeof *plan.readings);
    plan.others = hlarena_zalloc(arena, tokens * 2, sizeof *plan.others);
    plan.pairs = hlarena_zalloc(arena, tokens, sizeof *plan.pairs);
    plan.extra = hlarena_zalloc(arena, tokens, sizeof *plan.extra);
    plan.phrases = hlarena_zalloc(arena, tokens, sizeof *plan.phrases);
    plan.filters = hlarena_zalloc(arena, parts, sizeof *plan.filters);
    plan.conditions = hlarena_zalloc(arena, parts, sizeof *plan.conditions);
    plan.notes = hlarena_zalloc(arena, HLQ_NOTES_MAX, sizeof *plan.notes);
    if (!plan.words || !plan.pairs || !plan.extra || !plan.phrases || !plan.filters ||
        !plan.conditions || !plan.notes || !plan.readings || !plan.others)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < query->all.count; i++) {
        hl_status status = expand_part(&ex, &query->all.parts[i]);
        if (status != HL_OK)
            return status;
    }
    *out_plan = plan;
    return HL_OK;
}
