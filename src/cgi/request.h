/*
 * request.h - what the visitor asks for, read from the query string.
 *
 * Only here are bytes of the request looked at.  Parameters that are unknown are ignored;
 * known ones with bad values fall back to what is nearest, and `replaced` remembers which,
 * so that the page can say so.  Of a parameter given twice the first one counts.
 *
 * Invariants  texts are what hlcgi_clean() lets through, one line, without blanks at their
 *             ends; id alone is as it came, since it is compared by its bytes.  1 <= page,
 *             1 <= n <= 50, page * n <= 1,000.  from <= to.
 * Ownership   the state points into the request, which must not be moved or copied.
 */
#ifndef HL_CGI_REQUEST_H
#define HL_CGI_REQUEST_H

#include "cgi/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLCGI_QUERY_MAX = 512, /* bytes of a query as they came, and of any other text */
    HLCGI_WORDS_MAX = 32,  /* words of a query that are searched */
    HLCGI_N_MAX = 50,
    HLCGI_HITS_MAX = 1000,                /* hits that may be reached by paging */
    HLCGI_CLEAN_MAX = 3 * HLCGI_QUERY_MAX /* a bad byte becomes the three of U+FFFD */
};

enum hlcgi_method { HLCGI_GET, HLCGI_HEAD, HLCGI_OTHER };

/* Bits of hlcgi_request.replaced. */
enum {
    HLCGI_REPLACED_PAGE = 1,
    HLCGI_REPLACED_N = 2,
    HLCGI_REPLACED_FORMAT = 4,
    HLCGI_REPLACED_WORDS = 8,    /* the query has more words than are searched */
    HLCGI_REPLACED_DATE = 16,    /* from or to is no day: left out */
    HLCGI_REPLACED_ORDER = 32,   /* from came after to: they were exchanged */
    HLCGI_REPLACED_SORT = 64,    /* by relevance instead */
    HLCGI_REPLACED_FILTER = 128, /* a name longer than any: left out */
    HLCGI_REPLACED_OTHER = 256   /* do, part, marks, more, copies: left out */
};

enum hlcgi_text {
    HLCGI_TEXT_QUERY,
    HLCGI_TEXT_SECTION,
    HLCGI_TEXT_SOURCE,
    HLCGI_TEXT_AUTHOR,
    HLCGI_TEXT_TAG,
    HLCGI_TEXT_ID,
    HLCGI_TEXTS
};

struct hlcgi_request {
    enum hlcgi_method method;
    struct hlcgi_state state;
    bool part;                  /* only the list of hits */
    size_t searched;            /* bytes of the query that are searched */
    int64_t date_from, date_to; /* date_from <= date < date_to, UTC seconds; 0: open */
    bool too_long;              /* the query is cut; it must not be searched */
    bool failed;                /* no memory to read it */
    unsigned replaced;
    char texts[HLCGI_TEXTS][HLCGI_CLEAN_MAX + 1];
    char from[16], to[16]; /* as YYYY-MM-DD */
};

/* Either may be NULL: not given. */
void hlcgi_request_read(const char *method, const char *query_string,
                        struct hlcgi_request *out_request);

#endif
