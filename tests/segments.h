/*
 * segments.h - segments made of documents whose words a test knows, by hlsegbuild_*.
 *
 * A document is three fields of words; a word is a term and whether it stands
 * beside the word before it (an alternative).  What was put in is kept as plain
 * arrays, so that whatever the segment says can be held against it.
 */
#ifndef HL_TESTS_SEGMENTS_H
#define HL_TESTS_SEGMENTS_H

#include "base/io.h"
#include "scratch.h"
#include "segment/check.h"
#include "segment/encode.h"
#include "segment/positions.h"
#include "segment/segment.h"
#include "segment/writer.h"

#include <zlib.h>

struct made_chunk {
    uint32_t docs, terms; /* terms: that the chunk has */
    struct hlbuf words;   /* u32 each, terms of the segment */
    uint64_t *starts;     /* docs + 1 */
    uint32_t *lengths, (*fields)[2], *dates;
    uint32_t *local, *cf, *df; /* local by term of the segment, HLLEX_NONE; counts by local */
};

struct made {
    uint32_t terms, count; /* of chunks */
    char (*names)[24];     /* sorted */
    struct made_chunk *chunks;
    unsigned weight[3];
    char store[64]; /* what article n is made of, with n in place of %u; "": no store */
    uint64_t band_tokens;
    int threads;
    uint64_t number, rules; /* of the segment's file */
    uint32_t salt;          /* added to the numbers of chunks in ids */
    uint32_t faceless;      /* chunks without any names of facets, a bit each */
    char folder[600];
    struct hlmanifest manifest;
    struct hlseg segment;
};

/* ---- documents ---- */

static inline void made_init(struct made *m, uint32_t terms, uint32_t chunks)
{
    memset(m, 0, sizeof *m);
    m->terms = terms;
    m->count = chunks;
    m->names = calloc(terms ? terms : 1, sizeof *m->names);
    m->chunks = calloc(chunks, sizeof *m->chunks);
    for (int i = 0; i < 3; i++)
        m->weight[i] = 1;
    m->band_tokens = UINT64_MAX;
    m->threads = 1;
    m->number = 1;
    m->rules = 77;
    /* Names of several lengths with long common beginnings. */
    for (uint32_t i = 0; i < terms; i++)
        snprintf(m->names[i], sizeof m->names[i], "%c%05u%s", 'a' + (int)(i / 700), i,
                 i % 3 ? "" : "-dài");
}

static inline void made_chunk_init(struct made_chunk *c, uint32_t docs)
{
    c->docs = docs;
    c->starts = calloc(docs + 1, sizeof *c->starts);
    c->lengths = calloc(docs, sizeof *c->lengths);
    c->fields = calloc(docs, sizeof *c->fields);
    c->dates = calloc(docs, sizeof *c->dates);
}

/* A word of document doc; documents and their fields (0 to 2) come in order. */
static inline void made_word(struct made_chunk *c, uint32_t term, bool alternative)
{
    hlbuf_put_u32(&c->words, term << 1 | alternative);
}

/* What the words of a document say of its lengths. */
static inline void made_end_doc(struct made_chunk *c, uint32_t doc)
{
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    unsigned field = 0;
    c->starts[doc + 1] = c->words.size / 4;
    for (uint64_t i = c->starts[doc]; i < c->starts[doc + 1]; i++) {
        if (words[i] == HLBAND_FIELD) {
            field++;
        } else if (!(words[i] & 1)) {
            c->lengths[doc]++;
            if (field < 2)
                c->fields[doc][field]++;
        }
    }
    assert(field == 2);
}

static inline void made_release(struct made *m)
{
    for (uint32_t i = 0; i < m->count; i++) {
        struct made_chunk *c = &m->chunks[i];
        hlbuf_release(&c->words);
        free(c->starts);
        free(c->lengths);
        free(c->fields);
        free(c->dates);
        free(c->local);
        free(c->cf);
        free(c->df);
    }
    free(m->chunks);
    free(m->names);
    if (m->segment.chunks)
        hlseg_close(&m->segment);
    hlman_release(&m->manifest);
}

