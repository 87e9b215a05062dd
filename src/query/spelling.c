#include "query/spelling.h"

#include "base/err.h"
#include "query/slips.h"
#include "text/fold.h"
#include "text/syllable.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEYS_MAX = 3,      /* of a neighbour: the likeliest say enough */
    LOOKED_AT_MAX = 2, /* words of a run, for the sake of time */
    NEAR_MAX = 48,
    NEAR_SIZE_MIN = 4, /* shorter words are one letter away from too much */
    NEAR_SIZE_MAX = 24,
    FAR_SIZE_MIN = 8 /* two letters may be wrong */
};

/* Chance of a slip against none, by kind; of foreign words by letters wrong. */
static const double slip_chance[] = {
    [HLQ_SLIP_NEAR_TONE] = 0.06, [HLQ_SLIP_TONE] = 0.005, [HLQ_SLIP_MARK] = 0.01,
    [HLQ_SLIP_SOUND] = 0.06,     [HLQ_SLIP_SWAP] = 0.005, [HLQ_SLIP_EXTRA] = 0.005,
    [HLQ_SLIP_LETTER] = 0.001,
};
static const double near_chance[] = {0, 0.005, 0.0002};

/* A pair that is seen less is no evidence; one seen so much oftener than chance is. */
static const double PAIRS_MIN = 3, PAIRS_MANY = 20, LIFT_MIN = 5, LIFT_MAX = 5;
/* A second proposal so much worse than the first helps nobody. */
static const double WORSE_MAX = 1000;
/* Pairs times lift of a word that is not looked at: 50 pairs, 5 times above chance. */
static const double KNOWN = 250;
static const double DISCOUNT = 0.5, CHANCE_WEIGHT = 0.05, UNSEEN_CF = 0.02;

/* A word, or what may stand in its place: keys and how often the index has them. */
struct reading {
    struct hlq_key keys[KEYS_MAX];
    uint32_t count;
    double cf;
};

/* How a reading goes with its neighbours. */
struct fit {
    double likelihood; /* in its place, up to a factor that is the same for all readings */
    double pairs;      /* with the neighbour that it is seen with most above chance */
    double lift;       /* how much above chance that is */
};

struct candidate {
    const char *key;
    uint32_t size, word;
    double odds;
};

struct speller {
    const struct hlq_spelling *words;
    uint32_t count;
    struct reading *readings; /* of each word */
    const struct hlq_vocabulary *vocabulary;
    struct hlarena *arena;
    struct hl_error *err;
    uint32_t word;       /* looked at */
    double own;          /* its likelihood as typed */
    double *likelihoods; /* of each word as typed */
    struct candidate best[HLQ_PROPOSALS_MAX];
    uint32_t best_count;
};

/* ---- what the index says ---- */

static hl_status add_key(struct speller *s, struct reading *r, const char *key, size_t size)
{
    struct hlq_counts counts;
    const struct hlq_vocabulary *v = s->vocabulary;
    hl_status status = v->find(v->user, key, size, &counts, s->err);
    if (status != HL_OK || !counts.df || r->count == KEYS_MAX)
        return status;
    r->keys[r->count++] = (struct hlq_key){key, (uint32_t)size, 0};
    r->cf += (double)counts.cf;
    return HL_OK;
}

/* How often a stands right before b. */
static hl_status count_pairs(struct speller *s, const struct reading *a,
                             const struct reading *b, double *out_pairs)
{
    const struct hlq_vocabulary *v = s->vocabulary;
    double pairs = 0;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < b->count; k++) {
            struct hlq_counts counts;
            hl_status status = v->pair(v->user, a->keys[i].bytes, a->keys[i].size,
                                       b->keys[k].bytes, b->keys[k].size, &counts, s->err);
            if (status != HL_OK)
                return status;
            pairs += (double)counts.cf;
        }
    *out_pairs = pairs;
    return HL_OK;
}

