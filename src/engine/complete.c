#include "engine/chain.h"
#include "engine/complete.h"

#include "base/err.h"
#include "engine/sample.h"
#include "text/fold.h"
#include "text/marks.h"

#include <assert.h>
#include <string.h>

_Static_assert((int)HLCOMPLETE_WORDS <= HLSAMPLE_ROW_MAX, "a chain is a row");

enum {
    CANDIDATES = 40,  /* completed words that are weighed by two words before them */
    LOOKED_AT = 20,   /* of these, that are looked for in articles */
    KEPT = 10,        /* and found */
    BEAM = 8,         /* chains of one length that go on; one less at each length */
    BRANCHES = 24,    /* words that a chain may go on with, by the pairs alone */
    BRANCHES_FEW = 6, /* where it is none of the best */
    NEXT = 4,         /* and by the articles */
    SAMPLE_SURE = 30, /* articles that have the only say */
    FEW = 1000        /* articles of an index that say nothing of chance */
};

/* How much of p(word | two before) is what a small sample says; the rest are the pairs. */
static const double SAMPLED = 0.85;
/* At most this many times likelier than after the last word alone: articles of one event have
 * all of its pairs, in a row or not. */
static const double LIFTED = 25;
/* Words of grammar begin others (thế giới, không khí), but hardly ever end what is asked for.
 */
static const double GRAMMAR = 0.2;
/* Words that are the second of another may still be the first of what is asked for. */
static const double BOUND_MOST = 0.9;
/* A chain less likely than this share of the best does not go on. */
static const double FADED = 0.002;
/* What ends a text less often than this is no end, but of what was typed itself. */
static const double ENDS_LEAST = 0.08, ENDS_SMALL = 0.3;
/* What is less likely after a chain is not looked at, nor what follows when so little is left.
 */
static const double LIKELY_LEAST = 0.02, LEFT_LEAST = 0.05;

struct completer {
    struct hlwordlist *list;
    struct hlsample_room room;
    const struct hlcomplete_asked *asked;
    struct hlbuf folded;
    bool marked;
    uint32_t from, to; /* words that begin with the prefix, marks aside */
    struct hlcomplete_found *found;
    uint32_t found_count, most;
    struct hl_error *err;
};

/* ---------------------------------------------------------------- candidates */

static bool begins_marked(const void *user, const struct hlwordlist_word *w)
{
    const struct completer *c = user;
    return hltext_begins_marked(c->asked->prefix, c->asked->prefix_size, w->key, w->size);
}

static bool is_small(const struct completer *c)
{
    return c->list->snapshot->articles < FEW;
}

static hl_status fits(struct completer *c, uint32_t word, bool *out_fits)
{
    struct hlwordlist_word *w;
    *out_fits = true;
    if (!c->marked)
        return HL_OK;
    hl_status status = hlwordlist_word(c->list, word, &w, c->err);
    if (status == HL_OK)
        *out_fits = begins_marked(c, w);
    return status;
}

/* Words by themselves, where nothing stands before: those that may begin a word. */
static hl_status add_words(struct completer *c, const struct hlchain *start,
                           struct hlchain *chains, uint32_t *count)
{
    uint32_t words[HLWORDLIST_BEST_MAX], found = 0;
    double places = (double)c->list->snapshot->positions;
    hl_status status =
        hlwordlist_best(c->list, c->from, c->to, c->marked ? begins_marked : NULL, c,
                        HLWORDLIST_BEST_MAX, words, &found, c->err);
    for (uint32_t i = 0; status == HL_OK && i < found; i++) {
        double bound, cf = hlwordlist_cf(c->list, words[i]);
        status = hlwordlist_bound(c->list, words[i], &bound, c->err);
        if (status != HL_OK)
            break;
        double first = bound < BOUND_MOST ? 1 - bound : 1 - BOUND_MOST;
        struct hlchain one = hlchain_longer(start, words[i], cf / places * first * first);
        if (hlwordlist_is_function(c->list, words[i]))
            one.likely *= GRAMMAR;
        hlchain_keep(chains, count, CANDIDATES, &one);
    }
    return status;
}

