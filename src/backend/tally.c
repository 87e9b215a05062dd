#include "backend/tally.h"

#include "base/err.h"
#include "base/hash.h"
#include "match/lists.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { NAMED = 4, VALUES_START = 64, MONTH_NAME = sizeof "2106-02" };

/* Facets that have names, in the order of columns; the last one is of lists. */
static const enum hl_facet named[NAMED] = {HL_FACET_SOURCE, HL_FACET_SECTION, HL_FACET_AUTHOR,
                                           HL_FACET_TAG};
enum { LISTED = NAMED - 1 };

/* Values of a facet that has names, found by hash. */
struct names {
    struct hltally_value *values;
    uint64_t
        *slots; /* 2 * room, a power of two: hash << 32 | number of a value + 1; 0 is free */
    size_t count, room;
};

/* Counts of a column of bytes, by value; four of each, so that equal neighbours do not wait
 * for each other. */
enum { BYTES = 256, SIDES = 4 };
typedef uint32_t byte_counts[BYTES][SIDES];

struct hltally {
    struct hlarena *arena;
    unsigned facets;
    const struct hlbytes *bytes;   /* NULL: not known */
    byte_counts *byte_counts;      /* of a chunk, HLBYTES_COLUMNS */
    uint64_t *sums[HLBYTES_NAMED]; /* by number of a name in bytes */
    struct names names[NAMED];
    uint64_t missing[NAMED], undated;
    uint64_t months[HLCOLUMNS_MONTHS];
    uint64_t starts[HLCOLUMNS_MONTHS + 1];
    uint32_t *counts; /* of a chunk, facet after facet: HLCOLUMNS_TABLES tables each */
    size_t counts_room;
    hl_status status;
    struct hl_error error;
};

static bool wants(const struct hltally *t, enum hl_facet facet)
{
    return t->facets >> facet & 1;
}

static bool wants_dates(const struct hltally *t)
{
    return wants(t, HL_FACET_YEAR) || wants(t, HL_FACET_MONTH);
}

/* The arena's limit is the query's, not the machine's. */
static hl_status out_of_memory(const struct hlarena *arena, struct hl_error *err)
{
    if (arena->total <= arena->limit / 2)
        return hlerr_nomem(err);
    return hlerr_set(err, HL_LIMIT, "facets have too many values to be counted in memory");
}

static bool make_sums(struct hltally *t)
{
    const struct hlbytes_name *names;
    t->byte_counts = hlarena_alloc(t->arena, HLBYTES_COLUMNS * sizeof *t->byte_counts);
    bool good = t->byte_counts;
    for (unsigned f = 0; good && f < HLBYTES_NAMED; f++) {
        size_t count = hlbytes_names(t->bytes, f, &names);
        t->sums[f] = hlarena_zalloc(t->arena, count + 1, sizeof *t->sums[f]);
        good = t->sums[f];
    }
    return good;
}

hl_status hltally_open(unsigned facets, const struct hlbytes *bytes, struct hlarena *arena,
                       struct hltally **out_tally, struct hl_error *err)
{
    struct hltally *t = hlarena_zalloc(arena, 1, sizeof *t);
    if (!t)
        return out_of_memory(arena, err);
    t->arena = arena;
    t->facets = facets;
    t->bytes = bytes;
    if (bytes && !make_sums(t))
        return out_of_memory(arena, err);
    /* Years by bytes need no months. */
    if (wants_dates(t) && (!bytes || wants(t, HL_FACET_MONTH)))
        hlcolumns_month_starts(t->starts);
    *out_tally = t;
    return HL_OK;
}

void hltally_reset(struct hltally *tally)
{
    for (unsigned f = 0; f < NAMED; f++) {
        struct names *n = &tally->names[f];
        n->count = 0;
        if (n->slots)
            memset(n->slots, 0, 2 * n->room * sizeof *n->slots);
    }
    for (unsigned f = 0; tally->bytes && f < HLBYTES_NAMED; f++) {
        const struct hlbytes_name *names;
        size_t count = hlbytes_names(tally->bytes, f, &names);
        memset(tally->sums[f], 0, count * sizeof *tally->sums[f]);
    }
    memset(tally->missing, 0, sizeof tally->missing);
    memset(tally->months, 0, sizeof tally->months);
    tally->undated = 0;
    tally->status = HL_OK;
}

