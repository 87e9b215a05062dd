/*
 * single.h - queries of one word, answered from champions where bounds allow it.
 */
#ifndef HL_SCORE_SINGLE_H
#define HL_SCORE_SINGLE_H

#include "score/loop.h"

/* True if only the documents that are then in room->batch, maybe none, can reach theta. */
bool hlscore_single(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                    struct hlscore_room *room, double theta);

#endif
