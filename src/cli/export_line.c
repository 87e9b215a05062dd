/*
 * export_line.c - an article as a line that `hlsearch index` reads, or two that OpenSearch
 * does.
 *
 * The first is told in import/exported.h, by whose code it is tried here what a date and the
 * fields without a column would become: where a short form would come back as another article,
 * a long one is written.
 */
#include "cli/export.h"
#include "cli/json.h"
#include "import/date.h"
#include "import/exported.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <string.h>

/* What ranks alike is ranked by these (HL_RANK_BM25). */
static const double BM25_K1 = 0.9, BM25_B = 0.6;

/* A field that is missing leaves nothing. */
static void put(struct hlcli_json *json, const char *key, const char *text)
{
    if (text)
        hlcli_json_put(json, key, text);
}

/* Adds the instant with its zone; false where reading it would give another one. */
static bool add_date(const struct hl_article *a, enum hl_date_precision precision,
                     struct hlcli_text *out)
{
    struct hlimport_date date;
    hlcli_add_time(out, a->date, a->date_offset, precision);
    return hlimport_date_read(out->data, out->size, &date) && date.seconds == a->date &&
           date.offset == a->date_offset;
}

/* As far as it is known; else to the second; else that in UTC, and the zone in minutes. */
static void put_date(struct hlcli_json *json, const struct hl_article *a)
{
    struct hlcli_text time;
    bool whole = true;
    hlcli_text_init(&time);
    if (a->date_precision != HL_DATE_UNKNOWN) {
        whole = add_date(a, a->date_precision, &time);
        if (!whole) {
            hlcli_text_reset(&time);
            whole = add_date(a, HL_DATE_SECOND, &time);
        }
        if (!whole) {
            hlcli_text_reset(&time);
            hlcli_add_time(&time, a->date, 0, HL_DATE_SECOND);
        }
        hlcli_json_put(json, "date", time.data);
        hlcli_json_put(json, "date_precision", hlcli_precision_name(a->date_precision));
    }
    if (!whole || (a->date_precision == HL_DATE_UNKNOWN && a->date_offset)) {
        hlcli_json_key(json, "date_offset");
        hlcli_json_int(json, a->date_offset);
    }
    hlcli_text_release(&time);
}

/* Whether lines make an array of which the same lines are made: none is empty. */
static bool are_lines(const char *text)
{
    size_t size = strlen(text);
    return size && text[0] != '\n' && text[size - 1] != '\n' && !strstr(text, "\n\n");
}

static void put_lines(struct hlcli_json *json, const char *key, const char *text)
{
    hlcli_json_key(json, key);
    hlcli_json_array(json);
    while (*text) {
        size_t size = strcspn(text, "\n");
        if (size)
            hlcli_json_bytes(json, text, size);
        text += size + (text[size] == '\n');
    }
    hlcli_json_array_end(json);
}

static void put_extra(struct hlcli_json *json, const char *extra)
{
    hlcli_json_key(json, "extra");
    if (hlimport_exported_extra(extra))
        hlcli_json_raw(json, extra, strlen(extra));
    else
        hlcli_json_string(json, extra);
}

void hlcli_export_line(const struct hl_article *article, struct hlcli_text *out)
{
    struct hlcli_json json;
    assert(article->id);
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "hlsearch", 1);
    put(&json, "id", article->id);
    put(&json, "url", article->url);
    put(&json, "title", article->title);
    put(&json, "lead", article->lead);
    put(&json, "body", article->body);
    put_date(&json, article);
    put(&json, "source", article->source);
    put(&json, "section", article->section);
    put(&json, "author", article->author);
    if (article->tags && are_lines(article->tags))
        put_lines(&json, "tags", article->tags);
    else
        put(&json, "tags", article->tags);
    if (article->extra)
        put_extra(&json, article->extra);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

/* ---------------------------------------------------------------------- bulk */

/* Keys of a text, those of one position's alternatives into `also`. */
static hl_status add_tokens(const char *text, struct hlcli_text *keys, struct hlcli_text *also,
                            struct hl_error *err)
{
    struct hl_tokens list;
    hl_status status = hl_tokens_make(text, strlen(text), &list, err);
    for (size_t i = 0; status == HL_OK && i < list.count; i++) {
        struct hlcli_text *to = list.tokens[i].alternative ? also : keys;
        hlcli_add(to, to->size ? " " : "");
        hlcli_add(to, list.tokens[i].key);
    }
    if (status == HL_OK)
        hl_tokens_free(&list);
    return status;
}

static hl_status put_tokens(struct hlcli_json *json, const struct hl_article *a, bool tokens,
                            struct hl_error *err)
{
    const char *texts[] = {a->title, a->lead, a->body};
    static const char *const names[] = {"title_tokens", "lead_tokens", "body_tokens"};
    struct hlcli_text keys, also;
    hl_status status = HL_OK;
    hlcli_text_init(&keys);
    hlcli_text_init(&also);
    for (size_t i = 0; status == HL_OK && i < 3; i++) {
        hlcli_text_reset(&keys);
        if (!texts[i])
            continue;
        if (tokens)
            hlcli_add(&keys, texts[i]);
        else
            status = add_tokens(texts[i], &keys, &also, err);
        if (keys.size)
            hlcli_json_put(json, names[i], keys.data);
    }
    if (also.size)
        hlcli_json_put(json, "tokens_also", also.data);
    hlcli_text_release(&keys);
    hlcli_text_release(&also);
    return status;
}

