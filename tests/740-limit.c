/*
 * The time limit of a search: by a clock that goes by as the test wants, the cut comes at every
 * place there is, and what is found until then answers, with its score.
 */
#include "scratch.h"
#include "tap.h"

#include "base/deadline.h"

#include <assert.h>
#include <time.h>

/* ------------------------------------------------------------------------- the clock */

static uint64_t ticks, step; /* each look is a step of so many nanoseconds */

static uint64_t stepping_clock(void)
{
    ticks += step;
    return ticks;
}

static void test_deadline(void)
{
    struct hldeadline d;
    hldeadline_set_clock(stepping_clock);
    step = 1000000; /* 1 ms a look */
    hldeadline_start(&d, 0);
    OK(!hldeadline_passed(&d) && !d.cut && !hldeadline_passed(NULL), "no limit");
    uint64_t before = ticks;
    OK(!hldeadline_passed(&d) && ticks == before, "asks no clock");
    hldeadline_start(&d, 8);
    hldeadline_until(&d, 4);
    unsigned looks = 0;
    while (!hldeadline_passed(&d))
        looks++;
    OK(looks == 3 && d.cut, "half of 8 ms");
    before = ticks;
    OK(hldeadline_passed(&d) && ticks == before, "what has passed stays so");
    hldeadline_until(&d, 8);
    OK(!hldeadline_passed(&d) && d.cut, "the next part has its own, the cut is remembered");
    hldeadline_start(&d, UINT32_MAX);
    OK(!hldeadline_passed(&d) && !d.cut, "a limit of 49 days");
    hldeadline_set_clock(NULL);
}

/* ------------------------------------------------------------------------- answers */

struct hits {
    struct {
        char id[64];
        double score;
    } * list;
    size_t count;
    uint64_t total;
    bool partial;
};

static struct hits ask(const struct hl_index *index, const char *words,
                       const struct hl_search_options *options, hl_status *out_status)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hits hits = {0};
    hl_status status = hl_query_parse(index, words, strlen(words), NULL, &query, NULL);
    if (!status)
        status = hl_search(index, query, options, &result, NULL);
    *out_status = status;
    hits.count = hl_result_count(result);
    hits.total = hl_result_total(result);
    hits.partial = hl_result_partial(result);
    hits.list = calloc(hits.count + 1, sizeof *hits.list);
    assert(hits.list);
    for (size_t i = 0; i < hits.count; i++) {
        snprintf(hits.list[i].id, sizeof hits.list[i].id, "%s", hl_result_hit(result, i)->id);
        hits.list[i].score = hl_result_hit(result, i)->score;
    }
    hl_result_free(result);
    hl_query_free(query);
    return hits;
}

static bool is_among(const struct hits *all, const char *id, double score)
{
    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->list[i].id, id))
            return !memcmp(&all->list[i].score, &score, sizeof score);
    return false;
}

static bool is_same(const struct hits *a, const struct hits *b)
{
    bool same = a->count == b->count && a->total == b->total;
    for (size_t i = 0; same && i < a->count; i++)
        same = !strcmp(a->list[i].id, b->list[i].id) &&
               !memcmp(&a->list[i].score, &b->list[i].score, sizeof(double));
    return same;
}

/* What came of cutting one search at each of its looks at the clock. */
struct cuts {
    size_t whole, partial, empty, some; /* of the partial: without hits, with */
    size_t failed, wrong, more;         /* none of these may be */
};

/* Options without the second look, which a cut search may lack. */
static void cut_everywhere(const struct hl_index *index, const char *words,
                           struct hl_search_options options, struct cuts *cuts)
{
    hl_status status;
    struct hl_search_options every = options;
    every.timeout_ms = 0;
    struct hits whole = ask(index, words, &every, &status);
    assert(!options.refine);
    every.count = 10000;
    every.exhaustive = true;
    struct hits all = ask(index, words, &every, &status);
    uint64_t total = whole.total;
    options.timeout_ms = 1000;
    hldeadline_set_clock(stepping_clock);
    /* The steps get smaller, so that the cut comes later, until there is none. */
    for (unsigned looks = 1; looks < 100000; looks += 1 + looks / 16) {
        step = UINT64_C(1000000000) / looks;
        struct hits cut = ask(index, words, &options, &status);
        bool partial = cut.partial;
        cuts->failed += status != HL_OK;
        cuts->whole += !partial;
        cuts->partial += partial;
        cuts->empty += partial && !cut.count;
        cuts->some += partial && cut.count;
        cuts->more += (cut.total > total && !options.no_total) || cut.total < cut.count;
        cuts->wrong += !partial && !is_same(&cut, &whole);
        for (size_t i = 0; i < cut.count; i++)
            cuts->wrong += !is_among(&all, cut.list[i].id, cut.list[i].score);
        free(cut.list);
        if (!partial)
            break;
    }
    hldeadline_set_clock(NULL);
    free(whole.list);
    free(all.list);
}

static void tell(const struct cuts *c, const char *what)
{
    OK(!c->failed && !c->wrong && !c->more, "%s: %zu cut, %zu with hits, %zu without: right",
       what, c->partial, c->some, c->empty);
    if (c->failed || c->wrong || c->more)
        printf("#   failed %zu, wrong %zu, more %zu\n", c->failed, c->wrong, c->more);
    OK(c->whole && c->some && c->empty, "%s: cut early, late, and not at all", what);
}

