/*
 * The order of documents inside a chunk: every document once, the same whatever the
 * threads, those of one subject side by side, in the memory that order.h promises, and
 * left as it was when an allocation or a read fails.
 */
#include "base/mem.h"
#include "engine/bisect.h"
#include "engine/order.h"
#include "scratch.h"
#include "segment/band.h"
#include "tap.h"

#include <stdatomic.h>

/* ------------------------------------------------------------------ rows to an order */

enum { STRIDE = 24, TOPIC_WORDS = 60, NOISE = 40 };

struct rows {
    struct hlbisect b;
    uint16_t *rows, *counts;
    unsigned *topics; /* by document */
};

/* A deal of documents to topics, each as often as the others, in no order. */
static unsigned *deal_topics(uint32_t docs, unsigned topics, uint64_t *seed)
{
    unsigned *deal = calloc(docs + 1, sizeof *deal);
    assert(deal);
    for (uint32_t i = 0; i < docs; i++)
        deal[i] = (unsigned)((uint64_t)i * topics / docs);
    for (uint32_t i = docs; i > 1; i--) {
        uint32_t j = (uint32_t)(tap_random(seed) % i);
        unsigned t = deal[i - 1];
        deal[i - 1] = deal[j];
        deal[j] = t;
    }
    return deal;
}

/* Some words of the topic and some that all share; some documents say nothing. */
static struct rows rows_make(uint32_t docs, unsigned topics, uint64_t seed)
{
    struct rows r = {.b = {.docs = docs, .stride = STRIDE, .threads = 1}};
    r.b.terms = NOISE + topics * TOPIC_WORDS;
    r.rows = calloc((size_t)docs * STRIDE, sizeof *r.rows);
    r.counts = calloc(docs, sizeof *r.counts);
    r.topics = deal_topics(docs, topics, &seed);
    assert(r.rows && r.counts);
    r.b.rows = r.rows;
    r.b.counts = r.counts;
    for (uint32_t doc = 0; doc < docs; doc++) {
        uint16_t *row = r.rows + (size_t)doc * STRIDE, n = 0;
        uint32_t from = NOISE + r.topics[doc] * TOPIC_WORDS;
        for (unsigned t = 0; t < TOPIC_WORDS && n < STRIDE - 8; t++)
            if (tap_random(&seed) % 6 == 0)
                row[n++] = (uint16_t)(from + t);
        for (unsigned t = 0; t < NOISE && n < STRIDE; t++)
            if (tap_random(&seed) % 5 == 0)
                row[n++] = (uint16_t)t;
        r.counts[doc] = tap_random(&seed) % 50 ? n : 0;
    }
    return r;
}

static void rows_release(struct rows *r)
{
    free(r->rows);
    free(r->counts);
    free(r->topics);
}

static bool is_permutation(const uint32_t *order, uint32_t docs)
{
    uint8_t *seen = calloc(docs + 1, 1);
    bool good = seen;
    for (uint32_t i = 0; good && i < docs; i++) {
        good = order[i] < docs && !seen[order[i]];
        if (good)
            seen[order[i]] = 1;
    }
    free(seen);
    return good;
}

/* Inside a cell documents keep the order they came in. */
static bool cells_rise(const uint32_t *order, uint32_t docs)
{
    for (uint32_t i = 1; i < docs; i++)
        if (i % HLFMT_CELL && order[i - 1] >= order[i])
            return false;
    return true;
}

/* The mean share of a cell's documents that are of the topic it has most. */
static double purity(const unsigned *topics, const uint32_t *order, uint32_t docs)
{
    uint32_t most_sum = 0;
    for (uint32_t low = 0; low < docs; low += HLFMT_CELL) {
        uint32_t counts[64] = {0}, most = 0;
        for (uint32_t i = low; i < docs && i < low + HLFMT_CELL; i++) {
            uint32_t n = ++counts[topics[order[i]]];
            most = n > most ? n : most;
        }
        most_sum += most;
    }
    return (double)most_sum / docs;
}

static void check_permutations(void)
{
    static const uint32_t sizes[] = {1, 511, 512, 513, 1025, 4096, 4097, 5000, 12800, 65536};
    uint32_t *one = calloc(65536, sizeof *one), *other = calloc(65536, sizeof *other);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct rows r = rows_make(sizes[i], 5, 7 + i);
        size_t bytes = sizes[i] * sizeof *one;
        OK(hlbisect_order(&r.b, one, NULL) == HL_OK && is_permutation(one, sizes[i]),
           "%u documents: each once", sizes[i]);
        OK(cells_rise(one, sizes[i]), "%u documents: cells keep their order", sizes[i]);
        bool same = true;
        for (int threads = 2; threads < 4; threads++) {
            r.b.threads = threads;
            memset(other, 255, bytes);
            same = same && hlbisect_order(&r.b, other, NULL) == HL_OK &&
                   !memcmp(one, other, bytes);
        }
        OK(same, "%u documents: the same by two and three threads", sizes[i]);
        rows_release(&r);
    }
    free(one);
    free(other);
}

