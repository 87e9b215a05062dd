/*
 * text: what the text rules make of a string, stage by stage.
 *
 * The first thing to look at when a word is not found: the stages show whether it was
 * typed, cleaned, cut or folded otherwise than the article's. With --vectors a whole file
 * of such questions is asked, and only wrong answers are shown.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/vectors.h"
#include "cli/words.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_A_LINE = 24 };

struct options {
    const char *vectors, *op, *lexicon;
    bool words;
};

static const struct hlcli_flag flags[] = {
    {"vectors", 0, HLCLI_TEXT, offsetof(struct options, vectors), "FILE",
     "run examples: id, op, input, expected, note between tabs", 0, 0, 0, HLCLI_NO_CONFIG},
    {"op", 0, HLCLI_TEXT, offsetof(struct options, op), "OP",
     "print what one stage makes of the string: clean, key, bytes ...", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"words", 0, HLCLI_SWITCH, offsetof(struct options, words), NULL,
     "lines from stdin, the syllables of a word joined by _", 0, 0, 0, HLCLI_NO_CONFIG},
    {"lexicon", 0, HLCLI_TEXT, offsetof(struct options, lexicon), "FILE",
     "with --words: these are the words, one a line", 0, 0, 0, 0},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* Bytes in lines of a fixed number, so that a terminal shows them in columns. */
static void add_hex(struct hlcli_text *out, const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool fold = i && i % BYTES_A_LINE == 0;
        hlcli_add_format(out, "%s%02x",
                         fold ? "\n          "
                         : i  ? " "
                              : "",
                         (unsigned char)s[i]);
    }
}

/* Position, bytes, code, text, keys: one line a token. */
static void add_token(struct hlcli_text *out, const char *string, const struct hl_token *t)
{
    assert(t->start < t->end && t->end <= strlen(string));
    hlcli_add_format(out, "%5u%s %4u-%-5u", t->position, t->alternative ? "~" : " ", t->start,
                     t->end);
    if (t->syllable)
        hlcli_add_format(out, "%04x  ", t->code);
    else
        hlcli_add(out, "-     ");
    hlcli_add_plain(out, string + t->start, t->end - t->start);
    hlcli_add_format(out, "  key %s  variant %s  folded %s\n", t->key, t->variant, t->folded);
}

/* From bytes to terms, in the order of the text rules. */
static void add_stages(struct hlcli_text *out, const char *string, const char *clean,
                       const char *keys, const struct hl_tokens *tokens)
{
    hlcli_add(out, "bytes     ");
    add_hex(out, string, strlen(string));
    hlcli_add_format(out, "\ntext      ");
    hlcli_add_plain(out, string, strlen(string));
    hlcli_add(out, "\nclean     ");
    hlcli_add_plain(out, clean, strlen(clean));
    hlcli_add_format(out, "\nterms     %s\n", keys);
    hlcli_add(out, "\n  pos     bytes  syllable\n");
    for (size_t i = 0; i < tokens->count; i++)
        add_token(out, string, &tokens->tokens[i]);
}

static void put_token(struct hlcli_json *json, const struct hl_token *t)
{
    hlcli_json_object(json);
    hlcli_json_put_uint(json, "position", t->position);
    hlcli_json_put_bool(json, "alternative", t->alternative);
    hlcli_json_put_uint(json, "start", t->start);
    hlcli_json_put_uint(json, "end", t->end);
    hlcli_json_put(json, "key", t->key);
    hlcli_json_put(json, "variant", t->variant);
    hlcli_json_put(json, "folded", t->folded);
    hlcli_json_key(json, "syllable");
    if (t->syllable)
        hlcli_json_uint(json, t->code);
    else
        hlcli_json_null(json);
    hlcli_json_object_end(json);
}

