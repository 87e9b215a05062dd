/*
 * wordlist_merge.c - one order of the words of several segments; what deleted articles counted.
 *
 * Each segment has its terms in order.  Which of them are one word, and which comes before
 * which, is seen when their keys lie beside each other: all dictionaries are read once.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <assert.h>

/* ---- counts without deleted articles ---- */

/* Rows of a live file say what is to be taken off. */
static hl_status subtract_rows(const struct hlchunk *chunk, const uint32_t *places,
                               uint32_t terms, struct hllex_counts *counts,
                               struct hl_error *err)
{
    for (uint32_t i = 0; i < chunk->live->term_count; i++) {
        const struct hllive_term *row = &chunk->live->terms[i];
        uint32_t place = row->term < chunk->head.terms ? places[row->term] : UINT32_MAX;
        if (place >= terms)
            return hlchunk_damaged(chunk, "fold places", row->term, "past the words", err);
        struct hllex_counts *c = &counts[place];
        if (!c->df) /* too long to be asked for */
            continue;
        if (row->df > c->df || row->cf > c->cf)
            return hlchunk_damaged(chunk, "live", row->term, "more deleted than there was",
                                   err);
        c->df -= row->df;
        c->cf -= row->cf;
    }
    return HL_OK;
}

/* Where no rows say it, every term is counted again. */
struct recount {
    const struct hlchunk *chunk;
    const uint32_t *places;
    const struct hllex_counts *before;
    struct hllex_counts *counts;
    uint32_t terms;
    bool damaged;
};

