/*
 * Which marks a reader meant: hlq_restore() against all paths of small lattices, long
 * runs against logarithms, ties and empty places; which keys hlq_choices() lets in.
 * The vocabulary is made up, so that every count is ours.
 */
#include "base/err.h"
#include "query/choices.h"
#include "tap.h"

#include <assert.h>
#include <math.h>

enum { TERMS = 48, PLACES_MAX = 1000 };

/* -------------------------------------------------------------- a made up vocabulary */

struct fake {
    struct {
        char key[16];
        uint64_t df, cf;
    } term[TERMS];
    uint32_t count;
    uint64_t pair[TERMS][TERMS];
    hl_status status; /* what every question brings */
    uint64_t asked;   /* questions for pairs */
};

static uint32_t fake_number(const struct fake *fake, const char *key, size_t size)
{
    for (uint32_t i = 0; i < fake->count; i++)
        if (strlen(fake->term[i].key) == size && !memcmp(fake->term[i].key, key, size))
            return i;
    return TERMS;
}

static hl_status fake_find(void *user, const char *key, size_t size,
                           struct hlq_counts *out_counts, struct hl_error *err)
{
    struct fake *fake = user;
    uint32_t i = fake_number(fake, key, size);
    *out_counts = (struct hlq_counts){0, 0};
    if (i < fake->count)
        *out_counts = (struct hlq_counts){fake->term[i].df, fake->term[i].cf};
    return fake->status;
}

/* Every term, whatever was asked for: the tests name only terms that fold alike. */
static hl_status fake_folded(void *user, const char *folded, size_t size, hlq_each *each,
                             void *to, struct hl_error *err)
{
    struct fake *fake = user;
    hl_status status = fake->status;
    for (uint32_t i = 0; status == HL_OK && i < fake->count; i++)
        status = each(to, fake->term[i].key, strlen(fake->term[i].key),
                      &(struct hlq_counts){fake->term[i].df, fake->term[i].cf});
    return status;
}

static hl_status fake_pairs(void *user, const struct hlq_key *as, uint32_t a_count,
                            const struct hlq_key *bs, uint32_t b_count,
                            struct hlq_counts *out_counts, struct hl_error *err)
{
    struct fake *fake = user;
    for (uint32_t i = 0; i < a_count; i++)
        for (uint32_t k = 0; k < b_count; k++) {
            uint32_t a = fake_number(fake, as[i].bytes, as[i].size);
            uint32_t b = fake_number(fake, bs[k].bytes, bs[k].size);
            assert(a < TERMS && b < TERMS);
            out_counts[i * b_count + k] =
                (struct hlq_counts){fake->pair[a][b] > 0, fake->pair[a][b]};
        }
    fake->asked++;
    return fake->status;
}

static struct hlq_vocabulary fake_vocabulary(struct fake *fake)
{
    return (struct hlq_vocabulary){
        .find = fake_find, .folded = fake_folded, .pairs = fake_pairs, .user = fake};
}

/* Terms t00, t01, ...; `sparse` of ten pairs never occur. */
static void fake_fill(struct fake *fake, uint64_t most, unsigned sparse, uint64_t *seed)
{
    *fake = (struct fake){.count = TERMS};
    for (uint32_t i = 0; i < TERMS; i++) {
        uint64_t cf = tap_random(seed) % (most + 1);
        snprintf(fake->term[i].key, sizeof fake->term[i].key, "t%02u", i % 100);
        fake->term[i].df = fake->term[i].cf = cf;
    }
    for (uint32_t a = 0; a < TERMS; a++)
        for (uint32_t b = 0; b < TERMS; b++)
            if (tap_random(seed) % 10 >= sparse)
                fake->pair[a][b] = tap_random(seed) % (fake->term[a].cf / 2 + 1);
}

/* ------------------------------------------------------------------- random lattices */

struct lattice {
    struct hlq_place *places;
    struct hlq_choice (*choices)[HLQ_CHOICES_MAX];
    uint32_t count;
};

static struct lattice lattice_make(uint32_t count)
{
    struct lattice l = {calloc(count, sizeof *l.places), calloc(count, sizeof *l.choices),
                        count};
    assert(l.places && l.choices);
    return l;
}

static void lattice_release(struct lattice *l)
{
    free(l->places);
    free(l->choices);
}

