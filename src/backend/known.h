/*
 * known.h - what an open index remembers from one search to the next.
 *
 * A process that answers many searches asks the same small things again and again: how often
 * the index has each of the syllables that are a slip away from a word, and which articles have
 * a near copy at all.  What was found once is true as long as the index is open.  Nothing here
 * is needed: without memory for it everything is looked up anew.
 *
 * Ownership  the snapshot's.
 * Threads    any number at once; what two find at the same time is the same.
 */
#ifndef HL_BACKEND_KNOWN_H
#define HL_BACKEND_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

struct hlknown;

struct hlknown *hlknown_new(void); /* NULL without memory, which all of these take */
void hlknown_free(struct hlknown *known);

/* Articles that have a syllable, by its code, and places in them; false: not known yet. */
bool hlknown_syllable(const struct hlknown *known, uint16_t code, uint64_t *out_df,
                      uint64_t *out_cf);
void hlknown_keep_syllable(struct hlknown *known, uint16_t code, uint64_t df, uint64_t cf);

/* What twins.h finds; NULL: nothing yet. */
struct hltwins;
const struct hltwins *hlknown_twins(const struct hlknown *known);
/* Once; the memory is known's then. */
void hlknown_keep_twins(struct hlknown *known, struct hltwins *twins);
/* How often this was asked, the first time 1; 0 without memory. */
unsigned hlknown_ask_twins(struct hlknown *known);

/* The same of what bytes.h makes. */
struct hlbytes;
const struct hlbytes *hlknown_bytes(const struct hlknown *known);
void hlknown_keep_bytes(struct hlknown *known, struct hlbytes *bytes);
unsigned hlknown_ask_bytes(struct hlknown *known);

#endif
