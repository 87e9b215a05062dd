/*
 * oracle_narrow.h - the oracle's dates, values, orders and facets, by their definitions.
 *
 * One article at a time: is it in the range, has it the value; then all that answer in one
 * order or the other, and counted by what stands in their columns.  Months are the C
 * library's, seven hours east of Greenwich.
 *
 * Used by the files of the oracle only; tests see oracle.h.
 */
#ifndef HL_TESTS_ORACLE_NARROW_H
#define HL_TESTS_ORACLE_NARROW_H

#include "oracle_corpus.h"

struct ranked {
    double score;
    bool dated;
    int64_t date;
    const char *id;
    size_t document;
};

/* Equal but for the case of ASCII letters; a value typed without marks meets any marks. */
bool oracle_value_fits(const char *value, const char *column);
/* The different tags of lines of text, as they stand there; at most `most`, how many. */
size_t oracle_tags(const char *lines, char (*out_tags)[128], size_t most);
/* Has it a tag that the value fits? */
bool oracle_has_tag(const struct document *document, const char *value);
/* Is the document among those that options leave? */
bool oracle_is_left(const struct document *document, const struct hl_search_options *options);
void oracle_order(struct ranked *ranked, size_t count, enum hl_sort sort);
/* All values of a facet, counted over ranked documents. */
void oracle_count_facet(const struct oracle *oracle, enum hl_facet facet,
                        const struct ranked *ranked, size_t count,
                        struct oracle_facet *out_facet);

#endif
