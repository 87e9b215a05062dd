/*
 * Articles like one of the index (tests/cases/related.tsv): which come, that the article itself
 * and deleted ones do not, that segments change nothing, what options do, and every failure.
 */
#include "faultio.h"
#include "scratch.h"

#include <inttypes.h>

enum { ARTICLES_MAX = 64, LINE_ROOM = 1024 };

static struct hl_article articles[ARTICLES_MAX];
static size_t article_count;
static char questions[ARTICLES_MAX][3]
                     [LINE_ROOM]; /* id, ids that come first, ids that do not */
static size_t question_count;

/* ------------------------------------------------------------------------ cases */

static char *next_field(char **at)
{
    char *field = *at ? *at : "";
    if (*at && (*at = strchr(*at, '\t')))
        *(*at)++ = '\0';
    return field;
}

static bool read_cases(void)
{
    char line[LINE_ROOM];
    FILE *f = fopen("tests/cases/related.tsv", "r");
    while (f && fgets(line, sizeof line, f)) {
        char *at = line;
        line[strcspn(line, "\n")] = '\0';
        if (*line == '#' || !*line)
            continue;
        if (!strncmp(line, "? ", 2)) {
            at += 2;
            for (int i = 0; i < 3; i++)
                snprintf(questions[question_count][i], LINE_ROOM, "%s", next_field(&at));
            question_count++;
            continue;
        }
        struct hl_article *a = &articles[article_count];
        a->id = strdup(next_field(&at));
        a->title = strdup(next_field(&at));
        a->body = strdup(next_field(&at));
        a->source = article_count % 2 ? "Báo lẻ" : "Báo chẵn";
        a->date = 1500000000 + (int64_t)article_count * 86400;
        a->date_precision = HL_DATE_DAY;
        article_count++;
    }
    if (f)
        fclose(f);
    return article_count > 10 && question_count > 5;
}

/* The articles, committed in parts; then one is replaced by another text. */
static bool make_index(const char *path, size_t parts, const struct hl_writer_options *options)
{
    bool good = true;
    for (size_t i = 0; good && i < parts; i++)
        good = scratch_commit(path, options, articles, article_count * i / parts,
                              article_count * (i + 1) / parts, NULL);
    return good;
}

/* ids of the hits between blanks, with scores to their last bit if wanted. */
static const char *found(const struct hl_result *r, bool scores)
{
    static char texts[4][4096];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    size_t at = 0;
    *text = '\0';
    for (size_t i = 0; i < hl_result_count(r); i++) {
        const struct hl_hit *hit = hl_result_hit(r, i);
        at += (size_t)snprintf(text + at, sizeof texts[0] - at, "%s%s", at ? " " : "", hit->id);
        if (scores)
            at += (size_t)snprintf(text + at, sizeof texts[0] - at, "=%a", hit->score);
    }
    return text;
}

static const char *related(const struct hl_index *index, const char *id,
                           const struct hl_search_options *options, bool scores)
{
    struct hl_result *r = NULL;
    struct hl_error err = {0};
    if (hl_related(index, id, options, &r, &err) != HL_OK)
        return hl_status_name(err.code);
    const char *text = found(r, scores);
    hl_result_free(r);
    return text;
}

static bool has_id(const char *list, const char *id)
{
    size_t size = strlen(id);
    for (const char *p = list; (p = strstr(p, id)); p += size)
        if ((p == list || p[-1] == ' ') && (p[size] == ' ' || !p[size]))
            return true;
    return false;
}

/* ------------------------------------------------------------------------ tests */

static void test_cases(const struct hl_index *index)
{
    for (size_t i = 0; i < question_count; i++) {
        const char *id = questions[i][0], *first = questions[i][1];
        const char *got = related(index, id, NULL, false);
        size_t size = strcmp(first, "-") ? strlen(first) : 0;
        OK(!strncmp(got, first, size) && (!size || got[size] == ' ' || !got[size]),
           "like %s first: %s (%s)", id, first, got);
        char *save = NULL;
        for (char *no = strtok_r(questions[i][2], " ", &save); no;
             no = strtok_r(NULL, " ", &save))
            OK(!has_id(got, no), "like %s not: %s", id, no);
    }
}

