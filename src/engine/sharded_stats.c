/*
 * sharded_stats.c - hl_index_stats() of an index that Xapian keeps.
 *
 * What takes no reading of postings: counts that databases keep, dates from the ends of two
 * orders, the terms of databases that are here.  The rest stays 0.
 */
#include "engine/accept.h"
#include "engine/sharded.h"

#include "base/err.h"
#include "base/io.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- dates ---- */

/* The date of the first article in an order; 0: it has none, or there is no article. */
static hl_status find_date(struct hlshards *s, enum hlx_order order, unsigned slot,
                           uint32_t *out_date, struct hl_error *err)
{
    const struct hlx_query all = {.op = HLX_ALL};
    struct hlx_search search = {.query = &all,
                                .scheme = HLX_BOOL,
                                .order = order,
                                .slot = slot,
                                .count = 1,
                                .look_at = 1,
                                .data = true};
    struct hlx_result *result = NULL;
    struct hl_article article;
    struct hlbuf strings = {0};
    bool tokens;
    hl_status status =
        hlshards_told(s, NULL, s->calls->search(s->set, &search, &result, &s->last), err);
    if (status == HL_OK && result->count) {
        struct hlx_bytes data = result->hits[0].data;
        status = hlx_data_decode(data.bytes, data.size, &strings, &article, &tokens, err);
    }
    if (status == HL_OK)
        *out_date = result->count ? hlaccept_date(&article) : 0;
    hlbuf_release(&strings);
    s->calls->result_free(result);
    return status;
}

/* The undated have a value of their own in the order that begins with the oldest. */
static hl_status count_undated(struct hlshards *s, uint64_t *out_count, struct hl_error *err)
{
    static const char undated[4] = "\xff\xff\xff\xff";
    const struct hlx_bytes value = {undated, sizeof undated};
    const struct hlx_query query = {
        .op = HLX_RANGE, .slot = HLX_SLOT_OLDEST, .low = value, .high = value};
    struct hlx_search search = {
        .query = &query, .scheme = HLX_BOOL, .slot = HLX_SLOT_TIE, .look_at = s->documents + 1};
    struct hlx_result *result = NULL;
    hl_status status =
        hlshards_told(s, NULL, s->calls->search(s->set, &search, &result, &s->last), err);
    if (status == HL_OK)
        *out_count = result->estimate;
    s->calls->result_free(result);
    return status;
}

static hl_status fill_dates(struct hlshards *s, struct hl_stats *stats, struct hl_error *err)
{
    uint32_t first = 0, last = 0;
    hl_status status = find_date(s, HLX_BY_VALUE_RISING, HLX_SLOT_OLDEST, &first, err);
    if (status == HL_OK)
        status = find_date(s, HLX_BY_VALUE_FALLING, HLX_SLOT_DATE, &last, err);
    if (status == HL_OK)
        status = count_undated(s, &stats->undated, err);
    stats->date_first = first;
    stats->date_last = last;
    return status;
}

/* ---- words ---- */

static bool take_word(void *user, const void *bytes, size_t size, uint64_t df)
{
    (void)bytes;
    (void)size;
    (void)df;
    ++*(uint64_t *)user;
    return true;
}

static hl_status count_terms(struct hlshards *s, struct hlshard *shard, struct hlx_bytes begin,
                             uint64_t *count, struct hl_error *err)
{
    return hlshards_told(
        s, shard, s->calls->terms(shard->handle, begin, take_word, count, &s->last), err);
}

/* Keys as they stand begin with any byte but a capital (hlx_term()), others with XR.  So many
 * trips no server is asked for. */
static hl_status count_words(struct hlshards *s, struct hlshard *shard, uint64_t *count,
                             struct hl_error *err)
{
    hl_status status = count_terms(s, shard, (struct hlx_bytes){"XR", 2}, count, err);
    for (unsigned byte = 1; status == HL_OK && byte < 256; byte++) {
        char first = (char)byte;
        if (byte < 'A' || byte > 'Z')
            status = count_terms(s, shard, (struct hlx_bytes){&first, 1}, count, err);
    }
    return status;
}

/* ---- bytes ---- */

struct sizes {
    const char *folder;
    uint64_t sum;
};

static void add_file(struct sizes *sizes, const char *path)
{
    const struct hlio *io = hlio_get();
    uint64_t size = 0;
    int fd = io->open_read(path);
    if (fd < 0)
        return; /* no file, or gone meanwhile: counts as nothing */
    if (io->size(fd, &size) == 0)
        sizes->sum += size;
    io->close(fd);
}

static int add_name(void *user, const char *name)
{
    struct sizes *sizes = user;
    struct hlbuf path = {0};
    hlbuf_put_format(&path, "%s/%s", sizes->folder, name);
    if (hlbuf_put_u8(&path, 0))
        add_file(sizes, (const char *)path.data);
    hlbuf_release(&path);
    return 0;
}

/* Of the files of a folder, or of the one file. */
static uint64_t bytes_at(const char *path)
{
    struct sizes sizes = {path, 0};
    if (hlio_get()->list(path, add_name, &sizes) < 0)
        add_file(&sizes, path);
    return sizes.sum;
}

/* ---- all of it ---- */

static bool is_here(const struct hlshards *s)
{
    for (size_t i = 0; i < s->places.count; i++)
        if (!s->places.items[i].path || !s->list[i].handle)
            return false;
    return true;
}

static hl_status fill(void *user, struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                      struct hl_error *err)
{
    struct hl_stats *stats = user;
    struct hlshards *s = sharded->shards;
    *stats = (struct hl_stats){.articles = snapshot->articles,
                               .positions = snapshot->positions,
                               .mean_length = hlsnapshot_mean_length(snapshot),
                               .segments = s->live,
                               .chunks = s->live};
    for (int i = 0; i < 3; i++)
        stats->weight[i] = s->head.weight[i];
    snprintf(stats->rules, sizeof stats->rules, "%016" PRIx64, s->head.rules);
    if (s->places.count == 1)
        snprintf(stats->index_id, sizeof stats->index_id, "%.32s", s->list[0].uuid);
    hl_status status = fill_dates(s, stats, err);
    for (size_t i = 0; status == HL_OK && i < s->places.count && is_here(s); i++) {
        status = count_words(s, &s->list[i], &stats->terms, err);
        stats->bytes += bytes_at(s->places.items[i].path);
    }
    return status;
}

hl_status hlsharded_stats(const struct hl_index *index, struct hl_stats *out_stats,
                          struct hl_error *err)
{
    struct hl_stats stats;
    hl_status status = hlsharded_do(index, fill, &stats, err);
    if (status == HL_OK)
        *out_stats = stats;
    return status;
}
