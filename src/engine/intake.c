#include "engine/intake.h"

#include "base/err.h"
#include "base/mem.h"
#include "engine/article.h"

#include <assert.h>
#include <pthread.h>

enum { BATCH = 2 << 20 };

/* One batch is filled while the other is worked on. */
struct hlintake {
    struct hlaccept *accept;
    bool threaded, closing;
    struct hlbuf batches[2];
    int filling;
    bool busy;    /* the other batch is being worked on */
    size_t used;  /* by spool and vocabulary, after the last batch worked on */
    size_t known; /* the same when the batch now worked on was handed over */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    hl_status status;
    struct hl_error err;
};

static hl_status work_batch(struct hlintake *in, const struct hlbuf *batch,
                            struct hl_error *err)
{
    struct hlview v = hlview_of(batch->data, batch->size);
    hl_status status = HL_OK;
    while (status == HL_OK && hlview_left(&v)) {
        uint32_t size = hlview_u32(&v);
        const uint8_t *bytes = hlview_bytes(&v, size);
        struct hl_article article;
        assert(bytes);
        if (!hlarticle_decode(bytes, size, &article))
            return hlerr_set(err, HL_MISUSE, "article changed while it was added");
        status = hlaccept_article(in->accept, &article, err);
    }
    return status;
}

static size_t memory_used(const struct hlintake *in)
{
    return (in->accept->spool ? hlspool_memory(in->accept->spool) : 0) +
           hlvocab_memory(in->accept->vocab);
}

static void *work(void *arg)
{
    struct hlintake *in = arg;
    pthread_mutex_lock(&in->mutex);
    for (;;) {
        while (!in->busy && !in->closing)
            pthread_cond_wait(&in->changed, &in->mutex);
        if (!in->busy)
            break;
        struct hlbuf *batch = &in->batches[!in->filling];
        bool good = in->status == HL_OK;
        pthread_mutex_unlock(&in->mutex);
        struct hl_error err = {.at = -1};
        hl_status status = good ? work_batch(in, batch, &err) : HL_OK;
        hlbuf_reset(batch);
        pthread_mutex_lock(&in->mutex);
        if (status != HL_OK) {
            in->status = status;
            in->err = err;
        }
        in->busy = false;
        in->used = memory_used(in);
        pthread_cond_broadcast(&in->changed);
    }
    pthread_mutex_unlock(&in->mutex);
    return NULL;
}

hl_status hlintake_open(struct hlaccept *accept, bool threaded, struct hlintake **out_intake,
                        struct hl_error *err)
{
    struct hlintake *in = hlmem_zalloc(1, sizeof *in);
    if (!in)
        return hlerr_nomem(err);
    in->accept = accept;
    pthread_mutex_init(&in->mutex, NULL);
    pthread_cond_init(&in->changed, NULL);
    /* Without a second thread the work is done in place: slower, not wrong. */
    in->threaded = threaded && pthread_create(&in->thread, NULL, work, in) == 0;
    *out_intake = in;
    return HL_OK;
}

static hl_status answer(struct hlintake *in, struct hl_error *err)
{
    if (in->status != HL_OK && err)
        *err = in->err;
    return in->status;
}

static void wait_idle(struct hlintake *in)
{
    uint64_t since = hlstage_now();
    while (in->busy)
        pthread_cond_wait(&in->changed, &in->mutex);
    hlstage_add(in->accept->stages, HL_STAGE_WAIT, since);
}

/*
 * Hands the batch over, after the one before it is done.  What that one took is what is
 * known of memory from here on, with one thread too: where a run starts another segment
 * must not depend on how fast a thread was.
 */
static hl_status submit(struct hlintake *in, struct hl_error *err)
{
    if (!in->threaded) {
        struct hlbuf *batch = &in->batches[in->filling];
        in->known = in->used;
        if (in->status == HL_OK)
            in->status = work_batch(in, batch, &in->err);
        hlbuf_reset(batch);
        in->used = memory_used(in);
        return answer(in, err);
    }
    pthread_mutex_lock(&in->mutex);
    wait_idle(in);
    in->known = in->used;
    in->filling = !in->filling;
    in->busy = true;
    hl_status status = answer(in, err);
    pthread_cond_broadcast(&in->changed);
    pthread_mutex_unlock(&in->mutex);
    return status;
}

hl_status hlintake_add(struct hlintake *intake, const struct hl_article *article,
                       uint64_t since, struct hl_error *err)
{
    struct hlbuf *batch = &intake->batches[intake->filling];
    size_t start = batch->size;
    hlbuf_put_u32(batch, 0);
    if (!hlarticle_encode(article, true, batch))
        return hlerr_nomem(err);
    uint32_t size = (uint32_t)(batch->size - start - 4);
    memcpy(batch->data + start, &size, sizeof size);
    hlstage_add(intake->accept->stages, HL_STAGE_TAKE, since);
    return batch->size >= BATCH ? submit(intake, err) : HL_OK;
}

/* Who drains empties spool and vocabulary: what they took is no news any more.  A build
 * comes next, which wants the memory of the batches. */
static void forget(struct hlintake *in)
{
    in->known = in->used = 0;
    hlbuf_release(&in->batches[0]);
    hlbuf_release(&in->batches[1]);
}

hl_status hlintake_drain(struct hlintake *intake, struct hl_error *err)
{
    hl_status status = submit(intake, err);
    if (!intake->threaded) {
        forget(intake);
        return status;
    }
    pthread_mutex_lock(&intake->mutex);
    wait_idle(intake);
    forget(intake);
    status = answer(intake, err);
    pthread_mutex_unlock(&intake->mutex);
    return status;
}

size_t hlintake_memory(const struct hlintake *intake)
{
    return intake->known;
}

void hlintake_close(struct hlintake *intake)
{
    if (!intake)
        return;
    if (intake->threaded) {
        pthread_mutex_lock(&intake->mutex);
        intake->closing = true;
        pthread_cond_broadcast(&intake->changed);
        pthread_mutex_unlock(&intake->mutex);
        pthread_join(intake->thread, NULL);
    }
    pthread_cond_destroy(&intake->changed);
    pthread_mutex_destroy(&intake->mutex);
    hlbuf_release(&intake->batches[0]);
    hlbuf_release(&intake->batches[1]);
    hlmem_free(intake);
}
