/*
 * Tags: lines of text to columns and back; articles found and counted by them, whatever was
 * replaced, merged, stored, or more than there is room for.
 */
#include "hlsearch_inspect.h"
#include "query/query.h"
#include "scratch.h"
#include "segment/manifest.h"
#include "segment/segment.h"

#include <inttypes.h>

/* ------------------------------------------------------------------------ questions */

static void say_fault(void *user, const char *text)
{
    printf("# %s\n", text);
}

static bool sound(const char *name)
{
    struct hl_check_report report = {0};
    hl_status status = hl_check(scratch_name(name), say_fault, NULL, NULL, &report, NULL);
    return status == HL_OK && !report.faults;
}

static struct hl_index *open_index(const char *name)
{
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    if (hl_index_open(scratch_name(name), &index, &err))
        printf("# %s\n", err.text);
    return index;
}

/* All articles, which have the word "x"; clause: a condition of the query itself, as a parser
 * of tag:"..." makes it. */
static hl_status ask(const struct hl_index *index, const struct hl_search_options *options,
                     const char *clause, bool excluded, struct hl_result **out_result)
{
    struct hl_query *query = NULL;
    char text[200];
    snprintf(text, sizeof text, "x%s%s%s", clause ? " author:\"" : "", clause ? clause : "",
             clause ? "\"" : "");
    hl_status status = hl_query_parse(index, text, strlen(text), NULL, &query, NULL);
    if (status == HL_OK && clause) {
        struct hlq_clause *last = &query->clauses[query->count - 1];
        assert(last->kind == HLQ_FILTER);
        last->field = 3;
        last->excluded = excluded;
    }
    if (status == HL_OK)
        status = hl_search(index, query, options, out_result, NULL);
    hl_query_free(query);
    return status;
}

/* Ids in the order of their bytes ("!" after a failure): of those with the tag, or by a clause
 * with or without it. */
static const char *ids(const char *name, const char *tag, const char *clause, bool excluded)
{
    static char text[4000];
    struct hl_index *index = open_index(name);
    struct hl_search_options options;
    struct hl_result *result = NULL;
    size_t size = 0;
    hl_search_options_init(&options);
    options.rank = HL_RANK_BM25;
    options.count = 100;
    options.b = 0; /* one score for all, so by id: none is dated */
    options.tag = tag;
    *text = '\0';
    if (ask(index, &options, clause, excluded, &result) != HL_OK)
        snprintf(text, sizeof text, "!");
    for (size_t i = 0; i < hl_result_count(result); i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", i ? " " : "",
                                 hl_result_hit(result, i)->id);
    if (hl_result_total(result) != hl_result_count(result))
        snprintf(text, sizeof text, "a total that is not theirs");
    hl_result_free(result);
    hl_index_close(index);
    return text;
}

/* "AI 2, chip 1 of 5, none 3" */
static const char *counted(const char *name, unsigned values)
{
    static char text[4000];
    struct hl_index *index = open_index(name);
    struct hl_search_options options;
    struct hl_result *result = NULL;
    const struct hl_facet_value *value;
    size_t size = 0;
    hl_search_options_init(&options);
    options.facet_values[HL_FACET_TAG] = values;
    *text = '\0';
    if (ask(index, &options, NULL, false, &result) != HL_OK)
        snprintf(text, sizeof text, "!");
    for (size_t i = 0; (value = hl_result_facet(result, HL_FACET_TAG, i)); i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s %" PRIu64,
                                 i ? ", " : "", value->name, value->count);
    snprintf(text + size, sizeof text - size, " of %" PRIu64 ", none %" PRIu64,
             hl_result_facet_distinct(result, HL_FACET_TAG),
             hl_result_facet_missing(result, HL_FACET_TAG));
    hl_result_free(result);
    hl_index_close(index);
    return text;
}

