/* Passages: within their size, cut at words, ranges right, the weightiest window. */
#include "engine/snippet.h"
#include "tap.h"

#include "base/mem.h"

#include <string.h>

static struct hl_snippet make(const char *text, size_t size_max, const char *const *keys,
                              const double *weights, size_t count)
{
    struct hlsnippet_term terms[8];
    struct hl_snippet snippet = {0};
    for (size_t i = 0; i < count; i++)
        terms[i] = (struct hlsnippet_term){keys[i], (uint32_t)strlen(keys[i]),
                                           weights ? weights[i] : 1};
    if (hlsnippet_make(text, strlen(text), terms, count, size_max, &snippet, NULL) != HL_OK)
        snippet.text = NULL;
    return snippet;
}

/* "a [b c] d": the ranges as brackets. */
static const char *shown(const struct hl_snippet *s)
{
    static char out[4096];
    size_t n = 0, at = 0;
    if (!s->text)
        return "(failed)";
    for (size_t i = 0; i <= s->range_count; i++) {
        size_t start = i < s->range_count ? s->ranges[i].start : strlen(s->text);
        n += (size_t)snprintf(out + n, sizeof out - n, "%.*s", (int)(start - at), s->text + at);
        if (i == s->range_count)
            break;
        n += (size_t)snprintf(out + n, sizeof out - n, "[%.*s]",
                              (int)(s->ranges[i].end - start), s->text + start);
        at = s->ranges[i].end;
    }
    return out;
}

static void expect(const char *text, size_t size_max, const char *const *keys,
                   const double *weights, size_t count, const char *want, const char *what)
{
    struct hl_snippet s = make(text, size_max, keys, weights, count);
    IS(shown(&s), want, what);
    hl_snippet_release(&s);
    OK(!s.text && !s.ranges && !s.range_count, "%s: release leaves nothing", what);
}

static void test_examples(void)
{
    const char *lung[] = {"ung", "thư", "phổi"};
    const char *area[] = {"hòa", "lạc"};
    expect("bị ung thư phổi giai đoạn cuối", 100, lung, NULL, 3,
           "bị [ung thư phổi] giai đoạn cuối", "neighbours are one range");
    expect("", 100, lung, NULL, 3, "", "no text");
    expect("khu công nghệ cao Hoà Lạc", 100, area, NULL, 2, "khu công nghệ cao [Hoà Lạc]",
           "capitals and new tone place");
    expect("khu Ho\xcc\x80"
           "a La\xcc\xa3"
           "c",
           100, area, NULL, 2,
           "khu [Ho\xcc\x80"
           "a La\xcc\xa3"
           "c]",
           "decomposed, with its own bytes");
    expect("dòng một\ndòng\thai phổi\x01", 100, lung, NULL, 3, "dòng một dòng hai [phổi] ",
           "control characters are blanks");
    expect("ung, thư. phổi", 100, lung, NULL, 3, "[ung], [thư]. [phổi]",
           "marks between are outside");
    expect("không có gì ở đây cả", 100, lung, NULL, 3, "không có gì ở đây cả", "no match");
    expect("không có gì ở đây cả", 14, lung, NULL, 3, "không có gì", "no match: the beginning");
    expect("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 10, lung, NULL, 0, "aaaaaaaaaa",
           "one word, longer than the passage");
    expect("ắắắắắắắắắắắắắắắắ", 10, lung, NULL, 0, "ắắắ", "cut between characters");
    expect("ở TP.HCM hôm nay", 100, (const char *[]){"tphcm"}, NULL, 1, "ở [TP.HCM] hôm nay",
           "an alternative covers its parts");
    expect("ở TP.HCM hôm nay", 100, (const char *[]){"tp", "tphcm", "hcm"}, NULL, 3,
           "ở [TP.HCM] hôm nay", "alternative and parts are one range");
}

/* Filler of n words that match nothing. */
static void fill(char *to, size_t room, size_t n)
{
    size_t at = strlen(to);
    for (size_t i = 0; i < n && at + 6 < room; i++) {
        memcpy(to + at, "xem ", 5);
        at += 4;
    }
}

