/*
 * filters.c - what may answer by the columns of a chunk: values of facets, dates.
 *
 * Names are compared as text once a chunk, which leaves codes to look for; what the head of a
 * chunk and the summaries of its windows say about dates mostly settles a range, and only
 * windows that it cuts through have to be looked at, which they are when somebody asks
 * (match/late.h).  Nothing is assumed about the order of articles.
 */
#include "backend/native.h"

#include "base/err.h"
#include "text/fold.h"
#include "text/normalise.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

enum { CHUNK_BYTES = HLBITS_CHUNK_WORDS * sizeof(uint64_t) };

/* ---- values of facets ---- */

static bool is_inside_word(uint8_t byte)
{
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
}

/* Tones in their canonical places, word by word: hoà lạc is hòa lạc. */
static hl_status settle_tones(const struct hlbuf *lower, struct hlbuf *out,
                              struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t at = 0; status == HL_OK && at < lower->size;) {
        size_t end = at;
        while (end < lower->size && is_inside_word(lower->data[end]))
            end++;
        if (end > at)
            status = hltext_key((const char *)lower->data + at, end - at, out, err);
        else if (!hlbuf_put_u8(out, lower->data[end++]))
            status = hlerr_nomem(err);
        at = end;
    }
    return status;
}

hl_status hlnative_filter_key(const char *value, size_t size, bool fold, struct hlbuf *out,
                              struct hl_error *err)
{
    struct hlbuf lower = {0};
    hlbuf_reset(out);
    hl_status status = hltext_key(value, size, &lower, err);
    if (status == HL_OK)
        status = fold ? hltext_fold_key((const char *)lower.data, lower.size, out, err)
                      : settle_tones(&lower, out, err);
    hlbuf_release(&lower);
    return status;
}

/* The key of names of tags that could be the value. */
static hl_status tag_key(const struct hlbuf *want, bool folded, uint32_t *out_key,
                         struct hl_error *err)
{
    struct hlbuf bare = {0};
    hl_status status = HL_OK;
    if (!folded)
        status = hltext_fold_key((const char *)want->data, want->size, &bare, err);
    if (status == HL_OK)
        *out_key = folded ? hlchunk_tag_key(want->data, want->size)
                          : hlchunk_tag_key(bare.data, bare.size);
    hlbuf_release(&bare);
    return status;
}

hl_status hlnative_read_filter(struct hlnative *native, unsigned facet, const char *value,
                               bool excluded, struct hlnative_filter *out_filter,
                               struct hl_error *err)
{
    struct hlnative *n = native;
    struct hlbuf want = {0};
    size_t size = strlen(value);
    if (hltext_utf8_check(value, size) < size)
        return hlerr_set(err, HL_BAD_QUERY, "a value to filter by is not UTF-8");
    hl_status status = hlnative_filter_key(value, size, false, &want, err);
    bool fold = status == HL_OK && !hltext_is_marked((const char *)want.data, want.size);
    if (fold)
        status = hlnative_filter_key(value, size, true, &want, err);
    char *copy = NULL;
    uint32_t key = 0;
    if (status == HL_OK && facet == HLNATIVE_TAG)
        status = tag_key(&want, fold, &key, err);
    if (status == HL_OK) {
        copy = hlarena_strndup(&n->arena, (const char *)want.data, want.size);
        status = copy ? HL_OK : hlerr_nomem(err);
    }
    if (status == HL_OK)
        *out_filter =
            (struct hlnative_filter){facet, excluded, fold, copy, (uint32_t)want.size, key};
    hlbuf_release(&want);
    return status;
}

hl_status hlnative_read_filters(struct hlnative *native, struct hl_error *err)
{
    struct hlnative *n = native;
    const char *const *only = n->options.only;
    hl_status status = HL_OK;
    if (!n->plan.filter_count && !only[0] && !only[1] && !only[2] && !only[HLNATIVE_TAG])
        return HL_OK;
    n->filters = hlarena_alloc(&n->arena, (n->plan.filter_count + 4u) * sizeof *n->filters);
    if (!n->filters)
        return hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && i < n->plan.filter_count; i++)
        status = hlnative_read_filter(n, n->plan.filters[i].facet, n->plan.filters[i].value,
                                      n->plan.filters[i].excluded,
                                      &n->filters[n->filter_count++], err);
    for (unsigned f = 0; status == HL_OK && f < 4; f++)
        if (only[f])
            status =
                hlnative_read_filter(n, f, only[f], false, &n->filters[n->filter_count++], err);
    return status;
}

