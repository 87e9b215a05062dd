/*
 * snapshot.h - the segments of one generation, together.
 *
 * What a search, a document look-up and the statistics read; the engine opens
 * one for each hl_index and keeps it until close.
 *
 * Ownership  owns its segments.
 * Threads    constant once opened; any number may read.
 */
#ifndef HL_BACKEND_SNAPSHOT_H
#define HL_BACKEND_SNAPSHOT_H

#include "segment/segment.h"

struct hlsnapshot {
    struct hlmanifest manifest;
    struct hlseg *segments;
    size_t count;
    uint64_t articles;  /* live */
    uint64_t positions; /* live */
    uint32_t chunks;    /* of all segments */
};

hl_status hlsnapshot_open(const char *folder, struct hlsnapshot *out_snapshot,
                          struct hl_error *err);
void hlsnapshot_close(struct hlsnapshot *snapshot);

/* The latest date of a live article, 0 if none is dated (newest.c). */
hl_status hlsnapshot_newest(const struct hlsnapshot *snapshot, uint32_t *out_newest,
                            struct hl_error *err);

/* avglen: 0 for an index without positions. */
static inline double hlsnapshot_mean_length(const struct hlsnapshot *s)
{
    return s->articles ? (double)s->positions / (double)s->articles : 0;
}

#endif
