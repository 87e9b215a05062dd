/*
 * 828 - sources in old charsets and UTF-16, declared, told or found out; mojibake.
 *
 * The sample articles are the text: written in each charset they must come out as that
 * charset has them (TCVN3 without its toned capitals, quotes in ASCII where it has none).
 */
#include "legacy.h"

#include "82-import-support.h"

#include "base/mem.h"
#include "text/normalise.h"

static char SAMPLE[300], ARTICLE[300];

/* -------------------------------------------------------------------- helpers */

static struct hlbuf read_file(const char *path)
{
    struct hlbuf out = {0};
    char part[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(part, 1, sizeof part, f)) > 0)
        hlbuf_put(&out, part, n);
    if (!f || fclose(f) || out.failed)
        exit(2);
    return out;
}

/* A file of the corpus, composed: old charsets have no decomposed letters. */
static void take_sample(const char *path, const char *name, char out_path[300])
{
    struct hlbuf text = read_file(path), composed = {0};
    if (hltext_decode("UTF-8", text.data, text.size, &composed, NULL))
        exit(2);
    put_file(name, composed.data, composed.size);
    snprintf(out_path, 300, "%s", in_scratch(name));
    hlbuf_release(&text);
    hlbuf_release(&composed);
}

/* Everything an import gives, a line a field; counts and the first error beside it. */
struct heard {
    struct hlbuf text;
    struct hlimport_counts counts;
    char warning[512];
};

static void keep_warning(void *user, const char *text)
{
    struct heard *heard = user;
    if (!heard->warning[0])
        snprintf(heard->warning, sizeof heard->warning, "%s", text);
}

static void put_field(struct hlbuf *out, const char *text)
{
    hlbuf_put_string(out, text ? text : "");
    hlbuf_put(out, "\n", 1);
}

static struct heard hear(const char *path, struct hlimport_options options)
{
    struct heard heard = {0};
    struct hlimport *im;
    struct hl_article a;
    options.warn = keep_warning;
    options.user = &heard;
    if (hlimport_open(&path, 1, &options, &im, NULL))
        exit(2);
    while (!hlimport_next(im, &a, NULL)) {
        const char *fields[] = {a.title, a.lead, a.body, a.section, a.author, a.tags, a.extra};
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            put_field(&heard.text, fields[i]);
    }
    hlimport_counts(im, &heard.counts);
    hlimport_close(im);
    if (heard.counts.read != heard.counts.given + heard.counts.rejected)
        OK(false, "counts add up for %s", path);
    return heard;
}

static struct heard hear_bytes(const struct hlbuf *bytes, struct hlimport_options options)
{
    put_file("bytes", bytes->data, bytes->size);
    return hear(in_scratch("bytes"), options);
}

/* How many articles were read as a charset. */
static uint64_t read_as(const struct heard *heard, const char *charset)
{
    for (int i = 0; i < HLIMPORT_CHARSETS; i++)
        if (!strcmp(heard->counts.charsets[i].name, charset))
            return heard->counts.charsets[i].count;
    return UINT64_MAX;
}

static bool same(const struct hlbuf *a, const struct hlbuf *b)
{
    bool good = a->size == b->size && (!a->size || !memcmp(a->data, b->data, a->size));
    size_t i = 0;
    while (!good && i < a->size && i < b->size && a->data[i] == b->data[i])
        i++;
    while (!good && i && i < a->size && (a->data[i] & 0xc0) == 0x80)
        i--;
    if (!good)
        printf("#   from byte %zu: %.60s\n#   want: %.60s\n", i,
               i < a->size ? (char *)a->data + i : "", i < b->size ? (char *)b->data + i : "");
    return good;
}

static struct hlbuf encoded(enum legacy which, const char *path)
{
    struct hlbuf text = read_file(path), bytes = {0};
    legacy_encode(which, (const char *)text.data, text.size, &bytes);
    hlbuf_release(&text);
    return bytes;
}

