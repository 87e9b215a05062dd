/*
 * several.c - opening whatever there is: one index, several, shards of Xapian.
 */
#include "engine/index.h"
#include "engine/sharded.h"

#include "base/err.h"

const char *hl_backend_name(enum hl_backend backend)
{
    static const char *const names[] = {"auto", "native", "xapian"};
    return (unsigned)backend < sizeof names / sizeof names[0] ? names[backend] : "unknown";
}

enum hl_backend hl_index_backend(const struct hl_index *index)
{
    return index && index->sharded ? HL_BACKEND_XAPIAN : HL_BACKEND_NATIVE;
}

hl_status hl_index_open_with(const char *const *paths, size_t count,
                             const struct hl_open_options *options, struct hl_index **out_index,
                             struct hl_error *err)
{
    if (!out_index || (count && !paths))
        return hlerr_set(err, HL_MISUSE, "which indexes?");
    if (options && options->backend == HL_BACKEND_NATIVE && options->shard_count)
        return hlerr_set(err, HL_MISUSE, "shards on other machines are Xapian's, not native");
    if (hlsharded_is_meant(paths, count, options))
        return hlsharded_open(paths, count, options, out_index, err);
    return hl_index_open_many(paths, count, out_index, err);
}
