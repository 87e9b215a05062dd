#include "segment/band.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/parallel.h"

#include <assert.h>

enum { STREAM = 1 << 16, FEW = 24 };

#define NONE UINT32_C(0xffffffff)

/* One occurrence.  Packed: 10 bytes, and a store touches one line of the cache. */
struct occurrence {
    uint32_t follower; /* local term of the next position, or NONE */
    uint32_t position; /* with HLBAND_ALTERNATIVE */
    uint16_t doc;
} __attribute__((packed));

/* What follows one term, by local term; all zero in between. */
struct follower {
    uint32_t count; /* occurrences, and HEAVY; then where its next document goes */
    uint16_t more;  /* documents but one */
    uint16_t last;  /* document */
};

/* In `count`: an occurrence counts for more than 1. */
#define HEAVY UINT32_C(0x80000000)

struct hlband_room {
    const struct hlband_input *in;
    struct hlband_output out;
    bool uniform;                  /* all fields have weight 1 */
    uint32_t *stream;              /* words read ahead: whole documents */
    uint32_t *next;                /* by term of the band: where its next occurrence goes */
    struct occurrence *occurrence; /* by term; behind them one for what is not of the band */
    uint64_t occurrences;
    /* One list at a time. */
    uint16_t *docs;
    uint32_t *tfs, *first;
    uint32_t *values; /* positions; then the distinct followers in their order */
    /* Followers of one term. */
    struct follower *followers; /* by local term */
    uint64_t *seen;             /* a bit a local term */
    uint64_t *seen_words;       /* a bit a word of `seen` */
    uint16_t *pair_docs;        /* by follower, in order */
    uint8_t *pair_weights;
    /* For how many there is memory. */
    size_t stream_room, next_room, occurrence_room, list_room, term_room;
};

struct hlband_room *hlband_room_new(void)
{
    return hlmem_zalloc(1, sizeof(struct hlband_room));
}

static void free_lists(struct hlband_room *r)
{
    hlmem_free(r->values);
    hlmem_free(r->pair_docs);
    hlmem_free(r->pair_weights);
    r->values = NULL;
    r->pair_docs = NULL;
    r->pair_weights = NULL;
    r->list_room = 0;
}

static void free_terms(struct hlband_room *r)
{
    hlmem_free(r->followers);
    hlmem_free(r->seen);
    hlmem_free(r->seen_words);
    r->followers = NULL;
    r->seen = r->seen_words = NULL;
    r->term_room = 0;
}

void hlband_room_trim(struct hlband_room *room)
{
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        hlbuf_release(&room->out.section[i]);
    hlbuf_release(&room->out.frequent);
}

void hlband_room_free(struct hlband_room *room)
{
    if (!room)
        return;
    hlband_room_trim(room);
    hlmem_free(room->stream);
    hlmem_free(room->next);
    hlmem_free(room->occurrence);
    hlmem_free(room->docs);
    hlmem_free(room->tfs);
    hlmem_free(room->first);
    free_lists(room);
    free_terms(room);
    hlmem_free(room);
}

/* Room for count things whose contents are not kept; the old go first, not to hold both. */
static void *make_room(void *old, size_t *room, size_t count, size_t size)
{
    size_t bytes;
    if (count <= *room)
        return old;
    hlmem_free(old);
    void *p = hlmem_product(count, size, &bytes) ? hlmem_alloc(bytes) : NULL;
    *room = p ? count : 0;
    return p;
}

/* The longest list decides how much one list at a time takes. */
static bool room_for_lists(struct hlband_room *r)
{
    const struct hlband_input *in = r->in;
    size_t longest = 1;
    for (uint32_t t = in->term_low; t < in->term_high; t++)
        if (in->cf[t] > longest)
            longest = in->cf[t];
    if (longest <= r->list_room)
        return true;
    free_lists(r);
    r->values = hlmem_zalloc(longest, sizeof *r->values);
    r->pair_docs = hlmem_zalloc(longest, sizeof *r->pair_docs);
    r->pair_weights = hlmem_zalloc(longest, sizeof *r->pair_weights);
    bool good = r->values && r->pair_docs && r->pair_weights;
    r->list_room = good ? longest : 0;
    return good;
}

