/*
 * block_avx512.c - kernels of the codec for AVX-512 with VBMI and VBMI2.
 *
 * Lanes: a row is the funnel shift of two words (vpshrdvw).  Streams: 32 values
 * begin at a whole byte and take 4 * width of them; eight groups of four values
 * each get the eight bytes that they lie in (vpermb), and each value's two bytes
 * are cut out of those (vpmultishiftqb).
 */
#include "codec/block_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* Calls STORE(row, values) for each row of 16 values. */
#define FOR_ROWS(p, width, row, v, STORE)                                                      \
    do {                                                                                       \
        const __m256i mask_ = _mm256_set1_epi16((short)((1u << (width)) - 1));                 \
        const __m256i step_ = _mm256_set1_epi16((short)(width));                               \
        __m256i shift_ = _mm256_setzero_si256(); /* modulo 16 in the funnel */                 \
        for (unsigned row = 0; row < HLBLOCK_ROWS; row++) {                                    \
            unsigned word_ = row * (width) / 16;                                               \
            unsigned next_ = word_ + 1 < (width) ? word_ + 1 : word_;                          \
            __m256i low_ = _mm256_loadu_si256((const void *)((p) + word_ * 32));               \
            __m256i high_ = _mm256_loadu_si256((const void *)((p) + next_ * 32));              \
            __m256i v = _mm256_and_si256(_mm256_shrdv_epi16(low_, high_, shift_), mask_);      \
            shift_ = _mm256_add_epi16(shift_, step_);                                          \
            STORE;                                                                             \
        }                                                                                      \
    } while (0)

HLCPU_TARGET_AVX512 static void lanes(const uint8_t *p, unsigned width, uint32_t *values)
{
    if (!width) {
        memset(values, 0, HLBLOCK_COUNT * sizeof *values);
        return;
    }
    FOR_ROWS(p, width, row, v,
             _mm512_storeu_si512(values + row * HLBLOCK_LANES, _mm512_cvtepu16_epi32(v)));
}

HLCPU_TARGET_AVX512 static void lanes16(const uint8_t *p, unsigned width, uint16_t *values)
{
    if (!width) {
        memset(values, 0, HLBLOCK_COUNT * sizeof *values);
        return;
    }
    FOR_ROWS(p, width, row, v, _mm256_storeu_si256((void *)(values + row * HLBLOCK_LANES), v));
}

/* How 32 values of a width are cut out of 4 * width bytes. */
struct cut {
    __m512i bytes, bits, mask;
};

HLCPU_TARGET_AVX512 static inline struct cut make_cut(unsigned width)
{
    /* Group j begins at bit 4 * width * j: a whole byte, or half of one. */
    const __m512i group = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    __m512i first = _mm512_mullo_epi64(group, _mm512_set1_epi64(4 * width));
    const __m512i ones = _mm512_set1_epi64(INT64_C(0x0101010101010101));
    const __m512i eight = _mm512_set1_epi64(INT64_C(0x0706050403020100));
    __m512i byte = _mm512_mullo_epi64(_mm512_srli_epi64(first, 3), ones);
    __m512i half = _mm512_and_si512(first, _mm512_set1_epi64(4));
    uint64_t value_bits = UINT64_C(0x0303020201010000) * width + UINT64_C(0x0800080008000800);
    return (struct cut){
        _mm512_add_epi8(byte, eight),
        _mm512_add_epi8(_mm512_mullo_epi64(half, ones), _mm512_set1_epi64((int64_t)value_bits)),
        _mm512_set1_epi16((short)((1u << width) - 1))};
}

HLCPU_TARGET_AVX512 static inline __m512i cut_32(const struct cut *c, const uint8_t *p)
{
    __m512i groups = _mm512_permutexvar_epi8(c->bytes, _mm512_loadu_si512(p));
    return _mm512_and_si512(_mm512_multishift_epi64_epi8(c->bits, groups), c->mask);
}

