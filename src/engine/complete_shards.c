/*
 * complete_shards.c - how a text may go on by the words of shards (completer.h).
 *
 * As complete.h has it, in few trips: the words that begin with a letter come in one, and so do
 * those that stand behind a word (shard_lists.h).  What follows two words is read in a few
 * articles that have them side by side, which come in one trip too: of "trí tuệ n" the pairs
 * would make nhân dân, the articles say nhân tạo.  Some that have a single word tell what
 * stands before it: nghiệp is hardly ever the beginning of what is meant.  No chain is looked
 * at by more than one trip, and only the likeliest are.
 *
 * What is counted is articles, not places (servers tell no more), and of three words and more
 * how many have the rarest of their pairs, which is at least how many have all.
 */
#include "engine/chain.h"
#include "engine/completer.h"

#include "base/err.h"
#include "base/hash.h"
#include "query/emphasis.h"
#include "text/fold.h"
#include "text/marks.h"
#include "token/tokenise.h"
#include "words/section.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES = 40,  /* completed words that are weighed */
    KEPT = 10,        /* of these, that chains begin with */
    BEAM = 6,         /* chains that are looked at; two less at each length */
    NEXT = 4,         /* words that each may go on with */
    FOLLOWERS = 12,   /* that are looked at to find them, of equal likelihood the first */
    SAMPLE = 24,      /* articles that are read */
    SAMPLE_LEAST = 4, /* of which fewer say nothing of what follows */
    MET_LEAST = 3,    /* and fewer that have a word next say nothing of that */
    BOUND = 6,        /* candidates of which it is asked what stands before them */
    BEFORE = 24,      /* articles that are read of a single word */
    AFTER = HLCOMPLETE_CONTINUED + 1, /* words that are looked at behind a pair */
    SMALL = 1000 /* articles of an index in which anything looks like a word */
};

/* As in complete.c. */
static const double SAMPLED = 0.85, GRAMMAR = 0.2, FADED = 0.002, BOUND_MOST = 0.9;
/* What a word is worth of which nothing is known of what stands before it. */
static const double UNKNOWN = 0.3;
static const double ENDS_LEAST = 0.08, ENDS_SMALL = 0.3;
static const double LIKELY_LEAST = 0.05, LEFT_LEAST = 0.05; /* larger: a sample is small */
/* What follows less often than this share of a sample does not keep with what stands before. */
static const double KEEPS_LEAST = 0.1;

/* A word that has a number. */
struct known {
    const char *key;
    uint32_t size;
    uint64_t df; /* 0: not asked for */
    bool function, number;
};

/* What follows two words in the articles of a sample, HLWORDLIST_NONE past the end. */
struct after {
    uint32_t article;
    uint32_t words[AFTER];
};
struct hlshard_sample {
    struct after *list; /* by article */
    uint32_t count, articles;
};

struct completer {
    struct hlsharded *sharded;
    const struct hlsnapshot *snapshot;
    struct hlarena *arena;
    struct known *known;
    uint32_t known_count, known_room;
    uint32_t *slots; /* number + 1 by hash of the key; 0: free */
    uint32_t slot_count;
    /* of a run */
    const struct hlcomplete_asked *asked;
    const char *folded;
    size_t folded_size;
    bool marked;
    struct hlcomplete_found *found;
    uint32_t found_count, most;
    struct hl_error *err;
};

/* ---- numbers ---- */

static bool grow_slots(struct completer *c)
{
    uint32_t count = c->slot_count ? c->slot_count * 2 : 1024;
    uint32_t *slots = hlarena_zalloc(c->arena, count, sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < c->known_count; i++) {
        uint32_t at = (uint32_t)hlhash64(c->known[i].key, c->known[i].size) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = i + 1;
    }
    c->slots = slots;
    c->slot_count = count;
    return true;
}

static bool grow_known(struct completer *c)
{
    uint32_t room = c->known_room * 2 + 256;
    struct known *known = hlarena_alloc(c->arena, room * sizeof *known);
    if (!known)
        return false;
    if (c->known_count)
        memcpy(known, c->known, c->known_count * sizeof *known);
    c->known = known;
    c->known_room = room;
    return true;
}

