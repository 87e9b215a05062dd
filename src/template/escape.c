/*
 * escape.c - see escape.h.
 */
#include "template/escape.h"

#include <assert.h>
#include <strings.h>

enum { REPLACEMENT = 0xfffd, NOTHING = -1 };

/* One well-formed sequence (Unicode standard, table 3-7); -1 and one byte further if there
 * is none. */
static int32_t decode(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at;
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    int32_t c = s[0];
    assert(*at < end);
    *at += 1;
    if (c < 0x80)
        return c;
    size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || size > (size_t)(end - (const char *)s))
        return -1;
    c &= 0x7f >> size;
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (s[i] & 0x3f);
    }
    if (c < least[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return -1;
    *at += size - 1;
    return c;
}

/* Marks, embeddings, overrides and isolates of the bidirectional algorithm. */
static bool is_bidi(int32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* The character to show, or NOTHING. */
static int32_t next(const char **at, const char *end)
{
    int32_t c = decode(at, end);
    bool control = (c >= 0 && c < 0x20) || (c >= 0x7f && c <= 0x9f);
    if (c < 0 || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
        return REPLACEMENT;
    if (control || c == 0x2028 || c == 0x2029) /* these end lines too */
        return ' ';
    return is_bidi(c) ? NOTHING : c;
}

/* Its bytes as UTF-8; how many. */
static size_t encode(int32_t c, char s[4])
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    assert(c >= 0 && c <= 0x10ffff);
    for (size_t i = size; i-- > 1; c >>= 6)
        s[i] = (char)(0x80 | (c & 0x3f));
    s[0] = (char)(lead[size] | c);
    return size;
}

static void add_character(struct hlbuf *out, int32_t c)
{
    char s[4];
    if (c != NOTHING)
        hlbuf_put(out, s, encode(c, s));
}

/* Bytes that mean something to HTML; backquotes too: old browsers took them for quotes. */
static bool is_special(char c)
{
    return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c == '`';
}

/* Where the run of characters ends that are shown as they stand.  Most text is one run: it is
 * looked at once and copied at once. */
static const char *run_end(const char *at, const char *end, bool html)
{
    while (at < end) {
        const char *from = at;
        if ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f) {
            if (html && is_special(*at))
                return at;
            at++;
            continue;
        }
        int32_t c = decode(&at, end);
        if (c < 0xa0 || c == 0x2028 || c == 0x2029 || is_bidi(c) || (c & 0xfffe) == 0xfffe ||
            (c >= 0xfdd0 && c <= 0xfdef))
            return from;
    }
    return at;
}

/* Adds a run, if one stands there; where it ends. */
static const char *add_run(struct hlbuf *out, const char *at, const char *end, bool html)
{
    const char *to = run_end(at, end, html);
    if (to > at)
        hlbuf_put(out, at, (size_t)(to - at));
    return to;
}

void hltemplate_add_plain(struct hlbuf *out, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while ((bytes = add_run(out, bytes, end, false)) < end)
        add_character(out, next(&bytes, end));
}

static void add_html(struct hlbuf *out, int32_t c)
{
    switch (c) {
    case '&':
        hlbuf_put_string(out, "&amp;");
        break;
    case '<':
        hlbuf_put_string(out, "&lt;");
        break;
    case '>':
        hlbuf_put_string(out, "&gt;");
        break;
    case '"':
        hlbuf_put_string(out, "&quot;");
        break;
    case '\'':
        hlbuf_put_string(out, "&#39;");
        break;
    case '`':
        hlbuf_put_string(out, "&#96;");
        break;
    default:
        add_character(out, c);
    }
}

void hltemplate_add_html(struct hlbuf *out, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while ((bytes = add_run(out, bytes, end, true)) < end)
        add_html(out, next(&bytes, end));
}

/* ----------------------------------------------------------------- addresses */

/* By hand, since isalnum() asks the locale. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* With a host after http: or https:, or of this site: two slashes would name another. */
static bool may_link(const char *s, size_t size)
{
    size_t scheme = size > 7 && !strncasecmp(s, "http://", 7)    ? 7
                    : size > 8 && !strncasecmp(s, "https://", 8) ? 8
                                                                 : 0;
    if (scheme)
        return (unsigned char)s[scheme] > ' ' && !memchr("/?#\\", s[scheme], 4);
    if (!size || (s[0] != '/' && s[0] != '?' && s[0] != '#'))
        return false;
    return s[0] != '/' || size == 1 || (s[1] != '/' && s[1] != '\\');
}

static void add_percent(struct hlbuf *out, const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hlbuf_put_format(out, "%%%02X", (unsigned char)s[i]);
}

/* What RFC 3986 allows anywhere in an address stays, and a % that begins a code. */
void hltemplate_add_url(struct hlbuf *out, const char *bytes, size_t size, bool html)
{
    const char *end = bytes + size;
    if (!may_link(bytes, size))
        return;
    while (bytes < end) {
        char s[4];
        const char *from = bytes;
        while (bytes < end && is_plain((unsigned char)*bytes))
            bytes++;
        hlbuf_put(out, from, (size_t)(bytes - from));
        if (bytes == end)
            break;
        int32_t c = next(&bytes, end);
        bool code = c == '%' && end - bytes >= 2 && is_hex(bytes[0]) && is_hex(bytes[1]);
        bool kept = c > 0 && c < 0x80 &&
                    (is_plain((unsigned char)c) || strchr("-._~:/?#[]@!$&'()*+,;=", c));
        if (c == NOTHING)
            continue;
        if (!kept && !code)
            add_percent(out, s, encode(c, s));
        else if (html)
            add_html(out, c);
        else
            add_character(out, c);
    }
}

void hltemplate_add_param(struct hlbuf *out, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while (bytes < end) {
        char s[4];
        int32_t c = next(&bytes, end);
        if (c == NOTHING)
            continue;
        if (c > 0 && c < 0x80 && (is_plain((unsigned char)c) || strchr("-._~", c)))
            add_character(out, c);
        else
            add_percent(out, s, encode(c, s));
    }
}
