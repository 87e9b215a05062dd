#include "score/refine.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_position(const void *a, const void *b)
{
    const struct hlrefine_place *x = a, *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return x->word < y->word ? -1 : x->word > y->word;
}

size_t hlrefine_settle(struct hlrefine_place *places, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(places, count, sizeof *places, by_position);
    for (size_t i = 0; i < count; i++)
        if (!i || by_position(&places[i], &places[i - 1]))
            places[kept++] = places[i];
    return kept;
}

size_t hlrefine_met_most(const struct hlrefine_place *places, size_t count)
{
    size_t need = 1;
    for (size_t i = 0, from = 0; i < count; i++) {
        while (places[from].position + 1 < places[i].position)
            from++;
        need += i - from;
    }
    return need;
}

/* The run of positions under way: places `low` to the newest, pairs met in it. */
struct run {
    const struct hlrefine_query *query;
    const struct hlrefine_place *places;
    size_t low;
    struct hlrefine_met *met;
    size_t met_low, met_high, met_room;
    int64_t sum, best;
};

/* Takes in the pairs whose second word is the place `at`. */
static void meet_pairs(struct run *r, size_t at)
{
    const struct hlrefine_query *q = r->query;
    const struct hlrefine_place *now = &r->places[at];
    for (size_t i = at; i-- > 0 && r->places[i].position + 1 >= now->position;) {
        const struct hlrefine_place *before = &r->places[i];
        if (before->position + 1 != now->position || before->field != now->field)
            continue;
        for (uint32_t p = q->pairs_of[now->word]; p < q->pairs_of[now->word + 1]; p++) {
            if (q->pairs[p].a != before->word || r->met_high == r->met_room)
                continue;
            r->met[r->met_high++] = (struct hlrefine_met){before->position, p};
            if (!q->pair_here[p]++)
                r->sum += q->pairs[p].worth;
        }
    }
}

/* Lets go of everything before `first`. */
static void let_go(struct run *r, uint32_t first)
{
    const struct hlrefine_query *q = r->query;
    for (; r->places[r->low].position < first; r->low++) {
        uint32_t word = r->places[r->low].word;
        if (!--q->word_here[word])
            r->sum -= q->units[word];
    }
    for (; r->met_low < r->met_high && r->met[r->met_low].position < first; r->met_low++) {
        uint32_t p = r->met[r->met_low].pair;
        if (!--q->pair_here[p])
            r->sum -= q->pairs[p].worth;
    }
}

/* Runs need only be looked at where they end at a place. */
static int64_t best_passage(const struct hlrefine_query *q, const struct hlrefine_place *places,
                            size_t count, struct hlrefine_met *met, size_t met_room)
{
    struct run r = {.query = q, .places = places, .met = met, .met_room = met_room};
    memset(q->word_here, 0, q->words * sizeof *q->word_here);
    memset(q->pair_here, 0, q->pair_count * sizeof *q->pair_here);
    uint32_t field_start = 0;
    for (size_t i = 0; i < count; i++) {
        const struct hlrefine_place *now = &places[i];
        if (i && now->field != places[i - 1].field)
            field_start = now->position;
        uint32_t first =
            now->position >= HLREFINE_SPAN ? now->position - (HLREFINE_SPAN - 1) : 0;
        if (!q->word_here[now->word]++)
            r.sum += q->units[now->word];
        meet_pairs(&r, i);
        let_go(&r, first > field_start ? first : field_start);
        r.best = r.sum > r.best ? r.sum : r.best;
    }
    assert(r.sum >= 0 && r.low <= count);
    return r.best;
}

static double earliness(const struct hlrefine_query *q, const struct hlrefine_place *places,
                        size_t count)
{
    double sum = 0;
    uint32_t *first = q->word_here; /* position + 1 */
    memset(first, 0, q->words * sizeof *first);
    for (size_t i = count; i-- > 0;)
        first[places[i].word] = places[i].position + 1;
    for (uint32_t w = 0; w < q->words; w++)
        if (first[w])
            sum += q->worths[w] / sqrt(1 + (double)(first[w] - 1) / HLREFINE_HALF);
    return sum;
}

struct hlrefine_score hlrefine_article(const struct hlrefine_query *query,
                                       const struct hlrefine_place *places, size_t count,
                                       struct hlrefine_met *met, size_t met_room)
{
    struct hlrefine_score s = {0, 0};
    if (!count)
        return s;
    s.passage = (double)best_passage(query, places, count, met, met_room) / HLREFINE_UNIT;
    s.early = earliness(query, places, count);
    return s;
}
