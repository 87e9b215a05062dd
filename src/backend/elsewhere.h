/*
 * elsewhere.h - what is asked about terms that are not in segments of ours.
 *
 * A search is prepared (native.h) against a vocabulary: keys, pairs, abbreviations and their
 * counts.  Where another engine keeps the index, that engine answers here, and the snapshot has
 * no chunk; all that is made of the query, leaves and their idf too, is the same.
 *
 * Threads  any number may ask.
 */
#ifndef HL_BACKEND_ELSEWHERE_H
#define HL_BACKEND_ELSEWHERE_H

#include "backend/abbreviations.h"
#include "query/query.h"

struct hlelsewhere {
    struct hlq_vocabulary words; /* find, folded, pairs, pair and near */
    /* Live articles that define a pair, each pair once, any number of them: those whose short
     * form is the key, or with `longer` whose long name it is.  key NULL: all. */
    hl_status (*abbreviations)(void *user, bool longer, const char *key, size_t size,
                               struct hlarena *arena, struct hlabbr_list *out_list,
                               struct hl_error *err);
};

#endif
