/*
 * overlap.h - articles that several indexes of one snapshot have under the same id.
 *
 * One index would have kept the one that was added last.  So it is here: the index that is
 * named last keeps its article, and those of the others are taken for deleted, with all that
 * they counted subtracted.  Nothing is written: the live state is this snapshot's own.
 *
 * Costs   every id is read once and hashed, some 80 ns with what that reads from the disk's
 *         cache, and for the time of opening 12 to 24 bytes each.  What the deleted counted is
 *         found when a search asks for it: counting all of it, as a writer does, takes 1 ms
 *         for each, and a term or pair of a query one walk over its list.
 * Errors  HL_CORRUPT, HL_NOMEM, HL_LIMIT; the snapshot may still be closed.
 */
#ifndef HL_ENGINE_OVERLAP_H
#define HL_ENGINE_OVERLAP_H

#include "backend/snapshot.h"

/* The snapshot is of several indexes, each of whose ids are its live articles' alone. */
hl_status hloverlap_settle(struct hlsnapshot *snapshot, struct hl_error *err);

#endif
