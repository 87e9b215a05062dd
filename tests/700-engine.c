/*
 * The contract of hlsearch.h: what each call promises about its outputs, its
 * failures and the numbers it gives; and that one query spelled in several
 * ways is one query.
 */
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <pthread.h>

/* A pointer that no call may hand out or leave changed. */
#define UNTOUCHED(type) ((type *)(void *)scratch_path)

static const struct hl_article articles[] = {
    {.id = "hoalac",
     .title = "Khu công nghệ cao Hòa Lạc",
     .lead = "Nhà máy thứ mười.",
     .body = "Khu công nghệ cao Hòa Lạc ở phía tây Hà Nội. Nhà máy làm chip.",
     .source = "Nhân Dân",
     .section = "Khoa học",
     .author = "Lê An",
     .url = "https://a.vn/1",
     .tags = "chip\ncông nghệ",
     .extra = "{\"trang\":3}",
     .date = 1610150400,
     .date_offset = 420,
     .date_precision = HL_DATE_DAY},
    {.id = "thuy",
     .title = "Thủy điện và thuỷ lợi",
     .body = "Nước về hồ chậm. Hoá chất tăng.",
     .source = "Tia Sáng",
     .section = "Môi trường",
     .date = 1500000000,
     .date_precision = HL_DATE_SECOND},
    {.id = "ky",
     .title = "Kỹ thuật nuôi tôm",
     .body = "Công nhân học kĩ thuật. Máy cao áp.",
     .section = "Khoa học",
     .date = 1700000000,
     .date_precision = HL_DATE_MINUTE},
    {.id = "khong-ngay", .body = "Một mẩu tin không ngày tháng về công nghệ sinh học."},
};
enum { ARTICLES = sizeof articles / sizeof *articles };

static struct hl_index *open_index(const char *name)
{
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    if (hl_index_open(scratch_name(name), &index, &err))
        printf("# %s\n", err.text);
    return index;
}

/* Asks into *io_result; true if both calls are fine. */
static bool ask(const struct hl_index *index, const char *words,
                const struct hl_search_options *options, struct hl_result **io_result)
{
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    bool good = hl_query_parse(index, words, strlen(words), NULL, &query, &err) == HL_OK &&
                hl_search(index, query, options, io_result, &err) == HL_OK;
    if (!good)
        printf("# [%s]: %s\n", words, err.text);
    hl_query_free(query);
    return good;
}

/* The ids of an answer between blanks; "!" if it failed. */
static const char *ids(const struct hl_index *index, const char *words,
                       const struct hl_search_options *options)
{
    static char text[512];
    struct hl_result *result = NULL;
    size_t size = 0;
    *text = '\0';
    if (!ask(index, words, options, &result))
        return "!";
    for (size_t i = 0; i < hl_result_count(result); i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", i ? " " : "",
                                 hl_result_hit(result, i)->id);
    hl_result_free(result);
    return text;
}

/* ------------------------------------------------------------------------- writing */

static void check_refused(void)
{
    char long_id[600];
    struct hl_writer *writer = NULL;
    struct hl_commit_info info = {0};
    struct hl_error err = {0};
    memset(long_id, 'x', sizeof long_id);
    long_id[513] = '\0';
    const struct hl_article bad[] = {
        {.body = "không tên"},
        {.id = "", .body = "tên rỗng"},
        {.id = "a"},
        {.id = "a", .body = ""},
        {.id = long_id, .body = "tên dài"},
        {.id = "a", .body = "h\xffng"},
        {.id = "a", .title = "\xe1\xbb", .body = "b"},
        {.id = "\xc0\x80", .body = "b"},
    };
    OK(hl_writer_open(scratch_name("refuse"), NULL, &writer, &err) == HL_OK, "a writer opens");
    for (size_t i = 0; writer && i < sizeof bad / sizeof *bad; i++) {
        err = (struct hl_error){0};
        OK(hl_writer_add(writer, &bad[i], &err) == HL_MISUSE && err.code == HL_MISUSE &&
               *err.text,
           "article %zu makes no sense: %s", i, err.text);
    }
    OK(hl_writer_add(writer, &bad[2], NULL) == HL_MISUSE, "err may be NULL");
    long_id[512] = '\0';
    struct hl_article good = {.id = long_id, .title = "tên dài vừa đủ"};
    OK(hl_writer_add(writer, &good, &err) == HL_OK, "the writer goes on; ids have 512 bytes");
    OK(hl_writer_commit(writer, &info, &err) == HL_OK && info.added == 1 && info.articles == 1,
       "only the good article is there");
    hl_writer_close(writer);
    hl_writer_close(NULL);
}