HLCPU_TARGET_AVX512 static void stream(const uint8_t *p, unsigned n, unsigned width,
                                       uint32_t *values)
{
    struct cut c = make_cut(width);
    for (unsigned i = 0; i < n; i += 32, p += 4 * width) {
        __m512i v = cut_32(&c, p);
        __m256i low = _mm512_castsi512_si256(v), high = _mm512_extracti64x4_epi64(v, 1);
        _mm512_storeu_si512(values + i, _mm512_cvtepu16_epi32(low));
        _mm512_storeu_si512(values + i + 16, _mm512_cvtepu16_epi32(high));
    }
}

HLCPU_TARGET_AVX512 static void stream16(const uint8_t *p, unsigned n, unsigned width,
                                         uint16_t *values)
{
    struct cut c = make_cut(width);
    for (unsigned i = 0; i < n; i += 32, p += 4 * width)
        _mm512_storeu_si512(values + i, cut_32(&c, p));
}

/* Sums of 32 values from the first on, modulo 2^16. */
HLCPU_TARGET_AVX512 static inline __m512i running_sums(__m512i v)
{
    v = _mm512_add_epi16(v, _mm512_bslli_epi128(v, 2));
    v = _mm512_add_epi16(v, _mm512_bslli_epi128(v, 4));
    v = _mm512_add_epi16(v, _mm512_bslli_epi128(v, 8));
    /* Lanes 1 and 3 take the sum of 0 and 2, then 2 and 3 that of 1. */
    const __m512i ends = _mm512_inserti64x4(_mm512_set1_epi16(7), _mm256_set1_epi16(23), 1);
    v = _mm512_add_epi16(v, _mm512_maskz_permutexvar_epi16(0xff00ff00, ends, v));
    return _mm512_add_epi16(
        v, _mm512_maskz_permutexvar_epi16(0xffff0000, _mm512_set1_epi16(15), v));
}

/*
 * Sums go round at 2^16; where one did, it is not greater than the distance that was
 * added last, for each step is one more than its distance.
 */
HLCPU_TARGET_AVX512 static uint32_t sum16(uint16_t *values, unsigned n, uint32_t from)
{
    const __m512i one = _mm512_set1_epi16(1), last = _mm512_set1_epi16(31);
    __m512i before = _mm512_set1_epi16((short)(from - 1));
    __mmask32 round = 0, first = from == 0; /* the very first number is its distance */
    for (unsigned i = 0; i < n; i += 32) {
        __m512i v = _mm512_loadu_si512(values + i);
        __m512i sums = running_sums(_mm512_add_epi16(v, one));
        __m512i total = _mm512_permutexvar_epi16(last, sums);
        sums = _mm512_add_epi16(sums, before);
        before = _mm512_add_epi16(before, total);
        _mm512_storeu_si512(values + i, sums);
        __mmask32 there = n - i < 32 ? _bzhi_u32(~0u, n - i) : ~0u;
        round |= _mm512_mask_cmple_epu16_mask(there & ~first, sums, v);
        first = 0;
    }
    return round ? 0 : values[n - 1] + 1u;
}

HLCPU_TARGET_AVX512 static void cap8(const uint16_t *values, unsigned n, unsigned cap,
                                     uint8_t *to, uint64_t *at_cap)
{
    __m512i most = _mm512_set1_epi16((short)cap);
    for (unsigned i = 0; i < HLBLOCK_COUNT; i += 64) {
        at_cap[i / 64] = 0;
        if (i >= n)
            continue;
        __m512i a = _mm512_loadu_si512(values + i), b = _mm512_loadu_si512(values + i + 32);
        __m256i a8 = _mm512_cvtepi16_epi8(_mm512_min_epu16(a, most));
        __m256i b8 = _mm512_cvtepi16_epi8(_mm512_min_epu16(b, most));
        _mm256_storeu_si256((void *)(to + i), a8);
        _mm256_storeu_si256((void *)(to + i + 32), b8);
        uint64_t high = _mm512_cmpge_epu16_mask(b, most);
        at_cap[i / 64] = high << 32 | _mm512_cmpge_epu16_mask(a, most);
        if (n - i < 64)
            at_cap[i / 64] = _bzhi_u64(at_cap[i / 64], n - i);
    }
}

const struct hlblock_ops hlblock_avx512_ops = {lanes, lanes16, stream, stream16, sum16, cap8};
#endif