static bool room_for_terms(struct hlband_room *r)
{
    size_t terms = r->in->terms;
    if (terms <= r->term_room)
        return true;
    free_terms(r);
    r->followers = hlmem_zalloc(terms, sizeof *r->followers);
    r->seen = hlmem_zalloc(terms / 64 + 1, sizeof *r->seen);
    r->seen_words = hlmem_zalloc(terms / 4096 + 1, sizeof *r->seen_words);
    bool good = r->followers && r->seen && r->seen_words;
    r->term_room = good ? terms : 0;
    return good;
}

static bool room_for_stream(struct hlband_room *r)
{
    const struct hlband_input *in = r->in;
    size_t longest = STREAM;
    for (uint32_t d = 0; d < in->chunk.docs; d++)
        if (in->doc_tokens[d + 1] - in->doc_tokens[d] > longest)
            longest = (size_t)(in->doc_tokens[d + 1] - in->doc_tokens[d]);
    r->stream = make_room(r->stream, &r->stream_room, longest, sizeof *r->stream);
    return r->stream;
}

/* What lists and pairs take, which is not much, and empty sections. */
static bool prepare_encoding(struct hlband_room *r, const struct hlband_input *in)
{
    r->in = in;
    r->uniform = in->weight[0] == 1 && in->weight[1] == 1 && in->weight[2] == 1;
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        hlbuf_reset(&r->out.section[i]);
    hlbuf_reset(&r->out.frequent);
    r->out.postings = r->out.pairs = r->out.pair_postings = 0;
    if (!r->docs)
        r->docs = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *r->docs);
    if (!r->tfs)
        r->tfs = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *r->tfs);
    if (!r->first)
        r->first = hlmem_zalloc(HLFMT_CHUNK_DOCS, sizeof *r->first);
    return r->docs && r->tfs && r->first && room_for_lists(r) && room_for_terms(r);
}

/* What the occurrences take, which is all but all. */
static bool prepare_gathering(struct hlband_room *r)
{
    const struct hlband_input *in = r->in;
    r->occurrences = 0;
    for (uint32_t t = in->term_low; t < in->term_high; t++)
        r->occurrences += in->cf[t];
    assert(r->occurrences < HEAVY);
    r->next = make_room(r->next, &r->next_room, (size_t)(in->term_high - in->term_low) + 1,
                        sizeof *r->next);
    r->occurrence = make_room(r->occurrence, &r->occurrence_room, r->occurrences + 1,
                              sizeof *r->occurrence);
    return r->next && r->occurrence && room_for_stream(r);
}

/* ---- occurrences by term ---- */

/*
 * The tokens of a document to their places.  What is not of this band goes to one place
 * behind all others, which is cheaper than to guess what comes: two bands of a chunk split
 * its tokens about evenly.
 */
static void add_document(struct hlband_room *r, uint32_t doc, const uint32_t *words,
                         size_t count)
{
    const uint32_t *local = r->in->local;
    struct occurrence *occurrence = r->occurrence;
    uint32_t *next = r->next, sink = (uint32_t)r->occurrences;
    uint32_t low = r->in->term_low, width = r->in->term_high - low;
    uint32_t position = 0, previous = sink; /* previous: what still lacks its follower */
    for (size_t i = 0; i < count; i++) {
        uint32_t word = words[i];
        if (word == HLBAND_FIELD) {
            position++; /* a gap: nothing is adjacent across fields */
            previous = sink;
            continue;
        }
        uint32_t term = local[word >> 1], at = term - low;
        bool inside = at < width;
        assert(term < r->in->terms && (!(word & 1) || position));
        at = inside ? at : width;
        uint32_t slot = next[at];
        next[at] = slot + inside;
        if (word & 1) {
            occurrence[slot] =
                (struct occurrence){NONE, (position - 1) | HLBAND_ALTERNATIVE, (uint16_t)doc};
            continue;
        }
        occurrence[previous].follower = term;
        occurrence[slot] = (struct occurrence){NONE, position++, (uint16_t)doc};
        previous = slot;
    }
}

