/*
 * Near copies folded: pages, heads and numbers against a twin that compares all answers with
 * all heads, of archives in which texts come again unchanged, a little changed and cut.
 */
#include "engine/index.h"
#include "faultio.h"
#include "scratch.h"
#include "tap.h"

enum { BASES = 120, COPIES = 9, ARTICLES = BASES * COPIES, WORDS = 500, KEPT = 10000 };

/* ------------------------------------------------------------------------ articles */

struct text {
    unsigned words[400], count;
};

static void draw_text(uint64_t *seed, struct text *t)
{
    t->count = tap_random(seed) % 3 ? 130 + (unsigned)(tap_random(seed) % 120)
                                    : 15 + (unsigned)(tap_random(seed) % 60);
    for (unsigned i = 0; i < t->count; i++)
        t->words[i] = (unsigned)(exp(scratch_unit(seed) * log(WORDS)) - 1);
}

/* A few words changed, or the end cut off, or nothing. */
static struct text vary(uint64_t *seed, const struct text *base)
{
    struct text t = *base;
    uint64_t r = tap_random(seed);
    for (uint64_t i = r / 8 % 6; r % 8 > 3 && i; i--)
        t.words[tap_random(seed) % t.count] = (unsigned)(tap_random(seed) % WORDS);
    if (r % 8 == 3)
        t.count -= t.count / (5 + (unsigned)(r / 8 % 20));
    return t;
}

static char *print_text(const struct text *t)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (unsigned i = 0; i < t->count; i++)
        fprintf(out, "%sw%u", i ? " " : "", t->words[i]);
    fclose(out);
    return text;
}

static void fill_article(uint64_t *seed, unsigned base, const struct text *t,
                         struct hl_article *a)
{
    static const char *const sources[] = {"Báo Mới", "Tin Nhanh", NULL};
    uint64_t r = tap_random(seed);
    *a = (struct hl_article){.body = print_text(t), .source = sources[r % 3]};
    if (r / 3 % 4 == 0)
        return;
    /* Most copies are of the second of the first one. */
    a->date = 1500000000 + (int64_t)base * 864000 + (r / 12 % 3 ? 0 : (int64_t)(r / 36 % 999));
    a->date_precision = r / 12 % 7 ? HL_DATE_SECOND : HL_DATE_DAY;
}

/* Three commits, in which one article in ten takes the place of an earlier one. */
static bool build(const char *path, uint64_t seed)
{
    static struct hl_article articles[ARTICLES];
    static char ids[ARTICLES][16];
    struct hl_writer_options options = {.tokens = true};
    struct text bases[BASES];
    bool good = true;
    for (unsigned b = 0; b < BASES; b++)
        draw_text(&seed, &bases[b]);
    for (unsigned i = 0; i < ARTICLES; i++) {
        unsigned b = (unsigned)(tap_random(&seed) % BASES);
        struct text t = vary(&seed, &bases[b]);
        fill_article(&seed, b, &t, &articles[i]);
        unsigned number = tap_random(&seed) % 10 ? i : (unsigned)(tap_random(&seed) % (i + 1));
        snprintf(ids[i], sizeof ids[i], "%u", number * 7919 % 10007);
        articles[i].id = ids[i];
    }
    for (unsigned c = 0; c < 3; c++)
        good = good && scratch_commit(path, &options, articles, ARTICLES * c / 3,
                                      ARTICLES * (c + 1) / 3, NULL);
    for (unsigned i = 0; i < ARTICLES; i++)
        free((char *)articles[i].body);
    return good;
}

/* ------------------------------------------------------------------------ the twin */

struct twin_hit {
    char id[16];
    double score;
    uint64_t content;
    uint8_t sketch[8];
    uint32_t length;
    int64_t second; /* 0: not known to the minute */
    bool head;
    uint32_t similar;
};

struct twin {
    struct twin_hit hits[KEPT];
    size_t count, heads, folded, chains;
};

/* The rule once more, said another way. */
static bool twin_near(const struct twin_hit *a, const struct twin_hit *b)
{
    unsigned same = 0;
    double least = fmin(a->length, b->length), most = fmax(a->length, b->length);
    for (int i = 0; i < 8; i++)
        same += a->sketch[i] == b->sketch[i];
    bool alike = same >= 7 && least >= 24 && least / most >= 0.8 - 1e-12;
    bool at_once = a->second != 0 && a->second == b->second;
    bool whole = least >= 128 && (same == 8 || least / most >= 0.95 - 1e-12);
    return a->content == b->content || (alike && (at_once || whole));
}

