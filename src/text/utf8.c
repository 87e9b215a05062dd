#include "text/utf8.h"

#include "text/table.h"

#include <assert.h>

/* Sequences to check one by one where the automaton stopped. */
enum { LOOK = 40 };

/*
 * An automaton whose states are the bits of a word (after Per Vognsen, 2019): one
 * load and one shift a byte, and no branch to guess wrong at every marked letter.
 */
size_t hltext_plain_span(const char *text, size_t from, size_t size)
{
    enum { BLOCK = 32 };
    const unsigned char *p = (const unsigned char *)text;
    uint64_t state = 0, good = 0;
    size_t at = from;
    while (size - at >= BLOCK) {
        for (size_t i = 0; i < BLOCK; i++)
            state = hltab_plain[p[at + i]] >> (state & 63);
        if ((state & 63) == HLTAB_PLAIN_SPOILT)
            break;
        good = state;
        at += BLOCK;
    }
    /* A block may end inside a character: back to its lead. */
    if (good & 63)
        do
            at--;
        while ((p[at] & 0xc0) == 0x80);
    assert(at >= from);
    return at;
}

/*
 * The size of the well-formed sequence at p, or 0.  The second byte is the one
 * whose range depends on the first: E0, ED, F0 and F4 are the narrow ones.
 */
static size_t sequence(const unsigned char *p, size_t left)
{
    assert(left > 0);
    unsigned lead = p[0];
    if (lead < 0x80)
        return 1;
    size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4 || size > left)
        return 0;
    unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

size_t hltext_utf8_check(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0;
    while (at < size) {
        at = hltext_plain_span(text, at, size);
        size_t look = size - at < LOOK ? size : at + LOOK;
        while (at < look) {
            size_t step = sequence(p + at, size - at);
            if (!step)
                return at;
            at += step;
        }
    }
    assert(at == size);
    return size;
}

size_t hltext_utf8_encode(uint32_t cp, char out[4])
{
    assert(cp < 0x110000);
    assert(cp < 0xd800 || cp > 0xdfff);
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}
