#include "segment/positions.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

static hl_status damaged(const struct hlpositions *p, struct hl_error *err)
{
    uint64_t at = (uint64_t)(p->start - p->chunk->segment->file.map);
    return hlchunk_damaged(p->chunk, "positions", at, "positions do not decode", err);
}

hl_status hlpos_open(const struct hlchunk *chunk, const struct hlcontainer *container,
                     struct hlpositions *out_cursor, struct hl_error *err)
{
    struct hlpositions *p = out_cursor;
    memset(p, 0, sizeof *p);
    p->chunk = chunk;
    p->container = container;
    p->block = UINT64_MAX;
    hl_status status = hlchunk_columns(chunk, &p->columns, err);
    if (status != HL_OK)
        return status;
    if (!container->positions_at) {
        assert(container->positions);
        p->start = container->positions;
        p->end = container->positions_end;
        return HL_OK;
    }
    /* At most 7 bytes a value and its share of the directory. */
    uint64_t reach = container->cf * 7 + (container->cf / HLBLOCK_COUNT + 1) * 8;
    uint64_t size = container->positions_size < reach ? container->positions_size : reach;
    status = hlsegfile_bytes(&chunk->segment->file, container->positions_at, size, "positions",
                             &p->start, err);
    p->end = p->start + (status == HL_OK ? size : 0);
    return status;
}

void hlpos_release(struct hlpositions *cursor)
{
    if (!cursor->borrowed)
        hlmem_free(cursor->out);
    cursor->out = NULL;
    cursor->room = 0;
}

void hlpos_borrow(struct hlpositions *cursor, uint32_t *buffer, size_t room)
{
    assert(!cursor->out);
    cursor->out = buffer;
    cursor->room = room;
    cursor->borrowed = true;
}

