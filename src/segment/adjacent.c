/*
 * adjacent.c - pairs that have no list, from the positions of their terms.
 *
 * Only pairs with a rare term are left unlisted (F 14), so few documents are
 * looked at.  A phrase needs all of them, and the result is a container like any
 * other; ranking needs the few that could be among the best, and gets a container
 * that counts when it is asked.
 */
#include "segment/positions.h"

#include "base/err.h"

#include <assert.h>

struct finder {
    const struct hlchunk *chunk;
    struct hlcontainer terms[2];
    struct hlpositions cursors[2];
    uint16_t *docs;
    uint32_t *tfs;
    uint32_t count, most;
};

/* The weighted number of places where a first alternative of b follows one of a.  Reading the
 * postings of a and b has verified the fields of the document, if they matter. */
static uint32_t count_adjacent(const struct hlpositions *cursor, uint32_t doc,
                               const uint32_t *a, size_t a_count, const uint32_t *b,
                               size_t b_count)
{
    const struct hlseg *segment = cursor->chunk->segment;
    struct hlchunk_lengths lengths = {0, 0, 0};
    if (!segment->weights_one)
        lengths = hlchunk_lengths_of(&cursor->columns, doc);
    uint32_t tf = 0;
    for (size_t i = 0, k = 0; i < a_count; i++) {
        if (a[i] & 1)
            continue;
        uint32_t want = a[i] + 2;
        while (k < b_count && b[k] < want)
            k++;
        if (k < b_count && b[k] == want)
            tf += segment->weights_one ? 1 : segment->weight[hlpos_field(&lengths, a[i] >> 1)];
    }
    return tf;
}

/* The tf of the pair in one document. */
static hl_status count_in(struct hlpositions cursors[2], uint32_t doc, uint32_t *out_tf,
                          struct hl_error *err)
{
    const uint32_t *a = NULL, *b = NULL;
    size_t a_count = 0, b_count = 0;
    hl_status status = hlpos_get(&cursors[0], doc, &a, &a_count, err);
    if (status == HL_OK && a_count)
        status = hlpos_get(&cursors[1], doc, &b, &b_count, err);
    if (status == HL_OK)
        *out_tf =
            a_count && b_count ? count_adjacent(&cursors[0], doc, a, a_count, b, b_count) : 0;
    return status;
}

static hl_status look_at(struct finder *f, uint32_t doc, struct hl_error *err)
{
    uint32_t tf = 0;
    hl_status status = count_in(f->cursors, doc, &tf, err);
    if (status != HL_OK)
        return status;
    if (!tf)
        return HL_OK;
    if (f->count == f->most)
        return hlchunk_damaged(f->chunk, "pairs", doc, "more documents than counted", err);
    f->docs[f->count] = (uint16_t)doc;
    f->tfs[f->count++] = tf;
    return HL_OK;
}

static hl_status look_at_all(struct finder *f, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (unsigned w = 0; status == HL_OK && w < f->chunk->head.windows; w++) {
        uint64_t bits[HLCONT_WORDS] = {0}, other[HLCONT_WORDS] = {0};
        f->terms[0].ops->match(&f->terms[0], w, bits);
        f->terms[1].ops->match(&f->terms[1], w, other);
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            bits[i] &= other[i];
        for (unsigned i = 0; status == HL_OK && i < HLCONT_WORDS; i++)
            for (; status == HL_OK && bits[i]; bits[i] &= bits[i] - 1)
                status = look_at(
                    f, w * HLFMT_WINDOW + i * 64 + (unsigned)__builtin_ctzll(bits[i]), err);
    }
    if (status == HL_OK && f->count != f->most)
        status = hlchunk_damaged(f->chunk, "pairs", 0, "fewer documents than counted", err);
    return status;
}

