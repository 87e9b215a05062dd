/*
 * vocab.h - the terms of a run, numbered as they come.
 *
 * Numbers start at 0 and have no gaps.  Syllables take a short way: their code
 * remembers their number, so the hash is asked once for each of them.  Short terms
 * without a code are looked for among those that were found last.
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

struct hlvocab_syllable {
    uint64_t hash;
    uint32_t next; /* number + 1; 0: not met yet */
};

/* A short term as two words of memory, for those that come again and again. */
struct hlvocab_recent {
    uint64_t key[2]; /* the term's bytes, zeros behind; {0, 0}: none */
    uint64_t hash;
    uint32_t number;
};

enum { HLVOCAB_SHORT = 16 }; /* bytes of a short term at most */

struct hlvocab {
    struct hlbuf bytes;
    struct hlvocab_term *terms;
    uint32_t count, room;
    uint64_t *table; /* hash << 32 | number + 1; 0 is empty */
    uint32_t mask;
    struct hlvocab_syllable *syllables; /* by code */
    struct hlvocab_recent *recent;      /* by a hash of the key, the last one stays */
};

bool hlvocab_init(struct hlvocab *vocab);
void hlvocab_release(struct hlvocab *vocab);
/* out_hash: hlhash64() of the key, which others want too. */
bool hlvocab_find(struct hlvocab *vocab, const void *key, size_t size, uint32_t *out_number,
                  uint64_t *out_hash);
/* The same for a key that is there; false if it is not, which changes nothing. */
bool hlvocab_has(const struct hlvocab *vocab, const void *key, size_t size,
                 uint32_t *out_number);
/* code: of a syllable, whose spelling is key. */
bool hlvocab_find_syllable(struct hlvocab *vocab, uint16_t code, const void *key, size_t size,
                           uint32_t *out_number, uint64_t *out_hash);
/* words: the key, of at most HLVOCAB_SHORT bytes, none of them 0, and zeros behind. */
bool hlvocab_find_short(struct hlvocab *vocab, const uint64_t words[2], size_t size,
                        uint32_t *out_number, uint64_t *out_hash);
const uint8_t *hlvocab_bytes(const struct hlvocab *vocab, uint32_t number, uint32_t *out_size);
size_t hlvocab_memory(const struct hlvocab *vocab);

#endif
