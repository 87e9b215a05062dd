/*
 * 820 - single values: dates, markup, lines, keys.  The cases are data.
 */
#include "82-import-support.h"

#include "base/mem.h"
#include "import/clean.h"
#include "import/date.h"
#include "import/encoding.h"
#include "import/entity_table.h"
#include "import/fields.h"
#include "import/html.h"

/* "2017-02-06T10:30:00+07:00 second" of a date. */
static void date_text(const struct hlimport_date *d, char out[64])
{
    static const char *const PRECISION[] = {"?", "year", "month", "day", "minute", "second"};
    int64_t local = d->seconds + d->offset * 60, days = local / 86400, rest = local % 86400;
    /* The slow way round, to be independent of the reader. */
    int year = 1970, month = 1;
    while (days >= hlimport_days_from_civil(year + 1, 1, 1))
        year++;
    while (month < 12 && days >= hlimport_days_from_civil(year, month + 1, 1))
        month++;
    int day = (int)(days - hlimport_days_from_civil(year, month, 1)) + 1;
    int offset = d->offset < 0 ? -d->offset : d->offset;
    snprintf(out, 64, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d %s", year, month, day,
             (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60),
             d->offset < 0 ? '-' : '+', offset / 60, offset % 60, PRECISION[d->precision]);
}

static void date_case(char **column)
{
    struct hlimport_date date;
    char got[64] = "-", what[512];
    if (hlimport_date_read(column[0], strlen(column[0]), &date))
        date_text(&date, got);
    snprintf(what, sizeof what, "date '%s': %s", column[0], column[2]);
    IS(got, column[1], what);
}

static void check_calendar(void)
{
    OK(hlimport_days_from_civil(1970, 1, 1) == 0, "day 0");
    OK(hlimport_days_from_civil(2000, 3, 1) == 11017, "after a leap day of a century");
    OK(hlimport_days_from_civil(2017, 2, 6) == 17203, "a day of 2017");
    OK(hlimport_days_from_civil(1969, 12, 31) == -1, "the day before");
    int64_t before = hlimport_days_from_civil(1899, 12, 31);
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool good = true;
    for (int year = 1900; year < 2101; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
            for (int day = 1; day <= DAYS[month - 1] + (month == 2 && leap); day++)
                good &= hlimport_days_from_civil(year, month, day) == ++before;
        }
    OK(good, "every day of two centuries follows the one before");
}

static void check_format(const char *text, const char *format, const char *want)
{
    struct hlimport_date date;
    char got[64] = "-", what[160];
    if (hlimport_date_read_format(text, strlen(text), format, &date))
        date_text(&date, got);
    snprintf(what, sizeof what, "format '%s' of '%s'", format, text);
    IS(got, want, what);
}

static void check_formats(void)
{
    check_format("02/18/2017", "%m/%d/%Y", "2017-02-18T00:00:00+07:00 day");
    check_format("18/02/2017", "%m/%d/%Y", "-");
    check_format("18/02/2017 10:30", "%d/%m/%Y", "-");
    check_format("18.02.17  10:30:05", "%d.%m.%y %H:%M:%S", "2017-02-18T10:30:05+07:00 second");
    check_format("Ngày 6 tháng 2 năm 2017", "ngày %d tháng %m năm %Y",
                 "2017-02-06T00:00:00+07:00 day");
    check_format("18 Feb 2017 9:05 PM +0000", "%d %b %Y %I:%M %p %z",
                 "2017-02-18T21:05:00+00:00 minute");
    check_format("100% 2017", "100%% %Y", "2017-01-01T00:00:00+07:00 year");
    check_format("2017", "%Q", "-");
}

static void check_name(const char *name, const char *want)
{
    size_t size = 0;
    const char *found = hlimport_date_in_name(name, &size);
    char got[16] = "-", what[160];
    if (found)
        snprintf(got, sizeof got, "%.*s", (int)size, found);
    snprintf(what, sizeof what, "date in the name %s", name);
    IS(got, want, what);
}

static void check_names(void)
{
    check_name("2017-02-06.txt", "2017-02-06");
    check_name("bai-20170206-1.txt", "20170206");
    check_name("bai-20170206T101010.txt", "20170206");
    check_name("21469367.txt", "-");
    check_name("20171345.txt", "-");
    check_name("20201001001634963.txt", "-");
    check_name("x2017-02-061.txt", "-");
    check_name("18890206.txt", "-");
    check_name("a.txt", "-");
}

