/*
 * page.h - the page in Vietnamese.
 *
 * Works without a script: the form and the links carry all there is to remember.  Class
 * names begin with hl- and do not change, so that a site may style them.  Whatever did not
 * come from this file passes escape.h.
 *
 * Errors  out->failed when memory is out.
 */
#ifndef HL_CGI_PAGE_H
#define HL_CGI_PAGE_H

#include "cgi/answer.h"

void hlcgi_page_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer);

/* A page that says only what went wrong; id leads to the line of the log. */
void hlcgi_page_error(struct hlcgi_out *out, const struct hlcgi_request *request,
                      const char *what, const char *id);

#endif
