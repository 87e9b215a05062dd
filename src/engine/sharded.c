#include "engine/sharded.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- opening ---- */

bool hlsharded_is_meant(const char *const *paths, size_t count,
                        const struct hl_open_options *options)
{
    if (options && (options->backend == HL_BACKEND_XAPIAN || options->shard_count))
        return true;
    if (options && options->backend == HL_BACKEND_NATIVE)
        return false;
    for (size_t i = 0; i < count; i++)
        if (hlshard_is_database(paths[i]))
            return true;
    return false;
}

/* A native index beside Xapian's, or in place of one. */
static hl_status check_path(const char *path, const struct hl_open_options *options,
                            struct hl_error *err)
{
    uint64_t generation = 0;
    if (hlshard_is_database(path) || hlman_newest(path, &generation, NULL) != HL_OK ||
        !generation)
        return HL_OK;
    if (options && options->backend == HL_BACKEND_XAPIAN)
        return hlerr_set(err, HL_MISUSE,
                         "%s is a native index; hlsearch export %s --xapian DB makes a Xapian "
                         "database of it",
                         path, path);
    return hlerr_set(err, HL_UNSUPPORTED,
                     "%s is a native index: it cannot be searched together with databases of "
                     "Xapian",
                     path);
}

static hl_status add_places(const char *const *paths, size_t count,
                            const struct hl_open_options *options,
                            struct hlshard_places *places, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        status = check_path(paths[i], options, err);
        if (status == HL_OK)
            status = hlshard_add_path(places, paths[i], err);
    }
    for (size_t i = 0; options && status == HL_OK && i < options->shard_count; i++)
        status = hlshard_add_server(places, options->shards[i], err);
    for (size_t i = 0; status == HL_OK && i < places->count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(places->items[i].name, places->items[k].name))
                return hlerr_set(err, HL_MISUSE, "shard %s is named twice",
                                 places->items[i].name);
    if (status == HL_OK && !places->count)
        return hlerr_set(err, HL_MISUSE, "which indexes?");
    return status;
}

static char *join_names(const struct hlshards *shards)
{
    struct hlbuf names = {0};
    for (size_t i = 0; i < shards->places.count; i++)
        hlbuf_put_format(&names, "%s%s", i ? "," : "", shards->places.items[i].name);
    char *copy = hlbuf_put_u8(&names, 0) ? hlmem_strdup((const char *)names.data) : NULL;
    hlbuf_release(&names);
    return copy;
}

/* What is known of the vocabulary stands for segments. */
static void see(const struct hlsharded *s, struct hlsnapshot *snapshot)
{
    *snapshot = (struct hlsnapshot){.articles = s->shards->documents,
                                    .positions = s->shards->positions,
                                    .elsewhere = hlshard_words_elsewhere(s->words)};
}

hl_status hlsharded_open(const char *const *paths, size_t count,
                         const struct hl_open_options *options, struct hl_index **out_index,
                         struct hl_error *err)
{
    struct hlshard_places places = {.count = 0};
    hl_status status = add_places(paths, count, options, &places, err);
    if (status != HL_OK) {
        hlshard_places_release(&places);
        return status;
    }
    struct hl_index *index = hlmem_zalloc(1, sizeof *index);
    struct hlsharded *s = hlmem_zalloc(1, sizeof *s);
    if (!index || !s) {
        hlmem_free(index);
        hlmem_free(s);
        hlshard_places_release(&places);
        return hlerr_nomem(err);
    }
    pthread_mutex_init(&s->lock, NULL);
    index->sharded = s;
    status = hlshards_open(&places, options ? options->shard_timeout_ms : 0, &s->shards, err);
    if (status == HL_OK) {
        s->words = hlshard_words_new(s->shards);
        index->path = join_names(s->shards);
        s->lists = hlshard_lists_new(s->shards);
        status = s->words && s->lists && index->path ? HL_OK : hlerr_nomem(err);
    }
    if (status != HL_OK) {
        hl_index_close(index);
        return status;
    }
    see(s, &index->snapshot);
    *out_index = index;
    return HL_OK;
}

void hlsharded_close(struct hlsharded *sharded)
{
    if (!sharded)
        return;
    hlshard_words_free(sharded->words);
    hlshard_lists_free(sharded->lists);
    hlshards_close(sharded->shards);
    pthread_mutex_destroy(&sharded->lock);
    hlmem_free(sharded);
}

/* ---- work ---- */

