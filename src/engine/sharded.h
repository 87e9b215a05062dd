/*
 * sharded.h - an index that Xapian keeps, behind the public calls.
 *
 * The calls of hlsearch.h ask hl_index.sharded first: where it is set, they go here.  A search
 * is prepared by the same code as a native one (backend/native.h) and carried out by shards
 * (backend/shard_rank.h); when a shard is lost on the way it is begun again with the others.
 *
 * Threads  calls on one index follow each other: Xapian's databases serve one at a time.
 * Errors   HL_UNSUPPORTED for what Xapian cannot do.
 */
#ifndef HL_ENGINE_SHARDED_H
#define HL_ENGINE_SHARDED_H

#include "backend/shard_lists.h"
#include "backend/shard_rank.h"
#include "engine/index.h"

#include <pthread.h>

struct hlsharded {
    pthread_mutex_t lock;
    struct hlshards *shards;
    struct hlshard_words *words;
    struct hl_shard told[HL_SHARDS_MAX]; /* what hl_index_shard() hands out */
    struct hlshard_lists *lists;
};

/* Does one of the paths, or of the options, ask for Xapian? */
bool hlsharded_is_meant(const char *const *paths, size_t count,
                        const struct hl_open_options *options);
hl_status hlsharded_open(const char *const *paths, size_t count,
                         const struct hl_open_options *options, struct hl_index **out_index,
                         struct hl_error *err);
void hlsharded_close(struct hlsharded *sharded); /* NULL is allowed */

hl_status hlsharded_is_current(const struct hl_index *index, bool *out_current,
                               struct hl_error *err);
hl_status hlsharded_stats(const struct hl_index *index, struct hl_stats *out_stats,
                          struct hl_error *err);
/* Fills a result that was cleared; without: an id that is no answer, NULL: none. */
hl_status hlsharded_search(struct hl_result *result, const struct hl_query *query,
                           const char *without, const struct hl_search_options *options,
                           struct hl_error *err);

/* HL_UNSUPPORTED for options that Xapian has no means for. */
hl_status hlsharded_check(const struct hl_search_options *options, struct hl_error *err);
/* Counts what answers, and by slots; a default cover that nothing has is lowered, as
 * hlsearch_settle_cover() does. */
hl_status hlsharded_settle_cover(struct hlshard_search *search,
                                 const struct hl_search_options *options, const unsigned *slots,
                                 size_t slot_count, struct hl_error *err);

/* HL_UNSUPPORTED for what only segments tell. */
hl_status hlsharded_cannot(const char *what, struct hl_error *err);

/* The stored article of an id, in the arena. */
hl_status hlsharded_find(const struct hl_index *index, const char *id, struct hlarena *arena,
                         struct hl_article *out_article, struct hl_error *err);
/* Each stored article. */
hl_status hlsharded_each(const struct hl_index *index,
                         bool (*take)(void *user, const struct hl_article *article), void *user,
                         struct hl_error *err);

/*
 * Work on the shards, which is begun again where one was lost: `work` is called with what they
 * hold now as a snapshot without chunks, until it succeeds or nothing more can be done.
 */
typedef hl_status hlsharded_work(void *user, struct hlsharded *sharded,
                                 const struct hlsnapshot *snapshot, struct hl_error *err);
hl_status hlsharded_do(const struct hl_index *index, hlsharded_work *work, void *user,
                       struct hl_error *err);

#endif
