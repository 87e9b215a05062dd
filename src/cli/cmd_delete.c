/*
 * delete: articles go by their ids, all in one new generation.
 */
#include "cli/commands.h"
#include "cli/json.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 20 }; /* ids that are named on stderr */

struct options {
    const char *ids;
    bool wait, network_fs;
};

#define AT(member) offsetof(struct options, member)

static const struct hlcli_flag flags[] = {
    {"ids", 0, HLCLI_TEXT, AT(ids), "FILE", "a file of ids, one a line; -: standard input", 0,
     0, 0, HLCLI_NO_CONFIG},
    {"wait", 0, HLCLI_SWITCH, AT(wait), NULL, "wait for another writer (else exit 6)", 0, 0, 0,
     0},
    {"network-fs", 0, HLCLI_SWITCH, AT(network_fs), NULL,
     "write to a network file system all the same", 0, 0, 0, HLCLI_RARE},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* The ids that are to go, each once; those that the index lacks move to the front. */
struct ids {
    char **items;
    size_t count, room, missing;
};

static int no_memory(void)
{
    return hlcli_fail(HLCLI_WRONG, "NOMEM", -1, NULL, "out of memory");
}

static bool keep_id(struct ids *ids, const char *id)
{
    if (!*id)
        return true;
    if (ids->count == ids->room) {
        size_t room = ids->room ? ids->room * 2 : 64;
        char **grown = realloc(ids->items, room * sizeof *grown);
        if (!grown)
            return false;
        ids->items = grown;
        ids->room = room;
    }
    ids->items[ids->count] = strdup(id);
    return ids->items[ids->count++];
}

static void release(struct ids *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        free(ids->items[i]);
    free(ids->items);
}

/* ------------------------------------------------------------------- which */

static int read_lines(FILE *file, const char *name, struct ids *ids)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    bool good = true;
    while (good && (size = getline(&line, &room, file)) >= 0) {
        while (size && (line[size - 1] == '\n' || line[size - 1] == '\r'))
            line[--size] = 0;
        good = keep_id(ids, line);
    }
    free(line);
    if (!good)
        return no_memory();
    if (ferror(file))
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read: %s", name,
                          hlcli_reason(errno));
    return 0;
}

static int read_file(const char *path, struct ids *ids)
{
    if (!strcmp(path, "-"))
        return read_lines(stdin, "-", ids);
    FILE *file = fopen(path, "re");
    if (!file)
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot read: %s", path,
                          hlcli_reason(errno));
    int code = read_lines(file, path, ids);
    fclose(file);
    return code;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* An id given twice would not be found the second time. */
static void drop_repeated(struct ids *ids)
{
    size_t kept = 0;
    if (ids->count)
        qsort(ids->items, ids->count, sizeof *ids->items, by_bytes);
    for (size_t i = 0; i < ids->count; i++) {
        if (kept && !strcmp(ids->items[kept - 1], ids->items[i]))
            free(ids->items[i]);
        else
            ids->items[kept++] = ids->items[i];
    }
    ids->count = kept;
}

static int collect(const struct hlcli_call *call, const struct options *options,
                   struct ids *ids)
{
    int code = options->ids ? read_file(options->ids, ids) : 0;
    for (size_t i = 0; !code && i < call->count; i++)
        if (!keep_id(ids, call->words[i]))
            code = no_memory();
    drop_repeated(ids);
    if (!code && !ids->count)
        code = hlcli_wrong(hlcli_say("usage: hlsearch delete INDEX ID..., or --ids FILE"),
                           "delete: no id given");
    return code;
}

/* ---------------------------------------------------------------- deleting */

static hl_status take_away(struct hl_writer *writer, struct ids *ids,
                           struct hl_commit_info *info, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < ids->count; i++) {
        bool found = false;
        status = hl_writer_delete(writer, ids->items[i], &found, err);
        if (status != HL_OK || found)
            continue;
        char *id = ids->items[i];
        ids->items[i] = ids->items[ids->missing];
        ids->items[ids->missing++] = id;
    }
    /* If none was there this makes no generation, but counts what there is. */
    return status == HL_OK ? hl_writer_commit(writer, info, err) : status;
}

