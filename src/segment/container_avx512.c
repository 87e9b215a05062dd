/*
 * container_avx512.c - kernels of the containers for AVX-512 with VBMI and VBMI2.
 *
 * 64 documents are one register of bytes.  A word of the bitmap is the mask that
 * spreads the packed codes of its documents over their places (vpexpandb); code
 * and length class make the key of a table of 256 bytes, which stays in four
 * registers over the loop (two vpermi2b and a blend).
 */
#include "segment/container_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* For vpternlog: a ? b : c, bit by bit. */
enum { CHOOSE = 0xca };

/* Bytes 4j to 4j + 7 for eight bytes j: where codes 8j to 8j + 8 lie. */
#define SPREAD(j) (INT64_C(0x0706050403020100) + INT64_C(0x0404040404040404) * (j))

/* Turns byte i so that code i, or i + 1 where the first is an odd one, is its high half. */
static const int64_t turns[2] = {0x1814100c0804003c, 0x1c1814100c080400};

/* Codes from an ordinal on, 64 of them, each in the high half of a byte. */
HLCPU_TARGET_AVX512 static inline __m512i load_codes(const uint8_t *codes, unsigned ordinal)
{
    const __m512i spread = _mm512_setr_epi64(SPREAD(0), SPREAD(1), SPREAD(2), SPREAD(3),
                                             SPREAD(4), SPREAD(5), SPREAD(6), SPREAD(7));
    __m512i packed = _mm512_loadu_si512(codes + ordinal / 2);
    return _mm512_multishift_epi64_epi8(_mm512_set1_epi64(turns[ordinal % 2]),
                                        _mm512_permutexvar_epi8(spread, packed));
}

/* Keys of 64 documents: code << 4 | class. */
HLCPU_TARGET_AVX512 static inline __m512i make_keys(const uint8_t *codes, unsigned ordinal,
                                                    uint64_t bits, const uint8_t *classes)
{
    __m512i spread = _mm512_maskz_expand_epi8(bits, load_codes(codes, ordinal));
    return _mm512_ternarylogic_epi64(_mm512_set1_epi8((char)0xf0), spread,
                                     _mm512_loadu_si512(classes), CHOOSE);
}

/* A table of 256 bytes. */
struct table {
    __m512i part[4];
};

HLCPU_TARGET_AVX512 static inline __m512i look_up(const struct table *t, __m512i keys)
{
    __m512i low = _mm512_permutex2var_epi8(t->part[0], keys, t->part[1]);
    __m512i high = _mm512_permutex2var_epi8(t->part[2], keys, t->part[3]);
    /* Bits choose, not a mask: a masked move made the loop take 15 cycles, not 6 (Zen 5). */
    return _mm512_ternarylogic_epi64(_mm512_movm_epi8(_mm512_movepi8_mask(keys)), high, low,
                                     CHOOSE);
}

HLCPU_TARGET_AVX512 static void dense_match(const struct hlcontainer *c, unsigned window,
                                            uint64_t *bits)
{
    const uint8_t *from = c->as.dense.bits + (size_t)window * HLCONT_WORDS * 8;
    for (unsigned i = 0; i < HLCONT_WORDS; i += 8)
        _mm512_storeu_si512(bits + i, _mm512_or_si512(_mm512_loadu_si512(bits + i),
                                                      _mm512_loadu_si512(from + i * 8)));
}

HLCPU_TARGET_AVX512 static bool dense_keep(const struct hlcontainer *c, unsigned window,
                                           uint64_t *bits)
{
    const uint8_t *from = c->as.dense.bits + (size_t)window * HLCONT_WORDS * 8;
    __m512i any = _mm512_setzero_si512();
    for (unsigned i = 0; i < HLCONT_WORDS; i += 8) {
        __m512i both =
            _mm512_and_si512(_mm512_loadu_si512(bits + i), _mm512_loadu_si512(from + i * 8));
        _mm512_storeu_si512(bits + i, both);
        any = _mm512_or_si512(any, both);
    }
    return _mm512_test_epi64_mask(any, any);
}

