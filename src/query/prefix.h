/*
 * prefix.h - the keys of an index that begin with what was typed: ngh* to nghề, nghiên, ...
 *
 * Letters typed without marks begin any that carry some; a typed mark has to be there, and may
 * have another beside it (nghiê* begins nghiến).  Strictly, the bytes are the same.  Where more
 * keys begin so than are wanted, the commonest are taken; to find these, at most
 * HLQ_PREFIX_LOOK_MAX keys are counted.
 *
 * Ownership  keys are the arena's.
 * Errors     HL_NOMEM, and whatever the vocabulary reports.
 */
#ifndef HL_QUERY_PREFIX_H
#define HL_QUERY_PREFIX_H

#include "query/query.h"

struct hlq_prefix {
    const char *key; /* typed, as a key */
    uint32_t size;
    bool strict;
    uint32_t most;
    uint32_t left_out; /* filled in: keys that begin so but are not among the most */
};

/* The commonest first, equal ones by their bytes, each with full weight; none if the
 * vocabulary cannot tell. */
hl_status hlq_find_prefix(struct hlq_prefix *prefix, const struct hlq_vocabulary *vocabulary,
                          struct hlarena *arena, struct hlq_key **out_keys, uint32_t *out_count,
                          struct hl_error *err);

#endif
