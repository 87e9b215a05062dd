/*
 * 822 - JSON lines and objects: fields, odd JSON, bad lines, counts, rejects.
 */
#include "82-import-support.h"

/* A field of an article by its name, as text. */
static const char *field_of(const struct hl_article *a, const char *name)
{
    static char date[32];
    const struct {
        const char *name, *value;
    } FIELDS[] = {{"id", a->id},           {"url", a->url},       {"title", a->title},
                  {"lead", a->lead},       {"body", a->body},     {"source", a->source},
                  {"section", a->section}, {"author", a->author}, {"tags", a->tags},
                  {"extra", a->extra}};
    if (!strcmp(name, "date")) {
        snprintf(date, sizeof date, "%lld", (long long)a->date);
        return a->date_precision ? date : NULL;
    }
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
        if (!strcmp(name, FIELDS[i].name))
            return FIELDS[i].value;
    return "no such field";
}

static void line_case(char **column)
{
    char what[700];
    snprintf(what, sizeof what, "%.300s: %s", column[0], column[3]);
    put_file("case.jsonl", column[0], strlen(column[0]));
    const char *path = in_scratch("case.jsonl");
    struct hlimport_options options = {.now = TEST_NOW, .format = "jsonl"};
    struct hlimport *im = NULL;
    struct hl_article article;
    struct hl_error err;
    if (hlimport_open(&path, 1, &options, &im, &err))
        exit(2);
    hl_status status = hlimport_next(im, &article, &err);
    struct hlimport_counts counts;
    hlimport_counts(im, &counts);
    if (column[1][0] == '!') {
        const char *got = "given";
        for (int i = 0; i < HLIMPORT_REASONS; i++)
            if (counts.reasons[i].count)
                got = counts.reasons[i].name;
        OK(status != HL_OK && counts.read == 1 && counts.rejected == 1, "one rejected");
        IS(got, column[2], what);
    } else {
        if (strcmp(column[1], "extra"))
            unescape(column[2]);
        const char *got = status ? "rejected" : field_of(&article, column[1]);
        IS(got ? got : "none", column[2], what);
    }
    hlimport_close(im);
}

static void check_lines(void)
{
    CHECK(import_string("a",
                        "\xef\xbb\xbf{\"id\":\"a\",\"title\":\"T\"}\r\n\r\n  \n"
                        "\t{\"id\":\"b\",\"title\":\"T\"}  \r\n{\"id\":\"c\",\"title\":\"T\"}"),
          "a b c ", 0, "", "mark, CRLF, blank lines, no newline at the end");
    CHECK(import_string("a", "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\",\"title\":\"T\nx\n"
                             "{\"id\":\"c\",\"title\":\"T\"}\n"),
          "a c ", 2, "not-json", "bad lines in the middle");
    CHECK(import_string("a", "{\"id\":\"a\",\"title\n{\"id\":\"c\",\"title\":\"T\"}\n"), "c ",
          1, "not-json", "a bad first line does not hide the form");
    struct outcome o =
        import_string("a.jsonl", "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\",\"t");
    char want[700];
    snprintf(
        want, sizeof want,
        "%s:2: not JSON: unexpected end of line (byte 12); skipped. Stop at the first with "
        "--on-error stop",
        in_scratch("a.jsonl"));
    IS(o.warning, want, "the sentence of interfaces.md");
    free(o.ids);
    o = import_all(in_scratch("a.jsonl"), (struct hlimport_options){.stop_on_error = true});
    OK(o.status == HL_MISUSE && o.counts.given == 1, "stops at the first: %s", o.err.text);
    free(o.ids);
    CHECK(import_string("a", "{\"id\":\"a\",\"title\":\"T\xff\xffn\"}\n"), "", 1, "encoding",
          "bytes that are no UTF-8, too many");
    CHECK(import_string("a",
                        "{\"id\":\"a\",\"title\":\"T\"}\n[{\"id\":\"b\",\"title\":\"T\"}]\n"),
          "a ", 1, "not-json", "an array on a line");
    char line[400];
    memset(line, 'x', sizeof line);
    memcpy(line, "{\"id\":\"a\",\"body\":\"", 18);
    line[100] = (char)0xff;
    memcpy(line + sizeof line - 3, "\"}\n", 3);
    o = import_bytes("a", line, sizeof line);
    OK(o.counts.texts_repaired == 1, "one bad byte in 400 is repaired and counted");
    CHECK(o, "a ", 0, "", "and the article kept");
}

