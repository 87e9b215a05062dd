/*
 * page.c - see page.h.
 *
 * From top to bottom: frame, notes, hits, paging, and the two pages made of them.  Text
 * that is ours is written as it is; text from outside goes through hlcgi_add_text(),
 * _attribute(), _url() or _parameter(), and each call names the place it stands in.
 */
#include "cgi/page.h"

#include "cgi/date.h"
#include "cgi/escape.h"
#include "cgi/style.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char HEADING[] = "Tìm kiếm tin khoa học";

static void add_string(struct hlcgi_out *out, const char *s)
{
    hlcgi_add_text(out, s, strlen(s));
}

/* 1.234.567, as numbers are written in Viet Nam. */
static void add_count(struct hlcgi_out *out, uint64_t n)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, n);
    assert(size > 0 && size < (int)sizeof digits);
    for (int i = 0; i < size; i++)
        hlcgi_add_format(out, "%s%c", i && (size - i) % 3 == 0 ? "." : "", digits[i]);
}

/* ---------------------------------------------------------------------- frame */

/* Without an action it goes to the address that the page came from, wherever that is; the
 * number of hits goes along where it is not the usual one. */
static void add_form(struct hlcgi_out *out, const struct hlcgi_request *request)
{
    hlcgi_add(out, "<form class=\"hl-form\" role=\"search\" method=\"get\">\n"
                   "<label for=\"hl-q\">Từ khóa</label>\n"
                   "<input id=\"hl-q\" name=\"q\" type=\"search\" autocomplete=\"off\""
                   " value=\"");
    hlcgi_add_attribute(out, request->query, strlen(request->query));
    hlcgi_add(out, "\">\n");
    if (request->n != HLCGI_N_DEFAULT)
        hlcgi_add_format(out, "<input type=\"hidden\" name=\"n\" value=\"%u\">\n", request->n);
    hlcgi_add(out, "<button>Tìm</button>\n</form>\n");
}

/* Everything above the results; the same on every page, errors included. */
static void begin(struct hlcgi_out *out, const struct hlcgi_request *request)
{
    hlcgi_add(out, "<!doctype html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<title>");
    add_string(out, request->query);
    hlcgi_add(out, *request->query ? " – " : "");
    hlcgi_add(out, HEADING);
    hlcgi_add(out, "</title>\n<style>");
    hlcgi_add(out, hlcgi_style);
    hlcgi_add(out, "</style>\n</head>\n<body>\n"
                   "<a class=\"hl-skip\" href=\"#hl-main\">Đến phần kết quả</a>\n"
                   "<header>\n<h1>");
    hlcgi_add(out, HEADING);
    hlcgi_add(out, "</h1>\n");
    add_form(out, request);
    hlcgi_add(out, "</header>\n<main id=\"hl-main\" tabindex=\"-1\">\n");
}

static void end(struct hlcgi_out *out)
{
    hlcgi_add(out, "</main>\n</body>\n</html>\n");
}

/* ---------------------------------------------------------------------- notes */

/* The text is one of ours, numbers put in. */
static void add_note(struct hlcgi_out *out, const char *text)
{
    hlcgi_add(out, "<p class=\"hl-note\">");
    hlcgi_add(out, text);
    hlcgi_add(out, "</p>\n");
}

/* Words that no article has: the likeliest reason for finding little. */
static void add_missing(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hl_reading *reading;
    size_t missing = 0;
    for (size_t i = 0; (reading = hl_result_reading(answer->result, i)); i++) {
        if (reading->in_index && reading->df)
            continue;
        hlcgi_add(out, missing++ ? ", " : "<p class=\"hl-note\">Không bài nào có từ: ");
        add_string(out, reading->word);
    }
    hlcgi_add(out, missing ? ".</p>\n" : "");
}

/* The query as it was understood, where that is not as typed. */
static void add_restored(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const char *restored = hl_result_restored(answer->result);
    if (!restored)
        return;
    hlcgi_add(out, "<p class=\"hl-note\">Tìm: <strong>");
    add_string(out, restored);
    hlcgi_add(out, "</strong> (<a href=\"?q=");
    hlcgi_add_parameter(out, answer->request->query);
    if (answer->request->n != HLCGI_N_DEFAULT)
        hlcgi_add_format(out, "&amp;n=%u", answer->request->n);
    hlcgi_add(out, "&amp;marks=strict\">tìm đúng như đã gõ</a>)</p>\n");
}

/* Other queries that may have been meant, as links. */
static void add_suggestions(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hl_suggestion *suggestion;
    size_t i = 0;
    for (; (suggestion = hl_result_suggestion(answer->result, i)); i++) {
        hlcgi_add(out, i ? "; <a href=\"?q="
                         : "<p class=\"hl-note\">Có phải bạn tìm: <a href=\"?q=");
        hlcgi_add_parameter(out, suggestion->text);
        if (answer->request->n != HLCGI_N_DEFAULT)
            hlcgi_add_format(out, "&amp;n=%u", answer->request->n);
        hlcgi_add(out, "\">");
        add_string(out, suggestion->text);
        hlcgi_add(out, "</a>");
    }
    hlcgi_add(out, i ? "?</p>\n" : "");
}

