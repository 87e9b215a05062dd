#include "query/widen.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

struct widener {
    const struct hlq_widen_slot *slots;
    uint32_t count;
    const struct hlq_vocabulary *vocabulary;
    struct hlarena *arena;
    struct hlq_widening *now; /* that is being filled */
    struct hl_error *err;
};

/* How many slots from `at` on stand side by side and are open to other names. */
static uint32_t run_length(const struct widener *w, uint32_t at, uint32_t most)
{
    uint32_t n = 0;
    while (n < most && at + n < w->count && !w->slots[at + n].closed &&
           (n == 0 || w->slots[at + n].linked))
        n++;
    return n;
}

static bool is_full(const struct hlq_widening *widening)
{
    return widening->count + widening->row_count == HLQ_WIDEN_MAX;
}

static bool has_key(const struct hlq_widening *widening, const char *bytes, size_t size)
{
    for (uint32_t i = 0; i < widening->count; i++)
        if (widening->keys[i].size == size && !memcmp(widening->keys[i].bytes, bytes, size))
            return true;
    return false;
}

static bool has_row(const struct hlq_widening *widening, const struct hlq_sequence *row)
{
    for (uint32_t i = 0; i < widening->row_count; i++) {
        const struct hlq_sequence *r = &widening->rows[i];
        bool same = r->count == row->count;
        for (uint32_t k = 0; same && k < r->count; k++)
            same = !strcmp(r->keys[k].bytes, row->keys[k].bytes);
        if (same)
            return true;
    }
    return false;
}

/* A single key, if the index has it; *out_known says so. */
static hl_status find_key(struct widener *w, const char *bytes, size_t size, bool *out_known)
{
    uint64_t df;
    hl_status status = hlq_df(w->vocabulary, bytes, size, &df, w->err);
    if (status == HL_OK)
        *out_known = df > 0;
    return status;
}

/* Takes over another name: a key, or a row if the index has every key of it. */
static hl_status take(struct widener *w, const struct hlq_key *keys, uint32_t count)
{
    struct hlq_widening *now = w->now;
    bool known = count > 0;
    for (uint32_t i = 0; known && i < count; i++) {
        hl_status status = find_key(w, keys[i].bytes, keys[i].size, &known);
        if (status != HL_OK)
            return status;
    }
    if (!known || is_full(now))
        return HL_OK;
    struct hlq_key *copy = hlarena_zalloc(w->arena, count, sizeof *copy);
    if (!copy)
        return hlerr_nomem(w->err);
    for (uint32_t i = 0; i < count; i++) {
        char *bytes = hlarena_strndup(w->arena, keys[i].bytes, keys[i].size);
        if (!bytes)
            return hlerr_nomem(w->err);
        copy[i] = (struct hlq_key){bytes, keys[i].size, HLQ_WEIGHT_OTHER};
    }
    struct hlq_sequence row = {copy, count, HLQ_WEIGHT_OTHER};
    if (count == 1 && !has_key(now, copy->bytes, copy->size))
        now->keys[now->count++] = *copy;
    else if (count > 1 && !has_row(now, &row))
        now->rows[now->row_count++] = row;
    return HL_OK;
}

/* ---- synonyms ---- */

static hl_status take_others(struct widener *w, const struct hl_synonyms *synonyms,
                             const struct hlq_synonym *member)
{
    const struct hlq_synonym *other;
    hl_status status = HL_OK;
    for (uint32_t i = 0;
         status == HL_OK && (other = hlq_synonyms_other(synonyms, member, i)) != NULL; i++) {
        struct hlq_key keys[HLQ_SYNONYM_KEYS_MAX];
        for (uint32_t k = 0; k < other->count; k++)
            keys[k] = (struct hlq_key){other->keys[k].bytes, other->keys[k].size, 0};
        status = take(w, keys, other->count);
    }
    return status;
}

static hl_status make_keys(struct widener *w, struct hlq_synonym_key **out_keys)
{
    struct hlq_synonym_key *keys = hlarena_zalloc(w->arena, w->count + 1u, sizeof *keys);
    hl_status status = keys ? HL_OK : hlerr_nomem(w->err);
    for (uint32_t i = 0; status == HL_OK && i < w->count; i++)
        status = hlq_synonym_key(w->slots[i].key, w->slots[i].size, w->arena, &keys[i], w->err);
    *out_keys = keys;
    return status;
}

