/*
 * respond.c - see respond.h.
 *
 * The table of endings is all that a visitor can be told of a failure.  Adding one means a
 * status, a code for programs and a sentence for readers; nothing of the failure itself can
 * come through, since nothing of it is passed on.
 */
#include "cgi/respond.h"

#include "cgi/escape.h"
#include "cgi/json.h"
#include "cgi/page.h"
#include "cgi/style.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { LOG_MAX = 4096, ID_SIZE = 9, TAG_SIZE = 24 };

#define ALWAYS                                                                                 \
    "Content-Security-Policy: default-src 'none'; style-src 'self' '" HLCGI_STYLE_HASH         \
    "'; img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"    \
    "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"                  \
    "X-Robots-Tag: noindex\r\nCross-Origin-Resource-Policy: same-site\r\n"

#define UNAVAILABLE "Status: 503 Service Unavailable\r\nRetry-After: 30\r\n"

const char hlcgi_last_head[] = UNAVAILABLE
    "Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n" ALWAYS "\r\n";
const char hlcgi_last_body[] = "Tạm thời không tìm kiếm được. Xin thử lại sau ít phút.\n";

/* How a request can end, and the words for those who see only that. */
enum ending { FOUND, UNCHANGED, TOO_LONG, BAD_QUERY, BAD_METHOD, BROKEN };

static const struct {
    int status;
    const char *lines; /* of the header block */
    const char *code;  /* in JSON */
    const char *message;
    const char *what; /* on the page */
} endings[] = {
    [FOUND] = {200, "Status: 200 OK\r\n", NULL, NULL, NULL},
    [UNCHANGED] = {304, "Status: 304 Not Modified\r\n", NULL, NULL, NULL},
    [TOO_LONG] = {400, "Status: 400 Bad Request\r\n", "LIMIT",
                  "the query is longer than 512 bytes", "Câu tìm dài quá 512 byte."},
    [BAD_QUERY] = {400, "Status: 400 Bad Request\r\n", "BAD_QUERY",
                   "the query cannot be searched", "Không tìm được theo câu này."},
    [BAD_METHOD] = {405, "Status: 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n", "METHOD",
                    "only GET and HEAD are answered", "Trang này chỉ nhận GET và HEAD."},
    [BROKEN] = {503, UNAVAILABLE, "UNAVAILABLE", "the search is not available; try again later",
                "Tạm thời không tìm kiếm được. Xin thử lại sau ít phút."},
};

/* ------------------------------------------------------------------------ tag */

/* No secret and no adversary: who makes two answers with one tag sees his own old page. */
static uint64_t hash(uint64_t h, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3; /* FNV-1a, 64 bits */
    return h;
}

/* Of the body but for bytes from..to: equal answers have equal tags, after a new generation
 * as well, if it changed nothing that shows. */
static void make_tag(const struct hlcgi_out *body, size_t from, size_t to, char tag[TAG_SIZE])
{
    uint64_t h = 0xcbf29ce484222325;
    assert(from <= to && to <= body->size);
    h = hash(h, body->data, from);
    h = hash(h, body->data + to, body->size - to);
    snprintf(tag, TAG_SIZE, "\"%016" PRIx64 "\"", h);
}

/* The tag stands in its quotes, and quotes cannot stand within a tag: a search is enough. */
static bool is_known(const char *if_none_match, const char *tag)
{
    return if_none_match && (!strcmp(if_none_match, "*") || strstr(if_none_match, tag));
}

/* ----------------------------------------------------------------------- head */

/* Answers may be kept for a minute, failures must not be.  The tag is a weak one: servers
 * compress pages on their way, and the time taken differs in JSON. */
static void add_head(struct hlcgi_response *response, enum ending ending,
                     enum hlcgi_format format, const char *tag)
{
    struct hlcgi_out *head = &response->head;
    assert(!head->size && endings[ending].status);
    hlcgi_add(head, endings[ending].lines);
    if (*tag)
        hlcgi_add_format(head, "Cache-Control: public, max-age=60\r\nETag: W/%s\r\n", tag);
    else
        hlcgi_add(head, "Cache-Control: no-store\r\n");
    hlcgi_add_format(head, "Content-Type: %s; charset=utf-8\r\n",
                     format == HLCGI_JSON ? "application/json" : "text/html");
    if (ending != UNCHANGED)
        hlcgi_add_format(head, "Content-Length: %zu\r\n", response->body.size);
    hlcgi_add(head, ALWAYS "\r\n");
}

/* ------------------------------------------------------------------------ log */

static const char *method_name(enum hlcgi_method method)
{
    return method == HLCGI_GET ? "GET" : method == HLCGI_HEAD ? "HEAD" : "other method";
}

