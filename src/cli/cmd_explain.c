/*
 * explain: how the score of one article came about, summand by summand.
 *
 * The library gives the numbers that its loop adds; here they are only printed, with
 * all their digits, in the order of adding.  The last sum is the score, bit for bit.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/search.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct hlcli_search defaults = HLCLI_SEARCH_DEFAULTS;

static const struct hlcli_flag flags[] = {
    HLCLI_COVER_FLAGS,
    HLCLI_READ_FLAGS,
    HLCLI_RANK_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

static const char *kind_name(enum hl_part_kind kind)
{
    static const char *const names[] = {"word", "pair", "phrase", "field"};
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "part";
}

/* ---------------------------------------------------------------------- text */

/* All digits, so that a reader can add up and get the very score. */
static void add_real(struct hlcli_text *out, const char *before, double x)
{
    hlcli_add(out, before);
    hlcli_add_double(out, x);
}

/* Three lines a summand: where it comes from, the product, the sum so far. */
static void add_part(struct hlcli_text *out, const struct hl_part *part, double sum)
{
    hlcli_add_format(out, "%-7s", kind_name(part->kind));
    hlcli_add_plain(out, part->label, strlen(part->label));
    bool summed = part->kind == HL_PART_PHRASE || part->kind == HL_PART_FIELD;
    if (summed) {
        hlcli_add(out, ": idf is the sum of its words'");
    } else {
        hlcli_add(out, ": in ");
        hlcli_add_count(out, part->df);
        hlcli_add(out, part->df == 1 ? " article" : " articles");
    }
    hlcli_add_format(out, ", tf %llu", (unsigned long long)part->tf);
    if (part->cover)
        hlcli_add_format(out, ", cover %d", part->cover);
    add_real(out, "\n       weight ", part->weight);
    add_real(out, " * idf ", part->idf);
    add_real(out, " * sat ", part->sat);
    add_real(out, " = ", part->worth);
    add_real(out, "\n       sum ", sum);
    hlcli_add(out, "\n");
}

/* The formulas are printed too: the numbers below them are their parts, by name. */
static void add_explanation(const struct hl_explanation *e, struct hlcli_text *out)
{
    double sum = 0;
    assert(e->id && (e->parts || !e->part_count));
    hlcli_add(out, "article ");
    hlcli_add_plain(out, e->id, strlen(e->id));
    hlcli_add(out, ", length ");
    hlcli_add_count(out, e->length);
    hlcli_add(out, "\nN ");
    hlcli_add_count(out, e->articles);
    add_real(out, " articles, mean length ", e->mean_length);
    add_real(out, ", k1 ", e->k1);
    add_real(out, ", b ", e->b);
    hlcli_add(out, "\nidf = ln(1 + (N - df + 0.5) / (df + 0.5))\n"
                   "sat = tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))\n\n");
    for (size_t i = 0; i < e->part_count; i++) {
        sum += e->parts[i].worth;
        add_part(out, &e->parts[i], sum);
    }
    hlcli_add_format(out, "\ncover: has %d of %d, wanted %d%%\n", e->cover_have, e->cover_all,
                     e->cover_wanted);
    if (!e->answers) {
        hlcli_add(out, "no answer: ");
        hlcli_add(out, e->why ? e->why : "not enough of the query is there");
        hlcli_add(out, "\n");
    }
    if (e->refined) {
        add_real(out, "first stage ", e->first_stage);
        add_real(out, "\npassage ", e->passage);
        add_real(out, " * ", e->passage_weight);
        add_real(out, ", early ", e->early);
        add_real(out, " * ", e->early_weight);
        hlcli_add(out, "\n");
    }
    add_real(out, "score ", e->score);
    hlcli_add(out, "\n");
}

/* ---------------------------------------------------------------------- JSON */

static void put_part(struct hlcli_json *json, const struct hl_part *part)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "kind", kind_name(part->kind));
    hlcli_json_put(json, "label", part->label);
    hlcli_json_put_double(json, "weight", part->weight);
    hlcli_json_put_uint(json, "df", part->df);
    hlcli_json_put_double(json, "idf", part->idf);
    hlcli_json_put_uint(json, "tf", part->tf);
    hlcli_json_put_double(json, "sat", part->sat);
    hlcli_json_put_double(json, "worth", part->worth);
    hlcli_json_key(json, "cover");
    hlcli_json_int(json, part->cover);
    hlcli_json_object_end(json);
}

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
        put_part(&json, &e->parts[i]);
    hlcli_json_array_end(&json);
    hlcli_json_put_double(&json, "first_stage", e->first_stage);
    hlcli_json_put_bool(&json, "refined", e->refined);
    hlcli_json_put_double(&json, "passage_weight", e->passage_weight);
    hlcli_json_put_double(&json, "early_weight", e->early_weight);
    hlcli_json_put_double(&json, "passage", e->passage);
    hlcli_json_put_double(&json, "early", e->early);
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
                          call->index, call->words[0]);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    int code = e.answers ? HLCLI_FOUND : HLCLI_NOTHING;
    hlcli_text_init(&text);
    if (call->common.json)
        put_explanation(&e, words, &text);
    else
        add_explanation(&e, &text);
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
    int code = hlcli_open(call, &index);
    if (code)
        return code;
    char *words = hlcli_join(call->words + 1, call->count - 1);
    code = hlcli_synonyms_open(call, search->synonyms, &synonyms);
    if (!code)
        code = explain(call, search, index, synonyms.used, words);
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
