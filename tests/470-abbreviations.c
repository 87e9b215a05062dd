/*
 * Abbreviations of an index: what articles define, counted over live articles, whatever
 * was replaced, merged, stored or built by how many threads; and both ways of asking.
 */
#include "backend/abbreviations.h"
#include "base/mem.h"
#include "hlsearch_inspect.h"
#include "scratch.h"

#include <inttypes.h>

/* Articles come as "id=body", the last one NULL. */
static bool add(const char *name, const struct hl_writer_options *options,
                const char *const *articles)
{
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    hl_status status = hl_writer_open(scratch_name(name), options, &writer, &err);
    for (; status == HL_OK && *articles; articles++) {
        char id[16] = "";
        const char *body = strchr(*articles, '=');
        assert(body && (size_t)(body - *articles) < sizeof id);
        memcpy(id, *articles, (size_t)(body - *articles));
        struct hl_article a = {.id = id, .body = body + 1};
        status = hl_writer_add(writer, &a, &err);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, &err);
    hl_writer_close(writer);
    if (status != HL_OK)
        printf("# %s\n", err.text);
    return status == HL_OK;
}

/* The list as "short=long 2; ..."; "!" if it failed. */
static const char *listed(const char *name)
{
    static char text[2000];
    struct hl_index *index = NULL;
    struct hl_abbreviations all = {0};
    size_t size = 0;
    *text = '\0';
    if (hl_index_open(scratch_name(name), &index, NULL) != HL_OK ||
        hl_abbreviations_list(index, &all, NULL) != HL_OK)
        snprintf(text, sizeof text, "!");
    for (size_t i = 0; i < all.count; i++)
        size +=
            (size_t)snprintf(text + size, sizeof text - size, "%s%s=%s %" PRIu64, i ? "; " : "",
                             all.items[i].shorter, all.items[i].longer, all.items[i].articles);
    hl_abbreviations_free(&all);
    hl_index_close(index);
    return text;
}

static void say_fault(void *user, const char *text)
{
    printf("# %s\n", text);
}

static bool sound(const char *name)
{
    struct hl_check_report report = {0};
    return hl_check(scratch_name(name), say_fault, NULL, NULL, &report, NULL) == HL_OK &&
           !report.faults;
}

/* ---- what counts ---- */

static const char *const some[] = {
    "a=Bộ Khoa học và Công nghệ (KH&CN) họp. Khoa học và Công nghệ (KHCN) là gì?",
    "b=KHCN (khoa học và công nghệ) và giao thông vận tải (GTVT).",
    "c=Ngành Giao thông vận tải (GTVT), ngành khoa học công nghệ (KHCN).",
    "d=Khoa học công nghệ (KH-CN), hội đồng quản trị (HĐQT).",
    "e=Giao thông vận tải (GTVT). Giao thông vận tải (GTVT). Không có gì.",
    "f=Không có gì (1), (km), (ABC",
    NULL};

static void test_counts(void)
{
    OK(add("some", NULL, some) && sound("some"), "an index of a few articles is sound");
    IS(listed("some"),
       "gtvt=giao thông vận tải 3; khcn=khoa học công nghệ 2; khcn=khoa học và công nghệ 2",
       "pairs of two articles and more; twice in one article is once");
    const char *const replaced[] = {"b=Giao thông đường thủy.", NULL};
    OK(add("some", NULL, replaced) && sound("some"), "an article is replaced");
    IS(listed("some"), "gtvt=giao thông vận tải 2; khcn=khoa học công nghệ 2",
       "what it said is gone; a pair that one article is left to say is not told");
    const char *const again[] = {"g=Khoa học và công nghệ (KHCN).", NULL};
    OK(add("some", NULL, again) && sound("some"), "another article says it");
    IS(listed("some"),
       "gtvt=giao thông vận tải 2; khcn=khoa học công nghệ 2; khcn=khoa học và công nghệ 2",
       "counts of two segments are one count");
}

