#include "backend/snapshot.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

struct opening {
    const char *folder;
    struct hlsnapshot *snapshot;
};

static void close_segments(struct hlsnapshot *s)
{
    for (size_t i = 0; i < s->count; i++)
        hlseg_close(&s->segments[i]);
    hlmem_free(s->segments);
    s->segments = NULL;
    s->count = 0;
}

void hlsnapshot_add_up(struct hlsnapshot *snapshot)
{
    struct hlsnapshot *s = snapshot;
    s->articles = s->positions = s->chunks = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct hlseg *seg = &s->segments[i];
        s->articles += seg->docs - seg->live.docs;
        s->chunks += seg->chunk_count;
        for (uint32_t c = 0; c < seg->chunk_count; c++) {
            const struct hlchunk *chunk = &seg->chunks[c];
            s->positions += chunk->head.positions;
            if (chunk->live)
                s->positions -= chunk->live->positions;
        }
    }
}

static hl_status open_files(void *user, const struct hlmanifest *man, struct hl_error *err)
{
    struct opening *o = user;
    struct hlsnapshot *s = o->snapshot;
    s->segments = hlmem_zalloc(man->count, sizeof *s->segments);
    if (!s->segments)
        return hlerr_nomem(err);
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < man->count; i++) {
        status = hlseg_open(o->folder, man, &man->segments[i], &s->segments[i], err);
        if (status == HL_OK)
            s->count++;
    }
    if (status != HL_OK)
        close_segments(s);
    return status;
}

hl_status hlsnapshot_open(const char *folder, struct hlsnapshot *out_snapshot,
                          struct hl_error *err)
{
    memset(out_snapshot, 0, sizeof *out_snapshot);
    struct opening opening = {folder, out_snapshot};
    hl_status status =
        hlman_open_newest(folder, open_files, &opening, &out_snapshot->manifest, err);
    if (status != HL_OK)
        return status;
    hlsnapshot_add_up(out_snapshot);
    out_snapshot->known = hlknown_new();
    return HL_OK;
}

void hlsnapshot_close(struct hlsnapshot *snapshot)
{
    close_segments(snapshot);
    hlman_release(&snapshot->manifest);
    hlknown_free(snapshot->known);
    snapshot->known = NULL;
}

/* The entries of all parts in one list; what they held is theirs still. */
static hl_status join_entries(const struct hlsnapshot *parts, size_t count, size_t segments,
                              struct hlmanifest_segment **out_entries, struct hl_error *err)
{
    struct hlmanifest_segment *entries = hlmem_zalloc(segments, sizeof *entries);
    size_t at = 0;
    if (!entries)
        return hlerr_nomem(err);
    for (size_t i = 0; i < count; i++)
        for (size_t s = 0; s < parts[i].count; s++)
            entries[at++] = parts[i].manifest.segments[s];
    assert(at == segments);
    *out_entries = entries;
    return HL_OK;
}

hl_status hlsnapshot_join(struct hlsnapshot *parts, size_t count,
                          struct hlsnapshot *out_snapshot, struct hl_error *err)
{
    struct hlsnapshot all = {.count = 0};
    struct hlmanifest_segment *entries = NULL;
    size_t segments = 0;
    assert(count > 0);
    for (size_t i = 0; i < count; i++)
        segments += parts[i].count;
    hl_status status = join_entries(parts, count, segments, &entries, err);
    if (status != HL_OK)
        return status;
    all.segments = hlmem_zalloc(segments, sizeof *all.segments);
    if (!all.segments) {
        hlmem_free(entries);
        return hlerr_nomem(err);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t s = 0; s < parts[i].count; s++) {
            hlseg_move(&parts[i].segments[s], &all.segments[all.count]);
            all.segments[all.count++].part = (uint32_t)i;
        }
    all.manifest = parts[0].manifest;
    hlmem_free(all.manifest.segments);
    all.manifest.segments = entries;
    all.manifest.count = segments;
    memset(&parts[0].manifest, 0, sizeof parts[0].manifest);
    all.known = parts[0].known; /* nothing is yet */
    parts[0].known = NULL;
    for (size_t i = 0; i < count; i++) {
        parts[i].count = 0; /* they moved */
        hlsnapshot_close(&parts[i]);
    }
    hlsnapshot_add_up(&all);
    *out_snapshot = all;
    return HL_OK;
}

size_t hlsnapshot_number(const struct hlsnapshot *snapshot, const struct hlchunk *chunk)
{
    size_t number = chunk->number;
    for (const struct hlseg *seg = snapshot->segments; seg != chunk->segment; seg++) {
        assert(seg < snapshot->segments + snapshot->count);
        number += seg->chunk_count;
    }
    return number;
}
