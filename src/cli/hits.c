/*
 * hits.c - see hits.h.
 *
 * Ranges come from the library as bytes of the text it was given; here they only become
 * brackets, bold and underline, or numbers in JSON. Everything of an article that goes to a
 * terminal or a table passes hlcli_add_plain() first: an article may hold any character.
 */
#include "cli/hits.h"
#include "cli/explanation.h"
#include "cli/wrap.h"

#include <assert.h>
#include <string.h>

enum { INDENT = 3 };

/* ---------------------------------------------------------------------- view */

static bool has_text(const char *s)
{
    return s && *s;
}

/* From the lead and the body together.  Where the lead is shown beside, the body comes
 * first, and the lead only counts where nothing else has a match. */
static hl_status make_passages(const struct hl_result *result,
                               const struct hlcli_view_options *options,
                               struct hlcli_view *view, struct hl_error *err)
{
    const char *fields[2] = {view->article.lead, view->article.body};
    const char *body = has_text(fields[1]) ? fields[1] : NULL;
    const struct hl_snippets_options wanted = {options->passage_max, options->passages};
    bool both = !options->lead_shown || !body;
    assert(options->passage_max > 0 && !view->passages.passages);
    hl_status status = hl_snippets_make(result, both ? fields : &body, both ? 2 : 1, &wanted,
                                        &view->passages, err);
    view->body_only = !both;
    if (status != HL_OK || both || !view->passages.count ||
        view->passages.passages[0].range_count)
        return status;
    struct hl_snippets found;
    status = hl_snippets_make(result, fields, 1, &wanted, &found, err);
    if (status != HL_OK)
        return status;
    /* The body's beginning stands in for a passage where neither has a match. */
    bool better = found.count && found.passages[0].range_count;
    hl_snippets_release(better ? &view->passages : &found);
    if (better) {
        view->passages = found;
        view->body_only = false;
    }
    return HL_OK;
}

/* All of a field with its matches; text NULL: there is none. */
static hl_status highlight(const struct hl_result *result, const char *field,
                           struct hl_snippet *out, struct hl_error *err)
{
    return has_text(field) ? hl_highlight(result, field, out, err) : HL_OK;
}

hl_status hlcli_view_open(const struct hl_index *index, const struct hl_result *result,
                          size_t i, size_t rank, const struct hlcli_view_options *options,
                          struct hlcli_view *out_view, struct hl_error *err)
{
    struct hlcli_view view = {.hit = hl_result_hit(result, i), .rank = rank};
    assert(i < hl_result_count(result) && rank > 0);
    hl_status status = hl_document_of_hit(index, view.hit, &view.document, err);
    /* An index made with --store no answers without articles. */
    if (status == HL_UNSUPPORTED || status == HL_NOT_FOUND)
        status = HL_OK;
    else if (status == HL_OK)
        view.article = *hl_document_article(view.document);
    if (status == HL_OK && options->matches)
        status = highlight(result, view.article.title, &view.title, err);
    if (status == HL_OK && options->matches && options->lead_shown)
        status = highlight(result, view.article.lead, &view.lead, err);
    if (status == HL_OK && options->passage_max)
        status = make_passages(result, options, &view, err);
    if (status == HL_OK)
        *out_view = view;
    else
        hlcli_view_release(&view);
    return status;
}

void hlcli_view_release(struct hlcli_view *view)
{
    hl_snippet_release(&view->title);
    hl_snippet_release(&view->lead);
    hl_snippets_release(&view->passages);
    hl_document_free(view->document);
    memset(view, 0, sizeof *view);
}

/* ---------------------------------------------------------------------- text */

/* A text with its matches marked. */
static void add_marked(struct hlcli_wrap *w, const char *text, const struct hl_range *ranges,
                       size_t count)
{
    size_t at = 0, size = strlen(text);
    for (size_t i = 0; i < count; i++) {
        struct hl_range r = ranges[i];
        assert(r.start >= at && r.start < r.end && r.end <= size);
        hlcli_wrap_text(w, text + at, r.start - at);
        hlcli_wrap_mark(w, true);
        hlcli_wrap_text(w, text + r.start, r.end - r.start);
        hlcli_wrap_mark(w, false);
        at = r.end;
    }
    hlcli_wrap_text(w, text + at, size - at);
}

/* The title is bold where colour is on, matches in it underlined; an article without one
 * is named by its id. */
