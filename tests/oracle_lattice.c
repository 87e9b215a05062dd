#include "oracle_lattice.h"

#include "oracle_keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------- pairs */

void oracle_pairs_put(struct oracle_pairs *pairs, uint32_t a, uint32_t b)
{
    pairs->list = oracle_grow_by_one(pairs->list, pairs->count, sizeof *pairs->list);
    pairs->list[pairs->count++] = (uint64_t)a << 32 | b;
}

static int lesser_first(const void *pa, const void *pb)
{
    const uint64_t *a = pa, *b = pb;
    return *a < *b ? -1 : *a > *b;
}

void oracle_pairs_sort(struct oracle_pairs *pairs)
{
    if (pairs->count)
        qsort(pairs->list, pairs->count, sizeof *pairs->list, lesser_first);
}

/* How many are less than the given one. */
static size_t pairs_below(const struct oracle_pairs *pairs, uint64_t pair)
{
    size_t low = 0, high = pairs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pairs->list[middle] < pair)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t oracle_pairs_count(const struct oracle_pairs *pairs, uint32_t a, uint32_t b)
{
    uint64_t pair = (uint64_t)a << 32 | b;
    return pairs_below(pairs, pair + 1) - pairs_below(pairs, pair);
}

/* ----------------------------------------------------------------------- choices */

static int common_first(const void *pa, const void *pb)
{
    const struct oracle_choice *a = pa, *b = pb;
    if (a->cf != b->cf)
        return a->cf > b->cf ? -1 : 1;
    return strcmp(a->bytes, b->bytes);
}

static int bytes_first(const void *pa, const void *pb)
{
    const struct oracle_choice *a = pa, *b = pb;
    return strcmp(a->bytes, b->bytes);
}

void oracle_place_fill(struct oracle_place_keys *place, struct oracle_choice *all, size_t count,
                       uint32_t typed)
{
    size_t kept = 0;
    bool has_typed = false;
    *place = (struct oracle_place_keys){.linked = place->linked};
    if (!count)
        return;
    qsort(all, count, sizeof *all, common_first);
    for (; kept < count && kept < ORACLE_CHOICES && all[kept].cf >= all[0].cf / 3000; kept++) {
        place->choice[kept] = all[kept];
        has_typed = has_typed || all[kept].key == typed;
    }
    for (size_t i = kept; i < count && !has_typed; i++)
        if (all[i].key == typed) {
            kept += kept < ORACLE_CHOICES;
            place->choice[kept - 1] = all[i];
            has_typed = true;
        }
    place->count = kept;
    qsort(place->choice, kept, sizeof *place->choice, bytes_first);
}

/* ----------------------------------------------------------------------- lattice */

/* A place with all that is known of it; [a][b]: from choice a of the place before to b. */
struct stage {
    double prior[ORACLE_CHOICES], step[ORACLE_CHOICES][ORACLE_CHOICES];
    double before[ORACLE_CHOICES], after[ORACLE_CHOICES]; /* share of what lies on each side */
    double path[ORACLE_CHOICES];                          /* of the best path to here */
    size_t came[ORACLE_CHOICES];
};

static void make_sum_one(double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    assert(sum > 0);
    for (size_t i = 0; i < count; i++)
        values[i] /= sum;
}

/* Worth what they are in all; a key that is not meant is worth nothing. */
static void make_fair(const struct oracle_place_keys *place, double *values)
{
    for (size_t i = 0; i < place->count; i++)
        if (place->choice[i].barred)
            values[i] = 0;
    make_sum_one(values, place->count);
}

/* (max(c(ab) - .75, 0) + (.75 n + .25) p(b)) / (c(a) + .25) */
static void stage_steps(struct stage *to, const struct oracle_place_keys *from,
                        const struct oracle_place_keys *place, const struct oracle_pairs *pairs)
{
    for (size_t a = 0; a < from->count; a++) {
        double seen[ORACLE_CHOICES], n = 0;
        for (size_t b = 0; b < place->count; b++) {
            seen[b] =
                (double)oracle_pairs_count(pairs, from->choice[a].key, place->choice[b].key);
            n += seen[b] > 0;
        }
        for (size_t b = 0; b < place->count; b++)
            to->step[a][b] =
                ((seen[b] > 0.75 ? seen[b] - 0.75 : 0) + (0.75 * n + 0.25) * to->prior[b]) /
                ((double)from->choice[a].cf + 0.25);
    }
}

