#include "match/columns.h"

#include "base/buf.h"

#include <assert.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* ---- portable: the twin, and the end of every column ---- */

static inline uint64_t dates_word(const uint8_t *dates, uint32_t n,
                                  struct hlcolumns_range range)
{
    uint64_t word = 0;
    uint32_t most = range.high - range.low;
    for (uint32_t i = 0; i < n; i++)
        word |= (uint64_t)(hlbuf_load32(dates + (size_t)i * 4) - range.low <= most) << i;
    return word;
}

static inline uint64_t codes_word(const uint8_t *column, uint32_t n, const uint16_t *codes,
                                  unsigned count)
{
    uint64_t word = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint16_t code = hlbuf_load16(column + (size_t)i * 2);
        uint64_t found = 0;
        for (unsigned k = 0; k < count; k++)
            found |= code == codes[k];
        word |= found << i;
    }
    return word;
}

static inline uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void dates_portable(const uint8_t *dates, uint32_t n, struct hlcolumns_range range,
                           uint64_t *bits)
{
    assert(range.low <= range.high);
    for (uint32_t i = 0; i < n; i += 64)
        bits[i / 64] = dates_word(dates + (size_t)i * 4, lesser(n - i, 64), range);
}

static void codes_portable(const uint8_t *column, uint32_t n, const uint16_t *codes,
                           unsigned count, uint64_t *bits)
{
    assert(count >= 1 && count <= HLCOLUMNS_CODES);
    for (uint32_t i = 0; i < n; i += 64)
        bits[i / 64] = codes_word(column + (size_t)i * 2, lesser(n - i, 64), codes, count);
}

/*
 * How many bits a word has cannot be told ahead, and a loop that ends elsewhere each time
 * costs more than all else; so eight places are written, of which only those count that there
 * are.  What is written past them is within the place of this word, or written over.
 */
static inline unsigned docs_by_eight(const uint64_t bits[HLCONT_WORDS],
                                     uint16_t out_docs[HLFMT_WINDOW])
{
    enum { STEP = 8 };
    unsigned n = 0;
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        uint64_t word = bits[w];
        unsigned count = (unsigned)__builtin_popcountll(word);
        for (unsigned from = 0; from < count; from += STEP)
            for (unsigned k = 0; k < STEP; k++, word &= word - 1)
                out_docs[n + from + k] =
                    (uint16_t)(w * 64 + (unsigned)__builtin_ctzll(word | 1ull << 63));
        n += count;
    }
    return n;
}

static unsigned docs_portable(const uint64_t bits[HLCONT_WORDS],
                              uint16_t out_docs[HLFMT_WINDOW])
{
    return docs_by_eight(bits, out_docs);
}

static void bytes_portable(const uint8_t bytes[HLFMT_WINDOW], const uint64_t bits[HLCONT_WORDS],
                           const uint8_t *values, unsigned count, uint32_t *out_counts)
{
    uint32_t have[256] = {0};
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        for (uint64_t left = bits[w]; left; left &= left - 1)
            have[bytes[w * 64 + (unsigned)__builtin_ctzll(left)]]++;
    for (unsigned i = 0; i < count; i++)
        out_counts[i] = have[values[i]];
}

static const struct hlcolumns_ops portable = {dates_portable, codes_portable, bytes_portable,
                                              docs_portable};

void hlcolumns_lookup(const uint8_t *column, uint32_t n, const uint8_t *wanted, uint32_t count,
                      uint64_t *bits)
{
    assert(count > 0);
    for (uint32_t i = 0; i < n; i += 64) {
        uint64_t word = 0;
        for (uint32_t k = 0; k < 64 && i + k < n; k++) {
            uint16_t code = hlbuf_load16(column + (size_t)(i + k) * 2);
            word |= (uint64_t)(code < count && wanted[code]) << k;
        }
        bits[i / 64] = word;
    }
}

/* ---- counting ---- */

