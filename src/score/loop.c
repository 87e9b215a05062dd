#include "score/loop.h"

#include "base/buf.h"
#include "score/exact.h"
#include "score/single.h"
#include "score/worth.h"

#include <assert.h>

/* So few answers of a window are scored at once: bounding them costs as much. */
enum { DIRECT = 24 };

uint64_t hlscore_leaf_tf(const struct hlscore_leaf *leaf, uint32_t doc)
{
    uint64_t sum = 0, whole = 0;
    for (uint32_t m = 0; m < leaf->count; m++) {
        const struct hlscore_member *member = &leaf->members[m];
        sum += (uint64_t)member->weight * member->container.ops->tf(&member->container, doc);
        if (m + 1 < leaf->count && member[1].part == member->part)
            continue;
        whole += (sum + 9) / 10;
        sum = 0;
    }
    return whole;
}

double hlscore_document(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        uint32_t doc, uint64_t *out_have)
{
    double score = 0, length = chunk->length(chunk->user, doc);
    uint64_t have = 0;
    for (uint32_t i = 0; i < chunk->leaf_count; i++) {
        const struct hlscore_leaf *leaf = &chunk->leaves[i];
        uint64_t tf = hlscore_leaf_tf(leaf, doc);
        if (!tf)
            continue;
        score += leaf->factor * hlbm25_sat(&query->bm25, (double)tf, length);
        have += leaf->share;
    }
    *out_have = have;
    if (query->recency.weight > 0)
        score *=
            hlrecency_factor(&query->recency, hlbuf_load32(chunk->dates + (size_t)doc * 4));
    return score;
}

/* ---- which documents of a window answer ---- */

static void match_leaf(const struct hlscore_leaf *leaf, unsigned window, uint64_t *bits)
{
    for (uint32_t m = 0; m < leaf->count; m++)
        leaf->members[m].container.ops->match(&leaf->members[m].container, window, bits);
}

/* Documents of the window less those that lack the leaf; is any left? */
static bool keep_leaf(const struct hlscore_leaf *leaf, unsigned window, uint64_t *scratch,
                      uint64_t *bits)
{
    uint64_t any = 0;
    if (leaf->count == 1)
        return leaf->members->container.ops->keep(&leaf->members->container, window, bits);
    memset(scratch, 0, HLSCORE_WORDS * sizeof *scratch);
    match_leaf(leaf, window, scratch);
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        any |= bits[w] &= scratch[w];
    return any != 0;
}

/* Every word wanted: lists are ANDed until nothing is left, the rarest first. */
static bool match_all(const struct hlscore_chunk *chunk, struct hlscore_room *room,
                      unsigned window, uint64_t *out_bits)
{
    memset(out_bits, 0, HLSCORE_WORDS * sizeof *out_bits);
    match_leaf(&chunk->leaves[chunk->rarest[0]], window, out_bits);
    for (uint32_t i = 1; i < chunk->word_count; i++)
        if (!keep_leaf(&chunk->leaves[chunk->rarest[i]], window, room->has[0], out_bits))
            return false;
    return true;
}

static void match_some(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room, unsigned window, uint64_t *out_bits)
{
    for (uint32_t i = 0; i < chunk->word_count; i++) {
        memset(room->has[i], 0, sizeof room->has[i]);
        room->shares[i] = chunk->leaves[i].share;
        match_leaf(&chunk->leaves[i], window, room->has[i]);
    }
    hlcover_window(&query->cover, (const uint64_t(*)[HLSCORE_WORDS])room->has, room->shares,
                   chunk->word_count, out_bits);
}

/* Allowed documents with enough of the words, as bits; how many. */
static uint64_t find_answers(const struct hlscore_query *query,
                             const struct hlscore_chunk *chunk, struct hlscore_room *room,
                             unsigned window, uint64_t *out_bits)
{
    if (!query->use_cover) {
        memset(out_bits, 255, HLSCORE_WORDS * sizeof *out_bits);
    } else if (query->cover.least <= 1) {
        memset(out_bits, 0, HLSCORE_WORDS * sizeof *out_bits);
        for (uint32_t i = 0; i < chunk->word_count; i++)
            match_leaf(&chunk->leaves[i], window, out_bits);
    } else if (hlcover_wants_all(&query->cover)) {
        if (!match_all(chunk, room, window, out_bits))
            return 0;
    } else {
        match_some(query, chunk, room, window, out_bits);
    }
    return hlbits_and_count(out_bits, chunk->allowed, window, chunk->docs);
}

/* ---- one window ---- */

