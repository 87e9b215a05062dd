#include "words/model.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"
#include "words/closed.h"

#include <assert.h>
#include <math.h>

/*
 * The weights of the log odds: logistic regression on shared data/segmentation/train over
 * counts of the first 0.5, 2, 8 and of all 52 million syllables of the news archive, then
 * 0.8 added to the first for the best F1 there.  Word F1 on that part: pairs by NPMI >= 0.15
 * (0.7 where one is closed) 87.4; these without the list of closed words 88.3; with it 89.3.
 */
static const struct {
    double one, npmi, often, closed_a, closed_b, npmi_a, npmi_b, both, twice;
    double tie_a, tie_b, often_a, often_b, size, size_npmi, size_a, size_b, listed;
} weight = {
    .one = -1.774,
    .npmi = 5.254,
    .often = 0.403,
    .closed_a = -2.752,
    .closed_b = -5.239,
    .npmi_a = 3.814,
    .npmi_b = 3.919,
    .both = 1.371,
    .twice = 1.805,
    .tie_a = -0.250,
    .tie_b = -0.673,
    .often_a = -0.481,
    .often_b = -0.104,
    .size = -0.411,
    .size_npmi = 0.067,
    .size_a = 0.452,
    .size_b = 0.098,
    .listed = 3.143,
};

/* Pairs below this are no words, whatever else they are. */
static const double npmi_least = 0.05;
/* The sizes of text, in millions of syllables, that the weights were learnt on. */
static const double size_low = 0.5, size_high = 60;
/* Closed words that the text has not shown: two syllables, more of them. */
static const double closed_worth = 1, closed_worth_long = 8;
/* The least that a word of the lexicon is worth, so that it is cut where nothing is better. */
static const double lexicon_worth = 0.1;
/*
 * Log odds below which a pair of the lexicon with a closed syllable is no word.  F1 on the
 * training part with a list of 74,000 words and phrases 92.4 without, 93.0 with; with one of
 * 36,000 words 97.0 and 96.9.
 */
static const double phrase_odds = -3;

/* ---- keys ---- */

hl_status hlwords_token_key(const char *text, size_t size, struct hlbuf *scratch,
                            uint64_t *out_key, bool *out_syllable, struct hl_error *err)
{
    hlbuf_reset(scratch);
    hl_status status = hltext_key(text, size, scratch, err);
    if (status != HL_OK)
        return status;
    const char *key = (const char *)scratch->data;
    uint16_t code = scratch->size ? hlsyl_parse(key, scratch->size) : HLSYL_NONE;
    *out_syllable = code != HLSYL_NONE;
    if (code != HLSYL_NONE)
        *out_key = hlwords_key_code(code);
    else
        *out_key = scratch->size ? hlhash64(key, scratch->size) : 0;
    return HL_OK;
}

/* ---- counts ---- */

static void mark_closed(struct hlwords *m)
{
    for (const char *p = hlwords_closed_syllables; *p;) {
        size_t n = strcspn(p, " ");
        uint16_t code = hlsyl_parse(p, n);
        assert(code != HLSYL_NONE);
        m->closed[code / 64] |= (uint64_t)1 << code % 64;
        p += n + (p[n] == ' ');
    }
}

/* Syllables of a closed word; returns how many. */
static size_t closed_codes(const char *word, uint16_t codes[HLWORDS_MOST])
{
    size_t count = 0;
    for (const char *p = word; *p;) {
        size_t n = strcspn(p, " ");
        assert(count < HLWORDS_MOST);
        codes[count] = hlsyl_parse(p, n);
        assert(codes[count] != HLSYL_NONE);
        count++;
        p += n + (p[n] == ' ');
    }
    return count;
}

static uint64_t run_of(const uint16_t *codes, size_t count)
{
    uint64_t run = 0;
    for (size_t i = 0; i < count; i++)
        run = hlwords_key_next(run, hlwords_key_code(codes[i]));
    return run;
}

static bool list_closed(struct hlwords *m)
{
    for (const char *const *word = hlwords_closed_words; *word; word++) {
        uint16_t codes[HLWORDS_MOST];
        size_t count = closed_codes(*word, codes);
        if (!hlwords_table_put(&m->listed, run_of(codes, count)))
            return false;
    }
    return true;
}

