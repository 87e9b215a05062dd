/*
 * answer_template.c - see answer.h: the values that a template of --format may name.
 *
 * A hit is opened when its turn comes and released after it, so that the memory of a long
 * answer is that of one article. Values that are numbers or dates are written into one text,
 * which the next value overwrites.
 */
#include "cli/answer.h"

#include <assert.h>
#include <string.h>

enum field {
    QUERY,
    TOTAL,
    SHOWN,
    FIRST,
    LAST,
    NEXT,
    PREVIOUS,
    TOOK_MS,
    RESTORED,
    HITS,
    RANK,
    ID,
    SCORE,
    URL,
    LINK,
    TITLE,
    LEAD,
    DATE,
    DAY,
    DAY_VI,
    PRECISION,
    SOURCE,
    SECTION,
    AUTHOR,
    SNIPPET,
    SNIPPETS,
    CUT_BEFORE,
    CUT_AFTER,
    FACETS,
    FACET,
    OTHERS,
    MISSING,
    VALUES,
    VALUE,
    COUNT,
    SUGGESTIONS,
    SUGGESTION,
    NOTES,
    NOTE,
    UNDERSTOOD,
    TYPED,
    AS,
    WHY
};

#define FIELD(name, id)                                                                        \
    {                                                                                          \
        name, HLTEMPLATE_FIELD, id, NULL                                                       \
    }
#define LIST(name, id, items)                                                                  \
    {                                                                                          \
        name, HLTEMPLATE_LIST, id, items                                                       \
    }
#define END                                                                                    \
    {                                                                                          \
        NULL, HLTEMPLATE_FIELD, 0, NULL                                                        \
    }

static const struct hltemplate_name snippet_names[] = {FIELD("text", SNIPPET),
                                                       FIELD("cut_before", CUT_BEFORE),
                                                       FIELD("cut_after", CUT_AFTER), END};
static const struct hltemplate_name hit_names[] = {FIELD("rank", RANK),
                                                   FIELD("id", ID),
                                                   FIELD("score", SCORE),
                                                   FIELD("url", URL),
                                                   FIELD("link", LINK),
                                                   FIELD("title", TITLE),
                                                   FIELD("lead", LEAD),
                                                   FIELD("date", DATE),
                                                   FIELD("day", DAY),
                                                   FIELD("day_vi", DAY_VI),
                                                   FIELD("date_precision", PRECISION),
                                                   FIELD("source", SOURCE),
                                                   FIELD("section", SECTION),
                                                   FIELD("author", AUTHOR),
                                                   FIELD("snippet", SNIPPET),
                                                   LIST("snippets", SNIPPETS, snippet_names),
                                                   END};
static const struct hltemplate_name value_names[] = {FIELD("value", VALUE),
                                                     FIELD("count", COUNT), END};
static const struct hltemplate_name facet_names[] = {
    FIELD("name", FACET), FIELD("others", OTHERS), FIELD("missing", MISSING),
    LIST("values", VALUES, value_names), END};
static const struct hltemplate_name suggestion_names[] = {FIELD("text", SUGGESTION), END};
static const struct hltemplate_name note_names[] = {FIELD("text", NOTE), END};
static const struct hltemplate_name understood_names[] = {FIELD("text", TYPED), FIELD("as", AS),
                                                          FIELD("why", WHY), END};

const struct hltemplate_name hlcli_answer_names[] = {
    FIELD("query", QUERY),
    FIELD("total", TOTAL),
    FIELD("shown", SHOWN),
    FIELD("first", FIRST),
    FIELD("last", LAST),
    FIELD("next_offset", NEXT),
    FIELD("previous_offset", PREVIOUS),
    FIELD("took_ms", TOOK_MS),
    FIELD("restored", RESTORED),
    LIST("hits", HITS, hit_names),
    LIST("facets", FACETS, facet_names),
    LIST("suggestions", SUGGESTIONS, suggestion_names),
    LIST("notes", NOTES, note_names),
    LIST("understood", UNDERSTOOD, understood_names),
    END};

/* Where in the answer the template is. */
struct filling {
    const struct hlcli_answer *a;
    struct hlcli_view view; /* of the hit */
    size_t passage;         /* of its list */
    enum hl_facet facet;
    const struct hl_facet_value *value;
    const char *text; /* of a suggestion or note */
    const struct hl_understood *understood;
    struct hlcli_text made;
};

/* ------------------------------------------------------------------------ items */

