#include "backend/shard_query.h"

#include "base/err.h"
#include "text/fold.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef const struct hlx_query *node;

struct builder {
    struct hlnative *n;
    struct hlshard_words *words;
    struct hlbuf scratch;
    bool inexact;
    hl_status status; /* of the first failure; nodes are NULL from then on */
    struct hl_error *err;
};

/* Nodes that become parts of one. */
struct list {
    node *items;
    size_t count, room;
};

static const struct hlx_query nothing = {.op = HLX_NOTHING}, everything = {.op = HLX_ALL};

static double idf_of(double articles, double df)
{
    double x = (articles - df + 0.5) / (df + 0.5);
    return log(x < 2 ? x * 0.5 + 1 : x);
}

double hlshard_idf(uint64_t articles, uint64_t df)
{
    return idf_of((double)articles, (double)df);
}

static node fail(struct builder *b, hl_status status)
{
    if (b->status == HL_OK)
        b->status = status == HL_NOMEM ? hlerr_nomem(b->err) : status;
    return &nothing;
}

static void add(struct builder *b, struct list *list, node item)
{
    if (list->count == list->room) {
        size_t room = list->room * 2 + 8;
        node *items = hlarena_alloc(&b->n->arena, room * sizeof *items);
        if (!items) {
            fail(b, HL_NOMEM);
            return;
        }
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

static struct hlx_query *make(struct builder *b, enum hlx_op op)
{
    struct hlx_query *q = hlarena_zalloc(&b->n->arena, 1, sizeof *q);
    if (q)
        q->op = op;
    else
        fail(b, HL_NOMEM);
    return q;
}

/* One part is itself; no part is nothing, or of HLX_AND everything. */
static node join(struct builder *b, enum hlx_op op, const struct list *parts)
{
    if (!parts->count)
        return op == HLX_AND ? &everything : &nothing;
    if (parts->count == 1 && op != HLX_SCALE)
        return parts->items[0];
    struct hlx_query *q = make(b, op);
    if (!q)
        return &nothing;
    q->parts = parts->items;
    q->count = parts->count;
    return q;
}

/* `first` where all of the others are. */
static node filter(struct builder *b, node first, const struct list *others)
{
    struct list all = {NULL, 0, 0};
    add(b, &all, first);
    for (size_t i = 0; i < others->count; i++)
        add(b, &all, others->items[i]);
    return join(b, HLX_FILTER, &all);
}

static node filter_one(struct builder *b, node first, node other)
{
    struct list all = {NULL, 0, 0};
    add(b, &all, first);
    add(b, &all, other);
    return join(b, HLX_FILTER, &all);
}

static node without(struct builder *b, node first, const struct list *others)
{
    if (!others->count)
        return first;
    struct list all = {NULL, 0, 0};
    add(b, &all, first);
    for (size_t i = 0; i < others->count; i++)
        add(b, &all, others->items[i]);
    return join(b, HLX_AND_NOT, &all);
}

/* ---- terms ---- */

static node term_of_scratch(struct builder *b, bool made)
{
    struct hlx_query *q = made ? make(b, HLX_TERM) : NULL;
    char *copy =
        q ? hlarena_strndup(&b->n->arena, (const char *)b->scratch.data, b->scratch.size)
          : NULL;
    if (!copy)
        return fail(b, HL_NOMEM);
    q->term = (struct hlx_bytes){copy, b->scratch.size};
    return q;
}

static node term(struct builder *b, const char *prefix, const char *bytes, size_t size)
{
    return term_of_scratch(b, hlx_term(prefix, bytes, size, &b->scratch));
}

static node pair_term(struct builder *b, const struct hlq_key *x, const struct hlq_key *y)
{
    return term_of_scratch(b, hlx_pair_term(x->bytes, x->size, y->bytes, y->size, &b->scratch));
}

static uint64_t df_of(struct builder *b, node q)
{
    uint64_t df = 0;
    hl_status status = b->status;
    if (status == HL_OK && q->op == HLX_TERM)
        status = hlshard_words_df(b->words, &q->term, 1, &df, b->err);
    if (status != HL_OK)
        fail(b, status);
    return df;
}

static node scale(struct builder *b, node part, double by)
{
    struct list one = {NULL, 0, 0};
    struct hlx_query *s = make(b, HLX_SCALE);
    add(b, &one, part);
    if (!s || b->status != HL_OK)
        return &nothing;
    s->parts = one.items;
    s->count = 1;
    s->scale = by;
    return s;
}

/* A term worth factor * sat(its wdf). */
static node scaled(struct builder *b, node q, double factor)
{
    uint64_t df = df_of(b, q), articles = b->n->snapshot->articles;
    if (!df || q == &nothing)
        return &nothing;
    return scale(b, q, factor / hlshard_idf(articles, df < articles ? df : articles));
}

/* ---- which articles have it ---- */

static node match(struct builder *b, const struct hlq_expr *e);

static node match_row(struct builder *b, const char *prefix, const struct hlq_key *keys,
                      uint32_t count)
{
    struct list parts = {NULL, 0, 0};
    if (count == 2 && !*prefix)
        return pair_term(b, &keys[0], &keys[1]);
    for (uint32_t i = 0; i < count; i++)
        add(b, &parts, term(b, prefix, keys[i].bytes, keys[i].size));
    struct hlx_query *q = make(b, HLX_PHRASE);
    if (!q)
        return &nothing;
    q->parts = parts.items;
    q->count = parts.count;
    q->window = count;
    return q;
}

/* Any of the keys of a word, in a field or anywhere. */
static node match_keys(struct builder *b, const char *prefix, const struct hlq_word *word)
{
    struct list any = {NULL, 0, 0};
    for (uint32_t i = 0; i < word->count; i++)
        add(b, &any, term(b, prefix, word->keys[i].bytes, word->keys[i].size));
    return join(b, HLX_OR, &any);
}

static node match_word(struct builder *b, const struct hlq_word *word)
{
    struct list any = {NULL, 0, 0};
    for (uint32_t i = 0; i < word->count; i++)
        add(b, &any, term(b, "", word->keys[i].bytes, word->keys[i].size));
    for (uint32_t i = 0; i < word->sequence_count; i++)
        add(b, &any, match_row(b, "", word->sequences[i].keys, word->sequences[i].count));
    return join(b, HLX_OR, &any);
}

/* The folded key of a word, y as i, put in place of what is in to; has_digit: it has one. */
static bool fold(struct builder *b, const struct hlq_key *key, struct hlbuf *to,
                 bool *out_has_digit)
{
    hlbuf_reset(to);
    hl_status status = hltext_fold_key(key->bytes, key->size, to, b->err);
    *out_has_digit = false;
    for (uint32_t i = 0; i < key->size; i++)
        *out_has_digit |= key->bytes[i] >= '0' && key->bytes[i] <= '9';
    for (size_t i = 0; i < to->size; i++)
        if (to->data[i] == 'y')
            to->data[i] = 'i';
    if (status != HL_OK)
        fail(b, status);
    return status == HL_OK;
}

/* Can a key of y stand where x does?  The same one can, i and y are often one, and beside the
 * first of the tokens that a code or a date consists of stands all of it as one
 * (token/tokenise.h): it begins as that does, or both have digits. */
static bool may_share(struct builder *b, const struct hlq_key *x, const struct hlq_word *y)
{
    struct hlbuf one = {0}, other = {0};
    bool digit, other_digit, shares = !fold(b, x, &one, &digit);
    for (uint32_t i = 0; i < y->count && !shares; i++) {
        if (!fold(b, &y->keys[i], &other, &other_digit))
            break;
        size_t least = one.size < other.size ? one.size : other.size;
        shares = (digit && other_digit) || !memcmp(one.data, other.data, least);
    }
    hlbuf_release(&one);
    hlbuf_release(&other);
    return shares;
}

/* Two words of a near that may stand at one place: Xapian wants a place for each. */
static bool shares_places(struct builder *b, const struct hlq_phrase *p)
{
    const struct hlq_word *extra = b->n->plan.extra;
    for (uint32_t i = 0; i < p->count; i++)
        for (uint32_t k = 0; k < i; k++)
            for (uint32_t a = 0; a < extra[p->words[i]].count; a++)
                if (may_share(b, &extra[p->words[i]].keys[a], &extra[p->words[k]]))
                    return true;
    return false;
}

static node match_phrase(struct builder *b, const struct hlq_phrase *p)
{
    static const char *const prefixes[] = {HLX_TITLE, HLX_LEAD, HLX_BODY};
    enum { BODY = 2 };
    const char *prefix = p->field < 0 ? "" : prefixes[p->field];
    bool near = p->slop >= 0, row = p->count > 1;
    struct list parts = {NULL, 0, 0}, all = {NULL, 0, 0};
    for (uint32_t i = 0; i < p->count; i++)
        add(b, &parts, match_keys(b, prefix, &b->n->plan.extra[p->words[i]]));
    if (!row)
        return join(b, HLX_OR, &parts);
    for (size_t i = 0; i < parts.count; i++)
        if (parts.items[i] == &nothing)
            return &nothing;
    if (p->field == BODY) { /* its terms have no places: those of all fields are looked at */
        b->inexact = true;
        all = parts;
        parts = (struct list){NULL, 0, 0};
        for (uint32_t i = 0; i < p->count; i++)
            add(b, &parts, match_keys(b, "", &b->n->plan.extra[p->words[i]]));
    }
    if (near && shares_places(b, p)) {
        b->inexact = true;
        return join(b, HLX_AND, p->field == BODY ? &all : &parts);
    }
    struct hlx_query *q = make(b, near ? HLX_NEAR : HLX_PHRASE);
    if (!q)
        return &nothing;
    q->parts = parts.items;
    q->count = parts.count;
    q->window = p->count + (near ? (unsigned)p->slop : 0);
    return all.count ? filter(b, q, &all) : q;
}

static node match_value(struct builder *b, unsigned facet, const char *want, size_t size,
                        bool fold)
{
    return term(b, hlx_value_prefix[facet][fold], want, size);
}

/* A value of a group, which is read as native filters are. */
static node match_filter(struct builder *b, const struct hlq_filter *value)
{
    struct hlbuf key = {0};
    size_t size = strlen(value->value);
    hl_status status = hlnative_filter_key(value->value, size, false, &key, b->err);
    bool fold = status == HL_OK && !hltext_is_marked((const char *)key.data, key.size);
    if (fold)
        status = hlnative_filter_key(value->value, size, true, &key, b->err);
    node q = status == HL_OK
                 ? match_value(b, value->facet, (const char *)key.data, key.size, fold)
                 : fail(b, status);
    hlbuf_release(&key);
    return q;
}

/* Seconds as values have them: from 1 to UINT32_MAX, both ends in it. */
static node match_dates(struct builder *b, int64_t low, int64_t high)
{
    low = low < 1 ? 1 : low;
    high = high > UINT32_MAX ? UINT32_MAX : high;
    char *bytes = hlarena_alloc(&b->n->arena, 8);
    struct hlx_query *q = make(b, HLX_RANGE);
    if (low > high || !bytes || !q)
        return bytes && q ? &nothing : fail(b, HL_NOMEM);
    for (int i = 0; i < 4; i++) {
        bytes[i] = (char)(low >> (24 - 8 * i));
        bytes[4 + i] = (char)(high >> (24 - 8 * i));
    }
    q->slot = HLX_SLOT_DATE;
    q->low = (struct hlx_bytes){bytes, 4};
    q->high = (struct hlx_bytes){bytes + 4, 4};
    return q;
}

static node match_days(struct builder *b, const struct hlq_days *days)
{
    return match_dates(b, days->from, days->to == INT64_MIN ? 0 : days->to - 1);
}

/* What must not be there is only left out where Xapian can say it exactly. */
static void exclude(struct builder *b, const struct hlq_expr *e, struct list *excluded)
{
    bool before = b->inexact;
    b->inexact = false;
    node q = match(b, e);
    if (!b->inexact)
        add(b, excluded, q);
    b->inexact |= before;
}

static node match_all(struct builder *b, const struct hlq_expr *e)
{
    struct list all = {NULL, 0, 0}, excluded = {NULL, 0, 0};
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_expr *part = &e->as.of.parts[i];
        if (part->excluded)
            exclude(b, part, &excluded);
        else
            add(b, &all, match(b, part));
    }
    return without(b, join(b, HLX_AND, &all), &excluded);
}

static node match(struct builder *b, const struct hlq_expr *e)
{
    struct list any = {NULL, 0, 0};
    switch (e->kind) {
    case HLQ_X_WORD:
        return match_word(b, e->as.word);
    case HLQ_X_PHRASE:
        return match_phrase(b, &e->as.phrase);
    case HLQ_X_VALUE:
        return match_filter(b, &e->as.value);
    case HLQ_X_DAYS:
        return match_days(b, &e->as.days);
    case HLQ_X_ALL:
        return match_all(b, e);
    case HLQ_X_ANY:
        break;
    }
    for (uint32_t i = 0; i < e->as.of.count; i++)
        if (e->as.of.parts[i].times)
            add(b, &any, match(b, &e->as.of.parts[i]));
    return join(b, HLX_OR, &any);
}

/* ---- what it is worth at most ---- */

/* Rows of three and more are there no more often than their rarest pair. */
static void bound_row(struct builder *b, const struct hlq_sequence *row, double factor,
                      struct list *to)
{
    node rarest = NULL;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i + 1 < row->count; i++) {
        node q = pair_term(b, &row->keys[i], &row->keys[i + 1]);
        uint64_t df = df_of(b, q);
        if (df < least) {
            least = df;
            rarest = q;
        }
    }
    if (rarest && least && least != UINT64_MAX)
        add(b, to, scaled(b, rarest, factor));
}

