#include "engine/tags.h"

#include "base/err.h"
#include "base/mem.h"
#include "engine/article.h"
#include "text/fold.h"

#include <assert.h>

static bool is_blank(char b)
{
    return b == ' ' || (b >= '\t' && b <= '\r');
}

bool hltags_next(const char **text, const char **out_tag, size_t *out_size)
{
    const char *p = *text;
    while (is_blank(*p)) /* the ends of empty lines too */
        p++;
    size_t line = strcspn(p, "\n"), size = line;
    while (size && is_blank(p[size - 1]))
        size--;
    *text = p + line;
    *out_tag = p;
    *out_size = size;
    return size > 0;
}

/* ---- a chunk that is made ---- */

bool hltags_init(struct hltags *tags, uint32_t docs)
{
    memset(tags, 0, sizeof *tags);
    tags->offsets = hlmem_zalloc((size_t)docs + 1, sizeof *tags->offsets);
    return hlfacets_init(&tags->names) && tags->offsets;
}

void hltags_release(struct hltags *tags)
{
    hlfacets_release(&tags->names);
    hlmem_free(tags->offsets);
    hlbuf_release(&tags->codes);
    hlbuf_release(&tags->encoded);
    hlbuf_release(&tags->keys);
    memset(tags, 0, sizeof *tags);
}

/* Puts a code in its place among those of an article; how many there are. */
static unsigned insert(uint16_t *codes, unsigned count, uint16_t code)
{
    unsigned at = count;
    while (at && codes[at - 1] > code)
        at--;
    if (at && codes[at - 1] == code)
        return count;
    memmove(codes + at + 1, codes + at, (count - at) * sizeof *codes);
    codes[at] = code;
    return count + 1;
}

bool hltags_add(struct hltags *tags, uint32_t doc, const char *text)
{
    uint16_t codes[HLFMT_TAGS_MAX];
    unsigned count = 0;
    const char *tag;
    size_t size;
    while (text && count < HLFMT_TAGS_MAX && hltags_next(&text, &tag, &size)) {
        uint16_t code;
        if (!hlfacets_code_of(&tags->names, tag, size, &code))
            return false;
        if (code)
            count = insert(codes, count, code);
    }
    tags->offsets[doc + 1] = tags->offsets[doc] + count;
    return !count || hlbuf_put(&tags->codes, codes, count * sizeof *codes);
}

static hl_status key_of(struct hlbuf room[2], const char *name, size_t size, uint32_t *out_key,
                        struct hl_error *err)
{
    hlbuf_reset(&room[0]);
    hlbuf_reset(&room[1]);
    hl_status status = hltext_key(name, size, &room[0], err);
    if (status == HL_OK)
        status = hltext_fold_key((const char *)room[0].data, room[0].size, &room[1], err);
    if (status == HL_OK)
        *out_key = hlchunk_tag_key(room[1].data, room[1].size);
    return status;
}

hl_status hltags_key(const char *name, size_t size, uint32_t *out_key, struct hl_error *err)
{
    struct hlbuf room[2] = {{0}, {0}};
    hl_status status = key_of(room, name, size, out_key, err);
    hlbuf_release(&room[0]);
    hlbuf_release(&room[1]);
    return status;
}

hl_status hltags_finish(struct hltags *tags, struct hl_error *err)
{
    const struct hlvocab *v = &tags->names.names;
    struct hlbuf room[2] = {{0}, {0}};
    hl_status status = HL_OK;
    assert(v->count <= HLFMT_NAMES_MAX);
    for (uint32_t i = 0; status == HL_OK && i < v->count; i++) {
        uint32_t size, key = 0;
        const char *name = (const char *)hlvocab_bytes(v, i, &size);
        status = key_of(room, name, size, &key, err);
        hlbuf_put_u32(&tags->keys, key);
    }
    hlbuf_release(&room[0]);
    hlbuf_release(&room[1]);
    if (status != HL_OK)
        return status;
    if (tags->keys.failed || !hlfacets_encode(&tags->names, &tags->encoded))
        return hlerr_nomem(err);
    tags->columns =
        (struct hlsegbuild_tags){tags->offsets, &tags->codes, &tags->encoded, &tags->keys};
    return HL_OK;
}

/* ---- a chunk that is read ---- */

hl_status hltags_open(const struct hlchunk *chunk, struct hltags_source *out_source,
                      struct hl_error *err)
{
    struct hltags_source s = {.keys = NULL};
    hl_status status = hlchunk_tags(chunk, &s.tags, err);
    if (status == HL_OK)
        status = hlchunk_tag_names(chunk, &s.names, &s.keys, err);
    if (status == HL_OK)
        *out_source = s;
    return status;
}

hl_status hltags_get(const struct hltags_source *source, const struct hlchunk *chunk,
                     uint32_t doc, struct hlbuf *out, struct hl_error *err)
{
    const struct hlchunk_tags *tags = &source->tags;
    hlbuf_reset(out);
    if (!tags->count)
        return HL_OK;
    uint32_t at = hlbuf_load32(tags->offsets + (size_t)doc * 4);
    uint32_t end = hlbuf_load32(tags->offsets + (size_t)doc * 4 + 4);
    if (end - at > HLFMT_TAGS_MAX)
        return hlchunk_damaged(chunk, "tags", doc, "more than an article has", err);
    for (; at < end; at++) {
        const char *name;
        uint32_t size, code = hlbuf_load16(tags->codes + (size_t)at * 2);
        /* Code 0 is no name's: it becomes one that is past them all. */
        hl_status status = hlchunk_facet_at(chunk, &source->names, code - 1, &name, &size, err);
        if (status != HL_OK)
            return status;
        if (size > HLARTICLE_MAX - out->size)
            return hlchunk_damaged(chunk, "tags", doc, "longer than an article", err);
        hlbuf_put(out, name, size);
        hlbuf_put_u8(out, at + 1 < end ? '\n' : 0);
    }
    return out->failed ? hlerr_nomem(err) : HL_OK;
}
