#include "cli/bench_page.h"

#include "cli/hits.h"
#include "cli/progress.h"
#include "cli/say.h"

#include <assert.h>
#include <string.h>

enum { PAGE_VALUES = 10, PASSAGE_BYTES = 240, PASSAGES = 2 };

void hlcli_bench_page_fill(struct hl_search_options *search)
{
    static const enum hl_facet facets[] = {HL_FACET_SECTION, HL_FACET_SOURCE, HL_FACET_YEAR};
    assert(!search->count_only);
    search->group = true;
    search->suggest = true;
    search->no_total = false;
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++)
        if (!search->facet_values[facets[i]])
            search->facet_values[facets[i]] = PAGE_VALUES;
}

static hl_status show(const struct hl_index *index, const struct hl_result *result,
                      struct hl_error *err)
{
    static const struct hlcli_view_options options = {
        .passage_max = PASSAGE_BYTES, .passages = PASSAGES, .matches = true};
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < hl_result_count(result); i++) {
        struct hlcli_view view;
        status = hlcli_view_open(index, result, i, i + 1, &options, &view, err);
        if (status == HL_OK)
            hlcli_view_release(&view);
    }
    return status;
}

int hlcli_bench_page(const struct hl_index *index, const struct hlcli_job *job,
                     const struct hl_search_options *search, struct hl_result **result,
                     double *out_seconds, double *out_shown)
{
    struct hl_query_options options = {.phrase = job->mode == HLCLI_PHRASE};
    struct hl_query *query = NULL;
    struct hl_error err;
    double from = hlcli_now(), found = from;
    hl_status status =
        hl_query_parse(index, job->words, strlen(job->words), &options, &query, &err);
    if (status == HL_OK)
        status = hl_search(index, query, search, result, &err);
    if (status == HL_OK) {
        found = hlcli_now();
        status = show(index, *result, &err);
    }
    double to = hlcli_now();
    hl_query_free(query);
    if (status != HL_OK)
        return hlcli_fail(HLCLI_WRONG, hl_status_name(err.code), err.at, NULL, "query %s: %s",
                          job->id, err.text);
    *out_seconds = to - from;
    *out_shown = to - found;
    return 0;
}
