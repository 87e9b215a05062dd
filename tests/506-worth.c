/*
 * Exact scores and the bounds above them.  Lanes of every width give the bits of bm25.h;
 * no bound of a window, a cell or a document is below the true score of a document.
 */
#include "score/worth.h"

#include "base/buf.h"
#include "score/exact.h"
#include "score/single.h"

#include "scratch.h"

enum { DOCS = 9000, LEAVES = 4, MEMBERS = 4, POSTINGS = 1500, LEVELS = 3 };

static bool same_bits(double a, double b)
{
    return !memcmp(&a, &b, sizeof a);
}

static double pick(const double *from, size_t count, uint64_t *seed)
{
    return from[tap_random(seed) % count];
}

static const double k1s[] = {0, 1e-6, 0.4, 0.6, 0.9, 1.2, 3, 1000};
static const double bs[] = {0, 0.1, 0.5, 0.75, 0.9999, 1};
static const double means[] = {0, 1, 7.25, 300, 1234.5678, 1e6};
static const double lengths[] = {0, 1, 2, 15, 16, 299, 65534, 65535, 70000, 4294967295.0};
static const double tfs[] = {0, 0, 1, 2, 3, 15, 16, 17, 255, 65536, 4294967295.0};
#define PICK(from, seed) pick(from, sizeof(from) / sizeof *(from), seed)

/* ------------------------------------------------------------------------ lanes */

struct lanes_case {
    struct hlbm25 p;
    double factor, length[HLSCORE_BATCH], tf[HLSCORE_BATCH], score[HLSCORE_BATCH];
    uint64_t share, have[HLSCORE_BATCH];
    unsigned n;
};

static void draw_lanes(struct lanes_case *c, uint64_t *seed)
{
    c->p = (struct hlbm25){PICK(k1s, seed), PICK(bs, seed), PICK(means, seed)};
    if (tap_random(seed) % 2)
        c->p = (struct hlbm25){scratch_unit(seed) * 3, scratch_unit(seed),
                               scratch_unit(seed) * 500};
    c->factor = scratch_unit(seed) * (tap_random(seed) % 3 ? 12 : 1e-12);
    c->share = tap_random(seed) % 300;
    c->n = 8 + (unsigned)(tap_random(seed) % 8) * 8;
    for (unsigned i = 0; i < c->n; i++) {
        bool edge = tap_random(seed) % 2;
        c->length[i] = edge ? PICK(lengths, seed) : (double)(tap_random(seed) % 3000);
        c->tf[i] = edge ? PICK(tfs, seed) : (double)(tap_random(seed) % 9);
        c->score[i] = tap_random(seed) % 2 ? scratch_unit(seed) * 30 : 0;
        c->have[i] = tap_random(seed) % 1000;
    }
}

static bool right_lanes(const struct hlscore_lanes *lanes, const struct lanes_case *c)
{
    double norm[HLSCORE_BATCH], score[HLSCORE_BATCH];
    uint64_t have[HLSCORE_BATCH];
    memcpy(score, c->score, sizeof score);
    memcpy(have, c->have, sizeof have);
    lanes->norms(&c->p, c->n, c->length, norm);
    lanes->add(&c->p, c->n, c->factor, c->share, c->tf, norm, score, have);
    for (unsigned i = 0; i < c->n; i++) {
        double want = c->score[i];
        if (c->tf[i] > 0)
            want += c->factor * hlbm25_sat(&c->p, c->tf[i], c->length[i]);
        if (!same_bits(norm[i], hlbm25_norm(&c->p, c->length[i])) ||
            !same_bits(score[i], want) ||
            have[i] != c->have[i] + (c->tf[i] > 0 ? c->share : 0)) {
            printf("# k1 %g b %g mean %g factor %g length %g tf %g: %.17g, not %.17g\n",
                   c->p.k1, c->p.b, c->p.mean_length, c->factor, c->length[i], c->tf[i],
                   score[i], want);
            return false;
        }
    }
    return true;
}

