/*
 * postings.c - entries and bodies of lists to containers, with every bound checked.
 *
 * The writing side is encode.c; the bytes are described in FORMAT.md 5.
 */
#include "codec/block.h"
#include "segment/container.h"
#include "segment/segment.h"

#include "base/err.h"
#include "base/swar.h"
#include "segment/gone.h"

#include <assert.h>

enum {
    PREFETCHED = 512, /* bytes of a body: bounds, champions, the first blocks */
    BLOCKS_MOST = 2 * HLBLOCK_BYTES_MAX,
    PAIR_MOST = 512 /* bytes of a pair's entry, its tiny list included */
};

/* What an entry says before its body. */
struct head {
    uint32_t df;
    uint64_t cf;
    enum hlfmt_kind kind;
    bool ones, alternatives;
};

/* A byte mostly; else up to eight bytes at once, whose sevens of bits are pushed together. */
static inline uint64_t next_varint(struct hlview *v)
{
    if (v->p < v->end && *v->p < 128)
        return *v->p++;
    if (hlview_left(v) < 8)
        return hlview_varint(v);
    uint64_t word = hlbuf_load64(v->p), ends = hlswar_ascii(word);
    if (!ends)
        return hlview_varint(v);
    uint64_t last = ends & -ends; /* the bit that the last byte lacks */
    word &= (last - 1) & UINT64_C(0x7f7f7f7f7f7f7f7f);
    word = (word & UINT64_C(0x007f007f007f007f)) | (word & UINT64_C(0x7f007f007f007f00)) >> 1;
    word = (word & UINT64_C(0x00003fff00003fff)) | (word & UINT64_C(0x3fff00003fff0000)) >> 2;
    word = (word & UINT64_C(0x000000000fffffff)) | (word & UINT64_C(0x0fffffff00000000)) >> 4;
    v->p += hlswar_first(last) + 1;
    return word;
}

static bool read_head(struct hlview *v, uint32_t docs, struct head *h)
{
    uint64_t head = next_varint(v);
    uint64_t more = head & HLFMT_HEAD_EQUAL ? 0 : next_varint(v);
    uint64_t df = head >> 5;
    h->df = (uint32_t)df;
    h->cf = df + more;
    h->kind = (enum hlfmt_kind)(head & 3);
    h->ones = head & HLFMT_HEAD_ONES;
    h->alternatives = head & HLFMT_HEAD_ALTERNATIVE;
    return !v->bad && df >= 1 && df <= docs && more <= UINT32_MAX &&
           (h->kind != HLFMT_KIND_TINY || df < HLFMT_TINY);
}

static hl_status damaged_list(const struct hlchunk *chunk, const uint8_t *p,
                              struct hl_error *err)
{
    uint64_t at = (uint64_t)(p - chunk->segment->file.map);
    return hlchunk_damaged(chunk, "postings", at, "list does not decode", err);
}

/* Arrays of a list container while they are filled. */
struct arrays {
    uint16_t *docs;
    uint8_t *codes;
    uint8_t *escape_docs, *escape_tfs;
    uint32_t count, escapes, escape_room;
};

static bool arrays_init(struct arrays *a, uint32_t df, struct hlarena *arena)
{
    memset(a, 0, sizeof *a);
    /* The last block may overshoot: kernels store whole registers. */
    a->docs = hlarena_alloc(arena, ((size_t)df + HLBLOCK_COUNT) * sizeof *a->docs);
    a->codes = hlarena_alloc(arena, (size_t)df + HLBLOCK_COUNT);
    return a->docs && a->codes;
}

/* The arena cannot grow a block, so the room doubles and the old bytes stay behind. */
static bool add_escape(struct arrays *a, uint16_t doc, uint32_t tf, struct hlarena *arena)
{
    if (a->escapes == a->escape_room) {
        uint32_t room = a->escape_room ? a->escape_room * 2 : 32;
        uint8_t *docs = hlarena_alloc(arena, (size_t)room * 2);
        uint8_t *tfs = hlarena_alloc(arena, (size_t)room * 4);
        if (!docs || !tfs)
            return false;
        if (a->escapes) {
            memcpy(docs, a->escape_docs, (size_t)a->escapes * 2);
            memcpy(tfs, a->escape_tfs, (size_t)a->escapes * 4);
        }
        a->escape_docs = docs;
        a->escape_tfs = tfs;
        a->escape_room = room;
    }
    memcpy(a->escape_docs + (size_t)a->escapes * 2, &doc, 2);
    memcpy(a->escape_tfs + (size_t)a->escapes * 4, &tf, 4);
    a->escapes++;
    return true;
}

static void use_arrays(const struct arrays *a, struct hlcontainer *c)
{
    c->ops = hlcont_ops(HLCONT_LIST);
    c->as.list.docs = a->docs;
    c->as.list.codes = a->codes;
    c->escapes = (struct hlcont_escapes){a->escape_docs, a->escape_tfs, a->escapes};
    hlcont_set_starts(c);
}

