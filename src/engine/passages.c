/*
 * passages.c - the public calls for passages: what of a search is looked for in a text.
 *
 * The words of the plan are told to engine/matches.h once a search; buffers and the table of
 * syllables met before stay with the result, so that a hit costs little but its own text.
 */
#include "engine/index.h"
#include "engine/snippet.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

_Static_assert((int)HL_PASSAGES_MAX == (int)HLSNIPPET_PASSAGES_MAX, "one limit");
_Static_assert((int)HL_SNIPPET_TEXTS_MAX == (int)HLSNIPPET_TEXTS_MAX, "one limit");

enum {
    FULL = 10,      /* weights of keys, emphasis */
    LIKELY = 5,     /* readings below are not shown by themselves */
    UNIT = 1024,    /* of weights per idf */
    FOUND_MIN = 32, /* articles from which on counts say something */
    PASSAGE_BYTES = 240,
    PASSAGES = 2
};

/* What standing beside each other adds, of the lighter word's weight; a phrase, of all. */
static const double BESIDE = 0.35, PHRASE = 1.0;
/* A word in more than a third of all articles tells nothing by itself, where another has
 * three times its idf. */
static const double COMMON_IDF = 1.1, COMMON_RATIO = 3;
/* Two words are one where the rarer is often beside the other; that one is bound to it if it
 * is mostly elsewhere (shares of the articles that have them). */
static const double TOGETHER = 0.3, ELSEWHERE = 0.5;

struct hlpassages {
    struct hlsnippet snippet;
    struct hlbuf row, counts; /* a row spelled out; articles by word of the plan */
    bool ready;               /* the words of the search are told */
};

struct hlpassages *hlpassages_new(void)
{
    struct hlpassages *p = hlmem_zalloc(1, sizeof *p);
    if (p)
        hlsnippet_init(&p->snippet);
    return p;
}

void hlpassages_forget(struct hlpassages *passages)
{
    if (passages)
        passages->ready = false;
}

void hlpassages_free(struct hlpassages *passages)
{
    if (!passages)
        return;
    hlsnippet_release(&passages->snippet);
    hlbuf_release(&passages->row);
    hlbuf_release(&passages->counts);
    hlmem_free(passages);
}

/* ------------------------------------------------------------------- the words */

static uint32_t weight_of(double idf)
{
    double units = idf * UNIT;
    return units < 1 ? 1 : units > 1e6 ? 1000000 : (uint32_t)units;
}

/* A row as its keys with blanks between. */
static bool spell_row(struct hlpassages *p, const struct hlq_sequence *row)
{
    hlbuf_reset(&p->row);
    for (uint32_t i = 0; i < row->count; i++) {
        hlbuf_put(&p->row, " ", i > 0);
        hlbuf_put(&p->row, row->keys[i].bytes, row->keys[i].size);
    }
    return !p->row.failed;
}

static bool add_word(struct hlpassages *p, const struct hlq_word *word, uint32_t weight,
                     enum hlmatch_kind kind)
{
    struct hlmatches *m = &p->snippet.matches;
    uint32_t number = hlmatches_add_word(m, weight, kind);
    for (uint32_t i = 0; i < word->count; i++)
        hlmatches_add_key(m, number, word->keys[i].bytes, word->keys[i].size,
                          word->keys[i].weight < LIKELY ? HLMATCH_WEAK : 0);
    for (uint32_t i = 0; i < word->sequence_count; i++) {
        if (!spell_row(p, &word->sequences[i]))
            return false;
        hlmatches_add_key(m, number, (const char *)p->row.data, p->row.size, 0);
    }
    return true;
}

/* What is known of a word of the plan; its number among matches is the same. */
struct count {
    double df, idf;
    bool bound;
};

static bool count_words(struct hlpassages *p, const struct hlnative *n)
{
    hlbuf_reset(&p->counts);
    if (!hlbuf_put_zeros(&p->counts, (n->plan.word_count + 1u) * sizeof(struct count)))
        return false;
    struct count *counts = (struct count *)p->counts.data;
    for (uint32_t i = 0; i < n->word_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        counts[leaf->a].df = (double)leaf->df;
        counts[leaf->a].idf = leaf->idf;
    }
    for (uint32_t i = n->word_count; i < n->leaf_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        if (leaf->kind != HLLEAF_PAIR || leaf->a == leaf->b)
            continue;
        struct count *a = &counts[leaf->a], *b = &counts[leaf->b];
        struct count *rare = a->df < b->df ? a : b, *often = rare == a ? b : a;
        double df = (double)leaf->df;
        often->bound |=
            often->df >= FOUND_MIN && df > TOGETHER * rare->df && df < ELSEWHERE * often->df;
    }
    return true;
}

/* Numbers of one or two digits stand everywhere.  (What was typed belongs to the query, which
 * need not be there any more; keys are the plan's.) */
static bool is_small_number(const struct hlq_word *word)
{
    const char *key = word->count ? word->keys[0].bytes : "";
    size_t size = word->count ? word->keys[0].size : 0;
    return size && size <= 2 && key[0] >= '0' && key[0] <= '9' &&
           (size == 1 || (key[1] >= '0' && key[1] <= '9'));
}

