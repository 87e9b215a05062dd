#include "backend/shard_rank.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

enum {
    /* Candidates that are asked for beyond the wanted hits: to ask again costs more than to
     * look at so many.  More where bounds are loose, because a word may be one of several. */
    SPARE = 16,
    SPARE_LOOSE = 80,
    PLATEAU = 300,   /* of one second, before these are asked for by score */
    VERIFY_MAX = 256 /* answers that are counted one by one where Xapian cannot */
};
/* Xapian adds weights in an order of its own: two sums of the same may differ so much. */
static const double NOISE = 1e-9, EQUAL = 1e-13;

/* ---- articles ---- */

static hl_status decode(struct hlarena *arena, const void *data, size_t size,
                        struct hl_article *out_article, bool *out_tokens, struct hl_error *err)
{
    struct hlbuf strings = {0};
    struct hl_article a;
    hl_status status = hlx_data_decode(data, size, &strings, &a, out_tokens, err);
    char *copy = NULL;
    if (status == HL_OK && !(copy = hlarena_alloc(arena, strings.size + 1)))
        status = hlerr_nomem(err);
    if (status == HL_OK && strings.size)
        memcpy(copy, strings.data, strings.size);
    const char **texts[] = {&a.id,     &a.url,     &a.title,  &a.lead, &a.body,
                            &a.source, &a.section, &a.author, &a.tags, &a.extra};
    for (size_t i = 0; status == HL_OK && i < sizeof texts / sizeof texts[0]; i++)
        if (*texts[i])
            *texts[i] = copy + (*texts[i] - (const char *)strings.data);
    hlbuf_release(&strings);
    if (status == HL_OK)
        *out_article = a;
    return status;
}

static bool take_data(void *user, const void *bytes, size_t size)
{
    hlbuf_reset(user);
    return hlbuf_put(user, bytes, size);
}

static hl_status read_data(struct hlbuf *data, struct hlarena *arena,
                           struct hl_article *out_article, bool *out_tokens,
                           struct hl_error *err)
{
    hl_status status =
        data->failed ? hlerr_nomem(err)
                     : decode(arena, data->data, data->size, out_article, out_tokens, err);
    hlbuf_release(data);
    return status;
}

static hl_status find(struct hlshards *shards, const char *id, struct hlarena *arena,
                      uint64_t *out_docid, struct hl_article *out_article, bool *out_tokens,
                      struct hl_error *err)
{
    struct hlbuf name = {0}, data = {0};
    if (!hlx_term(HLX_ID, id, strlen(id), &name))
        return hlerr_nomem(err);
    struct hlx_bytes term = {(const char *)name.data, name.size};
    hl_status status =
        hlshards_told(shards, NULL,
                      shards->calls->fetch_by_term(shards->set, term, out_docid, take_data,
                                                   &data, &shards->last),
                      err);
    hlbuf_release(&name);
    if (status != HL_OK) {
        hlbuf_release(&data);
        return status == HL_NOT_FOUND
                   ? hlerr_set(err, status, "no shard has an article with the id %.200s", id)
                   : status;
    }
    return read_data(&data, arena, out_article, out_tokens, err);
}

hl_status hlshard_find(struct hlshards *shards, const char *id, struct hlarena *arena,
                       struct hl_article *out_article, struct hl_error *err)
{
    uint64_t docid;
    bool tokens;
    return find(shards, id, arena, &docid, out_article, &tokens, err);
}

hl_status hlshard_find_hit(struct hlshard_search *search, const char *id,
                           struct hlshard_hit *out_hit, struct hl_error *err)
{
    struct hlshard_hit hit = {.score = 0};
    hl_status status =
        find(search->shards, id, &search->arena, &hit.docid, &hit.article, &hit.tokens, err);
    if (status == HL_OK)
        *out_hit = hit;
    return status;
}

/* ---- life ---- */

