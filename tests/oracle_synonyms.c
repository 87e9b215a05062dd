#include "oracle_synonyms.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------- lists */

enum { MEMBERS_MAX = 16 };

/* The members of a line; keys as the tokeniser gives them. */
static size_t line_read(struct oracle *oracle, const char *line, struct oracle_name *out)
{
    size_t count = 0;
    for (const char *p = line; p;) {
        char text[256];
        const char *end = strstr(p, " = ");
        snprintf(text, sizeof text, "%.*s", end ? (int)(end - p) : (int)strlen(p), p);
        struct words words = words_make(oracle, text, 0, false);
        assert(count < MEMBERS_MAX && words.count && words.count <= ORACLE_NAME_KEYS);
        out[count] = (struct oracle_name){.count = words.count};
        for (size_t i = 0; i < words.count; i++)
            out[count].key[i] = words.list[i].key;
        count++;
        free(words.list);
        p = end ? end + 3 : NULL;
    }
    return count;
}

static bool starts_with(const struct oracle *oracle, const struct oracle_name *name,
                        const uint32_t *keys, const bool *linked, size_t left)
{
    if (name->count > left)
        return false;
    for (size_t i = 0; i < name->count; i++)
        if ((i && !linked[i]) ||
            strcmp(oracle->key[name->key[i]].variant, oracle->key[keys[i]].variant))
            return false;
    return true;
}

static bool is_known(const struct oracle *oracle, const struct oracle_name *name)
{
    for (size_t i = 0; i < name->count; i++)
        if (!oracle->key[name->key[i]].df)
            return false;
    return true;
}

/* The longest member of all lines that the keys start with: its line's other members. */
static bool widen_at(struct oracle *oracle, const char *const *lines, const uint32_t *keys,
                     const bool *linked, size_t left, struct oracle_widening *out)
{
    struct oracle_name members[MEMBERS_MAX];
    size_t longest = 0;
    for (; *lines; lines++) {
        size_t count = line_read(oracle, *lines, members);
        for (size_t m = 0; m < count; m++) {
            if (members[m].count <= longest ||
                !starts_with(oracle, &members[m], keys, linked, left))
                continue;
            longest = members[m].count;
            *out = (struct oracle_widening){0};
            for (size_t i = 0; i < count && out->count < ORACLE_NAMES; i++)
                if (i != m && is_known(oracle, &members[i]))
                    out->names[out->count++] = members[i];
        }
    }
    out->to = longest;
    return longest && out->count;
}

size_t oracle_widen(struct oracle *oracle, const char *const *lines, const uint32_t *keys,
                    const bool *linked, size_t count, struct oracle_widening *out)
{
    size_t found = 0;
    for (size_t i = 0; lines && i < count; i++) {
        if (!widen_at(oracle, lines, keys + i, linked + i, count - i, &out[found]))
            continue;
        out[found].from = i;
        out[found++].to += i;
    }
    return found;
}

void oracle_others_take(struct oracle_others *others, const struct oracle_widening *widening)
{
    if (others->taken == ORACLE_WIDENINGS)
        return;
    others->taken++;
    for (size_t i = 0; i < widening->count; i++) {
        const struct oracle_name *name = &widening->names[i];
        bool there = false;
        for (size_t k = 0; k < others->single_count; k++)
            there = there || others->single[k] == name->key[0];
        if (name->count > 1)
            others->row[others->row_count++] = *name;
        else if (!there)
            others->single[others->single_count++] = name->key[0];
    }
}

/* ---------------------------------------------------------------------------- rows */

/* Do the keys stand side by side from this first alternative on?  With `firsts` as first
 * alternatives, else as any. */
static bool row_is_at(const struct words *words, size_t at, const struct oracle_name *row,
                      bool firsts)
{
    uint32_t position = words->list[at].position;
    for (size_t k = 0; k < row->count; k++) {
        bool here = false;
        for (; at < words->count && words->list[at].position == position + k; at++)
            here = here || (words->list[at].key == row->key[k] &&
                            !(firsts && words->list[at].alternative));
        if (!here)
            return false;
    }
    return true;
}

static uint64_t places(const struct words *words, const struct oracle_name *row, bool firsts)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words->count; i++)
        count += !words->list[i].alternative && row_is_at(words, i, row, firsts);
    return count;
}

uint64_t oracle_row_places(const struct words *words, const struct oracle_name *row)
{
    return places(words, row, row->count == 2); /* two are a pair, more are a phrase */
}

uint64_t oracle_row_df(const struct oracle *oracle, const struct oracle_name *row)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i + 1 < row->count; i++) {
        const struct oracle_name pair = {{row->key[i], row->key[i + 1]}, 2};
        uint64_t df = 0;
        for (size_t d = 0; d < oracle->ids.count; d++) {
            uint64_t count = 0;
            for (int f = 0; f < ORACLE_FIELDS && !count; f++)
                count = places(&oracle->documents[d].field[f], &pair, true);
            df += count > 0;
        }
        least = df < least ? df : least;
    }
    return least;
}