hl_status hlwords_init(struct hlwords *model, struct hl_error *err)
{
    memset(model, 0, sizeof *model);
    model->longest = 2;
    model->counts = hlmem_zalloc(HLWORDS_CODES, sizeof *model->counts);
    mark_closed(model);
    return model->counts && list_closed(model) ? HL_OK : hlerr_nomem(err);
}

void hlwords_release(struct hlwords *model)
{
    hlmem_free(model->counts);
    hlmem_free(model->pairs);
    hlwords_table_release(&model->listed);
    hlwords_table_release(&model->words);
    hlbuf_release(&model->lexicon);
    memset(model, 0, sizeof *model);
}

static uint32_t codes_of(const struct hlwords_pair *pair)
{
    return (uint32_t)pair->a << 16 | pair->b;
}

/* Two ordered lists into one; counts of the same pair are added. */
static size_t merge_pairs(const struct hlwords_pair *x, size_t x_count,
                          const struct hlwords_pair *y, size_t y_count, struct hlwords_pair *to)
{
    size_t i = 0, k = 0, n = 0;
    while (i < x_count || k < y_count) {
        bool take_x = i < x_count && (k == y_count || codes_of(&x[i]) <= codes_of(&y[k]));
        bool take_y = k < y_count && (i == x_count || codes_of(&y[k]) <= codes_of(&x[i]));
        uint64_t count = (take_x ? x[i].count : 0) + (uint64_t)(take_y ? y[k].count : 0);
        to[n] = take_x ? x[i] : y[k];
        to[n++].count = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
        i += take_x;
        k += take_y;
    }
    return n;
}

hl_status hlwords_add_counts(struct hlwords *model, const struct hlwords_counts *counts,
                             struct hl_error *err)
{
    for (size_t i = 0; i < counts->syllable_count; i++) {
        assert(counts->syllables[i].code < HLWORDS_CODES);
        model->counts[counts->syllables[i].code] += counts->syllables[i].count;
        model->total += counts->syllables[i].count;
    }
    struct hlwords_pair *merged =
        hlmem_zalloc(model->pair_count + counts->pair_count + 1, sizeof *merged);
    if (!merged)
        return hlerr_nomem(err);
    model->pair_count =
        merge_pairs(model->pairs, model->pair_count, counts->pairs, counts->pair_count, merged);
    hlmem_free(model->pairs);
    model->pairs = merged;
    return HL_OK;
}

/* ---- worths ---- */

static bool is_closed(const struct hlwords *m, uint16_t code)
{
    return m->closed[code / 64] >> code % 64 & 1;
}

/* ln of how often a syllable comes, of all syllables; half a time if never. */
static double share(const struct hlwords *m, uint32_t code)
{
    double count = code < HLWORDS_CODES ? (double)m->counts[code] : 0;
    return log((count > 0 ? count : 0.5) / (double)m->total);
}

/* The log odds that a pair seen `count` times is a word. */
static double log_odds(const struct hlwords *m, uint16_t code_a, uint16_t code_b,
                       uint32_t count, double npmi)
{
    double c = count, often = log(c), size = (double)m->total / 1e6;
    double tie_a = log(c / (double)m->counts[code_a]);
    double tie_b = log(c / (double)m->counts[code_b]);
    double a = is_closed(m, code_a), b = is_closed(m, code_b);
    uint64_t run = hlwords_key_next(hlwords_key_code(code_a), hlwords_key_code(code_b));
    bool listed = hlwords_table_find(&m->listed, run);
    size = log(size < size_low ? size_low : size > size_high ? size_high : size);
    return weight.one + weight.npmi * npmi + weight.often * often +
           a * (weight.closed_a + weight.npmi_a * npmi + weight.tie_a * tie_b +
                weight.often_a * often + weight.size_a * size) +
           b * (weight.closed_b + weight.npmi_b * npmi + weight.tie_b * tie_a +
                weight.often_b * often + weight.size_b * size) +
           weight.both * a * b + weight.twice * (code_a == code_b) + weight.size * size +
           weight.size_npmi * size * npmi + weight.listed * listed;
}

/* Pointwise mutual information of a pair, by the most that it could be (Bouma 2009). */
static double npmi_of(const struct hlwords *m, uint16_t a, uint16_t b, uint32_t count)
{
    double share_ab = log(count / (double)m->total);
    return (share_ab - share(m, a) - share(m, b)) / -share_ab;
}

