/*
 * words.h - `text --words`: lines from stdin with the syllables of each word joined.
 */
#ifndef HL_CLI_WORDS_H
#define HL_CLI_WORDS_H

/* index and lexicon are paths, either may be NULL; the exit code. */
int hlcli_words(const char *index, const char *lexicon);

#endif
