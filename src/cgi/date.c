#include "cgi/date.h"

#include <assert.h>
#include <stdint.h>

static const int64_t DAY = 86400, LAST = 253402300799; /* the end of the year 9999 */

struct moment {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
};

/* By the calendar of 1582, as everything after 1970. */
static int year_days(int year)
{
    return 365 + ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && year_days(year) == 366);
}

bool hlcgi_date_is_known(const struct hl_hit *hit)
{
    return hit->date_precision != HL_DATE_UNKNOWN && hit->date >= 0 && hit->date <= LAST;
}

/* Years are counted off one by one: some fifty steps for an article of today. */
static struct moment moment_of(const struct hl_hit *hit)
{
    int64_t local = hit->date + (int64_t)hit->date_offset * 60;
    /* Half a day west of Greenwich the first hours of 1970 are still 1969. */
    struct moment m = {.year = 1969};
    int64_t days = (local + 365 * DAY) / DAY, rest = (local + 365 * DAY) % DAY;
    assert(hlcgi_date_is_known(hit) && days >= 0);
    for (; days >= year_days(m.year); m.year++)
        days -= year_days(m.year);
    for (m.month = 1; days >= month_days(m.year, m.month); m.month++)
        days -= month_days(m.year, m.month);
    assert(days < 31 && rest >= 0 && rest < DAY);
    m.day = (int)days + 1;
    m.hour = (int)(rest / 3600);
    m.minute = (int)(rest / 60 % 60);
    m.second = (int)(rest % 60);
    return m;
}

/* What HTML takes for datetime, and what the command line prints. */
void hlcgi_add_date(struct hlcgi_out *out, const struct hl_hit *hit)
{
    struct moment m = moment_of(hit);
    int east = hit->date_offset < 0 ? -hit->date_offset : hit->date_offset;
    hlcgi_add_format(out, "%04d", m.year);
    if (hit->date_precision >= HL_DATE_MONTH)
        hlcgi_add_format(out, "-%02d", m.month);
    if (hit->date_precision >= HL_DATE_DAY)
        hlcgi_add_format(out, "-%02d", m.day);
    if (hit->date_precision < HL_DATE_MINUTE)
        return;
    hlcgi_add_format(out, "T%02d:%02d:%02d", m.hour, m.minute, m.second);
    if (hit->date_offset)
        hlcgi_add_format(out, "%c%02d:%02d", hit->date_offset < 0 ? '-' : '+', east / 60,
                         east % 60);
    else
        hlcgi_add(out, "Z");
}

/* Names of months, three letters each, from January. */
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void hlcgi_add_civil(struct hlcgi_out *out, int year, int month, int day, bool english)
{
    assert(month >= 0 && month <= 12);
    if (day)
        hlcgi_add_format(out, english ? "%d " : "%d/", day);
    if (month && english)
        hlcgi_add_format(out, "%.3s ", months + (month - 1) * 3);
    else if (month)
        hlcgi_add_format(out, "%d/", month);
    hlcgi_add_format(out, "%d", year);
}

void hlcgi_add_day(struct hlcgi_out *out, const struct hl_hit *hit, bool english)
{
    struct moment m = moment_of(hit);
    hlcgi_add_civil(out, m.year, hit->date_precision >= HL_DATE_MONTH ? m.month : 0,
                    hit->date_precision >= HL_DATE_DAY ? m.day : 0, english);
}

void hlcgi_add_pubdate(struct hlcgi_out *out, const struct hl_hit *hit)
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
    struct hl_hit there = *hit;
    there.date_offset = 7 * 60;
    struct moment m = moment_of(&there);
    if (hit->date_precision < HL_DATE_DAY)
        return;
    int64_t day = (hit->date + 7 * 3600) / DAY % 7;
    hlcgi_add_format(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0700", days + day * 3, m.day,
                     months + (m.month - 1) * 3, m.year, m.hour, m.minute, m.second);
}

const char *hlcgi_precision_name(enum hl_date_precision precision)
{
    static const char *const names[] = {"unknown", "year", "month", "day", "minute", "second"};
    assert((size_t)precision < sizeof names / sizeof *names);
    return names[precision];
}
