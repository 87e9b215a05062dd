/*
 * chain.h - chains of words that a text may go on with, the likeliest first (complete.h).
 */
#ifndef HL_ENGINE_CHAIN_H
#define HL_ENGINE_CHAIN_H

#include "engine/complete.h"

struct hlsample;
struct hlshard_sample;

struct hlchain {
    uint32_t words[HLCOMPLETE_WORDS];
    uint32_t count, start, added; /* added: words after the start */
    double likely;
    /* Articles that have its last words, of segments or brought by shards; NULL: not taken. */
    struct hlsample *sample;
    const struct hlshard_sample *brought;
};

/* One among the first `most` of a list, in the order of likelihood. */
void hlchain_keep(struct hlchain *list, uint32_t *count, uint32_t most,
                  const struct hlchain *one);
/* The words of a start. */
struct hlchain hlchain_of(const struct hlcomplete_asked *asked, uint32_t start);
/* With a word more. */
struct hlchain hlchain_longer(const struct hlchain *chain, uint32_t word, double likely);

#endif
