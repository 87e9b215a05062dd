/*
 * Newest and oldest first end early: windows whose dates cannot matter are never looked into.
 */
#include "engine/index.h"
#include "scratch.h"
#include "tap.h"

enum { ARTICLES = 70000, FIRST = 1000000000 };

/* Every article has the word; those of odd numbers have another. */
static bool build(const char *path)
{
    struct hl_writer_options options = {.tokens = true, .no_store = true};
    struct hl_writer *writer = NULL;
    hl_status status = hl_writer_open(path, &options, &writer, NULL);
    for (int i = 0; status == HL_OK && i < ARTICLES; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        struct hl_article article = {.id = id,
                                     .body = i % 2 ? "x odd" : "x",
                                     .date = FIRST + i,
                                     .date_precision = HL_DATE_SECOND};
        status = hl_writer_add(writer, &article, NULL);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, NULL);
    hl_writer_close(writer);
    return status == HL_OK;
}

/* The windows that a search looked into; dates of the hits must fall or rise from `date`. */
static uint64_t windows_of(struct hl_index *index, const char *words, enum hl_sort sort,
                           bool exhaustive, int64_t date, int64_t step)
{
    struct hl_search_options options;
    struct hl_query_options how = {.tokens = true};
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    uint64_t windows = 0;
    hl_search_options_init(&options);
    options.sort = sort;
    options.cover = HL_COVER_ALL;
    options.no_total = true;
    options.exhaustive = exhaustive;
    if (!hl_query_parse(index, words, strlen(words), &how, &query, NULL) &&
        !hl_search(index, query, &options, &result, NULL) && hl_result_count(result) == 10)
        windows = result->native.room->windows_alive;
    for (size_t i = 0; i < hl_result_count(result); i++)
        if (hl_result_hit(result, i)->date != date + (int64_t)i * step)
            windows = UINT64_MAX;
    hl_result_free(result);
    hl_query_free(query);
    return windows;
}

int main(void)
{
    struct hl_index *index = NULL;
    scratch_begin();
    const char *path = scratch_name("ix");
    OK(build(path) && hl_index_open(path, &index, NULL) == HL_OK, "an index of two chunks");
    if (!index)
        return tap_done();
    const int64_t last = FIRST + ARTICLES - 1;
    const uint64_t all =
        HLFMT_WINDOWS + (ARTICLES - HLFMT_CHUNK_DOCS + HLFMT_WINDOW - 1) / HLFMT_WINDOW;
    uint64_t n = windows_of(index, "x", HL_SORT_NEWEST, true, last, -1);
    OK(n == all, "the slow twin looks into all %d windows (%d)", (int)all, (int)n);
    n = windows_of(index, "x", HL_SORT_NEWEST, false, last, -1);
    OK(n >= 1 && n <= HLFMT_WINDOWS, "newest first: not into the older chunk (%d)", (int)n);
    n = windows_of(index, "x", HL_SORT_OLDEST, false, FIRST, 1);
    OK(n >= 1 && n <= all - HLFMT_WINDOWS, "oldest first: not into the newer one (%d)", (int)n);
    n = windows_of(index, "x odd", HL_SORT_NEWEST, false, last, -2);
    OK(n >= 1 && n <= HLFMT_WINDOWS, "two words (%d)", (int)n);
    hl_index_close(index);
    return tap_done();
}
