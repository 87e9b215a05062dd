#include "engine/writer.h"

#include "base/cpu.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/article.h"
#include "engine/xapian_folder.h"
#include "segment/publish.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <assert.h>

enum { MEMORY_DEFAULT = 512 << 20, MEMORY_LEAST = 32 << 20, THREADS_MAX = 2 };

/* ---- opening ---- */

static hl_status check_options(const struct hl_writer_options *given,
                               struct hl_writer_options *out_options, struct hl_error *err)
{
    struct hl_writer_options o = {0};
    if (given)
        o = *given;
    if (!o.memory)
        o.memory = MEMORY_DEFAULT;
    if (o.memory < MEMORY_LEAST)
        return hlerr_set(err, HL_MISUSE, "memory of %zu bytes is too little; at least 32 MiB",
                         o.memory);
    if (o.threads <= 0)
        o.threads = hlcpu_count();
    if (o.threads > THREADS_MAX)
        o.threads = THREADS_MAX;
    for (int i = 0; i < 3; i++)
        if (o.weight[i] > 255)
            return hlerr_set(err, HL_MISUSE, "a field weight of %u is too much; at most 255",
                             o.weight[i]);
    if (o.shards > HL_SHARDS_MAX)
        return hlerr_set(err, HL_MISUSE, "%u shards are too many; at most %d", o.shards,
                         HL_SHARDS_MAX);
    *out_options = o;
    return HL_OK;
}

/* Which engine the writer is of; an index stays that of the engine that made it. */
static hl_status choose_backend(struct hl_writer *w, bool *out_xapian, struct hl_error *err)
{
    enum hlxfolder_kind kind;
    unsigned shards;
    enum hl_backend wanted = w->options.backend;
    hl_status status = hlxfolder_look(w->path, &kind, &shards, err);
    if (status != HL_OK)
        return status;
    if (kind == HLXFOLDER_FREE && w->options.existing)
        return hlerr_set(err, HL_NOT_FOUND, "%s: no index there", w->path);
    bool is_xapian = kind == HLXFOLDER_ONE || kind == HLXFOLDER_SHARDS;
    if (is_xapian && wanted == HL_BACKEND_NATIVE)
        return hlerr_set(err, HL_MISUSE,
                         "%s is a Xapian database, which the native engine cannot write to; "
                         "leave --backend out, or index into a new folder",
                         w->path);
    if (kind == HLXFOLDER_NATIVE && wanted == HL_BACKEND_XAPIAN)
        return hlerr_set(err, HL_MISUSE,
                         "%s is a native index, which Xapian cannot write to; leave --backend "
                         "out, or index into a new folder",
                         w->path);
    *out_xapian = is_xapian || wanted == HL_BACKEND_XAPIAN;
    if (!*out_xapian && w->options.shards)
        return hlerr_set(err, HL_MISUSE,
                         "a native index has no shards; --shards goes with --backend xapian");
    return HL_OK;
}

/* Weights and rules are fixed by the first commit; later writers must agree. */
static hl_status check_manifest(struct hl_writer *w, struct hl_error *err)
{
    struct hlmanifest *m = &w->manifest;
    if (!m->generation) {
        m->rules = hltext_rules_hash();
        for (int i = 0; i < 3; i++)
            m->weight[i] = w->options.weight[i] ? w->options.weight[i] : 1;
        return HL_OK;
    }
    w->named = true;
    if (m->rules != hltext_rules_hash())
        return hlerr_set(err, HL_VERSION_BAD,
                         "%s: made with other text rules than this build's; index its articles "
                         "into a new folder",
                         w->path);
    for (int i = 0; i < 3; i++)
        if (w->options.weight[i] && w->options.weight[i] != m->weight[i])
            return hlerr_set(err, HL_MISUSE,
                             "%s: made with field weights %u %u %u, which cannot change; leave "
                             "them out, or index into a new folder",
                             w->path, m->weight[0], m->weight[1], m->weight[2]);
    return HL_OK;
}

