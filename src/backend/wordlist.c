#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "query/emphasis.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <assert.h>

/* ---- making: nothing is read that the file has as it is wanted ---- */

static hl_status borrow_places(struct hlwordlist *list, const struct hlseg *segment,
                               struct hl_error *err)
{
    uint64_t before = 0;
    hl_status status = HL_OK;
    for (uint32_t c = 0; status == HL_OK && c < segment->chunk_count; c++) {
        uint32_t terms = segment->chunks[c].head.terms;
        status = hllex_fold_places(&segment->lexicon, before, terms, &list->places[c], err);
        before += terms;
    }
    return status;
}

static hl_status borrow(struct hlwordlist *list, struct hl_error *err)
{
    const struct hlseg *segment = &list->snapshot->segments[0];
    list->count = segment->lexicon.terms;
    list->places = hlmem_zalloc(segment->chunk_count + 1u, sizeof *list->places);
    if (!list->places)
        return hlerr_nomem(err);
    hl_status status = borrow_places(list, segment, err);
    if (status != HL_OK || !segment->live.docs)
        return status == HL_OK ? hllex_fold_counts(&segment->lexicon, &list->counts, err)
                               : status;
    list->own_counts = hlmem_alloc((list->count + 1u) * sizeof *list->own_counts);
    if (!list->own_counts)
        return hlerr_nomem(err);
    list->counts = list->own_counts;
    return hlwordlist_live_counts(segment, list->own_counts, err);
}

static hl_status mark_functions(struct hlwordlist *list, struct hl_error *err)
{
    const char *key;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && (key = hlq_function(i)); i++) {
        uint32_t word = HLWORDLIST_NONE;
        status = hlwordlist_find(list, key, strlen(key), &word, err);
        if (status == HL_OK && word != HLWORDLIST_NONE)
            list->functions[word / 64] |= (uint64_t)1 << word % 64;
    }
    return status;
}

static hl_status finish(struct hlwordlist *list, struct hl_error *err)
{
    list->leaves = 1;
    while (list->leaves < list->count)
        list->leaves *= 2;
    list->tree = hlmem_zalloc(list->leaves, sizeof *list->tree);
    list->words = hlmem_zalloc(HLWORDLIST_BUCKETS, sizeof *list->words);
    list->functions = hlmem_zalloc(list->count / 64 + 1u, sizeof *list->functions);
    return list->tree && list->words && list->functions ? mark_functions(list, err)
                                                        : hlerr_nomem(err);
}

hl_status hlwordlist_make(const struct hlsnapshot *snapshot, struct hlwordlist **out_list,
                          struct hl_error *err)
{
    struct hlwordlist *list = hlmem_zalloc(1, sizeof *list);
    hl_status status = HL_OK;
    if (!list)
        return hlerr_nomem(err);
    list->snapshot = snapshot;
    if (snapshot->count == 1)
        status = borrow(list, err);
    else if (snapshot->count)
        status = hlwordlist_merge(list, err);
    if (status == HL_OK)
        status = finish(list, err);
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
    for (uint32_t i = 0; list->words && i < HLWORDLIST_BUCKETS; i++)
        for (struct hlwordlist_word *w = atomic_load(&list->words[i]), *before; w; w = before) {
            before = w->before;
            hlmem_free(atomic_load(&w->row));
            hlmem_free(atomic_load(&w->locals));
            hlmem_free(w);
        }
    for (uint32_t c = 0; list->own_places && c < list->snapshot->chunks; c++)
        hlmem_free(list->own_places[c]);
    hlmem_free(list->own_places);
    hlmem_free(list->own_counts);
    hlmem_free(list->places);
    hlmem_free(list->sources);
    hlmem_free(list->functions);
    hlmem_free((void *)list->tree);
    hlmem_free((void *)list->words);
    hlmem_free(atomic_load(&list->ends));
    hlwordlist_scratch_free(atomic_load(&list->scratch));
    hlmem_free(list);
}

/* ---- words: made when they are first asked for ---- */

static bool has_digit(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] >= '0' && bytes[i] <= '9')
            return true;
    return false;
}

static hl_status read_term(const struct hlwordlist *list, uint32_t word,
                           struct hllex_term *out_term, struct hl_error *err)
{
    struct hlwordlist_source from = {0, word};
    if (list->sources)
        from = list->sources[word];
    const struct hlseg *segment = &list->snapshot->segments[from.segment];
    uint32_t ordinal;
    hl_status status = hllex_fold_get(&segment->lexicon, from.place, &ordinal, err);
    if (status == HL_OK)
        status = hllex_get(&segment->lexicon, ordinal, out_term, NULL, err);
    if (status != HL_OK)
        return status;
    /* Terms were keys once; what is none now was changed, and folding expects a key. */
    if (hltext_utf8_check((const char *)out_term->bytes, out_term->size) != out_term->size)
        return hlerr_corrupt(err, segment->file.path, "dictionary", ordinal,
                             "a term is not UTF-8");
    return HL_OK;
}

