/*
 * check_pairs.c - the pair table against the positions.
 *
 * The table of check_terms.c says which term follows at each position.  Terms are
 * gone through once more; each occurrence brings its follower, and what comes
 * together must be the run of pairs that the term has, entry for entry.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

/* An occurrence of the first term that has a follower. */
struct follow {
    uint32_t b;
    uint16_t doc;
    uint16_t weight;
};

struct pass {
    struct hlcheck_chunk *c;
    struct hlbuf follows;  /* of one term, in the order of documents */
    struct hlbuf distinct; /* u32 each: followers, sorted */
    struct hlbuf order;    /* u32 each: occurrences by follower */
    uint32_t *count;       /* by follower; all zero in between */
};

/* A run of pairs while it is read. */
struct run {
    struct hlview v;
    const uint8_t *skips, *start;
    uint32_t done, last;
    bool plain; /* of the pair under way */
};

static bool fault(const struct hlcheck_where *where, const uint8_t *p, const char *what)
{
    hlcheck_at(where, p, what);
    return false;
}

static void no_memory(struct pass *p)
{
    p->c->check->status = hlerr_nomem(&p->c->check->error);
}

/* ---- followers of a term, from positions ---- */

static void add_follower(struct pass *p, uint32_t doc, uint64_t position, unsigned weight)
{
    const struct hlcheck_chunk *c = p->c;
    /* Gaps between fields and the place after the last word are empty. */
    uint32_t next = c->forward[c->slots[doc] + position + 1];
    if (!next)
        return;
    assert(next - 1 < c->chunk->head.terms);
    struct follow f = {next - 1, (uint16_t)doc, (uint16_t)weight};
    if (!p->count[f.b]++)
        hlbuf_put_u32(&p->distinct, f.b);
    hlbuf_put(&p->follows, &f, sizeof f);
}

/* The first pass has found these bytes in order, so what fails here is out of memory. */
static bool read_followers(struct pass *p, const struct hlcheck_where *where,
                           const struct hlcheck_list *l, struct hlcheck_values *values)
{
    const struct hlcheck_chunk *c = p->c;
    const unsigned *weight = c->chunk->segment->weight;
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t doc = c->docs[i], value = 0;
        struct hlchunk_lengths lengths = hlchunk_lengths_of(&c->columns, doc);
        uint64_t position = 0;
        for (uint64_t sum = 0, first = 1; sum < c->tfs[i]; first = 0) {
            if (!hlcheck_value(where, values, &value))
                return false;
            bool alternative = l->alternatives && (value & 1);
            value >>= l->alternatives;
            position = first ? value : position + 1 + value;
            unsigned field = position < lengths.title                                ? 0
                             : position < (uint64_t)lengths.title + 1 + lengths.lead ? 1
                                                                                     : 2;
            sum += weight[field];
            if (!alternative)
                add_follower(p, doc, position, weight[field]);
        }
    }
    return true;
}

