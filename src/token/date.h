/*
 * date.h - calendar dates and the keys they are found by.
 *
 *   @2021-01-09   @2021-01   @--01-09 (a day of any year)
 *
 * Threads   no state.
 */
#ifndef HL_TOKEN_DATE_H
#define HL_TOKEN_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hltoken_date {
    int year;  /* 0: not said */
    int month; /* 1 to 12 */
    int day;   /* 0: not said */
};

enum { HLTOKEN_DATE_MAX = 16 };

/* Is there such a day or month?  29 February is, in a leap year or where no year is said. */
bool hltoken_date_check(const struct hltoken_date *date);

/* The key into out; returns its size.  date was checked and says a year or a day. */
size_t hltoken_date_key(const struct hltoken_date *date, char out[HLTOKEN_DATE_MAX]);

/* The day of seconds since 1970, which are not negative. */
void hltoken_civil(int64_t seconds, int *out_year, int *out_month, int *out_day);
/* The year of a second of UTC, so many minutes east: that of an article, for dates in its text
 * that lack one. */
int hltoken_year(uint32_t seconds, int minutes_east);

#endif
