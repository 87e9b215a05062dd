/*
 * oracle.h - the slow twin of the engine: the score of an article by its definition.
 *
 * Holds every article as lists of words, reads all of them for every query and
 * knows no index, bound, chunk or segment.  What it answers is right because
 * it is the formula and nothing else; the engine must answer the same, scores
 * to the last bit, so both add the same doubles in the same order:
 *
 *   distinct words, distinct adjacent pairs, then phrases and field words,
 *   each in the order of the query; worth = (weight * idf) * sat
 *
 * The oracle does not read the query language: a test gives it the parts of
 * a query and spells the same parts as text for the engine.  Keys come from
 * the project's tokeniser; how keys fold and which are variants it works out
 * by itself, for ASCII and the Vietnamese letters (corpora keep to those); what a
 * word without marks means beside others is oracle_lattice.h.
 *
 * Ownership   copies articles; a result is the caller's until oracle_result_release().
 * Threads     one thread.
 * Errors      none: out of memory or a refused text ends the test by an assert.
 */
#ifndef HL_TESTS_ORACLE_H
#define HL_TESTS_ORACLE_H

#include "hlsearch.h"

struct oracle;

/* tokens: bodies and queries are cut at blanks and taken as they are. */
struct oracle *oracle_new(bool tokens, const unsigned weight[3]);
void oracle_free(struct oracle *oracle);
/* An id that is there already is replaced. */
void oracle_add(struct oracle *oracle, const struct hl_article *article);

enum oracle_kind {
    ORACLE_WORDS,  /* a run of words; pairs form inside a run, never across runs */
    ORACLE_PHRASE, /* must be there, scores */
    ORACLE_NOT,    /* a word that must not be there */
    ORACLE_FIELD,  /* a word that must be in one field, scores */
    ORACLE_COLUMN, /* a value that a column must have, scores nothing */
    ORACLE_TREE    /* whatever else there is: tree */
};

enum oracle_place { /* fields, then columns */
                    ORACLE_TITLE,
                    ORACLE_LEAD,
                    ORACLE_BODY,
                    ORACLE_SECTION,
                    ORACLE_SOURCE,
                    ORACLE_AUTHOR,
                    ORACLE_TAG /* of a tree */
};

/*
 * A part of a query that is no run of words at its top.  How often an article has it: of WORDS
 * the least of them, of a ROW its places, of ALL the least part that counts, of ANY the sum;
 * values, days and exclusions narrow and count nothing.
 */
struct oracle_tree {
    enum { TREE_WORDS, TREE_ROW, TREE_APART, TREE_VALUE, TREE_DAYS, TREE_ALL, TREE_ANY } kind;
    bool excluded;
    const char *text;        /* WORDS, ROW, APART, VALUE; word* begins words */
    int field;               /* ROW, APART: 0 to 2; -1: any */
    int slop;                /* ROW: words between them, in any order; -1: in a row */
    enum oracle_place place; /* VALUE */
    int64_t from, to;        /* DAYS: from <= date < to */
    struct oracle_tree *parts;
    size_t count; /* ALL, ANY */
};

struct oracle_item {
    enum oracle_kind kind;
    enum oracle_place place; /* of a field or column item */
    const char *text;
    const struct oracle_tree *tree;
};

struct oracle_query {
    const struct oracle_item *items;
    size_t count;
    enum hl_marks marks; /* of hl_query_options */
    bool tokens;         /* of hl_query_options */
    /* Lines as oracle_synonyms.h has them, NULL at the end; NULL: none.  They stand for
     * hl_search_options.synonyms, which is not looked at. */
    const char *const *synonyms;
};

struct oracle_hit {
    double score;
    const char *id; /* the oracle's */
};

struct oracle_value {
    char name[128];
    uint64_t count;
};

/* All values of a facet, in the order of hl_result_facet(). */
struct oracle_facet {
    struct oracle_value *values;
    size_t count;
    uint64_t missing;
};

struct oracle_result {
    struct oracle_hit *hits; /* from options->offset on, at most options->count */
    size_t count;
    uint64_t total;
    int cover;
    struct oracle_facet facets[HL_FACETS]; /* those that options want any value of */
};

/* Reads cover, rank, k1, b, pairs, refine, count, offset, sort, dates, values and facets of
 * options; the rest changes no answer. */
void oracle_search(struct oracle *oracle, const struct oracle_query *query,
                   const struct hl_search_options *options, struct oracle_result *out_result);
void oracle_result_release(struct oracle_result *result);

/* Parts of the definition that are worth a look of their own in a test. */
double oracle_idf(uint64_t articles, uint64_t df);
double oracle_sat(uint64_t tf, uint64_t length, double length_mean, double k1, double b);
uint64_t oracle_articles(const struct oracle *oracle);
double oracle_length_mean(struct oracle *oracle);

#endif
