/*
 * block_avx2.c - kernels of the codec for AVX2 with BMI2.
 *
 * Lanes: a row is two words shifted into one.  Streams: four values take at most
 * 64 bits from a whole byte or half of one on, and pdep gives each its 16 bits.
 */
#include "codec/block_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* Row r of the 16 lanes. */
HLCPU_TARGET_AVX2 static inline __m256i unpack_row(const uint8_t *p, unsigned width, unsigned r,
                                                   __m256i mask)
{
    unsigned word = r * width / 16, shift = r * width % 16;
    unsigned next = word + 1 < width ? word + 1 : word;
    __m256i low = _mm256_loadu_si256((const void *)(p + (size_t)word * 32));
    __m256i high = _mm256_loadu_si256((const void *)(p + (size_t)next * 32));
    low = _mm256_srl_epi16(low, _mm_cvtsi32_si128((int)shift));
    high = _mm256_sll_epi16(high, _mm_cvtsi32_si128(16 - (int)shift));
    return _mm256_and_si256(_mm256_or_si256(low, high), mask);
}

HLCPU_TARGET_AVX2 static inline void store_wide(uint32_t *values, __m256i v)
{
    _mm256_storeu_si256((void *)values, _mm256_cvtepu16_epi32(_mm256_castsi256_si128(v)));
    _mm256_storeu_si256((void *)(values + 8),
                        _mm256_cvtepu16_epi32(_mm256_extracti128_si256(v, 1)));
}

HLCPU_TARGET_AVX2 static void lanes(const uint8_t *p, unsigned width, uint32_t *values)
{
    const __m256i mask = _mm256_set1_epi16((short)((1u << width) - 1));
    if (!width) {
        memset(values, 0, HLBLOCK_COUNT * sizeof *values);
        return;
    }
    for (unsigned r = 0; r < HLBLOCK_ROWS; r++)
        store_wide(values + r * HLBLOCK_LANES, unpack_row(p, width, r, mask));
}

HLCPU_TARGET_AVX2 static void lanes16(const uint8_t *p, unsigned width, uint16_t *values)
{
    const __m256i mask = _mm256_set1_epi16((short)((1u << width) - 1));
    if (!width) {
        memset(values, 0, HLBLOCK_COUNT * sizeof *values);
        return;
    }
    for (unsigned r = 0; r < HLBLOCK_ROWS; r++)
        _mm256_storeu_si256((void *)(values + r * HLBLOCK_LANES),
                            unpack_row(p, width, r, mask));
}

/* Values i to i + 3 of a stream, i a multiple of 4. */
HLCPU_TARGET_AVX2 static inline uint64_t four_values(const uint8_t *p, unsigned i,
                                                     unsigned width, uint64_t mask)
{
    unsigned bit = i * width;
    return _pdep_u64(hlbuf_load64(p + bit / 8) >> bit % 8, mask);
}

HLCPU_TARGET_AVX2 static void stream(const uint8_t *p, unsigned n, unsigned width,
                                     uint32_t *values)
{
    uint64_t mask = ((UINT64_C(1) << width) - 1) * UINT64_C(0x0001000100010001);
    for (unsigned i = 0; i < n; i += 4) {
        __m128i v = _mm_cvtsi64_si128((int64_t)four_values(p, i, width, mask));
        _mm_storeu_si128((void *)(values + i), _mm_cvtepu16_epi32(v));
    }
}

HLCPU_TARGET_AVX2 static void stream16(const uint8_t *p, unsigned n, unsigned width,
                                       uint16_t *values)
{
    uint64_t mask = ((UINT64_C(1) << width) - 1) * UINT64_C(0x0001000100010001);
    for (unsigned i = 0; i < n; i += 4) {
        uint64_t v = four_values(p, i, width, mask);
        memcpy(values + i, &v, sizeof v);
    }
}

/*
 * Sums go round at 2^16; where one did, it is not greater than the distance that was
 * added last, for each step is one more than its distance.
 */
HLCPU_TARGET_AVX2 static uint32_t sum16(uint16_t *values, unsigned n, uint32_t from)
{
    const __m256i one = _mm256_set1_epi16(1), last = _mm256_set1_epi16(0x0f0e);
    const __m256i place =
        _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m256i before = _mm256_set1_epi16((short)(from - 1));
    __m256i round = _mm256_setzero_si256();
    for (unsigned i = 0; i < n; i += 16) {
        __m256i distance = _mm256_loadu_si256((const void *)(values + i));
        __m256i v = _mm256_add_epi16(distance, one);
        v = _mm256_add_epi16(v, _mm256_slli_si256(v, 2));
        v = _mm256_add_epi16(v, _mm256_slli_si256(v, 4));
        v = _mm256_add_epi16(v, _mm256_slli_si256(v, 8));
        /* The sum of the lower lane, in all of the higher one. */
        __m256i lower = _mm256_permute2x128_si256(v, v, 0x08);
        v = _mm256_add_epi16(v, _mm256_shuffle_epi8(lower, last));
        __m256i total = _mm256_permute2x128_si256(v, v, 0x11);
        v = _mm256_add_epi16(v, before);
        before = _mm256_add_epi16(before, _mm256_shuffle_epi8(total, last));
        _mm256_storeu_si256((void *)(values + i), v);
        __m256i bad =
            _mm256_cmpeq_epi16(_mm256_subs_epu16(v, distance), _mm256_setzero_si256());
        /* Not those past n, nor the very first number, which is its distance. */
        int from_place = i == 0 && from == 0 ? 0 : -1, to_place = (int)(n - i);
        bad = _mm256_and_si256(bad,
                               _mm256_cmpgt_epi16(place, _mm256_set1_epi16((short)from_place)));
        bad = _mm256_and_si256(bad,
                               _mm256_cmpgt_epi16(_mm256_set1_epi16((short)to_place), place));
        round = _mm256_or_si256(round, bad);
    }
    return _mm256_testz_si256(round, round) ? values[n - 1] + 1u : 0;
}

HLCPU_TARGET_AVX2 static void cap8(const uint16_t *values, unsigned n, unsigned cap,
                                   uint8_t *to, uint64_t *at_cap)
{
    const __m256i most = _mm256_set1_epi16((short)cap), most8 = _mm256_set1_epi8((char)cap);
    memset(at_cap, 0, HLBLOCK_COUNT / 8);
    for (unsigned i = 0; i < n; i += 32) {
        __m256i a = _mm256_loadu_si256((const void *)(values + i));
        __m256i b = _mm256_loadu_si256((const void *)(values + i + 16));
        __m256i v = _mm256_packus_epi16(_mm256_min_epu16(a, most), _mm256_min_epu16(b, most));
        v = _mm256_permute4x64_epi64(v, 0xd8); /* packing works by lanes */
        _mm256_storeu_si256((void *)(to + i), v);
        uint32_t reach = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, most8));
        if (n - i < 32)
            reach = _bzhi_u32(reach, n - i);
        at_cap[i / 64] |= (uint64_t)reach << i % 64;
    }
}

const struct hlblock_ops hlblock_avx2_ops = {lanes, lanes16, stream, stream16, sum16, cap8};
#endif
