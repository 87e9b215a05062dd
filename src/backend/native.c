#include "backend/elsewhere.h"
#include "backend/native.h"

#include "base/err.h"
#include "base/mem.h"
#include "score/dated.h"
#include "score/exact.h"
#include "segment/positions.h"

#include <assert.h>
#include <string.h>

/* Eighths of a time limit by which each part must end. */
enum { READING = 4, OPENING = 5, COUNTING = 6, SEEDING = 7, RANKING = HLDEADLINE_PARTS };

void hlnative_init(struct hlnative *native)
{
    memset(native, 0, sizeof *native);
    hlarena_init(&native->arena, HLNATIVE_MEMORY_MAX);
}

void hlnative_release(struct hlnative *native)
{
    hlarena_release(&native->arena);
    if (native->counter)
        hlpair_counter_release(native->counter);
    hlmem_free(native->counter);
    native->counter = NULL;
}

/* The arena's limit is the query's, not the machine's. */
static hl_status out_of_memory(const struct hlnative *n, struct hl_error *err)
{
    if (n->arena.total <= HLNATIVE_MEMORY_MAX / 2)
        return hlerr_nomem(err);
    return hlerr_set(err, HL_LIMIT, "query needs more than %d MiB; ask for fewer words",
                     HLNATIVE_MEMORY_MAX >> 20);
}

/* ---- leaves ---- */

/* A df as its key weighs, rounded up: a group is as frequent as what it counts. */
static uint64_t weigh(uint64_t df, unsigned tenths)
{
    return (df * tenths + 9) / 10;
}

/*
 * Keys side by side that stand for one: a pair has its own df, longer rows are taken
 * to be as frequent as the rarest pair in them.
 */
static hl_status add_sequence(struct hlnative *n, const struct hlq_sequence *row,
                              struct hlnative_leaf *leaf, struct hl_error *err)
{
    uint64_t df = UINT64_MAX;
    struct hlterm *a = NULL, *b = NULL;
    struct hlpair_spot *spots = NULL;
    assert(row->count >= 2);
    for (uint32_t i = 0; i + 1 < row->count; i++) {
        struct hlq_counts counts;
        hl_status status =
            hlterms_get(&n->terms, row->keys[i].bytes, row->keys[i].size, &a, err);
        if (status == HL_OK)
            status =
                hlterms_get(&n->terms, row->keys[i + 1].bytes, row->keys[i + 1].size, &b, err);
        if (status == HL_OK)
            status = hlterms_pair(&n->terms, a, b, &counts, &spots, err);
        if (status != HL_OK)
            return status;
        df = counts.df < df ? counts.df : df;
    }
    if (!df)
        return HL_OK;
    leaf->df += weigh(df, row->weight);
    struct hlnative_key *key = &leaf->keys[leaf->key_count++];
    *key = row->count == 2
               ? (struct hlnative_key){.a = a, .b = b, .weight = row->weight, .spots = spots}
               : (struct hlnative_key){.weight = row->weight, .row = row};
    return HL_OK;
}

hl_status hlnative_word_df(struct hlnative *native, const struct hlq_word *word,
                           uint64_t *out_df, struct hl_error *err)
{
    struct hlnative_leaf leaf = {.kind = HLLEAF_WORD};
    uint64_t df = 0;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < word->count; i++) {
        struct hlterm *t;
        status = hlterms_get(&native->terms, word->keys[i].bytes, word->keys[i].size, &t, err);
        df += status == HL_OK ? weigh(t->df, word->keys[i].weight) : 0;
    }
    leaf.keys = hlarena_zalloc(&native->arena, word->sequence_count + 1u, sizeof *leaf.keys);
    if (!leaf.keys)
        return out_of_memory(native, err);
    for (uint32_t i = 0; status == HL_OK && i < word->sequence_count; i++)
        status = add_sequence(native, &word->sequences[i], &leaf, err);
    df += leaf.df;
    *out_df = df < native->snapshot->articles ? df : native->snapshot->articles;
    return status;
}

static hl_status add_sequences(struct hlnative *n, const struct hlq_sequence *rows,
                               uint32_t count, struct hlnative_leaf *leaf, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        status = add_sequence(n, &rows[i], leaf, err);
    return status;
}

enum { MEMBERS_MAX = HLNATIVE_MEMBERS_MAX, WEIGHT_FULL = 10 };

