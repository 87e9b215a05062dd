#include "segment/band.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

enum { STREAM = 1 << 16 };

#define NONE UINT32_C(0xffffffff)

/* Everything a band needs while it is built. */
struct work {
    const struct hlband_input *in;
    struct hlband_output *out;
    uint32_t *stream;   /* STREAM words read ahead */
    uint64_t *next;     /* by term of the band: where its next occurrence goes */
    uint16_t *doc;      /* by occurrence */
    uint32_t *position; /* by occurrence */
    uint32_t *follower; /* by occurrence: local term of the next position, or NONE */
    uint64_t occurrences;
    /* One list at a time. */
    uint16_t *docs;
    uint32_t *tfs, *first, *values;
    /* Followers of one term. */
    uint32_t *count;      /* by local term: how often, all zero in between */
    uint64_t *seen;       /* a bit a local term */
    uint64_t *seen_words; /* a bit a word of `seen` */
    uint32_t *order;      /* occurrences by follower, stable */
    size_t list_room;
};

static void work_release(struct work *w)
{
    hlmem_free(w->stream);
    hlmem_free(w->next);
    hlmem_free(w->doc);
    hlmem_free(w->position);
    hlmem_free(w->follower);
    hlmem_free(w->docs);
    hlmem_free(w->tfs);
    hlmem_free(w->first);
    hlmem_free(w->values);
    hlmem_free(w->count);
    hlmem_free(w->seen);
    hlmem_free(w->seen_words);
    hlmem_free(w->order);
}

/* The longest list decides how much one list at a time takes. */
static size_t longest_list(const struct hlband_input *in)
{
    uint32_t most = 1;
    for (uint32_t t = in->term_low; t < in->term_high; t++)
        if (in->cf[t] > most)
            most = in->cf[t];
    return most;
}

static bool work_init(struct work *w, const struct hlband_input *in, struct hlband_output *out)
{
    memset(w, 0, sizeof *w);
    w->in = in;
    w->out = out;
    uint32_t terms = in->term_high - in->term_low;
    for (uint32_t t = in->term_low; t < in->term_high; t++)
        w->occurrences += in->cf[t];
    size_t longest = w->list_room = longest_list(in);
    w->stream = hlmem_alloc(STREAM * sizeof *w->stream);
    w->next = hlmem_zalloc((size_t)terms + 1, sizeof *w->next);
    w->doc = hlmem_zalloc(w->occurrences, sizeof *w->doc);
    w->position = hlmem_zalloc(w->occurrences, sizeof *w->position);
    w->follower = hlmem_zalloc(w->occurrences, sizeof *w->follower);
    w->docs = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *w->docs);
    w->tfs = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *w->tfs);
    w->first = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *w->first);
    w->values = hlmem_zalloc(longest, sizeof *w->values);
    w->order = hlmem_zalloc(longest, sizeof *w->order);
    w->count = hlmem_zalloc((size_t)in->terms + 1, sizeof *w->count);
    w->seen = hlmem_zalloc(in->terms / 64 + 1, sizeof *w->seen);
    w->seen_words = hlmem_zalloc(in->terms / 4096 + 1, sizeof *w->seen_words);
    return w->stream && w->next && w->doc && w->position && w->follower && w->docs && w->tfs &&
           w->first && w->values && w->order && w->count && w->seen && w->seen_words;
}

/* Where the stream stands inside a document. */
struct place {
    uint32_t position;
    uint64_t previous; /* slot of the first alternative before, + 1; 0: none in this band */
};

static void add_token(struct work *w, uint32_t doc, uint32_t word, struct place *at)
{
    if (word == HLBAND_FIELD) {
        at->position++; /* a gap: nothing is adjacent across fields */
        at->previous = 0;
        return;
    }
    uint32_t term = w->in->local[word >> 1];
    bool alternative = word & 1;
    assert(term < w->in->terms && (!alternative || at->position));
    if (at->previous && !alternative)
        w->follower[at->previous - 1] = term;
    if (!alternative)
        at->previous = 0;
    if (term >= w->in->term_low && term < w->in->term_high) {
        uint64_t slot = w->next[term - w->in->term_low]++;
        w->doc[slot] = (uint16_t)doc;
        w->position[slot] =
            alternative ? (at->position - 1) | HLBAND_ALTERNATIVE : at->position;
        w->follower[slot] = NONE;
        if (!alternative)
            at->previous = slot + 1;
    }
    at->position += !alternative;
}

static hl_status read_stream(struct work *w, struct hl_error *err)
{
    const struct hlband_input *in = w->in;
    uint64_t slot = 0;
    for (uint32_t t = in->term_low; t < in->term_high; t++) {
        w->next[t - in->term_low] = slot;
        slot += in->cf[t];
    }
    uint64_t at = in->doc_tokens[0], end = in->doc_tokens[in->chunk.docs];
    uint32_t doc = 0;
    struct place place = {0};
    while (at < end) {
        size_t n = end - at < STREAM ? (size_t)(end - at) : STREAM;
        hl_status status = in->read(in->user, at, n, w->stream, err);
        if (status != HL_OK)
            return status;
        for (size_t i = 0; i < n; i++, at++) {
            while (at >= in->doc_tokens[doc + 1]) {
                doc++;
                place = (struct place){0};
            }
            add_token(w, doc, w->stream[i], &place);
        }
    }
    return HL_OK;
}

