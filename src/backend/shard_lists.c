#include "backend/shard_lists.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/arena.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 256 << 20, BUCKETS = 1024 };

/* The terms that begin so, without that. */
struct kept {
    struct hlx_bytes begin;
    struct hlshard_list list;
    struct kept *next;
};

struct hlshard_lists {
    struct hlshards *shards;
    uint64_t state;
    struct hlarena arena; /* of all below */
    struct kept *buckets[BUCKETS];
};

struct hlshard_lists *hlshard_lists_new(struct hlshards *shards)
{
    struct hlshard_lists *l = hlmem_zalloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->shards = shards;
    l->state = shards->state;
    hlarena_init(&l->arena, 0);
    return l;
}

void hlshard_lists_free(struct hlshard_lists *lists)
{
    if (!lists)
        return;
    hlarena_release(&lists->arena);
    hlmem_free(lists);
}

void hlshard_lists_begin(struct hlshard_lists *lists)
{
    if (lists->state == lists->shards->state && lists->arena.total < MEMORY_MAX)
        return;
    lists->state = lists->shards->state;
    hlarena_reset(&lists->arena);
    memset(lists->buckets, 0, sizeof lists->buckets);
}

/* ---- bringing ---- */

/* Terms of all shards, one behind the other; keys are offsets while the bytes may move. */
struct brought {
    size_t skip; /* bytes before the key */
    struct hlbuf bytes, words;
};

static bool take(void *user, const void *bytes, size_t size, uint64_t df)
{
    struct brought *b = user;
    const char *key = (const char *)bytes + b->skip;
    /* What was cut is no word any more. */
    if (size <= b->skip || size >= HLX_TERM_MAX)
        return true;
    size -= b->skip;
    if (memchr(key, ' ', size) || hltext_utf8_check(key, size) < size)
        return true;
    struct hlshard_word w = {.key = {(const char *)(uintptr_t)(b->bytes.size + 1), size},
                             .df = df};
    return hlbuf_put(&b->bytes, key, size) && hlbuf_put(&b->words, &w, sizeof w);
}

static int compare(struct hlx_bytes a, struct hlx_bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int r = size ? memcmp(a.bytes, b.bytes, size) : 0;
    return r ? r : (a.size > b.size) - (a.size < b.size);
}

static int by_folded(const void *x, const void *y)
{
    const struct hlshard_word *a = x, *b = y;
    int r = compare(a->folded, b->folded);
    return r ? r : compare(a->key, b->key);
}

/* A key of several shards becomes one. */
static size_t add_up(struct hlshard_word *words, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(words, count, sizeof *words, by_folded);
    for (size_t i = 0; i < count; i++) {
        if (kept && !by_folded(&words[kept - 1], &words[i]))
            words[kept - 1].df += words[i].df;
        else
            words[kept++] = words[i];
    }
    return kept;
}

static hl_status fold_all(struct hlshard_lists *l, struct hlshard_word *words, size_t count,
                          const char *bytes, struct hl_error *err)
{
    struct hlbuf folded = {0};
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        struct hlshard_word *w = &words[i];
        w->key.bytes = bytes + ((uintptr_t)w->key.bytes - 1);
        hlbuf_reset(&folded);
        status = hltext_fold_key(w->key.bytes, w->key.size, &folded, err);
        if (status != HL_OK)
            break;
        w->folded = w->key;
        if (folded.size == w->key.size && !memcmp(folded.data, w->key.bytes, folded.size))
            continue;
        char *copy = hlarena_strndup(&l->arena, (const char *)folded.data, folded.size);
        if (!copy)
            status = hlerr_nomem(err);
        w->folded = (struct hlx_bytes){copy, folded.size};
    }
    hlbuf_release(&folded);
    return status;
}

static hl_status bring(struct hlshard_lists *l, struct hlx_bytes begin, struct brought *b,
                       struct hl_error *err)
{
    struct hlshards *s = l->shards;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < s->places.count; i++)
        if (s->list[i].handle)
            status = hlshards_told(s, &s->list[i],
                                   s->calls->terms(s->list[i].handle, begin, take, b, &s->last),
                                   err);
    if (status == HL_OK && (b->bytes.failed || b->words.failed))
        status = hlerr_nomem(err);
    return status;
}

