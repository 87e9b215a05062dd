/*
 * The second look: hlrefine_article() on places of chance against the sums of the
 * definition, and through an index what it may not change: hits past the first, pages.
 */
#include "score/refine.h"
#include "oracle_refine.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>

/* ---------------------------------------------------------------- places of chance */

enum { WORDS_MAX = 8, PAIRS_MAX = 12, PLACES_MAX = 600 };

/* An article and a query as both sides want them. */
struct drawn {
    double worths[WORDS_MAX];
    int64_t units[WORDS_MAX];
    uint32_t words;
    struct hlrefine_pair pairs[PAIRS_MAX];
    uint32_t pairs_of[WORDS_MAX + 2];
    uint32_t pair_count;
    struct oracle_side_by_side sides[PAIRS_MAX];
    struct hlrefine_place places[PLACES_MAX];
    struct oracle_stand stands[PLACES_MAX];
    size_t count;
};

static int by_second(const void *a, const void *b)
{
    const struct hlrefine_pair *x = a, *y = b;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->a < y->a ? -1 : x->a > y->a;
}

static int by_position(const void *a, const void *b)
{
    const struct hlrefine_place *x = a, *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return x->word < y->word ? -1 : x->word > y->word;
}

/* Worths are multiples of 1/65536, so that units lose nothing on the way here. */
static double draw_worth(uint64_t *seed)
{
    return (double)(1 + tap_random(seed) % 700000) / HLREFINE_UNIT;
}

/* Distinct pairs of two different words. */
static void draw_pairs(struct drawn *d, uint64_t *seed)
{
    d->pair_count = 0;
    for (uint32_t i = tap_random(seed) % (PAIRS_MAX + 1); i && d->words > 1; i--) {
        uint32_t a = tap_random(seed) % d->words, b = tap_random(seed) % d->words;
        bool there = a == b;
        for (uint32_t p = 0; p < d->pair_count; p++)
            there = there || (d->pairs[p].a == a && d->pairs[p].b == b);
        if (!there)
            d->pairs[d->pair_count++] =
                (struct hlrefine_pair){a, b, hlrefine_units(draw_worth(seed))};
    }
    qsort(d->pairs, d->pair_count, sizeof *d->pairs, by_second);
    for (uint32_t w = 0, p = 0; w <= d->words; w++) {
        while (p < d->pair_count && d->pairs[p].b < w)
            p++;
        d->pairs_of[w] = p;
    }
    for (uint32_t p = 0; p < d->pair_count; p++)
        d->sides[p] = (struct oracle_side_by_side){d->pairs[p].a, d->pairs[p].b,
                                                   (double)d->pairs[p].worth / HLREFINE_UNIT};
}

/* Places that are sorted, each once, as the engine hands them over. */
static void sort_places(struct drawn *d)
{
    size_t kept = 0;
    qsort(d->places, d->count, sizeof *d->places, by_position);
    for (size_t i = 0; i < d->count; i++)
        if (!i || by_position(&d->places[i], &d->places[i - 1]))
            d->places[kept++] = d->places[i];
    d->count = kept;
    for (size_t i = 0; i < kept; i++)
        d->stands[i] =
            (struct oracle_stand){d->places[i].position, d->places[i].field, d->places[i].word};
}

/* Fields of any length with one position between; dense, thin or in heaps. */
static void draw_places(struct drawn *d, uint64_t *seed)
{
    static const uint32_t lengths[] = {0, 1, 5, 24, 25, 26, 60, 150};
    uint32_t percent = (uint32_t[]){2, 10, 40, 95}[tap_random(seed) % 4], base = 0;
    d->count = 0;
    for (uint32_t field = 0; field < 3; field++) {
        uint32_t length = lengths[tap_random(seed) % 8];
        for (uint32_t p = 0; p < length; p++)
            while (tap_random(seed) % 100 < percent && d->count < PLACES_MAX) {
                uint32_t word = tap_random(seed) % d->words;
                d->places[d->count++] = (struct hlrefine_place){base + p, word, field};
                if (tap_random(seed) % 3)
                    break; /* else another word at the same position */
            }
        base += length + 1;
    }
    sort_places(d);
}

static void draw(struct drawn *d, uint64_t *seed)
{
    d->words = 1 + tap_random(seed) % WORDS_MAX;
    for (uint32_t w = 0; w < d->words; w++) {
        d->worths[w] = draw_worth(seed);
        d->units[w] = hlrefine_units(d->worths[w]);
    }
    draw_pairs(d, seed);
    draw_places(d, seed);
}

