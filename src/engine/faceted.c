/*
 * faceted.c - what a search counted by facets, as a result shows it.
 */
#include "engine/index.h"

#include "base/err.h"

static hl_status fill(struct hl_result *r, enum hl_facet facet, size_t most,
                      struct hl_error *err)
{
    struct hl_result_facet *to = &r->facets[facet];
    struct hlarena *arena = &r->native.arena;
    struct hltally_answer answer;
    hl_status status = hltally_answer(r->native.tally, facet, most, &answer, err);
    if (status != HL_OK)
        return status;
    to->values = hlarena_alloc(arena, (answer.count + 1) * sizeof *to->values);
    if (!to->values)
        return hlerr_nomem(err);
    for (size_t i = 0; i < answer.count; i++) {
        const struct hltally_value *v = &answer.values[i];
        char *name = hlarena_strndup(arena, v->name, v->size);
        if (!name)
            return hlerr_nomem(err);
        to->values[i] = (struct hl_facet_value){name, v->count};
    }
    to->count = answer.count;
    to->distinct = answer.distinct;
    to->missing = answer.missing;
    return HL_OK;
}

hl_status hlfaceted_fill(struct hl_result *result, const struct hl_search_options *options,
                         struct hl_error *err)
{
    if (!result->native.tally)
        return HL_OK;
    hl_status status = hltally_status(result->native.tally, err);
    for (unsigned f = 0; status == HL_OK && f < HL_FACETS; f++)
        if (options->facet_values[f])
            status = fill(result, (enum hl_facet)f, options->facet_values[f], err);
    return status;
}

const struct hl_facet_value *hl_result_facet(const struct hl_result *result,
                                             enum hl_facet facet, size_t i)
{
    bool there = result && (unsigned)facet < HL_FACETS && i < result->facets[facet].count;
    return there ? &result->facets[facet].values[i] : NULL;
}

uint64_t hl_result_facet_distinct(const struct hl_result *result, enum hl_facet facet)
{
    return result && (unsigned)facet < HL_FACETS ? result->facets[facet].distinct : 0;
}

uint64_t hl_result_facet_missing(const struct hl_result *result, enum hl_facet facet)
{
    return result && (unsigned)facet < HL_FACETS ? result->facets[facet].missing : 0;
}

const char *hl_facet_name(enum hl_facet facet)
{
    static const char *const names[HL_FACETS] = {"source", "section", "author",
                                                 "year",   "month",   "tag"};
    return (unsigned)facet < HL_FACETS ? names[facet] : "unknown";
}
