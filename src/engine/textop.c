/* hl_text_op() and hl_tokens_make(): the text rules seen from outside. */
#include "base/err.h"
#include "base/mem.h"
#include "hlsearch_inspect.h"
#include "text/charset.h"
#include "text/fold.h"
#include "text/normalise.h"
#include "text/syllable.h"
#include "text/telex.h"
#include "text/utf8.h"
#include "token/number.h"
#include "token/tokenise.h"

#include <assert.h>

typedef hl_status op_function(const char *text, size_t size, struct hlbuf *out,
                              struct hl_error *err);

/* clean, without a map. */
static hl_status op_clean(const char *text, size_t size, struct hlbuf *out,
                          struct hl_error *err)
{
    return hltext_clean(text, size, out, NULL, err);
}

/* A key made from the exact key. */
static hl_status derive(op_function *make, const char *text, size_t size, struct hlbuf *out,
                        struct hl_error *err)
{
    struct hlbuf key = {0};
    hl_status status = hltext_key(text, size, &key, err);
    if (!status)
        status = make((const char *)key.data, key.size, out, err);
    hlbuf_release(&key);
    return status;
}

static hl_status op_variant(const char *text, size_t size, struct hlbuf *out,
                            struct hl_error *err)
{
    return derive(hltext_variant_key, text, size, out, err);
}

static hl_status op_fold(const char *text, size_t size, struct hlbuf *out, struct hl_error *err)
{
    return derive(hltext_fold_key, text, size, out, err);
}

/* Keys as the vectors write them. */
static hl_status op_tokens(const char *text, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    struct hltoken_list list;
    hltoken_list_init(&list);
    hl_status status = hltoken_run(text, size, 0, &list, err);
    assert(status || list.positions <= list.count);
    for (size_t i = 0; !status && i < list.count; i++) {
        if (i)
            hlbuf_put_string(out, list.tokens[i].alternative ? "~" : "|");
        hlbuf_put(out, list.tokens[i].key, list.tokens[i].key_size);
    }
    hltoken_list_release(&list);
    return status;
}

/* The first date said in the text. */
static hl_status op_date(const char *text, size_t size, struct hlbuf *out, struct hl_error *err)
{
    struct hltoken_list list;
    hltoken_list_init(&list);
    hl_status status = hltoken_run(text, size, 0, &list, err);
    for (size_t i = 0; !status && i < list.count; i++)
        if (list.tokens[i].key[0] == '@') {
            hlbuf_put(out, list.tokens[i].key + 1, list.tokens[i].key_size - 1);
            break;
        }
    hltoken_list_release(&list);
    return status;
}

/* The whole text as one number; nothing if it is none. */
static hl_status op_number(const char *text, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    if (!size)
        return HL_OK;
    if (!hlbuf_grow(out, size + 1))
        return hlerr_nomem(err);
    out->size += hltoken_number_key(text, size, (char *)out->data + out->size);
    return HL_OK;
}

/* onset+rhyme+tone of an exact key; 0 for the empty onset. */
static hl_status put_parts(const char *key, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    uint16_t code = hlsyl_parse(key, size);
    if (code == HLSYL_NONE) {
        hlbuf_put_string(out, "-");
        return HL_OK;
    }
    const char *onset = hlsyl_onset_name(code);
    hlbuf_put_format(out, "%s+%s+%u", *onset ? onset : "0", hlsyl_rhyme_name(code),
                     hlsyl_tone(code));
    return HL_OK;
}

static hl_status op_syllable(const char *text, size_t size, struct hlbuf *out,
                             struct hl_error *err)
{
    return derive(put_parts, text, size, out, err);
}