/* `width` different terms at a place, by their bytes. */
static void place_draw(struct lattice *l, uint32_t i, uint32_t width, const struct fake *fake,
                       uint64_t *seed)
{
    uint32_t left = width;
    for (uint32_t t = 0; t < TERMS && left; t++)
        if (tap_random(seed) % (TERMS - t) < left) {
            l->choices[i][width - left--] = (struct hlq_choice){
                fake->term[t].key, 3, fake->term[t].df, fake->term[t].cf, -1, false};
        }
    l->places[i] = (struct hlq_place){l->choices[i], width, 0, true};
}

/* The choice as a number of the vocabulary. */
static uint32_t term_at(const struct lattice *l, const struct fake *fake, uint32_t i,
                        uint32_t choice)
{
    return fake_number(fake, l->choices[i][choice].bytes, 3);
}

/* ------------------------------------------------------------ the formula, once more */

static long double prior_of(const struct lattice *l, uint32_t i, uint32_t choice)
{
    long double sum = 0;
    for (uint32_t k = 0; k < l->places[i].count; k++)
        sum += l->choices[i][k].cf ? (long double)l->choices[i][k].cf : 0.5L;
    long double own = l->choices[i][choice].cf ? (long double)l->choices[i][choice].cf : 0.5L;
    return own / sum;
}

/* The chance of choice b at place i after choice a at the place before. */
static long double step_of(const struct lattice *l, const struct fake *fake, uint32_t i,
                           uint32_t a, uint32_t b)
{
    uint32_t term = term_at(l, fake, i - 1, a), follow = 0;
    for (uint32_t k = 0; k < l->places[i].count; k++)
        follow += fake->pair[term][term_at(l, fake, i, k)] > 0;
    uint64_t both = fake->pair[term][term_at(l, fake, i, b)];
    long double kept = both ? (long double)both - 0.75L : 0;
    return (kept + (0.75L * follow + 0.25L) * prior_of(l, i, b)) /
           ((long double)fake->term[term].cf + 0.25L);
}

/* ---------------------------------------------------------------- against all paths */

struct paths {
    long double best, second, sum;
    uint32_t best_path[8];
    long double share[8][HLQ_CHOICES_MAX];
};

/* All paths of the run of `count` places at `from`. */
static void try_paths(const struct lattice *l, const struct fake *fake, uint32_t from,
                      uint32_t count, struct paths *out)
{
    uint32_t path[8] = {0};
    *out = (struct paths){.best = -1, .second = -1};
    for (;;) {
        long double worth = prior_of(l, from, path[0]);
        for (uint32_t i = 1; i < count; i++)
            worth *= step_of(l, fake, from + i, path[i - 1], path[i]);
        for (uint32_t i = 0; i < count; i++)
            if (l->choices[from + i][path[i]].barred)
                worth = 0;
        out->sum += worth;
        for (uint32_t i = 0; i < count; i++)
            out->share[i][path[i]] += worth;
        if (worth > out->best) {
            out->second = out->best;
            out->best = worth;
            memcpy(out->best_path, path, sizeof path);
        } else if (worth > out->second) {
            out->second = worth;
        }
        uint32_t i = 0;
        while (i < count && ++path[i] == l->places[from + i].count)
            path[i++] = 0;
        if (i == count)
            return;
    }
}

/* Does the run say what all its paths say?  Paths that are worth the same are as good. */
static bool run_is_right(const struct lattice *l, const struct fake *fake, uint32_t from,
                         uint32_t count, uint32_t *io_unique)
{
    struct paths p;
    try_paths(l, fake, from, count, &p);
    long double worth = prior_of(l, from, l->places[from].best);
    for (uint32_t i = 1; i < count; i++)
        worth *=
            step_of(l, fake, from + i, l->places[from + i - 1].best, l->places[from + i].best);
    bool right = worth >= p.best * (1 - 1e-12L), unique = p.second < p.best * (1 - 1e-12L);
    *io_unique += unique;
    for (uint32_t i = 0; i < count; i++) {
        right = right && (!unique || l->places[from + i].best == p.best_path[i]);
        for (uint32_t k = 0; k < l->places[from + i].count; k++)
            right = right &&
                    fabsl(l->choices[from + i][k].posterior - p.share[i][k] / p.sum) < 1e-12L;
    }
    return right;
}

