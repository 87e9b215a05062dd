/*
 * bench: how fast queries are, in process and warm.
 *
 * A query is read once; what is timed is hl_search(), into one result that is used again.
 * Rounds go over all queries, so that no query has the caches to itself; the least of its
 * rounds counts.  The checksum folds ids and score bits of the hits in their order: two
 * runs with the same sums gave the same answers.  With --page the whole of what a page of
 * results costs is timed (bench_page.h), reading the query included.
 */
#include "cli/bench_page.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/search.h"
#include "cli/work.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODE_ANY, MODE_ALL, MODE_PHRASE, MODE_TYPED, MODE_COUNT, RANK_UNSAID = -1 };

struct options {
    struct hlcli_search search;
    int64_t mode, count, rounds;
    const char *hits; /* a file for the answers */
    bool page;
};

#define AT(member) offsetof(struct options, member)

static const struct options defaults = {
    .search = {.cover = HL_COVER_DEFAULT,
               .rank = RANK_UNSAID,
               .k1 = -1,
               .b = -1,
               .pairs = -1,
               .refine = -1},
    .count = 10,
    .rounds = 6,
};

static const struct hlcli_flag flags[] = {
    {"mode", 0, HLCLI_CHOICE, AT(mode), "any|all|phrase|typed|count",
     "of lines of plain words; count: count the matches of every line", 0, 0, 0, 0},
    {"count", 'n', HLCLI_COUNT, AT(count), "K", "results a query (10)", 1, 10000, 0, 0},
    {"rounds", 0, HLCLI_COUNT, AT(rounds), "R", "the least of R rounds counts (6)", 1, 1000, 0,
     0},
    {"hits", 0, HLCLI_TEXT, AT(hits), "FILE", "write the answers, scores to their last bit", 0,
     0, 0, HLCLI_RARE | HLCLI_NO_CONFIG},
    {"page", 0, HLCLI_SWITCH, AT(page), NULL,
     "time all that a page of results needs, snippets and facets too", 0, 0, 0, 0},
    HLCLI_NARROW_FLAGS,
    HLCLI_RANK_FLAGS,
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* A run over all queries. */
struct bench {
    const struct options *options;
    const struct hl_index *index;
    struct hlcli_work work;
    struct hl_query **queries; /* one a job */
    struct hl_result *result;
    FILE *hits; /* NULL: not asked for */
};

/* ----------------------------------------------------------------- measuring */

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t fold(uint64_t sum, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ p[i]) * 0x100000001b3u;
    return sum;
}

static uint64_t checksum(const struct hl_result *result, bool count_only)
{
    uint64_t sum = 0xcbf29ce484222325u, total = hl_result_total(result);
    if (count_only)
        return fold(sum, &total, sizeof total);
    for (size_t i = 0; i < hl_result_count(result); i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        sum = fold(sum, hit->id, strlen(hit->id) + 1);
        sum = fold(sum, &hit->score, sizeof hit->score);
    }
    return sum;
}

/* The answer as a line: id, mode, k (0: counted), hits, then an article and its score each. */
static void write_hits(const struct bench *bench, const struct hlcli_job *job)
{
    struct hlcli_text line;
    bool counting = bench->options->mode == MODE_COUNT;
    hlcli_text_init(&line);
    hlcli_add_format(&line, "%s\t%s\t%lld\t%llu", job->id, hlcli_mode_name(job->mode),
                     counting ? 0 : (long long)bench->options->count,
                     (unsigned long long)job->hits);
    for (size_t i = 0; !counting && i < hl_result_count(bench->result); i++) {
        const struct hl_hit *hit = hl_result_hit(bench->result, i);
        hlcli_add(&line, "\t");
        hlcli_add_plain(&line, hit->id, strlen(hit->id));
        hlcli_add_format(&line, "\t%a", hit->score);
    }
    hlcli_add(&line, "\n");
    fwrite(line.data, 1, line.size, bench->hits);
    hlcli_text_release(&line);
}

static int open_hits(struct bench *bench)
{
    const char *path = bench->options->hits;
    if (!path || (bench->hits = fopen(path, "we")))
        return 0;
    return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot write the answers: %s", path,
                      hlcli_reason(errno));
}

