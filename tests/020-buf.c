/* Bytes written and read again, and what happens past the end. */
#include "base/buf.h"
#include "faultio.h"
#include "tap.h"

static void check_varint(uint64_t value, size_t size)
{
    struct hlbuf buf = {0};
    hlbuf_put_varint(&buf, value);
    OK(buf.size == size, "varint %llu takes %zu bytes", (unsigned long long)value, size);
    struct hlview view = hlview_of(buf.data, buf.size);
    OK(hlview_varint(&view) == value && !view.bad && view.p == view.end, "and comes back");
    bool cut_seen = true;
    for (size_t cut = 0; cut < buf.size; cut++) {
        view = hlview_of(buf.data, cut);
        cut_seen &= hlview_varint(&view) == 0 && view.bad && view.p == view.end;
    }
    OK(cut_seen, "each shorter form is bad");
    hlbuf_release(&buf);
}

static void test_varints(void)
{
    check_varint(0, 1);
    for (unsigned bits = 7; bits < 64; bits += 7) {
        check_varint((UINT64_C(1) << bits) - 1, bits / 7);
        check_varint(UINT64_C(1) << bits, bits / 7 + 1);
    }
    check_varint(UINT64_MAX, 10);
}

static void test_bad_varints(void)
{
    static const uint8_t long_one[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0x80, 0};
    static const uint8_t wide[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2};
    struct hlview view = hlview_of(long_one, sizeof long_one);
    OK(hlview_varint(&view) == 0 && view.bad, "an eleventh byte is bad");
    view = hlview_of(wide, sizeof wide);
    OK(hlview_varint(&view) == 0 && view.bad, "a 65th bit is bad");
    OK(view.p == view.end && hlview_u8(&view) == 0, "nothing is read after that");
}

static void test_random_varints(void)
{
    uint64_t seed = 20, state = seed;
    struct hlbuf buf = {0};
    enum { COUNT = 20000 };
    for (int i = 0; i < COUNT; i++) {
        unsigned shift = (unsigned)(tap_random(&state) % 64);
        hlbuf_put_varint(&buf, tap_random(&state) >> shift);
    }
    state = seed;
    struct hlview view = hlview_of(buf.data, buf.size);
    int wrong = 0;
    for (int i = 0; i < COUNT; i++) {
        unsigned shift = (unsigned)(tap_random(&state) % 64);
        wrong += hlview_varint(&view) != tap_random(&state) >> shift;
    }
    OK(!wrong && !view.bad && view.p == view.end, "20,000 random varints, seed 20");
    hlbuf_release(&buf);
}

static void test_numbers(void)
{
    static const uint8_t want[] = {1,    0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0f,
                                   0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08};
    struct hlbuf buf = {0};
    hlbuf_put_u8(&buf, 1);
    hlbuf_put_u16(&buf, 0x0203);
    hlbuf_put_u32(&buf, 0x04050607);
    hlbuf_put_u64(&buf, UINT64_C(0x08090a0b0c0d0e0f));
    OK(buf.size == sizeof want && !memcmp(buf.data, want, sizeof want), "little-endian");
    struct hlview view = hlview_of(buf.data, buf.size);
    OK(hlview_u8(&view) == 1 && hlview_u16(&view) == 0x0203, "short numbers come back");
    OK(hlview_u32(&view) == 0x04050607 && hlview_u64(&view) == UINT64_C(0x08090a0b0c0d0e0f) &&
           !view.bad && !hlview_left(&view),
       "long ones, too");
    view = hlview_of(buf.data, 7);
    OK(hlview_u64(&view) == 0 && view.bad, "eight of seven bytes are bad");
    view = hlview_of(buf.data, 7);
    OK(hlview_bytes(&view, 7) == buf.data && !hlview_left(&view), "bytes are borrowed");
    OK(!hlview_bytes(&view, 1) && view.bad, "one more is bad");
    view = hlview_of(buf.data, 7);
    OK(!hlview_bytes(&view, SIZE_MAX) && view.bad, "as is a size that would wrap");
    hlbuf_release(&buf);
}

static void test_growing(void)
{
    struct hlbuf buf = {0};
    OK(hlbuf_put(&buf, NULL, 0) && buf.size == 0, "nothing may be put from nowhere");
    OK(hlbuf_put_zeros(&buf, 0) && hlbuf_align(&buf, 64) && buf.size == 0, "nor no zeros");
    hlbuf_put_string(&buf, "abc");
    hlbuf_align(&buf, 8);
    OK(buf.size == 8 && !memcmp(buf.data, "abc\0\0\0\0\0", 8), "align fills with zeros");
    hlbuf_align(&buf, 8);
    OK(buf.size == 8, "aligned is aligned");
    hlbuf_put_format(&buf, "%s-%03d", "số", 7);
    OK(buf.size == 16 && !memcmp(buf.data + 8, "số-007", 8), "format adds no NUL");
    for (int i = 0; i < 10000; i++)
        hlbuf_put_format(&buf, "%d,", i % 10);
    OK(buf.size == 20016 && buf.data[20014] == '9' && buf.data[20015] == ',', "it grows");
    size_t room = buf.room;
    hlbuf_reset(&buf);
    OK(buf.size == 0 && buf.room == room, "reset keeps the memory");
    hlbuf_put_u8(&buf, 1);
    OK(!hlbuf_grow(&buf, SIZE_MAX) && buf.failed, "a size that wraps is a failure");
    OK(!hlbuf_put_u8(&buf, 1) && buf.size == 1, "which lasts");
    hlbuf_reset(&buf);
    OK(hlbuf_put_u8(&buf, 1), "until reset");
    hlbuf_release(&buf);
    OK(!buf.data && !buf.room, "release leaves an empty buffer");
}

static void test_no_memory(void)
{
    struct hlbuf buf = {0};
    faultmem_start(2, true);
    OK(hlbuf_put_zeros(&buf, 64), "the first allocation works");
    OK(!hlbuf_put_zeros(&buf, 1000) && buf.failed && buf.size == 64,
       "the second does not; what was there stays");
    OK(!hlbuf_put_varint(&buf, 5) && !hlbuf_put_format(&buf, "x") && buf.size == 64,
       "later puts do nothing");
    hlbuf_release(&buf);
    OK(faultmem_live() == 0, "nothing leaks");
    faultmem_stop();
}

int main(void)
{
    test_varints();
    test_bad_varints();
    test_random_varints();
    test_numbers();
    test_growing();
    test_no_memory();
    return tap_done();
}
