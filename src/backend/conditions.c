/*
 * conditions.c - phrases, fields, groups and exclusions of a query in one chunk.
 *
 * Each condition is a set of bits; what is allowed is their intersection with what columns
 * allow (filters.c).  A phrase that scores also becomes the member of its leaf.
 */
#include "backend/native.h"

#include "base/err.h"
#include "match/columns.h"
#include "match/phrase.h"

#include <assert.h>
#include <string.h>

/* Words that must stand side by side: groups of keys. */
struct row {
    const struct hlq_word *words;
    uint32_t count;
    int field;              /* -1: any */
    int slop;               /* HLQ_EXACT: in a row */
    const uint64_t *within; /* bits of the chunk: who may answer; NULL: all */
};

/* A row's words in one chunk. */
struct place {
    const struct row *row;
    const struct hlchunk *chunk;
    uint32_t number;
    uint32_t **locals; /* by word: numbers of the keys that the chunk has */
    struct hlphrase_word *words;
};

/* Looks up which keys the chunk has; *out_some false if it lacks all of some word. */
static hl_status find_locals(struct hlnative *n, struct place *p, bool *out_some,
                             struct hl_error *err)
{
    p->locals = hlarena_zalloc(&n->arena, p->row->count, sizeof *p->locals);
    p->words = hlarena_zalloc(&n->arena, p->row->count, sizeof *p->words);
    *out_some = false;
    if (!p->locals || !p->words)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < p->row->count; i++) {
        const struct hlq_word *word = &p->row->words[i];
        p->locals[i] = hlarena_alloc(&n->arena, (word->count + 1u) * sizeof *p->locals[i]);
        if (!p->locals[i])
            return hlerr_nomem(err);
        for (uint32_t k = 0; k < word->count; k++) {
            struct hlterm *t;
            hl_status status =
                hlterms_get(&n->terms, word->keys[k].bytes, word->keys[k].size, &t, err);
            if (status != HL_OK)
                return status;
            if (t->locals[p->number] != HLLEX_NONE)
                p->locals[i][p->words[i].count++] = t->locals[p->number];
        }
        if (!p->words[i].count)
            return HL_OK;
    }
    *out_some = true;
    return HL_OK;
}

static bool has_key(const struct hlq_word *word, const struct hlq_key *key)
{
    for (uint32_t i = 0; i < word->count; i++)
        if (word->keys[i].size == key->size &&
            !memcmp(word->keys[i].bytes, key->bytes, key->size))
            return true;
    return false;
}

/* Words that mean the same keys, whichever is the likeliest.  What the chunk has of them does
 * not matter: an article must not answer for what others beside it lack. */
static bool same_keys(const struct place *p, uint32_t i, uint32_t k)
{
    const struct hlq_word *a = &p->row->words[i], *b = &p->row->words[k];
    bool same = a->count == b->count;
    for (uint32_t j = 0; same && j < a->count; j++)
        same = has_key(b, &a->keys[j]);
    return same;
}

static hl_status open_words(struct hlnative *n, struct place *p, struct hl_error *err)
{
    for (uint32_t i = 0; i < p->row->count; i++) {
        struct hlphrase_word *word = &p->words[i];
        word->same = i;
        for (uint32_t k = 0; p->row->slop >= 0 && k < i && word->same == i; k++)
            word->same = same_keys(p, i, k) ? k : i;
        struct hlcontainer *keys = hlarena_alloc(&n->arena, word->count * sizeof *keys);
        if (!keys)
            return hlerr_nomem(err);
        for (uint32_t k = 0; k < word->count; k++) {
            hl_status status =
                hlchunk_open_term(p->chunk, p->locals[i][k], &n->arena, &keys[k], err);
            if (status != HL_OK)
                return status;
        }
        word->keys = keys;
    }
    return HL_OK;
}

