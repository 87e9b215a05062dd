#include "import/encoding.h"

#include "text/utf8.h"

#include <assert.h>

/* Length of the ill-formed part at p: a lead byte with the tail bytes that fit it. */
static size_t broken_size(const uint8_t *p, size_t left)
{
    assert(left > 0 && p[0] >= 0x80);
    uint8_t first = p[0];
    size_t want = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : 1;
    size_t n = 1;
    while (n < want - (want > 1) && n < left && (p[n] & 0xc0) == 0x80)
        n++;
    /* A second byte out of range belongs to no sequence: it is broken by itself. */
    if (n > 1 && ((first == 0xe0 && p[1] < 0xa0) || (first == 0xed && p[1] > 0x9f) ||
                  (first == 0xf0 && p[1] < 0x90) || (first == 0xf4 && p[1] > 0x8f)))
        n = 1;
    return n;
}

size_t hlimport_utf8_repair(const uint8_t *text, size_t size, struct hlbuf *out)
{
    size_t replaced = 0;
    while (size) {
        size_t good = hltext_utf8_check((const char *)text, size);
        hlbuf_put(out, text, good);
        text += good;
        size -= good;
        if (!size)
            break;
        size_t bad = broken_size(text, size);
        assert(bad >= 1 && bad <= size);
        hlbuf_put(out, "\xef\xbf\xbd", 3);
        replaced += bad;
        text += bad;
        size -= bad;
    }
    return replaced;
}

bool hlimport_utf8_put(struct hlbuf *out, uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || !code)
        code = 0xfffd;
    char bytes[4];
    size_t size = hltext_utf8_encode(code, bytes);
    return hlbuf_put(out, bytes, size);
}

/* Ranges of the composed letters of Vietnamese and the letter under their marks. */
static const struct {
    uint16_t first, last;
    char base;
} LETTERS[] = {
    {0x00c0, 0x00c5, 'a'}, {0x00c8, 0x00cb, 'e'}, {0x00cc, 0x00cf, 'i'}, {0x00d0, 0x00d0, 'd'},
    {0x00d2, 0x00d6, 'o'}, {0x00d9, 0x00dc, 'u'}, {0x00dd, 0x00dd, 'y'}, {0x00e0, 0x00e5, 'a'},
    {0x00e8, 0x00eb, 'e'}, {0x00ec, 0x00ef, 'i'}, {0x00f2, 0x00f6, 'o'}, {0x00f9, 0x00fc, 'u'},
    {0x00fd, 0x00fd, 'y'}, {0x0102, 0x0103, 'a'}, {0x0110, 0x0111, 'd'}, {0x0128, 0x0129, 'i'},
    {0x0168, 0x0169, 'u'}, {0x01a0, 0x01a1, 'o'}, {0x01af, 0x01b0, 'u'}, {0x1ea0, 0x1eb7, 'a'},
    {0x1eb8, 0x1ec7, 'e'}, {0x1ec8, 0x1ecb, 'i'}, {0x1ecc, 0x1ee3, 'o'}, {0x1ee4, 0x1ef1, 'u'},
    {0x1ef2, 0x1ef9, 'y'}, {0x2010, 0x2015, '-'}, {0x2212, 0x2212, '-'},
};

/* The letter under the marks; a blank for what is none of Vietnamese. */
static char letter_base(uint32_t code)
{
    for (size_t i = 0; i < sizeof LETTERS / sizeof LETTERS[0]; i++)
        if (code >= LETTERS[i].first && code <= LETTERS[i].last)
            return LETTERS[i].base;
    return ' ';
}

bool hlimport_fold_ascii(const char *text, size_t size, char *out, size_t room)
{
    assert(room > 0);
    const char *p = text, *end = p + size;
    size_t n = 0, step;
    for (; p < end; p += step) {
        uint32_t code = hltext_utf8_decode(p, &step);
        if (code >= 0x300 && code < 0x370)
            continue; /* a combining mark: its letter is out already */
        assert(step >= 1 && p + step <= end);
        char c = code < 0x80 ? (char)code : letter_base(code);
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (c < ' ')
            c = ' ';
        if (n + 1 >= room)
            return false;
        out[n++] = c;
    }
    out[n] = 0;
    return true;
}
