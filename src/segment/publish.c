#include "segment/publish.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* ---------------------------------------------------------------------- lock */

/*
 * Makes the folder, and its name in its parent durable: without the latter a
 * power cut after the first commit could lose the whole index.  A folder that
 * was there may come from a writer killed between the two steps, so the parent
 * is synced then, too; but then it may be closed to us, or read-only.
 */
hl_status hlpub_make_folder(const char *dir, struct hl_error *err)
{
    int made = hlio_get()->mkdir(dir);
    if (made < 0 && made != -EEXIST)
        return hlio_error(err, made, "make the folder", dir);
    char parent[HLMAN_PATH_SIZE];
    hl_status status = hlman_path(dir, "..", parent, err);
    if (status)
        return status;
    int r = hlio_get()->sync_folder(parent);
    bool closed = r == -EACCES || r == -EPERM || r == -EROFS || r == -EINVAL;
    if (r < 0 && !(made == -EEXIST && closed))
        return hlio_error(err, r, "sync the folder", parent);
    return HL_OK;
}

/*
 * Locks of the network are emulated or lost with the connection, and a sync may
 * come back before the server's disk has the bytes (R19).
 */
hl_status hlpub_refuse_network(const char *dir, struct hl_error *err)
{
    int r = hlio_get()->is_network(dir);
    if (r < 0)
        return hlio_error(err, r, "look at the file system of", dir);
    if (r > 0)
        return hlerr_set(err, HL_UNSUPPORTED,
                         "%s: on a network file system, where neither locks nor syncs can be "
                         "relied on; write to a local disk, or allow it (--network-fs)",
                         dir);
    return HL_OK;
}

/*
 * The folder is synced as soon as it is ours, before a file is made or removed:
 * what the writer before us renamed and never synced must not be lost under what
 * we do next (publish.h).
 */
static hl_status take_lock(int fd, const char *dir, const char *path, bool wait,
                           struct hl_error *err)
{
    int r = hlio_get()->lock(fd, wait);
    if (r == -EAGAIN)
        return hlerr_set(err, HL_BUSY,
                         "%s: another writer holds the index; wait for it (--wait) or try "
                         "again when it is done",
                         dir);
    if (r < 0)
        return hlio_error(err, r, "lock", path);
    r = hlio_get()->sync_folder(dir);
    if (r < 0)
        return hlio_error(err, r, "sync the folder", dir);
    return HL_OK;
}

hl_status hlpub_lock(const char *dir, const struct hlpub_lock_options *options,
                     int *out_lock_fd, struct hl_error *err)
{
    assert(dir && options && out_lock_fd);
    char path[HLMAN_PATH_SIZE];
    hl_status status = hlman_path(dir, "lock", path, err);
    if (!status)
        status = hlpub_make_folder(dir, err);
    if (!status && !options->network_fs)
        status = hlpub_refuse_network(dir, err);
    if (status)
        return status;
    int fd = hlio_get()->open_lock(path);
    if (fd < 0)
        return hlio_error(err, fd, "open", path);
    status = take_lock(fd, dir, path, options->wait, err);
    if (status) {
        hlio_get()->close(fd);
        return status;
    }
    *out_lock_fd = fd;
    return HL_OK;
}

/* The file stays: were it removed, two writers could hold locks on two of that name. */
void hlpub_unlock(int lock_fd)
{
    assert(lock_fd >= 0);
    hlio_get()->close(lock_fd);
}

/* --------------------------------------------------------------------- files */

/*
 * Exclusive, so that a committed file can never be opened for writing.  The lock
 * is ours and numbers are not used twice: what has the name already was left by a
 * writer that died before it could commit.
 */
hl_status hlpub_create(const char *dir, const char *name, int *out_fd, struct hl_error *err)
{
    assert(dir && name && !strchr(name, '/') && out_fd);
    char path[HLMAN_PATH_SIZE];
    hl_status status = hlman_path(dir, name, path, err);
    if (status)
        return status;
    int fd = hlio_get()->open_new(path);
    if (fd == -EEXIST) {
        int r = hlio_get()->unlink(path);
        if (r < 0)
            return hlio_error(err, r, "remove the leftover", path);
        fd = hlio_get()->open_new(path);
    }
    if (fd < 0)
        return hlio_error(err, fd, "make", path);
    *out_fd = fd;
    return HL_OK;
}

