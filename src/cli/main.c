/*
 * main.c - the commands, one table, and the way from a command line to one of them.
 *
 * To add a command: write cmd_NAME.c with a `const struct hlcli_command hlcli_NAME`,
 * name it in commands.h and in the table below.  Parsing, help and manual follow.
 */
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/indexes.h"
#include "cli/manual.h"
#include "cli/shards.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct hlcli_command *const commands[] = {
    &hlcli_index,   &hlcli_delete,  &hlcli_export, &hlcli_query,    &hlcli_related,
    &hlcli_suggest, &hlcli_show,    &hlcli_stats,  &hlcli_inspect,  &hlcli_explain,
    &hlcli_check,   &hlcli_textual, &hlcli_bench,  &hlcli_template, &hlcli_completions,
    &hlcli_help,    &hlcli_version,
};

const struct hlcli_command *hlcli_command_at(size_t i)
{
    return i < sizeof commands / sizeof *commands ? commands[i] : NULL;
}

const struct hlcli_command *hlcli_command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *also = commands[i]->also;
        if (!strcmp(commands[i]->name, name) || (also && !strcmp(also, name)))
            return commands[i];
    }
    return NULL;
}

/* Arguments are UTF-8 whatever LANG says; the first byte that is not is named. */
static int check_arguments(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int64_t at = hlcli_utf8_bad(argv[i], strlen(argv[i]));
        if (at >= 0)
            return hlcli_fail(HLCLI_WRONG, "MISUSE", at,
                              "write arguments in UTF-8, whatever the locale",
                              "argument %d is not UTF-8: byte 0x%02X at byte %lld of it", i,
                              (unsigned char)argv[i][at], (long long)at);
    }
    return 0;
}

/* Too few or too many arguments, with the usage line as the way out. */
static int check_count(const struct hlcli_call *call)
{
    const struct hlcli_command *c = call->command;
    struct hlcli_text hint;
    assert(c->least <= c->most);
    int code = 0;
    hlcli_text_init(&hint);
    hlcli_add_format(&hint, hlcli_say("usage: hlsearch %s%s%s%s"), c->name,
                     c->takes_index ? " INDEX" : "", *c->arguments ? " " : "", c->arguments);
    if (c->takes_index && !call->asked)
        code = hlcli_wrong(hint.data, "%s: no INDEX given", c->name);
    else if (call->count < c->least)
        code = hlcli_wrong(hint.data, "%s: %s missing", c->name, c->arguments);
    else if (call->count > c->most)
        code = hlcli_wrong(hint.data, "%s: \"%s\" is one argument too many", c->name,
                           call->words[c->most]);
    hlcli_text_release(&hint);
    return code;
}

/* Whether a common option stands on the line, whatever its value. */
static bool is_given(const struct hlcli_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].common && !strcmp(settings->items[i].flag->name, name))
            return true;
    return false;
}

