/*
 * candidate_match.c - how often an article has what a part of a search asks for.
 *
 * The rules are those of query.h, match/phrase.h and match/near.h, which the native engine
 * follows a chunk at a time; here one article is asked, from the places of its keys.
 */
#include "backend/candidate_parts.h"

#include "base/err.h"
#include "text/fold.h"
#include "match/rising.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_FULL = 10 };

static void fail(struct hlcandidates *c, hl_status status)
{
    if (c->status == HL_OK)
        c->status = status;
}

static const uint32_t *places_of(const struct hlcandidates *c, const struct hlcand_stand *s)
{
    return c->places.list + s->from;
}

static unsigned weight_at(const struct hlcandidates *c, uint32_t position)
{
    return c->weight[hlpos_field(&c->lengths, position)];
}

/* ---- pairs ---- */

/* Places where a first alternative of b follows one of a, weighted. */
static uint32_t pair_tf(const struct hlcandidates *c, uint32_t a, uint32_t b)
{
    const struct hlcand_stand *x = &c->stands[a], *y = &c->stands[b];
    uint32_t tf = 0;
    if (!x->count || !y->count)
        return 0;
    const uint32_t *p = places_of(c, x), *q = places_of(c, y);
    for (uint32_t i = 0, k = 0; i < x->count && k < y->count; i++) {
        uint32_t want = p[i] + 2; /* the next position, first there */
        if (p[i] & 1)
            continue;
        while (k < y->count && q[k] < want)
            k++;
        if (k < y->count && q[k] == want)
            tf += weight_at(c, p[i] >> 1);
    }
    return tf;
}

/* ---- places of words ---- */

static bool is_there(const struct hlcandidates *c, const struct hlcand_word *word)
{
    for (uint32_t i = 0; i < word->count; i++)
        if (c->stands[word->keys[i]].count)
            return true;
    return false;
}

/* The positions of a word's keys, each once, in place of what is in to. */
static void gather(struct hlcandidates *c, const struct hlcand_word *word,
                   struct hlcand_places *to)
{
    uint32_t keys = 0;
    size_t kept = 0;
    to->count = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        const struct hlcand_stand *s = &c->stands[word->keys[i]];
        if (!s->count)
            continue;
        if (!hlcand_grow(to, to->count + s->count)) {
            fail(c, hlerr_nomem(&c->error));
            to->count = 0;
            return;
        }
        for (uint32_t k = 0; k < s->count; k++)
            to->list[to->count++] = places_of(c, s)[k] >> 1;
        keys++;
    }
    if (keys < 2)
        return;
    hlrising_sort(to->list, to->count);
    for (size_t i = 0; i < to->count; i++)
        if (!i || to->list[i] != to->list[i - 1])
            to->list[kept++] = to->list[i];
    to->count = kept;
}

/* ---- phrases ---- */

static uint32_t row_tf(struct hlcandidates *c, const struct hlcand_phrase *p)
{
    uint32_t tf = 0;
    gather(c, p->words[0], &c->first);
    for (uint32_t i = 1; i < p->count && c->first.count; i++) {
        gather(c, p->words[i], &c->next);
        c->first.count = hlrising_keep_followed(c->first.list, c->first.count, c->next.list,
                                                c->next.count, i);
    }
    for (size_t i = 0; i < c->first.count; i++) {
        unsigned field = hlpos_field(&c->lengths, c->first.list[i]);
        if (p->field < 0 || (unsigned)p->field == field)
            tf += c->weight[field];
    }
    return tf;
}

static uint32_t near_tf(struct hlcandidates *c, struct hlcand_phrase *p)
{
    uint32_t spans[3] = {0}, tf = 0;
    hlnear_reset(&p->near);
    for (uint32_t i = 0; i < p->count; i++) {
        if (p->same[i] != i)
            continue; /* its places are those of the other */
        gather(c, p->words[i], &c->first);
        for (size_t k = 0; k < c->first.count; k++)
            hlnear_add(&p->near, c->first.list[k], i);
    }
    if (!hlnear_count(&p->near, &c->lengths, (uint32_t)p->slop, spans))
        fail(c, hlerr_nomem(&c->error));
    for (unsigned f = 0; f < 3; f++)
        if (p->field < 0 || (unsigned)p->field == f)
            tf += spans[f] * c->weight[f];
    return tf;
}

uint32_t hlcand_phrase_tf(struct hlcandidates *c, struct hlcand_phrase *phrase)
{
    assert(phrase->count >= 1);
    for (uint32_t i = 0; i < phrase->count; i++)
        if (!is_there(c, phrase->words[i]))
            return 0;
    return phrase->slop >= 0 ? near_tf(c, phrase) : row_tf(c, phrase);
}

/* ---- values and days ---- */

static const char *const facet_names[] = {"source", "section", "author", "tags"};

/* Is a name the wanted one? */
static bool name_is(struct hlcandidates *c, const char *name, size_t size,
                    const struct hlnative_filter *filter)
{
    if (!hltext_may_have(name, size, filter->want, filter->size))
        return false;
    hl_status status =
        hlcand_check(c->article, facet_names[filter->facet], name, size, &c->error);
    if (status == HL_OK)
        status = hlnative_filter_key(name, size, filter->fold, &c->name, &c->error);
    if (status != HL_OK)
        fail(c, status);
    return status == HL_OK && c->name.size == filter->size &&
           !memcmp(c->name.data, filter->want, filter->size);
}

