/*
 * check_parts.h - what the files of the checker share, and nobody else.
 *
 *   check.c          files, blocks, spans, heads, sums
 *   check_columns.c  columns of articles, facets, ids
 *   check_tags.c     their tags
 *   check_list.c     one list: entry and body to documents and tfs, with bounds
 *   check_terms.c    lists and positions of a chunk, live rows of terms
 *   check_pairs.c    pairs of a chunk, live rows of pairs
 *   check_dict.c     dictionary and fold order
 *   check_fold.c     counts and places in that order
 *   check_abbreviations.c, check_words.c   what was mined from a chunk's text
 */
#ifndef HL_SEGMENT_CHECK_PARTS_H
#define HL_SEGMENT_CHECK_PARTS_H

#include "segment/check.h"

#define HLCHECK_NONE UINT32_C(0xffffffff)

/* A chunk under check. */
struct hlcheck_chunk {
    struct hlcheck *check;
    const struct hlchunk *chunk;
    struct hlchunk_columns columns;
    bool have_columns;
    double *norms;     /* by document */
    uint64_t *slots;   /* docs + 1: where each document's positions start in forward */
    uint32_t *forward; /* by slot: term + 1 of the first alternative; 0: none */
    bool have_forward; /* it is filled, and nothing was wrong with it */
    uint32_t *df;      /* by term */
    uint64_t postings, tokens, pairs, pair_postings; /* counted */
    uint32_t live_term, live_pair;                   /* rows met so far */
    /* One list at a time. */
    uint16_t *docs, *wanted_docs;
    uint32_t *tfs, *wanted_tfs;
};

/* What a list is of, for messages: b is HLCHECK_NONE for a term. */
struct hlcheck_where {
    const struct hlcheck_chunk *chunk;
    uint32_t a, b;
};
/* A fault at byte p of the map; p may be NULL. */
void hlcheck_at(const struct hlcheck_where *where, const uint8_t *p, const char *what);

/* The sections of a band that a pass reads, and how far they are used up (F 5). */
struct hlcheck_bytes {
    const uint8_t *offsets, *entries, *bodies, *positions;
    uint64_t entries_size, bodies_size, positions_size;
    uint64_t bodies_next, positions_next;
};

/* A list as it lies; docs and tfs are in the chunk's arrays. */
struct hlcheck_list {
    uint32_t n;
    uint64_t cf;
    enum hlfmt_kind kind;
    bool ones, alternatives;
    const uint8_t *at;                          /* its entry */
    const uint8_t *window_bounds, *cell_bounds; /* NULL: it has none */
    const uint8_t *champions;
    uint32_t champion_count;
    const uint8_t *first_positions; /* u32 a block but the first */
    const uint8_t *position_ranks;  /* u32 a cell */
};

/* Reads the counts of an entry.  False after a fault. */
bool hlcheck_head(const struct hlcheck_where *where, struct hlview *v,
                  struct hlcheck_list *out_list);
/* Reads documents and tfs, whatever the form.  False after a fault. */
bool hlcheck_postings(const struct hlcheck_where *where, struct hlview *v, bool positions,
                      struct hlcheck_bytes *bytes, struct hlcheck_list *list);
/* Form, flags, bounds and champions of what was read. */
void hlcheck_summary(const struct hlcheck_where *where, const struct hlcheck_list *list,
                     bool positions);

/* Position values, one after another (FORMAT.md 6). */
struct hlcheck_values {
    const uint8_t *start, *p, *end;
    uint64_t done, count;
    uint32_t values[256];
};
bool hlcheck_values_start(const struct hlcheck_where *where, struct hlview *v,
                          struct hlcheck_bytes *bytes, const struct hlcheck_list *list,
                          struct hlcheck_values *out_values);
bool hlcheck_value(const struct hlcheck_where *where, struct hlcheck_values *values,
                   uint32_t *out_value);
/* After the last value: what follows must be the next list. */
bool hlcheck_values_end(const struct hlcheck_where *where, struct hlview *v,
                        struct hlcheck_bytes *bytes, const struct hlcheck_list *list,
                        const struct hlcheck_values *values);

/* The bytes of one term's entry in a pass over a band; false after a fault. */
bool hlcheck_entry(const struct hlcheck_where *where, const struct hlcheck_bytes *bytes,
                   uint32_t index, struct hlview *out_view);
/* All sections of a band, verified; pairs: those of the pair table. */
bool hlcheck_band_bytes(struct hlcheck_chunk *c, const struct hlfmt_band *band, bool pairs,
                        struct hlcheck_bytes *out_bytes);
/* What is left over after the last list. */
void hlcheck_band_end(struct hlcheck_chunk *c, const struct hlfmt_band *band, bool pairs,
                      const struct hlcheck_bytes *bytes);

/* The parts, in the order in which they run. */
void hlcheck_columns(struct hlcheck_chunk *c);
void hlcheck_tags(struct hlcheck_chunk *c);
bool hlcheck_terms(struct hlcheck_chunk *c); /* false: positions are not to be relied on */
void hlcheck_abbreviations(struct hlcheck_chunk *c);
void hlcheck_words(struct hlcheck_chunk *c);
void hlcheck_pairs(struct hlcheck_chunk *c);
void hlcheck_dictionary(struct hlcheck *check, const struct hlseg *segment);
void hlcheck_fold(struct hlcheck *check, const struct hlseg *segment);

/* Faults in columns at a byte of the map; of one article, whose number goes before the words.
 */
void hlcheck_column_fault(const struct hlcheck_chunk *c, const uint8_t *p, const char *what);
void hlcheck_column_fault_of(const struct hlcheck_chunk *c, const uint8_t *p, uint32_t doc,
                             const char *what);

#endif
