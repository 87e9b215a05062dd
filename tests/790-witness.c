/*
 * The second witness: the same articles in a native index, in one Xapian database and in three,
 * and random queries of the whole language.  All three must tell the same: totals, hits and
 * their order, scores to the last bit, facets, the cover, how words were read, related
 * articles.  Where Xapian counts roughly (HL_TOTAL_ESTIMATE) its total must be no less.
 *
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the queries,
 * HLSEARCH_PLAN chooses one archive, HLSEARCH_SHOW prints every query.
 */
#include "drawn.h"
#include "scratch.h"
#include "tap.h"
#include "xapian.h"

#include <assert.h>
#include <inttypes.h>

enum { KINDS = 3, SHARDS = 3 };
static const char *const kind_names[KINDS] = {"native", "one database", "three shards"};

static const char *const synonym_lines =
    "công nghệ = khcn = ma mạ\nkhoa học = kỹ thuật = covid\nnghiên cứu = hcm = hòa\n"
    "công = nghề = khoa học kỹ thuật\nnghệ khoa = h5n1 = đã\n";
static struct hl_synonyms *synonyms;

struct asked {
    char text[DRAWN_ROOM];
    struct hl_query_options how;
    struct hl_search_options options;
};

static struct {
    size_t queries, answered, answers, totals, estimates, refused, related, nearest;
} told;

/* ---------------------------------------------------------------- what a result tells */

/* One answer as texts, so that two can be compared and shown. */
struct answer {
    hl_status status;
    uint64_t total;
    enum hl_total_is total_is;
    bool uncounted; /* total is what was collected, which is an engine's own affair */
    size_t count;
    char *hits, *facets, *words;
};

static void put_bits(FILE *out, double score)
{
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    fprintf(out, "%016" PRIx64 " %.17g", bits, score);
}

static void put_hits(FILE *out, const struct hl_result *r)
{
    fprintf(out, "cover %d partial %d\n", hl_result_cover(r), (int)hl_result_partial(r));
    for (size_t i = 0; i < hl_result_count(r); i++) {
        const struct hl_hit *h = hl_result_hit(r, i);
        fprintf(out, "%s ", h->id);
        put_bits(out, h->score);
        fprintf(out, " %lld %d %d %s|%s|%s similar %u\n", (long long)h->date, h->date_offset,
                (int)h->date_precision, h->source ? h->source : "-",
                h->section ? h->section : "-", h->author ? h->author : "-", h->similar);
    }
}

static void put_facets(FILE *out, const struct hl_result *r)
{
    for (unsigned f = 0; f < HL_FACETS; f++) {
        const struct hl_facet_value *v;
        fprintf(out, "%s: %" PRIu64 " distinct, %" PRIu64 " missing\n", hl_facet_name(f),
                hl_result_facet_distinct(r, f), hl_result_facet_missing(r, f));
        for (size_t i = 0; (v = hl_result_facet(r, f, i)) != NULL; i++)
            fprintf(out, "  %s=%" PRIu64 "\n", v->name, v->count);
    }
}

static void put_words(FILE *out, const struct hl_result *r)
{
    const struct hl_reading *reading;
    const struct hl_understood *u;
    const struct hl_note *note;
    const struct hl_suggestion *s;
    for (size_t i = 0; (reading = hl_result_reading(r, i)) != NULL; i++)
        fprintf(out, "reading %s as %s df %" PRIu64 " in %d why %d\n", reading->word,
                reading->as, reading->df, (int)reading->in_index, (int)reading->why);
    for (size_t i = 0; (u = hl_result_understood(r, i)) != NULL; i++)
        fprintf(out, "understood %s as %s why %d %u-%u\n", u->text, u->as, (int)u->why,
                u->start, u->end);
    for (size_t i = 0; (u = hl_result_synonym(r, i)) != NULL; i++)
        fprintf(out, "synonym %s as %s why %d %u-%u\n", u->text, u->as, (int)u->why, u->start,
                u->end);
    for (size_t i = 0; (note = hl_result_note(r, i)) != NULL; i++)
        fprintf(out, "note %s at %lld\n", note->text, (long long)note->at);
    for (size_t i = 0; (s = hl_result_suggestion(r, i)) != NULL; i++)
        fprintf(out, "suggestion %s %.17g\n", s->text, s->odds);
    fprintf(out, "restored %s\n", hl_result_restored(r) ? hl_result_restored(r) : "-");
}

static char *told_by(void (*put)(FILE *, const struct hl_result *), const struct hl_result *r)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert(out);
    put(out, r);
    fclose(out);
    return text;
}

