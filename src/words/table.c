#include "words/table.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum { ROOM_LEAST = 256 };

void hlwords_table_release(struct hlwords_table *table)
{
    hlmem_free(table->slots);
    memset(table, 0, sizeof *table);
}

/* Where the key is or would go; half of the slots are free, so the search ends. */
static struct hlwords_slot *look(const struct hlwords_table *table, uint64_t key)
{
    size_t mask = table->room - 1;
    /* Fibonacci hashing: keys need not be mixed. */
    size_t i = key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - __builtin_ctzll(table->room));
    assert(key && table->used * 2 <= table->room);
    while (table->slots[i].key && table->slots[i].key != key)
        i = (i + 1) & mask;
    return &table->slots[i];
}

static bool grow(struct hlwords_table *table)
{
    struct hlwords_table wide = {NULL, table->room ? table->room * 2 : ROOM_LEAST, table->used};
    wide.slots = hlmem_zalloc(wide.room, sizeof *wide.slots);
    if (!wide.slots)
        return false;
    for (size_t i = 0; i < table->room; i++)
        if (table->slots[i].key)
            *look(&wide, table->slots[i].key) = table->slots[i];
    hlmem_free(table->slots);
    *table = wide;
    return true;
}

struct hlwords_slot *hlwords_table_put(struct hlwords_table *table, uint64_t key)
{
    if ((table->used + 1) * 2 > table->room && !grow(table))
        return NULL;
    struct hlwords_slot *slot = look(table, key);
    if (!slot->key) {
        slot->key = key;
        table->used++;
    }
    return slot;
}

const struct hlwords_slot *hlwords_table_find(const struct hlwords_table *table, uint64_t key)
{
    if (!table->room)
        return NULL;
    const struct hlwords_slot *slot = look(table, key);
    return slot->key ? slot : NULL;
}
