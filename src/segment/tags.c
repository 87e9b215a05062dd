/*
 * tags.c - the tags of a chunk's documents: a list of codes each.
 */
#include "segment/segment.h"

#include "base/hash.h"

#include <assert.h>

uint32_t hlchunk_tag_key(const void *folded, size_t size)
{
    return (uint32_t)hlhash64(folded, size);
}

/* Offsets lead into the codes wherever a document is looked at, so all are held against each
 * other at once, which is less work than to be careful each time. */
static bool offsets_good(const uint8_t *offsets, uint32_t docs, uint64_t count)
{
    uint32_t falls = 0;
    for (uint32_t d = 0; d < docs; d++)
        falls |=
            hlbuf_load32(offsets + (size_t)d * 4 + 4) < hlbuf_load32(offsets + (size_t)d * 4);
    return !falls && !hlbuf_load32(offsets) &&
           hlbuf_load32(offsets + (size_t)docs * 4) == count;
}

hl_status hlchunk_tags(const struct hlchunk *chunk, struct hlchunk_tags *out_tags,
                       struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[HLFMT_TAG_OFFSETS];
    struct hlchunk_tags tags = {NULL, NULL, 0};
    hl_status status = HL_OK;
    if (span->size) {
        tags.count = (uint32_t)(chunk->head.section[HLFMT_TAGS].size / 2);
        assert(tags.count && span->size == ((uint64_t)chunk->head.docs + 1) * 4); /* (F 3) */
        status = hlchunk_section(chunk, HLFMT_TAG_OFFSETS, &tags.offsets, err);
        if (status == HL_OK)
            status = hlchunk_section(chunk, HLFMT_TAGS, &tags.codes, err);
        if (status == HL_OK && !offsets_good(tags.offsets, chunk->head.docs, tags.count))
            status = hlchunk_damaged(chunk, "tags", span->at, "offsets do not span them", err);
    }
    if (status == HL_OK)
        *out_tags = tags;
    return status;
}

hl_status hlchunk_tag_names(const struct hlchunk *chunk, struct hlchunk_names *out_names,
                            const uint8_t **out_keys, struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[HLFMT_TAG_NAMES];
    uint64_t keys_size = chunk->head.section[HLFMT_TAG_KEYS].size;
    struct hlchunk_names names = {NULL, 0};
    const uint8_t *p, *keys = NULL;
    if (keys_size) {
        hl_status status = hlchunk_section(chunk, HLFMT_TAG_NAMES, &p, err);
        if (status == HL_OK)
            status = hlchunk_section(chunk, HLFMT_TAG_KEYS, &keys, err);
        if (status != HL_OK)
            return status;
        struct hlview v = hlview_of(p, span->size);
        names.count = hlview_u32(&v);
        names.ends = hlview_bytes(&v, (size_t)names.count * 4);
        if (names.ends && names.count)
            hlview_bytes(&v, hlbuf_load32(names.ends + (size_t)(names.count - 1) * 4));
        if (v.bad || names.count != keys_size / 4)
            return hlchunk_damaged(chunk, "tags", span->at, "names do not decode", err);
    }
    *out_names = names;
    *out_keys = keys;
    return HL_OK;
}
