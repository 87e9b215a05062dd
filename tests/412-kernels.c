/*
 * Every kernel of the containers against plain arrays and against its portable twin, at
 * every density and cell mask, for chunks of any length.
 */
#include "tap.h"

#include "base/buf.h"
#include "segment/container.h"

#include <assert.h>

static const char *const level_name[HLCPU_LEVELS] = {"portable", "AVX2", "AVX-512"};

/* A container made by hand, in both forms, and its truth. */
struct sample {
    uint32_t docs;
    uint32_t tf[HLFMT_CHUNK_DOCS];
    uint8_t classes[HLFMT_CHUNK_DOCS];
    uint8_t bits[HLFMT_CHUNK_DOCS / 8], ranks[HLFMT_CELLS * 2];
    uint8_t nibbles[HLFMT_CHUNK_DOCS / 2 + 512];
    uint8_t escape_docs[HLFMT_CHUNK_DOCS * 2], escape_tfs[HLFMT_CHUNK_DOCS * 4];
    uint16_t list_docs[HLFMT_CHUNK_DOCS];
    uint32_t list_tfs[HLFMT_CHUNK_DOCS];
    uint8_t list_codes[HLFMT_CHUNK_DOCS];
    struct hlcontainer form[HLCONT_FORMS];
    uint64_t seed;
};

static struct sample s;

/* spread: how far tfs go; 1: all are 1, and the dense form has no codes. */
static void sample_make(uint32_t docs, unsigned permille, unsigned spread, bool damaged)
{
    memset(s.tf, 0, sizeof s.tf);
    memset(s.bits, 0, sizeof s.bits);
    memset(s.nibbles, damaged ? 0x5a : 0, sizeof s.nibbles);
    s.docs = docs;
    uint32_t n = 0;
    for (uint32_t d = 0; d < HLFMT_CHUNK_DOCS; d++) {
        if (d % HLFMT_CELL == 0) {
            uint16_t rank = (uint16_t)n;
            memcpy(s.ranks + d / HLFMT_CELL * 2, &rank, sizeof rank);
        }
        s.classes[d] = (uint8_t)(tap_random(&s.seed) % (damaged ? 256 : HLFMT_CLASSES));
        if (d >= docs || tap_random(&s.seed) % 1000 >= permille)
            continue;
        uint32_t tf = 1 + (uint32_t)(tap_random(&s.seed) % spread);
        unsigned code = hlfmt_tf_code(tf);
        s.tf[d] = tf;
        s.bits[d / 8] |= (uint8_t)(1u << d % 8);
        s.nibbles[n / 2] = (uint8_t)(n % 2 ? (s.nibbles[n / 2] & 15) | code << 4 : code);
        s.list_docs[n] = (uint16_t)d;
        s.list_tfs[n++] = tf;
    }
    hlcont_of_list(s.list_docs, s.list_tfs, n, s.list_codes, s.escape_docs, s.escape_tfs,
                   &s.form[HLCONT_LIST]);
    struct hlcontainer *dense = &s.form[HLCONT_DENSE];
    *dense = s.form[HLCONT_LIST];
    dense->ops = hlcont_ops(HLCONT_DENSE);
    dense->kind = HLFMT_KIND_DENSE;
    dense->as.dense = (struct hlcont_dense){
        .bits = s.bits, .ranks = s.ranks, .codes = spread > 1 ? s.nibbles : NULL};
}

/* ---- one window of one form by one level ---- */

static unsigned wrong_ranks(const struct hlcontainer_ops *ops, const struct hlcontainer *c)
{
    unsigned wrong = 0;
    for (uint32_t i = 0; i < c->df; i += 1 + (uint32_t)(tap_random(&s.seed) % 16))
        wrong += ops->rank(c, s.list_docs[i]) != i;
    return wrong;
}

static unsigned wrong_match(const struct hlcontainer_ops *ops, const struct hlcontainer *c,
                            unsigned window)
{
    uint64_t bits[HLCONT_WORDS], kept[HLCONT_WORDS], want[HLCONT_WORDS],
        want_kept[HLCONT_WORDS];
    uint64_t any = 0;
    memcpy(want, s.bits + (size_t)window * sizeof want, sizeof want);
    unsigned few = tap_random(&s.seed) % 3 == 0; /* often so few that none is left */
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        bits[w] = tap_random(&s.seed) & tap_random(&s.seed);
        if (few)
            bits[w] = w == 40 ? bits[w] & -bits[w] : 0;
        kept[w] = bits[w];
        any |= want_kept[w] = want[w] & bits[w];
        want[w] |= bits[w];
    }
    ops->match(c, window, bits);
    bool left = ops->keep(c, window, kept);
    return (memcmp(bits, want, sizeof bits) != 0) +
           (left != (any != 0) || (any && memcmp(kept, want_kept, sizeof kept)));
}