static void check_counts(void)
{
    struct hl_commit_info info = {0};
    struct hl_article again[3] = {articles[0], articles[1], articles[1]};
    struct hl_article kept[2] = {articles[2], {.id = "moi", .body = "Tin mới"}};
    struct hl_writer_options never = {.replace = HL_REPLACE_NEVER};
    OK(scratch_commit(scratch_name("counts"), NULL, articles, 0, ARTICLES, &info) &&
           info.added == ARTICLES && !info.replaced && !info.duplicates &&
           info.articles == ARTICLES && info.generation >= 1 && info.segments >= 1,
       "a first commit adds");
    OK(info.text_bytes > 200 && info.index_bytes > info.text_bytes / 10, "and counts bytes");
    uint64_t generation = info.generation;
    OK(scratch_commit(scratch_name("counts"), NULL, again, 0, 3, &info) && !info.added &&
           info.replaced == 2 && info.duplicates == 1 && info.articles == ARTICLES,
       "the same ids replace; of two in one commit the later stays");
    OK(info.generation > generation, "generations rise");
    OK(scratch_commit(scratch_name("counts"), &never, kept, 0, 2, &info) && info.added == 1 &&
           !info.replaced && info.duplicates == 1 && info.articles == ARTICLES + 1,
       "under never, what is there stays");
}

static void check_later_wins(void)
{
    struct hl_article two[2] = {{.id = "x", .body = "trước"}, {.id = "x", .body = "sau"}};
    struct hl_writer_options never = {.replace = HL_REPLACE_NEVER};
    OK(scratch_commit(scratch_name("later"), NULL, two, 0, 2, NULL), "one id twice");
    struct hl_index *index = open_index("later");
    IS(ids(index, "sau", NULL), "x", "the later article is there");
    IS(ids(index, "trước", NULL), "", "the earlier is not");
    struct hl_article third = {.id = "x", .body = "cuối"};
    OK(scratch_commit(scratch_name("later"), &never, &third, 0, 1, NULL), "never replaces");
    IS(ids(index, "sau", NULL), "x", "a reader keeps its generation");
    hl_index_close(index);
    index = open_index("later");
    IS(ids(index, "sau", NULL), "x", "the article of the index stays");
    OK(scratch_commit(scratch_name("later"), NULL, &third, 0, 1, NULL), "now it is replaced");
    IS(ids(index, "cuối", NULL), "", "an open reader does not see it");
    hl_index_close(index);
    index = open_index("later");
    IS(ids(index, "cuối", NULL), "x", "a new one does");
    hl_index_close(index);
}

static bool stop(void *user, const char *stage, uint64_t done, uint64_t total)
{
    ++*(int *)user;
    return true;
}

static void check_not_committed(void)
{
    struct hl_writer *writer = NULL, *second = UNTOUCHED(struct hl_writer);
    struct hl_error err = {0};
    int calls = 0;
    const char *path = scratch_name("main");
    OK(hl_writer_open(path, NULL, &writer, &err) == HL_OK, "a writer opens an index");
    OK(hl_writer_open(path, NULL, &second, &err) == HL_BUSY &&
           second == UNTOUCHED(struct hl_writer) && strstr(err.text, "main"),
       "a second one is busy: %s", err.text);
    struct hl_article more = {.id = "them", .body = "công nghệ thêm"};
    OK(hl_writer_add(writer, &more, &err) == HL_OK, "an article is added");
    hl_writer_close(writer);
    struct hl_index *index = open_index("main");
    OK(!strstr(ids(index, "thêm", NULL), "them"), "closing without a commit drops it");
    hl_index_close(index);

    struct hl_writer_options stopped = {.progress = stop, .progress_user = &calls};
    struct hl_commit_info info = {.added = 99};
    writer = NULL;
    OK(hl_writer_open(path, &stopped, &writer, &err) == HL_OK &&
           hl_writer_add(writer, &more, &err) == HL_OK,
       "a writer with a reader of progress");
    OK(hl_writer_commit(writer, &info, &err) == HL_LIMIT && calls > 0 && info.added == 99,
       "progress stops a commit, outputs untouched");
    hl_writer_close(writer);
    index = open_index("main");
    OK(!strstr(ids(index, "thêm", NULL), "them"), "the index is as it was");
    hl_index_close(index);
}

