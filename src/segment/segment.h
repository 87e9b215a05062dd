/*
 * segment.h - an open segment: chunks, columns, containers, live articles.
 *
 * Everything below the seam of container.h comes through here.  Opening reads
 * header, directory and chunk heads; all else is verified when first touched.
 *
 * Ownership  what is returned points into the map: valid until hlseg_close().
 * Threads    any number may read one segment.
 * Errors     HL_CORRUPT, HL_VERSION_BAD, HL_IO, HL_NOMEM.
 */
#ifndef HL_SEGMENT_SEGMENT_H
#define HL_SEGMENT_SEGMENT_H

#include "base/arena.h"
#include "segment/container.h"
#include "segment/file.h"
#include "segment/lexicon.h"
#include "segment/live.h"
#include "segment/manifest.h"

struct hlseg;

struct hlchunk {
    const struct hlseg *segment;
    uint32_t number; /* in the segment */
    struct hlfmt_chunk head;
    struct hlfmt_band *bands;
    const struct hllive_chunk *live; /* NULL: nothing is deleted */
};

struct hlseg {
    struct hlsegfile file;
    uint64_t number;
    uint32_t part; /* which of the indexes of a snapshot it belongs to; 0 where there is one */
    unsigned weight[3];
    bool weights_one; /* every field weighs 1: tf counts occurrences */
    uint64_t docs;
    uint32_t chunk_count;
    struct hlchunk *chunks;
    struct hllexicon lexicon;
    struct hllive live;
};

/* Opens what the manifest says; its index id and rules are checked against the file's. */
hl_status hlseg_open(const char *folder, const struct hlmanifest *manifest,
                     const struct hlmanifest_segment *which, struct hlseg *out_segment,
                     struct hl_error *err);
void hlseg_close(struct hlseg *segment);
/* Moves an open segment to another place, which holds none; `from` is all zeros then.  Nothing
 * may point to its chunks yet. */
void hlseg_move(struct hlseg *from, struct hlseg *out_segment);

/* A whole section of a chunk, verified; its size was checked when the segment was opened. */
hl_status hlchunk_section(const struct hlchunk *chunk, enum hlfmt_chunk_section section,
                          const uint8_t **out_bytes, struct hl_error *err);

/* One value of a document. */
hl_status hlchunk_date(const struct hlchunk *chunk, uint32_t doc, uint32_t *out_date,
                       struct hl_error *err);
/* The dates of some documents, u32 each: no more of them is read. */
hl_status hlchunk_dates(const struct hlchunk *chunk, uint32_t first, uint32_t count,
                        const uint8_t **out_dates, struct hl_error *err);
hl_status hlchunk_content_hash(const struct hlchunk *chunk, uint32_t doc, uint64_t *out_hash,
                               struct hl_error *err);
/* The similar hashes of some documents, u64 each: no more of them is read. */
hl_status hlchunk_similar_hashes(const struct hlchunk *chunk, uint32_t first, uint32_t count,
                                 const uint8_t **out_hashes, struct hl_error *err);
/* Its precision (enum hl_date_precision) and zone, minutes east of UTC. */
hl_status hlchunk_date_form(const struct hlchunk *chunk, uint32_t doc, unsigned *out_precision,
                            int *out_minutes, struct hl_error *err);
hl_status hlchunk_id(const struct hlchunk *chunk, uint32_t doc, const char **out_id,
                     uint32_t *out_size, struct hl_error *err);
/* Asks the memory for the place of a document's id, then, a little later, for the id. */
void hlchunk_prefetch_id(const struct hlchunk *chunk, uint32_t doc, bool place);
/* Name of a facet of a document; *out_size 0 if it has none. */
hl_status hlchunk_facet(const struct hlchunk *chunk, unsigned facet, uint32_t doc,
                        const char **out_name, uint32_t *out_size, struct hl_error *err);
/* Codes of a facet of some documents, u16 each: no more of them is read. */
hl_status hlchunk_facet_codes(const struct hlchunk *chunk, unsigned facet, uint32_t first,
                              uint32_t count, const uint8_t **out_codes, struct hl_error *err);
/* All names of a facet: code c (from 1 on) is name c - 1. */
hl_status hlchunk_facet_count(const struct hlchunk *chunk, unsigned facet, uint32_t *out_count,
                              struct hl_error *err);
hl_status hlchunk_facet_name(const struct hlchunk *chunk, unsigned facet, uint32_t i,
                             const char **out_name, uint32_t *out_size, struct hl_error *err);