static int delete_all(const struct hlcli_call *call, const struct options *options,
                      struct ids *ids, struct hl_commit_info *info)
{
    struct hl_writer_options how = {
        .wait = options->wait, .network_fs = options->network_fs, .existing = true};
    struct hl_writer *writer = NULL;
    struct hl_error err;
    hl_status status = hl_writer_open(call->index, &how, &writer, &err);
    if (status == HL_OK)
        status = take_away(writer, ids, info, &err);
    hl_writer_close(writer);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    qsort(ids->items, ids->missing, sizeof *ids->items, by_bytes);
    return 0;
}

/* ----------------------------------------------------------------- summary */

static void print_words(const struct hlcli_call *call, const struct ids *ids,
                        const struct hl_commit_info *info)
{
    struct hlcli_text line;
    for (size_t i = 0; i < ids->missing && i < NAMED_MAX; i++)
        hlcli_note("%s: no article %s", call->index, ids->items[i]);
    if (ids->missing > NAMED_MAX)
        hlcli_note("and %zu more that are not there; --json names all",
                   ids->missing - NAMED_MAX);
    hlcli_text_init(&line);
    hlcli_add(&line, hlcli_say("delete: "));
    hlcli_add_count(&line, info->deleted);
    hlcli_add(&line, hlcli_say(" deleted, "));
    hlcli_add_count(&line, ids->missing);
    hlcli_add(&line, hlcli_say(" not found; "));
    hlcli_add_count(&line, info->articles);
    hlcli_add(&line, hlcli_say(" articles in "));
    hlcli_add_plain(&line, call->index, strlen(call->index));
    hlcli_add(&line, "\n");
    fputs(line.data, stderr);
    hlcli_text_release(&line);
}

static void print_json(const struct hlcli_call *call, const struct ids *ids,
                       const struct hl_commit_info *info)
{
    struct hlcli_text text;
    struct hlcli_json json;
    hlcli_text_init(&text);
    hlcli_json_init(&json, &text);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "index", call->index);
    hlcli_json_put_uint(&json, "generation", info->generation);
    hlcli_json_put_uint(&json, "given", ids->count);
    hlcli_json_put_uint(&json, "deleted", info->deleted);
    hlcli_json_key(&json, "not_found");
    hlcli_json_array(&json);
    for (size_t i = 0; i < ids->missing; i++)
        hlcli_json_bytes(&json, ids->items[i], strlen(ids->items[i]));
    hlcli_json_array_end(&json);
    hlcli_json_put_uint(&json, "articles", info->articles);
    hlcli_json_object_end(&json);
    hlcli_add(&text, "\n");
    hlcli_print(&text);
    hlcli_text_release(&text);
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct ids ids = {0};
    struct hl_commit_info info = {0};
    int code = collect(call, given, &ids);
    if (!code)
        code = delete_all(call, given, &ids, &info);
    if (!code) {
        assert(info.deleted + ids.missing == ids.count);
        if (hlcli_manner()->json)
            print_json(call, &ids, &info);
        if (!hlcli_manner()->quiet)
            print_words(call, &ids, &info);
        code = info.deleted ? HLCLI_FOUND : HLCLI_NOTHING;
    }
    release(&ids);
    return code;
}

const struct hlcli_command hlcli_delete = {
    .name = "delete",
    .also = "remove",
    .arguments = "[ID...]",
    .summary = "take articles away, by their ids",
    .takes_index = true,
    .least = 0,
    .most = SIZE_MAX,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch delete news.ix 21475737 21475738", "two articles"},
                 {"hlsearch delete news.ix --ids withdrawn.txt", "those of a list, one a line"},
                 {"hlsearch query news.ix 'section:\"Rao vặt\"' -n 10000 --format ids | "
                  "hlsearch delete news.ix --ids -",
                  "what a query finds"}},
    .manual =
        "The whole run is one step: killed, it leaves the index as it was. After it the index "
        "answers and scores as if the articles had never been; their bytes go when their part "
        "of the index is written anew. Ids that the index lacks are named. Exit 1 if it has "
        "none of them.",
    .run = run,
};
