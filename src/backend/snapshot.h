/*
 * snapshot.h - the segments of one generation, together; or of several indexes.
 *
 * What a search, a document look-up and the statistics read; the engine opens
 * one for each hl_index and keeps it until close.
 *
 * Several indexes are one list of segments, the first index's first: whatever is summed over
 * segments is summed over all of them, and so answers as one index would.
 *
 * Ownership  owns its segments.
 * Threads    constant once opened, but for what is known; any number may read.
 */
#ifndef HL_BACKEND_SNAPSHOT_H
#define HL_BACKEND_SNAPSHOT_H

#include "backend/known.h"
#include "segment/segment.h"

struct hlelsewhere;

struct hlsnapshot {
    /* Where there are several indexes: the first one's, with the entries of all segments. */
    struct hlmanifest manifest;
    struct hlseg *segments;
    size_t count;
    uint64_t articles;     /* live */
    uint64_t positions;    /* live */
    uint32_t chunks;       /* of all segments */
    struct hlknown *known; /* from earlier searches; NULL: nothing is kept */
    /* Who knows the terms of an index that has no segments here (elsewhere.h); NULL: segments
     * do.  articles and positions are those of that index. */
    const struct hlelsewhere *elsewhere;
};

hl_status hlsnapshot_open(const char *folder, struct hlsnapshot *out_snapshot,
                          struct hl_error *err);
void hlsnapshot_close(struct hlsnapshot *snapshot);

/* The latest date of a live article, 0 if none is dated (newest.c). */
hl_status hlsnapshot_newest(const struct hlsnapshot *snapshot, uint32_t *out_newest,
                            struct hl_error *err);
/* Makes one of several, which are as good as closed then; on failure they are left alone.
 * Segments know which part they are (hlseg.part). */
hl_status hlsnapshot_join(struct hlsnapshot *parts, size_t count,
                          struct hlsnapshot *out_snapshot, struct hl_error *err);
/* Counts again what is live, where that of segments was changed. */
void hlsnapshot_add_up(struct hlsnapshot *snapshot);

/* The place of a chunk among those of all segments. */
size_t hlsnapshot_number(const struct hlsnapshot *snapshot, const struct hlchunk *chunk);

/* avglen: 0 for an index without positions. */
static inline double hlsnapshot_mean_length(const struct hlsnapshot *s)
{
    return s->articles ? (double)s->positions / (double)s->articles : 0;
}

#endif
