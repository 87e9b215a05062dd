/*
 * The collector of the best against sorting everything: around the sizes where it changes
 * its way, with ties of every depth, in orders that are bad for a quicksort, and with a
 * tie() that contradicts itself.
 */
#include "score/topk.h"

#include "tap.h"

enum { MOST = 40000 };

/* What tie() and key() are told of a hit: its doc. */
struct world {
    uint64_t keys[MOST];  /* by doc; kept small, so that many are equal */
    uint32_t ranks[MOST]; /* by doc: what settles equal keys */
    uint64_t seed;
    size_t asked;
};

static uint64_t key_of(void *user, const struct hlhit *hit)
{
    const struct world *w = user;
    return w->keys[hit->doc];
}

static int tie_of(void *user, const struct hlhit *a, const struct hlhit *b)
{
    struct world *w = user;
    uint32_t x = w->ranks[a->doc], y = w->ranks[b->doc];
    w->asked++;
    return x < y ? -1 : x > y;
}

/* The truth, without the collector's own comparison. */
static const struct world *sorting;

static int by_truth(const void *a, const void *b)
{
    const struct hlhit *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1;
    if (sorting->keys[x->doc] != sorting->keys[y->doc])
        return sorting->keys[x->doc] < sorting->keys[y->doc] ? -1 : 1;
    uint32_t p = sorting->ranks[x->doc], q = sorting->ranks[y->doc];
    return p < q ? -1 : p > q;
}

/* A guard behind the array tells whether it was left. */
static struct hlhit *make_room(size_t k)
{
    struct hlhit *hits = calloc(hltopk_room(k) + 1, sizeof *hits);
    hits[hltopk_room(k)].doc = 0xabcdef01;
    return hits;
}

/* Collects n hits in the order given; a theta once said must hold. */
static bool collect(struct world *w, const struct hlhit *in, size_t n, size_t k,
                    const struct hlhit *right)
{
    struct hlhit *hits = make_room(k);
    struct hltopk top = {.hits = hits, .most = k, .key = key_of, .tie = tie_of, .user = w};
    size_t most = n < k ? n : k;
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        double theta = hltopk_theta(&top);
        hltopk_add(&top, &in[i]);
        good = good && hltopk_theta(&top) >= theta && top.count <= hltopk_room(k);
    }
    good = good && (!(hltopk_theta(&top) > 0) || hltopk_theta(&top) <= right[most - 1].score);
    hltopk_sort(&top);
    good = good && top.count == most && hits[hltopk_room(k)].doc == 0xabcdef01;
    for (size_t i = 0; good && i < most; i++)
        good = hits[i].score == right[i].score && hits[i].date == right[i].date &&
               w->keys[hits[i].doc] == w->keys[right[i].doc] &&
               w->ranks[hits[i].doc] == w->ranks[right[i].doc];
    free(hits);
    return good;
}

/* How many different values scores, dates and keys have. */
struct depth {
    uint32_t scores, dates, keys;
};

static void draw(struct world *w, struct hlhit *in, size_t n, const struct depth *depth)
{
    for (size_t i = 0; i < n; i++) {
        w->ranks[i] = (uint32_t)i;
        w->keys[i] = 1 + tap_random(&w->seed) % depth->keys;
        in[i] = (struct hlhit){(double)(tap_random(&w->seed) % depth->scores),
                               (uint32_t)(tap_random(&w->seed) % depth->dates), (uint32_t)i,
                               (uint32_t)(i % 3), 0};
    }
    for (size_t i = n; i > 1; i--) { /* ranks in any order */
        size_t k = tap_random(&w->seed) % i;
        uint32_t t = w->ranks[i - 1];
        w->ranks[i - 1] = w->ranks[k];
        w->ranks[k] = t;
    }
}

static void sort_right(const struct world *w, const struct hlhit *in, size_t n,
                       struct hlhit *right)
{
    sorting = w;
    if (n)
        memcpy(right, in, n * sizeof *in);
    qsort(right, n, sizeof *right, by_truth);
}

