/*
 * page.c - whatever a visitor's request holds, the answer is whole: hlcgi_respond().
 *
 * The first byte chooses the method, then come the query string, If-None-Match and a method,
 * apart by NULs: all that the program takes from the environment of a request.  The index
 * holds articles with hostile text.  Of each answer is asked what needs no other program:
 * the header block of its status, UTF-8 that may be shown, HTML and XML of whole tags that
 * are ours, JSON that may stand in a page, one line of the log.
 */
#include "cgi/respond.h"
#include "fuzz/small.h"

#include <ctype.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH_MAX = 32, NAME_MAX_SIZE = 24 };

static struct hlcgi_exchange exchange;

/* What is wrong, for whoever reads the crash. */
static void need(bool good, const char *what, const struct hlcgi_response *r)
{
    if (good)
        return;
    fprintf(stderr, "%s\n%s %s\n%s\n%.65536s\n%s", what, exchange.method, exchange.query_string,
            r->head.data, r->body.data, r->log.data);
    abort();
}

/* ---------------------------------------------------------------- characters */

/* The character at s, its size in *out_size; -1: not UTF-8. */
static int32_t character(const unsigned char *s, size_t left, size_t *out_size)
{
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    int32_t c = size == 1 ? s[0] : s[0] & 0x7f >> size;
    *out_size = size;
    if (size > left || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
        return -1;
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (s[i] & 0x3f);
    }
    return c < least[size] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? -1 : c;
}

