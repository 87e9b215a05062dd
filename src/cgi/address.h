/*
 * address.h - all that a page is asked by, and the address that asks for it.
 *
 * A page has no memory but its address: a link to another page is the address of this one's
 * state with a member or two changed.  Addresses are relative, "?q=...", so that they hold
 * wherever the program is mounted and by whatever name.
 */
#ifndef HL_CGI_ADDRESS_H
#define HL_CGI_ADDRESS_H

#include "cgi/out.h"

#include <stdbool.h>

enum hlcgi_action { HLCGI_SEARCH, HLCGI_RELATED, HLCGI_SHOW, HLCGI_SUGGEST, HLCGI_STYLE };
enum hlcgi_format { HLCGI_HTML, HLCGI_JSON, HLCGI_RSS, HLCGI_OPENSEARCH };
/* In the order of enum hl_marks and enum hl_sort. */
enum hlcgi_marks { HLCGI_MARKS_AUTO, HLCGI_MARKS_STRICT, HLCGI_MARKS_LOOSE };
enum hlcgi_sort { HLCGI_RELEVANCE, HLCGI_NEWEST, HLCGI_OLDEST };
/* The facet that is shown with all its values. */
enum hlcgi_more { HLCGI_MORE_NONE, HLCGI_MORE_SECTION, HLCGI_MORE_SOURCE, HLCGI_MORE_YEAR };

enum { HLCGI_N_DEFAULT = 10 }; /* hits a page */

/* Texts are borrowed, "" where there is none. */
struct hlcgi_state {
    enum hlcgi_action action;
    enum hlcgi_format format;
    enum hlcgi_marks marks;
    enum hlcgi_sort sort;
    bool sort_given;
    enum hlcgi_more more;
    bool copies; /* near copies are shown, not folded */
    const char *query, *section, *source, *author, *tag, *id;
    const char *from, *to; /* YYYY-MM-DD */
    unsigned page, n;
};

/* Every text empty, page 1, the usual number of hits. */
void hlcgi_state_init(struct hlcgi_state *state);

/* "?" alone for a state that asks for nothing. */
void hlcgi_add_address(struct hlcgi_out *out, const struct hlcgi_state *state);

#endif
