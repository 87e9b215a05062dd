/*
 * check_dict.c - the dictionary block by block, and the order by folded key.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <inttypes.h>

struct dictionary {
    struct hlcheck *check;
    const struct hlseg *segment;
    const struct hllexicon *lex;
    const uint8_t *index, *bytes;
    uint32_t *ranks; /* by chunk: terms of it met so far */
    struct hllex_term before;
};

static bool fault(const struct dictionary *d, const uint8_t *p, const char *what)
{
    assert(p >= d->lex->file->map);
    hlcheck_fault(d->check, "corrupt index: %.400s, dictionary, byte %" PRIu64 ": %s",
                  d->lex->file->path, (uint64_t)(p - d->lex->file->map), what);
    return false;
}

static const uint8_t *take(struct dictionary *d, enum hlfmt_segment_section which)
{
    const struct hlfmt_span *span = &d->lex->section[which];
    struct hl_error err = {0};
    const uint8_t *p = NULL;
    hl_status status =
        hlsegfile_bytes(d->lex->file, span->at, span->size, "dictionary", &p, &err);
    return hlcheck_got(d->check, status, &err) ? p : NULL;
}

/* Which chunks have the term; a rank is how many terms before it they have. */
static bool check_mask(struct dictionary *d, const uint8_t *mask, uint32_t chunks)
{
    bool any = false;
    assert(chunks > 1 && chunks == d->segment->chunk_count);
    for (uint32_t c = 0; c < chunks; c++) {
        bool has = mask[c / 8] >> c % 8 & 1;
        d->ranks[c] += has;
        any |= has;
    }
    if (chunks % 8 && mask[chunks / 8] >> chunks % 8)
        return fault(d, mask, "a term in chunks that are not there (F 2)");
    return any || fault(d, mask, "a term that no chunk has (F 15)");
}

static bool check_term(struct dictionary *d, struct hlview *v, uint32_t ordinal)
{
    static const uint8_t always = 1;
    uint32_t chunks = d->lex->chunks;
    bool first = ordinal % HLFMT_DICT_BLOCK == 0;
    const uint8_t *start = v->p;
    struct hllex_term t = {.ordinal = ordinal};
    uint64_t shared = first ? 0 : hlview_varint(v), size = hlview_varint(v);
    if (v->bad || shared > d->before.size || size > HLFMT_TERM_MAX - shared || !(shared + size))
        return fault(d, start, "a term does not decode (F 15)");
    const uint8_t *bytes = hlview_bytes(v, size);
    const uint8_t *mask = chunks == 1 ? &always : hlview_bytes(v, (chunks + 7) / 8);
    if (!bytes || !mask)
        return fault(d, start, "a block ends inside a term (F 15)");
    memcpy(t.bytes, d->before.bytes, shared);
    memcpy(t.bytes + shared, bytes, size);
    t.size = (uint32_t)(shared + size);
    uint32_t n = t.size < d->before.size ? t.size : d->before.size;
    int order = ordinal ? memcmp(d->before.bytes, t.bytes, n) : -1;
    if (order > 0 || (order == 0 && d->before.size >= t.size))
        return fault(d, start, "terms out of order (F 15)");
    d->before = t;
    return chunks == 1 ? (d->ranks[0]++, true) : check_mask(d, mask, chunks);
}

static bool check_block(struct dictionary *d, uint32_t block)
{
    assert(block * HLFMT_DICT_BLOCK < d->lex->terms);
    const uint8_t *p = d->index + (size_t)block * 4;
    uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4), chunks = d->lex->chunks;
    if (from > to || to > d->lex->section[HLFMT_DICT_BYTES].size)
        return fault(d, p, "offsets of blocks do not rise (F 5)");
    struct hlview v = hlview_of(d->bytes + from, to - from);
    const uint8_t *ranks = hlview_bytes(&v, (size_t)chunks * 4);
    if (!ranks)
        return fault(d, d->bytes + from, "a block without its ranks (F 15)");
    for (uint32_t c = 0; c < chunks; c++)
        if (hlbuf_load32(ranks + (size_t)c * 4) != d->ranks[c])
            return fault(d, ranks + (size_t)c * 4,
                         "a rank is not the number of terms before (F 15)");
    uint32_t first = block * HLFMT_DICT_BLOCK, left = d->lex->terms - first;
    for (uint32_t i = 0; i < left && i < HLFMT_DICT_BLOCK; i++)
        if (!check_term(d, &v, first + i))
            return false;
    return !hlview_left(&v) || fault(d, v.p, "bytes after the last term of a block (F 5)");
}

