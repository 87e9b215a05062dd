#include "engine/prepare.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "engine/article.h"
#include "engine/mined.h"
#include "engine/preset.h"
#include "segment/publish.h"

#include <assert.h>

enum { GROUP = 256, SAMPLE_DOCS = 1024, SAMPLE_BYTES = 2 << 20 };

static bool make_columns(struct hlprepared *p)
{
    size_t docs = p->docs;
    p->dates = hlmem_zalloc(docs, sizeof *p->dates);
    p->lengths = hlmem_zalloc(docs, sizeof *p->lengths);
    p->id_offsets = hlmem_zalloc(docs + 1, sizeof *p->id_offsets);
    p->store_offsets = hlmem_zalloc(docs + 1, sizeof *p->store_offsets);
    p->fields = hlmem_zalloc(docs, sizeof *p->fields);
    p->precisions = hlmem_zalloc(docs, sizeof *p->precisions);
    p->zones = hlmem_zalloc(docs, sizeof *p->zones);
    p->content_hashes = hlmem_zalloc(docs, sizeof *p->content_hashes);
    p->similar_hashes = hlmem_zalloc(docs, sizeof *p->similar_hashes);
    p->doc_tokens = hlmem_zalloc(docs + 1, sizeof *p->doc_tokens);
    bool good = p->dates && p->lengths && p->id_offsets && p->store_offsets && p->fields &&
                p->precisions && p->zones && p->content_hashes && p->similar_hashes &&
                p->doc_tokens;
    for (int f = 0; f < 3; f++) {
        p->facets[f] = hlmem_zalloc(docs, sizeof *p->facets[f]);
        good = hlfacets_init(&p->codes[f]) && p->facets[f] && good;
    }
    return hltags_init(&p->tags, p->docs) && good;
}

static bool make_counts(struct hlprepared *p)
{
    uint32_t terms = p->build->vocab->count + 1;
    p->threads = p->build->threads;
    p->counts = hlmem_zalloc((size_t)p->threads, sizeof *p->counts);
    for (int i = 0; p->counts && i < p->threads; i++) {
        struct hlprepare_counts *c = &p->counts[i];
        c->cf = hlmem_zalloc(terms, sizeof *c->cf);
        c->df = hlmem_zalloc(terms, sizeof *c->df);
        c->last = hlmem_zalloc(terms, sizeof *c->last);
        if (!c->cf || !c->df || !c->last)
            return false;
    }
    return p->counts;
}

static const struct hlspool_doc *doc_at(const struct hlprepared *p, uint32_t i)
{
    return &p->build->spool->docs[p->first + i];
}

static hl_status open_stream(struct hlprepared *p, struct hl_error *err)
{
    char name[HLMAN_NAME_SIZE];
    hlpub_spool_name(p->build->stream_number, name);
    hl_status status = hlman_path(p->build->folder, name, p->stream_path, err);
    if (status == HL_OK)
        status = hlpub_create(p->build->folder, name, &p->stream_fd, err);
    for (uint32_t i = 0; i < p->docs; i++)
        p->doc_tokens[i + 1] = p->doc_tokens[i] + doc_at(p, i)->words;
    return status;
}

static void add_sample(struct hlbuf *sample, const uint8_t *payload, size_t size)
{
    size_t text = hlarticle_text_at(payload, size);
    hlbuf_put(sample, payload + text, size - text);
}

/* Every which article is read for the sample, so that it has some of all of the chunk. */
static uint32_t sample_step(const struct hlprepared *p)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < p->docs; i++)
        bytes += doc_at(p, i)->payload;
    uint64_t by_bytes = bytes / SAMPLE_BYTES + 1, by_docs = p->docs / SAMPLE_DOCS + 1;
    return (uint32_t)(by_bytes > by_docs ? by_bytes : by_docs);
}

