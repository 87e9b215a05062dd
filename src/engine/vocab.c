#include "engine/vocab.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>

enum { TABLE_FIRST = 1 << 12, SYLLABLES = 1 << 16, RECENT_BITS = 13 };

#define RECENT ((size_t)1 << RECENT_BITS)

bool hlvocab_init(struct hlvocab *vocab)
{
    memset(vocab, 0, sizeof *vocab);
    vocab->mask = TABLE_FIRST - 1;
    vocab->table = hlmem_zalloc(TABLE_FIRST, sizeof *vocab->table);
    return vocab->table;
}

void hlvocab_release(struct hlvocab *vocab)
{
    hlbuf_release(&vocab->bytes);
    hlmem_free(vocab->terms);
    hlmem_free(vocab->table);
    hlmem_free(vocab->syllables);
    hlmem_free(vocab->recent);
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

/* The slot of a key: its own or a free one. */
static inline uint64_t find_slot(const struct hlvocab *v, const void *key, size_t size,
                                 uint64_t hash)
{
    uint64_t slot = hash & v->mask;
    uint32_t tag = (uint32_t)(hash >> 32);
    for (; v->table[slot]; slot = (slot + 1) & v->mask) {
        uint64_t entry = v->table[slot];
        if ((uint32_t)(entry >> 32) != tag)
            continue;
        const struct hlvocab_term *t = &v->terms[(uint32_t)entry - 1];
        if (t->size == size && !memcmp(v->bytes.data + t->at, key, size))
            break;
    }
    return slot;
}

bool hlvocab_find(struct hlvocab *vocab, const void *key, size_t size, uint32_t *out_number,
                  uint64_t *out_hash)
{
    assert(size > 0);
    if (vocab->count >= vocab->mask / 2 && !grow_table(vocab))
        return false;
    uint64_t hash = hlhash64(key, size);
    *out_hash = hash;
    uint64_t slot = find_slot(vocab, key, size, hash);
    if (!vocab->table[slot]) {
        if (!add_term(vocab, key, size))
            return false;
        vocab->table[slot] = hash >> 32 << 32 | vocab->count;
    }
    *out_number = (uint32_t)vocab->table[slot] - 1;
    return true;
}

bool hlvocab_has(const struct hlvocab *vocab, const void *key, size_t size,
                 uint32_t *out_number)
{
    uint64_t entry = vocab->table[find_slot(vocab, key, size, hlhash64(key, size))];
    if (entry)
        *out_number = (uint32_t)entry - 1;
    return entry;
}

/* The short ways are made when they are first asked for: names of facets have none. */
static bool make_syllables(struct hlvocab *v)
{
    if (!v->syllables)
        v->syllables = hlmem_zalloc(SYLLABLES, sizeof *v->syllables);
    return v->syllables;
}

static bool make_recent(struct hlvocab *v)
{
    if (!v->recent)
        v->recent = hlmem_zalloc(RECENT, sizeof *v->recent);
    return v->recent;
}

bool hlvocab_find_syllable(struct hlvocab *vocab, uint16_t code, const void *key, size_t size,
                           uint32_t *out_number, uint64_t *out_hash)
{
    if (!vocab->syllables && !make_syllables(vocab))
        return false;
    struct hlvocab_syllable *s = &vocab->syllables[code];
    if (!s->next) {
        uint32_t number;
        if (!hlvocab_find(vocab, key, size, &number, &s->hash))
            return false;
        s->next = number + 1;
    }
    *out_number = s->next - 1;
    *out_hash = s->hash;
    return true;
}

bool hlvocab_find_short(struct hlvocab *vocab, const uint64_t words[2], size_t size,
                        uint32_t *out_number, uint64_t *out_hash)
{
    assert(size > 0 && size <= HLVOCAB_SHORT);
    if (!vocab->recent && !make_recent(vocab))
        return false;
    uint64_t place = (words[0] ^ words[1] * 0xc2b2ae3d27d4eb4fu) * 0x9e3779b97f4a7c15u;
    struct hlvocab_recent *r = &vocab->recent[place >> (64 - RECENT_BITS)];
    if (r->key[0] != words[0] || r->key[1] != words[1]) {
        uint32_t number;
        uint64_t hash;
        if (!hlvocab_find(vocab, words, size, &number, &hash))
            return false;
        *r = (struct hlvocab_recent){{words[0], words[1]}, hash, number};
    }
    *out_number = r->number;
    *out_hash = r->hash;
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
           ((size_t)vocab->mask + 1) * sizeof *vocab->table +
           (vocab->syllables ? SYLLABLES * sizeof *vocab->syllables : 0) +
           (vocab->recent ? RECENT * sizeof *vocab->recent : 0);
}