/* The query as the page shows it; its bytes as they came are in the server's own log. */
static void begin_log(struct hlcgi_out *log, const struct hlcgi_request *request,
                      enum ending ending)
{
    hlcgi_add_format(log, "hlsearch.cgi: %d %s, page %u of %u each, q \"",
                     endings[ending].status, method_name(request->method), request->page,
                     request->n);
    hlcgi_add_log(log, request->query);
    hlcgi_add(log, "\"");
}

/* One line, whatever stands in it. */
static void end_log(struct hlcgi_out *log)
{
    assert(log->failed || !memchr(log->data, '\n', log->size));
    if (log->size > LOG_MAX - 1)
        log->size = LOG_MAX - 1;
    hlcgi_add(log, "\n");
}

/* ------------------------------------------------------------------ responses */

/* Something to find the log line by; whoever has no randomness has a process number. */
static void make_id(char id[ID_SIZE])
{
    uint32_t number;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        number = (uint32_t)getpid();
    snprintf(id, ID_SIZE, "%08" PRIx32, number);
}

/* Words for the visitor by the ending alone; the detail goes to the log. */
static void respond_error(const struct hlcgi_request *request, enum ending ending,
                          const char *detail, struct hlcgi_response *response)
{
    char id[ID_SIZE];
    assert(endings[ending].code && endings[ending].what);
    make_id(id);
    if (request->format == HLCGI_JSON)
        hlcgi_json_error(&response->body, endings[ending].code, endings[ending].message, id);
    else
        hlcgi_page_error(&response->body, request, endings[ending].what, id);
    add_head(response, ending, request->format, "");
    begin_log(&response->log, request, ending);
    hlcgi_add_format(&response->log, ", id %s: ", id);
    hlcgi_add_log(&response->log, detail);
    end_log(&response->log);
}

static void respond_answer(const struct hlcgi_request *request,
                           const struct hlcgi_answer *answer, const char *if_none_match,
                           const char *complaint, struct hlcgi_response *response)
{
    size_t from = 0, to = 0;
    char tag[TAG_SIZE];
    if (request->format == HLCGI_JSON)
        hlcgi_json_answer(&response->body, answer, &from, &to);
    else
        hlcgi_page_answer(&response->body, answer);
    if (response->body.failed)
        return;
    make_tag(&response->body, from, to, tag);
    assert(strlen(tag) == 18);
    enum ending ending = is_known(if_none_match, tag) ? UNCHANGED : FOUND;
    add_head(response, ending, request->format, tag);
    if (ending == UNCHANGED)
        response->body.size = 0;
    begin_log(&response->log, request, ending);
    hlcgi_add_format(&response->log, ": %zu of %" PRIu64 " in %.1f ms", answer->count,
                     answer->total, answer->seconds * 1e3);
    if (complaint) {
        hlcgi_add(&response->log, ", without the synonyms of ");
        hlcgi_add_log(&response->log, complaint);
    }
    end_log(&response->log);
}

/* A failure of the index drops it: the next request tries its files anew. */
static void search(const struct hlcgi_request *request, const char *if_none_match,
                   struct hlcgi_shelf *shelf, struct hlcgi_response *response)
{
    const struct hl_index *index;
    struct hlcgi_answer answer;
    struct hl_error err = {0};
    hl_status status = hlcgi_shelf_take(shelf, &index, &err);
    if (status != HL_OK) {
        respond_error(request, BROKEN, err.text, response);
        return;
    }
    status = hlcgi_answer_open(index, shelf->synonyms, request, &answer, &err);
    if (status == HL_OK) {
        const char *complaint = shelf->complaint.code ? shelf->complaint.text : NULL;
        respond_answer(request, &answer, if_none_match, complaint, response);
        hlcgi_answer_release(&answer);
        return;
    }
    bool asked_badly = status == HL_LIMIT || status == HL_BAD_QUERY;
    respond_error(request, asked_badly ? BAD_QUERY : BROKEN, err.text, response);
    if (!asked_badly)
        hlcgi_shelf_drop(shelf);
}

void hlcgi_respond(const struct hlcgi_exchange *exchange, struct hlcgi_shelf *shelf,
                   struct hlcgi_response *out_response)
{
    struct hlcgi_request request;
    struct hlcgi_response *r = out_response;
    memset(r, 0, sizeof *r);
    hlcgi_request_read(exchange->method, exchange->query_string, &request);
    if (request.method == HLCGI_OTHER)
        respond_error(&request, BAD_METHOD, "only GET and HEAD are answered", r);
    else if (request.too_long)
        respond_error(&request, TOO_LONG, "the query is too long", r);
    else if (!request.failed)
        search(&request, exchange->if_none_match, shelf, r);
    r->failed = request.failed || r->head.failed || r->body.failed || r->log.failed;
    if (request.method == HLCGI_HEAD)
        r->body.size = 0;
}

void hlcgi_response_release(struct hlcgi_response *response)
{
    hlcgi_out_release(&response->head);
    hlcgi_out_release(&response->body);
    hlcgi_out_release(&response->log);
}