static void add_title(const struct hlcli_view *view, struct hlcli_text *out)
{
    bool colour = hlcli_manner()->colour;
    struct hlcli_wrap w;
    size_t from = out->size;
    hlcli_add_format(out, "%-*zu", view->rank < 100 ? INDENT : 1, view->rank);
    if (view->rank >= 100)
        hlcli_add(out, " ");
    size_t column = out->size - from;
    hlcli_add(out, colour ? "\033[1m" : "");
    hlcli_wrap_begin(&w, out, column, INDENT, hlcli_manner()->width);
    if (colour)
        hlcli_wrap_signs(&w, "\033[4m", "\033[24m", 0);
    if (view->title.text)
        add_marked(&w, view->title.text, view->title.ranges, view->title.range_count);
    else
        add_marked(&w, view->hit->id, NULL, 0);
    hlcli_wrap_end(&w);
    /* Bold ends before the line does. */
    if (colour) {
        out->data[--out->size] = 0;
        hlcli_add(out, "\033[0m\n");
    }
}

/* Two blanks between fields. */
static void add_field(struct hlcli_text *line, const char *before, const char *s)
{
    if (!has_text(s))
        return;
    hlcli_add(line, line->size ? "  " : "");
    hlcli_add(line, before);
    hlcli_add_plain(line, s, strlen(s));
}

/* "và 3 bài tương tự": and 3 articles like it. */
static void add_similar(const struct hl_hit *hit, struct hlcli_text *out)
{
    if (!hit->similar)
        return;
    hlcli_add_format(out, "%*svà ", INDENT, "");
    hlcli_add_count(out, hit->similar);
    hlcli_add(out, " bài tương tự\n");
}

/* Date, section, source, id. */
static void add_facts(const struct hl_hit *hit, struct hlcli_text *out)
{
    struct hlcli_text line, day;
    struct hlcli_wrap w;
    hlcli_text_init(&line);
    hlcli_text_init(&day);
    hlcli_add_day(&day, hit->date, hit->date_offset, hit->date_precision);
    add_field(&line, "", day.data);
    add_field(&line, "", hit->section);
    add_field(&line, "", hit->source);
    add_field(&line, "id:", hit->id);
    add_field(&line, "index:", hit->index);
    hlcli_add_format(out, "%*s", INDENT, "");
    hlcli_wrap_begin(&w, out, INDENT, INDENT, hlcli_manner()->width);
    hlcli_wrap_text(&w, line.data, line.size);
    hlcli_wrap_end(&w);
    hlcli_text_release(&line);
    hlcli_text_release(&day);
}

/* Without colour brackets are the sign of a match. */
static void add_passages(const struct hl_snippets *snippets, struct hlcli_text *out)
{
    bool colour = hlcli_manner()->colour;
    struct hlcli_wrap w;
    hlcli_add_format(out, "%*s", INDENT, "");
    hlcli_wrap_begin(&w, out, INDENT, INDENT, hlcli_manner()->width);
    if (colour)
        hlcli_wrap_signs(&w, "\033[1;4m", "\033[0m", 0);
    else
        hlcli_wrap_signs(&w, "[", "]", 1);
    hlcli_wrap_text(&w, "... ", snippets->passages[0].cut_before ? 4 : 0);
    for (size_t i = 0; i < snippets->count; i++) {
        const struct hl_passage *p = &snippets->passages[i];
        hlcli_wrap_text(&w, " ... ", i ? 5 : 0);
        add_marked(&w, p->text, p->ranges, p->range_count);
    }
    hlcli_wrap_text(&w, " ...", snippets->passages[snippets->count - 1].cut_after ? 4 : 0);
    hlcli_wrap_end(&w);
}

void hlcli_view_passages(const struct hlcli_view *view, const char *dots,
                         struct hlcli_text *out)
{
    const struct hl_snippets *s = &view->passages;
    for (size_t i = 0; i < s->count; i++) {
        hlcli_add(out, i ? " " : "");
        hlcli_add(out, i || s->passages[i].cut_before ? dots : "");
        hlcli_add(out, *dots && (i || s->passages[i].cut_before) ? " " : "");
        hlcli_add(out, s->passages[i].text);
    }
    if (s->count && s->passages[s->count - 1].cut_after && *dots) {
        hlcli_add(out, " ");
        hlcli_add(out, dots);
    }
}

/* Three lines, or as many as the width makes of them: title; facts; the passage. */
void hlcli_view_text(const struct hlcli_view *view, struct hlcli_text *out)
{
    add_title(view, out);
    add_facts(view->hit, out);
    if (view->passages.count)
        add_passages(&view->passages, out);
    add_similar(view->hit, out);
    if (view->explanation)
        hlcli_explanation_lines(view->explanation, INDENT, out);
}

/* ----------------------------------------------------------------- tsv, trec */