static void check_writer_misuse(void)
{
    struct hl_writer *writer = UNTOUCHED(struct hl_writer);
    struct hl_writer_options small = {.memory = 1 << 20};
    struct hl_writer_options heavy = {.weight = {256, 1, 1}}, other = {.weight = {2, 1, 1}};
    struct hl_error err = {0};
    OK(hl_writer_open(scratch_name("m"), &small, &writer, &err) == HL_MISUSE &&
           writer == UNTOUCHED(struct hl_writer) && *err.text,
       "a budget below 32 MiB is misuse: %s", err.text);
    OK(hl_writer_open(scratch_name("m"), &heavy, &writer, &err) == HL_MISUSE &&
           writer == UNTOUCHED(struct hl_writer),
       "so is a weight that no posting can hold: %s", err.text);
    OK(hl_writer_open(scratch_name("counts"), &other, &writer, &err) == HL_MISUSE &&
           writer == UNTOUCHED(struct hl_writer),
       "weights are fixed by the first commit: %s", err.text);
    FILE *f = fopen(scratch_name("file"), "w");
    assert(f);
    fclose(f);
    hl_status status = hl_writer_open(scratch_name("file"), NULL, &writer, &err);
    OK(status != HL_OK && writer == UNTOUCHED(struct hl_writer) && strstr(err.text, "file"),
       "a file is no index: %s", err.text);
}

/* ------------------------------------------------------------------------- reading */

static void check_open(void)
{
    struct hl_index *index = UNTOUCHED(struct hl_index);
    struct hl_error err = {0};
    OK(hl_index_open(scratch_name("nowhere"), &index, &err) == HL_NOT_FOUND &&
           index == UNTOUCHED(struct hl_index) && strstr(err.text, "nowhere"),
       "no index: %s", err.text);
    OK(hl_index_open(scratch_name("nowhere"), &index, NULL) == HL_NOT_FOUND, "err may be NULL");
    OK(hl_index_open(scratch_path, &index, &err) == HL_NOT_FOUND &&
           index == UNTOUCHED(struct hl_index),
       "a folder without an index: %s", err.text);
    hl_index_close(NULL);
    hl_query_free(NULL);
    hl_result_free(NULL);
    hl_document_free(NULL);
    for (int i = 0; i >= HL_MISUSE; i--)
        OK(*hl_status_name((hl_status)i) && !strstr(hl_status_name((hl_status)i), "HL_"),
           "status %d is %s", i, hl_status_name((hl_status)i));
    OK(hl_status_name((hl_status)77) != NULL, "an unknown status has a name");
}

static void check_stats(const struct hl_index *index)
{
    struct hl_stats s = {0};
    OK(hl_index_stats(index, &s, NULL) == HL_OK, "stats");
    OK(s.articles == ARTICLES && s.deleted == 0 && s.undated == 1, "articles are counted");
    OK(s.date_first == 1500000000 && s.date_last == 1700000000, "first and last date");
    /* hoalac 6 + 4 + 15, thuy 5 + 7, ky 4 + 8, khong-ngay 11 */
    OK(s.positions == 60 && s.mean_length == 15, "positions %llu, mean %g",
       (unsigned long long)s.positions, s.mean_length);
    OK(s.terms > 30 && s.postings >= s.terms && s.postings <= s.positions, "terms, postings");
    OK(s.pairs > 30 && s.pairs < s.positions, "pairs");
    OK(s.segments == 1 && s.chunks == 1 && s.generation >= 1, "one segment");
    OK(s.bytes == s.bytes_postings + s.bytes_positions + s.bytes_pairs + s.bytes_dictionary +
                      s.bytes_columns + s.bytes_store + s.bytes_other,
       "sections add up to %llu bytes", (unsigned long long)s.bytes);
    OK(s.weight[0] && s.weight[1] && s.weight[2], "weights");
    OK(strspn(s.index_id, "0123456789abcdef") == 32 &&
           strspn(s.rules, "0123456789abcdef") == 16,
       "index id and hash of rules");
}

