/*
 * answer.c - see answer.h.
 *
 * The library ranks and finds passages; what is left to do here is to fetch the articles of
 * one page.  JSON counts ranges in bytes of what it prints, so that texts are cleaned before
 * passages are cut from them; a page cleans them as it prints.
 */
#include "cgi/answer.h"

#include "cgi/escape.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A title longer than this is shown by the part of it that matched. */
enum { TITLE_MAX = 400, PASSAGE_MAX = 260, PASSAGES = 2, VALUES_ALL = 100 };

/* What an answer of this form shows of a hit. */
struct view {
    const struct hl_index *index;
    const struct hl_result *result; /* whose words are marked */
    bool clean, lead, passages;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The library's sentence for the program's own allocations. */
static hl_status no_memory(struct hl_error *err)
{
    *err = (struct hl_error){.code = HL_NOMEM, .at = -1, .text = "out of memory"};
    return HL_NOMEM;
}

/* ---------------------------------------------------------------------- hits */

/* The text itself, or a cleaned copy of it in *out; NULL for none.  False if memory is out. */
static bool take_text(const struct view *view, const char *text, struct hlcgi_out *out,
                      const char **out_text)
{
    *out_text = text && *text ? text : NULL;
    if (!*out_text || !view->clean)
        return true;
    hlcgi_clean(out, text, strlen(text));
    *out_text = out->size ? out->data : NULL;
    return !out->failed;
}

/* From lead and body together; without a match anywhere the lead says more than how the
 * body begins. */
static hl_status make_passages(const struct view *view, const char *lead, const char *body,
                               struct hlcgi_hit *hit, struct hl_error *err)
{
    const struct hl_snippets_options options = {PASSAGE_MAX, PASSAGES};
    const char *fields[2] = {lead, body};
    return hl_snippets_make(view->result, fields, 2, &options, &hit->passages, err);
}

/* Title, lead and passages with their matches, the address if it may be one. */
static hl_status fill_hit(const struct view *view, const struct hl_article *article,
                          struct hlcgi_hit *hit, struct hl_error *err)
{
    struct hlcgi_out clean[3] = {{0}, {0}, {0}};
    const char *title = NULL, *lead = NULL, *body = NULL;
    hl_status status = HL_OK;
    assert(!hit->link && !hit->title.text && !hit->passages.passages);
    if (article->url && hlcgi_url_is_web(article->url))
        hit->link = article->url;
    if (!take_text(view, article->title, &clean[0], &title) ||
        !take_text(view, article->lead, &clean[1], &lead) ||
        (view->passages && !take_text(view, article->body, &clean[2], &body)))
        status = no_memory(err);
    if (status == HL_OK && title)
        status = hl_snippet_make(view->result, title, TITLE_MAX, &hit->title, err);
    if (status == HL_OK && lead && view->lead)
        status = hl_highlight(view->result, lead, &hit->lead, err);
    if (status == HL_OK && view->passages)
        status = make_passages(view, lead, body, hit, err);
    for (size_t i = 0; i < 3; i++)
        hlcgi_out_release(&clean[i]);
    return status;
}

/* One stored article more, which is most of what a page costs. */
static hl_status open_hit(const struct view *view, struct hlcgi_hit *hit, struct hl_error *err)
{
    hl_status status = hl_document_of_hit(view->index, hit->hit, &hit->document, err);
    /* An index made without storing articles still knows ids, dates and sections. */
    if (status == HL_UNSUPPORTED || status == HL_NOT_FOUND)
        return HL_OK;
    if (status != HL_OK)
        return status;
    return fill_hit(view, hl_document_article(hit->document), hit, err);
}

/* On failure what is open is released with the answer. */
static hl_status open_hits(const struct view *view, struct hlcgi_answer *answer,
                           struct hl_error *err)
{
    size_t count = hl_result_count(answer->result);
    answer->hits = calloc(count + 1, sizeof *answer->hits);
    if (!answer->hits)
        return no_memory(err);
    answer->count = count;
    for (size_t i = 0; i < count; i++) {
        answer->hits[i].hit = hl_result_hit(answer->result, i);
        hl_status status = open_hit(view, &answer->hits[i], err);
        if (status != HL_OK)
            return status;
    }
    return HL_OK;
}

static void release_hit(struct hlcgi_hit *hit)
{
    hl_snippet_release(&hit->title);
    hl_snippet_release(&hit->lead);
    hl_snippets_release(&hit->passages);
}

/* ------------------------------------------------------------------- options */

static const char *name_or_none(const char *name)
{
    return *name ? name : NULL;
}

bool hlcgi_is_search(const struct hlcgi_request *request)
{
    const struct hlcgi_state *s = &request->state;
    return *s->query || *s->section || *s->source || *s->author || *s->tag || *s->from ||
           *s->to;
}

size_t hlcgi_answer_offset(const struct hlcgi_answer *answer)
{
    const struct hlcgi_state *s = &answer->request->state;
    assert(s->page >= 1 && s->page * s->n <= HLCGI_HITS_MAX);
    return s->action == HLCGI_SHOW ? 0 : (size_t)(s->page - 1) * s->n;
}

/* Where articles are only narrowed there is nothing to be relevant to: the newest come first
 * unless something else was asked for. */
enum hlcgi_sort hlcgi_sort_of(const struct hlcgi_state *s)
{
    return !*s->query && !s->sort_given ? HLCGI_NEWEST : s->sort;
}

/* The parser lets go of the smallest share that is asked for by default only where nothing
 * has it. */
bool hlcgi_answer_is_lowered(const struct hlcgi_answer *answer)
{
    enum { COVER_LEAST = 25 };
    return answer->query && !answer->words && answer->total &&
           hl_result_cover(answer->result) < COVER_LEAST;
}

static void set_options(const struct hlcgi_site *site, const struct hlcgi_request *request,
                        struct hl_search_options *options)
{
    const struct hlcgi_state *s = &request->state;
    hl_search_options_init(options);
    if (site->synonyms)
        options->synonyms = site->synonyms;
    options->count = s->n;
    options->offset = (size_t)(s->page - 1) * s->n;
    options->sort = (enum hl_sort)hlcgi_sort_of(s);
    options->group = !s->copies;
    options->suggest = s->format != HLCGI_RSS;
    options->date_from = request->date_from;
    options->date_to = request->date_to;
    options->section = name_or_none(s->section);
    options->source = name_or_none(s->source);
    options->author = name_or_none(s->author);
    options->tag = name_or_none(s->tag);
    options->timeout_ms = HLCGI_TIMEOUT_MS;
    if (s->format == HLCGI_RSS || request->part)
        return;
    options->facet_values[HL_FACET_SECTION] =
        s->more == HLCGI_MORE_SECTION ? VALUES_ALL : HLCGI_VALUES;
    options->facet_values[HL_FACET_SOURCE] =
        s->more == HLCGI_MORE_SOURCE ? VALUES_ALL : HLCGI_VALUES;
    /* Years stand in their own order, so that all are wanted to choose the last from. */
    options->facet_values[HL_FACET_YEAR] = HLCGI_YEARS_ALL;
}

/* Pages that hold a hit, as far as paging goes: totals count what is folded too, so that the
 * last ones may prove empty. */
static unsigned page_count(const struct hlcgi_answer *answer)
{
    const struct hlcgi_state *s = &answer->request->state;
    assert(s->n >= 1 && s->n <= HLCGI_N_MAX);
    unsigned most = HLCGI_HITS_MAX / s->n;
    uint64_t pages = answer->total / s->n + (answer->total % s->n != 0);
    bool more = answer->count && hl_result_more(answer->result);
    if (answer->count && !more && pages > s->page)
        pages = s->page;
    if (more && pages <= s->page) /* fewer were estimated than there are */
        pages = s->page + 1;
    return pages < most ? (unsigned)pages : most;
}

static struct view view_of(const struct hlcgi_site *site, const struct hlcgi_answer *answer)
{
    enum hlcgi_format format = answer->request->state.format;
    return (struct view){.index = site->index,
                         .result = answer->result,
                         .clean = format == HLCGI_JSON,
                         .lead = format == HLCGI_JSON,
                         .passages = true};
}

/* ------------------------------------------------------------------ searching */

/* Of all answers, and of how much of the index. */
static void take_total(const struct hlcgi_site *site, struct hlcgi_answer *answer)
{
    const struct hl_result *result = answer->result;
    const struct hl_shard *shard;
    enum hl_total_is is = hl_result_total_is(result);
    answer->total = hl_result_total(result);
    answer->partial = hl_result_partial(result);
    answer->about = is == HL_TOTAL_ESTIMATE;
    for (size_t i = 0; (shard = hl_result_shard(result, i)); i++) {
        answer->asked += i > 0; /* an index that has no parts is one */
        answer->missing += !shard->answered;
    }
    answer->cut = answer->partial && (!answer->missing || is == HL_TOTAL_AT_LEAST);
}

/* The result's memory is used again by the next search on this index. */
static struct hl_result *take_spare(struct hlcgi_site *site)
{
    struct hl_result *spare = site->spare;
    site->spare = NULL;
    return spare;
}

static hl_status parse(const struct hlcgi_site *site, struct hlcgi_answer *answer,
                       struct hl_error *err)
{
    const struct hlcgi_request *r = answer->request;
    struct hl_query_options reading = {.marks = (enum hl_marks)r->state.marks};
    return hl_query_parse(site->index, r->state.query, r->searched, &reading, &answer->query,
                          err);
}

/* What could be left out, where all of it found nothing. */
static hl_status find_nearest(struct hlcgi_site *site, const struct hl_search_options *options,
                              struct hlcgi_answer *answer, struct hl_error *err)
{
    hl_status status =
        hl_nearest_find(site->index, answer->query, options, &answer->nearest, err);
    return status == HL_LIMIT || status == HL_UNSUPPORTED ? HL_OK : status;
}

/* Parse, search, read the articles: whatever fails first ends it. */
static hl_status search(struct hlcgi_site *site, struct hlcgi_answer *answer,
                        struct hl_error *err)
{
    struct hl_search_options options;
    set_options(site, answer->request, &options);
    hl_status status = parse(site, answer, err);
    answer->result = take_spare(site);
    if (status == HL_OK)
        status = hl_search(site->index, answer->query, &options, &answer->result, err);
    if (status != HL_OK)
        return status;
    take_total(site, answer);
    if (!answer->total && !answer->partial && answer->request->state.format != HLCGI_RSS)
        status = find_nearest(site, &options, answer, err);
    struct view view = view_of(site, answer);
    if (status == HL_OK)
        status = open_hits(&view, answer, err);
    if (status == HL_OK)
        answer->pages = page_count(answer);
    return status;
}

/* Articles like one that is there. */
static hl_status search_related(struct hlcgi_site *site, size_t count,
                                struct hlcgi_answer *answer, struct hl_error *err)
{
    struct hl_search_options options;
    set_options(site, answer->request, &options);
    options.count = count;
    options.offset = hlcgi_answer_offset(answer);
    options.sort = HL_SORT_RELEVANCE;
    options.suggest = false;
    memset(options.facet_values, 0, sizeof options.facet_values);
    if (answer->request->state.action == HLCGI_SHOW) { /* what narrows is for the way back */
        options.date_from = options.date_to = 0;
        options.section = options.source = options.author = options.tag = NULL;
    }
    answer->result = take_spare(site);
    hl_status status =
        hl_related(site->index, answer->request->state.id, &options, &answer->result, err);
    if (status != HL_OK)
        return status;
    take_total(site, answer);
    struct view view = view_of(site, answer);
    status = open_hits(&view, answer, err);
    if (status == HL_OK)
        answer->pages = page_count(answer);
    return status;
}

/* ---------------------------------------------------------------- an article */

/* The words of the query are marked in it; without any a word that marks nothing. */
static hl_status find_words(struct hlcgi_site *site, struct hlcgi_answer *answer,
                            struct hl_error *err)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    if (site->synonyms)
        options.synonyms = site->synonyms;
    options.count = 1;
    options.refine = 0;
    options.no_total = true;
    options.timeout_ms = HLCGI_TIMEOUT_MS;
    hl_status status = parse(site, answer, err);
    if (status == HL_OK)
        status = hl_search(site->index, answer->query, &options, &answer->words, err);
    return status;
}

