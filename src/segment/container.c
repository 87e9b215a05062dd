#include "segment/container_kernels.h"

#include <assert.h>

/* Without a branch: all bits are set where the sum went round. */
static inline uint8_t add8(uint8_t a, uint8_t b)
{
    uint8_t sum = (uint8_t)(a + b);
    return (uint8_t)(sum | -(sum < a));
}

static inline uint16_t add16(uint16_t a, uint16_t b)
{
    uint16_t sum = (uint16_t)(a + b);
    return (uint16_t)(sum | -(sum < a));
}

uint32_t hlcont_escaped_tf(const struct hlcont_escapes *e, unsigned doc)
{
    uint32_t low = 0, high = e->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hlbuf_load16(e->docs + middle * 2) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < e->count && hlbuf_load16(e->docs + low * 2) == doc)
        return hlbuf_load32(e->tfs + low * 4);
    return HLFMT_CODES;
}

/* ---- dense: a bitmap, ranks by cell, codes in the order of documents ---- */

static void dense_match(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    const struct hlcont_dense *d = &c->as.dense;
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        bits[i] |= hlcont_dense_word(d, window * HLCONT_WORDS + i);
}

static bool dense_keep(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        any |= bits[i] &= hlcont_dense_word(&c->as.dense, window * HLCONT_WORDS + i);
    return any != 0;
}

static void dense_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                        hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++) {
        if (!(cells >> cell & 1))
            continue;
        unsigned at = window * HLCONT_CELLS + cell, first = cell * (HLCONT_CELL_WORDS);
        unsigned ordinal = hlcont_dense_rank(d, at);
        for (unsigned w = first; w < first + HLCONT_CELL_WORDS; w++) {
            uint64_t bits = hlcont_dense_word(d, window * HLCONT_WORDS + w);
            for (; bits; bits &= bits - 1, ordinal++) {
                unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits);
                unsigned code = d->codes ? hlcont_dense_code(d, ordinal) : 0;
                acc[i] = add8(acc[i], worth[code][hlcont_class(classes, i)]);
            }
        }
    }
}

static void dense_bound16(const struct hlcontainer *c, unsigned window, unsigned cells,
                          hlcont_worth16 worth, const uint8_t *classes, uint16_t *acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++) {
        if (!(cells >> cell & 1))
            continue;
        unsigned at = window * HLCONT_CELLS + cell, first = cell * (HLCONT_CELL_WORDS);
        unsigned ordinal = hlcont_dense_rank(d, at);
        for (unsigned w = first; w < first + HLCONT_CELL_WORDS; w++) {
            uint64_t bits = hlcont_dense_word(d, window * HLCONT_WORDS + w);
            for (; bits; bits &= bits - 1, ordinal++) {
                unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits);
                unsigned code = d->codes ? hlcont_dense_code(d, ordinal) : 0;
                acc[i] = add16(acc[i], worth[code][hlcont_class(classes, i)]);
            }
        }
    }
}

static uint32_t dense_rank(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_dense *d = &c->as.dense;
    unsigned word = doc / 64, first = doc / HLFMT_CELL * HLCONT_CELL_WORDS;
    unsigned rank = hlcont_dense_rank(d, doc / HLFMT_CELL);
    for (unsigned w = first; w < word; w++)
        rank += (unsigned)__builtin_popcountll(hlcont_dense_word(d, w));
    uint64_t before = hlcont_dense_word(d, word) & (((uint64_t)1 << doc % 64) - 1);
    return rank + (unsigned)__builtin_popcountll(before);
}

static uint32_t dense_tf(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_dense *d = &c->as.dense;
    if (!(hlcont_dense_word(d, doc / 64) >> doc % 64 & 1))
        return 0;
    if (!d->codes)
        return 1;
    unsigned code = hlcont_dense_code(d, dense_rank(c, doc));
    return code < HLFMT_CODES - 1 ? code + 1 : hlcont_escaped_tf(&c->escapes, doc);
}

