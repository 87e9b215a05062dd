/*
 * expressions.c - what a group of the query asks for, as documents and tfs of one chunk.
 *
 * A group is worked out for a whole chunk at once, part by part, in levels: arrays of bits and
 * tfs, one for each depth of the tree, used again for every chunk.  What comes out is a
 * container like any other, so nothing above knows of groups.
 */
#include "backend/native.h"

#include "base/err.h"
#include "match/bits.h"
#include "match/phrase.h"

#include <assert.h>
#include <string.h>

enum { WEIGHT_FULL = 10, BITS_SIZE = HLBITS_CHUNK_WORDS * sizeof(uint64_t) };

/* tf is meant where the bit is set; 0 there: the part only narrows. */
struct hlnative_level {
    uint64_t bits[HLBITS_CHUNK_WORDS];
    uint32_t tf[HLFMT_CHUNK_DOCS];
};

struct work {
    struct hlnative *n;
    const struct hlchunk *chunk;
    uint32_t number;
    struct hl_error *err;
};

/* Each pair of parentheses is two levels at most, alternatives of which one has several parts;
 * outside of all are a group and what is in it, and around it the chunk. */
static struct hlnative_level *level_at(struct hlnative *n, unsigned depth)
{
    assert(depth < sizeof n->levels / sizeof *n->levels);
    if (!n->levels[depth])
        n->levels[depth] = hlarena_alloc(&n->arena, sizeof *n->levels[depth]);
    return n->levels[depth];
}

/* ---- words ---- */

