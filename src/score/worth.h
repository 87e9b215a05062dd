/*
 * worth.h - what leaves can be worth at most, by cell, by window and by document.
 *
 * Stored bounds leave out idf and hold for reference parameters (format.h).  A byte
 * x stands for tf / (tf + Kref) <= x / 255, that is tf / Kref <= r = x / (255 - x);
 * for the query's own K a document is then worth
 *
 *     (k1 + 1) tf / (tf + K) <= (k1 + 1) r / (r + m),   m = least K / Kref
 *
 * and m lies at the least or the greatest length of the chunk, K / Kref being
 * monotone in the length.  Where b and avglen are the reference's, m is k1 / k1ref
 * and nothing is lost.
 */
#ifndef HL_SCORE_WORTH_H
#define HL_SCORE_WORTH_H

#include "score/loop.h"

/* Kref of a document of this length, and m of the chunk. */
double hlworth_reference(const struct hlscore_chunk *chunk, uint32_t length);
double hlworth_least_ratio(const struct hlscore_query *query,
                           const struct hlscore_chunk *chunk);

/* What recency multiplies a score of the window by at most; 1 without it. */
double hlworth_boost(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                     unsigned window);

/* Windows of a chunk: room->window_bound, room->boost, room->total, room->byte_worth. */
void hlworth_windows(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                     struct hlscore_room *room);

/* The cells of a window whose bounds reach theta, a bit each.  theta is without recency here
 * and below. */
unsigned hlworth_cells(const struct hlscore_chunk *chunk, const struct hlscore_room *room,
                       unsigned window, double theta);

/*
 * What the worths of a document that scores theta add up to.  Where a query has one leaf, its
 * worths are tf / K, which the members of a group add up without loss, and
 *
 *     score = most u / (u + 1),   u = tf / K,   most = factor (k1 + 1)
 *
 * so that u is theta / (most - theta).  Near most, which no tf reaches, theta may be taken for
 * less than it is; the last bits of the score are far below what is left then.
 */
static inline double hlworth_sum(const struct hlscore_room *room, double theta)
{
    double high = room->most * 0.999;
    if (!(room->most > 0))
        return theta;
    theta = theta < high ? theta : high;
    return theta / (room->most - theta);
}

/* The threshold in steps of the tables of room->worth, which are made anew when theta has
 * left their range. */
unsigned hlworth_threshold(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                           struct hlscore_room *room, double theta);

/*
 * theta in steps of the tables that there are.  What scores theta has worths that add up to
 * more than theta * scale, having been raised and rounded up, and to a whole number: one more
 * than the whole steps below theta.  So for theta 0 every document that any leaf has.
 */
static inline unsigned hlworth_steps(const struct hlscore_room *room, double theta)
{
    return (unsigned)floor(hlworth_sum(room, theta) * room->scale * (1 - 1e-9)) + 1;
}

#endif
