/*
 * check_terms.c - every term of a chunk: list, positions, and what deleted articles counted.
 *
 * The pass writes each position's term down in a table of the chunk.  At the end
 * the table must be full: an article's words and its length are one thing.
 */
#include "segment/check_parts.h"

#include "base/err.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum { BLOCK = 256 };

/* ---- sections of a band ---- */

static bool take(struct hlcheck_chunk *c, const struct hlfmt_span *span, const char *section,
                 const uint8_t **out_bytes, uint64_t *out_size)
{
    struct hl_error err = {0};
    hl_status status = hlsegfile_bytes(&c->chunk->segment->file, span->at, span->size, section,
                                       out_bytes, &err);
    *out_size = span->size;
    return hlcheck_got(c->check, status, &err);
}

bool hlcheck_band_bytes(struct hlcheck_chunk *c, const struct hlfmt_band *band, bool pairs,
                        struct hlcheck_bytes *b)
{
    assert(band->term_low < band->term_high);
    memset(b, 0, sizeof *b);
    const struct hlfmt_span *s = band->section;
    uint64_t size;
    /* Each is asked for, so that damage in the second is told beside that in the first. */
    bool good = take(c, &s[pairs ? HLFMT_PAIR_OFFSETS : HLFMT_ENTRY_OFFSETS], "entries",
                     &b->offsets, &size);
    good &= take(c, &s[pairs ? HLFMT_PAIR_ENTRIES : HLFMT_ENTRIES], "entries", &b->entries,
                 &b->entries_size);
    good &= take(c, &s[pairs ? HLFMT_PAIR_BODIES : HLFMT_BODIES], "postings", &b->bodies,
                 &b->bodies_size);
    if (!pairs)
        good &= take(c, &s[HLFMT_POSITIONS], "positions", &b->positions, &b->positions_size);
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    if (good &&
        (hlbuf_load32(b->offsets) || hlbuf_load32(b->offsets + size - 4) != b->entries_size)) {
        hlcheck_at(&where, b->offsets, "offsets of entries do not span them (F 5)");
        good = false;
    }
    return good;
}

void hlcheck_band_end(struct hlcheck_chunk *c, const struct hlfmt_band *band, bool pairs,
                      const struct hlcheck_bytes *b)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    assert(b->bodies_next <= b->bodies_size && b->positions_next <= b->positions_size);
    if (b->bodies_next != b->bodies_size)
        hlcheck_at(&where, b->bodies + b->bodies_next, "bytes after the last body (F 5)");
    if (!pairs && b->positions_next != b->positions_size)
        hlcheck_at(&where, b->positions + b->positions_next,
                   "bytes after the last position (F 5)");
}

bool hlcheck_entry(const struct hlcheck_where *where, const struct hlcheck_bytes *bytes,
                   uint32_t index, struct hlview *out_view)
{
    const uint8_t *p = bytes->offsets + (size_t)index * 4;
    uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4);
    if (from > to || to > bytes->entries_size) {
        hlcheck_at(where, p, "offsets of entries do not rise (F 5)");
        return false;
    }
    *out_view = hlview_of(bytes->entries + from, to - from);
    return true;
}

/* ---- positions of a term ---- */

/* What one term shows while its positions are read. */
struct reading {
    const struct hlcheck_where *where;
    const struct hlcheck_list *list;
    struct hlcheck_values values;
    uint32_t cells; /* ranks held against what was read */
    bool alternative;
    uint32_t gone_df, gone_cf; /* of deleted articles */
};

/* The ranks by cell, or by block, that stand before posting i (F 8). */
static bool check_ranks(struct reading *r, uint32_t i, uint32_t cell)
{
    const struct hlcheck_list *l = r->list;
    bool good = true;
    if (l->position_ranks)
        for (; good && r->cells <= cell; r->cells++)
            good = hlbuf_load32(l->position_ranks + (size_t)r->cells * 4) == r->values.done;
    else if (l->first_positions && i && i % BLOCK == 0 && i < l->n)
        good = hlbuf_load32(l->first_positions + (size_t)(i / BLOCK - 1) * 4) == r->values.done;
    if (!good)
        hlcheck_at(r->where, l->position_ranks ? l->position_ranks : l->first_positions,
                   "a rank is not the number of positions before it (F 8)");
    return good;
}

/* A term stands at a place of the table; the first alternative of a position once. */
static bool stand(const struct reading *r, const struct hlchunk_lengths *l, uint32_t doc,
                  uint64_t position, bool alternative)
{
    const struct hlcheck_chunk *c = r->where->chunk;
    if (position >= (uint64_t)l->length + 2 || position == l->title ||
        position == (uint64_t)l->title + 1 + l->lead) {
        hlcheck_at(r->where, r->values.start, "a position outside its article's fields (F 12)");
        return false;
    }
    uint32_t *place = &c->forward[c->slots[doc] + position];
    if (alternative)
        return true;
    if (*place) {
        hlcheck_at(r->where, r->values.start, "a position that another term has (F 12)");
        return false;
    }
    *place = r->where->a + 1;
    return true;
}