static hl_status make_word(const struct hlwordlist *list, uint32_t word,
                           struct hlwordlist_word **out_word, struct hl_error *err)
{
    struct hllex_term term;
    struct hlbuf folded = {0};
    struct hlwordlist_word *w = NULL;
    hl_status status = read_term(list, word, &term, err);
    if (status == HL_OK)
        status = hltext_fold_key((const char *)term.bytes, term.size, &folded, err);
    if (status == HL_OK && folded.size <= UINT16_MAX)
        w = hlmem_zalloc(1, sizeof *w + term.size + folded.size);
    if (w) {
        memcpy(w->text, term.bytes, term.size);
        memcpy(w->text + term.size, folded.data, folded.size);
        w->key = w->text;
        w->folded = w->text + term.size;
        w->size = (uint16_t)term.size;
        w->folded_size = (uint16_t)folded.size;
        w->number = has_digit(term.bytes, term.size);
        w->place = word;
        *out_word = w;
    }
    hlbuf_release(&folded);
    return status != HL_OK || w ? status : hlerr_nomem(err);
}

/* The word of a place in a chain; NULL if it has none. */
static struct hlwordlist_word *in_chain(struct hlwordlist_word *w, uint32_t word)
{
    while (w && w->place != word)
        w = w->before;
    return w;
}

/* Two threads may make one word at a time: the first stays. */
hl_status hlwordlist_word(struct hlwordlist *list, uint32_t word,
                          struct hlwordlist_word **out_word, struct hl_error *err)
{
    assert(word < list->count);
    _Atomic(struct hlwordlist_word *) *bucket = &list->words[word % HLWORDLIST_BUCKETS];
    struct hlwordlist_word *last = atomic_load(bucket), *w = in_chain(last, word), *made;
    if (!w) {
        hl_status status = make_word(list, word, &made, err);
        if (status != HL_OK)
            return status;
        do {
            made->before = last;
            w = in_chain(last, word);
        } while (!w && !atomic_compare_exchange_weak(bucket, &last, made));
        if (w)
            hlmem_free(made);
        else
            w = made;
    }
    *out_word = w;
    return HL_OK;
}

/* ---- asking: ranges, keys ---- */

/* The first word whose folded key is not before `folded`; after: not before all that begin so.
 */
static hl_status search(struct hlwordlist *list, const char *folded, size_t size, bool after,
                        uint32_t *out_place, struct hl_error *err)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct hlwordlist_word *w;
        hl_status status = hlwordlist_word(list, middle, &w, err);
        if (status != HL_OK)
            return status;
        size_t shared = w->folded_size < size ? w->folded_size : size;
        int r = memcmp(w->folded, folded, shared);
        bool before = r < 0 || (!r && (after || w->folded_size < size));
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    *out_place = low;
    return HL_OK;
}

hl_status hlwordlist_range(struct hlwordlist *list, const char *folded, size_t size,
                           uint32_t *out_from, uint32_t *out_to, struct hl_error *err)
{
    uint32_t from = 0, to = 0;
    hl_status status = search(list, folded, size, false, &from, err);
    if (status == HL_OK)
        status = search(list, folded, size, true, &to, err);
    if (status == HL_OK) {
        *out_from = from;
        *out_to = to > from ? to : from; /* the file may have them in a wrong order */
    }
    return status;
}

/* The place of a term that a segment has: one of its chunks has a number for it. */
static hl_status place_of(const struct hlwordlist *list, const struct hlseg *segment,
                          uint32_t first, const uint32_t *locals, uint32_t *out_word,
                          struct hl_error *err)
{
    for (uint32_t c = 0; c < segment->chunk_count; c++) {
        const struct hlchunk *chunk = &segment->chunks[c];
        if (locals[c] == HLLEX_NONE)
            continue;
        if (locals[c] >= chunk->head.terms)
            return hlchunk_damaged(chunk, "dictionary", locals[c], "rank past the terms", err);
        uint32_t place = list->places[first + c][locals[c]];
        if (place >= list->count)
            return hlchunk_damaged(chunk, "fold places", locals[c], "past the words", err);
        if (hlwordlist_df(list, place))
            *out_word = place;
        return HL_OK;
    }
    return HL_OK;
}

