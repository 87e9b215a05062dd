/*
 * fold.h - the three keys of a word: exact, variant, folded.
 *
 *   Hoà  ->  exact hòa   variant hòa   folded hoa
 *   KĨ   ->  exact kĩ    variant kỹ    folded ki
 *
 * The exact key is what the index holds: cleaned, lower case, a syllable spelled
 * with its tone in the canonical place.  The other two are derived from it.
 *
 * Invariants  key(key(x)) = key(x), likewise variant and fold; none is empty unless
 *             the word is.
 * Ownership   the functions add to the end of the caller's buffer.
 * Threads     no state.
 * Errors      HL_NOMEM; HL_LIMIT as hltext_clean().  Input is checked UTF-8.
 */
#ifndef HL_TEXT_FOLD_H
#define HL_TEXT_FOLD_H

#include "base/buf.h"
#include "hlsearch.h"

/* The exact key of one word as it was written. */
hl_status hltext_key(const char *word, size_t size, struct hlbuf *out, struct hl_error *err);

/* The same for a word of cleaned text that is known to be no syllable. */
hl_status hltext_lower(const char *word, size_t size, struct hlbuf *out, struct hl_error *err);

/* i written as y where the two are one word.  Of an exact key. */
hl_status hltext_variant_key(const char *key, size_t size, struct hlbuf *out,
                             struct hl_error *err);

/* Marks removed, đ and ð as d.  Of an exact key. */
hl_status hltext_fold_key(const char *key, size_t size, struct hlbuf *out,
                          struct hl_error *err);

/* Does the key carry a mark that folding would remove? */
bool hltext_is_marked(const char *key, size_t size);

/* Could text have this key, exact or folded?  False only if it cannot: most texts are told
 * apart by their consonants, which keys keep, for a fraction of what a key costs to make. */
bool hltext_may_have(const char *text, size_t size, const char *key, size_t key_size);

/* Version and hash of all text rules: two builds that agree on it make equal keys. */
uint64_t hltext_rules_hash(void);
/* The same from the tables, which takes longer than opening an index does: when it is built. */
uint64_t hltext_rules_compute(void);

#endif