static void test_sizes(struct world *w, struct hlhit *in, struct hlhit *right)
{
    static const size_t ks[] = {1, 2, 3, 12, 13, 31, 32, 33, 34, 64, 65, 100, 1000};
    static const struct depth depths[] = {{1u << 30, 1, 1}, {3, 2, 2},  {1, 1, 1},
                                          {1, 1, 1u << 30}, {2, 50, 3}, {5, 1, 4}};
    size_t wrong = 0, done = 0;
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) {
        size_t k = ks[i];
        const size_t ns[] = {0,         1,         k - 1,     k,         k + 1,
                             2 * k - 1, 2 * k,     2 * k + 1, 3 * k - 1, 3 * k,
                             3 * k + 1, 7 * k + 5, 4000};
        for (size_t n = 0; n < sizeof ns / sizeof *ns; n++)
            for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
                draw(w, in, ns[n], &depths[d]);
                sort_right(w, in, ns[n], right);
                bool good = collect(w, in, ns[n], k, right);
                if (!good)
                    printf("# k %zu of %zu, depth %zu\n", k, ns[n], d);
                wrong += !good;
                done++;
            }
    }
    OK(!wrong, "%zu sizes and depths of ties: as sorting says", done);
}

/* ---- orders that are bad for quicksort ---- */

enum order { RISING, FALLING, EQUAL, ORGAN, KILLER, SAW, ORDERS };
static const char *const order_names[ORDERS] = {
    "rising", "falling", "all equal", "organ pipe", "killer of the median of three", "saw"};

/* Musser (1997): the median of first, middle and last is always next to the least. */
static double killer(size_t i, size_t n)
{
    size_t half = n / 2;
    if (i < half)
        return (double)(i % 2 ? half + i + (half % 2) : i + 1);
    return (double)((i - half + 1) * 2);
}

static double score_at(enum order order, size_t i, size_t n)
{
    switch (order) {
    case RISING:
        return (double)(i + 1);
    case FALLING:
        return (double)(n - i);
    case EQUAL:
        return 1;
    case ORGAN:
        return (double)(i < n / 2 ? i + 1 : n - i);
    case KILLER:
        return killer(i, n);
    default:
        return (double)(i % 17 + 1);
    }
}

/* As scores, and as what tie() says, where every comparison can be counted. */
static void put_order(struct world *w, struct hlhit *in, size_t n, enum order order,
                      unsigned way)
{
    draw(w, in, n, &(struct depth){1, 1, 1});
    for (size_t i = 0; i < n; i++) {
        double value = score_at(order, way & 1 ? n - 1 - i : i, n);
        in[i].score = way & 2 ? 1 : value;
        if (way & 2)
            w->ranks[i] = (uint32_t)value;
    }
}

static void test_orders(struct world *w, struct hlhit *in, struct hlhit *right)
{
    static const size_t ks[] = {10, 33, 1000, 10000, 19999};
    for (int order = 0; order < ORDERS; order++) {
        size_t wrong = 0, asked = 0;
        for (size_t k = 0; k < sizeof ks / sizeof *ks; k++)
            for (unsigned way = 0; way < 4; way++) {
                size_t n = 2 * ks[k] < 20000 ? 20000 : 2 * ks[k];
                put_order(w, in, n, (enum order)order, way);
                sort_right(w, in, n, right);
                w->asked = 0;
                wrong += !collect(w, in, n, ks[k], right);
                asked = w->asked > asked ? w->asked : asked;
            }
        /* n log n is 0.6 million here; a square would be hundreds of millions. */
        OK(!wrong && asked < 6u << 20, "%s: as sorting says, %zu ties asked at most",
           order_names[order], asked);
    }
}

/* ---- an adversary that makes its mind up late: McIlroy (1999) ---- */

static struct {
    uint32_t value[MOST], solid, candidate, gas;
    size_t asked;
} foe;

static int foe_tie(void *user, const struct hlhit *a, const struct hlhit *b)
{
    uint32_t x = a->doc, y = b->doc;
    foe.asked++;
    if (foe.value[x] == foe.gas && foe.value[y] == foe.gas)
        foe.value[x == foe.candidate ? x : y] = foe.solid++;
    if (foe.value[x] == foe.gas)
        foe.candidate = x;
    else if (foe.value[y] == foe.gas)
        foe.candidate = y;
    return foe.value[x] < foe.value[y] ? -1 : foe.value[x] > foe.value[y];
}

static uint64_t one_key(void *user, const struct hlhit *hit)
{
    return 1;
}

