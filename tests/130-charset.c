/* Older encodings: every letter, against glibc where it knows them; guessing; repair. */
#include "tap.h"
#include "text/charset.h"
#include "text/charset_table.h"
#include "text/utf8.h"

#include <iconv.h>

static const char sample[] =
    "Người đàn ông hết ung thư phổi giai đoạn cuối nhờ thuốc thử nghiệm, các bác sĩ ở Hà Nội "
    "nói rằng kết quả ấy vẫn cần được kiểm chứng trên nhiều bệnh nhân khác nữa";

/* UTF-8 to one of our charsets: the inverse of what is under test, letter by letter. */
static size_t encode_single(const struct hlcharset_single *single, const char *text,
                            uint8_t *out)
{
    size_t n = 0;
    for (size_t at = 0, step; text[at]; at += step) {
        uint32_t cp = hltext_utf8_decode(text + at, &step);
        out[n] = (uint8_t)cp;
        for (size_t i = 0; cp >= 0x80 && i < HLCHARSET_LETTERS; i++)
            if (hlcharset_small[i] == cp)
                out[n] = single->small[i];
            else if (hlcharset_capital[i] == cp)
                out[n] = single->capital[i] ? single->capital[i] : single->small[i];
        n++;
    }
    return n;
}

static bool decodes_to(const char *charset, const void *bytes, size_t size, const char *want)
{
    struct hlbuf out = {0};
    bool good = !hltext_decode(charset, bytes, size, &out, NULL) && out.size == strlen(want) &&
                !memcmp(out.data, want, out.size);
    if (!good)
        printf("# %s gives %.*s\n", charset, (int)out.size, (const char *)out.data);
    hlbuf_release(&out);
    return good;
}

/* Each letter alone, in both cases, through a one-byte charset. */
static int wrong_letters(const char *charset, const struct hlcharset_single *single, int *count)
{
    int wrong = 0;
    for (size_t i = 0; i < 2 * HLCHARSET_LETTERS; i++) {
        size_t k = i % HLCHARSET_LETTERS;
        uint8_t byte = i < HLCHARSET_LETTERS ? single->small[k] : single->capital[k];
        char want[5] = "";
        if (!byte)
            continue;
        hltext_utf8_encode(i < HLCHARSET_LETTERS ? hlcharset_small[k] : hlcharset_capital[k],
                           want);
        (*count)++;
        wrong += !decodes_to(charset, &byte, 1, want);
    }
    return wrong;
}

static void test_letters(void)
{
    int count = 0;
    OK(wrong_letters("TCVN3", &hlcharset_tcvn3, &count) == 0 && count == 74, "TCVN3");
    count = 0;
    OK(wrong_letters("VISCII", &hlcharset_viscii, &count) == 0 && count == 134, "VISCII");
    count = 0;
    OK(wrong_letters("VPS", &hlcharset_vps, &count) == 0 && count == 120, "VPS");
}

/* glibc is the second witness: same bytes, same letters. */
static int differs_from_glibc(const char *name, const char *charset,
                              const struct hlcharset_single *single)
{
    int wrong = 0;
    iconv_t iconv_handle = iconv_open("UTF-8", name);
    if (iconv_handle == (iconv_t)-1)
        return -1;
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        char in[2] = {(char)single->small[i], ' '}, out[16] = "", *from = in, *to = out;
        size_t in_size = 2, out_size = sizeof out - 1;
        iconv(iconv_handle, NULL, NULL, NULL, NULL);
        if (iconv(iconv_handle, &from, &in_size, &to, &out_size) == (size_t)-1)
            wrong++;
        iconv(iconv_handle, NULL, NULL, &to, &out_size);
        wrong += !decodes_to(charset, in, 2, out);
    }
    iconv_close(iconv_handle);
    return wrong;
}

static void test_glibc(void)
{
    int tcvn = differs_from_glibc("TCVN5712-1", "TCVN3", &hlcharset_tcvn3);
    int viscii = differs_from_glibc("VISCII", "VISCII", &hlcharset_viscii);
    if (tcvn < 0 || viscii < 0)
        tap_skip("glibc has no converters here");
    else
        OK(tcvn == 0 && viscii == 0, "glibc agrees on TCVN and VISCII");
}

