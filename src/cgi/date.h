/*
 * date.h - dates of articles, in the hours that they were written in.
 *
 * Never more than is known: an article of which only the month is known has no day here.
 * Dates before 1970 or past 9999, which no archive holds, count as unknown.
 */
#ifndef HL_CGI_DATE_H
#define HL_CGI_DATE_H

#include "cgi/out.h"
#include "hlsearch.h"

bool hlcgi_date_is_known(const struct hl_hit *hit);
/* 2017-01-14T08:30:00+07:00, or as much of it as is known. */
void hlcgi_add_date(struct hlcgi_out *out, const struct hl_hit *hit);
/* 14/1/2017, as it is written in Viet Nam; 14 Jan 2017 in English. */
void hlcgi_add_day(struct hlcgi_out *out, const struct hl_hit *hit, bool english);
/* The same of a day of the calendar; month and day 0: not known. */
void hlcgi_add_civil(struct hlcgi_out *out, int year, int month, int day, bool english);
/* Sat, 14 Jan 2017 08:30:00 +0700, for feeds (RFC 822); nothing if the day is not known. */
void hlcgi_add_pubdate(struct hlcgi_out *out, const struct hl_hit *hit);
/* "day", "unknown" ... */
const char *hlcgi_precision_name(enum hl_date_precision precision);

#endif
