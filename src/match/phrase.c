#include "match/phrase.h"

#include "base/err.h"
#include "base/mem.h"
#include "match/bits.h"
#include "match/near.h"
#include "match/rising.h"

#include <assert.h>
#include <stdlib.h>

enum { BATCH = 64, FEW_KEYS = 4 };

/* Positions of one word in one document: those of its keys, merged and sorted. */
struct places {
    uint32_t *list;
    size_t count, room;
};

struct search {
    const struct hlchunk *chunk;
    const struct hlphrase_word *words;
    uint32_t count;
    const struct hlphrase_also *also;
    int field, slop;
    struct hlnear *spans;         /* of a slop */
    struct hlpositions **cursors; /* by word, by key */
    struct places *places;        /* by word */
    uint64_t **present;           /* by word, by key: bits of the window; NULL: keys are few */
    struct hlchunk_columns columns;
    struct hlbuf docs, tfs; /* u16, u32 */
    /* Candidates of a window that are looked at together. */
    uint16_t batch[BATCH];
    unsigned batched;
    uint64_t read; /* lists of positions since the last batch, those of a slop twice */
};

static hl_status open_cursors(struct search *s, struct hl_error *err)
{
    s->cursors = hlmem_zalloc(s->count, sizeof *s->cursors);
    s->places = hlmem_zalloc(s->count, sizeof *s->places);
    if (!s->cursors || !s->places)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < s->count; i++) {
        s->cursors[i] = hlmem_zalloc(s->words[i].count, sizeof *s->cursors[i]);
        if (!s->cursors[i])
            return hlerr_nomem(err);
        for (uint32_t k = 0; k < s->words[i].count; k++) {
            hl_status status =
                hlpos_open(s->chunk, &s->words[i].keys[k], &s->cursors[i][k], err);
            if (status != HL_OK)
                return status;
        }
    }
    return hlchunk_columns_lazy(s->chunk, &s->columns, err);
}

static void release(struct search *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        for (uint32_t k = 0; s->cursors && s->cursors[i] && k < s->words[i].count; k++)
            hlpos_release(&s->cursors[i][k]);
        if (s->cursors)
            hlmem_free(s->cursors[i]);
        if (s->places)
            hlmem_free(s->places[i].list);
        if (s->present)
            hlmem_free(s->present[i]);
    }
    hlmem_free(s->present);
    hlmem_free(s->cursors);
    hlmem_free(s->places);
    if (s->spans)
        hlnear_release(s->spans);
    hlbuf_release(&s->docs);
    hlbuf_release(&s->tfs);
}

static bool add_places(struct places *p, const uint32_t *positions, size_t count)
{
    if (p->count + count > p->room) {
        size_t room = (p->count + count) * 2;
        uint32_t *grown = hlmem_realloc(p->list, room * sizeof *grown);
        if (!grown)
            return false;
        p->list = grown;
        p->room = room;
    }
    for (size_t i = 0; i < count; i++)
        p->list[p->count++] = positions[i] >> 1;
    return true;
}

static hl_status read_places(struct search *s, uint32_t word, uint32_t doc,
                             struct hl_error *err)
{
    struct places *p = &s->places[word];
    const uint64_t *present = s->present ? s->present[word] : NULL;
    uint32_t local = doc % HLFMT_WINDOW;
    p->count = 0;
    for (uint32_t k = 0; k < s->words[word].count; k++) {
        const uint32_t *positions;
        size_t count;
        if (present && !(present[(size_t)k * HLCONT_WORDS + local / 64] >> local % 64 & 1))
            continue;
        s->read += s->spans ? 2 : 1;
        hl_status status = hlpos_get(&s->cursors[word][k], doc, &positions, &count, err);
        if (status != HL_OK)
            return status;
        if (count && !add_places(p, positions, count))
            return hlerr_nomem(err);
    }
    if (s->words[word].count > 1)
        hlrising_sort(p->list, p->count);
    return HL_OK;
}

/* The weighted number of places; two keys at one place are one place. */
static hl_status weigh(const struct search *s, const struct places *p, uint32_t doc,
                       uint32_t *out_tf, struct hl_error *err)
{
    const struct hlseg *segment = s->chunk->segment;
    struct hlchunk_lengths lengths = {0, 0, 0};
    bool equal = s->field < 0 && segment->weights_one; /* fields then make no difference */
    hl_status status =
        equal ? HL_OK : hlchunk_lengths(s->chunk, &s->columns, doc, &lengths, err);
    if (status != HL_OK)
        return status;
    uint32_t tf = 0;
    for (size_t i = 0; i < p->count; i++) {
        unsigned field = equal ? 0 : hlpos_field(&lengths, p->list[i]);
        if ((i && p->list[i] == p->list[i - 1]) ||
            (s->field >= 0 && field != (unsigned)s->field))
            continue;
        tf += segment->weight[field];
    }
    *out_tf = tf;
    return HL_OK;
}

