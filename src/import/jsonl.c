/*
 * jsonl.c - a JSON object becomes an article; JSON lines.
 *
 * json-c reads the object; here its keys are matched with fields and its values made
 * text.  Depth is json-c's limit, the number of values is ours: a few megabytes of
 * "[[],[],..." would become a hundred times as many in memory.
 */
#include "import/reader.h"

#include "import/exported.h"

#include <assert.h>
#include <json-c/json.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 64, LONG_RECORD = 1 << 20, VALUES_MAX = 200000, VALUE_DEPTH = 3 };

/* The member of an object that says what the object is as text: {"$oid": ...},
 * {"name": ...} of JSON-LD, and the like. */
static struct json_object *object_text(struct json_object *object)
{
    static const char *const KEYS[] = {"$oid",  "$numberLong", "name",    "title", "text",
                                       "value", "label",       "content", "#text"};
    struct json_object *found;
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (json_object_object_get_ex(object, KEYS[i], &found))
            return found;
    return NULL;
}

/* What stands between the items of an array, when they become one value. */
static const char *joint(enum hlimport_field field)
{
    switch (field) {
    case FIELD_AUTHOR:
    case FIELD_SECTION:
    case FIELD_SOURCE:
        return ", ";
    case FIELD_LEAD:
    case FIELD_BODY:
    case FIELD_TAGS:
    case FIELD_CAPTION:
    case FIELD_BOILERPLATE:
        return "\n";
    default:
        return " ";
    }
}

/* A whole number; false where json-c could not hold it. */
static bool put_int(struct hlbuf *out, struct json_object *value)
{
    int64_t number = json_object_get_int64(value);
    uint64_t large = json_object_get_uint64(value);
    if (number == INT64_MIN || large == UINT64_MAX)
        return false;
    if (number == INT64_MAX)
        hlbuf_put_format(out, "%llu", (unsigned long long)large);
    else
        hlbuf_put_format(out, "%lld", (long long)number);
    return true;
}

/* {"$date": milliseconds}, {"$date": {"$numberLong": "..."}}: seconds with a fraction,
 * so that they are told from a day; a string is left to be recognised. */
static bool put_mongo_date(struct hlbuf *out, struct json_object *date)
{
    struct json_object *number;
    if (json_object_is_type(date, json_type_object) &&
        json_object_object_get_ex(date, "$numberLong", &number))
        date = number;
    else if (json_object_is_type(date, json_type_string))
        return hlbuf_put(out, json_object_get_string(date),
                         (size_t)json_object_get_string_len(date));
    int64_t ms = json_object_get_int64(date); /* reads a string of digits, too */
    if (ms >= 0)
        hlbuf_put_format(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
    return true;
}

/* Appends a value as text; nothing for null, true and false.  False: it has no text
 * that would be true to it. */
static bool put_value(struct hlbuf *out, enum hlimport_field field, struct json_object *value,
                      int depth)
{
    struct json_object *inner;
    assert(depth >= 0 && depth <= VALUE_DEPTH);
    if (depth == VALUE_DEPTH) /* what is nested deeper is no value but a structure */
        return true;
    switch (json_object_get_type(value)) {
    case json_type_string:
        hlbuf_put(out, json_object_get_string(value),
                  (size_t)json_object_get_string_len(value));
        return true;
    case json_type_int:
        return put_int(out, value);
    case json_type_double:
        hlbuf_put_string(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
        return true;
    case json_type_object:
        if (json_object_object_get_ex(value, "$date", &inner))
            return put_mongo_date(out, inner);
        inner = object_text(value);
        return !inner || put_value(out, field, inner, depth + 1);
    case json_type_array: {
        bool good = true;
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            size_t before = out->size;
            if (before)
                hlbuf_put_string(out, joint(field));
            size_t start = out->size;
            good &= put_value(out, field, json_object_array_get_idx(value, i), depth + 1);
            if (out->size == start) /* nothing came: no joint either */
                out->size = before;
        }
        return good;
    }
    default:
        return true;
    }
}

/* Gives a value to the draft; false for an id that json-c could not hold. */
static bool take_value(struct hlimport *im, enum hlimport_field field, int rank,
                       struct json_object *value)
{
    struct hlimport_draft *draft = &im->draft;
    if (!value || !hlimport_draft_wants(draft, field, rank))
        return true;
    if (json_object_is_type(value, json_type_string)) { /* the common case, without a copy */
        hlimport_draft_put(draft, field, rank, json_object_get_string(value),
                           (size_t)json_object_get_string_len(value));
        return true;
    }
    assert(rank >= 0 && field < FIELD_COUNT);
    hlbuf_reset(&draft->scratch);
    bool good = put_value(&draft->scratch, field, value, 0);
    if (good && draft->scratch.size)
        hlimport_draft_put(draft, field, rank, (const char *)draft->scratch.data,
                           draft->scratch.size);
    draft->fields[field].failed |= draft->scratch.failed;
    return good || field != FIELD_ID;
}

/* The value at a path a.b.c: the whole path as a key, or its beginning and the rest. */
static struct json_object *path_find(struct json_object *object, const char *path)
{
    struct json_object *found;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        if (!json_object_is_type(object, json_type_object))
            return NULL;
        if (json_object_object_get_ex(object, path, &found))
            return found;
        const char *dot = strchr(path, '.');
        char key[256];
        if (!dot || (size_t)(dot - path) >= sizeof key)
            return NULL;
        memcpy(key, path, (size_t)(dot - path));
        key[dot - path] = 0;
        if (!json_object_object_get_ex(object, key, &object))
            return NULL;
        path = dot + 1;
    }
    return NULL;
}

