/*
 * How well marks are restored in real text: news of one publisher typed without marks,
 * read by an index of others.  A figure each for running text and for queries of two to
 * five syllables, bare or half bare; and what was restored is restored to itself.
 *
 * HLSEARCH_SHARDS names other shards of news/ to index ("baomoi-000 rss-2025-26-000"),
 * HLSEARCH_ROUNDS multiplies the text.
 */
#include "import/import.h"
#include "oracle_keys.h"
#include "scratch.h"
#include "tap.h"
#include "token/tokenise.h"

#include <assert.h>

enum { SENTENCE_MAX = 60, KEY_ROOM = 32 };

/* What is indexed by default, and what must be read right of it, in a hundred. */
static const struct {
    const char *shards;
    double running, windows, half;
} expected[] = {
    {"baomoi-2025-000 vnexpress-2020-000 mds-baomoi-2013-000 suckhoedoisong-rss-000 "
     "khoahoctv-000 vietnews-002",
     92.5, 89.5, 88.5},
    {"baomoi-2025-000 vnexpress-2020-000 mds-baomoi-2013-000", 88.5, 86, 85.5},
};

/* ------------------------------------------------------------------------- the index */

static hl_status add_shard(const char *data, const char *name, struct hl_writer *writer,
                           struct hl_error *err)
{
    char path[1200];
    const char *source = path;
    struct hlimport_options options = {0};
    struct hlimport *import;
    struct hl_article article;
    snprintf(path, sizeof path, "%s/news/%s.jsonl.gz", data, name);
    hl_status status = hlimport_open(&source, 1, &options, &import, err);
    if (status != HL_OK)
        return status;
    while ((status = hlimport_next(import, &article, err)) == HL_OK) {
        status = hl_writer_add(writer, &article, err);
        if (status != HL_OK)
            break;
    }
    hlimport_close(import);
    return status == HL_NOT_FOUND ? HL_OK : status;
}

static struct hl_index *index_shards(const char *data, const char *shards)
{
    struct hl_error err = {0};
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    const char *path = scratch_name("news");
    hl_status status = hl_writer_open(path, NULL, &writer, &err);
    for (const char *p = shards; status == HL_OK && *p; p += strspn(p, " ")) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(p, " "), p);
        p += strcspn(p, " ");
        status = add_shard(data, name, writer, &err);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, &err);
    hl_writer_close(writer);
    if (status == HL_OK)
        status = hl_index_open(path, &index, &err);
    if (status != HL_OK)
        printf("# %s\n", err.text);
    return index;
}

/* -------------------------------------------------------------------------- the truth */

/* Syllables in a row as their writer spelt them. */
struct sentence {
    char key[SENTENCE_MAX][KEY_ROOM];
    size_t count;
};

/* What was read right, syllable by syllable; and queries that a second search changes. */
struct figures {
    size_t queries, syllables, right, changed, again, lost;
};

/*
 * The query: keys[from, to), each without marks but for `kept` in a hundred.  False if
 * most of it has marks: then what is bare is taken as bare on purpose.
 */
static bool spell(const struct sentence *s, size_t from, size_t to, unsigned kept,
                  bool marked[SENTENCE_MAX], char *out, size_t room, uint64_t *seed)
{
    size_t size = 0, count = 0;
    for (size_t i = from; i < to; i++) {
        char bare[KEY_ROOM];
        oracle_fold(s->key[i], bare, sizeof bare);
        marked[i] = tap_random(seed) % 100 < kept && strcmp(bare, s->key[i]);
        count += marked[i];
        size += (size_t)snprintf(out + size, room - size, "%s%s", i > from ? " " : "",
                                 marked[i] ? s->key[i] : bare);
    }
    return count * 2 <= to - from;
}

/* The query as it was understood, in `out`. */
static void understand(const struct hl_index *index, const char *text,
                       struct hl_result **io_result, char *out, size_t room)
{
    struct hl_query_options how = {.plain = true};
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_error err = {0};
    hl_search_options_init(&options);
    options.count_only = true;
    options.cover = HL_COVER_ALL;
    if (hl_query_parse(index, text, strlen(text), &how, &query, &err) ||
        hl_search(index, query, &options, io_result, &err))
        OK(false, "[%s]: %s", text, err.text);
    const char *as = hl_result_restored(*io_result);
    snprintf(out, room, "%s", as ? as : text);
    hl_query_free(query);
}

static void ask(const struct hl_index *index, const struct sentence *s, size_t from, size_t to,
                unsigned kept, struct hl_result **io_result, struct figures *figures,
                uint64_t *seed)
{
    char text[SENTENCE_MAX * KEY_ROOM], as[sizeof text], twice[sizeof text];
    bool marked[SENTENCE_MAX] = {false};
    if (!spell(s, from, to, kept, marked, text, sizeof text, seed))
        return;
    understand(index, text, io_result, as, sizeof as);
    understand(index, as, io_result, twice, sizeof twice);
    figures->queries++;
    figures->changed += strcmp(text, as) != 0;
    figures->again += strcmp(as, twice) != 0;
    if (strcmp(as, twice) && getenv("HLSEARCH_SHOW"))
        printf("# [%s] -> [%s] -> [%s]\n", text, as, twice);
    const char *p = as;
    for (size_t i = from; i < to; i++, p += strcspn(p, " "), p += strspn(p, " ")) {
        size_t size = strcspn(p, " ");
        bool right = size == strlen(s->key[i]) && !memcmp(p, s->key[i], size);
        if (marked[i] && !right) { /* marks may come, where the index lacks the word */
            char word[KEY_ROOM];
            snprintf(word, sizeof word, "%.*s", (int)size, p);
            figures->lost += !oracle_adds_marks(s->key[i], word);
        }
        figures->syllables += !marked[i];
        figures->right += !marked[i] && right;
    }
}

