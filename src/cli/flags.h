/*
 * flags.h - what a command takes, told once, as tables.
 *
 * From one table of flags a command line and the config files are parsed and every
 * help is printed (manual.h).  A command is a row of hlcli_commands (main.c).
 *
 *   argv -> hlcli_parse -> settings (flag, value) + words
 *   user config, INDEX/config, settings -> hlcli_apply, in this order -> options
 *
 * Invariants  `--` ends options; options may follow words; long options are never
 *             abbreviated; a short option stands alone, only a number may be joined to
 *             it (-n5), so that `-virus` is never taken for -v -i rus.
 * Ownership   values point into argv or into copies that the settings own: settings are
 *             released after the command has run.
 * Errors      reported by say.h; the functions return 0 or the exit code.
 */
#ifndef HL_CLI_FLAGS_H
#define HL_CLI_FLAGS_H

#include "cli/say.h"

enum hlcli_kind {
    HLCLI_SWITCH, /* bool; --name, --name=no */
    HLCLI_SET,    /* int64_t, set to `set` */
    HLCLI_TEXT,   /* const char * */
    HLCLI_COUNT,  /* int64_t within low..high */
    HLCLI_SIZE,   /* uint64_t bytes, K M G */
    HLCLI_REAL,   /* double within low..high */
    HLCLI_CHOICE, /* int64_t: place among the names of `value` */
    HLCLI_FORM, /* const char *: one of the names of `value`, of which "name:FILE" takes more */
    HLCLI_LIST, /* struct hlcli_list: every one given counts */
    HLCLI_LATER /* known by the plan, not to this version: a clear refusal */
};

enum hlcli_trait {
    HLCLI_RARE = 1,     /* in --help and the manual, not in -h */
    HLCLI_NO_CONFIG = 2 /* only on the command line */
};

enum { HLCLI_LIST_MAX = 16 };
struct hlcli_list {
    const char *items[HLCLI_LIST_MAX];
    size_t count;
};

struct hlcli_flag {
    const char *name; /* without --; NULL ends a table */
    char letter;      /* 0: none */
    enum hlcli_kind kind;
    size_t offset;     /* of the member in the options */
    const char *value; /* what help calls it; "a|b|c" for CHOICE */
    const char *help;
    double low, high;
    int64_t set;
    unsigned traits;
};

/* Options that every command takes. */
struct hlcli_common {
    const char *index;
    const char *config;
    bool no_config, json, quiet, verbose, no_pager, help, manual;
    int64_t colour, progress; /* enum hlcli_when */
};

struct hlcli_example {
    const char *line, *what;
};

/* What a command is given. */
struct hlcli_call {
    const struct hlcli_command *command;
    struct hlcli_common common;
    const char *index; /* NULL if the command takes none, or --shard says where to look */
    char *asked;       /* what messages call it; owned by main.c */
    char **words;      /* the arguments after INDEX */
    size_t count;
};

struct hlcli_command {
    const char *name;
    const char *also;      /* another name that people try; NULL: none */
    const char *arguments; /* after INDEX, e.g. "WORDS..." */
    const char *summary;
    bool takes_index;
    bool takes_several; /* INDEX may be several (indexes.h) */
    bool reads;         /* options begin with a struct hlcli_opening (shards.h) */
    bool takes_words;   /* free text: an odd option may have been meant as a word */
    size_t least, most; /* arguments after INDEX */
    const struct hlcli_flag *flags;
    const void *defaults; /* of the options; NULL: all zero */
    size_t options_size;
    struct hlcli_example examples[3];
    const char *manual; /* paragraphs of the manual page, blank lines between */
    int (*run)(const struct hlcli_call *call, const void *options);
};

/* The table of commands, in the order of the help; NULL past the end. */
const struct hlcli_command *hlcli_command_at(size_t i);
/* By name or other name; NULL if there is none. */
const struct hlcli_command *hlcli_command_find(const char *name);
/* Says which command may have been meant; exit 2. */
int hlcli_command_unknown(const char *name);

extern const struct hlcli_flag hlcli_common_flags[];

/* One value given to one flag. */
struct hlcli_setting {
    const struct hlcli_flag *flag;
    bool common;
    const char *value; /* NULL: a switch without one */
    char *place;       /* where it stood, for messages: "--k1", "news/config:3: k1"; owned */
    char *copy;        /* what value points into, where that must be freed */
};

struct hlcli_settings {
    struct hlcli_setting *items;
    size_t count, room;
};

/* Flag of a command or common flag by long name; *out_common tells which. */
const struct hlcli_flag *hlcli_flag_find(const struct hlcli_command *command, const char *name,
                                         bool *out_common);
/* What an unknown long name may have meant; NULL if nothing is near. */
const char *hlcli_flag_nearest(const struct hlcli_command *command, const char *name);
void hlcli_settings_add(struct hlcli_settings *settings, const struct hlcli_setting *one);
void hlcli_settings_release(struct hlcli_settings *settings); /* options lose their texts */

/*
 * Splits argv (after the verb) into settings and words.  A setting's value is checked
 * only when it is applied.
 */
int hlcli_parse(const struct hlcli_command *command, int argc, char **argv,
                struct hlcli_settings *settings, char **out_words, size_t *out_count);
/* Puts values into options and common; the last one wins, but of a list all are kept. */
int hlcli_apply(const struct hlcli_settings *settings, void *options,
                struct hlcli_common *common);

#endif
