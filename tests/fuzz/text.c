/*
 * text.c - any bytes through the text rules: charsets, hl_tokens_make(), every op of
 * hl_text_op().
 *
 * Beyond surviving: tokens lie in the text, in order, and cleaning what is clean changes
 * nothing.
 */
#include "hlsearch_inspect.h"
#include "text/charset.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tokens(const char *text, size_t size)
{
    struct hl_tokens tokens;
    if (hl_tokens_make(text, size, &tokens, NULL) != HL_OK)
        return;
    uint32_t position = 0;
    for (size_t i = 0; i < tokens.count; i++) {
        const struct hl_token *t = &tokens.tokens[i];
        if (t->start > t->end || t->end > size || t->position < position || !*t->key)
            abort();
        position = t->position;
    }
    hl_tokens_free(&tokens);
}

/* Once through `clean` is enough. */
static void check_clean(const char *text, size_t size)
{
    char *once = NULL, *twice = NULL;
    if (hl_text_op("clean", text, size, &once, NULL) != HL_OK)
        return;
    if (hl_text_op("clean", once, strlen(once), &twice, NULL) != HL_OK || strcmp(once, twice))
        abort();
    hl_text_free(once);
    hl_text_free(twice);
}

/* Any bytes are text in any charset, and a guess is a charset or none. */
static void check_charsets(const char *bytes, size_t size)
{
    struct hlbuf out = {0};
    const char *name, *charset = NULL;
    for (size_t i = 0; (name = hltext_charset_at(i)); i++)
        if (hltext_decode(name, bytes, size, &out, NULL) != HL_OK ||
            hltext_utf8_check((const char *)out.data, out.size) != out.size)
            abort();
    if (hltext_charset_guess(bytes, size, NULL, &charset, NULL) != HL_OK ||
        (charset && strcmp(hltext_charset_find(charset), charset)))
        abort();
    hlbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ops[] = {"key",  "var", "fold", "tok",   "telex", "vni",
                                      "date", "num", "syl",  "bytes", "repair"};
    const char *text = (const char *)data;
    check_charsets(text, size);
    check_tokens(text, size);
    check_clean(text, size);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        char *out = NULL;
        if (hl_text_op(ops[i], text, size, &out, NULL) == HL_OK)
            hl_text_free(out);
    }
    return 0;
}