/* The same where many are asked for: the list is found once. */
struct hlchunk_names {
    const uint8_t *ends; /* u32 each, then the bytes */
    uint32_t count;
};
hl_status hlchunk_facet_names(const struct hlchunk *chunk, unsigned facet,
                              struct hlchunk_names *out_names, struct hl_error *err);
hl_status hlchunk_facet_at(const struct hlchunk *chunk, const struct hlchunk_names *names,
                           uint32_t i, const char **out_name, uint32_t *out_size,
                           struct hl_error *err);
/* Tags of documents (tags.c): of document d those from offsets[d] up to offsets[d + 1], which
 * were looked at and do not fall.  count 0: no document has any, and nothing else is set. */
struct hlchunk_tags {
    const uint8_t *offsets; /* u32[docs + 1] */
    const uint8_t *codes;   /* u16 each: code c is name c - 1, or past the names if damaged */
    uint32_t count;         /* of codes */
};
hl_status hlchunk_tags(const struct hlchunk *chunk, struct hlchunk_tags *out_tags,
                       struct hl_error *err);
/* Their names, as those of a facet; none where no document has a tag.  out_keys: u32 a name,
 * hlchunk_tag_key() of its folded key. */
hl_status hlchunk_tag_names(const struct hlchunk *chunk, struct hlchunk_names *out_names,
                            const uint8_t **out_keys, struct hl_error *err);
uint32_t hlchunk_tag_key(const void *folded, size_t size);

/* The document of an id, deleted or not; *out_found says whether there is one. */
hl_status hlchunk_find_id(const struct hlchunk *chunk, const char *id, size_t size,
                          bool *out_found, uint32_t *out_doc, struct hl_error *err);
/* Positions of the fields title and lead of a document, and its length. */
struct hlchunk_lengths {
    uint32_t length, title, lead;
};
struct hlchunk_columns {
    const uint8_t *lengths; /* u16 each */
    const uint8_t *fields;  /* u16[2] each */
    const uint8_t *longs;   /* rows of 4 u32 */
    uint32_t long_count;
    const uint8_t *classes;
    const uint8_t *dates; /* u32 each */
};
hl_status hlchunk_columns(const struct hlchunk *chunk, struct hlchunk_columns *out_columns,
                          struct hl_error *err);
/* The same but for fields and dates, most of the bytes, which few documents are asked for:
 * where they lie is known, hlchunk_lengths(), hlchunk_dates() and hlchunk_date() verify them.
 */
hl_status hlchunk_columns_lazy(const struct hlchunk *chunk, struct hlchunk_columns *out_columns,
                               struct hl_error *err);
/* Of lazy columns the length alone is to be believed. */
struct hlchunk_lengths hlchunk_lengths_of(const struct hlchunk_columns *columns, uint32_t doc);
hl_status hlchunk_lengths(const struct hlchunk *chunk, const struct hlchunk_columns *columns,
                          uint32_t doc, struct hlchunk_lengths *out_lengths,
                          struct hl_error *err);

static inline bool hlchunk_deleted(const struct hlchunk *chunk, uint32_t doc)
{
    return chunk->live && (chunk->live->deleted[doc / 64] >> doc % 64 & 1);
}

/* Counts of a term or pair in a chunk, less those of deleted documents. */
struct hlcounts {
    uint64_t df, cf;
};
hl_status hlchunk_term_counts(const struct hlchunk *chunk, uint32_t term,
                              struct hlcounts *out_counts, struct hl_error *err);
/* The same of every term of a chunk, faster than one by one. */
typedef void hlchunk_counted(void *user, uint32_t term, const struct hlcounts *counts);
hl_status hlchunk_each_counts(const struct hlchunk *chunk, hlchunk_counted *visit, void *user,
                              struct hl_error *err);
/* Asks the memory for what opening a term in each chunk will read, all chunks together: their
 * misses overlap.  locals: the term's number in each, or HLLEX_NONE.  Offsets and entries are
 * looked at before they are verified, so they lead to nothing but what memory is asked for. */
void hlseg_prefetch_term(const struct hlseg *segment, const uint32_t *locals);
/* What a term's entry says before its postings, deleted documents included. */
struct hlchunk_term_head {
    uint32_t df;
    uint64_t cf;
    bool alternatives; /* some position is no first alternative */
};
hl_status hlchunk_term_head(const struct hlchunk *chunk, uint32_t term,
                            struct hlchunk_term_head *out_head, struct hl_error *err);
/* The counts of (a, b) for each of the bs, which rise. */
hl_status hlchunk_pairs_counts(const struct hlchunk *chunk, uint32_t a, const uint32_t *bs,
                               uint32_t count, struct hlcounts *out_counts,
                               struct hl_error *err);

