#include "engine/build.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/learn.h"
#include "engine/order.h"
#include "engine/prepare.h"
#include "segment/publish.h"
#include "text/fold.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the order of documents ---- */

static int by_date_then_id(const void *a, const void *b, void *user)
{
    const struct hlspool *spool = user;
    const struct hlspool_doc *x = a, *y = b;
    if (x->dropped != y->dropped)
        return x->dropped ? 1 : -1;
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1; /* 0, undated, is last */
    size_t n = x->id_size < y->id_size ? x->id_size : y->id_size;
    int r = memcmp(spool->ids.data + x->id_at, spool->ids.data + y->id_at, n);
    return r ? r : x->id_size < y->id_size ? -1 : x->id_size > y->id_size;
}

static uint32_t sort_docs(struct hlspool *spool)
{
    qsort_r(spool->docs, spool->count, sizeof *spool->docs, by_date_then_id, spool);
    uint32_t kept = spool->count;
    while (kept && spool->docs[kept - 1].dropped)
        kept--;
    return kept;
}

/* ---- the order of terms ---- */

struct order {
    const struct hlvocab *vocab;
    uint32_t *terms; /* numbers of the run, in the order of their bytes */
    uint32_t *fold;  /* places in `terms`, in the order of folded keys */
    struct hlbuf folded;
    uint32_t *folded_at; /* count + 1, by place */
    uint32_t count;
};

static int by_bytes(const void *a, const void *b, void *user)
{
    uint32_t nx, ny;
    const uint8_t *x = hlvocab_bytes(user, *(const uint32_t *)a, &nx);
    const uint8_t *y = hlvocab_bytes(user, *(const uint32_t *)b, &ny);
    int r = memcmp(x, y, nx < ny ? nx : ny);
    return r ? r : nx < ny ? -1 : nx > ny;
}

static int by_fold(const void *a, const void *b, void *user)
{
    const struct order *o = user;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    size_t nx = o->folded_at[x + 1] - o->folded_at[x],
           ny = o->folded_at[y + 1] - o->folded_at[y];
    int r = memcmp(o->folded.data + o->folded_at[x], o->folded.data + o->folded_at[y],
                   nx < ny ? nx : ny);
    if (r || nx != ny)
        return r ? r : nx < ny ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void order_release(struct order *o)
{
    hlmem_free(o->terms);
    hlmem_free(o->fold);
    hlmem_free(o->folded_at);
    hlbuf_release(&o->folded);
}

/* All terms of the run; those that no chunk has are taken out later. */
static bool order_terms(const struct hlvocab *vocab, struct order *o)
{
    memset(o, 0, sizeof *o);
    o->vocab = vocab;
    o->count = vocab->count;
    o->terms = hlmem_zalloc(vocab->count, sizeof *o->terms);
    if (!o->terms)
        return false;
    for (uint32_t i = 0; i < vocab->count; i++)
        o->terms[i] = i;
    qsort_r(o->terms, o->count, sizeof *o->terms, by_bytes, (void *)vocab);
    return true;
}

static bool order_folded(struct order *o)
{
    o->fold = hlmem_zalloc(o->count, sizeof *o->fold);
    o->folded_at = hlmem_zalloc((size_t)o->count + 1, sizeof *o->folded_at);
    if (!o->fold || !o->folded_at)
        return false;
    for (uint32_t i = 0; i < o->count; i++) {
        uint32_t size;
        const uint8_t *bytes = hlvocab_bytes(o->vocab, o->terms[i], &size);
        if (hltext_fold_key((const char *)bytes, size, &o->folded, NULL) != HL_OK)
            return false;
        o->folded_at[i + 1] = (uint32_t)o->folded.size;
        o->fold[i] = i;
    }
    qsort_r(o->fold, o->count, sizeof *o->fold, by_fold, o);
    return true;
}

/* ---- chunks ---- */

/* Tokens of a chunk at most, whatever the memory: bands count them in 31 bits. */
#define TOKEN_MAX ((uint64_t)1 << 30)

/* What the segment knows beyond a chunk: which terms each chunk has, and how often all. */
struct run {
    const struct hlbuild *build;
    struct hlsegbuild segment;
    struct order order;
    uint32_t docs;               /* kept ones */
    uint64_t token_max;          /* of a chunk */
    uint32_t bound_length;       /* what bounds are made for */
    uint64_t **has;              /* by chunk: a bit a place of order.terms */
    struct hllex_counts *counts; /* of all chunks, by number of the run */
    uint32_t chunks;
};

/*
 * Bounds hold for one length (FORMAT.md 5).  The mean of the whole archive makes them tight
 * for queries, that of a chunk does not: years of feed items stand beside years of long
 * articles.  Of a document's words two are no tokens but the borders of its fields.
 */
static uint32_t bound_length(const struct hlspool *spool, uint32_t docs)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < docs; i++)
        tokens += spool->docs[i].words - 2;
    return hlfmt_bound_length(tokens, docs);
}

