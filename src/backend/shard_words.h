/*
 * shard_words.h - the vocabulary of shards: which words there are, how often, side by side.
 *
 * Counts are Xapian's own, over all shards that are there.  Which keys have a folded form, or
 * begin so, is in the metadata of each shard, by the first two bytes (xapian_layout.h).  What
 * was asked is kept until shards.state changes, since each question is a trip to every server;
 * of a key that no shard lists no server is asked.
 *
 * Ownership  keys told to a caller are there for the call only.
 * Threads    one at a time, as the shards.
 * Errors     by hlshards_told(): hlshards_lost() may get round them.
 */
#ifndef HL_BACKEND_SHARD_WORDS_H
#define HL_BACKEND_SHARD_WORDS_H

#include "backend/elsewhere.h"
#include "backend/shards.h"

struct hlshard_words;

/* Borrows the shards.  NULL when memory is out. */
struct hlshard_words *hlshard_words_new(struct hlshards *shards);
void hlshard_words_free(struct hlshard_words *words);

/* For hlsnapshot.elsewhere; there until words are freed. */
const struct hlelsewhere *hlshard_words_elsewhere(const struct hlshard_words *words);
/* Before each search: forgets what is no longer so. */
void hlshard_words_begin(struct hlshard_words *words);

/* df of terms as they stand in Xapian (xapian_layout.h), at once. */
hl_status hlshard_words_df(struct hlshard_words *words, const struct hlx_bytes *terms,
                           size_t count, uint64_t *out_df, struct hl_error *err);

#endif