/* The import of what a charset has of a file's text, in UTF-8. */
static struct heard hear_through(enum legacy which, const char *path)
{
    struct hlbuf bytes = encoded(which, path), text = {0};
    if (hltext_decode(legacy_names[which], bytes.data, bytes.size, &text, NULL))
        exit(2);
    struct heard heard = hear_bytes(&text, (struct hlimport_options){0});
    hlbuf_release(&bytes);
    hlbuf_release(&text);
    return heard;
}

/* ----------------------------------------------------------------- recognised */

/* A file in a charset gives what the file in UTF-8 gives, and is counted. */
static void check_file(enum legacy which, const char *path, const char *told)
{
    struct heard want = hear_through(which, path);
    struct hlbuf bytes = encoded(which, path);
    struct heard got = hear_bytes(&bytes, (struct hlimport_options){.encoding = told});
    uint64_t given = want.counts.given, rejected = got.counts.rejected;
    OK(given && got.counts.given == given && !rejected && same(&got.text, &want.text),
       "%s in %s, %s: %llu articles, %llu rejected", strrchr(path, '/') + 1,
       legacy_names[which], told ? "told" : "found out", (unsigned long long)given,
       (unsigned long long)rejected);
    OK(read_as(&got, legacy_names[which]) == given, "counted as such");
    OK(!got.counts.misread && !got.counts.texts_repaired, "nothing repaired");
    hlbuf_release(&got.text);
    hlbuf_release(&want.text);
    hlbuf_release(&bytes);
}

static void check_files(void)
{
    for (int which = 0; which < LEGACY_COUNT; which++) {
        check_file((enum legacy)which, SAMPLE, NULL);
        check_file((enum legacy)which, ARTICLE, NULL);
        check_file((enum legacy)which, SAMPLE, legacy_names[which]);
    }
    check_file(LEGACY_UTF16LE, ARTICLE, "utf_16-le");
    check_file(LEGACY_1258, ARTICLE, "CP1258");
}

/* UTF-16 in every wrapping: with its mark, packed, in steps that cut characters. */
static void check_utf16(void)
{
    struct hlbuf text = read_file(SAMPLE), many = {0}, bytes = {0};
    uint8_t *packed;
    for (int i = 0; i < 9; i++)
        hlbuf_put(&many, text.data, text.size);
    legacy_put_utf16(&bytes, 0xfeff, true);
    struct hlbuf body = {0};
    legacy_encode(LEGACY_UTF16BE, (char *)many.data, many.size, &body);
    hlbuf_put(&bytes, body.data, body.size);
    put_file("many", many.data, many.size);
    struct heard want = hear(in_scratch("many"), (struct hlimport_options){0});
    struct heard got = hear_bytes(&bytes, (struct hlimport_options){0});
    OK(got.counts.given == 9 * 65 && same(&got.text, &want.text), "UTF-16BE with its mark");
    OK(read_as(&got, "UTF-16BE") == 9 * 65, "counted");
    hlbuf_release(&got.text);
    size_t size = pack(bytes.data, bytes.size, &packed);
    put_file("packed", packed, size);
    got = hear(in_scratch("packed"), (struct hlimport_options){0});
    OK(bytes.size > 600000 && same(&got.text, &want.text), "and packed");
    hlbuf_release(&got.text);
    struct hlbuf few = {0};
    legacy_encode(LEGACY_UTF16LE, "{\"id\":\"1\",\"title\":\"Đo gió 🌀\"}\n",
                  strlen("{\"id\":\"1\",\"title\":\"Đo gió 🌀\"}\n"), &few);
    got = hear_bytes(&few, (struct hlimport_options){.encoding = "UTF-16"});
    OK(got.counts.given == 1 && strstr((char *)got.text.data, "Đo gió 🌀"), "a pair");
    free(packed);
    hlbuf_release(&got.text);
    hlbuf_release(&want.text);
    hlbuf_release(&few);
    hlbuf_release(&body);
    hlbuf_release(&bytes);
    hlbuf_release(&many);
    hlbuf_release(&text);
}

