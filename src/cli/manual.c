/*
 * manual.c - see manual.h.
 *
 * Three layouts over the same tables. Terminals get lines of at most 80 columns, broken
 * here, since help is read before anything is known about the terminal; roff is broken by
 * whoever shows it.
 */
#include "cli/manual.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, COLUMN = 26, COMMAND_COLUMN = 13 };

static const char exit_codes[] = HLCLI_SAID(
    "0 done, something found; 1 nothing found; 2 wrong use, or a file that cannot be read or "
    "written; 3 index damaged or of another version; 4 done, but some articles were rejected; "
    "5 some shards did not answer, the others' answer is printed; 6 another writer holds the "
    "index; 124 time was up, the answer is partial; 130 "
    "interrupted.");

/* "hlsearch query [options] INDEX WORDS..." */
static void add_usage(struct hlcli_text *out, const struct hlcli_command *c)
{
    hlcli_add_format(out, "hlsearch %s%s%s%s%s", c->name, c->flags ? " [options]" : "",
                     c->takes_index ? " INDEX" : "", *c->arguments ? " " : "", c->arguments);
}

/* "-n, --count N" */
static void add_flag_name(struct hlcli_text *out, const struct hlcli_flag *flag)
{
    assert(flag->kind == HLCLI_SWITCH || flag->kind == HLCLI_SET || flag->value);
    if (flag->letter)
        hlcli_add_format(out, "-%c, ", flag->letter);
    hlcli_add_format(out, "--%s", flag->name);
    if (flag->kind != HLCLI_SWITCH && flag->kind != HLCLI_SET)
        hlcli_add_format(out, " %s", flag->value);
}

