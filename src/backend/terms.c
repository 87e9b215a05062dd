#include "backend/elsewhere.h"
#include "backend/terms.h"

#include "base/err.h"
#include "base/hash.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

void hlterms_init(struct hlterms *terms, const struct hlsnapshot *snapshot,
                  struct hlarena *arena)
{
    memset(terms, 0, sizeof *terms);
    terms->snapshot = snapshot;
    terms->arena = arena;
    terms->bucket_count = HLTERMS_BUCKETS;
}

/* Looks a key up in one segment; its numbers in the segment's chunks go to `locals`. */
static hl_status find_in(const struct hlseg *seg, struct hlterm *t, uint32_t *locals,
                         struct hl_error *err)
{
    bool found;
    uint32_t ordinal;
    hl_status status =
        hllex_find(&seg->lexicon, t->key, t->size, &found, &ordinal, locals, err);
    if (status == HL_OK && found)
        hlseg_prefetch_term(seg, locals);
    for (uint32_t c = 0; status == HL_OK && c < seg->chunk_count; c++) {
        if (!found)
            locals[c] = HLLEX_NONE;
        if (locals[c] == HLLEX_NONE)
            continue;
        struct hlcounts counts = {0, 0};
        if (locals[c] >= seg->chunks[c].head.terms)
            return hlchunk_damaged(&seg->chunks[c], "dictionary", ordinal,
                                   "rank past the terms", err);
        status = hlchunk_term_counts(&seg->chunks[c], locals[c], &counts, err);
        t->df += counts.df;
        t->cf += counts.cf;
    }
    return status;
}

/* Fills df, cf and locals, which have room. */
static hl_status look_up(const struct hlterms *terms, struct hlterm *t, struct hl_error *err)
{
    const struct hlsnapshot *s = terms->snapshot;
    uint32_t *locals = t->locals;
    hl_status status = HL_OK;
    if (hldeadline_passed(terms->deadline)) {
        for (uint32_t c = 0; c < s->chunks; c++)
            locals[c] = HLLEX_NONE;
        return HL_OK;
    }
    if (s->elsewhere) {
        status = hlq_df(&s->elsewhere->words, t->key, t->size, &t->df, err);
        t->cf = t->df;
    }
    for (size_t i = 0; status == HL_OK && i < s->count; i++) {
        status = find_in(&s->segments[i], t, locals, err);
        locals += s->segments[i].chunk_count;
    }
    return status;
}

/* A prefix may bring very many keys, so the table grows; without memory it stays as it is. */
static void grow_table(struct hlterms *terms)
{
    uint32_t room = terms->bucket_count * 8;
    struct hlterm **had = terms->buckets ? terms->buckets : terms->few;
    struct hlterm **grown = hlarena_zalloc(terms->arena, room, sizeof *grown);
    if (!grown)
        return;
    for (uint32_t i = 0; i < terms->bucket_count; i++)
        for (struct hlterm *t = had[i], *next; t; t = next) {
            struct hlterm **to = &grown[hlhash64(t->key, t->size) % room];
            next = t->next;
            t->next = *to;
            *to = t;
        }
    terms->buckets = grown;
    terms->bucket_count = room;
}

static struct hlterm **bucket_of(struct hlterms *terms, const char *key, size_t size)
{
    struct hlterm **buckets = terms->buckets ? terms->buckets : terms->few;
    return &buckets[hlhash64(key, size) % terms->bucket_count];
}

/* A term with its key and room for its locals, as one piece of memory. */
static struct hlterm *new_term(struct hlterms *terms, const char *key, size_t size)
{
    size_t locals = (terms->snapshot->chunks + 1u) * sizeof(uint32_t);
    struct hlterm *t = hlarena_alloc(terms->arena, sizeof *t + locals + size + 1);
    if (!t)
        return NULL;
    *t = (struct hlterm){.size = (uint32_t)size, .locals = (uint32_t *)(t + 1)};
    char *copy = (char *)(t + 1) + locals;
    memcpy(copy, key, size);
    copy[size] = '\0';
    t->key = copy;
    return t;
}

