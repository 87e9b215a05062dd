#include "oracle.h"

#include "oracle_narrow.h"
#include "oracle_refine.h"
#include "oracle_groups.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = ORACLE_FIELDS, WEIGHT_FULL = 10, WEIGHT_OTHER = 8 };

struct leaf;

/* A query on its way to an answer. */
struct plan {
    struct oracle *oracle;
    const struct oracle_query *query;
    struct leaf *leaves; /* words, then pairs, then conditions */
    size_t words, pairs, count;
    struct oracle_group *lacked; /* words that the index has nothing for */
    size_t lacked_count;
    size_t lacking;             /* of these, and groups */
    struct oracle_node **nodes; /* of trees */
    size_t node_count;
    bool *relevant; /* by key */
    uint64_t *tf;   /* by document and leaf */
    double lambda;  /* of pairs */
    bool emphasis;  /* words weigh by their kind */
    struct oracle_reader reader;
};

/* ------------------------------------------------------------------------ leaves */

enum leaf_kind { LEAF_WORD, LEAF_PAIR, LEAF_PHRASE, LEAF_FIELD, LEAF_NOT, LEAF_COLUMN };

/* One thing to look for in a document: a sum of tenths, from which its tf comes. */
struct leaf {
    enum leaf_kind kind;
    struct oracle_group *groups; /* 1 of a word, 2 of a pair, any number of a phrase */
    size_t group_count;
    const struct oracle_node *node; /* says what is looked for, if there is one */
    int place;
    char *value;  /* of a column */
    uint64_t sum; /* in this document: weight in tenths * field weight * occurrences */
    struct member {
        uint64_t df;   /* counted on the way */
        uint32_t seen; /* the document that raised df last, + 1 */
    } * members;       /* of a pair: every key of one word before every key of the other */
    struct oracle_others others; /* of a pair: what both words together are called */
    double weight;               /* of idf in the score: emphasis, lambda or 1 */
    double idf;
    int64_t cover;
};

static struct leaf *plan_put(struct plan *plan, struct leaf leaf)
{
    plan->leaves = oracle_grow(plan->leaves, plan->count + 1, sizeof leaf);
    plan->leaves[plan->count] = leaf;
    return &plan->leaves[plan->count++];
}

static struct oracle_group *groups_copy(const struct oracle_group *from, size_t count)
{
    return memcpy(oracle_grow(NULL, count, sizeof *from), from, count * sizeof *from);
}

static bool groups_same(const struct oracle_group *a, const struct oracle_group *b)
{
    return a->typed == b->typed && !a->count == !b->count &&
           (!a->count || a->key[0] == b->key[0]);
}

/* The same typed and read a second time is the word that is there: its group counts. */
static void plan_put_word(struct plan *plan, struct oracle_group *group)
{
    for (size_t i = 0; i < plan->count; i++)
        if (groups_same(&plan->leaves[i].groups[0], group)) {
            *group = plan->leaves[i].groups[0];
            return;
        }
    for (size_t i = 0; i < plan->lacked_count; i++)
        if (groups_same(&plan->lacked[i], group)) {
            *group = plan->lacked[i];
            return;
        }
    if (!group->df) {
        plan->lacked = oracle_grow(plan->lacked, plan->lacked_count + 1, sizeof *plan->lacked);
        plan->lacked[plan->lacked_count++] = *group;
        plan->lacking++;
        return;
    }
    int64_t cover = lround(16 * group->idf);
    plan_put(plan, (struct leaf){.kind = LEAF_WORD,
                                 .groups = groups_copy(group, 1),
                                 .group_count = 1,
                                 .idf = group->idf,
                                 .weight = plan->emphasis ? group->emphasis / 10.0 : 1,
                                 .cover = cover > 1 ? cover : 1});
}

struct run {
    struct oracle_slot *slots;
    struct oracle_group *groups;
    size_t count;
    struct oracle_widening *widenings;
    size_t widening_count;
};

