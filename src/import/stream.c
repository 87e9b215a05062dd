#include "import/stream.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IN_ROOM = 64 * 1024,
    OUT_STEP = 256 * 1024,
    EXCERPT = HLIMPORT_EXCERPT,
    /* Deflate cannot pass 1,032.  Articles pack 3 to 5 times, the same one written over
     * and over some 300 times. */
    EXPAND_RATIO = 500,
    EXPAND_FLOOR = 64 * 1024 * 1024
};
#define EXPAND_BYTES ((uint64_t)256 << 30)

/* zlib's memory is ours, too: tests make it fail. */
static void *z_alloc(void *user, unsigned count, unsigned size)
{
    size_t bytes;
    return hlmem_product(count, size, &bytes) ? hlmem_alloc(bytes) : NULL;
}

static void z_free(void *user, void *p)
{
    hlmem_free(p);
}

/* Ends the stream; what came out before stays readable. */
static void damage(struct hlimport_stream *s, const char *what)
{
    assert(!s->damage[0]);
    snprintf(s->damage, sizeof s->damage, "%s", hlerr_say(what));
    s->ended = true;
}

/* Refills the packed side when it is used up; false when nothing is left. */
static bool in_fill(struct hlimport_stream *s)
{
    assert(s->in_at <= s->in_size && s->in_size <= IN_ROOM);
    if (s->in_at < s->in_size)
        return true;
    if (s->in_ended)
        return false;
    ssize_t n;
    do
        n = read(s->fd, s->in, IN_ROOM);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        s->in_ended = true;
        if (n < 0) {
            int code = errno;
            char why[64];
            s->ended = true;
            snprintf(s->damage, sizeof s->damage, hlerr_say("cannot be read: %s"),
                     strerror_r(code, why, sizeof why));
            s->damage_io = true;
        }
        return false;
    }
    s->in_at = 0;
    s->in_size = (size_t)n;
    s->in_bytes += (uint64_t)n;
    return true;
}

/* Makes at least two bytes visible, if there are two, to tell a magic number. */
static bool in_has_magic(struct hlimport_stream *s)
{
    if (s->in_at + 1 == s->in_size && !s->in_ended) {
        s->in[0] = s->in[s->in_at];
        s->in_at = 0;
        s->in_size = 1;
        ssize_t n;
        do
            n = read(s->fd, s->in + 1, IN_ROOM - 1);
        while (n < 0 && errno == EINTR);
        if (n > 0) {
            s->in_size += (size_t)n;
            s->in_bytes += (uint64_t)n;
        }
    }
    const uint8_t *at = s->in + s->in_at;
    return s->in_size - s->in_at >= 2 && at[0] == 0x1f && at[1] == 0x8b;
}

/* Begins a member, with the inflater that is there if there is one. */
static bool z_start(struct hlimport_stream *s)
{
    if (s->z_open)
        return inflateReset(&s->z) == Z_OK;
    s->z.zalloc = z_alloc;
    s->z.zfree = z_free;
    s->z_open = inflateInit2(&s->z, 15 + 16) == Z_OK;
    s->no_memory |= !s->z_open;
    return s->z_open;
}

hl_status hlimport_stream_open(struct hlimport_stream *s, const char *path,
                               struct hl_error *err)
{
    memset(s, 0, sizeof *s);
    s->fd = -1;
    bool is_stdin = !strcmp(path, "-");
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        char why[64];
        return hlerr_set(err, errno == ENOENT ? HL_NOT_FOUND : HL_IO,
                         "%s: cannot be opened: %s", path,
                         hlerr_say(strerror_r(errno, why, sizeof why)));
    }
    s->fd = fd;
    s->in = hlmem_alloc(IN_ROOM);
    if (!s->in) {
        hlimport_stream_close(s);
        return hlerr_nomem(err);
    }
    if (in_fill(s) && in_has_magic(s)) {
        s->gzip = true;
        s->inside = z_start(s);
    }
    if (s->no_memory) {
        hlimport_stream_close(s);
        return hlerr_nomem(err);
    }
    return HL_OK;
}

