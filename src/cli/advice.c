/*
 * advice.c - see advice.h.
 *
 * "no article has all of: x, y, z; 14 have x and y" takes one count for each word left out.
 * That is why only people get it, and only for few words: a script that asks a thousand
 * queries must not pay for ten thousand.
 */
#include "cli/advice.h"

#include <assert.h>
#include <string.h>

enum { WORDS_MAX = 8 }; /* more words, and leaving each out once takes too long to wait for */

/* Articles that have every word but the one at `without`; 0 where that cannot be told. */
static uint64_t count_without(const struct hl_index *index, const char *const *words,
                              size_t count, size_t without, const struct hl_synonyms *synonyms)
{
    const struct hl_query_options plain = {.plain = true};
    struct hl_search_options options;
    struct hl_result *result = NULL;
    struct hl_query *query;
    struct hlcli_text text;
    uint64_t total = 0;
    assert(without < count && count <= WORDS_MAX);
    hlcli_text_init(&text);
    for (size_t i = 0; i < count; i++)
        if (i != without)
            hlcli_add_format(&text, "%s ", words[i]);
    hl_search_options_init(&options);
    options.cover = HL_COVER_ALL;
    options.count_only = true;
    options.synonyms = synonyms;
    if (hl_query_parse(index, text.data, text.size, &plain, &query, NULL) == HL_OK) {
        if (hl_search(index, query, &options, &result, NULL) == HL_OK)
            total = hl_result_total(result);
        hl_query_free(query);
    }
    hl_result_free(result);
    hlcli_text_release(&text);
    return total;
}

/* The words with commas between, all but the one at `without`. */
static void add_list(struct hlcli_text *out, const char *const *words, size_t count,
                     size_t without)
{
    const char *between = "";
    for (size_t i = 0; i < count; i++) {
        if (i == without)
            continue;
        hlcli_add(out, between);
        hlcli_add_plain(out, words[i], strlen(words[i]));
        between = ", ";
    }
}

/* Which single word to leave out to find most: the sentence "14 have x and y". */
static void add_nearest(const struct hl_index *index, const char *const *words, size_t count,
                        const struct hl_synonyms *synonyms, struct hlcli_text *out)
{
    uint64_t most = 0;
    assert(count > 1); /* leaving out the only word would ask for nothing */
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t total = count_without(index, words, count, i, synonyms);
        if (total > most) {
            most = total;
            best = i;
        }
    }
    if (!most)
        return;
    hlcli_add(out, "; ");
    hlcli_add_count(out, most);
    hlcli_add(out, most == 1 ? " has " : " have ");
    add_list(out, words, count, best);
}

/* How many answer without dates and values; 0 too where there were none. */
static uint64_t count_anywhere(const struct hl_index *index, const struct hl_query *query,
                               const struct hl_search_options *search)
{
    struct hl_search_options options = *search;
    struct hl_result *result = NULL;
    uint64_t total = 0;
    if (!search->date_from && !search->date_to && !search->source && !search->section &&
        !search->author)
        return 0;
    options.date_from = options.date_to = 0;
    options.source = options.section = options.author = NULL;
    options.count_only = true;
    options.suggest = false;
    if (hl_search(index, query, &options, &result, NULL) == HL_OK)
        total = hl_result_total(result);
    hl_result_free(result);
    return total;
}

void hlcli_advise(const struct hl_index *index, const struct hl_query *query,
                  const struct hl_search_options *search, const struct hl_result *result,
                  struct hlcli_text *out)
{
    uint64_t anywhere = count_anywhere(index, query, search);
    const char *words[WORDS_MAX], *missing[WORDS_MAX];
    size_t count = 0, missing_count = 0;
    const struct hl_reading *reading;
    for (size_t i = 0; count < WORDS_MAX && (reading = hl_result_reading(result, i)); i++) {
        if (!reading->in_index)
            missing[missing_count++] = reading->word;
        words[count++] = reading->word;
    }
    assert(missing_count <= count);
    if (anywhere) {
        hlcli_add(out, "nothing found of these dates and values; without them ");
        hlcli_add_count(out, anywhere);
        hlcli_add(out, anywhere == 1 ? " article answers" : " articles answer");
        return;
    }
    if (!count) {
        hlcli_add(out, "nothing found: the query has no word to search for");
        return;
    }
    hlcli_add(out, count > 1 ? "no article has all of: " : "no article has ");
    add_list(out, words, count, SIZE_MAX);
    if (missing_count) {
        hlcli_add(out, "; not in the index: ");
        add_list(out, missing, missing_count, SIZE_MAX);
    }
    if (count > 1)
        add_nearest(index, words, count, search->synonyms, out);
}
