#include "engine/snippet.h"

#include "base/err.h"
#include "base/mem.h"
#include "token/tokenise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What two different words beside each other add, of the lighter one's weight: enough to
 * choose among windows with the same words, too little to outweigh a word. */
static const double BESIDE = 0.1;

/* A token that matched. */
struct match {
    uint32_t term; /* among the terms */
    uint32_t position;
    uint32_t start, end;
};

struct finder {
    const char *text;
    size_t size, size_max;
    const struct hlsnippet_term *terms;
    size_t term_count;
    const struct hlsnippet_term **sorted; /* by key */
    uint32_t *rows;                       /* terms of several keys */
    size_t row_count;
    uint32_t *seen; /* matches in the window, by term */
    struct match *matches;
    size_t match_count;
    size_t first, last; /* matches of the best window; last is one past */
    size_t from, to;    /* the passage in the text */
};

/* ------------------------------------------------------------------- matches */

static int compare_keys(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int by_key(const void *a, const void *b)
{
    const struct hlsnippet_term *x = *(const struct hlsnippet_term *const *)a;
    const struct hlsnippet_term *y = *(const struct hlsnippet_term *const *)b;
    return compare_keys(x->key, x->key_size, y->key, y->key_size);
}

/* The term with this key, or NULL. */
static const struct hlsnippet_term *find_term(const struct finder *f, const struct hltoken *t)
{
    size_t low = 0, high = f->term_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct hlsnippet_term *term = f->sorted[middle];
        int order = compare_keys(t->key, t->key_size, term->key, term->key_size);
        if (!order)
            return term;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The last token of a row that starts at token i; i if it does not. */
static size_t row_end(const struct hltoken_list *list, size_t i,
                      const struct hlsnippet_term *term)
{
    size_t last = i, at = 0, k = i;
    for (uint32_t n = 0; at < term->key_size; n++, at++) {
        const char *blank = memchr(term->key + at, ' ', term->key_size - at);
        size_t size = blank ? (size_t)(blank - term->key) - at : term->key_size - at;
        while (k < list->count && list->tokens[k].alternative)
            k++;
        const struct hltoken *t = k < list->count ? &list->tokens[k] : NULL;
        if (!t || t->position != list->tokens[i].position + n || t->key_size != size ||
            memcmp(t->key, term->key + at, size) != 0)
            return i;
        last = k++;
        at += size;
    }
    return last;
}

/* A row that starts at token i becomes one match.  Returns its last token, or i. */
static size_t match_row(struct finder *f, const struct hltoken_list *list, size_t i)
{
    for (size_t r = 0; r < f->row_count && !list->tokens[i].alternative; r++) {
        size_t last = row_end(list, i, &f->terms[f->rows[r]]);
        if (last == i)
            continue;
        f->matches[f->match_count++] =
            (struct match){f->rows[r], list->tokens[i].position, list->tokens[i].start,
                           list->tokens[last].end};
        return last;
    }
    return i;
}

static bool find_matches(struct finder *f, const struct hltoken_list *list)
{
    f->matches = hlmem_zalloc(list->count ? list->count : 1, sizeof *f->matches);
    if (!f->matches)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        size_t last = match_row(f, list, i);
        if (last > i) {
            i = last;
            continue;
        }
        const struct hltoken *t = &list->tokens[i];
        const struct hlsnippet_term *term = find_term(f, t);
        if (!term)
            continue;
        assert(t->start < t->end && t->end <= f->size);
        struct match m = {(uint32_t)(term - f->terms), t->position, t->start, t->end};
        f->matches[f->match_count++] = m;
    }
    return true;
}

/* -------------------------------------------------------------------- window */

/* What match i adds by standing beside the one before it. */
static double beside(const struct finder *f, size_t i)
{
    const struct match *a = &f->matches[i - 1], *b = &f->matches[i];
    double x = f->terms[a->term].weight, y = f->terms[b->term].weight;
    if (a->term == b->term || b->position != a->position + 1)
        return 0;
    return BESIDE * (x < y ? x : y);
}

/* Two pointers over the matches: every longest window is seen once. */
static void find_window(struct finder *f)
{
    double sum = 0, best = -1;
    size_t first = 0;
    for (size_t i = 0; i < f->match_count; i++) {
        const struct match *m = &f->matches[i];
        if (!f->seen[m->term]++)
            sum += f->terms[m->term].weight;
        if (i > first)
            sum += beside(f, i);
        while (first < i && m->end > f->matches[first].start + f->size_max) {
            const struct match *out = &f->matches[first++];
            if (!--f->seen[out->term])
                sum -= f->terms[out->term].weight;
            sum -= beside(f, first);
        }
        /* Sums that differ by rounding alone are equal: the earlier window stays. */
        if (sum > best * (1 + 1e-9)) {
            best = sum;
            f->first = first;
            f->last = i + 1;
        }
    }
}

/* ----------------------------------------------------------------------- cut */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where a sentence or a line begins between low and high, as far left as possible; high
 * if nowhere. */
static size_t sentence_start(const struct finder *f, size_t low, size_t high)
{
    for (size_t i = low; i + 1 < high; i++) {
        bool stop = f->text[i] == '.' || f->text[i] == '!' || f->text[i] == '?';
        if (f->text[i] == '\n' || (stop && is_blank(f->text[i + 1])))
            return i + 1;
    }
    return high;
}

/* The first place from low to high where a word begins; high if none. */
static size_t word_start(const struct finder *f, size_t low, size_t high)
{
    for (size_t i = low; i < high; i++)
        if (!i || is_blank(f->text[i - 1]))
            return i;
    return high;
}

/* The last place from high down to low where a word has ended; low if none. */
static size_t word_end(const struct finder *f, size_t low, size_t high)
{
    for (size_t i = high; i > low; i--)
        if (i == f->size || is_blank(f->text[i]))
            return i;
    return low;
}

/* A word that is longer than the whole passage, an address for instance. */
static void cut_inside(struct finder *f, size_t core)
{
    f->from = core;
    f->to = core + f->size_max;
    while (f->to > f->from && inside_character(f->text[f->to]))
        f->to--;
}

static void place_passage(struct finder *f)
{
    size_t core = 0, core_end = 0;
    if (f->match_count) {
        core = f->matches[f->first].start;
        for (size_t i = f->first; i < f->last; i++)
            if (f->matches[i].end > core_end)
                core_end = f->matches[i].end;
    }
    if (core_end - core > f->size_max) {
        cut_inside(f, core);
        return;
    }
    /* Two fifths of what is left over go before the first match, all if the text ends. */
    size_t spare = f->size_max - (core_end - core), after = f->size - core_end;
    size_t before = after < spare * 3 / 5 ? spare - after : spare * 2 / 5;
    size_t low = core > before ? core - before : 0;
    f->from = low ? word_start(f, low, core) : 0;
    if (low && after >= spare * 3 / 5)
        f->from = sentence_start(f, low, core) < core ? sentence_start(f, low, core) : f->from;
    size_t high = f->from + f->size_max < f->size ? f->from + f->size_max : f->size;
    f->to = word_end(f, core_end, high);
    if (!f->match_count && f->to == core_end)
        cut_inside(f, core);
    while (f->from < f->to && is_blank(f->text[f->from]))
        f->from++;
    while (f->to > f->from && is_blank(f->text[f->to - 1]))
        f->to--;
}

/* ------------------------------------------------------------------- snippet */

static bool only_joints(const char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!is_blank(text[i]) && text[i] != '-')
            return false;
    return true;
}