static void test_vni_viqr(void)
{
    static const char vni[] = "Ng\xf6\xf4\xf8i \xf1\xe0n oâng";
    OK(decodes_to("VNI",
                  "Ng\xf6\xf4\xf8i \xf1"
                  "a\xf8n o\xe2ng",
                  16, "Người đàn ông"),
       "VNI");
    OK(decodes_to("VNI",
                  "NG\xd6\xd4\xd8I \xd1"
                  "A\xd8N O\xc2NG",
                  16, "NGƯỜI ĐÀN ÔNG"),
       "VNI capitals");
    OK(decodes_to("vni-win", "T\xf2 N\xf2 k\xf3 l\xed m\xe6 quy\xee", 19,
                  "Tị Nị kĩ lí mỉ quyỵ"),
       "VNI letters of one byte");
    OK(decodes_to("VNI", "b\xe8 ba\xe8ng ba\xe9p a\xeb", 16, "bè bằng bắp ặ"),
       "a mark byte without a base is itself");
    OK(decodes_to("VIQR", "Tie^'ng Vie^.t ddu+o+ng Ddo^`ng", 31, "Tiếng Việt đương Đồng"),
       "VIQR");
    OK(decodes_to("VIQR", "co' gi\\? a\\(", 12, "có gi? a("), "VIQR escapes");
    OK(sizeof vni > 1, "literals are bytes");
}

static void test_other(void)
{
    OK(decodes_to("utf-8", "\xef\xbb\xbfTin", 6, "Tin"), "a byte order mark goes");
    OK(decodes_to("UTF-16LE", "T\0i\0n\0", 6, "Tin"), "UTF-16 by ICU");
    OK(decodes_to("windows-1252", "\x93ok\x94", 4, "“ok”"), "windows-1252 by ICU");
    OK(decodes_to("UTF-8", "a\xff", 2, "a\xef\xbf\xbd"), "what means nothing is U+FFFD");
    OK(decodes_to("CP1258", "", 0, ""), "nothing");
    struct hl_error err;
    struct hlbuf out = {0};
    OK(hltext_decode("klingon", "a", 1, &out, &err) == HL_UNSUPPORTED, "an unknown name");
    hlbuf_release(&out);
}

static const char *guess(const void *bytes, size_t size)
{
    const char *charset = "failed";
    hltext_charset_guess(bytes, size, &charset, NULL);
    return charset;
}

/* CP1258: quality letters as in Latin-1 mostly, then combining tone bytes. */
static size_t encode_cp1258(const char *text, char *out, size_t room)
{
    iconv_t handle = iconv_open("CP1258", "UTF-8");
    char *from = (char *)(uintptr_t)text, *to = out;
    size_t in_size = strlen(text), out_size = room;
    if (handle == (iconv_t)-1)
        return 0;
    size_t got = iconv(handle, &from, &in_size, &to, &out_size);
    iconv_close(handle);
    return got == (size_t)-1 ? 0 : room - out_size;
}

static void test_guess(void)
{
    uint8_t bytes[1024];
    size_t n = encode_single(&hlcharset_tcvn3, sample, bytes);
    IS(guess(bytes, n), "TCVN3", "TCVN3 is found out");
    n = encode_single(&hlcharset_viscii, sample, bytes);
    IS(guess(bytes, n), "VISCII", "VISCII is found out");
    n = encode_single(&hlcharset_vps, sample, bytes);
    IS(guess(bytes, n), "VPS", "VPS is found out");
    n = encode_cp1258(sample, (char *)bytes, sizeof bytes);
    if (n)
        IS(guess(bytes, n), "CP1258", "CP1258 is found out");
    else
        tap_skip("no CP1258 in glibc");
    IS(guess("Ng\xf6\xf4\xf8i \xf1"
             "a\xf8n o\xe2ng h\xe1t",
             20),
       "VNI", "VNI is found out");
    IS(guess(sample, strlen(sample)), "UTF-8", "UTF-8 is valid");
    IS(guess("plain", 5), "UTF-8", "ASCII is UTF-8");
    IS(guess("\xff\xfeT\0", 4), "UTF-16LE", "a byte order mark");
    OK(guess("d\xe9j\xe0 vu, tr\xe8s fran\xe7"
             "ais, gar\xe7on, \xe9t\xe9",
             34) == NULL,
       "French is refused");
    OK(hltext_charset_score(sample, strlen(sample)) > 0.9, "the score of Vietnamese");
}

static void test_repair(void)
{
    struct hlbuf out = {0};
    bool repaired = false;
    static const char broken[] = "C«ng nghÖ th«ng tin vµ truyÒn th«ng";
    OK(!hltext_repair(broken, strlen(broken), &out, &repaired, NULL) && repaired &&
           out.size == strlen("Công nghệ thông tin và truyền thông") &&
           !memcmp(out.data, "Công nghệ thông tin và truyền thông", out.size),
       "mojibake of TCVN3 is undone");
    OK(!hltext_repair(sample, strlen(sample), &out, &repaired, NULL) && !repaired,
       "good text is left alone");
    static const char foreign[] = "Übermäßig größer, señor, façade";
    OK(!hltext_repair(foreign, strlen(foreign), &out, &repaired, NULL) && !repaired,
       "foreign text too");
    hlbuf_release(&out);
}

int main(void)
{
    test_letters();
    test_glibc();
    test_vni_viqr();
    test_other();
    test_guess();
    test_repair();
    return tap_done();
}