hl_status hltally_status(const struct hltally *tally, struct hl_error *err)
{
    if (tally->status != HL_OK && err)
        *err = tally->error;
    return tally->status;
}

/* ---- names of all chunks ---- */

/* The slot of a name: its own or a free one.  Names of other hashes are not looked at: each
 * would be a miss of the caches. */
static uint64_t *find_slot(const struct names *n, const char *name, uint32_t size,
                           uint32_t hash)
{
    size_t mask = 2 * n->room - 1, at = hash & mask;
    for (; n->slots[at]; at = (at + 1) & mask) {
        if (n->slots[at] >> 32 != hash)
            continue;
        const struct hltally_value *v = &n->values[(uint32_t)n->slots[at] - 1];
        if (v->size == size && !memcmp(v->name, name, size))
            break;
    }
    return &n->slots[at];
}

/* Twice as much room; what was there is given back with the arena. */
static bool grow(struct names *n, struct hlarena *arena)
{
    struct names wider = {.count = n->count, .room = n->room ? 2 * n->room : VALUES_START};
    wider.values = hlarena_alloc(arena, wider.room * sizeof *wider.values);
    wider.slots = hlarena_zalloc(arena, 2 * wider.room, sizeof *wider.slots);
    if (!wider.values || !wider.slots)
        return false;
    if (n->count)
        memcpy(wider.values, n->values, n->count * sizeof *n->values);
    size_t mask = 2 * wider.room - 1;
    for (size_t i = 0; i < 2 * n->room; i++) {
        size_t at = n->slots[i] >> 32 & mask;
        while (n->slots[i] && wider.slots[at])
            at = (at + 1) & mask;
        if (n->slots[i])
            wider.slots[at] = n->slots[i];
    }
    *n = wider;
    return true;
}

static bool add_name(struct names *n, struct hlarena *arena, const char *name, uint32_t size,
                     uint64_t count)
{
    if (n->count == n->room && !grow(n, arena))
        return false;
    uint32_t hash = (uint32_t)hlhash64(name, size);
    uint64_t *slot = find_slot(n, name, size, hash);
    if (!*slot) {
        n->values[n->count] = (struct hltally_value){name, size, 0};
        *slot = (uint64_t)hash << 32 | (uint32_t)++n->count;
    }
    n->values[(uint32_t)*slot - 1].count += count;
    return true;
}

/* ---- one chunk ---- */

/* What is counted of a chunk: columns and where their counts go. */
struct chunk_counts {
    struct {
        struct hlchunk_names names;
        uint32_t room;
        uint32_t *counts;
    } facet[NAMED];
    struct hlchunk_tags tags; /* no offsets: the chunk has none */
    uint32_t *months;
    int month; /* that all dates count for; -1: they are looked at */
    /* Those that are counted by bytes instead; bytes NULL: none is. */
    const struct hlbytes_chunk *bytes;
    byte_counts *byte_counts;
};

/* Is a facet with names counted by bytes? */
static bool has_bytes(const struct chunk_counts *c, unsigned f)
{
    return c->bytes && f < HLBYTES_NAMED && c->bytes->columns[f].bytes;
}

/* Months have no bytes, and a year is the sum of its months then. */
static bool has_years(const struct hltally *t, const struct chunk_counts *c)
{
    return c->month < 0 && c->bytes && !wants(t, HL_FACET_MONTH) &&
           c->bytes->columns[HLBYTES_YEAR].bytes;
}

static size_t tables_size(uint32_t room)
{
    return (size_t)HLCOLUMNS_TABLES * (room + 1);
}