static unsigned weight_at(const struct hlband_input *in, uint32_t doc, uint32_t position)
{
    const uint32_t *fields = in->fields[doc];
    if (position < fields[0])
        return in->weight[0];
    return position < fields[0] + 1 + fields[1] ? in->weight[1] : in->weight[2];
}

/* The position values of FORMAT.md 6: the first as it is, then distance - 1. */
static void put_values(struct work *w, uint64_t from, uint64_t to, bool alternatives)
{
    for (uint64_t i = from; i < to; i++) {
        uint32_t position = w->position[i] & ~HLBAND_ALTERNATIVE;
        bool first = i == from || w->doc[i] != w->doc[i - 1];
        uint32_t value =
            first ? position : position - (w->position[i - 1] & ~HLBAND_ALTERNATIVE) - 1;
        if (alternatives)
            value = value << 1 | w->position[i] >> 31;
        w->values[i - from] = value;
    }
}

static bool put_term(struct work *w, uint64_t from, uint64_t to)
{
    const struct hlband_input *in = w->in;
    uint32_t n = 0;
    bool alternatives = false;
    for (uint64_t i = from; i < to; i++) {
        uint32_t position = w->position[i] & ~HLBAND_ALTERNATIVE;
        alternatives |= w->position[i] >> 31;
        if (n == 0 || w->docs[n - 1] != w->doc[i]) {
            w->docs[n] = w->doc[i];
            w->first[n] = (uint32_t)(i - from);
            w->tfs[n++] = 0;
        }
        w->tfs[n - 1] += weight_at(in, w->doc[i], position);
    }
    put_values(w, from, to, alternatives);
    struct hlencode_list list = {w->docs,   w->tfs,   n,           to - from,
                                 w->values, w->first, alternatives};
    struct hlencode_out out = {&w->out->section[HLFMT_ENTRIES], &w->out->section[HLFMT_BODIES],
                               &w->out->section[HLFMT_POSITIONS]};
    w->out->postings += n;
    return hlencode_list(&in->chunk, &list, true, &out);
}

/* Counts the followers of a term; how many occurrences have one. */
static uint32_t count_followers(struct work *w, uint64_t from, uint64_t to)
{
    uint32_t total = 0;
    for (uint64_t i = from; i < to; i++) {
        uint32_t b = w->follower[i];
        if (b == NONE)
            continue;
        if (!w->count[b]++) {
            w->seen[b / 64] |= (uint64_t)1 << b % 64;
            w->seen_words[b / 4096] |= (uint64_t)1 << b / 64 % 64;
        }
        total++;
    }
    return total;
}

/* Takes the lowest follower out of the marks, NONE when there are no more. */
static uint32_t take_follower(struct work *w, size_t *word)
{
    size_t words = w->in->terms / 4096 + 1;
    while (*word < words && !w->seen_words[*word])
        ++*word;
    if (*word == words)
        return NONE;
    size_t inner = *word * 64 + (size_t)__builtin_ctzll(w->seen_words[*word]);
    uint32_t b = (uint32_t)(inner * 64 + (size_t)__builtin_ctzll(w->seen[inner]));
    w->seen[inner] &= w->seen[inner] - 1;
    if (!w->seen[inner])
        w->seen_words[*word] &= w->seen_words[*word] - 1;
    return b;
}

/* One pair: occurrences order[from..to) of term a, all followed by b. */
static bool put_pair(struct work *w, uint64_t base, uint32_t from, uint32_t to, bool listed)
{
    uint32_t n = 0;
    for (uint32_t i = from; i < to; i++) {
        uint64_t slot = base + w->order[i];
        if (n == 0 || w->docs[n - 1] != w->doc[slot]) {
            w->docs[n] = w->doc[slot];
            w->tfs[n++] = 0;
        }
        w->tfs[n - 1] += weight_at(w->in, w->doc[slot], w->position[slot]);
    }
    struct hlencode_list list = {w->docs, w->tfs, n, to - from, NULL, NULL, false};
    struct hlencode_out out = {&w->out->section[HLFMT_PAIR_ENTRIES],
                               &w->out->section[HLFMT_PAIR_BODIES], NULL};
    w->out->pair_postings += listed ? n : 0;
    return hlencode_list(&w->in->chunk, &list, listed, &out);
}

/* Where a run of pairs is written, and its skip points. */
struct pair_run {
    uint32_t count; /* of distinct followers */
    uint32_t done;
    uint32_t last;       /* follower before */
    size_t skips, start; /* bytes: of the skip points, of the entries */
};

