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
};

hl_status hlpos_open(const struct hlchunk *chunk, const struct hlcontainer *container,
                     struct hlpositions *out_cursor, struct hl_error *err);
void hlpos_release(struct hlpositions *cursor);
/* Turns an open cursor, or one of zeros, to another list; its buffer is used again. */
hl_status hlpos_turn(const struct hlchunk *chunk, const struct hlcontainer *container,
                     struct hlpositions *cursor, struct hl_error *err);

/*
 * Positions of a document, rising: position << 1, and 1 where the term is not
 * the first alternative there.  *out_count 0 if the document lacks the term.
 */
hl_status hlpos_get(struct hlpositions *cursor, uint32_t doc, const uint32_t **out_positions,
                    size_t *out_count, struct hl_error *err);

/* What counting unlisted pairs needs: adjacent.c.  Zeros to begin with. */
enum { HLPAIR_CURSORS = 32 };
struct hlpair_counter {
    hl_status status; /* the first failure */
    struct hl_error error;
    uint32_t pairs; /* opened so far */
    struct hlpair_cursors {
        const void *owner; /* the pair that they are turned to */
        struct hlpositions at[2];
    } cursors[HLPAIR_CURSORS];
};
/* Forgets the pairs of an earlier search, keeps buffers. */
void hlpair_counter_reset(struct hlpair_counter *counter);
void hlpair_counter_release(struct hlpair_counter *counter);

/* The field of a position: 0 title, 1 lead, 2 body. */
static inline unsigned hlpos_field(const struct hlchunk_lengths *l, uint32_t position)
{
    return position < l->title ? 0 : position < l->title + 1 + l->lead ? 1 : 2;
}

#endif
