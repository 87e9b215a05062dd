#include "engine/spool.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "segment/publish.h"

#include <assert.h>

enum { PENDING = 1 << 20 };

hl_status hlspool_open(const char *folder, uint64_t number, struct hlspool *out_spool,
                       struct hl_error *err)
{
    struct hlspool *s = out_spool;
    memset(s, 0, sizeof *s);
    s->fd = -1;
    char name[HLMAN_NAME_SIZE];
    hlpub_spool_name(number, name);
    hl_status status = hlman_path(folder, name, s->path, err);
    if (status == HL_OK)
        status = hlpub_create(folder, name, &s->fd, err);
    return status;
}

void hlspool_release(struct hlspool *spool)
{
    if (spool->fd >= 0) {
        hlio_get()->close(spool->fd);
        hlio_get()->unlink(spool->path);
    }
    hlbuf_release(&spool->pending);
    hlbuf_release(&spool->ids);
    hlmem_free(spool->docs);
    memset(spool, 0, sizeof *spool);
    spool->fd = -1;
}

hl_status hlspool_reset(struct hlspool *spool, struct hl_error *err)
{
    hlio_get()->close(spool->fd);
    hlio_get()->unlink(spool->path);
    spool->fd = hlio_get()->open_new(spool->path);
    spool->count = 0;
    spool->written = 0;
    hlbuf_reset(&spool->ids);
    hlbuf_reset(&spool->pending);
    return spool->fd < 0 ? hlio_error(err, spool->fd, "create", spool->path) : HL_OK;
}

hl_status hlspool_flush(struct hlspool *spool, struct hl_error *err)
{
    uint64_t since = hlstage_now();
    hl_status status = hlio_write_all(spool->fd, spool->path, spool->pending.data,
                                      spool->pending.size, spool->written, err);
    hlstage_add(spool->stages, HL_STAGE_SPOOL, since);
    spool->written += spool->pending.size;
    hlbuf_reset(&spool->pending);
    return status;
}

static bool add_doc(struct hlspool *s, struct hlspool_doc doc)
{
    if (s->count == s->room) {
        uint32_t room = s->room + s->room / 2 + 1024;
        struct hlspool_doc *docs = hlmem_realloc(s->docs, room * sizeof *docs);
        if (!docs)
            return false;
        s->docs = docs;
        s->room = room;
    }
    s->docs[s->count++] = doc;
    return true;
}

hl_status hlspool_add(struct hlspool *spool, const struct hlspool_head *head,
                      const uint8_t *payload, const uint8_t *mined, const uint32_t *words,
                      uint32_t date, const char *id, struct hl_error *err)
{
    size_t id_size = strlen(id);
    assert(id_size >= 1 && id_size <= HLFMT_ID_MAX);
    struct hlspool_doc doc = {.at = spool->written + spool->pending.size,
                              .date = date,
                              .payload = head->payload + head->mined,
                              .words = head->words,
                              .id_at = (uint32_t)spool->ids.size,
                              .id_size = (uint16_t)id_size,
                              .order = spool->count};
    hlbuf_put(&spool->ids, id, id_size);
    hlbuf_put(&spool->pending, head, sizeof *head);
    hlbuf_put(&spool->pending, payload, head->payload);
    hlbuf_put(&spool->pending, mined, head->mined);
    hlbuf_align(&spool->pending, 4); /* `written` is a multiple of 4, so this aligns the file */
    hlbuf_put(&spool->pending, words, (size_t)head->words * 4);
    if (spool->ids.failed || spool->pending.failed || !add_doc(spool, doc))
        return hlerr_nomem(err);
    return spool->pending.size >= PENDING ? hlspool_flush(spool, err) : HL_OK;
}

hl_status hlspool_read(const struct hlspool *spool, const struct hlspool_doc *doc,
                       struct hlbuf *buf, struct hlspool_head *out_head, size_t *out_words,
                       struct hl_error *err)
{
    /* The padding before the words depends on where the record began. */
    uint64_t payload_end = doc->at + sizeof *out_head + doc->payload;
    size_t words_at = sizeof *out_head + doc->payload + (size_t)(-payload_end & 3);
    size_t size = words_at + (size_t)doc->words * 4;
    hlbuf_reset(buf);
    if (!hlbuf_grow(buf, size))
        return hlerr_nomem(err);
    hl_status status = hlio_read_all(spool->fd, spool->path, buf->data, size, doc->at, err);
    if (status != HL_OK)
        return status;
    buf->size = size;
    memcpy(out_head, buf->data, sizeof *out_head);
    assert(out_head->payload + out_head->mined == doc->payload &&
           out_head->words == doc->words);
    *out_words = words_at;
    return HL_OK;
}

hl_status hlspool_read_words(const struct hlspool *spool, const struct hlspool_doc *doc,
                             struct hlbuf *buf, struct hl_error *err)
{
    uint64_t payload_end = doc->at + sizeof(struct hlspool_head) + doc->payload;
    size_t size = (size_t)doc->words * 4;
    hlbuf_reset(buf);
    if (!hlbuf_grow(buf, size))
        return hlerr_nomem(err);
    buf->size = size;
    return hlio_read_all(spool->fd, spool->path, buf->data, size, (payload_end + 3) & ~3ull,
                         err);
}

size_t hlspool_memory(const struct hlspool *spool)
{
    return spool->pending.room + spool->ids.room + spool->room * sizeof *spool->docs;
}
