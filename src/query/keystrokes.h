/*
 * keystrokes.h - is a word of the query raw Telex or VNI, typed with no input method?
 *
 *   tieengs -> tiếng   nuoc71 -> nước   nghee -> nghê      decoded
 *   email, mp3, covid19, co2, test, cr7                    left as they are
 *
 * A word that the index has, as it is or with marks, is no keystrokes (but for what
 * somebody mistyped once or twice in an article).  Of the others a decoding counts if the index
 * knows the syllable that it makes; how well it has to know it depends on whether other
 * languages write such words.
 *
 * Ownership   the key is a constant.
 * Threads     no state.
 * Errors      those of the vocabulary; HL_NOMEM.
 */
#ifndef HL_QUERY_KEYSTROKES_H
#define HL_QUERY_KEYSTROKES_H

#include "query/query.h"

/* How sure a word is to be keystrokes, going by its letters alone. */
enum hlq_keystrokes {
    HLQ_KEYS_NONE,  /* no decoding, or one of the foreign words and codes that are listed */
    HLQ_KEYS_FAINT, /* foreign names and codes often look like this: mori, ar, la2 */
    HLQ_KEYS_WEAK,  /* a foreign word may look like this: lawn, cams, hoc5 */
    HLQ_KEYS_SURE   /* tieengs, ddi, hocj, co6ng */
};

/* Judges a word; *out_code is the syllable it makes unless that is HLQ_KEYS_NONE. */
enum hlq_keystrokes hlq_judge_keystrokes(const char *typed, size_t size, uint16_t *out_code);

/*
 * Decodes the key of a token that is no alternative, if it is to be decoded.
 * *out_key (not terminated) and *out_size are set only where *out_decoded is.
 */
hl_status hlq_decode_keystrokes(const char *typed, size_t size,
                                const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                                const char **out_key, uint32_t *out_size, bool *out_decoded,
                                struct hl_error *err);

#endif