static bool right_tables(const struct hlscore_lanes *lanes, uint64_t *seed)
{
    static const double scales[] = {1e-30, 1e-3, 1, 7.3, 200, 254.999, 255, 50000, 65536, 1e15};
    double sat[HLFMT_CODES * HLFMT_CLASSES], scale = PICK(scales, seed);
    uint8_t w8[HLFMT_CODES * HLFMT_CLASSES];
    uint16_t w16[HLFMT_CODES * HLFMT_CLASSES];
    for (int i = 0; i < HLFMT_CODES * HLFMT_CLASSES; i++)
        sat[i] = tap_random(seed) % 5 ? scratch_unit(seed) * 2.5 : PICK(scales, seed);
    lanes->worth8(sat, scale, w8);
    lanes->worth16(sat, scale, w16);
    for (int i = 0; i < HLFMT_CODES * HLFMT_CLASSES; i++) {
        double w = ceil(sat[i] * scale);
        if (w8[i] != (w < 255 ? (uint8_t)w : 255) ||
            w16[i] != (w < 65535 ? (uint16_t)w : 65535))
            return false;
    }
    return true;
}

static void test_lanes(void)
{
    for (int level = 0; level < LEVELS; level++) {
        const struct hlscore_lanes *lanes = hlscore_lanes_at(level);
        uint64_t seed = 506;
        size_t wrong = 0;
        if (!lanes) {
            tap_skip("a level that the processor lacks");
            continue;
        }
        for (int i = 0; i < 20000 && wrong < 3; i++) {
            struct lanes_case c;
            draw_lanes(&c, &seed);
            wrong += !right_lanes(lanes, &c);
            wrong += i % 10 == 0 && !right_tables(lanes, &seed);
        }
        OK(!wrong, "level %d: bits of bm25.h, tables rounded up and cut off", level);
    }
    OK(hlscore_lanes_at(0) && hlscore_lanes_best() &&
           hlscore_lanes_best() == hlscore_lanes_at((int)hlcpu_level()),
       "the best level is the processor's");
}

/* ------------------------------------------------------------------------- a chunk */

/* Postings of a member, with the tightest bounds that the format allows. */
struct member {
    uint16_t docs[POSTINGS];
    uint32_t tfs[POSTINGS];
    uint8_t codes[POSTINGS], escapes[POSTINGS * 6], cells[HLFMT_CELLS];
    uint16_t champions[HLFMT_CHAMPIONS];
};

struct world {
    uint64_t seed;
    struct hlscore_chunk chunk;
    struct hlscore_query query;
    struct hlscore_room *room;
    struct hlscore_leaf leaves[LEAVES];
    struct hlscore_member members[LEAVES][MEMBERS];
    struct member postings[LEAVES][MEMBERS];
    uint32_t length[DOCS];
    uint8_t lengths[DOCS * 2], dates[DOCS * 4],
        classes[(DOCS / HLFMT_WINDOW + 1) * HLFMT_WINDOW];
    double score[DOCS];
    uint64_t have[DOCS];
};

static uint32_t length_of(const void *user, uint32_t doc)
{
    return ((const struct world *)user)->length[doc];
}

