/*
 * The whole query language against the slow twin: OR, parentheses, near, prefix*, fields,
 * values, days and exclusions of all of them, within each other, over random archives.
 *
 * A query is drawn as a tree, which the twin is given, and spelled as text, which the engine
 * reads (drawn.h).  HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the
 * queries, HLSEARCH_PLAN chooses one archive, HLSEARCH_SHOW prints every query.
 */
#include "drawn.h"
#include "hlsearch_inspect.h"
#include "tap.h"

#include <assert.h>
#include <math.h>

/* ------------------------------------------------------------------------- queries */

enum { ITEMS = 6 };

static const char *const synonym_lines[] = {
    "công nghệ = khcn = ma mạ",        "khoa học = kỹ thuật = covid", "nghiên cứu = hcm = hòa",
    "công = nghề = khoa học kỹ thuật", "nghệ khoa = h5n1 = đã",       NULL};
static struct hl_synonyms *synonyms;

struct asked {
    struct drawn draw;
    struct oracle_item items[ITEMS];
    size_t count;
    struct hl_query_options how;
    struct hl_search_options options;
};

static void draw_query(struct asked *asked, const struct scratch_archive *archive,
                       uint64_t *seed)
{
    struct drawn *d = &asked->draw;
    drawn_begin(d, archive, seed);
    asked->how = (struct hl_query_options){0};
    drawn_options(d, synonyms, &asked->options);
    if (tap_random(seed) % 4 == 0)
        asked->how.marks = tap_random(seed) % 2 ? HL_MARKS_STRICT : HL_MARKS_LOOSE;
    struct oracle_tree *all = drawn_query(d, ITEMS - 2);
    asked->count = all->count;
    for (size_t i = 0; i < all->count; i++) {
        const struct oracle_tree *t = &all->parts[i];
        bool words = t->kind == TREE_WORDS;
        asked->items[i] = (struct oracle_item){.kind = words ? ORACLE_WORDS : ORACLE_TREE,
                                               .text = words ? t->text : NULL,
                                               .tree = t};
    }
}

/* ---------------------------------------------------------------------- comparison */

static void say_difference(const struct asked *asked, const struct oracle_result *twin,
                           const struct hl_result *result, const char *what)
{
    const struct hl_search_options *o = &asked->options;
    printf("# %s differ: query [%s]\n#   marks %d cover %d rank %d k1 %g b %g pairs %g refine "
           "%d%s n %zu+%zu%s sort %d dates %lld to %lld section %s\n",
           what, asked->draw.text, (int)asked->how.marks, o->cover, (int)o->rank, o->k1, o->b,
           o->pairs, o->refine, o->synonyms ? " synonyms" : "", o->offset, o->count,
           o->exhaustive ? " exhaustive"
           : o->no_total ? " uncounted"
                         : "",
           (int)o->sort, (long long)o->date_from, (long long)o->date_to,
           o->section ? o->section : "any");
    printf("#   total: twin %llu engine %llu; cover: %d, %d; hits: %zu, %zu\n",
           (unsigned long long)twin->total, (unsigned long long)hl_result_total(result),
           twin->cover, hl_result_cover(result), twin->count, hl_result_count(result));
    size_t shown = 0;
    for (size_t i = 0; i < twin->count && i < hl_result_count(result) && shown < 3; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        if (!strcmp(hit->id, twin->hits[i].id) && hit->score == twin->hits[i].score)
            continue;
        printf("#   hit %zu: twin %s %.17g engine %s %.17g\n", i, twin->hits[i].id,
               twin->hits[i].score, hit->id, hit->score);
        shown++;
    }
}

static bool lists_same(const struct oracle_result *twin, const struct hl_result *result)
{
    if (twin->count != hl_result_count(result))
        return false;
    for (size_t i = 0; i < twin->count; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        if (strcmp(hit->id, twin->hits[i].id) ||
            memcmp(&hit->score, &twin->hits[i].score, sizeof(double)))
            return false;
    }
    return true;
}

static bool facets_same(const struct asked *asked, const struct oracle_result *twin,
                        const struct hl_result *result)
{
    for (unsigned f = 0; f < HL_FACETS; f++) {
        const struct oracle_facet *t = &twin->facets[f];
        size_t most = asked->options.facet_values[f];
        size_t shown = t->count < most ? t->count : most;
        if (hl_result_facet_distinct(result, f) != t->count ||
            hl_result_facet_missing(result, f) != t->missing)
            return false;
        for (size_t i = 0; i < shown; i++) {
            const struct hl_facet_value *value = hl_result_facet(result, f, i);
            if (!value || strcmp(value->name, t->values[i].name) ||
                value->count != t->values[i].count)
                return false;
        }
    }
    return true;
}

