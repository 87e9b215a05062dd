#include "segment/lexicon.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

/* A block being read. */
struct cursor {
    const struct hllexicon *lex;
    struct hlview view;
    uint32_t ordinal; /* of the term to be read next */
    uint32_t left;    /* terms left in the block */
    uint32_t *ranks;  /* of the next term in each chunk; NULL: not wanted */
    uint64_t at;      /* of the block in the file, for errors */
};

static hl_status damaged(const struct hllexicon *lex, uint64_t at, struct hl_error *err)
{
    return hlerr_corrupt(err, lex->file->path, "dictionary", at, "block does not decode");
}

static uint32_t block_count(const struct hllexicon *lex)
{
    return (lex->terms + HLFMT_DICT_BLOCK - 1) / HLFMT_DICT_BLOCK;
}

static hl_status open_block(const struct hllexicon *lex, uint32_t block, uint32_t *ranks,
                            struct cursor *out_cursor, struct hl_error *err)
{
    assert(block < block_count(lex));
    const struct hlfmt_span *index = &lex->section[HLFMT_DICT_BLOCKS];
    const struct hlfmt_span *bytes = &lex->section[HLFMT_DICT_BYTES];
    const uint8_t *p;
    hl_status status =
        hlsegfile_bytes(lex->file, index->at + (uint64_t)block * 4, 8, "dictionary", &p, err);
    if (status != HL_OK)
        return status;
    uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4);
    if (from > to || to > bytes->size || to - from < lex->chunks * 4)
        return damaged(lex, index->at + (uint64_t)block * 4, err);
    status = hlsegfile_bytes(lex->file, bytes->at + from, to - from, "dictionary", &p, err);
    if (status != HL_OK)
        return status;
    struct cursor c = {.lex = lex, .ranks = ranks, .at = bytes->at + from};
    if (ranks)
        memcpy(ranks, p, (size_t)lex->chunks * 4);
    c.view = hlview_of(p + (size_t)lex->chunks * 4, to - from - (size_t)lex->chunks * 4);
    c.ordinal = block * HLFMT_DICT_BLOCK;
    uint32_t left = lex->terms - c.ordinal;
    c.left = left < HLFMT_DICT_BLOCK ? left : HLFMT_DICT_BLOCK;
    *out_cursor = c;
    return HL_OK;
}

/* Reads the next term over the one before it; *out_mask is one bit a chunk. */
static hl_status read_term(struct cursor *c, struct hllex_term *term, const uint8_t **out_mask,
                           struct hl_error *err)
{
    static const uint8_t always = 1;
    assert(c->left);
    bool first = c->ordinal % HLFMT_DICT_BLOCK == 0;
    uint64_t shared = first ? 0 : hlview_varint(&c->view);
    uint64_t size = hlview_varint(&c->view);
    uint32_t before = first ? 0 : term->size;
    if (c->view.bad || shared > before || size > HLFMT_TERM_MAX - shared || shared + size == 0)
        return damaged(c->lex, c->at, err);
    const uint8_t *bytes = hlview_bytes(&c->view, size);
    const uint8_t *mask =
        c->lex->chunks == 1 ? &always : hlview_bytes(&c->view, (c->lex->chunks + 7) / 8);
    if (!bytes || !mask)
        return damaged(c->lex, c->at, err);
    memcpy(term->bytes + shared, bytes, size);
    term->size = (uint32_t)(shared + size);
    term->ordinal = c->ordinal++;
    c->left--;
    *out_mask = mask;
    return HL_OK;
}

static void pass_ranks(struct cursor *c, const uint8_t *mask)
{
    for (uint32_t i = 0; c->ranks && i < c->lex->chunks; i++)
        c->ranks[i] += mask[i / 8] >> i % 8 & 1;
}

static void keep_ranks(struct cursor *c, const uint8_t *mask)
{
    for (uint32_t i = 0; c->ranks && i < c->lex->chunks; i++)
        if (!(mask[i / 8] >> i % 8 & 1))
            c->ranks[i] = HLLEX_NONE;
}

static int compare(const struct hllex_term *term, const void *key, size_t size)
{
    size_t n = term->size < size ? term->size : size;
    int r = memcmp(term->bytes, key, n);
    return r ? r : term->size < size ? -1 : term->size > size;
}

