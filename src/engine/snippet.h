/*
 * snippet.h - the passage of a text that says most about a query.
 *
 * Tokenises the text again, by the same code that indexed it (offsets are not stored),
 * slides a window of at most size_max bytes over the tokens, and keeps the one whose
 * distinct terms weigh most.  Which terms, with which weights, is the caller's business.
 *
 *   text     ....... s[ context | first match ... last match | context ]e ........
 *
 * Invariants  the passage has the bytes of the text from s to e, but for control
 *             characters, which become blanks; a text of at most size_max bytes is its
 *             own passage.  It is cut at blanks; only a word longer than the passage is
 *             cut inside, between characters.  Ranges rise, do not overlap, are not
 *             empty; those with nothing but blanks or a hyphen between are one.
 * Ownership   what is returned belongs to the caller: hl_snippet_release().
 * Errors      HL_NOMEM; HL_MISUSE for bytes that are no UTF-8.
 */
#ifndef HL_ENGINE_SNIPPET_H
#define HL_ENGINE_SNIPPET_H

#include "hlsearch.h"

/* One key that counts as a match, or several that do where they stand in a row. */
struct hlsnippet_term {
    const char *key; /* exact key, not terminated; of a row: keys with one blank between */
    uint32_t key_size;
    double weight; /* >= 0; its idf, or 1 */
};

hl_status hlsnippet_make(const char *text, size_t size, const struct hlsnippet_term *terms,
                         size_t count, size_t size_max, struct hl_snippet *out_snippet,
                         struct hl_error *err);

#endif
