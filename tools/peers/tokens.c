/*
 * tokens.c - articles as lines of tokens, one article a line, equal terms for every engine.
 *
 *   tokens FILE...      title, lead and body of the articles that hlsearch would index
 *   tokens -            the lines of stdin, one by one
 *
 * Tokens are what lies between blanks of the output: NFC, lower case, runs of letters, marks
 * and digits.  A line without any is left out.
 */
#include "import/import.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Buffers that are used again for every text. */
struct maker {
    const UNormalizer2 *nfc;
    UChar *text, *folded;
    int32_t room; /* of both, in units */
    size_t size;  /* bytes of the line so far */
};

static void die(const char *what)
{
    fprintf(stderr, "tokens: %s\n", what);
    exit(1);
}

/* NFC may make three units of one, lower case as well. */
static void make_room(struct maker *m, size_t bytes)
{
    if (bytes > (1u << 26))
        die("a text over 64 MiB");
    int32_t wanted = (int32_t)bytes * 9 + 16;
    if (wanted <= m->room)
        return;
    m->room = wanted;
    m->text = realloc(m->text, (size_t)wanted * sizeof *m->text);
    m->folded = realloc(m->folded, (size_t)wanted * sizeof *m->folded);
    if (!m->text || !m->folded)
        die("out of memory");
}

/* Composed, in lower case, composed again: a few letters come apart when lowered. */
static int32_t normalise(struct maker *m, const char *text)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t size = 0;
    make_room(m, strlen(text));
    u_strFromUTF8WithSub(m->folded, m->room, &size, text, -1, 0xfffd, NULL, &code);
    size = unorm2_normalize(m->nfc, m->folded, size, m->text, m->room, &code);
    size = u_strToLower(m->folded, m->room, m->text, size, "", &code);
    size = unorm2_normalize(m->nfc, m->folded, size, m->text, m->room, &code);
    if (U_FAILURE(code))
        die(u_errorName(code));
    return size;
}

static void put_tokens(struct maker *m, const char *text)
{
    const uint32_t wanted = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
    int32_t size = text ? normalise(m, text) : 0;
    int within = 0;
    for (int32_t i = 0; i < size;) {
        UChar32 c;
        char bytes[U8_MAX_LENGTH];
        int32_t count = 0;
        U16_NEXT(m->text, i, size, c);
        if (!(U_GET_GC_MASK(c) & wanted)) {
            within = 0;
            continue;
        }
        U8_APPEND_UNSAFE(bytes, count, c);
        if (!within && m->size)
            putchar(' ');
        fwrite(bytes, 1, (size_t)count, stdout);
        m->size += (size_t)count;
        within = 1;
    }
}

static void end_line(struct maker *m)
{
    if (m->size)
        putchar('\n');
    m->size = 0;
}

static void take_lines(struct maker *m)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        put_tokens(m, line);
        end_line(m);
    }
    free(line);
}

/* A lead that the body begins with would be counted twice. */
static void take_articles(struct maker *m, const char *const *sources, size_t count)
{
    struct hlimport_options options = {0};
    struct hlimport *import;
    struct hl_article article;
    struct hl_error err;
    hl_status status = hlimport_open(sources, count, &options, &import, &err);
    if (status != HL_OK)
        die(err.text);
    while ((status = hlimport_next(import, &article, &err)) == HL_OK) {
        const char *lead = article.lead ? article.lead : "";
        put_tokens(m, article.title);
        if (!article.body || strncmp(article.body, lead, strlen(lead)))
            put_tokens(m, lead);
        put_tokens(m, article.body);
        end_line(m);
    }
    if (status != HL_NOT_FOUND)
        die(err.text);
    hlimport_close(import);
}

int main(int argc, char **argv)
{
    struct maker m = {0};
    UErrorCode code = U_ZERO_ERROR;
    if (argc < 2) {
        fputs("usage: tokens FILE... | tokens -\n", stderr);
        return 2;
    }
    m.nfc = unorm2_getNFCInstance(&code);
    if (U_FAILURE(code))
        die(u_errorName(code));
    if (!strcmp(argv[1], "-"))
        take_lines(&m);
    else
        take_articles(&m, (const char *const *)argv + 1, (size_t)argc - 1);
    free(m.text);
    free(m.folded);
    if (ferror(stdout) || fclose(stdout))
        die("cannot write");
    return 0;
}