/* A group, or a word of many keys, is one key that is worked out for each chunk. */
static hl_status expr_leaf(struct hlnative *n, const struct hlq_word *word,
                           struct hlnative_leaf *leaf, struct hl_error *err)
{
    struct hlq_expr *many = hlarena_zalloc(&n->arena, 1, sizeof *many);
    leaf->keys = hlarena_zalloc(&n->arena, 1, sizeof *leaf->keys);
    if (!many || !leaf->keys)
        return out_of_memory(n, err);
    many->kind = HLQ_X_WORD;
    many->as.word = word;
    leaf->keys[0].weight = WEIGHT_FULL;
    leaf->keys[0].expr = word->expr ? word->expr : many;
    hl_status status = hlnative_expr_df(n, leaf->keys[0].expr, &leaf->df, err);
    leaf->key_count = leaf->df > 0;
    return status;
}

static hl_status word_leaf(struct hlnative *n, const struct hlq_word *word,
                           struct hlnative_leaf *leaf, struct hl_error *err)
{
    if (hlnative_is_flat(word->expr))
        return hlnative_flat_leaf(n, word->expr, leaf, err);
    if (word->expr || word->count > MEMBERS_MAX)
        return expr_leaf(n, word, leaf, err);
    size_t most = (size_t)word->count + word->sequence_count + 1;
    leaf->keys = hlarena_zalloc(&n->arena, most, sizeof *leaf->keys);
    if (!leaf->keys)
        return out_of_memory(n, err);
    for (uint32_t i = 0; i < word->count; i++) {
        struct hlterm *t;
        hl_status status =
            hlterms_get(&n->terms, word->keys[i].bytes, word->keys[i].size, &t, err);
        if (status != HL_OK)
            return status;
        leaf->keys[leaf->key_count++] =
            (struct hlnative_key){.a = t, .weight = word->keys[i].weight};
        leaf->df += weigh(t->df, word->keys[i].weight);
    }
    return add_sequences(n, word->sequences, word->sequence_count, leaf, err);
}

static void weigh_leaf(const struct hlnative *n, struct hlnative_leaf *leaf, double weight)
{
    if (leaf->df > n->snapshot->articles)
        leaf->df = n->snapshot->articles;
    leaf->idf = hlbm25_idf(n->snapshot->articles, leaf->df);
    leaf->weight = weight;
    leaf->factor = weight * leaf->idf;
}

/* A word's part in cover: c = max(1, round(16 idf)). */
static unsigned share_of(double idf)
{
    long c = lround(16 * idf);
    return c < 1 ? 1 : (unsigned)c;
}

static hl_status add_words(struct hlnative *n, struct hl_error *err)
{
    for (uint32_t i = 0; i < n->plan.word_count; i++) {
        struct hlnative_leaf *leaf = &n->leaves[n->leaf_count];
        leaf->kind = HLLEAF_WORD;
        leaf->a = i;
        hl_status status = word_leaf(n, &n->plan.words[i], leaf, err);
        if (status != HL_OK)
            return status;
        if (!leaf->df) {
            /* What the index lacks counts nothing, but empties an answer that wants all. */
            n->impossible |= n->options.cover == HL_COVER_ALL;
            memset(leaf, 0, sizeof *leaf);
            continue;
        }
        weigh_leaf(n, leaf, n->options.emphasis ? n->plan.words[i].emphasis / 10.0 : 1);
        leaf->share = share_of(leaf->idf);
        n->shares += leaf->share;
        n->leaf_count++;
    }
    n->word_count = n->leaf_count;
    return HL_OK;
}

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* A single word that stands for both sides of a pair, such as vaccine for vắc xin. */
static hl_status add_single(struct hlnative *n, const struct hlq_key *key,
                            struct hlnative_leaf *leaf, struct hl_error *err)
{
    struct hlterm *t;
    hl_status status = hlterms_get(&n->terms, key->bytes, key->size, &t, err);
    if (status != HL_OK || !t->df)
        return status;
    leaf->keys[leaf->key_count++] = (struct hlnative_key){.a = t, .weight = key->weight};
    leaf->df += weigh(t->df, key->weight);
    return HL_OK;
}