/* One neighbour's say; a neighbour that the index lacks has none. */
static hl_status fit_side(struct speller *s, const struct reading *r,
                          const struct reading *neighbour, bool before, struct fit *fit)
{
    double pairs, cf = r->cf > 0 ? r->cf : UNSEEN_CF;
    if (!neighbour->count)
        return HL_OK;
    hl_status status =
        before ? count_pairs(s, neighbour, r, &pairs) : count_pairs(s, r, neighbour, &pairs);
    if (status != HL_OK)
        return status;
    double chance = cf * neighbour->cf / (double)s->vocabulary->places;
    double seen = pairs > DISCOUNT ? pairs - DISCOUNT : 0;
    fit->likelihood *= (seen + CHANCE_WEIGHT * chance) / cf;
    if (pairs > fit->lift * chance) {
        fit->pairs = pairs;
        fit->lift = pairs / chance;
    }
    return HL_OK;
}

/* c(r) for the word, c(l r) / c(r) and c(r n) / c(r) for its neighbours: what is left of
 * p(r | l) p(n | r) without the factors that no reading changes. */
static hl_status fit_reading(struct speller *s, const struct reading *r, struct fit *out_fit)
{
    struct fit fit = {r->cf > 0 ? r->cf : UNSEEN_CF, 0, 0};
    uint32_t i = s->word;
    hl_status status = HL_OK;
    if (s->words[i].linked && i > 0)
        status = fit_side(s, r, &s->readings[i - 1], true, &fit);
    if (status == HL_OK && i + 1 < s->count && s->words[i + 1].linked)
        status = fit_side(s, r, &s->readings[i + 1], false, &fit);
    if (status == HL_OK)
        *out_fit = fit;
    return status;
}

/* What fit_reading() could say at most: pairs are no more than either word. */
static double best_likelihood(const struct speller *s, const struct reading *r)
{
    uint32_t i = s->word;
    double best = r->cf;
    for (int side = 0; side < 2; side++) {
        bool linked =
            side ? i + 1 < s->count && s->words[i + 1].linked : i > 0 && s->words[i].linked;
        double cf = linked ? s->readings[side ? i + 1 : i - 1].cf : 0;
        if (cf > 0 && cf < r->cf)
            best *= cf / r->cf + CHANCE_WEIGHT;
    }
    return best * (1 + 2 * CHANCE_WEIGHT);
}

static bool has_neighbour(const struct speller *s)
{
    uint32_t i = s->word;
    return (s->words[i].linked && i > 0 && s->readings[i - 1].count) ||
           (i + 1 < s->count && s->words[i + 1].linked && s->readings[i + 1].count);
}

/* ---- candidates ---- */

/* Other spellings of one word (lí, lý) are no slips. */
static bool same_variant(const struct hlq_spelling *word, const char *key, size_t size)
{
    uint16_t a = hlsyl_parse(word->typed, word->size), b = hlsyl_parse(key, size);
    if (a != HLSYL_NONE && b != HLSYL_NONE && hlsyl_variant(a) == hlsyl_variant(b))
        return true;
    return word->size == size && !memcmp(word->typed, key, size);
}

static void keep_candidate(struct speller *s, const struct candidate *c)
{
    uint32_t at = s->best_count;
    while (at > 0 && s->best[at - 1].odds < c->odds)
        at--;
    if (at == HLQ_PROPOSALS_MAX)
        return;
    if (s->best_count < HLQ_PROPOSALS_MAX)
        s->best_count++;
    for (uint32_t i = s->best_count - 1; i > at; i--)
        s->best[i] = s->best[i - 1];
    s->best[at] = *c;
}

/*
 * Does a neighbour vouch for a candidate?  A word that the index lacks may do
 * without one, or with little if it is written with marks: it is no foreign name.
 */
