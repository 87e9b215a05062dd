/*
 * batch.h - many queries from a file, one run in the form of trec_eval.
 *
 * FILE has lines {"id","text"}; - is standard input.  Words are taken as they are.
 */
#ifndef HL_CLI_BATCH_H
#define HL_CLI_BATCH_H

#include "hlsearch.h"

/* Prints the run; the exit code. */
int hlcli_batch(const struct hl_index *index, const char *path,
                const struct hl_search_options *search, const struct hl_query_options *query);

#endif