static struct answer answer_of(hl_status status, const struct hl_result *r)
{
    if (status)
        return (struct answer){.status = status};
    return (struct answer){.total = hl_result_total(r),
                           .total_is = hl_result_total_is(r),
                           .count = hl_result_count(r),
                           .hits = told_by(put_hits, r),
                           .facets = told_by(put_facets, r),
                           .words = told_by(put_words, r)};
}

static void forget(struct answer *a)
{
    free(a->hits);
    free(a->facets);
    free(a->words);
}

/* ---------------------------------------------------------------------- comparison */

static void say_first_line(const char *what, const char *native, const char *other)
{
    for (size_t line = 1;; line++) {
        size_t x = strcspn(native, "\n"), y = strcspn(other, "\n");
        if (x != y || memcmp(native, other, x)) {
            printf("#   %s, line %zu: native [%.*s], other [%.*s]\n", what, line, (int)x,
                   native, (int)y, other);
            return;
        }
        if (!native[x] || !other[y]) {
            printf("#   %s: %s tells more\n", what, native[x] ? "native" : "other");
            return;
        }
        native += x + 1;
        other += y + 1;
    }
}

static bool same_text(const char *what, const char *native, const char *other)
{
    bool same = !strcmp(native, other);
    if (!same)
        say_first_line(what, native, other);
    return same;
}

static bool same_total(const struct answer *native, const struct answer *other)
{
    told.totals++;
    told.estimates += other->total_is == HL_TOTAL_ESTIMATE;
    bool good = other->total_is == HL_TOTAL_EXACT      ? other->total == native->total
                : other->total_is == HL_TOTAL_ESTIMATE ? other->total >= native->total
                                                       : false;
    if (!good)
        printf("#   total: native %" PRIu64 ", other %" PRIu64 " (is %d)\n", native->total,
               other->total, (int)other->total_is);
    return good;
}

static bool same_answer(const struct answer *native, const struct answer *other)
{
    if (native->status || other->status) {
        if (native->status == other->status)
            return true;
        printf("#   status: native %s, other %s\n", hl_status_name(native->status),
               hl_status_name(other->status));
        return false;
    }
    bool good = other->uncounted || same_total(native, other);
    good = same_text("hits", native->hits, other->hits) && good;
    good = same_text("words", native->words, other->words) && good;
    if (other->total_is == HL_TOTAL_EXACT)
        good = same_text("facets", native->facets, other->facets) && good;
    return good;
}

static void say_query(const struct asked *a, int kind, const char *why)
{
    const struct hl_search_options *o = &a->options;
    printf("# %s: [%s] marks %d cover %d rank %d k1 %g b %g pairs %g refine %d n %zu+%zu sort "
           "%d dates %lld-%lld section %s tag %s%s%s%s%s: %s\n",
           kind_names[kind], a->text, (int)a->how.marks, o->cover, (int)o->rank, o->k1, o->b,
           o->pairs, o->refine, o->offset, o->count, (int)o->sort, (long long)o->date_from,
           (long long)o->date_to, o->section ? o->section : "any", o->tag ? o->tag : "any",
           o->synonyms ? " synonyms" : "", o->no_total ? " uncounted" : "",
           o->count_only ? " counted" : "", o->group ? " grouped" : "", why);
}

/* ------------------------------------------------------------------------- queries */

static void append(struct asked *asked, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct asked *asked, const char *format, ...)
{
    size_t size = strlen(asked->text);
    va_list args;
    va_start(args, format);
    vsnprintf(asked->text + size, sizeof asked->text - size, format, args);
    va_end(args);
}

/* Words of all kinds, also those that a group would not take: codes, dates, numbers. */
static void draw_plainly(struct asked *asked, const struct scratch_archive *archive,
                         uint64_t *seed)
{
    static const char *const others[] = {"9/1/2017",
                                         "9/1",
                                         "\"9/1/2017\"",
                                         "ngày 9 tháng 1",
                                         "tag:t63",
                                         "-tag:t70",
                                         "tag:t69",
                                         "tag:T3",
                                         "c* n*",
                                         "title:t*",
                                         "tag:t64",
                                         "*",
                                         "-source:vnbao",
                                         "\"TP.HCM\"",
                                         "\"covid-19 3,5\"~3",
                                         "tp.hcm",
                                         "KH&CN",
                                         "hcm OR \"tp hcm\" OR n*",
                                         "cong nghe",
                                         "khoahoc",
                                         "nghieen cuwsu",
                                         "author:\"Nguyễn Văn An\"",
                                         "author:le*",
                                         "\"\"",
                                         "body:\"công nghệ\"",
                                         "-body:\"khoa học\""};
    asked->text[0] = '\0';
    for (uint64_t i = 1 + tap_random(seed) % 7; i; i--) {
        uint64_t r = tap_random(seed);
        const char *word = scratch_draw(&archive->lexicon, seed);
        const char *next = scratch_draw(&archive->lexicon, seed);
        bool plain = archive->lexicon.tokens;
        if (r % 16 < 2 && !plain)
            append(asked, "%s ", others[r / 16 % (sizeof others / sizeof *others)]);
        else if (r % 16 == 2 && !plain)
            append(asked, "\"%s %s\" ", word, next);
        else if (r % 16 == 3 && !plain)
            append(asked, "\"%s %s %s\"~%d ", word, next, word, (int)(r / 16 % 5));
        else if (r % 16 == 4 && !plain)
            append(asked, "title:%s %s ", word, next);
        else
            append(asked, "%s ", word);
    }
}