/* How many documents from doc on fit into the stream's memory; at least one. */
static uint32_t documents_ahead(const struct hlband_room *r, uint32_t doc)
{
    const uint64_t *tokens = r->in->doc_tokens;
    uint32_t end = doc + 1;
    while (end < r->in->chunk.docs && tokens[end + 1] - tokens[doc] <= r->stream_room)
        end++;
    return end - doc;
}

static hl_status gather(struct hlband_room *r, struct hl_error *err)
{
    const struct hlband_input *in = r->in;
    uint32_t slot = 0;
    for (uint32_t t = in->term_low; t < in->term_high; t++) {
        r->next[t - in->term_low] = slot;
        slot += in->cf[t];
    }
    r->next[in->term_high - in->term_low] = slot;
    for (uint32_t doc = 0; doc < in->chunk.docs;) {
        uint64_t at = in->doc_tokens[doc];
        uint32_t end = doc + documents_ahead(r, doc);
        hl_status status =
            in->read(in->user, at, (size_t)(in->doc_tokens[end] - at), r->stream, err);
        if (status != HL_OK)
            return status;
        uint64_t since = hlstage_now();
        for (; doc < end; doc++)
            add_document(r, doc, r->stream + (in->doc_tokens[doc] - at),
                         (size_t)(in->doc_tokens[doc + 1] - in->doc_tokens[doc]));
        hlstage_add(in->stages, HL_STAGE_GATHER, since);
    }
    return HL_OK;
}

/* ---- lists ---- */

static unsigned weight_at(const struct hlband_input *in, uint32_t doc, uint32_t position)
{
    const uint32_t *fields = in->fields[doc];
    position &= ~HLBAND_ALTERNATIVE;
    if (position < fields[0])
        return in->weight[0];
    return position < fields[0] + 1 + fields[1] ? in->weight[1] : in->weight[2];
}

/*
 * Documents, weighted tf and the position values of FORMAT.md 6 (the first of a document as
 * it is, then distance - 1) of one term; how many documents.  alternatives: whether values
 * say which are; 0 comes back where that must be so and is not.
 */
static uint32_t take_list(struct hlband_room *r, const struct occurrence *o, uint32_t count,
                          bool alternatives)
{
    uint32_t n = 0, last = NONE, before = 0, tf = 0, first = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t doc = o[i].doc, position = o[i].position & ~HLBAND_ALTERNATIVE;
        uint32_t alternative = o[i].position >> 31;
        if (alternative > alternatives)
            return 0;
        bool fresh = doc != last;
        n += fresh;
        tf = (fresh ? 0 : tf) + (r->uniform ? 1 : weight_at(r->in, doc, position));
        first = fresh ? i : first;
        r->docs[n - 1] = (uint16_t)doc;
        r->tfs[n - 1] = tf;
        r->first[n - 1] = first;
        uint32_t value = position - (fresh ? 0 : before);
        r->values[i] = alternatives ? value << 1 | alternative : value;
        before = position + 1;
        last = doc;
    }
    return n;
}

static bool put_term(struct hlband_room *r, const struct occurrence *o, uint32_t count)
{
    struct hlencode_out to = {&r->out.section[HLFMT_ENTRIES], &r->out.section[HLFMT_BODIES],
                              &r->out.section[HLFMT_POSITIONS]};
    bool alternatives = false;
    uint32_t n = take_list(r, o, count, alternatives);
    if (!n) {
        alternatives = true;
        n = take_list(r, o, count, alternatives);
    }
    struct hlencode_list list = {r->docs, r->tfs, n, count, r->values, r->first, alternatives};
    r->out.postings += n;
    return hlencode_list(&r->in->chunk, &list, &to);
}

static bool put_lists(struct hlband_room *r)
{
    const struct hlband_input *in = r->in;
    struct hlbuf *offsets = &r->out.section[HLFMT_ENTRY_OFFSETS];
    const struct hlbuf *entries = &r->out.section[HLFMT_ENTRIES];
    const struct occurrence *o = r->occurrence;
    bool good = true;
    for (uint32_t t = in->term_low; good && t < in->term_high; o += in->cf[t++]) {
        assert(r->next[t - in->term_low] == o + in->cf[t] - r->occurrence);
        hlbuf_put_u32(offsets, (uint32_t)entries->size);
        good = put_term(r, o, in->cf[t]);
    }
    hlbuf_put_u32(offsets, (uint32_t)entries->size);
    return good;
}