/* Words broken at the width, every line but the first indented. */
static void add_folded(struct hlcli_text *out, const char *words, size_t indent, size_t at)
{
    assert(at >= indent && indent < WIDTH);
    while (*words) {
        size_t size = strcspn(words, " \n");
        size_t width = hlcli_utf8_width(words, size);
        if (at > indent && at + 1 + width > WIDTH) {
            hlcli_add_format(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            hlcli_add(out, " ");
            at++;
        }
        hlcli_add_bytes(out, words, size);
        at += width;
        words += size;
        bool paragraph = words[0] == '\n' && words[1] == '\n';
        words += strspn(words, " \n");
        if (paragraph && *words) {
            hlcli_add_format(out, "\n\n%*s", (int)indent, "");
            at = indent;
        }
    }
    hlcli_add(out, "\n");
}

/* Name, then help from a fixed column on; beside or below the name where that is long. */
static void add_flag_line(struct hlcli_text *out, const struct hlcli_flag *flag)
{
    size_t from = out->size;
    assert(flag->help && *flag->help);
    hlcli_add(out, flag->letter ? "  " : "      ");
    add_flag_name(out, flag);
    size_t width = hlcli_utf8_width(out->data + from, out->size - from);
    const char *help = hlcli_say(flag->help);
    if (width + 2 > COLUMN && width + 2 + hlcli_utf8_width(help, strlen(help)) <= WIDTH) {
        hlcli_add_format(out, "  %s\n", help);
        return;
    }
    if (width + 2 > COLUMN) {
        hlcli_add(out, "\n");
        width = 0;
    }
    hlcli_add_format(out, "%*s", (int)(COLUMN - width), "");
    add_folded(out, help, COLUMN, COLUMN);
}

/* Flags of other versions are never shown. */
static void add_flags(struct hlcli_text *out, const struct hlcli_flag *flags, unsigned but)
{
    for (; flags && flags->name; flags++)
        if (flags->kind != HLCLI_LATER && !(flags->traits & but))
            add_flag_line(out, flags);
}

/* Rare options are left to --help, or the screen would not hold the others. */
void hlcli_manual_screen(const struct hlcli_command *command, struct hlcli_text *out)
{
    hlcli_add(out, hlcli_say("usage: "));
    add_usage(out, command);
    hlcli_add_format(out, "\n%s\n\n", hlcli_say(command->summary));
    add_flags(out, command->flags, HLCLI_RARE);
    const char *every = hlcli_say("every command: ");
    size_t indent = hlcli_utf8_width(every, strlen(every));
    hlcli_add(out, every);
    struct hlcli_text names;
    hlcli_text_init(&names);
    for (const struct hlcli_flag *f = hlcli_common_flags; f->name; f++)
        if (!(f->traits & HLCLI_RARE))
            hlcli_add_format(&names, f->letter ? "%s-%c/--%s" : "%s%.0d--%s",
                             names.size ? " " : "", f->letter, f->name);
    add_folded(out, names.data, indent, indent);
    hlcli_text_release(&names);
    hlcli_add_format(out, hlcli_say("examples and all options: hlsearch %s --help\n"),
                     command->name);
}

static void add_examples(struct hlcli_text *out, const struct hlcli_command *command)
{
    for (size_t i = 0; i < 3 && command->examples[i].line; i++)
        hlcli_add_format(out, "  %s\n      %s\n", command->examples[i].line,
                         hlcli_say(command->examples[i].what));
}

/* Each paragraph is looked up for itself: what has no translation stays English. */
static void add_paragraphs(struct hlcli_text *out, const char *manual)
{
    struct hlcli_text one;
    hlcli_text_init(&one);
    while (*manual) {
        const char *end = strstr(manual, "\n\n");
        hlcli_text_reset(&one);
        hlcli_add_bytes(&one, manual, end ? (size_t)(end - manual) : strlen(manual));
        hlcli_add(out, "\n  ");
        add_folded(out, hlcli_say(one.data), 2, 2);
        manual = end ? end + 2 : manual + one.size;
    }
    hlcli_text_release(&one);
}

void hlcli_manual_long(const struct hlcli_command *command, struct hlcli_text *out)
{
    hlcli_add(out, hlcli_say("Examples\n"));
    add_examples(out, command);
    hlcli_add(out, hlcli_say("\nUsage\n  "));
    add_usage(out, command);
    hlcli_add_format(out, "\n  %s\n", hlcli_say(command->summary));
    if (command->manual)
        add_paragraphs(out, command->manual);
    if (command->flags) {
        hlcli_add(out, hlcli_say("\nOptions\n"));
        add_flags(out, command->flags, 0);
    }
    hlcli_add(out, hlcli_say("\nOptions of every command\n"));
    add_flags(out, hlcli_common_flags, 0);
    hlcli_add(out, hlcli_say("\nExit codes\n  "));
    add_folded(out, hlcli_say(exit_codes), 2, 2);
}

/* Two lines that work come before the list: most readers need nothing else. */
void hlcli_manual_overview(struct hlcli_text *out)
{
    const struct hlcli_command *command;
    hlcli_add_format(
        out,
        hlcli_say("hlsearch %s: full-text search for Vietnamese science news\n"
                  "  hlsearch index news.ix FILES...      make an index, or add to "
                  "it\n"
                  "  hlsearch query news.ix khu công nghệ cao\n\nCommands\n"),
        HL_VERSION);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        hlcli_add_format(out, "  %-*s%s\n", COMMAND_COLUMN, command->name,
                         hlcli_say(command->summary));
    hlcli_add(out, hlcli_say("\nhlsearch COMMAND -h for its options on one screen, --help for "
                             "examples.\n"));
}

static bool is_lines(const struct hlcli_entry *entry)
{
    return entry->text && entry->tag && !*entry->tag;
}

/* Each line as it is, further in; none are broken. */
static void add_lines(struct hlcli_text *out, const char *lines)
{
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        assert(hlcli_utf8_width(lines, size) + 6 <= WIDTH);
        if (size)
            hlcli_add(out, "      ");
        hlcli_add_bytes(out, lines, size);
        hlcli_add(out, "\n");
        lines += size + (lines[size] == '\n');
    }
}

