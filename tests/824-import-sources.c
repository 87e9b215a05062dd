/*
 * 824 - sources: gzip in all its states, folders, forms by content, plain text, tokens.
 */
#include "82-import-support.h"

#include "base/mem.h"

static const char LINE[] = "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\",\"title\":\"T\"}\n";

static void check_gzip(void)
{
    uint8_t *one, *two, both[1000];
    size_t n = pack(LINE, strlen(LINE), &one);
    size_t m = pack("{\"id\":\"c\",\"title\":\"T\"}", 22, &two);
    CHECK(import_bytes("g", one, n), "a b ", 0, "", "one member, a name without .gz");
    memcpy(both, one, n);
    memcpy(both + n, two, m);
    CHECK(import_bytes("g", both, n + m), "a b c ", 0, "", "two members");
    memset(both + n + m, 0, 100);
    CHECK(import_bytes("g", both, n + m + 100), "a b c ", 0, "", "zeros after the end");
    memcpy(both + n, "garbage", 7);
    CHECK(import_bytes("g", both, n + 7), "a b ", 1, "gzip", "other bytes after the end");
    for (size_t cut = 2; cut < n; cut++) {
        struct outcome o = import_bytes("g", one, cut);
        if (reason(&o, "gzip") != 1 || o.counts.rejected != 1)
            OK(false, "cut at %zu: %s", cut, o.warning);
        free(o.ids);
    }
    OK(true, "cut at each length: said so, once");
    struct outcome o = import_bytes("g", one, n - 4);
    CHECK(o, "a b ", 1, "gzip", "cut after all the text");
    one[n - 8] ^= 1;
    CHECK(import_bytes("g", one, n), "a b ", 1, "gzip", "a wrong CRC, all text came out");
    one[n - 8] ^= 1;
    one[n - 1] ^= 1;
    CHECK(import_bytes("g", one, n), "a b ", 1, "gzip", "a wrong length");
    free(two);
    one[n - 1] ^= 1;
    m = pack(one, n, &two);
    o = import_bytes("g", two, m);
    OK(o.status == HL_UNSUPPORTED && strstr(o.err.text, "gzip within gzip"), "%s", o.err.text);
    free(o.ids);
    free(one);
    free(two);
}

static void check_bombs(void)
{
    enum { SIZE = 80 << 20 };
    uint8_t *zeros = calloc(1, SIZE), *packed;
    memcpy(zeros, LINE, strlen(LINE));
    for (int kind = 0; kind < 3; kind++) {
        memset(zeros + strlen(LINE),
               kind == 0   ? 'x'
               : kind == 1 ? '\n'
                           : ' ',
               SIZE - strlen(LINE));
        size_t n = pack(zeros, SIZE, &packed);
        struct outcome o = import_bytes("bomb", packed, n);
        OK(reason(&o, "gzip") == 1 && strstr(o.ids, "a b ") == o.ids && o.counts.given == 2,
           "a bomb of kind %d: %s", kind, o.warning);
        free(o.ids);
        free(packed);
    }
    memset(zeros, 'x', SIZE);
    size_t n = pack(zeros, SIZE, &packed);
    CHECK(import_bytes("bomb", packed, n), "", 1, "too-long", "a bomb of text");
    free(packed);
    free(zeros);
}

static void unknown(const char *name, const void *bytes, size_t size, const char *words)
{
    struct outcome o = import_bytes(name, bytes, size);
    OK(o.status == HL_UNSUPPORTED && strstr(o.err.text, words) &&
           reason(&o, "unknown-form") == 1,
       "%s: %s", name, o.err.text);
    free(o.ids);
}

static void check_forms(void)
{
    unknown("pdf.txt", "%PDF-1.4\n", 9, "pdftotext");
    unknown("zip", "PK\x03\x04xxxx", 8, "zip");
    unknown("zst.jsonl", "\x28\xb5\x2f\xfdxx", 6, "zstd -d");
    unknown("utf32", "\xff\xfe\0\0a\0\0", 8, "UTF-32");
    unknown("nul", "abc\0def", 7, "NUL");
    unknown("page", "\n<!DOCTYPE html><p>x", 20, "HTML");
    unknown("feed", "<?xml version=\"1.0\"?>", 21, "XML");
    unknown("csv", "id,title,body\n1,T,B\n", 20, "CSV");
}