void hlimport_stream_close(struct hlimport_stream *s)
{
    if (s->z_open)
        inflateEnd(&s->z);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    hlmem_free(s->in);
    hlbuf_release(&s->window);
    hlbuf_release(&s->raw);
    memset(s, 0, sizeof *s);
    s->fd = -1;
}

/* Room for a step at the window's end; what was taken makes place first. */
static bool window_room(struct hlimport_stream *s)
{
    if (s->at) {
        size_t left = s->window.size - s->at;
        memmove(s->window.data, s->window.data + s->at, left);
        s->window.size = left;
        s->at = 0;
    }
    /* One byte more than a step: a line at the very end gets its NUL there. */
    assert(!s->at);
    if (hlbuf_grow(&s->window, OUT_STEP + 1))
        return true;
    s->no_memory = true;
    s->ended = true;
    return false;
}

/* After a member: another one, zeros to fill a block, or what does not belong there. */
static void between_members(struct hlimport_stream *s)
{
    s->members = true;
    s->inside = false;
    while (in_fill(s)) {
        if (in_has_magic(s)) {
            s->inside = z_start(s);
            if (!s->inside)
                damage(s, "its gzip stream could not be started again");
            return;
        }
        while (s->in_at < s->in_size && !s->in[s->in_at])
            s->in_at++;
        if (s->in_at < s->in_size) {
            damage(s, "other bytes stand after the end of its gzip stream");
            return;
        }
    }
    s->ended = true;
}

/* After each step, so that a bomb is stopped 256 KiB past its limit. */
static void check_bomb(struct hlimport_stream *s)
{
    if (s->out_bytes > EXPAND_BYTES ||
        (s->out_bytes > EXPAND_FLOOR && s->out_bytes / EXPAND_RATIO > s->in_bytes))
        damage(s, "unpacks to more than 500 times its size, which no text does");
}

/* One call of inflate; appends what comes out. */
static void inflate_step(struct hlimport_stream *s)
{
    if (!in_fill(s)) {
        if (!s->damage[0])
            damage(s, "its gzip stream is cut off");
        return;
    }
    assert(s->inside && s->window.room - s->window.size > OUT_STEP);
    s->z.next_in = s->in + s->in_at;
    s->z.avail_in = (unsigned)(s->in_size - s->in_at);
    s->z.next_out = s->window.data + s->window.size;
    s->z.avail_out = OUT_STEP;
    int code = inflate(&s->z, Z_NO_FLUSH);
    assert(s->z.avail_in <= s->in_size - s->in_at && s->z.avail_out <= OUT_STEP);
    s->in_at = s->in_size - s->z.avail_in;
    s->window.size += OUT_STEP - s->z.avail_out;
    s->out_bytes += OUT_STEP - s->z.avail_out;
    if (code == Z_STREAM_END) {
        between_members(s);
    } else if (code == Z_MEM_ERROR) {
        s->no_memory = s->ended = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        const char *what = s->z.msg ? s->z.msg : "";
        bool sum = strstr(what, "data check") || strstr(what, "length check");
        damage(s,
               sum ? "its gzip checksum does not fit the text" : "its gzip stream is damaged");
    }
    if (!s->damage[0])
        check_bomb(s);
}

/* What was read, as it is, where the file is not packed. */
static void copy_step(struct hlimport_stream *s)
{
    if (!in_fill(s)) {
        s->ended = true;
        return;
    }
    size_t n = s->in_size - s->in_at;
    assert(n <= OUT_STEP);
    memcpy(s->window.data + s->window.size, s->in + s->in_at, n);
    s->window.size += n;
    s->out_bytes += n;
    s->in_at = s->in_size;
}