/* Marks are put in line by line, when lines are printed. */
static bool take_body(const char *body, struct hlcgi_out *out)
{
    if (body)
        hlcgi_clean(out, body, strlen(body));
    for (size_t i = 0; i < out->size; i++)
        if (out->data[i] == '\n' || out->data[i] == '\r')
            out->data[i] = 0;
    return !out->failed;
}

static hl_status show(struct hlcgi_site *site, struct hlcgi_answer *answer,
                      struct hl_error *err)
{
    struct view view = {.index = site->index, .clean = true, .lead = true};
    const struct hl_article *article = hl_document_article(answer->document);
    hl_status status = find_words(site, answer, err);
    view.result = answer->words;
    if (status == HL_OK)
        status = fill_hit(&view, article, &answer->shown, err);
    if (status == HL_OK && !take_body(article->body, &answer->body))
        status = no_memory(err);
    if (status == HL_OK)
        status = search_related(site, HLCGI_LIKE_COUNT, answer, err);
    return status;
}

/* --------------------------------------------------------------------- answer */

static hl_status suggest(struct hlcgi_site *site, struct hlcgi_answer *answer,
                         struct hl_error *err)
{
    const struct hlcgi_request *r = answer->request;
    return hl_suggest(site->index, r->state.query, r->searched, NULL, &answer->completions,
                      err);
}

