/*
 * What must hold between queries, whatever the archive: sums of sets, parentheses that change
 * nothing, words nearer each other, years and all other years.
 *
 * An archive of chance, or the index that HLSEARCH_INDEX names with words of news.
 */
#include "scratch.h"
#include "tap.h"

enum { SHOWN = 20, TEXT = 512 };

struct answer {
    uint64_t total;
    size_t count;
    char id[SHOWN][64];
    double score[SHOWN];
};

static struct hl_index *archive;
static size_t failed, asked;

/* exhaustive: every answer is scored.  out_noted may be NULL. */
static struct answer ask_text(const char *text, int cover, bool exhaustive, bool *out_noted)
{
    struct hl_query_options how = {.marks = HL_MARKS_STRICT};
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    struct answer a = {UINT64_MAX, 0, {""}, {0}};
    hl_search_options_init(&options);
    options.cover = cover;
    options.count = SHOWN;
    options.exhaustive = exhaustive;
    asked++;
    if (hl_query_parse(archive, text, strlen(text), &how, &query, &err) ||
        hl_search(archive, query, &options, &result, &err)) {
        printf("# [%s]: %s\n", text, err.text);
        failed++;
    } else {
        a.total = hl_result_total(result);
        a.count = hl_result_count(result);
        for (size_t i = 0; i < a.count; i++) {
            snprintf(a.id[i], sizeof a.id[i], "%s", hl_result_hit(result, i)->id);
            a.score[i] = hl_result_hit(result, i)->score;
        }
    }
    if (out_noted)
        *out_noted = hl_query_note(query, 0);
    hl_result_free(result);
    hl_query_free(query);
    return a;
}