static bool text_same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static bool article_same(const struct hl_article *a, const struct hl_article *b)
{
    return text_same(a->id, b->id) && text_same(a->url, b->url) &&
           text_same(a->title, b->title) && text_same(a->lead, b->lead) &&
           text_same(a->body, b->body) && text_same(a->source, b->source) &&
           text_same(a->section, b->section) && text_same(a->author, b->author) &&
           text_same(a->tags, b->tags) && text_same(a->extra, b->extra) && a->date == b->date &&
           a->date_offset == b->date_offset && a->date_precision == b->date_precision;
}

static void check_documents(const struct hl_index *index)
{
    struct hl_document *document;
    struct hl_error err = {0};
    for (int i = 0; i < ARTICLES; i++) {
        document = NULL;
        OK(hl_document_get(index, articles[i].id, &document, &err) == HL_OK &&
               article_same(hl_document_article(document), &articles[i]),
           "%s comes back as it was given", articles[i].id);
        hl_document_free(document);
    }
    document = UNTOUCHED(struct hl_document);
    OK(hl_document_get(index, "hoala", &document, &err) == HL_NOT_FOUND &&
           document == UNTOUCHED(struct hl_document) && strstr(err.text, "hoala"),
       "no such article: %s", err.text);
    OK(hl_document_get(index, "", &document, &err) == HL_NOT_FOUND, "nor one without a name");
}

static void check_hit(const struct hl_index *index)
{
    struct hl_result *result = NULL;
    OK(ask(index, "hòa lạc", NULL, &result) && hl_result_count(result) == 1, "one hit");
    const struct hl_hit *hit = hl_result_hit(result, 0);
    OK(text_same(hit->source, "Nhân Dân") && text_same(hit->section, "Khoa học") &&
           text_same(hit->author, "Lê An"),
       "a hit has its columns");
    OK(hit->date == 1610150400 && hit->date_offset == 420 &&
           hit->date_precision == HL_DATE_DAY && hit->score > 0,
       "and its date");
    struct hl_document *document = NULL, *same = NULL;
    struct hl_error err = {0};
    struct hl_hit other = *hit;
    OK(hl_document_of_hit(index, hit, &document, &err) == HL_OK &&
           hl_document_get(index, hit->id, &same, &err) == HL_OK &&
           article_same(hl_document_article(document), hl_document_article(same)),
       "its article, by the hit and by its id");
    hl_document_free(document);
    hl_document_free(same);
    other.docid |= 0xffff;
    document = UNTOUCHED(struct hl_document);
    OK(hl_document_of_hit(index, &other, &document, &err) == HL_MISUSE &&
           document == UNTOUCHED(struct hl_document) && strstr(err.text, "another index"),
       "a hit of another index: %s", err.text);
    OK(ask(index, "sinh", NULL, &result) && hl_result_count(result) == 1, "result used again");
    hit = hl_result_hit(result, 0);
    OK(!hit->source && !hit->section && !hit->author && hit->date_precision == HL_DATE_UNKNOWN,
       "what is not known is NULL");
    hl_result_free(result);
}

/* ----------------------------------------------------------------------- searching */

static bool lists_same(const struct hl_result *a, const struct hl_result *b)
{
    if (hl_result_count(a) != hl_result_count(b) || hl_result_total(a) != hl_result_total(b))
        return false;
    for (size_t i = 0; i < hl_result_count(a); i++)
        if (strcmp(hl_result_hit(a, i)->id, hl_result_hit(b, i)->id) ||
            memcmp(&hl_result_hit(a, i)->score, &hl_result_hit(b, i)->score, sizeof(double)))
            return false;
    return true;
}

