/*
 * columns.h - articles by what stands in their columns: dates in a range, codes of a facet.
 *
 * A column is an array with a value an article; what is asked becomes bits, 64 articles a
 * word, so that it can be ANDed with everything else.  Each loop exists once for each set of
 * instructions, all with the same answers.
 *
 * Reads  up to the last value and not past it; columns need no alignment.
 */
#ifndef HL_MATCH_COLUMNS_H
#define HL_MATCH_COLUMNS_H

#include "base/cpu.h"
#include "segment/container.h"

#include <stddef.h>

/* Dates that are wanted: low <= date <= high, in UTC seconds.  A reader's range does not begin
 * with 0, which is the date of the undated.  One without any, high < low, may be asked
 * hlcolumns_part() only. */
struct hlcolumns_range {
    uint32_t low, high;
};

/* What a summary of dates says about the articles under it. */
enum hlcolumns_part { HLCOLUMNS_NONE, HLCOLUMNS_SOME, HLCOLUMNS_ALL };

/* least and most: of the dated, 0 if there are none; undated: there may be others. */
static inline enum hlcolumns_part hlcolumns_part(struct hlcolumns_range range, uint32_t least,
                                                 uint32_t most, bool undated)
{
    if (!most || most < range.low || least > range.high || range.high < range.low)
        return HLCOLUMNS_NONE;
    return !undated && least >= range.low && most <= range.high ? HLCOLUMNS_ALL
                                                                : HLCOLUMNS_SOME;
}

/* Codes compared one by one in lanes; more of them are looked up in a table. */
enum { HLCOLUMNS_CODES = 4 };

struct hlcolumns_ops {
    /* bits[i / 64], bit i % 64: is value i wanted; words past n / 64 are left alone, unused
     * bits of the last one are 0. */
    void (*dates)(const uint8_t *dates, uint32_t n, struct hlcolumns_range range,
                  uint64_t *bits);
    /* Is it one of 1 to HLCOLUMNS_CODES codes? */
    void (*codes)(const uint8_t *column, uint32_t n, const uint16_t *codes, unsigned count,
                  uint64_t *bits);
    /* Of the documents of a window's bits: how many have each of the values, a byte each. */
    void (*bytes)(const uint8_t bytes[HLFMT_WINDOW], const uint64_t bits[HLCONT_WORDS],
                  const uint8_t *values, unsigned count, uint32_t *out_counts);
    /* The documents of a window's bits, rising and counted from its first; how many. */
    unsigned (*docs)(const uint64_t bits[HLCONT_WORDS], uint16_t out_docs[HLFMT_WINDOW]);
};

/* NULL where the processor lacks the level. */
const struct hlcolumns_ops *hlcolumns_ops_at(enum hlcpu_level level);
const struct hlcolumns_ops *hlcolumns_ops(void);

/* The same for any codes: wanted[code] of code < count. */
void hlcolumns_lookup(const uint8_t *column, uint32_t n, const uint8_t *wanted, uint32_t count,
                      uint64_t *bits);

/* docs() of the best level. */
unsigned hlcolumns_docs(const uint64_t bits[HLCONT_WORDS], uint16_t out_docs[HLFMT_WINDOW]);

/*
 * Counts the codes of documents of a column: counts[code], summed over HLCOLUMNS_TABLES
 * tables of room + 1 entries, so that equal neighbours do not wait for each other.  Entry
 * room is for codes that are not below it, which no good file has.
 */
enum { HLCOLUMNS_TABLES = 4 };
void hlcolumns_count(const uint8_t *column, const uint16_t *docs, unsigned n, uint32_t room,
                     uint32_t *counts);

/* Months since January 1970 by which dates are counted: those at +07:00, as everywhere where
 * days are asked for. */
enum { HLCOLUMNS_MONTHS = 137 * 12, HLCOLUMNS_ZONE = 7 * 3600 };
/* starts[m]: the first second of a month, counted from 1970 at +07:00; one past the last. */
void hlcolumns_month_starts(uint64_t starts[HLCOLUMNS_MONTHS + 1]);
/* Month of a date, HLCOLUMNS_MONTHS for the undated.  Months differ from their mean by so
 * little that the guess is at most one off. */
static inline uint32_t hlcolumns_month(uint32_t date, const uint64_t *starts)
{
    enum { MEAN = 2629746 }; /* seconds: a twelfth of 365.2425 days */
    uint64_t local = (uint64_t)date + HLCOLUMNS_ZONE;
    uint32_t guess = (uint32_t)(local / MEAN);
    guess += local >= starts[guess + 1];
    return date ? guess - (local < starts[guess]) : HLCOLUMNS_MONTHS;
}

/* As hlcolumns_count() with HLCOLUMNS_MONTHS as room; the undated are in that last entry. */
void hlcolumns_count_months(const uint8_t *dates, const uint16_t *docs, unsigned n,
                            const uint64_t *starts, uint32_t *counts);

#endif
