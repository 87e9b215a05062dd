/*
 * answer.h - a query that was searched, and how its answer is printed.
 *
 * For every verb that ends in hits.  answer.c walks the hits and chooses the form;
 * answer_json.c, answer_rss.c have what stands around them there, answer_text.c what people
 * read; answer_template.c gives a template its values.
 *
 * Ownership  an answer borrows all it points to, but its template.
 */
#ifndef HL_CLI_ANSWER_H
#define HL_CLI_ANSWER_H

#include "cli/hits.h"
#include "template/template.h"

enum hlcli_form {
    HLCLI_FORM_TEXT,
    HLCLI_FORM_JSON,
    HLCLI_FORM_JSONL,
    HLCLI_FORM_TSV,
    HLCLI_FORM_CSV,
    HLCLI_FORM_RSS,
    HLCLI_FORM_IDS,
    HLCLI_FORM_TREC,
    HLCLI_FORM_TEMPLATE
};

/* What --format takes, in the order of enum hlcli_form. */
#define HLCLI_FORMS "text|json|jsonl|tsv|csv|rss|ids|trec|template:FILE"
enum { HLCLI_COUNT_MAX = 10000 };

struct hlcli_answer {
    enum hlcli_form form;
    const char *path;       /* of the index, as given */
    const char *words;      /* of the query, as given */
    const char *related_to; /* the article that answers are like; NULL: words were asked for */
    const struct hl_index *index;
    const struct hl_query *query; /* NULL: none was typed */
    const struct hl_result *result;
    const struct hl_search_options *search;
    const struct hl_nearest_list *nearest; /* of an empty answer that says what would be one */
    size_t count, offset;                  /* asked for; count 0: the number only */
    size_t passage;                        /* bytes shown of passages; 0: none */
    unsigned passages;                     /* that they may be spread over */
    double started;                        /* when printing began */
    double seconds;                        /* that the search took */
    bool no_pager, explain;
    const char *base_url;        /* of a page that searches, for rss; NULL: none */
    struct hltemplate *template; /* of that form; freed by hlcli_answer_release() */
};

/* Reads what --format was given (NULL: text), and the template it names; 0 or the exit code. */
int hlcli_answer_form(const char *text, struct hlcli_answer *a);
void hlcli_answer_release(struct hlcli_answer *a);

/* What of an article is looked at, for the form. */
struct hlcli_view_options hlcli_answer_view(const struct hlcli_answer *a);

/* Prints the answer, or why there is none; the exit code. */
int hlcli_answer_print(const struct hlcli_answer *a);

/* For the forms. */

/* Where the next page begins; 0 if this was the last, or paging has come to its limit. */
size_t hlcli_answer_next(const struct hlcli_answer *a);
/* What there is to say to the query, first the parser, then the index; NULL past the end. */
const struct hl_note *hlcli_answer_note(const struct hlcli_answer *a, size_t i);
/* What the answer says where less than the default share of the query was enough; NULL. */
const char *hlcli_answer_lowered(const struct hlcli_answer *a);

/* JSON: keys before the hits, and after them. */
void hlcli_answer_json_head(const struct hlcli_answer *a, struct hlcli_json *json);
void hlcli_answer_json_tail(const struct hlcli_answer *a, struct hlcli_json *json);

/* RSS: channel and its end; the answer in the form of its template. */
void hlcli_answer_rss_head(const struct hlcli_answer *a, struct hlcli_text *out);
void hlcli_answer_rss_tail(struct hlcli_text *out);
extern const struct hltemplate_name hlcli_answer_names[];
hl_status hlcli_answer_fill(const struct hlcli_answer *a, struct hlcli_text *out,
                            struct hl_error *err);

/* Text: lines above the hits, below them, and sentences on stderr. */
void hlcli_answer_text_head(const struct hlcli_answer *a, struct hlcli_text *out);
void hlcli_answer_text_tail(const struct hlcli_answer *a, struct hlcli_text *out);
void hlcli_answer_tell(const struct hlcli_answer *a);
void hlcli_answer_tell_nothing(const struct hlcli_answer *a);

#endif
