/*
 * sketch.h - what near copies of a text are known by: a hash and a sketch.
 *
 * A sketch is made of the hashes of a text's terms in their order, alternatives left out: the
 * least hash of each of eight bins of shingles, one byte of each (Li, Owen and Zhang, "One
 * Permutation Hashing", 2012).  Two texts are alike as many of the eight bytes agree; what is
 * near enough is told by match/similar.h.
 *
 * What is in an index is compared with what is made later: neither may change.
 */
#ifndef HL_TOKEN_SKETCH_H
#define HL_TOKEN_SKETCH_H

#include "hlsearch.h"
#include "token/tokenise.h"

enum { HLSKETCH_SHINGLE = 4, HLSKETCH_SIZE = 8 };

struct hlsketch {
    uint64_t recent[HLSKETCH_SHINGLE]; /* hashes of terms, the oldest first */
    unsigned seen;
    uint64_t least[HLSKETCH_SIZE];
};

void hlsketch_begin(struct hlsketch *sketch);

/* hash: hlhash64() of the term's key. */
static inline void hlsketch_add(struct hlsketch *s, uint64_t hash)
{
    uint64_t h = 0;
    for (unsigned i = 0; i + 1 < HLSKETCH_SHINGLE; i++)
        s->recent[i] = s->recent[i + 1];
    s->recent[HLSKETCH_SHINGLE - 1] = hash;
    if (++s->seen < HLSKETCH_SHINGLE)
        return;
    for (unsigned i = 0; i < HLSKETCH_SHINGLE; i++)
        h = (h ^ s->recent[i]) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
    uint64_t *bin = &s->least[h % HLSKETCH_SIZE];
    if (h < *bin)
        *bin = h;
}

uint64_t hlsketch_value(const struct hlsketch *sketch);

/* A hash of title, lead and body, byte for byte. */
uint64_t hlsketch_content(const struct hl_article *article);

/* The sketch of an article, tokenised once more; list is scratch.  plain: its text is tokens
 * between blanks.  *out_length is how many words it has. */
hl_status hlsketch_article(const struct hl_article *article, bool plain,
                           struct hltoken_list *list, uint64_t *out_sketch,
                           uint32_t *out_length, struct hl_error *err);

#endif