static void check_topics(void)
{
    static const struct {
        uint32_t docs;
        unsigned topics;
        double least;
    } cases[] = {{4096, 2, .97}, {1024, 2, .97}, {8192, 16, .85}, {5000, 2, .9}};
    uint32_t *order = calloc(8192, sizeof *order);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rows r = rows_make(cases[i].docs, cases[i].topics, 100 + i);
        for (uint32_t d = 0; d < r.b.docs; d++)
            order[d] = d;
        double before = purity(r.topics, order, r.b.docs);
        hl_status status = hlbisect_order(&r.b, order, NULL);
        double after = purity(r.topics, order, r.b.docs);
        OK(status == HL_OK && before < .7 && after >= cases[i].least,
           "%u documents, %u topics: a cell is of one topic to %.1f %%, before %.1f %%",
           r.b.docs, cases[i].topics, after * 100, before * 100);
        rows_release(&r);
    }
    free(order);
}

/* Where no document says anything, and where all say the same. */
static void check_nothing_to_tell(void)
{
    enum { DOCS = 3000 };
    static uint16_t rows[DOCS * 2], counts[DOCS];
    static uint32_t order[DOCS];
    struct hlbisect b = {DOCS, 3, 2, rows, counts, 2};
    for (int said = 0; said < 2; said++) {
        for (uint32_t i = 0; i < DOCS; i++) {
            rows[i * 2 + 1] = 2;
            counts[i] = said ? 2 : 0;
        }
        hl_status status = hlbisect_order(&b, order, NULL);
        bool kept = status == HL_OK;
        for (uint32_t i = 0; kept && i < DOCS; i++)
            kept = order[i] == i;
        /* All the same: each pulls away from its own half alike, so halves may change. */
        OK(said ? is_permutation(order, DOCS) && cells_rise(order, DOCS) : kept, "%s",
           said ? "documents that all say the same" : "documents that say nothing stay");
    }
}

/* ----------------------------------------------------------------- a spool's documents */

/* Bytes that are held, the most at a time, and allocations until one fails (below 0: none). */
static atomic_long held, held_most, left = -1;

static void *counting_realloc(void *p, size_t size)
{
    if (left >= 0 && left-- == 0)
        return NULL;
    size_t *old = p ? (size_t *)p - 2 : NULL;
    long before = old ? (long)*old : 0;
    size_t *block = realloc(old, size + 16);
    if (!block)
        return NULL;
    *block = size;
    long now = atomic_fetch_add(&held, (long)size - before) + (long)size - before;
    for (long most = held_most; now > most;)
        if (atomic_compare_exchange_weak(&held_most, &most, now))
            break;
    return block + 2;
}

static void counting_free(void *p)
{
    size_t *block = p ? (size_t *)p - 2 : NULL;
    if (block)
        atomic_fetch_sub(&held, (long)*block);
    free(block);
}

static const struct hlmem_hook counting = {counting_realloc, counting_free};

struct made_spool {
    struct hlspool spool;
    struct hlvocab vocab;
    struct hlbuild build;
    unsigned *topics; /* by order of arrival */
};

enum { SPOOL_TERMS = NOISE + 2 * TOPIC_WORDS, AROUND = 100 };

static void put_record(struct hlspool *spool, uint32_t number, unsigned topic, uint64_t *seed)
{
    static const uint8_t payload[16];
    uint32_t words[64], n = 0;
    char id[24];
    for (unsigned i = 0; i < 20; i++)
        words[n++] = (uint32_t)(tap_random(seed) % NOISE) << 1 | (i & 1);
    words[n++] = HLBAND_FIELD;
    words[n++] = HLBAND_FIELD;
    for (unsigned i = 0; i < 15; i++)
        words[n++] = (uint32_t)(NOISE + topic * TOPIC_WORDS + tap_random(seed) % TOPIC_WORDS)
                     << 1;
    snprintf(id, sizeof id, "d%u", number);
    /* Payloads of every size modulo 4: words stand aligned behind them. */
    struct hlspool_head head = {.payload = number % 7, .mined = number % 5, .words = n};
    hl_status status = hlspool_add(spool, &head, payload, payload, words, 1, id, NULL);
    assert(status == HL_OK);
}

static void spool_make(struct made_spool *m, const char *folder, uint32_t docs, uint64_t seed)
{
    memset(m, 0, sizeof *m);
    mkdir(scratch_name(folder), 0777);
    hl_status status = hlspool_open(scratch_name(folder), 1, &m->spool, NULL);
    m->topics = deal_topics(docs, 2, &seed);
    for (uint32_t i = 0; status == HL_OK && i < docs; i++)
        put_record(&m->spool, i, m->topics[i], &seed);
    if (status == HL_OK)
        status = hlspool_flush(&m->spool, NULL);
    assert(status == HL_OK);
    m->vocab.count = SPOOL_TERMS;
    m->build = (struct hlbuild){
        .spool = &m->spool, .vocab = &m->vocab, .memory = 32 << 20, .threads = 1};
}