static void test_title(void)
{
    struct hl_writer *writer = NULL;
    struct hl_article a = {.id = "a", .title = "Hội đồng quản trị (HĐQT)", .body = "x"};
    struct hl_article b = {.id = "b", .lead = "Hội đồng quản trị (HĐQT)", .body = "(HĐ)"};
    struct hl_article c = {.id = "c", .title = "Hội đồng", .body = "(HĐ) và hội đồng (HĐ)"};
    bool good = hl_writer_open(scratch_name("title"), NULL, &writer, NULL) == HL_OK &&
                hl_writer_add(writer, &a, NULL) == HL_OK &&
                hl_writer_add(writer, &b, NULL) == HL_OK &&
                hl_writer_add(writer, &c, NULL) == HL_OK &&
                hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    OK(good && sound("title"), "definitions in titles and leads");
    IS(listed("title"), "hđqt=hội đồng quản trị 2", "each field is read by itself");
}

static void test_tokens(void)
{
    const struct hl_writer_options tokens = {.tokens = true};
    const char *const articles[] = {"a=hội đồng (HĐ)", "b=hội đồng (HĐ)", NULL};
    OK(add("tokens", &tokens, articles) && sound("tokens"), "articles that are tokens");
    IS(listed("tokens"), "", "nothing is looked for in them");
    struct hl_error err = {0};
    struct hl_abbreviations all;
    OK(hl_abbreviations_list(NULL, &all, &err) == HL_MISUSE && *err.text, "no index");
    hl_abbreviations_free(NULL);
}

/* ---- merges ---- */

/* Six commits of two articles each: small segments are gathered on the way. */
static bool add_six(const char *name, const struct hl_writer_options *options)
{
    char bodies[12][120];
    bool good = true;
    for (int i = 0; good && i < 6; i++) {
        const char *articles[3] = {bodies[2 * i], bodies[2 * i + 1], NULL};
        snprintf(bodies[2 * i], 120, "m%d=Bảo hiểm y tế (BHYT), bài %d.", i, i);
        snprintf(bodies[2 * i + 1], 120, "n%d=%s, bài %d.", i % 5,
                 i % 2 ? "Ủy ban nhân dân (UBND)" : "Uỷ ban nhân dân (UBND)", i);
        good = add(name, options, articles);
    }
    return good;
}

static void test_merges(void)
{
    const struct hl_writer_options bare = {.no_store = true};
    struct hl_index *index = NULL;
    struct hl_stats stats = {0};
    OK(add_six("merged", NULL) && sound("merged"), "six commits, one of them replacing");
    if (hl_index_open(scratch_name("merged"), &index, NULL) == HL_OK)
        hl_index_stats(index, &stats, NULL);
    hl_index_close(index);
    OK(stats.segments > 0 && stats.segments < 6, "segments were gathered (%" PRIu64 " left)",
       stats.segments);
    IS(listed("merged"), "bhyt=bảo hiểm y tế 6; ubnd=ủy ban nhân dân 5", "nothing is lost");
    OK(add_six("bare", &bare) && sound("bare"), "the same without stored articles");
    IS(listed("bare"), "bhyt=bảo hiểm y tế 6; ubnd=ủy ban nhân dân 5", "nor there");
}

/* ---- threads ---- */

static size_t read_segment(const char *name, uint8_t *to, size_t room)
{
    char path[700];
    snprintf(path, sizeof path, "%s/segment-000000000002", scratch_name(name));
    FILE *f = fopen(path, "rb");
    size_t size = f ? fread(to, 1, room, f) : 0;
    if (f)
        fclose(f);
    return size;
}

/* Articles enough for several groups, with definitions that repeat in all of them. */
static bool add_many(const char *name, int threads)
{
    static const char *const defined[] = {
        "Bảo hiểm y tế (BHYT)",         "Ủy ban nhân dân (UBND)", "BHYT (bảo hiểm y tế)",
        "giao thông vận tải (GTVT)",    "đại học (ĐH)",           "doanh nghiệp (DN)",
        "khoa học và công nghệ (KH&CN)"};
    enum { KINDS = sizeof defined / sizeof *defined };
    const struct hl_writer_options options = {.threads = threads};
    struct hl_writer *writer = NULL;
    hl_status status = hl_writer_open(scratch_name(name), &options, &writer, NULL);
    for (uint64_t i = 0, seed = 470; status == HL_OK && i < 2000; i++) {
        char id[20], body[300];
        snprintf(id, sizeof id, "%" PRIu64, i);
        snprintf(body, sizeof body, "Bài %" PRIu64 ". %s. %s.", i,
                 defined[tap_random(&seed) % KINDS], defined[tap_random(&seed) % KINDS]);
        struct hl_article a = {.id = id, .body = body};
        status = hl_writer_add(writer, &a, NULL);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, NULL);
    hl_writer_close(writer);
    return status == HL_OK;
}

