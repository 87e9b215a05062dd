/*
 * oracle.c - whether the answers of a bench are right, to the last bit.
 *
 *   oracle TOKENS QUERIES RUN...      exit 1: an answer is wrong or missing
 *
 * TOKENS has an article a line, which was indexed by `hlsearch index --format tokens`; each RUN
 * is what `hlsearch bench --hits RUN` wrote for QUERIES with k1 1.2 and b 0.75.  Every article
 * is scored, by the formula as it is published and nothing else; this shares no line with the
 * library, on purpose:
 *
 *     score = sum over the distinct words of the query, in its order:  idf(df) sat(tf, length)
 *     idf   = ln(1 + (N - df + 0.5) / (df + 0.5))
 *     sat   = tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length))
 *     a phrase is one word, its tf, with the sum of the idf of all its words
 *
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
 * Equal scores stand in the order of the bytes of their ids, the numbers of the lines.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64, SHOWN_MAX = 20, SLOTS = 1 << 16 };

static const double k1 = 1.2, b = 0.75;

/* One place of a word in the archive. */
struct place {
    uint32_t article, position;
};

struct word {
    char *text;
    struct place *places; /* in order */
    size_t count, room;
    uint32_t df;
};

enum form { TERM, AND, OR, PHRASE };

struct query {
    char *id;
    enum form form;
    size_t count;             /* all words, in order: a phrase may have one twice */
    uint32_t word[WORDS_MAX]; /* numbers in the table of words */
};

/* A line of a run, cut at its tabs while it is read. */
struct answer {
    const char *run;
    size_t query;
    long k;
    unsigned long long hits;
    char *list; /* id TAB score TAB ...; "" for none */
};

struct hit {
    uint32_t article;
    double score;
};

static struct word *words;
static size_t word_count;
static uint32_t slots[SLOTS]; /* a word's number + 1; open addressing */

static struct query *queries;
static size_t query_count;
static struct answer *answers;
static size_t answer_count;

static uint32_t *lengths; /* by article, from 1; 0: an empty line, no article */
static uint32_t lines;
static uint64_t articles, tokens;

static void *grow(void *p, size_t count, size_t size)
{
    p = realloc(p, (count ? count : 1) * size);
    if (!p) {
        fputs("oracle: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

static void die(const char *path, const char *what)
{
    fprintf(stderr, "oracle: %s: %s\n", path, what);
    exit(2);
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        die(path, "cannot read it");
    return file;
}

/* --------------------------------------------------------------------- words */

/* Where the word is, or where it would be put. */
static uint32_t *slot_of(const char *text, size_t size)
{
    uint64_t sum = 5381;
    for (size_t i = 0; i < size; i++)
        sum = sum * 33 + (unsigned char)text[i];
    for (uint64_t at = sum ^ sum >> 16;; at++) {
        uint32_t *slot = &slots[at % SLOTS];
        const char *known = *slot ? words[*slot - 1].text : NULL;
        if (!known || (!strncmp(known, text, size) && !known[size]))
            return slot;
    }
}

static uint32_t word_number(const char *text)
{
    uint32_t *slot = slot_of(text, strlen(text));
    if (!*slot) {
        if (word_count >= SLOTS / 2)
            die(text, "too many words in the queries");
        words = grow(words, word_count + 1, sizeof *words);
        words[word_count] = (struct word){.text = strdup(text)};
        *slot = (uint32_t)++word_count;
    }
    return *slot - 1;
}

static void add_place(struct word *word, uint32_t article, uint32_t position)
{
    if (word->count == word->room) {
        word->room = word->room ? word->room * 2 : 16;
        word->places = grow(word->places, word->room, sizeof *word->places);
    }
    if (!word->count || word->places[word->count - 1].article != article)
        word->df++;
    word->places[word->count++] = (struct place){article, position};
}

/* Keeps the length of every article, and the places of what the queries ask for. */
static void read_tokens(const char *path)
{
    FILE *in = open_file(path);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, in) > 0) {
        uint32_t number = ++lines, position = 0;
        if (!((number - 1) & number)) /* a power of two */
            lengths = grow(lengths, (size_t)number * 2, sizeof *lengths);
        for (char *at = line; *(at += strspn(at, " \t\r\n"));) {
            size_t size = strcspn(at, " \t\r\n");
            uint32_t slot = *slot_of(at, size);
            if (slot)
                add_place(&words[slot - 1], number, position);
            position++;
            at += size;
        }
        lengths[number] = position;
        articles += position > 0;
        tokens += position;
    }
    free(line);
    fclose(in);
}

/* ------------------------------------------------------------ queries, answers */

static enum form form_of(const char *path, const char *name)
{
    static const char *const names[] = {"TERM", "AND", "OR", "PHRASE"};
    for (int i = 0; i < 4; i++)
        if (name && !strcmp(name, names[i]))
            return (enum form)i;
    die(path, "a line without a form");
    return TERM;
}

static void read_queries(const char *path)
{
    FILE *in = open_file(path);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, in) > 0) {
        line[strcspn(line, "\r\n")] = 0;
        char *rest = line, *id = strsep(&rest, "\t");
        struct query query = {.id = strdup(id), .form = form_of(path, strsep(&rest, "\t"))};
        strsep(&rest, "\t");
        for (char *word; rest && (word = strsep(&rest, " ")) != NULL;) {
            if (!*word)
                continue;
            if (query.count == WORDS_MAX)
                die(path, "too many words in a query");
            query.word[query.count++] = word_number(word);
        }
        queries = grow(queries, query_count + 1, sizeof *queries);
        queries[query_count++] = query;
    }
    free(line);
    fclose(in);
}