static bool twin_fill(const struct hl_index *index, const struct hl_hit *hit,
                      struct twin_hit *to)
{
    const struct hlchunk *chunk;
    const uint8_t *contents, *sketches;
    struct hlchunk_columns columns;
    uint32_t doc;
    if (hlindex_find(index, hit->id, &chunk, &doc, NULL) ||
        hlchunk_section(chunk, HLFMT_CONTENT_HASHES, &contents, NULL) ||
        hlchunk_section(chunk, HLFMT_SIMILAR_HASHES, &sketches, NULL) ||
        hlchunk_columns(chunk, &columns, NULL))
        return false;
    *to = (struct twin_hit){.score = hit->score, .content = hlbuf_load64(contents + doc * 8)};
    snprintf(to->id, sizeof to->id, "%s", hit->id);
    memcpy(to->sketch, sketches + doc * 8, 8);
    to->length = hlchunk_lengths_of(&columns, doc).length;
    to->second = hit->date_precision >= HL_DATE_MINUTE ? hit->date : 0;
    return true;
}

static void twin_group(struct twin *t)
{
    t->heads = t->folded = t->chains = 0;
    for (size_t i = 0; i < t->count; i++) {
        unsigned near = 0;
        t->hits[i].similar = 0;
        for (size_t k = 0; k < i; k++)
            near += t->hits[k].head && twin_near(&t->hits[k], &t->hits[i]);
        t->hits[i].head = !near;
        t->heads += !near;
        t->folded += near > 0;
        t->chains += near > 1;
    }
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->count; k++)
            t->hits[i].similar += k != i && twin_near(&t->hits[i], &t->hits[k]);
}

static bool search(const struct hl_index *index, const char *text,
                   const struct hl_search_options *o, struct hl_result **io_result)
{
    struct hl_query_options how = {.tokens = true};
    struct hl_query *query = NULL;
    struct hl_error err = {0};
    bool good = hl_query_parse(index, text, strlen(text), &how, &query, &err) == HL_OK &&
                hl_search(index, query, o, io_result, &err) == HL_OK;
    if (!good)
        printf("# [%s] %s\n", text, err.text);
    hl_query_free(query);
    return good;
}

static bool twin_ask(const struct hl_index *index, const char *text, struct hl_search_options o,
                     struct twin *t, struct hl_result **io_result)
{
    o.group = false;
    o.count = KEPT;
    o.offset = 0;
    if (!search(index, text, &o, io_result))
        return false;
    t->count = hl_result_count(*io_result);
    for (size_t i = 0; i < t->count; i++)
        if (!twin_fill(index, hl_result_hit(*io_result, i), &t->hits[i]))
            return false;
    twin_group(t);
    return t->count == hl_result_total(*io_result) && !hl_result_more(*io_result);
}

/* ------------------------------------------------------------------------- queries */

struct faults {
    unsigned page, similar, total, more, none;
};

/* Page after page until there is no next one: the heads of the twin, in order. */
static void check_pages(const struct hl_index *index, const char *text,
                        struct hl_search_options o, const struct twin *t,
                        struct hl_result **io_result, struct faults *faults)
{
    size_t at = 0, shown = 0;
    for (o.offset = 0;; o.offset += o.count) {
        if (!search(index, text, &o, io_result)) {
            faults->page++;
            return;
        }
        for (size_t i = 0; i < hl_result_count(*io_result); i++, at++, shown++) {
            const struct hl_hit *hit = hl_result_hit(*io_result, i);
            while (at < t->count && !t->hits[at].head)
                at++;
            if (at == t->count || strcmp(t->hits[at].id, hit->id) ||
                t->hits[at].score != hit->score) {
                printf("# [%s] offset %zu: hit %zu is %s\n", text, o.offset, i, hit->id);
                faults->page++;
                return;
            }
            faults->similar += t->hits[at].similar != hit->similar;
        }
        faults->total += !o.no_total && hl_result_total(*io_result) != t->count;
        if (hl_result_more(*io_result) != (shown < t->heads)) {
            faults->more++;
            return;
        }
        if (shown == t->heads)
            break;
    }
    o.offset += o.count; /* past the end */
    faults->none += !search(index, text, &o, io_result) || hl_result_count(*io_result) ||
                    hl_result_more(*io_result);
}