static bool lattice_is_right(const struct lattice *l, const struct fake *fake,
                             uint32_t *io_unique)
{
    for (uint32_t from = 0, to; from < l->count; from = to) {
        to = from + 1;
        if (!l->places[from].count)
            continue;
        while (to < l->count && l->places[to].linked && l->places[to].count)
            to++;
        if (!run_is_right(l, fake, from, to - from, io_unique))
            return false;
    }
    return true;
}

static void check_small(uint64_t seed)
{
    static const uint64_t most[] = {0, 1, 3, 20, 5000, 1000000000};
    struct hlarena arena;
    struct hl_error err = {0};
    uint32_t wrong = 0, unique = 0, rounds = 6000;
    hlarena_init(&arena, 64u << 20);
    struct fake *fake = malloc(sizeof *fake);
    struct lattice l = lattice_make(7);
    struct hlq_vocabulary vocabulary = fake_vocabulary(fake);
    for (uint32_t round = 0; round < rounds; round++) {
        if (round % 20 == 0)
            fake_fill(fake, most[round / 20 % 6], (unsigned)(tap_random(&seed) % 11), &seed);
        l.count = 1 + (uint32_t)(tap_random(&seed) % 7);
        for (uint32_t i = 0; i < l.count; i++) {
            uint64_t chance = tap_random(&seed) % 12;
            place_draw(&l, i, chance ? 1 + (uint32_t)(tap_random(&seed) % 4) : 0, fake, &seed);
            l.places[i].linked = chance > 1;
            for (uint32_t k = 0; k + 1 < l.places[i].count && chance > 8; k++)
                l.choices[i][k].barred = tap_random(&seed) % 2;
        }
        hlarena_reset(&arena);
        wrong += hlq_restore(l.places, l.count, &vocabulary, &arena, &err) != HL_OK ||
                 !lattice_is_right(&l, fake, &unique);
    }
    OK(!wrong, "%u lattices: best path and shares are those of all paths", rounds);
    OK(unique > rounds / 2, "in most runs one path is the best (%u)", unique);
    lattice_release(&l);
    free(fake);
    hlarena_release(&arena);
}

/* ------------------------------------------------------------------------ by hand */

/* Fills a place with terms of the vocabulary, in its order. */
static void place_put(struct lattice *l, uint32_t i, const struct fake *fake, uint32_t first,
                      uint32_t count)
{
    for (uint32_t k = 0; k < count; k++)
        l->choices[i][k] = (struct hlq_choice){fake->term[first + k].key,
                                               (uint32_t)strlen(fake->term[first + k].key),
                                               fake->term[first + k].df,
                                               fake->term[first + k].cf,
                                               -1,
                                               false};
    l->places[i] = (struct hlq_place){l->choices[i], count, 99, true};
}

/*
 * công (2), then nghe (3), nghệ (2), nghề (1); công nghệ twice.  One key follows công:
 *   nghe (.75 + .25) 3/6 / 2.25, nghệ (2 - .75 + 2/6) / 2.25, nghề (1/6) / 2.25,
 * which are 6, 19 and 2 of 27.
 */