static void add_bounds(const struct hlscore_chunk *chunk, struct hlscore_room *room,
                       unsigned window, unsigned cells)
{
    const uint8_t *classes = chunk->classes + (size_t)window * HLFMT_WINDOW;
    if (room->wide)
        memset(room->acc16, 0, sizeof room->acc16);
    else
        memset(room->acc, 0, sizeof room->acc);
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (uint32_t m = 0; m < chunk->leaves[i].count; m++) {
            const struct hlcontainer *c = &chunk->leaves[i].members[m].container;
            if (!c->window_bound[window])
                continue;
            if (room->wide)
                c->ops->bound16(c, window, cells, room->worth[i].w16, classes, room->acc16);
            else
                c->ops->bound(c, window, cells, room->worth[i].w8, classes, room->acc);
        }
}

static double theta_of(const struct hlscore_room *room, const struct hltopk *top)
{
    double theta = hltopk_theta(top);
    return theta > room->floor ? theta : room->floor;
}

/* theta as bounds are made, without recency. */
static double plain_theta(const struct hlscore_room *room, unsigned window, double theta)
{
    return theta / room->boost[window];
}

static void score_batch(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_room *room, struct hltopk *top)
{
    struct hlscore_batch *b = &room->batch;
    hlscore_exact(query, chunk, b);
    room->scored += b->count;
    double theta = theta_of(room, top);
    for (unsigned i = 0; i < b->count; i++) {
        if (b->score[i] < theta)
            continue;
        if (query->use_cover && !hlcover_answers(&query->cover, b->have[i]))
            continue;
        uint32_t doc = b->docs[i];
        struct hlhit hit = {b->score[i], hlscore_date(chunk, doc), doc, chunk->number, 0};
        hltopk_add(top, &hit);
        theta = theta_of(room, top);
    }
    b->count = 0;
}

static void score_survivors(const struct hlscore_query *query,
                            const struct hlscore_chunk *chunk, struct hlscore_room *room,
                            unsigned window, const uint64_t *survivors, struct hltopk *top)
{
    struct hlscore_batch *b = &room->batch;
    b->count = 0;
    b->scattered = false;
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        for (uint64_t bits = survivors[w]; bits; bits &= bits - 1) {
            unsigned local = w * 64 + (unsigned)__builtin_ctzll(bits);
            b->docs[b->count++] = (uint16_t)(window * HLFMT_WINDOW + local);
            if (b->count < HLSCORE_BATCH)
                continue;
            score_batch(query, chunk, room, top);
            if (hldeadline_passed(query->deadline))
                return;
        }
    if (b->count)
        score_batch(query, chunk, room, top);
}

/* Wanting (nearly) every word leaves so few that they are found by bits first. */
static bool bits_first(const struct hlscore_query *query)
{
    return !query->use_cover || query->exhaustive || query->cover.percent > 50;
}

static void compare(struct hlscore_room *room, unsigned least, unsigned cells,
                    const uint64_t *mask)
{
    if (room->wide)
        hlcont_compare16(room->acc16, (uint16_t)least, cells, room->survivors);
    else
        hlcont_compare8(room->acc, (uint8_t)least, cells, room->survivors);
    if (mask)
        hlbits_and_window(room->survivors, mask);
}

/* The greatest threshold that at least `want` documents reach; 1 if none does. */
static unsigned threshold_for(const struct hlscore_room *room, size_t want)
{
    /* Four counters a value, so that equal neighbours do not wait for each other. */
    uint16_t count[4][256] = {{0}};
    for (unsigned i = 0; i < HLFMT_WINDOW; i += 4)
        for (unsigned k = 0; k < 4; k++)
            count[k][room->wide ? room->acc16[i + k] >> 8 : room->acc[i + k]]++;
    size_t sum = 0;
    for (unsigned v = 255; v > 0; v--) {
        sum += (size_t)count[0][v] + count[1][v] + count[2][v] + count[3][v];
        if (sum >= want)
            return room->wide ? v << 8 : v;
    }
    return 1;
}

/*
 * A window before there is any theta: the documents of the greatest bounds first, so that
 * their scores spare most of the others.
 */
static void open_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_room *room, unsigned window, unsigned cells,
                        const uint64_t *mask, struct hltopk *top)
{
    uint64_t tried[HLSCORE_WORDS];
    double reached = plain_theta(room, window, room->total[window]);
    /* Of one leaf the worths of what comes next to its most would leave no steps for others. */
    if (room->most > 0 && reached > room->most * 0.9)
        reached = room->most * 0.9;
    hlworth_threshold(query, chunk, room, reached);
    add_bounds(chunk, room, window, cells);
    unsigned high = threshold_for(room, 2 * top->most + HLSCORE_BATCH);
    compare(room, high, cells, mask);
    memcpy(tried, room->survivors, sizeof tried);
    score_survivors(query, chunk, room, window, room->survivors, top);
    if (high <= 1)
        return;
    unsigned least = hlworth_steps(room, plain_theta(room, window, theta_of(room, top)));
    if (least >= high)
        return;
    compare(room, least, cells, mask);
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        room->survivors[w] &= ~tried[w];
    score_survivors(query, chunk, room, window, room->survivors, top);
}

