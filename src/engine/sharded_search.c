/*
 * sharded_search.c - a search carried out by shards, as a result shows it.
 */
#include "engine/sharded.h"

#include "backend/shard_copies.h"
#include "base/err.h"

#include <assert.h>
#include <stdlib.h>

struct search {
    struct hl_result *result;
    const struct hl_query *query;
    const char *without;
    const struct hl_search_options *options;
};

static char *keep(struct hl_result *r, const char *text)
{
    return hlarena_strndup(&r->native.arena, text, strlen(text));
}

hl_status hlsharded_check(const struct hl_search_options *o, struct hl_error *err)
{
    if (o->recency > 0)
        return hlerr_set(err, HL_UNSUPPORTED,
                         "Xapian cannot rank by recency; sort by date, narrow to days, or "
                         "use a native index");
    return HL_OK;
}

/* ---- hits ---- */

static hl_status fill_hit(struct hl_result *r, const struct hlshard_hit *found,
                          struct hl_hit *hit, struct hl_error *err)
{
    const struct hl_article *a = &found->article;
    *hit = (struct hl_hit){.score = found->score,
                           .docid = found->docid,
                           .date = found->date,
                           .date_offset = found->date ? a->date_offset : 0,
                           .date_precision = found->date ? a->date_precision : HL_DATE_UNKNOWN};
    const char *const from[] = {a->id, a->source, a->section, a->author};
    const char **const to[] = {&hit->id, &hit->source, &hit->section, &hit->author};
    for (int i = 0; i < 4; i++)
        if (from[i] && *from[i] && !(*to[i] = keep(r, from[i])))
            return hlerr_nomem(err);
    return HL_OK;
}

/* What a page is cut from. */
struct page {
    size_t found;      /* hits, or heads */
    bool more;         /* than were wanted */
    uint32_t *similar; /* of each head; NULL: nothing was folded */
};

/* Ranks more until there is one head more than wanted: engine/grouped.c. */
static hl_status rank_groups(struct hl_result *r, struct hlshard_search *s, size_t wanted,
                             size_t least, struct page *page, struct hl_error *err)
{
    size_t k = hlgrouped_first_try(wanted, least), found;
    uint32_t *similar = hlarena_alloc(&r->native.arena, (wanted + 1) * sizeof *similar);
    if (!similar)
        return hlerr_nomem(err);
    for (;; k = hlgrouped_first_try(4 * k, 0)) {
        hl_status status = hlshard_rank(s, k, err);
        found = s->count;
        if (status == HL_OK)
            status = hlshard_fold(s, wanted + 1, similar, &page->found, err);
        if (status != HL_OK)
            return status;
        if (page->found > wanted || found < k || k == HLSEARCH_HITS_MAX)
            break;
    }
    page->more = page->found > wanted;
    page->similar = similar;
    return HL_OK;
}

static hl_status rank_hits(struct hl_result *r, struct hlshard_search *s, size_t wanted,
                           size_t least, bool counted, struct page *page, struct hl_error *err)
{
    size_t k = wanted < least ? least : wanted;
    hl_status status = hlshard_rank(s, counted ? k : k + 1, err);
    page->found = s->count;
    page->more = s->count >= wanted && (counted ? r->total : s->count) > wanted;
    return status;
}

static hl_status fill_page(struct hl_result *r, struct hlshard_search *s,
                           const struct hl_search_options *o, bool counted,
                           struct hl_error *err)
{
    size_t wanted = o->count + o->offset;
    struct page page = {0, false, NULL};
    hl_status status = o->group
                           ? rank_groups(r, s, wanted, (size_t)o->refine, &page, err)
                           : rank_hits(r, s, wanted, (size_t)o->refine, counted, &page, err);
    if (status != HL_OK)
        return status;
    size_t found = page.found < wanted ? page.found : wanted;
    r->more = page.more && wanted < HLSEARCH_HITS_MAX;
    if (!counted)
        r->total = o->group ? s->count : found;
    r->count = found > o->offset ? found - o->offset : 0;
    if (!hlsearch_make_room(r, 0, r->count))
        return hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < r->count; i++) {
        status = fill_hit(r, &s->hits[o->offset + i], &r->hits[i], err);
        r->hits[i].similar = page.similar ? page.similar[o->offset + i] : 0;
    }
    return status;
}

/* ---- facets ---- */

enum { YEAR_SIZE = 4 };

