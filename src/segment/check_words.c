/*
 * check_words.c - the learnt words of a chunk.
 *
 * All that the section says follows from counts that the chunk has for ranking.  So it is
 * made once more from the dictionary, the terms and the pairs, and must be the same bytes.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"
#include "words/section.h"

#include <assert.h>
#include <stdio.h>

struct again {
    struct hlcheck_chunk *c;
    struct hlchunk bare; /* the chunk with its deleted articles, as the writer saw it */
    uint16_t *codes;     /* by term: of the syllable, or HLWORDS_NO_CODE */
    struct hlwords_counts counts;
    struct hlbuf pairs, bytes;
};

static void fault(const struct hlcheck_chunk *c, const uint8_t *p, const char *what)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    char text[80];
    snprintf(text, sizeof text, "%s (F 25)", what);
    hlcheck_at(&where, p, text);
}

/* The term of a place in the dictionary, if it is a syllable of the chunk. */
static hl_status add_syllable(struct again *a, uint32_t ordinal, uint32_t *locals,
                              struct hl_error *err)
{
    struct hllex_term found;
    struct hlcounts counts;
    hl_status status = hllex_get(&a->bare.segment->lexicon, ordinal, &found, locals, err);
    if (status != HL_OK)
        return status;
    uint16_t code = hlwords_code(found.bytes, found.size);
    uint32_t term = locals[a->bare.number];
    if (code == HLWORDS_NO_CODE || term >= a->bare.head.terms)
        return HL_OK; /* HLLEX_NONE is such a number, too */
    status = hlchunk_term_counts(&a->bare, term, &counts, err);
    if (status != HL_OK)
        return status;
    a->codes[term] = code;
    a->counts.syllables[a->counts.syllable_count++] =
        (struct hlwords_syllable){code, (uint32_t)counts.cf, 0};
    return HL_OK;
}

static hl_status add_syllables(struct again *a, struct hl_error *err)
{
    uint32_t all = a->bare.segment->lexicon.terms, terms = a->bare.head.terms;
    a->codes = hlmem_alloc(((size_t)terms + 1) * sizeof *a->codes);
    a->counts.syllables = hlmem_zalloc((size_t)all + 1, sizeof *a->counts.syllables);
    uint32_t *locals = hlmem_zalloc(a->bare.segment->chunk_count, sizeof *locals);
    hl_status status = a->codes && a->counts.syllables && locals ? HL_OK : hlerr_nomem(err);
    for (uint32_t t = 0; status == HL_OK && t < terms; t++)
        a->codes[t] = HLWORDS_NO_CODE;
    for (uint32_t i = 0; status == HL_OK && i < all; i++)
        status = add_syllable(a, i, locals, err);
    hlmem_free(locals);
    if (status != HL_OK)
        return status;
    hlwords_sort_syllables(&a->counts);
    /* The dictionary is checked later; until then it may have a term twice. */
    const struct hlwords_syllable *s = a->counts.syllables;
    for (size_t i = 1; i < a->counts.syllable_count; i++)
        if (s[i].code == s[i - 1].code)
            return hlchunk_damaged(&a->bare, "words", s[i].code, "a syllable twice", err);
    return HL_OK;
}

static hl_status add_pairs(struct again *a, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (uint32_t t = 0; status == HL_OK && t < a->bare.head.terms; t++) {
        struct hlpair_walk walk;
        struct hlpair_entry e;
        if (a->codes[t] == HLWORDS_NO_CODE)
            continue;
        status = hlpair_walk_start(&a->bare, t, &walk, err);
        while (status == HL_OK && hlpair_walk_next(&walk, &e, &status, err)) {
            assert(e.b < a->bare.head.terms);
            struct hlwords_pair pair = {a->codes[t], a->codes[e.b], (uint32_t)e.cf};
            if (e.cf >= HLWORDS_PAIR_LEAST && pair.b != HLWORDS_NO_CODE)
                hlbuf_put(&a->pairs, &pair, sizeof pair);
        }
    }
    return status == HL_OK && a->pairs.failed ? hlerr_nomem(err) : status;
}

/* The bytes that the counts give. */
static hl_status make_again(struct again *a, struct hl_error *err)
{
    hl_status status = add_syllables(a, err);
    if (status == HL_OK)
        status = add_pairs(a, err);
    if (status != HL_OK)
        return status;
    a->counts.pairs = (struct hlwords_pair *)(void *)a->pairs.data;
    a->counts.pair_count = a->pairs.size / sizeof *a->counts.pairs;
    bool good = hlwords_section_write(&a->counts, &a->bytes);
    a->counts.pairs = NULL;
    return good ? HL_OK : hlerr_nomem(err);
}

static void compare(struct hlcheck_chunk *c, const uint8_t *bytes, size_t size)
{
    struct again a = {.c = c, .bare = *c->chunk};
    struct hl_error err = {0};
    a.bare.live = NULL;
    hl_status status = make_again(&a, &err);
    if (hlcheck_got(c->check, status, &err) &&
        (size != a.bytes.size || (size && memcmp(bytes, a.bytes.data, size) != 0)))
        fault(c, bytes, "words that its terms and pairs do not have");
    hlwords_counts_release(&a.counts);
    hlmem_free(a.codes);
    hlbuf_release(&a.pairs);
    hlbuf_release(&a.bytes);
}

void hlcheck_words(struct hlcheck_chunk *c)
{
    struct hlwords_counts counts;
    const uint8_t *bytes;
    const char *why;
    struct hl_error err = {0};
    hl_status status = hlchunk_section(c->chunk, HLFMT_WORDS, &bytes, &err);
    if (!hlcheck_got(c->check, status, &err))
        return;
    size_t size = c->chunk->head.section[HLFMT_WORDS].size;
    status = hlwords_section_read(bytes, size, &counts, &why);
    if (status == HL_OK) {
        hlwords_counts_release(&counts);
        if (c->have_forward && !c->check->faults) /* terms and pairs are to be relied on */
            compare(c, bytes, size);
    } else if (status == HL_CORRUPT) {
        fault(c, bytes, why);
    } else {
        hlcheck_got(c->check, hlerr_nomem(&err), &err);
    }
}
