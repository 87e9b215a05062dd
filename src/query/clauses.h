/*
 * clauses.h - units of the text (syntax.h) to clauses with tokens.
 *
 * Ownership  clauses and groups live in the query's arena.
 * Errors     HL_NOMEM; HL_BAD_QUERY for the first note under `strict`.
 */
#ifndef HL_QUERY_CLAUSES_H
#define HL_QUERY_CLAUSES_H

#include "query/query.h"

/* Keeps a note; under `strict` it is the error. */
hl_status hlq_note(struct hl_query *query, size_t at, const char *text, struct hl_error *err);

/* Fills the query from its text, by its options. */
hl_status hlq_read_clauses(struct hl_query *query, struct hl_error *err);

#endif
