#include "query/choices.h"

#include "base/err.h"
#include "text/fold.h"
#include "text/marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RARER = 3000 };

struct gathering {
    struct hlarena *arena;
    struct hlq_choice *list;
    uint32_t count, room;
    const char *within; /* keys must be this one with marks added; NULL: any */
    uint32_t within_size;
};

static int by_bytes(const void *a, const void *b)
{
    const struct hlq_choice *x = a, *y = b;
    return strcmp(x->bytes, y->bytes);
}

static int by_cf(const void *a, const void *b)
{
    const struct hlq_choice *x = a, *y = b;
    if (x->cf != y->cf)
        return x->cf > y->cf ? -1 : 1;
    return strcmp(x->bytes, y->bytes);
}

static hl_status gather(void *to, const char *key, size_t size, const struct hlq_counts *counts)
{
    struct gathering *g = to;
    if (!counts->df || (g->within && !hltext_adds_marks(g->within, g->within_size, key, size)))
        return HL_OK;
    if (g->count == g->room) {
        uint32_t room = g->room * 2 + 16;
        struct hlq_choice *grown = hlarena_alloc(g->arena, room * sizeof *grown);
        if (!grown)
            return HL_NOMEM;
        if (g->count)
            memcpy(grown, g->list, g->count * sizeof *grown);
        g->list = grown;
        g->room = room;
    }
    char *copy = hlarena_strndup(g->arena, key, size);
    if (!copy)
        return HL_NOMEM;
    g->list[g->count++] =
        (struct hlq_choice){copy, (uint32_t)size, counts->df, counts->cf, 0, false};
    return HL_OK;
}

/* Keys are different, but a damaged dictionary may name one twice; by_cf puts them together. */
static void drop_twins(struct gathering *g)
{
    uint32_t kept = g->count > 0;
    for (uint32_t i = 1; i < g->count; i++)
        if (by_cf(&g->list[kept - 1], &g->list[i]))
            g->list[kept++] = g->list[i];
    g->count = kept;
}

static bool is_key(const struct hlq_choice *choice, const char *key, uint32_t size)
{
    return choice->size == size && !memcmp(choice->bytes, key, size);
}

/* The commonest stay, and what was typed, however rare: it takes the last one's place. */
static uint32_t keep(struct gathering *g, const char *key, uint32_t size)
{
    uint32_t kept = g->count < HLQ_CHOICES_MAX ? g->count : HLQ_CHOICES_MAX;
    while (kept > 1 && g->list[kept - 1].cf < g->list[0].cf / RARER)
        kept--;
    for (uint32_t i = kept; i < g->count; i++)
        if (is_key(&g->list[i], key, size)) {
            kept += kept < HLQ_CHOICES_MAX;
            g->list[kept - 1] = g->list[i];
            break;
        }
    return kept;
}

static hl_status gather_typed(struct gathering *g, const char *key, uint32_t size,
                              const struct hlq_vocabulary *v, struct hl_error *err)
{
    struct hlq_counts counts;
    hl_status status = (v->look ? v->look : v->find)(v->user, key, size, &counts, err);
    return status == HL_OK ? gather(g, key, size, &counts) : status;
}

static hl_status gather_folded(struct gathering *g, const char *key, uint32_t size,
                               const struct hlq_vocabulary *v, struct hl_error *err)
{
    struct hlbuf folded = {0};
    hl_status status = hltext_fold_key(key, size, &folded, err);
    if (status == HL_OK)
        status = v->folded(v->user, (const char *)folded.data, folded.size, gather, g, err);
    hlbuf_release(&folded);
    return status;
}

hl_status hlq_choices(const char *key, uint32_t size, enum hlq_open open,
                      const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                      struct hlq_place *place, struct hl_error *err)
{
    struct gathering g = {.arena = arena};
    if (open == HLQ_MARKS_ADDED) {
        g.within = key;
        g.within_size = size;
    }
    hl_status status = open == HLQ_AS_TYPED ? gather_typed(&g, key, size, vocabulary, err)
                                            : gather_folded(&g, key, size, vocabulary, err);
    if (status != HL_OK)
        return status == HL_NOMEM ? hlerr_nomem(err) : status;
    if (g.count)
        qsort(g.list, g.count, sizeof *g.list, by_cf);
    drop_twins(&g);
    place->count = keep(&g, key, size);
    place->choices = g.list;
    place->best = 0;
    if (place->count)
        qsort(place->choices, place->count, sizeof *place->choices, by_bytes);
    assert(place->count <= HLQ_CHOICES_MAX);
    return HL_OK;
}