static void put_action(const struct hl_article *article, const char *name,
                       struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_key(&json, "index");
    hlcli_json_object(&json);
    if (name)
        hlcli_json_put(&json, "_index", name);
    hlcli_json_put(&json, "_id", article->id);
    hlcli_json_object_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

hl_status hlcli_export_bulk(const struct hl_article *article, const char *name, bool tokens,
                            struct hlcli_text *out, struct hl_error *err)
{
    struct hlcli_json json;
    put_action(article, name, out);
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    put(&json, "id", article->id);
    put(&json, "url", article->url);
    put(&json, "title", article->title);
    put(&json, "lead", article->lead);
    put(&json, "body", article->body);
    if (article->date_precision != HL_DATE_UNKNOWN) { /* whole: a year has no zone there */
        struct hlcli_text time;
        hlcli_text_init(&time);
        hlcli_add_time(&time, article->date, article->date_offset, HL_DATE_SECOND);
        hlcli_json_put(&json, "date", time.data);
        hlcli_json_put(&json, "date_precision", hlcli_precision_name(article->date_precision));
        hlcli_text_release(&time);
    }
    put(&json, "source", article->source);
    put(&json, "section", article->section);
    put(&json, "author", article->author);
    if (article->tags)
        put_lines(&json, "tags", article->tags);
    hl_status status = put_tokens(&json, article, tokens, err);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
    return status;
}

/* ------------------------------------------------------------------ settings */

static void put_field(struct hlcli_json *json, const char *name, const char *type,
                      const char *also)
{
    hlcli_json_key(json, name);
    hlcli_json_object(json);
    hlcli_json_put(json, "type", type);
    if (also)
        hlcli_json_put_bool(json, also, false);
    hlcli_json_object_end(json);
}

/* Longer values are stored, but not found: a term there has at most 32,766 bytes. */
static void put_keyword(struct hlcli_json *json, const char *name)
{
    hlcli_json_key(json, name);
    hlcli_json_object(json);
    hlcli_json_put(json, "type", "keyword");
    hlcli_json_put_uint(json, "ignore_above", 8191);
    hlcli_json_object_end(json);
}

static void put_token_field(struct hlcli_json *json, const char *name, bool copied)
{
    hlcli_json_key(json, name);
    hlcli_json_object(json);
    hlcli_json_put(json, "type", "text");
    hlcli_json_put(json, "analyzer", "whitespace");
    hlcli_json_put(json, "similarity", "hlsearch");
    if (copied)
        hlcli_json_put(json, "copy_to", "tokens");
    hlcli_json_object_end(json);
}

static void put_properties(struct hlcli_json *json)
{
    static const char *const texts[] = {"url", "title", "lead", "body"};
    static const char *const words[] = {"id",      "date_precision", "source",
                                        "section", "author",         "tags"};
    hlcli_json_key(json, "properties");
    hlcli_json_object(json);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_field(json, texts[i], "text", "index");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put_keyword(json, words[i]);
    put_field(json, "date", "date", NULL);
    put_token_field(json, "title_tokens", true);
    put_token_field(json, "lead_tokens", true);
    put_token_field(json, "body_tokens", true);
    put_token_field(json, "tokens", false);
    put_token_field(json, "tokens_also", false);
    hlcli_json_object_end(json);
}

static void put_similarity(struct hlcli_json *json)
{
    hlcli_json_key(json, "settings");
    hlcli_json_object(json);
    hlcli_json_key(json, "index");
    hlcli_json_object(json);
    hlcli_json_key(json, "similarity");
    hlcli_json_object(json);
    hlcli_json_key(json, "hlsearch");
    hlcli_json_object(json);
    hlcli_json_put(json, "type", "BM25");
    hlcli_json_put_double(json, "k1", BM25_K1);
    hlcli_json_put_double(json, "b", BM25_B);
    hlcli_json_object_end(json);
    hlcli_json_object_end(json);
    hlcli_json_object_end(json);
    hlcli_json_object_end(json);
}

void hlcli_export_settings(const struct hl_stats *stats, struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    put_similarity(&json);
    hlcli_json_key(&json, "mappings");
    hlcli_json_object(&json);
    hlcli_json_key(&json, "_meta"); /* where it comes from: free text for that engine */
    hlcli_json_object(&json);
    hlcli_json_put(&json, "made_by", "hlsearch " HL_VERSION);
    hlcli_json_put(&json, "text_rules", stats->rules);
    hlcli_json_put_uint(&json, "articles", stats->articles);
    hlcli_json_object_end(&json);
    hlcli_json_put_bool(&json, "dynamic", false);
    put_properties(&json);
    hlcli_json_object_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}