/* A sum of tfs stays at the most that there is room for. */
static uint32_t add_tf(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

static bool any_bits(const uint64_t bits[HLCONT_WORDS])
{
    uint64_t any = 0;
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        any |= bits[i];
    return any;
}

/* What a list costs, as lists of positions of an article (HLNATIVE_PLACES_MAX). */
enum { LIST_OPENED = 8, POSTINGS_A_PLACE = 8 };

/* Adds the postings of a container that are within; weight is in tenths.  What it cost. */
static uint64_t add_container(const struct hlcontainer *c, unsigned windows, unsigned weight,
                              const uint64_t *within, struct hlnative_level *to)
{
    uint16_t docs[HLFMT_WINDOW];
    uint32_t tfs[HLFMT_WINDOW];
    uint64_t postings = 0, looked = 0;
    for (unsigned w = 0; w < windows; w++) {
        uint64_t bits[HLCONT_WORDS] = {0};
        if (!c->window_bound[w] || !any_bits(within + (size_t)w * HLCONT_WORDS))
            continue;
        uint64_t *have = to->bits + (size_t)w * HLCONT_WORDS;
        unsigned n = 0;
        c->ops->match(c, w, bits);
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            for (uint64_t b = bits[i] & within[w * HLCONT_WORDS + i]; b; b &= b - 1)
                docs[n++] =
                    (uint16_t)(w * HLFMT_WINDOW + i * 64 + (unsigned)__builtin_ctzll(b));
        looked++;
        postings += n;
        if (!n)
            continue;
        c->ops->tfs(c, docs, n, tfs);
        for (unsigned i = 0; i < n; i++) {
            unsigned local = docs[i] % HLFMT_WINDOW;
            uint64_t bit = 1ull << local % 64;
            uint32_t *tf = &to->tf[docs[i]];
            uint32_t had = have[local / 64] & bit ? *tf : 0;
            *tf = add_tf(had, (uint64_t)tfs[i] * weight);
            have[local / 64] |= bit;
        }
    }
    return LIST_OPENED + looked + postings / POSTINGS_A_PLACE;
}

/* Weighted tenths, rounded up. */
static void settle_tenths(struct hlnative_level *l, unsigned windows)
{
    for (unsigned i = 0; i < windows * HLCONT_WORDS; i++)
        for (uint64_t b = l->bits[i]; b; b &= b - 1) {
            uint32_t *tf = &l->tf[i * 64 + (unsigned)__builtin_ctzll(b)];
            *tf = *tf / WEIGHT_FULL + (*tf % WEIGHT_FULL > 0);
        }
}

/* Terms are kept for the whole search: they have to be there before a mark is set. */
static hl_status know_terms(struct work *k, const struct hlq_key *keys, uint32_t count)
{
    hl_status status = HL_OK;
    struct hlterm *t;
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        status = hlterms_get(&k->n->terms, keys[i].bytes, keys[i].size, &t, k->err);
    return status;
}

static hl_status add_key(struct work *k, const struct hlq_key *key, const uint64_t *within,
                         struct hlnative_level *to)
{
    struct hlnative *n = k->n;
    struct hlcontainer c;
    struct hlterm *t;
    hl_status status = hlterms_get(&n->terms, key->bytes, key->size, &t, k->err);
    if (status != HL_OK || t->locals[k->number] == HLLEX_NONE)
        return status;
    struct hlarena_mark mark = hlarena_mark(&n->arena);
    status = hlchunk_open_term(k->chunk, t->locals[k->number], &n->arena, &c, k->err);
    uint64_t cost = 0;
    if (status == HL_OK)
        cost = add_container(&c, k->chunk->head.windows, key->weight, within, to);
    if (status == HL_OK)
        status = hlphrase_spend(&n->places_left, cost, k->err);
    hlarena_rewind(&n->arena, mark);
    return status;
}

static hl_status add_row(struct work *k, const struct hlq_sequence *row, const uint64_t *within,
                         struct hlnative_level *to)
{
    struct hlcontainer c;
    bool found = false;
    hl_status status = know_terms(k, row->keys, row->count);
    struct hlarena_mark mark = hlarena_mark(&k->n->arena);
    if (status == HL_OK)
        status = hlnative_find_row(k->n, k->chunk, k->number, row, &found, &c, k->err);
    if (status == HL_OK && found)
        add_container(&c, k->chunk->head.windows, row->weight, within, to);
    hlarena_rewind(&k->n->arena, mark);
    return status;
}

/* Lists of a key are let go once they are added: a prefix has very many. */
static hl_status find_word(struct work *k, const struct hlq_word *word, const uint64_t *within,
                           struct hlnative_level *to)
{
    hl_status status = HL_OK;
    memset(to->bits, 0, sizeof to->bits);
    for (uint32_t i = 0; status == HL_OK && i < word->count; i++) {
        if (hldeadline_passed(k->n->score.deadline))
            break;
        status = add_key(k, &word->keys[i], within, to);
    }
    for (uint32_t i = 0; status == HL_OK && i < word->sequence_count; i++)
        status = add_row(k, &word->sequences[i], within, to);
    settle_tenths(to, k->chunk->head.windows);
    return status;
}

static hl_status find_phrase(struct work *k, const struct hlq_phrase *phrase,
                             const uint64_t *within, struct hlnative_level *to)
{
    struct hlcontainer c;
    bool found = false;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < phrase->count; i++) {
        const struct hlq_word *word = &k->n->plan.extra[phrase->words[i]];
        status = know_terms(k, word->keys, word->count);
    }
    struct hlarena_mark mark = hlarena_mark(&k->n->arena);
    if (status == HL_OK)
        status =
            hlnative_find_phrase(k->n, k->chunk, k->number, phrase, within, &found, &c, k->err);
    memset(to->bits, 0, sizeof to->bits);
    if (status == HL_OK && found)
        add_container(&c, k->chunk->head.windows, 1, within, to);
    hlarena_rewind(&k->n->arena, mark);
    return status;
}

/* ---- what only narrows ---- */

static void narrow_to(struct hlnative_level *to, const uint64_t *within)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++) {
        to->bits[i] &= within[i];
        if (to->bits[i])
            memset(&to->tf[(size_t)i * 64], 0, 64 * sizeof *to->tf);
    }
}

/* ---- trees ---- */

static hl_status find(struct work *k, const struct hlq_expr *e, unsigned depth,
                      const uint64_t *within, struct hlnative_level **out_level);

