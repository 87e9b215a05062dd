/*
 * say.c - see say.h.
 *
 * What the tool says about itself lies in one static struct: it is set once, before a
 * command runs, and asked from everywhere. Sentences are made plain (hlcli_add_plain) on
 * their way out, since names of files and ids from articles stand in them.
 */
#include "cli/say.h"
#include "cli/json.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct hlcli_manner manner;
static volatile sig_atomic_t stop_signal;

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* --color beats the environment; NO_COLOR beats CLICOLOR_FORCE (no-color.org). */
static bool takes_colour(enum hlcli_when when, bool dumb)
{
    const char *force = getenv("CLICOLOR_FORCE");
    if (when != HLCLI_AUTO)
        return when == HLCLI_ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    return (force && *force && strcmp(force, "0")) || (manner.terminal && !dumb);
}

/* COLUMNS, as the shell sets it, else what the terminal says, else 80. */
static size_t terminal_width(void)
{
    enum { LEAST = 20 }; /* below it a line hardly has a word */
    int64_t columns;
    struct winsize size;
    const char *said = getenv("COLUMNS");
    if (said && hlcli_parse_count(said, LEAST, 10000, &columns))
        return (size_t)columns;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
        return 80;
    return size.ws_col < LEAST ? LEAST : size.ws_col;
}

/* Called twice: early with what the bare arguments tell, then with the parsed options. */
void hlcli_manner_set(bool json, bool quiet, enum hlcli_when colour)
{
    const char *term = getenv("TERM");
    bool dumb = !term || !*term || !strcmp(term, "dumb");
    manner.json = json;
    manner.quiet = quiet;
    manner.terminal = isatty(STDOUT_FILENO);
    manner.terminal_err = isatty(STDERR_FILENO) && !dumb;
    manner.colour = takes_colour(colour, dumb);
    manner.width = manner.terminal ? terminal_width() : SIZE_MAX;
}

const struct hlcli_manner *hlcli_manner(void)
{
    return &manner;
}

/* ------------------------------------------------------------------ failures */

/* The same failure for programs, on stdout. */
static void print_error_object(const char *code, int64_t at, const char *hint,
                               const char *sentence)
{
    struct hlcli_text text;
    struct hlcli_json json;
    assert(code && sentence);
    hlcli_text_init(&text);
    hlcli_json_init(&json, &text);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_key(&json, "error");
    hlcli_json_object(&json);
    hlcli_json_put(&json, "code", code);
    hlcli_json_put(&json, "message", sentence);
    hlcli_json_key(&json, "at");
    if (at >= 0)
        hlcli_json_int(&json, at);
    else
        hlcli_json_null(&json);
    hlcli_json_put(&json, "hint", hint);
    hlcli_json_object_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(&text, "\n");
    hlcli_print(&text);
    hlcli_text_release(&text);
}

/* What was printed before goes out first, so that the order on a terminal is true. */
static void fail(const char *code, int64_t at, const char *hint, const char *sentence)
{
    hint = hint ? hlcli_say(hint) : NULL;
    /* Names of files stand in sentences: what could drive a terminal goes. */
    struct hlcli_text line;
    hlcli_text_init(&line);
    hlcli_add(&line, "hlsearch: ");
    hlcli_add_plain(&line, sentence, strlen(sentence));
    if (hint) {
        hlcli_add(&line, "; ");
        hlcli_add_plain(&line, hint, strlen(hint));
    }
    hlcli_add(&line, "\n");
    if (manner.json)
        print_error_object(code, at, hint, sentence);
    fflush(stdout);
    fputs(line.data, stderr);
    hlcli_text_release(&line);
}

/* Memory that runs out here leaves the bare format: better than nothing said. */
static void fail_format(const char *code, int64_t at, const char *hint, const char *format,
                        va_list args)
{
    char *sentence = NULL;
    format = hlcli_say(format);
    if (vasprintf(&sentence, format, args) < 0)
        sentence = NULL;
    fail(code, at, hint, sentence ? sentence : format);
    free(sentence);
}

