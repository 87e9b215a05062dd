/*
 * table.h - from a run of syllables to its worth, by open addressing.
 *
 * A key stands for one to HLWORDS_MOST syllables in their order; hlwords_key_next()
 * makes it longer by one, so that a search over all runs from a place hashes each once.  Two
 * runs that share a key (one chance in 2^64 a look-up) share a value; nothing else breaks.
 *
 * Ownership   hlwords_table_release().  Threads: readers any number, writers alone.
 */
#ifndef HL_WORDS_TABLE_H
#define HL_WORDS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HLWORDS_MOST = 8 }; /* syllables of a word */

struct hlwords_slot {
    uint64_t key; /* 0: free */
    double worth;
};

struct hlwords_table {
    struct hlwords_slot *slots;
    size_t room, used; /* room: 0 or a power of two, at most half used */
};

static inline uint64_t hlwords_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

/* Of a syllable by its code. */
static inline uint64_t hlwords_key_code(uint16_t code)
{
    return hlwords_mix((uint64_t)code + 1);
}

/* Of a run and the token behind it; run is 0 for none. */
static inline uint64_t hlwords_key_next(uint64_t run, uint64_t token)
{
    uint64_t key = run ? hlwords_mix((run << 7 | run >> 57) ^ token) : token;
    return key ? key : 1;
}

void hlwords_table_release(struct hlwords_table *table);
/* The slot of a key, made (worth 0) where there is none; NULL: no memory. */
struct hlwords_slot *hlwords_table_put(struct hlwords_table *table, uint64_t key);
/* NULL where there is none. */
const struct hlwords_slot *hlwords_table_find(const struct hlwords_table *table, uint64_t key);

#endif
