/*
 * check_columns.c - the columns of a chunk's articles, its facets and its ids.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

void hlcheck_column_fault(const struct hlcheck_chunk *c, const uint8_t *p, const char *what)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    assert(what);
    hlcheck_at(&where, p, what);
}

void hlcheck_column_fault_of(const struct hlcheck_chunk *c, const uint8_t *p, uint32_t doc,
                             const char *what)
{
    char text[160];
    assert(doc < c->chunk->head.docs);
    snprintf(text, sizeof text, "article %" PRIu32 ": %s", doc, what);
    hlcheck_column_fault(c, p, text);
}

static const uint8_t *section(const struct hlcheck_chunk *c, enum hlfmt_chunk_section which)
{
    struct hl_error err = {0};
    const uint8_t *p = NULL;
    hl_status status = hlchunk_section(c->chunk, which, &p, &err);
    return hlcheck_got(c->check, status, &err) ? p : NULL;
}

/* ---- lengths ---- */

/* Rows are there for articles that need them, in order, and for no other. */
static bool check_longs(const struct hlcheck_chunk *c)
{
    const struct hlchunk_columns *k = &c->columns;
    uint32_t row = 0;
    assert(k->lengths && k->fields && k->longs);
    for (uint32_t d = 0; d < c->chunk->head.docs; d++) {
        uint32_t length = hlbuf_load16(k->lengths + (size_t)d * 2);
        uint32_t title = hlbuf_load16(k->fields + (size_t)d * 4);
        uint32_t lead = hlbuf_load16(k->fields + (size_t)d * 4 + 2);
        if (length < UINT16_MAX && title < UINT16_MAX && lead < UINT16_MAX)
            continue;
        const uint8_t *p = k->longs + (size_t)row * 16;
        uint32_t l[3] = {length, title, lead};
        bool good = row < k->long_count && hlbuf_load32(p) == d;
        for (int i = 0; good && i < 3; i++) {
            uint32_t whole = hlbuf_load32(p + 4 + i * 4);
            good = l[i] == (whole < UINT16_MAX ? whole : UINT16_MAX);
        }
        if (!good) {
            hlcheck_column_fault_of(c, k->lengths, d, "a long length without its row (F 18)");
            return false;
        }
        row++;
    }
    if (row != k->long_count)
        hlcheck_column_fault(c, k->longs, "rows of long lengths that no article needs (F 18)");
    return row == k->long_count;
}

static bool check_lengths(const struct hlcheck_chunk *c)
{
    const struct hlfmt_chunk *h = &c->chunk->head;
    uint32_t least = UINT32_MAX, most = 0;
    uint64_t sum = 0;
    if (!check_longs(c))
        return false;
    for (uint32_t d = 0; d < h->docs; d++) {
        struct hlchunk_lengths l = hlchunk_lengths_of(&c->columns, d);
        if ((uint64_t)l.title + l.lead > l.length || l.length > UINT32_MAX / 4) {
            hlcheck_column_fault_of(c, c->columns.lengths, d,
                                    "its fields are longer than it is (F 18)");
            return false;
        }
        if (c->columns.classes[d] != hlfmt_length_class(l.length))
            hlcheck_column_fault_of(c, c->columns.classes + d, d,
                                    "a length class that is not its own (F 18)");
        least = l.length < least ? l.length : least;
        most = l.length > most ? l.length : most;
        sum += l.length;
    }
    for (uint32_t d = h->docs; d < h->windows * HLFMT_WINDOW; d++)
        if (c->columns.classes[d])
            hlcheck_column_fault(c, c->columns.classes + d,
                                 "length classes past the last article (F 2)");
    if (least != h->length_min || most != h->length_max || sum != h->positions)
        hlcheck_column_fault(c, NULL, "its head sums up lengths wrongly (F 4)");
    return true;
}

/* ---- dates: windows may be left out of a search by what is summed up here ---- */

static void check_window_dates(const struct hlcheck_chunk *c)
{
    const uint8_t *said = section(c, HLFMT_WINDOW_DATES);
    for (uint32_t w = 0; said && w < c->chunk->head.windows; w++) {
        uint32_t least = 0, most = 0, end = (w + 1) * HLFMT_WINDOW;
        for (uint32_t d = w * HLFMT_WINDOW; d < end && d < c->chunk->head.docs; d++) {
            uint32_t date = hlbuf_load32(c->columns.dates + (size_t)d * 4);
            if (date && (!least || date < least))
                least = date;
            most = date > most ? date : most;
        }
        if (hlbuf_load32(said + (size_t)w * 8) != least ||
            hlbuf_load32(said + (size_t)w * 8 + 4) != most)
            hlcheck_column_fault(c, said + (size_t)w * 8,
                                 "dates of a window that are not its articles' (F 19)");
    }
}

