/*
 * What must not depend on how an index was made or how much of an answer was
 * asked for (reliability.md T19): one build or many commits, one thread or two,
 * little memory or much, the first ten or the first thousand.
 */
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <dirent.h>
#include <sys/stat.h>

static uint64_t first_seed = 20260202;

/* ------------------------------------------------------------------------- answers */

struct answer {
    char id[64];
    double score;
};

struct answers {
    struct answer *list;
    size_t count;
    uint64_t total;
    int cover;
};

/* Fails loudly: an empty list would agree with every other empty list. */
static struct answers ask(const struct hl_index *index, const char *words,
                          const struct hl_search_options *options)
{
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct answers answers = {0};
    if (hl_query_parse(index, words, strlen(words), NULL, &query, &err) ||
        hl_search(index, query, options, &result, &err)) {
        OK(false, "[%s]: %s", words, err.text);
        hl_query_free(query);
        return answers;
    }
    answers.count = hl_result_count(result);
    answers.total = hl_result_total(result);
    answers.cover = hl_result_cover(result);
    answers.list = calloc(answers.count + 1, sizeof *answers.list);
    assert(answers.list);
    for (size_t i = 0; i < answers.count; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        snprintf(answers.list[i].id, sizeof answers.list[i].id, "%s", hit->id);
        answers.list[i].score = hit->score;
    }
    hl_result_free(result);
    hl_query_free(query);
    return answers;
}

static bool answer_same(const struct answer *a, const struct answer *b)
{
    return !strcmp(a->id, b->id) && !memcmp(&a->score, &b->score, sizeof a->score);
}

/* The first `count` of both are equal, and both have so many. */
static bool prefix_same(const struct answers *a, size_t skip_a, const struct answers *b,
                        size_t count)
{
    if (a->count < skip_a + count || b->count < count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!answer_same(&a->list[skip_a + i], &b->list[i]))
            return false;
    return true;
}

static bool answers_same(const struct answers *a, const struct answers *b)
{
    return a->count == b->count && a->total == b->total && a->cover == b->cover &&
           prefix_same(a, 0, b, a->count);
}

static const struct answer *answers_find(const struct answers *answers, const char *id)
{
    for (size_t i = 0; i < answers->count; i++)
        if (!strcmp(answers->list[i].id, id))
            return &answers->list[i];
    return NULL;
}

static void draw_words(const struct scratch_lexicon *lexicon, char *out, size_t room,
                       uint64_t *seed)
{
    size_t size = 0;
    for (size_t i = 1 + tap_random(seed) % 5; i; i--)
        size += (size_t)snprintf(out + size, room - size, "%s%s", size ? " " : "",
                                 scratch_draw(lexicon, seed));
}

/* -------------------------------------------------- parts of one answer, one index */

/* What holds for one query: counts of what did not. */
struct faults {
    size_t subset, prefix, pages, totals, repeated, asked;
};

static void ask_all_and_any(const struct hl_index *index, const char *words,
                            struct faults *faults)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.count = 10000;
    options.cover = HL_COVER_ANY;
    options.refine = 0; /* which hits are the first depends on how many answer */
    struct answers any = ask(index, words, &options);
    options.cover = HL_COVER_ALL;
    struct answers all = ask(index, words, &options);
    assert(any.total <= 10000);
    faults->subset += all.total > any.total;
    for (size_t i = 0; i < all.count; i++) {
        const struct answer *same = answers_find(&any, all.list[i].id);
        faults->subset += !same || !answer_same(same, &all.list[i]);
    }
    free(any.list);
    free(all.list);
}

static void ask_ten_and_thousand(const struct hl_index *index, const char *words,
                                 struct faults *faults)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.cover = HL_COVER_ANY;
    options.count = 1000;
    struct answers thousand = ask(index, words, &options);
    options.count = 10;
    struct answers ten = ask(index, words, &options);
    size_t want = thousand.count < 10 ? thousand.count : 10;
    faults->prefix += ten.count != want || !prefix_same(&thousand, 0, &ten, want);
    faults->totals += ten.total != thousand.total;
    options.no_total = true;
    struct answers uncounted = ask(index, words, &options);
    faults->prefix += uncounted.count != want || !prefix_same(&thousand, 0, &uncounted, want);
    options.no_total = false;
    options.count_only = true;
    struct answers counted = ask(index, words, &options);
    faults->totals += counted.total != thousand.total || counted.count != 0;
    options.count_only = false;
    options.offset = 7;
    struct answers page = ask(index, words, &options);
    size_t left = thousand.count < 7 ? 0 : thousand.count - 7;
    left = left < 10 ? left : 10;
    faults->pages += page.count != left || (left && !prefix_same(&thousand, 7, &page, left));
    faults->totals += page.total != thousand.total;
    free(thousand.list);
    free(ten.list);
    free(uncounted.list);
    free(counted.list);
    free(page.list);
}

