/*
 * tokenise.h - text of an article or a query to terms with positions.
 *
 * The grammar is that of ../shared vietnamese.md section 5, told again in
 * src/token/README.md; articles and queries go through the same code.
 *
 *   "TP.HCM tăng 3,5%"  ->  tp~tphcm | hcm | tăng | 3.5
 *
 * Invariants  positions start at 0 and rise by 1; an alternative has the position
 *             of the token before it and never comes first; keys are not empty and
 *             at most HLTOKEN_KEY_MAX bytes (longer words are cut between letters).
 * Ownership   keys of syllables are static; others belong to the list and are valid
 *             until the next run into it or its release.
 * Threads     one tokeniser list a thread; the tables behind it are constant.
 * Errors      HL_NOMEM; HL_MISUSE for bytes that are no UTF-8 (callers check first).
 */
#ifndef HL_TOKEN_TOKENISE_H
#define HL_TOKEN_TOKENISE_H

#include "base/buf.h"
#include "hlsearch.h"

enum { HLTOKEN_KEY_MAX = 200, HLTOKEN_NO_SYLLABLE = 0xffff, HLTOKEN_WANTED = 1024 };

struct hltoken {
    const char *key; /* not terminated */
    uint32_t key_size;
    uint32_t position;
    uint32_t start, end; /* bytes in the text given, half open */
    uint16_t syllable;   /* code, or HLTOKEN_NO_SYLLABLE */
    bool alternative;
};

/* A run of letters that is a syllable, as two words of memory, and what it was read as. */
struct hltoken_recent {
    uint64_t key[2]; /* its bytes, zeros behind; {0, 0}: none */
    uint32_t letters;
    uint16_t syllable;
};

struct hltoken_list {
    struct hltoken *tokens;
    size_t count;
    size_t room;
    uint32_t positions;            /* how many there are */
    struct hlbuf keys;             /* behind the keys that are no syllables */
    struct hlbuf scratch[2];       /* the tokeniser's own */
    size_t seen;                   /* bytes of text so far */
    struct hltoken_recent *recent; /* NULL before much was seen */
};

void hltoken_list_init(struct hltoken_list *list);
void hltoken_list_release(struct hltoken_list *list);

/*
 * Replaces what is in list by the tokens of text.  year (0: unknown) completes
 * dates written without one: "ngày 9/1".
 */
hl_status hltoken_run(const char *text, size_t size, int year, struct hltoken_list *list,
                      struct hl_error *err);

/*
 * The same, but syllables whose bit (by code, 64 a word) is not set in wanted have no token:
 * positions and offsets of all others are as before.  Parts of compounds, and what is no
 * syllable, are there in any case.
 */
hl_status hltoken_run_wanted(const char *text, size_t size, int year,
                             const uint64_t wanted[HLTOKEN_WANTED], struct hltoken_list *list,
                             struct hl_error *err);

#endif
