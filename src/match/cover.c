#include "match/cover.h"

#include <assert.h>
#include <string.h>

/* Eight words of bits, 512 documents: a line of the caches. */
enum { BLOCK = 8, LEVELS_MAX = 24, SPANS_MAX = 4 * HLCOVER_STEPS };
typedef uint64_t block __attribute__((vector_size(BLOCK * sizeof(uint64_t))));

/* What a step may name besides steps: nothing, everything. */
enum { NOTHING = 0, ALL = 1, FIRST = 2, FAILED = 255 };
_Static_assert(FIRST + HLCOVER_STEPS <= FAILED, "a byte names a step");

void hlcover_init(struct hlcover *cover, uint64_t all, unsigned percent)
{
    cover->all = all;
    cover->percent = percent;
    /* have * 100 >= percent * all, and at least one word, whose share is 1 or more. */
    cover->least = (all * percent + 99) / 100;
    if (!cover->least)
        cover->least = 1;
    cover->digits = 1;
    while (all >> cover->digits)
        cover->digits++;
    cover->step_count = 0;
    assert(cover->digits <= HLCOVER_DIGITS);
}

/* ------------------------------------------------------------------ planning */

/* For needs of low to high the words from a level on answer as this step does. */
struct span {
    int64_t low, high;
    uint8_t step;
    uint16_t next; /* of its level; 0: none */
};

struct planner {
    struct hlcover *cover;
    const unsigned *share;
    uint8_t order[LEVELS_MAX];    /* words, the greatest share first */
    int64_t rest[LEVELS_MAX + 1]; /* what the words from a level on add up to */
    unsigned levels;
    uint16_t heads[LEVELS_MAX];
    struct span spans[SPANS_MAX];
    unsigned span_count; /* the first is not used */
};

static struct span failed(void)
{
    return (struct span){0, 0, FAILED, 0};
}

/* A document answers with this word and what `with` says, or as `without` does; the more
 * words it has the better, so that the one need not leave out the other. */
static uint8_t add_step(struct hlcover *c, uint8_t word, uint8_t with, uint8_t without)
{
    if (with == without)
        return with;
    if (c->step_count == HLCOVER_STEPS)
        return FAILED;
    c->steps[c->step_count] = (struct hlcover_step){word, with, without};
    return (uint8_t)(FIRST + c->step_count++);
}

/* How the words from a level on make up what is still needed. */
static struct span plan_level(struct planner *p, unsigned level, int64_t need)
{
    if (need <= 0)
        return (struct span){INT64_MIN / 2, 0, ALL, 0};
    if (need > p->rest[level])
        return (struct span){p->rest[level] + 1, INT64_MAX / 2, NOTHING, 0};
    for (uint16_t s = p->heads[level]; s; s = p->spans[s].next)
        if (p->spans[s].low <= need && need <= p->spans[s].high)
            return p->spans[s];
    int64_t share = p->share[p->order[level]];
    struct span with = plan_level(p, level + 1, need - share);
    struct span without = with.step == FAILED ? failed() : plan_level(p, level + 1, need);
    if (without.step == FAILED || p->span_count == SPANS_MAX)
        return failed();
    struct span made = {
        .low = with.low + share > without.low ? with.low + share : without.low,
        .high = with.high + share < without.high ? with.high + share : without.high,
        .step = add_step(p->cover, p->order[level], with.step, without.step),
        .next = p->heads[level],
    };
    assert(made.low <= need && need <= made.high);
    p->heads[level] = (uint16_t)p->span_count;
    p->spans[p->span_count++] = made;
    return made;
}

void hlcover_plan(struct hlcover *cover, const unsigned *share, size_t words)
{
    struct planner p = {.cover = cover, .share = share, .levels = (unsigned)words};
    cover->step_count = 0;
    if (words > LEVELS_MAX || cover->least <= 1 || cover->least > cover->all)
        return;
    p.span_count = 1;
    for (unsigned i = 0; i < words; i++) {
        unsigned at = i;
        for (; at > 0 && share[p.order[at - 1]] < share[i]; at--)
            p.order[at] = p.order[at - 1];
        p.order[at] = (uint8_t)i;
    }
    for (unsigned level = (unsigned)words; level-- > 0;)
        p.rest[level] = p.rest[level + 1] + share[p.order[level]];
    cover->answer = plan_level(&p, 0, (int64_t)cover->least).step;
    if (cover->answer == FAILED)
        cover->step_count = 0;
}

/* Carries the plan out for the words of bits from w on. */
static void follow(const struct hlcover *cover, const uint64_t (*has)[HLCONT_WORDS], unsigned w,
                   uint64_t *out_bits)
{
    block made[FIRST + HLCOVER_STEPS];
    assert(cover->step_count > 0 && cover->step_count <= HLCOVER_STEPS);
    memset(&made[NOTHING], 0, sizeof(block));
    memset(&made[ALL], 255, sizeof(block));
    for (unsigned i = 0; i < cover->step_count; i++) {
        const struct hlcover_step *s = &cover->steps[i];
        block bits;
        memcpy(&bits, &has[s->word][w], sizeof bits);
        made[FIRST + i] = (bits & made[s->with]) | made[s->without];
    }
    memcpy(out_bits + w, &made[cover->answer], sizeof(block));
}

/* ------------------------------------------------------------------- summing */

/* Adds share to the sums of the documents in `has`: a ripple of carries. */
static void add_share(uint64_t *sums, unsigned digits, uint64_t has, unsigned share)
{
    uint64_t carry = 0;
    for (unsigned d = 0; d < digits; d++) {
        uint64_t addend = share >> d & 1 ? has : 0;
        uint64_t sum = sums[d];
        sums[d] = sum ^ addend ^ carry;
        carry = (sum & addend) | (carry & (sum ^ addend));
        if (!carry && !(share >> (d + 1)))
            break;
    }
}

/* The documents whose sum is at least `least`: compared from the highest digit down. */
static uint64_t at_least(const uint64_t *sums, unsigned digits, uint64_t least)
{
    uint64_t greater = 0, equal = ~(uint64_t)0;
    for (unsigned d = digits; d-- > 0;) {
        uint64_t digit = least >> d & 1 ? ~(uint64_t)0 : 0;
        greater |= equal & sums[d] & ~digit;
        equal &= ~(sums[d] ^ digit);
    }
    return greater | equal;
}

void hlcover_window(const struct hlcover *cover, const uint64_t (*has)[HLCONT_WORDS],
                    const unsigned *share, size_t words, uint64_t *out_bits)
{
    if (cover->least > cover->all) {
        memset(out_bits, 0, HLCONT_WORDS * sizeof *out_bits);
        return;
    }
    for (unsigned w = 0; cover->step_count && w < HLCONT_WORDS; w += BLOCK)
        follow(cover, has, w, out_bits);
    for (unsigned w = 0; !cover->step_count && w < HLCONT_WORDS; w++) {
        uint64_t sums[HLCOVER_DIGITS] = {0}, any = 0;
        for (size_t i = 0; i < words; i++) {
            uint64_t bits = has[i][w];
            any |= bits;
            if (bits && cover->least > 1)
                add_share(sums, cover->digits, bits, share[i]);
        }
        if (cover->least > 1 && any)
            any &= at_least(sums, cover->digits, cover->least);
        out_bits[w] = any;
    }
}