static bool has_digit(const char *key, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (key[i] >= '0' && key[i] <= '9')
            return true;
    return false;
}

/* The number of a key, which gets one if it has none. */
static hl_status number_of(struct completer *c, const char *key, size_t size,
                           uint32_t *out_word, struct hl_error *err)
{
    if (c->known_count * 2 >= c->slot_count && !grow_slots(c))
        return hlerr_nomem(err);
    uint32_t at = (uint32_t)hlhash64(key, size) & (c->slot_count - 1);
    for (; c->slots[at]; at = (at + 1) & (c->slot_count - 1)) {
        const struct known *k = &c->known[c->slots[at] - 1];
        if (k->size == size && !memcmp(k->key, key, size)) {
            *out_word = c->slots[at] - 1;
            return HL_OK;
        }
    }
    char *copy = hlarena_strndup(c->arena, key, size);
    if (!copy || (c->known_count == c->known_room && !grow_known(c)))
        return hlerr_nomem(err);
    c->known[c->known_count] = (struct known){.key = copy,
                                              .size = (uint32_t)size,
                                              .function = hlq_is_function(key, size),
                                              .number = has_digit(key, size)};
    *out_word = c->known_count++;
    c->slots[at] = c->known_count;
    return HL_OK;
}

/* ---- counts ---- */

static hl_status copy_term(struct completer *c, bool made, const struct hlbuf *term,
                           struct hlx_bytes *out_term, struct hl_error *err)
{
    char *copy = made ? hlarena_strndup(c->arena, (const char *)term->data, term->size) : NULL;
    if (!copy)
        return hlerr_nomem(err);
    *out_term = (struct hlx_bytes){copy, term->size};
    return HL_OK;
}

static hl_status pair_term(struct completer *c, uint32_t a, uint32_t b,
                           struct hlx_bytes *out_term, struct hl_error *err)
{
    const struct known *x = &c->known[a], *y = &c->known[b];
    struct hlbuf term = {0};
    bool made = hlx_pair_term(x->key, x->size, y->key, y->size, &term);
    hl_status status = copy_term(c, made, &term, out_term, err);
    hlbuf_release(&term);
    return status;
}

static hl_status word_term(struct completer *c, uint32_t word, struct hlx_bytes *out_term,
                           struct hl_error *err)
{
    const struct known *k = &c->known[word];
    struct hlbuf term = {0};
    hl_status status = copy_term(c, hlx_term("", k->key, k->size, &term), &term, out_term, err);
    hlbuf_release(&term);
    return status;
}

enum { COUNTED = 16 };

/* The df of words that is not known yet, in one trip. */
static hl_status count_words(struct completer *c, const uint32_t *words, uint32_t count,
                             struct hl_error *err)
{
    struct hlx_bytes names[COUNTED];
    uint64_t df[COUNTED];
    uint32_t which[COUNTED], n = 0;
    hl_status status = HL_OK;
    assert(count <= COUNTED);
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        if (c->known[words[i]].df)
            continue;
        which[n] = words[i];
        status = word_term(c, words[i], &names[n++], err);
    }
    if (status == HL_OK && n)
        status = hlshard_words_df(c->sharded->words, names, n, df, err);
    for (uint32_t i = 0; status == HL_OK && i < n; i++)
        c->known[which[i]].df = df[i];
    return status;
}

/* The df of each pair of a row. */
static hl_status count_pairs(struct completer *c, const uint32_t *words, uint32_t count,
                             uint64_t *out_df, struct hl_error *err)
{
    struct hlx_bytes terms[HLCOMPLETE_WORDS];
    hl_status status = HL_OK;
    assert(count >= 2 && count <= HLCOMPLETE_WORDS);
    for (uint32_t i = 0; status == HL_OK && i + 1 < count; i++)
        status = pair_term(c, words[i], words[i + 1], &terms[i], err);
    return status == HL_OK ? hlshard_words_df(c->sharded->words, terms, count - 1, out_df, err)
                           : status;
}

