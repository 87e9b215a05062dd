/*
 * filling.c - see filling.h.
 */
#include "cgi/filling.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES_AROUND = 2 };

const enum hl_facet hlcgi_facets[HLCGI_FACETS] = {HL_FACET_SECTION, HL_FACET_SOURCE,
                                                  HL_FACET_YEAR};

const struct hlcgi_narrowing hlcgi_narrowings[HLCGI_NARROWINGS] = {
    {"section", HLPAGE_FILTER_SECTION, offsetof(struct hlcgi_state, section)},
    {"source", HLPAGE_FILTER_SOURCE, offsetof(struct hlcgi_state, source)},
    {"author", HLPAGE_FILTER_AUTHOR, offsetof(struct hlcgi_state, author)},
    {"tag", HLPAGE_FILTER_TAG, offsetof(struct hlcgi_state, tag)},
    {"from", HLPAGE_FILTER_FROM, offsetof(struct hlcgi_state, from)},
    {"to", HLPAGE_FILTER_TO, offsetof(struct hlcgi_state, to)},
};

const char *hlcgi_narrowing_of(const struct hlcgi_state *state, size_t i)
{
    const char *value;
    memcpy(&value, (const char *)state + hlcgi_narrowings[i].at, sizeof value);
    return value;
}

void hlcgi_narrowing_set(struct hlcgi_state *state, size_t i, const char *value)
{
    memcpy((char *)state + hlcgi_narrowings[i].at, &value, sizeof value);
}

bool hlcgi_is_searched(const struct hlcgi_filling *f)
{
    return f->answer && f->answer->result && f->state->action == HLCGI_SEARCH;
}

/* ---------------------------------------------------------------------- lists */

/* What a form keeps beside what can be typed into it; a new query is read anew, so that the
 * way its marks are taken is not kept. */
