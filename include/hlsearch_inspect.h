/*
 * hlsearch_inspect.h - look inside: text stages, explanations, checks.
 *
 * For tools and tests.  May change between releases, unlike hlsearch.h.
 */
#ifndef HLSEARCH_INSPECT_H
#define HLSEARCH_INSPECT_H

#include "hlsearch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------- text */

/*
 * One stage of the text rules on a string; *out_text is yours, hl_text_free().
 *   clean   normal form with case kept          key    exact key of one word
 *   var     variant key (i/y unified)           fold   key without marks
 *   tok     keys: | between positions, ~ between alternatives
 *   telex, vni   keystrokes decoded             date   ISO date, empty if none
 *   num     a number's key                      syl    onset+rhyme+tone, - if none
 *   bytes   CHARSET:HEX decoded to UTF-8; charset auto: guessed
 *   repair  text once read as the wrong charset undone; sound text as it is
 * HL_NOT_FOUND for an op that is none of these, HL_MISUSE for input that is not UTF-8.
 */
HL_API hl_status hl_text_op(const char *op, const char *text, size_t size, char **out_text,
                            struct hl_error *err);
HL_API void hl_text_free(void *p);

/* A token as the indexer sees it.  Strings live until hl_tokens_free(). */
struct hl_token {
    const char *key;     /* exact */
    const char *variant; /* i/y unified */
    const char *folded;  /* without marks */
    uint32_t start, end; /* bytes in the text given, half open */
    uint32_t position;
    bool alternative; /* shares the position of the token before it */
    bool syllable;    /* parses as a Vietnamese syllable */
    uint16_t code;    /* of the syllable */
};
struct hl_tokens {
    struct hl_token *tokens;
    size_t count;
    void *memory;
};
HL_API hl_status hl_tokens_make(const char *text, size_t size, struct hl_tokens *out_tokens,
                                struct hl_error *err);
HL_API void hl_tokens_free(struct hl_tokens *tokens);

/* --------------------------------------------------------------------- words */

/*
 * Words of several syllables.  The index tells what it has learnt from its articles (its
 * adjacent pairs); a lexicon (UTF-8, a word a line, blanks or _ between its syllables, `#`
 * starts a comment) says itself what is a word, and the index, if given, helps to choose
 * between cuts and to see phrases of grammar in the list.  One of the two may be NULL.
 * HL_MISUSE for a lexicon without words or not in UTF-8.  Nothing given is kept; one thread
 * at a time.
 */
struct hl_words;
HL_API hl_status hl_words_open(const struct hl_index *index, const char *lexicon, size_t size,
                               struct hl_words **out_words, struct hl_error *err);
/*
 * The line with the syllables of each word joined by _ where one blank parted them; all else
 * stays, so it is as long as before.  *out_text ends with a NUL and lives until the next
 * call.  HL_MISUSE for a line that is not UTF-8.
 */
HL_API hl_status hl_words_segment(struct hl_words *words, const char *line, size_t size,
                                  const char **out_text, size_t *out_size,
                                  struct hl_error *err);
HL_API void hl_words_free(struct hl_words *words);

/* ------------------------------------------------------------------- explain */

enum hl_part_kind { HL_PART_WORD, HL_PART_PAIR, HL_PART_PHRASE, HL_PART_FIELD };

/* One summand of a score: worth = weight * idf * sat, in the order in which they are added. */
struct hl_part {
    enum hl_part_kind kind;
    const char *label; /* the term, "a b" for a pair */
    double weight;     /* 1, or the weight of pairs */
    uint64_t df;       /* 0 for a phrase or field, whose idf is the sum of its words' */
    double idf;
    uint64_t tf;
    double sat;
    double worth;
    int cover; /* what the word counts for cover; 0 for what stands outside it */
};

