/*
 * query: words in, ranked articles out, in every form.
 *
 * One search, one answer. The forms differ in what they need: ids and trec only the hits,
 * tsv the stored article, text and JSON also the passages that matched. Whatever the form,
 * the answer is made whole before it is printed.
 */
#include "cli/advice.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/hits.h"
#include "cli/pager.h"
#include "cli/progress.h"
#include "cli/search.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum form { FORM_TEXT, FORM_JSON, FORM_JSONL, FORM_TSV, FORM_IDS, FORM_TREC };
enum { FORM_UNSAID = -1, PASSAGE_BYTES = 240, COUNT_MAX = 10000 };

struct options {
    struct hlcli_search search;
    int64_t count, offset, form, passage;
    const char *batch;
    bool syntax;
};

#define AT(member) offsetof(struct options, member)

static const struct options defaults = {
    .search = HLCLI_SEARCH_DEFAULTS,
    .count = 10,
    .form = FORM_UNSAID,
    .passage = PASSAGE_BYTES,
};

static const struct hlcli_flag flags[] = {
    {"count", 'n', HLCLI_COUNT, AT(count), "N", "results (10); 0: only their number", 0,
     COUNT_MAX, 0, 0},
    {"offset", 'o', HLCLI_COUNT, AT(offset), "N", "leave out the first N results", 0, COUNT_MAX,
     0, 0},
    HLCLI_COVER_FLAGS,
    HLCLI_NARROW_FLAGS,
    HLCLI_READ_FLAGS,
    HLCLI_RANK_FLAGS,
    {"format", 'f', HLCLI_CHOICE, AT(form), "text|json|jsonl|tsv|ids|trec",
     "how results are printed", 0, 0, 0, 0},
    {"snippet", 0, HLCLI_COUNT, AT(passage), "N", "bytes of the passage shown (240); 0: none",
     0, 100000, 0, 0},
    {"batch", 0, HLCLI_TEXT, AT(batch), "FILE",
     "many queries, lines {\"id\",\"text\"}, words as they are; prints trec", 0, 0, 0,
     HLCLI_NO_CONFIG | HLCLI_RARE},
    {"syntax", 0, HLCLI_SWITCH, AT(syntax), NULL, "operators count in --batch too", 0, 0, 0,
     HLCLI_RARE},
    {"recency", 0, HLCLI_LATER, 0, "WEIGHT", "results come by relevance", 0, 0, 0, 0},
    {"explain", 0, HLCLI_LATER, 0, NULL, "hlsearch explain INDEX ID WORDS... tells", 0, 0, 0,
     0},
    {"timeout", 0, HLCLI_LATER, 0, "MS", "a search runs to its end", 0, 0, 0, 0},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* A search that is answered. */
struct answer {
    const struct hlcli_call *call;
    const struct options *options;
    enum form form;
    const char *words;
    struct hl_index *index;
    struct hlcli_synonyms synonyms;
    struct hl_query *query;
    struct hl_result *result;
    struct hl_search_options search;
    double seconds;
};

/* ---------------------------------------------------------------------- JSON */

static void put_taken(struct hlcli_json *json, const char *text, const char *as,
                      const char *why)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "text", text);
    hlcli_json_put(json, "as", as);
    hlcli_json_put(json, "why", why);
    hlcli_json_object_end(json);
}

/* Only what was taken otherwise than typed: who typed it right need not read on. */
static void put_understood(struct hlcli_json *json, const struct hl_result *result)
{
    const struct hl_understood *u;
    const struct hl_reading *reading;
    hlcli_json_key(json, "understood");
    hlcli_json_array(json);
    for (size_t i = 0; (u = hl_result_understood(result, i)); i++)
        put_taken(json, u->text, u->as, hl_why_name(u->why));
    for (size_t i = 0; (u = hl_result_synonym(result, i)); i++)
        put_taken(json, u->text, u->as, hl_why_name(u->why));
    for (size_t i = 0; (reading = hl_result_reading(result, i)); i++)
        if (!reading->in_index)
            put_taken(json, reading->word, reading->word, "not in the index");
        else if (reading->why == HL_WHY_TYPED && strcmp(reading->word, reading->as) != 0)
            put_taken(json, reading->word, reading->as, "other spellings");
    hlcli_json_array_end(json);
}

