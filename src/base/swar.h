/*
 * swar.h - eight bytes at once in a word: where some byte is, without a loop over them.
 *
 * Answers are marks, the high bit of each byte that is meant; the first byte is the lowest.
 */
#ifndef HL_BASE_SWAR_H
#define HL_BASE_SWAR_H

#include <stdint.h>

#define HLSWAR_ONES UINT64_C(0x0101010101010101)
#define HLSWAR_HIGHS UINT64_C(0x8080808080808080)

/* Marks the first byte that is below limit, which is at most 128; 0 if none is.  Bytes after it
 * may be marked in error: one that is less takes from its neighbour. */
static inline uint64_t hlswar_below(uint64_t word, unsigned limit)
{
    return (word - HLSWAR_ONES * limit) & ~word & HLSWAR_HIGHS;
}

/* Marks each byte that is below 128, and no other. */
static inline uint64_t hlswar_ascii(uint64_t word)
{
    return ~word & HLSWAR_HIGHS;
}

static inline unsigned hlswar_count(uint64_t marks)
{
    return (unsigned)((marks >> 7) * HLSWAR_ONES >> 56);
}

/* The place of the first mark; there must be one. */
static inline unsigned hlswar_first(uint64_t marks)
{
    return (unsigned)__builtin_ctzll(marks) / 8;
}

/* The first n bytes of a word, n below 8, and zeros. */
static inline uint64_t hlswar_head(uint64_t word, unsigned n)
{
    return word & (((uint64_t)1 << n * 8) - 1);
}

#endif