/* The words of a run at at - 1 and i, and what stretches with both of them are called. */
static void plan_put_pair(struct plan *plan, const struct run *run, size_t at)
{
    const struct oracle_group *a = &run->groups[at - 1], *b = &run->groups[at];
    if (!a->df || !b->df)
        return;
    for (size_t i = plan->words; i < plan->count; i++)
        if (groups_same(&plan->leaves[i].groups[0], a) &&
            groups_same(&plan->leaves[i].groups[1], b))
            return;
    struct oracle_group both[2] = {*a, *b};
    size_t members = a->count * b->count;
    struct leaf leaf = {.kind = LEAF_PAIR,
                        .groups = groups_copy(both, 2),
                        .group_count = 2,
                        .members = oracle_grow(NULL, members, sizeof *leaf.members)};
    memset(leaf.members, 0, members * sizeof *leaf.members);
    for (size_t i = 0; i < run->widening_count; i++)
        if (run->widenings[i].from < at && run->widenings[i].to > at)
            oracle_others_take(&leaf.others, &run->widenings[i]);
    plan_put(plan, leaf);
}

/* Was the condition typed before?  It counts once. */
static bool plan_has(const struct plan *plan, const struct leaf *leaf)
{
    for (size_t i = plan->words + plan->pairs; i < plan->count; i++) {
        const struct leaf *old = &plan->leaves[i];
        if (old->kind != leaf->kind || old->place != leaf->place ||
            old->group_count != leaf->group_count)
            continue;
        size_t g = 0;
        for (; g < leaf->group_count; g++) {
            const struct oracle_group *a = &old->groups[g], *b = &leaf->groups[g];
            if (a->typed != b->typed || a->count != b->count ||
                memcmp(a->key, b->key, a->count * sizeof *a->key) != 0 ||
                memcmp(a->weight, b->weight, a->count * sizeof *a->weight) != 0)
                break;
        }
        if (g == leaf->group_count)
            return true;
    }
    return false;
}

/* A phrase, an excluded word or a word of a field: groups of its first alternatives. */
static void plan_put_condition(struct plan *plan, const struct oracle_item *item,
                               const struct words *words)
{
    static const enum leaf_kind kinds[] = {[ORACLE_PHRASE] = LEAF_PHRASE,
                                           [ORACLE_NOT] = LEAF_NOT,
                                           [ORACLE_FIELD] = LEAF_FIELD,
                                           [ORACLE_COLUMN] = LEAF_COLUMN};
    struct leaf leaf = {.kind = kinds[item->kind], .place = (int)item->place, .weight = 1};
    if (item->kind == ORACLE_COLUMN)
        leaf.value = oracle_copy(item->text);
    struct oracle_slot *slots = oracle_grow(NULL, words->count, sizeof *slots);
    leaf.group_count = oracle_row_read(&plan->reader, item->text, words, slots);
    leaf.groups = oracle_grow(NULL, leaf.group_count, sizeof *leaf.groups);
    oracle_groups_make(&plan->reader, slots, leaf.group_count, leaf.groups);
    for (size_t i = 0; i < leaf.group_count; i++)
        leaf.idf += leaf.groups[i].idf;
    free(slots);
    assert(item->kind == ORACLE_COLUMN || leaf.group_count > 0);
    if (item->kind != ORACLE_COLUMN && plan_has(plan, &leaf))
        free(leaf.groups);
    else
        plan_put(plan, leaf);
}

/* A group of the query counts as a word; what only narrows, a phrase or a field does not. */
static void plan_put_tree(struct plan *plan, struct oracle_node *node)
{
    struct leaf leaf = {.kind = LEAF_WORD, .node = node, .weight = 1, .group_count = 1};
    for (size_t i = 0; i < plan->node_count; i++)
        if (oracle_node_same(plan->nodes[i], node)) {
            oracle_node_free(node);
            return; /* the same group a second time */
        }
    plan->nodes = oracle_grow(plan->nodes, plan->node_count + 1, sizeof *plan->nodes);
    plan->nodes[plan->node_count++] = node;
    uint64_t df = oracle_node_df(plan->oracle, node);
    if (!df) {
        plan->lacking++;
        return;
    }
    leaf.groups = oracle_grow(NULL, 1, sizeof *leaf.groups);
    oracle_node_stands(node, leaf.groups);
    leaf.idf = oracle_idf(plan->oracle->ids.count, df);
    leaf.cover = lround(16 * leaf.idf);
    leaf.cover = leaf.cover > 1 ? leaf.cover : 1;
    plan_put(plan, leaf);
}

