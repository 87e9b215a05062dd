/*
 * several.c - opening whatever there is: one index, several, shards of Xapian.
 */
#include "engine/index.h"

#include "base/err.h"

const char *hl_backend_name(enum hl_backend backend)
{
    static const char *const names[] = {"auto", "native", "xapian"};
    return (unsigned)backend < sizeof names / sizeof names[0] ? names[backend] : "unknown";
}

enum hl_backend hl_index_backend(const struct hl_index *index)
{
    return index && index->snapshot.elsewhere ? HL_BACKEND_XAPIAN : HL_BACKEND_NATIVE;
}

hl_status hl_index_open_with(const char *const *paths, size_t count,
                             const struct hl_open_options *options, struct hl_index **out_index,
                             struct hl_error *err)
{
    if (options && (options->shard_count || options->backend == HL_BACKEND_XAPIAN))
        return hlerr_set(err, HL_UNSUPPORTED, "this build has no Xapian");
    return hl_index_open_many(paths, count, out_index, err);
}

enum hl_total_is hl_result_total_is(const struct hl_result *result)
{
    return hl_result_partial(result) ? HL_TOTAL_AT_LEAST : HL_TOTAL_EXACT;
}

const struct hl_shard *hl_result_shard(const struct hl_result *result, size_t i)
{
    return NULL;
}
