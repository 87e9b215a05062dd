#include "match/lists.h"

#include <assert.h>

/* Codes compared at a time. */
enum { STRETCH = HLFMT_WINDOW, STRETCH_WORDS = STRETCH / 64 };

/* The document that code `at` belongs to, from `doc` on. */
static uint32_t owner(const struct hllists *lists, uint32_t doc, uint32_t at)
{
    while (hllists_start(lists, doc + 1) <= at)
        doc++;
    return doc;
}

void hllists_any(const struct hllists *lists, uint32_t first, uint32_t n,
                 const struct hllists_codes *codes, uint64_t *bits)
{
    uint32_t at = hllists_start(lists, first), end = hllists_start(lists, first + n);
    uint32_t doc = first;
    assert(n <= HLFMT_WINDOW && at <= end);
    for (uint32_t some; at < end; at += some) {
        uint64_t found[STRETCH_WORDS];
        const uint8_t *column = lists->codes + (size_t)at * 2;
        some = end - at < STRETCH ? end - at : STRETCH;
        if (codes->count)
            hlcolumns_ops()->codes(column, some, codes->codes, codes->count, found);
        else
            hlcolumns_lookup(column, some, codes->wanted, codes->wanted_size, found);
        for (uint32_t w = 0; w * 64 < some; w++)
            for (uint64_t word = found[w]; word; word &= word - 1) {
                doc = owner(lists, doc, at + w * 64 + (unsigned)__builtin_ctzll(word));
                assert(doc - first < n);
                bits[(doc - first) / 64] |= (uint64_t)1 << (doc - first) % 64;
            }
    }
}

uint32_t hllists_count(const struct hllists *lists, uint32_t first, const uint16_t *docs,
                       unsigned n, uint32_t room, uint32_t *counts)
{
    uint32_t none = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t at = hllists_start(lists, first + docs[i]);
        uint32_t end = hllists_start(lists, first + docs[i] + 1);
        uint32_t *table = counts + (size_t)(i % HLCOLUMNS_TABLES) * (room + 1);
        none += at == end;
        for (; at < end; at++) {
            uint32_t code = hlbuf_load16(lists->codes + (size_t)at * 2);
            table[code < room ? code : room]++;
        }
    }
    return none;
}