static void start_run(struct work *w, uint32_t count, struct pair_run *run)
{
    struct hlbuf *to = &w->out->section[HLFMT_PAIR_ENTRIES];
    hlbuf_put_varint(to, count);
    run->count = count;
    run->done = 0;
    run->last = 0;
    run->skips = to->size;
    hlbuf_put_zeros(to, (size_t)((count - 1) / HLFMT_PAIR_SKIP) * 8);
    run->start = to->size;
}

/* plain: a pair that occurs once and has no list, which most do; its entry ends here. */
static void put_follower(struct work *w, struct pair_run *run, uint32_t b, bool plain)
{
    struct hlbuf *to = &w->out->section[HLFMT_PAIR_ENTRIES];
    if (run->done && run->done % HLFMT_PAIR_SKIP == 0 && !to->failed) {
        uint32_t skip[2] = {b, (uint32_t)(to->size - run->start)};
        memcpy(to->data + run->skips + (run->done / HLFMT_PAIR_SKIP - 1) * 8, skip, 8);
        run->last = 0;
    }
    hlbuf_put_varint(to, (uint64_t)(b - run->last) << 1 | plain);
    run->last = b;
    run->done++;
}

static uint32_t distinct_followers(const struct work *w)
{
    uint32_t count = 0;
    for (size_t i = 0; i <= w->in->terms / 4096; i++)
        for (uint64_t bits = w->seen_words[i]; bits; bits &= bits - 1)
            count +=
                (uint32_t)__builtin_popcountll(w->seen[i * 64 + (size_t)__builtin_ctzll(bits)]);
    return count;
}

/* Tells a pair to who learns from the chunk. */
static void note_pair(struct work *w, uint32_t a, uint32_t b, uint32_t count)
{
    struct hlband_pair pair = {a, b, count};
    if (count >= w->in->pair_least)
        hlbuf_put(&w->out->frequent, &pair, sizeof pair);
}

static bool put_pairs(struct work *w, uint32_t a, uint64_t from, uint64_t to)
{
    uint32_t total = count_followers(w, from, to);
    if (!total)
        return true;
    struct pair_run run;
    uint32_t distinct = distinct_followers(w);
    start_run(w, distinct, &run);
    w->out->pairs += distinct;
    /* Turn counts into places, in the order of the followers; values is free here. */
    uint32_t place = 0, kept = 0;
    size_t word = 0;
    for (uint32_t b; (b = take_follower(w, &word)) != NONE; kept++) {
        uint32_t n = w->count[b];
        w->values[kept] = b;
        w->count[b] = place;
        place += n;
    }
    assert(kept == distinct && place == total);
    for (uint64_t i = from; i < to; i++)
        if (w->follower[i] != NONE)
            w->order[w->count[w->follower[i]]++] = (uint32_t)(i - from);
    bool good = true;
    uint32_t start = 0;
    for (uint32_t i = 0; i < kept; i++) {
        uint32_t b = w->values[i], end = w->count[b];
        uint32_t rarer = w->in->df[a] < w->in->df[b] ? w->in->df[a] : w->in->df[b];
        w->count[b] = 0;
        bool listed = rarer >= HLFMT_PAIR_LIST_MIN, plain = !listed && end - start == 1;
        put_follower(w, &run, b, plain);
        good = (plain || put_pair(w, from, start, end, listed)) && good;
        note_pair(w, a, b, end - start);
        start = end;
    }
    return good;
}

static bool encode_terms(struct work *w)
{
    const struct hlband_input *in = w->in;
    struct hlbuf *sections = w->out->section;
    uint64_t from = 0;
    for (uint32_t t = in->term_low; t < in->term_high; t++) {
        uint64_t to = from + in->cf[t];
        assert(w->next[t - in->term_low] == to);
        hlbuf_put_u32(&sections[HLFMT_ENTRY_OFFSETS], (uint32_t)sections[HLFMT_ENTRIES].size);
        hlbuf_put_u32(&sections[HLFMT_PAIR_OFFSETS],
                      (uint32_t)sections[HLFMT_PAIR_ENTRIES].size);
        if (!put_term(w, from, to) || !put_pairs(w, t, from, to))
            return false;
        from = to;
    }
    hlbuf_put_u32(&sections[HLFMT_ENTRY_OFFSETS], (uint32_t)sections[HLFMT_ENTRIES].size);
    hlbuf_put_u32(&sections[HLFMT_PAIR_OFFSETS], (uint32_t)sections[HLFMT_PAIR_ENTRIES].size);
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        if (sections[i].failed || sections[i].size > UINT32_MAX)
            return false;
    return !w->out->frequent.failed;
}

hl_status hlband_build(const struct hlband_input *in, struct hlband_output *out,
                       struct hl_error *err)
{
    assert(in->term_low < in->term_high && in->term_high <= in->terms);
    struct work w;
    hl_status status = work_init(&w, in, out) ? read_stream(&w, err) : hlerr_nomem(err);
    if (status == HL_OK && !encode_terms(&w))
        status = hlerr_nomem(err);
    work_release(&w);
    return status;
}

void hlband_output_release(struct hlband_output *out)
{
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        hlbuf_release(&out->section[i]);
    hlbuf_release(&out->frequent);
}