static hl_status add_found(struct search *s, uint32_t doc, uint32_t tf, struct hl_error *err)
{
    hlbuf_put_u16(&s->docs, (uint16_t)doc);
    return hlbuf_put_u32(&s->tfs, tf) ? HL_OK : hlerr_nomem(err);
}

/* Places where the words are near each other, weighted by field. */
static hl_status look_near(struct search *s, uint32_t doc, struct hl_error *err)
{
    struct hlchunk_lengths lengths;
    uint32_t spans[3] = {0}, tf = 0;
    hl_status status = hlchunk_lengths(s->chunk, &s->columns, doc, &lengths, err);
    if (status != HL_OK)
        return status;
    hlnear_reset(s->spans);
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->words[i].same != i)
            continue; /* its places are those of the other */
        status = read_places(s, i, doc, err);
        if (status != HL_OK || !s->places[i].count)
            return status;
        for (size_t k = 0; k < s->places[i].count; k++)
            if (!k || s->places[i].list[k] != s->places[i].list[k - 1])
                hlnear_add(s->spans, s->places[i].list[k], i);
    }
    if (!hlnear_count(s->spans, &lengths, (uint32_t)s->slop, spans))
        return hlerr_nomem(err);
    for (unsigned f = 0; f < 3; f++)
        if (s->field < 0 || (unsigned)s->field == f)
            tf += spans[f] * s->chunk->segment->weight[f];
    return tf ? add_found(s, doc, tf, err) : HL_OK;
}

static hl_status start_near(struct search *s, struct hlnear *near, struct hl_error *err)
{
    hlnear_init(near);
    s->spans = near;
    for (uint32_t i = 0; i < s->count; i++)
        if (!hlnear_want(near, s->words[i].same))
            return hlerr_nomem(err);
    return HL_OK;
}

static hl_status look_at(struct search *s, uint32_t doc, struct hl_error *err)
{
    hl_status status = s->cursors ? HL_OK : open_cursors(s, err);
    if (status == HL_OK && s->spans)
        return look_near(s, doc, err);
    if (status == HL_OK)
        status = read_places(s, 0, doc, err);
    for (uint32_t i = 1; status == HL_OK && s->places[0].count && i < s->count; i++) {
        status = read_places(s, i, doc, err);
        if (status == HL_OK)
            s->places[0].count =
                hlrising_keep_followed(s->places[0].list, s->places[0].count, s->places[i].list,
                                       s->places[i].count, i);
    }
    if (status != HL_OK || !s->places[0].count)
        return status;
    uint32_t tf = 0;
    status = weigh(s, &s->places[0], doc, &tf, err);
    return tf ? add_found(s, doc, tf, err) : status;
}

/* The bounds of phrase.h for the documents of the batch. */
static void bound_tfs(const struct search *s, uint32_t *low, uint32_t *high)
{
    const struct hlcontainer *pair = s->also->containers;
    uint32_t pairs[BATCH], words[BATCH];
    pair->ops->tfs(pair, s->batch, s->batched, high);
    memcpy(low, high, s->batched * sizeof *low);
    for (uint32_t k = 1; k + 1 < s->count; k++) {
        const struct hlcontainer *word = s->words[k].keys;
        pair = &s->also->containers[k];
        pair->ops->tfs(pair, s->batch, s->batched, pairs);
        word->ops->tfs(word, s->batch, s->batched, words);
        for (unsigned i = 0; i < s->batched; i++) {
            uint64_t both = (uint64_t)low[i] + pairs[i];
            low[i] = both > words[i] ? (uint32_t)(both - words[i]) : 0;
            high[i] = pairs[i] < high[i] ? pairs[i] : high[i];
        }
    }
}

hl_status hlphrase_spend(uint64_t *left, uint64_t lists, struct hl_error *err)
{
    if (left && lists > *left)
        return hlerr_set(err, HL_LIMIT,
                         "query looks at too many places; ask for fewer phrases, fields and "
                         "words near each other, or for longer prefixes");
    if (left)
        *left -= lists;
    return HL_OK;
}

static hl_status look_at_batch(struct search *s, struct hl_error *err)
{
    uint32_t low[BATCH] = {0}, high[BATCH] = {0};
    hl_status status = HL_OK;
    bool bounded = s->also->chain && s->field < 0;
    if (hldeadline_passed(s->also->deadline))
        s->batched = 0;
    if (bounded)
        bound_tfs(s, low, high);
    for (unsigned i = 0; status == HL_OK && i < s->batched; i++)
        if (!bounded || low[i] != high[i])
            status = look_at(s, s->batch[i], err);
        else if (high[i])
            status = add_found(s, s->batch[i], high[i], err);
    s->batched = 0;
    uint64_t read = s->read;
    s->read = 0;
    return status == HL_OK ? hlphrase_spend(s->also->left, read, err) : status;
}

/* A word of many keys has few of them in an article: those are told by their bits, for finding
 * an article in each of the lists would cost more than all else. */