static bool is_same(node a, node b)
{
    return a->term.size == b->term.size && !memcmp(a->term.bytes, b->term.bytes, a->term.size);
}

/*
 * Terms as if they were one: worth factor * sat(the sum of their wdf), which is what a word of
 * several keys is worth at most, where one by one they would be worth much more together.
 * Xapian takes their df for N (1 - product of (1 - df / N)), rounded at each step; its idf is
 * that of no more than this.
 */
static void bound_terms(struct builder *b, const struct list *terms, double factor,
                        struct list *to)
{
    double articles = (double)b->n->snapshot->articles, without = 1;
    struct list some = {NULL, 0, 0};
    bool twice = false;
    for (size_t i = 0; i < terms->count; i++) {
        uint64_t df = df_of(b, terms->items[i]);
        if (!df || terms->items[i] == &nothing)
            continue;
        for (size_t k = 0; k < some.count && !twice; k++)
            twice = is_same(some.items[k], terms->items[i]);
        without *= 1 - (double)df / articles;
        add(b, &some, terms->items[i]);
    }
    if (some.count < 2 || twice) {
        for (size_t i = 0; i < some.count; i++)
            add(b, to, scaled(b, some.items[i], factor));
        return;
    }
    struct hlx_query *q = make(b, HLX_SYNONYM);
    if (!q)
        return;
    q->parts = some.items;
    q->count = some.count;
    double df = articles * (1 - without) + (double)some.count + 1;
    add(b, to, scale(b, q, factor / idf_of(articles, df < articles ? df : articles)));
}