static void check_dates(const struct hlcheck_chunk *c)
{
    const struct hlfmt_chunk *h = &c->chunk->head;
    const uint8_t *forms = section(c, HLFMT_DATE_FORMS);
    uint32_t least = 0, most = 0, undated = 0;
    for (uint32_t d = 0; d < h->docs; d++) {
        uint32_t date = hlbuf_load32(c->columns.dates + (size_t)d * 4);
        undated += !date;
        if (date && (!least || date < least))
            least = date;
        most = date > most ? date : most;
        if (!forms)
            continue;
        int zone = (int8_t)forms[h->docs + d];
        if (forms[d] > HL_DATE_SECOND || !forms[d] != !date || zone < -64 || zone > 64)
            hlcheck_column_fault_of(c, forms + d, d,
                                    "a precision or zone that its date cannot have (F 19)");
    }
    if (least != h->date_min || most != h->date_max || undated != h->undated)
        hlcheck_column_fault(c, NULL, "its head sums up dates wrongly (F 4)");
    check_window_dates(c);
}

/* ---- facets ---- */

/* The count of names of the next list, HLCHECK_NONE after a fault. */
static uint32_t check_names(const struct hlcheck_chunk *c, struct hlview *v)
{
    const uint8_t *start = v->p;
    uint32_t count = hlview_u32(v), last = 0;
    const uint8_t *ends = hlview_bytes(v, (size_t)count * 4);
    for (uint32_t i = 0; ends && i < count; i++) {
        uint32_t end = hlbuf_load32(ends + (size_t)i * 4);
        if (end <= last)
            ends = NULL;
        last = end;
    }
    if (ends)
        hlview_bytes(v, last);
    if (ends && !v->bad && count <= HLFMT_CHUNK_DOCS)
        return count;
    hlcheck_column_fault(c, start, "names of a facet do not decode (F 20)");
    return HLCHECK_NONE;
}

static void check_facets(const struct hlcheck_chunk *c)
{
    const uint8_t *codes = section(c, HLFMT_FACETS), *names = section(c, HLFMT_FACET_NAMES);
    uint32_t docs = c->chunk->head.docs;
    if (!codes || !names)
        return;
    struct hlview v = hlview_of(names, c->chunk->head.section[HLFMT_FACET_NAMES].size);
    for (int f = 0; f < 3; f++) {
        uint32_t count = check_names(c, &v);
        if (count == HLCHECK_NONE)
            return;
        for (uint32_t d = 0; d < docs; d++)
            if (hlbuf_load16(codes + ((size_t)f * docs + d) * 2) > count)
                hlcheck_column_fault_of(c, codes + ((size_t)f * docs + d) * 2, d,
                                        "a facet code without a name (F 20)");
    }
    if (hlview_left(&v))
        hlcheck_column_fault(c, v.p, "bytes after the names of facets (F 5)");
}

/* ---- offsets and ids ---- */

/* Offsets start at 0, do not fall, and end where the bytes do. */
static const uint8_t *check_offsets(const struct hlcheck_chunk *c,
                                    enum hlfmt_chunk_section which,
                                    enum hlfmt_chunk_section bytes, const char *what)
{
    const uint8_t *p = section(c, which);
    uint32_t docs = c->chunk->head.docs;
    if (!p)
        return NULL;
    assert(c->chunk->head.section[which].size == ((uint64_t)docs + 1) * 4); /* (F 3) */
    bool good = !hlbuf_load32(p) &&
                hlbuf_load32(p + (size_t)docs * 4) == c->chunk->head.section[bytes].size;
    for (uint32_t d = 0; good && d < docs; d++)
        good = hlbuf_load32(p + (size_t)d * 4) <= hlbuf_load32(p + (size_t)d * 4 + 4);
    if (!good)
        hlcheck_column_fault(c, p, what);
    return good ? p : NULL;
}

static int compare_ids(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : a_size < b_size ? -1 : a_size > b_size;
}