hl_status hlshard_search_begin(struct hlshard_search *search, struct hlnative *native,
                               struct hlshards *shards, struct hlshard_words *words,
                               const char *without, struct hl_error *err)
{
    *search = (struct hlshard_search){
        .native = native, .shards = shards, .words = words, .without = without};
    hlarena_init(&search->arena, 0);
    return hlcandidates_open(native, shards->head.weight, &search->candidates, err);
}

void hlshard_search_end(struct hlshard_search *search)
{
    hlcandidates_close(search->candidates);
    if (search->shards)
        search->shards->calls->result_free(search->counted);
    hlmem_free(search->hits);
    hlarena_release(&search->arena);
    memset(search, 0, sizeof *search);
}

static hl_status make_query(struct hlshard_search *s, struct hl_error *err)
{
    return hlshard_query_make(s->native, s->words, s->without, &s->query, err);
}

static bool asks_something(const struct hlshard_search *s)
{
    const struct hlnative *n = s->native;
    return !n->impossible && !n->unread;
}

static hl_status ask(struct hlshard_search *s, const struct hlx_search *search,
                     struct hlx_result **out_result, struct hl_error *err)
{
    struct hlshards *shards = s->shards;
    return hlshards_told(shards, NULL,
                         shards->calls->search(shards->set, search, out_result, &shards->last),
                         err);
}

/* Scores one; *out_fits: it answers. */
static hl_status look_at(struct hlshard_search *s, const struct hlx_hit *hit,
                         struct hlshard_hit *out_hit, bool *out_fits, struct hl_error *err)
{
    struct hlcandidate c;
    hl_status status = decode(&s->arena, hit->data.bytes, hit->data.size, &out_hit->article,
                              &out_hit->tokens, err);
    if (status == HL_OK)
        status = hlcandidates_read(s->candidates, &out_hit->article, out_hit->tokens, &c, err);
    if (status != HL_OK)
        return status;
    const struct hlnative *n = s->native;
    uint64_t wanted = n->shares * (uint64_t)n->cover;
    *out_fits = c.fits && (!n->word_count || 100 * c.have >= wanted);
    out_hit->score = c.score;
    out_hit->date = c.date;
    out_hit->docid = hit->docid;
    return HL_OK;
}

/* ---- counting ---- */

/* How many of the next `most` that Xapian counts do answer; *out_seen: how many there were. */
static hl_status look_at_some(struct hlshard_search *s, struct hlx_search *search, size_t most,
                              uint64_t *out_fit, size_t *out_seen, struct hl_error *err)
{
    struct hlx_result *some;
    uint64_t fit = 0;
    search->count = most;
    search->data = true;
    search->facet_count = 0;
    hl_status status = ask(s, search, &some, err);
    if (status != HL_OK)
        return status;
    for (size_t i = 0; status == HL_OK && i < some->count; i++) {
        struct hlarena_mark mark = hlarena_mark(&s->arena);
        struct hlshard_hit hit = {.score = 0};
        bool fits = false;
        status = look_at(s, &some->hits[i], &hit, &fits, err);
        fit += status == HL_OK && fits;
        hlarena_rewind(&s->arena, mark);
    }
    *out_fit = fit;
    *out_seen = some->count;
    s->shards->calls->result_free(some);
    return status;
}

/*
 * Where Xapian cannot say a condition, what it counts are looked at: all, if they are few, else
 * until one answers, because whether any does decides about the cover.
 */
static hl_status verify(struct hlshard_search *s, struct hlx_search *search,
                        struct hl_error *err)
{
    uint64_t fit = 0;
    size_t seen = 0, most = VERIFY_MAX;
    hl_status status = HL_OK;
    bool all = false, faceted = search->facet_count > 0;
    while (status == HL_OK && !fit && !all && !hldeadline_passed(s->native->score.deadline)) {
        search->from += seen;
        status = look_at_some(s, search, most, &fit, &seen, err);
        all = seen < most;
        most *= 2;
    }
    if (status == HL_OK && all) {
        s->estimate = faceted && fit != s->total;
        s->total = fit;
    }
    return status;
}

