/*
 * gen-programs NAME... > programs_table.h
 *
 * Reads pages that come with the program as hltemplate_builtin_open() would, with the names of
 * the search page, and writes what came of it as constants, for src/template/ready.c.  A page
 * with a mistake ends the build.
 */
#include "template/builtin.h"
#include "template/page_names.h"
#include "template/ready.h"

#include <stdio.h>

/* Nothing is ready yet: what is opened here is read. */
const struct hltemplate *hltemplate_ready(const char *name)
{
    return NULL;
}

/* A line is a string of its own; all but plain ASCII is written by number. */
static void put_text(const char *id, const struct hlbuf *text)
{
    printf("static const char %s_text[] =\n    \"", id);
    for (size_t i = 0; i < text->size; i++) {
        unsigned char c = text->data[i];
        if (c == '\n')
            printf("\\n\"\n    \"");
        else if (c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '?')
            printf("\\%03o", c);
        else
            putchar(c);
    }
    printf("\";\n\n");
}

static void put_steps(const char *id, const struct hltemplate *t)
{
    const struct hltemplate_step *steps = (const struct hltemplate_step *)t->steps.data;
    printf("static const struct hltemplate_step %s_steps[] = {\n", id);
    for (size_t i = 0; i < t->steps.size / sizeof *steps; i++)
        printf("    {%d, %d, %d, %d, %u, %u},\n", (int)steps[i].op, (int)steps[i].how,
               steps[i].marks, steps[i].id, steps[i].at, steps[i].size);
    printf("};\n\n");
}

/* At least one, since an array has that. */
static void put_codes(const char *id, const struct hltemplate *t)
{
    const struct hltemplate_code *codes = (const struct hltemplate_code *)t->codes.data;
    printf("static const struct hltemplate_code %s_codes[] = {\n", id);
    for (size_t i = 0; i < t->codes.size / sizeof *codes; i++)
        printf("    {%u, %u, %d},\n", codes[i].at, codes[i].size, codes[i].script);
    printf("    {0, 0, 0}};\n\n");
}

static bool put_page(const char *name, const char *id)
{
    struct hltemplate *t = NULL;
    struct hl_error err;
    if (hltemplate_builtin_open(name, hltemplate_page_names, &t, &err) != HL_OK) {
        fprintf(stderr, "gen-programs: %s\n", err.text);
        return false;
    }
    put_text(id, &t->text);
    put_steps(id, t);
    put_codes(id, t);
    printf("#define %s_FORM %d\n#define %s_TEXT %zu\n#define %s_CODES %zu\n\n", id,
           (int)t->form, id, t->text.size, id, t->codes.size / sizeof(struct hltemplate_code));
    hltemplate_free(t);
    return true;
}

int main(int argc, char **argv)
{
    bool good = argc > 1;
    printf("/* Made by tools/gen-programs.c from the pages. */\n");
    for (int i = 1; good && i < argc; i++) {
        char id[32];
        snprintf(id, sizeof id, "page_%d", i);
        good = put_page(argv[i], id);
    }
    printf("#define READY_PAGES");
    for (int i = 1; i < argc; i++)
        printf(" \\\n    READY(\"%s\", page_%d)", argv[i], i);
    printf("\n");
    return !good || fflush(stdout) || ferror(stdout);
}