static const unsigned facet_slots[HL_FACETS] = {
    [HL_FACET_SOURCE] = HLX_SLOT_SOURCE, [HL_FACET_SECTION] = HLX_SLOT_SECTION,
    [HL_FACET_AUTHOR] = HLX_SLOT_AUTHOR, [HL_FACET_YEAR] = HLX_SLOT_MONTH,
    [HL_FACET_MONTH] = HLX_SLOT_MONTH,   [HL_FACET_TAG] = HLX_SLOT_TAGS};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct hl_facet_value *)a)->name,
                  ((const struct hl_facet_value *)b)->name);
}

static int by_count(const void *a, const void *b)
{
    const struct hl_facet_value *x = a, *y = b;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : by_name(a, b);
}

/* Room for values and what they are made of; a text of tags is several. */
struct values {
    struct hl_facet_value *items;
    size_t count, room;
    uint64_t having;
};

static bool put_value(struct hl_result *r, struct values *v, const char *name, size_t size,
                      uint64_t count)
{
    if (v->count == v->room) {
        size_t room = v->room * 2 + 64;
        struct hl_facet_value *items = hlarena_alloc(&r->native.arena, room * sizeof *items);
        if (!items)
            return false;
        if (v->count)
            memcpy(items, v->items, v->count * sizeof *items);
        v->items = items;
        v->room = room;
    }
    char *copy = hlarena_strndup(&r->native.arena, name, size);
    if (!copy)
        return false;
    v->items[v->count++] = (struct hl_facet_value){copy, count};
    return true;
}

/* An article counts once for a tag that it has twice. */
static bool put_tags(struct hl_result *r, struct values *v, const struct hlx_value_count *value)
{
    const char *text = value->value.bytes;
    size_t size = value->value.size, first = v->count;
    for (size_t at = 0, end; at < size; at = end + 1) {
        const char *line = memchr(text + at, '\n', size - at);
        end = line ? (size_t)(line - text) : size;
        bool twice = end == at;
        for (size_t i = first; i < v->count && !twice; i++)
            twice = strlen(v->items[i].name) == end - at &&
                    !memcmp(v->items[i].name, text + at, end - at);
        if (!twice && !put_value(r, v, text + at, end - at, value->count))
            return false;
    }
    return true;
}

/* Equal names become one. */
static void add_up(struct values *v)
{
    size_t kept = 0;
    if (v->count)
        qsort(v->items, v->count, sizeof *v->items, by_name);
    for (size_t i = 0; i < v->count; i++) {
        if (kept && !by_name(&v->items[kept - 1], &v->items[i]))
            v->items[kept - 1].count += v->items[i].count;
        else
            v->items[kept++] = v->items[i];
    }
    v->count = kept;
}

static hl_status fill_facet(struct hl_result *r, enum hl_facet facet, size_t place,
                            const struct hlx_result *counted, size_t most, uint64_t total,
                            struct hl_error *err)
{
    struct values v = {NULL, 0, 0, 0};
    bool good = true;
    for (size_t i = 0; good && i < counted->facets[place].count; i++) {
        const struct hlx_value_count *value = &counted->facets[place].values[i];
        size_t size = value->value.size;
        if (!size)
            continue;
        v.having += value->count;
        if (facet == HL_FACET_TAG)
            good = put_tags(r, &v, value);
        else
            good = put_value(r, &v, value->value.bytes,
                             facet == HL_FACET_YEAR && size > YEAR_SIZE ? YEAR_SIZE : size,
                             value->count);
    }
    if (!good)
        return hlerr_nomem(err);
    add_up(&v);
    if (v.count)
        qsort(v.items, v.count, sizeof *v.items, by_count);
    r->facets[facet] =
        (struct hl_result_facet){.values = v.items,
                                 .count = v.count < most ? v.count : most,
                                 .distinct = v.count,
                                 .missing = total > v.having ? total - v.having : 0};
    return HL_OK;
}

static hl_status fill_facets(struct hl_result *r, const struct hl_search_options *o,
                             const struct hlx_result *counted, struct hl_error *err)
{
    hl_status status = HL_OK;
    size_t place = 0;
    for (unsigned f = 0; status == HL_OK && counted && f < HL_FACETS; f++)
        if (o->facet_values[f])
            status = fill_facet(r, (enum hl_facet)f, place++, counted, o->facet_values[f],
                                counted->estimate, err);
    return status;
}

/* ---- all of it ---- */

hl_status hlsharded_settle_cover(struct hlshard_search *s, const struct hl_search_options *o,
                                 const unsigned *slots, size_t slot_count, struct hl_error *err)
{
    struct hlnative *n = s->native;
    int lower = n->cover / 2;
    hl_status status = hlshard_count(s, slots, slot_count, err);
    while (status == HL_OK && !s->total && o->cover == HL_COVER_DEFAULT && n->word_count &&
           n->cover > 0 && !n->deadline.cut) {
        hlnative_set_cover(n, lower);
        status = hlshard_count(s, slots, slot_count, err);
        lower = 0;
    }
    return status;
}