void hlcli_manual_topic(const struct hlcli_topic *topic, struct hlcli_text *out)
{
    assert(topic->count && topic->entries);
    for (const struct hlcli_entry *e = topic->entries; e < topic->entries + topic->count; e++) {
        if (!e->text) {
            hlcli_add_format(out, "\n%s\n", hlcli_say(e->tag));
            continue;
        }
        bool after = e > topic->entries && e[-1].text && (!e[-1].tag || is_lines(e - 1));
        if (after || is_lines(e))
            hlcli_add(out, "\n");
        if (is_lines(e)) {
            add_lines(out, e->text);
            continue;
        }
        hlcli_add_format(out, e->tag ? "  %s\n      " : "  ", e->tag);
        size_t indent = e->tag ? 6 : 2;
        add_folded(out, hlcli_say(e->text), indent, indent);
    }
}

/* ---------------------------------------------------------------------- roff */

/* A letter beyond ASCII as groff and mandoc both name it, whatever their input is. */
static size_t add_roff_letter(struct hlcli_text *out, const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t size = hlcli_utf8_size(s, strlen(s));
    unsigned code = size == 4 ? p[0] & 7 : size == 3 ? p[0] & 15 : p[0] & 31;
    assert(size > 1);
    for (size_t i = 1; i < size; i++)
        code = code << 6 | (p[i] & 63);
    hlcli_add_format(out, "\\[u%04X]", code);
    return size;
}

/* Signs that are to stay what they are: a hyphen of an option can be searched and copied. */
static const char *roff_sign(char c)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '"': /* would group the arguments of a request */
        return "\\(dq";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return NULL;
    }
}

/* Text of a man page: signs, letters, and lines that would be requests. */
static void add_roff(struct hlcli_text *out, const char *s)
{
    bool start = true;
    for (; *s; s++) {
        const char *sign = roff_sign(*s);
        if (start && *s == '.')
            hlcli_add(out, "\\&");
        start = false;
        if (sign)
            hlcli_add(out, sign);
        else if ((unsigned char)*s >= 0x80)
            s += add_roff_letter(out, s) - 1;
        else if (s[0] == '\n' && s[1] == '\n') {
            hlcli_add(out, "\n.PP\n");
            s++;
            start = true;
        } else
            hlcli_add_bytes(out, s, 1);
    }
}

/* The same tables once more, as paragraphs with a hanging tag. */
static void add_roff_flags(struct hlcli_text *out, const struct hlcli_flag *flags)
{
    struct hlcli_text name;
    hlcli_text_init(&name);
    for (; flags && flags->name; flags++) {
        if (flags->kind == HLCLI_LATER)
            continue;
        hlcli_text_reset(&name);
        add_flag_name(&name, flags);
        hlcli_add(out, ".TP\n.B ");
        add_roff(out, name.data);
        hlcli_add(out, "\n");
        add_roff(out, flags->help);
        hlcli_add(out, "\n");
    }
    hlcli_text_release(&name);
}

/* Examples come first here too. */
static void roff_command(const struct hlcli_command *command, struct hlcli_text *out)
{
    struct hlcli_text usage;
    hlcli_text_init(&usage);
    add_usage(&usage, command);
    hlcli_add(out, ".SH SYNOPSIS\n.B ");
    add_roff(out, usage.data);
    hlcli_add(out, "\n.SH EXAMPLES\n");
    for (size_t i = 0; i < 3 && command->examples[i].line; i++) {
        hlcli_add(out, ".TP\n.B ");
        add_roff(out, command->examples[i].line);
        hlcli_add(out, "\n");
        add_roff(out, command->examples[i].what);
        hlcli_add(out, "\n");
    }
    hlcli_add(out, ".SH DESCRIPTION\n");
    add_roff(out, command->summary);
    if (command->manual) {
        hlcli_add(out, "\n.PP\n");
        add_roff(out, command->manual);
    }
    hlcli_add(out, "\n.SH OPTIONS\n");
    add_roff_flags(out, command->flags);
    hlcli_text_release(&usage);
}

static void roff_overview(struct hlcli_text *out)
{
    const struct hlcli_command *command;
    hlcli_add(out, ".SH SYNOPSIS\n.B hlsearch\nCOMMAND [options] ARGUMENTS\n"
                   ".SH COMMANDS\n");
    for (size_t i = 0; (command = hlcli_command_at(i)); i++) {
        hlcli_add_format(out, ".TP\n.BR hlsearch\\-%s (1)\n", command->name);
        add_roff(out, command->summary);
        hlcli_add(out, "\n");
    }
    hlcli_add(out, ".SH OPTIONS\n");
}

