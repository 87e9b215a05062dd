/*
 * cache.c - see cache.h.
 *
 * A thousand hashes side by side are looked through in less time than a request takes to be
 * read, so that there is no table of buckets.  A hash that is equal proves nothing: the query
 * strings are compared, since visitors choose them.
 */
#include "cgi/cache.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *bytes; /* query string, its NUL, body; NULL: no entry */
    size_t query_size, room;
    uint64_t used; /* when it was asked for last, counted in requests */
    struct hlcgi_kept kept;
};

struct hlcgi_cache {
    uint64_t hashes[HLCGI_CACHE_ENTRIES];
    struct entry entries[HLCGI_CACHE_ENTRIES];
    uint64_t requests;
    size_t bytes;
};

struct hlcgi_cache *hlcgi_cache_new(void)
{
    return calloc(1, sizeof(struct hlcgi_cache));
}

static uint64_t hash(const char *s, size_t size)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3; /* FNV-1a, 64 bits */
    return h;
}

static void drop(struct hlcgi_cache *cache, size_t i)
{
    struct entry *entry = &cache->entries[i];
    assert(cache->bytes >= entry->room);
    cache->bytes -= entry->room;
    free(entry->bytes);
    memset(entry, 0, sizeof *entry);
    cache->hashes[i] = 0;
}

void hlcgi_cache_clear(struct hlcgi_cache *cache)
{
    for (size_t i = 0; cache && cache->bytes && i < HLCGI_CACHE_ENTRIES; i++)
        if (cache->entries[i].bytes)
            drop(cache, i);
    assert(!cache || !cache->bytes);
}

void hlcgi_cache_free(struct hlcgi_cache *cache)
{
    hlcgi_cache_clear(cache);
    free(cache);
}

/* HLCGI_CACHE_ENTRIES: it is not there. */
static size_t place_of(const struct hlcgi_cache *cache, const char *query, size_t size)
{
    uint64_t h = hash(query, size);
    for (size_t i = 0; i < HLCGI_CACHE_ENTRIES; i++)
        if (cache->hashes[i] == h && cache->entries[i].bytes &&
            cache->entries[i].query_size == size &&
            !memcmp(cache->entries[i].bytes, query, size))
            return i;
    return HLCGI_CACHE_ENTRIES;
}

bool hlcgi_cache_find(struct hlcgi_cache *cache, const char *query_string,
                      struct hlcgi_kept *out_kept)
{
    if (!cache || !query_string)
        return false;
    size_t i = place_of(cache, query_string, strlen(query_string));
    if (i == HLCGI_CACHE_ENTRIES)
        return false;
    cache->entries[i].used = ++cache->requests;
    *out_kept = cache->entries[i].kept;
    return true;
}

/* The place that was not asked for longest: a free one, of which `used` is 0, unless only what
 * is held can make room. */
static size_t oldest(const struct hlcgi_cache *cache, bool held)
{
    size_t found = HLCGI_CACHE_ENTRIES;
    for (size_t i = 0; i < HLCGI_CACHE_ENTRIES; i++)
        if ((cache->entries[i].bytes || !held) &&
            (found == HLCGI_CACHE_ENTRIES ||
             cache->entries[i].used < cache->entries[found].used))
            found = i;
    assert(found < HLCGI_CACHE_ENTRIES);
    return found;
}

void hlcgi_cache_keep(struct hlcgi_cache *cache, const char *query_string,
                      const struct hlcgi_kept *kept)
{
    size_t size = query_string ? strlen(query_string) : 0, room = size + 1 + kept->size;
    if (!cache || !query_string || size > HLCGI_CACHE_QUERY_MAX ||
        room > HLCGI_CACHE_BYTES / 16)
        return;
    char *bytes = malloc(room);
    if (!bytes)
        return;
    memcpy(bytes, query_string, size + 1);
    if (kept->size)
        memcpy(bytes + size + 1, kept->body, kept->size);
    size_t i = place_of(cache, query_string, size);
    if (i == HLCGI_CACHE_ENTRIES)
        i = oldest(cache, false);
    if (cache->entries[i].bytes)
        drop(cache, i);
    while (cache->bytes + room > HLCGI_CACHE_BYTES)
        drop(cache, oldest(cache, true));
    cache->entries[i] = (struct entry){bytes, size, room, ++cache->requests, *kept};
    cache->entries[i].kept.body = bytes + size + 1;
    cache->hashes[i] = hash(query_string, size);
    cache->bytes += room;
}
