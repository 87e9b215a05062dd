/*
 * Completing what a reader types (tests/cases/suggest.tsv), with and without marks, on one
 * segment and on several; what must never be suggested: pieces of phrases, words of grammar
 * alone, what only deleted articles have; limits, bad input, and every allocation that fails.
 */
#include "faultio.h"
#include "scratch.h"

#include <assert.h>
#include <inttypes.h>

enum { LINE_ROOM = 1024, COPIES = 30 };

/* Sentences that make the language of the index; each is in COPIES articles. */
static const char *const sentences[] = {
    "Trí tuệ nhân tạo thay đổi y học.",
    "Con người và trí tuệ nhân tạo, ai hơn ai.",
    "Học về trí tuệ nhân tạo từ nhỏ, trí tuệ Việt.",
    "Nhân dân ta cần nhân tài, tài năng của nhân dân.",
    "Khu công nghệ cao Hòa Lạc mở rộng.",
    "Vốn vào khu công nghệ cao, công nghệ mới.",
    "Hòa Lạc có khu công nghệ cao.",
    "Khu công nghiệp sạch cần nước.",
    "Mỗi tỉnh một khu công nghiệp, công ty mới.",
    "Băng tan do biến đổi khí hậu.",
    "Biến đổi khí hậu toàn cầu làm nước dâng.",
    "Phát hiện ung thư phổi sớm.",
    "Thuốc lá gây ung thư phổi ở người già, ung thư gan.",
    "Không khí trong lành mùa thu.",
    "Nước sạch, không khí sạch và đất.",
    "Nghiên cứu khoa học ở trường.",
    "Bài nghiên cứu, tác giả nghiên cứu vi khuẩn.",
    "Trẻ em nghỉ hè ở quê.",
    "Thầy cô cũng nghỉ hè, rồi hội nghị bàn về nghề.",
    "Tiếng Việt giàu đẹp.",
    "Em yêu tiếng Việt, nói tiếng Việt mỗi ngày.",
    "Điện thoại Samsung bán chạy.",
    "Mua điện thoại Samsung ở đâu, giá Samsung giảm.",
    "Ngành giáo dục đổi mới, ngành y tế thiếu người.",
    "Mạng 5G phủ sóng xã, mạng 5G phủ sóng đảo.",
};
enum {
    SENTENCES = sizeof sentences / sizeof *sentences,
    ARTICLES = SENTENCES * COPIES + COPIES
};

static struct hl_article articles[ARTICLES];

static void make_articles(void)
{
    static char ids[ARTICLES][16];
    for (size_t i = 0; i < ARTICLES; i++) {
        snprintf(ids[i], sizeof ids[i], "a%zu", i);
        articles[i] = (struct hl_article){.id = ids[i], .body = sentences[i % SENTENCES]};
        if (i >= SENTENCES * COPIES) /* to be replaced: nothing of it may be left */
            articles[i].body = "Xóa bỏ zebra vằn, xóa bỏ zebra vằn.";
    }
}

/* The articles in so many commits, and then one that replaces those of the zebra. */
static struct hl_index *make_index(const char *path, size_t parts)
{
    static struct hl_article other[COPIES];
    struct hl_index *index = NULL;
    bool good = true;
    for (size_t i = 0; good && i < parts; i++)
        good = scratch_commit(path, NULL, articles, ARTICLES * i / parts,
                              ARTICLES * (i + 1) / parts, NULL);
    for (size_t i = 0; i < COPIES; i++)
        other[i] = (struct hl_article){.id = articles[SENTENCES * COPIES + i].id,
                                       .body = "Một bài báo mới."};
    good = good && scratch_commit(path, NULL, other, 0, COPIES, NULL);
    if (good)
        hl_index_open(path, &index, NULL);
    return index;
}

/* All that is suggested, "|" around each text; one of four buffers. */
static const char *suggested(const struct hl_index *index, const char *text, size_t count)
{
    static char lists[4][4096];
    static unsigned turn;
    char *list = lists[turn++ % 4];
    struct hl_suggest_options options = {.count = count};
    struct hl_suggestions *s = NULL;
    struct hl_error err = {0};
    if (hl_suggest(index, text, strlen(text), &options, &s, &err) != HL_OK)
        return hl_status_name(err.code);
    size_t at = (size_t)snprintf(list, sizeof lists[0], "|");
    const struct hl_completion *c;
    for (size_t i = 0; (c = hl_suggestions_at(s, i)); i++)
        at += (size_t)snprintf(list + at, sizeof lists[0] - at, "%s|", c->text);
    hl_suggestions_free(s);
    return list;
}

/* Where a text stands in a list; NULL if it does not. */
static const char *find_text(const char *list, const char *text)
{
    char wanted[LINE_ROOM + 2];
    snprintf(wanted, sizeof wanted, "|%s|", text);
    return strstr(list, wanted);
}

