/*
 * answer.c - see answer.h.
 *
 * One search, one answer. The forms differ in what they need: ids and trec only the hits,
 * tsv the stored article, text and JSON also the passages that matched. Whatever the form,
 * the answer is made whole before it is printed.
 */
#include "cli/answer.h"
#include "cli/language.h"
#include "cli/pager.h"
#include "cli/progress.h"
#include "cli/shards.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* The least share that any number of words starts with: an answer by less was found only
 * after the library asked for less, and says so. */
enum { COVER_LEAST = 25 };
static const char lowered[] =
    HLCLI_SAID("no article has enough of the query; these have some of its words");

const char *hlcli_answer_lowered(const struct hlcli_answer *a)
{
    bool is = a->query && a->search->cover == HL_COVER_DEFAULT && hl_result_total(a->result) &&
              hl_result_cover(a->result) < COVER_LEAST;
    return is ? hlcli_say(lowered) : NULL;
}

const struct hl_note *hlcli_answer_note(const struct hlcli_answer *a, size_t i)
{
    size_t typed = 0;
    while (a->query && hl_query_note(a->query, typed))
        typed++;
    return i < typed ? hl_query_note(a->query, i) : hl_result_note(a->result, i - typed);
}

size_t hlcli_answer_next(const struct hlcli_answer *a)
{
    size_t next = a->offset + hl_result_count(a->result);
    assert(hl_result_count(a->result) <= a->count);
    bool more = hl_result_count(a->result) && hl_result_more(a->result);
    return more && next < HLCLI_COUNT_MAX ? next : 0;
}

int hlcli_answer_form(const char *text, struct hlcli_answer *a)
{
    static const char *const names[] = {"text", "json", "jsonl", "tsv",
                                        "csv",  "rss",  "ids",   "trec"};
    static const char template[] = "template:";
    struct hl_error err;
    a->form = HLCLI_FORM_TEXT;
    for (unsigned i = 0; text && i < sizeof names / sizeof *names; i++)
        if (!strcmp(text, names[i]))
            a->form = (enum hlcli_form)i;
    if (!text || strncmp(text, template, strlen(template)))
        return 0;
    a->form = HLCLI_FORM_TEMPLATE;
    hl_status status =
        hltemplate_open(text + strlen(template), hlcli_answer_names, &a->template, &err);
    return status == HL_OK ? 0 : hlcli_fail_error(&err);
}

void hlcli_answer_release(struct hlcli_answer *a)
{
    hltemplate_free(a->template);
    a->template = NULL;
}

/* ---------------------------------------------------------------------- hits */

/* A hit in the form asked for; jsonl begins anew on each line, so no comma comes between. */
static void add_view(const struct hlcli_answer *a, const struct hlcli_view *view,
                     struct hlcli_json *json, struct hlcli_text *out)
{
    if (a->form == HLCLI_FORM_TEXT)
        hlcli_view_text(view, out);
    else if (a->form == HLCLI_FORM_TSV)
        hlcli_view_tsv(view, out);
    else if (a->form == HLCLI_FORM_CSV)
        hlcli_view_csv(view, out);
    else if (a->form == HLCLI_FORM_RSS)
        hlcli_view_rss(view, out);
    else
        hlcli_view_json(view, json);
    if (a->form == HLCLI_FORM_JSONL) {
        hlcli_add(out, "\n");
        hlcli_json_init(json, out);
    }
}

/* ids and trec need no article. */
static bool add_bare(const struct hlcli_answer *a, size_t i, struct hlcli_text *out)
{
    const struct hl_hit *hit = hl_result_hit(a->result, i);
    if (a->form == HLCLI_FORM_TREC)
        hlcli_hit_trec(hit, "1", a->offset + i + 1, out);
    else if (a->form == HLCLI_FORM_IDS) {
        hlcli_add_plain(out, hit->id, strlen(hit->id));
        hlcli_add(out, "\n");
    } else
        return false;
    return true;
}

struct hlcli_view_options hlcli_answer_view(const struct hlcli_answer *a)
{
    bool tsv = a->form == HLCLI_FORM_TSV;
    return (struct hlcli_view_options){
        .matches = !tsv,
        .lead_shown = a->form != HLCLI_FORM_TEXT && a->form != HLCLI_FORM_TEMPLATE,
        .passage_max = tsv ? 0 : a->passage,
        .passages = a->passages,
    };
}

/* Has explaining, which searches once more for each hit, taken what a search may take? */
static bool is_late(const struct hlcli_answer *a)
{
    unsigned limit = a->search->timeout_ms;
    return limit && (hlcli_now() - a->started) * 1000 > limit;
}

