/*
 * text.c - see text.h.
 *
 * Two things are written by hand here that the C library has too: dates, since gmtime()
 * knows only years that fit its struct and is banned besides, and numbers, since the
 * library's own reading of them depends on the locale and on errno. Everything else leans
 * on it.
 *
 * The order: memory, text that grows, numbers out, dates, UTF-8, numbers in.
 */
#include "cli/text.h"

#include "cli/language.h"

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tool that has no memory for a line of text has nothing better to do than to say so. */
static void *or_die(void *p)
{
    if (!p) {
        fputs(hlcli_say("hlsearch: out of memory; close other programs or ask for fewer "
                        "results\n"),
              stderr);
        exit(2);
    }
    return p;
}

void *hlcli_alloc(size_t count, size_t size)
{
    assert(size > 0);
    return or_die(calloc(count ? count : 1, size));
}

void *hlcli_realloc(void *p, size_t count, size_t size)
{
    assert(size > 0);
    return or_die(reallocarray(p, count ? count : 1, size));
}

char *hlcli_strdup(const char *s)
{
    assert(s);
    return or_die(strdup(s));
}

void hlcli_text_init(struct hlcli_text *text)
{
    text->room = 64;
    text->data = hlcli_alloc(text->room, 1);
    text->size = 0;
}

void hlcli_text_release(struct hlcli_text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

void hlcli_text_reset(struct hlcli_text *text)
{
    assert(text->data);
    text->size = 0;
    text->data[0] = 0;
}

/* Room doubles: answers of 10,000 hits are put together byte by byte. */
void hlcli_add_bytes(struct hlcli_text *text, const char *bytes, size_t size)
{
    assert(text->data && text->size < text->room);
    if (size >= text->room - text->size) {
        text->room = (text->size + size + 1) * 2;
        text->data = hlcli_realloc(text->data, text->room, 1);
    }
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
    text->data[text->size] = 0;
}

void hlcli_add(struct hlcli_text *text, const char *s)
{
    hlcli_add_bytes(text, s, strlen(s));
}

/* Through the heap: no format is cut short by a buffer of fixed size. */
void hlcli_add_format(struct hlcli_text *text, const char *format, ...)
{
    char *line = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&line, format, args);
    va_end(args);
    if (size < 0)
        or_die(NULL);
    hlcli_add_bytes(text, line, (size_t)size);
    free(line);
}

/* ------------------------------------------------------------------- numbers */

/* Commas (in Vietnamese points) between thousands, in every sentence and table for people;
 * never in JSON. */
void hlcli_add_count(struct hlcli_text *text, uint64_t n)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    assert(size > 0 && (size_t)size < sizeof digits);
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            hlcli_add_bytes(text, hlcli_vietnamese() ? "." : ",", 1);
        hlcli_add_bytes(text, digits + i, 1);
    }
}

/* One decimal, behind a comma where commas are not for thousands. */
void hlcli_add_tenths(struct hlcli_text *text, double x)
{
    size_t from = text->size;
    hlcli_add_format(text, "%.1f", x);
    char *point = strchr(text->data + from, '.');
    if (point && hlcli_vietnamese())
        *point = ',';
}

/* Powers of 1,000, as disks are sold; one decimal below ten. */
void hlcli_add_bytes_of(struct hlcli_text *text, uint64_t n)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double x = (double)n;
    size_t unit = 0;
    while (x >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        x /= 1000;
        unit++;
    }
    if (unit && x < 9.95)
        hlcli_add_tenths(text, x);
    else
        hlcli_add_format(text, "%.0f", x);
    hlcli_add_format(text, " %s", units[unit]);
}

/* Three digits are what a reader takes in: 3 ms, 3.1 s, 31 s, 3 min 1 s, 3 h 1 min. */
void hlcli_add_seconds(struct hlcli_text *text, double s)
{
    assert(s >= 0);
    if (s < 1)
        hlcli_add_format(text, "%.0f ms", s * 1e3);
    else if (s < 9.95) {
        hlcli_add_tenths(text, s);
        hlcli_add(text, " s");
    } else if (s < 59.5)
        hlcli_add_format(text, "%.0f s", s);
    else {
        uint64_t whole = (uint64_t)(s + 0.5);
        if (whole >= 3600)
            hlcli_add_format(text, "%llu h ", (unsigned long long)(whole / 3600));
        hlcli_add_format(text, "%u min", (unsigned)(whole / 60 % 60));
        if (whole < 3600)
            hlcli_add_format(text, " %u s", (unsigned)(whole % 60));
    }
}

