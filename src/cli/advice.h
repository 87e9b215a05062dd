/*
 * advice.h - what to say when nothing was found: what was tried, and the nearest that
 * works.  For people only: it is asked for where stderr is a terminal.
 */
#ifndef HL_CLI_ADVICE_H
#define HL_CLI_ADVICE_H

#include "cli/text.h"

/* Adds a sentence; searches a few times, with the synonyms of the search, to know what
 * would have been found. */
void hlcli_advise(const struct hl_index *index, const struct hl_result *result,
                  const struct hl_synonyms *synonyms, struct hlcli_text *out);

#endif
