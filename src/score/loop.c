#include "score/loop.h"

#include "base/buf.h"

#include <assert.h>

/* Where theta stands in 8 bits: high, so that worths keep their resolution, and low enough
 * for theta to rise a little before the tables are made anew. */
enum { THETA8 = 200, THETA8_MOST = 250, THETA16 = 50000, THETA16_MOST = 65000 };

uint64_t hlscore_leaf_tf(const struct hlscore_leaf *leaf, uint32_t doc)
{
    uint64_t sum = 0;
    for (uint32_t m = 0; m < leaf->count; m++) {
        const struct hlscore_member *member = &leaf->members[m];
        sum += (uint64_t)member->weight * member->container.ops->tf(&member->container, doc);
    }
    return (sum + 9) / 10;
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
    return score;
}

/* ---- bounds ---- */

/* What one code in one class can be worth at most, before scaling. */
static double worth_of(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       const struct hlscore_leaf *leaf, unsigned code, unsigned class)
{
    uint32_t least = hlfmt_class_start[class];
    if (least < chunk->length_min)
        least = chunk->length_min;
    double sat =
        code < HLFMT_CODES - 1 ? hlbm25_sat(&query->bm25, code + 1, least) : query->bm25.k1 + 1;
    return leaf->factor * sat * (1 + 1e-9);
}

static void make_tables(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_room *room, bool wide)
{
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (unsigned code = 0; code < HLFMT_CODES; code++)
            for (unsigned class = 0; class < HLFMT_CLASSES; class ++) {
                double w =
                    ceil(worth_of(query, chunk, &chunk->leaves[i], code, class) * room->scale);
                if (wide)
                    room->worth[i].w16[code][class] = w < 65535 ? (uint16_t)w : 65535;
                else
                    room->worth[i].w8[code][class] = w < 255 ? (uint8_t)w : 255;
            }
}

/*
 * Stored bounds hold for the reference parameters; this is the most by which a
 * query's worth can exceed them.  (tf + Kref(len)) / (tf + K(len)) is monotone in
 * tf and in len, so its greatest value lies in a corner.
 */
static double bound_ratio(const struct hlscore_query *query, const struct hlscore_chunk *chunk)
{
    const double k1 = query->bm25.k1 + 1;
    double most = k1; /* tf without end */
    const uint32_t lengths[2] = {chunk->length_min, chunk->length_max};
    for (int i = 0; i < 2; i++) {
        double relative = chunk->mean_length > 0 ? lengths[i] / chunk->mean_length : 1;
        double reference = HLFMT_K1 * (1 - HLFMT_B + HLFMT_B * relative);
        double ratio = hlbm25_sat(&query->bm25, 1, lengths[i]) * (1 + reference);
        if (ratio > most)
            most = ratio;
    }
    return most * (1 + 1e-9);
}

static void make_window_bounds(const struct hlscore_query *query,
                               const struct hlscore_chunk *chunk, struct hlscore_room *room)
{
    double ratio = bound_ratio(query, chunk);
    for (uint32_t i = 0; i < chunk->leaf_count; i++) {
        const struct hlscore_leaf *leaf = &chunk->leaves[i];
        for (unsigned w = 0; w < chunk->windows; w++) {
            unsigned sum = 0;
            for (uint32_t m = 0; m < leaf->count; m++)
                sum += leaf->members[m].container.window_bound[w];
            double worth = leaf->factor * ratio * (sum / 255.0);
            double most = leaf->factor * (query->bm25.k1 + 1) * (1 + 1e-9);
            room->window_bound[i][w] = worth < most || !sum ? worth : most;
        }
    }
}

/* ---- one window ---- */

/* What may answer at all: allowed documents with enough of the words. */
static uint64_t find_answers(const struct hlscore_query *query,
                             const struct hlscore_chunk *chunk, struct hlscore_room *room,
                             unsigned window, uint64_t *out_bits)
{
    const uint64_t *allowed = chunk->allowed + (size_t)window * HLSCORE_WORDS;
    uint64_t any = 0;
    if (query->use_cover) {
        for (uint32_t i = 0; i < chunk->word_count; i++) {
            const struct hlscore_leaf *leaf = &chunk->leaves[i];
            memset(room->has[i], 0, sizeof room->has[i]);
            room->shares[i] = leaf->share;
            for (uint32_t m = 0; m < leaf->count; m++)
                leaf->members[m].container.ops->match(&leaf->members[m].container, window,
                                                      room->has[i]);
        }
        hlcover_window(&query->cover, (const uint64_t(*)[HLSCORE_WORDS])room->has, room->shares,
                       chunk->word_count, out_bits);
    } else {
        memset(out_bits, 255, HLSCORE_WORDS * sizeof *out_bits);
    }
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        any |= out_bits[w] &= allowed[w];
    return any;
}

static void add_bounds(const struct hlscore_chunk *chunk, struct hlscore_room *room,
                       unsigned window, bool wide)
{
    const uint8_t *classes = chunk->classes + (size_t)window * HLFMT_WINDOW;
    if (wide)
        memset(room->acc16, 0, sizeof room->acc16);
    else
        memset(room->acc, 0, sizeof room->acc);
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        for (uint32_t m = 0; m < chunk->leaves[i].count; m++) {
            const struct hlcontainer *c = &chunk->leaves[i].members[m].container;
            if (wide)
                c->ops->bound16(c, window, HLCONT_CELLS_ALL, room->worth[i].w16, classes,
                                room->acc16);
            else
                c->ops->bound(c, window, HLCONT_CELLS_ALL, room->worth[i].w8, classes,
                              room->acc);
        }
}

