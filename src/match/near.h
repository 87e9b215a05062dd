/*
 * near.h - words near each other: how many spans of an article hold all of them.
 *
 *     want   a b b, slop 1        three words and at most one other
 *     places a1 b2 x3 b4          one span, 1 to 4: four places
 *
 * Spans lie in one field.  They are taken from left to right, each ending at the first place
 * where it can, beginning as late as it can, and share no place.  Words that have keys in
 * common, but not all, may stand at one place.
 *
 * Life   hlnear_init(), hlnear_want() for each word, then for each article hlnear_reset(),
 *        hlnear_add() and hlnear_count(); hlnear_release().
 * Errors false when memory is out.
 */
#ifndef HL_MATCH_NEAR_H
#define HL_MATCH_NEAR_H

#include "segment/positions.h"

struct hlnear_place {
    uint32_t position, word;
};

struct hlnear {
    uint32_t *want, *have; /* by word: how often it is wanted, and is in the span */
    uint32_t words, room;  /* entries of these */
    uint32_t total;        /* words wanted, repeated ones as often as they are */
    struct hlnear_place *places;
    size_t count, place_room;
    bool failed;
};

void hlnear_init(struct hlnear *near);
void hlnear_release(struct hlnear *near);
/* A word is wanted once more. */
bool hlnear_want(struct hlnear *near, uint32_t word);
void hlnear_reset(struct hlnear *near);
/* A failure is found by hlnear_count(). */
void hlnear_add(struct hlnear *near, uint32_t position, uint32_t word);
/* Spans by field: title, lead, body. */
bool hlnear_count(struct hlnear *near, const struct hlchunk_lengths *lengths, uint32_t slop,
                  uint32_t out_spans[3]);

#endif