/* Room for all counts of a chunk, zeroed. */
static hl_status make_counts(struct hltally *t, struct chunk_counts *c, struct hl_error *err)
{
    size_t size = 0;
    for (unsigned f = 0; f < NAMED; f++)
        size += c->facet[f].room ? tables_size(c->facet[f].room) : 0;
    size += wants_dates(t) && !has_years(t, c) ? tables_size(HLCOLUMNS_MONTHS) : 0;
    if (size > t->counts_room) {
        t->counts = hlarena_alloc(t->arena, size * sizeof *t->counts);
        t->counts_room = t->counts ? size : 0;
    }
    if (size && !t->counts)
        return out_of_memory(t->arena, err);
    if (c->bytes)
        memset(t->byte_counts, 0, HLBYTES_COLUMNS * sizeof *t->byte_counts);
    c->byte_counts = t->byte_counts;
    if (size)
        memset(t->counts, 0, size * sizeof *t->counts);
    uint32_t *at = t->counts;
    for (unsigned f = 0; f < NAMED; f++) {
        c->facet[f].counts = at;
        at += c->facet[f].room ? tables_size(c->facet[f].room) : 0;
    }
    c->months = at;
    return HL_OK;
}

static hl_status open_column(const struct hlchunk *source, unsigned f, struct chunk_counts *c,
                             struct hl_error *err)
{
    const uint8_t *keys;
    hl_status status = f == LISTED ? hlchunk_tag_names(source, &c->facet[f].names, &keys, err)
                                   : hlchunk_facet_names(source, f, &c->facet[f].names, err);
    if (status == HL_OK && f == LISTED)
        status = hlchunk_tags(source, &c->tags, err);
    if (status != HL_OK)
        return status;
    /* Code 0, then names; a damaged file may have more names than there are codes. */
    uint32_t names = c->facet[f].names.count;
    c->facet[f].room = names < UINT16_MAX ? names + 1 : UINT16_MAX + 1u;
    return HL_OK;
}

/* A chunk without dates, or with those of one year or month alone, as most are in an archive
 * that gets a chunk in a year: its column is not read. */
static int only_month(const struct hltally *t, const struct hlchunk *source)
{
    const struct hlfmt_chunk *head = &source->head;
    if (head->undated == head->docs)
        return HLCOLUMNS_MONTHS;
    if (head->undated || !head->date_min || head->date_min > head->date_max)
        return -1;
    uint32_t first = hlcolumns_month(head->date_min, t->starts);
    uint32_t last = hlcolumns_month(head->date_max, t->starts);
    uint32_t unit = wants(t, HL_FACET_MONTH) ? 1 : 12;
    return first / unit == last / unit ? (int)first : -1;
}

static hl_status open_columns(struct hltally *t, const struct hlchunk *source,
                              const struct hlbytes_chunk *bytes, struct chunk_counts *c,
                              struct hl_error *err)
{
    hl_status status = HL_OK;
    memset(c, 0, sizeof *c);
    c->bytes = bytes;
    for (unsigned f = 0; status == HL_OK && f < NAMED; f++)
        if (wants(t, named[f]) && !has_bytes(c, f))
            status = open_column(source, f, c, err);
    c->month = wants_dates(t) ? only_month(t, source) : -1;
    return status == HL_OK ? make_counts(t, c, err) : status;
}

/* A window while it is counted. */
struct window {
    const uint64_t *bits;
    unsigned answers;
    uint32_t first, docs; /* of the window */
    uint16_t list[HLFMT_WINDOW];
    unsigned listed; /* 0: not made yet */
};

/*
 * What most answers of a window have is counted by comparing the column with it in lanes, for
 * the price of some hundred answers one by one.  A sample tells what that is.
 */
enum { SAMPLE = HLCONT_WORDS / 2, WORTH_IT = 128 };

struct sample {
    uint32_t keys[SAMPLE];
    unsigned counts[SAMPLE], distinct, size;
};

static void sample_add(struct sample *s, uint32_t key)
{
    unsigned i = 0;
    while (i < s->distinct && s->keys[i] != key)
        i++;
    if (i == s->distinct) {
        s->keys[i] = key;
        s->counts[i] = 0;
        s->distinct++;
    }
    s->counts[i]++;
    s->size++;
}

