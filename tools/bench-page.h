/*
 * bench-page.h - what the two halves of tools/bench-page share.
 *
 * bench-page.c reads arguments and queries and measures CGI; bench-page-fast.c speaks
 * FastCGI.  Failures of the machine end the program with a sentence and exit code 2.
 */
#ifndef HL_TOOLS_BENCH_PAGE_H
#define HL_TOOLS_BENCH_PAGE_H

#include <stdbool.h>
#include <stddef.h>

enum { SETTINGS_MAX = 16 };

/* A program that answers requests, and how it is to be asked. */
struct subject {
    const char *program;
    const char *prefix; /* of the query string, before the words */
    const char *settings[SETTINGS_MAX];
    size_t setting_count;
};

/* words: to be percent-encoded behind a subject's prefix; otherwise a whole query string. */
struct request {
    char *text;
    bool words;
};

struct requests {
    struct request *list;
    size_t count;
};

struct plan {
    struct requests requests;
    size_t total;  /* requests of each subject */
    unsigned seed; /* of their order */
    int servers;   /* the rest is of FastCGI */
    int clients;
    int processor; /* that the servers are bound to; -1: any */
    bool keep;     /* connections stay open */
    bool fresh;    /* each request has a number, so that no answer can be one that was kept */
};

/* What a whole answer is held to, whichever way it came. */
struct verdict {
    int status; /* 200 if it does not say; 0: no header block */
    const char *fault;
};

__attribute__((noreturn, format(printf, 1, 2))) void bench_die(const char *format, ...);
void *bench_alloc(size_t count, size_t size);
/* Milliseconds of the clock that only goes forward. */
double bench_now(void);
/* The query string of a request to a subject; the caller frees it. */
char *bench_query_string(const struct subject *subject, const struct request *request);
/* With must_say an answer without Status and Content-Length is at fault. */
struct verdict bench_judge(const char *answer, size_t size, bool words, bool must_say);
/* Sorts; the value below which a share of them lies. */
double bench_share(double *values, size_t count, double share);

/* The exit code: 1 if there was an error in any answer. */
int bench_fast(const struct plan *plan, const struct subject *subject);

#endif
