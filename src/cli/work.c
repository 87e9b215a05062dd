/*
 * work.c - see work.h.
 *
 * The file is read whole and cut in place: words of a query point into it, so that making
 * the set costs one pass and no copies.
 */
#include "cli/work.h"
#include "cli/say.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mode_names[] = {"TERM", "AND", "OR", "PHRASE", "TYPED"};

const char *hlcli_mode_name(enum hlcli_mode mode)
{
    assert((size_t)mode < sizeof mode_names / sizeof *mode_names);
    return mode_names[mode];
}

/* The whole file, terminated; NULL and errno. */
static char *read_whole(const char *path, size_t *out_size)
{
    struct hlcli_text text;
    char part[1 << 16];
    size_t size;
    bool standard = !strcmp(path, "-");
    FILE *file = standard ? stdin : fopen(path, "re");
    if (!file)
        return NULL;
    hlcli_text_init(&text);
    errno = 0;
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        hlcli_add_bytes(&text, part, size);
    int error = ferror(file) ? errno : 0;
    if (!standard)
        fclose(file);
    if (error) {
        hlcli_text_release(&text);
        errno = error;
        return NULL;
    }
    *out_size = text.size;
    return text.data;
}

/* Cuts `line` at its first three tabs; how many fields there are. */
static int split(char *line, char *fields[4])
{
    int count = 0;
    for (;;) {
        fields[count++] = line;
        char *tab = count < 4 ? strchr(line, '\t') : NULL;
        if (!tab)
            return count;
        *tab = 0;
        line = tab + 1;
    }
}

static bool mode_of(const char *name, enum hlcli_mode *out_mode)
{
    for (size_t i = 0; i < sizeof mode_names / sizeof *mode_names; i++)
        if (!strcmp(mode_names[i], name)) {
            *out_mode = (enum hlcli_mode)i;
            return true;
        }
    return false;
}

/* Four fields, or words alone; anything between is a mistake that would bench the wrong
 * words. */
static int take_line(const char *path, size_t number, char *line, enum hlcli_mode plain,
                     struct hlcli_job *job)
{
    char *fields[4], id[24];
    if (hlcli_utf8_bad(line, strlen(line)) >= 0)
        return hlcli_wrong(NULL, "%s:%zu: not UTF-8", path, number);
    int count = split(line, fields);
    assert(count >= 1 && count <= 4);
    if (count == 1) {
        snprintf(id, sizeof id, "%zu", number);
        job->id = hlcli_strdup(id);
        job->group = hlcli_strdup("words");
        job->words = fields[0];
        job->mode = plain;
        return 0;
    }
    if (count != 4 || !mode_of(fields[1], &job->mode))
        return hlcli_wrong("id, mode (TERM, AND, OR, PHRASE, TYPED), class, words between tabs",
                           "%s:%zu: not a line of a query set", path, number);
    job->id = hlcli_strdup(fields[0]);
    job->group = hlcli_strdup(fields[2]);
    job->words = fields[3];
    return 0;
}

int hlcli_work_read(const char *path, enum hlcli_mode plain, struct hlcli_work *out_work)
{
    struct hlcli_work work = {0};
    size_t size, room = 0, number = 0;
    int code = 0;
    work.text = read_whole(path, &size);
    if (!work.text)
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read the queries: %s", path,
                          hlcli_reason(errno));
    for (char *line = work.text, *end = work.text + size; !code && line < end; number++) {
        size_t length = strcspn(line, "\n");
        char *next = line + length + 1;
        line[length] = 0;
        if (length && line[length - 1] == '\r')
            line[length - 1] = 0;
        if (line[strspn(line, " \t")]) {
            if (work.count == room) {
                room = room ? room * 2 : 256;
                work.jobs = hlcli_realloc(work.jobs, room, sizeof *work.jobs);
            }
            memset(&work.jobs[work.count], 0, sizeof *work.jobs);
            code = take_line(path, number + 1, line, plain, &work.jobs[work.count]);
            work.count += !code;
        }
        line = next;
    }
    if (!code && !work.count)
        code = hlcli_wrong(NULL, "%s: no queries in it", path);
    if (code)
        hlcli_work_release(&work);
    else
        *out_work = work;
    return code;
}

void hlcli_work_release(struct hlcli_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        free((char *)work->jobs[i].id);
        free((char *)work->jobs[i].group);
    }
    free(work->jobs);
    free(work->text);
    memset(work, 0, sizeof *work);
}
