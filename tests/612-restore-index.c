/*
 * Words without marks through an index: what is read, what is said of it, and that
 * neither the way an index came about nor a second search changes anything.
 *
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the random runs.
 */
#include "oracle_keys.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <inttypes.h>

static size_t rounds = 1;

/* ------------------------------------------------------------------------- articles */

/* Sentences of the archive; how often each is told says what is likely. */
static const struct {
    unsigned times;
    const char *text;
} told[] = {
    {9, "Khu công nghệ cao Hòa Lạc đón thêm nhà máy mới"},
    {7, "Công nghệ mới giúp bác sĩ tìm ra bệnh sớm"},
    {6, "Công nhân nghe nhạc khi nghỉ trưa"},
    {5, "Nghề nông cần máy móc và công cụ tốt"},
    {4, "Nghe đài báo bão, ngư dân cho thuyền vào bờ"},
    {6, "Cảnh sát thu giữ ma túy giấu trong xe"},
    {6, "Mỗi sản phẩm có mã số riêng để tra cứu"},
    {3, "Con ma trong truyện cổ khiến trẻ sợ"},
    {5, "Má em hồng vì nắng"},
    {4, "Khí hậu ấm lên làm băng tan"},
    {3, "Khi trời mưa, con khỉ trú dưới cây"},
    {3, "Nhóm nghiên cứu của trường đo khí mê-tan"},
    {4, "Đà Nẵng và TP.HCM đã thử mạng 5G"},
    {3, "Bé nghịch da cam, đá bóng và ăn dưa"},
    {2, "Kỹ thuật mới; kĩ thuật cũ vẫn dùng"},
    {2, "Con nghé theo mẹ ra đồng"},
    {1, "Trống và cồng vang lên trong lễ hội"},
};

enum { TOLD = sizeof told / sizeof *told };

static struct hl_article *articles;
static size_t article_count;

static void articles_make(void)
{
    for (size_t i = 0; i < TOLD; i++)
        article_count += told[i].times;
    articles = calloc(article_count, sizeof *articles);
    assert(articles);
    size_t at = 0;
    /* Round by round, so that every commit has some of everything. */
    for (unsigned round = 0; at < article_count; round++)
        for (size_t i = 0; i < TOLD; i++)
            if (round < told[i].times) {
                char id[32];
                snprintf(id, sizeof id, "%02zu-%u", i, round);
                struct hl_article *article = &articles[at++];
                article->id = strdup(id);
                assert(article->id);
                *(round % 2 ? &article->title : &article->body) = told[i].text;
            }
}

static void articles_free(void)
{
    for (size_t i = 0; i < article_count; i++)
        free((char *)articles[i].id);
    free(articles);
}

static struct hl_index *index_at(const char *path)
{
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    if (hl_index_open(path, &index, &err))
        OK(false, "%s: %s", path, err.text);
    return index;
}

/* All articles in so many commits. */
static struct hl_index *index_made(const char *name, size_t commits)
{
    struct scratch_archive archive = {.articles = articles, .count = article_count};
    const char *path = scratch_name(name);
    return scratch_build(path, NULL, &archive, commits) ? index_at(path) : NULL;
}

/* Every third article says something else first, which would mislead, and then is replaced. */
static struct hl_index *index_mended(const char *name)
{
    const char *path = scratch_name(name);
    struct hl_article *first = calloc(article_count, sizeof *first);
    assert(first);
    memcpy(first, articles, article_count * sizeof *first);
    for (size_t i = 0; i < article_count; i += 3)
        first[i].title = first[i].body =
            "cồng nghé khử mà số má tùy cộng nghé hóa lác cổng nghẽ";
    bool good = scratch_commit(path, NULL, first, 0, article_count / 2, NULL) &&
                scratch_commit(path, NULL, first, article_count / 2, article_count, NULL);
    for (size_t i = 0; good && i < article_count; i += 3)
        good = scratch_commit(path, NULL, articles, i, i + 1, NULL);
    free(first);
    return good ? index_at(path) : NULL;
}

/* --------------------------------------------------------------------------- asking */

