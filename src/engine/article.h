/*
 * article.h - an article as bytes: in the spool whole, in the store its text part.
 *
 *     i64 date | i16 zone minutes | u8 precision
 *     id, source, section, author             four strings that columns hold too
 *     url, title, lead, body, tags, extra     six strings: the text part (FORMAT.md 8)
 *     string   varint 0: missing; else size + 1, the bytes, a NUL
 *
 * The NUL lets a reader point into the bytes; compressed, it costs nothing.
 */
#ifndef HL_ENGINE_ARTICLE_H
#define HL_ENGINE_ARTICLE_H

#include "base/buf.h"
#include "hlsearch.h"

enum { HLARTICLE_MAX = 32 << 20 };

/* text: false leaves out what is only read by people (--store no); tags stay. */
bool hlarticle_encode(const struct hl_article *article, bool text, struct hlbuf *to);

/* Points into bytes.  False if they are not an article. */
bool hlarticle_decode(const uint8_t *bytes, size_t size, struct hl_article *out_article);

/* Where the text part of such bytes begins; 0 if they are not an article. */
size_t hlarticle_text_at(const uint8_t *bytes, size_t size);

/* Fills the members of the text part, leaves the others. */
bool hlarticle_decode_text(const uint8_t *bytes, size_t size, struct hl_article *article);

#endif
