/*
 * bisect.h - similar documents side by side: recursive bisection of a chunk.
 *
 *   rows    | doc 0: terms | doc 1: terms | ...        what each document says
 *   order   | place 0 | place 1 | ...                  which document goes there
 *
 * A run of documents is halved so that each document stands with those whose terms
 * it shares, then each half again, down to one cell.  Lists get shorter gaps, and
 * bounds of cells and windows come closer to what their documents are worth.
 * After Dhulipala et al., "Compressing graphs and indexes with recursive graph
 * bisection" (KDD 2016), and Mackenzie, Petri, Moffat, "Faster index reordering with
 * bipartite graph partitioning" (SIGIR 2021).
 *
 * Invariants  the order has every document once; it depends on the rows alone, not on
 *             threads or machine: all sums are of integers.  Documents of one leaf keep
 *             the order they came in.
 * Memory      beside rows and order 5 bytes a document, and for each thread 18 a term and
 *             9 a document.
 * Errors      HL_NOMEM; the order is then undefined.
 */
#ifndef HL_ENGINE_BISECT_H
#define HL_ENGINE_BISECT_H

#include "hlsearch.h"

enum {
    HLBISECT_TERMS = 16384, /* at most */
    HLBISECT_STRIDE = 1024  /* at most: so many weights add up in 32 bits */
};

struct hlbisect {
    uint32_t docs, terms;
    uint32_t stride;        /* entries a row */
    const uint16_t *rows;   /* docs * stride: different terms, in any order */
    const uint16_t *counts; /* of each row's entries that are used */
    int threads;
};

hl_status hlbisect_order(const struct hlbisect *b, uint32_t *out_order, struct hl_error *err);

#endif
