#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "query/emphasis.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdlib.h>

/* ---- gathering: the terms of all segments, one after the other ---- */

/* A term of a segment; its keys lie in the texts. */
struct entry {
    uint32_t df, cf;           /* at most UINT32_MAX */
    uint32_t number;           /* its place before it is sorted */
    uint32_t at, folded;       /* in the texts */
    uint8_t size, folded_size; /* size 0: no word */
    bool digit;
};

struct maker {
    struct hlwordlist *list;
    const struct hlseg *segment;
    uint32_t chunk; /* number of the segment's first */
    struct entry *entries;
    size_t count;    /* of entries: all terms of the segments before, and of this one */
    uint32_t *order; /* by term of the segment: the place of its entry */
    struct hlbuf folded;
};

enum { TEXT_BYTES = 16 }; /* room a term, asked for once: keys and folded keys */

static bool is_ascii(const uint8_t *bytes, size_t size, bool *out_digit)
{
    uint8_t all = 0;
    bool digit = false;
    for (size_t i = 0; i < size; i++) {
        all |= bytes[i];
        digit |= bytes[i] >= '0' && bytes[i] <= '9';
    }
    *out_digit = digit;
    return all < 0x80;
}

/* Nobody asks for the beginning of an address, and bytes that are no text are no word. */
static bool is_word(const struct hllex_term *term, bool ascii)
{
    return term->size <= HLWORDLIST_SIZE_MAX &&
           (ascii || hltext_utf8_check((const char *)term->bytes, term->size) == term->size);
}

static hl_status place_term(const struct maker *m, const uint32_t *locals, uint32_t number,
                            struct hl_error *err)
{
    for (uint32_t c = 0; c < m->segment->chunk_count; c++) {
        const struct hlchunk *chunk = &m->segment->chunks[c];
        if (locals[c] == HLLEX_NONE)
            continue;
        if (locals[c] >= chunk->head.terms)
            return hlchunk_damaged(chunk, "dictionary", locals[c], "rank past the terms", err);
        m->list->places[m->chunk + c][locals[c]] = number;
    }
    return HL_OK;
}

/* A folded key may be longer than its key; what does not fit is not asked for. */
static hl_status fold_term(struct maker *m, const struct hllex_term *term, bool ascii,
                           struct entry *e, struct hl_error *err)
{
    struct hlbuf *texts = &m->list->texts;
    hlbuf_reset(&m->folded);
    e->at = e->folded = (uint32_t)texts->size;
    e->size = e->folded_size = (uint8_t)term->size;
    hlbuf_put(texts, term->bytes, term->size);
    if (!ascii) {
        hl_status status =
            hltext_fold_key((const char *)term->bytes, term->size, &m->folded, err);
        if (status != HL_OK)
            return status;
        e->folded = (uint32_t)texts->size;
        e->folded_size = (uint8_t)(m->folded.size < UINT8_MAX ? m->folded.size : UINT8_MAX);
        hlbuf_put(texts, m->folded.data, e->folded_size);
    }
    if (texts->failed || texts->size > UINT32_MAX / 2)
        return hlerr_nomem(err);
    return HL_OK;
}

static hl_status add_term(void *user, const struct hllex_term *term, const uint32_t *locals,
                          struct hl_error *err)
{
    struct maker *m = user;
    bool digit, ascii = is_ascii(term->bytes, term->size, &digit);
    if (!is_word(term, ascii))
        return HL_OK;
    uint32_t number = m->order[term->ordinal];
    struct entry *e = &m->entries[number];
    *e = (struct entry){.number = number, .digit = digit};
    hl_status status = place_term(m, locals, number, err);
    return status == HL_OK ? fold_term(m, term, ascii, e, err) : status;
}

