/*
 * build.h - a spool becomes a segment file.
 *
 * Documents are put in order (newest first, undated last, then by id) and cut into
 * chunks.  Inside a chunk similar ones are brought together (order.h); then it is
 * prepared (articles packed, columns and counts made, token streams put one after
 * another in a second spool) and built band by band.
 *
 * Memory  the spool's table, the vocabulary, 12 bytes a term and thread, and for
 *         each thread 10 bytes an occurrence of a band: all within `memory`.
 * Threads `threads`; the bytes do not depend on how many.
 */
#ifndef HL_ENGINE_BUILD_H
#define HL_ENGINE_BUILD_H

#include "engine/spool.h"
#include "engine/vocab.h"
#include "segment/writer.h"

struct hlbuild {
    const char *folder;
    struct hlspool *spool;
    const struct hlvocab *vocab;
    struct hlsegbuild_header header;
    size_t memory;
    int threads;
    bool store;
    uint64_t stream_number; /* of the second spool's name */
    struct hlstages *stages;
    bool (*progress)(void *user, const char *stage, uint64_t done, uint64_t total);
    void *progress_user;
};

/* Writes the segment named in header, synced.  Documents marked `dropped` are left out. */
hl_status hlbuild_segment(const struct hlbuild *build, struct hlmanifest_segment *out_segment,
                          struct hl_error *err);

#endif
