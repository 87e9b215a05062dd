/*
 * The list of words that completing asks: however an archive is cut into segments and indexes,
 * and whatever was replaced in it, words, counts and order are those of the live articles.
 */
#include "backend/wordlist.h"
#include "engine/index.h"
#include "scratch.h"

#include <pthread.h>

enum {
    ARTICLES = 900,
    REPLACED = 60, /* the first ones, by another wording */
    PART = 450,
    WORDS = 120,
    TEXT = 4096,
    THREADS = 4,
    ANSWER = 1 << 16,
    LONG = 60 /* figures */
};

/* Syllables that differ by marks alone, some others, names and numbers. */
static const char *const words[] = {
    "nghe", "nghề", "nghệ",  "nghê",   "nghĩ", "nghi", "nghỉ",  "khí",   "khi",    "khỉ",
    "ca",   "cà",   "cả",    "cá",     "da",   "đa",   "đã",    "dạ",    "tiếng",  "tiêng",
    "việt", "viết", "học",   "hóc",    "công", "cộng", "cống",  "samba", "sámbà",  "samsung",
    "co2",  "5g",   "covid", "covid1", "tạo",  "tảo",  "tao",   "người", "ngươi",  "y",
    "ý",    "ỷ",    "ô",     "ở",      "của",  "và",   "không", "khống", "không2", "zebra"};
enum { KINDS = sizeof words / sizeof *words };

static char bodies[ARTICLES * 2][TEXT], ids[ARTICLES][16];

/* Common words first; each tenth article has a word of its own, which is long at times. */
static void make_body(uint64_t *seed, size_t number, char *to)
{
    size_t at = 0;
    for (int i = 0; i < WORDS; i++) {
        uint64_t a = tap_random(seed) % KINDS, b = tap_random(seed) % KINDS;
        at += (size_t)snprintf(to + at, TEXT - at, "%s ", words[a < b ? a : b]);
    }
    if (number % 10 == 0)
        snprintf(to + at, TEXT - at, "rieng%zu%0*d", number, number % 100 == 0 ? LONG : 2, 7);
}

/* Articles in one commit; those before `again` in their last wording. */
static bool commit(const char *path, size_t from, size_t to, size_t again)
{
    static struct hl_article some[ARTICLES];
    for (size_t i = from; i < to; i++)
        some[i] =
            (struct hl_article){.id = ids[i], .body = bodies[i < again ? ARTICLES + i : i]};
    return scratch_commit(path, NULL, some, from, to, NULL);
}

static struct hl_index *open_one(const char *path)
{
    struct hl_index *index = NULL;
    if (commit(path, 0, ARTICLES, REPLACED))
        hl_index_open(path, &index, NULL);
    return index;
}

/* ---- the live words of a list, in order ---- */

static struct hlwordlist *list_of(const struct hl_index *index)
{
    struct hlwordlist *list = NULL;
    struct hl_error err = {0};
    if (hlwordlist_make(&index->snapshot, &list, &err) != HL_OK)
        printf("# %s\n", err.text);
    return list;
}

static uint32_t next_live(const struct hlwordlist *list, uint32_t place)
{
    while (place < list->count && !hlwordlist_df(list, place))
        place++;
    return place;
}

static const struct hlwordlist_word *word_at(struct hlwordlist *list, uint32_t place)
{
    struct hlwordlist_word *w = NULL;
    if (hlwordlist_word(list, place, &w, NULL) != HL_OK)
        abort();
    return w;
}

static bool same_key(struct hlwordlist *a, uint32_t i, struct hlwordlist *b, uint32_t k)
{
    const struct hlwordlist_word *x = word_at(a, i), *y = word_at(b, k);
    return x->size == y->size && !memcmp(x->key, y->key, x->size);
}