/* The rank is kept from one document to the next as long as they share a cell. */
static void dense_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                      uint32_t *out_tfs)
{
    const struct hlcont_dense *d = &c->as.dense;
    unsigned word = 0, rank = 0, cell = HLFMT_CELLS; /* rank: documents before word */
    for (unsigned i = 0; i < n; i++) {
        unsigned doc = docs[i];
        uint64_t here = hlcont_dense_word(d, doc / 64);
        out_tfs[i] = here >> doc % 64 & 1;
        if (!out_tfs[i] || !d->codes)
            continue;
        if (doc / HLFMT_CELL != cell) {
            cell = doc / HLFMT_CELL;
            word = cell * HLCONT_CELL_WORDS;
            rank = hlcont_dense_rank(d, cell);
        }
        for (; word < doc / 64; word++)
            rank += (unsigned)__builtin_popcountll(hlcont_dense_word(d, word));
        uint64_t before = here & (((uint64_t)1 << doc % 64) - 1);
        unsigned code = hlcont_dense_code(d, rank + (unsigned)__builtin_popcountll(before));
        out_tfs[i] = code < HLFMT_CODES - 1 ? code + 1 : hlcont_escaped_tf(&c->escapes, doc);
    }
}

/* ---- list: documents and codes side by side, read whole when opened ---- */

/* Bytes, not words: neighbours mostly lie in different ones, so none waits for the last. */
void hlcont_list_match(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    static const uint8_t bit[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    const struct hlcont_list *l = &c->as.list;
    const uint16_t *restrict docs = l->docs;
    uint8_t *restrict bytes = (uint8_t *)bits;
    for (uint32_t i = l->start[window], end = l->start[window + 1]; i < end; i++)
        bytes[docs[i] % HLFMT_WINDOW / 8] |= bit[docs[i] % 8];
}

/* Places of the documents in the cells `from` to `to`. */
struct run {
    uint32_t first, end;
};

/*
 * The next run of cells that are asked for, taken out of *cells.  Short lists are one run:
 * looking for the borders would cost more than what lies between them.
 */
static struct run next_run(const struct hlcont_list *l, unsigned window, unsigned *cells)
{
    enum { SHORT = 24 };
    struct run r = {l->start[window], l->start[window + 1]};
    unsigned left = *cells, from = (unsigned)__builtin_ctz(left);
    if (left == HLCONT_CELLS_ALL || r.end - r.first <= SHORT) {
        *cells = 0;
        return r;
    }
    unsigned to = from + (unsigned)__builtin_ctz(~(left >> from));
    unsigned base = window * HLFMT_WINDOW;
    *cells = left & ~0u << to;
    if (to < HLCONT_CELLS)
        r.end = hlcont_list_place(l, r.first, r.end, base + to * HLFMT_CELL);
    if (from)
        r.first = hlcont_list_place(l, r.first, r.end, base + from * HLFMT_CELL);
    return r;
}

static inline unsigned key_of(unsigned code, const uint8_t *classes, unsigned at)
{
    return code * HLFMT_CLASSES + hlcont_class(classes, at);
}

/* Four at a time, looked up before anything is added: a quarter faster than one by one. */
void hlcont_list_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                       hlcont_worth8 worth, const uint8_t *restrict classes,
                       uint8_t *restrict acc)
{
    const struct hlcont_list *l = &c->as.list;
    const uint8_t *restrict flat = worth[0];
    for (cells &= HLCONT_CELLS_ALL; cells;) {
        struct run r = next_run(l, window, &cells);
        const uint16_t *restrict docs = l->docs + r.first;
        const uint8_t *restrict codes = l->codes + r.first;
        uint32_t n = r.end - r.first;
        for (; n >= 4; n -= 4, docs += 4, codes += 4) {
            unsigned a = docs[0] % HLFMT_WINDOW, b = docs[1] % HLFMT_WINDOW;
            unsigned d = docs[2] % HLFMT_WINDOW, e = docs[3] % HLFMT_WINDOW;
            uint8_t worth_a = flat[key_of(codes[0], classes, a)];
            uint8_t worth_b = flat[key_of(codes[1], classes, b)];
            uint8_t worth_d = flat[key_of(codes[2], classes, d)];
            uint8_t worth_e = flat[key_of(codes[3], classes, e)];
            acc[a] = add8(acc[a], worth_a);
            acc[b] = add8(acc[b], worth_b);
            acc[d] = add8(acc[d], worth_d);
            acc[e] = add8(acc[e], worth_e);
        }
        for (; n; n--, docs++, codes++) {
            unsigned at = *docs % HLFMT_WINDOW;
            acc[at] = add8(acc[at], flat[key_of(*codes, classes, at)]);
        }
    }
}

