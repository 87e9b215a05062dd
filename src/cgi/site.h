/*
 * site.h - what the administrator set up, kept open between requests of one process.
 *
 * Index, list of synonyms and template come from the environment of the process and from
 * nowhere else.  They are looked at again once a second: a new generation of the index then
 * shows, and so does a template or list that was edited.
 *
 *   HLSEARCH_INDEX      a folder, or several, "a,b"; also a Xapian database or a stub file
 *   HLSEARCH_SHARDS     Xapian databases elsewhere, "host:port,host:port"
 *   HLSEARCH_SHARD_TIMEOUT   how many ms each of them is waited for
 *   HLSEARCH_TEMPLATE   a file; without it the built-in page.  feed.xml and opensearch.xml
 *                       beside it take the place of the built-in ones
 *   HLSEARCH_LANG       vi (default) or en: the built-in page, numbers, days
 *   HLSEARCH_BASE_URL   where the page is, for what must be absolute
 *
 * A mistake in a template or in a list of synonyms must not take the search away from
 * visitors: they get the built-in one, and every line of the log tells the mistake.
 */
#ifndef HL_CGI_SITE_H
#define HL_CGI_SITE_H

#include "cgi/cache.h"
#include "cgi/out.h"
#include "hlsearch.h"
#include "template/builtin.h"
#include "template/template.h"

#include <stdint.h>

#include <time.h>

struct hlcgi_site {
    const char *index_path, *template_path, *base_url;
    char *shard_names; /* of HLSEARCH_SHARDS, cut at its commas; owned */
    const char *shards[HL_SHARDS_MAX + 1];
    size_t shard_count;
    unsigned shard_timeout; /* 0: the library's */
    const char *fault;      /* which of these settings is not taken; "": none */
    bool english;
    struct hl_index *index;
    struct hl_synonyms *synonyms;   /* INDEX/synonyms.txt; NULL: the default list */
    struct hltemplate *page, *feed; /* the feed: the last built-in one that was asked for */
    char complaint[512];            /* what is wrong with list or template; "": nothing */
    struct hlcgi_out policy;        /* Content-Security-Policy of the page */
    struct hl_result *spare;   /* of the last search on this index; its memory is used again */
    struct hlcgi_cache *cache; /* of a process that answers many requests; NULL: none */
    uint64_t synonyms_seen;    /* the file of that list, as it was */
    struct timespec looked;    /* by the monotonic clock */
};

/* From the environment. */
void hlcgi_site_init(struct hlcgi_site *site);
/* Index and page, as they are now; on failure the page is there all the same, if memory is. */
hl_status hlcgi_site_take(struct hlcgi_site *site, struct hl_error *err);
/* The page alone, for what needs no index. */
hl_status hlcgi_site_take_page(struct hlcgi_site *site, struct hl_error *err);
/* feed.xml or opensearch.xml, of the administrator's folder or built in; valid until the next
 * call. */
hl_status hlcgi_site_feed(struct hlcgi_site *site, const char *name,
                          const struct hltemplate **out_feed, struct hl_error *err);
/* The built-in style sheet as it is sent, and what changes in its address when it does. */
const struct hltemplate_file *hlcgi_site_style(void);
uint32_t hlcgi_site_style_version(void);
/* Closes the index; the next request opens it anew. */
void hlcgi_site_drop_index(struct hlcgi_site *site);
void hlcgi_site_release(struct hlcgi_site *site);

#endif
