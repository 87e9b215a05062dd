/*
 * charset.h - text in older encodings to UTF-8, and finding out which it is.
 *
 * TCVN3 (ABC), VISCII, VNI, VPS and VIQR by tables of our own; windows-1258, UTF-16 and
 * whatever else has a name by ICU's converters.  The result is UTF-8 in composed form
 * (NFC), not yet cleaned.
 *
 *   bytes --guess--> name --decode--> text
 *   text (misread) --mojibake_find--> name --mojibake_undo--> text
 *
 * Guessing reads the bytes under each charset and asks how Vietnamese the result is:
 * whether words are syllables, whether capitals stand where capitals may, and how common
 * the letters are.  src/text/README.md has the rules.
 *
 * Invariants  bytes that are well-formed UTF-8 without NULs are never taken for anything
 *             else; ASCII is never converted.
 * Ownership   out is the caller's buffer, replaced.  Names given out are constants.
 * Threads     no state.
 * Errors      HL_UNSUPPORTED for a name nobody knows, HL_NOMEM.  Bytes that mean
 *             nothing become U+FFFD: decoding itself never fails.
 */
#ifndef HL_TEXT_CHARSET_H
#define HL_TEXT_CHARSET_H

#include "base/buf.h"
#include "hlsearch.h"

/* The charsets we answer for, by their names: "UTF-8", "TCVN3"...; NULL past the end. */
const char *hltext_charset_at(size_t i);

/* The one that name means (case, blanks, - and _ do not matter); NULL for any other. */
const char *hltext_charset_find(const char *name);

/* Any name of the list, or one that ICU knows.  A byte order mark is dropped. */
hl_status hltext_decode(const char *charset, const void *bytes, size_t size, struct hlbuf *out,
                        struct hl_error *err);

/*
 * The charset of bytes: by byte order mark, by the pattern of NULs, as UTF-8, or the one of
 * windows-1258, TCVN3, VISCII, VNI, VPS that makes the most likely Vietnamese of them.  NULL
 * where there is none that half as many more words would be legal under than not.  `prior`
 * is the charset of what stands beside the bytes, or NULL: it needs less to be believed.
 */
hl_status hltext_charset_guess(const void *bytes, size_t size, const char *prior,
                               const char **out_charset, struct hl_error *err);

/* "UTF-16LE" or "UTF-16BE" by byte order mark or the pattern of NULs; NULL: neither. */
const char *hltext_utf16_find(const void *bytes, size_t size);

/*
 * (legal - illegal) / (n + 1) over the n words of UTF-8 text that have a letter beyond
 * ASCII: near 1 for Vietnamese, below 0 for text decoded wrongly.  Abbreviations in
 * capitals (ĐHQG) are no evidence either way.
 */
double hltext_charset_score(const char *text, size_t size);

/*
 * The charset that UTF-8 text was in before it was read as windows-1252 ("C«ng nghÖ" was
 * TCVN3, "CÃ´ng nghá»‡" UTF-8); NULL for text that is sound, or that nothing makes sense of.
 * `prior` is what was found for the text's neighbours, or NULL: then only that is tried, and
 * one word is enough.
 */
hl_status hltext_mojibake_find(const char *text, size_t size, const char *prior,
                               const char **out_charset, struct hl_error *err);

/* The text meant; what no misreading can have made stays as it is. */
hl_status hltext_mojibake_undo(const char *text, size_t size, const char *charset,
                               struct hlbuf *out, struct hl_error *err);

#endif
