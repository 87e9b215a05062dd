/*
 * What an open index remembers from search to search: it is right, is shared by threads, and
 * changes no proposal and no count of copies, whatever was asked before, in whatever order, and
 * however it was cut.
 */
#include "backend/bytes.h"
#include "backend/twins.h"
#include "base/deadline.h"
#include "engine/index.h"
#include "faultio.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <pthread.h>

/* ------------------------------------------------------------------------- the table */

static void check_table(void)
{
    struct hlknown *known = hlknown_new();
    const uint64_t df_max = ((uint64_t)1 << 28) - 1, cf_max = ((uint64_t)1 << 35) - 1;
    uint64_t df = 7, cf = 8;
    OK(!hlknown_syllable(known, 5, &df, &cf) && df == 7 && cf == 8, "not known: untouched");
    hlknown_keep_syllable(known, 5, 0, 0);
    OK(hlknown_syllable(known, 5, &df, &cf) && !df && !cf, "known to be nowhere");
    hlknown_keep_syllable(known, 65535, df_max, cf_max);
    OK(hlknown_syllable(known, 65535, &df, &cf) && df == df_max && cf == cf_max &&
           !hlknown_syllable(known, 65534, &df, &cf),
       "as much as fits");
    hlknown_keep_syllable(known, 9, df_max + 1, 1);
    hlknown_keep_syllable(known, 9, 1, cf_max + 1);
    OK(!hlknown_syllable(known, 9, &df, &cf), "more is not kept");
    faultmem_start(1, true);
    hlknown_keep_syllable(known, 4096, 1, 1);
    faultmem_stop();
    OK(!hlknown_syllable(known, 4096, &df, &cf), "nothing is kept without memory");
    hlknown_free(known);
    hlknown_keep_syllable(NULL, 5, 1, 1);
    OK(!hlknown_syllable(NULL, 5, &df, &cf), "nor where there is nothing to keep it in");
    hlknown_free(NULL);
}

/* ------------------------------------------------------------------ proposals, copies */

static const char *const sentences[] = {
    "Nghiên cứu khoa học ở trường đại học.",
    "Trí tuệ nhân tạo thay đổi y học.",
    "Biến đổi khí hậu toàn cầu.",
    "Kỹ thuật nuôi tôm, kỹ thuật mới.",
    "Khu công nghệ cao Hòa Lạc.",
    "Điện thoại Samsung bán chạy.",
    "Phát hiện ung thư phổi sớm.",
    "Giáo dục phổ thông đổi mới.",
};
static const char *const queries[] = {
    "nghiên cúu khoa học",
    "trí tuê nhân tạo",
    "biến đỏi khí hậu",
    "kỷ thuật nuôi tôm",
    "khu công ngệ cao",
    "điện thọai samsung",
    "ung thu phỗi",
    "giáo dụt phổ thông",
    "nghiên cứu khao học",
    "nghành giáo dục",
    "công* cao",
    "khí hạu toàn càu",
    "khoa OR trí OR khí OR kỹ OR khu OR máy OR bán OR ung OR mới",
};
static const char *const sources[] = {"Tia Sáng", "Đất Việt", "Khoa học"};
enum {
    SOURCES = sizeof sources / sizeof *sources,
    SENTENCES = sizeof sentences / sizeof *sentences,
    QUERIES = sizeof queries / sizeof *queries,
    ARTICLES = SENTENCES * 12,
    ROOM = 1024
};

static bool build(void)
{
    static struct hl_article articles[ARTICLES];
    static char ids[ARTICLES][16];
    for (size_t i = 0; i < ARTICLES; i++) {
        snprintf(ids[i], sizeof ids[i], "a%zu", i);
        articles[i] =
            (struct hl_article){.id = ids[i],
                                .body = sentences[i % SENTENCES],
                                .source = sources[i % SOURCES],
                                .section = i % 7 ? sources[i / 7 % SOURCES] : NULL,
                                .date = i % 5 ? (int64_t)i * 86400 * 40 : 0,
                                .date_precision = i % 5 ? HL_DATE_DAY : HL_DATE_UNKNOWN};
    }
    struct scratch_archive archive = {.articles = articles, .count = ARTICLES};
    return scratch_build(scratch_name("ix"), NULL, &archive, 2);
}

static struct hl_index *open_index(void)
{
    struct hl_index *index = NULL;
    hl_status status = hl_index_open(scratch_name("ix"), &index, NULL);
    assert(status == HL_OK);
    return index;
}

