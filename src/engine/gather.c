#include "engine/writer.h"

#include "base/err.h"
#include "base/mem.h"
#include "engine/article.h"
#include "engine/invert.h"
#include "engine/mined.h"
#include "engine/tags.h"
#include "segment/band.h"
#include "text/utf8.h"

#include <assert.h>

/* Terms of a chunk as the run numbers them. */
static hl_status map_terms(struct hl_writer *w, const struct hlchunk *chunk, uint32_t **out_map,
                           struct hl_error *err)
{
    const struct hllexicon *lex = &chunk->segment->lexicon;
    uint32_t *map = hlmem_zalloc((size_t)chunk->head.terms + 1, sizeof *map);
    uint32_t *locals = hlmem_zalloc(lex->chunks, sizeof *locals);
    hl_status status = map && locals ? HL_OK : hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && i < lex->terms; i++) {
        struct hllex_term term;
        uint64_t hash;
        status = hllex_get(lex, i, &term, locals, err);
        uint32_t local = status == HL_OK ? locals[chunk->number] : HLLEX_NONE;
        if (local == HLLEX_NONE)
            continue;
        if (local >= chunk->head.terms)
            status = hlchunk_damaged(chunk, "dictionary", i, "rank past the terms", err);
        else if (hltext_utf8_check((const char *)term.bytes, term.size) != term.size)
            status = hlchunk_damaged(chunk, "dictionary", i, "a term is not UTF-8", err);
        else if (!hlvocab_find(&w->vocab, term.bytes, term.size, &map[local], &hash))
            status = hlerr_nomem(err);
    }
    hlmem_free(locals);
    if (status == HL_OK)
        *out_map = map;
    else
        hlmem_free(map);
    return status;
}

struct gathering {
    struct hl_writer *writer;
    const struct hlchunk *chunk;
    struct hlchunk_columns columns;
    const uint8_t *contents, *similars, *forms;
    uint32_t *map;
    struct hlmined_source source;
    struct hltags_source tags;
    struct hlbuf stored, payload, mined, words, lines;
};

/* What the columns know, as the head of an article's bytes; the text part is to follow, or is
 * the tags alone (g->lines). */
static hl_status put_head(struct gathering *g, uint32_t doc, struct hl_error *err)
{
    char *strings[4] = {NULL};
    hl_status status = HL_OK;
    for (unsigned i = 0; status == HL_OK && i < 4; i++) {
        const char *text = NULL;
        uint32_t size = 0;
        status = i == 3 ? hlchunk_id(g->chunk, doc, &text, &size, err)
                        : hlchunk_facet(g->chunk, i, doc, &text, &size, err);
        if (status != HL_OK || !size)
            continue;
        strings[i] = hlmem_zalloc((size_t)size + 1, 1);
        if (strings[i])
            memcpy(strings[i], text, size);
        else
            status = hlerr_nomem(err);
    }
    struct hl_article a = {.id = strings[3] ? strings[3] : "",
                           .source = strings[0],
                           .section = strings[1],
                           .author = strings[2],
                           .tags = g->lines.size ? (const char *)g->lines.data : NULL};
    a.date = hlbuf_load32(g->columns.dates + (size_t)doc * 4);
    a.date_precision = (enum hl_date_precision)g->forms[doc];
    a.date_offset = (int8_t)g->forms[g->chunk->head.docs + doc] * 15;
    hlbuf_reset(&g->payload);
    if (status == HL_OK && !hlarticle_encode(&a, false, &g->payload))
        status = hlerr_nomem(err);
    for (int i = 0; i < 4; i++)
        hlmem_free(strings[i]);
    return status;
}

/* The article's bytes as the spool holds them: head from columns, text from the store. */
static hl_status put_payload(struct gathering *g, uint32_t doc, struct hl_error *err)
{
    hl_status stored = hlchunk_stored(g->chunk, doc, &g->stored, err);
    hl_status status = stored == HL_NOT_FOUND ? HL_OK : stored;
    hlbuf_reset(&g->lines);
    if (stored == HL_NOT_FOUND) /* made without a store */
        status = hltags_get(&g->tags, g->chunk, doc, &g->lines, err);
    if (status == HL_OK)
        status = put_head(g, doc, err);
    if (status != HL_OK || stored == HL_NOT_FOUND)
        return status;
    g->writer->accept.store = true;
    g->payload.size = hlarticle_text_at(g->payload.data, g->payload.size);
    return hlbuf_put(&g->payload, g->stored.data, g->stored.size) ? HL_OK : hlerr_nomem(err);
}

