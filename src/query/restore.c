#include "query/restore.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

/* What is known of a place while its run is worked through. */
struct column {
    double prior[HLQ_CHOICES_MAX];                 /* p(b) */
    double step[HLQ_CHOICES_MAX][HLQ_CHOICES_MAX]; /* p(b|a): [a][b] */
    /* These three are scaled to sum up to 1, so that long runs do not fade to 0. */
    double forward[HLQ_CHOICES_MAX];
    double backward[HLQ_CHOICES_MAX];
    double path[HLQ_CHOICES_MAX];  /* the best path that ends here */
    uint8_t from[HLQ_CHOICES_MAX]; /* where it comes from */
};

static void scale(double *values, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    assert(sum > 0);
    for (uint32_t i = 0; i < count; i++)
        values[i] /= sum;
}

/* No key of a place is impossible: one that never occurs counts a half. */
static void fill_prior(const struct hlq_place *place, struct column *c)
{
    assert(place->count <= HLQ_CHOICES_MAX);
    for (uint32_t i = 0; i < place->count; i++)
        c->prior[i] = place->choices[i].cf ? (double)place->choices[i].cf : 0.5;
    scale(c->prior, place->count);
}

static void fill_keys(const struct hlq_place *place, struct hlq_key *keys)
{
    for (uint32_t i = 0; i < place->count; i++) {
        keys[i] = (struct hlq_key){place->choices[i].bytes, place->choices[i].size, 0};
        assert(i == 0 || strcmp(keys[i - 1].bytes, keys[i].bytes) < 0);
    }
}

/* Sets p(b|a) for all b from the counts of (a, b). */
static void fill_step(const struct hlq_choice *a, const struct hlq_counts *pairs,
                      uint32_t count, const double *prior, double *step)
{
    double follow = 0, seen = (double)a->cf;
    for (uint32_t b = 0; b < count; b++)
        follow += pairs[b].cf > 0;
    for (uint32_t b = 0; b < count; b++) {
        double c = (double)pairs[b].cf;
        double kept = c > HLQ_DISCOUNT ? c - HLQ_DISCOUNT : 0;
        step[b] =
            (kept + (HLQ_DISCOUNT * follow + HLQ_BACKOFF) * prior[b]) / (seen + HLQ_BACKOFF);
    }
}

static hl_status fill_steps(const struct hlq_place *before, const struct hlq_place *place,
                            struct column *c, const struct hlq_vocabulary *v,
                            struct hl_error *err)
{
    struct hlq_key as[HLQ_CHOICES_MAX], bs[HLQ_CHOICES_MAX];
    struct hlq_counts counts[HLQ_CHOICES_MAX * HLQ_CHOICES_MAX];
    if (before->count == 1 && place->count == 1) {
        c->step[0][0] = 1; /* nothing to choose from: no need to ask the index */
        return HL_OK;
    }
    fill_keys(before, as);
    fill_keys(place, bs);
    hl_status status = v->pairs(v->user, as, before->count, bs, place->count, counts, err);
    for (uint32_t a = 0; status == HL_OK && a < before->count; a++)
        fill_step(&before->choices[a], &counts[(size_t)a * place->count], place->count,
                  c->prior, c->step[a]);
    return status;
}

/* Scales what is meant, and leaves nothing to what is barred. */
static void settle(const struct hlq_place *place, double *values)
{
    for (uint32_t i = 0; i < place->count; i++)
        if (place->choices[i].barred)
            values[i] = 0;
    scale(values, place->count);
}

static void start_run(const struct hlq_place *place, struct column *c)
{
    memcpy(c->forward, c->prior, place->count * sizeof *c->forward);
    memcpy(c->path, c->prior, place->count * sizeof *c->path);
    settle(place, c->forward);
    settle(place, c->path);
    memset(c->from, 0, sizeof c->from);
}