static uint32_t add(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

/* The counts of a chunk that was placed. */
struct counting {
    struct entry *entries;
    const uint32_t *places;
};

static void add_counts(void *user, uint32_t term, const struct hlcounts *counts)
{
    const struct counting *c = user;
    if (c->places[term] == HLWORDLIST_NONE)
        return;
    struct entry *e = &c->entries[c->places[term]];
    e->df = add(e->df, counts->df);
    e->cf = add(e->cf, counts->cf);
}

/* The file has the order of its terms by folded key, so those of one segment need no sorting.
 */
static hl_status read_order(struct maker *m, size_t first, struct hl_error *err)
{
    const struct hllexicon *lex = &m->segment->lexicon;
    hl_status status = HL_OK;
    memset(m->order, 0xff, lex->terms * sizeof *m->order); /* HLWORDLIST_NONE */
    for (uint32_t i = 0; status == HL_OK && i < lex->terms; i++) {
        uint32_t ordinal;
        status = hllex_fold_get(lex, i, &ordinal, err);
        if (status == HL_OK && (ordinal >= lex->terms || m->order[ordinal] != HLWORDLIST_NONE))
            status = hlerr_corrupt(err, lex->file->path, "fold map",
                                   lex->section[HLFMT_FOLD_ORDER].at, "not each term once");
        if (status == HL_OK)
            m->order[ordinal] = (uint32_t)first + i;
    }
    return status;
}

static hl_status add_segment(struct maker *m, struct hl_error *err)
{
    uint32_t terms = m->segment->lexicon.terms;
    size_t first = m->count;
    struct entry *grown = hlmem_realloc(m->entries, (first + terms + 1u) * sizeof *grown);
    if (!grown)
        return hlerr_nomem(err);
    m->entries = grown;
    m->count += terms;
    memset(grown + first, 0, (terms + 1u) * sizeof *grown);
    m->order = hlmem_alloc((terms + 1u) * sizeof *m->order);
    bool good = m->order && hlbuf_grow(&m->list->texts, (size_t)terms * TEXT_BYTES);
    hl_status status = good ? read_order(m, first, err) : hlerr_nomem(err);
    if (status == HL_OK)
        status = hllex_each(&m->segment->lexicon, add_term, m, err);
    hlmem_free(m->order);
    for (uint32_t c = 0; status == HL_OK && c < m->segment->chunk_count; c++) {
        struct counting counting = {m->entries, m->list->places[m->chunk + c]};
        status = hlchunk_each_counts(&m->segment->chunks[c], add_counts, &counting, err);
    }
    m->chunk += m->segment->chunk_count;
    return status;
}

static bool make_places(struct hlwordlist *list)
{
    uint32_t number = 0;
    const struct hlsnapshot *s = list->snapshot;
    list->places = hlmem_zalloc(s->chunks + 1u, sizeof(uint32_t *));
    for (size_t i = 0; list->places && i < s->count; i++)
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++, number++) {
            size_t size = (s->segments[i].chunks[c].head.terms + 1u) * sizeof(uint32_t);
            list->places[number] = hlmem_alloc(size);
            if (!list->places[number])
                return false;
            memset(list->places[number], 0xff, size); /* HLWORDLIST_NONE */
        }
    return list->places;
}

static hl_status gather(struct maker *m, struct hl_error *err)
{
    const struct hlsnapshot *s = m->list->snapshot;
    hl_status status = make_places(m->list) ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < s->count; i++) {
        m->segment = &s->segments[i];
        status = add_segment(m, err);
    }
    return status;
}

/* ---- sorting: one word for the terms of all segments that have one key ---- */

static int compare_bytes(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : (a_size > b_size) - (a_size < b_size);
}

static int by_folded(const void *a, const void *b, void *texts)
{
    const struct entry *x = a, *y = b;
    const uint8_t *base = texts;
    int r = compare_bytes(base + x->folded, x->folded_size, base + y->folded, y->folded_size);
    return r ? r : compare_bytes(base + x->at, x->size, base + y->at, y->size);
}

static struct hlwordlist_word word_of(const struct entry *e, const char *texts)
{
    return (struct hlwordlist_word){
        .key = texts + e->at,
        .folded = texts + e->folded,
        .size = e->size,
        .folded_size = e->folded_size,
        .number = e->digit,
        .df = e->df,
        .cf = e->cf,
    };
}

/* Makes the words; turned[number of an entry] is the place of its word. */
static void merge(struct maker *m, uint32_t *turned)
{
    struct hlwordlist *list = m->list;
    const uint8_t *texts = list->texts.data;
    for (size_t i = 0, next; i < m->count; i = next) {
        struct entry sum = m->entries[i];
        if (!sum.size) {
            next = i + 1;
            continue;
        }
        for (next = i + 1; next < m->count; next++) {
            const struct entry *e = &m->entries[next];
            if (e->size != sum.size || memcmp(texts + e->at, texts + sum.at, e->size) != 0)
                break;
            sum.df = add(sum.df, e->df);
            sum.cf = add(sum.cf, e->cf);
        }
        bool live = sum.df > 0; /* else every article that had it is deleted */
        for (size_t k = i; k < next; k++)
            turned[m->entries[k].number] = live ? list->count : (uint32_t)HLWORDLIST_NONE;
        if (live)
            list->words[list->count++] = word_of(&sum, (const char *)texts);
    }
}

