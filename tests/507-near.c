/*
 * Words near each other (src/match/near.h): by hand, and at random against a count that tries
 * every span.
 */
#include "match/near.h"
#include "tap.h"

#include <ctype.h>

enum { PLACES = 40, WORDS = 4 };

static const struct hlchunk_lengths one_field = {.length = 1000, .title = 1000};

/* Spans of "a.b ab" for the words wanted: each letter is a word, a blank ends a place, a dot is
 * a place of no word. */
static uint32_t count(const char *text, const char *want, uint32_t slop)
{
    struct hlnear near;
    uint32_t spans[3] = {0}, position = 0;
    bool good = true;
    hlnear_init(&near);
    for (const char *w = want; *w; w++)
        good = good && hlnear_want(&near, (uint32_t)(*w - 'a'));
    hlnear_reset(&near);
    for (const char *p = text; *p; p++) {
        position += *p == ' ';
        if (islower((unsigned char)*p) && strchr(want, *p))
            hlnear_add(&near, position, (uint32_t)(*p - 'a'));
    }
    good = good && hlnear_count(&near, &one_field, slop, spans);
    hlnear_release(&near);
    return good && !spans[1] && !spans[2] ? spans[0] : UINT32_MAX;
}

/* at[place][word]; every span from..to in turn. */
static uint32_t count_slowly(bool at[PLACES][WORDS], const uint32_t want[WORDS],
                             uint32_t widest)
{
    uint32_t spans = 0;
    for (uint32_t to = 0, free_from = 0; to < PLACES; to++)
        for (uint32_t from = to + 1; from-- > free_from && to - from < widest;) {
            bool all = true;
            for (uint32_t w = 0; w < WORDS; w++) {
                uint32_t have = 0;
                for (uint32_t p = from; p <= to; p++)
                    have += at[p][w];
                all = all && have >= want[w];
            }
            if (all) {
                spans++;
                free_from = to + 1;
                break;
            }
        }
    return spans;
}

static size_t differences(uint64_t seed)
{
    size_t wrong = 0;
    for (int round = 0; round < 20000; round++) {
        bool at[PLACES][WORDS];
        char text[PLACES * (WORDS + 1) + 1], words[3 * WORDS + 1];
        uint32_t want[WORDS] = {0}, slop = (uint32_t)(tap_random(&seed) % 6);
        size_t size = 0, total = 1 + tap_random(&seed) % 5;
        for (size_t i = 0; i < total; i++) {
            uint32_t w = (uint32_t)(tap_random(&seed) % WORDS);
            want[w]++;
            words[i] = (char)('a' + w);
        }
        words[total] = '\0';
        for (int p = 0; p < PLACES; p++) {
            for (int w = 0; w < WORDS; w++) {
                at[p][w] = tap_random(&seed) % 6 == 0;
                if (at[p][w])
                    text[size++] = (char)('a' + w);
            }
            text[size++] = ' ';
        }
        text[size] = '\0';
        wrong += count(text, words, slop) != count_slowly(at, want, (uint32_t)total + slop);
    }
    return wrong;
}

int main(void)
{
    OK(count("a b", "ab", 0) == 1, "side by side");
    OK(count("b a", "ab", 0) == 1, "in any order");
    OK(count("a . b", "ab", 0) == 0, "one between is too many");
    OK(count("a . b", "ab", 1) == 1, "unless one may be");
    OK(count("a b a b", "ab", 0) == 2, "two spans that share no place");
    OK(count("a b a", "ab", 0) == 1, "the place in the middle counts once");
    OK(count("a b . b", "abb", 1) == 1 && count("a b", "abb", 9) == 0, "twice is twice");
    OK(count("ab", "ab", 0) == 1, "two words at one place");
    OK(count("a ab b", "ab", 0) == 1, "what stands where a span ended is of no other span");
    uint64_t seed = 20260105;
    OK(!differences(seed), "at random as if every span were tried (seed 0x%llx)",
       (unsigned long long)seed);
    return tap_done();
}