static void add_cell(struct hlcli_text *out, const char *s)
{
    hlcli_add(out, "\t");
    if (s)
        hlcli_add_plain(out, s, strlen(s)); /* tabs and line ends become blanks */
}

/* Tabs and line ends within a field become blanks, so that a row is always six columns. */
void hlcli_view_tsv(const struct hlcli_view *view, struct hlcli_text *out)
{
    const struct hl_hit *hit = view->hit;
    struct hlcli_text time;
    hlcli_text_init(&time);
    hlcli_add_time(&time, hit->date, hit->date_offset, hit->date_precision);
    hlcli_add_format(out, "%zu\t", view->rank);
    hlcli_add_double(out, hit->score);
    add_cell(out, hit->id);
    add_cell(out, time.data);
    add_cell(out, view->article.url);
    add_cell(out, view->article.title);
    hlcli_add(out, "\n");
    hlcli_text_release(&time);
}

/* A column of a table that is cut at blanks. */
static void add_column(struct hlcli_text *out, const char *s)
{
    size_t from = out->size;
    hlcli_add_plain(out, s, strlen(s));
    for (size_t i = from; i < out->size; i++)
        if (out->data[i] == ' ')
            out->data[i] = '_';
}

void hlcli_hit_trec(const struct hl_hit *hit, const char *qid, size_t rank,
                    struct hlcli_text *out)
{
    assert(qid && *qid && rank > 0);
    add_column(out, qid);
    hlcli_add(out, " Q0 ");
    add_column(out, hit->id);
    hlcli_add_format(out, " %zu ", rank);
    hlcli_add_double(out, hit->score);
    hlcli_add(out, " hlsearch\n");
}

/* ---------------------------------------------------------------------- JSON */

void hlcli_json_date(struct hlcli_json *json, int64_t date, int offset,
                     enum hl_date_precision precision)
{
    struct hlcli_text time;
    hlcli_text_init(&time);
    hlcli_add_time(&time, date, offset, precision);
    hlcli_json_put(json, "date", time.size ? time.data : NULL);
    hlcli_json_put(json, "date_precision", hlcli_precision_name(precision));
    hlcli_text_release(&time);
}

/* [[start, end], ...] */
static void put_ranges(struct hlcli_json *json, const char *key, const struct hl_range *ranges,
                       size_t count)
{
    hlcli_json_key(json, key);
    hlcli_json_array(json);
    for (size_t i = 0; i < count; i++) {
        hlcli_json_array(json);
        hlcli_json_uint(json, ranges[i].start);
        hlcli_json_uint(json, ranges[i].end);
        hlcli_json_array_end(json);
    }
    hlcli_json_array_end(json);
}

static void put_passage(struct hlcli_json *json, const struct hlcli_view *view,
                        const struct hl_passage *p)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "text", p->text);
    put_ranges(json, "ranges", p->ranges, p->range_count);
    hlcli_json_put(json, "field", view->body_only || p->field ? "body" : "lead");
    hlcli_json_put_bool(json, "cut_before", p->cut_before);
    hlcli_json_put_bool(json, "cut_after", p->cut_after);
    hlcli_json_object_end(json);
}

/* No HTML ever: marks are ranges, and whoever shows them knows his own escaping. */
void hlcli_view_json(const struct hlcli_view *view, struct hlcli_json *json)
{
    const struct hl_hit *hit = view->hit;
    hlcli_json_object(json);
    hlcli_json_put_uint(json, "rank", view->rank);
    if (hit->index)
        hlcli_json_put(json, "index", hit->index);
    hlcli_json_put(json, "id", hit->id);
    hlcli_json_put_double(json, "score", hit->score);
    hlcli_json_put(json, "url", view->article.url);
    hlcli_json_put(json, "title", view->article.title);
    hlcli_json_put(json, "lead", view->article.lead);
    hlcli_json_date(json, hit->date, hit->date_offset, hit->date_precision);
    hlcli_json_put(json, "source", hit->source);
    hlcli_json_put(json, "section", hit->section);
    hlcli_json_put(json, "author", hit->author);
    put_ranges(json, "title_ranges", view->title.ranges, view->title.range_count);
    put_ranges(json, "lead_ranges", view->lead.ranges, view->lead.range_count);
    hlcli_json_key(json, "snippets");
    hlcli_json_array(json);
    for (size_t i = 0; i < view->passages.count; i++)
        put_passage(json, view, &view->passages.passages[i]);
    hlcli_json_array_end(json);
    if (view->explanation)
        hlcli_explanation_put(view->explanation, json);
    if (hit->similar)
        hlcli_json_put_uint(json, "similar", hit->similar);
    hlcli_json_object_end(json);
}