/* Is a name the wanted one?  What is not UTF-8 is let by, and found out before a key is made
 * of it; name is room for that. */
static hl_status name_is(const struct hlchunk *chunk, const struct hlchunk_names *names,
                         uint32_t i, const struct hlnative_filter *filter, struct hlbuf *name,
                         bool *out_same, struct hl_error *err)
{
    const char *bytes;
    uint32_t size;
    hl_status status = hlchunk_facet_at(chunk, names, i, &bytes, &size, err);
    bool same = status == HL_OK && hltext_may_have(bytes, size, filter->want, filter->size);
    if (same && hltext_utf8_check(bytes, size) < size)
        status = hlchunk_damaged(chunk, "facets", i, "a name is not UTF-8", err);
    if (same && status == HL_OK) {
        status = hlnative_filter_key(bytes, size, filter->fold, name, err);
        same = name->size == filter->size && !memcmp(name->data, filter->want, filter->size);
    }
    *out_same = same && status == HL_OK;
    return status;
}

/* Marks the codes of a facet whose name is the wanted one; how many.  Names after the 65,535th
 * have no code (FORMAT.md 7), so no document has them: they are not looked at. */
static hl_status matching_codes(const struct hlchunk *chunk,
                                const struct hlnative_filter *filter, struct hlbuf *codes,
                                uint32_t *out_count, struct hl_error *err)
{
    struct hlbuf name = {0};
    struct hlchunk_names names = {NULL, 0};
    hl_status status = hlchunk_facet_names(chunk, filter->facet, &names, err);
    *out_count = 0;
    hlbuf_put_u8(codes, 0); /* code 0: unknown, never wanted */
    for (uint32_t i = 0; status == HL_OK && i < names.count && i < UINT16_MAX; i++) {
        bool same;
        status = name_is(chunk, &names, i, filter, &name, &same, err);
        hlbuf_put_u8(codes, same);
        *out_count += same;
    }
    hlbuf_release(&name);
    return status == HL_OK && codes->failed ? hlerr_nomem(err) : status;
}

/* The same for tags, which are many: the few names that may be it are known by their keys. */
static hl_status matching_tags(const struct hlchunk *chunk,
                               const struct hlnative_filter *filter, struct hlbuf *codes,
                               uint32_t *out_count, struct hl_error *err)
{
    struct hlbuf name = {0};
    struct hlchunk_names names = {NULL, 0};
    const uint8_t *keys = NULL;
    hl_status status = hlchunk_tag_names(chunk, &names, &keys, err);
    *out_count = 0;
    if (status == HL_OK && !hlbuf_put_zeros(codes, (size_t)names.count + 1))
        status = hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && i < names.count; i++) {
        bool same;
        if (hlbuf_load32(keys + (size_t)i * 4) != filter->key)
            continue;
        status = name_is(chunk, &names, i, filter, &name, &same, err);
        codes->data[i + 1] = same;
        *out_count += same;
    }
    hlbuf_release(&name);
    return status;
}

/* Codes as late conditions have them: one by one where they are few. */
static bool keep_codes(struct hlarena *arena, const struct hlbuf *codes, uint32_t count,
                       struct hllate_values *to)
{
    if (count > HLCOLUMNS_CODES) {
        uint8_t *wanted = hlarena_alloc(arena, codes->size);
        if (!wanted)
            return false;
        memcpy(wanted, codes->data, codes->size);
        to->wanted = wanted;
        to->wanted_size = (uint32_t)codes->size;
        return true;
    }
    const uint8_t *end = codes->data + codes->size, *p = codes->data;
    while (to->count < count && (p = memchr(p, 1, (size_t)(end - p))))
        to->codes[to->count++] = (uint16_t)(p++ - codes->data);
    return true;
}