static void check_spellings(const struct hl_index *index)
{
    static const char *const same[][2] = {
        {"khu công nghệ cao hòa lạc", "khu công nghệ cao hoà lạc"},
        {"khu công nghệ cao hòa lạc", "KHU CÔNG NGHỆ CAO HÒA LẠC"},
        {"khu công nghệ cao hòa lạc",
         "khu co\u0302ng nghe\u0323\u0302 cao ho\u0300a la\u0323c"},
        {"khu công nghệ cao hòa lạc",
         "Khu co\u0302ng nghe\u0302\u0323 cao hoa\u0300 la\u0323c"},
        {"thủy điện", "thuỷ điện"},
        {"thủy điện", "THUY\u0309 ÐIỆN"},
        {"hoá chất", "hóa chất"},
        {"hòa lạc", "  hòa,\tlạc.\u00a0"},
        {"hòa lạc", "h\u200bòa l\u00adạc"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct hl_result *a = NULL, *b = NULL;
        OK(ask(index, same[i][0], NULL, &a) && ask(index, same[i][1], NULL, &b) &&
               hl_result_count(a) > 0 && lists_same(a, b),
           "[%s] is [%s]", same[i][1], same[i][0]);
        hl_result_free(a);
        hl_result_free(b);
    }
}

static void check_readings(const struct hl_index *index)
{
    struct hl_result *result = NULL;
    OK(ask(index, "cong zzqx thuật", NULL, &result), "three words");
    const struct hl_reading *r = hl_result_reading(result, 0);
    OK(r && !strcmp(r->word, "cong") && strstr(r->as, "công") && r->df == 3 && r->in_index &&
           r->why == HL_WHY_MARKS,
       "cong was read as %s in %llu", r ? r->as : "-", r ? (unsigned long long)r->df : 0);
    r = hl_result_reading(result, 1);
    OK(r && !strcmp(r->word, "zzqx") && !r->in_index && r->df == 0, "zzqx is not there");
    r = hl_result_reading(result, 2);
    OK(r && !strcmp(r->word, "thuật") && !strcmp(r->as, "thuật") && r->df == 1 && r->in_index &&
           r->why == HL_WHY_TYPED,
       "thuật is itself");
    const struct hl_understood *u = hl_result_understood(result, 0);
    OK(u && !strcmp(u->text, "cong") && !strcmp(u->as, "công") && u->why == HL_WHY_MARKS &&
           u->start == 0 && u->end == 4,
       "cong was understood as công");
    OK(!hl_result_understood(result, 1), "and nothing else was changed");
    IS(hl_result_restored(result), "công zzqx thuật", "the query as it was understood");
    OK(!hl_result_reading(result, 3) && !hl_result_reading(result, 1000), "and no more");
    hl_result_free(result);
    IS(ids(index, "hoa lac", NULL), "hoalac", "marked text is found without marks");
    IS(ids(index, "dien", NULL), "thuy", "đ is found by d");
}

/* What the search of these options comes to; the total in *out_total. */
static hl_status narrowed(const struct hl_index *index, const struct hl_query *query,
                          const struct hl_search_options *options, uint64_t *out_total)
{
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    hl_status status = hl_search(index, query, options, &result, &err);
    *out_total = hl_result_total(result);
    bool told = status == HL_OK || (!result && *err.text && err.code == status);
    hl_result_free(result);
    return told ? status : HL_OK;
}

static void check_narrow_misuse(const struct hl_index *index, const struct hl_query *query)
{
    struct hl_search_options o;
    uint64_t total;
    hl_search_options_init(&o);
    o.date_from = o.date_to = 5;
    OK(narrowed(index, query, &o, &total) == HL_MISUSE, "a range without a second is misuse");
    o.date_to = 4;
    OK(narrowed(index, query, &o, &total) == HL_MISUSE, "so is one that ends before it begins");
    o.date_from = INT64_MIN;
    o.date_to = INT64_MAX;
    OK(narrowed(index, query, &o, &total) == HL_OK, "the widest range is one");
    uint64_t dated = total;
    o.date_from = -5;
    o.date_to = 0;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == dated, "from before 1970 on");
    o.date_from = INT64_MAX;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "past all dates");
    o.date_from = 0;
    o.date_to = -5;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "before all dates");
    o.date_to = INT64_MIN;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "before the least number");
    o.date_from = INT64_MIN;
    o.date_to = INT64_MIN + 1;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "the least number alone");
    o.date_from = INT64_MAX - 1;
    o.date_to = INT64_MAX;
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "the greatest but one");
    hl_search_options_init(&o);
    o.sort = (enum hl_sort)3;
    OK(narrowed(index, query, &o, &total) == HL_MISUSE, "an order that is none is misuse");
    hl_search_options_init(&o);
    o.facet_values[HL_FACET_MONTH] = HL_FACET_VALUES_MAX + 1;
    OK(narrowed(index, query, &o, &total) == HL_LIMIT, "too many values of a facet");
    hl_search_options_init(&o);
    o.author = "\xff";
    OK(narrowed(index, query, &o, &total) == HL_BAD_QUERY, "a value that is not UTF-8");
    o.author = NULL;
    o.tag = "chip\xc3";
    OK(narrowed(index, query, &o, &total) == HL_BAD_QUERY, "nor a tag that is not");
    o.tag = NULL;
    o.author = "";
    OK(narrowed(index, query, &o, &total) == HL_OK && total == 0, "an empty value is no value");
    OK(!hl_result_facet(NULL, HL_FACET_YEAR, 0) && !hl_result_facet_distinct(NULL, 0) &&
           !hl_result_facet_missing(NULL, (enum hl_facet)99) && *hl_facet_name(99),
       "no result has no facets");
}

