/*
 * escape.h - values on their way into a page, one function a place.
 *
 * Bytes are read as characters first: what is no UTF-8 or no text becomes U+FFFD, a control
 * character a blank, and marks that turn the direction of the text around them go.
 */
#ifndef HL_TEMPLATE_ESCAPE_H
#define HL_TEMPLATE_ESCAPE_H

#include "base/buf.h"

/* As it is: plain text. */
void hltemplate_add_plain(struct hlbuf *out, const char *bytes, size_t size);
/* Between tags, or in a quoted attribute. */
void hltemplate_add_html(struct hlbuf *out, const char *bytes, size_t size);
/* A whole address with what is not allowed in one percent-encoded; nothing if it is not of
 * the web or of this site.  html: for a quoted attribute. */
void hltemplate_add_url(struct hlbuf *out, const char *bytes, size_t size, bool html);
/* A part of an address: of letters, digits and -._~ only. */
void hltemplate_add_param(struct hlbuf *out, const char *bytes, size_t size);

#endif
