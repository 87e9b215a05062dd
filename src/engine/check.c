/*
 * check.c - hl_check(): the newest generation against every rule of FORMAT.md.
 *
 * Segments are checked by segment/check.h; here files are opened, with as much
 * going on as is possible where some of them are damaged, and stored articles
 * are held against the columns.
 */
#include "hlsearch_inspect.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/article.h"
#include "engine/check_tags.h"
#include "engine/sharded.h"
#include "segment/check.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <assert.h>
#include <inttypes.h>

/* A segment as it could be opened. */
struct opened {
    hl_status status;
    struct hl_error err;
};

struct job {
    struct hlcheck check;
    const char *path;
    struct hlmanifest manifest;
    struct hlseg *segments; /* those that did not open are all zeros */
    struct opened *opened;
    bool missing_is_fault; /* no writer took the files away: they are lost */
};

static hl_status fold(const void *key, size_t size, struct hlbuf *to, struct hl_error *err)
{
    if (hltext_utf8_check(key, size) != size)
        return hlerr_set(err, HL_MISUSE, "a term that is not UTF-8 (F 15)");
    return hltext_fold_key(key, size, to, err);
}

/* ---- opening ---- */

static void close_files(struct job *job, size_t count)
{
    for (size_t i = 0; job->opened && i < count; i++)
        if (job->opened[i].status == HL_OK)
            hlseg_close(&job->segments[i]);
    hlmem_free(job->segments);
    hlmem_free(job->opened);
    job->segments = NULL;
    job->opened = NULL;
}

/* Damage is kept for later; what may be another generation's doing is given up. */
static hl_status open_files(void *user, const struct hlmanifest *man, struct hl_error *err)
{
    struct job *job = user;
    assert(!job->segments && !job->opened);
    job->segments = hlmem_zalloc(man->count, sizeof *job->segments);
    job->opened = hlmem_zalloc(man->count, sizeof *job->opened);
    hl_status status = job->segments && job->opened ? HL_OK : hlerr_nomem(err);
    size_t i = 0;
    for (; status == HL_OK && i < man->count; i++) {
        struct opened *o = &job->opened[i];
        o->status = hlseg_open(job->path, man, &man->segments[i], &job->segments[i], &o->err);
        bool fault = o->status == HL_CORRUPT || o->status == HL_VERSION_BAD ||
                     (o->status == HL_NOT_FOUND && job->missing_is_fault);
        if (o->status != HL_OK && !fault) {
            status = o->status;
            if (err)
                *err = o->err;
        }
    }
    if (status != HL_OK)
        close_files(job, i);
    return status;
}

/* Twice: if files are missing under the newest manifest, they are told as faults. */
static hl_status open_all(struct job *job, struct hl_error *err)
{
    hl_status status = hlman_open_newest(job->path, open_files, job, &job->manifest, err);
    if (status != HL_CORRUPT)
        return status;
    job->missing_is_fault = true;
    return hlman_open_newest(job->path, open_files, job, &job->manifest, err);
}

/* ---- stored articles ---- */

/* FORMAT.md 8: of title, lead and body as they were given. */
static uint64_t content_hash(const struct hl_article *a)
{
    const char *parts[3] = {a->title, a->lead, a->body};
    uint64_t h = 0;
    for (uint64_t i = 0; i < 3; i++) {
        uint64_t part = parts[i] ? hlhash64(parts[i], strlen(parts[i])) : 0;
        h = (h ^ part) * 0x9e3779b97f4a7c15u + i;
    }
    return h;
}

struct store {
    struct hlcheck *check;
    const struct hlchunk *chunk;
    const uint8_t *contents;
    struct hltags_source tags;
    bool have_tags;
    struct hlbuf bytes;
};

static void fault(const struct store *s, uint32_t doc, const char *what)
{
    hlcheck_fault(s->check,
                  "corrupt index: %.400s, chunk %" PRIu32 ", stored article %" PRIu32
                  ": %s (F 21)",
                  s->chunk->segment->file.path, s->chunk->number, doc, what);
}

/* What was given without text, as by gathering from an index without a store, has no hash. */
static void check_text(const struct store *s, uint32_t doc, const struct hl_article *a)
{
    bool text = a->title || a->lead || a->body;
    if (text && content_hash(a) != hlbuf_load64(s->contents + (size_t)doc * 8))
        fault(s, doc, "its content hash differs from the column");
}

static void check_stored(struct store *s, uint32_t doc)
{
    assert(doc < s->chunk->head.docs);
    struct hl_error err = {0};
    struct hl_article article = {0};
    hl_status status = hlchunk_stored(s->chunk, doc, &s->bytes, &err);
    if (status == HL_NOT_FOUND) /* made without a store */
        return;
    if (!hlcheck_got(s->check, status, &err))
        return;
    if (!hlarticle_decode_text(s->bytes.data, s->bytes.size, &article)) {
        fault(s, doc, "its bytes are no article's text");
        return;
    }
    check_text(s, doc, &article);
    if (s->have_tags)
        hlcheck_tags_stored(s->check, s->chunk, &s->tags, doc, article.tags);
}

