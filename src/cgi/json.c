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
    put(out, "url", view->url);
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
    hlcgi_add(out, "]}");
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
                    {HLCGI_REPLACED_WORDS, "only the first words are searched"}};
    const struct hl_note *note;
    size_t count = 0;
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        if (answer->request->replaced & replaced[i].bit)
            put_note(out, &count, replaced[i].text, -1);
    for (size_t i = 0; answer->query && (note = hl_query_note(answer->query, i)); i++)
        put_note(out, &count, note->text, note->at);
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

void hlcgi_json_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer,
                       size_t *out_took_start, size_t *out_took_end)
{
    const struct hlcgi_request *r = answer->request;
    size_t offset = hlcgi_answer_offset(answer);
    hlcgi_add(out, "{\"schema\":1");
    put(out, "query", r->query);
    put_understood(out, answer->result);
    hlcgi_add_format(
        out, ",\"total\":%" PRIu64 ",\"total_is\":\"exact\",\"took_ms\":", answer->total);
    *out_took_start = out->size;
    hlcgi_add_format(out, "%.3f", answer->seconds * 1e3);
    *out_took_end = out->size;
    assert(*out_took_start <= *out_took_end);
    hlcgi_add(out, ",\"partial\":false,\"shards\":{\"asked\":1,\"answered\":1},\"hits\":[");
    for (size_t i = 0; i < answer->count; i++) {
        hlcgi_add(out, i ? "," : "");
        put_hit(out, &answer->hits[i], offset + i + 1);
    }
    hlcgi_add(out, "],\"facets\":{},\"suggestions\":[");
    put_suggestions(out, answer->result);
    hlcgi_add(out, "],\"next\":");
    if (r->page < answer->pages)
        hlcgi_add_format(out, "{\"offset\":%zu,\"page\":%u}", offset + r->n, r->page + 1);
    else
        hlcgi_add(out, "null");
    put_notes(out, answer);
    hlcgi_add(out, "}\n");
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