static void stage_from_left(struct stage *to, const struct stage *from, size_t from_count,
                            const struct oracle_place_keys *place)
{
    for (size_t b = 0; b < place->count; b++) {
        to->before[b] = 0;
        to->path[b] = -1;
        for (size_t a = 0; a < from_count; a++) {
            double path = from->path[a] * to->step[a][b];
            to->before[b] += from->before[a] * to->step[a][b];
            if (path > to->path[b]) {
                to->path[b] = path;
                to->came[b] = a;
            }
        }
    }
    make_fair(place, to->before);
    make_fair(place, to->path);
}

static void run_from_right(struct stage *stages, const struct oracle_place_keys *places,
                           size_t count)
{
    for (size_t a = 0; a < places[count - 1].count; a++)
        stages[count - 1].after[a] = 1;
    make_fair(&places[count - 1], stages[count - 1].after);
    for (size_t i = count - 1; i-- > 0;) {
        const struct stage *to = &stages[i + 1];
        for (size_t a = 0; a < places[i].count; a++) {
            stages[i].after[a] = 0;
            for (size_t b = 0; b < places[i + 1].count; b++)
                stages[i].after[a] += to->step[a][b] * to->after[b];
        }
        make_fair(&places[i], stages[i].after);
    }
}

static void run_read(struct oracle_place_keys *places, size_t count,
                     const struct oracle_pairs *pairs)
{
    struct stage *stages = oracle_grow(NULL, count, sizeof *stages);
    memset(stages, 0, count * sizeof *stages);
    for (size_t i = 0; i < count; i++) {
        struct stage *s = &stages[i];
        for (size_t b = 0; b < places[i].count; b++)
            s->prior[b] = (double)places[i].choice[b].cf;
        make_sum_one(s->prior, places[i].count);
        memcpy(s->before, s->prior, sizeof s->before);
        memcpy(s->path, s->prior, sizeof s->path);
        if (i == 0) {
            make_fair(&places[i], s->before);
            make_fair(&places[i], s->path);
        } else {
            stage_steps(s, &places[i - 1], &places[i], pairs);
            stage_from_left(s, &stages[i - 1], places[i - 1].count, &places[i]);
        }
    }
    run_from_right(stages, places, count);
    size_t best = 0;
    for (size_t i = 1; i < places[count - 1].count; i++)
        best = stages[count - 1].path[i] > stages[count - 1].path[best] ? i : best;
    for (size_t i = count; i-- > 0;) {
        double share[ORACLE_CHOICES];
        for (size_t b = 0; b < places[i].count; b++)
            share[b] = stages[i].before[b] * stages[i].after[b];
        make_sum_one(share, places[i].count);
        for (size_t b = 0; b < places[i].count; b++)
            places[i].choice[b].share = share[b];
        places[i].best = best;
        best = stages[i].came[best];
    }
    free(stages);
}

void oracle_lattice_read(struct oracle_place_keys *places, size_t count,
                         const struct oracle_pairs *pairs)
{
    for (size_t from = 0; from < count;) {
        size_t to = from + 1;
        while (places[from].count && to < count && places[to].linked && places[to].count)
            to++;
        if (places[from].count)
            run_read(places + from, to - from, pairs);
        from = to;
    }
}

void oracle_place_loose(struct oracle_place_keys *place)
{
    double sum = 0;
    place->best = 0;
    for (size_t i = 0; i < place->count; i++)
        sum += (double)place->choice[i].df;
    for (size_t i = 0; i < place->count; i++) {
        place->choice[i].share = 0.02 + (double)place->choice[i].df / sum;
        if (place->choice[i].df > place->choice[place->best].df)
            place->best = i;
    }
}