static void check_ids(const struct hlcheck_chunk *c)
{
    uint32_t docs = c->chunk->head.docs;
    const uint8_t *offsets =
        check_offsets(c, HLFMT_ID_OFFSETS, HLFMT_IDS, "offsets of ids do not span them (F 5)");
    const uint8_t *ids = section(c, HLFMT_IDS), *order = section(c, HLFMT_ID_ORDER);
    if (!offsets || !ids || !order)
        return;
    const uint8_t *before = NULL;
    uint32_t before_size = 0;
    /* Ids that rise strictly are all different, and so are the articles. */
    for (uint32_t i = 0; i < docs; i++) {
        uint32_t doc = hlbuf_load16(order + (size_t)i * 2);
        const uint8_t *end = offsets + (size_t)doc * 4 + 4;
        if (doc >= docs) {
            hlcheck_column_fault(c, order + (size_t)i * 2,
                                 "the order of ids names no article (F 17)");
            return;
        }
        const uint8_t *id = ids + hlbuf_load32(end - 4);
        uint32_t size = hlbuf_load32(end) - hlbuf_load32(end - 4);
        if (!size || size > HLFMT_ID_MAX || memchr(id, 0, size))
            hlcheck_column_fault_of(c, id, doc, "an id that no article can have (F 17)");
        if (before && compare_ids(before, before_size, id, size) >= 0)
            hlcheck_column_fault_of(c, order + (size_t)i * 2, doc,
                                    "ids out of order, or twice the same (F 17)");
        before = id;
        before_size = size;
    }
}

void hlcheck_columns(struct hlcheck_chunk *c)
{
    struct hl_error err = {0};
    hl_status status = hlchunk_columns(c->chunk, &c->columns, &err);
    if (hlcheck_got(c->check, status, &err)) {
        c->have_columns = check_lengths(c);
        check_dates(c);
    }
    check_facets(c);
    check_ids(c);
    check_offsets(c, HLFMT_STORE_OFFSETS, HLFMT_STORE,
                  "offsets of stored articles do not span them (F 5)");
    if (c->chunk->head.section[HLFMT_STORE_PRESET].size > HLFMT_STORE_DICT)
        hlcheck_column_fault(c, NULL, "a preset dictionary that is too long (F 21)");
    /* Hashes may have any value; stored articles are held against them by the engine. */
    section(c, HLFMT_CONTENT_HASHES);
    section(c, HLFMT_SIMILAR_HASHES);
}

/*
 * ---- ids of all segments ----
 *
 * Each chunk has its ids in order, so all of them are merged: a heap of chunks, the
 * one with the least id on top.  What is live twice comes out side by side.
 */

/* Where the merge stands in one chunk. */
struct source {
    const struct hlchunk *chunk;
    const uint8_t *order;
    uint32_t next; /* place in the order */
    const char *id;
    uint32_t size;
};

/* To the next live id; false at the end, or where ids cannot be read. */
static bool advance(struct source *s)
{
    while (s->next < s->chunk->head.docs) {
        uint32_t doc = hlbuf_load16(s->order + (size_t)s->next++ * 2);
        if (doc >= s->chunk->head.docs || hlchunk_deleted(s->chunk, doc))
            continue;
        /* Damage was told when the chunk was looked at. */
        return hlchunk_id(s->chunk, doc, &s->id, &s->size, NULL) == HL_OK;
    }
    return false;
}

static int compare_sources(const struct source *a, const struct source *b)
{
    return compare_ids((const uint8_t *)a->id, a->size, (const uint8_t *)b->id, b->size);
}

/* Lets heap[at] sink until no child's id is less. */
static void sift(struct source *heap, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare_sources(&heap[child + 1], &heap[child]) < 0)
            child++;
        if (compare_sources(&heap[at], &heap[child]) <= 0)
            return;
        struct source swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
    }
}

static size_t start_sources(const struct hlseg *segments, size_t count, struct source *heap)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (uint32_t c = 0; c < segments[i].chunk_count; c++) {
            struct source s = {.chunk = &segments[i].chunks[c]};
            if (hlchunk_section(s.chunk, HLFMT_ID_ORDER, &s.order, NULL) == HL_OK &&
                advance(&s))
                heap[n++] = s;
        }
    return n;
}

void hlcheck_ids(struct hlcheck *check, const struct hlseg *segments, size_t count)
{
    size_t chunks = 0;
    assert(check->fault && (segments || !count));
    for (size_t i = 0; i < count; i++)
        chunks += segments[i].chunk_count;
    struct source *heap = hlmem_zalloc(chunks + 1, sizeof *heap);
    if (!heap) {
        check->status = hlerr_nomem(&check->error);
        return;
    }
    size_t n = start_sources(segments, count, heap);
    for (size_t i = n / 2; i-- > 0;)
        sift(heap, i, n);
    const char *before = NULL;
    uint32_t before_size = 0;
    while (n && hlcheck_going(check)) {
        struct source *s = heap;
        if (before && before_size == s->size && !memcmp(before, s->id, s->size))
            hlcheck_fault(check,
                          "corrupt index: %.300s, chunk %" PRIu32
                          ": the id %.*s is live in another place too (F 17)",
                          s->chunk->segment->file.path, s->chunk->number,
                          s->size < 200 ? (int)s->size : 200, s->id);
        before = s->id;
        before_size = s->size;
        if (!advance(s))
            *s = heap[--n];
        sift(heap, 0, n);
    }
    hlmem_free(heap);
}
