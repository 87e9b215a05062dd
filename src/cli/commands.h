/*
 * commands.h - the commands of the tool, each a row with its flags and its function.
 *
 * Each lives in cmd_NAME.c; main.c puts them in order.
 */
#ifndef HL_CLI_COMMANDS_H
#define HL_CLI_COMMANDS_H

#include "cli/flags.h"

extern const struct hlcli_command hlcli_index, hlcli_query, hlcli_related, hlcli_suggest,
    hlcli_show, hlcli_stats, hlcli_inspect, hlcli_explain, hlcli_check, hlcli_textual,
    hlcli_bench, hlcli_help, hlcli_version, hlcli_completions, hlcli_template, hlcli_delete,
    hlcli_export;

/* The words of a query joined by blanks; yours. */
char *hlcli_join(char **words, size_t count);

#endif
