/*
 * Containers against plain arrays: every form of list, every number of documents
 * that changes the form, chunks that end anywhere in a window.
 */
#include "segments.h"

#include <math.h>

enum { TERMS_MAX = 160 };

/* One chunk with terms of chosen numbers of documents, and its truth. */
struct world {
    struct made made;
    uint32_t docs, terms;
    uint32_t counts[TERMS_MAX]; /* documents of each term */
    uint32_t *tf;               /* [term][doc], weighted */
    uint64_t seed;
};

/* Does term t stand in document d?  Chosen without replacement: reservoir by hand. */
static uint8_t *choose(struct world *w, uint32_t n)
{
    uint8_t *has = calloc(w->docs, 1);
    uint32_t left = n;
    for (uint32_t d = 0; d < w->docs; d++)
        if (tap_random(&w->seed) % (w->docs - d) < left) {
            has[d] = 1;
            left--;
        }
    assert(!left);
    return has;
}

/* How often a term stands in a document: once, a few times, now and then very often. */
static uint32_t times(struct world *w, uint32_t term)
{
    uint64_t r = tap_random(&w->seed);
    if (term % 4 == 0)
        return 1;
    if (r % 50 == 0)
        return 14 + (uint32_t)(r >> 8) % 6;
    if (r % 1000 == 1 && w->docs > 1000)
        return 300;
    return 1 + (uint32_t)(r >> 8) % 3;
}

struct put {
    uint32_t term, order;
};

static int by_order(const void *a, const void *b)
{
    const struct put *x = a, *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Words in a random order over the three fields, some beside the one before. */
static void put_doc(struct world *w, uint32_t doc, uint8_t **has, bool alternatives)
{
    static struct put puts[TERMS_MAX * 300];
    struct made_chunk *c = &w->made.chunks[0];
    size_t n = 0;
    for (uint32_t t = 0; t < w->terms; t++)
        for (uint32_t k = has[t][doc] ? times(w, t) : 0; k; k--)
            puts[n++] = (struct put){t, (uint32_t)tap_random(&w->seed)};
    qsort(puts, n, sizeof *puts, by_order);
    size_t title = n ? tap_random(&w->seed) % (n + 1) / 4 : 0;
    size_t lead = title + (n - title ? tap_random(&w->seed) % (n - title + 1) / 3 : 0);
    uint32_t first = 0;
    for (size_t i = 0, field = 0; i <= n; i++) {
        bool starts = i == 0;
        for (; (field == 0 && i == title) || (field == 1 && i == lead); field++, starts = true)
            made_word(c, HLBAND_FIELD >> 1, true);
        if (i == n)
            break;
        /* Beside the word before it, if that is another term and nothing stands there yet. */
        bool beside = alternatives && !starts && first != puts[i].term &&
                      puts[i].term % 3 == 1 && puts[i].order % 3 == 0 &&
                      puts[i - 1].term == first;
        made_word(c, puts[i].term, beside);
        if (!beside)
            first = puts[i].term;
    }
    made_end_doc(c, doc);
}

static void add_tf(void *user, uint32_t term, uint32_t position, bool alternative,
                   unsigned field)
{
    struct {
        struct world *w;
        uint32_t doc;
    } *u = user;
    u->w->tf[(size_t)term * u->w->docs + u->doc] += u->w->made.weight[field];
}

/* Numbers of documents that lie at a border of the format, and some more. */
static void choose_counts(struct world *w)
{
    const uint32_t borders[] = {1,   2,   31,  32,  33,  255,  256,
                                257, 511, 512, 513, 768, 4095, 4096};
    const uint32_t dense = w->docs / HLFMT_DENSE_SHARE;
    const uint32_t more[] = {dense - 1, dense, dense + 1, w->docs / 2, w->docs - 1, w->docs};
    if (w->docs <= 100) {
        for (uint32_t n = 1; n <= w->docs; n++)
            w->counts[w->terms++] = n;
        return;
    }
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
        if (borders[i] <= w->docs)
            w->counts[w->terms++] = borders[i];
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        w->counts[w->terms++] = more[i];
    for (int i = 0; i < 12; i++) /* any, evenly over the orders of magnitude */
        w->counts[w->terms++] = (uint32_t)exp(scratch_unit(&w->seed) * log(w->docs)) + 0;
}

static bool world_make(struct world *w, uint32_t docs, unsigned title_weight, bool alternatives)
{
    uint8_t *has[TERMS_MAX];
    memset(w, 0, sizeof *w);
    w->docs = docs;
    w->seed = docs * 31 + title_weight;
    choose_counts(w);
    assert(w->terms <= TERMS_MAX);
    made_init(&w->made, w->terms, 1);
    w->made.weight[0] = title_weight;
    w->made.weight[1] = title_weight > 1 ? title_weight - 1 : 1;
    w->made.band_tokens = docs; /* several bands */
    made_chunk_init(&w->made.chunks[0], docs);
    w->tf = calloc((size_t)w->terms * docs, sizeof *w->tf);
    for (uint32_t t = 0; t < w->terms; t++)
        has[t] = choose(w, w->counts[t]);
    for (uint32_t d = 0; d < docs; d++) {
        struct {
            struct world *w;
            uint32_t doc;
        } u = {w, d};
        put_doc(w, d, has, alternatives);
        made_walk(&w->made.chunks[0], d, add_tf, &u);
    }
    for (uint32_t t = 0; t < w->terms; t++)
        free(has[t]);
    return made_open(&w->made, "container");
}

static void world_release(struct world *w)
{
    made_release(&w->made);
    free(w->tf);
}

/* ---- one container ---- */

static unsigned wrong_match(const struct world *w, const struct hlcontainer *c,
                            const uint32_t *tf)
{
    unsigned wrong = 0;
    for (unsigned win = 0; win < w->made.segment.chunks[0].head.windows; win++) {
        uint64_t bits[HLCONT_WORDS] = {[3] = 0x10}; /* what was there stays */
        c->ops->match(c, win, bits);
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            uint32_t d = win * HLFMT_WINDOW + i;
            bool want = (d < w->docs && tf[d]) || i == 3 * 64 + 4;
            wrong += (bits[i / 64] >> i % 64 & 1) != want;
        }
    }
    return wrong;
}

