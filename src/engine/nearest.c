/*
 * nearest.c - a search that found nothing, again with one thing less asked for.
 *
 * Each thing is cut out of the text as it was typed, so that what is proposed can be typed too.
 */
#include "engine/index.h"

#include "base/deadline.h"
#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum { TRIES_MAX = 24, KEPT_MAX = 3, TIME_MAX = 500 }; /* ms, of all tries together */

struct hl_nearest_list {
    struct hlarena arena;
    struct hl_nearest kept[KEPT_MAX];
    size_t count;
};

struct finder {
    const struct hl_index *index;
    const struct hl_query *query;
    struct hl_search_options options;
    struct hl_result *result;
    struct hl_nearest_list *list;
    unsigned tries;
    struct hldeadline deadline; /* of all tries together */
    struct hl_error *err;
};

/* A stretch of the text. */
struct cut {
    uint32_t from, to;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A byte of a word: two of these must not come to stand side by side. */
static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
           ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Keeps the best in order; narrowing stays the first. */
static void keep(struct hl_nearest_list *list, struct hl_nearest one)
{
    size_t at = list->count;
    while (at > 0 && list->kept[at - 1].relaxed != HL_RELAXED_NARROWING &&
           list->kept[at - 1].total < one.total)
        at--;
    if (at == KEPT_MAX)
        return;
    list->count += list->count < KEPT_MAX;
    for (size_t i = list->count - 1; i > at; i--)
        list->kept[i] = list->kept[i - 1];
    list->kept[at] = one;
}

static char *keep_text(struct finder *f, const char *text, size_t size)
{
    while (size && is_blank(text[size - 1]))
        size--;
    while (size && is_blank(*text)) {
        text++;
        size--;
    }
    return hlarena_strndup(&f->list->arena, text, size);
}

/* Counts what answers a text; *out_total 0 too if it cannot be read, or not be counted in time.
 */
static hl_status count(struct finder *f, const char *text, size_t size, uint64_t *out_total)
{
    struct hl_query_options how = f->query->options;
    struct hl_query *query = NULL;
    how.strict = false;
    *out_total = 0;
    if (!size)
        return HL_OK;
    f->tries++;
    hl_status status = hl_query_parse(f->index, text, size, &how, &query, f->err);
    /* What is left may be no query any more, such as one that only leaves out. */
    bool good = status == HL_OK && (f->query->note_count || !query->note_count);
    good = good && !hldeadline_passed(&f->deadline);
    if (good)
        status = hl_search(f->index, query, &f->options, &f->result, f->err);
    if (good && status == HL_LIMIT)
        status = HL_OK; /* it asks for too much, as what found nothing may have */
    else if (good && status == HL_OK && !hl_result_partial(f->result))
        *out_total = hl_result_total(f->result);
    hl_query_free(query);
    return status;
}

/* What was cut out, as typed. */
static char *keep_cuts(struct finder *f, const struct cut *cuts, uint32_t count)
{
    struct hlbuf text = {0};
    for (uint32_t i = 0; i < count; i++) {
        hlbuf_put_string(&text, i ? " " : "");
        hlbuf_put(&text, f->query->text + cuts[i].from, cuts[i].to - cuts[i].from);
    }
    char *kept = text.failed ? NULL : keep_text(f, (const char *)text.data, text.size);
    hlbuf_release(&text);
    return kept;
}

/* The text without some stretches, which were typed as `what`. */
static hl_status try_without(struct finder *f, enum hl_relaxed relaxed, const struct cut *cuts,
                             uint32_t cut_count, const struct cut *what, uint32_t what_count)
{
    struct hlbuf text = {0};
    uint32_t at = 0;
    uint64_t total = 0;
    if (f->tries >= TRIES_MAX || hldeadline_passed(&f->deadline))
        return HL_OK;
    for (uint32_t i = 0; i < cut_count; i++) {
        assert(cuts[i].from >= at && cuts[i].to <= f->query->size);
        hlbuf_put(&text, f->query->text + at, cuts[i].from - at);
        at = cuts[i].to;
        if (!text.size || is_blank((char)text.data[text.size - 1]))
            while (at < f->query->size && is_blank(f->query->text[at]))
                at++;
        else if (at < f->query->size && is_letter((char)text.data[text.size - 1]) &&
                 is_letter(f->query->text[at]))
            hlbuf_put(&text, " ", 1);
    }
    hlbuf_put(&text, f->query->text + at, f->query->size - at);
    hl_status status = text.failed ? hlerr_nomem(f->err)
                                   : count(f, (const char *)text.data, text.size, &total);
    if (status == HL_OK && total) {
        struct hl_nearest one = {.relaxed = relaxed,
                                 .query = keep_text(f, (const char *)text.data, text.size),
                                 .without = keep_cuts(f, what, what_count),
                                 .total = total};
        if (one.query && one.without)
            keep(f->list, one);
        else
            status = hlerr_nomem(f->err);
    }
    hlbuf_release(&text);
    return status;
}

/* Nothing but marks that join two words, as in vắc-xin, between two places of the text. */
static bool is_joint(const struct finder *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (!strchr("-/.,:&'_+", f->query->text[i]))
            return false;
    return from < to;
}

/* With what joins a word to the next one or, where there is none, to the one before: a hyphen
 * that is left would leave out what follows. */
static struct cut with_joint(const struct finder *f, const struct hlq_clause *c, uint32_t i,
                             struct cut cut)
{
    uint32_t next = i + 1, before = i;
    while (next < c->count && c->tokens[next].alternative)
        next++;
    while (before > 0 && c->tokens[before - 1].alternative)
        before--;
    if (next < c->count && is_joint(f, cut.to, c->tokens[next].start))
        cut.to = c->tokens[next].start;
    else if (before > 0 && is_joint(f, c->tokens[before - 1].end, cut.from))
        cut.from = c->tokens[before - 1].end;
    return cut;
}

/* Each word of a run by itself, with the signs that belong to it. */
static hl_status try_words(struct finder *f, const struct hlq_clause *c)
{
    const struct hl_query *q = f->query;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < c->count; i++) {
        struct cut word = {c->tokens[i].start, c->tokens[i].end};
        if (c->tokens[i].alternative)
            continue;
        while (word.from > 0 && q->text[word.from - 1] == '=')
            word.from--;
        while (word.to < q->size && q->text[word.to] == '*')
            word.to++;
        struct cut cut = with_joint(f, c, i, word);
        status = try_without(f, HL_RELAXED_PART, &cut, 1, &word, 1);
    }
    return status;
}

