/*
 * Passages by the public calls: the cases of tests/cases/snippets.tsv, fields, limits, misuse,
 * one result that is used for search after search, and memory that runs out.
 */
#include "hlsearch.h"
#include "scratch.h"
#include "tap.h"

#include "base/mem.h"

enum { COLUMNS = 6 };

static struct hl_index *index_of_cases;

/* "3*(ab)" to "ababab", "\n" to a newline. */
static void unfold(const char *from, char *to, size_t room)
{
    size_t n = 0;
    while (*from && n + 1 < room) {
        char *end = (char *)from;
        long times = *from == ' ' ? 0 : strtol(from, &end, 10);
        const char *close = end > from && !strncmp(end, "*(", 2) ? strchr(end, ')') : NULL;
        if (close) {
            for (size_t size = (size_t)(close - end - 2); times-- > 0 && n + size + 1 < room;) {
                memcpy(to + n, end + 2, size);
                n += size;
            }
            from = close + 1;
        } else if (!strncmp(from, "\\n", 2)) {
            to[n++] = '\n';
            from += 2;
        } else {
            to[n++] = *from++;
        }
    }
    to[n] = 0;
}

/* Columns of the next case of the file; false at its end. */
static bool next_case(FILE *file, char *line, size_t room, char *columns[COLUMNS])
{
    while (fgets(line, (int)room, file)) {
        if (*line == '#' || *line == '\n')
            continue;
        line[strcspn(line, "\n")] = 0;
        char *at = line;
        for (int i = 0; i < COLUMNS; i++) {
            columns[i] = at;
            char *tab = strchr(at, '\t');
            if (!tab && i + 1 < COLUMNS)
                return OK(false, "a case of %d columns: %s", COLUMNS, line);
            if (tab)
                *tab = 0;
            at = tab ? tab + 1 : at;
        }
        return true;
    }
    return false;
}

static bool add(struct hl_writer *writer, const char *id, const char *body)
{
    const struct hl_article article = {.id = id, .title = "Tin", .body = body};
    return hl_writer_add(writer, &article, NULL) == HL_OK;
}

/* An index that has the words of all cases. */
static void make_index(void)
{
    static char line[8192], text[8192];
    char *columns[COLUMNS], id[16];
    struct hl_writer *writer = NULL;
    FILE *file = fopen("tests/cases/snippets.tsv", "r");
    bool good = file && hl_writer_open(scratch_name("cases"), NULL, &writer, NULL) == HL_OK;
    for (int n = 0; good && next_case(file, line, sizeof line, columns); n++) {
        unfold(columns[0], text, sizeof text);
        snprintf(id, sizeof id, "%d", n);
        good = add(writer, id, text);
    }
    good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    good = good && hl_index_open(scratch_name("cases"), &index_of_cases, NULL) == HL_OK;
    OK(good, "an index of the cases");
    if (file)
        fclose(file);
}

static bool ask_index(const struct hl_index *index, const char *words,
                      struct hl_result **io_result)
{
    struct hl_query *query = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.cover = HL_COVER_ANY;
    bool good =
        hl_query_parse(index_of_cases, words, strlen(words), NULL, &query, NULL) == HL_OK &&
        hl_search(index, query, &options, io_result, NULL) == HL_OK;
    hl_query_free(query);
    return good;
}

static bool ask(const char *words, struct hl_result **io_result)
{
    return ask_index(index_of_cases, words, io_result);
}

static size_t put(char *to, size_t n, const char *text, size_t size)
{
    memcpy(to + n, text, size);
    to[n + size] = 0;
    return n + size;
}

/* "…a [b] … c": brackets around matches, dots where it is cut and between passages. */
static const char *shown(const struct hl_snippets *s)
{
    static char out[1 << 16];
    size_t n = put(out, 0, "", 0);
    for (size_t i = 0; i < s->count; i++) {
        const struct hl_passage *p = &s->passages[i];
        size_t at = 0;
        const char *before = i ? " … " : p->cut_before ? "…" : "";
        n = put(out, n, before, strlen(before));
        for (size_t k = 0; k < p->range_count; k++) {
            n = put(out, n, p->text + at, p->ranges[k].start - at);
            n = put(out, n, "[", 1);
            n = put(out, n, p->text + p->ranges[k].start,
                    p->ranges[k].end - p->ranges[k].start);
            n = put(out, n, "]", 1);
            at = p->ranges[k].end;
        }
        n = put(out, n, p->text + at, p->size - at);
        if (i + 1 == s->count && p->cut_after)
            n = put(out, n, "…", strlen("…"));
    }
    return out;
}