/* Of the list of snippets the one at hand, else the first; NULL: there is none. */
static const struct hl_passage *passage_of(const struct filling *f)
{
    const struct hl_snippets *s = &f->view.passages;
    return f->passage < s->count ? &s->passages[f->passage] : NULL;
}

static bool enter_facet(struct filling *f, size_t i)
{
    for (unsigned facet = 0; facet < HL_FACETS; facet++)
        if (f->a->search->facet_values[facet] && !i--) {
            f->facet = (enum hl_facet)facet;
            return true;
        }
    return false;
}

/* What the parser said, and then what the search did. */
static bool enter_note(struct filling *f, size_t i)
{
    const struct hl_note *note;
    size_t count = 0;
    for (; (note = hlcli_answer_note(f->a, count)); count++)
        if (count == i)
            f->text = note->text;
    if (i == count)
        f->text = hlcli_answer_lowered(f->a);
    return i < count || (i == count && f->text);
}

/* Readings, and after them synonyms. */
static bool enter_understood(struct filling *f, size_t i)
{
    size_t count = 0;
    f->understood = hl_result_understood(f->a->result, i);
    while (!f->understood && hl_result_understood(f->a->result, count))
        count++;
    if (!f->understood)
        f->understood = hl_result_synonym(f->a->result, i - count);
    return f->understood != NULL;
}

static hl_status enter(void *user, int id, size_t i, bool *out_there, struct hl_error *err)
{
    struct filling *f = user;
    const struct hlcli_answer *a = f->a;
    const struct hl_suggestion *suggestion;
    struct hlcli_view_options options;
    hl_status status = HL_OK;
    bool there = false;
    switch (id) {
    case HITS:
        options = hlcli_answer_view(a);
        if ((there = i < hl_result_count(a->result)))
            status = hlcli_view_open(a->index, a->result, i, a->offset + i + 1, &options,
                                     &f->view, err);
        break;
    case SNIPPETS:
        f->passage = i;
        there = i < f->view.passages.count;
        break;
    case FACETS:
        there = enter_facet(f, i);
        break;
    case VALUES:
        f->value = hl_result_facet(a->result, f->facet, i);
        there = f->value != NULL;
        break;
    case SUGGESTIONS:
        suggestion = hl_result_suggestion(a->result, i);
        f->text = suggestion ? suggestion->text : NULL;
        there = suggestion != NULL;
        break;
    case NOTES:
        there = enter_note(f, i);
        break;
    default:
        assert(id == UNDERSTOOD);
        there = enter_understood(f, i);
    }
    if (status == HL_OK)
        *out_there = there;
    return status;
}

static void leave(void *user, int id)
{
    struct filling *f = user;
    if (id == HITS)
        hlcli_view_release(&f->view);
    if (id == SNIPPETS)
        f->passage = 0;
}

/* ----------------------------------------------------------------------- values */

static const char *number(struct filling *f, uint64_t n)
{
    hlcli_add_format(&f->made, "%llu", (unsigned long long)n);
    return f->made.data;
}

/* None is no value, so that a section can ask. */
static const char *some(struct filling *f, uint64_t n)
{
    return n ? number(f, n) : NULL;
}

static const char *real(struct filling *f, double x)
{
    hlcli_add_double(&f->made, x);
    return f->made.data;
}

/* 14/1/2017, 1/2017, 2017: without the zeros that nobody says. */
static const char *day_vi(struct filling *f, const struct hl_hit *hit)
{
    struct hlcli_text day;
    hlcli_text_init(&day);
    hlcli_add_day(&day, hit->date, hit->date_offset, hit->date_precision);
    const char *s = day.data;
    if (hit->date_precision >= HL_DATE_DAY)
        hlcli_add_format(&f->made, "%.*s/", s[8] == '0' ? 1 : 2, s + 8 + (s[8] == '0'));
    if (hit->date_precision >= HL_DATE_MONTH)
        hlcli_add_format(&f->made, "%.*s/", s[5] == '0' ? 1 : 2, s + 5 + (s[5] == '0'));
    hlcli_add_format(&f->made, "%.4s", s);
    hlcli_text_release(&day);
    return f->made.data;
}

static const char *of_date(struct filling *f, enum field field)
{
    const struct hl_hit *hit = f->view.hit;
    if (field == DAY_VI)
        return day_vi(f, hit);
    if (field == DATE)
        hlcli_add_time(&f->made, hit->date, hit->date_offset, hit->date_precision);
    else
        hlcli_add_day(&f->made, hit->date, hit->date_offset, hit->date_precision);
    return f->made.data;
}

