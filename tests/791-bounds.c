/*
 * Xapian's own order against ours, without the second scoring that makes answers the same
 * (shard_rank.h): what the ranking and the counting rest on.
 *
 * Of each random query the rank query and the count query (shard_query.h) go to Xapian as they
 * are, all that match are asked for with their weights, and each article is scored from its
 * text (candidate.h, the same bits as a native index: 555-candidate):
 *
 *   - every article that answers is among those of the rank query: else it could never be found
 *   - Xapian's weight is no less than our score, whatever the query: else the search would stop
 *     too soon.  It may fall short by rounding: sums are made in another order and idfs are
 *     taken out and in again, each step within 2^-52, so BOUND_NOISE = 1e-12 is allowed (the
 *     search itself allows 1e-9)
 *   - where the query is plain words (each one key: a bare OR of terms) the weight is the score
 *     itself up to that rounding: EQUAL_NOISE = 1e-12 relative, and so is the order up to ties
 *   - the count query finds exactly those that answer where it says that it is exact, and
 *     never fewer
 *
 * HLSEARCH_SEED, HLSEARCH_ROUNDS, HLSEARCH_PLAN and HLSEARCH_SHOW as in 790-witness.
 */
#include "backend/shard_rank.h"
#include "drawn.h"
#include "engine/sharded.h"
#include "scratch.h"
#include "tap.h"
#include "xapian.h"

#include <assert.h>

static const double BOUND_NOISE = 1e-12, EQUAL_NOISE = 1e-12;

static struct hl_synonyms *synonyms;
static const char *const synonym_lines =
    "công nghệ = khcn = ma mạ\nkhoa học = kỹ thuật = covid\nnghiên cứu = hcm = hòa\n"
    "công = nghề = khoa học kỹ thuật\nnghệ khoa = h5n1 = đã\n";

static struct {
    size_t queries, answers, plain, boolean, exact, candidates;
    double loosest, worst, shortest; /* weight / score; of plain words; of all */
} told;

struct asked {
    char text[DRAWN_ROOM];
    struct hl_query_options how;
    struct hl_search_options options;
};

/* The articles of an archive that live, and what is known of each. */
struct scored {
    const struct hl_article *article;
    bool answers, ranked, counted;
    double score, weight;
};

struct work {
    const struct hl_query *query;
    const struct hl_search_options *options;
    struct scored *list; /* by id */
    size_t count;
    bool tokens, good;
    char why[300];
};