/* ---- the truth, from the words ---- */

/* Calls each word of a document with its position. */
static inline void made_walk(const struct made_chunk *c, uint32_t doc,
                             void (*each)(void *user, uint32_t term, uint32_t position,
                                          bool alternative, unsigned field),
                             void *user)
{
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    uint32_t position = 0;
    unsigned field = 0;
    for (uint64_t i = c->starts[doc]; i < c->starts[doc + 1]; i++) {
        if (words[i] == HLBAND_FIELD) {
            position++;
            field++;
            continue;
        }
        bool alternative = words[i] & 1;
        each(user, words[i] >> 1, alternative ? position - 1 : position, alternative, field);
        position += !alternative;
    }
}

static inline void made_count(struct made *m, struct made_chunk *c)
{
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    uint32_t *cf = calloc(m->terms + 1, 4), *df = calloc(m->terms + 1, 4);
    uint32_t *last = calloc(m->terms + 1, 4);
    for (uint32_t d = 0; d < c->docs; d++)
        for (uint64_t i = c->starts[d]; i < c->starts[d + 1]; i++) {
            uint32_t t = words[i] >> 1;
            if (words[i] == HLBAND_FIELD)
                continue;
            cf[t]++;
            df[t] += last[t] != d + 1;
            last[t] = d + 1;
        }
    c->local = calloc(m->terms + 1, 4);
    c->cf = calloc(m->terms + 1, 4);
    c->df = calloc(m->terms + 1, 4);
    for (uint32_t t = 0; t < m->terms; t++) {
        c->local[t] = cf[t] ? c->terms : HLLEX_NONE;
        c->cf[c->terms] = cf[t];
        c->df[c->terms] = df[t];
        c->terms += cf[t] > 0;
    }
    free(cf);
    free(df);
    free(last);
}

/* ---- writing ---- */

static inline hl_status made_read(void *user, uint64_t at, size_t count, uint32_t *to,
                                  struct hl_error *err)
{
    const struct made_chunk *c = user;
    assert((at + count) * 4 <= c->words.size);
    memcpy(to, c->words.data + at * 4, count * 4);
    return HL_OK;
}

static inline const uint8_t *made_term(void *user, uint32_t i, uint32_t *out_size)
{
    const struct made *m = user;
    *out_size = (uint32_t)strlen(m->names[i]);
    return (const uint8_t *)m->names[i];
}

static inline bool made_in_chunk(void *user, uint32_t i, uint32_t chunk)
{
    const struct made *m = user;
    return m->chunks[chunk].local[i] != HLLEX_NONE;
}

static inline struct hllex_counts made_counts(void *user, uint32_t i)
{
    const struct made *m = user;
    struct hllex_counts sum = {0, 0};
    for (uint32_t c = 0; c < m->count; c++)
        if (m->chunks[c].local[i] != HLLEX_NONE) {
            sum.df += m->chunks[c].df[m->chunks[c].local[i]];
            sum.cf += m->chunks[c].cf[m->chunks[c].local[i]];
        }
    return sum;
}

/* Columns that follow from the numbers of chunk and document. */
struct made_columns {
    struct hlbuf ids, names[3], preset;
    uint32_t *id_offsets, *store_offsets;
    uint16_t *facets[3];
    uint8_t *precisions;
    int8_t *zones;
    uint64_t *hashes;
};

static inline void made_id(char out[32], uint32_t chunk, uint32_t doc)
{
    snprintf(out, 32, "%u/%u", doc * 7919u % 100003u, chunk);
}

/* Names of a facet: "f0" to "f4" of facet f; code 0 is none. */
static inline void made_facet_names(struct hlbuf *to, int facet)
{
    hlbuf_put_u32(to, 5);
    for (uint32_t i = 1; i <= 5; i++)
        hlbuf_put_u32(to, i * 2);
    for (int i = 0; i < 5; i++) {
        char name[3] = {(char)('f' + facet), (char)('0' + i), 0};
        hlbuf_put(to, name, 2);
    }
}