static enum hlmatch_kind kind_of(const struct hlq_word *word, const struct count *count,
                                 double greatest)
{
    bool common = count->idf < COMMON_IDF && count->idf * COMMON_RATIO < greatest;
    if (word->emphasis < FULL)
        return HLMATCH_FUNCTION;
    bool bound = count->bound || (common && count->df >= FOUND_MIN) || is_small_number(word);
    return bound ? HLMATCH_BOUND : HLMATCH_FULL;
}

static bool add_words(struct hlpassages *p, const struct hlnative *n)
{
    if (!count_words(p, n))
        return false;
    const struct count *counts = (const struct count *)p->counts.data;
    double greatest = 0;
    for (uint32_t i = 0; i < n->plan.word_count; i++)
        greatest = counts[i].idf > greatest ? counts[i].idf : greatest;
    for (uint32_t i = 0; i < n->plan.word_count; i++) {
        const struct hlq_word *word = &n->plan.words[i];
        double idf = counts[i].idf * word->emphasis / FULL;
        if (!add_word(p, word, weight_of(idf), kind_of(word, &counts[i], greatest)))
            return false;
    }
    for (uint32_t i = 0; i < n->plan.pair_count; i++) {
        uint32_t a = n->plan.pairs[i].a, b = n->plan.pairs[i].b;
        double lighter = counts[a].idf < counts[b].idf ? counts[a].idf : counts[b].idf;
        hlmatches_add_link(&p->snippet.matches, a, b, weight_of(BESIDE * lighter));
    }
    return true;
}

/* The idf of a phrase is that of its words together. */
static double phrase_idf(const struct hlnative *n, uint32_t phrase)
{
    for (uint32_t i = n->word_count; i < n->leaf_count; i++)
        if (n->leaves[i].kind == HLLEAF_PHRASE && n->leaves[i].a == phrase)
            return n->leaves[i].idf;
    return n->plan.phrases[phrase].count;
}

/* The words of a phrase count where it stands whole; words near each other, or one in a field,
 * each for itself. */
static bool add_phrase(struct hlpassages *p, const struct hlnative *n,
                       const struct hlq_phrase *phrase, double idf)
{
    struct hlmatches *m = &p->snippet.matches;
    bool row = phrase->slop == HLQ_EXACT;
    uint32_t first = (uint32_t)(m->words.size / sizeof(struct hlmatch_word));
    for (uint32_t w = 0; w < phrase->count; w++)
        if (!add_word(p, &n->plan.extra[phrase->words[w]], weight_of(idf / phrase->count),
                      row ? HLMATCH_PHRASE : HLMATCH_FULL))
            return false;
    if (row)
        hlmatches_add_phrase(m, first, phrase->count, weight_of(PHRASE * idf));
    return true;
}

/* What a group asks for, whichever part it was found by. */
static bool add_expr(struct hlpassages *p, const struct hlnative *n, const struct hlq_expr *e,
                     double idf)
{
    bool good = true;
    switch (e->kind) {
    case HLQ_X_WORD:
        return add_word(p, e->as.word, weight_of(idf),
                        e->as.word->emphasis < FULL ? HLMATCH_FUNCTION : HLMATCH_FULL);
    case HLQ_X_PHRASE:
        return add_phrase(p, n, &e->as.phrase, idf);
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        for (uint32_t i = 0; good && i < e->as.of.count; i++)
            good = e->as.of.parts[i].excluded || add_expr(p, n, &e->as.of.parts[i], idf);
        return good;
    case HLQ_X_VALUE:
    case HLQ_X_DAYS:
        break;
    }
    return true;
}

static bool add_groups(struct hlpassages *p, const struct hlnative *n)
{
    const struct count *counts = (const struct count *)p->counts.data;
    bool good = true;
    for (uint32_t i = 0; good && i < n->plan.word_count; i++)
        if (n->plan.words[i].expr)
            good = add_expr(p, n, n->plan.words[i].expr, counts[i].idf);
    return good;
}

static bool add_phrases(struct hlpassages *p, const struct hlnative *n)
{
    for (uint32_t i = 0; i < n->plan.phrase_count; i++) {
        const struct hlq_phrase *phrase = &n->plan.phrases[i];
        if (phrase->excluded || !phrase->count)
            continue;
        if (!add_phrase(p, n, phrase, phrase_idf(n, i)))
            return false;
    }
    return true;
}

/* Once a search. */
static hl_status tell_words(struct hlpassages *p, const struct hlnative *n,
                            struct hl_error *err)
{
    if (p->ready)
        return HL_OK;
    hlmatches_reset(&p->snippet.matches);
    if (!add_words(p, n) || !add_phrases(p, n) || !add_groups(p, n))
        return hlerr_nomem(err);
    p->ready = true;
    return HL_OK;
}

