/*
 * related.c - hl_related(): an article becomes the query that finds articles like it.
 *
 * The stored article is tokenised again.  Of its words, and of its words side by side, those
 * with the highest tf * idf are taken (Salton and Buckley 1988); a query of them, weighted by
 * how often the article has them, runs through the same search as any other, and the article
 * itself is kept out of the answer by the bits that keep deleted articles out.
 *
 * The constants were chosen on the dev collection news-clusters (100 events, 316 articles
 * among 8,316): an article should find the others of its event.  Figures: src/README.md.
 */
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "engine/article.h"
#include "engine/index.h"
#include "engine/sharded.h"
#include "query/emphasis.h"
#include "token/tokenise.h"

#include <assert.h>
#include <stdlib.h>

enum {
    WORDS_MOST = 25,
    PAIRS_MOST = 20,
    PAIRS_ASKED = 64,    /* the index is asked about the most promising pairs only */
    TEXT_MAX = 256 << 10 /* bytes of a field that are read: a book repeats itself */
};
static const double TITLE_WEIGHT = 3, LEAD_WEIGHT = 2;
/* Occurrences (weighted) at which a word is worth half of its idf in the choice, and half of
 * its full weight in the query. */
static const double TF_HALF = 3, QTF_HALF = 1.2;
static const double NUMBER_WEIGHT = 0.6; /* years and sums are met in articles on anything */
static const double PAIRS_WEIGHT = 0.4;  /* lambda */

/* A word of the article, or two side by side. */
struct candidate {
    const char *key; /* a pair's: both, a blank between */
    uint32_t size;
    struct candidate *a, *b; /* words of a pair; NULL: a word */
    double tf;               /* weighted by field */
    double worth;            /* tf * idf; 0: says nothing */
    bool taken;
};

struct picker {
    const struct hlsnapshot *snapshot;
    struct hlarena *arena;
    struct hlterms terms;
    struct candidate **slots; /* by hash of the key; room is a power of two */
    struct candidate *list;   /* words, then pairs */
    size_t room, count, words, most;
    struct hl_error *err;
};

/* ---------------------------------------------------------------- candidates */

static struct candidate *find_slot(struct picker *p, const char *key, uint32_t size)
{
    size_t at = hlhash64(key, size) & (p->room - 1);
    while (p->slots[at] && (p->slots[at]->size != size || memcmp(p->slots[at]->key, key, size)))
        at = (at + 1) & (p->room - 1);
    if (!p->slots[at]) {
        assert(p->count < p->most && p->most * 2 <= p->room);
        p->slots[at] = &p->list[p->count++];
        p->slots[at]->key = key;
        p->slots[at]->size = size;
    }
    return p->slots[at];
}

/* The size of a text, less what is past TEXT_MAX; between characters. */
static size_t size_of(const char *text)
{
    size_t size = strnlen(text, TEXT_MAX + 1);
    if (size <= TEXT_MAX)
        return size;
    for (size = TEXT_MAX; size && ((unsigned char)text[size] & 0xc0) == 0x80;)
        size--;
    return size;
}

/* Room for the candidates of a text of so many tokens: each word, and each with the next. */
static hl_status make_room(struct picker *p, size_t tokens)
{
    p->most = tokens * 2 + 1;
    p->room = 64;
    while (p->room < p->most * 2)
        p->room *= 2;
    p->list = hlarena_zalloc(p->arena, p->most, sizeof *p->list);
    p->slots = hlarena_zalloc(p->arena, p->room, sizeof(struct candidate *));
    return p->list && p->slots ? HL_OK : hlerr_nomem(p->err);
}

static bool is_number(const char *key)
{
    return key[0] >= '0' && key[0] <= '9';
}

static bool says_nothing(const struct hltoken *t)
{
    return t->alternative || (t->key_size == 1 && !is_number(t->key)) ||
           hlq_is_function(t->key, t->key_size);
}

static void add_words(struct picker *p, const struct hltoken_list *list, double weight)
{
    for (size_t i = 0; i < list->count; i++)
        if (!says_nothing(&list->tokens[i]))
            find_slot(p, list->tokens[i].key, list->tokens[i].key_size)->tf += weight;
}