/* A phrase as words: its quotes go, and what makes a near of it. */
static hl_status try_quotes(struct finder *f, const struct hlq_clause *c)
{
    struct cut what = {c->at, c->end};
    struct cut cuts[2] = {{c->at, c->tokens[0].start}, {c->tokens[c->count - 1].end, c->end}};
    return try_without(f, HL_RELAXED_QUOTES, cuts, 2, &what, 1);
}

static struct cut whole_of(const struct hl_query *q, const struct hlq_part *p)
{
    const struct hlq_clause *c = &q->clauses[p->clause];
    return p->group ? (struct cut){p->group->at, p->group->end} : (struct cut){c->at, c->end};
}

static hl_status try_part(struct finder *f, const struct hlq_part *p)
{
    const struct hlq_clause *c = p->group ? NULL : &f->query->clauses[p->clause];
    struct cut whole = whole_of(f->query, p);
    hl_status status = HL_OK;
    if (c && c->kind == HLQ_RUN)
        return try_words(f, c);
    if (c && c->kind == HLQ_PHRASE && !c->excluded && c->count > 1)
        status = try_quotes(f, c);
    return status == HL_OK ? try_without(f, HL_RELAXED_PART, &whole, 1, &whole, 1) : status;
}

/* Does a part only narrow: a value, days, what is left out? */
static bool narrows(const struct hl_query *q, const struct hlq_part *p)
{
    const struct hlq_clause *c = p->group ? NULL : &q->clauses[p->clause];
    return p->excluded || (c && (c->kind == HLQ_FILTER || c->kind == HLQ_DATE));
}

