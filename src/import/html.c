#include "import/html.h"

#include "import/encoding.h"
#include "import/entity_table.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { ENTITY_COUNT = sizeof ENTITIES / sizeof ENTITIES[0], ENTITY_MAX = 16, QUOTED_MAX = 512 };

/* What a tag leaves in the text. */
enum effect { EFFECT_NONE = 0, EFFECT_BLANK, EFFECT_NEWLINE, EFFECT_DROP };

static const struct tag {
    const char *name;
    enum effect effect;
} TAGS[] = {
    {"a", EFFECT_NONE},          {"abbr", EFFECT_NONE},
    {"address", EFFECT_NEWLINE}, {"article", EFFECT_NEWLINE},
    {"aside", EFFECT_NEWLINE},   {"audio", EFFECT_BLANK},
    {"b", EFFECT_NONE},          {"blockquote", EFFECT_NEWLINE},
    {"body", EFFECT_NEWLINE},    {"br", EFFECT_NEWLINE},
    {"button", EFFECT_BLANK},    {"caption", EFFECT_NEWLINE},
    {"center", EFFECT_NEWLINE},  {"cite", EFFECT_NONE},
    {"code", EFFECT_NONE},       {"col", EFFECT_NONE},
    {"colgroup", EFFECT_NONE},   {"dd", EFFECT_NEWLINE},
    {"del", EFFECT_NONE},        {"div", EFFECT_NEWLINE},
    {"dl", EFFECT_NEWLINE},      {"doctype", EFFECT_NONE},
    {"dt", EFFECT_NEWLINE},      {"em", EFFECT_NONE},
    {"embed", EFFECT_BLANK},     {"figcaption", EFFECT_NEWLINE},
    {"figure", EFFECT_NEWLINE},  {"font", EFFECT_NONE},
    {"footer", EFFECT_NEWLINE},  {"form", EFFECT_NEWLINE},
    {"h1", EFFECT_NEWLINE},      {"h2", EFFECT_NEWLINE},
    {"h3", EFFECT_NEWLINE},      {"h4", EFFECT_NEWLINE},
    {"h5", EFFECT_NEWLINE},      {"h6", EFFECT_NEWLINE},
    {"head", EFFECT_NEWLINE},    {"header", EFFECT_NEWLINE},
    {"hr", EFFECT_NEWLINE},      {"html", EFFECT_NEWLINE},
    {"i", EFFECT_NONE},          {"iframe", EFFECT_BLANK},
    {"img", EFFECT_BLANK},       {"input", EFFECT_BLANK},
    {"ins", EFFECT_NONE},        {"label", EFFECT_NONE},
    {"li", EFFECT_NEWLINE},      {"link", EFFECT_NONE},
    {"main", EFFECT_NEWLINE},    {"meta", EFFECT_NONE},
    {"nav", EFFECT_NEWLINE},     {"noscript", EFFECT_NEWLINE},
    {"object", EFFECT_BLANK},    {"ol", EFFECT_NEWLINE},
    {"option", EFFECT_NEWLINE},  {"p", EFFECT_NEWLINE},
    {"picture", EFFECT_BLANK},   {"pre", EFFECT_NEWLINE},
    {"q", EFFECT_NONE},          {"s", EFFECT_NONE},
    {"script", EFFECT_DROP},     {"section", EFFECT_NEWLINE},
    {"select", EFFECT_BLANK},    {"small", EFFECT_NONE},
    {"source", EFFECT_NONE},     {"span", EFFECT_NONE},
    {"strike", EFFECT_NONE},     {"strong", EFFECT_NONE},
    {"style", EFFECT_DROP},      {"sub", EFFECT_NONE},
    {"sup", EFFECT_NONE},        {"svg", EFFECT_BLANK},
    {"table", EFFECT_NEWLINE},   {"tbody", EFFECT_NEWLINE},
    {"td", EFFECT_BLANK},        {"textarea", EFFECT_BLANK},
    {"tfoot", EFFECT_NEWLINE},   {"th", EFFECT_BLANK},
    {"thead", EFFECT_NEWLINE},   {"time", EFFECT_NONE},
    {"title", EFFECT_NEWLINE},   {"tr", EFFECT_NEWLINE},
    {"tt", EFFECT_NONE},         {"u", EFFECT_NONE},
    {"ul", EFFECT_NEWLINE},      {"var", EFFECT_NONE},
    {"video", EFFECT_BLANK},
};

