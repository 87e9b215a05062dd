#include "engine/sample.h"

#include "base/err.h"
#include "segment/positions.h"

#include <assert.h>
#include <string.h>

/* The list of a pair in a chunk, or of its rarer word; *out_some: there is any. */
static hl_status open_pair(struct hlsample_room *room, const struct hlchunk *chunk, uint32_t a,
                           uint32_t b, struct hlcontainer *out_container, uint32_t *out_df,
                           struct hl_error *err)
{
    struct hlpair_spot spot;
    struct hlcounts counts, a_counts, b_counts;
    bool listed = false;
    *out_df = 0;
    if (a == HLLEX_NONE || b == HLLEX_NONE)
        return HL_OK;
    hl_status status = hlchunk_find_pair(chunk, a, b, &spot, &counts, err);
    if (status != HL_OK || !spot.entry.df)
        return status;
    *out_df = spot.entry.df;
    status = hlchunk_open_spot(chunk, &spot, room->arena, &listed, out_container, err);
    if (status != HL_OK || listed)
        return status;
    status = hlchunk_term_counts(chunk, a, &a_counts, err);
    if (status == HL_OK)
        status = hlchunk_term_counts(chunk, b, &b_counts, err);
    if (status == HL_OK)
        status = hlchunk_open_term(chunk, a_counts.df <= b_counts.df ? a : b, room->arena,
                                   out_container, err);
    return status;
}

static uint32_t count_bits(const uint64_t *bits)
{
    uint32_t count = 0;
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        count += (uint32_t)__builtin_popcountll(bits[w]);
    return count;
}

/* Windows of a chunk, in steps that are no divisor of their number, so that they lie apart. */
static void take_windows(const struct hlchunk *chunk, uint32_t number,
                         const struct hlcontainer *list, struct hlsample *s)
{
    uint32_t windows = chunk->head.windows, step = 5;
    bool some = false;
    for (uint32_t i = 0; i < HLFMT_WINDOWS && s->docs < HLSAMPLE_ENOUGH; i++) {
        uint32_t w = i * step % HLFMT_WINDOWS;
        if (w >= windows || s->windows == HLSAMPLE_WINDOWS)
            continue;
        struct hlsample_window *at = &s->at[s->windows];
        *at = (struct hlsample_window){chunk, number, w, {0}};
        list->ops->match(list, w, at->bits);
        for (unsigned k = 0; chunk->live && k < HLCONT_WORDS; k++)
            at->bits[k] &= ~chunk->live->deleted[(size_t)w * HLCONT_WORDS + k];
        uint32_t docs = count_bits(at->bits);
        s->docs += docs;
        s->windows += docs > 0;
        some |= docs > 0;
    }
    s->of += some ? chunk->head.docs : 0;
}

hl_status hlsample_of_pair(struct hlsample_room *room, const uint32_t *a, const uint32_t *b,
                           struct hlsample **out_sample, struct hl_error *err)
{
    const struct hlsnapshot *snap = room->snapshot;
    struct hlsample *s = hlarena_zalloc(room->arena, 1, sizeof *s);
    struct hlarena_mark mark = hlarena_mark(room->arena);
    uint32_t number = 0;
    if (!s)
        return hlerr_nomem(err);
    for (size_t i = 0; i < snap->count; i++)
        for (uint32_t c = 0; c < snap->segments[i].chunk_count; c++, number++) {
            const struct hlchunk *chunk = &snap->segments[i].chunks[c];
            struct hlcontainer list;
            uint32_t df;
            if (s->docs >= HLSAMPLE_ENOUGH || s->windows == HLSAMPLE_WINDOWS)
                break;
            hl_status status = open_pair(room, chunk, a[number], b[number], &list, &df, err);
            if (status != HL_OK)
                return status;
            if (df)
                take_windows(chunk, number, &list, s);
            hlarena_rewind(room->arena, mark);
        }
    *out_sample = s;
    return HL_OK;
}