static hl_status gather_doc(struct gathering *g, uint32_t doc, const uint32_t *words,
                            uint32_t count, struct hl_error *err)
{
    struct hl_article article;
    hl_status status = put_payload(g, doc, err);
    if (status != HL_OK)
        return status;
    if (!hlarticle_decode(g->payload.data, g->payload.size, &article) || !*article.id)
        return hlchunk_damaged(g->chunk, "store", doc, "not an article", err);
    /* Names of tags get keys, which are made of text. */
    size_t tags = article.tags ? strlen(article.tags) : 0;
    if (tags && hltext_utf8_check(article.tags, tags) < tags)
        return hlchunk_damaged(g->chunk, "tags", doc, "not UTF-8", err);
    hlbuf_reset(&g->words);
    for (uint32_t i = 0; i < count; i++)
        hlbuf_put_u32(&g->words, words[i] == HLBAND_FIELD
                                     ? HLBAND_FIELD
                                     : g->map[words[i] >> 1] << 1 | (words[i] & 1));
    if (g->words.failed)
        return hlerr_nomem(err);
    status = hlmined_source_get(&g->source, doc, &g->mined, err);
    if (status != HL_OK)
        return status;
    struct hlchunk_lengths l = hlchunk_lengths_of(&g->columns, doc);
    if (l.length < l.title + l.lead)
        return hlchunk_damaged(g->chunk, "columns", doc, "fields longer than the article", err);
    struct hlspool_head head = {
        .payload = (uint32_t)g->payload.size,
        .mined = (uint32_t)g->mined.size,
        .words = count,
        .positions = {l.title, l.lead, l.length - l.title - l.lead},
        .content_hash = hlbuf_load64(g->contents + (size_t)doc * 8),
        .similar_hash = hlbuf_load64(g->similars + (size_t)doc * 8),
    };
    return hlspool_add(&g->writer->spool, &head, g->payload.data, g->mined.data,
                       (const uint32_t *)(const void *)g->words.data,
                       hlbuf_load32(g->columns.dates + (size_t)doc * 4), article.id, err);
}

static hl_status gather_window(struct gathering *g, struct hlinvert *inv,
                               const struct hlremoval *removal, unsigned window,
                               struct hl_error *err)
{
    uint64_t wanted[HLCONT_WORDS] = {0};
    uint32_t first = window * HLFMT_WINDOW;
    for (uint32_t d = 0; d < HLFMT_WINDOW && first + d < g->chunk->head.docs; d++)
        if (!hlremoval_gone(removal, g->chunk->number, first + d))
            wanted[d / 64] |= (uint64_t)1 << d % 64;
    hl_status status = hlinvert_window(inv, g->chunk, window, wanted, err);
    const uint32_t *words = (const uint32_t *)(const void *)inv->words.data;
    for (uint32_t d = 0; status == HL_OK && d < HLFMT_WINDOW; d++)
        if (wanted[d / 64] >> d % 64 & 1)
            status = gather_doc(g, first + d, words + inv->starts[d],
                                inv->starts[d + 1] - inv->starts[d], err);
    return status;
}

static hl_status gather_chunk(struct hl_writer *w, const struct hlchunk *chunk,
                              const struct hlremoval *removal, struct hl_error *err)
{
    struct gathering g = {.writer = w, .chunk = chunk};
    struct hlinvert inv;
    hlinvert_init(&inv);
    hl_status status = hlchunk_columns(chunk, &g.columns, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_CONTENT_HASHES, &g.contents, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_SIMILAR_HASHES, &g.similars, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_DATE_FORMS, &g.forms, err);
    if (status == HL_OK)
        status = hlmined_source_open(chunk, &g.source, err);
    if (status == HL_OK)
        status = hltags_open(chunk, &g.tags, err);
    if (status == HL_OK)
        status = map_terms(w, chunk, &g.map, err);
    for (unsigned i = 0; status == HL_OK && i < chunk->head.windows; i++)
        status = gather_window(&g, &inv, removal, i, err);
    hlmem_free(g.map);
    hlmined_source_release(&g.source);
    hlbuf_release(&g.stored);
    hlbuf_release(&g.payload);
    hlbuf_release(&g.mined);
    hlbuf_release(&g.words);
    hlbuf_release(&g.lines);
    hlinvert_release(&inv);
    return status;
}

hl_status hlwriter_gather(struct hl_writer *w, struct hlwriter_segment *segment,
                          struct hl_error *err)
{
    assert(!segment->gone);
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < segment->seg.chunk_count; i++)
        status = gather_chunk(w, &segment->seg.chunks[i], &segment->removal, err);
    segment->gone = true;
    return status;
}