/* Half a pair and a cut last character are counted, like broken bytes of UTF-8. */
static void check_utf16_broken(void)
{
    struct hlbuf bytes = {0};
    char text[900];
    memset(text, 'o', sizeof text);
    memcpy(text, "Trạm đo gió\n", strlen("Trạm đo gió\n"));
    legacy_encode(LEGACY_UTF16LE, text, sizeof text, &bytes);
    bytes.data[601] = 0xd8;
    hlbuf_put(&bytes, "x", 1);
    struct heard got = hear_bytes(&bytes, (struct hlimport_options){0});
    OK(got.counts.given == 1 && got.counts.texts_repaired == 1, "two broken units of 895");
    hlbuf_release(&got.text);
    for (size_t i = 101; i < bytes.size; i += 40)
        bytes.data[i] = 0xdc;
    got = hear_bytes(&bytes, (struct hlimport_options){0});
    OK(got.counts.rejected == 1 && strstr(got.warning, "UTF-16LE"), "too many: %s",
       got.warning);
    hlbuf_release(&got.text);
    hlbuf_release(&bytes);
    unsigned char only_mark[] = {0xff, 0xfe};
    bytes = (struct hlbuf){only_mark, 2, 2, false};
    got = hear_bytes(&bytes, (struct hlimport_options){0});
    OK(got.counts.rejected == 1 && !got.counts.given, "a mark and nothing more");
    hlbuf_release(&got.text);
}

/* Lines of several charsets in one file, each as it is. */
static void check_mixed(void)
{
    static const char *const LINES[] = {
        "{\"id\":\"1\",\"title\":\"Trạm quan trắc mới đo độ mặn của nước sông\"}",
        "{\"id\":\"2\",\"title\":\"Kính thiên văn rọi bề phòng nhìn thấy vành đai\"}",
        "{\"id\":\"3\",\"title\":\"Vệ tinh nhỏ theo dõi cháy rừng ở Tây Nguyên\"}",
        "{\"id\":\"4\",\"title\":\"Mặn\"}", /* legal under others, too: the file decides */
    };
    static const int IN[] = {LEGACY_TCVN3, -1, LEGACY_TCVN3, LEGACY_TCVN3};
    struct hlbuf all = {0}, line = {0};
    for (int i = 0; i < 4; i++) {
        if (IN[i] < 0)
            hlbuf_put_string(&all, LINES[i]);
        else
            legacy_encode((enum legacy)IN[i], LINES[i], strlen(LINES[i]), &line);
        if (IN[i] >= 0)
            hlbuf_put(&all, line.data, line.size);
        hlbuf_put(&all, "\n", 1);
    }
    struct heard got = hear_bytes(&all, (struct hlimport_options){0});
    hlbuf_put(&got.text, "", 1);
    const char *text = (const char *)got.text.data;
    OK(got.counts.given == 4 && read_as(&got, "TCVN3") == 3, "three of four are TCVN3");
    OK(strstr(text, "Trạm quan trắc mới") && strstr(text, "Kính thiên văn rọi") &&
           strstr(text, "Vệ tinh nhỏ") && strstr(text, "\nMặn\n"),
       "each line by itself");
    hlbuf_release(&got.text);
    hlbuf_release(&all);
    hlbuf_release(&line);
}

/* One small text in a file of its own. */
static struct heard hear_string(const char *text, struct hlimport_options options)
{
    struct hlbuf bytes = {0};
    hlbuf_put_string(&bytes, text);
    struct heard got = hear_bytes(&bytes, options);
    hlbuf_put(&got.text, "", 1);
    hlbuf_release(&bytes);
    return got;
}

/* The article of a text holds `want`. */
static void hears(const char *text, const char *want, const char *what,
                  struct hlimport_options options)
{
    struct heard got = hear_string(text, options);
    bool good = strstr((char *)got.text.data, want) != NULL;
    OK(good, "%s: %s", what, want);
    if (!good)
        printf("# %s\n# %.*s\n", got.warning, (int)strcspn((char *)got.text.data, "\n"),
               (char *)got.text.data);
    hlbuf_release(&got.text);
}

/* The text is refused, and the sentence holds `want`. */
static void refuses(const char *text, const char *want, const char *what,
                    struct hlimport_options options)
{
    struct heard got = hear_string(text, options);
    OK(!got.counts.given && got.counts.rejected == 1 && strstr(got.warning, want), "%s: %s",
       what, got.warning);
    hlbuf_release(&got.text);
}

