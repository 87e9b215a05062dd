/*
 * writer.h - a segment file, chunk by chunk.
 *
 * The engine brings documents in their final order: it streams their stored
 * articles first (hlsegbuild_store), then hands over columns and the token
 * stream of the chunk (hlsegbuild_chunk), and ends with the dictionary.
 *
 * Ownership  borrows everything given, for the call.
 * Threads    one caller; bands of a chunk are built by `threads` threads, and
 *            the bytes do not depend on how many.
 */
#ifndef HL_SEGMENT_WRITER_H
#define HL_SEGMENT_WRITER_H

#include "segment/band.h"
#include "segment/file.h"
#include "segment/lexicon.h"

struct hlsegbuild {
    struct hlsegwriter file;
    struct hlbuf chunks; /* u64 each: where chunk headers stand */
    uint32_t chunk_count;
    uint64_t docs;
    struct hlfmt_span store;    /* of the chunk under way */
    struct hlband_room **rooms; /* one a thread, kept from chunk to chunk */
    int room_count;
};

struct hlsegbuild_header {
    uint8_t index_id[16];
    uint64_t number, rules;
    unsigned weight[3];
    struct hlstages *stages; /* where the time went; may be NULL */
};

/* Tags of a chunk, encoded: FORMAT.md 16. */
struct hlsegbuild_tags {
    const uint32_t *offsets; /* docs + 1 */
    const struct hlbuf *codes, *names, *keys;
};

/* Columns of a chunk, one value a document. */
struct hlsegbuild_columns {
    const uint32_t *dates;              /* UTC seconds, 0 unknown */
    const uint8_t *precisions;          /* enum hl_date_precision */
    const int8_t *zones;                /* quarter hours */
    const uint32_t *lengths;            /* positions */
    const uint32_t (*fields)[2];        /* positions of title, of lead */
    const uint16_t *facets[3];          /* source, section, author */
    const struct hlbuf *facet_names[3]; /* encoded lists: FORMAT.md 7 */
    const uint64_t *content_hashes, *similar_hashes;
    const struct hlbuf *ids;       /* bytes */
    const uint32_t *id_offsets;    /* docs + 1 */
    const uint32_t *store_offsets; /* docs + 1 */
    const struct hlbuf *store_preset;
    const struct hlbuf *abbreviations;  /* encoded: FORMAT.md 14; NULL: empty */
    const struct hlbuf *words;          /* encoded: FORMAT.md 15; NULL: empty */
    const struct hlsegbuild_tags *tags; /* NULL or without a code: nobody has any */
};

struct hlsegbuild_chunk {
    uint32_t docs, terms;
    struct hlsegbuild_columns columns;
    const uint32_t *local;      /* run's term -> number in the chunk */
    const uint32_t *cf, *df;    /* by number in the chunk */
    const uint64_t *doc_tokens; /* docs + 1 */
    hl_status (*read)(void *user, uint64_t at, size_t count, uint32_t *to,
                      struct hl_error *err);
    /*
     * Told once, when all bands are built: the pairs that come pair_least times or more, by
     * their terms.  What it makes of them may be behind a column (`words`).  May be NULL.
     */
    hl_status (*learn)(void *user, const struct hlband_pair *pairs, size_t count,
                       struct hl_error *err);
    uint32_t pair_least;
    /* Reports bands done; true stops the build. */
    bool (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
    unsigned weight[3];
    uint32_t bound_length; /* hlfmt_bound_length() of all documents of the segment */
    int threads;
    uint64_t band_tokens; /* occurrences of a band at most, but for one term alone */
};

hl_status hlsegbuild_open(int fd, const char *path, const struct hlsegbuild_header *header,
                          struct hlsegbuild *out_build, struct hl_error *err);
/* Bytes of the next chunk's store; offsets are counted by the caller. */
hl_status hlsegbuild_store(struct hlsegbuild *build, const void *bytes, size_t size,
                           struct hl_error *err);
hl_status hlsegbuild_chunk(struct hlsegbuild *build, const struct hlsegbuild_chunk *chunk,
                           struct hl_error *err);
hl_status hlsegbuild_finish(struct hlsegbuild *build, const struct hllex_source *terms,
                            uint32_t *out_table_crc, uint64_t *out_size, struct hl_error *err);
void hlsegbuild_release(struct hlsegbuild *build);

#endif