static bool is_vouched(const struct speller *s, const struct fit *fit)
{
    const struct hlq_spelling *word = &s->words[s->word];
    if (!has_neighbour(s))
        return true; /* judge() lets few such words through */
    if (!s->readings[s->word].count && hltext_is_marked(word->typed, word->size))
        return fit->pairs >= 1;
    return (fit->pairs >= PAIRS_MIN && fit->lift >= LIFT_MIN) ||
           (fit->pairs >= PAIRS_MANY && fit->lift >= 1);
}

/* Is a candidate worth looking at?  Hardly any is: most have a count that settles it. */
static bool may_win(const struct speller *s, const struct hlq_counts *counts, double chance)
{
    struct reading r = {.cf = (double)counts->cf};
    return counts->df && best_likelihood(s, &r) / s->own * chance >= HLQ_SPELLING_ODDS;
}

static hl_status weigh_candidate(struct speller *s, const char *key, size_t size, double chance)
{
    const struct hlq_vocabulary *v = s->vocabulary;
    struct hlq_counts counts;
    struct reading r = {.count = 0};
    struct fit fit;
    if (same_variant(&s->words[s->word], key, size))
        return HL_OK;
    hl_status status = (v->count ? v->count : v->find)(v->user, key, size, &counts, s->err);
    if (status != HL_OK || !may_win(s, &counts, chance))
        return status;
    status = add_key(s, &r, key, size);
    if (status == HL_OK)
        status = fit_reading(s, &r, &fit);
    if (status != HL_OK)
        return status;
    double odds = fit.likelihood / s->own * chance;
    if (is_vouched(s, &fit) && odds >= HLQ_SPELLING_ODDS)
        keep_candidate(s, &(struct candidate){key, (uint32_t)size, s->word, odds});
    return HL_OK;
}

static hl_status weigh_slips(struct speller *s)
{
    struct hlq_slip slips[HLQ_SLIPS_MAX];
    const struct hlq_spelling *word = &s->words[s->word];
    size_t count = hlq_slips(word->typed, word->size, slips);
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        size_t size;
        const char *key = hlsyl_spell(slips[i].code, &size);
        status = weigh_candidate(s, key, size, slip_chance[slips[i].kind]);
    }
    return status;
}

/* ---- foreign words: what the index has near them ---- */

struct near {
    struct speller *s;
    struct hlbuf folded;
    unsigned most; /* letters wrong */
    struct near_key {
        struct hlq_key key;
        const char *folded;
        size_t folded_size;
        unsigned wrong;
    } keys[NEAR_MAX]; /* by folded, then by key: the first of them, whichever segment has them
                       */
    uint32_t count;
};

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/*
 * Letters wrong, missing, too many or swapped with the next one, from a to b; past
 * `most` it is most + 1 (optimal string alignment).
 */
static unsigned distance(const char *a, size_t n, const char *b, size_t m, unsigned most)
{
    unsigned rows[3][NEAR_SIZE_MAX + 3];
    size_t apart = n > m ? n - m : m - n;
    if (apart > most || m > NEAR_SIZE_MAX + 2)
        return most + 1;
    for (size_t k = 0; k <= m; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
        unsigned lowest = row[0] = (unsigned)i;
        for (size_t k = 1; k <= m; k++) {
            row[k] = least(least(up[k], row[k - 1]) + 1, up[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], upper[k - 2] + 1);
            lowest = least(lowest, row[k]);
        }
        if (lowest > most)
            return most + 1;
    }
    return least(rows[n % 3][m], most + 1);
}

static int compare_bytes(const char *a, size_t n, const char *b, size_t m)
{
    int r = memcmp(a, b, n < m ? n : m);
    return r ? r : n < m ? -1 : n > m;
}

static int compare_near(const struct near_key *a, const struct near_key *b)
{
    int r = compare_bytes(a->folded, a->folded_size, b->folded, b->folded_size);
    return r ? r : compare_bytes(a->key.bytes, a->key.size, b->key.bytes, b->key.size);
}