static void check_search_misuse(const struct hl_index *index)
{
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_error err = {0};
    hl_search_options_init(&options);
    OK(options.cover == HL_COVER_DEFAULT && options.k1 < 0 && options.b < 0 &&
           options.pairs < 0 && !options.exhaustive && options.rank == HL_RANK_DEFAULT,
       "options begin at their defaults");
    OK(hl_query_parse(index, "cao", 3, NULL, &query, &err) == HL_OK, "a query");
    const size_t counts[][2] = {{10001, 0}, {1, 10000}, {SIZE_MAX, 1}, {5000, SIZE_MAX}};
    for (int i = 0; i < 4; i++) {
        struct hl_result *result = NULL;
        options.count = counts[i][0];
        options.offset = counts[i][1];
        hl_status status = hl_search(index, query, &options, &result, &err);
        OK((status == HL_LIMIT || status == HL_MISUSE) && !result && *err.text,
           "%zu hits from %zu are too many: %s", counts[i][0], counts[i][1], err.text);
    }
    struct hl_result *result = NULL;
    options.count = 9000;
    options.offset = 1000;
    OK(hl_search(index, query, &options, &result, &err) == HL_OK &&
           hl_result_count(result) == 0 && hl_result_total(result) == 2,
       "10,000 with offset are allowed; the total stays");
    hl_result_free(result);
    hl_search_options_init(&options);
    options.cover = 101;
    result = NULL;
    OK(hl_search(index, query, &options, &result, &err) == HL_MISUSE && !result,
       "a cover over 100 is misuse");
    check_narrow_misuse(index, query);
    hl_query_free(query);
}

static void check_outlives(void)
{
    struct hl_index *index = open_index("main");
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    OK(hl_query_parse(index, "cong nghe \"hòa lạc", 21, NULL, &query, NULL) == HL_OK,
       "a query of one index");
    hl_index_close(index);
    index = open_index("main");
    OK(hl_search(index, query, NULL, &result, NULL) == HL_OK && hl_result_count(result) == 1,
       "is good for another opening of it");
    OK(hl_query_note(query, 0) && !hl_query_note(query, 99), "and keeps its note");
    hl_result_free(result);
    hl_query_free(query);
    hl_index_close(index);
}

/* One index, two threads, each with its own query and result. */
struct job {
    const struct hl_index *index;
    uint64_t sum;
};

static void *job_run(void *user)
{
    static const char *const words[] = {"cong nghe", "kỹ thuật", "hòa lạc",     "\"nhà máy\"",
                                        "nước -hồ",  "zzqx",     "khoa OR điện"};
    struct job *job = user;
    struct hl_result *result = NULL;
    for (size_t i = 0; i < 700; i++) {
        if (!ask(job->index, words[i % 7], NULL, &result))
            job->sum += 1000003;
        for (size_t h = 0; h < hl_result_count(result); h++) {
            uint64_t bits;
            memcpy(&bits, &hl_result_hit(result, h)->score, sizeof bits);
            job->sum = job->sum * 31 + bits + strlen(hl_result_hit(result, h)->id);
        }
    }
    hl_result_free(result);
    return NULL;
}

