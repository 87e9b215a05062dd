/*
 * delete.c - articles are taken away, as if they had never been.
 */
#include "engine/writer.h"

#include "base/err.h"

#include <assert.h>

/* What was added before is made a segment first, so that there is one place to look. */
static hl_status delete_native(struct hl_writer *w, const char *id, bool *out_found,
                               struct hl_error *err)
{
    size_t size = strlen(id);
    bool found = false;
    hl_status status = hlwriter_seal(w, false, err);
    for (size_t i = 0; status == HL_OK && !found && i < w->segment_count; i++)
        if (!w->segments[i]->gone)
            status = hlremoval_mark(&w->segments[i]->removal, id, size, &found, err);
    if (status != HL_OK)
        return status;
    w->info.deleted += found;
    *out_found = found;
    return HL_OK;
}

hl_status hl_writer_delete(struct hl_writer *writer, const char *id, bool *out_found,
                           struct hl_error *err)
{
    if (!writer || !id || !*id)
        return hlerr_set(err, HL_MISUSE, "which article of which writer?");
    if (writer->broken)
        return hlerr_set(err, HL_MISUSE, "this writer has failed before; open another");
    bool found = false;
    hl_status status = writer->xapian ? hlxwriter_delete(writer->xapian, id, &found, err)
                                      : delete_native(writer, id, &found, err);
    if (status != HL_OK)
        writer->broken = true;
    else if (out_found)
        *out_found = found;
    return status;
}