static int print_help(const struct hlcli_command *command, bool manual)
{
    struct hlcli_text text;
    hlcli_text_init(&text);
    if (manual)
        hlcli_manual_long(command, &text);
    else
        hlcli_manual_screen(command, &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    return 0;
}

/* INDEX is the first word, unless -i names it or the line says on which machines to look. */
static void take_index(struct hlcli_call *call, const struct hlcli_common *line,
                       const struct hlcli_opening *opening)
{
    if (!call->command->takes_index)
        return;
    assert(!call->index);
    call->index = line->index;
    bool elsewhere = opening && opening->shards.count;
    if (!call->index && !elsewhere && call->count) {
        call->index = *call->words++;
        call->count--;
    }
    if (call->index || elsewhere)
        call->asked = hlcli_asked(call->index, opening);
}

/* Config files first, the line after them, into the same options. */
static int apply_all(struct hlcli_call *call, const struct hlcli_settings *line,
                     struct hlcli_settings *files, const struct hlcli_common *line_common,
                     void *options)
{
    int code = hlcli_config_read(call->command, line_common, call->index, files);
    if (!code)
        code = hlcli_apply(files, options, &call->common);
    return code ? code : hlcli_apply(line, options, &call->common);
}

/* Help, INDEX, config files, options, arguments: in this order, since each needs the one
 * before. */
static int run_command(struct hlcli_call *call, const struct hlcli_settings *line,
                       struct hlcli_settings *files, void *options)
{
    const struct hlcli_command *command = call->command;
    struct hlcli_common first = {0};
    /* Once for --config, -i and the help alone, into options that are thrown away. */
    void *scratch = hlcli_alloc(command->options_size + 1, 1);
    int code = 0;
    if (is_given(line, "help"))
        first.help = true;
    else
        code = hlcli_apply(line, scratch, &first);
    if (!first.help)
        take_index(call, &first, command->reads ? scratch : NULL);
    free(scratch);
    if (first.help) {
        bool brief = false;
        for (size_t i = 0; i < line->count; i++)
            brief |= !strcmp(line->items[i].place, "-h");
        return print_help(command, !brief);
    }
    if (!code)
        code = apply_all(call, line, files, &first, options);
    if (code)
        return code;
    hlcli_manner_set(call->common.json, call->common.quiet,
                     (enum hlcli_when)call->common.colour);
    code = check_count(call);
    if (!code)
        code = hlcli_index_check(call);
    return code ? code : command->run(call, options);
}

/* Holds the memory of one command, and parses its line. */
static int dispatch(const struct hlcli_command *command, int argc, char **argv)
{
    struct hlcli_call call = {.command = command};
    struct hlcli_settings line = {0}, files = {0};
    char **words = hlcli_alloc((size_t)argc + 1, sizeof *words);
    void *options = hlcli_alloc(command->options_size + 1, 1);
    assert(command->run && (!command->defaults || command->options_size));
    if (command->defaults)
        memcpy(options, command->defaults, command->options_size);
    call.words = words;
    int code = hlcli_parse(command, argc, argv, &line, words, &call.count);
    if (!code)
        code = run_command(&call, &line, &files, options);
    hlcli_settings_release(&files);
    hlcli_settings_release(&line);
    free(call.asked);
    free(options);
    free(words);
    return code;
}

/* -h, --help, -V and --version stand where a verb would. */
static const struct hlcli_command *verb_of(const char *word)
{
    if (!strcmp(word, "-h") || !strcmp(word, "--help"))
        return &hlcli_help;
    if (!strcmp(word, "-V") || !strcmp(word, "--version"))
        return &hlcli_version;
    return hlcli_command_find(word);
}

/* Known before anything is parsed, since parsing may fail and must say so in JSON. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
        if (!strcmp(argv[i], "--json"))
            return true;
    return false;
}

/* The library takes what it does not know for no wish; who times a level wants to know. */
static int check_cpu(void)
{
    const char *wish = getenv("HLSEARCH_CPU");
    if (!wish || !*wish || !strcmp(wish, "portable") || !strcmp(wish, "avx2") ||
        !strcmp(wish, "avx512"))
        return 0;
    return hlcli_wrong("unset it to use what the processor has",
                       "HLSEARCH_CPU is portable, avx2 or avx512, not \"%s\"", wish);
}

/* From the arguments to an exit code. */
static int run(int argc, char **argv)
{
    hlcli_manner_set(wants_json(argc, argv), false, HLCLI_AUTO);
    if (argc < 2) {
        struct hlcli_text text;
        hlcli_text_init(&text);
        hlcli_manual_overview(&text);
        fputs(text.data, stderr);
        hlcli_text_release(&text);
        return HLCLI_WRONG;
    }
    int code = check_cpu();
    if (!code)
        code = check_arguments(argc, argv);
    if (code)
        return code;
    const struct hlcli_command *command = verb_of(argv[1]);
    if (!command && argv[1][0] == '-')
        return hlcli_wrong("hlsearch help lists the commands",
                           "the command comes first, not %s", argv[1]);
    if (!command)
        return hlcli_command_unknown(argv[1]);
    return dispatch(command, argc - 2, argv + 2);
}

static const char *bus_error; /* looked up before it is needed: a signal may not wait */

/*
 * A mapped file that was cut, or a medium that fails, ends a read in this signal.
 * What was printed so far is not the whole answer, so it ends as damage does.
 */
static void on_bus_error(int number)
{
    (void)number;
    ssize_t written = write(STDERR_FILENO, bus_error, strlen(bus_error));
    (void)written; /* there is nothing left to do about it */
    _exit(HLCLI_DAMAGED);
}

int main(int argc, char **argv)
{
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    hlcli_language_set();
    bus_error = hlcli_say("hlsearch: a file of the index was cut or could not be read while it "
                          "was in use; no answer is given. hlsearch check tells more\n");
    /* Whoever started us may have ignored it; a reader that has gone ends us quietly. */
    signal(SIGPIPE, SIG_DFL);
    signal(SIGBUS, on_bus_error);
    return hlcli_finish(run(argc, argv));
}