/* Between requests that keep lines apart; a line is text of its own. */
static void add_roff_lines(struct hlcli_text *out, const char *lines)
{
    struct hlcli_text one;
    hlcli_text_init(&one);
    hlcli_add(out, ".PP\n.RS 4\n.nf\n");
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        hlcli_text_reset(&one);
        hlcli_add_bytes(&one, lines, size);
        add_roff(out, one.data);
        hlcli_add(out, "\n");
        lines += size + (lines[size] == '\n');
    }
    hlcli_add(out, ".fi\n.RE\n");
    hlcli_text_release(&one);
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* What every page begins with. */
static void add_roff_title(struct hlcli_text *out, const struct hlcli_topic *topic)
{
    hlcli_add(out, ".TH ");
    for (const char *c = topic->page; *c; c++)
        hlcli_add_format(out, *c == '-' ? "\\%c" : "%c", ascii_upper(*c));
    hlcli_add_format(out, " %d \"\" \"hlsearch " HL_VERSION "\"\n.SH NAME\n", topic->section);
    add_roff(out, topic->page);
    hlcli_add_format(out, " \\- %s\n.SH DESCRIPTION\n", topic->about);
}

void hlcli_manual_topic_roff(const struct hlcli_topic *topic, struct hlcli_text *out)
{
    assert(topic->count && topic->entries);
    add_roff_title(out, topic);
    for (const struct hlcli_entry *e = topic->entries; e < topic->entries + topic->count; e++) {
        if (is_lines(e)) {
            add_roff_lines(out, e->text);
            continue;
        }
        /* A heading is a break already. */
        if (!e->text)
            hlcli_add(out, ".SS ");
        else if (e->tag)
            hlcli_add(out, ".TP\n.B ");
        else if (e > topic->entries && e[-1].text)
            hlcli_add(out, ".PP\n");
        if (e->tag) {
            add_roff(out, e->tag);
            hlcli_add(out, "\n");
        }
        if (e->text) {
            add_roff(out, e->text);
            hlcli_add(out, "\n");
        }
    }
    hlcli_add_format(out, ".SH SEE ALSO\n%s", topic->also);
}

/* Bold, hanging tags and paragraphs only, which groff and mandoc both know. */
void hlcli_manual_roff(const struct hlcli_command *command, struct hlcli_text *out)
{
    const char *name = command ? command->name : "";
    const char *summary =
        command ? command->summary : "full-text search for Vietnamese science news";
    hlcli_add_format(out, ".TH HLSEARCH%s%s 1 \"\" \"hlsearch " HL_VERSION "\"\n.SH NAME\n",
                     command ? "\\-" : "", name);
    hlcli_add_format(out, "hlsearch%s%s \\- ", command ? "\\-" : "", name);
    add_roff(out, summary);
    hlcli_add(out, "\n");
    if (command)
        roff_command(command, out);
    else
        roff_overview(out);
    add_roff_flags(out, hlcli_common_flags);
    hlcli_add(
        out, ".SH FILES\n.TP\n.I $XDG_CONFIG_HOME/hlsearch/config\nkey = value; keys "
             "are long option names, COMMAND.key those of one command\n.TP\n.I "
             "INDEX/config\nthe same, for one index; "
             "options beat it, it beats the user's\n.SH ENVIRONMENT\n"
             "NO_COLOR, CLICOLOR_FORCE, TERM, COLUMNS, PAGER; LC_ALL, LC_MESSAGES or LANG that "
             "begins with vi: messages in Vietnamese\n.SH EXIT STATUS\n");
    add_roff(out, exit_codes);
    hlcli_add(out, command ? "\n.SH SEE ALSO\n.BR hlsearch (1),\n" : "\n.SH SEE ALSO\n");
    hlcli_add(out, command ? ".BR hlsearch\\-query (7)\n"
                           : ".BR hlsearch\\-query (7),\n.BR hlsearch\\-shards (7),\n"
                             ".BR hlsearch.cgi (1)\n");
}