/* Answers cut short by a full disk must not pass for all of them. */
static int close_hits(struct bench *bench)
{
    FILE *file = bench->hits;
    if (!file)
        return 0;
    bench->hits = NULL;
    bool failed = ferror(file);
    if (!fclose(file) && !failed)
        return 0;
    return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot write all of the answers",
                      bench->options->hits);
}

/* Words of a bench are tokens already: equal terms for every engine that is compared. */
static int read_query(struct bench *bench, size_t i)
{
    const struct hlcli_job *job = &bench->work.jobs[i];
    assert(i < bench->work.count && job->words);
    struct hl_query_options options = {.tokens = true, .phrase = job->mode == HLCLI_PHRASE};
    struct hl_error err;
    if (hl_query_parse(bench->index, job->words, strlen(job->words), &options,
                       &bench->queries[i], &err) == HL_OK)
        return 0;
    return hlcli_fail(HLCLI_WRONG, hl_status_name(err.code), err.at, NULL, "query %s: %s",
                      job->id, err.text);
}

static int cover_of(enum hlcli_mode mode)
{
    return mode == HLCLI_AND     ? HL_COVER_ALL
           : mode == HLCLI_TYPED ? HL_COVER_DEFAULT
                                 : HL_COVER_ANY;
}

static int fill_search(const struct bench *bench, const struct hlcli_job *job,
                       struct hl_search_options *search)
{
    const struct options *o = bench->options;
    struct hlcli_search wanted = o->search;
    struct hl_query_options unused;
    bool count_only = o->mode == MODE_COUNT;
    if (wanted.rank == RANK_UNSAID)
        wanted.rank = o->page ? HL_RANK_DEFAULT : HL_RANK_BM25;
    hlcli_search_fill(&wanted, search, &unused);
    search->cover = cover_of(job->mode);
    search->count = (size_t)o->count;
    search->count_only = count_only;
    search->no_total = !count_only;
    if (!o->page)
        search->synonyms = NULL; /* tokens are taken as they are */
    int code = hlcli_search_narrow(&wanted, search);
    if (!code && o->page)
        hlcli_bench_page_fill(search);
    return code;
}

/* Times one search, and nothing but the search: neither reading the query nor folding its
 * checksum; or one page. */
static int time_query(struct bench *bench, size_t i, double *out_seconds, double *out_shown)
{
    const struct hlcli_job *job = &bench->work.jobs[i];
    struct hl_search_options search;
    struct hl_error err;
    int code = fill_search(bench, job, &search);
    if (code)
        return code;
    if (bench->options->page)
        return hlcli_bench_page(bench->index, job, &search, &bench->result, out_seconds,
                                out_shown);
    assert(bench->queries[i]);
    double from = hlcli_now();
    hl_status status =
        hl_search(bench->index, bench->queries[i], &search, &bench->result, &err);
    *out_seconds = hlcli_now() - from;
    return status == HL_OK ? 0 : hlcli_fail_error(&err);
}

static int run_query(struct bench *bench, size_t i, bool first)
{
    struct hlcli_job *job = &bench->work.jobs[i];
    double seconds = 0, shown = 0;
    int code = time_query(bench, i, &seconds, &shown);
    if (code)
        return code;
    uint64_t sum = checksum(bench->result, bench->options->mode == MODE_COUNT);
    assert(first || job->sum == sum); /* the same search gives the same answer */
    if (first || seconds < job->least)
        job->least = seconds;
    if (first || shown < job->shown)
        job->shown = shown;
    job->sum = sum;
    job->results = hl_result_count(bench->result);
    job->hits = hl_result_total(bench->result);
    if (first && bench->hits)
        write_hits(bench, job);
    return 0;
}

/* All queries are read before the first is timed. */
static int measure(struct bench *bench)
{
    int code = 0;
    size_t rounds = (size_t)bench->options->rounds;
    assert(rounds > 0 && bench->work.count > 0);
    bench->queries = hlcli_alloc(bench->work.count, sizeof *bench->queries);
    for (size_t i = 0; !code && !bench->options->page && i < bench->work.count; i++)
        code = read_query(bench, i);
    for (size_t round = 0; !code && round < rounds; round++) {
        hlcli_progress_stage("rounds", round, rounds);
        for (size_t i = 0; !code && i < bench->work.count; i++)
            code = run_query(bench, i, round == 0);
    }
    return code;
}

/* ------------------------------------------------------------------ printing */