/* Where every word is one key that is always the first alternative, pairs say it all. */
static hl_status pairs_suffice(const struct place *p, bool *out_suffice, struct hl_error *err)
{
    *out_suffice = p->row->count >= 2 && p->row->slop < 0;
    for (uint32_t i = 0; *out_suffice && i < p->row->count; i++) {
        struct hlchunk_term_head head;
        if (p->words[i].count != 1) {
            *out_suffice = false;
            break;
        }
        hl_status status = hlchunk_term_head(p->chunk, p->locals[i][0], &head, err);
        if (status != HL_OK)
            return status;
        *out_suffice = !head.alternatives;
    }
    return HL_OK;
}

/* The pairs that have a list, in their order; *out_all false: one never occurs. */
static hl_status open_pairs(struct hlnative *n, struct place *p, struct hlcontainer *pairs,
                            struct hlphrase_also *also, bool *out_all, struct hl_error *err)
{
    uint32_t last = p->row->count - 1;
    *out_all = true;
    for (uint32_t i = 0; *out_all && i < last; i++) {
        struct hlpair_spot spot;
        struct hlcounts counts;
        bool listed = false;
        hl_status status = hlchunk_find_pair(p->chunk, p->locals[i][0], p->locals[i + 1][0],
                                             &spot, &counts, err);
        if (status == HL_OK && spot.entry.df)
            status = hlchunk_open_spot(p->chunk, &spot, &n->arena, &listed, &pairs[also->count],
                                       err);
        if (status != HL_OK)
            return status;
        *out_all = spot.entry.df > 0;
        also->count += listed;
        p->words[i].implied |= listed;
        p->words[i + 1].implied |= listed;
    }
    also->chain = also->count == last;
    return HL_OK;
}

/* Two words in any field: the pair is the answer. */
static hl_status find_two(struct hlnative *n, const struct place *p, bool *out_found,
                          struct hlcontainer *out_container, struct hl_error *err)
{
    return hlchunk_open_pair(p->chunk, p->locals[0][0], p->locals[1][0], &n->arena, out_found,
                             out_container, err);
}

/* ---- two words of several keys each ---- */

/* A pair more than these is too many to look up, and looking one up costs as much as reading
 * the positions of some documents. */
enum { COMBINED_MAX = 64, COMBINED_WORTH = 8 };

/* Postings of a word's keys in the chunk, 0 if one of them stands somewhere beside others. */
static hl_status count_single(const struct place *p, uint32_t word, uint64_t *out_postings,
                              struct hl_error *err)
{
    uint64_t sum = 0;
    *out_postings = 0;
    for (uint32_t k = 0; k < p->words[word].count; k++) {
        struct hlchunk_term_head head;
        hl_status status = hlchunk_term_head(p->chunk, p->locals[word][k], &head, err);
        if (status != HL_OK)
            return status;
        for (uint32_t i = 0; i < k; i++)
            head.alternatives |= p->locals[word][i] == p->locals[word][k];
        if (head.alternatives)
            return HL_OK;
        sum += head.df;
    }
    *out_postings = sum;
    return HL_OK;
}

/* Where a place has one key, it is a place of one pair, and the pairs of all keys add up. */
static hl_status may_combine(const struct place *p, bool *out_may, struct hl_error *err)
{
    uint64_t pairs, first, second;
    *out_may = false;
    if (p->row->count != 2 || p->row->slop >= 0 || p->row->field >= 0)
        return HL_OK;
    pairs = (uint64_t)p->words[0].count * p->words[1].count;
    if (pairs > COMBINED_MAX)
        return HL_OK;
    hl_status status = count_single(p, 0, &first, err);
    if (status == HL_OK)
        status = count_single(p, 1, &second, err);
    if (status == HL_OK)
        *out_may = (first < second ? first : second) > pairs * COMBINED_WORTH;
    return status;
}

