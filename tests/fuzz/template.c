/*
 * template.c - any bytes as a template, filled with values that would break out of it.
 *
 * The first byte chooses HTML, XML or plain text and how many items lists have.  In HTML and
 * XML the values hold a mark that no place lets through as it is: if it shows, escaping has
 * failed.
 */
#include "template/template.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TITLE, URL, HITS, PARTS };

static const struct hltemplate_name parts[] = {{"part", HLTEMPLATE_FIELD, TITLE, NULL},
                                               {NULL, 0, 0, NULL}};
static const struct hltemplate_name hits[] = {{"title", HLTEMPLATE_FIELD, TITLE, NULL},
                                              {"url", HLTEMPLATE_FIELD, URL, NULL},
                                              {"parts", HLTEMPLATE_LIST, PARTS, parts},
                                              {NULL, 0, 0, NULL}};
static const struct hltemplate_name names[] = {{"q", HLTEMPLATE_FIELD, TITLE, NULL},
                                               {"self", HLTEMPLATE_ADDRESS, URL, NULL},
                                               {"hits", HLTEMPLATE_LIST, HITS, hits},
                                               {NULL, 0, 0, NULL}};

struct state {
    size_t items;
    int open;
};

static const char title[] = "\"'<\x7f\x7f>\xff&";
static const char url[] = "https://x/\"'<\x7f\x7f>\xff&";

static void value(void *user, int id, struct hltemplate_value *v)
{
    static const struct hl_range range = {1, 4};
    *v = (struct hltemplate_value){title, sizeof title - 1, &range, 1};
    if (id == URL)
        *v = (struct hltemplate_value){url, sizeof url - 1, NULL, 0};
}

static hl_status enter(void *user, int id, size_t i, bool *there, struct hl_error *err)
{
    struct state *s = user;
    *there = i < s->items;
    s->open += *there;
    return HL_OK;
}

static void leave(void *user, int id)
{
    ((struct state *)user)->open--;
}

/* Styles and scripts are printed as the list of them has them, each as often as it likes. */
static void check_code(const struct hltemplate *t, const struct hlbuf *out, bool printed)
{
    for (size_t i = 0; i < hltemplate_raw_count(t); i++) {
        const char *bytes;
        size_t size;
        bool script;
        hltemplate_raw_at(t, i, &script, &bytes, &size);
        if (!size || memchr(bytes, '\r', size))
            abort();
        if (printed && !memmem(out->data, out->size, bytes, size))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hltemplate *t = NULL;
    struct hl_error err;
    struct hlbuf out = {0};
    if (!size || size > 4096)
        return 0;
    enum hltemplate_form form = data[0] & 1   ? HLTEMPLATE_PLAIN
                                : data[0] & 8 ? HLTEMPLATE_XML
                                              : HLTEMPLATE_HTML;
    struct state state = {.items = data[0] >> 1 & 3};
    struct hltemplate_values values = {value, enter, leave, &state};
    const char *text = (const char *)data + 1;
    if (hltemplate_read("t", text, size - 1, form, names, NULL, &t, &err) != HL_OK) {
        if (t || strnlen(err.text, sizeof err.text) == sizeof err.text)
            abort();
        return 0;
    }
    if (hltemplate_print(t, &values, &out, &err) != HL_OK && !out.size)
        abort();
    if (state.open)
        abort();
    bool own = memchr(text, 0x7f, size - 1); /* of the template, which may say anything */
    if (!own && out.size && memchr(out.data, 0x7f, out.size))
        abort();
    if (!own && form != HLTEMPLATE_PLAIN && out.size &&
        memmem(out.data, out.size, title, sizeof title - 1))
        abort();
    if (form == HLTEMPLATE_XML && out.size && !memmem(text, size - 1, "mark>", 5) &&
        memmem(out.data, out.size, "<mark>", 6))
        abort();
    check_code(t, &out, !memmem(text, size - 1, "{{", 2));
    hlbuf_release(&out);
    hltemplate_free(t);
    return 0;
}
