/* hlcomplete_count(): how many articles have what is suggested; see complete.h. */
#include "engine/complete.h"

#include "base/err.h"

#include <assert.h>

/* The pairs of a row of words in one chunk. */
struct pairs {
    struct hlcontainer lists[HLCOMPLETE_WORDS];
    uint32_t count;
    uint64_t most; /* the df of the rarest pair */
};

/* *out_none: the chunk lacks one of the pairs. */
static hl_status open_pairs(struct hlarena *arena, const struct hlchunk *chunk, uint32_t number,
                            const uint32_t *const *words, uint32_t count, struct pairs *p,
                            bool *out_none, struct hl_error *err)
{
    *p = (struct pairs){.most = UINT64_MAX};
    for (uint32_t i = 0; !*out_none && i + 1 < count; i++) {
        struct hlpair_spot spot = {.entry = {.df = 0}};
        struct hlcounts counts = {0, 0};
        bool listed = false;
        uint32_t a = words[i][number], b = words[i + 1][number];
        hl_status status = HL_OK;
        if (a != HLLEX_NONE && b != HLLEX_NONE)
            status = hlchunk_find_pair(chunk, a, b, &spot, &counts, err);
        if (status == HL_OK && counts.df)
            status = hlchunk_open_spot(chunk, &spot, arena, &listed, &p->lists[p->count], err);
        if (status != HL_OK)
            return status;
        p->count += listed;
        p->most = counts.df < p->most ? counts.df : p->most;
        *out_none = !counts.df;
    }
    return HL_OK;
}

static uint64_t count_together(const struct hlchunk *chunk, const struct pairs *p)
{
    uint64_t sum = 0;
    for (uint32_t w = 0; w < chunk->head.windows; w++) {
        uint64_t bits[HLCONT_WORDS] = {0};
        bool some = true;
        p->lists[0].ops->match(&p->lists[0], w, bits);
        for (uint32_t i = 1; some && i < p->count; i++)
            some = p->lists[i].ops->keep(&p->lists[i], w, bits);
        for (unsigned k = 0; some && k < HLCONT_WORDS; k++) {
            uint64_t dead =
                chunk->live ? chunk->live->deleted[(size_t)w * HLCONT_WORDS + k] : 0;
            sum += (uint64_t)__builtin_popcountll(bits[k] & ~dead);
        }
    }
    return sum < p->most ? sum : p->most;
}

static hl_status count_chunk(struct hlarena *arena, const struct hlchunk *chunk,
                             uint32_t number, const uint32_t *const *words, uint32_t count,
                             uint64_t *sum, struct hl_error *err)
{
    struct pairs p;
    bool none = false;
    struct hlarena_mark mark = hlarena_mark(arena);
    hl_status status = open_pairs(arena, chunk, number, words, count, &p, &none, err);
    if (status == HL_OK && !none)
        *sum += p.count > 1 || (p.count && count > 2) ? count_together(chunk, &p) : p.most;
    hlarena_rewind(arena, mark);
    return status;
}

hl_status hlcomplete_count(struct hlwordlist *list, struct hlarena *arena,
                           const uint32_t *words, uint32_t count, uint64_t *out_articles,
                           struct hl_error *err)
{
    const uint32_t *keys[HLCOMPLETE_WORDS];
    uint32_t number = 0;
    uint64_t sum = 0;
    assert(count >= 1 && count <= HLCOMPLETE_WORDS);
    if (count == 1) {
        *out_articles = hlwordlist_df(list, words[0]);
        return HL_OK;
    }
    for (uint32_t i = 0; i < count; i++) {
        hl_status status = hlwordlist_locals(list, words[i], &keys[i], err);
        if (status != HL_OK)
            return status;
    }
    const struct hlsnapshot *snap = list->snapshot;
    for (size_t i = 0; i < snap->count; i++)
        for (uint32_t c = 0; c < snap->segments[i].chunk_count; c++, number++) {
            hl_status status = count_chunk(arena, &snap->segments[i].chunks[c], number, keys,
                                           count, &sum, err);
            if (status != HL_OK)
                return status;
        }
    *out_articles = sum;
    return HL_OK;
}
