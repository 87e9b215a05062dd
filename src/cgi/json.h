/*
 * json.h - the answer as JSON: the same keys, in the same order, as the command line prints.
 *
 * No HTML stands in it; matches are ranges in bytes of the text beside them.  An address
 * that may not be a link on the page is null here too.
 *
 * Errors  out->failed when memory is out.
 */
#ifndef HL_CGI_JSON_H
#define HL_CGI_JSON_H

#include "cgi/answer.h"

/* Whatever the request asked for: hits, an article with others like it, or completions.  From
 * took_start to took_end of out->data stands the time taken, which is no part of what the
 * answer says: it must not change the tag by which a cache knows it. */
void hlcgi_json_answer(struct hlcgi_out *out, const struct hlcgi_answer *answer,
                       size_t *out_took_start, size_t *out_took_end);

/* ["typed",["completion",...]], as browsers want it (OpenSearch suggestions 1.0). */
void hlcgi_json_opensearch(struct hlcgi_out *out, const struct hlcgi_answer *answer);

void hlcgi_json_error(struct hlcgi_out *out, const char *code, const char *message,
                      const char *id);

#endif
