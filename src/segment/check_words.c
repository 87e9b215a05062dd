/*
 * check_words.c - the learnt words of a chunk.
 */
#include "segment/check_parts.h"

#include "base/err.h"
#include "words/section.h"

#include <stdio.h>

void hlcheck_words(struct hlcheck_chunk *c)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    struct hlwords_counts counts;
    const uint8_t *bytes;
    const char *why;
    struct hl_error err = {0};
    hl_status status = hlchunk_section(c->chunk, HLFMT_WORDS, &bytes, &err);
    if (!hlcheck_got(c->check, status, &err))
        return;
    size_t size = c->chunk->head.section[HLFMT_WORDS].size;
    status = hlwords_section_read(bytes, size, &counts, &why);
    if (status == HL_OK)
        hlwords_counts_release(&counts);
    else if (status == HL_CORRUPT) {
        char text[80];
        snprintf(text, sizeof text, "%s (F 25)", why);
        hlcheck_at(&where, bytes, text);
    } else
        hlcheck_got(c->check, hlerr_nomem(&err), &err);
}
