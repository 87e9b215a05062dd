/*
 * help and version: what the tables say, and which tables they are.
 */
#include "cli/commands.h"
#include "cli/manual.h"

#include <stddef.h>
#include <string.h>

struct options {
    bool man;
};

const struct hlcli_topic *hlcli_topic_find(const char *word)
{
    static const struct hlcli_topic *const topics[] = {&hlcli_topic_syntax, &hlcli_topic_page,
                                                       &hlcli_topic_shards};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (!strcmp(topics[i]->word, word))
            return topics[i];
    return NULL;
}

/* Help of a command is its --help, so that `help query` and `query --help` cannot differ. */
static int run_help(const struct hlcli_call *call, const void *given)
{
    const struct options *options = given;
    const struct hlcli_command *command = NULL;
    const struct hlcli_topic *topic = call->count ? hlcli_topic_find(call->words[0]) : NULL;
    struct hlcli_text text;
    if (call->count && !topic) {
        command = hlcli_command_find(call->words[0]);
        if (!command)
            return hlcli_command_unknown(call->words[0]);
    }
    hlcli_text_init(&text);
    if (topic && options->man)
        hlcli_manual_topic_roff(topic, &text);
    else if (topic)
        hlcli_manual_topic(topic, &text);
    else if (options->man)
        hlcli_manual_roff(command, &text);
    else if (command)
        hlcli_manual_long(command, &text);
    else
        hlcli_manual_overview(&text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    return HLCLI_FOUND;
}

static const struct hlcli_flag help_flags[] = {
    {"man", 0, HLCLI_SWITCH, offsetof(struct options, man), NULL,
     "print the manual page (roff)", 0, 0, 0, HLCLI_NO_CONFIG},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

const struct hlcli_command hlcli_help = {
    .name = "help",
    .arguments = "[COMMAND|syntax|page|shards]",
    .summary = "the commands, all about one, the query language, the search page",
    .most = 1,
    .flags = help_flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch help syntax", "the query language"},
                 {"hlsearch help page", "the search page behind a web server"},
                 {"hlsearch help --man query | man -l -", "the same as a manual page"}},
    .run = run_help,
};

static int run_version(const struct hlcli_call *call, const void *given)
{
    struct hlcli_text text;
    hlcli_text_init(&text);
    if (call->common.json)
        hlcli_add(&text,
                  "{\"schema\":1,\"name\":\"hlsearch\",\"version\":\"" HL_VERSION "\"}\n");
    else
        hlcli_add(&text, "hlsearch " HL_VERSION "\n");
    hlcli_print(&text);
    hlcli_text_release(&text);
    return HLCLI_FOUND;
}

const struct hlcli_command hlcli_version = {
    .name = "version",
    .arguments = "",
    .summary = "which version this is",
    .examples = {{"hlsearch version", "one line"},
                 {"hlsearch -V", "the same"},
                 {"hlsearch version --json", "for programs"}},
    .run = run_version,
};