static hl_status find(void *user, const char *key, size_t size, uint32_t *out_word,
                      struct hl_error *err)
{
    struct completer *c = user;
    uint32_t word;
    hl_status status = number_of(c, key, size, &word, err);
    if (status == HL_OK)
        status = count_words(c, &word, 1, err);
    if (status == HL_OK)
        *out_word = c->known[word].df ? word : (uint32_t)HLWORDLIST_NONE;
    return status;
}

static hl_status key_of(void *user, uint32_t word, const char **out_key, size_t *out_size,
                        struct hl_error *err)
{
    const struct completer *c = user;
    assert(word < c->known_count);
    (void)err;
    *out_key = c->known[word].key;
    *out_size = c->known[word].size;
    return HL_OK;
}

static hl_status count(void *user, const uint32_t *words, uint32_t count,
                       uint64_t *out_articles, struct hl_error *err)
{
    struct completer *c = user;
    uint64_t df[HLCOMPLETE_WORDS], least = UINT64_MAX;
    hl_status status = HL_OK;
    if (count == 1) {
        status = count_words(c, words, 1, err);
        if (status == HL_OK)
            *out_articles = c->known[words[0]].df;
        return status;
    }
    status = count_pairs(c, words, count, df, err);
    for (uint32_t i = 0; status == HL_OK && i + 1 < count; i++)
        least = df[i] < least ? df[i] : least;
    if (status == HL_OK)
        *out_articles = least;
    return status;
}

/* About how often something is there that so many articles have, if it is spread by chance:
 * servers do not tell, and by articles alone the commonest words would never keep together. */
static double times(const struct completer *c, uint64_t df)
{
    double all = (double)c->snapshot->articles;
    double share = all > 0 ? (double)df / all : 0;
    return -all * log1p(-(share < 0.999 ? share : 0.999));
}

/* ---- words that begin so ---- */

typedef hl_status each_word(void *user, const struct hlshard_word *word, struct hl_error *err);

/*
 * Calls each with the words whose folded form begins so.  Letters with marks begin with other
 * bytes than those without: all that Vietnamese has, and others of Latin scripts, with one of
 * these.
 */
static hl_status begin_with(struct completer *c, const char *folded, size_t size,
                            each_word *each, void *user, struct hl_error *err)
{
    static const char marked[] = "\xc3\xc4\xc5\xc6\xc7\xe1";
    char firsts[sizeof marked + 1] = {folded[0]};
    hl_status status = HL_OK;
    assert(size);
    if (folded[0] >= 'a' && folded[0] <= 'z')
        memcpy(firsts + 1, marked, sizeof marked);
    for (const char *first = firsts; status == HL_OK && *first; first++) {
        struct hlshard_list list;
        status = hlshard_lists_starting(c->sharded->lists, *first, &list, err);
        if (status != HL_OK)
            return status;
        list = hlshard_list_part(&list, folded, size);
        for (size_t i = 0; status == HL_OK && i < list.count; i++)
            status = each(user, &list.words[i], err);
    }
    return status;
}

static hl_status take_most(void *user, const struct hlshard_word *word, struct hl_error *err)
{
    uint64_t *most = user;
    (void)err;
    *most = word->df > *most ? word->df : *most;
    return HL_OK;
}

static hl_status commonest(void *user, const char *folded, size_t size, uint64_t *out_times,
                           struct hl_error *err)
{
    uint64_t most = 0;
    hl_status status = size ? begin_with(user, folded, size, take_most, &most, err) : HL_OK;
    if (status == HL_OK)
        *out_times = most;
    return status;
}

/* ---- candidates ---- */

static bool is_small(const struct completer *c)
{
    return c->snapshot->articles < SMALL;
}

static bool fits(const struct completer *c, const struct hlshard_word *w)
{
    return !c->marked || hltext_begins_marked(c->asked->prefix, c->asked->prefix_size,
                                              w->key.bytes, w->key.size);
}

/* Chains that begin to be gathered for one start. */
struct gathering {
    struct completer *c;
    const struct hlchain *start;
    struct hlchain *chains;
    uint32_t *count;
    double of; /* how often what stands before is there */
};

