/*
 * loop.h - THE hot loop: the best documents of a chunk, window by window.
 *
 *   for each window of 4,096 documents
 *       leave it if the sum of its bounds is below theta
 *       bound    every leaf adds 8-bit upper bounds of its worth
 *       compare  64 documents at a time against theta
 *       score    the few survivors exactly, in query order
 *       collect  the k best
 *
 * Bounding every term beats leaving terms out (MaxScore): measured 4x on this
 * archive, performance.md 15.  Nothing here knows how postings are stored; the
 * calls of segment/container.h are crossed once a window, tfs() once for up to 64
 * survivors.
 *
 * Invariants  a document whose score is at least theta survives: worths are rounded up,
 *             and hlworth_steps() says what they reach then.  Scores are summed in the order of
 *             the leaves, without contraction: every way to run gives the same bits.
 * Memory      none is allocated; the caller's struct hlscore_room is the scratch.
 */
#ifndef HL_SCORE_LOOP_H
#define HL_SCORE_LOOP_H

#include "base/deadline.h"
#include "match/bits.h"
#include "match/cover.h"
#include "match/late.h"
#include "score/bm25.h"
#include "score/recency.h"
#include "score/topk.h"
#include "segment/container.h"

enum { HLSCORE_WORDS = HLCONT_WORDS, HLSCORE_MEMBERS8 = 12 };

/* A key of a leaf's group, in one chunk. */
struct hlscore_member {
    struct hlcontainer container;
    unsigned weight; /* tenths */
    uint32_t key;    /* which key of the leaf it is: the caller's to say and to ask */
    uint32_t part;   /* tfs are rounded by parts, whose members stand together: see below */
};

/* A summand of the score. */
struct hlscore_leaf {
    struct hlscore_member *members;
    uint32_t count;
    double factor;  /* weight * idf: worth = factor * sat */
    unsigned share; /* of cover; 0 for what stands outside it */
};

/* Lengths, dates and what may answer, for one chunk. */
struct hlscore_chunk {
    uint32_t number; /* goes into the hits */
    uint32_t docs, windows;
    const uint8_t *classes; /* length class, a byte a document */
    const uint8_t *dates;   /* u32 each, unaligned; needed by date and for recency */
    const uint8_t *lengths; /* u16 each, unaligned; 65,535: ask length() */
    uint32_t (*length)(const void *user, uint32_t doc);
    uint32_t (*date)(const void *user, uint32_t doc); /* NULL: dates are there */
    const void *user;
    uint32_t length_min, length_max;
    double bound_length;     /* that the stored bounds hold for, 1 or more */
    const uint64_t *allowed; /* live, filtered, not excluded: bits of the chunk; NULL: all */
    uint32_t dead;           /* windows in which nothing is allowed, a bit each */
    struct hllate *late;     /* what else allowed depends on, window by window; NULL: nothing */
    const uint8_t *window_dates; /* u32[2] a window: least and greatest, 0: none is dated;
                                  * needed by date and for recency */
    struct hlscore_leaf *leaves;
    uint32_t leaf_count;
    uint32_t word_count; /* the first leaves are words, which cover counts */
    uint32_t *rarest;    /* numbers of the words, the one of the fewest postings first */
};

/* Of the few that are collected: their column need not be read for all. */
static inline uint32_t hlscore_date(const struct hlscore_chunk *chunk, uint32_t doc)
{
    return chunk->date ? chunk->date(chunk->user, doc)
                       : hlbuf_load32(chunk->dates + (size_t)doc * 4);
}

/* May a document answer?  For who asks for a few. */
static inline bool hlscore_allowed(const struct hlscore_chunk *chunk, uint32_t doc)
{
    if (chunk->allowed && !(chunk->allowed[doc / 64] >> doc % 64 & 1))
        return false;
    return !chunk->late || hllate_meets(chunk->late, doc);
}

/* May anything of the window answer?  Its bits of allowed hold from then on. */
static inline bool hlscore_settle(const struct hlscore_chunk *chunk, unsigned window)
{
    return !(chunk->dead >> window & 1) && (!chunk->late || hllate_settle(chunk->late, window));
}

