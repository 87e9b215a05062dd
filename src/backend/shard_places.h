/*
 * shard_places.h - where the databases of an index are: folders, stub files, HOST:PORT.
 *
 * A stub file is Xapian's own: a line TYPE PLACE for each database, where TYPE is auto or glass
 * and PLACE a path, from the folder of the file, or TYPE is remote and PLACE is HOST:PORT;
 * blank lines and those that begin with # say nothing.  A folder with a stub file XAPIANDB in
 * it is opened as one.  Stubs are read here, and not left to Xapian, so that a server that does
 * not answer is known by name and waited for no longer than the others.
 *
 * Ownership  names are the list's.
 * Errors     HL_MISUSE for what is no place or no such file (with the line), HL_NOT_FOUND,
 * HL_LIMIT past HL_SHARDS_MAX, HL_UNSUPPORTED for kinds of databases that are not searched so.
 */
#ifndef HL_BACKEND_SHARD_PLACES_H
#define HL_BACKEND_SHARD_PLACES_H

#include "hlsearch.h"

struct hlshard_place {
    char *name; /* as it was given: what messages call it */
    char *path; /* NULL: on another machine */
    char *host;
    unsigned port;
};

/* Lists that list each other. */
enum { HLSHARD_LISTS_MAX = 4 };

struct hlshard_places {
    unsigned depth; /* of the list under work */
    struct hlshard_place items[HL_SHARDS_MAX];
    size_t count;
};

/* Is there a Xapian database, or a stub file, at a path? */
bool hlshard_is_database(const char *path);

/* Adds one, or what a stub file at this path lists. */
hl_status hlshard_add_path(struct hlshard_places *places, const char *path,
                           struct hl_error *err);
/* Adds HOST:PORT; an IPv6 address stands in brackets. */
hl_status hlshard_add_server(struct hlshard_places *places, const char *server,
                             struct hl_error *err);
void hlshard_places_release(struct hlshard_places *places);

#endif
