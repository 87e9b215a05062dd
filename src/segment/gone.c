#include "segment/gone.h"

#include "base/err.h"
#include "segment/positions.h"

#include <assert.h>
#include <string.h>

enum { BATCH = 64 };

/* One thing that is counted: lists whose documents have it, or may have. */
struct gone {
    const struct hlchunk *chunk;
    struct hlcontainer lists[3]; /* every one must have a document */
    unsigned list_count;
    struct hlpositions cursors[2]; /* of a term, of two: places are counted */
    unsigned cursor_count;         /* 0: the first list's tf says how many */
    struct hlcounts sum;
};

static hl_status add_term(struct gone *g, uint32_t term, struct hlarena *arena,
                          struct hl_error *err)
{
    return hlchunk_open_term(g->chunk, term, arena, &g->lists[g->list_count++], err);
}

/* Cursors over the terms, which are the lists from `from` on. */
static hl_status open_cursors(struct gone *g, unsigned from, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (unsigned i = from; status == HL_OK && i < g->list_count; i++)
        status = hlpos_open(g->chunk, &g->lists[i], &g->cursors[g->cursor_count++], err);
    return status;
}

/* Places where a first alternative of b follows one of a. */
static uint64_t count_adjacent(const uint32_t *a, size_t a_count, const uint32_t *b,
                               size_t b_count)
{
    uint64_t count = 0;
    for (size_t i = 0, k = 0; i < a_count; i++) {
        if (a[i] & 1)
            continue;
        while (k < b_count && b[k] < a[i] + 2)
            k++;
        count += k < b_count && b[k] == a[i] + 2;
    }
    return count;
}

static hl_status count_places(struct gone *g, uint32_t doc, struct hl_error *err)
{
    const uint32_t *a = NULL, *b = NULL;
    size_t a_count = 0, b_count = 0;
    hl_status status = hlpos_get(&g->cursors[0], doc, &a, &a_count, err);
    uint64_t places = a_count;
    if (status == HL_OK && g->cursor_count == 2) {
        status = hlpos_get(&g->cursors[1], doc, &b, &b_count, err);
        if (status == HL_OK)
            places = count_adjacent(a, a_count, b, b_count);
    }
    g->sum.df += places > 0;
    g->sum.cf += places;
    return status;
}

static hl_status count_batch(struct gone *g, const uint16_t *docs, unsigned n,
                             struct hl_error *err)
{
    uint32_t tfs[BATCH];
    hl_status status = HL_OK;
    for (unsigned i = 0; status == HL_OK && g->cursor_count && i < n; i++)
        status = count_places(g, docs[i], err);
    if (g->cursor_count)
        return status;
    g->lists[0].ops->tfs(&g->lists[0], docs, n, tfs);
    for (unsigned i = 0; i < n; i++) {
        g->sum.df += tfs[i] > 0;
        g->sum.cf += tfs[i];
    }
    return HL_OK;
}

static hl_status count_window(struct gone *g, unsigned window, struct hl_error *err)
{
    uint64_t bits[HLCONT_WORDS];
    uint16_t docs[BATCH];
    unsigned n = 0;
    hl_status status = HL_OK;
    memcpy(bits, g->chunk->live->deleted + (size_t)window * HLCONT_WORDS, sizeof bits);
    for (unsigned i = 0; i < g->list_count; i++)
        if (!g->lists[i].ops->keep(&g->lists[i], window, bits))
            return HL_OK;
    for (unsigned w = 0; status == HL_OK && w < HLCONT_WORDS; w++)
        for (; status == HL_OK && bits[w]; bits[w] &= bits[w] - 1) {
            docs[n++] =
                (uint16_t)(window * HLFMT_WINDOW + w * 64 + (unsigned)__builtin_ctzll(bits[w]));
            if (n < BATCH)
                continue;
            status = count_batch(g, docs, n, err);
            n = 0;
        }
    return status == HL_OK && n ? count_batch(g, docs, n, err) : status;
}

static hl_status count(struct gone *g, struct hlcounts *out_counts, struct hl_error *err)
{
    hl_status status = HL_OK;
    assert(g->chunk->live && g->chunk->live->uncounted && g->list_count);
    for (unsigned w = 0; status == HL_OK && w < g->chunk->head.windows; w++)
        status = count_window(g, w, err);
    if (status == HL_OK)
        *out_counts = g->sum;
    return status;
}

static void release(struct gone *g)
{
    for (unsigned i = 0; i < g->cursor_count; i++)
        hlpos_release(&g->cursors[i]);
}

hl_status hlgone_term(const struct hlchunk *chunk, uint32_t term, struct hlcounts *out_counts,
                      struct hl_error *err)
{
    struct hlarena arena;
    struct gone g = {.chunk = chunk};
    hlarena_init(&arena, 0);
    hl_status status = add_term(&g, term, &arena, err);
    /* Weights are in the tf, not in what is counted. */
    if (status == HL_OK && !chunk->segment->weights_one)
        status = open_cursors(&g, 0, err);
    if (status == HL_OK)
        status = count(&g, out_counts, err);
    release(&g);
    hlarena_release(&arena);
    return status;
}

hl_status hlgone_pair(const struct hlchunk *chunk, uint32_t a, const struct hlpair_spot *spot,
                      struct hlcounts *out_counts, struct hl_error *err)
{
    struct hlarena arena;
    struct gone g = {.chunk = chunk};
    bool listed = false;
    hlarena_init(&arena, 0);
    hl_status status = hlchunk_open_spot(chunk, spot, &arena, &listed, &g.lists[0], err);
    g.list_count = listed;
    if (status == HL_OK && (!listed || !chunk->segment->weights_one)) {
        status = add_term(&g, a, &arena, err);
        if (status == HL_OK)
            status = add_term(&g, spot->entry.b, &arena, err);
        if (status == HL_OK)
            status = open_cursors(&g, listed, err);
    }
    if (status == HL_OK)
        status = count(&g, out_counts, err);
    release(&g);
    hlarena_release(&arena);
    return status;
}