/* Two decimals: the clock knows no more, and lines stay short. */
static double microseconds(double seconds)
{
    return round(seconds * 1e8) / 100;
}

static void add_json_lines(const struct bench *bench, struct hlcli_text *out)
{
    const struct options *o = bench->options;
    for (size_t i = 0; i < bench->work.count; i++) {
        const struct hlcli_job *job = &bench->work.jobs[i];
        struct hlcli_json json;
        char sum[17];
        hlcli_json_init(&json, out);
        snprintf(sum, sizeof sum, "%016llx", (unsigned long long)job->sum);
        hlcli_json_object(&json);
        hlcli_json_put(&json, "id", job->id);
        hlcli_json_put(&json, "mode", hlcli_mode_name(job->mode));
        hlcli_json_put(&json, "class", job->group);
        hlcli_json_put_uint(&json, "k", o->mode == MODE_COUNT ? 0 : (uint64_t)o->count);
        hlcli_json_put_double(&json, "us", microseconds(job->least));
        if (o->page)
            hlcli_json_put_double(&json, "shown_us", microseconds(job->shown));
        hlcli_json_put_uint(&json, "hits", job->hits);
        hlcli_json_put(&json, "sum", sum);
        hlcli_json_object_end(&json);
        hlcli_add(out, "\n");
    }
}

/* By mode, class, time. */
static int by_group(const void *a, const void *b)
{
    const struct hlcli_job *x = *(const struct hlcli_job *const *)a;
    const struct hlcli_job *y = *(const struct hlcli_job *const *)b;
    int mode = (x->mode > y->mode) - (x->mode < y->mode);
    int group = mode ? mode : strcmp(x->group, y->group);
    return group ? group : (x->least > y->least) - (x->least < y->least);
}

/* By mode, time. */
static int by_mode(const void *a, const void *b)
{
    const struct hlcli_job *x = *(const struct hlcli_job *const *)a;
    const struct hlcli_job *y = *(const struct hlcli_job *const *)b;
    int mode = (x->mode > y->mode) - (x->mode < y->mode);
    return mode ? mode : (x->least > y->least) - (x->least < y->least);
}

/* Jobs in order of time: the p-th percentile is the least that p % do not pass. */
static double percentile(const struct hlcli_job *const *jobs, size_t count, double share)
{
    size_t rank = (size_t)ceil(share * (double)count);
    assert(count > 0);
    return jobs[rank ? rank - 1 : 0]->least * 1e6;
}

/* What a page has besides: the slowest, and the time for each hit that is shown. */
static void add_page_cells(const struct hlcli_job *const *jobs, size_t count,
                           struct hlcli_text *out)
{
    double shown = 0;
    size_t results = 0;
    for (size_t i = 0; i < count; i++) {
        shown += jobs[i]->shown * 1e6;
        results += jobs[i]->results;
    }
    hlcli_add_format(out, " %10.1f %7.1f", percentile(jobs, count, 1),
                     results ? shown / (double)results : 0);
}

static void add_row(const struct bench *bench, const char *group,
                    const struct hlcli_job *const *jobs, size_t count, struct hlcli_text *out)
{
    double sum = 0;
    uint64_t hits = 0, check = 0;
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        sum += jobs[i]->least * 1e6;
        hits += jobs[i]->hits;
        check += jobs[i]->sum; /* of a set: the order of times must not change it */
    }
    bool counting = bench->options->mode == MODE_COUNT;
    hlcli_add_format(out, "%-6s %-7s %-14s %7zu %10.1f %10.1f %10.1f", counting ? "COUNT" : "",
                     hlcli_mode_name(jobs[0]->mode), group, count, sum / (double)count,
                     percentile(jobs, count, 0.5), percentile(jobs, count, 0.99));
    if (bench->options->page)
        add_page_cells(jobs, count, out);
    hlcli_add_format(out, " %12llu  %016llx\n", (unsigned long long)hits,
                     (unsigned long long)check);
}

/* Runs of equal mode (and class) become a row each. */
static void add_rows(const struct bench *bench, const struct hlcli_job **jobs, bool by_class,
                     struct hlcli_text *out)
{
    size_t count = bench->work.count;
    qsort(jobs, count, sizeof *jobs, by_class ? by_group : by_mode);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count; to++)
            if (jobs[to]->mode != jobs[from]->mode ||
                (by_class && strcmp(jobs[to]->group, jobs[from]->group)))
                break;
        add_row(bench, by_class ? jobs[from]->group : "all", jobs + from, to - from, out);
    }
}

