/*
 * check_list.c - one list of FORMAT.md 5 read by the letter, and what its body sums up.
 *
 * Bodies and positions of a band follow each other without a gap, so each list
 * says where the next one starts; that is how bytes of nobody are found.
 */
#include "codec/block.h"
#include "segment/check_parts.h"
#include "segment/encode.h"

#include "base/err.h"

#include <assert.h>

enum { CHAMPIONS_FROM = 512 };

static bool fault(const struct hlcheck_where *where, const uint8_t *p, const char *what)
{
    hlcheck_at(where, p, what);
    return false;
}

bool hlcheck_head(const struct hlcheck_where *where, struct hlview *v,
                  struct hlcheck_list *out_list)
{
    struct hlcheck_list l = {.at = v->p};
    uint64_t head = hlview_varint(v);
    bool equal = head & HLFMT_HEAD_EQUAL;
    uint64_t more = equal ? 0 : hlview_varint(v);
    if (v->bad)
        return fault(where, l.at, "the entry ends inside its counts (F 5)");
    if (head >> 5 < 1 || head >> 5 > where->chunk->chunk->head.docs)
        return fault(where, l.at, "more documents than the chunk has, or none (F 6)");
    if (!equal && (!more || more > UINT32_MAX))
        return fault(where, l.at, "cf is said to differ from df and does not (F 7)");
    l.n = (uint32_t)(head >> 5);
    l.cf = l.n + more;
    l.kind = (enum hlfmt_kind)(head & 3);
    l.ones = head & HLFMT_HEAD_ONES;
    l.alternatives = head & HLFMT_HEAD_ALTERNATIVE;
    *out_list = l;
    return true;
}

/* ---- documents and tfs ---- */

/* A bit a posting says that its tf is more than 1; those follow, less 2. */
static bool read_tiny_tfs(const struct hlcheck_where *where, struct hlview *v,
                          const struct hlcheck_list *l)
{
    uint32_t more = 0;
    const uint8_t *p = hlview_bytes(v, (l->n + 7) / 8);
    if (!p)
        return fault(where, l->at, "term frequencies do not decode (F 6)");
    memcpy(&more, p, (l->n + 7) / 8);
    if (l->n % 8 && more >> l->n)
        return fault(where, p, "bits after the last posting are not zero (F 2)");
    for (uint32_t i = 0; i < l->n; i++) {
        uint64_t tf = more >> i & 1 ? hlview_varint(v) : 0;
        if (v->bad || tf > UINT32_MAX - 2)
            return fault(where, l->at, "term frequencies do not decode (F 6)");
        where->chunk->tfs[i] = more >> i & 1 ? (uint32_t)tf + 2 : 1;
    }
    return true;
}

static bool read_tiny(const struct hlcheck_where *where, struct hlview *v,
                      const struct hlcheck_list *l)
{
    const struct hlcheck_chunk *c = where->chunk;
    uint64_t docs = c->chunk->head.docs, doc = hlview_u16(v);
    if (l->n >= HLFMT_TINY)
        return fault(where, l->at, "a tiny list that is not (F 6)");
    for (uint32_t i = 0; i < l->n; i++) {
        uint64_t step = i ? hlview_varint(v) : 0;
        if (v->bad || step >= docs || (doc += step + (i > 0)) >= docs)
            return fault(where, l->at, "documents past the last one of the chunk (F 6)");
        c->docs[i] = (uint16_t)doc;
        c->tfs[i] = 1;
    }
    return l->ones || read_tiny_tfs(where, v, l);
}

static bool read_block(const struct hlcheck_where *where, struct hlview *v,
                       const struct hlcheck_list *l, uint32_t from)
{
    const struct hlcheck_chunk *c = where->chunk;
    assert(from < l->n && from % HLBLOCK_COUNT == 0);
    uint32_t values[HLBLOCK_COUNT];
    unsigned n = l->n - from < HLBLOCK_COUNT ? l->n - from : HLBLOCK_COUNT;
    uint64_t next = from ? (uint64_t)c->docs[from - 1] + 1 : 0;
    const uint8_t *start = v->p;
    const uint8_t *p = hlblock_decode(v->p, v->end, n, values);
    for (unsigned i = 0; p && i < n; i++) {
        next += values[i];
        if (next >= c->chunk->head.docs)
            return fault(where, start, "documents past the last one of the chunk (F 6)");
        c->docs[from + i] = (uint16_t)next++;
        c->tfs[from + i] = 1;
    }
    if (p && !l->ones)
        p = hlblock_decode(p, v->end, n, values);
    for (unsigned i = 0; p && !l->ones && i < n; i++) {
        if (values[i] == UINT32_MAX)
            return fault(where, start, "a term frequency past 32 bits (F 6)");
        c->tfs[from + i] = values[i] + 1;
    }
    if (!p)
        return fault(where, start, "a block does not decode (F 6)");
    v->p = p;
    return true;
}

