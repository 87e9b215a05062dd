/*
 * bytes.h - source, section and year of every article of a snapshot, a byte each.
 *
 * Facets are counted over columns of two and four bytes a document, by what a sample of each
 * window finds frequent.  With a byte a document, and which values a window has at all, they
 * are counted 64 documents at a time and without a sample.  To make this takes a pass over the
 * columns, 2 ms for 265,846 articles, and three bytes an article; so it is done for a snapshot
 * that is asked again and again, and kept with it (known.h).
 *
 * Errors   none: a snapshot that is too large, damaged or without memory has no bytes known.
 * Threads  any number.
 */
#ifndef HL_BACKEND_BYTES_H
#define HL_BACKEND_BYTES_H

#include "backend/snapshot.h"

enum { HLBYTES_FROM = 16, HLBYTES_DOCS_MAX = 1 << 20 };

/* Facets that have names, as their columns are numbered; then years. */
enum { HLBYTES_SOURCE, HLBYTES_SECTION, HLBYTES_NAMED, HLBYTES_YEAR = HLBYTES_NAMED };
enum { HLBYTES_COLUMNS = HLBYTES_YEAR + 1 };
enum { HLBYTES_MOST = 31, HLBYTES_CODES = 255, HLBYTES_UNDATED = 255 };

/* The values that documents of a window have. */
struct hlbytes_window {
    uint8_t count; /* 0: more than HLBYTES_MOST */
    uint8_t values[HLBYTES_MOST];
};

struct hlbytes_column {
    const uint8_t *bytes; /* whole windows; NULL: the chunk has more codes than a byte */
    const struct hlbytes_window *windows;
    const uint32_t *names; /* by code, from 1 on: its name's number in hlbytes_names() */
};

/* Codes of the chunk, and years since 1970 or HLBYTES_UNDATED. */
struct hlbytes_chunk {
    struct hlbytes_column columns[HLBYTES_COLUMNS];
};

struct hlbytes_name {
    const char *text; /* the map's, not terminated */
    uint32_t size;
};

struct hlbytes;

/* NULL: not known, which it may be from the HLBYTES_FROM-th call on. */
const struct hlbytes *hlbytes_find(const struct hlsnapshot *snapshot);
const struct hlbytes_chunk *hlbytes_of_chunk(const struct hlbytes *bytes,
                                             const struct hlsnapshot *snapshot,
                                             const struct hlchunk *chunk);
/* The different names of a facet in all chunks; how many. */
uint32_t hlbytes_names(const struct hlbytes *bytes, unsigned facet,
                       const struct hlbytes_name **out_names);
void hlbytes_free(struct hlbytes *bytes);

#endif
