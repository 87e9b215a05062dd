/*
 * pager.c - see pager.h.
 *
 * The text is complete before the pager starts, so nothing of the search depends on when,
 * or whether, it is read.
 */
#include "cli/pager.h"
#include "cli/say.h"
#include "cli/wrap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Rows are counted as they are shown: a line may be longer than the terminal is wide. */
static bool fits(const struct hlcli_text *text)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
        return true;
    /* One for the shell's next prompt. */
    return hlcli_wrap_rows(text->data, size.ws_col) + 1 <= size.ws_row;
}

void hlcli_page(const struct hlcli_text *text, bool no_pager)
{
    const char *pager = getenv("PAGER");
    const char *term = getenv("TERM");
    bool dumb = !term || !*term || !strcmp(term, "dumb");
    if (no_pager || dumb || !hlcli_manner()->terminal || fits(text) ||
        (pager && (!*pager || !strcmp(pager, "cat")))) {
        hlcli_print(text);
        return;
    }
    /* Less must pass bold and underline on, and end at once if all fits after all. */
    setenv("LESS", "FRX", 0);
    setenv("LESSCHARSET", "utf-8", 0);
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN); /* a pager that is left early is no failure */
    FILE *pipe = popen(pager ? pager : "less", "w");
    if (!pipe) {
        hlcli_print(text);
        return;
    }
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the pager */
    fwrite(text->data, 1, text->size, pipe);
    int status = pclose(pipe);
    enum { NO_SUCH_COMMAND = 127 << 8 };
    if (status == NO_SUCH_COMMAND)
        hlcli_print(text);
}