/*
 * Where no single thing stands in the way: without all that narrows; if that is no help, each
 * part alone.
 */
static hl_status try_more(struct finder *f)
{
    const struct hl_query *q = f->query;
    struct cut *cuts = hlarena_alloc(&f->list->arena, (q->all.count + 1u) * sizeof *cuts);
    uint32_t count = 0;
    hl_status status = cuts ? HL_OK : hlerr_nomem(f->err);
    for (uint32_t i = 0; cuts && i < q->all.count; i++)
        if (narrows(q, &q->all.parts[i]))
            cuts[count++] = whole_of(q, &q->all.parts[i]);
    if (status == HL_OK && count > 1)
        status = try_without(f, HL_RELAXED_PART, cuts, count, cuts, count);
    for (uint32_t k = 0; status == HL_OK && !f->list->count && k < q->all.count; k++) {
        if (narrows(q, &q->all.parts[k]))
            continue;
        count = 0;
        for (uint32_t i = 0; i < q->all.count; i++)
            if (i != k)
                cuts[count++] = whole_of(q, &q->all.parts[i]);
        if (count > 1)
            status = try_without(f, HL_RELAXED_PART, cuts, count, cuts, count);
    }
    return status;
}

static bool is_narrowed(const struct hl_search_options *o)
{
    return o->date_from || o->date_to || o->source || o->section || o->author || o->tag;
}

static hl_status try_wider(struct finder *f)
{
    struct hl_search_options narrow = f->options;
    uint64_t total = 0;
    if (!is_narrowed(&narrow))
        return HL_OK;
    f->options.date_from = f->options.date_to = 0;
    f->options.source = f->options.section = f->options.author = f->options.tag = NULL;
    hl_status status = count(f, f->query->text, f->query->size, &total);
    f->options = narrow;
    if (status != HL_OK || !total)
        return status;
    struct hl_nearest one = {.relaxed = HL_RELAXED_NARROWING,
                             .query = keep_text(f, f->query->text, f->query->size),
                             .total = total};
    if (!one.query)
        return hlerr_nomem(f->err);
    keep(f->list, one);
    return HL_OK;
}

/* Only counts are wanted, of the query as it is. */
static hl_status set_options(struct finder *f, const struct hl_search_options *options)
{
    hl_status status = hlsearch_check_options(options, &f->options, f->err);
    if (!f->options.timeout_ms || f->options.timeout_ms > TIME_MAX)
        f->options.timeout_ms = TIME_MAX;
    hldeadline_start(&f->deadline, f->options.timeout_ms);
    f->options.count_only = true;
    f->options.suggest = false;
    f->options.offset = 0;
    memset(f->options.facet_values, 0, sizeof f->options.facet_values);
    return status;
}

hl_status hl_nearest_find(const struct hl_index *index, const struct hl_query *query,
                          const struct hl_search_options *options,
                          struct hl_nearest_list **out_list, struct hl_error *err)
{
    if (!index || !query || !out_list)
        return hlerr_set(err, HL_MISUSE, "nearest to which query, in which index?");
    struct finder f = {.index = index, .query = query, .err = err};
    hl_status status = set_options(&f, options);
    if (status != HL_OK)
        return status;
    f.list = hlmem_zalloc(1, sizeof *f.list);
    if (!f.list)
        return hlerr_nomem(err);
    status = try_wider(&f);
    for (uint32_t i = 0; status == HL_OK && i < query->all.count; i++)
        status = try_part(&f, &query->all.parts[i]);
    if (status == HL_OK && !f.list->count)
        status = try_more(&f);
    hl_result_free(f.result);
    if (status == HL_OK)
        *out_list = f.list;
    else
        hl_nearest_free(f.list);
    return status;
}

const struct hl_nearest *hl_nearest_at(const struct hl_nearest_list *list, size_t i)
{
    return list && i < list->count ? &list->kept[i] : NULL;
}

void hl_nearest_free(struct hl_nearest_list *list)
{
    if (!list)
        return;
    hlarena_release(&list->arena);
    hlmem_free(list);
}
