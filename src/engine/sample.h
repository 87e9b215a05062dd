/*
 * sample.h - some of the articles that have words side by side.
 *
 * Of the lists of pairs a few windows of 4,096 documents are looked at, until enough articles
 * are found: that is enough to tell whether a word goes on after two others.  A pair without
 * a list (F 14) is taken by its rarer word.
 *
 * Ownership  samples live in the arena of the room.
 */
#ifndef HL_ENGINE_SAMPLE_H
#define HL_ENGINE_SAMPLE_H

#include "backend/terms.h"

enum { HLSAMPLE_WINDOWS = 10, HLSAMPLE_ENOUGH = 200 };

struct hlsample {
    uint32_t docs, windows;
    uint64_t of; /* documents that the chunks of the windows have */
    struct hlsample_window {
        const struct hlchunk *chunk;
        uint32_t number; /* of the chunk in the snapshot */
        uint32_t window;
        uint64_t bits[HLCONT_WORDS];
    } at[HLSAMPLE_WINDOWS];
};

/* What samples are taken from, and where they live. */
struct hlsample_room {
    const struct hlsnapshot *snapshot;
    struct hlarena *arena;
};

/* Words are given by their numbers in the chunks of the snapshot.  Articles with b right behind
 * a. */
hl_status hlsample_of_pair(struct hlsample_room *room, const uint32_t *a, const uint32_t *b,
                           struct hlsample **out_sample, struct hl_error *err);
/* Those of a sample that have c right behind b too; *out_base is the share of all articles
 * that have. */
hl_status hlsample_extend(struct hlsample_room *room, const struct hlsample *sample,
                          const uint32_t *b, const uint32_t *c, struct hlsample **out_sample,
                          double *out_base, struct hl_error *err);

/* The share of a few articles of a sample in which the words stand in a row. */
enum { HLSAMPLE_TRIES = 4, HLSAMPLE_ROW_MAX = 6 };
hl_status hlsample_in_row(struct hlsample_room *room, const struct hlsample *sample,
                          const uint32_t *const *words, uint32_t count, double *out_share,
                          struct hl_error *err);

#endif
