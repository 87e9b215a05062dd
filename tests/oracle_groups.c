#include "oracle_groups.h"

#include "oracle_narrow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_FULL = 10, WEIGHT_OTHER = 8 };

/* One word, a row of them, what only narrows, or other nodes. */
struct oracle_node {
    enum { NODE_WORD, NODE_ROW, NODE_NARROW, NODE_ALL, NODE_ANY } kind;
    bool excluded;
    const struct oracle_tree *tree; /* ROW, NARROW: where the rest is told */
    struct oracle_group *groups;    /* 1 of a WORD */
    size_t group_count;
    struct oracle_node **parts;
    size_t count;
};

/* ------------------------------------------------------------------------- making */

static struct oracle_node *node_new(int kind, const struct oracle_tree *tree)
{
    struct oracle_node *node = oracle_grow(NULL, 1, sizeof *node);
    *node = (struct oracle_node){.kind = kind, .tree = tree};
    return node;
}

static void node_add(struct oracle_node *node, struct oracle_node *part)
{
    node->parts = oracle_grow(node->parts, node->count + 1, sizeof *node->parts);
    node->parts[node->count++] = part;
}

void oracle_node_free(struct oracle_node *node)
{
    for (size_t i = 0; i < node->count; i++)
        oracle_node_free(node->parts[i]);
    free(node->parts);
    free(node->groups);
    free(node);
}

static struct oracle_node *node_of_groups(int kind, const struct oracle_tree *tree,
                                          const struct oracle_group *groups, size_t count)
{
    struct oracle_node *node = node_new(kind, tree);
    node->groups = oracle_grow(NULL, count, sizeof *groups);
    memcpy(node->groups, groups, count * sizeof *groups);
    node->group_count = count;
    return node;
}

/* The words of a text, read beside each other. */
static struct oracle_group *read_text(const struct oracle_reader *reader,
                                      const struct oracle_tree *tree, size_t *out_count)
{
    struct words words = words_make(reader->oracle, tree->text, 0, false);
    struct oracle_slot *slots = oracle_grow(NULL, words.count, sizeof *slots);
    bool run = tree->kind == TREE_WORDS;
    size_t count = run ? oracle_run_read(reader, tree->text, &words, slots)
                       : oracle_row_read(reader, tree->text, &words, slots);
    struct oracle_group *groups = oracle_grow(NULL, count, sizeof *groups);
    struct oracle_widening *widenings = oracle_grow(NULL, count, sizeof *widenings);
    oracle_groups_make(reader, slots, count, groups);
    if (run)
        oracle_groups_widen(reader, slots, count, groups, widenings);
    free(widenings);
    free(slots);
    free(words.list);
    assert(count > 0 && count <= ORACLE_ROW_WORDS);
    *out_count = count;
    return groups;
}

static struct oracle_node *node_of_text(const struct oracle_reader *reader,
                                        const struct oracle_tree *tree)
{
    size_t count;
    struct oracle_group *groups = read_text(reader, tree, &count);
    struct oracle_node *node;
    if (tree->kind == TREE_ROW) {
        node = node_of_groups(NODE_ROW, tree, groups, count);
    } else {
        node = node_new(NODE_ALL, tree);
        for (size_t i = 0; i < count; i++)
            node_add(node, node_of_groups(tree->kind == TREE_WORDS ? NODE_WORD : NODE_ROW, tree,
                                          &groups[i], 1));
    }
    free(groups);
    return node;
}

struct oracle_node *oracle_node_make(const struct oracle_reader *reader,
                                     const struct oracle_tree *tree)
{
    struct oracle_node *node;
    switch (tree->kind) {
    case TREE_WORDS:
    case TREE_ROW:
    case TREE_APART:
        node = node_of_text(reader, tree);
        break;
    case TREE_VALUE:
    case TREE_DAYS:
        node = node_new(NODE_NARROW, tree);
        break;
    default:
        node = node_new(tree->kind == TREE_ALL ? NODE_ALL : NODE_ANY, tree);
        for (size_t i = 0; i < tree->count; i++)
            node_add(node, oracle_node_make(reader, &tree->parts[i]));
    }
    node->excluded = tree->excluded;
    return node;
}

size_t oracle_conditions_make(const struct oracle_reader *reader,
                              const struct oracle_tree *tree,
                              struct oracle_node *out_nodes[ORACLE_ROW_WORDS])
{
    out_nodes[0] = oracle_node_make(reader, tree);
    if (tree->kind != TREE_APART || tree->excluded)
        return 1;
    struct oracle_node *all = out_nodes[0];
    size_t count = all->count;
    memcpy(out_nodes, all->parts, count * sizeof *out_nodes);
    all->count = 0;
    oracle_node_free(all);
    return count;
}

/* ------------------------------------------------------------------------ of trees */

static bool has_words(const struct oracle_tree *tree)
{
    bool has = tree->kind != TREE_VALUE && tree->kind != TREE_DAYS && !tree->count;
    for (size_t i = 0; i < tree->count; i++)
        has = has || (!tree->parts[i].excluded && has_words(&tree->parts[i]));
    return has;
}