static void turn_places(struct hlwordlist *list, const uint32_t *turned)
{
    uint32_t number = 0;
    const struct hlsnapshot *s = list->snapshot;
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++, number++)
            for (uint32_t t = 0; t < s->segments[i].chunks[c].head.terms; t++)
                if (list->places[number][t] != HLWORDLIST_NONE)
                    list->places[number][t] = turned[list->places[number][t]];
}

/* The place of the more frequent of two words; of equals the first, and any before none. */
static uint32_t better(const struct hlwordlist *list, uint32_t a, uint32_t b)
{
    if (b == HLWORDLIST_NONE)
        return a;
    return a == HLWORDLIST_NONE || list->words[b].cf > list->words[a].cf ? b : a;
}

/* The greatest under a node; the nodes past those of the tree are the words themselves. */
static uint32_t best_of(const struct hlwordlist *list, uint32_t node)
{
    if (node < list->leaves)
        return list->tree[node];
    return node - list->leaves < list->count ? node - list->leaves : (uint32_t)HLWORDLIST_NONE;
}

static bool grow_tree(struct hlwordlist *list)
{
    list->leaves = 1;
    while (list->leaves < list->count)
        list->leaves *= 2;
    list->tree = hlmem_alloc(list->leaves * sizeof *list->tree);
    if (!list->tree)
        return false;
    for (uint32_t i = list->leaves - 1; i >= 1; i--)
        list->tree[i] = better(list, best_of(list, i * 2), best_of(list, i * 2 + 1));
    return true;
}

static hl_status mark_functions(struct hlwordlist *list, struct hl_error *err)
{
    const char *key;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && (key = hlq_function(i)); i++) {
        uint32_t word = HLWORDLIST_NONE;
        status = hlwordlist_find(list, key, strlen(key), &word, err);
        if (word != HLWORDLIST_NONE)
            list->words[word].function = true;
    }
    return status;
}

static hl_status finish(struct maker *m, struct hl_error *err)
{
    struct hlwordlist *list = m->list;
    uint32_t *turned = hlmem_zalloc(m->count + 1, sizeof *turned);
    list->words = hlmem_zalloc(m->count + 1, sizeof *list->words);
    if (turned && list->words) {
        if (list->snapshot->count > 1 && m->count)
            qsort_r(m->entries, m->count, sizeof *m->entries, by_folded, list->texts.data);
        merge(m, turned);
        turn_places(list, turned);
    }
    bool good = turned && list->words && grow_tree(list);
    hlmem_free(turned);
    if (good) {
        list->rows = hlmem_zalloc(list->count + 1u, sizeof *list->rows);
        list->locals = hlmem_zalloc(list->count + 1u, sizeof *list->locals);
    }
    return good && list->rows && list->locals ? mark_functions(list, err) : hlerr_nomem(err);
}

hl_status hlwordlist_make(const struct hlsnapshot *snapshot, struct hlwordlist **out_list,
                          struct hl_error *err)
{
    struct hlwordlist *list = hlmem_zalloc(1, sizeof *list);
    struct maker m = {.list = list};
    if (!list)
        return hlerr_nomem(err);
    list->snapshot = snapshot;
    hl_status status = gather(&m, err);
    if (status == HL_OK)
        status = finish(&m, err);
    hlmem_free(m.entries);
    hlbuf_release(&m.folded);
    if (status == HL_OK)
        *out_list = list;
    else
        hlwordlist_free(list);
    return status;
}

void hlwordlist_free(struct hlwordlist *list)
{
    if (!list)
        return;
    for (uint32_t i = 0; list->rows && i < list->count; i++)
        hlmem_free(atomic_load(&list->rows[i]));
    for (uint32_t i = 0; list->locals && i < list->count; i++)
        hlmem_free(atomic_load(&list->locals[i]));
    for (uint32_t i = 0; list->places && i < list->snapshot->chunks; i++)
        hlmem_free(list->places[i]);
    hlmem_free(list->places);
    hlmem_free((void *)list->rows);
    hlmem_free((void *)list->locals);
    hlmem_free(atomic_load(&list->ends));
    hlmem_free(list->tree);
    hlmem_free(list->words);
    hlbuf_release(&list->texts);
    hlmem_free(list);
}

/* ---- asking: ranges, keys ---- */

/* The first word whose folded key is not before `folded`; after: not before all that begin so.
 */