/* The "C" locale by name, so that no library that calls setlocale() moves the point. */
static double to_double(const char *s, char **end)
{
    static locale_t plain;
    if (!plain)
        plain = newlocale(LC_ALL_MASK, "C", NULL);
    if (!plain)
        or_die(NULL);
    return strtod_l(s, end, plain);
}

void hlcli_add_double(struct hlcli_text *text, double x)
{
    /* 15 digits always survive a decimal's way through a double, 17 always a double's way
     * through a decimal: the shortest that works is among three. */
    char s[40];
    assert(isfinite(x));
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, x);
        char *point = strchr(s, ',');
        if (point)
            *point = '.';
        if (to_double(s, NULL) == x)
            break;
    }
    hlcli_add(text, s);
}

/* --------------------------------------------------------------------- dates */

struct day {
    int64_t year;
    unsigned month, day;
};

/* Days since 1970-01-01 to a date of the Gregorian calendar: eras of 400 years that begin
 * on 1 March, so that the leap day is the last of its year. */
static struct day day_of(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned in_era = (unsigned)(shifted - era * 146097);
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * in_year + 2) / 153;
    struct day d;
    d.day = in_year - (153 * month + 2) / 5 + 1;
    d.month = month < 10 ? month + 3 : month - 9;
    d.year = (int64_t)year + era * 400 + (d.month <= 2);
    assert(d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31);
    return d;
}

/* Seconds into the local day, and which day; days before 1970 are negative. */
static int64_t local_seconds(int64_t date, int offset, int64_t *out_days)
{
    int64_t local = date + (int64_t)offset * 60;
    int64_t in_day = ((local % 86400) + 86400) % 86400;
    assert(in_day >= 0 && in_day < 86400);
    *out_days = (local - in_day) / 86400;
    return in_day;
}

/* The local day of the zone that the date was written in, not that of whoever looks. */
void hlcli_add_day(struct hlcli_text *text, int64_t date, int offset,
                   enum hl_date_precision precision)
{
    int64_t days;
    if (precision == HL_DATE_UNKNOWN)
        return;
    (void)local_seconds(date, offset, &days);
    struct day d = day_of(days);
    hlcli_add_format(text, "%04lld", (long long)d.year);
    if (precision >= HL_DATE_MONTH)
        hlcli_add_format(text, "-%02u", d.month);
    if (precision >= HL_DATE_DAY)
        hlcli_add_format(text, "-%02u", d.day);
}