/* Which postings of a tiny list have a tf above 1. */
static uint32_t tiny_tf_bits(struct hlview *v, uint32_t df)
{
    uint32_t more = 0;
    const uint8_t *p = hlview_bytes(v, (df + 7) / 8);
    if (p)
        memcpy(&more, p, (df + 7) / 8);
    return df < 32 ? more & ((UINT32_C(1) << df) - 1) : more;
}

static hl_status read_tiny(const struct hlchunk *chunk, const struct head *h, struct hlview *v,
                           struct hlarena *arena, struct hlcontainer *c, struct hl_error *err)
{
    struct arrays a;
    if (!arrays_init(&a, h->df, arena))
        return hlerr_nomem(err);
    const uint8_t *start = v->p;
    uint64_t doc = hlview_u16(v);
    for (uint32_t i = 0; i < h->df; i++) {
        uint64_t step = i ? next_varint(v) : 0;
        /* A step of any size is looked at first: adding it must not go round. */
        if (v->bad || step >= chunk->head.docs || (doc += step + (i > 0)) >= chunk->head.docs)
            return damaged_list(chunk, start, err);
        a.docs[i] = (uint16_t)doc;
        a.codes[i] = 0;
    }
    uint32_t more = h->ones ? 0 : tiny_tf_bits(v, h->df);
    if (v->bad)
        return damaged_list(chunk, start, err);
    for (uint32_t i = 0; more && i < h->df; i++) {
        uint64_t above = more >> i & 1 ? next_varint(v) : 0;
        if (v->bad || above > UINT32_MAX - 2)
            return damaged_list(chunk, start, err);
        uint64_t tf = more >> i & 1 ? above + 2 : 1;
        a.codes[i] = (uint8_t)hlfmt_tf_code((uint32_t)tf);
        if (tf >= HLFMT_CODES && !add_escape(&a, a.docs[i], (uint32_t)tf, arena))
            return hlerr_nomem(err);
    }
    memset(c->window_bound, 255, sizeof c->window_bound);
    use_arrays(&a, c);
    return HL_OK;
}

/* The tfs of n postings that were read, less 1, some of them of more than 16 bits. */
static hl_status add_wide_tfs(const struct hlchunk *chunk, const struct hlview *v,
                              const uint8_t *p, unsigned n, struct arrays *a,
                              struct hlarena *arena, struct hl_error *err)
{
    uint32_t values[HLBLOCK_COUNT];
    if (!hlblock_decode(p, v->end, n, values))
        return damaged_list(chunk, v->p, err);
    for (unsigned i = 0; i < n; i++) {
        uint32_t code = values[i];
        if (code == UINT32_MAX)
            return damaged_list(chunk, v->p, err);
        a->codes[a->count + i] = (uint8_t)(code < HLFMT_CODES - 1 ? code : HLFMT_CODES - 1);
        if (code >= HLFMT_CODES - 1 && !add_escape(a, a->docs[a->count + i], code + 1, arena))
            return hlerr_nomem(err);
    }
    return HL_OK;
}

static hl_status add_tfs(const struct hlchunk *chunk, struct hlview *v, unsigned n,
                         struct arrays *a, struct hlarena *arena, struct hl_error *err)
{
    uint16_t values[HLBLOCK_COUNT];
    uint64_t escaped[HLBLOCK_COUNT / 64];
    bool wide;
    const uint8_t *p = hlblock_decode16(v->p, v->end, n, values, &wide);
    if (!p)
        return damaged_list(chunk, v->p, err);
    if (wide) {
        hl_status status = add_wide_tfs(chunk, v, v->p, n, a, arena, err);
        v->p = p;
        return status;
    }
    v->p = p;
    hlblock_cap8(values, n, HLFMT_CODES - 1, a->codes + a->count, escaped);
    for (unsigned w = 0; w < HLBLOCK_COUNT / 64; w++)
        for (uint64_t bits = escaped[w]; bits; bits &= bits - 1) {
            unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits);
            if (!add_escape(a, a->docs[a->count + i], values[i] + 1u, arena))
                return hlerr_nomem(err);
        }
    return HL_OK;
}

/* One block of documents and one of tfs, appended to the arrays. */
static hl_status read_block(const struct hlchunk *chunk, const struct head *h, struct hlview *v,
                            struct arrays *a, struct hlarena *arena, struct hl_error *err)
{
    unsigned n = h->df - a->count < HLBLOCK_COUNT ? h->df - a->count : HLBLOCK_COUNT;
    uint16_t *docs = a->docs + a->count;
    uint32_t from = a->count ? docs[-1] + 1u : 0;
    bool wide;
    const uint8_t *p = hlblock_decode16(v->p, v->end, n, docs, &wide);
    uint32_t end = p && !wide ? hlblock_sum16(docs, n, from) : 0;
    if (!end || end > chunk->head.docs)
        return damaged_list(chunk, v->p, err);
    v->p = p;
    if (h->ones) {
        memset(a->codes + a->count, 0, n);
    } else {
        hl_status status = add_tfs(chunk, v, n, a, arena, err);
        if (status != HL_OK)
            return status;
    }
    a->count += n;
    return HL_OK;
}