/* How many of the documents from `first` on make the next chunk. */
static uint32_t cut_chunk(const struct run *run, uint32_t first)
{
    const struct hlspool_doc *docs = run->build->spool->docs;
    uint64_t tokens = 0, bytes = 0;
    uint32_t n = 0;
    while (first + n < run->docs && n < HLFMT_CHUNK_DOCS) {
        tokens += docs[first + n].words;
        bytes += docs[first + n].payload;
        if (n && (tokens > run->token_max || bytes > (uint64_t)1 << 30))
            break;
        n++;
    }
    return n;
}

static void add_counts(struct hllex_counts *to, uint32_t df, uint32_t cf)
{
    to->df = df < UINT32_MAX - to->df ? to->df + df : UINT32_MAX;
    to->cf = cf < UINT32_MAX - to->cf ? to->cf + cf : UINT32_MAX;
}

static hl_status note_terms(struct run *run, const struct hlprepared *chunk,
                            struct hl_error *err)
{
    uint64_t **grown = hlmem_realloc(run->has, ((size_t)run->chunks + 1) * sizeof *run->has);
    if (!grown)
        return hlerr_nomem(err);
    run->has = grown;
    uint64_t *bits = hlmem_zalloc(run->order.count / 64 + 1, sizeof *bits);
    if (!bits)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < run->order.count; i++) {
        uint32_t term = run->order.terms[i], cf = chunk->counts[0].cf[term];
        if (!cf)
            continue;
        bits[i / 64] |= (uint64_t)1 << i % 64;
        add_counts(&run->counts[term], chunk->counts[0].df[term], cf);
    }
    run->has[run->chunks++] = bits;
    return HL_OK;
}

static bool band_progress(void *user, uint64_t done, uint64_t total)
{
    const struct hlprepared *p = user;
    const struct hlbuild *b = p->build;
    uint64_t before = p->first, here = (uint64_t)p->docs * done / total;
    return b->progress && b->progress(b->progress_user, "building", before + here, p->of);
}

static hl_status number_terms(struct run *run, struct hlprepared *p, struct hl_error *err)
{
    uint64_t since = hlstage_now();
    hl_status status = note_terms(run, p, err);
    if (status == HL_OK && !hlprepare_terms(p, run->order.terms))
        status = hlerr_nomem(err);
    hlstage_add(run->build->stages, HL_STAGE_COUNT, since);
    return status;
}

static hl_status build_chunk(struct run *run, uint32_t first, uint32_t count,
                             struct hl_error *err)
{
    const struct hlbuild *b = run->build;
    struct hlprepared p;
    hl_status status = hlprepare_chunk(b, &run->segment, first, count, run->docs, &p, err);
    if (status == HL_OK)
        status = number_terms(run, &p, err);
    if (status == HL_OK) {
        struct hlsegbuild_chunk chunk = {
            .docs = count,
            .terms = p.terms,
            .columns = p.columns,
            .local = p.local,
            .cf = p.cf,
            .df = p.df,
            .doc_tokens = p.doc_tokens,
            .read = hlprepared_read,
            .learn = hllearn_words,
            .pair_least = HLWORDS_PAIR_LEAST,
            .progress = band_progress,
            .user = &p,
            .bound_length = run->bound_length,
            .threads = b->threads,
            .band_tokens = b->memory / 64,
        };
        memcpy(chunk.weight, b->header.weight, sizeof chunk.weight);
        status = hlsegbuild_chunk(&run->segment, &chunk, err);
    }
    hlprepared_release(&p);
    return status;
}