static hl_status open_lists(const struct hlchunk *chunk, struct hllate_values *to,
                            struct hl_error *err)
{
    struct hlchunk_tags tags;
    hl_status status = hlchunk_tags(chunk, &tags, err);
    if (status == HL_OK) {
        assert(tags.count); /* names come with codes (F 3) */
        to->column = tags.codes;
        to->offsets = tags.offsets;
    }
    return status;
}

/* A filter in this chunk; *out_none: nothing of it passes, and nothing is added if all does. */
static hl_status add_filter(struct hlnative *n, const struct hlchunk *chunk,
                            const struct hlnative_filter *filter, struct hllate_values *values,
                            uint32_t *count, bool *out_none, struct hl_error *err)
{
    struct hlbuf codes = {0};
    struct hllate_values v = {.excluded = filter->excluded};
    uint32_t found = 0;
    bool tag = filter->facet == HLNATIVE_TAG;
    hl_status status = tag ? matching_tags(chunk, filter, &codes, &found, err)
                           : matching_codes(chunk, filter, &codes, &found, err);
    if (status == HL_OK && found)
        status = tag ? open_lists(chunk, &v, err)
                     : hlchunk_section(chunk, HLFMT_FACETS, &v.column, err);
    if (status == HL_OK && found && !keep_codes(&n->arena, &codes, found, &v))
        status = hlerr_nomem(err);
    hlbuf_release(&codes);
    *out_none = !found && !filter->excluded;
    if (status != HL_OK || !found)
        return status;
    if (!tag)
        v.column += (size_t)filter->facet * chunk->head.docs * 2;
    values[(*count)++] = v;
    return HL_OK;
}

static hl_status add_filters(struct hlnative *n, const struct hlchunk *chunk,
                             struct hllate *late, bool *out_none, struct hl_error *err)
{
    if (!n->filter_count)
        return HL_OK;
    struct hllate_values *values = hlarena_alloc(&n->arena, n->filter_count * sizeof *values);
    hl_status status = values ? HL_OK : hlerr_nomem(err);
    for (uint32_t i = 0; status == HL_OK && !*out_none && i < n->filter_count; i++)
        status =
            add_filter(n, chunk, &n->filters[i], values, &late->value_count, out_none, err);
    late->values = values;
    if (late->value_count)
        late->waiting = (1u << chunk->head.windows) - 1;
    return status;
}

hl_status hlnative_value_bits(struct hlnative *native, const struct hlchunk *chunk,
                              const struct hlq_filter *value, uint64_t *bits,
                              struct hl_error *err)
{
    struct hlnative_filter filter;
    struct hllate_values values;
    struct hllate late = {.allowed = bits, .docs = chunk->head.docs, .values = &values};
    bool none = false;
    hl_status status =
        hlnative_read_filter(native, value->facet, value->value, false, &filter, err);
    if (status == HL_OK)
        status = add_filter(native, chunk, &filter, &values, &late.value_count, &none, err);
    memset(bits, 0, CHUNK_BYTES);
    if (status != HL_OK || none)
        return status;
    hlbits_all(chunk->head.docs, bits);
    late.waiting = (1u << chunk->head.windows) - 1;
    for (unsigned w = 0; w < chunk->head.windows; w++)
        hllate_settle(&late, w);
    return HL_OK;
}

/* ---- dates ---- */

/* Dates as columns have them: from 1 to UINT32_MAX; 1 to 0 where the days have none of them. */
static struct hlcolumns_range range_of(const struct hlq_days *days)
{
    int64_t low = days->from > 1 ? days->from : 1, to = days->to;
    if (low > UINT32_MAX || to <= low)
        return (struct hlcolumns_range){1, 0};
    return (struct hlcolumns_range){(uint32_t)low,
                                    to <= UINT32_MAX ? (uint32_t)(to - 1) : UINT32_MAX};
}

hl_status hlnative_days_bits(const struct hlchunk *chunk, const struct hlq_days *days,
                             uint64_t *bits, struct hl_error *err)
{
    const uint8_t *dates;
    struct hlcolumns_range range = range_of(days);
    hl_status status = hlchunk_section(chunk, HLFMT_DATES, &dates, err);
    memset(bits, 0, CHUNK_BYTES);
    if (status == HL_OK && range.high >= range.low)
        hlcolumns_ops()->dates(dates, chunk->head.docs, range, bits);
    return status;
}