/* Many bad lines: all counted, few warned of, each in the rejects file. */
static void check_rejects(void)
{
    FILE *f = fopen(in_scratch("many"), "w");
    fprintf(f, "{\"id\":\"ok\",\"title\":\"T\"}\n");
    for (int i = 0; i < 1000; i++)
        fprintf(f, "{\"id\":%d,\"title\":\n", i);
    fclose(f);
    struct hlimport_options options = {.format = "jsonl",
                                       .rejects = fopen(in_scratch("rejects"), "w")};
    struct outcome o = import_all(in_scratch("many"), options);
    fclose(options.rejects);
    OK(o.warnings == 5, "%d warnings of 1,000", o.warnings);
    CHECK(o, "ok ", 1000, "not-json", "all counted");
    f = fopen(in_scratch("rejects"), "r");
    char line[2048];
    int lines = 0;
    bool good = true;
    while (fgets(line, sizeof line, f))
        good &= strstr(line, "\"reason\":\"not-json\"") && line[0] == '{' && ++lines &&
                strstr(line, "\"record\":\"{\\\"id\\\":");
    OK(good && lines == 1000, "the rejects file has %d lines", lines);
    fclose(f);
}

static void check_limits(void)
{
    enum { BIG = 3 << 20 };
    char *big = malloc(BIG + 100);
    memcpy(big, "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\",\"body\":\"", 41);
    memset(big + 41, 'x', BIG);
    memcpy(big + 41 + BIG, "\"}\n{\"id\":\"c\",\"title\":\"T\"}\n", 26);
    put_file("big", big, BIG + 41 + 26);
    struct hlimport_options options = {.article_max = 1 << 20};
    CHECK(import_all(in_scratch("big"), options), "a c ", 1, "too-long", "a giant line");
    options.article_max = 0;
    CHECK(import_all(in_scratch("big"), options), "a b c ", 0, "", "is kept where it may be");
    memset(big, '[', BIG);
    memcpy(big, "{\"title\":", 9);
    CHECK(import_bytes("deep", big, 5000), "", 1, "too-deep", "5,000 levels");
    for (int i = 0; i + 2 < BIG; i += 2)
        memcpy(big + i, "1,", 2);
    memcpy(big, "{\"title\":[ ", 11);
    memcpy(big + BIG - 4, "1 ]}", 4);
    CHECK(import_bytes("wide", big, BIG), "", 1, "too-long", "a million values");
    memset(big, '\\', BIG);
    memcpy(big, "{\"title\":\"", 10);
    CHECK(import_bytes("slashes", big, BIG), "", 1, "not-json", "a million backslashes");
    char deep[200] = "{\"id\":\"a\",\"x\":";
    size_t n = strlen(deep);
    for (int i = 0; i < 60; i++)
        deep[n++] = '[';
    for (int i = 0; i < 60; i++)
        deep[n++] = ']';
    memcpy(deep + n, ",\"title\":\"T\"}", 14);
    CHECK(import_string("deep", deep), "a ", 0, "", "60 levels are read");
    char id[1200];
    snprintf(id, sizeof id,
             "{\"title\":\"T\",\"id\":\"%0512d\"}\n{\"title\":\"T\",\"id\":\"%0513d\"}\n", 0,
             0);
    struct outcome o = import_string("ids", id);
    OK(o.counts.given == 1 && reason(&o, "bad-id") == 1, "ids of 512 bytes and of 513");
    free(o.ids);
    free(big);
}

static void check_objects(void)
{
    static const char A[] = "{\"id\":\"a\",\"title\":\"T]}\\\"\"}",
                      B[] = "{\"id\":\"b\",\"title\":\"T\"}";
    char text[2000];
    snprintf(text, sizeof text, "[%s,%s]", A, B);
    CHECK(import_string("o", text), "a b ", 0, "", "an array on a line");
    snprintf(text, sizeof text, " [\n  %s,\n  %s\n]\n\n", A, B);
    CHECK(import_string("o", text), "a b ", 0, "", "an array over lines");
    CHECK(import_string("o", "[]"), "", 1, "empty", "an empty array");
    snprintf(text, sizeof text, "[\n  %s,\n  {\"id\":\"x\n  },\n  %s\n]", A, B);
    CHECK(import_string("o", text), "a b ", 1, "not-json", "an object that is not closed");
    snprintf(text, sizeof text, "[\n  %s,\n  {\"id\" 5},\n  %s\n]", A, B);
    CHECK(import_string("o", text), "a b ", 1, "not-json", "an object that is wrong within");
    snprintf(text, sizeof text, "[\n  %s,\n  what,\n  %s\n]", A, B);
    CHECK(import_string("o", text), "a b ", 1, "not-json", "no object");
    snprintf(text, sizeof text, "[%s,%s", A, B);
    CHECK(import_string("o", text), "a b ", 1, "cut", "an array without its end");
    snprintf(text, sizeof text, "[%s,{\"id\":", A);
    CHECK(import_string("o", text), "a ", 1, "cut", "cut within an object");
    snprintf(text, sizeof text, "[%s] %s", A, B);
    CHECK(import_string("o", text), "a ", 1, "left-over", "bytes after the array");
    CHECK(import_string("o", "{\n  \"id\": \"a\",\n  \"title\": \"T\"\n}\n"), "a ", 0, "",
          "an object over lines");
    CHECK(
        import_string(
            "o",
            "{\n \"id\": \"a\",\n \"title\": \"T\"\n}\n{\n \"id\": \"b\",\n \"title\": \"T\"}"),
        "a b ", 0, "", "two of them");
    struct hlimport_options options = {.article_max = 40};
    snprintf(text, sizeof text, "[%s,{\"id\":\"c\",\"title\":\"%080d\"},%s]", B, 0, B);
    put_file("o", text, strlen(text));
    CHECK(import_all(in_scratch("o"), options), "b b ", 1, "too-long", "a giant object");
}

