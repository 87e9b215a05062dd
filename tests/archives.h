/*
 * archives.h - large archives of known words, as an index that hl_index_open() takes.
 *
 * Segments are made by segments.h, so a test says which word stands where: the order
 * of documents, windows and cells is its own.  Deleted documents get live files, and
 * everything can be told to the oracle as articles.
 */
#ifndef HL_TESTS_ARCHIVES_H
#define HL_TESTS_ARCHIVES_H

#include "base/mem.h"
#include "engine/index.h"
#include "oracle.h"
#include "segments.h"
#include "text/fold.h"

enum { ARCHIVE_SEGMENTS = 3, ARCHIVE_NAME = 5 };

struct archive {
    struct made segments[ARCHIVE_SEGMENTS];
    struct hllive live[ARCHIVE_SEGMENTS];
    uint32_t terms, count; /* of segments */
    char folder[600];
    struct hl_index *index;
};

/* Consonants alone: no text rule sees a syllable, a number or keystrokes in them. */
static inline void archive_name(uint32_t term, char out[24])
{
    static const char letters[] = "bcghklmnpt";
    snprintf(out, 24, "x%c%c%c", letters[term / 100 % 10], letters[term / 10 % 10],
             letters[term % 10]);
}

/* chunks: how many each segment has. */
static inline void archive_init(struct archive *a, const char *name, uint32_t terms,
                                const uint32_t *chunks, uint32_t count)
{
    memset(a, 0, sizeof *a);
    assert(count <= ARCHIVE_SEGMENTS && terms <= 1000);
    a->terms = terms;
    a->count = count;
    snprintf(a->folder, sizeof a->folder, "%s", scratch_name(name));
    for (uint32_t s = 0; s < count; s++) {
        struct made *m = &a->segments[s];
        made_init(m, terms, chunks[s]);
        m->number = s + 1;
        m->rules = hltext_rules_hash();
        m->salt = s * 1000;
        for (uint32_t t = 0; t < terms; t++)
            archive_name(t, m->names[t]);
        if (hllive_init(chunks[s], &a->live[s], NULL) != HL_OK)
            abort();
    }
}

static inline void archive_release(struct archive *a)
{
    hl_index_close(a->index);
    for (uint32_t s = 0; s < a->count; s++) {
        made_release(&a->segments[s]);
        hllive_release(&a->live[s]);
    }
    scratch_remove(a->folder);
}

/* To be called for each document at most once, before archive_open(). */
static inline void archive_delete(struct archive *a, uint32_t segment, uint32_t chunk,
                                  uint32_t doc)
{
    struct hllive_chunk *live = &a->live[segment].chunks[chunk];
    live->deleted[doc / 64] |= (uint64_t)1 << doc % 64;
    live->docs++;
    a->live[segment].docs++;
}

static inline bool archive_deleted(const struct archive *a, uint32_t segment, uint32_t chunk,
                                   uint32_t doc)
{
    return a->live[segment].chunks[chunk].deleted[doc / 64] >> doc % 64 & 1;
}

/* ---- what the deleted ones counted ---- */

/* Adds a document's words to rows of terms (b is HLLEX_NONE) and of pairs. */
static inline void archive_rows(const struct made_chunk *c, uint32_t doc, struct hlbuf *to)
{
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    uint32_t last = HLLEX_NONE;
    for (uint64_t i = c->starts[doc]; i < c->starts[doc + 1]; i++) {
        if (words[i] == HLBAND_FIELD) {
            last = HLLEX_NONE;
            continue;
        }
        uint32_t term = c->local[words[i] >> 1];
        hlbuf_put_u32(to, term);
        hlbuf_put_u32(to, HLLEX_NONE);
        hlbuf_put_u32(to, doc);
        if (words[i] & 1)
            continue;
        if (last != HLLEX_NONE) {
            hlbuf_put_u32(to, last);
            hlbuf_put_u32(to, term);
            hlbuf_put_u32(to, doc);
        }
        last = term;
    }
}

static inline int archive_row_order(const void *x, const void *y)
{
    const uint32_t *a = x, *b = y;
    for (int i = 0; i < 3; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static inline void archive_count_deleted(const struct made_chunk *c, struct hllive_chunk *live)
{
    struct hlbuf rows = {0};
    for (uint32_t d = 0; d < c->docs; d++)
        if (live->deleted[d / 64] >> d % 64 & 1) {
            live->positions += c->lengths[d];
            archive_rows(c, d, &rows);
        }
    size_t count = rows.size / 12;
    uint32_t(*row)[3] = (uint32_t(*)[3])(void *)rows.data;
    if (count)
        qsort(row, count, sizeof *row, archive_row_order);
    live->terms = hlmem_zalloc(count + 1, sizeof *live->terms);
    live->pairs = hlmem_zalloc(count + 1, sizeof *live->pairs);
    for (size_t i = 0; i < count; i++) {
        bool same = i && row[i][0] == row[i - 1][0] && row[i][1] == row[i - 1][1];
        bool fresh = !same || row[i][2] != row[i - 1][2];
        if (row[i][1] == HLLEX_NONE) {
            struct hllive_term *t = &live->terms[live->term_count - same];
            *t = (struct hllive_term){row[i][0], t->df + fresh, t->cf + 1};
            live->term_count += !same;
        } else {
            struct hllive_pair *p = &live->pairs[live->pair_count - same];
            *p = (struct hllive_pair){row[i][0], row[i][1], p->df + fresh, p->cf + 1};
            live->pair_count += !same;
        }
    }
    hlbuf_release(&rows);
}

/* ---- files ---- */

static inline void archive_write(const char *folder, const char *name, const struct hlbuf *b)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(b->data, 1, b->size, f) != b->size || fclose(f))
        abort();
}

