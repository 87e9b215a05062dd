/*
 * slots.h - the words of a clause, each with the keys that it stands for in an index.
 *
 * A typed mark is honoured: the key itself, its i/y variants a little less; what
 * adds marks to it only if the index has none of them.  A word without marks is a
 * group of the keys that fold to it, narrowed to those that its neighbours make
 * likely (restore.h).  word* stands for what begins so (prefix.h).
 *
 * Ownership  slots, words and keys are the arena's.
 * Errors     HL_NOMEM, and whatever the vocabulary reports.
 */
#ifndef HL_QUERY_SLOTS_H
#define HL_QUERY_SLOTS_H

#include "query/choices.h"
#include "query/widen.h"
#include "text/syllable.h"

#include <string.h>

enum {
    HLQ_WIDENINGS_MAX = 3, /* of one word */
    HLQ_WORD_KEYS_MAX = HLQ_GROUP_MAX + HLSYL_VARIANTS_MAX + HLQ_WIDENINGS_MAX * HLQ_WIDEN_MAX
};

/* What a prefix stands for: looked for once, however often it is typed. */
struct hlq_known_prefix {
    struct hlq_known_prefix *next;
    const char *key;
    uint32_t size, most;
    bool strict;
    struct hlq_key *keys;
    uint32_t count;
};

/* A query on its way to a plan. */
struct hlq_expander {
    const struct hl_query *query;
    bool marks_typed; /* most of the query has marks: a word without means itself */
    const struct hlq_vocabulary *vocabulary;
    const struct hl_synonyms *synonyms;
    struct hlarena *arena;
    struct hlq_plan *plan;
    struct hl_error *err;
    struct hlq_known_prefix *prefixes; /* found already */
};

/* A word of a run, before and after its neighbours had their say. */
struct hlq_slot {
    const struct hlq_token *token;
    enum hlq_open open;
    bool joined;   /* stands for several tokens, pairs with nothing */
    bool decoded;  /* keystrokes: the token is what they make */
    bool row;      /* its keys have to stand in a row or a field: fewer are looked for */
    bool excluded; /* all of its keys are left out, not the one that is the likeliest */
    struct hlq_word word;
    unsigned widenings; /* that the word has */
};

static inline bool hlq_is_key(const struct hlq_key *key, const char *bytes, uint32_t size)
{
    return key->size == size && !memcmp(key->bytes, bytes, size);
}

/* Does b stand right after a?  A joined key is no first alternative: it pairs with nothing.
 * Nor does a prefix, whose keys are too many. */
static inline bool hlq_follows(const struct hlq_slot *a, const struct hlq_slot *b)
{
    return !a->joined && !b->joined && !a->token->prefix && !b->token->prefix &&
           b->token->position == a->token->position + 1;
}

/* The slots of a clause; `join` false: first alternatives only, for they stand in a row. */
hl_status hlq_make_slots(struct hlq_expander *ex, const struct hlq_clause *c, bool join,
                         struct hlq_slot **out_slots, uint32_t *out_count);
/* Fills every slot's word, each read beside its neighbours. */
hl_status hlq_read_slots(struct hlq_expander *ex, struct hlq_slot *slots, uint32_t count);

#endif
