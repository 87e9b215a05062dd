/*
 * site.c - see site.h.
 */
#include "cgi/site.h"

#include "cgi/escape.h"
#include "cgi/limits.h"
#include "template/page_names.h"

#include <assert.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

enum { INDEXES_MAX = 64, SHARD_TIMEOUT_MAX = 600000 };

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* What is wrong with one of them is found out when all are opened. */
static void read_shards(struct hlcgi_site *site)
{
    const char *shards = setting("HLSEARCH_SHARDS");
    const char *timeout = setting("HLSEARCH_SHARD_TIMEOUT");
    site->shard_names = shards ? strdup(shards) : NULL;
    for (char *at = site->shard_names; at && site->shard_count <= HL_SHARDS_MAX;) {
        char *comma = strchr(at, ',');
        if (comma)
            *comma++ = 0;
        site->shards[site->shard_count++] = at;
        at = comma;
    }
    if (!timeout)
        return;
    char *end;
    long ms = strtol(timeout, &end, 10);
    if (*timeout >= '0' && *timeout <= '9' && !*end && ms > 0 && ms <= SHARD_TIMEOUT_MAX)
        site->shard_timeout = (unsigned)ms;
    else
        site->fault = "HLSEARCH_SHARD_TIMEOUT, which is milliseconds, 1 to 600000";
}

void hlcgi_site_init(struct hlcgi_site *site)
{
    memset(site, 0, sizeof *site);
    site->index_path = setting("HLSEARCH_INDEX");
    site->template_path = setting("HLSEARCH_TEMPLATE");
    site->base_url = setting("HLSEARCH_BASE_URL");
    const char *language = setting("HLSEARCH_LANG");
    site->english = language && !strncmp(language, "en", 2);
    site->fault = "";
    read_shards(site);
    if (site->base_url && !hlcgi_url_is_web(site->base_url)) {
        site->base_url = NULL;
        site->fault = "HLSEARCH_BASE_URL, which must begin with http:// or https://";
    } else if (language && !site->english && strncmp(language, "vi", 2))
        site->fault = "HLSEARCH_LANG, which is vi or en";
}

/* What visitors have to do without; the first of two. */
static void complain(struct hlcgi_site *site, const char *what, const struct hl_error *why)
{
    if (!*site->complaint)
        snprintf(site->complaint, sizeof site->complaint, "%s%s", what, why->text);
}

/* --------------------------------------------------------------------- index */

void hlcgi_site_drop_index(struct hlcgi_site *site)
{
    hl_result_free(site->spare);
    hl_index_close(site->index);
    hl_synonyms_free(site->synonyms);
    site->spare = NULL;
    site->index = NULL;
    site->synonyms = NULL;
    hlcgi_cache_clear(site->cache);
}