static void check_by_hand(void)
{
    static struct fake fake = {
        {{"công", 2, 2}, {"nghe", 1, 3}, {"nghề", 1, 1}, {"nghệ", 2, 2}}, 4, {{0}}, HL_OK, 0};
    struct hlq_vocabulary vocabulary = fake_vocabulary(&fake);
    struct lattice l = lattice_make(2);
    struct hlarena arena;
    struct hl_error err = {0};
    hlarena_init(&arena, 1u << 20);
    fake.pair[0][3] = 2;
    place_put(&l, 0, &fake, 0, 1);
    place_put(&l, 1, &fake, 1, 3);
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_OK && l.places[1].best == 2,
       "công nghe is read công nghệ");
    OK(fabs(l.choices[1][0].posterior - 6 / 27.0) < 1e-15 * 16 &&
           fabs(l.choices[1][1].posterior - 2 / 27.0) < 1e-15 * 16 &&
           fabs(l.choices[1][2].posterior - 19 / 27.0) < 1e-15 * 16,
       "6, 2 and 19 of 27");
    OK(l.choices[0][0].posterior == 1, "one choice is certain");
    l.places[1].linked = false;
    fake.asked = 0;
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_OK && l.places[1].best == 0 &&
           l.choices[1][0].posterior == 0.5 && !fake.asked,
       "what is not linked is read by itself: the commonest");
    l.places[1].linked = l.choices[1][2].barred = true;
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_OK && l.places[1].best == 0 &&
           fabs(l.choices[1][0].posterior - 0.75) < 1e-15 && l.choices[1][2].posterior == 0,
       "what is barred leaves its share to the others");
    l.choices[1][2].barred = false;
    fake.asked = 0;
    l.places[0].count = 0;
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_OK && l.places[1].best == 0 &&
           !fake.asked,
       "so is what stands after a place without choices");
    OK(hlq_restore(l.places, 1, &vocabulary, &arena, &err) == HL_OK &&
           hlq_restore(l.places, 0, &vocabulary, &arena, &err) == HL_OK,
       "nothing but an empty place, and nothing at all");
    l.places[0].count = 1;
    fake.status = HL_CORRUPT;
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_CORRUPT,
       "what the vocabulary reports comes back");
    hlarena_release(&arena);
    hlarena_init(&arena, 64);
    fake.status = HL_OK;
    OK(hlq_restore(l.places, 2, &vocabulary, &arena, &err) == HL_NOMEM, "out of memory");
    hlarena_release(&arena);
    lattice_release(&l);
}

/* ---------------------------------------------------------------------------- ties */

/* All keys alike: the first by bytes is read, and all are worth the same. */
static void check_ties(void)
{
    struct fake *fake = calloc(1, sizeof *fake);
    struct hlq_vocabulary vocabulary = fake_vocabulary(fake);
    struct lattice l = lattice_make(5);
    struct hlarena arena;
    bool good = true;
    uint64_t seed = 4;
    hlarena_init(&arena, 1u << 20);
    for (uint64_t cf = 0; cf < 4; cf++)
        for (uint64_t pair = 0; pair <= cf; pair++) {
            fake_fill(fake, 0, 10, &seed);
            for (uint32_t a = 0; a < TERMS; a++) {
                fake->term[a].cf = fake->term[a].df = cf;
                for (uint32_t b = 0; b < TERMS; b++)
                    fake->pair[a][b] = pair;
            }
            for (uint32_t i = 0; i < 5; i++)
                place_put(&l, i, fake, i * 3, 3 + i);
            good = good && hlq_restore(l.places, 5, &vocabulary, &arena, NULL) == HL_OK;
            for (uint32_t i = 0; i < 5; i++) {
                good = good && l.places[i].best == 0;
                for (uint32_t k = 0; k < 3 + i; k++)
                    good = good && fabs(l.choices[i][k].posterior - 1.0 / (3 + i)) < 1e-14;
            }
        }
    OK(good, "of keys alike the first by bytes is read");
    lattice_release(&l);
    hlarena_release(&arena);
    free(fake);
}

/* ----------------------------------------------------------------------- long runs */

static long double log_sum(long double a, long double b)
{
    long double most = a > b ? a : b, least = a > b ? b : a;
    return most == -INFINITY ? most : most + log1pl(expl(least - most));
}

struct logs {
    long double before[HLQ_CHOICES_MAX], after[HLQ_CHOICES_MAX], path[HLQ_CHOICES_MAX];
    long double step[HLQ_CHOICES_MAX][HLQ_CHOICES_MAX];
};

/* The same by logarithms, which never fade. */
static void fill_logs(const struct lattice *l, const struct fake *fake, struct logs *logs)
{
    for (uint32_t i = 0; i < l->count; i++)
        for (uint32_t b = 0; b < l->places[i].count; b++) {
            struct logs *x = &logs[i];
            x->before[b] = x->path[b] = i ? -INFINITY : logl(prior_of(l, 0, b));
            x->after[b] = i + 1 == l->count ? 0 : -INFINITY;
            for (uint32_t a = 0; i && a < l->places[i - 1].count; a++) {
                x->step[a][b] = logl(step_of(l, fake, i, a, b));
                x->before[b] = log_sum(x->before[b], logs[i - 1].before[a] + x->step[a][b]);
                x->path[b] = fmaxl(x->path[b], logs[i - 1].path[a] + x->step[a][b]);
            }
        }
    for (uint32_t i = l->count - 1; i-- > 0;)
        for (uint32_t a = 0; a < l->places[i].count; a++)
            for (uint32_t b = 0; b < l->places[i + 1].count; b++)
                logs[i].after[a] =
                    log_sum(logs[i].after[a], logs[i + 1].step[a][b] + logs[i + 1].after[b]);
}

