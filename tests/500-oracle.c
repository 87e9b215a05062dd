/*
 * The engine against the slow twin: over random archives, random queries must
 * bring the same articles in the same order with the same bits of score.
 *
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the queries.
 */
#include "oracle.h"
#include "oracle_keys.h"
#include "scratch.h"
#include "tap.h"
#include "text/fold.h"

#include <assert.h>
#include <math.h>

/* ------------------------------------------------------- the twin, worked by hand */

static void twin_add(struct oracle *twin, const char *id, const char *title, const char *body)
{
    struct hl_article article = {.id = id, .title = title, .body = body};
    oracle_add(twin, &article);
}

/* "id score, id score ..." of the words, scores with 9 digits. */
static const char *twin_answer(struct oracle *twin, const char *words,
                               const struct hl_search_options *options)
{
    static char text[1024];
    struct oracle_item item = {.kind = ORACLE_WORDS, .text = words};
    struct oracle_query query = {&item, 1, HL_MARKS_AUTO, false, NULL};
    struct oracle_result result;
    size_t size = 0;
    oracle_search(twin, &query, options, &result);
    *text = '\0';
    for (size_t i = 0; i < result.count; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s %.9f", i ? ", " : "",
                                 result.hits[i].id, result.hits[i].score);
    oracle_result_release(&result);
    return text;
}

/*
 * N = 2, lengths 2 and 2, so len / avglen = 1 and sat = 1.6 tf / (tf + 0.6).
 *   khoa  df 2  idf ln(1 + 0.5/2.5) = ln 1.2 = 0.182321557
 *   học   df 1  idf ln(1 + 1.5/1.5) = ln 2   = 0.693147181; so has the pair
 *   a: tf 1, sat 1.     b: khoa twice, sat 3.2 / 2.6 = 1.230769231
 *   two words: lambda = 0.4 sqrt(0.2) = 0.178885438; BM25: sat 3.8 / 2.9 = 1.310344828
 */
static void check_first_stage(struct oracle *twin)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.refine = 0;
    IS(twin_answer(twin, "khoa", &options), "b 0.224395762, a 0.182321557", "one word");
    options.cover = HL_COVER_ANY;
    IS(twin_answer(twin, "khoa học", &options), "a 0.999462674, b 0.224395762",
       "ln 1.2 + ln 2 + 0.178885438 ln 2");
    IS(twin_answer(twin, "khoa hoc khoa", &options), "a 0.999462674, b 0.224395762",
       "a word without marks means its marked keys; a repeated word counts once");
    options.rank = HL_RANK_BM25;
    options.refine = -1;
    IS(twin_answer(twin, "khoa học", &options), "a 0.875468737, b 0.238904109",
       "without pairs");
    options.cover = HL_COVER_ALL;
    IS(twin_answer(twin, "khoa học", &options), "a 0.875468737", "all words");
}

/*
 * In units of 1/65536 ln 1.2 is 11949, ln 2 is 45426.
 *   khoa      a: passage 11949, early ln 1.2 at position 0
 *             b: the same passage, early ln 1.2 / sqrt(1 + 2/32): title and lead are
 *                empty, one position is left out behind each
 *   khoa học  a: passage 11949 + 45426 + 45426 = 102801, or 1.568618774; early
 *                ln 1.2 + ln 2 / sqrt(1 + 1/32) = 0.864885716
 */
static void check_second_look(struct oracle *twin)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    IS(twin_answer(twin, "khoa", &options), "b 0.474204561, a 0.437574022",
       "0.224395762 + 0.4 * 0.182327271 + 0.176877891, 0.182321557 twice + the same");
    options.refine = 1;
    IS(twin_answer(twin, "khoa", &options), "b 0.474204561, a 0.182321557",
       "only the first is looked at again");
    options.refine = -1;
    IS(twin_answer(twin, "khoa học", &options), "a 2.491795900",
       "0.999462674 + 0.4 * 1.568618774 + 0.864885716; b has too little of the idf");
}