/*
 * Verifies what is read next, n bytes or what is left: the true end of a list is known only
 * when it has been read, and a first search should not pay for more than it reads.
 */
static inline hl_status touch(const struct hlchunk *chunk, const struct hlview *v, size_t n,
                              const char *section, struct hl_error *err)
{
    const struct hlsegfile *file = &chunk->segment->file;
    uint64_t at = (uint64_t)(v->p - file->map);
    const uint8_t *p;
    n = n < hlview_left(v) ? n : hlview_left(v);
    return hlsegfile_verified(file, at, n) ? HL_OK
                                           : hlsegfile_bytes(file, at, n, section, &p, err);
}

static bool champions_good(uint32_t count)
{
    return count == 0 || count == HLFMT_CHAMPIONS;
}

static hl_status read_sparse(const struct hlchunk *chunk, const struct head *h, bool positions,
                             struct hlview *v, struct hlarena *arena, struct hlcontainer *c,
                             struct hl_error *err)
{
    struct arrays a;
    const uint8_t *start = v->p;
    bool bounded = h->df >= HLFMT_BOUNDED;
    size_t blocks = (h->df + HLBLOCK_COUNT - 1) / HLBLOCK_COUNT;
    hl_status status =
        touch(chunk, v, HLFMT_WINDOWS + 1 + HLFMT_CHAMPIONS * 2 + blocks * 4, "postings", err);
    if (status != HL_OK)
        return status;
    const uint8_t *bounds = hlview_bytes(v, bounded ? chunk->head.windows : 0);
    c->champion_count = positions ? hlview_u8(v) : 0;
    c->champions = hlview_bytes(v, (size_t)c->champion_count * 2);
    if (positions)
        c->as.list.first_positions = hlview_bytes(v, (blocks - 1) * 4);
    if (v->bad || !champions_good(c->champion_count))
        return damaged_list(chunk, start, err);
    memset(c->window_bound, 255, sizeof c->window_bound);
    if (bounded)
        memcpy(c->window_bound, bounds, chunk->head.windows);
    if (!arrays_init(&a, h->df, arena))
        return hlerr_nomem(err);
    while (a.count < h->df) {
        status = touch(chunk, v, BLOCKS_MOST, "postings", err);
        if (status == HL_OK)
            status = read_block(chunk, h, v, &a, arena, err);
        if (status != HL_OK)
            return status;
    }
    use_arrays(&a, c);
    return HL_OK;
}

/* Ranks must rise by at most a cell and stay within the list.  Bits are not counted, which
 * would read all of them for each query: they may lead a cell past the last code, where the
 * file must go on (container_kernels.h).  Bits past the last document would name documents
 * that are not there. */
static bool dense_good(const struct hlchunk *chunk, const struct head *h,
                       const struct hlcont_dense *d)
{
    unsigned cells = chunk->head.windows * (HLFMT_WINDOW / HLFMT_CELL);
    unsigned last = 0;
    for (unsigned i = 0; i < cells; i++) {
        unsigned rank = hlbuf_load16(d->ranks + (size_t)i * 2);
        if (rank < last || rank - last > HLFMT_CELL || rank > h->df)
            return false;
        last = rank;
    }
    unsigned docs = chunk->head.docs, words = chunk->head.windows * HLCONT_WORDS;
    if (hlbuf_load16(d->ranks))
        return false;
    for (unsigned w = docs / 64; w < words; w++) {
        uint64_t bits = hlbuf_load64(d->bits + (size_t)w * 8);
        if (w == docs / 64 && docs % 64)
            bits >>= docs % 64;
        if (bits)
            return false;
    }
    return true;
}