/* How often the pair comes; 0: too seldom to be known. */
static uint32_t count_of(const struct hlwords *m, uint16_t a, uint16_t b)
{
    struct hlwords_pair wanted = {a, b, 0};
    size_t low = 0, high = m->pair_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (codes_of(&m->pairs[middle]) < codes_of(&wanted))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < m->pair_count && codes_of(&m->pairs[low]) == codes_of(&wanted);
    return found ? m->pairs[low].count : 0;
}

static bool set_worth(struct hlwords *m, uint64_t run, double worth)
{
    struct hlwords_slot *slot = hlwords_table_put(&m->words, run);
    if (slot && worth > slot->worth)
        slot->worth = worth;
    return slot;
}

/* What the text does not show at all is a word all the same, but gives way. */
static bool add_closed(struct hlwords *m)
{
    for (const char *const *word = hlwords_closed_words; *word; word++) {
        uint16_t codes[HLWORDS_MOST];
        size_t count = closed_codes(*word, codes);
        bool seen = count == 2 && count_of(m, codes[0], codes[1]);
        double worth = count == 2 ? closed_worth : closed_worth_long;
        if (!seen && !set_worth(m, run_of(codes, count), worth))
            return false;
        m->longest = count > m->longest ? count : m->longest;
    }
    return true;
}

static bool add_pairs(struct hlwords *m)
{
    for (size_t i = 0; i < m->pair_count; i++) {
        const struct hlwords_pair *p = &m->pairs[i];
        double npmi = npmi_of(m, p->a, p->b, p->count);
        if (!(npmi >= npmi_least)) /* nor where it is no number */
            continue;
        double worth = log_odds(m, p->a, p->b, p->count, npmi);
        uint64_t run = hlwords_key_next(hlwords_key_code(p->a), hlwords_key_code(p->b));
        if (worth > 0 && !set_worth(m, run, worth))
            return false;
    }
    return true;
}

/* ---- a lexicon ---- */

struct part { /* of a word of the lexicon */
    uint64_t key;
    uint32_t code; /* HLSYL_NONE: no syllable */
};

static hl_status add_part(struct part *parts, size_t *count, const char *text, size_t size,
                          struct hl_error *err)
{
    struct hlbuf scratch = {0};
    uint64_t key;
    bool syllable;
    hl_status status = hlwords_token_key(text, size, &scratch, &key, &syllable, err);
    if (status == HL_OK && *count < HLWORDS_MOST && key) {
        uint16_t code =
            syllable ? hlsyl_parse((const char *)scratch.data, scratch.size) : HLSYL_NONE;
        parts[*count] = (struct part){key, code};
    }
    *count += status == HL_OK && key;
    hlbuf_release(&scratch);
    return status;
}

hl_status hlwords_add_word(struct hlwords *model, const char *word, size_t size,
                           struct hl_error *err)
{
    struct part parts[HLWORDS_MOST];
    size_t count = 0;
    memset(parts, 0, sizeof parts);
    if (hltext_utf8_check(word, size) != size)
        return hlerr_set(err, HL_MISUSE, "not UTF-8");
    for (size_t i = 0, n; i < size; i += n + 1) {
        for (n = 0; i + n < size && !strchr(" _\t", word[i + n]); n++)
            continue;
        hl_status status = n ? add_part(parts, &count, word + i, n, err) : HL_OK;
        if (status != HL_OK)
            return status;
    }
    model->lexicon_words++;
    if (count < 2 || count > HLWORDS_MOST)
        return HL_OK;
    hlbuf_put_u64(&model->lexicon, count);
    hlbuf_put(&model->lexicon, parts, count * sizeof *parts);
    model->longest = count > model->longest ? count : model->longest;
    return model->lexicon.failed ? hlerr_nomem(err) : HL_OK;
}

/* How often a word comes is hardly more often than its rarest pair does. */
static double part_count(const struct hlwords *m, const struct part *parts, size_t count)
{
    double least = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t count_here = count_of(m, (uint16_t)parts[i].code, (uint16_t)parts[i + 1].code);
        double here = count_here ? count_here : 0.5;
        if (!i || here < least)
            least = here;
    }
    return count > 2 && least > 1.6 ? least * 0.3 : least;
}