/* ---- abbreviations ---- */

/* A name as the vocabulary tells it: keys between blanks. */
static hl_status take_name(void *to, const char *name, size_t size,
                           const struct hlq_counts *counts)
{
    struct widener *w = to;
    struct hlq_key keys[HLQ_NAME_KEYS_MAX];
    uint32_t count = 0;
    (void)counts;
    for (size_t at = 0, end; at < size; at = end + 1) {
        const char *blank = memchr(name + at, ' ', size - at);
        end = blank ? (size_t)(blank - name) : size;
        if (count == HLQ_NAME_KEYS_MAX)
            return HL_OK;
        keys[count++] = (struct hlq_key){name + at, (uint32_t)(end - at), 0};
    }
    return take(w, keys, count);
}

/* The longest run from `at` on that the index has another name for. */
static hl_status take_names(struct widener *w, uint32_t at, uint32_t *out_length)
{
    struct hlq_key keys[HLQ_NAME_KEYS_MAX];
    uint32_t most = run_length(w, at, HLQ_NAME_KEYS_MAX);
    for (uint32_t i = 0; i < most; i++)
        keys[i] = (struct hlq_key){w->slots[at + i].key, w->slots[at + i].size, 0};
    *out_length = 0;
    for (uint32_t n = most; n > 0; n--) {
        uint32_t before = w->now->count + w->now->row_count;
        hl_status status =
            w->vocabulary->names(w->vocabulary->user, keys, n, take_name, w, w->err);
        if (status != HL_OK)
            return status;
        if (w->now->count + w->now->row_count > before) {
            *out_length = n;
            return HL_OK;
        }
    }
    return HL_OK;
}

/* ---- all together ---- */

/* What a list and the archive both call it counts once. */
static void merge(struct hlq_widening *to, const struct hlq_widening *from)
{
    for (uint32_t i = 0; i < from->count && !is_full(to); i++)
        if (!has_key(to, from->keys[i].bytes, from->keys[i].size))
            to->keys[to->count++] = from->keys[i];
    for (uint32_t i = 0; i < from->row_count && !is_full(to); i++)
        if (!has_row(to, &from->rows[i]))
            to->rows[to->row_count++] = from->rows[i];
}

/* A widening that nothing was put into is not kept, two of the same slots are one. */
static void close_widening(struct widener *w, struct hlq_widenings *all, uint32_t from,
                           uint32_t length)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (all->list[i].from == from && all->list[i].to == from + length) {
            merge(&all->list[i], w->now);
            *w->now = (struct hlq_widening){0};
        }
    if (!w->now->count && !w->now->row_count)
        return;
    w->now->from = from;
    w->now->to = from + length;
    assert(length > 0 && w->now->to <= w->count);
    w->now = &all->list[++all->count];
    *w->now = (struct hlq_widening){0};
}

hl_status hlq_widen(const struct hlq_widen_slot *slots, uint32_t count,
                    const struct hl_synonyms *synonyms, const struct hlq_vocabulary *vocabulary,
                    struct hlarena *arena, struct hlq_widenings *out_widenings,
                    struct hl_error *err)
{
    struct hlq_widenings all = {hlarena_zalloc(arena, 2 * count + 1u, sizeof *all.list), 0};
    struct widener w = {slots, count, vocabulary, arena, all.list, err};
    struct hlq_synonym_key *keys;
    if (!all.list)
        return hlerr_nomem(err);
    hl_status status = make_keys(&w, &keys);
    uint32_t named = 0; /* slots before have a name from the index already */
    for (uint32_t i = 0, n; status == HL_OK && i < count; i++) {
        uint32_t most = run_length(&w, i, HLQ_SYNONYM_KEYS_MAX);
        const struct hlq_synonym *member =
            most ? hlq_synonyms_match(synonyms, keys + i, most, false) : NULL;
        if (member) {
            status = take_others(&w, synonyms, member);
            close_widening(&w, &all, i, member->count);
        }
        if (status != HL_OK || !vocabulary->names || i < named || !most)
            continue;
        status = take_names(&w, i, &n);
        if (status == HL_OK && n) {
            close_widening(&w, &all, i, n);
            named = i + n;
        }
    }
    if (status == HL_OK)
        *out_widenings = all;
    return status;
}
