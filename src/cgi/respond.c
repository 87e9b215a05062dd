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

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { LOG_MAX = 4096, LOG_SHARDS = 4, LOG_QUERY = 200, ID_SIZE = 9, TAG_SIZE = 24 };

/* The policy of a page says besides which styles and scripts are its own. */
#define POLICY                                                                                 \
    "default-src 'none'; style-src 'self'; img-src 'self' https:; form-action 'self'; "        \
    "base-uri 'none'; frame-ancestors 'self'"
#define ALWAYS                                                                                 \
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"                      \
    "X-Robots-Tag: noindex\r\nCross-Origin-Resource-Policy: same-site\r\n"

#define UNAVAILABLE "Status: 503 Service Unavailable\r\nRetry-After: 30\r\n"

const char hlcgi_last_head[] =
    UNAVAILABLE "Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n"
                "Content-Security-Policy: " POLICY "\r\n" ALWAYS "\r\n";
const char hlcgi_last_body[] = "Tạm thời không tìm kiếm được. Xin thử lại sau ít phút.\n";

/* How a request can end, and the words for those who see only that. */
enum ending { FOUND, UNCHANGED, TOO_LONG, BAD_QUERY, BAD_METHOD, MISSING, BROKEN };

static const struct {
    int status;
    const char *lines; /* of the header block */
    const char *code;  /* in JSON */
    const char *message;
    enum hlcgi_failure failure; /* on the page */
} endings[] = {
    [FOUND] = {200, "Status: 200 OK\r\n", NULL, NULL, HLCGI_FAILURE_NONE},
    [UNCHANGED] = {304, "Status: 304 Not Modified\r\n", NULL, NULL, HLCGI_FAILURE_NONE},
    [TOO_LONG] = {400, "Status: 400 Bad Request\r\n", "LIMIT",
                  "the query is longer than 512 bytes", HLCGI_FAILURE_LONG},
    [BAD_QUERY] = {400, "Status: 400 Bad Request\r\n", "BAD_QUERY",
                   "the query cannot be searched", HLCGI_FAILURE_QUERY},
    [BAD_METHOD] = {405, "Status: 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n", "METHOD",
                    "only GET and HEAD are answered", HLCGI_FAILURE_METHOD},
    [MISSING] = {404, "Status: 404 Not Found\r\n", "NOT_FOUND", "there is no such article",
                 HLCGI_FAILURE_MISSING},
    [BROKEN] = {503, UNAVAILABLE, "UNAVAILABLE", "the search is not available; try again later",
                HLCGI_FAILURE_BROKEN},
};

/* ------------------------------------------------------------------------ tag */

/* No secret and no adversary: who makes two answers with one tag sees his own old page.  Eight
 * bytes at a time in the manner of FNV-1a; its high half is folded in, since a product alone
 * never brings high bits down. */
static uint64_t hash(uint64_t h, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t eight = 0;
        memcpy(&eight, bytes + i, size - i < 8 ? size - i : 8);
        h = (h ^ eight) * 0x9e3779b97f4a7c15;
        h ^= h >> 32;
    }
    return (h ^ size) * 0x100000001b3;
}

/* Of the body but for bytes from..to: equal answers have equal tags, after a new generation
 * as well, if it changed nothing that shows. */
static void make_tag(const struct hlcgi_out *body, size_t from, size_t to, char tag[TAG_SIZE])
{
    uint64_t h = 0xcbf29ce484222325;
    assert(from <= to && to <= body->size);
    if (body->size) { /* a part without hits is empty, and has no data then */
        h = hash(h, body->data, from);
        h = hash(h, body->data + to, body->size - to);
    }
    snprintf(tag, TAG_SIZE, "\"%016" PRIx64 "\"", h);
}

/* The tag stands in its quotes, and quotes cannot stand within a tag: a search is enough. */
static bool is_known(const char *if_none_match, const char *tag)
{
    return if_none_match && (!strcmp(if_none_match, "*") || strstr(if_none_match, tag));
}

/* ----------------------------------------------------------------------- head */

