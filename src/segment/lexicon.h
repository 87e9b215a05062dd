/*
 * lexicon.h - the terms of a segment: their bytes, and their number in each chunk.
 *
 * Terms are sorted by bytes and front-coded in blocks of 32.  A chunk numbers
 * the terms that it has in the same order, so a term's local number is a rank:
 * a block states the rank of its first term in every chunk, a term states in
 * which chunks it is, and counting does the rest.
 *
 * Ownership  borrows the segment file.
 * Threads    any number on one lexicon.
 * Errors     HL_CORRUPT.  A term that is not there is no error.
 */
#ifndef HL_SEGMENT_LEXICON_H
#define HL_SEGMENT_LEXICON_H

#include "segment/file.h"

struct hllexicon {
    const struct hlsegfile *file;
    uint32_t terms, chunks;
    struct hlfmt_span section[HLFMT_SEGMENT_SECTIONS];
};

#define HLLEX_NONE UINT32_C(0xffffffff)

/* A term while it is looked at. */
struct hllex_term {
    uint8_t bytes[HLFMT_TERM_MAX];
    uint32_t size;
    uint32_t ordinal;
};

/*
 * Looks a term up.  out_locals has room for `chunks` numbers: the term's number
 * in each chunk, HLLEX_NONE where the chunk lacks it.
 */
hl_status hllex_find(const struct hllexicon *lex, const void *key, size_t size, bool *out_found,
                     uint32_t *out_ordinal, uint32_t *out_locals, struct hl_error *err);

/* The term of a given place; out_locals may be NULL. */
hl_status hllex_get(const struct hllexicon *lex, uint32_t ordinal, struct hllex_term *out_term,
                    uint32_t *out_locals, struct hl_error *err);

/* The ordinal at place i of the order by folded key. */
hl_status hllex_fold_get(const struct hllexicon *lex, uint32_t i, uint32_t *out_ordinal,
                         struct hl_error *err);

/* df and cf of a term in all chunks, deleted documents included, at most UINT32_MAX each; 0, 0
 * for a term of more than HLFMT_WORD_MAX bytes. */
struct hllex_counts {
    uint32_t df, cf;
};
/* Of all terms, in the order by folded key. */
hl_status hllex_fold_counts(const struct hllexicon *lex, const struct hllex_counts **out_counts,
                            struct hl_error *err);
/* The place in that order of each of `terms` terms of a chunk, by their numbers there; `before`
 * is how many the chunks before it have.  A damaged file may have any numbers there. */
hl_status hllex_fold_places(const struct hllexicon *lex, uint64_t before, uint32_t terms,
                            const uint32_t **out_places, struct hl_error *err);

/* Takes a term; locals as hllex_find() gives them.  Another status than HL_OK ends the walk. */
typedef hl_status hllex_visit(void *user, const struct hllex_term *term, const uint32_t *locals,
                              struct hl_error *err);
/* Every term, by bytes. */
hl_status hllex_each(const struct hllexicon *lex, hllex_visit *visit, void *user,
                     struct hl_error *err);

/* ---- writing ---- */

struct hllex_source {
    uint32_t terms, chunks;
    /* Bytes of the term of rank i, and whether chunk c has it. */
    const uint8_t *(*term)(void *user, uint32_t i, uint32_t *out_size);
    bool (*in_chunk)(void *user, uint32_t i, uint32_t chunk);
    /* Of the term of rank i, whatever its size. */
    struct hllex_counts (*counts)(void *user, uint32_t i);
    const uint32_t *fold_order; /* terms entries */
    void *user;
};

hl_status hllex_write(struct hlsegwriter *writer, const struct hllex_source *source,
                      struct hlfmt_span *out_sections, struct hl_error *err);

#endif
