/*
 * pair_counts.c - which terms follow one, and how often: hlpair_each_counts().
 *
 * Of a pair's entry only the counts are wanted, and a common term has thousands: what lists
 * need is stepped over, and nothing is called for a pair.
 */
#include "segment/segment.h"

#include "base/err.h"
#include "base/swar.h"

#include <assert.h>

/* The run of pairs of a term, verified; bad: it ends too early. */
struct run {
    const uint8_t *p, *end;
    bool bad;
};

static uint64_t take_long(struct run *r)
{
    struct hlview v = hlview_of(r->p, (size_t)(r->end - r->p));
    uint64_t value = hlview_varint(&v);
    r->bad |= v.bad;
    r->p = v.p;
    return value;
}

/* Most are of one byte, nearly all others of two. */
static inline uint64_t take(struct run *r)
{
    if (r->end - r->p < 2)
        return take_long(r);
    uint64_t low = r->p[0], high = r->p[1];
    if (low < 128) {
        r->p++;
        return low;
    }
    if (high >= 128)
        return take_long(r);
    r->p += 2;
    return (low & 127) | high << 7;
}

static inline void skip(struct run *r, size_t bytes)
{
    r->bad |= bytes > (size_t)(r->end - r->p);
    r->p = r->bad ? r->end : r->p + bytes;
}

/* Steps over n varints: each ends with a byte below 128. */
static inline void skip_varints(struct run *r, uint32_t n)
{
    while (n && r->end - r->p >= 8) {
        uint64_t ends = hlswar_ascii(hlbuf_load64(r->p));
        uint32_t here = hlswar_count(ends);
        if (here < n) {
            n -= here;
            r->p += 8;
            continue;
        }
        while (--n)
            ends &= ends - 1;
        r->p += hlswar_first(ends) + 1;
        return;
    }
    for (; n && !r->bad; n--)
        take_long(r);
}

/* Distances of a tiny list, one bit a document, what tfs above 1 are (FORMAT.md 5). */
static inline void skip_tiny(struct run *r, uint32_t df, bool ones)
{
    skip(r, 2);
    skip_varints(r, df - 1);
    if (ones)
        return;
    uint32_t bytes = (df + 7) / 8, more = 0;
    const uint8_t *p = r->p;
    skip(r, bytes);
    if (r->bad)
        return;
    memcpy(&more, p, bytes);
    skip_varints(r, (uint32_t)__builtin_popcount(more & ((UINT32_C(1) << df) - 1)));
}

/* What follows the place of an entry that is not plain; false if it says what cannot be. */
static inline bool take_counts(struct run *r, uint32_t docs, uint64_t *out_cf)
{
    uint64_t head = take(r), more = head & HLFMT_HEAD_EQUAL ? 0 : take(r), df = head >> 5;
    unsigned kind = head & 3;
    if (r->bad || head & HLFMT_HEAD_ALTERNATIVE || !df || df > docs || more > UINT32_MAX ||
        (kind == HLFMT_KIND_TINY && df >= HLFMT_TINY))
        return false;
    if (kind == HLFMT_KIND_TINY)
        skip_tiny(r, (uint32_t)df, head & HLFMT_HEAD_ONES);
    else if (kind != HLFMT_KIND_NONE)
        take(r);
    *out_cf = df + more;
    return !r->bad;
}

/* The pairs from number `first` on, as many as a batch holds; *b is the term of the one before.
 * False at what cannot be. */
static bool read_batch(struct run *r, const struct hlchunk *chunk, uint32_t first,
                       uint32_t count, uint32_t *b, struct hlpair_batch *batch)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t step = take(r), cf = 1, next = step >> 1;
        if ((first + i) % HLFMT_PAIR_SKIP)
            next += *b;
        bool rises = first + i == 0 || next > *b;
        if (r->bad || !rises || next >= chunk->head.terms ||
            (!(step & 1) && !take_counts(r, chunk->head.docs, &cf)))
            return false;
        *b = (uint32_t)next;
        batch->terms[i] = (uint32_t)next;
        batch->cf[i] = cf < UINT32_MAX ? (uint32_t)cf : UINT32_MAX;
    }
    batch->count = count;
    return true;
}

hl_status hlpair_each_counts(const struct hlchunk *chunk, uint32_t a, hlpair_visit *visit,
                             void *user, struct hl_error *err)
{
    struct hlpair_walk walk;
    struct hlpair_batch batch;
    const uint8_t *p, *map = chunk->segment->file.map;
    uint32_t b = 0;
    hl_status status = hlpair_walk_start(chunk, a, &walk, err);
    if (status == HL_OK)
        status = hlsegfile_bytes(&chunk->segment->file, (uint64_t)(walk.view.p - map),
                                 hlview_left(&walk.view), "pairs", &p, err);
    if (status != HL_OK)
        return status;
    struct run run = {walk.view.p, walk.view.end, false};
    for (uint32_t first = 0, count; status == HL_OK && first < walk.count; first += count) {
        count = walk.count - first;
        if (count > HLPAIR_BATCH)
            count = HLPAIR_BATCH;
        if (!read_batch(&run, chunk, first, count, &b, &batch))
            return hlchunk_damaged(chunk, "pairs", (uint64_t)(run.p - map),
                                   "pairs do not decode", err);
        status = visit(user, &batch, err);
    }
    return status;
}
