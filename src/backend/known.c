#include "backend/known.h"

#include "backend/bytes.h"
#include "backend/twins.h"
#include "base/mem.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>

enum {
    ROW_BITS = 7,
    ROWS = 65536 >> ROW_BITS,
    ROW = 1 << ROW_BITS,
    CF_BITS = 35,
    DF_BITS = 28
};
#define KNOWN ((uint64_t)1 << 63)

_Static_assert(CF_BITS + DF_BITS == 63, "a word holds both, and that they are known");

/* A row for a sixteenth of an onset, made when the first of its syllables is kept: a process
 * that answers once keeps a hundred, and takes a page fault for each page that they lie in. */
struct hlknown {
    _Atomic(_Atomic(uint64_t) *) rows[ROWS];
    _Atomic(struct hltwins *) twins;
    atomic_uint asked; /* for them */
    _Atomic(struct hlbytes *) bytes;
    atomic_uint bytes_asked;
};

struct hlknown *hlknown_new(void)
{
    return hlmem_zalloc(1, sizeof(struct hlknown));
}

void hlknown_free(struct hlknown *known)
{
    for (unsigned i = 0; known && i < ROWS; i++)
        hlmem_free((void *)atomic_load(&known->rows[i]));
    if (known)
        hltwins_free(atomic_load(&known->twins));
    if (known)
        hlbytes_free(atomic_load(&known->bytes));
    hlmem_free(known);
}

bool hlknown_syllable(const struct hlknown *known, uint16_t code, uint64_t *out_df,
                      uint64_t *out_cf)
{
    if (!known)
        return false;
    const _Atomic(uint64_t) *row =
        atomic_load_explicit(&known->rows[code >> ROW_BITS], memory_order_acquire);
    uint64_t both = row ? atomic_load_explicit(&row[code % ROW], memory_order_relaxed) : 0;
    if (!both)
        return false;
    *out_df = (both & ~KNOWN) >> CF_BITS;
    *out_cf = both & (((uint64_t)1 << CF_BITS) - 1);
    return true;
}

/* A row, made by whoever comes first. */
static _Atomic(uint64_t) *row_of(struct hlknown *known, unsigned number)
{
    _Atomic(uint64_t) *row = atomic_load_explicit(&known->rows[number], memory_order_acquire);
    if (row)
        return row;
    _Atomic(uint64_t) *made = hlmem_zalloc(ROW, sizeof *made);
    if (!made || atomic_compare_exchange_strong(&known->rows[number], &row, made))
        return made;
    hlmem_free((void *)made);
    return row;
}

void hlknown_keep_syllable(struct hlknown *known, uint16_t code, uint64_t df, uint64_t cf)
{
    if (!known || df >> DF_BITS || cf >> CF_BITS)
        return;
    _Atomic(uint64_t) *row = row_of(known, code >> ROW_BITS);
    if (row)
        atomic_store_explicit(&row[code % ROW], KNOWN | df << CF_BITS | cf,
                              memory_order_relaxed);
}

const struct hltwins *hlknown_twins(const struct hlknown *known)
{
    return known ? atomic_load_explicit(&known->twins, memory_order_acquire) : NULL;
}

void hlknown_keep_twins(struct hlknown *known, struct hltwins *twins)
{
    assert(known && !hlknown_twins(known));
    atomic_store_explicit(&known->twins, twins, memory_order_release);
}

unsigned hlknown_ask_twins(struct hlknown *known)
{
    return known ? atomic_fetch_add_explicit(&known->asked, 1, memory_order_relaxed) + 1 : 0;
}

const struct hlbytes *hlknown_bytes(const struct hlknown *known)
{
    return known ? atomic_load_explicit(&known->bytes, memory_order_acquire) : NULL;
}

void hlknown_keep_bytes(struct hlknown *known, struct hlbytes *bytes)
{
    assert(known && !hlknown_bytes(known));
    atomic_store_explicit(&known->bytes, bytes, memory_order_release);
}

unsigned hlknown_ask_bytes(struct hlknown *known)
{
    return known ? atomic_fetch_add_explicit(&known->bytes_asked, 1, memory_order_relaxed) + 1
                 : 0;
}
