/*
 * json.c - see json.h.
 *
 * Commas are written before every key but the first of an object, so that put() can stand
 * anywhere after it.  The keys and their order are those of hlsearch query --json: whoever
 * reads one reads the other; "next" has the page beside the offset, and notes of the
 * request come before those of the query.
 */
#include "cgi/json.h"

#include "cgi/date.h"
#include "cgi/escape.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ,"key":"value"; keys are ours and need no escaping. */
static void put(struct hlcgi_out *out, const char *key, const char *value)
{
    assert(key && *key);
    hlcgi_add_format(out, ",\"%s\":", key);
    hlcgi_add_json(out, value);
}

/* ----------------------------------------------------------------------- hits */

/* [[start,end],...] */
static void put_ranges(struct hlcgi_out *out, const char *key, const struct hl_range *ranges,
                       size_t count)
{
    hlcgi_add_format(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        struct hl_range r = ranges[i];
        assert(r.start < r.end);
        hlcgi_add_format(out, "%s[%" PRIu32 ",%" PRIu32 "]", i ? "," : "", r.start, r.end);
    }
    hlcgi_add(out, "]");
}

/* null where it is not known, never a guess. */
static void put_date(struct hlcgi_out *out, const struct hl_hit *hit)
{
    bool known = hlcgi_date_is_known(hit);
    hlcgi_add(out, known ? ",\"date\":\"" : ",\"date\":null");
    if (known) {
        hlcgi_add_date(out, hit);
        hlcgi_add(out, "\"");
    }
    put(out, "date_precision",
        hlcgi_precision_name(known ? hit->date_precision : HL_DATE_UNKNOWN));
}

static void put_passage(struct hlcgi_out *out, const struct hl_passage *p, bool more)
{
    hlcgi_add(out, more ? ",{\"text\":" : "{\"text\":");
    hlcgi_add_json(out, p->text);
    put_ranges(out, "ranges", p->ranges, p->range_count);
    put(out, "field", p->field ? "body" : "lead");
    hlcgi_add_format(out, ",\"cut_before\":%s,\"cut_after\":%s}",
                     p->cut_before ? "true" : "false", p->cut_after ? "true" : "false");
}

/* An article that is not stored has null for its texts, but all its keys. */
static void put_hit(struct hlcgi_out *out, const struct hlcgi_hit *view, size_t rank)
{
    const struct hl_hit *hit = view->hit;
    assert(rank >= 1);
    hlcgi_add_format(out, "{\"rank\":%zu", rank);
    put(out, "id", hit->id);
    /* JSON has no infinity; a hostile index may. */
    hlcgi_add_format(out, ",\"score\":%.9g", isfinite(hit->score) ? hit->score : 0.0);
    put(out, "url", view->link);
    put(out, "title", view->title.text);
    put(out, "lead", view->lead.text);
    put_date(out, hit);
    put(out, "source", hit->source);
    put(out, "section", hit->section);
    put(out, "author", hit->author);
    put_ranges(out, "title_ranges", view->title.ranges, view->title.range_count);
    put_ranges(out, "lead_ranges", view->lead.ranges, view->lead.range_count);
    hlcgi_add(out, ",\"snippets\":[");
    for (size_t i = 0; i < view->passages.count; i++)
        put_passage(out, &view->passages.passages[i], i > 0);
    hlcgi_add(out, "]");
    if (hit->similar)
        hlcgi_add_format(out, ",\"similar\":%" PRIu32, hit->similar);
    hlcgi_add(out, "}");
}

static void put_hits(struct hlcgi_out *out, const char *key, const struct hlcgi_answer *answer)
{
    size_t offset = hlcgi_answer_offset(answer);
    hlcgi_add_format(out, ",\"%s\":[", key);
    for (size_t i = 0; i < answer->count; i++) {
        hlcgi_add(out, i ? "," : "");
        put_hit(out, &answer->hits[i], offset + i + 1);
    }
    hlcgi_add(out, "]");
}

