/*
 * wordlist.h - the words of an index in the order of their letters without marks.
 *
 * What completing needs at every key that is pressed: which words begin with these letters,
 * the most frequent first, and which words stand behind a word.  The dictionary has the order,
 * the counts and the places of its terms in it (FORMAT.md 9), so with one segment, of which
 * nothing is deleted, nothing has to be made; all else is read when it is first asked for.
 *
 *   place   by folded key, then key          nghe nghề nghệ nghen nghẹn nghi nghỉ ...
 *   tree    the greatest occurrences of 1, 2, 4, 8 ... words side by side
 *   words   keys of those that were asked for, and the words seen right behind them
 *
 * Several segments have one order, which is made from theirs (wordlist_merge.c).
 *
 * Invariants  words are distinct; those without a live article, and those that are too long to
 *             be asked for, have a place, and no occurrence.
 * Ownership   borrows the snapshot; rows and words are the list's, until hlwordlist_free().
 * Threads     any number, once hlwordlist_make() has returned.
 * Errors      HL_NOMEM, HL_CORRUPT.
 */
#ifndef HL_BACKEND_WORDLIST_H
#define HL_BACKEND_WORDLIST_H

#include "backend/terms.h"
#include "words/section.h"

#include <stdatomic.h>

enum {
    HLWORDLIST_NONE = UINT32_MAX,
    HLWORDLIST_SIZE_MAX = HLFMT_WORD_MAX,
    HLWORDLIST_BUCKETS = 1 << 14
};

/* The words right behind one, by place in the list: rising. */
struct hlwordlist_row {
    uint32_t count;
    double sticky; /* share of its occurrences that a word follows which it makes one with */
    struct hlwordlist_next {
        uint32_t word, cf; /* deleted articles included */
    } next[];
};

/* A word that was asked for. */
struct hlwordlist_word {
    const char *key, *folded; /* not terminated */
    uint16_t size, folded_size;
    bool number;                          /* has a digit */
    _Atomic(struct hlwordlist_row *) row; /* NULL: not asked for yet */
    _Atomic(uint32_t *) locals;           /* by chunk of the snapshot; so */
    struct hlwordlist_word *before;       /* that was made before it, in its bucket */
    uint32_t place;
    char text[];
};

struct hlwordlist {
    const struct hlsnapshot *snapshot;
    uint32_t count, leaves;            /* leaves: a power of two */
    const struct hllex_counts *counts; /* by place; live articles alone */
    const uint32_t **places;           /* by chunk: of its terms by number; past the words if
                                        * the file is damaged */
    /* Several segments: where the term of a place is found, segment and place there. */
    struct hlwordlist_source {
        uint32_t segment, place;
    } * sources;
    uint64_t *functions;    /* a bit a place: words of grammar */
    _Atomic uint32_t *tree; /* as many as leaves, the root is 1: of the best word the place + 1,
                             * HLWORDLIST_NONE if no word is live; 0: not known yet */
    /* Words that were asked for, by place in HLWORDLIST_BUCKETS chains, the last one first. */
    _Atomic(struct hlwordlist_word *) *words;
    _Atomic(struct hlwordlist_scratch *) scratch; /* for the next row; NULL: in use */
    _Atomic(uint32_t *) ends; /* by syllable: how often it ends a word; NULL: not asked for */
    /* What counts and places point to where they are no parts of the file. */
    struct hllex_counts *own_counts;
    uint32_t **own_places;
};

hl_status hlwordlist_make(const struct hlsnapshot *snapshot, struct hlwordlist **out_list,
                          struct hl_error *err);
void hlwordlist_free(struct hlwordlist *list);

/* Articles that have a word, and its occurrences: 0 if no live one has. */
static inline uint32_t hlwordlist_df(const struct hlwordlist *list, uint32_t word)
{
    return list->counts[word].df;
}
static inline uint32_t hlwordlist_cf(const struct hlwordlist *list, uint32_t word)
{
    return list->counts[word].cf;
}
/* query/emphasis.h */
static inline bool hlwordlist_is_function(const struct hlwordlist *list, uint32_t word)
{
    return list->functions[word / 64] >> word % 64 & 1;
}
/* The word of a place; borrowed. */
hl_status hlwordlist_word(struct hlwordlist *list, uint32_t word,
                          struct hlwordlist_word **out_word, struct hl_error *err);

/* Words whose folded key begins with `folded`: from *out_from up to *out_to. */
hl_status hlwordlist_range(struct hlwordlist *list, const char *folded, size_t size,
                           uint32_t *out_from, uint32_t *out_to, struct hl_error *err);
/* The place of an exact key, HLWORDLIST_NONE if no live article has it. */
hl_status hlwordlist_find(struct hlwordlist *list, const char *key, size_t size,
                          uint32_t *out_word, struct hl_error *err);

/* May a word be taken? */
typedef bool hlwordlist_filter(const void *user, const struct hlwordlist_word *word);

/* The most frequent words of a range that pass, at most `most`, best first; gives up after
 * HLWORDLIST_TRIED of them. */
enum { HLWORDLIST_TRIED = 1500, HLWORDLIST_BEST_MAX = 64 };
hl_status hlwordlist_best(struct hlwordlist *list, uint32_t from, uint32_t to,
                          hlwordlist_filter *filter, const void *user, uint32_t most,
                          uint32_t *out_words, uint32_t *out_count, struct hl_error *err);

/* What follows a word; borrowed. */
hl_status hlwordlist_row(struct hlwordlist *list, uint32_t word,
                         const struct hlwordlist_row **out_row, struct hl_error *err);
/* The numbers of a word in the chunks of the snapshot, HLLEX_NONE where it is not; borrowed. */
hl_status hlwordlist_locals(struct hlwordlist *list, uint32_t word, const uint32_t **out_locals,
                            struct hl_error *err);
/* The words that a chunk learnt; to be given back by hlwords_counts_release(). */
hl_status hlwordlist_read_counts(const struct hlchunk *chunk, struct hlwords_counts *out_counts,
                                 struct hl_error *err);
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

/* ---- what the files of the list share ---- */

/* Rows are made on it (wordlist_rows.c). */
struct hlwordlist_scratch {
    uint64_t *met; /* a bit a place */
    uint32_t *cf;  /* by place; 0 unless it was met */
};
void hlwordlist_scratch_free(struct hlwordlist_scratch *scratch);

/* Counts of a segment's terms by their places in it, less what deleted articles have. */
hl_status hlwordlist_live_counts(const struct hlseg *segment, struct hllex_counts *out_counts,
                                 struct hl_error *err);
/* Order, counts and places of several segments (wordlist_merge.c). */
hl_status hlwordlist_merge(struct hlwordlist *list, struct hl_error *err);

#endif
