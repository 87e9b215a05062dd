/*
 * explanation.h - how a score came about, printed: for explain, and for hits of a query.
 *
 * The library gives the numbers that its loop adds; here they are only printed, with all
 * their digits, in the order of adding.
 */
#ifndef HL_CLI_EXPLANATION_H
#define HL_CLI_EXPLANATION_H

#include "cli/json.h"

#include "hlsearch_inspect.h"

/* The article, the formulas, each summand, the score. */
void hlcli_explanation_text(const struct hl_explanation *e, struct hlcli_text *out);
/* The summands and the score, as lines under a hit. */
void hlcli_explanation_lines(const struct hl_explanation *e, int indent,
                             struct hlcli_text *out);

/* A summand as an object. */
void hlcli_explanation_put_part(const struct hl_part *part, struct hlcli_json *json);
/* "explanation": the summands, and after them what the second look added, in two parts. */
void hlcli_explanation_put(const struct hl_explanation *e, struct hlcli_json *json);

#endif