void hlnative_narrow_days(struct hlnative *native)
{
    struct hlcolumns_range *range = &native->options.range, days;
    if (!native->plan.dated)
        return;
    days = range_of(&native->plan.days);
    if (native->options.dated) {
        days.low = days.low > range->low ? days.low : range->low;
        days.high = days.high < range->high ? days.high : range->high;
    }
    native->options.dated = true;
    *range = days.high < days.low ? (struct hlcolumns_range){1, 0} : days;
}

/* Windows outside the range are out, those that it cuts through have to wait. */
static hl_status add_range(const struct hlchunk *chunk, struct hllate *late, uint32_t *out_dead,
                           struct hl_error *err)
{
    const uint8_t *sums = NULL;
    hl_status status = hlchunk_section(chunk, HLFMT_WINDOW_DATES, &sums, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_DATES, &late->dates, err);
    for (uint32_t w = 0; status == HL_OK && w < chunk->head.windows; w++) {
        const uint8_t *sum = sums + (size_t)w * 8;
        enum hlcolumns_part part = hlcolumns_part(
            late->range, hlbuf_load32(sum), hlbuf_load32(sum + 4), chunk->head.undated > 0);
        late->cut |= (uint32_t)(part == HLCOLUMNS_SOME) << w;
        *out_dead |= (uint32_t)(part == HLCOLUMNS_NONE) << w;
    }
    late->waiting |= late->cut;
    return status;
}

/* ---- together ---- */

/* What is known without the columns, which the late conditions then take from. */
static hl_status begin_allowed(struct hlnative *n, const struct hlchunk *chunk, uint32_t dead,
                               uint64_t **out_allowed, struct hl_error *err)
{
    uint64_t *allowed = hlarena_alloc(&n->arena, CHUNK_BYTES);
    if (!allowed)
        return hlerr_nomem(err);
    hlbits_all(chunk->head.docs, allowed);
    if (chunk->live)
        hlbits_and_not(allowed, chunk->live->deleted);
    if (chunk == n->options.without)
        allowed[n->options.without_doc / 64] &= ~((uint64_t)1 << n->options.without_doc % 64);
    for (unsigned w = 0; w < chunk->head.windows; w++)
        if (dead >> w & 1)
            memset(allowed + (size_t)w * HLCONT_WORDS, 0, HLCONT_WORDS * sizeof *allowed);
    *out_allowed = allowed;
    return HL_OK;
}

hl_status hlnative_filter(struct hlnative *native, const struct hlchunk *chunk,
                          struct hlscore_chunk *to, bool *out_none, struct hl_error *err)
{
    struct hlnative *n = native;
    struct hllate late = {.docs = chunk->head.docs, .range = n->options.range};
    enum hlcolumns_part part = HLCOLUMNS_ALL;
    uint32_t all = (1u << chunk->head.windows) - 1;
    if (n->options.dated)
        part = hlcolumns_part(n->options.range, chunk->head.date_min, chunk->head.date_max,
                              chunk->head.undated > 0);
    *out_none = part == HLCOLUMNS_NONE;
    hl_status status = *out_none ? HL_OK : add_filters(n, chunk, &late, out_none, err);
    if (status == HL_OK && !*out_none && part == HLCOLUMNS_SOME)
        status = add_range(chunk, &late, &to->dead, err);
    late.waiting &= ~to->dead;
    *out_none |= to->dead == all;
    bool whole = !chunk->live && chunk != n->options.without;
    if (status != HL_OK || *out_none || (whole && !to->dead && !late.waiting))
        return status;
    status = begin_allowed(n, chunk, to->dead, &late.allowed, err);
    to->allowed = late.allowed;
    if (status != HL_OK || !late.waiting)
        return status;
    to->late = hlarena_alloc(&n->arena, sizeof *to->late);
    if (!to->late)
        return hlerr_nomem(err);
    *to->late = late;
    return HL_OK;
}