/* An error has no feed: a reader of feeds gets the page, which says what is wrong. */
static const char *type_of(enum ending ending, const struct hlcgi_request *request)
{
    static const char *const types[] = {[HLCGI_HTML] = "text/html",
                                        [HLCGI_JSON] = "application/json",
                                        [HLCGI_RSS] = "application/rss+xml",
                                        [HLCGI_OPENSEARCH] =
                                            "application/opensearchdescription+xml"};
    const struct hlcgi_state *s = &request->state;
    bool good = ending == FOUND || ending == UNCHANGED;
    if (s->action == HLCGI_STYLE && good)
        return "text/css";
    if (s->action == HLCGI_SUGGEST)
        return good && s->format == HLCGI_OPENSEARCH ? "application/x-suggestions+json"
                                                     : types[HLCGI_JSON];
    return types[good || s->format == HLCGI_JSON ? s->format : HLCGI_HTML];
}

/* Answers may be kept for a minute, the style sheet, whose address tells its version, for a
 * week; failures must not be.  The tag is a weak one: servers
 * compress pages on their way, and the time taken differs in JSON. */
static void add_head(struct hlcgi_response *response, enum ending ending,
                     const struct hlcgi_site *site, const struct hlcgi_request *request,
                     const char *tag)
{
    struct hlcgi_out *head = &response->head;
    assert(!head->size && endings[ending].status);
    hlcgi_add(head, endings[ending].lines);
    int seconds = request->state.action == HLCGI_STYLE ? 604800 : 60;
    if (*tag)
        hlcgi_add_format(head, "Cache-Control: public, max-age=%d\r\nETag: W/%s\r\n", seconds,
                         tag);
    else
        hlcgi_add(head, "Cache-Control: no-store\r\n");
    const char *type = type_of(ending, request);
    hlcgi_add_format(head, "Content-Type: %s; charset=utf-8\r\n", type);
    if (ending != UNCHANGED)
        hlcgi_add_format(head, "Content-Length: %zu\r\n", response->body.size);
    hlcgi_add(head, "Content-Security-Policy: ");
    /* Of the page alone, or it would depend on whether somebody asked for one before. */
    hlcgi_add(head, site->page && !strcmp(type, "text/html") ? site->policy.data : POLICY);
    hlcgi_add(head, "\r\n" ALWAYS "\r\n");
}

/* ------------------------------------------------------------------------ log */

static const char *method_name(enum hlcgi_method method)
{
    return method == HLCGI_GET ? "GET" : method == HLCGI_HEAD ? "HEAD" : "other method";
}

/* The query as the page shows it; its bytes as they came are in the server's own log. Not
 * much of it: FastCGI sends what a program logs in pieces of 512 bytes, each a line there. */
