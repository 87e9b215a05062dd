/*
 * query.c - whatever a reader types is read: hl_query_parse() and a search.
 *
 * The index is a handful of articles made at the start, so that what is parsed is also
 * expanded, planned and ranked.  The first byte chooses the options.
 */
#include "hlsearch.h"
#include "fuzz/small.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hl_index *index;
    static struct hl_result *result;
    struct hl_query *query = NULL;
    struct hl_error err;
    if (!index) {
        const char *path = fuzz_index();
        if (!path || hl_index_open(path, &index, &err) != HL_OK)
            abort();
    }
    unsigned choice = size ? data[0] : 0;
    const char *text = size ? (const char *)data + 1 : "";
    size_t text_size = size ? size - 1 : 0;
    struct hl_query_options options = {.strict = choice & 1,
                                       .plain = choice & 2,
                                       .tokens = choice & 4,
                                       .phrase = choice & 8,
                                       .marks = (choice >> 4) % 3};
    hl_status status = hl_query_parse(index, text, text_size, &options, &query, &err);
    if (status == HL_OK) {
        struct hl_search_options search;
        hl_search_options_init(&search);
        search.exhaustive = choice & 64;
        if (choice & 128) {
            search.sort = (enum hl_sort)(text_size % 3);
            search.date_from = 1;
            search.facet_values[HL_FACET_SECTION] = search.facet_values[HL_FACET_MONTH] = 3;
        }
        if (hl_search(index, query, &search, &result, &err) == HL_OK &&
            hl_result_count(result) > hl_result_total(result))
            abort();
        for (size_t i = 0; hl_query_note(query, i); i++)
            if (hl_query_note(query, i)->at > (int64_t)text_size)
                abort();
        hl_query_free(query);
    } else if (query || strnlen(err.text, sizeof err.text) == sizeof err.text)
        abort();
    return 0;
}