static void check_by_hand(void)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.refine = 0;
    struct oracle *twin = oracle_new(false, NULL);
    twin_add(twin, "a", "Khoa học", NULL);
    twin_add(twin, "b", NULL, "khoa, khoa");
    check_first_stage(twin);
    check_second_look(twin);
    oracle_free(twin);

    /* N = 1, df 1 + 0.9 rounded up but at most N: ln(1 + 0.5/1.5) = 0.287682072;
     * sat 6.4 / 4.6. */
    twin = oracle_new(false, (unsigned[3]){3, 1, 1});
    twin_add(twin, "a", "kĩ", "kỹ");
    IS(twin_answer(twin, "kỹ", &options), "a 0.400253318",
       "a variant counts nine tenths, a title three times: (10 + 27 + 9) / 10 = 4");
    oracle_free(twin);

    twin = oracle_new(false, NULL);
    twin_add(twin, "a", "h5n1 và", NULL);
    options.pairs = 0;
    IS(twin_answer(twin, "h5n1 và", &options), "a 0.489059523",
       "a code weighs 1.3, a function syllable 0.4 of its idf: 1.7 * 0.287682072");
    oracle_free(twin);
}

/*
 * 1483203600 is 2017-01-01 00:00 at +07:00.  a and b have one date and one score, so that their
 * ids settle it; "c c" scores higher, "d" has no date.
 */
static void check_narrow(void)
{
    static const struct hl_article articles[] = {
        {.id = "b",
         .body = "c x",
         .source = "S",
         .date = 1483203600,
         .date_precision = 5,
         .tags = "x y\n\n z \nx y"},
        {.id = "a", .body = "c x", .source = "T", .date = 1483203600, .date_precision = 5},
        {.id = "c", .body = "c c", .source = "T", .date = 1483203599, .date_precision = 5},
        {.id = "d", .body = "c x", .tags = "z"},
        {.id = "e", .body = "c c", .source = "S", .date = 1483203600, .date_precision = 5}};
    static const struct oracle_item item = {.kind = ORACLE_WORDS, .text = "c"};
    struct hl_search_options options;
    struct oracle *twin = oracle_new(true, NULL);
    char ids[3][8] = {""};
    for (size_t i = 0; i < 5; i++)
        oracle_add(twin, &articles[i]);
    for (int sort = 0; sort < 3; sort++) {
        struct oracle_query query = {&item, 1, HL_MARKS_AUTO, true, NULL};
        struct oracle_result result;
        hl_search_options_init(&options);
        options.sort = (enum hl_sort)sort;
        options.facet_values[HL_FACET_YEAR] = options.facet_values[HL_FACET_SOURCE] = 9;
        options.facet_values[HL_FACET_TAG] = 9;
        oracle_search(twin, &query, &options, &result);
        for (size_t i = 0; i < result.count; i++)
            strcat(ids[sort], result.hits[i].id);
        const struct oracle_facet *year = &result.facets[HL_FACET_YEAR];
        const struct oracle_facet *source = &result.facets[HL_FACET_SOURCE];
        OK(year->count == 2 && !strcmp(year->values[0].name, "2017") &&
               year->values[0].count == 3 && !strcmp(year->values[1].name, "2016") &&
               year->missing == 1 && source->count == 2 && source->missing == 1 &&
               !strcmp(source->values[0].name, "S") && source->values[0].count == 2,
           "years at +07:00, equal counts by name, what has none");
        const struct oracle_facet *tag = &result.facets[HL_FACET_TAG];
        OK(tag->count == 2 && !strcmp(tag->values[0].name, "z") && tag->values[0].count == 2 &&
               !strcmp(tag->values[1].name, "x y") && tag->values[1].count == 1 &&
               tag->missing == 3,
           "tags: lines without blanks around them, each once an article");
        oracle_result_release(&result);
    }
    IS(ids[HL_SORT_RELEVANCE], "ecabd", "by score, date, id");
    IS(ids[HL_SORT_NEWEST], "eabcd", "newest first, then by score, then by id");
    IS(ids[HL_SORT_OLDEST], "ceabd", "oldest first, the undated last all the same");
    oracle_free(twin);
}