static const char *stored_tags(const char *name, const char *id)
{
    static char text[8000];
    struct hl_index *index = open_index(name);
    struct hl_document *document = NULL;
    snprintf(text, sizeof text, "!");
    if (hl_document_get(index, id, &document, NULL) == HL_OK) {
        const char *tags = hl_document_article(document)->tags;
        snprintf(text, sizeof text, "%s", tags ? tags : "-");
    }
    hl_document_free(document);
    hl_index_close(index);
    return text;
}

static uint64_t segments(const char *name)
{
    struct hl_index *index = open_index(name);
    struct hl_stats stats = {0};
    hl_index_stats(index, &stats, NULL);
    hl_index_close(index);
    return stats.segments;
}

static bool add(const char *name, const struct hl_writer_options *options,
                const struct hl_article *articles, size_t count)
{
    return scratch_commit(scratch_name(name), options, articles, 0, count, NULL);
}

/* ------------------------------------------------------------------------ cases */

static const struct hl_article six[] = {
    {.id = "a", .body = "x", .tags = "Trí tuệ nhân tạo\nAI\nchip"},
    {.id = "b", .body = "x", .tags = "trí tuệ nhân tạo"},
    {.id = "c", .body = "x", .tags = "Tri tue nhan tao\nChíp"},
    {.id = "d", .body = "x"},
    {.id = "e", .body = "x", .tags = " AI \n\n \t\nAI\r\nchip\n"},
    {.id = "f", .body = "x", .tags = " \n\n"}};

static void check_filter(const char *name, const char *what)
{
    printf("# %s\n", what);
    IS(ids(name, "trí tuệ nhân tạo", NULL, false), "a b", "case does not count");
    IS(ids(name, "TRÍ TUỆ NHÂN TẠO", NULL, false), "a b", "on either side");
    IS(ids(name, "tri tue nhan tao", NULL, false), "a b c", "nor do marks that are not typed");
    IS(ids(name, "chíp", NULL, false), "c", "but those that are do");
    IS(ids(name, "chip", NULL, false), "a c e", "any of the tags will do");
    IS(ids(name, "tri tue", NULL, false), "", "whole tags");
    IS(ids(name, "", NULL, false), "", "an empty value is no tag");
    IS(ids(name, "AI\nchip", NULL, false), "", "two lines are no tag");
    IS(ids(name, "zzz", NULL, false), "", "nobody's");
    IS(ids(name, "\xff", NULL, false), "!", "a value that is not UTF-8");
    IS(ids(name, NULL, "ai", false), "a e", "in the query");
    IS(ids(name, NULL, "ai", true), "b c d f", "left out, which those without tags are not");
    IS(ids(name, NULL, "zzz", true), "a b c d e f", "nobody's left out");
    IS(ids(name, "chip", "ai", true), "c", "one tag and not another");
    IS(ids(name, "chip", "ai", false), "a e", "both");
}

static void test_small(void)
{
    OK(add("six", NULL, six, 6) && sound("six"), "six articles");
    check_filter("six", "stored");
    IS(counted("six", 9),
       "AI 2, chip 2, Chíp 1, Tri tue nhan tao 1, Trí tuệ nhân tạo 1, trí tuệ nhân tạo 1 of 6, "
       "none 2",
       "each tag of each article, once");
    IS(counted("six", 1), "AI 2 of 6, none 2", "the first of them");
    IS(stored_tags("six", "e"), " AI \n\n \t\nAI\r\nchip\n", "stored as given");
}

