/*
 * vocab.h - the terms of a run, numbered as they come.
 *
 * Numbers start at 0 and have no gaps.  Syllables take a short way: their code
 * remembers their number, so the hash is asked once for each of them.
 *
 * Ownership  owns the bytes of the terms.
 * Threads    one.
 * Errors     false when memory is out.
 */
#ifndef HL_ENGINE_VOCAB_H
#define HL_ENGINE_VOCAB_H

#include "base/buf.h"

struct hlvocab_term {
    uint32_t at;
    uint32_t size;
};

struct hlvocab {
    struct hlbuf bytes;
    struct hlvocab_term *terms;
    uint32_t count, room;
    uint64_t *table; /* hash << 32 | number + 1; 0 is empty */
    uint32_t mask;
    uint32_t *syllables; /* by code: number + 1 */
};

bool hlvocab_init(struct hlvocab *vocab);
void hlvocab_release(struct hlvocab *vocab);
bool hlvocab_find(struct hlvocab *vocab, const void *key, size_t size, uint32_t *out_number);
/* code: of a syllable, whose spelling is key. */
bool hlvocab_find_syllable(struct hlvocab *vocab, uint16_t code, const void *key, size_t size,
                           uint32_t *out_number);
const uint8_t *hlvocab_bytes(const struct hlvocab *vocab, uint32_t number, uint32_t *out_size);
size_t hlvocab_memory(const struct hlvocab *vocab);

#endif