static bool logs_agree(const struct lattice *l, const struct logs *logs)
{
    long double path = logl(prior_of(l, 0, l->places[0].best)), best = -INFINITY;
    bool agree = true;
    for (uint32_t i = 1; i < l->count; i++)
        path += logs[i].step[l->places[i - 1].best][l->places[i].best];
    for (uint32_t b = 0; b < l->places[l->count - 1].count; b++)
        best = fmaxl(best, logs[l->count - 1].path[b]);
    for (uint32_t i = 0; i < l->count; i++) {
        long double sum = -INFINITY;
        for (uint32_t k = 0; k < l->places[i].count; k++)
            sum = log_sum(sum, logs[i].before[k] + logs[i].after[k]);
        for (uint32_t k = 0; k < l->places[i].count; k++)
            agree = agree && fabsl(expl(logs[i].before[k] + logs[i].after[k] - sum) -
                                   l->choices[i][k].posterior) < 1e-10L;
    }
    return agree && path >= best - 1e-9L;
}

/* cf up to `most`, `sparse` of ten pairs never seen. */
static void check_long(uint64_t most, unsigned sparse, uint32_t width, uint64_t seed)
{
    struct fake *fake = malloc(sizeof *fake);
    struct lattice l = lattice_make(PLACES_MAX);
    struct logs *logs = calloc(PLACES_MAX, sizeof *logs);
    struct hlq_vocabulary vocabulary = fake_vocabulary(fake);
    struct hlarena arena;
    assert(fake && logs);
    hlarena_init(&arena, 64u << 20);
    fake_fill(fake, most, sparse, &seed);
    for (uint32_t i = 0; i < PLACES_MAX; i++)
        place_draw(&l, i, 1 + (uint32_t)(tap_random(&seed) % width), fake, &seed);
    hl_status status = hlq_restore(l.places, PLACES_MAX, &vocabulary, &arena, NULL);
    fill_logs(&l, fake, logs);
    OK(status == HL_OK && logs_agree(&l, logs),
       "1,000 places, up to %u keys of up to %llu, %u of 10 pairs unseen", width,
       (unsigned long long)most, sparse);
    lattice_release(&l);
    hlarena_release(&arena);
    free(logs);
    free(fake);
}

/* ------------------------------------------------------------------------- choices */

/* Keys from common to rare, in no order of bytes. */
static struct fake *fake_keys(uint32_t count)
{
    struct fake *fake = calloc(1, sizeof *fake);
    assert(fake && count <= TERMS);
    fake->count = count;
    for (uint32_t i = 0; i < count; i++) {
        snprintf(fake->term[i].key, sizeof fake->term[i].key, "k%02u", i * 7 % 48);
        fake->term[i].df = 1;
        fake->term[i].cf = 1000 - i;
    }
    return fake;
}

static bool place_has(const struct hlq_place *place, const char *key)
{
    for (uint32_t i = 0; i < place->count; i++)
        if (!strcmp(place->choices[i].bytes, key))
            return place->choices[i].size == strlen(key);
    return false;
}

static bool place_rises(const struct hlq_place *place)
{
    for (uint32_t i = 1; i < place->count; i++)
        if (strcmp(place->choices[i - 1].bytes, place->choices[i].bytes) >= 0)
            return false;
    return place->count > 0;
}

static struct hlq_place choose(struct fake *fake, const char *key, enum hlq_open open,
                               struct hlarena *arena)
{
    struct hlq_vocabulary vocabulary = fake_vocabulary(fake);
    struct hlq_place place = {.count = 77};
    struct hl_error err = {0};
    hl_status status =
        hlq_choices(key, (uint32_t)strlen(key), open, &vocabulary, arena, &place, &err);
    if (status != HL_OK)
        OK(false, "%s: %s", key, err.text);
    return place;
}