static unsigned wrong_words(struct hlwordlist *one, struct hlwordlist *other,
                            unsigned *out_count)
{
    unsigned wrong = 0, count = 0;
    uint32_t i = next_live(one, 0), k = next_live(other, 0);
    for (; i < one->count && k < other->count;
         i = next_live(one, i + 1), k = next_live(other, k + 1), count++) {
        const struct hlwordlist_word *w = word_at(other, k);
        uint32_t found = 0;
        wrong += !same_key(one, i, other, k) || w->size > HLWORDLIST_SIZE_MAX;
        wrong += hlwordlist_df(one, i) != hlwordlist_df(other, k) ||
                 hlwordlist_cf(one, i) != hlwordlist_cf(other, k);
        wrong += hlwordlist_find(other, w->key, w->size, &found, NULL) != HL_OK || found != k;
    }
    *out_count = count;
    return wrong + (i < one->count) + (k < other->count);
}

/* ---- ranges ---- */

static unsigned wrong_range(struct hlwordlist *one, struct hlwordlist *other,
                            const char *prefix)
{
    uint32_t from, to, a[HLWORDLIST_BEST_MAX], b[HLWORDLIST_BEST_MAX], count = 0, again = 0;
    unsigned wrong = 0;
    wrong += hlwordlist_range(one, prefix, strlen(prefix), &from, &to, NULL) != HL_OK ||
             hlwordlist_best(one, from, to, NULL, NULL, HLWORDLIST_BEST_MAX, a, &count, NULL);
    uint64_t sum = 0, other_sum = 0;
    for (uint32_t i = from; i < to; i++)
        sum += hlwordlist_cf(one, i);
    for (uint32_t i = 1; i < count; i++)
        wrong += hlwordlist_cf(one, a[i]) > hlwordlist_cf(one, a[i - 1]);
    wrong += hlwordlist_range(other, prefix, strlen(prefix), &from, &to, NULL) != HL_OK ||
             hlwordlist_best(other, from, to, NULL, NULL, HLWORDLIST_BEST_MAX, b, &again, NULL);
    for (uint32_t i = from; i < to; i++)
        other_sum += hlwordlist_cf(other, i);
    wrong += sum != other_sum || count != again;
    for (uint32_t i = 0; i < count && i < again; i++) /* of equals any may come first */
        wrong += hlwordlist_cf(one, a[i]) != hlwordlist_cf(other, b[i]);
    return wrong;
}

static unsigned wrong_ranges(struct hlwordlist *one, struct hlwordlist *other)
{
    static const char *const prefixes[] = {"",   "n",     "ng", "nghe", "k",     "d",  "c",
                                           "co", "rieng", "r",  "s",    "samba", "5g", "o",
                                           "y",  "zz",    "a",  "z",    "rieng3"};
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        wrong += wrong_range(one, other, prefixes[i]);
    return wrong;
}

/* ---- rows ---- */

static unsigned wrong_row(struct hlwordlist *one, uint32_t a, struct hlwordlist *other,
                          uint32_t b)
{
    const struct hlwordlist_row *x, *y;
    unsigned wrong = 0;
    if (hlwordlist_row(one, a, &x, NULL) != HL_OK ||
        hlwordlist_row(other, b, &y, NULL) != HL_OK)
        return 1;
    for (uint32_t i = 0; i < x->count && i < y->count; i++)
        wrong += x->next[i].cf != y->next[i].cf ||
                 !same_key(one, x->next[i].word, other, y->next[i].word);
    return wrong + (x->count != y->count) + (x->sticky != y->sticky);
}

static unsigned wrong_rows(struct hlwordlist *one, struct hlwordlist *other)
{
    unsigned wrong = 0;
    uint32_t i = next_live(one, 0), k = next_live(other, 0);
    for (; i < one->count && k < other->count;
         i = next_live(one, i + 1), k = next_live(other, k + 1))
        wrong += wrong_row(one, i, other, k);
    return wrong;
}

/* rows: those of replaced articles count, so that they are the same only if there are none. */
static void compare(const struct hl_index *one, const struct hl_index *other, bool rows,
                    const char *what)
{
    unsigned count = 0;
    struct hlwordlist *a = one ? list_of(one) : NULL, *b = other ? list_of(other) : NULL;
    if (!OK(a && b, "%s: a list", what))
        return;
    unsigned wrong = wrong_words(a, b, &count);
    OK(!wrong && count > KINDS, "%s: %u words, %u wrong", what, count, wrong);
    wrong = wrong_ranges(a, b);
    OK(!wrong, "  ranges: %u wrong", wrong);
    wrong = rows ? wrong_rows(a, b) : 0;
    OK(!wrong, "  rows: %u wrong", wrong);
    hlwordlist_free(a);
    hlwordlist_free(b);
}

