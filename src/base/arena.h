/*
 * arena.h - memory that is given back all at once.
 *
 * A query owns one arena, filled before the loop and reset after it.
 *
 * Life       {0} or hlarena_init(); hlarena_reset() keeps the blocks for the
 *            next use, hlarena_release() frees them.  hlarena_rewind() takes back what was
 *            handed out since a mark.
 * Ownership  pointers are valid until reset or release, or a rewind to before them.
 * Errors     NULL when memory is out or past `limit` (0: none).
 */
#ifndef HL_BASE_ARENA_H
#define HL_BASE_ARENA_H

#include <stddef.h>

struct hlarena_block;

struct hlarena {
    struct hlarena_block *first;
    struct hlarena_block *current;
    size_t used;  /* in the current block */
    size_t total; /* bytes handed out since the last reset */
    size_t limit;
};

struct hlarena_mark {
    struct hlarena_block *current;
    size_t used, total;
};

void hlarena_init(struct hlarena *arena, size_t limit);
void hlarena_reset(struct hlarena *arena);
void hlarena_release(struct hlarena *arena);
struct hlarena_mark hlarena_mark(const struct hlarena *arena);
void hlarena_rewind(struct hlarena *arena, struct hlarena_mark mark);
void *hlarena_alloc(struct hlarena *arena, size_t size);                /* aligned to 64 */
void *hlarena_zalloc(struct hlarena *arena, size_t count, size_t size); /* zeroed */
char *hlarena_strndup(struct hlarena *arena, const char *s, size_t size);

#endif
