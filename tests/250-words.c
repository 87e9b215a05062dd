/*
 * Words: the section of a chunk there and back and with hostile bytes, worths from
 * counts, lines cut by a lexicon (tests/cases/words.tsv), whatever the line; and that to
 * undo a cut and cut again changes nothing.
 */
#include "hlsearch_inspect.h"
#include "tap.h"
#include "base/mem.h"
#include "text/syllable.h"
#include "text/utf8.h"
#include "words/closed.h"
#include "words/line.h"

#include <assert.h>

enum { ROUNDS = 20000, MODELS = 2000, TEXT_MAX = 4000 };

static uint16_t code(const char *syllable)
{
    uint16_t c = hlsyl_parse(syllable, strlen(syllable));
    assert(c != HLSYL_NONE);
    return c;
}

/* ---- the section ---- */

/* Counts as a text about science might have them: syllables, then pairs. */
static const struct {
    const char *a, *b;
    uint32_t count;
} written[] = {
    {"khoa", NULL, 4000},   {"học", NULL, 9000},    {"sinh", NULL, 5000},  {"công", NULL, 9000},
    {"nghệ", NULL, 2500},   {"có", NULL, 30000},    {"thể", NULL, 8000},   {"một", NULL, 25000},
    {"người", NULL, 20000}, {"máy", NULL, 3000},    {"của", NULL, 33000},  {"ngôi", NULL, 600},
    {"nhà", NULL, 7000},    {"rất", NULL, 840000},  {"khoa", "học", 2800}, {"sinh", "học", 400},
    {"học", "sinh", 1500},  {"công", "nghệ", 2200}, {"có", "thể", 5000},   {"có", "một", 900},
    {"một", "người", 1100}, {"của", "người", 400},  {"người", "máy", 6},   {"ngôi", "nhà", 3},
    {"máy", "nhà", 2},      {"học", "rất", 3000},
};
enum { WRITTEN = sizeof written / sizeof *written };

static int by_code(const void *a, const void *b)
{
    const struct hlwords_syllable *x = a, *y = b;
    return x->code < y->code ? -1 : x->code > y->code;
}

/* `share` of every count, in the order that a chunk has them. */
static struct hlwords_counts make_counts(unsigned share)
{
    struct hlwords_counts c = {calloc(WRITTEN, sizeof *c.syllables), 0,
                               calloc(WRITTEN, sizeof *c.pairs), 0};
    for (size_t i = 0; i < WRITTEN; i++) {
        if (written[i].b)
            c.pairs[c.pair_count++] = (struct hlwords_pair){
                code(written[i].a), code(written[i].b), written[i].count / share};
        else
            c.syllables[c.syllable_count++] =
                (struct hlwords_syllable){code(written[i].a), written[i].count / share, 0};
    }
    qsort(c.syllables, c.syllable_count, sizeof *c.syllables, by_code);
    return c;
}

static void test_section(void)
{
    struct hlwords_counts c = make_counts(1), back;
    struct hlbuf bytes = {0}, again = {0};
    const char *why = "";
    OK(hlwords_section_write(&c, &bytes) && bytes.size > 60, "a section is written");
    OK(c.pair_count == 7, "rare pairs and pairs of chance are dropped (%zu stay)",
       c.pair_count);
    hl_status status = hlwords_section_read(bytes.data, bytes.size, &back, &why);
    if (!OK(status == HL_OK, "and read: %s", why))
        return;
    OK(back.syllable_count == c.syllable_count && back.pair_count == c.pair_count &&
           !memcmp(back.syllables, c.syllables, c.syllable_count * sizeof *c.syllables) &&
           !memcmp(back.pairs, c.pairs, c.pair_count * sizeof *c.pairs),
       "what was written");
    OK(hlwords_section_write(&back, &again) && again.size == bytes.size &&
           !memcmp(again.data, bytes.data, bytes.size),
       "and written again it is the same bytes");
    hlwords_counts_release(&back);
    struct hlwords_counts none = {0};
    hlbuf_reset(&again);
    OK(hlwords_section_write(&none, &again) && !again.size &&
           hlwords_section_read(again.data, 0, &back, &why) == HL_OK && !back.syllable_count,
       "no syllables, no bytes");
    hlwords_counts_release(&back);
    hlwords_counts_release(&c);
    hlbuf_release(&bytes);
    hlbuf_release(&again);
}