static const uint8_t *source_term(void *user, uint32_t i, uint32_t *out_size)
{
    const struct run *run = user;
    return hlvocab_bytes(run->order.vocab, run->order.terms[i], out_size);
}

static bool source_in_chunk(void *user, uint32_t i, uint32_t chunk)
{
    const struct run *run = user;
    return run->has[chunk][i / 64] >> i % 64 & 1;
}

static struct hllex_counts source_counts(void *user, uint32_t i)
{
    const struct run *run = user;
    return run->counts[run->order.terms[i]];
}

/* Takes out terms that only dropped documents had, so that every term is in a chunk. */
static void keep_used_terms(struct run *run)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < run->order.count; i++) {
        bool used = false;
        for (uint32_t c = 0; c < run->chunks; c++) {
            bool has = run->has[c][i / 64] >> i % 64 & 1;
            run->has[c][i / 64] &= ~((uint64_t)1 << i % 64);
            run->has[c][kept / 64] |= (uint64_t)has << kept % 64;
            used |= has;
        }
        run->order.terms[kept] = run->order.terms[i];
        kept += used;
    }
    run->order.count = kept;
}

static hl_status write_segment(struct run *run, uint32_t *out_crc, uint64_t *out_size,
                               struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t first = 0; status == HL_OK && first < run->docs;) {
        uint32_t count = cut_chunk(run, first);
        uint64_t since = hlstage_now();
        status = hlorder_chunk(run->build, first, count, err);
        hlstage_add(run->build->stages, HL_STAGE_ORDER, since);
        if (status == HL_OK)
            status = build_chunk(run, first, count, err);
        first += count;
    }
    if (status != HL_OK)
        return status;
    uint64_t since = hlstage_now();
    keep_used_terms(run);
    if (!order_folded(&run->order))
        return hlerr_nomem(err);
    hlstage_add(run->build->stages, HL_STAGE_DICTIONARY, since);
    struct hllex_source source = {
        run->order.count, run->chunks,     source_term, source_in_chunk,
        source_counts,    run->order.fold, run};
    return hlsegbuild_finish(&run->segment, &source, out_crc, out_size, err);
}

static void run_release(struct run *run)
{
    for (uint32_t c = 0; c < run->chunks; c++)
        hlmem_free(run->has[c]);
    hlmem_free(run->has);
    hlmem_free(run->counts);
    order_release(&run->order);
    hlsegbuild_release(&run->segment);
}

hl_status hlbuild_segment(const struct hlbuild *build, struct hlmanifest_segment *out_segment,
                          struct hl_error *err)
{
    struct run run = {.build = build, .token_max = build->memory / 16};
    if (run.token_max > TOKEN_MAX)
        run.token_max = TOKEN_MAX;
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    hlman_segment_name(build->header.number, name);
    hl_status status = hlman_path(build->folder, name, path, err);
    if (status == HL_OK)
        status = hlspool_flush(build->spool, err);
    if (status != HL_OK)
        return status;
    uint64_t since = hlstage_now();
    run.docs = sort_docs(build->spool);
    assert(run.docs);
    run.bound_length = bound_length(build->spool, run.docs);
    run.counts = hlmem_zalloc((size_t)build->vocab->count + 1, sizeof *run.counts);
    if (!run.counts || !order_terms(build->vocab, &run.order)) {
        hlmem_free(run.counts);
        return hlerr_nomem(err);
    }
    hlstage_add(build->stages, HL_STAGE_ORDER, since);
    int fd;
    status = hlpub_create(build->folder, name, &fd, err);
    if (status != HL_OK) {
        run_release(&run);
        return status;
    }
    uint32_t crc = 0;
    uint64_t size = 0;
    status = hlsegbuild_open(fd, path, &build->header, &run.segment, err);
    if (status == HL_OK)
        status = write_segment(&run, &crc, &size, err);
    uint32_t docs = run.docs;
    run_release(&run);
    if (status != HL_OK) {
        hlio_get()->close(fd);
        hlio_get()->unlink(path);
        return status;
    }
    since = hlstage_now();
    status = hlpub_finish(fd, build->folder, name, err);
    hlstage_add(build->stages, HL_STAGE_SYNC, since);
    if (status == HL_OK)
        *out_segment =
            (struct hlmanifest_segment){build->header.number, size, crc, 0, 0, 0, docs, docs};
    return status;
}
