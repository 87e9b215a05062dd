#include "engine/vocab.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>

enum { TABLE_FIRST = 1 << 12, SYLLABLES = 1 << 16 };

bool hlvocab_init(struct hlvocab *vocab)
{
    memset(vocab, 0, sizeof *vocab);
    vocab->mask = TABLE_FIRST - 1;
    vocab->table = hlmem_zalloc(TABLE_FIRST, sizeof *vocab->table);
    vocab->syllables = hlmem_zalloc(SYLLABLES, sizeof *vocab->syllables);
    if (vocab->table && vocab->syllables)
        return true;
    hlvocab_release(vocab);
    return false;
}

void hlvocab_release(struct hlvocab *vocab)
{
    hlbuf_release(&vocab->bytes);
    hlmem_free(vocab->terms);
    hlmem_free(vocab->table);
    hlmem_free(vocab->syllables);
    memset(vocab, 0, sizeof *vocab);
}

/* Twice the table when it is half full, so that runs of full slots stay short. */
static bool grow_table(struct hlvocab *v)
{
    uint32_t mask = v->mask * 2 + 1;
    uint64_t *table = hlmem_zalloc((size_t)mask + 1, sizeof *table);
    if (!table)
        return false;
    for (uint32_t i = 0; i <= v->mask; i++) {
        if (!v->table[i])
            continue;
        const struct hlvocab_term *t = &v->terms[(uint32_t)v->table[i] - 1];
        uint64_t slot = hlhash64(v->bytes.data + t->at, t->size) & mask;
        while (table[slot])
            slot = (slot + 1) & mask;
        table[slot] = v->table[i];
    }
    hlmem_free(v->table);
    v->table = table;
    v->mask = mask;
    return true;
}

static bool add_term(struct hlvocab *v, const void *key, size_t size)
{
    if (v->count == v->room) {
        uint32_t room = v->room * 2 + 1024;
        struct hlvocab_term *terms = hlmem_realloc(v->terms, room * sizeof *terms);
        if (!terms)
            return false;
        v->terms = terms;
        v->room = room;
    }
    if (v->bytes.size + size > UINT32_MAX)
        return false;
    v->terms[v->count] = (struct hlvocab_term){(uint32_t)v->bytes.size, (uint32_t)size};
    if (!hlbuf_put(&v->bytes, key, size))
        return false;
    v->count++;
    return true;
}

bool hlvocab_find(struct hlvocab *vocab, const void *key, size_t size, uint32_t *out_number)
{
    assert(size > 0);
    if (vocab->count >= vocab->mask / 2 && !grow_table(vocab))
        return false;
    uint64_t hash = hlhash64(key, size);
    uint64_t slot = hash & vocab->mask;
    uint32_t tag = (uint32_t)(hash >> 32);
    for (; vocab->table[slot]; slot = (slot + 1) & vocab->mask) {
        uint64_t entry = vocab->table[slot];
        if ((uint32_t)(entry >> 32) != tag)
            continue;
        const struct hlvocab_term *t = &vocab->terms[(uint32_t)entry - 1];
        if (t->size == size && !memcmp(vocab->bytes.data + t->at, key, size)) {
            *out_number = (uint32_t)entry - 1;
            return true;
        }
    }
    if (!add_term(vocab, key, size))
        return false;
    vocab->table[slot] = (uint64_t)tag << 32 | vocab->count;
    *out_number = vocab->count - 1;
    return true;
}

bool hlvocab_find_syllable(struct hlvocab *vocab, uint16_t code, const void *key, size_t size,
                           uint32_t *out_number)
{
    if (!vocab->syllables[code]) {
        uint32_t number;
        if (!hlvocab_find(vocab, key, size, &number))
            return false;
        vocab->syllables[code] = number + 1;
    }
    *out_number = vocab->syllables[code] - 1;
    return true;
}

const uint8_t *hlvocab_bytes(const struct hlvocab *vocab, uint32_t number, uint32_t *out_size)
{
    assert(number < vocab->count);
    *out_size = vocab->terms[number].size;
    return vocab->bytes.data + vocab->terms[number].at;
}

size_t hlvocab_memory(const struct hlvocab *vocab)
{
    return vocab->bytes.room + vocab->room * sizeof *vocab->terms +
           ((size_t)vocab->mask + 1) * sizeof *vocab->table + SYLLABLES * sizeof(uint32_t);
}