static void check_threads(void)
{
    struct hl_index *index = open_index("main");
    struct job jobs[3] = {{index, 0}, {index, 0}, {index, 0}};
    pthread_t threads[2];
    /* The first touch of the index happens in both at once. */
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, job_run, &jobs[i]))
            OK(false, "no thread");
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    job_run(&jobs[2]);
    OK(jobs[0].sum && jobs[0].sum == jobs[2].sum && jobs[1].sum == jobs[2].sum,
       "two threads on one index answer as one");
    hl_index_close(index);
}

/* -------------------------------------------------------------- snippets, inspection */

static void check_snippet(const struct hl_index *index)
{
    struct hl_result *result = NULL;
    struct hl_snippet snippet = {0};
    struct hl_error err = {0};
    const char *body = articles[0].body;
    OK(ask(index, "cong nghe hoa lac", NULL, &result), "a query for a snippet");
    OK(hl_snippet_make(result, body, 60, &snippet, &err) == HL_OK && snippet.text &&
           strlen(snippet.text) <= 60 && snippet.range_count >= 2,
       "a passage of at most 60 bytes: %s", snippet.text ? snippet.text : err.text);
    uint32_t end = 0;
    bool good = true;
    for (size_t i = 0; i < snippet.range_count; i++) {
        good = good && snippet.ranges[i].start >= end &&
               snippet.ranges[i].end > snippet.ranges[i].start &&
               snippet.ranges[i].end <= strlen(snippet.text);
        end = snippet.ranges[i].end;
    }
    OK(good, "its ranges rise and lie inside");
    hl_snippet_release(&snippet);
    OK(hl_snippet_make(result, "", 60, &snippet, &err) == HL_OK && !snippet.range_count,
       "no text, no ranges");
    hl_snippet_release(&snippet);
    hl_result_free(result);
}

/* The parts add up to the score in the order in which they stand. */
static void check_explain(const struct hl_index *index)
{
    static const char *const queries[] = {"khu cong nghe cao hòa lạc", "công nghệ",
                                          "\"công nghệ\" cao title:khu", "kĩ thuật máy"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct hl_query *query = NULL;
        struct hl_result *result = NULL;
        struct hl_explanation e = {0};
        struct hl_error err = {0};
        double sum = 0;
        if (!OK(hl_query_parse(index, queries[i], strlen(queries[i]), NULL, &query, &err) ==
                        HL_OK &&
                    hl_search(index, query, NULL, &result, &err) == HL_OK &&
                    hl_result_count(result) > 0 &&
                    hl_explain(index, query, NULL, hl_result_hit(result, 0)->id, &e, &err) ==
                        HL_OK,
                "[%s] is explained %s", queries[i], err.text))
            continue;
        for (size_t p = 0; p < e.part_count; p++) {
            const struct hl_part *part = &e.parts[p];
            sum += part->worth;
            if (part->worth != part->weight * part->idf * part->sat)
                OK(false, "part %s: worth is weight * idf * sat", part->label);
        }
        OK(e.answers && e.part_count > 0 && e.score == hl_result_hit(result, 0)->score &&
               sum == e.first_stage,
           "its parts add up to the first stage, bit for bit: %.17g", e.first_stage);
        OK(e.refined && e.passage > 0 && e.early > 0 &&
               e.score ==
                   e.first_stage + (e.passage_weight * e.passage + e.early_weight * e.early),
           "and with the second look to the score: %.17g", e.score);
        OK(e.articles == ARTICLES && e.cover_have * 100 >= e.cover_wanted * e.cover_all,
           "and its cover suffices");
        hl_explanation_free(&e);
        hl_result_free(result);
        hl_query_free(query);
    }
}

static void count_fault(void *user, const char *text)
{
    printf("# fault: %s\n", text);
    ++*(size_t *)user;
}

