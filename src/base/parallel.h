/*
 * parallel.h - a row of numbered tasks, done by a few threads.
 *
 * Tasks start in order; which thread does which is left open, so a task's
 * result must depend on its number alone.  hlpar_turn() lets tasks write their
 * results in order of their numbers.
 */
#ifndef HL_BASE_PARALLEL_H
#define HL_BASE_PARALLEL_H

#include "hlsearch.h"

struct hlpar;

/* worker: 0 to threads - 1, for memory of its own. */
typedef hl_status (*hlpar_task)(void *user, size_t task, int worker, struct hlpar *par,
                                struct hl_error *err);

/* Runs them all, or until one fails; the first failure (by time) is the answer. */
hl_status hlpar_run(int threads, size_t tasks, hlpar_task run, void *user,
                    struct hl_error *err);

/*
 * Waits until every task of a lower number has called hlpar_done().  False when
 * another task failed: give up without an error of your own.
 */
bool hlpar_turn(struct hlpar *par, size_t task);
void hlpar_done(struct hlpar *par, size_t task);

#endif
