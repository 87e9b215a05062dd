#include "segment/container.h"

#include "base/buf.h"

#include <assert.h>

static inline uint8_t add8(uint8_t a, uint8_t b)
{
    unsigned sum = (unsigned)a + b;
    return sum > 255 ? 255 : (uint8_t)sum;
}

static inline uint16_t add16(uint16_t a, uint16_t b)
{
    unsigned sum = (unsigned)a + b;
    return sum > 65535 ? 65535 : (uint16_t)sum;
}

/* A class of a damaged file must not lead outside the tables; good ones are not changed. */
static inline unsigned class_of(const uint8_t *classes, unsigned i)
{
    return classes[i] % HLFMT_CLASSES;
}

/* The tf of an escaped document; 16 if the list lacks it, which check reports (F 9). */
static uint32_t escaped_tf(const struct hlcont_escapes *e, unsigned doc)
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

static inline uint64_t dense_word(const struct hlcont_dense *d, unsigned word)
{
    return hlbuf_load64(d->bits + (size_t)word * 8);
}

static inline unsigned dense_code(const struct hlcont_dense *d, unsigned ordinal)
{
    return d->codes[ordinal / 2] >> ordinal % 2 * 4 & 15;
}

static void dense_match(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    const struct hlcont_dense *d = &c->as.dense;
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        bits[i] |= dense_word(d, window * HLCONT_WORDS + i);
}

static void dense_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                        hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc)
{
    const struct hlcont_dense *d = &c->as.dense;
    for (unsigned cell = 0; cell < HLCONT_CELLS; cell++) {
        if (!(cells >> cell & 1))
            continue;
        unsigned at = window * HLCONT_CELLS + cell, first = cell * (HLFMT_CELL / 64);
        unsigned ordinal = hlbuf_load16(d->ranks + (size_t)at * 2);
        for (unsigned w = first; w < first + HLFMT_CELL / 64; w++) {
            uint64_t bits = dense_word(d, window * HLCONT_WORDS + w);
            for (; bits; bits &= bits - 1, ordinal++) {
                unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits);
                unsigned code = d->codes ? dense_code(d, ordinal) : 0;
                acc[i] = add8(acc[i], worth[code][class_of(classes, i)]);
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
        unsigned at = window * HLCONT_CELLS + cell, first = cell * (HLFMT_CELL / 64);
        unsigned ordinal = hlbuf_load16(d->ranks + (size_t)at * 2);
        for (unsigned w = first; w < first + HLFMT_CELL / 64; w++) {
            uint64_t bits = dense_word(d, window * HLCONT_WORDS + w);
            for (; bits; bits &= bits - 1, ordinal++) {
                unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits);
                unsigned code = d->codes ? dense_code(d, ordinal) : 0;
                acc[i] = add16(acc[i], worth[code][class_of(classes, i)]);
            }
        }
    }
}

static uint32_t dense_tf(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_dense *d = &c->as.dense;
    unsigned word = doc / 64, first = doc / HLFMT_CELL * (HLFMT_CELL / 64);
    uint64_t here = dense_word(d, word);
    if (!(here >> doc % 64 & 1))
        return 0;
    if (!d->codes)
        return 1;
    unsigned ordinal = hlbuf_load16(d->ranks + (size_t)(doc / HLFMT_CELL) * 2);
    for (unsigned w = first; w < word; w++)
        ordinal += (unsigned)__builtin_popcountll(dense_word(d, w));
    ordinal += (unsigned)__builtin_popcountll(here & (((uint64_t)1 << doc % 64) - 1));
    unsigned code = dense_code(d, ordinal);
    return code < HLFMT_CODES - 1 ? code + 1 : escaped_tf(&c->escapes, doc);
}

static void dense_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                      uint32_t *out_tfs)
{
    for (unsigned i = 0; i < n; i++)
        out_tfs[i] = dense_tf(c, docs[i]);
}

