/*
 * page.c - see page.h.
 *
 * Two halves: which item a list is at (enter), and what a field is there (value).  Values
 * that have to be made are written into one text, which the next one overwrites.
 */
#include "cgi/page.h"

#include "cgi/date.h"
#include "cgi/escape.h"
#include "template/page_names.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACETS = 3, PAGES_AROUND = 2 };

static const enum hl_facet facets[FACETS] = {HL_FACET_SECTION, HL_FACET_SOURCE, HL_FACET_YEAR};

/* A parameter that narrows: how the template calls it, and where it stands in a state. */
static const struct {
    const char *name;
    enum hltemplate_page flag;
    size_t at;
} narrowings[] = {
    {"section", HLPAGE_FILTER_SECTION, offsetof(struct hlcgi_state, section)},
    {"source", HLPAGE_FILTER_SOURCE, offsetof(struct hlcgi_state, source)},
    {"author", HLPAGE_FILTER_AUTHOR, offsetof(struct hlcgi_state, author)},
    {"tag", HLPAGE_FILTER_TAG, offsetof(struct hlcgi_state, tag)},
    {"from", HLPAGE_FILTER_FROM, offsetof(struct hlcgi_state, from)},
    {"to", HLPAGE_FILTER_TO, offsetof(struct hlcgi_state, to)},
};
enum { NARROWINGS = sizeof narrowings / sizeof *narrowings };

/* Where in the answer the template is. */
struct filling {
    const struct hlcgi_site *site;
    const struct hlcgi_request *request;
    const struct hlcgi_state *state;
    const struct hlcgi_answer *answer; /* NULL: none */
    enum hlcgi_failure failure;
    const char *id; /* of the failure */
    const struct hlcgi_hit *hit;
    const struct hl_article *article; /* of the hit; NULL: not stored */
    size_t rank, passage;
    size_t narrowing, sort, page, again;
    enum hl_facet facet;
    const struct hl_facet_value *value, *years[HLCGI_YEARS_ALL];
    size_t year_count;
    const char *text; /* of a missing word, a suggestion */
    const struct hl_nearest *nearest;
    const char *hidden_name, *hidden_value;
    struct hl_snippet paragraph;
    size_t paragraph_at; /* of the body, where the next one begins */
    char *tags;          /* of the article shown, cut at its line ends */
    const char *tag;
    struct hlcgi_out made;
};

static const char *narrowing_of(const struct hlcgi_state *state, size_t i)
{
    const char *value;
    memcpy(&value, (const char *)state + narrowings[i].at, sizeof value);
    return value;
}

static void set_narrowing(struct hlcgi_state *state, size_t i, const char *value)
{
    memcpy((char *)state + narrowings[i].at, &value, sizeof value);
}

/* Were words searched for?  What is said of an article uses a query too, but answers none. */
static bool is_searched(const struct filling *f)
{
    return f->answer && f->answer->result && f->state->action == HLCGI_SEARCH;
}

/* ---------------------------------------------------------------------- lists */

/* What a form keeps beside what can be typed into it; a new query is read anew, so that the
 * way its marks are taken is not kept. */
static bool enter_hidden(struct filling *f, size_t i)
{
    static const char *const sorts[] = {"relevance", "-date", "date"};
    for (size_t k = 0; k < NARROWINGS - 2; k++) /* days have fields of their own */
        if (*narrowing_of(f->state, k) && !i--) {
            f->hidden_name = narrowings[k].name;
            f->hidden_value = narrowing_of(f->state, k);
            return true;
        }
    if (f->state->sort && !i--) {
        f->hidden_name = "sort";
        f->hidden_value = sorts[f->state->sort];
        return true;
    }
    f->hidden_name = "n";
    f->hidden_value = NULL; /* made when it is printed */
    return f->state->n != HLCGI_N_DEFAULT && !i;
}

static bool enter_narrowing(struct filling *f, size_t i)
{
    for (size_t k = 0; k < NARROWINGS; k++)
        if (*narrowing_of(f->state, k) && !i--) {
            f->narrowing = k;
            return true;
        }
    return false;
}

/* The orders that make a difference: none of one article, relevance only to words. */
static bool enter_sort(struct filling *f, size_t i)
{
    if (!is_searched(f) || f->answer->total < 2)
        return false;
    f->sort = i + !*f->state->query;
    return f->sort <= HLCGI_OLDEST;
}