static void run_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room, unsigned window, unsigned cells,
                       struct hltopk *top)
{
    double theta = plain_theta(room, window, theta_of(room, top));
    if (!query->exhaustive && theta > 0) {
        unsigned asked = cells;
        cells &= hlworth_cells(chunk, room, window, theta);
        room->cells_dead += (unsigned)__builtin_popcount(asked ^ cells);
        if (!cells)
            return;
    }
    const uint64_t *mask = NULL;
    if (bits_first(query) || !(theta > 0)) {
        uint64_t answers = find_answers(query, chunk, room, window, room->bits);
        if (cells != HLCONT_CELLS_ALL)
            answers = hlbits_keep_cells(room->bits, cells);
        /* Conditions alone may be met by documents that no leaf has, whose bound is 0. */
        bool bound = query->use_cover || theta > 0;
        size_t few = theta > 0 ? DIRECT : 2 * top->most + HLSCORE_BATCH;
        if (query->exhaustive || answers < few || !bound) {
            if (answers)
                score_survivors(query, chunk, room, window, room->bits, top);
            return;
        }
        mask = room->bits;
    } else if (chunk->allowed) {
        mask = chunk->allowed + (size_t)window * HLSCORE_WORDS;
    }
    if (!(theta > 0)) {
        open_window(query, chunk, room, window, cells, mask, top);
        return;
    }
    unsigned least = hlworth_threshold(query, chunk, room, theta);
    add_bounds(chunk, room, window, cells);
    compare(room, least, cells, mask);
    score_survivors(query, chunk, room, window, room->survivors, top);
}

void hlscore_prune(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                   struct hlscore_room *room, unsigned window, double theta, uint64_t *bits)
{
    double plain = plain_theta(room, window, theta);
    unsigned cells =
        room->total[window] < theta ? 0 : hlworth_cells(chunk, room, window, plain);
    if (!cells) {
        memset(bits, 0, HLSCORE_WORDS * sizeof *bits);
        return;
    }
    unsigned least = hlworth_threshold(query, chunk, room, plain);
    add_bounds(chunk, room, window, cells);
    compare(room, least, cells, bits);
    memcpy(bits, room->survivors, HLSCORE_WORDS * sizeof *bits);
}

/* A word that the window lacks leaves nothing where every word is wanted. */
static bool window_lacks(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                         const struct hlscore_room *room, unsigned window)
{
    if (!query->use_cover || query->cover.least < query->cover.all)
        return false;
    for (uint32_t i = 0; i < chunk->word_count; i++)
        if (!(room->window_bound[i][window] > 0))
            return true;
    return false;
}

void hlscore_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                    struct hlscore_room *room, unsigned window, unsigned cells,
                    struct hltopk *top)
{
    bool dead = !query->exhaustive && (room->total[window] < theta_of(room, top) ||
                                       window_lacks(query, chunk, room, window));
    /* Columns are looked at last, and not for windows that have nothing of the query. */
    bool lacks = query->use_cover && !(room->total[window] > 0);
    dead = dead || lacks || !hlscore_settle(chunk, window);
    room->windows_dead += dead;
    room->windows_alive += !dead;
    if (!dead)
        run_window(query, chunk, room, window, cells, top);
}

void hlscore_run(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                 struct hlscore_room *room, struct hltopk *top)
{
    if (hlscore_single(query, chunk, room, theta_of(room, top))) {
        room->windows_dead += chunk->windows;
        if (room->batch.count)
            score_batch(query, chunk, room, top);
        return;
    }
    hlworth_windows(query, chunk, room);
    for (unsigned w = 0; w < chunk->windows && !hldeadline_passed(query->deadline); w++)
        hlscore_window(query, chunk, room, w, HLCONT_CELLS_ALL, top);
}

/* Has the window the word at all?  A bound is 0 where a list has nothing. */
static bool has_word(const struct hlscore_leaf *leaf, unsigned window)
{
    for (uint32_t m = 0; m < leaf->count; m++)
        if (leaf->members[m].container.window_bound[window])
            return true;
    return false;
}

/* Has it the words that an answer needs at the least? */
static bool has_words(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                      unsigned window)
{
    uint32_t have = 0;
    for (uint32_t i = 0; i < chunk->word_count; i++)
        have += has_word(&chunk->leaves[i], window);
    if (!query->use_cover)
        return true;
    return hlcover_wants_all(&query->cover) ? have == chunk->word_count : have > 0;
}

uint64_t hlscore_answers(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                         struct hlscore_room *room, unsigned window, uint64_t *out_bits)
{
    bool skip = !query->exhaustive && !has_words(query, chunk, window);
    if (skip || !hlscore_settle(chunk, window))
        return 0;
    return find_answers(query, chunk, room, window, out_bits);
}

uint64_t hlscore_count(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room)
{
    uint64_t total = 0;
    for (unsigned w = 0; w < chunk->windows && !hldeadline_passed(query->deadline); w++)
        total += hlscore_answers(query, chunk, room, w, room->bits);
    return total;
}