static hl_status pair_leaf(struct hlnative *n, const struct hlq_pair *pair,
                           const struct hlnative_leaf *a, const struct hlnative_leaf *b,
                           struct hlnative_leaf *leaf, struct hl_error *err)
{
    size_t most = (size_t)a->key_count * b->key_count + pair->count + pair->sequence_count;
    leaf->keys = hlarena_zalloc(&n->arena, most + 1, sizeof *leaf->keys);
    if (!leaf->keys)
        return out_of_memory(n, err);
    for (uint32_t i = 0; i < a->key_count; i++)
        for (uint32_t k = 0; k < b->key_count; k++) {
            struct hlq_counts counts;
            struct hlpair_spot *spots;
            struct hlterm *x = a->keys[i].a, *y = b->keys[k].a;
            if (!x || !y || a->keys[i].b || b->keys[k].b)
                continue; /* rows pair with nothing */
            hl_status status = hlterms_pair(&n->terms, x, y, &counts, &spots, err);
            if (status != HL_OK)
                return status;
            if (!counts.df)
                continue;
            leaf->df += weigh(counts.df, lesser(a->keys[i].weight, b->keys[k].weight));
            leaf->keys[leaf->key_count++] =
                (struct hlnative_key){.a = x,
                                      .b = y,
                                      .weight = lesser(a->keys[i].weight, b->keys[k].weight),
                                      .spots = spots};
        }
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < pair->count; i++)
        status = add_single(n, &pair->keys[i], leaf, err);
    return status == HL_OK ? add_sequences(n, pair->sequences, pair->sequence_count, leaf, err)
                           : status;
}

const struct hlnative_leaf *hlnative_word_leaf(const struct hlnative *n, uint32_t word)
{
    for (uint32_t i = 0; i < n->word_count; i++)
        if (n->leaves[i].a == word)
            return &n->leaves[i];
    return NULL;
}

static hl_status add_pairs(struct hlnative *n, struct hl_error *err)
{
    for (uint32_t i = 0; n->pairs > 0 && i < n->plan.pair_count; i++) {
        const struct hlnative_leaf *a = hlnative_word_leaf(n, n->plan.pairs[i].a);
        const struct hlnative_leaf *b = hlnative_word_leaf(n, n->plan.pairs[i].b);
        if (!a || !b)
            continue;
        struct hlnative_leaf *leaf = &n->leaves[n->leaf_count];
        leaf->kind = HLLEAF_PAIR;
        leaf->a = n->plan.pairs[i].a;
        leaf->b = n->plan.pairs[i].b;
        hl_status status = pair_leaf(n, &n->plan.pairs[i], a, b, leaf, err);
        if (status != HL_OK)
            return status;
        if (!leaf->df) {
            memset(leaf, 0, sizeof *leaf);
            continue;
        }
        weigh_leaf(n, leaf, n->pairs);
        n->leaf_count++;
    }
    return HL_OK;
}

/* A phrase is worth the sum of its words' idf; one with a word that is nowhere is nowhere. */
static hl_status add_phrases(struct hlnative *n, struct hl_error *err)
{
    for (uint32_t i = 0; i < n->plan.phrase_count; i++) {
        const struct hlq_phrase *phrase = &n->plan.phrases[i];
        if (phrase->excluded)
            continue;
        struct hlnative_leaf *leaf = &n->leaves[n->leaf_count];
        leaf->kind = HLLEAF_PHRASE;
        leaf->a = i;
        leaf->weight = 1;
        for (uint32_t w = 0; w < phrase->count; w++) {
            struct hlnative_leaf word = {.kind = HLLEAF_WORD};
            hl_status status = word_leaf(n, &n->plan.extra[phrase->words[w]], &word, err);
            if (status != HL_OK)
                return status;
            n->impossible |= !word.df;
            weigh_leaf(n, &word, 1);
            leaf->idf += word.df ? word.idf : 0;
        }
        leaf->factor = leaf->idf;
        n->leaf_count++;
    }
    return HL_OK;
}

/* Options that ask for something by themselves, of a query that has no words. */
static bool asks_options(const struct hlnative *n)
{
    const char *const *only = n->options.only;
    bool named = only[0] || only[1] || only[2] || only[HLNATIVE_TAG];
    return !n->plan.word_count && (n->options.dated || named);
}

/* Conditions that ask for something; an exclusion alone asks for nothing. */
static bool asks_conditions(const struct hlq_plan *plan)
{
    for (uint32_t i = 0; i < plan->phrase_count; i++)
        if (!plan->phrases[i].excluded)
            return true;
    for (uint32_t i = 0; i < plan->filter_count; i++)
        if (!plan->filters[i].excluded)
            return true;
    for (uint32_t i = 0; i < plan->condition_count; i++)
        if (!plan->conditions[i].excluded)
            return true;
    return plan->dated;
}

static hl_status make_leaves(struct hlnative *n, struct hl_error *err)
{
    size_t most = (size_t)n->plan.word_count + n->plan.pair_count + n->plan.phrase_count + 1;
    n->leaves = hlarena_zalloc(&n->arena, most, sizeof *n->leaves);
    if (!n->leaves)
        return out_of_memory(n, err);
    hl_status status = add_words(n, err);
    n->pairs = n->options.pairs >= 0 ? n->options.pairs : hlnative_default_pairs(n->word_count);
    if (status == HL_OK)
        status = add_pairs(n, err);
    if (status == HL_OK)
        status = add_phrases(n, err);
    /* Words that the index lacks, with nothing else to go by, have no answer. */
    if (!n->word_count && !asks_conditions(&n->plan) && !asks_options(n))
        n->impossible = true;
    return status;
}

