/*
 * Several indexes opened as one: whatever is asked, the answer is that of one index that
 * holds all articles, bit for bit; and what may not stand side by side is told off.
 */
#include "scratch.h"
#include "tap.h"

#include "base/mem.h"
#include "hlsearch_inspect.h"

#include <assert.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { MOST = 4 };

/* ------------------------------------------------------------- all that is answered */

static void put_bits(FILE *out, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    fprintf(out, " %016" PRIx64, bits);
}

static void put_text(FILE *out, const char *s)
{
    fprintf(out, " %s", s ? s : "-");
}

static void put_hits(FILE *out, const struct hl_result *result)
{
    const struct hl_hit *hit;
    fprintf(out, "total %" PRIu64 " cover %d\n", hl_result_total(result),
            hl_result_cover(result));
    for (size_t i = 0; (hit = hl_result_hit(result, i)); i++) {
        put_text(out, hit->id);
        put_bits(out, hit->score);
        fprintf(out, " %" PRId64 " %d %d", hit->date, hit->date_offset,
                (int)hit->date_precision);
        put_text(out, hit->source);
        put_text(out, hit->section);
        put_text(out, hit->author);
        fprintf(out, "\n");
    }
}

static void put_facets(FILE *out, const struct hl_result *result)
{
    const struct hl_facet_value *value;
    for (int f = 0; f < HL_FACETS; f++) {
        enum hl_facet facet = (enum hl_facet)f;
        fprintf(out, "facet %d: %" PRIu64 " %" PRIu64, f,
                hl_result_facet_distinct(result, facet),
                hl_result_facet_missing(result, facet));
        for (size_t i = 0; (value = hl_result_facet(result, facet, i)); i++)
            fprintf(out, " %s=%" PRIu64, value->name, value->count);
        fprintf(out, "\n");
    }
}

static void put_readings(FILE *out, const struct hl_result *result)
{
    const struct hl_reading *r;
    const struct hl_understood *u;
    const struct hl_suggestion *s;
    for (size_t i = 0; (r = hl_result_reading(result, i)); i++)
        fprintf(out, "%s: %s %" PRIu64 " %d %d\n", r->word, r->as, r->df, r->in_index, r->why);
    for (size_t i = 0; (u = hl_result_understood(result, i)); i++)
        fprintf(out, "%s: %s %d\n", u->text, u->as, u->why);
    for (size_t i = 0; (u = hl_result_synonym(result, i)); i++)
        fprintf(out, "%s= %s\n", u->text, u->as);
    for (size_t i = 0; (s = hl_result_suggestion(result, i)); i++) {
        fprintf(out, "meant %s", s->text);
        put_bits(out, s->odds);
        fprintf(out, "\n");
    }
    put_text(out, hl_result_restored(result));
    fprintf(out, "\n");
}

/* The explanation adds up to the score of its hit. */
static void put_explanation(FILE *out, const struct hl_index *index,
                            const struct hl_query *query,
                            const struct hl_search_options *options, const struct hl_hit *hit)
{
    struct hl_explanation e;
    struct hl_error err = {0};
    if (hl_explain(index, query, options, hit->id, &e, &err)) {
        fprintf(out, "explain: %s\n", err.text);
        return;
    }
    fprintf(out, "%s %" PRIu64 " %d", e.score == hit->score ? "adds up" : "DIFFERS", e.articles,
            e.cover_have);
    put_bits(out, e.mean_length);
    for (size_t i = 0; i < e.part_count; i++) {
        fprintf(out, " [%s %" PRIu64 " %" PRIu64, e.parts[i].label, e.parts[i].df,
                e.parts[i].tf);
        put_bits(out, e.parts[i].worth);
        fprintf(out, "]");
    }
    fprintf(out, "\n");
    hl_explanation_free(&e);
}

static void put_document(FILE *out, const struct hl_index *index, const struct hl_hit *hit)
{
    struct hl_document *a = NULL, *b = NULL;
    struct hl_error err = {0};
    if (hl_document_of_hit(index, hit, &a, &err) || hl_document_get(index, hit->id, &b, &err))
        fprintf(out, "document: %s\n", err.text);
    else
        fprintf(out, "%s %s %s\n", hl_document_article(a)->id, hl_document_article(a)->body,
                strcmp(hl_document_article(a)->body, hl_document_article(b)->body) ? "DIFFERS"
                                                                                   : "same");
    hl_document_free(a);
    hl_document_free(b);
}