/* The result of a search; NULL, and a line about it, if there is none. */
static struct hl_result *ask(const struct hl_index *index, const char *text,
                             enum hl_marks marks)
{
    struct hl_query_options how = {.marks = marks};
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    hl_search_options_init(&options);
    if (hl_query_parse(index, text, strlen(text), &how, &query, &err) ||
        hl_search(index, query, &options, &result, &err))
        OK(false, "[%s]: %s", text, err.text);
    hl_query_free(query); /* what a result says is its own */
    return result;
}

/* What was restored, or "-". */
static const char *restored(const struct hl_index *index, const char *text, enum hl_marks marks)
{
    static char copy[4][4096];
    static unsigned turn;
    char *out = copy[turn++ % 4];
    struct hl_result *result = ask(index, text, marks);
    const char *as = result ? hl_result_restored(result) : "no answer";
    snprintf(out, sizeof copy[0], "%s", as ? as : "-");
    hl_result_free(result);
    return out;
}

static void put_hits(const struct hl_result *result, FILE *out)
{
    fprintf(out, "%" PRIu64 " %d:", hl_result_total(result), hl_result_cover(result));
    for (size_t i = 0; i < hl_result_count(result); i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        uint64_t bits;
        memcpy(&bits, &hit->score, sizeof bits);
        fprintf(out, " %s %016" PRIx64, hit->id, bits);
    }
    fprintf(out, "\n");
}

static void put_readings(const struct hl_result *result, FILE *out)
{
    const struct hl_reading *reading;
    for (size_t i = 0; (reading = hl_result_reading(result, i)); i++)
        fprintf(out, "%s = %s (%" PRIu64 "%s, %s)\n", reading->word, reading->as, reading->df,
                reading->in_index ? "" : ", not in the index", hl_why_name(reading->why));
}

static void put_understood(const struct hl_result *result, FILE *out)
{
    const struct hl_understood *u;
    for (size_t i = 0; (u = hl_result_understood(result, i)); i++)
        fprintf(out, "%u-%u %s -> %s (%s)\n", u->start, u->end, u->text, u->as,
                hl_why_name(u->why));
    fprintf(out, "%s\n", hl_result_restored(result) ? hl_result_restored(result) : "as typed");
}

enum { HITS = 1, READINGS = 2, UNDERSTOOD = 4, EVERYTHING = 7 };

/* What an index says of a query; yours to free. */
static char *told_of(const struct hl_index *index, const char *text, enum hl_marks marks,
                     int parts)
{
    char *said = NULL;
    size_t size;
    FILE *out = open_memstream(&said, &size);
    struct hl_result *result = ask(index, text, marks);
    assert(out);
    if (result && parts & HITS)
        put_hits(result, out);
    if (result && parts & READINGS)
        put_readings(result, out);
    if (result && parts & UNDERSTOOD)
        put_understood(result, out);
    hl_result_free(result);
    fclose(out);
    return said;
}

static bool same_told(const struct hl_index *a, const char *text_a, const struct hl_index *b,
                      const char *text_b, enum hl_marks marks, int parts)
{
    char *one = told_of(a, text_a, marks, parts), *other = told_of(b, text_b, marks, parts);
    bool same = *one && !strcmp(one, other);
    if (!same)
        printf("# [%s]:\n# %s\n# [%s]:\n# %s\n", text_a, one, text_b, other);
    free(one);
    free(other);
    return same;
}

/* ---------------------------------------------------------------------- what is read */

/* Queries, what they are read as ("-": as typed), with marks auto. */
static const char *const readings[][2] = {
    {"cong nghe", "công nghệ"},
    {"Cong Nghe", "công nghệ"},
    {"CONG NGHE cao", "công nghệ cao"},
    {"cong nghệ", "công nghệ"},
    {"công nghe", "công nghệ"},
    {"công nghệ", "-"},
    {"khu cong nghe cao hoa lac", "khu công nghệ cao hòa lạc"},
    {"khu", "-"},
    {"khu cao", "-"},
    {"cong nhan nghe nhac", "công nhân nghe nhạc"},
    {"nghe nong", "nghề nông"},
    {"nghe dai", "nghe đài"},
    {"ma tuy", "ma túy"},
    {"ma so", "mã số"},
    {"ma tuy co ma so", "ma túy có mã số"},
    {"khi hau", "khí hậu"},
    {"khi troi mua", "khi trời mưa"},
    {"con khi", "con khỉ"},
    {"da nang", "đà nẵng"},
    {"da bong", "đá bóng"},
    {"nghê", "nghệ"},
    {"cồng", "-"},
    {"cồng nghệ", "-"},
    {"zzqx khu", "-"},
    {"zzqx cong nghe", "zzqx công nghệ"},
    {"\"cong nghe\"", "\"công nghệ\""},
    {"title:cong", "title:công"},
    {"-nhac cong nghe", "-nhac công nghệ"}, /* all that nhac may mean is left out */
    {"tphcm", "-"},
    {"", "-"},
};