/* The preset dictionary is learnt from articles spread evenly over the chunk. */
static hl_status learn_preset(struct hlprepared *p, struct hl_error *err)
{
    struct hlbuf sample = {0}, record = {0};
    hl_status status = HL_OK;
    uint32_t step = sample_step(p);
    for (uint32_t i = 0; status == HL_OK && p->build->store && i < p->docs; i += step) {
        struct hlspool_head head;
        size_t words;
        status = hlspool_read(p->build->spool, doc_at(p, i), &record, &head, &words, err);
        if (status == HL_OK && sample.size + head.payload <= SAMPLE_BYTES)
            add_sample(&sample, record.data + sizeof head, head.payload);
    }
    uint64_t since = hlstage_now();
    if (status == HL_OK &&
        (sample.failed || !hlpreset_make(&sample, HLFMT_STORE_DICT, &p->preset)))
        status = hlerr_nomem(err);
    hlstage_add(p->build->stages, HL_STAGE_PACK, since);
    hlbuf_release(&sample);
    hlbuf_release(&record);
    return status;
}

/* A group under way: what must wait for its turn is kept here.  Its memory and the primed
 * packer serve all groups of a thread. */
struct hlprepare_group {
    struct hlprepared *p;
    struct hlprepare_counts *counts;
    struct hlpacker *packer;
    struct hlbuf record, packed, ids, words;
    struct hlbuf mined;
    uint32_t packed_sizes[GROUP], id_sizes[GROUP], mined_sizes[GROUP];
    struct hlbuf names; /* three facet values a document, and its tags; NUL-terminated */
    uint32_t from, count;
    uint64_t since; /* up to where time was added to a stage */
};

static void count_words(struct hlprepare_group *g, uint32_t doc, const uint32_t *words,
                        uint32_t count)
{
    struct hlprepare_counts *c = g->counts;
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] == HLBAND_FIELD)
            continue;
        uint32_t term = words[i] >> 1;
        c->cf[term]++;
        c->df[term] += c->last[term] != doc + 1;
        c->last[term] = doc + 1;
    }
}

static int8_t zone_of(int minutes)
{
    int quarters = minutes / 15;
    return quarters < -64 || quarters > 64 ? 0 : (int8_t)quarters;
}

static void fill_columns(struct hlprepare_group *g, uint32_t doc,
                         const struct hlspool_head *head, const struct hl_article *a)
{
    struct hlprepared *p = g->p;
    p->dates[doc] = doc_at(p, doc)->date;
    p->precisions[doc] = p->dates[doc] ? (uint8_t)a->date_precision : HL_DATE_UNKNOWN;
    p->zones[doc] = zone_of(a->date_offset);
    p->lengths[doc] = head->positions[0] + head->positions[1] + head->positions[2];
    p->fields[doc][0] = head->positions[0];
    p->fields[doc][1] = head->positions[1];
    p->content_hashes[doc] = head->content_hash;
    p->similar_hashes[doc] = head->similar_hash;
    const char *values[4] = {a->source, a->section, a->author, a->tags};
    for (int f = 0; f < 4; f++)
        hlbuf_put(&g->names, values[f] ? values[f] : "", values[f] ? strlen(values[f]) + 1 : 1);
}

static bool pack_doc(struct hlprepare_group *g, uint32_t i, const uint8_t *payload, size_t size)
{
    size_t before = g->packed.size, text = hlarticle_text_at(payload, size);
    g->since = hlstage_add(g->p->build->stages, HL_STAGE_COUNT, g->since);
    bool good = hlpacker_pack(g->packer, payload + text, size - text, &g->packed);
    g->packed_sizes[i] = (uint32_t)(g->packed.size - before);
    g->since = hlstage_add(g->p->build->stages, HL_STAGE_PACK, g->since);
    return good;
}

