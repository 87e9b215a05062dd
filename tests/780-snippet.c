/* Passages: within their size, cut at sentences and words, ranges right, the weightiest
 * window; which matches are lit; borders of sentences by tests/cases/sentences.tsv. */
#include "engine/sentence.h"
#include "engine/snippet.h"
#include "tap.h"

#include "base/mem.h"

#include <string.h>

/* One for all tests: what was told before must leave no trace. */
static struct hlsnippet finder;

/* Words in a row, each beside the one before it in the query. */
static void tell(const char *const *keys, const double *weights, size_t count)
{
    struct hlmatches *m = &finder.matches;
    hlmatches_reset(m);
    for (size_t i = 0; i < count; i++) {
        uint32_t weight = (uint32_t)(1000 * (weights ? weights[i] : 1));
        uint32_t word = hlmatches_add_word(m, weight, HLMATCH_FULL);
        hlmatches_add_key(m, word, keys[i], strlen(keys[i]), 0);
        if (i)
            hlmatches_add_link(m, word - 1, word, weight / 4);
    }
}

static hl_status run(const char *text, size_t size, size_t size_max)
{
    const struct hlsnippet_text one = {.text = text, .size = size};
    hl_status status = hlsnippet_read(&finder, &one, 1, size_max, NULL);
    return status == HL_OK ? hlsnippet_choose(&finder, size_max, 1, NULL) : status;
}

/* A passage with control characters made blanks, as callers get it. */
static struct hl_snippet copy(const char *text, const struct hlsnippet_passage *p)
{
    size_t size = p->end - p->start;
    struct hl_snippet s = {malloc(size + 1),
                           malloc((hlsnippet_ranges(&finder, p, NULL) + 1) * sizeof *s.ranges),
                           0};
    for (size_t i = 0; i < size; i++) {
        char c = text[p->start + i];
        s.text[i] = (unsigned char)c < ' ' ? ' ' : c;
    }
    s.text[size] = 0;
    s.range_count = hlsnippet_ranges(&finder, p, s.ranges);
    return s;
}

static void drop(struct hl_snippet *s)
{
    free(s->text);
    free(s->ranges);
}

static struct hl_snippet make(const char *text, size_t size_max, const char *const *keys,
                              const double *weights, size_t count)
{
    struct hl_snippet none = {0};
    tell(keys, weights, count);
    if (run(text, strlen(text), size_max) != HL_OK || finder.passage_count != 1)
        return none;
    return copy(text, &finder.passages[0]);
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
    drop(&s);
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
    OK(s.text && strstr(s.text, "ung thư"), "two words outweigh one");
    OK(s.text && strstr(s.text, "xem ung"), "and there is something before them");
    drop(&s);
    s = make(text, 60, keys, weights, 3);
    OK(s.text && !strncmp(s.text, "phổi", strlen("phổi")), "a heavy word outweighs two");
    drop(&s);
    strcat(text, "ung xem thư xem phổi phổi phổi");
    s = make(text, 60, keys, NULL, 3);
    OK(s.text && strstr(s.text, "phổi phổi phổi"), "three words outweigh two");
    drop(&s);
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
        drop(&s);
    }
    OK(!bad, "20,000 random texts: size, cuts and ranges hold (%zu do not)", bad);
    OK(marked > 5000, "most of them matched (%zu)", marked);
}

/* Passages of two texts together: sizes, order, cuts, and bytes that are their texts'. */
static bool all_hold(const struct hlsnippet_text *texts, size_t size_max, unsigned most)
{
    size_t sum = 0;
    if (!finder.passage_count || finder.passage_count > most)
        return false;
    for (unsigned i = 0; i < finder.passage_count; i++) {
        const struct hlsnippet_passage *p = &finder.passages[i], *last = i ? p - 1 : NULL;
        const struct hlsnippet_text *t = &texts[p->text];
        sum += p->end - p->start;
        if (p->text > 1 || p->start > p->end || p->end > t->size || sum > size_max ||
            (last && (p->text < last->text || (p->text == last->text && p->start < last->end))))
            return false;
        if ((p->start < t->size && inside(t->text[p->start])) ||
            (p->end < t->size && inside(t->text[p->end])) || (!p->start && p->cut_before) ||
            (p->end == t->size && p->cut_after))
            return false;
        struct hl_snippet s = copy(t->text, p);
        bool good = holds(&s, t->text + p->start, p->end - p->start, size_max);
        good = good && (finder.passage_count == 1 || s.range_count);
        drop(&s);
        if (!good)
            return false;
    }
    return true;
}