static hl_status gather(void *user, const struct hlshard_word *w, struct hl_error *err)
{
    struct gathering *g = user;
    bool first = !g->start->count;
    double likely = g->start->likely * times(g->c, w->df) / g->of;
    uint32_t word;
    if ((*g->count == CANDIDATES && likely <= g->chains[CANDIDATES - 1].likely) ||
        !fits(g->c, w))
        return HL_OK;
    bool function = hlq_is_function(w->key.bytes, w->key.size);
    if (function && !first)
        return HL_OK;
    hl_status status = number_of(g->c, w->key.bytes, w->key.size, &word, err);
    if (status != HL_OK)
        return status;
    if (first)
        g->c->known[word].df = w->df;
    struct hlchain one = hlchain_longer(g->start, word, function ? likely * GRAMMAR : likely);
    hlchain_keep(g->chains, g->count, CANDIDATES, &one);
    return HL_OK;
}

static hl_status add_candidates(struct completer *c, const struct hlchain *start,
                                struct hlchain *chains, uint32_t *count)
{
    struct gathering g = {c, start, chains, count, (double)c->snapshot->positions};
    struct hlshard_list row;
    if (!start->count)
        return c->folded_size ? begin_with(c, c->folded, c->folded_size, gather, &g, c->err)
                              : HL_OK;
    const struct known *last = &c->known[start->words[start->count - 1]];
    hl_status status =
        hlshard_lists_behind(c->sharded->lists, last->key, last->size, &row, c->err);
    g.of = times(c, last->df ? last->df : 1);
    if (status == HL_OK)
        row = hlshard_list_part(&row, c->folded, c->folded_size);
    for (size_t i = 0; status == HL_OK && i < row.count; i++)
        status = gather(&g, &row.words[i], c->err);
    return status;
}

/* ---- samples ---- */

static bool is_word(const struct completer *c, const struct hltoken *token, uint32_t word)
{
    const struct known *k = &c->known[word];
    return token->key_size == k->size && !memcmp(token->key, k->key, k->size);
}

/* What stands behind each place of the last two words of a chain in one text; of a single word
 * what stands before it. */
static hl_status read_field(struct completer *c, const struct hlchain *chain, uint32_t article,
                            const struct hltoken_list *tokens, struct hlbuf *list)
{
    const struct hltoken **row =
        hlarena_alloc(c->arena, (tokens->positions + 1u) * sizeof(const struct hltoken *));
    const uint32_t last = chain->words[chain->count - 1];
    size_t n = 0, wanted = chain->count > 1 ? AFTER : 1;
    if (!row)
        return hlerr_nomem(c->err);
    for (size_t i = 0; i < tokens->count; i++)
        if (!tokens->tokens[i].alternative)
            row[n++] = &tokens->tokens[i];
    for (size_t i = 1; i < n; i++) {
        struct after after = {.article = article};
        if (!is_word(c, row[i], last) ||
            (chain->count > 1 && !is_word(c, row[i - 1], chain->words[chain->count - 2])))
            continue;
        size_t from = chain->count > 1 ? i + 1 : i - 1;
        for (size_t k = 0; k < AFTER; k++) {
            const struct hltoken *t = k < wanted && from + k < n ? row[from + k] : NULL;
            after.words[k] = HLWORDLIST_NONE;
            hl_status status =
                t ? number_of(c, t->key, t->key_size, &after.words[k], c->err) : HL_OK;
            if (status != HL_OK)
                return status;
        }
        hlbuf_put(list, &after, sizeof after);
    }
    return list->failed ? hlerr_nomem(c->err) : HL_OK;
}

static hl_status read_article(struct completer *c, const struct hlchain *chain, uint32_t number,
                              const struct hlx_bytes *data, struct hltoken_list *tokens,
                              struct hlbuf *strings, struct hlbuf *list)
{
    struct hl_article article;
    bool plain;
    hl_status status =
        hlx_data_decode(data->bytes, data->size, strings, &article, &plain, c->err);
    if (status != HL_OK || plain)
        return status;
    const char *fields[3] = {article.title, article.lead, article.body};
    for (int f = 0; status == HL_OK && f < 3; f++) {
        if (!fields[f])
            continue;
        status = hltoken_run(fields[f], strlen(fields[f]), 0, tokens, c->err);
        if (status == HL_OK)
            status = read_field(c, chain, number, tokens, list);
    }
    return status;
}