/* The pairs that occur; *out_most: documents that have any, at most. */
static hl_status open_combined(struct hlnative *n, const struct place *p,
                               struct hlcontainer *pairs, uint32_t *out_count,
                               uint64_t *out_most, struct hl_error *err)
{
    hl_status status = HL_OK;
    uint64_t most = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; status == HL_OK && i < p->words[0].count; i++)
        for (uint32_t k = 0; status == HL_OK && k < p->words[1].count; k++) {
            bool found = false;
            status = hlchunk_open_pair(p->chunk, p->locals[0][i], p->locals[1][k], &n->arena,
                                       &found, &pairs[count], err);
            if (status != HL_OK || !found)
                continue;
            most += pairs[count].df;
            count++;
        }
    *out_count = count;
    *out_most = most < p->chunk->head.docs ? most : p->chunk->head.docs;
    return status;
}

/* Documents of a window with the tfs of all pairs together; how many, of which damaged lists
 * may have more than there is room for: those are left out. */
static uint32_t add_window(const struct hlcontainer *pairs, uint32_t count, unsigned window,
                           const uint64_t *within, uint64_t room, uint16_t *out_docs,
                           uint32_t *out_tfs)
{
    uint64_t any[HLCONT_WORDS] = {0};
    uint32_t sums[HLFMT_WINDOW], tfs[HLFMT_WINDOW];
    uint16_t docs[HLFMT_WINDOW], base = (uint16_t)(window * HLFMT_WINDOW);
    for (uint32_t k = 0; k < count; k++) {
        uint64_t own[HLCONT_WORDS] = {0};
        if (!pairs[k].window_bound[window])
            continue;
        pairs[k].ops->match(&pairs[k], window, own);
        if (within)
            hlbits_and_window(own, within + (size_t)window * HLCONT_WORDS);
        unsigned found = hlcolumns_docs(own, docs);
        for (unsigned i = 0; i < found; i++)
            docs[i] = (uint16_t)(docs[i] + base);
        if (found)
            pairs[k].ops->tfs(&pairs[k], docs, found, tfs);
        for (unsigned i = 0; i < found; i++) {
            unsigned local = docs[i] % HLFMT_WINDOW;
            bool had = any[local / 64] >> local % 64 & 1;
            sums[local] = had ? sums[local] + tfs[i] : tfs[i];
        }
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            any[i] |= own[i];
    }
    unsigned all = hlcolumns_docs(any, docs);
    for (unsigned i = 0; i < all && i < room; i++) {
        out_docs[i] = (uint16_t)(docs[i] + base);
        out_tfs[i] = sums[docs[i]];
    }
    return all;
}

static hl_status combine(struct hlnative *n, const struct place *p, bool *out_found,
                         struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlcontainer *pairs = hlarena_alloc(&n->arena, COMBINED_MAX * sizeof *pairs);
    uint64_t most = 0;
    uint32_t count = 0;
    uint64_t at = 0;
    hl_status status = pairs ? open_combined(n, p, pairs, &count, &most, err) : HL_NOMEM;
    if (status != HL_OK)
        return pairs ? status : hlerr_nomem(err);
    uint16_t *docs = hlarena_alloc(&n->arena, (most + 1) * sizeof *docs);
    uint32_t *tfs = hlarena_alloc(&n->arena, (most + 1) * sizeof *tfs);
    uint8_t *codes = hlarena_alloc(&n->arena, most + 1);
    uint8_t *escapes = hlarena_alloc(&n->arena, most * 6 + 1);
    if (!docs || !tfs || !codes || !escapes)
        return hlerr_nomem(err);
    for (unsigned w = 0; w < p->chunk->head.windows; w++)
        if (at <= most)
            at += add_window(pairs, count, w, p->row->within, most - at, docs + at, tfs + at);
    if (at > most)
        return hlchunk_damaged(p->chunk, "pairs", p->locals[0][0],
                               "lists have more documents than they count", err);
    *out_found = at > 0;
    if (at)
        hlcont_of_list(docs, tfs, (uint32_t)at, codes, escapes, escapes + at * 2,
                       out_container);
    return HL_OK;
}