static hl_status make_present(struct search *s, struct hl_error *err)
{
    bool many = false;
    for (uint32_t i = 0; i < s->count; i++)
        many |= s->words[i].count > FEW_KEYS;
    if (!many)
        return HL_OK;
    s->present = hlmem_zalloc(s->count, sizeof *s->present);
    for (uint32_t i = 0; s->present && i < s->count; i++) {
        if (s->words[i].count <= FEW_KEYS || s->words[i].implied)
            continue;
        s->present[i] = hlmem_zalloc((size_t)s->words[i].count * HLCONT_WORDS, 8);
        if (!s->present[i])
            return hlerr_nomem(err);
    }
    return s->present ? HL_OK : hlerr_nomem(err);
}

static void match_keys(const struct search *s, uint32_t word, unsigned window, uint64_t *bits)
{
    const struct hlphrase_word *w = &s->words[word];
    uint64_t *present = s->present ? s->present[word] : NULL;
    for (uint32_t k = 0; k < w->count; k++) {
        if (!present) {
            w->keys[k].ops->match(&w->keys[k], window, bits);
            continue;
        }
        uint64_t *own = present + (size_t)k * HLCONT_WORDS;
        memset(own, 0, HLCONT_WORDS * sizeof *own);
        w->keys[k].ops->match(&w->keys[k], window, own);
        for (unsigned i = 0; i < HLCONT_WORDS; i++)
            bits[i] |= own[i];
    }
}

/* Documents of a window that have some key of every word; false: none. */
static bool candidates(const struct search *s, unsigned window, uint64_t *out_bits)
{
    const uint64_t *within = s->also->within;
    if (within)
        memcpy(out_bits, within + (size_t)window * HLCONT_WORDS,
               HLCONT_WORDS * sizeof *out_bits);
    else
        memset(out_bits, 255, HLCONT_WORDS * sizeof *out_bits);
    for (uint32_t i = 0; i < s->also->count; i++) {
        const struct hlcontainer *c = &s->also->containers[i];
        if (!c->ops->keep(c, window, out_bits))
            return false;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        const struct hlphrase_word *word = &s->words[i];
        uint64_t bits[HLCONT_WORDS] = {0}, any = 0;
        if (word->implied)
            continue;
        match_keys(s, i, window, bits);
        for (unsigned w = 0; w < HLCONT_WORDS; w++)
            any |= out_bits[w] &= bits[w];
        if (!any)
            return false;
    }
    return true;
}

static hl_status look_at_all(struct search *s, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (unsigned w = 0; status == HL_OK && w < s->chunk->head.windows; w++) {
        uint64_t bits[HLCONT_WORDS];
        if (!candidates(s, w, bits))
            continue;
        for (unsigned i = 0; status == HL_OK && i < HLCONT_WORDS; i++)
            for (; status == HL_OK && bits[i]; bits[i] &= bits[i] - 1) {
                unsigned local = i * 64 + (unsigned)__builtin_ctzll(bits[i]);
                s->batch[s->batched++] = (uint16_t)(w * HLFMT_WINDOW + local);
                if (s->batched == BATCH)
                    status = look_at_batch(s, err);
            }
        if (status == HL_OK && s->batched)
            status = look_at_batch(s, err);
    }
    return status;
}

static hl_status make_container(const struct search *s, struct hlarena *arena,
                                struct hlcontainer *out_container, struct hl_error *err)
{
    uint32_t n = (uint32_t)(s->docs.size / 2);
    uint16_t *docs = hlarena_alloc(arena, s->docs.size);
    uint32_t *tfs = hlarena_alloc(arena, s->tfs.size);
    uint8_t *codes = hlarena_alloc(arena, n);
    uint8_t *escapes = hlarena_alloc(arena, (size_t)n * 6);
    if (!docs || !tfs || !codes || !escapes || s->docs.failed || s->tfs.failed)
        return hlerr_nomem(err);
    memcpy(docs, s->docs.data, s->docs.size);
    memcpy(tfs, s->tfs.data, s->tfs.size);
    hlcont_of_list(docs, tfs, n, codes, escapes, escapes + (size_t)n * 2, out_container);
    return HL_OK;
}

hl_status hlphrase_find(const struct hlchunk *chunk, const struct hlphrase_word *words,
                        uint32_t count, const struct hlphrase_also *also, int field, int slop,
                        struct hlarena *arena, bool *out_found,
                        struct hlcontainer *out_container, struct hl_error *err)
{
    assert(count >= 1);
    struct search s = {.chunk = chunk,
                       .words = words,
                       .count = count,
                       .also = also,
                       .field = field,
                       .slop = slop};
    struct hlnear near;
    hl_status status = slop >= 0 ? start_near(&s, &near, err) : HL_OK;
    if (status == HL_OK)
        status = make_present(&s, err);
    if (status == HL_OK)
        status = look_at_all(&s, err);
    bool found = s.docs.size > 0;
    if (status == HL_OK && found)
        status = make_container(&s, arena, out_container, err);
    release(&s);
    if (status == HL_OK)
        *out_found = found;
    return status;
}