static hl_status read_articles(struct completer *c, const struct hlchain *chain,
                               const struct hlx_result *result,
                               struct hlshard_sample *out_sample)
{
    struct hltoken_list tokens;
    struct hlbuf strings = {0}, list = {0};
    hl_status status = HL_OK;
    hltoken_list_init(&tokens);
    for (size_t i = 0; status == HL_OK && i < result->count; i++)
        status = read_article(c, chain, (uint32_t)i, &result->hits[i].data, &tokens, &strings,
                              &list);
    struct after *copy = hlarena_alloc(c->arena, list.size + 1);
    if (status == HL_OK && !copy)
        status = hlerr_nomem(c->err);
    if (status == HL_OK && list.size)
        memcpy(copy, list.data, list.size);
    if (status == HL_OK)
        *out_sample = (struct hlshard_sample){
            copy, (uint32_t)(list.size / sizeof(struct after)), (uint32_t)result->count};
    hlbuf_release(&list);
    hlbuf_release(&strings);
    hltoken_list_release(&tokens);
    return status;
}

/* Some articles with the last two words of a chain side by side, or its only word. */
static hl_status bring_sample(struct completer *c, const struct hlchain *chain, size_t count,
                              const struct hlshard_sample **out_sample)
{
    struct hlshards *s = c->sharded->shards;
    struct hlx_query query = {.op = HLX_TERM};
    struct hlx_search search = {.query = &query,
                                .scheme = HLX_BOOL,
                                .slot = HLX_SLOT_TIE,
                                .count = count,
                                .look_at = count,
                                .data = true};
    struct hlx_result *result = NULL;
    const uint32_t *last = &chain->words[chain->count - 1];
    struct hlshard_sample *sample = hlarena_zalloc(c->arena, 1, sizeof *sample);
    if (!sample)
        return hlerr_nomem(c->err);
    hl_status status = chain->count > 1 ? pair_term(c, last[-1], last[0], &query.term, c->err)
                                        : word_term(c, last[0], &query.term, c->err);
    if (status == HL_OK)
        status = hlshards_told(s, NULL, s->calls->search(s->set, &search, &result, &s->last),
                               c->err);
    if (status == HL_OK)
        status = read_articles(c, chain, result, sample);
    s->calls->result_free(result);
    if (status == HL_OK)
        *out_sample = sample;
    return status;
}

static hl_status take_sample(struct completer *c, struct hlchain *chain)
{
    return chain->brought || chain->count < 2 ? HL_OK
                                              : bring_sample(c, chain, SAMPLE, &chain->brought);
}

/*
 * Words that hardly ever begin what they are part of, nghiệp of doanh nghiệp, are not what is
 * meant by a beginning: those that the same few words stand before.
 */
static hl_status weigh_bound(struct completer *c, struct hlchain *chain)
{
    const struct hlshard_sample *s;
    uint32_t bound = 0;
    hl_status status = bring_sample(c, chain, BEFORE, &s);
    if (status != HL_OK || s->count < BEFORE / 2)
        return status;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t word = s->list[i].words[0], same = 0;
        for (uint32_t k = 0; k < s->count; k++)
            same += s->list[k].words[0] == word;
        bound += same > 1 && same >= KEEPS_LEAST * s->count && !c->known[word].function;
    }
    double share = (double)bound / s->count;
    double first = share < BOUND_MOST ? 1 - share : 1 - BOUND_MOST;
    chain->likely *= first * first;
    return HL_OK;
}

/* In how many articles of a sample a word comes next. */
static uint32_t articles_with(const struct hlshard_sample *sample, uint32_t word)
{
    uint32_t articles = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < sample->count; i++)
        if (sample->list[i].words[0] == word && sample->list[i].article != last) {
            last = sample->list[i].article;
            articles++;
        }
    return articles;
}