/* Room as the engine makes it: at each place one for each word just before it. */
static size_t room_for(const struct drawn *d)
{
    size_t need = 1;
    for (size_t i = 0; i < d->count; i++)
        for (size_t k = 0; k < i; k++)
            need += d->places[k].position + 1 >= d->places[i].position;
    return need;
}

static struct hlrefine_score engine_score(const struct drawn *d)
{
    uint32_t word_here[WORDS_MAX], pair_here[PAIRS_MAX];
    /* Scratch may hold anything. */
    memset(word_here, 0xa5, sizeof word_here);
    memset(pair_here, 0xa5, sizeof pair_here);
    struct hlrefine_query query = {d->worths,   d->units,      d->words,  d->pairs,
                                   d->pairs_of, d->pair_count, word_here, pair_here};
    size_t room = room_for(d);
    struct hlrefine_met *met = malloc(room * sizeof *met);
    assert(met);
    struct hlrefine_score score = hlrefine_article(&query, d->places, d->count, met, room);
    free(met);
    return score;
}

static bool drawn_same(const struct drawn *d)
{
    struct oracle_look look = {d->worths, d->words, d->sides, d->pair_count};
    struct hlrefine_score got = engine_score(d);
    double passage = (double)oracle_passage(&look, d->stands, d->count) / HLREFINE_UNIT;
    double early = oracle_early(&look, d->stands, d->count);
    double whole = oracle_second_look(&look, d->stands, d->count), sum = hlrefine_worth(&got);
    bool same = got.passage == passage && got.early == early && sum == whole;
    if (!same)
        printf("# %zu places: passage %.17g, not %.17g; early %.17g, not %.17g\n", d->count,
               got.passage, passage, got.early, early);
    return same;
}

static void check_chance(uint64_t seed)
{
    static struct drawn d;
    size_t wrong = 0, empty = 0, rich = 0, rounds = 3000 / SCRATCH_SLOWNESS;
    for (size_t i = 0; i < rounds && wrong < 3; i++) {
        draw(&d, &seed);
        wrong += !drawn_same(&d);
        empty += !d.count;
        rich += d.count > 100 && d.pair_count > 2;
    }
    OK(!wrong, "articles of chance score as the definition has it (%zu)", rounds);
    OK(empty && rich > rounds / 20, "%zu of them empty, %zu with many places and pairs", empty,
       rich);
}

/* ------------------------------------------------------------------- worked by hand */

/* Two words of worth 1 and 2, and the pair of them, worth 4. */
static struct drawn two_words(const struct hlrefine_place *places, size_t count)
{
    struct drawn d = {.words = 2, .worths = {1, 2}, .pair_count = 1};
    for (int w = 0; w < 2; w++)
        d.units[w] = hlrefine_units(d.worths[w]);
    d.pairs[0] = (struct hlrefine_pair){0, 1, hlrefine_units(4)};
    d.pairs_of[2] = 1;
    d.sides[0] = (struct oracle_side_by_side){0, 1, 4};
    assert(count <= PLACES_MAX);
    memcpy(d.places, places, count * sizeof *places);
    d.count = count;
    sort_places(&d);
    return d;
}

static void check_passage(const struct hlrefine_place *places, size_t count, double want,
                          const char *what)
{
    struct drawn d = two_words(places, count);
    struct hlrefine_score got = engine_score(&d);
    OK(got.passage == want && drawn_same(&d), "%s: %g", what, got.passage);
}

#define PASSAGE(want, what, ...)                                                               \
    do {                                                                                       \
        const struct hlrefine_place p_[] = {__VA_ARGS__};                                      \
        check_passage(p_, sizeof p_ / sizeof *p_, (want), (what));                             \
    } while (0)