/* What was taken otherwise than it was asked. */
static void add_notes(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    unsigned replaced = answer->request->replaced;
    char text[160];
    snprintf(text, sizeof text, "Số trang không dùng được; đây là trang %u.",
             answer->request->page);
    if (replaced & HLCGI_REPLACED_PAGE)
        add_note(out, text);
    snprintf(text, sizeof text, "Số bài mỗi trang không dùng được; đã thay bằng %u.",
             answer->request->n);
    if (replaced & HLCGI_REPLACED_N)
        add_note(out, text);
    if (replaced & HLCGI_REPLACED_FORMAT)
        add_note(out, "Không có định dạng được yêu cầu; đây là trang HTML.");
    snprintf(text, sizeof text, "Chỉ tìm %d từ đầu tiên.", HLCGI_WORDS_MAX);
    if (replaced & HLCGI_REPLACED_WORDS)
        add_note(out, text);
    if (answer->query && hl_query_note(answer->query, 0))
        add_note(out, "Một phần của câu tìm không đúng cú pháp nên được hiểu như từ thường.");
    if (answer->result) {
        add_suggestions(out, answer);
        add_restored(out, answer);
        add_missing(out, answer);
    }
}

/* ----------------------------------------------------------------------- hits */

/* Marks come between pieces that are escaped each, so no text can make one. */
static void add_marked(struct hlcgi_out *out, const char *text, const struct hl_range *ranges,
                       size_t count)
{
    size_t at = 0, size = strlen(text);
    for (size_t i = 0; i < count; i++) {
        struct hl_range r = ranges[i];
        assert(r.start >= at && r.start < r.end && r.end <= size);
        hlcgi_add_text(out, text + at, r.start - at);
        hlcgi_add(out, "<mark>");
        hlcgi_add_text(out, text + r.start, r.end - r.start);
        hlcgi_add(out, "</mark>");
        at = r.end;
    }
    hlcgi_add_text(out, text + at, size - at);
}

/* An article without a title is named by its id. */
static void add_title(struct hlcgi_out *out, const struct hlcgi_hit *hit)
{
    hlcgi_add(out, "<h2>");
    if (hit->url) {
        hlcgi_add(out, "<a href=\"");
        hlcgi_add_url(out, hit->url);
        hlcgi_add(out, "\">");
    }
    if (hit->title.text)
        add_marked(out, hit->title.text, hit->title.ranges, hit->title.range_count);
    else
        add_marked(out, hit->hit->id, NULL, 0);
    hlcgi_add(out, hit->url ? "</a></h2>\n" : "</h2>\n");
}

/* The name becomes a class, the value came with the article. */
static void add_fact(struct hlcgi_out *out, const char *name, const char *value)
{
    assert(name && *name);
    if (!value || !*value)
        return;
    hlcgi_add_format(out, " <span class=\"hl-%s\">", name);
    add_string(out, value);
    hlcgi_add(out, "</span>");
}

/* When, in which section, in which paper. */
static void add_facts(struct hlcgi_out *out, const struct hl_hit *hit)
{
    hlcgi_add(out, "<p class=\"hl-facts\">");
    if (hlcgi_date_is_known(hit)) {
        hlcgi_add(out, "<time datetime=\"");
        hlcgi_add_date(out, hit);
        hlcgi_add(out, "\">");
        hlcgi_add_day(out, hit);
        hlcgi_add(out, "</time>");
    } else
        hlcgi_add(out, "<span>không rõ ngày</span>");
    add_fact(out, "section", hit->section);
    add_fact(out, "source", hit->source);
    hlcgi_add(out, "</p>\n");
}

/* The ellipses say where a sentence is cut, and what is left out between. */
static void add_passages(struct hlcgi_out *out, const struct hl_snippets *snippets)
{
    if (!snippets->count)
        return;
    hlcgi_add(out, "<p class=\"hl-passage\">");
    hlcgi_add(out, snippets->passages[0].cut_before ? "… " : "");
    for (size_t i = 0; i < snippets->count; i++) {
        const struct hl_passage *p = &snippets->passages[i];
        hlcgi_add(out, i ? " … " : "");
        add_marked(out, p->text, p->ranges, p->range_count);
    }
    hlcgi_add(out, snippets->passages[snippets->count - 1].cut_after ? " …</p>\n" : "</p>\n");
}

static void add_hit(struct hlcgi_out *out, const struct hlcgi_hit *hit)
{
    hlcgi_add(out, "<li><article class=\"hl-hit\">\n");
    add_title(out, hit);
    add_facts(out, hit->hit);
    add_passages(out, &hit->passages);
    hlcgi_add(out, "</article></li>\n");
}

