/*
 * utf16.h - UTF-16 that comes in pieces, made UTF-8 before anybody looks for lines.
 *
 * What is no character (half a pair, a last odd byte) comes out as the byte 0xff, which no
 * UTF-8 holds: so the readers count and replace it like any other broken byte.  A byte
 * order mark at the beginning goes.
 *
 * Errors      only memory, by hlbuf.failed of out.
 */
#ifndef HL_IMPORT_UTF16_H
#define HL_IMPORT_UTF16_H

#include "base/buf.h"

struct hlimport_utf16 {
    bool big;     /* the high byte comes first */
    bool begun;   /* a unit was seen: U+FEFF is no mark any more */
    bool has_odd; /* a byte whose other half is still to come */
    uint8_t odd;
    uint16_t high; /* of a pair whose second unit is still to come, or 0 */
};

/* Appends what the bytes say. */
void hlimport_utf16_put(struct hlimport_utf16 *from, const uint8_t *bytes, size_t size,
                        struct hlbuf *out);

/* Appends what is left at the end of the text. */
void hlimport_utf16_end(struct hlimport_utf16 *from, struct hlbuf *out);

#endif
