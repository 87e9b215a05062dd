/*
 * Learnt words through the index: found whatever the threads and the commits, gone with
 * the articles that had them, refused where their section is damaged.
 */
#include "damage.h"

#include "engine/index.h"

enum { ARTICLES = 600 };

static const char line[] = "kính thiên văn nhìn thấy sao chổi và tàu vũ trụ";
static const char cut[] = "kính thiên_văn nhìn_thấy sao_chổi và tàu vũ_trụ";
static const char cut_later[] = "kính thiên văn nhìn_thấy sao_chổi và tàu vũ trụ";

/* Words with others between them, so that only their own syllables keep together. */
static void make_text(char *text, size_t room, bool space, uint64_t *seed)
{
    static const char *const words[] = {"nhìn thấy", "sao chổi", "kính",  "tàu",   "và",
                                        "thiên văn", "vũ trụ",   "của",   "mặt",   "đi",
                                        "xanh",      "bay",      "nhanh", "người", "trời",
                                        "đất",       "nước",     "lửa",   "đường", "mây"};
    size_t size = 0;
    for (int i = 0; i < 60; i++) {
        size_t k = tap_random(seed) % 20;
        if (!space && (k == 5 || k == 6))
            k = 3;
        size += (size_t)snprintf(text + size, room - size, "%s ", words[k]);
    }
    assert(size + 32 < room);
}

static bool add(const char *name, size_t from, size_t to, bool space, int threads)
{
    struct hl_writer_options options = {.threads = threads};
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    hl_status status = hl_writer_open(scratch_name(name), &options, &writer, &err);
    for (size_t i = from; status == HL_OK && i < to; i++) {
        char id[32], text[2000];
        uint64_t seed = i + 1;
        snprintf(id, sizeof id, "bài-%zu", i);
        make_text(text, sizeof text, space, &seed);
        struct hl_article a = {.id = id, .body = text};
        status = hl_writer_add(writer, &a, &err);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, &err);
    hl_writer_close(writer);
    if (status != HL_OK)
        printf("# %s\n", err.text);
    return status == HL_OK;
}

/* How the index cuts the line; "!" and the error if it does not. */
static const char *cut_by(const char *name, const char *lexicon)
{
    static char result[512];
    struct hl_index *index = NULL;
    struct hl_words *words = NULL;
    struct hl_error err = {0};
    const char *text;
    size_t size;
    hl_status status = hl_index_open(scratch_name(name), &index, &err);
    if (status == HL_OK)
        status = hl_words_open(index, lexicon, lexicon ? strlen(lexicon) : 0, &words, &err);
    if (status == HL_OK)
        status = hl_words_segment(words, line, sizeof line - 1, &text, &size, &err);
    snprintf(result, sizeof result, "%s", status == HL_OK ? text : err.text);
    hl_words_free(words);
    hl_index_close(index);
    return result;
}

static bool same_files(const char *a, const char *b)
{
    struct damage_files x, y;
    damage_load(scratch_name(a), &x);
    damage_load(scratch_name(b), &y);
    bool same = x.count == y.count;
    for (size_t i = 0; same && i < x.count; i++) {
        int k = damage_find(&y, x.names[i], 0);
        same =
            k >= 0 && x.sizes[i] == y.sizes[k] && !memcmp(x.bytes[i], y.bytes[k], x.sizes[i]);
    }
    damage_free(&x);
    damage_free(&y);
    return same;
}

static void count_fault(void *user, const char *text)
{
    ++*(unsigned *)user;
    printf("# %s\n", text);
}

static void test_life(void)
{
    OK(add("once", 0, ARTICLES, true, 1), "an archive");
    IS(cut_by("once", NULL), cut, "its words are learnt");
    OK(add("threads", 0, ARTICLES, true, 3) && same_files("once", "threads"),
       "any number of threads writes the same bytes");
    OK(add("twice", 0, ARTICLES / 2, true, 1) && add("twice", ARTICLES / 2, ARTICLES, true, 2),
       "the same in two commits");
    IS(cut_by("twice", NULL), cut, "and words");
    OK(add("twice", 0, ARTICLES, false, 1), "every article is replaced");
    IS(cut_by("twice", NULL), cut_later, "words that are in none any more are forgotten");
    struct hl_check_report report;
    unsigned faults = 0;
    OK(hl_check(scratch_name("twice"), count_fault, NULL, &faults, &report, NULL) == HL_OK &&
           !faults,
       "and the index is sound");
    IS(cut_by("once", "tàu vũ trụ # nhìn thấy\nthấy_sao"),
       "kính thiên văn nhìn thấy_sao chổi và tàu_vũ_trụ", "a lexicon says what is a word");
}

/* Terms taken as they are may spell a syllable in two ways; one of them counts. */
static void test_tokens(void)
{
    struct hl_writer_options options = {.threads = 1, .tokens = true};
    struct hl_writer *writer = NULL;
    struct hl_article a = {.id = "a", .body = "hòa bình hoà bình Hòa Bình hòa bình hòa bình"};
    OK(hl_writer_open(scratch_name("tokens"), &options, &writer, NULL) == HL_OK &&
           hl_writer_add(writer, &a, NULL) == HL_OK &&
           hl_writer_commit(writer, NULL, NULL) == HL_OK,
       "an archive of tokens");
    hl_writer_close(writer);
    IS(cut_by("tokens", NULL), "kính thiên văn nhìn thấy sao chổi và tàu vũ trụ",
       "knows some words");
}

/* Where the words of the first chunk lie in their file. */
static struct hlfmt_span find_section(const char *name)
{
    struct hl_index *index = NULL;
    struct hlfmt_span span = {0, 0};
    if (hl_index_open(scratch_name(name), &index, NULL) == HL_OK)
        span = index->snapshot.segments[0].chunks[0].head.section[HLFMT_WORDS];
    hl_index_close(index);
    return span;
}

/* Each byte of the section is under a checksum. */
static void test_damage(void)
{
    struct hlfmt_span span = find_section("once");
    struct damage_files files;
    damage_load(scratch_name("once"), &files);
    int file = damage_find(&files, "segment-", 0);
    unsigned refused = 0, tried = 0;
    OK(file >= 0 && span.size > 50, "%u bytes of words", (unsigned)span.size);
    for (uint64_t at = span.at; at < span.at + span.size; at += 7, tried++) {
        damage_poke(scratch_name("once"), files.names[file], at,
                    files.bytes[file][at] ^ (uint8_t)(1 + at % 255));
        refused += strstr(cut_by("once", NULL), "corrupt") != NULL;
        damage_poke(scratch_name("once"), files.names[file], at, files.bytes[file][at]);
    }
    OK(refused == tried, "a byte changed anywhere is found (%u of %u)", refused, tried);
    IS(cut_by("once", NULL), cut, "and put back, all is well");
    damage_free(&files);
}

int main(void)
{
    damage_begin();
    test_life();
    test_tokens();
    test_damage();
    return tap_done();
}