/* The first answer of every other word; names by their codes, dates by month.  Columns here
 * and below are those of the window. */
static void take_sample(const struct window *w, const uint8_t *codes, const uint8_t *dates,
                        const uint64_t *starts, struct sample *s)
{
    s->distinct = s->size = 0;
    if (w->answers < 2 * WORTH_IT || hlcpu_level() == HLCPU_LEVEL_PORTABLE)
        return;
    for (unsigned i = 0; i < HLCONT_WORDS; i += 2) {
        size_t doc = i * 64 + (unsigned)__builtin_ctzll(w->bits[i] | 1ull << 63);
        if (w->bits[i])
            sample_add(s, codes ? hlbuf_load16(codes + doc * 2)
                                : hlcolumns_month(hlbuf_load32(dates + doc * 4), starts));
    }
}

static bool is_frequent(const struct sample *s, unsigned i, unsigned answers)
{
    return (uint64_t)s->counts[i] * answers >= (uint64_t)WORTH_IT * s->size;
}

/* Moves the answers in `found` from what is left; how many they are. */
static uint32_t take_found(uint64_t *left, const uint64_t *found)
{
    uint64_t both[HLCONT_WORDS];
    for (unsigned i = 0; i < HLCONT_WORDS; i++) {
        both[i] = left[i] & found[i];
        left[i] &= ~found[i];
    }
    return (uint32_t)hlbits_count(both, HLCONT_WORDS);
}

/* The answers that are left, one by one: all of them share a list. */
static unsigned list_left(struct window *w, const uint64_t *left, bool all, uint16_t *own,
                          const uint16_t **out_list)
{
    *out_list = all ? w->list : own;
    if (!all)
        return hlcolumns_docs(left, own);
    if (!w->listed)
        w->listed = hlcolumns_docs(w->bits, w->list);
    return w->listed;
}

static void count_codes(struct window *w, const uint8_t *column, uint32_t room,
                        uint32_t *counts)
{
    uint64_t left[HLCONT_WORDS];
    uint16_t own[HLFMT_WINDOW];
    const uint16_t *list;
    struct sample s;
    bool all = true;
    take_sample(w, column, NULL, NULL, &s);
    memcpy(left, w->bits, sizeof left);
    for (unsigned i = 0; i < s.distinct; i++) {
        uint64_t found[HLCONT_WORDS] = {0};
        uint16_t code = (uint16_t)s.keys[i];
        if (!is_frequent(&s, i, w->answers))
            continue;
        hlcolumns_ops()->codes(column, w->docs, &code, 1, found);
        counts[code < room ? code : room] += take_found(left, found);
        all = false;
    }
    unsigned n = list_left(w, left, all, own, &list);
    hlcolumns_count(column, list, n, room, counts);
}

/* Every tag of every answer; code 0, which no tag has, counts those without. */
static void count_lists(struct window *w, const struct chunk_counts *c)
{
    const struct hllists lists = {c->tags.offsets, c->tags.codes};
    uint32_t *counts = c->facet[LISTED].counts;
    if (!lists.offsets) {
        counts[0] += w->answers;
        return;
    }
    if (!w->listed)
        w->listed = hlcolumns_docs(w->bits, w->list);
    counts[0] +=
        hllists_count(&lists, w->first, w->list, w->listed, c->facet[LISTED].room, counts);
}

/* The dates of a month, or of its year where months are not asked for; the undated. */
static struct hlcolumns_range range_of(const struct hltally *t, uint32_t month)
{
    if (month == HLCOLUMNS_MONTHS)
        return (struct hlcolumns_range){0, 0};
    uint32_t next = month + 1;
    if (!wants(t, HL_FACET_MONTH)) {
        month -= month % 12;
        next = month + 12;
    }
    uint64_t low = t->starts[month], high = t->starts[next] - HLCOLUMNS_ZONE - 1;
    low = low > HLCOLUMNS_ZONE ? low - HLCOLUMNS_ZONE : 1;
    return (struct hlcolumns_range){(uint32_t)low,
                                    (uint32_t)(high < UINT32_MAX ? high : UINT32_MAX)};
}

