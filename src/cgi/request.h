/*
 * request.h - what the visitor asks for, read from the query string.
 *
 * Only here are bytes of the request looked at.  Parameters that are unknown are ignored;
 * known ones with bad values fall back to what is nearest, and `replaced` remembers which,
 * so that the page can say so.  Of a parameter given twice the first one counts.
 *
 * Invariants  query is what hlcgi_clean() lets through, one line, without blanks at its
 *             ends.  1 <= page, 1 <= n <= 50, page * n <= 1,000.
 * Ownership   borrows nothing; no memory to give back.
 */
#ifndef HL_CGI_REQUEST_H
#define HL_CGI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum {
    HLCGI_QUERY_MAX = 512, /* bytes of a query as they came */
    HLCGI_WORDS_MAX = 32,  /* words of a query that are searched */
    HLCGI_N_DEFAULT = 10,  /* hits a page */
    HLCGI_N_MAX = 50,
    HLCGI_HITS_MAX = 1000,                /* hits that may be reached by paging */
    HLCGI_CLEAN_MAX = 3 * HLCGI_QUERY_MAX /* a bad byte becomes the three of U+FFFD */
};

enum hlcgi_method { HLCGI_GET, HLCGI_HEAD, HLCGI_OTHER };
enum hlcgi_format { HLCGI_HTML, HLCGI_JSON };
/* In the order of enum hl_marks. */
enum hlcgi_marks { HLCGI_MARKS_AUTO, HLCGI_MARKS_STRICT, HLCGI_MARKS_LOOSE };

/* Bits of hlcgi_request.replaced. */
enum {
    HLCGI_REPLACED_PAGE = 1,
    HLCGI_REPLACED_N = 2,
    HLCGI_REPLACED_FORMAT = 4,
    HLCGI_REPLACED_WORDS = 8 /* the query has more words than are searched */
};

struct hlcgi_request {
    enum hlcgi_method method;
    enum hlcgi_format format;
    enum hlcgi_marks marks; /* what is none of them means auto */
    char query[HLCGI_CLEAN_MAX + 1];
    size_t searched; /* bytes of the query that are searched */
    bool too_long;   /* the query is cut; it must not be searched */
    bool failed;     /* no memory to read it */
    unsigned page, n;
    unsigned replaced;
};

/* Either may be NULL: not given. */
void hlcgi_request_read(const char *method, const char *query_string,
                        struct hlcgi_request *out_request);

#endif
