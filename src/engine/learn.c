#include "engine/learn.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/syllable.h"

#include <assert.h>
#include <stdlib.h>

/*
 * The syllable that a term is, spelled as the index spells it: terms taken as they are
 * ("--format tokens") may spell one in several ways, and only one of them counts.
 */
static uint16_t code_of(const uint8_t *bytes, uint32_t size)
{
    size_t spelled_size = 0;
    uint16_t code = hlsyl_parse((const char *)bytes, size);
    const char *spelled = code == HLSYL_NONE ? NULL : hlsyl_spell(code, &spelled_size);
    bool same = spelled_size == size && spelled && !memcmp(spelled, bytes, size);
    return same ? code : HLSYL_NONE;
}

/* The syllable of each of the chunk's terms, HLSYL_NONE for other terms. */
static uint16_t *make_codes(const struct hlprepared *p, size_t *out_syllables)
{
    uint16_t *codes = hlmem_zalloc((size_t)p->terms + 1, sizeof *codes);
    uint32_t local = 0;
    *out_syllables = 0;
    for (uint32_t i = 0; codes && i < p->build->vocab->count; i++) {
        uint32_t size, term = p->order[i];
        if (!p->counts[0].cf[term])
            continue;
        const uint8_t *bytes = hlvocab_bytes(p->build->vocab, term, &size);
        codes[local] = code_of(bytes, size);
        *out_syllables += codes[local++] != HLSYL_NONE;
    }
    assert(!codes || local == p->terms);
    return codes;
}

static int by_code(const void *a, const void *b)
{
    const struct hlwords_syllable *x = a, *y = b;
    return x->code < y->code ? -1 : x->code > y->code;
}

static bool take_syllables(const struct hlprepared *p, const uint16_t *codes, size_t syllables,
                           struct hlwords_counts *to)
{
    to->syllables = hlmem_zalloc(syllables + 1, sizeof *to->syllables);
    for (uint32_t t = 0; to->syllables && t < p->terms; t++)
        if (codes[t] != HLSYL_NONE)
            to->syllables[to->syllable_count++] = (struct hlwords_syllable){codes[t], p->cf[t]};
    if (to->syllable_count)
        qsort(to->syllables, to->syllable_count, sizeof *to->syllables, by_code);
    return to->syllables;
}

static bool take_pairs(const uint16_t *codes, const struct hlband_pair *pairs, size_t count,
                       struct hlwords_counts *to)
{
    to->pairs = hlmem_zalloc(count + 1, sizeof *to->pairs);
    for (size_t i = 0; to->pairs && i < count; i++) {
        uint16_t a = codes[pairs[i].a], b = codes[pairs[i].b];
        if (a != HLSYL_NONE && b != HLSYL_NONE)
            to->pairs[to->pair_count++] = (struct hlwords_pair){a, b, pairs[i].count};
    }
    return to->pairs;
}

hl_status hllearn_words(void *user, const struct hlband_pair *pairs, size_t count,
                        struct hl_error *err)
{
    struct hlprepared *p = user;
    struct hlwords_counts counts = {0};
    size_t syllables;
    uint16_t *codes = make_codes(p, &syllables);
    bool good = codes && take_syllables(p, codes, syllables, &counts) &&
                take_pairs(codes, pairs, count, &counts) &&
                hlwords_section_write(&counts, &p->words);
    hlwords_counts_release(&counts);
    hlmem_free(codes);
    return good ? HL_OK : hlerr_nomem(err);
}
