#include "oracle_refine.h"

#include "oracle_keys.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SPAN = 25 };

/* Which words stand at each position, and in which field it lies. */
struct grid {
    bool *here; /* position * words + word */
    uint32_t *field;
    size_t positions, words;
};

static struct grid grid_make(const struct oracle_look *look, const struct oracle_stand *stands,
                             size_t count)
{
    struct grid g = {.words = look->words};
    for (size_t i = 0; i < count; i++)
        if (stands[i].position >= g.positions)
            g.positions = stands[i].position + 1u;
    g.here = oracle_grow(NULL, g.positions * g.words + 1, sizeof *g.here);
    g.field = oracle_grow(NULL, g.positions + 1, sizeof *g.field);
    memset(g.here, 0, g.positions * g.words * sizeof *g.here);
    memset(g.field, 0xff, (g.positions + 1) * sizeof *g.field); /* no field */
    for (size_t i = 0; i < count; i++) {
        assert(stands[i].word < g.words);
        g.here[stands[i].position * g.words + stands[i].word] = true;
        g.field[stands[i].position] = stands[i].field;
    }
    return g;
}

/* Does the word stand at a position of the field? */
static bool stands_at(const struct grid *g, size_t position, uint32_t field, uint32_t word)
{
    return position < g->positions && g->field[position] == field &&
           g->here[position * g->words + word];
}

static int64_t units_of(double worth)
{
    return (int64_t)floor(worth * 65536 + 0.5);
}

/* The run from..from+24 of one field. */
static int64_t run_sum(const struct oracle_look *look, const struct grid *g, size_t from,
                       uint32_t field)
{
    int64_t sum = 0;
    for (uint32_t w = 0; w < look->words; w++) {
        bool in = false;
        for (size_t p = from; p < from + SPAN && !in; p++)
            in = stands_at(g, p, field, w);
        sum += in ? units_of(look->worths[w]) : 0;
    }
    for (size_t i = 0; i < look->pair_count; i++) {
        const struct oracle_side_by_side *pair = &look->pairs[i];
        bool in = false;
        for (size_t p = from; p + 1 < from + SPAN && !in; p++)
            in = stands_at(g, p, field, pair->a) && stands_at(g, p + 1, field, pair->b);
        sum += in ? units_of(pair->worth) : 0;
    }
    return sum;
}

int64_t oracle_passage(const struct oracle_look *look, const struct oracle_stand *stands,
                       size_t count)
{
    struct grid g = grid_make(look, stands, count);
    int64_t best = 0;
    for (size_t from = 0; from < g.positions; from++)
        for (uint32_t field = 0; field < 3; field++) {
            /* A run without places at its start is no better than the one after it. */
            int64_t sum = g.field[from] == field ? run_sum(look, &g, from, field) : 0;
            best = sum > best ? sum : best;
        }
    free(g.here);
    free(g.field);
    return best;
}

double oracle_early(const struct oracle_look *look, const struct oracle_stand *stands,
                    size_t count)
{
    double sum = 0;
    for (uint32_t w = 0; w < look->words; w++) {
        uint32_t first = UINT32_MAX;
        for (size_t i = 0; i < count; i++)
            if (stands[i].word == w && stands[i].position < first)
                first = stands[i].position;
        if (first != UINT32_MAX)
            sum += look->worths[w] / sqrt(1 + (double)first / 32);
    }
    return sum;
}

double oracle_second_look(const struct oracle_look *look, const struct oracle_stand *stands,
                          size_t count)
{
    double passage = (double)oracle_passage(look, stands, count) / 65536;
    return 0.4 * passage + 1.0 * oracle_early(look, stands, count);
}