/* Phrases and fields score; exclusions, values and days narrow. */
static void plan_put_narrowing(struct plan *plan, const struct oracle_tree *tree)
{
    struct oracle_node *nodes[ORACLE_ROW_WORDS];
    size_t count = oracle_conditions_make(&plan->reader, tree, nodes);
    for (size_t i = 0; i < count; i++) {
        struct leaf leaf = {.node = nodes[i], .weight = 1};
        leaf.kind = tree->excluded                         ? LEAF_NOT
                    : oracle_node_idf(nodes[i], &leaf.idf) ? LEAF_PHRASE
                                                           : LEAF_COLUMN;
        bool again = false; /* typed a second time it is the same condition */
        for (size_t k = 0; k < plan->node_count; k++)
            again = again || oracle_rows_same(plan->nodes[k], nodes[i]);
        plan->nodes = oracle_grow(plan->nodes, plan->node_count + 1, sizeof *plan->nodes);
        plan->nodes[plan->node_count++] = nodes[i];
        if (!again)
            plan_put(plan, leaf);
    }
}

/* Words of all runs, then their pairs, then conditions: the order of the sum. */
static void plan_put_all(struct plan *plan, const struct words *words, bool pairs)
{
    const struct oracle_query *query = plan->query;
    struct run *runs = oracle_grow(NULL, query->count, sizeof *runs);
    for (size_t i = 0; i < query->count; i++) {
        const struct oracle_item *item = &query->items[i];
        bool is_run = item->kind == ORACLE_WORDS;
        runs[i].slots = oracle_grow(NULL, words[i].count, sizeof *runs[i].slots);
        runs[i].groups = oracle_grow(NULL, words[i].count, sizeof *runs[i].groups);
        runs[i].count =
            is_run ? oracle_run_read(&plan->reader, item->text, &words[i], runs[i].slots) : 0;
        oracle_groups_make(&plan->reader, runs[i].slots, runs[i].count, runs[i].groups);
        runs[i].widenings = oracle_grow(NULL, runs[i].count, sizeof *runs[i].widenings);
        runs[i].widening_count = oracle_groups_widen(
            &plan->reader, runs[i].slots, runs[i].count, runs[i].groups, runs[i].widenings);
        for (size_t w = 0; w < runs[i].count; w++)
            plan_put_word(plan, &runs[i].groups[w]);
        if (item->kind == ORACLE_TREE && oracle_tree_is_word(item->tree))
            plan_put_tree(plan, oracle_node_make(&plan->reader, item->tree));
    }
    plan->words = plan->count;
    for (size_t i = 0; pairs && i < query->count; i++)
        for (size_t w = 1; w < runs[i].count; w++)
            if (oracle_slots_linked(runs[i].slots, w))
                plan_put_pair(plan, &runs[i], w);
    plan->pairs = plan->count - plan->words;
    for (size_t i = 0; i < query->count; i++) {
        const struct oracle_item *item = &query->items[i];
        if (item->kind == ORACLE_TREE && !oracle_tree_is_word(item->tree))
            plan_put_narrowing(plan, item->tree);
        else if (item->kind != ORACLE_WORDS && item->kind != ORACLE_TREE)
            plan_put_condition(plan, &query->items[i], &words[i]);
        free(runs[i].slots);
        free(runs[i].groups);
        free(runs[i].widenings);
    }
    free(runs);
}

