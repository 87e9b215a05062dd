/*
 * Forms of one thing through the public API: numbers, dates, units and codes
 * (tests/cases/forms.tsv), tone marks in the wrong place, and which of the joined and
 * the parted form a query asks for.
 */
#include "query/joined.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>

enum { LINE_ROOM = 512, ANSWERS_MAX = 100 };

static struct hl_index *index_of(const struct hl_article *articles, size_t count,
                                 const char *name)
{
    struct hl_index *index = NULL;
    if (scratch_commit(scratch_name(name), NULL, articles, 0, count, NULL))
        hl_index_open(scratch_name(name), &index, NULL);
    return index;
}

static bool ask(const struct hl_index *index, const char *words, struct hl_result **io_result)
{
    struct hl_query *query = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.count = ANSWERS_MAX;
    options.synonyms = NULL;
    bool good = hl_query_parse(index, words, strlen(words), NULL, &query, NULL) == HL_OK &&
                hl_search(index, query, &options, io_result, NULL) == HL_OK;
    hl_query_free(query);
    return good;
}

/* ---- forms.tsv ---- */

static size_t rank_of(const struct hl_result *result, const char *id)
{
    for (size_t i = 0; i < hl_result_count(result); i++)
        if (!strcmp(hl_result_hit(result, i)->id, id))
            return i + 1;
    return 0;
}

/* "=a =b c": each answers, those with "=" before all without. */
static void check_found(const struct hl_result *result, const char *query, char *ids)
{
    size_t best = 0, first = 1;
    bool good = true;
    for (const char *p = ids; *p; p++)
        best += *p == '=';
    for (char *save = NULL, *id = strtok_r(ids, " ", &save); id;
         id = strtok_r(NULL, " ", &save)) {
        bool equal = *id == '=';
        size_t rank = rank_of(result, id + equal);
        if (!rank || (equal && rank > best) || (!best && first && rank != 1)) {
            printf("# [%s]: %s has rank %zu of %zu\n", query, id, rank,
                   hl_result_count(result));
            good = false;
        }
        first = 0;
    }
    OK(good, "%s finds what it should", query);
}

static void check_not_found(const struct hl_result *result, const char *query, char *ids)
{
    bool good = true;
    for (char *save = NULL, *id = strtok_r(ids, " ", &save); id;
         id = strtok_r(NULL, " ", &save))
        if (rank_of(result, id)) {
            printf("# [%s]: %s has rank %zu\n", query, id, rank_of(result, id));
            good = false;
        }
    OK(good, "%s finds nothing else", query);
}

static char *cut(char **io_line)
{
    char *field = *io_line, *tab = field ? strchr(field, '\t') : NULL;
    if (tab)
        *tab = '\0';
    *io_line = tab ? tab + 1 : NULL;
    return field ? field : "";
}

static struct hl_index *index_of_forms(void)
{
    static char lines[ANSWERS_MAX][LINE_ROOM];
    static struct hl_article articles[ANSWERS_MAX];
    size_t count = 0;
    FILE *f = fopen("tests/cases/forms.tsv", "r");
    while (f && count < ANSWERS_MAX && fgets(lines[count], LINE_ROOM, f)) {
        char *line = lines[count];
        line[strcspn(line, "\n")] = '\0';
        if (*cut(&line) != 'A')
            continue;
        articles[count] = (struct hl_article){
            .id = cut(&line), .body = line, .date = 1623715200, .date_precision = HL_DATE_DAY};
        count++;
    }
    if (f)
        fclose(f);
    return index_of(articles, count, "forms");
}

static void test_forms(void)
{
    char buffer[LINE_ROOM];
    size_t count = 0;
    struct hl_index *index = index_of_forms();
    struct hl_result *result = NULL;
    FILE *f = fopen("tests/cases/forms.tsv", "r");
    while (index && f && fgets(buffer, sizeof buffer, f)) {
        char *line = buffer;
        line[strcspn(line, "\n")] = '\0';
        if (*cut(&line) != 'Q')
            continue;
        char *query = cut(&line), *found = cut(&line), *others = cut(&line);
        OK(ask(index, query, &result), "%s is asked", query);
        check_found(result, query, found);
        if (strcmp(others, "-"))
            check_not_found(result, query, others);
        count++;
    }
    if (f)
        fclose(f);
    hl_result_free(result);
    hl_index_close(index);
    OK(count > 35, "%zu queries", count);
}

