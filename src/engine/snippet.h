/*
 * snippet.h - the passages of texts that say most about a search.
 *
 * Matches (engine/matches.h) are weighed in windows of the size that is wanted: each word of
 * the query counts once, with its weight, so does each pair that stands beside each other as
 * in the query, and each phrase; words that are not lit count a quarter.  Windows that begin
 * where a sentence does are worth a little more, so are those where the matches stand close
 * together, and early ones.  The best becomes a passage; where two or more shorter ones
 * together say clearly more, those do.
 *
 *   text     ....... s[ context | first match ... last match | context ]e ........
 *
 * Invariants  a passage is text[start, end), at most size_max bytes with all others; it
 *             begins and ends at borders of sentences where they fit, else at blanks (cut);
 *             only a word longer than the passage is cut inside, between characters.
 *             Passages do not overlap, and rise by text, then by place.
 * Ownership   borrows matches and texts.
 * Threads     one struct, one thread.
 * Errors      HL_NOMEM; HL_MISUSE for bytes that are no UTF-8.
 */
#ifndef HL_ENGINE_SNIPPET_H
#define HL_ENGINE_SNIPPET_H

#include "engine/matches.h"

enum {
    HLSNIPPET_PASSAGES_MAX = 5,
    HLSNIPPET_TEXTS_MAX = 8,
    /* Matches beyond these bytes of a text are not looked for. */
    HLSNIPPET_SCAN_MAX = 1 << 16
};

struct hlsnippet_text {
    const char *text; /* NULL: none */
    size_t size;
    size_t scanned;     /* bytes that were looked at */
    size_t first, last; /* its matches; last is one past */
};

struct hlsnippet_passage {
    unsigned text;
    size_t start, end;
    bool cut_before, cut_after; /* inside a sentence */
};

struct hlsnippet {
    struct hlmatches matches;
    struct hlsnippet_text texts[HLSNIPPET_TEXTS_MAX];
    unsigned text_count;
    struct hlsnippet_passage passages[HLSNIPPET_PASSAGES_MAX];
    unsigned passage_count;
    struct hlbuf sentences, seen, left; /* snippet.c */
};

void hlsnippet_init(struct hlsnippet *s);
void hlsnippet_release(struct hlsnippet *s);

/* Finds the matches of texts; size_max only says that nothing up to there may be left. */
hl_status hlsnippet_read(struct hlsnippet *s, const struct hlsnippet_text *texts,
                         unsigned count, size_t size_max, struct hl_error *err);
/* Chooses passages of what was read, one at least where a text is not empty. */
hl_status hlsnippet_choose(struct hlsnippet *s, size_t size_max, unsigned passages_max,
                           struct hl_error *err);
/* Writes the ranges of a passage, as many as there are matches in it at most; returns how
 * many.  out may be NULL: then it returns that bound. */
size_t hlsnippet_ranges(const struct hlsnippet *s, const struct hlsnippet_passage *passage,
                        struct hl_range *out);

#endif