/* ---- chunks ---- */

/* What a chunk is asked for document by document. */
struct chunk_user {
    struct hlnative *native;
    const struct hlchunk *chunk;
    const struct hlchunk_columns *columns;
};

static uint32_t length_of(const void *user, uint32_t doc)
{
    const struct chunk_user *u = user;
    return hlchunk_lengths_of(u->columns, doc).length;
}

/* Damage is told when the ranking is done. */
static uint32_t date_of(const void *user, uint32_t doc)
{
    const struct chunk_user *u = user;
    uint32_t date = 0;
    if (u->chunk->head.undated == u->chunk->head.docs)
        return 0;
    hl_status status = hlchunk_date(u->chunk, doc, &date, &u->native->tie_error);
    if (status != HL_OK)
        u->native->tie_status = status;
    return date;
}

/* Lengths are wanted of all documents that are scored, dates of those that are collected,
 * unless they rank. */
static hl_status open_columns(struct hlnative *n, const struct hlchunk *chunk,
                              struct hlchunk_columns *columns, struct hlscore_chunk *to,
                              struct hl_error *err)
{
    bool by_date = n->options.sort || n->score.recency.weight > 0;
    struct chunk_user *user = hlarena_alloc(&n->arena, sizeof *user);
    if (!user)
        return out_of_memory(n, err);
    hl_status status = hlchunk_columns_lazy(chunk, columns, err);
    if (status == HL_OK && by_date)
        status = hlchunk_section(chunk, HLFMT_DATES, &columns->dates, err);
    if (status == HL_OK && by_date)
        status = hlchunk_section(chunk, HLFMT_WINDOW_DATES, &to->window_dates, err);
    if (status != HL_OK)
        return status;
    *user = (struct chunk_user){n, chunk, columns};
    to->classes = columns->classes;
    to->lengths = columns->lengths;
    to->dates = by_date ? columns->dates : NULL;
    to->length = length_of;
    to->date = by_date ? NULL : date_of;
    to->user = user;
    return HL_OK;
}

/* The open postings of a term that is a key of a word; NULL if it is none. */
static const struct hlcontainer *find_open(const struct hlnative *n,
                                           const struct hlscore_chunk *to, uint32_t word,
                                           const struct hlterm *term)
{
    const struct hlnative_leaf *leaf = hlnative_word_leaf(n, word);
    for (uint32_t m = 0; leaf && m < to->leaves[leaf - n->leaves].count; m++) {
        const struct hlscore_member *member = &to->leaves[leaf - n->leaves].members[m];
        const struct hlnative_key *key = &leaf->keys[member->key];
        if (key->a == term && !key->b)
            return &member->container;
    }
    return NULL;
}

/* Made when a search first needs it, kept for those that come. */
static bool make_counter(struct hlnative *n)
{
    if (!n->counter)
        n->counter = hlmem_zalloc(1, sizeof *n->counter);
    return n->counter;
}

static hl_status open_pair(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                           const struct hlnative_leaf *leaf, const struct hlnative_key *key,
                           const struct hlscore_chunk *to, bool *out_found,
                           struct hlcontainer *out_container, struct hl_error *err)
{
    const struct hlpair_spot *spot = &key->spots[number];
    const struct hlcontainer *x = NULL, *y = NULL;
    bool listed = false;
    *out_found = spot->entry.df > 0;
    if (!*out_found)
        return HL_OK;
    hl_status status = hlchunk_open_spot(chunk, spot, &n->arena, &listed, out_container, err);
    if (status != HL_OK || listed)
        return status;
    if (leaf->kind == HLLEAF_PAIR) {
        x = find_open(n, to, leaf->a, key->a);
        y = find_open(n, to, leaf->b, key->b);
    }
    if (!x || !y)
        return hlpairs_from_positions(chunk, key->a->locals[number], key->b->locals[number],
                                      spot->entry.df, &n->arena, out_container, err);
    if (!make_counter(n))
        return hlerr_nomem(err);
    return hlpairs_adjacent(chunk, x, y, spot->entry.df, n->counter, &n->arena, out_container,
                            err);
}