static hl_status add_pairs(struct picker *p, const struct hltoken_list *list, double weight)
{
    const struct hltoken *before = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *t = &list->tokens[i];
        if (t->alternative)
            continue;
        bool beside = before && t->position == before->position + 1;
        if (beside && !says_nothing(before) && !says_nothing(t)) {
            char *key = hlarena_alloc(p->arena, before->key_size + t->key_size + 1u);
            if (!key)
                return hlerr_nomem(p->err);
            memcpy(key, before->key, before->key_size);
            key[before->key_size] = ' ';
            memcpy(key + before->key_size + 1, t->key, t->key_size);
            struct candidate *c = find_slot(p, key, before->key_size + t->key_size + 1);
            c->a = find_slot(p, before->key, before->key_size);
            c->b = find_slot(p, t->key, t->key_size);
            c->tf += weight;
        }
        before = t;
    }
    return HL_OK;
}

/* The tokens of a field; keys live as long as the list, which the caller keeps. */
static hl_status read_fields(struct picker *p, const struct hl_article *article,
                             struct hltoken_list lists[3])
{
    const char *texts[3] = {article->title, article->lead, article->body};
    const double weights[3] = {TITLE_WEIGHT, LEAD_WEIGHT, 1};
    size_t tokens = 0;
    hl_status status = HL_OK;
    for (int f = 0; status == HL_OK && f < 3; f++) {
        const char *text = texts[f] ? texts[f] : "";
        status = hltoken_run(text, size_of(text), 0, &lists[f], p->err);
        tokens += lists[f].count;
    }
    if (status == HL_OK)
        status = make_room(p, tokens);
    for (int f = 0; status == HL_OK && f < 3; f++)
        add_words(p, &lists[f], weights[f]);
    p->words = p->count;
    for (int f = 0; status == HL_OK && f < 3; f++)
        status = add_pairs(p, &lists[f], weights[f]);
    return status;
}

/* -------------------------------------------------------------------- choice */

/* Often in the article, rarely elsewhere.  A word that no other article has finds none. */
static double worth_of(const struct picker *p, double tf, uint64_t df)
{
    uint64_t articles = p->snapshot->articles;
    if (df < 2 || df > articles)
        return 0;
    return tf / (tf + TF_HALF) * hlbm25_idf(articles, df);
}

static hl_status weigh_words(struct picker *p)
{
    for (size_t i = 0; i < p->words; i++) {
        struct candidate *c = &p->list[i];
        struct hlterm *t;
        hl_status status = hlterms_get(&p->terms, c->key, c->size, &t, p->err);
        if (status != HL_OK)
            return status;
        c->worth = worth_of(p, c->tf, t->df) * (is_number(c->key) ? NUMBER_WEIGHT : 1);
    }
    return HL_OK;
}

/* What a pair could be worth, for choosing those that the index is asked about: its words are
 * no rarer than it is. */
static void guess_pairs(struct picker *p)
{
    for (size_t i = p->words; i < p->count; i++) {
        struct candidate *c = &p->list[i];
        if (c->a->worth > 0 && c->b->worth > 0)
            c->worth = c->tf / (c->tf + TF_HALF) * (c->a->worth + c->b->worth);
    }
}

static hl_status weigh_pair(struct picker *p, struct candidate *c)
{
    struct hlterm *a, *b;
    struct hlq_counts counts = {0, 0};
    struct hlpair_spot *spots;
    hl_status status = hlterms_get(&p->terms, c->a->key, c->a->size, &a, p->err);
    if (status == HL_OK)
        status = hlterms_get(&p->terms, c->b->key, c->b->size, &b, p->err);
    if (status == HL_OK)
        status = hlterms_pair(&p->terms, a, b, &counts, &spots, p->err);
    if (status == HL_OK)
        c->worth = worth_of(p, c->tf, counts.df) *
                   (is_number(c->a->key) || is_number(c->b->key) ? NUMBER_WEIGHT : 1);
    return status;
}

/* Best first; then by bytes, so that the choice is the same everywhere. */
static int by_worth(const void *a, const void *b)
{
    const struct candidate *x = *(const struct candidate *const *)a;
    const struct candidate *y = *(const struct candidate *const *)b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    int r = memcmp(x->key, y->key, x->size < y->size ? x->size : y->size);
    return r ? r : (x->size > y->size) - (x->size < y->size);
}

/* The list from `from` to `to`, sorted; in the arena. */
static struct candidate **sorted(struct picker *p, size_t from, size_t to)
{
    struct candidate **best =
        hlarena_zalloc(p->arena, to - from + 1, sizeof(struct candidate *));
    for (size_t i = from; best && i < to; i++)
        best[i - from] = &p->list[i];
    if (best && to > from)
        qsort(best, to - from, sizeof *best, by_worth);
    return best;
}

