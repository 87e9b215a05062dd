#include "segment/encode.h"

#include "codec/block.h"

#include <assert.h>
#include <math.h>

enum { CHAMPIONS_FROM = 512 }; /* postings; shorter lists are read whole anyway */

static_assert((int)CHAMPIONS_FROM >= (int)HLFMT_BOUNDED &&
                  (int)HLFMT_DENSE_MIN >= (int)HLFMT_BOUNDED,
              "who has a summary has enough postings for one");

double hlencode_norm(uint32_t length, uint32_t bound_length)
{
    return HLFMT_K1 * (1 - HLFMT_B + HLFMT_B * length / bound_length);
}

enum hlfmt_kind hlencode_kind(uint32_t n, uint32_t docs)
{
    if (n < HLFMT_TINY)
        return HLFMT_KIND_TINY;
    if (n >= HLFMT_DENSE_MIN && (uint64_t)n * HLFMT_DENSE_SHARE >= docs)
        return HLFMT_KIND_DENSE;
    return HLFMT_KIND_SPARSE;
}

static double impact(const struct hlencode_chunk *chunk, unsigned doc, uint32_t tf)
{
    return tf / (tf + chunk->norms[doc]);
}

/* Rounded up, with room for the last bit of the division. */
static uint8_t bound_byte(double x)
{
    double scaled = ceil(x * 255 * (1 + 1e-12));
    return scaled >= 255 ? 255 : (uint8_t)scaled;
}

/* A champion: the greatest impact first, then the lowest document. */
struct champion {
    double impact;
    uint16_t doc;
};

static bool better(const struct champion *a, const struct champion *b)
{
    return a->impact > b->impact || (a->impact == b->impact && a->doc < b->doc);
}

/* Insertion into a short sorted row: most candidates fail the first test. */
static unsigned add_champion(struct champion *row, unsigned count, unsigned room,
                             struct champion c)
{
    if (count == room && !better(&c, &row[count - 1]))
        return count;
    unsigned i = count < room ? count++ : count - 1;
    for (; i > 0 && better(&c, &row[i - 1]); i--)
        row[i] = row[i - 1];
    row[i] = c;
    return count;
}

/* What both long forms need: bounds by cell and window, champions. */
struct summary {
    double cell[HLFMT_CELLS];
    struct champion champions[HLFMT_CHAMPIONS];
    unsigned champion_count;
};

static void summarise(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                      struct summary *s)
{
    memset(s->cell, 0, sizeof s->cell);
    s->champion_count = 0;
    if (list->n < HLFMT_BOUNDED)
        return; /* read whole: neither bounds nor champions are asked for */
    /* Pairs have none: documents with a pair are mostly champions of its terms too. */
    unsigned room = list->positions && list->n >= CHAMPIONS_FROM ? HLFMT_CHAMPIONS : 0;
    /* Documents come in order, so a cell's greatest stays in a register until the next. */
    for (uint32_t i = 0; i < list->n;) {
        unsigned cell = list->docs[i] / HLFMT_CELL;
        double most = 0;
        for (; i < list->n && list->docs[i] / HLFMT_CELL == cell; i++) {
            double x = impact(chunk, list->docs[i], list->tfs[i]);
            most = x > most ? x : most;
            if (room && (s->champion_count < room || x > s->champions[room - 1].impact))
                s->champion_count = add_champion(s->champions, s->champion_count, room,
                                                 (struct champion){x, list->docs[i]});
        }
        s->cell[cell] = most;
    }
}

static uint8_t window_bound(const struct summary *s, unsigned window)
{
    const unsigned cells = HLFMT_WINDOW / HLFMT_CELL;
    double most = 0;
    for (unsigned c = window * cells; c < (window + 1) * cells; c++)
        if (s->cell[c] > most)
            most = s->cell[c];
    return bound_byte(most);
}

/* One bit a posting says that its tf is more than 1; those follow, less 2. */
static void put_tiny_tfs(const struct hlencode_list *list, struct hlbuf *to)
{
    uint32_t more = 0;
    for (uint32_t i = 0; i < list->n; i++)
        more |= (uint32_t)(list->tfs[i] > 1) << i;
    hlbuf_put(to, &more, (list->n + 7) / 8);
    for (uint32_t i = 0; i < list->n; i++)
        if (list->tfs[i] > 1)
            hlbuf_put_varint(to, list->tfs[i] - 2);
}