/* More and more of them, then others in their place. */
static void test_merged(const char *name, bool stored)
{
    struct hl_writer_options options = {.no_store = !stored};
    const struct hl_article again[] = {{.id = "a", .body = "x", .tags = "mới"},
                                       {.id = "e", .body = "x"}};
    bool good = true;
    uint64_t most = 0;
    for (size_t i = 0; i < 6; i++) {
        good = good && add(name, &options, &six[i], 1);
        most = segments(name) > most ? segments(name) : most;
    }
    OK(good && most > 1 && most < 6 && sound(name), "%s: six commits, %" PRIu64 " segments",
       name, most);
    check_filter(name, name);
    IS(counted(name, 2), "AI 2, chip 2 of 6, none 2", "names of segments are one");
    OK(add(name, &options, again, 1), "one is replaced");
    IS(counted(name, 1), "AI 1 of 6, none 2", "what it had is gone");
    OK(add(name, &options, again, 2) && sound(name), "two are");
    IS(counted(name, 9), "Chíp 1, Tri tue nhan tao 1, mới 1, trí tuệ nhân tạo 1 of 4, none 3",
       "and that");
    IS(ids(name, "ai", NULL, false), "", "nobody has it any more");
    IS(ids(name, "moi", NULL, false), "a", "the new one");
    IS(ids(name, NULL, "moi", true), "b c d e f", "the others");
}

/* One that stores takes over what one that does not had written. */
static void test_mixed(void)
{
    struct hl_writer_options bare = {.no_store = true};
    bool good = add("mixed", &bare, six, 3);
    IS(stored_tags("mixed", "a"), "!", "nothing is stored");
    for (size_t i = 3; i < 6; i++)
        good = good && add("mixed", NULL, &six[i], 1);
    OK(good && sound("mixed"), "with and without a store");
    check_filter("mixed", "mixed");
}

/* The columns themselves. */
static const struct hlfmt_span *columns_of(const char *name, struct hlseg *segment)
{
    struct hlmanifest manifest;
    uint64_t generation;
    if (hlman_newest(scratch_name(name), &generation, NULL) != HL_OK ||
        hlman_read(scratch_name(name), generation, &manifest, NULL) != HL_OK ||
        hlseg_open(scratch_name(name), &manifest, &manifest.segments[0], segment, NULL) !=
            HL_OK)
        abort();
    hlman_release(&manifest);
    return segment->chunks[0].head.section;
}

static void test_columns(void)
{
    struct hlseg segment;
    struct hlchunk_tags tags;
    struct hlchunk_names names;
    const uint8_t *keys;
    OK(add("none", NULL, &six[3], 1) && sound("none"), "nobody has a tag");
    const struct hlfmt_span *s = columns_of("none", &segment);
    OK(!s[HLFMT_TAG_OFFSETS].size && !s[HLFMT_TAGS].size && !s[HLFMT_TAG_NAMES].size &&
           !s[HLFMT_TAG_KEYS].size,
       "and that costs nothing");
    OK(hlchunk_tags(&segment.chunks[0], &tags, NULL) == HL_OK && !tags.count &&
           hlchunk_tag_names(&segment.chunks[0], &names, &keys, NULL) == HL_OK && !names.count,
       "no codes, no names");
    hlseg_close(&segment);
    IS(ids("none", "chip", NULL, false), "", "nobody's");
    IS(ids("none", NULL, "chip", true), "d", "nobody's, left out");
    IS(counted("none", 5), " of 0, none 1", "nothing to count");
    s = columns_of("six", &segment);
    OK(s[HLFMT_TAG_OFFSETS].size == 28 && s[HLFMT_TAGS].size == 16 &&
           s[HLFMT_TAG_KEYS].size == 24,
       "six articles, eight codes, six names");
    OK(hlchunk_tag_names(&segment.chunks[0], &names, &keys, NULL) == HL_OK &&
           hlbuf_load32(keys + 12) == hlbuf_load32(keys) &&
           hlbuf_load32(keys) == hlchunk_tag_key("tri tue nhan tao", 16),
       "names that differ by case and marks have one key");
    hlseg_close(&segment);
}