static bool misses_shards(const struct hl_index *index)
{
    const struct hl_shard *shard;
    for (size_t i = 0; (shard = hl_index_shard(index, i)); i++)
        if (!shard->answered)
            return true;
    return false;
}

static hl_status of_article(struct hlcgi_site *site, struct hlcgi_answer *answer,
                            struct hl_error *err)
{
    const struct hlcgi_state *s = &answer->request->state;
    hl_status status = hl_document_get(site->index, s->id, &answer->document, err);
    if (status == HL_NOT_FOUND && misses_shards(site->index))
        return HL_IO; /* it may be on one of those */
    if (status != HL_OK)
        return status == HL_MISUSE ? HL_NOT_FOUND : status;
    if (s->action == HLCGI_SHOW)
        return show(site, answer, err);
    const char *url = hl_document_article(answer->document)->url;
    answer->shown.link = url && hlcgi_url_is_web(url) ? url : NULL;
    return search_related(site, s->n, answer, err);
}

static hl_status fill(struct hlcgi_site *site, struct hlcgi_answer *answer,
                      struct hl_error *err)
{
    switch (answer->request->state.action) {
    case HLCGI_SUGGEST:
        return suggest(site, answer, err);
    case HLCGI_SHOW:
    case HLCGI_RELATED:
        return of_article(site, answer, err);
    case HLCGI_SEARCH:
    case HLCGI_STYLE:
        break;
    }
    return hlcgi_is_search(answer->request) ? search(site, answer, err) : HL_OK;
}