void hlcolumns_count(const uint8_t *column, const uint16_t *docs, unsigned n, uint32_t room,
                     uint32_t *counts)
{
    for (unsigned i = 0; i < n; i++) {
        uint32_t code = hlbuf_load16(column + (size_t)docs[i] * 2);
        counts[(size_t)(i % HLCOLUMNS_TABLES) * (room + 1) + lesser(code, room)]++;
    }
}

void hlcolumns_month_starts(uint64_t starts[HLCOLUMNS_MONTHS + 1])
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t day = 0;
    for (unsigned m = 0; m <= HLCOLUMNS_MONTHS; m++) {
        unsigned year = 1970 + m / 12;
        bool leap = year % 4 == 0 && (year % 100 || year % 400 == 0);
        starts[m] = day * 86400;
        day += days[m % 12] + (leap && m % 12 == 1);
    }
}

void hlcolumns_count_months(const uint8_t *dates, const uint16_t *docs, unsigned n,
                            const uint64_t *starts, uint32_t *counts)
{
    for (unsigned i = 0; i < n; i++) {
        uint32_t date = hlbuf_load32(dates + (size_t)docs[i] * 4);
        uint32_t month = hlcolumns_month(date, starts);
        counts[(size_t)(i % HLCOLUMNS_TABLES) * (HLCOLUMNS_MONTHS + 1) + month]++;
    }
}

/* ---- lanes: date - low <= high - low without a sign covers both ends at once ---- */

#if defined(__x86_64__)
HLCPU_TARGET_AVX2 static void dates_avx2(const uint8_t *dates, uint32_t n,
                                         struct hlcolumns_range range, uint64_t *bits)
{
    const __m256i low = _mm256_set1_epi32((int)range.low);
    const __m256i most = _mm256_set1_epi32((int)(range.high - range.low));
    assert(range.low <= range.high);
    uint32_t i = 0;
    for (; i + 64 <= n; i += 64) {
        const uint8_t *p = dates + (size_t)i * 4;
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(p + k * 32));
            v = _mm256_sub_epi32(v, low);
            v = _mm256_cmpeq_epi32(_mm256_min_epu32(v, most), v);
            unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(v));
            word |= (uint64_t)mask << k * 8;
        }
        bits[i / 64] = word;
    }
    if (i < n)
        bits[i / 64] = dates_word(dates + (size_t)i * 4, n - i, range);
}

HLCPU_TARGET_AVX2 static void codes_avx2(const uint8_t *column, uint32_t n,
                                         const uint16_t *codes, unsigned count, uint64_t *bits)
{
    __m256i want[HLCOLUMNS_CODES];
    assert(count >= 1 && count <= HLCOLUMNS_CODES);
    for (unsigned k = 0; k < HLCOLUMNS_CODES; k++)
        want[k] = _mm256_set1_epi16((short)codes[k < count ? k : 0]);
    uint32_t i = 0;
    for (; i + 64 <= n; i += 64) {
        uint64_t word = 0;
        for (unsigned half = 0; half < 2; half++) {
            const uint8_t *p = column + (size_t)(i + half * 32) * 2;
            __m256i a = _mm256_loadu_si256((const __m256i *)p);
            __m256i b = _mm256_loadu_si256((const __m256i *)(p + 32));
            __m256i x = _mm256_setzero_si256(), y = x;
            for (unsigned k = 0; k < count; k++) {
                x = _mm256_or_si256(x, _mm256_cmpeq_epi16(a, want[k]));
                y = _mm256_or_si256(y, _mm256_cmpeq_epi16(b, want[k]));
            }
            /* Packing goes by halves of a register; the quarters are put in order again. */
            __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(x, y), 0xd8);
            word |= (uint64_t)(uint32_t)_mm256_movemask_epi8(both) << half * 32;
        }
        bits[i / 64] = word;
    }
    if (i < n)
        bits[i / 64] = codes_word(column + (size_t)i * 2, n - i, codes, count);
}