/* The places of a sample where a word comes next, as a sample of what follows that. */
static hl_status sample_behind(struct completer *c, const struct hlshard_sample *sample,
                               uint32_t word, const struct hlshard_sample **out_sample)
{
    struct hlshard_sample *s = hlarena_zalloc(c->arena, 1, sizeof *s);
    if (!s || !(s->list = hlarena_alloc(c->arena, (sample->count + 1u) * sizeof *s->list)))
        return hlerr_nomem(c->err);
    for (uint32_t i = 0; i < sample->count; i++) {
        struct after after = sample->list[i];
        if (after.words[0] != word)
            continue;
        memmove(after.words, after.words + 1, (AFTER - 1) * sizeof *after.words);
        after.words[AFTER - 1] = HLWORDLIST_NONE;
        s->list[s->count++] = after;
    }
    s->articles = articles_with(sample, word);
    *out_sample = s;
    return HL_OK;
}

/* p(word | chain) by its sample; what a small one says is not all. */
static double weigh(const struct hlshard_sample *sample, uint32_t word, double by_pairs)
{
    double share = (double)articles_with(sample, word) / (double)sample->articles;
    return sample->articles < SAMPLE && share > 0 && by_pairs >= 0
               ? SAMPLED * share + (1 - SAMPLED) * by_pairs
               : share;
}

/* With two words before it, a candidate is weighed by both. */
static hl_status weigh_candidates(struct completer *c, struct hlchain *starts,
                                  struct hlchain *chains, uint32_t *count)
{
    struct hlchain sorted[CANDIDATES];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct hlchain one = chains[i], *start = &starts[one.start];
        uint32_t word = one.words[one.count - 1];
        hl_status status = start->count >= 2 ? take_sample(c, start) : HL_OK;
        if (status != HL_OK)
            return status;
        if (start->count >= 2) {
            one.likely =
                start->brought->articles
                    ? start->likely * weigh(start->brought, word, one.likely / start->likely)
                    : 0;
            if (one.likely > 0)
                status = sample_behind(c, start->brought, word, &one.brought);
        }
        if (status == HL_OK && !start->count && c->asked->prefix_size > 1) {
            if (i < BOUND)
                status = weigh_bound(c, &one);
            else
                one.likely *= UNKNOWN;
        }
        if (status != HL_OK)
            return status;
        if (one.likely > 0)
            hlchain_keep(sorted, &kept, KEPT, &one);
    }
    memcpy(chains, sorted, kept * sizeof *sorted);
    *count = kept;
    return HL_OK;
}

/* ---- suggesting ---- */

static void suggest(struct completer *c, const struct hlchain *chain, double ends)
{
    const struct known *last = &c->known[chain->words[chain->count - 1]];
    if (last->function || (chain->added > 1 && last->number))
        return;
    if (is_small(c) && ends < ENDS_SMALL)
        ends = ENDS_SMALL; /* so few articles make anything look like a word */
    if (chain->added > 1 && ends < ENDS_LEAST)
        return;
    double share = ends > ENDS_LEAST ? ends : ENDS_LEAST;
    double score = chain->likely * share * (chain->count == 1 ? share : 1);
    uint32_t at = c->found_count;
    while (at > 0 && c->found[at - 1].score < score)
        at--;
    if (at == c->most)
        return;
    c->found_count += c->found_count < c->most;
    for (uint32_t i = c->found_count - 1; i > at; i--)
        c->found[i] = c->found[i - 1];
    struct hlcomplete_found *found = &c->found[at];
    *found = (struct hlcomplete_found){.count = chain->count, .start = chain->start};
    memcpy(found->words, chain->words, chain->count * sizeof *chain->words);
    found->score = score;
}

/* A word that may come next. */
struct next {
    uint32_t word;
    double likely; /* given the chain */
    bool keeps;    /* so often that both are taken for one */
};

static void keep_next(struct next *list, uint32_t *count, uint32_t most, struct next one)
{
    uint32_t at = *count;
    while (at > 0 && list[at - 1].likely < one.likely)
        at--;
    if (at == most)
        return;
    *count += *count < most;
    for (uint32_t i = *count - 1; i > at; i--)
        list[i] = list[i - 1];
    list[at] = one;
}

