/*
 * What a search through the shim weighs and counts, held against sums over every document: on
 * one database, on three joined, and on three servers.
 */
#include "scratch.h"
#include "xapian.h"

#include <float.h>

enum { DOCS = 1500, WORDS = 60, SHARDS = 3, FACETS = 7 };

static const struct hlx_calls *x;
static struct hlx_error err;

/* ---- documents of chance, and what they are ---- */

struct doc {
    unsigned wdf[WORDS]; /* 0: not there */
    unsigned pad, length, facet;
};
static struct doc *docs;
static unsigned df[WORDS];
static double average;

static void draw_docs(uint64_t *seed)
{
    docs = calloc(DOCS, sizeof *docs);
    uint64_t total = 0;
    for (unsigned i = 0; i < DOCS; i++) {
        struct doc *doc = &docs[i];
        for (unsigned w = 0; w < WORDS; w++) {
            /* The first word is everywhere, the last nearly nowhere. */
            if (w && tap_random(seed) % (w + 1))
                continue;
            doc->wdf[w] = 1 + (unsigned)(tap_random(seed) % 6);
            doc->length += doc->wdf[w];
            df[w]++;
        }
        doc->pad = (unsigned)(tap_random(seed) % 90);
        doc->length += doc->pad;
        doc->facet = (unsigned)(tap_random(seed) % (FACETS + 1));
        total += doc->length;
    }
    average = (double)total / DOCS;
}

static const char *word_name(unsigned w)
{
    static char names[WORDS][8];
    snprintf(names[w], sizeof names[w], "w%u", w);
    return names[w];
}

static hl_status put_doc(struct hlx_writer *writer, unsigned i)
{
    char id[32], tie[32], facet[32];
    snprintf(id, sizeof id, "Q%u", i);
    snprintf(tie, sizeof tie, "%05u", DOCS - i);
    snprintf(facet, sizeof facet, "f%u", docs[i].facet);
    struct hlx_posting terms[WORDS + 2] = {{xb(id), 0, NULL, 0},
                                           {xb("XN"), docs[i].pad, NULL, 0}};
    size_t count = 2;
    uint32_t places[WORDS];
    for (unsigned w = 0; w < WORDS; w++) {
        places[w] = 1 + w;
        if (docs[i].wdf[w])
            terms[count++] =
                (struct hlx_posting){xb(word_name(w)), docs[i].wdf[w], &places[w], 1};
    }
    struct hlx_value values[2] = {{1, xb(tie)}, {3, xb(facet)}};
    struct hlx_document document = {xb(id), terms, count, values, docs[i].facet ? 2 : 1,
                                    xb(id)};
    bool replaced;
    return x->put(writer, &document, &replaced, &err);
}

/* Documents i % of == from; shards that are joined give them the numbers i + 1. */
static bool build(const char *path, unsigned from, unsigned of)
{
    struct hlx_writer *writer;
    if (x->write_open(path, 1 << 20, &writer, &err) != HL_OK)
        return false;
    hl_status status = HL_OK;
    for (unsigned i = from; status == HL_OK && i < DOCS; i += of)
        status = put_doc(writer, i);
    uint64_t count;
    if (status == HL_OK)
        status = x->commit(writer, &count, &err);
    x->write_close(writer);
    return status == HL_OK;
}

/* ---- queries of chance ---- */

struct tree {
    struct hlx_query nodes[200];
    const struct hlx_query *parts[400];
    size_t node_count, part_count;
};

static struct hlx_query *node(struct tree *tree, enum hlx_op op)
{
    struct hlx_query *query = &tree->nodes[tree->node_count++];
    assert(tree->node_count <= 200);
    *query = (struct hlx_query){.op = op};
    return query;
}

static const struct hlx_query *draw(struct tree *tree, int depth, bool exact, uint64_t *seed);