static void set(struct hlbuf *buf, const char *text)
{
    hlbuf_reset(buf);
    hlbuf_put(buf, text, strlen(text));
}

static const char *text_of(struct hlbuf *buf)
{
    hlbuf_put(buf, "", 1);
    buf->size--;
    return (const char *)buf->data;
}

static void html_case(char **column)
{
    struct hlbuf text = {0}, spare = {0};
    char what[600];
    snprintf(what, sizeof what, "html '%.200s': %s", column[0], column[2]);
    unescape(column[0]);
    unescape(column[1]);
    set(&text, column[0]);
    hlimport_html_strip(&text, &spare);
    IS(text_of(&text), column[1], what);
    hlbuf_release(&text);
    hlbuf_release(&spare);
}

/* Each name of the table is found in it: so it is sorted, and none is too long. */
static void check_entities(void)
{
    enum { COUNT = sizeof ENTITIES / sizeof ENTITIES[0] };
    int found = 0;
    for (size_t i = 0; i < COUNT; i++) {
        struct hlbuf text = {0}, spare = {0}, want = {0};
        hlbuf_put_format(&text, "&%s;", ENTITIES[i].name);
        hlimport_utf8_put(&want, ENTITIES[i].code == 0xa0 ? ' ' : ENTITIES[i].code);
        hlimport_html_strip(&text, &spare);
        found += text.size == want.size && !memcmp(text.data, want.data, want.size);
        hlbuf_release(&text);
        hlbuf_release(&spare);
        hlbuf_release(&want);
    }
    OK(found == COUNT && COUNT >= 252, "%d of %d names of entities", found, (int)COUNT);
}

static void check_html_time(void)
{
    /* Hostile markup that invites looking ahead again and again. */
    static const char *const PIECES[] = {"<p \"", "<!--", "<script>", "<p", "&#1", "<p='"};
    enum { SIZE = 4 << 20 };
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        struct hlbuf text = {0}, spare = {0};
        while (text.size < SIZE)
            hlbuf_put(&text, PIECES[i], strlen(PIECES[i]));
        hlimport_html_strip(&text, &spare);
        OK(text.size <= SIZE + 8, "4 MiB of %s end, no longer than before", PIECES[i]);
        hlbuf_release(&text);
        hlbuf_release(&spare);
    }
}

/* Title, lead and body through the cleaning; done once and once more. */
static void clean_case(char **column)
{
    struct hlbuf b[5] = {{0}};
    struct hlimport_news news = {&b[0], &b[1], &b[2], &b[3], &b[4]};
    static const char *const PARTS[] = {"title", "lead", "body", "caption", "boilerplate"};
    for (int i = 0; i < 7; i++)
        unescape(column[i]);
    for (int i = 0; i < 3; i++) {
        set(&b[i], column[i]);
        hlimport_clean_lines(&b[i]);
    }
    hlimport_clean_news(&news);
    for (int i = 1; i < 5; i++) {
        char what[300];
        snprintf(what, sizeof what, "clean, %s: %s", column[7], PARTS[i]);
        IS(text_of(&b[i]), column[i + 2], what);
    }
    hlimport_clean_news(&news);
    OK(!strcmp(text_of(&b[1]), column[3]) && !strcmp(text_of(&b[2]), column[4]),
       "clean, %s: twice is once", column[7]);
    for (int i = 0; i < 5; i++)
        hlbuf_release(&b[i]);
}

static void check_lines(void)
{
    struct hlbuf text = {0};
    set(&text, " a \t b\n\nc ");
    hlimport_clean_line(&text);
    IS(text_of(&text), "a b c", "one line");
    set(&text, "a\rb\r\nc\x01"
               "d\x7f\n\n\n\n  e  \n\n");
    hlimport_clean_lines(&text);
    IS(text_of(&text), "a\nb\nc d\n\ne", "lines");
    set(&text, "\n \n");
    hlimport_clean_lines(&text);
    IS(text_of(&text), "", "only blanks");
    hlbuf_reset(&text);
    hlimport_clean_lines(&text);
    OK(!text.size, "nothing");
    /* The quick look for controls against a slow one, each byte at each place. */
    bool good = true;
    for (int c = 1; c < 256; c++)
        for (int at = 1; at < 19; at++) {
            char line[21] = "xxxxxxxxxxxxxxxxxxxx";
            line[at] = (char)c;
            set(&text, line);
            hlimport_clean_lines(&text);
            bool control = (c < 0x20 && c != '\t') || c == 0x7f;
            char want = c == '\n' || c == '\r' ? '\n' : control ? ' ' : (char)c;
            good &= text.size == 20 && (char)text.data[at] == want;
        }
    OK(good, "controls become blanks wherever they stand");
    hlbuf_release(&text);
}

