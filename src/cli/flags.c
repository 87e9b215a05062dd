/*
 * flags.c - see flags.h.
 *
 * Parsing and applying are two steps, because config files come between them: which files
 * are read depends on the line (-i, --config, --no-config), and what they say must lose
 * against the line. So the line is only cut into settings first, and values are checked
 * when they are applied; a wrong value then names where it stood, be it an option or a line
 * of a file.
 */
#include "cli/flags.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMON(member) offsetof(struct hlcli_common, member)

const struct hlcli_flag hlcli_common_flags[] = {
    {"index", 'i', HLCLI_TEXT, COMMON(index), "DIR",
     "the index; the argument INDEX is left out", 0, 0, 0, HLCLI_NO_CONFIG},
    {"json", 0, HLCLI_SWITCH, COMMON(json), NULL, "print JSON", 0, 0, 0, 0},
    {"quiet", 'q', HLCLI_SWITCH, COMMON(quiet), NULL, "no notes, no progress", 0, 0, 0, 0},
    {"verbose", 'v', HLCLI_SWITCH, COMMON(verbose), NULL, "say more", 0, 0, 0, 0},
    {"color", 0, HLCLI_CHOICE, COMMON(colour), "auto|always|never", "bold and underlined words",
     0, 0, 0, 0},
    {"progress", 0, HLCLI_CHOICE, COMMON(progress), "auto|always|never",
     "the progress line on stderr", 0, 0, 0, 0},
    {"no-pager", 0, HLCLI_SWITCH, COMMON(no_pager), NULL,
     "never page what is longer than the screen", 0, 0, 0, HLCLI_RARE},
    {"config", 0, HLCLI_TEXT, COMMON(config), "FILE", "read this instead of the user's config",
     0, 0, 0, HLCLI_NO_CONFIG},
    {"no-config", 0, HLCLI_SWITCH, COMMON(no_config), NULL, "read no config at all", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"help", 0, HLCLI_SWITCH, COMMON(manual), NULL, "examples and all options (-h: one screen)",
     0, 0, 0, HLCLI_NO_CONFIG},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* ------------------------------------------------------------------- finding */

static const struct hlcli_flag *by_name(const struct hlcli_flag *flags, const char *name)
{
    for (; flags && flags->name; flags++)
        if (!strcmp(flags->name, name))
            return flags;
    return NULL;
}

static const struct hlcli_flag *by_letter(const struct hlcli_flag *flags, char letter)
{
    for (; flags && flags->name; flags++)
        if (flags->letter && flags->letter == letter)
            return flags;
    return NULL;
}

const struct hlcli_flag *hlcli_flag_find(const struct hlcli_command *command, const char *name,
                                         bool *out_common)
{
    const struct hlcli_flag *flag = by_name(command->flags, name);
    *out_common = !flag;
    return flag ? flag : by_name(hlcli_common_flags, name);
}

/* Keeps the first of the nearest names. */
static void nearer(const char *name, const char *wanted, const char **best, unsigned *least)
{
    unsigned d = hlcli_distance(name, wanted);
    if (d < *least) {
        *least = d;
        *best = name;
    }
}

/* A third of the letters may be wrong, and one always. */
static unsigned patience(const char *word)
{
    return (unsigned)strlen(word) / 3 + 2;
}

/* Who writes --snip means --snippet; it is refused all the same, see flags.h. */
static const char *abbreviated(const struct hlcli_flag *flags, const char *name)
{
    for (; flags && flags->name; flags++)
        if (flags->kind != HLCLI_LATER && name[0] && name[1] &&
            !strncmp(flags->name, name, strlen(name)))
            return flags->name;
    return NULL;
}

const char *hlcli_flag_nearest(const struct hlcli_command *command, const char *name)
{
    const char *best = abbreviated(command->flags, name);
    unsigned least = patience(name);
    if (!best)
        best = abbreviated(hlcli_common_flags, name);
    if (best)
        return best;
    for (const struct hlcli_flag *f = command->flags; f && f->name; f++)
        if (f->kind != HLCLI_LATER)
            nearer(f->name, name, &best, &least);
    for (const struct hlcli_flag *f = hlcli_common_flags; f->name; f++)
        nearer(f->name, name, &best, &least);
    return best;
}

/* Other names count as near too: who types "serch" knows the verb from elsewhere. */
int hlcli_command_unknown(const char *name)
{
    const struct hlcli_command *command;
    const char *best = NULL, *hint = "hlsearch help lists the commands";
    unsigned least = patience(name);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++) {
        nearer(command->name, name, &best, &least);
        if (command->also)
            nearer(command->also, name, &best, &least);
    }
    struct hlcli_text words;
    hlcli_text_init(&words);
    if (best) {
        command = hlcli_command_find(best);
        hlcli_add_format(&words, hlcli_say("did you mean %s?"), command->name);
        if (strcmp(best, command->name))
            hlcli_add_format(&words, hlcli_say(" (%s is another name for it)"), best);
        hint = words.data;
    }
    int code = hlcli_wrong(hint, "unknown command %s", name);
    hlcli_text_release(&words);
    return code;
}

