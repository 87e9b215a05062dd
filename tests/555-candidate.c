/*
 * One article at a time, from its text alone, against the native engine: over random archives
 * and random queries every article must be worth the same to both, scores to the last bit, and
 * answer both or neither.  Some searches are prepared a second time over an index that has no
 * segments, whose terms are told by another: there the native engine could find nothing.
 *
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the queries and
 * HLSEARCH_LONG=1 does by ten, HLSEARCH_PLAN chooses one archive, HLSEARCH_SHOW prints every
 * query.
 */
#include "backend/candidate.h"
#include "backend/elsewhere.h"
#include "base/mem.h"
#include "drawn.h"
#include "engine/index.h"
#include "import/import.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>
#include <time.h>

/* -------------------------------------------------------------------- collections */

/* Articles, and an index of them; of equal ids the last one lives. */
struct collection {
    const struct hl_article *articles;
    size_t count;
    uint32_t *by_id; /* of the living */
    size_t living;
    bool tokens;
    unsigned weight[3];
    struct hl_index *index;
};

/* What the native engine says of an article. */
struct truth {
    bool answers;
    double score;
    uint32_t date;
    struct hlrefine_score look;
};

static const struct hl_article *sorted_articles;

static int by_id_then_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int r = strcmp(sorted_articles[x].id, sorted_articles[y].id);
    return r ? r : x < y ? -1 : x > y;
}

static bool open_collection(struct collection *c, const char *path)
{
    struct hl_error err = {0};
    c->by_id = malloc((c->count + 1) * sizeof *c->by_id);
    assert(c->by_id);
    for (size_t i = 0; i < c->count; i++)
        c->by_id[i] = (uint32_t)i;
    sorted_articles = c->articles;
    qsort(c->by_id, c->count, sizeof *c->by_id, by_id_then_number);
    c->living = 0;
    for (size_t i = 0; i < c->count; i++)
        if (i + 1 == c->count ||
            strcmp(c->articles[c->by_id[i]].id, c->articles[c->by_id[i + 1]].id) != 0)
            c->by_id[c->living++] = c->by_id[i];
    if (!hl_index_open(path, &c->index, &err))
        return true;
    printf("# %s: %s\n", path, err.text);
    return false;
}

static void close_collection(struct collection *c)
{
    hl_index_close(c->index);
    free(c->by_id);
}

/* The place of an id among the living. */
static size_t place_of(const struct collection *c, const char *id, size_t size)
{
    size_t low = 0, high = c->living;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *own = c->articles[c->by_id[middle]].id;
        size_t n = strlen(own), least = n < size ? n : size;
        int r = memcmp(own, id, least);
        if (r < 0 || (!r && n < size))
            low = middle + 1;
        else
            high = middle;
    }
    assert(low < c->living);
    return low;
}

/* --------------------------------------------------------------------- comparison */

struct asked {
    char text[DRAWN_ROOM];
    struct hl_query_options how;
    struct hl_search_options options;
};

static struct {
    size_t queries, answered, articles, answers;
    double seconds, opening;
} told;