struct hl_explanation {
    const char *id;
    double score; /* bit for bit that of hl_search() */
    bool answers; /* false: `why` says what is missing */
    const char *why;
    uint64_t articles; /* N */
    double mean_length, k1, b;
    uint64_t length;
    int cover_have, cover_all, cover_wanted; /* have * 100 >= wanted * all: it answers */
    struct hl_part *parts;
    size_t part_count;
    double first_stage; /* the sum of the parts */
    bool refined;       /* among the first, looked at again: score is first_stage * recency plus
                         * (passage_weight * passage + early_weight * early) * recency */
    double passage, early, passage_weight, early_weight;
    double recency_weight; /* hl_search_options.recency; 0 where it was by date */
    double recency;        /* the factor of its age; 1 where that weight is 0 */
    void *memory;
};

HL_API hl_status hl_explain(const struct hl_index *index, const struct hl_query *query,
                            const struct hl_search_options *options, const char *id,
                            struct hl_explanation *out_explanation, struct hl_error *err);
HL_API void hl_explanation_free(struct hl_explanation *explanation);

/* ------------------------------------------------------------- abbreviations */

/* "khoa học và công nghệ (KH&CN)", as articles explain it. */
struct hl_abbreviation {
    const char *shorter; /* the exact key: khcn */
    const char *longer;  /* exact keys with blanks between */
    uint64_t articles;   /* live ones that say so, at least 2 */
};
struct hl_abbreviations {
    struct hl_abbreviation *items; /* articles falling, then by bytes */
    size_t count;
    void *memory;
};
HL_API hl_status hl_abbreviations_list(const struct hl_index *index,
                                       struct hl_abbreviations *out_abbreviations,
                                       struct hl_error *err);
HL_API void hl_abbreviations_free(struct hl_abbreviations *abbreviations);

/* --------------------------------------------------------------------- terms */

/* How a term is kept in a chunk of up to 65,536 articles (index/FORMAT.md 9). */
struct hl_term_list {
    uint64_t segment;   /* number of its file */
    uint32_t chunk;     /* in the segment */
    uint32_t articles;  /* of the chunk */
    const char *kind;   /* "tiny", "sparse", "dense" */
    uint32_t df;        /* articles of the chunk that have it, deleted ones too */
    uint64_t cf;        /* weighted occurrences in them */
    uint32_t champions; /* its best documents, kept beside the list */
    uint32_t more;      /* documents with a tf of 16 or more */
};
struct hl_term_lists {
    uint64_t df, cf;            /* live */
    struct hl_term_list *lists; /* of chunks that have the term */
    size_t count;
};
/* The term of one word as typed, marks and all.  HL_NOT_FOUND if no article has it, HL_MISUSE
 * if it is not one word. */
HL_API hl_status hl_term_lists_find(const struct hl_index *index, const char *text,
                                    struct hl_term_lists *out_lists, struct hl_error *err);
HL_API void hl_term_lists_free(struct hl_term_lists *lists);

/* A term of an article, alternatives such as tphcm among them. */
struct hl_document_term {
    const char *key;
    uint32_t tf[3]; /* in title, lead, body, unweighted */
    uint64_t df;
    double idf;
};
struct hl_document_terms {
    struct hl_document_term *terms; /* by tf * idf, then by bytes */
    size_t count;
    void *memory;
};
/* From the stored text: HL_UNSUPPORTED without one, HL_NOT_FOUND for an unknown id. */
HL_API hl_status hl_document_terms_find(const struct hl_index *index, const char *id,
                                        struct hl_document_terms *out_terms,
                                        struct hl_error *err);
HL_API void hl_document_terms_free(struct hl_document_terms *terms);

/* --------------------------------------------------------------------- check */

struct hl_check_report {
    uint64_t files, bytes, blocks, chunks, containers, faults;
};

/*
 * Reads every byte of the newest generation, verifies every checksum and every
 * invariant of index/FORMAT.md.  Each fault is one call of `fault` with a
 * sentence.  HL_OK also with faults: the report counts them.  progress may be NULL.
 */
HL_API hl_status hl_check(const char *path, void (*fault)(void *user, const char *text),
                          void (*progress)(void *user, uint64_t done, uint64_t total),
                          void *user, struct hl_check_report *out_report, struct hl_error *err);

#ifdef __cplusplus
}
#endif

#endif