static size_t query_of(const char *path, const char *id, enum form form)
{
    for (size_t i = 0; i < query_count; i++)
        if (queries[i].form == form && !strcmp(queries[i].id, id))
            return i;
    die(path, "an answer that nobody asked for");
    return 0;
}

static void read_run(const char *path)
{
    FILE *in = open_file(path);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, in) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line, *id = strsep(&rest, "\t");
        enum form form = form_of(path, strsep(&rest, "\t"));
        char *k = strsep(&rest, "\t"), *hits = strsep(&rest, "\t");
        if (!hits)
            die(path, "a line without hits");
        answers = grow(answers, answer_count + 1, sizeof *answers);
        answers[answer_count++] = (struct answer){.run = path,
                                                  .query = query_of(path, id, form),
                                                  .k = strtol(k, NULL, 10),
                                                  .hits = strtoull(hits, NULL, 10),
                                                  .list = strdup(rest ? rest : "")};
    }
    free(line);
    fclose(in);
}

/* ------------------------------------------------------------------- scoring */

static double idf_of(const struct word *word)
{
    return log(1 + ((double)(articles - word->df) + 0.5) / ((double)word->df + 0.5));
}

static double sat_of(double tf, uint32_t article)
{
    double mean = (double)tokens / (double)articles;
    return tf * (k1 + 1) / (tf + k1 * (1 - b + b * lengths[article] / mean));
}

/* Whether the word stands at that place; *at only moves on from call to call. */
static bool stands_at(const struct word *word, size_t *at, struct place place)
{
    while (*at < word->count && (word->places[*at].article < place.article ||
                                 (word->places[*at].article == place.article &&
                                  word->places[*at].position < place.position)))
        ++*at;
    return *at < word->count && word->places[*at].article == place.article &&
           word->places[*at].position == place.position;
}

static bool first_of_its_kind(const struct query *query, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (query->word[j] == query->word[i])
            return false;
    return true;
}

/* How often an article has the phrase, and what that is worth. */
static void score_phrase(const struct query *query, double *scores, uint32_t *matched)
{
    const struct word *first = &words[query->word[0]];
    size_t at[WORDS_MAX] = {0};
    double idf = 0;
    for (size_t i = 0; i < query->count; i++)
        idf += idf_of(&words[query->word[i]]);
    for (size_t n = 0; n < first->count; n++) {
        bool whole = true;
        for (size_t i = 1; whole && i < query->count; i++)
            whole = stands_at(&words[query->word[i]], &at[i],
                              (struct place){first->places[n].article,
                                             first->places[n].position + (uint32_t)i});
        matched[first->places[n].article] += whole;
    }
    for (uint32_t article = 1; article <= lines; article++)
        if (matched[article])
            scores[article] = idf * sat_of(matched[article], article);
}

/* Any of the words; how many of them an article has decides about all of them. */
static void score_words(const struct query *query, double *scores, uint32_t *matched)
{
    uint32_t distinct = 0;
    for (size_t i = 0; i < query->count; i++) {
        const struct word *word = &words[query->word[i]];
        double idf = idf_of(word);
        if (!first_of_its_kind(query, i))
            continue;
        distinct++;
        for (size_t from = 0, to; from < word->count; from = to) {
            uint32_t article = word->places[from].article;
            for (to = from; to < word->count && word->places[to].article == article;)
                to++;
            scores[article] += idf * sat_of((double)(to - from), article);
            matched[article]++;
        }
    }
    for (uint32_t article = 1; query->form == AND && article <= lines; article++)
        matched[article] = matched[article] == distinct;
}

