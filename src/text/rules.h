/*
 * rules.h - the rules of clean that concern single code points.
 *
 * Shared by the generator of the text table and by the slow path of clean, so
 * that "the table says this character stays" and "the rules leave it alone" can
 * never drift apart.  No ICU in here: these are closed lists.
 *
 * The numbers C4 ... C11 are those of src/text/README.md.
 */
#ifndef HL_TEXT_RULES_H
#define HL_TEXT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Rises with every change of clean, key or token rules: an index made by others is re-made. */
enum { HLTEXT_RULES_VERSION = 1 };

/* Combining marks with a meaning of their own in Vietnamese. */
enum {
    HLMARK_GRAVE = 0x300,
    HLMARK_ACUTE = 0x301,
    HLMARK_CIRCUMFLEX = 0x302,
    HLMARK_TILDE = 0x303,
    HLMARK_BREVE = 0x306,
    HLMARK_HOOK = 0x309,
    HLMARK_CARON = 0x30c,
    HLMARK_HORN = 0x31b,
    HLMARK_DOT = 0x323
};

/* C2: marks that make another letter, as against those that make a tone. */
static inline bool hlrule_is_quality(uint32_t cp)
{
    return cp == HLMARK_CIRCUMFLEX || cp == HLMARK_BREVE || cp == HLMARK_HORN;
}

static inline bool hlrule_is_tone(uint32_t cp)
{
    return cp == HLMARK_GRAVE || cp == HLMARK_ACUTE || cp == HLMARK_TILDE ||
           cp == HLMARK_HOOK || cp == HLMARK_DOT;
}

/* C4: what nobody sees. */
static inline bool hlrule_is_deleted(uint32_t cp)
{
    return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) || cp == 0x2060 || cp == 0xfeff ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x180e ||
           (cp >= 0xfe00 && cp <= 0xfe0f);
}

/* C5: what becomes a blank. */
static inline bool hlrule_is_space(uint32_t cp)
{
    return cp == '\t' || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) ||
           cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* C6: wide letters and ligatures. */
static inline bool hlrule_is_width(uint32_t cp)
{
    return (cp >= 0xff01 && cp <= 0xff5e) || (cp >= 0xfb00 && cp <= 0xfb06);
}

/* What NFKC makes of those: Ａ -> A, ﬁ -> fi.  ICU reads its NFKC from a data file, which a
 * program that is to start fast does without; tests/100-table.c holds these against it. */
static inline void hlrule_narrow(uint32_t cp, char out_text[4])
{
    static const char ligatures[7][4] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    char wide[4] = {(char)(cp - 0xfee0)};
    memcpy(out_text, cp >= 0xff01 ? wide : ligatures[cp - 0xfb00], sizeof wide);
}

/* C7: the digit a superscript or subscript stands for, or -1. */
static inline int hlrule_raised_digit(uint32_t cp)
{
    if (cp == 0xb2 || cp == 0xb3)
        return (int)(cp - 0xb0);
    if (cp == 0xb9)
        return 1;
    if (cp == 0x2070 || (cp >= 0x2074 && cp <= 0x2079))
        return (int)(cp - 0x2070);
    return cp >= 0x2080 && cp <= 0x2089 ? (int)(cp - 0x2080) : -1;
}

/* C8, the half without a condition: Ɖ ɖ -> Đ đ; others as they are. */
static inline uint32_t hlrule_african_d(uint32_t cp)
{
    return cp == 0x189 ? 0x110 : cp == 0x256 ? 0x111 : cp;
}

/* C8, the half with one: Ð ð -> Đ đ, or 0. */
static inline uint32_t hlrule_eth(uint32_t cp)
{
    return cp == 0xd0 ? 0x110 : cp == 0xf0 ? 0x111 : 0;
}

/* C10: the Latin letter that a Cyrillic or Greek one looks like, or 0. */
static inline uint32_t hlrule_twin(uint32_t cp)
{
    static const struct {
        uint16_t foreign;
        char latin;
    } twins[] = {
        {0x430, 'a'}, {0x435, 'e'}, {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x443, 'y'},
        {0x445, 'x'}, {0x456, 'i'}, {0x458, 'j'}, {0x455, 's'}, {0x410, 'A'}, {0x412, 'B'},
        {0x415, 'E'}, {0x41a, 'K'}, {0x41c, 'M'}, {0x41d, 'H'}, {0x41e, 'O'}, {0x420, 'P'},
        {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'}, {0x425, 'X'}, {0x406, 'I'}, {0x3bf, 'o'},
        {0x391, 'A'}, {0x392, 'B'}, {0x395, 'E'}, {0x397, 'H'}, {0x399, 'I'}, {0x39a, 'K'},
        {0x39c, 'M'}, {0x39d, 'N'}, {0x39f, 'O'}, {0x3a1, 'P'}, {0x3a4, 'T'}, {0x3a5, 'Y'},
        {0x3a7, 'X'},
    };
    if (cp < 0x391 || cp > 0x458)
        return 0;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++)
        if (twins[i].foreign == cp)
            return (uint32_t)twins[i].latin;
    return 0;
}

/* C11: hyphens and quotes as ASCII writes them, or 0. */
static inline uint32_t hlrule_punctuation(uint32_t cp)
{
    switch (cp) {
    case 0x2010:
    case 0x2011:
    case 0x2212:
        return '-';
    case 0x2018:
    case 0x2019:
    case 0x2bc:
    case 0xb4:
        return '\'';
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0xab:
    case 0xbb:
        return '"';
    default:
        return 0;
    }
}

#endif
