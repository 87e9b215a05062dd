/*
 * answer.h - from a request to hits that can be shown.
 *
 * The shelf holds the index; an answer holds everything of it that a page or a JSON text
 * needs.  Texts of articles are cleaned before passages are cut from them, so that ranges
 * fit what is shown; escaping is left to whoever writes.
 *
 *   shelf --index--> answer --hits--> page.c, json.c
 *
 * Ownership  an answer borrows the index of the shelf: release it before the shelf drops.
 *            The request must outlive the answer.
 * Errors     HL_LIMIT, HL_BAD_QUERY: the query's fault; all others: the server's.
 */
#ifndef HL_CGI_ANSWER_H
#define HL_CGI_ANSWER_H

#include "cgi/out.h"
#include "cgi/request.h"
#include "hlsearch.h"

#include <time.h>

/* The one index of the server, kept open between requests of one process.  It is opened
 * anew when it is a second old: then a new generation shows, and bytes that are cached
 * anyway (for a minute, by the header) are never much older than they say. */
struct hlcgi_shelf {
    const char *path; /* NULL: not configured */
    struct hl_index *index;
    struct hl_synonyms *synonyms; /* INDEX/synonyms.txt; NULL: the default list */
    struct hl_error complaint;    /* what is wrong with that file; code 0: nothing */
    struct timespec opened;       /* by the monotonic clock */
};

/* The index, borrowed until the next call or hlcgi_shelf_drop(). */
hl_status hlcgi_shelf_take(struct hlcgi_shelf *shelf, const struct hl_index **out_index,
                           struct hl_error *err);
/* Closes the index; the next request opens it anew. */
void hlcgi_shelf_drop(struct hlcgi_shelf *shelf);

struct hlcgi_hit {
    const struct hl_hit *hit;
    struct hl_document *document; /* NULL: the index stores no articles */
    const char *url;              /* NULL: none that may be a link */
    struct hl_snippet title;      /* text NULL: none */
    struct hl_snippet lead;       /* text NULL: none */
    struct hl_snippets passages;  /* of the lead (0) and the body (1) */
};

struct hlcgi_answer {
    const struct hlcgi_request *request;
    struct hl_query *query;
    struct hl_result *result; /* NULL: nothing was asked */
    struct hlcgi_hit *hits;
    size_t count;
    uint64_t total;
    unsigned pages; /* that can be asked for; 0 if there is no hit */
    double seconds;
};

/* A request whose query is not too_long.  synonyms NULL: the default list.  On failure there
 * is nothing to release. */
hl_status hlcgi_answer_open(const struct hl_index *index, const struct hl_synonyms *synonyms,
                            const struct hlcgi_request *request,
                            struct hlcgi_answer *out_answer, struct hl_error *err);
void hlcgi_answer_release(struct hlcgi_answer *answer);

/* The rank of the page's first hit, less one. */
size_t hlcgi_answer_offset(const struct hlcgi_answer *answer);

#endif