static void draw_parts(struct tree *tree, struct hlx_query *query, size_t count, int depth,
                       bool exact, uint64_t *seed)
{
    const struct hlx_query *parts[8];
    for (size_t i = 0; i < count; i++)
        parts[i] = draw(tree, depth, exact, seed);
    query->parts = &tree->parts[tree->part_count];
    query->count = count;
    for (size_t i = 0; i < count; i++)
        tree->parts[tree->part_count++] = parts[i];
}

static const struct hlx_query *draw_leaf(struct tree *tree, bool exact, uint64_t *seed)
{
    struct hlx_query *scale = node(tree, HLX_SCALE), *term = node(tree, HLX_TERM);
    /* One word in twenty is none. */
    unsigned w = (unsigned)(tap_random(seed) % (WORDS + 3));
    term->term = xb(w < WORDS ? word_name(w) : "nowhere");
    scale->scale = exact ? (double)(1 + tap_random(seed) % 4) : scratch_unit(seed) + 0.1;
    scale->parts = &tree->parts[tree->part_count];
    scale->count = 1;
    tree->parts[tree->part_count++] = term;
    return scale;
}

static const struct hlx_query *draw_terms(struct tree *tree, struct hlx_query *query,
                                          uint64_t *seed)
{
    query->count = 1 + tap_random(seed) % 3;
    query->parts = &tree->parts[tree->part_count];
    tree->part_count += query->count;
    for (size_t i = 0; i < query->count; i++) {
        struct hlx_query *term = node(tree, HLX_TERM);
        term->term = xb(word_name((unsigned)(tap_random(seed) % WORDS)));
        ((const struct hlx_query **)query->parts)[i] = term;
    }
    return query;
}

/* exact: weights are small whole numbers, so that sums are exact in any order. */
static const struct hlx_query *draw(struct tree *tree, int depth, bool exact, uint64_t *seed)
{
    if (!depth || tree->node_count > 120)
        return draw_leaf(tree, exact, seed);
    static const enum hlx_op ops[] = {HLX_OR,  HLX_OR,      HLX_OR,     HLX_OR,
                                      HLX_AND, HLX_AND_NOT, HLX_FILTER, HLX_SYNONYM};
    enum hlx_op op = ops[tap_random(seed) % 8];
    if (op == HLX_SYNONYM) {
        struct hlx_query *scale = node(tree, HLX_SCALE);
        scale->scale = exact ? (double)(1 + tap_random(seed) % 4) : scratch_unit(seed) + 0.1;
        scale->parts = &tree->parts[tree->part_count++];
        scale->count = 1;
        ((const struct hlx_query **)scale->parts)[0] =
            draw_terms(tree, node(tree, HLX_SYNONYM), seed);
        return scale;
    }
    struct hlx_query *query = node(tree, op);
    draw_parts(tree, query, 1 + tap_random(seed) % 4, depth - 1, exact, seed);
    return query;
}

/* ---- the same by hand ---- */

static double term_weight(const struct doc *doc, unsigned w, double scale, double k1, double b)
{
    double tw = (DOCS - df[w] + .5) / (df[w] + .5);
    if (tw < 2)
        tw = tw * .5 + 1;
    double wdf = doc->wdf[w];
    return scale * log(tw) * (k1 + 1) * wdf / (wdf + k1 * (1 - b + b * doc->length / average));
}

/* Whether the document answers, and how much it weighs: 1 a term, or BM25 where k1 >= 0. */
static bool weigh(const struct hlx_query *query, const struct doc *doc, double scale, double k1,
                  double b, double *out)
{
    bool is[8];
    double weights[8] = {0};
    *out = 0;
    if (query->op == HLX_TERM) {
        unsigned w = query->term.bytes[0] == 'w'
                         ? (unsigned)strtoul(query->term.bytes + 1, NULL, 10)
                         : WORDS;
        if (w == WORDS || !doc->wdf[w])
            return false;
        *out = k1 < 0 ? scale : term_weight(doc, w, scale, k1, b);
        return true;
    }
    if (query->op == HLX_SCALE)
        return weigh(query->parts[0], doc, scale * query->scale, k1, b, out);
    size_t found = 0;
    double sum = 0;
    for (size_t i = 0; i < query->count; i++) {
        is[i] = weigh(query->parts[i], doc, scale, k1, b, &weights[i]);
        found += is[i];
        sum += weights[i];
    }
    switch (query->op) {
    case HLX_AND:
        *out = found == query->count ? sum : 0;
        return found == query->count;
    case HLX_OR:
        *out = sum;
        return found > 0;
    case HLX_SYNONYM:
        *out = found ? scale : 0;
        return found > 0;
    case HLX_AND_NOT:
        *out = is[0] && found == 1 ? weights[0] : 0;
        return is[0] && found == 1;
    case HLX_FILTER:
        *out = found == query->count ? weights[0] : 0;
        return found == query->count;
    default:
        assert(false);
        return false;
    }
}

