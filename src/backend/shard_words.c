#include "backend/shard_words.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 1024, MEMORY_MAX = 256 << 20, BATCH = 512 };

/* How often a term of Xapian's is there. */
struct term {
    struct hlx_bytes name;
    struct hlx_counts counts;
    bool whole; /* cf too is known */
};

/* A word and its folded form. */
struct entry {
    struct hlx_bytes folded, key;
};

struct bucket {
    char name[2];
    struct entry *entries; /* by folded form, then key */
    size_t count;
    struct bucket *next;
};

struct definition {
    struct hlx_bytes shorter, longer;
};

struct hlshard_words {
    struct hlshards *shards;
    struct hlelsewhere elsewhere;
    uint64_t state;
    struct hlarena arena; /* of all below */
    struct term **slots;  /* by hash; room is a power of two */
    size_t room, count;
    struct bucket *buckets;
    struct definition *definitions;
    size_t definition_count;
    bool defined; /* they were read */
    struct hlbuf scratch;
};

static int compare(struct hlx_bytes a, struct hlx_bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int r = size ? memcmp(a.bytes, b.bytes, size) : 0;
    return r ? r : (a.size > b.size) - (a.size < b.size);
}

static bool begins(struct hlx_bytes text, const char *prefix, size_t size)
{
    return text.size >= size && !memcmp(text.bytes, prefix, size);
}

/* ---- counts of terms ---- */

static struct term **slot_of(const struct hlshard_words *w, struct hlx_bytes name)
{
    size_t at = hlhash64(name.bytes, name.size) & (w->room - 1);
    while (w->slots[at] && compare(w->slots[at]->name, name))
        at = (at + 1) & (w->room - 1);
    return &w->slots[at];
}

static bool make_room(struct hlshard_words *w)
{
    struct term **had = w->slots;
    size_t had_room = w->room;
    if (w->count * 2 < w->room)
        return true;
    w->room = w->room ? w->room * 4 : SLOTS_FIRST;
    w->slots = hlarena_zalloc(&w->arena, w->room, sizeof(struct term *));
    if (!w->slots) {
        w->slots = had;
        w->room = had_room;
        return false;
    }
    for (size_t i = 0; i < had_room; i++)
        if (had[i])
            *slot_of(w, had[i]->name) = had[i];
    return true;
}

/* The term, which may be new: then its counts are to be fetched.  NULL without memory. */
static struct term *take_term(struct hlshard_words *w, struct hlx_bytes name, bool *out_new)
{
    struct term **slot = make_room(w) ? slot_of(w, name) : NULL;
    *out_new = slot && !*slot;
    if (!slot || *slot)
        return slot ? *slot : NULL;
    struct term *t = hlarena_zalloc(&w->arena, 1, sizeof *t);
    char *copy = hlarena_strndup(&w->arena, name.bytes, name.size);
    if (!t || !copy)
        return NULL;
    t->name = (struct hlx_bytes){copy, name.size};
    w->count++;
    return *slot = t;
}

static bool is_known(const struct hlshard_words *w, struct hlx_bytes name)
{
    return w->room && *slot_of(w, name);
}

static bool is_remote(const struct hlshard_words *w)
{
    for (size_t i = 0; i < w->shards->places.count; i++)
        if (!w->shards->places.items[i].path)
            return true;
    return false;
}

/*
 * Fills the counts of terms.  Servers are asked for the df of all of them in one trip; cf,
 * which takes a trip a term, is asked for only with `whole`, and where there is any.
 */
static hl_status fetch(struct hlshard_words *w, struct term **terms, size_t count, bool whole,
                       struct hl_error *err)
{
    struct hlshards *s = w->shards;
    struct hlx_bytes names[BATCH];
    struct hlx_counts counts[BATCH];
    bool trips = is_remote(w) && (count > 1 || !whole);
    hl_status status = HL_OK;
    assert(count <= BATCH);
    for (size_t i = 0; i < count; i++)
        names[i] = terms[i]->name;
    if (trips && count)
        status = hlshards_told(
            s, NULL, s->calls->document_frequencies(s->set, names, count, counts, &s->last),
            err);
    size_t left = 0;
    for (size_t i = 0; trips && status == HL_OK && i < count; i++) {
        terms[i]->counts = counts[i];
        terms[i]->whole = !counts[i].df;
        if (counts[i].df && whole) {
            names[left] = terms[i]->name;
            counts[left] = counts[i];
            terms[left++] = terms[i];
        }
    }
    for (size_t i = 0; !trips && i < count; i++)
        counts[i] = (struct hlx_counts){terms[i]->counts.df, 0};
    left = trips ? left : count;
    if (status == HL_OK && left)
        status = hlshards_frequencies(s, names, left, counts, err);
    for (size_t i = 0; status == HL_OK && i < left; i++) {
        terms[i]->counts = counts[i];
        terms[i]->whole = true;
    }
    return status;
}