/* ---- pairs ---- */

/* Where a run of pairs is written, and its skip points. */
struct pair_run {
    uint32_t count; /* of distinct followers */
    uint32_t done;
    uint32_t last;       /* follower before */
    size_t skips, start; /* bytes: of the skip points, of the entries */
};

static void start_run(struct hlband_room *r, uint32_t count, struct pair_run *run)
{
    struct hlbuf *to = &r->out.section[HLFMT_PAIR_ENTRIES];
    hlbuf_put_varint(to, count);
    run->count = count;
    run->done = 0;
    run->last = 0;
    run->skips = to->size;
    hlbuf_put_zeros(to, (size_t)((count - 1) / HLFMT_PAIR_SKIP) * 8);
    run->start = to->size;
}

/* plain: a pair that occurs once and has no list, which most do; its entry ends here. */
static void put_follower(struct hlband_room *r, struct pair_run *run, uint32_t b, bool plain)
{
    struct hlbuf *to = &r->out.section[HLFMT_PAIR_ENTRIES];
    if (run->done && run->done % HLFMT_PAIR_SKIP == 0 && !to->failed) {
        uint32_t skip[2] = {b, (uint32_t)(to->size - run->start)};
        memcpy(to->data + run->skips + (run->done / HLFMT_PAIR_SKIP - 1) * 8, skip, 8);
        run->last = 0;
    }
    hlbuf_put_varint(to, (uint64_t)(b - run->last) << 1 | plain);
    run->last = b;
    run->done++;
}

/* Tells a pair to who learns from the chunk. */
static void note_pair(struct hlband_room *r, uint32_t a, uint32_t b, uint32_t count)
{
    struct hlband_pair pair = {a, b, count};
    if (count >= r->in->pair_least)
        hlbuf_put(&r->out.frequent, &pair, sizeof pair);
}

/* A pair without a list: its counts, which for most is one occurrence and nothing to say. */
static void put_counts(struct hlband_room *r, struct pair_run *run, uint32_t b,
                       const struct follower *f)
{
    uint32_t count = f->count & ~HEAVY, docs = f->more + 1u;
    bool plain = count == 1;
    put_follower(r, run, b, plain);
    if (!plain)
        hlencode_counts(docs, count, docs == f->count, &r->out.section[HLFMT_PAIR_ENTRIES]);
}

/* What is said of a pair whose documents are pair_docs[from..), behind its follower. */
static bool put_pair(struct hlband_room *r, uint32_t from, uint32_t count, bool listed)
{
    const uint16_t *docs = r->pair_docs + from;
    const uint8_t *weights = r->pair_weights + from;
    uint32_t n = 0, last = NONE, tf = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool fresh = docs[i] != last;
        n += fresh;
        tf = (fresh ? 0 : tf) + (r->uniform ? 1 : weights[i]);
        most = tf > most ? tf : most;
        r->docs[n - 1] = docs[i];
        r->tfs[n - 1] = tf;
        last = docs[i];
    }
    if (!listed)
        return hlencode_counts(n, count, most == 1, &r->out.section[HLFMT_PAIR_ENTRIES]);
    struct hlencode_list list = {r->docs, r->tfs, n, count, NULL, NULL, false};
    struct hlencode_out to = {&r->out.section[HLFMT_PAIR_ENTRIES],
                              &r->out.section[HLFMT_PAIR_BODIES], NULL};
    r->out.pair_postings += n;
    return hlencode_list(&r->in->chunk, &list, &to);
}

/* Adds an occurrence with a follower to what is known of that. */
static void count_follower(const struct hlband_room *r, const struct occurrence *o,
                           struct follower *f)
{
    bool heavy = !r->uniform && weight_at(r->in, o->doc, o->position) != 1;
    f->more += f->count && f->last != o->doc;
    f->last = o->doc;
    f->count = (f->count + 1) | (heavy ? HEAVY : 0);
}

