/*
 * container_avx2.c - kernels of the containers for AVX2 with BMI2.
 *
 * Packed codes are spread over the places of their documents by pdep, 16 at a
 * time.  A table of 256 bytes has no instruction here: each code is a row of 16
 * classes (vpshufb), and the bits of the code choose among rows, two by two.  The
 * codes from 8 on are rare: each 32 documents that have one get a second turn at
 * the end of the cell, which costs one wrong guess a cell instead of one each.
 */
#include "segment/container_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

HLCPU_TARGET_AVX2 static void dense_match(const struct hlcontainer *c, unsigned window,
                                          uint64_t *bits)
{
    const uint8_t *from = c->as.dense.bits + (size_t)window * HLCONT_WORDS * 8;
    for (unsigned i = 0; i < HLCONT_WORDS; i += 4) {
        __m256i sum = _mm256_or_si256(_mm256_loadu_si256((const void *)(bits + i)),
                                      _mm256_loadu_si256((const void *)(from + i * 8)));
        _mm256_storeu_si256((void *)(bits + i), sum);
    }
}

HLCPU_TARGET_AVX2 static bool dense_keep(const struct hlcontainer *c, unsigned window,
                                         uint64_t *bits)
{
    const uint8_t *from = c->as.dense.bits + (size_t)window * HLCONT_WORDS * 8;
    __m256i any = _mm256_setzero_si256();
    for (unsigned i = 0; i < HLCONT_WORDS; i += 4) {
        __m256i both = _mm256_and_si256(_mm256_loadu_si256((const void *)(bits + i)),
                                        _mm256_loadu_si256((const void *)(from + i * 8)));
        _mm256_storeu_si256((void *)(bits + i), both);
        any = _mm256_or_si256(any, both);
    }
    return !_mm256_testz_si256(any, any);
}

/* 255 in byte i where bit i is set. */
HLCPU_TARGET_AVX2 static inline __m256i bytes_of_bits(uint32_t bits)
{
    const __m256i which =
        _mm256_setr_epi64x(0, INT64_C(0x0101010101010101), INT64_C(0x0202020202020202),
                           INT64_C(0x0303030303030303));
    const __m256i bit = _mm256_set1_epi64x(INT64_C(0x8040201008040201));
    __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), which);
    return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
}

/* Codes of 16 documents, 4 bits each, at the places of the documents; 0 elsewhere. */
HLCPU_TARGET_AVX2 static inline uint64_t spread_codes(const uint8_t *codes, unsigned ordinal,
                                                      unsigned bits)
{
    /* Half bytes from an odd one on are the ends of two loads; whether it is odd is no branch,
     * which would be wrong half the time. */
    const uint8_t *p = codes + ordinal / 2;
    unsigned shift = ordinal % 2 * 4;
    uint64_t packed = hlbuf_load64(p) >> shift | hlbuf_load64(p + 1) << (8 - shift);
    uint64_t ones = _pdep_u64(bits, UINT64_C(0x1111111111111111));
    return _pdep_u64(packed, (ones << 4) - ones);
}

/* A byte for each of the 32 half bytes. */
HLCPU_TARGET_AVX2 static inline __m256i bytes_of_codes(uint64_t first, uint64_t second)
{
    const __m256i low = _mm256_set1_epi8(15);
    __m256i packed = _mm256_setr_epi64x((int64_t)first, 0, (int64_t)second, 0);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi16(packed, 4), low);
    return _mm256_unpacklo_epi8(_mm256_and_si256(packed, low), odd);
}

/* Rows of 16 bytes, both halves of a register alike; a 16-bit table is two of them. */
struct table {
    __m128i row[HLFMT_CODES];
};

/* What chooses rows: bits 0 to 2 of the codes at the top of each byte; and the place in a row,
 * whose top bit makes the answer 0. */
struct keys {
    __m256i bit0, bit1, bit2, places;
};

HLCPU_TARGET_AVX2 static inline __m256i load_classes(const uint8_t *classes)
{
    return _mm256_and_si256(_mm256_loadu_si256((const void *)classes),
                            _mm256_set1_epi8(HLFMT_CLASSES - 1));
}