hl_status hlsample_extend(struct hlsample_room *room, const struct hlsample *sample,
                          const uint32_t *b, const uint32_t *c, struct hlsample **out_sample,
                          double *out_base, struct hl_error *err)
{
    struct hlsample *s = hlarena_alloc(room->arena, sizeof *s);
    struct hlcontainer list;
    const struct hlchunk *chunk = NULL;
    uint32_t df = 0;
    double having = 0;
    if (!s)
        return hlerr_nomem(err);
    struct hlarena_mark mark = hlarena_mark(room->arena);
    s->docs = s->windows = 0;
    s->of = sample->of;
    for (uint32_t i = 0; i < sample->windows; i++) {
        const struct hlsample_window *from = &sample->at[i];
        struct hlsample_window *to = &s->at[s->windows];
        if (from->chunk != chunk) {
            chunk = from->chunk;
            hlarena_rewind(room->arena, mark); /* the list of the chunk before */
            hl_status status =
                open_pair(room, chunk, b[from->number], c[from->number], &list, &df, err);
            if (status != HL_OK)
                return status;
            having += df;
        }
        if (!df)
            continue;
        *to = *from;
        if (list.ops->keep(&list, from->window, to->bits)) {
            s->docs += count_bits(to->bits);
            s->windows++;
        }
    }
    hlarena_rewind(room->arena, mark);
    *out_base = sample->of ? having / (double)sample->of : 0;
    *out_sample = s;
    return HL_OK;
}

/* ---- in a row ---- */

struct row {
    struct hlcontainer lists[HLSAMPLE_ROW_MAX];
    struct hlpositions cursors[HLSAMPLE_ROW_MAX];
    uint32_t count;
    const struct hlchunk *chunk; /* that the cursors are of */
};

static hl_status turn_row(struct hlsample_room *room, const struct hlsample_window *at,
                          const uint32_t *const *words, struct row *row, struct hl_error *err)
{
    hl_status status = HL_OK;
    if (row->chunk == at->chunk)
        return HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < row->count; i++) {
        status = hlchunk_open_term(at->chunk, words[i][at->number], room->arena, &row->lists[i],
                                   err);
        if (status == HL_OK)
            status = hlpos_turn(at->chunk, &row->lists[i], &row->cursors[i], err);
    }
    row->chunk = status == HL_OK ? at->chunk : NULL;
    return status;
}

/* Does position `want` stand in a rising list as a first alternative? */
static bool has_position(const uint32_t *positions, size_t count, uint32_t want)
{
    for (size_t i = 0; i < count && positions[i] <= want; i++)
        if (positions[i] == want)
            return true;
    return false;
}

static hl_status look_at(struct row *row, uint32_t doc, bool *out_there, struct hl_error *err)
{
    const uint32_t *at[HLSAMPLE_ROW_MAX] = {NULL};
    size_t count[HLSAMPLE_ROW_MAX] = {0};
    bool there = false;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < row->count; i++)
        status = hlpos_get(&row->cursors[i], doc, &at[i], &count[i], err);
    for (size_t i = 0; status == HL_OK && i < count[0] && !there; i++) {
        there = !(at[0][i] & 1);
        for (uint32_t k = 1; there && k < row->count; k++)
            there = has_position(at[k], count[k], at[0][i] + 2 * k);
    }
    *out_there = there;
    return status;
}

hl_status hlsample_in_row(struct hlsample_room *room, const struct hlsample *sample,
                          const uint32_t *const *words, uint32_t count, double *out_share,
                          struct hl_error *err)
{
    struct row r = {.count = count};
    struct hlarena_mark mark = hlarena_mark(room->arena);
    uint32_t tried = 0, there = 0;
    hl_status status = HL_OK;
    assert(count <= HLSAMPLE_ROW_MAX);
    for (uint32_t i = 0; status == HL_OK && i < sample->windows; i++)
        for (uint32_t w = 0; status == HL_OK && w < HLCONT_WORDS; w++) {
            const struct hlsample_window *at = &sample->at[i];
            if (!at->bits[w] || tried == HLSAMPLE_TRIES)
                continue;
            uint32_t doc =
                at->window * HLFMT_WINDOW + w * 64 + (uint32_t)__builtin_ctzll(at->bits[w]);
            bool found = false;
            status = turn_row(room, at, words, &r, err);
            if (status == HL_OK)
                status = look_at(&r, doc, &found, err);
            there += found;
            tried++;
        }
    for (uint32_t i = 0; i < count; i++)
        hlpos_release(&r.cursors[i]);
    hlarena_rewind(room->arena, mark);
    if (status == HL_OK)
        *out_share = tried ? (double)there / tried : 0;
    return status;
}