hl_status hlshard_count(struct hlshard_search *search, const unsigned *slots, size_t slot_count,
                        struct hl_error *err)
{
    struct hlshard_search *s = search;
    s->total = 0;
    s->estimate = s->sure = false;
    s->shards->calls->result_free(s->counted);
    s->counted = NULL;
    if (!asks_something(s))
        return HL_OK;
    hl_status status = make_query(s, err);
    if (status != HL_OK)
        return status;
    struct hlx_search search_all = {.query = s->query.count,
                                    .scheme = s->query.cutoff > 0 ? HLX_COUNT : HLX_BOOL,
                                    .cutoff = s->query.cutoff,
                                    .slot = HLX_SLOT_TIE,
                                    .look_at = s->shards->documents + 1,
                                    .facets = slots,
                                    .facet_count = slot_count};
    status = ask(s, &search_all, &s->counted, err);
    if (status != HL_OK)
        return status;
    s->total = s->counted->estimate;
    s->estimate = !s->query.exact || s->counted->least != s->counted->most;
    if (!s->query.exact && s->total && s->counted->least == s->counted->most)
        status = verify(s, &search_all, err);
    s->sure = status == HL_OK && !s->estimate;
    s->sure_of = s->native->cover;
    return status;
}

/* ---- ranking ---- */

static int by_id(const struct hlshard_hit *a, const struct hlshard_hit *b)
{
    return strcmp(a->article.id, b->article.id);
}

static int by_newer(const struct hlshard_hit *a, const struct hlshard_hit *b)
{
    return a->date != b->date ? (a->date > b->date ? -1 : 1) : 0;
}

static int by_tie(const struct hlshard_hit *a, const struct hlshard_hit *b)
{
    int r = by_newer(a, b);
    return r ? r : by_id(a, b);
}

static int by_score(const void *x, const void *y)
{
    const struct hlshard_hit *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return by_tie(a, b);
}

static int by_newest(const void *x, const void *y)
{
    int r = by_newer(x, y);
    return r ? r : by_score(x, y);
}

/* The undated are last either way. */
static int by_oldest(const void *x, const void *y)
{
    const struct hlshard_hit *a = x, *b = y;
    if (a->date != b->date)
        return a->date && (!b->date || a->date < b->date) ? -1 : 1;
    return by_score(x, y);
}

typedef int order(const void *, const void *);

static order *order_of(const struct hlshard_search *s)
{
    enum hl_sort sort = s->native->options.sort;
    return sort == HL_SORT_NEWEST ? by_newest : sort == HL_SORT_OLDEST ? by_oldest : by_score;
}

static bool make_room(struct hlshard_search *s, size_t more)
{
    if (s->count + more <= s->room)
        return true;
    size_t room = s->room * 2 + more;
    struct hlshard_hit *hits = hlmem_realloc(s->hits, room * sizeof *hits);
    if (!hits)
        return false;
    s->hits = hits;
    s->room = room;
    return true;
}

/* Rounds of candidates, each as many as all before. */
struct rounds {
    struct hlx_search search;
    order *order;
    size_t first, k;       /* hits[first, first + k) are to be the best */
    size_t asked, brought; /* of all rounds together */
    double bound;          /* the weight of the last: no other is worth more */
    struct hlshard_hit last;
};

/* Is it among the best of those that were brought before and now?  What is not needs no room.
 */
static bool is_wanted(const struct hlshard_search *s, const struct rounds *r, size_t sorted,
                      const struct hlshard_hit *hit)
{
    return sorted < r->k || r->order(hit, &s->hits[r->first + r->k - 1]) < 0;
}