static void check_read(const struct hl_index *index)
{
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        IS(restored(index, readings[i][0], HL_MARKS_AUTO), readings[i][1],
           *readings[i][0] ? readings[i][0] : "an empty query");
    IS(restored(index, "cong nghe", HL_MARKS_STRICT), "-", "strict: nothing is restored");
    IS(restored(index, "cong nghe", HL_MARKS_LOOSE), "-", "loose: nothing is restored");
    IS(restored(index, "nghê cồng", HL_MARKS_LOOSE), "-", "nor is a mark dropped in words");
}

/* The keys of the only word of a query. */
static const char *keys_of(const struct hl_index *index, const char *text, enum hl_marks marks)
{
    static char copy[1024];
    struct hl_result *result = ask(index, text, marks);
    const struct hl_reading *reading = result ? hl_result_reading(result, 0) : NULL;
    snprintf(copy, sizeof copy, "%s", reading ? reading->as : "no word");
    hl_result_free(result);
    return copy;
}

static void check_groups(const struct hl_index *index)
{
    IS(keys_of(index, "nghệ", HL_MARKS_AUTO), "nghệ", "a word with its marks is that word");
    IS(keys_of(index, "nghê", HL_MARKS_AUTO), "nghệ nghề",
       "a mark is never dropped: no nghe, no nghé");
    IS(keys_of(index, "nghê", HL_MARKS_STRICT), "", "strict: not even added to");
    IS(keys_of(index, "nghe", HL_MARKS_STRICT), "nghe", "strict: a bare word is bare");
    IS(keys_of(index, "nghe", HL_MARKS_AUTO), "nghệ nghe nghề nghé",
       "alone, a bare word is all it may be, the commonest first");
    IS(keys_of(index, "nghệ", HL_MARKS_LOOSE), "nghệ nghe nghề nghé",
       "loose: so is a word with marks");
    IS(keys_of(index, "kỹ", HL_MARKS_AUTO), "kỹ kĩ", "the other spelling counts as well");
    IS(keys_of(index, "xyzt", HL_MARKS_AUTO), "", "nothing for what the index lacks");
    char *said = told_of(index, "ma tuy co ma so", HL_MARKS_AUTO, READINGS);
    OK(strstr(said, "ma = ma") && strstr(said, "ma = mã"),
       "one bare word twice in one query, as two words");
    free(said);
    said = told_of(index, "ma tuy co ma so", HL_MARKS_LOOSE, READINGS);
    const char *first = strstr(said, "ma = ");
    OK(first && !strstr(first + 1, "\nma = "), "loose: one word");
    free(said);
}

/* -------------------------------------------------------------- where it stood, in bytes */

/* Every stretch is what stands there, and the whole is the query with the stretches put in. */
static bool ranges_right(const struct hl_result *result, const char *text)
{
    const struct hl_understood *u;
    const char *as = hl_result_restored(result);
    char whole[16384];
    size_t size = 0, i = 0;
    uint32_t at = 0;
    for (; (u = hl_result_understood(result, i)); i++) {
        if (u->start < at || u->end <= u->start || u->end > strlen(text) ||
            strlen(u->text) != u->end - u->start ||
            memcmp(u->text, text + u->start, u->end - u->start) || u->why == HL_WHY_TYPED)
            return false;
        size += (size_t)snprintf(whole + size, sizeof whole - size, "%.*s%s",
                                 (int)(u->start - at), text + at, u->as);
        at = u->end;
    }
    snprintf(whole + size, sizeof whole - size, "%s", text + at);
    return i ? as && !strcmp(as, whole) : !as;
}

