/* 509: cover as it is planned, as it is summed, and document by document. */
#include "match/cover.h"

#include "tap.h"

#include <string.h>

enum { WORDS_MAX = 40 };

static uint64_t has[WORDS_MAX][HLCONT_WORDS];
static uint64_t state = 509;

static uint32_t draw(uint32_t below)
{
    return (uint32_t)(tap_random(&state) % below);
}

/* Words of all densities; some are alike, as words of a phrase are. */
static void draw_bits(unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        uint32_t density = 1 + draw(16);
        for (unsigned w = 0; w < HLCONT_WORDS; w++) {
            has[i][w] = i && draw(4) == 0 ? has[i - 1][w] : 0;
            for (unsigned b = 0; b < 64; b++)
                has[i][w] |= (uint64_t)(draw(16) < density && !draw(3)) << b;
        }
    }
}

static uint64_t slow_word(const struct hlcover *cover, const unsigned *share, unsigned words,
                          unsigned w)
{
    uint64_t bits = 0;
    for (unsigned b = 0; b < 64; b++) {
        uint64_t have = 0;
        for (unsigned i = 0; i < words; i++)
            have += (has[i][w] >> b & 1) * share[i];
        bits |= (uint64_t)hlcover_answers(cover, have) << b;
    }
    return bits;
}

static bool is_right(const struct hlcover *cover, const unsigned *share, unsigned words)
{
    uint64_t bits[HLCONT_WORDS];
    memset(bits, 0x5a, sizeof bits);
    hlcover_window(cover, (const uint64_t(*)[HLCONT_WORDS])has, share, words, bits);
    for (unsigned w = 0; w < HLCONT_WORDS; w++)
        if (bits[w] != slow_word(cover, share, words, w))
            return false;
    return true;
}

static bool both_right(unsigned words, unsigned share_max, unsigned *planned)
{
    static const unsigned percents[] = {0, 1, 12, 25, 40, 50, 60, 75, 99, 100};
    unsigned share[WORDS_MAX];
    uint64_t all = 0;
    for (unsigned i = 0; i < words; i++)
        all += share[i] = 1 + draw(share_max);
    for (size_t p = 0; p < sizeof percents / sizeof *percents; p++) {
        struct hlcover cover;
        hlcover_init(&cover, all, percents[p]);
        if (!is_right(&cover, share, words))
            return false;
        hlcover_plan(&cover, share, words);
        *planned += cover.step_count > 0;
        if (!is_right(&cover, share, words))
            return false;
    }
    return true;
}

int main(void)
{
    unsigned planned = 0, few = 0;
    bool right = true;
    for (unsigned words = 1; right && words <= 10; words++)
        for (unsigned share_max = 1; right && share_max <= 256; share_max *= 4) {
            draw_bits(words);
            right = both_right(words, share_max, &planned);
        }
    OK(right, "few words: planned, summed and one by one agree");
    OK(planned > 150, "%u covers were planned", planned);

    for (unsigned words = 11; right && words <= WORDS_MAX; words += 3) {
        draw_bits(words);
        right = both_right(words, 200, &few) && both_right(words, 1, &few);
    }
    OK(right, "many words as well, planned or not");

    /* What the index lacks counts in `all`: nothing can have enough. */
    struct hlcover cover;
    unsigned share[2] = {3, 4};
    draw_bits(2);
    hlcover_init(&cover, 20, 60);
    hlcover_plan(&cover, share, 2);
    OK(is_right(&cover, share, 2), "words that are not enough together");

    /* Equal shares make few steps, however many words there are. */
    unsigned equal[12];
    for (unsigned i = 0; i < 12; i++)
        equal[i] = 7;
    hlcover_init(&cover, 12 * 7, 25);
    hlcover_plan(&cover, equal, 12);
    OK(cover.step_count == 30, "3 of 12: 3 needs at 10 places (%u)", cover.step_count);
    return tap_done();
}
