/*
 * gen-pages.c - makes pages_table.h: files as strings, in the order of their names, for
 * src/template/builtin.c.  Run when hlsearch is built.
 *
 *   gen-pages FILE...
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64, FILE_MAX = 256 << 10 };

static char bytes[FILE_MAX + 1];

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(name_of(*(const char *const *)a), name_of(*(const char *const *)b));
}

static void die(const char *path, const char *why)
{
    fprintf(stderr, "gen-pages: %s: %s\n", path, why);
    exit(1);
}

static size_t read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path, "cannot be read");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    if (ferror(file))
        die(path, "cannot be read");
    fclose(file);
    if (size > FILE_MAX)
        die(path, "a template has at most 256 KiB");
    if (memchr(bytes, 0, size))
        die(path, "a byte of zero; a template is text");
    return size;
}

/* A line of the file is a string of its own, so that the table can be read. */
static void print_string(size_t size)
{
    printf("     \"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            printf("\\n%s", i + 1 < size ? "\"\n     \"" : "");
        else if (c == '"' || c == '\\' || c == '?')
            printf("\\%c", c);
        else if (c < ' ' || c >= 0x7f)
            printf("\\%03o", c);
        else
            putchar(c);
    }
    printf("\"");
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > FILES_MAX)
        die("usage", "gen-pages FILE...");
    qsort(argv + 1, (size_t)argc - 1, sizeof *argv, by_name);
    printf("/* Made by tools/gen-pages.c from the files themselves. */\n"
           "const struct hltemplate_file hltemplate_builtins[] = {\n");
    for (int i = 1; i < argc; i++) {
        size_t size = read_whole(argv[i]);
        printf("    {\"%s\",\n", name_of(argv[i]));
        print_string(size);
        printf(",\n     %zu},\n", size);
    }
    printf("    {NULL, NULL, 0},\n};\n");
    return fflush(stdout) || ferror(stdout);
}
