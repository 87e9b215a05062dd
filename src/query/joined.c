#include "query/joined.h"

#include <assert.h>

/* The other part of a number and its letter; NULL for a code whose parts are linked. */
static const struct hlq_token *glued_to(const struct hlq_clause *clause, uint32_t first,
                                        uint32_t alternative)
{
    const struct hlq_token *number = &clause->tokens[first];
    uint32_t i = alternative + 1;
    while (i < clause->count && clause->tokens[i].alternative)
        i++;
    if (i == clause->count)
        return NULL;
    const struct hlq_token *unit = &clause->tokens[i];
    bool whole = clause->tokens[alternative].end == unit->end;
    return whole && number->end == unit->start ? unit : NULL;
}

hl_status hlq_takes_joined(const struct hlq_clause *clause, uint32_t first,
                           uint32_t alternative, const struct hlq_vocabulary *vocabulary,
                           bool *out_takes, struct hl_error *err)
{
    assert(first < alternative && alternative < clause->count);
    const struct hlq_token *number = &clause->tokens[first];
    const struct hlq_token *joined = &clause->tokens[alternative];
    const struct hlq_token *unit = glued_to(clause, first, alternative);
    struct hlq_counts apart = {0, 0};
    uint64_t df;
    hl_status status = hlq_df(vocabulary, joined->key, joined->size, &df, err);
    if (status == HL_OK && df && unit)
        status = vocabulary->pair(vocabulary->user, number->key, number->size, unit->key,
                                  unit->size, &apart, err);
    if (status == HL_OK)
        *out_takes = df && df >= apart.df;
    return status;
}