HLCPU_TARGET_AVX512 static void dates_avx512(const uint8_t *dates, uint32_t n,
                                             struct hlcolumns_range range, uint64_t *bits)
{
    const __m512i low = _mm512_set1_epi32((int)range.low);
    const __m512i most = _mm512_set1_epi32((int)(range.high - range.low));
    assert(range.low <= range.high);
    for (uint32_t i = 0; i < n; i += 64) {
        uint64_t word = 0;
        for (uint32_t k = 0; k < 64 && i + k < n; k += 16) {
            uint32_t left = n - i - k;
            __mmask16 there = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xffff);
            __m512i v = _mm512_maskz_loadu_epi32(there, dates + (size_t)(i + k) * 4);
            __mmask16 good =
                _mm512_mask_cmple_epu32_mask(there, _mm512_sub_epi32(v, low), most);
            word |= (uint64_t)good << k;
        }
        bits[i / 64] = word;
    }
}

HLCPU_TARGET_AVX512 static void codes_avx512(const uint8_t *column, uint32_t n,
                                             const uint16_t *codes, unsigned count,
                                             uint64_t *bits)
{
    __m512i want[HLCOLUMNS_CODES];
    assert(count >= 1 && count <= HLCOLUMNS_CODES);
    for (unsigned k = 0; k < HLCOLUMNS_CODES; k++)
        want[k] = _mm512_set1_epi16((short)codes[k < count ? k : 0]);
    for (uint32_t i = 0; i < n; i += 64) {
        uint64_t word = 0;
        for (uint32_t at = 0; at < 64 && i + at < n; at += 32) {
            uint32_t left = n - i - at;
            __mmask32 there = left < 32 ? (1u << left) - 1 : 0xffffffff;
            __m512i v = _mm512_maskz_loadu_epi16(there, column + (size_t)(i + at) * 2);
            __mmask32 good = 0;
            for (unsigned k = 0; k < count; k++)
                good |= _mm512_mask_cmpeq_epi16_mask(there, v, want[k]);
            word |= (uint64_t)good << at;
        }
        bits[i / 64] = word;
    }
}

/* 255 in byte i where bit i is set. */
HLCPU_TARGET_AVX2 static inline __m256i spread_bits(uint32_t bits)
{
    const __m256i which =
        _mm256_setr_epi64x(0, INT64_C(0x0101010101010101), INT64_C(0x0202020202020202),
                           INT64_C(0x0303030303030303));
    const __m256i bit = _mm256_set1_epi64x(INT64_C(0x8040201008040201));
    __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), which);
    return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
}

/* Each byte of a sum has at most 128 steps: a window has so many registers. */
HLCPU_TARGET_AVX2 static void bytes_avx2(const uint8_t bytes[HLFMT_WINDOW],
                                         const uint64_t bits[HLCONT_WORDS],
                                         const uint8_t *values, unsigned count,
                                         uint32_t *out_counts)
{
    enum { AT_ONCE = 4, STEP = 32 };
    _Static_assert(HLFMT_WINDOW / STEP <= 255, "sums are bytes");
    for (unsigned from = 0; from < count; from += AT_ONCE) {
        __m256i want[AT_ONCE], sum[AT_ONCE];
        for (unsigned k = 0; k < AT_ONCE; k++) {
            want[k] = _mm256_set1_epi8((char)values[from + k < count ? from + k : from]);
            sum[k] = _mm256_setzero_si256();
        }
        for (unsigned i = 0; i < HLFMT_WINDOW; i += STEP) {
            __m256i here = spread_bits((uint32_t)(bits[i / 64] >> i % 64));
            __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
            for (unsigned k = 0; k < AT_ONCE; k++)
                sum[k] = _mm256_sub_epi8(sum[k],
                                         _mm256_and_si256(here, _mm256_cmpeq_epi8(v, want[k])));
        }
        for (unsigned k = 0; k < AT_ONCE && from + k < count; k++) {
            uint64_t parts[4];
            _mm256_storeu_si256((__m256i *)parts,
                                _mm256_sad_epu8(sum[k], _mm256_setzero_si256()));
            out_counts[from + k] = (uint32_t)(parts[0] + parts[1] + parts[2] + parts[3]);
        }
    }
}

