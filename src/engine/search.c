/*
 * search.c - hl_search(): options, relaxing of the cover, hits with their columns.
 */
#include "engine/index.h"
#include "engine/sharded.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <math.h>

enum {
    HITS_MAX = HLSEARCH_HITS_MAX,
    HITS_DEFAULT = 10,
    REFINE = 20,
    REFINE_MAX = 1000,
    RECENCY_MAX = 10
};

void hl_search_options_init(struct hl_search_options *options)
{
    *options = (struct hl_search_options){.count = HITS_DEFAULT,
                                          .cover = HL_COVER_DEFAULT,
                                          .k1 = -1,
                                          .b = -1,
                                          .pairs = -1,
                                          .refine = -1,
                                          .synonyms = hl_synonyms_default()};
}

hl_status hlsearch_check_options(const struct hl_search_options *options,
                                 struct hl_search_options *out_options, struct hl_error *err)
{
    struct hl_search_options o;
    hl_search_options_init(&o);
    if (options)
        o = *options;
    if (!o.count)
        o.count = HITS_DEFAULT;
    /* Measured on the dev collections: src/README.md. */
    bool plain = o.rank == HL_RANK_BM25;
    if (o.k1 < 0)
        o.k1 = plain ? 0.9 : 0.6;
    if (o.b < 0)
        o.b = plain ? 0.6 : 0.75;
    if (o.refine < 0 || plain)
        o.refine = plain ? 0 : REFINE;
    if (plain)
        o.pairs = 0;
    if (o.count > HITS_MAX || o.offset > HITS_MAX || o.count + o.offset > HITS_MAX)
        return hlerr_set(err, HL_LIMIT, "results past the first %d are not to be had",
                         HITS_MAX);
    if (o.cover < HL_COVER_DEFAULT || o.cover > HL_COVER_ALL)
        return hlerr_set(err, HL_MISUSE, "cover is a percentage from 0 to 100");
    if (o.refine > REFINE_MAX)
        return hlerr_set(err, HL_MISUSE, "at most %d hits are looked at again", REFINE_MAX);
    if ((unsigned)o.sort > HL_SORT_OLDEST)
        return hlerr_set(err, HL_MISUSE, "no such order of results");
    if (o.date_from && o.date_to && o.date_from >= o.date_to)
        return hlerr_set(err, HL_MISUSE, "the range of dates ends before it begins");
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (o.facet_values[f] > HL_FACET_VALUES_MAX)
            return hlerr_set(err, HL_LIMIT, "at most %d values of a facet are to be had",
                             HL_FACET_VALUES_MAX);
    if (!(o.recency >= 0 && o.recency <= RECENCY_MAX))
        return hlerr_set(err, HL_MISUSE, "recency is a weight from 0 to %d", RECENCY_MAX);
    if (o.sort) {
        o.refine = 0;
        o.recency = 0;
    }
    if (!isfinite(o.k1) || o.k1 > 1000 || !(o.b <= 1) || !isfinite(o.pairs) || o.pairs > 1000)
        return hlerr_set(err, HL_MISUSE, "k1 is at most 1000, b at most 1, pairs at most 1000");
    *out_options = o;
    return HL_OK;
}

/* Dates as columns have them: from 1 to UINT32_MAX; 1 to 0 where the range has none of them.
 * Any number may be given, so nothing is taken from one before it is known to be positive. */
static struct hlcolumns_range range_of(const struct hl_search_options *options)
{
    int64_t low = options->date_from > 1 ? options->date_from : 1, to = options->date_to;
    if (low > UINT32_MAX || (to && to <= 1))
        return (struct hlcolumns_range){1, 0};
    uint32_t high = to && to <= UINT32_MAX ? (uint32_t)(to - 1) : UINT32_MAX;
    return (struct hlcolumns_range){(uint32_t)low, high};
}