/* The window's bytes from `from` on are UTF-16: puts UTF-8 in their place. */
static void convert_from(struct hlimport_stream *s, size_t from)
{
    size_t size = s->window.size - from;
    assert(s->wide && s->out_bytes >= size);
    hlbuf_reset(&s->raw);
    hlbuf_put(&s->raw, s->window.data + from, size);
    s->window.size = from;
    hlimport_utf16_put(&s->utf16, s->raw.data, s->raw.failed ? 0 : size, &s->window);
    if (s->ended)
        hlimport_utf16_end(&s->utf16, &s->window);
    s->out_bytes += s->window.size - from;
    s->out_bytes -= size;
    hlbuf_grow(&s->window, 1); /* for the NUL of a last line */
    s->no_memory |= s->raw.failed || s->window.failed;
    s->ended |= s->no_memory;
}

bool hlimport_stream_convert(struct hlimport_stream *s, bool big)
{
    assert(!s->wide && !s->at && s->out_bytes == s->window.size);
    s->wide = true;
    s->utf16.big = big;
    s->searched = 0;
    convert_from(s, 0);
    return !s->no_memory;
}

bool hlimport_stream_more(struct hlimport_stream *s)
{
    if (s->ended || !window_room(s))
        return false;
    size_t before = s->window.size;
    assert(s->out_bytes >= before);
    /* A step may bring nothing: a gzip header, half a character. */
    while (!s->ended && s->window.size == before) {
        if (!window_room(s))
            return false;
        if (s->gzip)
            inflate_step(s);
        else
            copy_step(s);
        if (s->wide)
            convert_from(s, before);
    }
    return s->window.size > before;
}

void hlimport_stream_take(struct hlimport_stream *s, size_t size)
{
    assert(size <= hlimport_stream_left(s));
    s->at += size;
    assert(s->at <= s->window.size);
    s->searched = 0;
}

/* Drops bytes up to and with the next newline, of a line that is too long. */
static void skip_line(struct hlimport_stream *s)
{
    for (;;) {
        size_t left = hlimport_stream_left(s);
        const uint8_t *data = hlimport_stream_data(s);
        const uint8_t *newline = left ? memchr(data, '\n', left) : NULL;
        if (newline) {
            hlimport_stream_take(s, (size_t)(newline - data) + 1);
            return;
        }
        hlimport_stream_take(s, left);
        if (!hlimport_stream_more(s))
            return;
    }
}

/* The distance to the next newline, or -1; reads on until it is there or size_max passed. */
static ssize_t find_newline(struct hlimport_stream *s, size_t size_max)
{
    for (;;) {
        size_t left = hlimport_stream_left(s);
        const uint8_t *data = hlimport_stream_data(s);
        const uint8_t *newline =
            left > s->searched ? memchr(data + s->searched, '\n', left - s->searched) : NULL;
        if (newline)
            return newline - data;
        assert(s->searched <= left);
        s->searched = left;
        if (left > size_max || !hlimport_stream_more(s))
            return -1;
    }
}

bool hlimport_stream_line(struct hlimport_stream *s, size_t size_max, struct hlimport_line *out)
{
    ssize_t newline = find_newline(s, size_max);
    size_t left = hlimport_stream_left(s);
    if (newline < 0 && !left)
        return false;
    s->line++;
    memset(out, 0, sizeof *out);
    out->offset = hlimport_stream_offset(s);
    out->size = newline >= 0 ? (size_t)newline : left;
    out->text = (char *)s->window.data + s->at;
    if (out->size > size_max) {
        out->size = size_max < EXCERPT ? size_max : EXCERPT;
        memcpy(s->excerpt, out->text, out->size);
        s->excerpt[out->size] = 0;
        out->text = s->excerpt;
        out->too_long = true;
        skip_line(s);
        return true;
    }
    out->cut = newline < 0 && s->damage[0];
    assert(s->window.room > s->window.size); /* for the NUL of a last line */
    hlimport_stream_take(s, out->size + (newline >= 0));
    if (out->size && out->text[out->size - 1] == '\r')
        out->size--;
    out->text[out->size] = 0;
    return true;
}