/* 70 different tags, the first twice; an article has the first 64. */
static void test_many_of_one(void)
{
    char lines[2000] = "t0\n";
    size_t size = strlen(lines);
    for (int i = 0; i < 70; i++)
        size += (size_t)snprintf(lines + size, sizeof lines - size, "t%d\n", i);
    const struct hl_article article = {.id = "a", .body = "x", .tags = lines};
    OK(add("many", NULL, &article, 1) && add("many", NULL, six, 6) && sound("many"),
       "an article of 70 tags, alone and merged");
    IS(ids("many", "t63", NULL, false), "", "it was replaced");
    const struct hl_article other = {.id = "g", .body = "x", .tags = lines};
    OK(add("many", NULL, &other, 1) && sound("many"), "another");
    IS(ids("many", "t63", NULL, false), "g", "the 64th");
    IS(ids("many", "t64", NULL, false), "", "but not the 65th");
    IS(stored_tags("many", "g"), lines, "which is stored all the same");
    IS(counted("many", 1), "AI 2 of 70, none 2", "nor is it counted");
}

/* More names than there are codes: 1,100 articles of 60 tags each. */
static void test_many_names(void)
{
    enum { DOCS = 1100, EACH = 60 };
    static struct hl_article articles[DOCS];
    static char names[DOCS][16], lines[DOCS][EACH * 16];
    for (int d = 0; d < DOCS; d++) {
        size_t size = 0;
        snprintf(names[d], sizeof names[d], "%05d", d);
        for (int i = 0; i < EACH; i++)
            size += (size_t)snprintf(lines[d] + size, sizeof lines[d] - size, "nhãn %d\n",
                                     d * EACH + i);
        articles[d] = (struct hl_article){.id = names[d], .body = "x", .tags = lines[d]};
    }
    OK(add("names", NULL, articles, DOCS) && sound("names"), "%d names", DOCS * EACH);
    IS(counted("names", 0), " of 0, none 0", "nothing asked for");
    const char *text = counted("names", 1);
    OK(strstr(text, " of 65535, none "), "65,535 have a code (%s)", text);
    struct hlseg segment;
    const struct hlfmt_span *s = columns_of("names", &segment);
    OK(s[HLFMT_TAGS].size == 65535 * 2 && s[HLFMT_TAG_KEYS].size == 65535 * 4,
       "and each is one article's");
    hlseg_close(&segment);
    unsigned found = 0, stored = 0;
    for (int i = 0; i < DOCS * EACH; i += 997) {
        char name[32];
        snprintf(name, sizeof name, "NHÃN %d", i);
        const char *got = ids("names", name, NULL, false);
        found += !strcmp(got, names[i / EACH]);
        stored += !*got;
    }
    OK(found > 60 && stored <= 2, "%u of them are found, %u are only stored", found, stored);
    /* Many values that may be one: more codes than are compared one by one. */
    OK(add("names", NULL, six, 6) && sound("names"), "more articles");
    IS(ids("names", "tri tue nhan tao", NULL, false), "a b c", "in another segment");
}

static void test_spellings(void)
{
    static const char *const spelled[] = {"ma", "má", "mà", "mả", "mã", "mạ", "MA", "Má"};
    enum { N = sizeof spelled / sizeof *spelled };
    struct hl_article articles[N + 1];
    char names[N + 1][2] = {""};
    for (size_t i = 0; i <= N; i++) {
        names[i][0] = (char)('a' + i);
        articles[i] =
            (struct hl_article){.id = names[i], .body = "x", .tags = i < N ? spelled[i] : "ba"};
    }
    OK(add("ma", NULL, articles, N + 1) && sound("ma"), "eight spellings");
    IS(ids("ma", "ma", NULL, false), "a b c d e f g h", "more than are compared one by one");
    IS(ids("ma", NULL, "ma", true), "i", "left out");
    IS(ids("ma", "MÁ", NULL, false), "b h", "two of them");
}

int main(void)
{
    scratch_begin();
    test_small();
    test_merged("merged", true);
    test_merged("bare", false);
    test_mixed();
    test_columns();
    test_many_of_one();
    test_spellings();
    test_many_names();
    return tap_done();
}