/* The least share that any number of words starts with: an answer by less was found only
 * after the library asked for less, and says so. */
enum { COVER_LEAST = 25 };
static const char lowered[] =
    "no article has enough of the query; these have some of its words";

static bool is_lowered(const struct answer *a)
{
    return a->options->search.cover == HL_COVER_DEFAULT && hl_result_total(a->result) &&
           hl_result_cover(a->result) < COVER_LEAST;
}

static void put_note(struct hlcli_json *json, const char *text, int64_t at)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "text", text);
    hlcli_json_key(json, "at");
    if (at >= 0)
        hlcli_json_int(json, at);
    else
        hlcli_json_null(json);
    hlcli_json_object_end(json);
}

/* Notes have a key of their own, there only if the query gave rise to one. */
static void put_notes(struct hlcli_json *json, const struct answer *a)
{
    const struct hl_note *note = hl_query_note(a->query, 0);
    if (!note && !is_lowered(a))
        return;
    hlcli_json_key(json, "notes");
    hlcli_json_array(json);
    for (size_t i = 0; (note = hl_query_note(a->query, i)); i++)
        put_note(json, note->text, note->at);
    if (is_lowered(a))
        put_note(json, lowered, -1);
    hlcli_json_array_end(json);
}

/* Where the next page begins; 0 if this was the last, or paging has come to its limit. */
static size_t next_offset(const struct answer *a)
{
    size_t next = (size_t)a->options->offset + hl_result_count(a->result);
    assert(hl_result_count(a->result) <= (size_t)a->options->count);
    bool more = hl_result_count(a->result) && next < hl_result_total(a->result);
    return more && next < COUNT_MAX ? next : 0;
}

/* Keys in the order that is promised: programs may read them as a stream. */
static void put_head(const struct answer *a, struct hlcli_json *json)
{
    hlcli_json_put_uint(json, "schema", 1);
    hlcli_json_put(json, "query", a->words);
    put_understood(json, a->result);
    hlcli_json_put_uint(json, "total", hl_result_total(a->result));
    hlcli_json_put(json, "total_is", "exact");
    hlcli_json_put_double(json, "took_ms", round(a->seconds * 1e6) / 1e3);
    hlcli_json_put_bool(json, "partial", false);
    hlcli_json_key(json, "shards");
    hlcli_json_object(json);
    hlcli_json_put_uint(json, "asked", 1);
    hlcli_json_put_uint(json, "answered", 1);
    hlcli_json_object_end(json);
}

/* Other queries, the likeliest first. */
static void put_suggestions(struct hlcli_json *json, const struct hl_result *result)
{
    const struct hl_suggestion *suggestion;
    hlcli_json_key(json, "suggestions");
    hlcli_json_array(json);
    for (size_t i = 0; (suggestion = hl_result_suggestion(result, i)); i++) {
        hlcli_json_object(json);
        hlcli_json_put(json, "text", suggestion->text);
        hlcli_json_put_double(json, "odds", round(suggestion->odds));
        hlcli_json_object_end(json);
    }
    hlcli_json_array_end(json);
}

/* [["Sức khỏe",7],["Khoa học",2],[null,1]]: articles without a value come last. */
static void put_facet(const struct answer *a, enum hl_facet facet, struct hlcli_json *json)
{
    const struct hl_facet_value *value;
    uint64_t missing = hl_result_facet_missing(a->result, facet);
    hlcli_json_key(json, hl_facet_name(facet));
    hlcli_json_array(json);
    for (size_t i = 0; (value = hl_result_facet(a->result, facet, i)); i++) {
        hlcli_json_array(json);
        hlcli_json_string(json, value->name);
        hlcli_json_uint(json, value->count);
        hlcli_json_array_end(json);
    }
    if (missing) {
        hlcli_json_array(json);
        hlcli_json_null(json);
        hlcli_json_uint(json, missing);
        hlcli_json_array_end(json);
    }
    hlcli_json_array_end(json);
}