/* The counts of many terms, those fetched that are not known; out may be NULL. */
static hl_status count_terms(struct hlshard_words *w, const struct hlx_bytes *names,
                             size_t count, bool whole, struct hlx_counts *out,
                             struct hl_error *err)
{
    struct term *all[BATCH], *wanted[BATCH];
    size_t n = 0;
    bool fresh;
    assert(count <= BATCH);
    for (size_t i = 0; i < count; i++) {
        all[i] = take_term(w, names[i], &fresh);
        if (!all[i])
            return hlerr_nomem(err);
        bool twice = false;
        for (size_t k = 0; k < n && !twice && (fresh || (whole && !all[i]->whole)); k++)
            twice = wanted[k] == all[i];
        if (!twice && (fresh || (whole && !all[i]->whole)))
            wanted[n++] = all[i];
    }
    hl_status status = n ? fetch(w, wanted, n, whole, err) : HL_OK;
    /* What could not be fetched must not look as if it were nowhere. */
    if (status != HL_OK)
        w->state = UINT64_MAX;
    for (size_t i = 0; status == HL_OK && out && i < count; i++)
        out[i] = all[i]->counts;
    return status;
}

hl_status hlshard_words_df(struct hlshard_words *words, const struct hlx_bytes *terms,
                           size_t count, uint64_t *out_df, struct hl_error *err)
{
    struct hlx_counts counts[BATCH];
    hl_status status = HL_OK;
    for (size_t from = 0; status == HL_OK && from < count; from += BATCH) {
        size_t n = count - from < BATCH ? count - from : BATCH;
        status = count_terms(words, terms + from, n, false, counts, err);
        for (size_t i = 0; status == HL_OK && i < n; i++)
            out_df[from + i] = counts[i].df;
    }
    return status;
}

/* ---- which words there are ---- */

static bool append(void *user, const void *bytes, size_t size)
{
    return hlbuf_put(user, bytes, size);
}

/* An entry of metadata of every shard that is there, one behind the other, in the arena. */
static hl_status read_all(struct hlshard_words *w, const char *key, size_t size,
                          struct hlx_bytes *out_text, struct hl_error *err)
{
    struct hlshards *s = w->shards;
    hl_status status = HL_OK;
    hlbuf_reset(&w->scratch);
    for (size_t i = 0; status == HL_OK && i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        if (shard->handle)
            status =
                hlshards_told(s, shard,
                              s->calls->metadata(shard->handle, (struct hlx_bytes){key, size},
                                                 append, &w->scratch, &s->last),
                              err);
    }
    char *copy = status == HL_OK ? hlarena_strndup(&w->arena, (const char *)w->scratch.data,
                                                   w->scratch.size)
                                 : NULL;
    if (status == HL_OK && (!copy || w->scratch.failed))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        *out_text = (struct hlx_bytes){copy, w->scratch.size};
    return status;
}

static size_t count_lines(struct hlx_bytes text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.bytes[i] == '\n';
    return lines;
}

/* The next line A \t B; false at the end.  What is no such line, or no UTF-8, is passed over.
 */
static bool next_line(struct hlx_bytes text, size_t *at, struct hlx_bytes *a,
                      struct hlx_bytes *b)
{
    while (*at < text.size) {
        const char *line = text.bytes + *at;
        const char *end = memchr(line, '\n', text.size - *at);
        size_t size = end ? (size_t)(end - line) : text.size - *at;
        const char *tab = memchr(line, '\t', size);
        *at += size + 1;
        if (!tab || tab == line || tab + 1 == line + size ||
            hltext_utf8_check(line, size) < size)
            continue;
        *a = (struct hlx_bytes){line, (size_t)(tab - line)};
        *b = (struct hlx_bytes){tab + 1, size - a->size - 1};
        return true;
    }
    return false;
}

static int by_folded(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int r = compare(x->folded, y->folded);
    return r ? r : compare(x->key, y->key);
}

