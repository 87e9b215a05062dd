/*
 * adjacent.c - the list of a pair that has none, from the positions of its terms.
 *
 * Only pairs with a rare term are left unlisted (F 14), so few documents are
 * looked at; the result is a container like any other.
 */
#include "segment/positions.h"

#include "base/err.h"

#include <assert.h>

struct finder {
    const struct hlchunk *chunk;
    struct hlcontainer terms[2];
    struct hlpositions cursors[2];
    uint16_t *docs;
    uint32_t *tfs;
    uint32_t count, most;
};

/* The weighted number of places where a first alternative of b follows one of a. */
static uint32_t count_adjacent(const struct finder *f, uint32_t doc, const uint32_t *a,
                               size_t a_count, const uint32_t *b, size_t b_count)
{
    const struct hlseg *segment = f->chunk->segment;
    struct hlchunk_lengths lengths = {0, 0, 0};
    if (!segment->weights_one)
        lengths = hlchunk_lengths_of(&f->cursors[0].columns, doc);
    uint32_t tf = 0;
    for (size_t i = 0, k = 0; i < a_count; i++) {
        if (a[i] & 1)
            continue;
        uint32_t want = a[i] + 2;
        while (k < b_count && b[k] < want)
            k++;
        if (k < b_count && b[k] == want)
            tf += segment->weights_one ? 1 : segment->weight[hlpos_field(&lengths, a[i] >> 1)];
    }
    return tf;
}

static hl_status look_at(struct finder *f, uint32_t doc, struct hl_error *err)
{
    const uint32_t *a, *b;
    size_t a_count, b_count;
    hl_status status = hlpos_get(&f->cursors[0], doc, &a, &a_count, err);
    if (status == HL_OK && a_count)
        status = hlpos_get(&f->cursors[1], doc, &b, &b_count, err);
    if (status != HL_OK || !a_count || !b_count)
        return status;
    uint32_t tf = count_adjacent(f, doc, a, a_count, b, b_count);
    if (!tf)
        return HL_OK;
    if (f->count == f->most)
        return hlchunk_damaged(f->chunk, "pairs", doc, "more documents than counted", err);
    f->docs[f->count] = (uint16_t)doc;
    f->tfs[f->count++] = tf;
    return HL_OK;
}

static hl_status look_at_all(struct finder *f, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (unsigned w = 0; status == HL_OK && w < f->chunk->head.windows; w++) {
        uint64_t bits[HLCONT_WORDS] = {0}, other[HLCONT_WORDS] = {0};
        f->terms[0].ops->match(&f->terms[0], w, bits);
        f->terms[1].ops->match(&f->terms[1], w, other);
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            bits[i] &= other[i];
        for (unsigned i = 0; status == HL_OK && i < HLCONT_WORDS; i++)
            for (; status == HL_OK && bits[i]; bits[i] &= bits[i] - 1)
                status = look_at(
                    f, w * HLFMT_WINDOW + i * 64 + (unsigned)__builtin_ctzll(bits[i]), err);
    }
    if (status == HL_OK && f->count != f->most)
        status = hlchunk_damaged(f->chunk, "pairs", 0, "fewer documents than counted", err);
    return status;
}

hl_status hlpairs_from_positions(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                                 uint32_t df, struct hlarena *arena,
                                 struct hlcontainer *out_container, struct hl_error *err)
{
    struct finder f = {.chunk = chunk, .most = df};
    hl_status status = hlchunk_open_term(chunk, a, arena, &f.terms[0], err);
    if (status == HL_OK)
        status = hlchunk_open_term(chunk, b, arena, &f.terms[1], err);
    if (status == HL_OK)
        status = hlpos_open(chunk, &f.terms[0], &f.cursors[0], err);
    if (status == HL_OK)
        status = hlpos_open(chunk, &f.terms[1], &f.cursors[1], err);
    f.docs = hlarena_alloc(arena, (size_t)df * sizeof *f.docs);
    f.tfs = hlarena_alloc(arena, (size_t)df * sizeof *f.tfs);
    uint8_t *codes = hlarena_alloc(arena, df);
    uint8_t *escapes = hlarena_alloc(arena, (size_t)df * 6);
    if (status == HL_OK && (!f.docs || !f.tfs || !codes || !escapes))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = look_at_all(&f, err);
    hlpos_release(&f.cursors[0]);
    hlpos_release(&f.cursors[1]);
    if (status == HL_OK)
        hlcont_of_list(f.docs, f.tfs, df, codes, escapes, escapes + (size_t)df * 2,
                       out_container);
    return status;
}