static hl_status prepare_doc(struct hlprepare_group *g, uint32_t i, struct hl_error *err)
{
    struct hlprepared *p = g->p;
    uint32_t doc = g->from + i;
    struct hlspool_head head;
    struct hl_article article;
    size_t words_at;
    hl_status status =
        hlspool_read(p->build->spool, doc_at(p, doc), &g->record, &head, &words_at, err);
    if (status != HL_OK)
        return status;
    g->since = hlstage_add(p->build->stages, HL_STAGE_SPOOL, g->since);
    const uint8_t *payload = g->record.data + sizeof head;
    if (!hlarticle_decode(payload, head.payload, &article))
        return hlerr_set(err, HL_IO, "%s: changed under the writer", p->build->spool->path);
    fill_columns(g, doc, &head, &article);
    const uint8_t *words = g->record.data + words_at;
    count_words(g, doc, (const uint32_t *)(const void *)words, head.words);
    if (p->build->store && !pack_doc(g, i, payload, head.payload))
        return hlerr_nomem(err);
    g->id_sizes[i] = (uint32_t)strlen(article.id);
    hlbuf_put(&g->ids, article.id, g->id_sizes[i]);
    hlbuf_put(&g->words, words, (size_t)head.words * 4);
    g->mined_sizes[i] = head.mined;
    hlbuf_put(&g->mined, payload + head.payload, head.mined);
    g->since = hlstage_add(p->build->stages, HL_STAGE_COUNT, g->since);
    return g->ids.failed || g->words.failed || g->names.failed || g->mined.failed
               ? hlerr_nomem(err)
               : HL_OK;
}

/* In turn: what follows from the documents before. */
static hl_status finish_group(struct hlprepare_group *g, struct hl_error *err)
{
    struct hlprepared *p = g->p;
    const char *name = (const char *)g->names.data;
    const uint8_t *mined = g->mined.data;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t doc = g->from + i;
        p->store_offsets[doc + 1] = p->store_offsets[doc] + g->packed_sizes[i];
        p->id_offsets[doc + 1] = p->id_offsets[doc] + g->id_sizes[i];
        for (int f = 0; f < 3; f++, name += strlen(name) + 1)
            if (!hlfacets_code(&p->codes[f], name, &p->facets[f][doc]))
                return hlerr_nomem(err);
        if (!hltags_add(&p->tags, doc, name))
            return hlerr_nomem(err);
        name += strlen(name) + 1;
        if (!g->mined_sizes[i])
            continue; /* and where all are so, there is no buffer */
        if (!hlmined_rows(mined, g->mined_sizes[i], (uint16_t)doc, &p->mined))
            return hlerr_nomem(err);
        mined += g->mined_sizes[i];
    }
    if (!hlbuf_put(&p->ids, g->ids.data, g->ids.size))
        return hlerr_nomem(err);
    const struct hlbuild *b = p->build;
    if (b->progress && b->progress(b->progress_user, "packing", p->first + g->from, p->of))
        return hlerr_set(err, HL_LIMIT, "stopped");
    return g->packed.size ? hlsegbuild_store(p->segment, g->packed.data, g->packed.size, err)
                          : HL_OK;
}

static hl_status run_group(struct hlprepare_group *g, struct hl_error *err)
{
    hl_status status = HL_OK;
    g->since = hlstage_now();
    for (uint32_t i = 0; status == HL_OK && i < g->count; i++)
        status = prepare_doc(g, i, err);
    if (status == HL_OK)
        status = hlio_write_all(g->p->stream_fd, g->p->stream_path, g->words.data,
                                g->words.size, g->p->doc_tokens[g->from] * 4, err);
    hlstage_add(g->p->build->stages, HL_STAGE_SPOOL, g->since);
    return status;
}

static void free_group(struct hlprepare_group *g)
{
    if (!g)
        return;
    hlpacker_free(g->packer);
    hlbuf_release(&g->record);
    hlbuf_release(&g->packed);
    hlbuf_release(&g->ids);
    hlbuf_release(&g->words);
    hlbuf_release(&g->names);
    hlbuf_release(&g->mined);
    hlmem_free(g);
}

