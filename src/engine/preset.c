#include "engine/preset.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    GRAM = 8,   /* bytes of the strings counted */
    PIECE = 96, /* bytes of a chosen segment: tried 48 to 256 on the archive */
    TABLE_BITS = 19,
    LEVEL = 5,
    POOL = 1 << 19 /* what a deflate state takes, with room to spare */
};

static uint32_t gram_slot(const uint8_t *p)
{
    return (uint32_t)(hlbuf_load64(p) * 0x9e3779b97f4a7c15u >> (64 - TABLE_BITS));
}

struct piece {
    uint32_t at;
    uint32_t score;
};

static int by_score(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* The best piece that starts in [from, to): a sliding sum of what its grams are worth. */
static struct piece best_piece(const uint8_t *text, size_t from, size_t to,
                               const uint16_t *counts)
{
    struct piece best = {(uint32_t)from, 0};
    uint32_t sum = 0;
    const size_t grams = PIECE - GRAM + 1;
    for (size_t i = from; i < to + grams - 1; i++) {
        uint16_t in = counts[gram_slot(text + i)];
        sum += in > 1 ? in : 0;
        if (i < from + grams - 1)
            continue;
        size_t start = i - (grams - 1);
        if (sum > best.score)
            best = (struct piece){(uint32_t)start, sum};
        uint16_t out = counts[gram_slot(text + start)];
        sum -= out > 1 ? out : 0;
    }
    return best;
}

static size_t choose(const struct hlbuf *sample, uint16_t *counts, struct piece *pieces,
                     size_t pieces_max)
{
    size_t usable = sample->size - PIECE, epoch = usable / pieces_max + 1, count = 0;
    for (size_t from = 0; from < usable && count < pieces_max; from += epoch) {
        size_t to = from + epoch < usable ? from + epoch : usable;
        struct piece piece = best_piece(sample->data, from, to, counts);
        if (!piece.score)
            continue;
        pieces[count++] = piece;
        for (size_t i = piece.at; i + GRAM <= piece.at + PIECE; i++)
            counts[gram_slot(sample->data + i)] = 0;
    }
    return count;
}

bool hlpreset_make(const struct hlbuf *sample, size_t size_max, struct hlbuf *out)
{
    hlbuf_reset(out);
    size_t pieces_max = size_max / PIECE;
    if (sample->size < 8 * PIECE || !pieces_max)
        return true;
    uint16_t *counts = hlmem_zalloc((size_t)1 << TABLE_BITS, sizeof *counts);
    struct piece *pieces = hlmem_zalloc(pieces_max, sizeof *pieces);
    if (counts && pieces) {
        for (size_t i = 0; i + GRAM <= sample->size; i++) {
            uint16_t *count = &counts[gram_slot(sample->data + i)];
            *count += *count < UINT16_MAX;
        }
        size_t count = choose(sample, counts, pieces, pieces_max);
        qsort(pieces, count, sizeof *pieces, by_score);
        for (size_t i = 0; i < count; i++)
            hlbuf_put(out, sample->data + pieces[i].at, PIECE);
    }
    bool good = counts && pieces && !out->failed;
    hlmem_free(counts);
    hlmem_free(pieces);
    return good;
}

/*
 * Priming a stream with 32 KiB costs more than packing a short article, so one
 * primed state is copied for each, into a pool that is used again every time.
 */
struct hlpacker {
    z_stream primed;
    size_t used;
    uint8_t *pool;
};

static void *pool_alloc(void *opaque, unsigned items, unsigned size)
{
    struct hlpacker *p = opaque;
    size_t bytes = ((size_t)items * size + 63) & ~(size_t)63;
    if (bytes > POOL - p->used)
        return NULL;
    void *at = p->pool + p->used;
    p->used += bytes;
    return at;
}

static void pool_free(void *opaque, void *at)
{
    (void)opaque;
    (void)at;
}

static void *mem_alloc(void *opaque, unsigned items, unsigned size)
{
    (void)opaque;
    return hlmem_zalloc(items, size);
}

static void mem_free(void *opaque, void *at)
{
    (void)opaque;
    hlmem_free(at);
}

struct hlpacker *hlpacker_new(const struct hlbuf *preset)
{
    struct hlpacker *p = hlmem_zalloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->pool = hlmem_alloc(POOL);
    p->primed.zalloc = mem_alloc;
    p->primed.zfree = mem_free;
    if (!p->pool || deflateInit(&p->primed, LEVEL) != Z_OK) {
        hlmem_free(p->pool);
        hlmem_free(p);
        return NULL;
    }
    if (preset->size)
        deflateSetDictionary(&p->primed, preset->data, (unsigned)preset->size);
    return p;
}

void hlpacker_free(struct hlpacker *packer)
{
    if (!packer)
        return;
    deflateEnd(&packer->primed);
    hlmem_free(packer->pool);
    hlmem_free(packer);
}

bool hlpacker_pack(struct hlpacker *packer, const uint8_t *bytes, size_t size, struct hlbuf *to)
{
    assert(size && size <= UINT32_MAX);
    z_stream z;
    packer->used = 0;
    /* deflateCopy allocates by the source's functions; the source itself must be the primed
     * stream, which zlib checks, so its functions are put back afterwards. */
    packer->primed.zalloc = pool_alloc;
    packer->primed.zfree = pool_free;
    packer->primed.opaque = packer;
    int r = deflateCopy(&z, &packer->primed);
    packer->primed.zalloc = mem_alloc;
    packer->primed.zfree = mem_free;
    packer->primed.opaque = NULL;
    if (r != Z_OK || !hlbuf_grow(to, deflateBound(&z, size)))
        return false;
    z.next_in = (uint8_t *)bytes;
    z.avail_in = (unsigned)size;
    z.next_out = to->data + to->size;
    size_t room = to->room - to->size;
    z.avail_out = room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
    r = deflate(&z, Z_FINISH);
    assert(r == Z_STREAM_END);
    to->size += z.total_out;
    return r == Z_STREAM_END;
}
