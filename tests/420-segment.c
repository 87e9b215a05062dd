/*
 * A segment is what was put into it: terms, pairs with and without lists, ids,
 * columns, stored articles; for several chunks, bands and threads.
 */
#include "segments.h"

#include <math.h>

/* ---- documents made of chance ---- */

struct shape {
    uint32_t docs, terms; /* of the chunk, of the segment */
    uint32_t words;       /* of a document at most */
    uint32_t skip;        /* the chunk lacks every term whose number this divides; 0: none */
};

/* The n-th word about 1/n as often as the first. */
static uint32_t draw(const struct shape *s, uint64_t *seed)
{
    for (;;) {
        uint32_t t = (uint32_t)(exp(scratch_unit(seed) * log(s->terms + 1.0)) - 1);
        if (t < s->terms && (!s->skip || t % s->skip))
            return t;
        if (s->terms == 1)
            return 0;
    }
}

static void fill_chunk(struct made_chunk *c, const struct shape *s, uint64_t *seed)
{
    made_chunk_init(c, s->docs);
    for (uint32_t d = 0; d < s->docs; d++) {
        uint32_t sizes[3] = {(uint32_t)(tap_random(seed) % 4), (uint32_t)(tap_random(seed) % 5),
                             1 + (uint32_t)(tap_random(seed) % s->words)};
        for (int f = 0; f < 3; f++) {
            if (f)
                made_word(c, HLBAND_FIELD >> 1, true);
            for (uint32_t i = 0, first = 0; i < sizes[f]; i++) {
                uint32_t term = draw(s, seed);
                bool beside = i && term != first && tap_random(seed) % 20 == 0;
                made_word(c, term, beside);
                if (beside) /* nothing more may stand there, so that no term does twice */
                    term = draw(s, seed), made_word(c, term, false);
                first = term;
            }
        }
        made_end_doc(c, d);
        c->dates[d] = d % 3 ? 1500000000 - d * 1000 : 0;
    }
}

/* ---- pairs, counted by hand ---- */

struct tally {
    uint32_t a, b, doc, weight;
};

struct counting {
    const struct made *made;
    const struct made_chunk *chunk;
    struct hlbuf tallies;
    uint32_t doc, before, before_position;
    unsigned before_field;
    bool have;
};

static void count_pair(void *user, uint32_t term, uint32_t position, bool alternative,
                       unsigned field)
{
    struct counting *k = user;
    if (alternative)
        return;
    if (k->have && k->before_position + 1 == position && k->before_field == field) {
        struct tally t = {k->chunk->local[k->before], k->chunk->local[term], k->doc,
                          k->made->weight[field]};
        hlbuf_put(&k->tallies, &t, sizeof t);
    }
    k->before = term;
    k->before_position = position;
    k->before_field = field;
    k->have = true;
}