hl_status hlpub_finish(int fd, const char *dir, const char *name, struct hl_error *err)
{
    assert(fd >= 0);
    /* The path is for messages only; one too long could not have been opened. */
    char path[HLMAN_PATH_SIZE];
    hl_status status = hlman_path(dir, name, path, err);
    /* A second fsync after a failed one may say that all is well: the kernel has
     * dropped the pages it could not write.  So there is only one, and its word is final. */
    int synced = hlio_get()->fsync(fd);
    int closed = hlio_get()->close(fd);
    if (status)
        return status;
    if (synced < 0)
        return hlio_error(err, synced, "sync", path);
    if (closed < 0)
        return hlio_error(err, closed, "close", path);
    return HL_OK;
}

/* -------------------------------------------------------------------- commit */

static hl_status sync_folder(const char *dir, struct hl_error *err)
{
    int r = hlio_get()->sync_folder(dir);
    return r < 0 ? hlio_error(err, r, "sync the folder", dir) : HL_OK;
}

/* The text under a name that no reader looks at, synced. */
static hl_status write_tmp(const char *dir, const char *tmp, const char *tmp_path,
                           const struct hlbuf *text, struct hl_error *err)
{
    int fd;
    hl_status status = hlpub_create(dir, tmp, &fd, err);
    if (status)
        return status;
    status = hlio_write_all(fd, tmp_path, text->data, text->size, 0, err);
    if (status) {
        hlio_get()->close(fd);
        return status;
    }
    return hlpub_finish(fd, dir, tmp, err);
}

/* From here on readers see the new generation; it is taken back if it may not survive. */
static hl_status put_name(const char *dir, const char *tmp_path, const char *path,
                          struct hl_error *err)
{
    int r = hlio_get()->rename(tmp_path, path);
    if (r < 0)
        return hlio_error(err, r, "rename to", path);
    hl_status status = sync_folder(dir, err);
    if (status && hlio_get()->unlink(path) < 0)
        return hlerr_set(err, status,
                         "%s: the folder could not be synced, nor the name taken back: the new "
                         "generation is there but may not survive a power cut; index again",
                         path);
    return status;
}

/*
 * Under the lock the folder cannot have moved on, unless somebody writes without
 * it; a rename over an existing manifest would change what readers hold (R4).
 */
static hl_status check_generation(const char *dir, uint64_t generation, struct hl_error *err)
{
    uint64_t newest;
    hl_status status = hlman_newest(dir, &newest, err);
    if (!status && newest >= generation)
        status = hlerr_set(err, HL_BUSY,
                           "%s: generation %" PRIu64 " is there already: somebody writes to "
                           "the index without its lock",
                           dir, newest);
    return status;
}

/* The steps of a commit, in the order of publish.h. */
static hl_status publish_text(const char *dir, uint64_t generation, const struct hlbuf *text,
                              struct hl_error *err)
{
    char name[HLMAN_NAME_SIZE], tmp[HLMAN_NAME_SIZE];
    char path[HLMAN_PATH_SIZE], tmp_path[HLMAN_PATH_SIZE];
    hlman_name(generation, name);
    snprintf(tmp, sizeof tmp, "manifest-%012" PRIu64 ".tmp", generation);
    hl_status status = hlman_path(dir, tmp, tmp_path, err);
    if (!status)
        status = hlman_path(dir, name, path, err);
    if (!status)
        status = check_generation(dir, generation, err);
    if (status)
        return status;
    status = write_tmp(dir, tmp, tmp_path, text, err);
    if (!status)
        status = sync_folder(dir, err);
    if (!status)
        status = put_name(dir, tmp_path, path, err);
    if (status)
        hlio_get()->unlink(tmp_path); /* often not there; the next clean-up tries again */
    return status;
}