/* Words that stand behind the last one of the start. */
static hl_status add_followers(struct completer *c, const struct hlchain *start,
                               struct hlchain *chains, uint32_t *count)
{
    const struct hlwordlist_row *row;
    uint32_t a = start->words[start->count - 1], first, last;
    hl_status status = hlwordlist_row(c->list, a, &row, c->err);
    if (status != HL_OK)
        return status;
    hlwordlist_row_range(row, c->from, c->to, &first, &last);
    for (uint32_t i = first; status == HL_OK && i < last; i++) {
        uint32_t word = row->next[i].word;
        double likely = start->likely * row->next[i].cf / hlwordlist_cf(c->list, a);
        bool taken;
        if (*count == CANDIDATES && likely <= chains[*count - 1].likely)
            continue;
        if (hlwordlist_is_function(c->list, word))
            continue;
        status = fits(c, word, &taken);
        if (status != HL_OK || !taken)
            continue;
        struct hlchain one = hlchain_longer(start, word, likely);
        hlchain_keep(chains, count, CANDIDATES, &one);
    }
    return status;
}

/* ---------------------------------------------------------------- likelihood */

static hl_status locals_of(struct completer *c, uint32_t word, const uint32_t **out_locals)
{
    return hlwordlist_locals(c->list, word, out_locals, c->err);
}

/* Takes the sample of a chain's last two words, unless there are fewer. */
static hl_status take_sample(struct completer *c, struct hlchain *chain)
{
    const uint32_t *a, *b;
    if (chain->sample || chain->count < 2)
        return HL_OK;
    hl_status status = locals_of(c, chain->words[chain->count - 2], &a);
    if (status == HL_OK)
        status = locals_of(c, chain->words[chain->count - 1], &b);
    return status == HL_OK ? hlsample_of_pair(&c->room, a, b, &chain->sample, c->err) : status;
}

/*
 * p(word | chain) from p(word | last word): what the sample of the chain says of the next
 * pair.  *out_sample is that of the longer chain, NULL where the sample is too small.
 */
static hl_status weigh(struct completer *c, const struct hlchain *chain, uint32_t word,
                       double *likely, struct hlsample **out_sample)
{
    const uint32_t *b, *next;
    double base;
    *out_sample = NULL;
    if (chain->count < 2)
        return HL_OK;
    *likely *= chain->sample->docs > 0; /* all of its articles are deleted, or have no pair */
    if (!chain->sample->docs)
        return HL_OK;
    hl_status status = locals_of(c, chain->words[chain->count - 1], &b);
    if (status == HL_OK)
        status = locals_of(c, word, &next);
    if (status == HL_OK)
        status = hlsample_extend(&c->room, chain->sample, b, next, out_sample, &base, c->err);
    if (status != HL_OK)
        return status;
    double share = (double)(*out_sample)->docs / chain->sample->docs;
    double above = is_small(c) || base >= 1 ? share : (share - base) / (1 - base);
    double most = LIFTED * *likely;
    if (above > 0 && chain->sample->docs < SAMPLE_SURE)
        above = SAMPLED * above + (1 - SAMPLED) * *likely;
    *likely = above <= 0 ? 0 : above < most ? above : most;
    return HL_OK;
}

/* What articles have they need not have in a row: a few are looked at. */
static hl_status look_in_row(struct completer *c, struct hlchain *chain)
{
    const uint32_t *words[HLCOMPLETE_WORDS];
    double share = 0;
    hl_status status = HL_OK;
    if (!chain->sample || chain->count < 3)
        return HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < chain->count; i++)
        status = locals_of(c, chain->words[i], &words[i]);
    if (status == HL_OK)
        status = hlsample_in_row(&c->room, chain->sample, words, chain->count, &share, c->err);
    if (status == HL_OK)
        chain->likely *= share;
    return status;
}

/* With two words before it, a candidate is weighed by both. */
static hl_status weigh_candidate(struct completer *c, struct hlchain *start,
                                 struct hlchain *one)
{
    double likely = one->likely / start->likely;
    hl_status status = take_sample(c, start);
    if (status == HL_OK)
        status = weigh(c, start, one->words[one->count - 1], &likely, &one->sample);
    one->likely = likely * start->likely;
    return status;
}

static hl_status weigh_candidates(struct completer *c, struct hlchain *starts,
                                  struct hlchain *chains, uint32_t *count)
{
    struct hlchain sorted[CANDIDATES];
    uint32_t sorted_count = 0, kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct hlchain *start = &starts[chains[i].start];
        hl_status status = start->count >= 2 ? weigh_candidate(c, start, &chains[i]) : HL_OK;
        if (status != HL_OK)
            return status;
        if (chains[i].likely > 0)
            hlchain_keep(sorted, &sorted_count, CANDIDATES, &chains[i]);
    }
    for (uint32_t i = 0, looked = 0; i < sorted_count && kept < KEPT; i++) {
        struct hlchain *one = &sorted[i];
        bool look = one->sample && one->count >= 3;
        if (look && looked++ == LOOKED_AT)
            break;
        hl_status status = look ? look_in_row(c, one) : HL_OK;
        if (status != HL_OK)
            return status;
        if (one->likely > 0)
            hlchain_keep(chains, &kept, CANDIDATES, one);
    }
    *count = kept;
    return HL_OK;
}