/* ---- tone marks in the wrong place ---- */

static const struct {
    const char *right, *slip;
} slips[] = {
    {"người việt nam", "người vịêt nam"},
    {"thuyến", "thuýên"},
    {"chất lượng", "chất lựơng"},
    {"bảo tàng", "baỏ tàng"},
    {"của cải", "cuả caỉ"},
    {"quỹ đầu tư", "qũy đầu tư"},
    {"hòa bình", "hoà bình"},
    {"giá rẻ", "gía rẻ"},
    {"\"quỹ đầu tư\"", "\"qũy đầu tư\""},
    {"thủy điện", "thuỷ địên"},
};
enum { SLIPS = sizeof slips / sizeof *slips };

/* The same hits with the same scores, bit for bit. */
static bool same_answer(const struct hl_index *index, const char *a, const char *b)
{
    struct hl_result *x = NULL, *y = NULL;
    bool same = ask(index, a, &x) && ask(index, b, &y) && hl_result_count(x) > 0 &&
                hl_result_count(x) == hl_result_count(y);
    for (size_t i = 0; same && i < hl_result_count(x); i++)
        same = !strcmp(hl_result_hit(x, i)->id, hl_result_hit(y, i)->id) &&
               hl_result_hit(x, i)->score == hl_result_hit(y, i)->score;
    hl_result_free(x);
    hl_result_free(y);
    return same;
}

static void test_slips(void)
{
    static char ids[SLIPS * 2][8];
    struct hl_article articles[SLIPS * 2];
    for (size_t i = 0; i < SLIPS * 2; i++) {
        snprintf(ids[i], sizeof ids[i], "s%zu", i);
        articles[i] = (struct hl_article){
            .id = ids[i], .body = i % 2 ? slips[i / 2].right : slips[i / 2].slip};
    }
    struct hl_index *index = index_of(articles, SLIPS * 2, "slips");
    if (!OK(index != NULL, "articles right and with slips"))
        return;
    for (size_t i = 0; i < SLIPS; i++) {
        struct hl_result *result = NULL;
        OK(same_answer(index, slips[i].right, slips[i].slip), "%s is %s", slips[i].slip,
           slips[i].right);
        OK(ask(index, slips[i].slip, &result) && rank_of(result, ids[i * 2]) &&
               rank_of(result, ids[i * 2 + 1]),
           "and finds it spelled either way");
        hl_result_free(result);
    }
    hl_index_close(index);
}

/* ---- joined or apart ---- */

struct counts {
    uint64_t joined, apart;
};

static hl_status find(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    const struct counts *counts = user;
    *out_counts = (struct hlq_counts){counts->joined, counts->joined};
    return HL_OK;
}

static hl_status pair(void *user, const char *a, size_t a_size, const char *b, size_t b_size,
                      struct hlq_counts *out_counts, struct hl_error *err)
{
    const struct counts *counts = user;
    *out_counts = (struct hlq_counts){counts->apart, counts->apart};
    return HL_OK;
}

static bool takes(const char *text, struct counts counts)
{
    struct hl_query *query = NULL;
    bool answer = false;
    struct hlq_vocabulary vocabulary = {.find = find, .pair = pair, .user = &counts};
    if (hl_query_parse(NULL, text, strlen(text), NULL, &query, NULL) != HL_OK)
        return false;
    const struct hlq_clause *c = &query->clauses[0];
    assert(c->count > 2 && !c->tokens[0].alternative && c->tokens[1].alternative);
    hlq_takes_joined(c, 0, 1, &vocabulary, &answer, NULL);
    hl_query_free(query);
    return answer;
}

static void test_joined(void)
{
    OK(takes("5g", (struct counts){9, 2}), "5g is 5G where that is commoner");
    OK(!takes("100g", (struct counts){2, 9}), "100g is grams where these are");
    OK(!takes("5g", (struct counts){0, 0}) && takes("5g", (struct counts){4, 4}),
       "and where it is not known; a tie is the code");
    OK(takes("covid-19", (struct counts){1, 9}), "a code is one wherever the index has it");
    OK(!takes("covid-19", (struct counts){0, 9}), "and its parts elsewhere");
}

int main(void)
{
    scratch_begin();
    test_forms();
    test_slips();
    test_joined();
    return tap_done();
}
