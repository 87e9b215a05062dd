/*
 * Every kernel of the codec against values taken bit by bit: each width, each number of
 * values, and data that ends where the page ends.
 */
#include "tap.h"

#include "codec/block_kernels.h"

#include <sys/mman.h>
#include <unistd.h>

static const char *const level_name[HLCPU_LEVELS] = {"portable", "AVX2", "AVX-512"};
static uint64_t seed = 7;

/* Bit by bit, as FORMAT.md 12 says. */
static uint32_t lane_value(const uint8_t *p, unsigned i, unsigned width)
{
    uint32_t v = 0;
    for (unsigned k = 0; k < width; k++) {
        unsigned bit = i / HLBLOCK_LANES * width + k;
        size_t byte = (bit / 16 * HLBLOCK_LANES + i % HLBLOCK_LANES) * 2 + bit % 16 / 8;
        v |= (uint32_t)(p[byte] >> bit % 8 & 1) << k;
    }
    return v;
}

static uint32_t stream_value(const uint8_t *p, unsigned i, unsigned width)
{
    uint32_t v = 0;
    for (unsigned k = 0; k < width; k++)
        v |= (uint32_t)(p[(i * width + k) / 8] >> (i * width + k) % 8 & 1) << k;
    return v;
}

static void fill(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)tap_random(&seed);
}

