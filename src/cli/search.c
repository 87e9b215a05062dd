/*
 * search.c - see search.h.
 *
 * Numbers that mean "the default" (-1) pass through to the library: it knows the defaults
 * of the index, the tool does not.
 */
#include "cli/search.h"
#include "cli/commands.h"
#include "cli/indexes.h"
#include "import/date.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void hlcli_search_fill(const struct hlcli_search *search, struct hl_search_options *out_search,
                       struct hl_query_options *out_query)
{
    assert(search->cover >= HL_COVER_DEFAULT && search->cover <= HL_COVER_ALL);
    hl_search_options_init(out_search);
    out_search->cover = (int)search->cover;
    out_search->rank = search->rank ? HL_RANK_BM25 : HL_RANK_DEFAULT;
    out_search->k1 = search->k1;
    out_search->b = search->b;
    out_search->pairs = search->pairs;
    out_search->recency = search->recency;
    out_search->refine = (int)search->refine;
    memset(out_query, 0, sizeof *out_query);
    out_query->marks = (enum hl_marks)search->marks; /* the names stand in this order */
    out_query->strict = search->strict;
    out_query->plain = search->plain;
}

/* ------------------------------------------------- dates, values, order, facets */

enum { ZONE = 7 * 60, FACET_VALUES = 10 };

/* A day, month or year begins at +07:00, whatever the zone of the machine. */
static int read_day(const char *option, const char *text, int64_t *out_seconds)
{
    struct hlimport_date date;
    bool good = hlimport_date_read(text, strlen(text), &date);
    if (!good || date.precision > HL_DATE_DAY || date.offset != ZONE)
        return hlcli_wrong(NULL,
                           "%s wants a day, month or year such as 2017-01-05, 5/1/2017, 1/2017 "
                           "or 2017, not \"%s\"",
                           option, text);
    *out_seconds = date.seconds;
    return 0;
}

static int read_range(const struct hlcli_search *search, struct hl_search_options *out)
{
    int code = 0;
    if (search->after)
        code = read_day("--after", search->after, &out->date_from);
    if (!code && search->before)
        code = read_day("--before", search->before, &out->date_to);
    if (!code && search->after && search->before && out->date_from >= out->date_to)
        code = hlcli_wrong("--before names the first day that is left out",
                           "no day is both from %s on and before %s", search->after,
                           search->before);
    return code;
}

/* One FIELD[:N]. */
static int read_facet(const char *text, size_t size, struct hl_search_options *out)
{
    size_t name = strcspn(text, ":,");
    int64_t values = FACET_VALUES;
    char number[16] = "";
    if (name < size) {
        size_t digits = size - name - 1;
        if (digits < sizeof number) /* longer ones are no number that would do */
            memcpy(number, text + name + 1, digits);
        if (!hlcli_parse_count(number, 1, HL_FACET_VALUES_MAX, &values))
            return hlcli_wrong(NULL, "--facet %.*s: N is a whole number from 1 to %d",
                               (int)size, text, HL_FACET_VALUES_MAX);
    }
    for (unsigned f = 0; f < HL_FACETS; f++) {
        const char *known = hl_facet_name((enum hl_facet)f);
        if (strlen(known) == name && !memcmp(known, text, name)) {
            out->facet_values[f] = (unsigned)values;
            return 0;
        }
    }
    return hlcli_wrong("source, section, author, tag, year and month can be",
                       "--facet %.*s: nothing is counted by that", (int)name, text);
}

static int read_facets(const char *list, struct hl_search_options *out)
{
    int code = 0;
    do {
        size_t size = strcspn(list, ",");
        code = read_facet(list, size, out);
        list += size + (list[size] == ',');
    } while (!code && *list);
    return code;
}