static void draw_lengths(struct world *w)
{
    uint32_t least = (uint32_t)(tap_random(&w->seed) % 3 * 20) + 1;
    double spread = scratch_unit(&w->seed) * 9;
    uint64_t sum = 0;
    w->chunk.length_min = UINT32_MAX;
    w->chunk.length_max = 0;
    for (uint32_t d = 0; d < DOCS; d++) {
        uint32_t length = least + (uint32_t)exp(scratch_unit(&w->seed) * spread);
        if (tap_random(&w->seed) % 2000 == 0)
            length = 60000 + (uint32_t)(tap_random(&w->seed) % 20000);
        uint16_t stored = length < 65535 ? (uint16_t)length : 65535;
        w->length[d] = length;
        memcpy(w->lengths + d * 2, &stored, 2);
        w->classes[d] = (uint8_t)hlfmt_length_class(length);
        w->chunk.length_min = length < w->chunk.length_min ? length : w->chunk.length_min;
        w->chunk.length_max = length > w->chunk.length_max ? length : w->chunk.length_max;
        sum += length;
    }
    /* The bounds may be made for another mean than that of the chunk. */
    double mean =
        (double)sum / DOCS * (tap_random(&w->seed) % 2 ? 1 : 0.1 + 4 * scratch_unit(&w->seed));
    w->chunk.bound_length = mean < 1 ? 1 : floor(mean);
    w->query.bm25.mean_length =
        mean * (tap_random(&w->seed) % 2 ? 1 : 0.3 + 3 * scratch_unit(&w->seed));
}

/* The impact that the bytes stand for: tf / (tf + Kref). */
static double impact_of(const struct world *w, uint32_t doc, uint32_t tf)
{
    return tf /
           (tf + HLFMT_K1 * (1 - HLFMT_B + HLFMT_B * w->length[doc] / w->chunk.bound_length));
}

static void note_champion(const struct world *w, struct member *p, uint32_t *count, uint32_t i)
{
    double x = impact_of(w, p->docs[i], p->tfs[i]);
    uint32_t at = *count < HLFMT_CHAMPIONS ? (*count)++ : HLFMT_CHAMPIONS;
    for (; at > 0; at--) {
        uint32_t other = p->champions[at - 1];
        uint32_t k = 0;
        while (p->docs[k] != other)
            k++;
        if (impact_of(w, other, p->tfs[k]) >= x)
            break;
        if (at < HLFMT_CHAMPIONS)
            p->champions[at] = (uint16_t)other;
    }
    if (at < HLFMT_CHAMPIONS)
        p->champions[at] = p->docs[i];
}

static void draw_member(struct world *w, struct member *p, struct hlscore_member *m,
                        bool champions, bool bounds)
{
    uint32_t n = 0, step = 1 + (uint32_t)(tap_random(&w->seed) % 200), champion_count = 0;
    double tightest[HLFMT_CELLS] = {0};
    for (uint32_t d = (uint32_t)(tap_random(&w->seed) % step); d < DOCS && n < POSTINGS;
         d += 1 + (uint32_t)(tap_random(&w->seed) % (step * 2))) {
        uint64_t r = tap_random(&w->seed);
        p->docs[n] = (uint16_t)d;
        p->tfs[n++] = r % 50 == 0    ? 14 + (uint32_t)(r / 50 % 60)
                      : r % 500 == 1 ? UINT32_MAX
                                     : 1 + (uint32_t)(r / 500 % 4);
    }
    hlcont_of_list(p->docs, p->tfs, n, p->codes, p->escapes, p->escapes + n * 2, &m->container);
    for (uint32_t i = 0; i < n; i++) {
        double x = impact_of(w, p->docs[i], p->tfs[i]);
        unsigned cell = p->docs[i] / HLFMT_CELL;
        tightest[cell] = x > tightest[cell] ? x : tightest[cell];
        if (champions)
            note_champion(w, p, &champion_count, i);
    }
    memset(p->cells, 0, sizeof p->cells);
    for (unsigned c = 0; bounds && c < HLFMT_CELLS; c++) {
        uint8_t *window = &m->container.window_bound[c / HLCONT_CELLS];
        p->cells[c] = (uint8_t)ceil(tightest[c] * 255);
        if (c % HLCONT_CELLS == 0)
            *window = 0;
        *window = p->cells[c] > *window ? p->cells[c] : *window;
    }
    m->container.cell_bounds = bounds && tap_random(&w->seed) % 2 ? p->cells : NULL;
    m->container.champions = (const uint8_t *)p->champions;
    m->container.champion_count = champion_count;
}

