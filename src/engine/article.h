/*
 * article.h - an article as the bytes that are stored: FORMAT.md 8.
 *
 *     i64 date | i16 zone minutes | u8 precision | ten strings
 *     string   varint 0: missing; else size + 1, the bytes, a NUL
 *
 * The NUL lets a reader point into the bytes; compressed, it costs nothing.
 */
#ifndef HL_ENGINE_ARTICLE_H
#define HL_ENGINE_ARTICLE_H

#include "base/buf.h"
#include "hlsearch.h"

enum { HLARTICLE_STRINGS = 10, HLARTICLE_MAX = 32 << 20 };

/* text: false leaves out what is only read by people (--store no). */
bool hlarticle_encode(const struct hl_article *article, bool text, struct hlbuf *to);

/* Points into bytes.  False if they are not an article. */
bool hlarticle_decode(const uint8_t *bytes, size_t size, struct hl_article *out_article);

#endif
