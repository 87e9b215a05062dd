/*
 * say.h - how the tool speaks: exit codes, failures, notes, colour, the end.
 *
 * Results go to stdout, words to stderr.  A failure is one sentence (the thing, the
 * place, the way out); with --json the same stands on stdout as an error object.
 *
 * Invariants  one failure a run; a function that reports one returns the exit code,
 *             so that `return hlcli_fail(...)` is the whole handling.
 * Threads     the main thread only, but for hlcli_stop_asked().
 */
#ifndef HL_CLI_SAY_H
#define HL_CLI_SAY_H

#include "cli/language.h"
#include "cli/text.h"

enum hlcli_exit {
    HLCLI_FOUND = 0,
    HLCLI_NOTHING = 1,
    HLCLI_WRONG = 2,    /* wrong use, or input and output that do not work */
    HLCLI_DAMAGED = 3,  /* the index, or of a version this build cannot read */
    HLCLI_REJECTED = 4, /* done, but some articles were left out */
    HLCLI_PARTLY = 5,   /* some shards did not answer; what the others have is printed */
    HLCLI_BUSY = 6,
    HLCLI_LATE = 124, /* the time limit came before the end; what was found is printed */
    HLCLI_STOPPED = 130,
    HLCLI_PIPE = 141
};

/* What the options say about speaking; set once the line is parsed. */
struct hlcli_manner {
    bool json;
    bool quiet;
    bool colour;       /* stdout takes bold and underline */
    bool terminal;     /* stdout is one */
    bool terminal_err; /* stderr is one that can rewrite a line */
    size_t width;      /* of the terminal; SIZE_MAX if stdout is none */
};

enum hlcli_when { HLCLI_AUTO, HLCLI_ALWAYS, HLCLI_NEVER };

/* Reads NO_COLOR, CLICOLOR_FORCE, TERM and COLUMNS. */
void hlcli_manner_set(bool json, bool quiet, enum hlcli_when colour);
const struct hlcli_manner *hlcli_manner(void);

/*
 * Prints the failure and returns `exit`.  code is the name of a status without HL_;
 * at the byte or line it is about, -1 if none; hint the way out, NULL if the sentence
 * says it.
 */
int hlcli_fail(int exit, const char *code, int64_t at, const char *hint, const char *format,
               ...) __attribute__((format(printf, 5, 6)));
/* Wrong use: code MISUSE, exit 2. */
int hlcli_wrong(const char *hint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A failure of the library, with the exit code that belongs to its status. */
int hlcli_fail_error(const struct hl_error *err);

/* What the system says of an errno. */
const char *hlcli_reason(int error);

/* "hlsearch: ..." on stderr, unless --quiet. */
void hlcli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The query with a caret under byte `at`, two lines on stderr. */
void hlcli_point(const char *query, int64_t at, const char *words);

/* Text to stdout as it is. */
void hlcli_print(const struct hlcli_text *text);
/* Flushes stdout; exit code `done`, or what came of writing. */
int hlcli_finish(int done);

/* SIGINT and SIGTERM from here on set a flag instead of ending the process. */
void hlcli_stop_catch(void);
bool hlcli_stop_asked(void);

#endif