/*
 * Where fields weigh differently Xapian counts a word as often as it weighs, so that which of
 * several words is the likelier one, and what is restored by that, may be another: there every
 * word is taken as typed.
 */
static void draw_query(struct asked *asked, struct drawn *d,
                       const struct scratch_archive *archive, bool weighed, uint64_t *seed)
{
    asked->how = (struct hl_query_options){0};
    drawn_begin(d, archive, seed);
    drawn_options(d, synonyms, &asked->options);
    struct hl_search_options *o = &asked->options;
    uint64_t r = tap_random(seed);
    o->no_total = r % 8 == 0;
    o->count_only = r % 8 == 1;
    o->suggest = r % 8 < 3;
    o->group = false; /* an index of Xapian folds no copies */
    if (r / 128 % 16 == 0)
        o->author = r / 2048 % 2 ? "nguyen van an" : "Lê Thị Bình";
    asked->how.tokens = archive->lexicon.tokens;
    asked->how.phrase = asked->how.tokens && tap_random(seed) % 6 == 0;
    if (tap_random(seed) % 4 == 0)
        asked->how.marks = tap_random(seed) % 2 ? HL_MARKS_STRICT : HL_MARKS_LOOSE;
    if (weighed) {
        asked->how.marks = HL_MARKS_STRICT;
        o->suggest = false;
    }
    if (archive->lexicon.tokens || tap_random(seed) % 4 == 0) {
        draw_plainly(asked, archive, seed);
        return;
    }
    drawn_query(d, 4);
    snprintf(asked->text, sizeof asked->text, "%s", d->text);
}

/* ------------------------------------------------------------------------- asking */

struct trio {
    struct hl_index *index[KINDS];
    struct hl_result *kept[KINDS]; /* used again and again */
};

static struct answer search(struct trio *t, int kind, const struct asked *a,
                            struct hl_error *err)
{
    struct hl_query *query = NULL;
    hl_status status =
        hl_query_parse(t->index[kind], a->text, strlen(a->text), &a->how, &query, err);
    if (!status)
        status = hl_search(t->index[kind], query, &a->options, &t->kept[kind], err);
    struct answer answer = answer_of(status, t->kept[kind]);
    hl_query_free(query);
    return answer;
}

static bool query_same(struct trio *t, const struct asked *a)
{
    struct hl_error err = {0};
    struct answer native = search(t, 0, a, &err);
    bool same = true;
    told.queries++;
    told.answered += native.count > 0;
    told.answers += native.count;
    for (int kind = 1; kind < KINDS; kind++) {
        struct hl_error own = {0};
        struct answer other = search(t, kind, a, &own);
        bool refused = a->options.group && other.status == HL_UNSUPPORTED;
        told.refused += refused;
        other.uncounted = a->options.no_total;
        if (!refused && !same_answer(&native, &other)) {
            say_query(a, kind, *own.text ? own.text : err.text);
            same = false;
        }
        forget(&other);
    }
    forget(&native);
    return same;
}

static bool related_same(struct trio *t, const char *id, const struct asked *a)
{
    struct hl_error err = {0};
    struct answer native = {0};
    bool same = true;
    for (int kind = 0; kind < KINDS; kind++) {
        struct hl_result *r = NULL;
        struct hl_search_options o = a->options;
        o.group = false;
        struct answer own = answer_of(hl_related(t->index[kind], id, &o, &r, &err), r);
        hl_result_free(r);
        if (!kind) {
            native = own;
            continue;
        }
        if (!same_answer(&native, &own)) {
            printf("# like %s\n", id);
            say_query(a, kind, err.text);
            same = false;
        }
        forget(&own);
    }
    told.related++;
    forget(&native);
    return same;
}