/*
 * The pairs of a term that occurs seldom, as most terms do: its followers are sorted as
 * they are.  It can have no lists, those need HLFMT_PAIR_LIST_MIN documents.
 */
static void put_few_pairs(struct hlband_room *r, uint32_t a, const struct occurrence *o,
                          uint32_t count)
{
    static_assert((int)FEW < (int)HLFMT_PAIR_LIST_MIN, "few occurrences make no lists");
    uint64_t sorted[FEW]; /* follower, place */
    uint32_t n = 0, distinct = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = (uint64_t)o[i].follower << 32 | i;
        uint32_t at = n;
        if (o[i].follower == NONE)
            continue;
        for (; at && sorted[at - 1] > key; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = key;
        n++;
    }
    for (uint32_t i = 0; i < n; i++)
        distinct += !i || sorted[i] >> 32 != sorted[i - 1] >> 32;
    if (!distinct)
        return;
    struct pair_run run;
    start_run(r, distinct, &run);
    r->out.pairs += distinct;
    for (uint32_t i = 0; i < n;) {
        uint32_t b = (uint32_t)(sorted[i] >> 32);
        struct follower f = {0};
        for (; i < n && sorted[i] >> 32 == b; i++)
            count_follower(r, &o[(uint32_t)sorted[i]], &f);
        put_counts(r, &run, b, &f);
        note_pair(r, a, b, f.count & ~HEAVY);
    }
}

/* Counts the followers of a term and marks them; how many distinct ones. */
static uint32_t count_followers(struct hlband_room *r, const struct occurrence *o,
                                uint32_t count)
{
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t b = o[i].follower;
        if (b == NONE)
            continue;
        if (!r->followers[b].count) {
            r->seen[b / 64] |= (uint64_t)1 << b % 64;
            r->seen_words[b / 4096] |= (uint64_t)1 << b / 64 % 64;
            distinct++;
        }
        count_follower(r, &o[i], &r->followers[b]);
    }
    return distinct;
}

/* Takes the lowest follower out of the marks, NONE when there are no more. */
static uint32_t take_follower(struct hlband_room *r, size_t *word)
{
    size_t words = r->in->terms / 4096 + 1;
    while (*word < words && !r->seen_words[*word])
        ++*word;
    if (*word == words)
        return NONE;
    size_t inner = *word * 64 + (size_t)__builtin_ctzll(r->seen_words[*word]);
    uint32_t b = (uint32_t)(inner * 64 + (size_t)__builtin_ctzll(r->seen[inner]));
    r->seen[inner] &= r->seen[inner] - 1;
    if (!r->seen[inner])
        r->seen_words[*word] &= r->seen_words[*word] - 1;
    return b;
}

/* Documents of all pairs of a term, by follower, each in order: a counting sort. */
static void sort_pairs(struct hlband_room *r, const struct occurrence *o, uint32_t count,
                       uint32_t distinct)
{
    uint32_t place = 0;
    for (uint32_t i = 0; i < distinct; i++) {
        struct follower *f = &r->followers[r->values[i]];
        uint32_t n = f->count & ~HEAVY;
        f->count = place;
        place += n;
    }
    assert(place <= count);
    for (uint32_t i = 0; i < count; i++) {
        if (o[i].follower == NONE)
            continue;
        uint32_t at = r->followers[o[i].follower].count++;
        r->pair_docs[at] = o[i].doc;
        if (!r->uniform)
            r->pair_weights[at] = (uint8_t)weight_at(r->in, o[i].doc, o[i].position);
    }
}

/* Pairs of a term that is in enough documents to have lists. */
static bool put_sorted_pairs(struct hlband_room *r, uint32_t a, const struct occurrence *o,
                             uint32_t count, uint32_t distinct, struct pair_run *run)
{
    uint32_t from = 0;
    bool good = true;
    sort_pairs(r, o, count, distinct);
    for (uint32_t i = 0; good && i < distinct; i++) {
        uint32_t b = r->values[i], n = r->followers[b].count - from;
        bool listed = r->in->df[b] >= HLFMT_PAIR_LIST_MIN, plain = !listed && n == 1;
        put_follower(r, run, b, plain);
        good = plain || put_pair(r, from, n, listed);
        note_pair(r, a, b, n);
        r->followers[b] = (struct follower){0};
        from += n;
    }
    return good;
}

