/*
 * closed.h - the closed classes of Vietnamese: syllables and words of grammar.
 *
 * Prepositions, particles, pronouns, numerals and classifiers stand beside everything, so
 * mere counts take "có một" for a word and, being careful, miss "có thể".  Both lists are
 * short, closed by grammar, and no lexicon: they name no thing and no deed.
 *
 * Invariants  every syllable of both lists is legal.
 * Threads     constants.
 */
#ifndef HL_WORDS_CLOSED_H
#define HL_WORDS_CLOSED_H

#include <stddef.h>

/* Syllables, blanks between. */
extern const char hlwords_closed_syllables[];
/* Words of two or three syllables, syllables with blanks between; NULL ends. */
extern const char *const hlwords_closed_words[];

#endif
