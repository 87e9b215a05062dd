/* Older encodings: every letter, against glibc where it knows them; guessing; repair. */
#include "tap.h"
#include "text/charset.h"
#include "text/charset_table.h"
#include "text/utf8.h"

#include <iconv.h>

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

static void test_names(void)
{
    IS(hltext_charset_find("Windows_1258"), "windows-1258", "names in any case");
    IS(hltext_charset_find("cp1258"), "windows-1258", "another name");
    IS(hltext_charset_find("TCVN 5712"), "TCVN3", "blanks do not matter");
    IS(hltext_charset_find("ABC"), "TCVN3", "the name of its fonts");
    IS(hltext_charset_find("utf-16"), "UTF-16", "UTF-16");
    OK(!hltext_charset_find("klingon") && !hltext_charset_find(""), "names of nothing");
    size_t n = 0;
    bool good = true;
    for (; hltext_charset_at(n); n++)
        good &= hltext_charset_find(hltext_charset_at(n)) == hltext_charset_at(n) &&
                decodes_to(hltext_charset_at(n), n < 4 && n ? "T\0" : "T", n < 4 && n ? 2 : 1,
                           n == 3 ? "吀" : "T");
    OK(good && n >= 11, "every name of the list finds itself and decodes");
}

/* -------------------------------------------------------------------- guessing */

/* The columns of a line, in place; false for a comment. */
static bool columns_of(char *line, char *columns[4])
{
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < 4; i++)
        columns[i] = strsep(&line, "\t");
    return columns[3] && columns[0][0] != '#';
}

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    unsigned byte;
    for (; hex[0] && hex[0] != '.' && hex[1]; hex += 2) {
        char two[3] = {hex[0], hex[1], 0};
        byte = (unsigned)strtoul(two, NULL, 16);
        out[n++] = (uint8_t)byte;
    }
    return n;
}

/* bytes, charset, text, why */
static void guess_case(char **columns)
{
    uint8_t bytes[1024];
    size_t size = unhex(columns[0], bytes);
    const char *charset = "failed";
    if (hltext_charset_guess(bytes, size, NULL, &charset, NULL))
        OK(false, "%s", columns[3]);
    IS(charset ? charset : "-", columns[1], columns[3]);
    if (charset && columns[2][0] != '\\')
        OK(decodes_to(charset, bytes, size, strcmp(columns[2], ".") ? columns[2] : ""),
           "%s: its text", columns[3]);
}

/* text misread, charset, text meant, why */
static void mojibake_case(char **columns)
{
    struct hlbuf out = {0};
    const char *charset = "failed", *text = strcmp(columns[0], ".") ? columns[0] : "";
    if (hltext_mojibake_find(text, strlen(text), NULL, &charset, NULL))
        OK(false, "%s", columns[3]);
    IS(charset ? charset : "-", columns[1], columns[3]);
    if (charset) {
        bool good = !hltext_mojibake_undo(text, strlen(text), charset, &out, NULL) &&
                    out.size == strlen(columns[2]) && !memcmp(out.data, columns[2], out.size);
        OK(good, "%s: undone: %.*s", columns[3], (int)out.size, (const char *)out.data);
    }
    hlbuf_release(&out);
}

static int each_line(const char *path, void (*each)(char **columns))
{
    FILE *file = fopen(path, "r");
    char *line = NULL, *columns[4];
    size_t room = 0;
    int count = 0;
    while (file && getline(&line, &room, file) > 0)
        if (columns_of(line, columns)) {
            each(columns);
            count++;
        }
    free(line);
    if (file)
        fclose(file);
    return count;
}

/* "Thu" and a lone toned letter are legal in many a charset: neighbours tell. */
static void test_prior(void)
{
    static const char bytes[] = "Ph\xb6n"; /* phản in TCVN3, phờn in VISCII */
    const char *charset = NULL;
    for (int i = 0; i < 2; i++) {
        const char *prior = i ? "TCVN3" : "VISCII";
        OK(!hltext_charset_guess(bytes, 4, prior, &charset, NULL) && charset &&
               !strcmp(charset, prior),
           "one word is what stands beside it: %s", prior);
    }
    OK(!hltext_charset_guess("Gi\xc3\xb3", 5, "TCVN3", &charset, NULL) &&
           !strcmp(charset, "UTF-8"),
       "but UTF-8 is UTF-8");
    OK(!hltext_charset_guess("\xff\xff \xff\xff", 5, "TCVN3", &charset, NULL) && !charset,
       "and what makes no sense makes none");
}

/* Bytes of any kind, whole and cut: every charset gives UTF-8, nothing dies. */
static void test_any_bytes(void)
{
    enum { ROUNDS = 4000, SIZE = 64 };
    struct hlbuf out = {0};
    uint64_t state = 7;
    int wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t *bytes = malloc(SIZE); /* so that one byte too far is seen */
        size_t size = tap_random(&state) % (SIZE + 1);
        uint8_t *start = bytes + (SIZE - size);
        for (size_t i = 0; i < size; i++) {
            uint64_t r = tap_random(&state);
            start[i] = r % 4 ? (uint8_t)(r >> 8) : (uint8_t) "aoueiy d.'`^+"[(r >> 8) % 13];
            if (r % 29 == 0)
                start[i] = 0;
        }
        for (size_t i = 0; hltext_charset_at(i); i++)
            wrong += hltext_decode(hltext_charset_at(i), start, size, &out, NULL) ||
                     hltext_utf8_check((const char *)out.data, out.size) != out.size ||
                     out.size > size * 6 + 6;
        const char *charset = NULL;
        wrong += hltext_charset_guess(start, size, NULL, &charset, NULL) != HL_OK;
        const char *was = NULL;
        if (!hltext_decode("windows-1252", start, size, &out, NULL)) {
            struct hlbuf undone = {0};
            wrong +=
                hltext_mojibake_find((char *)out.data, out.size, NULL, &was, NULL) != HL_OK ||
                hltext_mojibake_undo((char *)out.data, out.size, was ? was : "VNI", &undone,
                                     NULL) ||
                hltext_utf8_check((char *)undone.data, undone.size) != undone.size;
            hlbuf_release(&undone);
        }
        free(bytes);
    }
    OK(!wrong, "%d runs of bytes through every charset: %d wrong", ROUNDS, wrong);
    hlbuf_release(&out);
}

static void test_score(void)
{
    static const char good[] = "Trạm đo gió ở đảo xa", odd[] = "Trạm đỌ gió";
    OK(hltext_charset_score(good, strlen(good)) == 5.0 / 6, "five syllables of five");
    OK(hltext_charset_score(odd, strlen(odd)) == (2.0 - 1) / 4, "a capital in a word's middle");
    OK(hltext_charset_score("ĐHQG", strlen("ĐHQG")) == 0, "an abbreviation says nothing");
    OK(hltext_charset_score("", 0) == 0, "nothing says nothing");
}

int main(void)
{
    test_letters();
    test_glibc();
    test_vni_viqr();
    test_other();
    test_names();
    test_score();
    OK(each_line("tests/cases/charset.tsv", guess_case) > 60, "cases of guessing");
    OK(each_line("tests/cases/mojibake.tsv", mojibake_case) > 40, "cases of mojibake");
    test_prior();
    test_any_bytes();
    return tap_done();
}