int hlcli_search_narrow(const struct hlcli_search *search, struct hl_search_options *out_search)
{
    static const enum hl_sort orders[] = {HL_SORT_RELEVANCE, HL_SORT_OLDEST, HL_SORT_NEWEST};
    assert(search->sort >= 0 && search->sort < 3);
    out_search->sort = orders[search->sort];
    out_search->source = search->source;
    out_search->section = search->section;
    out_search->author = search->author;
    out_search->tag = search->tag;
    int code = read_range(search, out_search);
    for (size_t i = 0; !code && i < search->facets.count; i++)
        code = read_facets(search->facets.items[i], out_search);
    return code;
}

/* ------------------------------------------------------------------ synonyms */

/* Lines that were merged are told of a list that was asked for by name: it may be meant. */
static void tell_merged(const struct hl_synonyms *synonyms, const char *path)
{
    const struct hl_note *note;
    assert(path);
    for (size_t i = 0; (note = hl_synonyms_note(synonyms, i)); i++)
        hlcli_note("%s: %s", path, note->text);
}

static int open_named(const char *path, struct hlcli_synonyms *synonyms)
{
    struct hl_error err;
    hl_status status = hl_synonyms_open(path, &synonyms->owned, &err);
    if (status == HL_NOT_FOUND)
        return hlcli_fail(HLCLI_WRONG, "NOT_FOUND", -1,
                          "--synonyms takes a file, default or none",
                          "no such list of synonyms: %s", path);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    synonyms->used = synonyms->owned;
    tell_merged(synonyms->used, path);
    return 0;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* A file that is there and wrong is an error here too: whoever wrote it waits for it. */
static int open_of_index(const struct hlcli_call *call, struct hlcli_synonyms *synonyms)
{
    struct hlcli_text path;
    struct hl_error err;
    char *first = hlcli_index_first(call->index);
    size_t size = strlen(first);
    int code = 0;
    if (!is_folder(first)) { /* a stub file, a database in one: no place for a list */
        free(first);
        return 0;
    }
    hlcli_text_init(&path);
    hlcli_add_format(&path, "%s%s" HL_SYNONYMS_FILE, first,
                     size && first[size - 1] == '/' ? "" : "/");
    free(first);
    hl_status status = hl_synonyms_open(path.data, &synonyms->owned, &err);
    if (status == HL_OK) {
        synonyms->used = synonyms->owned;
        if (call->common.verbose)
            tell_merged(synonyms->used, path.data);
    } else if (status != HL_NOT_FOUND)
        code = hlcli_fail_error(&err);
    hlcli_text_release(&path);
    return code;
}

int hlcli_synonyms_open(const struct hlcli_call *call, const char *option,
                        struct hlcli_synonyms *out_synonyms)
{
    struct hlcli_synonyms synonyms = {.used = hl_synonyms_default()};
    int code = 0;
    if (!option && call->index)
        code = open_of_index(call, &synonyms);
    else if (option && !strcmp(option, "none"))
        synonyms.used = NULL;
    else if (option && !*option)
        code =
            hlcli_wrong("write --synonyms FILE, default or none", "--synonyms names no file");
    else if (option && strcmp(option, "default"))
        code = open_named(option, &synonyms);
    if (!code)
        *out_synonyms = synonyms;
    return code;
}

void hlcli_synonyms_release(struct hlcli_synonyms *synonyms)
{
    hl_synonyms_free(synonyms->owned);
    memset(synonyms, 0, sizeof *synonyms);
}

/* --------------------------------------------------------------------- index */

int hlcli_open(const struct hlcli_call *call, const struct hlcli_opening *opening,
               struct hl_index **out_index)
{
    return hlcli_shards_open(call->index, opening, out_index);
}

int hlcli_fail_query(const struct hl_error *err, const char *query)
{
    assert(query);
    int code = hlcli_fail_error(err);
    if (err->at >= 0)
        hlcli_point(query, err->at, "here");
    return code;
}

char *hlcli_join(char **words, size_t count)
{
    struct hlcli_text text;
    assert(words || !count);
    hlcli_text_init(&text);
    for (size_t i = 0; i < count; i++) {
        if (i)
            hlcli_add(&text, " ");
        hlcli_add(&text, words[i]);
    }
    return text.data;
}