/* Answers are 0 where the top bit of `none` is set; its other bits do not matter. */
HLCPU_TARGET_AVX2 static inline struct keys make_keys(__m256i codes, __m256i none,
                                                      const uint8_t *classes)
{
    __m256i top = _mm256_and_si256(none, _mm256_set1_epi8((char)0x80));
    return (struct keys){_mm256_slli_epi16(codes, 7), _mm256_slli_epi16(codes, 6),
                         _mm256_slli_epi16(codes, 5),
                         _mm256_or_si256(load_classes(classes), top)};
}

HLCPU_TARGET_AVX2 static inline __m256i from_row(__m128i row, __m256i places)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(row), places);
}

HLCPU_TARGET_AVX2 static inline __m256i of_4_rows(const __m128i *row, const struct keys *k)
{
    __m256i first =
        _mm256_blendv_epi8(from_row(row[0], k->places), from_row(row[1], k->places), k->bit0);
    __m256i second =
        _mm256_blendv_epi8(from_row(row[2], k->places), from_row(row[3], k->places), k->bit0);
    return _mm256_blendv_epi8(first, second, k->bit1);
}

HLCPU_TARGET_AVX2 static inline __m256i of_8_rows(const __m128i *row, const struct keys *k)
{
    return _mm256_blendv_epi8(of_4_rows(row, k), of_4_rows(row + 4, k), k->bit2);
}

/* Adds bounds of 32 documents from eight rows on. */
HLCPU_TARGET_AVX2 static inline void add32(const __m128i *row, const struct keys *k,
                                           uint8_t *acc)
{
    __m256i sum = _mm256_loadu_si256((const void *)acc);
    _mm256_storeu_si256((void *)acc, _mm256_adds_epu8(sum, of_8_rows(row, k)));
}

HLCPU_TARGET_AVX2 static inline void add32_wide(const __m128i *low, const __m128i *high,
                                                const struct keys *k, uint16_t *acc)
{
    __m256i l = of_8_rows(low, k), h = of_8_rows(high, k);
    /* Unpacking takes eight bytes of each sixteen: put the halves together again. */
    __m256i first = _mm256_unpacklo_epi8(l, h), second = _mm256_unpackhi_epi8(l, h);
    __m256i a = _mm256_permute2x128_si256(first, second, 0x20);
    __m256i b = _mm256_permute2x128_si256(first, second, 0x31);
    a = _mm256_adds_epu16(a, _mm256_loadu_si256((const void *)acc));
    b = _mm256_adds_epu16(b, _mm256_loadu_si256((const void *)(acc + 16)));
    _mm256_storeu_si256((void *)acc, a);
    _mm256_storeu_si256((void *)(acc + 16), b);
}

/* Every tf is 1: the first row of the table is all that is needed. */
HLCPU_TARGET_AVX2 static void ones_bound(const uint8_t *bits, unsigned cells,
                                         hlcont_worth8 worth, const uint8_t *classes,
                                         uint8_t *acc)
{
    __m128i row = _mm_loadu_si128((const void *)worth[0]);
    for (; cells; cells &= cells - 1) {
        unsigned at = (unsigned)__builtin_ctz(cells) * HLFMT_CELL;
        for (unsigned end = at + HLFMT_CELL; at < end; at += 32) {
            __m256i value = _mm256_and_si256(from_row(row, load_classes(classes + at)),
                                             bytes_of_bits(hlbuf_load32(bits + at / 8)));
            __m256i sum = _mm256_loadu_si256((const void *)(acc + at));
            _mm256_storeu_si256((void *)(acc + at), _mm256_adds_epu8(sum, value));
        }
    }
}

/* Codes of 32 documents as bytes; *ordinal moves on by how many there are. */
HLCPU_TARGET_AVX2 static inline __m256i next_codes(const struct hlcont_dense *d, uint32_t bits,
                                                   unsigned *ordinal)
{
    unsigned first = *ordinal, second = first + (unsigned)_mm_popcnt_u32(bits & 0xffff);
    *ordinal = first + (unsigned)_mm_popcnt_u32(bits);
    if (!d->codes)
        return _mm256_setzero_si256();
    return bytes_of_codes(spread_codes(d->codes, first, bits & 0xffff),
                          spread_codes(d->codes, second, bits >> 16));
}

/* The 32 documents of a cell whose codes are 8 or more, to be done last. */
struct later {
    __m256i codes[HLFMT_CELL / 32];
    uint8_t which[HLFMT_CELL / 32 + 1];
    unsigned count;
};

