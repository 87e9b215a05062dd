/*
 * respond.h - one request in, one whole response out, whatever the protocol.
 *
 *   exchange --request.c--> request --answer.c--> answer --page.c, json.c--> body
 *                                                 respond.c: status, headers, log line
 *
 * Invariants  the head is a complete header block; nothing of the request stands in it, and
 *             none of the failure's words, paths or numbers reach head or body: those are
 *             for the log, one line of at most 4 KiB, beside an id that the visitor sees.
 * Ownership   the response's texts are the caller's to release.
 * Errors      `failed` when memory is out: then hlcgi_last_head and _body are to be sent.
 */
#ifndef HL_CGI_RESPOND_H
#define HL_CGI_RESPOND_H

#include "cgi/answer.h"
#include "cgi/out.h"

/* What the server says of a request; NULL: it says nothing. */
struct hlcgi_exchange {
    const char *method;
    const char *query_string;
    const char *if_none_match;
};

struct hlcgi_response {
    struct hlcgi_out head, body, log; /* the body is empty where none is to be sent */
    bool failed;
};

void hlcgi_respond(const struct hlcgi_exchange *exchange, struct hlcgi_site *site,
                   struct hlcgi_response *out_response);
void hlcgi_response_release(struct hlcgi_response *response);

/* When nothing else can be made: constants, ready to be sent. */
extern const char hlcgi_last_head[];
extern const char hlcgi_last_body[];

#endif
