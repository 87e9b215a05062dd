/*
 * syllable.h - the Vietnamese syllable (tiếng) as a 16-bit code.
 *
 *   nghiêng  ->  onset ngh | rhyme iêng | tone 0
 *   code      =  onset << 11 | rhyme << 3 | tone
 *
 * Tones: 0 none, 1 huyền, 2 hỏi, 3 ngã, 4 sắc, 5 nặng.  The tone belongs to the
 * syllable: it is read from whichever vowel carries it and written back in one
 * place, so hoà and hòa have one code and the spelling "hòa".  src/text/README.md
 * has the grammar.
 *
 * Invariants  18,340 codes are legal; each has one spelling and each spelling one code.
 * Ownership   spellings are constants, not terminated.
 * Threads     no state.
 */
#ifndef HL_TEXT_SYLLABLE_H
#define HL_TEXT_SYLLABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSYL_NONE = 0xffff,
    HLSYL_LETTERS_MAX = 7,  /* nghiêng */
    HLSYL_SIZE_MAX = 15,    /* bytes of a spelling, with room to spare */
    HLSYL_VARIANTS_MAX = 1, /* other spellings with the same variant key */
    HLSYL_TONES = 6
};

static inline unsigned hlsyl_onset(uint16_t code)
{
    return code >> 11;
}

static inline unsigned hlsyl_rhyme(uint16_t code)
{
    return code >> 3 & 0xff;
}

static inline unsigned hlsyl_tone(uint16_t code)
{
    return code & 7;
}

/* Is it one of the 18,340? */
bool hlsyl_is_legal(uint16_t code);

/*
 * The syllable made of these letters (numbers of text/table.h, toneless) with
 * this tone, or HLSYL_NONE.
 */
uint16_t hlsyl_parse_letters(const uint8_t *letters, size_t count, unsigned tone);

/* The same with the letters, at most HLSYL_LETTERS_MAX, packed: five bits each, the
 * first letter highest; 0 letters are no syllable. */
uint16_t hlsyl_parse_packed(uint64_t packed, unsigned tone);

/* The same of a word of cleaned text, in either case. */
uint16_t hlsyl_parse(const char *word, size_t size);

/* Is it some syllable without its marks?  Then it need not be one itself: viet, dich. */
bool hlsyl_is_folded(const char *word, size_t size);

/*
 * Array look-ups.  code is legal, or the toneless form of a legal one: "tat" has a
 * spelling although the tone that its coda asks for is missing.
 */
const char *hlsyl_spell(uint16_t code, size_t *out_size);
const char *hlsyl_fold(uint16_t code, size_t *out_size); /* without marks, đ as d */
uint16_t hlsyl_fold_number(uint16_t code);               /* equal where the foldings are */
size_t hlsyl_fold_count(void);

static inline uint16_t hlsyl_toneless(uint16_t code)
{
    return code & (uint16_t)~7u;
}

/* Names of the parts, as UTF-8; the empty onset is "". */
const char *hlsyl_onset_name(uint16_t code);
const char *hlsyl_rhyme_name(uint16_t code);

/* The code of the variant key: i written as y where the two are one word (closed list). */
uint16_t hlsyl_variant(uint16_t code);

/* The other spellings that share code's variant key; returns how many. */
size_t hlsyl_variants(uint16_t code, uint16_t out_codes[HLSYL_VARIANTS_MAX]);

#endif