static inline uint16_t made_facet(uint32_t doc, int facet)
{
    return (uint16_t)((doc + (uint32_t)facet) % 6);
}

static inline void made_columns_init(struct made_columns *k, const struct made *m,
                                     uint32_t chunk)
{
    uint32_t docs = m->chunks[chunk].docs;
    memset(k, 0, sizeof *k);
    k->id_offsets = calloc(docs + 1, 4);
    k->store_offsets = calloc(docs + 1, 4);
    k->precisions = calloc(docs, 1);
    k->zones = calloc(docs, 1);
    k->hashes = calloc(docs, 8);
    hlbuf_put_string(&k->preset, "article number ");
    for (int f = 0; f < 3; f++) {
        k->facets[f] = calloc(docs, 2);
        if (m->faceless >> chunk & 1)
            hlbuf_put_u32(&k->names[f], 0);
        else
            made_facet_names(&k->names[f], f);
    }
    for (uint32_t d = 0; d < docs; d++) {
        char id[32];
        made_id(id, chunk + m->salt, d);
        hlbuf_put_string(&k->ids, id);
        k->id_offsets[d + 1] = (uint32_t)k->ids.size;
        k->precisions[d] = m->chunks[chunk].dates[d] ? HL_DATE_SECOND : HL_DATE_UNKNOWN;
        k->zones[d] = 28;
        k->hashes[d] = d;
        for (int f = 0; f < 3; f++)
            k->facets[f][d] = m->faceless >> chunk & 1 ? 0 : made_facet(d, f);
    }
}

static inline void made_columns_release(struct made_columns *k)
{
    hlbuf_release(&k->ids);
    hlbuf_release(&k->preset);
    for (int f = 0; f < 3; f++) {
        hlbuf_release(&k->names[f]);
        free(k->facets[f]);
    }
    free(k->id_offsets);
    free(k->store_offsets);
    free(k->precisions);
    free(k->zones);
    free(k->hashes);
}

static inline hl_status made_store(const struct made *m, struct hlsegbuild *b, uint32_t docs,
                                   struct made_columns *k, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t d = 0; *m->store && status == HL_OK && d < docs; d++) {
        char text[128];
        uint8_t packed[256];
        snprintf(text, sizeof text, "%s %u", m->store, d);
        z_stream z = {.next_in = (uint8_t *)text,
                      .avail_in = (unsigned)strlen(text),
                      .next_out = packed,
                      .avail_out = sizeof packed};
        deflateInit(&z, 6);
        deflateSetDictionary(&z, k->preset.data, (unsigned)k->preset.size);
        deflate(&z, Z_FINISH);
        k->store_offsets[d + 1] = k->store_offsets[d] + (uint32_t)z.total_out;
        status = hlsegbuild_store(b, packed, z.total_out, err);
        deflateEnd(&z);
    }
    return status;
}

static inline hl_status made_put_chunk(struct made *m, uint32_t i, struct hlsegbuild *b,
                                       struct hl_error *err)
{
    struct made_chunk *c = &m->chunks[i];
    struct made_columns k;
    uint64_t tokens = 0, docs = 0;
    for (uint32_t n = 0; n < m->count; n++) {
        const struct made_chunk *other = &m->chunks[n];
        docs += other->docs;
        for (size_t w = 0; w < other->words.size; w += 4)
            tokens += hlbuf_load32(other->words.data + w) != HLBAND_FIELD;
    }
    made_count(m, c);
    made_columns_init(&k, m, i);
    hl_status status = made_store(m, b, c->docs, &k, err);
    struct hlsegbuild_chunk in = {.docs = c->docs,
                                  .terms = c->terms,
                                  .local = c->local,
                                  .cf = c->cf,
                                  .df = c->df,
                                  .doc_tokens = c->starts,
                                  .read = made_read,
                                  .user = c,
                                  .bound_length = hlfmt_bound_length(tokens, docs),
                                  .threads = m->threads,
                                  .band_tokens = m->band_tokens,
                                  .columns = {.dates = c->dates,
                                              .precisions = k.precisions,
                                              .zones = k.zones,
                                              .lengths = c->lengths,
                                              .fields = (const uint32_t(*)[2])c->fields,
                                              .content_hashes = k.hashes,
                                              .similar_hashes = k.hashes,
                                              .ids = &k.ids,
                                              .id_offsets = k.id_offsets,
                                              .store_offsets = k.store_offsets,
                                              .store_preset = &k.preset}};
    for (int f = 0; f < 3; f++) {
        in.columns.facets[f] = k.facets[f];
        in.columns.facet_names[f] = &k.names[f];
        in.weight[f] = m->weight[f];
    }
    if (status == HL_OK)
        status = hlsegbuild_chunk(b, &in, err);
    made_columns_release(&k);
    return status;
}

