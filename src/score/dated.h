/*
 * dated.h - the newest or oldest articles that answer.
 *
 * Windows are taken by the best date in them, of all chunks together, and the search ends when
 * no window left has a date as good as the k-th found: a frequent word is done after a window
 * or two, however many articles have it.  Nothing is assumed about the order of articles
 * inside a window.  What may come into the list is scored exactly, for the hits show it and
 * articles of one second are in the order of it.
 */
#ifndef HL_SCORE_DATED_H
#define HL_SCORE_DATED_H

#include "score/loop.h"

/* A window that waits for its turn. */
struct hldated_turn {
    uint64_t rank; /* the best in it: hltopk_rank() */
    uint32_t chunk, window;
};

/* Collects into top, whose order says which; every chunk has its window_dates.  turns has
 * HLFMT_WINDOWS entries a chunk. */
void hldated_run(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                 uint32_t chunk_count, struct hlscore_room *room, struct hldated_turn *turns,
                 struct hltopk *top);

#endif