hl_status hlwordlist_find(struct hlwordlist *list, const char *key, size_t size,
                          uint32_t *out_word, struct hl_error *err)
{
    const struct hlsnapshot *s = list->snapshot;
    uint32_t word = HLWORDLIST_NONE, first = 0, ordinal;
    bool found = size > HLWORDLIST_SIZE_MAX;
    uint32_t *locals = hlmem_alloc((s->chunks + 1u) * sizeof *locals);
    hl_status status = locals ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && !found && i < s->count; i++) {
        const struct hlseg *segment = &s->segments[i];
        status = hllex_find(&segment->lexicon, key, size, &found, &ordinal, locals, err);
        if (status == HL_OK && found)
            status = place_of(list, segment, first, locals, &word, err);
        first += segment->chunk_count;
    }
    hlmem_free(locals);
    if (status == HL_OK)
        *out_word = word;
    return status;
}

/* ---- the most frequent of a range ---- */

/* The place of the more frequent of two words; of equals the first, and any before none. */
static uint32_t better(const struct hlwordlist *list, uint32_t a, uint32_t b)
{
    if (b == HLWORDLIST_NONE)
        return a;
    return a == HLWORDLIST_NONE || list->counts[b].cf > list->counts[a].cf ? b : a;
}

static uint32_t best_known(const struct hlwordlist *list, uint32_t node)
{
    uint32_t word = node - list->leaves;
    if (node < list->leaves) {
        word = atomic_load_explicit(&list->tree[node], memory_order_relaxed);
        return word == HLWORDLIST_NONE ? word : word - 1;
    }
    return word < list->count && list->counts[word].cf ? word : (uint32_t)HLWORDLIST_NONE;
}

static bool is_known(const struct hlwordlist *list, uint32_t node)
{
    return node >= list->leaves ||
           atomic_load_explicit(&list->tree[node], memory_order_relaxed);
}

/* The greatest under a node; the nodes past those of the tree are the words themselves.  What
 * is not known yet is worked out from the leaves below it up, layer by layer.  Any thread that
 * does it stores the same. */
static uint32_t best_of(const struct hlwordlist *list, uint32_t node)
{
    uint32_t low = node, width = 1;
    if (is_known(list, node))
        return best_known(list, node);
    for (; low < list->leaves / 2; low *= 2)
        width *= 2;
    for (; low >= node; low /= 2, width /= 2)
        for (uint32_t i = low; i < low + width; i++)
            if (!is_known(list, i)) {
                uint32_t best =
                    better(list, best_known(list, i * 2), best_known(list, i * 2 + 1));
                best += best != HLWORDLIST_NONE;
                atomic_store_explicit(&list->tree[i], best, memory_order_relaxed);
            }
    return best_known(list, node);
}

/* Nodes of the tree that are still to be looked into, the best on top. */
struct frontier {
    const struct hlwordlist *list;
    uint32_t nodes[HLWORDLIST_TRIED + 64];
    uint32_t count;
};

static uint32_t cf_of(const struct frontier *f, uint32_t node)
{
    return f->list->counts[best_of(f->list, node)].cf;
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

/* The best word left; down to its leaf, leaving the other side of each fork behind. */
static uint32_t take_best(struct frontier *f)
{
    uint32_t node = pop(f), word = best_of(f->list, node);
    while (node < f->list->leaves) {
        uint32_t left = node * 2;
        bool right = best_of(f->list, left) != word;
        push(f, left + !right);
        node = left + right;
    }
    return word;
}

hl_status hlwordlist_best(struct hlwordlist *list, uint32_t from, uint32_t to,
                          hlwordlist_filter *filter, const void *user, uint32_t most,
                          uint32_t *out_words, uint32_t *out_count, struct hl_error *err)
{
    struct frontier f = {.list = list, .count = 0};
    uint32_t found = 0;
    assert(from <= to && to <= list->count);
    for (uint32_t low = from + list->leaves, high = to + list->leaves; low < high;
         low /= 2, high /= 2) {
        if (low & 1)
            push(&f, low++);
        if (high & 1)
            push(&f, --high);
    }
    for (uint32_t tried = 0; f.count && found < most && tried < HLWORDLIST_TRIED; tried++) {
        uint32_t word = take_best(&f);
        struct hlwordlist_word *w;
        hl_status status = filter ? hlwordlist_word(list, word, &w, err) : HL_OK;
        if (status != HL_OK)
            return status;
        if (!filter || filter(user, w))
            out_words[found++] = word;
    }
    *out_count = found;
    return HL_OK;
}
