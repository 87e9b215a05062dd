/*
 * widen.h - what else the words of a run may be called: synonyms and abbreviations.
 *
 *     tiêm | vắc | xin | covid        vắc xin = vaccine
 *            `--------'  one widening: slots 1 to 3, the key vaccine
 *
 * A widening goes to every word and every pair inside its slots, so that an article
 * that says vaccine is worth what one that says vắc xin is, times HLQ_WEIGHT_OTHER.
 * Synonyms come from a list (synonyms.h), abbreviations from the index.
 *
 * Ownership  memory is the arena's.
 * Errors     HL_NOMEM, and whatever the vocabulary reports.
 */
#ifndef HL_QUERY_WIDEN_H
#define HL_QUERY_WIDEN_H

#include "query/query.h"
#include "query/synonyms.h"

enum { HLQ_WIDEN_MAX = 6, HLQ_WEIGHT_OTHER = 8 };

/* A word of the run as it was understood. */
struct hlq_widen_slot {
    const char *key;
    uint32_t size;
    bool linked; /* stands right after the slot before */
    bool closed; /* =word: means itself */
};

/* What slots from..to-1 together may be called: HLQ_WIDEN_MAX at most. */
struct hlq_widening {
    uint32_t from, to;
    struct hlq_key keys[HLQ_WIDEN_MAX];
    uint32_t count;
    struct hlq_sequence rows[HLQ_WIDEN_MAX];
    uint32_t row_count;
};

struct hlq_widenings {
    struct hlq_widening *list;
    uint32_t count;
};

/* synonyms may be NULL. */
hl_status hlq_widen(const struct hlq_widen_slot *slots, uint32_t count,
                    const struct hl_synonyms *synonyms, const struct hlq_vocabulary *vocabulary,
                    struct hlarena *arena, struct hlq_widenings *out_widenings,
                    struct hl_error *err);

#endif