static void test_several(void)
{
    const char *keys[] = {"phổi", "ung", "thư", "hòa", "tphcm", "3.5", "2021"};
    uint64_t state = 23;
    static char text[2][2048];
    size_t bad = 0, several = 0;
    tell(keys, NULL, 7);
    for (int round = 0; round < 20000; round++) {
        struct hlsnippet_text texts[2] = {{.text = text[0]}, {.text = text[1]}};
        texts[0].size = random_text(&state, text[0], sizeof text[0]);
        texts[1].size = random_text(&state, text[1], sizeof text[1]);
        size_t size_max = tap_random(&state) % 400;
        unsigned most = 1 + (unsigned)(tap_random(&state) % HLSNIPPET_PASSAGES_MAX);
        if (hlsnippet_read(&finder, texts, 2, size_max, NULL) != HL_OK ||
            hlsnippet_choose(&finder, size_max, most, NULL) != HL_OK ||
            !all_hold(texts, size_max, most)) {
            if (!bad++)
                printf("# %u of %zu: \"%s\" \"%s\"\n", most, size_max, text[0], text[1]);
        }
        several += finder.passage_count > 1;
    }
    OK(!bad, "20,000 pairs of random texts: sizes, order and cuts hold (%zu do not)", bad);
    OK(several > 500, "often there are several passages (%zu)", several);
}

/* ---------------------------------------------------------------- what is lit */

/* Words of a kind each, each beside the one before it. */
static void expect_lit(const char *const *keys, const enum hlmatch_kind *kinds, size_t count,
                       const char *text, const char *want, const char *what)
{
    struct hlmatches *m = &finder.matches;
    hlmatches_reset(m);
    for (uint32_t i = 0; i < count; i++) {
        hlmatches_add_word(m, 1000, kinds[i]);
        hlmatches_add_key(m, i, keys[i], strlen(keys[i]), 0);
        if (i)
            hlmatches_add_link(m, i - 1, i, 300);
    }
    struct hl_snippet s = {0};
    if (run(text, strlen(text), 1000) == HL_OK)
        s = copy(text, &finder.passages[0]);
    IS(shown(&s), want, what);
    drop(&s);
}

static void test_lit(void)
{
    const char *keys[] = {"công", "nghệ", "và", "tôm"};
    const enum hlmatch_kind kinds[] = {HLMATCH_BOUND, HLMATCH_FULL, HLMATCH_FUNCTION,
                                       HLMATCH_FULL};
    const enum hlmatch_kind small[] = {HLMATCH_FUNCTION, HLMATCH_FUNCTION};
    expect_lit(keys, kinds, 4, "công nhân và công nghệ, nghệ và tôm, và tôm, nghệ và",
               "công nhân và [công nghệ], [nghệ và tôm], và [tôm], [nghệ] và",
               "bound syllables and function words only beside what tells");
    expect_lit(keys, kinds, 4, "nghệ công, tôm và nghệ", "[nghệ] công, [tôm] và [nghệ]",
               "and only as they stand in the query");
    expect_lit(keys, kinds, 4, "công nhân và thợ", "[công] nhân và thợ",
               "a bound syllable where nothing else is found");
    expect_lit((const char *[]){"ai", "tôm"},
               (enum hlmatch_kind[]){HLMATCH_FUNCTION, HLMATCH_FULL}, 2, "Tôm AI và ai, AI LÀM",
               "[Tôm AI] và ai, AI LÀM",
               "a function word in capitals is a name, but among capitals");
    expect_lit((const char *[]){"của", "và"}, small, 2, "và tôm của tôi", "[và] tôm [của] tôi",
               "a query of function words alone: they are meant");
}

