/*
 * scratch.h - folders that vanish and archives made of chance, for tests of the engine.
 *
 * A lexicon is a list of words, the commonest first; words are drawn as in real
 * text, the n-th about 1/n as often as the first (Zipf).  It starts with words
 * that are hard for an index (marks that differ, i/y spellings, joined codes),
 * so that the commonest terms of every random archive are of that kind.
 *
 * Everything follows from the seed given to it; nothing depends on the clock.
 */
#ifndef HL_TESTS_SCRATCH_H
#define HL_TESTS_SCRATCH_H

#include "hlsearch.h"
#include "tap.h"

#include <assert.h>
#include <ftw.h>
#include <math.h>
#include <unistd.h>

/* Under the address sanitizer a test does a part of its work, so that it ends in time. */
#ifdef __SANITIZE_ADDRESS__
enum { SCRATCH_SLOWNESS = 4 };
#else
enum { SCRATCH_SLOWNESS = 1 };
#endif

/* ----------------------------------------------------------------------- folders */

static char scratch_path[512];

static inline int scratch_remove_one(const char *path, const struct stat *st, int type,
                                     struct FTW *ftw)
{
    return remove(path);
}

static inline void scratch_remove(const char *path)
{
    nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void scratch_end(void)
{
    if (*scratch_path)
        scratch_remove(scratch_path);
}

/* Makes the folder of this test; it goes when the test ends, however it ends by itself. */
static inline void scratch_begin(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(scratch_path, sizeof scratch_path, "%s/hlsearch-test-XXXXXX",
             base && *base ? base : "/tmp");
    if (!mkdtemp(scratch_path)) {
        printf("Bail out! no folder for temporary files\n");
        exit(1);
    }
    atexit(scratch_end);
}

/* A path inside the folder of this test; each call gives one of four buffers in turn. */
static inline const char *scratch_name(const char *name)
{
    static char paths[4][1024];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_path, name);
    return path;
}

/* ------------------------------------------------------------------------- words */

enum { SCRATCH_WORD_ROOM = 24 };

struct scratch_lexicon {
    char (*words)[SCRATCH_WORD_ROOM];
    size_t count;
    bool tokens; /* words that no text rule would leave as they are */
};

static const char *const scratch_hard_words[] = {
    "công",   "nghệ",     "khoa", "học",      "cong",   "cộng",    "ma",   "má",     "mà",
    "mạ",     "kỹ",       "kĩ",   "thuật",    "lý",     "lí",      "quý",  "quí",    "quy",
    "hòa",    "hoà",      "hóa",  "TP.HCM",   "tphcm",  "hcm",     "tp",   "KH&CN",  "khcn",
    "covid",  "COVID-19", "3,5",  "5G",       "376ha",  "ha",      "đà",   "da",     "đã",
    "nghiên", "cứu",      "nghe", "nghề",     "12.000", "vắc-xin", "hi",   "hy",     "kí",
    "ký",     "thủy",     "thuỷ", "9/1/2021", "9/1",    "5/2022",  "H5N1", "e-mail", "1.234,5",
};

static inline void scratch_spell(char *out, size_t number)
{
    static const char *const onsets[] = {"b", "d",  "đ",  "l", "m",  "n", "s",  "t",
                                         "v", "th", "nh", "x", "ph", "r", "tr", "ch"};
    static const char *const nuclei[] = {"a", "à", "ả", "ã", "á", "ạ", "ô", "ồ", "ổ",
                                         "ỗ", "ố", "ộ", "e", "è", "ẻ", "ẽ", "é", "ẹ",
                                         "u", "ù", "ủ", "ũ", "ú", "ụ", "ư", "ừ", "ử",
                                         "ữ", "ứ", "ự", "ơ", "ờ", "ở", "ỡ", "ớ", "ợ"};
    static const char *const codas[] = {"", "n", "ng", "m", "i"};
    size_t rest = number;
    const char *onset = onsets[rest % 16];
    const char *nucleus = nuclei[(rest /= 16) % 36];
    const char *coda = codas[(rest /= 36) % 5];
    rest /= 5;
    if (rest)
        snprintf(out, SCRATCH_WORD_ROOM, "%s%s%s%zu", onset, nucleus, coda, rest);
    else
        snprintf(out, SCRATCH_WORD_ROOM, "%s%s%s", onset, nucleus, coda);
}

static inline struct scratch_lexicon scratch_lexicon_make(size_t count, bool tokens,
                                                          uint64_t seed)
{
    const size_t hard = sizeof scratch_hard_words / sizeof *scratch_hard_words;
    struct scratch_lexicon lexicon = {malloc(count * SCRATCH_WORD_ROOM), count, tokens};
    size_t start = tap_random(&seed) % 2880;
    assert(lexicon.words && count);
    for (size_t i = 0; i < count; i++) {
        if (tokens)
            snprintf(lexicon.words[i], SCRATCH_WORD_ROOM, i % 7 ? "%zu" : "T.%zu-á", i * 37);
        else if (i < hard)
            snprintf(lexicon.words[i], SCRATCH_WORD_ROOM, "%s", scratch_hard_words[i]);
        else /* 1,999 has no divisor in common with 2,880, so no word comes twice */
            scratch_spell(lexicon.words[i], (start + i * 1999) % 2880 + i / 2880 * 2880);
    }
    return lexicon;
}

static inline void scratch_lexicon_release(struct scratch_lexicon *lexicon)
{
    free(lexicon->words);
}

static inline double scratch_unit(uint64_t *seed)
{
    return (double)(tap_random(seed) >> 11) * 0x1p-53;
}

