/*
 * stage.h - where the time of a writer goes, added up by stage over all threads.
 *
 *     uint64_t since = hlstage_now();
 *     ... tokenise ...
 *     since = hlstage_add(stages, HL_STAGE_TOKENISE, since);
 *     ... spool ...
 *     hlstage_add(stages, HL_STAGE_SPOOL, since);
 *
 * A look at the clock is some 25 ns, so it is taken per article, band or block, never
 * per token or posting.
 *
 * Threads  any number may add to one struct.
 */
#ifndef HL_BASE_STAGE_H
#define HL_BASE_STAGE_H

#include "hlsearch.h"

#include <stdatomic.h>

struct hlstages {
    _Atomic uint64_t ns[HL_STAGES];
};

/* Nanoseconds of a clock that never goes back. */
uint64_t hlstage_now(void);
/* Adds the time since `since`; now.  stages may be NULL: nobody asks. */
uint64_t hlstage_add(struct hlstages *stages, enum hl_stage stage, uint64_t since);
/* Writes seconds and starts from nothing. */
void hlstage_take(struct hlstages *stages, double out_seconds[HL_STAGES_MAX]);

#endif
