#include "engine/writer.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"

#include <assert.h>
#include <stdlib.h>

enum { SMALL_SEGMENTS = 3 }; /* so many and a new one become one */

hl_status hlwriter_adopt(struct hl_writer *w, const struct hlmanifest_segment *entry,
                         bool fresh, struct hl_error *err)
{
    struct hlwriter_segment **grown =
        hlmem_realloc(w->segments, (w->segment_count + 1) * sizeof *grown);
    if (!grown)
        return hlerr_nomem(err);
    w->segments = grown;
    struct hlwriter_segment *s = hlmem_zalloc(1, sizeof *s);
    if (!s)
        return hlerr_nomem(err);
    hl_status status = hlseg_open(w->path, &w->manifest, entry, &s->seg, err);
    /* Under the lock nobody removes files: one that is named and missing is damage. */
    if (status == HL_NOT_FOUND)
        status = hlerr_corrupt(err, w->path, "manifest", entry->number, "a segment is missing");
    if (status != HL_OK) {
        hlmem_free(s);
        return status;
    }
    s->entry = *entry;
    s->fresh = fresh;
    hlremoval_init(&s->removal, &s->seg);
    w->segments[w->segment_count++] = s;
    return HL_OK;
}

void hlwriter_forget_segments(struct hl_writer *w)
{
    for (size_t i = 0; i < w->segment_count; i++) {
        hlremoval_release(&w->segments[i]->removal);
        hlseg_close(&w->segments[i]->seg);
        hlmem_free(w->segments[i]);
    }
    hlmem_free(w->segments);
    w->segments = NULL;
    w->segment_count = 0;
}

/* ---- the same id twice ---- */

static int by_id_then_arrival(const void *a, const void *b, void *user)
{
    const struct hlspool *spool = user;
    const struct hlspool_doc *x = a, *y = b;
    size_t n = x->id_size < y->id_size ? x->id_size : y->id_size;
    int r = memcmp(spool->ids.data + x->id_at, spool->ids.data + y->id_at, n);
    if (r || x->id_size != y->id_size)
        return r ? r : x->id_size < y->id_size ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Of articles with one id the last stays, or under `never` the first. */
static void drop_repeated(struct hl_writer *w)
{
    struct hlspool *s = &w->spool;
    bool never = w->options.replace == HL_REPLACE_NEVER;
    qsort_r(s->docs, s->count, sizeof *s->docs, by_id_then_arrival, s);
    for (uint32_t i = 1; i < s->count; i++) {
        struct hlspool_doc *x = &s->docs[i - 1], *y = &s->docs[i];
        if (x->id_size != y->id_size ||
            memcmp(s->ids.data + x->id_at, s->ids.data + y->id_at, x->id_size))
            continue;
        (never ? y : x)->dropped = 1;
        w->info.duplicates++;
        if (never) { /* the first must meet the next one too */
            struct hlspool_doc t = *x;
            *x = *y;
            *y = t;
        }
    }
}

/* Looks for the id in the segments that are there: marks the old article, or drops the new. */
static hl_status meet_old(struct hl_writer *w, struct hlspool_doc *doc, struct hl_error *err)
{
    const char *id = (const char *)w->spool.ids.data + doc->id_at;
    for (size_t i = 0; i < w->segment_count; i++) {
        struct hlwriter_segment *s = w->segments[i];
        bool found;
        if (w->options.replace == HL_REPLACE_NEVER) {
            struct hlremoval probe;
            hlremoval_init(&probe, &s->seg);
            hl_status status = hlremoval_mark(&probe, id, doc->id_size, &found, err);
            hlremoval_release(&probe);
            if (status != HL_OK)
                return status;
            if (!found)
                continue;
            doc->dropped = 1;
            w->info.duplicates++;
            return HL_OK;
        }
        hl_status status = hlremoval_mark(&s->removal, id, doc->id_size, &found, err);
        if (status != HL_OK)
            return status;
        if (!found)
            continue;
        if (s->fresh)
            w->info.duplicates++;
        else
            w->info.replaced++;
        return HL_OK;
    }
    w->info.added++;
    return HL_OK;
}

static hl_status settle_ids(struct hl_writer *w, uint32_t *out_kept, struct hl_error *err)
{
    hl_status status = HL_OK;
    uint32_t kept = 0;
    drop_repeated(w);
    for (uint32_t i = 0; status == HL_OK && i < w->spool.count; i++) {
        struct hlspool_doc *doc = &w->spool.docs[i];
        if (!doc->dropped)
            status = meet_old(w, doc, err);
        kept += !doc->dropped;
    }
    *out_kept = kept;
    return status;
}

/* ---- small segments ---- */

static uint64_t live_docs(const struct hlwriter_segment *s)
{
    uint64_t deleted = s->removal.live.chunks ? s->removal.live.docs : s->seg.live.docs;
    return s->seg.docs - deleted;
}

static hl_status gather_small(struct hl_writer *w, uint32_t kept, struct hl_error *err)
{
    size_t small = 0;
    for (size_t i = 0; i < w->segment_count; i++)
        small += !w->segments[i]->gone && live_docs(w->segments[i]) < HLFMT_CHUNK_DOCS;
    if (small < SMALL_SEGMENTS || !kept || kept >= HLFMT_CHUNK_DOCS)
        return HL_OK;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < w->segment_count; i++)
        if (!w->segments[i]->gone && live_docs(w->segments[i]) < HLFMT_CHUNK_DOCS)
            status = hlwriter_gather(w, w->segments[i], err);
    return status;
}

/* ---- the segment ---- */

static void name_index(struct hl_writer *w)
{
    if (w->named)
        return;
    memcpy(w->manifest.index_id, w->accept.digest, sizeof w->manifest.index_id);
    w->named = true;
}

static hl_status build(struct hl_writer *w, struct hl_error *err)
{
    struct hlbuild b = {
        .folder = w->path,
        .spool = &w->spool,
        .vocab = &w->vocab,
        .memory = w->options.memory,
        .threads = w->options.threads,
        .store = w->accept.store,
        .stages = &w->stages,
        .progress = w->options.progress,
        .progress_user = w->options.progress_user,
    };
    name_index(w);
    memcpy(b.header.index_id, w->manifest.index_id, sizeof b.header.index_id);
    b.header.number = w->next_file++;
    b.header.rules = w->manifest.rules;
    b.header.stages = &w->stages;
    memcpy(b.header.weight, w->manifest.weight, sizeof b.header.weight);
    b.stream_number = w->next_file++;
    struct hlmanifest_segment entry;
    hl_status status = hlbuild_segment(&b, &entry, err);
    if (status == HL_OK)
        status = hlwriter_adopt(w, &entry, true, err);
    return status;
}

hl_status hlwriter_seal(struct hl_writer *w, bool last, struct hl_error *err)
{
    hl_status status = hlintake_drain(w->intake, err);
    if (status != HL_OK || !w->spool.count)
        return status;
    uint32_t kept;
    uint64_t since = hlstage_now();
    status = settle_ids(w, &kept, err);
    hlstage_add(&w->stages, HL_STAGE_ORDER, since);
    if (status == HL_OK && last)
        status = gather_small(w, kept, err);
    if (status == HL_OK && kept)
        status = build(w, err);
    w->accept.store = !w->options.no_store;
    if (status == HL_OK)
        status = hlspool_reset(&w->spool, err);
    hlvocab_release(&w->vocab);
    if (status == HL_OK && !hlvocab_init(&w->vocab))
        status = hlerr_nomem(err);
    return status;
}