static void add_part(struct hlnative_level *to, const struct hlnative_level *part,
                     uint32_t times)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++) {
        uint64_t both = to->bits[i];
        for (uint64_t b = part->bits[i]; b; b &= b - 1) {
            unsigned doc = i * 64 + (unsigned)__builtin_ctzll(b);
            uint32_t had = both >> doc % 64 & 1 ? to->tf[doc] : 0;
            to->tf[doc] = add_tf(had, (uint64_t)part->tf[doc] * times);
        }
        to->bits[i] |= part->bits[i];
    }
}

static hl_status find_any(struct work *k, const struct hlq_expr *e, unsigned depth,
                          const uint64_t *within, struct hlnative_level *to)
{
    memset(to->bits, 0, sizeof to->bits);
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        struct hlnative_level *part;
        if (!e->as.of.parts[i].times)
            continue;
        hl_status status = find(k, &e->as.of.parts[i], depth + 1, within, &part);
        if (status != HL_OK)
            return status;
        add_part(to, part, e->as.of.parts[i].times);
    }
    return HL_OK;
}

/* The least tf of the parts that count. */
static void keep_part(struct hlnative_level *to, const struct hlnative_level *part)
{
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++) {
        to->bits[i] &= part->bits[i];
        for (uint64_t b = to->bits[i]; b; b &= b - 1) {
            unsigned doc = i * 64 + (unsigned)__builtin_ctzll(b);
            uint32_t had = to->tf[doc], tf = part->tf[doc];
            to->tf[doc] = !had || (tf && tf < had) ? tf : had;
        }
    }
}

/* How dear a part is to find, roughly: what is cheap goes first and narrows the others. */
static uint64_t cost_of(const struct hlq_expr *e)
{
    enum { ROW = 64 }; /* positions are read */
    uint64_t sum = 0;
    switch (e->kind) {
    case HLQ_X_WORD:
        return e->as.word->count + (uint64_t)e->as.word->sequence_count * ROW;
    case HLQ_X_PHRASE:
        return (uint64_t)e->as.phrase.count * ROW;
    case HLQ_X_VALUE:
    case HLQ_X_DAYS:
        return 0;
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        break;
    }
    for (uint32_t i = 0; i < e->as.of.count; i++)
        sum += cost_of(&e->as.of.parts[i]);
    return sum;
}

/* The part to be found after `last`: those left out after the others, each by cost and place;
 * NULL: none. */
static const struct hlq_expr *next_part(const struct hlq_expr *e, const struct hlq_expr *last)
{
    const struct hlq_expr *best = NULL;
    uint64_t last_cost = last ? cost_of(last) : 0, best_cost = 0;
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_expr *part = &e->as.of.parts[i];
        uint64_t cost = cost_of(part);
        bool later = !last || part->excluded > last->excluded ||
                     (part->excluded == last->excluded &&
                      (cost > last_cost || (cost == last_cost && part > last)));
        bool sooner = !best || part->excluded < best->excluded ||
                      (part->excluded == best->excluded && cost < best_cost);
        if (!later || !sooner)
            continue;
        best = part;
        best_cost = cost;
    }
    return best;
}

static hl_status find_all(struct work *k, const struct hlq_expr *e, unsigned depth,
                          const uint64_t *within, struct hlnative_level *to)
{
    memcpy(to->bits, within, sizeof to->bits);
    narrow_to(to, within);
    for (const struct hlq_expr *part = NULL; (part = next_part(e, part));) {
        struct hlnative_level *found;
        hl_status status = find(k, part, depth + 1, to->bits, &found);
        if (status != HL_OK)
            return status;
        if (part->excluded)
            hlbits_and_not(to->bits, found->bits);
        else
            keep_part(to, found);
    }
    return HL_OK;
}

