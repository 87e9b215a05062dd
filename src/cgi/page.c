/*
 * page.c - see page.h.
 *
 * What a field of the template is where the template has come to.  Values that have to be made
 * are written into one text, which the next one overwrites.
 */
#include "cgi/page.h"

#include "cgi/date.h"
#include "cgi/escape.h"
#include "cgi/filling.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
static const char *count(struct hlcgi_filling *f, uint64_t n)
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

static const char *number(struct hlcgi_filling *f, uint64_t n)
{
    hlcgi_add_format(&f->made, "%" PRIu64, n);
    return f->made.data;
}

/* Behind the address that the administrator gave; without one relative. */
static const char *absolute(struct hlcgi_filling *f, const struct hlcgi_state *state)
{
    if (f->site->base_url)
        hlcgi_add(&f->made, f->site->base_url);
    size_t at = f->made.size;
    hlcgi_add_address(&f->made, state);
    if (f->site->base_url && strchr(f->site->base_url, '?') && f->made.data)
        f->made.data[at] = '&';
    return f->made.data;
}

/* Relative, so that it holds wherever the page is; but a part stands in another page. */
static const char *address(struct hlcgi_filling *f, const struct hlcgi_state *state)
{
    if (f->request->part)
        return absolute(f, state);
    hlcgi_add_address(&f->made, state);
    return f->made.data;
}

/* This state from its first page on. */
static struct hlcgi_state first_page(const struct hlcgi_filling *f)
{
    struct hlcgi_state s = *f->state;
    s.page = 1;
    s.format = HLCGI_HTML;
    s.more = HLCGI_MORE_NONE;
    return s;
}

static struct hlcgi_state of_id(const struct hlcgi_filling *f, enum hlcgi_action action,
                                const char *id)
{
    struct hlcgi_state s;
    hlcgi_state_init(&s);
    if (action == HLCGI_SHOW && hlcgi_is_searched(f))
        s = *f->state; /* to mark the words of the query, and for the way back */
    s.format = HLCGI_HTML;
    s.more = HLCGI_MORE_NONE;
    s.action = action;
    s.id = id;
    return s;
}

/* An address that parameters can be added to. */
static const char *query_base(struct hlcgi_filling *f)
{
    const char *base = f->site->base_url ? f->site->base_url : "";
    hlcgi_add(&f->made, base);
    hlcgi_add(&f->made, strchr(base, '?') ? "&" : "?");
    return f->made.data;
}

/* -------------------------------------------------------- of the whole request */

static const char *of_request(struct hlcgi_filling *f, enum hltemplate_page id)
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
        return yes(hlcgi_is_searched(f));
    case HLPAGE_RELATED:
        return yes(f->answer && s->action == HLCGI_RELATED);
    case HLPAGE_SHOW:
        return yes(f->answer && s->action == HLCGI_SHOW);
    case HLPAGE_LANG:
        return f->site->english ? "en" : "vi";
    case HLPAGE_ENGLISH:
        return yes(f->site->english);
    case HLPAGE_HIDDEN_NAME:
        return f->hidden_name;
    default:
        assert(id == HLPAGE_HIDDEN_VALUE);
        return f->hidden_value ? f->hidden_value : number(f, s->n);
    }
}

/* The feed of a query has the newest first, unless another order was asked for. */
static const char *feed_address(struct hlcgi_filling *f)
{
    struct hlcgi_state s = first_page(f);
    if (!hlcgi_is_searched(f))
        return NULL;
    s.format = HLCGI_RSS;
    return absolute(f, &s);
}

static const char *of_addresses(struct hlcgi_filling *f, enum hltemplate_page id)
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
        s = *f->state;
        s.action = HLCGI_SEARCH;
        s.id = "";
        return f->state->action == HLCGI_SHOW && hlcgi_is_search(f->request) ? address(f, &s)
                                                                             : NULL;
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

static const char *of_failure(struct hlcgi_filling *f, enum hltemplate_page id)
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