static void draw_options(uint64_t *seed, struct hl_search_options *o)
{
    static const int covers[] = {HL_COVER_ANY, HL_COVER_DEFAULT, HL_COVER_DEFAULT, 70};
    static const size_t counts[] = {1, 3, 10, 10, 20, 100, 700, 5000};
    hl_search_options_init(o);
    o->group = true;
    o->cover = covers[tap_random(seed) % 4];
    o->count = counts[tap_random(seed) % 8];
    o->sort = (enum hl_sort)(tap_random(seed) % 5 > 2 ? tap_random(seed) % 3 : 0);
    o->rank = tap_random(seed) % 3 ? HL_RANK_DEFAULT : HL_RANK_BM25;
    o->recency = tap_random(seed) % 3 ? 0 : 2;
    o->exhaustive = tap_random(seed) % 5 == 0;
    o->no_total = tap_random(seed) % 5 == 0;
    o->refine = tap_random(seed) % 3 ? -1 : (int)(tap_random(seed) % 60);
    if (tap_random(seed) % 4 == 0)
        o->source = "Báo Mới";
    if (tap_random(seed) % 4 == 0)
        o->date_from = 1500000000 + 864000 * 30;
    if (tap_random(seed) % 3 == 0)
        o->facet_values[HL_FACET_SOURCE] = 3;
}

static void check_random(const struct hl_index *index, uint64_t seed)
{
    static struct twin t;
    struct hl_result *result = NULL;
    struct faults faults = {0};
    size_t folded = 0, chains = 0, bad = 0;
    unsigned queries = 240 / SCRATCH_SLOWNESS;
    for (unsigned i = 0; i < queries; i++) {
        char text[100];
        size_t size = 0;
        struct hl_search_options o;
        draw_options(&seed, &o);
        for (unsigned w = 0, n = 1 + (unsigned)(tap_random(&seed) % 4); w < n; w++)
            size += (size_t)snprintf(text + size, sizeof text - size, "%sw%u", w ? " " : "",
                                     (unsigned)(exp(scratch_unit(&seed) * log(WORDS)) - 1));
        if (o.count == 1 && tap_random(&seed) % 4) /* pages of one are many searches */
            o.count = 7;
        bad += !twin_ask(index, text, o, &t, &result);
        folded += t.folded;
        chains += t.chains;
        check_pages(index, text, o, &t, &result, &faults);
    }
    hl_result_free(result);
    OK(!bad, "%u queries, and a twin that folds by itself", queries);
    OK(folded > 50u * queries && chains > queries / 4,
       "which finds much to fold (%zu), and some that are near to two heads (%zu)", folded,
       chains);
    OK(!faults.page, "pages are its heads, one page after the other");
    OK(!faults.similar, "and know how many are near to them, whatever the page");
    OK(!faults.total, "totals count articles");
    OK(!faults.more && !faults.none, "and the last page knows that it is");
}

/* Whatever allocation fails: the same answer, or none and HL_NOMEM. */
static void check_memory(const struct hl_index *index)
{
    struct hl_search_options o;
    struct hl_query_options how = {.tokens = true};
    struct hl_query *query = NULL;
    struct hl_result *right = NULL;
    struct hl_error err;
    unsigned wrong = 0;
    uint64_t at = 0;
    hl_search_options_init(&o);
    o.group = true;
    o.count = 40;
    o.recency = 1;
    if (!OK(hl_query_parse(index, "w2 w7", 5, &how, &query, NULL) == HL_OK &&
                hl_search(index, query, &o, &right, NULL) == HL_OK &&
                hl_result_count(right) == 40,
            "forty groups"))
        return;
    for (bool failed = true; failed && wrong < 3;) {
        struct hl_result *result = NULL;
        faultmem_start(++at, false);
        hl_status status = hl_search(index, query, &o, &result, &err);
        failed = faultmem_failed() > 0;
        faultmem_stop();
        bool same = status == HL_OK && hl_result_count(result) == 40 && hl_result_more(result);
        for (size_t i = 0; same && i < 40; i++)
            same = hl_result_hit(result, i)->similar == hl_result_hit(right, i)->similar &&
                   !strcmp(hl_result_hit(result, i)->id, hl_result_hit(right, i)->id);
        wrong += !same && (status != HL_NOMEM || result);
        hl_result_free(result);
    }
    OK(!wrong && at > 5, "each of %d allocations fails", (int)at - 1);
    hl_result_free(right);
    hl_query_free(query);
}

/* ---------------------------------------------------------------------- small cases */

/* The n words w0 to w49 again and again: sketches are equal, lengths are not. */
static char *cycle(unsigned n)
{
    struct text t = {.count = n};
    for (unsigned i = 0; i < n; i++)
        t.words[i] = i % 50;
    return print_text(&t);
}