static bool read_sparse(const struct hlcheck_where *where, struct hlview *v, bool positions,
                        struct hlcheck_list *l)
{
    const uint8_t *start = v->p;
    if (l->n >= HLFMT_BOUNDED)
        l->window_bounds = hlview_bytes(v, where->chunk->chunk->head.windows);
    l->champion_count = positions ? hlview_u8(v) : 0;
    l->champions = hlview_bytes(v, (size_t)l->champion_count * 2);
    size_t blocks = ((size_t)l->n + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT;
    if (positions)
        l->first_positions = hlview_bytes(v, (blocks - 1) * 4);
    if (v->bad)
        return fault(where, start, "the body ends before its blocks (F 5)");
    for (uint32_t i = 0; i < l->n; i += HLBLOCK_COUNT)
        if (!read_block(where, v, l, i))
            return false;
    return true;
}

/* The parts of a dense body, in the order in which they lie. */
struct dense {
    struct hlfmt_dense head;
    const uint8_t *bits, *ranks, *escape_docs, *escape_tfs, *codes;
};

static bool take_dense(const struct hlcheck_where *where, struct hlview *v, bool positions,
                       struct hlcheck_list *l, struct dense *d)
{
    static const uint8_t zeros[64];
    assert(where->chunk->chunk->head.windows <= HLFMT_WINDOWS);
    const uint8_t *start = v->p, *p = hlview_bytes(v, sizeof d->head);
    if (!p)
        return fault(where, start, "the body ends inside its head (F 5)");
    memcpy(&d->head, p, sizeof d->head);
    size_t windows = where->chunk->chunk->head.windows;
    size_t cells = windows * (HLFMT_WINDOW / HLFMT_CELL);
    l->window_bounds = p + offsetof(struct hlfmt_dense, window_bound);
    d->bits = hlview_bytes(v, windows * (HLFMT_WINDOW / 8));
    d->ranks = hlview_bytes(v, cells * 2);
    l->cell_bounds = hlview_bytes(v, cells);
    l->position_ranks = positions ? hlview_bytes(v, cells * 4) : NULL;
    l->champions = hlview_bytes(v, (size_t)d->head.champions * 2);
    l->champion_count = d->head.champions;
    d->escape_docs = hlview_bytes(v, (size_t)d->head.escapes * 2);
    d->escape_tfs = hlview_bytes(v, (size_t)d->head.escapes * 4);
    const uint8_t *gap = v->p;
    size_t padding = (size_t)(-(v->p - start) & 63); /* the body starts at such a place */
    hlview_bytes(v, padding);
    d->codes = hlview_bytes(v, l->ones ? 0 : ((size_t)l->n + 1) / 2);
    if (v->bad)
        return fault(where, start, "the body is shorter than its counts (F 5)");
    if (memcmp(gap, zeros, padding) || memcmp(d->head.zero, zeros, sizeof d->head.zero) ||
        memcmp(d->head.window_bound + windows, zeros, HLFMT_WINDOWS - windows))
        return fault(where, start, "bytes that must be zero are not (F 2)");
    if (d->head.codes != (l->ones ? 0 : ((uint64_t)l->n + 1) / 2))
        return fault(where, start, "a wrong number of codes (F 5)");
    return true;
}

/* Bits to documents; ranks are held against what was counted on the way (F 8). */
static bool dense_docs(const struct hlcheck_where *where, const struct hlcheck_list *l,
                       const struct dense *d)
{
    const struct hlcheck_chunk *c = where->chunk;
    uint32_t n = 0, words = c->chunk->head.windows * (HLFMT_WINDOW / 64);
    for (uint32_t w = 0; w < words; w++) {
        uint64_t bits = hlbuf_load64(d->bits + (size_t)w * 8);
        uint32_t cell = w / (HLFMT_CELL / 64);
        if (w % (HLFMT_CELL / 64) == 0 && hlbuf_load16(d->ranks + (size_t)cell * 2) != n)
            return fault(where, d->ranks + (size_t)cell * 2,
                         "a rank is not the number of documents before its cell (F 8)");
        for (; bits; bits &= bits - 1) {
            uint32_t doc = w * 64 + (uint32_t)__builtin_ctzll(bits);
            if (n == l->n || doc >= c->chunk->head.docs)
                return fault(where, d->bits + (size_t)w * 8, "more bits than documents (F 6)");
            c->docs[n++] = (uint16_t)doc;
        }
    }
    return n == l->n || fault(where, d->bits, "fewer bits than documents (F 6)");
}

/* Codes to tfs; code 15 says that the escapes know more (F 9). */
static bool dense_tfs(const struct hlcheck_where *where, const struct hlcheck_list *l,
                      const struct dense *d)
{
    const struct hlcheck_chunk *c = where->chunk;
    uint32_t escape = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        unsigned code = l->ones ? 0 : d->codes[i / 2] >> i % 2 * 4 & 15;
        c->tfs[i] = code + 1;
        if (code < HLFMT_CODES - 1)
            continue;
        if (escape == d->head.escapes ||
            hlbuf_load16(d->escape_docs + (size_t)escape * 2) != c->docs[i])
            return fault(where, d->escape_docs, "a code 15 without its escape (F 9)");
        c->tfs[i] = hlbuf_load32(d->escape_tfs + (size_t)escape++ * 4);
        if (c->tfs[i] < HLFMT_CODES)
            return fault(where, d->escape_tfs, "an escape that a code could say (F 9)");
    }
    if (escape != d->head.escapes)
        return fault(where, d->escape_docs, "an escape without its code 15 (F 9)");
    if (!l->ones && l->n % 2 && d->codes[l->n / 2] >> 4)
        return fault(where, d->codes, "the half byte after the last code is not zero (F 2)");
    return true;
}

