/*
 * Columns as bits and as counts: each set of instructions against loops that are plainly right,
 * every length, columns that end where the page ends; conditions that wait; months against the
 * C library's.
 */
#include "tap.h"

#include "base/buf.h"
#include "match/bits.h"
#include "match/late.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const char *const level_name[HLCPU_LEVELS] = {"portable", "AVX2", "AVX-512"};
static uint64_t seed = 530;

enum { LENGTHS = 300, BITS_UNTOUCHED = 0x5a };

static uint32_t below(uint32_t n)
{
    return (uint32_t)(tap_random(&seed) % n);
}

/* Memory of some pages before one that cannot be read; the last `size` bytes of it. */
static uint8_t *before_the_end(size_t size)
{
    enum { PAGES = 16 };
    static uint8_t *pages;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (!pages) {
        pages = mmap(NULL, page * (PAGES + 1), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages + page * PAGES, page, PROT_NONE) ||
            size > page * PAGES)
            abort();
    }
    return pages + page * PAGES - size;
}

static void put32(uint8_t *p, uint32_t v)
{
    memcpy(p, &v, sizeof v);
}

static void put16(uint8_t *p, uint16_t v)
{
    memcpy(p, &v, sizeof v);
}

/* Dates near the ends of the range and of the type, and the undated. */
static uint32_t draw_date(struct hlcolumns_range range)
{
    const uint32_t near[] = {0,
                             1,
                             UINT32_MAX,
                             UINT32_MAX - 1,
                             range.low,
                             range.high,
                             range.low - 1,
                             range.high + 1,
                             range.low / 2};
    uint32_t i = below(12);
    return i < sizeof near / sizeof *near ? near[i] : (uint32_t)tap_random(&seed);
}

static struct hlcolumns_range draw_range(void)
{
    uint32_t a = (uint32_t)tap_random(&seed), b = (uint32_t)tap_random(&seed);
    a = below(4) ? a : 1;
    b = below(4) ? b : UINT32_MAX;
    b = below(4) ? b : a;
    a = a ? a : 1;
    b = b ? b : 1;
    return a < b ? (struct hlcolumns_range){a, b} : (struct hlcolumns_range){b, a};
}

/* Bits i of the words are good[i], later bits of the last word 0, later words untouched. */
static bool bits_are(const uint64_t *bits, const bool *good, uint32_t n, size_t words)
{
    uint64_t untouched;
    memset(&untouched, BITS_UNTOUCHED, sizeof untouched);
    for (size_t w = 0; w < words; w++) {
        uint64_t want = 0;
        for (uint32_t i = 0; i < 64; i++)
            want |= (uint64_t)(w * 64 + i < n && good[w * 64 + i]) << i;
        if (bits[w] != (w * 64 < n ? want : untouched))
            return false;
    }
    return true;
}

static unsigned wrong_dates(const struct hlcolumns_ops *ops, uint32_t n)
{
    static bool good[HLFMT_WINDOW];
    uint64_t bits[HLCONT_WORDS + 1];
    struct hlcolumns_range range = draw_range();
    uint8_t *dates = before_the_end((size_t)n * 4);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t date = draw_date(range);
        put32(dates + i * 4, date);
        good[i] = date != 0 && date >= range.low && date <= range.high;
    }
    memset(bits, BITS_UNTOUCHED, sizeof bits);
    ops->dates(dates, n, range, bits);
    return !bits_are(bits, good, n, HLCONT_WORDS + 1);
}

static unsigned wrong_codes(const struct hlcolumns_ops *ops, uint32_t n, unsigned count)
{
    static bool good[HLFMT_WINDOW];
    uint64_t bits[HLCONT_WORDS + 1];
    uint16_t codes[HLCOLUMNS_CODES];
    uint8_t wanted[300] = {0};
    uint8_t *column = before_the_end((size_t)n * 2);
    unsigned wrong = 0;
    for (unsigned k = 0; k < count; k++) {
        codes[k] = (uint16_t)(below(3) ? below(6) : 65535 - below(3));
        if (codes[k] < sizeof wanted)
            wanted[codes[k]] = 1;
    }
    bool only_low = true;
    for (uint32_t i = 0; i < n; i++) {
        uint16_t code = (uint16_t)(below(5) ? below(6) : 65535 - below(4));
        put16(column + i * 2, code);
        good[i] = false;
        for (unsigned k = 0; k < count; k++)
            good[i] = good[i] || codes[k] == code;
        only_low = only_low && (!good[i] || code < sizeof wanted);
    }
    memset(bits, BITS_UNTOUCHED, sizeof bits);
    ops->codes(column, n, codes, count, bits);
    wrong += !bits_are(bits, good, n, HLCONT_WORDS + 1);
    memset(bits, BITS_UNTOUCHED, sizeof bits);
    hlcolumns_lookup(column, n, wanted, sizeof wanted, bits);
    wrong += only_low && !bits_are(bits, good, n, HLCONT_WORDS + 1);
    return wrong;
}

