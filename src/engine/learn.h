/*
 * learn.h - what a chunk's own counts say about its words, while it is built.
 *
 * The pairs were counted for ranking; here those of two syllables are kept, so that
 * learning costs no look at the text.
 */
#ifndef HL_ENGINE_LEARN_H
#define HL_ENGINE_LEARN_H

#include "engine/prepare.h"
#include "words/section.h"

/* The `learn` of a chunk under construction: user is its struct hlprepared. */
hl_status hllearn_words(void *user, const struct hlband_pair *pairs, size_t count,
                        struct hl_error *err);

#endif
