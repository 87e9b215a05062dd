/*
 * stats: what is in an index, and where its bytes are.
 *
 * All numbers come from hl_index_stats(), which reads no postings: it is as fast on a large
 * index as on a small one.
 */
#include "cli/commands.h"
#include "cli/hits.h"
#include "cli/search.h"

#include <assert.h>
#include <string.h>

static void add_number(struct hlcli_text *out, const char *name, uint64_t n)
{
    hlcli_add_format(out, "%-14s", name);
    hlcli_add_count(out, n);
    hlcli_add(out, "\n");
}

/* A part of the index: bytes and their share. */
static void add_part(struct hlcli_text *out, const char *name, uint64_t bytes, uint64_t all)
{
    struct hlcli_text size;
    hlcli_text_init(&size);
    hlcli_add_bytes_of(&size, bytes);
    hlcli_add_format(out, "  %-12s%10s  %5.1f%%\n", name, size.data,
                     all ? (double)bytes * 100 / (double)all : 0);
    hlcli_text_release(&size);
}

/* Bits that the lists of postings take for one of them. */
static double per_posting(const struct hl_stats *s)
{
    return s->postings ? (double)s->bytes_postings * 8 / (double)s->postings : 0;
}

static void add_dates(struct hlcli_text *out, const struct hl_stats *s)
{
    enum { VIETNAM = 7 * 60 }; /* days are days at +07:00 */
    assert(s->undated <= s->articles);
    if (s->articles > s->undated) {
        hlcli_add(out, "dates         ");
        hlcli_add_day(out, s->date_first, VIETNAM, HL_DATE_DAY);
        hlcli_add(out, " to ");
        hlcli_add_day(out, s->date_last, VIETNAM, HL_DATE_DAY);
        hlcli_add(out, "\n");
    }
    add_number(out, "undated", s->undated);
}

/* What Xapian does not tell is left out, not shown as none. */
static void add_known(struct hlcli_text *out, const char *name, uint64_t n)
{
    if (n)
        add_number(out, name, n);
}

/* A database has no parts whose bytes we know, no chunks and no generation. */
static void add_xapian(const struct hl_stats *s, struct hlcli_text *out)
{
    add_number(out, "articles", s->articles);
    if (s->date_first || s->date_last)
        add_dates(out, s);
    add_known(out, "terms", s->terms);
    add_known(out, "postings", s->postings);
    add_known(out, "positions", s->positions);
    hlcli_add_format(out, "mean length   %.1f positions an article\n", s->mean_length);
    hlcli_add_format(out, "weights       title %u, lead %u, body %u\n", s->weight[0],
                     s->weight[1], s->weight[2]);
    hlcli_add_format(out, "engine        xapian, text rules %s\n", s->rules);
    add_known(out, "databases", s->segments);
    add_known(out, "bytes", s->bytes);
}

/* What readers ask first stands first: how many articles, from when to when. */
static void add_stats(const struct hl_stats *s, struct hlcli_text *out)
{
    add_number(out, "articles", s->articles);
    add_number(out, "deleted", s->deleted);
    add_dates(out, s);
    add_number(out, "terms", s->terms);
    if (s->segments > 1)
        hlcli_add(out, "              (a term of several segments counts in each)\n");
    add_number(out, "postings", s->postings);
    add_number(out, "positions", s->positions);
    add_number(out, "pairs", s->pairs);
    hlcli_add_format(out, "mean length   %.1f positions an article\n", s->mean_length);
    hlcli_add_format(out, "weights       title %u, lead %u, body %u\n", s->weight[0],
                     s->weight[1], s->weight[2]);
    hlcli_add_format(out, "segments      %llu, chunks %llu", (unsigned long long)s->segments,
                     (unsigned long long)s->chunks);
    if (s->generation) /* of several indexes each has its own */
        hlcli_add_format(out, ", generation %llu\nindex id      %s, text rules %s\n",
                         (unsigned long long)s->generation, s->index_id, s->rules);
    else
        hlcli_add_format(out, "\nindexes       several, text rules %s\n", s->rules);
    hlcli_add_format(out, "a posting     %.1f bits\n", per_posting(s));
    add_number(out, "bytes", s->bytes);
    add_part(out, "articles", s->bytes_store, s->bytes);
    add_part(out, "postings", s->bytes_postings, s->bytes);
    add_part(out, "positions", s->bytes_positions, s->bytes);
    add_part(out, "pairs", s->bytes_pairs, s->bytes);
    add_part(out, "dictionary", s->bytes_dictionary, s->bytes);
    add_part(out, "columns", s->bytes_columns, s->bytes);
    add_part(out, "other", s->bytes_other, s->bytes);
}