static hl_status bring(struct hlshard_search *s, struct rounds *r, struct hl_error *err)
{
    struct hlx_result *result;
    size_t sorted = s->count - r->first;
    hl_status status = ask(s, &r->search, &result, err);
    if (status != HL_OK)
        return status;
    if (!make_room(s, result->count))
        status = hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < result->count; i++) {
        struct hlarena_mark mark = hlarena_mark(&s->arena);
        struct hlshard_hit *hit = &s->hits[s->count];
        bool fits = false;
        memset(hit, 0, sizeof *hit);
        status = look_at(s, &result->hits[i], hit, &fits, err);
        bool kept = status == HL_OK && fits && is_wanted(s, r, sorted, hit);
        if (i + 1 == result->count) {
            r->bound = result->hits[i].weight;
            r->last = *hit;
        } else if (!kept) {
            hlarena_rewind(&s->arena, mark);
        }
        s->count += kept;
    }
    if (!r->asked && !r->first)
        s->ranked = result->estimate;
    r->asked += r->search.count;
    r->brought += result->count;
    s->shards->calls->result_free(result);
    return status;
}

/* Are articles of one score of one weight, to the last bit?  Not where a word may be one of
 * several terms, each scaled; and shards may add up three and more in another order each. */
static bool has_equal_bits(const struct hlshard_search *s)
{
    const struct hlnative *n = s->native;
    bool equal = s->shards->live == 1 || n->leaf_count < 3;
    for (uint32_t i = 0; i < n->leaf_count && equal; i++)
        equal = n->leaves[i].kind != HLLEAF_PHRASE && n->leaves[i].key_count == 1 &&
                !n->leaves[i].keys[0].expr && !n->leaves[i].keys[0].row;
    return equal;
}

/* Can none that was not brought be among the k best? */
static bool is_proven(const struct hlshard_search *s, const struct rounds *r)
{
    if (r->brought < r->asked)
        return true; /* there are no others */
    if (s->sure && s->sure_of == s->native->cover && !r->first && s->count >= s->total)
        return true; /* nor others that answer */
    if (s->count - r->first < r->k)
        return false;
    const struct hlshard_hit *worst = &s->hits[r->first + r->k - 1];
    if (r->order != by_score)
        return worst->date != r->last.date;
    if (!s->query.scored)
        return true; /* in the order of ties */
    if (worst->score > r->bound * (1 + NOISE))
        return true;
    /* Others of the same weight come later by our ties too. */
    return has_equal_bits(s) && worst->score >= r->bound * (1 - EQUAL) &&
           by_tie(worst, &r->last) <= 0;
}

/* So many of one second that they are better asked for by score. */
static bool is_crowded(const struct hlshard_search *s, const struct rounds *r)
{
    return r->order != by_score && r->brought > r->k + PLATEAU && s->count - r->first >= r->k &&
           s->hits[r->first + r->k - 1].date == r->last.date;
}

static bool is_loose(const struct hlnative *n)
{
    for (uint32_t i = 0; i < n->leaf_count; i++)
        if (n->leaves[i].kind == HLLEAF_PHRASE || n->leaves[i].key_count > 1)
            return true;
    return false;
}

static hl_status collect(struct hlshard_search *s, struct rounds *r, struct hl_error *err)
{
    r->search.count = r->k + (is_loose(s->native) ? SPARE_LOOSE : SPARE);
    for (;;) {
        r->search.from = r->brought;
        hl_status status = bring(s, r, err);
        if (status != HL_OK)
            return status;
        size_t found = s->count - r->first;
        if (found)
            qsort(s->hits + r->first, found, sizeof *s->hits, r->order);
        if (found > r->k)
            s->count = r->first + r->k;
        if (is_proven(s, r) || is_crowded(s, r) || hldeadline_passed(s->native->score.deadline))
            return HL_OK;
        if (!s->counted && found < r->k && r->order == by_score)
            status = hlshard_count(s, NULL, 0, err); /* it may be that there are no more */
        if (status != HL_OK || is_proven(s, r))
            return status;
        r->search.count = r->brought;
    }
}

