/*
 * refine.c - the first hits scored again by where the query's words stand in them.
 *
 * A word stands where any key of its group stands; rows of keys (synonyms of several
 * words) are not looked at, nor are words of very many keys.  Words joined by OR are one word;
 * of other groups no places are known.
 */
#include "backend/native.h"

#include "base/err.h"
#include "base/mem.h"
#include "score/refine.h"
#include "segment/positions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = HLNATIVE_STANDING_MAX, NO_PLACES = KEYS_MAX + 1 };

/* One key of one word in the chunk under work. */
struct cursor {
    struct hlpositions *positions; /* NULL: not in the chunk */
    uint32_t word;
};

struct refiner {
    struct hlnative *native;
    struct hlrefine_query query;
    struct cursor *cursors;
    uint32_t cursor_count;
    struct hlrefine_place *places; /* grown */
    size_t count, room;
    struct hlrefine_met *met;
    size_t met_room;
};

static int by_second(const void *a, const void *b)
{
    const struct hlrefine_pair *x = a, *y = b;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->a < y->a ? -1 : x->a > y->a;
}

/* The number of a word's leaf; the words of a pair have one. */
static uint32_t number_of_word(const struct hlnative *n, uint32_t word)
{
    const struct hlnative_leaf *leaf = hlnative_word_leaf(n, word);
    assert(leaf);
    return (uint32_t)(leaf - n->leaves);
}

static void add_pairs(const struct hlnative *n, struct hlrefine_pair *pairs, uint32_t *pairs_of,
                      struct hlrefine_query *to)
{
    uint32_t count = 0;
    for (uint32_t i = n->word_count; i < n->leaf_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        if (leaf->kind != HLLEAF_PAIR || leaf->a == leaf->b)
            continue;
        pairs[count++] = (struct hlrefine_pair){
            number_of_word(n, leaf->a), number_of_word(n, leaf->b), hlrefine_units(leaf->idf)};
    }
    qsort(pairs, count, sizeof *pairs, by_second);
    for (uint32_t w = 0, p = 0; w <= n->word_count; w++) {
        while (p < count && pairs[p].b < w)
            p++;
        pairs_of[w] = p;
    }
    to->pairs = pairs;
    to->pairs_of = pairs_of;
    to->pair_count = count;
}

bool hlnative_refine_query(struct hlnative *native, struct hlrefine_query *out_query)
{
    struct hlnative *n = native;
    struct hlrefine_query q = {.words = n->word_count};
    size_t words = n->word_count + 2u, leaves = n->leaf_count + 1u;
    double *worths = hlarena_alloc(&n->arena, words * sizeof *worths);
    int64_t *units = hlarena_alloc(&n->arena, words * sizeof *units);
    uint32_t *pairs_of = hlarena_zalloc(&n->arena, words, sizeof *pairs_of);
    struct hlrefine_pair *pairs = hlarena_zalloc(&n->arena, leaves, sizeof *pairs);
    q.word_here = hlarena_zalloc(&n->arena, words, sizeof(uint32_t));
    q.pair_here = hlarena_zalloc(&n->arena, leaves, sizeof(uint32_t));
    if (!worths || !units || !pairs_of || !pairs || !q.word_here || !q.pair_here)
        return false;
    for (uint32_t i = 0; i < n->word_count; i++) {
        worths[i] = n->leaves[i].factor;
        units[i] = hlrefine_units(worths[i]);
    }
    q.worths = worths;
    q.units = units;
    add_pairs(n, pairs, pairs_of, &q);
    *out_query = q;
    return true;
}

/* ---- places of an article ---- */

static void close_cursors(struct refiner *r)
{
    for (uint32_t i = 0; i < r->cursor_count; i++) {
        hlpos_release(r->cursors[i].positions);
        hlmem_free(r->cursors[i].positions);
    }
    r->cursor_count = 0;
}

