/*
 * answer_rss.c - see answer.h, hits.h: an answer as RSS 2.0 (rssboard.org/rss-specification).
 *
 * Titles and names are plain text there, but a description is read as HTML: text of articles
 * is escaped for HTML first and then, as everything, for XML. What XML 1.0 cannot hold
 * (control characters, U+FFFE) never gets as far.
 */
#include "cli/answer.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { ZONE = 7 * 3600 };

/* --------------------------------------------------------------------- escaping */

/* What stands for a byte that means something, or NULL. */
static const char *entity(char c)
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
    default:
        return NULL;
    }
}

/* U+FFFE and U+FFFF are no characters of XML. */
static bool is_no_character(const char *p, size_t size)
{
    return size == 3 && !memcmp(p, "\xef\xbf", 2) && (unsigned char)p[2] >= 0xbe;
}

static bool is_control(const char *p, size_t size)
{
    const unsigned char *s = (const unsigned char *)p;
    return (size == 1 && (s[0] < 0x20 || s[0] == 0x7f)) ||
           (size == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

/* Line ends and tabs become blanks, other controls go, what is no UTF-8 becomes U+FFFD. */
static void add_xml(struct hlcli_text *out, const char *s, size_t size)
{
    for (size_t at = 0, step; at < size; at += step ? step : 1) {
        step = hlcli_utf8_size(s + at, size - at);
        if (!step || is_no_character(s + at, step))
            hlcli_add(out, "\xef\xbf\xbd");
        else if (strchr("\t\n\r", s[at]))
            hlcli_add(out, " ");
        else if (is_control(s + at, step))
            continue;
        else if (entity(s[at]))
            hlcli_add(out, entity(s[at]));
        else
            hlcli_add_bytes(out, s + at, step);
    }
}

/* Text as HTML, to be escaped once more. */
static void add_html(struct hlcli_text *out, const char *s)
{
    for (; *s; s++)
        if (entity(*s))
            hlcli_add(out, entity(*s));
        else
            hlcli_add_bytes(out, s, 1);
}

/* Bytes that RFC 3986 does not allow in an address become %NN. */
static void add_address(struct hlcli_text *out, const char *url)
{
    for (; *url; url++)
        if ((unsigned char)*url <= ' ' || (unsigned char)*url >= 0x7f ||
            strchr("\"<>\\^`{|}", *url))
            hlcli_add_format(out, "%%%02X", (unsigned char)*url);
        else
            hlcli_add_bytes(out, url, 1);
}

bool hlcli_is_web(const char *url)
{
    size_t scheme = !url                               ? 0
                    : !strncasecmp(url, "http://", 7)  ? 7
                    : !strncasecmp(url, "https://", 8) ? 8
                                                       : 0;
    return scheme && (unsigned char)url[scheme] > ' ' && !strchr("/?#\\", url[scheme]);
}

/* <name>text</name>, nothing for no text. */
static void add_element(struct hlcli_text *out, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    hlcli_add_format(out, "<%s>", name);
    add_xml(out, text, strlen(text));
    hlcli_add_format(out, "</%.*s>\n", (int)strcspn(name, " "), name);
}

/* ---------------------------------------------------------------------- channel */

/* The address of the page that answers this query, as `extra` asks. */
static void add_search_address(const struct hlcli_answer *a, const char *extra,
                               struct hlcli_text *out)
{
    add_address(out, a->base_url);
    hlcli_add(out, strchr(a->base_url, '?') ? "&q=" : "?q=");
    for (const char *p = a->words; *p; p++)
        if (strchr("-._~", *p) || (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
            (*p >= 'A' && *p <= 'Z'))
            hlcli_add_bytes(out, p, 1);
        else
            hlcli_add_format(out, "%%%02X", (unsigned char)*p);
    hlcli_add(out, extra);
}

/* A link is wanted of every channel: about:blank where no page is known that searches. */
void hlcli_answer_rss_head(const struct hlcli_answer *a, struct hlcli_text *out)
{
    struct hlcli_text link, self;
    hlcli_text_init(&link);
    hlcli_text_init(&self);
    if (a->base_url) {
        add_search_address(a, "", &link);
        add_search_address(a, "&format=rss", &self);
    }
    hlcli_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
                   "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n");
    add_element(out, "title", a->words);
    add_element(out, "link", link.size ? link.data : "about:blank");
    hlcli_add(out, "<description>");
    if (hl_result_total_is(a->result) == HL_TOTAL_ESTIMATE)
        hlcli_add(out, "about ");
    hlcli_add_format(out, "%llu ", (unsigned long long)hl_result_total(a->result));
    hlcli_add(out, hl_result_total(a->result) == 1 ? "article" : "articles");
    hlcli_add(out, "</description>\n");
    if (self.size) {
        hlcli_add(out, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"");
        add_xml(out, self.data, self.size);
        hlcli_add(out, "\"/>\n");
    }
    hlcli_add(out, "<language>vi</language>\n<generator>hlsearch " HL_VERSION "</generator>\n");
    hlcli_text_release(&link);
    hlcli_text_release(&self);
}

void hlcli_answer_rss_tail(struct hlcli_text *out)
{
    hlcli_add(out, "</channel>\n</rss>\n");
}

/* ------------------------------------------------------------------------- item */

/* "Sat, 14 Jan 2017 08:30:00 +0700" (RFC 822, years of four digits); a date that is known by
 * the month only is none. */
static void add_date(const struct hl_hit *hit, struct hlcli_text *out)
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (hit->date_precision < HL_DATE_DAY)
        return;
    struct hlcli_text day;
    hlcli_text_init(&day);
    hlcli_add_day(&day, hit->date, ZONE / 60, HL_DATE_DAY); /* YYYY-MM-DD */
    assert(day.size == 10);
    int64_t local = hit->date + ZONE, number = local / 86400, second = local % 86400;
    if (second < 0) {
        number--;
        second += 86400;
    }
    size_t month = (size_t)((day.data[5] - '0') * 10 + day.data[6] - '0' - 1);
    hlcli_add_format(out, "<pubDate>%.3s, %.2s %.3s %.4s %02d:%02d:%02d +0700</pubDate>\n",
                     days + 3 * ((number % 7 + 7) % 7), day.data + 8, months + 3 * month,
                     day.data, (int)(second / 3600), (int)(second / 60 % 60),
                     (int)(second % 60));
    hlcli_text_release(&day);
}

/* The passage, else the lead. */
static void add_description(const struct hlcli_view *view, struct hlcli_text *out)
{
    struct hlcli_text html, text;
    hlcli_text_init(&html);
    hlcli_text_init(&text);
    if (view->passages.count)
        hlcli_view_passages(view, "…", &text);
    else
        hlcli_add(&text, view->article.lead ? view->article.lead : "");
    add_html(&html, text.data);
    add_element(out, "description", html.data);
    hlcli_text_release(&html);
    hlcli_text_release(&text);
}

/* RSS wants the address of a source with its name: that of the article's site, or none. */
static void add_source(const struct hlcli_view *view, const char *link, struct hlcli_text *out)
{
    if (!view->hit->source || !*view->hit->source)
        return;
    if (!*link) {
        add_element(out, "dc:source", view->hit->source);
        return;
    }
    size_t host = (size_t)(strchr(link, ':') - link) + 3;
    hlcli_add(out, "<source url=\"");
    add_xml(out, link, host + strcspn(link + host, "/?#"));
    hlcli_add(out, "/\">");
    add_xml(out, view->hit->source, strlen(view->hit->source));
    hlcli_add(out, "</source>\n");
}

void hlcli_view_rss(const struct hlcli_view *view, struct hlcli_text *out)
{
    const char *title = view->article.title;
    struct hlcli_text link;
    hlcli_text_init(&link);
    if (hlcli_is_web(view->article.url))
        add_address(&link, view->article.url);
    hlcli_add(out, "<item>\n");
    add_element(out, "title", title && *title ? title : view->hit->id);
    add_element(out, "link", link.data);
    if (link.size)
        add_element(out, "guid", link.data);
    else
        add_element(out, "guid isPermaLink=\"false\"", view->hit->id);
    add_date(view->hit, out);
    add_description(view, out);
    add_element(out, "category", view->hit->section);
    add_element(out, "dc:creator", view->hit->author);
    add_source(view, link.data, out);
    hlcli_add(out, "</item>\n");
    hlcli_text_release(&link);
}