static void test_keys(void)
{
    struct hlmatches *m = &finder.matches;
    const char *text = "ở thành phố Hồ Chí Minh, hồ chí lớn, laser, lasers và blaser";
    hlmatches_reset(m);
    hlmatches_add_word(m, 1000, HLMATCH_FULL);
    hlmatches_add_key(m, 0, "hồ chí minh", strlen("hồ chí minh"), 0);
    hlmatches_add_key(m, 0, "thành phố hồ chí minh", strlen("thành phố hồ chí minh"), 0);
    hlmatches_add_word(m, 1000, HLMATCH_FULL);
    hlmatches_add_key(m, 1, "lase", 4, HLMATCH_PREFIX);
    run(text, strlen(text), 1000);
    struct hl_snippet s = copy(text, &finder.passages[0]);
    IS(shown(&s), "ở [thành phố Hồ Chí Minh], hồ chí lớn, [laser], [lasers] và blaser",
       "rows whole and the longest, prefixes at the front of words");
    drop(&s);
    hlmatches_reset(m);
    hlmatches_add_word(m, 1000, HLMATCH_PHRASE);
    hlmatches_add_key(m, 0, "hồ", strlen("hồ"), 0);
    hlmatches_add_word(m, 1000, HLMATCH_PHRASE);
    hlmatches_add_key(m, 1, "chí", strlen("chí"), 0);
    hlmatches_add_phrase(m, 0, 2, 2000);
    hlmatches_add_word(m, 1000, HLMATCH_FULL);
    hlmatches_add_key(m, 2, "lớn", strlen("lớn"), 0);
    run(text, strlen(text), 1000);
    s = copy(text, &finder.passages[0]);
    IS(shown(&s), "ở thành phố [Hồ Chí] Minh, [hồ chí lớn], laser, lasers và blaser",
       "a phrase, every time it stands");
    drop(&s);
    text = "hồ lớn, chí khí";
    run(text, strlen(text), 1000);
    s = copy(text, &finder.passages[0]);
    IS(shown(&s), "hồ [lớn], chí khí", "not its words by themselves");
    drop(&s);
}

/* ------------------------------------------------------------------ sentences */

/* Bars out of the text into *starts, a flag a byte. */
static size_t read_bars(const char *from, char *to, bool *starts)
{
    size_t n = 0;
    memset(starts, 0, 4096);
    starts[0] = true;
    for (; *from && *from != '\t'; from++) {
        if (*from == '|') {
            starts[n] = true;
        } else if (!strncmp(from, "\\n", 2)) {
            to[n++] = '\n';
            from++;
        } else {
            to[n++] = *from;
        }
    }
    to[n] = 0;
    return n;
}

static bool borders_hold(const char *text, size_t size, const bool *starts)
{
    size_t begun = 0;
    for (size_t i = 0; i < size; i++) {
        if (starts[i])
            begun = i;
        size_t next = i;
        while (next < size && !starts[next])
            next++;
        bool blank = (unsigned char)text[i] <= ' ';
        ptrdiff_t start = hlsentence_start(text, size, i, 0);
        if (!blank && start != (ptrdiff_t)begun) {
            printf("# byte %zu: starts at %td, not %zu\n", i, start, begun);
            return false;
        }
        ptrdiff_t end = starts[i] && i ? hlsentence_end(text, size, 0, i) : 0;
        size_t want = i;
        while (want && (unsigned char)text[want - 1] <= ' ')
            want--;
        if (starts[i] && i && end != (ptrdiff_t)want) {
            printf("# before byte %zu: ends at %td, not %zu\n", i, end, want);
            return false;
        }
    }
    return true;
}

static void test_sentences(void)
{
    static char line[4096], text[4096];
    static bool starts[4096];
    FILE *file = fopen("tests/cases/sentences.tsv", "r");
    size_t cases = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (*line == '#' || *line == '\n')
            continue;
        line[strcspn(line, "\n")] = 0;
        size_t size = read_bars(line, text, starts);
        OK(borders_hold(text, size, starts), "sentences: %s", line);
        cases++;
    }
    OK(cases > 25, "cases of sentences (%zu)", cases);
    if (file)
        fclose(file);
    text[0] = 'a';
    OK(hlsentence_start("ab. Cd", 6, 5, 4) == HLSENTENCE_NONE &&
           hlsentence_end("Ab cd. Ef", 9, 0, 4) == HLSENTENCE_NONE,
       "none within the bounds");
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
    const char *keys[] = {"phổi", "hồ chí minh"};
    const char *text = "bị ung thư phổi, 3,5% ở TP.HCM, giai đoạn cuối";
    hl_status status = HL_NOMEM;
    long n = 0;
    hlsnippet_release(&finder);
    hlmem_set_hook(&hook);
    for (; status != HL_OK && n < 1000; n++) {
        calls_left = n;
        tell(keys, NULL, 2);
        status = run(text, strlen(text), 20);
        calls_left = 1000;
        if (status != HL_OK && status != HL_NOMEM)
            break;
        hlsnippet_release(&finder);
    }
    OK(status == HL_OK && n > 3, "the n-th allocation fails, n up to %ld: HL_NOMEM", n);
    hlmem_set_hook(NULL);
}

int main(void)
{
    hlsnippet_init(&finder);
    test_examples();
    test_window();
    test_random();
    test_several();
    test_lit();
    test_keys();
    test_sentences();
    test_memory();
    hlsnippet_release(&finder);
    return tap_done();
}
