#include "codec/block_kernels.h"

#include <assert.h>

enum { LANES = HLBLOCK_LANES, ROWS = HLBLOCK_ROWS, SMALL = 16, PLAIN = HLBLOCK_WIDTH_MAX + 1 };

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

/* ---- kernels in plain C ---- */

static void unpack_lanes16(const uint8_t *p, unsigned width, uint16_t *values)
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
            values[r * LANES + lane] = (uint16_t)(v >> shift & mask);
        }
    }
}

static void unpack_lanes(const uint8_t *p, unsigned width, uint32_t *values)
{
    uint16_t narrow[HLBLOCK_COUNT];
    unpack_lanes16(p, width, narrow);
    for (unsigned i = 0; i < HLBLOCK_COUNT; i++)
        values[i] = narrow[i];
}

/* Each value by a load of its own, so that none waits for the one before. */
static inline uint32_t stream_value(const uint8_t *p, unsigned i, unsigned width)
{
    unsigned bit = i * width;
    return (uint32_t)(hlbuf_load64(p + bit / 8) >> bit % 8) & ((1u << width) - 1);
}

static void unpack_stream(const uint8_t *p, unsigned n, unsigned width, uint32_t *values)
{
    for (unsigned i = 0; i < n; i++)
        values[i] = stream_value(p, i, width);
}

static void unpack_stream16(const uint8_t *p, unsigned n, unsigned width, uint16_t *values)
{
    for (unsigned i = 0; i < n; i++)
        values[i] = (uint16_t)stream_value(p, i, width);
}

/* 256 steps of at most 65,536 each stay inside 32 bits, so one look at the end is enough. */
static uint32_t sum16(uint16_t *values, unsigned n, uint32_t from)
{
    for (unsigned i = 0; i < n; i++) {
        from += values[i];
        values[i] = (uint16_t)from;
        from++;
    }
    return from <= 65536 ? from : 0;
}

static void cap8(const uint16_t *values, unsigned n, unsigned cap, uint8_t *to,
                 uint64_t *at_cap)
{
    for (unsigned i = 0; i < n; i++)
        to[i] = (uint8_t)(values[i] < cap ? values[i] : cap);
    for (unsigned w = 0; w < HLBLOCK_COUNT / 64; w++) {
        uint64_t word = 0;
        for (unsigned i = w * 64; i < (w + 1) * 64 && i < n; i++)
            word |= (uint64_t)(to[i] == cap) << i % 64;
        at_cap[w] = word;
    }
}

static const struct hlblock_ops portable_ops = {unpack_lanes,    unpack_lanes16, unpack_stream,
                                                unpack_stream16, sum16,          cap8};

const struct hlblock_ops *hlblock_ops_at(enum hlcpu_level level)
{
    if (level > hlcpu_level())
        return NULL;
#if defined(__x86_64__)
    if (level == HLCPU_LEVEL_AVX512)
        return &hlblock_avx512_ops;
    if (level == HLCPU_LEVEL_AVX2)
        return &hlblock_avx2_ops;
#endif
    return &portable_ops;
}

static const struct hlblock_ops *best_ops(void)
{
    return hlblock_ops_at(hlcpu_level());
}

uint32_t hlblock_sum16(uint16_t *values, unsigned n, uint32_t from)
{
    assert(n >= 1 && n <= HLBLOCK_COUNT && from <= 65536);
    return best_ops()->sum16(values, n, from);
}

void hlblock_cap8(const uint16_t *values, unsigned n, unsigned cap, uint8_t *to,
                  uint64_t at_cap[HLBLOCK_COUNT / 64])
{
    assert(n >= 1 && n <= HLBLOCK_COUNT && cap >= 1 && cap <= 255);
    best_ops()->cap8(values, n, cap, to, at_cap);
}

/* ---- blocks ---- */

/* Values of either size: one of the two is NULL. */
struct target {
    uint32_t *to32;
    uint16_t *to16;
    bool wide; /* some value of to16 has more bits */
};

