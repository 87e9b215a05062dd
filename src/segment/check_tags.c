/*
 * check_tags.c - the tags of a chunk's articles.
 *
 * That keys of names are those of their folded text, and that an article's tags are those it
 * is stored with, needs the text rules and the store: engine/check_tags.c.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- names ---- */

static bool is_blank(char b)
{
    return b == ' ' || (b >= '\t' && b <= '\r');
}

/* A name is a trimmed line. */
static bool name_good(const char *name, uint32_t size)
{
    return size && !is_blank(name[0]) && !is_blank(name[size - 1]) &&
           !memchr(name, '\n', size) && !memchr(name, 0, size);
}

struct name {
    const char *bytes;
    uint32_t size;
};

static int by_bytes(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    int r = memcmp(x->bytes, y->bytes, x->size < y->size ? x->size : y->size);
    return r ? r : x->size < y->size ? -1 : x->size > y->size;
}

static void check_different(struct hlcheck_chunk *c, struct name *names, uint32_t count)
{
    qsort(names, count, sizeof *names, by_bytes);
    for (uint32_t i = 1; i < count; i++)
        if (!by_bytes(&names[i - 1], &names[i])) {
            hlcheck_column_fault(c, (const uint8_t *)names[i].bytes,
                                 "two tags have one name (F 26)");
            return;
        }
}

/* The count of names; HLCHECK_NONE after a fault. */
static uint32_t check_names(struct hlcheck_chunk *c)
{
    struct hl_error err = {0};
    const struct hlfmt_span *span = &c->chunk->head.section[HLFMT_TAG_NAMES];
    struct hlchunk_names names = {NULL, 0};
    const uint8_t *keys;
    hl_status status = hlchunk_tag_names(c->chunk, &names, &keys, &err);
    if (!hlcheck_got(c->check, status, &err))
        return HLCHECK_NONE;
    struct name *sorted = hlmem_zalloc((size_t)names.count + 1, sizeof *sorted);
    if (!sorted) {
        c->check->status = hlerr_nomem(&c->check->error);
        return HLCHECK_NONE;
    }
    uint64_t used = names.count ? 4 + (uint64_t)names.count * 4 : 0;
    uint32_t i = 0;
    for (; i < names.count; i++) {
        status = hlchunk_facet_at(c->chunk, &names, i, &sorted[i].bytes, &sorted[i].size, &err);
        if (!hlcheck_got(c->check, status, &err))
            break;
        used += sorted[i].size;
        if (!name_good(sorted[i].bytes, sorted[i].size))
            hlcheck_column_fault(c, names.ends + (size_t)i * 4,
                                 "a name that is no trimmed line (F 26)");
    }
    if (i == names.count) {
        if (used != span->size)
            hlcheck_column_fault(c, NULL, "bytes after the names of tags (F 5)");
        check_different(c, sorted, names.count);
    }
    hlmem_free(sorted);
    return i == names.count ? names.count : HLCHECK_NONE;
}

/* ---- codes ---- */

/* Of one article; new codes come in turn.  False after a fault. */
static bool check_codes(struct hlcheck_chunk *c, const struct hlchunk_tags *tags, uint32_t doc,
                        uint32_t names, uint32_t *seen)
{
    uint32_t from = hlbuf_load32(tags->offsets + (size_t)doc * 4);
    uint32_t to = hlbuf_load32(tags->offsets + (size_t)doc * 4 + 4), last = 0;
    const char *what =
        to - from > HLFMT_TAGS_MAX ? "more tags than an article has (F 26)" : NULL;
    const uint8_t *p = tags->codes + (size_t)from * 2;
    for (uint32_t i = from; !what && i < to; i++, p += 2) {
        uint32_t code = hlbuf_load16(p);
        if (code <= last)
            what = "its tags do not rise (F 26)";
        else if (code > names)
            what = "a tag without a name (F 26)";
        else if (code > *seen + 1)
            what = "a tag whose name comes before others that nobody had yet (F 26)";
        last = code;
        *seen = code > *seen ? code : *seen;
    }
    if (what)
        hlcheck_column_fault_of(c, p, doc, what);
    return !what;
}

void hlcheck_tags(struct hlcheck_chunk *c)
{
    struct hl_error err = {0};
    struct hlchunk_tags tags;
    uint32_t seen = 0, names;
    if (!hlcheck_going(c->check))
        return;
    hl_status status = hlchunk_tags(c->chunk, &tags, &err);
    if (!hlcheck_got(c->check, status, &err))
        return;
    names = check_names(c);
    if (names == HLCHECK_NONE || !tags.count)
        return;
    for (uint32_t d = 0; d < c->chunk->head.docs; d++)
        if (!check_codes(c, &tags, d, names, &seen))
            return;
    if (seen != names)
        hlcheck_column_fault(c, NULL, "names of tags that no article has (F 26)");
}