hl_status hlpairs_from_positions(const struct hlchunk *chunk, uint32_t a, uint32_t b,
                                 uint32_t df, struct hlarena *arena,
                                 struct hlcontainer *out_container, struct hl_error *err)
{
    struct finder f = {.chunk = chunk, .most = df};
    hl_status status = hlchunk_open_term(chunk, a, arena, &f.terms[0], err);
    if (status == HL_OK)
        status = hlchunk_open_term(chunk, b, arena, &f.terms[1], err);
    if (status == HL_OK)
        status = hlpos_open(chunk, &f.terms[0], &f.cursors[0], err);
    if (status == HL_OK)
        status = hlpos_open(chunk, &f.terms[1], &f.cursors[1], err);
    f.docs = hlarena_alloc(arena, (size_t)df * sizeof *f.docs);
    f.tfs = hlarena_alloc(arena, (size_t)df * sizeof *f.tfs);
    uint8_t *codes = hlarena_alloc(arena, df);
    uint8_t *escapes = hlarena_alloc(arena, (size_t)df * 6);
    if (status == HL_OK && (!f.docs || !f.tfs || !codes || !escapes))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = look_at_all(&f, err);
    hlpos_release(&f.cursors[0]);
    hlpos_release(&f.cursors[1]);
    if (status == HL_OK)
        hlcont_of_list(f.docs, f.tfs, df, codes, escapes, escapes + (size_t)df * 2,
                       out_container);
    return status;
}

/* ---- counted when asked ---- */

struct hlcont_adjacent {
    const struct hlchunk *chunk;
    const struct hlcontainer *terms[2];
    const struct hlcontainer *rarer, *other; /* the same two */
    struct hlpair_counter *counter;
    struct hlpair_cursors *cursors; /* shared with every 32nd pair */
};

void hlpair_counter_reset(struct hlpair_counter *counter)
{
    counter->status = HL_OK;
    counter->pairs = 0;
    for (unsigned i = 0; i < HLPAIR_CURSORS; i++)
        counter->cursors[i].owner = NULL;
}

void hlpair_counter_release(struct hlpair_counter *counter)
{
    for (unsigned i = 0; i < HLPAIR_CURSORS; i++)
        for (int k = 0; k < 2; k++)
            hlpos_release(&counter->cursors[i].at[k]);
}

static hl_status count_one(struct hlcont_adjacent *a, uint32_t doc, uint32_t *out_tf,
                           struct hl_error *err)
{
    struct hlpair_cursors *c = a->cursors;
    for (int i = 0; c->owner != a && i < 2; i++) {
        hl_status status = hlpos_turn(a->chunk, a->terms[i], &c->at[i], err);
        if (status != HL_OK) {
            c->owner = NULL;
            return status;
        }
    }
    c->owner = a;
    return count_in(c->at, doc, out_tf, err);
}

/* What cannot be counted counts nothing; the search fails when it is over. */
static uint32_t count_or_note(struct hlcont_adjacent *a, uint32_t doc)
{
    uint32_t tf = 0;
    struct hl_error error;
    if (a->counter->status != HL_OK)
        return 0;
    hl_status status = count_one(a, doc, &tf, &error);
    if (status == HL_OK)
        return tf;
    a->counter->status = status;
    a->counter->error = error;
    return 0;
}

static uint32_t adjacent_tf(const struct hlcontainer *c, unsigned doc)
{
    struct hlcont_adjacent *a = c->as.adjacent;
    if (!a->rarer->ops->tf(a->rarer, doc) || !a->other->ops->tf(a->other, doc))
        return 0;
    return count_or_note(a, doc);
}

static void adjacent_tfs(const struct hlcontainer *c, const uint16_t *docs, unsigned n,
                         uint32_t *out_tfs)
{
    struct hlcont_adjacent *a = c->as.adjacent;
    a->rarer->ops->tfs(a->rarer, docs, n, out_tfs);
    for (unsigned i = 0; i < n; i++)
        if (out_tfs[i])
            out_tfs[i] = a->other->ops->tf(a->other, docs[i]) ? count_or_note(a, docs[i]) : 0;
}

