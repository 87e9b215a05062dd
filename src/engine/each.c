/*
 * hl_index_each(): every live article once, the newest first.
 *
 * The order is that of documents before a chunk brings similar ones together: newest first,
 * undated last, by id among those of one second.  It follows from the articles alone, so two
 * indexes of the same articles give them alike, however many segments each of them has.
 *
 * Segments and their chunks are in this order already; inside a chunk it is sorted anew, and
 * segments are merged.
 *
 * Memory  one chunk of each segment: 512 KiB at most, and the article at work.
 */
#include "engine/index.h"
#include "engine/sharded.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdlib.h>

/* A document and what orders it. */
struct key {
    uint32_t date, doc;
};

/* Where the articles of one segment stand. */
struct cursor {
    const struct hlseg *segment;
    uint32_t next; /* chunk to come */
    const struct hlchunk *chunk;
    struct key *keys; /* live documents of the chunk, in order */
    uint32_t count, at;
    const char *id; /* of the document at work; borrowed from the segment */
    uint32_t id_size;
};

struct merge {
    struct cursor *cursors;
    size_t count;
};

static int compare_ids(const char *a, uint32_t a_size, const char *b, uint32_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : a_size < b_size ? -1 : a_size > b_size;
}

/* What a sort by keys asks for; damage met on the way is kept for after it. */
struct sorting {
    const struct hlchunk *chunk;
    hl_status status;
    struct hl_error *err;
};

static int by_date_then_id(const void *a, const void *b, void *user)
{
    struct sorting *s = user;
    const struct key *x = a, *y = b;
    const char *ids[2];
    uint32_t sizes[2];
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1;
    if (s->status == HL_OK)
        s->status = hlchunk_id(s->chunk, x->doc, &ids[0], &sizes[0], s->err);
    if (s->status == HL_OK)
        s->status = hlchunk_id(s->chunk, y->doc, &ids[1], &sizes[1], s->err);
    return s->status == HL_OK ? compare_ids(ids[0], sizes[0], ids[1], sizes[1]) : 0;
}

/* The live documents of a chunk, in order. */
static hl_status load_chunk(struct cursor *c, const struct hlchunk *chunk, struct hl_error *err)
{
    c->chunk = chunk;
    c->count = c->at = 0;
    for (uint32_t d = 0; d < chunk->head.docs; d++) {
        if (hlchunk_deleted(chunk, d))
            continue;
        struct key *key = &c->keys[c->count];
        hl_status status = hlchunk_date(chunk, d, &key->date, err);
        if (status != HL_OK)
            return status;
        key->doc = d;
        c->count++;
    }
    struct sorting sorting = {chunk, HL_OK, err};
    qsort_r(c->keys, c->count, sizeof *c->keys, by_date_then_id, &sorting);
    return sorting.status;
}

/* Makes the document at c->at the one at work, of the next chunk if need be; count 0: none. */
static hl_status settle(struct cursor *c, struct hl_error *err)
{
    while (c->at == c->count) {
        if (c->next == c->segment->chunk_count) {
            c->count = c->at = 0;
            return HL_OK;
        }
        hl_status status = load_chunk(c, &c->segment->chunks[c->next++], err);
        if (status != HL_OK)
            return status;
    }
    return hlchunk_id(c->chunk, c->keys[c->at].doc, &c->id, &c->id_size, err);
}

static hl_status cursor_open(struct cursor *c, const struct hlseg *segment,
                             struct hl_error *err)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < segment->chunk_count; i++)
        if (segment->chunks[i].head.docs > most)
            most = segment->chunks[i].head.docs;
    c->segment = segment;
    c->keys = hlmem_zalloc((size_t)most + 1, sizeof *c->keys);
    return c->keys ? settle(c, err) : hlerr_nomem(err);
}

static hl_status merge_open(const struct hlsnapshot *snapshot, struct merge *m,
                            struct hl_error *err)
{
    hl_status status = HL_OK;
    m->count = 0;
    m->cursors = hlmem_zalloc(snapshot->count + 1, sizeof *m->cursors);
    if (!m->cursors)
        return hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < snapshot->count; i++)
        status = cursor_open(&m->cursors[m->count++], &snapshot->segments[i], err);
    return status;
}

static void merge_close(struct merge *m)
{
    for (size_t i = 0; i < m->count; i++)
        hlmem_free(m->cursors[i].keys);
    hlmem_free(m->cursors);
}

static bool is_before(const struct cursor *a, const struct cursor *b)
{
    uint32_t x = a->keys[a->at].date, y = b->keys[b->at].date;
    if (x != y)
        return x > y;
    return compare_ids(a->id, a->id_size, b->id, b->id_size) < 0;
}

/* The cursor whose document comes first; NULL at the end.  There are a few dozen at most. */
static struct cursor *merge_first(const struct merge *m)
{
    struct cursor *first = NULL;
    for (size_t i = 0; i < m->count; i++)
        if (m->cursors[i].count && (!first || is_before(&m->cursors[i], first)))
            first = &m->cursors[i];
    return first;
}

/* One article to the caller; *out_more is what it answers. */
static hl_status give(const struct hl_index *index, const struct cursor *c,
                      bool (*take)(void *user, const struct hl_article *article), void *user,
                      bool *out_more, struct hl_error *err)
{
    struct hl_document *document;
    hl_status status = hlindex_read(c->chunk, c->keys[c->at].doc, &document, err);
    if (status == HL_NOT_FOUND)
        return hlerr_set(err, HL_UNSUPPORTED,
                         "%s was made without its articles (--store no); index the sources "
                         "again with them",
                         index->path);
    if (status != HL_OK)
        return status;
    *out_more = take(user, hl_document_article(document));
    hl_document_free(document);
    return HL_OK;
}

static hl_status each_native(const struct hl_index *index,
                             bool (*take)(void *user, const struct hl_article *article),
                             void *user, struct hl_error *err)
{
    struct merge merge;
    struct cursor *c;
    bool more = true;
    hl_status status = merge_open(&index->snapshot, &merge, err);
    while (status == HL_OK && more && (c = merge_first(&merge))) {
        status = give(index, c, take, user, &more, err);
        c->at++;
        if (status == HL_OK)
            status = settle(c, err);
    }
    merge_close(&merge);
    return status;
}

hl_status hl_index_each(const struct hl_index *index,
                        bool (*take)(void *user, const struct hl_article *article), void *user,
                        struct hl_error *err)
{
    if (!index || !take)
        return hlerr_set(err, HL_MISUSE, "which articles are wanted, and by whom?");
    if (index->sharded)
        return hlsharded_each(index, take, user, err);
    /* An index of another engine is walked by that engine. */
    if (hl_index_backend(index) != HL_BACKEND_NATIVE)
        return hlerr_set(err, HL_UNSUPPORTED, "%s: this build cannot walk its articles",
                         index->path);
    return each_native(index, take, user, err);
}
