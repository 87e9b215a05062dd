/*
 * shard_copies.h - near copies among the hits of a search on shards, folded under the best.
 *
 * Which hits are heads is told as in a native index (copies.h), from their texts.  How many
 * are near to a head can only be counted among the hits that were brought: a native index goes
 * over all answers.
 *
 * Errors  HL_NOMEM, HL_MISUSE for a text that is no UTF-8.
 */
#ifndef HL_BACKEND_SHARD_COPIES_H
#define HL_BACKEND_SHARD_COPIES_H

#include "backend/shard_rank.h"

/* Moves the heads of search->hits, in their order, to the front, and stops looking for others
 * after the first `most`; out_similar, with room for as many, gets how many hits are near to
 * each head. */
hl_status hlshard_fold(struct hlshard_search *search, size_t most, uint32_t *out_similar,
                       size_t *out_heads, struct hl_error *err);

#endif