int hlcli_fail(int exit, const char *code, int64_t at, const char *hint, const char *format,
               ...)
{
    va_list args;
    assert(exit != HLCLI_FOUND && code);
    va_start(args, format);
    fail_format(code, at, hint, format, args);
    va_end(args);
    return exit;
}

int hlcli_wrong(const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_format("MISUSE", -1, hint, format, args);
    va_end(args);
    return HLCLI_WRONG;
}

/* Damage and strange versions are exit 3, another writer exit 6, all else exit 2. */
int hlcli_fail_error(const struct hl_error *err)
{
    int code = HLCLI_WRONG;
    assert(err->code < 0);
    if (err->code == HL_CORRUPT || err->code == HL_VERSION_BAD)
        code = HLCLI_DAMAGED;
    else if (err->code == HL_BUSY)
        code = HLCLI_BUSY;
    return hlcli_fail(code, hl_status_name(err->code), err->at, NULL, "%s", err->text);
}

const char *hlcli_reason(int error)
{
    return hlcli_say(strerror(error));
}

void hlcli_note(const char *format, ...)
{
    va_list args;
    if (manner.quiet)
        return;
    char *sentence = NULL;
    va_start(args, format);
    if (vasprintf(&sentence, hlcli_say(format), args) < 0)
        sentence = NULL;
    va_end(args);
    struct hlcli_text line;
    hlcli_text_init(&line);
    if (sentence)
        hlcli_add_plain(&line, sentence, strlen(sentence));
    fflush(stdout);
    fprintf(stderr, "hlsearch: %s\n", line.data);
    hlcli_text_release(&line);
    free(sentence);
}

void hlcli_point(const char *query, int64_t at, const char *words)
{
    enum { BEFORE = 60, AFTER = 30 }; /* bytes of a long query that are shown */
    size_t size = strlen(query), place = at > 0 ? (size_t)at : 0;
    struct hlcli_text line;
    if (manner.quiet || at < 0 || place > size)
        return;
    size_t from = place > BEFORE ? place - BEFORE : 0;
    size_t to = size - place > AFTER ? place + AFTER : size;
    while (from && ((unsigned char)query[from] & 0xc0) == 0x80)
        from--;
    while (to < size && ((unsigned char)query[to] & 0xc0) == 0x80)
        to++;
    hlcli_text_init(&line);
    hlcli_add_plain(&line, query + from, place - from);
    size_t column = hlcli_utf8_width(line.data, line.size);
    hlcli_text_reset(&line);
    hlcli_add_plain(&line, query + from, to - from);
    fprintf(stderr, "    %s\n    %*s^ %s\n", line.data, (int)column, "", hlcli_say(words));
    hlcli_text_release(&line);
}

/* -------------------------------------------------------------------- output */

void hlcli_print(const struct hlcli_text *text)
{
    fwrite(text->data, 1, text->size, stdout);
}

/* fflush() at the end is the first that knows of a full disk or a reader that has gone. */
int hlcli_finish(int done)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return done;
    if (errno == EPIPE)
        return HLCLI_PIPE;
    fprintf(stderr, hlcli_say("hlsearch: cannot write to standard output: %s\n"),
            errno ? hlcli_reason(errno) : hlcli_say("a write failed"));
    return HLCLI_WRONG;
}

/* ------------------------------------------------------------------- signals */

/* Nothing but this is safe in a handler. */
static void remember(int number)
{
    stop_signal = number;
}

void hlcli_stop_catch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = remember;
    sigemptyset(&action.sa_mask);
    /* No SA_RESTART: a read that waits for a pipe must come back.  RESETHAND: who
     * presses twice is let out at once, which loses nothing but time. */
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool hlcli_stop_asked(void)
{
    return stop_signal != 0;
}
