/*
 * config.c - see config.h.
 *
 * The format is the simplest that people know: no sections, no quotes, no escapes. A value
 * is the rest of the line without the blanks at its ends, and means exactly what it would
 * mean after the long option.
 */
#include "cli/config.h"
#include "cli/indexes.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4096 };

/* In place. */
static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t size = strlen(s);
    while (size && strchr(" \t\r\n", s[size - 1]))
        size--;
    s[size] = 0;
    return s;
}

/* A config serves all commands: what one of them knows is no mistake for another. */
static bool known_somewhere(const char *key)
{
    const struct hlcli_command *command;
    bool common;
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        if (hlcli_flag_find(command, key, &common))
            return true;
    return false;
}

/* What an unknown key may have meant: an option of this command, else of any. */
static const char *nearest(const struct hlcli_command *first, const char *key)
{
    const struct hlcli_command *command;
    const char *best = hlcli_flag_nearest(first, key);
    for (size_t i = 0; !best && (command = hlcli_command_at(i)); i++)
        best = hlcli_flag_nearest(command, key);
    return best;
}

/* The file that is read. */
struct source {
    const struct hlcli_command *command;
    const char *path;
    unsigned line;
    struct hlcli_settings *settings;
};

static int key_unknown(const struct source *source, const struct hlcli_command *command,
                       const char *key)
{
    struct hlcli_text hint;
    const char *best = nearest(command, key);
    hlcli_text_init(&hint);
    if (best)
        hlcli_add_format(&hint, hlcli_say("did you mean %s?"), best);
    int code = hlcli_wrong(best ? hint.data : "keys are long option names without --",
                           "%s:%u: unknown key %s", source->path, source->line, key);
    hlcli_text_release(&hint);
    return code;
}

/* `count = 5` is for every command that has --count, `query.count = 5` for query alone.
 * Takes the command's name off the key; NULL: no such command. */
static const struct hlcli_command *whose(const struct source *source, char **key)
{
    char *dot = strchr(*key, '.');
    if (!dot)
        return source->command;
    *dot = 0;
    const struct hlcli_command *command = hlcli_command_find(*key);
    if (command)
        *key = dot + 1;
    return command;
}

/* A key with its value into a setting, where it is one of this command. */
static int take_pair(const struct source *source, char *key, const char *value)
{
    struct hlcli_setting one = {0};
    struct hlcli_text place;
    bool alone = strchr(key, '.') != NULL;
    const struct hlcli_command *command = whose(source, &key);
    if (!command)
        return hlcli_wrong("write COMMAND.key = value, or key = value for all",
                           "%s:%u: unknown command %s", source->path, source->line, key);
    one.flag = hlcli_flag_find(command, key, &one.common);
    if (!one.flag && (alone || !known_somewhere(key)))
        return key_unknown(source, command, key);
    if (!one.flag)
        return 0;
    if (one.flag->traits & HLCLI_NO_CONFIG)
        return hlcli_wrong("give it on the command line", "%s:%u: %s is no key of config files",
                           source->path, source->line, key);
    if (command != source->command)
        return 0;
    hlcli_text_init(&place);
    hlcli_add_format(&place, "%s:%u: %s", source->path, source->line, key);
    one.place = place.data;
    one.value = one.copy = hlcli_strdup(value);
    hlcli_settings_add(source->settings, &one);
    return 0;
}

/* Editors of some systems put a mark before the first line. */
static int take_line(const struct source *source, char *line)
{
    if (source->line == 1 && !strncmp(line, "\xef\xbb\xbf", 3))
        line += 3;
    char *key = trim(line), *equals = strchr(key, '=');
    assert(source->line > 0);
    if (!*key || *key == '#')
        return 0;
    if (hlcli_utf8_bad(key, strlen(key)) >= 0)
        return hlcli_wrong("save the file as UTF-8", "%s:%u: not UTF-8", source->path,
                           source->line);
    if (!equals)
        return hlcli_wrong("write key = value", "%s:%u: no \"=\" in the line", source->path,
                           source->line);
    *equals = 0;
    return take_pair(source, trim(key), trim(equals + 1));
}

/* A file that is not there is no failure, unless it was asked for by name. */
static int read_file(struct source *source, bool must_exist)
{
    char line[LINE_MAX_BYTES];
    int code = 0;
    FILE *file = fopen(source->path, "re");
    if (!file && !must_exist && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
        return 0;
    if (!file)
        return hlcli_wrong(NULL, "%s: cannot read the config: %s", source->path,
                           hlcli_reason(errno));
    while (!code && fgets(line, sizeof line, file)) {
        source->line++;
        if (!strchr(line, '\n') && !feof(file))
            code = hlcli_wrong("shorten it", "%s:%u: line longer than %d bytes", source->path,
                               source->line, LINE_MAX_BYTES - 2);
        else
            code = take_line(source, line);
    }
    if (!code && ferror(file))
        code = hlcli_wrong(NULL, "%s: cannot read the config: %s", source->path,
                           hlcli_reason(errno));
    fclose(file);
    return code;
}

static int read_named(const struct hlcli_command *command, struct hlcli_settings *settings,
                      const char *path, bool must_exist)
{
    struct source source = {command, path, 0, settings};
    return read_file(&source, must_exist);
}

/* Where the XDG base directory specification puts it. */
static int read_user(const struct hlcli_command *command, struct hlcli_settings *settings)
{
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    struct hlcli_text path;
    int code = 0;
    hlcli_text_init(&path);
    if (base && *base)
        hlcli_add_format(&path, "%s/hlsearch/config", base);
    else if (home && *home)
        hlcli_add_format(&path, "%s/.config/hlsearch/config", home);
    if (path.size)
        code = read_named(command, settings, path.data, false);
    hlcli_text_release(&path);
    return code;
}

/* --config FILE stands for the user's file only: what belongs to an index stays with it. */
int hlcli_config_read(const struct hlcli_command *command, const struct hlcli_common *common,
                      const char *index, struct hlcli_settings *settings)
{
    int code;
    if (common->no_config)
        return 0;
    code = common->config ? read_named(command, settings, common->config, true)
                          : read_user(command, settings);
    if (code || !index)
        return code;
    struct hlcli_text path;
    char *first = hlcli_index_first(index);
    size_t size = strlen(first);
    hlcli_text_init(&path);
    hlcli_add_format(&path, "%s%sconfig", first, size && first[size - 1] == '/' ? "" : "/");
    free(first);
    code = read_named(command, settings, path.data, false);
    hlcli_text_release(&path);
    return code;
}