/* Keys for the first eight rows; what needs the others is put off. */
HLCPU_TARGET_AVX2 static inline struct keys first_keys(__m256i codes, uint32_t bits,
                                                       const uint8_t *classes, unsigned i,
                                                       struct later *later)
{
    __m256i large = _mm256_slli_epi16(codes, 4); /* bit 3 at the top */
    __m256i absent = _mm256_xor_si256(bytes_of_bits(bits), _mm256_set1_epi8(-1));
    later->codes[i] = codes;
    later->which[later->count] = (uint8_t)i;
    later->count += _mm256_movemask_epi8(large) != 0;
    return make_keys(codes, _mm256_or_si256(large, absent), classes);
}

/* Keys for the other eight rows; codes of absent documents are 0. */
HLCPU_TARGET_AVX2 static inline struct keys later_keys(__m256i codes, const uint8_t *classes)
{
    __m256i large = _mm256_slli_epi16(codes, 4);
    return make_keys(codes, _mm256_xor_si256(large, _mm256_set1_epi8(-1)), classes);
}

HLCPU_TARGET_AVX2 static void dense_bound(const struct hlcontainer *c, unsigned window,
                                          unsigned cells, hlcont_worth8 worth,
                                          const uint8_t *classes, uint8_t *acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    const uint8_t *bits = d->bits + (size_t)window * (HLFMT_WINDOW / 8);
    struct table t;
    struct later later;
    cells &= HLCONT_CELLS_ALL;
    if (!d->codes) {
        ones_bound(bits, cells, worth, classes, acc);
        return;
    }
    memcpy(&t, worth, sizeof t);
    for (; cells; cells &= cells - 1) {
        unsigned cell = (unsigned)__builtin_ctz(cells), first = cell * HLFMT_CELL;
        unsigned ordinal = hlcont_dense_rank(d, window * HLCONT_CELLS + cell);
        later.count = 0;
        for (unsigned i = 0, at = first; i < HLFMT_CELL / 32; i++, at += 32) {
            uint32_t here = hlbuf_load32(bits + at / 8);
            __m256i codes = next_codes(d, here, &ordinal);
            struct keys k = first_keys(codes, here, classes + at, i, &later);
            add32(t.row, &k, acc + at);
        }
        for (unsigned n = 0; n < later.count; n++) {
            unsigned i = later.which[n], at = first + i * 32;
            struct keys k = later_keys(later.codes[i], classes + at);
            add32(t.row + 8, &k, acc + at);
        }
    }
}

HLCPU_TARGET_AVX2 static void dense_bound16(const struct hlcontainer *c, unsigned window,
                                            unsigned cells, hlcont_worth16 worth,
                                            const uint8_t *classes, uint16_t *acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    const uint8_t *bits = d->bits + (size_t)window * (HLFMT_WINDOW / 8);
    struct table low, high;
    struct later later;
    for (unsigned code = 0; code < HLFMT_CODES; code++) {
        __m128i a = _mm_loadu_si128((const void *)worth[code]);
        __m128i b = _mm_loadu_si128((const void *)(worth[code] + 8));
        const __m128i mask = _mm_set1_epi16(255);
        low.row[code] = _mm_packus_epi16(_mm_and_si128(a, mask), _mm_and_si128(b, mask));
        high.row[code] = _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8));
    }
    for (cells &= HLCONT_CELLS_ALL; cells; cells &= cells - 1) {
        unsigned cell = (unsigned)__builtin_ctz(cells), first = cell * HLFMT_CELL;
        unsigned ordinal = hlcont_dense_rank(d, window * HLCONT_CELLS + cell);
        later.count = 0;
        for (unsigned i = 0, at = first; i < HLFMT_CELL / 32; i++, at += 32) {
            uint32_t here = hlbuf_load32(bits + at / 8);
            __m256i codes = next_codes(d, here, &ordinal);
            struct keys k = first_keys(codes, here, classes + at, i, &later);
            add32_wide(low.row, high.row, &k, acc + at);
        }
        for (unsigned n = 0; n < later.count; n++) {
            unsigned i = later.which[n], at = first + i * 32;
            struct keys k = later_keys(later.codes[i], classes + at);
            add32_wide(low.row + 8, high.row + 8, &k, acc + at);
        }
    }
}

/* Documents of the cell before place `at` of it; all eight words, so that no branch is wrong.
 */
