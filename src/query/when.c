#include "query/when.h"

#include <string.h>

enum { ZONE = 7 * 3600, YEAR_MIN = 1000, YEAR_MAX = 9999, PARTS_MAX = 3 };

/* Days since 1970 of a day in the Gregorian calendar (Fliegel and Van Flandern 1968). */
static int64_t day_number(int y, int m, int d)
{
    int64_t a = (m - 14) / 12;
    int64_t julian = (1461 * (y + 4800 + a)) / 4 + (367 * (m - 2 - 12 * a)) / 12 -
                     (3 * ((y + 4900 + a) / 100)) / 4 + d - 32075;
    return julian - 2440588;
}

static int days_of(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100) || y % 400 == 0;
    return days[m - 1] + (m == 2 && leap);
}

/* Numbers with one kind of mark between them; how many, 0 if it is anything else. */
static int read_parts(const char *text, size_t size, int parts[PARTS_MAX], size_t *out_first)
{
    int count = 0;
    char mark = 0;
    size_t digits = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && text[i] >= '0' && text[i] <= '9') {
            if (!digits++) {
                if (count == PARTS_MAX)
                    return 0;
                parts[count++] = 0;
            }
            if (digits > 4)
                return 0;
            parts[count - 1] = parts[count - 1] * 10 + (text[i] - '0');
            continue;
        }
        if (!digits)
            return 0;
        if (count == 1)
            *out_first = digits;
        digits = 0;
        if (i == size)
            return count;
        if (!text[i] || !strchr("/-.", text[i]) || (mark && mark != text[i]))
            return 0;
        mark = text[i];
    }
    return 0;
}

/* One year, month or day. */
static bool read_one(const char *text, size_t size, struct hlq_days *out_days)
{
    int p[PARTS_MAX] = {0};
    size_t first = 0;
    int count = read_parts(text, size, p, &first);
    bool year_first = first == 4;
    int year = count == 0 ? 0 : year_first ? p[0] : p[count - 1];
    int month = count < 2 ? 0 : count == 2 ? (year_first ? p[1] : p[0]) : p[1];
    int day = count < 3 ? 0 : year_first ? p[2] : p[0];
    if (!count || (count == 1 && !year_first) || year < YEAR_MIN || year > YEAR_MAX)
        return false;
    if (count > 1 && (month < 1 || month > 12))
        return false;
    if (count > 2 && (day < 1 || day > days_of(year, month)))
        return false;
    int64_t from = day_number(year, count > 1 ? month : 1, count > 2 ? day : 1), to;
    if (count == 1)
        to = day_number(year + 1, 1, 1);
    else if (count == 2)
        to = from + days_of(year, month);
    else
        to = from + 1;
    *out_days = (struct hlq_days){from * 86400 - ZONE, to * 86400 - ZONE};
    return true;
}

/* From one to another, whichever was typed first; an end that is not typed is open. */
static bool read_range(const char *from, size_t from_size, const char *to, size_t to_size,
                       struct hlq_days *out_days)
{
    struct hlq_days a = {INT64_MIN, INT64_MIN}, b = {INT64_MAX, INT64_MAX};
    if (!from_size && !to_size)
        return false;
    if ((from_size && !read_one(from, from_size, &a)) ||
        (to_size && !read_one(to, to_size, &b)))
        return false;
    bool turned = from_size && to_size && b.to <= a.from;
    *out_days = turned ? (struct hlq_days){b.from, a.to} : (struct hlq_days){a.from, b.to};
    return true;
}

bool hlq_read_days(const char *text, size_t size, struct hlq_days *out_days)
{
    for (size_t i = 0; i + 1 < size; i++)
        if (text[i] == '.' && text[i + 1] == '.')
            return read_range(text, i, text + i + 2, size - i - 2, out_days);
    return read_one(text, size, out_days);
}