static void check_ids(void)
{
    struct outcome o = import_string(
        "i", "{\"url\":\"https://a\",\"title\":\"T\"}\n"
             "{\"url\":\"https://a\",\"title\":\"U\"}\n"
             "{\"url\":\"https://b\",\"title\":\"T\"}\n"
             "{\"title\":\"T\",\"body\":\"x\"}\n{\"title\":\"T\",\"body\":\"x\"}\n"
             "{\"title\":\"T\",\"lead\":\"y\"}\n");
    OK(o.counts.ids_made == 6 && strlen(o.ids) == 6 * 17, "six ids of 16 figures");
    OK(!strncmp(o.ids, o.ids + 17, 17) && strncmp(o.ids, o.ids + 34, 17), "by the url");
    OK(!strncmp(o.ids + 51, o.ids + 68, 17) && strncmp(o.ids + 51, o.ids + 85, 17),
       "else by title and text");
    free(o.ids);
}

static void check_map(void)
{
    struct hlimport_map *map;
    struct hl_error err;
    static const char MAP[] = "title = meta.head.line\nbody = a.b\nsource = \"Báo\"\n"
                              "date.format = %m/%d/%Y\n";
    put_file("m", MAP, strlen(MAP));
    OK(hlimport_map_open(in_scratch("m"), &map, &err) == HL_OK, "a map");
    static const char LINE[] =
        "{\"id\":\"1\",\"title\":\"no\",\"meta\":{\"head\":{\"line\":\"T\"}},"
        "\"a.b\":\"B\",\"source\":\"X\",\"date\":\"2/18/2017\"}";
    put_file("l", LINE, strlen(LINE));
    struct hlimport_options options = {.map = map};
    const char *path = in_scratch("l");
    struct hlimport *im;
    struct hl_article a;
    if (hlimport_open(&path, 1, &options, &im, &err) || hlimport_next(im, &a, &err))
        exit(2);
    IS(a.title, "T", "a nested key comes before the built-in one");
    IS(a.body, "B", "a key with a dot in it");
    IS(a.source, "Báo", "a constant");
    OK(a.date == 1487350800, "a date by the map's format");
    hlimport_close(im);
    hlimport_map_close(map);
    OK(hlimport_map_open(in_scratch("none"), &map, &err) == HL_NOT_FOUND, "%s", err.text);
}

static void check_sentences(void)
{
    struct outcome o =
        import_string("k", "{\"id\":\"1\",\"tieude\":\"T\",\"van_ban\":\"B\"}\n"
                           "{\"id\":\"2\",\"tieude\":\"T\",\"van_ban\":\"B\"}\n");
    char want[700];
    snprintf(want, sizeof want,
             "%s: 2 of 2 articles have no title; keys seen: tieude, van_ban. "
             "Map them: --map FILE",
             in_scratch("k"));
    OK(o.status == HL_UNSUPPORTED, "no keys that are known");
    IS(o.err.text, want, "the sentence of interfaces.md");
    free(o.ids);
    o = import_string("k", "{\"id\":\"1\",\"tieude\":\"T\",\"body\":\"B\"}\n");
    OK(o.status == HL_NOT_FOUND && strstr(o.warning, "1 of 1 articles have no title"),
       "a warning where there is text: %s", o.warning);
    free(o.ids);
}

static void check_refuse(void)
{
    put_file("r", "{\"id\":\"1\",\"title\":\"T\"}\n", 23);
    const char *path = in_scratch("r");
    struct hlimport_options options = {0};
    struct hlimport_counts counts;
    struct hlimport *im;
    struct hl_article a;
    if (hlimport_open(&path, 1, &options, &im, NULL) || hlimport_next(im, &a, NULL))
        exit(2);
    OK(!hlimport_refuse(im, "the index would not have it", NULL), "given back");
    hlimport_counts(im, &counts);
    OK(counts.read == 1 && !counts.given && counts.rejected == 1 && counts.line == 1,
       "and counted as rejected");
    OK(hlimport_next(im, &a, NULL) == HL_NOT_FOUND &&
           hlimport_next(im, &a, NULL) == HL_NOT_FOUND,
       "the end stays the end");
    hlimport_close(im);
}

int main(void)
{
    scratch_make();
    OK(each_case("tests/cases/import-lines.tsv", 4, line_case) > 60, "all lines");
    check_lines();
    check_rejects();
    check_limits();
    check_objects();
    check_ids();
    check_map();
    check_sentences();
    check_refuse();
    scratch_remove();
    return tap_done();
}