/* Fills the level of the depth with what is in `within`, which is of a lesser depth. */
static hl_status find(struct work *k, const struct hlq_expr *e, unsigned depth,
                      const uint64_t *within, struct hlnative_level **out_level)
{
    struct hlnative_level *to = level_at(k->n, depth);
    struct hlarena_mark mark;
    hl_status status = HL_OK;
    if (!to)
        return hlerr_nomem(k->err);
    switch (e->kind) {
    case HLQ_X_WORD:
        status = find_word(k, e->as.word, within, to);
        break;
    case HLQ_X_PHRASE:
        status = find_phrase(k, &e->as.phrase, within, to);
        break;
    case HLQ_X_VALUE:
        mark = hlarena_mark(&k->n->arena);
        status = hlnative_value_bits(k->n, k->chunk, &e->as.value, to->bits, k->err);
        hlarena_rewind(&k->n->arena, mark);
        narrow_to(to, within);
        break;
    case HLQ_X_DAYS:
        status = hlnative_days_bits(k->chunk, &e->as.days, to->bits, k->err);
        narrow_to(to, within);
        break;
    case HLQ_X_ALL:
        status = find_all(k, e, depth, within, to);
        break;
    case HLQ_X_ANY:
        status = find_any(k, e, depth, within, to);
        break;
    }
    *out_level = to;
    return status;
}

/* ---- containers ---- */

/* within: NULL: all documents of the chunk. */
static hl_status find_in_chunk(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                               const struct hlq_expr *expr, const uint64_t *within,
                               struct hlnative_level **out_level, struct hl_error *err)
{
    struct work k = {n, chunk, number, err};
    struct hlnative_level *all = level_at(n, 0);
    if (!all)
        return hlerr_nomem(err);
    if (within)
        memcpy(all->bits, within, BITS_SIZE);
    else
        hlbits_all(chunk->head.docs, all->bits);
    return find(&k, expr, 1, all->bits, out_level);
}

static hl_status make_container(struct hlnative *n, const struct hlnative_level *level,
                                bool *out_found, struct hlcontainer *out_container,
                                struct hl_error *err)
{
    uint32_t count = 0, escapes = 0, at = 0;
    struct hlnative_level *all = level_at(n, 0); /* its tfs serve as the list's */
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        count += (uint32_t)__builtin_popcountll(level->bits[i]);
    *out_found = count > 0;
    if (!count)
        return HL_OK;
    uint16_t *docs = hlarena_alloc(&n->arena, count * sizeof *docs);
    uint8_t *codes = hlarena_alloc(&n->arena, count);
    if (!docs || !codes)
        return hlerr_nomem(err);
    for (unsigned i = 0; i < HLBITS_CHUNK_WORDS; i++)
        for (uint64_t b = level->bits[i]; b; b &= b - 1) {
            unsigned doc = i * 64 + (unsigned)__builtin_ctzll(b);
            uint32_t tf = level->tf[doc] ? level->tf[doc] : 1;
            docs[at] = (uint16_t)doc;
            all->tf[at++] = tf;
            escapes += tf >= HLFMT_CODES;
        }
    uint8_t *more = hlarena_alloc(&n->arena, (size_t)escapes * 6 + 1);
    if (!more)
        return hlerr_nomem(err);
    hlcont_of_list(docs, all->tf, count, codes, more, more + (size_t)escapes * 2,
                   out_container);
    return HL_OK;
}

hl_status hlnative_find_expr(struct hlnative *native, const struct hlchunk *chunk,
                             uint32_t number, const struct hlq_expr *expr, bool *out_found,
                             struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlnative_level *level;
    *out_found = false;
    hl_status status = find_in_chunk(native, chunk, number, expr, NULL, &level, err);
    return status == HL_OK ? make_container(native, level, out_found, out_container, err)
                           : status;
}

hl_status hlnative_expr_bits(struct hlnative *native, const struct hlchunk *chunk,
                             uint32_t number, const struct hlq_expr *expr,
                             const uint64_t *within, uint64_t *out_bits, struct hl_error *err)
{
    struct hlnative_level *level;
    hl_status status = find_in_chunk(native, chunk, number, expr, within, &level, err);
    if (status == HL_OK)
        memcpy(out_bits, level->bits, BITS_SIZE);
    return status;
}