static hl_status open_key(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                          const struct hlnative_leaf *leaf, uint32_t k,
                          const struct hlscore_chunk *to, struct hlscore_leaf *s,
                          struct hl_error *err)
{
    const struct hlnative_key *key = &leaf->keys[k];
    struct hlscore_member *member = &s->members[s->count];
    bool found = true;
    hl_status status;
    if (!key->row && !key->expr &&
        (key->a->locals[number] == HLLEX_NONE ||
         (key->b && key->b->locals[number] == HLLEX_NONE)))
        return HL_OK;
    if (key->expr)
        status =
            hlnative_find_expr(n, chunk, number, key->expr, &found, &member->container, err);
    else if (key->row)
        status = hlnative_find_row(n, chunk, number, key->row, &found, &member->container, err);
    else if (key->b)
        status = open_pair(n, chunk, number, leaf, key, to, &found, &member->container, err);
    else
        status = hlchunk_open_term(chunk, key->a->locals[number], &n->arena, &member->container,
                                   err);
    if (status == HL_OK && found) {
        member->weight = key->weight;
        member->part = key->part;
        member->key = k;
        s->count++;
    }
    return status;
}

static uint64_t postings_of(const struct hlscore_leaf *leaf)
{
    uint64_t sum = 0;
    for (uint32_t m = 0; m < leaf->count; m++)
        sum += leaf->members[m].container.df;
    return sum;
}

/* Words by their postings in the chunk, by insertion: they are few. */
static bool sort_words(struct hlnative *n, struct hlscore_chunk *to)
{
    to->rarest = hlarena_alloc(&n->arena, (to->word_count + 1u) * sizeof *to->rarest);
    for (uint32_t i = 0; to->rarest && i < to->word_count; i++) {
        uint64_t mine = postings_of(&to->leaves[i]);
        uint32_t at = i;
        for (; at > 0 && postings_of(&to->leaves[to->rarest[at - 1]]) > mine; at--)
            to->rarest[at] = to->rarest[at - 1];
        to->rarest[at] = i;
    }
    return to->rarest;
}

static hl_status open_leaves(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                             struct hlscore_chunk *to, struct hl_error *err)
{
    to->leaves = hlarena_zalloc(&n->arena, n->leaf_count + 1u, sizeof *to->leaves);
    if (!to->leaves)
        return out_of_memory(n, err);
    to->leaf_count = n->leaf_count;
    to->word_count = n->word_count;
    for (uint32_t i = 0; i < n->leaf_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        struct hlscore_leaf *s = &to->leaves[i];
        s->factor = leaf->factor;
        s->share = leaf->share;
        s->members = hlarena_alloc(&n->arena, (leaf->key_count + 1u) * sizeof *s->members);
        if (!s->members)
            return out_of_memory(n, err);
        for (uint32_t k = 0; k < leaf->key_count; k++) {
            if (hldeadline_passed(n->score.deadline))
                return HL_OK;
            hl_status status = open_key(n, chunk, number, leaf, k, to, s, err);
            if (status != HL_OK)
                return status;
        }
    }
    return sort_words(n, to) ? HL_OK : out_of_memory(n, err);
}

/* Nothing of the query in the chunk: it need not be looked at. */
static bool has_members(const struct hlscore_chunk *chunk)
{
    for (uint32_t i = 0; i < chunk->leaf_count; i++)
        if (chunk->leaves[i].count)
            return true;
    return false;
}

/* Time that ran out on the way leaves a chunk half opened: nothing of it counts. */
static hl_status open_chunk(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                            struct hl_error *err)
{
    struct hlscore_chunk *to = &n->chunks[n->chunk_count];
    bool none = false;
    memset(to, 0, sizeof *to);
    to->docs = chunk->head.docs;
    to->windows = chunk->head.windows;
    hl_status status = hlnative_filter(n, chunk, to, &none, err);
    if (status != HL_OK || none)
        return status;
    status = open_columns(n, chunk, &n->columns[n->chunk_count], to, err);
    if (status == HL_OK)
        status = open_leaves(n, chunk, number, to, err);
    if (status != HL_OK)
        return status;
    to->number = n->chunk_count;
    to->length_min = chunk->head.length_min;
    to->length_max = chunk->head.length_max;
    to->bound_length = chunk->head.bound_length;
    if (!hldeadline_passed(n->score.deadline))
        status = hlnative_conditions(n, chunk, number, to, err);
    if (status == HL_OK && (has_members(to) || !n->leaf_count) &&
        !hldeadline_passed(n->score.deadline))
        n->sources[n->chunk_count++] = chunk;
    if (chunk->head.length_min < n->score.length_min)
        n->score.length_min = chunk->head.length_min;
    return status;
}