/* Rows by mode and class, then by mode over all classes. */
static void add_table(const struct bench *bench, struct hlcli_text *out)
{
    const struct hlcli_job **jobs = hlcli_alloc(bench->work.count, sizeof *jobs);
    for (size_t i = 0; i < bench->work.count; i++)
        jobs[i] = &bench->work.jobs[i];
    hlcli_add_format(out, "%-6s %-7s %-14s %7s %10s %10s %10s", "", "mode", "class", "queries",
                     "mean us", "p50 us", "p99 us");
    if (bench->options->page)
        hlcli_add_format(out, " %10s %7s", "max us", "us/hit");
    hlcli_add_format(out, " %12s  %s\n", "matched", "checksum");
    add_rows(bench, jobs, true, out);
    add_rows(bench, jobs, false, out);
    free(jobs);
}

static void print(const struct bench *bench, bool json)
{
    struct hlcli_text out;
    hlcli_text_init(&out);
    if (json)
        add_json_lines(bench, &out);
    else
        add_table(bench, &out);
    hlcli_print(&out);
    hlcli_text_release(&out);
}

/* ----------------------------------------------------------------------- run */

static void release(struct bench *bench)
{
    for (size_t i = 0; bench->queries && i < bench->work.count; i++)
        hl_query_free(bench->queries[i]);
    free(bench->queries);
    hl_result_free(bench->result);
    hlcli_work_release(&bench->work);
    if (bench->hits)
        fclose(bench->hits);
}

static int run(const struct hlcli_call *call, const void *given)
{
    static const enum hlcli_mode plain[] = {HLCLI_OR, HLCLI_AND, HLCLI_PHRASE, HLCLI_TYPED,
                                            HLCLI_OR};
    struct bench bench = {.options = given};
    struct hl_index *index;
    if (bench.options->page && bench.options->mode == MODE_COUNT)
        return hlcli_wrong("leave one out", "a --page is ranked, --mode count only counts");
    int code = hlcli_work_read(call->words[0], plain[bench.options->mode], &bench.work);
    if (code)
        return code;
    code = hlcli_open(call, &bench.options->search.opening, &index);
    if (code) {
        release(&bench);
        return code;
    }
    bench.index = index;
    code = open_hits(&bench);
    hlcli_progress_start("bench", (enum hlcli_when)call->common.progress);
    if (!code)
        code = measure(&bench);
    hlcli_progress_stop();
    if (!code)
        code = close_hits(&bench);
    if (!code)
        print(&bench, call->common.json);
    release(&bench);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_bench = {
    .name = "bench",
    .arguments = "FILE",
    .summary = "how fast queries are, in process and warm",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .least = 1,
    .most = 1,
    .flags = flags,
    .defaults = &defaults,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch bench tokens.ix queries.txt --k1 1.2 --b 0.75",
                  "a table by mode and class"},
                 {"hlsearch bench tokens.ix queries.txt --mode count", "count instead of rank"},
                 {"hlsearch bench news.ix words.txt --mode typed --page",
                  "what a page of results takes"}},
    .manual =
        "FILE has lines `id TAB mode TAB class TAB words`, mode TERM, AND, OR, PHRASE or "
        "TYPED, "
        "or "
        "plain words, whose mode is --mode. Words are tokens between blanks, taken as they "
        "are. OR is cover 0, AND cover 100, TYPED the cover of a search that says nothing; "
        "matches are counted only in mode count, elsewhere "
        "`matched` is what was collected.\n\n"
        "Ranking is bm25 unless --rank default. Only the search is timed, reading the query is "
        "not. The checksum folds ids and score bits of the hits; equal sums are equal answers. "
        "--hits writes them: a line a query, id, mode, k (0 where they are counted), hits, "
        "then "
        "id and score of each in hexadecimal, between tabs.\n\n"
        "--page reads the words as a reader types them, operators too, ranks as `query` does, "
        "folds near copies, looks for misspelt words, counts ten sections, sources and years, "
        "marks the titles of the hits and cuts two passages of 240 bytes: the time is of all "
        "of it, with reading the query; us/hit is the part of it for each hit shown.",
    .run = run,
};