/* A term that was looked up before in this search; NULL: none. */
static struct hlterm *find_kept(struct hlterms *terms, const char *key, size_t size)
{
    for (struct hlterm *t = *bucket_of(terms, key, size); t; t = t->next)
        if (t->size == size && !memcmp(t->key, key, size))
            return t;
    return NULL;
}

hl_status hlterms_get(struct hlterms *terms, const char *key, size_t size,
                      struct hlterm **out_term, struct hl_error *err)
{
    struct hlterm *t = find_kept(terms, key, size);
    if (t) {
        *out_term = t;
        return HL_OK;
    }
    t = new_term(terms, key, size);
    if (!t)
        return hlerr_nomem(err);
    hl_status status = look_up(terms, t, err);
    if (status != HL_OK)
        return status;
    if (++terms->count > 2 * terms->bucket_count)
        grow_table(terms);
    struct hlterm **bucket = bucket_of(terms, key, size);
    t->next = *bucket;
    *bucket = t;
    *out_term = t;
    return HL_OK;
}

/* ---- the vocabulary as the query side sees it ---- */

static hl_status find(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    const struct hlelsewhere *elsewhere = ((struct hlterms *)user)->snapshot->elsewhere;
    struct hlterm *t;
    if (elsewhere)
        return elsewhere->words.find(elsewhere->words.user, key, size, out_counts, err);
    hl_status status = hlterms_get(user, key, size, &t, err);
    if (status == HL_OK)
        *out_counts = (struct hlq_counts){t->df, t->cf};
    return status;
}

/* The code of a key that is a syllable as it is spelled, else HLSYL_NONE. */
static uint16_t code_of(const char *key, size_t size)
{
    size_t spelled;
    uint16_t code = hlsyl_parse(key, size);
    const char *own = code != HLSYL_NONE ? hlsyl_spell(code, &spelled) : NULL;
    return own && spelled == size && !memcmp(own, key, size) ? code : HLSYL_NONE;
}

static hl_status count_anew(struct hlterms *terms, const char *key, size_t size,
                            struct hlq_counts *out_counts, struct hl_error *err)
{
    if (!terms->locals)
        terms->locals =
            hlarena_alloc(terms->arena, (terms->snapshot->chunks + 1u) * sizeof *terms->locals);
    if (!terms->locals)
        return hlerr_nomem(err);
    struct hlterm t = {.key = key, .size = (uint32_t)size, .locals = terms->locals};
    hl_status status = look_up(terms, &t, err);
    if (status == HL_OK)
        *out_counts = (struct hlq_counts){t.df, t.cf};
    return status;
}

/* Of many keys that are counted few are asked for again in this search, and those are kept;
 * syllables for later ones. */
static hl_status count(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                       struct hl_error *err)
{
    struct hlterms *terms = user;
    struct hlknown *known = terms->snapshot->known;
    const struct hlelsewhere *elsewhere = terms->snapshot->elsewhere;
    if (elsewhere)
        return elsewhere->words.count(elsewhere->words.user, key, size, out_counts, err);
    uint16_t code = code_of(key, size);
    if (code != HLSYL_NONE && hlknown_syllable(known, code, &out_counts->df, &out_counts->cf))
        return HL_OK;
    const struct hlterm *kept = find_kept(terms, key, size);
    if (kept) {
        *out_counts = (struct hlq_counts){kept->df, kept->cf};
        return HL_OK;
    }
    hl_status status = count_anew(terms, key, size, out_counts, err);
    if (status == HL_OK && code != HLSYL_NONE && !hldeadline_passed(terms->deadline))
        hlknown_keep_syllable(known, code, out_counts->df, out_counts->cf);
    return status;
}