static hl_status load_block(struct hlpositions *p, uint64_t block, struct hl_error *err)
{
    uint64_t cf = p->container->cf, blocks = (cf + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT;
    if (block >= blocks || (size_t)(p->end - p->start) < (blocks - 1) * 4)
        return damaged(p, err);
    const uint8_t *at = p->start + (blocks - 1) * 4;
    if (block)
        at = p->start + hlbuf_load32(p->start + (block - 1) * 4);
    if (at > p->end || at < p->start)
        return damaged(p, err);
    uint64_t left = cf - block * HLBLOCK_COUNT;
    unsigned n = left < HLBLOCK_COUNT ? (unsigned)left : HLBLOCK_COUNT;
    if (!hlblock_decode(at, p->end, n, p->values))
        return damaged(p, err);
    p->block = block;
    return HL_OK;
}

static hl_status next_value(struct hlpositions *p, uint32_t *out_value, struct hl_error *err)
{
    if (p->value >= p->container->cf)
        return damaged(p, err);
    uint64_t block = p->value / HLBLOCK_COUNT;
    if (block != p->block) {
        hl_status status = load_block(p, block, err);
        if (status != HL_OK)
            return status;
    }
    *out_value = p->values[p->value++ % HLBLOCK_COUNT];
    return HL_OK;
}

static bool make_room(struct hlpositions *p, size_t count)
{
    if (count <= p->room || p->borrowed)
        return count <= p->room;
    size_t room = p->room * 2 + 64;
    uint32_t *grown = hlmem_realloc(p->out, room * sizeof *grown);
    if (!grown)
        return false;
    p->out = grown;
    p->room = room;
    return true;
}

/*
 * Reads the values of one posting: as many as their fields' weights take to add
 * up to the tf.  out_count may be NULL where the positions are not wanted.
 */
static hl_status read_posting(struct hlpositions *p, uint32_t doc, uint32_t tf,
                              size_t *out_count, struct hl_error *err)
{
    const struct hlseg *segment = p->chunk->segment;
    if (segment->weights_one && !out_count) {
        p->value += tf;
        return p->value <= p->container->cf ? HL_OK : damaged(p, err);
    }
    struct hlchunk_lengths lengths = {0, 0, 0};
    if (!segment->weights_one)
        lengths = hlchunk_lengths_of(&p->columns, doc);
    bool flagged = p->container->alternatives;
    uint64_t sum = 0, position = 0;
    size_t count = 0;
    while (sum < tf) {
        uint32_t value = 0, alternative = 0;
        hl_status status = next_value(p, &value, err);
        if (status != HL_OK)
            return status;
        if (flagged) {
            alternative = value & 1;
            value >>= 1;
        }
        position = count ? position + 1 + value : value;
        if (position > UINT32_MAX / 4)
            return damaged(p, err);
        if (!make_room(p, count + 1))
            return p->borrowed ? damaged(p, err) : hlerr_nomem(err);
        p->out[count++] = (uint32_t)position << 1 | alternative;
        sum += segment->weights_one
                   ? 1
                   : segment->weight[hlpos_field(&lengths, (uint32_t)position)];
    }
    if (sum != tf)
        return damaged(p, err);
    if (out_count)
        *out_count = count;
    return HL_OK;
}

/* Puts the walk at the first document of the cell that doc lies in. */
static void restart_dense(struct hlpositions *p, uint32_t doc)
{
    const struct hlcont_dense *d = &p->container->as.dense;
    uint32_t cell = doc / HLFMT_CELL;
    p->next_doc = cell * HLFMT_CELL;
    p->next_posting = hlbuf_load16(d->ranks + (size_t)cell * 2);
    p->value = hlbuf_load32(d->position_ranks + (size_t)cell * 4);
}

/* The tf of the posting of a given rank; only escaped ones have to be looked for. */
static uint32_t dense_tf_at(const struct hlcontainer *c, uint32_t ordinal, uint32_t doc)
{
    if (c->ones)
        return 1;
    unsigned code = c->as.dense.codes[ordinal / 2] >> ordinal % 2 * 4 & 15;
    return code < HLFMT_CODES - 1 ? code + 1 : c->ops->tf(c, doc);
}

static hl_status walk_dense(struct hlpositions *p, uint32_t doc, struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    if (doc < p->next_doc || doc / HLFMT_CELL != p->next_doc / HLFMT_CELL)
        restart_dense(p, doc);
    const uint8_t *bits = c->as.dense.bits;
    for (; p->next_doc < doc; p->next_doc++) {
        uint64_t word = hlbuf_load64(bits + (size_t)(p->next_doc / 64) * 8) >> p->next_doc % 64;
        if (!word) {
            p->next_doc |= 63;
            continue;
        }
        p->next_doc += (uint32_t)__builtin_ctzll(word);
        if (p->next_doc >= doc)
            break;
        uint32_t tf = dense_tf_at(c, p->next_posting++, p->next_doc);
        hl_status status = read_posting(p, p->next_doc, tf, NULL, err);
        if (status != HL_OK)
            return status;
    }
    p->next_doc = doc;
    return HL_OK;
}

static uint32_t list_place(const struct hlcont_list *l, uint32_t doc)
{
    uint32_t low = l->start[doc / HLFMT_WINDOW], high = l->start[doc / HLFMT_WINDOW + 1];
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (l->docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static hl_status walk_list(struct hlpositions *p, uint32_t doc, struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    const struct hlcont_list *l = &c->as.list;
    uint32_t place = list_place(l, doc), block = place / HLBLOCK_COUNT;
    if (place < p->next_posting || block != p->next_posting / HLBLOCK_COUNT) {
        p->next_posting = block * HLBLOCK_COUNT;
        p->value = 0;
        if (block && !l->first_positions)
            return damaged(p, err);
        if (block)
            p->value = hlbuf_load32(l->first_positions + (size_t)(block - 1) * 4);
    }
    for (; p->next_posting < place; p->next_posting++) {
        uint32_t at = l->docs[p->next_posting], code = l->codes[p->next_posting];
        uint32_t tf = code < HLFMT_CODES - 1 ? code + 1 : c->ops->tf(c, at);
        hl_status status = read_posting(p, at, tf, NULL, err);
        if (status != HL_OK)
            return status;
    }
    return HL_OK;
}

hl_status hlpos_get(struct hlpositions *cursor, uint32_t doc, const uint32_t **out_positions,
                    size_t *out_count, struct hl_error *err)
{
    const struct hlcontainer *c = cursor->container;
    assert(doc < cursor->chunk->head.docs);
    uint32_t tf = c->ops->tf(c, doc);
    if (!tf) {
        *out_count = 0;
        return HL_OK;
    }
    bool dense = c->kind == HLFMT_KIND_DENSE;
    hl_status status = dense ? walk_dense(cursor, doc, err) : walk_list(cursor, doc, err);
    if (status == HL_OK)
        status = read_posting(cursor, doc, tf, out_count, err);
    if (status != HL_OK) {
        /* Where the walk stands is not known any more. */
        cursor->next_doc = UINT32_MAX;
        cursor->next_posting = UINT32_MAX;
        return status;
    }
    cursor->next_doc = doc + 1;
    cursor->next_posting++;
    *out_positions = cursor->out;
    return HL_OK;
}