static bool read_dense(const struct hlcheck_where *where, struct hlview *v, bool positions,
                       struct hlcheck_list *l)
{
    struct dense d;
    return take_dense(where, v, positions, l, &d) && dense_docs(where, l, &d) &&
           dense_tfs(where, l, &d);
}

bool hlcheck_postings(const struct hlcheck_where *where, struct hlview *v, bool positions,
                      struct hlcheck_bytes *bytes, struct hlcheck_list *l)
{
    static const uint8_t zeros[64];
    assert(l->kind != HLFMT_KIND_NONE);
    if (l->kind == HLFMT_KIND_TINY)
        return read_tiny(where, v, l);
    uint64_t at = hlview_varint(v), next = bytes->bodies_next;
    if (l->kind == HLFMT_KIND_DENSE)
        next = (next + 63) & ~(uint64_t)63;
    if (v->bad || at != next || at >= bytes->bodies_size)
        return fault(where, l->at, "its body does not follow the one before (F 5)");
    if (memcmp(bytes->bodies + bytes->bodies_next, zeros, (size_t)(at - bytes->bodies_next)))
        return fault(where, bytes->bodies + bytes->bodies_next,
                     "bytes between two bodies that are not zero (F 2)");
    struct hlview body = hlview_of(bytes->bodies + at, (size_t)(bytes->bodies_size - at));
    bool good = l->kind == HLFMT_KIND_DENSE ? read_dense(where, &body, positions, l)
                                            : read_sparse(where, &body, positions, l);
    if (good)
        bytes->bodies_next = (uint64_t)(body.p - bytes->bodies);
    return good;
}

/* ---- bounds and champions ---- */

struct champion {
    double impact;
    uint16_t doc;
};

static bool better(const struct champion *a, const struct champion *b)
{
    return a->impact > b->impact || (a->impact == b->impact && a->doc < b->doc);
}

/* Keeps the best `room` of what comes, the best first. */
static unsigned keep_champion(struct champion *row, unsigned count, unsigned room,
                              struct champion c)
{
    if (!room || (count == room && !better(&c, &row[count - 1])))
        return count;
    unsigned i = count < room ? count++ : count - 1;
    for (; i && better(&c, &row[i - 1]); i--)
        row[i] = row[i - 1];
    row[i] = c;
    return count;
}

static void check_champions(const struct hlcheck_where *where, const struct hlcheck_list *l,
                            const struct champion *row, unsigned count)
{
    bool good = l->champion_count == count;
    for (unsigned i = 0; good && i < count; i++)
        good = hlbuf_load16(l->champions + i * 2) == row[i].doc;
    if (!good)
        hlcheck_at(where, l->champions,
                   "its champions are not the documents of the greatest impact (F 11)");
}

static void check_bound(const struct hlcheck_where *where, const uint8_t *bound, double impact)
{
    /* 255 is as much as any impact can need. */
    if (*bound != 255 && *bound < impact * 255)
        hlcheck_at(where, bound, "a bound below an impact that it stands for (F 10)");
}

