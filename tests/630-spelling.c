/*
 * "Did you mean": slips in queries against an index of a few hundred articles
 * (tests/cases/spelling.tsv), the slips that are thought of, and what may never be:
 * a proposal unasked, for what is right, or one that fails with the memory.
 */
#include "query/slips.h"
#include "scratch.h"
#include "tap.h"
#include "text/syllable.h"

#include <assert.h>

enum { LINE_ROOM = 512, COPIES = 40 };

/* Sentences that make the language of the index; each is in COPIES articles. */
static const char *const sentences[] = {
    "Tư duy khoa học giúp trẻ học tốt hơn, tư duy phản biện cũng vậy.",
    "Tuy nhiên, giá vẫn tăng. Tuy vậy người mua không giảm, tuy chậm mà chắc.",
    "Duy trì đà tăng; ông Duy nói duy nhất một lần.",
    "Khu công nghệ cao ở phía tây, công nghệ mới về máy tính.",
    "Khoa học kỹ thuật tiến bộ, kỹ thuật mới ra đời, kĩ thuật số phát triển.",
    "Kỷ luật là sức mạnh, thế kỷ này có nhiều kỷ lục và kỷ niệm.",
    "Ngành giáo dục đổi mới, bộ giáo dục họp bàn, áo dài và áo ấm ở Đắk Lắk.",
    "Xử lý dữ liệu lớn; lịch sử và sử sách, sử dụng dữ liệu.",
    "Nghiên cứu khoa học về vi khuẩn và vi rút trên trái đất.",
    "Điện thoại Samsung bán chạy, Samsung mở nhà máy.",
    "Vaccine mới chống corona virus, vaccine an toàn.",
    "Công ty và nông dân; nghệ sĩ, nghề nông, nghe nhạc, nghẹn ngào.",
};
enum { SENTENCES = sizeof sentences / sizeof *sentences };

static struct hl_index *make_index(void)
{
    enum { COUNT = SENTENCES * COPIES };
    static char ids[COUNT][16];
    static struct hl_article articles[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(ids[i], sizeof ids[i], "a%zu", i);
        articles[i] = (struct hl_article){.id = ids[i], .body = sentences[i % SENTENCES]};
    }
    struct hl_index *index = NULL;
    /* In parts, since counts must add up over segments. */
    for (size_t i = 0; i < 4; i++)
        if (!scratch_commit(scratch_name("ix"), NULL, articles, COUNT * i / 4,
                            COUNT * (i + 1) / 4, NULL))
            return NULL;
    hl_index_open(scratch_name("ix"), &index, NULL);
    return index;
}

static bool search(const struct hl_index *index, const char *words, bool suggest,
                   struct hl_result **io_result)
{
    struct hl_query *query = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.suggest = suggest;
    options.synonyms = NULL; /* what the list knows needs no proposal */
    bool good = hl_query_parse(index, words, strlen(words), NULL, &query, NULL) == HL_OK &&
                hl_search(index, query, &options, io_result, NULL) == HL_OK;
    hl_query_free(query);
    return good;
}

static const char *first_proposal(const struct hl_index *index, const char *words)
{
    static char text[LINE_ROOM];
    struct hl_result *result = NULL;
    if (!search(index, words, true, &result))
        return "failed";
    const struct hl_suggestion *s = hl_result_suggestion(result, 0);
    snprintf(text, sizeof text, "%s", s ? s->text : "-");
    hl_result_free(result);
    return text;
}

static void test_cases(const struct hl_index *index)
{
    char line[LINE_ROOM];
    int count = 0;
    FILE *f = fopen("tests/cases/spelling.tsv", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (*line == '#' || *line == '\n')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *want = strchr(line, '\t');
        assert(want);
        *want++ = '\0';
        IS(first_proposal(index, line), want, line);
        count++;
    }
    if (f)
        fclose(f);
    OK(count > 30, "%d queries", count);
}

/* A proposal changes nothing of the answer, and none comes unasked. */
static void test_never_forced(const struct hl_index *index)
{
    struct hl_result *with = NULL, *without = NULL;
    OK(search(index, "tuy duy", true, &with) && search(index, "tuy duy", false, &without),
       "both searches");
    bool same = hl_result_count(with) == hl_result_count(without) && hl_result_count(with);
    for (size_t i = 0; same && i < hl_result_count(with); i++)
        same = !strcmp(hl_result_hit(with, i)->id, hl_result_hit(without, i)->id) &&
               hl_result_hit(with, i)->score == hl_result_hit(without, i)->score;
    OK(same, "the same hits with and without");
    OK(!hl_result_suggestion(without, 0), "none unasked");
    OK(hl_result_suggestion(with, 0) && hl_result_suggestion(with, 0)->odds >= 20,
       "with odds that are worth it");
    size_t n = 0;
    double last = HUGE_VAL;
    for (const struct hl_suggestion *s; (s = hl_result_suggestion(with, n)); n++) {
        OK(s->odds <= last, "likeliest first");
        last = s->odds;
    }
    OK(n <= 3 && !hl_result_suggestion(with, 99) && !hl_result_suggestion(NULL, 0),
       "at most three, NULL past the end");
    OK(search(index, "tư duy", true, &with) && !hl_result_suggestion(with, 0),
       "a result used again forgets the proposals of before");
    hl_result_free(with);
    hl_result_free(without);
}

