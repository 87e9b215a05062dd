/*
 * answer.c - see answer.h.
 *
 * The library ranks and finds passages; what is left to do here is to fetch the articles of
 * one page, and to clean their texts.
 */
#include "cgi/answer.h"

#include "cgi/escape.h"
#include "cgi/limits.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A title longer than this is shown by the part of it that matched. */
enum { TITLE_MAX = 400, PASSAGE_MAX = 260, PASSAGES = 2 };

static double seconds_since(const struct timespec *from)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

/* The library's sentence for the program's own allocations. */
static hl_status no_memory(struct hl_error *err)
{
    *err = (struct hl_error){.code = HL_NOMEM, .at = -1, .text = "out of memory"};
    return HL_NOMEM;
}

/* --------------------------------------------------------------------- shelf */

void hlcgi_shelf_drop(struct hlcgi_shelf *shelf)
{
    hl_index_close(shelf->index);
    hl_synonyms_free(shelf->synonyms);
    shelf->index = NULL;
    shelf->synonyms = NULL;
}

/* A mistake in the list must not take the search away from visitors: they get the default
 * list, and each line of the log tells the mistake. */
static void take_synonyms(struct hlcgi_shelf *shelf)
{
    char path[PATH_MAX];
    shelf->complaint = (struct hl_error){.at = -1};
    assert(!shelf->synonyms);
    int size = snprintf(path, sizeof path, "%s/" HL_SYNONYMS_FILE, shelf->path);
    if (size < 0 || (size_t)size >= sizeof path)
        return; /* longer than any file of the index could be named */
    hl_status status = hl_synonyms_open(path, &shelf->synonyms, &shelf->complaint);
    if (status == HL_NOT_FOUND)
        shelf->complaint.code = HL_OK;
}

hl_status hlcgi_shelf_take(struct hlcgi_shelf *shelf, const struct hl_index **out_index,
                           struct hl_error *err)
{
    if (shelf->index && seconds_since(&shelf->opened) >= 1)
        hlcgi_shelf_drop(shelf);
    if (!shelf->path || !*shelf->path) {
        *err = (struct hl_error){.code = HL_NOT_FOUND, .at = -1};
        snprintf(err->text, sizeof err->text, "HLSEARCH_INDEX is not set");
        return HL_NOT_FOUND;
    }
    if (!shelf->index) {
        clock_gettime(CLOCK_MONOTONIC, &shelf->opened);
        hlcgi_limit_memory(shelf->path);
        hl_status status = hl_index_open(shelf->path, &shelf->index, err);
        if (status != HL_OK)
            return status;
        take_synonyms(shelf);
    }
    assert(shelf->index);
    *out_index = shelf->index;
    return HL_OK;
}

/* ---------------------------------------------------------------------- hits */

/* False if memory is out; out stays empty for a text that is missing. */
static bool clean(const char *text, struct hlcgi_out *out)
{
    if (text && *text)
        hlcgi_clean(out, text, strlen(text));
    return !out->failed;
}

/* From lead and body together; without a match anywhere the lead says more than how the
 * body begins. */
static hl_status make_passages(const struct hl_result *result, const char *body,
                               const struct hlcgi_out *lead, struct hlcgi_hit *hit,
                               struct hl_error *err)
{
    const struct hl_snippets_options options = {PASSAGE_MAX, PASSAGES};
    struct hlcgi_out text = {0};
    if (!clean(body, &text))
        return no_memory(err);
    const char *fields[2] = {lead->size ? lead->data : NULL, text.size ? text.data : NULL};
    hl_status status = hl_snippets_make(result, fields, 2, &options, &hit->passages, err);
    hlcgi_out_release(&text);
    return status;
}

/* Title, lead and passages with their matches, the address if it may be one. */
static hl_status fill_hit(const struct hl_result *result, const struct hl_article *article,
                          struct hlcgi_hit *hit, struct hl_error *err)
{
    struct hlcgi_out title = {0}, lead = {0};
    hl_status status = HL_OK;
    assert(!hit->url && !hit->title.text && !hit->passages.passages);
    if (article->url && hlcgi_url_is_web(article->url))
        hit->url = article->url;
    if (!clean(article->title, &title) || !clean(article->lead, &lead))
        status = no_memory(err);
    if (status == HL_OK && title.size)
        status = hl_snippet_make(result, title.data, TITLE_MAX, &hit->title, err);
    if (status == HL_OK && lead.size)
        status = hl_highlight(result, lead.data, &hit->lead, err);
    if (status == HL_OK)
        status = make_passages(result, article->body, &lead, hit, err);
    hlcgi_out_release(&title);
    hlcgi_out_release(&lead);
    return status;
}