/* ---- the sets ---- */

struct place {
    const char *name;
    struct hlx_shard *shards[SHARDS];
    size_t count;
    struct hlx_set *set;
};

static bool join(struct place *place)
{
    return x->join(place->shards, place->count, &place->set, &err) == HL_OK;
}

static void leave(struct place *place)
{
    x->part(place->set);
    for (size_t i = 0; i < place->count; i++)
        x->close(place->shards[i]);
}

static struct hlx_result *search(const struct place *place, const struct hlx_search *how)
{
    struct hlx_result *result = NULL;
    if (x->search(place->set, how, &result, &err) != HL_OK)
        printf("# %s: %s\n", place->name, err.error.text);
    return result;
}

/* ---- (a) weights ---- */

static void test_leaf_weights(const struct place *place)
{
    double worst = 0;
    unsigned wrong = 0;
    static const double k1s[] = {1.2, 0.9, 0, 2}, bs[] = {0.75, 0.4, 1, 0};
    for (unsigned w = 0; w < WORDS; w++) {
        double k1 = k1s[w % 4], b = bs[w / 4 % 4], scale = 0.3 + w * 0.11;
        struct hlx_query term = {.op = HLX_TERM, .term = xb(word_name(w))};
        const struct hlx_query *part = &term;
        struct hlx_query query = {.op = HLX_SCALE, .parts = &part, .count = 1, .scale = scale};
        struct hlx_search how = {.query = &query, .k1 = k1, .b = b, .slot = 1, .count = DOCS};
        struct hlx_result *result = search(place, &how);
        wrong += !result || result->count != df[w];
        for (size_t i = 0; result && i < result->count; i++) {
            const struct hlx_hit *hit = &result->hits[i];
            double want = term_weight(&docs[hit->docid - 1], w, scale, k1, b);
            worst = fmax(worst, fabs(hit->weight - want) / want);
            /* Then by the value, which falls as documents' numbers rise. */
            wrong += i && (hit[-1].weight < hit->weight ||
                           (hit[-1].weight == hit->weight && hit[-1].docid < hit->docid));
        }
        x->result_free(result);
    }
    OK(worst < 1e-12, "%s: a leaf's weight is as told (%.2g off at most)", place->name, worst);
    OK(!wrong, "%s: every document that has it, in order", place->name);
}

/* ---- (b), (c) counting with a cutoff ---- */

static struct {
    unsigned counts, facets, hits, slack;
} faults;

static void count_one(const struct place *place, const struct hlx_query *query, double cutoff,
                      size_t count, enum hlx_scheme scheme)
{
    uint64_t want = 0, with[FACETS + 1] = {0};
    double k1 = scheme == HLX_COUNT ? -1 : 1.2;
    for (unsigned i = 0; i < DOCS; i++) {
        double weight;
        if (!weigh(query, &docs[i], 1, k1, .75, &weight) || weight < cutoff)
            continue;
        want++;
        with[docs[i].facet]++;
    }
    unsigned slot = 3;
    struct hlx_search how = {.query = query,
                             .scheme = scheme,
                             .k1 = 1.2,
                             .b = .75,
                             .cutoff = cutoff,
                             .slot = 1,
                             .count = count,
                             .look_at = DOCS,
                             .facets = &slot,
                             .facet_count = 1};
    struct hlx_result *result = search(place, &how);
    if (!result) {
        faults.counts++;
        return;
    }
    faults.counts += result->least != want || result->most != want || result->estimate != want;
    faults.hits += result->count != (want < count ? want : count);
    faults.facets += result->facets[0].seen != want;
    uint64_t seen = 0;
    for (size_t i = 0; i < result->facets[0].count; i++) {
        const struct hlx_value_count *value = &result->facets[0].values[i];
        seen += value->count;
        faults.facets += value->count != with[value->value.bytes[1] - '0'];
    }
    faults.facets += seen != want - with[0];
    x->result_free(result);
    how.facet_count = 0;
    result = search(place, &how);
    faults.counts += !result || result->least != want || result->most != want;
    x->result_free(result);
}

