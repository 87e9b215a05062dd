/*
 * oracle_corpus.h - what the oracle holds: articles as lists of words, and counts of them.
 *
 * Every article is kept as the words of its fields; df, cf, pairs and the sum of
 * lengths are counted anew by reading all of them after each change.  The first
 * alternatives of a field number its positions from 0.
 *
 * Used by the files of the oracle only; tests see oracle.h.
 *
 * Ownership   everything belongs to struct oracle; words_make() gives its list away.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_CORPUS_H
#define HL_TESTS_ORACLE_CORPUS_H

#include "oracle.h"
#include "oracle_keys.h"
#include "oracle_lattice.h"
#include "token/tokenise.h"

enum { ORACLE_FIELDS = 3 };

struct word {
    uint32_t key;
    uint32_t position;
    bool alternative, syllable;
    uint32_t start, end; /* bytes in the text */
};

struct words {
    struct word *list;
    size_t count;
    uint32_t positions;
};

struct document {
    char *column[3]; /* section, source, author */
    char *tags;      /* as given: one a line */
    int64_t date;
    bool dated;
    struct words field[ORACLE_FIELDS];
};

struct key {
    char *folded, *variant;
    uint64_t df, cf; /* live documents that have it; places in them, whatever the field */
    uint32_t seen;   /* the document that raised df last, + 1 */
};

struct oracle {
    bool tokens;
    unsigned weight[ORACLE_FIELDS];
    struct oracle_names ids;  /* one a document */
    struct oracle_names keys; /* of articles and of queries */
    struct document *documents;
    struct key *key;
    uint64_t positions;
    struct oracle_pairs pairs; /* every two first alternatives in a row */
    bool counted;              /* all these numbers hold for the documents as they are */
    struct hltoken_list scratch;
};

/* The words of a text as the tokeniser cuts it, or as blanks do; NULL has none. */
struct words words_make(struct oracle *oracle, const char *text, int year, bool tokens);
/* Brings every count up to the documents as they are now. */
void oracle_recount(struct oracle *oracle);

#endif
