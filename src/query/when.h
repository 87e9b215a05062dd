/*
 * when.h - days as readers type them: 2017, 1/2017, 5/1/2017, 2017-01-05, 2015..2017, 2015..
 *
 * Day first, and days are those at +07:00, wherever the machine stands.
 */
#ifndef HL_QUERY_WHEN_H
#define HL_QUERY_WHEN_H

#include "query/query.h"

/* The days of a year, a month, a day, or from one to another of these, which may be open at one
 * end; false: it is none. */
bool hlq_read_days(const char *text, size_t size, struct hlq_days *out_days);

#endif
