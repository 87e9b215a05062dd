/*
 * prepare.h - the documents of one chunk, from the spool to what a segment takes.
 *
 * Groups of 256 documents are prepared side by side: articles packed, columns
 * filled, terms counted; what depends on order (the store, facet codes, ids) is
 * written in turn.
 */
#ifndef HL_ENGINE_PREPARE_H
#define HL_ENGINE_PREPARE_H

#include "engine/build.h"
#include "engine/facets.h"
#include "engine/tags.h"
#include "segment/abbreviations.h"

struct hlprepare_counts { /* by term of the run, one set a thread */
    uint32_t *cf, *df, *last;
};

struct hlprepared {
    const struct hlbuild *build;
    struct hlsegbuild *segment;
    uint32_t first, docs, of; /* of all documents of the segment */
    struct hlsegbuild_columns columns;
    /* behind the columns */
    uint32_t *dates, *lengths, *id_offsets, *store_offsets;
    uint32_t (*fields)[2];
    uint8_t *precisions;
    int8_t *zones;
    uint16_t *facets[3];
    struct hlbuf facet_names[3];
    struct hlfacets codes[3];
    struct hltags tags;
    uint64_t *content_hashes, *similar_hashes;
    struct hlbuf ids, preset;
    struct hlsegabbr_rows mined;
    struct hlbuf abbreviations;
    uint64_t store_size;
    /* the token streams */
    uint64_t *doc_tokens;
    int stream_fd;
    char stream_path[HLMAN_PATH_SIZE];
    /* counts, then the chunk's own numbers */
    struct hlprepare_counts *counts;
    struct hlprepare_group **groups; /* one a thread, while articles are packed */
    int threads;
    uint32_t terms;
    uint32_t *local, *cf, *df;
    const uint32_t *order; /* the run's terms in the order of their bytes; borrowed */
    struct hlbuf words;    /* learnt: FORMAT.md 15 */
};

/* On failure too, hlprepared_release() is the caller's to call. */
hl_status hlprepare_chunk(const struct hlbuild *build, struct hlsegbuild *segment,
                          uint32_t first, uint32_t count, uint32_t of,
                          struct hlprepared *out_prepared, struct hl_error *err);
/* Numbers the chunk's terms in the given order of the run's terms. */
bool hlprepare_terms(struct hlprepared *p, const uint32_t *order);
hl_status hlprepared_read(void *user, uint64_t at, size_t count, uint32_t *to,
                          struct hl_error *err);
void hlprepared_release(struct hlprepared *p);

#endif