/* Keystrokes of each word between blanks; what does not decode stays as it is. */
static hl_status decode_words(const char *text, size_t size, struct hlbuf *out,
                              uint16_t (*decode)(const char *word, size_t size))
{
    for (size_t at = 0; at < size;) {
        size_t end = at;
        while (end < size && text[end] != ' ')
            end++;
        size_t n = end - at;
        assert(end <= size);
        uint16_t code = decode(text + at, n);
        const char *word = code == HLSYL_NONE ? text + at : hlsyl_spell(code, &n);
        hlbuf_put(out, word, n);
        if (end < size)
            hlbuf_put(out, " ", 1);
        at = end + 1;
    }
    return HL_OK;
}

static hl_status op_telex(const char *text, size_t size, struct hlbuf *out,
                          struct hl_error *err)
{
    return decode_words(text, size, out, hltext_telex);
}

static hl_status op_vni(const char *text, size_t size, struct hlbuf *out, struct hl_error *err)
{
    return decode_words(text, size, out, hltext_vni);
}

/* A hex digit of either case, or -1. */
static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = memchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c, 16);
    return found ? (int)(found - digits) : -1;
}

/* The bytes of a charset, or of one to be guessed. */
static hl_status decode_bytes(const char *charset, const struct hlbuf *bytes, struct hlbuf *out,
                              struct hl_error *err)
{
    hl_status status = HL_OK;
    if (!strcmp(charset, "auto"))
        status = hltext_charset_guess(bytes->data, bytes->size, NULL, &charset, err);
    if (!status && !charset)
        status = hlerr_set(err, HL_MISUSE, "bytes: no charset makes Vietnamese of them");
    return status ? status : hltext_decode(charset, bytes->data, bytes->size, out, err);
}

static hl_status op_repair(const char *text, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    const char *charset;
    hl_status status = hltext_mojibake_find(text, size, NULL, &charset, err);
    if (!status && charset)
        return hltext_mojibake_undo(text, size, charset, out, err);
    if (!status && !hlbuf_put(out, text, size))
        status = hlerr_nomem(err);
    return status;
}

/* CHARSET:HEX */
static hl_status op_bytes(const char *text, size_t size, struct hlbuf *out,
                          struct hl_error *err)
{
    const char *colon = memchr(text, ':', size);
    char name[64];
    struct hlbuf bytes = {0};
    if (!colon || colon == text || (size_t)(colon - text) >= sizeof name)
        return hlerr_set(err, HL_MISUSE, "bytes: wanted CHARSET:HEX");
    memcpy(name, text, (size_t)(colon - text));
    name[colon - text] = 0;
    hl_status status = HL_OK;
    const char *end = text + size;
    assert(colon < end);
    for (const char *p = colon + 1; p < end && !status; p += 2) {
        int high = hex_value(p[0]), low = p + 1 < end ? hex_value(p[1]) : -1;
        if (high < 0 || low < 0)
            status =
                hlerr_set_at(err, HL_MISUSE, p - text, "bytes: wanted pairs of hex digits");
        else
            hlbuf_put_u8(&bytes, (uint8_t)(high << 4 | low));
    }
    if (!status && bytes.failed)
        status = hlerr_nomem(err);
    if (!status)
        status = decode_bytes(name, &bytes, out, err);
    hlbuf_release(&bytes);
    return status;
}

static const struct {
    const char *name;
    op_function *run;
} ops[] = {
    {"clean", op_clean}, {"key", hltext_key},  {"var", op_variant}, {"fold", op_fold},
    {"tok", op_tokens},  {"telex", op_telex},  {"vni", op_vni},     {"date", op_date},
    {"num", op_number},  {"syl", op_syllable}, {"bytes", op_bytes}, {"repair", op_repair},
};

hl_status hl_text_op(const char *op, const char *text, size_t size, char **out_text,
                     struct hl_error *err)
{
    assert(op && out_text);
    op_function *run = NULL;
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (!strcmp(op, ops[i].name))
            run = ops[i].run;
    if (!run)
        return hlerr_set(err, HL_NOT_FOUND, "no text stage is called %s", op);
    size_t bad = hltext_utf8_check(text, size);
    if (bad < size)
        return hlerr_set_at(err, HL_MISUSE, (int64_t)bad, "byte %zu of the text is no UTF-8",
                            bad);
    struct hlbuf out = {0};
    hl_status status = run(text, size, &out, err);
    if (!status && (!hlbuf_put(&out, "", 1) || out.failed))
        status = hlerr_nomem(err);
    if (status) {
        hlbuf_release(&out);
        return status;
    }
    *out_text = (char *)out.data; /* the buffer's memory is hlmem's: hl_text_free() */
    return HL_OK;
}

