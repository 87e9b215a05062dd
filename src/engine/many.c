/*
 * many.c - several indexes opened as one.
 *
 * A search needs a list of segments and what is counted over them (backend/snapshot.h), so
 * several indexes are one list.  What is left to do here is to see that they may stand side by
 * side, and to name them in hits.
 */
#include "engine/index.h"
#include "engine/overlap.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

/* Whether what was opened last may stand beside those before it. */
static hl_status check_part(const char *const *paths, const struct hlsnapshot *parts, size_t n,
                            struct hl_error *err)
{
    const struct hlmanifest *mine = &parts[n].manifest;
    for (size_t i = 0; i < n; i++) {
        const struct hlmanifest *other = &parts[i].manifest;
        if (!memcmp(mine->index_id, other->index_id, sizeof mine->index_id))
            return hlerr_set(err, HL_MISUSE,
                             "%.160s and %.160s are one index, or copies of one; name it once",
                             paths[i], paths[n]);
        if (memcmp(mine->weight, other->weight, sizeof mine->weight) != 0)
            return hlerr_set(err, HL_MISUSE,
                             "%.120s weighs title, lead and body %u, %u, %u, %.120s %u, %u, "
                             "%u; their scores cannot be compared, ask them one by one",
                             paths[i], other->weight[0], other->weight[1], other->weight[2],
                             paths[n], mine->weight[0], mine->weight[1], mine->weight[2]);
    }
    return HL_OK;
}

/* "a,b,c": what messages call them together. */
static char *join_names(const char *const *paths, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(paths[i]) + 1;
    char *name = hlmem_alloc(size), *at = name;
    for (size_t i = 0; name && i < count; i++) {
        size_t part = strlen(paths[i]);
        if (i)
            *at++ = ',';
        memcpy(at, paths[i], part);
        at += part;
    }
    if (name)
        *at = 0;
    return name;
}

static hl_status copy_names(struct hl_index *index, const char *const *paths, size_t count,
                            struct hl_error *err)
{
    index->path = join_names(paths, count);
    index->parts = hlmem_zalloc(count, sizeof *index->parts);
    index->marks = hlmem_zalloc(count, sizeof *index->marks);
    if (!index->path || !index->parts || !index->marks)
        return hlerr_nomem(err);
    for (size_t i = 0; i < count; i++) {
        index->parts[i] = hlmem_strdup(paths[i]);
        if (!index->parts[i])
            return hlerr_nomem(err);
        index->part_count++;
    }
    return HL_OK;
}

static hl_status open_parts(struct hl_index *index, const char *const *paths, size_t count,
                            struct hl_error *err)
{
    struct hlsnapshot *parts = hlmem_zalloc(count, sizeof *parts);
    size_t opened = 0;
    hl_status status = parts ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < count; i++) {
        status = hlindex_open_snapshot(paths[i], &parts[i], err);
        opened += status == HL_OK;
        if (status == HL_OK)
            status = check_part(paths, parts, i, err);
        if (status == HL_OK)
            status = hlindex_mark(&parts[i].manifest, &index->marks[i], err);
    }
    if (status == HL_OK)
        status = hlsnapshot_join(parts, count, &index->snapshot, err);
    if (status != HL_OK)
        for (size_t i = 0; i < opened; i++)
            hlsnapshot_close(&parts[i]);
    hlmem_free(parts);
    return status;
}

hl_status hlindex_open_several(const char *const *paths, size_t count,
                               struct hl_index **out_index, struct hl_error *err)
{
    struct hl_index *index = hlmem_zalloc(1, sizeof *index);
    if (!index)
        return hlerr_nomem(err);
    hl_status status = copy_names(index, paths, count, err);
    if (status == HL_OK)
        status = open_parts(index, paths, count, err);
    if (status == HL_OK)
        status = hloverlap_settle(&index->snapshot, err);
    if (status != HL_OK) {
        hl_index_close(index);
        return status;
    }
    *out_index = index;
    return HL_OK;
}

const char *hlindex_part(const struct hl_index *index, const struct hlchunk *chunk)
{
    assert(!index->part_count || chunk->segment->part < index->part_count);
    return index->part_count ? index->parts[chunk->segment->part] : NULL;
}

/* Numbers of segments are an index's own: of several, places in the list stand for them. */
uint64_t hlindex_segment_number(const struct hl_index *index, const struct hlseg *segment)
{
    return index->part_count ? (uint64_t)(segment - index->snapshot.segments) : segment->number;
}
