/*
 * search.h - the options that query, explain and bench share, and opening an index.
 */
#ifndef HL_CLI_SEARCH_H
#define HL_CLI_SEARCH_H

#include "cli/shards.h"

/* First member of the options of a command that searches. */
struct hlcli_search {
    struct hlcli_opening opening;
    int64_t cover, rank, marks, refine;
    double k1, b, pairs, recency;
    bool strict, plain;
    const char *synonyms; /* FILE, "default" or "none"; NULL: the index's own, else default */
    const char *after, *before;                  /* days; NULL: open */
    const char *source, *section, *author, *tag; /* NULL: any */
    int64_t sort;                                /* place in "relevance|date|-date" */
    struct hlcli_list facets;                    /* FIELD[:N],... */
};

#define HLCLI_SEARCH_DEFAULTS                                                                  \
    {                                                                                          \
        .cover = HL_COVER_DEFAULT, .k1 = -1, .b = -1, .pairs = -1, .refine = -1                \
    }

#define HLCLI_IN_SEARCH(member) offsetof(struct hlcli_search, member)

/* Rows of a table of flags. */
#define HLCLI_COVER_FLAGS                                                                      \
    {"any",                                                                                    \
     0,                                                                                        \
     HLCLI_SET,                                                                                \
     HLCLI_IN_SEARCH(cover),                                                                   \
     NULL,                                                                                     \
     "one of the words is enough",                                                             \
     0,                                                                                        \
     0,                                                                                        \
     HL_COVER_ANY,                                                                             \
     0},                                                                                       \
        {"all",                                                                                \
         0,                                                                                    \
         HLCLI_SET,                                                                            \
         HLCLI_IN_SEARCH(cover),                                                               \
         NULL,                                                                                 \
         "every word must be there",                                                           \
         0,                                                                                    \
         0,                                                                                    \
         HL_COVER_ALL,                                                                         \
         0},                                                                                   \
    {                                                                                          \
        "cover", 0, HLCLI_COUNT, HLCLI_IN_SEARCH(cover), "PERCENT",                            \
            "this share of the words' weight must be there", 0, 100, 0, HLCLI_RARE             \
    }

#define HLCLI_RANK_FLAGS                                                                       \
    {"rank",                                                                                   \
     0,                                                                                        \
     HLCLI_CHOICE,                                                                             \
     HLCLI_IN_SEARCH(rank),                                                                    \
     "default|bm25",                                                                           \
     "bm25: words alone, no second look",                                                      \
     0,                                                                                        \
     0,                                                                                        \
     0,                                                                                        \
     HLCLI_RARE},                                                                              \
        {"k1",       0,                                                                        \
         HLCLI_REAL, HLCLI_IN_SEARCH(k1),                                                      \
         "X",        "how fast repeated words stop counting (0.6; bm25: 0.9)",                 \
         0,          100,                                                                      \
         0,          HLCLI_RARE},                                                              \
        {"b",        0,                                                                        \
         HLCLI_REAL, HLCLI_IN_SEARCH(b),                                                       \
         "X",        "how much long articles lose (0.75; bm25: 0.6)",                          \
         0,          1,                                                                        \
         0,          HLCLI_RARE},                                                              \
        {"pairs",    0,                                                                        \
         HLCLI_REAL, HLCLI_IN_SEARCH(pairs),                                                   \
         "X",        "what adjacent pairs of words add (0.4 * sqrt(words / 10))",              \
         0,          100,                                                                      \
         0,          HLCLI_RARE},                                                              \
        {"recency",  0,                                                                        \
         HLCLI_REAL, HLCLI_IN_SEARCH(recency),                                                 \
         "WEIGHT",   "what is new is worth up to 1 + WEIGHT times as much (0)",                \
         0,          10,                                                                       \
         0,          HLCLI_RARE},                                                              \
    {                                                                                          \
        "refine", 0, HLCLI_COUNT, HLCLI_IN_SEARCH(refine), "N",                                \
            "score the first N again by where words stand (20)", 0, 1000, 0, HLCLI_RARE        \
    }