static void draw_world(struct world *w)
{
    static const unsigned weights[] = {10, 9, 8, 3};
    static const double factors[] = {1e-9, 0.05, 1, 3.7, 12};
    w->query.bm25.k1 =
        tap_random(&w->seed) % 2 ? PICK(k1s, &w->seed) : scratch_unit(&w->seed) * 4;
    w->query.bm25.b = tap_random(&w->seed) % 2 ? PICK(bs, &w->seed) : scratch_unit(&w->seed);
    draw_lengths(w);
    w->query.length_min = w->chunk.length_min;
    w->query.use_cover = false;
    w->chunk.leaf_count = w->chunk.word_count = 1 + (uint32_t)(tap_random(&w->seed) % LEAVES);
    for (uint32_t i = 0; i < w->chunk.leaf_count; i++) {
        struct hlscore_leaf *leaf = &w->leaves[i];
        leaf->members = w->members[i];
        leaf->count =
            tap_random(&w->seed) % 3 ? 1 : 1 + (uint32_t)(tap_random(&w->seed) % MEMBERS);
        leaf->factor = PICK(factors, &w->seed);
        leaf->share = 1 + (unsigned)(tap_random(&w->seed) % 200);
        for (uint32_t m = 0; m < leaf->count; m++) {
            bool bounds = tap_random(&w->seed) % 8 > 0;
            draw_member(w, &w->postings[i][m], &leaf->members[m], tap_random(&w->seed) % 4 > 0,
                        bounds);
            leaf->members[m].weight =
                weights[leaf->count > 1 ? m : tap_random(&w->seed) % 8 == 0];
        }
    }
    for (uint32_t d = 0; d < DOCS; d++)
        w->score[d] = hlscore_document(&w->query, &w->chunk, d, &w->have[d]);
}

static struct world *make_world(void)
{
    struct world *w = calloc(1, sizeof *w);
    w->seed = 5060;
    w->room = aligned_alloc(64, (sizeof *w->room + 63) / 64 * 64);
    memset(w->room, 0, sizeof *w->room);
    w->room->worth = aligned_alloc(64, LEAVES * sizeof *w->room->worth);
    w->room->window_bound = calloc(LEAVES, sizeof *w->room->window_bound);
    w->room->has = calloc(LEAVES, sizeof *w->room->has);
    w->room->shares = calloc(LEAVES, sizeof *w->room->shares);
    w->query.lanes = hlscore_lanes_best();
    w->chunk.docs = DOCS;
    w->chunk.windows = (DOCS + HLFMT_WINDOW - 1) / HLFMT_WINDOW;
    w->chunk.classes = w->classes;
    w->chunk.dates = w->dates;
    w->chunk.lengths = w->lengths;
    w->chunk.length = length_of;
    w->chunk.user = w;
    w->chunk.leaves = w->leaves;
    return w;
}

static void free_world(struct world *w)
{
    free(w->room->worth);
    free(w->room->window_bound);
    free(w->room->has);
    free(w->room->shares);
    free(w->room);
    free(w);
}

/* -------------------------------------------------------------------------- batches */

/* A batch of any size, in one window or over the chunk, at every level. */
static bool right_batches(struct world *w)
{
    struct hlscore_batch *b = &w->room->batch;
    for (unsigned count = 1; count <= HLSCORE_BATCH; count++)
        for (int level = 0; level < LEVELS; level++) {
            w->query.lanes = hlscore_lanes_at(level);
            if (!w->query.lanes)
                continue;
            b->scattered = tap_random(&w->seed) % 2;
            b->count = count;
            uint32_t doc =
                b->scattered ? 0 : (uint32_t)(tap_random(&w->seed) % 2) * HLFMT_WINDOW;
            for (unsigned i = 0; i < count; i++) {
                doc += 1 + (uint32_t)(tap_random(&w->seed) % 60);
                b->docs[i] = (uint16_t)(b->scattered ? tap_random(&w->seed) % DOCS : doc);
            }
            hlscore_exact(&w->query, &w->chunk, b);
            for (unsigned i = 0; i < count; i++)
                if (!same_bits(b->score[i], w->score[b->docs[i]]) ||
                    b->have[i] != w->have[b->docs[i]])
                    return false;
        }
    w->query.lanes = hlscore_lanes_best();
    return true;
}