/* What else might be found, of a query without answers. */
static char *nearest_of(struct trio *t, int kind, const struct asked *a)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct hl_query *query = NULL;
    struct hl_nearest_list *list = NULL;
    const struct hl_nearest *n;
    struct hl_error err = {0};
    if (!hl_query_parse(t->index[kind], a->text, strlen(a->text), &a->how, &query, &err))
        hl_nearest_find(t->index[kind], query, &a->options, &list, &err);
    for (size_t i = 0; (n = hl_nearest_at(list, i)) != NULL; i++)
        fprintf(out, "%d [%s] without [%s] %" PRIu64 "\n", (int)n->relaxed, n->query,
                n->without ? n->without : "-", n->total);
    fprintf(out, "%s\n", err.text);
    hl_nearest_free(list);
    hl_query_free(query);
    fclose(out);
    return text;
}

/* Near and phrases of the body are counted roughly, and what finds most comes first. */
static bool says_roughly(const char *query)
{
    return strchr(query, '~') || strcasestr(query, "body:");
}

static bool nearest_same(struct trio *t, const struct asked *a)
{
    char *native = nearest_of(t, 0, a);
    bool same = true;
    for (int kind = 1; kind < KINDS; kind++) {
        char *other = nearest_of(t, kind, a);
        if (!says_roughly(a->text) && !same_text("nearest", native, other)) {
            say_query(a, kind, "nearest");
            same = false;
        }
        free(other);
    }
    told.nearest++;
    free(native);
    return same;
}

/* ------------------------------------------------------------------------ archives */

struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t commits, queries;
    unsigned weight[3];
    enum { MIXED, GIANT, EQUAL, UNDATED } like;
};

static const struct plan plans[] = {
    {"two articles", {2, 12, 6, 6, 20, 0, false}, 1, 300, {1, 1, 1}, MIXED},
    {"30 articles of few words in 4 commits, half replaced",
     {30, 45, 8, 8, 30, 50, false},
     4,
     1500,
     {3, 2, 1},
     MIXED},
    {"150 articles in 3 commits", {150, 70, 8, 12, 50, 20, false}, 3, 1200, {1, 1, 1}, MIXED},
    {"80 articles of many words", {80, 900, 8, 12, 120, 0, false}, 1, 800, {7, 2, 1}, MIXED},
    {"an article of 40,000 words beside 12",
     {13, 60, 8, 4, 200, 0, false},
     1,
     80,
     {2, 1, 1},
     GIANT},
    {"60 articles of tokens", {60, 60, 6, 6, 40, 10, true}, 2, 600, {4, 1, 2}, MIXED},
    {"1,500 articles of 7 texts", {1500, 40, 4, 4, 20, 0, false}, 1, 200, {1, 1, 1}, EQUAL},
    {"900 articles without a date", {900, 40, 4, 4, 20, 0, false}, 1, 200, {1, 1, 1}, UNDATED},
    {"9,000 short articles", {9000, 60, 3, 4, 12, 0, false}, 1, 60, {2, 1, 1}, MIXED},
};

static void replace_text(const char **text, char *by)
{
    free((char *)*text);
    *text = by;
}

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

/* Authors; some articles with more tags than are indexed, some of them twice; some of hardly
 * any words; abbreviations that are explained. */
static void change_articles(struct scratch_archive *archive, const struct plan *plan,
                            uint64_t *seed)
{
    static char tags[4000];
    static const char *const authors[] = {"Nguyễn Văn An", "nguyen van an", "Lê Thị Bình",
                                          NULL};
    struct hl_article *list = archive->articles;
    size_t size = 0;
    for (unsigned i = 0; i < 90 && !size; i++)
        for (unsigned k = 0; k < 90; k++)
            size += (size_t)snprintf(tags + size, sizeof tags - size, " t%u \n%s", k,
                                     k % 3 ? "" : "t0\n\n");
    for (size_t i = 0; i < archive->count; i++) {
        list[i].author = authors[tap_random(seed) % 4];
        if (i % 7 == 3)
            list[i].tags = tags;
        if (i % 11 == 5 && !plan->shape.tokens) {
            char lead[200];
            snprintf(lead, sizeof lead, "Bộ Khoa học và Công nghệ (KH&CN) %s",
                     list[i].lead ? "khoa học kỹ thuật" : "TP.HCM");
            replace_text(&list[i].lead, strdup(lead));
        }
        if (i % 23 == 7 && !plan->shape.tokens) {
            replace_text(&list[i].title, strdup("..."));
            replace_text(&list[i].lead, NULL);
            replace_text(&list[i].body, strdup(i % 2 ? "-" : "khoa"));
        }
        if (plan->like == EQUAL && i >= 7) {
            replace_text(&list[i].title, copy(list[i % 7].title));
            replace_text(&list[i].lead, copy(list[i % 7].lead));
            replace_text(&list[i].body, copy(list[i % 7].body));
        }
        if (plan->like == UNDATED && i % 20)
            list[i].date_precision = HL_DATE_UNKNOWN, list[i].date = 0;
    }
    if (plan->like == GIANT)
        replace_text(&list[5].body, scratch_text(&archive->lexicon, 40000, seed));
    for (size_t i = 0; plan->shape.tokens && i < archive->count; i++) {
        char long_one[400];
        memset(long_one, 'x', sizeof long_one - 1);
        long_one[sizeof long_one - 1] = '\0';
        list[i].title = scratch_text(&archive->lexicon, i % 5, seed);
        list[i].lead = i % 3 ? NULL : strdup(long_one);
    }
}