/* A facet of one value says nothing, unless it was chosen and can be given up. */
static bool is_shown(const struct filling *f, enum hl_facet facet)
{
    const struct hl_result *result = f->answer->result;
    if (!hl_result_facet(result, facet, 0))
        return false;
    return hl_result_facet_distinct(result, facet) > 1 ||
           (facet == HL_FACET_SECTION && *f->state->section) ||
           (facet == HL_FACET_SOURCE && *f->state->source);
}

static bool enter_facet(struct filling *f, size_t i)
{
    if (!is_searched(f))
        return false;
    for (size_t k = 0; k < FACETS; k++)
        if (is_shown(f, facets[k]) && !i--) {
            f->facet = facets[k];
            return true;
        }
    return false;
}

static int by_name_backwards(const void *a, const void *b)
{
    const struct hl_facet_value *const *x = a, *const *y = b;
    return strcmp((*y)->name, (*x)->name);
}

/* Years stand in their own order, the last first. */
static void sort_years(struct filling *f)
{
    const struct hl_facet_value *value;
    size_t count = 0;
    while (count < HLCGI_YEARS_ALL &&
           (value = hl_result_facet(f->answer->result, HL_FACET_YEAR, count)))
        f->years[count++] = value;
    qsort(f->years, count, sizeof *f->years, by_name_backwards);
    f->year_count = count;
}

static size_t years_shown(const struct filling *f)
{
    return f->state->more == HLCGI_MORE_YEAR ? HLCGI_YEARS_ALL : HLCGI_YEARS;
}

static bool enter_value(struct filling *f, size_t i)
{
    if (f->facet == HL_FACET_YEAR) {
        if (!i)
            sort_years(f);
        f->value = i < f->year_count && i < years_shown(f) ? f->years[i] : NULL;
    } else
        f->value = hl_result_facet(f->answer->result, f->facet, i);
    return f->value != NULL;
}

/* Pages around this one; past the end the first, which is the way back. */
static bool enter_page(struct filling *f, size_t i)
{
    const struct hlcgi_answer *a = f->answer;
    unsigned page = f->state->page;
    if (!a || !a->total || (a->pages < 2 && page == 1) || f->state->action == HLCGI_SHOW)
        return false;
    unsigned first = page > a->pages ? 1 : page > PAGES_AROUND ? page - PAGES_AROUND : 1;
    unsigned last = page > a->pages ? 1 : page + PAGES_AROUND;
    f->page = first + i;
    return f->page <= last && f->page <= (a->pages ? a->pages : 1);
}

/* Words that no article has: the likeliest reason for finding little. */
static bool enter_missing(struct filling *f, size_t i)
{
    const struct hl_reading *reading;
    f->again = i;
    if (!is_searched(f))
        return false;
    for (size_t k = 0; (reading = hl_result_reading(f->answer->result, k)); k++)
        if ((!reading->in_index || !reading->df) && !i--) {
            f->text = reading->word;
            return true;
        }
    return false;
}

static bool enter_suggestion(struct filling *f, size_t i)
{
    const struct hl_suggestion *suggestion =
        is_searched(f) ? hl_result_suggestion(f->answer->result, i) : NULL;
    f->again = i;
    f->text = suggestion ? suggestion->text : NULL;
    return suggestion != NULL;
}

static void set_hit(struct filling *f, const struct hlcgi_hit *hit)
{
    f->hit = hit;
    f->article = hit && hit->document ? hl_document_article(hit->document) : NULL;
    f->passage = 0;
}

static bool enter_hit(struct filling *f, size_t i)
{
    if (!f->answer || i >= f->answer->count)
        return false;
    set_hit(f, &f->answer->hits[i]);
    f->rank = i + 1;
    if (f->state->action != HLCGI_SHOW)
        f->rank += hlcgi_answer_offset(f->answer);
    return true;
}

static bool enter_article(struct filling *f, size_t i)
{
    if (!f->answer || !f->answer->document || i)
        return false;
    f->hit = &f->answer->shown;
    f->article = hl_document_article(f->answer->document);
    return true;
}

/* A line of the body with something in it; each is marked by itself, since marking takes a
 * line end for a blank. */
static hl_status enter_paragraph(struct filling *f, size_t i, bool *out_there,
                                 struct hl_error *err)
{
    const struct hlcgi_out *body = &f->answer->body;
    size_t at = i ? f->paragraph_at : 0;
    while (at < body->size && !body->data[at])
        at++;
    *out_there = at < body->size;
    if (!*out_there)
        return HL_OK;
    f->paragraph_at = at + strlen(body->data + at);
    return hl_highlight(f->answer->words, body->data + at, &f->paragraph, err);
}