/* One chunk's counts of a before each of bs, added to the sums. */
static hl_status add_chunk(const struct hlchunk *chunk, uint32_t number, const struct hlterm *a,
                           struct hlterm *const *bs, uint32_t count, struct hlq_counts *sums,
                           struct hl_error *err)
{
    uint32_t locals[HLTERMS_BATCH], places[HLTERMS_BATCH], here = 0;
    struct hlcounts counts[HLTERMS_BATCH];
    assert(count <= HLTERMS_BATCH);
    for (uint32_t k = 0; k < count; k++)
        if (bs[k]->locals[number] != HLLEX_NONE) {
            places[here] = k;
            locals[here++] = bs[k]->locals[number];
            if (here > 1 && locals[here - 2] >= locals[here - 1])
                return hlchunk_damaged(chunk, "dictionary", locals[here - 1],
                                       "terms are not numbered by their bytes", err);
        }
    if (!here)
        return HL_OK;
    hl_status status =
        hlchunk_pairs_counts(chunk, a->locals[number], locals, here, counts, err);
    for (uint32_t i = 0; status == HL_OK && i < here; i++) {
        sums[places[i]].df += counts[i].df;
        sums[places[i]].cf += counts[i].cf;
    }
    return status;
}

static hl_status pairs_elsewhere(const struct hlelsewhere *elsewhere, const struct hlterm *a,
                                 struct hlterm *const *bs, uint32_t count,
                                 struct hlq_counts *out_counts, struct hl_error *err)
{
    const struct hlq_vocabulary *words = &elsewhere->words;
    struct hlq_key first = {a->key, a->size, 0}, seconds[HLTERMS_BATCH];
    assert(count <= HLTERMS_BATCH);
    for (uint32_t k = 0; k < count; k++)
        seconds[k] = (struct hlq_key){bs[k]->key, bs[k]->size, 0};
    return words->pairs(words->user, &first, 1, seconds, count, out_counts, err);
}

hl_status hlterms_pairs(const struct hlterms *terms, const struct hlterm *a,
                        struct hlterm *const *bs, uint32_t count, struct hlq_counts *out_counts,
                        struct hl_error *err)
{
    const struct hlsnapshot *s = terms->snapshot;
    uint32_t number = 0;
    memset(out_counts, 0, count * sizeof *out_counts);
    if (hldeadline_passed(terms->deadline))
        return HL_OK;
    if (s->elsewhere)
        return pairs_elsewhere(s->elsewhere, a, bs, count, out_counts, err);
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++, number++) {
            if (a->locals[number] == HLLEX_NONE)
                continue;
            hl_status status =
                add_chunk(&s->segments[i].chunks[c], number, a, bs, count, out_counts, err);
            if (status != HL_OK)
                return status;
        }
    return HL_OK;
}

static void prefetch_pairs(const struct hlsnapshot *s, const struct hlterm *a)
{
    const uint32_t *locals = a->locals;
    for (size_t i = 0; i < s->count; i++) {
        hlseg_prefetch_pairs(&s->segments[i], locals);
        locals += s->segments[i].chunk_count;
    }
}

hl_status hlterms_pair(struct hlterms *terms, const struct hlterm *a, const struct hlterm *b,
                       struct hlq_counts *out_counts, struct hlpair_spot **out_spots,
                       struct hl_error *err)
{
    const struct hlsnapshot *s = terms->snapshot;
    uint32_t number = 0;
    struct hlpair_spot *spots = terms->spots;
    *out_counts = (struct hlq_counts){0, 0};
    *out_spots = NULL;
    if (hldeadline_passed(terms->deadline))
        return HL_OK;
    if (!spots)
        spots = hlarena_alloc(terms->arena, (s->chunks + 1u) * sizeof *spots);
    terms->spots = spots;
    if (!spots)
        return hlerr_nomem(err);
    prefetch_pairs(s, a);
    if (s->elsewhere) {
        struct hlterm *second = (struct hlterm *)b;
        hl_status status = pairs_elsewhere(s->elsewhere, a, &second, 1, out_counts, err);
        if (status != HL_OK)
            return status;
    }
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++, number++) {
            struct hlcounts counts = {0, 0};
            hl_status status = HL_OK;
            spots[number].entry.df = 0;
            if (a->locals[number] != HLLEX_NONE && b->locals[number] != HLLEX_NONE)
                status = hlchunk_find_pair(&s->segments[i].chunks[c], a->locals[number],
                                           b->locals[number], &spots[number], &counts, err);
            if (status != HL_OK)
                return status;
            out_counts->df += counts.df;
            out_counts->cf += counts.cf;
        }
    if (out_counts->df) {
        *out_spots = spots; /* the next pair needs others */
        terms->spots = NULL;
    }
    return HL_OK;
}

