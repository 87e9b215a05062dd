/*
 * hl_index_each(): what is live, each once, whole, in the order that is promised, whatever the
 * segments; several indexes, an early end, articles that are not kept, damage.
 */
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>

/* ---------------------------------------------------------------- what was given out */

/* Every field, so that two walks can be compared as texts. */
static void put_article(FILE *out, const struct hl_article *a)
{
    const char *texts[] = {a->id,     a->url,     a->title,  a->lead, a->body,
                           a->source, a->section, a->author, a->tags, a->extra};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        fprintf(out, "%s%s|", texts[i] ? "=" : "", texts[i] ? texts[i] : "-");
    fprintf(out, "%lld %d %d\n", (long long)a->date, a->date_offset, (int)a->date_precision);
}

struct walk {
    FILE *out;
    size_t taken, most; /* most: the walk ends there; 0: never */
    bool in_order;
    int64_t date; /* of the article before */
    char id[520];
};

static bool take(void *user, const struct hl_article *article)
{
    struct walk *w = user;
    bool after = !w->taken || article->date < w->date ||
                 (article->date == w->date && strcmp(article->id, w->id) > 0);
    w->in_order &= after;
    w->date = article->date;
    snprintf(w->id, sizeof w->id, "%s", article->id);
    put_article(w->out, article);
    return ++w->taken != w->most;
}

/* All articles as text; yours.  NULL: status is not HL_OK. */
static char *walk(const struct hl_index *index, struct walk *w, hl_status *out_status,
                  struct hl_error *err)
{
    char *text = NULL;
    size_t size;
    w->out = open_memstream(&text, &size);
    w->taken = 0;
    w->in_order = true;
    assert(w->out);
    *out_status = hl_index_each(index, take, w, err);
    fclose(w->out);
    return text;
}

static char *walk_of(const char *name, struct walk *w)
{
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    hl_status status = hl_index_open(scratch_name(name), &index, &err);
    char *text = status == HL_OK ? walk(index, w, &status, &err) : NULL;
    if (status != HL_OK)
        printf("# %s: %s\n", name, err.text);
    hl_index_close(index);
    return text;
}

/* --------------------------------------------------------------------------- checks */

static void check_archive(void)
{
    struct scratch_shape shape = {.articles = 3000 / SCRATCH_SLOWNESS,
                                  .replaced_percent = 30,
                                  .lexicon = 300,
                                  .title_max = 6,
                                  .lead_max = 10,
                                  .body_max = 40};
    struct scratch_archive archive = scratch_archive_make(&shape, 20171);
    struct walk one = {0}, many = {0};
    struct hl_stats stats = {0};
    struct hl_index *index = NULL;
    OK(scratch_build(scratch_name("one"), NULL, &archive, 1) &&
           scratch_build(scratch_name("many"), NULL, &archive, 5),
       "an archive at once, and in five commits with articles that replace");
    char *whole = walk_of("one", &one), *parts = walk_of("many", &many);
    hl_status status = hl_index_open(scratch_name("many"), &index, NULL);
    if (status == HL_OK)
        status = hl_index_stats(index, &stats, NULL);
    OK(status == HL_OK && stats.deleted > 0 && stats.segments > 1,
       "the second has %llu segments and %llu replaced", (unsigned long long)stats.segments,
       (unsigned long long)stats.deleted);
    OK(one.taken == stats.articles && many.taken == stats.articles,
       "every live article is given once: %zu, %zu of %llu", one.taken, many.taken,
       (unsigned long long)stats.articles);
    OK(one.in_order && many.in_order, "newest first, then by id");
    OK(whole && parts && !strcmp(whole, parts), "the same, whatever the segments");
    hl_index_close(index);
    free(whole);
    free(parts);
    scratch_archive_release(&archive);
}

/* What an index keeps is what comes out, odd as it may be. */
static void check_fields(void)
{
    const struct hl_article odd[] = {
        {.id = "  a b ", .title = "", .lead = "một\n\n\nhai ", .body = "x\x01y", .url = ""},
        {.id = "b",
         .title = "năm",
         .date = 1483228800 - 25200,
         .date_offset = 420,
         .date_precision = HL_DATE_YEAR,
         .tags = "a, b\n\nc",
         .extra = "{\"lang\":\"vi\"}"},
        {.id = "c",
         .body = "tháng",
         .date = 86400 * 31,
         .date_offset = -570,
         .date_precision = HL_DATE_MONTH,
         .source = "S",
         .section = "T",
         .author = "U",
         .extra = "not JSON"}};
    struct walk w = {0};
    char *want = NULL;
    size_t size;
    FILE *out = open_memstream(&want, &size);
    const int order[] = {1, 2, 0}; /* the undated last */
    for (int i = 0; i < 3; i++)
        put_article(out, &odd[order[i]]);
    fclose(out);
    OK(scratch_commit(scratch_name("odd"), NULL, odd, 0, 3, NULL), "odd articles");
    char *got = walk_of("odd", &w);
    IS(got, want, "fields come out as they went in");
    free(got);
    free(want);
}

