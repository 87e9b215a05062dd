#include "import/date.h"

#include "import/encoding.h"

#include "text/utf8.h"

#include <assert.h>
#include <string.h>

enum { TEXT_MAX = 160, OFFSET_DEFAULT = 7 * 60, OFFSET_MAX = 15 * 60 };

/* What has been read so far; -1 is not given. */
struct parts {
    int year, month, day;
    int hour, minute, second;
    int half; /* 0 am, 1 pm */
    int offset;
    bool has_offset;
};

static const struct parts NOTHING = {-1, -1, -1, -1, -1, -1, -1, 0, false};

int64_t hlimport_days_from_civil(int year, int month, int day)
{
    assert(month >= 1 && month <= 12);
    /* Count years from March, so that the leap day is the last one. */
    assert(day >= 1 && day <= 31);
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_days(int year, int month)
{
    assert(month >= 1 && month <= 12);
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && leap);
}

/* A date that exists, and a time within a day that is known. */
static bool parts_good(const struct parts *p)
{
    if (p->year < 1000 || p->year > 9999 || p->offset < -OFFSET_MAX || p->offset > OFFSET_MAX)
        return false;
    if (p->month != -1 && (p->month < 1 || p->month > 12))
        return false;
    if (p->day != -1 &&
        (p->month == -1 || p->day < 1 || p->day > month_days(p->year, p->month)))
        return false;
    if (p->hour == -1)
        return p->half == -1;
    if (p->half == 0 && p->hour > 12)
        return false; /* while "15:30 CH" is said, and clear */
    bool midnight = p->hour == 24 && p->minute <= 0 && p->second <= 0;
    return p->day != -1 && (p->hour < 24 || midnight) && p->minute < 60 && p->second <= 60;
}

