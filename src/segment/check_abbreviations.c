/*
 * check_abbreviations.c - the abbreviations of a chunk.
 */
#include "segment/check_parts.h"

void hlcheck_abbreviations(struct hlcheck_chunk *c)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    if (c->chunk->head.section[HLFMT_ABBREVIATIONS].size)
        hlcheck_at(&where, NULL, "abbreviations where there are none yet (F 24)");
}
