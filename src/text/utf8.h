/*
 * utf8.h - bytes to code points and back, and the check that comes before.
 *
 * Everything behind the check trusts its input; everything before it is bytes.
 * Threads   no state.
 */
#ifndef HL_TEXT_UTF8_H
#define HL_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The offset of the first byte that starts no well-formed sequence, or size if
 * there is none.  Strict (Unicode 15, table 3-7): no surrogates, no overlong
 * forms, nothing past U+10FFFF.
 */
size_t hltext_utf8_check(const char *text, size_t size);

/*
 * The end of the well-formed text from byte `from` on (a border between characters)
 * in which every character is a common one that clean leaves alone: much faster
 * than looking at each.  It may stop early, and always stops between characters.
 */
size_t hltext_plain_span(const char *text, size_t from, size_t size);

/* cp must be a code point; returns how many bytes (1 to 4) were written. */
size_t hltext_utf8_encode(uint32_t cp, char out[4]);

/* The character at p of checked text; *out_size is the number of its bytes. */
static inline uint32_t hltext_utf8_decode(const char *text, size_t *out_size)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80) {
        *out_size = 1;
        return p[0];
    }
    if (p[0] < 0xe0) {
        *out_size = 2;
        return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
    }
    if (p[0] < 0xf0) {
        *out_size = 3;
        return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    }
    *out_size = 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
}

#endif
