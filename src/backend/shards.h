/*
 * shards.h - the Xapian databases of an index, here and on other machines, asked as one.
 *
 *     hlshards_open()     every place is tried; one that is elsewhere may be away
 *     hlshards_begin()    before a search: what came back is taken in
 *     (the search)        by hlshards.calls on hlshards.set, hlshards_told() of each failure
 *     hlshards_lost()     when that failed: the shard that did not answer is left out, and
 *                         what is left can be asked again
 *
 * A server gets `timeout_ms` to be reached, and as much for each answer.  One that let that
 * pass is away: it is not waited for again, but probed (shard_probe.h) whenever a search
 * begins, which takes no time, until it greets.  One that greets and fails again and again is
 * asked after a second, two, four, at most a minute.  After a failure no connection is used
 * again, because answers to what was asked before may still come.
 *
 * Counts are those of the shards that are there.  All must be made by hlsearch, by the same
 * text rules, weights and length (xapian_layout.h); a folder that is not is an error, a server
 * that is not is away with that as its problem.
 *
 * Threads  one at a time.
 * Errors   HL_IO if no shard is there; HL_VERSION_BAD; those of shim and places.
 */
#ifndef HL_BACKEND_SHARDS_H
#define HL_BACKEND_SHARDS_H

#include "backend/shard_places.h"
#include "backend/shard_probe.h"
#include "backend/xapian_layout.h"
#include "backend/xapian_shim.h"

enum { HLSHARDS_TIMEOUT_MS = 300 };

struct hlshard {
    struct hlshard_place *place; /* of hlshards.places */
    struct hlx_shard *handle;    /* NULL: away */
    struct hlprobe probe;
    char problem[448];     /* why it is away */
    struct hlx_set *alone; /* the shard by itself */
    char uuid[64];
    uint64_t documents, length;
    unsigned failures;   /* since it answered last */
    uint64_t not_before; /* ms: when it is asked again */
};

struct hlshards {
    const struct hlx_calls *calls;
    struct hlshard_places places;
    struct hlshard list[HL_SHARDS_MAX];
    struct hlx_set *set; /* of those that are there */
    size_t live;
    unsigned timeout_ms;
    struct hlx_head head;
    uint64_t documents, positions; /* of those that are there */
    /* Changes whenever counts may have: with the shards that are there, and what they hold. */
    uint64_t state;
    bool stale;             /* some database was changed since it was opened */
    bool unread;            /* and what it counts is not known yet */
    struct hlx_error last;  /* of the call that failed last */
    struct hlshard *failed; /* whose call it was, where that is known; NULL: the set's */
};

/* Takes the places, whatever comes of it.  timeout_ms 0: HLSHARDS_TIMEOUT_MS. */
hl_status hlshards_open(struct hlshard_places *places, unsigned timeout_ms,
                        struct hlshards **out_shards, struct hl_error *err);
void hlshards_close(struct hlshards *shards); /* NULL is allowed */

/* Is there anything to be told of shards?  Not of one database that is here. */
static inline bool hlshards_are_told(const struct hlshards *shards)
{
    return shards->places.count > 1 || !shards->places.items[0].path;
}

hl_status hlshards_begin(struct hlshards *shards, struct hl_error *err);
/* After a search that succeeded: those that are there have answered. */
void hlshards_answered(struct hlshards *shards);
/* Counts of terms over all shards, as the shim's frequencies() has them; servers are asked side
 * by side, since each is asked many times. */
hl_status hlshards_frequencies(struct hlshards *shards, const struct hlx_bytes *terms,
                               size_t count, struct hlx_counts *counts, struct hl_error *err);
/* What a call of the shim came to, for all that are made on these shards: a failure is kept
 * for hlshards_lost().  which: NULL for a call on the set. */
hl_status hlshards_told(struct hlshards *shards, struct hlshard *which, hl_status status,
                        struct hl_error *err);
/*
 * After a failure: was it one that another try may get round?  True when a shard that did not
 * answer was left out and others are there, or a database was changed and is read anew; the
 * search is then to be begun again.
 */
bool hlshards_lost(struct hlshards *shards);
/* Does every shard hold what it held when it was opened, and are those away still so? */
hl_status hlshards_is_current(struct hlshards *shards, bool *out_current, struct hl_error *err);

#endif