/* Where nothing has to be counted the total is what was collected. */
static uint64_t total_of(const struct asked *asked, const struct oracle_result *twin)
{
    const struct hl_search_options *o = &asked->options;
    bool counted = !o->no_total || o->cover == HL_COVER_DEFAULT;
    for (unsigned f = 0; f < HL_FACETS; f++)
        counted = counted || o->facet_values[f];
    uint64_t wanted = o->offset + (o->count ? o->count : 10);
    return counted || twin->total < wanted ? twin->total : wanted;
}

static bool result_same(const struct asked *asked, const struct oracle_result *twin,
                        const struct hl_result *result)
{
    const char *what = hl_result_total(result) != total_of(asked, twin) ? "totals"
                       : hl_result_cover(result) != twin->cover         ? "covers"
                       : !lists_same(twin, result)                      ? "lists"
                       : !facets_same(asked, twin, result)              ? "facets"
                                                                        : NULL;
    if (what)
        say_difference(asked, twin, result, what);
    return !what;
}

static bool same_bits(double a, double b)
{
    return !memcmp(&a, &b, sizeof a);
}

/* The parts come to the first stage, that and the second look to the score, bit for bit. */
static bool adds_up(const struct hl_explanation *e)
{
    double sum = 0;
    int have = 0, all = 0;
    bool good = true;
    for (size_t i = 0; i < e->part_count; i++) {
        const struct hl_part *p = &e->parts[i];
        double worth = p->weight * p->idf * p->sat;
        good = good && fabs(p->worth - worth) <= 1e-12 * worth && !p->tf == !p->sat;
        sum += p->tf ? p->worth : 0;
        have += p->tf ? p->cover : 0;
        all += p->cover;
    }
    double look = e->passage_weight * e->passage + e->early_weight * e->early;
    double score = e->first_stage * e->recency + (e->refined ? look * e->recency : 0);
    return good && same_bits(sum, e->first_stage) && same_bits(score, e->score) &&
           have == e->cover_have && all == e->cover_all;
}

static bool hit_is_explained(const struct hl_index *index, const struct hl_query *query,
                             const struct asked *asked, const struct hl_hit *hit)
{
    struct hl_explanation e = {0};
    struct hl_error err = {0};
    bool same = !hl_explain(index, query, &asked->options, hit->id, &e, &err) && e.answers &&
                !e.why && same_bits(e.score, hit->score) && adds_up(&e);
    if (!same)
        printf("# [%s]: %s explained as %.17g (%.17g%s), scored %.17g %s%s\n", asked->draw.text,
               hit->id, e.score, e.first_stage, e.refined ? ", refined" : "", hit->score,
               e.why ? e.why : "", err.text);
    hl_explanation_free(&e);
    return same;
}

/* An article that is none of all answers is told why. */
static bool miss_is_explained(const struct hl_index *index, const struct hl_query *query,
                              const struct asked *asked, const struct hl_result *result,
                              const char *id)
{
    struct hl_explanation e = {0};
    struct hl_error err = {0};
    for (size_t i = 0; i < hl_result_count(result); i++)
        if (!strcmp(hl_result_hit(result, i)->id, id))
            return true;
    bool told = !hl_explain(index, query, &asked->options, id, &e, &err) && !e.answers &&
                e.why && *e.why;
    if (!told)
        printf("# [%s]: %s is no answer, explained as one %s\n", asked->draw.text, id,
               err.text);
    hl_explanation_free(&e);
    return told;
}

/* The first, the middle, the last hit; and where these are all answers, some that are none. */
static bool is_explained(const struct hl_index *index, const struct hl_query *query,
                         const struct asked *asked, const struct hl_result *result)
{
    size_t count = hl_result_count(result);
    const struct scratch_archive *archive = asked->draw.archive;
    bool good = true;
    for (size_t i = 0; good && i < 3 && count; i++)
        good =
            hit_is_explained(index, query, asked, hl_result_hit(result, i * (count - 1) / 2));
    for (size_t i = 0; good && i < 3 && count == hl_result_total(result); i++) {
        const char *id = archive->articles[(count * 7 + i * i * 13) % archive->count].id;
        good = miss_is_explained(index, query, asked, result, id);
    }
    return good;
}

