/*
 * encoding.h - bytes that should be UTF-8: repaired, folded.
 *
 * Only what the importer needs: the check, normal forms and Vietnamese are text/'s.
 *
 * Errors   none; where memory is out the buffer says so (hlbuf.failed).
 */
#ifndef HL_IMPORT_ENCODING_H
#define HL_IMPORT_ENCODING_H

#include "base/buf.h"

/* text with U+FFFD for each maximal ill-formed part appended to out; how many bytes
 * were replaced. */
size_t hlimport_utf8_repair(const uint8_t *text, size_t size, struct hlbuf *out);

/* Appends one code point; what is none becomes U+FFFD. */
bool hlimport_utf8_put(struct hlbuf *out, uint32_t code);

/*
 * ASCII lower case without marks ("Thứ bảy" -> "thu bay", composed or not), dashes to
 * '-', what has no letter to ' '.  Well-formed text in; at most room - 1 bytes and a
 * NUL out; false if it did not fit.
 */
bool hlimport_fold_ascii(const char *text, size_t size, char *out, size_t room);

#endif