/* The thread's group, empty; NULL when memory is out. */
static struct hlprepare_group *take_group(struct hlprepared *p, int worker)
{
    struct hlprepare_group *g = p->groups[worker];
    if (!g) {
        g = p->groups[worker] = hlmem_zalloc(1, sizeof *g);
        if (!g)
            return NULL;
        g->p = p;
        g->counts = &p->counts[worker];
    }
    if (p->build->store && !g->packer)
        g->packer = hlpacker_new(&p->preset);
    hlbuf_reset(&g->packed);
    hlbuf_reset(&g->ids);
    hlbuf_reset(&g->words);
    hlbuf_reset(&g->names);
    hlbuf_reset(&g->mined);
    return p->build->store && !g->packer ? NULL : g;
}

static hl_status group_task(void *user, size_t task, int worker, struct hlpar *par,
                            struct hl_error *err)
{
    struct hlprepared *p = user;
    struct hlprepare_group *g = take_group(p, worker);
    if (!g)
        return hlerr_nomem(err);
    g->from = (uint32_t)task * GROUP;
    g->count = p->docs - g->from < GROUP ? p->docs - g->from : GROUP;
    hl_status status = run_group(g, err);
    uint64_t since = hlstage_now();
    bool mine = status == HL_OK && hlpar_turn(par, task);
    hlstage_add(p->build->stages, HL_STAGE_WAIT, since);
    if (mine) {
        status = finish_group(g, err);
        if (status == HL_OK)
            hlpar_done(par, task);
    }
    return status;
}

static hl_status run_groups(struct hlprepared *p, struct hl_error *err)
{
    p->groups = hlmem_zalloc((size_t)p->threads, sizeof *p->groups);
    if (!p->groups)
        return hlerr_nomem(err);
    hl_status status = hlpar_run(p->threads, (p->docs + GROUP - 1) / GROUP, group_task, p, err);
    for (int i = 0; i < p->threads; i++)
        free_group(p->groups[i]);
    hlmem_free(p->groups);
    p->groups = NULL;
    return status;
}

static void free_counts(struct hlprepare_counts *c)
{
    hlmem_free(c->cf);
    hlmem_free(c->df);
    hlmem_free(c->last);
    *c = (struct hlprepare_counts){NULL, NULL, NULL};
}

/* The counts of all threads, added into those of the first, which alone stay. */
static void add_counts(struct hlprepared *p)
{
    for (int i = 1; i < p->threads; i++) {
        for (uint32_t t = 0; t < p->build->vocab->count; t++) {
            p->counts[0].cf[t] += p->counts[i].cf[t];
            p->counts[0].df[t] += p->counts[i].df[t];
        }
        free_counts(&p->counts[i]);
    }
    hlmem_free(p->counts[0].last);
    p->counts[0].last = NULL;
}

static hl_status finish_columns(struct hlprepared *p, struct hl_error *err)
{
    p->columns = (struct hlsegbuild_columns){
        .dates = p->dates,
        .precisions = p->precisions,
        .zones = p->zones,
        .lengths = p->lengths,
        .fields = (const uint32_t(*)[2])p->fields,
        .content_hashes = p->content_hashes,
        .similar_hashes = p->similar_hashes,
        .ids = &p->ids,
        .id_offsets = p->id_offsets,
        .store_offsets = p->store_offsets,
        .store_preset = &p->preset,
        .abbreviations = &p->abbreviations,
        .words = &p->words,
        .tags = &p->tags.columns,
    };
    for (int f = 0; f < 3; f++) {
        p->columns.facets[f] = p->facets[f];
        p->columns.facet_names[f] = &p->facet_names[f];
        if (!hlfacets_encode(&p->codes[f], &p->facet_names[f]))
            return hlerr_nomem(err);
    }
    if (!hlsegabbr_encode(&p->mined, &p->abbreviations))
        return hlerr_nomem(err);
    return hltags_finish(&p->tags, err);
}

