/*
 * builtin.c - see builtin.h.
 */
#include "template/builtin.h"

#include "base/err.h"
#include "base/mem.h"
#include "template/page_names.h"
#include "template/ready.h"

#include "pages_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct hltemplate_file *hltemplate_builtin(const char *name)
{
    for (const struct hltemplate_file *file = hltemplate_builtins; file->name; file++)
        if (!strcmp(file->name, name))
            return file;
    return NULL;
}

static hl_status find(const char *name, const struct hltemplate_file **out_file,
                      struct hl_error *err)
{
    const struct hltemplate_file *file = hltemplate_builtin(name);
    if (!file)
        return hlerr_set(err, HL_NOT_FOUND, "no such template: %s", name);
    *out_file = file;
    return HL_OK;
}

/* style.min.css for style.css: what a page needs of it. */
static const struct hltemplate_file *find_short(const char *name)
{
    char text[HLTEMPLATE_NAME_MAX * 4];
    const char *dot = strrchr(name, '.');
    if (!dot || strlen(name) + sizeof ".min" > sizeof text)
        return NULL;
    snprintf(text, sizeof text, "%.*s.min%s", (int)(dot - name), name, dot);
    return hltemplate_builtin(text);
}

static hl_status load(void *user, const char *name, char **out_bytes, size_t *out_size,
                      struct hl_error *err)
{
    const struct hltemplate_file *file = find_short(name);
    hl_status status = file ? HL_OK : find(name, &file, err);
    if (status != HL_OK)
        return status;
    char *bytes = hlmem_alloc(file->size + 1);
    if (!bytes)
        return hlerr_nomem(err);
    memcpy(bytes, file->bytes, file->size + 1);
    *out_bytes = bytes;
    *out_size = file->size;
    return HL_OK;
}

hl_status hltemplate_builtin_open(const char *name, const struct hltemplate_name *names,
                                  struct hltemplate **out_template, struct hl_error *err)
{
    static const struct hltemplate_loader loader = {load, NULL};
    const struct hltemplate_file *file = NULL;
    const struct hltemplate *ready =
        names == hltemplate_page_names ? hltemplate_ready(name) : NULL;
    if (ready) {
        *out_template = (struct hltemplate *)(uintptr_t)ready; /* which nobody writes to */
        return HL_OK;
    }
    hl_status status = find(name, &file, err);
    return status != HL_OK
               ? status
               : hltemplate_read(name, file->bytes, file->size, hltemplate_form_of(name), names,
                                 &loader, out_template, err);
}

/* ----------------------------------------------------------------- as one file */

/* The bytes of a file from..to, which a tag takes, and what it includes. */
struct include {
    size_t from, to;
    char name[64];
};

/* The tag alone on its line takes the line with it, as read.c has it. */
static void take_line(const struct hltemplate_file *file, struct include *include)
{
    size_t from = include->from, to = include->to;
    const char *s = file->bytes;
    while (from > 0 && (s[from - 1] == ' ' || s[from - 1] == '\t'))
        from--;
    while (s[to] == ' ' || s[to] == '\t')
        to++;
    if ((from > 0 && s[from - 1] != '\n') || (to < file->size && s[to] != '\n'))
        return;
    include->from = from;
    include->to = to + (to < file->size);
}

/* The first {{>file}} from `at` on; other tags are passed over, comments with what they say. */
static bool next_include(const struct hltemplate_file *file, size_t at, struct include *out)
{
    const char *open, *close, *s = file->bytes;
    for (; (open = strstr(s + at, "{{")) && (close = strstr(open, "}}"));
         at = (size_t)(close - s) + 2) {
        if (open[2] != '>')
            continue;
        const char *name = open + 3 + strspn(open + 3, " \t");
        size_t size = strcspn(name, " \t}");
        assert(size < sizeof out->name);
        out->from = (size_t)(open - s);
        out->to = (size_t)(close - s) + 2;
        memcpy(out->name, name, size);
        out->name[size] = 0;
        take_line(file, out);
        return true;
    }
    return false;
}

/* Files within each other are few, so is the depth of these calls. */
static hl_status add_text(const char *name, unsigned depth, struct hlbuf *out,
                          struct hl_error *err)
{
    const struct hltemplate_file *file = NULL;
    struct include include;
    size_t at = 0;
    hl_status status = find(name, &file, err);
    assert(depth <= HLTEMPLATE_FILES_MAX);
    while (status == HL_OK && next_include(file, at, &include)) {
        hlbuf_put(out, file->bytes + at, include.from - at);
        at = include.to;
        status = add_text(include.name, depth + 1, out, err);
    }
    if (status == HL_OK)
        hlbuf_put(out, file->bytes + at, file->size - at);
    return status == HL_OK && out->failed ? hlerr_nomem(err) : status;
}

hl_status hltemplate_builtin_text(const char *name, struct hlbuf *out, struct hl_error *err)
{
    return add_text(name, 1, out, err);
}