/* The words of the random archives have the keys that the twin thinks they have. */
static void check_keys(void)
{
    struct scratch_lexicon lexicon = scratch_lexicon_make(4000, false, 1);
    struct hlbuf key = {0}, folded = {0}, variant = {0};
    char own_fold[256], own_variant[256];
    size_t wrong = 0;
    for (size_t i = 0; i < lexicon.count && wrong < 5; i++) {
        const char *word = lexicon.words[i];
        hlbuf_reset(&key);
        hlbuf_reset(&folded);
        hlbuf_reset(&variant);
        bool good = !hltext_key(word, strlen(word), &key, NULL) && hlbuf_put_u8(&key, 0);
        const char *exact = (const char *)key.data;
        good = good && !hltext_fold_key(exact, key.size - 1, &folded, NULL) &&
               !hltext_variant_key(exact, key.size - 1, &variant, NULL) &&
               hlbuf_put_u8(&folded, 0) && hlbuf_put_u8(&variant, 0);
        oracle_fold(exact, own_fold, sizeof own_fold);
        oracle_variant(exact, own_variant, sizeof own_variant);
        if (good && !strcmp(own_fold, (char *)folded.data) &&
            !strcmp(own_variant, (char *)variant.data))
            continue;
        printf("# %s: fold %s, %s; variant %s, %s\n", exact, own_fold, (char *)folded.data,
               own_variant, (char *)variant.data);
        wrong++;
    }
    OK(!wrong, "engine and twin fold 4,000 words alike");
    hlbuf_release(&key);
    hlbuf_release(&folded);
    hlbuf_release(&variant);
    scratch_lexicon_release(&lexicon);
}

/* ------------------------------------------------------------------ random queries */

/* Over the words that random archives have most: some overlap, some stand in others. */
static const char *const synonym_lines[] = {
    "công nghệ = khcn = ma mạ",
    "khoa học = kỹ thuật = covid",
    "nghiên cứu = hcm = hòa",
    "công = nghề = khoa học kỹ thuật",
    "học = da đà",
    "má = cứu thuật = tp",
    "nghe = hi = công nghệ khoa học = ha = kí = quý = cong cộng = mà",
    "nghệ khoa = h5n1 = đã",
    "thuật = lý lý = zzqx",
    "công nghệ khoa = hóa",
    NULL};
static struct hl_synonyms *synonyms;

static void read_synonyms(void)
{
    struct hl_error err = {0};
    char text[1024] = "";
    for (size_t i = 0; synonym_lines[i]; i++) {
        strncat(text, synonym_lines[i], sizeof text - strlen(text) - 2);
        strcat(text, "\n");
    }
    OK(!hl_synonyms_read(NULL, text, strlen(text), &synonyms, &err) &&
           !hl_synonyms_note(synonyms, 0),
       "a list of synonyms in which no line is merged with another %s", err.text);
}

enum { ITEMS_MAX = 12 };

/* A query twice: as parts for the twin, as text for the engine. */
struct asked {
    struct oracle_item items[ITEMS_MAX];
    size_t count;
    char parts[ITEMS_MAX][256];
    char text[4096];
    struct hl_query_options how;
    struct hl_search_options options;
};

static void asked_put(struct asked *asked, enum oracle_kind kind, enum oracle_place place,
                      const char *text)
{
    static const char *const names[] = {"title", "lead", "body", "section", "source", "author"};
    assert(asked->count < ITEMS_MAX);
    size_t size = strlen(asked->text), room = sizeof asked->text - size;
    char *part = asked->parts[asked->count];
    snprintf(part, sizeof asked->parts[0], "%s", text);
    asked->items[asked->count++] = (struct oracle_item){kind, place, part, NULL};
    const char *blank = size ? " " : "";
    if (kind == ORACLE_WORDS)
        snprintf(asked->text + size, room, "%s%s", blank, part);
    else if (kind == ORACLE_PHRASE)
        snprintf(asked->text + size, room, "%s\"%s\"", blank, part);
    else if (kind == ORACLE_NOT)
        snprintf(asked->text + size, room, "%s-%s", blank, part);
    else if (kind == ORACLE_FIELD)
        snprintf(asked->text + size, room, "%s%s:%s", blank, names[place], part);
    else
        snprintf(asked->text + size, room, "%s%s:\"%s\"", blank, names[place], part);
}

/* A word that no operator of the language could be seen in. */
static const char *draw_plain(const struct scratch_lexicon *lexicon, uint64_t *seed)
{
    for (;;) {
        const char *word = scratch_draw(lexicon, seed);
        if (!strpbrk(word, "-.,&:/"))
            return word;
    }
}

