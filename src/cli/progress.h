/*
 * progress.h - the line on stderr that says how far a long command is.
 *
 * A thread of its own looks at what the command said last, so that a source that gives
 * nothing is named ("waiting on a.jsonl") though the command itself is stuck in a read.
 *
 * Output   nothing in the first half second; then rewritten in place on a terminal,
 *          else one line every 10 s; with --json a JSON object a line.
 * Threads  one progress at a time in a process; the tell functions may be called from
 *          any thread.
 */
#ifndef HL_CLI_PROGRESS_H
#define HL_CLI_PROGRESS_H

#include "cli/say.h"

struct hlcli_told {
    uint64_t articles, rejected;
    uint64_t bytes, bytes_total; /* total 0: unknown */
    const char *current;         /* copied; may be NULL */
    uint64_t articles_total;     /* known where an index is read: then by it; else 0 */
};

/* verb begins each line. */
void hlcli_progress_start(const char *verb, enum hlcli_when when);
void hlcli_progress_read(const struct hlcli_told *told);
void hlcli_progress_stage(const char *stage, uint64_t done, uint64_t total);
/* A note that does not tear the line. */
void hlcli_progress_note(const char *text);
/* Removes the line; nothing is printed after it.  Harmless when there is no progress. */
void hlcli_progress_stop(void);

double hlcli_now(void); /* seconds of a clock that never goes back */

#endif
