/*
 * late.h - conditions on columns that wait until somebody asks.
 *
 * A range of dates or a value of a facet could be made bits for a whole chunk at once, but most
 * searches look into few of its windows.  So what is allowed begins as what is known without
 * reading the columns, and a window gets its columns compared before its bits are first used.
 *
 * Invariants  the bits of a window that waits are too many, never too few.
 * Ownership   borrows columns and bits.
 * Threads     one; a search has its own.
 */
#ifndef HL_MATCH_LATE_H
#define HL_MATCH_LATE_H

#include "match/lists.h"

/* Values that a facet must have, or must not. */
struct hllate_values {
    const uint8_t *column;
    const uint8_t *offsets; /* NULL; else the column is of lists (lists.h): one fits, or none */
    bool excluded;
    unsigned count; /* of codes; 0: too many, see wanted */
    uint16_t codes[HLCOLUMNS_CODES];
    const uint8_t *wanted; /* wanted[code] of code < wanted_size */
    uint32_t wanted_size;
};

struct hllate {
    uint64_t *allowed; /* bits of the chunk */
    uint32_t docs;
    uint32_t waiting; /* windows, a bit each */
    uint32_t empty;   /* windows that were looked at and have nothing left */
    uint32_t cut;     /* windows that the range cuts through */
    struct hlcolumns_range range;
    const uint8_t *dates;
    const struct hllate_values *values;
    uint32_t value_count;
};

/* Does a document of a window that waits meet the conditions?  True for the others. */
bool hllate_meets(const struct hllate *late, uint32_t doc);
/* Brings the bits of a window up to date; false if it has none. */
bool hllate_settle(struct hllate *late, unsigned window);

#endif
