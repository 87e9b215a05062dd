/*
 * out.h - a growing text: what will be sent, kept until it is whole.
 *
 * Nothing goes to the visitor before the answer is complete, so that an index that proves
 * damaged on the last hit gives an error page and not half a page of hits.
 *
 * Life       {0} or hlcgi_out_release(); data is NUL-terminated once something was added.
 * Ownership  data belongs to the text, valid until the next call that adds.
 * Errors     a text that could not grow sets `failed` and takes nothing more, so that a run
 *            of calls is checked once, at its end.
 */
#ifndef HL_CGI_OUT_H
#define HL_CGI_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct hlcgi_out {
    char *data;
    size_t size, room;
    bool failed;
};

void hlcgi_out_release(struct hlcgi_out *out);
void hlcgi_add_bytes(struct hlcgi_out *out, const char *bytes, size_t size);
void hlcgi_add(struct hlcgi_out *out, const char *s);
/* At most 255 bytes; for numbers and fixed words, never for text from outside. */
void hlcgi_add_format(struct hlcgi_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