static hl_status find_row(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                          const struct row *row, bool *out_found,
                          struct hlcontainer *out_container, struct hl_error *err)
{
    struct place p = {.row = row, .chunk = chunk, .number = number};
    struct hlcontainer *pairs = hlarena_alloc(&n->arena, row->count * sizeof *pairs);
    struct hlphrase_also also = {.containers = pairs,
                                 .within = row->within,
                                 .deadline = n->score.deadline,
                                 .left = &n->places_left};
    bool go_on = false, suffice = false;
    *out_found = false;
    if (!pairs)
        return hlerr_nomem(err);
    hl_status status = find_locals(n, &p, &go_on, err);
    if (status == HL_OK && go_on)
        status = pairs_suffice(&p, &suffice, err);
    if (status == HL_OK && suffice && row->count == 2 && row->field < 0)
        return find_two(n, &p, out_found, out_container, err);
    bool combined = false;
    if (status == HL_OK && go_on && !suffice)
        status = may_combine(&p, &combined, err);
    if (status == HL_OK && combined)
        return combine(n, &p, out_found, out_container, err);
    if (status == HL_OK && suffice)
        status = open_pairs(n, &p, pairs, &also, &go_on, err);
    if (status == HL_OK && go_on)
        status = open_words(n, &p, err);
    if (status != HL_OK || !go_on)
        return status;
    return hlphrase_find(chunk, p.words, row->count, &also, row->field, row->slop, &n->arena,
                         out_found, out_container, err);
}

hl_status hlnative_find_phrase(struct hlnative *native, const struct hlchunk *chunk,
                               uint32_t number, const struct hlq_phrase *phrase,
                               const uint64_t *within, bool *out_found,
                               struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlnative *n = native;
    struct hlq_word *words = hlarena_zalloc(&n->arena, phrase->count + 1u, sizeof *words);
    if (!words)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < phrase->count; i++)
        words[i] = n->plan.extra[phrase->words[i]];
    struct row row = {words, phrase->count, phrase->field,
                      phrase->count > 1 ? phrase->slop : HLQ_EXACT, within};
    return find_row(n, chunk, number, &row, out_found, out_container, err);
}

hl_status hlnative_find_row(struct hlnative *native, const struct hlchunk *chunk,
                            uint32_t number, const struct hlq_sequence *row, bool *out_found,
                            struct hlcontainer *out_container, struct hl_error *err)
{
    struct hlq_word *words = hlarena_zalloc(&native->arena, row->count, sizeof *words);
    if (!words)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < row->count; i++) {
        words[i].keys = &row->keys[i];
        words[i].count = 1;
    }
    struct row whole = {words, row->count, -1, HLQ_EXACT, NULL};
    return find_row(native, chunk, number, &whole, out_found, out_container, err);
}

/* ---- all together ---- */

static void apply(uint64_t *allowed, const uint64_t *bits, bool excluded)
{
    if (excluded)
        hlbits_and_not(allowed, bits);
    else
        hlbits_and(allowed, bits);
}

/* The leaf of a phrase; excluded phrases have none. */
static struct hlscore_leaf *leaf_of_phrase(struct hlnative *n, struct hlscore_chunk *to,
                                           uint32_t phrase)
{
    for (uint32_t i = n->word_count; i < n->leaf_count; i++)
        if (n->leaves[i].kind == HLLEAF_PHRASE && n->leaves[i].a == phrase)
            return &to->leaves[i];
    return NULL;
}