/*
 * Saying every word twice changes nothing without pairs.  The excluded word, which
 * nothing has, keeps the two apart: side by side the last word of the first would be a
 * neighbour of the first word of the second, and a word without marks is read by those.
 */
static void ask_twice_over(const struct hl_index *index, const char *words,
                           struct faults *faults)
{
    char doubled[1100];
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.rank = HL_RANK_BM25;
    snprintf(doubled, sizeof doubled, "%s -zzqx %s", words, words);
    struct answers once = ask(index, words, &options), twice = ask(index, doubled, &options);
    faults->repeated += !answers_same(&once, &twice);
    free(once.list);
    free(twice.list);
}

static void check_one_index(uint64_t seed)
{
    struct scratch_shape shape = {3000, 2500, 8, 12, 60, 5, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_index *index = NULL;
    struct faults faults = {0};
    const size_t asked = 200 / SCRATCH_SLOWNESS;
    OK(scratch_build(scratch_name("one"), NULL, &archive, 2) &&
           hl_index_open(scratch_name("one"), &index, NULL) == HL_OK,
       "an index of 3,000 articles (seed 0x%llx)", (unsigned long long)seed);
    for (size_t i = 0; index && i < asked; i++) {
        char words[512];
        draw_words(&archive.lexicon, words, sizeof words, &seed);
        ask_all_and_any(index, words, &faults);
        ask_ten_and_thousand(index, words, &faults);
        ask_twice_over(index, words, &faults);
        faults.asked++;
    }
    OK(faults.asked == asked, "%zu queries asked", asked);
    OK(!faults.subset, "what has all words is among what has any, with the same score");
    OK(!faults.prefix, "the first ten are the first ten of a thousand, counted or not");
    OK(!faults.pages, "a page is a part of the whole list");
    OK(!faults.totals, "totals do not depend on what is shown");
    OK(!faults.repeated, "a word said twice counts once");
    hl_index_close(index);
    scratch_archive_release(&archive);
}

/* ------------------------------------------------------------------ bytes of folders */

static bool files_same(const char *a, const char *b)
{
    FILE *fa = fopen(a, "rb"), *fb = fopen(b, "rb");
    bool same = fa && fb;
    static char ba[65536], bb[65536];
    while (same) {
        size_t na = fread(ba, 1, sizeof ba, fa), nb = fread(bb, 1, sizeof bb, fb);
        same = na == nb && !memcmp(ba, bb, na);
        if (!na)
            break;
    }
    if (fa)
        fclose(fa);
    if (fb)
        fclose(fb);
    return same;
}

static size_t folder_size(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

/* Both hold the same files with the same bytes. */
static bool folders_same(const char *a, const char *b)
{
    DIR *folder = opendir(a);
    bool same = folder && folder_size(a) > 0 && folder_size(a) == folder_size(b);
    for (struct dirent *entry; same && (entry = readdir(folder)) != NULL;) {
        char pa[1024], pb[1024];
        struct stat st;
        snprintf(pa, sizeof pa, "%s/%s", a, entry->d_name);
        snprintf(pb, sizeof pb, "%s/%s", b, entry->d_name);
        if (stat(pa, &st) || !S_ISREG(st.st_mode))
            continue;
        same = files_same(pa, pb);
        if (!same)
            printf("# %s differs\n", entry->d_name);
    }
    if (folder)
        closedir(folder);
    return same;
}

/* --------------------------------------------------------- two ways to one archive */

/* Counts random queries that two indexes answer differently. */
static size_t indexes_differ(const char *a, const char *b,
                             const struct scratch_archive *archive, size_t queries,
                             uint64_t seed)
{
    struct hl_index *ia = NULL, *ib = NULL;
    size_t different = 0;
    if (hl_index_open(a, &ia, NULL) || hl_index_open(b, &ib, NULL))
        different = SIZE_MAX;
    for (size_t i = 0; !different && i < queries; i++) {
        char words[512];
        struct hl_search_options options;
        hl_search_options_init(&options);
        options.count = 50;
        options.refine = tap_random(&seed) % 2 ? -1 : (int)(tap_random(&seed) % 60);
        options.cover = tap_random(&seed) % 2 ? HL_COVER_DEFAULT : HL_COVER_ANY;
        draw_words(&archive->lexicon, words, sizeof words, &seed);
        struct answers one = ask(ia, words, &options), other = ask(ib, words, &options);
        if (!answers_same(&one, &other)) {
            printf("# [%s]: %zu of %llu, %zu of %llu\n", words, one.count,
                   (unsigned long long)one.total, other.count, (unsigned long long)other.total);
            different++;
        }
        free(one.list);
        free(other.list);
    }
    hl_index_close(ia);
    hl_index_close(ib);
    return different;
}

/* The articles that are left when each replacement has taken its place. */
static struct scratch_archive archive_final(const struct scratch_archive *archive)
{
    struct scratch_archive final = *archive;
    final.articles = calloc(archive->count, sizeof *final.articles);
    final.count = 0;
    assert(final.articles);
    for (size_t i = 0; i < archive->count; i++) {
        bool replaced = false;
        for (size_t j = i + 1; j < archive->count && !replaced; j++)
            replaced = !strcmp(archive->articles[i].id, archive->articles[j].id);
        if (!replaced)
            final.articles[final.count++] = archive->articles[i];
    }
    return final;
}

static bool numbers_same(const char *a, const char *b)
{
    struct hl_index *ia = NULL, *ib = NULL;
    struct hl_stats sa = {0}, sb = {0};
    bool same = !hl_index_open(a, &ia, NULL) && !hl_index_open(b, &ib, NULL) &&
                !hl_index_stats(ia, &sa, NULL) && !hl_index_stats(ib, &sb, NULL) &&
                sa.articles == sb.articles && sa.positions == sb.positions &&
                sa.mean_length == sb.mean_length && sa.undated == sb.undated &&
                sa.date_first == sb.date_first && sa.date_last == sb.date_last;
    hl_index_close(ia);
    hl_index_close(ib);
    return same;
}

static void check_replaced(uint64_t seed)
{
    struct scratch_shape shape = {1200, 1500, 8, 12, 60, 40, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct scratch_archive final = archive_final(&archive);
    OK(scratch_build(scratch_name("many"), NULL, &archive, 8), "built in 8 commits");
    OK(scratch_build(scratch_name("pair"), NULL, &archive, 2), "built in 2 commits");
    OK(scratch_build(scratch_name("fresh"), NULL, &final, 1), "built anew from what is left");
    OK(numbers_same(scratch_name("many"), scratch_name("fresh")),
       "replaced articles leave no trace in the numbers");
    OK(!indexes_differ(scratch_name("many"), scratch_name("fresh"), &archive, 200, seed),
       "nor in any answer (seed 0x%llx)", (unsigned long long)seed);
    OK(!indexes_differ(scratch_name("many"), scratch_name("pair"), &archive, 200, seed + 1),
       "many commits answer as few (seed 0x%llx)", (unsigned long long)seed);
    free(final.articles);
    scratch_archive_release(&archive);
}

static void check_bytes(uint64_t seed)
{
    /* Some 12 MB of text: more than a writer of 32 MiB can hold as postings at once. */
    struct scratch_shape shape = {14000 / SCRATCH_SLOWNESS, 20000, 8, 20, 250, 3, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_writer_options one = {.threads = 1}, two = {.threads = 2};
    struct hl_writer_options small = {.threads = 1, .memory = 32u << 20};
    OK(scratch_build(scratch_name("t1"), &one, &archive, 1), "one thread");
    OK(scratch_build(scratch_name("t2"), &two, &archive, 1), "two threads");
    OK(scratch_build(scratch_name("small"), &small, &archive, 1), "32 MiB of memory");
    OK(folders_same(scratch_name("t1"), scratch_name("t2")),
       "the same bytes by one thread and by two (seed 0x%llx)", (unsigned long long)seed);
    OK(!indexes_differ(scratch_name("t1"), scratch_name("small"), &archive, 100, seed),
       "the same answers with little memory (seed 0x%llx)", (unsigned long long)seed);
    scratch_archive_release(&archive);
}

static void check_again(uint64_t seed)
{
    struct scratch_shape shape = {300, 500, 8, 12, 60, 10, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    OK(scratch_build(scratch_name("a"), NULL, &archive, 5) &&
           scratch_build(scratch_name("b"), NULL, &archive, 5) &&
           folders_same(scratch_name("a"), scratch_name("b")),
       "the same commits give the same bytes, merges included");
    scratch_archive_release(&archive);
}

int main(void)
{
    const char *seed = getenv("HLSEARCH_SEED");
    if (seed && *seed)
        first_seed = strtoull(seed, NULL, 0);
    scratch_begin();
    check_one_index(first_seed);
    check_replaced(first_seed + 1);
    check_again(first_seed + 2);
    check_bytes(first_seed + 3);
    return tap_done();
}
