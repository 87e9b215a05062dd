/*
 * answer.h - from a request to hits that can be shown.
 *
 * The site holds the index; an answer holds everything of it that a page, a feed or a JSON
 * text needs.  Escaping is left to whoever writes.
 *
 *   site --index--> answer --hits--> page.c, json.c
 *
 * Ownership  an answer borrows the index of the site: release it before the index is dropped.
 *            The request must outlive the answer.
 * Errors     HL_LIMIT, HL_BAD_QUERY: the query's fault; HL_NOT_FOUND, HL_UNSUPPORTED: there is
 *            no such article, or none is stored; all others: the server's.
 */
#ifndef HL_CGI_ANSWER_H
#define HL_CGI_ANSWER_H

#include "cgi/request.h"
#include "cgi/site.h"
#include "hlsearch.h"

enum {
    HLCGI_LIKE_COUNT = 5,   /* articles under one that is shown */
    HLCGI_TIMEOUT_MS = 250, /* of a search; then what was found by then is the answer */
    HLCGI_VALUES = 6,       /* of a facet, unless more are asked for */
    HLCGI_YEARS = 8,
    HLCGI_YEARS_ALL = 64
};

/* How a page says that there is no answer. */
enum hlcgi_failure {
    HLCGI_FAILURE_NONE,
    HLCGI_FAILURE_LONG,    /* the query */
    HLCGI_FAILURE_QUERY,   /* cannot be searched */
    HLCGI_FAILURE_METHOD,  /* of the request */
    HLCGI_FAILURE_MISSING, /* no such article */
    HLCGI_FAILURE_BROKEN   /* the index */
};

struct hlcgi_hit {
    const struct hl_hit *hit;
    struct hl_document *document; /* NULL: the index stores no articles */
    const char *link;             /* NULL: none that may be a link */
    struct hl_snippet title;      /* text NULL: none */
    struct hl_snippet lead;       /* text NULL: none, or not asked for */
    struct hl_snippets passages;  /* of the lead (0) and the body (1) */
};

struct hlcgi_answer {
    const struct hlcgi_request *request;
    struct hl_query *query;       /* NULL: no words */
    struct hl_result *result;     /* NULL: nothing was asked */
    struct hl_result *words;      /* of an article shown: what of it to mark; NULL: nothing */
    struct hl_document *document; /* the article that is shown, or others are like */
    struct hlcgi_hit shown;       /* the same, to be shown; hit NULL */
    struct hlcgi_out body; /* of an article that is shown, cleaned, a NUL for each line end */
    struct hl_suggestions *completions; /* of what is being typed */
    struct hl_nearest_list *nearest;    /* NULL: something was found */
    struct hlcgi_hit *hits;
    size_t count;
    uint64_t total;
    unsigned pages; /* that can be asked for; 0 if there is no hit */
    bool partial;   /* for want of time (cut), of shards, or of both */
    bool cut;
    bool about;     /* the total is an estimate */
    unsigned asked; /* parts of the index, at least 1 */
    unsigned missing;
    enum hl_backend backend;
    double seconds;
};

/* A request whose query is not too_long.  On failure there is nothing to release. */
hl_status hlcgi_answer_open(struct hlcgi_site *site, const struct hlcgi_request *request,
                            struct hlcgi_answer *out_answer, struct hl_error *err);
/* The memory of its result goes back to the site. */
void hlcgi_answer_release(struct hlcgi_answer *answer, struct hlcgi_site *site);

/* Was anything asked: words, or a narrowing alone? */
bool hlcgi_is_search(const struct hlcgi_request *request);
/* The order that the answer is in. */
enum hlcgi_sort hlcgi_sort_of(const struct hlcgi_state *state);
/* The rank of the page's first hit, less one. */
size_t hlcgi_answer_offset(const struct hlcgi_answer *answer);
/* No article has enough of the query; these have some of its words. */
bool hlcgi_answer_is_lowered(const struct hlcgi_answer *answer);

#endif