static inline void set_value(struct target *t, unsigned i, uint32_t value)
{
    if (t->to32) {
        t->to32[i] = value;
    } else {
        t->to16[i] = (uint16_t)value;
        t->wide |= value > UINT16_MAX;
    }
}

/* Mostly a byte; more go the slow way. */
static inline const uint8_t *get_varint(const uint8_t *p, const uint8_t *end,
                                        uint64_t *out_value)
{
    if (p < end && *p < 128) {
        *out_value = *p;
        return p + 1;
    }
    struct hlview v = {p, end, false};
    *out_value = hlview_varint(&v);
    return v.bad ? NULL : v.p;
}

static const uint8_t *decode_varints(const uint8_t *p, const uint8_t *end, unsigned n,
                                     struct target *t)
{
    for (unsigned i = 0; i < n; i++) {
        uint64_t value;
        p = get_varint(p, end, &value);
        if (!p || value > UINT32_MAX)
            return NULL;
        set_value(t, i, (uint32_t)value);
    }
    return p;
}

static const uint8_t *decode_exceptions(const uint8_t *p, const uint8_t *end, unsigned count,
                                        unsigned width, unsigned n, struct target *t)
{
    int last = -1;
    for (unsigned i = 0; i < count; i++) {
        if (p >= end)
            return NULL;
        unsigned place = *p;
        uint64_t high;
        p = get_varint(p + 1, end, &high);
        if (!p || (int)place <= last || place >= n || !high || high > UINT32_MAX >> width)
            return NULL;
        uint32_t low = t->to32 ? t->to32[place] : t->to16[place];
        set_value(t, place, low | (uint32_t)high << width);
        last = (int)place;
    }
    return p;
}

/* Streams are read past their end; where that is the end of all there is, from a copy. */
static void decode_stream(const struct hlblock_ops *ops, const uint8_t *p, const uint8_t *end,
                          size_t bytes, unsigned n, unsigned width, struct target *t)
{
    uint8_t copy[HLBLOCK_COUNT * HLBLOCK_WIDTH_MAX / 8 + HLBLOCK_PAST];
    if ((size_t)(end - p) < bytes + HLBLOCK_PAST) {
        memcpy(copy, p, bytes);
        memset(copy + bytes, 0, HLBLOCK_PAST);
        p = copy;
    }
    if (t->to32)
        ops->stream(p, n, width, t->to32);
    else
        ops->stream16(p, n, width, t->to16);
}

static const uint8_t *decode(const uint8_t *p, const uint8_t *end, unsigned n, struct target *t)
{
    assert(n >= 1 && n <= HLBLOCK_COUNT);
    if (n < SMALL)
        return decode_varints(p, end, n, t);
    if (end > p && *p == PLAIN && n == HLBLOCK_COUNT)
        return decode_varints(p + 1, end, n, t);
    if (end - p < 2)
        return NULL;
    unsigned width = p[0], exceptions = p[1];
    size_t bytes = (n * width + 7) / 8;
    p += 2;
    if (width > HLBLOCK_WIDTH_MAX || (size_t)(end - p) < bytes)
        return NULL;
    const struct hlblock_ops *ops = best_ops();
    if (n < HLBLOCK_COUNT)
        decode_stream(ops, p, end, bytes, n, width, t);
    else if (t->to32)
        ops->lanes(p, width, t->to32);
    else
        ops->lanes16(p, width, t->to16);
    return exceptions ? decode_exceptions(p + bytes, end, exceptions, width, n, t) : p + bytes;
}

const uint8_t *hlblock_decode(const uint8_t *p, const uint8_t *end, unsigned n,
                              uint32_t *values)
{
    struct target t = {values, NULL, false};
    return decode(p, end, n, &t);
}

const uint8_t *hlblock_decode16(const uint8_t *p, const uint8_t *end, unsigned n,
                                uint16_t *values, bool *out_wide)
{
    struct target t = {NULL, values, false};
    p = decode(p, end, n, &t);
    *out_wide = t.wide;
    return p;
}