static void bound_word(struct builder *b, const struct hlq_word *word, double factor,
                       struct list *to)
{
    struct list terms = {NULL, 0, 0};
    for (uint32_t i = 0; i < word->count; i++)
        add(b, &terms, term(b, "", word->keys[i].bytes, word->keys[i].size));
    bound_terms(b, &terms, factor, to);
    for (uint32_t i = 0; i < word->sequence_count; i++)
        bound_row(b, &word->sequences[i], factor, to);
}

static uint64_t keys_df(struct builder *b, const struct hlq_word *word)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < word->count; i++)
        sum += df_of(b, term(b, "", word->keys[i].bytes, word->keys[i].size));
    return sum;
}

static void bound_phrase(struct builder *b, const struct hlq_phrase *p, double factor,
                         struct list *to)
{
    const struct hlq_word *extra = b->n->plan.extra, *rarest = NULL;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t df = keys_df(b, &extra[p->words[i]]);
        if (df < least) {
            least = df;
            rarest = &extra[p->words[i]];
        }
    }
    if (rarest)
        bound_word(b, rarest, factor, to);
}

static bool narrows(const struct hlq_expr *e)
{
    bool some = e->kind == HLQ_X_VALUE || e->kind == HLQ_X_DAYS;
    if (e->kind == HLQ_X_ALL || e->kind == HLQ_X_ANY)
        for (uint32_t i = 0; i < e->as.of.count && !some; i++)
            some = narrows(&e->as.of.parts[i]);
    return some;
}

