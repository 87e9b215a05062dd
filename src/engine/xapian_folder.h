/*
 * xapian_folder.h - what stands at the path of an index, and the folder of a Xapian database.
 *
 *     PATH                a database: iamglass and what else Xapian keeps
 *     PATH/XAPIANDB       or a list of shards, "auto shard-0" and so on
 *     PATH/shard-0 ...    databases, an article in the one that a hash of its id names
 *
 * The list is what makes shards a database: it is written before the first of them is
 * committed, so folders that none names hold no articles.
 *
 * Errors  HL_IO; HL_MISUSE for what is neither an index of ours nor free to become one.
 */
#ifndef HL_ENGINE_XAPIAN_FOLDER_H
#define HL_ENGINE_XAPIAN_FOLDER_H

#include "hlsearch.h"
#include "segment/manifest.h"

enum hlxfolder_kind {
    HLXFOLDER_FREE,
    HLXFOLDER_NATIVE,
    HLXFOLDER_ONE,   /* a database */
    HLXFOLDER_SHARDS /* a list of ours */
};

/* *out_shards: of a list; 1 of a database; 0 else. */
hl_status hlxfolder_look(const char *path, enum hlxfolder_kind *out_kind, unsigned *out_shards,
                         struct hl_error *err);
/* Writes the list, durably. */
hl_status hlxfolder_publish(const char *path, unsigned shards, struct hl_error *err);
/* The folder of one of so many shards; path itself if there is one. */
hl_status hlxfolder_shard(const char *path, unsigned shard, unsigned shards,
                          char out_path[HLMAN_PATH_SIZE], struct hl_error *err);
/* Bytes of the files of a folder, but not of folders in it. */
hl_status hlxfolder_size(const char *path, uint64_t *out_bytes, struct hl_error *err);

#endif