static void plan_make(struct plan *plan, const struct hl_search_options *options)
{
    const struct oracle_query *query = plan->query;
    struct words *words = oracle_grow(NULL, query->count, sizeof *words);
    int64_t marked = 0;
    for (size_t i = 0; i < query->count; i++) {
        const char *text = query->items[i].text;
        bool none =
            query->items[i].kind == ORACLE_COLUMN || query->items[i].kind == ORACLE_TREE;
        words[i] = words_make(plan->oracle, none ? NULL : text, 0, query->tokens);
        marked += oracle_marked_words(plan->oracle, &words[i]);
        if (query->items[i].kind == ORACLE_TREE)
            marked += oracle_tree_marked_words(plan->oracle, query->items[i].tree);
    }
    plan->reader = (struct oracle_reader){plan->oracle, query, marked > 0};
    plan->emphasis = options->rank != HL_RANK_BM25;
    plan_put_all(plan, words, options->rank != HL_RANK_BM25 && options->pairs != 0);
    plan->lambda =
        options->pairs >= 0 ? options->pairs : 0.4 * sqrt((double)plan->words / 10.0);
    for (size_t i = 0; i < query->count; i++)
        free(words[i].list);
    free(words);
    plan->relevant = oracle_grow(NULL, plan->oracle->keys.count, sizeof(bool));
    memset(plan->relevant, 0, plan->oracle->keys.count * sizeof(bool));
    for (size_t i = 0; i < plan->count; i++)
        for (size_t g = 0; g < plan->leaves[i].group_count; g++)
            for (size_t m = 0; m < plan->leaves[i].groups[g].count; m++)
                plan->relevant[plan->leaves[i].groups[g].key[m]] = true;
}

static void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        free(plan->leaves[i].groups);
        free(plan->leaves[i].value);
        free(plan->leaves[i].members);
    }
    for (size_t i = 0; i < plan->node_count; i++)
        oracle_node_free(plan->nodes[i]);
    free(plan->nodes);
    free(plan->leaves);
    free(plan->lacked);
    free(plan->relevant);
    free(plan->tf);
}

/* -------------------------------------------------------------- reading documents */

/* One occurrence of a word in a field. */
static void leaves_see_word(struct plan *plan, uint32_t key, int field)
{
    for (size_t i = 0; i < plan->words; i++) {
        struct leaf *leaf = &plan->leaves[i];
        int m = leaf->node ? -1 : oracle_group_find(&leaf->groups[0], key);
        if (m >= 0)
            leaf->sum += leaf->groups[0].weight[m] * plan->oracle->weight[field];
    }
}

/* The lesser of two keys' weights. */
static uint32_t pair_weight(const struct leaf *leaf, int a, int b)
{
    uint32_t wa = leaf->groups[0].weight[a], wb = leaf->groups[1].weight[b];
    return wa < wb ? wa : wb;
}

/* Two first alternatives at positions p and p + 1 of a field. */
static void leaves_see_pair(struct plan *plan, uint32_t a, uint32_t b, int field,
                            uint32_t document)
{
    for (size_t i = plan->words; i < plan->words + plan->pairs; i++) {
        struct leaf *leaf = &plan->leaves[i];
        int ma = oracle_group_find(&leaf->groups[0], a);
        int mb = oracle_group_find(&leaf->groups[1], b);
        if (ma < 0 || mb < 0)
            continue;
        struct member *member = &leaf->members[(size_t)ma * leaf->groups[1].count + (size_t)mb];
        leaf->sum += pair_weight(leaf, ma, mb) * plan->oracle->weight[field];
        member->df += member->seen != document + 1;
        member->seen = document + 1;
    }
}

/* Rows that stand for a word, rows and single words that stand for a pair. */
static void leaves_see_others(struct plan *plan, const struct words *words, int field)
{
    for (size_t i = 0; i < plan->words + plan->pairs; i++) {
        struct leaf *leaf = &plan->leaves[i];
        bool pair = leaf->kind == LEAF_PAIR;
        if (leaf->node)
            continue;
        const struct oracle_others *others = pair ? &leaf->others : &leaf->groups[0].others;
        uint64_t count = oracle_rows_in(words, others);
        for (size_t k = 0; pair && k < others->single_count; k++)
            for (size_t w = 0; w < words->count; w++)
                count += words->list[w].key == others->single[k];
        leaf->sum += WEIGHT_OTHER * count * plan->oracle->weight[field];
    }
}