static hl_status find_passages(const struct hl_result *result, const char *const *texts,
                               unsigned count, size_t size_max, unsigned passages_max,
                               struct hl_error *err)
{
    struct hlsnippet_text fields[HLSNIPPET_TEXTS_MAX] = {0};
    struct hlpassages *p = result->passages;
    hl_status status = tell_words(p, &result->native, err);
    for (unsigned i = 0; i < count; i++)
        fields[i] =
            (struct hlsnippet_text){.text = texts[i], .size = texts[i] ? strlen(texts[i]) : 0};
    if (status == HL_OK)
        status = hlsnippet_read(&p->snippet, fields, count, size_max, err);
    if (status == HL_OK)
        status = hlsnippet_choose(&p->snippet, size_max, passages_max, err);
    if (status == HL_NOMEM)
        p->ready = false; /* words may be missing */
    return status;
}

/* -------------------------------------------------------------------- passages */

static void copy_text(char *to, const char *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)from[i] < ' ' || from[i] == 0x7f ? ' ' : from[i];
    to[size] = 0;
}

hl_status hl_snippet_make(const struct hl_result *result, const char *text, size_t size_max,
                          struct hl_snippet *out_snippet, struct hl_error *err)
{
    if (!result || !text || !out_snippet)
        return hlerr_set(err, HL_MISUSE, "a snippet of what?");
    hl_status status = find_passages(result, &text, 1, size_max, 1, err);
    if (status != HL_OK)
        return status;
    const struct hlsnippet *s = &result->passages->snippet;
    assert(s->passage_count == 1);
    const struct hlsnippet_passage *p = &s->passages[0];
    size_t size = p->end - p->start, most = hlsnippet_ranges(s, p, NULL);
    struct hl_snippet made = {hlmem_alloc(size + 1),
                              hlmem_zalloc(most + 1, sizeof *made.ranges), 0};
    if (!made.text || !made.ranges) {
        hl_snippet_release(&made);
        return hlerr_nomem(err);
    }
    copy_text(made.text, text + p->start, size);
    made.range_count = hlsnippet_ranges(s, p, made.ranges);
    *out_snippet = made;
    return HL_OK;
}

hl_status hl_highlight(const struct hl_result *result, const char *text,
                       struct hl_snippet *out_snippet, struct hl_error *err)
{
    return hl_snippet_make(result, text, text ? strlen(text) : 0, out_snippet, err);
}

void hl_snippet_release(struct hl_snippet *snippet)
{
    hlmem_free(snippet->text);
    hlmem_free(snippet->ranges);
    memset(snippet, 0, sizeof *snippet);
}

/* Passages, then their ranges, then their texts: one block. */
static hl_status copy_passages(const struct hlsnippet *s, struct hl_snippets *out_snippets,
                               struct hl_error *err)
{
    size_t ranges = 0, bytes = 0;
    for (unsigned i = 0; i < s->passage_count; i++) {
        ranges += hlsnippet_ranges(s, &s->passages[i], NULL);
        bytes += s->passages[i].end - s->passages[i].start + 1;
    }
    struct hl_passage *made = hlmem_alloc(s->passage_count * sizeof *made +
                                          ranges * sizeof(struct hl_range) + bytes + 1);
    if (!made)
        return hlerr_nomem(err);
    struct hl_range *range = (struct hl_range *)(made + s->passage_count);
    char *text = (char *)(range + ranges);
    size_t count = 0;
    for (unsigned i = 0; i < s->passage_count; i++) {
        const struct hlsnippet_passage *p = &s->passages[i];
        size_t size = p->end - p->start;
        if (!size)
            continue;
        size_t n = hlsnippet_ranges(s, p, range);
        copy_text(text, s->texts[p->text].text + p->start, size);
        made[count++] = (struct hl_passage){
            text, size, range, n, p->text, p->start, p->end, p->cut_before, p->cut_after};
        range += n;
        text += size + 1;
    }
    *out_snippets = (struct hl_snippets){made, count};
    return HL_OK;
}

hl_status hl_snippets_make(const struct hl_result *result, const char *const *texts,
                           size_t count, const struct hl_snippets_options *options,
                           struct hl_snippets *out_snippets, struct hl_error *err)
{
    size_t size_max = options && options->size_max ? options->size_max : PASSAGE_BYTES;
    unsigned most = options && options->passages_max ? options->passages_max : PASSAGES;
    if (!result || !texts || !out_snippets)
        return hlerr_set(err, HL_MISUSE, "passages of what?");
    if (count > HL_SNIPPET_TEXTS_MAX)
        return hlerr_set(err, HL_MISUSE, "%zu texts: at most %d", count, HL_SNIPPET_TEXTS_MAX);
    if (most > HL_PASSAGES_MAX)
        return hlerr_set(err, HL_MISUSE, "%u passages: at most %d", most, HL_PASSAGES_MAX);
    hl_status status = find_passages(result, texts, (unsigned)count, size_max, most, err);
    if (status != HL_OK)
        return status;
    return copy_passages(&result->passages->snippet, out_snippets, err);
}

void hl_snippets_release(struct hl_snippets *snippets)
{
    hlmem_free(snippets->passages);
    memset(snippets, 0, sizeof *snippets);
}
