#include "match/cover.h"

#include <assert.h>
#include <string.h>

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
    assert(cover->digits <= HLCOVER_DIGITS);
}

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
    for (unsigned w = 0; w < HLCONT_WORDS; w++) {
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