static struct answer ask(int cover, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct answer ask(int cover, const char *format, ...)
{
    char text[TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ask_text(text, cover, false, NULL);
}

static uint64_t total(const char *format, ...) __attribute__((format(printf, 1, 2)));

static uint64_t total(const char *format, ...)
{
    char text[TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ask(HL_COVER_ALL, "%s", text).total;
}

static bool same(struct answer a, struct answer b)
{
    bool good = a.total == b.total && a.count == b.count;
    for (size_t i = 0; good && i < a.count; i++)
        good =
            !strcmp(a.id[i], b.id[i]) && !memcmp(&a.score[i], &b.score[i], sizeof a.score[i]);
    return good;
}

/* What did not hold, by its name. */
static struct {
    const char *name;
    size_t times;
} wrong[40];

static void holds(bool good, const char *name, const char *a, const char *b, const char *c)
{
    size_t i = 0;
    while (wrong[i].name && strcmp(wrong[i].name, name))
        i++;
    wrong[i].name = name;
    if (!good && !wrong[i].times++)
        printf("# %s: not so for %s, %s, %s\n", name, a, b, c);
}

/* ------------------------------------------------------------------ what must hold */

static void check_sets(const char *a, const char *b, const char *c)
{
    uint64_t n = total("%s", a), ab = total("%s %s", a, b);
    holds(total("%s OR %s", a, b) == n + total("%s", b) - ab, "|a OR b| = |a| + |b| - |a b|", a,
          b, c);
    holds(total("%s -%s", a, b) == n - ab, "|a -b| = |a| - |a b|", a, b, c);
    holds(total("%s -(%s %s)", a, b, c) == n - total("%s %s %s", a, b, c),
          "|a -(b c)| = |a| - |a b c|", a, b, c);
    holds(total("%s -(%s OR %s)", a, b, c) == n - total("%s (%s OR %s)", a, b, c),
          "|a -(b OR c)| = |a| - |a (b OR c)|", a, b, c);
    holds(total("%s (%s OR %s)", a, b, c) == total("(%s %s) OR (%s %s)", a, b, a, c),
          "a (b OR c) = a b OR a c", a, b, c);
    holds(total("(%s -%s) OR (%s %s)", a, b, a, b) == n, "a is what has b and what has not", a,
          b, c);
    holds(total("%s -(%s -%s)", a, b, c) == n - ab + total("%s %s %s", a, b, c), "a -(b -c)", a,
          b, c);
}

static void check_spelling(const char *a, const char *b, const char *c)
{
    struct answer ab = ask(-1, "%s OR %s", a, b), run = ask(-1, "%s %s %s", a, b, c);
    holds(same(ab, ask(-1, "(%s OR %s)", a, b)), "(q) = q", a, b, c);
    holds(same(ab, ask(-1, "((%s) OR ((%s)))", a, b)), "((a) OR ((b)))", a, b, c);
    holds(same(ab, ask(-1, "%s OR %s", b, a)), "a OR b = b OR a", a, b, c);
    holds(same(run, ask(-1, "((%s %s) %s)", a, b, c)), "((a b) c) = a b c", a, b, c);
    holds(same(run, ask(-1, "%s (%s) %s", a, b, c)), "a (b) c = a b c", a, b, c);
    holds(same(ask(-1, "%s OR %s OR %s", a, b, c), ask(-1, "%s OR (%s OR %s)", a, b, c)),
          "a OR (b OR c) = a OR b OR c", a, b, c);
    holds(same(ask(-1, "title:(%s OR %s)", a, b), ask(-1, "title:%s OR title:%s", a, b)),
          "title:(a OR b)", a, b, c);
    holds(same(ask(-1, "title:(%s %s)", a, b), ask(-1, "title:%s title:%s", a, b)),
          "title:(a b)", a, b, c);
    holds(same(ask(-1, "\"%s %s\"~2", a, b), ask(-1, "\"%s %s\"~2", b, a)), "near in any order",
          a, b, c);
}

static void check_near(const char *a, const char *b, const char *c)
{
    holds(!total("\"%s %s\" -\"%s %s\"~0", a, b, a, b), "side by side is near", a, b, c);
    holds(!total("\"%s %s %s\" -\"%s %s %s\"~0", a, b, c, b, c, a), "three too", a, b, c);
    for (int slop = 0; slop < 20; slop = slop * 2 + 1)
        holds(!total("\"%s %s\"~%d -\"%s %s\"~%d", a, b, slop, b, a, slop + 1),
              "what is near is nearer than farther", a, b, c);
    holds(total("\"%s %s\"~1000", a, b) <= total("%s %s", a, b), "near has all words", a, b, c);
    holds(!total("title:\"%s %s\"~3 -\"%s %s\"~3", a, b, a, b), "near in a field is near", a, b,
          c);
}

static void check_rest(const char *a, const char *b, const char *c)
{
    uint64_t n = total("%s", a);
    holds(total("%s date:2017", a) + total("%s -date:2017", a) == n, "a year and all others", a,
          b, c);
    holds(total("%s (date:2017 OR %s)", a, b) ==
              total("%s date:2017", a) + total("%s %s", a, b) - total("%s %s date:2017", a, b),
          "a year or a word", a, b, c);
    holds(total("%s after:1/8/2017 before:15/8/2017", a) ==
              total("%s date:1/8/2017..14/8/2017", a),
          "a range is from and to", a, b, c);
    holds(!total("%s -%s*", a, a), "a word begins so itself", a, b, c);
    holds(total("%s*", a) >= n, "a prefix has at least its word", a, b, c);
    holds(total("%s* OR %s", a, a) == total("%s*", a), "the word adds nothing", a, b, c);
}

/* Anything that could be typed is read, answers the same with bounds and without, and in
 * parentheses, if none of it is noted. */
static size_t check_anything(uint64_t seed, size_t rounds)
{
    static const char *const pieces[] = {
        "công", "nghệ", "khoa",   "hoc",   "ma",   "(",      ")",  "\"",      "-",
        " OR ", "OR",   " ",      " ",     " ",    "title:", "~",  "~2",      "*",
        "=",    "“",    "”",      "date:", "2017", "after:", "/7", "..",      "section:",
        "zzqx", "5G",   "TP.HCM", "AND",   " -(",  "\t",     "()", "\"a\"~1", "ng*"};
    size_t different = 0;
    for (size_t i = 0; i < rounds && different < 5; i++) {
        char text[TEXT] = "", within[TEXT + 2];
        for (uint64_t n = 1 + tap_random(&seed) % 14; n; n--)
            strcat(text, pieces[tap_random(&seed) % (sizeof pieces / sizeof *pieces)]);
        snprintf(within, sizeof within, "(%s)", text);
        bool noted = false;
        int open = 0; /* one inside a word may close what is not its own */
        for (const char *p = text; *p; p++)
            open += (*p == '(') - (*p == ')');
        int cover = tap_random(&seed) % 2 ? HL_COVER_ANY : HL_COVER_DEFAULT;
        struct answer a = ask_text(text, cover, false, &noted);
        bool good = a.total != UINT64_MAX && same(a, ask_text(text, cover, true, NULL)) &&
                    (noted || open || same(a, ask_text(within, cover, false, NULL)));
        if (!good)
            printf("# [%s] is not the same\n", text);
        different += !good;
    }
    return different;
}

/* ------------------------------------------------------------------------- words */

static const char *const news[] = {"công",  "nghệ",   "khoa", "học",  "ung",   "thư",    "năm",
                                   "người", "biển",   "đất",  "nước", "trời",  "sao",    "máy",
                                   "tính",  "nghiên", "cứu",  "bệnh", "thuốc", "trường", "và"};
static const char *const few[] = {"công", "nghệ",  "khoa", "học", "cộng", "má",
                                  "mạ",   "thuật", "đà",   "đã",  "nghe", "hóa"};

static bool open_archive(uint64_t seed)
{
    struct scratch_shape shape = {4000, 200, 8, 10, 40, 5, false};
    const char *path = getenv("HLSEARCH_INDEX");
    bool good = true;
    if (!path || !*path) {
        struct scratch_archive made = scratch_archive_make(&shape, seed);
        path = scratch_name("ix");
        good = scratch_build(path, NULL, &made, 3);
        scratch_archive_release(&made);
    }
    return good && !hl_index_open(path, &archive, NULL);
}

int main(void)
{
    const char *given = getenv("HLSEARCH_SEED"), *path = getenv("HLSEARCH_INDEX");
    uint64_t seed = given && *given ? strtoull(given, NULL, 0) : 20260105;
    bool real = path && *path;
    const char *const *words = real ? news : few;
    size_t count = real ? sizeof news / sizeof *news : sizeof few / sizeof *few;
    printf("# seed 0x%llx\n", (unsigned long long)seed);
    scratch_begin();
    OK(open_archive(seed), "an archive");
    for (int i = 0; archive && i < 100 / SCRATCH_SLOWNESS; i++) {
        size_t at = tap_random(&seed) % count, step = 1 + tap_random(&seed) % 3;
        const char *a = words[at], *b = words[(at + step) % count],
                   *c = words[(at + 2 * step) % count];
        check_sets(a, b, c);
        check_spelling(a, b, c);
        check_near(a, b, c);
        check_rest(a, b, c);
    }
    for (size_t i = 0; wrong[i].name; i++)
        OK(!wrong[i].times, "%s", wrong[i].name);
    OK(!archive || !check_anything(seed, 20000 / SCRATCH_SLOWNESS), "whatever is typed");
    OK(!failed && asked > 1000 / SCRATCH_SLOWNESS, "%zu queries, none refused", asked);
    hl_index_close(archive);
    return tap_done();
}