static const struct {
    const char *text, *understood, *what;
} stretches[] = {
    {"cong nghe", "0-9 cong nghe -> công nghệ\n", "one stretch"},
    {"  cong   nghe  ", "2-13 cong   nghe -> công   nghệ\n", "blanks are kept"},
    {"cong, nghe!", "0-4 cong -> công\n6-10 nghe -> nghệ\n", "a comma parts stretches"},
    {"(Cong nghe) CAO... hoa-lac?",
     "1-10 Cong nghe -> công nghệ\n19-22 hoa -> hòa\n23-26 lac -> lạc\n", "punctuation"},
    {"khu cong nghe", "4-13 cong nghe -> công nghệ\n", "what is right is not listed"},
    {"co\xcc\x82ng nghe", "7-11 nghe -> nghệ\n", "after a decomposed word"},
    {"nghe\xcc\x82", "0-6 nghe\xcc\x82 -> nghệ\n", "a decomposed word itself"},
    {"cong\tnghe\ncao", "0-9 cong\tnghe -> công\tnghệ\n", "tabs and lines"},
    {"c\xe2\x80\x8bong nghe", "0-12 c\xe2\x80\x8bong nghe -> công nghệ\n",
     "an invisible character inside"},
    {"\"cong nghe\" -nhac title:nghe", "1-10 cong nghe -> công nghệ\n24-28 nghe -> nghệ\n",
     "conditions"},
};

static void check_stretches(const struct hl_index *index)
{
    for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
        struct hl_result *result = ask(index, stretches[i].text, HL_MARKS_AUTO);
        const struct hl_understood *u;
        char said[1024] = "";
        size_t size = 0;
        for (size_t k = 0; result && (u = hl_result_understood(result, k)); k++)
            size += (size_t)snprintf(said + size, sizeof said - size, "%u-%u %s -> %s\n",
                                     u->start, u->end, u->text, u->as);
        IS(said, stretches[i].understood, stretches[i].what);
        OK(result && ranges_right(result, stretches[i].text), "%s: the whole",
           stretches[i].what);
        hl_result_free(result);
    }
}

/* ------------------------------------------------------------------- other spellings */

static void check_forms(const struct hl_index *index)
{
    static const char *const forms[][2] = {
        {"khu công nghệ cao hòa lạc", "khu co\xcc\x82ng nghe\xcc\xa3\xcc\x82 cao ho\xcc\x80"
                                      "a lạc"},
        {"cong nghệ cao hoa lac", "cong nghe\xcc\x82\xcc\xa3 cao hoa lac"},
        {"cong nghe hòa lac", "cong nghe hoà lac"},
        {"cong nghe hòa lac", "cong nghe hoa\xcc\x80 lac"},
        {"ma túy co ma so", "ma tuý co ma so"},
        {"nghê nong", "nghe\xcc\x82 nong"},
        {"da nang", "DA NANG"},
    };
    bool same = true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (int marks = HL_MARKS_AUTO; marks <= HL_MARKS_LOOSE; marks++)
            same = same_told(index, forms[i][0], index, forms[i][1], (enum hl_marks)marks,
                             HITS | READINGS) &&
                   same;
    OK(same, "decomposed, tone moved, capitals: the same words, hits and bits");
}

/* The restored query, searched as it stands, finds first what was found first. */
static void check_strict(const struct hl_index *index)
{
    size_t different = 0, asked = 0;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct hl_result *result = ask(index, readings[i][0], HL_MARKS_AUTO);
        const char *as = result ? hl_result_restored(result) : NULL;
        struct hl_result *strict = as ? ask(index, as, HL_MARKS_STRICT) : NULL;
        /* A single word may mean several, and what has a rarer one comes before. */
        if (strict && hl_result_count(strict) && strchr(as, ' ')) {
            const char *first = hl_result_hit(strict, 0)->id;
            bool same = hl_result_count(result) && !strcmp(hl_result_hit(result, 0)->id, first);
            if (!same)
                printf("# [%s] %s, [%s] %s\n", readings[i][0], hl_result_hit(result, 0)->id, as,
                       first);
            different += !same;
            asked++;
        }
        hl_result_free(strict);
        hl_result_free(result);
    }
    OK(asked > 10 && !different, "%zu restored queries, searched strictly, find the same first",
       asked);
}

/* ------------------------------------------------------ however the index came about */

