/*
 * suggest: how a text that is being typed may go on, one suggestion a line.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct hlcli_opening opening;
    int64_t count;
};

static const struct options defaults = {.count = 8};

static const struct hlcli_flag flags[] = {
    {"count", 'n', HLCLI_COUNT, offsetof(struct options, count), "N", "suggestions (8)", 1,
     HL_COMPLETIONS_MAX, 0, 0},
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

static void put_json(const char *prefix, const struct hl_suggestions *s, double seconds,
                     struct hlcli_text *out)
{
    const struct hl_completion *c;
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "prefix", prefix);
    hlcli_json_key(&json, "suggestions");
    hlcli_json_array(&json);
    for (size_t i = 0; (c = hl_suggestions_at(s, i)); i++) {
        hlcli_json_object(&json);
        hlcli_json_put(&json, "text", c->text);
        hlcli_json_put_uint(&json, "count", c->articles);
        hlcli_json_put(&json, "kind", hl_completion_kind_name(c->kind));
        hlcli_json_object_end(&json);
    }
    hlcli_json_array_end(&json);
    hlcli_json_put_double(&json, "took_ms", round(seconds * 1e6) / 1e3);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

/* Counts are for people; a script gets the texts alone. */
static void add_text(const struct hl_suggestions *s, struct hlcli_text *out)
{
    const struct hl_completion *c;
    for (size_t i = 0; (c = hl_suggestions_at(s, i)); i++) {
        hlcli_add_plain(out, c->text, strlen(c->text));
        if (hlcli_manner()->terminal) {
            hlcli_add(out, "  ");
            hlcli_add_count(out, c->articles);
            hlcli_add(out, c->kind == HL_COMPLETION_SPELLING ? hlcli_say("  (spelling)") : "");
        }
        hlcli_add(out, "\n");
    }
}

static int complete(const struct hlcli_call *call, const struct options *o,
                    const struct hl_index *index, const char *prefix)
{
    struct hl_suggest_options options = {.count = (size_t)o->count};
    struct hl_suggestions *s = NULL;
    struct hlcli_text text;
    struct hl_error err;
    double from = hlcli_now();
    if (hl_suggest(index, prefix, strlen(prefix), &options, &s, &err) != HL_OK)
        return hlcli_fail_error(&err);
    double seconds = hlcli_now() - from;
    int code = hl_suggestions_at(s, 0) ? HLCLI_FOUND : HLCLI_NOTHING;
    hlcli_text_init(&text);
    if (call->common.json)
        put_json(prefix, s, seconds, &text);
    else
        add_text(s, &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    hl_suggestions_free(s);
    return code;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *o = given;
    struct hl_index *index;
    int code = hlcli_open(call, &o->opening, &index);
    if (code)
        return code;
    char *prefix = hlcli_join(call->words, call->count);
    code = hlcli_shards_ask(index, complete(call, o, index, prefix));
    free(prefix);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_suggest = {
    .name = "suggest",
    .also = "complete",
    .arguments = "PREFIX",
    .summary = "how words that are being typed may go on",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .takes_words = true,
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .defaults = &defaults,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch suggest news.ix tri tue", "trí tuệ nhân tạo and others"},
                 {"hlsearch suggest news.ix 'khu công nghệ '",
                  "with a blank at the end: what comes next"},
                 {"hlsearch suggest news.ix --json -n 20 ung th", "for programs"}},
    .manual =
        "The last word is taken for the beginning of one, unless a blank ends it; the words "
        "before are whole. Words typed without marks stand for the marked ones, marks that are "
        "typed are kept. Where nothing begins so, raw Telex or VNI is decoded, or the words "
        "are proposed as they may have been meant (kind `spelling`).\n\n"
        "Only the words after the last operator of the query language are completed (a "
        "quotation mark that is open, a parenthesis, `title:`, `-`, `=`, `OR`); what stands "
        "before them stays as it was typed. A value, as after `section:` or `date:`, has "
        "nothing to complete, nor has a text that ends in a closed quotation mark, `*` or "
        "`)`.\n\n"
        "The likeliest come first; behind each stands how many articles have it, of three "
        "words and more how many have all of their pairs; of a text that nothing goes on from "
        "as a "
        "whole, its last words count. A process first reads the "
        "dictionary of the index, which is in `took_ms`; a program that keeps it open pays "
        "for that once. Exit 0 if something was found, 1 if not.",
    .run = run,
};
