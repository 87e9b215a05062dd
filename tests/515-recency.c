/*
 * Recency: scores are those without it times the factor that a test can work out, however
 * they are come by, and bounds lose none of them.
 */
#include "engine/index.h"
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "tap.h"

enum { ARTICLES = 78000 / SCRATCH_SLOWNESS, LATER = 3000, TERMS = 600, KEPT = 10000 };
enum { NEWEST = 1700000000, GONE = 1900000000 };

static const char *words_of(uint64_t *seed, char *text, size_t room, unsigned least,
                            unsigned most)
{
    size_t size = 0;
    unsigned count = least + (unsigned)(tap_random(seed) % (most - least + 1));
    for (unsigned i = 0; i < count && size + 8 < room; i++) {
        double u = scratch_unit(seed);
        size += (size_t)snprintf(text + size, room - size, "%st%d", i ? " " : "",
                                 (int)(exp(u * log(TERMS + 1)) - 1));
    }
    return text;
}

/* Dates over some six years, some of them shared, one in nine unknown. */
static void fill_date(uint64_t *seed, struct hl_article *a)
{
    uint64_t r = tap_random(seed);
    a->date = NEWEST - (int64_t)(r / 9 % 2200) * 86400;
    a->date_precision = r % 9 ? HL_DATE_SECOND : HL_DATE_UNKNOWN;
}

static bool add(struct hl_writer *writer, int number, uint64_t *seed, int64_t date)
{
    char id[16], text[400];
    snprintf(id, sizeof id, "%06d", number);
    struct hl_article a = {.id = id, .body = words_of(seed, text, sizeof text, 3, 40)};
    fill_date(seed, &a);
    if (date) {
        a.date = date;
        a.date_precision = HL_DATE_SECOND;
    }
    return hl_writer_add(writer, &a, NULL) == HL_OK;
}