static hl_status open_index(struct hl_writer *w, struct hl_error *err)
{
    uint64_t generation = 0;
    hl_status status = hlman_newest(w->path, &generation, err);
    if (status == HL_OK && generation)
        status = hlman_read(w->path, generation, &w->manifest, err);
    if (status == HL_OK)
        status = check_manifest(w, err);
    if (status != HL_OK)
        return status;
    hlpub_clean(w->path, &w->manifest);
    w->next_file = w->manifest.next_file;
    for (size_t i = 0; status == HL_OK && i < w->manifest.count; i++)
        status = hlwriter_adopt(w, &w->manifest.segments[i], false, err);
    return status;
}

static hl_status open_intake(struct hl_writer *w, struct hl_error *err)
{
    hl_status status = hlspool_open(w->path, w->next_file++, &w->spool, err);
    if (status != HL_OK)
        return status;
    if (!hlvocab_init(&w->vocab))
        return hlerr_nomem(err);
    w->spool.stages = &w->stages;
    w->accept.stages = &w->stages;
    w->accept.vocab = &w->vocab;
    w->accept.spool = &w->spool;
    w->accept.tokens = w->options.tokens;
    w->accept.store = !w->options.no_store;
    return hlintake_open(&w->accept, w->options.threads > 1, &w->intake, err);
}

/* What is there may change until the lock is ours, which Xapian's writer takes itself. */
static hl_status open_backend(struct hl_writer *w, struct hl_error *err)
{
    struct hlpub_lock_options lock = {w->options.wait, w->options.network_fs};
    bool xapian = false;
    hl_status status = choose_backend(w, &xapian, err);
    if (status == HL_OK && xapian)
        return hlxwriter_open(w->path, &w->options, &w->stages, &w->xapian, err);
    if (status == HL_OK)
        status = hlpub_lock(w->path, &lock, &w->lock, err);
    if (status == HL_OK)
        status = choose_backend(w, &xapian, err);
    if (status == HL_OK && xapian)
        return hlerr_set(err, HL_BUSY, "%s: another writer has just made it; try again",
                         w->path);
    if (status == HL_OK)
        status = open_index(w, err);
    return status == HL_OK ? open_intake(w, err) : status;
}

hl_status hl_writer_open(const char *path, const struct hl_writer_options *options,
                         struct hl_writer **out_writer, struct hl_error *err)
{
    if (!path || !*path || !out_writer)
        return hlerr_set(err, HL_MISUSE, "a writer needs the path of an index");
    struct hl_writer *w = hlmem_zalloc(1, sizeof *w);
    if (!w)
        return hlerr_nomem(err);
    w->lock = -1;
    w->spool.fd = -1;
    hlman_init(&w->manifest);
    hlaccept_init(&w->accept);
    w->path = hlmem_strdup(path);
    hl_status status = w->path ? check_options(options, &w->options, err) : hlerr_nomem(err);
    if (status == HL_OK)
        status = open_backend(w, err);
    if (status != HL_OK) {
        hl_writer_close(w);
        return status;
    }
    *out_writer = w;
    return HL_OK;
}

void hl_writer_close(struct hl_writer *writer)
{
    if (!writer)
        return;
    hlxwriter_close(writer->xapian);
    hlintake_close(writer->intake);
    hlaccept_release(&writer->accept);
    hlspool_release(&writer->spool);
    hlvocab_release(&writer->vocab);
    hlwriter_forget_segments(writer);
    /* Segments of a run that was not committed go now; a failed commit's are left to the
     * next writer, who first makes sure of what the disk holds (publish.h). */
    if (writer->lock >= 0 && !writer->broken)
        hlpub_clean(writer->path, &writer->manifest);
    hlman_release(&writer->manifest);
    if (writer->lock >= 0)
        hlpub_unlock(writer->lock);
    hlmem_free(writer->path);
    hlmem_free(writer);
}

/* ---- articles ---- */

static hl_status check_text(const char *name, const char *id, const char *text, size_t *total,
                            struct hl_error *err)
{
    if (!text)
        return HL_OK;
    size_t size = strlen(text), bad = hltext_utf8_check(text, size);
    *total += size;
    if (bad < size)
        return hlerr_set_at(err, HL_MISUSE, (int64_t)bad,
                            "article %.64s: %s is not UTF-8 at byte %zu", id, name, bad);
    return HL_OK;
}