static void test_counts(const struct place *place, bool exact, uint64_t seed)
{
    memset(&faults, 0, sizeof faults);
    unsigned rounds = 300 / SCRATCH_SLOWNESS;
    for (unsigned i = 0; i < rounds; i++) {
        struct tree tree = {.node_count = 0};
        const struct hlx_query *query = draw(&tree, 3, exact, &seed);
        double cutoff = exact ? (double)(tap_random(&seed) % 9) : scratch_unit(&seed) * 3;
        count_one(place, query, cutoff, i % 3 ? 0 : i % 50, HLX_COUNT);
    }
    const char *kind = exact ? "whole weights" : "any weights";
    OK(!faults.counts, "%s: totals of %u queries with a cutoff, %s (%u wrong)", place->name,
       rounds, kind, faults.counts);
    OK(!faults.facets, "%s: values of the same documents (%u wrong)", place->name,
       faults.facets);
    OK(!faults.hits, "%s: and hits (%u wrong)", place->name, faults.hits);
}

/* ---- the best of a search by weight ---- */

static int falling(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? 1 : left > right ? -1 : 0;
}

/* A synonym's weight is of an estimated frequency, which is Xapian's own affair. */
static bool has_synonym(const struct hlx_query *query)
{
    bool has = query->op == HLX_SYNONYM;
    for (size_t i = 0; !has && i < query->count; i++)
        has = has_synonym(query->parts[i]);
    return has;
}

static bool best_are_right(const struct place *place, const struct hlx_query *query, size_t k,
                           bool all)
{
    static double weights[DOCS];
    size_t count = 0;
    for (unsigned i = 0; i < DOCS; i++)
        count += weigh(query, &docs[i], 1, 1.2, .75, &weights[count]);
    qsort(weights, count, sizeof *weights, falling);
    struct hlx_search how = {.query = query,
                             .k1 = 1.2,
                             .b = .75,
                             .slot = 1,
                             .count = k,
                             .look_at = all ? DOCS : 0,
                             .data = true};
    struct hlx_result *result = search(place, &how);
    bool good = result && result->count == (count < k ? count : k) &&
                (!all || (result->least == count && result->most == count));
    for (size_t i = 0; good && i < result->count; i++) {
        const struct hlx_hit *hit = &result->hits[i];
        char id[32];
        double weight;
        good = weigh(query, &docs[hit->docid - 1], 1, 1.2, .75, &weight) &&
               fabs(hit->weight - weight) < 1e-9 && fabs(hit->weight - weights[i]) < 1e-9;
        snprintf(id, sizeof id, "Q%u", (unsigned)hit->docid - 1);
        good = good && hit->data.size == strlen(id) && !memcmp(hit->data.bytes, id, strlen(id));
    }
    x->result_free(result);
    return good;
}

static void test_best(const struct place *place, uint64_t seed)
{
    unsigned rounds = 300 / SCRATCH_SLOWNESS, wrong = 0, lost = 0;
    for (unsigned i = 0; i < rounds; i++) {
        struct tree tree = {.node_count = 0};
        const struct hlx_query *query = draw(&tree, 1 + (int)(i % 3), false, &seed);
        if (has_synonym(query))
            continue;
        wrong += !best_are_right(place, query, 1 + i % 12, true);
        lost += !best_are_right(place, query, 1 + i % 12, false);
    }
    OK(!wrong, "%s: the best by BM25, with their data, and totals (%u wrong)", place->name,
       wrong);
    /* Which is Xapian's (xapian_shim.h, look_at). */
    OK(lost <= rounds / 20, "%s: few are lost where not all are looked at (%u of %u)",
       place->name, lost, rounds);
}