struct hlnative_options hlsearch_native_options(const struct hl_search_options *options)
{
    struct hlnative_options o = {
        .bm25 = {options->k1, options->b, 0},
        .pairs = options->pairs,
        .recency = options->recency,
        .keep = options->group,
        .emphasis = options->rank == HL_RANK_DEFAULT,
        .refine = (unsigned)options->refine,
        .cover = options->cover,
        .exhaustive = options->exhaustive,
        .count_only = options->count_only,
        .synonyms = options->synonyms,
        .sort = options->sort,
        .only = {options->source, options->section, options->author, options->tag},
        .dated = options->date_from || options->date_to,
        .range = range_of(options)};
    o.timeout_ms = options->timeout_ms;
    for (unsigned f = 0; f < HL_FACETS; f++)
        o.facets |= (unsigned)(options->facet_values[f] > 0) << f;
    return o;
}

/* ---- filling the result ---- */

/* One may fail where the other did not, and the result be used again: each is looked at. */
bool hlsearch_make_room(struct hl_result *r, size_t collected, size_t shown)
{
    if (collected > r->found_room) {
        struct hlhit *found = hlmem_realloc(r->found, collected * sizeof *found);
        if (!found)
            return false;
        r->found = found;
        r->found_room = collected;
    }
    if (shown > r->hit_room) {
        struct hl_hit *hits = hlmem_realloc(r->hits, shown * sizeof *hits);
        if (!hits)
            return false;
        r->hits = hits;
        r->hit_room = shown;
    }
    return true;
}

/* Strings are kept as offsets + 1 while the buffer may still move. */
static uintptr_t keep(struct hl_result *r, const char *text, uint32_t size)
{
    if (!size)
        return 0;
    uintptr_t at = r->strings.size + 1;
    hlbuf_put(&r->strings, text, size);
    hlbuf_put_u8(&r->strings, 0);
    return at;
}

/* Which facets a chunk has names for, a bit each; 1 << FACETS where that is not known yet. */
enum { FACETS = 3, UNKNOWN = 1 << FACETS };

static hl_status find_facets(const struct hlchunk *chunk, uint8_t *facets, struct hl_error *err)
{
    unsigned known = 0;
    for (unsigned f = 0; f < FACETS; f++) {
        uint32_t count;
        hl_status status = hlchunk_facet_count(chunk, f, &count, err);
        if (status != HL_OK)
            return status;
        known |= (unsigned)(count > 0) << f;
    }
    *facets = (uint8_t)known;
    return HL_OK;
}

static hl_status fill_hit(struct hl_result *r, const struct hlhit *found, uint8_t *facets,
                          struct hl_hit *hit, struct hl_error *err)
{
    const struct hlchunk *chunk = r->native.sources[found->chunk];
    const char *text;
    uint32_t size;
    *hit = (struct hl_hit){.score = found->score, .date = found->date};
    hit->index = hlindex_part(r->index, chunk);
    hit->docid = hlindex_segment_number(r->index, chunk->segment) << 32 |
                 (uint64_t)chunk->number << 16 | found->doc;
    hl_status status = hlchunk_id(chunk, found->doc, &text, &size, err);
    if (status != HL_OK)
        return status;
    hit->id = (const char *)keep(r, text, size);
    const char **names[FACETS] = {&hit->source, &hit->section, &hit->author};
    if (*facets & UNKNOWN)
        status = find_facets(chunk, facets, err);
    for (unsigned f = 0; status == HL_OK && f < FACETS; f++) {
        if (!(*facets >> f & 1))
            continue;
        status = hlchunk_facet(chunk, f, found->doc, &text, &size, err);
        if (status == HL_OK)
            *names[f] = (const char *)keep(r, text, size);
    }
    unsigned precision = HL_DATE_UNKNOWN; /* so if and only if the date is (F 19) */
    if (status == HL_OK && found->date)
        status = hlchunk_date_form(chunk, found->doc, &precision, &hit->date_offset, err);
    hit->date_precision = (enum hl_date_precision)precision;
    return status;
}

static void point(const struct hl_result *r, const char **at)
{
    uintptr_t offset = (uintptr_t)*at;
    *at = offset ? (const char *)r->strings.data + (offset - 1) : NULL;
}