bool oracle_tree_is_word(const struct oracle_tree *tree)
{
    return !tree->excluded && tree->count && has_words(tree);
}

int64_t oracle_tree_marked_words(struct oracle *oracle, const struct oracle_tree *tree)
{
    int64_t more = 0;
    for (size_t i = 0; i < tree->count; i++)
        more += oracle_tree_marked_words(oracle, &tree->parts[i]);
    if (tree->count || tree->kind == TREE_VALUE || tree->kind == TREE_DAYS)
        return more;
    struct words words = words_make(oracle, tree->text, 0, false);
    more = oracle_marked_words(oracle, &words);
    free(words.list);
    return more;
}

/* -------------------------------------------------------------------- of the index */

static bool tree_same(const struct oracle_tree *a, const struct oracle_tree *b)
{
    if (a->kind != b->kind || a->excluded != b->excluded || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!tree_same(&a->parts[i], &b->parts[i]))
            return false;
    if (a->count)
        return true;
    if (a->kind == TREE_DAYS)
        return a->from == b->from && a->to == b->to;
    return !strcmp(a->text, b->text) &&
           (a->kind == TREE_WORDS ||
            (a->kind == TREE_VALUE ? a->place == b->place
                                   : a->field == b->field && a->slop == b->slop));
}

bool oracle_node_same(const struct oracle_node *a, const struct oracle_node *b)
{
    return tree_same(a->tree, b->tree);
}

bool oracle_rows_same(const struct oracle_node *a, const struct oracle_node *b)
{
    if (a->kind != NODE_ROW || b->kind != NODE_ROW || a->group_count != b->group_count ||
        a->excluded != b->excluded || a->tree->field != b->tree->field ||
        a->tree->slop != b->tree->slop)
        return false;
    for (size_t g = 0; g < a->group_count; g++) {
        const struct oracle_group *x = &a->groups[g], *y = &b->groups[g];
        if (x->typed != y->typed || x->count != y->count ||
            memcmp(x->key, y->key, x->count * sizeof *x->key) != 0 ||
            memcmp(x->weight, y->weight, x->count * sizeof *x->weight) != 0)
            return false;
    }
    return true;
}

uint64_t oracle_node_df(const struct oracle *oracle, const struct oracle_node *node)
{
    uint64_t articles = oracle->ids.count, least = articles, sum = 0;
    for (size_t i = 0; i < node->group_count; i++)
        least = node->groups[i].df < least ? node->groups[i].df : least;
    for (size_t i = 0; i < node->count; i++) {
        if (node->parts[i]->excluded)
            continue;
        uint64_t df = oracle_node_df(oracle, node->parts[i]);
        least = df < least ? df : least;
        sum += df;
    }
    if (node->kind != NODE_ANY)
        return least;
    return sum < articles ? sum : articles;
}

bool oracle_node_idf(const struct oracle_node *node, double *out_idf)
{
    if (node->kind != NODE_ROW)
        return false;
    *out_idf = 0;
    for (size_t i = 0; i < node->group_count; i++)
        *out_idf += node->groups[i].idf;
    return true;
}

/* ---------------------------------------------------------------------- of an article */

bool oracle_group_is_at(const struct oracle_group *group, const struct word *at,
                        const struct word *end)
{
    uint32_t position = at->position;
    for (; at < end && at->position == position; at++)
        if (oracle_group_find(group, at->key) >= 0)
            return true;
    return false;
}

uint64_t oracle_rows_in(const struct words *words, const struct oracle_others *others)
{
    uint64_t count = 0;
    for (size_t i = 0; i < others->row_count; i++)
        count += oracle_row_places(words, &others->row[i]);
    return count;
}

static uint64_t word_tf(const struct oracle *oracle, const struct oracle_group *group,
                        const struct document *document)
{
    uint64_t tenths = 0;
    for (int f = 0; f < ORACLE_FIELDS; f++) {
        const struct words *words = &document->field[f];
        for (size_t i = 0; i < words->count; i++) {
            int k = oracle_group_find(group, words->list[i].key);
            tenths += k < 0 ? 0 : (uint64_t)group->weight[k] * oracle->weight[f];
        }
        tenths += WEIGHT_OTHER * oracle_rows_in(words, &group->others) * oracle->weight[f];
    }
    return (tenths + WEIGHT_FULL - 1) / WEIGHT_FULL;
}

/* Every position of a field: the first of the words that stand there. */
static const struct word **places_of(const struct words *words)
{
    const struct word **places = oracle_grow(NULL, words->positions, sizeof *places);
    uint32_t count = 0;
    for (size_t i = 0; i < words->count; i++)
        if (!words->list[i].alternative)
            places[count++] = &words->list[i];
    assert(count == words->positions);
    return places;
}

static uint64_t rows_at(const struct oracle_node *node, const struct words *words)
{
    const struct word **places = places_of(words), *end = words->list + words->count;
    uint64_t count = 0;
    for (size_t at = 0; at + node->group_count <= words->positions; at++) {
        size_t g = 0;
        while (g < node->group_count &&
               oracle_group_is_at(&node->groups[g], places[at + g], end))
            g++;
        count += g == node->group_count;
    }
    free(places);
    return count;
}

