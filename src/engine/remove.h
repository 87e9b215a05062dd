/*
 * remove.h - marks articles of a segment as gone, and counts what they counted.
 *
 * Ownership  a hlremoval owns the live state it builds; hlremoval_take() gives
 *            it away.
 * Errors     HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_ENGINE_REMOVE_H
#define HL_ENGINE_REMOVE_H

#include "segment/segment.h"

struct hlremoval {
    const struct hlseg *segment;
    struct hllive live; /* chunks NULL until something is marked */
    uint64_t marked;    /* by this removal */
};

void hlremoval_init(struct hlremoval *removal, const struct hlseg *segment);
void hlremoval_release(struct hlremoval *removal);

/* Marks the article of an id; *out_found says whether there was a live one. */
hl_status hlremoval_mark(struct hlremoval *removal, const char *id, size_t size,
                         bool *out_found, struct hl_error *err);

/* The same for a live document whose place is known. */
hl_status hlremoval_mark_at(struct hlremoval *removal, uint32_t chunk, uint32_t doc,
                            struct hl_error *err);

/* Is a document gone, before or by this removal? */
bool hlremoval_gone(const struct hlremoval *removal, uint32_t chunk, uint32_t doc);

/* Counts the terms and pairs of all marked documents, once, at the end. */
hl_status hlremoval_count(struct hlremoval *removal, struct hl_error *err);

#endif