static unsigned wrong_bounds(struct world *w, const struct hlcontainer *c, const uint32_t *tf,
                             const uint8_t *classes)
{
    hlcont_worth8 worth;
    hlcont_worth16 worth16;
    unsigned wrong = 0;
    for (int i = 0; i < HLFMT_CODES * HLFMT_CLASSES; i++) {
        worth[i / 16][i % 16] = (uint8_t)tap_random(&w->seed);
        worth16[i / 16][i % 16] = (uint16_t)tap_random(&w->seed);
    }
    for (unsigned win = 0; win < w->made.segment.chunks[0].head.windows; win++) {
        static uint8_t acc[HLFMT_WINDOW];
        static uint16_t acc16[HLFMT_WINDOW];
        const uint8_t *class = classes + win * HLFMT_WINDOW;
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            acc[i] = (uint8_t)(i * 7);
            acc16[i] = (uint16_t)(i * 1009);
        }
        c->ops->bound(c, win, HLCONT_CELLS_ALL, worth, class, acc);
        c->ops->bound16(c, win, HLCONT_CELLS_ALL, worth16, class, acc16);
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            uint32_t d = win * HLFMT_WINDOW + i;
            unsigned a = (uint8_t)(i * 7), b = (uint16_t)(i * 1009);
            if (d < w->docs && tf[d]) {
                a += worth[hlfmt_tf_code(tf[d])][class[i]];
                b += worth16[hlfmt_tf_code(tf[d])][class[i]];
            }
            wrong += acc[i] != (a > 255 ? 255 : a) || acc16[i] != (b > 65535 ? 65535 : b);
        }
    }
    return wrong;
}