static hl_status read_dense(const struct hlchunk *chunk, const struct head *h, bool positions,
                            struct hlview *v, const uint8_t *section, struct hlcontainer *c,
                            struct hl_error *err)
{
    const uint8_t *start = v->p;
    struct hlfmt_dense d;
    hl_status status = touch(chunk, v, sizeof d, "postings", err);
    if (status != HL_OK)
        return status;
    const uint8_t *p = hlview_bytes(v, sizeof d);
    if (!p)
        return damaged_list(chunk, start, err);
    memcpy(&d, p, sizeof d);
    size_t windows = chunk->head.windows, cells = windows * (HLFMT_WINDOW / HLFMT_CELL);
    if (d.escapes > h->df || !champions_good(d.champions))
        return damaged_list(chunk, start, err);
    status = touch(chunk, v,
                   windows * (HLFMT_WINDOW / 8) + cells * 7 + d.champions * 2 +
                       (size_t)d.escapes * 6 + 64 + h->df / 2 + 1,
                   "postings", err);
    if (status != HL_OK)
        return status;
    struct hlcont_dense *as = &c->as.dense;
    memcpy(c->window_bound, d.window_bound, sizeof c->window_bound);
    as->bits = hlview_bytes(v, windows * (HLFMT_WINDOW / 8));
    as->ranks = hlview_bytes(v, cells * 2);
    c->cell_bounds = hlview_bytes(v, cells);
    as->position_ranks = positions ? hlview_bytes(v, cells * 4) : NULL;
    c->champion_count = d.champions;
    c->champions = hlview_bytes(v, (size_t)d.champions * 2);
    c->escapes.count = d.escapes;
    c->escapes.docs = hlview_bytes(v, (size_t)d.escapes * 2);
    c->escapes.tfs = hlview_bytes(v, (size_t)d.escapes * 4);
    if (!v->bad)
        hlview_bytes(v, (size_t)(-(v->p - section) & 63));
    size_t codes = h->ones ? 0 : ((size_t)h->df + 1) / 2;
    const uint8_t *packed = hlview_bytes(v, codes);
    as->codes = h->ones ? NULL : packed;
    const struct hlsegfile *file = &chunk->segment->file;
    bool followed = !codes || (size_t)(file->map + file->size - v->p) >= HLCONT_REACH;
    if (v->bad || d.codes != codes || !followed || !dense_good(chunk, h, as))
        return damaged_list(chunk, start, err);
    c->ops = hlcont_ops(HLCONT_DENSE);
    return HL_OK;
}

static const struct hlfmt_band *find_band(const struct hlchunk *chunk, uint32_t term)
{
    uint32_t low = 0, high = chunk->head.bands;
    assert(term < chunk->head.terms);
    while (low + 1 < high) {
        uint32_t middle = (low + high) / 2;
        if (chunk->bands[middle].term_low <= term)
            low = middle;
        else
            high = middle;
    }
    return &chunk->bands[low];
}

/* The bytes of one term in the entries of a band; not verified past `peek` bytes. */
static hl_status entry_view(const struct hlchunk *chunk, const struct hlfmt_band *band,
                            enum hlfmt_band_section offsets, enum hlfmt_band_section entries,
                            uint32_t term, size_t peek, struct hlview *out_view,
                            struct hl_error *err)
{
    const struct hlsegfile *file = &chunk->segment->file;
    const uint8_t *p;
    uint64_t at = band->section[offsets].at + (uint64_t)(term - band->term_low) * 4;
    hl_status status = hlsegfile_bytes(file, at, 8, "entries", &p, err);
    if (status != HL_OK)
        return status;
    uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4);
    if (from > to || to > band->section[entries].size)
        return hlchunk_damaged(chunk, "entries", at, "offsets do not rise", err);
    *out_view = hlview_of(file->map + band->section[entries].at + from, to - from);
    return touch(chunk, out_view, peek, "entries", err);
}

static hl_status open_list(const struct hlchunk *chunk, const struct head *h,
                           const struct hlfmt_span *bodies, bool positions, struct hlview *v,
                           struct hlarena *arena, struct hlcontainer *c, struct hl_error *err)
{
    memset(c, 0, sizeof *c);
    c->df = h->df;
    c->cf = h->cf;
    c->kind = h->kind;
    c->ones = h->ones;
    c->alternatives = h->alternatives;
    if (h->kind == HLFMT_KIND_TINY)
        return read_tiny(chunk, h, v, arena, c, err);
    if (h->kind == HLFMT_KIND_NONE)
        return damaged_list(chunk, v->p, err);
    uint64_t offset = next_varint(v);
    if (v->bad)
        return damaged_list(chunk, v->p, err);
    if (offset >= bodies->size)
        return hlchunk_damaged(chunk, "postings", bodies->at, "body lies outside", err);
    /* Nothing of it is verified yet. */
    const uint8_t *section = chunk->segment->file.map + bodies->at;
    struct hlview body = hlview_of(section + offset, bodies->size - offset);
    if (h->kind == HLFMT_KIND_DENSE)
        return read_dense(chunk, h, positions, &body, section, c, err);
    return read_sparse(chunk, h, positions, &body, arena, c, err);
}