/* Memory of one page before one that cannot be read; the last `size` bytes of it. */
static uint8_t *before_the_end(size_t size)
{
    static uint8_t *pages;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (!pages) {
        pages =
            mmap(NULL, page * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
            abort();
    }
    return pages + page - size;
}

static unsigned wrong_lanes(const struct hlblock_ops *ops, unsigned width)
{
    uint32_t values[HLBLOCK_COUNT];
    uint16_t narrow[HLBLOCK_COUNT];
    uint8_t *bytes = before_the_end((size_t)width * 32);
    unsigned wrong = 0;
    fill(bytes, (size_t)width * 32);
    ops->lanes(bytes, width, values);
    ops->lanes16(bytes, width, narrow);
    for (unsigned i = 0; i < HLBLOCK_COUNT; i++) {
        uint32_t want = lane_value(bytes, i, width);
        wrong += values[i] != want || narrow[i] != want;
    }
    return wrong;
}

static unsigned wrong_stream(const struct hlblock_ops *ops, unsigned n, unsigned width)
{
    uint32_t values[HLBLOCK_COUNT];
    uint16_t narrow[HLBLOCK_COUNT];
    size_t size = (n * width + 7) / 8 + HLBLOCK_PAST;
    uint8_t *bytes = before_the_end(size);
    unsigned wrong = 0;
    fill(bytes, size);
    ops->stream(bytes, n, width, values);
    ops->stream16(bytes, n, width, narrow);
    for (unsigned i = 0; i < n; i++) {
        uint32_t want = stream_value(bytes, i, width);
        wrong += values[i] != want || narrow[i] != want;
    }
    return wrong;
}

/* Sums around the greatest number that there is, from every kind of start. */
static unsigned wrong_sums(const struct hlblock_ops *ops, unsigned n)
{
    unsigned wrong = 0;
    const unsigned spans[] = {1, 3, 65536 / n, 65536 / n * 2, 65536 / n * 3, 65536};
    for (unsigned round = 0; round < 24; round++) {
        uint16_t values[HLBLOCK_COUNT], want[HLBLOCK_COUNT];
        uint32_t from = round % 3 ? (uint32_t)(tap_random(&seed) % 65537) >> round % 7 : 0;
        from = round == 23 ? 65536 : from;
        uint64_t sum = from;
        for (unsigned i = 0; i < HLBLOCK_COUNT; i++) {
            values[i] = (uint16_t)(tap_random(&seed) % spans[round % 6]);
            if (round == 5 && i == n / 2)
                values[i] = 65535;
            if (i >= n)
                continue;
            sum += values[i];
            want[i] = (uint16_t)sum++;
        }
        uint32_t end = ops->sum16(values, n, from);
        wrong += end != (sum <= 65536 ? sum : 0);
        wrong += end && memcmp(values, want, n * sizeof *want);
    }
    return wrong;
}

static unsigned wrong_exact_sums(const struct hlblock_ops *ops)
{
    unsigned wrong = 0;
    for (unsigned n = 1; n <= HLBLOCK_COUNT; n++)
        for (uint32_t end = 65534; end <= 65538; end++) {
            uint16_t values[HLBLOCK_COUNT] = {0}; /* n numbers, the last of them end - 1 */
            values[n - 1] = (uint16_t)(end - n);
            uint32_t got = ops->sum16(values, n, 0);
            wrong += end - n <= 65535 && got != (end <= 65536 ? end : 0);
        }
    return wrong;
}

static unsigned wrong_caps(const struct hlblock_ops *ops, unsigned n)
{
    unsigned wrong = 0;
    const unsigned caps[] = {1, 15, 128, 255};
    for (unsigned round = 0; round < 8; round++) {
        uint16_t values[HLBLOCK_COUNT];
        uint8_t bytes[HLBLOCK_COUNT];
        uint64_t at_cap[HLBLOCK_COUNT / 64];
        unsigned cap = caps[round % 4];
        for (unsigned i = 0; i < HLBLOCK_COUNT; i++)
            values[i] = (uint16_t)(tap_random(&seed) % (round < 4 ? cap * 2 : 65536));
        memset(at_cap, 0xa5, sizeof at_cap);
        ops->cap8(values, n, cap, bytes, at_cap);
        for (unsigned i = 0; i < HLBLOCK_COUNT; i++) {
            wrong += (at_cap[i / 64] >> i % 64 & 1) != (i < n && values[i] >= cap);
            wrong += i < n && bytes[i] != (values[i] < cap ? values[i] : cap);
        }
    }
    return wrong;
}

static void test_level(enum hlcpu_level level)
{
    const struct hlblock_ops *ops = hlblock_ops_at(level);
    unsigned wrong[4] = {0};
    for (unsigned width = 0; width <= HLBLOCK_WIDTH_MAX; width++) {
        wrong[0] += wrong_lanes(ops, width);
        for (unsigned n = 1; n < HLBLOCK_COUNT; n++)
            wrong[1] += wrong_stream(ops, n, width);
    }
    for (unsigned n = 1; n <= HLBLOCK_COUNT; n++) {
        wrong[2] += wrong_sums(ops, n);
        wrong[3] += wrong_caps(ops, n);
    }
    wrong[2] += wrong_exact_sums(ops);
    OK(!wrong[0], "%s: lanes of every width", level_name[level]);
    OK(!wrong[1], "%s: streams of every width and number", level_name[level]);
    OK(!wrong[2], "%s: sums, and where they leave 16 bits", level_name[level]);
    OK(!wrong[3], "%s: bytes with a cap", level_name[level]);
}

/* Blocks of every length and mix of sizes: 16 bits of the 32, and word of what is lost. */
static void test_narrow(void)
{
    unsigned wrong = 0, plain = 0;
    for (unsigned n = 1; n <= HLBLOCK_COUNT; n++)
        for (unsigned bits = 0; bits <= 32; bits++) {
            uint32_t values[HLBLOCK_COUNT], back[HLBLOCK_COUNT];
            uint16_t narrow[HLBLOCK_COUNT];
            bool any = false, wide = false;
            struct hlbuf buf = {0};
            for (unsigned i = 0; i < n; i++) {
                unsigned shift = i % 9 ? 32 - bits / 2 : 32 - bits;
                values[i] = shift < 32 ? (uint32_t)tap_random(&seed) >> shift : 0;
                if (n == HLBLOCK_COUNT && bits > 28) /* of no width: 17 in place of one */
                    values[i] |= 1u << bits % 15 << 17;
                any |= values[i] > UINT16_MAX;
            }
            hlblock_encode(values, n, &buf);
            uint8_t *at = before_the_end(buf.size), *end = at + buf.size;
            memcpy(at, buf.data, buf.size);
            plain += n == HLBLOCK_COUNT && at[0] == HLBLOCK_WIDTH_MAX + 1;
            wrong += hlblock_decode(at, end, n, back) != end;
            wrong += hlblock_decode16(at, end, n, narrow, &wide) != end || wide != any;
            for (unsigned i = 0; i < n; i++)
                wrong += back[i] != values[i] || narrow[i] != (uint16_t)values[i];
            hlbuf_release(&buf);
        }
    OK(plain == 4, "blocks without a width are among them (%u)", plain);
    OK(!wrong, "blocks that end where memory ends, to 32 and to 16 bits");
}

int main(void)
{
    for (int i = 0; i < HLCPU_LEVELS; i++)
        if (hlblock_ops_at((enum hlcpu_level)i)) {
            test_level((enum hlcpu_level)i);
        } else {
            char words[64];
            snprintf(words, sizeof words, "%s: this processor lacks it", level_name[i]);
            tap_skip(words);
        }
    test_narrow();
    return tap_done();
}
