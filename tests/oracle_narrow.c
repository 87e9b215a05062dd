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

size_t oracle_tags(const char *lines, char (*out_tags)[128], size_t most)
{
    size_t count = 0;
    char *copy = oracle_copy(lines ? lines : ""), *left = copy, *line;
    while ((line = strsep(&left, "\n"))) {
        size_t i = 0;
        line += strspn(line, " \t\r");
        for (size_t n = strlen(line); n && strchr(" \t\r", line[n - 1]); n--)
            line[n - 1] = '\0';
        while (i < count && strcmp(out_tags[i], line))
            i++;
        if (*line && i == count && count < most)
            snprintf(out_tags[count++], 128, "%s", line);
    }
    free(copy);
    return count;
}

bool oracle_has_tag(const struct document *document, const char *value)
{
    char tags[64][128];
    size_t count = oracle_tags(document->tags, tags, 64);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || oracle_value_fits(value, tags[i]);
    return found;
}

bool oracle_is_left(const struct document *document, const struct hl_search_options *options)
{
    const char *values[3] = {options->section, options->source, options->author};
    for (int i = 0; i < 3; i++)
        if (values[i] && !oracle_value_fits(values[i], document->column[i]))
            return false;
    if (options->tag && !oracle_has_tag(document, options->tag))
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

/* What the document has of the facet; how many values. */
static size_t values_of(const struct document *document, enum hl_facet facet, char (*out)[128])
{
    static const int columns[] = {
        [HL_FACET_SECTION] = 0, [HL_FACET_SOURCE] = 1, [HL_FACET_AUTHOR] = 2};
    if (facet == HL_FACET_TAG)
        return oracle_tags(document->tags, out, 64);
    if (facet == HL_FACET_YEAR || facet == HL_FACET_MONTH) {
        time_t local = (time_t)document->date + 7 * 3600;
        struct tm tm;
        gmtime_r(&local, &tm);
        strftime(*out, sizeof *out, facet == HL_FACET_YEAR ? "%Y" : "%Y-%m", &tm);
        return document->dated;
    }
    const char *column = document->column[columns[facet]];
    snprintf(*out, sizeof *out, "%s", column ? column : "");
    return column && *column;
}

static void count_value(struct oracle_facet *f, const char *name)
{
    size_t at = 0;
    while (at < f->count && strcmp(f->values[at].name, name))
        at++;
    if (at == f->count) {
        f->values = oracle_grow_by_one(f->values, f->count, sizeof *f->values);
        memset(&f->values[at], 0, sizeof *f->values);
        snprintf(f->values[f->count++].name, sizeof f->values->name, "%s", name);
    }
    f->values[at].count++;
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
        char names[64][128];
        size_t n = values_of(&oracle->documents[ranked[i].document], facet, names);
        for (size_t k = 0; k < n; k++)
            count_value(&f, names[k]);
        f.missing += !n;
    }
    if (f.count)
        qsort(f.values, f.count, sizeof *f.values, by_count);
    *out_facet = f;
}