/* What is proposed is right: asked for, it has no proposal itself. */
static void test_settled(const struct hl_index *index)
{
    static const char *const slips[] = {"tuy duy", "công ngệ", "bộ dáo dục", "vi khuẫn",
                                        "điện thoại samsumg"};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        char better[LINE_ROOM];
        snprintf(better, sizeof better, "%s", first_proposal(index, slips[i]));
        IS(first_proposal(index, better), "-", better);
    }
}

/* ---- slips ---- */

static bool has_slip(const char *word, const char *meant, enum hlq_slip_kind kind)
{
    struct hlq_slip slips[HLQ_SLIPS_MAX];
    size_t count = hlq_slips(word, strlen(word), slips);
    uint16_t code = hlsyl_parse(meant, strlen(meant));
    for (size_t i = 0; i < count; i++)
        if (slips[i].code == code && slips[i].kind == kind)
            return true;
    return false;
}

static void test_slips(void)
{
    static const struct {
        const char *word, *meant;
        enum hlq_slip_kind kind;
    } cases[] = {
        {"kỷ", "kỹ", HLQ_SLIP_NEAR_TONE},  {"sữa", "sửa", HLQ_SLIP_NEAR_TONE},
        {"tàu", "táu", HLQ_SLIP_TONE},     {"hoc", "học", HLQ_SLIP_TONE},
        {"đương", "dương", HLQ_SLIP_MARK}, {"nghề", "nghè", HLQ_SLIP_MARK},
        {"chời", "trời", HLQ_SLIP_SOUND},  {"xử", "sử", HLQ_SLIP_SOUND},
        {"dáo", "giáo", HLQ_SLIP_SOUND},   {"lăm", "năm", HLQ_SLIP_SOUND},
        {"ngệ", "nghệ", HLQ_SLIP_SOUND},   {"nghành", "ngành", HLQ_SLIP_SOUND},
        {"gê", "ghê", HLQ_SLIP_SOUND},     {"kông", "công", HLQ_SLIP_SOUND},
        {"thàn", "thàng", HLQ_SLIP_SOUND}, {"mặc", "mặt", HLQ_SLIP_SOUND},
        {"hưu", "hươu", HLQ_SLIP_SOUND},   {"rựu", "rượu", HLQ_SLIP_SOUND},
        {"tíhn", "tính", HLQ_SLIP_SWAP},   {"ngiên", "nghiên", HLQ_SLIP_SOUND},
        {"xmáy", "máy", HLQ_SLIP_EXTRA},   {"nghiêg", "nghiêng", HLQ_SLIP_EXTRA},
        {"vước", "nước", HLQ_SLIP_LETTER}, {"tyu", "tuy", HLQ_SLIP_SWAP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        OK(has_slip(cases[i].word, cases[i].meant, cases[i].kind), "%s for %s", cases[i].word,
           cases[i].meant);
    struct hlq_slip slips[HLQ_SLIPS_MAX];
    OK(!hlq_slips("samsung8", 8, slips) && !hlq_slips("", 0, slips) &&
           !hlq_slips("word", 4, slips),
       "words with other letters have none");
}

/* Of every syllable: legal ones, not itself, each once, and never more than there is room. */
static void test_every_syllable(void)
{
    static uint8_t seen[0x10000];
    size_t most = 0;
    int bad = 0;
    for (unsigned i = 0; i < 0xffff; i++) {
        struct hlq_slip slips[HLQ_SLIPS_MAX];
        size_t size;
        if (!hlsyl_is_legal((uint16_t)i))
            continue;
        const char *word = hlsyl_spell((uint16_t)i, &size);
        size_t count = hlq_slips(word, size, slips);
        most = count > most ? count : most;
        for (size_t k = 0; k < count; k++) {
            bad += !hlsyl_is_legal(slips[k].code) || slips[k].code == i ||
                   slips[k].kind > HLQ_SLIP_LETTER || seen[slips[k].code]++;
        }
        for (size_t k = 0; k < count; k++)
            seen[slips[k].code] = 0;
    }
    OK(bad == 0, "slips of all syllables are other syllables, each once");
    OK(most > 30 && most < HLQ_SLIPS_MAX, "at most %zu, there is room for all", most);
}

int main(void)
{
    scratch_begin();
    test_slips();
    test_every_syllable();
    struct hl_index *index = make_index();
    if (OK(index != NULL, "the sentences are indexed")) {
        test_cases(index);
        test_never_forced(index);
        test_settled(index);
    }
    hl_index_close(index);
    return tap_done();
}