hl_status hlchunk_open_term(const struct hlchunk *chunk, uint32_t term, struct hlarena *arena,
                            struct hlcontainer *out_container, struct hl_error *err)
{
    const struct hlfmt_band *band = find_band(chunk, term);
    struct hlview v;
    struct head h;
    hl_status status =
        entry_view(chunk, band, HLFMT_ENTRY_OFFSETS, HLFMT_ENTRIES, term, SIZE_MAX, &v, err);
    if (status != HL_OK)
        return status;
    if (!read_head(&v, chunk->head.docs, &h))
        return damaged_list(chunk, v.p, err);
    struct hlcontainer c;
    status = open_list(chunk, &h, &band->section[HLFMT_BODIES], true, &v, arena, &c, err);
    if (status != HL_OK)
        return status;
    if (h.kind == HLFMT_KIND_TINY) {
        c.positions = v.p;
        c.positions_end = v.end;
    } else {
        uint64_t offset = next_varint(&v);
        const struct hlfmt_span *span = &band->section[HLFMT_POSITIONS];
        if (v.bad || offset >= span->size)
            return damaged_list(chunk, v.p, err);
        c.positions_at = span->at + offset;
        c.positions_size = span->size - offset;
    }
    *out_container = c;
    return HL_OK;
}

/* ---- counts ---- */

/*
 * Where the entry of a term lies, or NULL; from offsets that nobody has verified yet, so
 * for looking ahead only.
 */
static const uint8_t *guess_entry(const struct hlchunk *chunk, const struct hlfmt_band *band,
                                  uint32_t term)
{
    const uint8_t *map = chunk->segment->file.map;
    uint32_t from = hlbuf_load32(map + band->section[HLFMT_ENTRY_OFFSETS].at +
                                 (size_t)(term - band->term_low) * 4);
    return from < band->section[HLFMT_ENTRIES].size
               ? map + band->section[HLFMT_ENTRIES].at + from
               : NULL;
}

static void prefetch_body(const struct hlchunk *chunk, const struct hlfmt_band *band,
                          const uint8_t *entry)
{
    const struct hlfmt_span *bodies = &band->section[HLFMT_BODIES];
    struct hlview v = hlview_of(entry, HLFMT_PAD); /* readable behind every section */
    struct head h;
    if (!read_head(&v, chunk->head.docs, &h) || h.kind == HLFMT_KIND_TINY)
        return;
    uint64_t offset = hlview_varint(&v);
    if (v.bad || offset >= bodies->size)
        return;
    const uint8_t *body = chunk->segment->file.map + bodies->at + offset;
    for (unsigned i = 0; i < PREFETCHED; i += 64)
        __builtin_prefetch(body + i);
}

void hlseg_prefetch_term(const struct hlseg *segment, const uint32_t *locals)
{
    for (int step = 0; step < 3; step++)
        for (uint32_t c = 0; c < segment->chunk_count; c++) {
            const struct hlchunk *chunk = &segment->chunks[c];
            if (locals[c] == HLLEX_NONE || locals[c] >= chunk->head.terms)
                continue;
            const struct hlfmt_band *band = find_band(chunk, locals[c]);
            const uint8_t *entry = step ? guess_entry(chunk, band, locals[c]) : NULL;
            if (step == 0)
                __builtin_prefetch(segment->file.map + band->section[HLFMT_ENTRY_OFFSETS].at +
                                   (size_t)(locals[c] - band->term_low) * 4);
            else if (entry && step == 1)
                __builtin_prefetch(entry);
            else if (entry)
                prefetch_body(chunk, band, entry);
        }
}

void hlseg_prefetch_pairs(const struct hlseg *segment, const uint32_t *locals)
{
    const uint8_t *map = segment->file.map;
    for (int step = 0; step < 2; step++)
        for (uint32_t c = 0; c < segment->chunk_count; c++) {
            const struct hlchunk *chunk = &segment->chunks[c];
            if (locals[c] == HLLEX_NONE || locals[c] >= chunk->head.terms)
                continue;
            const struct hlfmt_band *band = find_band(chunk, locals[c]);
            const uint8_t *offset = map + band->section[HLFMT_PAIR_OFFSETS].at +
                                    (size_t)(locals[c] - band->term_low) * 4;
            if (step == 0)
                __builtin_prefetch(offset);
            else if (hlbuf_load32(offset) < band->section[HLFMT_PAIR_ENTRIES].size)
                __builtin_prefetch(map + band->section[HLFMT_PAIR_ENTRIES].at +
                                   hlbuf_load32(offset));
        }
}

static hl_status peek_head(const struct hlchunk *chunk, uint32_t term, struct head *out_head,
                           struct hl_error *err)
{
    const struct hlfmt_band *band = find_band(chunk, term);
    struct hlview v;
    hl_status status =
        entry_view(chunk, band, HLFMT_ENTRY_OFFSETS, HLFMT_ENTRIES, term, SIZE_MAX, &v, err);
    if (status == HL_OK && !read_head(&v, chunk->head.docs, out_head))
        return damaged_list(chunk, v.p, err);
    return status;
}

