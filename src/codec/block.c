#include "codec/block.h"

#include <assert.h>

enum { LANES = 16, ROWS = HLBLOCK_COUNT / LANES, SMALL = 16, PLAIN = HLBLOCK_WIDTH_MAX + 1 };

static unsigned bits_of(uint32_t v)
{
    return v ? 32u - (unsigned)__builtin_clz(v) : 0;
}

/* wider[w]: how many values need more than w bits; 0 from where none does, which comes back. */
static unsigned count_wider(const uint32_t *values, unsigned n, unsigned wider[40])
{
    uint32_t all = 0;
    for (unsigned i = 0; i < n; i++)
        all |= values[i];
    unsigned most = bits_of(all);
    memset(wider, 0, 40 * sizeof *wider);
    for (unsigned w = 0; w < most; w++) {
        unsigned count = 0;
        for (unsigned i = 0; i < n; i++)
            count += values[i] >> w != 0;
        wider[w] = count;
    }
    return most;
}

/*
 * The width that makes the block smallest; an exception costs its place and its high bits,
 * a byte for each 7 that are begun.  PLAIN where 256 values are all wider than any width:
 * so many exceptions cannot be counted in a byte.
 */
static unsigned choose_width(const uint32_t *values, unsigned n, unsigned *out_exceptions)
{
    unsigned wider[40];
    unsigned most = count_wider(values, n, wider);
    unsigned best = PLAIN, best_cost = ~0u, best_count = 0;
    for (unsigned w = 0; w <= HLBLOCK_WIDTH_MAX && w <= most; w++) {
        unsigned cost = (n * w + 7) / 8 + wider[w];
        for (unsigned b = w; b < most; b += 7)
            cost += wider[b];
        if (wider[w] < 256 && cost < best_cost) {
            best_cost = cost;
            best = w;
            best_count = wider[w];
        }
    }
    *out_exceptions = best_count;
    return best;
}

/* Row r of all lanes starts at bit r * width of each lane's stream of 16-bit words. */
static void pack_lanes(const uint32_t *values, unsigned width, uint8_t *to)
{
    uint16_t words[HLBLOCK_WIDTH_MAX][LANES] = {{0}};
    uint32_t mask = (1u << width) - 1;
    for (unsigned r = 0; r < ROWS; r++) {
        unsigned bit = r * width, word = bit / 16, shift = bit % 16;
        for (unsigned lane = 0; lane < LANES; lane++) {
            uint32_t v = (values[r * LANES + lane] & mask) << shift;
            words[word][lane] |= (uint16_t)v;
            if (shift + width > 16)
                words[word + 1][lane] |= (uint16_t)(v >> 16);
        }
    }
    memcpy(to, words, (size_t)width * LANES * 2);
}

static void unpack_lanes(const uint8_t *p, unsigned width, uint32_t *values)
{
    uint16_t words[HLBLOCK_WIDTH_MAX + 1][LANES];
    memcpy(words, p, (size_t)width * LANES * 2);
    memset(words[width], 0, sizeof words[0]);
    uint32_t mask = (1u << width) - 1;
    for (unsigned r = 0; r < ROWS; r++) {
        unsigned bit = r * width, word = bit / 16, shift = bit % 16;
        unsigned next = word + (shift + width > 16);
        for (unsigned lane = 0; lane < LANES; lane++) {
            uint32_t v = words[word][lane] | (uint32_t)words[next][lane] << 16;
            values[r * LANES + lane] = v >> shift & mask;
        }
    }
}

/* May write up to 7 bytes past the end. */
static void pack_stream(const uint32_t *values, unsigned n, unsigned width, uint8_t *to)
{
    uint64_t pending = 0;
    unsigned bits = 0;
    uint32_t mask = (1u << width) - 1;
    for (unsigned i = 0; i < n; i++) {
        pending |= (uint64_t)(values[i] & mask) << bits;
        bits += width;
        if (bits >= 32) {
            uint32_t full = (uint32_t)pending;
            memcpy(to, &full, sizeof full);
            to += sizeof full;
            pending >>= 32;
            bits -= 32;
        }
    }
    memcpy(to, &pending, sizeof pending);
}