/* The values of one posting: as many as the weights take to add up to its tf. */
static bool read_posting(struct reading *r, uint32_t doc, uint32_t tf)
{
    assert(tf >= 1 && doc < r->where->chunk->chunk->head.docs);
    const struct hlcheck_chunk *c = r->where->chunk;
    const unsigned *weight = c->chunk->segment->weight;
    struct hlchunk_lengths l = hlchunk_lengths_of(&c->columns, doc);
    uint64_t position = 0, sum = 0, before = r->values.done;
    bool first = true;
    while (sum < tf) {
        uint32_t value = 0;
        if (!hlcheck_value(r->where, &r->values, &value))
            return false;
        bool alternative = r->list->alternatives && (value & 1);
        r->alternative |= alternative;
        value >>= r->list->alternatives;
        position = first ? value : position + 1 + value;
        first = false;
        if (!stand(r, &l, doc, position, alternative))
            return false;
        sum += weight[position < l.title                          ? 0
                      : position < (uint64_t)l.title + 1 + l.lead ? 1
                                                                  : 2];
    }
    if (hlchunk_deleted(c->chunk, doc)) {
        r->gone_df++;
        r->gone_cf += (uint32_t)(r->values.done - before);
    }
    if (sum != tf)
        hlcheck_at(r->where, r->values.start, "weights of positions pass the tf (F 12)");
    return sum == tf;
}

static bool read_positions(struct reading *r)
{
    const struct hlcheck_chunk *c = r->where->chunk;
    for (uint32_t i = 0; i < r->list->n; i++)
        if (!check_ranks(r, i, c->docs[i] / HLFMT_CELL) ||
            !read_posting(r, c->docs[i], c->tfs[i]))
            return false;
    uint32_t cells = c->chunk->head.windows * (HLFMT_WINDOW / HLFMT_CELL);
    if (!check_ranks(r, r->list->n, cells - 1))
        return false;
    if (r->alternative != r->list->alternatives)
        hlcheck_at(r->where, r->list->at,
                   "says wrongly that it has alternatives, or has not (F 7)");
    return r->alternative == r->list->alternatives;
}

/* ---- the live file's rows ---- */

static void check_live(struct hlcheck_chunk *c, uint32_t term, const struct reading *r)
{
    const struct hllive_chunk *live = c->chunk->live;
    struct hlcheck_where where = {c, term, HLCHECK_NONE};
    if (!live)
        return;
    uint32_t i = c->live_term;
    bool row = i < live->term_count && live->terms[i].term == term;
    c->live_term += row;
    if (row != (r->gone_df > 0) ||
        (row && (live->terms[i].df != r->gone_df || live->terms[i].cf != r->gone_cf)))
        hlcheck_at(&where, NULL, "the live file counts deleted articles wrongly (F 22)");
}

/* ---- terms ---- */

static bool check_term(struct hlcheck_chunk *c, struct hlcheck_bytes *bytes, uint32_t index,
                       uint32_t term)
{
    assert(term < c->chunk->head.terms);
    struct hlcheck_where where = {c, term, HLCHECK_NONE};
    struct hlcheck_list list;
    struct hlview v;
    if (!hlcheck_entry(&where, bytes, index, &v) || !hlcheck_head(&where, &v, &list))
        return false;
    if (list.kind == HLFMT_KIND_NONE) {
        hlcheck_at(&where, list.at, "a term without a list (F 6)");
        return false;
    }
    if (!hlcheck_postings(&where, &v, true, bytes, &list))
        return false;
    hlcheck_summary(&where, &list, true);
    struct reading r = {.where = &where, .list = &list};
    if (!hlcheck_values_start(&where, &v, bytes, &list, &r.values) || !read_positions(&r) ||
        !hlcheck_values_end(&where, &v, bytes, &list, &r.values))
        return false;
    check_live(c, term, &r);
    c->check->report.containers++;
    c->df[term] = list.n;
    c->postings += list.n;
    c->tokens += list.cf;
    return true;
}

/* Every position of every field has a word, and no place outside fields has. */
static bool check_forward(struct hlcheck_chunk *c)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    for (uint32_t d = 0; d < c->chunk->head.docs; d++) {
        struct hlchunk_lengths l = hlchunk_lengths_of(&c->columns, d);
        uint64_t missing = 0;
        for (uint64_t i = 0; i < (uint64_t)l.length + 2; i++)
            missing += !c->forward[c->slots[d] + i];
        /* The two gaps between the fields are the only empty places. */
        if (missing == 2)
            continue;
        char text[96];
        snprintf(text, sizeof text,
                 "article %" PRIu32 " has %" PRIu64 " positions without a word (F 12)", d,
                 missing - 2);
        hlcheck_at(&where, NULL, text);
        return false;
    }
    return true;
}

bool hlcheck_terms(struct hlcheck_chunk *c)
{
    bool sound = true;
    assert(c->forward); /* all empty so far */
    for (uint32_t i = 0; i < c->chunk->head.bands && hlcheck_going(c->check); i++) {
        const struct hlfmt_band *band = &c->chunk->bands[i];
        struct hlcheck_bytes bytes;
        bool good = hlcheck_band_bytes(c, band, false, &bytes);
        /* After a fault the next list's place is not known: the band is left. */
        for (uint32_t t = band->term_low; good && t < band->term_high; t++)
            good = check_term(c, &bytes, t - band->term_low, t) && hlcheck_going(c->check);
        if (good)
            hlcheck_band_end(c, band, false, &bytes);
        sound &= good;
    }
    const struct hllive_chunk *live = c->chunk->live;
    if (sound && live && c->live_term != live->term_count) {
        struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
        hlcheck_at(&where, NULL, "the live file has rows of terms that nothing shows (F 22)");
    }
    return sound && check_forward(c);
}