static hl_status check_article(const struct hl_article *a, size_t *out_bytes,
                               struct hl_error *err)
{
    if (!a || !a->id || !*a->id)
        return hlerr_set(err, HL_MISUSE, "an article needs an id");
    if (strlen(a->id) > HLFMT_ID_MAX)
        return hlerr_set(err, HL_MISUSE, "article %.64s...: id longer than %d bytes", a->id,
                         HLFMT_ID_MAX);
    if (!(a->title && *a->title) && !(a->lead && *a->lead) && !(a->body && *a->body))
        return hlerr_set(err, HL_MISUSE, "article %.64s: no title, lead or body", a->id);
    const char *const texts[] = {a->title,  a->lead,    a->body,   a->id,   a->url,
                                 a->source, a->section, a->author, a->tags, a->extra};
    static const char *const names[] = {"title",  "lead",    "body",   "id",   "url",
                                        "source", "section", "author", "tags", "extra"};
    size_t total = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        hl_status status = check_text(names[i], a->id, texts[i], &total, err);
        if (status != HL_OK)
            return status;
        if (i == 2)
            *out_bytes = total;
    }
    if (total > HLARTICLE_MAX - 4096)
        return hlerr_set(err, HL_MISUSE, "article %.64s: longer than 32 MiB", a->id);
    if (a->date_precision < HL_DATE_UNKNOWN || a->date_precision > HL_DATE_SECOND)
        return hlerr_set(err, HL_MISUSE, "article %.64s: no such date precision", a->id);
    return HL_OK;
}

/* A run that outgrows its memory starts another segment. */
static hl_status look_at_memory(struct hl_writer *w, struct hl_error *err)
{
    if (hlintake_memory(w->intake) <= w->options.memory / 4)
        return HL_OK;
    return hlwriter_seal(w, false, err);
}

hl_status hl_writer_add(struct hl_writer *writer, const struct hl_article *article,
                        struct hl_error *err)
{
    if (!writer)
        return hlerr_set(err, HL_MISUSE, "no writer");
    if (writer->broken)
        return hlerr_set(err, HL_MISUSE, "this writer has failed before; open another");
    size_t bytes = 0;
    uint64_t since = hlstage_now();
    hl_status status = check_article(article, &bytes, err);
    if (status != HL_OK)
        return status;
    if (writer->xapian)
        status = hlxwriter_check_article(writer->xapian, article, bytes, err);
    if (status != HL_OK)
        return status;
    writer->info.text_bytes += bytes;
    if (writer->xapian)
        status = hlxwriter_add(writer->xapian, article, since, err);
    else
        status = hlintake_add(writer->intake, article, since, err);
    if (status == HL_OK && !writer->xapian)
        status = look_at_memory(writer, err);
    if (status != HL_OK)
        writer->broken = true;
    return status;
}

/* ---- commit ---- */

static hl_status write_live(struct hl_writer *w, struct hlwriter_segment *s,
                            struct hl_error *err)
{
    struct hlbuf bytes = {0};
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    uint64_t number = w->next_file++;
    int fd = -1;
    hlman_live_name(number, name);
    hl_status status = hlremoval_count(&s->removal, err);
    if (status == HL_OK &&
        !hllive_encode(&s->removal.live, w->manifest.index_id, s->entry.number, &bytes))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = hlman_path(w->path, name, path, err);
    if (status == HL_OK)
        status = hlpub_create(w->path, name, &fd, err);
    if (status == HL_OK) {
        status = hlio_write_all(fd, path, bytes.data, bytes.size, 0, err);
        uint64_t since = hlstage_now();
        if (status == HL_OK)
            status = hlpub_finish(fd, w->path, name, err);
        else
            hlio_get()->close(fd);
        hlstage_add(&w->stages, HL_STAGE_SYNC, since);
    }
    if (status == HL_OK) {
        s->entry.live_number = number;
        s->entry.live_size = bytes.size;
        s->entry.live_crc = hllive_crc(bytes.data, bytes.size);
        s->entry.live_docs = s->entry.docs - s->removal.live.docs;
    }
    hlbuf_release(&bytes);
    return status;
}

