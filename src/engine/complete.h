/*
 * complete.h - how a text that is being typed may go on.
 *
 *   typed       tri tue nhan t
 *   context     trí tuệ nhân          words that are there whole, marks restored (restore.h)
 *   completed   tạo                   words of the list that begin with what was typed last
 *   continued   tạo | tạo ra          by what stands behind them in the archive
 *
 * A chain is context, completed word and continuation.  Its likelihood is a product of
 * p(word | word before) from the pairs of the index; where two words or more stand before, a
 * sample of the articles that have them says how many of these have the next pair too, less
 * what chance would bring: nhân follows tuệ and dân follows nhân, but no article with tuệ
 * nhân has nhân dân for it.  What a chain is worth as a suggestion is its likelihood times
 * how seldom it goes on as one word: biến đổi khí is hardly ever all.
 *
 * Ownership  everything lives in the arena and the list.
 * Errors     HL_NOMEM, HL_CORRUPT.
 */
#ifndef HL_ENGINE_COMPLETE_H
#define HL_ENGINE_COMPLETE_H

#include "backend/wordlist.h"

enum {
    HLCOMPLETE_CONTEXT = 2,   /* words of the context that have a say */
    HLCOMPLETE_CONTINUED = 3, /* words after the completed one, at most */
    HLCOMPLETE_WORDS = HLCOMPLETE_CONTEXT + 1 + HLCOMPLETE_CONTINUED,
    HLCOMPLETE_STARTS = 4, /* readings of the last word of the context, at most */
    HLCOMPLETE_MOST = 50
};

/* The last words that are there whole, in one reading. */
struct hlcomplete_start {
    uint32_t words[HLCOMPLETE_CONTEXT];
    uint32_t count; /* 0: nothing stands before */
    double likely;  /* the readings of a text sum up to 1 or less */
};

struct hlcomplete_asked {
    struct hlcomplete_start starts[HLCOMPLETE_STARTS];
    uint32_t start_count; /* at least 1 */
    const char *prefix;   /* key of what was typed of the last word; size 0: nothing yet */
    uint32_t prefix_size;
};

/* A chain that is worth suggesting. */
struct hlcomplete_found {
    uint32_t words[HLCOMPLETE_WORDS]; /* those of the start first */
    uint32_t count, start;
    double score;
};

/* The best, best first, distinct; out_found has room for `most`, 0 if nothing completes. */
hl_status hlcomplete_run(struct hlwordlist *list, struct hlarena *arena,
                         const struct hlcomplete_asked *asked, uint32_t most,
                         struct hlcomplete_found *out_found, uint32_t *out_count,
                         struct hl_error *err);

/* How many live articles have the words side by side: exactly for one and two; for more, how
 * many have all of their pairs. */
hl_status hlcomplete_count(struct hlwordlist *list, struct hlarena *arena,
                           const uint32_t *words, uint32_t count, uint64_t *out_articles,
                           struct hl_error *err);

#endif
