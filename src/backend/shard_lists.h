/*
 * shard_lists.h - words of shards that begin with a letter, or that stand behind another word.
 *
 * What completing asks for.  Xapian keeps terms in the order of their bytes, so those that
 * begin alike are brought with their counts in one trip to each server: up to 20,000 of an
 * archive of 150,000 words.  A list is kept until shards.state changes, so a reader who types
 * on costs no trip for the letters that follow.
 *
 * Counts are df, of a pair too: servers do not tell how often a term is there.
 *
 * Ownership  lists are there until hlshard_lists_begin().
 * Threads    one at a time, as the shards.
 * Errors     by hlshards_told(): hlshards_lost() may get round them; HL_NOMEM.
 */
#ifndef HL_BACKEND_SHARD_LISTS_H
#define HL_BACKEND_SHARD_LISTS_H

#include "backend/shards.h"

struct hlshard_lists;

struct hlshard_word {
    struct hlx_bytes folded, key;
    uint64_t df;
};
struct hlshard_list {
    const struct hlshard_word *words; /* by their folded forms, then keys */
    size_t count;
};

/* Borrows the shards.  NULL when memory is out. */
struct hlshard_lists *hlshard_lists_new(struct hlshards *shards);
void hlshard_lists_free(struct hlshard_lists *lists); /* NULL is allowed */
/* Before each request: forgets what is no longer so. */
void hlshard_lists_begin(struct hlshard_lists *lists);

/* The words whose keys begin with a byte. */
hl_status hlshard_lists_starting(struct hlshard_lists *lists, char first,
                                 struct hlshard_list *out_list, struct hl_error *err);
/* The words right behind one; df is how many articles have both so. */
hl_status hlshard_lists_behind(struct hlshard_lists *lists, const char *before, size_t size,
                               struct hlshard_list *out_list, struct hl_error *err);
/* Those of a list whose folded forms begin so. */
struct hlshard_list hlshard_list_part(const struct hlshard_list *list, const char *folded,
                                      size_t size);

#endif
