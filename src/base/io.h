/*
 * io.h - the one table through which the library reaches the system.
 *
 * Tests put another table in its place: one that fails the n-th call, or one
 * that remembers what was synced and what would be lost.  Nothing else in the
 * library calls the system for files (tools/check-symbols looks).
 *
 * Errors  the functions return 0 or a count, and -errno on failure; hlio_error()
 *         turns that into a status with words.  EINTR is handled inside.
 */
#ifndef HL_BASE_IO_H
#define HL_BASE_IO_H

#include "hlsearch.h"

#include <sys/types.h>

struct hlio {
    int (*open_read)(const char *path); /* fd; regular files only, else -EINVAL */
    int (*open_new)(const char *path);  /* fd; fails if it exists */
    int (*open_lock)(const char *path); /* fd, read-write, made if missing */
    int (*close)(int fd);
    ssize_t (*pread)(int fd, void *to, size_t size, uint64_t at);
    ssize_t (*pwrite)(int fd, const void *from, size_t size, uint64_t at);
    int (*fsync)(int fd);
    int (*sync_folder)(const char *path);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path);
    int (*size)(int fd, uint64_t *out_size);
    int (*map)(int fd, size_t size, const void **out_map);
    void (*unmap)(const void *map, size_t size);
    int (*lock)(int fd, bool wait); /* -EAGAIN: held by another */
    /* Calls each with every name in the folder but . and ..; stops when it says so (> 0). */
    int (*list)(const char *path, int (*each)(void *user, const char *name), void *user);
    int (*is_network)(const char *path); /* 1 if the folder is on a network file system */
};

extern const struct hlio hlio_system;
const struct hlio *hlio_get(void);
void hlio_set(const struct hlio *io); /* NULL: the system again; for tests, before threads */

/* "PATH: WHAT: REASON", HL_IO (HL_NOT_FOUND for ENOENT, HL_NOMEM for ENOMEM). */
hl_status hlio_error(struct hl_error *err, int code, const char *what, const char *path);

/* All of size bytes, or an error; a short file is HL_CORRUPT. */
hl_status hlio_read_all(int fd, const char *path, void *to, size_t size, uint64_t at,
                        struct hl_error *err);
hl_status hlio_write_all(int fd, const char *path, const void *from, size_t size, uint64_t at,
                         struct hl_error *err);

#endif
