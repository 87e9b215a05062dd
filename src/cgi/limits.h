/*
 * limits.h - what a request may use, and what happens when the system says stop.
 *
 * The limits are the process's own, set by itself: no core files, memory beyond the files
 * of the index, processor time of one request.  Two signals become an answer instead of a
 * death: SIGBUS, a file of the index that shrank while it was mapped, and SIGXCPU.
 *
 *     if (!sigsetjmp(hlcgi_guard, 1)) {
 *         hlcgi_guard_begin();
 *         ... what may fault ...
 *         hlcgi_guard_end();
 *     } else
 *         ... the process answers once more, and ends ...
 *
 * Invariants  outside of begin and end the signals do what they always do.  After a jump
 *             memory is lost and objects may be half made: nothing of them is used again.
 * Threads     one.
 */
#ifndef HL_CGI_LIMITS_H
#define HL_CGI_LIMITS_H

#include <setjmp.h>
#include <stddef.h>

extern sigjmp_buf hlcgi_guard;

/* Once, at the start: no core file, SIGPIPE ignored, ITIMER_PROF taken to count by. */
void hlcgi_limits_init(void);
/* Before each request: processor time counts from here. */
void hlcgi_limit_time(void);
/* Before the indexes at these paths are opened (none: all are elsewhere): their files may be
 * mapped, and 512 MiB beside them. */
void hlcgi_limit_memory(const char *const *paths, size_t count);

void hlcgi_guard_begin(void);
void hlcgi_guard_end(void);

#endif
