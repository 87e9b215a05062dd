/*
 * pager.c - see pager.h.
 *
 * The text is complete before the pager starts, so nothing of the search depends on when,
 * or whether, it is read.
 */
#include "cli/pager.h"
#include "cli/say.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Lines are counted as printed: passages are already broken at the width. */
static bool fits(const struct hlcli_text *text)
{
    struct winsize size;
    size_t lines = 1; /* the shell's next prompt */
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
        return true;
    for (const char *p = text->data; (p = strchr(p, '\n')); p++)
        lines++;
    return lines <= size.ws_row;
}

void hlcli_page(const struct hlcli_text *text, bool no_pager)
{
    const char *pager = getenv("PAGER");
    const char *term = getenv("TERM");
    bool dumb = !term || !strcmp(term, "dumb");
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