/* Cells that were asked for have the true sums; the others have them or nothing new. */
static unsigned wrong_bound(const struct hlcontainer_ops *ops, const struct hlcontainer *c,
                            unsigned window, unsigned cells)
{
    static uint8_t acc[HLFMT_WINDOW], was[HLFMT_WINDOW];
    static uint16_t acc16[HLFMT_WINDOW], was16[HLFMT_WINDOW];
    hlcont_worth8 worth;
    hlcont_worth16 worth16;
    unsigned wrong = 0;
    for (int i = 0; i < HLFMT_CODES * HLFMT_CLASSES; i++) {
        worth[i / 16][i % 16] = (uint8_t)tap_random(&s.seed);
        worth16[i / 16][i % 16] = (uint16_t)tap_random(&s.seed);
    }
    for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
        acc[i] = was[i] = (uint8_t)tap_random(&s.seed);
        acc16[i] = was16[i] = (uint16_t)tap_random(&s.seed);
    }
    const uint8_t *classes = s.classes + window * HLFMT_WINDOW;
    ops->bound(c, window, cells, worth, classes, acc);
    ops->bound16(c, window, cells, worth16, classes, acc16);
    for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
        uint32_t tf = s.tf[window * HLFMT_WINDOW + i];
        unsigned a = was[i], b = was16[i];
        if (tf) {
            a += worth[hlfmt_tf_code(tf)][classes[i] % HLFMT_CLASSES];
            b += worth16[hlfmt_tf_code(tf)][classes[i] % HLFMT_CLASSES];
        }
        a = a > 255 ? 255 : a;
        b = b > 65535 ? 65535 : b;
        bool asked = cells >> i / HLFMT_CELL & 1;
        wrong += acc[i] != a && (asked || acc[i] != was[i]);
        wrong += acc16[i] != b && (asked || acc16[i] != was16[i]);
    }
    return wrong;
}

static unsigned wrong_tfs(const struct hlcontainer_ops *ops, const struct hlcontainer *c,
                          unsigned window)
{
    static uint16_t docs[HLFMT_WINDOW];
    static uint32_t tfs[HLFMT_WINDOW];
    unsigned n = 0, wrong = 0, step = 1 + (unsigned)(tap_random(&s.seed) % 300);
    for (uint32_t i = (uint32_t)(tap_random(&s.seed) % step); i < HLFMT_WINDOW;
         i += 1 + (uint32_t)(tap_random(&s.seed) % step))
        docs[n++] = (uint16_t)(window * HLFMT_WINDOW + i);
    ops->tfs(c, docs, n, tfs);
    for (unsigned i = 0; i < n; i++)
        wrong += tfs[i] != s.tf[docs[i]] || ops->tf(c, docs[i]) != s.tf[docs[i]];
    return wrong;
}

static unsigned wrong_form(enum hlcont_form form, enum hlcpu_level level)
{
    const struct hlcontainer_ops *ops = hlcont_ops_at(form, level);
    const struct hlcontainer *c = &s.form[form];
    unsigned wrong = wrong_ranks(ops, c);
    for (unsigned window = 0; window < HLFMT_WINDOWS; window++) {
        unsigned cells = (unsigned)tap_random(&s.seed);
        cells = window % 4 ? cells & HLCONT_CELLS_ALL : HLCONT_CELLS_ALL;
        wrong += wrong_match(ops, c, window) + wrong_bound(ops, c, window, cells) +
                 wrong_tfs(ops, c, window);
    }
    return wrong;
}

/* ---- levels ---- */

static const unsigned densities[] = {0,   1,   5,   20,  50,  100, 150, 200, 250, 300,
                                     400, 500, 600, 700, 800, 900, 950, 990, 999, 1000};
enum { DENSITIES = sizeof densities / sizeof *densities };

