/*
 * answers.h - all that an index says, as one text, to compare one state with another.
 *
 * Numbers of articles, the answers of three queries with every bit of their scores,
 * and what is stored of each article asked for.  Two states with the same text are
 * the same to a user.
 */
#ifndef HL_TESTS_ANSWERS_H
#define HL_TESTS_ANSWERS_H

#include "base/buf.h"
#include "hlsearch.h"
#include "tap.h"

#include <inttypes.h>

/* Generation 0 stands for "no index there". */
struct answers {
    hl_status status;
    uint64_t generation;
    char *text; /* "" for generation 0; free() */
    struct hl_error err;
};

static const char *const answers_queries[] = {"công nghệ", "khoa học nghien cuu",
                                              "\"công nghệ\"", NULL};

static inline void answers_put_bits(FILE *out, double score)
{
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    fprintf(out, " %016" PRIx64, bits);
}

static inline void answers_put_facets(FILE *out, const struct hl_result *result)
{
    const struct hl_facet_value *value;
    for (int f = 0; f < HL_FACETS; f++)
        for (size_t i = 0; (value = hl_result_facet(result, (enum hl_facet)f, i)) != NULL; i++)
            fprintf(out, " %s=%" PRIu64, value->name, value->count);
}

/* By date they are counted by facets too; oldest first only those of a tag. */
static inline hl_status answers_search(const struct hl_index *index, const char *words,
                                       enum hl_sort sort, FILE *out, struct hl_error *err)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.count = 20;
    options.cover = HL_COVER_ANY;
    options.sort = sort;
    options.tag = sort == HL_SORT_OLDEST ? "vu tru" : NULL;
    for (int f = 0; sort && f < HL_FACETS; f++)
        options.facet_values[f] = 3;
    hl_status status = hl_query_parse(index, words, strlen(words), NULL, &query, err);
    if (!status)
        status = hl_search(index, query, &options, &result, err);
    if (!status) {
        fprintf(out, "%s: %" PRIu64, words, hl_result_total(result));
        for (size_t i = 0; i < hl_result_count(result); i++) {
            const struct hl_hit *hit = hl_result_hit(result, i);
            fprintf(out, " %s", hit->id);
            answers_put_bits(out, hit->score);
        }
        answers_put_facets(out, result);
        fprintf(out, "\n");
    }
    hl_result_free(result);
    hl_query_free(query);
    return status;
}

/* NOT_FOUND is an answer here, and so is UNSUPPORTED: an index without stored articles. */
static inline hl_status answers_document(const struct hl_index *index, const char *id,
                                         FILE *out, struct hl_error *err)
{
    struct hl_document *document = NULL;
    hl_status status = hl_document_get(index, id, &document, err);
    if (status == HL_NOT_FOUND || status == HL_UNSUPPORTED) {
        fprintf(out, "%s: %s\n", id, hl_status_name(status));
        return HL_OK;
    }
    if (status)
        return status;
    const struct hl_article *article = hl_document_article(document);
    fprintf(out, "%s: %s|%s|%s|%s|%" PRId64 "\n", id, article->title ? article->title : "-",
            article->lead ? article->lead : "-", article->body ? article->body : "-",
            article->section ? article->section : "-", article->date);
    hl_document_free(document);
    return HL_OK;
}

static inline hl_status answers_ask(const struct hl_index *index, const char *const *ids,
                                    FILE *out, struct hl_error *err)
{
    struct hl_stats stats;
    hl_status status = hl_index_stats(index, &stats, err);
    if (!status)
        fprintf(out, "%" PRIu64 " articles, %" PRIu64 " undated, %" PRIu64 " positions\n",
                stats.articles, stats.undated, stats.positions);
    for (size_t i = 0; !status && answers_queries[i]; i++)
        status = answers_search(index, answers_queries[i], HL_SORT_RELEVANCE, out, err);
    if (!status)
        status = answers_search(index, answers_queries[0], HL_SORT_NEWEST, out, err);
    if (!status)
        status = answers_search(index, answers_queries[0], HL_SORT_OLDEST, out, err);
    for (size_t i = 0; !status && ids && ids[i]; i++)
        status = answers_document(index, ids[i], out, err);
    return status;
}

/* ids may be NULL.  text is yours, also after a failure. */
static inline struct answers answers_of(const char *path, const char *const *ids)
{
    struct answers answers = {0};
    struct hl_index *index = NULL;
    size_t size;
    FILE *out = open_memstream(&answers.text, &size);
    answers.status = hl_index_open(path, &index, &answers.err);
    if (!answers.status) {
        struct hl_stats stats;
        answers.status = answers_ask(index, ids, out, &answers.err);
        if (!answers.status)
            answers.status = hl_index_stats(index, &stats, &answers.err);
        if (!answers.status)
            answers.generation = stats.generation;
    } else if (answers.status == HL_NOT_FOUND) {
        answers.status = HL_OK;
    }
    hl_index_close(index);
    fclose(out);
    return answers;
}

#endif