static void check_joins(void)
{
    struct hlbuf text = {0}, *texts[] = {&text};
    set(&text, "công_nghệ cao _x_ a__b tên");
    OK(hlimport_clean_joins(texts, 1), "a segmented text");
    IS(text_of(&text), "công nghệ cao _x_ a__b tên", "its joins undone, other lines kept");
    hlbuf_reset(&text);
    hlbuf_put_string(&text, "ten_tep");
    for (int i = 0; i < 40; i++)
        hlbuf_put_string(&text, " chữ");
    OK(!hlimport_clean_joins(texts, 1), "one name with a join among 41 words is a name");
    OK(strstr(text_of(&text), "ten_tep"), "and stays");
    hlbuf_release(&text);
}

static void check_repair(void)
{
    static const struct {
        const char *bytes, *want;
        size_t replaced;
    } CASES[] = {
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b",
         1},
        {"\xe1\xbb", "\xef\xbf\xbd", 2},
        {"\xe1\xbbx", "\xef\xbf\xbdx", 2},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", 2},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 4},
        {"\xf0\x9f\x98", "\xef\xbf\xbd", 3},
        {"ấ\x80", "ấ\xef\xbf\xbd", 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct hlbuf out = {0};
        size_t n =
            hlimport_utf8_repair((const uint8_t *)CASES[i].bytes, strlen(CASES[i].bytes), &out);
        IS(text_of(&out), CASES[i].want, "repaired");
        OK(n == CASES[i].replaced, "case %zu: %zu bytes replaced", i, n);
        hlbuf_release(&out);
    }
}

static void check_fields(void)
{
    enum hlimport_field field = FIELD_COUNT, other = FIELD_COUNT;
    int rank = 0, rank_other = 0;
    OK(hlimport_field_find("NOI_DUNG", 8, &field, &rank) && field == FIELD_BODY, "any case");
    OK(hlimport_field_find("_id", 3, &field, &rank) && field == FIELD_ID, "_id");
    OK(hlimport_field_find("id", 2, &other, &rank_other) && rank_other < rank, "id before _id");
    OK(!hlimport_field_find("i", 1, &field, &rank) &&
           !hlimport_field_find("ids", 3, &field, &rank),
       "no part of a name and no more than it");
    OK(!hlimport_field_find("", 0, &field, &rank), "no name");
}

static void map_is(const char *text, hl_status want, const char *words)
{
    char *copy = hlmem_strdup(text);
    struct hlimport_map *map = NULL;
    struct hl_error err = {0};
    hl_status status = hlimport_map_parse(copy, "m.map", &map, &err);
    OK(status == want, "map '%s': %s", text, hl_status_name(status));
    if (words)
        OK(strstr(err.text, words), "map: %s", err.text);
    hlimport_map_close(map);
}

static void check_map(void)
{
    map_is("title = tieu_de\n# x\n\nsource = \"NDO\"\r\ndate.format = %d/%m/%Y", HL_OK, NULL);
    map_is("title tieu_de", HL_MISUSE, "m.map:1: no =");
    map_is("\ntitel = x", HL_MISUSE, "m.map:2: unknown field titel");
    map_is("title = ", HL_MISUSE, "nothing stands after");
    map_is("title = \"x", HL_MISUSE, "closing quote");
    map_is("extra = x", HL_MISUSE, "unknown field extra");
}

int main(void)
{
    OK(each_case("tests/cases/import-dates.tsv", 3, date_case) > 70, "all dates");
    OK(each_case("tests/cases/import-html.tsv", 3, html_case) > 30, "all markup");
    OK(each_case("tests/cases/import-clean.tsv", 8, clean_case) > 30, "all cleaning");
    check_calendar();
    check_formats();
    check_names();
    check_entities();
    check_html_time();
    check_lines();
    check_joins();
    check_repair();
    check_fields();
    check_map();
    return tap_done();
}
