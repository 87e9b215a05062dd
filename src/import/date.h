/*
 * date.h - when an article says it appeared.
 *
 * Day before month, always; where no zone is given it is +07:00.  Reads RFC 3339 and
 * RFC 822, seconds and milliseconds since 1970, D/M/YYYY with / - or dots, YYYYMMDD,
 * and Vietnamese in words ("Thứ bảy, 18/2/2017 | 10:30 GMT+7", "ngày 6 tháng 2 năm
 * 2017"), in either order of day and time.  What is not wholly understood is no date:
 * a wrong date is worse than none.
 *
 * Pure functions of their arguments: no clock, no locale, no time zone of the machine.
 */
#ifndef HL_IMPORT_DATE_H
#define HL_IMPORT_DATE_H

#include "hlsearch.h"

struct hlimport_date {
    int64_t seconds; /* UTC; the first of a day, month or year where that is all */
    int offset;      /* minutes east of UTC it was written in */
    enum hl_date_precision precision;
};

/* text is well-formed UTF-8.  False: not a date. */
bool hlimport_date_read(const char *text, size_t size, struct hlimport_date *out_date);

/* By a format of %d %m %Y %y %H %I %M %S %p %b %z %%; a blank stands for any number of
 * them.  False if the text does not fit it, to the end. */
bool hlimport_date_read_format(const char *text, size_t size, const char *format,
                               struct hlimport_date *out_date);

/* The first YYYY-MM-DD or YYYYMMDD of 1990 to 2099 in a file's name, not part of a
 * longer number; NULL if there is none. */
const char *hlimport_date_in_name(const char *name, size_t *out_size);

/* Days since 1970-01-01; the calendar is Gregorian throughout. */
int64_t hlimport_days_from_civil(int year, int month, int day);

#endif
