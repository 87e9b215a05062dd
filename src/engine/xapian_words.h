/*
 * xapian_words.h - the vocabulary that a Xapian database carries, kept up while it is written.
 *
 * Xapian counts terms but does not find them by their folded keys, so words stand in its
 * metadata too, by buckets (xapian_layout.h).  Here is remembered which words of a run's
 * vocabulary each shard has been told, and what still has to be written.
 *
 * Life       {0} with shards set; hlxwords_meet() and hlxwords_explain() as articles come,
 *            hlxwords_write() for each shard before it is committed; hlxwords_forget() when the
 *            vocabulary starts anew; hlxwords_release().
 * Threads    one.
 * Errors     HL_NOMEM, and what the module says.
 */
#ifndef HL_ENGINE_XAPIAN_WORDS_H
#define HL_ENGINE_XAPIAN_WORDS_H

#include "backend/xapian_layout.h"
#include "engine/vocab.h"

struct hlxwords {
    unsigned shards;
    uint64_t *told; /* by number of a word: shards that have it or will, a bit each */
    uint32_t room;
    struct hlbuf fresh[HL_SHARDS_MAX];         /* u32: words to be written */
    struct hlbuf abbreviations[HL_SHARDS_MAX]; /* lines to be written */
};

void hlxwords_release(struct hlxwords *words);
/* Articles of a shard have these words of a vocabulary of `count`. */
bool hlxwords_meet(struct hlxwords *words, unsigned shard, const struct hlbuf *numbers,
                   uint32_t count);
/* And explain what was mined (mined.h). */
bool hlxwords_explain(struct hlxwords *words, unsigned shard, const struct hlbuf *mined);
size_t hlxwords_memory(const struct hlxwords *words);
/* All that is to be written for a shard goes to its metadata. */
hl_status hlxwords_write(struct hlxwords *words, unsigned shard, const struct hlvocab *vocab,
                         const struct hlx_calls *calls, struct hlx_writer *writer,
                         struct hl_error *err);
/* Everything was written; numbers mean other words from now on. */
void hlxwords_forget(struct hlxwords *words);

#endif
