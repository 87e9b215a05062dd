/*
 * overlap.h - articles that several indexes of one snapshot have under the same id.
 *
 * One index would have kept the one that was added last.  So it is here: the index that is
 * named last keeps its article, and those of the others are taken for deleted, with all that
 * they counted subtracted, as a writer does it (remove.h).  Nothing is written: the live state
 * is this snapshot's own.
 *
 * Costs   every id is read once and hashed, some 20 ns and for the time of opening 12 to 24
 *         bytes each; an article that is there twice costs as much as replacing it would.
 * Errors  HL_CORRUPT, HL_NOMEM, HL_LIMIT; the snapshot may still be closed.
 */
#ifndef HL_ENGINE_OVERLAP_H
#define HL_ENGINE_OVERLAP_H

#include "backend/snapshot.h"

/* The snapshot is of several indexes, each of whose ids are its live articles' alone. */
hl_status hloverlap_settle(struct hlsnapshot *snapshot, struct hl_error *err);

#endif