/* Hits lie all over the columns: those to come are asked for ahead. */
static void look_ahead(const struct hl_result *r, const struct hlhit *found, size_t i,
                       size_t count)
{
    enum { FAR = 16, NEAR = 8 };
    if (i + FAR < count)
        hlchunk_prefetch_id(r->native.sources[found[i + FAR].chunk], found[i + FAR].doc, true);
    if (i + NEAR < count)
        hlchunk_prefetch_id(r->native.sources[found[i + NEAR].chunk], found[i + NEAR].doc,
                            false);
}

static hl_status fill_hits(struct hl_result *r, size_t from, size_t found, struct hl_error *err)
{
    r->count = found > from ? found - from : 0;
    assert(r->count <= r->hit_room);
    uint8_t *facets = hlarena_alloc(&r->native.arena, r->native.chunk_count + 1u);
    hl_status status = facets ? HL_OK : hlerr_nomem(err);
    if (facets)
        memset(facets, UNKNOWN, r->native.chunk_count + 1u);
    for (size_t i = 0; status == HL_OK && i < r->count; i++) {
        const struct hlhit *hit = &r->found[from + i];
        look_ahead(r, r->found + from, i, r->count);
        status = fill_hit(r, hit, &facets[hit->chunk], &r->hits[i], err);
    }
    if (status == HL_OK && r->strings.failed)
        status = hlerr_nomem(err);
    if (status != HL_OK)
        return status;
    for (size_t i = 0; i < r->count; i++) {
        point(r, &r->hits[i].id);
        point(r, &r->hits[i].source);
        point(r, &r->hits[i].section);
        point(r, &r->hits[i].author);
    }
    return HL_OK;
}

uint64_t hlsearch_settle_cover(struct hlnative *n, const struct hl_search_options *o)
{
    uint64_t total = hlnative_count(n);
    int lower = n->cover / 2;
    /* A count that time cut short does not say that nothing has enough. */
    while (!total && o->cover == HL_COVER_DEFAULT && n->word_count && n->cover > 0 &&
           !n->deadline.cut) {
        hlnative_set_cover(n, lower);
        total = hlnative_count(n);
        lower = 0;
    }
    return total;
}

/* Ranks and fills the page; *out_found is how much of all was collected. */
static hl_status fill_page(struct hl_result *r, const struct hl_search_options *o, bool counted,
                           size_t *out_found, struct hl_error *err)
{
    size_t wanted = o->count + o->offset, found = 0, heads = 0;
    size_t k = wanted < (size_t)o->refine ? (size_t)o->refine : wanted;
    hl_status status;
    if (o->group) {
        status = hlgrouped_rank(r, wanted, k, o->count, &found, &heads, err);
    } else {
        if (!hlsearch_make_room(r, hltopk_room(k), o->count))
            return hlerr_nomem(err);
        status = hlnative_rank(&r->native, k, r->found, &found, err);
        /* A search that time cut short may have found fewer than it counted. */
        heads = counted && r->total > wanted && found >= wanted ? wanted + 1 : found;
    }
    if (status == HL_OK)
        status = fill_hits(r, o->offset, heads < wanted ? heads : wanted, err);
    if (status == HL_OK && o->group)
        status = hlgrouped_fill(r, o->offset, err);
    r->more = heads > wanted && wanted < HITS_MAX;
    *out_found = found < wanted || o->group ? found : wanted;
    return status;
}

static hl_status run(struct hl_result *r, const struct hl_query *query,
                     const struct hlsearch_without *without, const struct hl_search_options *o,
                     struct hl_error *err)
{
    if (r->index->sharded)
        return hlsharded_search(r, query, without->id, o, err);
    struct hlnative_options options = hlsearch_native_options(o);
    options.without = without->chunk;
    options.without_doc = without->doc;
    hl_status status = hlnative_prepare(&r->native, &r->index->snapshot, query, &options, err);
    bool counted =
        !o->no_total || o->count_only || o->cover == HL_COVER_DEFAULT || r->native.tally;
    if (status == HL_OK && counted)
        r->total = hlsearch_settle_cover(&r->native, o);
    if (status == HL_OK)
        status = hlfaceted_fill(r, o, err);
    size_t found = 0;
    if (status == HL_OK && !o->count_only)
        status = fill_page(r, o, counted, &found, err);
    if (!counted || (r->native.deadline.cut && r->total < found))
        r->total = found;
    r->cover = r->native.cover;
    if (status == HL_OK)
        status = hlreadings_fill(r, err);
    return status == HL_OK && o->suggest && !r->native.deadline.cut
               ? hlsearch_suggest(r, query, err)
               : status;
}

