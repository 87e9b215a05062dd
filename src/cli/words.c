/*
 * words.c - see words.h.
 *
 * Lines come and go one by one, so that the tool may stand in the middle of a pipe.
 */
#include "cli/words.h"
#include "cli/say.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file; 0 or the exit code. */
static int read_lexicon(const char *path, struct hlcli_text *to)
{
    char part[1 << 16];
    size_t size;
    FILE *file = fopen(path, "re");
    errno = file ? 0 : errno;
    while (file && (size = fread(part, 1, sizeof part, file)) > 0)
        hlcli_add_bytes(to, part, size);
    bool bad = !file || ferror(file);
    int error = errno;
    if (file)
        fclose(file);
    if (!bad)
        return 0;
    return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read the lexicon: %s", path,
                      hlcli_reason(error));
}

static int open_words(const struct hl_index *index, const char *lexicon,
                      struct hl_words **out_words)
{
    struct hl_error err;
    struct hlcli_text list;
    int code = 0;
    hlcli_text_init(&list);
    if (lexicon)
        code = read_lexicon(lexicon, &list);
    if (!code && hl_words_open(index, lexicon ? list.data : NULL, list.size, out_words, &err)) {
        if (lexicon && err.code == HL_MISUSE)
            code = hlcli_wrong(NULL, "%s: %s", lexicon, err.text);
        else
            code = hlcli_fail_error(&err);
    }
    hlcli_text_release(&list);
    return code;
}

/* A line without its end; the end is put back as it was. */
static int put_line(struct hl_words *words, const char *line, size_t size, uint64_t number)
{
    struct hl_error err;
    const char *text;
    size_t text_size, length = size;
    if (length && line[length - 1] == '\n')
        length--;
    if (hl_words_segment(words, line, length, &text, &text_size, &err) != HL_OK) {
        if (err.code != HL_MISUSE)
            return hlcli_fail_error(&err);
        return hlcli_fail(HLCLI_WRONG, "MISUSE", (int64_t)number,
                          "convert the text to UTF-8 first", "stdin:%llu: %s",
                          (unsigned long long)number, err.text);
    }
    assert(text_size == length);
    fwrite(text, 1, text_size, stdout);
    fwrite(line + length, 1, size - length, stdout);
    return 0;
}

static int put_lines(struct hl_words *words)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    uint64_t number = 0;
    int code = 0;
    errno = 0;
    while (!code && (size = getline(&line, &room, stdin)) >= 0)
        code = put_line(words, line, (size_t)size, ++number);
    if (!code && ferror(stdin))
        code = hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "cannot read stdin: %s",
                          hlcli_reason(errno));
    free(line);
    return code;
}

int hlcli_words(const char *index, const char *lexicon)
{
    struct hl_index *opened = NULL;
    struct hl_words *words = NULL;
    struct hl_error err;
    if (!index && !lexicon)
        return hlcli_wrong("hlsearch text --words --index INDEX < FILE",
                           "text --words needs to know words: --index INDEX (those learnt "
                           "from its articles), --lexicon FILE, or both");
    if (index && hl_index_open(index, &opened, &err) != HL_OK)
        return hlcli_fail_error(&err);
    int code = open_words(opened, lexicon, &words);
    if (!code)
        code = put_lines(words);
    hl_words_free(words);
    hl_index_close(opened);
    return code;
}