/* What the pairs say that stick, and it is to be had without them. */
static void test_ends(void)
{
    struct hlwords_counts c = make_counts(1), back, head;
    struct hlbuf bytes = {0};
    const char *why = NULL;
    uint64_t total = 0, ended = 0;
    unsigned wrong = 0;
    hlwords_section_write(&c, &bytes);
    OK(hlwords_section_read(bytes.data, bytes.size, &back, &why) == HL_OK &&
           hlwords_section_syllables(bytes.data, hlwords_section_head(bytes.data, bytes.size),
                                     &head, &why) == HL_OK,
       "a section, and its syllables");
    for (size_t i = 0; i < back.syllable_count; i++)
        total += back.syllables[i].count;
    for (size_t i = 0; i < back.syllable_count; i++) {
        const struct hlwords_syllable *s = &back.syllables[i];
        uint64_t ends = 0;
        for (size_t k = 0; k < back.pair_count; k++) {
            uint64_t a = 0;
            for (size_t n = 0; n < back.syllable_count; n++)
                a = back.syllables[n].code == back.pairs[k].a ? back.syllables[n].count : a;
            if (back.pairs[k].b == s->code &&
                hlwords_sticks(total, back.pairs[k].count, a, s->count))
                ends += back.pairs[k].count;
        }
        ended += ends;
        wrong += s->ends != (ends < s->count ? ends : s->count) ||
                 s->code != head.syllables[i].code || s->ends != head.syllables[i].ends;
    }
    OK(!wrong && ended && head.syllable_count == back.syllable_count && !head.pairs,
       "%llu occurrences end words", (unsigned long long)ended);
    hlwords_counts_release(&c);
    hlwords_counts_release(&back);
    hlwords_counts_release(&head);
    hlbuf_release(&bytes);
}

static bool counts_hold(const struct hlwords_counts *c)
{
    for (size_t i = 0; i < c->syllable_count; i++)
        if (!c->syllables[i].count || !hlsyl_is_legal((uint16_t)c->syllables[i].code) ||
            (i && c->syllables[i].code <= c->syllables[i - 1].code))
            return false;
    for (size_t i = 1; i < c->pair_count; i++)
        if (c->pairs[i].a < c->pairs[i - 1].a ||
            (c->pairs[i].a == c->pairs[i - 1].a && c->pairs[i].b <= c->pairs[i - 1].b))
            return false;
    return true;
}

/* Whatever the bytes: a refusal with its reason, or counts that a model takes. */
static void test_hostile(uint64_t seed)
{
    struct hlwords_counts c = make_counts(1), back;
    struct hlbuf bytes = {0};
    unsigned wrong = 0, refused = 0, cut = 0;
    hlwords_section_write(&c, &bytes);
    for (size_t size = 1; size < bytes.size; size++) {
        const char *why = NULL;
        cut += hlwords_section_read(bytes.data, size, &back, &why) == HL_CORRUPT && why;
    }
    OK(cut == bytes.size - 1, "cut anywhere, it is refused");
    for (int i = 0; i < MODELS; i++) {
        uint8_t copy[512];
        const char *why = NULL;
        assert(bytes.size <= sizeof copy);
        memcpy(copy, bytes.data, bytes.size);
        for (size_t k = 1 + tap_random(&seed) % 3; k > 0; k--)
            copy[tap_random(&seed) % bytes.size] = (uint8_t)tap_random(&seed);
        hl_status status = hlwords_section_read(copy, bytes.size, &back, &why);
        refused += status == HL_CORRUPT;
        wrong += status == HL_CORRUPT ? !why : status != HL_OK;
        if (status != HL_OK)
            continue;
        struct hlwords model;
        wrong += !counts_hold(&back) || hlwords_init(&model, NULL) ||
                 hlwords_add_counts(&model, &back, NULL) || hlwords_finish(&model, NULL);
        hlwords_release(&model);
        hlwords_counts_release(&back);
    }
    OK(!wrong && refused > MODELS / 4, "%u of %d changed sections are refused", refused,
       (int)MODELS);
    hlwords_counts_release(&c);
    hlbuf_release(&bytes);
}

static uint16_t code_of(const char *term)
{
    return hlwords_code((const uint8_t *)term, strlen(term));
}

