/*
 * check_tags.h - tags of a chunk against the text rules and against stored articles (F 27).
 *
 * What needs neither is checked below: segment/check_tags.c.
 */
#ifndef HL_ENGINE_CHECK_TAGS_H
#define HL_ENGINE_CHECK_TAGS_H

#include "engine/tags.h"
#include "segment/check.h"

/* Holds the keys against the names; false where tags cannot be read, which was told before. */
bool hlcheck_tags_open(struct hlcheck *check, const struct hlchunk *chunk,
                       struct hltags_source *out_source);
/* The tags of an article, as it is stored, against its column. */
void hlcheck_tags_stored(struct hlcheck *check, const struct hlchunk *chunk,
                         const struct hltags_source *source, uint32_t doc, const char *text);

#endif
