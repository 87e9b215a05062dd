#include "segment/live.h"

#include "base/crc.h"
#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

enum { WORDS = HLFMT_CHUNK_DOCS / 64 };

static const char magic[8] = {'H', 'L', 'L', 'I', 'V', 'E', '1', '\n'};

uint32_t hllive_crc(const void *bytes, size_t size)
{
    return hlcrc_update(0, bytes, size);
}

hl_status hllive_init(uint32_t chunks, struct hllive *out_live, struct hl_error *err)
{
    struct hllive live = {.chunk_count = chunks};
    live.chunks = hlmem_zalloc(chunks, sizeof *live.chunks);
    if (!live.chunks)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < chunks; i++) {
        live.chunks[i].deleted = hlmem_zalloc(WORDS, sizeof(uint64_t));
        if (!live.chunks[i].deleted) {
            hllive_release(&live);
            return hlerr_nomem(err);
        }
    }
    *out_live = live;
    return HL_OK;
}

void hllive_release(struct hllive *live)
{
    for (uint32_t i = 0; live->chunks && i < live->chunk_count; i++) {
        hlmem_free(live->chunks[i].deleted);
        hlmem_free(live->chunks[i].terms);
        hlmem_free(live->chunks[i].pairs);
    }
    hlmem_free(live->chunks);
    memset(live, 0, sizeof *live);
}

struct hllive_term hllive_find_term(const struct hllive_chunk *chunk, uint32_t term)
{
    uint32_t low = 0, high = chunk->term_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (chunk->terms[middle].term < term)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < chunk->term_count && chunk->terms[low].term == term)
        return chunk->terms[low];
    return (struct hllive_term){term, 0, 0};
}

static bool pair_before(const struct hllive_pair *p, uint32_t a, uint32_t b)
{
    return p->a < a || (p->a == a && p->b < b);
}

struct hllive_pair hllive_find_pair(const struct hllive_chunk *chunk, uint32_t a, uint32_t b)
{
    uint32_t low = 0, high = chunk->pair_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pair_before(&chunk->pairs[middle], a, b))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < chunk->pair_count && chunk->pairs[low].a == a && chunk->pairs[low].b == b)
        return chunk->pairs[low];
    return (struct hllive_pair){a, b, 0, 0};
}

bool hllive_encode(const struct hllive *live, const uint8_t index_id[16], uint64_t number,
                   struct hlbuf *to)
{
    hlbuf_put(to, magic, sizeof magic);
    hlbuf_put(to, index_id, 16);
    hlbuf_put_u64(to, number);
    hlbuf_put_u32(to, live->chunk_count);
    for (uint32_t i = 0; i < live->chunk_count; i++) {
        const struct hllive_chunk *c = &live->chunks[i];
        assert(!c->uncounted);
        hlbuf_put_u32(to, c->docs);
        if (!c->docs)
            continue;
        hlbuf_put_u64(to, c->positions);
        hlbuf_put_u32(to, c->term_count);
        hlbuf_put_u32(to, c->pair_count);
        hlbuf_put(to, c->deleted, WORDS * sizeof *c->deleted);
        hlbuf_put(to, c->terms, c->term_count * sizeof *c->terms);
        hlbuf_put(to, c->pairs, c->pair_count * sizeof *c->pairs);
    }
    return !to->failed;
}

/* A copy of count rows of `row` bytes, or NULL with v->bad for too few bytes. */
static void *copy_rows(struct hlview *v, uint32_t count, size_t row)
{
    const uint8_t *p = hlview_bytes(v, (size_t)count * row);
    void *rows = p ? hlmem_zalloc(count, row) : NULL;
    if (rows && count)
        memcpy(rows, p, (size_t)count * row);
    return rows;
}

static bool rows_sorted(const struct hllive_chunk *c)
{
    for (uint32_t i = 0; i < c->term_count; i++) {
        const struct hllive_term *t = &c->terms[i];
        if (!t->df || t->cf < t->df || (i && t[-1].term >= t->term))
            return false;
    }
    for (uint32_t i = 0; i < c->pair_count; i++) {
        const struct hllive_pair *p = &c->pairs[i];
        if (!p->df || p->cf < p->df || (i && !pair_before(p - 1, p->a, p->b)))
            return false;
    }
    return true;
}

static bool bits_agree(const struct hllive_chunk *c, uint32_t docs)
{
    uint32_t count = 0;
    for (uint32_t w = 0; w < WORDS; w++) {
        uint64_t bits = c->deleted[w];
        count += (uint32_t)__builtin_popcountll(bits);
        uint32_t first = w * 64;
        if (first + 64 > docs && (first >= docs ? bits : bits >> (docs - first)))
            return false;
    }
    return count == c->docs && count <= docs;
}

static bool decode_chunk(struct hlview *v, struct hllive_chunk *c, uint32_t docs,
                         bool *out_memory)
{
    c->docs = hlview_u32(v);
    if (!c->docs)
        return !v->bad;
    c->positions = hlview_u64(v);
    c->term_count = hlview_u32(v);
    c->pair_count = hlview_u32(v);
    const uint8_t *bits = hlview_bytes(v, WORDS * sizeof *c->deleted);
    if (!bits)
        return false;
    memcpy(c->deleted, bits, WORDS * sizeof *c->deleted);
    c->terms = copy_rows(v, c->term_count, sizeof *c->terms);
    c->pairs = copy_rows(v, c->pair_count, sizeof *c->pairs);
    *out_memory = v->bad || (c->terms && c->pairs);
    return !v->bad && c->terms && c->pairs && rows_sorted(c) && bits_agree(c, docs);
}

hl_status hllive_decode(const void *bytes, size_t size, const char *path,
                        const uint8_t index_id[16], uint64_t number, const uint32_t *docs,
                        uint32_t chunks, struct hllive *out_live, struct hl_error *err)
{
    struct hlview v = hlview_of(bytes, size);
    const uint8_t *m = hlview_bytes(&v, sizeof magic);
    const uint8_t *id = hlview_bytes(&v, 16);
    uint64_t of = hlview_u64(&v);
    uint32_t count = hlview_u32(&v);
    if (v.bad || memcmp(m, magic, sizeof magic) || memcmp(id, index_id, 16) || of != number ||
        count != chunks)
        return hlerr_corrupt(err, path, "live head", 0, "not the live file of this segment");
    struct hllive live = {0};
    hl_status status = hllive_init(chunks, &live, err);
    bool memory = true;
    for (uint32_t i = 0; status == HL_OK && i < chunks; i++) {
        if (!decode_chunk(&v, &live.chunks[i], docs[i], &memory))
            status = memory ? hlerr_corrupt(err, path, "live chunk", size - hlview_left(&v),
                                            "rows do not add up")
                            : hlerr_nomem(err);
        else
            live.docs += live.chunks[i].docs;
    }
    if (status == HL_OK && hlview_left(&v))
        status =
            hlerr_corrupt(err, path, "live end", size - hlview_left(&v), "bytes left over");
    if (status != HL_OK) {
        hllive_release(&live);
        return status;
    }
    *out_live = live;
    return HL_OK;
}
