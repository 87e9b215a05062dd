/*
 * escape.c - see escape.h.
 *
 * Every function here reads characters, never bytes, so that no place has to think of half
 * a sequence, and every function writes through add_character() or constants, so that what
 * comes out is UTF-8 whatever went in.  Searching for bad bytes once, at the entrance, would
 * not do: articles come from an index that anybody may have written.
 */
#include "cgi/escape.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { REPLACEMENT = 0xfffd };

/* ---------------------------------------------------------------- characters */

/* Reads one well-formed sequence (Unicode standard, table 3-7); -1 and one byte further if
 * there is none. */
static int32_t decode(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at), size = 1;
    int32_t c = s[0];
    *at += 1;
    if (c < 0x80)
        return c;
    if (c < 0xc2 || c > 0xf4)
        return -1;
    size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    assert(left >= 1);
    if (size > left)
        return -1;
    c &= 0x7f >> size;
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (s[i] & 0x3f);
    }
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return -1;
    *at += size - 1;
    return c;
}

/* C0, DEL and C1: the last begin sequences on some terminals as ESC does. */
static bool is_control(int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Marks, embeddings, overrides and isolates of the bidirectional algorithm. */
static bool is_bidi(int32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* Valid UTF-8, yet no text: XML and some JSON readers refuse them. */
static bool is_noncharacter(int32_t c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

int32_t hlcgi_next(const char **at, const char *end)
{
    assert(*at < end);
    int32_t c = decode(at, end);
    if (c == '\t' || c == '\n' || c == '\r')
        return c;
    if (c < 0 || is_noncharacter(c))
        return REPLACEMENT;
    if (is_control(c))
        return ' ';
    return is_bidi(c) ? HLCGI_NOTHING : c;
}

/* As UTF-8. */
static void add_character(struct hlcgi_out *out, int32_t c)
{
    char s[4];
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    assert(c >= 0 && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
    for (size_t i = size; i-- > 1; c >>= 6)
        s[i] = (char)(0x80 | (c & 0x3f));
    assert(size == 1 || c < 1 << (7 - size));
    s[0] = (char)(lead[size] | c);
    hlcgi_add_bytes(out, s, size);
}

void hlcgi_clean(struct hlcgi_out *out, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while (bytes < end) {
        int32_t c = hlcgi_next(&bytes, end);
        if (c != HLCGI_NOTHING)
            add_character(out, c);
    }
}

/* ---------------------------------------------------------------------- HTML */

/* What stands for a character that means something to HTML, or NULL. */
static const char *entity(int32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void hlcgi_add_entities(struct hlcgi_out *out, const char *s)
{
    const char *end = s + strlen(s);
    while (s < end) {
        int32_t c = hlcgi_next(&s, end);
        /* Quotes mean nothing between tags. */
        const char *name = c == '"' || c == '\'' ? NULL : entity(c);
        if (name)
            hlcgi_add(out, name);
        else if (c != HLCGI_NOTHING)
            add_character(out, c);
    }
}

/* ----------------------------------------------------------------- addresses */

bool hlcgi_url_is_web(const char *url)
{
    size_t scheme = !strncasecmp(url, "http://", 7)    ? 7
                    : !strncasecmp(url, "https://", 8) ? 8
                                                       : 0;
    return scheme && (unsigned char)url[scheme] > ' ' && !strchr("/?#\\", url[scheme]);
}

/* By hand, since isalnum() asks the locale. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void hlcgi_add_parameter(struct hlcgi_out *out, const char *s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (is_plain(c) || strchr("-._~", *s))
            hlcgi_add_bytes(out, s, 1);
        else
            hlcgi_add_bytes(out, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

/* ----------------------------------------------------------------- JSON, log */

void hlcgi_add_json(struct hlcgi_out *out, const char *s)
{
    if (!s) {
        hlcgi_add(out, "null");
        return;
    }
    hlcgi_add_json_bytes(out, s, strlen(s));
}

void hlcgi_add_json_bytes(struct hlcgi_out *out, const char *s, size_t size)
{
    const char *end = s + size;
    hlcgi_add(out, "\"");
    while (s < end) {
        int32_t c = hlcgi_next(&s, end);
        /* The angle brackets and the line separators, for those who put JSON into a page. */
        if (c == '"' || c == '\\')
            hlcgi_add_format(out, "\\%c", (int)c);
        else if (entity(c) || (c >= 0 && c < 0x20) || c == 0x2028 || c == 0x2029)
            hlcgi_add_format(out, "\\u%04x", (unsigned)c);
        else if (c != HLCGI_NOTHING)
            add_character(out, c);
    }
    hlcgi_add(out, "\"");
}

/* Nothing is replaced here: whoever reads the log wants the bytes that came. */
void hlcgi_add_log(struct hlcgi_out *out, const char *s)
{
    const char *end = s + strlen(s);
    while (s < end) {
        const char *from = s;
        int32_t c = decode(&s, end);
        bool hidden = c < 0 || is_control(c) || is_bidi(c) || is_noncharacter(c) ||
                      c == 0x2028 || c == 0x2029;
        if (c == '"' || c == '\\')
            hlcgi_add(out, "\\");
        if (!hidden)
            hlcgi_add_bytes(out, from, (size_t)(s - from));
        for (; hidden && from < s; from++)
            hlcgi_add_format(out, "\\x%02x", (unsigned char)*from);
    }
}
