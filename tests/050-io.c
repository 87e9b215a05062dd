/* The system's table of calls, its error words, and reads and writes cut short. */
#include "base/err.h"
#include "base/io.h"
#include "faultio.h"
#include "memfs.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static bool has(const char *text, const char *part)
{
    bool is = strstr(text, part);
    if (!is)
        printf("# \"%s\" lacks \"%s\"\n", text, part);
    return is;
}

static int count_names(void *user, const char *name)
{
    (void)name;
    ++*(int *)user;
    return 0;
}

static int stop_at_once(void *user, const char *name)
{
    (void)name;
    ++*(int *)user;
    return 5;
}

/* Runs on the system's table and on the one in memory: they must answer alike. */
static void test_table(const struct hlio *io, const char *dir, const char *kind)
{
    char path[1200], other[1200], byte[4] = "";
    snprintf(path, sizeof path, "%s/a", dir);
    snprintf(other, sizeof other, "%s/b", dir);
    OK(io->mkdir(dir) == 0 && io->mkdir(dir) == -EEXIST, "%s: mkdir", kind);
    OK(io->open_read(path) == -ENOENT, "%s: nothing to read yet", kind);
    int fd = io->open_new(path);
    OK(fd >= 0 && io->open_new(path) == -EEXIST, "%s: open_new, once", kind);
    OK(io->pwrite(fd, "cd", 2, 2) == 2 && io->pwrite(fd, "ab", 2, 0) == 2, "%s: pwrite", kind);
    OK(io->fsync(fd) == 0 && io->close(fd) == 0 && io->sync_folder(dir) == 0, "%s: sync", kind);
    OK(io->rename(path, other) == 0 && io->rename(path, other) == -ENOENT, "%s: rename", kind);
    fd = io->open_read(other);
    uint64_t size = 0;
    const void *map = NULL;
    OK(io->size(fd, &size) == 0 && size == 4, "%s: size", kind);
    OK(io->map(fd, 4, &map) == 0 && !memcmp(map, "abcd", 4), "%s: map", kind);
    OK(io->pread(fd, byte, 4, 3) == 1 && *byte == 'd', "%s: pread up to the end", kind);
    OK(io->pread(fd, byte, 4, 4) == 0 && io->pread(fd, byte, 4, 99) == 0, "%s: past it", kind);
    OK(io->unlink(other) == 0 && io->unlink(other) == -ENOENT, "%s: unlink", kind);
    OK(io->pread(fd, byte, 1, 0) == 1 && *(const char *)map == 'a', "%s: readable unlinked",
       kind);
    io->unmap(map, 4);
    io->close(fd);
    OK(io->open_read(dir) == -EINVAL, "%s: a folder is no file", kind);
    int names = 0;
    fd = io->open_lock(path);
    OK(fd >= 0 && io->lock(fd, false) == 0 && io->lock(fd, false) == 0, "%s: lock", kind);
    int again = io->open_lock(path);
    OK(again >= 0 && io->lock(again, false) == -EAGAIN, "%s: locked for others", kind);
    io->close(fd);
    OK(io->lock(again, false) == 0, "%s: until the holder closes", kind);
    io->close(again);
    io->close(io->open_new(other));
    OK(io->list(dir, count_names, &names) == 0 && names == 2, "%s: list", kind);
    OK(io->list(dir, stop_at_once, &names) == 5 && names == 3, "%s: list stops", kind);
    OK(io->list("no/such", count_names, &names) == -ENOENT, "%s: no folder", kind);
    OK(io->is_network(dir) == 0, "%s: no network here", kind);
    OK(io->sync_folder("no/such") < 0 && io->is_network("no/such") < 0, "%s: nor there", kind);
}