static void count_dates(const struct hltally *t, struct window *w, const uint8_t *dates,
                        uint32_t *counts)
{
    uint64_t left[HLCONT_WORDS];
    uint16_t own[HLFMT_WINDOW];
    const uint16_t *list;
    struct sample s, units = {.distinct = 0};
    bool all = true;
    take_sample(w, NULL, dates, t->starts, &s);
    /* Where only years are asked for a year stands in its January. */
    for (unsigned i = 0; i < s.distinct; i++)
        for (unsigned k = 0; k < s.counts[i]; k++) {
            bool year = s.keys[i] < HLCOLUMNS_MONTHS && !wants(t, HL_FACET_MONTH);
            sample_add(&units, year ? s.keys[i] - s.keys[i] % 12 : s.keys[i]);
        }
    memcpy(left, w->bits, sizeof left);
    for (unsigned i = 0; i < units.distinct; i++) {
        uint64_t found[HLCONT_WORDS] = {0};
        if (!is_frequent(&units, i, w->answers))
            continue;
        hlcolumns_ops()->dates(dates, w->docs, range_of(t, units.keys[i]), found);
        counts[units.keys[i]] += take_found(left, found);
        all = false;
    }
    unsigned n = list_left(w, left, all, own, &list);
    hlcolumns_count_months(dates, list, n, t->starts, counts);
}

/*
 * By bytes it is known which values a window has, and to compare it with each of them in lanes
 * costs as much as some answers one by one.  The last value has what is left.
 */
static void count_bytes(struct window *w, const struct hlbytes_column *column,
                        byte_counts counts)
{
    enum { WORTH = 10 };
    const struct hlbytes_window *have = &column->windows[w->first / HLFMT_WINDOW];
    const uint8_t *bytes = column->bytes + w->first;
    if (have->count && w->answers >= (unsigned)have->count * WORTH) {
        uint32_t found[HLBYTES_MOST], left = w->answers;
        unsigned last = have->count - 1u;
        hlcolumns_ops()->bytes(bytes, w->bits, have->values, last, found);
        for (unsigned i = 0; i < last; i++) {
            counts[have->values[i]][0] += found[i];
            left -= found[i];
        }
        counts[have->values[last]][0] += left;
        return;
    }
    if (!w->listed)
        w->listed = hlcolumns_docs(w->bits, w->list);
    for (unsigned i = 0; i < w->listed; i++)
        counts[bytes[w->list[i]]][i % SIDES]++;
}

static hl_status count_window(const struct hltally *t, const struct hlchunk *source,
                              const struct chunk_counts *c, unsigned window,
                              const uint64_t *bits, unsigned answers, struct hl_error *err)
{
    uint32_t first = window * HLFMT_WINDOW, left = source->head.docs - first;
    const uint8_t *column;
    hl_status status = HL_OK;
    struct window w;
    w.bits = bits;
    w.answers = answers;
    w.first = first;
    w.docs = left < HLFMT_WINDOW ? left : HLFMT_WINDOW;
    w.listed = 0;
    for (unsigned f = 0; status == HL_OK && f < LISTED; f++) {
        if (!wants(t, named[f]))
            continue;
        if (has_bytes(c, f)) {
            count_bytes(&w, &c->bytes->columns[f], c->byte_counts[f]);
            continue;
        }
        status = hlchunk_facet_codes(source, f, first, w.docs, &column, err);
        if (status == HL_OK)
            count_codes(&w, column, c->facet[f].room, c->facet[f].counts);
    }
    if (status == HL_OK && wants(t, HL_FACET_TAG))
        count_lists(&w, c);
    if (status != HL_OK || !wants_dates(t))
        return status;
    if (c->month >= 0) {
        c->months[c->month] += answers;
        return HL_OK;
    }
    if (has_years(t, c)) {
        count_bytes(&w, &c->bytes->columns[HLBYTES_YEAR], c->byte_counts[HLBYTES_YEAR]);
        return HL_OK;
    }
    status = hlchunk_dates(source, first, w.docs, &column, err);
    if (status == HL_OK)
        count_dates(t, &w, column, c->months);
    return status;
}