/* Every tf is 1: the first row of the table is all that is needed. */
HLCPU_TARGET_AVX512 static void ones_bound(const uint8_t *bits, unsigned cells,
                                           hlcont_worth8 worth, const uint8_t *classes,
                                           uint8_t *acc)
{
    __m512i row = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)worth[0]));
    const __m512i mask = _mm512_set1_epi8(HLFMT_CLASSES - 1);
    for (; cells; cells &= cells - 1) {
        unsigned at = (unsigned)__builtin_ctz(cells) * HLFMT_CELL;
        for (unsigned end = at + HLFMT_CELL; at < end; at += 64) {
            __m512i class = _mm512_and_si512(_mm512_loadu_si512(classes + at), mask);
            __m512i sum = _mm512_loadu_si512(acc + at);
            sum = _mm512_mask_adds_epu8(sum, hlbuf_load64(bits + at / 8), sum,
                                        _mm512_shuffle_epi8(row, class));
            _mm512_storeu_si512(acc + at, sum);
        }
    }
}

HLCPU_TARGET_AVX512 static void dense_bound(const struct hlcontainer *c, unsigned window,
                                            unsigned cells, hlcont_worth8 worth,
                                            const uint8_t *restrict classes,
                                            uint8_t *restrict acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    const uint8_t *codes = d->codes;
    const uint8_t *bits = d->bits + (size_t)window * (HLFMT_WINDOW / 8);
    cells &= HLCONT_CELLS_ALL;
    if (!d->codes) {
        ones_bound(bits, cells, worth, classes, acc);
        return;
    }
    struct table t;
    for (unsigned i = 0; i < 4; i++)
        t.part[i] = _mm512_loadu_si512(worth[i * 4]);
    for (; cells; cells &= cells - 1) {
        unsigned cell = (unsigned)__builtin_ctz(cells), at = cell * HLFMT_CELL;
        unsigned ordinal = hlcont_dense_rank(d, window * HLCONT_CELLS + cell);
        for (unsigned end = at + HLFMT_CELL; at < end; at += 64) {
            uint64_t here = hlbuf_load64(bits + at / 8);
            if (!here)
                continue;
            __m512i keys = make_keys(codes, ordinal, here, classes + at);
            __m512i sum = _mm512_loadu_si512(acc + at);
            sum = _mm512_mask_adds_epu8(sum, here, sum, look_up(&t, keys));
            _mm512_storeu_si512(acc + at, sum);
            ordinal += (unsigned)__builtin_popcountll(here);
        }
    }
}

/* The low and the high bytes of 256 values as two tables. */
HLCPU_TARGET_AVX512 static inline void split_table(hlcont_worth16 worth, struct table *low,
                                                   struct table *high)
{
    for (unsigned i = 0; i < 4; i++) {
        __m512i a = _mm512_loadu_si512(worth[i * 4]);
        __m512i b = _mm512_loadu_si512(worth[i * 4 + 2]);
        __m512i a8 = _mm512_srli_epi16(a, 8), b8 = _mm512_srli_epi16(b, 8);
        low->part[i] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(a)),
                                          _mm512_cvtepi16_epi8(b), 1);
        high->part[i] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(a8)),
                                           _mm512_cvtepi16_epi8(b8), 1);
    }
}

/* Adds what two tables say of 64 documents, low and high bytes. */
HLCPU_TARGET_AVX512 static inline void add_wide(const struct table *low,
                                                const struct table *high, __m512i keys,
                                                uint64_t bits, uint16_t *acc)
{
    /* Eight keys of the first 32 documents, then eight of the others, as unpacking
     * takes the first and the last eight bytes of each sixteen. */
    keys = _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7), keys);
    __m512i l = look_up(low, keys), h = look_up(high, keys);
    __m512i first = _mm512_loadu_si512(acc), second = _mm512_loadu_si512(acc + 32);
    first = _mm512_mask_adds_epu16(first, (__mmask32)bits, first, _mm512_unpacklo_epi8(l, h));
    second = _mm512_mask_adds_epu16(second, (__mmask32)(bits >> 32), second,
                                    _mm512_unpackhi_epi8(l, h));
    _mm512_storeu_si512(acc, first);
    _mm512_storeu_si512(acc + 32, second);
}

