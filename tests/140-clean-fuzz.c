/*
 * Random text through clean and the keys: each must be idempotent, agree with
 * ICU where no rule but composition applies, and keep a map that leads back.
 */
#include "tap.h"
#include "text/fold.h"
#include "text/normalise.h"
#include "text/utf8.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { ROUNDS = 60000, TEXT_MAX = 400 };

/* What tends to break rules: vowels, marks, lookalikes, raised digits, separators. */
static const char pool[] =
    "aAeEiIoOuUyYdDbcghnmtkqTQăâđêôơưĂĐƠƯạấộừỹỷỶẬ"
    "\u0300\u0301\u0302\u0303\u0306\u0309\u030c\u031b\u0323\u0308\u0300\u0301\u0302\u0323"
    "\u0328\u0327\u034f\u0338\u0345\u0344\u0340\u0341\u1ab0"
    "аеорсухіјѕАВЕКМНОРСТУХІЅЈийМЖжвт\u0435\u0450\u0401\u0407"
    "οΑΒΕΗΙΚΜΝΟΡΤΥΧσΣςμλάΌ\u1f71\u1fbe\u1ffd\u212a\u212b\u2126"
    "ÐðƉɖǎǍ\u01df\u022d\u01d8\u1e1d\u0130\u0131\u1e9e\u023a\u01c5ßﬃﬁﬅ"
    "²³¹⁰⁴₂₉0123456789\u0661½Ⅷª\u00b5"
    "\u00ad\u200b\u200d\u2060\ufeff\u202a\ufe0f\u180e\u00a0\u3000\u2003\t \n\r"
    "\uff21\uff41\uff11\uff0d\uff07\u2010\u2011\u2212‘’ʼ´“”„«»–—.,-&'/:^`~@"
    "한글\u1100\u1161\u11a8漢字กิ่का\u09c7\u09be\u0bc6\u0bbe😀\U0001d165";

static char text[TEXT_MAX * 4];
static size_t text_size;
static uint32_t pool_cp[400];
static size_t pool_count;

static void read_pool(void)
{
    for (size_t at = 0; pool[at];) {
        size_t step;
        pool_cp[pool_count++] = hltext_utf8_decode(pool + at, &step);
        at += step;
    }
}

static void make_text(uint64_t *seed, size_t max)
{
    size_t count = 1 + tap_random(seed) % max;
    /* Some texts use a few characters only, so that rules meet. */
    size_t few = tap_random(seed) % 3 ? 2 + tap_random(seed) % 12 : 0;
    size_t base[16];
    for (size_t i = 0; i < 16; i++)
        base[i] = tap_random(seed) % pool_count;
    text_size = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = few ? base[tap_random(seed) % few] : tap_random(seed) % pool_count;
        uint32_t cp = pool_cp[k];
        if (tap_random(seed) % 200 == 0) {
            cp = (uint32_t)(tap_random(seed) % 0x110000);
            if (cp == 0 || (cp >= 0xd800 && cp <= 0xdfff))
                cp = 'x';
        }
        text_size += hltext_utf8_encode(cp, text + text_size);
    }
}

static void show(const char *what, const struct hlbuf *got)
{
    printf("# %s:", what);
    for (size_t at = 0, step; at < text_size; at += step)
        printf(" %04X", (unsigned)hltext_utf8_decode(text + at, &step));
    printf(" gives");
    for (size_t at = 0, step; got && at < got->size; at += step)
        printf(" %04X", (unsigned)hltext_utf8_decode((const char *)got->data + at, &step));
    printf("\n");
}

typedef hl_status make(const char *text, size_t size, struct hlbuf *out, struct hl_error *err);

static hl_status clean(const char *in, size_t size, struct hlbuf *out, struct hl_error *err)
{
    return hltext_clean(in, size, out, NULL, err);
}

static hl_status of_key(make *second, const char *in, size_t size, struct hlbuf *out)
{
    struct hlbuf key = {0};
    hl_status status = hltext_key(in, size, &key, NULL);
    if (!status)
        status = second((const char *)key.data, key.size, out, NULL);
    hlbuf_release(&key);
    return status;
}

static hl_status variant(const char *in, size_t size, struct hlbuf *out, struct hl_error *err)
{
    return of_key(hltext_variant_key, in, size, out);
}

static hl_status fold(const char *in, size_t size, struct hlbuf *out, struct hl_error *err)
{
    return of_key(hltext_fold_key, in, size, out);
}