/* What the map says comes first: its ranks are below every built-in one. */
static bool take_mapped(struct hlimport *im, struct json_object *object)
{
    const struct hlimport_map *map = im->options.map;
    bool good = true;
    assert(!map || map->count < RANK_BUILT_IN);
    for (size_t i = 0; map && i < map->count; i++) {
        const struct hlimport_mapping *m = &map->mappings[i];
        if (m->constant)
            hlimport_draft_put(&im->draft, m->field, (int)i, m->text, strlen(m->text));
        else
            good &= take_value(im, m->field, (int)i, path_find(object, m->text));
    }
    return good;
}

/* Remembers a key that means nothing, for the sentence "keys seen: ...". */
static void note_key(struct hlimport *im, const char *key)
{
    struct hlimport_source_notes *notes = &im->notes;
    size_t size = strlen(key);
    if (notes->key_count == KEYS_MAX || size >= KEY_SIZE || !size)
        return;
    for (size_t i = 0; i < notes->key_count; i++)
        if (!strcmp(notes->keys[i], key))
            return;
    assert(notes->key_count < KEYS_MAX);
    memcpy(notes->keys[notes->key_count++], key, size + 1);
}

/* What our own export wrote beside the columns. */
static void take_extra(struct hlimport *im, struct json_object *extra)
{
    json_object_object_foreach(extra, key, value)
    {
        enum hlimport_field field;
        int rank;
        if (hlimport_field_find(key, strlen(key), &field, &rank) && field >= FIELD_MODIFIED)
            take_value(im, field, rank, value);
    }
}

/* All keys of the object; false for an id that could not be held. */
static bool take_object(struct hlimport *im, struct json_object *object)
{
    assert(json_object_is_type(object, json_type_object));
    bool good = take_mapped(im, object);
    json_object_object_foreach(object, key, value)
    {
        enum hlimport_field field;
        int rank;
        if (hlimport_field_find(key, strlen(key), &field, &rank))
            good &= take_value(im, field, rank, value);
        else if (!strcmp(key, "extra") && json_object_is_type(value, json_type_object))
            take_extra(im, value);
        else if (im->draft.has_extra && !strcmp(key, "extra"))
            continue;
        else if (!im->draft.raw || !hlimport_exported_knows(key))
            note_key(im, key);
    }
    return good;
}

/* False for a long record of more values than a reader of news ever meets. */
static bool few_values(const char *text, size_t size)
{
    /* Shorter ones cannot hold enough of them to matter: half a million small ones
     * are some 30 MiB, for as long as the record is at work. */
    size_t values = 0;
    bool in_string = false;
    for (size_t i = 0; size > LONG_RECORD && i < size; i++) {
        char c = text[i];
        if (c == '\\' && in_string)
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == ',' || c == '[' || c == '{'))
            values++;
    }
    return values <= VALUES_MAX;
}

