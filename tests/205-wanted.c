/*
 * Tokens of wanted syllables only: the same as all tokens less the syllables not wanted, in
 * positions, offsets and keys, whatever the text; parts of compounds may stay.
 */
#include "tap.h"
#include "token/tokenise.h"

#include "text/syllable.h"

#include <string.h>

static const char *const parts[] = {"phổi ",
                                    "ung ",
                                    "thư ",
                                    "Hoà ",
                                    "xem ",
                                    "TP.HCM ",
                                    "3,5% ",
                                    "ngày 9 tháng 1 năm 2021 ",
                                    "9/1/2021 ",
                                    "ngày 9/1 ",
                                    "\n",
                                    ". ",
                                    "COVID-19 ",
                                    "Ho\xcc\x80"
                                    "a ",
                                    "vắc-xin ",
                                    "nghiêng",
                                    "5G ",
                                    "94.760 tỷ ",
                                    "ắ",
                                    "-",
                                    "laser ",
                                    "\xf0\x9f\x99\x82 ",
                                    "tháng 5/2022 ",
                                    "Th.S ",
                                    "và ",
                                    "của "};

enum { PARTS = sizeof parts / sizeof *parts };

static size_t random_text(uint64_t *state, char *to, size_t room)
{
    size_t size = 0, words = tap_random(state) % 80;
    for (size_t i = 0; i < words; i++) {
        const char *part = parts[tap_random(state) % PARTS];
        size_t n = strlen(part);
        if (size + n >= room)
            break;
        memcpy(to + size, part, n);
        size += n;
    }
    to[size] = 0;
    return size;
}

static bool same(const struct hltoken *a, const struct hltoken *b)
{
    return a->position == b->position && a->start == b->start && a->end == b->end &&
           a->alternative == b->alternative && a->key_size == b->key_size &&
           !memcmp(a->key, b->key, a->key_size);
}

static bool is_wanted(const uint64_t *wanted, const struct hltoken *t)
{
    return t->syllable == HLTOKEN_NO_SYLLABLE ||
           (wanted[t->syllable >> 6] >> (t->syllable & 63) & 1);
}

/* few is all in order, less what nobody wanted. */
static bool agree(const struct hltoken_list *all, const struct hltoken_list *few,
                  const uint64_t *wanted)
{
    size_t k = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (k < few->count && same(&all->tokens[i], &few->tokens[k]))
            k++;
        else if (is_wanted(wanted, &all->tokens[i]))
            return false;
    }
    return k == few->count && all->positions == few->positions;
}

int main(void)
{
    static const char *const keys[] = {"phổi", "hòa", "và", "tháng", "xin"};
    uint64_t wanted[HLTOKEN_WANTED] = {0}, none[HLTOKEN_WANTED] = {0}, state = 5;
    struct hltoken_list all, few, bare;
    char text[2048];
    size_t bad = 0, left = 0, tokens = 0;
    hltoken_list_init(&all);
    hltoken_list_init(&few);
    hltoken_list_init(&bare);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        uint16_t code = hlsyl_parse(keys[i], strlen(keys[i]));
        wanted[code >> 6] |= (uint64_t)1 << (code & 63);
    }
    for (int round = 0; round < 5000; round++) {
        size_t size = random_text(&state, text, sizeof text);
        int year = round % 2 ? 2021 : 0;
        bool good = hltoken_run(text, size, year, &all, NULL) == HL_OK &&
                    hltoken_run_wanted(text, size, year, wanted, &few, NULL) == HL_OK &&
                    hltoken_run_wanted(text, size, year, none, &bare, NULL) == HL_OK &&
                    agree(&all, &few, wanted) && agree(&all, &bare, none);
        if (!good && !bad++)
            printf("# \"%s\"\n", text);
        tokens += all.count;
        left += few.count;
    }
    OK(!bad, "5,000 random texts: what is wanted is there as before (%zu differ)", bad);
    OK(left * 10 < tokens * 9, "and fewer of the others (%zu of %zu tokens)", left, tokens);
    OK(hltoken_run_wanted("t\xf4m", 3, 0, wanted, &few, NULL) == HL_MISUSE && !few.count,
       "bytes that are no UTF-8");
    hltoken_list_release(&all);
    hltoken_list_release(&few);
    hltoken_list_release(&bare);
    return tap_done();
}
