#include "engine/overlap.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "engine/remove.h"

#include <assert.h>
#include <string.h>

enum { AHEAD = 16 }; /* ids whose place in the table is asked for before it is needed */

/* A document by its place in the list of all: chunk by chunk, in the snapshot's order. */
struct slot {
    uint32_t tag;    /* of the hash */
    uint32_t number; /* + 1; 0: empty */
};

struct overlap {
    struct hlsnapshot *snapshot;
    const struct hlchunk **chunks; /* all */
    uint32_t *first;               /* by chunk: the number of its first document */
    uint32_t chunk_count;
    struct slot *slots; /* a power of two, at least half of them empty */
    size_t mask;
    struct hlremoval *removals; /* by segment */
    uint64_t found;
};

static void release(struct overlap *o)
{
    for (size_t i = 0; o->removals && i < o->snapshot->count; i++)
        hlremoval_release(&o->removals[i]);
    hlmem_free(o->removals);
    hlmem_free(o->chunks);
    hlmem_free(o->first);
    hlmem_free(o->slots);
}

static hl_status list_chunks(struct overlap *o, struct hl_error *err)
{
    struct hlsnapshot *s = o->snapshot;
    uint64_t docs = 0;
    o->chunks = hlmem_zalloc(s->chunks + 1u, sizeof *o->chunks);
    o->first = hlmem_zalloc(s->chunks + 1u, sizeof *o->first);
    o->removals = hlmem_zalloc(s->count + 1, sizeof *o->removals);
    if (!o->chunks || !o->first || !o->removals)
        return hlerr_nomem(err);
    for (size_t i = 0; i < s->count; i++) {
        hlremoval_init(&o->removals[i], &s->segments[i]);
        for (uint32_t c = 0; c < s->segments[i].chunk_count; c++) {
            o->chunks[o->chunk_count] = &s->segments[i].chunks[c];
            o->first[o->chunk_count++] = (uint32_t)docs;
            docs += s->segments[i].chunks[c].head.docs;
        }
    }
    if (docs >= UINT32_MAX)
        return hlerr_set(err, HL_LIMIT, "indexes with 4 billion articles or more together");
    size_t size = 64;
    while (size < docs + docs / 2)
        size *= 2;
    o->mask = size - 1;
    o->slots = hlmem_zalloc(size, sizeof *o->slots);
    return o->slots ? HL_OK : hlerr_nomem(err);
}

/* The chunk of a document by its number. */
static uint32_t chunk_of(const struct overlap *o, uint32_t number)
{
    uint32_t low = 0, high = o->chunk_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (o->first[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Is the id that of a document that was met before?  *out_slot: where it is, or may go. */
static hl_status look_up(const struct overlap *o, uint64_t hash, const char *id, uint32_t size,
                         bool *out_met, struct slot **out_slot, struct hl_error *err)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = hash & o->mask;
    for (; o->slots[at].number; at = (at + 1) & o->mask) {
        const char *other;
        uint32_t other_size, number = o->slots[at].number - 1;
        if (o->slots[at].tag != tag)
            continue;
        uint32_t c = chunk_of(o, number);
        hl_status status =
            hlchunk_id(o->chunks[c], number - o->first[c], &other, &other_size, err);
        if (status != HL_OK)
            return status;
        if (other_size == size && !memcmp(other, id, size)) {
            *out_met = true;
            return HL_OK;
        }
    }
    *out_met = false;
    *out_slot = &o->slots[at];
    return HL_OK;
}

/* An id and its hash, on the way to the table. */
struct coming {
    const char *id;
    uint32_t size, doc;
    uint64_t hash;
};

static hl_status meet(struct overlap *o, uint32_t number, const struct coming *id, bool last,
                      struct hl_error *err)
{
    const struct hlchunk *chunk = o->chunks[number];
    struct slot *slot = NULL;
    bool met = false;
    hl_status status = look_up(o, id->hash, id->id, id->size, &met, &slot, err);
    if (status != HL_OK)
        return status;
    if (met) {
        o->found++;
        size_t segment = (size_t)(chunk->segment - o->snapshot->segments);
        return hlremoval_mark_at(&o->removals[segment], chunk->number, id->doc, err);
    }
    /* Nothing comes after the first index that could meet its ids. */
    if (!last)
        *slot = (struct slot){(uint32_t)(id->hash >> 32), o->first[number] + id->doc + 1};
    return HL_OK;
}

static hl_status meet_chunk(struct overlap *o, uint32_t number, struct hl_error *err)
{
    const struct hlchunk *chunk = o->chunks[number];
    bool last = chunk->segment->part == 0;
    struct coming row[AHEAD];
    uint32_t came = 0, done = 0;
    hl_status status = HL_OK;
    for (uint32_t doc = 0; status == HL_OK && doc < chunk->head.docs; doc++) {
        if (hlchunk_deleted(chunk, doc))
            continue;
        if (came - done == AHEAD)
            status = meet(o, number, &row[done++ % AHEAD], last, err);
        struct coming *next = &row[came++ % AHEAD];
        next->doc = doc;
        if (status == HL_OK)
            status = hlchunk_id(chunk, doc, &next->id, &next->size, err);
        if (status != HL_OK)
            return status;
        next->hash = hlhash64(next->id, next->size);
        __builtin_prefetch(&o->slots[next->hash & o->mask]);
    }
    while (status == HL_OK && done < came)
        status = meet(o, number, &row[done++ % AHEAD], last, err);
    return status;
}

/* Hands the live state over to the segment.  What a chunk counted of its own stays; where more
 * is gone now it is counted when somebody asks (segment/gone.h). */
static void take_over(struct hlseg *segment, struct hlremoval *removal)
{
    struct hllive live = removal->live, old = segment->live;
    memset(&removal->live, 0, sizeof removal->live);
    for (uint32_t i = 0; i < segment->chunk_count; i++) {
        struct hllive_chunk *c = &live.chunks[i];
        if (c->docs && (!old.chunks || old.chunks[i].docs < c->docs)) {
            c->uncounted = true;
        } else if (c->docs) {
            struct hllive_chunk empty = *c;
            *c = old.chunks[i];
            old.chunks[i] = empty;
        }
        segment->chunks[i].live = c->docs ? c : NULL;
    }
    hllive_release(&old);
    segment->live = live;
}

hl_status hloverlap_settle(struct hlsnapshot *snapshot, struct hl_error *err)
{
    struct overlap o = {.snapshot = snapshot};
    hl_status status = list_chunks(&o, err);
    /* The last index first: what meets one of its articles is gone. */
    for (uint32_t c = o.chunk_count; status == HL_OK && c-- > 0;)
        status = meet_chunk(&o, c, err);
    for (size_t i = 0; status == HL_OK && o.found && i < snapshot->count; i++)
        if (o.removals[i].marked)
            take_over(&snapshot->segments[i], &o.removals[i]);
    if (status == HL_OK)
        hlsnapshot_add_up(snapshot);
    release(&o);
    return status;
}