static hl_status read_bucket(struct hlshard_words *w, const char name[2], struct bucket *b,
                             struct hl_error *err)
{
    char key[sizeof HLX_META_WORDS + 1];
    struct hlx_bytes text;
    size_t at = 0, count = 0;
    memcpy(key, HLX_META_WORDS, sizeof HLX_META_WORDS - 1);
    memcpy(key + sizeof HLX_META_WORDS - 1, name, 2);
    hl_status status = read_all(w, key, sizeof HLX_META_WORDS + 1, &text, err);
    if (status != HL_OK)
        return status;
    b->entries = hlarena_alloc(&w->arena, (count_lines(text) + 1) * sizeof *b->entries);
    if (!b->entries)
        return hlerr_nomem(err);
    while (next_line(text, &at, &b->entries[count].folded, &b->entries[count].key))
        count++;
    if (count)
        qsort(b->entries, count, sizeof *b->entries, by_folded);
    for (size_t i = 0; i < count; i++)
        if (!b->count || by_folded(&b->entries[b->count - 1], &b->entries[i]))
            b->entries[b->count++] = b->entries[i];
    return HL_OK;
}

static hl_status find_bucket(struct hlshard_words *w, const char name[2],
                             const struct bucket **out_bucket, struct hl_error *err)
{
    struct bucket *b = w->buckets;
    while (b && memcmp(b->name, name, 2))
        b = b->next;
    hl_status status = HL_OK;
    if (!b) {
        b = hlarena_zalloc(&w->arena, 1, sizeof *b);
        if (!b)
            return hlerr_nomem(err);
        memcpy(b->name, name, 2);
        status = read_bucket(w, name, b, err);
        if (status != HL_OK)
            return status;
        b->next = w->buckets;
        w->buckets = b;
    }
    *out_bucket = b;
    return HL_OK;
}

