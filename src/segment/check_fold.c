/*
 * check_fold.c - counts and places of terms in the order by folded key.
 *
 * Both follow from the dictionary, the fold order and the lists, which were checked before.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <inttypes.h>

struct fold {
    struct hlcheck *check;
    const struct hlseg *segment;
    uint32_t *place; /* by term: in the order */
    bool *too_long;  /* by place */
    /* By place: what the lists say. */
    struct hllex_counts *sums;
    const uint32_t *places; /* of the chunk under way */
    uint64_t *before;       /* by chunk: terms of those before it */
    bool wrong;             /* told already */
};

static void fault(struct fold *f, enum hlfmt_segment_section which, uint64_t at,
                  const char *what)
{
    const struct hllexicon *lex = &f->segment->lexicon;
    if (!f->wrong)
        hlcheck_fault(f->check, "corrupt index: %.400s, dictionary, byte %" PRIu64 ": %s",
                      lex->file->path, lex->section[which].at + at, what);
    f->wrong = true;
}

static hl_status read_order(struct fold *f, struct hl_error *err)
{
    const struct hllexicon *lex = &f->segment->lexicon;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < lex->terms; i++) {
        uint32_t ordinal;
        status = hllex_fold_get(lex, i, &ordinal, err);
        assert(status != HL_OK || ordinal < lex->terms);
        if (status == HL_OK)
            f->place[ordinal] = i;
    }
    return status;
}

/* One term: its places in the chunks. */
static hl_status check_places(void *user, const struct hllex_term *term, const uint32_t *locals,
                              struct hl_error *err)
{
    struct fold *f = user;
    uint32_t place = f->place[term->ordinal];
    f->too_long[place] = term->size > HLFMT_WORD_MAX;
    for (uint32_t c = 0; c < f->segment->chunk_count; c++) {
        const uint32_t *there;
        uint64_t at = f->before[c] + locals[c];
        if (locals[c] == HLLEX_NONE)
            continue;
        hl_status status = hllex_fold_places(&f->segment->lexicon, at, 1, &there, err);
        if (status != HL_OK)
            return status;
        if (*there != place)
            fault(f, HLFMT_FOLD_PLACES, at * 4, "a place that is not that of its term (F 28)");
    }
    return HL_OK;
}

static uint32_t add(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

static void add_counts(void *user, uint32_t term, const struct hlcounts *counts)
{
    struct fold *f = user;
    struct hllex_counts *sum = &f->sums[f->places[term]];
    sum->df = add(sum->df, counts->df);
    sum->cf = add(sum->cf, counts->cf);
}

static hl_status check_counts(struct fold *f, struct hl_error *err)
{
    const struct hllexicon *lex = &f->segment->lexicon;
    const struct hllex_counts *counts;
    hl_status status = hllex_fold_counts(lex, &counts, err);
    for (uint32_t c = 0; status == HL_OK && c < f->segment->chunk_count; c++) {
        struct hlchunk bare = f->segment->chunks[c]; /* with its deleted articles */
        bare.live = NULL;
        status = hllex_fold_places(lex, f->before[c], bare.head.terms, &f->places, err);
        if (status == HL_OK)
            status = hlchunk_each_counts(&bare, add_counts, f, err);
    }
    for (uint32_t i = 0; status == HL_OK && i < lex->terms; i++) {
        struct hllex_counts want = {0, 0};
        if (!f->too_long[i])
            want = f->sums[i];
        if (counts[i].df != want.df || counts[i].cf != want.cf)
            fault(f, HLFMT_FOLD_COUNTS, (uint64_t)i * 8,
                  "counts that are not those of the term's lists (F 28)");
    }
    return status;
}

void hlcheck_fold(struct hlcheck *check, const struct hlseg *segment)
{
    uint32_t terms = segment->lexicon.terms, chunks = segment->chunk_count;
    struct fold f = {.check = check, .segment = segment};
    struct hl_error err = {0};
    if (!hlcheck_going(check) || check->faults) /* orders and lists are to be relied on */
        return;
    f.place = hlmem_zalloc(terms + 1u, sizeof *f.place);
    f.too_long = hlmem_zalloc(terms + 1u, sizeof *f.too_long);
    f.sums = hlmem_zalloc(terms + 1u, sizeof *f.sums);
    f.before = hlmem_zalloc(chunks + 1u, sizeof *f.before);
    bool good = f.place && f.too_long && f.sums && f.before;
    for (uint32_t c = 0; good && c < chunks; c++)
        f.before[c + 1] = f.before[c] + segment->chunks[c].head.terms;
    hl_status status = good ? read_order(&f, &err) : hlerr_nomem(&err);
    if (status == HL_OK)
        status = hllex_each(&segment->lexicon, check_places, &f, &err);
    if (status == HL_OK && !f.wrong)
        status = check_counts(&f, &err);
    hlcheck_got(check, status, &err);
    hlmem_free(f.place);
    hlmem_free(f.too_long);
    hlmem_free(f.sums);
    hlmem_free(f.before);
}