static void test_cuts(const struct hl_index *index)
{
    static const char *const queries[] = {
        "công nghệ khoa học",          "cong nghe khoa hoc", "\"khoa học công\"",
        "công -\"khoa học\" -nghệ",    "\"công\" \"khoa\"",  "title:công khoa",
        "công khoa học má mà ma kỹ lý"};
    struct hl_search_options o;
    struct cuts c[6] = {{0}};
    hl_search_options_init(&o);
    o.refine = 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        o.cover = HL_COVER_ANY;
        cut_everywhere(index, queries[i], o, &c[0]);
        struct hl_search_options other = o;
        other.sort = HL_SORT_NEWEST;
        cut_everywhere(index, queries[i], other, &c[1]);
        other = o;
        other.facet_values[HL_FACET_SOURCE] = other.facet_values[HL_FACET_YEAR] = 5;
        other.cover = HL_COVER_DEFAULT;
        cut_everywhere(index, queries[i], other, &c[2]);
        other = o;
        other.count = 300; /* a guess from a sample */
        cut_everywhere(index, queries[i], other, &c[3]);
        other = o;
        other.exhaustive = true;
        other.no_total = true;
        cut_everywhere(index, queries[i], other, &c[4]);
        other = o;
        other.cover = HL_COVER_ALL; /* one word of several would be found more often */
        cut_everywhere(index, queries[i], other, &c[5]);
    }
    tell(&c[0], "by score");
    tell(&c[1], "by date");
    tell(&c[2], "with facets");
    tell(&c[3], "many results");
    tell(&c[4], "every answer scored");
    tell(&c[5], "all of the words");
}

/* A frequent word was looked up, a rare one was not: the frequent one alone is no answer. */
static void test_half_read(const struct hl_index *index, const struct scratch_lexicon *lexicon)
{
    struct hl_search_options o;
    struct cuts c = {0};
    char words[64];
    hl_search_options_init(&o);
    o.refine = 0;
    snprintf(words, sizeof words, "công %s", lexicon->words[lexicon->count - 1]);
    cut_everywhere(index, words, o, &c);
    tell(&c, "a frequent and a rare word");
}

/* Scores of a search that was cut compare with each other: all have the second look or none. */
static void test_second_look(const struct hl_index *index)
{
    struct hl_search_options o;
    hl_status status;
    size_t mixed = 0, looked = 0;
    hl_search_options_init(&o);
    struct hits whole = ask(index, "công nghệ khoa", &o, &status);
    o.refine = 0;
    o.count = 10000;
    struct hits plain = ask(index, "công nghệ khoa", &o, &status);
    hl_search_options_init(&o);
    o.timeout_ms = 1000;
    hldeadline_set_clock(stepping_clock);
    for (unsigned looks = 1; looks < 3000; looks++) {
        step = UINT64_C(1000000000) / looks;
        struct hits cut = ask(index, "công nghệ khoa", &o, &status);
        size_t as_plain = 0;
        for (size_t i = 0; i < cut.count; i++)
            as_plain += is_among(&plain, cut.list[i].id, cut.list[i].score);
        mixed += as_plain && as_plain < cut.count;
        looked += cut.count && !as_plain;
        if (!cut.partial && !is_same(&cut, &whole))
            mixed++;
        free(cut.list);
    }
    hldeadline_set_clock(NULL);
    OK(!mixed && looked, "the second look is at all of the first or at none");
    free(whole.list);
    free(plain.list);
}

/* The system's clock and a query that takes long: 1 ms is an answer, whole or not. */
static void test_heavy(const struct hl_index *index, const struct scratch_lexicon *lexicon)
{
    struct hl_search_options o;
    hl_status status;
    static char words[1 << 16];
    size_t size = 0;
    uint64_t seed = 1;
    for (unsigned i = 0; i < 250; i++)
        size += (size_t)snprintf(words + size, sizeof words - size, "-\"%s %s\" %s ",
                                 scratch_draw(lexicon, &seed), scratch_draw(lexicon, &seed),
                                 scratch_draw(lexicon, &seed));
    hl_search_options_init(&o);
    o.timeout_ms = 1;
    o.cover = HL_COVER_ANY;
    o.suggest = true;
    struct hits hits = ask(index, words, &o, &status);
    OK(status == HL_OK, "1 ms and 750 words: %zu hits%s", hits.count,
       hits.partial ? ", partial" : "");
    free(hits.list);
    o.timeout_ms = 1000000;
    hits = ask(index, words, &o, &status);
    OK(status == HL_OK && !hits.partial, "a quarter of an hour is enough");
    free(hits.list);
    OK(!hl_result_partial(NULL), "no result is not partial");
}

int main(void)
{
    struct scratch_shape shape = {.articles = 9000 / SCRATCH_SLOWNESS,
                                  .lexicon = 300,
                                  .title_max = 5,
                                  .lead_max = 5,
                                  .body_max = 20};
    scratch_begin();
    test_deadline();
    struct scratch_archive archive = scratch_archive_make(&shape, 740);
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    bool good = scratch_build(scratch_name("ix"), NULL, &archive, 2) &&
                !hl_index_open(scratch_name("ix"), &index, &err);
    if (OK(good, "%zu articles%s", archive.count, err.text)) {
        test_cuts(index);
        test_half_read(index, &archive.lexicon);
        test_second_look(index);
        test_heavy(index, &archive.lexicon);
    }
    hl_index_close(index);
    scratch_archive_release(&archive);
    return tap_done();
}