/* Opens a term's postings.  Memory comes from the arena. */
hl_status hlchunk_open_term(const struct hlchunk *chunk, uint32_t term, struct hlarena *arena,
                            struct hlcontainer *out_container, struct hl_error *err);

/* An entry of the pair table while it is walked: for check and for counting. */
struct hlpair_entry {
    uint32_t b;
    uint32_t df;
    uint64_t cf;
    enum hlfmt_kind kind;
    bool ones;
    struct hlview body; /* what follows the counts, to the end of the section */
};

/* Where the postings of a pair in a chunk begin: found once, opened when wanted. */
struct hlpair_spot {
    struct hlpair_entry entry; /* df 0: the chunk lacks the pair */
    const struct hlfmt_band *band;
};
/* Asks the memory for the runs of pairs of a term in each chunk, as hlseg_prefetch_term() does
 * for its postings. */
void hlseg_prefetch_pairs(const struct hlseg *segment, const uint32_t *locals);
/* counts: less those of deleted documents. */
hl_status hlchunk_find_pair(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                            struct hlpair_spot *out_spot, struct hlcounts *out_counts,
                            struct hl_error *err);
/* The postings of a spot with a list; *out_listed false: it has counts alone, and the
 * container is left as it was. */
hl_status hlchunk_open_spot(const struct hlchunk *chunk, const struct hlpair_spot *spot,
                            struct hlarena *arena, bool *out_listed,
                            struct hlcontainer *out_container, struct hl_error *err);

/* A pair's: *out_found false if no document has it. */
hl_status hlchunk_open_pair(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                            struct hlarena *arena, bool *out_found,
                            struct hlcontainer *out_container, struct hl_error *err);

/* The list of an unlisted pair with df documents, from positions (adjacent.c). */
hl_status hlpairs_from_positions(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                                 uint32_t df, struct hlarena *arena,
                                 struct hlcontainer *out_container, struct hl_error *err);

/*
 * A pair that has no list, as a container whose tfs are counted when they are asked for:
 * bound() adds what the rarer of the terms could be worth wherever both stand, and only what
 * survives that is looked at.  The terms' containers are borrowed.
 *
 * The counter is one for all such pairs of a search (positions.h): cursors that pairs take
 * from each other, and what the calls of a container cannot report, damage met on the way.
 */
struct hlpair_counter;
hl_status hlpairs_adjacent(const struct hlchunk *chunk, const struct hlcontainer *a,
                           const struct hlcontainer *b, uint32_t df,
                           struct hlpair_counter *counter, struct hlarena *arena,
                           struct hlcontainer *out_container, struct hl_error *err);

struct hlpair_walk {
    struct hlview view;
    uint32_t count, next;
    const struct hlchunk *chunk;
    const struct hlfmt_band *band;
};
hl_status hlpair_walk_start(const struct hlchunk *chunk, uint32_t a,
                            struct hlpair_walk *out_walk, struct hl_error *err);
/* False at the end; damage is in *status. */
bool hlpair_walk_next(struct hlpair_walk *walk, struct hlpair_entry *entry, hl_status *status,
                      struct hl_error *err);
/* The postings of a listed entry. */
hl_status hlpair_entry_open(const struct hlpair_walk *walk, const struct hlpair_entry *entry,
                            struct hlarena *arena, struct hlcontainer *out_container,
                            struct hl_error *err);

/* Terms right behind a, rising, and how often, deleted documents included; some at a time,
 * which is several times faster than a walk (pair_counts.c).  Another status than HL_OK ends
 * it. */
enum { HLPAIR_BATCH = 64 };
struct hlpair_batch {
    uint32_t terms[HLPAIR_BATCH], cf[HLPAIR_BATCH]; /* at most UINT32_MAX */
    uint32_t count;
};
typedef hl_status hlpair_visit(void *user, const struct hlpair_batch *batch,
                               struct hl_error *err);
hl_status hlpair_each_counts(const struct hlchunk *chunk, uint32_t a, hlpair_visit *visit,
                             void *user, struct hl_error *err);

/* A stored article's bytes, inflated into out (which is reset). */
hl_status hlchunk_stored(const struct hlchunk *chunk, uint32_t doc, struct hlbuf *out,
                         struct hl_error *err);

/* "FILE: section..." for damage found above the segment. */
hl_status hlchunk_damaged(const struct hlchunk *chunk, const char *section, uint64_t at,
                          const char *what, struct hl_error *err);

#endif
