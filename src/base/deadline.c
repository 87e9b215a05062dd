#include "base/deadline.h"

#include "base/stage.h"

#include <assert.h>

static uint64_t (*clock_now)(void) = hlstage_now;

void hldeadline_set_clock(uint64_t (*now)(void))
{
    clock_now = now ? now : hlstage_now;
}

void hldeadline_start(struct hldeadline *deadline, unsigned ms)
{
    *deadline = (struct hldeadline){.span = (uint64_t)ms * 1000000};
    if (ms)
        deadline->start = clock_now();
    hldeadline_until(deadline, HLDEADLINE_PARTS);
}

void hldeadline_until(struct hldeadline *deadline, unsigned eighths)
{
    assert(eighths > 0 && eighths <= HLDEADLINE_PARTS);
    deadline->at = deadline->start + deadline->span / HLDEADLINE_PARTS * eighths;
    deadline->passed = false;
}

bool hldeadline_look(struct hldeadline *deadline)
{
    assert(deadline->span && !deadline->passed);
    deadline->passed = clock_now() >= deadline->at;
    deadline->cut |= deadline->passed;
    return deadline->passed;
}
