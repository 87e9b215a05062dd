/*
 * Near copies: where the rule's limits are, and that heads are found as by comparing with each.
 */
#include "match/similar.h"
#include "tap.h"

#include <string.h>

#define SKETCH 0x1122334455667788u

/* Changes so many bytes of the sketch, the lowest first. */
static uint64_t changed(unsigned bytes)
{
    uint64_t sketch = SKETCH;
    for (unsigned i = 0; i < bytes; i++)
        sketch ^= (uint64_t)(i % 2 ? 1 : 128) << 8 * i;
    return sketch;
}

static void check_rule(void)
{
    static const struct {
        const char *what;
        struct hlsimilar_text a, b;
        bool near;
    } cases[] = {
        {"equal content", {7, SKETCH, 3, 0}, {7, SKETCH, 3, 9}, true},
        {"of any length", {7, SKETCH, 1, 0}, {7, SKETCH, 1, 0}, true},
        {"long, all bytes, a fifth", {1, SKETCH, 160, 0}, {2, SKETCH, 200, 0}, true},
        {"long, all bytes, more", {1, SKETCH, 159, 0}, {2, SKETCH, 200, 0}, false},
        {"long of 128", {1, SKETCH, 128, 0}, {2, SKETCH, 128, 0}, true},
        {"127 are not long", {1, SKETCH, 127, 0}, {2, SKETCH, 127, 0}, false},
        {"the shorter counts", {1, SKETCH, 127, 0}, {2, SKETCH, 130, 0}, false},
        {"dates do not part long ones", {1, SKETCH, 300, 5}, {2, SKETCH, 300, 99}, true},
        {"seven bytes, a twentieth", {1, SKETCH, 190, 0}, {2, 1, 200, 0}, true},
        {"seven bytes, more", {1, SKETCH, 189, 0}, {2, 1, 200, 0}, false},
        {"six bytes", {1, SKETCH, 200, 0}, {2, 2, 200, 0}, false},
        {"no bytes", {1, SKETCH, 200, 5}, {2, 8, 200, 5}, false},
        {"short, one second", {1, SKETCH, 40, 5}, {2, SKETCH, 40, 5}, true},
        {"short, seven bytes", {1, SKETCH, 40, 5}, {2, 1, 40, 5}, true},
        {"short, six bytes", {1, SKETCH, 40, 5}, {2, 2, 40, 5}, false},
        {"short, a fifth", {1, SKETCH, 40, 5}, {2, 1, 50, 5}, true},
        {"short, more", {1, SKETCH, 40, 5}, {2, 1, 51, 5}, false},
        {"short, other seconds", {1, SKETCH, 40, 5}, {2, SKETCH, 40, 6}, false},
        {"short, no second", {1, SKETCH, 40, 0}, {2, SKETCH, 40, 0}, false},
        {"24 words", {1, SKETCH, 24, 5}, {2, SKETCH, 24, 5}, true},
        {"23 words", {1, SKETCH, 23, 5}, {2, SKETCH, 24, 5}, false},
        {"long, one second", {1, SKETCH, 170, 5}, {2, 1, 200, 5}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsimilar_text a = cases[i].a, b = cases[i].b;
        if (b.sketch != SKETCH)
            b.sketch = changed((unsigned)b.sketch);
        OK(hlsimilar_near(&a, &b) == cases[i].near && hlsimilar_near(&b, &a) == cases[i].near,
           "%s: %s", cases[i].what, cases[i].near ? "near" : "not");
    }
    unsigned wrong = 0;
    for (unsigned byte = 0; byte < 8; byte++)
        for (unsigned bit = 0; bit < 8; bit++) {
            struct hlsimilar_text a = {1, SKETCH, 200, 0}, b = a;
            b.content = 2;
            b.sketch ^= (uint64_t)1 << (byte * 8 + bit);
            wrong += !hlsimilar_near(&a, &b);
            b.sketch ^= (uint64_t)1 << ((byte * 8 + 8) % 64);
            wrong += hlsimilar_near(&a, &b);
        }
    OK(!wrong, "any bit of one byte may differ, none of a second");
}

enum { HEADS = 300, SLOTS = 512, ASKED = 20000 };

static struct hlsimilar_text draw(uint64_t *seed)
{
    struct hlsimilar_text t = {0};
    for (int i = 0; i < 8; i++) /* few sketches, so that halves are met again */
        t.sketch |= (tap_random(seed) % 8 ? (uint64_t)17 : tap_random(seed) % 3 + 1) << 8 * i;
    t.content = t.sketch * 5 + tap_random(seed) % 2;
    t.length = 20 + (uint32_t)(tap_random(seed) % 150);
    t.second = (uint32_t)(tap_random(seed) % 3);
    return t;
}

static uint32_t times[HEADS];

static void count(void *user, uint32_t head)
{
    ++*(unsigned *)user;
    times[head]++;
}

static void check_heads(uint64_t seed)
{
    static struct hlsimilar_text texts[HEADS];
    static uint32_t first[2][SLOTS], next[2][HEADS];
    static uint64_t may[2][HLSIMILAR_BITS / 64];
    struct hlsimilar_heads heads = {.texts = texts,
                                    .room = HEADS,
                                    .mask = SLOTS - 1,
                                    .first = {first[0], first[1]},
                                    .next = {next[0], next[1]},
                                    .may = may};
    unsigned wrong = 0, met = 0, spared = 0;
    OK(hlsimilar_slots(HEADS) == SLOTS && hlsimilar_slots(0) && hlsimilar_slots(512) == 512,
       "slots are a power of two, and as many as heads");
    for (unsigned i = 0; i < HEADS; i++) {
        struct hlsimilar_text t = draw(&seed);
        hlsimilar_add(&heads, &t);
    }
    for (unsigned i = 0; i < ASKED; i++) {
        struct hlsimilar_text t = draw(&seed);
        unsigned found = 0;
        if (i % 2)
            t.sketch = t.content = tap_random(&seed);
        memset(times, 0, sizeof times);
        hlsimilar_find(&heads, &t, count, &found);
        spared += !hlsimilar_may(&heads, t.sketch);
        for (unsigned h = 0; h < HEADS; h++)
            wrong += times[h] != hlsimilar_near(&texts[h], &t);
        met += found;
    }
    OK(!wrong, "each that is near is found once, no other (%u)", met);
    OK(met > ASKED && spared > ASKED / 3, "most looks at foreign texts are spared (%u)",
       spared);
}

/* Numbers that stand for texts, some of which no head may be near to. */
static void check_pick(uint64_t seed)
{
    enum { TEXTS = 200, FEW = 3 };
    static struct hlsimilar_text texts[FEW];
    static uint32_t first[2][16], next[2][FEW];
    static uint64_t may[2][HLSIMILAR_BITS / 64];
    struct hlsimilar_heads heads = {.texts = texts,
                                    .room = FEW,
                                    .mask = 15,
                                    .first = {first[0], first[1]},
                                    .next = {next[0], next[1]},
                                    .may = may};
    uint8_t sketches[TEXTS * 8];
    uint16_t docs[TEXTS], want[TEXTS];
    unsigned n = 0, wanted = 0;
    for (unsigned i = 0; i < FEW; i++) {
        struct hlsimilar_text t = draw(&seed);
        hlsimilar_add(&heads, &t);
    }
    for (unsigned i = 0; i < TEXTS; i++) {
        uint64_t sketch = i % 3 ? tap_random(&seed) : draw(&seed).sketch;
        for (unsigned k = 0; k < 8; k++)
            sketches[i * 8 + k] = (uint8_t)(sketch >> 8 * k);
        if (i % 5 == 4)
            continue;
        docs[n++] = (uint16_t)i;
        if (hlsimilar_may(&heads, sketch))
            want[wanted++] = (uint16_t)i;
    }
    OK(wanted > 10 && hlsimilar_pick(&heads, sketches, docs, n, docs) == wanted &&
           !memcmp(docs, want, wanted * sizeof *docs),
       "%u of %u may be near and are picked, in place", wanted, n);
    OK(!hlsimilar_pick(&heads, sketches, docs, 0, docs), "of none none");
}

int main(void)
{
    check_rule();
    check_pick(5);
    check_heads(3);
    return tap_done();
}
