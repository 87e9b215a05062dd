#include "oracle.h"

#include "oracle_narrow.h"
#include "oracle_refine.h"
#include "oracle_synonyms.h"
#include "query/emphasis.h"
#include "text/syllable.h"
#include "token/number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELDS = ORACLE_FIELDS,
    GROUP_MAX = 8,    /* keys that one unmarked word may stand for */
    WEIGHT_FULL = 10, /* weights are in tenths */
    WEIGHT_VARIANT = 9,
    WEIGHT_OTHER = 8, /* synonyms */
    GROUP_KEYS = 2 * GROUP_MAX + ORACLE_NAMES * ORACLE_WIDENINGS
};

/* --------------------------------------------------------------- words to groups */

struct leaf;

/* A query on its way to an answer. */
struct plan {
    struct oracle *oracle;
    const struct oracle_query *query;
    struct leaf *leaves; /* words, then pairs, then conditions */
    size_t words, pairs, count;
    struct group *lacked; /* words that the index has nothing for */
    size_t lacking;
    bool *relevant;   /* by key */
    uint64_t *tf;     /* by document and leaf */
    bool marks_typed; /* most words of the query have marks */
    double lambda;    /* of pairs */
    bool emphasis;    /* words weigh by their kind */
};

/* The exact keys that one word of a query stands for, all of them in the index. */
struct group {
    uint32_t typed;
    size_t count; /* the first key is the one that was read */
    uint32_t key[GROUP_KEYS];
    uint32_t weight[GROUP_KEYS];
    struct oracle_others others; /* its rows; what is single stands among the keys */
    uint64_t df; /* of any of them at most: the sum, each as it weighs, at most N */
    double idf;
    unsigned emphasis; /* in tenths */
};

/* A df as its key weighs, rounded up. */
static uint64_t df_weighed(uint64_t df, uint32_t tenths)
{
    return (df * tenths + WEIGHT_FULL - 1) / WEIGHT_FULL;
}

static int group_find(const struct group *group, uint32_t key)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->key[i] == key)
            return (int)i;
    return -1;
}

static void group_put(struct group *group, uint32_t key, uint32_t weight)
{
    assert(group->count < GROUP_KEYS);
    group->key[group->count] = key;
    group->weight[group->count++] = weight;
}

static bool fits_folded(const struct oracle *oracle, uint32_t typed, uint32_t key)
{
    return !strcmp(oracle->key[key].folded, oracle->key[typed].folded);
}

static bool fits_variant(const struct oracle *oracle, uint32_t typed, uint32_t key)
{
    return !strcmp(oracle->key[key].variant, oracle->key[typed].variant);
}

static bool fits_more_marks(const struct oracle *oracle, uint32_t typed, uint32_t key)
{
    return fits_folded(oracle, typed, key) &&
           oracle_adds_marks(oracle->keys.text[typed], oracle->keys.text[key]);
}

static bool key_is_marked(const struct oracle *oracle, uint32_t key)
{
    return strcmp(oracle->key[key].folded, oracle->keys.text[key]) != 0;
}

/*
 * More marked words than bare syllables: the query was typed with marks, and a
 * bare word in it is bare on purpose.
 */
static bool words_are_marked(const struct oracle *oracle, const struct words *words,
                             size_t count)
{
    size_t marked = 0, bare = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t w = 0; w < words[i].count; w++) {
            const struct word *word = &words[i].list[w];
            bool has = key_is_marked(oracle, word->key);
            marked += !word->alternative && has;
            bare += !word->alternative && !has && word->syllable;
        }
    return marked > bare;
}

/* A word of a run or of a condition before it has a group. */
struct slot {
    uint32_t typed, position;
    bool joined; /* a joined form, which is no first alternative and pairs with nothing */
    enum { OPEN_TYPED, OPEN_FOLDED, OPEN_MORE_MARKS } open;
};

/* Does the slot mean the key? */
static bool slot_means(const struct oracle *oracle, const struct slot *slot, uint32_t key)
{
    if (slot->open == OPEN_TYPED)
        return key == slot->typed;
    return slot->open == OPEN_FOLDED ? fits_folded(oracle, slot->typed, key)
                                     : fits_more_marks(oracle, slot->typed, key);
}