static void test_codes(void)
{
    OK(code_of("hòa") == code("hòa") && code_of("hoà") == HLWORDS_NO_CODE &&
           code_of("Hòa") == HLWORDS_NO_CODE && code_of("tphcm") == HLWORDS_NO_CODE,
       "a term is a syllable only as the index spells it");
    OK(code_of("th\xf5\xe1\xba\xadt") == HLWORDS_NO_CODE &&
           code_of("h\xe1\xba") == HLWORDS_NO_CODE,
       "and bytes that are not UTF-8 are none");
}

static void test_refusals(void)
{
    static const struct {
        const char *what, *why;
        uint8_t bytes[8];
        size_t size;
    } cases[] = {
        {"no rows at all", "a syllable of its words is wrong", {0, 0}, 2},
        {"more rows than bytes", "its words end too early", {0xff, 0xff, 1, 0, 1}, 5},
        {"a count of 0", "a syllable of its words is wrong", {1, 0, 0, 0}, 4},
        {"ends without occurrences", "a syllable of its words is wrong", {1, 0, 9, 10, 0}, 5},
        {"no such syllable", "a syllable of its words is wrong", {1, 7, 1, 0}, 4},
        {"a pair of strangers", "a pair of its words is wrong", {1, 0, 9, 0, 1, 0, 1, 0}, 8},
        {"a pair oftener than its parts",
         "a pair of its words is wrong",
         {1, 0, 9, 0, 1, 0, 0, 7},
         8},
        {"a byte too many", "bytes behind its words", {1, 0, 9, 0, 0, 0}, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlwords_counts back;
        const char *why = "";
        OK(hlwords_section_read(cases[i].bytes, cases[i].size, &back, &why) == HL_CORRUPT,
           "%s is refused", cases[i].what);
        IS(why, cases[i].why, "and why");
    }
}

/* ---- worths ---- */

static double worth(const struct hlwords *m, const char *a, const char *b)
{
    return hlwords_worth(
        m, hlwords_key_next(hlwords_key_code(code(a)), hlwords_key_code(code(b))));
}

static void make_model(struct hlwords *m, unsigned parts)
{
    struct hl_error err = {0};
    bool good = hlwords_init(m, &err) == HL_OK;
    for (unsigned i = 0; i < parts; i++) {
        struct hlwords_counts c = make_counts(parts);
        good = good && hlwords_add_counts(m, &c, &err) == HL_OK;
        hlwords_counts_release(&c);
    }
    OK(good && hlwords_finish(m, &err) == HL_OK, "a model of %u chunks", parts);
}

static void test_worths(void)
{
    struct hlwords one, two;
    make_model(&one, 1);
    OK(worth(&one, "khoa", "học") > worth(&one, "sinh", "học"),
       "the closer two are tied, the more they are worth");
    OK(worth(&one, "nghệ", "công") == 0, "the other way round they are no word");
    OK(worth(&one, "có", "thể") > 0 && worth(&one, "có", "một") == 0 &&
           worth(&one, "một", "người") == 0 && worth(&one, "của", "người") == 0,
       "of closed syllables only closed words");
    OK(worth(&one, "tại", "sao") > 0, "closed words that the text has not are words too");
    make_model(&two, 2);
    OK(two.total == one.total && worth(&two, "công", "nghệ") == worth(&one, "công", "nghệ") &&
           worth(&two, "sinh", "học") == worth(&one, "sinh", "học"),
       "counts of chunks add up");
    hlwords_release(&one);
    hlwords_release(&two);
}

/* The lists are what closed.h promises. */
static void test_closed(void)
{
    size_t syllables = 0, words = 0, bad = 0;
    for (const char *p = hlwords_closed_syllables; *p; syllables++) {
        size_t n = strcspn(p, " ");
        bad += hlsyl_parse(p, n) == HLSYL_NONE;
        p += n + (p[n] == ' ');
    }
    for (const char *const *w = hlwords_closed_words; *w; w++, words++)
        for (const char *p = *w; *p;) {
            size_t n = strcspn(p, " ");
            bad += hlsyl_parse(p, n) == HLSYL_NONE;
            p += n + (p[n] == ' ');
        }
    OK(!bad && syllables > 100 && words > 100, "%zu closed syllables, %zu closed words",
       syllables, words);
}

/* ---- lines ---- */

static char *read_file(const char *path, size_t *out_size)
{
    static char text[1 << 16];
    FILE *f = fopen(path, "r");
    *out_size = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[*out_size] = 0;
    return text;
}

static struct hl_words *open_cases(void)
{
    struct hl_words *words = NULL;
    struct hl_error err = {0};
    size_t size;
    const char *lexicon = read_file("tests/cases/words-lexicon.txt", &size);
    OK(hl_words_open(NULL, lexicon, size, &words, &err) == HL_OK, "the lexicon opens %s",
       err.text);
    return words;
}

/* \uXXXX and \t, in place. */
static void unescape(char *s)
{
    char *to = s;
    while (*s) {
        if (s[0] == '\\' && s[1] == 't') {
            *to++ = '\t';
            s += 2;
        } else if (s[0] == '\\' && s[1] == 'u' && strlen(s) >= 6) {
            char hex[5] = "";
            memcpy(hex, s + 2, 4);
            to += hltext_utf8_encode((uint32_t)strtoul(hex, NULL, 16), to);
            s += 6;
        } else {
            *to++ = *s++;
        }
    }
    *to = 0;
}

static void test_lines(struct hl_words *words)
{
    char line[1024];
    FILE *f = fopen("tests/cases/words.tsv", "r");
    if (!OK(f != NULL, "tests/cases/words.tsv opens"))
        return;
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        char *want = strchr(line, '\t'), *why = want ? strchr(want + 1, '\t') : NULL;
        const char *got = NULL;
        size_t size;
        if (line[0] == '#' || !OK(why != NULL, "three fields: %.20s", line))
            continue;
        *want++ = *why++ = 0;
        unescape(line);
        unescape(want);
        OK(hl_words_segment(words, line, strlen(line), &got, &size, NULL) == HL_OK &&
               size == strlen(line),
           "cut: %s", *why ? why : line);
        IS(got, want, line);
    }
    fclose(f);
}

