/*
 * container_kernels.h - what the files of the container's kernels share.
 *
 * Each level has one file with the same signatures: container.c in plain C,
 * container_avx2.c, container_avx512.c.  Only hlcont_ops() and its like choose.
 *
 * Reads  the vector kernels load up to 64 bytes from the first code that they
 *        need.  In a damaged list the documents of a cell may be other than its
 *        ranks say, and lead up to a cell past the last code.  So HLCONT_REACH bytes
 *        of the file must follow the codes, or the list is refused when opened; the
 *        format puts at least a chunk head and a directory there (FORMAT.md 2, 3).
 */
#ifndef HL_SEGMENT_CONTAINER_KERNELS_H
#define HL_SEGMENT_CONTAINER_KERNELS_H

#include "base/buf.h"
#include "segment/container.h"

enum { HLCONT_CELL_WORDS = HLFMT_CELL / 64 };

/* Lists in plain C, which the other levels use where they have nothing better. */
void hlcont_list_match(const struct hlcontainer *c, unsigned window, uint64_t *bits);
void hlcont_list_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                       hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc);
void hlcont_list_bound16(const struct hlcontainer *c, unsigned window, unsigned cells,
                         hlcont_worth16 worth, const uint8_t *classes, uint16_t *acc);
uint32_t hlcont_list_tf(const struct hlcontainer *c, unsigned doc);
void hlcont_list_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                     uint32_t *out_tfs);
bool hlcont_list_keep(const struct hlcontainer *c, unsigned window, uint64_t *bits);
uint32_t hlcont_list_rank(const struct hlcontainer *c, unsigned doc);

#if defined(__x86_64__)
extern const struct hlcontainer_ops hlcont_avx2_ops[HLCONT_FORMS];
extern const struct hlcontainer_ops hlcont_avx512_ops[HLCONT_FORMS];
extern const struct hlcont_compare_ops hlcont_avx2_compare, hlcont_avx512_compare;
#endif

/* The tf of an escaped document; 16 if the list lacks it, which check reports (F 9). */
uint32_t hlcont_escaped_tf(const struct hlcont_escapes *e, unsigned doc);

static inline uint64_t hlcont_dense_word(const struct hlcont_dense *d, unsigned word)
{
    return hlbuf_load64(d->bits + (size_t)word * 8);
}

static inline unsigned hlcont_dense_code(const struct hlcont_dense *d, unsigned ordinal)
{
    return d->codes[ordinal / 2] >> ordinal % 2 * 4 & 15;
}

static inline unsigned hlcont_dense_rank(const struct hlcont_dense *d, unsigned cell)
{
    return hlbuf_load16(d->ranks + (size_t)cell * 2);
}

/* A class of a damaged file must not lead outside the tables; good ones are not changed. */
static inline unsigned hlcont_class(const uint8_t *classes, unsigned i)
{
    return classes[i] % HLFMT_CLASSES;
}

/* The first of places low to high whose document is not below doc.  A step costs no branch:
 * half the guesses would be wrong. */
static inline uint32_t hlcont_list_place(const struct hlcont_list *l, uint32_t low,
                                         uint32_t high, unsigned doc)
{
    uint32_t left = high - low;
    while (left > 1) {
        uint32_t half = left / 2;
        low += half & -(uint32_t)(l->docs[low + half - 1] < doc);
        left -= half;
    }
    return low + (left && l->docs[low] < doc);
}

enum { HLCONT_SIDE_BY_SIDE = 4 }; /* searches */

/*
 * The same search for several documents in one range, stopped when `until` places or fewer are
 * left; returns how many.  One search waits for its loads, several do so together.
 */
static inline uint32_t hlcont_list_narrow(const uint16_t *docs, uint32_t left, uint32_t until,
                                          const uint16_t wanted[HLCONT_SIDE_BY_SIDE],
                                          uint32_t low[HLCONT_SIDE_BY_SIDE])
{
    while (left > until) {
        uint32_t half = left / 2;
        for (unsigned k = 0; k < HLCONT_SIDE_BY_SIDE; k++)
            low[k] += half & -(uint32_t)(docs[low[k] + half - 1] < wanted[k]);
        left -= half;
    }
    return left;
}

/* The tf of the posting at that place, 0 if it is another document's.  The answer is no branch
 * either: who asks often has it for every second document. */
static inline uint32_t hlcont_list_tf_at(const struct hlcontainer *c, uint32_t place,
                                         uint32_t end, unsigned doc)
{
    const struct hlcont_list *l = &c->as.list;
    if (end == 0)
        return 0;
    uint32_t last = end - 1, at = place < last ? place : last;
    uint32_t tf = (l->codes[at] + 1u) & -(uint32_t)(l->docs[at] == doc);
    return tf < HLFMT_CODES ? tf : hlcont_escaped_tf(&c->escapes, doc);
}

#endif
