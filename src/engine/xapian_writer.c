#include "engine/xapian_writer.h"

#include "backend/xapian_load.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/intake.h"
#include "engine/xapian_document.h"
#include "engine/xapian_folder.h"
#include "engine/xapian_words.h"
#include "segment/publish.h"
#include "text/fold.h"

#include <assert.h>
#include <time.h>

/* Ids of a run, by their hashes: whether an article that was replaced is of this run. */
struct ids {
    uint64_t *table; /* 0 is empty */
    size_t count, mask;
};

struct shard {
    struct hlx_writer *writer;
    char path[HLMAN_PATH_SIZE];
    bool headed, changed;
    uint64_t articles; /* committed */
};

struct hlxwriter {
    const char *path;
    struct hl_writer_options options;
    struct hlstages *stages;
    const struct hlx_calls *calls;
    struct shard *shards;
    unsigned count;
    bool listed; /* the list of shards is there, or not needed */
    struct hlx_head head;
    struct hlvocab vocab;
    struct hlaccept accept;
    struct hlintake *intake;
    struct hlxdocument document;
    struct hlxwords words;
    struct ids ids;
    struct hl_commit_info info;
};

static hl_status pass_on(const struct hlx_error *from, hl_status status, struct hl_error *err)
{
    if (status != HL_OK && err)
        *err = from->error;
    return status;
}

/* ---- ids of this run ---- */

static uint64_t *id_slot(const struct ids *ids, uint64_t hash)
{
    size_t at = hash & ids->mask;
    while (ids->table[at] && ids->table[at] != hash)
        at = (at + 1) & ids->mask;
    return &ids->table[at];
}

static bool grow_ids(struct ids *ids)
{
    struct ids grown = {NULL, ids->count, ids->table ? ids->mask * 2 + 1 : (1 << 12) - 1};
    grown.table = hlmem_zalloc(grown.mask + 1, sizeof *grown.table);
    if (!grown.table)
        return false;
    for (size_t i = 0; ids->table && i <= ids->mask; i++)
        if (ids->table[i])
            *id_slot(&grown, ids->table[i]) = ids->table[i];
    hlmem_free(ids->table);
    *ids = grown;
    return true;
}

/* *out_new: it was not there. */
static bool add_id(struct ids *ids, uint64_t hash, bool *out_new)
{
    hash |= !hash;
    if ((!ids->table || ids->count > ids->mask / 2) && !grow_ids(ids))
        return false;
    uint64_t *slot = id_slot(ids, hash);
    *out_new = !*slot;
    ids->count += *out_new;
    *slot = hash;
    return true;
}

static void forget_ids(struct ids *ids)
{
    hlmem_free(ids->table);
    memset(ids, 0, sizeof *ids);
}

/* ---- opening ---- */

static bool take_head(void *user, const void *bytes, size_t size)
{
    struct hlbuf *to = user;
    return hlbuf_put(to, bytes, size);
}

/* What the database says of itself; one that says nothing has to be empty. */
static hl_status read_head(struct hlxwriter *x, struct shard *s, struct hlx_head *out_head,
                           struct hl_error *err)
{
    struct hlx_bytes key = {HLX_META_HEAD, sizeof HLX_META_HEAD - 1};
    struct hlx_error e = {.error.at = -1};
    struct hlbuf bytes = {0};
    struct hlx_shard *reader = NULL;
    uint64_t length;
    hl_status status = x->calls->read_metadata(s->writer, key, take_head, &bytes, &e);
    if (status == HL_OK)
        status = x->calls->open(s->path, &reader, &e);
    if (status == HL_OK)
        status = x->calls->counts(reader, &s->articles, &length, &e);
    x->calls->close(reader);
    s->headed = bytes.size;
    bool ours = !s->headed || hlx_head_decode(bytes.data, bytes.size, out_head);
    hlbuf_release(&bytes);
    if (status != HL_OK)
        return pass_on(&e, status, err);
    if (!ours)
        return hlerr_corrupt(err, s->path, "head", 0, "not what hlsearch writes");
    if (!s->headed && s->articles)
        return hlerr_set(err, HL_MISUSE,
                         "%s: a Xapian database that hlsearch did not make; index into "
                         "another folder",
                         s->path);
    return HL_OK;
}