static uint64_t count_of(const uint32_t *counts, uint32_t room, uint32_t i)
{
    uint64_t sum = 0;
    for (unsigned k = 0; k < HLCOLUMNS_TABLES; k++)
        sum += counts[(size_t)k * (room + 1) + i];
    return sum;
}

static uint64_t sum_of(const uint32_t sides[SIDES])
{
    return (uint64_t)sides[0] + sides[1] + sides[2] + sides[3];
}

/* Adds the counts of a chunk to those of all. */
static void add_bytes(struct hltally *t, const struct chunk_counts *c, unsigned f)
{
    const uint32_t *names = c->bytes->columns[f].names;
    t->missing[f] += sum_of(c->byte_counts[f][0]);
    for (unsigned code = 1; code < BYTES; code++) {
        uint64_t count = sum_of(c->byte_counts[f][code]);
        if (count)
            t->sums[f][names[code]] += count;
    }
}

/* A year stands in its January. */
static void add_years(struct hltally *t, const byte_counts counts)
{
    for (unsigned year = 0; year < HLCOLUMNS_MONTHS / 12; year++)
        t->months[(size_t)year * 12] += sum_of(counts[year]);
    t->undated += sum_of(counts[HLBYTES_UNDATED]);
}

/* Adds the counts of a chunk to those of all, by name. */
static hl_status add_chunk(struct hltally *t, const struct hlchunk *source,
                           const struct chunk_counts *c, unsigned f, struct hl_error *err)
{
    uint32_t room = c->facet[f].room;
    hl_status status = HL_OK;
    t->missing[f] += count_of(c->facet[f].counts, room, 0);
    for (uint32_t code = 1; status == HL_OK && code <= room; code++) {
        uint64_t count = count_of(c->facet[f].counts, room, code);
        const char *name;
        uint32_t size;
        if (!count)
            continue;
        status = hlchunk_facet_at(source, &c->facet[f].names, code - 1, &name, &size, err);
        if (status == HL_OK && !add_name(&t->names[f], t->arena, name, size, count))
            status = out_of_memory(t->arena, err);
    }
    return status;
}

uint64_t hltally_chunk(struct hltally *tally, const struct hlscore_query *query,
                       const struct hlscore_chunk *chunk, struct hlscore_room *room,
                       const struct hlchunk *source, const struct hlbytes_chunk *bytes,
                       uint64_t *out_kept)
{
    struct hltally *t = tally;
    struct chunk_counts c;
    uint64_t total = 0;
    if (t->status == HL_OK)
        t->status = open_columns(t, source, bytes, &c, &t->error);
    for (unsigned w = 0; t->status == HL_OK && w < chunk->windows; w++) {
        if (hldeadline_passed(query->deadline))
            break;
        uint64_t answers = hlscore_answers(query, chunk, room, w, room->bits);
        total += answers;
        if (!answers)
            continue;
        if (out_kept)
            memcpy(out_kept + (size_t)w * HLSCORE_WORDS, room->bits, sizeof room->bits);
        t->status = count_window(t, source, &c, w, room->bits, (unsigned)answers, &t->error);
    }
    for (unsigned f = 0; f < NAMED && total; f++)
        if (wants(t, named[f]) && t->status == HL_OK && has_bytes(&c, f))
            add_bytes(t, &c, f);
        else if (wants(t, named[f]) && t->status == HL_OK)
            t->status = add_chunk(t, source, &c, f, &t->error);
    if (!wants_dates(t) || t->status != HL_OK || !total)
        return total;
    if (has_years(t, &c)) {
        add_years(t, c.byte_counts[HLBYTES_YEAR]);
        return total;
    }
    for (uint32_t m = 0; m < HLCOLUMNS_MONTHS; m++)
        t->months[m] += count_of(c.months, HLCOLUMNS_MONTHS, m);
    t->undated += count_of(c.months, HLCOLUMNS_MONTHS, HLCOLUMNS_MONTHS);
    return total;
}

/* ---- the answer ---- */