/* count words in a row from some article, else drawn; without the marks between them. */
static void draw_run(const struct scratch_archive *archive, size_t count, char *out,
                     size_t room, uint64_t *seed)
{
    const struct hl_article *article = &archive->articles[tap_random(seed) % archive->count];
    const char *text = tap_random(seed) % 3 ? article->body : NULL;
    size_t size = 0;
    *out = '\0';
    for (size_t skip = text ? tap_random(seed) % (strlen(text) + 1) : 0; text && skip; skip--)
        text += *text != '\0';
    text = text ? strchr(text, ' ') : NULL;
    for (size_t i = 0; i < count; i++) {
        char word[SCRATCH_WORD_ROOM];
        size_t length = text ? strcspn(text + 1, " ,\n") : 0;
        if (!length || length >= sizeof word || text[1] == '-')
            snprintf(word, sizeof word, "%s", scratch_draw(&archive->lexicon, seed));
        else
            snprintf(word, sizeof word, "%.*s", (int)length, text + 1);
        text = text && *text ? strchr(text + 1, ' ') : NULL;
        size_t end = strlen(word);
        if (!archive->lexicon.tokens && end > 1 && word[end - 1] == '.')
            word[end - 1] = '\0';
        size += (size_t)snprintf(out + size, room - size, "%s%s", i ? " " : "", word);
    }
}

static void draw_condition(struct asked *asked, const struct scratch_archive *archive,
                           uint64_t *seed)
{
    static const char *const values[2][3] = {{"KHOA học", "khoa hoc", "so"},
                                             {"vnbao", "Nhân dân", "nhan dan"}};
    size_t column = tap_random(seed) % 2;
    const struct scratch_lexicon *lexicon = &archive->lexicon;
    switch (tap_random(seed) % 4) {
    case 0:
        asked_put(asked, ORACLE_NOT, ORACLE_TITLE, draw_plain(lexicon, seed));
        break;
    case 1:
        asked_put(asked, ORACLE_FIELD, (enum oracle_place)(tap_random(seed) % 3),
                  draw_plain(lexicon, seed));
        break;
    case 2:
        asked_put(asked, ORACLE_COLUMN, column ? ORACLE_SOURCE : ORACLE_SECTION,
                  values[column][tap_random(seed) % 3]);
        break;
    default: {
        char phrase[200] = "";
        size_t size = 0;
        for (size_t i = 2 + tap_random(seed) % 3; i; i--)
            size += (size_t)snprintf(phrase + size, sizeof phrase - size, "%s%s",
                                     size ? " " : "", draw_plain(lexicon, seed));
        if (tap_random(seed) % 6) {
            draw_run(archive, 2 + tap_random(seed) % 3, phrase, sizeof phrase, seed);
            if (strpbrk(phrase, "-.,&/"))
                return;
        }
        asked_put(asked, ORACLE_PHRASE, ORACLE_TITLE, phrase);
    }
    }
}

/* Dates, values, order and facets; two queries of five have none of them. */
static void draw_narrow(struct hl_search_options *options, bool tokens, uint64_t *seed)
{
    static const char *const sections[] = {"khoa hoc", "Số", "KHOA học", "zzqx"};
    static const char *const sources[] = {"VnBao", "nhan dan"};
    static const char *const tags[] = {"vu tru", "AI", "chíp", "vũ trụ", "zzqx"};
    static const unsigned values[] = {1, 2, 3, 100, HL_FACET_VALUES_MAX};
    /* scratch.h: 50 dates, a second less than a day apart. */
    int64_t day = 1500000000 + (int64_t)(tap_random(seed) % 50) * 86399;
    if (tap_random(seed) % 5 < 2)
        return;
    options->sort = (enum hl_sort)(tap_random(seed) % 3);
    unsigned bounds = tap_random(seed) % 6;
    if (bounds == 1 || bounds == 3)
        options->date_from = day + (int64_t)(tap_random(seed) % 3) - 1;
    if (bounds == 2 || bounds == 3)
        options->date_to = day + (int64_t)(tap_random(seed) % 25) * 86399 + 2;
    if (!tokens && tap_random(seed) % 8 == 0)
        options->section = sections[tap_random(seed) % 4];
    if (!tokens && tap_random(seed) % 8 == 0)
        options->source = sources[tap_random(seed) % 2];
    if (!tokens && tap_random(seed) % 5 == 0)
        options->tag = tags[tap_random(seed) % 5];
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (tap_random(seed) % 3 == 0)
            options->facet_values[f] = values[tap_random(seed) % 5];
}

