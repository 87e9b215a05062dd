#include "score/worth.h"

#include "base/buf.h"
#include "score/exact.h"

#include <assert.h>

/* Where theta stands in 8 bits: high, so that worths keep their resolution, and low enough
 * for theta to rise a little before the tables are made anew. */
enum { THETA8 = 200, THETA8_MOST = 250, THETA16 = 50000, THETA16_MOST = 65000 };

/* Room for the last bits of divisions and sums. */
#define UP (1 + 1e-9)
/* A theta next to nothing must not make worths infinite. */
#define SCALE_MOST 1e15

/* A tf that no norm makes less than endless. */
#define ENDLESS 1e300

/* The most that each code is worth in each class: of the least length that the class has. */
static void make_sat(const struct hlscore_query *query, struct hlscore_room *room)
{
    for (unsigned code = 0; code < HLFMT_CODES; code++)
        for (unsigned class = 0; class < HLFMT_CLASSES; class ++) {
            uint32_t least = hlfmt_class_start[class];
            if (least < query->length_min)
                least = query->length_min;
            bool last = code == HLFMT_CODES - 1;
            double norm = hlbm25_norm(&query->bm25, least), sat;
            if (room->most > 0)
                sat = last || !(norm > 0) ? ENDLESS : (code + 1) / norm;
            else
                sat = last ? query->bm25.k1 + 1 : hlbm25_sat(&query->bm25, code + 1, least);
            room->sat[code * HLFMT_CLASSES + class] = sat * UP;
        }
}

void hlscore_begin(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                   size_t chunk_count, struct hlscore_room *room)
{
    uint32_t members = 0, most = 0;
    for (size_t c = 0; c < chunk_count; c++) {
        members = 0;
        for (uint32_t i = 0; i < chunks[c].leaf_count; i++)
            members += chunks[c].leaves[i].count;
        most = members > most ? members : most;
    }
    room->wide = most > HLSCORE_MEMBERS8;
    bool alone = chunk_count && chunks[0].leaf_count == 1;
    room->most = alone ? chunks[0].leaves[0].factor * (query->bm25.k1 + 1) : 0;
    room->sat[0] = 0; /* made with the first tables */
    room->scale = 0;
    room->floor = 0;
    room->windows_dead = room->windows_alive = room->cells_dead = room->scored = 0;
    room->byte_ratio = 0;
}

/* ---- windows and cells ---- */

double hlworth_reference(const struct hlscore_chunk *chunk, uint32_t length)
{
    return HLFMT_K1 * (1 - HLFMT_B + HLFMT_B * length / chunk->bound_length);
}

double hlworth_least_ratio(const struct hlscore_query *query, const struct hlscore_chunk *chunk)
{
    const uint32_t lengths[2] = {chunk->length_min, chunk->length_max};
    double least = 0;
    for (int i = 0; i < 2; i++) {
        double ratio =
            hlbm25_norm(&query->bm25, lengths[i]) / hlworth_reference(chunk, lengths[i]);
        if (!i || ratio < least)
            least = ratio;
    }
    return least * (1 - 1e-9);
}

static void make_byte_worth(const struct hlscore_query *query, double ratio,
                            struct hlscore_room *room)
{
    room->byte_ratio = ratio;
    room->byte_most = (query->bm25.k1 + 1) * UP;
    for (unsigned x = 0; x < 256; x++) {
        room->byte_reach[x] = x < 255 ? x / (255.0 - x) : ENDLESS;
        double r = room->byte_reach[x];
        room->byte_worth[x] = x ? room->byte_most * r / (r + ratio) : 0;
    }
}

/*
 * What a leaf is worth at most where its lists have these bounds.  A group is worth what its
 * tfs are together, each at most the r of its bound: much less than what each is worth alone.
 */
static double leaf_worth(const struct hlscore_room *room, const struct hlscore_leaf *leaf,
                         double reach)
{
    return reach > 0 ? leaf->factor * (room->byte_most * reach / (reach + room->byte_ratio))
                     : 0;
}