static bool open_trio(struct trio *t, const struct plan *plan,
                      const struct scratch_archive *archive, char paths[KINDS][1024])
{
    struct hl_error err = {0};
    bool good = true;
    memset(t, 0, sizeof *t);
    for (int kind = 0; kind < KINDS; kind++) {
        struct hl_writer_options options = {.memory = 64u << 20, .tokens = plan->shape.tokens};
        memcpy(options.weight, plan->weight, sizeof options.weight);
        options.backend = kind ? HL_BACKEND_XAPIAN : HL_BACKEND_NATIVE;
        options.shards = kind == 2 ? SHARDS : 0;
        snprintf(paths[kind], sizeof paths[kind], "%s", scratch_name("ix"));
        snprintf(paths[kind] + strlen(paths[kind]), 16, "%d", kind);
        good = scratch_build(paths[kind], &options, archive, plan->commits) &&
               !hl_index_open(paths[kind], &t->index[kind], &err) && good;
    }
    if (!good)
        printf("# %s\n", err.text);
    return good;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static size_t compare(struct trio *t, const struct scratch_archive *archive, bool weighed,
                      size_t queries, uint64_t seed)
{
    static struct asked asked;
    static struct drawn drawn;
    size_t different = 0;
    bool show = number_from("HLSEARCH_SHOW", 0);
    memset(&told, 0, sizeof told);
    for (size_t i = 0; i < queries && different < 5; i++) {
        draw_query(&asked, &drawn, archive, weighed, &seed);
        if (show)
            printf("# %s\n", asked.text);
        bool same = query_same(t, &asked);
        const char *id = archive->articles[tap_random(&seed) % archive->count].id;
        if (i % 8 == 0)
            same = related_same(t, id, &asked) && same;
        if (i % 8 == 1)
            same = nearest_same(t, &asked) && same;
        different += !same;
    }
    printf("# %zu queries, %zu answered by %zu hits; %zu of %zu totals are estimates, %zu "
           "refused; %zu related, %zu nearest\n",
           told.queries, told.answered, told.answers, told.estimates, told.totals, told.refused,
           told.related, told.nearest);
    if (archive->count >= 20 && told.answered * 5 < told.queries && !different)
        different = queries; /* such a run would prove little */
    return different;
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    char paths[KINDS][1024];
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct trio t;
    change_articles(&archive, plan, &seed);
    bool built = open_trio(&t, plan, &archive, paths);
    OK(built, "%s: built", plan->name);
    size_t queries = plan->queries * rounds / SCRATCH_SLOWNESS;
    bool weighed = plan->weight[0] != plan->weight[2] || plan->weight[1] != plan->weight[2];
    if (built)
        OK(compare(&t, &archive, weighed, queries, seed) == 0,
           "%s: the same from all three (seed 0x%llx)", plan->name, (unsigned long long)seed);
    for (int kind = 0; kind < KINDS; kind++) {
        hl_result_free(t.kept[kind]);
        hl_index_close(t.index[kind]);
        scratch_remove(paths[kind]);
    }
    scratch_archive_release(&archive);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 20261127);
    uint64_t rounds = number_from("HLSEARCH_ROUNDS", 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    struct hl_error err = {0};
    const struct hlx_calls *calls;
    if (!xapian_begin(&calls, &err)) {
        tap_skip(err.text);
        return tap_done();
    }
    scratch_begin();
    OK(!hl_synonyms_read(NULL, synonym_lines, strlen(synonym_lines), &synonyms, &err),
       "synonyms are read %s", err.text);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}