/* A phrase counts places in full, whichever keys of its words stand there. */
static void leaves_see_phrases(struct plan *plan, const struct words *words,
                               const struct word *const *first, size_t count, int field)
{
    const struct word *end = words->list + words->count;
    for (size_t i = plan->words + plan->pairs; i < plan->count; i++) {
        struct leaf *leaf = &plan->leaves[i];
        if (leaf->node || leaf->kind == LEAF_COLUMN ||
            (leaf->kind == LEAF_FIELD && leaf->place != field))
            continue;
        for (size_t at = 0; at + leaf->group_count <= count; at++) {
            size_t g = 0;
            while (g < leaf->group_count &&
                   oracle_group_is_at(&leaf->groups[g], first[at + g], end))
                g++;
            if (g == leaf->group_count)
                leaf->sum += WEIGHT_FULL * plan->oracle->weight[field];
        }
    }
}

static void leaves_see_field(struct plan *plan, const struct words *words, int field,
                             uint32_t document, const struct word **first)
{
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        if (plan->relevant[word->key])
            leaves_see_word(plan, word->key, field);
        if (word->alternative)
            continue;
        assert(word->position == count && "first alternatives number the positions");
        first[count++] = word;
        if (count > 1 && plan->relevant[word->key] && plan->relevant[first[count - 2]->key])
            leaves_see_pair(plan, first[count - 2]->key, word->key, field, document);
    }
    leaves_see_phrases(plan, words, first, count, field);
    leaves_see_others(plan, words, field);
}

/* The idf of a pair from the df of its members. */
static void pair_settle(const struct plan *plan, struct leaf *leaf)
{
    uint64_t articles = plan->oracle->ids.count, df = 0;
    size_t b_count = leaf->groups[1].count;
    for (size_t a = 0; a < leaf->groups[0].count; a++)
        for (size_t b = 0; b < b_count; b++)
            df += oracle_df_weighed(leaf->members[a * b_count + b].df,
                                    pair_weight(leaf, (int)a, (int)b));
    df += oracle_rows_settle(plan->oracle, &leaf->others);
    for (size_t k = 0; k < leaf->others.single_count; k++)
        df += oracle_df_weighed(plan->oracle->key[leaf->others.single[k]].df, WEIGHT_OTHER);
    leaf->idf = df ? oracle_idf(articles, df < articles ? df : articles) : 0;
}

/* Reads every document once; fills plan->tf and the df of pairs. */
static void plan_read(struct plan *plan)
{
    const struct oracle *oracle = plan->oracle;
    size_t longest = 1;
    for (size_t d = 0; d < oracle->ids.count; d++)
        for (int f = 0; f < FIELDS; f++)
            if (oracle->documents[d].field[f].count > longest)
                longest = oracle->documents[d].field[f].count;
    const struct word **first = oracle_grow(NULL, longest, sizeof *first);
    plan->tf = oracle_grow(NULL, oracle->ids.count * plan->count, sizeof *plan->tf);
    for (size_t d = 0; d < oracle->ids.count; d++) {
        const struct document *document = &oracle->documents[d];
        for (int f = 0; f < FIELDS; f++)
            leaves_see_field(plan, &document->field[f], f, (uint32_t)d, first);
        for (size_t i = 0; i < plan->count; i++) {
            struct leaf *leaf = &plan->leaves[i];
            if (leaf->node)
                leaf->sum = WEIGHT_FULL * oracle_node_tf(oracle, leaf->node, document);
            else if (leaf->kind == LEAF_COLUMN)
                leaf->sum = WEIGHT_FULL *
                            oracle_value_fits(leaf->value,
                                              document->column[leaf->place - ORACLE_SECTION]);
            plan->tf[d * plan->count + i] = (leaf->sum + WEIGHT_FULL - 1) / WEIGHT_FULL;
            leaf->sum = 0;
        }
    }
    for (size_t i = plan->words; i < plan->words + plan->pairs; i++)
        pair_settle(plan, &plan->leaves[i]);
    free(first);
}

