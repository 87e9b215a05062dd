#include "engine/learn.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>

/* The syllable of each of the chunk's terms, HLWORDS_NO_CODE for other terms. */
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
        codes[local] = hlwords_code(bytes, size);
        *out_syllables += codes[local++] != HLWORDS_NO_CODE;
    }
    assert(!codes || local == p->terms);
    return codes;
}

static bool take_syllables(const struct hlprepared *p, const uint16_t *codes, size_t syllables,
                           struct hlwords_counts *to)
{
    to->syllables = hlmem_zalloc(syllables + 1, sizeof *to->syllables);
    for (uint32_t t = 0; to->syllables && t < p->terms; t++)
        if (codes[t] != HLWORDS_NO_CODE)
            to->syllables[to->syllable_count++] =
                (struct hlwords_syllable){codes[t], p->cf[t], 0};
    hlwords_sort_syllables(to);
    return to->syllables;
}

static bool take_pairs(const uint16_t *codes, const struct hlband_pair *pairs, size_t count,
                       struct hlwords_counts *to)
{
    to->pairs = hlmem_zalloc(count + 1, sizeof *to->pairs);
    for (size_t i = 0; to->pairs && i < count; i++) {
        uint16_t a = codes[pairs[i].a], b = codes[pairs[i].b];
        if (a != HLWORDS_NO_CODE && b != HLWORDS_NO_CODE)
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