/* Terms of a chunk are numbered in the order of their bytes, so rising keys rise there too. */
static hl_status pairs(void *user, const struct hlq_key *as, uint32_t a_count,
                       const struct hlq_key *bs, uint32_t b_count,
                       struct hlq_counts *out_counts, struct hl_error *err)
{
    const struct hlelsewhere *elsewhere = ((struct hlterms *)user)->snapshot->elsewhere;
    struct hlterm *a, *b[HLTERMS_BATCH];
    hl_status status = HL_OK;
    assert(b_count <= HLTERMS_BATCH);
    if (elsewhere) /* all at once: they are trips to servers */
        return elsewhere->words.pairs(elsewhere->words.user, as, a_count, bs, b_count,
                                      out_counts, err);
    for (uint32_t k = 0; status == HL_OK && k < b_count; k++)
        status = hlterms_get(user, bs[k].bytes, bs[k].size, &b[k], err);
    for (uint32_t i = 0; status == HL_OK && i < a_count; i++) {
        status = hlterms_get(user, as[i].bytes, as[i].size, &a, err);
        if (status == HL_OK)
            status = hlterms_pairs(user, a, b, b_count, out_counts + (size_t)i * b_count, err);
    }
    return status;
}

static hl_status pair(void *user, const char *a, size_t a_size, const char *b, size_t b_size,
                      struct hlq_counts *out_counts, struct hl_error *err)
{
    struct hlterm *x, *y;
    hl_status status = hlterms_get(user, a, a_size, &x, err);
    if (status == HL_OK)
        status = hlterms_get(user, b, b_size, &y, err);
    return status == HL_OK ? hlterms_pairs(user, x, &y, 1, out_counts, err) : status;
}

/* The folded key of the term at place i of a segment's fold order. */
static hl_status fold_at(const struct hlseg *seg, uint32_t i, struct hllex_term *term,
                         struct hlbuf *folded, struct hl_error *err)
{
    uint32_t ordinal;
    hl_status status = hllex_fold_get(&seg->lexicon, i, &ordinal, err);
    if (status == HL_OK)
        status = hllex_get(&seg->lexicon, ordinal, term, NULL, err);
    hlbuf_reset(folded);
    if (status != HL_OK)
        return status;
    /* Terms were keys once; what is none now was changed, and folding expects a key. */
    if (hltext_utf8_check((const char *)term->bytes, term->size) != term->size)
        return hlerr_corrupt(err, seg->file.path, "dictionary", ordinal, "a term is not UTF-8");
    return hltext_fold_key((const char *)term->bytes, term->size, folded, err);
}

static int compare(const struct hlbuf *folded, const char *want, size_t size)
{
    size_t n = folded->size < size ? folded->size : size;
    int r = n ? memcmp(folded->data, want, n) : 0;
    return r ? r : folded->size < size ? -1 : folded->size > size;
}

struct folding {
    struct hlterms *terms;
    const char *want;
    size_t size;
    hlq_each *each;
    void *to;
    size_t segment; /* under way */
};

/* A key that an earlier segment has was reported there. */
static bool seen_before(const struct folding *f, const struct hlterm *t)
{
    const struct hlsnapshot *s = f->terms->snapshot;
    uint32_t number = 0;
    for (size_t i = 0; i < f->segment; i++)
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++)
            if (t->locals[number++] != HLLEX_NONE)
                return true;
    return false;
}

