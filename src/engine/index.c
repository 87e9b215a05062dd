#include "engine/index.h"

#include "base/err.h"
#include "base/mem.h"
#include "backend/wordlist.h"
#include "engine/article.h"
#include "engine/sharded.h"
#include "text/fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static hl_status check_rules(const char *path, const struct hlsnapshot *snapshot,
                             struct hl_error *err)
{
    if (snapshot->manifest.rules == hltext_rules_hash())
        return HL_OK;
    return hlerr_set(err, HL_VERSION_BAD,
                     "%s: made with other text rules (%016" PRIx64
                     ", this build has %016" PRIx64 "); index its articles into a new folder",
                     path, snapshot->manifest.rules, hltext_rules_hash());
}

hl_status hlindex_open_snapshot(const char *path, struct hlsnapshot *out_snapshot,
                                struct hl_error *err)
{
    struct hlsnapshot snapshot;
    hl_status status = hlsnapshot_open(path, &snapshot, err);
    if (status == HL_NOT_FOUND)
        hlerr_set(err, status, "no such index: %s (make one: hlsearch index %s FILES...)", path,
                  path);
    else if (status == HL_OK)
        status = check_rules(path, &snapshot, err);
    if (status == HL_OK)
        *out_snapshot = snapshot;
    else
        hlsnapshot_close(&snapshot);
    return status;
}

hl_status hl_index_open(const char *path, struct hl_index **out_index, struct hl_error *err)
{
    if (!path || !*path || !out_index)
        return hlerr_set(err, HL_MISUSE, "an index needs a path");
    return hl_index_open_with(&path, 1, NULL, out_index, err);
}

hl_status hlindex_open_one(const char *path, struct hl_index **out_index, struct hl_error *err)
{
    struct hl_index *index = hlmem_zalloc(1, sizeof *index);
    if (!index)
        return hlerr_nomem(err);
    index->path = hlmem_strdup(path);
    index->marks = hlmem_zalloc(1, sizeof *index->marks);
    hl_status status = index->path && index->marks
                           ? hlindex_open_snapshot(path, &index->snapshot, err)
                           : hlerr_nomem(err);
    if (status == HL_OK)
        status = hlindex_mark(&index->snapshot.manifest, index->marks, err);
    if (status != HL_OK) {
        hl_index_close(index);
        return status;
    }
    *out_index = index;
    return HL_OK;
}

void hl_index_close(struct hl_index *index)
{
    if (!index)
        return;
    hlwordlist_free(atomic_load(&index->words));
    hlcompletions_free_room(atomic_load(&index->room));
    if (index->sharded)
        hlsharded_close(index->sharded);
    else
        hlsnapshot_close(&index->snapshot);
    for (size_t i = 0; i < index->part_count; i++)
        hlmem_free(index->parts[i]);
    hlmem_free(index->parts);
    hlmem_free(index->marks);
    hlmem_free(index->path);
    hlmem_free(index);
}

/* ---- statistics ---- */

static uint64_t band_bytes(const struct hlchunk *chunk, enum hlfmt_band_section from,
                           enum hlfmt_band_section to)
{
    uint64_t bytes = 0;
    for (uint32_t b = 0; b < chunk->head.bands; b++)
        for (int s = from; s <= (int)to; s++)
            bytes += chunk->bands[b].section[s].size;
    return bytes;
}

static void widen_dates(const struct hlchunk *chunk, struct hl_stats *s)
{
    if (chunk->head.date_min && (!s->date_first || chunk->head.date_min < s->date_first))
        s->date_first = chunk->head.date_min;
    if (chunk->head.date_max > s->date_last)
        s->date_last = chunk->head.date_max;
}

static hl_status add_chunk(const struct hlchunk *chunk, struct hl_stats *s,
                           struct hl_error *err)
{
    s->chunks++;
    s->postings += chunk->head.postings;
    s->pairs += chunk->head.pairs;
    widen_dates(chunk, s);
    for (uint32_t d = 0; d < chunk->head.docs && chunk->head.undated; d++) {
        uint32_t date;
        hl_status status = hlchunk_date(chunk, d, &date, err);
        if (status != HL_OK)
            return status;
        s->undated += !date && !hlchunk_deleted(chunk, d);
    }
    s->bytes_postings += band_bytes(chunk, HLFMT_ENTRY_OFFSETS, HLFMT_BODIES);
    s->bytes_positions += band_bytes(chunk, HLFMT_POSITIONS, HLFMT_POSITIONS);
    s->bytes_pairs += band_bytes(chunk, HLFMT_PAIR_OFFSETS, HLFMT_PAIR_BODIES);
    for (int i = 0; i < HLFMT_CHUNK_SECTIONS; i++) {
        bool store = i == HLFMT_STORE || i == HLFMT_STORE_OFFSETS || i == HLFMT_STORE_PRESET;
        *(store ? &s->bytes_store : &s->bytes_columns) += chunk->head.section[i].size;
    }
    return HL_OK;
}

