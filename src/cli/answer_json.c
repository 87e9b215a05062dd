/*
 * answer_json.c - see answer.h: what stands around the hits in JSON.
 *
 * Keys come in the order that is promised: programs may read them as a stream.
 */
#include "cli/answer.h"
#include "cli/shards.h"

#include <assert.h>
#include <math.h>
#include <string.h>

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
static void put_notes(struct hlcli_json *json, const struct hlcli_answer *a)
{
    const struct hl_note *note = hlcli_answer_note(a, 0);
    const char *lowered = hlcli_answer_lowered(a);
    if (!note && !lowered)
        return;
    hlcli_json_key(json, "notes");
    hlcli_json_array(json);
    for (size_t i = 0; note; note = hlcli_answer_note(a, ++i))
        put_note(json, note->text, note->at);
    if (lowered)
        put_note(json, lowered, -1);
    hlcli_json_array_end(json);
}

/* What would have been found, there only where nothing was. */
static void put_nearest(struct hlcli_json *json, const struct hl_nearest_list *list)
{
    const struct hl_nearest *n = hl_nearest_at(list, 0);
    if (!n)
        return;
    hlcli_json_key(json, "nearest");
    hlcli_json_array(json);
    for (size_t i = 0; (n = hl_nearest_at(list, i)); i++) {
        hlcli_json_object(json);
        hlcli_json_put(json, "query", n->query);
        hlcli_json_put(json, "without", n->without);
        hlcli_json_put_uint(json, "total", n->total);
        hlcli_json_object_end(json);
    }
    hlcli_json_array_end(json);
}

/* Exact of some shards is not exact of all. */
static const char *total_is(const struct hl_result *result)
{
    if (hl_result_total_is(result) == HL_TOTAL_ESTIMATE)
        return "estimate";
    return hl_result_partial(result) ? "at_least" : "exact";
}

/* Keys in the order that is promised: programs may read them as a stream. */
void hlcli_answer_json_head(const struct hlcli_answer *a, struct hlcli_json *json)
{
    hlcli_json_put_uint(json, "schema", 1);
    hlcli_json_put(json, "query", a->words);
    if (a->related_to)
        hlcli_json_put(json, "related_to", a->related_to);
    put_understood(json, a->result);
    hlcli_json_put_uint(json, "total", hl_result_total(a->result));
    hlcli_json_put(json, "total_is", total_is(a->result));
    hlcli_json_put_double(json, "took_ms", round(a->seconds * 1e6) / 1e3);
    hlcli_json_put_bool(json, "partial", hl_result_partial(a->result));
    hlcli_shards_put(a->index, a->result, json);
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
static void put_facet(const struct hlcli_answer *a, enum hl_facet facet,
                      struct hlcli_json *json)
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
static void put_facets(const struct hlcli_answer *a, struct hlcli_json *json)
{
    const unsigned *wanted = a->search->facet_values;
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
void hlcli_answer_json_tail(const struct hlcli_answer *a, struct hlcli_json *json)
{
    size_t next = hlcli_answer_next(a);
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
    put_nearest(json, a->nearest);
}