/* The id that a text file of the scratch folder gets. */
static const char *text_id(const char *name)
{
    static char id[400];
    snprintf(id, sizeof id, "%s/%s ", scratch + strspn(scratch, "/"), name);
    return id;
}

/* The ids of text files of the scratch folder: each name with a blank after it. */
static const char *text_ids(const char *names)
{
    static char ids[2000];
    size_t size = 0;
    while (*names) {
        size_t n = strcspn(names, " ");
        size += (size_t)snprintf(ids + size, sizeof ids - size, "%s/%.*s ",
                                 scratch + strspn(scratch, "/"), (int)n, names);
        names += n + 1;
    }
    return ids;
}

static void check_text_form(void)
{
    CHECK(import_string("x.jsonl", "Tựa đề\nĐoạn một.\n"), text_id("x.jsonl"), 0, "",
          "text in a file named .jsonl is text");
    CHECK(import_string("y.txt", LINE), "a b ", 0, "", "lines in a file named .txt are lines");
    CHECK(import_string("z", "[Video] Tựa đề\nĐoạn một.\n"), text_id("z"), 0, "",
          "a bracket is no array");
    CHECK(import_string("z", "{Tựa đề}\nĐoạn một.\n"), text_id("z"), 0, "",
          "a brace is no object");
    CHECK(import_string("z", "\n  \n"), "", 1, "no-text", "blanks");
    struct outcome o = import_bytes("z", "", 0);
    CHECK(o, "", 1, "empty", "an empty file");
    CHECK(import_string("z", "T\xe0i li\xd6u ch\xed"), "", 1, "encoding", "a legacy charset");
    put_file("h", "<html>x", 7);
    CHECK(import_all(in_scratch("h"), (struct hlimport_options){.format = "text"}),
          text_id("h"), 0, "", "a form given by name");
    put_file("big", "Tựa đề dài quá", 20);
    CHECK(import_all(in_scratch("big"), (struct hlimport_options){.article_max = 10}), "", 1,
          "too-long", "a text over the limit");
}

/* Imports one file and gives its article; close with hlimport_close. */
static struct hlimport *article_of(const char *path, const char *format, struct hl_article *out)
{
    struct hlimport_options options = {.format = format, .now = TEST_NOW, .source = "Báo"};
    struct hlimport *im;
    if (hlimport_open(&path, 1, &options, &im, NULL) || hlimport_next(im, out, NULL))
        exit(2);
    return im;
}

static void check_text(void)
{
    static const char TEXT[] = "\xef\xbb\xbfTựa đề\r\n\r\n0:00\r\nNDO - Đoạn đầu.\r\n"
                               "Một hai ba.\r\nMột hai ba.\r\nThân bài.\r\nTheo Reuters\r\n";
    struct hl_article a;
    put_file("2017-02-06.txt", TEXT, strlen(TEXT));
    struct hlimport *im = article_of(in_scratch("2017-02-06.txt"), NULL, &a);
    IS(a.title, "Tựa đề", "line 1 is the title");
    IS(a.lead, "Đoạn đầu.", "the next one that is text is the lead, without its dateline");
    IS(a.body, "Thân bài.", "the rest is the body");
    IS(a.extra, "{\"caption\":\"Một hai ba.\",\"boilerplate\":\"Theo Reuters\\nNDO -\"}",
       "extra");
    IS(a.source, "Báo", "the source given");
    OK(a.date == 1486314000 && a.date_precision == HL_DATE_DAY && a.date_offset == 420,
       "the date of the name");
    hlimport_close(im);
    static const char HEADER[] = "# doc_id = n1\n# url = https://a/b?c=d\n# date = 20201001\n"
                                 "# xyz = 1\nTựa\nMột câu.\n";
    put_file("19990101.txt", HEADER, strlen(HEADER));
    im = article_of(in_scratch("19990101.txt"), NULL, &a);
    IS(a.id, "n1", "id of the header");
    IS(a.url, "https://a/b?c=d", "url of the header");
    OK(a.date == 1601485200, "the header's date, not the name's");
    IS(a.title, "Tựa", "then the title");
    OK(!a.lead, "no lead where nothing follows it");
    IS(a.body, "Một câu.", "but a body");
    hlimport_close(im);
    char text[700];
    memset(text, 'x', sizeof text);
    memcpy(text, "Tựa ", 6);
    put_file("p", text, sizeof text);
    im = article_of(in_scratch("p"), NULL, &a);
    OK(strlen(a.body) == sizeof text && strlen(a.title) < 100,
       "a first line that is a paragraph");
    IS(a.extra, "{\"title_from\":\"body\"}", "makes its title from the body");
    hlimport_close(im);
}

