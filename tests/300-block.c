/*
 * The codec of integers: what is encoded comes back, for every count, width and
 * number of exceptions; and no bytes, however made, are read past their end.
 */
#include "base/mem.h"
#include "codec/block.h"
#include "tap.h"

#include <assert.h>

/* The least value that takes so many bits. */
static uint32_t least(unsigned bits)
{
    return bits ? UINT32_C(1) << (bits - 1) : 0;
}

/* n values of at most `bits` bits; so many of them, spread out, take `more` bits. */
static void fill(uint32_t *values, unsigned n, unsigned bits, unsigned exceptions,
                 unsigned more, uint64_t *seed)
{
    uint32_t mask = bits == 32 ? UINT32_MAX : (UINT32_C(1) << bits) - 1;
    for (unsigned i = 0; i < n; i++)
        values[i] = (uint32_t)tap_random(seed) & mask;
    if (bits)
        values[tap_random(seed) % n] = mask;
    for (unsigned i = 0; i < exceptions; i++)
        values[i * n / exceptions] = least(more) | ((uint32_t)tap_random(seed) & mask);
}

/* A copy that ends where the heap block ends, so that a sanitizer sees the next byte. */
static uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert(copy);
    memcpy(copy, bytes, size);
    return copy;
}

static bool cut_is_seen(const struct hlbuf *buf, unsigned n, size_t size)
{
    uint32_t values[HLBLOCK_COUNT];
    uint8_t *copy = exact_copy(buf->data, size);
    const uint8_t *end = hlblock_decode(copy, copy + size, n, values);
    free(copy);
    return !end;
}

static bool comes_back(const uint32_t *values, unsigned n, bool all_cuts, uint64_t *seed)
{
    struct hlbuf buf = {0};
    uint32_t back[HLBLOCK_COUNT] = {0};
    bool good = hlblock_encode(values, n, &buf);
    uint8_t *copy = exact_copy(buf.data, buf.size);
    good = good && hlblock_decode(copy, copy + buf.size, n, back) == copy + buf.size &&
           !memcmp(values, back, n * sizeof *values);
    free(copy);
    for (size_t size = 0; good && all_cuts && size < buf.size; size++)
        good = cut_is_seen(&buf, n, size);
    if (good && buf.size)
        good = cut_is_seen(&buf, n, tap_random(seed) % buf.size);
    hlbuf_release(&buf);
    return good;
}

/* One count with every width and several numbers of exceptions. */
static unsigned wrong_of_count(unsigned n, uint64_t *seed)
{
    const unsigned exceptions[] = {0, 1, 2, n / 8, n / 3, n};
    uint32_t values[HLBLOCK_COUNT];
    unsigned wrong = 0;
    for (unsigned bits = 0; bits <= 32; bits++)
        for (unsigned e = 0; e < 6; e++) {
            unsigned more = bits + 1 + (unsigned)(tap_random(seed) % 16);
            if (exceptions[e] > n)
                continue;
            fill(values, n, bits, exceptions[e], more > 32 ? 32 : more, seed);
            wrong += !comes_back(values, n, n % 37 == 0 && bits % 5 == 0, seed);
        }
    return wrong;
}

static void test_round_trip(void)
{
    uint64_t seed = 3001;
    unsigned wrong = 0;
    for (unsigned n = 1; n < 16; n++)
        wrong += wrong_of_count(n, &seed);
    OK(!wrong, "1 to 15 values come back, and cuts are seen");
    wrong = 0;
    for (unsigned n = 16; n < HLBLOCK_COUNT; n++)
        wrong += wrong_of_count(n, &seed);
    OK(!wrong, "16 to 255 values come back, and cuts are seen");
    wrong = 0;
    for (unsigned i = 0; i < 50; i++)
        wrong += wrong_of_count(HLBLOCK_COUNT, &seed);
    OK(!wrong, "256 values come back, and cuts are seen");
}

static void test_sizes(void)
{
    struct hlbuf buf = {0};
    uint32_t values[HLBLOCK_COUNT] = {0};
    hlblock_encode(values, HLBLOCK_COUNT, &buf);
    OK(buf.size == 2, "256 zeros take 2 bytes, not %zu", buf.size);
    hlbuf_reset(&buf);
    for (unsigned i = 0; i < HLBLOCK_COUNT; i++)
        values[i] = i % 8;
    hlblock_encode(values, HLBLOCK_COUNT, &buf);
    OK(buf.size == 2 + 3 * 32, "256 values of 3 bits take 98 bytes, not %zu", buf.size);
    values[77] = 100000;
    hlbuf_reset(&buf);
    hlblock_encode(values, HLBLOCK_COUNT, &buf);
    OK(buf.size == 2 + 3 * 32 + 3, "an exception costs 3 bytes, in all %zu", buf.size);
    hlbuf_release(&buf);
}

