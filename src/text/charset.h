/*
 * charset.h - text in older encodings to UTF-8, and finding out which it is.
 *
 * TCVN3 (ABC), VISCII, VNI, VPS and VIQR by tables of our own; CP1258 and
 * whatever else has a name by ICU's converters.  The result is UTF-8 in
 * composed form (NFC), not yet cleaned.
 *
 * Ownership   out is the caller's buffer, replaced.
 * Threads     no state.
 * Errors      HL_UNSUPPORTED for a name nobody knows, HL_NOMEM.  Bytes that mean
 *             nothing become U+FFFD: decoding itself never fails.
 */
#ifndef HL_TEXT_CHARSET_H
#define HL_TEXT_CHARSET_H

#include "base/buf.h"
#include "hlsearch.h"

/* Names are compared without case, blanks, - and _.  A byte order mark is dropped. */
hl_status hltext_decode(const char *charset, const void *bytes, size_t size, struct hlbuf *out,
                        struct hl_error *err);

/*
 * The charset of bytes: by byte order mark, as valid UTF-8, or the one of CP1258,
 * TCVN3, VISCII, VNI, VPS under which most words with marks are syllables.  NULL if
 * under none of them half as many more words are legal than not.  out_charset is a constant.
 */
hl_status hltext_charset_guess(const void *bytes, size_t size, const char **out_charset,
                               struct hl_error *err);

/*
 * (legal - illegal) / (n + 1) over the n words of UTF-8 text that have a letter
 * beyond ASCII: near 1 for Vietnamese, below 0 for text decoded wrongly.
 */
double hltext_charset_score(const char *text, size_t size);

/*
 * UTF-8 text that is another charset read as windows-1252 ("C«ng nghÖ"): *out_repaired
 * tells whether out is the text meant.  Only for a caller who was told to try.
 */
hl_status hltext_repair(const char *text, size_t size, struct hlbuf *out, bool *out_repaired,
                        struct hl_error *err);

#endif