HLCPU_TARGET_AVX512 static void dense_bound16(const struct hlcontainer *c, unsigned window,
                                              unsigned cells, hlcont_worth16 worth,
                                              const uint8_t *restrict classes,
                                              uint16_t *restrict acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    const uint8_t *codes = d->codes;
    const uint8_t *bits = d->bits + (size_t)window * (HLFMT_WINDOW / 8);
    struct table low, high;
    split_table(worth, &low, &high);
    for (cells &= HLCONT_CELLS_ALL; cells; cells &= cells - 1) {
        unsigned cell = (unsigned)__builtin_ctz(cells), at = cell * HLFMT_CELL;
        unsigned ordinal = hlcont_dense_rank(d, window * HLCONT_CELLS + cell);
        for (unsigned end = at + HLFMT_CELL; at < end; at += 64) {
            uint64_t here = hlbuf_load64(bits + at / 8);
            if (!here)
                continue;
            __m512i keys;
            if (codes)
                keys = make_keys(codes, ordinal, here, classes + at);
            else
                keys = _mm512_and_si512(_mm512_loadu_si512(classes + at),
                                        _mm512_set1_epi8(HLFMT_CLASSES - 1));
            add_wide(&low, &high, keys, here, acc + at);
            ordinal += (unsigned)__builtin_popcountll(here);
        }
    }
}

/* Documents of the cell before place `at` of it, without a branch. */
HLCPU_TARGET_AVX512 static inline unsigned rank_in_cell(const uint8_t *bits, unsigned at)
{
    const __m512i starts = _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448);
    __m512i left = _mm512_sub_epi64(_mm512_set1_epi64(at), starts);
    left = _mm512_max_epi64(left, _mm512_setzero_si512());
    __m512i after = _mm512_sllv_epi64(_mm512_set1_epi64(-1), left); /* 0 from 64 on */
    __m512i before = _mm512_andnot_si512(after, _mm512_loadu_si512(bits));
    return (unsigned)_mm512_reduce_add_epi64(_mm512_popcnt_epi64(before));
}

HLCPU_TARGET_AVX512 static inline uint32_t rank_of(const struct hlcontainer *c, unsigned doc)
{
    unsigned cell = doc / HLFMT_CELL;
    const uint8_t *bits = c->as.dense.bits + (size_t)cell * (HLFMT_CELL / 8);
    return hlcont_dense_rank(&c->as.dense, cell) + rank_in_cell(bits, doc % HLFMT_CELL);
}

HLCPU_TARGET_AVX512 static inline uint32_t tf_of(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_dense *d = &c->as.dense;
    if (!(d->bits[doc / 8] >> doc % 8 & 1))
        return 0;
    if (!d->codes)
        return 1;
    unsigned code = hlcont_dense_code(d, rank_of(c, doc));
    return code < HLFMT_CODES - 1 ? code + 1 : hlcont_escaped_tf(&c->escapes, doc);
}

HLCPU_TARGET_AVX512 static uint32_t dense_rank(const struct hlcontainer *c, unsigned doc)
{
    return rank_of(c, doc);
}

HLCPU_TARGET_AVX512 static uint32_t dense_tf(const struct hlcontainer *c, unsigned doc)
{
    return tf_of(c, doc);
}

HLCPU_TARGET_AVX512 static void dense_tfs(const struct hlcontainer *c, const uint16_t *docs,
                                          unsigned n, uint32_t *out_tfs)
{
    for (unsigned i = 0; i < n; i++)
        out_tfs[i] = tf_of(c, docs[i]);
}

/* How many of the documents from a place on, at most 32, are below doc. */
HLCPU_TARGET_AVX512 static inline uint32_t count_below(const uint16_t *docs, uint32_t n,
                                                       unsigned doc)
{
    __mmask32 there = _bzhi_u32(~0u, n);
    __m512i some = _mm512_maskz_loadu_epi16(there, docs);
    there = _mm512_mask_cmplt_epu16_mask(there, some, _mm512_set1_epi16((short)doc));
    return (uint32_t)_mm_popcnt_u32(there);
}

