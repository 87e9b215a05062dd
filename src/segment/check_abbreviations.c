/*
 * check_abbreviations.c - the short forms of a chunk and their long names.
 *
 * Beside the order of things it holds every key against the dictionary, and every long name
 * against the words of the articles that are said to define it: there they stand side by side.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

enum { LONG_MAX = 10 /* keys of a long name */ };

/* The section, cut into its parts. */
struct parts {
    struct hlcheck_chunk *c;
    uint32_t count;
    const uint8_t *names_at, *docs_at, *order, *docs, *names;
    uint32_t *locals;         /* of a look-up in the dictionary */
    uint32_t terms[LONG_MAX]; /* of the long name under way */
    uint32_t term_count;
};

/* One side of a pair. */
struct run {
    const uint8_t *p;
    size_t size;
};

static bool fault(const struct parts *s, const uint8_t *p, const char *what)
{
    struct hlcheck_where where = {s->c, HLCHECK_NONE, HLCHECK_NONE};
    hlcheck_at(&where, p, what);
    return false;
}

static uint32_t number(const uint8_t *array, size_t i)
{
    return hlbuf_load32(array + i * 4);
}

/* From 0 on, rising, for no pair is empty and none is without a document. */
static bool offsets_rise(const struct parts *s, const uint8_t *offsets)
{
    bool good = !number(offsets, 0);
    for (size_t i = 0; good && i < s->count; i++)
        good = number(offsets, i) < number(offsets, i + 1);
    return good || fault(s, offsets, "offsets of abbreviations do not rise (F 24)");
}

static bool cut(struct parts *s, const uint8_t *p, uint64_t size)
{
    struct hlview v = hlview_of(p, size);
    s->count = hlview_u32(&v);
    s->names_at = hlview_bytes(&v, ((size_t)s->count + 1) * 4);
    s->docs_at = hlview_bytes(&v, ((size_t)s->count + 1) * 4);
    s->order = hlview_bytes(&v, (size_t)s->count * 4);
    if (v.bad || !s->count)
        return fault(s, p, "abbreviations that do not fit their section (F 24)");
    s->docs = hlview_bytes(&v, (size_t)number(s->docs_at, s->count) * 2);
    s->names = v.p;
    if (v.bad || hlview_left(&v) != number(s->names_at, s->count))
        return fault(s, p, "abbreviations that do not fit their section (F 24)");
    return offsets_rise(s, s->names_at) && offsets_rise(s, s->docs_at);
}

/* The two sides of pair i; it has one NUL, and something on either side of it. */
static bool split(const struct parts *s, uint32_t i, struct run *out_short,
                  struct run *out_long)
{
    const uint8_t *p = s->names + number(s->names_at, i);
    const uint8_t *end = s->names + number(s->names_at, i + 1);
    const uint8_t *nul = memchr(p, 0, (size_t)(end - p));
    if (!nul || nul == p || nul + 1 == end || memchr(nul + 1, 0, (size_t)(end - nul - 1)))
        return fault(s, p, "half an abbreviation (F 24)");
    *out_short = (struct run){p, (size_t)(nul - p)};
    *out_long = (struct run){nul + 1, (size_t)(end - nul - 1)};
    return true;
}

static bool check_key(struct parts *s, const uint8_t *p, size_t size)
{
    const struct hlchunk *chunk = s->c->chunk;
    struct hl_error err = {0};
    bool found = false;
    uint32_t ordinal;
    if (!size || size > HLFMT_TERM_MAX)
        return fault(s, p, "a key of an abbreviation that can be none (F 24)");
    hl_status status =
        hllex_find(&chunk->segment->lexicon, p, size, &found, &ordinal, s->locals, &err);
    if (!hlcheck_got(s->c->check, status, &err))
        return false;
    if (!found || s->locals[chunk->number] == HLLEX_NONE)
        return fault(s, p, "a key of an abbreviation is no term of the chunk (F 24)");
    if (s->term_count < LONG_MAX)
        s->terms[s->term_count++] = s->locals[chunk->number];
    return true;
}

