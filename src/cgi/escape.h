/*
 * escape.h - bytes from outside on their way out where no template escapes them.
 *
 * One function a place: part of an address, JSON, log.  Places in pages and feeds are those
 * of template/escape.h.  The bytes may be anything; first they are read as characters that
 * may be shown:
 *
 *   bytes ----hlcgi_next()----> character ----escaped for its place----> out
 *     not UTF-8, noncharacters       U+FFFD
 *     controls                       a blank (tab, newline and return stay)
 *     bidi controls                  nothing: they could turn the text around them
 *
 * Invariants  what is added is valid UTF-8 without NUL or other controls, and cannot end the
 *             place it stands in.  hlcgi_clean() is what hlcgi_next() lets through; cleaning
 *             twice changes nothing, so ranges of a cleaned text hold when it is shown.
 */
#ifndef HL_CGI_ESCAPE_H
#define HL_CGI_ESCAPE_H

#include "cgi/out.h"

#include <stdbool.h>
#include <stdint.h>

enum { HLCGI_NOTHING = -1 }; /* of a character that is left out */

/* The next character to show, or HLCGI_NOTHING; moves *at past its bytes.  *at < end. */
int32_t hlcgi_next(const char **at, const char *end);

/* The bytes as characters that may be shown, unescaped. */
void hlcgi_clean(struct hlcgi_out *out, const char *bytes, size_t size);

/* Text as HTML, for what is to be escaped once more. */
void hlcgi_add_entities(struct hlcgi_out *out, const char *s);
/* The value of a parameter in an address: the bytes, whatever they are, as %NN. */
void hlcgi_add_parameter(struct hlcgi_out *out, const char *s);
/* A JSON string with its quotes; null for NULL. */
void hlcgi_add_json(struct hlcgi_out *out, const char *s);
void hlcgi_add_json_bytes(struct hlcgi_out *out, const char *s, size_t size);
/* Within a line of the log: controls and what is no UTF-8 as \xNN. */
void hlcgi_add_log(struct hlcgi_out *out, const char *s);

/* http: or https: with a host after it; nothing else may become a link. */
bool hlcgi_url_is_web(const char *url);

#endif