/* A hit with its article and, if asked for, how its score came about. */
static hl_status add_hit(const struct hlcli_answer *a, size_t i, struct hlcli_json *json,
                         struct hlcli_text *out, struct hl_error *err)
{
    struct hl_explanation e = {0};
    struct hlcli_view view;
    const struct hlcli_view_options options = hlcli_answer_view(a);
    hl_status status =
        hlcli_view_open(a->index, a->result, i, a->offset + i + 1, &options, &view, err);
    if (status != HL_OK)
        return status;
    if (a->explain && a->query && !is_late(a)) {
        status = hl_explain(a->index, a->query, a->search, view.hit->id, &e, err);
        view.explanation = status == HL_OK ? &e : NULL;
    }
    if (status == HL_OK)
        add_view(a, &view, json, out);
    hl_explanation_free(&e);
    hlcli_view_release(&view);
    return status;
}

/* All hits; the first article that cannot be read fails the answer. */
static hl_status add_hits(const struct hlcli_answer *a, struct hlcli_json *json,
                          struct hlcli_text *out, struct hl_error *err)
{
    size_t count = hl_result_count(a->result);
    assert(count <= HLCLI_COUNT_MAX);
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++)
        if (!add_bare(a, i, out))
            status = add_hit(a, i, json, out, err);
    return status;
}

/* The whole answer is made before a byte is printed: an index that proves damaged on the
 * last hit gives an error, not half an answer. */
static hl_status add_answer(const struct hlcli_answer *a, struct hlcli_text *out,
                            struct hl_error *err)
{
    struct hlcli_json json;
    assert(!out->size);
    hlcli_json_init(&json, out);
    if (a->form == HLCLI_FORM_TEMPLATE)
        return hlcli_answer_fill(a, out, err);
    if (a->form == HLCLI_FORM_TEXT)
        hlcli_answer_text_head(a, out);
    else if (a->form == HLCLI_FORM_CSV)
        hlcli_add(out, HLCLI_CSV_HEAD);
    else if (a->form == HLCLI_FORM_RSS)
        hlcli_answer_rss_head(a, out);
    if (a->form != HLCLI_FORM_JSON) {
        hl_status status = add_hits(a, &json, out, err);
        if (a->form == HLCLI_FORM_RSS)
            hlcli_answer_rss_tail(out);
        return status;
    }
    hlcli_json_object(&json);
    hlcli_answer_json_head(a, &json);
    hlcli_json_key(&json, "hits");
    hlcli_json_array(&json);
    hl_status status = add_hits(a, &json, out, err);
    if (status != HL_OK)
        return status;
    hlcli_json_array_end(&json);
    hlcli_answer_json_tail(a, &json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
    return HL_OK;
}

/* Programs are told what would have been found, and people; a script that reads text sees exit
 * 1 and an empty answer, and does not wait for more searches. */
static struct hl_nearest_list *find_nearest(const struct hlcli_answer *a)
{
    struct hl_nearest_list *list = NULL;
    bool people = isatty(STDERR_FILENO) && !hlcli_manner()->quiet;
    bool wanted = a->form == HLCLI_FORM_JSON || (a->form == HLCLI_FORM_TEXT && people);
    /* The answer is none either way: what fails here is left out. */
    if (wanted && a->query && !hl_result_total(a->result) && !hl_result_partial(a->result))
        hl_nearest_find(a->index, a->query, a->search, &list, NULL);
    return list;
}

/* Notes come before the answer, so that a pager does not hide them. */
int hlcli_answer_print(const struct hlcli_answer *answer)
{
    struct hl_nearest_list *nearest = find_nearest(answer);
    struct hlcli_answer with = *answer;
    const struct hlcli_answer *a = &with;
    with.nearest = nearest;
    with.started = hlcli_now();
    struct hlcli_text out;
    struct hl_error err;
    bool found = hl_result_count(a->result) || (!a->count && hl_result_total(a->result));
    int code = found ? HLCLI_FOUND : HLCLI_NOTHING;
    hlcli_text_init(&out);
    if (add_answer(a, &out, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else if (a->form == HLCLI_FORM_TEXT)
        hlcli_answer_text_tail(a, &out);
    if (code <= HLCLI_NOTHING) {
        hlcli_answer_tell(a);
        hlcli_page(&out, a->no_pager || a->form != HLCLI_FORM_TEXT);
    }
    code = hlcli_shards_exit(a->result, code);
    if (code == HLCLI_NOTHING && !hl_result_total(a->result))
        hlcli_answer_tell_nothing(a);
    hlcli_text_release(&out);
    hl_nearest_free(nearest);
    return code;
}