/* The text being read.  no_* remember a look-ahead that found nothing up to the end, so
 * that it is not tried again: hostile text stays linear. */
struct reader {
    const char *p, *end;
    struct hlbuf *out;
    bool changed, has_blocks;
    bool no_tag_end, no_comment_end, no_drop_end;
};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The tag whose name stands at p; NULL if HTML has none of that name. */
static const struct tag *tag_find(const char *p, const char *end)
{
    assert(p < end);
    size_t size = 0;
    while (p + size < end && size < 12 && is_name(p[size]))
        size++;
    if (!size || p + size == end || !strchr(" \t\r\n/>", p[size]) || !p[size])
        return NULL;
    for (size_t i = 0; i < sizeof TAGS / sizeof TAGS[0]; i++)
        if (!strncasecmp(TAGS[i].name, p, size) && !TAGS[i].name[size])
            return &TAGS[i];
    return NULL;
}

/* The '>' that ends a tag: outside quotes if that is near, else the next one. */
static const char *tag_end(struct reader *r, const char *p)
{
    assert(p >= r->p && p < r->end);
    if (r->no_tag_end)
        return NULL;
    char quote = 0;
    const char *limit = r->end - p > QUOTED_MAX ? p + QUOTED_MAX : r->end;
    for (const char *q = p; q < limit; q++) {
        if (quote)
            quote = *q == quote ? 0 : quote;
        else if (*q == '>')
            return q;
        else if ((*q == '"' || *q == '\'') && q > p && q[-1] == '=')
            quote = *q;
    }
    const char *found = memchr(p, '>', (size_t)(r->end - p));
    r->no_tag_end |= !found;
    return found;
}

static const char *find_text(const char *p, const char *end, const char *want)
{
    return memmem(p, (size_t)(end - p), want, strlen(want));
}

/* The end tag of script or style; its name in small letters or capitals. */
static const char *drop_end(struct reader *r, const char *p, const char *name)
{
    size_t size = strlen(name);
    assert(p <= r->end && size >= 5); /* style, script */
    while (!r->no_drop_end && (p = find_text(p, r->end, "</")) != NULL) {
        p += 2;
        if ((size_t)(r->end - p) > size && !strncasecmp(p, name, size)) {
            const char *close = memchr(p, '>', (size_t)(r->end - p));
            return close ? close + 1 : r->end;
        }
    }
    r->no_drop_end = true;
    return NULL;
}

/* Whether the text goes on with want, in any case of letters. */
static bool starts(const struct reader *r, const char *want)
{
    size_t size = strlen(want);
    return (size_t)(r->end - r->p) >= size && !strncasecmp(r->p, want, size);
}

/* A comment with its end; of one without, only the opening. */
static bool take_comment(struct reader *r)
{
    assert(*r->p == '<');
    if (!starts(r, "<!--"))
        return false;
    const char *end = r->no_comment_end ? NULL : find_text(r->p + 4, r->end, "-->");
    r->no_comment_end |= !end;
    r->p = end ? end + 3 : r->p + 4;
    return true;
}

/* A tag, comment or the shell of a CDATA section at '<'; false where it is text. */
static bool take_tag(struct reader *r)
{
    if (take_comment(r))
        return true;
    if (starts(r, "<![cdata[")) {
        r->p += 9;
        return true;
    }
    const char *p = r->p + 1;
    if (p < r->end && (*p == '/' || *p == '!' || *p == '?'))
        p++;
    const struct tag *tag = p < r->end ? tag_find(p, r->end) : NULL;
    const char *end = tag ? tag_end(r, p) : NULL;
    if (!end)
        return false;
    assert(*end == '>');
    bool closes = r->p[1] == '/';
    r->p = end + 1;
    if (tag->effect == EFFECT_DROP && !closes && end[-1] != '/') {
        const char *after = drop_end(r, r->p, tag->name);
        r->p = after ? after : r->p;
    }
    if (tag->effect == EFFECT_BLANK)
        hlbuf_put(r->out, " ", 1);
    else if (tag->effect == EFFECT_NEWLINE)
        hlbuf_put(r->out, "\n", 1);
    return true;
}