hl_status hlchunk_term_head(const struct hlchunk *chunk, uint32_t term,
                            struct hlchunk_term_head *out_head, struct hl_error *err)
{
    struct head h;
    hl_status status = peek_head(chunk, term, &h, err);
    if (status == HL_OK)
        *out_head = (struct hlchunk_term_head){h.df, h.cf, h.alternatives};
    return status;
}

/* What deleted documents counted of a term. */
static hl_status gone_of_term(const struct hlchunk *chunk, uint32_t term, const struct head *h,
                              struct hlcounts *gone, struct hl_error *err)
{
    const struct hllive_chunk *live = chunk->live;
    if (!live)
        return HL_OK;
    if (live->uncounted && live->docs < chunk->head.docs)
        return hlgone_term(chunk, term, gone, err);
    *gone = (struct hlcounts){h->df, h->cf};
    if (!live->uncounted) {
        struct hllive_term row = hllive_find_term(live, term);
        *gone = (struct hlcounts){row.df, row.cf};
    }
    return HL_OK;
}

hl_status hlchunk_term_counts(const struct hlchunk *chunk, uint32_t term,
                              struct hlcounts *out_counts, struct hl_error *err)
{
    struct head h;
    hl_status status = peek_head(chunk, term, &h, err);
    if (status != HL_OK)
        return status;
    struct hlcounts gone = {0, 0};
    status = gone_of_term(chunk, term, &h, &gone, err);
    if (status != HL_OK)
        return status;
    if (gone.df > h.df || gone.cf > h.cf)
        return hlchunk_damaged(chunk, "live", term, "more deleted than there was", err);
    *out_counts = (struct hlcounts){h.df - gone.df, h.cf - gone.cf};
    return HL_OK;
}

static hl_status band_counts(const struct hlchunk *chunk, const struct hlfmt_band *band,
                             hlchunk_counted *visit, void *user, struct hl_error *err)
{
    const struct hlfmt_span *offsets = &band->section[HLFMT_ENTRY_OFFSETS];
    const struct hlfmt_span *entries = &band->section[HLFMT_ENTRIES];
    const struct hlsegfile *file = &chunk->segment->file;
    const uint8_t *p, *bytes;
    hl_status status = hlsegfile_bytes(file, offsets->at, offsets->size, "entries", &p, err);
    if (status == HL_OK)
        status = hlsegfile_bytes(file, entries->at, entries->size, "entries", &bytes, err);
    for (uint32_t t = band->term_low; status == HL_OK && t < band->term_high; t++, p += 4) {
        uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4);
        struct head h;
        struct hlview v = hlview_of(bytes, from <= to && to <= entries->size ? to : 0);
        v.p += v.p < v.end ? from : 0;
        if (!read_head(&v, chunk->head.docs, &h))
            return damaged_list(chunk, bytes, err);
        struct hlcounts counts = {h.df, h.cf};
        if (chunk->live)
            status = hlchunk_term_counts(chunk, t, &counts, err);
        if (status == HL_OK)
            visit(user, t, &counts);
    }
    return status;
}

hl_status hlchunk_each_counts(const struct hlchunk *chunk, hlchunk_counted *visit, void *user,
                              struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t b = 0; status == HL_OK && b < chunk->head.bands; b++)
        status = band_counts(chunk, &chunk->bands[b], visit, user, err);
    return status;
}

/* ---- pairs ---- */

/* Steps over n varints, eight bytes at a time: each ends with a byte below 128. */
static void skip_varints(struct hlview *v, uint32_t n)
{
    while (n && v->end - v->p >= 8) {
        uint64_t ends = hlswar_ascii(hlbuf_load64(v->p));
        uint32_t here = hlswar_count(ends);
        if (here < n) {
            n -= here;
            v->p += 8;
            continue;
        }
        while (--n)
            ends &= ends - 1;
        v->p += hlswar_first(ends) + 1;
        return;
    }
    for (; n && !v->bad; n--)
        next_varint(v);
}

/* Steps over what a tiny list has after its counts. */
static void skip_tiny(struct hlview *v, const struct hlpair_entry *e)
{
    hlview_u16(v);
    skip_varints(v, e->df - 1);
    if (!e->ones)
        skip_varints(v, (uint32_t)__builtin_popcount(tiny_tf_bits(v, e->df)));
}

/* Reads an entry after its follower; leaves the view at the next one. */
static bool read_pair(struct hlview *v, uint32_t docs, bool plain, struct hlpair_entry *e)
{
    struct head h;
    if (plain) {
        e->df = 1;
        e->cf = 1;
        e->kind = HLFMT_KIND_NONE;
        e->ones = true;
        return true;
    }
    if (!read_head(v, docs, &h) || h.alternatives)
        return false;
    e->df = h.df;
    e->cf = h.cf;
    e->kind = h.kind;
    e->ones = h.ones;
    e->body = *v;
    if (h.kind == HLFMT_KIND_TINY)
        skip_tiny(v, e);
    else if (h.kind != HLFMT_KIND_NONE)
        next_varint(v);
    return !v->bad;
}