static int by_pair(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

static struct hlbuf count_pairs(const struct made *m, uint32_t chunk)
{
    struct counting k = {.made = m, .chunk = &m->chunks[chunk]};
    for (k.doc = 0; k.doc < k.chunk->docs; k.doc++) {
        k.have = false;
        made_walk(k.chunk, k.doc, count_pair, &k);
    }
    qsort(k.tallies.data, k.tallies.size / sizeof(struct tally), sizeof(struct tally), by_pair);
    return k.tallies;
}

/* One pair: tallies[from, to). */
static bool right_list(const struct hlcontainer *c, const struct tally *t, size_t count)
{
    uint32_t tf = 0;
    for (size_t i = 0; i < count; i++) {
        tf += t[i].weight;
        if (i + 1 < count && t[i + 1].doc == t[i].doc)
            continue;
        if (c->ops->tf(c, t[i].doc) != tf)
            return false;
        tf = 0;
    }
    return true;
}

static bool right_pair(const struct hlchunk *chunk, const struct made_chunk *truth,
                       const struct hlpair_entry *e, const struct tally *t, size_t count,
                       bool open)
{
    uint32_t df = 0,
             rarer = truth->df[t->a] < truth->df[t->b] ? truth->df[t->a] : truth->df[t->b];
    for (size_t i = 0; i < count; i++)
        df += i == 0 || t[i].doc != t[i - 1].doc;
    bool listed = rarer >= HLFMT_PAIR_LIST_MIN;
    if (e->b != t->b || e->df != df || e->cf != count || (e->kind != HLFMT_KIND_NONE) != listed)
        return false;
    struct hlcounts counts = {0, 0};
    if (hlchunk_pairs_counts(chunk, t->a, &t->b, 1, &counts, NULL) != HL_OK ||
        counts.df != df || counts.cf != count)
        return false;
    if (!open)
        return true;
    struct hlarena arena = {0};
    struct hlcontainer c;
    bool found = false;
    bool good = hlchunk_open_pair(chunk, t->a, t->b, &arena, &found, &c, NULL) == HL_OK &&
                found && c.df == df && right_list(&c, t, count);
    hlarena_release(&arena);
    return good;
}

struct pair_sum {
    unsigned wrong, pairs, listed;
};

/* Walks the run of a term beside its tallies; returns where those of the next begin. */
static size_t check_run(const struct made *m, uint32_t chunk_number, uint32_t a,
                        const struct tally *t, size_t all, size_t i, struct pair_sum *sum)
{
    const struct hlchunk *chunk = &m->segment.chunks[chunk_number];
    struct hlpair_walk walk;
    struct hlpair_entry e = {0};
    hl_status status = hlpair_walk_start(chunk, a, &walk, NULL);
    while (status == HL_OK && i < all && t[i].a == a) {
        size_t end = i;
        while (end < all && t[end].a == a && t[end].b == t[i].b)
            end++;
        if (!hlpair_walk_next(&walk, &e, &status, NULL) ||
            !right_pair(chunk, &m->chunks[chunk_number], &e, t + i, end - i,
                        e.kind != HLFMT_KIND_NONE || sum->pairs % 16 == 0))
            sum->wrong++;
        sum->pairs++;
        sum->listed += e.kind != HLFMT_KIND_NONE;
        i = end;
    }
    sum->wrong += status != HL_OK || hlpair_walk_next(&walk, &e, &status, NULL);
    return i;
}

/* Pairs that nobody wrote are not there. */
static unsigned wrong_absent(const struct hlchunk *chunk, const struct tally *t, size_t all,
                             uint64_t *seed)
{
    unsigned wrong = 0;
    for (int i = 0; i < 500; i++) {
        struct tally want = {.a = (uint32_t)(tap_random(seed) % chunk->head.terms),
                             .b = (uint32_t)(tap_random(seed) % chunk->head.terms)};
        bool there = false;
        size_t low = 0, high = all;
        while (low < high) {
            size_t middle = (low + high) / 2;
            bool less = t[middle].a < want.a || (t[middle].a == want.a && t[middle].b < want.b);
            low = less ? middle + 1 : low;
            high = less ? high : middle;
        }
        there = low < all && t[low].a == want.a && t[low].b == want.b;
        struct hlcounts counts = {9, 9};
        wrong += hlchunk_pairs_counts(chunk, want.a, &want.b, 1, &counts, NULL) != HL_OK ||
                 (counts.df > 0) != there;
    }
    return wrong;
}

static void check_pairs(const struct made *m, uint32_t chunk, bool want_listed)
{
    struct hlbuf tallies = count_pairs(m, chunk);
    const struct tally *t = (const struct tally *)(const void *)tallies.data;
    size_t all = tallies.size / sizeof *t, i = 0;
    struct pair_sum sum = {0, 0, 0};
    uint64_t seed = 42;
    for (uint32_t a = 0; a < m->chunks[chunk].terms; a++)
        i = check_run(m, chunk, a, t, all, i, &sum);
    sum.wrong += wrong_absent(&m->segment.chunks[chunk], t, all, &seed);
    OK(!sum.wrong && i == all && sum.pairs == m->segment.chunks[chunk].head.pairs,
       "  chunk %u: %u pairs are those of the text, absent ones are absent", chunk, sum.pairs);
    OK((sum.listed > 0) == want_listed, "  %u of them have lists", sum.listed);
    hlbuf_release(&tallies);
}

/* ---- terms ---- */

static unsigned wrong_locals(const struct made *m, uint32_t term, const uint32_t *locals)
{
    unsigned wrong = 0;
    for (uint32_t c = 0; c < m->count; c++)
        wrong += locals[c] != m->chunks[c].local[term];
    return wrong;
}

static unsigned wrong_absent_term(const struct made *m, const char *name)
{
    uint32_t locals[16], ordinal;
    bool found = true;
    return hllex_find(&m->segment.lexicon, name, strlen(name), &found, &ordinal, locals,
                      NULL) != HL_OK ||
           found;
}

static unsigned wrong_terms(const struct made *m)
{
    const struct hllexicon *lex = &m->segment.lexicon;
    unsigned wrong = lex->terms != m->terms;
    for (uint32_t t = 0; t < m->terms; t++) {
        uint32_t locals[16], ordinal = 0, folded = 0;
        size_t size = strlen(m->names[t]);
        struct hllex_term term;
        char other[40];
        bool found = false;
        wrong += hllex_find(lex, m->names[t], size, &found, &ordinal, locals, NULL) != HL_OK ||
                 !found || ordinal != t || wrong_locals(m, t, locals);
        wrong += hllex_get(lex, t, &term, locals, NULL) != HL_OK || term.size != size ||
                 memcmp(term.bytes, m->names[t], size) || wrong_locals(m, t, locals);
        wrong += hllex_fold_get(lex, t, &folded, NULL) != HL_OK || folded != t;
        snprintf(other, sizeof other, "%s!", m->names[t]);
        wrong += wrong_absent_term(m, other);
        snprintf(other, sizeof other, "%.*s", (int)size - 1, m->names[t]);
        wrong += wrong_absent_term(m, other);
    }
    return wrong + wrong_absent_term(m, "") + wrong_absent_term(m, "A") +
           wrong_absent_term(m, "zzz");
}

/* Every term is in some chunk: the last chunk lacks none. */
static void make_small(struct made *m, uint32_t terms, uint32_t chunks)
{
    uint64_t seed = terms * 16 + chunks;
    made_init(m, terms, chunks);
    for (uint32_t c = 0; c < chunks; c++) {
        struct shape s = {1 + c * 3, terms, 20, c + 1 < chunks && terms > 1 ? c + 2 : 0};
        if (c + 1 < chunks) {
            fill_chunk(&m->chunks[c], &s, &seed);
            continue;
        }
        made_chunk_init(&m->chunks[c], 1);
        for (uint32_t t = 0; t < terms; t++)
            made_word(&m->chunks[c], t, false);
        made_word(&m->chunks[c], HLBAND_FIELD >> 1, true);
        made_word(&m->chunks[c], HLBAND_FIELD >> 1, true);
        made_end_doc(&m->chunks[c], 0);
    }
}

static void test_lexicon(void)
{
    const uint32_t terms[] = {1, 31, 32, 33, 64, 1000};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        unsigned wrong = 0, closed = 0, faults = 0;
        for (uint32_t chunks = 1; chunks <= 9; chunks++) {
            struct made m;
            make_small(&m, terms[i], chunks);
            if (made_open(&m, "lexicon")) {
                wrong += wrong_terms(&m);
                faults += made_check(&m) != 0;
            } else {
                closed++;
            }
            made_release(&m);
        }
        OK(!closed && !wrong, "%u terms in 1 to 9 chunks are found, and others are not",
           terms[i]);
        OK(!faults, "  the checker finds no fault");
    }
}