static hl_status add_cursor(struct refiner *r, uint32_t c, uint32_t word,
                            const struct hlcontainer *container, struct hl_error *err)
{
    struct hlpositions *positions = hlmem_zalloc(1, sizeof *positions);
    if (!positions)
        return hlerr_nomem(err);
    r->cursors[r->cursor_count++] = (struct cursor){positions, word};
    return hlpos_open(r->native->sources[c], container, positions, err);
}

/* ---- words joined by OR ---- */

size_t hlnative_standing_keys(const struct hlq_expr *expr)
{
    const struct hlq_expr *e = expr;
    if (e->kind == HLQ_X_WORD)
        return e->as.word->count;
    size_t keys = 0;
    for (uint32_t i = 0; e->kind == HLQ_X_ANY && i < e->as.of.count; i++) {
        size_t part = hlnative_standing_keys(&e->as.of.parts[i]);
        keys = part > KEYS_MAX ? part : keys + part;
        if (keys > KEYS_MAX)
            break;
    }
    return e->kind == HLQ_X_ANY ? keys : NO_PLACES;
}

/* The place of a chunk that was opened among all chunks of the index. */
static uint32_t number_of_chunk(const struct hlnative *n, uint32_t c)
{
    uint32_t number = 0;
    for (size_t i = 0; i < n->snapshot->count; i++) {
        const struct hlseg *seg = &n->snapshot->segments[i];
        if (n->sources[c] >= seg->chunks && n->sources[c] < seg->chunks + seg->chunk_count)
            return number + (uint32_t)(n->sources[c] - seg->chunks);
        number += seg->chunk_count;
    }
    assert(false);
    return 0;
}

static hl_status open_keys(struct refiner *r, uint32_t c, uint32_t word,
                           const struct hlq_word *of, struct hl_error *err)
{
    struct hlnative *n = r->native;
    uint32_t number = number_of_chunk(n, c);
    hl_status status = HL_OK;
    for (uint32_t k = 0; status == HL_OK && k < of->count; k++) {
        struct hlcontainer *container;
        struct hlterm *t;
        status = hlterms_get(&n->terms, of->keys[k].bytes, of->keys[k].size, &t, err);
        if (status != HL_OK || t->locals[number] == HLLEX_NONE)
            continue;
        container = hlarena_alloc(&n->arena, sizeof *container);
        if (!container)
            return hlerr_nomem(err);
        status = hlchunk_open_term(n->sources[c], t->locals[number], &n->arena, container, err);
        if (status == HL_OK)
            status = add_cursor(r, c, word, container, err);
    }
    return status;
}

static hl_status open_alternative(struct refiner *r, uint32_t c, uint32_t word,
                                  const struct hlq_expr *e, struct hl_error *err)
{
    hl_status status = HL_OK;
    if (e->kind == HLQ_X_WORD)
        return open_keys(r, c, word, e->as.word, err);
    for (uint32_t i = 0; status == HL_OK && i < e->as.of.count; i++)
        status = open_alternative(r, c, word, &e->as.of.parts[i], err);
    return status;
}

/* The postings of the words are open already; their positions are opened here. */
static hl_status open_cursors(struct refiner *r, uint32_t c, struct hl_error *err)
{
    const struct hlnative *n = r->native;
    close_cursors(r);
    for (uint32_t i = 0; i < n->word_count; i++)
        for (uint32_t m = 0; m < n->chunks[c].leaves[i].count; m++) {
            const struct hlscore_member *member = &n->chunks[c].leaves[i].members[m];
            const struct hlnative_key *key = &n->leaves[i].keys[member->key];
            hl_status status = HL_OK;
            if (key->expr && hlnative_standing_keys(key->expr) <= KEYS_MAX)
                status = open_alternative(r, c, i, key->expr, err);
            else if (key->a && !key->b)
                status = add_cursor(r, c, i, &member->container, err);
            if (status != HL_OK)
                return status;
        }
    return HL_OK;
}