HLCPU_TARGET_AVX512 static void bytes_avx512(const uint8_t bytes[HLFMT_WINDOW],
                                             const uint64_t bits[HLCONT_WORDS],
                                             const uint8_t *values, unsigned count,
                                             uint32_t *out_counts)
{
    enum { AT_ONCE = 4 };
    _Static_assert(HLCONT_WORDS <= 255, "sums are bytes");
    const __m512i one = _mm512_set1_epi8(1), zero = _mm512_setzero_si512();
    for (unsigned from = 0; from < count; from += AT_ONCE) {
        __m512i want[AT_ONCE], sum[AT_ONCE];
        for (unsigned k = 0; k < AT_ONCE; k++) {
            want[k] = _mm512_set1_epi8((char)values[from + k < count ? from + k : from]);
            sum[k] = zero;
        }
        for (unsigned w = 0; w < HLCONT_WORDS; w++) {
            __m512i v = _mm512_loadu_si512(bytes + w * 64);
            for (unsigned k = 0; k < AT_ONCE; k++)
                sum[k] = _mm512_mask_add_epi8(
                    sum[k], _mm512_mask_cmpeq_epi8_mask(bits[w], v, want[k]), sum[k], one);
        }
        for (unsigned k = 0; k < AT_ONCE && from + k < count; k++)
            out_counts[from + k] =
                (uint32_t)_mm512_reduce_add_epi64(_mm512_sad_epu8(sum[k], zero));
    }
}

HLCPU_TARGET_AVX2 static unsigned docs_avx2(const uint64_t bits[HLCONT_WORDS],
                                            uint16_t out_docs[HLFMT_WINDOW])
{
    return docs_by_eight(bits, out_docs);
}

/* The places of a word's bits are pressed together; 32 are written, or all 64: they fit. */
HLCPU_TARGET_AVX512 static unsigned docs_avx512(const uint64_t bits[HLCONT_WORDS],
                                                uint16_t out_docs[HLFMT_WINDOW])
{
    uint8_t counting[64];
    for (unsigned i = 0; i < sizeof counting; i++)
        counting[i] = (uint8_t)i;
    const __m512i all = _mm512_loadu_si512(counting);
    unsigned n = 0;
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        unsigned count = (unsigned)__builtin_popcountll(bits[w]);
        __m512i places = _mm512_maskz_compress_epi8(bits[w], all);
        __m512i first = _mm512_set1_epi16((short)(w * 64));
        __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(places));
        assert(n <= w * 64);
        _mm512_storeu_si512(out_docs + n, _mm512_add_epi16(low, first));
        if (count > 32) {
            __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(places, 1));
            _mm512_storeu_si512(out_docs + n + 32, _mm512_add_epi16(high, first));
        }
        n += count;
    }
    return n;
}

static const struct hlcolumns_ops avx2 = {dates_avx2, codes_avx2, bytes_avx2, docs_avx2};
static const struct hlcolumns_ops avx512 = {dates_avx512, codes_avx512, bytes_avx512,
                                            docs_avx512};
#endif

const struct hlcolumns_ops *hlcolumns_ops_at(enum hlcpu_level level)
{
#if defined(__x86_64__)
    if (level == HLCPU_LEVEL_AVX512)
        return hlcpu_has(HLCPU_AVX512) ? &avx512 : NULL;
    if (level == HLCPU_LEVEL_AVX2)
        return hlcpu_has(HLCPU_AVX2) ? &avx2 : NULL;
#endif
    return level == HLCPU_LEVEL_PORTABLE ? &portable : NULL;
}

const struct hlcolumns_ops *hlcolumns_ops(void)
{
    return hlcolumns_ops_at(hlcpu_level());
}

unsigned hlcolumns_docs(const uint64_t bits[HLCONT_WORDS], uint16_t out_docs[HLFMT_WINDOW])
{
    return hlcolumns_ops()->docs(bits, out_docs);
}
