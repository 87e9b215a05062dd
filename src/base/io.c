#include "base/io.h"

#include "base/err.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef F_OFD_SETLK
#error "needs open-file-description locks (Linux 3.15)"
#endif

static int result(long r)
{
    return r < 0 ? -errno : (int)r;
}

static int sys_open_read(const char *path)
{
    /* O_NONBLOCK: a FIFO of that name must not hang the reader. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -EINVAL;
    }
    return fd;
}

static int sys_open_new(const char *path)
{
    return result(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
}

static int sys_open_lock(const char *path)
{
    return result(open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
}

static int sys_close(int fd)
{
    return result(close(fd));
}

static ssize_t sys_pread(int fd, void *to, size_t size, uint64_t at)
{
    ssize_t n;
    do
        n = pread(fd, to, size, (off_t)at);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static ssize_t sys_pwrite(int fd, const void *from, size_t size, uint64_t at)
{
    ssize_t n;
    do
        n = pwrite(fd, from, size, (off_t)at);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static int sys_fsync(int fd)
{
    int r;
    do
        r = fsync(fd);
    while (r < 0 && errno == EINTR);
    return result(r);
}

static int sys_sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = sys_fsync(fd);
    close(fd);
    return r;
}

static int sys_rename(const char *from, const char *to)
{
    return result(rename(from, to));
}

static int sys_unlink(const char *path)
{
    return result(unlink(path));
}

static int sys_mkdir(const char *path)
{
    return result(mkdir(path, 0777));
}

static int sys_size(int fd, uint64_t *out_size)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    *out_size = (uint64_t)st.st_size;
    return 0;
}

static int sys_map(int fd, size_t size, const void **out_map)
{
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    *out_map = map;
    return 0;
}

static void sys_unmap(const void *map, size_t size)
{
    munmap((void *)map, size);
}

static int sys_lock(int fd, bool wait)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int r;
    do
        r = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    while (r < 0 && errno == EINTR && wait);
    if (r < 0 && errno == EACCES)
        return -EAGAIN;
    return result(r);
}

static int sys_list(const char *path, int (*each)(void *user, const char *name), void *user)
{
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    int r = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) {
            r = -errno;
            break;
        }
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        r = each(user, entry->d_name);
        if (r)
            break;
    }
    closedir(dir);
    return r;
}

static int sys_is_network(const char *path)
{
    /* Magic numbers of statfs(2): NFS, SMB, SMB2, CIFS, Ceph, AFS, 9p. */
    static const unsigned long magics[] = {0x6969,     0x517b,     0xfe534d42, 0xff534d42,
                                           0x00c36400, 0x5346414f, 0x01021997};
    struct statfs st;
    if (statfs(path, &st) < 0)
        return -errno;
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if ((unsigned long)st.f_type == magics[i])
            return 1;
    return 0;
}

const struct hlio hlio_system = {
    .open_read = sys_open_read,
    .open_new = sys_open_new,
    .open_lock = sys_open_lock,
    .close = sys_close,
    .pread = sys_pread,
    .pwrite = sys_pwrite,
    .fsync = sys_fsync,
    .sync_folder = sys_sync_folder,
    .rename = sys_rename,
    .unlink = sys_unlink,
    .mkdir = sys_mkdir,
    .size = sys_size,
    .map = sys_map,
    .unmap = sys_unmap,
    .lock = sys_lock,
    .list = sys_list,
    .is_network = sys_is_network,
};

static const struct hlio *current = &hlio_system;

const struct hlio *hlio_get(void)
{
    return current;
}

void hlio_set(const struct hlio *io)
{
    current = io ? io : &hlio_system;
}

/* strerror() is not thread-safe and follows the locale; these are the ones users meet. */
static const char *reason(int code)
{
    switch (code) {
    case ENOENT:
        return hlerr_say("no such file or folder");
    case EACCES:
        return hlerr_say("permission denied");
    case EPERM:
        return hlerr_say("not permitted");
    case ENOSPC:
        return hlerr_say("no space left on the device");
    case EDQUOT:
        return hlerr_say("disk quota exceeded");
    case EIO:
        return hlerr_say("input/output error of the device");
    case EMFILE:
        return hlerr_say("too many open files");
    case ENFILE:
        return hlerr_say("too many open files in the system");
    case EROFS:
        return hlerr_say("read-only file system");
    case ENOTDIR:
        return hlerr_say("not a folder");
    case EISDIR:
        return hlerr_say("is a folder");
    case EEXIST:
        return hlerr_say("exists already");
    case EINVAL:
        return hlerr_say("not a regular file, or not supported there");
    case ENOMEM:
        return hlerr_say("out of memory");
    case EFBIG:
        return hlerr_say("file too large");
    case ESTALE:
        return hlerr_say("the network file is gone");
    case ENAMETOOLONG:
        return hlerr_say("name too long");
    case ELOOP:
        return hlerr_say("a symbolic link stands in the way");
    default:
        return NULL;
    }
}

hl_status hlio_error(struct hl_error *err, int code, const char *what, const char *path)
{
    assert(code < 0);
    hl_status status = code == -ENOENT ? HL_NOT_FOUND : code == -ENOMEM ? HL_NOMEM : HL_IO;
    const char *words = reason(-code);
    if (words)
        return hlerr_set(err, status, "%s: cannot %s: %s", path, hlerr_say(what), words);
    return hlerr_set(err, status, "%s: cannot %s (system error %d)", path, hlerr_say(what),
                     -code);
}

hl_status hlio_read_all(int fd, const char *path, void *to, size_t size, uint64_t at,
                        struct hl_error *err)
{
    uint8_t *p = to;
    while (size) {
        ssize_t n = hlio_get()->pread(fd, p, size, at);
        if (n < 0)
            return hlio_error(err, (int)n, "read", path);
        if (n == 0)
            return hlerr_corrupt(err, path, "file", at, "ends early");
        p += n;
        at += (uint64_t)n;
        size -= (size_t)n;
    }
    return HL_OK;
}

hl_status hlio_write_all(int fd, const char *path, const void *from, size_t size, uint64_t at,
                         struct hl_error *err)
{
    const uint8_t *p = from;
    while (size) {
        ssize_t n = hlio_get()->pwrite(fd, p, size, at);
        if (n < 0)
            return hlio_error(err, (int)n, "write", path);
        if (n == 0)
            return hlio_error(err, -ENOSPC, "write", path);
        p += n;
        at += (uint64_t)n;
        size -= (size_t)n;
    }
    return HL_OK;
}
