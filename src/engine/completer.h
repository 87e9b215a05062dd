/*
 * completer.h - what hl_suggest() asks an index, whichever engine keeps it.
 *
 *     completions.c      reads what was typed, chooses, spells out
 *     complete.c         words of segments, by their list (wordlist.h) and samples
 *     complete_shards.c  words that shards have, by their lists (shard_lists.h) and samples
 *
 * Words are numbers to it, which a completer gives out and which mean the same as long as it
 * lives.
 */
#ifndef HL_ENGINE_COMPLETER_H
#define HL_ENGINE_COMPLETER_H

#include "engine/complete.h"
#include "engine/sharded.h"

struct hlcompleter {
    /* The number of a key, HLWORDLIST_NONE if no live article has it. */
    hl_status (*find)(void *user, const char *key, size_t size, uint32_t *out_word,
                      struct hl_error *err);
    /* The key of a number; borrowed. */
    hl_status (*key)(void *user, uint32_t word, const char **out_key, size_t *out_size,
                     struct hl_error *err);
    /* As hlcomplete_run() and hlcomplete_count(). */
    hl_status (*run)(void *user, const struct hlcomplete_asked *asked, uint32_t most,
                     struct hlcomplete_found *out_found, uint32_t *out_count,
                     struct hl_error *err);
    hl_status (*count)(void *user, const uint32_t *words, uint32_t count,
                       uint64_t *out_articles, struct hl_error *err);
    /* How often the commonest word is there whose folded key begins so. */
    hl_status (*commonest)(void *user, const char *folded, size_t size, uint64_t *out_times,
                           struct hl_error *err);
    struct hlq_vocabulary vocabulary;
    void *user;
};

/* Of shards, for one request; memory is the arena's. */
hl_status hlcompleter_of_shards(struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                                struct hlterms *terms, struct hlarena *arena,
                                struct hlcompleter *out_completer, struct hl_error *err);

#endif