/* ---- columns ---- */

static unsigned wrong_columns_of(const struct hlchunk *chunk, const struct made_chunk *truth,
                                 uint32_t number, uint32_t d)
{
    char id[32];
    const char *text;
    uint32_t size = 0, date = 1, doc = 0;
    bool found = false;
    unsigned wrong = 0;
    made_id(id, number, d);
    wrong += hlchunk_id(chunk, d, &text, &size, NULL) != HL_OK || size != strlen(id) ||
             memcmp(text, id, size);
    wrong += hlchunk_find_id(chunk, id, strlen(id), &found, &doc, NULL) != HL_OK || !found ||
             doc != d;
    wrong += hlchunk_find_id(chunk, id, strlen(id) - 1, &found, &doc, NULL) != HL_OK || found;
    wrong += hlchunk_date(chunk, d, &date, NULL) != HL_OK || date != truth->dates[d];
    for (unsigned f = 0; f < 3; f++) {
        uint16_t code = made_facet(d, (int)f);
        char name[3] = {(char)('f' + f), (char)('0' + code - 1), 0};
        wrong += hlchunk_facet(chunk, f, d, &text, &size, NULL) != HL_OK ||
                 size != (code ? 2 : 0) || (code && memcmp(text, name, 2));
    }
    return wrong;
}