static void add_range(struct hl_snippet *s, uint32_t start, uint32_t end)
{
    struct hl_range *last = s->range_count ? &s->ranges[s->range_count - 1] : NULL;
    if (last && (start <= last->end || only_joints(s->text, last->end, start))) {
        /* Alternatives cover their parts, so a match may lie within the last range. */
        last->end = end > last->end ? end : last->end;
        return;
    }
    s->ranges[s->range_count++] = (struct hl_range){start, end};
}

static hl_status build(const struct finder *f, struct hl_snippet *out_snippet,
                       struct hl_error *err)
{
    struct hl_snippet s = {0};
    size_t size = f->to - f->from;
    assert(f->from <= f->to && f->to <= f->size);
    s.text = hlmem_alloc(size + 1);
    s.ranges = hlmem_zalloc(f->match_count ? f->match_count : 1, sizeof *s.ranges);
    if (!s.text || !s.ranges) {
        hl_snippet_release(&s);
        return hlerr_nomem(err);
    }
    for (size_t i = 0; i < size; i++)
        s.text[i] = is_blank(f->text[f->from + i]) ? ' ' : f->text[f->from + i];
    s.text[size] = 0;
    for (size_t i = 0; i < f->match_count; i++) {
        const struct match *m = &f->matches[i];
        size_t start = m->start > f->from ? m->start : f->from;
        size_t end = m->end < f->to ? m->end : f->to;
        if (start < end)
            add_range(&s, (uint32_t)(start - f->from), (uint32_t)(end - f->from));
    }
    *out_snippet = s;
    return HL_OK;
}

static hl_status sort_terms(struct finder *f, struct hl_error *err)
{
    size_t room = f->term_count ? f->term_count : 1;
    f->sorted = hlmem_zalloc(room, sizeof *f->sorted);
    f->seen = hlmem_zalloc(room, sizeof *f->seen);
    f->rows = hlmem_zalloc(room, sizeof *f->rows);
    if (!f->sorted || !f->seen || !f->rows)
        return hlerr_nomem(err);
    for (size_t i = 0; i < f->term_count; i++) {
        assert(f->terms[i].weight >= 0);
        f->sorted[i] = &f->terms[i];
        if (memchr(f->terms[i].key, ' ', f->terms[i].key_size))
            f->rows[f->row_count++] = (uint32_t)i;
    }
    qsort(f->sorted, f->term_count, sizeof *f->sorted, by_key);
    return HL_OK;
}

hl_status hlsnippet_make(const char *text, size_t size, const struct hlsnippet_term *terms,
                         size_t count, size_t size_max, struct hl_snippet *out_snippet,
                         struct hl_error *err)
{
    struct finder f = {
        .text = text, .size = size, .size_max = size_max, .terms = terms, .term_count = count};
    struct hltoken_list list;
    assert(text && (terms || !count));
    hltoken_list_init(&list);
    hl_status status = sort_terms(&f, err);
    if (status == HL_OK)
        status = hltoken_run(text, size, 0, &list, err);
    if (status == HL_OK && !find_matches(&f, &list))
        status = hlerr_nomem(err);
    if (status == HL_OK) {
        find_window(&f);
        f.to = size;
        if (size > size_max)
            place_passage(&f);
        status = build(&f, out_snippet, err);
    }
    hltoken_list_release(&list);
    hlmem_free(f.matches);
    hlmem_free(f.seen);
    hlmem_free(f.rows);
    hlmem_free(f.sorted);
    return status;
}

void hl_snippet_release(struct hl_snippet *snippet)
{
    hlmem_free(snippet->text);
    hlmem_free(snippet->ranges);
    memset(snippet, 0, sizeof *snippet);
}