/* --------------------------------------------------------------------- answer */

static void put_taken(struct hlcgi_out *out, size_t *count, const char *text, const char *as,
                      const char *why)
{
    hlcgi_add(out, (*count)++ ? ",{\"text\":" : "{\"text\":");
    hlcgi_add_json(out, text);
    put(out, "as", as);
    put(out, "why", why);
    hlcgi_add(out, "}");
}

/* Only what was taken otherwise than typed. */
static void put_understood(struct hlcgi_out *out, const struct hl_result *result)
{
    const struct hl_understood *u;
    const struct hl_reading *reading;
    size_t count = 0;
    hlcgi_add(out, ",\"understood\":[");
    for (size_t i = 0; (u = hl_result_understood(result, i)); i++)
        put_taken(out, &count, u->text, u->as, hl_why_name(u->why));
    for (size_t i = 0; (u = hl_result_synonym(result, i)); i++)
        put_taken(out, &count, u->text, u->as, hl_why_name(u->why));
    for (size_t i = 0; (reading = hl_result_reading(result, i)); i++)
        if (!reading->in_index)
            put_taken(out, &count, reading->word, reading->word, "not in the index");
        else if (reading->why == HL_WHY_TYPED && strcmp(reading->word, reading->as) != 0)
            put_taken(out, &count, reading->word, reading->as, "other spellings");
    hlcgi_add(out, "]");
}

/* One of the notes, commas between them. */
static void put_note(struct hlcgi_out *out, size_t *count, const char *text, int64_t at)
{
    hlcgi_add(out, (*count)++ ? ",{\"text\":" : ",\"notes\":[{\"text\":");
    hlcgi_add_json(out, text);
    if (at >= 0)
        hlcgi_add_format(out, ",\"at\":%" PRId64 "}", at);
    else
        hlcgi_add(out, ",\"at\":null}");
}

/* There only if the request gave rise to one. */
static void put_notes(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    static const struct {
        unsigned bit;
        const char *text;
    } replaced[] = {{HLCGI_REPLACED_PAGE, "page is not to be had; the nearest was taken"},
                    {HLCGI_REPLACED_N, "n is not to be had; the nearest was taken"},
                    {HLCGI_REPLACED_WORDS, "only the first words are searched"},
                    {HLCGI_REPLACED_DATE, "from or to is no day; it was left out"},
                    {HLCGI_REPLACED_ORDER, "from came after to; they were exchanged"},
                    {HLCGI_REPLACED_SORT, "sort is not known; the usual order was taken"},
                    {HLCGI_REPLACED_FILTER, "a name is too long; it was left out"},
                    {HLCGI_REPLACED_OTHER, "do, part, marks or more is not known; left out"}};
    const struct hl_note *note;
    size_t count = 0;
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        if (answer->request->replaced & replaced[i].bit)
            put_note(out, &count, replaced[i].text, -1);
    for (size_t i = 0; answer->query && (note = hl_query_note(answer->query, i)); i++)
        put_note(out, &count, note->text, note->at);
    for (size_t i = 0; answer->query && (note = hl_result_note(answer->result, i)); i++)
        put_note(out, &count, note->text, note->at);
    if (hlcgi_answer_is_lowered(answer))
        put_note(out, &count,
                 "no article has enough of the query; these have some of its words", -1);
    hlcgi_add(out, count ? "]" : "");
}

/* Other queries, the likeliest first. */
static void put_suggestions(struct hlcgi_out *out, const struct hl_result *result)
{
    const struct hl_suggestion *suggestion;
    for (size_t i = 0; (suggestion = hl_result_suggestion(result, i)); i++) {
        hlcgi_add(out, i ? ",{\"text\":" : "{\"text\":");
        hlcgi_add_json(out, suggestion->text);
        hlcgi_add_format(out, ",\"odds\":%.0f}", suggestion->odds);
    }
}