/* Blocks may follow each other at any address. */
static void test_unaligned(void)
{
    uint64_t seed = 3003;
    unsigned wrong = 0;
    for (unsigned offset = 0; offset < 64; offset++) {
        struct hlbuf buf = {0};
        uint32_t a[HLBLOCK_COUNT], b[HLBLOCK_COUNT], back[HLBLOCK_COUNT];
        fill(a, HLBLOCK_COUNT, offset % 17, 3, 20, &seed);
        fill(b, 100, offset % 13, 1, 18, &seed);
        hlbuf_put_zeros(&buf, offset);
        hlblock_encode(a, HLBLOCK_COUNT, &buf);
        hlblock_encode(b, 100, &buf);
        const uint8_t *end = buf.data + buf.size;
        const uint8_t *p = hlblock_decode(buf.data + offset, end, HLBLOCK_COUNT, back);
        wrong += !p || memcmp(a, back, sizeof a);
        p = p ? hlblock_decode(p, end, 100, back) : NULL;
        wrong += p != end || memcmp(b, back, 100 * sizeof *b);
        hlbuf_release(&buf);
    }
    OK(!wrong, "blocks stand at any address, one after another");
}

/* Heads that are likely, then any bytes: an answer inside the bytes, or none. */
static void test_any_bytes(void)
{
    uint64_t seed = 3004;
    unsigned outside = 0, read = 0, wide = 0;
    uint32_t values[HLBLOCK_COUNT];
    for (unsigned i = 0; i < 200000; i++) {
        unsigned n = 1 + (unsigned)(tap_random(&seed) % HLBLOCK_COUNT);
        size_t size = tap_random(&seed) % 600;
        uint8_t *bytes = malloc(size + 1);
        assert(bytes);
        bytes = realloc(bytes, size ? size : 1);
        for (size_t k = 0; k < size; k++)
            bytes[k] = (uint8_t)tap_random(&seed);
        if (size > 1 && tap_random(&seed) % 4) {
            bytes[0] = (uint8_t)(tap_random(&seed) % 20);
            bytes[1] = (uint8_t)(tap_random(&seed) % 4);
        }
        const uint8_t *end = hlblock_decode(bytes, bytes + size, n, values);
        outside += end && (end < bytes || end > bytes + size);
        read += end != NULL;
        wide += end && n >= 16 && bytes[0] > HLBLOCK_WIDTH_MAX + (n == HLBLOCK_COUNT);
        free(bytes);
    }
    OK(!outside, "no bytes are read past their end");
    OK(read > 1000, "some of the random blocks are ones (%u)", read);
    OK(!wide, "no width is taken that the format lacks");
}

/* Bytes that only a damaged or hostile file has. */
static void test_refused(void)
{
    uint32_t values[HLBLOCK_COUNT];
    const struct {
        const char *what;
        unsigned n;
        uint8_t bytes[12];
        size_t size;
    } cases[] = {
        {"a varint past 32 bits", 1, {0xff, 0xff, 0xff, 0xff, 0x10}, 5},
        {"a varint that never ends", 1, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, 8},
        {"exceptions out of order", 16, {0, 2, 5, 1, 4, 1}, 6},
        {"an exception twice", 16, {0, 2, 5, 1, 5, 1}, 6},
        {"an exception past the last value", 16, {0, 1, 16, 1}, 4},
        {"an exception of nothing", 16, {0, 1, 3, 0}, 4},
        {"an exception past 32 bits", 16, {0, 1, 3, 0xff, 0xff, 0xff, 0xff, 0x1f}, 8},
        {"no bytes at all", 16, {0}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        OK(!hlblock_decode(cases[i].bytes, cases[i].bytes + cases[i].size, cases[i].n, values),
           "refused: %s", cases[i].what);
}

static void *no_realloc(void *p, size_t size)
{
    return NULL;
}

static void test_no_memory(void)
{
    const struct hlmem_hook none = {no_realloc, free};
    struct hlbuf buf = {0};
    uint32_t values[HLBLOCK_COUNT] = {1};
    hlmem_set_hook(&none);
    bool many = hlblock_encode(values, HLBLOCK_COUNT, &buf);
    bool few = hlblock_encode(values, 3, &buf);
    hlmem_set_hook(NULL);
    OK(!many && !few && !buf.size, "out of memory is said, and nothing is written");
}

int main(void)
{
    test_round_trip();
    test_sizes();
    test_unaligned();
    test_any_bytes();
    test_refused();
    test_no_memory();
    return tap_done();
}
