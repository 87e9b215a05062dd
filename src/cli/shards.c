#include "cli/shards.h"
#include "cli/indexes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- opening */

/* All that --shard was given. */
struct parts {
    char *shards; /* one text, its commas zeros */
    const char *at[HL_SHARDS_MAX];
    size_t count;
};

char *hlcli_asked(const char *index, const struct hlcli_opening *opening)
{
    struct hlcli_text text;
    size_t count = opening ? opening->shards.count : 0;
    hlcli_text_init(&text);
    if (index)
        hlcli_add_format(&text, count ? "-i %s " : "%s", index);
    for (size_t i = 0; i < count; i++)
        hlcli_add_format(&text, i ? ",%s" : "--shard %s", opening->shards.items[i]);
    return text.data;
}

static int check_port(const char *shard, const char *port)
{
    int64_t number;
    if (hlcli_parse_count(port, 1, 65535, &number))
        return 0;
    return hlcli_wrong(NULL, "--shard %s: a port is a whole number from 1 to 65535, not \"%s\"",
                       shard, port);
}

/* Letters of a name or an address; whether there is such a host is found out by asking. */
static bool is_host(const char *host, size_t size)
{
    static const char odd[] = " \t\"'/\\@?#[]";
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)host[i] < ' ' || strchr(odd, host[i]))
            return false;
    return size > 0;
}

/* HOST:PORT, or [ADDRESS]:PORT where the address itself has colons. */
static int check_shard(const char *shard)
{
    const char *colon = strrchr(shard, ':'), *end = strchr(shard, ']');
    bool bracketed = *shard == '[' && end;
    const char *host = bracketed ? shard + 1 : shard;
    size_t size = (size_t)((bracketed ? end : colon ? colon : shard) - host);
    if (!colon || !is_host(host, size) || (bracketed && end + 1 != colon))
        return hlcli_wrong(NULL,
                           "--shard wants HOST:PORT such as 10.0.0.2:7070 or [fd00::2]:7070, "
                           "not \"%s\"",
                           shard);
    if (!bracketed && memchr(host, ':', size))
        return hlcli_wrong("write [ADDRESS]:PORT",
                           "--shard %s: an address with colons stands in brackets", shard);
    return check_port(shard, colon + 1);
}

/* One more address; counted twice, what it has would be found twice. */
static int take_shard(struct parts *parts, const char *shard)
{
    int code = check_shard(shard);
    for (size_t i = 0; !code && i < parts->count; i++)
        if (!strcmp(parts->at[i], shard))
            code = hlcli_wrong("name each once", "--shard %s is named twice", shard);
    if (!code && parts->count == HL_SHARDS_MAX)
        code = hlcli_wrong(NULL, "at most %d shards are searched as one", HL_SHARDS_MAX);
    if (!code)
        parts->at[parts->count++] = shard;
    return code;
}

/* All that --shard was given, between commas or one by one. */
static int take_shards(struct parts *parts, const struct hlcli_opening *opening)
{
    struct hlcli_text all;
    int code = 0;
    hlcli_text_init(&all);
    for (size_t i = 0; i < opening->shards.count; i++)
        hlcli_add_format(&all, i ? ",%s" : "%s", opening->shards.items[i]);
    parts->shards = all.data;
    if (opening->shards.count && opening->backend == HL_BACKEND_NATIVE)
        return hlcli_wrong("leave one out",
                           "--shard names databases of Xapian, --backend native wants none");
    for (char *at = opening->shards.count ? all.data : NULL; !code && at;) {
        char *comma = strchr(at, ',');
        if (comma)
            *comma = 0;
        code = take_shard(parts, at);
        at = comma ? comma + 1 : NULL;
    }
    return code;
}