static int better_first(const void *x, const void *y)
{
    const struct hit *p = x, *q = y;
    char left[16], right[16];
    if (p->score != q->score)
        return p->score > q->score ? -1 : 1;
    snprintf(left, sizeof left, "%u", p->article);
    snprintf(right, sizeof right, "%u", q->article);
    return strcmp(left, right);
}

/* Everything that matches, best first; how many. */
static size_t answer_query(const struct query *query, struct hit *out)
{
    double *scores = grow(NULL, lines + 1u, sizeof *scores);
    uint32_t *matched = grow(NULL, lines + 1u, sizeof *matched);
    size_t count = 0;
    memset(scores, 0, (lines + 1u) * sizeof *scores);
    memset(matched, 0, (lines + 1u) * sizeof *matched);
    if (query->count && query->form == PHRASE)
        score_phrase(query, scores, matched);
    else
        score_words(query, scores, matched);
    for (uint32_t article = 1; article <= lines; article++)
        if (matched[article])
            out[count++] = (struct hit){article, scores[article]};
    qsort(out, count, sizeof *out, better_first);
    free(scores);
    free(matched);
    return count;
}

/* ------------------------------------------------------------------ comparing */

static bool same_bits(double x, double y)
{
    return !memcmp(&x, &y, sizeof x);
}

/* NULL, or what is wrong with it in words. */
static const char *fault_of(const struct answer *answer, const struct hit *hits, size_t count)
{
    static char words_of_it[200];
    char *rest = *answer->list ? answer->list : NULL;
    size_t wanted = (size_t)answer->k < count ? (size_t)answer->k : count, given = 0;
    if (!answer->k) {
        snprintf(words_of_it, sizeof words_of_it, "counted %llu, there are %zu", answer->hits,
                 count);
        return answer->hits == count ? NULL : words_of_it;
    }
    for (char *id; rest && (id = strsep(&rest, "\t")) != NULL; given++) {
        char *score = strsep(&rest, "\t"), right[16];
        if (given >= wanted || !score)
            continue;
        snprintf(right, sizeof right, "%u", hits[given].article);
        double x = strtod(score, NULL);
        if (!strcmp(id, right) && same_bits(x, hits[given].score))
            continue;
        snprintf(words_of_it, sizeof words_of_it, "rank %zu: %.20s %.17g, not %s %.17g",
                 given + 1, id, x, right, hits[given].score);
        return words_of_it;
    }
    snprintf(words_of_it, sizeof words_of_it, "%zu hits, not %zu", given, wanted);
    return given == wanted ? NULL : words_of_it;
}

/* The faults of a query's answers, and of a run that has none or two. */
static size_t check_query(size_t number, struct hit *hits, char **runs, size_t run_count,
                          size_t faults)
{
    size_t found = 0, count = answer_query(&queries[number], hits);
    for (size_t r = 0; r < run_count; r++) {
        size_t given = 0;
        for (size_t i = 0; i < answer_count; i++) {
            if (answers[i].query != number || answers[i].run != runs[r])
                continue;
            const char *fault = fault_of(&answers[i], hits, count);
            given++;
            if (fault && faults + found++ < SHOWN_MAX)
                printf("oracle: query %s %s, k %ld: %s\n", queries[number].id, runs[r],
                       answers[i].k, fault);
        }
        if (given != 1 && faults + found++ < SHOWN_MAX)
            printf("oracle: query %s %s: %zu answers\n", queries[number].id, runs[r], given);
    }
    return found;
}

int main(int argc, char **argv)
{
    size_t faults = 0;
    if (argc < 4) {
        fputs("usage: oracle TOKENS QUERIES RUN...\n", stderr);
        return 2;
    }
    read_queries(argv[2]);
    for (int i = 3; i < argc; i++)
        read_run(argv[i]);
    read_tokens(argv[1]);
    struct hit *hits = grow(NULL, lines, sizeof *hits);
    for (size_t i = 0; i < query_count; i++)
        faults += check_query(i, hits, argv + 3, (size_t)argc - 3, faults);
    printf("oracle    %zu answers to %zu queries, %zu wrong\n", answer_count, query_count,
           faults);
    for (size_t i = 0; i < word_count; i++) {
        free(words[i].text);
        free(words[i].places);
    }
    for (size_t i = 0; i < query_count; i++)
        free(queries[i].id);
    for (size_t i = 0; i < answer_count; i++)
        free(answers[i].list);
    free(words);
    free(queries);
    free(answers);
    free(lengths);
    free(hits);
    return faults || !answer_count;
}
