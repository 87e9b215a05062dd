/*
 * check_words.c - the learnt words of a chunk.
 */
#include "segment/check_parts.h"

void hlcheck_words(struct hlcheck_chunk *c)
{
    struct hlcheck_where where = {c, HLCHECK_NONE, HLCHECK_NONE};
    if (c->chunk->head.section[HLFMT_WORDS].size)
        hlcheck_at(&where, NULL, "words where there are none yet (F 25)");
}