/* Places are {position, word, field}. */
static void check_by_hand(void)
{
    PASSAGE(1, "one word", {7, 0, 0});
    PASSAGE(1, "a word twice counts once", {7, 0, 0}, {8, 0, 0});
    PASSAGE(3, "24 positions apart is one run", {40, 0, 2}, {64, 1, 2});
    PASSAGE(2, "25 are two", {40, 0, 2}, {65, 1, 2});
    PASSAGE(7, "side by side", {3, 0, 1}, {4, 1, 1});
    PASSAGE(3, "the wrong way round", {3, 1, 1}, {4, 0, 1});
    PASSAGE(3, "both at one position are no pair", {3, 0, 1}, {3, 1, 1});
    PASSAGE(2, "side by side across a border of fields", {3, 0, 0}, {4, 1, 1});
    PASSAGE(7, "a pair twice counts once", {3, 0, 1}, {4, 1, 1}, {9, 0, 1}, {10, 1, 1});
    PASSAGE(7, "a pair at the very end of a run", {0, 1, 1}, {23, 0, 1}, {24, 1, 1});
    PASSAGE(7, "through another word at the same position", {3, 0, 1}, {3, 1, 1}, {4, 0, 1},
            {4, 1, 1});
    PASSAGE(3, "of a pair that ends behind the run the first word counts", {0, 1, 1},
            {24, 0, 1});

    struct drawn none = two_words((const struct hlrefine_place[]){{0, 0, 0}}, 0);
    struct hlrefine_score nothing = engine_score(&none);
    OK(nothing.passage == 0 && nothing.early == 0, "no place, no score");
    struct drawn late =
        two_words((const struct hlrefine_place[]){{0, 0, 0}, {96, 1, 2}, {200, 1, 2}}, 3);
    OK(engine_score(&late).early == 1 + 2 / 2.0, "early: 1 at 0, a half at 96");
}

/*
 * A pair whose words stand in the run but whose first place has just been let go counts
 * no more; one that comes again counts again.
 */
static void check_border(void)
{
    struct hlrefine_place places[60];
    size_t wrong = 0;
    for (uint32_t gap = 0; gap < 50; gap++) {
        places[0] = (struct hlrefine_place){0, 0, 2};
        places[1] = (struct hlrefine_place){1, 1, 2};
        places[2] = (struct hlrefine_place){2 + gap, 0, 2};
        places[3] = (struct hlrefine_place){4 + gap, 1, 2};
        places[4] = (struct hlrefine_place){30 + gap, 0, 2};
        places[5] = (struct hlrefine_place){31 + gap, 1, 2};
        struct drawn d = two_words(places, 6);
        wrong += !drawn_same(&d);
    }
    OK(!wrong, "pairs at the border of a run");
}

/* ---------------------------------------------------------------- through an index */

struct answers {
    struct {
        char id[64];
        double score;
    } list[1000];
    size_t count;
};

static void ask(const struct hl_index *index, const char *words,
                const struct hl_search_options *options, struct answers *out)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    out->count = 0;
    if (hl_query_parse(index, words, strlen(words), NULL, &query, &err) ||
        hl_search(index, query, options, &result, &err))
        OK(false, "[%s]: %s", words, err.text);
    assert(hl_result_count(result) <= 1000);
    for (; out->count < hl_result_count(result); out->count++) {
        const struct hl_hit *hit = hl_result_hit(result, out->count);
        snprintf(out->list[out->count].id, sizeof out->list[0].id, "%s", hit->id);
        out->list[out->count].score = hit->score;
    }
    hl_result_free(result);
    hl_query_free(query);
}

static bool same_hits(const struct answers *a, size_t from_a, const struct answers *b,
                      size_t from_b, size_t count)
{
    bool same = a->count >= from_a + count && b->count >= from_b + count;
    for (size_t i = 0; same && i < count; i++)
        same = !strcmp(a->list[from_a + i].id, b->list[from_b + i].id) &&
               a->list[from_a + i].score == b->list[from_b + i].score;
    return same;
}

/* Hits 0 to count-1 of both are the same articles, no score of a is less than in b. */
static bool only_more(const struct answers *a, const struct answers *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < count && strcmp(a->list[i].id, b->list[k].id))
            k++;
        if (k == count || a->list[i].score <= b->list[k].score)
            return false;
        if (i && a->list[i].score > a->list[i - 1].score)
            return false;
    }
    return true;
}

struct faults {
    size_t head, tail, pages, moved, one, asked;
};

static void ask_pages(const struct hl_index *index, const char *words,
                      const struct hl_search_options *options, const struct answers *whole,
                      struct faults *faults, uint64_t *seed)
{
    static struct answers page;
    struct hl_search_options o = *options;
    for (size_t at = 0; at < whole->count && at < 60; at += o.count) {
        o.offset = at;
        o.count = 1 + tap_random(seed) % 15;
        ask(index, words, &o, &page);
        size_t left = whole->count - at, want = left < o.count ? left : o.count;
        faults->pages += page.count != want || !same_hits(whole, at, &page, 0, want);
    }
}