/* ---- document frequencies ---- */

static hl_status phrase_df(struct hlnative *n, const struct hlq_phrase *phrase,
                           uint64_t *out_df, struct hl_error *err)
{
    hl_status status = HL_OK;
    *out_df = n->snapshot->articles;
    for (uint32_t i = 0; status == HL_OK && i < phrase->count; i++) {
        uint64_t df = 0;
        status = hlnative_word_df(n, &n->plan.extra[phrase->words[i]], &df, err);
        *out_df = df < *out_df ? df : *out_df;
    }
    return status;
}

static hl_status parts_df(struct hlnative *n, const struct hlq_expr *e, uint64_t *out_df,
                          struct hl_error *err)
{
    uint64_t articles = n->snapshot->articles, sum = 0, least = articles;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < e->as.of.count; i++) {
        uint64_t df = articles;
        if (e->as.of.parts[i].excluded)
            continue;
        status = hlnative_expr_df(n, &e->as.of.parts[i], &df, err);
        sum += df;
        least = df < least ? df : least;
    }
    *out_df = e->kind == HLQ_X_ALL ? least : sum < articles ? sum : articles;
    return status;
}

hl_status hlnative_expr_df(struct hlnative *native, const struct hlq_expr *expr,
                           uint64_t *out_df, struct hl_error *err)
{
    switch (expr->kind) {
    case HLQ_X_WORD:
        return hlnative_word_df(native, expr->as.word, out_df, err);
    case HLQ_X_PHRASE:
        return phrase_df(native, &expr->as.phrase, out_df, err);
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        return parts_df(native, expr, out_df, err);
    case HLQ_X_VALUE:
    case HLQ_X_DAYS:
        break;
    }
    *out_df = native->snapshot->articles;
    return HL_OK;
}

/* ---- groups that are a leaf of all their lists ---- */

bool hlnative_is_flat(const struct hlq_expr *e)
{
    size_t keys = 0;
    if (!e || e->kind != HLQ_X_ANY)
        return false;
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_expr *part = &e->as.of.parts[i];
        if (part->kind != HLQ_X_WORD || part->excluded || part->times > 1)
            return false;
        keys += (size_t)part->as.word->count + part->as.word->sequence_count;
    }
    return keys <= HLNATIVE_MEMBERS_MAX;
}

static hl_status add_lists(struct hlnative *n, const struct hlq_word *word, uint32_t part,
                           struct hlnative_leaf *leaf, struct hl_error *err)
{
    for (uint32_t i = 0; i < word->count; i++) {
        struct hlterm *t;
        hl_status status =
            hlterms_get(&n->terms, word->keys[i].bytes, word->keys[i].size, &t, err);
        if (status != HL_OK)
            return status;
        leaf->keys[leaf->key_count++] =
            (struct hlnative_key){.a = t, .weight = word->keys[i].weight, .part = part};
    }
    for (uint32_t i = 0; i < word->sequence_count; i++)
        leaf->keys[leaf->key_count++] = (struct hlnative_key){
            .weight = word->sequences[i].weight, .row = &word->sequences[i], .part = part};
    return HL_OK;
}

/* What is made above of such a group for a chunk, by its lists: tfs of each word are rounded up
 * by themselves, and rows found the same way. */
hl_status hlnative_flat_leaf(struct hlnative *native, const struct hlq_expr *e,
                             struct hlnative_leaf *leaf, struct hl_error *err)
{
    struct hlnative *n = native;
    hl_status status = hlnative_expr_df(n, e, &leaf->df, err);
    leaf->keys = hlarena_zalloc(&n->arena, HLNATIVE_MEMBERS_MAX + 1, sizeof *leaf->keys);
    if (!leaf->keys)
        return hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && leaf->df && i < e->as.of.count; i++)
        if (e->as.of.parts[i].times)
            status = add_lists(n, e->as.of.parts[i].as.word, i, leaf, err);
    return status;
}
