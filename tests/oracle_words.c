#include "oracle_words.h"

#include "query/emphasis.h"
#include "text/syllable.h"
#include "token/number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUP_MAX = 8,    /* keys that one unmarked word may stand for */
    WEIGHT_FULL = 10, /* weights are in tenths */
    WEIGHT_VARIANT = 9,
    WEIGHT_OTHER = 8 /* synonyms */
};

/* A df as its key weighs, rounded up. */
uint64_t oracle_df_weighed(uint64_t df, uint32_t tenths)
{
    return (df * tenths + WEIGHT_FULL - 1) / WEIGHT_FULL;
}

int oracle_group_find(const struct oracle_group *group, uint32_t key)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->key[i] == key)
            return (int)i;
    return -1;
}

static void group_put(struct oracle_group *group, uint32_t key, uint32_t weight)
{
    assert(group->count < ORACLE_GROUP_KEYS);
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

int64_t oracle_marked_words(const struct oracle *oracle, const struct words *words)
{
    int64_t more = 0;
    for (size_t w = 0; w < words->count; w++) {
        const struct word *word = &words->list[w];
        bool has = key_is_marked(oracle, word->key);
        more += !word->alternative && has;
        more -= !word->alternative && !has && word->syllable;
    }
    return more;
}

/* Does the slot mean the key? */
static bool slot_means(const struct oracle *oracle, const struct oracle_slot *slot,
                       uint32_t key)
{
    if (slot->open == ORACLE_AS_TYPED)
        return key == slot->typed;
    return slot->open == ORACLE_FOLDED ? fits_folded(oracle, slot->typed, key)
                                       : fits_more_marks(oracle, slot->typed, key);
}

/* Every key in the index that the slot may mean; or all that fold alike, others barred. */
static void slot_choices(const struct oracle_reader *reader, const struct oracle_slot *slot,
                         bool all_alike, struct oracle_place_keys *place)
{
    const struct oracle *oracle = reader->oracle;
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

static void slot_place(const struct oracle_reader *reader, const struct oracle_slot *slot,
                       struct oracle_place_keys *place)
{
    const struct oracle_query *query = reader->query;
    bool meant = false;
    slot_choices(reader, slot,
                 query->marks == HL_MARKS_AUTO && !query->tokens && !reader->marks_typed,
                 place);
    for (size_t i = 0; i < place->count; i++)
        meant = meant || !place->choice[i].barred;
    if (!meant)
        slot_choices(reader, slot, false, place);
}

/* The i/y variants of what was typed that the index has. */
static void group_put_variants(const struct oracle *oracle, struct oracle_group *group)
{
    for (uint32_t k = 0; k < oracle->keys.count; k++)
        if (oracle->key[k].df && oracle_group_find(group, k) < 0 &&
            fits_variant(oracle, group->typed, k))
            group_put(group, k, WEIGHT_VARIANT);
}

bool oracle_slots_linked(const struct oracle_slot *slots, size_t i)
{
    return i && !slots[i].joined && !slots[i - 1].joined && !slots[i].prefix &&
           !slots[i - 1].prefix && slots[i].position == slots[i - 1].position + 1;
}

/* A unit after a number, unless bare words go on. */
static bool slot_is_unit(const struct oracle_reader *reader, const struct oracle_slot *slots,
                         size_t count, size_t i)
{
    const struct oracle *oracle = reader->oracle;
    const char *key = oracle->keys.text[slots[i].typed];
    if (!oracle_slots_linked(slots, i) || !hltoken_is_unit(key, strlen(key)))
        return false;
    char first = oracle->keys.text[slots[i - 1].typed][0];
    bool goes_on = false;
    if (i + 1 < count && oracle_slots_linked(slots, i + 1)) {
        const char *next = oracle->keys.text[slots[i + 1].typed];
        goes_on =
            !key_is_marked(oracle, slots[i + 1].typed) && hlsyl_is_folded(next, strlen(next));
    }
    return first >= '0' && first <= '9' && !goes_on;
}

/* vietnamese.md 7: marks are honoured; only what the index lacks may have lost some. */
static void slot_open(const struct oracle_reader *reader, struct oracle_slot *slot, bool unit)
{
    const struct oracle *oracle = reader->oracle;
    const struct oracle_query *query = reader->query;
    struct oracle_group typed = {.typed = slot->typed};
    bool bare = !reader->marks_typed && !key_is_marked(oracle, slot->typed);
    unit = unit && query->marks == HL_MARKS_AUTO;
    slot->open = ORACLE_AS_TYPED;
    if (query->tokens || query->marks == HL_MARKS_STRICT || slot->exact)
        return;
    if (query->marks == HL_MARKS_LOOSE || (bare && !unit)) {
        slot->open = ORACLE_FOLDED;
    } else if (!oracle->key[slot->typed].df) {
        group_put_variants(oracle, &typed);
        slot->open = typed.count ? ORACLE_AS_TYPED : ORACLE_MORE_MARKS;
    }
}

/* A key beside the one that was read: 1 tenth, and as many of 9 more as it is likely. */
static uint32_t weight_likely(const struct oracle_choice *choice, bool loose)
{
    return loose ? WEIGHT_FULL : 1 + (uint32_t)floor(9 * choice->share);
}

/* What was read, what was typed, then what is likely: GROUP_MAX keys at most. */
static void group_put_likely(struct oracle_group *group, const struct oracle_place_keys *place,
                             bool loose)
{
    if (place->count)
        group_put(group, place->choice[place->best].key, WEIGHT_FULL);
    for (size_t i = 0; i < place->count; i++)
        if (place->choice[i].key == group->typed && oracle_group_find(group, group->typed) < 0)
            group_put(group, group->typed, weight_likely(&place->choice[i], loose));
    while (group->count < GROUP_MAX) {
        const struct oracle_choice *next = NULL;
        for (size_t i = 0; i < place->count; i++) {
            const struct oracle_choice *c = &place->choice[i];
            if (c->share > 0.02 && oracle_group_find(group, c->key) < 0 &&
                (!next || c->share > next->share))
                next = c;
        }
        if (!next)
            break;
        group_put(group, next->key, weight_likely(next, loose));
    }
}

/* Function syllables say little, names and codes much; tokens are of no kind. */
static unsigned group_emphasis(const struct oracle_reader *reader,
                               const struct oracle_group *group)
{
    const char *meant = reader->oracle->keys.text[group->count ? group->key[0] : group->typed];
    return reader->query->tokens ? 10 : hlq_emphasis(meant, strlen(meant));
}

/* Drops rows that the index lacks; the df of those it has. */
uint64_t oracle_rows_settle(const struct oracle *oracle, struct oracle_others *others)
{
    uint64_t sum = 0;
    size_t kept = 0;
    for (size_t i = 0; i < others->row_count; i++) {
        uint64_t df = oracle_row_df(oracle, &others->row[i]);
        sum += oracle_df_weighed(df, WEIGHT_OTHER);
        if (df)
            others->row[kept++] = others->row[i];
    }
    others->row_count = kept;
    return sum;
}

static void group_settle(const struct oracle *oracle, struct oracle_group *group)
{
    group->df = oracle_rows_settle(oracle, &group->others);
    for (size_t k = 0; k < group->count; k++)
        group->df += oracle_df_weighed(oracle->key[group->key[k]].df, group->weight[k]);
    group->df = group->df < oracle->ids.count ? group->df : oracle->ids.count;
    group->idf = group->df ? oracle_idf(oracle->ids.count, group->df) : 0;
}

/* Other names for stretches of a run, taken over by each word in them. */
size_t oracle_groups_widen(const struct oracle_reader *reader, const struct oracle_slot *slots,
                           size_t count, struct oracle_group *groups,
                           struct oracle_widening *out)
{
    uint32_t *keys = oracle_grow(NULL, count, sizeof *keys);
    bool *linked = oracle_grow(NULL, count, sizeof *linked);
    struct words none = words_make(reader->oracle, "=", 0, true);
    for (size_t i = 0; i < count; i++) {
        keys[i] = slots[i].exact                        ? none.list[0].key
                  : groups[i].count && !slots[i].prefix ? groups[i].key[0]
                                                        : groups[i].typed;
        linked[i] = oracle_slots_linked(slots, i);
    }
    const char *const *lines = reader->query->tokens ? NULL : reader->query->synonyms;
    size_t found = oracle_widen(reader->oracle, lines, keys, linked, count, out);
    for (size_t i = 0; i < found; i++)
        for (size_t g = out[i].from; g < out[i].to; g++)
            oracle_others_take(&groups[g].others, &out[i]);
    for (size_t g = 0; g < count; g++) {
        const struct oracle_others *others = &groups[g].others;
        for (size_t i = 0; i < others->single_count; i++)
            if (oracle_group_find(&groups[g], others->single[i]) < 0)
                group_put(&groups[g], others->single[i], WEIGHT_OTHER);
        if (others->taken)
            group_settle(reader->oracle, &groups[g]);
    }
    free(none.list);
    free(keys);
    free(linked);
    return found;
}

/* ---- prefixes ---- */

/* Does the key begin with what was typed?  Marks that were not typed may be there. */
static bool fits_prefix(const char *typed, const char *key, bool strict)
{
    char begin[256];
    size_t at = 0;
    if (strict)
        return !strncmp(key, typed, strlen(typed));
    for (const char *p = typed; *p; p++) { /* as many letters as were typed */
        if (((unsigned char)*p & 0xc0) == 0x80)
            continue;
        at += key[at] != '\0';
        while (((unsigned char)key[at] & 0xc0) == 0x80)
            at++;
    }
    assert(at < sizeof begin);
    memcpy(begin, key, at);
    begin[at] = '\0';
    return oracle_adds_marks(typed, begin);
}

static const struct oracle *counted; /* for the order alone */

static int by_df(const void *pa, const void *pb)
{
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    uint64_t da = counted->key[a].df, db = counted->key[b].df;
    return da != db ? (da > db ? -1 : 1) : strcmp(counted->keys.text[a], counted->keys.text[b]);
}

/* Every key that begins so, the commonest ORACLE_PREFIX_KEYS of them, each in full. */
static void group_put_prefix(const struct oracle_reader *reader, const struct oracle_slot *slot,
                             struct oracle_group *group)
{
    const struct oracle *oracle = reader->oracle;
    char typed[256];
    uint32_t *found = oracle_grow(NULL, oracle->keys.count, sizeof *found);
    size_t count = 0;
    snprintf(typed, sizeof typed, "%s", oracle->keys.text[slot->typed]);
    assert(strlen(typed) && typed[strlen(typed) - 1] == '*');
    typed[strlen(typed) - 1] = '\0';
    for (uint32_t k = 0; k < oracle->keys.count; k++)
        if (oracle->key[k].df &&
            fits_prefix(typed, oracle->keys.text[k], reader->query->marks == HL_MARKS_STRICT))
            found[count++] = k;
    counted = oracle;
    qsort(found, count, sizeof *found, by_df);
    for (size_t i = 0; i < count && i < ORACLE_PREFIX_KEYS; i++)
        group_put(group, found[i], WEIGHT_FULL);
    group->emphasis = 10;
    group_settle(oracle, group);
    free(found);
}

/* design.md 4, marks: what the words of one run mean beside each other. */
void oracle_groups_make(const struct oracle_reader *reader, struct oracle_slot *slots,
                        size_t count, struct oracle_group *out)
{
    const struct oracle *oracle = reader->oracle;
    struct oracle_place_keys *places = oracle_grow(NULL, count, sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct oracle_place_keys){.linked = oracle_slots_linked(slots, i)};
        if (slots[i].prefix)
            continue;
        slot_open(reader, &slots[i], slot_is_unit(reader, slots, count, i));
        slot_place(reader, &slots[i], &places[i]);
    }
    oracle_lattice_read(places, count, &oracle->pairs);
    for (size_t i = 0; i < count; i++) {
        struct oracle_group *group = &out[i];
        *group = (struct oracle_group){.typed = slots[i].typed};
        bool loose = reader->query->marks == HL_MARKS_LOOSE;
        if (slots[i].prefix) {
            group_put_prefix(reader, &slots[i], group);
            continue;
        }
        if (loose)
            oracle_place_loose(&places[i]);
        group_put_likely(group, &places[i], loose);
        group->emphasis = group_emphasis(reader, group);
        if (slots[i].open == ORACLE_AS_TYPED && !slots[i].exact && !reader->query->tokens)
            group_put_variants(oracle, group);
        group_settle(oracle, group);
    }
    free(places);
}

/* A word as it was typed: what a star stands right behind is the beginning of words. */
static struct oracle_slot slot_of(struct oracle *oracle, const char *text,
                                  const struct word *word, bool joined)
{
    struct oracle_slot slot = {
        .typed = word->key, .position = word->position, .joined = joined};
    char starred[256];
    slot.exact = text && word->start && text[word->start - 1] == '=';
    if (joined || !text || text[word->end] != '*')
        return slot;
    snprintf(starred, sizeof starred, "%s*", oracle->keys.text[word->key]);
    struct words key = words_make(oracle, starred, 0, true);
    assert(key.count == 1);
    slot.typed = key.list[0].key;
    slot.prefix = true;
    free(key.list);
    return slot;
}

/* First alternatives only, for they stand in a row. */
size_t oracle_row_read(const struct oracle_reader *reader, const char *text,
                       const struct words *words, struct oracle_slot *out)
{
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++)
        if (!words->list[i].alternative)
            out[count++] = slot_of(reader->oracle, text, &words->list[i], false);
    return count;
}

/* The words of one run.  A joined form that the index has stands for all its parts. */
size_t oracle_run_read(const struct oracle_reader *reader, const char *text,
                       const struct words *words, struct oracle_slot *out)
{
    uint32_t covered = 0; /* bytes of the text that a joined form stands for */
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        bool joined = false;
        if (word->alternative || word->start < covered)
            continue;
        for (size_t j = i + 1; j < words->count && words->list[j].alternative && !joined; j++)
            if (reader->oracle->key[words->list[j].key].df) {
                word = &words->list[j];
                covered = word->end;
                joined = true;
            }
        out[count++] = slot_of(reader->oracle, text, word, joined);
    }
    return count;
}
