#include "query/prefix.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/marks.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct found {
    const char *bytes;
    uint32_t size;
    uint64_t df;
};

struct gathering {
    const struct hlq_prefix *prefix;
    size_t letters;      /* of the prefix */
    struct hlarena keys; /* of all that are found, until the commonest are known */
    struct found *list;
    uint32_t count, room;
    hl_status status;
};

static size_t count_letters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0, step; i < size; i += step, count++)
        hltext_utf8_decode(text + i, &step);
    return count;
}

/* Bytes of the first letters of a key. */
static size_t first_letters(const char *key, size_t size, size_t letters)
{
    size_t at = 0, step;
    for (; at < size && letters; at += step, letters--)
        hltext_utf8_decode(key + at, &step);
    return at;
}

static bool begins(const struct gathering *g, const char *key, size_t size)
{
    const struct hlq_prefix *p = g->prefix;
    if (p->strict)
        return size >= p->size && !memcmp(key, p->key, p->size);
    return hltext_adds_marks(p->key, p->size, key, first_letters(key, size, g->letters));
}

/* Segments name their keys in the same order, so a key that comes again may be anywhere before:
 * twins are dropped once all are there. */
static hl_status gather(void *to, const char *key, size_t size, const char *folded,
                        size_t folded_size)
{
    struct gathering *g = to;
    (void)folded;
    (void)folded_size;
    if (!begins(g, key, size))
        return HL_OK;
    if (g->count == HLQ_PREFIX_LOOK_MAX)
        return HL_LIMIT;
    if (g->count == g->room) {
        uint32_t room = g->room * 2 + 64;
        struct found *grown = hlmem_realloc(g->list, room * sizeof *grown);
        if (!grown)
            return HL_NOMEM;
        g->list = grown;
        g->room = room;
    }
    char *copy = hlarena_strndup(&g->keys, key, size);
    if (!copy)
        return HL_NOMEM;
    g->list[g->count++] = (struct found){copy, (uint32_t)size, 0};
    return HL_OK;
}

static int by_bytes(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int r = memcmp(x->bytes, y->bytes, x->size < y->size ? x->size : y->size);
    return r ? r : x->size < y->size ? -1 : x->size > y->size;
}

static int by_df(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->df != y->df)
        return x->df > y->df ? -1 : 1;
    return by_bytes(a, b);
}

static hl_status count_all(struct gathering *g, const struct hlq_vocabulary *v,
                           struct hl_error *err)
{
    uint32_t kept = 0;
    if (g->count)
        qsort(g->list, g->count, sizeof *g->list, by_bytes);
    for (uint32_t i = 0; i < g->count; i++) {
        struct hlq_counts counts;
        if (kept && !by_bytes(&g->list[kept - 1], &g->list[i]))
            continue;
        hl_status status = (v->count ? v->count : v->find)(v->user, g->list[i].bytes,
                                                           g->list[i].size, &counts, err);
        if (status != HL_OK)
            return status;
        g->list[kept] = g->list[i];
        g->list[kept].df = counts.df;
        kept += counts.df > 0;
    }
    g->count = kept;
    if (g->count)
        qsort(g->list, g->count, sizeof *g->list, by_df);
    return HL_OK;
}

static hl_status take(const struct gathering *g, struct hlq_prefix *prefix,
                      struct hlarena *arena, struct hlq_key **out_keys, uint32_t *out_count,
                      struct hl_error *err)
{
    enum { WEIGHT_FULL = 10 };
    uint32_t count = g->count < prefix->most ? g->count : prefix->most;
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += g->list[i].size + 1;
    struct hlq_key *keys = hlarena_alloc(arena, (count + 1u) * sizeof *keys);
    char *copies = hlarena_alloc(arena, bytes + 1);
    if (!keys || !copies)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = (struct hlq_key){copies, g->list[i].size, WEIGHT_FULL};
        memcpy(copies, g->list[i].bytes, g->list[i].size + 1);
        copies += g->list[i].size + 1;
    }
    prefix->left_out = g->count - count;
    *out_keys = keys;
    *out_count = count;
    return HL_OK;
}

hl_status hlq_find_prefix(struct hlq_prefix *prefix, const struct hlq_vocabulary *vocabulary,
                          struct hlarena *arena, struct hlq_key **out_keys, uint32_t *out_count,
                          struct hl_error *err)
{
    struct gathering g = {.prefix = prefix};
    struct hlbuf folded = {0};
    assert(prefix->size && prefix->most);
    g.letters = count_letters(prefix->key, prefix->size);
    hl_status status = hltext_fold_key(prefix->key, prefix->size, &folded, err);
    if (status == HL_OK && vocabulary->near)
        status = vocabulary->near(vocabulary->user, (const char *)folded.data, folded.size,
                                  gather, &g, err);
    hlbuf_release(&folded);
    if (status == HL_LIMIT)
        status = HL_OK;
    if (status == HL_NOMEM)
        hlerr_nomem(err);
    if (status == HL_OK)
        status = count_all(&g, vocabulary, err);
    if (status == HL_OK)
        status = take(&g, prefix, arena, out_keys, out_count, err);
    hlarena_release(&g.keys);
    hlmem_free(g.list);
    return status;
}