static void put_answer(FILE *out, const struct hl_index *index, const char *words,
                       const struct hl_search_options *options)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    if (hl_query_parse(index, words, strlen(words), NULL, &query, &err) ||
        hl_search(index, query, options, &result, &err)) {
        fprintf(out, "%s: %s\n", words, err.text);
    } else {
        put_hits(out, result);
        put_facets(out, result);
        put_readings(out, result);
        for (size_t i = 0; i < 3 && i < hl_result_count(result) && !options->sort; i++)
            put_explanation(out, index, query, options, hl_result_hit(result, i));
        for (size_t i = 0; i < 2 && i < hl_result_count(result); i++)
            put_document(out, index, hl_result_hit(result, i));
    }
    hl_result_free(result);
    hl_query_free(query);
}

/* The forms of a search, each with a letter that names it in a failure. */
static void put_forms(FILE *out, const struct hl_index *index, const char *words)
{
    struct hl_search_options base, o;
    hl_search_options_init(&base);
    base.count = 30;
    base.suggest = true;
    put_answer(out, index, words, &base);
    o = base;
    o.rank = HL_RANK_BM25;
    o.cover = HL_COVER_ANY;
    put_answer(out, index, words, &o);
    o = base;
    o.cover = HL_COVER_ALL;
    o.offset = 3;
    for (int f = 0; f < HL_FACETS; f++)
        o.facet_values[f] = 4;
    put_answer(out, index, words, &o);
    for (int sort = HL_SORT_NEWEST; sort <= HL_SORT_OLDEST; sort++) {
        o = base;
        o.sort = (enum hl_sort)sort;
        o.cover = HL_COVER_ANY;
        put_answer(out, index, words, &o);
    }
    o = base;
    o.cover = HL_COVER_ANY;
    o.source = "vnbao";
    o.date_from = 1501000000;
    o.facet_values[HL_FACET_SECTION] = 10;
    put_answer(out, index, words, &o);
}

static char *answers_to(const struct hl_index *index, char (*queries)[200], size_t count)
{
    struct hl_stats s;
    struct hl_error err;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (hl_index_stats(index, &s, &err) == HL_OK) {
        fprintf(out, "%" PRIu64 " articles, %" PRIu64 " places, %" PRIu64 " undated",
                s.articles, s.positions, s.undated);
        put_bits(out, s.mean_length);
    }
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "\n== %s\n", queries[i]);
        put_forms(out, index, queries[i]);
    }
    fclose(out);
    return text;
}

/* ----------------------------------------------------------------- random archives */

static void draw_query(const struct scratch_lexicon *l, char *to, uint64_t *seed)
{
    const char *a = scratch_draw(l, seed), *b = scratch_draw(l, seed),
               *c = scratch_draw(l, seed);
    switch (tap_random(seed) % 8) {
    case 0:
        snprintf(to, 200, "%s", a);
        break;
    case 1:
        snprintf(to, 200, "\"%s %s\" %s", a, b, c);
        break;
    case 2:
        snprintf(to, 200, "\"%s %s %s\"", a, b, c);
        break;
    case 3:
        snprintf(to, 200, "title:%s %s -%s", a, b, c);
        break;
    case 4:
        snprintf(to, 200, "%s section:\"khoa học\"", a);
        break;
    case 5:
        snprintf(to, 200, "cong nghe %s", a);
        break;
    case 6: /* a slip of the finger */
        snprintf(to, 200, "%sx %s", a, b);
        break;
    default:
        snprintf(to, 200, "%s %s %s %s", a, b, c, scratch_draw(l, seed));
    }
}

/* Parts of chance, some of several commits; articles that come again may do so in another. */
static bool build_parts(const struct scratch_archive *archive,
                        const struct hl_writer_options *options, const char *(*names)[MOST],
                        size_t count, uint64_t *seed)
{
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        size_t to =
            i + 1 == count ? archive->count : from + tap_random(seed) % (archive->count - from);
        size_t middle = from + (to - from) / 2;
        if (to == from)
            to++, middle = from;
        bool twice = middle > from && tap_random(seed) % 2;
        if (!scratch_commit((*names)[i], options, archive->articles, from, twice ? middle : to,
                            NULL) ||
            (twice &&
             !scratch_commit((*names)[i], options, archive->articles, middle, to, NULL)))
            return false;
        from = to;
    }
    return true;
}