/* Two commits.  The second one replaces what was by far the newest of the first. */
static bool build(const char *path, uint64_t seed)
{
    for (int part = 0; part < 2; part++) {
        struct hl_writer_options options = {.tokens = true, .no_store = true};
        struct hl_writer *writer = NULL;
        bool good = hl_writer_open(path, &options, &writer, NULL) == HL_OK;
        for (int i = 0; good && !part && i < ARTICLES; i++)
            good = add(writer, i, &seed, i == 77 ? GONE : i == 78 ? NEWEST : 0);
        for (int i = 0; good && part && i < LATER; i++)
            good = add(writer, i ? ARTICLES + i : 77, &seed, i ? 0 : 1600000000);
        good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
        hl_writer_close(writer);
        if (!good)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------ the twin */

struct found {
    char id[16];
    double score;
    int64_t date; /* 0: unknown */
};

static int by_rank(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1;
    return strcmp(x->id, y->id);
}

static void copy_hits(const struct hl_result *r, struct found *to)
{
    for (size_t i = 0; i < hl_result_count(r); i++) {
        const struct hl_hit *hit = hl_result_hit(r, i);
        snprintf(to[i].id, sizeof to[i].id, "%s", hit->id);
        to[i].score = hit->score;
        to[i].date = hit->date_precision ? hit->date : 0;
    }
}

static double factor(double weight, int64_t date)
{
    return date ? 1 + weight * exp2(-(double)(NEWEST - date) / (365 * 86400.0)) : 1;
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

static bool same(const struct hl_result *r, const struct found *right, size_t count,
                 const char *text)
{
    static struct found got[KEPT];
    copy_hits(r, got);
    if (hl_result_count(r) != count) {
        printf("# [%s] %zu hits, not %zu\n", text, hl_result_count(r), count);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(got[i].id, right[i].id) || got[i].score != right[i].score) {
            printf("# [%s] %zu: %s %a, not %s %a\n", text, i, got[i].id, got[i].score,
                   right[i].id, right[i].score);
            return false;
        }
    return true;
}

struct faults {
    unsigned twin, pruned, refined, told, moved, skipped;
};

/* Scores without recency, all of them, times the factor: what a search must then show. */
static void check_twin(const struct hl_index *index, const char *text,
                       struct hl_search_options o, struct hl_result **io_result,
                       struct faults *faults)
{
    static struct found all[KEPT];
    struct hl_search_options plain = o;
    plain.recency = 0;
    plain.exhaustive = true;
    plain.count = KEPT;
    plain.offset = 0;
    if (!search(index, text, &plain, io_result) || hl_result_total(*io_result) > KEPT)
        return;
    size_t count = hl_result_count(*io_result);
    copy_hits(*io_result, all);
    for (size_t i = 0; i < count; i++)
        all[i].score *= factor(o.recency, all[i].date);
    char first[16] = "";
    if (count)
        memcpy(first, all[0].id, sizeof first);
    qsort(all, count, sizeof *all, by_rank);
    faults->moved += count && strcmp(first, all[0].id) != 0;
    faults->told++;
    if (search(index, text, &o, io_result))
        faults->twin += !same(*io_result, all, count < o.count ? count : o.count, text);
}

/* The same with bounds and without, with the second look as well. */
static void check_pruned(const struct hl_index *index, const char *text,
                         struct hl_search_options o, struct hl_result **io_result,
                         unsigned *out_bad, unsigned *out_skipped)
{
    static struct found slow[KEPT];
    o.exhaustive = true;
    if (!search(index, text, &o, io_result))
        return;
    size_t count = hl_result_count(*io_result);
    copy_hits(*io_result, slow);
    uint64_t scored = (*io_result)->native.room->scored;
    o.exhaustive = false;
    if (!search(index, text, &o, io_result))
        return;
    *out_bad += !same(*io_result, slow, count, text);
    *out_skipped += (*io_result)->native.room->scored < scored;
}

static void check_random(const struct hl_index *index, uint64_t seed)
{
    static const size_t counts[] = {1, 10, 10, 50, 250, 1000};
    static const double weights[] = {0.05, 0.5, 1, 3, 10};
    static const int covers[] = {HL_COVER_ANY, HL_COVER_DEFAULT, HL_COVER_ALL, 60};
    struct hl_result *result = NULL;
    struct faults faults = {0};
    unsigned queries = 400 / SCRATCH_SLOWNESS;
    for (unsigned i = 0; i < queries; i++) {
        char text[200];
        struct hl_search_options o;
        hl_search_options_init(&o);
        words_of(&seed, text, sizeof text, 1, 5);
        o.count = counts[tap_random(&seed) % 6];
        o.recency = weights[tap_random(&seed) % 5];
        o.cover = covers[tap_random(&seed) % 4];
        o.rank = tap_random(&seed) % 4 ? HL_RANK_DEFAULT : HL_RANK_BM25;
        o.refine = 0;
        if (tap_random(&seed) % 5 == 0)
            o.date_from = NEWEST - 300 * 86400;
        check_twin(index, text, o, &result, &faults);
        check_pruned(index, text, o, &result, &faults.pruned, &faults.skipped);
        o.refine = -1;
        check_pruned(index, text, o, &result, &faults.refined, &faults.skipped);
    }
    hl_result_free(result);
    OK(!faults.twin && faults.told > queries / 3, "%u queries: scores times the factor",
       faults.told);
    OK(faults.moved > queries / 10, "which often brings another article to the front (%u)",
       faults.moved);
    OK(!faults.pruned, "bounds lose nothing, bit for bit");
    OK(!faults.refined, "nor before a second look");
    OK(faults.skipped > queries / 2, "and spare work (%u)", faults.skipped);
}

/* ---------------------------------------------------------------------- other rules */

/* Adds up as the report says it is added. */
static bool adds_up(const struct hl_explanation *e)
{
    double sum = 0;
    for (size_t i = 0; i < e->part_count; i++)
        sum += e->parts[i].worth;
    double more = e->passage_weight * e->passage + e->early_weight * e->early;
    double score = sum * e->recency;
    if (e->refined)
        score += more * e->recency;
    return sum == e->first_stage && score == e->score;
}

static void check_explained(const struct hl_index *index, struct hl_search_options o)
{
    struct hl_query_options how = {.tokens = true};
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    unsigned wrong = 0, refined = 0, above = 0, undated = 0;
    o.count = 200;
    if (!OK(hl_query_parse(index, "t3 t17", 6, &how, &query, NULL) == HL_OK &&
                hl_search(index, query, &o, &result, NULL) == HL_OK &&
                hl_result_count(result) == 200,
            "two hundred hits"))
        return;
    for (size_t i = 0; i < 200; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        struct hl_explanation e;
        if (hl_explain(index, query, &o, hit->id, &e, NULL) != HL_OK) {
            wrong++;
            continue;
        }
        int64_t date = hit->date_precision ? hit->date : 0;
        wrong += !adds_up(&e) || e.score != hit->score || e.recency_weight != o.recency ||
                 e.recency != factor(o.recency, date);
        refined += e.refined;
        above += e.recency > 1;
        undated += !date && e.recency == 1;
        hl_explanation_free(&e);
    }
    OK(!wrong, "explained with weight %g: they add up to the score, bit for bit", o.recency);
    OK(refined == 20, "twenty with a second look (%u)", refined);
    OK(o.recency > 0 ? above > 20 && undated : !above, "%u above 1, %u undated at 1", above,
       undated);
    hl_result_free(result);
    hl_query_free(query);
}

static void check_by_date(const struct hl_index *index)
{
    static struct found plain[100];
    struct hl_search_options o;
    struct hl_result *result = NULL;
    bool good = true;
    hl_search_options_init(&o);
    o.count = 100;
    for (int sort = HL_SORT_NEWEST; sort <= HL_SORT_OLDEST; sort++) {
        o.sort = (enum hl_sort)sort;
        o.recency = 0;
        good = good && search(index, "t1 t5", &o, &result);
        copy_hits(result, plain);
        o.recency = 7;
        good = good && search(index, "t1 t5", &o, &result) && same(result, plain, 100, "date");
    }
    OK(good, "by date it changes nothing");
    hl_result_free(result);
}

static void check_bad(const struct hl_index *index)
{
    static const double bad[] = {-0.1, -1, 10.5, INFINITY, -INFINITY, NAN};
    struct hl_query *query = NULL;
    hl_query_parse(index, "t1", 2, NULL, &query, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct hl_search_options o;
        struct hl_result *result = NULL;
        struct hl_error err = {0};
        hl_search_options_init(&o);
        o.recency = bad[i];
        OK(hl_search(index, query, &o, &result, &err) == HL_MISUSE && !result &&
               strstr(err.text, "recency is a weight from 0 to 10"),
           "%g: %s", bad[i], err.text);
    }
    hl_query_free(query);
}

int main(void)
{
    struct hl_index *index = NULL;
    struct hl_stats stats = {0};
    struct hl_search_options o;
    scratch_begin();
    const char *path = scratch_name("ix"), *from = getenv("HLSEARCH_SEED");
    uint64_t seed = from ? strtoull(from, NULL, 10) : 1;
    OK(build(path, seed) && hl_index_open(path, &index, NULL) == HL_OK &&
           hl_index_stats(index, &stats, NULL) == HL_OK && stats.segments == 2 &&
           stats.deleted == 1 && stats.date_last == GONE,
       "two segments, the newest article replaced by an older one");
    if (!index)
        return tap_done();
    check_random(index, seed * 77);
    hl_search_options_init(&o);
    check_explained(index, o);
    o.recency = 0.5;
    check_explained(index, o);
    check_by_date(index);
    check_bad(index);
    hl_index_close(index);
    return tap_done();
}