void hlcont_list_bound16(const struct hlcontainer *c, unsigned window, unsigned cells,
                         hlcont_worth16 worth, const uint8_t *restrict classes,
                         uint16_t *restrict acc)
{
    const struct hlcont_list *l = &c->as.list;
    const uint16_t *restrict flat = worth[0];
    for (cells &= HLCONT_CELLS_ALL; cells;) {
        struct run r = next_run(l, window, &cells);
        const uint16_t *restrict docs = l->docs + r.first;
        const uint8_t *restrict codes = l->codes + r.first;
        uint32_t n = r.end - r.first;
        for (; n >= 4; n -= 4, docs += 4, codes += 4) {
            unsigned a = docs[0] % HLFMT_WINDOW, b = docs[1] % HLFMT_WINDOW;
            unsigned d = docs[2] % HLFMT_WINDOW, e = docs[3] % HLFMT_WINDOW;
            uint16_t worth_a = flat[key_of(codes[0], classes, a)];
            uint16_t worth_b = flat[key_of(codes[1], classes, b)];
            uint16_t worth_d = flat[key_of(codes[2], classes, d)];
            uint16_t worth_e = flat[key_of(codes[3], classes, e)];
            acc[a] = add16(acc[a], worth_a);
            acc[b] = add16(acc[b], worth_b);
            acc[d] = add16(acc[d], worth_d);
            acc[e] = add16(acc[e], worth_e);
        }
        for (; n; n--, docs++, codes++) {
            unsigned at = *docs % HLFMT_WINDOW;
            acc[at] = add16(acc[at], flat[key_of(*codes, classes, at)]);
        }
    }
}

uint32_t hlcont_list_tf(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_list *l = &c->as.list;
    uint32_t first = l->start[doc / HLFMT_WINDOW], end = l->start[doc / HLFMT_WINDOW + 1];
    return hlcont_list_tf_at(c, hlcont_list_place(l, first, end, doc), end, doc);
}

void hlcont_list_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                     uint32_t *out_tfs)
{
    const struct hlcont_list *l = &c->as.list;
    uint32_t first = n ? l->start[docs[0] / HLFMT_WINDOW] : 0;
    uint32_t end = n ? l->start[docs[0] / HLFMT_WINDOW + 1] : 0;
    unsigned i = 0;
    for (; first < end && i + HLCONT_SIDE_BY_SIDE <= n; i += HLCONT_SIDE_BY_SIDE) {
        uint32_t at[HLCONT_SIDE_BY_SIDE] = {first, first, first, first};
        hlcont_list_narrow(l->docs, end - first, 1, docs + i, at);
        for (unsigned k = 0; k < HLCONT_SIDE_BY_SIDE; k++) {
            at[k] += l->docs[at[k]] < docs[i + k];
            out_tfs[i + k] = hlcont_list_tf_at(c, at[k], end, docs[i + k]);
        }
    }
    for (; i < n; i++)
        out_tfs[i] = hlcont_list_tf(c, docs[i]);
}

bool hlcont_list_keep(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    uint64_t mine[HLCONT_WORDS] = {0}, any = 0;
    hlcont_list_match(c, window, mine);
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        any |= bits[i] &= mine[i];
    return any != 0;
}

uint32_t hlcont_list_rank(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_list *l = &c->as.list;
    uint32_t first = l->start[doc / HLFMT_WINDOW], end = l->start[doc / HLFMT_WINDOW + 1];
    return hlcont_list_place(l, first, end, doc);
}

/* ---- thresholds ---- */

/* The high bit of each byte that is no less than the same byte of the other word. */
static inline uint64_t not_less8(uint64_t a, uint64_t b)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t low_bits = (a | high) - (b & ~high);
    return ((a & ~b) | (~(a ^ b) & low_bits)) & high;
}

/* Brings the high bits of eight bytes together. */
static inline uint64_t gather_high(uint64_t bytes)
{
    return ((bytes >> 7) & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56;
}

static void compare8(const uint8_t *acc, uint8_t least, unsigned cells, uint64_t *bits)
{
    uint64_t limit = UINT64_C(0x0101010101010101) * least;
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        bits[w] = 0;
        if (!(cells >> w / HLCONT_CELL_WORDS & 1))
            continue;
        for (unsigned i = 0; i < 64; i += 8)
            bits[w] |= gather_high(not_less8(hlbuf_load64(acc + w * 64 + i), limit)) << i;
    }
}

static void compare16(const uint16_t *acc, uint16_t least, unsigned cells, uint64_t *bits)
{
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        uint8_t reach[64];
        bits[w] = 0;
        if (!(cells >> w / HLCONT_CELL_WORDS & 1))
            continue;
        for (unsigned i = 0; i < 64; i++)
            reach[i] = acc[w * 64 + i] >= least ? 255 : 0;
        for (unsigned i = 0; i < 64; i += 8)
            bits[w] |= gather_high(hlbuf_load64(reach + i)) << i;
    }
}