/* The words behind the last one of a chain, by the sample of it. */
static void next_of_sample(const struct completer *c, const struct hlchain *chain,
                           struct next *list, uint32_t *count)
{
    const struct hlshard_sample *s = chain->brought;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t word = s->list[i].words[0];
        bool met = word == HLWORDLIST_NONE || c->known[word].function;
        for (uint32_t k = 0; k < *count && !met; k++)
            met = list[k].word == word;
        if (met || c->known[word].number)
            continue;
        if (articles_with(s, word) < (is_small(c) ? 1 : MET_LEAST))
            continue;
        double likely = weigh(s, word, -1);
        keep_next(list, count, NEXT, (struct next){word, likely, likely >= KEEPS_LEAST});
    }
}

/* The same by the pairs alone.  How often each stands anywhere says if it keeps with the word.
 */
static hl_status next_of_pairs(struct completer *c, const struct hlchain *chain,
                               struct next *list, uint32_t *count)
{
    const struct known last = c->known[chain->words[chain->count - 1]];
    struct hlshard_list row;
    struct next some[FOLLOWERS];
    uint32_t words[FOLLOWERS], some_count = 0;
    double all = times(c, last.df ? last.df : 1);
    hl_status status =
        hlshard_lists_behind(c->sharded->lists, last.key, last.size, &row, c->err);
    for (size_t i = 0; status == HL_OK && i < row.count; i++) {
        const struct hlshard_word *w = &row.words[i];
        struct next one = {.likely = times(c, w->df) / all};
        if (one.likely < LIKELY_LEAST ||
            (some_count == FOLLOWERS && one.likely <= some[FOLLOWERS - 1].likely) ||
            hlq_is_function(w->key.bytes, w->key.size) || has_digit(w->key.bytes, w->key.size))
            continue;
        status = number_of(c, w->key.bytes, w->key.size, &one.word, c->err);
        if (status == HL_OK)
            keep_next(some, &some_count, FOLLOWERS, one);
    }
    for (uint32_t i = 0; i < some_count; i++)
        words[i] = some[i].word;
    if (status == HL_OK)
        status = count_words(c, words, some_count, c->err);
    for (uint32_t i = 0; status == HL_OK && i < some_count && i < NEXT; i++) {
        double pair = some[i].likely * all, second = times(c, c->known[words[i]].df);
        some[i].keeps = hlwords_sticks(c->snapshot->positions, (uint64_t)pair, (uint64_t)all,
                                       (uint64_t)second);
        keep_next(list, count, NEXT, some[i]);
    }
    return status;
}

/* A letter says too little for more than words: what follows the commonest of all would be
 * brought for nothing. */
static bool is_letter(const struct completer *c, const struct hlchain *chain)
{
    return chain->count == 1 && chain->added == 1 && c->asked->prefix_size == 1;
}

/* Suggests a chain and puts what it goes on with among the next ones. */
static hl_status go_on(struct completer *c, struct hlchain *chain, struct hlchain *chains,
                       uint32_t *count)
{
    struct next list[NEXT];
    uint32_t n = 0;
    double going = 0, left = 1;
    hl_status status = take_sample(c, chain);
    if (status != HL_OK)
        return status;
    if (chain->brought && chain->brought->articles >= SAMPLE_LEAST)
        next_of_sample(c, chain, list, &n);
    else if (chain->count == 1)
        status = next_of_pairs(c, chain, list, &n);
    for (uint32_t i = 0; status == HL_OK && i < n && left > LEFT_LEAST; i++) {
        if (list[i].likely < LIKELY_LEAST)
            break;
        double likely = list[i].likely < left ? list[i].likely : left; /* one word follows */
        left -= likely;
        going += list[i].keeps ? likely : 0;
        if (chain->added > HLCOMPLETE_CONTINUED)
            continue;
        struct hlchain one = hlchain_longer(chain, list[i].word, chain->likely * likely);
        if (chain->brought)
            status = sample_behind(c, chain->brought, list[i].word, &one.brought);
        hlchain_keep(chains, count, BEAM, &one);
    }
    if (status == HL_OK)
        suggest(c, chain, 1 - going);
    return status;
}