/* a is near to b, b to c, c not to a. */
static void check_chain(const char *path)
{
    static const unsigned lengths[] = {200, 240, 288};
    static const char *const ids[] = {"a", "b", "c"};
    struct hl_article articles[3] = {{0}};
    struct hl_index *index = NULL;
    struct hl_result *result = NULL;
    struct hl_writer_options options = {.tokens = true};
    struct hl_search_options o;
    for (int i = 0; i < 3; i++)
        articles[i] = (struct hl_article){.id = ids[i],
                                          .body = cycle(lengths[i]),
                                          .date = 1500000000 - i * 1000,
                                          .date_precision = HL_DATE_SECOND};
    if (!OK(scratch_commit(path, &options, articles, 0, 3, NULL) &&
                hl_index_open(path, &index, NULL) == HL_OK,
            "a chain"))
        return;
    hl_search_options_init(&o);
    OK(search(index, "w1", &o, &result) && hl_result_count(result) == 3 &&
           !hl_result_hit(result, 0)->similar && !hl_result_hit(result, 1)->similar,
       "without group nothing is folded, and nothing counted");
    o.group = true;
    o.sort = HL_SORT_NEWEST;
    OK(search(index, "w1", &o, &result) && hl_result_count(result) == 2 &&
           hl_result_total(result) == 3 && !hl_result_more(result) &&
           !strcmp(hl_result_hit(result, 0)->id, "a") &&
           !strcmp(hl_result_hit(result, 1)->id, "c") &&
           hl_result_hit(result, 0)->similar == 1 && hl_result_hit(result, 1)->similar == 1,
       "from its end: two groups, and what lies between is near to both heads");
    o.date_to = 1500000000;
    OK(search(index, "w1", &o, &result) && hl_result_count(result) == 1 &&
           !strcmp(hl_result_hit(result, 0)->id, "b") && hl_result_hit(result, 0)->similar == 1,
       "without its end: one, and what a filter leaves out is not counted");
    o.date_to = 0;
    o.count_only = true;
    OK(search(index, "w1", &o, &result) && hl_result_total(result) == 3 &&
           !hl_result_count(result) && !hl_result_more(result),
       "only counted: articles");
    hl_result_free(result);
    hl_index_close(index);
    for (int i = 0; i < 3; i++)
        free((char *)articles[i].body);
}

enum { MANY = 10400 };

/* More copies than may be collected, and three articles behind them. */
static void check_many(const char *path)
{
    struct hl_writer_options options = {.tokens = true, .no_store = true};
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_result *result = NULL;
    struct hl_search_options o;
    bool good = hl_writer_open(path, &options, &writer, NULL) == HL_OK;
    for (int i = 0; good && i < MANY + 3; i++) {
        char id[16], text[40];
        snprintf(id, sizeof id, "%05d", i);
        snprintf(text, sizeof text, i < MANY ? "x x" : "x other texts %d", i);
        struct hl_article a = {.id = id, .body = text};
        good = hl_writer_add(writer, &a, NULL) == HL_OK;
    }
    good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    if (!OK(good && hl_index_open(path, &index, NULL) == HL_OK, "%d copies", MANY))
        return;
    hl_search_options_init(&o);
    o.group = true;
    OK(search(index, "x", &o, &result) && hl_result_count(result) == 1 &&
           hl_result_total(result) == MANY + 3 &&
           hl_result_hit(result, 0)->similar == MANY - 1 && !hl_result_more(result),
       "one group, all of it counted; past 10,000 answers no more are looked for");
    o.offset = 9990;
    OK(search(index, "x", &o, &result) && !hl_result_count(result) && !hl_result_more(result),
       "no page there");
    o.offset = 9991;
    OK(!search(index, "x", &o, &result), "and none behind the limit");
    o.offset = 9990;
    o.group = false;
    OK(search(index, "x", &o, &result) && hl_result_count(result) == 10 &&
           !hl_result_more(result),
       "not folded: the last page that is to be had");
    o.offset = 9980;
    OK(search(index, "x", &o, &result) && hl_result_more(result), "and the one before it");
    hl_result_free(result);
    hl_index_close(index);
}

int main(void)
{
    struct hl_index *index = NULL;
    struct hl_stats stats = {0};
    const char *from = getenv("HLSEARCH_SEED");
    uint64_t seed = from ? strtoull(from, NULL, 10) : 1;
    scratch_begin();
    const char *path = scratch_name("ix");
    OK(build(path, seed) && hl_index_open(path, &index, NULL) == HL_OK &&
           hl_index_stats(index, &stats, NULL) == HL_OK && stats.segments > 1 && stats.deleted,
       "several segments, with deleted articles");
    if (index)
        check_random(index, seed * 13);
    if (index)
        check_memory(index);
    hl_index_close(index);
    check_chain(scratch_name("chain"));
    check_many(scratch_name("many"));
    OK(!hl_result_more(NULL), "nothing has no next page");
    return tap_done();
}
