#include "base/stage.h"

#include <assert.h>
#include <time.h>

static_assert((int)HL_STAGES <= (int)HL_STAGES_MAX,
              "a new stage is a new version of the library");

uint64_t hlstage_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t hlstage_add(struct hlstages *stages, enum hl_stage stage, uint64_t since)
{
    assert(stage < HL_STAGES);
    uint64_t now = hlstage_now();
    if (stages)
        atomic_fetch_add_explicit(&stages->ns[stage], now - since, memory_order_relaxed);
    return now;
}

void hlstage_take(struct hlstages *stages, double out_seconds[HL_STAGES_MAX])
{
    for (int i = 0; i < HL_STAGES_MAX; i++)
        out_seconds[i] = i < HL_STAGES ? (double)atomic_exchange(&stages->ns[i], 0) * 1e-9 : 0;
}

const char *hl_stage_name(enum hl_stage stage)
{
    static const char *const names[HL_STAGES] = {
        [HL_STAGE_TAKE] = "taking",         [HL_STAGE_WAIT] = "waiting",
        [HL_STAGE_TOKENISE] = "tokenising", [HL_STAGE_SPOOL] = "spooling",
        [HL_STAGE_ORDER] = "ordering",      [HL_STAGE_COUNT] = "counting",
        [HL_STAGE_PACK] = "packing",        [HL_STAGE_GATHER] = "gathering",
        [HL_STAGE_LISTS] = "lists",         [HL_STAGE_PAIRS] = "pairs",
        [HL_STAGE_LEARN] = "learning",      [HL_STAGE_DICTIONARY] = "dictionary",
        [HL_STAGE_WRITE] = "writing",       [HL_STAGE_SYNC] = "syncing",
    };
    return (unsigned)stage < HL_STAGES ? names[stage] : "unknown";
}