/* [["Sức khỏe",7],[null,1]]: articles without a value come last. */
static void put_facet(struct hlcgi_out *out, const struct hl_result *result,
                      enum hl_facet facet)
{
    const struct hl_facet_value *value;
    uint64_t missing = hl_result_facet_missing(result, facet);
    size_t i = 0;
    hlcgi_add_format(out, "\"%s\":[", hl_facet_name(facet));
    for (; (value = hl_result_facet(result, facet, i)); i++) {
        hlcgi_add(out, i ? ",[" : "[");
        hlcgi_add_json(out, value->name);
        hlcgi_add_format(out, ",%" PRIu64 "]", value->count);
    }
    if (missing)
        hlcgi_add_format(out, "%s[null,%" PRIu64 "]", i ? "," : "", missing);
    hlcgi_add(out, "]");
}

static void put_facets(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    static const enum hl_facet facets[] = {HL_FACET_SOURCE, HL_FACET_SECTION, HL_FACET_YEAR};
    bool counted = answer->request->state.action == HLCGI_SEARCH && !answer->request->part;
    hlcgi_add(out, ",\"facets\":{");
    for (size_t i = 0; counted && i < sizeof facets / sizeof *facets; i++) {
        hlcgi_add(out, i ? "," : "");
        put_facet(out, answer->result, facets[i]);
    }
    hlcgi_add(out, "}");
    for (size_t i = 0; counted && i < sizeof facets / sizeof *facets; i++)
        hlcgi_add_format(out, "%s\"%s\":%" PRIu64, i ? "," : ",\"facets_distinct\":{",
                         hl_facet_name(facets[i]),
                         hl_result_facet_distinct(answer->result, facets[i]));
    hlcgi_add(out, counted ? "}" : "");
}

/* What would have been found with a little less asked for. */
static void put_nearest(struct hlcgi_out *out, const struct hl_nearest_list *list)
{
    const struct hl_nearest *n;
    size_t i = 0;
    for (; (n = hl_nearest_at(list, i)); i++) {
        hlcgi_add(out, i ? ",{\"query\":" : ",\"nearest\":[{\"query\":");
        hlcgi_add_json(out, n->query);
        put(out, "without", n->without);
        hlcgi_add_format(out, ",\"total\":%" PRIu64 "}", n->total);
    }
    hlcgi_add(out, i ? "]" : "");
}

static void put_took(struct hlcgi_out *out, const struct hlcgi_answer *answer,
                     size_t *out_took_start, size_t *out_took_end)
{
    hlcgi_add(out, ",\"took_ms\":");
    *out_took_start = out->size;
    hlcgi_add_format(out, "%.3f", answer->seconds * 1e3);
    *out_took_end = out->size;
    assert(*out_took_start <= *out_took_end);
}

/* What was asked, and what came of it before any hit. */
static void put_head(struct hlcgi_out *out, const struct hlcgi_answer *answer,
                     size_t *out_took_start, size_t *out_took_end)
{
    const char *yes = answer->partial ? "true" : "false";
    bool related = answer->request->state.action == HLCGI_RELATED;
    hlcgi_add(out, "{\"schema\":1");
    put(out, "query", answer->request->state.query);
    if (related)
        put(out, "related_to", answer->request->state.id);
    put_understood(out, answer->query ? answer->result : NULL);
    hlcgi_add_format(out, ",\"total\":%" PRIu64 ",\"total_is\":\"%s\"", answer->total,
                     answer->about     ? "estimate"
                     : answer->partial ? "at_least"
                                       : "exact");
    put_took(out, answer, out_took_start, out_took_end);
    /* Which ones are missing is for the log: names of machines are nothing for visitors. */
    hlcgi_add_format(out, ",\"partial\":%s,\"shards\":{\"asked\":%u,\"answered\":%u}", yes,
                     answer->asked, answer->asked - answer->missing);
    put(out, "backend", hl_backend_name(answer->backend));
}