static void test_segments(const struct hl_index *one, const struct hl_index *many)
{
    struct hl_stats stats;
    OK(hl_index_stats(many, &stats, NULL) == HL_OK && stats.segments > 1, "several segments");
    for (size_t i = 0; i < article_count; i++)
        IS(related(many, articles[i].id, NULL, true), related(one, articles[i].id, NULL, true),
           articles[i].id);
}

static void test_options(const struct hl_index *index)
{
    struct hl_search_options o;
    hl_search_options_init(&o);
    const char *all = related(index, "laser2", &o, false);
    OK(strchr(all, ' '), "several: %s", all);
    o.count = 1;
    IS(related(index, "laser2", &o, false), "laser1", "one");
    o.offset = 1;
    IS(related(index, "laser2", &o, false), "laser3", "the second");
    hl_search_options_init(&o);
    o.source = "bao le";
    IS(related(index, "laser1", &o, false), "laser2", "of one source");
    o.source = "không có";
    IS(related(index, "laser1", &o, false), "", "of none");
    hl_search_options_init(&o);
    o.sort = HL_SORT_NEWEST;
    IS(related(index, "laser1", &o, false), "laser3 laser2",
       "newest first, only what is like it");
    o.sort = HL_SORT_OLDEST;
    o.facet_values[HL_FACET_SOURCE] = 5;
    struct hl_result *r = NULL;
    OK(hl_related(index, "laser1", &o, &r, NULL) == HL_OK, "with a facet");
    IS(found(r, false), "laser2 laser3", "oldest first");
    OK(hl_result_total(r) == 2, "the article itself is not in the total");
    const struct hl_facet_value *v = hl_result_facet(r, HL_FACET_SOURCE, 0);
    OK(v && v->count == 1 && hl_result_facet_distinct(r, HL_FACET_SOURCE) == 2,
       "nor in the counts of a facet");
    hl_result_free(r);
    hl_search_options_init(&o);
    o.cover = HL_COVER_ALL;
    IS(related(index, "laser1", &o, false), "laser2", "that has all of its words");
    o.cover = 101;
    IS(related(index, "laser1", &o, false), "MISUSE", "a cover that is none");
    hl_search_options_init(&o);
    o.exhaustive = true;
    IS(related(index, "phoi1", &o, true), related(index, "phoi1", NULL, true),
       "the slow twin agrees");
    o.exhaustive = false;
    o.rank = HL_RANK_BM25;
    OK(has_id(related(index, "phoi1", &o, false), "phoi2"), "BM25 of the words alone");
}

/* The words that were asked for are those of the answer's passages. */
static void test_snippet(const struct hl_index *index)
{
    struct hl_result *r = NULL;
    struct hl_snippet s = {0};
    OK(hl_related(index, "phoi1", NULL, &r, NULL) == HL_OK &&
           hl_snippet_make(r, "Trời đẹp. Thuốc mới trị ung thư phổi.", 200, &s, NULL) == HL_OK,
       "a passage");
    OK(s.range_count > 0 && strstr(s.text + s.ranges[s.range_count - 1].start, "ung thư phổi"),
       "marks the key words");
    OK(!hl_result_restored(r) && !hl_result_suggestion(r, 0) && !hl_result_synonym(r, 0),
       "nothing was understood otherwise");
    hl_snippet_release(&s);
    hl_result_free(r);
}

static void test_wrong(const struct hl_index *index)
{
    struct hl_result *r = NULL;
    struct hl_error err = {0};
    OK(hl_related(index, "laser", NULL, &r, &err) == HL_NOT_FOUND && !r, "no such id");
    OK(strstr(err.text, "laser"), "which the error names: %s", err.text);
    OK(hl_related(index, "", NULL, &r, NULL) == HL_NOT_FOUND, "an empty id");
    OK(hl_related(NULL, "a", NULL, &r, NULL) == HL_MISUSE &&
           hl_related(index, NULL, NULL, &r, NULL) == HL_MISUSE &&
           hl_related(index, "a", NULL, NULL, NULL) == HL_MISUSE,
       "nothing given");
    OK(!r, "outputs untouched");
}