static hl_status damaged_pairs(const struct hlchunk *chunk, const uint8_t *p,
                               struct hl_error *err)
{
    uint64_t at = (uint64_t)(p - chunk->segment->file.map);
    return hlchunk_damaged(chunk, "pairs", at, "pairs do not decode", err);
}

/* Opens the run of pairs of a; count 0 if it has none.  skips: where the skip points are. */
static hl_status open_run(const struct hlchunk *chunk, uint32_t a, struct hlpair_walk *walk,
                          const uint8_t **out_skips, struct hl_error *err)
{
    const struct hlfmt_band *band = find_band(chunk, a);
    struct hlview v;
    hl_status status =
        entry_view(chunk, band, HLFMT_PAIR_OFFSETS, HLFMT_PAIR_ENTRIES, a, 10, &v, err);
    if (status != HL_OK)
        return status;
    uint64_t count = hlview_left(&v) ? next_varint(&v) : 0;
    if (v.bad || count > chunk->head.terms)
        return damaged_pairs(chunk, v.p, err);
    size_t skip_bytes = count ? (size_t)((count - 1) / HLFMT_PAIR_SKIP) * 8 : 0;
    status = touch(chunk, &v, skip_bytes, "pairs", err);
    if (status != HL_OK)
        return status;
    const uint8_t *skips = hlview_bytes(&v, skip_bytes);
    if (!skips)
        return damaged_pairs(chunk, v.p, err);
    *walk = (struct hlpair_walk){v, (uint32_t)count, 0, chunk, band};
    *out_skips = skips;
    return HL_OK;
}

hl_status hlpair_walk_start(const struct hlchunk *chunk, uint32_t a,
                            struct hlpair_walk *out_walk, struct hl_error *err)
{
    const uint8_t *skips;
    return open_run(chunk, a, out_walk, &skips, err);
}

bool hlpair_walk_next(struct hlpair_walk *walk, struct hlpair_entry *entry, hl_status *status,
                      struct hl_error *err)
{
    *status = HL_OK;
    if (walk->next == walk->count)
        return false;
    *status = touch(walk->chunk, &walk->view, PAIR_MOST, "pairs", err);
    if (*status != HL_OK)
        return false;
    const uint8_t *start = walk->view.p;
    bool absolute = walk->next % HLFMT_PAIR_SKIP == 0;
    uint64_t step = next_varint(&walk->view);
    bool plain = step & 1;
    step >>= 1;
    uint64_t b = absolute ? step : entry->b + step;
    bool rises = walk->next == 0 || b > entry->b;
    if (walk->view.bad || b >= walk->chunk->head.terms || !rises ||
        !read_pair(&walk->view, walk->chunk->head.docs, plain, entry)) {
        *status = damaged_pairs(walk->chunk, start, err);
        return false;
    }
    entry->b = (uint32_t)b;
    walk->next++;
    return true;
}

/* Moves the walk on to the skip point that b could follow; entries: where the first one is. */
static hl_status skip_to(struct hlpair_walk *walk, const uint8_t *skips, const uint8_t *entries,
                         uint32_t b, struct hl_error *err)
{
    uint32_t low = walk->next / HLFMT_PAIR_SKIP;
    uint32_t high = walk->count ? (walk->count - 1) / HLFMT_PAIR_SKIP : 0, start = low;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hlbuf_load32(skips + (size_t)middle * 8) <= b)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == start)
        return HL_OK;
    uint32_t offset = hlbuf_load32(skips + (size_t)(low - 1) * 8 + 4);
    if (offset >= (size_t)(walk->view.end - entries))
        return damaged_pairs(walk->chunk, skips, err);
    walk->view.p = entries + offset;
    walk->next = low * HLFMT_PAIR_SKIP;
    return HL_OK;
}

static hl_status find_pair(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                           struct hlpair_walk *walk, struct hlpair_entry *entry,
                           bool *out_found, struct hl_error *err)
{
    const uint8_t *skips;
    *out_found = false;
    hl_status status = open_run(chunk, a, walk, &skips, err);
    if (status == HL_OK)
        status = skip_to(walk, skips, walk->view.p, b, err);
    if (status != HL_OK)
        return status;
    entry->b = 0;
    uint32_t start = walk->next;
    while (walk->next < walk->count && walk->next < start + HLFMT_PAIR_SKIP) {
        if (!hlpair_walk_next(walk, entry, &status, err) || entry->b > b)
            break;
        if (entry->b == b) {
            *out_found = true;
            break;
        }
    }
    return status;
}

