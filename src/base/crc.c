#include "base/crc.h"

#include "base/buf.h"
#include "base/cpu.h"

#include <assert.h>
#include <pthread.h>

static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

/* Slicing by 8 (Kounavis and Berry, 2005): eight tables, eight bytes a step. */
static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int t = 1; t < 8; t++)
            table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 255];
}

uint32_t hlcrc_update_portable(uint32_t crc, const void *bytes, size_t size)
{
    pthread_once(&table_once, make_table);
    const uint8_t *p = bytes;
    crc = ~crc;
    for (; size >= 8; size -= 8, p += 8) {
        uint32_t a = crc ^ hlbuf_load32(p);
        uint32_t b = hlbuf_load32(p + 4);
        crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^
              table[4][a >> 24] ^ table[3][b & 255] ^ table[2][b >> 8 & 255] ^
              table[1][b >> 16 & 255] ^ table[0][b >> 24];
    }
    for (; size; size--, p++)
        crc = crc >> 8 ^ table[0][(crc ^ *p) & 255];
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

/*
 * The instruction takes three cycles but may begin anew in each, so that three lanes side by
 * side take the time of one (Gopal and others, 2011).  A process that answers one request
 * verifies over a thousand blocks.  LANE is chosen for blocks of 4 KiB; LANE_SHIFT and
 * TWO_SHIFT are x to the power of 8 LANE and 16 LANE, modulo the polynomial, reflected.
 */
enum { LANE = 1344 };
static const uint32_t LANE_SHIFT = 0xd27285db, TWO_SHIFT = 0x46bf959e;

/* The product of two polynomials modulo that of the checksum, all reflected. */
static inline uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;
    for (int bit = 31; bit >= 0; bit--) {
        product ^= b & -(a >> bit & 1);
        b = b >> 1 ^ (0x82f63b78u & -(b & 1));
    }
    return product;
}

/* Three lanes of `size` bytes, one behind the other; crcs are complements.  Blocks come from
 * memory more often than from a cache, and a processor that fetches ahead by itself stops at
 * the end of each page. */
__attribute__((target("sse4.2"))) static inline void run_lanes(const uint8_t *p, size_t size,
                                                               uint64_t crcs[3])
{
    enum { LINE = 64, AHEAD = 512 };
    uint64_t a = crcs[0], b = crcs[1], c = crcs[2];
    for (const uint8_t *end = p + size; p < end; p += LINE) {
        __builtin_prefetch(p + AHEAD);
        __builtin_prefetch(p + size + AHEAD);
        __builtin_prefetch(p + 2 * size + AHEAD);
        for (int i = 0; i < LINE; i += 8) {
            a = _mm_crc32_u64(a, hlbuf_load64(p + i));
            b = _mm_crc32_u64(b, hlbuf_load64(p + size + i));
            c = _mm_crc32_u64(c, hlbuf_load64(p + 2 * size + i));
        }
    }
    crcs[0] = a;
    crcs[1] = b;
    crcs[2] = c;
}

__attribute__((target("sse4.2"))) static uint32_t update_sse42(uint32_t crc, const void *bytes,
                                                               size_t size)
{
    const uint8_t *p = bytes;
    uint64_t c = (uint32_t)~crc;
    _Static_assert(LANE % 64 == 0, "lanes are of whole lines");
    for (; size >= 3 * LANE; size -= 3 * LANE, p += 3 * LANE) {
        uint64_t lanes[3] = {c, 0, 0};
        run_lanes(p, LANE, lanes);
        c = multiply(TWO_SHIFT, (uint32_t)lanes[0]) ^ multiply(LANE_SHIFT, (uint32_t)lanes[1]) ^
            (uint32_t)lanes[2];
    }
    for (; size >= 8; size -= 8, p += 8)
        c = _mm_crc32_u64(c, hlbuf_load64(p));
    uint32_t c32 = (uint32_t)c;
    for (; size; size--, p++)
        c32 = _mm_crc32_u8(c32, *p);
    return ~c32;
}

__attribute__((target("sse4.2"))) static void three_sse42(const void *bytes, size_t size,
                                                          uint32_t *out_crcs)
{
    uint64_t lanes[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    run_lanes(bytes, size, lanes);
    for (int i = 0; i < 3; i++)
        out_crcs[i] = ~(uint32_t)lanes[i];
}

void hlcrc_three(const void *bytes, size_t size, uint32_t out_crcs[3])
{
    assert(size % 64 == 0);
    if (hlcpu_has(HLCPU_SSE42)) {
        three_sse42(bytes, size, out_crcs);
        return;
    }
    for (int i = 0; i < 3; i++)
        out_crcs[i] = hlcrc_update_portable(0, (const uint8_t *)bytes + (size_t)i * size, size);
}

uint32_t hlcrc_update(uint32_t crc, const void *bytes, size_t size)
{
    if (hlcpu_has(HLCPU_SSE42))
        return update_sse42(crc, bytes, size);
    return hlcrc_update_portable(crc, bytes, size);
}
#else
void hlcrc_three(const void *bytes, size_t size, uint32_t out_crcs[3])
{
    for (int i = 0; i < 3; i++)
        out_crcs[i] = hlcrc_update_portable(0, (const uint8_t *)bytes + (size_t)i * size, size);
}

uint32_t hlcrc_update(uint32_t crc, const void *bytes, size_t size)
{
    return hlcrc_update_portable(crc, bytes, size);
}
#endif
