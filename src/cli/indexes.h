/*
 * indexes.h - INDEX as it is written: one folder, or several with commas between.
 *
 * A path that is there is one index whatever it is called; else commas part names.  Settings
 * and synonyms of several are those of the first.
 */
#ifndef HL_CLI_INDEXES_H
#define HL_CLI_INDEXES_H

#include "cli/flags.h"

/* The first of them; yours to free. */
char *hlcli_index_first(const char *index);

/* The paths that INDEX names, and the text that they point into, both yours; 0 or the exit
 * code, and then they are there all the same. */
int hlcli_indexes_split(const char *index, char **out_names, const char ***out_paths,
                        size_t *out_count);

/* Whether a path, which need not be there yet, is one of them or lies in one. */
bool hlcli_index_holds(const char *index, const char *path);

/* 0, or the exit code for several where the command works on one. */
int hlcli_index_check(const struct hlcli_call *call);

#endif