/* ---------------------------------------------------------------------- query */

/* One run of the query: a word, or two beside each other. */
static hl_status put_clause(struct hl_query *q, struct hlbuf *text,
                            struct candidate *const *words, uint32_t count,
                            struct hl_error *err)
{
    struct hlq_clause *clause = &q->clauses[q->count];
    *clause =
        (struct hlq_clause){.kind = HLQ_RUN, .slop = HLQ_EXACT, .at = (uint32_t)text->size};
    q->all.parts[q->all.count++] = (struct hlq_part){.clause = q->count};
    clause->tokens = hlarena_zalloc(&q->arena, count, sizeof *clause->tokens);
    if (!clause->tokens)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < count; i++) {
        const struct candidate *w = words[i];
        double often = w->tf / (w->tf + QTF_HALF);
        unsigned weight =
            (unsigned)(0.5 + 10 * often * (is_number(w->key) ? NUMBER_WEIGHT : 1));
        uint32_t start = (uint32_t)text->size;
        hlbuf_put(text, w->key, w->size);
        clause->tokens[i] = (struct hlq_token){
            .key = hlarena_strndup(&q->arena, w->key, w->size),
            .size = w->size,
            .position = i,
            .start = start,
            .end = (uint32_t)text->size,
            .marked = true,
            .exact = true,
            .weight = weight ? weight : 1,
        };
        hlbuf_put_u8(text, ' ');
        if (!clause->tokens[i].key)
            return hlerr_nomem(err);
    }
    clause->count = count;
    q->words += count;
    q->count++;
    return text->failed ? hlerr_nomem(err) : HL_OK;
}

/* The best pairs first: their words are in the query then, and need not be named again. */
static hl_status put_clauses(struct picker *p, struct candidate **words,
                             struct candidate **pairs, size_t pair_count, struct hl_query *q,
                             struct hlbuf *text)
{
    hl_status status = HL_OK;
    size_t taken = 0;
    for (size_t i = 0; status == HL_OK && i < pair_count && i < PAIRS_MOST; i++) {
        struct candidate *both[2] = {pairs[i]->a, pairs[i]->b};
        if (!(pairs[i]->worth > 0))
            break;
        both[0]->taken = both[1]->taken = true;
        status = put_clause(q, text, both, 2, p->err);
    }
    for (size_t i = 0; status == HL_OK && i < p->words && taken < WORDS_MOST; i++) {
        if (!(words[i]->worth > 0))
            break;
        taken++;
        if (!words[i]->taken)
            status = put_clause(q, text, &words[i], 1, p->err);
    }
    return status;
}

static hl_status choose(struct picker *p, struct hl_query *q, struct hlbuf *text)
{
    hl_status status = weigh_words(p);
    if (status != HL_OK)
        return status;
    guess_pairs(p);
    struct candidate **words = sorted(p, 0, p->words), **pairs = sorted(p, p->words, p->count);
    if (!words || !pairs)
        return hlerr_nomem(p->err);
    size_t asked = p->count - p->words < PAIRS_ASKED ? p->count - p->words : PAIRS_ASKED;
    for (size_t i = 0; status == HL_OK && i < asked; i++)
        status = weigh_pair(p, pairs[i]);
    if (asked)
        qsort(pairs, asked, sizeof *pairs, by_worth);
    return status == HL_OK ? put_clauses(p, words, pairs, asked, q, text) : status;
}

