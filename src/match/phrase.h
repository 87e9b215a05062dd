/*
 * phrase.h - documents where words stand next to each other, as a container.
 *
 * Each word is a group of keys; a place counts if some key of the first word
 * stands there, some key of the second at the next place, and so on, in any
 * field or in a given one.  One word in a given field is the shortest phrase.
 * Candidates come from bits, the rest from positions.
 *
 * Ownership  the container's memory is the arena's.
 * Errors     HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_MATCH_PHRASE_H
#define HL_MATCH_PHRASE_H

#include "segment/positions.h"

struct hlphrase_word {
    const struct hlcontainer *keys; /* of this chunk */
    uint32_t count;
};

/* What narrows the candidates: every match must be in each of them too. */
struct hlphrase_also {
    const struct hlcontainer *containers;
    uint32_t count;
};

/* field: 0 title, 1 lead, 2 body, -1 any.  *out_found false: no document. */
hl_status hlphrase_find(const struct hlchunk *chunk, const struct hlphrase_word *words,
                        uint32_t count, const struct hlphrase_also *also, int field,
                        struct hlarena *arena, bool *out_found,
                        struct hlcontainer *out_container, struct hl_error *err);

#endif
