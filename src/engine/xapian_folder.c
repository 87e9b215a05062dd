#include "engine/xapian_folder.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "segment/publish.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

/* The list of databases that Xapian opens as one. */
#define LIST "XAPIANDB"
#define LIST_NEW "XAPIANDB.tmp"

enum { LIST_SIZE_MAX = 64 << 10 };

/* *out_fd: -1 if there is no such file. */
static hl_status open_file(const char *path, const char *name, int *out_fd,
                           char out_path[HLMAN_PATH_SIZE], struct hl_error *err)
{
    hl_status status = hlman_path(path, name, out_path, err);
    if (status != HL_OK)
        return status;
    int fd = hlio_get()->open_read(out_path);
    if (fd < 0 && fd != -ENOENT && fd != -ENOTDIR)
        return hlio_error(err, fd, "open", out_path);
    *out_fd = fd < 0 ? -1 : fd;
    return HL_OK;
}

static bool put_list(struct hlbuf *to, unsigned shards)
{
    for (unsigned i = 0; i < shards; i++)
        hlbuf_put_format(to, "auto shard-%u\n", i);
    return !to->failed;
}

/* How many shards a list of ours names; 0: it is none of ours. */
static unsigned shards_of(const struct hlbuf *list)
{
    struct hlbuf ours = {0};
    unsigned found = 0;
    for (unsigned shards = 1; !found && shards <= HL_SHARDS_MAX; shards++) {
        hlbuf_reset(&ours);
        if (put_list(&ours, shards) && ours.size == list->size &&
            !memcmp(ours.data, list->data, ours.size))
            found = shards;
    }
    hlbuf_release(&ours);
    return found;
}

static hl_status read_list(int fd, const char *path, unsigned *out_shards, struct hl_error *err)
{
    uint64_t size;
    struct hlbuf list = {0};
    int r = hlio_get()->size(fd, &size);
    if (r < 0)
        return hlio_error(err, r, "read the size of", path);
    hl_status status = HL_OK;
    if (size <= LIST_SIZE_MAX && !hlbuf_grow(&list, size))
        status = hlerr_nomem(err);
    if (status == HL_OK && size <= LIST_SIZE_MAX)
        status = hlio_read_all(fd, path, list.data, size, 0, err);
    list.size = size <= LIST_SIZE_MAX ? size : 0;
    if (status == HL_OK && !(*out_shards = shards_of(&list)))
        status = hlerr_set(err, HL_MISUSE,
                           "%s: lists databases that hlsearch did not spread articles over; "
                           "write to them one by one",
                           path);
    hlbuf_release(&list);
    return status;
}

static hl_status look_at_xapian(const char *path, enum hlxfolder_kind *out_kind,
                                unsigned *out_shards, struct hl_error *err)
{
    char name[HLMAN_PATH_SIZE];
    int fd;
    hl_status status = open_file(path, LIST, &fd, name, err);
    if (status == HL_OK && fd >= 0) {
        status = read_list(fd, name, out_shards, err);
        hlio_get()->close(fd);
        *out_kind = HLXFOLDER_SHARDS;
        return status;
    }
    if (status == HL_OK)
        status = open_file(path, "iamglass", &fd, name, err);
    if (status == HL_OK && fd >= 0) {
        hlio_get()->close(fd);
        *out_kind = HLXFOLDER_ONE;
        *out_shards = 1;
    }
    return status;
}

/* A list names all of its databases: one that is gone would be made anew, and empty. */
static hl_status check_shards(const char *path, unsigned shards, struct hl_error *err)
{
    for (unsigned i = 0; i < shards && shards > 1; i++) {
        char folder[HLMAN_PATH_SIZE], name[HLMAN_PATH_SIZE];
        int fd;
        hl_status status = hlxfolder_shard(path, i, shards, folder, err);
        if (status == HL_OK)
            status = open_file(folder, "iamglass", &fd, name, err);
        if (status != HL_OK)
            return status;
        if (fd < 0)
            return hlerr_set(err, HL_NOT_FOUND,
                             "%s is not there, which %s/" LIST
                             " lists; bring it back, or index into a new folder",
                             folder, path);
        hlio_get()->close(fd);
    }
    return HL_OK;
}