/* The list counts on from the page before. */
static void add_hits(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    if (!answer->count)
        return;
    hlcgi_add_format(out, "<ol class=\"hl-hits\" start=\"%zu\">\n",
                     hlcgi_answer_offset(answer) + 1);
    for (size_t i = 0; i < answer->count; i++)
        add_hit(out, &answer->hits[i]);
    hlcgi_add(out, "</ol>\n");
}

/* ---------------------------------------------------------------------- paging */

/* Relative, so that it works wherever the program is mounted and by whatever name. */
static void add_page_link(struct hlcgi_out *out, const struct hlcgi_request *request,
                          unsigned page, const char *relation, const char *label)
{
    assert(page >= 1 && page * request->n <= HLCGI_HITS_MAX);
    hlcgi_add(out, "<li><a href=\"?q=");
    hlcgi_add_parameter(out, request->query);
    if (request->n != HLCGI_N_DEFAULT)
        hlcgi_add_format(out, "&amp;n=%u", request->n);
    if (request->marks)
        hlcgi_add(out, request->marks == HLCGI_MARKS_STRICT ? "&amp;marks=strict"
                                                            : "&amp;marks=loose");
    hlcgi_add_format(out, "&amp;page=%u\"%s>", page, relation);
    hlcgi_add(out, label);
    hlcgi_add(out, "</a></li>\n");
}

/* The page before, numbers around this one, the page after. */
static void add_pages(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    const struct hlcgi_request *r = answer->request;
    if (answer->pages < 2 && r->page == 1)
        return;
    assert(answer->pages * r->n <= HLCGI_HITS_MAX);
    unsigned first = r->page > 3 ? r->page - 2 : 1, last = r->page + 2;
    hlcgi_add(out, "<nav class=\"hl-pages\" aria-label=\"Các trang kết quả\">\n<ul>\n");
    if (r->page > 1 && r->page <= answer->pages)
        add_page_link(out, r, r->page - 1, " rel=\"prev\"", "Trang trước");
    if (r->page > answer->pages) /* past the end: the way back */
        first = last = 1;
    for (unsigned p = first; p <= last && p <= answer->pages; p++) {
        char label[64];
        snprintf(label, sizeof label, "Trang %u", p);
        if (p == r->page)
            hlcgi_add_format(out, "<li><strong aria-current=\"page\">%s</strong></li>\n",
                             label);
        else
            add_page_link(out, r, p, "", label);
    }
    if (r->page < answer->pages)
        add_page_link(out, r, r->page + 1, " rel=\"next\"", "Trang sau");
    hlcgi_add(out, "</ul>\n</nav>\n");
}

/* --------------------------------------------------------------------- answers */

/* What to do next: the three reasons for finding nothing that a reader can do away with. */
static void add_advice(struct hlcgi_out *out)
{
    hlcgi_add(out, "<h2>Có thể thử</h2>\n<ul class=\"hl-advice\">\n"
                   "<li>xem lại chính tả; gõ không dấu cũng tìm được</li>\n"
                   "<li>bớt từ, hoặc dùng từ chung hơn</li>\n"
                   "<li>bỏ dấu ngoặc kép và các từ có dấu trừ ở trước</li>\n</ul>\n");
}

/* The count, or that there is none; read out when the page has come. */
static void add_status(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    size_t offset = hlcgi_answer_offset(answer);
    hlcgi_add(out, "<p class=\"hl-count\" role=\"status\">");
    if (!answer->total)
        hlcgi_add(out, "Không tìm thấy bài nào");
    else {
        hlcgi_add(out, "Có ");
        add_count(out, answer->total);
        hlcgi_add(out, " bài");
    }
    hlcgi_add(out, " cho “");
    add_string(out, answer->request->query);
    hlcgi_add(out, "”.");
    if (answer->count && answer->pages > 1)
        hlcgi_add_format(out, " Trang %u: bài %zu–%zu.", answer->request->page, offset + 1,
                         offset + answer->count);
    else if (answer->total && !answer->count)
        hlcgi_add_format(out, " Trang %u không có bài nào.", answer->request->page);
    hlcgi_add(out, "</p>\n");
}

void hlcgi_page_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer)
{
    assert(answer->result || (!answer->total && !answer->count));
    begin(out, answer->request);
    if (!answer->result)
        add_note(out, "Nhập từ cần tìm, có dấu hay không dấu đều được. Dùng dấu ngoặc kép để "
                      "tìm nguyên cụm từ.");
    else
        add_status(out, answer);
    add_notes(out, answer);
    if (answer->result && !answer->total)
        add_advice(out);
    add_hits(out, answer);
    if (answer->total)
        add_pages(out, answer);
    end(out);
}

void hlcgi_page_error(struct hlcgi_out *out, const struct hlcgi_request *request,
                      const char *what, const char *id)
{
    assert(what && *what && id && *id);
    begin(out, request);
    hlcgi_add(out, "<p class=\"hl-error\" role=\"alert\">");
    hlcgi_add(out, what);
    hlcgi_add_format(out, " (mã %s)</p>\n", id);
    end(out);
}
