/*
 * wordlist_rows.c - what stands behind a word, and the list as a vocabulary: see wordlist.h.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

enum { LARGE = 10000 }; /* articles from which on a pair must be seen twice */

/* ---- scratch: kept from row to row, by one thread at a time ---- */

void hlwordlist_scratch_free(struct hlwordlist_scratch *scratch)
{
    if (!scratch)
        return;
    hlmem_free(scratch->met);
    hlmem_free(scratch->cf);
    hlmem_free(scratch);
}

static hl_status take_scratch(struct hlwordlist *list, struct hlwordlist_scratch **out_scratch,
                              struct hl_error *err)
{
    struct hlwordlist_scratch *s = atomic_exchange(&list->scratch, NULL);
    if (!s) {
        s = hlmem_zalloc(1, sizeof *s);
        if (!s)
            return hlerr_nomem(err);
        size_t room = (list->count + 1u) * sizeof *s->cf;
        s->met = hlmem_zalloc(list->count / 64 + 1u, sizeof *s->met);
        s->cf = hlmem_alloc(room);
        if (!s->met || !s->cf) {
            hlwordlist_scratch_free(s);
            return hlerr_nomem(err);
        }
        /* Nearly all of it is going to be used: pages of zeros would be fetched twice, first
         * to be read, then to be written. */
        memset(s->cf, 0, room);
    }
    *out_scratch = s;
    return HL_OK;
}

/* It is all zeros again. */
static void give_scratch(struct hlwordlist *list, struct hlwordlist_scratch *scratch)
{
    hlwordlist_scratch_free(atomic_exchange(&list->scratch, scratch));
}

/* ---- rows ---- */

static uint32_t add(uint32_t a, uint32_t b)
{
    return b < UINT32_MAX - a ? a + b : UINT32_MAX;
}

/* What follows a term in one chunk. */
struct gathering {
    const struct hlwordlist *list;
    const struct hlchunk *chunk;
    const uint32_t *places; /* of the chunk's terms */
    struct hlwordlist_scratch *scratch;
};

/* In two steps, so that the misses of many overlap. */
static hl_status add_batch(void *user, const struct hlpair_batch *batch, struct hl_error *err)
{
    const struct gathering *g = user;
    struct hlwordlist_scratch *s = g->scratch;
    uint32_t words[HLPAIR_BATCH];
    for (uint32_t i = 0; i < batch->count; i++) {
        words[i] = g->places[batch->terms[i]];
        if (words[i] >= g->list->count)
            return hlchunk_damaged(g->chunk, "fold places", batch->terms[i], "past the words",
                                   err);
        __builtin_prefetch(&s->cf[words[i]], 1);
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        s->met[words[i] / 64] |= (uint64_t)1 << words[i] % 64;
        s->cf[words[i]] = add(s->cf[words[i]], batch->cf[i]);
    }
    return HL_OK;
}

static hl_status find_locals(const struct hlwordlist *list, const struct hlwordlist_word *word,
                             uint32_t *locals, struct hl_error *err)
{
    const struct hlsnapshot *s = list->snapshot;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < s->count; i++) {
        const struct hlseg *seg = &s->segments[i];
        bool found = false;
        uint32_t ordinal;
        status =
            hllex_find(&seg->lexicon, word->key, word->size, &found, &ordinal, locals, err);
        for (uint32_t c = 0; status == HL_OK && c < seg->chunk_count; c++)
            if (!found || locals[c] >= seg->chunks[c].head.terms)
                locals[c] = HLLEX_NONE;
        locals += seg->chunk_count;
    }
    return status;
}

hl_status hlwordlist_locals(struct hlwordlist *list, uint32_t word, const uint32_t **out_locals,
                            struct hl_error *err)
{
    struct hlwordlist_word *w;
    hl_status status = hlwordlist_word(list, word, &w, err);
    if (status != HL_OK)
        return status;
    uint32_t *locals = atomic_load(&w->locals), *made;
    if (!locals) {
        made = hlmem_zalloc(list->snapshot->chunks + 1u, sizeof *made);
        status = made ? find_locals(list, w, made, err) : hlerr_nomem(err);
        if (status != HL_OK) {
            hlmem_free(made);
            return status;
        }
        if (atomic_compare_exchange_strong(&w->locals, &locals, made))
            locals = made;
        else
            hlmem_free(made);
    }
    *out_locals = locals;
    return HL_OK;
}