/* Documents of a window that have both terms. */
static void both(const struct hlcont_adjacent *a, unsigned window, uint64_t *out_bits)
{
    uint64_t other[HLCONT_WORDS] = {0};
    memset(out_bits, 0, HLCONT_WORDS * sizeof *out_bits);
    a->rarer->ops->match(a->rarer, window, out_bits);
    a->other->ops->match(a->other, window, other);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        out_bits[w] &= other[w];
}

static void adjacent_match(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    uint64_t some[HLCONT_WORDS];
    both(c->as.adjacent, window, some);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        for (; some[w]; some[w] &= some[w] - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(some[w]);
            if (count_or_note(c->as.adjacent, window * HLFMT_WINDOW + w * 64 + bit))
                bits[w] |= (uint64_t)1 << bit;
        }
}

/*
 * The rarer term alone is added into an empty window, then kept where the other stands
 * too: a pair stands in no more places than either of its terms.
 */
static void adjacent_bound(const struct hlcontainer *c, unsigned window, unsigned cells,
                           hlcont_worth8 worth, const uint8_t *classes, uint8_t *acc)
{
    const struct hlcont_adjacent *a = c->as.adjacent;
    uint8_t mine[HLFMT_WINDOW] = {0};
    uint64_t bits[HLCONT_WORDS];
    both(a, window, bits);
    a->rarer->ops->bound(a->rarer, window, cells, worth, classes, mine);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        for (; bits[w]; bits[w] &= bits[w] - 1) {
            unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits[w]);
            unsigned sum = (unsigned)acc[i] + mine[i];
            acc[i] = sum > 255 ? 255 : (uint8_t)sum;
        }
}

static void adjacent_bound16(const struct hlcontainer *c, unsigned window, unsigned cells,
                             hlcont_worth16 worth, const uint8_t *classes, uint16_t *acc)
{
    const struct hlcont_adjacent *a = c->as.adjacent;
    uint16_t mine[HLFMT_WINDOW] = {0};
    uint64_t bits[HLCONT_WORDS];
    both(a, window, bits);
    a->rarer->ops->bound16(a->rarer, window, cells, worth, classes, mine);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        for (; bits[w]; bits[w] &= bits[w] - 1) {
            unsigned i = w * 64 + (unsigned)__builtin_ctzll(bits[w]);
            unsigned sum = (unsigned)acc[i] + mine[i];
            acc[i] = sum > 65535 ? 65535 : (uint16_t)sum;
        }
}

static bool adjacent_keep(const struct hlcontainer *c, unsigned window, uint64_t *bits)
{
    uint64_t mine[HLCONT_WORDS] = {0}, any = 0;
    adjacent_match(c, window, mine);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        any |= bits[w] &= mine[w];
    return any != 0;
}

/* Nobody asks for ranks: it has no positions of its own. */
static const struct hlcontainer_ops adjacent_ops = {adjacent_match,
                                                    adjacent_bound,
                                                    adjacent_bound16,
                                                    adjacent_tf,
                                                    adjacent_tfs,
                                                    adjacent_keep,
                                                    NULL};

hl_status hlpairs_adjacent(const struct hlchunk *chunk, const struct hlcontainer *a,
                           const struct hlcontainer *b, uint32_t df,
                           struct hlpair_counter *counter, struct hlarena *arena,
                           struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlcont_adjacent *adjacent = hlarena_alloc(arena, sizeof *adjacent);
    if (!adjacent)
        return hlerr_nomem(err);
    bool first = a->df <= b->df;
    *adjacent = (struct hlcont_adjacent){
        .chunk = chunk,
        .terms = {a, b},
        .rarer = first ? a : b,
        .other = first ? b : a,
        .counter = counter,
        .cursors = &counter->cursors[counter->pairs++ % HLPAIR_CURSORS],
    };
    struct hlcontainer c = {.ops = &adjacent_ops, .df = df, .kind = HLFMT_KIND_NONE};
    for (unsigned w = 0; w < HLFMT_WINDOWS; w++)
        c.window_bound[w] =
            a->window_bound[w] < b->window_bound[w] ? a->window_bound[w] : b->window_bound[w];
    c.as.adjacent = adjacent;
    *out_container = c;
    return HL_OK;
}
