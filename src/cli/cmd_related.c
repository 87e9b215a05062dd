/*
 * related: articles like one of the index, best first, in the forms of query.
 */
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/search.h"

#include <assert.h>
#include <string.h>

enum { PASSAGE_BYTES = 240 };

struct options {
    struct hlcli_search search;
    int64_t count, offset, passage;
    const char *form;
    bool no_group;
};

#define AT(member) offsetof(struct options, member)

static const struct options defaults = {
    .search = HLCLI_SEARCH_DEFAULTS,
    .count = 10,
    .passage = PASSAGE_BYTES,
};

static const struct hlcli_flag flags[] = {
    {"count", 'n', HLCLI_COUNT, AT(count), "N", "results (10); 0: only their number", 0,
     HLCLI_COUNT_MAX, 0, 0},
    {"offset", 'o', HLCLI_COUNT, AT(offset), "N", "leave out the first N results", 0,
     HLCLI_COUNT_MAX, 0, 0},
    HLCLI_COVER_FLAGS,
    HLCLI_NARROW_FLAGS,
    HLCLI_RANK_FLAGS,
    {"format", 'f', HLCLI_FORM, AT(form), HLCLI_FORMS, "how results are printed", 0, 0, 0, 0},
    {"snippet", 0, HLCLI_COUNT, AT(passage), "N", "bytes of passages shown (240); 0: none", 0,
     100000, 0, 0},
    {"no-group", 0, HLCLI_SWITCH, AT(no_group), NULL,
     "near copies stand for themselves, not under the best", 0, 0, 0, HLCLI_RARE},
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* What the table of flags cannot say. */
static int check_options(const struct options *o, enum hlcli_form form)
{
    if (o->search.facets.count && form != HLCLI_FORM_TEXT && form != HLCLI_FORM_JSON &&
        form != HLCLI_FORM_TEMPLATE)
        return hlcli_wrong("--format text or json", "--facet needs a form that shows counts");
    if (o->count + o->offset > HLCLI_COUNT_MAX)
        return hlcli_wrong("ask for fewer", "-n and -o together reach past result %d",
                           HLCLI_COUNT_MAX);
    return 0;
}

static int find(const struct hlcli_call *call, struct hlcli_answer *answer,
                const struct hl_search_options *search)
{
    struct hl_result *result = NULL;
    struct hl_error err;
    const char *id = call->words[0];
    double from = hlcli_now();
    hl_status status = hl_related(answer->index, id, search, &result, &err);
    answer->seconds = hlcli_now() - from;
    answer->result = result;
    int code = status == HL_OK          ? hlcli_answer_print(answer)
               : status == HL_NOT_FOUND ? hlcli_fail(HLCLI_NOTHING, "NOT_FOUND", -1, NULL,
                                                     "%s: no article %s", call->asked, id)
                                        : hlcli_fail_error(&err);
    if (!result)
        code = hlcli_shards_ask(answer->index, code);
    hl_result_free(result);
    return code;
}

/* The index is open. */
static int search_article(const struct hlcli_call *call, struct hlcli_answer *answer,
                          struct hl_search_options *search)
{
    struct hlcli_text words;
    search->count = answer->count;
    search->offset = answer->offset;
    search->count_only = !answer->count;
    hlcli_text_init(&words);
    hlcli_add_format(&words, "related:%s", answer->related_to);
    answer->words = words.data;
    int code = find(call, answer, search);
    hlcli_text_release(&words);
    return code;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *o = given;
    struct hl_search_options search;
    struct hl_query_options reading;
    struct hl_index *index;
    assert(call->count == 1);
    bool json = call->common.json && (!o->form || strcmp(o->form, "jsonl") != 0);
    struct hlcli_answer answer = {
        .path = call->asked,
        .related_to = call->words[0],
        .search = &search,
        .count = (size_t)o->count,
        .offset = (size_t)o->offset,
        .passage = (size_t)o->passage,
        .no_pager = call->common.no_pager,
    };
    int code = hlcli_answer_form(json ? "json" : o->form, &answer);
    if (answer.form == HLCLI_FORM_JSON) /* failures too */
        hlcli_manner_set(true, call->common.quiet, (enum hlcli_when)call->common.colour);
    if (!code)
        code = check_options(o, answer.form);
    hlcli_search_fill(&o->search, &search, &reading);
    if (!code)
        code = hlcli_search_narrow(&o->search, &search);
    if (!code)
        code = hlcli_open(call, &o->search.opening, &index);
    search.group = !o->no_group && o->count && answer.form != HLCLI_FORM_TREC;
    if (!code) {
        answer.index = index;
        code = search_article(call, &answer, &search);
        hl_index_close(index);
    }
    hlcli_answer_release(&answer);
    return code;
}

const struct hlcli_command hlcli_related = {
    .name = "related",
    .also = "like",
    .arguments = "ID",
    .summary = "articles like this one",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .least = 1,
    .most = 1,
    .flags = flags,
    .defaults = &defaults,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch related news.ix 21475737",
                  "ten articles like the one with this id"},
                 {"hlsearch related news.ix 21475737 --sort -date --section 'Khoa học'",
                  "the newest of a section"},
                 {"hlsearch related news.ix 21475737 --json", "for programs"}},
    .manual =
        "The words of the article that are frequent in it and rare elsewhere, alone and side "
        "by side, make the query; the article itself is not among the results. By relevance "
        "one of the words is enough, the best come first; with --sort date or --facet a "
        "result must have the share of them that query asks for (--cover).\n\n"
        "JSON is that of query, where `query` is \"related:ID\" and `related_to` the id. An "
        "index made with --store no cannot tell. Exit 0 if something was found, 1 if not or "
        "if the index has no such article.",
    .run = run,
};
