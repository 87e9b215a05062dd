#include "match/late.h"

#include "base/buf.h"
#include "match/bits.h"

#include <assert.h>
#include <string.h>

static bool is_wanted(const struct hllate_values *v, size_t at)
{
    uint16_t code = hlbuf_load16(v->column + at * 2);
    bool found = v->wanted && code < v->wanted_size && v->wanted[code];
    for (unsigned k = 0; k < v->count; k++)
        found |= v->codes[k] == code;
    return found;
}

static bool has_value(const struct hllate_values *v, uint32_t doc)
{
    const struct hllists lists = {v->offsets, v->column};
    if (!v->offsets)
        return is_wanted(v, doc);
    uint32_t at = hllists_start(&lists, doc), end = hllists_start(&lists, doc + 1);
    while (at < end && !is_wanted(v, at))
        at++;
    return at < end;
}

bool hllate_meets(const struct hllate *late, uint32_t doc)
{
    unsigned window = doc / HLFMT_WINDOW;
    if (!(late->waiting >> window & 1))
        return true;
    if (late->cut >> window & 1) {
        uint32_t date = hlbuf_load32(late->dates + (size_t)doc * 4);
        if (date < late->range.low || date > late->range.high)
            return false;
    }
    for (uint32_t i = 0; i < late->value_count; i++)
        if (has_value(&late->values[i], doc) == late->values[i].excluded)
            return false;
    return true;
}

static void settle_values(const struct hllate_values *v, uint32_t first, uint32_t n,
                          uint64_t *bits)
{
    uint64_t found[HLCONT_WORDS] = {0};
    const uint8_t *column = v->column + (size_t)first * 2;
    if (v->offsets)
        hllists_any(&(struct hllists){v->offsets, v->column}, first, n,
                    &(struct hllists_codes){v->codes, v->count, v->wanted, v->wanted_size},
                    found);
    else if (v->count)
        hlcolumns_ops()->codes(column, n, v->codes, v->count, found);
    else
        hlcolumns_lookup(column, n, v->wanted, v->wanted_size, found);
    for (unsigned i = 0; v->excluded && i < HLCONT_WORDS; i++)
        found[i] = ~found[i];
    hlbits_and_window(bits, found);
}

bool hllate_settle(struct hllate *late, unsigned window)
{
    uint32_t first = window * HLFMT_WINDOW, bit = (uint32_t)1 << window;
    if (!(late->waiting & bit))
        return !(late->empty & bit);
    assert(first < late->docs);
    uint32_t left = late->docs - first, n = left < HLFMT_WINDOW ? left : HLFMT_WINDOW;
    uint64_t *bits = late->allowed + (size_t)window * HLCONT_WORDS;
    late->waiting &= ~bit;
    if (late->cut & bit) {
        uint64_t found[HLCONT_WORDS] = {0};
        hlcolumns_ops()->dates(late->dates + (size_t)first * 4, n, late->range, found);
        hlbits_and_window(bits, found);
    }
    for (uint32_t i = 0; i < late->value_count; i++)
        settle_values(&late->values[i], first, n, bits);
    if (hlbits_empty_windows(bits, 1))
        late->empty |= bit;
    return !(late->empty & bit);
}