/* The instant of the parts; false where they make no date. */
static bool parts_finish(const struct parts *p, struct hlimport_date *out)
{
    if (!parts_good(p))
        return false;
    assert(p->half == -1 || p->hour >= 0);
    int hour = p->hour < 0 ? 0 : p->hour;
    if (p->half == 1 && hour < 12)
        hour += 12;
    else if (p->half == 0 && hour == 12)
        hour = 0;
    int minute = p->minute < 0 ? 0 : p->minute, second = p->second < 0 ? 0 : p->second;
    int64_t days =
        hlimport_days_from_civil(p->year, p->month < 0 ? 1 : p->month, p->day < 0 ? 1 : p->day);
    out->offset = p->has_offset ? p->offset : OFFSET_DEFAULT;
    assert(hour <= 24 && minute < 60 && second <= 60);
    out->seconds =
        days * 86400 + hour * 3600 + minute * 60 + second - (int64_t)out->offset * 60;
    out->precision = p->second >= 0  ? HL_DATE_SECOND
                     : p->hour >= 0  ? HL_DATE_MINUTE
                     : p->day >= 0   ? HL_DATE_DAY
                     : p->month >= 0 ? HL_DATE_MONTH
                                     : HL_DATE_YEAR;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Digits at *s as a number, at most max of them; how many there were, 0 if none. */
static int number(const char **s, int max, int *out)
{
    assert(max <= 9); /* or the value would not fit */
    int n = 0, value = 0;
    while (n < max && is_digit((*s)[n]))
        value = value * 10 + ((*s)[n++] - '0');
    if (n)
        *out = value;
    *s += n;
    return n;
}

/* Digits at *s, all of them: 1 to max. */
static int whole_number(const char **s, int max, int *out)
{
    const char *p = *s;
    int value, n = number(&p, max, &value);
    if (!n || is_digit(*p))
        return 0;
    *out = value;
    *s = p;
    return n;
}

/* Skips blanks. */
static void blanks(const char **s)
{
    while (**s == ' ')
        (*s)++;
}

/* Takes a word if it stands at *s and ends there. */
static bool word(const char **s, const char *want)
{
    size_t n = strlen(want);
    assert(n > 0);
    if (strncmp(*s, want, n) || is_letter((*s)[n]))
        return false;
    if (is_digit(want[n - 1]) && is_digit((*s)[n]))
        return false;
    *s += n;
    return true;
}

/* Month by its English name, 3 letters or whole; 0 if it is none. */
static int month_name(const char **s)
{
    static const char *const MONTHS[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    for (int i = 0; i < 12; i++) {
        char three[4];
        memcpy(three, MONTHS[i], 3);
        three[3] = 0;
        if (word(s, MONTHS[i]) || word(s, three) || (i == 8 && word(s, "sept"))) {
            if (**s == '.')
                (*s)++;
            return i + 1;
        }
    }
    return 0;
}

/* +07:00, +0700, +7, -05:30; the sign stands at *s. */
static bool offset_digits(const char **s, struct parts *p)
{
    const char *q = *s;
    int sign = *q == '-' ? -1 : 1, hours, minutes = 0;
    if (*q != '+' && *q != '-')
        return false;
    q++;
    int n = number(&q, 2, &hours);
    if (!n)
        return false;
    if (*q == ':')
        q++;
    if (is_digit(*q) && (number(&q, 2, &minutes) != 2 || minutes > 59))
        return false;
    if (is_digit(*q) || *q == '/' || *q == '.' || *q == '-')
        return false; /* the beginning of a date: 10:30 -6/2/2017 */
    p->offset = sign * (hours * 60 + minutes);
    p->has_offset = true;
    *s = q;
    return true;
}

/* Z, GMT, UTC+7, ICT, EST, +07:00: what may follow a time. */
static bool zone(const char **s, struct parts *p)
{
    static const struct {
        const char *name;
        int hours;
    } ZONES[] = {{"ict", 7},  {"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5},
                 {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};
    if (p->has_offset)
        return false;
    if (**s == '+' || **s == '-')
        return offset_digits(s, p);
    if (word(s, "gmt") || word(s, "utc") || word(s, "ut") || word(s, "z")) {
        p->has_offset = true;
        const char *q = *s;
        blanks(&q);
        if (offset_digits(&q, p))
            *s = q;
        return true;
    }
    for (size_t i = 0; i < sizeof ZONES / sizeof ZONES[0]; i++)
        if (word(s, ZONES[i].name)) {
            p->offset = ZONES[i].hours * 60;
            p->has_offset = true;
            return true;
        }
    return false;
}

/* SA and CH, am and pm, or the part of the day in words. */
static bool half_of_day(const char **s, struct parts *p)
{
    const char *q = *s;
    blanks(&q);
    if (word(&q, "sa") || word(&q, "am") || word(&q, "a.m.") || word(&q, "sang"))
        p->half = 0;
    else if (word(&q, "ch") || word(&q, "pm") || word(&q, "p.m.") || word(&q, "chieu") ||
             word(&q, "toi"))
        p->half = 1;
    else
        return false;
    *s = q;
    return true;
}

/* H:MM[:SS[.fraction]], HhMM, H giờ MM, and what follows it. */
static bool clock_time(const char **s, struct parts *p)
{
    const char *q = *s;
    int hour, minute = 0, second = -1;
    if (p->hour != -1 || !number(&q, 2, &hour) || is_digit(*q))
        return false;
    bool colon = *q == ':';
    if (colon)
        q++;
    else if (*q == 'h')
        q++;
    else if (!(blanks(&q), word(&q, "gio")))
        return false;
    if (!colon)
        blanks(&q);
    if (is_digit(*q) ? number(&q, 2, &minute) != 2 || is_digit(*q) : colon)
        return false;
    if (*q == ':' && (q++, number(&q, 2, &second) != 2 || is_digit(*q)))
        return false;
    if (second >= 0 && (*q == '.' || *q == ',') && is_digit(q[1]))
        for (q++; is_digit(*q);)
            q++;
    p->hour = hour;
    p->minute = minute;
    p->second = second;
    half_of_day(&q, p);
    *s = q;
    return true;
}

/* D/M/YYYY and YYYY-M-D with one mark throughout, YYYY-M, M/YYYY. */
static bool numeric_date(const char **s, struct parts *p)
{
    const char *q = *s;
    int a, b, c;
    int first = whole_number(&q, 4, &a);
    char mark = *q;
    if (!first || first == 3 || !mark || !strchr("/-.", mark))
        return false;
    q++;
    int second = whole_number(&q, 4, &b);
    if (!second || second == 3)
        return false;
    if (first == 4 && second <= 2) {
        p->year = a, p->month = b;
        if (*q == mark && (q++, !whole_number(&q, 2, &p->day)))
            return false;
    } else if (second == 4 && first <= 2) {
        p->month = a, p->year = b;
    } else if (first <= 2 && second <= 2 && *q == mark) {
        q++;
        if (whole_number(&q, 4, &c) != 4)
            return false;
        p->day = a, p->month = b, p->year = c;
    } else {
        return false;
    }
    *s = q;
    return true;
}

/* YYYYMMDD, with THHMMSS behind it or without. */
static bool compact_date(const char **s, struct parts *p)
{
    const char *q = *s;
    int n = 0;
    while (is_digit(q[n]))
        n++;
    if (n != 8)
        return false;
    number(&q, 4, &p->year);
    number(&q, 2, &p->month);
    number(&q, 2, &p->day);
    if (*q == 't' && is_digit(q[1])) {
        const char *t = q + 1;
        int digits = 0;
        while (is_digit(t[digits]))
            digits++;
        if (digits == 4 || digits == 6) {
            number(&t, 2, &p->hour);
            number(&t, 2, &p->minute);
            if (digits == 6)
                number(&t, 2, &p->second);
            q = t;
        }
    }
    *s = q;
    return true;
}

/* A year of four digits; of two only where a month's name makes it a date (RFC 822). */
static bool named_year(const char **s, struct parts *p)
{
    const char *q = *s;
    while (*q == ' ' || *q == ',' || *q == '-')
        q++;
    int n = whole_number(&q, 4, &p->year);
    if (n == 2)
        p->year += p->year < 70 ? 2000 : 1900;
    if ((n != 4 && n != 2) || *q == ':')
        return false;
    *s = q;
    return true;
}

/* 18 Feb 2017, 06-Nov-94, February 18, 2017. */
static bool english_date(const char **s, struct parts *p)
{
    const char *q = *s;
    int month = month_name(&q);
    if (month) {
        blanks(&q);
        if (!whole_number(&q, 2, &p->day))
            return false;
    } else {
        if (!whole_number(&q, 2, &p->day))
            return false;
        while (*q == ' ' || *q == '-')
            q++;
        month = month_name(&q);
    }
    p->month = month;
    if (!month || !named_year(&q, p))
        return false;
    *s = q;
    return true;
}

/* Skips what may stand between a month and its year. */
static void separators(const char **s)
{
    while (**s && strchr(" ,/-.", **s))
        (*s)++;
}

/* [ngày] 6 tháng 2 năm 2017, tháng 2/2017, năm 2017; the words are without marks here. */
static bool vietnamese_date(const char **s, struct parts *p)
{
    const char *q = *s;
    word(&q, "ngay");
    blanks(&q);
    if (is_digit(*q) && !whole_number(&q, 2, &p->day))
        return false;
    blanks(&q);
    if (word(&q, "thang")) {
        blanks(&q);
        if (!whole_number(&q, 2, &p->month))
            return false;
    } else if (p->day != -1 || strncmp(q, "nam", 3)) {
        return false;
    }
    separators(&q);
    word(&q, "nam");
    separators(&q);
    if (whole_number(&q, 4, &p->year) != 4)
        return false;
    *s = q;
    return true;
}

/* Tries each way to write a date at *s. */
static bool any_date(const char **s, struct parts *p)
{
    static bool (*const WAYS[])(const char **, struct parts *) = {
        numeric_date, compact_date, english_date, vietnamese_date};
    if (p->year != -1)
        return false;
    assert(p->month == -1 && p->day == -1);
    struct parts before = *p;
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
        *p = before;
        if (WAYS[i](s, p))
            return true;
    }
    *p = before;
    return false;
}

/* "Thứ 5" in figures; but in "Thu 5 Feb" the figure is the day of the month. */
static bool weekday_figure(const char **s)
{
    const char *q = *s;
    if (strncmp(q, "thu ", 4) || q[4] < '2' || q[4] > '7' || is_digit(q[5]))
        return false;
    q += 5;
    const char *month = q;
    blanks(&month);
    if (month_name(&month))
        return false;
    *s = q;
    return true;
}

/* Days of the week and the small words around a date; they say nothing new. */
static bool filler(const char **s)
{
    static const char *const WORDS[] = {
        "thu hai",   "thu ba",  "thu tu",    "thu nam",  "thu sau", "thu bay",  "chu nhat",
        "cn",        "t2",      "t3",        "t4",       "t5",      "t6",       "t7",
        "monday",    "tuesday", "wednesday", "thursday", "friday",  "saturday", "sunday",
        "mon",       "tue",     "wed",       "thu",      "fri",     "sat",      "sun",
        "luc",       "vao",     "ngay",      "at",       "on",      "cap nhat", "dang luc",
        "dang ngay", "gio",     "phut",      "viet nam",
    };
    if (strchr(" ,|()[]:;-.'", **s)) {
        (*s)++;
        return true;
    }
    if (weekday_figure(s))
        return true;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (word(s, WORDS[i]))
            return true;
    return false;
}

/* Fixed runs of digits: years, months, days, instants.  False: some other number. */
static bool digits_only(const char *s, size_t n, struct hlimport_date *out)
{
    struct parts p = NOTHING;
    if (n == 14 || (n == 12 && (!strncmp(s, "19", 2) || !strncmp(s, "20", 2)))) {
        number(&s, 4, &p.year);
        number(&s, 2, &p.month);
        number(&s, 2, &p.day);
        number(&s, 2, &p.hour);
        number(&s, 2, &p.minute);
        if (n == 14)
            number(&s, 2, &p.second);
        return parts_finish(&p, out);
    }
    if (n != 4 && n != 6 && n != 8)
        return false;
    number(&s, 4, &p.year);
    if (n >= 6)
        number(&s, 2, &p.month);
    if (n == 8)
        number(&s, 2, &p.day);
    return parts_finish(&p, out);
}

/* Seconds or milliseconds since 1970, with a fraction or not. */
static bool epoch(const char *s, struct hlimport_date *out)
{
    size_t n = 0;
    int64_t value = 0;
    for (; is_digit(s[n]); n++) {
        if (n == 13)
            return false;
        value = value * 10 + (s[n] - '0');
    }
    bool fraction = s[n] == '.' && is_digit(s[n + 1]);
    const char *end = s + n + fraction;
    while (fraction && is_digit(*end))
        end++;
    if (*end || n < 9 || n == 11)
        return false;
    out->seconds = n >= 12 ? value / 1000 : value;
    out->offset = OFFSET_DEFAULT;
    out->precision = HL_DATE_SECOND;
    return true;
}

/* Takes the text piece by piece, in any order; each piece must be understood. */
static bool free_form(const char *s, struct hlimport_date *out)
{
    struct parts p = NOTHING;
    while (*s) {
        if (p.year != -1 && p.hour == -1 && *s == 't' && is_digit(s[1])) {
            s++;
            continue;
        }
        /* A zone comes after what it belongs to; after a mere day, '-' begins a time. */
        bool zoned = p.hour != -1 || (p.year != -1 && *s != '-');
        if ((zoned && zone(&s, &p)) || clock_time(&s, &p) || any_date(&s, &p) || filler(&s))
            continue;
        return false;
    }
    return parts_finish(&p, out);
}

/* Folds to ASCII and cuts blanks off both ends; NULL if it is too long for a date. */
static const char *prepare(const char *text, size_t size, char folded[TEXT_MAX])
{
    if (!hlimport_fold_ascii(text, size, folded, TEXT_MAX))
        return NULL;
    size_t n = strlen(folded);
    while (n && folded[n - 1] == ' ')
        folded[--n] = 0;
    const char *s = folded;
    blanks(&s);
    return *s ? s : NULL;
}

bool hlimport_date_read(const char *text, size_t size, struct hlimport_date *out)
{
    char folded[TEXT_MAX];
    const char *s = prepare(text, size, folded);
    if (!s)
        return false;
    size_t digits = strspn(s, "0123456789");
    if (!s[digits] && digits_only(s, digits, out))
        return true;
    return epoch(s, out) || free_form(s, out);
}

/* One % of a format. */
static bool format_step(char letter, const char **s, struct parts *p)
{
    switch (letter) {
    case 'd':
        return number(s, 2, &p->day) > 0;
    case 'm':
        return number(s, 2, &p->month) > 0;
    case 'Y':
        return number(s, 4, &p->year) == 4;
    case 'y':
        if (number(s, 2, &p->year) != 2)
            return false;
        p->year += p->year < 70 ? 2000 : 1900;
        return true;
    case 'H':
    case 'I':
        return number(s, 2, &p->hour) > 0;
    case 'M':
        return number(s, 2, &p->minute) > 0;
    case 'S':
        return number(s, 2, &p->second) > 0;
    case 'p':
        return half_of_day(s, p);
    case 'b':
    case 'B':
        p->month = month_name(s);
        return p->month > 0;
    case 'z':
    case 'Z':
        return zone(s, p);
    default:
        return false;
    }
}

/* A letter of the format that stands for itself, as the text has it after folding:
 * 0 for a combining mark.  Moves *f past it. */
static char format_literal(const char **f)
{
    size_t step;
    hltext_utf8_decode(*f, &step);
    char folded[8];
    bool fits = hlimport_fold_ascii(*f, step, folded, sizeof folded);
    assert(fits);
    (void)fits;
    *f += step;
    return folded[0];
}

bool hlimport_date_read_format(const char *text, size_t size, const char *format,
                               struct hlimport_date *out)
{
    char folded[TEXT_MAX];
    const char *s = prepare(text, size, folded);
    if (!s)
        return false;
    struct parts p = NOTHING;
    for (const char *f = format; *f;) {
        if (*f == '%' && f[1] && f[1] != '%') {
            if (!format_step(f[1], &s, &p))
                return false;
            f += 2;
            continue;
        }
        f += *f == '%' && f[1] == '%';
        char want = format_literal(&f);
        if (want == ' ')
            blanks(&s);
        else if (want && *s++ != want)
            return false;
    }
    return !*s && parts_finish(&p, out);
}

const char *hlimport_date_in_name(const char *name, size_t *out_size)
{
    for (const char *s = name; *s; s++) {
        if (!is_digit(*s) || (s > name && is_digit(s[-1])))
            continue;
        struct parts p = NOTHING;
        struct hlimport_date date;
        const char *q = s;
        bool found = compact_date(&q, &p);
        if (!found) {
            p = NOTHING;
            found = strspn(s, "0123456789") == 4 && s[4] == '-' && numeric_date(&q, &p) &&
                    q - s == 10 && !is_digit(*q);
        }
        if (found && p.year >= 1990 && p.year < 2100 && p.day > 0 && parts_finish(&p, &date)) {
            *out_size = q - s == 10 ? 10 : 8;
            assert(strlen(s) >= *out_size);
            return s;
        }
    }
    return NULL;
}