static void name_ids(const struct hlmanifest *m, struct hl_stats *s)
{
    for (int i = 0; i < 16; i++)
        snprintf(s->index_id + i * 2, 3, "%02x", m->index_id[i]);
    snprintf(s->rules, sizeof s->rules, "%016" PRIx64, m->rules);
    for (int i = 0; i < 3; i++)
        s->weight[i] = m->weight[i];
}

hl_status hl_index_stats(const struct hl_index *index, struct hl_stats *out_stats,
                         struct hl_error *err)
{
    if (!index || !out_stats)
        return hlerr_set(err, HL_MISUSE, "statistics of what index?");
    if (index->sharded)
        return hlsharded_stats(index, out_stats, err);
    const struct hlsnapshot *snap = &index->snapshot;
    struct hl_stats s = {.generation = snap->manifest.generation,
                         .articles = snap->articles,
                         .positions = snap->positions,
                         .mean_length = hlsnapshot_mean_length(snap),
                         .segments = snap->count};
    name_ids(&snap->manifest, &s);
    if (index->part_count) { /* what is one index's own */
        s.generation = 0;
        s.index_id[0] = '\0';
    }
    for (size_t i = 0; i < snap->count; i++) {
        const struct hlseg *seg = &snap->segments[i];
        s.deleted += seg->live.docs;
        s.terms += seg->lexicon.terms;
        s.bytes += snap->manifest.segments[i].size + snap->manifest.segments[i].live_size;
        for (int k = 0; k < HLFMT_SEGMENT_SECTIONS; k++)
            s.bytes_dictionary += seg->lexicon.section[k].size;
        for (uint32_t c = 0; c < seg->chunk_count; c++) {
            hl_status status = add_chunk(&seg->chunks[c], &s, err);
            if (status != HL_OK)
                return status;
        }
    }
    s.bytes_other = s.bytes - s.bytes_postings - s.bytes_positions - s.bytes_pairs -
                    s.bytes_dictionary - s.bytes_columns - s.bytes_store;
    *out_stats = s;
    return HL_OK;
}

/* ---- articles ---- */

hl_status hlindex_find(const struct hl_index *index, const char *id,
                       const struct hlchunk **out_chunk, uint32_t *out_doc,
                       struct hl_error *err)
{
    const struct hlsnapshot *snap = &index->snapshot;
    size_t size = strlen(id);
    for (size_t i = 0; i < snap->count; i++)
        for (uint32_t c = 0; c < snap->segments[i].chunk_count; c++) {
            const struct hlchunk *chunk = &snap->segments[i].chunks[c];
            bool found;
            uint32_t doc;
            hl_status status = hlchunk_find_id(chunk, id, size, &found, &doc, err);
            if (status != HL_OK)
                return status;
            if (!found || hlchunk_deleted(chunk, doc))
                continue;
            *out_chunk = chunk;
            *out_doc = doc;
            return HL_OK;
        }
    return hlerr_set(err, HL_NOT_FOUND, "%s has no article with the id %.200s", index->path,
                     id);
}

struct hl_document {
    struct hlbuf bytes;   /* the stored text part */
    struct hlbuf strings; /* what columns hold */
    struct hlarena arena; /* of an article that shards hold */
    struct hl_article article;
};

static hl_status put_string(struct hlbuf *to, const char *text, uint32_t size, size_t *out_at,
                            struct hl_error *err)
{
    *out_at = to->size;
    hlbuf_put(to, text, size);
    return hlbuf_put_u8(to, 0) ? HL_OK : hlerr_nomem(err);
}

