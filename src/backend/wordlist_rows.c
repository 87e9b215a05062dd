/*
 * wordlist_rows.c - what stands behind a word, and the list as a vocabulary: see wordlist.h.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { LARGE = 10000 }; /* articles from which on a pair must be seen twice */

static const double STICKY = 12; /* times above chance */

bool hlwordlist_sticks(uint64_t places, uint64_t pair_cf, uint64_t a_cf, uint64_t b_cf)
{
    return (double)pair_cf * (double)places > STICKY * (double)a_cf * (double)b_cf;
}

struct gathered {
    struct hlwordlist_next *list;
    size_t count, room;
};

static bool add(struct gathered *g, uint32_t word, const struct hlpair_entry *entry)
{
    if (g->count == g->room) {
        size_t room = g->room * 2 + 64;
        struct hlwordlist_next *grown = hlmem_realloc(g->list, room * sizeof *grown);
        if (!grown)
            return false;
        g->list = grown;
        g->room = room;
    }
    uint32_t cf = (uint32_t)(entry->cf < UINT32_MAX / 4 ? entry->cf : UINT32_MAX / 4);
    g->list[g->count++] = (struct hlwordlist_next){word, entry->df, cf};
    return true;
}

static hl_status gather_chunk(const struct hlchunk *chunk, const uint32_t *places, uint32_t a,
                              struct gathered *g, struct hl_error *err)
{
    struct hlpair_walk walk;
    struct hlpair_entry entry = {.b = 0};
    hl_status status = hlpair_walk_start(chunk, a, &walk, err);
    while (status == HL_OK && hlpair_walk_next(&walk, &entry, &status, err))
        if (places[entry.b] != HLWORDLIST_NONE && !add(g, places[entry.b], &entry))
            return hlerr_nomem(err);
    return status;
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
    assert(word < list->count);
    uint32_t *locals = atomic_load(&list->locals[word]), *made;
    if (!locals) {
        made = hlmem_zalloc(list->snapshot->chunks + 1u, sizeof *made);
        hl_status status =
            made ? find_locals(list, &list->words[word], made, err) : hlerr_nomem(err);
        if (status != HL_OK) {
            hlmem_free(made);
            return status;
        }
        if (atomic_compare_exchange_strong(&list->locals[word], &locals, made))
            locals = made;
        else
            hlmem_free(made);
    }
    *out_locals = locals;
    return HL_OK;
}

static hl_status gather(struct hlwordlist *list, uint32_t word, struct gathered *g,
                        struct hl_error *err)
{
    const struct hlsnapshot *s = list->snapshot;
    const uint32_t *locals;
    uint32_t number = 0;
    hl_status status = hlwordlist_locals(list, word, &locals, err);
    for (size_t i = 0; status == HL_OK && i < s->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < s->segments[i].chunk_count; c++, number++)
            if (locals[number] != HLLEX_NONE)
                status = gather_chunk(&s->segments[i].chunks[c], list->places[number],
                                      locals[number], g, err);
    return status;
}

static int by_word(const void *a, const void *b)
{
    const struct hlwordlist_next *x = a, *y = b;
    return (x->word > y->word) - (x->word < y->word);
}

/* One for each word, those that are too rare left out; returns how many. */
static uint32_t merge(struct gathered *g, uint32_t least)
{
    uint32_t kept = 0;
    if (g->count)
        qsort(g->list, g->count, sizeof *g->list, by_word);
    for (size_t i = 0, next; i < g->count; i = next) {
        struct hlwordlist_next sum = g->list[i];
        for (next = i + 1; next < g->count && g->list[next].word == sum.word; next++) {
            sum.df += g->list[next].df;
            sum.cf += g->list[next].cf;
        }
        if (sum.cf >= least)
            g->list[kept++] = sum;
    }
    return kept;
}

static double share_of_words(const struct hlwordlist *list, const struct hlwordlist_word *a,
                             const struct hlwordlist_next *next, uint32_t count)
{
    double sticky = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct hlwordlist_word *b = &list->words[next[i].word];
        bool word = hlwordlist_sticks(list->snapshot->positions, next[i].cf, a->cf, b->cf);
        sticky += word && !b->function ? (double)next[i].cf : 0;
    }
    sticky /= a->cf ? (double)a->cf : 1;
    return sticky < 1 ? sticky : 1;
}

static hl_status make_row(struct hlwordlist *list, uint32_t word,
                          struct hlwordlist_row **out_row, struct hl_error *err)
{
    struct gathered g = {0};
    struct hlwordlist_row *row = NULL;
    hl_status status = gather(list, word, &g, err);
    if (status == HL_OK) {
        uint32_t count = merge(&g, list->snapshot->articles < LARGE ? 1 : 2);
        row = hlmem_alloc(sizeof *row + count * sizeof *row->next);
        status = row ? HL_OK : hlerr_nomem(err);
        if (row) {
            row->count = count;
            if (count)
                memcpy(row->next, g.list, count * sizeof *row->next);
            row->sticky = share_of_words(list, &list->words[word], row->next, count);
            *out_row = row;
        }
    }
    hlmem_free(g.list);
    return status;
}

/* Two threads may make one row at a time: the first stays. */
hl_status hlwordlist_row(struct hlwordlist *list, uint32_t word,
                         const struct hlwordlist_row **out_row, struct hl_error *err)
{
    assert(word < list->count);
    struct hlwordlist_row *row = atomic_load(&list->rows[word]), *made = NULL;
    if (!row) {
        hl_status status = make_row(list, word, &made, err);
        if (status != HL_OK)
            return status;
        if (atomic_compare_exchange_strong(&list->rows[word], &row, made))
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
        *out_counts =
            (struct hlq_counts){asked->list->words[word].df, asked->list->words[word].cf};
    return HL_OK;
}

static hl_status folded(void *user, const char *want, size_t size, hlq_each *each, void *to,
                        struct hl_error *err)
{
    (void)err;
    const struct hlwordlist_asked *asked = user;
    const struct hlwordlist *list = asked->list;
    uint32_t from, end;
    hl_status status = HL_OK;
    hlwordlist_range(list, want, size, &from, &end);
    for (; status == HL_OK && from < end && list->words[from].folded_size == size; from++) {
        const struct hlwordlist_word *w = &list->words[from];
        status = each(to, w->key, w->size, &(struct hlq_counts){w->df, w->cf});
    }
    return status;
}

static hl_status near(void *user, const char *prefix, size_t size, hlq_each_folded *each,
                      void *to, struct hl_error *err)
{
    (void)err;
    const struct hlwordlist_asked *asked = user;
    const struct hlwordlist *list = asked->list;
    uint32_t from, end;
    hl_status status = HL_OK;
    hlwordlist_range(list, prefix, size, &from, &end);
    for (; status == HL_OK && from < end; from++) {
        const struct hlwordlist_word *w = &list->words[from];
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