static bool check_blocks(struct dictionary *d)
{
    uint32_t blocks = (d->lex->terms + HLFMT_DICT_BLOCK - 1) / HLFMT_DICT_BLOCK;
    if (hlbuf_load32(d->index) ||
        hlbuf_load32(d->index + (size_t)blocks * 4) != d->lex->section[HLFMT_DICT_BYTES].size)
        return fault(d, d->index, "offsets of blocks do not span them (F 5)");
    for (uint32_t b = 0; b < blocks; b++)
        if (!check_block(d, b))
            return false;
    for (uint32_t c = 0; c < d->lex->chunks; c++)
        if (d->ranks[c] != d->segment->chunks[c].head.terms)
            return fault(d, d->index,
                         "a chunk has other terms than the dictionary says (F 15)");
    return true;
}

/* ---- the order by folded key ---- */

struct folded {
    struct hlbuf key;
    uint32_t ordinal;
};

static bool fold_at(struct dictionary *d, uint32_t ordinal, struct folded *out)
{
    struct hllex_term term;
    struct hl_error err = {0};
    hlbuf_reset(&out->key);
    out->ordinal = ordinal;
    hl_status status = hllex_get(d->lex, ordinal, &term, NULL, &err);
    if (!hlcheck_got(d->check, status, &err))
        return false;
    status = d->check->fold(term.bytes, term.size, &out->key, &err);
    /* What cannot be folded is no term. */
    if (status == HL_MISUSE)
        return fault(d, d->bytes, err.text);
    return hlcheck_got(d->check, status, &err);
}

static bool in_order(const struct folded *a, const struct folded *b)
{
    size_t n = a->key.size < b->key.size ? a->key.size : b->key.size;
    int r = memcmp(a->key.data, b->key.data, n);
    if (r || a->key.size != b->key.size)
        return r ? r < 0 : a->key.size < b->key.size;
    return a->ordinal < b->ordinal;
}

/* The two keys of the moment change places, so that none is made twice.
 * Strictly rising and as many as there are terms: so each term is there once. */
static void check_fold(struct dictionary *d, const uint8_t *order)
{
    struct folded keys[2] = {{{0}, 0}, {{0}, 0}};
    for (uint32_t i = 0; i < d->lex->terms && hlcheck_going(d->check); i++) {
        uint32_t ordinal = hlbuf_load32(order + (size_t)i * 4);
        struct folded *here = &keys[i % 2], *before = &keys[(i + 1) % 2];
        if (ordinal >= d->lex->terms) {
            fault(d, order + (size_t)i * 4, "the fold order names no term (F 16)");
            break;
        }
        if (!fold_at(d, ordinal, here))
            break;
        if (i && !in_order(before, here)) {
            fault(d, order + (size_t)i * 4, "folded keys out of order (F 16)");
            break;
        }
    }
    hlbuf_release(&keys[0].key);
    hlbuf_release(&keys[1].key);
}

void hlcheck_dictionary(struct hlcheck *check, const struct hlseg *segment)
{
    assert(check->fold && segment->chunk_count == segment->lexicon.chunks);
    struct dictionary d = {.check = check, .segment = segment, .lex = &segment->lexicon};
    d.index = take(&d, HLFMT_DICT_BLOCKS);
    d.bytes = take(&d, HLFMT_DICT_BYTES);
    const uint8_t *order = take(&d, HLFMT_FOLD_ORDER);
    if (!d.index || !d.bytes || !order)
        return;
    d.ranks = hlmem_zalloc(d.lex->chunks, sizeof *d.ranks);
    if (!d.ranks)
        check->status = hlerr_nomem(&check->error);
    else if (check_blocks(&d))
        check_fold(&d, order);
    hlmem_free(d.ranks);
}
