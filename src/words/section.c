#include "words/section.h"

#include "base/mem.h"
#include "text/syllable.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdlib.h>

static const double STICKY = 12; /* times above chance */
enum {
    HEAD_COUNT = 10,   /* bytes of how many syllables there are, at most */
    HEAD_SYLLABLE = 15 /* and of one */
};

_Static_assert(sizeof(struct hlwords_pair) == 8, "a pair is small");

void hlwords_counts_release(struct hlwords_counts *counts)
{
    hlmem_free(counts->syllables);
    hlmem_free(counts->pairs);
    memset(counts, 0, sizeof *counts);
}

uint16_t hlwords_code(const uint8_t *term, size_t size)
{
    size_t spelled_size = 0;
    const char *text = (const char *)term;
    bool valid = hltext_utf8_check(text, size) == size; /* a damaged term may be anything */
    uint16_t code = valid ? hlsyl_parse(text, size) : HLSYL_NONE;
    const char *spelled = code == HLSYL_NONE ? NULL : hlsyl_spell(code, &spelled_size);
    bool same = spelled && spelled_size == size && !memcmp(spelled, term, size);
    return same ? code : HLWORDS_NO_CODE;
}

/* ---- writing ---- */

static int by_codes(const void *x, const void *y)
{
    const struct hlwords_pair *p = x, *q = y;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

static int compare_codes(const void *x, const void *y)
{
    const struct hlwords_syllable *p = x, *q = y;
    return p->code < q->code ? -1 : p->code > q->code;
}

void hlwords_sort_syllables(struct hlwords_counts *counts)
{
    if (counts->syllable_count)
        qsort(counts->syllables, counts->syllable_count, sizeof *counts->syllables,
              compare_codes);
}

/* Together more often than their counts alone would bring them, in whole numbers. */
static bool beats_chance(const struct hlwords_counts *c, const uint32_t *by_code,
                         uint64_t total, size_t i)
{
    const struct hlwords_pair *p = &c->pairs[i];
    assert(by_code[p->a] >= p->count && by_code[p->b] >= p->count);
    return (unsigned __int128)p->count * total >
           (unsigned __int128)by_code[p->a] * by_code[p->b];
}

bool hlwords_sticks(uint64_t places, uint64_t pair, uint64_t a, uint64_t b)
{
    return (double)pair * (double)places > STICKY * (double)a * (double)b;
}

static void find_ends(struct hlwords_counts *c, const uint32_t *by_code, uint64_t total)
{
    for (size_t i = 0; i < c->syllable_count; i++)
        c->syllables[i].ends = 0;
    for (size_t i = 0; i < c->pair_count; i++) {
        const struct hlwords_pair *p = &c->pairs[i];
        struct hlwords_syllable wanted = {.code = p->b}, *found;
        if (!hlwords_sticks(total, p->count, by_code[p->a], by_code[p->b]))
            continue;
        found = bsearch(&wanted, c->syllables, c->syllable_count, sizeof wanted, compare_codes);
        if (found) /* a pair comes no more often than its second: but who says that of damage?
                    */
            found->ends +=
                p->count < found->count - found->ends ? p->count : found->count - found->ends;
    }
}

static void put_syllables(const struct hlwords_counts *counts, struct hlbuf *to)
{
    uint32_t next = 0;
    hlbuf_put_varint(to, counts->syllable_count);
    for (size_t i = 0; i < counts->syllable_count; i++) {
        const struct hlwords_syllable *s = &counts->syllables[i];
        assert(s->code >= next && s->count);
        hlbuf_put_varint(to, s->code - next);
        hlbuf_put_varint(to, s->count);
        hlbuf_put_varint(to, s->ends);
        next = s->code + 1;
    }
}

/* The second code starts anew with each first one, so that it is a small step as well. */
static void put_pairs(const struct hlwords_counts *counts, struct hlbuf *to)
{
    uint32_t a = 0, next = 0;
    hlbuf_put_varint(to, counts->pair_count);
    for (size_t i = 0; i < counts->pair_count; i++) {
        const struct hlwords_pair *p = &counts->pairs[i];
        assert(p->a >= a && p->count >= HLWORDS_PAIR_LEAST);
        hlbuf_put_varint(to, p->a - a);
        if (p->a != a)
            next = 0;
        assert(p->b >= next);
        hlbuf_put_varint(to, p->b - next);
        hlbuf_put_varint(to, p->count - HLWORDS_PAIR_LEAST);
        a = p->a;
        next = (uint32_t)p->b + 1;
    }
}

bool hlwords_section_write(struct hlwords_counts *counts, struct hlbuf *to)
{
    uint64_t total = 0;
    size_t kept = 0;
    uint32_t *by_code = hlmem_zalloc(HLWORDS_CODES, sizeof *by_code);
    if (!by_code)
        return false;
    for (size_t i = 0; i < counts->syllable_count; i++) {
        by_code[counts->syllables[i].code] = counts->syllables[i].count;
        total += counts->syllables[i].count;
    }
    for (size_t i = 0; i < counts->pair_count; i++)
        if (counts->pairs[i].count >= HLWORDS_PAIR_LEAST &&
            beats_chance(counts, by_code, total, i))
            counts->pairs[kept++] = counts->pairs[i];
    counts->pair_count = kept;
    find_ends(counts, by_code, total);
    hlmem_free(by_code);
    if (kept)
        qsort(counts->pairs, kept, sizeof *counts->pairs, by_codes);
    if (counts->syllable_count) {
        put_syllables(counts, to);
        put_pairs(counts, to);
    }
    return !to->failed;
}

/* ---- reading ---- */

/* A count of rows that the bytes left can hold, with room for them. */
static hl_status take_rows(struct hlview *v, size_t least, size_t row, void **out_rows,
                           size_t *out_count, const char **out_why)
{
    uint64_t count = hlview_varint(v);
    *out_why = "its words end too early";
    if (v->bad || count > hlview_left(v) / least)
        return HL_CORRUPT;
    *out_rows = hlmem_zalloc((size_t)count + 1, row);
    *out_count = (size_t)count;
    return *out_rows ? HL_OK : HL_NOMEM;
}

/* Most are of one byte. */
static inline uint64_t take_varint(struct hlview *v)
{
    return v->p < v->end && *v->p < 128 ? *v->p++ : hlview_varint(v);
}

/* A syllable code: `next` and a step. */
static inline bool take_code(struct hlview *v, uint64_t next, uint32_t *out_code)
{
    uint64_t step = take_varint(v);
    if (v->bad || step >= HLWORDS_CODES || next + step >= HLWORDS_CODES)
        return false;
    *out_code = (uint32_t)(next + step);
    return true;
}

/* by_code: where their counts are wanted; NULL. */
static bool read_syllables(struct hlview *v, struct hlwords_counts *c, uint32_t *by_code)
{
    uint32_t next = 0;
    for (size_t i = 0; i < c->syllable_count; i++) {
        struct hlwords_syllable *s = &c->syllables[i];
        if (!take_code(v, next, &s->code) || !hlsyl_is_legal((uint16_t)s->code))
            return false;
        uint64_t count = take_varint(v), ends = take_varint(v);
        if (v->bad || !count || count > UINT32_MAX || ends > count)
            return false;
        s->count = (uint32_t)count;
        if (by_code)
            by_code[s->code] = s->count;
        s->ends = (uint32_t)ends;
        next = s->code + 1;
    }
    return true;
}

static bool read_pairs(struct hlview *v, struct hlwords_counts *c, const uint32_t *by_code)
{
    uint32_t a = 0, b, next = 0;
    for (size_t i = 0; i < c->pair_count; i++) {
        uint32_t before = a;
        if (!take_code(v, before, &a) || !take_code(v, a == before ? next : 0, &b))
            return false;
        uint64_t count = take_varint(v);
        if (v->bad || count > UINT32_MAX - HLWORDS_PAIR_LEAST)
            return false;
        count += HLWORDS_PAIR_LEAST;
        /* Codes that are no syllables have no count. */
        if (count > by_code[a] || count > by_code[b])
            return false;
        c->pairs[i] = (struct hlwords_pair){(uint16_t)a, (uint16_t)b, (uint32_t)count};
        next = b + 1;
    }
    return true;
}

static hl_status read_head(struct hlview *v, struct hlwords_counts *c, uint32_t *by_code,
                           const char **out_why)
{
    void *rows = NULL;
    hl_status status =
        take_rows(v, 3, sizeof *c->syllables, &rows, &c->syllable_count, out_why);
    c->syllables = rows;
    if (status != HL_OK)
        return status;
    *out_why = "a syllable of its words is wrong";
    return c->syllable_count && read_syllables(v, c, by_code) ? HL_OK : HL_CORRUPT;
}

static hl_status read_tail(struct hlview *v, struct hlwords_counts *c, const uint32_t *by_code,
                           const char **out_why)
{
    void *rows = NULL;
    hl_status status = take_rows(v, 3, sizeof *c->pairs, &rows, &c->pair_count, out_why);
    c->pairs = rows;
    if (status != HL_OK)
        return status;
    *out_why = "a pair of its words is wrong";
    if (!read_pairs(v, c, by_code))
        return HL_CORRUPT;
    *out_why = "bytes behind its words";
    return hlview_left(v) ? HL_CORRUPT : HL_OK;
}

static hl_status read_section(const uint8_t *bytes, size_t size, bool pairs,
                              struct hlwords_counts *out_counts, const char **out_why)
{
    struct hlwords_counts counts = {0};
    const char *why = "no memory";
    struct hlview v = hlview_of(bytes, size);
    if (!size) {
        *out_counts = counts; /* a chunk without a syllable */
        return HL_OK;
    }
    uint32_t *by_code = pairs ? hlmem_zalloc(HLWORDS_CODES, sizeof *by_code) : NULL;
    hl_status status = by_code || !pairs ? read_head(&v, &counts, by_code, &why) : HL_NOMEM;
    if (status == HL_OK && pairs)
        status = read_tail(&v, &counts, by_code, &why);
    hlmem_free(by_code);
    if (status != HL_OK) {
        hlwords_counts_release(&counts);
        *out_why = why;
        return status;
    }
    *out_counts = counts;
    return HL_OK;
}

size_t hlwords_section_head(const uint8_t *bytes, size_t size)
{
    struct hlview v = hlview_of(bytes, size < HEAD_COUNT ? size : HEAD_COUNT);
    uint64_t count = size ? hlview_varint(&v) : 0;
    return count < size / HEAD_SYLLABLE ? HEAD_COUNT + (size_t)count * HEAD_SYLLABLE : size;
}

hl_status hlwords_section_syllables(const uint8_t *bytes, size_t size,
                                    struct hlwords_counts *out_counts, const char **out_why)
{
    return read_section(bytes, size, false, out_counts, out_why);
}

hl_status hlwords_section_read(const uint8_t *bytes, size_t size,
                               struct hlwords_counts *out_counts, const char **out_why)
{
    return read_section(bytes, size, true, out_counts, out_why);
}