static bool load_term(struct pass *p, struct hlcheck_bytes *bytes, uint32_t index,
                      const struct hlcheck_where *where)
{
    struct hlcheck_list list;
    struct hlcheck_values values;
    struct hlview v;
    hlbuf_reset(&p->follows);
    hlbuf_reset(&p->distinct);
    if (!hlcheck_entry(where, bytes, index, &v) || !hlcheck_head(where, &v, &list) ||
        !hlcheck_postings(where, &v, true, bytes, &list) ||
        !hlcheck_values_start(where, &v, bytes, &list, &values) ||
        !read_followers(p, where, &list, &values) ||
        !hlcheck_values_end(where, &v, bytes, &list, &values))
        return false;
    if (p->follows.failed || p->distinct.failed)
        no_memory(p);
    return p->c->check->status == HL_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Occurrences by follower, in their order; count[b] becomes the end of b's. */
static bool sort_followers(struct pass *p)
{
    uint32_t *distinct = (uint32_t *)(void *)p->distinct.data;
    const struct follow *follows = (const struct follow *)(const void *)p->follows.data;
    size_t n = p->distinct.size / 4, all = p->follows.size / sizeof *follows;
    hlbuf_reset(&p->order);
    if (!hlbuf_put_zeros(&p->order, all * 4)) {
        no_memory(p);
        return false;
    }
    if (n)
        qsort(distinct, n, sizeof *distinct, by_number);
    uint32_t place = 0, *order = (uint32_t *)(void *)p->order.data;
    for (size_t i = 0; i < n; i++) {
        uint32_t here = p->count[distinct[i]];
        p->count[distinct[i]] = place;
        place += here;
    }
    assert(place == all);
    for (size_t i = 0; i < all; i++)
        order[p->count[follows[i].b]++] = (uint32_t)i;
    return true;
}

/* ---- one pair ---- */

/* The documents and tfs of a pair, as positions say them; and of deleted articles. */
static uint32_t gather(const struct pass *p, uint32_t from, uint32_t to, uint32_t *out_gone_df,
                       uint32_t *out_gone_cf)
{
    const struct hlcheck_chunk *c = p->c;
    const struct follow *follows = (const struct follow *)(const void *)p->follows.data;
    const uint32_t *order = (const uint32_t *)(const void *)p->order.data;
    uint32_t n = 0;
    assert(from < to && to <= p->order.size / 4);
    *out_gone_df = *out_gone_cf = 0;
    for (uint32_t i = from; i < to; i++) {
        const struct follow *f = &follows[order[i]];
        bool gone = hlchunk_deleted(c->chunk, f->doc);
        if (!n || c->wanted_docs[n - 1] != f->doc) {
            c->wanted_docs[n] = f->doc;
            c->wanted_tfs[n++] = 0;
            *out_gone_df += gone;
        }
        *out_gone_cf += gone;
        c->wanted_tfs[n - 1] += f->weight;
    }
    return n;
}

static void check_live(struct hlcheck_chunk *c, const struct hlcheck_where *where, uint32_t df,
                       uint32_t cf)
{
    const struct hllive_chunk *live = c->chunk->live;
    if (!live)
        return;
    const struct hllive_pair *r = live->pairs + c->live_pair;
    bool row = c->live_pair < live->pair_count && r->a == where->a && r->b == where->b;
    c->live_pair += row;
    if (row != (df > 0) || (row && (r->df != df || r->cf != cf)))
        hlcheck_at(where, NULL, "the live file counts deleted articles wrongly (F 22)");
}

/* The list as it lies against the list as it should be. */
static bool check_pair_list(struct pass *p, const struct hlcheck_where *where, struct run *run,
                            struct hlcheck_bytes *bytes, struct hlcheck_list *l)
{
    struct hlcheck_chunk *c = p->c;
    uint32_t rarer = c->df[where->a] < c->df[where->b] ? c->df[where->a] : c->df[where->b];
    bool listed = l->kind != HLFMT_KIND_NONE;
    assert(where->b != HLCHECK_NONE);
    if (listed != (rarer >= HLFMT_PAIR_LIST_MIN))
        return fault(where, l->at, "a list where none belongs, or none where one does (F 14)");
    if (l->alternatives)
        return fault(where, l->at, "a pair with alternatives (F 7)");
    if (listed) {
        if (!hlcheck_postings(where, &run->v, false, bytes, l))
            return false;
        if (memcmp(c->docs, c->wanted_docs, l->n * sizeof *c->docs) ||
            memcmp(c->tfs, c->wanted_tfs, l->n * sizeof *c->tfs))
            return fault(where, l->at, "its list is not what positions say (F 13)");
        c->pair_postings += l->n;
        c->check->report.containers++;
    } else {
        memcpy(c->tfs, c->wanted_tfs, l->n * sizeof *c->tfs);
    }
    hlcheck_summary(where, l, false);
    return true;
}

/* A pair that occurs once and has no list is plain: its entry ends after its follower. */
static bool check_plain(const struct pass *p, const struct hlcheck_where *where,
                        const struct run *run, uint32_t cf)
{
    const uint32_t *df = p->c->df;
    uint32_t rarer = df[where->a] < df[where->b] ? df[where->a] : df[where->b];
    if (run->plain != (cf == 1 && rarer < HLFMT_PAIR_LIST_MIN))
        return fault(where, run->v.p,
                     "marked wrongly as a pair that occurs once, or not (F 14)");
    return true;
}

static bool check_pair(struct pass *p, struct hlcheck_where *where, struct run *run,
                       struct hlcheck_bytes *bytes, uint32_t b, uint32_t from)
{
    uint32_t gone_df, gone_cf, to = p->count[b];
    struct hlcheck_list list;
    where->b = b;
    if (!check_plain(p, where, run, to - from))
        return false;
    uint32_t n = gather(p, from, to, &gone_df, &gone_cf);
    if (run->plain) {
        check_live(p->c, where, gone_df, gone_cf);
        return true;
    }
    if (!hlcheck_head(where, &run->v, &list))
        return false;
    if (list.n != n || list.cf != to - from)
        return fault(where, list.at, "counts are not what positions say (F 13)");
    check_live(p->c, where, gone_df, gone_cf);
    return check_pair_list(p, where, run, bytes, &list);
}

/* ---- the run of a term ---- */

static bool start_run(const struct pass *p, const struct hlcheck_where *where, struct run *run)
{
    size_t n = p->distinct.size / 4;
    run->done = run->last = 0;
    run->plain = false;
    if (!n)
        return !hlview_left(&run->v) ||
               fault(where, run->v.p, "pairs of a term that nothing follows (F 13)");
    const uint8_t *at = run->v.p;
    uint64_t count = hlview_varint(&run->v);
    if (run->v.bad || count != n)
        return fault(where, at, "not as many pairs as positions show (F 13)");
    run->skips = hlview_bytes(&run->v, (n - 1) / HLFMT_PAIR_SKIP * 8);
    run->start = run->v.p;
    return run->skips || fault(where, at, "pairs end inside their skip points (F 5)");
}

static bool next_follower(const struct hlcheck_where *where, struct run *run, uint32_t wanted)
{
    const uint8_t *at = run->v.p;
    if (run->done && run->done % HLFMT_PAIR_SKIP == 0) {
        const uint8_t *skip = run->skips + (run->done / HLFMT_PAIR_SKIP - 1) * 8;
        if (hlbuf_load32(skip) != wanted ||
            hlbuf_load32(skip + 4) != (uint64_t)(at - run->start))
            return fault(where, skip, "a skip point points beside its pair (F 8)");
        run->last = 0;
    }
    uint64_t step = hlview_varint(&run->v);
    run->plain = step & 1;
    if (run->v.bad || step >> 1 != wanted - run->last)
        return fault(where, at, "a pair that positions do not show, or one is missing (F 13)");
    run->last = wanted;
    run->done++;
    return true;
}

static bool check_run(struct pass *p, const struct hlcheck_where *of,
                      struct hlcheck_bytes *bytes, uint32_t index)
{
    struct hlcheck_where where = *of;
    const uint32_t *distinct = (const uint32_t *)(const void *)p->distinct.data;
    size_t n = p->distinct.size / 4;
    struct run run;
    if (!hlcheck_entry(&where, bytes, index, &run.v) || !start_run(p, &where, &run))
        return false;
    uint32_t from = 0;
    for (size_t i = 0; i < n; i++) {
        where.b = HLCHECK_NONE;
        if (!next_follower(&where, &run, distinct[i]) ||
            !check_pair(p, &where, &run, bytes, distinct[i], from))
            return false;
        from = p->count[distinct[i]];
    }
    p->c->pairs += n;
    return !hlview_left(&run.v) || fault(of, run.v.p, "bytes after the last pair (F 5)");
}

static void clear_counts(struct pass *p)
{
    const uint32_t *distinct = (const uint32_t *)(const void *)p->distinct.data;
    for (size_t i = 0; i < p->distinct.size / 4; i++)
        p->count[distinct[i]] = 0;
}

static void check_band(struct pass *p, const struct hlfmt_band *band)
{
    struct hlcheck_bytes terms, pairs;
    if (!hlcheck_band_bytes(p->c, band, false, &terms) ||
        !hlcheck_band_bytes(p->c, band, true, &pairs))
        return;
    bool good = true;
    for (uint32_t t = band->term_low; good && t < band->term_high; t++) {
        struct hlcheck_where where = {p->c, t, HLCHECK_NONE};
        good = load_term(p, &terms, t - band->term_low, &where) && sort_followers(p) &&
               check_run(p, &where, &pairs, t - band->term_low) && hlcheck_going(p->c->check);
        clear_counts(p);
    }
    if (good)
        hlcheck_band_end(p->c, band, true, &pairs);
}

void hlcheck_pairs(struct hlcheck_chunk *c)
{
    assert(c->forward); /* hlcheck_terms() went through */
    struct pass p = {.c = c};
    uint32_t before = c->check->faults;
    p.count = hlmem_zalloc((size_t)c->chunk->head.terms + 1, sizeof *p.count);
    if (!p.count)
        no_memory(&p);
    for (uint32_t i = 0; i < c->chunk->head.bands && hlcheck_going(c->check); i++)
        check_band(&p, &c->chunk->bands[i]);
    const struct hllive_chunk *live = c->chunk->live;
    if (live && c->check->faults == before && c->live_pair != live->pair_count) {
        struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
        hlcheck_at(&where, NULL, "the live file has rows of pairs that nothing shows (F 22)");
    }
    hlbuf_release(&p.follows);
    hlbuf_release(&p.distinct);
    hlbuf_release(&p.order);
    hlmem_free(p.count);
}