/* Counts queries of which two indexes say different things. */
static size_t count_different(const struct hl_index *a, const struct hl_index *b)
{
    size_t different = 0;
    for (size_t i = 0; a && b && i < sizeof readings / sizeof *readings; i++)
        for (int marks = HL_MARKS_AUTO; marks <= HL_MARKS_LOOSE; marks++)
            different += !same_told(a, readings[i][0], b, readings[i][0], (enum hl_marks)marks,
                                    EVERYTHING);
    return a && b ? different : SIZE_MAX;
}

static void check_made_otherwise(const struct hl_index *index)
{
    struct hl_index *other = index_made("few", 3);
    OK(!count_different(index, other), "three commits read every query as one");
    hl_index_close(other);
    other = index_made("many", 40);
    OK(!count_different(index, other), "so do forty, merged on the way");
    hl_index_close(other);
    other = index_mended("mended");
    OK(!count_different(index, other), "and one whose articles were replaced");
    hl_index_close(other);
}

/* count words, most of them without marks. */
static void draw_bare(const struct scratch_lexicon *lexicon, size_t count, char *out,
                      size_t room, uint64_t *seed)
{
    char bare[64];
    size_t size = 0;
    *out = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *word = scratch_draw(lexicon, seed);
        oracle_fold(word, bare, sizeof bare);
        size += (size_t)snprintf(out + size, room - size, "%s%s", i ? " " : "",
                                 tap_random(seed) % 6 ? bare : word);
    }
}

/* The articles that are left when each replacement has taken its place. */
static struct scratch_archive archive_left(const struct scratch_archive *archive)
{
    struct scratch_archive left = *archive;
    left.articles = calloc(archive->count, sizeof *left.articles);
    left.count = 0;
    assert(left.articles);
    for (size_t i = 0; i < archive->count; i++) {
        bool replaced = false;
        for (size_t k = i + 1; k < archive->count && !replaced; k++)
            replaced = !strcmp(archive->articles[i].id, archive->articles[k].id);
        if (!replaced)
            left.articles[left.count++] = archive->articles[i];
    }
    return left;
}

/* ------------------------------------------------------------------------------ fuzz */

static const char *const pieces[] = {
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    ",",
    ".",
    "-",
    "\"",
    ":",
    "/",
    "&",
    "(",
    "title:",
    "-",
    "source:",
    "=",
    "*",
    "OR",
    "3,5",
    "9/1",
    "5G",
    "đ",
    "Đ",
    "\xcc\x82",
    "\xcc\xa3",
    "\xcc\x80",
    "\xe2\x80\x8b",
    "\xf0\x9f\x98\x80",
    "ﬁ",
    "TP.HCM",
    "vac-xin",
    "covid-19",
    "H5N1",
    "e-mail",
    "zzqx",
    "ngheej",
    "nghe65",
};

/* A word of the articles, as it is or with some or all marks taken. */
static void draw_word(char *out, size_t room, uint64_t *seed)
{
    const char *text = told[tap_random(seed) % TOLD].text;
    for (size_t skip = tap_random(seed) % 8; skip && strchr(text, ' '); skip--)
        text = strchr(text, ' ') + 1;
    char word[64], bare[64];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " ,;"), text);
    oracle_fold(word, bare, sizeof bare);
    snprintf(out, room, "%s", tap_random(seed) % 4 ? bare : word);
}

static void draw_text(char *out, size_t room, uint64_t *seed)
{
    size_t size = 0, kind = tap_random(seed) % 4;
    *out = '\0';
    for (size_t i = 1 + tap_random(seed) % 8; i && size + 80 < room; i--) {
        const char *blank = size ? " " : "";
        char word[80];
        if (kind == 0) { /* any bytes but NUL */
            snprintf(word, sizeof word, "%c", (int)(1 + tap_random(seed) % 255));
            blank = "";
        } else if (kind == 1 || tap_random(seed) % 5 == 0) {
            snprintf(word, sizeof word, "%s",
                     pieces[tap_random(seed) % (sizeof pieces / sizeof *pieces)]);
            blank = "";
        } else {
            draw_word(word, sizeof word, seed);
            if (kind == 3 && tap_random(seed) % 3 == 0)
                blank = pieces[tap_random(seed) % (sizeof pieces / sizeof *pieces)];
        }
        size += (size_t)snprintf(out + size, room - size, "%s%s", blank, word);
    }
}

struct fuzzed {
    size_t refused, restored, ranges, again, strict;
};