static const char *of_notes(struct hlcgi_filling *f, enum hltemplate_page id)
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
        [HLPAGE_NOTE_OTHER - HLPAGE_NOTE_PAGE] = HLCGI_REPLACED_OTHER,
    };
    const struct hlcgi_answer *a = hlcgi_is_searched(f) ? f->answer : NULL;
    if (id == HLPAGE_NOTE_SYNTAX)
        return yes(a && hl_query_note(a->query, 0));
    if (id == HLPAGE_NOTE_PREFIX)
        return yes(a && a->query && hl_result_note(a->result, 0));
    if (id == HLPAGE_NOTE_END)
        return yes(a && a->count && hlcgi_answer_offset(a) + f->state->n >= HLCGI_HITS_MAX &&
                   a->total > HLCGI_HITS_MAX);
    if (id == HLPAGE_NOTE_LOWERED)
        return yes(a && hlcgi_answer_is_lowered(a));
    return yes(f->request->replaced & bits[id - HLPAGE_NOTE_PAGE]);
}

/* Whether a list has a first item; the place in it is lost, as before the list. */
static const char *any(struct hlcgi_filling *f, enum hltemplate_page id)
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
    return yes(hlcgi_is_any(f, lists[id - HLPAGE_ANY_MISSING]));
}

static const char *of_answer(struct hlcgi_filling *f, enum hltemplate_page id)
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
    case HLPAGE_CUT:
        return yes(a->cut);
    case HLPAGE_ABOUT:
        return yes(a->about);
    case HLPAGE_SHARDS_ASKED:
        return number(f, a->asked);
    case HLPAGE_SHARDS_MISSING:
        return count(f, a->missing);
    case HLPAGE_TOOK_MS:
        hlcgi_add_format(&f->made, "%.1f", a->seconds * 1e3);
        return f->made.data;
    default:
        assert(id == HLPAGE_RESTORED);
        return hlcgi_is_searched(f) ? hl_result_restored(a->result) : NULL;
    }
}

/* ------------------------------------------------------------------- of lists */

/* Another query instead, narrowed by the same. */
static const char *query_address(struct hlcgi_filling *f, const char *query)
{
    struct hlcgi_state s = first_page(f);
    s.query = query;
    s.marks = HLCGI_MARKS_AUTO;
    return address(f, &s);
}

static const char *nearest_address(struct hlcgi_filling *f)
{
    struct hlcgi_state s = first_page(f);
    s.query = f->nearest->query;
    for (size_t k = 0; k < HLCGI_NARROWINGS; k++)
        if (f->nearest->relaxed == HL_RELAXED_NARROWING)
            hlcgi_narrowing_set(&s, k, "");
    return address(f, &s);
}

static const char *of_proposals(struct hlcgi_filling *f, enum hltemplate_page id)
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

static const char *of_sort(struct hlcgi_filling *f, enum hltemplate_page id)
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
static const char *day_of(struct hlcgi_filling *f, const char *iso)
{
    assert(strlen(iso) == 10);
    int year = (int)strtol(iso, NULL, 10), month = (int)strtol(iso + 5, NULL, 10);
    int day = (int)strtol(iso + 8, NULL, 10);
    hlcgi_add_civil(&f->made, year, month, day, f->site->english);
    return f->made.data;
}

static const char *of_narrowing(struct hlcgi_filling *f, enum hltemplate_page id)
{
    const char *value = hlcgi_narrowing_of(f->state, f->narrowing);
    enum hltemplate_page flag = hlcgi_narrowings[f->narrowing].flag;
    if (id == HLPAGE_FILTER_VALUE)
        return flag >= HLPAGE_FILTER_FROM ? day_of(f, value) : value;
    if (id != HLPAGE_FILTER_URL)
        return yes(id == flag);
    struct hlcgi_state s = first_page(f);
    hlcgi_narrowing_set(&s, f->narrowing, "");
    return address(f, &s);
}

/* The days that a year is made of; "2017" is four digits whatever an index holds. */
static void year_days(const char *year, char from[16], char to[16])
{
    snprintf(from, 16, "%.4s-01-01", year);
    snprintf(to, 16, "%.4s-12-31", year);
}