int hlcli_shards_open(const char *index, const struct hlcli_opening *opening,
                      struct hl_index **out_index)
{
    static const struct hlcli_opening as_it_is;
    struct parts shards = {0};
    struct hl_error err;
    const char **paths = NULL;
    char *names = NULL;
    size_t count = 0;
    opening = opening ? opening : &as_it_is;
    assert(index || opening->shards.count);
    int code = take_shards(&shards, opening);
    if (!code && index)
        code = hlcli_indexes_split(index, &names, &paths, &count);
    struct hl_open_options options = {.backend = (enum hl_backend)opening->backend,
                                      .shards = shards.at,
                                      .shard_count = shards.count,
                                      .shard_timeout_ms = (unsigned)opening->timeout};
    if (!code && hl_index_open_with(paths, count, &options, out_index, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    free(paths);
    free(names);
    free(shards.shards);
    return code;
}

/* ------------------------------------------------------------- what is missing */

struct hlcli_shards hlcli_shards_count(const struct hl_result *result)
{
    struct hlcli_shards count = {0, 0};
    const struct hl_shard *shard;
    while ((shard = hl_result_shard(result, count.asked))) {
        count.asked++;
        count.missing += !shard->answered;
    }
    if (!count.asked) /* an index that has no parts is one */
        count.asked = 1;
    return count;
}

/* Where shards are missing too, the total says which of the two it was. */
bool hlcli_is_cut(const struct hl_result *result, unsigned timeout_ms)
{
    if (!timeout_ms || !hl_result_partial(result))
        return false;
    return !hlcli_shards_count(result).missing ||
           hl_result_total_is(result) == HL_TOTAL_AT_LEAST;
}

int hlcli_shards_exit(const struct hl_result *result, int done)
{
    if (done > HLCLI_NOTHING || !hl_result_partial(result))
        return done;
    return hlcli_shards_count(result).missing ? HLCLI_PARTLY : HLCLI_LATE;
}

static const char *problem_of(const struct hl_shard *shard)
{
    return shard->problem ? shard->problem : hlcli_say("did not answer");
}

/* Notes of the missing ones; how many they are. */
static size_t tell(const struct hl_shard *const *shards, size_t count)
{
    size_t missing = 0, left;
    for (size_t i = 0; i < count; i++)
        missing += !shards[i]->answered;
    left = missing;
    for (size_t i = 0; i < count; i++) {
        if (shards[i]->answered)
            continue;
        if (--left)
            hlcli_note("shard %s: %s", shards[i]->name, problem_of(shards[i]));
        else
            hlcli_note("shard %s: %s; results are from %zu of %zu shards", shards[i]->name,
                       problem_of(shards[i]), count - missing, count);
    }
    return missing;
}

void hlcli_shards_tell(const struct hl_result *result)
{
    const struct hl_shard *shards[HL_SHARDS_MAX];
    size_t count = 0;
    while (count < HL_SHARDS_MAX && (shards[count] = hl_result_shard(result, count)))
        count++;
    tell(shards, count);
}

int hlcli_shards_ask(const struct hl_index *index, int done)
{
    const struct hl_shard *shards[HL_SHARDS_MAX];
    size_t count = 0;
    if (done > HLCLI_NOTHING)
        return done;
    while (count < HL_SHARDS_MAX && (shards[count] = hl_index_shard(index, count)))
        count++;
    return tell(shards, count) ? HLCLI_PARTLY : done;
}

void hlcli_shards_put(const struct hl_index *index, const struct hl_result *result,
                      struct hlcli_json *json)
{
    struct hlcli_shards count = hlcli_shards_count(result);
    const struct hl_shard *shard;
    hlcli_json_key(json, "shards");
    hlcli_json_object(json);
    hlcli_json_put_uint(json, "asked", count.asked);
    hlcli_json_put_uint(json, "answered", count.asked - count.missing);
    if (count.missing) {
        hlcli_json_key(json, "missing");
        hlcli_json_array(json);
        for (size_t i = 0; (shard = hl_result_shard(result, i)); i++)
            if (!shard->answered) {
                hlcli_json_object(json);
                hlcli_json_put(json, "name", shard->name);
                hlcli_json_put(json, "problem", problem_of(shard));
                hlcli_json_object_end(json);
            }
        hlcli_json_array_end(json);
    }
    hlcli_json_object_end(json);
    hlcli_json_put(json, "backend", hl_backend_name(hl_index_backend(index)));
}