/* 64 documents at a time: a bit for each whose bound reaches the threshold. */
static void compare8(const uint8_t *restrict acc, uint8_t least, uint64_t *restrict bits)
{
    for (unsigned w = 0; w < HLSCORE_WORDS; w++) {
        uint64_t word = 0;
        for (unsigned i = 0; i < 64; i++)
            word |= (uint64_t)(acc[w * 64 + i] >= least) << i;
        bits[w] = word;
    }
}

static void compare16(const uint16_t *restrict acc, uint16_t least, uint64_t *restrict bits)
{
    for (unsigned w = 0; w < HLSCORE_WORDS; w++) {
        uint64_t word = 0;
        for (unsigned i = 0; i < 64; i++)
            word |= (uint64_t)(acc[w * 64 + i] >= least) << i;
        bits[w] = word;
    }
}

static double theta_of(const struct hlscore_room *room, const struct hltopk *top)
{
    double theta = hltopk_theta(top);
    return theta > room->floor ? theta : room->floor;
}

/* Puts the threshold into steps of the tables, making them anew when it left their range. */
static unsigned threshold(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                          struct hlscore_room *room, const struct hltopk *top, bool wide)
{
    double theta = theta_of(room, top);
    double most = wide ? THETA16_MOST : THETA8_MOST;
    double want = theta > 0 ? (wide ? THETA16 : THETA8) / theta : 1;
    if (!room->scale || theta * room->scale > most || room->scale < want / 2) {
        room->scale = want;
        make_tables(query, chunk, room, wide);
    }
    /* 1: every document that any leaf has, for worths are at least 1. */
    double steps = floor(theta * room->scale * (1 - 1e-9));
    return steps < 1 ? 1 : (unsigned)steps;
}

static void score_survivors(const struct hlscore_query *query,
                            const struct hlscore_chunk *chunk, struct hlscore_room *room,
                            unsigned window, struct hltopk *top)
{
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        for (uint64_t bits = room->survivors[w]; bits; bits &= bits - 1) {
            uint32_t doc = window * HLFMT_WINDOW + w * 64 + (uint32_t)__builtin_ctzll(bits);
            uint64_t have;
            double score = hlscore_document(query, chunk, doc, &have);
            room->scored++;
            if (query->use_cover && !hlcover_answers(&query->cover, have))
                continue;
            if (score < theta_of(room, top))
                continue;
            struct hlhit hit = {score, hlbuf_load32(chunk->dates + (size_t)doc * 4), doc,
                                chunk->number};
            hltopk_add(top, &hit);
        }
}

static bool window_dead(const struct hlscore_chunk *chunk, const struct hlscore_room *room,
                        unsigned window, double theta)
{
    double sum = 0;
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        sum += room->window_bound[i][window];
    return sum < theta;
}

/* Wanting (nearly) every word leaves so few that they are found by bits first. */
static bool bits_first(const struct hlscore_query *query)
{
    return !query->use_cover || query->exhaustive || query->cover.percent > 50;
}

static void run_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room, unsigned window, bool wide,
                       struct hltopk *top)
{
    const uint64_t *allowed = chunk->allowed + (size_t)window * HLSCORE_WORDS;
    bool first = bits_first(query);
    if (first && !find_answers(query, chunk, room, window, room->bits))
        return;
    uint64_t answers = first ? hlbits_count(room->bits, HLSCORE_WORDS) : HLFMT_WINDOW;
    /* Fewer than a bounding pass would cost are scored at once. */
    if (query->exhaustive || (first && (answers < 32 || theta_of(room, top) <= 0))) {
        memcpy(room->survivors, room->bits, sizeof room->survivors);
        score_survivors(query, chunk, room, window, top);
        return;
    }
    unsigned least = threshold(query, chunk, room, top, wide);
    add_bounds(chunk, room, window, wide);
    if (wide)
        compare16(room->acc16, (uint16_t)least, room->survivors);
    else
        compare8(room->acc, (uint8_t)least, room->survivors);
    const uint64_t *mask = first ? room->bits : allowed;
    for (unsigned w = 0; w < HLSCORE_WORDS; w++)
        room->survivors[w] &= mask[w];
    score_survivors(query, chunk, room, window, top);
}

void hlscore_run(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                 struct hlscore_room *room, struct hltopk *top)
{
    uint32_t members = 0;
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        members += chunk->leaves[i].count;
    bool wide = members > HLSCORE_MEMBERS8;
    room->scale = 0;
    make_window_bounds(query, chunk, room);
    for (unsigned w = 0; w < chunk->windows; w++) {
        bool dead = !query->exhaustive && window_dead(chunk, room, w, theta_of(room, top));
        room->windows_dead += dead;
        room->windows_alive += !dead;
        if (!dead)
            run_window(query, chunk, room, w, wide, top);
    }
}

uint64_t hlscore_count(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room)
{
    uint64_t total = 0;
    for (unsigned w = 0; w < chunk->windows; w++)
        if (find_answers(query, chunk, room, w, room->bits))
            total += hlbits_count(room->bits, HLSCORE_WORDS);
    return total;
}