/* ------------------------------------------------------------------ who answers */

static int cover_default(size_t words)
{
    return words <= 1 ? 100 : words == 2 ? 50 : words == 3 ? 40 : 25;
}

static bool document_answers(const struct plan *plan, size_t document, int cover, bool all)
{
    const uint64_t *tf = plan->tf + document * plan->count;
    int64_t have = 0, whole = 0;
    bool wanted = false; /* something beside words has to be there */
    for (size_t i = 0; i < plan->count; i++) {
        const struct leaf *leaf = &plan->leaves[i];
        if (leaf->kind == LEAF_WORD) {
            whole += leaf->cover;
            have += tf[i] ? leaf->cover : 0;
        } else if (leaf->kind != LEAF_PAIR) {
            if ((leaf->kind == LEAF_NOT) == (tf[i] != 0))
                return false;
            wanted = wanted || leaf->kind != LEAF_NOT;
        }
    }
    if (all && plan->lacking)
        return false;
    if (!plan->words)
        return wanted; /* conditions alone; without any, no article answers */
    return have > 0 && 100 * have >= cover * whole;
}

static double document_score(const struct plan *plan, size_t document,
                             const struct hl_search_options *options)
{
    const struct oracle *oracle = plan->oracle;
    const uint64_t *tf = plan->tf + document * plan->count;
    bool plain = options->rank == HL_RANK_BM25;
    double k1 = options->k1 >= 0 ? options->k1 : plain ? 0.9 : 0.6;
    double b = options->b >= 0 ? options->b : plain ? 0.6 : 0.75;
    double mean = oracle_length_mean(plan->oracle);
    uint64_t length = 0;
    for (int f = 0; f < FIELDS; f++)
        length += oracle->documents[document].field[f].positions;
    double score = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct leaf *leaf = &plan->leaves[i];
        if (leaf->kind == LEAF_NOT || leaf->kind == LEAF_COLUMN)
            continue;
        double weight = leaf->kind == LEAF_PAIR ? plan->lambda : leaf->weight;
        score += weight * leaf->idf * oracle_sat(tf[i], length, mean, k1, b);
    }
    return score;
}

/* --------------------------------------------------------------------- the order */

static size_t plan_rank(const struct plan *plan, const struct hl_search_options *options,
                        int cover, bool all, struct ranked *out)
{
    const struct oracle *oracle = plan->oracle;
    size_t count = 0;
    for (size_t d = 0; d < oracle->ids.count; d++)
        if (oracle_is_left(&oracle->documents[d], options) &&
            document_answers(plan, d, cover, all))
            out[count++] =
                (struct ranked){document_score(plan, d, options), oracle->documents[d].dated,
                                oracle->documents[d].date, oracle->ids.text[d], d};
    oracle_order(out, count, options->sort);
    return count;
}

/* ------------------------------------------------------------------ second look */

/* Every place of the document where a word of the query stands, whichever alternative. */
static struct oracle_stand *plan_stands(const struct plan *plan, size_t document,
                                        size_t *out_count)
{
    const struct document *d = &plan->oracle->documents[document];
    struct oracle_stand *stands = NULL;
    size_t count = 0;
    uint32_t base = 0;
    for (uint32_t f = 0; f < FIELDS; f++) {
        for (size_t i = 0; i < d->field[f].count; i++) {
            const struct word *word = &d->field[f].list[i];
            for (uint32_t w = 0; w < plan->words && plan->relevant[word->key]; w++)
                if (plan->leaves[w].groups[0].count <= ORACLE_STANDS &&
                    oracle_group_find(&plan->leaves[w].groups[0], word->key) >= 0) {
                    stands = oracle_grow_by_one(stands, count, sizeof *stands);
                    stands[count++] = (struct oracle_stand){base + word->position, f, w};
                }
        }
        base += d->field[f].positions + 1; /* one is left out between fields */
    }
    *out_count = count;
    return stands;
}