/* Puts a key in its place; the last one falls out of a full list. */
static void insert_near(struct near *near, uint32_t at, const struct near_key *one)
{
    near->count += near->count < NEAR_MAX;
    for (uint32_t i = near->count - 1; i > at; i--)
        near->keys[i] = near->keys[i - 1];
    near->keys[at] = *one;
}

/* Each segment tells its own terms in order: what several have counts once. */
static hl_status add_near(void *to, const char *key, size_t size, const char *folded,
                          size_t folded_size)
{
    struct near *near = to;
    struct speller *s = near->s;
    struct hlq_counts counts;
    unsigned wrong = distance((const char *)near->folded.data, near->folded.size, folded,
                              folded_size, near->most);
    if (!wrong || wrong > near->most)
        return HL_OK; /* marks alone make no other word: expand.c sees to them */
    struct near_key one = {{key, (uint32_t)size, 0}, folded, folded_size, wrong};
    uint32_t at = near->count;
    while (at > 0 && compare_near(&near->keys[at - 1], &one) > 0)
        at--;
    if (at == NEAR_MAX || (at > 0 && !compare_near(&near->keys[at - 1], &one)))
        return HL_OK;
    /* Words that only deleted articles had take no place. */
    hl_status status = s->vocabulary->find(s->vocabulary->user, key, size, &counts, s->err);
    if (status != HL_OK || !counts.df)
        return status;
    one.key.bytes = hlarena_strndup(s->arena, key, size);
    one.folded = hlarena_strndup(s->arena, folded, folded_size);
    if (!one.key.bytes || !one.folded)
        return hlerr_nomem(s->err);
    insert_near(near, at, &one);
    return HL_OK;
}

static hl_status weigh_near(struct speller *s)
{
    const struct hlq_spelling *word = &s->words[s->word];
    const struct hlq_vocabulary *v = s->vocabulary;
    struct near near = {.s = s};
    if (!v->near || hlsyl_parse(word->typed, word->size) != HLSYL_NONE)
        return HL_OK;
    hl_status status = hltext_fold_key(word->typed, word->size, &near.folded, s->err);
    size_t size = near.folded.size;
    if (status == HL_OK && size >= NEAR_SIZE_MIN && size <= NEAR_SIZE_MAX) {
        near.most = size >= FAR_SIZE_MIN ? 2 : 1;
        status = v->near(v->user, (const char *)near.folded.data, near.most + 1, add_near,
                         &near, s->err);
    }
    hlbuf_release(&near.folded);
    for (uint32_t i = 0; status == HL_OK && i < near.count; i++)
        status = weigh_candidate(s, near.keys[i].key.bytes, near.keys[i].key.size,
                                 near_chance[near.keys[i].wrong]);
    return status;
}

/* ---- a run ---- */

static hl_status read_word(struct speller *s, uint32_t i)
{
    const struct hlq_spelling *word = &s->words[i];
    struct reading *r = &s->readings[i];
    hl_status status = HL_OK;
    *r = (struct reading){.count = 0};
    for (uint32_t k = 0; status == HL_OK && k < word->key_count; k++)
        status = add_key(s, r, word->keys[k].bytes, word->keys[k].size);
    return status;
}

static uint32_t letters_of(const struct hlq_spelling *word)
{
    uint32_t letters = 0;
    for (uint32_t i = 0; i < word->size; i++)
        letters += ((unsigned char)word->typed[i] & 0xc0) != 0x80;
    return letters;
}

/* Marks on what can be no syllable: nghành, which an archive has too. */
static bool is_misspelt(const struct hlq_spelling *word)
{
    return hltext_is_marked(word->typed, word->size) &&
           hlsyl_parse(word->typed, word->size) == HLSYL_NONE;
}

/*
 * How well the index knows a word in its place; the least known are looked at.
 * Words seen often beside a neighbour are not, even if others would be likelier.
 */