static struct hl_result *ask_quietly(const struct hl_index *index, const char *text,
                                     hl_status *out_status)
{
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    hl_search_options_init(&options);
    options.count = 1;
    *out_status = hl_query_parse(index, text, strlen(text), NULL, &query, NULL);
    if (*out_status == HL_OK)
        *out_status = hl_search(index, query, &options, &result, NULL);
    hl_query_free(query);
    return result;
}

static void fuzz_one(const struct hl_index *index, const char *text, struct fuzzed *fuzzed)
{
    hl_status status;
    struct hl_result *result = ask_quietly(index, text, &status), *again;
    fuzzed->refused += status != HL_OK;
    if (status != HL_OK)
        return;
    const char *as = hl_result_restored(result);
    bool right = ranges_right(result, text);
    if (!right)
        printf("# ranges: [%s] -> [%s]\n", text, as ? as : "-");
    fuzzed->ranges += !right;
    if (as) {
        again = ask_quietly(index, as, &status);
        const char *twice = again ? hl_result_restored(again) : "no answer";
        if (twice)
            printf("# again: [%s] -> [%s] -> [%s]\n", text, as, twice);
        fuzzed->again += twice != NULL;
        fuzzed->restored++;
        hl_result_free(again);
    }
    hl_result_free(result);
}

static void check_fuzz(const struct hl_index *index, uint64_t seed)
{
    struct fuzzed fuzzed = {0};
    size_t runs = 20000 * rounds / SCRATCH_SLOWNESS;
    for (size_t i = 0; index && i < runs && fuzzed.again + fuzzed.ranges < 20; i++) {
        char text[1024];
        draw_text(text, sizeof text, &seed);
        fuzz_one(index, text, &fuzzed);
    }
    printf("# %zu texts: %zu refused, %zu restored\n", runs, fuzzed.refused, fuzzed.restored);
    OK(fuzzed.refused < runs / 2 && fuzzed.restored > runs / 4,
       "random texts are searched for");
    OK(!fuzzed.ranges, "every stretch is what stands in the query");
    OK(!fuzzed.again, "what was restored is restored to itself");
}

static void check_random_archives(uint64_t seed)
{
    struct scratch_shape shape = {400, 300, 8, 12, 60, 40, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct scratch_archive left = archive_left(&archive);
    struct hl_index *many, *once;
    struct fuzzed fuzzed = {0};
    size_t different = 0, changed = 0, asked = 400 * rounds / SCRATCH_SLOWNESS;
    OK(scratch_build(scratch_name("rmany"), NULL, &archive, 6) &&
           scratch_build(scratch_name("ronce"), NULL, &left, 1),
       "an archive in six commits, and what is left of it in one");
    many = index_at(scratch_name("rmany"));
    once = index_at(scratch_name("ronce"));
    for (size_t i = 0; many && once && i < asked && different < 5; i++) {
        char text[512];
        draw_bare(&archive.lexicon, 1 + tap_random(&seed) % 6, text, sizeof text, &seed);
        different += !same_told(many, text, once, text, HL_MARKS_AUTO, EVERYTHING);
        fuzz_one(once, text, &fuzzed);
        changed += strcmp(restored(once, text, HL_MARKS_AUTO), "-") != 0;
    }
    OK(!different, "%zu random queries are read alike, to the last bit", asked);
    OK(changed * 2 > asked, "most of them are restored (%zu)", changed);
    OK(!fuzzed.again && !fuzzed.ranges, "and restored to themselves");
    hl_index_close(many);
    hl_index_close(once);
    free(left.articles);
    scratch_archive_release(&archive);
}

int main(void)
{
    const char *times = getenv("HLSEARCH_ROUNDS"), *start = getenv("HLSEARCH_SEED");
    uint64_t seed = start && *start ? strtoull(start, NULL, 0) : 20260404;
    rounds = times && *times ? strtoull(times, NULL, 0) : 1;
    scratch_begin();
    articles_make();
    struct hl_index *index = index_made("one", 1);
    check_read(index);
    check_groups(index);
    check_stretches(index);
    check_forms(index);
    check_strict(index);
    check_made_otherwise(index);
    check_fuzz(index, seed);
    check_random_archives(seed + 1);
    hl_index_close(index);
    articles_free();
    return tap_done();
}
