/*
 * A result is used again: whatever allocation of a search into it fails, it then shows
 * nothing, and the next search into it answers as one into a fresh result does.
 */
#include "faultio.h"
#include "scratch.h"

#include <inttypes.h>

enum { ARTICLES = 600 };

static const char words[] = "cong nghe mới \"hòa lạc\"";

static bool make_index(const char *path)
{
    static struct hl_article articles[ARTICLES];
    static char ids[ARTICLES][16], sources[ARTICLES][16];
    for (int i = 0; i < ARTICLES; i++) {
        snprintf(ids[i], sizeof ids[i], "%d", i);
        snprintf(sources[i], sizeof sources[i], "Báo %d", i % 9);
        articles[i] = (struct hl_article){.id = ids[i],
                                          .title = i % 3 ? "Công nghệ mới" : "Công nghê cao",
                                          .body = "Hòa Lạc, khu công nghệ.",
                                          .source = sources[i],
                                          .section = "Khoa học",
                                          .date = 1500000000 + (int64_t)i * 86400 * 5,
                                          .date_precision = HL_DATE_DAY};
    }
    return scratch_commit(path, NULL, articles, 0, ARTICLES, NULL);
}

static struct hl_search_options options_of(size_t count)
{
    struct hl_search_options o;
    hl_search_options_init(&o);
    o.count = count;
    o.suggest = true;
    for (int f = 0; f < HL_FACETS; f++)
        o.facet_values[f] = 4;
    return o;
}

/* All that a result shows; free() it. */
static char *shown(const struct hl_result *r)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "%zu of %" PRIu64 ", cover %d", hl_result_count(r), hl_result_total(r),
            hl_result_cover(r));
    for (size_t i = 0; i < hl_result_count(r); i++)
        fprintf(out, " %s %a %s", hl_result_hit(r, i)->id, hl_result_hit(r, i)->score,
                hl_result_hit(r, i)->source);
    for (int f = 0; f < HL_FACETS; f++) {
        const struct hl_facet_value *value;
        for (size_t i = 0; (value = hl_result_facet(r, (enum hl_facet)f, i)); i++)
            fprintf(out, " %s=%" PRIu64, value->name, value->count);
        fprintf(out, " (%" PRIu64 ", %" PRIu64 ")",
                hl_result_facet_distinct(r, (enum hl_facet)f),
                hl_result_facet_missing(r, (enum hl_facet)f));
    }
    for (size_t i = 0; hl_result_reading(r, i); i++)
        fprintf(out, " %s", hl_result_reading(r, i)->as);
    for (size_t i = 0; hl_result_understood(r, i); i++)
        fprintf(out, " %s", hl_result_understood(r, i)->as);
    for (size_t i = 0; hl_result_synonym(r, i); i++)
        fprintf(out, " %s", hl_result_synonym(r, i)->as);
    for (size_t i = 0; hl_result_suggestion(r, i); i++)
        fprintf(out, " %s", hl_result_suggestion(r, i)->text);
    fprintf(out, " %s", hl_result_restored(r) ? hl_result_restored(r) : "-");
    fclose(out);
    return text;
}

/* A small search, then the large one with allocation `at` failing, then without. */
static bool survives(const struct hl_index *index, const struct hl_query *query, uint64_t at,
                     const char *nothing, const char *all, bool *out_failed)
{
    struct hl_search_options small = options_of(5), large = options_of(300);
    struct hl_result *r = NULL;
    struct hl_error err = {0};
    bool good = hl_search(index, query, &small, &r, &err) == HL_OK && hl_result_count(r) == 5;
    faultmem_start(at, false);
    hl_status status = hl_search(index, query, &large, &r, &err);
    *out_failed = faultmem_failed() > 0;
    faultmem_stop();
    char *first = shown(r);
    good = good && !strcmp(first, status == HL_OK ? all : nothing);
    good = good && hl_search(index, query, &large, &r, &err) == HL_OK;
    char *second = shown(r);
    good = good && !strcmp(second, all);
    if (!good)
        printf("# allocation %" PRIu64 ": %s\n# %.200s\n# %.200s\n", at, hl_status_name(status),
               first, second);
    free(first);
    free(second);
    hl_result_free(r);
    return good;
}

int main(void)
{
    struct hl_index *index = NULL;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    struct hl_search_options large = options_of(300);
    scratch_begin();
    const char *path = scratch_name("reuse");
    OK(make_index(path) && hl_index_open(path, &index, &err) == HL_OK &&
           hl_query_parse(index, words, sizeof words - 1, NULL, &query, &err) == HL_OK &&
           hl_search(index, query, &large, &result, &err) == HL_OK,
       "an index and a question to it%s%s", *err.text ? ": " : "", err.text);
    if (!result)
        return tap_done();
    char *all = shown(result), *nothing = shown(NULL);
    OK(hl_result_count(result) == 300 && hl_result_facet(result, HL_FACET_SOURCE, 3) &&
           hl_result_reading(result, 2) && hl_result_restored(result),
       "hits, facets and readings: %.60s", all);
    unsigned bad = 0;
    uint64_t at = 0;
    for (bool failed = true; failed && bad < 3;)
        bad += !survives(index, query, ++at, nothing, all, &failed);
    OK(!bad && at > 5, "each of %" PRIu64 " allocations fails", at - 1);
    free(all);
    free(nothing);
    hl_result_free(result);
    hl_query_free(query);
    hl_index_close(index);
    return tap_done();
}