static hl_status open_chunks(struct hlnative *n, struct hl_error *err)
{
    uint32_t all = n->snapshot->chunks, number = 0;
    hldeadline_until(&n->deadline, OPENING);
    n->chunks = hlarena_alloc(&n->arena, (all + 1u) * sizeof *n->chunks);
    n->columns = hlarena_alloc(&n->arena, (all + 1u) * sizeof *n->columns);
    n->sources = hlarena_alloc(&n->arena, (all + 1u) * sizeof *n->sources);
    if (!n->chunks || !n->columns || !n->sources)
        return out_of_memory(n, err);
    for (size_t i = 0; i < n->snapshot->count; i++) {
        const struct hlseg *seg = &n->snapshot->segments[i];
        for (uint32_t c = 0; c < seg->chunk_count; c++) {
            if (hldeadline_passed(n->score.deadline))
                return HL_OK;
            hl_status status = open_chunk(n, &seg->chunks[c], number++, err);
            if (status != HL_OK)
                return status;
        }
    }
    return HL_OK;
}

static hl_status make_room(struct hlnative *n, struct hl_error *err)
{
    struct hlscore_room *r = hlarena_alloc(&n->arena, sizeof *r);
    if (!r)
        return out_of_memory(n, err);
    size_t leaves = n->leaf_count + 1u, words = n->word_count + 1u;
    r->worth = hlarena_alloc(&n->arena, leaves * sizeof *r->worth);
    r->window_bound = hlarena_zalloc(&n->arena, leaves, sizeof *r->window_bound);
    r->has = hlarena_alloc(&n->arena, words * sizeof *r->has);
    r->shares = hlarena_alloc(&n->arena, words * sizeof *r->shares);
    if (!r->worth || !r->window_bound || !r->has || !r->shares)
        return out_of_memory(n, err);
    n->room = r;
    return HL_OK;
}

int hlnative_default_cover(uint32_t words)
{
    return words <= 1 ? 100 : words == 2 ? 50 : words == 3 ? 40 : 25;
}

double hlnative_default_pairs(uint32_t words)
{
    return 0.4 * sqrt(words / 10.0);
}

void hlnative_set_cover(struct hlnative *native, int percent)
{
    assert(percent >= 0 && percent <= 100);
    native->cover = percent;
    native->answers = NULL;
    native->score.use_cover = native->word_count > 0;
    hlcover_init(&native->score.cover, native->shares, (unsigned)percent);
    for (uint32_t i = 0; i < native->word_count; i++)
        native->room->shares[i] = native->leaves[i].share;
    hlcover_plan(&native->score.cover, native->room->shares, native->word_count);
}

/* Counts leave deleted articles out, so that df is how many have the word. */
static bool is_simple(const struct hlnative *n)
{
    const struct hlnative_leaf *leaf = n->leaves;
    return !n->impossible && n->word_count == 1 && leaf->key_count == 1 && leaf->keys[0].a &&
           !leaf->keys[0].b && leaf->keys[0].weight == 10 && !n->plan.phrase_count &&
           !n->plan.condition_count && !n->filter_count && !n->options.dated &&
           !n->options.facets && !n->options.without;
}

hl_status hlnative_prepare(struct hlnative *native, const struct hlsnapshot *snapshot,
                           const struct hl_query *query, const struct hlnative_options *options,
                           struct hl_error *err)
{
    struct hlnative *n = native;
    struct hlarena arena = n->arena;
    struct hlpair_counter *counter = n->counter;
    hlarena_reset(&arena);
    if (counter)
        hlpair_counter_reset(counter);
    memset(n, 0, sizeof *n);
    n->arena = arena;
    n->counter = counter;
    n->snapshot = snapshot;
    n->query = query;
    n->options = *options;
    n->score.bm25 = options->bm25;
    n->score.bm25.mean_length = hlsnapshot_mean_length(snapshot);
    n->score.exhaustive = options->exhaustive;
    n->score.length_min = UINT32_MAX;
    n->score.lanes = hlscore_lanes_best();
    n->score.recency.weight = options->recency;
    n->score.deadline = options->timeout_ms ? &n->deadline : NULL;
    hldeadline_start(&n->deadline, options->timeout_ms);
    hldeadline_until(&n->deadline, READING);
    uint64_t times = snapshot->articles / HLNATIVE_PLACES_OF;
    n->places_left = (uint64_t)HLNATIVE_PLACES_MAX * (times ? times : 1);
    hlterms_init(&n->terms, snapshot, &n->arena);
    n->terms.deadline = n->score.deadline;
    struct hlq_vocabulary vocabulary = hlterms_vocabulary(&n->terms);
    hl_status status = HL_OK;
    if (snapshot->elsewhere && snapshot->elsewhere->ahead)
        status = snapshot->elsewhere->ahead(snapshot->elsewhere->words.user, query, err);
    if (status == HL_OK)
        status = hlq_expand(query, &vocabulary, options->synonyms, &n->arena, &n->plan, err);
    if (status == HL_OK && options->recency > 0)
        status = hlsnapshot_newest(snapshot, &n->score.recency.newest, err);
    if (status == HL_OK)
        hlnative_narrow_days(n);
    if (status == HL_OK)
        status = make_leaves(n, err);
    if (status == HL_OK)
        status = hlnative_read_filters(n, err);
    n->unread = hldeadline_passed(n->score.deadline);
    n->simple = status == HL_OK && !n->unread && is_simple(n);
    if (status == HL_OK && !n->impossible && (query->count || asks_options(n)) &&
        !(n->simple && options->count_only) && !n->unread)
        status = open_chunks(n, err);
    if (status == HL_OK)
        status = make_room(n, err);
    n->bytes = options->facets ? hlbytes_find(snapshot) : NULL;
    if (status == HL_OK && options->facets)
        status = hltally_open(options->facets, n->bytes, &n->arena, &n->tally, err);
    if (status == HL_NOMEM)
        return out_of_memory(n, err);
    if (status == HL_OK)
        hlnative_set_cover(n, options->cover == HL_COVER_DEFAULT
                                  ? hlnative_default_cover(n->word_count)
                                  : options->cover);
    return status;
}