static bool fails(struct work *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fails(struct work *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (w->good)
        vsnprintf(w->why, sizeof w->why, format, args);
    va_end(args);
    w->good = false;
    return false;
}

/* ------------------------------------------------------------------ one query */

static hl_status score_all(struct work *w, struct hlshard_search *s, struct hl_error *err)
{
    const struct hlnative *n = s->native;
    uint64_t wanted = n->shares * (uint64_t)n->cover;
    for (size_t i = 0; i < w->count; i++) {
        struct hlcandidate c;
        struct scored *to = &w->list[i];
        hl_status status = hlcandidates_read(s->candidates, to->article, w->tokens, &c, err);
        if (status)
            return status;
        to->answers = c.fits && (!n->word_count || 100 * c.have >= wanted);
        to->score = c.score;
        to->ranked = to->counted = false;
        told.answers += to->answers;
    }
    return HL_OK;
}

static struct scored *find(struct work *w, const char *data, size_t size, struct hl_error *err)
{
    struct hlbuf strings = {0};
    struct hl_article a;
    bool tokens;
    struct scored *found = NULL;
    if (hlx_data_decode(data, size, &strings, &a, &tokens, err) == HL_OK)
        for (size_t i = 0; i < w->count && !found; i++)
            if (!strcmp(w->list[i].article->id, a.id))
                found = &w->list[i];
    hlbuf_release(&strings);
    return found;
}

static hl_status ask(struct work *w, struct hlshard_search *s, struct hlx_search *q,
                     struct hlx_result **out, struct hl_error *err)
{
    struct hlx_error e;
    q->slot = HLX_SLOT_TIE;
    q->count = q->look_at = w->count + 10;
    q->data = true;
    hl_status status = s->shards->calls->search(s->shards->set, q, out, &e);
    if (status && err)
        *err = e.error;
    return status;
}

/* Each leaf one term, and nothing that is worth less than Xapian takes it for. */
static bool is_plain(const struct hlnative *n)
{
    for (uint32_t i = 0; i < n->leaf_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        if (leaf->kind == HLLEAF_PHRASE || leaf->key_count != 1 || leaf->keys[0].expr ||
            leaf->keys[0].row || leaf->keys[0].weight != 10)
            return false;
    }
    return n->leaf_count > 0;
}

static bool check_rank(struct work *w, struct hlshard_search *s, const struct hlx_result *r,
                       struct hl_error *err)
{
    bool plain = is_plain(s->native);
    double before = INFINITY;
    told.plain += plain;
    told.boolean += !s->query.scored;
    told.candidates += r->count;
    for (size_t i = 0; i < r->count; i++) {
        struct scored *a = find(w, r->hits[i].data.bytes, r->hits[i].data.size, err);
        if (!a || a->ranked)
            return fails(w, "the rank query gives what is no article, or one twice");
        a->ranked = true;
        a->weight = r->hits[i].weight;
        double ratio = a->score > 0 ? a->weight / a->score : 1;
        told.loosest = ratio > told.loosest ? ratio : told.loosest;
        told.shortest = 1 - ratio > told.shortest ? 1 - ratio : told.shortest;
        if (s->query.scored && a->answers && a->weight < a->score * (1 - BOUND_NOISE))
            return fails(w, "%s has the weight %.17g, less than its score %.17g",
                         a->article->id, a->weight, a->score);
        if (plain && fabs(ratio - 1) > told.worst)
            told.worst = fabs(ratio - 1);
        if (plain && fabs(ratio - 1) > EQUAL_NOISE)
            return fails(w, "%s has the weight %.17g, not its score %.17g", a->article->id,
                         a->weight, a->score);
        if (plain && a->score > before * (1 + EQUAL_NOISE))
            return fails(w, "%s comes after one of less score", a->article->id);
        before = a->score;
    }
    for (size_t i = 0; i < w->count; i++)
        if (w->list[i].answers && !w->list[i].ranked)
            return fails(w, "%s answers, but the rank query lacks it", w->list[i].article->id);
    return true;
}

static bool check_count(struct work *w, struct hlshard_search *s, const struct hlx_result *r,
                        struct hl_error *err)
{
    told.exact += s->query.exact;
    for (size_t i = 0; i < r->count; i++) {
        struct scored *a = find(w, r->hits[i].data.bytes, r->hits[i].data.size, err);
        if (!a || a->counted)
            return fails(w, "the count query gives what is no article, or one twice");
        a->counted = true;
        if (s->query.exact && !a->answers)
            return fails(w, "%s is counted, but does not answer", a->article->id);
    }
    for (size_t i = 0; i < w->count; i++)
        if (w->list[i].answers && !w->list[i].counted)
            return fails(w, "%s answers, but is not counted", w->list[i].article->id);
    return true;
}

static hl_status check_queries(struct work *w, struct hlshard_search *s, struct hl_error *err)
{
    struct hlnative *n = s->native;
    struct hlx_result *r = NULL;
    hl_status status = score_all(w, s, err);
    if (status == HL_OK)
        status = hlshard_query_make(n, s->words, NULL, &s->query, err);
    if (status)
        return status;
    struct hlx_search rank = {.query = s->query.rank,
                              .scheme = s->query.scored ? HLX_BM25 : HLX_BOOL,
                              .k1 = n->score.bm25.k1,
                              .b = n->score.bm25.b};
    if ((status = ask(w, s, &rank, &r, err)))
        return status;
    check_rank(w, s, r, err);
    s->shards->calls->result_free(r);
    struct hlx_search count = {.query = s->query.count,
                               .scheme = s->query.cutoff > 0 ? HLX_COUNT : HLX_BOOL,
                               .cutoff = s->query.cutoff};
    if ((status = ask(w, s, &count, &r, err)))
        return status;
    check_count(w, s, r, err);
    s->shards->calls->result_free(r);
    /* Counted without hits, as searches do. */
    uint64_t counted = 0;
    for (size_t i = 0; i < w->count; i++)
        counted += w->list[i].counted;
    count.count = 0;
    count.data = false;
    struct hlx_error e;
    if ((status = s->shards->calls->search(s->shards->set, &count, &r, &e)))
        return status;
    if (r->least != counted || r->estimate != counted || r->most != counted)
        fails(w, "counted alone: from %llu to %llu, %llu, where there are %llu",
              (unsigned long long)r->least, (unsigned long long)r->most,
              (unsigned long long)r->estimate, (unsigned long long)counted);
    s->shards->calls->result_free(r);
    return HL_OK;
}

static hl_status work(void *user, struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                      struct hl_error *err)
{
    struct work *w = user;
    struct hlnative native;
    struct hlshard_search s = {.shards = NULL};
    struct hlnative_options options = hlsearch_native_options(w->options);
    options.facets = 0;
    hlnative_init(&native);
    hl_status status = hlnative_prepare(&native, snapshot, w->query, &options, err);
    if (status == HL_OK)
        status = hlshard_search_begin(&s, &native, sharded->shards, sharded->words, NULL, err);
    if (status == HL_OK && !native.impossible)
        status = check_queries(w, &s, err);
    hlshard_search_end(&s);
    hlnative_release(&native);
    return status;
}

static bool query_good(struct hl_index *index, const struct asked *a, struct scored *list,
                       size_t count)
{
    struct hl_error err = {0};
    struct hl_search_options o;
    struct work w = {.options = &o, .list = list, .count = count, .good = true};
    struct hl_query *query = NULL;
    w.tokens = a->how.tokens;
    told.queries++;
    if (hl_query_parse(index, a->text, strlen(a->text), &a->how, &query, &err) ||
        hlsearch_check_options(&a->options, &o, &err))
        w.good = false;
    w.query = query;
    if (w.good && hlsharded_do(index, work, &w, &err))
        w.good = err.code == HL_LIMIT;
    if (!w.good)
        printf("# [%s] marks %d cover %d rank %d k1 %g b %g pairs %g%s: %s %s\n", a->text,
               (int)a->how.marks, a->options.cover, (int)a->options.rank, a->options.k1,
               a->options.b, a->options.pairs, a->options.synonyms ? " synonyms" : "", w.why,
               err.text);
    hl_query_free(query);
    return w.good;
}

/* -------------------------------------------------------------------- queries */

/* Plain words more often than drawn.h has them. */
static void draw_query(struct asked *a, struct drawn *d, const struct scratch_archive *archive,
                       uint64_t *seed)
{
    uint64_t r = tap_random(seed);
    a->how = (struct hl_query_options){.tokens = archive->lexicon.tokens};
    drawn_begin(d, archive, seed);
    drawn_options(d, synonyms, &a->options);
    if (a->how.tokens || r % 3 == 0) {
        size_t size = 0;
        a->text[0] = '\0';
        for (uint64_t i = 1 + r / 3 % 6; i; i--)
            size += (size_t)snprintf(a->text + size, sizeof a->text - size, "%s ",
                                     scratch_draw(&archive->lexicon, seed));
        a->how.marks = HL_MARKS_STRICT;
        a->options.rank = r / 18 % 2 ? HL_RANK_BM25 : HL_RANK_DEFAULT;
        return;
    }
    if (r / 3 % 4 == 0)
        a->how.marks = r / 12 % 2 ? HL_MARKS_STRICT : HL_MARKS_LOOSE;
    drawn_query(d, 4);
    snprintf(a->text, sizeof a->text, "%s", d->text);
}

/* ------------------------------------------------------------------- archives */

struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t queries;
    unsigned weight[3], shards;
};

