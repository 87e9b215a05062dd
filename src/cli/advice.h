/*
 * advice.h - what to say when nothing was found: what was tried, and the nearest that
 * works.
 */
#ifndef HL_CLI_ADVICE_H
#define HL_CLI_ADVICE_H

#include "cli/text.h"

/* Adds a sentence about a search that found nothing; words as typed, nearest may be empty. */
void hlcli_advise(const char *words, const struct hl_result *result,
                  const struct hl_nearest_list *nearest, struct hlcli_text *out);

#endif