/* Id, source, section, author and date come from the columns. */
static hl_status fill_head(const struct hlchunk *chunk, uint32_t doc, struct hl_document *d,
                           struct hl_error *err)
{
    size_t at[4];
    uint32_t sizes[4] = {0}, date = 0;
    unsigned precision = 0;
    hl_status status = hlchunk_date_form(chunk, doc, &precision, &d->article.date_offset, err);
    if (status == HL_OK)
        status = hlchunk_date(chunk, doc, &date, err);
    for (unsigned i = 0; status == HL_OK && i < 4; i++) {
        const char *text = NULL;
        status = i == 3 ? hlchunk_id(chunk, doc, &text, &sizes[i], err)
                        : hlchunk_facet(chunk, i, doc, &text, &sizes[i], err);
        if (status == HL_OK)
            status = put_string(&d->strings, text, sizes[i], &at[i], err);
    }
    if (status != HL_OK)
        return status;
    const char **to[4] = {&d->article.source, &d->article.section, &d->article.author,
                          &d->article.id};
    for (unsigned i = 0; i < 4; i++)
        *to[i] = sizes[i] ? (const char *)d->strings.data + at[i] : NULL;
    d->article.date = date;
    d->article.date_precision = (enum hl_date_precision)precision;
    return HL_OK;
}

hl_status hlindex_read(const struct hlchunk *chunk, uint32_t doc,
                       struct hl_document **out_document, struct hl_error *err)
{
    struct hl_document *d = hlmem_zalloc(1, sizeof *d);
    if (!d)
        return hlerr_nomem(err);
    hl_status status = hlchunk_stored(chunk, doc, &d->bytes, err);
    if (status == HL_OK && !hlarticle_decode_text(d->bytes.data, d->bytes.size, &d->article))
        status = hlchunk_damaged(chunk, "store", doc, "not an article", err);
    if (status == HL_OK)
        status = fill_head(chunk, doc, d, err);
    if (status != HL_OK) {
        hl_document_free(d);
        return status;
    }
    *out_document = d;
    return HL_OK;
}

static hl_status find_elsewhere(const struct hl_index *index, const char *id,
                                struct hl_document **out_document, struct hl_error *err)
{
    struct hl_document *d = hlmem_zalloc(1, sizeof *d);
    if (!d)
        return hlerr_nomem(err);
    hl_status status = hlsharded_find(index, id, &d->arena, &d->article, err);
    if (status == HL_OK)
        *out_document = d;
    else
        hl_document_free(d);
    return status;
}

hl_status hl_document_get(const struct hl_index *index, const char *id,
                          struct hl_document **out_document, struct hl_error *err)
{
    if (!index || !id || !out_document)
        return hlerr_set(err, HL_MISUSE, "which article of which index?");
    if (index->sharded)
        return find_elsewhere(index, id, out_document, err);
    const struct hlchunk *chunk;
    uint32_t doc;
    hl_status status = hlindex_find(index, id, &chunk, &doc, err);
    return status == HL_OK ? hlindex_read(chunk, doc, out_document, err) : status;
}

/* docid: segment << 32 | chunk << 16 | document, as search.c makes it. */
hl_status hl_document_of_hit(const struct hl_index *index, const struct hl_hit *hit,
                             struct hl_document **out_document, struct hl_error *err)
{
    if (!index || !hit || !out_document)
        return hlerr_set(err, HL_MISUSE, "which article of which index?");
    if (index->sharded)
        return find_elsewhere(index, hit->id, out_document, err);
    const struct hlsnapshot *snap = &index->snapshot;
    uint32_t number = hit->docid >> 16 & 0xffff, doc = hit->docid & 0xffff;
    for (size_t i = 0; i < snap->count; i++) {
        const struct hlseg *segment = &snap->segments[i];
        if (hlindex_segment_number(index, segment) != hit->docid >> 32 ||
            number >= segment->chunk_count)
            continue;
        const struct hlchunk *chunk = &segment->chunks[number];
        if (doc < chunk->head.docs)
            return hlindex_read(chunk, doc, out_document, err);
    }
    return hlerr_set(err, HL_MISUSE, "%s has no article %llu: a hit of another index?",
                     index->path, (unsigned long long)hit->docid);
}

const struct hl_article *hl_document_article(const struct hl_document *document)
{
    return document ? &document->article : NULL;
}

void hl_document_free(struct hl_document *document)
{
    if (!document)
        return;
    hlbuf_release(&document->bytes);
    hlbuf_release(&document->strings);
    hlarena_release(&document->arena);
    hlmem_free(document);
}
