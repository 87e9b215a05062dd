/*
 * bench-kernels.c - times each kernel at each level over made-up data.
 *
 * `tools/bench kernels` calls it.  A row is a kernel at a level, a column a density (postings
 * a document) or a width of the codec.  Lists are made anew for each round, or the processor
 * would know each branch by heart; levels take turns within a round, and the median of the
 * rounds is printed.  Of the codec, which has no such branches, it is the least.
 */
#include "base/cpu.h"
#include "codec/block_kernels.h"
#include "segment/container.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, DENSITIES = 6 };

static const double densities[DENSITIES] = {.8, .5, .25, .1, .05, .02};
static const char *const level_name[HLCPU_LEVELS] = {"portable", "avx2", "avx512"};

static uint64_t seed = 1;

static uint64_t random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double unit(void)
{
    return (double)(random64() >> 11) / (double)(UINT64_C(1) << 53);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- containers ---- */

/* A chunk full of documents, and what a window of it is worked out into. */
static struct {
    _Alignas(64) uint8_t classes[HLFMT_CHUNK_DOCS];
    uint8_t bits[HLFMT_CHUNK_DOCS / 8], ranks[HLFMT_CELLS * 2];
    uint8_t nibbles[HLFMT_CHUNK_DOCS / 2 + 64];
    uint8_t escape_docs[HLFMT_CHUNK_DOCS * 2], escape_tfs[HLFMT_CHUNK_DOCS * 4];
    uint16_t docs[HLFMT_CHUNK_DOCS];
    uint32_t tfs[HLFMT_CHUNK_DOCS];
    uint8_t codes[HLFMT_CHUNK_DOCS];
    uint32_t n;
    struct hlcontainer form[HLCONT_FORMS];
    hlcont_worth8 worth8;
    hlcont_worth16 worth16;
    uint16_t asked[HLFMT_WINDOWS][64]; /* documents that survive, some in each window */
    _Alignas(64) uint8_t acc8[HLFMT_WINDOW];
    _Alignas(64) uint16_t acc16[HLFMT_WINDOW];
    uint64_t out[HLCONT_WORDS];
    uint32_t out_tfs[64];
} s;

/* tfs fall off as in running text: half again as many for each further one. */
static uint32_t some_tf(void)
{
    uint32_t tf = 1 + (uint32_t)(log(unit() + 1e-9) / log(.6));
    return tf > 40 ? 40 : tf;
}

static void fill(double density, bool ones)
{
    memset(s.bits, 0, sizeof s.bits);
    memset(s.nibbles, 0, sizeof s.nibbles);
    s.n = 0;
    for (uint32_t d = 0; d < HLFMT_CHUNK_DOCS; d++) {
        uint16_t rank = (uint16_t)s.n;
        if (d % HLFMT_CELL == 0)
            memcpy(s.ranks + d / HLFMT_CELL * 2, &rank, sizeof rank);
        s.classes[d] = (uint8_t)(5 + random64() % 8);
        if (unit() >= density)
            continue;
        uint32_t tf = ones ? 1 : some_tf();
        s.bits[d / 8] |= (uint8_t)(1u << d % 8);
        s.nibbles[s.n / 2] |= (uint8_t)(hlfmt_tf_code(tf) << s.n % 2 * 4);
        s.docs[s.n] = (uint16_t)d;
        s.tfs[s.n++] = tf;
    }
    for (int i = 0; i < HLFMT_CODES * HLFMT_CLASSES; i++) {
        s.worth8[i / 16][i % 16] = (uint8_t)(random64() % 64);
        s.worth16[i / 16][i % 16] = (uint16_t)(random64() % 9000);
    }
    for (unsigned w = 0; w < HLFMT_WINDOWS; w++)
        for (unsigned i = 0; i < 64; i++)
            s.asked[w][i] = (uint16_t)(w * HLFMT_WINDOW + i * 64 + random64() % 64);
    struct hlcontainer *list = &s.form[HLCONT_LIST], *dense = &s.form[HLCONT_DENSE];
    hlcont_of_list(s.docs, s.tfs, s.n, s.codes, s.escape_docs, s.escape_tfs, list);
    *dense = *list;
    dense->kind = HLFMT_KIND_DENSE;
    dense->as.dense = (struct hlcont_dense){
        .bits = s.bits, .ranks = s.ranks, .codes = ones ? NULL : s.nibbles};
}

enum call { MATCH, BOUND8, BOUND16, TF, TFS, COMPARE8, COMPARE16, STARTS };

struct row {
    const char *name;
    enum call call;
    enum hlcont_form form;
    bool ones;
    unsigned per_window; /* documents that it looks at; 0: all */
};

static const struct row rows[] = {
    {"dense match", MATCH, HLCONT_DENSE, false, 0},
    {"dense bound", BOUND8, HLCONT_DENSE, false, 0},
    {"dense bound, all tfs 1", BOUND8, HLCONT_DENSE, true, 0},
    {"dense bound16", BOUND16, HLCONT_DENSE, false, 0},
    {"dense tf", TF, HLCONT_DENSE, false, 64},
    {"dense tfs", TFS, HLCONT_DENSE, false, 64},
    {"list match", MATCH, HLCONT_LIST, false, 0},
    {"list bound", BOUND8, HLCONT_LIST, false, 0},
    {"list bound16", BOUND16, HLCONT_LIST, false, 0},
    {"list tf", TF, HLCONT_LIST, false, 64},
    {"list tfs", TFS, HLCONT_LIST, false, 64},
    {"list starts", STARTS, HLCONT_LIST, false, 0},
    {"compare8", COMPARE8, HLCONT_LIST, false, 0},
    {"compare16", COMPARE16, HLCONT_LIST, false, 0},
};

static void one_window(const struct row *r, const struct hlcontainer_ops *ops,
                       const struct hlcont_compare_ops *compare, unsigned w)
{
    struct hlcontainer *c = &s.form[r->form];
    const uint8_t *classes = s.classes + w * HLFMT_WINDOW;
    switch (r->call) {
    case MATCH:
        ops->match(c, w, s.out);
        break;
    case BOUND8:
        ops->bound(c, w, HLCONT_CELLS_ALL, s.worth8, classes, s.acc8);
        break;
    case BOUND16:
        ops->bound16(c, w, HLCONT_CELLS_ALL, s.worth16, classes, s.acc16);
        break;
    case TF:
        for (unsigned i = 0; i < 64; i++)
            s.out_tfs[i] = ops->tf(c, s.asked[w][i]);
        break;
    case TFS:
        ops->tfs(c, s.asked[w], 64, s.out_tfs);
        break;
    case COMPARE8:
        compare->compare8(s.acc8, 100, HLCONT_CELLS_ALL, s.out);
        break;
    case COMPARE16:
        compare->compare16(s.acc16, 100, HLCONT_CELLS_ALL, s.out);
        break;
    case STARTS:
        if (w == 0)
            hlcont_set_starts(c);
        break;
    }
}

/* ns a document. */
static double time_row(const struct row *r, enum hlcpu_level level)
{
    const struct hlcontainer_ops *ops = hlcont_ops_at(r->form, level);
    const struct hlcont_compare_ops *compare = hlcont_compare_at(level);
    double docs = r->per_window ? r->per_window : HLFMT_WINDOW;
    double start = now();
    for (unsigned w = 0; w < HLFMT_WINDOWS; w++)
        one_window(r, ops, compare, w);
    return (now() - start) / (docs * HLFMT_WINDOWS);
}

static void print_rows(const struct row *r, double times[DENSITIES][HLCPU_LEVELS])
{
    for (int level = 0; level < HLCPU_LEVELS; level++) {
        if (!hlcont_ops_at(r->form, (enum hlcpu_level)level))
            continue;
        printf("%-24s%-9s", r->name, level_name[level]);
        for (int d = 0; d < DENSITIES; d++)
            printf("%8.3f", times[d][level]);
        printf("  ");
        for (int d = 0; d < DENSITIES && !r->per_window; d++)
            printf("%8.3f", times[d][level] / densities[d]);
        printf("\n");
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The median time of a row at each level. */
static void time_density(const struct row *r, double density, double out[HLCPU_LEVELS])
{
    double times[HLCPU_LEVELS][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        fill(density, r->ones);
        for (int i = 0; i < HLCPU_LEVELS; i++) {
            int level = (i + round) % HLCPU_LEVELS; /* no one is always the first */
            bool there = hlcont_ops_at(r->form, (enum hlcpu_level)level);
            times[level][round] = there ? time_row(r, (enum hlcpu_level)level) : 0;
        }
    }
    for (int level = 0; level < HLCPU_LEVELS; level++) {
        qsort(times[level], ROUNDS, sizeof times[level][0], by_size);
        out[level] = times[level][ROUNDS / 2];
    }
}

static void time_containers(void)
{
    printf("%-33s%-50sns a posting\n%-33s", "", "ns a document", "");
    for (int i = 0; i < DENSITIES * 2; i++)
        printf("%s%8.2f", i == DENSITIES ? "  " : "", densities[i % DENSITIES]);
    printf("\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double times[DENSITIES][HLCPU_LEVELS];
        for (int d = 0; d < DENSITIES; d++)
            time_density(&rows[i], densities[d], times[d]);
        print_rows(&rows[i], times);
    }
}

/* ---- codec ---- */

enum { WIDTHS = 7, REPEAT = 64 };

static const unsigned widths[WIDTHS] = {0, 1, 3, 5, 8, 12, 16};

enum codec_call { LANES32, LANES16, STREAM32, STREAM16, SUM16, CAP8, BLOCK };

static const char *const codec_name[] = {"256 values",        "256 values to u16", "200 values",
                                         "200 values to u16", "sum16, 256",        "cap8, 256",
                                         "whole block to u32"};

static struct {
    uint8_t bytes[1024];
    uint32_t values[HLBLOCK_COUNT];
    uint16_t narrow[HLBLOCK_COUNT], work[HLBLOCK_COUNT];
    uint8_t codes[HLBLOCK_COUNT];
    uint64_t at_cap[HLBLOCK_COUNT / 64];
} b;

/* A block as the encoder writes it, some exceptions included. */
static void fill_block(unsigned width)
{
    struct hlbuf buf = {0};
    for (unsigned i = 0; i < HLBLOCK_COUNT; i++) {
        b.values[i] = (uint32_t)(random64() & ((1u << width) - 1));
        b.narrow[i] = (uint16_t)(random64() % (i % 16 ? 4 : 20));
    }
    hlblock_encode(b.values, HLBLOCK_COUNT, &buf);
    memset(b.bytes, 0, sizeof b.bytes);
    memcpy(b.bytes, buf.data, buf.size < sizeof b.bytes ? buf.size : sizeof b.bytes);
    hlbuf_release(&buf);
}

static void one_block(const struct hlblock_ops *ops, enum codec_call call, unsigned width)
{
    switch (call) {
    case LANES32:
        ops->lanes(b.bytes, width, b.values);
        break;
    case LANES16:
        ops->lanes16(b.bytes, width, b.work);
        break;
    case STREAM32:
        ops->stream(b.bytes, 200, width, b.values);
        break;
    case STREAM16:
        ops->stream16(b.bytes, 200, width, b.work);
        break;
    case SUM16:
        memcpy(b.work, b.narrow, sizeof b.work);
        ops->sum16(b.work, HLBLOCK_COUNT, 0);
        break;
    case CAP8:
        ops->cap8(b.narrow, HLBLOCK_COUNT, 15, b.codes, b.at_cap);
        break;
    case BLOCK:
        hlblock_decode(b.bytes, b.bytes + sizeof b.bytes, HLBLOCK_COUNT, b.values);
        break;
    }
}

static void time_codec_row(enum codec_call call, enum hlcpu_level level)
{
    const struct hlblock_ops *ops = hlblock_ops_at(level);
    double per = call == STREAM32 || call == STREAM16 ? 200 : HLBLOCK_COUNT;
    printf("%-24s%-9s", codec_name[call], call == BLOCK ? "best" : level_name[level]);
    for (int w = 0; w < WIDTHS; w++) {
        double least = 0;
        fill_block(widths[w]);
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            for (int i = 0; i < REPEAT; i++)
                one_block(ops, call, widths[w]);
            double t = (now() - start) / (per * REPEAT);
            if (!round || t < least)
                least = t;
        }
        printf("%8.3f", least);
    }
    printf("\n");
}

static void time_codec(void)
{
    printf("\n%-33sns a value, by width\n%-33s", "", "");
    for (int w = 0; w < WIDTHS; w++)
        printf("%8u", widths[w]);
    printf("\n");
    for (int call = LANES32; call <= BLOCK; call++)
        for (int level = 0; level < (call == BLOCK ? 1 : HLCPU_LEVELS); level++)
            if (hlblock_ops_at((enum hlcpu_level)level))
                time_codec_row((enum codec_call)call, (enum hlcpu_level)level);
}

int main(void)
{
    time_containers();
    time_codec();
    return 0;
}
