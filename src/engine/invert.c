#include "engine/invert.h"

#include "base/err.h"
#include "segment/band.h"

#include <assert.h>
#include <stdlib.h>

/* One occurrence: sorted, these are the stream. */
struct found {
    uint32_t doc;   /* in the window */
    uint32_t place; /* position << 1 | alternative */
    uint32_t term;
};

void hlinvert_init(struct hlinvert *inv)
{
    memset(inv, 0, sizeof *inv);
}

void hlinvert_release(struct hlinvert *inv)
{
    hlbuf_release(&inv->words);
    hlbuf_release(&inv->found);
    hlarena_release(&inv->arena);
}

static hl_status find_term(struct hlinvert *inv, const struct hlchunk *chunk, unsigned window,
                           const uint64_t *wanted, uint32_t term, struct hl_error *err)
{
    struct hlcontainer c;
    uint64_t bits[HLCONT_WORDS] = {0};
    hlarena_reset(&inv->arena);
    hl_status status = hlchunk_open_term(chunk, term, &inv->arena, &c, err);
    if (status != HL_OK)
        return status;
    c.ops->match(&c, window, bits);
    uint64_t any = 0;
    for (unsigned i = 0; i < HLCONT_WORDS; i++)
        any |= bits[i] &= wanted[i];
    if (!any)
        return HL_OK;
    struct hlpositions cursor;
    status = hlpos_open(chunk, &c, &cursor, err);
    for (unsigned i = 0; status == HL_OK && i < HLCONT_WORDS; i++)
        for (; status == HL_OK && bits[i]; bits[i] &= bits[i] - 1) {
            uint32_t doc = i * 64 + (uint32_t)__builtin_ctzll(bits[i]);
            const uint32_t *places;
            size_t count;
            status = hlpos_get(&cursor, window * HLFMT_WINDOW + doc, &places, &count, err);
            for (size_t k = 0; status == HL_OK && k < count; k++) {
                struct found f = {doc, places[k], term};
                if (!hlbuf_put(&inv->found, &f, sizeof f))
                    status = hlerr_nomem(err);
            }
        }
    hlpos_release(&cursor);
    return status;
}

static int by_place(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->term < y->term ? -1 : x->term > y->term;
}

/* The marks between two fields. */
static void put_marks(struct hlbuf *words, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        hlbuf_put_u32(words, HLBAND_FIELD);
}

static size_t put_doc(struct hlinvert *inv, const struct hlchunk_lengths *lengths,
                      const struct found *found, size_t count, size_t i, uint32_t doc)
{
    unsigned field = 0;
    for (; i < count && found[i].doc == doc; i++) {
        unsigned here = hlpos_field(lengths, found[i].place >> 1);
        put_marks(&inv->words, field, here);
        field = here;
        hlbuf_put_u32(&inv->words, found[i].term << 1 | (found[i].place & 1));
    }
    put_marks(&inv->words, field, 2);
    return i;
}

hl_status hlinvert_window(struct hlinvert *inv, const struct hlchunk *chunk, unsigned window,
                          const uint64_t *wanted, struct hl_error *err)
{
    struct hlchunk_columns columns;
    hlbuf_reset(&inv->words);
    hlbuf_reset(&inv->found);
    hl_status status = hlchunk_columns(chunk, &columns, err);
    for (uint32_t t = 0; status == HL_OK && t < chunk->head.terms; t++)
        status = find_term(inv, chunk, window, wanted, t, err);
    if (status != HL_OK)
        return status;
    struct found *found = (struct found *)inv->found.data;
    size_t count = inv->found.size / sizeof *found, i = 0;
    if (count)
        qsort(found, count, sizeof *found, by_place);
    for (uint32_t doc = 0; doc < HLFMT_WINDOW; doc++) {
        inv->starts[doc] = (uint32_t)(inv->words.size / 4);
        if (!(wanted[doc / 64] >> doc % 64 & 1))
            continue;
        struct hlchunk_lengths l = hlchunk_lengths_of(&columns, window * HLFMT_WINDOW + doc);
        i = put_doc(inv, &l, found, count, i, doc);
    }
    inv->starts[HLFMT_WINDOW] = (uint32_t)(inv->words.size / 4);
    assert(i == count || inv->words.failed);
    return inv->words.failed ? hlerr_nomem(err) : HL_OK;
}