static hl_status gather(struct hlwordlist *list, uint32_t word, struct hlwordlist_scratch *s,
                        struct hl_error *err)
{
    const struct hlsnapshot *snap = list->snapshot;
    const uint32_t *locals;
    uint32_t number = 0;
    hl_status status = hlwordlist_locals(list, word, &locals, err);
    for (size_t i = 0; status == HL_OK && i < snap->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < snap->segments[i].chunk_count;
             c++, number++)
            if (locals[number] != HLLEX_NONE) {
                const struct hlchunk *chunk = &snap->segments[i].chunks[c];
                struct gathering g = {list, chunk, list->places[number], s};
                status = hlpair_each_counts(chunk, locals[number], add_batch, &g, err);
            }
    return status;
}

static uint32_t count_met(const struct hlwordlist *list, const struct hlwordlist_scratch *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i <= list->count / 64; i++)
        count += (uint32_t)__builtin_popcountll(s->met[i]);
    return count;
}

/* Takes what was met out of the scratch, by place, but what is too rare or in no live article.
 */
static void take_met(const struct hlwordlist *list, struct hlwordlist_scratch *s,
                     uint32_t least, struct hlwordlist_row *row)
{
    for (uint32_t i = 0; i <= list->count / 64; i++) {
        for (uint64_t bits = s->met[i]; bits; bits &= bits - 1) {
            uint32_t word = i * 64 + (uint32_t)__builtin_ctzll(bits), cf = s->cf[word];
            s->cf[word] = 0;
            if (cf >= least && hlwordlist_df(list, word))
                row->next[row->count++] = (struct hlwordlist_next){word, cf};
        }
        s->met[i] = 0;
    }
}

static double share_of_words(const struct hlwordlist *list, uint32_t a,
                             const struct hlwordlist_row *row)
{
    double sticky = 0, all = hlwordlist_cf(list, a);
    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t b = row->next[i].word, cf = row->next[i].cf;
        if (hlwords_sticks(list->snapshot->positions, cf, hlwordlist_cf(list, a),
                           hlwordlist_cf(list, b)) &&
            !hlwordlist_is_function(list, b))
            sticky += cf;
    }
    sticky /= all > 0 ? all : 1;
    return sticky < 1 ? sticky : 1;
}

static hl_status make_row(struct hlwordlist *list, uint32_t word,
                          struct hlwordlist_row **out_row, struct hl_error *err)
{
    struct hlwordlist_scratch *s = NULL;
    struct hlwordlist_row *row = NULL;
    hl_status status = take_scratch(list, &s, err);
    if (status != HL_OK)
        return status;
    status = gather(list, word, s, err);
    if (status == HL_OK)
        row = hlmem_alloc(sizeof *row + count_met(list, s) * sizeof *row->next);
    if (!row) {
        hlwordlist_scratch_free(s); /* with what is in it */
        return status == HL_OK ? hlerr_nomem(err) : status;
    }
    row->count = 0;
    take_met(list, s, list->snapshot->articles < LARGE ? 1 : 2, row);
    give_scratch(list, s);
    row->sticky = share_of_words(list, word, row);
    *out_row = row;
    return HL_OK;
}

/* Two threads may make one row at a time: the first stays. */
hl_status hlwordlist_row(struct hlwordlist *list, uint32_t word,
                         const struct hlwordlist_row **out_row, struct hl_error *err)
{
    struct hlwordlist_word *w;
    hl_status status = hlwordlist_word(list, word, &w, err);
    if (status != HL_OK)
        return status;
    struct hlwordlist_row *row = atomic_load(&w->row), *made = NULL;
    if (!row) {
        status = make_row(list, word, &made, err);
        if (status != HL_OK)
            return status;
        if (atomic_compare_exchange_strong(&w->row, &row, made))
            row = made;
        else
            hlmem_free(made);
    }
    *out_row = row;
    return HL_OK;
}