static hl_status settle(struct hlshard_lists *l, const struct brought *b,
                        struct hlshard_list *out_list, struct hl_error *err)
{
    size_t count = b->words.size / sizeof(struct hlshard_word);
    struct hlshard_word *words = hlarena_alloc(&l->arena, (count + 1) * sizeof *words);
    char *bytes = hlarena_alloc(&l->arena, b->bytes.size + 1);
    if (!words || !bytes)
        return hlerr_nomem(err);
    if (count) {
        memcpy(words, b->words.data, b->words.size);
        memcpy(bytes, b->bytes.data, b->bytes.size);
    }
    hl_status status = fold_all(l, words, count, bytes, err);
    if (status == HL_OK)
        *out_list = (struct hlshard_list){words, add_up(words, count)};
    return status;
}

static hl_status find(struct hlshard_lists *l, struct hlx_bytes begin, size_t skip,
                      struct hlshard_list *out_list, struct hl_error *err)
{
    struct kept **bucket = &l->buckets[hlhash64(begin.bytes, begin.size) % BUCKETS];
    struct brought b = {.skip = skip};
    for (const struct kept *k = *bucket; k; k = k->next)
        if (!compare(k->begin, begin)) {
            *out_list = k->list;
            return HL_OK;
        }
    struct kept *k = hlarena_zalloc(&l->arena, 1, sizeof *k);
    char *copy = hlarena_strndup(&l->arena, begin.bytes, begin.size);
    hl_status status = k && copy ? bring(l, begin, &b, err) : hlerr_nomem(err);
    if (status == HL_OK)
        status = settle(l, &b, &k->list, err);
    hlbuf_release(&b.bytes);
    hlbuf_release(&b.words);
    if (status != HL_OK)
        return status;
    k->begin = (struct hlx_bytes){copy, begin.size};
    k->next = *bucket;
    *bucket = k;
    *out_list = k->list;
    return HL_OK;
}

hl_status hlshard_lists_starting(struct hlshard_lists *lists, char first,
                                 struct hlshard_list *out_list, struct hl_error *err)
{
    /* A capital would be a prefix of other terms: hlx_term(). */
    if (first >= 'A' && first <= 'Z') {
        *out_list = (struct hlshard_list){NULL, 0};
        return HL_OK;
    }
    return find(lists, (struct hlx_bytes){&first, 1}, 0, out_list, err);
}

hl_status hlshard_lists_behind(struct hlshard_lists *lists, const char *before, size_t size,
                               struct hlshard_list *out_list, struct hl_error *err)
{
    struct hlbuf begin = {0};
    hlbuf_put_string(&begin, HLX_PAIR);
    hlbuf_put(&begin, before, size);
    hl_status status = hlbuf_put_u8(&begin, ' ') ? HL_OK : hlerr_nomem(err);
    if (status == HL_OK && begin.size >= HLX_TERM_MAX)
        *out_list = (struct hlshard_list){NULL, 0}; /* such a pair is known by its hash alone */
    else if (status == HL_OK)
        status = find(lists, (struct hlx_bytes){(const char *)begin.data, begin.size},
                      begin.size, out_list, err);
    hlbuf_release(&begin);
    return status;
}

/* ---- looking ---- */

/* The first word whose folded form is not before this; after: not before all that begin so. */
static size_t bound(const struct hlshard_list *list, struct hlx_bytes folded, bool after)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct hlx_bytes at = list->words[middle].folded;
        bool begins = at.size >= folded.size && !memcmp(at.bytes, folded.bytes, folded.size);
        if (compare(at, folded) < 0 || (after && begins))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct hlshard_list hlshard_list_part(const struct hlshard_list *list, const char *folded,
                                      size_t size)
{
    struct hlx_bytes want = {folded, size};
    if (!size)
        return *list;
    size_t from = bound(list, want, false), to = bound(list, want, true);
    return (struct hlshard_list){list->words + from, to - from};
}
