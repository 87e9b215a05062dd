/*
 * show: one stored article, as text for people, as JSON with every field.
 *
 * The JSON uses the names that index reads: what show prints can be
 * indexed again.
 */
#include "cli/commands.h"
#include "cli/hits.h"
#include "cli/pager.h"
#include "cli/search.h"

#include <assert.h>
#include <string.h>

/* One field; those that are missing leave no line. */
static void add_line(struct hlcli_text *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    hlcli_add_format(out, "%-9s", name);
    hlcli_add_plain(out, value, strlen(value));
    hlcli_add(out, "\n");
}

/* Line by line: line ends stay, what could drive a terminal goes. */
static void add_lines(struct hlcli_text *out, const char *text)
{
    if (!text || !*text)
        return;
    hlcli_add(out, "\n");
    while (*text) {
        size_t size = strcspn(text, "\n");
        hlcli_add_plain(out, text, size);
        hlcli_add(out, "\n");
        text += size + (text[size] == '\n');
    }
}

/* Fields first, then lead and body as paragraphs. */
static void add_article(const struct hl_article *article, struct hlcli_text *out)
{
    struct hlcli_text time;
    hlcli_text_init(&time);
    hlcli_add_time(&time, article->date, article->date_offset, article->date_precision);
    add_line(out, "id", article->id);
    add_line(out, "title", article->title);
    add_line(out, "date", time.data);
    add_line(out, "source", article->source);
    add_line(out, "section", article->section);
    add_line(out, "author", article->author);
    add_line(out, "url", article->url);
    add_line(out, "tags", article->tags);
    add_lines(out, article->lead);
    add_lines(out, article->body);
    hlcli_text_release(&time);
}

/* Tags are stored one a line and shown as a list. */
static void put_tags(struct hlcli_json *json, const char *tags)
{
    hlcli_json_key(json, "tags");
    hlcli_json_array(json);
    while (tags && *tags) {
        size_t size = strcspn(tags, "\n");
        if (size)
            hlcli_json_bytes(json, tags, size);
        tags += size + (tags[size] == '\n');
    }
    hlcli_json_array_end(json);
}

/* The names of the project's own data, so that index reads it again. */
static void put_article(const struct hl_article *article, struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "id", article->id);
    hlcli_json_put(&json, "url", article->url);
    hlcli_json_put(&json, "title", article->title);
    hlcli_json_put(&json, "lead", article->lead);
    hlcli_json_put(&json, "body", article->body);
    hlcli_json_date(&json, article->date, article->date_offset, article->date_precision);
    hlcli_json_put(&json, "source", article->source);
    hlcli_json_put(&json, "section", article->section);
    hlcli_json_put(&json, "author", article->author);
    put_tags(&json, article->tags);
    hlcli_json_put(&json, "extra", article->extra);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

static const struct hlcli_flag flags[] = {
    HLCLI_OPENING_FLAGS,
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

static int run(const struct hlcli_call *call, const void *given)
{
    struct hl_index *index;
    struct hl_document *document;
    struct hl_error err;
    assert(call->count == 1);
    const char *id = call->words[0];
    int code = hlcli_open(call, given, &index);
    if (code)
        return code;
    hl_status status = hl_document_get(index, id, &document, &err);
    if (status == HL_OK) {
        struct hlcli_text text;
        hlcli_text_init(&text);
        if (call->common.json)
            put_article(hl_document_article(document), &text);
        else
            add_article(hl_document_article(document), &text);
        hlcli_page(&text, call->common.no_pager || call->common.json);
        hlcli_text_release(&text);
        hl_document_free(document);
    } else if (status == HL_NOT_FOUND)
        code = hlcli_fail(HLCLI_NOTHING, "NOT_FOUND", -1, NULL, "%s: no article %s",
                          call->asked, id);
    else
        code = hlcli_fail_error(&err);
    code = hlcli_shards_ask(index, code);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_show = {
    .name = "show",
    .also = "get",
    .arguments = "ID",
    .summary = "one stored article",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .least = 1,
    .most = 1,
    .flags = flags,
    .options_size = sizeof(struct hlcli_opening),
    .examples = {{"hlsearch show news.ix 21475737", "the article with this id"},
                 {"hlsearch show news.ix 21475737 --json", "all its fields as JSON"},
                 {"hlsearch show news.ix -- -17", "an id that begins with a hyphen"}},
    .manual = "Exit 1 if the index has no such article.",
    .run = run,
};