/* The counts of an entry less those of deleted documents. */
static hl_status live_counts(const struct hlpair_walk *walk, uint32_t a,
                             const struct hlpair_entry *entry, struct hlcounts *out_counts,
                             struct hl_error *err)
{
    const struct hlchunk *chunk = walk->chunk;
    const struct hllive_chunk *live = chunk->live;
    struct hlcounts gone = {0, 0};
    if (live && !live->uncounted) {
        struct hllive_pair row = hllive_find_pair(live, a, entry->b);
        gone = (struct hlcounts){row.df, row.cf};
    } else if (live && live->docs == chunk->head.docs) {
        gone = (struct hlcounts){entry->df, entry->cf};
    } else if (live) {
        struct hlpair_spot spot = {*entry, walk->band};
        hl_status status = hlgone_pair(chunk, a, &spot, &gone, err);
        if (status != HL_OK)
            return status;
    }
    if (gone.df > entry->df || gone.cf > entry->cf)
        return hlchunk_damaged(chunk, "live", a, "more deleted than there was", err);
    *out_counts = (struct hlcounts){entry->df - gone.df, entry->cf - gone.cf};
    return HL_OK;
}

/* Entries are scanned from a skip point on; one that was read and passed is not lost. */
hl_status hlchunk_pairs_counts(const struct hlchunk *chunk, uint32_t a, const uint32_t *bs,
                               uint32_t count, struct hlcounts *out_counts,
                               struct hl_error *err)
{
    struct hlpair_walk walk;
    struct hlpair_entry entry = {.b = 0};
    const uint8_t *skips;
    hl_status status = open_run(chunk, a, &walk, &skips, err);
    if (status != HL_OK)
        return status;
    const uint8_t *entries = walk.view.p;
    bool read = false; /* entry is valid and was not asked for yet */
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        assert(i == 0 || bs[i - 1] < bs[i]);
        out_counts[i] = (struct hlcounts){0, 0};
        if (!read || entry.b < bs[i])
            status = skip_to(&walk, skips, entries, bs[i], err);
        while (status == HL_OK && (!read || entry.b < bs[i])) {
            read = hlpair_walk_next(&walk, &entry, &status, err);
            if (!read)
                break;
        }
        if (status == HL_OK && read && entry.b == bs[i])
            status = live_counts(&walk, a, &entry, &out_counts[i], err);
    }
    return status;
}

static hl_status open_entry(const struct hlchunk *chunk, const struct hlfmt_band *band,
                            const struct hlpair_entry *entry, struct hlarena *arena,
                            struct hlcontainer *out_container, struct hl_error *err)
{
    struct head h = {entry->df, entry->cf, entry->kind, entry->ones, false};
    struct hlview v = entry->body;
    return open_list(chunk, &h, &band->section[HLFMT_PAIR_BODIES], false, &v, arena,
                     out_container, err);
}

hl_status hlpair_entry_open(const struct hlpair_walk *walk, const struct hlpair_entry *entry,
                            struct hlarena *arena, struct hlcontainer *out_container,
                            struct hl_error *err)
{
    return open_entry(walk->chunk, walk->band, entry, arena, out_container, err);
}

hl_status hlchunk_find_pair(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                            struct hlpair_spot *out_spot, struct hlcounts *out_counts,
                            struct hl_error *err)
{
    struct hlpair_walk walk;
    struct hlpair_spot spot = {.entry = {.df = 0}};
    struct hlcounts counts = {0, 0};
    bool found;
    hl_status status = find_pair(chunk, a, b, &walk, &spot.entry, &found, err);
    if (status == HL_OK && found)
        status = live_counts(&walk, a, &spot.entry, &counts, err);
    if (status != HL_OK)
        return status;
    spot.band = walk.band;
    if (!found)
        spot.entry.df = 0;
    *out_spot = spot;
    *out_counts = counts;
    return HL_OK;
}

hl_status hlchunk_open_spot(const struct hlchunk *chunk, const struct hlpair_spot *spot,
                            struct hlarena *arena, bool *out_listed,
                            struct hlcontainer *out_container, struct hl_error *err)
{
    assert(spot->entry.df);
    bool listed = spot->entry.kind != HLFMT_KIND_NONE;
    hl_status status =
        listed ? open_entry(chunk, spot->band, &spot->entry, arena, out_container, err) : HL_OK;
    if (status == HL_OK)
        *out_listed = listed;
    return status;
}

hl_status hlchunk_open_pair(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                            struct hlarena *arena, bool *out_found,
                            struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlpair_spot spot;
    struct hlcounts counts;
    bool listed = false;
    hl_status status = hlchunk_find_pair(chunk, a, b, &spot, &counts, err);
    if (status == HL_OK && spot.entry.df)
        status = hlchunk_open_spot(chunk, &spot, arena, &listed, out_container, err);
    if (status == HL_OK && spot.entry.df && !listed)
        status = hlpairs_from_positions(chunk, a, b, spot.entry.df, arena, out_container, err);
    if (status == HL_OK)
        *out_found = spot.entry.df > 0;
    return status;
}