static void check_long(const struct hlcheck_where *where, const struct hlcheck_list *l,
                       bool positions)
{
    const struct hlcheck_chunk *c = where->chunk;
    struct champion row[HLFMT_CHAMPIONS];
    unsigned room = positions && l->n >= CHAMPIONS_FROM ? HLFMT_CHAMPIONS : 0, count = 0;
    double cell_most = 0, window_most = 0;
    assert(l->kind == HLFMT_KIND_SPARSE || l->kind == HLFMT_KIND_DENSE);
    for (uint32_t i = 0; i < l->n; i++) {
        unsigned doc = c->docs[i];
        double x = c->tfs[i] / (c->tfs[i] + c->norms[doc]);
        bool last = i + 1 == l->n;
        cell_most = x > cell_most ? x : cell_most;
        window_most = x > window_most ? x : window_most;
        count = keep_champion(row, count, room, (struct champion){x, (uint16_t)doc});
        if (last || c->docs[i + 1] / HLFMT_CELL != doc / HLFMT_CELL) {
            if (l->cell_bounds)
                check_bound(where, l->cell_bounds + doc / HLFMT_CELL, cell_most);
            cell_most = 0;
        }
        if (last || c->docs[i + 1] / HLFMT_WINDOW != doc / HLFMT_WINDOW) {
            if (l->window_bounds)
                check_bound(where, l->window_bounds + doc / HLFMT_WINDOW, window_most);
            window_most = 0;
        }
    }
    check_champions(where, l, row, count);
}

void hlcheck_summary(const struct hlcheck_where *where, const struct hlcheck_list *l,
                     bool positions)
{
    const struct hlcheck_chunk *c = where->chunk;
    bool ones = true;
    for (uint32_t i = 0; i < l->n && ones; i++)
        ones = c->tfs[i] == 1;
    if (ones != l->ones)
        hlcheck_at(where, l->at, "says wrongly that every tf is 1, or that one is not (F 7)");
    if (l->kind == HLFMT_KIND_NONE)
        return;
    if (l->kind != hlencode_kind(l->n, c->chunk->head.docs))
        hlcheck_at(where, l->at, "not the form for this many documents (F 6)");
    if (l->kind != HLFMT_KIND_TINY)
        check_long(where, l, positions);
}

/* ---- positions ---- */

bool hlcheck_values_start(const struct hlcheck_where *where, struct hlview *v,
                          struct hlcheck_bytes *bytes, const struct hlcheck_list *l,
                          struct hlcheck_values *values)
{
    struct hlview at = *v;
    assert(l->cf >= 1 && l->kind != HLFMT_KIND_NONE);
    if (l->kind != HLFMT_KIND_TINY) {
        uint64_t offset = hlview_varint(v);
        if (v->bad || offset != bytes->positions_next || offset >= bytes->positions_size)
            return fault(where, l->at, "its positions do not follow those before (F 5)");
        at = hlview_of(bytes->positions + offset, (size_t)(bytes->positions_size - offset));
    }
    values->start = at.p;
    values->end = at.end;
    values->done = 0;
    values->count = l->cf;
    uint64_t blocks = (l->cf + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT;
    if (!hlview_bytes(&at, (size_t)(blocks - 1) * 4))
        return fault(where, values->start, "positions end inside their directory (F 5)");
    values->p = at.p;
    return true;
}

bool hlcheck_value(const struct hlcheck_where *where, struct hlcheck_values *values,
                   uint32_t *out_value)
{
    if (values->done == values->count)
        return fault(where, values->p, "fewer positions than its tfs ask for (F 12)");
    uint64_t block = values->done / HLBLOCK_COUNT, left = values->count - values->done;
    if (values->done % HLBLOCK_COUNT == 0) {
        unsigned n = left < HLBLOCK_COUNT ? (unsigned)left : HLBLOCK_COUNT;
        if (block && hlbuf_load32(values->start + (block - 1) * 4) !=
                         (uint64_t)(values->p - values->start))
            return fault(where, values->start,
                         "the directory of its positions points beside a block (F 8)");
        const uint8_t *p = hlblock_decode(values->p, values->end, n, values->values);
        if (!p)
            return fault(where, values->p, "a block of positions does not decode (F 12)");
        values->p = p;
    }
    *out_value = values->values[values->done++ % HLBLOCK_COUNT];
    return true;
}

bool hlcheck_values_end(const struct hlcheck_where *where, struct hlview *v,
                        struct hlcheck_bytes *bytes, const struct hlcheck_list *l,
                        const struct hlcheck_values *values)
{
    if (values->done != values->count)
        return fault(where, values->start, "more positions than its tfs ask for (F 12)");
    if (l->kind == HLFMT_KIND_TINY)
        v->p = values->p;
    else
        bytes->positions_next = (uint64_t)(values->p - bytes->positions);
    return hlview_left(v) == 0 || fault(where, v->p, "bytes left over in its entry (F 5)");
}
