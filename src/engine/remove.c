#include "engine/remove.h"

#include "base/err.h"
#include "base/mem.h"
#include "engine/invert.h"
#include "segment/band.h"

#include <assert.h>
#include <stdlib.h>

void hlremoval_init(struct hlremoval *removal, const struct hlseg *segment)
{
    memset(removal, 0, sizeof *removal);
    removal->segment = segment;
}

void hlremoval_release(struct hlremoval *removal)
{
    hllive_release(&removal->live);
}

/* Starts from what is gone already; rows are counted anew at the end. */
static hl_status start(struct hlremoval *r, struct hl_error *err)
{
    hl_status status = hllive_init(r->segment->chunk_count, &r->live, err);
    for (uint32_t i = 0; status == HL_OK && i < r->segment->chunk_count; i++) {
        const struct hllive_chunk *old = r->segment->chunks[i].live;
        if (!old)
            continue;
        struct hllive_chunk *c = &r->live.chunks[i];
        c->docs = old->docs;
        c->positions = old->positions;
        memcpy(c->deleted, old->deleted, HLFMT_CHUNK_DOCS / 8);
        r->live.docs += old->docs;
    }
    return status;
}

bool hlremoval_gone(const struct hlremoval *removal, uint32_t chunk, uint32_t doc)
{
    const struct hllive_chunk *c = removal->live.chunks ? &removal->live.chunks[chunk]
                                                        : removal->segment->chunks[chunk].live;
    return c && (c->deleted[doc / 64] >> doc % 64 & 1);
}

hl_status hlremoval_mark_at(struct hlremoval *removal, uint32_t chunk, uint32_t doc,
                            struct hl_error *err)
{
    struct hlremoval *r = removal;
    hl_status status = r->live.chunks ? HL_OK : start(r, err);
    struct hlchunk_columns columns;
    if (status == HL_OK)
        status = hlchunk_columns(&r->segment->chunks[chunk], &columns, err);
    if (status != HL_OK)
        return status;
    struct hllive_chunk *c = &r->live.chunks[chunk];
    c->deleted[doc / 64] |= (uint64_t)1 << doc % 64;
    c->docs++;
    c->positions += hlchunk_lengths_of(&columns, doc).length;
    r->live.docs++;
    r->marked++;
    return HL_OK;
}

hl_status hlremoval_mark(struct hlremoval *removal, const char *id, size_t size,
                         bool *out_found, struct hl_error *err)
{
    for (uint32_t i = 0; i < removal->segment->chunk_count; i++) {
        bool found;
        uint32_t doc;
        hl_status status =
            hlchunk_find_id(&removal->segment->chunks[i], id, size, &found, &doc, err);
        if (status != HL_OK)
            return status;
        if (!found || hlremoval_gone(removal, i, doc))
            continue;
        *out_found = true;
        return hlremoval_mark_at(removal, i, doc, err);
    }
    *out_found = false;
    return HL_OK;
}

/* One thing that a deleted document counted: a term (b is NONE) or a pair. */
struct tally {
    uint32_t a, b, doc;
};

#define NONE UINT32_C(0xffffffff)

static int by_key_then_doc(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

static void tally_doc(const uint32_t *words, size_t count, uint32_t doc, struct hlbuf *terms,
                      struct hlbuf *pairs)
{
    uint32_t before = NONE;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == HLBAND_FIELD) {
            before = NONE;
            continue;
        }
        struct tally t = {words[i] >> 1, NONE, doc};
        hlbuf_put(terms, &t, sizeof t);
        if (words[i] & 1)
            continue;
        struct tally p = {before, t.a, doc};
        if (before != NONE)
            hlbuf_put(pairs, &p, sizeof p);
        before = t.a;
    }
}

/* Sorts, and calls back for each key with its df and cf; returns how many keys. */
static uint32_t reduce(struct hlbuf *tallies, struct hllive_pair *rows)
{
    struct tally *t = (struct tally *)(void *)tallies->data;
    size_t count = tallies->size / sizeof *t;
    uint32_t n = 0;
    if (count)
        qsort(t, count, sizeof *t, by_key_then_doc);
    for (size_t i = 0; i < count; i++) {
        bool same = i && t[i].a == t[i - 1].a && t[i].b == t[i - 1].b;
        if (!same)
            rows[n++] = (struct hllive_pair){t[i].a, t[i].b, 0, 0};
        rows[n - 1].cf++;
        rows[n - 1].df += !same || t[i].doc != t[i - 1].doc;
    }
    return n;
}

static hl_status keep_rows(struct hllive_chunk *c, struct hlbuf *terms, struct hlbuf *pairs,
                           struct hl_error *err)
{
    struct hllive_pair *term_rows =
        hlmem_zalloc(terms->size / sizeof(struct tally), sizeof *term_rows);
    c->pairs = hlmem_zalloc(pairs->size / sizeof(struct tally), sizeof *c->pairs);
    c->terms = hlmem_zalloc(terms->size / sizeof(struct tally), sizeof *c->terms);
    bool good = term_rows && c->pairs && c->terms && !terms->failed && !pairs->failed;
    if (good) {
        c->term_count = reduce(terms, term_rows);
        for (uint32_t i = 0; i < c->term_count; i++)
            c->terms[i] =
                (struct hllive_term){term_rows[i].a, term_rows[i].df, term_rows[i].cf};
        c->pair_count = reduce(pairs, c->pairs);
    }
    hlmem_free(term_rows);
    return good ? HL_OK : hlerr_nomem(err);
}

static hl_status count_chunk(const struct hlchunk *chunk, struct hllive_chunk *c,
                             struct hl_error *err)
{
    struct hlinvert inv;
    struct hlbuf terms = {0}, pairs = {0};
    hl_status status = HL_OK;
    hlinvert_init(&inv);
    for (unsigned w = 0; status == HL_OK && w < chunk->head.windows; w++) {
        const uint64_t *wanted = c->deleted + w * HLCONT_WORDS;
        uint64_t any = 0;
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            any |= wanted[i];
        if (!any)
            continue;
        status = hlinvert_window(&inv, chunk, w, wanted, err);
        const uint32_t *words = (const uint32_t *)(const void *)inv.words.data;
        for (uint32_t d = 0; status == HL_OK && d < HLFMT_WINDOW; d++)
            if (inv.starts[d + 1] > inv.starts[d])
                tally_doc(words + inv.starts[d], inv.starts[d + 1] - inv.starts[d],
                          w * HLFMT_WINDOW + d, &terms, &pairs);
    }
    if (status == HL_OK)
        status = keep_rows(c, &terms, &pairs, err);
    hlbuf_release(&terms);
    hlbuf_release(&pairs);
    hlinvert_release(&inv);
    return status;
}

hl_status hlremoval_count(struct hlremoval *removal, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < removal->live.chunk_count; i++)
        if (removal->live.chunks[i].docs)
            status = count_chunk(&removal->segment->chunks[i], &removal->live.chunks[i], err);
    return status;
}
