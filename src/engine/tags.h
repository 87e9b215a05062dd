/*
 * tags.h - the tags of articles, from lines of text to the columns of a chunk.
 *
 *     "trí tuệ nhân tạo\n AI \n\nAI"  ->  "trí tuệ nhân tạo", "AI"
 *
 * A tag is a line without the blanks around it; empty lines are none, and of equal bytes the
 * first counts.  An article keeps its first 64, a chunk 65,535 different ones: what is more
 * stays in the stored article alone.
 */
#ifndef HL_ENGINE_TAGS_H
#define HL_ENGINE_TAGS_H

#include "engine/facets.h"
#include "segment/segment.h"
#include "segment/writer.h"

/* The next tag of a text, which moves on; false at the end. */
bool hltags_next(const char **text, const char **out_tag, size_t *out_size);

/* Those of a chunk, while it is made. */
struct hltags {
    struct hlfacets names;
    uint32_t *offsets; /* docs + 1 */
    struct hlbuf codes, encoded, keys;
    struct hlsegbuild_tags columns; /* all of them, after hltags_finish() */
};

bool hltags_init(struct hltags *tags, uint32_t docs);
void hltags_release(struct hltags *tags);
/* Documents come in turn.  text may be NULL. */
bool hltags_add(struct hltags *tags, uint32_t doc, const char *text);
hl_status hltags_finish(struct hltags *tags, struct hl_error *err);

/* The key by which a name is found: of what is left without case and marks. */
hl_status hltags_key(const char *name, size_t size, uint32_t *out_key, struct hl_error *err);

/* The tags of a chunk, read back. */
struct hltags_source {
    struct hlchunk_tags tags;
    struct hlchunk_names names;
    const uint8_t *keys; /* u32 each name */
};
hl_status hltags_open(const struct hlchunk *chunk, struct hltags_source *out_source,
                      struct hl_error *err);
/* Those of a document as lines with a NUL at the end; out is reset, and empty for none. */
hl_status hltags_get(const struct hltags_source *source, const struct hlchunk *chunk,
                     uint32_t doc, struct hlbuf *out, struct hl_error *err);

#endif
