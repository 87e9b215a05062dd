/*
 * inspect.c - what an index learnt from its articles, for people to look at.
 */
#include "backend/abbreviations.h"
#include "base/err.h"
#include "base/mem.h"
#include "engine/index.h"
#include "engine/sharded.h"
#include "hlsearch_inspect.h"

#include <assert.h>

static char *put_string(char *to, const char *bytes, size_t size)
{
    assert(to);
    memcpy(to, bytes, size);
    to[size] = '\0';
    return to + size + 1;
}

/* The list in one piece: rows, then their strings. */
static hl_status copy_list(const struct hlabbr_list *list, struct hl_abbreviations *out,
                           struct hl_error *err)
{
    size_t size = list->count * sizeof *out->items;
    for (size_t i = 0; i < list->count; i++)
        size += (size_t)list->items[i].shorter_size + list->items[i].longer_size + 2;
    struct hl_abbreviation *items = hlmem_alloc(size + 1);
    if (!items)
        return hlerr_nomem(err);
    char *strings = (char *)(items + list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct hlabbr *a = &list->items[i];
        items[i] = (struct hl_abbreviation){
            .shorter = strings,
            .longer = strings + a->shorter_size + 1,
            .articles = a->articles,
        };
        strings = put_string(strings, a->shorter, a->shorter_size);
        strings = put_string(strings, a->longer, a->longer_size);
    }
    *out = (struct hl_abbreviations){items, list->count, items};
    return HL_OK;
}

static hl_status list_all(void *user, struct hlsharded *sharded,
                          const struct hlsnapshot *snapshot, struct hl_error *err)
{
    struct hlarena arena;
    struct hlabbr_list list;
    (void)sharded;
    hlarena_init(&arena, 0);
    hl_status status = hlabbr_all(snapshot, &arena, &list, err);
    if (status == HL_OK)
        status = copy_list(&list, user, err);
    hlarena_release(&arena);
    return status;
}

hl_status hl_abbreviations_list(const struct hl_index *index,
                                struct hl_abbreviations *out_abbreviations,
                                struct hl_error *err)
{
    if (!index || !out_abbreviations)
        return hlerr_set(err, HL_MISUSE, "abbreviations of what index?");
    return index->sharded ? hlsharded_do(index, list_all, out_abbreviations, err)
                          : list_all(out_abbreviations, NULL, &index->snapshot, err);
}

void hl_abbreviations_free(struct hl_abbreviations *abbreviations)
{
    if (!abbreviations)
        return;
    hlmem_free(abbreviations->memory);
    memset(abbreviations, 0, sizeof *abbreviations);
}