static void check_case(const struct hl_index *index, char *typed, char *wanted, char *unwanted)
{
    char *save = NULL;
    size_t size = strlen(typed);
    if (size && typed[size - 1] == '_')
        typed[size - 1] = ' ';
    const char *list = suggested(index, typed, 0), *at = list;
    for (char *text = strtok_r(wanted, "|", &save); text; text = strtok_r(NULL, "|", &save)) {
        if (!strcmp(text, "-"))
            continue;
        const char *there = find_text(at, text);
        OK(there, "\"%s\": %s (%s)", typed, text, list);
        at = there ? there : at;
    }
    for (char *text = strtok_r(unwanted, "|", &save); text; text = strtok_r(NULL, "|", &save))
        OK(!strcmp(text, "-") || !find_text(list, text), "\"%s\": not %s (%s)", typed, text,
           list);
}

static void test_cases(const struct hl_index *index)
{
    char line[LINE_ROOM];
    int count = 0;
    FILE *f = fopen("tests/cases/suggest.tsv", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (*line == '#' || *line == '\n')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *wanted = strchr(line, '\t'), *unwanted = wanted ? strchr(wanted + 1, '\t') : NULL;
        assert(wanted && unwanted);
        *wanted++ = *unwanted++ = '\0';
        check_case(index, line, wanted, unwanted);
        count++;
    }
    if (f)
        fclose(f);
    OK(count > 20, "%d texts", count);
}

