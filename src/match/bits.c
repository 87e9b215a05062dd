#include "match/bits.h"

#include "base/cpu.h"

#include <assert.h>
#include <string.h>

void hlbits_all(uint32_t docs, uint64_t bits[HLBITS_CHUNK_WORDS])
{
    assert(docs <= HLFMT_CHUNK_DOCS);
    memset(bits, 0, HLBITS_CHUNK_WORDS * sizeof *bits);
    memset(bits, 255, docs / 64 * sizeof *bits);
    if (docs % 64)
        bits[docs / 64] = ((uint64_t)1 << docs % 64) - 1;
}

void hlbits_or(const struct hlcontainer *c, unsigned windows, uint64_t *bits)
{
    for (unsigned w = 0; w < windows; w++)
        c->ops->match(c, w, bits + (size_t)w * HLCONT_WORDS);
}

void hlbits_and(uint64_t *bits, const uint64_t *with)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        bits[i] &= with[i];
}

void hlbits_and_not(uint64_t *bits, const uint64_t *with)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        bits[i] &= ~with[i];
}

/* ---- counting: the instruction where there is one ---- */

static inline __attribute__((always_inline)) uint64_t count_body(const uint64_t *bits,
                                                                 unsigned words)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < words; i++)
        count += (uint64_t)__builtin_popcountll(bits[i]);
    return count;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint64_t count_popcnt(const uint64_t *bits,
                                                               unsigned words)
{
    return count_body(bits, words);
}

__attribute__((target("avx512f,avx512vpopcntdq,prefer-vector-width=512"))) static uint64_t
count_avx512(const uint64_t *bits, unsigned words)
{
    return count_body(bits, words);
}
#endif

uint64_t hlbits_count(const uint64_t *bits, unsigned words)
{
#if defined(__x86_64__)
    if (hlcpu_has(HLCPU_AVX512))
        return count_avx512(bits, words);
    if (hlcpu_has(HLCPU_AVX2))
        return count_popcnt(bits, words);
#endif
    return count_body(bits, words);
}

void hlbits_and_window(uint64_t *bits, const uint64_t *with)
{
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        bits[i] &= with[i];
}

uint32_t hlbits_empty_windows(const uint64_t *bits, unsigned windows)
{
    uint32_t empty = 0;
    assert(windows <= HLFMT_WINDOWS);
    for (unsigned w = 0; w < windows; w++) {
        uint64_t any = 0;
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            any |= bits[w * HLCONT_WORDS + i];
        empty |= (uint32_t)!any << w;
    }
    return empty;
}

uint64_t hlbits_keep_cells(uint64_t *bits, unsigned cells)
{
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        if (!(cells >> i / (HLFMT_CELL / 64) & 1))
            bits[i] = 0;
    return hlbits_count(bits, HLCONT_WORDS);
}

uint64_t hlbits_and_count(uint64_t *bits, const uint64_t *allowed, unsigned window,
                          uint32_t docs)
{
    uint32_t first = window * HLFMT_WINDOW;
    if (allowed)
        hlbits_and_window(bits, allowed + (size_t)window * HLCONT_WORDS);
    for (unsigned i = 0; !allowed && docs < first + HLFMT_WINDOW && i < HLCONT_WORDS; i++) {
        uint32_t from = first + i * 64;
        if (docs < from + 64)
            bits[i] &= docs > from ? ((uint64_t)1 << (docs - from)) - 1 : 0;
    }
    return hlbits_count(bits, HLCONT_WORDS);
}