/* Pruned, exhaustive, and pruned without counting first. */
static bool query_same(const struct hl_index *index, struct oracle *twin, struct asked *asked,
                       struct hl_result **io_result)
{
    struct oracle_query parts = {asked->items, asked->count, asked->how.marks, false,
                                 asked->options.synonyms ? synonym_lines : NULL};
    struct oracle_result expected;
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    const char *text = asked->draw.text;
    if (hl_query_parse(index, text, strlen(text), &asked->how, &query, &err)) {
        printf("# [%s]: %s\n", text, err.text);
        return false;
    }
    bool same = !hl_query_note(query, 0);
    if (!same)
        printf("# [%s]: noted: %s\n", text, hl_query_note(query, 0)->text);
    oracle_search(twin, &parts, &asked->options, &expected);
    for (int way = 0; way < 3 && same; way++) {
        asked->options.exhaustive = way == 1;
        asked->options.no_total = way == 2;
        if (hl_search(index, query, &asked->options, io_result, &err)) {
            printf("# [%s]: %s\n", text, err.text);
            same = false;
        } else {
            same = result_same(asked, &expected, *io_result);
        }
        if (same && way == 0)
            same = is_explained(index, query, asked, *io_result);
    }
    oracle_result_release(&expected);
    hl_query_free(query);
    return same;
}

/* ------------------------------------------------------------------------ archives */

struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t commits, queries;
    unsigned weight[3];
};

static const struct plan plans[] = {
    {"two articles", {2, 12, 6, 6, 20, 0, false}, 1, 1500, {0, 0, 0}},
    {"30 articles of few words in 4 commits, half replaced",
     {30, 45, 8, 8, 30, 50, false},
     4,
     7000,
     {3, 2, 1}},
    {"150 articles in 3 commits, some replaced",
     {150, 70, 8, 12, 50, 20, false},
     3,
     4000,
     {0, 0, 0}},
    {"250 articles of many words", {250, 900, 8, 12, 60, 0, false}, 1, 2500, {7, 2, 1}},
    {"66,000 tiny articles in 2 commits", {66000, 300, 1, 0, 4, 3, false}, 2, 48, {0, 0, 0}},
    {"5,000 small articles in 2 commits", {5000, 300, 3, 3, 10, 5, false}, 2, 300, {2, 1, 1}},
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static size_t compare(const char *path, struct oracle *twin,
                      const struct scratch_archive *archive, size_t queries, uint64_t seed)
{
    static struct asked asked;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    struct hl_result *result = NULL;
    size_t different = 0, answered = 0;
    bool show = number_from("HLSEARCH_SHOW", 0);
    if (hl_index_open(path, &index, &err)) {
        printf("# %s\n", err.text);
        return SIZE_MAX;
    }
    for (size_t i = 0; i < queries && different < 5; i++) {
        draw_query(&asked, archive, &seed);
        if (show)
            printf("# %s\n", asked.draw.text);
        different += !query_same(index, twin, &asked, &result);
        answered += result && hl_result_total(result) > 0;
    }
    printf("# %zu queries, %zu answered\n", queries, answered);
    if (archive->count >= 20 && answered * 3 < queries && !different)
        different = queries; /* such a run would prove little */
    hl_result_free(result);
    hl_index_close(index);
    return different;
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct hl_writer_options options = {.memory = 64u << 20};
    memcpy(options.weight, plan->weight, sizeof options.weight);
    const char *path = scratch_name("ix");
    size_t queries = plan->queries * rounds / SCRATCH_SLOWNESS;
    struct oracle *twin = oracle_new(false, plan->weight);
    for (size_t i = 0; i < archive.count; i++)
        oracle_add(twin, &archive.articles[i]);
    bool built = scratch_build(path, &options, &archive, plan->commits);
    OK(built, "%s: built", plan->name);
    if (built)
        OK(compare(path, twin, &archive, queries, seed) == 0,
           "%s: engine and twin agree (seed 0x%llx)", plan->name, (unsigned long long)seed);
    scratch_remove(path);
    oracle_free(twin);
    scratch_archive_release(&archive);
}

static void read_synonyms(void)
{
    struct hl_error err = {0};
    char text[1024] = "";
    for (size_t i = 0; synonym_lines[i]; i++) {
        strncat(text, synonym_lines[i], sizeof text - strlen(text) - 2);
        strcat(text, "\n");
    }
    OK(!hl_synonyms_read(NULL, text, strlen(text), &synonyms, &err), "synonyms are read %s",
       err.text);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 20260105);
    size_t rounds = number_from("HLSEARCH_ROUNDS", 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    scratch_begin();
    read_synonyms();
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}
