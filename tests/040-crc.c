/* CRC-32C: the vectors of RFC 3720, B.4, and both twins against a bit-by-bit one. */
#include "base/crc.h"
#include "base/hash.h"
#include "tap.h"

/* The definition: the polynomial 0x1edc6f41 reflected, one bit at a time. */
static uint32_t by_bits(uint32_t crc, const uint8_t *bytes, size_t size)
{
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
    }
    return ~crc;
}

static void check_vector(const char *name, const uint8_t *bytes, size_t size, uint32_t want)
{
    OK(hlcrc_update(0, bytes, size) == want, "%s", name);
    OK(hlcrc_update_portable(0, bytes, size) == want, "%s, portable", name);
}

static void test_vectors(void)
{
    static const uint8_t read_command[48] = {
        0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0, 0,
        0x14, 0,    0, 0, 0, 0, 4, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18,
        0x28, 0,    0, 0, 0, 0, 0, 0, 2, 0, 0, 0,    0, 0, 0, 0};
    uint8_t bytes[32];
    memset(bytes, 0, 32);
    check_vector("32 zeros", bytes, 32, 0x8a9136aa);
    memset(bytes, 0xff, 32);
    check_vector("32 ones", bytes, 32, 0x62a8ab43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    check_vector("32 rising", bytes, 32, 0x46dd794e);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    check_vector("32 falling", bytes, 32, 0x113fdb5c);
    check_vector("iSCSI read command", read_command, 48, 0xd9963a56);
    check_vector("123456789", (const uint8_t *)"123456789", 9, 0xe3069283);
    check_vector("nothing", bytes, 0, 0);
}

/* One number for both twins and the definition, or the place where they part. */
static void test_twins(void)
{
    uint8_t bytes[512 + 16];
    uint64_t seed = 40;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)tap_random(&seed);
    size_t wrong = 0, pieces = 0;
    for (size_t at = 0; at < 16; at++)
        for (size_t size = 0; size <= 512; size++) {
            uint32_t start = (uint32_t)(size * 2654435761u);
            uint32_t want = by_bits(start, bytes + at, size);
            wrong += hlcrc_update(start, bytes + at, size) != want ||
                     hlcrc_update_portable(start, bytes + at, size) != want;
            uint32_t in_two = hlcrc_update(start, bytes + at, size / 3);
            pieces += hlcrc_update(in_two, bytes + at + size / 3, size - size / 3) != want;
        }
    OK(!wrong, "twins agree for 16 alignments and all lengths to 512");
    OK(!pieces, "the sum of pieces is the sum of the whole");
}

/* Lengths around what goes through three lanes at once, and blocks of the index. */
static void test_long(void)
{
    enum { LANES = 3 * 1344, MOST = 2 * LANES + 700 };
    static const size_t sizes[] = {LANES - 1, LANES,     LANES + 1,     LANES + 64,
                                   4096,      2 * LANES, 2 * LANES + 9, MOST - 3};
    static uint8_t bytes[MOST];
    uint64_t seed = 41;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)tap_random(&seed);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t at = 0; at < 3; at++) {
            uint32_t start = (uint32_t)(sizes[i] * 2654435761u);
            uint32_t want = by_bits(start, bytes + at, sizes[i]);
            OK(hlcrc_update(start, bytes + at, sizes[i]) == want &&
                   hlcrc_update_portable(start, bytes + at, sizes[i]) == want,
               "twins agree for %zu bytes from %zu", sizes[i], at);
        }
}

static void test_three(void)
{
    static const size_t sizes[] = {64, 4096, 16384};
    static uint8_t bytes[3 * 16384 + 7];
    uint64_t seed = 43;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)tap_random(&seed);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t crcs[3];
        unsigned right = 0;
        hlcrc_three(bytes + 7, sizes[i], crcs);
        for (size_t k = 0; k < 3; k++)
            right += crcs[k] == hlcrc_update_portable(0, bytes + 7 + k * sizes[i], sizes[i]);
        OK(right == 3, "three pieces of %zu bytes at once", sizes[i]);
    }
}

/* Values of the format: a change of the hash function would change every index. */
static void test_hash(void)
{
    uint64_t both[2];
    OK(hlhash64("", 0) == UINT64_C(0x2d06800538d394c2), "XXH3-64 of nothing");
    hlhash128("", 0, both);
    OK(both[0] == UINT64_C(0x6001c324468d497f) && both[1] == UINT64_C(0x99aa06d3014798d8),
       "XXH3-128 of nothing");
    OK(hlhash64("khoa", 4) != hlhash64("khóa", 5), "other bytes, another hash");
}

int main(void)
{
    test_vectors();
    test_twins();
    test_long();
    test_three();
    test_hash();
    return tap_done();
}