/* Neither a control nor a noncharacter, and nothing that turns the text around it. */
static bool may_be_shown(int32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return !(c >= 0x7f && c <= 0x9f) && (c & 0xfffe) != 0xfffe &&
           !(c >= 0xfdd0 && c <= 0xfdef) && c != 0x61c && c != 0x200e && c != 0x200f &&
           !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

static bool is_shown(const struct hlcgi_out *out)
{
    size_t step = 0;
    for (size_t i = 0; i < out->size; i += step)
        if (!may_be_shown(character((unsigned char *)out->data + i, out->size - i, &step)))
            return false;
    return true;
}

/* --------------------------------------------------------------- HTML and XML */

/* Tags that are open. */
struct tags {
    char names[DEPTH_MAX][NAME_MAX_SIZE];
    size_t depth;
};

static bool is_void(const char *name)
{
    static const char *const names[] = {"meta", "input", "link", "br", "hr", "wbr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

/* ` name="value"`, ` name` or nothing; NULL: none of them.  Values that lead somewhere lead
 * to the page, into it or to the web; nothing in a page starts a script. */
static const char *attribute(const char *s, bool html)
{
    char name[NAME_MAX_SIZE] = "";
    size_t n = 0;
    for (s++; (isalnum((unsigned char)*s) || strchr("-:", *s)) && n < sizeof name - 1; s++)
        name[n++] = *s;
    if (!n || (html && (!strncmp(name, "on", 2) || !strcmp(name, "style"))))
        return NULL;
    if (*s != '=')
        return s;
    if (*++s != '"')
        return NULL;
    const char *value = ++s;
    while (*s && !strchr("\"<>", *s))
        s++;
    if (*s != '"')
        return NULL;
    bool leads = !strcmp(name, "href") || !strcmp(name, "action") || !strcmp(name, "src");
    if (leads && !strchr("?#", *value) && strncasecmp(value, "http://", 7) &&
        strncasecmp(value, "https://", 8))
        return NULL;
    return s + 1;
}

/* The tag at s, after its <; where it ends, or NULL if it is none. */
static const char *tag(const char *s, bool html, struct tags *open)
{
    bool closes = *s == '/';
    char name[NAME_MAX_SIZE] = "";
    size_t n = 0;
    for (s += closes; (isalnum((unsigned char)*s) || *s == ':') && n < sizeof name - 1; s++)
        name[n++] = *s;
    if (!n)
        return NULL;
    while (s && *s == ' ')
        s = s[1] == '>' ? s + 1 : attribute(s, html);
    if (!s || (*s != '>' && (html || strncmp(s, "/>", 2))))
        return NULL;
    if (closes) {
        if (!open->depth || strcmp(open->names[--open->depth], name))
            return NULL;
    } else if (*s == '>' && !(html && is_void(name))) {
        if (open->depth == DEPTH_MAX)
            return NULL;
        memcpy(open->names[open->depth++], name, sizeof name);
    }
    if (html && !closes && (!strcmp(name, "style") || !strcmp(name, "script"))) {
        s = strstr(s,
                   "</"); /* what stands between is the page's own: the policy has its hash */
        return s ? s - 1 : NULL;
    }
    return *s == '/' ? s + 1 : s;
}

/* &name; or &#1; */
static bool is_entity(const char *s)
{
    size_t n = strcspn(s, ";");
    return n >= 2 && n <= 8 && s[n] &&
           strspn(s + 1, "#0123456789abcdefghijklmnopqrstuvwxyz") >= n - 1;
}

static bool is_marked_up(const char *s, bool html)
{
    struct tags open = {.depth = 0};
    const char *first = html ? "<!doctype html>" : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    if (!strncmp(s, first, strlen(first)))
        s += strlen(first);
    for (; s && *s; s++)
        if (*s == '>' || (*s == '&' && !is_entity(s)))
            return false;
        else if (*s == '<' && !(s = tag(s + 1, html, &open)))
            return false;
    return !open.depth;
}

/* ----------------------------------------------------------------------- JSON */

/* Strings that end, brackets in pairs; nothing that means something to HTML. */
static bool is_json(const char *s)
{
    char open[DEPTH_MAX];
    size_t depth = 0;
    bool in_string = false;
    if (*s != '{' && *s != '[')
        return false;
    for (; *s; s++) {
        if (strchr("<>&", *s) || !strncmp(s, "\xe2\x80\xa8", 3) ||
            !strncmp(s, "\xe2\x80\xa9", 3))
            return false;
        if (in_string && *s == '\\') {
            if (!*++s || !strchr("\"\\/bfnrtu", *s))
                return false;
        } else if (*s == '"')
            in_string = !in_string;
        else if (!in_string && (*s == '{' || *s == '[')) {
            if (depth == DEPTH_MAX)
                return false;
            open[depth++] = *s == '{' ? '}' : ']';
        } else if (!in_string && (*s == '}' || *s == ']') && (!depth || open[--depth] != *s))
            return false;
    }
    return !depth && !in_string;
}

/* ----------------------------------------------------------------------- head */

/* Lines of names that are known, each once, with ends of CR LF, then an empty one. */
static void check_head(const struct hlcgi_response *r)
{
    static const char *const names[] = {"Status",
                                        "Content-Type",
                                        "Content-Length",
                                        "Content-Security-Policy",
                                        "X-Content-Type-Options",
                                        "Referrer-Policy",
                                        "X-Robots-Tag",
                                        "Cross-Origin-Resource-Policy",
                                        "Cache-Control",
                                        "ETag",
                                        "Allow",
                                        "Retry-After"};
    enum { COUNT = sizeof names / sizeof *names };
    bool seen[COUNT] = {false};
    const char *s = r->head.data;
    while (strncmp(s, "\r\n", 2)) {
        size_t line = strcspn(s, "\r\n"), name = strcspn(s, ":"), i = 0;
        need(name < line && !strncmp(s + line, "\r\n", 2), "a header", r);
        while (i < COUNT && (strlen(names[i]) != name || strncmp(names[i], s, name)))
            i++;
        need(i < COUNT && !seen[i], "the name of a header", r);
        for (size_t at = 0; at < line; at++)
            need(s[at] >= ' ' && s[at] <= '~', "a byte of a header", r);
        seen[i] = true;
        s += line + 2;
    }
    need(!s[2] && r->head.size == (size_t)(s - r->head.data) + 2, "the end of the head", r);
    for (size_t i = 0; i < COUNT; i++)
        need(seen[i] || i == 2 || i > 8, "a header is missing", r);
}

static void check_body(const struct hlcgi_response *r)
{
    const char *type = strstr(r->head.data, "Content-Type: "), *s = r->body.data;
    need(strlen(s) == r->body.size && is_shown(&r->body), "bytes of the body", r);
    if (strstr(type, "text/html") || strstr(type, "+xml;"))
        need(is_marked_up(s, strstr(type, "text/html")), "tags", r);
    else if (!strstr(type, "text/css"))
        need(is_json(s), "JSON", r);
    const char *length = strstr(r->head.data, "Content-Length: ");
    need(length && strtoul(length + 16, NULL, 10) == r->body.size, "the length", r);
}

static void check(const struct hlcgi_response *r)
{
    need(!r->failed, "out of memory", r);
    check_head(r);
    int status = atoi(r->head.data + strlen("Status: "));
    need(status == 200 || status == 304 || status == 400 || status == 404 || status == 405,
         "the status", r);
    need(!r->body.size || strcmp(exchange.method, "HEAD"), "HEAD has a body", r);
    bool empty = status == 304 || !strcmp(exchange.method, "HEAD");
    /* The list alone, where there is none. */
    empty |= strstr(exchange.query_string, "part=results") != NULL;
    need(r->body.size || empty, "no body", r);
    need(r->body.size < 4 << 20, "a body without measure", r);
    if (r->body.size)
        check_body(r);
    const char *line = r->log.data;
    need(r->log.size <= 4096 && r->log.size == strlen(line) && is_shown(&r->log), "the log", r);
    need(strcspn(line, "\t\r\n") == r->log.size - 1 && line[r->log.size - 1] == '\n',
         "the line of the log", r);
}

/* ------------------------------------------------------------------- requests */

static struct hlcgi_site site;

static void close_site(void)
{
    hlcgi_site_release(&site);
}

static void open_site(void)
{
    const char *path = fuzz_index();
    if (!path || setenv("HLSEARCH_INDEX", path, 1) ||
        setenv("HLSEARCH_BASE_URL", "https://news.example/tim", 1) || atexit(close_site))
        abort();
    hlcgi_site_init(&site);
}

/* The next string of the input, up to a NUL. */
static const char *next_string(const char **at, const char *end)
{
    const char *s = *at;
    *at += strlen(s);
    *at += *at < end;
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {"GET", "GET", "GET", "HEAD", NULL};
    struct hlcgi_response response;
    if (!size)
        return 0;
    if (!site.index_path)
        open_site();
    char *text = malloc(size);
    if (!text)
        abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    const char *at = text, *end = text + size - 1;
    exchange.query_string = next_string(&at, end);
    exchange.if_none_match = next_string(&at, end);
    exchange.method = methods[data[0] % 5] ? methods[data[0] % 5] : at;
    hlcgi_respond(&exchange, &site, &response);
    check(&response);
    hlcgi_response_release(&response);
    free(text);
    return 0;
}