hl_status hlcgi_answer_open(struct hlcgi_site *site, const struct hlcgi_request *request,
                            struct hlcgi_answer *out_answer, struct hl_error *err)
{
    struct hlcgi_answer answer = {
        .request = request, .asked = 1, .backend = hl_index_backend(site->index)};
    double start = now();
    assert(site->index && !request->too_long && !request->failed);
    hl_status status = fill(site, &answer, err);
    answer.seconds = now() - start;
    if (status == HL_OK)
        *out_answer = answer;
    else
        hlcgi_answer_release(&answer, site);
    return status;
}

void hlcgi_answer_release(struct hlcgi_answer *answer, struct hlcgi_site *site)
{
    for (size_t i = 0; i < answer->count; i++) {
        release_hit(&answer->hits[i]);
        hl_document_free(answer->hits[i].document);
    }
    free(answer->hits);
    release_hit(&answer->shown);
    hlcgi_out_release(&answer->body);
    hl_document_free(answer->document);
    hl_suggestions_free(answer->completions);
    hl_nearest_free(answer->nearest);
    hl_result_free(answer->words);
    hl_query_free(answer->query);
    /* An answer that did not search has taken nothing, and leaves what is there. */
    assert(!answer->result || !site->spare);
    if (answer->result)
        site->spare = answer->result;
    memset(answer, 0, sizeof *answer);
}