static void test_counts(const struct hl_index *index)
{
    static const struct {
        const char *typed, *text;
        uint64_t articles;
        enum hl_completion_kind kind;
    } cases[] = {
        {"samsun", "samsung", 2 * COPIES, HL_COMPLETION_WORD},
        {"ung thu p", "ung thư phổi", 2 * COPIES, HL_COMPLETION_PHRASE},
        {"tri tue", "trí tuệ nhân tạo", 3 * COPIES, HL_COMPLETION_PHRASE},
        {"khu cong nghe", "khu công nghệ cao", 3 * COPIES, HL_COMPLETION_PHRASE},
        {"samsumg", "samsung", 2 * COPIES, HL_COMPLETION_SPELLING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hl_suggestions *s = NULL;
        const struct hl_completion *c = NULL;
        const char *typed = cases[i].typed;
        OK(hl_suggest(index, typed, strlen(typed), NULL, &s, NULL) == HL_OK, "%s", typed);
        for (size_t k = 0; (c = hl_suggestions_at(s, k)) && strcmp(c->text, cases[i].text);)
            k++;
        OK(c && c->articles == cases[i].articles && c->kind == cases[i].kind,
           "%s: %" PRIu64 " articles, a %s", cases[i].text, c ? c->articles : 0,
           c ? hl_completion_kind_name(c->kind) : "nothing");
        hl_suggestions_free(s);
    }
}

/* How the archive is cut changes nothing: counts add up. */
static void test_segments(const struct hl_index *one, const struct hl_index *many)
{
    static const char *const typed[] = {"t",        "n",          "kh",           "tri ",
                                        "khu cong", "dien thoai", "nghien cuu k", "đ"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        IS(suggested(many, typed[i], 20), suggested(one, typed[i], 20), typed[i]);
}

/* What is suggested finds something when it is asked for, and nothing comes twice. */
static void test_found(const struct hl_index *index)
{
    static const char letters[] = "abcdeghiklmnopqrstuvxy";
    int wrong = 0, seen = 0;
    for (const char *p = letters; *p; p++) {
        struct hl_suggestions *s = NULL;
        struct hl_suggest_options options = {.count = HL_COMPLETIONS_MAX};
        const struct hl_completion *c;
        if (hl_suggest(index, p, 1, &options, &s, NULL) != HL_OK)
            wrong++;
        for (size_t i = 0; (c = hl_suggestions_at(s, i)); i++, seen++) {
            struct hl_query *query = NULL;
            struct hl_result *result = NULL;
            struct hl_query_options phrase = {.phrase = true, .marks = HL_MARKS_STRICT};
            bool good = hl_query_parse(index, c->text, strlen(c->text), &phrase, &query,
                                       NULL) == HL_OK &&
                        hl_search(index, query, NULL, &result, NULL) == HL_OK &&
                        hl_result_total(result) && hl_result_total(result) <= c->articles;
            if (!good)
                printf("# %s: %" PRIu64 " articles\n", c->text, c->articles);
            wrong += !good;
            for (size_t k = 0; k < i; k++)
                wrong += !strcmp(hl_suggestions_at(s, k)->text, c->text);
            hl_result_free(result);
            hl_query_free(query);
        }
        hl_suggestions_free(s);
    }
    OK(!wrong && seen > 60, "%d suggestions of one letter find what they say", seen);
}

static void test_limits(const struct hl_index *index)
{
    char long_text[HL_COMPLETION_SIZE_MAX + 2], words[512] = "";
    struct hl_suggestions *s = NULL;
    struct hl_suggest_options options = {.count = HL_COMPLETIONS_MAX + 1};
    struct hl_error err = {0};
    memset(long_text, 'a', sizeof long_text);
    OK(hl_suggest(index, long_text, sizeof long_text - 1, NULL, &s, &err) == HL_LIMIT && !s,
       "too long: %s", err.text);
    OK(hl_suggest(index, long_text, HL_COMPLETION_SIZE_MAX, NULL, &s, NULL) == HL_OK &&
           !hl_suggestions_at(s, 0),
       "one long word has no end");
    hl_suggestions_free(s);
    s = NULL;
    for (int i = 0; i <= HL_COMPLETION_WORDS_MAX; i++)
        strcat(words, "khu ");
    OK(hl_suggest(index, words, strlen(words), NULL, &s, NULL) == HL_LIMIT && !s,
       "too many words");
    OK(hl_suggest(index, words, strlen(words) - 4, NULL, &s, NULL) == HL_OK, "just enough");
    hl_suggestions_free(s);
    s = NULL;
    OK(hl_suggest(index, "tri", 3, &options, &s, &err) == HL_LIMIT && !s, "too many: %s",
       err.text);
    OK(hl_suggest(index, "tr\xff", 3, NULL, &s, &err) == HL_MISUSE && err.at == 2 && !s,
       "no UTF-8: %s", err.text);
    OK(hl_suggest(index, "tr\xe1\xbb", 4, NULL, &s, NULL) == HL_MISUSE && !s, "half a letter");
    OK(hl_suggest(index, "\"a\0b\" sams", 10, NULL, &s, NULL) == HL_OK &&
           !hl_suggestions_at(s, 0),
       "a NUL cannot be kept");
    hl_suggestions_free(s);
    s = NULL;
    OK(hl_suggest(NULL, "t", 1, NULL, &s, NULL) == HL_MISUSE &&
           hl_suggest(index, NULL, 1, NULL, &s, NULL) == HL_MISUSE &&
           hl_suggest(index, "t", 1, NULL, NULL, NULL) == HL_MISUSE && !s,
       "nothing given");
    IS(suggested(index, "", 0), "|", "nothing typed");
    IS(suggested(index, " ", 0), "|", "a blank");
    const char *five = suggested(index, "t", 5);
    size_t bars = 0;
    for (const char *p = five; *p; p++)
        bars += *p == '|';
    OK(bars == 6, "five are five: %s", five);
    OK(!hl_suggestions_at(NULL, 0), "nothing of nothing");
}

/* Each allocation fails once, that of the list too; then the index answers as before. */
static void test_memory(const char *path, const char *typed)
{
    uint64_t at = 0;
    unsigned bad = 0;
    bool failed = true;
    char want[LINE_ROOM] = "";
    while (failed && bad < 3 && at < 20000) {
        struct hl_index *index = NULL;
        struct hl_suggestions *s = NULL;
        if (hl_index_open(path, &index, NULL) != HL_OK)
            break;
        if (!*want)
            snprintf(want, sizeof want, "%s", suggested(index, typed, 0));
        if (!at) {
            at++;
            hl_index_close(index);
            continue;
        }
        faultmem_start(at++, false);
        hl_status status = hl_suggest(index, typed, strlen(typed), NULL, &s, NULL);
        failed = faultmem_failed() > 0;
        faultmem_stop();
        bool good = failed ? status == HL_NOMEM && !s : status == HL_OK && s;
        good &= !strcmp(suggested(index, typed, 0), want);
        if (!good)
            printf("# allocation %" PRIu64 ": %s\n", at - 1, hl_status_name(status));
        bad += !good;
        hl_suggestions_free(s);
        hl_index_close(index);
    }
    OK(!bad && !failed && at > 20, "%s: each of %" PRIu64 " allocations fails", typed, at - 2);
}

int main(void)
{
    scratch_begin();
    make_articles();
    struct hl_index *one = make_index(scratch_name("one"), 1);
    struct hl_index *many = make_index(scratch_name("many"), 2);
    struct hl_stats stats = {0};
    if (OK(one && many, "indexes")) {
        OK(hl_index_stats(many, &stats, NULL) == HL_OK && stats.segments > 1 && stats.deleted,
           "%zu segments, %" PRIu64 " deleted", (size_t)stats.segments, stats.deleted);
        test_cases(many);
        test_counts(many);
        test_segments(one, many);
        test_found(many);
        test_limits(many);
        IS(suggested(many, "zeb", 0), "|", "what only deleted articles have");
        test_memory(scratch_name("many"), "khu cong n");
        test_memory(scratch_name("many"), "dien thoai samsumg");
        test_memory(scratch_name("many"), "ung thu OR \"khu cong n");
    }
    hl_index_close(one);
    hl_index_close(many);
    return tap_done();
}