static void spool_release(struct made_spool *m)
{
    hlspool_release(&m->spool);
    free(m->topics);
}

static struct hlspool_doc *docs_copy(const struct made_spool *m)
{
    struct hlspool_doc *copy = malloc(m->spool.count * sizeof *copy);
    assert(copy);
    memcpy(copy, m->spool.docs, m->spool.count * sizeof *copy);
    return copy;
}

static bool docs_same(const struct made_spool *m, const struct hlspool_doc *docs, uint32_t from,
                      uint32_t to)
{
    return !memcmp(m->spool.docs + from, docs + from, (to - from) * sizeof *docs);
}

static void check_spool(void)
{
    enum { DOCS = 4096 };
    struct made_spool m;
    spool_make(&m, "spool", DOCS + 2 * AROUND, 5);
    struct hlspool_doc *before = docs_copy(&m);
    uint32_t all = m.spool.count;
    static uint32_t order[DOCS];
    OK(hlorder_chunk(&m.build, AROUND, 2047, NULL) == HL_OK && docs_same(&m, before, 0, all),
       "a small chunk stays in the order of dates");
    hl_status status = hlorder_chunk(&m.build, AROUND, DOCS, NULL);
    for (uint32_t i = 0; i < DOCS; i++)
        order[i] = m.spool.docs[AROUND + i].order - AROUND;
    OK(status == HL_OK && is_permutation(order, DOCS), "a larger one has each article once");
    OK(docs_same(&m, before, 0, AROUND) && docs_same(&m, before, AROUND + DOCS, all),
       "articles of other chunks stay");
    double pure = purity(m.topics + AROUND, order, DOCS);
    OK(pure > .95, "a cell is of one topic to %.1f %%", pure * 100);
    struct hlspool_doc *after = docs_copy(&m);
    memcpy(m.spool.docs, before, all * sizeof *before);
    m.build.threads = 2;
    OK(hlorder_chunk(&m.build, AROUND, DOCS, NULL) == HL_OK && docs_same(&m, after, 0, all),
       "two threads give the same order");
    free(before);
    free(after);
    spool_release(&m);
}

/* What order.h says, with the article under way in each thread. */
static size_t promised(const struct made_spool *m, uint32_t docs)
{
    size_t threads = (size_t)m->build.threads, terms = m->vocab.count;
    return m->build.memory / 16 + terms * 4 + docs * (size_t)43 + 4096 +
           threads * (terms * 4 + docs * (size_t)9 + 288 * 1024);
}

static void check_memory(void)
{
    enum { DOCS = 50000 };
    struct made_spool m;
    spool_make(&m, "memory", DOCS, 6);
    m.build.threads = 2;
    held_most = 0;
    hlmem_set_hook(&counting);
    hl_status status = hlorder_chunk(&m.build, 0, DOCS, NULL);
    hlmem_set_hook(NULL);
    OK(status == HL_OK && held == 0, "%u articles: all memory is given back", DOCS);
    OK((size_t)held_most <= promised(&m, DOCS), "at most %zu kB are held: %ld",
       promised(&m, DOCS) / 1000, held_most / 1000);
    spool_release(&m);
}

static void check_failures(void)
{
    enum { DOCS = 2500 };
    struct made_spool m;
    spool_make(&m, "fail", DOCS, 8);
    struct hlspool_doc *before = docs_copy(&m);
    int wrong = 0;
    long n = 0;
    hl_status status = HL_NOMEM;
    hlmem_set_hook(&counting);
    for (; status != HL_OK && n < 1000; n++) {
        struct hl_error err = {0};
        left = n;
        status = hlorder_chunk(&m.build, 0, DOCS, &err);
        wrong += held != 0;
        if (status != HL_OK)
            wrong +=
                status != HL_NOMEM || err.code != HL_NOMEM || !docs_same(&m, before, 0, DOCS);
    }
    left = -1;
    hlmem_set_hook(NULL);
    OK(status == HL_OK && n > 10 && !wrong && !docs_same(&m, before, 0, DOCS),
       "each of %ld allocations fails: a status, nothing leaked, the order as it was", n - 1);
    memcpy(m.spool.docs, before, DOCS * sizeof *before);
    bool cut = ftruncate(m.spool.fd, (off_t)(m.spool.written / 2)) == 0;
    OK(cut && hlorder_chunk(&m.build, 0, DOCS, NULL) == HL_CORRUPT &&
           docs_same(&m, before, 0, DOCS),
       "a spool that is cut is an error, the order as it was");
    free(before);
    spool_release(&m);
}

int main(void)
{
    scratch_begin();
    check_permutations();
    check_topics();
    check_nothing_to_tell();
    check_spool();
    check_memory();
    check_failures();
    return tap_done();
}