static unsigned wrong_stored(const struct hlchunk *chunk, const char *what, uint32_t d)
{
    struct hlbuf out = {0};
    char text[128];
    snprintf(text, sizeof text, "%s %u", what, d);
    unsigned wrong = hlchunk_stored(chunk, d, &out, NULL) != HL_OK ||
                     out.size != strlen(text) || memcmp(out.data, text, out.size);
    hlbuf_release(&out);
    return wrong;
}

static void check_columns(const struct made *m, uint32_t number)
{
    const struct hlchunk *chunk = &m->segment.chunks[number];
    const struct made_chunk *truth = &m->chunks[number];
    struct hlchunk_columns columns;
    unsigned wrong = hlchunk_columns(chunk, &columns, NULL) != HL_OK, wrong_store = 0;
    for (uint32_t d = 0; !wrong && d < truth->docs; d++) {
        struct hlchunk_lengths l = hlchunk_lengths_of(&columns, d);
        wrong += l.length != truth->lengths[d] || l.title != truth->fields[d][0] ||
                 l.lead != truth->fields[d][1] ||
                 columns.classes[d] != hlfmt_length_class(l.length);
        wrong += wrong_columns_of(chunk, truth, number, d);
        wrong_store += wrong_stored(chunk, m->store, d);
    }
    OK(!wrong, "  chunk %u: ids, dates, facets and lengths are those given", number);
    OK(!wrong_store, "  chunk %u: stored articles come back", number);
}

/* ---- whole segments ---- */

static void make_large(struct made *m)
{
    /* The first chunk has terms frequent enough for lists of pairs, the others have not. */
    const struct shape shapes[] = {{9000, 700, 30, 0}, {300, 700, 60, 5}, {1, 700, 9, 2}};
    uint64_t seed = 4202;
    made_init(m, 700, 3);
    m->weight[0] = 3;
    m->weight[1] = 2;
    m->band_tokens = 20000;
    snprintf(m->store, sizeof m->store, "article number");
    for (uint32_t c = 0; c < 3; c++)
        fill_chunk(&m->chunks[c], &shapes[c], &seed);
}

static char *whole_file(const struct made *m, size_t *out_size)
{
    *out_size = m->segment.file.size;
    char *copy = malloc(*out_size);
    memcpy(copy, m->segment.file.map, *out_size);
    return copy;
}