static uint32_t add(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

static void add_counts(void *user, uint32_t term, const struct hlcounts *counts)
{
    struct recount *r = user;
    uint32_t place = r->places[term];
    r->damaged |= place >= r->terms;
    if (place >= r->terms || !r->before[place].df)
        return;
    r->counts[place].df = add(r->counts[place].df, counts->df);
    r->counts[place].cf = add(r->counts[place].cf, counts->cf);
}

static hl_status recount_chunk(struct recount *r, struct hl_error *err)
{
    hl_status status = hlchunk_each_counts(r->chunk, add_counts, r, err);
    if (status == HL_OK && r->damaged)
        return hlchunk_damaged(r->chunk, "fold places", 0, "past the words", err);
    return status;
}

static bool has_rows(const struct hlseg *segment)
{
    for (uint32_t c = 0; c < segment->chunk_count; c++)
        if (segment->chunks[c].live && segment->chunks[c].live->uncounted)
            return false;
    return true;
}

hl_status hlwordlist_live_counts(const struct hlseg *segment, struct hllex_counts *out_counts,
                                 struct hl_error *err)
{
    const struct hllexicon *lex = &segment->lexicon;
    const struct hllex_counts *before;
    bool rows = has_rows(segment);
    uint64_t first = 0;
    hl_status status = hllex_fold_counts(lex, &before, err);
    if (status != HL_OK)
        return status;
    if (rows && lex->terms)
        memcpy(out_counts, before, lex->terms * sizeof *before);
    else
        memset(out_counts, 0, lex->terms * sizeof *before);
    for (uint32_t c = 0; status == HL_OK && c < segment->chunk_count; c++) {
        const struct hlchunk *chunk = &segment->chunks[c];
        const uint32_t *places;
        status = hllex_fold_places(lex, first, chunk->head.terms, &places, err);
        first += chunk->head.terms;
        struct recount r = {chunk, places, before, out_counts, lex->terms, false};
        if (status == HL_OK && !rows)
            status = recount_chunk(&r, err);
        else if (status == HL_OK && chunk->live)
            status = subtract_rows(chunk, places, lex->terms, out_counts, err);
    }
    return status;
}

/* ---- one order ---- */

/* A term of a segment; its keys lie in the texts. */
struct entry {
    uint32_t at, folded; /* in the texts */
    uint32_t number;     /* of all terms, those of the first segment first, by place */
    uint16_t size, folded_size;
};

struct merger {
    struct hlwordlist *list;
    struct hlbuf texts, folded;
    struct entry *entries, *other; /* sorted runs; where runs are merged */
    uint32_t *first;               /* by segment: its first entry; and one past the last */
    uint32_t *ordinals;            /* of a segment: the entry of a term */
    uint32_t segment;
};

enum { TEXT_BYTES = 16 }; /* room a term, asked for once: keys and folded keys */

static hl_status read_term(void *user, const struct hllex_term *term, const uint32_t *locals,
                           struct hl_error *err)
{
    struct merger *m = user;
    struct entry *e = &m->entries[m->ordinals[term->ordinal]];
    const char *bytes = (const char *)term->bytes;
    (void)locals;
    if (hltext_utf8_check(bytes, term->size) != term->size)
        return hlerr_corrupt(err, m->list->snapshot->segments[m->segment].file.path,
                             "dictionary", term->ordinal, "a term is not UTF-8");
    hlbuf_reset(&m->folded);
    hl_status status = hltext_fold_key(bytes, term->size, &m->folded, err);
    if (status != HL_OK)
        return status;
    e->at = (uint32_t)m->texts.size;
    e->size = (uint16_t)term->size;
    e->folded = e->at + term->size;
    e->folded_size = (uint16_t)m->folded.size;
    hlbuf_put(&m->texts, term->bytes, term->size);
    hlbuf_put(&m->texts, m->folded.data, m->folded.size);
    bool good = !m->texts.failed && m->texts.size <= UINT32_MAX / 2;
    return good && m->folded.size <= UINT16_MAX ? HL_OK : hlerr_nomem(err);
}

static hl_status read_segment(struct merger *m, struct hl_error *err)
{
    const struct hllexicon *lex = &m->list->snapshot->segments[m->segment].lexicon;
    uint32_t first = m->first[m->segment];
    hl_status status = HL_OK;
    memset(m->ordinals, 0xff, lex->terms * sizeof *m->ordinals);
    for (uint32_t i = 0; status == HL_OK && i < lex->terms; i++) {
        uint32_t ordinal;
        m->entries[first + i].number = first + i;
        status = hllex_fold_get(lex, i, &ordinal, err);
        if (status == HL_OK && (ordinal >= lex->terms || m->ordinals[ordinal] != UINT32_MAX))
            status = hlerr_corrupt(err, lex->file->path, "fold map",
                                   lex->section[HLFMT_FOLD_ORDER].at, "not each term once");
        if (status == HL_OK)
            m->ordinals[ordinal] = first + i;
    }
    return status == HL_OK ? hllex_each(lex, read_term, m, err) : status;
}

static int compare_bytes(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : (a_size > b_size) - (a_size < b_size);
}

static int compare(const struct merger *m, const struct entry *x, const struct entry *y)
{
    const uint8_t *texts = m->texts.data;
    int r = compare_bytes(texts + x->folded, x->folded_size, texts + y->folded, y->folded_size);
    return r ? r : compare_bytes(texts + x->at, x->size, texts + y->at, y->size);
}

/* Two runs that stand side by side become one, in the other array. */
static void merge_two(struct merger *m, uint32_t low, uint32_t middle, uint32_t high)
{
    uint32_t a = low, b = middle;
    for (uint32_t i = low; i < high; i++) {
        bool first =
            b == high || (a < middle && compare(m, &m->entries[a], &m->entries[b]) <= 0);
        m->other[i] = m->entries[first ? a++ : b++];
    }
}

/* Runs of one segment, of two, of four ... */
static void merge_runs(struct merger *m)
{
    size_t count = m->list->snapshot->count;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t i = 0; i < count; i += width * 2) {
            size_t middle = i + width < count ? i + width : count;
            size_t high = i + width * 2 < count ? i + width * 2 : count;
            merge_two(m, m->first[i], m->first[middle], m->first[high]);
        }
        struct entry *entries = m->entries;
        m->entries = m->other;
        m->other = entries;
    }
}

/* Gives equal keys one place, adds up their counts; turned[number of an entry] is its place. */
static void number_words(struct merger *m, const struct hllex_counts *counts, uint32_t *turned)
{
    struct hlwordlist *list = m->list;
    size_t segments = list->snapshot->count;
    for (uint32_t i = 0; i < m->first[segments]; i++) {
        const struct entry *e = &m->entries[i];
        uint32_t segment = 0;
        if (!i || compare(m, e, e - 1) != 0) {
            while (m->first[segment + 1] <= e->number)
                segment++;
            list->sources[list->count++] =
                (struct hlwordlist_source){segment, e->number - m->first[segment]};
        }
        struct hllex_counts *sum = &list->own_counts[list->count - 1];
        sum->df = add(sum->df, counts[e->number].df);
        sum->cf = add(sum->cf, counts[e->number].cf);
        turned[e->number] = list->count - 1;
    }
}