/* Every answer of the search, by the place of its article. */
static bool find_truth(const struct collection *c, struct hlnative *n, struct truth *truth,
                       struct hl_error *err)
{
    static struct hlhit *hits;
    static struct hlrefine_score *looks;
    static size_t room;
    size_t count = 0;
    if (c->living > room) {
        room = c->living;
        hits = realloc(hits, hltopk_room(room + 1) * sizeof *hits);
        looks = realloc(looks, (room + 1) * sizeof *looks);
        assert(hits && looks);
    }
    memset(truth, 0, c->living * sizeof *truth);
    if (hlnative_rank(n, c->living, hits, &count, err) ||
        hlnative_refine(n, hits, count, looks, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *id;
        uint32_t size;
        if (hlchunk_id(n->sources[hits[i].chunk], hits[i].doc, &id, &size, err))
            return false;
        truth[place_of(c, id, size)] =
            (struct truth){true, hits[i].score, hits[i].date, looks[i]};
    }
    told.answers += count;
    told.answered += count > 0;
    return true;
}

static bool same_bits(double a, double b)
{
    return !memcmp(&a, &b, sizeof a);
}

static bool article_same(const struct collection *c, struct hlcandidates *candidates,
                         const struct hlnative *n, size_t place, const struct truth *truth,
                         struct hl_error *err)
{
    struct hlcandidate found = {0};
    struct hlrefine_score look = {0, 0};
    const struct hl_article *article = &c->articles[c->by_id[place]];
    if (hlcandidates_read(candidates, article, c->tokens, &found, err))
        return false;
    bool answers =
        found.fits && (!n->score.use_cover || hlcover_answers(&n->score.cover, found.have));
    if (!answers && !truth->answers)
        return !found.fits || !n->word_count || found.have > 0;
    if (hlcandidates_refine(candidates, &look, err))
        return false;
    bool same = answers && truth->answers && same_bits(found.score, truth->score) &&
                found.date == truth->date && same_bits(look.passage, truth->look.passage) &&
                same_bits(look.early, truth->look.early);
    if (!same)
        printf("#   %s: native %s %.17g (%.17g, %.17g), candidate %s%s %.17g (%.17g, %.17g) "
               "have %llu of %llu length %llu\n",
               article->id, truth->answers ? "yes" : "no", truth->score, truth->look.passage,
               truth->look.early, answers ? "yes" : "no", found.fits ? "" : " unfit",
               found.score, look.passage, look.early, (unsigned long long)found.have,
               (unsigned long long)n->shares, (unsigned long long)found.length);
    return same;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void tell(void)
{
    printf("# %zu queries, %zu answered by %zu articles; %.1f us to open, %.1f an article\n",
           told.queries, told.answered, told.answers,
           told.opening / (double)(told.queries + 1) * 1e6,
           told.seconds / (double)(told.articles + 1) * 1e6);
}

static bool articles_same(const struct collection *c, struct hlnative *n,
                          const struct truth *truth, struct hl_error *err)
{
    struct hlcandidates *candidates = NULL;
    double since = now();
    if (hlcandidates_open(n, c->weight, &candidates, err))
        return false;
    bool same = true;
    told.opening += now() - since;
    since = now();
    for (size_t i = 0; same && i < c->living; i++)
        same = article_same(c, candidates, n, i, &truth[i], err);
    told.seconds += now() - since;
    told.articles += c->living;
    hlcandidates_close(candidates);
    return same;
}

/* ---- an index that is elsewhere ---- */

static const struct hlsnapshot *told_by;

static bool is_name(const struct hlabbr *pair, bool longer, const char *key, size_t size)
{
    const char *own = longer ? pair->longer : pair->shorter;
    return !key || ((longer ? pair->longer_size : pair->shorter_size) == size &&
                    !memcmp(own, key, size));
}

static hl_status tell_abbreviations(void *user, bool longer, const char *key, size_t size,
                                    struct hlarena *arena, struct hlabbr_list *out_list,
                                    struct hl_error *err)
{
    hl_status status = hlabbr_all(told_by, arena, out_list, err);
    size_t kept = 0;
    for (size_t i = 0; status == HL_OK && i < out_list->count; i++)
        if (is_name(&out_list->items[i], longer, key, size))
            out_list->items[kept++] = out_list->items[i];
    if (status == HL_OK)
        out_list->count = kept;
    return status;
}

/* The search once more, without a segment. */
static bool elsewhere_same(const struct collection *c, const struct hlnative *n,
                           const struct hlnative_options *options, const struct truth *truth,
                           struct hl_error *err)
{
    struct hlarena arena;
    struct hlterms terms;
    struct hlnative other;
    hlarena_init(&arena, 0);
    hlterms_init(&terms, n->snapshot, &arena);
    told_by = n->snapshot;
    struct hlelsewhere elsewhere = {.words = hlterms_vocabulary(&terms),
                                    .abbreviations = tell_abbreviations};
    struct hlsnapshot none = {.articles = n->snapshot->articles,
                              .positions = n->snapshot->positions,
                              .elsewhere = &elsewhere};
    hlnative_init(&other);
    bool same = !hlnative_prepare(&other, &none, n->query, options, err);
    if (same)
        hlnative_set_cover(&other, n->cover);
    same = same && articles_same(c, &other, truth, err);
    hlnative_release(&other);
    hlarena_release(&arena);
    return same;
}

/* One search both ways. */
static bool query_same(const struct collection *c, const struct asked *asked)
{
    static struct truth *truth;
    static size_t room;
    struct hl_search_options o;
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    struct hlnative native;
    if (c->living > room) {
        room = c->living;
        truth = realloc(truth, room * sizeof *truth);
        assert(truth);
    }
    hlnative_init(&native);
    bool good = !hl_query_parse(c->index, asked->text, strlen(asked->text), &asked->how, &query,
                                &err) &&
                !hlsearch_check_options(&asked->options, &o, &err);
    if (good) {
        struct hlnative_options options = hlsearch_native_options(&o);
        options.refine = 0; /* the first stage alone; the second look is asked for apart */
        options.exhaustive = true;
        good = !hlnative_prepare(&native, &c->index->snapshot, query, &options, &err);
        if (good)
            hlsearch_settle_cover(&native, &o);
        good = good && find_truth(c, &native, truth, &err) &&
               articles_same(c, &native, truth, &err) &&
               (told.queries % 3 || elsewhere_same(c, &native, &options, truth, &err));
    }
    if (!good)
        printf("# [%.300s] marks %d cover %d rank %d k1 %g b %g pairs %g%s%s: %s\n",
               asked->text, (int)asked->how.marks, asked->options.cover,
               (int)asked->options.rank, asked->options.k1, asked->options.b,
               asked->options.pairs, asked->options.synonyms ? " synonyms" : "",
               asked->how.phrase ? " phrase" : "", err.text);
    hlnative_release(&native);
    hl_query_free(query);
    told.queries++;
    return good;
}

/* ------------------------------------------------------------------------- queries */

static const char *const synonym_lines =
    "công nghệ = khcn = ma mạ\nkhoa học = kỹ thuật = covid\nnghiên cứu = hcm = hòa\n"
    "công = nghề = khoa học kỹ thuật\nnghệ khoa = h5n1 = đã\n";
static struct hl_synonyms *synonyms;

static void append(struct asked *asked, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct asked *asked, const char *format, ...)
{
    size_t size = strlen(asked->text);
    va_list args;
    va_start(args, format);
    vsnprintf(asked->text + size, sizeof asked->text - size, format, args);
    va_end(args);
}

static const char *long_word(void)
{
    static char word[400];
    memset(word, 'x', sizeof word - 1);
    return word;
}

/* Words of all kinds, also those that a group would not take: codes, dates, numbers. */
static void draw_plainly(struct asked *asked, const struct scratch_archive *archive,
                         uint64_t *seed)
{
    static const char *const others[] = {"9/1/2017",
                                         "9/1",
                                         "\"9/1/2017\"",
                                         "ngày 9 tháng 1",
                                         "tag:t63",
                                         "-tag:t70",
                                         "tag:t69",
                                         "tag:T3",
                                         "c* n*",
                                         "title:t*",
                                         "tag:t64",
                                         "*",
                                         "-source:vnbao",
                                         "\"TP.HCM\"",
                                         "\"covid-19 3,5\"~3",
                                         "hcm OR \"tp hcm\" OR n*"};
    asked->text[0] = '\0';
    for (uint64_t i = 1 + tap_random(seed) % 7; i; i--) {
        uint64_t r = tap_random(seed);
        const char *word = scratch_draw(&archive->lexicon, seed);
        const char *next = scratch_draw(&archive->lexicon, seed);
        if (r % 16 < 2 && !archive->lexicon.tokens)
            append(asked, "%s ", others[r / 16 % (sizeof others / sizeof *others)]);
        else if (r % 16 == 2 && !archive->lexicon.tokens)
            append(asked, "\"%s %s\" ", word, next);
        else if (r % 16 == 3 && !archive->lexicon.tokens)
            append(asked, "\"%s %s %s\"~%d ", word, next, word, (int)(r / 16 % 5));
        else if (r % 32 == 4 && archive->lexicon.tokens) /* longer than a key may be */
            append(asked, "%s ", long_word());
        else
            append(asked, "%s ", word);
    }
}

static void draw_query(struct asked *asked, struct drawn *d,
                       const struct scratch_archive *archive, uint64_t *seed)
{
    asked->how = (struct hl_query_options){0};
    drawn_begin(d, archive, seed);
    drawn_options(d, synonyms, &asked->options);
    asked->options.sort = HL_SORT_RELEVANCE;
    if (tap_random(seed) % 60 == 0)
        asked->options.section = "";
    asked->how.tokens = archive->lexicon.tokens;
    asked->how.phrase = asked->how.tokens && tap_random(seed) % 6 == 0;
    if (tap_random(seed) % 4 == 0)
        asked->how.marks = tap_random(seed) % 2 ? HL_MARKS_STRICT : HL_MARKS_LOOSE;
    if (archive->lexicon.tokens || tap_random(seed) % 4 == 0) {
        draw_plainly(asked, archive, seed);
        return;
    }
    drawn_query(d, 4);
    snprintf(asked->text, sizeof asked->text, "%s", d->text);
}

/* ------------------------------------------------------------------------ archives */

struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t commits, queries;
    unsigned weight[3];
    size_t giant; /* words of one body; 0: none is so long */
};

static const struct plan plans[] = {
    {"two articles", {2, 12, 6, 6, 20, 0, false}, 1, 3000, {1, 1, 1}, 0},
    {"30 articles of few words in 4 commits, half replaced",
     {30, 45, 8, 8, 30, 50, false},
     4,
     6000,
     {3, 2, 1},
     0},
    {"150 articles in 3 commits", {150, 70, 8, 12, 50, 20, false}, 3, 2000, {1, 1, 1}, 0},
    {"80 articles of many words", {80, 900, 8, 12, 120, 0, false}, 1, 2000, {7, 2, 1}, 0},
    {"an article of 70,000 words beside 12",
     {13, 60, 8, 4, 200, 0, false},
     1,
     120,
     {2, 1, 1},
     70000},
    {"60 articles of tokens", {60, 60, 6, 6, 40, 10, true}, 2, 2500, {4, 1, 2}, 0},
};

/* Some articles with more tags than columns take, some of them twice. */
static void add_tags(struct scratch_archive *archive, char *tags, size_t room)
{
    size_t size = 0;
    for (unsigned i = 0; i < 90; i++)
        size +=
            (size_t)snprintf(tags + size, room - size, " t%u \n%s", i, i % 3 ? "" : "t0\n\n");
    for (size_t i = 3; i < archive->count; i += 7)
        archive->articles[i].tags = tags;
}

static void change_articles(struct scratch_archive *archive, const struct plan *plan,
                            uint64_t *seed)
{
    if (plan->giant) {
        free((char *)archive->articles[5].body);
        archive->articles[5].body = scratch_text(&archive->lexicon, plan->giant, seed);
    }
    for (size_t i = 0; i < archive->count; i++) {
        struct hl_article *a = &archive->articles[i];
        a->section = a->section ? a->section : i % 2 ? "" : NULL;
        if (a->date && i % 3 == 0) /* midnight, where days begin */
            a->date = (a->date + 7 * 3600) / 86400 * 86400 - 7 * 3600;
    }
    for (size_t i = 0; plan->shape.tokens && i < archive->count; i++) {
        archive->articles[i].title = scratch_text(&archive->lexicon, i % 5, seed);
        archive->articles[i].lead = i % 3 ? NULL : strdup(long_word());
    }
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static size_t compare(struct collection *c, const struct scratch_archive *archive,
                      size_t queries, uint64_t seed)
{
    static struct asked asked;
    static struct drawn drawn;
    size_t different = 0;
    bool show = number_from("HLSEARCH_SHOW", 0);
    memset(&told, 0, sizeof told);
    for (size_t i = 0; i < queries && different < 3; i++) {
        draw_query(&asked, &drawn, archive, &seed);
        if (show)
            printf("# %s\n", asked.text);
        different += !query_same(c, &asked);
    }
    tell();
    if (archive->count >= 20 && told.answered * 3 < queries && !different)
        different = queries; /* such a run would prove little */
    return different;
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    static char tags[4000];
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct hl_writer_options options = {.memory = 64u << 20, .tokens = plan->shape.tokens};
    struct collection c = {
        .articles = archive.articles, .count = archive.count, .tokens = plan->shape.tokens};
    const char *path = scratch_name("ix");
    memcpy(options.weight, plan->weight, sizeof options.weight);
    memcpy(c.weight, plan->weight, sizeof c.weight);
    change_articles(&archive, plan, &seed);
    add_tags(&archive, tags, sizeof tags);
    bool built =
        scratch_build(path, &options, &archive, plan->commits) && open_collection(&c, path);
    OK(built, "%s: built", plan->name);
    size_t queries = plan->queries * rounds / SCRATCH_SLOWNESS;
    if (built) {
        OK(compare(&c, &archive, queries, seed) == 0,
           "%s: candidates are worth what native says (seed 0x%llx)", plan->name,
           (unsigned long long)seed);
        close_collection(&c);
    }
    scratch_remove(path);
    scratch_archive_release(&archive);
}

/* ------------------------------------------------------------------ very many keys */

static void draw_many(struct asked *asked, const struct scratch_lexicon *lexicon, int way,
                      uint64_t *seed)
{
    static const char *const texts[] = {
        "b* t* n* đ* s*", "\"b* t* n*\" \"t* b*\"~9 n*",
        "(b* OR d* OR đ* OR l* OR m* OR \"n* s*\" OR t*) (x* OR ph*) -\"r* tr*\"",
        "title:(b* t*) body:(n* OR th*) \"b* b* b* b* t*\"~20", "*"};
    memset(asked, 0, sizeof *asked);
    hl_search_options_init(&asked->options);
    asked->options.synonyms = synonyms;
    if ((size_t)way < sizeof texts / sizeof *texts)
        snprintf(asked->text, sizeof asked->text, "%s", texts[way]);
    for (int i = 0; !*asked->text || (i && i < 850); i++)
        append(asked, "%s%s ", scratch_draw(lexicon, seed), way % 2 && i % 4 == 0 ? "*" : "");
}

/* Prefixes of 1,024 keys each, a thousand words: no query is too much for an article. */
static void check_many(uint64_t seed)
{
    static struct asked asked;
    struct scratch_shape shape = {40, 9000, 8, 20, 6000, 0, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_writer_options options = {.memory = 64u << 20};
    struct collection c = {
        .articles = archive.articles, .count = archive.count, .weight = {1, 1, 1}};
    const char *path = scratch_name("many");
    size_t different = 0;
    bool built = scratch_build(path, &options, &archive, 1) && open_collection(&c, path);
    for (int way = 0; built && way < 8; way++) {
        memset(&told, 0, sizeof told);
        draw_many(&asked, &archive.lexicon, way, &seed);
        different += !query_same(&c, &asked);
        printf("# [%.40s]: %zu answers, opened in %.0f us, %.0f us an article\n", asked.text,
               told.answers, told.opening * 1e6,
               told.seconds / (double)(told.articles + 1) * 1e6);
    }
    OK(built && !different, "queries of very many keys");
    if (built)
        close_collection(&c);
    scratch_remove(path);
    scratch_archive_release(&archive);
}

/* ----------------------------------------------------------------- memory that is out */

static long left; /* allocations until they fail; below 0: none does */

static void *failing_realloc(void *p, size_t size)
{
    if (left == 0)
        return NULL;
    left--;
    return realloc(p, size ? size : 1);
}

/* Everything that is done to an article, when only so many allocations succeed. */
static hl_status try_article(struct hlnative *n, const struct hl_article *article,
                             struct hlcandidate *out_found)
{
    static const unsigned weight[3] = {1, 1, 1};
    struct hlcandidates *candidates = NULL;
    struct hlrefine_score look;
    hl_status status = hlcandidates_open(n, weight, &candidates, NULL);
    for (int again = 0; status == HL_OK && again < 2; again++) {
        *out_found = (struct hlcandidate){.date = 77};
        status = hlcandidates_read(candidates, article, false, out_found, NULL);
        assert(status == HL_OK || (out_found->date == 77 && !out_found->fits));
        if (status == HL_OK)
            status = hlcandidates_refine(candidates, &look, NULL);
    }
    hlcandidates_close(candidates);
    return status;
}

/* Bytes that are no text fail, and leave the next article alone. */
static void check_bytes(struct hlnative *n, const struct hl_article *good)
{
    static const unsigned weight[3] = {1, 1, 1};
    struct hlcandidates *candidates = NULL;
    struct hlcandidate first = {0}, found = {.date = 77}, again = {0};
    struct hl_error err = {0};
    struct hl_article bad = *good;
    bad.lead = "khoa h\xf4m";
    hl_status opened = hlcandidates_open(n, weight, &candidates, &err);
    bool fine = !opened && !hlcandidates_read(candidates, good, false, &first, &err) &&
                hlcandidates_read(candidates, &bad, false, &found, &err) == HL_MISUSE &&
                hlcandidates_read(candidates, &bad, true, &found, &err) == HL_MISUSE &&
                found.date == 77 && !hlcandidates_read(candidates, good, false, &again, &err) &&
                again.fits && same_bits(first.score, again.score) && first.have == again.have;
    OK(fine, "bytes that are no UTF-8: %s", err.text);
    bad.lead = NULL;
    bad.tags = "\xf4 AI";
    OK(!opened && hlcandidates_read(candidates, &bad, false, &found, &err) == HL_MISUSE &&
           strstr(err.text, "tags"),
       "nor are those of a value: %s", err.text);
    hlcandidates_close(candidates);
}

static void check_memory(void)
{
    static const char text[] =
        "khoa (học OR \"công nghệ\"~2 OR tag:ai) \"khoa học\" tag:ai ma*";
    static const struct hlmem_hook hook = {failing_realloc, free};
    struct hl_article article = {.id = "a",
                                 .title = "khoa học công nghệ",
                                 .body =
                                     "ngày 9/1 khoa học, công 9 nghệ mạ học khoa học TP.HCM",
                                 .tags = "AI",
                                 .date = 1500000000,
                                 .date_precision = HL_DATE_DAY};
    struct scratch_archive archive = {.articles = &article, .count = 1};
    struct hl_writer_options options = {.memory = 64u << 20};
    struct collection c = {.articles = &article, .count = 1};
    struct hlnative native;
    struct hl_query *query = NULL;
    struct hl_search_options o;
    const char *path = scratch_name("small");
    hl_search_options_init(&o);
    hlsearch_check_options(NULL, &o, NULL);
    struct hlnative_options how = hlsearch_native_options(&o);
    hlnative_init(&native);
    bool ready = scratch_build(path, &options, &archive, 1) && open_collection(&c, path) &&
                 !hl_query_parse(c.index, text, strlen(text), NULL, &query, NULL) &&
                 !hlnative_prepare(&native, &c.index->snapshot, query, &how, NULL);
    long wrong = 0, n = 0;
    struct hlcandidate found = {0};
    hlmem_set_hook(&hook);
    for (; ready && n < 1000; n++) {
        left = n;
        hl_status status = try_article(&native, &article, &found);
        left = -1;
        wrong += status != HL_OK && status != HL_NOMEM;
        if (status == HL_OK)
            break;
    }
    hlmem_set_hook(NULL);
    OK(ready && found.fits && !wrong && n > 8 && n < 1000,
       "memory runs out %ld times and then not", n);
    if (ready)
        check_bytes(&native, &article);
    hlnative_release(&native);
    hl_query_free(query);
    close_collection(&c);
}

/* -------------------------------------------------------------------- real articles */

enum { REAL = 2000, REAL_SEARCHES = 120 };

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

/* Articles of three publishers; how many. */
static size_t read_news(const char *data, struct hl_article *to)
{
    static const char *const files[] = {"baomoi-001", "vietnews-002", "vnexpress-2020-000"};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        char path[1200];
        const char *source = path;
        struct hlimport *im;
        struct hl_article a;
        size_t most = REAL * (i + 1) / 3;
        snprintf(path, sizeof path, "%s/news/%s.jsonl.gz", data, files[i]);
        if (hlimport_open(&source, 1, &(struct hlimport_options){0}, &im, NULL))
            return 0;
        while (count < most && !hlimport_next(im, &a, NULL)) {
            to[count] = a;
            const char **texts[] = {&to[count].id,   &to[count].title,   &to[count].lead,
                                    &to[count].body, &to[count].section, &to[count].author,
                                    &to[count].tags, &to[count].source};
            for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
                *texts[k] = copy(*texts[k]);
            to[count].url = to[count].extra = NULL;
            count++;
        }
        hlimport_close(im);
    }
    return count;
}

static void free_news(struct hl_article *articles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hl_article *a = &articles[i];
        const char *texts[] = {a->id,      a->title,  a->lead, a->body,
                               a->section, a->author, a->tags, a->source};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free((char *)texts[k]);
    }
}

/* A line of the list of queries as a search: one in seven, by all ways to rank and cover. */
static bool read_search(const char *line, size_t number, struct asked *asked)
{
    char mode[16], words[1024];
    if (sscanf(line, "%*s %15s %*s %1023[^\n]", mode, words) != 2)
        return false;
    memset(asked, 0, sizeof *asked);
    hl_search_options_init(&asked->options);
    snprintf(asked->text, sizeof asked->text, "%s", words);
    asked->how.phrase = !strcmp(mode, "PHRASE");
    if (!strcmp(mode, "AND"))
        asked->options.cover = HL_COVER_ALL;
    if (!strcmp(mode, "OR"))
        asked->options.cover = number % 2 ? HL_COVER_ANY : HL_COVER_DEFAULT;
    asked->options.rank = number % 3 ? HL_RANK_DEFAULT : HL_RANK_BM25;
    return true;
}

static size_t compare_news(const struct collection *c, FILE *queries, size_t searches)
{
    static struct asked asked;
    char line[1400];
    size_t different = 0, number = 0;
    memset(&told, 0, sizeof told);
    while (told.queries < searches && different < 3 && fgets(line, sizeof line, queries)) {
        if (number++ % 7 || !read_search(line, number, &asked))
            continue;
        different += !query_same(c, &asked);
    }
    tell();
    return told.answered * 3 < told.queries ? SIZE_MAX : different;
}

static void check_news(size_t rounds)
{
    static struct hl_article articles[REAL];
    const char *data = tap_data();
    char path[1200];
    snprintf(path, sizeof path, "%s/../bench/queries-dev.txt", data ? data : "");
    FILE *queries = data ? fopen(path, "r") : NULL;
    if (!queries) {
        tap_skip("../shared not there: real articles and queries");
        return;
    }
    size_t count = read_news(data, articles);
    struct scratch_archive archive = {.articles = articles, .count = count};
    struct hl_writer_options options = {.memory = 64u << 20};
    struct collection c = {.articles = articles, .count = count, .weight = {1, 1, 1}};
    const char *index = scratch_name("news");
    bool built = count > REAL / 2 && scratch_build(index, &options, &archive, 1) &&
                 open_collection(&c, index);
    OK(built, "%zu real articles", count);
    if (built) {
        OK(!compare_news(&c, queries, REAL_SEARCHES * rounds / SCRATCH_SLOWNESS),
           "real queries: candidates are worth what native says");
        close_collection(&c);
    }
    fclose(queries);
    scratch_remove(index);
    free_news(articles, count);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 20261126);
    size_t rounds =
        number_from("HLSEARCH_ROUNDS", 1) * (number_from("HLSEARCH_LONG", 0) ? 10 : 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    struct hl_error err = {0};
    scratch_begin();
    OK(!hl_synonyms_read(NULL, synonym_lines, strlen(synonym_lines), &synonyms, &err),
       "synonyms are read %s", err.text);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    check_memory();
    if (only == UINT64_MAX || only == sizeof plans / sizeof *plans + 1)
        check_many(seed);
    if (only == UINT64_MAX || only == sizeof plans / sizeof *plans)
        check_news(rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}
