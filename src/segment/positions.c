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
    memset(out_cursor, 0, sizeof *out_cursor);
    return hlpos_turn(chunk, container, out_cursor, err);
}

hl_status hlpos_turn(const struct hlchunk *chunk, const struct hlcontainer *container,
                     struct hlpositions *cursor, struct hl_error *err)
{
    struct hlpositions *p = cursor;
    p->chunk = chunk;
    p->container = container;
    p->block = UINT64_MAX;
    p->value = 0;
    p->next_doc = 0;
    p->next_posting = 0;
    hl_status status = hlchunk_columns_lazy(chunk, &p->columns, err);
    if (status != HL_OK)
        return status;
    if (!container->positions_at) {
        assert(container->positions);
        p->start = container->positions;
        p->end = container->positions_end;
        return HL_OK;
    }
    /* The directory is verified here, a block when it is loaded. */
    uint64_t size = (container->cf + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT * 4;
    if (size > container->positions_size)
        size = container->positions_size;
    status = hlsegfile_bytes(&chunk->segment->file, container->positions_at, size, "positions",
                             &p->start, err);
    p->end = p->start + (status == HL_OK ? container->positions_size : 0);
    return status;
}

void hlpos_release(struct hlpositions *cursor)
{
    hlmem_free(cursor->out);
    cursor->out = NULL;
    cursor->room = 0;
}

/* Tiny lists have their positions in an entry, which is verified. */
static hl_status verify(const struct hlpositions *p, const uint8_t *at, struct hl_error *err)
{
    const struct hlsegfile *file = &p->chunk->segment->file;
    const uint8_t *bytes;
    size_t size = (size_t)(p->end - at);
    size = size < HLBLOCK_BYTES_MAX ? size : HLBLOCK_BYTES_MAX;
    uint64_t from = (uint64_t)(at - file->map);
    if (!p->container->positions_at || hlsegfile_verified(file, from, size))
        return HL_OK;
    return hlsegfile_bytes(file, from, size, "positions", &bytes, err);
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
    hl_status status = verify(p, at, err);
    if (status != HL_OK)
        return status;
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
    if (count <= p->room)
        return true;
    size_t room = count + p->room + 64;
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
    struct hlchunk_lengths lengths = {0, 0, 0};
    bool flagged = p->container->alternatives, equal = segment->weights_one;
    uint64_t sum = 0, position = 0;
    size_t count = 0;
    hl_status status =
        equal ? HL_OK : hlchunk_lengths(p->chunk, &p->columns, doc, &lengths, err);
    if (status != HL_OK)
        return status;
    while (sum < tf) {
        uint32_t value = 0, alternative = 0;
        status = next_value(p, &value, err);
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
            return hlerr_nomem(err);
        p->out[count++] = (uint32_t)position << 1 | alternative;
        sum += equal ? 1 : segment->weight[hlpos_field(&lengths, (uint32_t)position)];
    }
    if (sum != tf)
        return damaged(p, err);
    if (out_count)
        *out_count = count;
    return HL_OK;
}

/* ---- walks: where fields have weights, only reading tells where a posting ends ---- */

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

static hl_status walk_list(struct hlpositions *p, uint32_t place, struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    const struct hlcont_list *l = &c->as.list;
    uint32_t block = place / HLBLOCK_COUNT;
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

/* ---- sums: where every field weighs 1, a posting has as many values as its tf says ---- */

/* The sum of the bytes of a word. */
static inline unsigned sum_of_bytes(uint64_t word)
{
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t pairs = (word & even) + (word >> 8 & even);
    return (unsigned)(pairs * UINT64_C(0x0001000100010001) >> 48);
}

/* A sum of codes, and whether one of them stands for an escaped tf. */
struct sum {
    unsigned total;
    bool escapes;
};

static inline void add_code(struct sum *s, unsigned code)
{
    s->total += code;
    s->escapes |= code == HLFMT_CODES - 1;
}

/* The sum of n codes in half bytes, from the one of rank `from` on; n is at most a cell. */
static struct sum sum_half_bytes(const uint8_t *codes, uint32_t from, uint32_t n)
{
    const uint64_t low = UINT64_C(0x0f0f0f0f0f0f0f0f);
    struct sum s = {0, false};
    uint64_t all_ones = 0;
    if (n && from % 2) {
        add_code(&s, codes[from / 2] >> 4);
        from++;
        n--;
    }
    const uint8_t *p = codes + from / 2;
    while (n >= 16) {
        uint64_t bytes = 0; /* of at most 8 * 30 each */
        for (unsigned k = 0; k < 8 && n >= 16; k++, n -= 16, p += 8) {
            uint64_t word = hlbuf_load64(p), pairs = word & word >> 1;
            bytes += (word & low) + (word >> 4 & low);
            all_ones |= pairs & pairs >> 2;
        }
        s.total += sum_of_bytes(bytes);
    }
    s.escapes |= (all_ones & UINT64_C(0x1111111111111111)) != 0;
    for (; n >= 2; n -= 2, p++) {
        add_code(&s, *p & 15);
        add_code(&s, *p >> 4);
    }
    if (n)
        add_code(&s, *p & 15);
    return s;
}

/* The same of codes in bytes; n is at most a block. */
static struct sum sum_codes(const uint8_t *p, uint32_t n)
{
    const uint64_t to_128 = UINT64_C(0x7171717171717171); /* from 15; less from less */
    struct sum s = {0, false};
    uint64_t high = 0;
    while (n >= 8) {
        uint64_t bytes = 0; /* of at most 16 * 15 each */
        for (unsigned k = 0; k < 16 && n >= 8; k++, n -= 8, p += 8) {
            bytes += hlbuf_load64(p);
            high |= hlbuf_load64(p) + to_128;
        }
        s.total += sum_of_bytes(bytes);
    }
    s.escapes |= (high & UINT64_C(0x8080808080808080)) != 0;
    for (; n; n--, p++)
        add_code(&s, *p);
    return s;
}

/* What escaped tfs of documents `from` to doc - 1 have above the 16 that a code stands for. */
static uint64_t sum_escapes(const struct hlcont_escapes *e, uint32_t from, uint32_t doc)
{
    uint32_t low = 0, high = e->count;
    uint64_t sum = 0;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hlbuf_load16(e->docs + (size_t)middle * 2) < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < e->count && hlbuf_load16(e->docs + (size_t)low * 2) < doc; low++) {
        uint32_t tf = hlbuf_load32(e->tfs + (size_t)low * 4);
        sum += tf > HLFMT_CODES ? tf - HLFMT_CODES : 0;
    }
    return sum;
}

/* The codes of the documents from next_doc to doc - 1. */
static inline void add_sum(struct hlpositions *p, struct sum s, uint32_t doc)
{
    p->value += s.total;
    if (s.escapes)
        p->value += sum_escapes(&p->container->escapes, p->next_doc, doc);
}

/* Puts the cursor before posting `place` of a dense list, document doc. */
static void seek_dense(struct hlpositions *p, uint32_t doc, uint32_t place)
{
    const struct hlcontainer *c = p->container;
    if (doc < p->next_doc || doc / HLFMT_CELL != p->next_doc / HLFMT_CELL ||
        place < p->next_posting)
        restart_dense(p, doc);
    uint32_t n = place - p->next_posting;
    p->value += n;
    if (n && !c->ones)
        add_sum(p, sum_half_bytes(c->as.dense.codes, p->next_posting, n), doc);
}

static hl_status seek_list(struct hlpositions *p, uint32_t doc, uint32_t place,
                           struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    const struct hlcont_list *l = &c->as.list;
    uint32_t block = place / HLBLOCK_COUNT;
    if (place < p->next_posting || block != p->next_posting / HLBLOCK_COUNT) {
        if (block && !l->first_positions)
            return damaged(p, err);
        p->next_posting = block * HLBLOCK_COUNT;
        p->next_doc = l->docs[p->next_posting];
        p->value = block ? hlbuf_load32(l->first_positions + (size_t)(block - 1) * 4) : 0;
    }
    uint32_t n = place - p->next_posting;
    p->value += n;
    if (n && !c->ones)
        add_sum(p, sum_codes(l->codes + p->next_posting, n), doc);
    return HL_OK;
}

/* The next n values of a posting, all from the block that is loaded; false if they rise too
 * far.  *position is that of the last one, `count` how many there were before. */
static bool put_positions(struct hlpositions *p, unsigned n, size_t count, uint64_t *position)
{
    const uint32_t *values = p->values + p->value % HLBLOCK_COUNT;
    bool flagged = p->container->alternatives;
    uint32_t *out = p->out + count;
    uint64_t at = *position;
    for (unsigned i = 0; i < n; i++) {
        at += (values[i] >> flagged) + (count + i > 0);
        out[i] = (uint32_t)at << 1 | (values[i] & flagged);
    }
    *position = at;
    return at <= UINT32_MAX / 4;
}

/* tf values from p->value on. */
static hl_status read_positions(struct hlpositions *p, uint32_t tf, size_t *out_count,
                                struct hl_error *err)
{
    uint64_t cf = p->container->cf, position = 0;
    if (p->value > cf || tf > cf - p->value)
        return damaged(p, err);
    for (size_t count = 0; count < tf;) {
        uint64_t block = p->value / HLBLOCK_COUNT;
        size_t n = HLBLOCK_COUNT - p->value % HLBLOCK_COUNT;
        n = n < tf - count ? n : tf - count;
        if (block != p->block) {
            hl_status status = load_block(p, block, err);
            if (status != HL_OK)
                return status;
        }
        if (!make_room(p, count + n))
            return hlerr_nomem(err);
        if (!put_positions(p, (unsigned)n, count, &position))
            return damaged(p, err);
        count += n;
        p->value += n;
    }
    *out_count = tf;
    return HL_OK;
}

/* The tf of a document whose posting is at a place of the list. */
static uint32_t tf_at(const struct hlcontainer *c, uint32_t place, uint32_t doc)
{
    if (c->kind == HLFMT_KIND_DENSE)
        return dense_tf_at(c, place, doc);
    unsigned code = c->as.list.codes[place];
    return code < HLFMT_CODES - 1 ? code + 1 : c->ops->tf(c, doc);
}

static hl_status get_summed(struct hlpositions *p, uint32_t doc, uint32_t place,
                            size_t *out_count, struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    hl_status status = HL_OK;
    if (c->kind == HLFMT_KIND_DENSE)
        seek_dense(p, doc, place);
    else
        status = seek_list(p, doc, place, err);
    if (status != HL_OK)
        return status;
    p->next_posting = place;
    return read_positions(p, tf_at(c, place, doc), out_count, err);
}

static hl_status get_walking(struct hlpositions *p, uint32_t doc, uint32_t place,
                             size_t *out_count, struct hl_error *err)
{
    const struct hlcontainer *c = p->container;
    bool dense = c->kind == HLFMT_KIND_DENSE;
    hl_status status = dense ? walk_dense(p, doc, err) : walk_list(p, place, err);
    if (status != HL_OK)
        return status;
    return read_posting(p, doc, tf_at(c, place, doc), out_count, err);
}

/* The place of a document's posting in the list, if it has one. */
static bool find(const struct hlpositions *p, uint32_t doc, uint32_t *out_place)
{
    const struct hlcontainer *c = p->container;
    const struct hlcont_list *l = &c->as.list;
    if (c->kind == HLFMT_KIND_DENSE) {
        if (!(c->as.dense.bits[doc / 8] >> doc % 8 & 1))
            return false;
        *out_place = c->ops->rank(c, doc);
        return true;
    }
    /* Who asks for all documents of a list gets them in order. */
    uint32_t place = p->next_posting;
    if (place >= c->df || l->docs[place] != doc)
        place = c->ops->rank(c, doc);
    *out_place = place;
    return place < l->start[doc / HLFMT_WINDOW + 1] && l->docs[place] == doc;
}

hl_status hlpos_get(struct hlpositions *cursor, uint32_t doc, const uint32_t **out_positions,
                    size_t *out_count, struct hl_error *err)
{
    uint32_t place;
    assert(doc < cursor->chunk->head.docs);
    if (!find(cursor, doc, &place)) {
        *out_count = 0;
        return HL_OK;
    }
    bool summed = cursor->chunk->segment->weights_one;
    hl_status status = summed ? get_summed(cursor, doc, place, out_count, err)
                              : get_walking(cursor, doc, place, out_count, err);
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
