/*
 * explain: how the score of one article came about, summand by summand.
 *
 * The last sum is the score, bit for bit (explanation.h).
 */
#include "cli/commands.h"
#include "cli/explanation.h"
#include "cli/search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct hlcli_search defaults = HLCLI_SEARCH_DEFAULTS;

static const struct hlcli_flag flags[] = {
    HLCLI_COVER_FLAGS,
    HLCLI_READ_FLAGS,
    HLCLI_RANK_FLAGS,
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* ---------------------------------------------------------------------- JSON */

static void put_explanation(const struct hl_explanation *e, const char *words,
                            struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "query", words);
    hlcli_json_put(&json, "id", e->id);
    hlcli_json_put_double(&json, "score", e->score);
    hlcli_json_put_bool(&json, "answers", e->answers);
    hlcli_json_put(&json, "why", e->answers ? NULL : e->why);
    hlcli_json_put_uint(&json, "articles", e->articles);
    hlcli_json_put_double(&json, "mean_length", e->mean_length);
    hlcli_json_put_double(&json, "k1", e->k1);
    hlcli_json_put_double(&json, "b", e->b);
    hlcli_json_put_uint(&json, "length", e->length);
    hlcli_json_key(&json, "cover");
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "have", (uint64_t)e->cover_have);
    hlcli_json_put_uint(&json, "all", (uint64_t)e->cover_all);
    hlcli_json_put_uint(&json, "wanted", (uint64_t)e->cover_wanted);
    hlcli_json_object_end(&json);
    hlcli_json_key(&json, "parts");
    hlcli_json_array(&json);
    for (size_t i = 0; i < e->part_count; i++)
        hlcli_explanation_put_part(&e->parts[i], &json);
    hlcli_json_array_end(&json);
    hlcli_json_put_double(&json, "first_stage", e->first_stage);
    hlcli_json_put_bool(&json, "refined", e->refined);
    hlcli_json_put_double(&json, "passage_weight", e->passage_weight);
    hlcli_json_put_double(&json, "early_weight", e->early_weight);
    hlcli_json_put_double(&json, "passage", e->passage);
    hlcli_json_put_double(&json, "early", e->early);
    hlcli_json_put_double(&json, "recency_weight", e->recency_weight);
    hlcli_json_put_double(&json, "recency", e->recency);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

/* ----------------------------------------------------------------------- run */

/* Exit 1 where the article is unknown or does not answer: both mean "not found". */
static int explain(const struct hlcli_call *call, const struct hlcli_search *given,
                   const struct hl_index *index, const struct hl_synonyms *synonyms,
                   const char *words)
{
    struct hl_search_options search;
    struct hl_query_options reading;
    struct hl_explanation e;
    struct hl_query *query;
    struct hl_error err;
    struct hlcli_text text;
    assert(call->count >= 2);
    hlcli_search_fill(given, &search, &reading);
    search.synonyms = synonyms;
    if (hl_query_parse(index, words, strlen(words), &reading, &query, &err) != HL_OK)
        return hlcli_fail_query(&err, words);
    hl_status status = hl_explain(index, query, &search, call->words[0], &e, &err);
    hl_query_free(query);
    if (status == HL_NOT_FOUND)
        return hlcli_fail(HLCLI_NOTHING, "NOT_FOUND", -1, NULL, "%s: no article %s",
                          call->asked, call->words[0]);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    int code = e.answers ? HLCLI_FOUND : HLCLI_NOTHING;
    hlcli_text_init(&text);
    if (call->common.json)
        put_explanation(&e, words, &text);
    else
        hlcli_explanation_text(&e, &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    hl_explanation_free(&e);
    return code;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct hlcli_search *search = given;
    struct hlcli_synonyms synonyms = {0};
    struct hl_index *index;
    int code = hlcli_open(call, &search->opening, &index);
    if (code)
        return code;
    char *words = hlcli_join(call->words + 1, call->count - 1);
    code = hlcli_synonyms_open(call, search->synonyms, &synonyms);
    if (!code)
        code = hlcli_shards_ask(index, explain(call, search, index, synonyms.used, words));
    hlcli_synonyms_release(&synonyms);
    free(words);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_explain = {
    .name = "explain",
    .arguments = "ID WORDS...",
    .summary = "the arithmetic behind one article's score",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .takes_words = true,
    .least = 2,
    .most = SIZE_MAX,
    .flags = flags,
    .defaults = &defaults,
    .options_size = sizeof(struct hlcli_search),
    .examples = {{"hlsearch explain news.ix 21475737 ung thu phoi",
                  "line by line, ending at the score"},
                 {"hlsearch explain news.ix 21475737 --rank bm25 ung thu phoi",
                  "without pairs"},
                 {"hlsearch explain news.ix 21475737 --json ung thu phoi", "for programs"}},
    .manual = "Numbers have all their digits: the last sum is the score that query prints, bit "
              "for bit. Exit 1 if the article does not answer the query.",
    .run = run,
};