static struct hlx_search search_by_score(const struct hlshard_search *s)
{
    const struct hlnative *n = s->native;
    return (struct hlx_search){.query = s->query.rank,
                               .scheme = s->query.scored ? HLX_BM25 : HLX_BOOL,
                               .k1 = n->score.bm25.k1,
                               .b = n->score.bm25.b,
                               .slot = HLX_SLOT_TIE,
                               .look_at = s->shards->documents + 1, /* less may lose some */
                               .data = true};
}

/* Both slots are full, which a cutoff wants. */
static struct hlx_search search_by_date(const struct hlshard_search *s)
{
    bool newest = s->native->options.sort == HL_SORT_NEWEST;
    return (struct hlx_search){.query = s->query.count,
                               .scheme = s->query.cutoff > 0 ? HLX_COUNT : HLX_BOOL,
                               .cutoff = s->query.cutoff,
                               .order = HLX_BY_VALUE_RISING,
                               .slot = newest ? HLX_SLOT_TIE : HLX_SLOT_OLDEST,
                               .data = true};
}

/* Those of the date at which a search by date got stuck, the best first; those of dates before
 * it are known. */
static hl_status collect_second(struct hlshard_search *s, size_t k, uint32_t date,
                                struct hl_error *err)
{
    struct rounds r = {.search = search_by_score(s), .order = by_score};
    while (r.first < s->count && s->hits[r.first].date != date)
        r.first++;
    s->count = r.first;
    r.k = k - r.first;
    hl_status status = hlshard_query_of_date(s->native, &s->query, date, &r.search.query, err);
    return status == HL_OK ? collect(s, &r, err) : status;
}

/* The first of them once more, by where the words stand; as in a native index. */
static hl_status look_again(struct hlshard_search *s, struct hl_error *err)
{
    size_t count = s->native->options.refine;
    count = s->count < count ? s->count : count;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        struct hlcandidate c;
        struct hlrefine_score score;
        status =
            hlcandidates_read(s->candidates, &s->hits[i].article, s->hits[i].tokens, &c, err);
        if (status == HL_OK)
            status = hlcandidates_refine(s->candidates, &score, err);
        if (status == HL_OK)
            s->hits[i].score += hlrefine_worth(&score);
    }
    if (status == HL_OK && count)
        qsort(s->hits, count, sizeof *s->hits, by_score);
    return status;
}

/* Its bounds are terms, so that what they find has the word. */
static bool is_plain(const struct hlnative_leaf *leaf)
{
    for (uint32_t k = 0; k < leaf->key_count; k++)
        if (leaf->keys[k].expr || leaf->keys[k].row)
            return false;
    return leaf->kind == HLLEAF_WORD;
}

bool hlshard_counts_ranking(const struct hlshard_search *search)
{
    const struct hlnative *n = search->native;
    if (n->options.sort != HL_SORT_RELEVANCE)
        return false;
    if (n->word_count < 2 || n->cover == HL_COVER_ALL) /* which ranking asks for too */
        return true;
    bool any = n->cover == HL_COVER_ANY;
    for (uint32_t i = 0; i < n->leaf_count && any; i++)
        any = is_plain(&n->leaves[i]);
    return any;
}

hl_status hlshard_rank(struct hlshard_search *search, size_t k, struct hl_error *err)
{
    struct hlshard_search *s = search;
    s->count = 0;
    s->ranked = 0;
    if (!k || !asks_something(s))
        return HL_OK;
    hl_status status = make_query(s, err);
    bool dated = s->native->options.sort != HL_SORT_RELEVANCE;
    struct rounds r = {.order = order_of(s), .k = k};
    r.search = dated ? search_by_date(s) : search_by_score(s);
    if (status == HL_OK)
        status = collect(s, &r, err);
    if (status == HL_OK && is_crowded(s, &r))
        status = collect_second(s, k, r.last.date, err);
    return status == HL_OK && !dated ? look_again(s, err) : status;
}