static bool add_places(struct refiner *r, const struct cursor *cursor,
                       const struct hlchunk_lengths *lengths, const uint32_t *positions,
                       size_t count)
{
    if (r->count + count > r->room) {
        size_t room = (r->count + count) * 2;
        struct hlrefine_place *grown = hlmem_realloc(r->places, room * sizeof *grown);
        if (!grown)
            return false;
        r->places = grown;
        r->room = room;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t position = positions[i] >> 1;
        r->places[r->count++] =
            (struct hlrefine_place){position, cursor->word, hlpos_field(lengths, position)};
    }
    return true;
}

/* All places of an article, sorted, each once. */
static hl_status read_places(struct refiner *r, uint32_t chunk, uint32_t doc,
                             struct hl_error *err)
{
    const struct hlnative *n = r->native;
    struct hlchunk_lengths lengths;
    hl_status found =
        hlchunk_lengths(n->sources[chunk], &n->columns[chunk], doc, &lengths, err);
    if (found != HL_OK)
        return found;
    r->count = 0;
    for (uint32_t i = 0; i < r->cursor_count; i++) {
        const uint32_t *positions;
        size_t count;
        hl_status status = hlpos_get(r->cursors[i].positions, doc, &positions, &count, err);
        if (status != HL_OK)
            return status;
        if (count && !add_places(r, &r->cursors[i], &lengths, positions, count))
            return hlerr_nomem(err);
    }
    r->count = hlrefine_settle(r->places, r->count);
    return HL_OK;
}

static bool make_met(struct refiner *r)
{
    size_t need = hlrefine_met_most(r->places, r->count);
    if (need <= r->met_room)
        return true;
    struct hlrefine_met *grown = hlmem_realloc(r->met, need * 2 * sizeof *grown);
    if (!grown)
        return false;
    r->met = grown;
    r->met_room = need * 2;
    return true;
}

static hl_status refine_article(struct refiner *r, uint32_t chunk, uint32_t doc,
                                struct hlrefine_score *out_score, struct hl_error *err)
{
    hl_status status = read_places(r, chunk, doc, err);
    if (status != HL_OK)
        return status;
    if (!make_met(r))
        return hlerr_nomem(err);
    *out_score = hlrefine_article(&r->query, r->places, r->count, r->met, r->met_room);
    return HL_OK;
}

/* ---- all hits ---- */

static bool begin(struct refiner *r, struct hlnative *n)
{
    size_t keys = 1;
    memset(r, 0, sizeof *r);
    r->native = n;
    for (uint32_t i = 0; i < n->word_count; i++)
        for (uint32_t k = 0; k < n->leaves[i].key_count; k++)
            keys += n->leaves[i].keys[k].expr ? KEYS_MAX : 1u;
    r->cursors = hlarena_zalloc(&n->arena, keys, sizeof *r->cursors);
    return r->cursors && hlnative_refine_query(n, &r->query);
}

static void end(struct refiner *r)
{
    close_cursors(r);
    hlmem_free(r->places);
    hlmem_free(r->met);
}

hl_status hlnative_refine(struct hlnative *native, struct hlhit *hits, size_t count,
                          struct hlrefine_score *out_scores, struct hl_error *err)
{
    struct refiner r;
    hl_status status = begin(&r, native) ? HL_OK : hlerr_nomem(err);
    /* Chunk by chunk, in the order of documents, so that each list is read once. */
    for (uint32_t c = 0; status == HL_OK && c < native->chunk_count; c++) {
        bool open = false;
        for (size_t i = 0; status == HL_OK && i < count; i++) {
            if (hits[i].chunk != c)
                continue;
            if (hldeadline_passed(native->score.deadline))
                break; /* look_again() sees it too */
            if (!open)
                status = open_cursors(&r, c, err);
            open = true;
            if (status == HL_OK)
                status = refine_article(&r, c, hits[i].doc, &out_scores[i], err);
        }
    }
    end(&r);
    return status;
}