/* The first entry whose folded form is not before this. */
static size_t lower_bound(const struct bucket *b, struct hlx_bytes folded)
{
    size_t low = 0, high = b->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(b->entries[middle].folded, folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is a key among the words of any shard? */
static hl_status is_listed(struct hlshard_words *w, const char *key, size_t size,
                           bool *out_listed, struct hl_error *err)
{
    struct hlbuf folded = {0};
    const struct bucket *b;
    char name[2];
    hl_status status = hltext_fold_key(key, size, &folded, err);
    *out_listed = false;
    if (status == HL_OK && folded.size) {
        hlx_bucket((const char *)folded.data, folded.size, name);
        status = find_bucket(w, name, &b, err);
    }
    if (status == HL_OK && folded.size) {
        struct entry want = {{(const char *)folded.data, folded.size}, {key, size}};
        for (size_t i = lower_bound(b, want.folded); i < b->count && !*out_listed; i++) {
            if (compare(b->entries[i].folded, want.folded))
                break;
            *out_listed = !compare(b->entries[i].key, want.key);
        }
    }
    hlbuf_release(&folded);
    return status;
}

/* ---- what a query asks ---- */

/* Terms in the arena, for many at once. */
static hl_status copy_term(struct hlshard_words *w, bool made, struct hlx_bytes *out_name,
                           struct hl_error *err)
{
    char *copy =
        made ? hlarena_strndup(&w->arena, (const char *)w->scratch.data, w->scratch.size)
             : NULL;
    if (!copy)
        return hlerr_nomem(err);
    *out_name = (struct hlx_bytes){copy, w->scratch.size};
    return HL_OK;
}

static hl_status find_key(struct hlshard_words *w, const char *key, size_t size, bool whole,
                          struct hlq_counts *out_counts, struct hl_error *err)
{
    struct hlx_counts counts = {0, 0};
    bool listed = true;
    hl_status status = HL_OK;
    if (!hlx_term("", key, size, &w->scratch))
        return hlerr_nomem(err);
    struct hlx_bytes name;
    status = copy_term(w, true, &name, err);
    if (status == HL_OK && is_remote(w) && !is_known(w, name))
        status = is_listed(w, key, size, &listed, err);
    if (status == HL_OK && listed)
        status = count_terms(w, &name, 1, whole, &counts, err);
    if (status == HL_OK)
        *out_counts = (struct hlq_counts){counts.df, counts.cf ? counts.cf : counts.df};
    return status;
}

static hl_status find(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    return find_key(user, key, size, true, out_counts, err);
}

/* Where cf does not matter, and of very many keys. */
static hl_status count(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                       struct hl_error *err)
{
    return find_key(user, key, size, false, out_counts, err);
}

/* Counts entries of a bucket at once, so that each is known when it is asked for. */
static hl_status count_entries(struct hlshard_words *w, const struct entry *entries, size_t n,
                               bool whole, struct hlx_counts *out, struct hl_error *err)
{
    struct hlx_bytes names[BATCH];
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < n; i++)
        status =
            copy_term(w, hlx_term("", entries[i].key.bytes, entries[i].key.size, &w->scratch),
                      &names[i], err);
    return status == HL_OK ? count_terms(w, names, n, whole, out, err) : status;
}

static hl_status folded(void *user, const char *want, size_t size, hlq_each *each, void *to,
                        struct hl_error *err)
{
    struct hlshard_words *w = user;
    struct hlx_counts counts[BATCH];
    const struct bucket *b;
    char name[2];
    if (!size)
        return HL_OK;
    hlx_bucket(want, size, name);
    hl_status status = find_bucket(w, name, &b, err);
    if (status != HL_OK)
        return status;
    struct hlx_bytes key = {want, size};
    size_t from = lower_bound(b, key), past = from;
    while (past < b->count && !compare(b->entries[past].folded, key))
        past++;
    for (; status == HL_OK && from < past; from += BATCH) {
        size_t n = past - from < BATCH ? past - from : BATCH;
        status = count_entries(w, b->entries + from, n, true, counts, err);
        for (size_t i = 0; status == HL_OK && i < n; i++) {
            const struct hlx_bytes k = b->entries[from + i].key;
            struct hlq_counts c = {counts[i].df, counts[i].cf};
            if (c.df)
                status = each(to, k.bytes, k.size, &c);
        }
    }
    return status;
}

static hl_status near_bucket(struct hlshard_words *w, const char name[2], const char *prefix,
                             size_t size, hlq_each_folded *each, void *to, struct hl_error *err)
{
    const struct bucket *b;
    hl_status status = find_bucket(w, name, &b, err);
    if (status != HL_OK)
        return status;
    size_t from = lower_bound(b, (struct hlx_bytes){prefix, size}), past = from;
    while (past < b->count && begins(b->entries[past].folded, prefix, size))
        past++;
    for (; status == HL_OK && from < past; from += BATCH) {
        size_t n = past - from < BATCH ? past - from : BATCH;
        status = count_entries(w, b->entries + from, n, false, NULL, err);
        for (size_t i = 0; status == HL_OK && i < n; i++) {
            const struct entry *e = &b->entries[from + i];
            status = each(to, e->key.bytes, e->key.size, e->folded.bytes, e->folded.size);
        }
    }
    return status;
}

struct names {
    struct hlbuf bytes; /* two each */
};

static bool take_name(void *user, const void *bytes, size_t size)
{
    struct names *n = user;
    const size_t head = sizeof HLX_META_WORDS - 1;
    const char *name = (const char *)bytes + head;
    if (size != head + 2)
        return true;
    for (size_t i = 0; i < n->bytes.size; i += 2)
        if (!memcmp(n->bytes.data + i, name, 2))
            return true;
    return hlbuf_put(&n->bytes, name, 2);
}

/* A prefix of one byte is that of many buckets. */
static hl_status near_many(struct hlshard_words *w, const char *prefix, size_t size,
                           hlq_each_folded *each, void *to, struct hl_error *err)
{
    struct hlshards *s = w->shards;
    char key[sizeof HLX_META_WORDS];
    struct names names = {{0}};
    hl_status status = HL_OK;
    memcpy(key, HLX_META_WORDS, sizeof HLX_META_WORDS - 1);
    if (size)
        key[sizeof HLX_META_WORDS - 1] = prefix[0];
    struct hlx_bytes begin = {key, sizeof HLX_META_WORDS - 1 + size};
    for (size_t i = 0; status == HL_OK && i < s->places.count; i++)
        if (s->list[i].handle)
            status = hlshards_told(
                s, &s->list[i],
                s->calls->metadata_keys(s->list[i].handle, begin, take_name, &names, &s->last),
                err);
    if (names.bytes.failed)
        status = hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < names.bytes.size; i += 2) {
        char name[2] = {(char)names.bytes.data[i], (char)names.bytes.data[i + 1]};
        status = near_bucket(w, name, prefix, size, each, to, err);
    }
    hlbuf_release(&names.bytes);
    return status;
}