static bool is_folder(const char *path)
{
    struct stat info;
    return !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* "a,b": several, unless that is the name of a folder.  The paths point into *out_names. */
static size_t split_paths(const char *given, const char *paths[INDEXES_MAX], char **out_names)
{
    size_t count = 0;
    char *names = strdup(given);
    bool several = names && !is_folder(given);
    for (char *at = names; at && count < INDEXES_MAX; at = several ? strchr(at, ',') : NULL) {
        if (*at == ',')
            *at++ = 0;
        paths[count++] = at;
    }
    *out_names = names;
    return count;
}

/* A page that is linked statically can load no module; the other one is the same otherwise. */
static void point_elsewhere(struct hl_error *err)
{
    size_t size = strlen(err->text);
    if (err->code == HL_UNSUPPORTED && !getauxval(AT_BASE))
        snprintf(err->text + size, sizeof err->text - size,
                 "; hlsearch-xapian.cgi is the page that can");
}

static hl_status open_index(const struct hlcgi_site *site, struct hl_index **out_index,
                            struct hl_error *err)
{
    const char *paths[INDEXES_MAX];
    char *names = NULL;
    size_t count = site->index_path ? split_paths(site->index_path, paths, &names) : 0;
    hl_status status;
    const struct hl_open_options options = {.shards = site->shards,
                                            .shard_count = site->shard_count,
                                            .shard_timeout_ms = site->shard_timeout};
    if (site->index_path && !names) {
        *err = (struct hl_error){.code = HL_NOMEM, .at = -1, .text = "out of memory"};
        return HL_NOMEM;
    }
    hlcgi_limit_memory(paths, count);
    status = hl_index_open_with(paths, count, &options, out_index, err);
    if (status != HL_OK)
        point_elsewhere(err);
    free(names);
    return status;
}

/* Changes when the file does: another file, size or time; 0 if there is none. */
static uint64_t look_of(const char *path)
{
    struct stat info;
    if (stat(path, &info))
        return 0;
    uint64_t h = (uint64_t)info.st_ino * 0x9e3779b97f4a7c15 ^ (uint64_t)info.st_size;
    h = h * 0x9e3779b97f4a7c15 ^ (uint64_t)info.st_mtim.tv_sec;
    return (h * 0x9e3779b97f4a7c15 ^ (uint64_t)info.st_mtim.tv_nsec) | 1;
}

/* The list lies in the folder of the index, of several in that of the first, as the tool
 * has it. */
static void take_synonyms(struct hlcgi_site *site)
{
    char path[PATH_MAX];
    struct hl_error err;
    if (!site->index_path)
        return;
    int folder = (int)strlen(site->index_path);
    if (!is_folder(site->index_path))
        folder = (int)strcspn(site->index_path, ",");
    int size = snprintf(path, sizeof path, "%.*s/" HL_SYNONYMS_FILE, folder, site->index_path);
    if (size < 0 || (size_t)size >= sizeof path)
        return; /* longer than any file of the index could be named */
    path[folder] = 0;
    if (!is_folder(path)) /* a stub file, a database in one: no place for a list */
        return;
    path[folder] = '/';
    uint64_t seen = look_of(path);
    if (site->synonyms && seen == site->synonyms_seen)
        return;
    if (seen != site->synonyms_seen)
        hlcgi_cache_clear(site->cache);
    site->synonyms_seen = seen;
    hl_synonyms_free(site->synonyms);
    site->synonyms = NULL;
    hl_status status = hl_synonyms_open(path, &site->synonyms, &err);
    if (status != HL_OK && status != HL_NOT_FOUND)
        complain(site, "the synonyms of ", &err);
}

static hl_status take_index(struct hlcgi_site *site, struct hl_error *err)
{
    if (!site->index_path && !site->shard_count) {
        *err = (struct hl_error){.code = HL_NOT_FOUND, .at = -1};
        snprintf(err->text, sizeof err->text, "HLSEARCH_INDEX is not set");
        return HL_NOT_FOUND;
    }
    if (site->index)
        return HL_OK;
    hl_status status = open_index(site, &site->index, err);
    if (status == HL_OK)
        take_synonyms(site);
    return status;
}

/* -------------------------------------------------------------------- policy */

/* 'sha256-...' of what stands in a <style> or <script>, as browsers compare it. */
static void add_hash(struct hlcgi_out *out, const char *bytes, size_t size)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t hash[SHA256_DIGEST_LENGTH + 1] = {0};
    char text[45];
    size_t used = 0;
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)bytes, size);
    SHA256Final(hash, &context);
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i += 3) {
        unsigned three = (unsigned)hash[i] << 16 | (unsigned)hash[i + 1] << 8 |
                         (i + 2 < SHA256_DIGEST_LENGTH ? hash[i + 2] : 0u);
        for (int shift = 18; shift >= 0; shift -= 6)
            text[used++] = digits[three >> shift & 63];
    }
    assert(used == 44);
    text[43] = '='; /* 32 bytes are ten times three and two */
    text[44] = 0;
    hlcgi_add_format(out, " 'sha256-%s'", text);
}

static void add_hashes(struct hlcgi_out *out, const struct hltemplate *page, bool of_scripts)
{
    for (size_t i = 0; i < hltemplate_raw_count(page); i++) {
        const char *bytes;
        size_t size;
        bool script;
        hltemplate_raw_at(page, i, &script, &bytes, &size);
        if (script == of_scripts)
            add_hash(out, bytes, size);
    }
}

/* Styles of this site, and what the template itself has; scripts only if it has any. */
static hl_status make_policy(const struct hltemplate *page, struct hlcgi_out *policy,
                             struct hl_error *err)
{
    struct hlcgi_out scripts = {0};
    add_hashes(&scripts, page, true);
    policy->size = 0;
    hlcgi_add(policy, "default-src 'none'; style-src 'self'");
    add_hashes(policy, page, false);
    if (scripts.size) {
        hlcgi_add(policy, "; script-src");
        hlcgi_add(policy, scripts.data);
        hlcgi_add(policy, "; connect-src 'self'");
    }
    hlcgi_add(policy, "; img-src 'self' https:; form-action 'self'; base-uri 'none'; "
                      "frame-ancestors 'self'");
    bool failed = policy->failed || scripts.failed;
    hlcgi_out_release(&scripts);
    if (failed)
        *err = (struct hl_error){.code = HL_NOMEM, .at = -1, .text = "out of memory"};
    return failed ? HL_NOMEM : HL_OK;
}