/* One a line. */
static hl_status enter_tag(struct filling *f, size_t i, bool *out_there, struct hl_error *err)
{
    const char *tags = f->article->tags ? f->article->tags : "";
    free(f->tags);
    f->tags = NULL;
    for (; i && *tags; i--)
        tags += strcspn(tags, "\n") + (tags[strcspn(tags, "\n")] == '\n');
    *out_there = *tags != 0;
    if (!*out_there)
        return HL_OK;
    f->tags = strndup(tags, strcspn(tags, "\n"));
    f->tag = f->tags;
    if (f->tags)
        return HL_OK;
    *err = (struct hl_error){.code = HL_NOMEM, .at = -1, .text = "out of memory"};
    return HL_NOMEM;
}

static bool enter_plain(struct filling *f, enum hltemplate_page id, size_t i)
{
    switch (id) {
    case HLPAGE_HIDDEN:
        return enter_hidden(f, i);
    case HLPAGE_MISSING:
        return enter_missing(f, i);
    case HLPAGE_SUGGESTIONS:
        return enter_suggestion(f, i);
    case HLPAGE_NEAREST:
        f->nearest = f->answer ? hl_nearest_at(f->answer->nearest, i) : NULL;
        return f->nearest != NULL;
    case HLPAGE_SORTS:
        return enter_sort(f, i);
    case HLPAGE_FILTERS:
        return enter_narrowing(f, i);
    case HLPAGE_FACETS:
        return enter_facet(f, i);
    case HLPAGE_VALUES:
        return enter_value(f, i);
    case HLPAGE_PAGES:
        return enter_page(f, i);
    case HLPAGE_ARTICLE:
        return enter_article(f, i);
    case HLPAGE_HITS:
        return enter_hit(f, i);
    default:
        assert(id == HLPAGE_SNIPPETS);
        f->passage = i;
        return i < f->hit->passages.count;
    }
}

static hl_status enter(void *user, int id, size_t i, bool *out_there, struct hl_error *err)
{
    struct filling *f = user;
    if (id == HLPAGE_PARAGRAPHS)
        return enter_paragraph(f, i, out_there, err);
    if (id == HLPAGE_TAGS)
        return enter_tag(f, i, out_there, err);
    *out_there = enter_plain(f, (enum hltemplate_page)id, i);
    return HL_OK;
}

static void leave(void *user, int id)
{
    struct filling *f = user;
    if (id == HLPAGE_HITS || id == HLPAGE_ARTICLE)
        set_hit(f, NULL);
    if (id == HLPAGE_PARAGRAPHS)
        hl_snippet_release(&f->paragraph);
}

/* ------------------------------------------------------------- made of values */

static const char *yes(bool is)
{
    return is ? "1" : NULL;
}

static const char *some(const char *s)
{
    return s && *s ? s : NULL;
}

/* 1.234.567, as numbers are written in Viet Nam; NULL for none. */
static const char *count(struct filling *f, uint64_t n)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, n);
    assert(size > 0 && size < (int)sizeof digits);
    if (!n)
        return NULL;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            hlcgi_add(&f->made, f->site->english ? "," : ".");
        hlcgi_add_bytes(&f->made, &digits[i], 1);
    }
    return f->made.data;
}

static const char *number(struct filling *f, uint64_t n)
{
    hlcgi_add_format(&f->made, "%" PRIu64, n);
    return f->made.data;
}

static const char *address(struct filling *f, const struct hlcgi_state *state)
{
    hlcgi_add_address(&f->made, state);
    return f->made.data;
}

/* Behind the address that the administrator gave; without one relative. */
static const char *absolute(struct filling *f, const struct hlcgi_state *state)
{
    if (f->site->base_url)
        hlcgi_add(&f->made, f->site->base_url);
    size_t at = f->made.size;
    hlcgi_add_address(&f->made, state);
    if (f->site->base_url && strchr(f->site->base_url, '?') && f->made.data)
        f->made.data[at] = '&';
    return f->made.data;
}

/* This state from its first page on. */
static struct hlcgi_state first_page(const struct filling *f)
{
    struct hlcgi_state s = *f->state;
    s.page = 1;
    s.format = HLCGI_HTML;
    s.more = HLCGI_MORE_NONE;
    return s;
}

static struct hlcgi_state of_id(const struct filling *f, enum hlcgi_action action,
                                const char *id)
{
    struct hlcgi_state s;
    hlcgi_state_init(&s);
    s.action = action;
    s.id = id;
    if (action == HLCGI_SHOW) {
        s.query = f->state->query; /* to mark its words, and for the way back */
        s.marks = f->state->marks;
    }
    return s;
}