static hl_status check_head(const struct hlxwriter *x, const char *path,
                            const struct hlx_head *head, struct hl_error *err)
{
    if (head->format != HLX_FORMAT || head->rules != hltext_rules_hash())
        return hlerr_set(err, HL_VERSION_BAD,
                         "%s: made with other text rules than this build's; index its articles "
                         "into a new folder",
                         path);
    for (int i = 0; i < 3; i++)
        if (x->options.weight[i] && x->options.weight[i] != head->weight[i])
            return hlerr_set(err, HL_MISUSE,
                             "%s: made with field weights %u %u %u, which cannot change; leave "
                             "them out, or index into a new folder",
                             path, head->weight[0], head->weight[1], head->weight[2]);
    return HL_OK;
}

/* All shards have one head; the first that was committed says which. */
static hl_status settle_head(struct hlxwriter *x, struct hl_error *err)
{
    bool known = false;
    for (unsigned i = 0; i < x->count; i++) {
        struct shard *s = &x->shards[i];
        struct hlx_head head = {0};
        hl_status status = read_head(x, s, &head, err);
        if (status == HL_OK && s->headed)
            status = check_head(x, s->path, &head, err);
        if (status != HL_OK)
            return status;
        if (!s->headed)
            continue;
        if (known && (memcmp(head.weight, x->head.weight, sizeof head.weight) ||
                      head.multiple != x->head.multiple))
            return hlerr_corrupt(err, s->path, "head", 0, "not that of the other shards");
        x->head = head;
        known = true;
    }
    if (known)
        return HL_OK;
    x->head.format = HLX_FORMAT;
    x->head.rules = hltext_rules_hash();
    for (int i = 0; i < 3; i++)
        x->head.weight[i] = x->options.weight[i] ? x->options.weight[i] : 1;
    x->head.multiple = hlxdocument_multiple(x->head.weight);
    return HL_OK;
}

static hl_status changed(struct hlxwriter *x, struct hl_error *err)
{
    return hlerr_set(err, HL_BUSY, "%s: another writer has just made it; try again", x->path);
}

/* How many databases there are, or shall be. */
static hl_status settle_shards(struct hlxwriter *x, struct hl_error *err)
{
    enum hlxfolder_kind kind;
    unsigned there;
    hl_status status = hlxfolder_look(x->path, &kind, &there, err);
    if (status != HL_OK)
        return status;
    if (kind == HLXFOLDER_NATIVE)
        return changed(x, err);
    unsigned wanted = x->options.shards;
    if (there == 1 && wanted > 1)
        return hlerr_set(err, HL_MISUSE,
                         "%s: one database, which cannot become shards; leave --shards out, or "
                         "index into a new folder",
                         x->path);
    if (there && wanted && wanted != there)
        return hlerr_set(err, HL_MISUSE,
                         "%s: made of %u shards, which cannot change to %u; leave --shards "
                         "out, or index into a new folder",
                         x->path, there, wanted);
    x->count = there ? there : wanted ? wanted : 1;
    x->listed = there || x->count == 1;
    return HL_OK;
}

/* Xapian's lock is not one to wait for, so it is asked again and again. */
static hl_status open_shard(struct hlxwriter *x, struct shard *s, struct hl_error *err)
{
    const struct timespec pause = {0, 50 * 1000 * 1000};
    struct hlx_error e = {.error.at = -1};
    size_t memory = x->options.memory / 8 * 7 / x->count; /* it counts more than it takes */
    hl_status status;
    while ((status = x->calls->write_open(s->path, memory, &s->writer, &e)) == HL_BUSY &&
           x->options.wait)
        nanosleep(&pause, NULL);
    if (status == HL_BUSY)
        return hlerr_set(err, HL_BUSY,
                         "%s: another writer holds the index; wait for it (--wait) or try "
                         "again when it is done",
                         x->path);
    return pass_on(&e, status, err);
}

