/*
 * query: words in, ranked articles out, in every form (answer.h).
 */
#include "cli/answer.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PASSAGE_BYTES = 240, PASSAGES = 2, COUNT_MAX = HLCLI_COUNT_MAX, TIMEOUT_MAX = 86400000 };

struct options {
    struct hlcli_search search;
    int64_t count, offset, passage, passages, timeout;
    const char *form, *batch, *base_url;
    bool syntax, explain, no_group;
};

#define AT(member) offsetof(struct options, member)

static const struct options defaults = {
    .search = HLCLI_SEARCH_DEFAULTS,
    .count = 10,
    .passage = PASSAGE_BYTES,
    .passages = PASSAGES,
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
    {"format", 'f', HLCLI_FORM, AT(form), HLCLI_FORMS, "how results are printed", 0, 0, 0, 0},
    {"snippet", 0, HLCLI_COUNT, AT(passage), "N", "bytes of passages shown (240); 0: none", 0,
     100000, 0, 0},
    {"passages", 0, HLCLI_COUNT, AT(passages), "N",
     "passages that those bytes may be spread over (2)", 1, HL_PASSAGES_MAX, 0, HLCLI_RARE},
    {"explain", 0, HLCLI_SWITCH, AT(explain), NULL, "with each hit, how its score came about",
     0, 0, 0, HLCLI_RARE},
    {"base-url", 0, HLCLI_TEXT, AT(base_url), "URL",
     "of a page that searches: rss links to it, and to itself", 0, 0, 0, HLCLI_RARE},
    {"no-group", 0, HLCLI_SWITCH, AT(no_group), NULL,
     "near copies stand for themselves, not under the best", 0, 0, 0, HLCLI_RARE},
    {"batch", 0, HLCLI_TEXT, AT(batch), "FILE",
     "many queries, lines {\"id\",\"text\"}, words as they are; prints trec", 0, 0, 0,
     HLCLI_NO_CONFIG | HLCLI_RARE},
    {"syntax", 0, HLCLI_SWITCH, AT(syntax), NULL, "operators count in --batch too", 0, 0, 0,
     HLCLI_RARE},
    {"timeout", 0, HLCLI_COUNT, AT(timeout), "MS",
     "stop after so long with what was found, exit 124 (0: no limit)", 0, TIMEOUT_MAX, 0,
     HLCLI_RARE},
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* A search on its way. */
struct run {
    const struct options *options;
    struct hl_index *index;
    struct hlcli_synonyms synonyms;
    struct hl_query *query;
    struct hl_result *result;
    struct hl_search_options search;
    struct hlcli_answer answer;
};

/* -------------------------------------------------------------------- search */

/* Reading the query counts into the time that is shown: the reader waits for both. */
static int search_words(struct run *r, const struct hl_query_options *query)
{
    const char *words = r->answer.words;
    struct hl_error err;
    double from = hlcli_now();
    assert(words && !r->query && !r->result);
    if (hl_query_parse(r->index, words, strlen(words), query, &r->query, &err) != HL_OK)
        return hlcli_fail_query(&err, words);
    if (hl_search(r->index, r->query, &r->search, &r->result, &err) != HL_OK)
        return hlcli_fail_query(&err, words);
    r->answer.seconds = hlcli_now() - from;
    r->answer.index = r->index;
    r->answer.query = r->query;
    r->answer.result = r->result;
    r->answer.search = &r->search;
    return hlcli_answer_print(&r->answer);
}

/* Where a form lacks what was asked for. */
static int check_form(const struct hlcli_answer *a, const struct options *o)
{
    bool text = a->form == HLCLI_FORM_TEXT || a->form == HLCLI_FORM_JSON;
    if (o->search.facets.count && (o->batch || (!text && a->form != HLCLI_FORM_TEMPLATE)))
        return hlcli_wrong("--format text or json", "--facet needs a form that shows counts");
    if (o->explain && (o->batch || (!text && a->form != HLCLI_FORM_JSONL)))
        return hlcli_wrong("--format text, json or jsonl", "--explain needs a form that tells");
    if (!o->base_url)
        return 0;
    if (a->form != HLCLI_FORM_RSS)
        return hlcli_wrong("--format rss", "--base-url is for rss only");
    if (!hlcli_is_web(o->base_url) || strchr(o->base_url, '#'))
        return hlcli_wrong(NULL,
                           "--base-url wants an address such as https://site.example/tim, "
                           "not \"%s\"",
                           o->base_url);
    return 0;
}

/* What the tables of flags cannot say: options that exclude each other. */
static int check_options(const struct hlcli_call *call, const struct options *o)
{
    if (o->batch && call->count)
        return hlcli_wrong("leave one out", "query takes words or --batch FILE, not both");
    if (!o->batch && !call->count)
        return hlcli_wrong("usage: hlsearch query INDEX WORDS...", "query: WORDS... missing");
    if (o->batch && (o->form ? strcmp(o->form, "trec") != 0 : call->common.json))
        return hlcli_wrong("--format trec", "--batch prints trec only");
    if (o->count + o->offset > COUNT_MAX)
        return hlcli_wrong("narrow the query", "-n and -o together reach past result %d",
                           COUNT_MAX);
    return 0;
}

static int run_open(struct run *r)
{
    const struct options *o = r->options;
    struct hl_search_options *search = &r->search;
    struct hl_query_options query;
    hlcli_search_fill(&o->search, search, &query);
    int code = hlcli_search_narrow(&o->search, search);
    if (code)
        return code;
    search->count = (size_t)o->count;
    search->offset = (size_t)o->offset;
    search->count_only = !o->count;
    search->timeout_ms = (unsigned)o->timeout;
    search->synonyms = r->synonyms.used;
    search->suggest = r->answer.form == HLCLI_FORM_TEXT || r->answer.form == HLCLI_FORM_JSON ||
                      r->answer.form == HLCLI_FORM_TEMPLATE;
    search->group = !o->no_group && o->count && !o->batch && r->answer.form != HLCLI_FORM_TREC;
    if (!o->batch)
        return search_words(r, &query);
    query.plain = !o->syntax;
    search->suggest = false;
    search->no_total = true;
    return hlcli_batch(r->index, o->batch, search, &query);
}

/* What the options say about printing; 0 or the exit code. */
static int fill_answer(const struct hlcli_call *call, const struct options *o,
                       struct hlcli_answer *answer)
{
    bool json = call->common.json && (!o->form || strcmp(o->form, "jsonl"));
    answer->path = call->asked;
    answer->count = (size_t)o->count;
    answer->offset = (size_t)o->offset;
    answer->passage = (size_t)o->passage;
    answer->passages = (unsigned)o->passages;
    answer->no_pager = call->common.no_pager;
    answer->explain = o->explain;
    answer->base_url = o->base_url;
    int code = hlcli_answer_form(json ? "json" : o->form, answer);
    if (answer->form == HLCLI_FORM_JSON) /* failures too */
        hlcli_manner_set(true, call->common.quiet, (enum hlcli_when)call->common.colour);
    return code ? code : check_form(answer, o);
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct run r = {.options = given};
    int code = check_options(call, r.options);
    if (!code)
        code = fill_answer(call, r.options, &r.answer);
    if (!code)
        code = hlcli_open(call, &r.options->search.opening, &r.index);
    if (code) {
        hlcli_answer_release(&r.answer);
        return code;
    }
    char *words = hlcli_join(call->words, call->count);
    r.answer.words = words;
    code = hlcli_synonyms_open(call, r.options->search.synonyms, &r.synonyms);
    if (!code)
        code = run_open(&r);
    hl_result_free(r.result);
    hl_query_free(r.query);
    hlcli_synonyms_release(&r.synonyms);
    hl_index_close(r.index);
    hlcli_answer_release(&r.answer);
    free(words);
    return code;
}

const struct hlcli_command hlcli_query = {
    .name = "query",
    .also = "search",
    .arguments = "WORDS...",
    .summary = "find articles, best first",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
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
        "(nuoc71) is decoded.\n\n"
        "The language, in short: \"...\" is a phrase, \"a b\"~5 words near each other, -word "
        "leaves out, vắc xin OR vaccine finds either, (...) holds together, công* is a prefix, "
        "title:word looks in one field, section:\"...\", source:, author: and tag: take whole "
        "names, after:2017, before:5/1/2017 and date:2015..2017 days. `hlsearch help syntax`, "
        "or hlsearch-query(7), tells all of it. Quote the query where it has such signs; "
        "before "
        "one that begins with a hyphen put --.\n\n"
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
        "by date, whichever way. --section, --source, --author and --tag take whole names as "
        "section: does; one tag of an article is enough. With --sort date or -date articles of "
        "one second stand by score, and there is "
        "no second look.\n\n"
        "--recency WEIGHT multiplies the score of a dated article by 1 + WEIGHT * 2^(-age / "
        "365 days), its age counted from the newest article of the index: with 1 the newest "
        "counts "
        "double, one a year older half as much again, an undated one as it is. By date "
        "--recency changes nothing.\n\n"
        "--facet FIELD[:N] counts all articles that answer, shown or not, by FIELD, and shows "
        "the N most frequent values (10), how many others there are, and how many articles "
        "have none; an article counts for each of its tags; --facet section:5,year or --facet "
        "section:5 --facet year asks for two. In "
        "JSON `facets` has pairs of value and count, null for none, and `facets_distinct` how "
        "many values there are.\n\n"
        "--timeout MS limits the search, not the printing: half of the time at most goes to "
        "looking up the words, the rest to opening, counting and ranking. What was found by "
        "then "
        "is printed, the total is then at least so many, and the exit code is 124. In JSON "
        "`partial` is true and `total_is` at_least.\n\n"
        "INDEX may be several with commas between, a.ix,b.ix: they answer as one index with "
        "all "
        "articles would, and each hit says its own. Of an article that several have by its id "
        "the one of the index named last counts. Config and synonyms are those of the first. A "
        "folder whose own name has a comma is taken as it is.\n\n"
        "--shard HOST:PORT searches a database that xapian-tcpsrv serves, several as a,b or "
        "with the option given again, as one index. INDEX is left out then, all arguments are "
        "words, and -i DIR names databases here that are searched beside them. A shard that "
        "does not answer within --shard-timeout is left out of hits, counts and scores: a "
        "note says which, in JSON `missing` of `shards`, and the exit code is 5, also where "
        "time was up (124) or nothing was found. `hlsearch help shards` tells the rest.\n\n"
        "Near copies of an article that stands higher, such as one that another paper printed "
        "or its own named anew, are folded under it: a line says how many, in JSON `similar` "
        "of a hit that has some. -n, -o and `next` then count what is left, and "
        "`total` all articles. trec, --batch and bench never fold. --no-group shows all; in a "
        "config file, no-group = yes.\n\n"
        "Forms: text is for people; json one object, jsonl a hit a line, both by the schema "
        "that "
        "is installed as answer.schema.json. tsv has rank, score, id, date, url and title; "
        "tabs "
        "and line ends in them become blanks. csv (RFC 4180) has a head and also source, "
        "section, author and snippet; its text is kept as it is, so tell a spreadsheet that "
        "cells are text. rss is RSS 2.0: dates at +07:00, articles without a day have none; "
        "--base-url names a page that takes q= and format=, to link to. In trec, blanks in an "
        "id "
        "become _.\n\n"
        "template:FILE fills FILE in: plain text if its name ends in .txt, else HTML. "
        "{{field}} is a value, escaped; {{url field}} an address of the web or nothing, "
        "{{param field}} a part of one, {{attr field}} for attributes; {{#name}}...{{/name}} "
        "each item of a list, or if there is a value, {{^name}}...{{/name}} if there is none; "
        "{{>other}} a file beside FILE; {{! comment}}. Fields: query, total, shown, first, "
        "last, next_offset, previous_offset, took_ms, restored. Lists: hits (rank, id, score, "
        "url, link, title, lead, date, day, day_vi, date_precision, source, section, author, "
        "snippet; list snippets: text, cut_before, cut_after), facets (name, others, missing; "
        "list values: value, count), suggestions (text), notes (text), understood (text, as, "
        "why). link is the url if it is one of the web.\n\n"
        "--explain searches once more for each hit. Exit 0 if something was found, 1 if not.",
    .run = run,
};
