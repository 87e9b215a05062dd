/*
 * grouped.c - ranking when near copies are folded: pages are of groups.
 *
 * How many hits must be collected for so many groups is not known before, so more are asked
 * for until they suffice.  Asking for more changes nothing of what stands before: pages join.
 */
#include "backend/copies.h"
#include "base/err.h"
#include "engine/index.h"

/* Most answers have few copies: an eighth more than groups are wanted does mostly. */
size_t hlgrouped_first_try(size_t wanted, size_t least)
{
    size_t k = wanted + 1 + wanted / 8;
    k = k > least ? k : least;
    return k < HLSEARCH_HITS_MAX ? k : HLSEARCH_HITS_MAX;
}

hl_status hlgrouped_rank(struct hl_result *r, size_t wanted, size_t least, size_t shown,
                         size_t *out_collected, size_t *out_heads, struct hl_error *err)
{
    for (size_t k = hlgrouped_first_try(wanted, least);; k = hlgrouped_first_try(4 * k, 0)) {
        size_t found, heads;
        if (!hlsearch_make_room(r, hltopk_room(k), shown))
            return hlerr_nomem(err);
        hl_status status = hlnative_rank(&r->native, k, r->found, &found, err);
        if (status == HL_OK)
            status = hlcopies_fold(&r->native, r->found, found, wanted + 1, &heads, err);
        if (status != HL_OK)
            return status;
        /* One group more than wanted says whether there is a next page. */
        if (heads <= wanted && found == k && k < HLSEARCH_HITS_MAX)
            continue;
        *out_collected = found;
        *out_heads = heads;
        return HL_OK;
    }
}

hl_status hlgrouped_fill(struct hl_result *r, size_t from, struct hl_error *err)
{
    uint32_t *similar = hlarena_alloc(&r->native.arena, (r->count + 1) * sizeof *similar);
    if (!similar)
        return hlerr_nomem(err);
    if (!r->count)
        return HL_OK;
    hl_status status = hlcopies_count(&r->native, r->found + from, r->count, similar, err);
    for (size_t i = 0; status == HL_OK && i < r->count; i++)
        r->hits[i].similar = similar[i];
    return status;
}
