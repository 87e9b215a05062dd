/*
 * manual.h - the help, three ways, from the tables of flags.h.
 *
 * -h is one screen (24 lines of 80), --help begins with three worked examples and has
 * every option, the man page is the same in roff.  Nothing is written twice: what an
 * option does stands in its table only.
 */
#ifndef HL_CLI_MANUAL_H
#define HL_CLI_MANUAL_H

#include "cli/flags.h"
#include "cli/topic.h"

void hlcli_manual_screen(const struct hlcli_command *command, struct hlcli_text *out);
void hlcli_manual_long(const struct hlcli_command *command, struct hlcli_text *out);
/* roff of hlsearch-VERB(1); of hlsearch(1) where command is NULL. */
void hlcli_manual_roff(const struct hlcli_command *command, struct hlcli_text *out);
/* A topic, the same two ways: `help syntax`, and hlsearch-query(7). */
void hlcli_manual_topic(const struct hlcli_topic *topic, struct hlcli_text *out);
void hlcli_manual_topic_roff(const struct hlcli_topic *topic, struct hlcli_text *out);
/* The commands, one a line. */
void hlcli_manual_overview(struct hlcli_text *out);

#endif
