#include "segment/abbreviations.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

/* ---- writing ---- */

struct row {
    uint32_t at, size; /* in bytes */
    uint32_t doc;
};

void hlsegabbr_release(struct hlsegabbr_rows *rows)
{
    hlbuf_release(&rows->bytes);
    hlbuf_release(&rows->rows);
}

bool hlsegabbr_add(struct hlsegabbr_rows *rows, const void *pair, size_t size, uint16_t doc)
{
    struct row row = {(uint32_t)rows->bytes.size, (uint32_t)size, doc};
    assert(size >= 3 && memchr(pair, 0, size));
    if (rows->bytes.size + size > UINT32_MAX)
        return false; /* a chunk's text is far shorter */
    return hlbuf_put(&rows->bytes, pair, size) && hlbuf_put(&rows->rows, &row, sizeof row);
}

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : a_size < b_size ? -1 : a_size > b_size;
}

static int by_pair_then_doc(const void *a, const void *b, void *user)
{
    const uint8_t *bytes = user;
    const struct row *x = a, *y = b;
    int r = compare_bytes(bytes + x->at, x->size, bytes + y->at, y->size);
    return r ? r : x->doc < y->doc ? -1 : x->doc > y->doc;
}

static bool same_pair(const uint8_t *bytes, const struct row *x, const struct row *y)
{
    return x->size == y->size && !memcmp(bytes + x->at, bytes + y->at, x->size);
}

/* The long name of a pair as a run of bytes. */
static struct row long_of(const uint8_t *bytes, struct row pair)
{
    const uint8_t *nul = memchr(bytes + pair.at, 0, pair.size);
    assert(nul);
    uint32_t skip = (uint32_t)(nul - (bytes + pair.at)) + 1;
    return (struct row){pair.at + skip, pair.size - skip, pair.doc};
}

/* What the section is put together from. */
struct sections {
    struct hlbuf names_at, docs_at, longs, docs, names;
};

/* Sorted rows become distinct pairs with distinct documents; returns how many pairs. */
static uint32_t reduce(const struct hlsegabbr_rows *rows, struct sections *s)
{
    const struct row *row = (const struct row *)(const void *)rows->rows.data;
    size_t count = rows->rows.size / sizeof *row;
    const uint8_t *bytes = rows->bytes.data;
    uint32_t pairs = 0;
    for (size_t i = 0; i < count; i++) {
        bool same = i && same_pair(bytes, &row[i - 1], &row[i]);
        if (same && row[i].doc == row[i - 1].doc)
            continue;
        if (!same) {
            struct row name = long_of(bytes, row[i]);
            name.doc = pairs++;
            hlbuf_put_u32(&s->names_at, (uint32_t)s->names.size);
            hlbuf_put_u32(&s->docs_at, (uint32_t)(s->docs.size / 2));
            hlbuf_put(&s->names, bytes + row[i].at, row[i].size);
            hlbuf_put(&s->longs, &name, sizeof name);
        }
        hlbuf_put_u16(&s->docs, (uint16_t)row[i].doc);
    }
    hlbuf_put_u32(&s->names_at, (uint32_t)s->names.size);
    hlbuf_put_u32(&s->docs_at, (uint32_t)(s->docs.size / 2));
    return pairs;
}

static bool put_sections(struct sections *s, uint32_t pairs, uint8_t *bytes, struct hlbuf *to)
{
    struct row *longs = (struct row *)(void *)s->longs.data;
    if (s->names_at.failed || s->docs_at.failed || s->longs.failed || s->docs.failed ||
        s->names.failed)
        return false;
    /* Their `doc` is the pair's number: equal long names are in the order of short forms. */
    qsort_r(longs, pairs, sizeof *longs, by_pair_then_doc, bytes);
    hlbuf_put_u32(to, pairs);
    hlbuf_put(to, s->names_at.data, s->names_at.size);
    hlbuf_put(to, s->docs_at.data, s->docs_at.size);
    for (uint32_t i = 0; i < pairs; i++)
        hlbuf_put_u32(to, longs[i].doc);
    hlbuf_put(to, s->docs.data, s->docs.size);
    hlbuf_put(to, s->names.data, s->names.size);
    return !to->failed;
}

bool hlsegabbr_encode(struct hlsegabbr_rows *rows, struct hlbuf *to)
{
    struct sections s;
    struct row *row = (struct row *)(void *)rows->rows.data;
    size_t count = rows->rows.size / sizeof *row;
    if (!count)
        return true;
    memset(&s, 0, sizeof s);
    qsort_r(row, count, sizeof *row, by_pair_then_doc, rows->bytes.data);
    uint32_t pairs = reduce(rows, &s);
    bool good = put_sections(&s, pairs, rows->bytes.data, to);
    hlbuf_release(&s.names_at);
    hlbuf_release(&s.docs_at);
    hlbuf_release(&s.longs);
    hlbuf_release(&s.docs);
    hlbuf_release(&s.names);
    return good;
}

/* ---- reading ---- */

static hl_status damaged(const struct hlsegabbr *abbr, const char *what, struct hl_error *err)
{
    return hlchunk_damaged(abbr->chunk, "abbreviations",
                           abbr->chunk->head.section[HLFMT_ABBREVIATIONS].at, what, err);
}

