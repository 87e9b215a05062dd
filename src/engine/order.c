#include "engine/order.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "engine/bisect.h"
#include "segment/band.h"

#include <assert.h>

/* Measured in src/README.md: fewer terms a row or a common term in half the documents give
 * larger files, rarer terms and longer rows cost time and memory and bring nothing. */
enum {
    DOCS_LEAST = 2048,  /* a smaller chunk has too few cells to gain */
    SAMPLE_DOCS = 8192, /* tell how common a term is */
    RARE = 1000,        /* a term in fewer than one of so many says nothing */
    COMMON = 5,         /* nor one in more than one of so many */
    ROW_MOST = 128,     /* terms of a document, the first ones */
    ROW_MEMORY = 16,    /* rows take one part of so many of the memory */
    GROUP = 1024,       /* documents a task */
    NONE = HLBISECT_TERMS
};

/* What one thread needs to read documents. */
struct reader {
    struct hlbuf words;
    uint32_t *last; /* by term of the run: the document that had it last, plus 1 */
};

struct ordering {
    const struct hlbuild *build;
    uint32_t first, docs;
    struct reader *readers; /* one a thread */
    uint32_t *number;       /* by term of the run: its number in the rows, or NONE */
    uint32_t terms;         /* that have a number */
    uint16_t *rows, *counts;
    uint32_t stride;
};

static struct hlspool_doc *docs_of(const struct ordering *o)
{
    return o->build->spool->docs + o->first;
}

static bool ordering_open(struct ordering *o)
{
    size_t terms = o->build->vocab->count;
    size_t room = o->build->memory / ROW_MEMORY / sizeof *o->rows / o->docs;
    o->stride = room < ROW_MOST ? (uint32_t)room : ROW_MOST;
    o->readers = hlmem_zalloc((size_t)o->build->threads, sizeof *o->readers);
    o->number = hlmem_zalloc(terms, sizeof *o->number);
    o->counts = hlmem_zalloc(o->docs, sizeof *o->counts);
    o->rows = hlmem_zalloc((size_t)o->docs * o->stride, sizeof *o->rows);
    bool good = o->readers && o->number && o->counts && o->rows;
    for (int i = 0; good && i < o->build->threads; i++) {
        o->readers[i].last = hlmem_zalloc(terms, sizeof *o->readers[i].last);
        good = o->readers[i].last;
    }
    return good;
}

static void ordering_close(struct ordering *o)
{
    for (int i = 0; o->readers && i < o->build->threads; i++) {
        hlbuf_release(&o->readers[i].words);
        hlmem_free(o->readers[i].last);
    }
    hlmem_free(o->readers);
    hlmem_free(o->number);
    hlmem_free(o->counts);
    hlmem_free(o->rows);
}

/* ---- what the documents say ---- */

/* The next term that the document has not had yet, from word *io_at on. */
static bool next_term(struct reader *r, uint32_t doc, size_t *io_at, uint32_t *out_term)
{
    const uint32_t *words = (const uint32_t *)(const void *)r->words.data;
    size_t count = r->words.size / sizeof *words;
    while (*io_at < count) {
        uint32_t word = words[(*io_at)++], term = word >> 1;
        if (word == HLBAND_FIELD || r->last[term] == doc + 1)
            continue;
        r->last[term] = doc + 1;
        *out_term = term;
        return true;
    }
    return false;
}

/* Numbers the terms that a sample finds neither common nor rare. */
static hl_status choose_terms(struct ordering *o, struct hl_error *err)
{
    struct reader *r = &o->readers[0];
    uint32_t step = (o->docs + SAMPLE_DOCS - 1) / SAMPLE_DOCS, sampled = 0, term;
    for (uint32_t doc = 0; doc < o->docs; doc += step, sampled++) {
        hl_status status =
            hlspool_read_words(o->build->spool, &docs_of(o)[doc], &r->words, err);
        if (status != HL_OK)
            return status;
        for (size_t at = 0; next_term(r, doc, &at, &term);)
            o->number[term]++;
    }
    /* 2 more: what a small sample has once or twice, it has by chance. */
    uint32_t least = sampled / RARE + 2, most = sampled / COMMON;
    for (uint32_t t = 0; t < o->build->vocab->count; t++) {
        bool tells = o->number[t] >= least && o->number[t] <= most;
        o->number[t] = tells && o->terms < HLBISECT_TERMS ? o->terms++ : NONE;
        r->last[t] = 0;
    }
    return HL_OK;
}

static hl_status fill_rows(void *user, size_t task, int worker, struct hlpar *par,
                           struct hl_error *err)
{
    struct ordering *o = user;
    struct reader *r = &o->readers[worker];
    uint32_t from = (uint32_t)task * GROUP, term;
    uint32_t to = o->docs - from < GROUP ? o->docs : from + GROUP;
    for (uint32_t doc = from; doc < to; doc++) {
        hl_status status =
            hlspool_read_words(o->build->spool, &docs_of(o)[doc], &r->words, err);
        if (status != HL_OK)
            return status;
        uint16_t *row = o->rows + (size_t)doc * o->stride;
        uint32_t n = 0;
        for (size_t at = 0; n < o->stride && next_term(r, doc, &at, &term);)
            if (o->number[term] != NONE)
                row[n++] = (uint16_t)o->number[term];
        o->counts[doc] = (uint16_t)n;
    }
    return HL_OK;
}

/* ---- the order ---- */

static hl_status permute(const struct ordering *o, struct hl_error *err)
{
    struct hlbisect bisect = {.docs = o->docs,
                              .terms = o->terms,
                              .stride = o->stride,
                              .rows = o->rows,
                              .counts = o->counts,
                              .threads = o->build->threads};
    struct hlspool_doc *docs = docs_of(o);
    uint32_t *order = hlmem_zalloc(o->docs, sizeof *order);
    struct hlspool_doc *old = hlmem_zalloc(o->docs, sizeof *old);
    hl_status status = order && old ? hlbisect_order(&bisect, order, err) : hlerr_nomem(err);
    if (status == HL_OK) {
        memcpy(old, docs, o->docs * sizeof *old);
        for (uint32_t i = 0; i < o->docs; i++)
            docs[i] = old[order[i]];
    }
    hlmem_free(old);
    hlmem_free(order);
    return status;
}

hl_status hlorder_chunk(const struct hlbuild *build, uint32_t first, uint32_t count,
                        struct hl_error *err)
{
    assert(count <= HLFMT_CHUNK_DOCS);
    if (count < DOCS_LEAST)
        return HL_OK;
    struct ordering o = {.build = build, .first = first, .docs = count};
    hl_status status = ordering_open(&o) ? choose_terms(&o, err) : hlerr_nomem(err);
    if (status == HL_OK)
        status = hlpar_run(build->threads, (count + GROUP - 1) / GROUP, fill_rows, &o, err);
    if (status == HL_OK)
        status = permute(&o, err);
    ordering_close(&o);
    return status;
}
