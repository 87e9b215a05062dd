#include "import/exported.h"

#include <assert.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { EXTRA_DEPTH = 4, OFFSET_MAX = 127 * 15 /* what an index can hold */ };

static const char *const PRECISIONS[] = {"unknown", "year", "month", "day", "minute", "second"};

bool hlimport_exported_knows(const char *key)
{
    return !strcmp(key, "hlsearch") || !strcmp(key, "date_precision") ||
           !strcmp(key, "date_offset");
}

static void take_precision(struct hlimport_draft *draft, struct json_object *value)
{
    const char *name = json_object_get_string(value);
    for (size_t i = 1; name && i < sizeof PRECISIONS / sizeof *PRECISIONS; i++)
        if (!strcmp(PRECISIONS[i], name))
            draft->date_precision = (enum hl_date_precision)i;
}

void hlimport_exported_begin(struct hlimport_draft *draft, struct json_object *object)
{
    struct json_object *value;
    assert(!draft->raw && draft->date_precision == HL_DATE_UNKNOWN);
    if (!json_object_object_get_ex(object, "hlsearch", &value) ||
        !json_object_is_type(value, json_type_int))
        return;
    draft->raw = true;
    if (json_object_object_get_ex(object, "date_precision", &value))
        take_precision(draft, value);
    if (json_object_object_get_ex(object, "date_offset", &value) &&
        json_object_is_type(value, json_type_int)) {
        draft->date_offset = json_object_get_int(value);
        draft->has_offset =
            draft->date_offset >= -OFFSET_MAX && draft->date_offset <= OFFSET_MAX;
    }
    if (json_object_object_get_ex(object, "extra", &value) &&
        json_object_is_type(value, json_type_string)) {
        draft->has_extra = true;
        hlbuf_put(&draft->extra, json_object_get_string(value),
                  (size_t)json_object_get_string_len(value));
    }
}

/* The object as draft.c writes it; false where it is none of that kind. */
static bool put_again(struct json_object *object, struct hlbuf *out)
{
    int last = FIELD_MODIFIED - 1;
    json_object_object_foreach(object, key, value)
    {
        enum hlimport_field field;
        int rank;
        if (!hlimport_field_find(key, strlen(key), &field, &rank) || (int)field <= last ||
            !json_object_is_type(value, json_type_string))
            return false;
        last = (int)field;
        hlbuf_put(out, out->size ? "," : "{", 1);
        hlbuf_put_format(out, "\"%s\":", hlimport_field_name(field));
        hlimport_json_string(out, json_object_get_string(value),
                             (size_t)json_object_get_string_len(value));
    }
    return out->size && hlbuf_put(out, "}", 2);
}

bool hlimport_exported_extra(const char *extra)
{
    struct hlbuf again = {0};
    bool same = false;
    struct json_tokener *tokener = *extra == '{' ? json_tokener_new_ex(EXTRA_DEPTH) : NULL;
    size_t size = strlen(extra);
    struct json_object *object =
        tokener && size < INT32_MAX ? json_tokener_parse_ex(tokener, extra, (int)size) : NULL;
    if (object && json_object_is_type(object, json_type_object) && put_again(object, &again))
        same = !strcmp((const char *)again.data, extra) && !memchr(again.data, 0, size) &&
               !strstr(extra, "\\u0000") && !strstr(extra, ":\"\"");
    json_object_put(object);
    if (tokener)
        json_tokener_free(tokener);
    hlbuf_release(&again);
    return same;
}
