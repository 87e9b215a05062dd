/*
 * invert.h - postings back to articles: the token streams of a window of a chunk.
 *
 * Positions say everything about an article's tokens, so what a deleted article
 * counted, and what a merge has to index anew, is read from the index itself,
 * not from stored text that may not be there.
 *
 * Words are as in band.h, with terms as the chunk numbers them.
 * Ownership  the buffers are the caller's to release; contents valid until the
 *            next call.
 * Errors     HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_ENGINE_INVERT_H
#define HL_ENGINE_INVERT_H

#include "segment/positions.h"

struct hlinvert {
    struct hlbuf words;                /* u32 each */
    uint32_t starts[HLFMT_WINDOW + 1]; /* of each document of the window, in words */
    struct hlbuf found;                /* scratch */
    struct hlarena arena;              /* scratch */
};

void hlinvert_init(struct hlinvert *inv);
void hlinvert_release(struct hlinvert *inv);

/* wanted: 64 words of bits.  Documents not wanted get no words. */
hl_status hlinvert_window(struct hlinvert *inv, const struct hlchunk *chunk, unsigned window,
                          const uint64_t *wanted, struct hl_error *err);

#endif
