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
    bool shards = options && options->shard_count;
    if (!out_index || (count && !paths) || (!count && !shards))
        return hlerr_set(err, HL_MISUSE, "which indexes?");
    if (count > HL_SHARDS_MAX)
        return hlerr_set(err, HL_LIMIT, "at most %d indexes are searched at once",
                         HL_SHARDS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!paths[i] || !*paths[i])
            return hlerr_set(err, HL_MISUSE, "index %zu of %zu has no path", i + 1, count);
    if (options && options->backend == HL_BACKEND_NATIVE && shards)
        return hlerr_set(err, HL_MISUSE, "shards on other machines are Xapian's, not native");
    for (size_t i = 0; options && options->backend == HL_BACKEND_NATIVE && i < count; i++)
        if (hlshard_is_database(paths[i]))
            return hlerr_set(err, HL_MISUSE, "%s is a database of Xapian, not a native index",
                             paths[i]);
    if (hlsharded_is_meant(paths, count, options))
        return hlsharded_open(paths, count, options, out_index, err);
    return count == 1 ? hlindex_open_one(paths[0], out_index, err)
                      : hlindex_open_several(paths, count, out_index, err);
}

hl_status hl_index_open_many(const char *const *paths, size_t count,
                             struct hl_index **out_index, struct hl_error *err)
{
    return hl_index_open_with(paths, count, NULL, out_index, err);
}