static hl_status open_shards(struct hlxwriter *x, struct hl_error *err)
{
    unsigned before = x->count;
    x->shards = hlmem_zalloc(x->count, sizeof *x->shards);
    if (!x->shards)
        return hlerr_nomem(err);
    for (unsigned i = 0; i < x->count; i++) {
        struct shard *s = &x->shards[i];
        hl_status status = hlxfolder_shard(x->path, i, x->count, s->path, err);
        if (status == HL_OK)
            status = open_shard(x, s, err);
        /* Whoever had the lock before may have made it another database. */
        if (status == HL_OK && i == 0)
            status = settle_shards(x, err);
        if (status == HL_OK && x->count != before) {
            x->count = before; /* as many as there is room for */
            status = changed(x, err);
        }
        if (status != HL_OK)
            return status;
    }
    return settle_head(x, err);
}

static hl_status take(void *user, const struct hl_article *article,
                      const struct hlspool_head *head, struct hl_error *err);

static hl_status open_intake(struct hlxwriter *x, struct hl_error *err)
{
    if (!hlvocab_init(&x->vocab))
        return hlerr_nomem(err);
    x->words.shards = x->count;
    x->accept.vocab = &x->vocab;
    x->accept.stages = x->stages;
    x->accept.tokens = x->document.tokens = x->options.tokens;
    x->accept.take = take;
    x->accept.user = x;
    memcpy(x->document.weight, x->head.weight, sizeof x->document.weight);
    x->document.multiple = x->head.multiple;
    return hlintake_open(&x->accept, x->options.threads > 1, &x->intake, err);
}

hl_status hlxwriter_open(const char *path, const struct hl_writer_options *options,
                         struct hlstages *stages, struct hlxwriter **out_writer,
                         struct hl_error *err)
{
    if (options->no_store)
        return hlerr_set(err, HL_UNSUPPORTED,
                         "%s: a Xapian database keeps its articles, which its answers are "
                         "scored from; leave --store no out",
                         path);
    struct hlxwriter *x = hlmem_zalloc(1, sizeof *x);
    if (!x)
        return hlerr_nomem(err);
    x->path = path;
    x->options = *options;
    x->stages = stages;
    hlaccept_init(&x->accept);
    /* Without the module, or where it cannot be, no folder is left. */
    hl_status status = hlx_load(&x->calls, err);
    if (status == HL_OK)
        status = settle_shards(x, err);
    if (status == HL_OK)
        status = hlpub_make_folder(path, err);
    if (status == HL_OK && !options->network_fs)
        status = hlpub_refuse_network(path, err);
    if (status == HL_OK)
        status = open_shards(x, err);
    if (status == HL_OK)
        status = open_intake(x, err);
    if (status != HL_OK) {
        hlxwriter_close(x);
        return status;
    }
    *out_writer = x;
    return HL_OK;
}

void hlxwriter_close(struct hlxwriter *writer)
{
    if (!writer)
        return;
    hlintake_close(writer->intake); /* its thread uses all the rest */
    for (unsigned i = 0; writer->shards && i < writer->count; i++)
        if (writer->shards[i].writer)
            writer->calls->write_close(writer->shards[i].writer);
    hlmem_free(writer->shards);
    hlaccept_release(&writer->accept);
    hlxdocument_release(&writer->document);
    hlxwords_release(&writer->words);
    hlvocab_release(&writer->vocab);
    forget_ids(&writer->ids);
    hlmem_free(writer);
}

/* ---- articles ---- */

static unsigned shard_of(const struct hlxwriter *x, const char *id)
{
    return (unsigned)(hlhash64(id, strlen(id)) % x->count);
}

/* Words that a shard was not told go to its metadata. */
static hl_status write_words(struct hlxwriter *x, struct hl_error *err)
{
    uint64_t since = hlstage_now();
    hl_status status = HL_OK;
    for (unsigned i = 0; status == HL_OK && i < x->count; i++)
        status = hlxwords_write(&x->words, i, &x->vocab, x->calls, x->shards[i].writer, err);
    hlstage_add(x->stages, HL_STAGE_DICTIONARY, since);
    return status;
}