/* Counts the answers of a chunk, keeping which they are. */
static uint64_t count_and_keep(struct hlnative *n, uint32_t c, uint64_t *kept)
{
    uint64_t total = 0;
    for (unsigned w = 0; w < n->chunks[c].windows; w++) {
        uint64_t *bits = kept + (size_t)w * HLSCORE_WORDS;
        uint64_t count = hlscore_answers(&n->score, &n->chunks[c], n->room, w, bits);
        if (!count) /* they may be begun */
            memset(bits, 0, HLSCORE_WORDS * sizeof *bits);
        total += count;
    }
    return total;
}

static uint64_t count_chunk(struct hlnative *n, uint32_t c)
{
    uint64_t *kept = n->answers ? n->answers + (size_t)c * HLFMT_WINDOWS * HLSCORE_WORDS : NULL;
    if (n->tally)
        return hltally_chunk(
            n->tally, &n->score, &n->chunks[c], n->room, n->sources[c],
            n->bytes ? hlbytes_of_chunk(n->bytes, n->snapshot, n->sources[c]) : NULL, kept);
    return kept ? count_and_keep(n, c, kept) : hlscore_count(&n->score, &n->chunks[c], n->room);
}

/* Where there is no memory to keep answers in they are found once more later. */
uint64_t hlnative_count(struct hlnative *native)
{
    struct hlnative *n = native;
    size_t chunk_size = (size_t)HLFMT_WINDOWS * HLSCORE_WORDS * sizeof *n->answers;
    uint64_t total = 0;
    if (n->simple && n->score.use_cover)
        return n->leaves[0].df;
    hldeadline_until(&n->deadline, COUNTING);
    n->answers = n->options.keep ? hlarena_zalloc(&n->arena, n->chunk_count, chunk_size) : NULL;
    if (n->tally)
        hltally_reset(n->tally);
    for (uint32_t c = 0; c < n->chunk_count; c++)
        total += count_chunk(n, c);
    return total;
}

/* The first bytes of the id, so that ids are mostly settled without being compared. */
static uint64_t key_of_id(void *user, const struct hlhit *hit)
{
    struct hlnative *n = user;
    const char *id = "";
    uint32_t size = 0;
    hl_status status = hlchunk_id(n->sources[hit->chunk], hit->doc, &id, &size, &n->tie_error);
    if (status != HL_OK)
        n->tie_status = status;
    uint64_t key = 0;
    for (uint32_t i = 0; i < 7; i++)
        key = key << 8 | (i < size ? (uint8_t)id[i] : 0);
    return key << 8 | 1;
}

/* Ids settle what score and date leave open. */
static int tie_by_id(void *user, const struct hlhit *a, const struct hlhit *b)
{
    struct hlnative *n = user;
    const char *x = "", *y = "";
    uint32_t nx = 0, ny = 0;
    hl_status status = hlchunk_id(n->sources[a->chunk], a->doc, &x, &nx, &n->tie_error);
    if (status == HL_OK)
        status = hlchunk_id(n->sources[b->chunk], b->doc, &y, &ny, &n->tie_error);
    if (status != HL_OK) {
        n->tie_status = status;
        return a->doc < b->doc ? -1 : a->doc > b->doc;
    }
    int r = memcmp(x, y, nx < ny ? nx : ny);
    return r ? r : nx < ny ? -1 : nx > ny;
}

