#include "backend/copies.h"
#include "backend/twins.h"

#include "base/err.h"
#include "match/columns.h"
#include "match/similar.h"

#include <assert.h>

struct grouper {
    struct hlnative *native;
    struct hlsimilar_heads heads;
};

bool hlcopies_open_heads(struct hlsimilar_heads *heads, struct hlarena *arena, size_t room)
{
    struct hlsimilar_heads *h = heads;
    assert(room < UINT32_MAX / 2);
    h->room = (uint32_t)room;
    uint32_t slots = hlsimilar_slots(h->room);
    h->mask = slots - 1;
    h->texts = hlarena_alloc(arena, (room + 1) * sizeof *h->texts);
    h->may = hlarena_zalloc(arena, HLSIMILAR_KEYS, sizeof *h->may);
    bool good = h->texts && h->may;
    for (unsigned k = 0; good && k < HLSIMILAR_KEYS; k++) {
        h->first[k] = hlarena_zalloc(arena, slots, sizeof *h->first[k]);
        h->next[k] = hlarena_zalloc(arena, room + 1, sizeof *h->next[k]);
        good = h->first[k] && h->next[k];
    }
    return good;
}

static bool begin(struct grouper *g, struct hlnative *native, size_t room)
{
    *g = (struct grouper){.native = native};
    return hlcopies_open_heads(&g->heads, &native->arena, room);
}

/* The second of an article, 0: not known to the minute, as it is where its date came with a
 * time of day. */
static hl_status read_second(const struct hlchunk *source, uint32_t doc, uint32_t *out_second,
                             struct hl_error *err)
{
    unsigned precision = HL_DATE_UNKNOWN;
    int minutes;
    uint32_t date = 0;
    hl_status status = HL_OK;
    if (source->head.undated < source->head.docs)
        status = hlchunk_date_form(source, doc, &precision, &minutes, err);
    if (status == HL_OK && precision >= HL_DATE_MINUTE)
        status = hlchunk_date(source, doc, &date, err);
    if (status == HL_OK)
        *out_second = date;
    return status;
}

static hl_status read_text(const struct grouper *g, uint32_t chunk, uint32_t doc,
                           struct hlsimilar_text *out_text, struct hl_error *err)
{
    const struct hlnative *n = g->native;
    struct hlsimilar_text text = {.length = hlchunk_lengths_of(&n->columns[chunk], doc).length};
    const uint8_t *sketch;
    hl_status status = hlchunk_content_hash(n->sources[chunk], doc, &text.content, err);
    if (status == HL_OK)
        status = hlchunk_similar_hashes(n->sources[chunk], doc, 1, &sketch, err);
    if (status == HL_OK)
        status = read_second(n->sources[chunk], doc, &text.second, err);
    if (status != HL_OK)
        return status;
    text.sketch = hlbuf_load64(sketch);
    *out_text = text;
    return HL_OK;
}

static void set_found(void *user, uint32_t head)
{
    *(bool *)user = true;
}

hl_status hlcopies_fold(struct hlnative *native, struct hlhit *hits, size_t count, size_t most,
                        size_t *out_heads, struct hl_error *err)
{
    struct grouper g;
    struct hlsimilar_text text;
    hl_status status =
        begin(&g, native, count < most ? count : most) ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < count && g.heads.count < most; i++) {
        bool folded = false;
        status = read_text(&g, hits[i].chunk, hits[i].doc, &text, err);
        if (status != HL_OK)
            break;
        hlsimilar_find(&g.heads, &text, set_found, &folded);
        if (folded)
            continue;
        hits[g.heads.count] = hits[i];
        hlsimilar_add(&g.heads, &text);
    }
    if (status == HL_OK)
        *out_heads = g.heads.count;
    return status;
}

static void count_found(void *user, uint32_t head)
{
    ((uint32_t *)user)[head]++;
}

/* Does some head have half of the sketch?  What was picked may have less in common, and to
 * know saves reading what else is compared. */
static bool shares_half(const struct hlsimilar_heads *heads, uint64_t sketch)
{
    enum { FEW = 64 };
    if (heads->count > FEW)
        return true;
    for (uint32_t i = 0; i < heads->count; i++) {
        uint64_t differ = heads->texts[i].sketch ^ sketch;
        if (!(differ >> 32) || !(uint32_t)differ)
            return true;
    }
    return false;
}

/* The sketches of a window, from its first answer to its last. */
static hl_status read_sketches(const struct hlchunk *source, uint32_t first,
                               const uint64_t *bits, const uint8_t **out_sketches,
                               struct hl_error *err)
{
    const uint8_t *sketches;
    unsigned from = 0, to = HLCONT_WORDS;
    while (from < to && !bits[from])
        from++;
    while (to > from && !bits[to - 1])
        to--;
    assert(from < to && first + from * 64 < source->head.docs);
    uint32_t left = source->head.docs - first - from * 64, count = (to - from) * 64;
    hl_status status = hlchunk_similar_hashes(source, first + from * 64,
                                              left < count ? left : count, &sketches, err);
    if (status == HL_OK)
        *out_sketches = sketches - (size_t)from * 64 * 8;
    return status;
}

