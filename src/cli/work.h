/*
 * work.h - the queries of a bench, read from a file.
 *
 *   id TAB mode TAB class TAB words       mode is TERM, AND, OR, PHRASE or TYPED
 *   words                                 mode from --mode, id from the line number
 *
 * Ownership  strings live as long as the work; words are tokens between blanks, taken
 *            as they are.
 */
#ifndef HL_CLI_WORK_H
#define HL_CLI_WORK_H

#include <stddef.h>
#include <stdint.h>

enum hlcli_mode { HLCLI_TERM, HLCLI_AND, HLCLI_OR, HLCLI_PHRASE, HLCLI_TYPED };

struct hlcli_job {
    const char *id, *group, *words; /* group: the class of the line */
    enum hlcli_mode mode;
    double least; /* seconds of the fastest round */
    double shown; /* of a page: least seconds after the search */
    size_t results;
    uint64_t hits; /* matched, or collected where totals are not counted */
    uint64_t sum;  /* of the results, see cmd_bench.c */
};

struct hlcli_work {
    struct hlcli_job *jobs;
    size_t count;
    char *text; /* the file, cut into strings */
};

const char *hlcli_mode_name(enum hlcli_mode mode);
/* plain: mode of lines that are words alone.  0, or the exit code. */
int hlcli_work_read(const char *path, enum hlcli_mode plain, struct hlcli_work *out_work);
void hlcli_work_release(struct hlcli_work *work);

#endif