static inline const char *scratch_draw(const struct scratch_lexicon *lexicon, uint64_t *seed)
{
    double rank = exp(scratch_unit(seed) * log((double)lexicon->count + 1)) - 1;
    size_t i = (size_t)rank;
    return lexicon->words[i < lexicon->count ? i : lexicon->count - 1];
}

/* count words with the marks of sentences between them; yours to free, NULL for none. */
static inline char *scratch_text(const struct scratch_lexicon *lexicon, size_t count,
                                 uint64_t *seed)
{
    static const char *const marks[] = {" ", " ", " ", " ", " ", " ", ", ", ". ", " - ", "\n"};
    size_t size = 0, room = count * (SCRATCH_WORD_ROOM + 4) + 1;
    char *text = count ? malloc(room) : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *mark = lexicon->tokens ? " " : marks[tap_random(seed) % 10];
        size += (size_t)snprintf(text + size, room - size, "%s%s", i ? mark : "",
                                 scratch_draw(lexicon, seed));
    }
    return text;
}

/* ---------------------------------------------------------------------- archives */

struct scratch_shape {
    size_t articles, lexicon;
    size_t title_max, lead_max, body_max; /* words */
    unsigned replaced_percent;            /* of the articles come a second time */
    bool tokens;
};

/* Articles as they are given to a writer; replacements are further articles of old ids. */
struct scratch_archive {
    struct scratch_lexicon lexicon;
    struct hl_article *articles;
    size_t count;
};

static inline void scratch_article_release(struct hl_article *article)
{
    free((char *)article->id);
    free((char *)article->title);
    free((char *)article->lead);
    free((char *)article->body);
}

static inline char *scratch_id(size_t number, uint64_t salt)
{
    char id[64];
    uint64_t state = salt + number;
    uint64_t mixed = tap_random(&state);
    /* Ids of several lengths; some are the beginning of others. */
    snprintf(id, sizeof id, mixed % 3 ? "a%zu" : "bài/%zu", number);
    return strdup(id);
}

static inline struct hl_article scratch_article(const struct scratch_shape *shape,
                                                const struct scratch_lexicon *lexicon,
                                                uint64_t *seed)
{
    static const char *const sections[] = {"Khoa học", "khoa hoc", "Số", NULL};
    static const char *const sources[] = {"Nhân Dân", "VnBao", NULL};
    static const char *const tags[] = {
        "Vũ trụ\nAI", "vu tru", " vũ trụ \n\nAI\nAI", "ai\nchip\nchíp\nvũ TRụ", NULL, NULL};
    struct hl_article article = {0};
    size_t longest = 1 + tap_random(seed) % shape->body_max;
    if (!shape->tokens) {
        article.title = scratch_text(lexicon, tap_random(seed) % (shape->title_max + 1), seed);
        article.lead = scratch_text(lexicon, tap_random(seed) % (shape->lead_max + 1), seed);
        article.section = sections[tap_random(seed) % 4];
        article.source = sources[tap_random(seed) % 3];
        article.tags = tags[(longest + (article.title ? article.title[0] : 0)) % 6];
    }
    article.body = scratch_text(lexicon, longest, seed);
    if (tap_random(seed) % 4) {
        article.date_precision = HL_DATE_SECOND;
        article.date_offset = 420;
        /* Few different seconds, so that ties go on to the id. */
        article.date = 1500000000 + (int64_t)(tap_random(seed) % 50) * 86399;
    }
    return article;
}

static inline struct scratch_archive scratch_archive_make(const struct scratch_shape *shape,
                                                          uint64_t seed)
{
    uint64_t salt = tap_random(&seed);
    size_t again = shape->articles * shape->replaced_percent / 100;
    struct scratch_archive archive = {
        scratch_lexicon_make(shape->lexicon, shape->tokens, seed),
        calloc(shape->articles + again, sizeof(struct hl_article)), shape->articles + again};
    assert(archive.articles);
    for (size_t i = 0; i < archive.count; i++) {
        size_t number = i < shape->articles ? i : tap_random(&seed) % shape->articles;
        archive.articles[i] = scratch_article(shape, &archive.lexicon, &seed);
        archive.articles[i].id = scratch_id(number, salt);
    }
    return archive;
}

static inline void scratch_archive_release(struct scratch_archive *archive)
{
    for (size_t i = 0; i < archive->count; i++)
        scratch_article_release(&archive->articles[i]);
    free(archive->articles);
    scratch_lexicon_release(&archive->lexicon);
}

/* Adds articles[from, to) and commits; a failure is printed. */
static inline bool scratch_commit(const char *path, const struct hl_writer_options *options,
                                  const struct hl_article *articles, size_t from, size_t to,
                                  struct hl_commit_info *out_info)
{
    struct hl_error err = {0};
    struct hl_writer *writer = NULL;
    hl_status status = hl_writer_open(path, options, &writer, &err);
    for (size_t i = from; status == HL_OK && i < to; i++)
        status = hl_writer_add(writer, &articles[i], &err);
    if (status == HL_OK)
        status = hl_writer_commit(writer, out_info, &err);
    hl_writer_close(writer);
    if (status != HL_OK)
        printf("# %s: %s: %s\n", path, hl_status_name(status), err.text);
    return status == HL_OK;
}

/* The archive as an index, committed in `commits` parts of about one size. */
static inline bool scratch_build(const char *path, const struct hl_writer_options *options,
                                 const struct scratch_archive *archive, size_t commits)
{
    for (size_t i = 0; i < commits; i++) {
        size_t from = archive->count * i / commits, to = archive->count * (i + 1) / commits;
        if (to > from && !scratch_commit(path, options, archive->articles, from, to, NULL))
            return false;
    }
    return true;
}

#endif
