/*
 * positions.h - where a term stands in an article.
 *
 * A cursor over the positions of one term in one chunk.  Asked for documents in
 * rising order it decodes each block once; going back is allowed and costs a
 * fresh start from the cell or block of the document.
 *
 * Positions count words over title, lead and body with a gap of one between
 * fields, so that nothing is adjacent across a border.
 *
 * Ownership  borrows container and segment; owns the buffer it answers from,
 *            which is valid until the next call.
 * Threads    one thread a cursor.
 * Errors     HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_SEGMENT_POSITIONS_H
#define HL_SEGMENT_POSITIONS_H

#include "codec/block.h"
#include "segment/segment.h"

struct hlpositions {
    const struct hlchunk *chunk;
    const struct hlcontainer *container;
    struct hlchunk_columns columns;
    const uint8_t *start, *end; /* of the values, directory included */
    uint64_t block;             /* decoded; UINT64_MAX: none */
    uint32_t values[HLBLOCK_COUNT];
    uint64_t value;        /* ordinal of the next value */
    uint32_t next_doc;     /* the walk stands before this document */
    uint32_t next_posting; /* and before the posting of this rank */
    uint32_t *out;         /* position << 1 | alternative */
    size_t room;
    bool borrowed; /* out is the caller's and does not grow */
};

hl_status hlpos_open(const struct hlchunk *chunk, const struct hlcontainer *container,
                     struct hlpositions *out_cursor, struct hl_error *err);
void hlpos_release(struct hlpositions *cursor);
/* Answers are put into the caller's buffer; HL_CORRUPT if one does not fit.  A document has
 * at most as many positions of a term as the chunk's longest is long. */
void hlpos_borrow(struct hlpositions *cursor, uint32_t *buffer, size_t room);

/*
 * Positions of a document, rising: position << 1, and 1 where the term is not
 * the first alternative there.  *out_count 0 if the document lacks the term.
 */
hl_status hlpos_get(struct hlpositions *cursor, uint32_t doc, const uint32_t **out_positions,
                    size_t *out_count, struct hl_error *err);

/* The field of a position: 0 title, 1 lead, 2 body. */
static inline unsigned hlpos_field(const struct hlchunk_lengths *l, uint32_t position)
{
    return position < l->title ? 0 : position < l->title + 1 + l->lead ? 1 : 2;
}

#endif