static uint32_t lower_bound(const struct hlwordlist_row *row, uint32_t word)
{
    uint32_t low = 0, high = row->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (row->next[middle].word < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void hlwordlist_row_range(const struct hlwordlist_row *row, uint32_t from, uint32_t to,
                          uint32_t *out_first, uint32_t *out_last)
{
    uint32_t first = lower_bound(row, from);
    *out_last = lower_bound(row, to);
    *out_first = first;
}

const struct hlwordlist_next *hlwordlist_next(const struct hlwordlist_row *row, uint32_t b)
{
    uint32_t at = lower_bound(row, b);
    return at < row->count && row->next[at].word == b ? &row->next[at] : NULL;
}

/* ---- the vocabulary ---- */

static hl_status find(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    const struct hlwordlist_asked *asked = user;
    uint32_t word;
    hl_status status = hlwordlist_find(asked->list, key, size, &word, err);
    if (status != HL_OK)
        return status;
    *out_counts = (struct hlq_counts){0, 0};
    if (word != HLWORDLIST_NONE)
        *out_counts = (struct hlq_counts){hlwordlist_df(asked->list, word),
                                          hlwordlist_cf(asked->list, word)};
    return HL_OK;
}

static hl_status folded(void *user, const char *want, size_t size, hlq_each *each, void *to,
                        struct hl_error *err)
{
    const struct hlwordlist_asked *asked = user;
    struct hlwordlist *list = asked->list;
    uint32_t from = 0, end = 0;
    hl_status status = hlwordlist_range(list, want, size, &from, &end, err);
    for (; status == HL_OK && from < end; from++) {
        struct hlwordlist_word *w;
        status = hlwordlist_word(list, from, &w, err);
        if (status != HL_OK || w->folded_size != size)
            break;
        struct hlq_counts counts = {hlwordlist_df(list, from), hlwordlist_cf(list, from)};
        if (counts.df)
            status = each(to, w->key, w->size, &counts);
    }
    return status;
}

static hl_status near(void *user, const char *prefix, size_t size, hlq_each_folded *each,
                      void *to, struct hl_error *err)
{
    const struct hlwordlist_asked *asked = user;
    struct hlwordlist *list = asked->list;
    uint32_t from = 0, end = 0;
    hl_status status = hlwordlist_range(list, prefix, size, &from, &end, err);
    for (; status == HL_OK && from < end; from++) {
        struct hlwordlist_word *w;
        if (!hlwordlist_df(list, from))
            continue;
        status = hlwordlist_word(list, from, &w, err);
        if (status == HL_OK)
            status = each(to, w->key, w->size, w->folded, w->folded_size);
    }
    return status;
}

static hl_status pairs(void *user, const struct hlq_key *as, uint32_t a_count,
                       const struct hlq_key *bs, uint32_t b_count,
                       struct hlq_counts *out_counts, struct hl_error *err)
{
    const struct hlwordlist_asked *asked = user;
    struct hlq_vocabulary v = hlterms_vocabulary(asked->terms);
    return v.pairs(v.user, as, a_count, bs, b_count, out_counts, err);
}

static hl_status pair(void *user, const char *a, size_t a_size, const char *b, size_t b_size,
                      struct hlq_counts *out_counts, struct hl_error *err)
{
    const struct hlwordlist_asked *asked = user;
    struct hlq_vocabulary v = hlterms_vocabulary(asked->terms);
    return v.pair(v.user, a, a_size, b, b_size, out_counts, err);
}

struct hlq_vocabulary hlwordlist_vocabulary(struct hlwordlist_asked *asked)
{
    return (struct hlq_vocabulary){.find = find,
                                   .folded = folded,
                                   .pairs = pairs,
                                   .pair = pair,
                                   .near = near,
                                   .places = asked->list->snapshot->positions,
                                   .user = asked};
}