/* ---- archives ---- */

static bool make_parts(const char *path, bool replaced)
{
    bool good = true;
    for (size_t i = 0; good && i < ARTICLES; i += PART)
        good = commit(path, i, i + PART, replaced ? 0 : REPLACED);
    return good && (!replaced || commit(path, 0, REPLACED, REPLACED));
}

static void test_segments(const struct hl_index *one, bool replaced)
{
    struct hl_index *parts = NULL;
    struct hl_stats stats = {0};
    const char *path = scratch_name(replaced ? "replaced" : "parts");
    if (make_parts(path, replaced))
        hl_index_open(path, &parts, NULL);
    if (parts)
        hl_index_stats(parts, &stats, NULL);
    OK(stats.segments > 1 && (stats.deleted > 0) == replaced,
       "%zu segments, %llu articles replaced", (size_t)stats.segments,
       (unsigned long long)stats.deleted);
    compare(one, parts, !replaced, "segments");
    hl_index_close(parts);
}

/* The second index has newer texts of what the first has: nobody counted those. */
static void test_indexes(const struct hl_index *one)
{
    char first[700], second[700];
    struct hl_index *both = NULL;
    snprintf(first, sizeof first, "%s", scratch_name("first"));
    snprintf(second, sizeof second, "%s", scratch_name("second"));
    const char *const paths[] = {first, second};
    if (commit(first, 0, ARTICLES, 0) && commit(second, 0, REPLACED, REPLACED))
        hl_index_open_many(paths, 2, &both, NULL);
    compare(one, both, false, "indexes that share articles");
    hl_index_close(both);
}

/* ---- threads: words, rows and memory are made by whoever comes first ---- */

static char answers[THREADS][ANSWER];

static void *ask_all(void *user)
{
    static _Atomic unsigned turn;
    char *to = answers[turn++];
    size_t at = 0;
    for (size_t i = 0; i < KINDS * 2; i++) {
        char typed[64];
        struct hl_suggestions *s = NULL;
        const struct hl_completion *c;
        snprintf(typed, sizeof typed, "%s%s", words[i / 2], i % 2 ? " n" : "");
        hl_status status = hl_suggest(user, typed, strlen(typed), NULL, &s, NULL);
        at += (size_t)snprintf(to + at, ANSWER - at, "%s %s:", typed, hl_status_name(status));
        for (size_t k = 0; status == HL_OK && (c = hl_suggestions_at(s, k)); k++)
            at += (size_t)snprintf(to + at, ANSWER - at, " %s", c->text);
        hl_suggestions_free(s);
    }
    return NULL;
}

static void test_threads(const char *path)
{
    pthread_t threads[THREADS];
    struct hl_index *fresh = NULL;
    unsigned same = 0;
    if (!OK(hl_index_open(path, &fresh, NULL) == HL_OK, "open again"))
        return;
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, ask_all, fresh))
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i < THREADS; i++)
        same += *answers[i] && !strcmp(answers[i], answers[0]);
    OK(same == THREADS - 1, "%d threads at a time are answered alike", (int)THREADS);
    hl_index_close(fresh);
}

int main(void)
{
    uint64_t seed = 6;
    char path[700];
    scratch_begin();
    for (size_t i = 0; i < ARTICLES; i++) {
        snprintf(ids[i], sizeof ids[i], "a%zu", i);
        make_body(&seed, i, bodies[i]);
        make_body(&seed, i + 1000, bodies[ARTICLES + i]);
    }
    snprintf(path, sizeof path, "%s", scratch_name("one"));
    struct hl_index *one = open_one(path);
    if (OK(one, "an index")) {
        test_segments(one, false);
        test_segments(one, true);
        test_indexes(one);
        test_threads(path);
    }
    hl_index_close(one);
    return tap_done();
}
