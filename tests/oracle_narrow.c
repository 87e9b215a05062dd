#include "oracle_narrow.h"

#include "oracle_keys.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

bool oracle_value_fits(const char *value, const char *column)
{
    char folded[2][1024];
    if (!column)
        return false;
    oracle_fold(value, folded[0], sizeof folded[0]);
    if (strcmp(value, folded[0]))
        return !strcasecmp(value, column);
    oracle_fold(column, folded[1], sizeof folded[1]);
    return !strcasecmp(folded[0], folded[1]);
}

bool oracle_is_left(const struct document *document, const struct hl_search_options *options)
{
    const char *values[3] = {options->section, options->source, options->author};
    for (int i = 0; i < 3; i++)
        if (values[i] && !oracle_value_fits(values[i], document->column[i]))
            return false;
    if (!options->date_from && !options->date_to)
        return true;
    return document->dated && (!options->date_from || document->date >= options->date_from) &&
           (!options->date_to || document->date < options->date_to);
}

/* ------------------------------------------------------------------------- orders */

static int by_date(const struct ranked *a, const struct ranked *b, bool oldest)
{
    if (a->dated != b->dated)
        return a->dated ? -1 : 1;
    if (!a->dated || a->date == b->date)
        return 0;
    return (a->date > b->date) == !oldest ? -1 : 1;
}

static int by_score(const struct ranked *a, const struct ranked *b)
{
    return (a->score < b->score) - (a->score > b->score);
}

static int compare(const struct ranked *a, const struct ranked *b, enum hl_sort sort)
{
    int first = sort ? by_date(a, b, sort == HL_SORT_OLDEST) : by_score(a, b);
    int second = sort ? by_score(a, b) : by_date(a, b, false);
    return first ? first : second ? second : strcmp(a->id, b->id);
}

static int compare_relevance(const void *a, const void *b)
{
    return compare(a, b, HL_SORT_RELEVANCE);
}

static int compare_newest(const void *a, const void *b)
{
    return compare(a, b, HL_SORT_NEWEST);
}

static int compare_oldest(const void *a, const void *b)
{
    return compare(a, b, HL_SORT_OLDEST);
}

void oracle_order(struct ranked *ranked, size_t count, enum hl_sort sort)
{
    qsort(ranked, count, sizeof *ranked,
          sort == HL_SORT_NEWEST   ? compare_newest
          : sort == HL_SORT_OLDEST ? compare_oldest
                                   : compare_relevance);
}

/* ------------------------------------------------------------------------- facets */

/* What the document has of the facet; false if nothing. */
static bool value_of(const struct document *document, enum hl_facet facet, char *out,
                     size_t room)
{
    static const int columns[] = {
        [HL_FACET_SECTION] = 0, [HL_FACET_SOURCE] = 1, [HL_FACET_AUTHOR] = 2};
    if (facet == HL_FACET_YEAR || facet == HL_FACET_MONTH) {
        time_t local = (time_t)document->date + 7 * 3600;
        struct tm tm;
        gmtime_r(&local, &tm);
        strftime(out, room, facet == HL_FACET_YEAR ? "%Y" : "%Y-%m", &tm);
        return document->dated;
    }
    const char *column = document->column[columns[facet]];
    snprintf(out, room, "%s", column ? column : "");
    return column && *column;
}

static int by_count(const void *pa, const void *pb)
{
    const struct oracle_value *a = pa, *b = pb;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->name, b->name);
}

void oracle_count_facet(const struct oracle *oracle, enum hl_facet facet,
                        const struct ranked *ranked, size_t count,
                        struct oracle_facet *out_facet)
{
    struct oracle_facet f = {NULL, 0, 0};
    for (size_t i = 0; i < count; i++) {
        char name[sizeof f.values->name];
        size_t at = 0;
        if (!value_of(&oracle->documents[ranked[i].document], facet, name, sizeof name)) {
            f.missing++;
            continue;
        }
        while (at < f.count && strcmp(f.values[at].name, name))
            at++;
        if (at == f.count) {
            f.values = oracle_grow_by_one(f.values, f.count, sizeof *f.values);
            memset(&f.values[at], 0, sizeof *f.values);
            snprintf(f.values[f.count++].name, sizeof name, "%s", name);
        }
        f.values[at].count++;
    }
    if (f.count)
        qsort(f.values, f.count, sizeof *f.values, by_count);
    *out_facet = f;
}
