/* Answers that the search page keeps: what was put in comes out, the one not asked for longest
 * goes, memory has a bound. */
#include "cgi/cache.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep(struct hlcgi_cache *cache, const char *query, const char *body, size_t size)
{
    struct hlcgi_kept kept = {.tag = "\"0123456789abcdef\"", .count = 3, .total = 7};
    kept.body = body;
    kept.size = size;
    hlcgi_cache_keep(cache, query, &kept);
}

static bool has(struct hlcgi_cache *cache, const char *query, const char *body)
{
    struct hlcgi_kept kept;
    return hlcgi_cache_find(cache, query, &kept) && kept.size == strlen(body) &&
           !memcmp(kept.body, body, kept.size);
}

static void test_find(void)
{
    struct hlcgi_cache *cache = hlcgi_cache_new();
    struct hlcgi_kept kept = {.tag = ""};
    OK(!hlcgi_cache_find(cache, "q=a", &kept), "nothing is kept at first");
    keep(cache, "q=a", "body of a", 9);
    keep(cache, "q=b", "", 0);
    OK(hlcgi_cache_find(cache, "q=a", &kept), "what was kept is found");
    IS(kept.tag, "\"0123456789abcdef\"", "with its tag");
    OK(kept.count == 3 && kept.total == 7, "with its counts");
    OK(has(cache, "q=a", "body of a") && has(cache, "q=b", ""), "with its body, also none");
    OK(!has(cache, "q=", "") && !has(cache, "q=ab", "") && !has(cache, "", ""),
       "only for the whole query string");
    keep(cache, "q=a", "another", 7);
    OK(has(cache, "q=a", "another"), "a later one takes its place");
    hlcgi_cache_clear(cache);
    OK(!hlcgi_cache_find(cache, "q=a", &kept) && !hlcgi_cache_find(cache, "q=b", &kept),
       "cleared: nothing is left");
    keep(cache, "q=a", "again", 5);
    OK(has(cache, "q=a", "again"), "cleared: it goes on");
    hlcgi_cache_free(cache);
}

static void test_nothing(void)
{
    struct hlcgi_kept kept = {.tag = ""};
    char query[HLCGI_CACHE_QUERY_MAX + 2];
    char *body = calloc(1, HLCGI_CACHE_BYTES);
    struct hlcgi_cache *cache = hlcgi_cache_new();
    memset(query, 'q', sizeof query - 1);
    query[sizeof query - 1] = 0;
    keep(cache, query, "x", 1);
    OK(!hlcgi_cache_find(cache, query, &kept), "a query string that is too long is not kept");
    keep(cache, query + 1, "x", 1);
    OK(hlcgi_cache_find(cache, query + 1, &kept), "the longest is");
    keep(cache, "q=a", body, HLCGI_CACHE_BYTES / 16);
    OK(!hlcgi_cache_find(cache, "q=a", &kept), "a body that is too long is not kept");
    OK(!hlcgi_cache_find(NULL, "q=a", &kept) && !hlcgi_cache_find(cache, NULL, &kept),
       "no cache and no query string: nothing");
    keep(NULL, "q=a", "x", 1);
    keep(cache, NULL, "x", 1);
    hlcgi_cache_clear(NULL);
    hlcgi_cache_free(NULL);
    hlcgi_cache_free(cache);
    free(body);
}

/* The first ones are asked for again and again while others come and go. */
static void test_oldest(void)
{
    struct hlcgi_cache *cache = hlcgi_cache_new();
    char query[32], body[32];
    size_t kept = 0, right = 0;
    for (int i = 0; i < 5 * HLCGI_CACHE_ENTRIES; i++) {
        snprintf(query, sizeof query, "q=%d", i);
        snprintf(body, sizeof body, "body %d", i);
        keep(cache, query, body, strlen(body));
        right += has(cache, "q=0", "body 0") && has(cache, "q=1", "body 1") == (i >= 1);
    }
    OK(right == 5 * HLCGI_CACHE_ENTRIES, "what is asked for stays");
    for (int i = 0; i < 5 * HLCGI_CACHE_ENTRIES; i++) {
        snprintf(query, sizeof query, "q=%d", i);
        snprintf(body, sizeof body, "body %d", i);
        kept += has(cache, query, body);
    }
    OK(kept == HLCGI_CACHE_ENTRIES, "as many as there are places");
    OK(!has(cache, "q=2", "body 2"), "the oldest have gone");
    hlcgi_cache_free(cache);
}

/* Long bodies: bytes are the bound. */
static void test_bytes(void)
{
    struct hlcgi_cache *cache = hlcgi_cache_new();
    size_t size = HLCGI_CACHE_BYTES / 40, kept = 0;
    char *body = calloc(1, size), query[32];
    struct hlcgi_kept found;
    for (int i = 0; i < 200; i++) {
        snprintf(query, sizeof query, "q=%d", i);
        keep(cache, query, body, size);
    }
    for (int i = 0; i < 200; i++) {
        snprintf(query, sizeof query, "q=%d", i);
        kept += hlcgi_cache_find(cache, query, &found) && i >= 200 - 40;
    }
    OK(kept == 39, "as many as the bytes allow, the last ones");
    hlcgi_cache_free(cache);
    free(body);
}

int main(void)
{
    test_find();
    test_nothing();
    test_oldest();
    test_bytes();
    return tap_done();
}
