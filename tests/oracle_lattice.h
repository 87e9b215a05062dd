/*
 * oracle_lattice.h - which keys a word without marks may mean beside its neighbours.
 *
 * vietnamese.md 7 and the formula of src/query/restore.h worked out a second time,
 * as plainly as they can be, for the oracle: all steps of all places are kept, and
 * nothing is asked but two counts.  Sums are taken in the same order (places from the
 * left, choices by their bytes), because ties between keys are decided by the bits;
 * that the formula itself is right is proved elsewhere by trying all paths.
 *
 * Ownership   a place is plain data; bytes of keys are borrowed.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_LATTICE_H
#define HL_TESTS_ORACLE_LATTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ORACLE_CHOICES = 24 };

struct oracle_choice {
    uint32_t key;
    const char *bytes;
    uint64_t df, cf;
    bool barred;  /* not meant, only weighed against */
    double share; /* posterior; the shares of a place sum up to 1 */
};

/* One place of a run; it has no choices if the index has nothing for it. */
struct oracle_place_keys {
    struct oracle_choice choice[ORACLE_CHOICES];
    size_t count, best;
    bool linked; /* right after the place before */
};

/* Every two keys that stand side by side, as often as they do. */
struct oracle_pairs {
    uint64_t *list; /* a << 32 | b; the holder frees it */
    size_t count;
};

void oracle_pairs_put(struct oracle_pairs *pairs, uint32_t a, uint32_t b);
void oracle_pairs_sort(struct oracle_pairs *pairs); /* after the last put, before a count */
uint64_t oracle_pairs_count(const struct oracle_pairs *pairs, uint32_t a, uint32_t b);

/* Takes any number of keys: the commonest 24 that are not too rare, and what was typed. */
void oracle_place_fill(struct oracle_place_keys *place, struct oracle_choice *all, size_t count,
                       uint32_t typed);
/* Sets best and share of every place. */
void oracle_lattice_read(struct oracle_place_keys *places, size_t count,
                         const struct oracle_pairs *pairs);
/* The same where marks are loose: every key is worth what it is common. */
void oracle_place_loose(struct oracle_place_keys *place);

#endif