static hl_status make_query(const struct hlsnapshot *snapshot, const struct hl_article *article,
                            struct hl_query **out_query, struct hl_error *err)
{
    struct hlarena arena;
    struct hlbuf text = {0};
    struct hltoken_list lists[3];
    struct hl_query *q = hlmem_zalloc(1, sizeof *q);
    if (!q)
        return hlerr_nomem(err);
    hlarena_init(&q->arena, 0);
    hlarena_init(&arena, HLNATIVE_MEMORY_MAX);
    for (int f = 0; f < 3; f++)
        hltoken_list_init(&lists[f]);
    struct picker p = {.snapshot = snapshot, .arena = &arena, .err = err};
    hlterms_init(&p.terms, snapshot, &arena);
    q->options = (struct hl_query_options){.plain = true, .tokens = true};
    q->clauses = hlarena_zalloc(&q->arena, WORDS_MOST + PAIRS_MOST, sizeof *q->clauses);
    q->all.parts = hlarena_zalloc(&q->arena, WORDS_MOST + PAIRS_MOST, sizeof *q->all.parts);
    hl_status status =
        q->clauses && q->all.parts ? read_fields(&p, article, lists) : hlerr_nomem(err);
    if (status == HL_OK)
        status = choose(&p, q, &text);
    if (status == HL_OK) {
        q->size = text.size ? text.size - 1 : 0;
        q->text = hlarena_strndup(&q->arena, text.size ? (const char *)text.data : "", q->size);
        status = q->text ? HL_OK : hlerr_nomem(err);
    }
    for (int f = 0; f < 3; f++)
        hltoken_list_release(&lists[f]);
    hlbuf_release(&text);
    hlarena_release(&arena);
    if (status == HL_OK)
        *out_query = q;
    else
        hl_query_free(q);
    return status;
}

/* The text of an article that is there; an index without texts cannot tell what is like it. */
static hl_status read_article(const struct hl_index *index,
                              const struct hlsearch_without *which, struct hlbuf *bytes,
                              struct hl_article *out_article, struct hl_error *err)
{
    hl_status status = hlchunk_stored(which->chunk, which->doc, bytes, err);
    if (status == HL_NOT_FOUND)
        return hlerr_set(err, HL_UNSUPPORTED,
                         "%s does not store articles, so it cannot tell what is like one; "
                         "index with --store yes",
                         index->path);
    if (status == HL_OK && !hlarticle_decode_text(bytes->data, bytes->size, out_article))
        status = hlchunk_damaged(which->chunk, "store", which->doc, "not an article", err);
    return status;
}

/* The same where shards hold the article, and know how often its words are there. */
struct elsewhere {
    const char *id;
    struct hl_query **query;
};

static hl_status find_and_make(void *user, struct hlsharded *sharded,
                               const struct hlsnapshot *snapshot, struct hl_error *err)
{
    const struct elsewhere *e = user;
    struct hlarena arena;
    struct hl_article article;
    hlarena_init(&arena, 0);
    hl_status status = hlshard_find(sharded->shards, e->id, &arena, &article, err);
    if (status == HL_OK)
        status = make_query(snapshot, &article, e->query, err);
    hlarena_release(&arena);
    return status;
}

static hl_status make_query_elsewhere(const struct hl_index *index, const char *id,
                                      struct hl_query **out_query, struct hl_error *err)
{
    struct elsewhere e = {id, out_query};
    return hlsharded_do(index, find_and_make, &e, err);
}

/* By score the best come first however many there are; answers put in order by date or counted
 * must all be like the article, so they need the usual share of its words. */
static bool is_gathered(const struct hl_search_options *o)
{
    bool gathered = o->sort != HL_SORT_RELEVANCE;
    for (unsigned f = 0; f < HL_FACETS; f++)
        gathered |= o->facet_values[f] > 0;
    return gathered;
}

hl_status hl_related(const struct hl_index *index, const char *id,
                     const struct hl_search_options *options, struct hl_result **out_result,
                     struct hl_error *err)
{
    if (!index || !id || !out_result)
        return hlerr_set(err, HL_MISUSE, "like which article of which index?");
    struct hl_search_options o;
    struct hlsearch_without which = {NULL, 0, NULL};
    struct hlbuf bytes = {0};
    struct hl_article article = {0};
    struct hl_query *query = NULL;
    hl_status status = hlsearch_check_options(options, &o, err);
    if (status == HL_OK && index->sharded) {
        which.id = id;
        status = make_query_elsewhere(index, id, &query, err);
    } else if (status == HL_OK) {
        status = hlindex_find(index, id, &which.chunk, &which.doc, err);
        if (status == HL_OK)
            status = read_article(index, &which, &bytes, &article, err);
        if (status == HL_OK)
            status = make_query(&index->snapshot, &article, &query, err);
    }
    hlbuf_release(&bytes);
    if (status != HL_OK)
        return status;
    o.synonyms = NULL;
    o.suggest = false; /* no reader typed these words */
    if (o.pairs < 0)
        o.pairs = PAIRS_WEIGHT;
    if (o.cover == HL_COVER_DEFAULT && !is_gathered(&o))
        o.cover = HL_COVER_ANY;
    return hlsearch_answer(index, query, query, &which, &o, out_result, err);
}
