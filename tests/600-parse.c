/*
 * The query language through the public API: what readers type, from
 * tests/cases/queries.tsv; what strict syntax refuses; what no text may do.
 */
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <time.h>

enum { LINE_ROOM = 4096, COLUMNS_MAX = 9 };

/* ------------------------------------------------------------------------- tables */

/* Cuts a line at tabs; the number of columns.  Missing columns are "". */
static size_t cut_columns(char *line, char *columns[COLUMNS_MAX])
{
    size_t count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *p = line; p && count < COLUMNS_MAX;) {
        char *tab = strchr(p, '\t');
        if (tab)
            *tab = '\0';
        columns[count++] = p;
        p = tab ? tab + 1 : NULL;
    }
    for (size_t i = count; i < COLUMNS_MAX; i++)
        columns[i] = line + strlen(line);
    return count;
}

/* Calls `each` with the columns of every line that is no comment; the number of lines. */
static size_t table_read(const char *path, void (*each)(void *user, char **columns), void *user)
{
    char line[LINE_ROOM], *columns[COLUMNS_MAX];
    size_t count = 0;
    FILE *f = fopen(path, "r");
    OK(f != NULL, "%s is there", path);
    while (f && fgets(line, sizeof line, f)) {
        if (*line == '#' || *line == '\n')
            continue;
        cut_columns(line, columns);
        each(user, columns);
        count++;
    }
    if (f)
        fclose(f);
    return count;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void add_article(void *user, char **columns)
{
    struct hl_error err = {0};
    struct tm tm = {0};
    struct hl_article article = {
        .id = columns[0],
        .section = or_null(columns[2]),
        .source = or_null(columns[3]),
        .author = or_null(columns[4]),
        .title = or_null(columns[5]),
        .lead = or_null(columns[6]),
        .body = or_null(columns[7]),
        .tags = or_null(columns[8]),
    };
    for (char *p = columns[8]; (p = strchr(p, '|')) != NULL;)
        *p = '\n';
    if (strptime(columns[1], "%Y-%m-%d", &tm)) {
        article.date = timegm(&tm);
        article.date_precision = HL_DATE_DAY;
    }
    if (hl_writer_add(user, &article, &err))
        OK(false, "%s: %s", columns[0], err.text);
}

static struct hl_index *index_of_articles(void)
{
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    const char *path = scratch_name("ix");
    if (hl_writer_open(path, NULL, &writer, &err) == HL_OK) {
        table_read("tests/cases/queries-articles.tsv", add_article, writer);
        if (hl_writer_commit(writer, NULL, &err) == HL_OK)
            hl_index_open(path, &index, &err);
        hl_writer_close(writer);
    }
    if (!OK(index != NULL, "the articles of the cases are indexed"))
        printf("# %s\n", err.text);
    return index;
}

/* -------------------------------------------------------------------- what answers */

static bool has_word(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += size)
        if ((p == list || p[-1] == ' ') && (p[size] == ' ' || p[size] == '\0'))
            return true;
    return false;
}

static size_t count_words(const char *list)
{
    size_t count = 0;
    for (const char *p = list; *p; p++)
        count += *p != ' ' && (p == list || p[-1] == ' ');
    return strcmp(list, "-") ? count : 0;
}

/* Every expected id and no other. */
static bool answers_are(const struct hl_result *result, const char *expected)
{
    bool same = hl_result_count(result) == count_words(expected) &&
                hl_result_total(result) == count_words(expected);
    for (size_t i = 0; same && i < hl_result_count(result); i++)
        same = has_word(expected, hl_result_hit(result, i)->id);
    if (!same) {
        printf("# got:");
        for (size_t i = 0; i < hl_result_count(result); i++)
            printf(" %s", hl_result_hit(result, i)->id);
        printf("\n# want: %s\n", expected);
    }
    return same;
}

/* Notes point into the query, and are there exactly when a case says so. */
static bool notes_are(const struct hl_query *query, size_t size, bool expected)
{
    const struct hl_note *note;
    size_t count = 0;
    bool good = true;
    for (; (note = hl_query_note(query, count)) != NULL; count++) {
        good = good && note->text && *note->text && note->at >= 0 && note->at <= (int64_t)size;
        if (!expected)
            printf("# note at %lld: %s\n", (long long)note->at, note->text);
    }
    return good && (count > 0) == expected;
}

static void check_case(void *user, char **columns)
{
    struct hl_index *index = user;
    const char *text = columns[0], *how = columns[1], *why = columns[3];
    struct hl_query_options options = {
        .plain = has_word(how, "plain"),
        .phrase = has_word(how, "phrase"),
        .marks = has_word(how, "strict") ? HL_MARKS_STRICT : HL_MARKS_AUTO,
    };
    struct hl_search_options search;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    assert(*why && "a case says why");
    hl_search_options_init(&search);
    search.cover = has_word(how, "all")   ? HL_COVER_ALL
                   : has_word(how, "any") ? HL_COVER_ANY
                                          : HL_COVER_DEFAULT;
    if (hl_query_parse(index, text, strlen(text), &options, &query, &err) ||
        hl_search(index, query, &search, &result, &err)) {
        OK(false, "%s [%s]: %s", why, text, err.text);
    } else {
        OK(answers_are(result, columns[2]), "%s [%s]", why, text);
        OK(notes_are(query, strlen(text), has_word(how, "note")), "notes of [%s]", text);
    }
    hl_result_free(result);
    hl_query_free(query);
}