static hl_status apply_phrase(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                              uint32_t i, struct hlscore_chunk *to, uint64_t *allowed,
                              uint64_t *bits, struct hl_error *err)
{
    const struct hlq_phrase *phrase = &n->plan.phrases[i];
    struct hlcontainer c;
    bool found = false;
    const uint64_t *within = n->options.whole ? NULL : allowed;
    hl_status status = hlnative_find_phrase(n, chunk, number, phrase, within, &found, &c, err);
    if (status != HL_OK)
        return status;
    memset(bits, 0, HLBITS_CHUNK_WORDS * sizeof *bits);
    if (found)
        hlbits_or(&c, chunk->head.windows, bits);
    apply(allowed, bits, phrase->excluded);
    struct hlscore_leaf *leaf = phrase->excluded ? NULL : leaf_of_phrase(n, to, i);
    if (leaf && found) {
        assert(leaf->count == 0);
        leaf->members[leaf->count++] = (struct hlscore_member){c, 10, 0, 0};
    }
    return HL_OK;
}

/* Where words are asked for too, who has none of them need not be looked at for phrases. */
static void keep_words(const struct hlnative *n, const struct hlscore_chunk *to,
                       uint64_t *allowed, uint64_t *bits)
{
    if (!n->word_count || n->word_count > 2 * n->plan.phrase_count + 8 || n->options.whole)
        return;
    memset(bits, 0, HLBITS_CHUNK_WORDS * sizeof *bits);
    for (uint32_t i = 0; i < n->word_count; i++)
        for (uint32_t m = 0; m < to->leaves[i].count; m++)
            hlbits_or(&to->leaves[i].members[m].container, to->windows, bits);
    hlbits_and(allowed, bits);
}

static hl_status apply_expr(struct hlnative *n, const struct hlchunk *chunk, uint32_t number,
                            uint32_t i, uint64_t *allowed, uint64_t *bits, struct hl_error *err)
{
    const struct hlq_expr *e = &n->plan.conditions[i];
    hl_status status = hlnative_expr_bits(n, chunk, number, e, allowed, bits, err);
    if (status == HL_OK)
        apply(allowed, bits, e->excluded);
    return status;
}

/* Nobody may answer any more, or time is up. */
static bool is_settled(const struct hlnative *n, const uint64_t *allowed, unsigned windows)
{
    if (hldeadline_passed(n->score.deadline))
        return true;
    return !n->options.whole && !hlbits_count(allowed, windows * HLCONT_WORDS);
}

hl_status hlnative_conditions(struct hlnative *native, const struct hlchunk *chunk,
                              uint32_t number, struct hlscore_chunk *to, struct hl_error *err)
{
    struct hlnative *n = native;
    if (!n->plan.phrase_count && !n->plan.condition_count)
        return HL_OK;
    uint64_t *allowed = hlarena_alloc(&n->arena, HLBITS_CHUNK_WORDS * sizeof *allowed);
    uint64_t *bits = hlarena_alloc(&n->arena, HLBITS_CHUNK_WORDS * sizeof *bits);
    hl_status status = allowed && bits ? HL_OK : hlerr_nomem(err);
    if (status != HL_OK)
        return status;
    if (to->allowed)
        memcpy(allowed, to->allowed, HLBITS_CHUNK_WORDS * sizeof *allowed);
    else
        hlbits_all(chunk->head.docs, allowed);
    keep_words(n, to, allowed, bits);
    /* What is wanted leaves few in which what is not must be looked for. */
    for (int excluded = 0; excluded < 2; excluded++) {
        for (uint32_t i = 0; status == HL_OK && i < n->plan.phrase_count; i++)
            if (n->plan.phrases[i].excluded == (excluded != 0) &&
                !is_settled(n, allowed, to->windows))
                status = apply_phrase(n, chunk, number, i, to, allowed, bits, err);
        for (uint32_t i = 0; status == HL_OK && i < n->plan.condition_count; i++)
            if (n->plan.conditions[i].excluded == (excluded != 0) &&
                !is_settled(n, allowed, to->windows))
                status = apply_expr(n, chunk, number, i, allowed, bits, err);
    }
    to->allowed = allowed;
    to->dead |= hlbits_empty_windows(allowed, to->windows);
    if (to->late)
        to->late->allowed = allowed;
    return status;
}