static void test_threads(void)
{
    enum { ROOM = 4 << 20 };
    uint8_t *one = calloc(1, ROOM), *two = calloc(1, ROOM);
    OK(add_many("one", 1) && add_many("two", 2) && sound("one"), "by one thread and by two");
    size_t size = read_segment("one", one, ROOM);
    OK(size > 10000 && size < ROOM && read_segment("two", two, ROOM) == size &&
           !memcmp(one, two, size),
       "the same %zu bytes", size);
    OK(strstr(listed("one"), "bhyt=bảo hiểm y tế ") == listed("one"),
       "a pair that is told in two ways is the best known");
    free(one);
    free(two);
}

/* ---- asking ---- */

static const char *told(const struct hlabbr_list *list)
{
    static char text[1000];
    size_t size = 0;
    *text = '\0';
    for (size_t i = 0; i < list->count; i++) {
        const struct hlabbr *a = &list->items[i];
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s=%.*s %" PRIu64,
                                 i ? "; " : "", (int)a->shorter_size, a->shorter,
                                 (int)a->longer_size, a->longer, a->articles);
    }
    return text;
}

static const char *ask_long(const struct hlsnapshot *snapshot, const char *key)
{
    struct hlarena arena = {NULL};
    struct hlabbr_list list;
    if (hlabbr_long(snapshot, key, strlen(key), &arena, &list, NULL) != HL_OK)
        return "!";
    const char *text = told(&list);
    hlarena_release(&arena);
    return text;
}

/* words: keys with a blank between two. */
static const char *ask_short(const struct hlsnapshot *snapshot, const char *words)
{
    struct hlarena arena = {NULL};
    struct hlabbr_key keys[32];
    struct hlabbr_list list;
    size_t count = 0;
    for (; *words && count < 32; words += *words == ' ') {
        keys[count++] = (struct hlabbr_key){words, (uint32_t)strcspn(words, " ")};
        words += strcspn(words, " ");
    }
    if (hlabbr_short(snapshot, keys, count, &arena, &list, NULL) != HL_OK)
        return "!";
    const char *text = told(&list);
    hlarena_release(&arena);
    return text;
}

static void test_asking(void)
{
    static const char *const articles[] = {
        "a=khoa học và công nghệ (KHCN), đại học (ĐH)",
        "b=khoa học và công nghệ (KHCN), đại học (DH)",
        "c=khoa học và công nghệ (KHCN), đại học (ĐH)",
        "d=khoa học công nghệ (KHCN), đại học (DH)",
        "e=khoa học công nghệ (KHCN), đại học (ĐH), đồng hồ (ĐH)",
        "f=kinh hoàng chưa ngủ (KHCN), khoa học (KH)",
        NULL};
    struct hlsnapshot s;
    char long_key[600];
    OK(add("ask", NULL, articles) && sound("ask"), "an index to be asked");
    if (hlsnapshot_open(scratch_name("ask"), &s, NULL) != HL_OK)
        return;
    IS(ask_long(&s, "khcn"), "khcn=khoa học và công nghệ 3; khcn=khoa học công nghệ 2",
       "the best known long name first, what one article says not at all");
    IS(ask_long(&s, "đh"), "đh=đại học 3", "a key with a mark");
    IS(ask_long(&s, "kh"), "", "a pair of one article");
    IS(ask_long(&s, "khc"), "", "the beginning of a short form is none");
    IS(ask_long(&s, "khcnx"), "", "nor is more than one");
    IS(ask_long(&s, ""), "", "nor is nothing");
    IS(ask_short(&s, "đại học"), "đh=đại học 3; dh=đại học 2", "two short forms");
    IS(ask_short(&s, "khoa học công nghệ"), "khcn=khoa học công nghệ 2", "exactly this name");
    IS(ask_short(&s, "khoa học và công"), "", "the beginning of a name is none");
    IS(ask_short(&s, "khoa học và công nghệ mới"), "", "nor is more than one");
    IS(ask_short(&s, "khoa"), "", "one key is no name");
    IS(ask_short(&s, ""), "", "nor is none");
    IS(ask_short(&s, "a b c d e f g h i j k l m"), "", "nor are thirteen");
    memset(long_key, 'x', sizeof long_key);
    memcpy(long_key, "x ", 2);
    long_key[sizeof long_key - 1] = '\0';
    IS(ask_short(&s, long_key), "", "nor is a key that no index can have");
    hlsnapshot_close(&s);
}

