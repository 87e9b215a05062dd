/*
 * charset_table.h - the bytes of TCVN3, VISCII, VPS and VNI.
 *
 * Only charset.c and charset_guess.c read these.  The 67 letters beyond ASCII stand in one order:
 * by base letter, then the plain form, huyền, hỏi, ngã, sắc, nặng.
 */
#ifndef HL_TEXT_CHARSET_TABLE_H
#define HL_TEXT_CHARSET_TABLE_H

#include <stdint.h>

enum {
    HLCHARSET_LETTERS = 67,
    HLCHARSET_MARKS = 17,
    HLCHARSET_VNI_SINGLES = 7,
    HLCHARSET_VOWELS = 6
};

extern const uint16_t hlcharset_small[HLCHARSET_LETTERS];
extern const uint16_t hlcharset_capital[HLCHARSET_LETTERS];

/* One byte a letter; 0: the charset has no byte for it. */
struct hlcharset_single {
    uint8_t small[HLCHARSET_LETTERS];
    uint8_t capital[HLCHARSET_LETTERS];
};
extern const struct hlcharset_single hlcharset_tcvn3, hlcharset_viscii, hlcharset_vps;

/* VNI: a byte behind the base, 0x20 less behind a capital; combining marks or 0. */
struct hlcharset_mark {
    uint8_t byte;
    uint16_t quality, tone;
};
extern const struct hlcharset_mark hlcharset_marks[HLCHARSET_MARKS];

/* VNI: letters of one byte, 0x20 less for the capital. */
struct hlcharset_alone {
    uint8_t byte;
    uint16_t small, capital;
};
extern const struct hlcharset_alone hlcharset_vni_singles[HLCHARSET_VNI_SINGLES];

/* What 0x80 to 0x9f mean in windows-1252; U+FFFD: nothing. */
extern const uint16_t hlcharset_western[32];

/*
 * How rare each letter is: -log2 of its share of all letters, in eighths of a bit; the 67
 * above, then the vowels of ASCII, which VNI and windows-1258 put their marks behind.
 */
extern const char hlcharset_vowels[HLCHARSET_VOWELS + 1];
extern const uint8_t hlcharset_bits[HLCHARSET_LETTERS + HLCHARSET_VOWELS];

#endif