/* Never more digits than are known: a day without an hour has no hour here either. */
void hlcli_add_time(struct hlcli_text *text, int64_t date, int offset,
                    enum hl_date_precision precision)
{
    int64_t days, seconds = local_seconds(date, offset, &days);
    hlcli_add_day(text, date, offset, precision);
    if (precision < HL_DATE_MINUTE)
        return;
    int east = offset < 0 ? -offset : offset;
    hlcli_add_format(text, "T%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                     (int)(seconds % 60));
    if (offset)
        hlcli_add_format(text, "%c%02d:%02d", offset < 0 ? '-' : '+', east / 60, east % 60);
    else
        hlcli_add(text, "Z");
}

const char *hlcli_precision_name(enum hl_date_precision precision)
{
    static const char *const names[] = {"unknown", "year", "month", "day", "minute", "second"};
    assert((size_t)precision < sizeof names / sizeof *names);
    return names[precision];
}

/* --------------------------------------------------------------------- UTF-8 */

/* By the table of well-formed sequences (Unicode standard, table 3-7). */
size_t hlcli_utf8_size(const char *p, size_t left)
{
    const unsigned char *s = (const unsigned char *)p;
    if (!left || s[0] < 0x80)
        return left ? 1 : 0;
    size_t size = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || size > left)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    /* Overlong forms, surrogates and what is past U+10FFFF show in the second byte. */
    bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
               (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return bad ? 0 : size;
}

int64_t hlcli_utf8_bad(const char *s, size_t size)
{
    size_t at = 0;
    while (at < size) {
        size_t step = hlcli_utf8_size(s + at, size - at);
        if (!step)
            return (int64_t)at;
        at += step;
    }
    return -1;
}

/* C0, DEL and C1; the latter are two bytes in UTF-8, c2 80 to c2 9f. */
static bool is_control(const char *p, size_t size)
{
    const unsigned char *s = (const unsigned char *)p;
    return (size == 1 && (s[0] < 0x20 || s[0] == 0x7f)) ||
           (size == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

/* The separators of lines and paragraphs, U+2028 and U+2029. */
static bool is_line_end(const char *p, size_t size)
{
    return size == 3 && (!memcmp(p, "\xe2\x80\xa8", 3) || !memcmp(p, "\xe2\x80\xa9", 3));
}

/* What makes a terminal show a line in another order than it is written: embeddings and
 * overrides, U+202A to U+202E, and isolates, U+2066 to U+2069. */
static bool is_reorder(const char *p, size_t size)
{
    const unsigned char *s = (const unsigned char *)p;
    return size == 3 && s[0] == 0xe2 &&
           ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
            (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* What stands for a character; NULL: itself. */
static const char *clean_for(const char *p, size_t size)
{
    if (!size)
        return "\xef\xbf\xbd";
    return is_control(p, size) ? " " : NULL;
}

static const char *plain_for(const char *p, size_t size)
{
    if (is_line_end(p, size))
        return " ";
    return is_reorder(p, size) ? "" : clean_for(p, size);
}

/* Runs are copied whole; what is replaced is rare. */
static void add_with(struct hlcli_text *text, const char *bytes, size_t size,
                     const char *(*instead_of)(const char *p, size_t size))
{
    size_t done = 0, at = 0;
    assert(bytes || !size);
    while (at < size) {
        size_t step = hlcli_utf8_size(bytes + at, size - at);
        const char *instead = instead_of(bytes + at, step);
        if (!instead) {
            at += step;
            continue;
        }
        hlcli_add_bytes(text, bytes + done, at - done);
        hlcli_add(text, instead);
        at += step ? step : 1;
        done = at;
    }
    hlcli_add_bytes(text, bytes + done, at - done);
}

void hlcli_add_plain(struct hlcli_text *text, const char *bytes, size_t size)
{
    add_with(text, bytes, size, plain_for);
}

void hlcli_add_clean(struct hlcli_text *text, const char *bytes, size_t size)
{
    add_with(text, bytes, size, clean_for);
}

/* ------------------------------------------------------------------- reading */

enum { WORD_MAX = 40 };

unsigned hlcli_distance(const char *a, const char *b)
{
    /* Damerau 1964, optimal string alignment; three rows are enough for swaps. */
    unsigned rows[3][WORD_MAX + 1];
    size_t m = strnlen(a, WORD_MAX + 1), n = strnlen(b, WORD_MAX + 1);
    if (m > WORD_MAX || n > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[m % 3][n];
}

/* Digits and a leading minus, nothing else: " 5", "5 " and "5k" are mistakes to be told. */
bool hlcli_parse_count(const char *s, int64_t low, int64_t high, int64_t *out_n)
{
    int64_t n = 0;
    bool minus = *s == '-';
    assert(low <= high);
    s += minus;
    if (!*s)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || n > (INT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (*s - '0');
    }
    n = minus ? -n : n;
    if (n < low || n > high)
        return false;
    *out_n = n;
    return true;
}

/* A decimal point, whatever the locale: "1,2" is refused and not taken for 1. */
bool hlcli_parse_real(const char *s, double *out_x)
{
    char *end;
    if (!*s || strspn(s, "0123456789.eE+-") != strlen(s))
        return false;
    double x = to_double(s, &end);
    if (*end || !isfinite(x))
        return false;
    *out_x = x;
    return true;
}

/* K, M and G are powers of 1,024, as memory is counted. */
bool hlcli_parse_size(const char *s, uint64_t *out_bytes)
{
    char number[24];
    size_t size = strlen(s);
    int64_t n;
    unsigned shift = 0;
    if (!size || size >= sizeof number)
        return false;
    memcpy(number, s, size + 1);
    const char *unit = strchr("KkMmGg", number[size - 1]);
    if (unit && *unit) {
        shift = *unit == 'K' || *unit == 'k' ? 10 : *unit == 'M' || *unit == 'm' ? 20 : 30;
        number[size - 1] = 0;
    }
    if (!hlcli_parse_count(number, 0, (int64_t)(UINT64_MAX >> 2 >> shift), &n))
        return false;
    *out_bytes = (uint64_t)n << shift;
    return true;
}
