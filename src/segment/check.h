/*
 * check.h - verifies a segment: every byte, every checksum, every invariant.
 *
 * A second reader of FORMAT.md: it decodes lists, positions, pairs and the
 * dictionary with code of its own and not with that which answers queries, and
 * works everything out again that can be worked out (ranks, bounds, champions,
 * pairs, what deleted articles counted).  What needs the text rules or knows
 * what an article is comes from the engine: folded keys by a callback, stored
 * articles in engine/check.c.
 *
 * Memory     of one chunk at a time: 4 bytes a position, 16 a term, 32 an article.
 * Ownership  borrows the segments.
 * Threads    one a struct hlcheck.
 * Errors     a fault is no error: it is told and counted.  `status` is what ended
 *            the work (HL_NOMEM, HL_IO); after that all calls do nothing.
 */
#ifndef HL_SEGMENT_CHECK_H
#define HL_SEGMENT_CHECK_H

#include "hlsearch_inspect.h"
#include "segment/segment.h"

enum { HLCHECK_FAULTS_MAX = 200 /* told of one file; then it is left alone */ };

struct hlcheck {
    void (*fault)(void *user, const char *text);
    void (*progress)(void *user, uint64_t done, uint64_t total); /* may be NULL */
    void *user;
    /* Appends the folded key of a term; HL_MISUSE with words for what cannot be one. */
    hl_status (*fold)(const void *key, size_t size, struct hlbuf *to, struct hl_error *err);

    struct hl_check_report report;
    uint64_t done, total; /* of the work, in bytes of files */
    hl_status status;
    struct hl_error error;
    /* Of the file under way. */
    uint32_t faults;
    const struct hlsegfile *file;
    uint64_t *bad; /* a bit a block whose checksum differs */
};

/* Starts with a file; path is for the callers' messages only.  file NULL: no segment. */
void hlcheck_begin(struct hlcheck *check, const struct hlsegfile *file);
/* Ends it. */
void hlcheck_end(struct hlcheck *check);

/* False once the work is over or the file had its share of faults. */
bool hlcheck_going(const struct hlcheck *check);
/* One fault: a sentence that names file, place and rule. */
void hlcheck_fault(struct hlcheck *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * True for HL_OK.  Damage is told (once: not again for a block that was told as
 * a whole); any other failure ends the work.
 */
bool hlcheck_got(struct hlcheck *check, hl_status status, const struct hl_error *err);
void hlcheck_progress(struct hlcheck *check, uint64_t bytes);

/* Checksums of all blocks of the file that hlcheck_begin() was given. */
void hlcheck_blocks(struct hlcheck *check);
/* Everything inside an open segment: the file that hlcheck_begin() was given. */
void hlcheck_segment(struct hlcheck *check, const struct hlseg *segment);
/* No id may be live twice, in whatever segments. */
void hlcheck_ids(struct hlcheck *check, const struct hlseg *segments, size_t count);

#endif