static bool keys_same(const struct oracle_group *a, const struct oracle_group *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = oracle_group_find(b, a->key[i]) >= 0;
    return same;
}

/* Do the positions from..to hold every word, and a word that is asked for n times n times? */
static bool all_within(const struct oracle_node *node, const bool *is_at, size_t from,
                       size_t to)
{
    size_t all = node->group_count;
    for (size_t g = 0; g < all; g++) {
        size_t want = 0, have = 0;
        for (size_t h = 0; h < all; h++)
            want += keys_same(&node->groups[g], &node->groups[h]);
        for (size_t p = from; p <= to; p++)
            have += is_at[p * all + g];
        if (have < want)
            return false;
    }
    return true;
}

/* near.h: from left to right, each ending as early and beginning as late as it can. */
static uint64_t spans_at(const struct oracle_node *node, const struct words *words)
{
    const struct word **places = places_of(words), *end = words->list + words->count;
    size_t all = node->group_count, widest = all + (size_t)node->tree->slop, free_from = 0;
    bool *is_at = oracle_grow(NULL, words->positions * all, sizeof *is_at);
    uint64_t count = 0;
    for (size_t p = 0; p < words->positions; p++)
        for (size_t g = 0; g < all; g++)
            is_at[p * all + g] = oracle_group_is_at(&node->groups[g], places[p], end);
    for (size_t to = 0; to < words->positions; to++) {
        size_t from = to + 1 > widest ? to + 1 - widest : 0;
        if (!all_within(node, is_at, from > free_from ? from : free_from, to))
            continue;
        count++;
        free_from = to + 1;
    }
    free(is_at);
    free(places);
    return count;
}

static uint64_t row_tf(const struct oracle *oracle, const struct oracle_node *node,
                       const struct document *document)
{
    bool near = node->tree->kind == TREE_ROW && node->tree->slop >= 0 && node->group_count > 1;
    uint64_t tf = 0;
    for (int f = 0; f < ORACLE_FIELDS; f++) {
        const struct words *words = &document->field[f];
        if (node->tree->field < 0 || node->tree->field == f)
            tf += oracle->weight[f] * (near ? spans_at(node, words) : rows_at(node, words));
    }
    return tf;
}

static bool narrows_to(const struct oracle_tree *tree, const struct document *document)
{
    if (tree->kind == TREE_VALUE && tree->place == ORACLE_TAG)
        return oracle_has_tag(document, tree->text);
    if (tree->kind == TREE_VALUE)
        return oracle_value_fits(tree->text, document->column[tree->place - ORACLE_SECTION]);
    return document->dated && document->date >= tree->from && document->date < tree->to;
}

/* False: the article has it not.  *out_tf: 0 where it only narrows. */
static bool has(const struct oracle *oracle, const struct oracle_node *node,
                const struct document *document, uint64_t *out_tf)
{
    *out_tf = 0;
    if (node->kind == NODE_NARROW)
        return narrows_to(node->tree, document);
    if (node->kind == NODE_WORD || node->kind == NODE_ROW) {
        *out_tf = node->kind == NODE_WORD ? word_tf(oracle, node->groups, document)
                                          : row_tf(oracle, node, document);
        return *out_tf > 0;
    }
    bool any = false;
    for (size_t i = 0; i < node->count; i++) {
        const struct oracle_node *part = node->parts[i];
        uint64_t tf;
        bool there = has(oracle, part, document, &tf);
        any = any || there;
        if (node->kind == NODE_ANY)
            *out_tf += there ? tf : 0;
        else if (there == part->excluded)
            return false;
        else if (!part->excluded && tf && (!*out_tf || tf < *out_tf))
            *out_tf = tf;
    }
    return node->kind == NODE_ALL || any;
}

uint64_t oracle_node_tf(const struct oracle *oracle, const struct oracle_node *node,
                        const struct document *document)
{
    uint64_t tf;
    if (!has(oracle, node, document, &tf))
        return 0;
    return tf ? tf : 1;
}

/* ------------------------------------------------------------------- second look */

static bool add_words(const struct oracle_node *node, struct oracle_group *to, size_t *keys)
{
    bool one = node->kind == NODE_ALL && node->count == 1;
    if (node->kind == NODE_ANY || one) {
        for (size_t i = 0; i < node->count; i++)
            if (!add_words(node->parts[i], to, keys))
                return false;
        return true;
    }
    if (node->kind != NODE_WORD || (*keys += node->groups->count) > ORACLE_STANDS)
        return false;
    for (size_t k = 0; k < node->groups->count; k++)
        if (oracle_group_find(to, node->groups->key[k]) < 0) {
            to->key[to->count] = node->groups->key[k];
            to->weight[to->count++] = WEIGHT_FULL;
        }
    return true;
}

void oracle_node_stands(const struct oracle_node *node, struct oracle_group *out_group)
{
    size_t keys = 0;
    *out_group = (struct oracle_group){.typed = UINT32_MAX};
    if (!add_words(node, out_group, &keys))
        out_group->count = 0;
}