static inline hl_status archive_put_segment(struct archive *a, uint32_t s,
                                            struct hlmanifest_segment *entry,
                                            struct hl_error *err)
{
    char path[700], name[HLMAN_NAME_SIZE];
    hlman_segment_name(s + 1, name);
    snprintf(path, sizeof path, "%s/%s", a->folder, name);
    entry->number = s + 1;
    int fd = hlio_get()->open_new(path);
    hl_status status = made_put_all(&a->segments[s], fd, path, entry, err);
    hlio_get()->close(fd);
    if (status != HL_OK || !a->live[s].docs)
        return status;
    struct hlbuf live = {0};
    for (uint32_t c = 0; c < a->segments[s].count; c++)
        archive_count_deleted(&a->segments[s].chunks[c], &a->live[s].chunks[c]);
    entry->live_number = ARCHIVE_SEGMENTS + 1 + s;
    entry->live_docs -= a->live[s].docs;
    hllive_encode(&a->live[s], a->segments[s].manifest.index_id, s + 1, &live);
    entry->live_size = live.size;
    entry->live_crc = hllive_crc(live.data, live.size);
    hlman_live_name(entry->live_number, name);
    archive_write(a->folder, name, &live);
    hlbuf_release(&live);
    return HL_OK;
}

/* Writes everything and opens it; what is wrong is printed. */
static inline bool archive_open(struct archive *a)
{
    struct hl_error err = {0};
    struct hlmanifest_segment entries[ARCHIVE_SEGMENTS] = {0};
    struct hlmanifest man;
    struct hlbuf text = {0};
    char name[HLMAN_NAME_SIZE];
    hl_status status = HL_OK;
    hlio_get()->mkdir(a->folder);
    hlman_init(&man);
    for (uint32_t s = 0; status == HL_OK && s < a->count; s++)
        status = archive_put_segment(a, s, &entries[s], &err);
    man.generation = 1;
    man.rules = hltext_rules_hash();
    man.next_file = 2 * ARCHIVE_SEGMENTS + 1;
    memcpy(man.weight, a->segments[0].weight, sizeof man.weight);
    man.segments = entries;
    man.count = a->count;
    if (status == HL_OK)
        status = hlman_encode(&man, &text, &err);
    hlman_name(1, name);
    if (status == HL_OK)
        archive_write(a->folder, name, &text);
    hlbuf_release(&text);
    if (status == HL_OK)
        status = hl_index_open(a->folder, &a->index, &err);
    if (status != HL_OK)
        printf("# %s: %s\n", a->folder, err.text);
    return status == HL_OK;
}

/* ---- for the oracle ---- */

/* The name of a document's facet, "" for none. */
static inline void archive_facet(const struct archive *a, uint32_t s, uint32_t chunk,
                                 uint32_t doc, int facet, char out[3])
{
    uint16_t code = made_facet(doc, facet);
    *out = '\0';
    if (code && !(a->segments[s].faceless >> chunk & 1))
        snprintf(out, 3, "%c%d", 'f' + facet, (code + 9) % 10);
}

/* Only archives without alternatives can be told. */
static inline void archive_tell(const struct archive *a, struct oracle *twin, uint32_t s,
                                uint32_t chunk, uint32_t doc, struct hlbuf texts[3])
{
    const struct made_chunk *c = &a->segments[s].chunks[chunk];
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    char id[32], columns[3][3];
    unsigned field = 0;
    for (int i = 0; i < 3; i++)
        hlbuf_reset(&texts[i]);
    for (uint64_t i = c->starts[doc]; i < c->starts[doc + 1]; i++) {
        if (words[i] == HLBAND_FIELD) {
            field++;
            continue;
        }
        assert(!(words[i] & 1));
        hlbuf_put_string(&texts[field], a->segments[s].names[words[i] >> 1]);
        hlbuf_put_u8(&texts[field], ' ');
    }
    made_id(id, chunk + a->segments[s].salt, doc);
    struct hl_article article = {.id = id, .date = c->dates[doc]};
    article.date_precision = article.date ? HL_DATE_SECOND : HL_DATE_UNKNOWN;
    const char **const facets[3] = {&article.source, &article.section, &article.author};
    for (int f = 0; f < 3; f++) {
        archive_facet(a, s, chunk, doc, f, columns[f]);
        *facets[f] = *columns[f] ? columns[f] : NULL;
        hlbuf_put_u8(&texts[f], 0);
    }
    article.title = (const char *)texts[0].data;
    article.lead = (const char *)texts[1].data;
    article.body = (const char *)texts[2].data;
    oracle_add(twin, &article);
}

static inline void archive_tell_all(const struct archive *a, struct oracle *twin)
{
    struct hlbuf texts[3] = {{0}};
    for (uint32_t s = 0; s < a->count; s++)
        for (uint32_t c = 0; c < a->segments[s].count; c++)
            for (uint32_t d = 0; d < a->segments[s].chunks[c].docs; d++)
                if (!archive_deleted(a, s, c, d))
                    archive_tell(a, twin, s, c, d, texts);
    for (int i = 0; i < 3; i++)
        hlbuf_release(&texts[i]);
}

#endif
