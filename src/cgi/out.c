#include "cgi/out.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page has some ten thousand bytes: two doublings from here. */
enum { ROOM_FIRST = 4096, FORMAT_MAX = 256 };

void hlcgi_out_release(struct hlcgi_out *out)
{
    free(out->data);
    memset(out, 0, sizeof *out);
}

/* Room for `more` bytes and the NUL after them. */
static bool grow(struct hlcgi_out *out, size_t more)
{
    size_t room = out->room ? out->room : ROOM_FIRST;
    if (out->failed || more >= SIZE_MAX / 2 - out->size)
        return false;
    while (room < out->size + more + 1)
        room *= 2;
    assert(room > out->size + more);
    if (room == out->room)
        return true;
    char *data = realloc(out->data, room);
    if (!data)
        return false;
    out->data = data;
    out->room = room;
    return true;
}

/* The first failure is kept: a text with a hole in it must not look whole. */
void hlcgi_add_bytes(struct hlcgi_out *out, const char *bytes, size_t size)
{
    assert(bytes || !size);
    if (!grow(out, size)) {
        out->failed = true;
        return;
    }
    if (size)
        memcpy(out->data + out->size, bytes, size);
    out->size += size;
    out->data[out->size] = 0;
    assert(out->size < out->room);
}

void hlcgi_add(struct hlcgi_out *out, const char *s)
{
    hlcgi_add_bytes(out, s, strlen(s));
}

void hlcgi_add_format(struct hlcgi_out *out, const char *format, ...)
{
    char part[FORMAT_MAX];
    va_list list;
    va_start(list, format);
    int size = vsnprintf(part, sizeof part, format, list);
    va_end(list);
    assert(size >= 0 && size < FORMAT_MAX);
    hlcgi_add_bytes(out, part, (size_t)size);
}