static hl_status write_lives(struct hl_writer *w, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < w->segment_count; i++) {
        struct hlwriter_segment *s = w->segments[i];
        if (s->gone || !s->removal.marked)
            continue;
        if (s->removal.live.docs == s->seg.docs)
            s->gone = true;
        else
            status = write_live(w, s, err);
    }
    return status;
}

static hl_status next_manifest(struct hl_writer *w, struct hlmanifest *next,
                               struct hl_error *err)
{
    hlman_init(next);
    next->generation = w->manifest.generation + 1;
    memcpy(next->index_id, w->manifest.index_id, sizeof next->index_id);
    next->rules = w->manifest.rules;
    memcpy(next->weight, w->manifest.weight, sizeof next->weight);
    next->next_file = w->next_file;
    next->segments = hlmem_zalloc(w->segment_count, sizeof *next->segments);
    if (!next->segments)
        return hlerr_nomem(err);
    for (size_t i = 0; i < w->segment_count; i++)
        if (!w->segments[i]->gone)
            next->segments[next->count++] = w->segments[i]->entry;
    return HL_OK;
}

static void count_index(const struct hlmanifest *m, struct hl_commit_info *info)
{
    info->generation = m->generation;
    info->articles = info->index_bytes = 0;
    info->segments = m->count;
    for (size_t i = 0; i < m->count; i++) {
        info->articles += m->segments[i].live_docs;
        info->index_bytes += m->segments[i].size + m->segments[i].live_size;
    }
}

/* The writer goes on from the generation that it just made. */
static hl_status go_on(struct hl_writer *w, struct hlmanifest *next, struct hl_error *err)
{
    hlwriter_forget_segments(w);
    hlman_release(&w->manifest);
    w->manifest = *next;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < w->manifest.count; i++)
        status = hlwriter_adopt(w, &w->manifest.segments[i], false, err);
    return status;
}

static hl_status publish(struct hl_writer *w, struct hl_error *err)
{
    struct hlmanifest next;
    hl_status status = write_lives(w, err);
    if (status == HL_OK)
        status = next_manifest(w, &next, err);
    if (status != HL_OK)
        return status;
    uint64_t since = hlstage_now();
    status = hlpub_commit(w->path, &next, err);
    hlstage_add(&w->stages, HL_STAGE_SYNC, since);
    if (status != HL_OK) {
        hlman_release(&next);
        return status;
    }
    hlpub_clean(w->path, &next);
    count_index(&next, &w->info);
    /* The generation is made; a writer that cannot go on from it only ends here. */
    if (go_on(w, &next, NULL) != HL_OK)
        w->broken = true;
    return HL_OK;
}

static bool has_changes(const struct hl_writer *w)
{
    for (size_t i = 0; i < w->segment_count; i++)
        if (w->segments[i]->fresh || w->segments[i]->gone || w->segments[i]->removal.marked)
            return true;
    return w->manifest.generation == 0;
}

static hl_status commit_native(struct hl_writer *w, struct hl_error *err)
{
    hl_status status = hlwriter_seal(w, true, err);
    if (status == HL_OK && has_changes(w))
        return publish(w, err);
    count_index(&w->manifest, &w->info);
    return status;
}

hl_status hl_writer_commit(struct hl_writer *writer, struct hl_commit_info *out_info,
                           struct hl_error *err)
{
    if (!writer)
        return hlerr_set(err, HL_MISUSE, "no writer");
    if (writer->broken)
        return hlerr_set(err, HL_MISUSE, "this writer has failed before; open another");
    hl_status status = writer->xapian ? hlxwriter_commit(writer->xapian, &writer->info, err)
                                      : commit_native(writer, err);
    if (status != HL_OK) {
        writer->broken = true;
        return status;
    }
    hlstage_take(&writer->stages, writer->info.seconds);
    if (out_info)
        *out_info = writer->info;
    memset(&writer->info, 0, sizeof writer->info);
    return HL_OK;
}