/* --------------------------------------------------------------------------- bounds */

static bool say(const struct world *w, const char *what, uint32_t doc, double bound)
{
    printf("# %s: k1 %g b %g mean %g, made for %g; lengths %u to %u; document %u of length %u: "
           "%.17g, bound %.17g\n",
           what, w->query.bm25.k1, w->query.bm25.b, w->query.bm25.mean_length,
           w->chunk.bound_length, w->chunk.length_min, w->chunk.length_max, doc, w->length[doc],
           w->score[doc], bound);
    return false;
}

static bool right_windows(struct world *w)
{
    hlscore_begin(&w->query, &w->chunk, 1, w->room);
    hlworth_windows(&w->query, &w->chunk, w->room);
    for (uint32_t d = 0; d < DOCS; d++) {
        unsigned window = d / HLFMT_WINDOW, cell = d % HLFMT_WINDOW / HLFMT_CELL;
        if (w->score[d] > w->room->total[window])
            return say(w, "window", d, w->room->total[window]);
        if (!(hlworth_cells(&w->chunk, w->room, window, w->score[d]) >> cell & 1))
            return say(w, "cell", d, 0);
        for (uint32_t i = 0; i < w->chunk.leaf_count; i++) {
            uint64_t tf = hlscore_leaf_tf(&w->leaves[i], d);
            double worth =
                tf ? w->leaves[i].factor * hlbm25_sat(&w->query.bm25, (double)tf, w->length[d])
                   : 0;
            if (worth > w->room->window_bound[i][window])
                return say(w, "leaf of a window", d, w->room->window_bound[i][window]);
        }
    }
    return true;
}

/* The bytes that the loop adds up, of one window, for a theta. */
static bool right_documents(struct world *w, bool wide, double theta, unsigned window)
{
    struct hlscore_room *r = w->room;
    uint64_t bits[HLSCORE_WORDS];
    unsigned least = hlworth_threshold(&w->query, &w->chunk, r, theta);
    memset(r->acc, 0, sizeof r->acc);
    memset(r->acc16, 0, sizeof r->acc16);
    for (uint32_t i = 0; i < w->chunk.leaf_count; i++)
        for (uint32_t m = 0; m < w->leaves[i].count; m++) {
            const struct hlcontainer *c = &w->leaves[i].members[m].container;
            const uint8_t *classes = w->classes + (size_t)window * HLFMT_WINDOW;
            if (wide)
                c->ops->bound16(c, window, HLCONT_CELLS_ALL, r->worth[i].w16, classes,
                                r->acc16);
            else
                c->ops->bound(c, window, HLCONT_CELLS_ALL, r->worth[i].w8, classes, r->acc);
        }
    if (wide)
        hlcont_compare16(r->acc16, (uint16_t)least, HLCONT_CELLS_ALL, bits);
    else
        hlcont_compare8(r->acc, (uint8_t)least, HLCONT_CELLS_ALL, bits);
    for (uint32_t d = window * HLFMT_WINDOW; d < (window + 1) * HLFMT_WINDOW && d < DOCS; d++) {
        uint32_t at = d % HLFMT_WINDOW;
        if (w->score[d] > 0 && w->score[d] >= theta && !(bits[at / 64] >> at % 64 & 1))
            return say(w, wide ? "16 bits" : "8 bits", d, theta);
    }
    return true;
}