/* ---------------------------------------------------------------------- page */

static hl_status open_page(struct hlcgi_site *site, struct hltemplate **out_page,
                           struct hl_error *err)
{
    hl_status status = HL_NOT_FOUND;
    if (site->template_path) {
        struct hl_error why;
        status = hltemplate_open(site->template_path, hltemplate_page_names, out_page, &why);
        if (status != HL_OK)
            complain(site, "", &why);
    }
    if (status == HL_OK)
        return HL_OK;
    return hltemplate_builtin_open(site->english ? "page.en.html" : "page.vi.html",
                                   hltemplate_page_names, out_page, err);
}

static void drop_page(struct hlcgi_site *site)
{
    hltemplate_free(site->page);
    site->page = NULL;
}

hl_status hlcgi_site_take_page(struct hlcgi_site *site, struct hl_error *err)
{
    if (site->page)
        return HL_OK;
    hl_status status = open_page(site, &site->page, err);
    if (status == HL_OK)
        status = make_policy(site->page, &site->policy, err);
    if (status != HL_OK)
        drop_page(site);
    return status;
}

/* The file of this name beside the administrator's page, if there is one. */
static hl_status open_own(struct hlcgi_site *site, const char *name,
                          struct hltemplate **out_template)
{
    char path[PATH_MAX];
    struct hl_error why;
    const char *slash = site->template_path ? strrchr(site->template_path, '/') : NULL;
    int folder = slash ? (int)(slash - site->template_path) + 1 : 0;
    if (!site->template_path)
        return HL_NOT_FOUND;
    int size = snprintf(path, sizeof path, "%.*s%s", folder, site->template_path, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return HL_NOT_FOUND;
    hl_status status = hltemplate_open(path, hltemplate_page_names, out_template, &why);
    if (status != HL_OK && status != HL_NOT_FOUND)
        complain(site, "", &why);
    return status;
}

hl_status hlcgi_site_feed(struct hlcgi_site *site, const char *name,
                          const struct hltemplate **out_feed, struct hl_error *err)
{
    hltemplate_free(site->feed);
    site->feed = NULL;
    hl_status status = open_own(site, name, &site->feed);
    if (status != HL_OK)
        status = hltemplate_builtin_open(name, hltemplate_page_names, &site->feed, err);
    if (status == HL_OK)
        *out_feed = site->feed;
    return status;
}

const struct hltemplate_file *hlcgi_site_style(void)
{
    const struct hltemplate_file *style = hltemplate_builtin("style.min.css");
    assert(style);
    return style;
}

uint32_t hlcgi_site_style_version(void)
{
    return hlcgi_site_style()->version;
}

/* ---------------------------------------------------------------------- site */

static bool is_second_old(const struct timespec *from, const struct timespec *now)
{
    return (now->tv_sec - from->tv_sec) * 1000000000 + (now->tv_nsec - from->tv_nsec) >=
           1000000000;
}

/* Does the index hold what opening it again would give?  Not being told is no. */
static bool is_current(const struct hlcgi_site *site)
{
    bool current = false;
    return site->index && hl_index_is_current(site->index, &current, NULL) == HL_OK && current;
}

/* Everything that an answer is made of is looked at again; what changed is opened anew, and
 * answers that were kept are forgotten with it.  The index is kept while nothing was committed,
 * since a search that finds it open costs a tenth of one that does not. */
static void look(struct hlcgi_site *site)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!is_second_old(&site->looked, &now))
        return;
    site->looked = now;
    snprintf(site->complaint, sizeof site->complaint, "%s", site->fault);
    if (!is_current(site))
        hlcgi_site_drop_index(site);
    if (site->index)
        take_synonyms(site);
    if (site->template_path) { /* it may include others, so that its own date tells little */
        drop_page(site);
        hlcgi_cache_clear(site->cache);
    }
}

hl_status hlcgi_site_take(struct hlcgi_site *site, struct hl_error *err)
{
    look(site);
    hl_status status = hlcgi_site_take_page(site, err);
    return status == HL_OK ? take_index(site, err) : status;
}

void hlcgi_site_release(struct hlcgi_site *site)
{
    hlcgi_site_drop_index(site);
    drop_page(site);
    hltemplate_free(site->feed);
    hlcgi_out_release(&site->policy);
    hlcgi_cache_free(site->cache);
    free(site->shard_names);
    memset(site, 0, sizeof *site);
}