static void unpack_stream(const uint8_t *p, unsigned n, unsigned width, uint32_t *values)
{
    uint64_t pending = 0;
    unsigned bits = 0;
    uint32_t mask = (1u << width) - 1;
    for (unsigned i = 0; i < n; i++) {
        for (; bits < width; bits += 8)
            pending |= (uint64_t)*p++ << bits;
        values[i] = (uint32_t)pending & mask;
        pending >>= width;
        bits -= width;
    }
}

static bool encode_varints(const uint32_t *values, unsigned n, struct hlbuf *to)
{
    for (unsigned i = 0; i < n; i++)
        hlbuf_put_varint(to, values[i]);
    return !to->failed;
}

bool hlblock_encode(const uint32_t *values, unsigned n, struct hlbuf *to)
{
    assert(n >= 1 && n <= HLBLOCK_COUNT);
    if (n < SMALL)
        return encode_varints(values, n, to);
    unsigned exceptions, width = choose_width(values, n, &exceptions);
    if (width == PLAIN) {
        hlbuf_put_u8(to, PLAIN);
        return encode_varints(values, n, to);
    }
    size_t bytes = (n * width + 7) / 8;
    if (!hlbuf_grow(to, 2 + bytes + 8 + exceptions * 6))
        return false;
    uint8_t *p = to->data + to->size;
    p[0] = (uint8_t)width;
    p[1] = (uint8_t)exceptions;
    if (n == HLBLOCK_COUNT)
        pack_lanes(values, width, p + 2);
    else
        pack_stream(values, n, width, p + 2);
    to->size += 2 + bytes;
    for (unsigned i = 0; exceptions && i < n; i++)
        if (values[i] >> width) {
            hlbuf_put_u8(to, (uint8_t)i);
            hlbuf_put_varint(to, values[i] >> width);
        }
    return !to->failed;
}

static const uint8_t *decode_varints(const uint8_t *p, const uint8_t *end, unsigned n,
                                     uint32_t *values)
{
    struct hlview v = {p, end, false};
    for (unsigned i = 0; i < n; i++) {
        uint64_t value = hlview_varint(&v);
        if (v.bad || value > UINT32_MAX)
            return NULL;
        values[i] = (uint32_t)value;
    }
    return v.p;
}

static const uint8_t *decode_exceptions(const uint8_t *p, const uint8_t *end, unsigned count,
                                        unsigned width, unsigned n, uint32_t *values)
{
    struct hlview v = {p, end, false};
    int last = -1;
    for (unsigned i = 0; i < count; i++) {
        unsigned place = hlview_u8(&v);
        uint64_t high = hlview_varint(&v);
        if (v.bad || (int)place <= last || place >= n || !high || high > UINT32_MAX >> width)
            return NULL;
        values[place] |= (uint32_t)high << width;
        last = (int)place;
    }
    return v.p;
}

const uint8_t *hlblock_decode(const uint8_t *p, const uint8_t *end, unsigned n,
                              uint32_t *values)
{
    assert(n >= 1 && n <= HLBLOCK_COUNT);
    if (n < SMALL)
        return decode_varints(p, end, n, values);
    if (end > p && *p == PLAIN && n == HLBLOCK_COUNT)
        return decode_varints(p + 1, end, n, values);
    if (end - p < 2)
        return NULL;
    unsigned width = p[0], exceptions = p[1];
    size_t bytes = (n * width + 7) / 8;
    p += 2;
    if (width > HLBLOCK_WIDTH_MAX || (size_t)(end - p) < bytes)
        return NULL;
    if (n == HLBLOCK_COUNT)
        unpack_lanes(p, width, values);
    else
        unpack_stream(p, n, width, values);
    return exceptions ? decode_exceptions(p + bytes, end, exceptions, width, n, values)
                      : p + bytes;
}