hl_status hlpub_commit(const char *dir, const struct hlmanifest *next, struct hl_error *err)
{
    assert(dir && next && next->generation >= 1);
    struct hlbuf text;
    hlbuf_init(&text);
    hl_status status = hlman_encode(next, &text, err);
    if (!status)
        status = publish_text(dir, next->generation, &text, err);
    hlbuf_release(&text);
    return status;
}

/* ------------------------------------------------------------------ clean-up */

struct leftovers {
    const struct hlmanifest *current;
    const uint64_t *stay; /* files, as hlman_files_sorted() has them */
    size_t count;
    struct hlbuf manifests; /* names to unlink, each with its NUL */
    struct hlbuf files;
    bool newer; /* than current: we are not the one to clean */
};

/* A search by halves: an index may have many segments, a folder many leftovers. */
static bool stays(const struct leftovers *left, uint64_t file)
{
    size_t low = 0, high = left->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (left->stay[middle] < file)
            low = middle + 1;
        else
            high = middle;
    }
    return low < left->count && left->stay[low] == file;
}

static bool starts(const char *name, const char *prefix)
{
    return !strncmp(name, prefix, strlen(prefix));
}

/* Only of our own kinds of files: "notes.tmp" may be somebody's. */
static bool is_tmp(const char *name)
{
    size_t size = strlen(name);
    return size > 4 && !strcmp(name + size - 4, ".tmp") &&
           (starts(name, "manifest-") || starts(name, "segment-") || starts(name, "live-"));
}

/*
 * Sorts one name of the folder.  Names are noted now and unlinked later, since a
 * folder that is changed while it is read may show a name twice or not at all.
 */
static int note_leftover(void *user, const char *name)
{
    struct leftovers *left = user;
    uint64_t generation = hlman_name_number(name, "manifest-");
    uint64_t segment = hlman_name_number(name, "segment-");
    uint64_t live = hlman_name_number(name, "live-");
    bool named = (!segment || stays(left, 2 * segment)) && (!live || stays(left, 2 * live + 1));
    if (generation > left->current->generation)
        left->newer = true;
    else if (generation && generation < left->current->generation)
        hlbuf_put(&left->manifests, name, strlen(name) + 1);
    else if (is_tmp(name) || starts(name, "spool-") || !named)
        hlbuf_put(&left->files, name, strlen(name) + 1);
    return 0;
}

/* Failures are passed over: the next writer will find the same names. */
static void unlink_names(const char *dir, const struct hlbuf *names)
{
    char path[HLMAN_PATH_SIZE];
    for (size_t at = 0; at < names->size; at += strlen((const char *)names->data + at) + 1)
        if (!hlman_path(dir, (const char *)names->data + at, path, NULL))
            hlio_get()->unlink(path);
}

/*
 * The sync comes first: only what is known to survive may make files superfluous.
 * After it current is durable and newest, so that the rest may go in any order for
 * a crash; for readers manifests go before the files they name (manifest.h).
 */
void hlpub_clean(const char *dir, const struct hlmanifest *current)
{
    assert(dir && current);
    uint64_t *stay;
    struct leftovers left = {.current = current};
    if (hlman_files_sorted(current, &stay, &left.count, NULL))
        return;
    left.stay = stay;
    hlbuf_init(&left.manifests);
    hlbuf_init(&left.files);
    int r = hlio_get()->list(dir, note_leftover, &left);
    assert(!left.newer || current->generation < HLMAN_NUMBER_MAX);
    bool any = left.manifests.size || left.files.size;
    if (r == 0 && any && !left.newer && hlio_get()->sync_folder(dir) == 0) {
        unlink_names(dir, &left.manifests);
        unlink_names(dir, &left.files);
    }
    hlbuf_release(&left.manifests);
    hlbuf_release(&left.files);
    hlmem_free(stay);
}

void hlpub_spool_name(uint64_t number, char out_name[HLMAN_NAME_SIZE])
{
    assert(number >= 1 && number <= HLMAN_NUMBER_MAX);
    snprintf(out_name, HLMAN_NAME_SIZE, "spool-%012" PRIu64, number);
}
