/*
 * accept.h - an article becomes a spool record: tokens, numbers, hashes.
 *
 * Another engine takes the tokens instead: it sets `take`, and there is no spool then.
 *
 * Ownership  owns its buffers; the vocabulary and the spool are the caller's.
 * Threads    one.
 */
#ifndef HL_ENGINE_ACCEPT_H
#define HL_ENGINE_ACCEPT_H

#include "engine/spool.h"
#include "engine/vocab.h"
#include "token/tokenise.h"

struct hlaccept {
    struct hlvocab *vocab;
    struct hlspool *spool; /* NULL: there is a take */
    /* Takes what words, mined and head say of an article. */
    hl_status (*take)(void *user, const struct hl_article *article,
                      const struct hlspool_head *head, struct hl_error *err);
    void *user;
    struct hlstages *stages;
    bool tokens; /* bodies are tokens between blanks */
    bool store;
    struct hltoken_list list;
    struct hlbuf words, payload;
    struct hlbuf found, mined; /* abbreviations */
    uint64_t digest[2];        /* of everything taken so far, in order */
};

void hlaccept_init(struct hlaccept *accept);
void hlaccept_release(struct hlaccept *accept);

/* article has an id and valid UTF-8. */
hl_status hlaccept_article(struct hlaccept *accept, const struct hl_article *article,
                           struct hl_error *err);

/* The date that a column holds: UTC seconds, 0 where it is unknown or before 1970. */
uint32_t hlaccept_date(const struct hl_article *article);

#endif
