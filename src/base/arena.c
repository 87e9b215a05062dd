#include "base/arena.h"

#include "base/mem.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Blocks grow, for most queries need little, and large ones come from the system each time. */
enum { ALIGN = 64, BLOCK = 8 * 1024, BLOCK_MOST = 256 * 1024 };

/* The header fills one cache line, so that data after it stays aligned. */
struct hlarena_block {
    struct hlarena_block *next;
    size_t room;
    void *raw; /* what to free */
};

static uint8_t *block_data(struct hlarena_block *block)
{
    return (uint8_t *)block + ALIGN;
}

static struct hlarena_block *block_new(size_t room)
{
    size_t bytes;
    if (__builtin_add_overflow(room, (size_t)(2 * ALIGN), &bytes))
        return NULL;
    uint8_t *raw = hlmem_alloc(bytes);
    if (!raw)
        return NULL;
    struct hlarena_block *block =
        (struct hlarena_block *)(((uintptr_t)raw + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
    block->next = NULL;
    block->room = room;
    block->raw = raw;
    return block;
}

void hlarena_init(struct hlarena *arena, size_t limit)
{
    memset(arena, 0, sizeof *arena);
    arena->limit = limit;
}

void hlarena_reset(struct hlarena *arena)
{
    arena->current = arena->first;
    arena->used = 0;
    arena->total = 0;
}

void hlarena_release(struct hlarena *arena)
{
    for (struct hlarena_block *b = arena->first, *next; b; b = next) {
        next = b->next;
        hlmem_free(b->raw);
    }
    hlarena_init(arena, arena->limit);
}

struct hlarena_mark hlarena_mark(const struct hlarena *arena)
{
    return (struct hlarena_mark){arena->current, arena->used, arena->total};
}

void hlarena_rewind(struct hlarena *arena, struct hlarena_mark mark)
{
    assert(mark.total <= arena->total);
    arena->current = mark.current ? mark.current : arena->first;
    arena->used = mark.used;
    arena->total = mark.total;
}

/* The next block that has room for size, made where there is none. */
static struct hlarena_block *block_for(struct hlarena *arena, size_t size)
{
    struct hlarena_block *at = arena->current;
    if (at && at->next && at->next->room >= size)
        return at->next;
    size_t room = at ? at->room * 2 : BLOCK;
    room = room < BLOCK_MOST ? room : BLOCK_MOST;
    struct hlarena_block *block = block_new(size > room ? size : room);
    if (!block)
        return NULL;
    if (at) {
        block->next = at->next;
        at->next = block;
    } else {
        arena->first = block;
    }
    return block;
}

void *hlarena_alloc(struct hlarena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGN)
        return NULL;
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (arena->limit && size > arena->limit - arena->total)
        return NULL;
    if (!arena->current || arena->current->room - arena->used < size) {
        struct hlarena_block *block = block_for(arena, size);
        if (!block)
            return NULL;
        arena->current = block;
        arena->used = 0;
    }
    assert(arena->used + size <= arena->current->room);
    void *p = block_data(arena->current) + arena->used;
    arena->used += size;
    arena->total += size;
    return p;
}

void *hlarena_zalloc(struct hlarena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!hlmem_product(count, size, &bytes))
        return NULL;
    void *p = hlarena_alloc(arena, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

char *hlarena_strndup(struct hlarena *arena, const char *s, size_t size)
{
    char *copy = hlarena_alloc(arena, size + 1);
    if (copy) {
        if (size)
            memcpy(copy, s, size);
        copy[size] = 0;
    }
    return copy;
}