/* Words of all densities, up to full ones; nothing is written past the room. */
static unsigned wrong_docs(const struct hlcolumns_ops *ops, unsigned density)
{
    uint16_t docs[HLFMT_WINDOW + 1];
    uint64_t bits[HLCONT_WORDS];
    unsigned wrong = 0, at = 0;
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
        bits[w] = density < 64 ? 0 : ~(uint64_t)0;
        for (unsigned i = 0; density < 64 && i < 64; i++)
            bits[w] |= (uint64_t)(below(64) < density * below(3)) << i;
    }
    docs[HLFMT_WINDOW] = 0x5a5a;
    unsigned n = ops->docs(bits, docs);
    for (unsigned i = 0; i < HLFMT_WINDOW; i++)
        if (bits[i / 64] >> i % 64 & 1)
            wrong += at == n || docs[at++] != i;
    return wrong + (at != n) + (docs[HLFMT_WINDOW] != 0x5a5a);
}

/* Values of a window by bytes, one by one, of none up to all of its documents. */
static unsigned wrong_bytes(const struct hlcolumns_ops *ops, unsigned density, unsigned count)
{
    uint8_t *bytes = before_the_end(HLFMT_WINDOW), values[40];
    uint32_t want[40] = {0}, got[41];
    uint64_t bits[HLCONT_WORDS] = {0};
    unsigned wrong = 0, first = below(256);
    for (unsigned k = 0; k < count; k++)
        values[k] = (uint8_t)(first + k * 5);
    for (unsigned i = 0; i < HLFMT_WINDOW; i++) {
        bool set = density == 64 || below(64) < density;
        bytes[i] = below(8) && count ? values[below(count)] : (uint8_t)below(256);
        bits[i / 64] |= (uint64_t)set << i % 64;
        for (unsigned k = 0; set && k < count; k++)
            want[k] += bytes[i] == values[k];
    }
    got[count] = 0x5a5a5a5a;
    ops->bytes(bytes, bits, values, count, got);
    for (unsigned k = 0; k < count; k++)
        wrong += got[k] != want[k];
    return wrong + (got[count] != 0x5a5a5a5a);
}

static void test_level(enum hlcpu_level level)
{
    const struct hlcolumns_ops *ops = hlcolumns_ops_at(level);
    unsigned dates = 0, codes = 0, docs = 0, bytes = 0;
    if (!ops) {
        tap_skip(level_name[level]);
        return;
    }
    for (uint32_t n = 0; n <= LENGTHS; n++)
        for (unsigned round = 0; round < 8; round++) {
            dates += wrong_dates(ops, n);
            codes += wrong_codes(ops, n, 1 + round % HLCOLUMNS_CODES);
        }
    dates += wrong_dates(ops, HLFMT_WINDOW);
    codes += wrong_codes(ops, HLFMT_WINDOW, 2);
    OK(!dates, "%s: dates in a range, 0 to %d and a window", level_name[level], LENGTHS);
    OK(!codes, "%s: codes, and the same by a table", level_name[level]);
    for (unsigned density = 0; density <= 64; density++)
        docs += wrong_docs(ops, density);
    OK(!docs, "%s: documents of bits, few to all", level_name[level]);
    for (unsigned count = 0; count <= 40; count++)
        for (unsigned density = 0; density <= 64; density += 16)
            bytes += wrong_bytes(ops, density, count);
    OK(!bytes, "%s: values of a window, none to 40", level_name[level]);
}

