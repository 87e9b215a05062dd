/*
 * phrase.h - documents where words stand next to each other, as a container.
 *
 * Each word is a group of keys; a place counts if some key of the first word
 * stands there, some key of the second at the next place, and so on, in any
 * field or in a given one.  One word in a given field is the shortest phrase.
 * Candidates come from bits, the rest from what pairs count, or from positions.
 *
 * With a slop the words stand near each other instead: all of them, in any order, in
 * one field, with at most so many other words between; a word that is asked for twice stands
 * twice.  Places are taken from left to right, each as early as it ends, and share no word.
 *
 * What pairs count: let S be the places of word k at which the first k words end, P
 * those that word k + 1 follows.  Both are among the places of word k, so
 *
 *     |S| + |P| - tf(word k)  <=  |S and P|  <=  min(|S|, |P|)
 *
 * and |P| is the tf of the pair.  Where both sides are the same, which they are in
 * most articles, the tf of the phrase is known and no position is read.  It holds
 * for weighted counts too, since a weight belongs to a place.
 *
 * Ownership  the container's memory is the arena's.
 * Errors     HL_CORRUPT, HL_NOMEM; HL_LIMIT where more would be read than is left.
 */
#ifndef HL_MATCH_PHRASE_H
#define HL_MATCH_PHRASE_H

#include "base/deadline.h"
#include "segment/positions.h"

struct hlphrase_word {
    const struct hlcontainer *keys; /* of this chunk */
    uint32_t count;
    bool implied;  /* whatever is in all of hlphrase_also has it */
    uint32_t same; /* the first word of the phrase that has the same keys: for a slop */
};

/* What narrows the candidates: every match must be in each of them too. */
struct hlphrase_also {
    const struct hlcontainer *containers;
    uint32_t count;
    bool chain; /* container i is the pair of words i and i + 1, which are one key each, always
                 * the first alternative; for every word but the last */
    const uint64_t *within; /* bits of the chunk: no other document is looked at; NULL: all */
    struct hldeadline *deadline; /* NULL: none.  Past it the answer is not whole */
    uint64_t *left; /* lists of positions that a search may still read, an article each; those
                     * of a slop count twice.  NULL: any number */
};

/* Takes from what a search may read; HL_LIMIT if so much is not left.  left may be NULL. */
hl_status hlphrase_spend(uint64_t *left, uint64_t lists, struct hl_error *err);

/* field: 0 title, 1 lead, 2 body, -1 any.  slop: -1: the words stand in a row.  *out_found
 * false: no document. */
hl_status hlphrase_find(const struct hlchunk *chunk, const struct hlphrase_word *words,
                        uint32_t count, const struct hlphrase_also *also, int field, int slop,
                        struct hlarena *arena, bool *out_found,
                        struct hlcontainer *out_container, struct hl_error *err);

#endif