/* ---- which ones ---- */

static const struct hlcontainer_ops portable_ops[HLCONT_FORMS] = {
    [HLCONT_DENSE] = {dense_match, dense_bound, dense_bound16, dense_tf, dense_tfs, dense_keep,
                      dense_rank},
    [HLCONT_LIST] = {hlcont_list_match, hlcont_list_bound, hlcont_list_bound16, hlcont_list_tf,
                     hlcont_list_tfs, hlcont_list_keep, hlcont_list_rank},
};
static const struct hlcont_compare_ops portable_compare = {compare8, compare16};

const struct hlcontainer_ops *hlcont_ops_at(enum hlcont_form form, enum hlcpu_level level)
{
    if (level > hlcpu_level())
        return NULL;
#if defined(__x86_64__)
    if (level == HLCPU_LEVEL_AVX512)
        return &hlcont_avx512_ops[form];
    if (level == HLCPU_LEVEL_AVX2)
        return &hlcont_avx2_ops[form];
#endif
    return &portable_ops[form];
}

const struct hlcontainer_ops *hlcont_ops(enum hlcont_form form)
{
    return hlcont_ops_at(form, hlcpu_level());
}

const struct hlcont_compare_ops *hlcont_compare_at(enum hlcpu_level level)
{
    if (level > hlcpu_level())
        return NULL;
#if defined(__x86_64__)
    if (level == HLCPU_LEVEL_AVX512)
        return &hlcont_avx512_compare;
    if (level == HLCPU_LEVEL_AVX2)
        return &hlcont_avx2_compare;
#endif
    return &portable_compare;
}

void hlcont_compare8(const uint8_t acc[HLFMT_WINDOW], uint8_t least, unsigned cells,
                     uint64_t bits[HLCONT_WORDS])
{
    hlcont_compare_at(hlcpu_level())->compare8(acc, least, cells, bits);
}

void hlcont_compare16(const uint16_t acc[HLFMT_WINDOW], uint16_t least, unsigned cells,
                      uint64_t bits[HLCONT_WORDS])
{
    hlcont_compare_at(hlcpu_level())->compare16(acc, least, cells, bits);
}

/* ---- filling ---- */

void hlcont_set_starts(struct hlcontainer *c)
{
    struct hlcont_list *l = &c->as.list;
    uint32_t *at = l->start, left = c->df;
    memset(at, 0, sizeof l->start);
    /* All searches step together, for each would wait for its own loads. */
    while (left > 1) {
        uint32_t half = left / 2;
        for (unsigned w = 1; w < HLFMT_WINDOWS; w++)
            at[w] += half & -(uint32_t)(l->docs[at[w] + half - 1] < w * HLFMT_WINDOW);
        left -= half;
    }
    for (unsigned w = 1; w < HLFMT_WINDOWS; w++)
        at[w] += left && l->docs[at[w]] < w * HLFMT_WINDOW;
    at[HLFMT_WINDOWS] = c->df;
    for (unsigned w = 0; w < HLFMT_WINDOWS; w++)
        if (l->start[w] == l->start[w + 1])
            c->window_bound[w] = 0;
}

void hlcont_of_list(const uint16_t *docs, const uint32_t *tfs, uint32_t n, uint8_t *codes,
                    uint8_t *escape_docs, uint8_t *escape_tfs, struct hlcontainer *out)
{
    memset(out, 0, sizeof *out);
    out->ops = hlcont_ops(HLCONT_LIST);
    out->df = n;
    out->kind = HLFMT_KIND_SPARSE;
    memset(out->window_bound, 255, sizeof out->window_bound);
    out->as.list.docs = docs;
    out->as.list.codes = codes;
    for (uint32_t i = 0; i < n; i++) {
        assert(tfs[i] >= 1 && (i == 0 || docs[i - 1] < docs[i]));
        codes[i] = (uint8_t)hlfmt_tf_code(tfs[i]);
        out->cf += tfs[i];
        if (tfs[i] < HLFMT_CODES)
            continue;
        memcpy(escape_docs + out->escapes.count * 2, &docs[i], 2);
        memcpy(escape_tfs + out->escapes.count * 4, &tfs[i], 4);
        out->escapes.count++;
    }
    out->escapes.docs = escape_docs;
    out->escapes.tfs = escape_tfs;
    hlcont_set_starts(out);
}