/*
 * Lists of words often have phrases of grammar ("có một", "của ông") that are none in
 * running text.  Where the counts speak plainly against such a pair they are believed.
 */
static bool is_phrase(const struct hlwords *m, const struct part *parts, size_t count)
{
    uint16_t a = (uint16_t)parts[0].code, b = (uint16_t)parts[1].code;
    uint32_t seen = count == 2 ? count_of(m, a, b) : 0;
    if (!seen || (!is_closed(m, a) && !is_closed(m, b)))
        return false;
    return log_odds(m, a, b, seen, npmi_of(m, a, b, seen)) < phrase_odds;
}

/*
 * Mutual information of the parts: the sum over a cut is then, but for a constant, the log
 * probability of its words, each by itself.  Without counts the fewest words win, and of as
 * many the longest.
 */
static double word_worth(const struct hlwords *m, const struct part *parts, size_t count)
{
    if (!m->total)
        return (double)(count - 1) + 0.001 * (double)count;
    double worth = log(part_count(m, parts, count) / (double)m->total);
    for (size_t i = 0; i < count; i++)
        worth -= share(m, parts[i].code);
    return worth > lexicon_worth ? worth : lexicon_worth;
}

static bool add_lexicon(struct hlwords *m)
{
    struct hlview v = hlview_of(m->lexicon.data, m->lexicon.size);
    while (hlview_left(&v)) {
        struct part parts[HLWORDS_MOST];
        size_t count = (size_t)hlview_u64(&v);
        assert(count >= 2 && count <= HLWORDS_MOST);
        const uint8_t *bytes = hlview_bytes(&v, count * sizeof *parts);
        assert(bytes);
        memcpy(parts, bytes, count * sizeof *parts);
        uint64_t run = 0;
        for (size_t i = 0; i < count; i++)
            run = hlwords_key_next(run, parts[i].key);
        bool phrase = m->total && is_phrase(m, parts, count);
        if (!phrase && !set_worth(m, run, word_worth(m, parts, count)))
            return false;
    }
    return true;
}

hl_status hlwords_finish(struct hlwords *model, struct hl_error *err)
{
    bool good =
        model->lexicon_words ? add_lexicon(model) : add_pairs(model) && add_closed(model);
    hlmem_free(model->pairs);
    model->pairs = NULL;
    model->pair_count = 0;
    hlbuf_release(&model->lexicon);
    return good ? HL_OK : hlerr_nomem(err);
}

/* ---- the cut ---- */

struct step { /* the best cut that ends behind a token */
    double worth;
    size_t size; /* of its last word */
};

/* Every word that starts at token `from`. */
static void extend(const struct hlwords *m, const struct hlwords_token *tokens, size_t count,
                   size_t from, struct step *steps)
{
    uint64_t run = 0;
    for (size_t n = 1; n <= m->longest && from + n <= count; n++) {
        const struct hlwords_token *t = &tokens[from + n - 1];
        if (!t->key || (n > 1 && t->apart))
            return;
        run = hlwords_key_next(run, t->key);
        double worth = n > 1 ? hlwords_worth(m, run) : 0;
        if (worth > 0 && steps[from].worth + worth > steps[from + n].worth)
            steps[from + n] = (struct step){steps[from].worth + worth, n};
    }
}

hl_status hlwords_cut(const struct hlwords *model, const struct hlwords_token *tokens,
                      size_t count, struct hlbuf *scratch, uint8_t *joined,
                      struct hl_error *err)
{
    hlbuf_reset(scratch);
    if (!hlbuf_put_zeros(scratch, (count + 1) * sizeof(struct step)))
        return hlerr_nomem(err);
    struct step *steps = (struct step *)(void *)scratch->data;
    for (size_t i = 0; i < count; i++) {
        if (!steps[i + 1].size || steps[i].worth > steps[i + 1].worth)
            steps[i + 1] = (struct step){steps[i].worth, 1};
        extend(model, tokens, count, i, steps);
    }
    for (size_t end = count; end;) {
        size_t size = steps[end].size;
        assert(size >= 1 && size <= end);
        for (size_t i = 1; i <= size; i++)
            joined[end - i] = i < size;
        end -= size;
    }
    return HL_OK;
}
