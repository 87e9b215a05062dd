/*
 * language.h - is a word, is a text Vietnamese?
 *
 * A word is if it parses as a syllable.  Running text is by its share of such
 * words: 97.5 % of a newspaper's, 71.5 % of the same without marks, 19 % of
 * English manuals (measured).
 *
 * Text is composed (clean, or NFC).  Threads: no state.
 */
#ifndef HL_TEXT_LANGUAGE_H
#define HL_TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

enum hltext_language {
    HLTEXT_FOREIGN,    /* at most half of the words parse; also a text without words */
    HLTEXT_VIETNAMESE, /* more do, and more than a fifth carry a mark */
    HLTEXT_UNMARKED    /* more do, but hardly any is marked */
};

/* Words of letters only.  Add counts of fields to judge an article as a whole. */
struct hltext_words {
    size_t count;
    size_t legal;  /* parse as syllables */
    size_t marked; /* hold a letter beyond ASCII */
    size_t marked_legal;
};

/* The next run of letters and marks from *at on, which moves behind it; false at the end. */
bool hltext_next_word(const char *text, size_t size, size_t *at, size_t *out_start);

struct hltext_words hltext_count_words(const char *text, size_t size);
enum hltext_language hltext_language_of(const struct hltext_words *words);
bool hltext_is_vietnamese(const char *word, size_t size);

#endif