static void bound_parts(struct builder *b, const struct hlq_expr *e, double factor,
                        struct list *to)
{
    switch (e->kind) {
    case HLQ_X_WORD:
        bound_word(b, e->as.word, factor, to);
        return;
    case HLQ_X_PHRASE:
        bound_phrase(b, &e->as.phrase, factor, to);
        return;
    case HLQ_X_VALUE:
    case HLQ_X_DAYS:
        return;
    case HLQ_X_ALL:
    case HLQ_X_ANY:
        break;
    }
    for (uint32_t i = 0; i < e->as.of.count; i++) {
        const struct hlq_expr *part = &e->as.of.parts[i];
        if (e->kind == HLQ_X_ANY ? part->times > 0 : !part->excluded)
            bound_parts(b, part, e->kind == HLQ_X_ANY ? factor * part->times : factor, to);
    }
}

/* The most that something is worth which is there once: in an article without any words. */
static double worth_once(const struct builder *b, double factor)
{
    const struct hlbm25 *p = &b->n->score.bm25;
    return factor * (p->k1 + 1) / (1 + p->k1 * (1 - p->b));
}

/* A group is there no more often than all of its parts together; one that only narrows once. */
static void bound_expr(struct builder *b, const struct hlq_expr *e, double factor,
                       struct list *to)
{
    size_t before = to->count;
    bound_parts(b, e, factor, to);
    if (narrows(e) || to->count == before)
        add(b, to, filter_one(b, scale(b, &everything, worth_once(b, factor)), match(b, e)));
}

