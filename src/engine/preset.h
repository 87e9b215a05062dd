/*
 * preset.h - the dictionary that lets one article be packed by itself.
 *
 * Short articles hold little to repeat; a preset dictionary of what the chunk
 * says often gives zlib something to point to.  Segments of text are chosen by
 * how many frequent 8-byte strings they cover that no chosen one covers yet
 * (the idea of Liao, Petri, Moffat and Wirth, "Effective Construction of
 * Relative Lempel-Ziv Dictionaries", 2016), best ones last, where zlib's
 * distances are short.
 */
#ifndef HL_ENGINE_PRESET_H
#define HL_ENGINE_PRESET_H

#include "base/buf.h"

/* Fills out with at most size_max bytes chosen from sample.  False when memory is out. */
bool hlpreset_make(const struct hlbuf *sample, size_t size_max, struct hlbuf *out);

/* One article packed after another with the same preset dictionary. */
struct hlpacker;
struct hlpacker *hlpacker_new(const struct hlbuf *preset); /* NULL: memory is out */
void hlpacker_free(struct hlpacker *packer);
/* Appends one zlib stream. */
bool hlpacker_pack(struct hlpacker *packer, const uint8_t *bytes, size_t size,
                   struct hlbuf *to);

#endif
