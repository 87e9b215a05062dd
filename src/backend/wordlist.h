/*
 * wordlist.h - the words of an index in the order of their letters without marks, in memory.
 *
 * What completing needs at every key that is pressed: which words begin with these letters,
 * the most frequent first, and which words stand behind a word.  The dictionary has all of
 * it, but a prefix of one letter has ten thousand words.
 *
 *   words   by folded key, then key          nghe nghề nghệ nghen nghẹn nghi nghỉ ...
 *   tree    the greatest occurrences of 1, 2, 4, 8 ... words side by side
 *   rows    of a word that was asked for: the words seen right behind it, by place in the list
 *
 * It is made when an index is first asked for completions: 150,000 terms of 265,846 articles
 * take about 25 ms and 15 MB.  Rows, and what is known of words that end others, are made when
 * they are first asked for and kept.
 *
 * Invariants  words are distinct, valid UTF-8, with a live article; they do not change.
 * Ownership   borrows the snapshot; rows and words are the list's, until hlwordlist_free().
 * Threads     any number, once hlwordlist_make() has returned.
 * Errors      HL_NOMEM, HL_CORRUPT.
 */
#ifndef HL_BACKEND_WORDLIST_H
#define HL_BACKEND_WORDLIST_H

#include "backend/terms.h"
#include "words/section.h"

#include <stdatomic.h>

enum { HLWORDLIST_NONE = UINT32_MAX, HLWORDLIST_SIZE_MAX = 60 };

struct hlwordlist_word {
    const char *key, *folded; /* not terminated */
    uint8_t size, folded_size;
    bool function; /* query/emphasis.h */
    bool number;   /* has a digit */
    uint32_t df;
    uint32_t cf; /* at most UINT32_MAX */
};

/* The words right behind one, by place in the list: rising. */
struct hlwordlist_row {
    uint32_t count;
    double sticky; /* share of its occurrences that a word follows which it makes one with */
    struct hlwordlist_next {
        uint32_t word, df, cf; /* deleted articles included */
    } next[];
};

struct hlwordlist {
    const struct hlsnapshot *snapshot;
    struct hlwordlist_word *words;
    uint32_t count, leaves; /* leaves: a power of two */
    uint32_t *tree;         /* places of words, as many as leaves; [1] is the root */
    uint32_t **places;      /* by chunk: of its terms by number, HLWORDLIST_NONE */
    struct hlbuf texts;     /* of keys */
    _Atomic(struct hlwordlist_row *) *rows; /* by word; NULL: not asked for yet */
    _Atomic(uint32_t *) *locals;            /* by word, then chunk of the snapshot; so */
    _Atomic(uint64_t *) ends;               /* by syllable: how often it ends a word; so */
};

hl_status hlwordlist_make(const struct hlsnapshot *snapshot, struct hlwordlist **out_list,
                          struct hl_error *err);
void hlwordlist_free(struct hlwordlist *list);

/* Words whose folded key begins with `folded`: from *out_from up to *out_to. */
void hlwordlist_range(const struct hlwordlist *list, const char *folded, size_t size,
                      uint32_t *out_from, uint32_t *out_to);
/* The place of an exact key, HLWORDLIST_NONE if it has none. */
hl_status hlwordlist_find(const struct hlwordlist *list, const char *key, size_t size,
                          uint32_t *out_word, struct hl_error *err);

/* May a word be taken? */
typedef bool hlwordlist_filter(const void *user, const struct hlwordlist_word *word);

/* The most frequent words of a range that pass, at most `most`, best first; gives up after
 * HLWORDLIST_TRIED of them.  Returns how many. */
enum { HLWORDLIST_TRIED = 1500, HLWORDLIST_BEST_MAX = 64 };
uint32_t hlwordlist_best(const struct hlwordlist *list, uint32_t from, uint32_t to,
                         hlwordlist_filter *filter, const void *user, uint32_t most,
                         uint32_t *out_words);

/* What follows a word; borrowed. */
hl_status hlwordlist_row(struct hlwordlist *list, uint32_t word,
                         const struct hlwordlist_row **out_row, struct hl_error *err);
/* The numbers of a word in the chunks of the snapshot, HLLEX_NONE where it is not; borrowed. */
hl_status hlwordlist_locals(struct hlwordlist *list, uint32_t word, const uint32_t **out_locals,
                            struct hl_error *err);
/* The words that a chunk learnt; to be given back by hlwords_counts_release(). */
hl_status hlwordlist_read_counts(const struct hlchunk *chunk, struct hlwords_counts *out_counts,
                                 struct hl_error *err);
/* Is a pair so much more frequent than chance has it that it may be taken for one word? */
bool hlwordlist_sticks(uint64_t places, uint64_t pair_cf, uint64_t a_cf, uint64_t b_cf);
/* Which share of a word's occurrences make a word with the one before: nghiệp.  What the chunks
 * learnt about words is read when this is first asked (wordlist_bound.c). */
hl_status hlwordlist_bound(struct hlwordlist *list, uint32_t word, double *out_share,
                           struct hl_error *err);
/* The places of a row whose words lie from `from` up to `to`. */
void hlwordlist_row_range(const struct hlwordlist_row *row, uint32_t from, uint32_t to,
                          uint32_t *out_first, uint32_t *out_last);
/* How often b stands right behind the word of the row. */
const struct hlwordlist_next *hlwordlist_next(const struct hlwordlist_row *row, uint32_t b);

/* What the query side asks, answered from the list where it can be, else by `terms`. */
struct hlwordlist_asked {
    struct hlwordlist *list;
    struct hlterms *terms;
};
struct hlq_vocabulary hlwordlist_vocabulary(struct hlwordlist_asked *asked);

#endif
