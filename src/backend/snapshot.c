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

static void add_up(struct hlsnapshot *s)
{
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
    if (status == HL_OK)
        add_up(out_snapshot);
    return status;
}

void hlsnapshot_close(struct hlsnapshot *snapshot)
{
    close_segments(snapshot);
    hlman_release(&snapshot->manifest);
}
