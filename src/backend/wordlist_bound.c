/*
 * wordlist_bound.c - hlwordlist_learn(): which words are hardly ever the first of a word.
 *
 * nghiệp and thể are frequent, but as doanh nghiệp and có thể: who types ngh means nghiên
 * cứu.  What the chunks know about words (FORMAT.md 15) has the pairs by their second
 * syllable too, where the pair table is asked by the first alone.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/syllable.h"
#include "words/section.h"

/* How often each syllable ends a word. */
struct learner {
    struct hlwordlist *list;
    uint64_t *ends; /* by code */
};

static hl_status add_chunk(struct learner *l, const struct hlchunk *chunk, struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[HLFMT_WORDS];
    struct hlwords_counts counts;
    const uint8_t *bytes;
    const char *why;
    hl_status status = hlchunk_section(chunk, HLFMT_WORDS, &bytes, err);
    if (status != HL_OK)
        return status;
    status = hlwords_section_read(bytes, span->size, &counts, &why);
    if (status == HL_CORRUPT)
        return hlchunk_damaged(chunk, "words", span->at, why, err);
    if (status != HL_OK)
        return hlerr_nomem(err);
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

static hl_status note_words(struct learner *l, struct hl_error *err)
{
    for (uint32_t code = 0; code < HLWORDS_CODES; code++) {
        size_t size;
        uint32_t word;
        if (!l->ends[code])
            continue;
        const char *key = hlsyl_spell((uint16_t)code, &size);
        hl_status status = hlwordlist_find(l->list, key, size, &word, err);
        if (status != HL_OK)
            return status;
        if (word == HLWORDLIST_NONE)
            continue;
        struct hlwordlist_word *w = &l->list->words[word];
        double share = w->cf ? (double)l->ends[code] / w->cf : 0;
        w->bound = (float)(share < 1 ? share : 1);
    }
    return HL_OK;
}

hl_status hlwordlist_learn(struct hlwordlist *list, struct hl_error *err)
{
    struct learner l = {list, hlmem_zalloc(HLWORDS_CODES, sizeof *l.ends)};
    const struct hlsnapshot *s = list->snapshot;
    hl_status status = l.ends ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < s->segments[i].chunk_count; c++)
            status = add_chunk(&l, &s->segments[i].chunks[c], err);
    if (status == HL_OK)
        status = note_words(&l, err);
    hlmem_free(l.ends);
    return status;
}
