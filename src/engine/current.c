/*
 * current.c - is an open index still the newest there is?
 *
 * A generation is its manifest: whoever finds the same manifest, and none above it, would open
 * the same files.  Its number alone does not say so, for a folder may have been made anew or
 * brought back from a backup, and begin to count again.
 */
#include "engine/index.h"
#include "engine/sharded.h"

#include "base/err.h"
#include "base/hash.h"

hl_status hlindex_mark(const struct hlmanifest *man, struct hlindex_mark *out_mark,
                       struct hl_error *err)
{
    struct hlbuf text;
    hlbuf_init(&text);
    hl_status status = hlman_encode(man, &text, err);
    if (status == HL_OK)
        *out_mark = (struct hlindex_mark){man->generation,
                                          hlhash64((const char *)text.data, text.size)};
    hlbuf_release(&text);
    return status;
}

static hl_status read_mark(const char *path, uint64_t generation, struct hlindex_mark *out_mark,
                           struct hl_error *err)
{
    struct hlmanifest man;
    hl_status status = hlman_read(path, generation, &man, err);
    if (status != HL_OK)
        return status;
    status = hlindex_mark(&man, out_mark, err);
    hlman_release(&man);
    return status;
}

/* What cannot be opened as it was is another one: opening says what is wrong with it. */
static hl_status look(const char *path, const struct hlindex_mark *mark, bool *out_same,
                      struct hl_error *err)
{
    uint64_t newest = 0;
    struct hlindex_mark found = {0, 0};
    struct hl_error met;
    hl_status status = hlman_newest(path, &newest, &met);
    if (status == HL_OK && newest == mark->generation)
        status = read_mark(path, newest, &found, &met);
    if (status == HL_NOMEM || status == HL_IO) {
        if (err)
            *err = met;
        return status;
    }
    *out_same = found.generation == mark->generation && found.hash == mark->hash;
    return HL_OK;
}

hl_status hl_index_is_current(const struct hl_index *index, bool *out_current,
                              struct hl_error *err)
{
    if (!index || !out_current)
        return hlerr_set(err, HL_MISUSE, "is what index current?");
    if (index->sharded)
        return hlsharded_is_current(index, out_current, err);
    bool same = true;
    size_t count = index->part_count ? index->part_count : 1;
    for (size_t i = 0; same && i < count; i++) {
        hl_status status = look(index->part_count ? index->parts[i] : index->path,
                                &index->marks[i], &same, err);
        if (status != HL_OK)
            return status;
    }
    *out_current = same;
    return HL_OK;
}