/* Every key in the index that the slot may mean; or all that fold alike, others barred. */
static void slot_choices(const struct plan *plan, const struct slot *slot, bool all_alike,
                         struct oracle_place_keys *place)
{
    const struct oracle *oracle = plan->oracle;
    struct oracle_choice *all = oracle_grow(NULL, oracle->keys.count, sizeof *all);
    size_t count = 0;
    for (uint32_t k = 0; k < oracle->keys.count; k++) {
        bool means = slot_means(oracle, slot, k);
        if (oracle->key[k].df && (means || (all_alike && fits_folded(oracle, slot->typed, k))))
            all[count++] = (struct oracle_choice){
                k, oracle->keys.text[k], oracle->key[k].df, oracle->key[k].cf, !means, 0};
    }
    oracle_place_fill(place, all, count, slot->typed);
    free(all);
}

static void slot_place(const struct plan *plan, const struct slot *slot,
                       struct oracle_place_keys *place)
{
    const struct oracle_query *query = plan->query;
    bool meant = false;
    slot_choices(plan, slot,
                 query->marks == HL_MARKS_AUTO && !query->tokens && !plan->marks_typed, place);
    for (size_t i = 0; i < place->count; i++)
        meant = meant || !place->choice[i].barred;
    if (!meant)
        slot_choices(plan, slot, false, place);
}

/* The i/y variants of what was typed that the index has. */
static void group_put_variants(const struct oracle *oracle, struct group *group)
{
    for (uint32_t k = 0; k < oracle->keys.count; k++)
        if (oracle->key[k].df && group_find(group, k) < 0 &&
            fits_variant(oracle, group->typed, k))
            group_put(group, k, WEIGHT_VARIANT);
}

static bool slots_linked(const struct slot *slots, size_t i)
{
    return i && !slots[i].joined && !slots[i - 1].joined &&
           slots[i].position == slots[i - 1].position + 1;
}

/* A unit after a number, unless bare words go on. */
static bool slot_is_unit(const struct plan *plan, const struct slot *slots, size_t count,
                         size_t i)
{
    const struct oracle *oracle = plan->oracle;
    const char *key = oracle->keys.text[slots[i].typed];
    if (!slots_linked(slots, i) || !hltoken_is_unit(key, strlen(key)))
        return false;
    char first = oracle->keys.text[slots[i - 1].typed][0];
    bool goes_on = false;
    if (i + 1 < count && slots_linked(slots, i + 1)) {
        const char *next = oracle->keys.text[slots[i + 1].typed];
        goes_on =
            !key_is_marked(oracle, slots[i + 1].typed) && hlsyl_is_folded(next, strlen(next));
    }
    return first >= '0' && first <= '9' && !goes_on;
}

/* vietnamese.md 7: marks are honoured; only what the index lacks may have lost some. */
static void slot_open(const struct plan *plan, struct slot *slot, bool unit)
{
    const struct oracle *oracle = plan->oracle;
    const struct oracle_query *query = plan->query;
    struct group typed = {.typed = slot->typed};
    bool bare = !plan->marks_typed && !key_is_marked(oracle, slot->typed);
    unit = unit && query->marks == HL_MARKS_AUTO;
    slot->open = OPEN_TYPED;
    if (query->tokens || query->marks == HL_MARKS_STRICT)
        return;
    if (query->marks == HL_MARKS_LOOSE || (bare && !unit)) {
        slot->open = OPEN_FOLDED;
    } else if (!oracle->key[slot->typed].df) {
        group_put_variants(oracle, &typed);
        slot->open = typed.count ? OPEN_TYPED : OPEN_MORE_MARKS;
    }
}

/* A key beside the one that was read: 1 tenth, and as many of 9 more as it is likely. */
static uint32_t weight_likely(const struct oracle_choice *choice, bool loose)
{
    return loose ? WEIGHT_FULL : 1 + (uint32_t)floor(9 * choice->share);
}

/* What was read, what was typed, then what is likely: GROUP_MAX keys at most. */
static void group_put_likely(struct group *group, const struct oracle_place_keys *place,
                             bool loose)
{
    if (place->count)
        group_put(group, place->choice[place->best].key, WEIGHT_FULL);
    for (size_t i = 0; i < place->count; i++)
        if (place->choice[i].key == group->typed && group_find(group, group->typed) < 0)
            group_put(group, group->typed, weight_likely(&place->choice[i], loose));
    while (group->count < GROUP_MAX) {
        const struct oracle_choice *next = NULL;
        for (size_t i = 0; i < place->count; i++) {
            const struct oracle_choice *c = &place->choice[i];
            if (c->share > 0.02 && group_find(group, c->key) < 0 &&
                (!next || c->share > next->share))
                next = c;
        }
        if (!next)
            break;
        group_put(group, next->key, weight_likely(next, loose));
    }
}