static void go_forward(const struct hlq_place *before, const struct column *from,
                       const struct hlq_place *place, struct column *c)
{
    for (uint32_t b = 0; b < place->count; b++) {
        c->forward[b] = 0;
        c->path[b] = -1;
        for (uint32_t a = 0; a < before->count; a++) {
            c->forward[b] += from->forward[a] * c->step[a][b];
            double path = from->path[a] * c->step[a][b];
            if (path > c->path[b]) {
                c->path[b] = path;
                c->from[b] = (uint8_t)a;
            }
        }
    }
    settle(place, c->forward);
    settle(place, c->path);
}

static void go_backward(const struct hlq_place *place, struct column *c,
                        const struct hlq_place *after, const struct column *to)
{
    for (uint32_t a = 0; a < place->count; a++) {
        c->backward[a] = 0;
        for (uint32_t b = 0; b < after->count; b++)
            c->backward[a] += to->step[a][b] * to->backward[b];
    }
    settle(place, c->backward);
}

static void set_posteriors(struct hlq_place *place, const struct column *c)
{
    double both[HLQ_CHOICES_MAX];
    for (uint32_t i = 0; i < place->count; i++)
        both[i] = c->forward[i] * c->backward[i];
    scale(both, place->count);
    for (uint32_t i = 0; i < place->count; i++)
        place->choices[i].posterior = both[i];
}

/* From the last place back: the best path, and what each choice is worth. */
static void read_back(struct hlq_place *places, uint32_t count, struct column *columns)
{
    uint32_t last = count - 1, best = 0;
    for (uint32_t i = 0; i < places[last].count; i++) {
        columns[last].backward[i] = 1;
        if (columns[last].path[i] > columns[last].path[best])
            best = i;
    }
    settle(&places[last], columns[last].backward);
    for (uint32_t i = count; i-- > 0;) {
        if (i < last)
            go_backward(&places[i], &columns[i], &places[i + 1], &columns[i + 1]);
        set_posteriors(&places[i], &columns[i]);
        places[i].best = best;
        best = columns[i].from[best];
    }
}

static bool is_settled(const struct hlq_place *places, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (places[i].count > 1)
            return false;
    return true;
}

/* The only choice of a place was looked for without its cf (hlq_choices()). */
static hl_status know_only(struct hlq_place *place, const struct hlq_vocabulary *v,
                           struct hl_error *err)
{
    struct hlq_counts counts;
    if (place->count != 1 || !v->look)
        return HL_OK;
    hl_status status =
        v->find(v->user, place->choices[0].bytes, place->choices[0].size, &counts, err);
    if (status == HL_OK)
        place->choices[0].cf = counts.cf;
    return status;
}

/* Linked places that all have choices. */
static hl_status restore_run(struct hlq_place *places, uint32_t count, struct column *columns,
                             const struct hlq_vocabulary *v, struct hl_error *err)
{
    if (is_settled(places, count)) {
        for (uint32_t i = 0; i < count; i++) {
            places[i].best = 0;
            places[i].choices[0].posterior = 1;
        }
        return HL_OK;
    }
    for (uint32_t i = 0; i < count; i++) {
        hl_status status = know_only(&places[i], v, err);
        if (status != HL_OK)
            return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        fill_prior(&places[i], &columns[i]);
        if (!i) {
            start_run(&places[i], &columns[i]);
            continue;
        }
        hl_status status = fill_steps(&places[i - 1], &places[i], &columns[i], v, err);
        if (status != HL_OK)
            return status;
        go_forward(&places[i - 1], &columns[i - 1], &places[i], &columns[i]);
    }
    read_back(places, count, columns);
    return HL_OK;
}

static uint32_t run_length(const struct hlq_place *places, uint32_t count)
{
    uint32_t n = 1;
    while (places[0].count && n < count && places[n].count && places[n].linked)
        n++;
    return n;
}

hl_status hlq_restore(struct hlq_place *places, uint32_t count,
                      const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                      struct hl_error *err)
{
    struct column *columns = hlarena_alloc(arena, (count + 1u) * sizeof *columns);
    if (!columns)
        return hlerr_nomem(err);
    hl_status status = HL_OK;
    for (uint32_t at = 0, n; status == HL_OK && at < count; at += n) {
        n = run_length(places + at, count - at);
        if (places[at].count)
            status = restore_run(places + at, n, columns, vocabulary, err);
    }
    return status;
}
