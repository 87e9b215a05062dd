/*
 * container.h - one term's postings in one chunk, a window at a time.
 *
 * The seam between storage and ranking: segment/ fills bits, bounds and tf;
 * match/ and score/ read them.  Nothing here knows how postings are coded, and
 * nothing above knows either: a phrase or a rare pair that was worked out for
 * this query is a container like any other.
 *
 *   chunk   | window 0 | window 1 | ... | window 15 |     65,536 documents
 *   window  64 words of 64 documents; 8 cells of 512, each with its own bound
 *
 * Invariants  a set bit has tf >= 1 and stands for a document of the chunk;
 *             bound() never adds less than the true worth.
 * Ownership   borrows the segment and the arena it was opened with.
 * Threads     one container, one thread; any number of them on one segment.
 * Errors      the calls cannot fail.  Damage is found when a list is opened; a pair that is
 *             counted when asked (adjacent.c) meets it in the calls and leaves it where the
 *             search looks when it is over (struct hlpair_counter).
 */
#ifndef HL_SEGMENT_CONTAINER_H
#define HL_SEGMENT_CONTAINER_H

#include "base/cpu.h"
#include "segment/format.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HLCONT_WORDS = HLFMT_WINDOW / 64,
    HLCONT_CELLS = HLFMT_WINDOW / HLFMT_CELL,
    HLCONT_CELLS_ALL = (1 << HLCONT_CELLS) - 1,
    HLCONT_REACH = HLFMT_CELL / 2 + 64 /* bytes after its codes that a dense list may read */
};

struct hlcontainer;

/* Worth of a tf code in a length class, as the query sees it: [code][class]. */
typedef uint8_t hlcont_worth8[HLFMT_CODES][HLFMT_CLASSES];
typedef uint16_t hlcont_worth16[HLFMT_CODES][HLFMT_CLASSES];

struct hlcontainer_ops {
    /* ORs the documents of a window into 64 words. */
    void (*match)(const struct hlcontainer *c, unsigned window, uint64_t *bits);
    /* Adds upper bounds, saturating; classes and acc are those of the window.  Bit i of
     * cells: documents of cell i matter; those of the others may be left out. */
    void (*bound)(const struct hlcontainer *c, unsigned window, unsigned cells,
                  hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc);
    void (*bound16)(const struct hlcontainer *c, unsigned window, unsigned cells,
                    hlcont_worth16 worth, const uint8_t *classes, uint16_t *acc);
    /* Exact tf of a document of the chunk, 0 if it has none. */
    uint32_t (*tf)(const struct hlcontainer *c, unsigned doc);
    /* The same of n documents of one window, rising. */
    void (*tfs)(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                uint32_t *out_tfs);
    /* Takes documents that the term lacks out of 64 words of a window; is any left? */
    bool (*keep)(const struct hlcontainer *c, unsigned window, uint64_t *bits);
    /* Postings before that of a document that has one; its own place in the list, so.  NULL
     * for a pair that is counted when asked, which has no list. */
    uint32_t (*rank)(const struct hlcontainer *c, unsigned doc);
};

/* Documents with a tf of 16 or more, sorted. */
struct hlcont_escapes {
    const uint8_t *docs; /* u16 each, unaligned */
    const uint8_t *tfs;  /* u32 each, unaligned */
    uint32_t count;
};

struct hlcont_dense {
    const uint8_t *bits;           /* u64 words */
    const uint8_t *ranks;          /* u16 a cell */
    const uint8_t *codes;          /* two a byte; NULL: every tf is 1 */
    const uint8_t *position_ranks; /* u32 a cell; NULL for a pair */
};

struct hlcont_list {
    const uint16_t *docs;
    const uint8_t *codes;
    uint32_t start[HLFMT_WINDOWS + 1]; /* where each window begins */
    const uint8_t *first_positions;    /* u32 a block but the first; NULL if none */
};

struct hlcont_adjacent; /* adjacent.c */

struct hlcontainer {
    const struct hlcontainer_ops *ops;
    uint32_t df; /* in the chunk, deleted documents included */
    uint64_t cf;
    enum hlfmt_kind kind;
    bool ones;         /* every tf is 1 */
    bool alternatives; /* positions carry the alternative bit */
    uint8_t window_bound[HLFMT_WINDOWS];
    const uint8_t *cell_bounds; /* by cell of the chunk; NULL: those of the windows */
    struct hlcont_escapes escapes;
    const uint8_t *champions; /* u16 each: documents, best first */
    uint32_t champion_count;
    union {
        struct hlcont_dense dense;
        struct hlcont_list list;
        struct hlcont_adjacent *adjacent;
    } as;
    /* Where the position values lie; NULL if it has none. */
    const uint8_t *positions, *positions_end;
    uint64_t positions_at; /* in the file; 0: they are in positions already */
    uint64_t positions_size;
};

/* The forms of a list, for who fills a container. */
enum hlcont_form { HLCONT_DENSE = 0, HLCONT_LIST };
enum { HLCONT_FORMS = HLCONT_LIST + 1 };

/* The best calls for a form that this processor can run. */
const struct hlcontainer_ops *hlcont_ops(enum hlcont_form form);
/* Those of one level, all with the same results; NULL if the processor lacks it. */
const struct hlcontainer_ops *hlcont_ops_at(enum hlcont_form form, enum hlcpu_level level);

/*
 * Which accumulators of a window reach a threshold: bit i of bits[w] says that
 * acc[w * 64 + i] >= least.  Cells that are not asked for get zeros.
 */
struct hlcont_compare_ops {
    void (*compare8)(const uint8_t *acc, uint8_t least, unsigned cells, uint64_t *bits);
    void (*compare16)(const uint16_t *acc, uint16_t least, unsigned cells, uint64_t *bits);
};
const struct hlcont_compare_ops *hlcont_compare_at(enum hlcpu_level level); /* or NULL */
void hlcont_compare8(const uint8_t acc[HLFMT_WINDOW], uint8_t least, unsigned cells,
                     uint64_t bits[HLCONT_WORDS]);
void hlcont_compare16(const uint16_t acc[HLFMT_WINDOW], uint16_t least, unsigned cells,
                      uint64_t bits[HLCONT_WORDS]);

/* Sets where each window begins, once docs and df of a list are there. */
void hlcont_set_starts(struct hlcontainer *c);

/* A container of documents and tfs worked out by the caller; arrays are borrowed.
 * escapes are looked for in tfs; codes has room for n. */
void hlcont_of_list(const uint16_t *docs, const uint32_t *tfs, uint32_t n, uint8_t *codes,
                    uint8_t *escape_docs, uint8_t *escape_tfs, struct hlcontainer *out);

#endif