static void test_part(void)
{
    const struct hlcolumns_range range = {10, 20}, none = {1, 0};
    OK(hlcolumns_part(range, 10, 20, false) == HLCOLUMNS_ALL, "exactly the range: all");
    OK(hlcolumns_part(range, 10, 20, true) == HLCOLUMNS_SOME, "but for the undated: some");
    OK(hlcolumns_part(range, 9, 20, false) == HLCOLUMNS_SOME &&
           hlcolumns_part(range, 10, 21, false) == HLCOLUMNS_SOME,
       "one second past an end: some");
    OK(hlcolumns_part(range, 1, 9, false) == HLCOLUMNS_NONE &&
           hlcolumns_part(range, 21, 30, false) == HLCOLUMNS_NONE &&
           hlcolumns_part(range, 0, 0, true) == HLCOLUMNS_NONE &&
           hlcolumns_part(none, 1, UINT32_MAX, false) == HLCOLUMNS_NONE,
       "before, after, no date, an empty range: none");
}

/* ------------------------------------------------------------------------ counting */

static unsigned month_by_library(uint32_t date)
{
    time_t local = (time_t)date + 7 * 3600;
    struct tm tm;
    gmtime_r(&local, &tm);
    return (unsigned)(tm.tm_year - 70) * 12 + (unsigned)tm.tm_mon;
}

static unsigned month_counted(uint32_t date, const uint64_t *starts)
{
    enum { ENTRIES = HLCOLUMNS_MONTHS + 1 };
    static uint32_t counts[HLCOLUMNS_TABLES * ENTRIES];
    uint8_t column[4];
    const uint16_t doc = 0;
    unsigned found = UINT32_MAX;
    put32(column, date);
    hlcolumns_count_months(column, &doc, 1, starts, counts);
    for (unsigned i = 0; i < HLCOLUMNS_TABLES * ENTRIES; i++)
        if (counts[i]) {
            found = i % ENTRIES;
            counts[i] = 0;
        }
    return found;
}

static void test_months(void)
{
    uint64_t starts[HLCOLUMNS_MONTHS + 1];
    unsigned wrong = 0, asked = 0;
    hlcolumns_month_starts(starts);
    for (unsigned m = 0; m < HLCOLUMNS_MONTHS; m++)
        for (int64_t off = -1; off <= 1; off++) {
            int64_t date = (int64_t)starts[m] - HLCOLUMNS_ZONE + off;
            if (date < 1 || date > UINT32_MAX)
                continue;
            wrong += month_counted((uint32_t)date, starts) != month_by_library((uint32_t)date);
            asked++;
        }
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t date = (uint32_t)tap_random(&seed) | 1;
        wrong += month_counted(date, starts) != month_by_library(date);
    }
    wrong += month_counted(1, starts) != 0;
    wrong += month_counted(UINT32_MAX, starts) != month_by_library(UINT32_MAX);
    OK(!wrong && asked > 4000, "months at +07:00 begin when the library's do (%u)", asked);
    OK(month_counted(0, starts) == HLCOLUMNS_MONTHS, "the undated are counted apart");
    OK(month_counted(1483203600, starts) == 47 * 12 &&
           month_counted(1483203599, starts) == 47 * 12 - 1,
       "2017 begins at 2016-12-31 17:00 UTC");
}

static void test_counts(void)
{
    enum { ROOM = 7, N = 1000 };
    uint8_t column[N * 2];
    uint16_t docs[HLFMT_WINDOW];
    uint32_t counts[HLCOLUMNS_TABLES * (ROOM + 1)] = {0}, want[ROOM + 1] = {0};
    uint64_t bits[HLCONT_WORDS] = {0};
    unsigned expected = 0;
    bool same = true;
    for (unsigned i = 0; i < N; i++) {
        uint16_t code = (uint16_t)(below(20) ? below(ROOM) : ROOM + below(60000));
        put16(column + i * 2, code);
        if (below(3))
            continue;
        bits[i / 64] |= (uint64_t)1 << i % 64;
        want[code < ROOM ? code : ROOM]++;
        expected++;
    }
    unsigned n = hlcolumns_docs(bits, docs);
    for (unsigned i = 0; i < n; i++)
        same =
            same && (bits[docs[i] / 64] >> docs[i] % 64 & 1) && (!i || docs[i] > docs[i - 1]);
    OK(n == expected && same, "documents of bits, rising");
    hlcolumns_count(column, docs, n, ROOM, counts);
    for (unsigned code = 0; code <= ROOM; code++) {
        uint32_t sum = 0;
        for (unsigned t = 0; t < HLCOLUMNS_TABLES; t++)
            sum += counts[t * (ROOM + 1) + code];
        same = same && sum == want[code];
    }
    OK(same && want[ROOM] > 0, "codes counted, those past the last together");
}

