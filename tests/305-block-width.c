/*
 * The width of a block is the one that makes it smallest, by the definition: each width
 * tried, each exception's bytes added up.
 */
#include "codec/block.h"
#include "tap.h"

enum { ROUNDS = 4000 };

static unsigned bits_of(uint32_t v)
{
    unsigned bits = 0;
    for (; v; v >>= 1)
        bits++;
    return bits;
}

/* Bytes of the block at a width, 0 where its exceptions cannot be counted. */
static size_t size_at(const uint32_t *values, unsigned n, unsigned width)
{
    size_t size = 2 + (n * width + 7) / 8, exceptions = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned bits = bits_of(values[i]);
        if (bits <= width)
            continue;
        exceptions++;
        size += 1 + (bits - width + 6) / 7;
    }
    return exceptions < 256 ? size : 0;
}

/* The width and size that the definition asks for: the lowest of the smallest. */
static size_t smallest(const uint32_t *values, unsigned n, unsigned *out_width)
{
    size_t best = SIZE_MAX;
    *out_width = HLBLOCK_WIDTH_MAX + 1;
    for (unsigned w = 0; w <= HLBLOCK_WIDTH_MAX; w++) {
        size_t size = size_at(values, n, w);
        if (size && size < best) {
            best = size;
            *out_width = w;
        }
    }
    return best;
}

/* Values of about one width, with some that are wider. */
static void make_values(uint64_t *seed, uint32_t *values, unsigned n)
{
    unsigned low = tap_random(seed) % 20, high = tap_random(seed) % 33;
    unsigned wide = 1 + tap_random(seed) % 64;
    for (unsigned i = 0; i < n; i++) {
        unsigned bits = tap_random(seed) % wide ? low : high;
        values[i] = bits ? (uint32_t)tap_random(seed) >> (32 - bits) : 0;
    }
}

static void test_width(unsigned least, unsigned most, const char *what)
{
    uint64_t seed = least;
    unsigned wrong = 0, seen[HLBLOCK_WIDTH_MAX + 2] = {0}, widths = 0;
    struct hlbuf out = {0};
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t values[HLBLOCK_COUNT], back[HLBLOCK_COUNT];
        unsigned n = least + (unsigned)(tap_random(&seed) % (most - least + 1)), width;
        make_values(&seed, values, n);
        size_t size = smallest(values, n, &width);
        hlbuf_reset(&out);
        bool good = hlblock_encode(values, n, &out) && out.data[0] == width &&
                    (width > HLBLOCK_WIDTH_MAX || out.size == size);
        hlbuf_put_zeros(&out, 64);
        good = good && hlblock_decode(out.data, out.data + out.size, n, back) &&
               !memcmp(values, back, n * sizeof *values);
        wrong += !good;
        widths += !seen[width]++;
    }
    OK(wrong == 0 && widths >= HLBLOCK_WIDTH_MAX, "%s: the smallest width (%u of %d wrong)",
       what, wrong, ROUNDS);
    hlbuf_release(&out);
}

/* Values that are all wide leave no width: 256 exceptions cannot be counted. */
static void test_plain(void)
{
    uint32_t values[HLBLOCK_COUNT];
    struct hlbuf out = {0};
    for (unsigned i = 0; i < HLBLOCK_COUNT; i++)
        values[i] = 0x10000u << i % 16;
    OK(hlblock_encode(values, HLBLOCK_COUNT, &out) && out.data[0] == HLBLOCK_WIDTH_MAX + 1,
       "256 wide values have no width");
    values[7] = 0;
    hlbuf_reset(&out);
    OK(hlblock_encode(values, HLBLOCK_COUNT, &out) && out.data[0] <= HLBLOCK_WIDTH_MAX,
       "255 have one");
    hlbuf_release(&out);
}

int main(void)
{
    test_width(HLBLOCK_COUNT, HLBLOCK_COUNT, "full blocks");
    test_width(16, HLBLOCK_COUNT - 1, "parts of blocks");
    test_plain();
    return tap_done();
}