/* The next line of tags without the blanks around it, as engine/tags.c cuts them. */
static bool next_tag(const char **text, const char **out_tag, size_t *out_size)
{
    const char *p = *text + strspn(*text, " \t\n\v\f\r");
    size_t line = strcspn(p, "\n"), size = line;
    while (size && strchr(" \t\v\f\r", p[size - 1]))
        size--;
    *text = p + line;
    *out_tag = p;
    *out_size = size;
    return size > 0;
}

/* An article is found by its first HLFMT_TAGS_MAX different tags. */
static bool has_tag(struct hlcandidates *c, const struct hlnative_filter *filter)
{
    struct {
        const char *bytes;
        size_t size;
    } seen[HLFMT_TAGS_MAX];
    const char *text = c->article->tags, *tag;
    size_t size;
    unsigned count = 0;
    while (text && count < HLFMT_TAGS_MAX && next_tag(&text, &tag, &size)) {
        unsigned i = 0;
        while (i < count && (seen[i].size != size || memcmp(seen[i].bytes, tag, size)))
            i++;
        if (i < count)
            continue;
        seen[count].bytes = tag;
        seen[count++].size = size;
        if (name_is(c, tag, size, filter))
            return true;
    }
    return false;
}

bool hlcand_has_value(struct hlcandidates *c, const struct hlnative_filter *filter)
{
    const struct hl_article *a = c->article;
    const char *const names[3] = {a->source, a->section, a->author};
    if (filter->facet == HLNATIVE_TAG)
        return has_tag(c, filter);
    const char *name = names[filter->facet];
    return name && *name && name_is(c, name, strlen(name), filter);
}

static bool is_of_days(uint32_t date, const struct hlq_days *days)
{
    return date && date >= days->from && date < days->to;
}

/* ---- groups ---- */

/* A sum of tfs stays at the most that there is room for. */
static uint32_t add_tf(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

/* Weighted tenths, rounded up. */
static uint32_t word_tf(struct hlcandidates *c, const struct hlcand_word *word)
{
    uint32_t tenths = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        uint32_t tf = c->stands[word->keys[i]].tf;
        if (tf)
            tenths = add_tf(tenths, (uint64_t)tf * word->weights[i]);
    }
    for (uint32_t i = 0; i < word->row_count; i++)
        tenths = add_tf(tenths, (uint64_t)hlcand_phrase_tf(c, word->rows[i].phrase) *
                                    word->rows[i].weight);
    return tenths / WEIGHT_FULL + (tenths % WEIGHT_FULL > 0);
}

static bool has_any(struct hlcandidates *c, const struct hlcand_expr *e, uint32_t *out_tf)
{
    uint32_t sum = 0;
    bool any = false;
    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t tf;
        if (!e->parts[i].times || !hlcand_has(c, &e->parts[i], &tf))
            continue;
        sum = add_tf(sum, (uint64_t)tf * e->parts[i].times);
        any = true;
    }
    *out_tf = sum;
    return any;
}

/* The least tf of the parts that count. */
static bool has_all(struct hlcandidates *c, const struct hlcand_expr *e, uint32_t *out_tf)
{
    uint32_t least = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t tf;
        if (hlcand_has(c, &e->parts[i], &tf) == e->parts[i].excluded)
            return false;
        if (!e->parts[i].excluded && tf && (!least || tf < least))
            least = tf;
    }
    *out_tf = least;
    return true;
}

bool hlcand_has(struct hlcandidates *c, const struct hlcand_expr *e, uint32_t *out_tf)
{
    *out_tf = 0;
    switch (e->kind) {
    case HLQ_X_WORD:
        *out_tf = word_tf(c, e->word);
        return *out_tf > 0;
    case HLQ_X_PHRASE:
        *out_tf = hlcand_phrase_tf(c, e->phrase);
        return *out_tf > 0;
    case HLQ_X_VALUE:
        return hlcand_has_value(c, &e->value);
    case HLQ_X_DAYS:
        return is_of_days(c->date, &e->days);
    case HLQ_X_ALL:
        return has_all(c, e, out_tf);
    case HLQ_X_ANY:
        return has_any(c, e, out_tf);
    }
    assert(false);
    return false;
}

/* ---- leaves ---- */

static uint32_t member_tf(struct hlcandidates *c, const struct hlcand_member *m)
{
    uint32_t tf;
    if (m->expr) /* what only narrows counts once */
        return !hlcand_has(c, m->expr, &tf) ? 0 : tf ? tf : 1;
    if (m->row)
        return hlcand_phrase_tf(c, m->row);
    return m->b == HLCAND_NONE ? c->stands[m->a].tf : pair_tf(c, m->a, m->b);
}

uint64_t hlcand_leaf_tf(struct hlcandidates *c, const struct hlcand_leaf *leaf)
{
    uint64_t sum = 0, whole = 0;
    if (leaf->phrase)
        return c->phrase_tfs[leaf->number];
    for (uint32_t i = 0; i < leaf->count; i++) {
        const struct hlcand_member *m = &leaf->members[i];
        sum += (uint64_t)m->weight * member_tf(c, m);
        if (i + 1 < leaf->count && m[1].part == m->part)
            continue;
        whole += (sum + WEIGHT_FULL - 1) / WEIGHT_FULL;
        sum = 0;
    }
    return whole;
}