static void draw_options(struct hl_search_options *options, uint64_t *seed)
{
    static const double shapes[][3] = {{-1, -1, -1},  {-1, -1, -1}, {1.2, 0.75, 0},
                                       {0, 0.5, 0.3}, {2.5, 1, 1},  {0.4, 0, 0.1},
                                       {-1, -1, 2}};
    static const int covers[] = {-1, -1, -1, 0, 0, 100, 100, 30, 1, 63};
    static const size_t counts[] = {1, 10, 10, 1000, 0, 37};
    static const int refines[] = {-1, -1, -1, 0, 1, 7, 100, 1000};
    hl_search_options_init(options);
    options->synonyms = tap_random(seed) % 2 ? synonyms : NULL;
    options->refine = refines[tap_random(seed) % 8];
    const double *shape = shapes[tap_random(seed) % 7];
    options->k1 = shape[0];
    options->b = shape[1];
    options->pairs = shape[2];
    options->cover = covers[tap_random(seed) % 10];
    options->count = counts[tap_random(seed) % 6];
    options->offset = tap_random(seed) % 5 ? 0 : tap_random(seed) % 20;
    options->rank = tap_random(seed) % 4 ? HL_RANK_DEFAULT : HL_RANK_BM25;
}

/* As many type: without marks, all words or some. */
static void take_marks(char *run, uint64_t *seed)
{
    char typed[256] = "", word[256], bare[256];
    bool all = tap_random(seed) % 4 != 0;
    size_t size = 0;
    for (const char *p = run; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
        snprintf(word, sizeof word, "%.*s", (int)strcspn(p, " "), p);
        oracle_fold(word, bare, sizeof bare);
        size += (size_t)snprintf(typed + size, sizeof typed - size, "%s%s", size ? " " : "",
                                 all || tap_random(seed) % 2 ? bare : word);
    }
    memcpy(run, typed, size + 1);
}

static void draw_query(struct asked *asked, const struct scratch_archive *archive,
                       uint64_t *seed)
{
    static const size_t lengths[] = {1, 1, 2, 2, 3, 4, 5, 8};
    char run[256];
    bool tokens = archive->lexicon.tokens;
    *asked = (struct asked){.how = {.tokens = tokens, .plain = tokens}};
    draw_options(&asked->options, seed);
    draw_narrow(&asked->options, tokens, seed);
    if (tap_random(seed) % 4 == 0)
        asked->how.marks = tap_random(seed) % 2 ? HL_MARKS_STRICT : HL_MARKS_LOOSE;
    draw_run(archive, lengths[tap_random(seed) % 8], run, sizeof run, seed);
    if (!tokens && tap_random(seed) % 3 == 0)
        take_marks(run, seed);
    if (tap_random(seed) % 10 == 0)
        strncat(run, " zzqx", sizeof run - strlen(run) - 1);
    if (tap_random(seed) % 12 || tokens)
        asked_put(asked, ORACLE_WORDS, ORACLE_TITLE, run);
    if (tokens)
        return;
    for (size_t i = tap_random(seed) % 3; i; i--)
        draw_condition(asked, archive, seed);
    /* A second run only behind something else: two in a row would be one. */
    if (asked->count && asked->items[asked->count - 1].kind != ORACLE_WORDS &&
        tap_random(seed) % 3 == 0) {
        draw_run(archive, 2, run, sizeof run, seed);
        asked_put(asked, ORACLE_WORDS, ORACLE_TITLE, run);
    }
    bool wanted = false;
    for (size_t i = 0; i < asked->count; i++)
        wanted = wanted || asked->items[i].kind != ORACLE_NOT;
    if (!wanted) /* exclusions alone are read as words */
        asked_put(asked, ORACLE_WORDS, ORACLE_TITLE, "công nghệ");
}

/* ---------------------------------------------------------------------- comparison */