/* What answers have of each facet, as text. */
static int put_facets(const struct hl_result *result, char *out, int size)
{
    static const enum hl_facet facets[] = {HL_FACET_SOURCE, HL_FACET_SECTION, HL_FACET_YEAR};
    for (size_t f = 0; f < sizeof facets / sizeof *facets; f++) {
        const struct hl_facet_value *v;
        size += snprintf(out + size, ROOM - (size_t)size, " %llu-",
                         (unsigned long long)hl_result_facet_missing(result, facets[f]));
        for (size_t i = 0; (v = hl_result_facet(result, facets[f], i)); i++)
            size += snprintf(out + size, ROOM - (size_t)size, "%s:%llu,", v->name,
                             (unsigned long long)v->count);
    }
    return size;
}

/* Total, copies, facets and proposals as text. */
static void ask(const struct hl_index *index, const char *words, unsigned timeout_ms,
                char out[ROOM])
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.suggest = true;
    options.group = true;
    options.timeout_ms = timeout_ms;
    options.facet_values[HL_FACET_SOURCE] = options.facet_values[HL_FACET_SECTION] = 10;
    options.facet_values[HL_FACET_YEAR] = 20;
    *out = 0;
    if (hl_query_parse(index, words, strlen(words), NULL, &query, NULL) == HL_OK &&
        hl_search(index, query, &options, &result, NULL) == HL_OK) {
        const struct hl_suggestion *s;
        int size = snprintf(out, ROOM, "%llu", (unsigned long long)hl_result_total(result));
        for (size_t i = 0; i < hl_result_count(result); i++)
            size += snprintf(out + size, ROOM - (size_t)size, " %u",
                             hl_result_hit(result, i)->similar);
        size = put_facets(result, out, size);
        for (size_t i = 0; (s = hl_result_suggestion(result, i)); i++)
            size += snprintf(out + size, ROOM - (size_t)size, " [%s %a]", s->text, s->odds);
    }
    hl_result_free(result);
    hl_query_free(query);
}

static char want[QUERIES][ROOM]; /* each asked of an index that was just opened */

static unsigned wrong_answers(const struct hl_index *index, size_t from)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        char got[ROOM];
        size_t q = (from + i) % QUERIES;
        ask(index, queries[q], 0, got);
        wrong += strcmp(got, want[q]) != 0;
    }
    return wrong;
}

static void check_answers(void)
{
    unsigned proposed = 0, copied = 0, wrong = 0;
    for (size_t q = 0; q < QUERIES; q++) {
        struct hl_index *index = open_index();
        ask(index, queries[q], 0, want[q]);
        proposed += strchr(want[q], '[') != NULL;
        copied += strstr(want[q], " 11") != NULL; /* each sentence is in 12 articles */
        hl_index_close(index);
    }
    OK(proposed >= 5 && copied >= 5, "%u of %d queries have proposals, %u copies", proposed,
       (int)QUERIES, copied);
    struct hl_index *index = open_index();
    for (size_t from = 0; from < QUERIES; from += 5)
        wrong += wrong_answers(index, from);
    OK(hltwins_find(&index->snapshot) != NULL, "twins are known by now");
    OK(hlbytes_find(&index->snapshot) != NULL, "and facets by bytes");
    hl_index_close(index);
    OK(!wrong, "the same whatever was asked before");
}

/* ------------------------------------------------------------------------ time, threads */

static uint64_t ticks;

static uint64_t quick_clock(void)
{
    return ticks += 40000; /* 25 looks a ms */
}

static void check_cut(void)
{
    struct hl_index *index = open_index();
    char unused[ROOM];
    hldeadline_set_clock(quick_clock);
    for (unsigned ms = 1; ms < 12; ms++)
        for (size_t q = 0; q < QUERIES; q++)
            ask(index, queries[q], ms, unused);
    hldeadline_set_clock(NULL);
    OK(!wrong_answers(index, 0), "and after searches that time cut short");
    hl_index_close(index);
}

static const struct hl_index *shared;

static void *ask_all(void *from)
{
    return (void *)(uintptr_t)wrong_answers(shared, (size_t)(uintptr_t)from);
}

static void check_threads(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    struct hl_index *index = open_index();
    uintptr_t wrong = 0;
    shared = index;
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, ask_all, (void *)(uintptr_t)(i * 3));
    for (size_t i = 0; i < THREADS; i++) {
        void *counted;
        pthread_join(threads[i], &counted);
        wrong += (uintptr_t)counted;
    }
    OK(!wrong, "and in %d threads at once", THREADS);
    hl_index_close(index);
}

int main(void)
{
    scratch_begin();
    check_table();
    if (OK(build(), "an index")) {
        check_answers();
        check_cut();
        check_threads();
    }
    return tap_done();
}