static void put_tiny(const struct hlencode_list *list, bool ones, struct hlbuf *to)
{
    hlbuf_put_u16(to, list->docs[0]);
    for (uint32_t i = 1; i < list->n; i++)
        hlbuf_put_varint(to, (uint64_t)(list->docs[i] - list->docs[i - 1] - 1));
    if (!ones)
        put_tiny_tfs(list, to);
}

static void put_sparse_block(const struct hlencode_list *list, uint32_t from, unsigned n,
                             bool ones, struct hlbuf *to)
{
    uint32_t values[HLBLOCK_COUNT];
    for (unsigned i = 0; i < n; i++) {
        uint32_t at = from + i;
        values[i] = at ? (uint32_t)list->docs[at] - list->docs[at - 1] - 1 : list->docs[0];
    }
    hlblock_encode(values, n, to);
    if (ones)
        return;
    for (unsigned i = 0; i < n; i++)
        values[i] = list->tfs[from + i] - 1;
    hlblock_encode(values, n, to);
}

static void put_sparse(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                       bool ones, struct hlbuf *to)
{
    struct summary s;
    summarise(chunk, list, &s);
    for (unsigned w = 0; list->n >= HLFMT_BOUNDED && w < chunk->windows; w++)
        hlbuf_put_u8(to, window_bound(&s, w));
    if (list->positions)
        hlbuf_put_u8(to, (uint8_t)s.champion_count);
    for (unsigned i = 0; i < s.champion_count; i++)
        hlbuf_put_u16(to, s.champions[i].doc);
    if (list->positions)
        for (uint32_t i = HLBLOCK_COUNT; i < list->n; i += HLBLOCK_COUNT)
            hlbuf_put_u32(to, list->first_position[i]);
    for (uint32_t i = 0; i < list->n; i += HLBLOCK_COUNT) {
        unsigned n = list->n - i < HLBLOCK_COUNT ? list->n - i : HLBLOCK_COUNT;
        put_sparse_block(list, i, n, ones, to);
    }
}

static void put_bitmap(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                       struct hlbuf *to)
{
    size_t bytes = (size_t)chunk->windows * (HLFMT_WINDOW / 8);
    if (!hlbuf_grow(to, bytes))
        return;
    uint8_t *bits = to->data + to->size;
    memset(bits, 0, bytes);
    for (uint32_t i = 0; i < list->n; i++)
        bits[list->docs[i] / 8] |= (uint8_t)(1u << list->docs[i] % 8);
    to->size += bytes;
}

/* For each cell: postings before it, its bound, and positions before it. */
static void put_cells(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                      const struct summary *s, struct hlbuf *to)
{
    unsigned cells = chunk->windows * (HLFMT_WINDOW / HLFMT_CELL);
    uint32_t before[HLFMT_CELLS];
    uint32_t i = 0;
    for (unsigned c = 0; c < cells; c++) {
        while (i < list->n && list->docs[i] < c * HLFMT_CELL)
            i++;
        before[c] = i;
        hlbuf_put_u16(to, (uint16_t)i);
    }
    for (unsigned c = 0; c < cells; c++)
        hlbuf_put_u8(to, bound_byte(s->cell[c]));
    for (unsigned c = 0; list->positions && c < cells; c++)
        hlbuf_put_u32(to, before[c] < list->n ? list->first_position[before[c]]
                                              : (uint32_t)list->cf);
}

static void put_escapes(const struct hlencode_list *list, struct hlbuf *to)
{
    for (uint32_t i = 0; i < list->n; i++)
        if (list->tfs[i] >= HLFMT_CODES)
            hlbuf_put_u16(to, list->docs[i]);
    for (uint32_t i = 0; i < list->n; i++)
        if (list->tfs[i] >= HLFMT_CODES)
            hlbuf_put_u32(to, list->tfs[i]);
}