static void put_stages(struct hlcli_text *out, const char *string, const char *clean,
                       const char *keys, const struct hl_tokens *tokens)
{
    struct hlcli_json json;
    struct hlcli_text hex;
    hlcli_text_init(&hex);
    for (const char *p = string; *p; p++)
        hlcli_add_format(&hex, "%02x", (unsigned char)*p);
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "text", string);
    hlcli_json_put(&json, "bytes", hex.data);
    hlcli_json_put(&json, "clean", clean);
    hlcli_json_put(&json, "terms", keys);
    hlcli_json_key(&json, "tokens");
    hlcli_json_array(&json);
    for (size_t i = 0; i < tokens->count; i++)
        put_token(&json, &tokens->tokens[i]);
    hlcli_json_array_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
    hlcli_text_release(&hex);
}

/* Every stage is asked of the library; the tool has no text rules of its own. */
static int show_stages(const struct hlcli_call *call, const char *string)
{
    struct hl_tokens tokens = {0};
    struct hl_error err;
    struct hlcli_text out;
    char *clean = NULL, *keys = NULL;
    size_t size = strlen(string);
    int code = HLCLI_FOUND;
    hlcli_text_init(&out);
    if (hl_text_op("clean", string, size, &clean, &err) != HL_OK ||
        hl_text_op("tok", string, size, &keys, &err) != HL_OK ||
        hl_tokens_make(string, size, &tokens, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else if (call->common.json)
        put_stages(&out, string, clean, keys, &tokens);
    else
        add_stages(&out, string, clean, keys, &tokens);
    hlcli_print(&out);
    hlcli_text_release(&out);
    if (tokens.memory)
        hl_tokens_free(&tokens);
    if (clean)
        hl_text_free(clean);
    if (keys)
        hl_text_free(keys);
    return code;
}

/* One stage alone, for scripts and for looking at bytes. */
static int show_op(const char *op, const char *string)
{
    struct hl_error err;
    struct hlcli_text out;
    char *made;
    if (hl_text_op(op, string, strlen(string), &made, &err) != HL_OK)
        return hlcli_fail_error(&err);
    hlcli_text_init(&out);
    hlcli_add(&out, made);
    hlcli_add(&out, "\n");
    hlcli_print(&out);
    hlcli_text_release(&out);
    hl_text_free(made);
    return HLCLI_FOUND;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *options = given;
    if (options->words + (options->vectors != NULL) + (call->count > 0) > 1)
        return hlcli_wrong("leave all but one out",
                           "text takes a STRING, --vectors FILE or --words, not both");
    if (options->words)
        return hlcli_words(call->common.index, options->lexicon);
    if (options->vectors)
        return hlcli_vectors(options->vectors);
    if (!call->count)
        return hlcli_wrong("usage: hlsearch text STRING...", "text: STRING... missing");
    char *string = hlcli_join(call->words, call->count);
    int code = options->op ? show_op(options->op, string) : show_stages(call, string);
    free(string);
    return code;
}

const struct hlcli_command hlcli_textual = {
    .name = "text",
    .arguments = "STRING...",
    .summary = "what the text rules make of a string, stage by stage",
    .takes_words = true,
    .most = SIZE_MAX,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch text 'Khu Công nghệ cao Hoà Lạc'",
                  "bytes, clean text, tokens, keys"},
                 {"hlsearch text --op bytes TCVN3:43AB6E67206E6768D6",
                  "bytes of an old charset: Công nghệ"},
                 {"hlsearch text --words --index news < FILE", "khu công_nghệ cao hòa_lạc"}},
    .manual =
        "Each token: position (~ marks an alternative at the position above), bytes of "
        "the input, code of the syllable, the text, and its exact, variant and folded "
        "keys. Ops are clean, key, var, fold, tok, telex, vni, date, num, syl, bytes "
        "(CHARSET:HEX decoded; charset auto: guessed) and repair (mojibake undone). Vectors: "
        "exit 1 if one fails; the last line is `N passed, N failed`.\n\n"
        "--words takes a sentence a line from stdin and joins the syllables of each word by "
        "_; nothing else of a line changes. Which syllables are a word is learnt from the "
        "articles of the index named by --index. --lexicon FILE names the words instead "
        "(UTF-8, one a line, blanks or _ between syllables, # starts a comment); with "
        "--index too, its counts decide where words overlap. Capitalised names are joined "
        "either way.",
    .run = run,
};
