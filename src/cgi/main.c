/*
 * main.c - the search page: CGI, or FastCGI where descriptor 0 is a socket to listen on.
 *
 * What it shows comes from the environment of the process (site.h) and from nowhere else.
 * Arguments are not looked at: a query without "=" may arrive as some.  The body of a request
 * is not read.  Whatever happens there is a header block, and the exit code is 0.
 */
#include "cgi/limits.h"
#include "cgi/respond.h"

#include <assert.h>
#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Not on the stack: they must be as they were after a jump out of a fault. */
static struct hlcgi_site site;
static struct hlcgi_response response;

static const char fault_log[] =
    "hlsearch.cgi: 503: a file of the index was cut while it was read\n";
static const char time_log[] = "hlsearch.cgi: 503: the request took too much processor time\n";
static const char memory_log[] = "hlsearch.cgi: 503: out of memory\n";

/* Where a protocol puts what is sent. */
struct sink {
    void (*body)(struct sink *sink, const char *bytes, size_t size);
    void (*log)(struct sink *sink, const char *bytes, size_t size);
    FCGX_Stream *out, *err; /* FastCGI only */
};

/* -------------------------------------------------------------------- sending */

/* Constants only: after a fault, or without memory, nothing else can be trusted. */
static void send_last(struct sink *sink, const struct hlcgi_exchange *exchange, const char *log)
{
    assert(sink->body && sink->log);
    sink->log(sink, log, strlen(log));
    sink->body(sink, hlcgi_last_head, strlen(hlcgi_last_head));
    if (!exchange->method || strcmp(exchange->method, "HEAD"))
        sink->body(sink, hlcgi_last_body, strlen(hlcgi_last_body));
}

/* The log first: lighttpd ends a CGI program as soon as it has the last byte of the body. */
static void send_response(struct sink *sink, const struct hlcgi_exchange *exchange)
{
    if (response.failed) {
        send_last(sink, exchange, memory_log);
        return;
    }
    assert(response.head.size && response.log.size);
    sink->log(sink, response.log.data, response.log.size);
    sink->body(sink, response.head.data, response.head.size);
    if (response.body.size)
        sink->body(sink, response.body.data, response.body.size);
}

/* False after a fault: the answer was given, and the process must end. */
static bool serve(struct sink *sink, const struct hlcgi_exchange *exchange)
{
    hlcgi_limit_time();
    int fault = sigsetjmp(hlcgi_guard, 1);
    if (fault) {
        hlcgi_guard_end();
        site.index = NULL; /* whatever state it is in, it is not touched again */
        site.spare = NULL;
        send_last(sink, exchange, fault == SIGXCPU ? time_log : fault_log);
        return false;
    }
    hlcgi_guard_begin();
    hlcgi_respond(exchange, &site, &response);
    hlcgi_guard_end();
    send_response(sink, exchange);
    hlcgi_response_release(&response);
    return true;
}

/* ------------------------------------------------------------------------ CGI */

/* A pipe may take less than it is given, and a signal may come between. */
static void write_all(int fd, const char *bytes, size_t size)
{
    assert(bytes || !size);
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* the visitor has gone; there is nobody to tell */
        assert((size_t)n <= size);
        bytes += n;
        size -= (size_t)n;
    }
}

static void cgi_body(struct sink *sink, const char *bytes, size_t size)
{
    write_all(STDOUT_FILENO, bytes, size);
}

static void cgi_log(struct sink *sink, const char *bytes, size_t size)
{
    write_all(STDERR_FILENO, bytes, size);
}

/* The environment is the request; RFC 3875 names its variables. */
static void serve_cgi(void)
{
    struct sink sink = {cgi_body, cgi_log, NULL, NULL};
    struct hlcgi_exchange exchange = {getenv("REQUEST_METHOD"), getenv("QUERY_STRING"),
                                      getenv("HTTP_IF_NONE_MATCH")};
    (void)serve(&sink, &exchange);
    /* Whoever reads sees the end now and need not wait until the maps of the index are taken
     * down, which the system does at the end of the process: `site` is not released. */
    close(STDOUT_FILENO);
}

/* -------------------------------------------------------------------- FastCGI */

static void fast_body(struct sink *sink, const char *bytes, size_t size)
{
    assert(size <= INT_MAX);
    FCGX_PutStr(bytes, (int)size, sink->out);
}

/* By the server's own log: descriptor 2 leads nowhere in most set-ups. */
static void fast_log(struct sink *sink, const char *bytes, size_t size)
{
    assert(size <= INT_MAX);
    FCGX_PutStr(bytes, (int)size, sink->err);
}

/* Until the server closes the socket, or a fault. */
static void serve_fast(void)
{
    FCGX_Stream *in;
    FCGX_ParamArray given;
    struct sink sink = {fast_body, fast_log, NULL, NULL};
    site.cache = hlcgi_cache_new();
    while (FCGX_Accept(&in, &sink.out, &sink.err, &given) >= 0) {
        struct hlcgi_exchange exchange = {FCGX_GetParam("REQUEST_METHOD", given),
                                          FCGX_GetParam("QUERY_STRING", given),
                                          FCGX_GetParam("HTTP_IF_NONE_MATCH", given)};
        if (!serve(&sink, &exchange))
            break;
    }
    FCGX_Finish();
}

/* libfcgi could tell too, but only after making tables that CGI has no use for, and it ends
 * the process, without a header, where there is no memory for them. */
static bool is_listening(int fd)
{
    int listens = 0;
    socklen_t size = sizeof listens;
    return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) && listens;
}

int main(void)
{
    hlcgi_limits_init();
    hlcgi_site_init(&site);
    if (is_listening(STDIN_FILENO)) {
        serve_fast();
        hlcgi_site_release(&site);
    } else
        serve_cgi();
    return 0;
}
