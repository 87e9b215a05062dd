/*
 * emphasis.h - how much a word says beside its idf, in tenths.
 *
 *   và của là các      4    a syllable of the closed class of function words
 *   covid19 nasa h5n1  13   no Vietnamese syllable: a name, a code, a number
 *   công nghệ          10   all others
 *
 * Measured on the dev collections (src/README.md): +.002 and +.003 of nDCG@10.  Pairs
 * of function syllables keep their full idf: weighing them down costs .001 to .008.
 */
#ifndef HL_QUERY_EMPHASIS_H
#define HL_QUERY_EMPHASIS_H

#include <stdbool.h>
#include <stddef.h>

enum { HLQ_EMPHASIS_FULL = 10, HLQ_EMPHASIS_FUNCTION = 4, HLQ_EMPHASIS_FOREIGN = 13 };

/* Of the key that a word was understood as. */
unsigned hlq_emphasis(const char *key, size_t size);

/* Is the key a function syllable? */
bool hlq_is_function(const char *key, size_t size);
/* The i-th function syllable; NULL past the last. */
const char *hlq_function(size_t i);

#endif