static inline hl_status made_put_all(struct made *m, int fd, const char *path,
                                     struct hlmanifest_segment *entry, struct hl_error *err)
{
    struct hlsegbuild b;
    struct hlsegbuild_header head = {.number = m->number, .rules = m->rules};
    uint32_t *fold = calloc(m->terms + 1, 4);
    for (int i = 0; i < 3; i++)
        head.weight[i] = m->weight[i];
    for (uint32_t i = 0; i < m->terms; i++)
        fold[i] = i;
    hl_status status = hlsegbuild_open(fd, path, &head, &b, err);
    for (uint32_t i = 0; status == HL_OK && i < m->count; i++)
        status = made_put_chunk(m, i, &b, err);
    struct hllex_source terms = {m->terms,    m->count, made_term, made_in_chunk,
                                 made_counts, fold,     m};
    if (status == HL_OK)
        status = hlsegbuild_finish(&b, &terms, &entry->table_crc, &entry->size, err);
    entry->docs = entry->live_docs = b.docs;
    hlsegbuild_release(&b);
    free(fold);
    return status;
}

/* Writes the segment into a folder of its own and opens it. */
static inline bool made_open(struct made *m, const char *name)
{
    struct hl_error err = {0};
    struct hlmanifest_segment *entry = calloc(1, sizeof *entry);
    char path[700];
    snprintf(m->folder, sizeof m->folder, "%s", scratch_name(name));
    hlio_get()->mkdir(m->folder);
    snprintf(path, sizeof path, "%s/segment-000000000001", m->folder);
    hlio_get()->unlink(path);
    hlman_init(&m->manifest);
    m->manifest.generation = 1;
    m->manifest.rules = 77;
    m->manifest.next_file = 2;
    m->manifest.segments = entry;
    m->manifest.count = 1;
    memcpy(m->manifest.weight, m->weight, sizeof m->weight);
    entry->number = 1;
    int fd = hlio_get()->open_new(path);
    hl_status status = made_put_all(m, fd, path, entry, &err);
    hlio_get()->close(fd);
    if (status == HL_OK)
        status = hlseg_open(m->folder, &m->manifest, entry, &m->segment, &err);
    if (status != HL_OK)
        printf("# %s: %s\n", name, err.text);
    return status == HL_OK;
}

/* ---- the checker on it ---- */

static inline void made_fault(void *user, const char *text)
{
    printf("# %s\n", text);
}

/* Folded keys here are the keys. */
static inline hl_status made_fold(const void *key, size_t size, struct hlbuf *to,
                                  struct hl_error *err)
{
    return hlbuf_put(to, key, size) ? HL_OK : HL_NOMEM;
}

/* How many faults the checker finds; they are printed. */
static inline uint64_t made_check(const struct made *m)
{
    struct hlcheck check = {.fault = made_fault, .fold = made_fold};
    hlcheck_begin(&check, &m->segment.file);
    hlcheck_blocks(&check);
    hlcheck_segment(&check, &m->segment);
    hlcheck_end(&check);
    hlcheck_ids(&check, &m->segment, 1);
    return check.report.faults + (check.status != HL_OK);
}

#endif