static void check_store(struct hlcheck *check, const struct hlchunk *chunk)
{
    struct store s = {.check = check, .chunk = chunk};
    struct hl_error err = {0};
    s.have_tags = hlcheck_tags_open(check, chunk, &s.tags);
    hl_status status = hlchunk_section(chunk, HLFMT_CONTENT_HASHES, &s.contents, &err);
    if (hlcheck_got(check, status, &err))
        for (uint32_t d = 0; d < chunk->head.docs && hlcheck_going(check); d++)
            check_stored(&s, d);
    hlbuf_release(&s.bytes);
    hlcheck_progress(check, chunk->head.section[HLFMT_STORE].size / 4);
}

/* ---- files ---- */

/* What could not be opened as a segment may still have blocks to look at. */
static void check_closed(struct job *job, const struct hlmanifest_segment *which,
                         const struct opened *opened)
{
    struct hlcheck *check = &job->check;
    assert(opened->status != HL_OK);
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    struct hlsegfile file;
    hlman_segment_name(which->number, name);
    hl_status status = hlman_path(job->path, name, path, NULL);
    if (status == HL_OK)
        status = hlsegfile_open(path, which->size, which->table_crc, &file, NULL);
    bool open = status == HL_OK;
    hlcheck_begin(check, open ? &file : NULL);
    if (open)
        hlcheck_blocks(check);
    uint64_t at = opened->err.at < 0 ? 0 : (uint64_t)opened->err.at;
    uint64_t block = open ? at >> HLFMT_BLOCK_SHIFT : 0;
    bool told = open && check->bad && opened->err.at >= 0 && block < file.blocks &&
                block << HLFMT_BLOCK_SHIFT == at && (check->bad[block / 64] >> block % 64 & 1);
    if (!told)
        hlcheck_fault(check, "%s", opened->err.text);
    hlcheck_end(check);
    if (open)
        hlsegfile_close(&file);
}

static void check_open(struct job *job, const struct hlmanifest_segment *which,
                       const struct hlseg *segment)
{
    struct hlcheck *check = &job->check;
    assert(which->number == segment->number);
    hlcheck_begin(check, &segment->file);
    /* The live file was read whole, held against its checksum and decoded at opening. */
    if (which->live_number) {
        check->report.files++;
        check->report.bytes += which->live_size;
    }
    hlcheck_blocks(check);
    hlcheck_segment(check, segment);
    for (uint32_t c = 0; c < segment->chunk_count && hlcheck_going(check); c++)
        check_store(check, &segment->chunks[c]);
    hlcheck_end(check);
}

static void check_rules(struct job *job)
{
    if (job->manifest.rules != hltext_rules_hash())
        hlcheck_fault(&job->check,
                      "%s: made with other text rules (%016" PRIx64
                      ", this build has %016" PRIx64
                      "), so the order of folded keys cannot be checked (F 23)",
                      job->path, job->manifest.rules, hltext_rules_hash());
}

static void check_all(struct job *job)
{
    struct hlcheck *check = &job->check;
    for (size_t i = 0; i < job->manifest.count; i++)
        check->total += job->manifest.segments[i].size;
    hlcheck_begin(check, NULL); /* the manifest: it was read and decoded */
    check_rules(job);
    hlcheck_end(check);
    for (size_t i = 0; i < job->manifest.count && check->status == HL_OK; i++) {
        bool open = job->opened[i].status == HL_OK;
        if (open)
            check_open(job, &job->manifest.segments[i], &job->segments[i]);
        else
            check_closed(job, &job->manifest.segments[i], &job->opened[i]);
    }
    check->faults = 0;
    if (check->status == HL_OK)
        hlcheck_ids(check, job->segments, job->manifest.count);
    hlcheck_progress(check, check->total);
}

static void add_manifest_size(struct job *job)
{
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    uint64_t size = 0;
    hlman_name(job->manifest.generation, name);
    if (hlman_path(job->path, name, path, NULL) != HL_OK)
        return;
    int fd = hlio_get()->open_read(path);
    if (fd >= 0 && hlio_get()->size(fd, &size) == 0)
        job->check.report.bytes += size;
    if (fd >= 0)
        hlio_get()->close(fd);
}

hl_status hl_check(const char *path, void (*fault_told)(void *user, const char *text),
                   void (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                   struct hl_check_report *out_report, struct hl_error *err)
{
    if (!path || !*path)
        return hlerr_set(err, HL_MISUSE, "an index needs a path");
    if (!fault_told || !out_report)
        return hlerr_set(err, HL_MISUSE, "which index, and whom to tell of its faults?");
    if (hlshard_is_database(path))
        return hlsharded_cannot("check", err);
    struct job job = {.path = path};
    struct hl_error opening = {0};
    job.check.fault = fault_told;
    job.check.progress = progress;
    job.check.user = user;
    job.check.fold = fold;
    hl_status status = open_all(&job, &opening);
    if (status == HL_OK) {
        add_manifest_size(&job);
        check_all(&job);
        status = job.check.status;
        opening = job.check.error;
        close_files(&job, job.manifest.count);
        hlman_release(&job.manifest);
    } else if (status == HL_CORRUPT) {
        /* A damaged manifest says nothing about other files that could be relied on. */
        job.check.report.files = 1;
        hlcheck_fault(&job.check, "%s", opening.text);
        status = HL_OK;
    }
    if (status == HL_OK)
        *out_report = job.check.report;
    else if (err)
        *err = opening;
    return status;
}
