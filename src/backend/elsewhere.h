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
    struct hlq_vocabulary words; /* find, look, count, folded, pairs, pair and near */
    /* Before the words of a query are asked about one by one: fetches what is likely to be;
     * NULL: nothing can be. */
    hl_status (*ahead)(void *user, const struct hl_query *query, struct hl_error *err);
    /* Live articles that define a pair, each pair once, any number of them: those whose short
     * form is the key, or with `longer` whose long name it is.  key NULL: all. */
    hl_status (*abbreviations)(void *user, bool longer, const char *key, size_t size,
                               struct hlarena *arena, struct hlabbr_list *out_list,
                               struct hl_error *err);
};

#endif
