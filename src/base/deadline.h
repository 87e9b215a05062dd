/*
 * deadline.h - a time limit that work asks about now and then, a window or a batch at a time.
 *
 *     hldeadline_start(&d, 200);
 *     hldeadline_until(&d, 4);             the first half may be used up to here
 *     for (...)
 *         if (hldeadline_passed(&d))
 *             break;                       what was found so far stands
 *     hldeadline_until(&d, 8);             what comes next may use the rest
 *
 * Without a limit it costs one branch that is always the same; with one a look at the clock,
 * some 25 ns.  The clock never goes back and has no date: what time it is decides nothing but
 * how far a limited search comes.
 *
 * Invariants  what has passed stays passed until the next hldeadline_until().
 */
#ifndef HL_BASE_DEADLINE_H
#define HL_BASE_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HLDEADLINE_PARTS = 8 };

struct hldeadline {
    uint64_t start, span; /* ns; span 0: no limit */
    uint64_t at;          /* of the part under way */
    bool passed;          /* at */
    bool cut;             /* some part was passed */
};

/* ms 0: no limit.  The whole time is one part. */
void hldeadline_start(struct hldeadline *deadline, unsigned ms);
/* From here on the limit is so many eighths of the time since the start. */
void hldeadline_until(struct hldeadline *deadline, unsigned eighths);
bool hldeadline_look(struct hldeadline *deadline);

/* deadline may be NULL: no limit. */
static inline bool hldeadline_passed(struct hldeadline *deadline)
{
    return deadline && deadline->span && (deadline->passed || hldeadline_look(deadline));
}

/* For tests, before threads: nanoseconds that go by as a test wants; NULL: the system's. */
void hldeadline_set_clock(uint64_t (*now)(void));

#endif
