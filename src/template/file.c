/*
 * file.c - see template.h: a template from a folder.
 *
 * Files that a template includes are looked for in its own folder and nowhere else: the name
 * has no slash (read.c), and a link is not followed, since it could lead out of the folder.
 */
#include "base/err.h"
#include "base/mem.h"
#include "template/program.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK: opening must not wait for who writes into a pipe. */
enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK };

static hl_status fail_open(const char *name, struct hl_error *err)
{
    if (errno == ENOENT)
        return hlerr_set(err, HL_NOT_FOUND, "no such template: %s", name);
    if (errno == ELOOP)
        return hlerr_set(err, HL_MISUSE, "%s is a link; put the file itself into the folder",
                         name);
    return hlerr_set(err, HL_IO, "%s: cannot be read: %s", name, hlerr_say(strerror(errno)));
}

/* All of it, one byte more than is allowed at most: who reads it tells of the limit. */
static hl_status read_bytes(int fd, const char *name, char **out_bytes, size_t *out_size,
                            struct hl_error *err)
{
    size_t room = HLTEMPLATE_FILE_MAX + 1, size = 0;
    struct stat st;
    if (fstat(fd, &st))
        return fail_open(name, err);
    if (!S_ISREG(st.st_mode))
        return hlerr_set(err, HL_MISUSE, "%s is no file; a template is", name);
    char *bytes = hlmem_alloc(room);
    if (!bytes)
        return hlerr_nomem(err);
    while (size < room) {
        ssize_t got = read(fd, bytes + size, room - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            hl_status status = fail_open(name, err);
            hlmem_free(bytes);
            return status;
        }
        if (!got)
            break;
        size += (size_t)got;
    }
    *out_bytes = bytes;
    *out_size = size;
    return HL_OK;
}

static hl_status load_at(int folder, const char *path, const char *name, int flags,
                         char **out_bytes, size_t *out_size, struct hl_error *err)
{
    int fd = openat(folder, path, FLAGS | flags);
    if (fd < 0)
        return fail_open(name, err);
    hl_status status = read_bytes(fd, name, out_bytes, out_size, err);
    close(fd);
    return status;
}

/* user is the descriptor of the folder. */
static hl_status load(void *user, const char *name, char **out_bytes, size_t *out_size,
                      struct hl_error *err)
{
    assert(!strchr(name, '/'));
    return load_at(*(const int *)user, name, name, O_NOFOLLOW, out_bytes, out_size, err);
}

/* The folder that the path names, as a descriptor, so that it stays the same. */
static hl_status open_folder(const char *path, int *out_folder, struct hl_error *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = hlmem_strdup(slash ? path : ".");
    if (!folder)
        return hlerr_nomem(err);
    if (slash)
        folder[slash == path ? 1 : slash - path] = 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    hl_status status = fd < 0 ? fail_open(path, err) : HL_OK;
    hlmem_free(folder);
    if (status == HL_OK)
        *out_folder = fd;
    return status;
}

static bool ends_in(const char *path, const char *end)
{
    size_t size = strlen(path), most = strlen(end);
    return size >= most && !strcmp(path + size - most, end);
}

enum hltemplate_form hltemplate_form_of(const char *name)
{
    return ends_in(name, ".txt")   ? HLTEMPLATE_PLAIN
           : ends_in(name, ".xml") ? HLTEMPLATE_XML
                                   : HLTEMPLATE_HTML;
}

hl_status hltemplate_open(const char *path, const struct hltemplate_name *names,
                          struct hltemplate **out_template, struct hl_error *err)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    int folder;
    char *bytes = NULL;
    size_t size = 0;
    hl_status status = open_folder(path, &folder, err);
    if (status != HL_OK)
        return status;
    struct hltemplate_loader loader = {load, &folder};
    status = *name ? load_at(folder, name, path, 0, &bytes, &size, err)
                   : hlerr_set(err, HL_MISUSE, "%s is no file; a template is", path);
    if (status == HL_OK)
        status = hltemplate_read(path, bytes, size, hltemplate_form_of(path), names, &loader,
                                 out_template, err);
    hlmem_free(bytes);
    close(folder);
    return status;
}
