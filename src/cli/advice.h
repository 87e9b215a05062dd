/*
 * advice.h - what to say when nothing was found: what was tried, and the nearest that
 * works.  For people only: it is asked for where stderr is a terminal.
 */
#ifndef HL_CLI_ADVICE_H
#define HL_CLI_ADVICE_H

#include "cli/text.h"

/* Adds a sentence about a search that found nothing; searches a few times more, to know what
 * would have been found. */
void hlcli_advise(const struct hl_index *index, const struct hl_query *query,
                  const struct hl_search_options *search, const struct hl_result *result,
                  struct hlcli_text *out);

#endif
