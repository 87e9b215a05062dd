#include "engine/mined.h"

#include "base/err.h"
#include "base/mem.h"
#include "token/abbreviation.h"

#include <assert.h>

static size_t long_size(const struct hltoken *tokens, uint32_t count)
{
    size_t size = count - 1;
    for (uint32_t i = 0; i < count; i++)
        size += tokens[i].key_size;
    return size;
}

static void put_pair(const struct hltoken_list *list, const struct hltoken_abbreviation *a,
                     struct hlbuf *to)
{
    const struct hltoken *key = &list->tokens[a->shorter], *name = &list->tokens[a->first];
    assert(a->count >= 1 && a->first + a->count <= list->count);
    hlbuf_put_varint(to, key->key_size + 1 + long_size(name, a->count));
    hlbuf_put(to, key->key, key->key_size);
    hlbuf_put_u8(to, 0);
    for (uint32_t i = 0; i < a->count; i++) {
        if (i)
            hlbuf_put_u8(to, ' ');
        hlbuf_put(to, name[i].key, name[i].key_size);
    }
}

bool hlmined_text(const char *text, const struct hltoken_list *list, struct hlbuf *found,
                  struct hlbuf *to)
{
    hlbuf_reset(found);
    if (!hltoken_find_abbreviations(text, strlen(text), list, found))
        return false;
    const struct hltoken_abbreviation *a =
        (const struct hltoken_abbreviation *)(const void *)found->data;
    for (size_t i = 0; i < found->size / sizeof *a; i++)
        put_pair(list, &a[i], to);
    return !to->failed;
}

bool hlmined_rows(const uint8_t *bytes, size_t size, uint16_t doc, struct hlsegabbr_rows *rows)
{
    struct hlview v = hlview_of(bytes, size);
    bool good = true;
    while (good && hlview_left(&v)) {
        size_t pair_size = (size_t)hlview_varint(&v);
        const uint8_t *pair = hlview_bytes(&v, pair_size);
        assert(pair); /* written by put_pair() or hlmined_source_get() */
        good = hlsegabbr_add(rows, pair, pair_size, doc);
    }
    return good;
}

/* ---- from a chunk ---- */

/* Counts the pairs of each document, then sets them down: two passes of one walk. */
static hl_status walk(struct hlmined_source *s, uint32_t *next, bool put, struct hl_error *err)
{
    uint32_t docs = s->abbr.chunk->head.docs;
    for (uint32_t i = 0; i < s->abbr.count; i++) {
        struct hlsegabbr_pair pair;
        hl_status status = hlsegabbr_get(&s->abbr, i, &pair, err);
        if (status != HL_OK)
            return status;
        for (uint32_t k = 0; k < pair.doc_count; k++) {
            uint32_t doc = hlbuf_load16(pair.docs + (size_t)k * 2);
            if (doc >= docs)
                return hlchunk_damaged(s->abbr.chunk, "abbreviations", doc, "names no article",
                                       err);
            if (put)
                s->pairs[next[doc]] = i;
            next[doc]++;
        }
    }
    return HL_OK;
}

hl_status hlmined_source_open(const struct hlchunk *chunk, struct hlmined_source *out_source,
                              struct hl_error *err)
{
    struct hlmined_source *s = out_source;
    memset(s, 0, sizeof *s);
    hl_status status = hlsegabbr_open(chunk, &s->abbr, err);
    if (status != HL_OK || !s->abbr.count)
        return status;
    uint32_t docs = chunk->head.docs, sum = 0;
    s->starts = hlmem_zalloc((size_t)docs + 1, sizeof *s->starts);
    uint32_t *next = hlmem_zalloc((size_t)docs + 1, sizeof *next);
    status = s->starts && next ? walk(s, next, false, err) : hlerr_nomem(err);
    for (uint32_t d = 0; status == HL_OK && d < docs; d++) {
        s->starts[d] = sum;
        sum += next[d];
        next[d] = s->starts[d];
    }
    if (status == HL_OK) {
        s->starts[docs] = sum;
        s->pairs = hlmem_zalloc((size_t)sum + 1, sizeof *s->pairs);
        status = s->pairs ? walk(s, next, true, err) : hlerr_nomem(err);
    }
    hlmem_free(next);
    return status;
}

void hlmined_source_release(struct hlmined_source *source)
{
    hlmem_free(source->starts);
    hlmem_free(source->pairs);
    memset(source, 0, sizeof *source);
}

hl_status hlmined_source_get(const struct hlmined_source *source, uint32_t doc,
                             struct hlbuf *to, struct hl_error *err)
{
    hlbuf_reset(to);
    if (!source->starts)
        return HL_OK;
    for (uint32_t i = source->starts[doc]; i < source->starts[doc + 1]; i++) {
        struct hlsegabbr_pair pair;
        hl_status status = hlsegabbr_get(&source->abbr, source->pairs[i], &pair, err);
        if (status != HL_OK)
            return status;
        /* Both sides lie side by side, with their NUL between them. */
        size_t size = (size_t)pair.shorter_size + 1 + pair.longer_size;
        hlbuf_put_varint(to, size);
        hlbuf_put(to, pair.shorter, size);
    }
    return to->failed ? hlerr_nomem(err) : HL_OK;
}
