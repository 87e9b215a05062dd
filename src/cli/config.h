/*
 * config.h - options that are kept in a file.
 *
 * $XDG_CONFIG_HOME/hlsearch/config, then INDEX/config: lines `key = value`, keys are
 * long option names, COMMAND.key is for one command only, `#` begins a comment line.
 * Options beat INDEX beat user.
 *
 * Invariants  a key that another command knows is skipped, one that none knows is an
 *             error that names file and line.  INDEX/config may come with an index from
 *             elsewhere: keys that write files or leave the index are refused there.
 */
#ifndef HL_CLI_CONFIG_H
#define HL_CLI_CONFIG_H

#include "cli/flags.h"

/* Adds the settings of the files to `settings`, the user's first.  index may be NULL. */
int hlcli_config_read(const struct hlcli_command *command, const struct hlcli_common *common,
                      const char *index, struct hlcli_settings *settings);

#endif