double hlworth_boost(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                     unsigned window)
{
    if (!(query->recency.weight > 0))
        return 1;
    uint32_t last = hlbuf_load32(chunk->window_dates + (size_t)window * 8 + 4);
    return hlrecency_most(&query->recency, last);
}

void hlworth_windows(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                     struct hlscore_room *room)
{
    double ratio = hlworth_least_ratio(query, chunk);
    if (ratio != room->byte_ratio || !(ratio > 0))
        make_byte_worth(query, ratio, room);
    memset(room->total, 0, sizeof room->total);
    for (uint32_t i = 0; i < chunk->leaf_count; i++) {
        const struct hlscore_leaf *leaf = &chunk->leaves[i];
        for (unsigned w = 0; w < chunk->windows; w++) {
            double sum = 0;
            for (uint32_t m = 0; m < leaf->count; m++)
                sum += room->byte_reach[leaf->members[m].container.window_bound[w]];
            double worth =
                leaf->count == 1
                    ? leaf->factor * room->byte_worth[leaf->members->container.window_bound[w]]
                    : leaf_worth(room, leaf, sum);
            room->window_bound[i][w] = worth;
            room->total[w] += worth;
        }
    }
    for (unsigned w = 0; w < chunk->windows; w++) {
        room->boost[w] = hlworth_boost(query, chunk, w);
        room->total[w] *= UP * room->boost[w];
    }
}

/* A leaf whose lists know no bounds of cells has that of the window in each. */
static void add_cells(const struct hlscore_leaf *leaf, const struct hlscore_room *room,
                      unsigned window, double of_window, double *cells)
{
    const double most = of_window;
    const double *table = leaf->count == 1 ? room->byte_worth : room->byte_reach;
    double sums[HLCONT_CELLS] = {0};
    for (uint32_t m = 0; m < leaf->count; m++) {
        const struct hlcontainer *c = &leaf->members[m].container;
        const uint8_t *bounds = c->cell_bounds;
        for (unsigned i = 0; i < HLCONT_CELLS; i++)
            sums[i] +=
                table[bounds ? bounds[window * HLCONT_CELLS + i] : c->window_bound[window]];
    }
    for (unsigned i = 0; i < HLCONT_CELLS; i++) {
        double worth =
            leaf->count == 1 ? leaf->factor * sums[i] : leaf_worth(room, leaf, sums[i]);
        cells[i] += worth < most ? worth : most;
    }
}

unsigned hlworth_cells(const struct hlscore_chunk *chunk, const struct hlscore_room *room,
                       unsigned window, double theta)
{
    double cells[HLCONT_CELLS] = {0};
    unsigned alive = 0;
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        if (room->window_bound[i][window] > 0)
            add_cells(&chunk->leaves[i], room, window, room->window_bound[i][window], cells);
    for (unsigned i = 0; i < HLCONT_CELLS; i++)
        alive |= (unsigned)(cells[i] * UP >= theta) << i;
    return alive;
}

/* ---- documents ---- */

static void make_tables(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_room *room)
{
    if (!room->sat[0])
        make_sat(query, room);
    for (uint32_t i = 0; i < chunk->leaf_count; i++) {
        double scale = room->most > 0 ? room->scale : chunk->leaves[i].factor * room->scale;
        if (room->wide)
            query->lanes->worth16(room->sat, scale, room->worth[i].w16[0]);
        else
            query->lanes->worth8(room->sat, scale, room->worth[i].w8[0]);
    }
}

unsigned hlworth_threshold(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                           struct hlscore_room *room, double theta)
{
    double most = room->wide ? THETA16_MOST : THETA8_MOST;
    double asked = theta;
    theta = hlworth_sum(room, theta);
    double want = theta > 0 ? (room->wide ? THETA16 : THETA8) / theta : 1;
    want = want < SCALE_MOST ? want : SCALE_MOST;
    if (!room->scale || theta * room->scale > most || room->scale < want / 2) {
        room->scale = want;
        make_tables(query, chunk, room);
    }
    assert(theta * room->scale <= most);
    return hlworth_steps(room, asked);
}