static void test_misuse(struct hl_words *words)
{
    struct hl_words *none = NULL;
    struct hl_error err = {0};
    const char *text = NULL;
    size_t size = 0;
    OK(hl_words_open(NULL, NULL, 0, &none, &err) == HL_MISUSE && !none,
       "neither index nor lexicon: %s", err.text);
    OK(hl_words_open(NULL, "# none\n", 7, &none, &err) == HL_MISUSE && !none,
       "a lexicon of nothing: %s", err.text);
    OK(hl_words_open(NULL, "khoa h\xe1\n", 8, &none, &err) == HL_MISUSE && err.at == 1,
       "bytes that are not UTF-8: %s", err.text);
    OK(hl_words_segment(words, "khoa h\xe1 a", 9, &text, &size, &err) == HL_MISUSE &&
           err.at == 6 && !text,
       "nor may a line be so: %s", err.text);
    OK(hl_words_segment(words,
                        "a\0b khoa h\xe1\xbb\x8d"
                        "c",
                        14, &text, &size, &err) == HL_OK &&
           size == 14 && !memcmp(text, "a\0b khoa_h", 10),
       "a NUL is a character like any other");
    hl_words_free(NULL);
}

/* ---- anything ---- */

static char text[TEXT_MAX];
static size_t text_size;

static void put(const char *bytes, size_t size)
{
    if (text_size + size < TEXT_MAX) {
        memcpy(text + text_size, bytes, size);
        text_size += size;
    }
}

static void make_line(uint64_t *seed)
{
    static const char *const pieces[] = {"khoa học",
                                         "công nghệ cao",
                                         "Nguyễn Văn An",
                                         "khoa",
                                         "học",
                                         "sinh",
                                         "công",
                                         "nghệ",
                                         "cao",
                                         "Nguyễn",
                                         "An",
                                         "TTXVN",
                                         "10",
                                         ",",
                                         ".",
                                         "(",
                                         "có",
                                         "thể",
                                         "Y",
                                         "tế",
                                         "máy",
                                         "fax",
                                         "hoà",
                                         "bình",
                                         "Bộ",
                                         "khu",
                                         "_",
                                         "__",
                                         "ﬁn",
                                         "漢字",
                                         "e\u0323\u0302",
                                         "\u200b"};
    static const char *const gaps[] = {" ", " ", " ", " ", " ", " ", "  ", "\t", ", ", "_", ""};
    text_size = 0;
    for (size_t n = tap_random(seed) % 14; n > 0; n--) {
        const char *p = pieces[tap_random(seed) % (sizeof pieces / sizeof *pieces)];
        put(p, strlen(p));
        p = gaps[tap_random(seed) % (sizeof gaps / sizeof *gaps)];
        put(p, strlen(p));
    }
}

