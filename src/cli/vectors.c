/*
 * vectors.c - see vectors.h.
 *
 * Code points may be written as \uXXXX, since a combining mark or a zero width space cannot
 * be seen in a file, and editors like to "mend" them.
 */
#include "cli/vectors.h"
#include "cli/say.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 5, ID = 0, OP, INPUT, EXPECTED, FIELDS_NEEDED = 4 };

/* Four hex digits, not more and not fewer. */
static bool hex4(const char *p, unsigned *out_code)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *d;
        char c = p[i] >= 'A' && p[i] <= 'F' ? (char)(p[i] + 32) : p[i];
        d = c ? strchr(digits, c) : NULL;
        if (!d)
            return false;
        code = code << 4 | (unsigned)(d - digits);
    }
    *out_code = code;
    return true;
}

/* A code point as UTF-8; what is no character at all (a lone surrogate) is the input of a
 * test that wants it refused. */
static void add_code(struct hlcli_text *text, unsigned code)
{
    char bytes[4];
    size_t size = 0;
    assert(code < 0x110000);
    if (code < 0x80)
        bytes[size++] = (char)code;
    else if (code < 0x800)
        bytes[size++] = (char)(0xc0 | code >> 6);
    else if (code < 0x10000)
        bytes[size++] = (char)(0xe0 | code >> 12);
    else {
        bytes[size++] = (char)(0xf0 | code >> 18);
        bytes[size++] = (char)(0x80 | (code >> 12 & 0x3f));
    }
    if (code >= 0x800)
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3f));
    if (code >= 0x80)
        bytes[size++] = (char)(0x80 | (code & 0x3f));
    hlcli_add_bytes(text, bytes, size);
}

/* \uXXXX, also as a pair of surrogates; another backslash stands for itself. */
static void add_unescaped(struct hlcli_text *text, const char *s)
{
    unsigned code, low;
    hlcli_text_reset(text);
    while (*s) {
        if (s[0] != '\\' || s[1] != 'u' || !hex4(s + 2, &code)) {
            hlcli_add_bytes(text, s++, 1);
            continue;
        }
        s += 6;
        if (code >= 0xd800 && code < 0xdc00 && s[0] == '\\' && s[1] == 'u' &&
            hex4(s + 2, &low) && low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
            s += 6;
        }
        add_code(text, code);
    }
}

/* Cuts the line at tabs; how many fields there were. */
static int split(char *line, char *fields[FIELDS])
{
    int count = 0;
    assert(FIELDS_NEEDED <= FIELDS);
    line[strcspn(line, "\r\n")] = 0;
    while (count < FIELDS) {
        fields[count++] = line;
        char *tab = strchr(line, '\t');
        if (!tab)
            break;
        *tab = 0;
        line = tab + 1;
    }
    return count;
}

/* What was asked, wanted and got, on one line. */
static void print_failure(char *const fields[FIELDS], const char *input, const char *expected,
                          const char *got)
{
    struct hlcli_text out;
    assert(got && expected);
    hlcli_text_init(&out);
    hlcli_add_format(&out, "%s\t%s\t\"", fields[ID], fields[OP]);
    hlcli_add_plain(&out, input, strlen(input));
    hlcli_add(&out, "\": expected \"");
    hlcli_add_plain(&out, expected, strlen(expected));
    hlcli_add(&out, "\", got \"");
    hlcli_add_plain(&out, got, strlen(got));
    hlcli_add(&out, "\"\n");
    hlcli_print(&out);
    hlcli_text_release(&out);
}

/* One line of the file. Byte for byte: a wrong form of Unicode is a failure. */
static bool passes(char *const fields[FIELDS])
{
    struct hlcli_text input, expected;
    struct hl_error err;
    char *got = NULL;
    hlcli_text_init(&input);
    hlcli_text_init(&expected);
    add_unescaped(&input, fields[INPUT]);
    add_unescaped(&expected, fields[EXPECTED]);
    hl_status status = hl_text_op(fields[OP], input.data, input.size, &got, &err);
    bool good = status == HL_OK && !strcmp(got, expected.data);
    if (!good)
        print_failure(fields, input.data, expected.data, status == HL_OK ? got : err.text);
    if (status == HL_OK)
        hl_text_free(got);
    hlcli_text_release(&input);
    hlcli_text_release(&expected);
    return good;
}

/* All lines are run, whatever fails: a list of failures tells more than the first. */
int hlcli_vectors(const char *path)
{
    unsigned long count[2] = {0, 0}, number = 0;
    char *line = NULL, *fields[FIELDS];
    size_t room = 0;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read the vectors: %s", path,
                          hlcli_reason(errno));
    while (!code && getline(&line, &room, file) >= 0) {
        bool heading = ++number == 1 && line[0] == '#';
        if (heading || !line[strspn(line, "\r\n")])
            continue;
        if (split(line, fields) < FIELDS_NEEDED)
            code = hlcli_wrong("id, op, input, expected, note between tabs",
                               "%s:%lu: fewer than four fields", path, number);
        else
            count[passes(fields)]++;
    }
    if (!code && ferror(file))
        code = hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read the vectors: %s", path,
                          hlcli_reason(errno));
    free(line);
    fclose(file);
    if (code)
        return code;
    printf("%lu passed, %lu failed\n", count[true], count[false]);
    return count[false] ? HLCLI_NOTHING : HLCLI_FOUND;
}
