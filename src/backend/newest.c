/*
 * newest.c - the date from which ages are counted.
 *
 * Heads of chunks know their latest date, deleted articles included.  Where a chunk has lost
 * some, its windows are looked at, and of those only what may be later than what was found.
 */
#include "backend/snapshot.h"

static hl_status look_into(const struct hlchunk *chunk, uint32_t *newest, struct hl_error *err)
{
    const uint8_t *windows, *dates;
    hl_status status = hlchunk_section(chunk, HLFMT_WINDOW_DATES, &windows, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_DATES, &dates, err);
    if (status != HL_OK)
        return status;
    for (uint32_t doc = 0; doc < chunk->head.docs; doc++) {
        if (doc % HLFMT_WINDOW == 0 &&
            hlbuf_load32(windows + (size_t)(doc / HLFMT_WINDOW) * 8 + 4) <= *newest) {
            doc += HLFMT_WINDOW - 1;
            continue;
        }
        uint32_t date = hlbuf_load32(dates + (size_t)doc * 4);
        if (date > *newest && !hlchunk_deleted(chunk, doc))
            *newest = date;
    }
    return HL_OK;
}

hl_status hlsnapshot_newest(const struct hlsnapshot *snapshot, uint32_t *out_newest,
                            struct hl_error *err)
{
    uint32_t newest = 0;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && i < snapshot->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < snapshot->segments[i].chunk_count; c++) {
            const struct hlchunk *chunk = &snapshot->segments[i].chunks[c];
            if (chunk->head.date_max <= newest)
                continue;
            if (chunk->live && chunk->live->docs)
                status = look_into(chunk, &newest, err);
            else
                newest = chunk->head.date_max;
        }
    if (status == HL_OK)
        *out_newest = newest;
    return status;
}