/* Places in a segment become places in the list. */
static hl_status turn_places(struct merger *m, const uint32_t *turned, struct hl_error *err)
{
    struct hlwordlist *list = m->list;
    uint32_t number = 0;
    for (size_t i = 0; i < list->snapshot->count; i++) {
        const struct hlseg *segment = &list->snapshot->segments[i];
        uint64_t before = 0;
        for (uint32_t c = 0; c < segment->chunk_count; c++, number++) {
            uint32_t terms = segment->chunks[c].head.terms;
            const uint32_t *places;
            hl_status status =
                hllex_fold_places(&segment->lexicon, before, terms, &places, err);
            uint32_t *own = status == HL_OK ? hlmem_alloc((terms + 1u) * sizeof *own) : NULL;
            if (!own)
                return status == HL_OK ? hlerr_nomem(err) : status;
            list->places[number] = list->own_places[number] = own;
            for (uint32_t t = 0; t < terms; t++)
                own[t] = places[t] < segment->lexicon.terms ? turned[m->first[i] + places[t]]
                                                            : UINT32_MAX;
            before += terms;
        }
    }
    return HL_OK;
}

static hl_status make_order(struct merger *m, uint32_t *turned, struct hllex_counts *counts,
                            struct hl_error *err)
{
    const struct hlsnapshot *s = m->list->snapshot;
    hl_status status = HL_OK;
    for (m->segment = 0; status == HL_OK && m->segment < s->count; m->segment++) {
        status = read_segment(m, err);
        if (status == HL_OK)
            status = hlwordlist_live_counts(&s->segments[m->segment],
                                            counts + m->first[m->segment], err);
    }
    if (status != HL_OK)
        return status;
    merge_runs(m);
    number_words(m, counts, turned);
    return turn_places(m, turned, err);
}

/* The first entry of each segment; the most terms that one has. */
static bool count_entries(struct merger *m, uint32_t *out_most)
{
    const struct hlsnapshot *s = m->list->snapshot;
    uint64_t all = 0;
    m->first = hlmem_zalloc(s->count + 1, sizeof *m->first);
    for (size_t i = 0; m->first && i < s->count; i++) {
        uint32_t terms = s->segments[i].lexicon.terms;
        all += terms;
        *out_most = terms > *out_most ? terms : *out_most;
        m->first[i + 1] = (uint32_t)all;
    }
    return m->first && all < UINT32_MAX;
}

static bool make_room(struct merger *m)
{
    struct hlwordlist *list = m->list;
    uint32_t most = 0;
    if (!count_entries(m, &most))
        return false;
    size_t all = m->first[list->snapshot->count], chunks = list->snapshot->chunks;
    m->entries = hlmem_alloc((all + 1) * sizeof *m->entries);
    m->other = hlmem_alloc((all + 1) * sizeof *m->other);
    m->ordinals = hlmem_alloc((most + 1u) * sizeof *m->ordinals);
    list->sources = hlmem_alloc((all + 1) * sizeof *list->sources);
    list->own_counts = hlmem_zalloc(all + 1, sizeof *list->own_counts);
    list->own_places = hlmem_zalloc(chunks + 1, sizeof *list->own_places);
    list->places = hlmem_zalloc(chunks + 1, sizeof *list->places);
    list->counts = list->own_counts;
    return m->entries && m->other && m->ordinals && list->sources && list->own_counts &&
           list->own_places && list->places && hlbuf_grow(&m->texts, all * TEXT_BYTES);
}

hl_status hlwordlist_merge(struct hlwordlist *list, struct hl_error *err)
{
    struct merger m = {.list = list};
    hl_status status = make_room(&m) ? HL_OK : hlerr_nomem(err);
    size_t all = status == HL_OK ? m.first[list->snapshot->count] : 0;
    uint32_t *turned = hlmem_alloc((all + 1) * sizeof *turned);
    struct hllex_counts *counts = hlmem_alloc((all + 1) * sizeof *counts);
    if (status == HL_OK && (!turned || !counts))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = make_order(&m, turned, counts, err);
    hlmem_free(turned);
    hlmem_free(counts);
    hlmem_free(m.entries);
    hlmem_free(m.other);
    hlmem_free(m.ordinals);
    hlmem_free(m.first);
    hlbuf_release(&m.texts);
    hlbuf_release(&m.folded);
    return status;
}
