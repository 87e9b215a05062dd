/*
 * table.h - what the hot path knows of a character and of a syllable.
 *
 * The arrays are made from ICU and from the grammar of syllables by
 * tools/gen-text-table.c when hlsearch is built; tests/100-table.c holds them
 * against ICU for every code point.
 *
 *   info   15-14  13..12   11    10..8  7..3     2..0
 *          spare  action   upper tone   letter   kind
 *
 * Invariants  letter is not 0 only for the letters of Vietnamese syllables, of either
 *             case; a character whose action is HLACT_STAYS is left alone by clean
 *             unless another one of its word has an action.
 * Threads     constants.
 */
#ifndef HL_TEXT_TABLE_H
#define HL_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hltext_kind { HLKIND_OTHER = 0, HLKIND_LETTER, HLKIND_DIGIT, HLKIND_MARK };
enum hltext_action { HLACT_STAYS = 0, HLACT_SIMPLE, HLACT_SLOW };

enum {
    HLTAB_BLOCK = 128,
    HLTAB_LETTERS = 29, /* a ă â b c d đ ... y, numbered from 1 */
    HLTAB_ONSETS = 28,  /* 0 is the empty one */
    HLTAB_RHYMES = 180,
    HLTAB_OPEN = 114, /* rhymes before this one take all six tones */
    HLTAB_TONES = 6,
    HLTAB_PAIRS = 4036, /* legal onset and rhyme */
    HLTAB_NO_PAIR = 0xffff,
    HLTAB_LOWER_LOW = 0x250, /* lower[] covers 0..24f and 1e00..1eff */
    HLTAB_LOWER_HIGH = 0x1e00,
    HLTAB_PARSE_BITS = 13,
    HLTAB_PARSE = 1 << HLTAB_PARSE_BITS,
    HLTAB_PLAIN_SPOILT = 48 /* the state that is never left */
};

static const uint64_t HLTAB_PACKED = ((uint64_t)1 << 48) - 1;

extern const uint16_t hltab_info_block[0x110000 / HLTAB_BLOCK];
extern const uint16_t hltab_info[];
extern const size_t hltab_info_count;
extern const uint16_t hltab_lower[HLTAB_LOWER_LOW + 0x100];

extern const char *const hltab_onset[HLTAB_ONSETS];
extern const char *const hltab_rhyme[HLTAB_RHYMES];
/*
 * From the letters of a toneless syllable, five bits each, first letter highest,
 * to its code: open addressing, code << 48 | letters, 0 where free.
 */
extern const uint64_t hltab_parse[HLTAB_PARSE];
/* The automaton of plain text: next state = row[byte] >> state & 63 (normalise.c). */
extern const uint64_t hltab_plain[256];
extern const uint16_t hltab_pair[HLTAB_ONSETS][HLTAB_RHYMES];
/* offset << 4 | size into hltab_text, by pair and tone; by fold number. */
extern const uint32_t hltab_spelled[HLTAB_PAIRS * HLTAB_TONES];
extern const uint16_t hltab_fold_of[HLTAB_PAIRS];
extern const uint32_t hltab_folded[];
extern const size_t hltab_fold_count;
extern const char hltab_text[];
extern const size_t hltab_text_size;

/* Where the search for packed letters starts: Fibonacci hashing. */
static inline size_t hltab_parse_slot(uint64_t packed)
{
    return packed * 0x9e3779b97f4a7c15u >> (64 - HLTAB_PARSE_BITS);
}

static inline uint16_t hltext_info(uint32_t cp)
{
    if (cp < HLTAB_BLOCK)
        return hltab_info[cp]; /* ASCII is the first block */
    return hltab_info[hltab_info_block[cp / HLTAB_BLOCK] * HLTAB_BLOCK + cp % HLTAB_BLOCK];
}

static inline enum hltext_kind hlinfo_kind(uint16_t info)
{
    return (enum hltext_kind)(info & 7);
}

static inline unsigned hlinfo_letter(uint16_t info)
{
    return info >> 3 & 31;
}

static inline unsigned hlinfo_tone(uint16_t info)
{
    return info >> 8 & 7;
}

static inline bool hlinfo_upper(uint16_t info)
{
    return info >> 11 & 1;
}

static inline enum hltext_action hlinfo_action(uint16_t info)
{
    return (enum hltext_action)(info >> 12 & 3);
}

/* The lower case of a character whose lower-casing is plain; 0: ask ICU. */
static inline uint32_t hltext_lower_plain(uint32_t cp)
{
    if (cp < HLTAB_LOWER_LOW)
        return hltab_lower[cp];
    uint32_t high = cp - HLTAB_LOWER_HIGH;
    return high < 0x100 ? hltab_lower[HLTAB_LOWER_LOW + high] : 0;
}

#endif