static void check_check(const char *name)
{
    struct hl_check_report report = {0};
    size_t faults = 0;
    OK(hl_check(scratch_name(name), count_fault, NULL, &faults, &report, NULL) == HL_OK &&
           !faults && !report.faults && report.files > 1 && report.blocks && report.chunks,
       "check finds %s whole", name);
}

/* -------------------------------------------------------------------- kinds of index */

static void check_no_store(void)
{
    struct hl_writer_options options = {.no_store = true};
    struct hl_document *document = UNTOUCHED(struct hl_document);
    struct hl_error err = {0};
    OK(scratch_commit(scratch_name("bare"), &options, articles, 0, ARTICLES, NULL),
       "an index without articles");
    struct hl_index *index = open_index("bare");
    IS(ids(index, "hòa lạc", NULL), "hoalac", "finds them all the same");
    hl_status status = hl_document_get(index, "hoalac", &document, &err);
    if (status == HL_OK) {
        const struct hl_article *a = hl_document_article(document);
        OK(!a->body && text_same(a->id, "hoalac") && a->date == articles[0].date,
           "gives the columns alone");
        hl_document_free(document);
    } else {
        OK(status == HL_NOT_FOUND && document == UNTOUCHED(struct hl_document),
           "cannot show them, and says so: %s", err.text);
    }
    hl_index_close(index);
}

static void check_tokens(void)
{
    static const struct hl_article lines[] = {{.id = "1", .body = "Ab ab 3,5 TP.HCM"},
                                              {.id = "2", .body = "ab  hoà\tTP"},
                                              {.id = "3", .body = "hòa"}};
    struct hl_writer_options options = {.tokens = true};
    struct hl_query_options as_tokens = {.tokens = true};
    static const char *const asked[][2] = {{"Ab", "1"},  {"ab", "2 1"}, {"3,5", "1"},
                                           {"hoà", "2"}, {"hòa", "3"},  {"TP.HCM", "1"},
                                           {"TP", "2"},  {"hoa", ""}};
    OK(scratch_commit(scratch_name("tokens"), &options, lines, 0, 3, NULL),
       "tokens, as they are");
    struct hl_index *index = open_index("tokens");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct hl_query *query = NULL;
        struct hl_result *result = NULL;
        char got[64] = "";
        OK(hl_query_parse(index, asked[i][0], strlen(asked[i][0]), &as_tokens, &query, NULL) ==
                   HL_OK &&
               hl_search(index, query, NULL, &result, NULL) == HL_OK,
           "token %s", asked[i][0]);
        for (size_t h = 0; h < hl_result_count(result); h++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", h ? " " : "",
                     hl_result_hit(result, h)->id);
        IS(got, asked[i][1], "is that token and no other");
        hl_result_free(result);
        hl_query_free(query);
    }
    hl_index_close(index);
}

static void check_empty(void)
{
    struct hl_commit_info info = {.added = 7};
    OK(scratch_commit(scratch_name("empty"), NULL, NULL, 0, 0, &info) && info.articles == 0,
       "an index of nothing");
    struct hl_index *index = open_index("empty");
    IS(ids(index, "công nghệ", NULL), "", "answers with nothing");
    IS(ids(index, "-công", NULL), "", "to anything");
    struct hl_stats stats = {0};
    OK(index && hl_index_stats(index, &stats, NULL) == HL_OK && !stats.articles &&
           !stats.date_first && !stats.date_last && stats.mean_length == 0,
       "its numbers are zeros");
    hl_index_close(index);
}

int main(void)
{
    scratch_begin();
    check_open();
    check_refused();
    check_counts();
    check_later_wins();
    check_writer_misuse();
    if (OK(scratch_commit(scratch_name("main"), NULL, articles, 0, ARTICLES, NULL),
           "an index")) {
        struct hl_index *index = open_index("main");
        check_stats(index);
        check_documents(index);
        check_hit(index);
        check_spellings(index);
        check_readings(index);
        check_search_misuse(index);
        check_snippet(index);
        check_explain(index);
        hl_index_close(index);
        check_not_committed();
        check_outlives();
        check_threads();
        check_check("main");
        check_check("counts");
    }
    check_no_store();
    check_tokens();
    check_empty();
    return tap_done();
}