#define HLCLI_READ_FLAGS                                                                       \
    {"marks",                                                                                  \
     0,                                                                                        \
     HLCLI_CHOICE,                                                                             \
     HLCLI_IN_SEARCH(marks),                                                                   \
     "auto|strict|loose",                                                                      \
     "restored if none typed; as typed; any",                                                  \
     0,                                                                                        \
     0,                                                                                        \
     0,                                                                                        \
     0},                                                                                       \
        {"synonyms",                                                                           \
         0,                                                                                    \
         HLCLI_TEXT,                                                                           \
         HLCLI_IN_SEARCH(synonyms),                                                            \
         "FILE|default|none",                                                                  \
         "words that mean the same",                                                           \
         0,                                                                                    \
         0,                                                                                    \
         0,                                                                                    \
         HLCLI_RARE},                                                                          \
    {                                                                                          \
        "strict", 0, HLCLI_SWITCH, HLCLI_IN_SEARCH(strict), NULL,                              \
            "bad syntax is an error, not words", 0, 0, 0, HLCLI_RARE                           \
    }

/* Which articles, in which order, counted by what: rows without a help of their own below. */
#define HLCLI_TEXT_FLAG(name, member, value, help, traits)                                     \
    {                                                                                          \
        name, 0, HLCLI_TEXT, HLCLI_IN_SEARCH(member), value, help, 0, 0, 0, traits             \
    }
#define HLCLI_NARROW_FLAGS                                                                     \
    HLCLI_TEXT_FLAG("after", after, "DATE", "from this day on: 2017-01-05, 5/1/2017, 2017",    \
                    0),                                                                        \
        HLCLI_TEXT_FLAG("before", before, "DATE", "before this day", 0),                       \
        HLCLI_TEXT_FLAG("section", section, "S", "only of this section", 0),                   \
        HLCLI_TEXT_FLAG("source", source, "S", "only of this source", 0),                      \
        HLCLI_TEXT_FLAG("author", author, "A", "only by this author", HLCLI_RARE),             \
        HLCLI_TEXT_FLAG("tag", tag, "T", "only with this tag", 0),                             \
        {"sort",                                                                               \
         's',                                                                                  \
         HLCLI_CHOICE,                                                                         \
         HLCLI_IN_SEARCH(sort),                                                                \
         "relevance|date|-date",                                                               \
         "best first; oldest first; newest first",                                             \
         0,                                                                                    \
         0,                                                                                    \
         0,                                                                                    \
         0},                                                                                   \
    {                                                                                          \
        "facet", 0, HLCLI_LIST, HLCLI_IN_SEARCH(facets), "FIELD[:N]",                          \
            "counts by source, section, author, tag, year or month", 0, 0, 0, 0                \
    }

void hlcli_search_fill(const struct hlcli_search *search, struct hl_search_options *out_search,
                       struct hl_query_options *out_query);

/* Dates, values, order and facets; 0 or the exit code. */
int hlcli_search_narrow(const struct hlcli_search *search,
                        struct hl_search_options *out_search);

/* The list that a search uses, and what of it must be freed. */
struct hlcli_synonyms {
    const struct hl_synonyms *used;
    struct hl_synonyms *owned;
};

/* The list that --synonyms names, or without it that of the index; 0 or the exit code. */
int hlcli_synonyms_open(const struct hlcli_call *call, const char *option,
                        struct hlcli_synonyms *out_synonyms);
void hlcli_synonyms_release(struct hlcli_synonyms *synonyms);

/* Opens the index of the call as opening says (NULL: as it is), or says why not; 0 or the exit
 * code. */
int hlcli_open(const struct hlcli_call *call, const struct hlcli_opening *opening,
               struct hl_index **out_index);

/* A query that could not be read: the sentence, the query, a caret; the exit code. */
int hlcli_fail_query(const struct hl_error *err, const char *query);

#endif