/* What a result shows, but its memory. */
static void clear(struct hl_result *r)
{
    r->count = 0;
    r->total = 0;
    r->cover = 0;
    r->more = false;
    hlreadings_clear(r);
    r->suggestions = NULL;
    r->suggestion_count = 0;
    r->total_is = HL_TOTAL_EXACT;
    r->missing = false;
    r->shards = NULL;
    r->shard_count = 0;
    memset(r->facets, 0, sizeof r->facets);
    hlpassages_forget(r->passages);
    hlbuf_reset(&r->strings);
}

static struct hl_result *new_result(void)
{
    struct hl_result *r = hlmem_zalloc(1, sizeof *r);
    if (!r)
        return NULL;
    hlnative_init(&r->native);
    r->passages = hlpassages_new();
    if (r->passages)
        return r;
    hl_result_free(r);
    return NULL;
}

hl_status hlsearch_answer(const struct hl_index *index, const struct hl_query *query,
                          struct hl_query *own, const struct hlsearch_without *without,
                          const struct hl_search_options *options,
                          struct hl_result **out_result, struct hl_error *err)
{
    assert(!own || own == query);
    struct hl_result *r = *out_result;
    bool fresh = !r;
    if (fresh && !(r = new_result())) {
        hl_query_free(own);
        return hlerr_nomem(err);
    }
    r->index = index;
    clear(r);
    hl_query_free(r->query);
    r->query = own;
    hl_status status = run(r, query, without, options, err);
    if (status == HL_OK)
        *out_result = r;
    else if (fresh)
        hl_result_free(r);
    else
        clear(r); /* what a failed search had found so far is no answer */
    return status;
}

hl_status hl_search(const struct hl_index *index, const struct hl_query *query,
                    const struct hl_search_options *options, struct hl_result **out_result,
                    struct hl_error *err)
{
    static const struct hlsearch_without none = {NULL, 0, NULL};
    if (!index || !query || !out_result)
        return hlerr_set(err, HL_MISUSE,
                         "a search needs an index, a query and a place to answer");
    struct hl_search_options o;
    hl_status status = hlsearch_check_options(options, &o, err);
    return status == HL_OK ? hlsearch_answer(index, query, NULL, &none, &o, out_result, err)
                           : status;
}

void hl_result_free(struct hl_result *result)
{
    if (!result)
        return;
    hl_query_free(result->query);
    hlnative_release(&result->native);
    hlmem_free(result->found);
    hlmem_free(result->hits);
    hlpassages_free(result->passages);
    hlbuf_release(&result->strings);
    hlmem_free(result);
}

size_t hl_result_count(const struct hl_result *result)
{
    return result ? result->count : 0;
}

uint64_t hl_result_total(const struct hl_result *result)
{
    return result ? result->total : 0;
}

bool hl_result_more(const struct hl_result *result)
{
    return result && result->more;
}

bool hl_result_partial(const struct hl_result *result)
{
    return result && (result->native.deadline.cut || result->missing);
}

enum hl_total_is hl_result_total_is(const struct hl_result *result)
{
    if (!result)
        return HL_TOTAL_EXACT;
    return result->native.deadline.cut ? HL_TOTAL_AT_LEAST : result->total_is;
}

const struct hl_shard *hl_result_shard(const struct hl_result *result, size_t i)
{
    return result && i < result->shard_count ? &result->shards[i] : NULL;
}

int hl_result_cover(const struct hl_result *result)
{
    return result ? result->cover : 0;
}

const struct hl_hit *hl_result_hit(const struct hl_result *result, size_t i)
{
    return result && i < result->count ? &result->hits[i] : NULL;
}

const struct hl_suggestion *hl_result_suggestion(const struct hl_result *result, size_t i)
{
    return result && i < result->suggestion_count ? &result->suggestions[i] : NULL;
}
