/*
 * walk.h - which files the sources hold, in an order that never changes.
 *
 * A folder is walked in the order of its names' bytes, folders entered where they
 * stand; hidden names are skipped, symbolic links below a source not followed.  A
 * source given by name is taken whatever it is: a link, a pipe, a hidden file.
 *
 * Memory      the names of one folder a level; DEPTH_MAX levels.
 * Ownership   the paths given out live until the next call.
 * Errors      a folder that cannot be listed is given out as a file that cannot be
 *             read, so that it is counted like one.
 */
#ifndef HL_IMPORT_WALK_H
#define HL_IMPORT_WALK_H

#include "base/buf.h"
#include "hlsearch.h"

enum { HLIMPORT_DEPTH_MAX = 64 };

struct hlimport_level; /* one folder being walked */

struct hlimport_walk {
    const char *const *sources;
    size_t source_count;
    size_t source;        /* index of the source at work */
    size_t files;         /* given out of the source at work */
    uint64_t bytes_total; /* of all regular files; 0 when a pipe makes it unknown */
    struct hlbuf path;    /* of the entry at work, with NUL */
    struct hlimport_level *levels[HLIMPORT_DEPTH_MAX];
    size_t depth;
    bool in_source; /* the source at work is a folder that is not done */
};

/* An entry of the walk. */
struct hlimport_entry {
    const char *path; /* to open; "-" for stdin */
    const char *id;   /* the path as given: see import.h on ids of text files */
    bool id_is_utf8;
    size_t source;    /* index of the source it came from */
    const char *skip; /* why it cannot be read, else NULL */
};

/* Looks at every source; sums up the sizes. */
hl_status hlimport_walk_open(struct hlimport_walk *walk, const char *const *sources,
                             size_t count, struct hl_error *err);
void hlimport_walk_close(struct hlimport_walk *walk);

/* HL_OK, HL_NOT_FOUND after the last, HL_NOMEM. */
hl_status hlimport_walk_next(struct hlimport_walk *walk, struct hlimport_entry *out_entry,
                             struct hl_error *err);

#endif