/* Blanks became _, and nothing else changed; to undo that and cut again is the same. */
static bool line_holds(struct hl_words *words)
{
    static char first[TEXT_MAX], undone[TEXT_MAX];
    const char *got;
    size_t size;
    if (hl_words_segment(words, text, text_size, &got, &size, NULL) || size != text_size)
        return false;
    memcpy(first, got, size);
    for (size_t i = 0; i < size; i++) {
        if (got[i] != text[i] && (got[i] != '_' || text[i] != ' '))
            return false;
        undone[i] = got[i] != text[i] ? ' ' : got[i];
    }
    return !memcmp(undone, text, size) &&
           !hl_words_segment(words, undone, size, &got, &size, NULL) &&
           !memcmp(first, got, size);
}

static void test_fuzz(struct hl_words *words, uint64_t seed)
{
    unsigned wrong = 0, refused = 0, joined = 0;
    const char *got;
    size_t size;
    for (int i = 0; i < ROUNDS; i++) {
        make_line(&seed);
        if (!line_holds(words) && wrong++ < 3)
            printf("# %.*s\n", (int)text_size, text);
        hl_words_segment(words, text, text_size, &got, &size, NULL);
        joined += memcmp(got, text, size) != 0;
    }
    OK(!wrong && joined > ROUNDS / 10, "lines of chance hold (%u wrong, %u have words)", wrong,
       joined);
    for (int i = 0; i < ROUNDS; i++) {
        text_size = tap_random(&seed) % 60;
        for (size_t k = 0; k < text_size; k++)
            text[k] =
                (char)(tap_random(&seed) % 4 ? tap_random(&seed) % 128 : tap_random(&seed));
        bool valid = hltext_utf8_check(text, text_size) == text_size;
        hl_status status = hl_words_segment(words, text, text_size, &got, &size, NULL);
        refused += status == HL_MISUSE;
        wrong += valid ? status != HL_OK || !line_holds(words) : status != HL_MISUSE;
    }
    OK(!wrong && refused && refused < ROUNDS, "lines of bytes hold (%u wrong)", wrong);
}

/* ---- no memory ---- */

static long left, live;

static void *failing_realloc(void *p, size_t size)
{
    if (left == 0)
        return NULL;
    left--;
    live += p == NULL;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    live -= p != NULL;
    free(p);
}

static bool run_short(long n, int *wrong)
{
    static const char lexicon[] = "khoa học\nvắc-xin covid\n", line[] = "khoa học TP.HCM An";
    struct hl_words *words = NULL;
    const char *got = NULL;
    size_t size = 0;
    left = n;
    hl_status status = hl_words_open(NULL, lexicon, sizeof lexicon - 1, &words, NULL);
    *wrong += (status == HL_OK) != (words != NULL);
    if (status == HL_OK)
        status = hl_words_segment(words, line, sizeof line - 1, &got, &size, NULL);
    *wrong += status != HL_OK && (status != HL_NOMEM || got);
    hl_words_free(words);
    *wrong += live != 0;
    return status == HL_OK;
}

static void test_no_memory(void)
{
    static const struct hlmem_hook hook = {failing_realloc, counting_free};
    int wrong = 0;
    long n = 0;
    hlmem_set_hook(&hook);
    while (n < 1000 && !run_short(n, &wrong))
        n++;
    hlmem_set_hook(NULL);
    OK(!wrong && n > 8 && n < 1000, "the n-th allocation fails, for %ld of them", n);
}

int main(void)
{
    test_section();
    test_hostile(21);
    test_refusals();
    test_ends();
    test_codes();
    test_worths();
    test_closed();
    struct hl_words *words = open_cases();
    if (words) {
        test_lines(words);
        test_misuse(words);
        test_fuzz(words, 22);
    }
    hl_words_free(words);
    test_no_memory();
    return tap_done();
}