void hl_text_free(void *p)
{
    hlmem_free(p);
}

/* ------------------------------------------------------------------- tokens */

/* Tokens and their strings are one block: the array, then the bytes. */
struct strings {
    struct hlbuf bytes;
    size_t *offsets; /* three for each token */
};

/* Three strings for each token, each with its zero. */
static hl_status put_strings(const struct hltoken_list *list, struct strings *strings,
                             struct hl_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *token = &list->tokens[i];
        static hl_status (*const make[])(const char *, size_t, struct hlbuf *,
                                         struct hl_error *) = {NULL, hltext_variant_key,
                                                               hltext_fold_key};
        for (size_t k = 0; k < 3; k++) {
            hl_status status = HL_OK;
            strings->offsets[i * 3 + k] = strings->bytes.size;
            if (k)
                status = make[k](token->key, token->key_size, &strings->bytes, err);
            else
                hlbuf_put(&strings->bytes, token->key, token->key_size);
            if (status)
                return status;
            hlbuf_put_u8(&strings->bytes, 0);
        }
    }
    return strings->bytes.failed ? hlerr_nomem(err) : HL_OK;
}

/* One block, so that a single free gives everything back. */
static hl_status pack_tokens(const struct hltoken_list *list, const struct strings *strings,
                             struct hl_tokens *out_tokens, struct hl_error *err)
{
    size_t array, total;
    if (!hlmem_product(list->count, sizeof(struct hl_token), &array) ||
        __builtin_add_overflow(array, strings->bytes.size, &total))
        return hlerr_nomem(err);
    char *memory = hlmem_alloc(total);
    if (!memory)
        return hlerr_nomem(err);
    struct hl_token *tokens = (struct hl_token *)(void *)memory;
    assert(array % _Alignof(struct hl_token) == 0);
    char *bytes = memory + array;
    if (strings->bytes.size)
        memcpy(bytes, strings->bytes.data, strings->bytes.size);
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *from = &list->tokens[i];
        const size_t *offset = strings->offsets + i * 3;
        assert(offset[2] < strings->bytes.size);
        tokens[i] = (struct hl_token){
            .key = bytes + offset[0],
            .variant = bytes + offset[1],
            .folded = bytes + offset[2],
            .start = from->start,
            .end = from->end,
            .position = from->position,
            .alternative = from->alternative,
            .syllable = from->syllable != HLTOKEN_NO_SYLLABLE,
            .code = from->syllable,
        };
    }
    *out_tokens = (struct hl_tokens){tokens, list->count, memory};
    return HL_OK;
}

hl_status hl_tokens_make(const char *text, size_t size, struct hl_tokens *out_tokens,
                         struct hl_error *err)
{
    struct hltoken_list list;
    struct strings strings = {{0}, NULL};
    hltoken_list_init(&list);
    hl_status status = hltoken_run(text, size, 0, &list, err);
    if (status)
        goto out;
    strings.offsets = hlmem_zalloc(list.count * 3 + 1, sizeof *strings.offsets);
    status = strings.offsets ? put_strings(&list, &strings, err) : hlerr_nomem(err);
    if (!status)
        status = pack_tokens(&list, &strings, out_tokens, err);
out:
    hlmem_free(strings.offsets);
    hlbuf_release(&strings.bytes);
    hltoken_list_release(&list);
    return status;
}

void hl_tokens_free(struct hl_tokens *tokens)
{
    hlmem_free(tokens->memory);
    memset(tokens, 0, sizeof *tokens);
}
