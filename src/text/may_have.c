/*
 * may_have.c - texts told apart from a key without making theirs.
 *
 * Consonants of ASCII but d, and digits, stand in a key as they stand in the text, lower case
 * and in this order; marks, the place of a tone, d and đ may differ.  That holds for ASCII and
 * the letters of Vietnamese.  Of anything else, such as marks that are characters of their own
 * and change the letter before them, nothing is said.
 */
#include "text/fold.h"

/* What a byte means: kept letters are themselves in lower case. */
enum { SKIP = 0, ODD = 1 };

static unsigned kind(unsigned char c)
{
    /* b c f g h j k l m n p q r s t v w x z, from bit 0 for a */
    enum { CONSONANTS = 0x2efbee6 };
    if (c >= '0' && c <= '9')
        return c;
    if (c < 0x20 || c > 0x7e)
        return ODD;
    unsigned char lower = c | 0x20;
    if (lower < 'a' || lower > 'z' || (c & 0x40) == 0)
        return SKIP;
    return CONSONANTS >> (lower - 'a') & 1 ? lower : SKIP;
}

/* Bytes of a Vietnamese letter past ASCII, precomposed; 0: it is none. */
static size_t letter_size(const unsigned char *p, size_t size)
{
    /* Second bytes by their low six bits; of C3 capitals and small letters are 32 apart. */
    static const uint64_t c3 = 0x263c370f, c4 = 0x3000003000c, c5 = 0x30000000000,
                          c6 = 0x1800300000000;
    if (size < 2)
        return 0;
    uint64_t bit = (uint64_t)1 << (p[1] & 63), both = c3 | c3 << 32;
    if (p[0] == 0xc3)
        return both & bit ? 2 : 0;
    if (p[0] == 0xc4)
        return c4 & bit ? 2 : 0;
    if (p[0] == 0xc5)
        return c5 & bit ? 2 : 0;
    if (p[0] == 0xc6)
        return c6 & bit ? 2 : 0;
    if (size < 3 || p[0] != 0xe1)
        return 0;
    return (p[1] == 0xba && p[2] >= 0xa0) || (p[1] == 0xbb && p[2] <= 0xb9) ? 3 : 0;
}

bool hltext_may_have(const char *text, size_t size, const char *key, size_t key_size)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + size;
    const unsigned char *k = (const unsigned char *)key, *key_end = k + key_size;
    bool same = true;
    while (p < end) {
        unsigned c = kind(*p);
        if (c == ODD) {
            size_t letter = letter_size(p, (size_t)(end - p));
            if (!letter)
                return true;
            p += letter;
            continue;
        }
        p++;
        if (c == SKIP)
            continue;
        while (k < key_end && kind(*k) <= ODD)
            k++;
        same = same && k < key_end && kind(*k) == c;
        k += k < key_end;
    }
    while (k < key_end && kind(*k) <= ODD)
        k++;
    return same && k == key_end;
}
