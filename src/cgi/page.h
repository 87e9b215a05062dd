/*
 * page.h - an answer put into a template: the page, a feed, the description for browsers.
 *
 * Sentences stand in the template, in its language; here are only the values of
 * template/page_names.h.  What the program makes itself (addresses, numbers, days) is ASCII;
 * what came from outside is escaped by the template for the place where it stands.
 */
#ifndef HL_CGI_PAGE_H
#define HL_CGI_PAGE_H

#include "cgi/answer.h"

/* answer NULL: there is none, since `failure`; id leads to the line of the log.  What was
 * printed is added to *out. */
hl_status hlcgi_page_print(const struct hltemplate *page, const struct hlcgi_site *site,
                           const struct hlcgi_request *request,
                           const struct hlcgi_answer *answer, enum hlcgi_failure failure,
                           const char *id, struct hlcgi_out *out, struct hl_error *err);

#endif