/* ------------------------------------------------------------------------- the texts */

enum { RUNNING, WINDOWS, HALF, KINDS };

struct reader {
    const struct hl_index *index;
    struct hl_result *result;
    struct hltoken_list list;
    struct figures figures[KINDS];
    uint64_t seed;
};

static void take_sentence(struct reader *r, const struct sentence *s)
{
    if (s->count < 2)
        return;
    ask(r->index, s, 0, s->count, 0, &r->result, &r->figures[RUNNING], &r->seed);
    for (size_t at = 0; at + 2 <= s->count; at += 5 + tap_random(&r->seed) % 10) {
        size_t size = 2 + tap_random(&r->seed) % 4;
        size_t to = at + size < s->count ? at + size : s->count;
        ask(r->index, s, at, to, 0, &r->result, &r->figures[WINDOWS], &r->seed);
        ask(r->index, s, at, to, 30, &r->result, &r->figures[HALF], &r->seed);
    }
}

/* Syllables side by side, up to whatever else stands there. */
static void take_text(struct reader *r, const char *text)
{
    static struct sentence s;
    if (!text || hltoken_run(text, strlen(text), 0, &r->list, NULL))
        return;
    uint32_t end = 0;
    s.count = 0;
    for (size_t i = 0; i < r->list.count; i++) {
        const struct hltoken *t = &r->list.tokens[i];
        if (t->alternative)
            continue;
        bool goes_on = t->syllable != HLTOKEN_NO_SYLLABLE && t->start == end + 1 &&
                       text[end] == ' ' && s.count < SENTENCE_MAX;
        if (!goes_on) {
            take_sentence(r, &s);
            s.count = 0;
        }
        if (t->syllable != HLTOKEN_NO_SYLLABLE)
            snprintf(s.key[s.count++], KEY_ROOM, "%.*s", (int)t->key_size, t->key);
        end = t->end;
    }
    take_sentence(r, &s);
}

/* Every `step`th article of the shard. */
static bool take_shard(struct reader *r, const char *data, size_t step)
{
    char path[1200];
    const char *source = path;
    struct hlimport_options options = {0};
    struct hlimport *import;
    struct hl_article article;
    struct hl_error err = {0};
    snprintf(path, sizeof path, "%s/news/dantri-unc-000.jsonl.gz", data);
    if (hlimport_open(&source, 1, &options, &import, &err)) {
        printf("# %s\n", err.text);
        return false;
    }
    hltoken_list_init(&r->list);
    for (size_t i = 0; hlimport_next(import, &article, &err) == HL_OK; i++)
        if (i % step == 0)
            take_text(r, article.body);
    hltoken_list_release(&r->list);
    hlimport_close(import);
    return true;
}

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void say(const char *what, const struct figures *f)
{
    printf("# %s: %zu of %zu bare syllables right (%.2f %%); of %zu queries %zu changed, %zu "
           "again by a second search (%.3f %%)\n",
           what, f->right, f->syllables, percent(f->right, f->syllables), f->queries,
           f->changed, f->again, percent(f->again, f->queries));
}

static void judge(const struct reader *r, const double least[KINDS])
{
    static const char *const what[KINDS] = {"running text", "two to five syllables",
                                            "the same, some with their marks"};
    for (int i = 0; i < KINDS; i++) {
        const struct figures *f = &r->figures[i];
        say(what[i], f);
        OK(f->queries > 500 && percent(f->right, f->syllables) >= least[i],
           "%s: %.1f %% right or more", what[i], least[i]);
        OK(!f->lost, "%s: no typed mark is lost", what[i]);
        OK(!f->again, "%s: restored to itself", what[i]);
    }
}

int main(void)
{
    const char *data = tap_data(), *shards = getenv("HLSEARCH_SHARDS");
    const char *times = getenv("HLSEARCH_ROUNDS");
    size_t rounds = times && *times ? strtoull(times, NULL, 0) : 1;
    if (!data) {
        tap_skip("../shared not there");
        return tap_done();
    }
    scratch_begin();
    struct reader r = {.seed = 20260505};
    const size_t few = SCRATCH_SLOWNESS > 1;
    if (!shards || !*shards)
        shards = expected[few].shards;
    struct hl_index *index = index_shards(data, shards);
    r.index = index;
    OK(index != NULL, "an index of news of other publishers");
    OK(index && take_shard(&r, data, 1 + 60 / rounds), "news that are not in it");
    judge(&r, (const double[KINDS]){expected[few].running, expected[few].windows,
                                    expected[few].half});
    hl_result_free(r.result);
    hl_index_close(index);
    return tap_done();
}
