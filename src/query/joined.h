/*
 * joined.h - parts or the whole: covid-19 or covid19, 5 g or 5G?
 *
 * The tokeniser gives a code of several parts its joined form beside the first
 * part; the parser does so for a number with a letter right behind it.  The index
 * decides which of the two a query asks for.
 *
 * Errors  whatever the vocabulary reports.
 */
#ifndef HL_QUERY_JOINED_H
#define HL_QUERY_JOINED_H

#include "query/query.h"

/*
 * Is the alternative at `alternative` of a clause, which stands beside the token at
 * `first`, to be taken for the tokens that it covers?  A linked code is, if the index
 * has it.  A number and a letter are if as many articles have them as one as have them
 * side by side: 100g means grams even where somebody wrote 100G.
 */
hl_status hlq_takes_joined(const struct hlq_clause *clause, uint32_t first,
                           uint32_t alternative, const struct hlq_vocabulary *vocabulary,
                           bool *out_takes, struct hl_error *err);

#endif