/* ----------------------------------------------------------------- lists of codes */

enum { LISTS = 3000 };

/* Documents with none, some, or 64 codes each; the last ones with none. */
struct drawn_lists {
    uint8_t offsets[(LISTS + 1) * 4], codes[LISTS * 64 * 2];
    struct hllists lists;
};

static void draw_lists(struct drawn_lists *d, uint32_t docs, uint32_t kinds)
{
    uint32_t count = 0;
    d->lists = (struct hllists){d->offsets, d->codes};
    for (uint32_t doc = 0; doc <= docs; doc++) {
        put32(d->offsets + doc * 4, count);
        uint32_t n = below(3) ? below(4) : below(20) ? 0 : 64;
        for (uint32_t i = 0; doc < docs && doc + 5 < LISTS && i < n; i++)
            put16(d->codes + 2 * count++, (uint16_t)(1 + below(kinds)));
    }
}

static bool list_has(const struct drawn_lists *d, uint32_t doc, const uint8_t *wanted)
{
    bool found = false;
    for (uint32_t i = hllists_start(&d->lists, doc); i < hllists_start(&d->lists, doc + 1); i++)
        found = found || wanted[hlbuf_load16(d->codes + i * 2)];
    return found;
}

static void test_lists(void)
{
    enum { KINDS = 40 };
    static struct drawn_lists d;
    unsigned wrong = 0, wrong_late = 0, wrong_counts = 0;
    for (unsigned round = 0; round < 60; round++) {
        uint64_t bits[HLCONT_WORDS] = {0}, table[HLCONT_WORDS] = {0};
        uint8_t wanted[KINDS + 1] = {0};
        struct hllists_codes codes = {.wanted = wanted, .wanted_size = sizeof wanted};
        uint16_t chosen[HLCOLUMNS_CODES], docs[LISTS];
        uint32_t counts[HLCOLUMNS_TABLES * (KINDS + 2)] = {0}, sum = 0, none = 0;
        uint32_t first = below(LISTS), n = 1 + below(LISTS - first), listed = 0;
        draw_lists(&d, LISTS, KINDS);
        for (unsigned k = 0; k < 1 + round % HLCOLUMNS_CODES; k++)
            wanted[chosen[k] = (uint16_t)(1 + below(KINDS))] = 1;
        hllists_any(&d.lists, first, n, &codes, table);
        codes.codes = chosen;
        codes.count = 1 + round % HLCOLUMNS_CODES;
        hllists_any(&d.lists, first, n, &codes, bits);
        struct hllate_values value = {
            .column = d.codes, .offsets = d.offsets, .count = codes.count};
        memcpy(value.codes, chosen, sizeof chosen);
        struct hllate late = {.waiting = 1, .docs = LISTS, .values = &value, .value_count = 1};
        for (uint32_t i = 0; i < HLFMT_WINDOW; i++) {
            bool has = i < n && list_has(&d, first + i, wanted);
            wrong += (bits[i / 64] >> i % 64 & 1) != has || bits[i / 64] != table[i / 64];
            value.excluded = below(2);
            wrong_late += i < n && hllate_meets(&late, first + i) != (has != value.excluded);
            if (i < n && below(2))
                docs[listed++] = (uint16_t)i;
        }
        for (uint32_t i = 0; i < listed; i++) {
            uint32_t from = hllists_start(&d.lists, first + docs[i]);
            uint32_t to = hllists_start(&d.lists, first + docs[i] + 1);
            sum += to - from;
            none += from == to;
        }
        wrong_counts += hllists_count(&d.lists, first, docs, listed, KINDS + 1, counts) != none;
        for (unsigned i = 0; i < HLCOLUMNS_TABLES * (KINDS + 2); i++)
            sum -= counts[i];
        wrong_counts += sum != 0;
    }
    OK(!wrong, "lists: documents that have one of the codes, by lanes and by a table");
    OK(!wrong_late, "one document, wanted or not");
    OK(!wrong_counts, "and codes counted, documents without any apart");
}