static unsigned wrong_tf(struct world *w, const struct hlcontainer *c, const uint32_t *tf)
{
    unsigned wrong = 0;
    for (uint32_t d = 0; d < w->docs; d++)
        wrong += c->ops->tf(c, d) != tf[d];
    return wrong;
}

static double impact(const struct world *w, const uint32_t *tf, uint32_t doc)
{
    double mean = w->made.segment.chunks[0].head.bound_length;
    return tf[doc] / (tf[doc] + hlencode_norm(w->made.chunks[0].lengths[doc], mean));
}

/* Bounds of windows and cells are no less than the greatest impact there. */
static unsigned wrong_summary(const struct world *w, const struct hlcontainer *c,
                              const uint32_t *tf)
{
    unsigned wrong = 0;
    for (uint32_t d = 0; d < w->docs; d++) {
        if (!tf[d])
            continue;
        double x = impact(w, tf, d) * 255;
        wrong += c->window_bound[d / HLFMT_WINDOW] < x;
        if (c->kind == HLFMT_KIND_DENSE)
            wrong += c->cell_bounds[d / HLFMT_CELL] < x;
    }
    double last = 2;
    for (uint32_t i = 0; i < c->champion_count; i++) {
        uint32_t doc = hlbuf_load16(c->champions + i * 2);
        wrong += doc >= w->docs || !tf[doc] || impact(w, tf, doc) > last;
        last = doc < w->docs ? impact(w, tf, doc) : last;
    }
    if (c->champion_count) { /* nobody outside is better than the last one inside */
        uint32_t better = 0;
        for (uint32_t d = 0; d < w->docs; d++)
            better += tf[d] && impact(w, tf, d) > last;
        wrong += better >= c->champion_count;
    }
    return wrong;
}

static unsigned wrong_escapes(const struct world *w, const struct hlcontainer *c,
                              const uint32_t *tf)
{
    unsigned wrong = 0;
    uint32_t n = 0;
    for (uint32_t d = 0; d < w->docs; d++) {
        if (tf[d] < HLFMT_CODES)
            continue;
        wrong += n >= c->escapes.count || hlbuf_load16(c->escapes.docs + n * 2) != d ||
                 hlbuf_load32(c->escapes.tfs + n * 4) != tf[d];
        n++;
    }
    return wrong + (n != c->escapes.count);
}

/* ---- positions ---- */

struct wanted {
    uint32_t term, count;
    uint32_t values[4096];
};

static void note_place(void *user, uint32_t term, uint32_t position, bool alternative,
                       unsigned field)
{
    struct wanted *w = user;
    if (term == w->term)
        w->values[w->count++] = position << 1 | alternative;
}

static bool right_place(const struct world *w, struct hlpositions *cursor, uint32_t term,
                        uint32_t doc)
{
    static struct wanted want;
    const uint32_t *got = NULL;
    size_t count = 99;
    want.term = term;
    want.count = 0;
    made_walk(&w->made.chunks[0], doc, note_place, &want);
    return hlpos_get(cursor, doc, &got, &count, NULL) == HL_OK && count == want.count &&
           (!count || !memcmp(got, want.values, count * sizeof *got));
}

/* All documents in order, some of them, then any, forwards and backwards. */
static unsigned wrong_positions(struct world *w, const struct hlcontainer *c, uint32_t term)
{
    const struct hlchunk *chunk = &w->made.segment.chunks[0];
    unsigned wrong = 0;
    for (uint32_t step = 1; step < w->docs + 2; step = step * 5 + 1) {
        struct hlpositions cursor;
        wrong += hlpos_open(chunk, c, &cursor, NULL) != HL_OK;
        for (uint32_t d = step / 2; d < w->docs; d += step)
            wrong += !right_place(w, &cursor, term, d);
        hlpos_release(&cursor);
    }
    struct hlpositions cursor;
    wrong += hlpos_open(chunk, c, &cursor, NULL) != HL_OK;
    for (int i = 0; i < 300; i++)
        wrong += !right_place(w, &cursor, term, (uint32_t)(tap_random(&w->seed) % w->docs));
    hlpos_release(&cursor);
    return wrong;
}