HLCPU_TARGET_AVX2 static inline unsigned rank_in_cell(const uint8_t *bits, unsigned at)
{
    unsigned rank = 0;
    for (unsigned w = 0; w < HLCONT_CELL_WORDS; w++) {
        unsigned left = at < w * 64 ? 0 : at - w * 64;
        left = left > 64 ? 64 : left;
        rank += (unsigned)_mm_popcnt_u64(_bzhi_u64(hlbuf_load64(bits + w * 8), left));
    }
    return rank;
}

HLCPU_TARGET_AVX2 static inline uint32_t rank_of(const struct hlcontainer *c, unsigned doc)
{
    unsigned cell = doc / HLFMT_CELL;
    const uint8_t *bits = c->as.dense.bits + (size_t)cell * (HLFMT_CELL / 8);
    return hlcont_dense_rank(&c->as.dense, cell) + rank_in_cell(bits, doc % HLFMT_CELL);
}

HLCPU_TARGET_AVX2 static inline uint32_t tf_of(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_dense *d = &c->as.dense;
    if (!(d->bits[doc / 8] >> doc % 8 & 1))
        return 0;
    if (!d->codes)
        return 1;
    unsigned code = hlcont_dense_code(d, rank_of(c, doc));
    return code < HLFMT_CODES - 1 ? code + 1 : hlcont_escaped_tf(&c->escapes, doc);
}

HLCPU_TARGET_AVX2 static uint32_t dense_rank(const struct hlcontainer *c, unsigned doc)
{
    return rank_of(c, doc);
}

HLCPU_TARGET_AVX2 static uint32_t dense_tf(const struct hlcontainer *c, unsigned doc)
{
    return tf_of(c, doc);
}

HLCPU_TARGET_AVX2 static void dense_tfs(const struct hlcontainer *c, const uint16_t *docs,
                                        unsigned n, uint32_t *out_tfs)
{
    for (unsigned i = 0; i < n; i++)
        out_tfs[i] = tf_of(c, docs[i]);
}

/* No less: the greater of the two is the value itself. */
HLCPU_TARGET_AVX2 static inline uint64_t not_less8(const uint8_t *acc, __m256i limit)
{
    __m256i a = _mm256_loadu_si256((const void *)acc);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(a, limit), a));
}

HLCPU_TARGET_AVX2 static void compare8(const uint8_t *acc, uint8_t least, unsigned cells,
                                       uint64_t *bits)
{
    __m256i limit = _mm256_set1_epi8((char)least);
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++, cells >>= 1)
        for (unsigned w = cell * HLCONT_CELL_WORDS; w < (cell + 1) * HLCONT_CELL_WORDS; w++)
            bits[w] = cells & 1 ? not_less8(acc + w * 64, limit) |
                                      not_less8(acc + w * 64 + 32, limit) << 32
                                : 0;
}

HLCPU_TARGET_AVX2 static inline __m256i not_less16(const uint16_t *acc, __m256i limit)
{
    __m256i a = _mm256_loadu_si256((const void *)acc);
    return _mm256_cmpeq_epi16(_mm256_max_epu16(a, limit), a);
}

/* 32 documents; packing swaps the middle quarters, which permute4x64 puts back. */
HLCPU_TARGET_AVX2 static inline uint64_t not_less16x2(const uint16_t *acc, __m256i limit)
{
    __m256i both = _mm256_packs_epi16(not_less16(acc, limit), not_less16(acc + 16, limit));
    return (uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(both, 0xd8));
}

HLCPU_TARGET_AVX2 static void compare16(const uint16_t *acc, uint16_t least, unsigned cells,
                                        uint64_t *bits)
{
    __m256i limit = _mm256_set1_epi16((short)least);
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++, cells >>= 1)
        for (unsigned w = cell * HLCONT_CELL_WORDS; w < (cell + 1) * HLCONT_CELL_WORDS; w++)
            bits[w] = cells & 1 ? not_less16x2(acc + w * 64, limit) |
                                      not_less16x2(acc + w * 64 + 32, limit) << 32
                                : 0;
}

const struct hlcontainer_ops hlcont_avx2_ops[HLCONT_FORMS] = {
    [HLCONT_DENSE] = {dense_match, dense_bound, dense_bound16, dense_tf, dense_tfs, dense_keep,
                      dense_rank},
    [HLCONT_LIST] = {hlcont_list_match, hlcont_list_bound, hlcont_list_bound16, hlcont_list_tf,
                     hlcont_list_tfs, hlcont_list_keep, hlcont_list_rank},
};
const struct hlcont_compare_ops hlcont_avx2_compare = {compare8, compare16};
#endif