static void put_bytes(struct hlcli_json *json, const struct hl_stats *s)
{
    assert(s->bytes_store <= s->bytes && s->bytes_postings <= s->bytes);
    hlcli_json_key(json, "bytes_by_part");
    hlcli_json_object(json);
    hlcli_json_put_uint(json, "store", s->bytes_store);
    hlcli_json_put_uint(json, "postings", s->bytes_postings);
    hlcli_json_put_uint(json, "positions", s->bytes_positions);
    hlcli_json_put_uint(json, "pairs", s->bytes_pairs);
    hlcli_json_put_uint(json, "dictionary", s->bytes_dictionary);
    hlcli_json_put_uint(json, "columns", s->bytes_columns);
    hlcli_json_put_uint(json, "other", s->bytes_other);
    hlcli_json_object_end(json);
}

/* In UTC, to the second; null where no article is dated. */
static void put_time(struct hlcli_json *json, const char *key, const struct hl_stats *s,
                     int64_t date)
{
    struct hlcli_text time;
    hlcli_text_init(&time);
    hlcli_add_time(&time, date, 0, HL_DATE_SECOND);
    hlcli_json_put(json, key,
                   s->articles > s->undated && (s->date_first || s->date_last) ? time.data
                                                                               : NULL);
    hlcli_text_release(&time);
}

/* null is what the engine does not tell; a native index knows that there are none. */
static void put_known(struct hlcli_json *json, const char *key, uint64_t n, bool native)
{
    if (n || native)
        hlcli_json_put_uint(json, key, n);
    else
        hlcli_json_put(json, key, NULL);
}

static void put_stats(const struct hl_index *index, const struct hl_stats *s,
                      struct hlcli_text *out)
{
    bool native = hl_index_backend(index) == HL_BACKEND_NATIVE;
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "index_id", s->generation ? s->index_id : NULL);
    hlcli_json_put(&json, "text_rules", s->rules);
    hlcli_json_put_uint(&json, "generation", s->generation);
    hlcli_json_put_uint(&json, "articles", s->articles);
    put_known(&json, "deleted", s->deleted, native);
    hlcli_json_put_uint(&json, "undated", s->undated);
    put_time(&json, "date_first", s, s->date_first);
    put_time(&json, "date_last", s, s->date_last);
    put_known(&json, "terms", s->terms, native);
    put_known(&json, "postings", s->postings, native);
    hlcli_json_put_uint(&json, "positions", s->positions);
    put_known(&json, "pairs", s->pairs, native);
    hlcli_json_put_double(&json, "mean_length", s->mean_length);
    hlcli_json_key(&json, "weights");
    hlcli_json_array(&json);
    for (int i = 0; i < 3; i++)
        hlcli_json_uint(&json, s->weight[i]);
    hlcli_json_array_end(&json);
    hlcli_json_put_uint(&json, "segments", s->segments);
    hlcli_json_put_uint(&json, "chunks", s->chunks);
    put_known(&json, "bytes", s->bytes, native);
    if (native)
        put_bytes(&json, s);
    else
        hlcli_json_put(&json, "bytes_by_part", NULL);
    hlcli_json_put(&json, "backend", hl_backend_name(hl_index_backend(index)));
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
    struct hl_stats stats;
    struct hl_error err;
    int code = hlcli_open(call, given, &index);
    if (code)
        return code;
    if (hl_index_stats(index, &stats, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else {
        struct hlcli_text text;
        hlcli_text_init(&text);
        if (call->common.json)
            put_stats(index, &stats, &text);
        else if (hl_index_backend(index) == HL_BACKEND_XAPIAN)
            add_xapian(&stats, &text);
        else
            add_stats(&stats, &text);
        hlcli_print(&text);
        hlcli_text_release(&text);
    }
    code = hlcli_shards_ask(index, code);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_stats = {
    .name = "stats",
    .also = "info",
    .arguments = "",
    .summary = "what is in an index, and where its bytes are",
    .takes_index = true,
    .takes_several = true,
    .reads = true,
    .flags = flags,
    .options_size = sizeof(struct hlcli_opening),
    .examples = {{"hlsearch stats news.ix", "articles, terms, dates, bytes by part"},
                 {"hlsearch stats news.ix --json", "the same for programs"},
                 {"hlsearch stats -i news.ix", "INDEX as an option"}},
    .run = run,
};