/* ---- worlds ---- */

static void test_world(uint32_t docs, unsigned weight, bool alternatives)
{
    struct world w;
    struct hlarena arena = {0};
    struct hlchunk_columns columns;
    unsigned wrong[7] = {0}, forms[4] = {0}, flagged = 0;
    bool good = world_make(&w, docs, weight, alternatives);
    const struct hlchunk *chunk = w.made.segment.chunks;
    good = good && hlchunk_columns(chunk, &columns, NULL) == HL_OK;
    for (uint32_t t = 0; good && t < w.terms; t++) {
        struct hlcontainer c;
        const uint32_t *tf = w.tf + (size_t)t * docs;
        hlarena_reset(&arena);
        good = hlchunk_open_term(chunk, t, &arena, &c, NULL) == HL_OK;
        if (!good)
            break;
        forms[c.kind]++;
        flagged += c.alternatives;
        wrong[0] += c.df != w.counts[t] || c.cf != w.made.chunks[0].cf[t] ||
                    c.kind != hlencode_kind(c.df, docs);
        wrong[1] += wrong_match(&w, &c, tf);
        wrong[2] += wrong_bounds(&w, &c, tf, columns.classes);
        wrong[3] += wrong_tf(&w, &c, tf);
        wrong[4] += wrong_summary(&w, &c, tf);
        wrong[5] += wrong_escapes(&w, &c, tf);
        wrong[6] += wrong_positions(&w, &c, t);
    }
    OK(good, "%u articles, weight %u%s: all containers open (%u tiny, %u sparse, %u dense)",
       docs, weight, alternatives ? ", alternatives" : "", forms[1], forms[2], forms[3]);
    OK(!flagged == !alternatives, "  %u of them have alternatives", flagged);
    OK(good && !wrong[0] && !wrong[1] && !wrong[3],
       "  df, cf, form, match and tf are the arrays'");
    OK(good && !wrong[2], "  8-bit and 16-bit bounds add what the tables say, saturating");
    OK(good && !wrong[4], "  bounds and champions hold");
    OK(good && !wrong[5], "  escapes are the tfs of 16 and more");
    OK(good && !wrong[6], "  positions come back in every order of asking");
    OK(good && !made_check(&w.made), "  the checker finds no fault");
    hlarena_release(&arena);
    world_release(&w);
}

/* A container of worked-out documents is one like any other. */
static void test_of_list(void)
{
    uint16_t docs[] = {0, 7, 4095, 4096, 8191, 65535};
    uint32_t tfs[] = {1, 15, 16, 1, 70000, 2};
    uint8_t codes[6], escape_docs[12], escape_tfs[24];
    struct hlcontainer c;
    unsigned wrong = 0;
    hlcont_of_list(docs, tfs, 6, codes, escape_docs, escape_tfs, &c);
    for (uint32_t d = 0; d < HLFMT_CHUNK_DOCS; d++) {
        uint32_t want = 0;
        for (int i = 0; i < 6; i++)
            want = docs[i] == d ? tfs[i] : want;
        wrong += c.ops->tf(&c, d) != want;
    }
    OK(!wrong && c.df == 6 && c.cf == 70035 && c.escapes.count == 2,
       "a list worked out by the caller answers as it should");
    OK(c.window_bound[0] == 255 && c.window_bound[5] == 0 && c.window_bound[15] == 255,
       "its bounds allow anything where it has documents, nothing elsewhere");
}

int main(void)
{
    scratch_begin();
    test_of_list();
    test_world(1, 1, false);
    test_world(63, 1, true);
    test_world(63, 3, false);
    test_world(4096, 1, false);
    test_world(4096, 3, true);
    test_world(4097, 1, true);
    test_world(65536, 1, true);
    test_world(65536, 3, false);
    return tap_done();
}
