/*
 * json.c - see json.h.
 *
 * A writer without a tree: answers are printed in one pass, and the order of keys is a
 * promise, which trees of other libraries do not keep. What is written can
 * only be wrong in its nesting, and that is asserted.
 */
#include "cli/json.h"

#include <assert.h>
#include <string.h>

void hlcli_json_init(struct hlcli_json *json, struct hlcli_text *text)
{
    memset(json, 0, sizeof *json);
    assert(text && text->data);
    json->text = text;
}

/* Before every value: the comma, unless a key or nothing stands before it. */
static void before(struct hlcli_json *json)
{
    uint32_t here = 1u << json->depth;
    assert(json->text && json->depth < 32);
    if (!json->after_key && (json->some & here))
        hlcli_add_bytes(json->text, ",", 1);
    json->some |= here;
    json->after_key = false;
}

/* A value that holds values: a new depth, at which nothing stands yet. */
static void open_level(struct hlcli_json *json, const char *bracket)
{
    before(json);
    hlcli_add_bytes(json->text, bracket, 1);
    json->depth++;
    assert(json->depth < 32);
    json->some &= ~(1u << json->depth);
}

/* A key without a value would be no JSON. */
static void close_level(struct hlcli_json *json, const char *bracket)
{
    assert(json->depth > 0 && !json->after_key);
    json->depth--;
    hlcli_add_bytes(json->text, bracket, 1);
}

void hlcli_json_object(struct hlcli_json *json)
{
    open_level(json, "{");
}

void hlcli_json_object_end(struct hlcli_json *json)
{
    close_level(json, "}");
}

void hlcli_json_array(struct hlcli_json *json)
{
    open_level(json, "[");
}

void hlcli_json_array_end(struct hlcli_json *json)
{
    close_level(json, "]");
}

/* The short escapes where JSON has one, else \u00XX. */
static void add_escaped(struct hlcli_text *text, unsigned char c)
{
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    assert(c < 0x20 || c == '"' || c == '\\' || c == 0x7f);
    for (const char *p = shorts; *p; p += 2)
        if ((unsigned char)p[0] == c) {
            hlcli_add_format(text, "\\%c", p[1]);
            return;
        }
    hlcli_add_format(text, "\\u%04x", c);
}

/* Runs of plain bytes are copied whole: passages are long and escapes are few. */
static void add_quoted(struct hlcli_text *text, const char *s, size_t size)
{
    size_t done = 0, at = 0;
    assert(s || !size);
    hlcli_add_bytes(text, "\"", 1);
    while (at < size) {
        unsigned char c = (unsigned char)s[at];
        size_t step = hlcli_utf8_size(s + at, size - at);
        if (step && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            at += step;
            continue;
        }
        hlcli_add_bytes(text, s + done, at - done);
        if (step)
            add_escaped(text, c);
        else
            hlcli_add(text, "\xef\xbf\xbd");
        done = ++at;
    }
    hlcli_add_bytes(text, s + done, at - done);
    hlcli_add_bytes(text, "\"", 1);
}

void hlcli_json_key(struct hlcli_json *json, const char *key)
{
    assert(json->depth > 0 && !json->after_key);
    before(json);
    add_quoted(json->text, key, strlen(key));
    hlcli_add_bytes(json->text, ":", 1);
    json->after_key = true;
}

void hlcli_json_bytes(struct hlcli_json *json, const char *s, size_t size)
{
    before(json);
    add_quoted(json->text, s, size);
}

void hlcli_json_raw(struct hlcli_json *json, const char *s, size_t size)
{
    assert(size);
    before(json);
    hlcli_add_bytes(json->text, s, size);
}

void hlcli_json_string(struct hlcli_json *json, const char *s)
{
    if (s)
        hlcli_json_bytes(json, s, strlen(s));
    else
        hlcli_json_null(json);
}

void hlcli_json_uint(struct hlcli_json *json, uint64_t n)
{
    before(json);
    hlcli_add_format(json->text, "%llu", (unsigned long long)n);
}

void hlcli_json_int(struct hlcli_json *json, int64_t n)
{
    before(json);
    hlcli_add_format(json->text, "%lld", (long long)n);
}

void hlcli_json_double(struct hlcli_json *json, double x)
{
    before(json);
    hlcli_add_double(json->text, x);
}

void hlcli_json_bool(struct hlcli_json *json, bool yes)
{
    before(json);
    hlcli_add(json->text, yes ? "true" : "false");
}

void hlcli_json_null(struct hlcli_json *json)
{
    before(json);
    hlcli_add(json->text, "null");
}

void hlcli_json_put(struct hlcli_json *json, const char *key, const char *s)
{
    hlcli_json_key(json, key);
    hlcli_json_string(json, s);
}

void hlcli_json_put_uint(struct hlcli_json *json, const char *key, uint64_t n)
{
    hlcli_json_key(json, key);
    hlcli_json_uint(json, n);
}

void hlcli_json_put_double(struct hlcli_json *json, const char *key, double x)
{
    hlcli_json_key(json, key);
    hlcli_json_double(json, x);
}

void hlcli_json_put_bool(struct hlcli_json *json, const char *key, bool yes)
{
    hlcli_json_key(json, key);
    hlcli_json_bool(json, yes);
}
