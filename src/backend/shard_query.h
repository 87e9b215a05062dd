/*
 * shard_query.h - a prepared search as queries of Xapian.
 *
 *     rank    weights are upper bounds of our scores: each key of a leaf is a term whose weight
 *             is scaled by the leaf's factor / Xapian's idf, so that a leaf of one key is worth
 *             exactly what it is to us; several keys are one synonym of Xapian's, whose wdf is
 *             their sum, which is never less.  Phrases are bounded by their rarest word or
 * pair. count   a word that is there weighs its share of the cover, however many of its keys
 *             are: a cutoff leaves those that have enough
 *
 * Xapian's idf (BM25Weight of 1.4): x = (N - df + .5) / (df + .5); ln(x < 2 ? x / 2 + 1 : x).
 *
 * Both find every article that answers.  What cannot be said in Xapian, such as a phrase of
 * several words in the body alone, is left to those who look at the articles (candidate.h);
 * exact says that nothing was.
 *
 * Ownership  queries live in the search's arena.
 * Errors     HL_NOMEM, those of shard_words.h.
 */
#ifndef HL_BACKEND_SHARD_QUERY_H
#define HL_BACKEND_SHARD_QUERY_H

#include "backend/native.h"
#include "backend/shard_words.h"

struct hlshard_query {
    const struct hlx_query *rank, *count;
    bool scored; /* false: nothing that scores, all that answers is worth 0 */
    bool exact;
    double cutoff; /* of count; 0: none is needed */
};

/* native is prepared and possible.  without: an id that is no answer; NULL: none. */
hl_status hlshard_query_make(struct hlnative *native, struct hlshard_words *words,
                             const char *without, struct hlshard_query *out_query,
                             struct hl_error *err);
/* The rank query for articles of this second alone; 0: the undated. */
hl_status hlshard_query_of_date(struct hlnative *native, const struct hlshard_query *query,
                                uint32_t date, const struct hlx_query **out_query,
                                struct hl_error *err);
/* Xapian's idf. */
double hlshard_idf(uint64_t articles, uint64_t df);

#endif