static void put_codes(const struct hlencode_list *list, struct hlbuf *to)
{
    size_t bytes = (list->n + 1) / 2;
    if (!hlbuf_grow(to, bytes))
        return;
    uint8_t *codes = to->data + to->size;
    memset(codes, 0, bytes);
    for (uint32_t i = 0; i < list->n; i++)
        codes[i / 2] |= (uint8_t)(hlfmt_tf_code(list->tfs[i]) << i % 2 * 4);
    to->size += bytes;
}

static void put_dense(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                      bool ones, struct hlbuf *to)
{
    struct summary s;
    summarise(chunk, list, &s);
    struct hlfmt_dense head = {0};
    for (uint32_t i = 0; i < list->n; i++)
        head.escapes += list->tfs[i] >= HLFMT_CODES;
    head.champions = s.champion_count;
    head.codes = ones ? 0 : (list->n + 1) / 2;
    for (unsigned w = 0; w < chunk->windows; w++)
        head.window_bound[w] = window_bound(&s, w);
    assert(to->failed || to->size % 64 == 0);
    hlbuf_put(to, &head, sizeof head);
    put_bitmap(chunk, list, to);
    put_cells(chunk, list, &s, to);
    for (unsigned i = 0; i < s.champion_count; i++)
        hlbuf_put_u16(to, s.champions[i].doc);
    put_escapes(list, to);
    hlbuf_align(to, 64);
    if (!ones)
        put_codes(list, to);
}

/* Values in blocks; all but the first have their offset in a directory before them. */
static void put_positions(const uint32_t *values, uint64_t count, struct hlbuf *to)
{
    size_t start = to->size;
    uint64_t blocks = (count + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT;
    hlbuf_put_zeros(to, (size_t)(blocks - 1) * 4);
    for (uint64_t b = 0; b < blocks; b++) {
        uint64_t left = count - b * HLBLOCK_COUNT;
        uint32_t offset = (uint32_t)(to->size - start);
        if (b && !to->failed)
            memcpy(to->data + start + (b - 1) * 4, &offset, sizeof offset);
        hlblock_encode(values + b * HLBLOCK_COUNT,
                       left < HLBLOCK_COUNT ? (unsigned)left : HLBLOCK_COUNT, to);
    }
}

static bool all_ones(const struct hlencode_list *list)
{
    for (uint32_t i = 0; i < list->n; i++)
        if (list->tfs[i] != 1)
            return false;
    return true;
}

/* The numbers that every entry begins with. */
static bool put_head(uint32_t n, uint64_t cf, unsigned flags, struct hlbuf *to)
{
    assert(n >= 1 && cf >= n);
    hlbuf_put_varint(to, (uint64_t)n << 5 | flags | (cf == n ? HLFMT_HEAD_EQUAL : 0));
    return cf == n ? !to->failed : hlbuf_put_varint(to, cf - n);
}

bool hlencode_counts(uint32_t n, uint64_t cf, bool ones, struct hlbuf *entries)
{
    return put_head(n, cf, HLFMT_KIND_NONE | (ones ? HLFMT_HEAD_ONES : 0), entries);
}

bool hlencode_list(const struct hlencode_chunk *chunk, const struct hlencode_list *list,
                   const struct hlencode_out *to)
{
    assert(list->n <= chunk->docs);
    enum hlfmt_kind kind = hlencode_kind(list->n, chunk->docs);
    bool ones = all_ones(list);
    put_head(list->n, list->cf,
             kind | (ones ? HLFMT_HEAD_ONES : 0) |
                 (list->alternatives ? HLFMT_HEAD_ALTERNATIVE : 0),
             to->entries);
    if (kind == HLFMT_KIND_TINY) {
        put_tiny(list, ones, to->entries);
        if (list->positions)
            put_positions(list->positions, list->cf, to->entries);
        return !to->entries->failed;
    }
    if (kind == HLFMT_KIND_DENSE)
        hlbuf_align(to->bodies, 64);
    hlbuf_put_varint(to->entries, to->bodies->size);
    if (kind == HLFMT_KIND_DENSE)
        put_dense(chunk, list, ones, to->bodies);
    else
        put_sparse(chunk, list, ones, to->bodies);
    if (list->positions) {
        hlbuf_put_varint(to->entries, to->positions->size);
        put_positions(list->positions, list->cf, to->positions);
    }
    return !to->entries->failed && !to->bodies->failed &&
           (!list->positions || !to->positions->failed);
}
