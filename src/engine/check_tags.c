#include "engine/check_tags.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"

#include <assert.h>
#include <inttypes.h>

static void fault(struct hlcheck *check, const struct hlchunk *chunk, const char *kind,
                  uint32_t number, const char *what)
{
    hlcheck_fault(check, "corrupt index: %.400s, chunk %" PRIu32 ", %s %" PRIu32 ": %s (F 27)",
                  chunk->segment->file.path, chunk->number, kind, number, what);
}

static void check_key(struct hlcheck *check, const struct hlchunk *chunk,
                      const struct hltags_source *s, uint32_t i)
{
    struct hl_error err = {0};
    const char *name;
    uint32_t size, key = 0;
    hl_status status = hlchunk_facet_at(chunk, &s->names, i, &name, &size, &err);
    if (status != HL_OK)
        return; /* told by the segment's own check */
    if (hltext_utf8_check(name, size) < size) {
        fault(check, chunk, "tag", i + 1, "its name is not UTF-8");
        return;
    }
    status = hltags_key(name, size, &key, &err);
    if (hlcheck_got(check, status, &err) && key != hlbuf_load32(s->keys + (size_t)i * 4))
        fault(check, chunk, "tag", i + 1, "its key is not that of its name");
}

bool hlcheck_tags_open(struct hlcheck *check, const struct hlchunk *chunk,
                       struct hltags_source *out_source)
{
    /* What does not open was told by the segment's own check. */
    if (hltags_open(chunk, out_source, NULL) != HL_OK)
        return false;
    for (uint32_t i = 0; i < out_source->names.count && hlcheck_going(check); i++)
        check_key(check, chunk, out_source, i);
    return true;
}

/* How many different tags, 64 at most; all of those that columns have must be there. */
static bool same_tags(const struct hltags_source *s, const struct hlchunk *chunk, uint32_t doc,
                      const char *text)
{
    struct tag {
        const char *bytes;
        size_t size;
    } tags[HLFMT_TAGS_MAX], tag;
    bool all = s->names.count < HLFMT_NAMES_MAX;
    unsigned count = 0, found = 0, i;
    uint32_t at = 0, end = 0;
    for (const char *p = text; p && count < HLFMT_TAGS_MAX; count += i == count) {
        if (!hltags_next(&p, &tag.bytes, &tag.size))
            break;
        for (i = 0; i < count; i++)
            if (tags[i].size == tag.size && !memcmp(tags[i].bytes, tag.bytes, tag.size))
                break;
        tags[i] = tag;
    }
    if (s->tags.count) {
        at = hlbuf_load32(s->tags.offsets + (size_t)doc * 4);
        end = hlbuf_load32(s->tags.offsets + (size_t)doc * 4 + 4);
    }
    for (uint32_t k = at; k < end; k++) {
        uint32_t size, code = hlbuf_load16(s->tags.codes + (size_t)k * 2);
        const char *name;
        if (hlchunk_facet_at(chunk, &s->names, code - 1, &name, &size, NULL) != HL_OK)
            return true; /* told already */
        for (i = 0; i < count; i++)
            if (tags[i].size == size && !memcmp(tags[i].bytes, name, size))
                break;
        found += i < count;
    }
    /* Where names are full, those that came too late have none, and others took their place. */
    return !all || (found == count && end - at == count);
}

void hlcheck_tags_stored(struct hlcheck *check, const struct hlchunk *chunk,
                         const struct hltags_source *source, uint32_t doc, const char *text)
{
    assert(doc < chunk->head.docs);
    if (!same_tags(source, chunk, doc, text))
        fault(check, chunk, "stored article", doc, "its tags are not those of the column");
}