/* hlcont_list_place() in the window of doc: the last 32 places are compared at once. */
HLCPU_TARGET_AVX512 static inline uint32_t list_place(const struct hlcont_list *l, unsigned doc)
{
    uint32_t low = l->start[doc / HLFMT_WINDOW];
    uint32_t left = l->start[doc / HLFMT_WINDOW + 1] - low;
    while (left > 32) {
        uint32_t half = left / 2;
        low += half & -(uint32_t)(l->docs[low + half - 1] < doc);
        left -= half;
    }
    return low + count_below(l->docs + low, left, doc);
}

HLCPU_TARGET_AVX512 static inline uint32_t list_tf_of(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_list *l = &c->as.list;
    return hlcont_list_tf_at(c, list_place(l, doc), l->start[doc / HLFMT_WINDOW + 1], doc);
}

HLCPU_TARGET_AVX512 static uint32_t list_rank(const struct hlcontainer *c, unsigned doc)
{
    return list_place(&c->as.list, doc);
}

HLCPU_TARGET_AVX512 static uint32_t list_tf(const struct hlcontainer *c, unsigned doc)
{
    return list_tf_of(c, doc);
}

HLCPU_TARGET_AVX512 static void list_tfs(const struct hlcontainer *c, const uint16_t *docs,
                                         unsigned n, uint32_t *out_tfs)
{
    const struct hlcont_list *l = &c->as.list;
    uint32_t first = n ? l->start[docs[0] / HLFMT_WINDOW] : 0;
    uint32_t end = n ? l->start[docs[0] / HLFMT_WINDOW + 1] : 0;
    unsigned i = 0;
    for (; i + HLCONT_SIDE_BY_SIDE <= n; i += HLCONT_SIDE_BY_SIDE) {
        uint32_t at[HLCONT_SIDE_BY_SIDE] = {first, first, first, first};
        uint32_t left = hlcont_list_narrow(l->docs, end - first, 32, docs + i, at);
        for (unsigned k = 0; k < HLCONT_SIDE_BY_SIDE; k++) {
            at[k] += count_below(l->docs + at[k], left, docs[i + k]);
            out_tfs[i + k] = hlcont_list_tf_at(c, at[k], end, docs[i + k]);
        }
    }
    for (; i < n; i++)
        out_tfs[i] = list_tf_of(c, docs[i]);
}

HLCPU_TARGET_AVX512 static void compare8(const uint8_t *acc, uint8_t least, unsigned cells,
                                         uint64_t *bits)
{
    __m512i limit = _mm512_set1_epi8((char)least);
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++, cells >>= 1)
        for (unsigned w = cell * HLCONT_CELL_WORDS; w < (cell + 1) * HLCONT_CELL_WORDS; w++)
            bits[w] =
                cells & 1 ? _mm512_cmpge_epu8_mask(_mm512_loadu_si512(acc + w * 64), limit) : 0;
}

HLCPU_TARGET_AVX512 static void compare16(const uint16_t *acc, uint16_t least, unsigned cells,
                                          uint64_t *bits)
{
    __m512i limit = _mm512_set1_epi16((short)least);
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++, cells >>= 1)
        for (unsigned w = cell * HLCONT_CELL_WORDS; w < (cell + 1) * HLCONT_CELL_WORDS; w++) {
            const uint16_t *at = acc + w * 64;
            bits[w] = 0;
            if (!(cells & 1))
                continue;
            uint64_t high = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(at + 32), limit);
            bits[w] = high << 32 | _mm512_cmpge_epu16_mask(_mm512_loadu_si512(at), limit);
        }
}

const struct hlcontainer_ops hlcont_avx512_ops[HLCONT_FORMS] = {
    [HLCONT_DENSE] = {dense_match, dense_bound, dense_bound16, dense_tf, dense_tfs, dense_keep,
                      dense_rank},
    [HLCONT_LIST] = {hlcont_list_match, hlcont_list_bound, hlcont_list_bound16, list_tf,
                     list_tfs, hlcont_list_keep, list_rank},
};
const struct hlcont_compare_ops hlcont_avx512_compare = {compare8, compare16};
#endif