/* ------------------------------------------------------------------ suggesting */

static hl_status is_end(struct completer *c, const struct hlchain *chain, bool *out_is)
{
    uint32_t word = chain->words[chain->count - 1];
    struct hlwordlist_word *last;
    *out_is = !hlwordlist_is_function(c->list, word);
    if (!*out_is || chain->added == 1)
        return HL_OK;
    hl_status status = hlwordlist_word(c->list, word, &last, c->err);
    if (status == HL_OK)
        *out_is = !last->number;
    return status;
}

static hl_status suggest(struct completer *c, const struct hlchain *chain, double ends)
{
    bool end;
    hl_status status = is_end(c, chain, &end);
    if (status != HL_OK || !end)
        return status;
    if (is_small(c) && ends < ENDS_SMALL)
        ends = ENDS_SMALL; /* so few articles make anything look like a word */
    double share = ends > ENDS_LEAST ? ends : ENDS_LEAST;
    double score = chain->likely * share * (chain->count == 1 ? share : 1);
    uint32_t at = c->found_count;
    if (chain->added > 1 && ends < ENDS_LEAST)
        return HL_OK;
    while (at > 0 && c->found[at - 1].score < score)
        at--;
    if (at == c->most)
        return HL_OK;
    c->found_count += c->found_count < c->most;
    for (uint32_t i = c->found_count - 1; i > at; i--)
        c->found[i] = c->found[i - 1];
    struct hlcomplete_found *found = &c->found[at];
    *found = (struct hlcomplete_found){.count = chain->count, .start = chain->start};
    memcpy(found->words, chain->words, chain->count * sizeof *chain->words);
    found->score = score;
    return HL_OK;
}

/* Do two words keep together that are found side by side so often? */
static bool sticks(const struct completer *c, uint32_t a, uint32_t cf, uint32_t b)
{
    return hlwords_sticks(c->list->snapshot->positions, cf, hlwordlist_cf(c->list, a),
                          hlwordlist_cf(c->list, b));
}

/* May a chain go on with it, for all that is known without its key? */
static bool may_branch(const struct completer *c, uint32_t a, const struct hlwordlist_next *n)
{
    bool loose = hlwordlist_is_function(c->list, a) && !sticks(c, a, n->cf, n->word);
    return !loose && !hlwordlist_is_function(c->list, n->word); /* của mình */
}

/* The most frequent of a row, up to `room`, of equals the first ones. */
static uint32_t most_frequent(const struct completer *c, uint32_t a,
                              const struct hlwordlist_row *row, uint32_t room,
                              const struct hlwordlist_next **out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < row->count; i++) {
        const struct hlwordlist_next *n = &row->next[i];
        if ((count == room && n->cf <= out[count - 1]->cf) || !may_branch(c, a, n))
            continue;
        uint32_t at = count < room ? count++ : room - 1;
        for (; at > 0 && out[at - 1]->cf < n->cf; at--)
            out[at] = out[at - 1];
        out[at] = n;
    }
    return count;
}

/* The words that most often stand behind the last one, but those of grammar and numbers.  Keys
 * are read of few: numbers are looked for among the most frequent, and among more of these
 * where there are many. */
static hl_status branches_of(struct completer *c, uint32_t a, const struct hlwordlist_row *row,
                             uint32_t most, const struct hlwordlist_next *out[BRANCHES],
                             uint32_t *out_count)
{
    uint32_t room = most, count, seen = 0, found = 0;
    hl_status status = HL_OK;
    do {
        room *= 2;
        const struct hlwordlist_next **some =
            hlarena_alloc(c->room.arena, room * sizeof(const struct hlwordlist_next *));
        if (!some)
            return hlerr_nomem(c->err);
        count = most_frequent(c, a, row, room, some);
        for (; status == HL_OK && seen < count && found < most; seen++) {
            struct hlwordlist_word *w;
            status = hlwordlist_word(c->list, some[seen]->word, &w, c->err);
            if (status == HL_OK && !w->number)
                out[found++] = some[seen];
        }
    } while (status == HL_OK && count == room && found < most);
    *out_count = found;
    return status;
}

