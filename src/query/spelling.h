/*
 * spelling.h - what a reader may have meant instead: proposals, never forced.
 *
 * A word is looked at when the index hardly knows it beside its neighbours.  What
 * is one slip away from it (slips.h), or for a word that is no syllable what the
 * index has that is one or two letters away, is weighed as
 *
 *     how much likelier in this place  x  how likely such a slip is
 *
 * by occurrences of the word and of its pairs with both neighbours, which add up
 * over segments.  A proposal must be HLQ_SPELLING_ODDS times likelier than what was
 * typed, and the index must have it beside a neighbour (rare names are right).
 *
 * Ownership  proposals and their keys live in the arena.
 * Errors     HL_NOMEM, and whatever the vocabulary reports.
 */
#ifndef HL_QUERY_SPELLING_H
#define HL_QUERY_SPELLING_H

#include "query/query.h"

enum { HLQ_PROPOSALS_MAX = 3, HLQ_CHANGES_MAX = 2, HLQ_SPELLING_ODDS = 20 };

/* A word of a run as the query understands it. */
struct hlq_spelling {
    const char *typed; /* exact key of what was typed */
    uint32_t size;
    const struct hlq_key *keys; /* what it stands for, the likeliest first */
    uint32_t key_count;
    bool linked; /* stands right after the word before */
    bool fixed;  /* numbers, codes, words of other syntax: a neighbour, no more */
};

/* The word of that number becomes key. */
struct hlq_change {
    uint32_t word;
    const char *key;
    uint32_t size;
};

struct hlq_proposal {
    struct hlq_change changes[HLQ_CHANGES_MAX];
    uint32_t count;
    double odds; /* how many times likelier than what was typed */
};

/* Proposals for a whole run, the likeliest first; *out_count may be 0. */
hl_status hlq_spell(const struct hlq_spelling *words, uint32_t count,
                    const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                    struct hlq_proposal out_proposals[HLQ_PROPOSALS_MAX], uint32_t *out_count,
                    struct hl_error *err);

#endif