/* An address that parameters can be added to. */
static const char *query_base(struct filling *f)
{
    const char *base = f->site->base_url ? f->site->base_url : "";
    hlcgi_add(&f->made, base);
    hlcgi_add(&f->made, strchr(base, '?') ? "&" : "?");
    return f->made.data;
}

/* -------------------------------------------------------- of the whole request */

static const char *of_request(struct filling *f, enum hltemplate_page id)
{
    const struct hlcgi_state *s = f->state;
    switch (id) {
    case HLPAGE_QUERY:
        return s->query;
    case HLPAGE_FROM:
        return s->from;
    case HLPAGE_TO:
        return s->to;
    case HLPAGE_DATED:
        return yes(*s->from || *s->to);
    case HLPAGE_PAGE:
        return number(f, s->page);
    case HLPAGE_N:
        return number(f, s->n);
    case HLPAGE_PART:
        return yes(f->request->part);
    case HLPAGE_START:
        return yes(f->answer && s->action == HLCGI_SEARCH && !f->answer->result);
    case HLPAGE_SEARCH:
        return yes(is_searched(f));
    case HLPAGE_RELATED:
        return yes(f->answer && s->action == HLCGI_RELATED);
    case HLPAGE_SHOW:
        return yes(f->answer && s->action == HLCGI_SHOW);
    case HLPAGE_HIDDEN_NAME:
        return f->hidden_name;
    default:
        assert(id == HLPAGE_HIDDEN_VALUE);
        return f->hidden_value ? f->hidden_value : number(f, s->n);
    }
}

/* The feed of a query has the newest first, unless another order was asked for. */
static const char *feed_address(struct filling *f)
{
    struct hlcgi_state s = first_page(f);
    if (!is_searched(f))
        return NULL;
    s.format = HLCGI_RSS;
    return absolute(f, &s);
}

static const char *of_addresses(struct filling *f, enum hltemplate_page id)
{
    struct hlcgi_state s = first_page(f), start;
    hlcgi_state_init(&start);
    switch (id) {
    case HLPAGE_START_URL:
        return address(f, &start);
    case HLPAGE_SELF_URL:
        return absolute(f, &s);
    case HLPAGE_FEED_URL:
        return feed_address(f);
    case HLPAGE_OPENSEARCH_URL:
        start.format = HLCGI_OPENSEARCH;
        return absolute(f, &start);
    case HLPAGE_STYLE_URL:
        start.action = HLCGI_STYLE;
        address(f, &start);
        hlcgi_add_format(&f->made, "&v=%08" PRIx32, hlcgi_site_style_version());
        return f->made.data;
    case HLPAGE_QUERY_URL:
        return query_base(f);
    case HLPAGE_BACK_URL: /* from an article to what it was found by */
        start.query = s.query;
        start.marks = s.marks;
        return *s.query && s.action != HLCGI_SEARCH ? address(f, &start) : NULL;
    case HLPAGE_TYPED_URL:
        s.marks = HLCGI_MARKS_STRICT;
        return address(f, &s);
    case HLPAGE_PREVIOUS_URL:
        s.page = f->state->page - 1;
        return f->answer && s.page && s.page < f->answer->pages ? address(f, &s) : NULL;
    case HLPAGE_NEXT_URL:
        s.page = f->state->page + 1;
        return f->answer && s.page <= f->answer->pages ? address(f, &s) : NULL;
    default:
        assert(id == HLPAGE_RELATED_URL);
        s = of_id(f, HLCGI_RELATED, s.id);
        return address(f, &s);
    }
}

static const char *of_failure(struct filling *f, enum hltemplate_page id)
{
    static const enum hlcgi_failure failures[] = {
        [HLPAGE_ERROR_LONG - HLPAGE_ERROR] = HLCGI_FAILURE_LONG,
        [HLPAGE_ERROR_QUERY - HLPAGE_ERROR] = HLCGI_FAILURE_QUERY,
        [HLPAGE_ERROR_METHOD - HLPAGE_ERROR] = HLCGI_FAILURE_METHOD,
        [HLPAGE_ERROR_MISSING - HLPAGE_ERROR] = HLCGI_FAILURE_MISSING,
        [HLPAGE_ERROR_BROKEN - HLPAGE_ERROR] = HLCGI_FAILURE_BROKEN,
    };
    if (id == HLPAGE_ERROR)
        return f->failure ? f->id : NULL;
    return yes(f->failure && failures[id - HLPAGE_ERROR] == f->failure);
}

