/*
 * wordlist_bound.c - hlwordlist_bound(): which words are hardly ever the first of a word.
 *
 * nghiệp and thể are frequent, but as doanh nghiệp and có thể: who types ngh means nghiên
 * cứu.  What the chunks know about words (FORMAT.md 15) has the pairs by their second
 * syllable too, where the pair table is asked by the first alone.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "words/section.h"

#include <assert.h>

/* How often each syllable ends a word. */
struct learner {
    uint64_t *ends; /* by code */
};

hl_status hlwordlist_read_counts(const struct hlchunk *chunk, struct hlwords_counts *out_counts,
                                 struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[HLFMT_WORDS];
    const uint8_t *bytes;
    const char *why;
    hl_status status = hlchunk_section(chunk, HLFMT_WORDS, &bytes, err);
    if (status != HL_OK)
        return status;
    status = hlwords_section_read(bytes, span->size, out_counts, &why);
    if (status == HL_CORRUPT)
        return hlchunk_damaged(chunk, "words", span->at, why, err);
    return status == HL_OK ? HL_OK : hlerr_nomem(err);
}

static hl_status add_chunk(struct learner *l, const struct hlchunk *chunk, struct hl_error *err)
{
    struct hlwords_counts counts;
    hl_status status = hlwordlist_read_counts(chunk, &counts, err);
    if (status != HL_OK)
        return status;
    uint64_t *cf = hlmem_zalloc(HLWORDS_CODES, sizeof *cf);
    uint64_t total = 0;
    for (size_t i = 0; cf && i < counts.syllable_count; i++) {
        cf[counts.syllables[i].code] = counts.syllables[i].count;
        total += counts.syllables[i].count;
    }
    for (size_t i = 0; cf && i < counts.pair_count; i++) {
        const struct hlwords_pair *p = &counts.pairs[i];
        if (hlwordlist_sticks(total, p->count, cf[p->a], cf[p->b]))
            l->ends[p->b] += p->count;
    }
    hlmem_free(cf);
    hlwords_counts_release(&counts);
    return cf ? HL_OK : hlerr_nomem(err);
}

static hl_status learn(struct hlwordlist *list, uint64_t **out_ends, struct hl_error *err)
{
    struct learner l = {hlmem_zalloc(HLWORDS_CODES, sizeof *l.ends)};
    const struct hlsnapshot *s = list->snapshot;
    hl_status status = l.ends ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < s->segments[i].chunk_count; c++)
            status = add_chunk(&l, &s->segments[i].chunks[c], err);
    if (status == HL_OK)
        *out_ends = l.ends;
    else
        hlmem_free(l.ends);
    return status;
}

/* Two threads may learn at a time: what the first learnt stays. */
hl_status hlwordlist_bound(struct hlwordlist *list, uint32_t word, double *out_share,
                           struct hl_error *err)
{
    uint64_t *ends = atomic_load(&list->ends), *made;
    assert(word < list->count);
    if (!ends) {
        hl_status status = learn(list, &made, err);
        if (status != HL_OK)
            return status;
        if (atomic_compare_exchange_strong(&list->ends, &ends, made))
            ends = made;
        else
            hlmem_free(made);
    }
    const struct hlwordlist_word *w = &list->words[word];
    uint16_t code = hlwords_code((const uint8_t *)w->key, w->size);
    double share = code != HLWORDS_NO_CODE && w->cf ? (double)ends[code] / w->cf : 0;
    *out_share = share < 1 ? share : 1;
    return HL_OK;
}