/* ------------------------------------------------------------------- parsing */

/* Doubling, as everywhere: lines are short, but who knows what a script puts together. */
void hlcli_settings_add(struct hlcli_settings *settings, const struct hlcli_setting *one)
{
    assert(one->flag && settings->count <= settings->room);
    if (settings->count == settings->room) {
        settings->room = settings->room ? settings->room * 2 : 16;
        settings->items =
            hlcli_realloc(settings->items, settings->room, sizeof *settings->items);
    }
    settings->items[settings->count++] = *one;
}

void hlcli_settings_release(struct hlcli_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->items[i].place);
        free(settings->items[i].copy);
    }
    free(settings->items);
    memset(settings, 0, sizeof *settings);
}

/* The way out depends: a near name, a word that looks like an option, the list. */
static int unknown_option(const struct hlcli_command *command, const char *given)
{
    struct hlcli_text hint;
    char name[64];
    assert(given[0] == '-' && given[1]);
    bool is_long = given[1] == '-';
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given + 1 + is_long, "="),
             given + 1 + is_long);
    const char *best = is_long ? hlcli_flag_nearest(command, name) : NULL;
    hlcli_text_init(&hint);
    if (best)
        hlcli_add_format(&hint, hlcli_say("did you mean --%s?"), best);
    else if (command->takes_words)
        hlcli_add(&hint, hlcli_say("for a word to leave out, quote the query or put -- before "
                                   "it"));
    else
        hlcli_add_format(&hint, hlcli_say("hlsearch %s -h lists the options"), command->name);
    int code = hlcli_wrong(hint.data, is_long ? "unknown option --%s" : "unknown option %s",
                           is_long ? name : given);
    hlcli_text_release(&hint);
    return code;
}

/* Whether the next argument belongs to the option. */
static bool takes_value(const struct hlcli_flag *flag)
{
    return flag->kind != HLCLI_SWITCH && flag->kind != HLCLI_SET;
}

/* The command line while it is read. */
struct reading {
    const struct hlcli_command *command;
    int argc;
    char **argv;
    int at;
    struct hlcli_settings *settings;
};

/* Takes the value that follows the option, if it wants one and has none joined to it. */
static int take(struct reading *r, struct hlcli_setting *one, const char *joined)
{
    int code = 0;
    one->value = joined;
    if (!joined && takes_value(one->flag)) {
        if (r->at + 1 < r->argc)
            one->value = r->argv[++r->at];
        else
            code = hlcli_wrong(NULL, "%s wants a value: %s %s", one->place, one->place,
                               one->flag->value ? one->flag->value : "VALUE");
    }
    hlcli_settings_add(r->settings, one); /* owns the place, also when it is wrong */
    return code;
}

/* --name, --name=value, --name value. */
static int parse_long(struct reading *r)
{
    char *given = r->argv[r->at];
    assert(given[0] == '-' && given[1] == '-' && given[2]);
    char *equals = strchr(given, '=');
    size_t size = equals ? (size_t)(equals - given) : strlen(given);
    char *place = hlcli_alloc(size + 1, 1);
    struct hlcli_setting one = {0};
    memcpy(place, given, size);
    one.flag = hlcli_flag_find(r->command, place + 2, &one.common);
    one.place = place;
    if (!one.flag) {
        free(place);
        return unknown_option(r->command, given);
    }
    return take(r, &one, equals ? equals + 1 : NULL);
}

/* -n 5, -n5, -q; nothing else may be joined, see flags.h. */
static int parse_short(struct reading *r)
{
    char *given = r->argv[r->at];
    assert(given[0] == '-' && given[1] && given[1] != '-');
    const char *joined = given[2] ? given + 2 : NULL;
    struct hlcli_setting one = {0};
    if (!strcmp(given, "-h"))
        one.flag = by_name(hlcli_common_flags, "help");
    else
        one.flag = by_letter(r->command->flags, given[1]);
    one.common = !one.flag || !strcmp(given, "-h");
    if (!one.flag)
        one.flag = by_letter(hlcli_common_flags, given[1]);
    bool number = one.flag && (one.flag->kind == HLCLI_COUNT || one.flag->kind == HLCLI_REAL);
    if (!one.flag || (joined && !(number && joined[0] >= '0' && joined[0] <= '9')))
        return unknown_option(r->command, given);
    char place[3] = {'-', given[1], 0};
    one.place = hlcli_strdup(place);
    return take(r, &one, joined);
}

int hlcli_parse(const struct hlcli_command *command, int argc, char **argv,
                struct hlcli_settings *settings, char **out_words, size_t *out_count)
{
    assert(command && argv && out_words);
    struct reading r = {command, argc, argv, 0, settings};
    size_t count = 0;
    bool words_only = false;
    int code = 0;
    for (; !code && r.at < argc; r.at++) {
        char *given = argv[r.at];
        if (words_only || given[0] != '-' || !given[1])
            out_words[count++] = given;
        else if (!strcmp(given, "--"))
            words_only = true;
        else if (given[1] == '-')
            code = parse_long(&r);
        else
            code = parse_short(&r);
    }
    *out_count = count;
    return code;
}