static void ask_all_ways(const struct hl_index *index, const char *words, struct faults *faults,
                         uint64_t *seed)
{
    static struct answers plain, refined, other;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.cover = HL_COVER_ANY;
    options.count = 1000;
    ask(index, words, &options, &refined);
    options.refine = 20;
    ask(index, words, &options, &other);
    faults->head +=
        refined.count != other.count || !same_hits(&refined, 0, &other, 0, refined.count);
    options.refine = 0;
    ask(index, words, &options, &plain);
    size_t first = plain.count < 20 ? plain.count : 20;
    faults->head += refined.count != plain.count || !only_more(&refined, &plain, first);
    faults->tail += !same_hits(&refined, first, &plain, first, plain.count - first);
    faults->moved += first && strcmp(refined.list[0].id, plain.list[0].id);
    options.refine = 1;
    ask(index, words, &options, &other);
    faults->one += first && (strcmp(other.list[0].id, plain.list[0].id) ||
                             !same_hits(&other, 1, &plain, 1, plain.count - 1));
    options.refine = -1;
    ask_pages(index, words, &options, &refined, faults, seed);
    options.refine = 37;
    options.count = 1000;
    ask(index, words, &options, &refined);
    ask_pages(index, words, &options, &refined, faults, seed);
    faults->asked++;
}

static void check_index(uint64_t seed)
{
    struct scratch_shape shape = {800, 300, 8, 12, 90, 10, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_index *index = NULL;
    struct faults faults = {0};
    OK(scratch_build(scratch_name("ix"), NULL, &archive, 3) &&
           !hl_index_open(scratch_name("ix"), &index, NULL),
       "an index of %zu articles (seed 0x%llx)", shape.articles, (unsigned long long)seed);
    for (size_t i = 0; index && i < 100 / SCRATCH_SLOWNESS; i++) {
        char words[256] = "";
        size_t size = 0;
        for (size_t w = 1 + tap_random(&seed) % 5; w; w--)
            size += (size_t)snprintf(words + size, sizeof words - size, "%s%s", size ? " " : "",
                                     scratch_draw(&archive.lexicon, &seed));
        ask_all_ways(index, words, &faults, &seed);
    }
    OK(faults.asked > 0, "%zu queries asked", faults.asked);
    OK(!faults.head, "the first 20 stay the first 20, by a score that is more than before");
    OK(!faults.tail, "hits past the 20th keep order and score");
    OK(faults.moved > faults.asked / 4, "another article comes first for %zu of them",
       faults.moved);
    OK(!faults.one, "refine 1 touches nothing but the first hit's score");
    OK(!faults.pages, "pages of any size are parts of the whole list");
    hl_index_close(index);
    scratch_archive_release(&archive);
}

/* Conditions alone have no words to look at. */
static void check_wordless(void)
{
    static struct answers refined, plain;
    struct hl_index *index = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    const struct hl_article articles[] = {{.id = "a", .title = "công nghệ cao"},
                                          {.id = "b", .body = "về công nghệ"},
                                          {.id = "c", .title = "nghệ công"}};
    OK(scratch_commit(scratch_name("few"), NULL, articles, 0, 3, NULL) &&
           !hl_index_open(scratch_name("few"), &index, NULL),
       "three articles");
    ask(index, "\"công nghệ\"", &options, &refined);
    options.refine = 0;
    ask(index, "\"công nghệ\"", &options, &plain);
    OK(plain.count == 2 && refined.count == 2 && same_hits(&refined, 0, &plain, 0, 2),
       "a phrase alone scores as without a second look");
    options.refine = 1001;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    OK(!hl_query_parse(index, "công", strlen("công"), NULL, &query, &err) &&
           hl_search(index, query, &options, &result, &err) == HL_MISUSE && !result,
       "more than 1,000 are refused: %s", err.text);
    options.refine = 5;
    options.rank = HL_RANK_BM25;
    ask(index, "công nghệ", &options, &refined);
    options.refine = 0;
    ask(index, "công nghệ", &options, &plain);
    OK(refined.count == 3 && same_hits(&refined, 0, &plain, 0, 3), "BM25 has no second look");
    hl_query_free(query);
    hl_index_close(index);
}

int main(void)
{
    const char *text = getenv("HLSEARCH_SEED");
    uint64_t seed = text && *text ? strtoull(text, NULL, 0) : 20260303;
    scratch_begin();
    check_by_hand();
    check_border();
    check_chance(seed);
    check_index(seed + 1);
    check_wordless();
    return tap_done();
}