#define HEARS(bytes, want, what, ...)                                                          \
    hears(bytes, want, what, (struct hlimport_options){__VA_ARGS__})
#define REFUSES(bytes, want, what, ...)                                                        \
    refuses(bytes, want, what, (struct hlimport_options){__VA_ARGS__})

/* The other forms: an array over several lines, a line of tokens. */
static void check_forms(void)
{
    static const char ARRAY[] =
        "[\n {\"id\":\"1\",\n  \"title\":\"Trạm đo gió ở đảo xa\"},\n"
        " {\"id\":\"2\",\n  \"title\":\"Máy đo mưa chạy bằng pin\"}\n]\n";
    static const char TOKENS[] = "trạm đo gió đảo\nmáy đo mưa chạy pin\n";
    for (int which = 0; which < LEGACY_COUNT; which++) {
        struct hlbuf bytes = {0};
        legacy_encode((enum legacy)which, ARRAY, strlen(ARRAY), &bytes);
        struct heard got = hear_bytes(&bytes, (struct hlimport_options){0});
        hlbuf_put(&got.text, "", 1);
        OK(got.counts.given == 2 && strstr((char *)got.text.data, "đo mưa chạy bằng"),
           "an array in %s", legacy_names[which]);
        hlbuf_release(&got.text);
        legacy_encode((enum legacy)which, TOKENS, strlen(TOKENS), &bytes);
        got = hear_bytes(&bytes, (struct hlimport_options){.format = "tokens"});
        hlbuf_put(&got.text, "", 1);
        OK(got.counts.given == 2 && strstr((char *)got.text.data, "đo mưa chạy pin"),
           "tokens in %s", legacy_names[which]);
        hlbuf_release(&got.text);
        hlbuf_release(&bytes);
    }
}

/* A declaration is believed if the text agrees with it. */
static void check_declared(void)
{
    HEARS("<meta charset=viscii><p>Ph\xb6n\n", "Phờn", "meta charset", .format = "text");
    HEARS("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=x-viscii\">Ph\xb6n\n",
          "Phờn", "meta http-equiv", .format = "text");
    HEARS("<?xml version='1.0' encoding='VISCII'?>Ph\xb6n\n", "Phờn", "XML", .format = "text");
    HEARS("<meta charset=viscii>Tr\xb9m \xae"
          "o gi\xe3 \xeb \xae\xb6o xa\n",
          "Trạm đo gió ở đảo xa", "a declaration that is not true", .format = "text");
    HEARS("<meta charset=utf-8>Tr\xb9m \xae"
          "o gi\xe3 \xeb \xae\xb6o xa\n",
          "Trạm đo gió ở đảo xa", "UTF-8 that is none", .format = "text");
    HEARS("<meta charset=tcvn3>Trạm đo gió ở đảo xa\n", "Trạm đo gió ở đảo xa",
          "UTF-8 that is declared otherwise", .format = "text");
    HEARS("<meta charset=iso-8859-1>\xc9t\xe9 \xe0 Orl\xe9"
          "ans, d\xe9j\xe0 vu, gar\xe7on\n",
          "Été à Orléans", "a foreign text is what it says it is", .format = "text");
    HEARS("Trang khai charset=viscii: Tr\xb9m \xae"
          "o gi\xe3\n",
          "Trạm đo gió", "words about a charset declare nothing", 0);
}