static void say_difference(const struct asked *asked, const struct oracle_result *twin,
                           const struct hl_result *result, const char *what)
{
    const struct hl_search_options *o = &asked->options;
    printf("# %s differ: query [%s] marks %d cover %d rank %d k1 %g b %g pairs %g refine %d%s "
           "n %zu+%zu%s\n",
           what, asked->text, (int)asked->how.marks, o->cover, (int)o->rank, o->k1, o->b,
           o->pairs, o->refine, o->synonyms ? " synonyms" : "", o->offset, o->count,
           o->exhaustive ? " exhaustive"
           : o->no_total ? " uncounted"
                         : "");
    printf("#   sort %d, dates %lld to %lld, section %s, source %s, tag %s\n", (int)o->sort,
           (long long)o->date_from, (long long)o->date_to, o->section ? o->section : "any",
           o->source ? o->source : "any", o->tag ? o->tag : "any");
    printf("#   total: twin %llu engine %llu; cover: %d, %d; hits: %zu, %zu\n",
           (unsigned long long)twin->total, (unsigned long long)hl_result_total(result),
           twin->cover, hl_result_cover(result), twin->count, hl_result_count(result));
    size_t shown = 0;
    for (size_t i = 0; i < twin->count && i < hl_result_count(result) && shown < 3; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        if (!strcmp(hit->id, twin->hits[i].id) && hit->score == twin->hits[i].score)
            continue;
        printf("#   hit %zu: twin %s %.17g engine %s %.17g\n", i, twin->hits[i].id,
               twin->hits[i].score, hit->id, hit->score);
        shown++;
    }
    const struct hl_reading *reading;
    for (size_t i = 0; (reading = hl_result_reading(result, i)) != NULL; i++)
        printf("#   read %s as %s, df %llu\n", reading->word, reading->as,
               (unsigned long long)reading->df);
}

static bool lists_same(const struct oracle_result *twin, const struct hl_result *result)
{
    if (twin->count != hl_result_count(result))
        return false;
    for (size_t i = 0; i < twin->count; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        if (strcmp(hit->id, twin->hits[i].id) ||
            memcmp(&hit->score, &twin->hits[i].score, sizeof(double)))
            return false;
    }
    return true;
}

static bool facet_same(const struct oracle_facet *twin, const struct hl_result *result,
                       enum hl_facet facet, size_t most)
{
    size_t shown = twin->count < most ? twin->count : most;
    bool same = hl_result_facet_distinct(result, facet) == twin->count &&
                hl_result_facet_missing(result, facet) == twin->missing &&
                !hl_result_facet(result, facet, shown);
    for (size_t i = 0; same && i < shown; i++) {
        const struct hl_facet_value *value = hl_result_facet(result, facet, i);
        same = value && !strcmp(value->name, twin->values[i].name) &&
               value->count == twin->values[i].count;
    }
    return same;
}

static bool facets_same(const struct asked *asked, const struct oracle_result *twin,
                        const struct hl_result *result)
{
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (!facet_same(&twin->facets[f], result, (enum hl_facet)f,
                        asked->options.facet_values[f]))
            return false;
    return true;
}

/* Where nothing has to be counted the total is what was collected. */
static uint64_t total_of(const struct asked *asked, const struct oracle_result *twin)
{
    const struct hl_search_options *o = &asked->options;
    bool counted = !o->no_total || o->cover == HL_COVER_DEFAULT;
    for (unsigned f = 0; f < HL_FACETS; f++)
        counted = counted || o->facet_values[f];
    uint64_t wanted = o->offset + (o->count ? o->count : 10);
    return counted || twin->total < wanted ? twin->total : wanted;
}

static bool result_same(const struct asked *asked, const struct oracle_result *twin,
                        const struct hl_result *result)
{
    const char *what = NULL;
    if (!lists_same(twin, result))
        what = "lists";
    else if (hl_result_total(result) != total_of(asked, twin))
        what = "totals";
    else if (hl_result_cover(result) != twin->cover)
        what = "covers";
    else if (!facets_same(asked, twin, result))
        what = "facets";
    if (what)
        say_difference(asked, twin, result, what);
    return !what;
}

/* One query through both, pruned, exhaustive, and pruned without counting first; *io_result is
 * used again and again. */
static bool query_same(const struct hl_index *index, struct oracle *twin, struct asked *asked,
                       struct hl_result **io_result)
{
    struct oracle_query parts = {asked->items, asked->count, asked->how.marks,
                                 asked->how.tokens,
                                 asked->options.synonyms ? synonym_lines : NULL};
    struct oracle_result expected;
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    bool same = true;
    if (hl_query_parse(index, asked->text, strlen(asked->text), &asked->how, &query, &err)) {
        printf("# [%s]: %s\n", asked->text, err.text);
        return false;
    }
    oracle_search(twin, &parts, &asked->options, &expected);
    /* Counted or not: what was counted has had every column compared that it needs. */
    for (int way = 0; way < 3 && same; way++) {
        asked->options.exhaustive = way == 1;
        asked->options.no_total = way == 2;
        if (hl_search(index, query, &asked->options, io_result, &err)) {
            printf("# [%s]: %s\n", asked->text, err.text);
            same = false;
        } else {
            same = result_same(asked, &expected, *io_result);
        }
    }
    oracle_result_release(&expected);
    hl_query_free(query);
    return same;
}