/* An article belongs into the shard that its id says. */
static hl_status check_whole(const char *path, struct hl_error *err)
{
    char parent[HLMAN_PATH_SIZE], name[HLMAN_PATH_SIZE];
    size_t size = strlen(path);
    unsigned shards = 0;
    int fd = -1;
    while (size > 1 && path[size - 1] == '/')
        size--;
    size_t slash = size;
    while (slash > 0 && path[slash - 1] != '/')
        slash--;
    if (size >= sizeof parent || size - slash < 6 || memcmp(path + slash, "shard-", 6))
        return HL_OK;
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)slash : 1, slash ? path : ".");
    if (open_file(parent, LIST, &fd, name, NULL) != HL_OK || fd < 0)
        return HL_OK;
    hl_status status = read_list(fd, name, &shards, NULL);
    hlio_get()->close(fd);
    return status == HL_OK && shards > 1
               ? hlerr_set(
                     err, HL_MISUSE,
                     "%s is one of the %u shards of %s; write to that folder, which knows "
                     "where each article belongs",
                     path, shards, parent)
               : HL_OK;
}

hl_status hlxfolder_look(const char *path, enum hlxfolder_kind *out_kind, unsigned *out_shards,
                         struct hl_error *err)
{
    enum hlxfolder_kind kind = HLXFOLDER_FREE;
    unsigned shards = 0;
    uint64_t generation = 0;
    int fd = hlio_get()->open_read(path);
    if (fd >= 0) {
        hlio_get()->close(fd);
        return hlerr_set(err, HL_MISUSE, "%s is a file, not the folder of an index", path);
    }
    hl_status status = look_at_xapian(path, &kind, &shards, err);
    if (status == HL_OK && kind == HLXFOLDER_FREE) {
        struct hl_error none;
        status = hlman_newest(path, &generation, &none);
        if (status == HL_NOT_FOUND)
            status = HL_OK;
        else if (status != HL_OK && err)
            *err = none;
    }
    if (status == HL_OK && kind == HLXFOLDER_SHARDS)
        status = check_shards(path, shards, err);
    if (status == HL_OK && kind == HLXFOLDER_ONE)
        status = check_whole(path, err);
    if (status != HL_OK)
        return status;
    *out_kind = generation ? HLXFOLDER_NATIVE : kind;
    *out_shards = shards;
    return HL_OK;
}

hl_status hlxfolder_publish(const char *path, unsigned shards, struct hl_error *err)
{
    char from[HLMAN_PATH_SIZE], to[HLMAN_PATH_SIZE];
    struct hlbuf list = {0};
    int fd = -1;
    assert(shards > 1 && shards <= HL_SHARDS_MAX);
    hl_status status = hlman_path(path, LIST_NEW, from, err);
    if (status == HL_OK)
        status = hlman_path(path, LIST, to, err);
    if (status == HL_OK && !put_list(&list, shards))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = hlpub_create(path, LIST_NEW, &fd, err);
    if (status == HL_OK) {
        status = hlio_write_all(fd, from, list.data, list.size, 0, err);
        if (status == HL_OK)
            status = hlpub_finish(fd, path, LIST_NEW, err);
        else
            hlio_get()->close(fd);
    }
    hlbuf_release(&list);
    if (status != HL_OK)
        return status;
    int r = hlio_get()->rename(from, to);
    if (r < 0)
        return hlio_error(err, r, "rename to", to);
    r = hlio_get()->sync_folder(path);
    return r < 0 ? hlio_error(err, r, "sync the folder", path) : HL_OK;
}

hl_status hlxfolder_shard(const char *path, unsigned shard, unsigned shards,
                          char out_path[HLMAN_PATH_SIZE], struct hl_error *err)
{
    char name[32];
    assert(shard < shards);
    if (shards == 1) {
        if (strlen(path) >= HLMAN_PATH_SIZE)
            return hlerr_set(err, HL_LIMIT, "%.80s...: the path is longer than %d bytes", path,
                             HLMAN_PATH_SIZE - 1);
        memcpy(out_path, path, strlen(path) + 1);
        return HL_OK;
    }
    snprintf(name, sizeof name, "shard-%u", shard);
    return hlman_path(path, name, out_path, err);
}

struct sizes {
    const char *path;
    uint64_t bytes;
};

static int add_size(void *user, const char *name)
{
    struct sizes *sizes = user;
    char path[HLMAN_PATH_SIZE];
    uint64_t size = 0;
    if (hlman_path(sizes->path, name, path, NULL) != HL_OK)
        return 0;
    int fd = hlio_get()->open_read(path);
    if (fd < 0)
        return 0;
    if (hlio_get()->size(fd, &size) == 0)
        sizes->bytes += size;
    hlio_get()->close(fd);
    return 0;
}

hl_status hlxfolder_size(const char *path, uint64_t *out_bytes, struct hl_error *err)
{
    struct sizes sizes = {path, 0};
    int r = hlio_get()->list(path, add_size, &sizes);
    if (r < 0)
        return hlio_error(err, r, "read the folder", path);
    *out_bytes = sizes.bytes;
    return HL_OK;
}