/* Keys that are terms together, others by themselves. */
static void bound_keys(struct builder *b, const struct hlnative_leaf *leaf, struct list *to)
{
    struct list terms = {NULL, 0, 0};
    for (uint32_t k = 0; k < leaf->key_count; k++) {
        const struct hlnative_key *key = &leaf->keys[k];
        if (key->expr) {
            bound_expr(b, key->expr, leaf->factor, to);
        } else if (key->row) {
            bound_row(b, key->row, leaf->factor, to);
        } else if (key->b) {
            struct hlq_key x = {key->a->key, key->a->size, 0},
                           y = {key->b->key, key->b->size, 0};
            add(b, &terms, pair_term(b, &x, &y));
        } else {
            add(b, &terms, term(b, "", key->a->key, key->a->size));
        }
    }
    bound_terms(b, &terms, leaf->factor, to);
}

static node bound_leaves(struct builder *b)
{
    struct list all = {NULL, 0, 0};
    for (uint32_t i = 0; i < b->n->leaf_count; i++) {
        const struct hlnative_leaf *leaf = &b->n->leaves[i];
        if (leaf->kind == HLLEAF_PHRASE)
            bound_phrase(b, &b->n->plan.phrases[leaf->a], leaf->factor, &all);
        bound_keys(b, leaf, &all);
    }
    struct list some = {NULL, 0, 0};
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i] != &nothing)
            add(b, &some, all.items[i]);
    return join(b, HLX_OR, &some);
}

/* ---- conditions ---- */

static node match_leaf(struct builder *b, const struct hlnative_leaf *leaf)
{
    const struct hlq_word *word = &b->n->plan.words[leaf->a];
    return word->expr ? match(b, word->expr) : match_word(b, word);
}

/* Everything beside the words: what must be there, and what must not. */
static void add_conditions(struct builder *b, const char *id, struct list *wanted,
                           struct list *excluded)
{
    const struct hlnative *n = b->n;
    for (uint32_t i = 0; i < n->plan.phrase_count; i++) {
        struct hlq_expr e = {.kind = HLQ_X_PHRASE, .as.phrase = n->plan.phrases[i]};
        if (e.as.phrase.excluded)
            exclude(b, &e, excluded);
        else
            add(b, wanted, match(b, &e));
    }
    for (uint32_t i = 0; i < n->filter_count; i++) {
        const struct hlnative_filter *f = &n->filters[i];
        add(b, f->excluded ? excluded : wanted,
            match_value(b, f->facet, f->want, f->size, f->fold));
    }
    for (uint32_t i = 0; i < n->plan.condition_count; i++) {
        if (n->plan.conditions[i].excluded)
            exclude(b, &n->plan.conditions[i], excluded);
        else
            add(b, wanted, match(b, &n->plan.conditions[i]));
    }
    if (n->options.dated)
        add(b, wanted, match_dates(b, n->options.range.low, n->options.range.high));
    if (id)
        add(b, excluded, term(b, HLX_ID, id, strlen(id)));
}

/*
 * Anything as if it were one term.  Beside that this gives it one weight, it keeps Xapian 1.4
 * from adding a wrong one: where an OR is one of several that must be there, it is asked
 * whether it is at a document, and asks its parts; one with a phrase may answer that it does
 * not know where it is, which the OR takes for the next document.
 */