static void begin_log(struct hlcgi_out *log, const struct hlcgi_request *request,
                      enum ending ending)
{
    static const char *const actions[] = {"", " related", " show", " suggest", " style"};
    hlcgi_add_format(log, "hlsearch.cgi: %d %s%s, page %u of %u each, q \"",
                     endings[ending].status, method_name(request->method),
                     actions[request->state.action], request->state.page, request->state.n);
    struct hlcgi_out query = {0};
    hlcgi_add_log(&query, request->state.query);
    size_t kept = query.size;
    if (kept > LOG_QUERY)
        for (kept = LOG_QUERY; (query.data[kept] & 0xc0) == 0x80;)
            kept--;
    hlcgi_add_bytes(log, query.data, kept);
    hlcgi_add(log, kept < query.size ? "...\"" : "\"");
    log->failed |= query.failed;
    hlcgi_out_release(&query);
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

static bool wants_json(const struct hlcgi_request *request)
{
    return request->state.format == HLCGI_JSON || request->state.action == HLCGI_SUGGEST;
}

/* Words for the visitor by the ending alone; the detail goes to the log. */
static void respond_error(struct hlcgi_site *site, const struct hlcgi_request *request,
                          enum ending ending, const char *detail,
                          struct hlcgi_response *response)
{
    char id[ID_SIZE];
    struct hl_error err;
    assert(endings[ending].code && endings[ending].failure);
    make_id(id);
    if (wants_json(request))
        hlcgi_json_error(&response->body, endings[ending].code, endings[ending].message, id);
    else if (hlcgi_site_take_page(site, &err) != HL_OK ||
             hlcgi_page_print(site->page, site, request, NULL, endings[ending].failure, id,
                              &response->body, &err) != HL_OK)
        response->failed = true;
    add_head(response, ending, site, request, "");
    begin_log(&response->log, request, ending);
    hlcgi_add_format(&response->log, ", id %s: ", id);
    hlcgi_add_log(&response->log, detail);
    end_log(&response->log);
}

/* The body in the form that was asked for. */
static hl_status print_answer(struct hlcgi_site *site, const struct hlcgi_answer *answer,
                              struct hlcgi_out *body, size_t *out_from, size_t *out_to,
                              struct hl_error *err)
{
    const struct hlcgi_request *request = answer->request;
    enum hlcgi_format format = request->state.format;
    const struct hltemplate *page = site->page;
    hl_status status = HL_OK;
    *out_from = *out_to = 0;
    if (request->state.action == HLCGI_SUGGEST && format == HLCGI_OPENSEARCH)
        hlcgi_json_opensearch(body, answer);
    else if (wants_json(request))
        hlcgi_json_answer(body, answer, out_from, out_to);
    else {
        if (format == HLCGI_RSS || format == HLCGI_OPENSEARCH)
            status = hlcgi_site_feed(site, format == HLCGI_RSS ? "feed.xml" : "opensearch.xml",
                                     &page, err);
        if (status == HL_OK)
            status = hlcgi_page_print(page, site, request, answer, HLCGI_FAILURE_NONE, "", body,
                                      err);
    }
    return status;
}

/* What time cut short, or a shard is missing of, may be whole the next time. */
static void keep(struct hlcgi_site *site, const char *query_string,
                 const struct hlcgi_answer *answer, const char *tag,
                 const struct hlcgi_out *body)
{
    struct hlcgi_kept kept = {
        .count = answer->count, .total = answer->total, .body = body->data, .size = body->size};
    static_assert(sizeof kept.tag == TAG_SIZE, "a tag fits");
    memcpy(kept.tag, tag, strlen(tag) + 1);
    /* Of a suggestion nobody says whether all shards had a say in it. */
    bool whole = answer->result ? !answer->partial : answer->backend == HL_BACKEND_NATIVE;
    if (whole)
        hlcgi_cache_keep(site->cache, query_string, &kept);
}

/* Why the answer is not whole: visitors see how many shards are missing, the log which. */
static void add_missing(struct hlcgi_out *log, const struct hlcgi_answer *answer)
{
    const struct hl_shard *shard;
    if (answer->cut)
        hlcgi_add(log, ", cut short");
    if (answer->missing)
        hlcgi_add_format(log, ", without %u of %u shards", answer->missing, answer->asked);
    unsigned told = 0;
    for (size_t i = 0; answer->missing && (shard = hl_result_shard(answer->result, i)); i++) {
        if (shard->answered || told == LOG_SHARDS)
            continue;
        hlcgi_add(log, told++ ? "; " : " (");
        hlcgi_add_log(log, shard->name);
        hlcgi_add(log, ": ");
        hlcgi_add_log(log, shard->problem ? shard->problem : "did not answer");
    }
    hlcgi_add(log, told < answer->missing ? "; ...)" : told ? ")" : "");
}

/* What visitors had to do without. */
static void add_complaint(struct hlcgi_out *log, const struct hlcgi_site *site)
{
    if (!*site->complaint)
        return;
    hlcgi_add(log, ", without ");
    hlcgi_add_log(log, site->complaint);
}

static hl_status respond_answer(struct hlcgi_site *site, const struct hlcgi_answer *answer,
                                const struct hlcgi_exchange *exchange,
                                struct hlcgi_response *response, struct hl_error *err)
{
    const char *if_none_match = exchange->if_none_match, *query_string = exchange->query_string;
    const struct hlcgi_request *request = answer->request;
    size_t from = 0, to = 0;
    char tag[TAG_SIZE];
    hl_status status = print_answer(site, answer, &response->body, &from, &to, err);
    if (status != HL_OK || response->body.failed)
        return status;
    make_tag(&response->body, from, to, tag);
    assert(strlen(tag) == 18);
    keep(site, query_string, answer, tag, &response->body);
    enum ending ending = is_known(if_none_match, tag) ? UNCHANGED : FOUND;
    add_head(response, ending, site, request, answer->partial ? "" : tag);
    if (ending == UNCHANGED)
        response->body.size = 0;
    begin_log(&response->log, request, ending);
    hlcgi_add_format(&response->log, ": %zu of %" PRIu64 " in %.1f ms", answer->count,
                     answer->total, answer->seconds * 1e3);
    if (answer->partial)
        add_missing(&response->log, answer);
    add_complaint(&response->log, site);
    end_log(&response->log);
    return HL_OK;
}

/* An answer that was given before, by this process. */
static void respond_kept(struct hlcgi_site *site, const struct hlcgi_request *request,
                         const struct hlcgi_kept *kept, const char *if_none_match,
                         struct hlcgi_response *response)
{
    enum ending ending = is_known(if_none_match, kept->tag) ? UNCHANGED : FOUND;
    hlcgi_add_bytes(&response->body, kept->body, kept->size);
    add_head(response, ending, site, request, kept->tag);
    if (ending == UNCHANGED)
        response->body.size = 0;
    begin_log(&response->log, request, ending);
    hlcgi_add_format(&response->log, ": %zu of %" PRIu64 " kept", kept->count, kept->total);
    add_complaint(&response->log, site);
    end_log(&response->log);
}

/* Needs no index: a page that says that there is none has its looks all the same. */
static void respond_style(struct hlcgi_site *site, const struct hlcgi_request *request,
                          const char *if_none_match, struct hlcgi_response *response)
{
    const struct hltemplate_file *style = hlcgi_site_style();
    char tag[TAG_SIZE];
    hlcgi_add_bytes(&response->body, style->bytes, style->size);
    if (response->body.failed)
        return;
    make_tag(&response->body, 0, 0, tag);
    enum ending ending = is_known(if_none_match, tag) ? UNCHANGED : FOUND;
    add_head(response, ending, site, request, tag);
    if (ending == UNCHANGED)
        response->body.size = 0;
    begin_log(&response->log, request, ending);
    hlcgi_add(&response->log, ": style");
    end_log(&response->log);
}

/* What a failure is to the visitor. */
static enum ending ending_of(hl_status status, const struct hlcgi_request *request)
{
    bool of_article =
        request->state.action == HLCGI_SHOW || request->state.action == HLCGI_RELATED;
    if (status == HL_LIMIT || status == HL_BAD_QUERY)
        return BAD_QUERY;
    if (of_article && (status == HL_NOT_FOUND || status == HL_UNSUPPORTED))
        return MISSING;
    return BROKEN;
}

/* A failure of the index drops it: the next request tries its files anew. */
static void search(struct hlcgi_site *site, const struct hlcgi_request *request,
                   const struct hlcgi_exchange *exchange, struct hlcgi_response *response)
{
    struct hlcgi_answer answer;
    struct hlcgi_kept kept;
    struct hl_error err = {0};
    hl_status status = hlcgi_site_take(site, &err);
    if (status != HL_OK) {
        respond_error(site, request, BROKEN, err.text, response);
        return;
    }
    if (hlcgi_cache_find(site->cache, exchange->query_string, &kept)) {
        respond_kept(site, request, &kept, exchange->if_none_match, response);
        return;
    }
    status = hlcgi_answer_open(site, request, &answer, &err);
    if (status == HL_OK) {
        status = respond_answer(site, &answer, exchange, response, &err);
        hlcgi_answer_release(&answer, site);
        if (status == HL_OK)
            return;
        response->body.size = 0; /* what was printed before it failed */
    }
    enum ending ending = ending_of(status, request);
    respond_error(site, request, ending, err.text, response);
    if (ending == BROKEN)
        hlcgi_site_drop_index(site);
}

void hlcgi_respond(const struct hlcgi_exchange *exchange, struct hlcgi_site *site,
                   struct hlcgi_response *out_response)
{
    struct hlcgi_request request;
    struct hlcgi_response *r = out_response;
    memset(r, 0, sizeof *r);
    hlcgi_request_read(exchange->method, exchange->query_string, &request);
    if (request.method == HLCGI_OTHER)
        respond_error(site, &request, BAD_METHOD, "only GET and HEAD are answered", r);
    else if (request.too_long)
        respond_error(site, &request, TOO_LONG, "the query is too long", r);
    else if (request.state.action == HLCGI_STYLE)
        respond_style(site, &request, exchange->if_none_match, r);
    else if (!request.failed)
        search(site, &request, exchange, r);
    r->failed |= request.failed || r->head.failed || r->body.failed || r->log.failed;
    if (request.method == HLCGI_HEAD)
        r->body.size = 0;
}

void hlcgi_response_release(struct hlcgi_response *response)
{
    hlcgi_out_release(&response->head);
    hlcgi_out_release(&response->body);
    hlcgi_out_release(&response->log);
}