static void check_most(struct hlarena *arena)
{
    struct fake *fake = fake_keys(40);
    struct hlq_place place = choose(fake, "k99", HLQ_FOLDED, arena);
    bool commonest = place.count == HLQ_CHOICES_MAX;
    for (uint32_t i = 0; i < 40; i++)
        commonest = commonest && place_has(&place, fake->term[i].key) == (i < 24);
    OK(commonest && place_rises(&place), "of 40 keys the 24 commonest, by their bytes");
    place = choose(fake, fake->term[39].key, HLQ_FOLDED, arena);
    OK(place.count == HLQ_CHOICES_MAX && place_has(&place, fake->term[39].key) &&
           place_has(&place, fake->term[22].key) && !place_has(&place, fake->term[23].key) &&
           place_rises(&place),
       "what was typed takes the place of the rarest");
    place = choose(fake, fake->term[3].key, HLQ_FOLDED, arena);
    OK(place.count == HLQ_CHOICES_MAX && place_has(&place, fake->term[23].key),
       "unless it is there");
    free(fake);
}

static void check_rare(struct hlarena *arena)
{
    struct fake *fake = fake_keys(5);
    static const uint64_t cf[] = {9000, 3, 2, 1, 1};
    for (uint32_t i = 0; i < 5; i++)
        fake->term[i].cf = cf[i];
    struct hlq_place place = choose(fake, "k99", HLQ_FOLDED, arena);
    OK(place.count == 2 && place_has(&place, fake->term[1].key),
       "3 of 9,000 is a choice, 2 is none");
    place = choose(fake, fake->term[4].key, HLQ_FOLDED, arena);
    OK(place.count == 3 && place_has(&place, fake->term[4].key) && place_rises(&place),
       "however rare, what was typed is one");
    fake->term[0].df = fake->term[0].cf = 0;
    place = choose(fake, "k99", HLQ_FOLDED, arena);
    OK(place.count == 4 && !place_has(&place, fake->term[0].key),
       "what no live article has is none");
    place = choose(fake, fake->term[0].key, HLQ_AS_TYPED, arena);
    OK(!place.count, "not even where it was typed");
    place = choose(fake, fake->term[2].key, HLQ_AS_TYPED, arena);
    OK(place.count == 1 && place_has(&place, fake->term[2].key) && place.choices[0].cf == 2,
       "as typed means the key itself");
    fake->count = 0;
    OK(!choose(fake, "k01", HLQ_FOLDED, arena).count, "nothing in an empty index");
    free(fake);
}

static void check_added(struct hlarena *arena)
{
    static struct fake fake = {
        {{"nghe", 5, 50}, {"nghê", 1, 1}, {"nghề", 5, 40}, {"nghệ", 5, 60}, {"nghẹ", 1, 9}},
        5,
        {{0}},
        HL_OK,
        0};
    struct hlq_place place = choose(&fake, "nghê", HLQ_MARKS_ADDED, arena);
    OK(place.count == 3 && place_has(&place, "nghề") && place_has(&place, "nghệ") &&
           place_has(&place, "nghê"),
       "nghê may become nghệ and nghề, never nghe or nghẹ");
    place = choose(&fake, "nghẹ", HLQ_MARKS_ADDED, arena);
    OK(place.count == 2 && place_has(&place, "nghệ") && place_has(&place, "nghẹ"),
       "a tone stays as it is");
    struct hlq_vocabulary vocabulary = fake_vocabulary(&fake);
    struct hl_error err = {0};
    fake.status = HL_CORRUPT;
    OK(hlq_choices("nghe", 4, HLQ_FOLDED, &vocabulary, arena, &place, &err) == HL_CORRUPT &&
           hlq_choices("nghe", 4, HLQ_AS_TYPED, &vocabulary, arena, &place, &err) == HL_CORRUPT,
       "what the vocabulary reports comes back");
}

static void check_choices(void)
{
    struct hlarena arena;
    hlarena_init(&arena, 1u << 20);
    check_most(&arena);
    check_rare(&arena);
    check_added(&arena);
    hlarena_release(&arena);
}

int main(void)
{
    check_by_hand();
    check_small(20260303);
    check_ties();
    check_long(0, 10, 3, 1);
    check_long(50, 5, 24, 2);
    check_long(1000000, 9, 24, 3);
    check_long(4000000000u, 10, 24, 4);
    check_long(4000000000u, 9, 1, 5);
    check_choices();
    return tap_done();
}