static hl_status settle_cover(struct hl_result *r, struct hlshard_search *s,
                              const struct hl_search_options *o, struct hl_error *err)
{
    unsigned slots[HL_FACETS];
    size_t count = 0;
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (o->facet_values[f])
            slots[count++] = facet_slots[f];
    hl_status status = hlsharded_settle_cover(s, o, slots, count, err);
    r->total = s->total;
    r->total_is = s->estimate ? HL_TOTAL_ESTIMATE : HL_TOTAL_EXACT;
    return status;
}

static hl_status tell_shards(struct hl_result *r, const struct hlshards *shards,
                             struct hl_error *err)
{
    r->shard_count = 0;
    r->missing = shards->live < shards->places.count;
    if (!hlshards_are_told(shards))
        return HL_OK;
    r->shards = hlarena_zalloc(&r->native.arena, shards->places.count, sizeof *r->shards);
    if (!r->shards)
        return hlerr_nomem(err);
    for (size_t i = 0; i < shards->places.count; i++) {
        const struct hlshard *shard = &shards->list[i];
        struct hl_shard *to = &r->shards[r->shard_count++];
        to->name = keep(r, shard->place->name);
        to->answered = shard->handle != NULL;
        to->problem = to->answered ? NULL : keep(r, shard->problem);
        if (!to->name || (!to->answered && !to->problem))
            return hlerr_nomem(err);
    }
    return HL_OK;
}

/* Ranking alone, which tells the total where that is all that it looks at. */
static hl_status rank_first(struct hl_result *r, struct hlshard_search *s,
                            const struct hl_search_options *o, struct hl_error *err)
{
    struct hlnative *n = &r->native;
    int lower = n->cover / 2;
    hl_status status = fill_page(r, s, o, false, err);
    while (status == HL_OK && !s->count && o->cover == HL_COVER_DEFAULT && n->word_count &&
           n->cover > 0 && !n->deadline.cut) {
        hlnative_set_cover(n, lower);
        status = fill_page(r, s, o, false, err);
        lower = 0;
    }
    if (status == HL_OK && !o->no_total)
        r->total = s->ranked;
    r->cover = n->cover;
    return status;
}

static hl_status carry_out(struct hl_result *r, struct hlshard_search *s,
                           const struct hl_search_options *o, struct hl_error *err)
{
    bool facets = false;
    for (unsigned f = 0; f < HL_FACETS; f++)
        facets |= o->facet_values[f] > 0;
    bool wanted = !o->no_total || o->count_only || facets;
    if (!o->count_only && !facets && (!wanted || hlshard_counts_ranking(s))) {
        hl_status status = rank_first(r, s, o, err);
        if (status != HL_OK || !wanted || s->query.exact)
            return status;
    }
    hl_status status = settle_cover(r, s, o, err);
    if (status == HL_OK)
        status = fill_facets(r, o, s->counted, err);
    if (status == HL_OK && !o->count_only)
        status = fill_page(r, s, o, true, err);
    r->cover = r->native.cover;
    return status;
}

static hl_status run(void *user, struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                     struct hl_error *err)
{
    const struct search *q = user;
    struct hl_result *r = q->result;
    struct hlshard_search s = {.shards = NULL};
    struct hlnative_options options = hlsearch_native_options(q->options);
    options.facets = 0; /* Xapian counts */
    r->snapshot = *snapshot;
    r->total = 0;
    r->count = 0;
    hlreadings_clear(r);
    hl_status status = hlnative_prepare(&r->native, &r->snapshot, q->query, &options, err);
    if (status == HL_OK)
        status = hlshard_search_begin(&s, &r->native, sharded->shards, sharded->words,
                                      q->without, err);
    if (status == HL_OK)
        status = carry_out(r, &s, q->options, err);
    hlshard_search_end(&s);
    if (status == HL_OK)
        status = hlreadings_fill(r, err);
    if (status == HL_OK && q->options->suggest)
        status = hlsearch_suggest(r, q->query, err);
    return status == HL_OK ? tell_shards(r, sharded->shards, err) : status;
}

hl_status hlsharded_search(struct hl_result *result, const struct hl_query *query,
                           const char *without, const struct hl_search_options *options,
                           struct hl_error *err)
{
    struct search q = {result, query, without, options};
    hl_status status = hlsharded_check(options, err);
    return status == HL_OK ? hlsharded_do(result->index, run, &q, err) : status;
}
