/*
 * export_sink.c - a file that is there when it is whole, or standard output.
 *
 * A file is written under a name of its own beside the one that was asked for, and renamed at
 * the end.  What is no plain file (a pipe, /dev/null) is written to as it is.
 */
#include "cli/export.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PACKED_PIECE = 1 << 30 };

static int cannot_write(const struct hlcli_sink *sink, int error)
{
    return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot write: %s", sink->path,
                      hlcli_reason(error));
}

/* A link is followed: what it points to is replaced, not the link. */
static char *real_name(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : hlcli_strdup(path);
}

static int open_beside(struct hlcli_sink *sink)
{
    struct hlcli_text name;
    hlcli_text_init(&name);
    hlcli_add_format(&name, "%s.%d.part", sink->path, (int)getpid());
    sink->fd = open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (sink->fd < 0) {
        int code = cannot_write(sink, errno);
        hlcli_text_release(&name);
        return code;
    }
    sink->beside = name.data; /* the text's memory is the sink's now */
    return 0;
}

static int open_file(struct hlcli_sink *sink)
{
    struct stat st;
    if (stat(sink->path, &st) != 0)
        return errno == ENOENT ? open_beside(sink) : cannot_write(sink, errno);
    if (S_ISDIR(st.st_mode))
        return hlcli_wrong("name a file in it", "%s is a folder", sink->path);
    if (S_ISREG(st.st_mode) && !sink->force)
        return hlcli_wrong("--force writes over it", "%s is there already", sink->path);
    if (S_ISREG(st.st_mode))
        return open_beside(sink);
    sink->fd = open(sink->path, O_WRONLY | O_CLOEXEC);
    return sink->fd < 0 ? cannot_write(sink, errno) : 0;
}

static bool is_packed(const char *path)
{
    size_t size = strlen(path);
    return size > 3 && !strcmp(path + size - 3, ".gz");
}

int hlcli_sink_open(struct hlcli_sink *sink, const char *path, bool force)
{
    memset(sink, 0, sizeof *sink);
    sink->fd = -1;
    sink->force = force;
    if (!path)
        return 0;
    sink->path = real_name(path);
    int code = open_file(sink);
    if (!code && is_packed(path)) {
        int copy = fcntl(sink->fd, F_DUPFD_CLOEXEC, 0);
        sink->packed = copy < 0 ? NULL : gzdopen(copy, "wb");
        if (!sink->packed) {
            code = cannot_write(sink, ENOMEM);
            if (copy >= 0)
                close(copy);
        }
    }
    if (code)
        hlcli_sink_drop(sink);
    return code;
}

static bool write_all(int fd, const char *data, size_t size)
{
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && (errno != EINTR || hlcli_stop_asked()))
            return false;
        data += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool hlcli_sink_put(struct hlcli_sink *sink, const struct hlcli_text *text)
{
    sink->bytes += text->size;
    if (!sink->path)
        return fwrite(text->data, 1, text->size, stdout) == text->size;
    if (!sink->packed)
        return write_all(sink->fd, text->data, text->size);
    for (size_t at = 0; at < text->size;) {
        size_t piece = text->size - at < PACKED_PIECE ? text->size - at : PACKED_PIECE;
        if (!gzwrite(sink->packed, text->data + at, (unsigned)piece))
            return false;
        at += piece;
    }
    return true;
}

/* Whoever made the file meanwhile keeps it. */
static bool put_in_place(const struct hlcli_sink *sink)
{
    if (sink->force)
        return !rename(sink->beside, sink->path);
    if (!link(sink->beside, sink->path)) {
        unlink(sink->beside);
        return true;
    }
    /* A file system without links. */
    return errno != EEXIST && !rename(sink->beside, sink->path);
}

int hlcli_sink_done(struct hlcli_sink *sink)
{
    if (!sink->path)
        return 0; /* what main() finds when it flushes */
    bool good = true;
    if (sink->packed)
        good = gzclose(sink->packed) == Z_OK;
    sink->packed = NULL;
    good = good && (!sink->beside || (!fsync(sink->fd) && put_in_place(sink)));
    int code = good ? 0 : cannot_write(sink, errno);
    if (good) {
        free(sink->beside);
        sink->beside = NULL;
    }
    hlcli_sink_drop(sink);
    return code;
}

void hlcli_sink_drop(struct hlcli_sink *sink)
{
    if (sink->packed)
        gzclose(sink->packed);
    if (sink->fd >= 0)
        close(sink->fd);
    if (sink->beside)
        unlink(sink->beside);
    free(sink->beside);
    free(sink->path);
    memset(sink, 0, sizeof *sink);
    sink->fd = -1;
}
