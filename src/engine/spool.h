/*
 * spool.h - articles of a run between tokenising and the segment, on disk.
 *
 * A record is a head, the stored article, what was mined from it (mined.h), and the
 * token stream of band.h.
 * Records are appended as articles come and read in the final order; what must
 * be known of all of them at once is kept in memory: 40 bytes and the id.
 *
 * Ownership  the file is named spool-..., removed by hlspool_release() or by the
 *            next writer.
 * Threads    one appends; afterwards any number may read.
 */
#ifndef HL_ENGINE_SPOOL_H
#define HL_ENGINE_SPOOL_H

#include "base/buf.h"
#include "base/stage.h"
#include "segment/format.h"
#include "segment/manifest.h"

#include "hlsearch.h"

struct hlspool_head {
    uint32_t payload, words;
    uint32_t positions[3]; /* of title, lead, body */
    uint32_t mined;        /* bytes */
    uint64_t content_hash, similar_hash;
};

struct hlspool_doc {
    uint64_t at;                   /* of the record */
    uint32_t date, payload, words; /* payload: with what was mined */
    uint32_t id_at;                /* in ids */
    uint16_t id_size;
    uint16_t dropped; /* a later article has the same id */
    uint32_t order;   /* of arrival */
};

struct hlspool {
    struct hlstages *stages; /* to be set after open; may be NULL */
    int fd;
    char path[HLMAN_PATH_SIZE];
    struct hlbuf pending;
    uint64_t written;
    struct hlspool_doc *docs;
    uint32_t count, room;
    struct hlbuf ids;
};

hl_status hlspool_open(const char *folder, uint64_t number, struct hlspool *out_spool,
                       struct hl_error *err);
void hlspool_release(struct hlspool *spool); /* closes and removes the file */
/* Empty again; the file is cut to nothing by removing and making it anew. */
hl_status hlspool_reset(struct hlspool *spool, struct hl_error *err);

/* words has head->words entries, payload head->payload bytes, mined head->mined. */
hl_status hlspool_add(struct hlspool *spool, const struct hlspool_head *head,
                      const uint8_t *payload, const uint8_t *mined, const uint32_t *words,
                      uint32_t date, const char *id, struct hl_error *err);
/* What is still in memory goes to the file. */
hl_status hlspool_flush(struct hlspool *spool, struct hl_error *err);
/* A whole record into buf: head, payload, mined, words (4-byte aligned from buf->data +
 * out_words). */
hl_status hlspool_read(const struct hlspool *spool, const struct hlspool_doc *doc,
                       struct hlbuf *buf, struct hlspool_head *out_head, size_t *out_words,
                       struct hl_error *err);
/* Its token stream alone, from buf->data on. */
hl_status hlspool_read_words(const struct hlspool *spool, const struct hlspool_doc *doc,
                             struct hlbuf *buf, struct hl_error *err);

size_t hlspool_memory(const struct hlspool *spool);

#endif