/* ------------------------------------------------------- conditions that wait */

enum { DOCS = 2 * HLFMT_WINDOW + 777, WINDOWS = 3 };

struct waiting {
    uint8_t dates[DOCS * 4], codes[2][DOCS * 2], wanted[8];
    uint64_t allowed[WINDOWS * HLCONT_WORDS], before[WINDOWS * HLCONT_WORDS];
    struct hllate_values values[2];
    struct hllate late;
};

/* Without lanes or windows: may the document answer? */
static bool should_answer(const struct waiting *w, uint32_t doc)
{
    uint32_t date = hlbuf_load32(w->dates + doc * 4);
    bool good = w->before[doc / 64] >> doc % 64 & 1;
    if (w->late.cut >> doc / HLFMT_WINDOW & 1)
        good = good && date >= w->late.range.low && date <= w->late.range.high;
    for (uint32_t i = 0; i < w->late.value_count; i++) {
        uint16_t code = hlbuf_load16(w->codes[i] + doc * 2);
        bool has = i ? w->wanted[code] : code == 2 || code == 5;
        good = good && has != w->values[i].excluded;
    }
    return good;
}

static void draw_waiting(struct waiting *w)
{
    memset(w, 0, sizeof *w);
    w->late = (struct hllate){.allowed = w->allowed,
                              .docs = DOCS,
                              .dates = w->dates,
                              .range = {1000, 3000},
                              .cut = below(8),
                              .values = w->values,
                              .value_count = below(3)};
    w->late.waiting = w->late.value_count ? 7 : w->late.cut;
    for (unsigned i = 0; i < 8; i++)
        w->wanted[i] = (uint8_t)below(2);
    w->values[0] = (struct hllate_values){
        .column = w->codes[0], .excluded = below(2), .count = 2, .codes = {2, 5}};
    w->values[1] = (struct hllate_values){
        .column = w->codes[1], .excluded = below(2), .wanted = w->wanted, .wanted_size = 8};
    uint32_t least = below(3) ? 500 : 4000; /* some windows have nothing in the range */
    for (uint32_t d = 0; d < DOCS; d++) {
        put32(w->dates + d * 4, d / HLFMT_WINDOW == 1 ? least + below(3500) : below(3500));
        put16(w->codes[0] + d * 2, (uint16_t)below(8));
        put16(w->codes[1] + d * 2, (uint16_t)below(8));
        w->allowed[d / 64] |= (uint64_t)(below(9) > 0) << d % 64;
    }
    memcpy(w->before, w->allowed, sizeof w->before);
}

static void test_late(void)
{
    static struct waiting w;
    unsigned wrong_one = 0, wrong_bits = 0, wrong_empty = 0, empty = 0;
    for (unsigned round = 0; round < 60; round++) {
        draw_waiting(&w);
        for (unsigned i = 0; i < 300; i++) {
            uint32_t doc = below(DOCS);
            bool allowed = w.allowed[doc / 64] >> doc % 64 & 1;
            wrong_one += (allowed && hllate_meets(&w.late, doc)) != should_answer(&w, doc);
        }
        for (unsigned k = 0; k < 2 * WINDOWS; k++) {
            /* Each twice: the second time changes nothing. */
            unsigned window = (k + round) % WINDOWS;
            bool some = hllate_settle(&w.late, window), any = false;
            uint32_t end = (window + 1) * HLFMT_WINDOW;
            for (uint32_t d = window * HLFMT_WINDOW; d < end && d < DOCS; d++) {
                bool is = w.allowed[d / 64] >> d % 64 & 1;
                wrong_bits += is != should_answer(&w, d);
                any = any || is;
            }
            wrong_empty += some != any;
            empty += !some;
        }
        wrong_bits += w.late.waiting != 0;
    }
    OK(!wrong_one, "one document, before its window was looked at");
    OK(!wrong_bits, "the bits of a window, after");
    OK(!wrong_empty && empty > 0, "windows with nothing left say so (%u)", empty);
}

int main(void)
{
    for (int level = 0; level < HLCPU_LEVELS; level++)
        test_level((enum hlcpu_level)level);
    test_part();
    test_months();
    test_counts();
    test_lists();
    test_late();
    return tap_done();
}
