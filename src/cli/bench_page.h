/*
 * bench_page.h - a query of a bench asked as a page of results asks it.
 *
 * Near copies are folded, words that may be misspelt looked for, sections, sources and years
 * counted, ten hits read, their titles marked and two passages cut: the calls of the tool,
 * but for printing.
 */
#ifndef HL_CLI_BENCH_PAGE_H
#define HL_CLI_BENCH_PAGE_H

#include "cli/work.h"
#include "hlsearch.h"

/* What a page wants besides what the options say already. */
void hlcli_bench_page_fill(struct hl_search_options *search);

/* Reads the words of the job as a reader's, searches, makes what is shown.  Seconds of all of
 * it and of what follows the search; 0, or the exit code. */
int hlcli_bench_page(const struct hl_index *index, const struct hlcli_job *job,
                     const struct hl_search_options *search, struct hl_result **result,
                     double *out_seconds, double *out_shown);

#endif