static void check_told(void)
{
    HEARS("Ph\xb6n\n", "Phản", "told TCVN3", .encoding = "abc");
    HEARS("Ph\xb6n\n", "Phờn", "told VISCII", .encoding = "VISCII");
    HEARS("Tra.m ddo gio'\n", "Trạm đo gió", "VIQR", .encoding = "viqr");
    HEARS("{\"id\":\"1\",\"title\":\"Tra.m ddo \\\"gio'\\\"\",\"url\":\"http://a.vn/a?b\"}\n",
          "Trạm đo \"gió\"", "VIQR in JSON", .encoding = "viqr");
    HEARS("Tr\xe1\xba\xa1m\n", "TráỨắm", "UTF-8 told to be something else is that",
          .encoding = "viscii");
    HEARS("It\x92s \x93"
          "a test\x94\n",
          "It’s “a test”", "English with quotes", 0);
    REFUSES("Tr\xb9m \xae"
            "o gi\xe3\n",
            "are not UTF-8 (first: byte 3)", "told UTF-8", .encoding = "utf8");
    REFUSES("Tr\xe1m \xe0\xcd\xda\n", "mean nothing in TCVN3", "bytes TCVN3 has not",
            .encoding = "tcvn3");
    REFUSES("\xc9t\xe9 \xe0 Orl\xe9"
            "ans, d\xe9j\xe0 vu, gar\xe7on",
            "--encoding NAME", "French is no Vietnamese", 0);
    struct hlimport *im;
    struct hl_error err;
    const char *path = ARTICLE;
    OK(hlimport_open(&path, 1, &(struct hlimport_options){.encoding = "klingon"}, &im, &err) ==
               HL_MISUSE &&
           strstr(err.text, "klingon"),
       "an unknown name: %s", err.text);
}

/* ------------------------------------------------------------------- mojibake */

/* The text as somebody saw it who took the bytes for windows-1252. */
static struct hlbuf misread(const struct hlbuf *bytes)
{
    struct hlbuf out = {0};
    for (size_t i = 0; i < bytes->size; i++) {
        uint8_t byte = bytes->data[i];
        uint32_t cp = byte;
        char utf8[4];
        if (byte >= 0x80 && byte < 0xa0 && hlcharset_western[byte - 0x80] != 0xfffd)
            cp = hlcharset_western[byte - 0x80];
        hlbuf_put(&out, utf8, hltext_utf8_encode(cp, utf8));
    }
    return out;
}

/* LEGACY_COUNT: UTF-8 itself.  One article of the sample has hardly a mark. */
static void check_mojibake(int which)
{
    bool utf8 = which == LEGACY_COUNT;
    struct heard want = utf8 ? hear(SAMPLE, (struct hlimport_options){0})
                             : hear_through((enum legacy)which, SAMPLE);
    struct hlbuf source = utf8 ? read_file(SAMPLE) : encoded((enum legacy)which, SAMPLE);
    struct hlbuf text = misread(&source);
    const char *name = utf8 ? "UTF-8" : legacy_names[which];
    struct heard got = hear_bytes(&text, (struct hlimport_options){0});
    OK(got.counts.given == 65 && got.counts.misread == 65, "%s misread: %llu of 65 noticed",
       name, (unsigned long long)got.counts.misread);
    hlbuf_release(&got.text);
    got = hear_bytes(&text, (struct hlimport_options){.repair = true});
    OK(got.counts.given == 65 && same(&got.text, &want.text), "%s misread: repaired", name);
    hlbuf_release(&got.text);
    hlbuf_release(&want.text);
    hlbuf_release(&source);
    hlbuf_release(&text);
}

static void check_sound(void)
{
    struct heard plain = hear(SAMPLE, (struct hlimport_options){0});
    struct heard got = hear(SAMPLE, (struct hlimport_options){.repair = true});
    OK(!got.counts.misread && same(&got.text, &plain.text), "sound text is left alone");
    hlbuf_release(&got.text);
    hlbuf_release(&plain.text);
}

static void check_mojibake_forms(void)
{
    HEARS("{\"id\":\"1\",\"title\":\"C\\u00f4ng ty\",\"body\":\"Tr\\u00b9m \\u00ae"
          "o gi\\u00e3 \\u00eb \\u00ae\\u00b6o xa\",\"author\":\"NguyÔn V¨n An\"}\n",
          "Trạm đo gió ở đảo xa", "escapes of JSON", .repair = true);
    HEARS("{\"id\":\"1\",\"title\":\"Trạm đo gió\",\"body\":\"Tr¹m ®o giã ë ®¶o xa\","
          "\"author\":\"NguyÔn V¨n An\"}\n",
          "Nguyễn Văn An", "an author follows the text", .repair = true);
    HEARS("{\"id\":\"1\",\"title\":\"Trạm đo gió\",\"body\":\"Tr&sup1;m &reg;o gi&atilde; "
          "&euml; &reg;&para;o xa\"}\n",
          "Trạm đo gió ở đảo xa", "entities of HTML", .repair = true);
    HEARS("Tr¹m ®o giã ë ®¶o xa\n", "Tr¹m ®o giã", "not without being asked", 0);
    HEARS("Été à Orléans, déjà vu\n", "Été à Orléans", "French", .repair = true);
}

