/*
 * words.h - the words that an index has learnt, for those who have it open.
 *
 * Counts of deleted articles stay in until their chunk is built anew: they say what is a
 * word as well as those of live ones, and no score depends on them.
 */
#ifndef HL_ENGINE_WORDS_H
#define HL_ENGINE_WORDS_H

#include "backend/native.h"
#include "words/model.h"

/* Adds the counts of every chunk; hlwords_finish() is the caller's. */
hl_status hlindex_add_words(const struct hlsnapshot *snapshot, struct hlwords *model,
                            struct hl_error *err);

#endif