/* Function syllables say little, names and codes much; tokens are of no kind. */
static unsigned group_emphasis(const struct plan *plan, const struct group *group)
{
    const char *meant = plan->oracle->keys.text[group->count ? group->key[0] : group->typed];
    return plan->query->tokens ? 10 : hlq_emphasis(meant, strlen(meant));
}

/* Drops rows that the index lacks; the df of those it has. */
static uint64_t rows_settle(const struct oracle *oracle, struct oracle_others *others)
{
    uint64_t sum = 0;
    size_t kept = 0;
    for (size_t i = 0; i < others->row_count; i++) {
        uint64_t df = oracle_row_df(oracle, &others->row[i]);
        sum += df_weighed(df, WEIGHT_OTHER);
        if (df)
            others->row[kept++] = others->row[i];
    }
    others->row_count = kept;
    return sum;
}

static void group_settle(const struct oracle *oracle, struct group *group)
{
    group->df = rows_settle(oracle, &group->others);
    for (size_t k = 0; k < group->count; k++)
        group->df += df_weighed(oracle->key[group->key[k]].df, group->weight[k]);
    group->df = group->df < oracle->ids.count ? group->df : oracle->ids.count;
    group->idf = group->df ? oracle_idf(oracle->ids.count, group->df) : 0;
}

/* Other names for stretches of a run, taken over by each word in them. */
static size_t groups_widen(const struct plan *plan, const struct slot *slots, size_t count,
                           struct group *groups, struct oracle_widening *out)
{
    uint32_t *keys = oracle_grow(NULL, count, sizeof *keys);
    bool *linked = oracle_grow(NULL, count, sizeof *linked);
    for (size_t i = 0; i < count; i++) {
        keys[i] = groups[i].count ? groups[i].key[0] : groups[i].typed;
        linked[i] = slots_linked(slots, i);
    }
    const char *const *lines = plan->query->tokens ? NULL : plan->query->synonyms;
    size_t found = oracle_widen(plan->oracle, lines, keys, linked, count, out);
    for (size_t i = 0; i < found; i++)
        for (size_t g = out[i].from; g < out[i].to; g++)
            oracle_others_take(&groups[g].others, &out[i]);
    for (size_t g = 0; g < count; g++) {
        const struct oracle_others *others = &groups[g].others;
        for (size_t i = 0; i < others->single_count; i++)
            if (group_find(&groups[g], others->single[i]) < 0)
                group_put(&groups[g], others->single[i], WEIGHT_OTHER);
        if (others->taken)
            group_settle(plan->oracle, &groups[g]);
    }
    free(keys);
    free(linked);
    return found;
}

/* design.md 4, marks: what the words of one run mean beside each other. */
static void groups_make(const struct plan *plan, struct slot *slots, size_t count,
                        struct group *out)
{
    const struct oracle *oracle = plan->oracle;
    struct oracle_place_keys *places = oracle_grow(NULL, count, sizeof *places);
    for (size_t i = 0; i < count; i++) {
        slot_open(plan, &slots[i], slot_is_unit(plan, slots, count, i));
        places[i].linked = slots_linked(slots, i);
        slot_place(plan, &slots[i], &places[i]);
    }
    oracle_lattice_read(places, count, &oracle->pairs);
    for (size_t i = 0; i < count; i++) {
        struct group *group = &out[i];
        *group = (struct group){.typed = slots[i].typed};
        bool loose = plan->query->marks == HL_MARKS_LOOSE;
        if (loose)
            oracle_place_loose(&places[i]);
        group_put_likely(group, &places[i], loose);
        group->emphasis = group_emphasis(plan, group);
        if (slots[i].open == OPEN_TYPED && !plan->query->tokens)
            group_put_variants(oracle, group);
        group_settle(oracle, group);
    }
    free(places);
}

/* ------------------------------------------------------------------------ leaves */

enum leaf_kind { LEAF_WORD, LEAF_PAIR, LEAF_PHRASE, LEAF_FIELD, LEAF_NOT, LEAF_COLUMN };