/* Suggests a chain and puts what it goes on with among the next ones. */
static hl_status go_on(struct completer *c, struct hlchain *chain, uint32_t most,
                       struct hlchain *next, uint32_t *next_count)
{
    const struct hlwordlist_next *branches[BRANCHES];
    const struct hlwordlist_row *row;
    struct hlchain better[NEXT];
    uint32_t better_count = 0, count = 0, last = chain->words[chain->count - 1];
    double going = 0;
    hl_status status = hlwordlist_row(c->list, last, &row, c->err);
    if (status == HL_OK)
        status = take_sample(c, chain);
    if (status == HL_OK)
        status = branches_of(c, last, row, most, branches, &count);
    if (status != HL_OK)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        double likely = (double)branches[i]->cf / hlwordlist_cf(c->list, last);
        struct hlsample *sample;
        status = weigh(c, chain, branches[i]->word, &likely, &sample);
        if (status != HL_OK)
            return status;
        struct hlchain one = hlchain_longer(chain, branches[i]->word, likely);
        one.sample = sample;
        hlchain_keep(better, &better_count, NEXT, &one);
    }

    double left = 1;
    for (uint32_t i = 0; i < better_count && left > LEFT_LEAST; i++) {
        struct hlchain *one = &better[i];
        if (one->likely < LIKELY_LEAST)
            break;
        status = look_in_row(c, one);
        if (status != HL_OK)
            return status;
        one->likely = one->likely < left ? one->likely : left; /* one word follows */
        left -= one->likely;
        const struct hlwordlist_next *n = hlwordlist_next(row, one->words[one->count - 1]);
        going += sticks(c, last, n->cf, n->word) ? one->likely : 0;
        one->likely *= chain->likely;
        if (one->likely > 0)
            hlchain_keep(next, next_count, BEAM, one);
    }
    if (!chain->sample && row->sticky > going)
        going = row->sticky;
    return suggest(c, chain, 1 - going);
}

/* No chain is worth more than it is likely, nor is one that goes on from it: where as many as
 * are wanted are worth more, nothing has to be known of either. */
static bool is_beaten(const struct completer *c, const struct hlchain *chain)
{
    return c->found_count == c->most && chain->likely <= c->found[c->most - 1].score;
}

/* A chain that is looked at no further: its last word alone says if it may end there. */
static hl_status end(struct completer *c, const struct hlchain *chain)
{
    const struct hlwordlist_row *row;
    bool can;
    hl_status status = is_end(c, chain, &can);
    if (status != HL_OK || !can)
        return status;
    status = hlwordlist_row(c->list, chain->words[chain->count - 1], &row, c->err);
    return status == HL_OK ? suggest(c, chain, 1 - row->sticky) : status;
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
            bool goes_on = depth < HLCOMPLETE_CONTINUED && i + depth * 2 < BEAM &&
                           chains[i].likely > least;
            uint32_t most = i + depth < 2 ? BRANCHES : BRANCHES_FEW;
            status =
                goes_on ? go_on(c, &chains[i], most, next, &next_count) : end(c, &chains[i]);
        }
        memcpy(chains, next, next_count * sizeof *next);
        count = next_count;
    }
    return status;
}

static hl_status run(struct completer *c)
{
    struct hlchain chains[CANDIDATES], starts[HLCOMPLETE_STARTS];
    uint32_t count = 0;
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < c->asked->start_count; i++) {
        starts[i] = hlchain_of(c->asked, i);
        if (starts[i].count)
            status = add_followers(c, &starts[i], chains, &count);
        else
            status = add_words(c, &starts[i], chains, &count);
    }
    if (status == HL_OK)
        status = weigh_candidates(c, starts, chains, &count);
    return status == HL_OK ? run_chains(c, chains, count) : status;
}

hl_status hlcomplete_run(struct hlwordlist *list, struct hlarena *arena,
                         const struct hlcomplete_asked *asked, uint32_t most,
                         struct hlcomplete_found *out_found, uint32_t *out_count,
                         struct hl_error *err)
{
    struct completer c = {.list = list,
                          .room = {list->snapshot, arena},
                          .asked = asked,
                          .found = out_found,
                          .most = most,
                          .err = err};
    assert(asked->start_count && asked->start_count <= HLCOMPLETE_STARTS);
    hl_status status = HL_OK;
    c.to = list->count;
    if (asked->prefix_size) {
        status = hltext_fold_key(asked->prefix, asked->prefix_size, &c.folded, err);
        c.marked = hltext_is_marked(asked->prefix, asked->prefix_size);
    }
    if (status == HL_OK && asked->prefix_size)
        status = hlwordlist_range(list, (const char *)c.folded.data, c.folded.size, &c.from,
                                  &c.to, err);
    hlbuf_release(&c.folded);
    if (status == HL_OK)
        status = run(&c);
    if (status == HL_OK)
        *out_count = c.found_count;
    return status;
}
