/*
 * matches.h - the words of a search, and where a text has them.
 *
 * First the words are told: what each weighs, the keys that stand for it, which stand beside
 * each other in the query, which are phrases.  Then texts are read, as many as there are
 * hits: each is tokenised by the code that indexed it (offsets are not stored), but only
 * syllables that some key has become tokens.
 *
 *   query    biến đổi khí hậu và nông nghiệp
 *   text     nước [và] (biến đổi khí hậu và nông nghiệp) ... nghề [nghiệp]
 *   ( ) lit, to be shown as a match; [ ] found, but no sign of the query by itself
 *
 * A match is lit if its word is one that tells; a syllable that mostly belongs to other words,
 * if it stands beside a lit one as in the query; a function word, if it stands between two:
 * so they do not speckle what is shown.  Words of a phrase count only where the whole phrase
 * stands.
 *
 * Invariants  matches of a text rise by position; a match's bytes are within its text.
 * Ownership   keys are copied; the list is valid until the next reset or release.
 * Threads     one struct, one thread.
 * Errors      HL_NOMEM; HL_MISUSE for bytes that are no UTF-8.  After one, reset.
 */
#ifndef HL_ENGINE_MATCHES_H
#define HL_ENGINE_MATCHES_H

#include "base/buf.h"
#include "token/tokenise.h"

enum { HLMATCH_NONE = 0xffffffff };

/* What a word says where it stands alone. */
enum hlmatch_kind {
    HLMATCH_PHRASE,   /* nothing: only the phrase counts */
    HLMATCH_FUNCTION, /* nothing: và, của */
    HLMATCH_BOUND,    /* little: công, asked for with nghệ beside it */
    HLMATCH_FULL
};

struct hlmatch_word {
    uint32_t weight;
    enum hlmatch_kind kind;
    uint32_t links; /* chain into the list of links that start here, or HLMATCH_NONE */
};

/* Two words beside each other, or a phrase: worth something when found so. */
struct hlmatch_link {
    uint32_t from, to; /* words; of a phrase: the first and the last */
    uint32_t weight;
    uint32_t next;
    bool phrase;
};

/* A word that a key or a row stands for. */
struct hlmatch_use {
    uint32_t word, next;
    bool weak;
};

struct hlmatch {
    uint32_t start, end;      /* bytes in its text */
    uint32_t position, last;  /* of its first and its last token */
    uint32_t uses;            /* chain: the words it stands for; HLMATCH_NONE: none after all */
    uint32_t link, link_from; /* behind that one (of all found) as in the query */
    uint32_t phrase;          /* ends this phrase; HLMATCH_NONE */
    bool lit, in_phrase, acronym;
    bool reached; /* behind a lit one, with nothing but matches between */
};

struct hlmatches {
    struct hlbuf words, links, uses; /* arrays of the structs above */
    struct hlbuf keys;               /* their bytes, one after the other */
    struct hlbuf nodes, rows, parts; /* matches.c */
    uint32_t *table;                 /* node + 1 by hash; 0: free */
    size_t table_size;
    bool prefixes; /* some key is a prefix */
    bool telling;  /* some word is HLMATCH_FULL, or there is a phrase */
    uint64_t wanted[HLTOKEN_WANTED];
    struct hltoken_list tokens;
    struct hlbuf found; /* struct hlmatch, of all texts since the last clear */
};

void hlmatches_init(struct hlmatches *m);
void hlmatches_release(struct hlmatches *m);
/* Forgets the words, keeps the memory. */
void hlmatches_reset(struct hlmatches *m);

/* The number of the word added, from 0 on.  A failure shows when a text is read. */
uint32_t hlmatches_add_word(struct hlmatches *m, uint32_t weight, enum hlmatch_kind kind);
enum {
    HLMATCH_WEAK = 1,  /* an unlikely reading: tells no more than a function word */
    HLMATCH_PREFIX = 2 /* of one key: any key that starts with it */
};
/* An exact key, or several with one blank between, which must stand in a row. */
void hlmatches_add_key(struct hlmatches *m, uint32_t word, const char *key, size_t size,
                       unsigned flags);
void hlmatches_add_link(struct hlmatches *m, uint32_t from, uint32_t to, uint32_t weight);
/* Words first to first + count - 1, of kind HLMATCH_PHRASE, as a phrase. */
void hlmatches_add_phrase(struct hlmatches *m, uint32_t first, uint32_t count, uint32_t weight);

/* Forgets what was found. */
void hlmatches_clear(struct hlmatches *m);
/* Adds the matches of a text to those found. */
hl_status hlmatches_find(struct hlmatches *m, const char *text, size_t size,
                         struct hl_error *err);

static inline struct hlmatch *hlmatches_list(const struct hlmatches *m)
{
    return (struct hlmatch *)m->found.data;
}

static inline size_t hlmatches_count(const struct hlmatches *m)
{
    return m->found.size / sizeof(struct hlmatch);
}

static inline const struct hlmatch_word *hlmatches_words(const struct hlmatches *m)
{
    return (const struct hlmatch_word *)m->words.data;
}

static inline const struct hlmatch_link *hlmatches_links(const struct hlmatches *m)
{
    return (const struct hlmatch_link *)m->links.data;
}

static inline const struct hlmatch_use *hlmatches_uses(const struct hlmatches *m)
{
    return (const struct hlmatch_use *)m->uses.data;
}

#endif