/* One thing to look for in a document: a sum of tenths, from which its tf comes. */
struct leaf {
    enum leaf_kind kind;
    struct group *groups; /* 1 of a word, 2 of a pair, any number of a phrase */
    size_t group_count;
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

static struct group *groups_copy(const struct group *from, size_t count)
{
    return memcpy(oracle_grow(NULL, count, sizeof *from), from, count * sizeof *from);
}

static bool groups_same(const struct group *a, const struct group *b)
{
    return a->typed == b->typed && !a->count == !b->count &&
           (!a->count || a->key[0] == b->key[0]);
}

/* The same typed and read a second time is the word that is there: its group counts. */
static void plan_put_word(struct plan *plan, struct group *group)
{
    for (size_t i = 0; i < plan->count; i++)
        if (groups_same(&plan->leaves[i].groups[0], group)) {
            *group = plan->leaves[i].groups[0];
            return;
        }
    for (size_t i = 0; i < plan->lacking; i++)
        if (groups_same(&plan->lacked[i], group)) {
            *group = plan->lacked[i];
            return;
        }
    if (!group->df) {
        plan->lacked = oracle_grow(plan->lacked, plan->lacking + 1, sizeof *plan->lacked);
        plan->lacked[plan->lacking++] = *group;
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

/* The words of one run.  A joined form that the index has stands for all its parts. */
static size_t run_read(struct plan *plan, const struct words *words, struct slot *out)
{
    uint32_t covered = 0; /* bytes of the text that a joined form stands for */
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        bool joined = false;
        if (word->alternative || word->start < covered)
            continue;
        for (size_t j = i + 1; j < words->count && words->list[j].alternative && !joined; j++)
            if (plan->oracle->key[words->list[j].key].df) {
                word = &words->list[j];
                covered = word->end;
                joined = true;
            }
        out[count++] =
            (struct slot){.typed = word->key, .position = word->position, .joined = joined};
    }
    return count;
}

struct run {
    struct slot *slots;
    struct group *groups;
    size_t count;
    struct oracle_widening *widenings;
    size_t widening_count;
};

/* The words of a run at at - 1 and i, and what stretches with both of them are called. */
static void plan_put_pair(struct plan *plan, const struct run *run, size_t at)
{
    const struct group *a = &run->groups[at - 1], *b = &run->groups[at];
    if (!a->df || !b->df)
        return;
    for (size_t i = plan->words; i < plan->count; i++)
        if (groups_same(&plan->leaves[i].groups[0], a) &&
            groups_same(&plan->leaves[i].groups[1], b))
            return;
    struct group both[2] = {*a, *b};
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
            const struct group *a = &old->groups[g], *b = &leaf->groups[g];
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
    struct slot *slots = oracle_grow(NULL, words->count, sizeof *slots);
    for (size_t i = 0; i < words->count; i++)
        if (!words->list[i].alternative)
            slots[leaf.group_count++] =
                (struct slot){.typed = words->list[i].key, .position = words->list[i].position};
    leaf.groups = oracle_grow(NULL, leaf.group_count, sizeof *leaf.groups);
    groups_make(plan, slots, leaf.group_count, leaf.groups);
    for (size_t i = 0; i < leaf.group_count; i++)
        leaf.idf += leaf.groups[i].idf;
    free(slots);
    assert(item->kind == ORACLE_COLUMN || leaf.group_count > 0);
    if (item->kind != ORACLE_COLUMN && plan_has(plan, &leaf))
        free(leaf.groups);
    else
        plan_put(plan, leaf);
}

/* Words of all runs, then their pairs, then conditions: the order of the sum. */
static void plan_put_all(struct plan *plan, const struct words *words, bool pairs)
{
    const struct oracle_query *query = plan->query;
    struct run *runs = oracle_grow(NULL, query->count, sizeof *runs);
    for (size_t i = 0; i < query->count; i++) {
        bool is_run = query->items[i].kind == ORACLE_WORDS;
        runs[i].slots = oracle_grow(NULL, words[i].count, sizeof *runs[i].slots);
        runs[i].groups = oracle_grow(NULL, words[i].count, sizeof *runs[i].groups);
        runs[i].count = is_run ? run_read(plan, &words[i], runs[i].slots) : 0;
        groups_make(plan, runs[i].slots, runs[i].count, runs[i].groups);
        runs[i].widenings = oracle_grow(NULL, runs[i].count, sizeof *runs[i].widenings);
        runs[i].widening_count =
            groups_widen(plan, runs[i].slots, runs[i].count, runs[i].groups, runs[i].widenings);
        for (size_t w = 0; w < runs[i].count; w++)
            plan_put_word(plan, &runs[i].groups[w]);
    }
    plan->words = plan->count;
    for (size_t i = 0; pairs && i < query->count; i++)
        for (size_t w = 1; w < runs[i].count; w++)
            if (!runs[i].slots[w - 1].joined && !runs[i].slots[w].joined)
                plan_put_pair(plan, &runs[i], w);
    plan->pairs = plan->count - plan->words;
    for (size_t i = 0; i < query->count; i++) {
        if (query->items[i].kind != ORACLE_WORDS)
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
    for (size_t i = 0; i < query->count; i++) {
        const char *text = query->items[i].text;
        bool column = query->items[i].kind == ORACLE_COLUMN;
        words[i] = words_make(plan->oracle, column ? NULL : text, 0, query->tokens);
    }
    plan->marks_typed = words_are_marked(plan->oracle, words, query->count);
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
        int m = group_find(&leaf->groups[0], key);
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
        int ma = group_find(&leaf->groups[0], a);
        int mb = group_find(&leaf->groups[1], b);
        if (ma < 0 || mb < 0)
            continue;
        struct member *member = &leaf->members[(size_t)ma * leaf->groups[1].count + (size_t)mb];
        leaf->sum += pair_weight(leaf, ma, mb) * plan->oracle->weight[field];
        member->df += member->seen != document + 1;
        member->seen = document + 1;
    }
}

static uint64_t rows_in(const struct words *words, const struct oracle_others *others)
{
    uint64_t count = 0;
    for (size_t i = 0; i < others->row_count; i++)
        count += oracle_row_places(words, &others->row[i]);
    return count;
}

/* Rows that stand for a word, rows and single words that stand for a pair. */
static void leaves_see_others(struct plan *plan, const struct words *words, int field)
{
    for (size_t i = 0; i < plan->words + plan->pairs; i++) {
        struct leaf *leaf = &plan->leaves[i];
        bool pair = leaf->kind == LEAF_PAIR;
        const struct oracle_others *others = pair ? &leaf->others : &leaf->groups[0].others;
        uint64_t count = rows_in(words, others);
        for (size_t k = 0; pair && k < others->single_count; k++)
            for (size_t w = 0; w < words->count; w++)
                count += words->list[w].key == others->single[k];
        leaf->sum += WEIGHT_OTHER * count * plan->oracle->weight[field];
    }
}

/* Does some key of the group, alternative or not, stand at the position? */
static bool group_is_at(const struct group *group, const struct word *at,
                        const struct word *end)
{
    uint32_t position = at->position;
    for (; at < end && at->position == position; at++)
        if (group_find(group, at->key) >= 0)
            return true;
    return false;
}

/* A phrase counts places in full, whichever keys of its words stand there. */
static void leaves_see_phrases(struct plan *plan, const struct words *words,
                               const struct word *const *first, size_t count, int field)
{
    const struct word *end = words->list + words->count;
    for (size_t i = plan->words + plan->pairs; i < plan->count; i++) {
        struct leaf *leaf = &plan->leaves[i];
        if (leaf->kind == LEAF_COLUMN || (leaf->kind == LEAF_FIELD && leaf->place != field))
            continue;
        for (size_t at = 0; at + leaf->group_count <= count; at++) {
            size_t g = 0;
            while (g < leaf->group_count && group_is_at(&leaf->groups[g], first[at + g], end))
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
            df += df_weighed(leaf->members[a * b_count + b].df,
                             pair_weight(leaf, (int)a, (int)b));
    df += rows_settle(plan->oracle, &leaf->others);
    for (size_t k = 0; k < leaf->others.single_count; k++)
        df += df_weighed(plan->oracle->key[leaf->others.single[k]].df, WEIGHT_OTHER);
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
            if (leaf->kind == LEAF_COLUMN)
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
                if (group_find(&plan->leaves[w].groups[0], word->key) >= 0) {
                    stands = oracle_grow_by_one(stands, count, sizeof *stands);
                    stands[count++] = (struct oracle_stand){base + word->position, f, w};
                }
        }
        base += d->field[f].positions + 1; /* one is left out between fields */
    }
    *out_count = count;
    return stands;
}

static uint32_t plan_word(const struct plan *plan, const struct group *group)
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