/* A cutoff that is the sum to the bit takes it; one that is not may not. */
static void test_equal(const struct place *place)
{
    struct hlx_query terms[3], scales[3];
    const struct hlx_query *parts[3], *ones[3];
    static const double weights[3] = {0.1, 0.2, 0.3};
    for (unsigned i = 0; i < 3; i++) {
        terms[i] = (struct hlx_query){.op = HLX_TERM, .term = xb(word_name(i))};
        ones[i] = &terms[i];
        scales[i] = (struct hlx_query){
            .op = HLX_SCALE, .parts = &ones[i], .count = 1, .scale = weights[i]};
        parts[i] = &scales[i];
    }
    struct hlx_query any = {.op = HLX_OR, .parts = parts, .count = 3};
    uint64_t all = 0;
    for (unsigned i = 0; i < DOCS; i++)
        all += docs[i].wdf[0] && docs[i].wdf[1] && docs[i].wdf[2];
    struct hlx_search how = {.query = &any, .scheme = HLX_COUNT, .slot = 1, .look_at = DOCS};
    how.cutoff = 0.6 - 1e-9;
    struct hlx_result *below = search(place, &how);
    how.cutoff = 0.6 + 1e-9;
    struct hlx_result *above = search(place, &how);
    OK(below && below->least == all && below->most == all, "%s: a cutoff just below a sum",
       place->name);
    OK(above && !above->least && !above->most, "%s: and just above", place->name);
    x->result_free(below);
    x->result_free(above);
}

/* ---- all of it ---- */

static void test_place(const struct place *place)
{
    test_leaf_weights(place);
    test_counts(place, true, 1);
    test_counts(place, false, 2);
    test_best(place, 3);
    test_equal(place);
}

int main(void)
{
    struct hl_error none;
    if (!xapian_begin(&x, &none)) {
        printf("1..0 # skip %s\n", none.text);
        return 0;
    }
    scratch_begin();
    uint64_t seed = 771;
    draw_docs(&seed);
    char paths[SHARDS][1024];
    bool good = build(scratch_name("one"), 0, 1);
    for (unsigned i = 0; i < SHARDS; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/shard%u", scratch_path, i);
        good = good && build(paths[i], i, SHARDS);
    }
    if (!OK(good, "databases are made%s%s", good ? "" : ": ", good ? "" : err.error.text))
        return tap_done();

    struct place one = {.name = "one", .count = 1}, three = {.name = "three", .count = SHARDS};
    good = x->open(scratch_name("one"), &one.shards[0], &err) == HL_OK && join(&one);
    for (unsigned i = 0; i < SHARDS; i++)
        good = good && x->open(paths[i], &three.shards[i], &err) == HL_OK;
    if (OK(good && join(&three), "and opened")) {
        test_place(&one);
        test_place(&three);
    }
    leave(&one);
    leave(&three);

    struct place remote = {.name = "servers", .count = 0};
    pid_t pids[SHARDS];
    for (unsigned i = 0; i < SHARDS; i++) {
        unsigned port = 0;
        pids[i] = xapian_serve(paths[i], &port);
        if (pids[i] < 0)
            break;
        remote.count++;
        good = x->connect("127.0.0.1", port, 5000, 20000, &remote.shards[i], &err) == HL_OK;
        if (!OK(good, "server %u answers%s", i, good ? "" : err.error.text))
            return tap_done();
    }
    if (remote.count < SHARDS)
        tap_skip("no xapian-tcpsrv (package xapian-tools)");
    else if (OK(join(&remote), "servers are joined"))
        test_place(&remote);
    leave(&remote);
    for (size_t i = 0; i < remote.count; i++)
        xapian_stop(pids[i]);
    free(docs);
    return tap_done();
}