static bool all_named(const struct hl_index *index, const char *const *names, size_t count)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    const struct hl_hit *hit;
    bool good = !hl_query_parse(index, "công", strlen("công"), NULL, &query, NULL) &&
                !hl_search(index, query, NULL, &result, NULL);
    for (size_t i = 0; good && (hit = hl_result_hit(result, i)); i++) {
        bool known = count == 1 ? !hit->index : false;
        for (size_t n = 0; count > 1 && n < count; n++)
            known |= hit->index && !strcmp(hit->index, names[n]);
        good = known;
    }
    hl_result_free(result);
    hl_query_free(query);
    return good;
}

static void print_difference(const char *a, const char *b)
{
    size_t i = 0, line = 0;
    for (; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n')
            line = i + 1;
    printf("#   one:  %.*s\n#   many: %.*s\n", (int)strcspn(a + line, "\n"), a + line,
           (int)strcspn(b + line, "\n"), b + line);
}

static unsigned meant; /* rounds in which something was proposed */

static void test_same(unsigned round, unsigned replaced)
{
    struct scratch_shape shape = {.articles = 60 + round * 40,
                                  .lexicon = 150,
                                  .title_max = 6,
                                  .lead_max = 10,
                                  .body_max = 60,
                                  .replaced_percent = replaced};
    uint64_t seed = 760 + round;
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    char names[MOST][1024], one_name[1024], queries[24][200];
    const char *paths[MOST];
    size_t count = 1 + round % MOST;
    for (size_t i = 0; i < MOST; i++) {
        snprintf(names[i], sizeof names[i], "%s/r%u-%zu", scratch_path, round, i);
        paths[i] = names[i];
    }
    snprintf(one_name, sizeof one_name, "%s/r%u-one", scratch_path, round);
    for (size_t i = 0; i < 24; i++)
        draw_query(&archive.lexicon, queries[i], &seed);
    struct hl_index *one = NULL, *many = NULL;
    struct hl_error err = {0};
    /* Weights are in what lists say of a document, not in what is counted. */
    const struct hl_writer_options options = {.weight = {1 + round % 3, 1, 1}};
    bool built = build_parts(&archive, &options, &paths, count, &seed) &&
                 scratch_build(one_name, &options, &archive, 2) &&
                 !hl_index_open(one_name, &one, &err) &&
                 !hl_index_open_many(paths, count, &many, &err);
    if (OK(built, "round %u: %zu indexes%s %s", round, count, built ? "" : ":", err.text)) {
        char *a = answers_to(one, queries, 24), *b = answers_to(many, queries, 24);
        if (!OK(!strcmp(a, b), "%zu indexes, %u %% of the articles twice: as one", count,
                replaced))
            print_difference(a, b);
        OK(strstr(a, "adds up") && !strstr(a, "DIFFERS"), "explanations add up");
        meant += strstr(a, "meant ") != NULL;
        OK(all_named(many, paths, count), "hits say which index they are of");
        free(a);
        free(b);
    }
    hl_index_close(one);
    hl_index_close(many);
    scratch_archive_release(&archive);
}

/* -------------------------------------------------------------- what is told off */

static const struct hl_article first = {.id = "a", .title = "tàu vũ trụ", .body = "một hai"};
static const struct hl_article second = {.id = "b", .title = "tàu thủy", .body = "một ba"};
static const struct hl_article newer = {.id = "a", .title = "tàu ngầm", .body = "bốn"};

static hl_status open_two(const char *a, const char *b, struct hl_error *err)
{
    const char *paths[] = {a, b};
    struct hl_index *index = NULL;
    hl_status status = hl_index_open_many(paths, 2, &index, err);
    assert((status == HL_OK) == (index != NULL));
    hl_index_close(index);
    return status;
}

static void copy_file(const char *from, const char *to, long cut)
{
    char bytes[1 << 16];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert(in && out);
    size_t size = fread(bytes, 1, sizeof bytes, in);
    fwrite(bytes, 1, cut ? size / 2 : size, out);
    fclose(in);
    fclose(out);
}

static void copy_index(const char *from, const char *to, bool cut)
{
    static const char *const files[] = {"manifest-000000000001", "segment-000000000002"};
    char a[1200], b[1200];
    mkdir(to, 0777);
    for (int i = 0; i < 2; i++) {
        snprintf(a, sizeof a, "%s/%s", from, files[i]);
        snprintf(b, sizeof b, "%s/%s", to, files[i]);
        copy_file(a, b, cut && i);
    }
}

static void test_refused(void)
{
    const struct hl_writer_options heavy = {.weight = {3, 2, 1}};
    struct hl_error err;
    char a[1024], b[1024], c[1024], d[1024];
    snprintf(a, sizeof a, "%s/a", scratch_path);
    snprintf(b, sizeof b, "%s/b", scratch_path);
    snprintf(c, sizeof c, "%s/c", scratch_path);
    snprintf(d, sizeof d, "%s/d", scratch_path);
    OK(scratch_commit(a, NULL, &first, 0, 1, NULL) &&
           scratch_commit(b, NULL, &second, 0, 1, NULL) &&
           scratch_commit(c, &heavy, &newer, 0, 1, NULL),
       "three indexes");
    OK(open_two(a, b, &err) == HL_OK, "two side by side");
    OK(open_two(a, c, &err) == HL_MISUSE && strstr(err.text, a) && strstr(err.text, c) &&
           strstr(err.text, "1, 1, 1") && strstr(err.text, "3, 2, 1"),
       "other weights: both are named");
    OK(open_two(a, a, &err) == HL_MISUSE && strstr(err.text, "one index"), "one twice");
    copy_index(a, d, false);
    OK(open_two(a, d, &err) == HL_MISUSE && strstr(err.text, d), "a copy");
    OK(open_two(b, scratch_name("none"), &err) == HL_NOT_FOUND && strstr(err.text, "/none"),
       "one that is missing is named");
    OK(open_two(b, "", &err) == HL_MISUSE, "one without a path");
    scratch_remove(d);
    copy_index(a, d, true);
    OK(open_two(b, d, &err) == HL_CORRUPT && strstr(err.text, d), "a damaged one is named");
    const char *many[65];
    struct hl_index *index = NULL;
    for (int i = 0; i < 65; i++)
        many[i] = a;
    OK(hl_index_open_many(many, 65, &index, &err) == HL_LIMIT && !index, "65 are too many");
    OK(hl_index_open_many(many, 0, &index, &err) == HL_MISUSE &&
           hl_index_open_many(NULL, 2, &index, &err) == HL_MISUSE &&
           hl_index_open_many(many, 2, NULL, &err) == HL_MISUSE,
       "none at all");
    OK(hl_index_open_many(many, 1, &index, &err) == HL_OK, "a single one");
    hl_index_close(index);
}

/* A manifest of a format to come. */
static void test_newer_format(void)
{
    char path[1200], from[1024], to[1024];
    struct hl_error err;
    snprintf(from, sizeof from, "%s/a", scratch_path);
    snprintf(to, sizeof to, "%s/future", scratch_path);
    copy_index(from, to, false);
    snprintf(path, sizeof path, "%s/manifest-000000000001", to);
    FILE *f = fopen(path, "r+b");
    assert(f);
    fputs("hlsearch-manifest 7\n", f);
    fclose(f);
    hl_status status = open_two(scratch_name("b"), to, &err);
    OK((status == HL_VERSION_BAD || status == HL_CORRUPT) && strstr(err.text, "manifest"),
       "one of a format to come: %s", err.text);
}

/* ------------------------------------------------------ the same id, and a writer */

static void test_last_wins(void)
{
    char a[1024], b[1024];
    struct hl_index *index = NULL;
    struct hl_document *document = NULL;
    struct hl_stats stats;
    struct hl_error err = {0};
    snprintf(a, sizeof a, "%s/old", scratch_path);
    snprintf(b, sizeof b, "%s/new", scratch_path);
    const char *forth[] = {a, b}, *back[] = {b, a};
    bool good = scratch_commit(a, NULL, &first, 0, 1, NULL) &&
                scratch_commit(b, NULL, &newer, 0, 1, NULL) &&
                !hl_index_open_many(forth, 2, &index, &err);
    OK(good && !hl_index_stats(index, &stats, &err) && stats.articles == 1 &&
           stats.deleted == 1 && !stats.generation && !*stats.index_id,
       "an article that both have is one");
    OK(good && !hl_document_get(index, "a", &document, &err) &&
           !strcmp(hl_document_article(document)->title, "tàu ngầm"),
       "of the index named last");
    hl_document_free(document);
    document = NULL;

    /* A commit to one of them changes nothing for who has it open. */
    OK(scratch_commit(b, NULL, &second, 0, 1, NULL) &&
           !hl_document_get(index, "a", &document, &err) &&
           !hl_index_stats(index, &stats, &err) && stats.articles == 1,
       "a writer adds to one meanwhile");
    hl_document_free(document);
    document = NULL;
    hl_index_close(index);
    index = NULL;
    OK(!hl_index_open_many(back, 2, &index, &err) &&
           !hl_document_get(index, "a", &document, &err) &&
           !strcmp(hl_document_article(document)->title, "tàu vũ trụ"),
       "the other way round the other one");
    OK(!hl_index_stats(index, &stats, &err) && stats.articles == 2, "and what was added");
    hl_document_free(document);
    hl_index_close(index);
}

/* ------------------------------------------------------------------------ memory */

static long countdown;

static void *failing_realloc(void *p, size_t size)
{
    return countdown > 0 && --countdown == 0 ? NULL : realloc(p, size);
}

/* What deleted articles counted is found while a search runs: of an index in which one of two
 * is gone, its words are asked for. */
static void test_nomem_gone(const struct hlmem_hook *hook)
{
    static const struct hl_article both[] = {{.id = "x", .title = "sao hỏa xa xôi"},
                                             {.id = "y", .title = "sao hỏa gần"}};
    char a[1024], b[1024];
    const char *paths[] = {a, b};
    struct hl_index *index = NULL;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    hl_status status = HL_NOMEM;
    long n = 0;
    snprintf(a, sizeof a, "%s/two", scratch_path);
    snprintf(b, sizeof b, "%s/one", scratch_path);
    bool good = scratch_commit(a, NULL, both, 0, 2, NULL) &&
                scratch_commit(b, NULL, both, 1, 2, NULL) &&
                !hl_index_open_many(paths, 2, &index, NULL) &&
                !hl_query_parse(index, "sao hỏa", strlen("sao hỏa"), NULL, &query, NULL);
    while (good && status == HL_NOMEM && n < 1000) {
        countdown = ++n;
        hlmem_set_hook(hook);
        status = hl_search(index, query, NULL, &result, NULL);
        hlmem_set_hook(NULL);
        good = (status == HL_OK) == (result != NULL);
    }
    OK(good && status == HL_OK && n > 10 && hl_result_total(result) == 2,
       "and while deleted articles are counted, up to %ld", n);
    hl_result_free(result);
    hl_query_free(query);
    hl_index_close(index);
}

/* Each allocation fails once; the folders are those of test_last_wins(), with one article
 * twice. */
static void test_nomem(void)
{
    const struct hlmem_hook hook = {failing_realloc, free};
    char a[1024], b[1024];
    const char *paths[] = {a, b};
    struct hl_index *index = NULL;
    struct hl_error err;
    hl_status status = HL_NOMEM;
    long n = 0;
    snprintf(a, sizeof a, "%s/old", scratch_path);
    snprintf(b, sizeof b, "%s/new", scratch_path);
    while (status == HL_NOMEM && n < 1000) {
        countdown = ++n;
        hlmem_set_hook(&hook);
        status = hl_index_open_many(paths, 2, &index, &err);
        hlmem_set_hook(NULL);
    }
    OK(status == HL_OK && n > 10 && n < 1000, "the n-th allocation fails, up to %ld", n);
    hl_index_close(index);
    test_nomem_gone(&hook);
}

int main(void)
{
    scratch_begin();
    for (unsigned round = 0; round < 12 / SCRATCH_SLOWNESS; round++)
        test_same(round, round * 7 % 4 * 30);
    OK(meant, "readers were asked what they meant");
    test_refused();
    test_newer_format();
    test_last_wins();
    test_nomem();
    return tap_done();
}