static void check_tokens(void)
{
    put_file("t", "một hai\n\n  \nba\tbốn_năm \r\n", 30);
    CHECK(import_all(in_scratch("t"), (struct hlimport_options){.format = "tokens"}), "1 4 ", 0,
          "", "ids are line numbers");
    struct hl_article a;
    struct hlimport *im = article_of(in_scratch("t"), "tokens", &a);
    IS(a.body, "một hai", "the line");
    OK(!a.title && !a.lead && !a.extra, "and nothing else");
    OK(!hlimport_next(im, &a, NULL), "the next");
    IS(a.body, "ba\tbốn_năm ", "as it is");
    hlimport_close(im);
    const char *twice[] = {in_scratch("t"), in_scratch("t")};
    struct hlimport_options options = {.format = "tokens"};
    char want[400];
    if (hlimport_open(twice, 2, &options, &im, NULL))
        exit(2);
    for (int i = 0; i < 3; i++)
        if (hlimport_next(im, &a, NULL))
            exit(2);
    snprintf(want, sizeof want, "%.*s:1", (int)strlen(text_id("t")) - 1, text_id("t"));
    IS(a.id, want, "a second file's numbers have its name before them");
    hlimport_close(im);
}

static void check_folders(void)
{
    mkdir(in_scratch("d"), 0700);
    mkdir(in_scratch("d/b"), 0700);
    mkdir(in_scratch("d/.git"), 0700);
    put_file("d/c.txt", "C\nc\n", 4);
    put_file("d/a.txt", "A\na\n", 4);
    put_file("d/b/z.txt", "Z\nz\n", 4);
    put_file("d/.hidden", "H\nh\n", 4);
    put_file("d/.git/x", "X\nx\n", 4);
    if (symlink("a.txt", in_scratch("d/link")))
        exit(2);
    struct outcome o = import_all(in_scratch("d"), (struct hlimport_options){0});
    OK(o.counts.bytes_total == 12 && o.counts.bytes_read == 12 && o.counts.files == 3,
       "12 bytes of 3 files");
    CHECK(o, text_ids("d/a.txt d/b/z.txt d/c.txt "), 0, "",
          "sorted, hidden and links left out");
    CHECK(import_all(in_scratch("d//"), (struct hlimport_options){0}),
          text_ids("d/a.txt d/b/z.txt d/c.txt "), 0, "", "slashes at the end change no id");
    CHECK(import_all(in_scratch("d/link"), (struct hlimport_options){0}), text_ids("d/link "),
          0, "", "a link given by name is followed");
    CHECK(import_all(in_scratch("d/.hidden"), (struct hlimport_options){0}),
          text_ids("d/.hidden "), 0, "", "a hidden file given by name is read");
    mkfifo(in_scratch("d/fifo"), 0600);
    put_file("d/\xff.txt", "Y\ny\n", 4);
    CHECK(import_all(in_scratch("d"), (struct hlimport_options){0}),
          text_ids("d/a.txt d/b/z.txt d/c.txt d/%FF.txt "), 1, "unreadable",
          "a pipe in a folder, odd names");
    char here[1000];
    if (!getcwd(here, sizeof here) || chdir(in_scratch("d/b")))
        exit(2);
    CHECK(import_all(".", (struct hlimport_options){0}), "z.txt ", 0, "", "\".\" is no name");
    CHECK(import_all("z.txt", (struct hlimport_options){0}), "z.txt ", 0, "", "nor is none");
    CHECK(import_all("./z.txt", (struct hlimport_options){0}), "z.txt ", 0, "", "nor is ./");
    if (chdir(here))
        exit(2);
}