/* json-c stopped at byte `at`: in its words, or ours where the text just ended. */
static hl_status reject_syntax(struct hlimport *im, enum json_tokener_error code, size_t at,
                               struct hl_error *err)
{
    assert(code != json_tokener_success);
    if (code == json_tokener_error_depth)
        return hlimport_reject(im, WHY_TOO_DEEP, (int64_t)at, err,
                               "nested deeper than %d levels (byte %zu)", DEPTH_MAX, at + 1);
    return hlimport_reject(im, WHY_NOT_JSON, (int64_t)at, err, "not JSON: %s (byte %zu)",
                           hlerr_say(code != json_tokener_continue
                                         ? json_tokener_error_desc(code)
                                     : im->form == FORM_JSONL ? "unexpected end of line"
                                                              : "unexpected end of object"),
                           code == json_tokener_continue ? at : at + 1);
}

/* The record as one object, in *out_object; rejected (and NULL) if it is none. */
static hl_status parse(struct hlimport *im, const char *text, size_t size,
                       struct json_object **out_object, struct hl_error *err)
{
    assert(size <= INT32_MAX); /* json-c counts in int; article_max sees to it */
    *out_object = NULL;
    if (!few_values(text, size))
        return hlimport_reject(im, WHY_TOO_LONG, -1, err, "over %d values in one record",
                               VALUES_MAX);
    if (!im->tokener)
        im->tokener = json_tokener_new_ex(DEPTH_MAX);
    if (!im->tokener)
        return hlerr_nomem(err);
    json_tokener_reset(im->tokener);
    struct json_object *object = json_tokener_parse_ex(im->tokener, text, (int)size);
    enum json_tokener_error code = json_tokener_get_error(im->tokener);
    size_t at = json_tokener_get_parse_end(im->tokener);
    assert(at <= size);
    if (size > LONG_RECORD) /* it keeps room for the longest string it has met */
        hlimport_json_release(im);
    if (code != json_tokener_success)
        return reject_syntax(im, code, at, err);
    while (at < size && strchr(" \t\r\n", text[at]) && text[at])
        at++;
    if (at < size) {
        json_object_put(object);
        return hlimport_reject(im, WHY_LEFT_OVER, (int64_t)at, err,
                               "%zu bytes are left after the object (byte %zu)", size - at,
                               at + 1);
    }
    *out_object = object;
    return HL_OK;
}

hl_status hlimport_give_json(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err)
{
    const char *text = im->record.text;
    size_t size = im->record.size;
    bool good;
    struct json_object *object;
    *out_given = false;
    hl_status status = hlimport_check_text(im, &text, &size, &good, err);
    if (status || !good)
        return status;
    assert(text[0] == '{');
    status = parse(im, text, size, &object, err);
    if (status || !object)
        return status;
    hlimport_draft_reset(&im->draft);
    im->draft.markup = true;
    hlimport_exported_begin(&im->draft, object);
    good = take_object(im, object);
    json_object_put(object);
    if (!good)
        return hlimport_reject(im, WHY_BAD_ID, -1, err,
                               "its id is a number too large to hold; write it as a string");
    return hlimport_give_draft(im, out, out_given, err);
}

void hlimport_json_release(struct hlimport *im)
{
    if (im->tokener)
        json_tokener_free(im->tokener);
    im->tokener = NULL;
}

/* Cuts the blanks before a line's text, and a byte order mark before the first. */
static void skip_blank(struct hlimport_line *line, bool first)
{
    size_t i = first && line->size >= 3 && !memcmp(line->text, "\xef\xbb\xbf", 3) ? 3 : 0;
    assert(!line->text[line->size]);
    while (i < line->size && (line->text[i] == ' ' || line->text[i] == '\t'))
        i++;
    line->text += i;
    line->size -= i;
}

hl_status hlimport_read_line(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err)
{
    struct hlimport_line line;
    *out_given = false;
    if (!hlimport_stream_line(&im->stream, im->options.article_max, &line) || line.cut)
        return HL_NOT_FOUND; /* a line cut short by damage is the damage's loss */
    skip_blank(&line, im->stream.line == 1);
    im->record = (struct hlimport_record){line.text, line.size, im->stream.line, line.offset};
    if (line.too_long)
        return hlimport_reject(im, WHY_TOO_LONG, -1, err, "longer than %zu bytes",
                               im->options.article_max);
    if (!line.size)
        return HL_OK;
    if (line.text[0] != '{')
        return hlimport_reject(im, WHY_NOT_JSON, 0, err,
                               "not JSON: an object was expected, { at its beginning (byte 1)");
    return hlimport_give_json(im, out, out_given, err);
}
