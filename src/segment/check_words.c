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

enum { NO_CODE = 0xffff };

struct again {
    struct hlcheck_chunk *c;
    struct hlchunk bare; /* the chunk with its deleted articles, as the writer saw it */
    uint16_t *codes;     /* by term: of the syllable, or NO_CODE */
    uint32_t *terms;     /* by place among the syllables: the term */
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

/* The term that spells the syllable, if the chunk has it. */
static hl_status add_syllable(struct again *a, uint32_t code, uint32_t *locals,
                              struct hl_error *err)
{
    size_t size = 0;
    const char *spelled = hlwords_spell(code, &size);
    uint32_t ordinal;
    bool found = false;
    hl_status status = HL_OK;
    if (spelled)
        status =
            hllex_find(&a->bare.segment->lexicon, spelled, size, &found, &ordinal, locals, err);
    uint32_t term = found && status == HL_OK ? locals[a->bare.number] : HLLEX_NONE;
    if (status != HL_OK || term == HLLEX_NONE || term >= a->bare.head.terms)
        return status;
    struct hlcounts counts;
    status = hlchunk_term_counts(&a->bare, term, &counts, err);
    if (status != HL_OK)
        return status;
    a->codes[term] = (uint16_t)code;
    a->terms[a->counts.syllable_count] = term;
    a->counts.syllables[a->counts.syllable_count++] =
        (struct hlwords_syllable){code, (uint32_t)counts.cf};
    return HL_OK;
}

static hl_status add_syllables(struct again *a, struct hl_error *err)
{
    size_t terms = a->bare.head.terms;
    a->codes = hlmem_alloc((terms + 1) * sizeof *a->codes);
    a->terms = hlmem_zalloc(HLWORDS_CODES, sizeof *a->terms);
    a->counts.syllables = hlmem_zalloc(HLWORDS_CODES, sizeof *a->counts.syllables);
    uint32_t *locals = hlmem_zalloc(a->bare.segment->chunk_count, sizeof *locals);
    hl_status status =
        a->codes && a->terms && a->counts.syllables && locals ? HL_OK : hlerr_nomem(err);
    for (size_t t = 0; status == HL_OK && t < terms; t++)
        a->codes[t] = NO_CODE;
    for (uint32_t code = 0; status == HL_OK && code < HLWORDS_CODES; code++)
        status = add_syllable(a, code, locals, err);
    hlmem_free(locals);
    return status;
}

static hl_status add_pairs(struct again *a, struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < a->counts.syllable_count; i++) {
        struct hlpair_walk walk;
        struct hlpair_entry e;
        status = hlpair_walk_start(&a->bare, a->terms[i], &walk, err);
        while (status == HL_OK && hlpair_walk_next(&walk, &e, &status, err)) {
            assert(e.b < a->bare.head.terms);
            struct hlwords_pair pair = {(uint16_t)a->counts.syllables[i].code, a->codes[e.b],
                                        (uint32_t)e.cf};
            if (e.cf >= HLWORDS_PAIR_LEAST && pair.b != NO_CODE)
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
    hlmem_free(a.terms);
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
