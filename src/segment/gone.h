/*
 * gone.h - what deleted documents counted, found when it is asked for.
 *
 * A live file lists it (live.h), which takes a writer to read every term of what it deletes.
 * Where documents are taken for deleted while an index is open, nobody waits for that: rows
 * are left out (hllive_chunk.uncounted), and a term or pair that a query asks for is counted
 * in the deleted documents that have it.
 *
 * Threads  reads only.
 * Errors   HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_SEGMENT_GONE_H
#define HL_SEGMENT_GONE_H

#include "segment/segment.h"

/* The chunk has uncounted deleted documents, and others that live. */
hl_status hlgone_term(const struct hlchunk *chunk, uint32_t term, struct hlcounts *out_counts,
                      struct hl_error *err);
/* The same for the pair of a and spot->entry.b. */
hl_status hlgone_pair(const struct hlchunk *chunk, uint32_t a, const struct hlpair_spot *spot,
                      struct hlcounts *out_counts, struct hl_error *err);

#endif