static void test_densities(enum hlcpu_level level)
{
    unsigned wrong[HLCONT_FORMS] = {0};
    for (int i = 0; i < DENSITIES; i++)
        for (unsigned spread = 1; spread <= 64; spread *= 4) {
            sample_make(HLFMT_CHUNK_DOCS, densities[i], spread, false);
            for (int form = 0; form < HLCONT_FORMS; form++)
                wrong[form] += wrong_form((enum hlcont_form)form, level);
        }
    OK(!wrong[HLCONT_DENSE], "%s: dense lists from 0 to 1000 per mille", level_name[level]);
    OK(!wrong[HLCONT_LIST], "%s: sparse lists from 0 to 1000 per mille", level_name[level]);
}

static void test_lengths(enum hlcpu_level level)
{
    unsigned wrong = 0;
    for (uint32_t docs = 1; docs <= HLFMT_CHUNK_DOCS; docs += 1 + docs / 3) {
        sample_make(docs, 300, 20, false);
        wrong += wrong_form(HLCONT_DENSE, level) + wrong_form(HLCONT_LIST, level);
    }
    OK(!wrong, "%s: chunks of any length", level_name[level]);
}

/* Classes past 15 and garbage behind the last code change no result. */
static void test_damage(enum hlcpu_level level)
{
    unsigned wrong = 0;
    for (unsigned permille = 50; permille <= 1000; permille += 190)
        for (unsigned spread = 1; spread <= 20; spread += 19) {
            sample_make(30000, permille, spread, true);
            wrong += wrong_form(HLCONT_DENSE, level) + wrong_form(HLCONT_LIST, level);
        }
    OK(!wrong, "%s: classes of a damaged file stay inside the tables", level_name[level]);
}

static void test_compare(enum hlcpu_level level)
{
    static uint8_t acc[HLFMT_WINDOW];
    static uint16_t acc16[HLFMT_WINDOW];
    const struct hlcont_compare_ops *ops = hlcont_compare_at(level);
    unsigned wrong = 0;
    for (unsigned least = 0; least < 256; least++) {
        uint64_t bits[HLCONT_WORDS], bits16[HLCONT_WORDS];
        unsigned cells =
            least % 3 ? (unsigned)tap_random(&s.seed) & HLCONT_CELLS_ALL : HLCONT_CELLS_ALL;
        unsigned least16 = least * 257 + (unsigned)(tap_random(&s.seed) % 3) - 1;
        least16 &= 65535;
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            acc[i] = (uint8_t)(i % 3 ? tap_random(&s.seed) : least - i % 4);
            acc16[i] = (uint16_t)(i % 3 ? tap_random(&s.seed) : least16 - i % 4);
        }
        memset(bits, 0x5a, sizeof bits);
        memset(bits16, 0x5a, sizeof bits16);
        ops->compare8(acc, (uint8_t)least, cells, bits);
        ops->compare16(acc16, (uint16_t)least16, cells, bits16);
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            bool asked = cells >> i / HLFMT_CELL & 1;
            wrong += (bits[i / 64] >> i % 64 & 1) != (asked && acc[i] >= least);
            wrong += (bits16[i / 64] >> i % 64 & 1) != (asked && acc16[i] >= least16);
        }
    }
    OK(!wrong, "%s: comparing with every threshold", level_name[level]);
}

/* Windows of a list begin where walking over it says. */
static void test_starts(void)
{
    unsigned wrong = 0;
    for (int i = 0; i < DENSITIES; i++)
        for (uint32_t docs = 1; docs <= HLFMT_CHUNK_DOCS; docs += docs) {
            sample_make(docs, densities[i], 2, false);
            const struct hlcontainer *c = &s.form[HLCONT_LIST];
            uint32_t at = 0;
            for (unsigned w = 0; w <= HLFMT_WINDOWS; w++) {
                while (at < c->df && s.list_docs[at] < w * HLFMT_WINDOW)
                    at++;
                wrong += c->as.list.start[w] != at;
            }
            for (unsigned w = 0; w < HLFMT_WINDOWS; w++)
                wrong +=
                    !c->window_bound[w] != (c->as.list.start[w] == c->as.list.start[w + 1]);
        }
    OK(!wrong, "each window of a list begins where it should");
}

int main(void)
{
    test_starts();
    for (int i = 0; i < HLCPU_LEVELS; i++) {
        enum hlcpu_level level = (enum hlcpu_level)i;
        if (!hlcont_ops_at(HLCONT_DENSE, level)) {
            char words[64];
            snprintf(words, sizeof words, "%s: this processor lacks it", level_name[i]);
            tap_skip(words);
            continue;
        }
        test_densities(level);
        test_lengths(level);
        test_damage(level);
        test_compare(level);
    }
    return tap_done();
}