static const struct plan plans[] = {
    {"25 articles of few words", {25, 30, 6, 8, 30, 0, false}, 1500, {3, 2, 1}, 1},
    {"90 articles", {90, 60, 8, 12, 40, 0, false}, 1200, {1, 1, 1}, 1},
    {"90 articles in three databases", {90, 60, 8, 12, 40, 0, false}, 1200, {2, 1, 1}, 3},
    {"200 articles of many words", {200, 500, 8, 12, 80, 0, false}, 400, {1, 1, 1}, 3},
    {"60 articles of tokens", {60, 60, 6, 6, 40, 0, true}, 500, {4, 1, 2}, 1},
    {"60 articles of tokens in three databases",
     {60, 60, 6, 6, 40, 0, true},
     500,
     {1, 1, 1},
     3},
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static size_t check_all(struct hl_index *index, const struct scratch_archive *archive,
                        size_t queries, uint64_t seed)
{
    static struct asked asked;
    static struct drawn drawn;
    struct scored *list = calloc(archive->count, sizeof *list);
    size_t wrong = 0;
    assert(list);
    for (size_t i = 0; i < archive->count; i++)
        list[i].article = &archive->articles[i];
    memset(&told, 0, sizeof told);
    for (size_t i = 0; i < queries && wrong < 5; i++) {
        draw_query(&asked, &drawn, archive, &seed);
        if (number_from("HLSEARCH_SHOW", 0))
            printf("# %s\n", asked.text);
        wrong += !query_good(index, &asked, list, archive->count);
    }
    free(list);
    printf(
        "# %zu queries: %zu plain, %zu boolean, %zu counted exactly; %zu answers among %zu "
        "candidates; plain weights differ by %.2g at most, all fall short by %.2g, are up to "
        "%.3g times the score\n",
        told.queries, told.plain, told.boolean, told.exact, told.answers, told.candidates,
        told.worst, told.shortest, told.loosest);
    if (!wrong && queries > 100 && (told.plain < queries / 30 || told.answers < queries))
        return queries; /* such a run would prove little */
    return wrong;
}

/* Some articles of hardly any words, some of nothing but codes. */
static void change_articles(struct scratch_archive *archive)
{
    for (size_t i = 7; i < archive->count && !archive->lexicon.tokens; i += 12) {
        struct hl_article *a = &archive->articles[i];
        free((char *)a->title);
        free((char *)a->lead);
        free((char *)a->body);
        a->title = strdup(i % 5 ? "..." : "TP.HCM KH&CN 9/1/2021");
        a->lead =
            i % 5 ? NULL : strdup("COVID-19 H5N1 TP.HCM e-mail 3,5 376ha 5G TP.HCM KH&CN");
        a->body = strdup(i % 2 ? "-" : "khoa");
    }
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct hl_writer_options options = {.memory = 64u << 20,
                                        .tokens = plan->shape.tokens,
                                        .backend = HL_BACKEND_XAPIAN,
                                        .shards = plan->shards};
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    const char *path = scratch_name("xa");
    memcpy(options.weight, plan->weight, sizeof options.weight);
    change_articles(&archive);
    bool built =
        scratch_build(path, &options, &archive, 2) && !hl_index_open(path, &index, &err);
    OK(built, "%s: built %s", plan->name, err.text);
    if (built)
        OK(!check_all(index, &archive, plan->queries * rounds / SCRATCH_SLOWNESS, seed + 1),
           "%s: weights bound scores, counts are of those that answer (seed 0x%llx)",
           plan->name, (unsigned long long)seed);
    hl_index_close(index);
    scratch_remove(path);
    scratch_archive_release(&archive);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 20261128);
    uint64_t rounds = number_from("HLSEARCH_ROUNDS", 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    struct hl_error err = {0};
    const struct hlx_calls *calls;
    if (!xapian_begin(&calls, &err)) {
        tap_skip(err.text);
        return tap_done();
    }
    scratch_begin();
    OK(!hl_synonyms_read(NULL, synonym_lines, strlen(synonym_lines), &synonyms, &err),
       "synonyms are read %s", err.text);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}