/* No chain is worth more than it is likely, nor is one that goes on from it. */
static bool is_beaten(const struct completer *c, const struct hlchain *chain)
{
    return c->found_count == c->most && chain->likely <= c->found[c->most - 1].score;
}

static hl_status run_chains(struct completer *c, struct hlchain *chains, uint32_t count)
{
    struct hlchain next[BEAM];
    hl_status status = HL_OK;
    double least = count ? chains[0].likely * FADED : 0;
    for (uint32_t depth = 0; status == HL_OK && count; depth++) {
        uint32_t next_count = 0;
        for (uint32_t i = 0; status == HL_OK && i < count; i++) {
            if (is_beaten(c, &chains[i]))
                continue;
            if (i + depth * 2 < BEAM && chains[i].likely > least && !is_letter(c, &chains[i]))
                status = go_on(c, &chains[i], next, &next_count);
            else
                suggest(c, &chains[i], is_letter(c, &chains[i]) ? 1 : ENDS_SMALL);
        }
        memcpy(chains, next, next_count * sizeof *next);
        count = next_count;
    }
    return status;
}

/* The counts that will be asked for, in one trip. */
static hl_status count_found(struct completer *c)
{
    size_t room = (size_t)c->found_count * HLCOMPLETE_WORDS + 1, n = 0;
    struct hlx_bytes *terms = hlarena_alloc(c->arena, room * sizeof *terms);
    uint64_t *df = hlarena_alloc(c->arena, room * sizeof *df);
    hl_status status = terms && df ? HL_OK : hlerr_nomem(c->err);
    for (uint32_t i = 0; i < c->found_count; i++)
        for (uint32_t k = 0; status == HL_OK && k + 1 < c->found[i].count; k++)
            status = pair_term(c, c->found[i].words[k], c->found[i].words[k + 1], &terms[n++],
                               c->err);
    return status == HL_OK && n ? hlshard_words_df(c->sharded->words, terms, n, df, c->err)
                                : status;
}

static hl_status complete(struct completer *c)
{
    struct hlchain chains[CANDIDATES], starts[HLCOMPLETE_STARTS];
    uint32_t count = 0;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < c->asked->start_count; i++) {
        starts[i] = hlchain_of(c->asked, i);
        status = add_candidates(c, &starts[i], chains, &count);
    }
    if (status == HL_OK)
        status = weigh_candidates(c, starts, chains, &count);
    if (status == HL_OK)
        status = run_chains(c, chains, count);
    return status == HL_OK ? count_found(c) : status;
}

static hl_status run(void *user, const struct hlcomplete_asked *asked, uint32_t most,
                     struct hlcomplete_found *out_found, uint32_t *out_count,
                     struct hl_error *err)
{
    struct completer *c = user;
    struct hlbuf folded = {0};
    assert(asked->start_count && asked->start_count <= HLCOMPLETE_STARTS);
    c->asked = asked;
    c->found = out_found;
    c->found_count = 0;
    c->most = most;
    c->err = err;
    c->marked = asked->prefix_size && hltext_is_marked(asked->prefix, asked->prefix_size);
    hl_status status = asked->prefix_size
                           ? hltext_fold_key(asked->prefix, asked->prefix_size, &folded, err)
                           : HL_OK;
    c->folded = (const char *)folded.data;
    c->folded_size = folded.size;
    if (status == HL_OK)
        status = complete(c);
    if (status == HL_OK)
        *out_count = c->found_count;
    hlbuf_release(&folded);
    return status;
}

hl_status hlcompleter_of_shards(struct hlsharded *sharded, const struct hlsnapshot *snapshot,
                                struct hlterms *terms, struct hlarena *arena,
                                struct hlcompleter *out_completer, struct hl_error *err)
{
    struct completer *c = hlarena_zalloc(arena, 1, sizeof *c);
    if (!c)
        return hlerr_nomem(err);
    c->sharded = sharded;
    c->snapshot = snapshot;
    c->arena = arena;
    *out_completer = (struct hlcompleter){.find = find,
                                          .key = key_of,
                                          .run = run,
                                          .count = count,
                                          .commonest = commonest,
                                          .vocabulary = hlterms_vocabulary(terms),
                                          .user = c};
    return HL_OK;
}