static void test_special(void)
{
    OK(mkfifo(scratch_name("fifo"), 0600) == 0, "a FIFO");
    OK(hlio_system.open_read(scratch_name("fifo")) == -EINVAL, "does not hang a reader");
    OK(hlio_system.open_read("/dev/null") == -EINVAL, "nor is a device an index");
    OK(symlink("elsewhere", scratch_name("link")) == 0, "a link to nowhere");
    OK(hlio_system.open_new(scratch_name("link")) == -EEXIST, "is not written through");
    OK(hlio_system.open_lock(scratch_name("link")) == -ELOOP, "nor is a lock made there");
}

static void test_words(void)
{
    struct hl_error err;
    OK(hlio_error(&err, -ENOENT, "open", "a b") == HL_NOT_FOUND, "ENOENT is NOT_FOUND");
    IS(err.text, "a b: cannot open: no such file or folder", "in words");
    OK(hlio_error(&err, -ENOMEM, "map", "x") == HL_NOMEM, "ENOMEM is NOMEM");
    OK(hlio_error(&err, -ENOSPC, "write", "x") == HL_IO, "the others are IO");
    IS(err.text, "x: cannot write: no space left on the device", "in words");
    OK(hlio_error(&err, -9999, "write", "x") == HL_IO, "also a number nobody knows");
    IS(err.text, "x: cannot write (system error 9999)", "which is then told");
    OK(hlio_error(NULL, -EIO, "write", "x") == HL_IO, "no one need listen");
    OK(hlerr_corrupt(&err, "f", "terms", 77, "odd") == HL_CORRUPT && err.at == 77, "corrupt");
    IS(err.text,
       "corrupt index: f, terms, byte 77: odd; no answer is given: hlsearch check tells more, "
       "indexing again mends it",
       "names file, section, byte, fault");
    char path[600];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = 0;
    hlio_error(&err, -EIO, "read", path);
    OK(strlen(err.text) == sizeof err.text - 1, "long words are cut, not written past the end");
    for (int i = 0; i >= -10; i--)
        OK(strcmp(hl_status_name((hl_status)i), "UNKNOWN"), "status %d has a name", i);
    IS(hl_status_name((hl_status)-11), "UNKNOWN", "past the last there is none");
    IS(hl_status_name((hl_status)1), "UNKNOWN", "nor before the first");
}

static void test_short_counts(void)
{
    static const char text[] = "mười ba chữ cái và hơn nữa";
    char back[sizeof text] = "";
    struct hl_error err;
    struct faultio_plan plan = {.call = FAULTIO_ANY, .at = 1, .onwards = true, .cut = true};
    memfs_load(NULL);
    int fd = memfs_io.open_new("f");
    faultio_start(&memfs_io, &plan, NULL, NULL);
    OK(hlio_write_all(fd, "f", text, sizeof text, 3, &err) == HL_OK, "writes all in pieces");
    OK(hlio_read_all(fd, "f", back, sizeof text, 3, &err) == HL_OK, "reads all in pieces");
    OK(faultio_failed() > 4 && !memcmp(back, text, sizeof text), "and the same");
    OK(hlio_read_all(fd, "f", back, sizeof text, 4, &err) == HL_CORRUPT, "a short file");
    OK(has(err.text, "ends early"), "is said to end early");
    plan = (struct faultio_plan){.call = FAULTIO_PWRITE, .at = 2, .code = ENOSPC};
    faultio_start(&memfs_io, &plan, NULL, NULL);
    OK(hlio_write_all(fd, "f", text, 4, 0, &err) == HL_OK, "the first write works");
    OK(hlio_write_all(fd, "f", text, 4, 0, &err) == HL_IO, "the second finds the disk full");
    faultio_stop();
    OK(hlio_get() == &hlio_system, "the system's table is back");
}

int main(void)
{
    scratch_begin();
    test_table(&hlio_system, scratch_name("dir"), "system");
    memfs_load(NULL);
    test_table(&memfs_io, "dir", "memory");
    test_special();
    test_words();
    test_short_counts();
    memfs_load(NULL);
    return tap_done();
}