static node one_term(struct builder *b, node q)
{
    struct list one = {NULL, 0, 0};
    struct hlx_query *s = make(b, HLX_SYNONYM);
    add(b, &one, q);
    if (!s || b->status != HL_OK)
        return &nothing;
    s->parts = one.items;
    s->count = 1;
    return s;
}

static node count_words(struct builder *b, double *out_cutoff)
{
    const struct hlnative *n = b->n;
    struct list any = {NULL, 0, 0};
    uint64_t need = (n->shares * (uint64_t)n->cover + 99) / 100;
    *out_cutoff = need && n->word_count > 1 && n->cover < HL_COVER_ALL ? (double)need - 0.5 : 0;
    for (uint32_t i = 0; i < n->word_count; i++) {
        const struct hlnative_leaf *leaf = &n->leaves[i];
        node q = match_leaf(b, leaf);
        if (!*out_cutoff)
            add(b, &any, q);
        else
            add(b, &any, scale(b, q->op == HLX_TERM ? q : one_term(b, q), leaf->share));
    }
    return join(b, n->cover == HL_COVER_ALL ? HLX_AND : HLX_OR, &any);
}

static int by_share(const void *a, const void *b)
{
    const struct hlnative_leaf *x = *(const struct hlnative_leaf *const *)a;
    const struct hlnative_leaf *y = *(const struct hlnative_leaf *const *)b;
    if (x->share != y->share)
        return x->share > y->share ? -1 : 1;
    return x < y ? -1 : x > y;
}

/*
 * Words of which no answer lacks all, since the others together are not enough for the cover:
 * those of the greatest share.  It spares looking at what has the common words alone.
 */
static void need_some(struct builder *b, struct list *wanted)
{
    struct hlnative *n = b->n;
    const struct hlnative_leaf **leaves =
        hlarena_alloc(&n->arena, (n->word_count + 1u) * sizeof *leaves);
    if (!leaves) {
        fail(b, HL_NOMEM);
        return;
    }
    for (uint32_t i = 0; i < n->word_count; i++)
        leaves[i] = &n->leaves[i];
    qsort(leaves, n->word_count, sizeof *leaves, by_share);
    uint64_t rest = n->shares, need = (n->shares * (uint64_t)n->cover + 99) / 100;
    uint32_t some = 0;
    while (some < n->word_count && rest >= need)
        rest -= leaves[some++]->share;
    struct list any = {NULL, 0, 0};
    for (uint32_t i = 0; i < some; i++)
        add(b, &any, match_leaf(b, leaves[i]));
    if (some < n->word_count)
        add(b, wanted, join(b, HLX_OR, &any));
}

hl_status hlshard_query_make(struct hlnative *native, struct hlshard_words *words,
                             const char *id, struct hlshard_query *out_query,
                             struct hl_error *err)
{
    struct builder b = {.n = native, .words = words, .err = err};
    struct list wanted = {NULL, 0, 0}, excluded = {NULL, 0, 0};
    struct hlshard_query q = {.scored = native->leaf_count > 0};
    add_conditions(&b, id, &wanted, &excluded);
    node rank = native->leaf_count ? bound_leaves(&b) : &everything;
    if (native->word_count == 1 || (native->word_count && native->cover == HL_COVER_ALL))
        for (uint32_t i = 0; i < native->word_count; i++)
            add(&b, &wanted, match_leaf(&b, &native->leaves[i]));
    else if (native->word_count > 1 && native->cover > HL_COVER_ANY)
        need_some(&b, &wanted);
    q.rank = without(&b, filter(&b, rank, &wanted), &excluded);
    node count = native->word_count ? count_words(&b, &q.cutoff) : &everything;
    q.count = without(&b, filter(&b, count, &wanted), &excluded);
    q.exact = !b.inexact;
    hlbuf_release(&b.scratch);
    if (b.status != HL_OK)
        return b.status;
    *out_query = q;
    return HL_OK;
}

hl_status hlshard_query_of_date(struct hlnative *native, const struct hlshard_query *query,
                                uint32_t date, const struct hlx_query **out_query,
                                struct hl_error *err)
{
    struct builder b = {.n = native, .err = err};
    struct list dates = {NULL, 0, 0};
    add(&b, &dates, match_dates(&b, date ? date : 1, date ? date : UINT32_MAX));
    node q = date ? filter(&b, query->rank, &dates) : without(&b, query->rank, &dates);
    if (b.status == HL_OK)
        *out_query = q;
    return b.status;
}