struct hlscore_query {
    struct hlbm25 bm25;
    struct hlrecency recency;
    struct hlcover cover;
    bool use_cover;      /* false: whatever is allowed answers */
    bool exhaustive;     /* no bounds: every answer is scored */
    uint32_t length_min; /* over the chunks asked */
    const struct hlscore_lanes *lanes;
    struct hldeadline *deadline; /* NULL: none.  What runs stops there, with what it has */
};

enum { HLSCORE_BATCH = 64 };

/* Documents that are scored together: exact.h. */
struct hlscore_batch {
    unsigned count;
    bool scattered; /* over the chunk, in any order; else rising in one window */
    uint16_t docs[HLSCORE_BATCH];
    uint32_t tfs[HLSCORE_BATCH];
    double length[HLSCORE_BATCH], norm[HLSCORE_BATCH], tf[HLSCORE_BATCH], score[HLSCORE_BATCH];
    uint64_t have[HLSCORE_BATCH]; /* shares of the words that each has, summed */
};

/* Scratch, 64-byte aligned by the caller, who sets the pointers; hlscore_begin() the rest. */
struct hlscore_room {
    uint8_t acc[HLFMT_WINDOW];
    uint16_t acc16[HLFMT_WINDOW];
    uint64_t survivors[HLSCORE_WORDS];
    uint64_t bits[HLSCORE_WORDS];
    struct hlscore_batch batch;
    double sat[HLFMT_CODES * HLFMT_CLASSES]; /* the most that a code is worth in a class */
    double most; /* of a query of one leaf, whose worths are tf / K: worth.h; else 0 */
    double byte_worth[256];       /* the most that a stored bound stands for */
    double byte_reach[256];       /* tf / Kref that it stands for */
    double byte_ratio, byte_most; /* that byte_worth was made for; 0: none */
    union hlscore_worth {
        hlcont_worth8 w8;
        hlcont_worth16 w16;
    } * worth;                             /* a leaf */
    double (*window_bound)[HLFMT_WINDOWS]; /* a leaf */
    double boost[HLFMT_WINDOWS];           /* the most that recency multiplies by */
    double total[HLFMT_WINDOWS];           /* of all leaves, times boost */
    uint64_t (*has)[HLSCORE_WORDS];        /* a word leaf */
    unsigned *shares;                      /* a word leaf */
    bool wide;                             /* 16-bit accumulators */
    double floor; /* seeded theta: at least k documents score as much */
    double scale; /* of the worth tables; 0: none are made */
    uint64_t windows_dead, windows_alive, cells_dead, scored; /* for tests */
};

/* Before the first chunk of a query: what holds for all of them. */
void hlscore_begin(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                   size_t chunk_count, struct hlscore_room *room);

/* The exact score of a document; *out_have is the sum of the shares of words it has. */
double hlscore_document(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        uint32_t doc, uint64_t *out_have);

/* The tf of a group: the members' weighted sum, that of each part rounded up. */
uint64_t hlscore_leaf_tf(const struct hlscore_leaf *leaf, uint32_t doc);

/*
 * Guesses what the k-th best of all chunks scores (k: top->most) from a cell of each window,
 * a little too low more often than too high; 0 where it does not pay.  The collector lends
 * its array.  A guess that fewer than k documents reach in the end was too high.
 */
double hlscore_guess(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                     size_t chunk_count, struct hlscore_room *room, const struct hltopk *top);

/* Collects the best of some cells of a window of the chunk, whose windows have their bounds. */
void hlscore_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                    struct hlscore_room *room, unsigned window, unsigned cells,
                    struct hltopk *top);

/* Takes out of a window's bits what cannot score theta, which is above 0.  The chunk's
 * windows have their bounds: hlworth_windows(). */
void hlscore_prune(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                   struct hlscore_room *room, unsigned window, double theta, uint64_t *bits);

/* Collects the best of the chunk. */
void hlscore_run(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                 struct hlscore_room *room, struct hltopk *top);

/* How many documents answer: algebra on bits, no scores. */
uint64_t hlscore_count(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room);

/* Which documents of a window answer, as bits; how many. */
uint64_t hlscore_answers(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                         struct hlscore_room *room, unsigned window, uint64_t *out_bits);

/* Scores champions of all chunks to find a theta to start from: seed.c. */
double hlscore_seed(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                    size_t chunk_count, size_t k, struct hlscore_room *room, double *heap);

#endif