/* ------------------------------------------------------------------ robustness */

/* Anything at all, under any name: counted, never a crash. */
static void check_any_bytes(void)
{
    static const char *const STARTS[] = {
        "", "\xff\xfe", "\xfe\xff", "{\"title\":\"", "[{\"", "<meta charset=", "\xef\xbb\xbf"};
    uint64_t state = 28;
    int wrong = 0;
    for (int round = 0; round < 1500; round++) {
        struct hlbuf bytes = {0};
        const char *encoding = hlimport_encoding_at(tap_random(&state) % 12);
        hlbuf_put_string(&bytes, STARTS[tap_random(&state) % 7]);
        for (size_t n = tap_random(&state) % 300; n; n--) {
            uint64_t r = tap_random(&state);
            hlbuf_put_u8(&bytes, r % 3 ? (uint8_t)(r >> 8)
                                       : (uint8_t) "an \n\0\"{}:,'i"[(r >> 8) % 13]);
        }
        struct heard got = hear_bytes(
            &bytes, (struct hlimport_options){.encoding = encoding, .repair = round & 1});
        wrong += got.counts.read == 0;
        hlbuf_release(&got.text);
        hlbuf_release(&bytes);
    }
    OK(!wrong, "1500 files of any bytes: %d not counted", wrong);
}

/* The n-th allocation fails: an error, and nothing is left over. */
static long left = -1, live;

static void *failing_realloc(void *p, size_t size)
{
    if (!left)
        return NULL;
    left -= left > 0;
    live += !p;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    live -= p != NULL;
    free(p);
}

static void check_memory(const char *name, const struct hlimport_options *options)
{
    static const struct hlmem_hook HOOK = {failing_realloc, counting_free};
    const char *path = in_scratch(name);
    long n = 0;
    hl_status status = HL_NOMEM;
    bool good = true;
    for (; status == HL_NOMEM && n < 3000; n++) {
        struct hlimport *im = NULL;
        struct hl_article article;
        hlmem_set_hook(&HOOK);
        left = n;
        live = 0;
        status = hlimport_open(&path, 1, options, &im, NULL);
        while (!status)
            status = hlimport_next(im, &article, NULL);
        hlimport_close(im);
        good &= !live && (status == HL_NOMEM || status == HL_NOT_FOUND);
        left = -1;
        hlmem_set_hook(NULL);
    }
    OK(good && n > 10 && n < 3000, "%s: memory fails %ld times and then not", name, n - 1);
}

static void check_faults(void)
{
    struct hlbuf bytes = encoded(LEGACY_TCVN3, ARTICLE),
                 wide = encoded(LEGACY_UTF16LE, ARTICLE);
    struct hlbuf text = misread(&bytes);
    put_file("tcvn3", bytes.data, bytes.size);
    put_file("utf16", wide.data, wide.size);
    put_file("misread", text.data, text.size);
    check_memory("tcvn3", &(struct hlimport_options){0});
    check_memory("utf16", &(struct hlimport_options){0});
    check_memory("misread", &(struct hlimport_options){.repair = true});
    hlbuf_release(&bytes);
    hlbuf_release(&wide);
    hlbuf_release(&text);
}

int main(void)
{
    scratch_make();
    take_sample("corpus/articles-a.jsonl", "articles", SAMPLE);
    take_sample("corpus/text-a/2019-08-02-ve-tinh-theo-doi-chay-rung.txt", "article", ARTICLE);
    check_files();
    check_utf16();
    check_utf16_broken();
    check_mixed();
    check_forms();
    check_declared();
    check_told();
    for (int which = 0; which <= LEGACY_COUNT; which++)
        if (which != LEGACY_UTF16LE && which != LEGACY_UTF16BE)
            check_mojibake(which);
    check_sound();
    check_mojibake_forms();
    check_any_bytes();
    check_faults();
    scratch_remove();
    return tap_done();
}
