/*
 * wordlist_bound.c - hlwordlist_bound(): which words are hardly ever the first of a word.
 *
 * nghiệp and thể are frequent, but as doanh nghiệp and có thể: who types ngh means nghiên
 * cứu.  What the chunks know about words (FORMAT.md 15) says it of each syllable; the pair
 * table is asked by the first alone.
 */
#include "backend/wordlist.h"

#include "base/err.h"
#include "base/mem.h"
#include "words/section.h"

#include <assert.h>

enum { START = 16 }; /* bytes that say how many syllables there are */

/* How often each syllable ends a word. */
struct learner {
    uint32_t *ends; /* by code; at most UINT32_MAX */
};

static hl_status failed(const struct hlchunk *chunk, hl_status status, const char *why,
                        struct hl_error *err)
{
    uint64_t at = chunk->head.section[HLFMT_WORDS].at;
    return status == HL_CORRUPT ? hlchunk_damaged(chunk, "words", at, why, err)
                                : hlerr_nomem(err);
}

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
    return status == HL_OK ? HL_OK : failed(chunk, status, why, err);
}

/* The syllables of a chunk lie before its pairs, which are ten times as many bytes. */
static hl_status add_chunk(struct learner *l, const struct hlchunk *chunk, struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[HLFMT_WORDS];
    const struct hlsegfile *file = &chunk->segment->file;
    struct hlwords_counts counts;
    const uint8_t *bytes;
    const char *why;
    size_t size = span->size < START ? (size_t)span->size : START;
    hl_status status = hlsegfile_bytes(file, span->at, size, "words", &bytes, err);
    if (status != HL_OK)
        return status;
    size = hlwords_section_head(bytes, span->size);
    status = hlsegfile_bytes(file, span->at, size, "words", &bytes, err);
    if (status != HL_OK)
        return status;
    status = hlwords_section_syllables(bytes, size, &counts, &why);
    if (status != HL_OK)
        return failed(chunk, status, why, err);
    for (size_t i = 0; i < counts.syllable_count; i++) {
        const struct hlwords_syllable *s = &counts.syllables[i];
        uint32_t *to = &l->ends[s->code];
        *to = s->ends < UINT32_MAX - *to ? *to + s->ends : UINT32_MAX;
    }
    hlwords_counts_release(&counts);
    return HL_OK;
}

static hl_status learn(struct hlwordlist *list, uint32_t **out_ends, struct hl_error *err)
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
    uint32_t *ends = atomic_load(&list->ends), *made;
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
    struct hlwordlist_word *w;
    hl_status status = hlwordlist_word(list, word, &w, err);
    if (status != HL_OK)
        return status;
    uint32_t cf = hlwordlist_cf(list, word);
    uint16_t code = hlwords_code((const uint8_t *)w->key, w->size);
    double share = code != HLWORDS_NO_CODE && cf ? (double)ends[code] / cf : 0;
    *out_share = share < 1 ? share : 1;
    return HL_OK;
}