static void test_adversary(struct hlhit *in)
{
    static const size_t ks[] = {32, 33, 500, 5000};
    size_t wrong = 0, most = 0;
    for (size_t n = 0; n < sizeof ks / sizeof *ks; n++) {
        size_t k = ks[n], count = 2 * k + k / 2;
        struct hlhit *hits = make_room(k);
        struct hltopk top = {.hits = hits, .most = k, .key = one_key, .tie = foe_tie};
        foe.solid = foe.candidate = 0;
        foe.gas = (uint32_t)count;
        foe.asked = 0;
        for (size_t i = 0; i < count; i++) {
            foe.value[i] = foe.gas;
            in[i] = (struct hlhit){1, 1, (uint32_t)i, 0, 0};
        }
        for (size_t i = 0; i < count; i++)
            hltopk_add(&top, &in[i]);
        hltopk_sort(&top);
        for (size_t i = 1; i < k; i++)
            wrong += foe.value[hits[i - 1].doc] > foe.value[hits[i].doc];
        wrong += top.count != k || hits[hltopk_room(k)].doc != 0xabcdef01;
        most = foe.asked / k > most ? foe.asked / k : most;
        free(hits);
    }
    OK(!wrong && most < 600, "an adversary: sorted, %zu comparisons a hit", most);
}

/* ---- contradictions ---- */

static int liar(void *user, const struct hlhit *a, const struct hlhit *b)
{
    struct world *w = user;
    switch (w->asked++ / 100000 % 4) {
    case 0:
        return -1; /* everything is before everything */
    case 1:
        return 1;
    case 2:
        return (int)(tap_random(&w->seed) % 3) - 1;
    default: /* a ring */
        return (b->doc + 3 - a->doc % 3) % 3 == 1 ? -1 : 1;
    }
}

static uint64_t lying_key(void *user, const struct hlhit *hit)
{
    struct world *w = user;
    return w->seed % 2 ? 1 : 1 + tap_random(&w->seed) % 4;
}

/* Any answer will do that keeps the documents: none lost from the array, none twice. */
static bool distinct(const struct hltopk *top, uint8_t *seen, size_t n)
{
    memset(seen, 0, n);
    for (size_t i = 0; i < top->count; i++)
        if (top->hits[i].doc >= n || seen[top->hits[i].doc]++)
            return false;
    return true;
}

static void test_contradictions(struct world *w, struct hlhit *in)
{
    static const size_t ks[] = {1, 5, 32, 33, 100, 999, 5000};
    static uint8_t seen[MOST];
    size_t wrong = 0;
    for (size_t t = 0; t < 4; t++)
        for (size_t n = 0; n < sizeof ks / sizeof *ks; n++) {
            size_t k = ks[n], count = k * 3 + 7;
            struct hlhit *hits = make_room(k);
            struct hltopk top = {
                .hits = hits, .most = k, .key = lying_key, .tie = liar, .user = w};
            w->asked = t * 100000; /* it starts with another lie each time */
            w->seed = w->seed * 2 + t % 2;
            for (size_t i = 0; i < count; i++) {
                in[i] = (struct hlhit){1, 1, (uint32_t)i, 0, 0};
                hltopk_add(&top, &in[i]);
            }
            hltopk_sort(&top);
            wrong += top.count != k || hits[hltopk_room(k)].doc != 0xabcdef01 ||
                     !distinct(&top, seen, count);
            free(hits);
        }
    OK(!wrong, "a tie() that contradicts itself: it ends, in its array, no hit twice");
}

/* A score of 0 is no theta, and a collector may be emptied and used again. */
static void test_zero(struct world *w, struct hlhit *in, struct hlhit *right)
{
    size_t n = 500, k = 40;
    draw(w, in, n, &(struct depth){1, 3, 2}); /* scores of 0 */
    sort_right(w, in, n, right);
    struct hlhit *hits = make_room(k);
    struct hltopk top = {.hits = hits, .most = k, .key = key_of, .tie = tie_of, .user = w};
    bool good = true;
    for (int round = 0; round < 3; round++) {
        hltopk_reset(&top);
        for (size_t i = 0; i < n; i++)
            hltopk_add(&top, &in[i]);
        good = good && !(hltopk_theta(&top) > 0);
        hltopk_sort(&top);
        for (size_t i = 0; i < k; i++)
            good = good && hits[i].doc == right[i].doc;
    }
    OK(good && top.count == k, "scores of 0, and again after a reset");
    free(hits);
}

int main(void)
{
    static struct world w = {.seed = 504};
    static struct hlhit in[MOST], right[MOST];
    test_sizes(&w, in, right);
    test_orders(&w, in, right);
    test_adversary(in);
    test_contradictions(&w, in);
    test_zero(&w, in, right);
    return tap_done();
}