static void test_idempotent(make *function, const char *name, uint64_t seed, size_t max)
{
    struct hlbuf once = {0}, twice = {0};
    int wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        make_text(&seed, max);
        hlbuf_reset(&once);
        hlbuf_reset(&twice);
        bool good = !function(text, text_size, &once, NULL) &&
                    !function((const char *)once.data, once.size, &twice, NULL) &&
                    once.size == twice.size &&
                    (!once.size || !memcmp(once.data, twice.data, once.size)) &&
                    hltext_utf8_check((const char *)once.data, once.size) == once.size;
        if (!good && wrong++ < 3) {
            show(name, &once);
            show("then", &twice);
        }
    }
    OK(wrong == 0, "%s twice is %s once (%d of %d differ)", name, name, wrong, ROUNDS);
    hlbuf_release(&once);
    hlbuf_release(&twice);
}

/* Every span of the map covers bytes of the text, in rising order, and all letters are there.
 */
static bool map_rises(const struct hlbuf *map, const struct hlbuf *out)
{
    struct hltext_cursor cursor = hltext_cursor_of(map);
    uint32_t start = 0, end = 0;
    for (uint32_t at = 0; at < out->size; at++) {
        uint32_t s = hltext_map_start(&cursor, at), e = hltext_map_end(&cursor, at + 1);
        if (s < start || e < end || s >= e || e > text_size)
            return false;
        start = s;
        end = e;
    }
    return true;
}

static void test_map(uint64_t seed)
{
    struct hlbuf out = {0}, map = {0};
    int wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        make_text(&seed, 40);
        bool good = !hltext_clean(text, text_size, &out, &map, NULL) && map_rises(&map, &out);
        if (!good && wrong++ < 3)
            show("map", &out);
    }
    OK(wrong == 0, "the map rises (%d of %d do not)", wrong, ROUNDS);
    hlbuf_release(&out);
    hlbuf_release(&map);
}

/* Text of letters and marks that no rule but C1 and C3 touches: clean is NFC. */
static void test_nfc(uint64_t seed)
{
    static const uint32_t plain[] = {
        'n',    'b',    'z',   'g',    0x307,  0x308,  0x304,   0x323,   0x32d, 0x327,
        0x30a,  0x338,  0x345, 0x1100, 0x1161, 0x11a8, 0xac00,  0x9c7,   0x9be, 0x1e69,
        0x1e0b, 0x212a, 0x3b8, 0x3ac,  0x6c,   0x325,  0x1d165, 0x1d157, 0x344};
    struct hlbuf out = {0};
    int wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        UErrorCode status = U_ZERO_ERROR;
        UChar wide[256], composed[256];
        char want[1024];
        int32_t n = 0, size = 0;
        text_size = 0;
        for (size_t k = 1 + tap_random(&seed) % 30; k > 0; k--)
            text_size += hltext_utf8_encode(
                plain[tap_random(&seed) % (sizeof plain / sizeof plain[0])], text + text_size);
        u_strFromUTF8(wide, 256, &n, text, (int32_t)text_size, &status);
        n = unorm2_normalize(unorm2_getNFCInstance(&status), wide, n, composed, 256, &status);
        u_strToUTF8(want, sizeof want, &size, composed, n, &status);
        bool good = U_SUCCESS(status) && !hltext_clean(text, text_size, &out, NULL, NULL) &&
                    out.size == (size_t)size && !memcmp(out.data, want, out.size);
        if (!good && wrong++ < 3)
            show("nfc", &out);
    }
    OK(wrong == 0, "without rules clean is NFC (%d of %d differ)", wrong, ROUNDS);
    hlbuf_release(&out);
}

/* A megabyte of one mark, or without a blank, must not take forever. */
static void test_hostile(void)
{
    static const char *const units[] = {"\u0301", "\u0323\u0301", "a\u0301\u0302", "漢", "²",
                                        "ð",      "\u200b",       "\u0327\u0315"};
    struct hlbuf in = {0}, out = {0}, map = {0};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        hlbuf_reset(&in);
        hlbuf_put_string(&in, "a");
        while (in.size < 1 << 20)
            hlbuf_put_string(&in, units[i]);
        OK(!hltext_clean((const char *)in.data, in.size, &out, &map, NULL) &&
               out.size <= in.size + in.size / 2,
           "a megabyte of unit %zu", i);
    }
    hlbuf_release(&in);
    hlbuf_release(&out);
    hlbuf_release(&map);
}

int main(void)
{
    read_pool();
    test_idempotent(clean, "clean", 1, 40);
    test_idempotent(clean, "clean of short text", 2, 5);
    test_idempotent(hltext_key, "key", 3, 12);
    test_idempotent(hltext_key, "key of short text", 4, 4);
    test_idempotent(variant, "variant", 5, 8);
    test_idempotent(fold, "fold", 6, 12);
    test_idempotent(fold, "fold of short text", 7, 4);
    test_map(8);
    test_nfc(9);
    test_hostile();
    return tap_done();
}