static hl_status near(void *user, const char *prefix, size_t size, hlq_each_folded *each,
                      void *to, struct hl_error *err)
{
    char name[2];
    if (size < 2)
        return near_many(user, prefix, size, each, to, err);
    hlx_bucket(prefix, size, name);
    return near_bucket(user, name, prefix, size, each, to, err);
}

static hl_status count_pairs(void *user, const struct hlq_key *as, uint32_t a_count,
                             const struct hlq_key *bs, uint32_t b_count,
                             struct hlq_counts *out_counts, struct hl_error *err)
{
    struct hlshard_words *w = user;
    struct hlx_bytes names[BATCH];
    struct hlx_counts counts[BATCH];
    const size_t all = (size_t)a_count * b_count;
    hl_status status = HL_OK;
    for (size_t from = 0; status == HL_OK && from < all; from += BATCH) {
        size_t n = all - from < BATCH ? all - from : BATCH;
        for (size_t i = 0; status == HL_OK && i < n; i++) {
            const struct hlq_key *a = &as[(from + i) / b_count], *b = &bs[(from + i) % b_count];
            status =
                copy_term(w, hlx_pair_term(a->bytes, a->size, b->bytes, b->size, &w->scratch),
                          &names[i], err);
        }
        if (status == HL_OK)
            status = count_terms(w, names, n, true, counts, err);
        for (size_t i = 0; status == HL_OK && i < n; i++)
            out_counts[from + i] = (struct hlq_counts){counts[i].df, counts[i].cf};
    }
    return status;
}

static hl_status count_pair(void *user, const char *a, size_t a_size, const char *b,
                            size_t b_size, struct hlq_counts *out_counts, struct hl_error *err)
{
    struct hlq_key x = {a, (uint32_t)a_size, 0}, y = {b, (uint32_t)b_size, 0};
    return count_pairs(user, &x, 1, &y, 1, out_counts, err);
}

/* ---- ahead of a query ---- */

enum { AHEAD_MAX = BATCH };

/* Terms that will be asked about. */
struct ahead {
    struct hlshard_words *w;
    struct hlx_bytes names[AHEAD_MAX];
    size_t count;
    size_t bare, marked; /* words */
    struct hl_error *err;
};

static hl_status want(struct ahead *a, bool made)
{
    hl_status status = made ? HL_OK : hlerr_nomem(a->err);
    if (status == HL_OK && a->count < AHEAD_MAX)
        status = copy_term(a->w, true, &a->names[a->count], a->err);
    a->count += status == HL_OK && a->count < AHEAD_MAX;
    return status;
}

static hl_status want_variants(struct ahead *a, const struct hlq_token *t)
{
    uint16_t codes[HLSYL_VARIANTS_MAX], code = hlsyl_parse(t->key, t->size);
    size_t count = code == HLSYL_NONE ? 0 : hlsyl_variants(code, codes);
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        size_t size;
        const char *key = hlsyl_spell(codes[i], &size);
        status = want(a, hlx_term("", key, size, &a->w->scratch));
    }
    return status;
}

static hl_status want_clause(struct ahead *a, const struct hlq_clause *clause)
{
    const struct hlq_token *before = NULL;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < clause->count; i++) {
        const struct hlq_token *t = &clause->tokens[i];
        status = want(a, hlx_term("", t->key, t->size, &a->w->scratch));
        if (status == HL_OK && !t->exact)
            status = want_variants(a, t);
        a->marked += t->marked;
        a->bare += !t->marked && !t->exact && hlsyl_parse(t->key, t->size) != HLSYL_NONE;
        if (t->alternative)
            continue;
        if (status == HL_OK && before)
            status = want(
                a, hlx_pair_term(before->key, before->size, t->key, t->size, &a->w->scratch));
        before = t;
    }
    return status;
}

static hl_status ahead(void *user, const struct hl_query *query, struct hl_error *err)
{
    struct ahead a = {.w = user, .err = err};
    hl_status status = HL_OK;
    if (!is_remote(a.w))
        return HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < query->count; i++)
        status = want_clause(&a, &query->clauses[i]);
    /* Of words without marks among others that have them nothing is restored. */
    bool restored = a.bare && a.marked <= a.bare;
    return status == HL_OK && a.count ? count_terms(a.w, a.names, a.count, restored, NULL, err)
                                      : status;
}

/* ---- abbreviations ---- */

static int by_definition(const void *a, const void *b)
{
    const struct definition *x = a, *y = b;
    int r = compare(x->shorter, y->shorter);
    return r ? r : compare(x->longer, y->longer);
}