static hl_status judge(struct speller *s, uint32_t i, double *out_known)
{
    struct fit fit;
    const struct hlq_spelling *word = &s->words[i];
    s->word = i;
    if (word->fixed || letters_of(word) < 2 ||
        (s->readings[i].count && !has_neighbour(s) && !is_misspelt(word))) {
        *out_known = KNOWN;
        return HL_OK;
    }
    hl_status status = fit_reading(s, &s->readings[i], &fit);
    if (status != HL_OK)
        return status;
    double lift = fit.lift < LIFT_MAX ? fit.lift : LIFT_MAX;
    *out_known = s->readings[i].count ? lift * fit.pairs : 0;
    s->likelihoods[i] = fit.likelihood;
    return HL_OK;
}

/* Weighs what may stand there instead at the few places that are known least, but `done`. */
static hl_status look(struct speller *s, uint32_t done)
{
    uint32_t places[LOOKED_AT_MAX], count = 0;
    double known[LOOKED_AT_MAX];
    hl_status status = HL_OK;
    s->best_count = 0;
    for (uint32_t i = 0; status == HL_OK && i < s->count; i++) {
        double k = KNOWN;
        if (i != done)
            status = judge(s, i, &k);
        uint32_t at = count;
        while (at > 0 && k < known[at - 1])
            at--;
        if (k >= KNOWN || at == LOOKED_AT_MAX)
            continue;
        count += count < LOOKED_AT_MAX;
        for (uint32_t m = count - 1; m > at; m--) {
            known[m] = known[m - 1];
            places[m] = places[m - 1];
        }
        known[at] = k;
        places[at] = i;
    }
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        s->word = places[i];
        s->own = s->likelihoods[s->word];
        status = weigh_slips(s);
        if (status == HL_OK)
            status = weigh_near(s);
    }
    return status;
}

static struct hlq_proposal propose(const struct candidate *c)
{
    return (struct hlq_proposal){{{c->word, c->key, c->size}}, 1, c->odds};
}

/* With the best change made another word may be seen to be wrong: kỷ thụât, ngien cưu. */
static hl_status look_again(struct speller *s, struct hlq_proposal *proposal)
{
    const struct hlq_change *first = &proposal->changes[0];
    struct reading *r = &s->readings[first->word];
    *r = (struct reading){.count = 0};
    hl_status status = add_key(s, r, first->key, first->size);
    if (status == HL_OK)
        status = look(s, first->word);
    if (status == HL_OK && s->best_count) {
        proposal->changes[proposal->count++] =
            (struct hlq_change){s->best[0].word, s->best[0].key, s->best[0].size};
        proposal->odds *= s->best[0].odds;
    }
    return status;
}

hl_status hlq_spell(const struct hlq_spelling *words, uint32_t count,
                    const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                    struct hlq_proposal out_proposals[HLQ_PROPOSALS_MAX], uint32_t *out_count,
                    struct hl_error *err)
{
    struct speller s = {
        .words = words, .count = count, .vocabulary = vocabulary, .arena = arena, .err = err};
    struct hlq_proposal found[HLQ_PROPOSALS_MAX];
    uint32_t found_count = 0;
    hl_status status = HL_OK;
    if (!vocabulary->places) {
        *out_count = 0;
        return HL_OK;
    }
    s.readings = hlarena_zalloc(arena, count + 1u, sizeof *s.readings);
    s.likelihoods = hlarena_zalloc(arena, count + 1u, sizeof *s.likelihoods);
    if (!s.readings || !s.likelihoods)
        return hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        status = read_word(&s, i);
    if (status == HL_OK)
        status = look(&s, UINT32_MAX);
    while (status == HL_OK && found_count < s.best_count &&
           s.best[found_count].odds * WORSE_MAX >= s.best[0].odds) {
        found[found_count] = propose(&s.best[found_count]);
        found_count++;
    }
    if (status == HL_OK && found_count)
        status = look_again(&s, &found[0]);
    if (status != HL_OK)
        return status;
    memcpy(out_proposals, found, found_count * sizeof *found);
    *out_count = found_count;
    return HL_OK;
}