static void test_no_store(void)
{
    struct hl_writer_options options = {.no_store = true};
    struct hl_index *index = NULL;
    struct hl_result *r = NULL;
    struct hl_error err = {0};
    const char *path = scratch_name("bare");
    OK(make_index(path, 1, &options) && hl_index_open(path, &index, NULL) == HL_OK, "no texts");
    OK(hl_related(index, "laser1", NULL, &r, &err) == HL_UNSUPPORTED && !r, "cannot tell: %s",
       err.text);
    OK(hl_related(index, "nix", NULL, &r, NULL) == HL_NOT_FOUND, "an unknown id all the same");
    hl_index_close(index);
}

/* A replaced article answers as it is now; what it was leaves no trace. */
static void test_replaced(void)
{
    const char *path = scratch_name("replaced");
    const struct hl_article lunar = {
        .id = "laser3", .title = "Giá vàng tăng", .body = "Thị trường vàng trong nước."};
    struct hl_index *index = NULL;
    OK(make_index(path, 3, NULL) && scratch_commit(path, NULL, &lunar, 0, 1, NULL) &&
           hl_index_open(path, &index, NULL) == HL_OK,
       "one replaced");
    const char *got = related(index, "laser1", NULL, false);
    OK(has_id(got, "laser2") && !has_id(got, "laser3"), "no longer like laser1: %s", got);
    OK(!has_id(related(index, "laser3", NULL, false), "laser1"), "nor the other way round");
    hl_index_close(index);
}

/* What a failed call leaves of a result: what it was, or nothing. */
static bool is_nothing_or(const struct hl_result *r, const char *before)
{
    return !hl_result_count(r) || !strcmp(found(r, true), before);
}

/* One result for both kinds of search; each allocation fails once. */
static void test_memory(const struct hl_index *index)
{
    struct hl_query *query = NULL;
    struct hl_result *r = NULL;
    uint64_t at = 0;
    unsigned bad = 0;
    bool failed = true;
    OK(hl_query_parse(index, "giống lúa", strlen("giống lúa"), NULL, &query, NULL) == HL_OK,
       "a query");
    char want[LINE_ROOM], query_want[LINE_ROOM];
    snprintf(want, sizeof want, "%s", related(index, "laser1", NULL, true));
    hl_search(index, query, NULL, &r, NULL);
    snprintf(query_want, sizeof query_want, "%s", found(r, true));
    while (failed && bad < 3 && at < 10000) {
        struct hl_result *fresh = NULL;
        struct hl_error err = {0};
        faultmem_start(++at, false);
        hl_status status = hl_related(index, "laser1", NULL, at % 2 ? &r : &fresh, &err);
        failed = faultmem_failed() > 0;
        faultmem_stop();
        const struct hl_result *used = at % 2 ? r : fresh;
        bool good = status == HL_OK ? !strcmp(found(used, true), want)
                                    : failed && !fresh && is_nothing_or(r, query_want);
        good &= hl_search(index, query, NULL, &r, NULL) == HL_OK &&
                !strcmp(found(r, true), query_want);
        if (!good)
            printf("# allocation %" PRIu64 ": %s\n", at, hl_status_name(status));
        bad += !good;
        hl_result_free(fresh);
    }
    OK(!bad && !failed && at > 20, "each of %" PRIu64 " allocations fails", at - 1);
    hl_result_free(r);
    hl_query_free(query);
}

int main(void)
{
    struct hl_index *one = NULL, *many = NULL;
    scratch_begin();
    OK(read_cases(), "%zu articles, %zu questions", article_count, question_count);
    OK(make_index(scratch_name("one"), 1, NULL) && make_index(scratch_name("many"), 3, NULL),
       "indexes");
    OK(hl_index_open(scratch_name("one"), &one, NULL) == HL_OK &&
           hl_index_open(scratch_name("many"), &many, NULL) == HL_OK,
       "are open");
    if (one && many) {
        test_cases(many);
        test_segments(one, many);
        test_options(many);
        test_snippet(many);
        test_wrong(many);
        test_no_store();
        test_replaced();
        test_memory(many);
    }
    hl_index_close(one);
    hl_index_close(many);
    for (size_t i = 0; i < article_count; i++) {
        free((char *)articles[i].id);
        free((char *)articles[i].title);
        free((char *)articles[i].body);
    }
    return tap_done();
}