/* One result for all of them: what an earlier search was asked is forgotten. */
static void test_cases(void)
{
    static char line[8192], text[8192];
    char *columns[COLUMNS];
    struct hl_result *result = NULL;
    FILE *file = fopen("tests/cases/snippets.tsv", "r");
    while (file && next_case(file, line, sizeof line, columns)) {
        struct hl_snippets s = {0};
        const char *texts[1] = {text};
        const struct hl_snippets_options options = {strtoul(columns[2], NULL, 10),
                                                    (unsigned)atoi(columns[3])};
        unfold(columns[0], text, sizeof text);
        bool good = ask(columns[1], &result) &&
                    hl_snippets_make(result, texts, 1, &options, &s, NULL) == HL_OK;
        IS(good ? shown(&s) : "(failed)", columns[4], columns[5]);
        if (good)
            hl_snippets_release(&s);
    }
    hl_result_free(result);
    if (file)
        fclose(file);
}

static void test_fields(void)
{
    struct hl_result *result = NULL;
    struct hl_snippets s = {0};
    const char *lead = "Nuôi tôm hùm ở đây.", *body = "Laser. Nuôi tôm. Nước về hồ.";
    const char *both[2] = {lead, body}, *hollow[3] = {NULL, "", body}, *none[2] = {NULL, " "};
    const struct hl_snippets_options one = {30, 1};
    ask("nuôi tôm hùm", &result);
    OK(hl_snippets_make(result, both, 2, &one, &s, NULL) == HL_OK && s.count == 1 &&
           s.passages[0].field == 0,
       "the lead has more of the query: %s", shown(&s));
    hl_snippets_release(&s);
    OK(hl_snippets_make(result, hollow, 3, &one, &s, NULL) == HL_OK && s.count == 1 &&
           s.passages[0].field == 2 && s.passages[0].start == 7 &&
           !memcmp(body + s.passages[0].start, s.passages[0].text, s.passages[0].size),
       "missing and empty texts: the third, and where it stands in it: %s", shown(&s));
    hl_snippets_release(&s);
    OK(!s.passages && !s.count, "release leaves nothing");
    OK(hl_snippets_make(result, none, 1, NULL, &s, NULL) == HL_OK && !s.count,
       "no text: no passage");
    hl_snippets_release(&s);
    OK(hl_snippets_make(result, none, 0, NULL, &s, NULL) == HL_OK && !s.count,
       "no texts: no passage");
    hl_snippets_release(&s);
    ask("laser", &result);
    OK(hl_snippets_make(result, both, 2, NULL, &s, NULL) == HL_OK && s.count == 1 &&
           s.passages[0].field == 1 && s.passages[0].range_count == 1,
       "only the body has a match");
    hl_snippets_release(&s);
    ask("mưa", &result);
    OK(hl_snippets_make(result, both, 2, NULL, &s, NULL) == HL_OK && s.count == 1 &&
           s.passages[0].field == 0 && !s.passages[0].range_count,
       "no match anywhere: the first text");
    hl_snippets_release(&s);
    hl_result_free(result);
}

/* What mostly belongs to other words is known from the index. */
static void test_bound(void)
{
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_result *result = NULL;
    struct hl_snippets s = {0};
    const char *texts[1] = {"Công nhân và công nghệ, nghệ nhân, 5 và 15 công, AI và ai."};
    char id[16];
    bool good = hl_writer_open(scratch_name("bound"), NULL, &writer, NULL) == HL_OK;
    for (int i = 0; good && i < 60; i++) {
        snprintf(id, sizeof id, "%d", i);
        good = add(writer, id, i < 20 ? "công nghệ và 5 ai" : i < 50 ? "công nhân" : "xem");
    }
    good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    good = good && hl_index_open(scratch_name("bound"), &index, NULL) == HL_OK &&
           ask_index(index, "công nghệ", &result) &&
           hl_snippets_make(result, texts, 1, NULL, &s, NULL) == HL_OK;
    IS(good ? shown(&s) : "(failed)",
       "Công nhân và [công nghệ], [nghệ] nhân, 5 và 15 công, AI và ai.",
       "a syllable that mostly belongs to other words");
    hl_snippets_release(&s);
    good = good && ask_index(index, "5 công ai nghệ", &result) &&
           hl_snippets_make(result, texts, 1, NULL, &s, NULL) == HL_OK;
    IS(good ? shown(&s) : "(failed)",
       "Công nhân và công [nghệ], [nghệ] nhân, 5 và 15 [công], [AI] và ai.",
       "nor common words, small numbers and function words, but beside others");
    hl_snippets_release(&s);
    hl_result_free(result);
    hl_index_close(index);
}

static void test_highlight(void)
{
    struct hl_result *result = NULL;
    struct hl_snippet s = {0};
    ask("hòa lạc", &result);
    OK(hl_highlight(result,
                    "Khu Ho\xcc\x80"
                    "a La\xcc\xa3"
                    "c, hoa",
                    &s, NULL) == HL_OK &&
           s.range_count == 1 && s.ranges[0].start == 4 && s.ranges[0].end == 15,
       "decomposed text: ranges are its own bytes");
    hl_snippet_release(&s);
    OK(hl_highlight(result, "", &s, NULL) == HL_OK && !*s.text && !s.range_count, "no text");
    hl_snippet_release(&s);
    hl_result_free(result);
}