/* One stored article more, which is most of what a page costs. */
static hl_status open_hit(const struct hl_index *index, const struct hl_result *result,
                          struct hlcgi_hit *hit, struct hl_error *err)
{
    hl_status status = hl_document_of_hit(index, hit->hit, &hit->document, err);
    /* An index made without storing articles still knows ids, dates and sections. */
    if (status == HL_UNSUPPORTED || status == HL_NOT_FOUND)
        return HL_OK;
    if (status != HL_OK)
        return status;
    return fill_hit(result, hl_document_article(hit->document), hit, err);
}

/* On failure what is open is released with the answer. */
static hl_status open_hits(const struct hl_index *index, struct hlcgi_answer *answer,
                           struct hl_error *err)
{
    size_t count = hl_result_count(answer->result);
    assert(count <= answer->request->n);
    answer->hits = calloc(count + 1, sizeof *answer->hits);
    if (!answer->hits)
        return no_memory(err);
    answer->count = count;
    for (size_t i = 0; i < count; i++) {
        answer->hits[i].hit = hl_result_hit(answer->result, i);
        hl_status status = open_hit(index, answer->result, &answer->hits[i], err);
        if (status != HL_OK)
            return status;
    }
    return HL_OK;
}

/* -------------------------------------------------------------------- answer */

size_t hlcgi_answer_offset(const struct hlcgi_answer *answer)
{
    const struct hlcgi_request *r = answer->request;
    assert(r->page >= 1 && r->page * r->n <= HLCGI_HITS_MAX);
    return (size_t)(r->page - 1) * r->n;
}

/* Pages that hold a hit, as far as paging goes. */
static unsigned page_count(const struct hlcgi_answer *answer)
{
    assert(answer->request->n >= 1 && answer->request->n <= HLCGI_N_MAX);
    unsigned n = answer->request->n, most = HLCGI_HITS_MAX / n;
    uint64_t pages = answer->total / n + (answer->total % n != 0);
    return pages < most ? (unsigned)pages : most;
}

/* Parse, search, read the articles: whatever fails first ends it. */
static hl_status search(const struct hl_index *index, const struct hl_synonyms *synonyms,
                        struct hlcgi_answer *answer, struct hl_error *err)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    if (synonyms)
        options.synonyms = synonyms;
    options.count = answer->request->n;
    options.offset = hlcgi_answer_offset(answer);
    options.suggest = true;
    struct hl_query_options reading = {.marks = (enum hl_marks)answer->request->marks};
    hl_status status = hl_query_parse(index, answer->request->query, answer->request->searched,
                                      &reading, &answer->query, err);
    if (status == HL_OK)
        status = hl_search(index, answer->query, &options, &answer->result, err);
    if (status != HL_OK)
        return status;
    answer->total = hl_result_total(answer->result);
    answer->pages = page_count(answer);
    return open_hits(index, answer, err);
}

hl_status hlcgi_answer_open(const struct hl_index *index, const struct hl_synonyms *synonyms,
                            const struct hlcgi_request *request,
                            struct hlcgi_answer *out_answer, struct hl_error *err)
{
    struct hlcgi_answer answer = {.request = request};
    struct timespec start;
    hl_status status = HL_OK;
    assert(!request->too_long && !request->failed);
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (*request->query)
        status = search(index, synonyms, &answer, err);
    answer.seconds = seconds_since(&start);
    if (status == HL_OK)
        *out_answer = answer;
    else
        hlcgi_answer_release(&answer);
    return status;
}

void hlcgi_answer_release(struct hlcgi_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        struct hlcgi_hit *hit = &answer->hits[i];
        hl_snippet_release(&hit->title);
        hl_snippet_release(&hit->lead);
        hl_snippets_release(&hit->passages);
        hl_document_free(hit->document);
    }
    free(answer->hits);
    hl_result_free(answer->result);
    hl_query_free(answer->query);
    memset(answer, 0, sizeof *answer);
}