static bool put_many_pairs(struct hlband_room *r, uint32_t a, const struct occurrence *o,
                           uint32_t count)
{
    uint32_t distinct = count_followers(r, o, count);
    if (!distinct)
        return true;
    struct pair_run run;
    start_run(r, distinct, &run);
    r->out.pairs += distinct;
    size_t word = 0;
    for (uint32_t i = 0; i < distinct; i++)
        r->values[i] = take_follower(r, &word);
    assert(take_follower(r, &word) == NONE);
    if (r->in->df[a] >= HLFMT_PAIR_LIST_MIN)
        return put_sorted_pairs(r, a, o, count, distinct, &run);
    for (uint32_t i = 0; i < distinct; i++) {
        uint32_t b = r->values[i];
        struct follower *f = &r->followers[b];
        put_counts(r, &run, b, f);
        note_pair(r, a, b, f->count & ~HEAVY);
        *f = (struct follower){0};
    }
    return true;
}

/* o: the band's occurrences, which may be another room's. */
static bool put_pairs(struct hlband_room *r, const struct occurrence *o)
{
    const struct hlband_input *in = r->in;
    struct hlbuf *offsets = &r->out.section[HLFMT_PAIR_OFFSETS];
    const struct hlbuf *entries = &r->out.section[HLFMT_PAIR_ENTRIES];
    bool good = true;
    for (uint32_t t = in->term_low; good && t < in->term_high; o += in->cf[t++]) {
        hlbuf_put_u32(offsets, (uint32_t)entries->size);
        if (in->cf[t] > FEW)
            good = put_many_pairs(r, t, o, in->cf[t]);
        else
            put_few_pairs(r, t, o, in->cf[t]);
    }
    hlbuf_put_u32(offsets, (uint32_t)entries->size);
    return good && !r->out.frequent.failed;
}

/* ---- a band ---- */

/* Lists and pairs share nothing but the occurrences: two threads may make them. */
struct parts {
    struct hlband_room *lists, *pairs;
};

static hl_status encode_part(void *user, size_t part, int worker, struct hlpar *par,
                             struct hl_error *err)
{
    struct parts *p = user;
    (void)worker;
    (void)par;
    uint64_t since = hlstage_now();
    bool good = part ? put_pairs(p->pairs, p->lists->occurrence) : put_lists(p->lists);
    hlstage_add(p->lists->in->stages, part ? HL_STAGE_PAIRS : HL_STAGE_LISTS, since);
    return good ? HL_OK : hlerr_nomem(err);
}

/* What the helper made of pairs, into the room's output. */
static void take_pairs(struct hlband_room *room, struct hlband_room *helper)
{
    for (int i = HLFMT_PAIR_OFFSETS; i <= HLFMT_PAIR_BODIES; i++) {
        struct hlbuf empty = room->out.section[i];
        room->out.section[i] = helper->out.section[i];
        helper->out.section[i] = empty;
    }
    struct hlbuf empty = room->out.frequent;
    room->out.frequent = helper->out.frequent;
    helper->out.frequent = empty;
    room->out.pairs = helper->out.pairs;
    room->out.pair_postings = helper->out.pair_postings;
}

hl_status hlband_build(struct hlband_room *room, struct hlband_room *helper,
                       const struct hlband_input *in, const struct hlband_output **out_band,
                       struct hl_error *err)
{
    assert(in->term_low < in->term_high && in->term_high <= in->terms && room != helper);
    if (!prepare_encoding(room, in) || !prepare_gathering(room) ||
        (helper && !prepare_encoding(helper, in)))
        return hlerr_nomem(err);
    struct parts parts = {room, helper ? helper : room};
    hl_status status = gather(room, err);
    if (status == HL_OK)
        status = hlpar_run(helper ? 2 : 1, 2, encode_part, &parts, err);
    if (status != HL_OK)
        return status;
    if (helper)
        take_pairs(room, helper);
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        if (room->out.section[i].failed || room->out.section[i].size > UINT32_MAX)
            return hlerr_nomem(err);
    *out_band = &room->out;
    return HL_OK;
}