/* How many values there are stands in a key of its own, there only if facets are. */
static void put_facets(const struct answer *a, struct hlcli_json *json)
{
    const unsigned *wanted = a->search.facet_values;
    bool any = false;
    hlcli_json_key(json, "facets");
    hlcli_json_object(json);
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (wanted[f]) {
            put_facet(a, (enum hl_facet)f, json);
            any = true;
        }
    hlcli_json_object_end(json);
    if (!any)
        return;
    hlcli_json_key(json, "facets_distinct");
    hlcli_json_object(json);
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (wanted[f])
            hlcli_json_put_uint(json, hl_facet_name((enum hl_facet)f),
                                hl_result_facet_distinct(a->result, (enum hl_facet)f));
    hlcli_json_object_end(json);
}

/* Keys after the hits, in their order. */
static void put_tail(const struct answer *a, struct hlcli_json *json)
{
    size_t next = next_offset(a);
    put_facets(a, json);
    put_suggestions(json, a->result);
    hlcli_json_key(json, "next");
    if (next) {
        hlcli_json_object(json);
        hlcli_json_put_uint(json, "offset", next);
        hlcli_json_object_end(json);
    } else
        hlcli_json_null(json);
    put_notes(json, a);
}

/* ---------------------------------------------------------------------- hits */

/* A hit in the form asked for; jsonl begins anew on each line, so no comma comes between. */
static void add_view(const struct answer *a, const struct hlcli_view *view,
                     struct hlcli_json *json, struct hlcli_text *out)
{
    if (a->form == FORM_TEXT)
        hlcli_view_text(view, out);
    else if (a->form == FORM_TSV)
        hlcli_view_tsv(view, out);
    else
        hlcli_view_json(view, json);
    if (a->form == FORM_JSONL) {
        hlcli_add(out, "\n");
        hlcli_json_init(json, out);
    }
}

/* ids and trec need no article. */
static bool add_bare(const struct answer *a, size_t i, struct hlcli_text *out)
{
    const struct hl_hit *hit = hl_result_hit(a->result, i);
    if (a->form == FORM_TREC)
        hlcli_hit_trec(hit, "1", (size_t)a->options->offset + i + 1, out);
    else if (a->form == FORM_IDS) {
        hlcli_add_plain(out, hit->id, strlen(hit->id));
        hlcli_add(out, "\n");
    } else
        return false;
    return true;
}

/* All hits; the first article that cannot be read fails the answer. */
static hl_status add_hits(const struct answer *a, struct hlcli_json *json,
                          struct hlcli_text *out, struct hl_error *err)
{
    size_t count = hl_result_count(a->result);
    assert(count <= COUNT_MAX);
    size_t passage = a->form == FORM_TSV ? 0 : (size_t)a->options->passage;
    for (size_t i = 0; i < count; i++) {
        struct hlcli_view view;
        if (add_bare(a, i, out))
            continue;
        hl_status status = hlcli_view_open(
            a->index, a->result, i, (size_t)a->options->offset + i + 1, passage, &view, err);
        if (status != HL_OK)
            return status;
        add_view(a, &view, json, out);
        hlcli_view_release(&view);
    }
    return HL_OK;
}

/* "tìm: khu công nghệ cao", as people say it, and how to have the words as typed. */
static void add_restored(const struct answer *a, struct hlcli_text *out)
{
    const char *restored = hl_result_restored(a->result);
    if (!restored || a->form != FORM_TEXT)
        return;
    hlcli_add(out, "tìm: ");
    hlcli_add_plain(out, restored, strlen(restored));
    hlcli_add(out, "  (as typed: --marks strict)\n");
}

