/*
 * filling.h - where in an answer a template is: which item each list has come to.
 *
 * Half of page.c: enter and leave of hltemplate_values; the other half, what a field is there,
 * reads the members that they set.
 */
#ifndef HL_CGI_FILLING_H
#define HL_CGI_FILLING_H

#include "cgi/answer.h"
#include "template/page_names.h"

enum { HLCGI_FACETS = 3, HLCGI_NARROWINGS = 6 };

/* In the order of HLPAGE_FACET_SECTION and what follows it, and of enum hlcgi_more. */
extern const enum hl_facet hlcgi_facets[HLCGI_FACETS];

/* A parameter that narrows: how the template calls it, and where it stands in a state. */
struct hlcgi_narrowing {
    const char *name;
    enum hltemplate_page flag;
    size_t at;
};
extern const struct hlcgi_narrowing hlcgi_narrowings[HLCGI_NARROWINGS];
const char *hlcgi_narrowing_of(const struct hlcgi_state *state, size_t i);
void hlcgi_narrowing_set(struct hlcgi_state *state, size_t i, const char *value);

/* Members from `hit` on are set by lists. */
struct hlcgi_filling {
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

/* Were words searched for?  What is said of an article uses a query too, but answers none. */
bool hlcgi_is_searched(const struct hlcgi_filling *f);
/* How many years are shown. */
size_t hlcgi_years_shown(const struct hlcgi_filling *f);
/* Is there a first item in a list of plain ones? */
bool hlcgi_is_any(struct hlcgi_filling *f, enum hltemplate_page list);

/* Of hltemplate_values; user is a struct hlcgi_filling. */
hl_status hlcgi_filling_enter(void *user, int id, size_t i, bool *out_there,
                              struct hl_error *err);
void hlcgi_filling_leave(void *user, int id);
void hlcgi_filling_release(struct hlcgi_filling *f);

#endif