static const char *of_hit(struct filling *f, enum field field)
{
    const struct hlcli_view *view = &f->view;
    switch (field) {
    case RANK:
        return number(f, view->rank);
    case ID:
        return view->hit->id;
    case SCORE:
        return real(f, view->hit->score);
    case URL:
        return view->article.url;
    case LINK:
        return hlcli_is_web(view->article.url) ? view->article.url : NULL;
    case LEAD:
        return view->article.lead;
    case PRECISION:
        return hlcli_precision_name(view->hit->date_precision);
    case SOURCE:
        return view->hit->source;
    case SECTION:
        return view->hit->section;
    case AUTHOR:
        return view->hit->author;
    case CUT_BEFORE:
        return passage_of(f) && passage_of(f)->cut_before ? "…" : NULL;
    case CUT_AFTER:
        return passage_of(f) && passage_of(f)->cut_after ? "…" : NULL;
    default:
        return of_date(f, field);
    }
}

/* Of facets, suggestions, notes. */
static const char *of_list(struct filling *f, enum field field)
{
    const struct hl_result *result = f->a->result;
    size_t values = 0;
    switch (field) {
    case FACET:
        return hl_facet_name(f->facet);
    case OTHERS:
        while (hl_result_facet(result, f->facet, values))
            values++;
        return some(f, hl_result_facet_distinct(result, f->facet) - values);
    case MISSING:
        return some(f, hl_result_facet_missing(result, f->facet));
    case VALUE:
        return f->value->name;
    case COUNT:
        return number(f, f->value->count);
    case TYPED:
        return f->understood->text;
    case AS:
        return f->understood->as;
    case WHY:
        return hl_why_name(f->understood->why);
    default:
        assert(field == SUGGESTION || field == NOTE);
        return f->text;
    }
}

/* Numbers that are not there are no value, so that a section can ask for them. */
static const char *of_answer(struct filling *f, enum field field)
{
    const struct hlcli_answer *a = f->a;
    size_t shown = hl_result_count(a->result), next = hlcli_answer_next(a);
    switch (field) {
    case QUERY:
        return a->words;
    case TOTAL:
        return number(f, hl_result_total(a->result));
    case SHOWN:
        return number(f, shown);
    case FIRST:
        return shown ? number(f, a->offset + 1) : NULL;
    case LAST:
        return shown ? number(f, a->offset + shown) : NULL;
    case NEXT:
        return next ? number(f, next) : NULL;
    case PREVIOUS:
        return a->offset ? number(f, a->offset > a->count ? a->offset - a->count : 0) : NULL;
    case TOOK_MS:
        return real(f, (double)(int64_t)(a->seconds * 1e6) / 1e3);
    default:
        assert(field == RESTORED);
        return hl_result_restored(a->result);
    }
}

static void marked(const char *text, const struct hl_range *ranges, size_t count,
                   struct hltemplate_value *v)
{
    *v = (struct hltemplate_value){
        .bytes = text, .size = text ? strlen(text) : 0, .ranges = ranges, .range_count = count};
}

static void value(void *user, int id, struct hltemplate_value *out_value)
{
    struct filling *f = user;
    enum field field = (enum field)id;
    hlcli_text_reset(&f->made);
    if (field == TITLE && f->view.title.text) {
        marked(f->view.title.text, f->view.title.ranges, f->view.title.range_count, out_value);
        return;
    }
    if (field == SNIPPET) {
        const struct hl_passage *p = passage_of(f);
        marked(p ? p->text : NULL, p ? p->ranges : NULL, p ? p->range_count : 0, out_value);
        return;
    }
    const char *s = field == TITLE   ? f->view.hit->id /* as everywhere */
                    : field < HITS   ? of_answer(f, field)
                    : field < FACETS ? of_hit(f, field)
                                     : of_list(f, field);
    *out_value = (struct hltemplate_value){.bytes = s, .size = s ? strlen(s) : 0};
}

hl_status hlcli_answer_fill(const struct hlcli_answer *a, struct hlcli_text *out,
                            struct hl_error *err)
{
    struct filling f = {.a = a};
    struct hltemplate_values values = {value, enter, leave, &f};
    struct hlbuf page;
    hlbuf_init(&page);
    hlcli_text_init(&f.made);
    hl_status status = hltemplate_print(a->template, &values, &page, err);
    if (status == HL_OK && page.size)
        hlcli_add_bytes(out, (const char *)page.data, page.size);
    hlcli_text_release(&f.made);
    hlbuf_release(&page);
    return status;
}
