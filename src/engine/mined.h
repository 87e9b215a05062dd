/*
 * mined.h - abbreviations on their way from an article's text to its chunk.
 *
 * In a spool record they are bytes: for each definition a varint, the size of what follows,
 * then the pair as segment/abbreviations.h has it.  An article read back from a segment
 * gets its definitions from there, so an index without stored articles keeps them too.
 *
 * Ownership  buffers are the caller's; a source owns its tables.
 * Threads    one a struct.
 * Errors     false when memory is out; HL_CORRUPT from a damaged segment.
 */
#ifndef HL_ENGINE_MINED_H
#define HL_ENGINE_MINED_H

#include "segment/abbreviations.h"
#include "token/tokenise.h"

/* Adds the definitions of one field to `to`; list is of this text, found is scratch. */
bool hlmined_text(const char *text, const struct hltoken_list *list, struct hlbuf *found,
                  struct hlbuf *to);

/* The definitions of a record as rows of document doc. */
bool hlmined_rows(const uint8_t *bytes, size_t size, uint16_t doc, struct hlsegabbr_rows *rows);

/* The definitions of a chunk, by document. */
struct hlmined_source {
    struct hlsegabbr abbr;
    uint32_t *starts; /* docs + 1; NULL if there are none */
    uint32_t *pairs;
};
/* On failure too, hlmined_source_release() may be called. */
hl_status hlmined_source_open(const struct hlchunk *chunk, struct hlmined_source *out_source,
                              struct hl_error *err);
void hlmined_source_release(struct hlmined_source *source);
/* Puts those of a document into `to`, in place of what is there. */
hl_status hlmined_source_get(const struct hlmined_source *source, uint32_t doc,
                             struct hlbuf *to, struct hl_error *err);

#endif