/* Windows-1252 where a page says 128 to 159: what every browser makes of it. */
static uint32_t numeric_code(uint32_t code)
{
    static const uint16_t WINDOWS[32] = {
        0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
    if (code >= 0x80 && code < 0xa0)
        return WINDOWS[code - 0x80];
    return code && code < 0x20 && code != '\n' && code != '\t' ? ' ' : code;
}

/* &#225; and &#xe1; at p + 1; false where there is no number with its semicolon. */
static bool take_numeric(struct reader *r)
{
    assert(r->end - r->p >= 3 && r->p[1] == '#');
    const char *p = r->p + 2;
    bool hex = p < r->end && (*p | 0x20) == 'x';
    p += hex;
    uint32_t code = 0;
    int digits = 0;
    for (; p < r->end && digits < 9; p++, digits++) {
        char c = (char)(*p | 0x20);
        if (*p >= '0' && *p <= '9')
            code = code * (hex ? 16 : 10) + (uint32_t)(*p - '0');
        else if (hex && c >= 'a' && c <= 'f')
            code = code * 16 + (uint32_t)(c - 'a' + 10);
        else
            break;
    }
    if (!digits || digits == 9 || p == r->end || *p != ';')
        return false;
    hlimport_utf8_put(r->out, numeric_code(code));
    r->p = p + 1;
    return true;
}

/* A name with its semicolon, or a number; what is neither is text. */
static bool take_entity(struct reader *r)
{
    assert(*r->p == '&');
    if (r->end - r->p < 3)
        return false;
    if (r->p[1] == '#')
        return take_numeric(r);
    char name[ENTITY_MAX];
    size_t size = 0;
    const char *p = r->p + 1;
    while (p + size < r->end && size < ENTITY_MAX - 1 && is_name(p[size])) {
        name[size] = p[size];
        size++;
    }
    name[size] = 0;
    if (p + size == r->end || p[size] != ';')
        return false;
    /* The table is sorted by bytes; 820-import-values looks each name up. */
    size_t low = 0, high = ENTITY_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(ENTITIES[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ENTITY_COUNT || strcmp(ENTITIES[low].name, name))
        return false;
    /* A no-break space is a space here: what it keeps together is of the page. */
    uint32_t code = ENTITIES[low].code;
    hlimport_utf8_put(r->out, code == 0xa0 ? ' ' : code);
    r->p = p + size + 1;
    return true;
}

/* True if some tag says that newlines of the source are mere layout. */
static bool has_paragraphs(const char *p, const char *end)
{
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const struct tag *tag = ++p < end ? tag_find(p, end) : NULL;
        if (tag && (!strcmp(tag->name, "p") || !strcmp(tag->name, "div")))
            return true;
    }
    return false;
}

/* Copies text up to the next letter that may begin markup. */
static void take_text(struct reader *r, bool first_is_text)
{
    assert(r->p + first_is_text <= r->end);
    const char *p = r->p + first_is_text;
    while (p < r->end && *p != '<' && *p != '&' && *p != ']')
        p++;
    size_t size = (size_t)(p - r->p);
    if (hlbuf_put(r->out, r->p, size) && r->has_blocks) {
        char *from = (char *)r->out->data + r->out->size - size;
        for (size_t i = 0; i < size; i++)
            if (from[i] == '\n' || from[i] == '\r')
                from[i] = ' ';
    }
    r->p = p;
}

bool hlimport_html_strip(struct hlbuf *text, struct hlbuf *scratch)
{
    const char *data = (const char *)text->data;
    if (!text->size || (!memchr(data, '<', text->size) && !memchr(data, '&', text->size)))
        return false;
    hlbuf_reset(scratch);
    struct reader r = {.p = data, .end = data + text->size, .out = scratch};
    r.has_blocks = has_paragraphs(r.p, r.end);
    while (r.p < r.end) {
        const char *before = r.p;
        bool took = false;
        if (*r.p == '<')
            took = take_tag(&r);
        else if (*r.p == '&')
            took = take_entity(&r);
        else if (starts(&r, "]]>") && r.changed) {
            r.p += 3;
            took = true;
        }
        if (took)
            r.changed = true;
        else
            take_text(&r, *r.p == '<' || *r.p == '&' || *r.p == ']');
        assert(r.p > before);
        (void)before;
    }
    text->failed |= scratch->failed;
    if (!r.changed || scratch->failed)
        return false;
    assert(r.p == r.end);
    struct hlbuf other = *text;
    *text = *scratch;
    *scratch = other;
    return true;
}