hl_status hlsegabbr_open(const struct hlchunk *chunk, struct hlsegabbr *out_abbr,
                         struct hl_error *err)
{
    struct hlsegabbr a = {.chunk = chunk};
    const uint8_t *p;
    uint64_t size = chunk->head.section[HLFMT_ABBREVIATIONS].size;
    hl_status status = hlchunk_section(chunk, HLFMT_ABBREVIATIONS, &p, err);
    if (status != HL_OK)
        return status;
    if (size) {
        struct hlview v = hlview_of(p, size);
        a.count = hlview_u32(&v);
        a.names_at = hlview_bytes(&v, ((size_t)a.count + 1) * 4);
        a.docs_at = hlview_bytes(&v, ((size_t)a.count + 1) * 4);
        a.order = hlview_bytes(&v, (size_t)a.count * 4);
        if (v.bad || !a.count)
            return damaged(&a, "too short for its pairs", err);
        a.docs_size = (uint64_t)hlbuf_load32(a.docs_at + (size_t)a.count * 4) * 2;
        a.docs = hlview_bytes(&v, a.docs_size);
        a.names_size = hlview_left(&v);
        a.names = v.p;
        if (v.bad || hlbuf_load32(a.names_at + (size_t)a.count * 4) != a.names_size)
            return damaged(&a, "too short for its pairs", err);
    }
    *out_abbr = a;
    return HL_OK;
}

hl_status hlsegabbr_get(const struct hlsegabbr *abbr, uint32_t i,
                        struct hlsegabbr_pair *out_pair, struct hl_error *err)
{
    assert(i < abbr->count);
    const uint8_t *at = abbr->names_at + (size_t)i * 4, *docs = abbr->docs_at + (size_t)i * 4;
    uint32_t from = hlbuf_load32(at), to = hlbuf_load32(at + 4);
    uint32_t first = hlbuf_load32(docs), past = hlbuf_load32(docs + 4);
    if (from > to || to > abbr->names_size || first > past ||
        (uint64_t)past * 2 > abbr->docs_size)
        return damaged(abbr, "offsets do not rise", err);
    const char *name = (const char *)abbr->names + from;
    const char *nul = memchr(name, 0, to - from);
    if (!nul || nul == name || nul + 1 == name + (to - from))
        return damaged(abbr, "half a pair", err);
    *out_pair = (struct hlsegabbr_pair){
        .shorter = name,
        .longer = nul + 1,
        .shorter_size = (uint32_t)(nul - name),
        .longer_size = to - from - (uint32_t)(nul + 1 - name),
        .docs = abbr->docs + (size_t)first * 2,
        .doc_count = past - first,
    };
    return HL_OK;
}

hl_status hlsegabbr_live(const struct hlsegabbr *abbr, const struct hlsegabbr_pair *pair,
                         uint32_t *out_live, struct hl_error *err)
{
    uint32_t live = abbr->chunk->live ? 0 : pair->doc_count;
    for (uint32_t i = 0; abbr->chunk->live && i < pair->doc_count; i++) {
        uint32_t doc = hlbuf_load16(pair->docs + (size_t)i * 2);
        if (doc >= abbr->chunk->head.docs)
            return damaged(abbr, "names no article", err);
        live += !hlchunk_deleted(abbr->chunk, doc);
    }
    *out_live = live;
    return HL_OK;
}

hl_status hlsegabbr_at(const struct hlsegabbr *abbr, uint32_t place, uint32_t *out_pair,
                       struct hl_error *err)
{
    assert(place < abbr->count);
    uint32_t pair = hlbuf_load32(abbr->order + (size_t)place * 4);
    if (pair >= abbr->count)
        return damaged(abbr, "the order of long names names no pair", err);
    *out_pair = pair;
    return HL_OK;
}

/* The side of pair i that a search compares. */
static hl_status side(const struct hlsegabbr *abbr, bool longer, uint32_t i,
                      const char **out_bytes, uint32_t *out_size, struct hl_error *err)
{
    struct hlsegabbr_pair pair = {.shorter = NULL};
    hl_status status = longer ? hlsegabbr_at(abbr, i, &i, err) : HL_OK;
    if (status == HL_OK)
        status = hlsegabbr_get(abbr, i, &pair, err);
    if (status != HL_OK)
        return status;
    *out_bytes = longer ? pair.longer : pair.shorter;
    *out_size = longer ? pair.longer_size : pair.shorter_size;
    return HL_OK;
}

/* The first place whose side is not less than the key, or, past, greater than it. */
static hl_status bound(const struct hlsegabbr *abbr, bool longer, bool past, const char *key,
                       size_t size, uint32_t low, uint32_t *out_place, struct hl_error *err)
{
    uint32_t high = abbr->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, other_size;
        const char *other;
        hl_status status = side(abbr, longer, middle, &other, &other_size, err);
        if (status != HL_OK)
            return status;
        int r = compare_bytes(other, other_size, key, size);
        if (r < 0 || (past && !r))
            low = middle + 1;
        else
            high = middle;
    }
    *out_place = low;
    return HL_OK;
}

static hl_status find(const struct hlsegabbr *abbr, bool longer, const char *key, size_t size,
                      uint32_t *out_first, uint32_t *out_past, struct hl_error *err)
{
    uint32_t first, past;
    hl_status status = bound(abbr, longer, false, key, size, 0, &first, err);
    if (status == HL_OK)
        status = bound(abbr, longer, true, key, size, first, &past, err);
    if (status != HL_OK)
        return status;
    *out_first = first;
    *out_past = past;
    return HL_OK;
}

hl_status hlsegabbr_find_short(const struct hlsegabbr *abbr, const char *key, size_t size,
                               uint32_t *out_first, uint32_t *out_past, struct hl_error *err)
{
    return find(abbr, false, key, size, out_first, out_past, err);
}

hl_status hlsegabbr_find_long(const struct hlsegabbr *abbr, const char *name, size_t size,
                              uint32_t *out_first, uint32_t *out_past, struct hl_error *err)
{
    return find(abbr, true, name, size, out_first, out_past, err);
}
