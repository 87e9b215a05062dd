/*
 * batch.c - see batch.h.
 *
 * Queries of a test collection are sentences, not search syntax: a hyphen or a quote in
 * them must not change what is asked, so they are read as plain words (unless --syntax).
 * Scores are printed with all their digits, so that ties in the run are ties of the engine.
 */
#include "cli/batch.h"
#include "cli/hits.h"
#include "cli/search.h"
#include "cli/shards.h"

#include <assert.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A query ends at 64 KiB, of which JSON may make six times as much. */
enum { LINE_MAX_BYTES = 1 << 20 };

/* One run over a file of queries. */
struct batch {
    const struct hl_index *index;
    const struct hl_search_options *search;
    const struct hl_query_options *options;
    const char *path;
    unsigned long line;
    struct hl_result *result; /* used again by every query */
    struct hlcli_text out;
    bool found, late;
    unsigned long partly; /* queries that some shards did not answer */
};

/* One query into lines of the run. A query that fails ends the batch: a run with a hole in
 * it would be measured as if the engine had found nothing. */
static int search_one(struct batch *batch, const char *qid, const char *text, size_t size)
{
    struct hl_query *query;
    struct hl_error err;
    if (hl_query_parse(batch->index, text, size, batch->options, &query, &err) != HL_OK)
        return hlcli_fail(HLCLI_WRONG, hl_status_name(err.code), err.at, NULL,
                          "%s:%lu: query %s: %s", batch->path, batch->line, qid, err.text);
    hl_status status = hl_search(batch->index, query, batch->search, &batch->result, &err);
    hl_query_free(query);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    size_t count = hl_result_count(batch->result);
    assert(count <= batch->search->count || !batch->search->count);
    hlcli_text_reset(&batch->out);
    for (size_t i = 0; i < count; i++)
        hlcli_hit_trec(hl_result_hit(batch->result, i), qid, batch->search->offset + i + 1,
                       &batch->out);
    hlcli_print(&batch->out);
    batch->found |= count || (batch->search->count_only && hl_result_total(batch->result));
    if (hlcli_shards_count(batch->result).missing && !batch->partly++)
        hlcli_shards_tell(batch->result); /* once: all queries to come meet the same */
    bool cut = hlcli_is_cut(batch->result, batch->search->timeout_ms);
    if (cut)
        hlcli_note("%s:%lu: query %s: the time limit was reached; better articles may be "
                   "missing",
                   batch->path, batch->line, qid);
    batch->late |= cut;
    return 0;
}

/* An empty one would be no column of the run. */
static bool is_id(struct json_object *id)
{
    return json_object_is_type(id, json_type_int) ||
           json_object_is_type(id, json_type_double) ||
           (json_object_is_type(id, json_type_string) && *json_object_get_string(id));
}

/* "id" may be a string or a number, "text" must be a string; a NUL in that is a character. */
static int take_object(struct batch *batch, struct json_object *object)
{
    struct json_object *id = NULL, *text = NULL;
    assert(batch->line > 0);
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, "id", &id) || !is_id(id))
        return hlcli_wrong("each line is {\"id\": ..., \"text\": ...}", "%s:%lu: no \"id\"",
                           batch->path, batch->line);
    if (!json_object_object_get_ex(object, "text", &text) ||
        !json_object_is_type(text, json_type_string))
        return hlcli_wrong("each line is {\"id\": ..., \"text\": ...}", "%s:%lu: no \"text\"",
                           batch->path, batch->line);
    return search_one(batch, json_object_get_string(id), json_object_get_string(text),
                      (size_t)json_object_get_string_len(text));
}

/* The object of a line, or why there is none; nothing but blanks may stand after it. */
static int parse_line(const struct batch *batch, struct json_tokener *tokener, const char *line,
                      size_t size, struct json_object **out_object)
{
    struct json_object *object = json_tokener_parse_ex(tokener, line, (int)size);
    enum json_tokener_error why = json_tokener_get_error(tokener);
    if (why == json_tokener_continue)
        why = json_tokener_error_parse_eof;
    if (why != json_tokener_success)
        return hlcli_wrong(NULL, "%s:%lu: not JSON: %s", batch->path, batch->line,
                           hlcli_say(json_tokener_error_desc(why)));
    size_t end = json_tokener_get_parse_end(tokener);
    end += strspn(line + end, " \t\r\n");
    if (end == size) {
        *out_object = object;
        return 0;
    }
    json_object_put(object);
    return hlcli_wrong("each line is {\"id\": ..., \"text\": ...}",
                       "%s:%lu: more after the object (byte %zu)", batch->path, batch->line,
                       end + 1);
}

/* Blank lines are allowed, as in every file of JSON lines that people edit. */
static int take_line(struct batch *batch, const char *line, size_t size)
{
    int64_t bad = hlcli_utf8_bad(line, size);
    if (bad >= 0)
        return hlcli_wrong(NULL, "%s:%lu: not UTF-8 at byte %lld", batch->path, batch->line,
                           (long long)bad);
    if (strspn(line, " \t\r\n") == size)
        return 0;
    struct json_tokener *tokener = json_tokener_new();
    if (!tokener)
        return hlcli_fail(HLCLI_WRONG, "NOMEM", -1, NULL, "out of memory");
    struct json_object *object = NULL;
    int code = parse_line(batch, tokener, line, size, &object);
    json_tokener_free(tokener);
    if (!code)
        code = take_object(batch, object);
    json_object_put(object);
    return code;
}

/* A line with its end, of no more than a byte over what one may have; 0 at the end of the file.
 */
static size_t read_line(FILE *file, char *line)
{
    size_t size = 0;
    int c = 0;
    while (c != '\n' && size <= LINE_MAX_BYTES && (c = getc(file)) != EOF)
        line[size++] = (char)c;
    line[size] = 0;
    return size;
}

/* A byte order mark before the first line is what some editors write. */
static int read_lines(struct batch *batch, FILE *file)
{
    char *line = hlcli_alloc(LINE_MAX_BYTES + 2, 1);
    size_t size;
    int code = 0;
    errno = 0;
    while (!code && (size = read_line(file, line)) > 0) {
        bool marked = !batch->line++ && !strncmp(line, "\xef\xbb\xbf", 3);
        if (size > LINE_MAX_BYTES)
            code = hlcli_wrong(NULL, "%s:%lu: longer than any query", batch->path, batch->line);
        else
            code = take_line(batch, line + (marked ? 3 : 0), size - (marked ? 3 : 0));
    }
    if (!code && ferror(file))
        code = hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read: %s", batch->path,
                          hlcli_reason(errno));
    free(line);
    return code;
}

int hlcli_batch(const struct hl_index *index, const char *path,
                const struct hl_search_options *search, const struct hl_query_options *query)
{
    struct batch batch = {index, search, query, path, 0, NULL, {0}, false, false, 0};
    bool standard = !strcmp(path, "-");
    FILE *file = standard ? stdin : fopen(path, "re");
    if (!file)
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read the queries: %s", path,
                          hlcli_reason(errno));
    hlcli_text_init(&batch.out);
    int code = read_lines(&batch, file);
    hlcli_text_release(&batch.out);
    hl_result_free(batch.result);
    if (!standard)
        fclose(file);
    if (!code && batch.partly) {
        hlcli_note("%s: %lu queries have an answer of some shards only", path, batch.partly);
        return HLCLI_PARTLY;
    }
    if (!code && batch.late)
        return HLCLI_LATE;
    return code ? code : batch.found ? HLCLI_FOUND : HLCLI_NOTHING;
}