static hl_status read_definitions(struct hlshard_words *w, struct hl_error *err)
{
    struct hlx_bytes text;
    size_t at = 0, count = 0;
    if (w->defined)
        return HL_OK;
    hl_status status =
        read_all(w, HLX_META_ABBREVIATIONS, strlen(HLX_META_ABBREVIATIONS), &text, err);
    if (status != HL_OK)
        return status;
    w->definitions = hlarena_alloc(&w->arena, (count_lines(text) + 1) * sizeof *w->definitions);
    if (!w->definitions)
        return hlerr_nomem(err);
    while (next_line(text, &at, &w->definitions[count].shorter, &w->definitions[count].longer))
        count++;
    if (count)
        qsort(w->definitions, count, sizeof *w->definitions, by_definition);
    w->definition_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!w->definition_count ||
            by_definition(&w->definitions[w->definition_count - 1], &w->definitions[i]))
            w->definitions[w->definition_count++] = w->definitions[i];
    w->defined = true;
    return HL_OK;
}

static hl_status take_definition(struct hlshard_words *w, const struct definition *d,
                                 struct hlarena *arena, struct hlabbr_list *list,
                                 struct hl_error *err)
{
    struct hlbuf both = {0};
    struct hlx_counts counts = {0, 0};
    hlbuf_put(&both, d->shorter.bytes, d->shorter.size);
    hlbuf_put_u8(&both, ' ');
    hlbuf_put(&both, d->longer.bytes, d->longer.size);
    bool made = !both.failed &&
                hlx_term(HLX_ABBREVIATION, (const char *)both.data, both.size, &w->scratch);
    char *copy = made ? hlarena_strndup(arena, (const char *)both.data, both.size) : NULL;
    hlbuf_release(&both);
    if (!copy)
        return hlerr_nomem(err);
    struct hlx_bytes name = {(const char *)w->scratch.data, w->scratch.size};
    hl_status status = count_terms(w, &name, 1, false, &counts, err);
    if (status == HL_OK && counts.df)
        list->items[list->count++] =
            (struct hlabbr){copy, copy + d->shorter.size + 1, (uint32_t)d->shorter.size,
                            (uint32_t)d->longer.size, counts.df};
    return status;
}

static hl_status abbreviations(void *user, bool longer, const char *key, size_t size,
                               struct hlarena *arena, struct hlabbr_list *out_list,
                               struct hl_error *err)
{
    struct hlshard_words *w = user;
    struct hlabbr_list list = {NULL, 0};
    struct hlx_bytes want = {key, size};
    size_t count = 0;
    hl_status status = read_definitions(w, err);
    for (int turn = 0; status == HL_OK && turn < 2; turn++) {
        if (turn && !(list.items = hlarena_alloc(arena, (count + 1) * sizeof *list.items)))
            return hlerr_nomem(err);
        for (size_t i = 0; status == HL_OK && i < w->definition_count; i++) {
            const struct definition *d = &w->definitions[i];
            if (key && compare(longer ? d->longer : d->shorter, want))
                continue;
            if (turn)
                status = take_definition(w, d, arena, &list, err);
            else
                count++;
        }
    }
    if (status == HL_OK)
        *out_list = list;
    return status;
}

/* ---- all together ---- */

struct hlshard_words *hlshard_words_new(struct hlshards *shards)
{
    struct hlshard_words *w = hlmem_zalloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->shards = shards;
    w->state = shards->state;
    hlarena_init(&w->arena, 0);
    w->elsewhere = (struct hlelsewhere){{.find = find,
                                         .folded = folded,
                                         .pairs = count_pairs,
                                         .pair = count_pair,
                                         .near = near,
                                         .count = count,
                                         .look = count,
                                         .user = w},
                                        ahead,
                                        abbreviations};
    return w;
}

void hlshard_words_free(struct hlshard_words *words)
{
    if (!words)
        return;
    hlarena_release(&words->arena);
    hlbuf_release(&words->scratch);
    hlmem_free(words);
}

const struct hlelsewhere *hlshard_words_elsewhere(const struct hlshard_words *words)
{
    return &words->elsewhere;
}

void hlshard_words_begin(struct hlshard_words *words)
{
    if (words->state == words->shards->state && words->arena.total < MEMORY_MAX)
        return;
    hlarena_reset(&words->arena);
    words->state = words->shards->state;
    words->slots = NULL;
    words->room = words->count = 0;
    words->buckets = NULL;
    words->definitions = NULL;
    words->definition_count = 0;
    words->defined = false;
}
