/*
 * gen-pages.c - makes pages_table.h: files as strings, in the order of their names, for
 * src/template/builtin.c.  Run when hlsearch is built.  A style or script stands there twice:
 * as it is, to start one's own from, and as page.min.css without what only people read, which
 * is what goes into every page.
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

static bool ends(const char *name, const char *end)
{
    size_t size = strlen(name), most = strlen(end);
    return size > most && !strcmp(name + size - most, end);
}

/* ---- leaving out what only people read; bytes shrink where they stand ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* Where the string or comment at `at` ends; `at` if there is none. */
static size_t skip(const char *s, size_t at, size_t size, bool comment)
{
    if (comment) {
        const char *end =
            at + 1 < size && s[at] == '/' && s[at + 1] == '*' ? strstr(s + at + 2, "*/") : NULL;
        return end ? (size_t)(end - s) + 2 : at;
    }
    if (s[at] != '"')
        return at;
    for (at++; at < size && s[at] != '"'; at++)
        at += s[at] == '\\';
    return at < size ? at + 1 : size;
}

/* Blanks only part words here, but for those before a colon, which make it another element's
 * (a :hover), and those around signs that calculate, which stay. */
static size_t squeeze_style(size_t size)
{
    size_t to = 0;
    for (size_t at = 0; at < size;) {
        size_t comment = skip(bytes, at, size, true), string = skip(bytes, at, size, false);
        if (comment != at) {
            at = comment;
        } else if (string != at) {
            memmove(bytes + to, bytes + at, string - at);
            to += string - at;
            at = string;
        } else if (is_blank(bytes[at])) {
            while (at < size && is_blank(bytes[at]))
                at++;
            if (to && at < size && !strchr("{};:,>", bytes[to - 1]) &&
                !strchr("{};,>", bytes[at]))
                bytes[to++] = ' ';
        } else {
            if (bytes[at] == '}' && to && bytes[to - 1] == ';')
                to--;
            bytes[to++] = bytes[at++];
        }
    }
    if (to && to < size)
        bytes[to++] = '\n';
    return to;
}

/* Line by line: blanks at its beginning, empty lines, comments that have lines of their own. */
static size_t squeeze_script(size_t size)
{
    size_t to = 0;
    for (size_t at = 0; at < size;) {
        while (at < size && is_blank(bytes[at]))
            at++;
        size_t end = skip(bytes, at, size, true);
        if (end == at) {
            const char *line = memchr(bytes + at, '\n', size - at);
            end = line ? (size_t)(line - bytes) + 1 : size;
            if (!(at + 1 < end && bytes[at] == '/' && bytes[at + 1] == '/')) {
                memmove(bytes + to, bytes + at, end - at);
                to += end - at;
            }
        }
        at = end;
    }
    return to;
}

/* ---- the table ---- */

/* FNV-1a, 32 bits. */
static unsigned version_of(size_t size)
{
    unsigned h = 0x811c9dc5;
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)bytes[i]) * 0x01000193;
    return h;
}

static void print_file(const char *name, size_t name_size, const char *more, size_t size)
{
    printf("    {\"%.*s%s\",\n", (int)name_size, name, more);
    print_string(size);
    printf(",\n     %zu, 0x%08x},\n", size, version_of(size));
}

static void print_twice(const char *name, size_t size)
{
    size_t stem = strlen(name) - strlen(strrchr(name, '.'));
    print_file(name, strlen(name), "", size);
    bytes[size] = 0;
    if (ends(name, ".css"))
        print_file(name, stem, ".min.css", squeeze_style(size));
    else
        print_file(name, stem, ".min.js", squeeze_script(size));
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > FILES_MAX)
        die("usage", "gen-pages FILE...");
    qsort(argv + 1, (size_t)argc - 1, sizeof *argv, by_name);
    printf("/* Made by tools/gen-pages.c from the files themselves. */\n"
           "const struct hltemplate_file hltemplate_builtins[] = {\n");
    for (int i = 1; i < argc; i++) {
        const char *name = name_of(argv[i]);
        size_t size = read_whole(argv[i]);
        if (ends(name, ".css") || ends(name, ".js"))
            print_twice(name, size);
        else
            print_file(name, strlen(name), "", size);
    }
    printf("    {NULL, NULL, 0, 0},\n};\n");
    return fflush(stdout) || ferror(stdout);
}