static const char *of_notes(struct filling *f, enum hltemplate_page id)
{
    static const unsigned bits[] = {
        [HLPAGE_NOTE_PAGE - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_PAGE,
        [HLPAGE_NOTE_N - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_N,
        [HLPAGE_NOTE_FORMAT - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_FORMAT,
        [HLPAGE_NOTE_WORDS - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_WORDS,
        [HLPAGE_NOTE_DATE - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_DATE,
        [HLPAGE_NOTE_ORDER - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_ORDER,
        [HLPAGE_NOTE_SORT - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_SORT,
        [HLPAGE_NOTE_FILTER - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_FILTER,
    };
    const struct hlcgi_answer *a = is_searched(f) ? f->answer : NULL;
    if (id == HLPAGE_NOTE_SYNTAX)
        return yes(a && hl_query_note(a->query, 0));
    if (id == HLPAGE_NOTE_LOWERED)
        return yes(a && hlcgi_answer_is_lowered(a));
    return yes(f->request->replaced & bits[id - HLPAGE_NOTE_PAGE]);
}

/* Whether a list has a first item; the place in it is lost, as before the list. */
static const char *any(struct filling *f, enum hltemplate_page id)
{
    static const enum hltemplate_page lists[] = {
        [HLPAGE_ANY_MISSING - HLPAGE_ANY_MISSING] = HLPAGE_MISSING,
        [HLPAGE_ANY_SUGGESTIONS - HLPAGE_ANY_MISSING] = HLPAGE_SUGGESTIONS,
        [HLPAGE_ANY_NEAREST - HLPAGE_ANY_MISSING] = HLPAGE_NEAREST,
        [HLPAGE_ANY_SORTS - HLPAGE_ANY_MISSING] = HLPAGE_SORTS,
        [HLPAGE_ANY_FILTERS - HLPAGE_ANY_MISSING] = HLPAGE_FILTERS,
        [HLPAGE_ANY_FACETS - HLPAGE_ANY_MISSING] = HLPAGE_FACETS,
        [HLPAGE_ANY_PAGES - HLPAGE_ANY_MISSING] = HLPAGE_PAGES,
    };
    if (id == HLPAGE_ANY_HITS)
        return yes(f->answer && f->answer->count);
    if (id == HLPAGE_ANY_TAGS)
        return yes(f->article->tags && *f->article->tags);
    return yes(enter_plain(f, lists[id - HLPAGE_ANY_MISSING], 0));
}

static const char *of_answer(struct filling *f, enum hltemplate_page id)
{
    const struct hlcgi_answer *a = f->answer;
    if (id >= HLPAGE_ANY_MISSING)
        return any(f, id);
    if (id >= HLPAGE_NOTE_PAGE)
        return of_notes(f, id);
    if (!a || !a->result)
        return NULL;
    size_t offset = hlcgi_answer_offset(a);
    switch (id) {
    case HLPAGE_TOTAL:
        return count(f, a->total);
    case HLPAGE_ONE:
        return yes(a->total == 1);
    case HLPAGE_FIRST:
        return a->count ? number(f, offset + 1) : NULL;
    case HLPAGE_LAST:
        return a->count ? number(f, offset + a->count) : NULL;
    case HLPAGE_SEVERAL:
        return yes(a->count && (a->pages > 1 || f->state->page > 1));
    case HLPAGE_EMPTY:
        return yes(a->total && !a->count);
    case HLPAGE_PARTIAL:
        return yes(a->partial);
    case HLPAGE_TOOK_MS:
        hlcgi_add_format(&f->made, "%.1f", a->seconds * 1e3);
        return f->made.data;
    default:
        assert(id == HLPAGE_RESTORED);
        return is_searched(f) ? hl_result_restored(a->result) : NULL;
    }
}

/* ------------------------------------------------------------------- of lists */

/* Another query instead, narrowed by the same. */
static const char *query_address(struct filling *f, const char *query)
{
    struct hlcgi_state s = first_page(f);
    s.query = query;
    s.marks = HLCGI_MARKS_AUTO;
    return address(f, &s);
}

static const char *nearest_address(struct filling *f)
{
    struct hlcgi_state s = first_page(f);
    s.query = f->nearest->query;
    for (size_t k = 0; k < NARROWINGS; k++)
        if (f->nearest->relaxed == HL_RELAXED_NARROWING)
            set_narrowing(&s, k, "");
    return address(f, &s);
}

static const char *of_proposals(struct filling *f, enum hltemplate_page id)
{
    switch (id) {
    case HLPAGE_MISSING_WORD:
    case HLPAGE_SUGGESTION:
        return f->text;
    case HLPAGE_MISSING_AGAIN:
    case HLPAGE_SUGGESTION_AGAIN:
        return yes(f->again);
    case HLPAGE_SUGGESTION_URL:
        return query_address(f, f->text);
    case HLPAGE_NEAREST_QUERY:
        return f->nearest->query;
    case HLPAGE_NEAREST_WITHOUT:
        return f->nearest->without;
    case HLPAGE_NEAREST_TOTAL:
        return count(f, f->nearest->total);
    case HLPAGE_NEAREST_FILTERS:
        return yes(f->nearest->relaxed == HL_RELAXED_NARROWING);
    case HLPAGE_NEAREST_QUOTES:
        return yes(f->nearest->relaxed == HL_RELAXED_QUOTES);
    default:
        assert(id == HLPAGE_NEAREST_URL);
        return nearest_address(f);
    }
}

static const char *of_sort(struct filling *f, enum hltemplate_page id)
{
    struct hlcgi_state s = first_page(f);
    enum hlcgi_sort shown = hlcgi_sort_of(f->state);
    if (id == HLPAGE_SORT_CURRENT)
        return yes(f->sort == shown);
    if (id != HLPAGE_SORT_URL)
        return yes(f->sort == (size_t)(id - HLPAGE_SORT_RELEVANCE));
    s.sort = (enum hlcgi_sort)f->sort;
    return address(f, &s);
}

/* 2017-01-05, as a request has it, as people write it. */
static const char *day_of(struct filling *f, const char *iso)
{
    assert(strlen(iso) == 10);
    int year = (int)strtol(iso, NULL, 10), month = (int)strtol(iso + 5, NULL, 10);
    int day = (int)strtol(iso + 8, NULL, 10);
    hlcgi_add_civil(&f->made, year, month, day, f->site->english);
    return f->made.data;
}

static const char *of_narrowing(struct filling *f, enum hltemplate_page id)
{
    const char *value = narrowing_of(f->state, f->narrowing);
    enum hltemplate_page flag = narrowings[f->narrowing].flag;
    if (id == HLPAGE_FILTER_VALUE)
        return flag >= HLPAGE_FILTER_FROM ? day_of(f, value) : value;
    if (id != HLPAGE_FILTER_URL)
        return yes(id == flag);
    struct hlcgi_state s = first_page(f);
    set_narrowing(&s, f->narrowing, "");
    return address(f, &s);
}

/* The days that a year is made of; "2017" is four digits whatever an index holds. */
static void year_days(const char *year, char from[16], char to[16])
{
    snprintf(from, 16, "%.4s-01-01", year);
    snprintf(to, 16, "%.4s-12-31", year);
}

static bool is_current(const struct filling *f)
{
    char from[16], to[16];
    if (f->facet == HL_FACET_SECTION)
        return !strcasecmp(f->value->name, f->state->section);
    if (f->facet == HL_FACET_SOURCE)
        return !strcasecmp(f->value->name, f->state->source);
    year_days(f->value->name, from, to);
    return !strcmp(from, f->state->from) && !strcmp(to, f->state->to);
}

/* Narrowed by this value, or, if it is by it already, not any more. */
static const char *value_address(struct filling *f)
{
    struct hlcgi_state s = first_page(f);
    char from[16] = "", to[16] = "";
    bool current = is_current(f);
    if (f->facet == HL_FACET_SECTION)
        s.section = current ? "" : f->value->name;
    else if (f->facet == HL_FACET_SOURCE)
        s.source = current ? "" : f->value->name;
    else {
        if (!current)
            year_days(f->value->name, from, to);
        s.from = from;
        s.to = to;
    }
    return address(f, &s);
}

/* Values that are there but not shown. */
static const char *others(struct filling *f)
{
    const struct hl_result *result = f->answer->result;
    size_t shown = 0;
    while (hl_result_facet(result, f->facet, shown) &&
           (f->facet != HL_FACET_YEAR || shown < years_shown(f)))
        shown++;
    return count(f, hl_result_facet_distinct(result, f->facet) - shown);
}

/* The same with all values of this facet. */
static const char *others_address(struct filling *f)
{
    struct hlcgi_state s = *f->state;
    for (unsigned i = 0; i < FACETS; i++)
        if (f->facet == facets[i])
            s.more = (enum hlcgi_more)(HLCGI_MORE_SECTION + i);
    return s.more == f->state->more ? NULL : address(f, &s);
}

static const char *of_facets(struct filling *f, enum hltemplate_page id)
{
    switch (id) {
    case HLPAGE_FACET_OTHERS:
        return others(f);
    case HLPAGE_FACET_OTHERS_URL:
        return others_address(f);
    case HLPAGE_VALUE:
        return f->value->name;
    case HLPAGE_VALUE_COUNT:
        return count(f, f->value->count);
    case HLPAGE_VALUE_URL:
        return value_address(f);
    case HLPAGE_VALUE_CURRENT:
        return yes(is_current(f));
    default:
        assert(id >= HLPAGE_FACET_SECTION && id <= HLPAGE_FACET_YEAR);
        return yes(f->facet == facets[id - HLPAGE_FACET_SECTION]);
    }
}

static const char *of_pages(struct filling *f, enum hltemplate_page id)
{
    struct hlcgi_state s = first_page(f);
    if (id == HLPAGE_PAGE_NUMBER)
        return number(f, f->page);
    if (id == HLPAGE_PAGE_CURRENT)
        return yes(f->page == f->state->page);
    s.page = (unsigned)f->page;
    return address(f, &s);
}

/* ---------------------------------------------------------------- of articles */

static const char *id_of(const struct filling *f)
{
    return f->hit->hit ? f->hit->hit->id : f->article->id;
}

/* Its page here, if there is a stored article to show. */
static const char *show_address(struct filling *f, bool is_absolute)
{
    struct hlcgi_state s = of_id(f, HLCGI_SHOW, id_of(f));
    if (!f->article)
        return NULL;
    return is_absolute ? absolute(f, &s) : address(f, &s);
}

static const char *like_address(struct filling *f)
{
    struct hlcgi_state s = of_id(f, HLCGI_RELATED, id_of(f));
    return f->article ? address(f, &s) : NULL;
}

/* Of a hit by the columns, which an index without articles has too. */
static const char *of_date(struct filling *f, enum hltemplate_page id)
{
    struct hl_hit hit;
    if (f->hit->hit)
        hit = *f->hit->hit;
    else
        hit = (struct hl_hit){.date = f->article->date,
                              .date_offset = f->article->date_offset,
                              .date_precision = f->article->date_precision};
    if (!hlcgi_date_is_known(&hit))
        return NULL;
    if (id == HLPAGE_DATE)
        hlcgi_add_date(&f->made, &hit);
    else if (id == HLPAGE_PUBDATE)
        hlcgi_add_pubdate(&f->made, &hit);
    else
        hlcgi_add_day(&f->made, &hit, f->site->english);
    return f->made.data;
}

/* RSS takes a description for HTML: what an article says is escaped once for that, and by
 * the template for XML. */
static const char *summary(struct filling *f)
{
    const struct hl_snippets *s = &f->hit->passages;
    if (!s->count && f->article && f->article->lead)
        hlcgi_add_entities(&f->made, f->article->lead);
    for (size_t i = 0; i < s->count; i++) {
        hlcgi_add(&f->made, i || s->passages[i].cut_before ? "… " : "");
        hlcgi_add_entities(&f->made, s->passages[i].text);
        hlcgi_add(&f->made, s->passages[i].cut_after ? " … " : " ");
    }
    return f->made.data;
}

static const char *of_names(const struct filling *f, enum hltemplate_page id)
{
    const struct hl_hit *hit = f->hit->hit;
    if (id == HLPAGE_SOURCE)
        return hit ? hit->source : f->article->source;
    if (id == HLPAGE_SECTION)
        return hit ? hit->section : f->article->section;
    return hit ? hit->author : f->article->author;
}

static const char *tag_address(struct filling *f)
{
    struct hlcgi_state s;
    hlcgi_state_init(&s);
    s.tag = f->tag;
    return address(f, &s);
}

static const char *of_article(struct filling *f, enum hltemplate_page id)
{
    const struct hl_snippets *passages = &f->hit->passages;
    const struct hl_passage *p =
        f->passage < passages->count ? &passages->passages[f->passage] : NULL;
    switch (id) {
    case HLPAGE_RANK:
        return number(f, f->rank);
    case HLPAGE_ID:
        return id_of(f);
    case HLPAGE_LINK:
        return f->hit->link;
    case HLPAGE_SHOW_URL:
        return show_address(f, false);
    case HLPAGE_SHOW_ABSOLUTE:
        return show_address(f, true);
    case HLPAGE_HIT_URL:
        return f->hit->link ? f->hit->link : show_address(f, false);
    case HLPAGE_DATE:
    case HLPAGE_DAY:
    case HLPAGE_PUBDATE:
        return of_date(f, id);
    case HLPAGE_TAG:
        return f->tag;
    case HLPAGE_TAG_URL:
        return tag_address(f);
    case HLPAGE_CUT_BEFORE:
        return p && (f->passage || p->cut_before) ? "…" : NULL;
    case HLPAGE_CUT_AFTER:
        return p && f->passage + 1 == passages->count && p->cut_after ? "…" : NULL;
    case HLPAGE_SUMMARY:
        return summary(f);
    case HLPAGE_SIMILAR:
        return f->hit->hit ? count(f, f->hit->hit->similar) : NULL;
    case HLPAGE_LIKE_URL:
        return like_address(f);
    default:
        return of_names(f, id);
    }
}

/* Text with matches; one that has none to show is a plain value.  What makes an article like
 * another is no match that a reader asked for. */
static bool is_marked(struct filling *f, enum hltemplate_page id, struct hltemplate_value *v)
{
    const struct hl_snippet *s = NULL;
    if (id == HLPAGE_TITLE)
        s = &f->hit->title;
    else if (id == HLPAGE_LEAD)
        s = &f->hit->lead;
    else if (id == HLPAGE_PARAGRAPH)
        s = &f->paragraph;
    if (s && s->text)
        *v = (struct hltemplate_value){s->text, strlen(s->text), s->ranges, s->range_count};
    if (id == HLPAGE_SNIPPET && f->passage < f->hit->passages.count) {
        const struct hl_passage *p = &f->hit->passages.passages[f->passage];
        *v = (struct hltemplate_value){p->text, p->size, p->ranges, p->range_count};
    }
    if (f->hit && f->hit->hit && !is_searched(f))
        v->range_count = 0;
    return v->bytes != NULL;
}

/* An article without a title is named by its id. */
static const char *plain(struct filling *f, enum hltemplate_page id)
{
    if (id == HLPAGE_TITLE)
        return f->article && some(f->article->title) ? f->article->title : id_of(f);
    if (id == HLPAGE_LEAD)
        return f->article ? f->article->lead : NULL;
    return id < HLPAGE_START_URL ? of_request(f, id)
           : id < HLPAGE_ERROR   ? of_addresses(f, id)
           : id < HLPAGE_TOTAL   ? of_failure(f, id)
           : id < HLPAGE_MISSING ? of_answer(f, id)
           : id < HLPAGE_SORTS   ? of_proposals(f, id)
           : id < HLPAGE_FILTERS ? of_sort(f, id)
           : id < HLPAGE_FACETS  ? of_narrowing(f, id)
           : id < HLPAGE_PAGES   ? of_facets(f, id)
           : id < HLPAGE_ARTICLE ? of_pages(f, id)
                                 : of_article(f, id);
}

static void value(void *user, int id, struct hltemplate_value *out_value)
{
    struct filling *f = user;
    f->made.size = 0;
    if (f->made.data)
        *f->made.data = 0;
    *out_value = (struct hltemplate_value){0};
    if (is_marked(f, (enum hltemplate_page)id, out_value))
        return;
    const char *s = some(plain(f, (enum hltemplate_page)id));
    *out_value = (struct hltemplate_value){.bytes = s, .size = s ? strlen(s) : 0};
}

/* ------------------------------------------------------------------- printing */

hl_status hlcgi_page_print(const struct hltemplate *page, const struct hlcgi_site *site,
                           const struct hlcgi_request *request,
                           const struct hlcgi_answer *answer, enum hlcgi_failure failure,
                           const char *id, struct hlcgi_out *out, struct hl_error *err)
{
    struct filling f = {.site = site,
                        .request = request,
                        .state = &request->state,
                        .answer = answer,
                        .failure = failure,
                        .id = id};
    const struct hltemplate_values values = {value, enter, leave, &f};
    struct hlbuf text = {0};
    assert(!answer == (failure != HLCGI_FAILURE_NONE));
    hl_status status = hltemplate_print(page, &values, &text, err);
    if (status == HL_OK && text.size)
        hlcgi_add_bytes(out, (const char *)text.data, text.size);
    out->failed |= f.made.failed;
    hl_snippet_release(&f.paragraph);
    hlcgi_out_release(&f.made);
    free(f.tags);
    hlbuf_release(&text);
    return status;
}