/* So many keys with one blank between two. */
static bool check_keys(struct parts *s, struct run run, uint32_t least, uint32_t most)
{
    const uint8_t *p = run.p, *blank;
    uint32_t count = 0;
    s->term_count = 0;
    do {
        size_t left = run.size - (size_t)(p - run.p);
        blank = memchr(p, ' ', left);
        if (!check_key(s, p, blank ? (size_t)(blank - p) : left))
            return false;
        p = blank ? blank + 1 : p;
        count++;
    } while (blank && count <= most);
    return (count >= least && count <= most) ||
           fault(s, run.p, "too few or too many keys of an abbreviation (F 24)");
}

static bool check_docs(const struct parts *s, uint32_t i)
{
    uint32_t first = number(s->docs_at, i), past = number(s->docs_at, i + 1);
    for (uint32_t k = first; k < past; k++) {
        const uint8_t *p = s->docs + (size_t)k * 2;
        if (hlbuf_load16(p) >= s->c->chunk->head.docs ||
            (k > first && hlbuf_load16(p) <= hlbuf_load16(p - 2)))
            return fault(s, p, "articles of an abbreviation do not rise (F 24)");
    }
    return true;
}

/* Do the terms of the long name stand side by side in the document? */
static bool has_name(const struct parts *s, uint32_t doc)
{
    const uint32_t *at = s->c->forward + s->c->slots[doc];
    const uint32_t *end = s->c->forward + s->c->slots[doc + 1];
    for (; (size_t)(end - at) >= s->term_count; at++) {
        uint32_t k = 0;
        while (k < s->term_count && at[k] == s->terms[k] + 1)
            k++;
        if (k == s->term_count)
            return true;
    }
    return false;
}

static bool check_names(const struct parts *s, uint32_t i)
{
    assert(s->term_count >= 2);
    for (uint32_t k = number(s->docs_at, i); k < number(s->docs_at, i + 1); k++) {
        const uint8_t *p = s->docs + (size_t)k * 2;
        if (!has_name(s, hlbuf_load16(p)))
            return fault(s, p, "an article that lacks the long name it defines (F 24)");
    }
    return true;
}

static int compare(struct run a, struct run b)
{
    int r = memcmp(a.p, b.p, a.size < b.size ? a.size : b.size);
    return r ? r : a.size < b.size ? -1 : a.size > b.size;
}

static bool check_pairs(struct parts *s)
{
    struct run shorter, longer, before = {NULL, 0}, before_long = {NULL, 0};
    for (uint32_t i = 0; i < s->count && hlcheck_going(s->c->check); i++) {
        if (!split(s, i, &shorter, &longer) || !check_docs(s, i))
            return false;
        int r = i ? compare(before, shorter) : -1;
        if (r > 0 || (!r && compare(before_long, longer) >= 0))
            return fault(s, shorter.p, "abbreviations out of order, or twice the same (F 24)");
        if (!check_keys(s, shorter, 1, 1) || !check_keys(s, longer, 2, LONG_MAX))
            return false;
        if (s->c->have_forward && !check_names(s, i))
            return false;
        before = shorter;
        before_long = longer;
    }
    return true;
}

/* What rises strictly has every pair once. */
static void check_order(const struct parts *s)
{
    struct run shorter, longer, before = {NULL, 0}, before_long = {NULL, 0};
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t pair = number(s->order, i);
        if (pair >= s->count) {
            fault(s, s->order + (size_t)i * 4, "the order of long names names no pair (F 24)");
            return;
        }
        if (!split(s, pair, &shorter, &longer))
            return;
        int r = i ? compare(before_long, longer) : -1;
        if (r > 0 || (!r && compare(before, shorter) >= 0)) {
            fault(s, s->order + (size_t)i * 4, "long names out of order (F 24)");
            return;
        }
        before = shorter;
        before_long = longer;
    }
}

void hlcheck_abbreviations(struct hlcheck_chunk *c)
{
    struct hl_error err = {0};
    struct parts s = {.c = c};
    const uint8_t *p;
    uint64_t size = c->chunk->head.section[HLFMT_ABBREVIATIONS].size;
    hl_status status = hlchunk_section(c->chunk, HLFMT_ABBREVIATIONS, &p, &err);
    if (!size || !hlcheck_got(c->check, status, &err))
        return;
    s.locals = hlmem_zalloc(c->chunk->segment->chunk_count, sizeof *s.locals);
    if (!s.locals)
        c->check->status = hlerr_nomem(&c->check->error);
    else if (cut(&s, p, size) && check_pairs(&s))
        check_order(&s);
    hlmem_free(s.locals);
}
