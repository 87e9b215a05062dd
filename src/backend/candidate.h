/*
 * candidate.h - what one article is worth to a query, from its text alone.
 *
 * An engine that finds and ranks by bounds (Xapian) hands over articles that may answer; here
 * each is tokenised again and scored by the definition (design.md 5, query.h), in the order of
 * operations of score/exact.c, so that its score has the same bits as in a native index with
 * the same counts: words, then pairs, then phrases, factor * sat each.
 *
 * Life       hlcandidates_open() for a prepared search, hlcandidates_read() for one article
 *            after the other, hlcandidates_close().
 * Ownership  borrows the search; memory of its own.
 * Threads    one a struct.
 * Errors     HL_NOMEM; HL_LIMIT for a query of too much; HL_MISUSE for bytes that are no UTF-8.
 */
#ifndef HL_BACKEND_CANDIDATE_H
#define HL_BACKEND_CANDIDATE_H

#include "backend/native.h"
#include "score/refine.h"

struct hlcandidates;

struct hlcandidate {
    bool fits;     /* meets every condition: phrases, fields, values, days, exclusions, the
                    * options' too; and has a word of the query, if the query has words */
    bool allowed;  /* the same, whether it has a word or not */
    uint64_t have; /* of native->shares: whether that is enough is the cover's to say */
    double score;  /* of the first stage; meaningful if it fits */
    uint32_t date; /* as columns have it; 0: undated */
    uint64_t length;
};

/* native is prepared, and stays as it is until close; weight: of the fields. */
hl_status hlcandidates_open(struct hlnative *native, const unsigned weight[3],
                            struct hlcandidates **out_candidates, struct hl_error *err);
void hlcandidates_close(struct hlcandidates *candidates); /* NULL is allowed */

/* tokens: the body is tokens between blanks. */
hl_status hlcandidates_read(struct hlcandidates *candidates, const struct hl_article *article,
                            bool tokens, struct hlcandidate *out_candidate,
                            struct hl_error *err);
/* How often the article that was read last has a leaf of the search, for explanations. */
uint64_t hlcandidates_tf(struct hlcandidates *candidates, uint32_t leaf);
/* The second look at the article that was read last. */
hl_status hlcandidates_refine(struct hlcandidates *candidates, struct hlrefine_score *out_score,
                              struct hl_error *err);

#endif
