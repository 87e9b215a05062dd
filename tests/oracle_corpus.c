#include "oracle_corpus.h"

#include "text/syllable.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIELDS = ORACLE_FIELDS, KEY_ROOM = 256 };

/* ---------------------------------------------------------------------- articles */

struct oracle *oracle_new(bool tokens, const unsigned weight[3])
{
    struct oracle *oracle = oracle_grow(NULL, 1, sizeof *oracle);
    *oracle = (struct oracle){.tokens = tokens};
    for (int i = 0; i < FIELDS; i++)
        oracle->weight[i] = weight && weight[i] ? weight[i] : 1;
    hltoken_list_init(&oracle->scratch);
    return oracle;
}

static void document_release(struct document *document)
{
    for (int i = 0; i < 3; i++)
        free(document->column[i]);
    free(document->tags);
    for (int i = 0; i < FIELDS; i++)
        free(document->field[i].list);
}

void oracle_free(struct oracle *oracle)
{
    if (!oracle)
        return;
    for (size_t i = 0; i < oracle->ids.count; i++)
        document_release(&oracle->documents[i]);
    for (size_t i = 0; i < oracle->keys.count; i++) {
        free(oracle->key[i].folded);
        free(oracle->key[i].variant);
    }
    oracle_names_release(&oracle->ids);
    oracle_names_release(&oracle->keys);
    free(oracle->documents);
    free(oracle->pairs.list);
    free(oracle->key);
    hltoken_list_release(&oracle->scratch);
    free(oracle);
}

static uint32_t key_put(struct oracle *oracle, const char *bytes, size_t size)
{
    char text[KEY_ROOM], folded[KEY_ROOM], variant[KEY_ROOM + 8];
    assert(size && size < sizeof text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    bool is_new;
    uint32_t number = oracle_names_put(&oracle->keys, text, &is_new);
    if (is_new) {
        oracle_fold(text, folded, sizeof folded);
        oracle_variant(text, variant, sizeof variant);
        oracle->key = oracle_grow_by_one(oracle->key, number, sizeof *oracle->key);
        oracle->key[number] = (struct key){oracle_copy(folded), oracle_copy(variant), 0, 0, 0};
    }
    return number;
}

static void words_put(struct words *words, struct word word)
{
    words->list = oracle_grow_by_one(words->list, words->count, sizeof word);
    words->list[words->count++] = word;
}

/* The same key twice at one position is one occurrence. */
static bool words_has_at(const struct words *words, const struct word *word)
{
    for (size_t i = words->count; i-- && words->list[i].position == word->position;)
        if (words->list[i].key == word->key)
            return true;
    return false;
}

static void words_cut_blanks(struct oracle *oracle, const char *text, struct words *out)
{
    for (const char *p = text;;) {
        p += strspn(p, " \t\r\n");
        size_t size = strcspn(p, " \t\r\n");
        if (!size)
            return;
        uint32_t start = (uint32_t)(p - text);
        words_put(out, (struct word){.key = key_put(oracle, p, size),
                                     .position = out->positions++,
                                     .start = start,
                                     .end = start + (uint32_t)size});
        p += size;
    }
}

struct words words_make(struct oracle *oracle, const char *text, int year, bool tokens)
{
    struct words words = {0};
    struct hltoken_list *list = &oracle->scratch;
    if (!text)
        return words;
    if (tokens) {
        words_cut_blanks(oracle, text, &words);
        return words;
    }
    hl_status status = hltoken_run(text, strlen(text), year, list, NULL);
    assert(status == HL_OK && "corpora of tests are UTF-8");
    (void)status;
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *t = &list->tokens[i];
        struct word word = {key_put(oracle, t->key, t->key_size), t->position, t->alternative,
                            hlsyl_is_folded(t->key, t->key_size), t->start,    t->end};
        if (!words_has_at(&words, &word))
            words_put(&words, word);
    }
    words.positions = list->positions;
    return words;
}

/* The year of an article where it was written; 0 if it has no date. */
static int article_year(const struct hl_article *article)
{
    struct tm tm;
    time_t t = (time_t)(article->date + (int64_t)article->date_offset * 60);
    if (article->date_precision == HL_DATE_UNKNOWN || !gmtime_r(&t, &tm))
        return 0;
    return tm.tm_year + 1900;
}

void oracle_add(struct oracle *oracle, const struct hl_article *article)
{
    bool is_new;
    uint32_t number = oracle_names_put(&oracle->ids, article->id, &is_new);
    if (is_new) {
        oracle->documents =
            oracle_grow_by_one(oracle->documents, number, sizeof *oracle->documents);
    } else {
        document_release(&oracle->documents[number]);
    }
    struct document document = {.date = article->date,
                                .dated = article->date_precision != HL_DATE_UNKNOWN};
    const char *const columns[3] = {article->section, article->source, article->author};
    for (int i = 0; i < 3; i++)
        document.column[i] = oracle_copy(columns[i]);
    document.tags = oracle_copy(article->tags);
    const char *const texts[FIELDS] = {article->title, article->lead, article->body};
    int year = article_year(article);
    for (int i = 0; i < FIELDS; i++)
        document.field[i] = words_make(oracle, texts[i], year, oracle->tokens);
    oracle->documents[number] = document;
    oracle->counted = false;
}

/* The numbers of one field of document d, added to those before. */
static void field_count(struct oracle *oracle, const struct words *words, size_t d)
{
    const struct word *before = NULL;
    oracle->positions += words->positions;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        struct key *key = &oracle->key[word->key];
        key->cf++;
        key->df += key->seen != d + 1;
        key->seen = (uint32_t)d + 1;
        if (word->alternative)
            continue;
        if (before)
            oracle_pairs_put(&oracle->pairs, before->key, word->key);
        before = word;
    }
}

/* df and cf of every key, pairs, and the sum of lengths, over the documents as they are now. */
void oracle_recount(struct oracle *oracle)
{
    if (oracle->counted)
        return;
    oracle->positions = oracle->pairs.count = 0;
    for (size_t i = 0; i < oracle->keys.count; i++)
        oracle->key[i].df = oracle->key[i].cf = oracle->key[i].seen = 0;
    for (size_t d = 0; d < oracle->ids.count; d++)
        for (int f = 0; f < FIELDS; f++)
            field_count(oracle, &oracle->documents[d].field[f], d);
    oracle_pairs_sort(&oracle->pairs);
    oracle->counted = true;
}

uint64_t oracle_articles(const struct oracle *oracle)
{
    return oracle->ids.count;
}

double oracle_length_mean(struct oracle *oracle)
{
    oracle_recount(oracle);
    return (double)oracle->positions / (double)oracle->ids.count;
}

/* ------------------------------------------------------------------- the formula */

double oracle_idf(uint64_t articles, uint64_t df)
{
    assert(df <= articles);
    return log(1 + ((double)(articles - df) + 0.5) / ((double)df + 0.5));
}

double oracle_sat(uint64_t tf, uint64_t length, double length_mean, double k1, double b)
{
    if (!tf)
        return 0;
    double t = (double)tf;
    return t * (k1 + 1) / (t + k1 * (1 - b + b * (double)length / length_mean));
}