static uint32_t plan_word(const struct plan *plan, const struct oracle_group *group)
{
    uint32_t w = 0;
    while (!groups_same(&plan->leaves[w].groups[0], group))
        w++;
    assert(w < plan->words);
    return w;
}

/* The first hits get what their words' places are worth, and are sorted once more. */
static void plan_look_again(const struct plan *plan, struct ranked *ranked, size_t count)
{
    double *worths = oracle_grow(NULL, plan->words, sizeof *worths);
    struct oracle_side_by_side *pairs = oracle_grow(NULL, plan->pairs, sizeof *pairs);
    struct oracle_look look = {worths, (uint32_t)plan->words, pairs, 0};
    for (size_t w = 0; w < plan->words; w++)
        worths[w] = plan->leaves[w].weight * plan->leaves[w].idf;
    for (size_t i = plan->words; i < plan->words + plan->pairs; i++) {
        const struct leaf *leaf = &plan->leaves[i];
        if (!leaf->idf)
            continue; /* words that never meet */
        uint32_t a = plan_word(plan, &leaf->groups[0]), b = plan_word(plan, &leaf->groups[1]);
        if (a != b)
            pairs[look.pair_count++] = (struct oracle_side_by_side){a, b, leaf->idf};
    }
    for (size_t i = 0; i < count; i++) {
        size_t stand_count;
        struct oracle_stand *stands = plan_stands(plan, ranked[i].document, &stand_count);
        ranked[i].score += oracle_second_look(&look, stands, stand_count);
        free(stands);
    }
    oracle_order(ranked, count, HL_SORT_RELEVANCE);
    free(worths);
    free(pairs);
}

void oracle_search(struct oracle *oracle, const struct oracle_query *query,
                   const struct hl_search_options *options, struct oracle_result *out_result)
{
    struct plan plan = {.oracle = oracle, .query = query};
    oracle_recount(oracle);
    plan_make(&plan, options);
    plan_read(&plan);
    struct ranked *ranked = oracle_grow(NULL, oracle->ids.count, sizeof *ranked);
    int cover = options->cover < 0 ? cover_default(plan.words) : options->cover;
    size_t total = plan_rank(&plan, options, cover, options->cover == 100, ranked);
    /* Only a cover that nobody asked for gives way: to half of it, then to any word. */
    for (int lower = cover / 2; !total && options->cover < 0 && plan.words && cover;
         lower = 0) {
        cover = lower;
        total = plan_rank(&plan, options, cover, false, ranked);
    }
    bool once = options->rank == HL_RANK_BM25 || options->sort != HL_SORT_RELEVANCE;
    size_t again = once ? 0 : options->refine < 0 ? 20 : (size_t)options->refine;
    plan_look_again(&plan, ranked, total < again ? total : again);
    size_t want = options->count ? options->count : 10;
    size_t skip = options->offset < total ? options->offset : total;
    size_t count = total - skip < want ? total - skip : want;
    *out_result = (struct oracle_result){
        oracle_grow(NULL, count, sizeof(struct oracle_hit)), count, total, cover, {{0}}};
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (options->facet_values[f])
            oracle_count_facet(oracle, (enum hl_facet)f, ranked, total, &out_result->facets[f]);
    for (size_t i = 0; i < count; i++)
        out_result->hits[i] = (struct oracle_hit){ranked[skip + i].score, ranked[skip + i].id};
    free(ranked);
    plan_release(&plan);
}

void oracle_result_release(struct oracle_result *result)
{
    free(result->hits);
    for (unsigned f = 0; f < HL_FACETS; f++)
        free(result->facets[f].values);
    *result = (struct oracle_result){0};
}
