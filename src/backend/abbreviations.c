#include "backend/abbreviations.h"
#include "backend/elsewhere.h"

#include "base/err.h"
#include "segment/abbreviations.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum side { SIDE_ALL, SIDE_SHORT, SIDE_LONG };

/* What is looked for, and what of it was found: a row a chunk and pair. */
struct collection {
    enum side side;
    const char *key;
    size_t size;
    struct hlarena *arena;
    struct hlabbr *rows;
    size_t count, room;
};

static hl_status add_row(struct collection *c, const struct hlsegabbr *abbr, uint32_t i,
                         struct hl_error *err)
{
    struct hlsegabbr_pair p = {.shorter = NULL};
    uint32_t live = 0;
    hl_status status = hlsegabbr_get(abbr, i, &p, err);
    if (status == HL_OK)
        status = hlsegabbr_live(abbr, &p, &live, err);
    if (status != HL_OK || !live)
        return status;
    size_t size = (size_t)p.shorter_size + 1 + p.longer_size;
    if (hltext_utf8_check(p.shorter, size) != size)
        return hlchunk_damaged(abbr->chunk, "abbreviations", i, "a key is not UTF-8", err);
    if (c->count == c->room) {
        size_t room = c->room * 2 + 16;
        struct hlabbr *rows = hlarena_alloc(c->arena, room * sizeof *rows);
        if (!rows)
            return hlerr_nomem(err);
        if (c->count)
            memcpy(rows, c->rows, c->count * sizeof *rows);
        c->rows = rows;
        c->room = room;
    }
    c->rows[c->count++] =
        (struct hlabbr){p.shorter, p.longer, p.shorter_size, p.longer_size, live};
    return HL_OK;
}

static hl_status collect_chunk(struct collection *c, const struct hlchunk *chunk,
                               struct hl_error *err)
{
    struct hlsegabbr abbr;
    uint32_t first = 0, past = 0;
    hl_status status = hlsegabbr_open(chunk, &abbr, err);
    if (status != HL_OK || !abbr.count)
        return status;
    if (c->side == SIDE_ALL)
        past = abbr.count;
    else if (c->side == SIDE_SHORT)
        status = hlsegabbr_find_short(&abbr, c->key, c->size, &first, &past, err);
    else
        status = hlsegabbr_find_long(&abbr, c->key, c->size, &first, &past, err);
    for (uint32_t i = first; status == HL_OK && i < past; i++) {
        uint32_t pair = i;
        if (c->side == SIDE_LONG)
            status = hlsegabbr_at(&abbr, i, &pair, err);
        if (status == HL_OK)
            status = add_row(c, &abbr, pair, err);
    }
    return status;
}

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : a_size < b_size ? -1 : a_size > b_size;
}

static int by_pair(const void *a, const void *b)
{
    const struct hlabbr *x = a, *y = b;
    int r = compare_bytes(x->shorter, x->shorter_size, y->shorter, y->shorter_size);
    return r ? r : compare_bytes(x->longer, x->longer_size, y->longer, y->longer_size);
}

static int by_articles(const void *a, const void *b)
{
    const struct hlabbr *x = a, *y = b;
    if (x->articles != y->articles)
        return x->articles > y->articles ? -1 : 1;
    return by_pair(a, b);
}

/* Rows of one pair become one; what too few articles define goes. */
static size_t add_up(struct hlabbr *rows, size_t count)
{
    size_t pairs = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (pairs && !by_pair(&rows[pairs - 1], &rows[i]))
            rows[pairs - 1].articles += rows[i].articles;
        else
            rows[pairs++] = rows[i];
    }
    for (size_t i = 0; i < pairs; i++)
        if (rows[i].articles >= HLABBR_ARTICLES)
            rows[kept++] = rows[i];
    return kept;
}

static hl_status collect(struct collection *c, const struct hlsnapshot *snapshot,
                         struct hlabbr_list *out_list, struct hl_error *err)
{
    assert(c->side == SIDE_ALL || c->key);
    if (snapshot->elsewhere) {
        struct hlabbr_list list = {NULL, 0};
        hl_status status = snapshot->elsewhere->abbreviations(snapshot->elsewhere->words.user,
                                                              c->side == SIDE_LONG, c->key,
                                                              c->size, c->arena, &list, err);
        if (status != HL_OK)
            return status;
        c->rows = list.items;
        c->count = list.count;
    }
    for (size_t i = 0; i < snapshot->count; i++)
        for (uint32_t k = 0; k < snapshot->segments[i].chunk_count; k++) {
            hl_status status = collect_chunk(c, &snapshot->segments[i].chunks[k], err);
            if (status != HL_OK)
                return status;
        }
    if (c->count) {
        qsort(c->rows, c->count, sizeof *c->rows, by_pair);
        c->count = add_up(c->rows, c->count);
        qsort(c->rows, c->count, sizeof *c->rows, by_articles);
    }
    *out_list = (struct hlabbr_list){c->rows, c->count};
    return HL_OK;
}

hl_status hlabbr_all(const struct hlsnapshot *snapshot, struct hlarena *arena,
                     struct hlabbr_list *out_list, struct hl_error *err)
{
    struct collection c = {.side = SIDE_ALL, .arena = arena};
    return collect(&c, snapshot, out_list, err);
}

hl_status hlabbr_long(const struct hlsnapshot *snapshot, const char *key, size_t size,
                      struct hlarena *arena, struct hlabbr_list *out_list, struct hl_error *err)
{
    struct collection c = {.side = SIDE_SHORT, .key = key, .size = size, .arena = arena};
    return collect(&c, snapshot, out_list, err);
}

hl_status hlabbr_short(const struct hlsnapshot *snapshot, const struct hlabbr_key *keys,
                       size_t count, struct hlarena *arena, struct hlabbr_list *out_list,
                       struct hl_error *err)
{
    char name[HLABBR_KEYS_MAX * (HLFMT_TERM_MAX + 1)];
    size_t size = 0;
    bool fits = count >= HLABBR_KEYS_MIN && count <= HLABBR_KEYS_MAX;
    for (size_t i = 0; fits && i < count; i++) {
        fits = keys[i].size <= HLFMT_TERM_MAX;
        if (!fits)
            break;
        if (i)
            name[size++] = ' ';
        memcpy(name + size, keys[i].bytes, keys[i].size);
        size += keys[i].size;
    }
    if (!fits) {
        *out_list = (struct hlabbr_list){NULL, 0};
        return HL_OK;
    }
    struct collection c = {.side = SIDE_LONG, .key = name, .size = size, .arena = arena};
    return collect(&c, snapshot, out_list, err);
}
