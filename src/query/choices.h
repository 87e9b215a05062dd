/*
 * choices.h - the keys of an index that a token of the query may mean.
 *
 *   typed     only the key itself
 *   folded    every key that is the same without marks
 *   added     every key that has the typed marks and more
 *
 * Rare keys are left out early: one that occurs 3,000 times less often than the
 * commonest of its place is never restored (measured, src/README.md), but what was
 * typed stays.
 */
#ifndef HL_QUERY_CHOICES_H
#define HL_QUERY_CHOICES_H

#include "query/restore.h"

enum hlq_open { HLQ_AS_TYPED, HLQ_FOLDED, HLQ_MARKS_ADDED };

/* Fills place->choices and count, none if the index has nothing. */
hl_status hlq_choices(const char *key, uint32_t size, enum hlq_open open,
                      const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                      struct hlq_place *place, struct hl_error *err);

#endif