/* Answers of a window, of which there are some. */
static hl_status count_window(const struct grouper *g, uint32_t chunk, unsigned window,
                              const uint64_t *bits, uint32_t *similar, struct hl_error *err)
{
    const struct hlchunk *source = g->native->sources[chunk];
    uint32_t first = window * HLFMT_WINDOW;
    const uint8_t *sketches;
    uint16_t docs[HLFMT_WINDOW];
    hl_status status = read_sketches(source, first, bits, &sketches, err);
    if (status != HL_OK)
        return status;
    unsigned count = hlcolumns_docs(bits, docs);
    count = hlsimilar_pick(&g->heads, sketches, docs, count, docs);
    for (unsigned i = 0; status == HL_OK && i < count; i++) {
        struct hlsimilar_text text;
        if (!shares_half(&g->heads, hlbuf_load64(sketches + (size_t)docs[i] * 8)))
            continue;
        status = read_text(g, chunk, first + docs[i], &text, err);
        if (status == HL_OK)
            hlsimilar_find(&g->heads, &text, count_found, similar);
    }
    return status;
}

/* Answers of a window: those that were counted, else found again; NULL: none. */
static const uint64_t *answers_of(struct hlnative *n, uint32_t c, unsigned window)
{
    uint64_t *bits = n->room->bits, any = 0;
    if (!n->answers)
        return hlscore_answers(&n->score, &n->chunks[c], n->room, window, bits) ? bits : NULL;
    bits = n->answers + ((size_t)c * HLFMT_WINDOWS + window) * HLSCORE_WORDS;
    for (uint32_t i = 0; i < HLSCORE_WORDS; i++)
        any |= bits[i];
    return any ? bits : NULL;
}

static hl_status count_chunk(const struct grouper *g, uint32_t c, uint32_t *similar,
                             struct hl_error *err)
{
    hl_status status = HL_OK;
    for (unsigned w = 0; status == HL_OK && w < g->native->chunks[c].windows; w++) {
        const uint64_t *bits = answers_of(g->native, c, w);
        if (bits)
            status = count_window(g, c, w, bits, similar, err);
    }
    return status;
}

/* Without twins known every answer is looked at.  A head is an answer and near to itself: one
 * is taken off. */
static hl_status count_among_all(struct grouper *g, const struct hlhit *hits, size_t count,
                                 uint32_t *out_similar, struct hl_error *err)
{
    struct hlsimilar_text text;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        status = read_text(g, hits[i].chunk, hits[i].doc, &text, err);
        if (status == HL_OK)
            hlsimilar_add(&g->heads, &text);
        out_similar[i] = 0;
    }
    for (uint32_t c = 0; status == HL_OK && c < g->native->chunk_count; c++)
        status = count_chunk(g, c, out_similar, err);
    for (size_t i = 0; status == HL_OK && i < count; i++)
        out_similar[i] -= out_similar[i] > 0; /* damaged lists may say otherwise */
    return status;
}

/* ---- among twins ---- */

enum { NOT_OPEN = UINT16_MAX };

/* Which of the chunks that were opened each one of the snapshot is. */
static uint16_t *chunks_open(const struct hlnative *n, struct hlarena *arena)
{
    uint16_t *open = hlarena_alloc(arena, (n->snapshot->chunks + 1u) * sizeof *open);
    for (uint32_t i = 0; open && i < n->snapshot->chunks; i++)
        open[i] = NOT_OPEN;
    for (uint32_t c = 0; open && c < n->chunk_count; c++)
        open[hlsnapshot_number(n->snapshot, n->sources[c])] = (uint16_t)c;
    return open;
}

static bool is_answer(struct hlnative *n, uint16_t c, uint16_t doc)
{
    const uint64_t *bits = c == NOT_OPEN ? NULL : answers_of(n, c, doc / HLFMT_WINDOW);
    return bits && bits[doc % HLFMT_WINDOW / 64] >> doc % 64 & 1;
}

/* Other answers near to a hit; those met by the lower half of their sketches are not met
 * again. */
static hl_status count_twins(const struct grouper *g, const struct hltwins *twins,
                             const uint16_t *open, const struct hlhit *hit, uint32_t *similar,
                             struct hl_error *err)
{
    struct hlsimilar_text own, *head = &own;
    hl_status status = read_text(g, hit->chunk, hit->doc, head, err);
    for (unsigned half = 0; half < HLSIMILAR_KEYS; half++) {
        const struct hltwins_place *places;
        size_t count = hltwins_of(
            twins, half, (uint32_t)(half ? head->sketch >> 32 : head->sketch), &places);
        for (size_t i = 0; status == HL_OK && i < count; i++) {
            struct hlsimilar_text text;
            uint16_t c = open[places[i].chunk];
            bool same = c == hit->chunk && places[i].doc == hit->doc;
            if (same || !is_answer(g->native, c, places[i].doc))
                continue;
            status = read_text(g, c, places[i].doc, &text, err);
            if (status == HL_OK && !(half && (uint32_t)text.sketch == (uint32_t)head->sketch))
                *similar += hlsimilar_near(head, &text);
        }
    }
    return status;
}

static hl_status count_among_twins(const struct grouper *g, const struct hltwins *twins,
                                   const struct hlhit *hits, size_t count,
                                   uint32_t *out_similar, struct hl_error *err)
{
    const uint16_t *open = chunks_open(g->native, &g->native->arena);
    hl_status status = open ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        out_similar[i] = 0;
        status = count_twins(g, twins, open, &hits[i], &out_similar[i], err);
    }
    return status;
}

hl_status hlcopies_count(struct hlnative *native, const struct hlhit *hits, size_t count,
                         uint32_t *out_similar, struct hl_error *err)
{
    struct grouper g = {.native = native};
    const struct hltwins *twins = hltwins_find(native->snapshot);
    if (twins)
        return count_among_twins(&g, twins, hits, count, out_similar, err);
    if (!begin(&g, native, count))
        return hlerr_nomem(err);
    return count_among_all(&g, hits, count, out_similar, err);
}