static void check_several(void)
{
    const struct hl_article old[] = {
        {.id = "a", .title = "cũ", .date = 1500000000, .date_precision = HL_DATE_SECOND},
        {.id = "b", .title = "của một", .date = 1500000000, .date_precision = HL_DATE_SECOND}};
    const struct hl_article new[] = {
        {.id = "c", .title = "của hai", .date = 1500000001, .date_precision = HL_DATE_SECOND},
        {.id = "a", .title = "mới", .date = 1500000000, .date_precision = HL_DATE_SECOND}};
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    hl_status status = HL_NOMEM;
    struct walk w = {0};
    OK(scratch_commit(scratch_name("x"), NULL, old, 0, 2, NULL) &&
           scratch_commit(scratch_name("y"), NULL, new, 0, 2, NULL),
       "two indexes with an id in common");
    const char *paths[] = {scratch_name("x"), scratch_name("y")};
    OK(hl_index_open_many(paths, 2, &index, &err) == HL_OK, "opened as one");
    char *got = walk(index, &w, &status, &err);
    OK(status == HL_OK, "walked");
    IS(got,
       "=c|-|=của hai|-|-|-|-|-|-|-|1500000001 0 5\n=a|-|=mới|-|-|-|-|-|-|-|1500000000 0 5\n"
       "=b|-|=của một|-|-|-|-|-|-|-|1500000000 0 5\n",
       "in one order; the article of the index named last");
    free(got);
    w.most = 2;
    got = walk(index, &w, &status, &err);
    OK(status == HL_OK && w.taken == 2, "an early end is no error");
    free(got);
    hl_index_close(index);
}

static bool none(void *user, const struct hl_article *article)
{
    ++*(size_t *)user;
    return true;
}

static void check_refusals(void)
{
    const struct hl_writer_options unstored = {.no_store = true};
    const struct hl_article article = {.id = "a", .title = "một"};
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    size_t taken = 0;
    OK(scratch_commit(scratch_name("bare"), &unstored, &article, 0, 1, NULL) &&
           hl_index_open(scratch_name("bare"), &index, &err) == HL_OK,
       "an index without its articles");
    OK(hl_index_each(index, none, &taken, &err) == HL_UNSUPPORTED && !taken &&
           strstr(err.text, "--store no"),
       "is refused, and told why: %s", err.text);
    OK(hl_index_each(NULL, none, &taken, &err) == HL_MISUSE &&
           hl_index_each(index, NULL, NULL, NULL) == HL_MISUSE,
       "no index, nobody to take: misuse");
    hl_index_close(index);
}

/* A byte of the only segment changed, at many places: an error or all articles, no crash. */
static void check_damage(void)
{
    struct stat st = {0};
    int fd = open(scratch_name("odd/segment-000000000002"), O_RDWR);
    OK(fd >= 0 && !fstat(fd, &st), "the segment as a file");
    size_t errors = 0, wrong = 0;
    struct walk w = {0};
    char *want = walk_of("odd", &w);
    for (off_t at = 0; at < st.st_size; at += 7) {
        uint8_t byte, other;
        struct hl_index *index = NULL;
        struct hl_error err = {0};
        hl_status status = HL_OK;
        assert(pread(fd, &byte, 1, at) == 1);
        other = byte ^ 0x40;
        assert(pwrite(fd, &other, 1, at) == 1);
        status = hl_index_open(scratch_name("odd"), &index, &err);
        char *got = status == HL_OK ? walk(index, &w, &status, &err) : NULL;
        errors += status != HL_OK;
        wrong += status == HL_OK && strcmp(got, want) != 0;
        free(got);
        hl_index_close(index);
        assert(pwrite(fd, &byte, 1, at) == 1);
    }
    close(fd);
    OK(errors > 10 && !wrong, "damage: %zu errors, %zu wrong answers", errors, wrong);
    free(want);
}

int main(void)
{
    scratch_begin();
    check_archive();
    check_fields();
    check_several();
    check_refusals();
    check_damage();
    return tap_done();
}