static size_t compare(const char *path, struct oracle *twin,
                      const struct scratch_archive *archive, size_t queries, uint64_t seed)
{
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    struct hl_result *result = NULL;
    size_t different = 0, answered = 0;
    if (hl_index_open(path, &index, &err)) {
        printf("# %s\n", err.text);
        return SIZE_MAX;
    }
    for (size_t i = 0; i < queries && different < 5; i++) {
        struct asked asked;
        draw_query(&asked, archive, &seed);
        different += !query_same(index, twin, &asked, &result);
        answered += result && hl_result_total(result) > 0;
    }
    printf("# %zu queries, %zu answered\n", queries, answered);
    if (archive->count >= 20 && answered * 3 < queries && !different)
        different = queries; /* such a run would prove little */
    hl_result_free(result);
    hl_index_close(index);
    return different;
}

/* ------------------------------------------------------------------------ archives */

struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t commits, queries;
    unsigned weight[3];
};

static const struct plan plans[] = {
    {"one article", {1, 10, 5, 5, 20, 0, false}, 1, 300, {0, 0, 0}},
    {"one article, replaced", {1, 10, 5, 5, 20, 300, false}, 4, 300, {2, 1, 1}},
    {"20 articles", {20, 60, 8, 10, 40, 0, false}, 1, 1000, {0, 0, 0}},
    {"20 articles in 7 commits, half replaced",
     {20, 60, 8, 10, 40, 50, false},
     7,
     1000,
     {5, 2, 1}},
    {"700 articles", {700, 900, 10, 20, 80, 0, false}, 1, 1000, {3, 2, 1}},
    {"700 articles in 9 commits, some replaced",
     {700, 900, 10, 20, 80, 20, false},
     9,
     1000,
     {3, 2, 1}},
    {"700 articles as tokens", {700, 300, 0, 0, 60, 10, true}, 3, 600, {0, 0, 0}},
    {"2,000 articles of six words, nearly all alike",
     {2000, 6, 2, 0, 4, 5, false},
     2,
     400,
     {0, 0, 0}},
    {"5,000 articles", {5000, 4000, 8, 12, 60, 0, false}, 1, 400, {0, 0, 0}},
    {"5,000 articles in 3 commits, some replaced",
     {5000, 4000, 8, 12, 60, 10, false},
     3,
     400,
     {2, 1, 1}},
    {"70,000 small articles in 2 commits",
     {70000, 20000, 2, 0, 6, 2, false},
     2,
     120,
     {0, 0, 0}},
    {"66,000 small articles as tokens", {66000, 5000, 0, 0, 9, 0, true}, 1, 120, {0, 0, 0}},
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct hl_writer_options options = {.tokens = plan->shape.tokens, .memory = 64u << 20};
    memcpy(options.weight, plan->weight, sizeof options.weight);
    const char *path = scratch_name("ix");
    size_t queries = plan->queries * rounds / SCRATCH_SLOWNESS;
    struct oracle *twin = oracle_new(plan->shape.tokens, plan->weight);
    for (size_t i = 0; i < archive.count; i++)
        oracle_add(twin, &archive.articles[i]);
    bool built = scratch_build(path, &options, &archive, plan->commits);
    OK(built, "%s: built (seed 0x%llx)", plan->name, (unsigned long long)seed);
    if (built)
        OK(compare(path, twin, &archive, queries, seed) == 0,
           "%s: engine and twin agree (seed 0x%llx)", plan->name, (unsigned long long)seed);
    scratch_remove(path);
    oracle_free(twin);
    scratch_archive_release(&archive);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 20260101);
    size_t rounds = number_from("HLSEARCH_ROUNDS", 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    scratch_begin();
    check_by_hand();
    check_narrow();
    check_keys();
    read_synonyms();
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}