static void test_misuse(void)
{
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    struct hl_snippets s = {(struct hl_passage *)&err, 77};
    struct hl_snippet one = {(char *)&err, NULL, 77};
    const char *texts[9] = {"tôm"}, *bad[1] = {"t\xf4m"};
    const struct hl_snippets_options many = {100, 6};
    ask("tôm", &result);
    OK(hl_snippets_make(NULL, texts, 1, NULL, &s, &err) == HL_MISUSE, "no result");
    OK(hl_snippets_make(result, NULL, 1, NULL, &s, &err) == HL_MISUSE, "no texts");
    OK(hl_snippets_make(result, texts, 9, NULL, &s, &err) == HL_MISUSE &&
           strstr(err.text, "9 texts"),
       "too many texts: %s", err.text);
    OK(hl_snippets_make(result, texts, 1, &many, &s, &err) == HL_MISUSE &&
           strstr(err.text, "6 passages"),
       "too many passages: %s", err.text);
    OK(hl_snippets_make(result, bad, 1, NULL, &s, &err) == HL_MISUSE &&
           strstr(err.text, "byte 1"),
       "bytes that are no UTF-8: %s", err.text);
    OK(s.count == 77 && (void *)s.passages == &err, "outputs stay untouched");
    OK(hl_highlight(result, NULL, &one, &err) == HL_MISUSE && one.range_count == 77,
       "nothing to highlight");
    hl_result_free(result);
}

/* Matches are looked for in the first 64 KiB; what lies behind costs nothing and harms
 * nothing. */
static void test_long(void)
{
    enum { SIZE = 200000 };
    char *text = malloc(SIZE + 1);
    const char *texts[1] = {text};
    struct hl_result *result = NULL;
    struct hl_snippets s = {0};
    for (size_t i = 0; i < SIZE; i += 4)
        memcpy(text + i, "xem ", 4);
    memcpy(text + 60000, "tôm ", 5);
    memcpy(text + 60005, "em ", 3);
    memcpy(text + 100000, "tôm hùm ", 10);
    memcpy(text + 100010, "m ", 2);
    text[SIZE] = 0;
    ask("tôm hùm", &result);
    OK(hl_snippets_make(result, texts, 1, NULL, &s, NULL) == HL_OK && s.count == 1 &&
           strstr(s.passages[0].text, "tôm em"),
       "the first 64 KiB are looked at");
    hl_snippets_release(&s);
    text[60000] = 'x';
    OK(hl_snippets_make(result, texts, 1, NULL, &s, NULL) == HL_OK && s.count == 1 &&
           !s.passages[0].start && s.passages[0].size <= 240,
       "a match behind them is not found: the beginning");
    hl_snippets_release(&s);
    hl_result_free(result);
    free(text);
}

/* ------------------------------------------------------------ memory runs out */

static long calls_left;

static void *failing_realloc(void *p, size_t size)
{
    return calls_left-- > 0 ? realloc(p, size) : NULL;
}

static void test_memory(void)
{
    const struct hlmem_hook hook = {failing_realloc, free};
    const char *texts[2] = {"Laser ở TP.HCM", "nuôi tôm hùm ở thành phố Hồ Chí Minh, 3,5%"};
    struct hl_snippets s = {0};
    hl_status status = HL_NOMEM;
    long n = 0;
    for (; status != HL_OK && n < 1000; n++) {
        struct hl_result *result = NULL;
        ask("tphcm \"nuôi tôm\" laser", &result); /* a result whose words are not told yet */
        hlmem_set_hook(&hook);
        calls_left = n;
        status = hl_snippets_make(result, texts, 2, NULL, &s, NULL);
        bool clean = status == HL_OK || (status == HL_NOMEM && !s.passages);
        calls_left = 1000;
        struct hl_snippets again = {0};
        clean = clean && hl_snippets_make(result, texts, 2, NULL, &again, NULL) == HL_OK &&
                again.count == 2 && again.passages[1].range_count == 2;
        hl_snippets_release(&again);
        if (status == HL_OK)
            hl_snippets_release(&s);
        hlmem_set_hook(NULL);
        hl_result_free(result);
        if (!clean)
            break;
    }
    OK(status == HL_OK && n > 5,
       "the n-th allocation fails, n up to %ld: HL_NOMEM, and the next call is right", n);
}

int main(void)
{
    scratch_begin();
    make_index();
    test_cases();
    test_fields();
    test_bound();
    test_highlight();
    test_misuse();
    test_long();
    test_memory();
    hl_index_close(index_of_cases);
    return tap_done();
}