hl_status hlsharded_do(const struct hl_index *index, hlsharded_work *work, void *user,
                       struct hl_error *err)
{
    enum { CHANGES_MAX = 3 }; /* of a database, while it is read */
    struct hlsharded *s = index->sharded;
    struct hlsnapshot snapshot;
    struct hl_error none;
    pthread_mutex_lock(&s->lock);
    size_t tries = s->shards->places.count + CHANGES_MAX;
    hl_status status;
    do {
        status = hlshards_begin(s->shards, err);
        if (status == HL_OK) {
            hlshard_words_begin(s->words);
            hlshard_lists_begin(s->lists);
            see(s, &snapshot);
            status = work(user, s, &snapshot, err);
        }
    } while (status != HL_OK && tries-- && hlshards_lost(s->shards));
    if (status == HL_OK)
        hlshards_answered(s->shards);
    /* Where the last one was lost, which they were says more than how it went. */
    if (status == HL_IO && !s->shards->live && hlshards_begin(s->shards, &none) != HL_OK && err)
        *err = none;
    pthread_mutex_unlock(&s->lock);
    return status;
}

hl_status hlsharded_is_current(const struct hl_index *index, bool *out_current,
                               struct hl_error *err)
{
    struct hlsharded *s = index->sharded;
    pthread_mutex_lock(&s->lock);
    hl_status status = hlshards_is_current(s->shards, out_current, err);
    pthread_mutex_unlock(&s->lock);
    return status;
}

hl_status hlsharded_cannot(const char *what, struct hl_error *err)
{
    return hlerr_set(err, HL_UNSUPPORTED,
                     "%s works on native indexes; for Xapian databases xapian-delve and "
                     "xapian-check tell what is in them",
                     what);
}

const struct hl_shard *hl_index_shard(const struct hl_index *index, size_t i)
{
    struct hlsharded *s = index ? index->sharded : NULL;
    if (!s || !hlshards_are_told(s->shards) || i >= s->shards->places.count)
        return NULL;
    pthread_mutex_lock(&s->lock);
    const struct hlshard *shard = &s->shards->list[i];
    s->told[i] = (struct hl_shard){.name = shard->place->name,
                                   .answered = shard->handle != NULL,
                                   .problem = shard->handle ? NULL : shard->problem};
    pthread_mutex_unlock(&s->lock);
    return &s->told[i];
}

/* ---- articles ---- */

struct finding {
    const char *id;
    struct hlarena *arena;
    struct hl_article *article;
};

static hl_status find_one(void *user, struct hlsharded *s, const struct hlsnapshot *snapshot,
                          struct hl_error *err)
{
    struct finding *f = user;
    hl_status status = hlshard_find(s->shards, f->id, f->arena, f->article, err);
    if (status == HL_NOT_FOUND && s->shards->live < s->shards->places.count)
        return hlerr_set(err, HL_NOT_FOUND,
                         "no shard that is there has an article with the id %.200s; %zu of %zu "
                         "are not there",
                         f->id, s->shards->places.count - s->shards->live,
                         s->shards->places.count);
    return status;
}

hl_status hlsharded_find(const struct hl_index *index, const char *id, struct hlarena *arena,
                         struct hl_article *out_article, struct hl_error *err)
{
    struct finding f = {id, arena, out_article};
    return hlsharded_do(index, find_one, &f, err);
}

struct visit {
    bool (*take)(void *user, const struct hl_article *article);
    void *user;
    hl_status status;
    struct hl_error *err;
    bool ended;
    struct hlbuf strings;
};

static bool visit(void *user, const void *data, size_t size)
{
    struct visit *v = user;
    struct hl_article article;
    bool tokens;
    v->status = hlx_data_decode(data, size, &v->strings, &article, &tokens, v->err);
    v->ended = v->status != HL_OK || !v->take(v->user, &article);
    return !v->ended;
}

/* Not begun again: what was taken cannot be given back. */
static hl_status visit_all(struct hlsharded *s, struct visit *v)
{
    hl_status status = hlshards_begin(s->shards, v->err);
    if (status == HL_OK && s->shards->live < s->shards->places.count)
        return hlerr_set(v->err, HL_IO, "not every shard is there, so not every article is");
    for (size_t i = 0; status == HL_OK && !v->ended && i < s->shards->places.count; i++) {
        struct hlshard *shard = &s->shards->list[i];
        status = hlshards_told(
            s->shards, shard,
            s->shards->calls->documents(shard->handle, visit, v, &s->shards->last), v->err);
        if (v->status != HL_OK)
            status = v->status;
    }
    return status;
}

hl_status hlsharded_each(const struct hl_index *index,
                         bool (*take)(void *user, const struct hl_article *article), void *user,
                         struct hl_error *err)
{
    struct hlsharded *s = index->sharded;
    struct visit v = {.take = take, .user = user, .err = err};
    pthread_mutex_lock(&s->lock);
    hl_status status = visit_all(s, &v);
    pthread_mutex_unlock(&s->lock);
    hlbuf_release(&v.strings);
    return status;
}
