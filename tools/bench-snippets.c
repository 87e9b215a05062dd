/*
 * bench-snippets - what showing a hit costs: its article read, its passages found.
 *
 *     build/bench-snippets INDEX QUERIES [HITS] [ROUNDS] [-p]
 *
 * QUERIES is a file with a query a line; of a line of a query set, whose columns are parted
 * by tabs, the last is taken.  Every hit of every query is timed by itself, the least of
 * ROUNDS (5) counts: reading and decoding the article, and finding the matches of its title
 * and the passages of lead and body.  -p prints them too.
 */
#include "hlsearch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARTICLES_MAX = 1 << 20 };

static double read_us[ARTICLES_MAX], show_us[ARTICLES_MAX], all_us[ARTICLES_MAX];
static size_t articles;
static uint64_t bytes, shown, marked, sum = 0xcbf29ce484222325u;
static bool print;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void fold(const void *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const unsigned char *)p)[i]) * 0x100000001b3u;
}

static void print_passage(const struct hl_passage *p)
{
    size_t at = 0;
    printf("%s%s", p->field ? "body: " : "lead: ", p->cut_before ? "... " : "");
    for (size_t i = 0; i < p->range_count; i++) {
        printf("%.*s[%.*s]", (int)(p->ranges[i].start - at), p->text + at,
               (int)(p->ranges[i].end - p->ranges[i].start), p->text + p->ranges[i].start);
        at = p->ranges[i].end;
    }
    printf("%s%s\n", p->text + at, p->cut_after ? " ..." : "");
}

/* What is left of the round is not timed. */
static void take_note(const struct hl_article *a, const struct hl_snippets *s)
{
    bytes += strlen(a->title ? a->title : "") + strlen(a->lead ? a->lead : "") +
             strlen(a->body ? a->body : "");
    if (print)
        printf("%s\n", a->title ? a->title : "");
    for (size_t i = 0; i < s->count; i++) {
        const struct hl_passage *p = &s->passages[i];
        fold(p->text, p->size);
        fold(p->ranges, p->range_count * sizeof *p->ranges);
        shown++;
        marked += p->range_count > 0;
        if (print)
            print_passage(p);
    }
}

/* As the tool shows a hit: its title, and passages of lead and body. */
static void show(const struct hl_result *result, const struct hl_article *a,
                 struct hl_snippet *title, struct hl_snippets *passages)
{
    const char *fields[2] = {a->lead, a->body};
    if (hl_highlight(result, a->title ? a->title : "", title, NULL) != HL_OK ||
        hl_snippets_make(result, fields, 2, NULL, passages, NULL) != HL_OK)
        exit(2);
}

static void take_hit(const struct hl_index *index, const struct hl_result *result, size_t i,
                     int rounds)
{
    double best[3] = {1e12, 1e12, 1e12};
    for (int r = 0; r < rounds; r++) {
        struct hl_document *d;
        double t0 = now();
        if (hl_document_of_hit(index, hl_result_hit(result, i), &d, NULL) != HL_OK)
            exit(2);
        double t1 = now();
        struct hl_snippet title;
        struct hl_snippets passages;
        show(result, hl_document_article(d), &title, &passages);
        double t2 = now(), t[3] = {t1 - t0, t2 - t1, t2 - t0};
        if (r + 1 == rounds)
            take_note(hl_document_article(d), &passages);
        hl_snippet_release(&title);
        hl_snippets_release(&passages);
        hl_document_free(d);
        for (int k = 0; k < 3; k++)
            best[k] = t[k] < best[k] ? t[k] : best[k];
    }
    read_us[articles] = best[0];
    show_us[articles] = best[1];
    all_us[articles++] = best[2];
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *name, double *us)
{
    double total = 0;
    for (size_t i = 0; i < articles; i++)
        total += us[i];
    qsort(us, articles, sizeof *us, by_value);
    printf("%-8s mean %7.2f  p50 %7.2f  p90 %7.2f  p99 %7.2f  max %8.2f us\n", name,
           total / (double)articles, us[articles / 2], us[articles * 9 / 10],
           us[articles * 99 / 100], us[articles - 1]);
}

static void ask(const struct hl_index *index, const char *words, size_t count, int rounds)
{
    struct hl_query *query;
    struct hl_result *result = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.count = count;
    if (hl_query_parse(index, words, strlen(words), NULL, &query, NULL) != HL_OK)
        return;
    if (hl_search(index, query, &options, &result, NULL) == HL_OK) {
        if (print)
            printf("\n# %s\n", words);
        for (size_t i = 0; i < hl_result_count(result) && articles < ARTICLES_MAX; i++)
            take_hit(index, result, i, rounds);
    }
    hl_result_free(result);
    hl_query_free(query);
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    struct hl_index *index;
    struct hl_error err;
    print = argc > 5 && !strcmp(argv[5], "-p");
    FILE *file = argc > 2 ? fopen(argv[2], "re") : NULL;
    if (!file || hl_index_open(argv[1], &index, &err) != HL_OK) {
        fprintf(stderr, "usage: bench-snippets INDEX QUERIES [HITS] [ROUNDS] [-p]\n");
        return 2;
    }
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *tab = strrchr(line, '\t');
        ask(index, tab ? tab + 1 : line, argc > 3 ? strtoul(argv[3], NULL, 10) : 10,
            argc > 4 ? atoi(argv[4]) : 5);
    }
    fclose(file);
    if (!articles)
        return 1;
    report("read", read_us);
    report("show", show_us);
    report("both", all_us);
    printf("%zu articles, %.0f bytes each; %llu passages, %llu marked; checksum %016llx\n",
           articles, (double)bytes / (double)articles, (unsigned long long)shown,
           (unsigned long long)marked, (unsigned long long)sum);
    hl_index_close(index);
    return 0;
}