static void test_whole(void)
{
    struct made m;
    make_large(&m);
    bool good = made_open(&m, "whole");
    OK(good, "a segment of three chunks and many bands opens");
    for (uint32_t c = 0; good && c < 3; c++) {
        check_columns(&m, c);
        check_pairs(&m, c, c == 0);
    }
    OK(good && !wrong_terms(&m), "  its terms are found");
    OK(good && !made_check(&m), "  the checker finds no fault");
    size_t size = 0, size2 = 0;
    char *first = whole_file(&m, &size);
    made_release(&m);
    make_large(&m);
    m.threads = 2;
    made_open(&m, "whole2");
    char *second = whole_file(&m, &size2);
    OK(size == size2 && !memcmp(first, second, size),
       "two threads write the same %zu bytes as one", size);
    free(first);
    free(second);
    made_release(&m);
}

/* An article past 65,535 words, and one whose title is. */
static void test_long(void)
{
    struct made m;
    made_init(&m, 3, 1);
    struct made_chunk *c = &m.chunks[0];
    made_chunk_init(c, 3);
    for (uint32_t d = 0; d < 3; d++) {
        for (uint32_t i = 0; i < (d == 1 ? 70000u : 2u); i++)
            made_word(c, i % 3, false);
        made_word(c, HLBAND_FIELD >> 1, true);
        made_word(c, HLBAND_FIELD >> 1, true);
        for (uint32_t i = 0; i < (d == 2 ? 300000u : 1u); i++)
            made_word(c, i % 2, false);
        made_end_doc(c, d);
    }
    snprintf(m.store, sizeof m.store, "long");
    bool good = made_open(&m, "long");
    OK(good, "a segment with articles of 70,000 and 300,000 words opens");
    if (good) {
        check_columns(&m, 0);
        check_pairs(&m, 0, false);
    }
    OK(good && !made_check(&m), "  the checker finds no fault");
    made_release(&m);
}

/* Words that are all far apart need more bits than a block has. */
static void test_far(void)
{
    struct made m;
    made_init(&m, 2, 1);
    struct made_chunk *c = &m.chunks[0];
    made_chunk_init(c, 300);
    for (uint32_t d = 0; d < 300; d++) {
        for (uint32_t i = 0; i < 66000; i++)
            made_word(c, 0, false);
        made_word(c, 1, false);
        made_word(c, HLBAND_FIELD >> 1, true);
        made_word(c, HLBAND_FIELD >> 1, true);
        made_end_doc(c, d);
    }
    struct hlarena arena = {0};
    struct hlcontainer container;
    struct hlpositions cursor;
    unsigned wrong = 0;
    bool good = made_open(&m, "far") &&
                hlchunk_open_term(&m.segment.chunks[0], 1, &arena, &container, NULL) == HL_OK &&
                hlpos_open(&m.segment.chunks[0], &container, &cursor, NULL) == HL_OK;
    for (uint32_t d = 0; good && d < 300; d++) {
        const uint32_t *places;
        size_t count = 0;
        wrong += hlpos_get(&cursor, d, &places, &count, NULL) != HL_OK || count != 1 ||
                 places[0] != 66000u << 1;
    }
    OK(good && !wrong, "300 words at position 66,000 are found there");
    hlpos_release(&cursor);
    hlarena_release(&arena);
    made_release(&m);
}

/* Nothing but gaps: an article without a word, and a segment without a term. */
static void test_empty(void)
{
    struct made m;
    made_init(&m, 0, 1);
    made_chunk_init(&m.chunks[0], 2);
    for (uint32_t d = 0; d < 2; d++) {
        made_word(&m.chunks[0], HLBAND_FIELD >> 1, true);
        made_word(&m.chunks[0], HLBAND_FIELD >> 1, true);
        made_end_doc(&m.chunks[0], d);
    }
    bool good = made_open(&m, "empty");
    OK(good && !wrong_terms(&m), "a segment without a term opens, and no term is found");
    OK(good && !made_check(&m), "  the checker finds no fault");
    made_release(&m);
}

int main(void)
{
    scratch_begin();
    test_lexicon();
    test_whole();
    test_long();
    test_far();
    test_empty();
    return tap_done();
}