static void put_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hlcgi_state *s = &answer->request->state;
    put_hits(out, "hits", answer);
    put_facets(out, answer);
    hlcgi_add(out, ",\"suggestions\":[");
    put_suggestions(out, answer->query ? answer->result : NULL);
    hlcgi_add(out, "],\"next\":");
    if (s->page < answer->pages)
        hlcgi_add_format(out, "{\"offset\":%u,\"page\":%u}", s->page * s->n, s->page + 1);
    else
        hlcgi_add(out, "null");
    put_notes(out, answer);
    put_nearest(out, answer->nearest);
}

/* Tags stand one a line. */
static void put_tags(struct hlcgi_out *out, const char *tags)
{
    const char *end = tags ? tags + strlen(tags) : NULL;
    hlcgi_add(out, ",\"tags\":[");
    for (const char *tag = tags; tag && tag < end; tag += strcspn(tag, "\n") + 1) {
        hlcgi_add(out, tag != tags ? "," : "");
        hlcgi_add_json_bytes(out, tag, strcspn(tag, "\n"));
    }
    hlcgi_add(out, "]");
}

/* An article and others like it.  Fields that only the archive's keeper knows, `extra`, are
 * not for visitors. */
static void put_article(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hl_article *a = hl_document_article(answer->document);
    const struct hl_hit hit = {
        .date = a->date, .date_offset = a->date_offset, .date_precision = a->date_precision};
    hlcgi_add(out, "{\"schema\":1");
    put(out, "id", a->id);
    put(out, "url", answer->shown.link);
    put(out, "title", a->title);
    put(out, "lead", a->lead);
    put(out, "body", a->body);
    put_date(out, &hit);
    put(out, "source", a->source);
    put(out, "section", a->section);
    put(out, "author", a->author);
    put_tags(out, a->tags);
    put_hits(out, "related", answer);
    hlcgi_add(out, "}\n");
}

static void put_completions(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hl_completion *c;
    hlcgi_add(out, "{\"schema\":1");
    put(out, "prefix", answer->request->state.query);
    hlcgi_add(out, ",\"suggestions\":[");
    for (size_t i = 0; (c = hl_suggestions_at(answer->completions, i)); i++) {
        hlcgi_add(out, i ? ",{\"text\":" : "{\"text\":");
        hlcgi_add_json(out, c->text);
        hlcgi_add_format(out, ",\"count\":%" PRIu64, c->articles);
        put(out, "kind", hl_completion_kind_name(c->kind));
        hlcgi_add(out, "}");
    }
    hlcgi_add(out, "]}\n");
}

void hlcgi_json_opensearch(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hl_completion *c;
    hlcgi_add(out, "[");
    hlcgi_add_json(out, answer->request->state.query);
    hlcgi_add(out, ",[");
    for (size_t i = 0; (c = hl_suggestions_at(answer->completions, i)); i++) {
        hlcgi_add(out, i ? "," : "");
        hlcgi_add_json(out, c->text);
    }
    hlcgi_add(out, "]]\n");
}

void hlcgi_json_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer,
                       size_t *out_took_start, size_t *out_took_end)
{
    *out_took_start = *out_took_end = 0;
    if (answer->request->state.action == HLCGI_SUGGEST)
        put_completions(out, answer);
    else if (answer->request->state.action == HLCGI_SHOW)
        put_article(out, answer);
    else {
        put_head(out, answer, out_took_start, out_took_end);
        put_answer(out, answer);
        hlcgi_add(out, "}\n");
    }
}

void hlcgi_json_error(struct hlcgi_out *out, const char *code, const char *message,
                      const char *id)
{
    hlcgi_add(out, "{\"schema\":1,\"error\":{\"code\":");
    hlcgi_add_json(out, code);
    put(out, "message", message);
    hlcgi_add(out, ",\"at\":null,\"hint\":null");
    put(out, "id", id);
    hlcgi_add(out, "}}\n");
}