hl_status hlprepare_chunk(const struct hlbuild *build, struct hlsegbuild *segment,
                          uint32_t first, uint32_t count, uint32_t of,
                          struct hlprepared *out_prepared, struct hl_error *err)
{
    struct hlprepared *p = out_prepared;
    memset(p, 0, sizeof *p);
    p->build = build;
    p->segment = segment;
    p->first = first;
    p->docs = count;
    p->of = of;
    p->stream_fd = -1;
    if (!make_columns(p) || !make_counts(p))
        return hlerr_nomem(err);
    hl_status status = open_stream(p, err);
    if (status == HL_OK)
        status = learn_preset(p, err);
    if (status == HL_OK)
        status = run_groups(p, err);
    if (status != HL_OK)
        return status;
    uint64_t since = hlstage_now();
    add_counts(p);
    hlstage_add(p->build->stages, HL_STAGE_COUNT, since);
    return finish_columns(p, err);
}

bool hlprepare_terms(struct hlprepared *p, const uint32_t *order)
{
    const struct hlprepare_counts *c = &p->counts[0];
    uint32_t all = p->build->vocab->count;
    for (uint32_t i = 0; i < all; i++)
        p->terms += c->cf[i] > 0;
    p->local = hlmem_zalloc((size_t)all + 1, sizeof *p->local);
    p->cf = hlmem_zalloc((size_t)p->terms + 1, sizeof *p->cf);
    p->df = hlmem_zalloc((size_t)p->terms + 1, sizeof *p->df);
    if (!p->local || !p->cf || !p->df)
        return false;
    uint32_t next = 0;
    p->order = order;
    for (uint32_t i = 0; i < all; i++) {
        uint32_t term = order[i];
        if (!c->cf[term])
            continue;
        p->local[term] = next;
        p->cf[next] = c->cf[term];
        p->df[next++] = c->df[term];
    }
    assert(next == p->terms);
    return true;
}

hl_status hlprepared_read(void *user, uint64_t at, size_t count, uint32_t *to,
                          struct hl_error *err)
{
    const struct hlprepared *p = user;
    uint64_t since = hlstage_now();
    hl_status status = hlio_read_all(p->stream_fd, p->stream_path, to, count * 4, at * 4, err);
    hlstage_add(p->build->stages, HL_STAGE_SPOOL, since);
    return status;
}

void hlprepared_release(struct hlprepared *p)
{
    if (p->stream_fd >= 0) {
        hlio_get()->close(p->stream_fd);
        hlio_get()->unlink(p->stream_path);
    }
    hlmem_free(p->dates);
    hlmem_free(p->lengths);
    hlmem_free(p->id_offsets);
    hlmem_free(p->store_offsets);
    hlmem_free(p->fields);
    hlmem_free(p->precisions);
    hlmem_free(p->zones);
    hlmem_free(p->content_hashes);
    hlmem_free(p->similar_hashes);
    hlmem_free(p->doc_tokens);
    for (int f = 0; f < 3; f++) {
        hlmem_free(p->facets[f]);
        hlbuf_release(&p->facet_names[f]);
        hlfacets_release(&p->codes[f]);
    }
    hltags_release(&p->tags);
    hlbuf_release(&p->ids);
    hlbuf_release(&p->preset);
    hlsegabbr_release(&p->mined);
    hlbuf_release(&p->abbreviations);
    hlbuf_release(&p->words);
    for (int i = 0; p->counts && i < p->threads; i++)
        free_counts(&p->counts[i]);
    hlmem_free(p->counts);
    hlmem_free(p->local);
    hlmem_free(p->cf);
    hlmem_free(p->df);
    memset(p, 0, sizeof *p);
    p->stream_fd = -1;
}