/* Thetas that are the scores of documents, rising, falling and by chance. */
static bool right_thetas(struct world *w, bool wide)
{
    hlscore_begin(&w->query, &w->chunk, 1, w->room);
    w->room->wide = wide;
    double theta = 0;
    for (int i = 0; i < 30; i++) {
        double next = w->score[tap_random(&w->seed) % DOCS];
        theta = i % 10 < 7 && next < theta ? theta : next;
        if (i % 10 == 8)
            theta *= 1e-7;
        if (!right_documents(w, wide, theta, (unsigned)i % w->chunk.windows))
            return false;
    }
    return true;
}

/* What champions leave out is below theta. */
static bool right_single(struct world *w, size_t *taken)
{
    static double sorted[DOCS];
    w->chunk.leaf_count = 1;
    hlscore_begin(&w->query, &w->chunk, 1, w->room);
    for (uint32_t d = 0; d < DOCS; d++)
        w->score[d] = hlscore_document(&w->query, &w->chunk, d, &w->have[d]);
    for (int i = 0; i < 40; i++) {
        double theta =
            w->score[w->postings[0][0].champions[tap_random(&w->seed) % HLFMT_CHAMPIONS]];
        theta *= i % 2 ? 1 : 1 + scratch_unit(&w->seed) / 50;
        memcpy(sorted, w->score, sizeof sorted);
        if (!hlscore_single(&w->query, &w->chunk, w->room, theta))
            continue;
        (*taken)++;
        for (unsigned k = 0; k < w->room->batch.count; k++)
            sorted[w->room->batch.docs[k]] = -1;
        for (uint32_t d = 0; d < DOCS; d++)
            if (sorted[d] >= theta)
                return say(w, "champions", d, theta);
    }
    return true;
}

/* ---------------------------------------------------------------------------- seeds */

static int by_fall(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x > y ? -1 : x < y;
}

/* The k-th score of the first 16 champions of every list, each document once. */
static bool right_seed(struct world *w, size_t k)
{
    enum { TRIED = 16 };
    static bool seen[DOCS];
    double heap[TRIED], scores[LEAVES * MEMBERS * TRIED];
    size_t count = 0;
    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < w->chunk.leaf_count; i++)
        for (uint32_t m = 0; m < w->leaves[i].count; m++) {
            const struct hlcontainer *c = &w->leaves[i].members[m].container;
            for (uint32_t n = 0; n < TRIED && n < c->champion_count; n++) {
                uint32_t doc = hlbuf_load16(c->champions + n * 2);
                if (!seen[doc])
                    scores[count++] = w->score[doc];
                seen[doc] = true;
            }
        }
    qsort(scores, count, sizeof *scores, by_fall);
    double want = count < k ? 0 : scores[k - 1];
    double got = hlscore_seed(&w->query, &w->chunk, 1, k, w->room, heap);
    if (!same_bits(got, want))
        printf("# seed of %zu from %zu champions: %.17g, not %.17g\n", k, count, got, want);
    return same_bits(got, want);
}

int main(void)
{
    size_t seeds = 0, batches = 0, windows = 0, narrow = 0, wide = 0, single = 0, taken = 0;
    struct world *w = make_world();
    const size_t rounds = 400 / SCRATCH_SLOWNESS;
    test_lanes();
    for (size_t i = 0; i < rounds; i++) {
        draw_world(w);
        batches += right_batches(w);
        windows += right_windows(w);
        narrow += right_thetas(w, false);
        wide += right_thetas(w, true);
        seeds += right_seed(w, 1) && right_seed(w, 10) && right_seed(w, 16);
        single += right_single(w, &taken);
    }
    OK(batches == rounds, "batches of 1 to 64 documents, at every level: bits of a document's");
    OK(seeds == rounds, "a seed is the score of champions");
    OK(windows == rounds, "no score is above the bounds of window and cell");
    OK(narrow == rounds, "no document that reaches theta is left out by 8 bits");
    OK(wide == rounds, "nor by 16");
    OK(single == rounds && taken > rounds,
       "nor by champions, where they are enough (%zu times)", taken);
    free_world(w);
    return tap_done();
}