/* A vocabulary that outgrows its part of the memory is written, and starts anew. */
static hl_status look_at_memory(struct hlxwriter *x, struct hl_error *err)
{
    if (hlvocab_memory(&x->vocab) + hlxwords_memory(&x->words) <= x->options.memory / 8)
        return HL_OK;
    hl_status status = write_words(x, err);
    if (status != HL_OK)
        return status;
    hlxwords_forget(&x->words);
    hlvocab_release(&x->vocab);
    return hlvocab_init(&x->vocab) ? HL_OK : hlerr_nomem(err);
}

/* An article that is there, of an earlier run or of this one, keeps its place under `never`. */
static hl_status is_refused(struct hlxwriter *x, struct shard *s, const char *id,
                            bool *out_refused, struct hl_error *err)
{
    struct hlx_error e = {.error.at = -1};
    *out_refused = false;
    if (x->options.replace != HL_REPLACE_NEVER)
        return HL_OK;
    if (!hlx_term(HLX_ID, id, strlen(id), &x->document.term))
        return hlerr_nomem(err);
    struct hlx_bytes term = {(const char *)x->document.term.data, x->document.term.size};
    return pass_on(&e, x->calls->has(s->writer, term, out_refused, &e), err);
}

static hl_status put(struct hlxwriter *x, struct shard *s, const char *id, struct hl_error *err)
{
    struct hlx_error e = {.error.at = -1};
    bool replaced, fresh;
    hl_status status = x->calls->put(s->writer, &x->document.document, &replaced, &e);
    if (status != HL_OK)
        return pass_on(&e, status, err);
    s->changed = true;
    if (!add_id(&x->ids, hlhash64(id, strlen(id)), &fresh))
        return hlerr_nomem(err);
    if (!replaced)
        x->info.added++;
    else if (fresh)
        x->info.replaced++;
    else
        x->info.duplicates++;
    return HL_OK;
}

/* The article comes from the intake, tokenised. */
static hl_status take(void *user, const struct hl_article *article,
                      const struct hlspool_head *head, struct hl_error *err)
{
    struct hlxwriter *x = user;
    unsigned number = shard_of(x, article->id);
    struct shard *s = &x->shards[number];
    bool refused;
    hl_status status = is_refused(x, s, article->id, &refused, err);
    if (status != HL_OK)
        return status;
    if (refused) {
        x->info.duplicates++;
        return HL_OK;
    }
    uint64_t since = hlstage_now();
    status = hlxdocument_make(&x->document, &x->accept, article, head, err);
    since = hlstage_add(x->stages, HL_STAGE_GATHER, since);
    if (status == HL_OK)
        status = put(x, s, article->id, err);
    hlstage_add(x->stages, HL_STAGE_LISTS, since);
    if (status != HL_OK)
        return status;
    if (!hlxwords_meet(&x->words, number, &x->document.numbers, x->vocab.count) ||
        !hlxwords_explain(&x->words, number, &x->accept.mined))
        return hlerr_nomem(err);
    return look_at_memory(x, err);
}

hl_status hlxwriter_check_article(const struct hlxwriter *writer,
                                  const struct hl_article *article, size_t bytes,
                                  struct hl_error *err)
{
    /* Each position takes a byte of text at least, and Xapian counts lengths in 32 bits. */
    if ((uint64_t)bytes * writer->head.multiple > UINT32_MAX)
        return hlerr_set(err, HL_MISUSE,
                         "article %.64s: too long for Xapian under these field weights",
                         article->id);
    return HL_OK;
}

hl_status hlxwriter_add(struct hlxwriter *writer, const struct hl_article *article,
                        uint64_t since, struct hl_error *err)
{
    /* Dates within the text are read in the zone that the article comes back with. */
    struct hl_article kept = *article;
    kept.date_offset = hlx_offset(article->date_offset);
    return hlintake_add(writer->intake, &kept, since, err);
}