/* The first hits once more, by where the words stand; the rest stays behind them.  Where time
 * runs out none of them is: scores of some with it and some without would not compare. */
static hl_status look_again(struct hlnative *n, struct hltopk *top, struct hl_error *err)
{
    size_t count = top->count < n->options.refine ? top->count : n->options.refine;
    if (!count || hldeadline_passed(n->score.deadline))
        return HL_OK;
    struct hlrefine_score *scores = hlarena_zalloc(&n->arena, count, sizeof *scores);
    if (!scores)
        return out_of_memory(n, err);
    hl_status status = hlnative_refine(n, top->hits, count, scores, err);
    if (status != HL_OK || hldeadline_passed(n->score.deadline))
        return status;
    /* Insertion: they are few, and nearly in order. */
    for (size_t i = 0; i < count; i++) {
        struct hlhit hit = top->hits[i];
        hit.score += hlrefine_worth(&scores[i]) * hlrecency_factor(&n->score.recency, hit.date);
        size_t at = i;
        for (; at > 0 && hltopk_before(top, &hit, &top->hits[at - 1]); at--)
            top->hits[at] = top->hits[at - 1];
        top->hits[at] = hit;
    }
    return HL_OK;
}

hl_status hlnative_trouble(const struct hlnative *native, struct hl_error *err)
{
    const struct hlpair_counter *counter = native->counter;
    if (counter && counter->status != HL_OK && err)
        *err = counter->error;
    return counter ? counter->status : HL_OK;
}

static void run_chunks(struct hlnative *n, struct hltopk *top)
{
    for (uint32_t i = 0; i < n->chunk_count; i++)
        hlscore_run(&n->score, &n->chunks[i], n->room, top);
}

static hl_status rank_by_score(struct hlnative *native, size_t k, struct hltopk *top,
                               struct hl_error *err)
{
    double *heap = hlarena_alloc(&native->arena, k * sizeof *heap);
    if (!heap)
        return out_of_memory(native, err);
    hlscore_begin(&native->score, native->chunks, native->chunk_count, native->room);
    struct hlscore_room *room = native->room;
    struct hldeadline *deadline = &native->deadline;
    bool cut = deadline->cut; /* a threshold that is not found costs time, but no hits */
    hldeadline_until(deadline, SEEDING);
    double seed =
        hlscore_seed(&native->score, native->chunks, native->chunk_count, k, room, heap);
    double guess =
        hlscore_guess(&native->score, native->chunks, native->chunk_count, room, top);
    deadline->cut = cut;
    hldeadline_until(deadline, RANKING);
    room->floor = guess > seed ? guess : seed;
    run_chunks(native, top);
    if (guess > seed && top->count < k && !hldeadline_passed(native->score.deadline)) {
        /* The guess was too high: nothing is lost but time. */
        room->floor = seed;
        hltopk_reset(top);
        run_chunks(native, top);
    }
    hltopk_sort(top);
    return look_again(native, top, err);
}

static hl_status rank_by_date(struct hlnative *native, struct hltopk *top, struct hl_error *err)
{
    size_t windows = (size_t)native->chunk_count * HLFMT_WINDOWS;
    struct hldated_turn *turns = hlarena_alloc(&native->arena, windows * sizeof *turns);
    if (!turns)
        return out_of_memory(native, err);
    top->order = native->options.sort == HL_SORT_NEWEST ? HLTOPK_NEWEST : HLTOPK_OLDEST;
    hldated_run(&native->score, native->chunks, native->chunk_count, native->room, turns, top);
    hltopk_sort(top);
    return HL_OK;
}

hl_status hlnative_rank(struct hlnative *native, size_t k, struct hlhit *hits,
                        size_t *out_count, struct hl_error *err)
{
    struct hltopk top = {
        .hits = hits, .most = k, .key = key_of_id, .tie = tie_by_id, .user = native};
    *out_count = 0;
    hldeadline_until(&native->deadline, RANKING);
    assert(k >= native->options.refine || !k);
    if (!native->chunk_count || !k)
        return HL_OK;
    hl_status status = native->options.sort ? rank_by_date(native, &top, err)
                                            : rank_by_score(native, k, &top, err);
    if (status != HL_OK)
        return status;
    if (native->tie_status != HL_OK) {
        if (err)
            *err = native->tie_error;
        return native->tie_status;
    }
    *out_count = top.count;
    return hlnative_trouble(native, err);
}
