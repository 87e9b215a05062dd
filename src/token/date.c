#include "token/date.h"

#include <assert.h>
#include <stdio.h>

/* Days of a month; year 0, which was not said, has the longest February. */
static int month_days(int year, int month)
{
    assert(month >= 1 && month <= 12);
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; /* also year 0: unsaid */
    return days[month - 1] + (month == 2 && leap);
}

bool hltoken_date_check(const struct hltoken_date *date)
{
    if (date->month < 1 || date->month > 12 || date->year < 0 || date->year > 9999)
        return false;
    return date->day >= 0 && date->day <= month_days(date->year, date->month);
}

size_t hltoken_date_key(const struct hltoken_date *date, char out[HLTOKEN_DATE_MAX])
{
    assert(hltoken_date_check(date));
    assert(date->year || date->day);
    int size;
    /* A missing year is written as in ISO 8601:2000 and vCard: two hyphens. */
    if (!date->year)
        size = snprintf(out, HLTOKEN_DATE_MAX, "@--%02d-%02d", date->month, date->day);
    else if (!date->day)
        size = snprintf(out, HLTOKEN_DATE_MAX, "@%04d-%02d", date->year, date->month);
    else
        size = snprintf(out, HLTOKEN_DATE_MAX, "@%04d-%02d-%02d", date->year, date->month,
                        date->day);
    assert(size > 0 && size < HLTOKEN_DATE_MAX);
    return (size_t)size;
}

/* Days from civil turned around (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
void hltoken_civil(int64_t seconds, int *out_year, int *out_month, int *out_day)
{
    int64_t days = seconds / 86400 + 719468;
    int64_t era = days / 146097, doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t month = (5 * doy + 2) / 153;
    *out_day = (int)(doy - (153 * month + 2) / 5 + 1);
    *out_month = (int)(month >= 10 ? month - 9 : month + 3);
    *out_year = (int)(yoe + era * 400 + (month >= 10));
}

int hltoken_year(uint32_t seconds, int minutes_east)
{
    int year, month, day;
    hltoken_civil((int64_t)seconds + minutes_east * 60, &year, &month, &day);
    return year;
}