hl_status hlxwriter_delete(struct hlxwriter *writer, const char *id, bool *out_found,
                           struct hl_error *err)
{
    struct hlx_error e = {.error.at = -1};
    struct shard *s = &writer->shards[shard_of(writer, id)];
    hl_status status = hlintake_drain(writer->intake, err);
    if (status != HL_OK)
        return status;
    struct hlbuf *term = &writer->document.term;
    if (!hlx_term(HLX_ID, id, strlen(id), term))
        return hlerr_nomem(err);
    status = writer->calls->remove(
        s->writer, (struct hlx_bytes){(const char *)term->data, term->size}, out_found, &e);
    if (status != HL_OK)
        return pass_on(&e, status, err);
    s->changed |= *out_found;
    writer->info.deleted += *out_found;
    return HL_OK;
}

/* ---- commit ---- */

static bool is_stopped(const struct hlxwriter *x, uint64_t done)
{
    const struct hl_writer_options *o = &x->options;
    return o->progress && o->progress(o->progress_user, "building", done, x->count * 2u);
}

/* Everything but the last step, so that the last steps of shards come close together. */
static hl_status prepare(struct hlxwriter *x, struct hl_error *err)
{
    struct hlx_bytes key = {HLX_META_HEAD, sizeof HLX_META_HEAD - 1};
    struct hlbuf head = {0};
    hl_status status = write_words(x, err);
    if (status == HL_OK && !hlx_head_encode(&x->head, &head))
        status = hlerr_nomem(err);
    for (unsigned i = 0; status == HL_OK && i < x->count; i++) {
        struct shard *s = &x->shards[i];
        struct hlx_error e = {.error.at = -1};
        if (is_stopped(x, i))
            status = hlerr_set(err, HL_LIMIT, "stopped");
        if (status != HL_OK || s->headed)
            continue;
        status = pass_on(
            &e,
            x->calls->write_metadata(
                s->writer, key, (struct hlx_bytes){(const char *)head.data, head.size}, &e),
            err);
        s->changed = true;
    }
    hlbuf_release(&head);
    if (status == HL_OK && !x->listed) {
        status = hlxfolder_publish(x->path, x->count, err);
        x->listed = status == HL_OK;
    }
    return status;
}

static hl_status commit_shards(struct hlxwriter *x, struct hl_error *err)
{
    uint64_t since = hlstage_now();
    for (unsigned i = 0; i < x->count; i++) {
        struct shard *s = &x->shards[i];
        struct hlx_error e = {.error.at = -1};
        if (!s->changed)
            continue;
        hl_status status = x->calls->commit(s->writer, &s->articles, &e);
        if (status != HL_OK)
            return pass_on(&e, status, err);
        /* Xapian syncs its files, but not their names. */
        int r = hlio_get()->sync_folder(s->path);
        if (r < 0)
            return hlio_error(err, r, "sync the folder", s->path);
        s->headed = true;
        s->changed = false;
        is_stopped(x, x->count + i + 1); /* too late to stop */
    }
    hlstage_add(x->stages, HL_STAGE_SYNC, since);
    return HL_OK;
}

/* What a shard adds to the sums; it was committed, so what cannot be had is left out. */
static void count_shard(struct hlxwriter *x, const struct shard *s)
{
    struct hlx_error e;
    struct hlx_shard *reader = NULL;
    char uuid[64];
    uint64_t revision, bytes;
    x->info.articles += s->articles;
    if (hlxfolder_size(s->path, &bytes, NULL) == HL_OK)
        x->info.index_bytes += bytes;
    if (x->calls->open(s->path, &reader, &e) == HL_OK &&
        x->calls->revision(reader, uuid, &revision, &e) == HL_OK)
        x->info.generation += revision;
    x->calls->close(reader);
}

hl_status hlxwriter_commit(struct hlxwriter *writer, struct hl_commit_info *info,
                           struct hl_error *err)
{
    struct hlxwriter *x = writer;
    hl_status status = hlintake_drain(x->intake, err);
    if (status == HL_OK)
        status = prepare(x, err);
    if (status == HL_OK)
        status = commit_shards(x, err);
    if (status != HL_OK)
        return status;
    x->info.segments = x->count;
    for (unsigned i = 0; i < x->count; i++)
        count_shard(x, &x->shards[i]);
    x->info.text_bytes = info->text_bytes;
    *info = x->info;
    memset(&x->info, 0, sizeof x->info);
    forget_ids(&x->ids);
    return HL_OK;
}
