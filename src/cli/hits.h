/*
 * hits.h - one hit of an answer, in the forms that are printed.
 *
 * A view is a hit with its stored article and the passages that matched; ids and trec
 * need no view, so that long lists cost no reading of articles.
 *
 * Ownership  a view borrows the result and holds the document until released.
 */
#ifndef HL_CLI_HITS_H
#define HL_CLI_HITS_H

#include "cli/json.h"
#include "cli/say.h"

#include "hlsearch_inspect.h"

struct hlcli_view {
    const struct hl_hit *hit;
    size_t rank;                  /* from 1 */
    struct hl_document *document; /* NULL: nothing is stored */
    struct hl_article article;
    struct hl_snippet title, lead; /* with their matches; text NULL: none */
    struct hl_snippets passages;
    bool body_only; /* their fields count from the body, not from the lead */
    const struct hl_explanation *explanation; /* borrowed; NULL: not asked for */
};

struct hlcli_view_options {
    bool matches;       /* find those of title and lead */
    bool lead_shown;    /* the lead stands beside the passages */
    size_t passage_max; /* bytes; 0: no passages */
    unsigned passages;
};

/* HL_OK, or what the library said. */
hl_status hlcli_view_open(const struct hl_index *index, const struct hl_result *result,
                          size_t i, size_t rank, const struct hlcli_view_options *options,
                          struct hlcli_view *out_view, struct hl_error *err);
void hlcli_view_release(struct hlcli_view *view);
/* The passages as plain text; dots stand where a sentence is cut, and between them. */
void hlcli_view_passages(const struct hlcli_view *view, const char *dots,
                         struct hlcli_text *out);

void hlcli_view_text(const struct hlcli_view *view, struct hlcli_text *out);
void hlcli_view_tsv(const struct hlcli_view *view, struct hlcli_text *out);
/* A record of RFC 4180; the head names the columns. */
#define HLCLI_CSV_HEAD "rank,score,id,date,url,title,source,section,author,snippet\r\n"
void hlcli_view_csv(const struct hlcli_view *view, struct hlcli_text *out);
/* An item of RSS 2.0. */
void hlcli_view_rss(const struct hlcli_view *view, struct hlcli_text *out);
void hlcli_view_json(const struct hlcli_view *view, struct hlcli_json *json);

/* "qid Q0 docid rank score hlsearch"; blanks in ids become _, they would add a column. */
void hlcli_hit_trec(const struct hl_hit *hit, const char *qid, size_t rank,
                    struct hlcli_text *out);

/* http: or https: with a host after it: nothing else may become a link. */
bool hlcli_is_web(const char *url);

/* "date" as RFC 3339 or null, and "date_precision". */
void hlcli_json_date(struct hlcli_json *json, int64_t date, int offset,
                     enum hl_date_precision precision);

#endif