/* The whole answer is made before a byte is printed: an index that proves damaged on the
 * last hit gives an error, not half an answer. */
static hl_status add_answer(const struct answer *a, struct hlcli_text *out,
                            struct hl_error *err)
{
    struct hlcli_json json;
    assert(!out->size);
    hlcli_json_init(&json, out);
    add_restored(a, out);
    if (a->form != FORM_JSON)
        return add_hits(a, &json, out, err);
    hlcli_json_object(&json);
    put_head(a, &json);
    hlcli_json_key(&json, "hits");
    hlcli_json_array(&json);
    hl_status status = add_hits(a, &json, out, err);
    if (status != HL_OK)
        return status;
    hlcli_json_array_end(&json);
    put_tail(a, &json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
    return HL_OK;
}

/* "section: Sức khỏe 7, Khoa học 2, 3 others, none 1" */
static void add_facet(const struct answer *a, enum hl_facet facet, struct hlcli_text *out)
{
    const struct hl_facet_value *value;
    uint64_t missing = hl_result_facet_missing(a->result, facet), shown = 0;
    const char *between = ": ";
    hlcli_add(out, hl_facet_name(facet));
    for (; (value = hl_result_facet(a->result, facet, shown)); shown++, between = ", ") {
        hlcli_add(out, between);
        hlcli_add_plain(out, value->name, strlen(value->name));
        hlcli_add(out, " ");
        hlcli_add_count(out, value->count);
    }
    uint64_t others = hl_result_facet_distinct(a->result, facet) - shown;
    if (others) {
        hlcli_add(out, between);
        hlcli_add_count(out, others);
        hlcli_add(out, others == 1 ? " other" : " others");
    }
    if (missing) {
        hlcli_add(out, others ? ", " : between);
        hlcli_add(out, "none ");
        hlcli_add_count(out, missing);
    }
    hlcli_add(out, "\n");
}

static void add_facets(const struct answer *a, struct hlcli_text *out)
{
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (a->search.facet_values[f] && hl_result_total(a->result))
            add_facet(a, (enum hl_facet)f, out);
}

/* "9 results, 3 ms. Next page: -o 10" */
static void add_footer(const struct answer *a, struct hlcli_text *out)
{
    size_t next = next_offset(a);
    uint64_t total = hl_result_total(a->result);
    hlcli_add_count(out, total);
    hlcli_add(out, total == 1 ? " result, " : " results, ");
    hlcli_add_seconds(out, a->seconds);
    hlcli_add(out, next ? "." : "");
    if (next)
        hlcli_add_format(out, " Next page: -o %zu", next);
    hlcli_add(out, "\n");
}

/* --------------------------------------------------------------------- words */

/* What the parser had to say, with a caret under the place. */
static void tell_notes(const struct answer *a)
{
    const struct hl_note *note;
    for (size_t i = 0; (note = hl_query_note(a->query, i)); i++) {
        hlcli_note("query: %s", note->text);
        hlcli_point(a->words, note->at, "here");
    }
    if (is_lowered(a))
        hlcli_note("query: %s", lowered);
}

/* The words between quotes of the shell, so that the line can be copied. */
static void add_quoted(struct hlcli_text *out, const char *words)
{
    hlcli_add(out, "'");
    for (const char *p = words; *p; p += strcspn(p, "'")) {
        if (*p == '\'')
            hlcli_add(out, "'\\''");
        p += *p == '\'';
        hlcli_add_plain(out, p, strcspn(p, "'"));
    }
    hlcli_add(out, "'");
}

/* "did you mean: tư duy? (hlsearch query news.ix 'tư duy')" */
static void tell_suggestion(const struct answer *a)
{
    const struct hl_suggestion *first = hl_result_suggestion(a->result, 0);
    struct hlcli_text text;
    if (!first || a->form != FORM_TEXT)
        return;
    hlcli_text_init(&text);
    hlcli_add_plain(&text, first->text, strlen(first->text));
    hlcli_add_format(&text, "? (hlsearch query %s ", a->call->index);
    add_quoted(&text, first->text);
    hlcli_note("did you mean: %s)", text.data);
    hlcli_text_release(&text);
}

/* Only to people: a script sees exit 1 and an empty answer. */
static void tell_nothing(const struct answer *a)
{
    struct hlcli_text words;
    if (!isatty(STDERR_FILENO) || hlcli_manner()->quiet)
        return;
    hlcli_text_init(&words);
    hlcli_advise(a->index, a->query, &a->search, a->result, &words);
    hlcli_note("%s", words.data);
    hlcli_text_release(&words);
}

/* Notes come before the answer, so that a pager does not hide them. */
static int print_answer(const struct answer *a)
{
    struct hlcli_text out;
    struct hl_error err;
    bool found =
        hl_result_count(a->result) || (!a->options->count && hl_result_total(a->result));
    int code = found ? HLCLI_FOUND : HLCLI_NOTHING;
    hlcli_text_init(&out);
    if (add_answer(a, &out, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else if (a->form == FORM_TEXT) {
        add_facets(a, &out);
        if (!a->options->count || (found && hlcli_manner()->terminal))
            add_footer(a, &out);
    }
    if (code <= HLCLI_NOTHING) {
        tell_notes(a);
        tell_suggestion(a);
        hlcli_page(&out, a->call->common.no_pager || a->form != FORM_TEXT);
    }
    if (code == HLCLI_NOTHING && !hl_result_total(a->result))
        tell_nothing(a);
    hlcli_text_release(&out);
    return code;
}

/* -------------------------------------------------------------------- search */

/* Reading the query counts into the time that is shown: the reader waits for both. */
static int search_words(struct answer *a, const struct hl_query_options *query)
{
    struct hl_error err;
    double from = hlcli_now();
    assert(a->words && !a->query && !a->result);
    if (hl_query_parse(a->index, a->words, strlen(a->words), query, &a->query, &err) != HL_OK)
        return hlcli_fail_query(&err, a->words);
    if (hl_search(a->index, a->query, &a->search, &a->result, &err) != HL_OK)
        return hlcli_fail_query(&err, a->words);
    a->seconds = hlcli_now() - from;
    return print_answer(a);
}

/* What the tables of flags cannot say: options that exclude each other. */
static int check_options(const struct hlcli_call *call, const struct options *o)
{
    if (o->batch && call->count)
        return hlcli_wrong("leave one out", "query takes words or --batch FILE, not both");
    if (!o->batch && !call->count)
        return hlcli_wrong("usage: hlsearch query INDEX WORDS...", "query: WORDS... missing");
    if (o->batch && (o->form != FORM_UNSAID && o->form != FORM_TREC))
        return hlcli_wrong("--format trec", "--batch prints trec only");
    bool json = call->common.json && o->form != FORM_JSONL;
    bool can_count =
        json || o->form == FORM_UNSAID || o->form == FORM_TEXT || o->form == FORM_JSON;
    if (o->search.facets.count && (o->batch || !can_count))
        return hlcli_wrong("--format text or json", "--facet needs a form that shows counts");
    if (o->count + o->offset > COUNT_MAX)
        return hlcli_wrong("narrow the query", "-n and -o together reach past result %d",
                           COUNT_MAX);
    return 0;
}

static int run_open(struct answer *a)
{
    const struct options *o = a->options;
    struct hl_search_options *search = &a->search;
    struct hl_query_options query;
    hlcli_search_fill(&o->search, search, &query);
    int code = hlcli_search_narrow(&o->search, search);
    if (code)
        return code;
    search->count = (size_t)o->count;
    search->offset = (size_t)o->offset;
    search->count_only = !o->count;
    search->synonyms = a->synonyms.used;
    search->suggest = a->form == FORM_TEXT || a->form == FORM_JSON;
    if (!o->batch)
        return search_words(a, &query);
    query.plain = !o->syntax;
    search->suggest = false;
    search->no_total = true;
    return hlcli_batch(a->index, o->batch, search, &query);
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct answer a = {.call = call, .options = given};
    int code = check_options(call, a.options);
    if (code)
        return code;
    bool json = call->common.json && a.options->form != FORM_JSONL;
    a.form = json                             ? FORM_JSON
             : a.options->form == FORM_UNSAID ? FORM_TEXT
                                              : (enum form)a.options->form;
    if (a.form == FORM_JSON) /* failures too */
        hlcli_manner_set(true, call->common.quiet, (enum hlcli_when)call->common.colour);
    code = hlcli_open(call, &a.index);
    if (code)
        return code;
    char *words = hlcli_join(call->words, call->count);
    a.words = words;
    code = hlcli_synonyms_open(call, a.options->search.synonyms, &a.synonyms);
    if (!code)
        code = run_open(&a);
    hl_result_free(a.result);
    hl_query_free(a.query);
    hlcli_synonyms_release(&a.synonyms);
    hl_index_close(a.index);
    free(words);
    return code;
}

const struct hlcli_command hlcli_query = {
    .name = "query",
    .also = "search",
    .arguments = "WORDS...",
    .summary = "find articles, best first",
    .takes_index = true,
    .takes_words = true,
    .most = SIZE_MAX,
    .flags = flags,
    .defaults = &defaults,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch query news.ix khu công nghệ cao hoà lạc",
                  "with marks, without, old or new tone place: the same articles"},
                 {"hlsearch query news.ix --json -n 20 '\"ung thư phổi\" -thuốc'",
                  "a phrase, without a word; as JSON"},
                 {"hlsearch query news.ix --batch queries.jsonl --format trec -n 100",
                  "many queries, for trec_eval"}},
    .manual =
        "A word with any mark matches that syllable, with i or y (kĩ, kỹ); of a word without "
        "marks the "
        "markings are taken that its neighbours make likely in this index. How the query was "
        "understood stands above the hits (tìm: ...). '=word' (quoted) means the word itself; "
        "--marks "
        "strict takes every word as typed, --marks loose in every marking. Raw Telex or VNI "
        "(nuoc71) is decoded. \"...\" is a phrase, -word leaves out, title:word looks in one "
        "field, section:\"...\" takes whole names. Quote the query, or put -- before it, "
        "where a word begins with a hyphen.\n\n"
        "Words that mean the same are searched for too, a little lower: those of "
        "INDEX/" HL_SYNONYMS_FILE " if there is such a file, else of a list that is built "
        "in. A line of it is a group, vắc xin = vaccine, or one way, gien => gen; # begins a "
        "comment. So are abbreviations that two articles of the index explain, "
        "(`hlsearch inspect INDEX --abbreviations` lists them).\n\n"
        "Without --any, --all or --cover an article answers if it has enough of the query's "
        "weight: all of one word, half of two, less of more. A query never fails: what does "
        "not parse becomes words, with a note, unless --strict. A word that may be misspelt is "
        "searched as it is; the query with it put right is proposed.\n\n"
        "DATE is a day, month or year, and days are those at +07:00: --after 2017 --before "
        "2018 is all of 2017. Articles without a date fall outside of any range, and come last "
        "by date, whichever way. --section, --source and --author take whole names as section: "
        "does. With --sort date or -date articles of one second stand by score, and there is "
        "no second look.\n\n"
        "--facet FIELD[:N] counts all articles that answer, shown or not, by FIELD, and shows "
        "the N most frequent values (10), how many others there are, and how many articles "
        "have none; --facet section:5,year or --facet section:5 --facet year asks for two. In "
        "JSON `facets` has pairs of value and count, null for none, and `facets_distinct` how "
        "many values there are.\n\n"
        "In trec, blanks in an id become _. Exit 0 if something was found, 1 if not.",
    .run = run,
};