static bool is_current(const struct hlcgi_filling *f)
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
static const char *value_address(struct hlcgi_filling *f)
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
static const char *others(struct hlcgi_filling *f)
{
    const struct hl_result *result = f->answer->result;
    size_t shown = 0;
    while (hl_result_facet(result, f->facet, shown) &&
           (f->facet != HL_FACET_YEAR || shown < hlcgi_years_shown(f)))
        shown++;
    return count(f, hl_result_facet_distinct(result, f->facet) - shown);
}

/* The same with all values of this facet. */
static const char *others_address(struct hlcgi_filling *f)
{
    struct hlcgi_state s = *f->state;
    for (unsigned i = 0; i < HLCGI_FACETS; i++)
        if (f->facet == hlcgi_facets[i])
            s.more = (enum hlcgi_more)(HLCGI_MORE_SECTION + i);
    return s.more == f->state->more ? NULL : address(f, &s);
}

static const char *of_facets(struct hlcgi_filling *f, enum hltemplate_page id)
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
        return yes(f->facet == hlcgi_facets[id - HLPAGE_FACET_SECTION]);
    }
}

static const char *of_pages(struct hlcgi_filling *f, enum hltemplate_page id)
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

static const char *id_of(const struct hlcgi_filling *f)
{
    return f->hit->hit ? f->hit->hit->id : f->article->id;
}

/* Its page here, if there is a stored article to show. */
static const char *show_address(struct hlcgi_filling *f, bool is_absolute)
{
    struct hlcgi_state s = of_id(f, HLCGI_SHOW, id_of(f));
    if (!f->article)
        return NULL;
    return is_absolute ? absolute(f, &s) : address(f, &s);
}

/* Articles like it; near copies are the first of them where none are folded. */
static const char *like_address(struct hlcgi_filling *f, bool copies)
{
    struct hlcgi_state s = of_id(f, HLCGI_RELATED, id_of(f));
    s.copies = copies;
    return f->article ? address(f, &s) : NULL;
}

/* Of a hit by the columns, which an index without articles has too. */
static const char *of_date(struct hlcgi_filling *f, enum hltemplate_page id)
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
static const char *summary(struct hlcgi_filling *f)
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

static const char *of_names(const struct hlcgi_filling *f, enum hltemplate_page id)
{
    const struct hl_hit *hit = f->hit->hit;
    if (id == HLPAGE_SOURCE)
        return hit ? hit->source : f->article->source;
    if (id == HLPAGE_SECTION)
        return hit ? hit->section : f->article->section;
    return hit ? hit->author : f->article->author;
}

static const char *tag_address(struct hlcgi_filling *f)
{
    struct hlcgi_state s;
    hlcgi_state_init(&s);
    s.tag = f->tag;
    return address(f, &s);
}

static const char *of_article(struct hlcgi_filling *f, enum hltemplate_page id)
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
        return like_address(f, false);
    case HLPAGE_SIMILAR_URL:
        return like_address(f, true);
    default:
        return of_names(f, id);
    }
}

/* Text with matches; one that has none to show is a plain value.  What makes an article like
 * another is no match that a reader asked for. */
static bool is_marked(struct hlcgi_filling *f, enum hltemplate_page id,
                      struct hltemplate_value *v)
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
    if (f->hit && f->hit->hit && !hlcgi_is_searched(f))
        v->range_count = 0;
    return v->bytes != NULL;
}

/* An article without a title is named by its id. */
static const char *plain(struct hlcgi_filling *f, enum hltemplate_page id)
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
    struct hlcgi_filling *f = user;
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
    struct hlcgi_filling f = {.site = site,
                              .request = request,
                              .state = &request->state,
                              .answer = answer,
                              .failure = failure,
                              .id = id};
    const struct hltemplate_values values = {value, hlcgi_filling_enter, hlcgi_filling_leave,
                                             &f};
    struct hlbuf text = {0};
    assert(!answer == (failure != HLCGI_FAILURE_NONE));
    hl_status status = hltemplate_print(page, &values, &text, err);
    if (status == HL_OK && text.size)
        hlcgi_add_bytes(out, (const char *)text.data, text.size);
    out->failed |= f.made.failed;
    hlcgi_filling_release(&f);
    hlbuf_release(&text);
    return status;
}