/* The more frequent, then the lesser bytes. */
static bool before(const struct hltally_value *a, const struct hltally_value *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    int r = memcmp(a->name, b->name, a->size < b->size ? a->size : b->size);
    return r ? r < 0 : a->size < b->size;
}

/* A heap of values with the last of them on top. */
static void sift_down(struct hltally_value *values, size_t i, size_t count)
{
    struct hltally_value moving = values[i];
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && before(&values[child], &values[child + 1]))
            child++;
        if (!before(&moving, &values[child]))
            break;
        values[i] = values[child];
    }
    values[i] = moving;
}

/* Brings the first `most` values to the front, in order; how many they are. */
static size_t choose(struct hltally_value *values, size_t count, size_t most)
{
    size_t kept = count < most ? count : most;
    if (!kept)
        return 0;
    for (size_t i = kept / 2; i-- > 0;)
        sift_down(values, i, kept);
    for (size_t i = kept; i < count; i++)
        if (before(&values[i], &values[0])) {
            values[0] = values[i];
            sift_down(values, 0, kept);
        }
    for (size_t n = kept; n > 1; n--) {
        struct hltally_value last = values[0];
        values[0] = values[n - 1];
        values[n - 1] = last;
        sift_down(values, 0, n - 1);
    }
    return kept;
}

/* Months or years that have articles, as values. */
static hl_status name_dates(struct hltally *t, unsigned months, struct hltally_value **out,
                            size_t *out_count, struct hl_error *err)
{
    size_t most = HLCOLUMNS_MONTHS / months, count = 0;
    struct hltally_value *values = hlarena_alloc(t->arena, most * sizeof *values);
    char(*names)[MONTH_NAME] = hlarena_alloc(t->arena, most * sizeof *names);
    if (!values || !names)
        return out_of_memory(t->arena, err);
    for (unsigned i = 0; i < most; i++) {
        uint64_t sum = 0;
        for (unsigned m = 0; m < months; m++)
            sum += t->months[i * months + m];
        if (!sum)
            continue;
        unsigned year = 1970 + i * months / 12;
        int size = months == 12
                       ? snprintf(names[count], MONTH_NAME, "%u", year)
                       : snprintf(names[count], MONTH_NAME, "%u-%02u", year, i % 12 + 1);
        values[count] = (struct hltally_value){names[count], (uint32_t)size, sum};
        count++;
    }
    *out = values;
    *out_count = count;
    return HL_OK;
}

/* What bytes counted, as values: by themselves, or with those of chunks that have none. */
static hl_status name_sums(struct hltally *t, unsigned f, struct hl_error *err)
{
    const struct hlbytes_name *list;
    struct names *n = &t->names[f];
    uint32_t count = hlbytes_names(t->bytes, f, &list);
    bool good = true;
    for (uint32_t i = 0; good && i < count; i++) {
        if (t->sums[f][i])
            good = add_name(n, t->arena, list[i].text, list[i].size, t->sums[f][i]);
        t->sums[f][i] = 0;
    }
    return good ? HL_OK : out_of_memory(t->arena, err);
}

hl_status hltally_answer(struct hltally *tally, enum hl_facet facet, size_t most,
                         struct hltally_answer *out_answer, struct hl_error *err)
{
    struct hltally_answer a = {0};
    hl_status status = HL_OK;
    size_t count = 0;
    assert(wants(tally, facet));
    unsigned f = 0;
    while (f < NAMED && named[f] != facet)
        f++;
    if (f < HLBYTES_NAMED && tally->bytes)
        status = name_sums(tally, f, err);
    if (f < NAMED) {
        a.values = tally->names[f].values;
        count = tally->names[f].count;
        a.missing = tally->missing[f];
    } else if (status == HL_OK) {
        unsigned months = facet == HL_FACET_YEAR ? 12 : 1;
        status = name_dates(tally, months, &a.values, &count, err);
        a.missing = tally->undated;
    }
    if (status != HL_OK)
        return status;
    a.distinct = count;
    a.count = choose(a.values, count, most);
    *out_answer = a;
    return HL_OK;
}