/* ---- memory that is out ---- */

static long left; /* allocations until the one that fails; below 0: none does */
static long alive;

static void *failing_realloc(void *p, size_t size)
{
    if (left == 0)
        return NULL;
    left -= left > 0;
    alive += p == NULL;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    alive -= p != NULL;
    free(p);
}

/* A commit that gathers small segments, with the n-th allocation failing. */
static bool commit(const char *name, long n, bool *out_good)
{
    const struct hl_writer_options one = {.threads = 1};
    struct hl_writer *writer = NULL;
    struct hl_article a = {.id = "z", .body = "Đại học (ĐH), ĐH (đại học), đại (Đ)."};
    struct hl_error err = {0};
    left = n;
    hl_status status = hl_writer_open(scratch_name(name), &one, &writer, &err);
    if (status == HL_OK)
        status = hl_writer_add(writer, &a, &err);
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, &err);
    hl_writer_close(writer);
    left = -1;
    *out_good = alive == 0 && (status == HL_OK || status == HL_NOMEM);
    return status == HL_OK;
}

/* A list that fails leaves what it was to fill. */
static bool list(const struct hl_index *index, long n, bool *out_good)
{
    struct hl_abbreviations all = {NULL, 7, NULL};
    left = n;
    long before = alive;
    hl_status status = hl_abbreviations_list(index, &all, NULL);
    left = -1;
    bool untouched = all.count == 7 && !all.items;
    if (status == HL_OK)
        hl_abbreviations_free(&all);
    *out_good = alive == before && (status == HL_OK) == !untouched &&
                (status == HL_OK || status == HL_NOMEM);
    return status == HL_OK;
}

static void test_nomem(void)
{
    static const struct hlmem_hook hook = {failing_realloc, counting_free};
    struct hl_index *index = NULL;
    unsigned wrong = 0, fails = 0;
    static const char *const more[] = {"y=Đại học (ĐH).", NULL};
    static const char *const last[] = {"z=Đại học (ĐH).", NULL};
    bool done = false;
    bool good =
        add("nomem", NULL, some) && add("nomem", NULL, more) && add("nomem", NULL, last);
    OK(good, "an index of small segments");
    left = -1;
    hlmem_set_hook(&hook);
    /* The first hundred one by one, then a sample: most are of the segment's own parts. */
    for (long n = 0; !done && n < 20000; n += n < 100 ? 1 : 7) {
        done = commit("nomem", n, &good);
        wrong += !good;
        fails++;
    }
    OK(done && !wrong && fails > 50, "a commit fails %u times and then not", fails);
    if (hl_index_open(scratch_name("nomem"), &index, NULL) == HL_OK) {
        fails = 0;
        for (done = false; !done && fails < 100; fails++) {
            done = list(index, (long)fails, &good);
            wrong += !good;
        }
    }
    hl_index_close(index);
    OK(done && !wrong && fails > 1, "a list fails %u times and then not", fails);
    hlmem_set_hook(NULL);
    IS(listed("nomem"),
       "gtvt=giao thông vận tải 3; khcn=khoa học công nghệ 2; khcn=khoa học và công nghệ 2; "
       "đh=đại học 2",
       "and then it is right");
}

int main(void)
{
    scratch_begin();
    test_counts();
    test_title();
    test_tokens();
    test_merges();
    test_threads();
    test_asking();
    test_nomem();
    return tap_done();
}
