/*
 * model.h - which neighbouring syllables are one word: learnt from counts, or from a list.
 *
 *   init -> add_counts (each chunk) and add_word (each of a lexicon) -> finish -> worth, cut
 *
 * Every run of syllables that may be a word has a worth above 0; a syllable by itself has
 * none.  A sentence is cut where the sum of the worths is greatest (Viterbi).
 *
 * Without a lexicon the words are pairs, and a pair's worth is the log odds that it is a
 * word, a linear function of what its counts say: how much oftener the two are neighbours
 * than chance has it, how often, and whether either belongs to a closed class (closed.h).
 * With a lexicon the words are its words and no others.  The counts decide between cuts that
 * overlap, and against phrases of grammar among its words.
 *
 * Invariants  after finish() the model does not change.
 * Ownership   hlwords_release(); nothing given is kept.
 * Threads     any number of readers after finish(); before it, one caller.
 * Errors      HL_NOMEM, after which the model is only good for release; add_word():
 *             HL_MISUSE for bytes that are not UTF-8.
 */
#ifndef HL_WORDS_MODEL_H
#define HL_WORDS_MODEL_H

#include "words/section.h"
#include "words/table.h"

struct hlwords {
    uint64_t *counts; /* by code, of all text */
    uint64_t total;
    uint64_t closed[HLWORDS_CODES / 64]; /* a bit a code */
    struct hlwords_table listed;         /* closed words */
    struct hlwords_pair *pairs;          /* in order, until finish() */
    size_t pair_count;
    struct hlwords_table words;    /* worths */
    struct hlbuf lexicon;          /* until finish(): size, then keys, a word */
    size_t lexicon_words, longest; /* of the lexicon; syllables of the longest word */
};

/* What a token of a sentence is. */
struct hlwords_token {
    uint64_t key; /* 0: no word has it */
    bool apart;   /* never in one word with the token before */
};

hl_status hlwords_init(struct hlwords *model, struct hl_error *err);
void hlwords_release(struct hlwords *model);

hl_status hlwords_add_counts(struct hlwords *model, const struct hlwords_counts *counts,
                             struct hl_error *err);
/* A word of the user: syllables with blanks or _ between.  One of fewer than two syllables
 * or more than HLWORDS_MOST says nothing about cuts and is passed over. */
hl_status hlwords_add_word(struct hlwords *model, const char *word, size_t size,
                           struct hl_error *err);
hl_status hlwords_finish(struct hlwords *model, struct hl_error *err);

/* The key of a token as it stands in a text, and whether it is a syllable. */
hl_status hlwords_token_key(const char *text, size_t size, struct hlbuf *scratch,
                            uint64_t *out_key, bool *out_syllable, struct hl_error *err);

/* What a run of tokens is worth as one word; 0: it is none. */
static inline double hlwords_worth(const struct hlwords *model, uint64_t run)
{
    const struct hlwords_slot *slot = hlwords_table_find(&model->words, run);
    return slot ? slot->worth : 0;
}

/* joined[i] tells whether token i belongs to the word of the token before; scratch is of
 * the caller, for many calls. */
hl_status hlwords_cut(const struct hlwords *model, const struct hlwords_token *tokens,
                      size_t count, struct hlbuf *scratch, uint8_t *joined,
                      struct hl_error *err);

#endif
