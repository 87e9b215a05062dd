/*
 * cache.h - answers of one FastCGI process that are asked for again.
 *
 * What readers ask for repeats: an answer stands by the query string that it answers until
 * something that it was made of changes (site.c clears all), and the one that was not asked
 * for longest makes room.  A process that answers one request (CGI) has no use for it.
 *
 * Ownership   an entry is the cache's, valid until the next call.
 * Errors      none: what cannot be kept, for want of memory or because it is long, is not.
 */
#ifndef HL_CGI_CACHE_H
#define HL_CGI_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLCGI_CACHE_ENTRIES = 1024,
    HLCGI_CACHE_BYTES = 16 << 20, /* of all entries together */
    HLCGI_CACHE_QUERY_MAX = 2048, /* bytes of a query string */
    HLCGI_CACHE_TAG = 24
};

struct hlcgi_kept {
    char tag[HLCGI_CACHE_TAG]; /* ETag, in its quotes */
    size_t count;              /* of hits, and of all there are, for the log */
    uint64_t total;
    const char *body;
    size_t size;
};

struct hlcgi_cache;

/* NULL if memory is out. */
struct hlcgi_cache *hlcgi_cache_new(void);
void hlcgi_cache_free(struct hlcgi_cache *cache);
void hlcgi_cache_clear(struct hlcgi_cache *cache);

/* The answer to this query string; false if it is not kept, or cache is NULL. */
bool hlcgi_cache_find(struct hlcgi_cache *cache, const char *query_string,
                      struct hlcgi_kept *out_kept);
/* Keeps a copy; one that is there for the same query string goes. */
void hlcgi_cache_keep(struct hlcgi_cache *cache, const char *query_string,
                      const struct hlcgi_kept *kept);

#endif