static uint32_t search(const struct hlwordlist *list, const char *folded, size_t size,
                       bool after)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct hlwordlist_word *w = &list->words[middle];
        size_t shared = w->folded_size < size ? w->folded_size : size;
        int r = memcmp(w->folded, folded, shared);
        bool before = r < 0 || (!r && (after || w->folded_size < size));
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void hlwordlist_range(const struct hlwordlist *list, const char *folded, size_t size,
                      uint32_t *out_from, uint32_t *out_to)
{
    uint32_t from = search(list, folded, size, false);
    uint32_t to = search(list, folded, size, true);
    *out_from = from;
    *out_to = to > from ? to : from; /* the file may have them in a wrong order */
}

/* Words that fold to this and to no more. */
static void same_folded(const struct hlwordlist *list, const char *folded, size_t size,
                        uint32_t *out_from, uint32_t *out_to)
{
    uint32_t from = search(list, folded, size, false), to = from;
    while (to < list->count && list->words[to].folded_size == size &&
           !memcmp(list->words[to].folded, folded, size))
        to++;
    *out_from = from;
    *out_to = to;
}

hl_status hlwordlist_find(const struct hlwordlist *list, const char *key, size_t size,
                          uint32_t *out_word, struct hl_error *err)
{
    struct hlbuf folded = {0};
    uint32_t from, to, found = HLWORDLIST_NONE;
    hl_status status = HL_OK;
    if (size <= HLWORDLIST_SIZE_MAX)
        status = hltext_fold_key(key, size, &folded, err);
    if (status == HL_OK && folded.size) {
        same_folded(list, (const char *)folded.data, folded.size, &from, &to);
        for (uint32_t i = from; i < to; i++)
            if (list->words[i].size == size && !memcmp(list->words[i].key, key, size))
                found = i;
    }
    hlbuf_release(&folded);
    if (status == HL_OK)
        *out_word = found;
    return status;
}

/* ---- the most frequent of a range ---- */

/* Nodes of the tree that are still to be looked into, the best on top. */
struct frontier {
    const struct hlwordlist *list;
    uint32_t nodes[HLWORDLIST_TRIED + 64];
    uint32_t count;
};

static uint32_t cf_of(const struct frontier *f, uint32_t node)
{
    return f->list->words[best_of(f->list, node)].cf;
}

static void push(struct frontier *f, uint32_t node)
{
    uint32_t at = f->count;
    if (best_of(f->list, node) == HLWORDLIST_NONE ||
        f->count == sizeof f->nodes / sizeof *f->nodes)
        return;
    f->count++;
    for (; at > 0 && cf_of(f, f->nodes[(at - 1) / 2]) < cf_of(f, node); at = (at - 1) / 2)
        f->nodes[at] = f->nodes[(at - 1) / 2];
    f->nodes[at] = node;
}

static uint32_t pop(struct frontier *f)
{
    uint32_t top = f->nodes[0], last = f->nodes[--f->count], at = 0;
    for (uint32_t child; (child = at * 2 + 1) < f->count; at = child) {
        if (child + 1 < f->count && cf_of(f, f->nodes[child + 1]) > cf_of(f, f->nodes[child]))
            child++;
        if (cf_of(f, f->nodes[child]) <= cf_of(f, last))
            break;
        f->nodes[at] = f->nodes[child];
    }
    f->nodes[at] = last;
    return top;
}

uint32_t hlwordlist_best(const struct hlwordlist *list, uint32_t from, uint32_t to,
                         hlwordlist_filter *filter, const void *user, uint32_t most,
                         uint32_t *out_words)
{
    struct frontier f = {.list = list, .count = 0};
    uint32_t found = 0, tried = 0;
    assert(from <= to && to <= list->count);
    for (uint32_t low = from + list->leaves, high = to + list->leaves; low < high;
         low /= 2, high /= 2) {
        if (low & 1)
            push(&f, low++);
        if (high & 1)
            push(&f, --high);
    }
    while (f.count && found < most && tried < HLWORDLIST_TRIED) {
        uint32_t node = pop(&f);
        /* Down to the leaf of its best word, leaving the other side of each fork behind. */
        while (node < list->leaves) {
            uint32_t best = best_of(list, node), left = node * 2;
            bool right = best_of(list, left) != best;
            push(&f, left + !right);
            node = left + right;
        }
        tried++;
        uint32_t word = best_of(list, node);
        if (!filter || filter(user, &list->words[word]))
            out_words[found++] = word;
    }
    return found;
}