static void test_window(void)
{
    char text[4096] = "phổi ";
    const char *keys[] = {"phổi", "ung", "thư"};
    const double weights[] = {5, 1, 1};
    fill(text, sizeof text, 100);
    strcat(text, "ung thư ");
    fill(text, sizeof text, 100);
    struct hl_snippet s = make(text, 60, keys, NULL, 3);
    OK(s.text && strstr(s.text, "ung thư"), "two words outweigh one: %s", s.text);
    OK(s.text && strstr(s.text, "xem ung"), "and there is something before them");
    hl_snippet_release(&s);
    s = make(text, 60, keys, weights, 3);
    OK(s.text && !strncmp(s.text, "phổi", strlen("phổi")), "a heavy word outweighs two");
    hl_snippet_release(&s);
    strcat(text, "ung xem thư xem phổi phổi phổi");
    s = make(text, 60, keys, NULL, 3);
    OK(s.text && strstr(s.text, "phổi phổi phổi"), "three words outweigh two");
    hl_snippet_release(&s);
}

/* A text of words, marks, odd bytes that are UTF-8, and matches. */
static size_t random_text(uint64_t *state, char *to, size_t room)
{
    static const char *const parts[] = {"phổi ",
                                        "ung ",
                                        "thư ",
                                        "xem ",
                                        "TP.HCM ",
                                        "3,5% ",
                                        "Ho\xcc\x80"
                                        "a ",
                                        "\n",
                                        ". ",
                                        "\t",
                                        "ắ",
                                        "-",
                                        "a",
                                        "\xf0\x9f\x99\x82 ",
                                        "ngày 9/1/2021 ",
                                        "\x01"};
    size_t size = 0, words = tap_random(state) % 60;
    for (size_t i = 0; i < words; i++) {
        const char *part = parts[tap_random(state) % (sizeof parts / sizeof *parts)];
        size_t n = strlen(part);
        if (size + n >= room)
            break;
        memcpy(to + size, part, n);
        size += n;
    }
    to[size] = 0;
    return size;
}

static bool inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static bool holds(const struct hl_snippet *s, const char *text, size_t size, size_t size_max)
{
    size_t n = strlen(s->text), last = 0;
    char flat[2048];
    for (size_t i = 0; i <= size; i++)
        flat[i] = text[i] && (unsigned char)text[i] < ' ' ? ' ' : text[i];
    if (n > size_max || !strstr(flat, s->text) || (size <= size_max && n != size))
        return false;
    if (n && inside(s->text[0]))
        return false;
    for (size_t i = 0; i < s->range_count; i++) {
        struct hl_range r = s->ranges[i];
        if ((i && r.start <= last) || r.start >= r.end || r.end > n ||
            inside(s->text[r.start]) || inside(s->text[r.end]))
            return false;
        last = r.end;
    }
    return true;
}

static void test_random(void)
{
    const char *keys[] = {"phổi", "ung", "thư", "hòa", "tphcm", "3.5", "2021"};
    uint64_t state = 17;
    char text[2048];
    size_t bad = 0, marked = 0;
    for (int round = 0; round < 20000; round++) {
        size_t size = random_text(&state, text, sizeof text);
        size_t size_max = tap_random(&state) % 120;
        struct hl_snippet s = make(text, size_max, keys, NULL, 7);
        if (!s.text || !holds(&s, text, size, size_max)) {
            if (!bad++)
                printf("# %zu of %zu: \"%s\"\n# gave \"%s\"\n", size_max, size, text,
                       shown(&s));
        }
        marked += s.text && s.range_count > 0;
        hl_snippet_release(&s);
    }
    OK(!bad, "20,000 random texts: size, cuts and ranges hold (%zu do not)", bad);
    OK(marked > 5000, "most of them matched (%zu)", marked);
}

/* ------------------------------------------------------------ memory runs out */

static long calls_left;

static void *failing_realloc(void *p, size_t size)
{
    return calls_left-- > 0 ? realloc(p, size) : NULL;
}

static void test_memory(void)
{
    const struct hlmem_hook hook = {failing_realloc, free};
    const struct hlsnippet_term term = {"phổi", 6, 1};
    const char *text = "bị ung thư phổi, 3,5% ở TP.HCM, giai đoạn cuối";
    struct hl_snippet s = {0};
    hl_status status = HL_NOMEM;
    long n = 0;
    hlmem_set_hook(&hook);
    for (; status != HL_OK && n < 1000; n++) {
        calls_left = n;
        status = hlsnippet_make(text, strlen(text), &term, 1, 20, &s, NULL);
        if (status != HL_OK && (status != HL_NOMEM || s.text || s.ranges))
            break;
    }
    OK(status == HL_OK && n > 3, "the n-th allocation fails, n up to %ld: HL_NOMEM", n);
    calls_left = 1000;
    hl_snippet_release(&s);
    hlmem_set_hook(NULL);
}

int main(void)
{
    test_examples();
    test_window();
    test_random();
    test_memory();
    return tap_done();
}