static void check_strict_case(void *user, char **columns)
{
    struct hl_query_options options = {.strict = true};
    struct hl_query *query = NULL, *untouched = (struct hl_query *)&options;
    struct hl_error err = {0};
    const char *text = columns[0];
    hl_status status;
    if (!strcmp(columns[1], "-")) {
        status = hl_query_parse(user, text, strlen(text), &options, &query, &err);
        OK(status == HL_OK && !hl_query_note(query, 0), "strict: %s [%s]", columns[2], text);
        hl_query_free(query);
        return;
    }
    query = untouched;
    status = hl_query_parse(user, text, strlen(text), &options, &query, &err);
    OK(status == HL_BAD_QUERY && err.code == HL_BAD_QUERY && query == untouched,
       "strict refuses: %s [%s]", columns[2], text);
    OK(err.at == strtoll(columns[1], NULL, 10) && *err.text, "it says where: byte %s, not %lld",
       columns[1], (long long)err.at);
    OK(!strstr(err.text, "searched") && !strstr(err.text, "goes to the end"),
       "and nothing of what was not done: %s", err.text);
    if (status == HL_OK)
        hl_query_free(query);
}

/* -------------------------------------------------------------------- limits, bytes */

static hl_status parse(const struct hl_index *index, const char *text, size_t size,
                       struct hl_error *err)
{
    struct hl_query *query = NULL;
    *err = (struct hl_error){.at = -2};
    hl_status status = hl_query_parse(index, text, size, NULL, &query, err);
    if ((status == HL_OK) != (query != NULL))
        status = HL_MISUSE; /* an output on failure, or none on success */
    hl_query_free(query);
    return status;
}

/* count different words in text, at most 6 bytes each; the size. */
static size_t put_words(char *text, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, 16, "w%zu ", i);
    return size;
}

static void check_limits(const struct hl_index *index)
{
    static char text[1 << 17];
    struct hl_error err;
    OK(parse(index, text, put_words(text, 1024), &err) == HL_OK, "1,024 words are a query");
    OK(parse(index, text, put_words(text, 1025), &err) == HL_LIMIT && *err.text,
       "1,025 words are past a limit");
    memset(text, ' ', sizeof text);
    memcpy(text, "phổi", strlen("phổi"));
    OK(parse(index, text, 65536, &err) == HL_OK, "64 KiB are a query");
    OK(parse(index, text, 65537, &err) == HL_LIMIT && *err.text, "one byte more is too much");
    memset(text, 'a', 65536);
    OK(parse(index, text, 65536, &err) == HL_OK, "a word of 64 KiB is a query");
    memset(text, '"', 65536);
    hl_status status = parse(index, text, 65536, &err);
    OK(status == HL_OK || status == HL_LIMIT, "64 KiB of quotes are no crash");
    OK(parse(index, "", 0, &err) == HL_OK, "no text is a query that asks for nothing");
    OK(parse(index, NULL, 0, &err) == HL_MISUSE, "no pointer to text is misuse");
}

static void check_bytes(const struct hl_index *index)
{
    static const struct {
        const char *bytes;
        int64_t at;
    } bad[] = {{"phổi \xff", 7},
               {"\xc0\x80", 0},
               {"a \xe1\xbb", 2},
               {"\xed\xa0\x80", 0},
               {"ab\xf4\x90\x80\x80", 2}};
    struct hl_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hl_status status = parse(index, bad[i].bytes, strlen(bad[i].bytes), &err);
        OK(status == HL_BAD_QUERY && err.at == bad[i].at,
           "bytes that are no UTF-8, case %zu: at %lld", i, (long long)err.at);
    }
    OK(parse(index, "phổi\0gan", strlen("phổi") + 4, &err) == HL_OK,
       "a NUL in the middle is a blank or a word, no end");
}

/* Operators, quotes and words thrown together: always a query, always an answer. */
static void check_chance(const struct hl_index *index, uint64_t seed)
{
    static const char *const pieces[] = {
        "\"",     "-",        " ",        " ",      ":",    "OR",    "ung", "phổi",
        "title:", "section:", "=",        "(",      ")",    "*",     "~",   "AND",
        "NOT",    "TP.HCM",   "before:",  "after:", "3,5",  "2017",  "\n",  "\u0301",
        "\u200b", "\t",       "-\"",      "date:",  "\"\"", "body:", "😀",   ".",
        "nghe",   "source:",  "5/1/2017", "lead:",  "+",    "&",     "|",   "\\"};
    struct hl_search_options search;
    struct hl_result *result = NULL;
    size_t failed = 0, asked = 20000 / SCRATCH_SLOWNESS;
    hl_search_options_init(&search);
    for (size_t i = 0; i < asked && failed < 3; i++) {
        char text[512] = "";
        struct hl_query *query = NULL;
        struct hl_error err = {0};
        for (size_t n = tap_random(&seed) % 12; n; n--)
            strncat(text, pieces[tap_random(&seed) % (sizeof pieces / sizeof *pieces)],
                    sizeof text - strlen(text) - 1);
        if (hl_query_parse(index, text, strlen(text), NULL, &query, &err) ||
            hl_search(index, query, &search, &result, &err)) {
            printf("# [%s]: %s: %s\n", text, hl_status_name(err.code), err.text);
            failed++;
        }
        hl_query_free(query);
    }
    hl_result_free(result);
    OK(!failed, "%zu queries of operators by chance: none fails (seed 0x%llx)", asked,
       (unsigned long long)seed);
}

int main(void)
{
    scratch_begin();
    struct hl_index *index = index_of_articles();
    if (index) {
        OK(table_read("tests/cases/queries.tsv", check_case, index) >= 50, "cases were read");
        OK(table_read("tests/cases/queries-strict.tsv", check_strict_case, index) >= 5,
           "strict cases were read");
        check_limits(index);
        check_bytes(index);
        check_chance(index, 20260303);
    }
    hl_index_close(index);
    return tap_done();
}