const struct hlcontainer_ops hlcont_dense_ops = {dense_match, dense_bound, dense_bound16,
                                                 dense_tf, dense_tfs};

/* ---- list: documents and codes side by side, read whole when opened ---- */

static void list_match(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    const struct hlcont_list *l = &c->as.list;
    for (uint32_t i = l->start[window]; i < l->start[window + 1]; i++) {
        unsigned local = l->docs[i] % HLFMT_WINDOW;
        bits[local / 64] |= (uint64_t)1 << local % 64;
    }
}

static void list_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                       hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc)
{
    const struct hlcont_list *l = &c->as.list;
    for (uint32_t i = l->start[window]; i < l->start[window + 1]; i++) {
        unsigned local = l->docs[i] % HLFMT_WINDOW;
        acc[local] = add8(acc[local], worth[l->codes[i]][class_of(classes, local)]);
    }
}

static void list_bound16(const struct hlcontainer *c, unsigned window, unsigned cells,
                         hlcont_worth16 worth, const uint8_t *classes, uint16_t *acc)
{
    const struct hlcont_list *l = &c->as.list;
    for (uint32_t i = l->start[window]; i < l->start[window + 1]; i++) {
        unsigned local = l->docs[i] % HLFMT_WINDOW;
        acc[local] = add16(acc[local], worth[l->codes[i]][class_of(classes, local)]);
    }
}

static uint32_t list_tf(const struct hlcontainer *c, unsigned doc)
{
    const struct hlcont_list *l = &c->as.list;
    uint32_t low = l->start[doc / HLFMT_WINDOW], end = l->start[doc / HLFMT_WINDOW + 1];
    uint32_t high = end;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (l->docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == end || l->docs[low] != doc)
        return 0;
    unsigned code = l->codes[low];
    return code < HLFMT_CODES - 1 ? code + 1u : escaped_tf(&c->escapes, doc);
}

static void list_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                     uint32_t *out_tfs)
{
    for (unsigned i = 0; i < n; i++)
        out_tfs[i] = list_tf(c, docs[i]);
}

const struct hlcontainer_ops hlcont_list_ops = {list_match, list_bound, list_bound16, list_tf,
                                                list_tfs};

void hlcont_set_starts(struct hlcontainer *c)
{
    struct hlcont_list *l = &c->as.list;
    uint32_t i = 0;
    for (unsigned w = 0; w <= HLFMT_WINDOWS; w++) {
        while (i < c->df && l->docs[i] < w * HLFMT_WINDOW)
            i++;
        l->start[w] = i;
        if (w && l->start[w] == l->start[w - 1])
            c->window_bound[w - 1] = 0;
    }
    assert(l->start[HLFMT_WINDOWS] == c->df);
}

void hlcont_of_list(const uint16_t *docs, const uint32_t *tfs, uint32_t n, uint8_t *codes,
                    uint8_t *escape_docs, uint8_t *escape_tfs, struct hlcontainer *out)
{
    memset(out, 0, sizeof *out);
    out->ops = &hlcont_list_ops;
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

/* ---- 64 documents at a time: a bit for each whose bound reaches the threshold ---- */

void hlcont_compare8(const uint8_t *acc, uint8_t least, unsigned cells, uint64_t *out_bits)
{
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        uint64_t word = 0;
        for (unsigned i = 0; (cells >> w / (HLFMT_CELL / 64) & 1) && i < 64; i++)
            word |= (uint64_t)(acc[w * 64 + i] >= least) << i;
        out_bits[w] = word;
    }
}

void hlcont_compare16(const uint16_t *acc, uint16_t least, unsigned cells, uint64_t *out_bits)
{
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        uint64_t word = 0;
        for (unsigned i = 0; (cells >> w / (HLFMT_CELL / 64) & 1) && i < 64; i++)
            word |= (uint64_t)(acc[w * 64 + i] >= least) << i;
        out_bits[w] = word;
    }
}