/* The first place of a segment's fold order whose folded key is not before `want`. */
static hl_status fold_search(const struct hlseg *seg, const char *want, size_t size,
                             struct hlbuf *folded, uint32_t *out_place, struct hl_error *err)
{
    struct hllex_term term;
    uint32_t low = 0, high = seg->lexicon.terms;
    hl_status status = HL_OK;
    while (status == HL_OK && low < high) {
        uint32_t middle = low + (high - low) / 2;
        status = fold_at(seg, middle, &term, folded, err);
        if (status == HL_OK && compare(folded, want, size) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out_place = low;
    return status;
}

static hl_status fold_segment(struct folding *f, struct hlbuf *folded, struct hl_error *err)
{
    const struct hlseg *seg = &f->terms->snapshot->segments[f->segment];
    struct hllex_term term;
    uint32_t low = 0;
    hl_status status = fold_search(seg, f->want, f->size, folded, &low, err);
    for (; status == HL_OK && low < seg->lexicon.terms; low++) {
        status = fold_at(seg, low, &term, folded, err);
        if (status != HL_OK || compare(folded, f->want, f->size))
            break;
        struct hlterm *t;
        status = hlterms_get(f->terms, (const char *)term.bytes, term.size, &t, err);
        if (status == HL_OK && !seen_before(f, t))
            status = f->each(f->to, t->key, t->size, &(struct hlq_counts){t->df, t->cf});
    }
    return status;
}

static hl_status folded(void *user, const char *want, size_t size, hlq_each *each, void *to,
                        struct hl_error *err)
{
    struct folding f = {user, want, size, each, to, 0};
    const struct hlelsewhere *elsewhere = f.terms->snapshot->elsewhere;
    if (elsewhere)
        return elsewhere->words.folded(elsewhere->words.user, want, size, each, to, err);
    struct hlbuf scratch = {0};
    hl_status status = HL_OK;
    for (; status == HL_OK && f.segment < f.terms->snapshot->count &&
           !hldeadline_passed(f.terms->deadline);
         f.segment++)
        status = fold_segment(&f, &scratch, err);
    hlbuf_release(&scratch);
    return status;
}

static hl_status near_segment(const struct hlseg *seg, const char *prefix, size_t size,
                              hlq_each_folded *each, void *to, struct hlbuf *folded,
                              struct hl_error *err)
{
    struct hllex_term term;
    uint32_t i = 0;
    hl_status status = fold_search(seg, prefix, size, folded, &i, err);
    for (; status == HL_OK && i < seg->lexicon.terms; i++) {
        status = fold_at(seg, i, &term, folded, err);
        if (status != HL_OK || folded->size < size || memcmp(folded->data, prefix, size))
            break;
        status = each(to, (const char *)term.bytes, term.size, (const char *)folded->data,
                      folded->size);
    }
    return status;
}

static hl_status near(void *user, const char *prefix, size_t size, hlq_each_folded *each,
                      void *to, struct hl_error *err)
{
    const struct hlterms *terms = user;
    const struct hlelsewhere *elsewhere = terms->snapshot->elsewhere;
    struct hlbuf scratch = {0};
    hl_status status = HL_OK;
    if (elsewhere)
        return elsewhere->words.near(elsewhere->words.user, prefix, size, each, to, err);
    for (size_t i = 0; status == HL_OK && i < terms->snapshot->count; i++)
        status =
            near_segment(&terms->snapshot->segments[i], prefix, size, each, to, &scratch, err);
    hlbuf_release(&scratch);
    return status;
}

static hl_status look(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    struct hlterm *t;
    hl_status status = hlterms_get(user, key, size, &t, err);
    if (status == HL_OK)
        *out_counts = (struct hlq_counts){t->df, t->cf};
    return status;
}

struct hlq_vocabulary hlterms_vocabulary(struct hlterms *terms)
{
    return (struct hlq_vocabulary){.find = find,
                                   .folded = folded,
                                   .pairs = pairs,
                                   .pair = pair,
                                   .names = hlterms_names,
                                   .near = near,
                                   .count = count,
                                   .look = look,
                                   .places = terms->snapshot->positions,
                                   .user = terms};
}