static bool enter_hidden(struct hlcgi_filling *f, size_t i)
{
    static const char *const sorts[] = {"relevance", "-date", "date"};
    for (size_t k = 0; k < HLCGI_NARROWINGS - 2; k++) /* days have fields of their own */
        if (*hlcgi_narrowing_of(f->state, k) && !i--) {
            f->hidden_name = hlcgi_narrowings[k].name;
            f->hidden_value = hlcgi_narrowing_of(f->state, k);
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

static bool enter_narrowing(struct hlcgi_filling *f, size_t i)
{
    for (size_t k = 0; k < HLCGI_NARROWINGS; k++)
        if (*hlcgi_narrowing_of(f->state, k) && !i--) {
            f->narrowing = k;
            return true;
        }
    return false;
}

/* The orders that make a difference: none of one article, relevance only to words. */
static bool enter_sort(struct hlcgi_filling *f, size_t i)
{
    if (!hlcgi_is_searched(f) || f->answer->total < 2)
        return false;
    f->sort = i + !*f->state->query;
    return f->sort <= HLCGI_OLDEST;
}

/* A facet of one value says nothing, unless it was chosen and can be given up. */
static bool is_shown(const struct hlcgi_filling *f, enum hl_facet facet)
{
    const struct hl_result *result = f->answer->result;
    if (!hl_result_facet(result, facet, 0))
        return false;
    return hl_result_facet_distinct(result, facet) > 1 ||
           (facet == HL_FACET_SECTION && *f->state->section) ||
           (facet == HL_FACET_SOURCE && *f->state->source);
}

static bool enter_facet(struct hlcgi_filling *f, size_t i)
{
    if (!hlcgi_is_searched(f))
        return false;
    for (size_t k = 0; k < HLCGI_FACETS; k++)
        if (is_shown(f, hlcgi_facets[k]) && !i--) {
            f->facet = hlcgi_facets[k];
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
static void sort_years(struct hlcgi_filling *f)
{
    const struct hl_facet_value *value;
    size_t count = 0;
    while (count < HLCGI_YEARS_ALL &&
           (value = hl_result_facet(f->answer->result, HL_FACET_YEAR, count)))
        f->years[count++] = value;
    qsort(f->years, count, sizeof *f->years, by_name_backwards);
    f->year_count = count;
}

size_t hlcgi_years_shown(const struct hlcgi_filling *f)
{
    return f->state->more == HLCGI_MORE_YEAR ? HLCGI_YEARS_ALL : HLCGI_YEARS;
}

static bool enter_value(struct hlcgi_filling *f, size_t i)
{
    if (f->facet == HL_FACET_YEAR) {
        if (!i)
            sort_years(f);
        f->value = i < f->year_count && i < hlcgi_years_shown(f) ? f->years[i] : NULL;
    } else
        f->value = hl_result_facet(f->answer->result, f->facet, i);
    return f->value != NULL;
}

/* Pages around this one; past the end the first, which is the way back. */
static bool enter_page(struct hlcgi_filling *f, size_t i)
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
static bool enter_missing(struct hlcgi_filling *f, size_t i)
{
    const struct hl_reading *reading;
    f->again = i;
    if (!hlcgi_is_searched(f))
        return false;
    for (size_t k = 0; (reading = hl_result_reading(f->answer->result, k)); k++)
        if ((!reading->in_index || !reading->df) && !i--) {
            f->text = reading->word;
            return true;
        }
    return false;
}

static bool enter_suggestion(struct hlcgi_filling *f, size_t i)
{
    const struct hl_suggestion *suggestion =
        hlcgi_is_searched(f) ? hl_result_suggestion(f->answer->result, i) : NULL;
    f->again = i;
    f->text = suggestion ? suggestion->text : NULL;
    /* Marks are bytes too: a link to a query that is too long would be no help. */
    return suggestion && strlen(suggestion->text) <= HLCGI_QUERY_MAX;
}

static void set_hit(struct hlcgi_filling *f, const struct hlcgi_hit *hit)
{
    f->hit = hit;
    f->article = hit && hit->document ? hl_document_article(hit->document) : NULL;
    f->passage = 0;
}

static bool enter_hit(struct hlcgi_filling *f, size_t i)
{
    if (!f->answer || i >= f->answer->count)
        return false;
    set_hit(f, &f->answer->hits[i]);
    f->rank = i + 1;
    if (f->state->action != HLCGI_SHOW)
        f->rank += hlcgi_answer_offset(f->answer);
    return true;
}

static bool enter_article(struct hlcgi_filling *f, size_t i)
{
    if (!f->answer || !f->answer->document || i)
        return false;
    f->hit = &f->answer->shown;
    f->article = hl_document_article(f->answer->document);
    return true;
}

/* A line of the body with something in it; each is marked by itself, since marking takes a
 * line end for a blank. */
static hl_status enter_paragraph(struct hlcgi_filling *f, size_t i, bool *out_there,
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
static hl_status enter_tag(struct hlcgi_filling *f, size_t i, bool *out_there,
                           struct hl_error *err)
{
    enum { TAGS_MAX = 64 }; /* those that an article is found by */
    const char *tags = f->article->tags && i < TAGS_MAX ? f->article->tags : "";
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

static bool enter_plain(struct hlcgi_filling *f, enum hltemplate_page id, size_t i)
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

bool hlcgi_is_any(struct hlcgi_filling *f, enum hltemplate_page list)
{
    return enter_plain(f, list, 0);
}

hl_status hlcgi_filling_enter(void *user, int id, size_t i, bool *out_there,
                              struct hl_error *err)
{
    struct hlcgi_filling *f = user;
    if (id == HLPAGE_PARAGRAPHS)
        return enter_paragraph(f, i, out_there, err);
    if (id == HLPAGE_TAGS)
        return enter_tag(f, i, out_there, err);
    *out_there = enter_plain(f, (enum hltemplate_page)id, i);
    return HL_OK;
}

void hlcgi_filling_leave(void *user, int id)
{
    struct hlcgi_filling *f = user;
    if (id == HLPAGE_HITS || id == HLPAGE_ARTICLE)
        set_hit(f, NULL);
    if (id == HLPAGE_PARAGRAPHS)
        hl_snippet_release(&f->paragraph);
}

void hlcgi_filling_release(struct hlcgi_filling *f)
{
    hl_snippet_release(&f->paragraph);
    hlcgi_out_release(&f->made);
    free(f->tags);
}