static void check_nothing(void)
{
    struct outcome o;
    char want[700];
    mkdir(in_scratch("e"), 0700);
    o = import_all(in_scratch("e"), (struct hlimport_options){0});
    OK(o.status == HL_UNSUPPORTED && strstr(o.err.text, "has no files"), "%s", o.err.text);
    free(o.ids);
    put_file("e/a.doc", "\xd0\xcf\x11\xe0xx", 6);
    put_file("e/b.pdf", "%PDF-1", 6);
    o = import_all(in_scratch("e"), (struct hlimport_options){0});
    snprintf(want, sizeof want,
             "nothing to index: %s has 2 files, none of a known form (first: "
             "%s); name it with --format",
             in_scratch("e"), in_scratch("e/a.doc"));
    OK(o.status == HL_UNSUPPORTED, "files of no known form");
    IS(o.err.text, want, "the sentence of interfaces.md");
    free(o.ids);
    o = import_all(in_scratch("none"), (struct hlimport_options){0});
    OK(o.status == HL_NOT_FOUND && strstr(o.err.text, "none: cannot be read"), "%s",
       o.err.text);
    free(o.ids);
    o = import_all(in_scratch("e"), (struct hlimport_options){.format = "yaml"});
    OK(o.status == HL_MISUSE && strstr(o.err.text, "unknown format yaml"), "%s", o.err.text);
    free(o.ids);
    struct hlimport *im;
    struct hlimport_options options = {0};
    OK(hlimport_open(NULL, 0, &options, &im, NULL) == HL_MISUSE, "no source at all");
}

static long allocations_left, allocations_held;

static void *failing_realloc(void *p, size_t size)
{
    if (allocations_left-- <= 0)
        return NULL;
    allocations_held += !p;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    allocations_held -= p != NULL;
    free(p);
}

/* The n-th allocation fails, and all after it, for each n until the import gets through. */
static void check_memory(void)
{
    static const struct hlmem_hook HOOK = {failing_realloc, counting_free};
    uint8_t *packed;
    mkdir(in_scratch("m"), 0700);
    static const char JSON[] =
        "{\"title\":\"<b>T</b> a_b\",\"tags\":[\"x\"],\"lang\":\"vi\"}\n";
    static const char TEXT[] = "T\nNDO - l\nb\nTheo X\n";
    put_file("m/a.jsonl", JSON, strlen(JSON));
    put_file("m/b.txt", TEXT, strlen(TEXT));
    size_t n = pack(LINE, strlen(LINE), &packed);
    put_file("m/c", packed, n);
    free(packed);
    long failures = 0;
    hl_status status = HL_NOMEM;
    bool clean = true;
    for (long room = 0; status == HL_NOMEM && room < 10000; room++) {
        struct outcome o;
        hlmem_set_hook(&HOOK);
        allocations_left = room;
        o = import_all(in_scratch("m"), (struct hlimport_options){0});
        hlmem_set_hook(NULL);
        status = o.status;
        failures += status == HL_NOMEM;
        clean &= !allocations_held && (status == HL_NOMEM || o.counts.given == 4);
        if (!clean)
            printf("# %ld: %d given, %ld held\n", room, (int)o.counts.given, allocations_held);
        free(o.ids);
    }
    OK(status == HL_NOT_FOUND && clean && failures > 20,
       "memory out at %ld places: said so, nothing leaked", failures);
}

/* A stranger's bytes: whatever is done to a good file, nothing but counts comes of it. */
static void check_damage(void)
{
    uint64_t seed = 82, given = 0;
    uint8_t *packed;
    size_t n = pack(LINE, strlen(LINE), &packed);
    for (int round = 0; round < 2000; round++) {
        uint8_t copy[400];
        bool gzip = round & 1;
        size_t size = gzip ? n : strlen(LINE);
        memcpy(copy, gzip ? (const void *)packed : LINE, size);
        for (uint64_t k = tap_random(&seed) % 4 + 1; k; k--)
            copy[tap_random(&seed) % size] = (uint8_t)tap_random(&seed);
        struct outcome o = import_bytes("damaged", copy, size - tap_random(&seed) % 3);
        if (o.status != HL_NOT_FOUND && o.status != HL_UNSUPPORTED)
            OK(false, "seed 82, round %d: %s", round, o.err.text);
        given += o.counts.given;
        free(o.ids);
    }
    OK(given > 500 && given < 4000, "2,000 damaged files gave %d articles", (int)given);
    free(packed);
}

int main(void)
{
    scratch_make();
    check_gzip();
    check_bombs();
    check_forms();
    check_text_form();
    check_text();
    check_tokens();
    check_folders();
    check_nothing();
    check_memory();
    check_damage();
    scratch_remove();
    return tap_done();
}