/* ------------------------------------------------------------------- applying */

/* The place of value among "a|b|c". */
static bool choose(const char *names, const char *value, int64_t *out_choice)
{
    size_t size = strlen(value);
    assert(names && *names);
    for (int64_t i = 0; *names; i++) {
        size_t length = strcspn(names, "|");
        if (length == size && !memcmp(names, value, size)) {
            *out_choice = i;
            return true;
        }
        names += length + (names[length] == '|');
    }
    return false;
}

/* The same where a name may end in :FILE: any file that is named will do. */
static bool is_form(const char *names, const char *value)
{
    const char *colon = strchr(value, ':');
    int64_t choice;
    struct hlcli_text name;
    hlcli_text_init(&name);
    if (colon && colon[1])
        hlcli_add_format(&name, "%.*s:FILE", (int)(colon - value), value);
    bool good = name.size ? choose(names, name.data, &choice) : choose(names, value, &choice);
    hlcli_text_release(&name);
    return good;
}

/* A switch without a value means yes. */
static bool yes_or_no(const char *value, bool *out_yes)
{
    static const char *const words[2][4] = {{"no", "false", "off", "0"},
                                            {"yes", "true", "on", "1"}};
    for (int yes = 0; yes < 2; yes++)
        for (int i = 0; i < 4; i++)
            if (!value || !strcmp(value, words[yes][i])) {
                *out_yes = value ? yes : true;
                return true;
            }
    return false;
}

/* What a value must look like, for the message when it does not. */
static void describe(const struct hlcli_flag *flag, struct hlcli_text *text)
{
    switch (flag->kind) {
    case HLCLI_COUNT:
        hlcli_add_format(text, hlcli_say("a whole number from %.0f to %.0f"), flag->low,
                         flag->high);
        break;
    case HLCLI_REAL:
        hlcli_add_format(text, hlcli_say("a number from %g to %g"), flag->low, flag->high);
        break;
    case HLCLI_SIZE:
        hlcli_add(text, hlcli_say("a size such as 512M or 2G"));
        break;
    case HLCLI_CHOICE:
    case HLCLI_FORM:
        hlcli_add_format(text, hlcli_say("one of %s"), flag->value);
        break;
    case HLCLI_LIST:
        hlcli_add_format(text, hlcli_say("to be given at most %d times"), HLCLI_LIST_MAX);
        break;
    default:
        hlcli_add(text, hlcli_say("yes or no"));
    }
}

/* Kinds that are numbers, or numbers of names. */
static bool apply_number(const struct hlcli_flag *flag, const char *value, void *member)
{
    double real;
    switch (flag->kind) {
    case HLCLI_COUNT:
        return hlcli_parse_count(value, (int64_t)flag->low, (int64_t)flag->high, member);
    case HLCLI_SIZE:
        return hlcli_parse_size(value, member);
    case HLCLI_CHOICE:
        return choose(flag->value, value, member);
    default:
        assert(flag->kind == HLCLI_REAL);
        if (!hlcli_parse_real(value, &real) || real < flag->low || real > flag->high)
            return false;
        memcpy(member, &real, sizeof real);
        return true;
    }
}

static bool append(struct hlcli_list *list, const char *value)
{
    if (list->count == HLCLI_LIST_MAX)
        return false;
    list->items[list->count++] = value;
    return true;
}

/* One setting into the member that its flag names. */
static bool apply_one(const struct hlcli_setting *one, void *member)
{
    bool yes;
    switch (one->flag->kind) {
    case HLCLI_FORM:
        if (!is_form(one->flag->value, one->value))
            return false;
        /* fall through */
    case HLCLI_TEXT:
        memcpy(member, &one->value, sizeof one->value);
        return true;
    case HLCLI_LIST:
        return append(member, one->value);
    case HLCLI_SWITCH:
    case HLCLI_SET:
        if (!yes_or_no(one->value, &yes))
            return false;
        if (one->flag->kind == HLCLI_SWITCH)
            memcpy(member, &yes, sizeof yes);
        else if (yes)
            memcpy(member, &one->flag->set, sizeof one->flag->set);
        return true;
    default:
        return apply_number(one->flag, one->value, member);
    }
}

/* Later settings overwrite earlier ones: config files come first, the line last. */
int hlcli_apply(const struct hlcli_settings *settings, void *options,
                struct hlcli_common *common)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct hlcli_setting *one = &settings->items[i];
        assert(one->flag && one->place);
        char *base = one->common ? (char *)common : (char *)options;
        if (one->flag->kind == HLCLI_LATER)
            return hlcli_fail(HLCLI_WRONG, "UNSUPPORTED", -1, one->flag->help,
                              "%s is not supported by this version", one->place);
        if (!strcmp(one->place, "-h"))
            common->help = true;
        else if (!apply_one(one, base + one->flag->offset)) {
            struct hlcli_text wanted;
            hlcli_text_init(&wanted);
            describe(one->flag, &wanted);
            int code = hlcli_wrong(NULL, "%s wants %s, not \"%s\"", one->place, wanted.data,
                                   one->value);
            hlcli_text_release(&wanted);
            return code;
        }
    }
    return 0;
}