/* The last block whose first term is not after the key; false when there is none. */
static hl_status find_block(const struct hllexicon *lex, const void *key, size_t size,
                            uint32_t *out_block, bool *out_some, struct hl_error *err)
{
    uint32_t low = 0, high = block_count(lex);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct cursor c;
        struct hllex_term term;
        const uint8_t *mask;
        hl_status status = open_block(lex, middle, NULL, &c, err);
        if (status == HL_OK)
            status = read_term(&c, &term, &mask, err);
        if (status != HL_OK)
            return status;
        if (compare(&term, key, size) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out_some = low > 0;
    *out_block = low - 1;
    return HL_OK;
}

hl_status hllex_find(const struct hllexicon *lex, const void *key, size_t size, bool *out_found,
                     uint32_t *out_ordinal, uint32_t *out_locals, struct hl_error *err)
{
    uint32_t block;
    bool some;
    *out_found = false;
    if (size == 0 || size > HLFMT_TERM_MAX)
        return HL_OK;
    hl_status status = find_block(lex, key, size, &block, &some, err);
    if (status != HL_OK || !some)
        return status;
    struct cursor c;
    struct hllex_term term;
    status = open_block(lex, block, out_locals, &c, err);
    while (status == HL_OK && c.left) {
        const uint8_t *mask;
        status = read_term(&c, &term, &mask, err);
        if (status != HL_OK)
            break;
        int order = compare(&term, key, size);
        if (order == 0) {
            keep_ranks(&c, mask);
            *out_found = true;
            *out_ordinal = term.ordinal;
        }
        if (order >= 0)
            break;
        pass_ranks(&c, mask);
    }
    return status;
}

hl_status hllex_get(const struct hllexicon *lex, uint32_t ordinal, struct hllex_term *out_term,
                    uint32_t *out_locals, struct hl_error *err)
{
    if (ordinal >= lex->terms)
        return damaged(lex, lex->section[HLFMT_FOLD_ORDER].at, err);
    struct cursor c;
    hl_status status = open_block(lex, ordinal / HLFMT_DICT_BLOCK, out_locals, &c, err);
    while (status == HL_OK) {
        const uint8_t *mask;
        status = read_term(&c, out_term, &mask, err);
        if (status != HL_OK)
            break;
        if (out_term->ordinal == ordinal) {
            keep_ranks(&c, mask);
            break;
        }
        pass_ranks(&c, mask);
    }
    return status;
}

hl_status hllex_each(const struct hllexicon *lex, hllex_visit *visit, void *user,
                     struct hl_error *err)
{
    uint32_t *ranks = hlmem_zalloc((size_t)lex->chunks * 2 + 1, sizeof *ranks);
    hl_status status = ranks ? HL_OK : hlerr_nomem(err);
    struct hllex_term term = {.size = 0};
    for (uint32_t block = 0; status == HL_OK && block < block_count(lex); block++) {
        struct cursor c;
        uint32_t *locals = ranks + lex->chunks;
        status = open_block(lex, block, ranks, &c, err);
        while (status == HL_OK && c.left) {
            const uint8_t *mask;
            status = read_term(&c, &term, &mask, err);
            if (status != HL_OK)
                break;
            for (uint32_t i = 0; i < lex->chunks; i++)
                locals[i] = mask[i / 8] >> i % 8 & 1 ? ranks[i] : HLLEX_NONE;
            pass_ranks(&c, mask);
            status = visit(user, &term, locals, err);
        }
    }
    hlmem_free(ranks);
    return status;
}

hl_status hllex_fold_get(const struct hllexicon *lex, uint32_t i, uint32_t *out_ordinal,
                         struct hl_error *err)
{
    assert(i < lex->terms);
    const uint8_t *p;
    hl_status status = hlsegfile_bytes(
        lex->file, lex->section[HLFMT_FOLD_ORDER].at + (uint64_t)i * 4, 4, "fold map", &p, err);
    if (status == HL_OK)
        *out_ordinal = hlbuf_load32(p);
    return status;
}

/* Sections begin at a multiple of 64, and files are little-endian as we are. */
hl_status hllex_fold_counts(const struct hllexicon *lex, const struct hllex_counts **out_counts,
                            struct hl_error *err)
{
    const struct hlfmt_span *span = &lex->section[HLFMT_FOLD_COUNTS];
    const uint8_t *p;
    hl_status status = hlsegfile_bytes(lex->file, span->at, span->size, "fold counts", &p, err);
    if (status == HL_OK && (uintptr_t)p % _Alignof(struct hllex_counts))
        status = hlerr_corrupt(err, lex->file->path, "fold counts", span->at, "crooked");
    if (status == HL_OK)
        *out_counts = (const struct hllex_counts *)(const void *)p;
    return status;
}

hl_status hllex_fold_places(const struct hllexicon *lex, uint64_t before, uint32_t terms,
                            const uint32_t **out_places, struct hl_error *err)
{
    const struct hlfmt_span *span = &lex->section[HLFMT_FOLD_PLACES];
    const uint8_t *p;
    assert((before + terms) * 4 <= span->size);
    hl_status status = hlsegfile_bytes(lex->file, span->at + before * 4, (uint64_t)terms * 4,
                                       "fold places", &p, err);
    if (status == HL_OK && (uintptr_t)p % _Alignof(uint32_t))
        status = hlerr_corrupt(err, lex->file->path, "fold places", span->at, "crooked");
    if (status == HL_OK)
        *out_places = (const uint32_t *)(const void *)p;
    return status;
}

static void put_term(const struct hllex_source *s, uint32_t i, struct hllex_term *before,
                     struct hlbuf *to)
{
    uint32_t size, shared = 0;
    const uint8_t *bytes = s->term(s->user, i, &size);
    assert(size >= 1 && size <= HLFMT_TERM_MAX);
    if (i % HLFMT_DICT_BLOCK) {
        while (shared < size && shared < before->size && bytes[shared] == before->bytes[shared])
            shared++;
        hlbuf_put_varint(to, shared);
    }
    hlbuf_put_varint(to, size - shared);
    hlbuf_put(to, bytes + shared, size - shared);
    memcpy(before->bytes, bytes, size);
    before->size = size;
    for (uint32_t c = 0; s->chunks > 1 && c < s->chunks; c += 8) {
        uint8_t mask = 0;
        for (uint32_t k = c; k < c + 8 && k < s->chunks; k++)
            mask |= (uint8_t)(s->in_chunk(s->user, i, k) << (k - c));
        hlbuf_put_u8(to, mask);
    }
}

static bool put_blocks(const struct hllex_source *s, uint32_t *ranks, struct hlbuf *index,
                       struct hlbuf *to)
{
    struct hllex_term before = {.size = 0};
    for (uint32_t i = 0; i < s->terms; i++) {
        if (i % HLFMT_DICT_BLOCK == 0) {
            hlbuf_put_u32(index, (uint32_t)to->size);
            hlbuf_put(to, ranks, (size_t)s->chunks * 4);
        }
        put_term(s, i, &before, to);
        for (uint32_t c = 0; c < s->chunks; c++)
            ranks[c] += s->chunks == 1 || s->in_chunk(s->user, i, c);
    }
    hlbuf_put_u32(index, (uint32_t)to->size);
    return !index->failed && !to->failed && to->size <= UINT32_MAX;
}

static bool put_fold(const struct hllex_source *s, struct hlbuf *order, struct hlbuf *counts)
{
    for (uint32_t i = 0; i < s->terms; i++) {
        uint32_t size, term = s->fold_order[i];
        s->term(s->user, term, &size);
        struct hllex_counts c = {0, 0};
        if (size <= HLFMT_WORD_MAX)
            c = s->counts(s->user, term);
        hlbuf_put_u32(order, term);
        hlbuf_put_u32(counts, c.df);
        hlbuf_put_u32(counts, c.cf);
    }
    return !order->failed && !counts->failed;
}

static bool put_places(const struct hllex_source *s, struct hlbuf *to)
{
    uint32_t *place = hlmem_alloc(((size_t)s->terms + 1) * sizeof *place);
    if (!place)
        return false;
    for (uint32_t i = 0; i < s->terms; i++)
        place[s->fold_order[i]] = i;
    for (uint32_t c = 0; c < s->chunks; c++)
        for (uint32_t i = 0; i < s->terms; i++)
            if (s->chunks == 1 || s->in_chunk(s->user, i, c))
                hlbuf_put_u32(to, place[i]);
    hlmem_free(place);
    return !to->failed;
}

hl_status hllex_write(struct hlsegwriter *writer, const struct hllex_source *source,
                      struct hlfmt_span *out_sections, struct hl_error *err)
{
    struct hlbuf bytes[HLFMT_SEGMENT_SECTIONS] = {{0}};
    uint64_t since = hlstage_now();
    uint32_t *ranks = hlmem_zalloc(source->chunks, sizeof *ranks);
    bool good =
        ranks && put_blocks(source, ranks, &bytes[HLFMT_DICT_BLOCKS], &bytes[HLFMT_DICT_BYTES]);
    good = good && put_fold(source, &bytes[HLFMT_FOLD_ORDER], &bytes[HLFMT_FOLD_COUNTS]) &&
           put_places(source, &bytes[HLFMT_FOLD_PLACES]);
    hlstage_add(writer->stages, HL_STAGE_DICTIONARY, since);
    struct hlfmt_span spans[HLFMT_SEGMENT_SECTIONS];
    hl_status status = good ? HL_OK : hlerr_nomem(err);
    for (int i = 0; status == HL_OK && i < HLFMT_SEGMENT_SECTIONS; i++)
        status = hlsegwriter_section(writer, &bytes[i], &spans[i], err);
    if (status == HL_OK)
        memcpy(out_sections, spans, sizeof spans);
    for (int i = 0; i < HLFMT_SEGMENT_SECTIONS; i++)
        hlbuf_release(&bytes[i]);
    hlmem_free(ranks);
    return status;
}
