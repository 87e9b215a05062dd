#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void hlbuf_init(struct hlbuf *buf)
{
    memset(buf, 0, sizeof *buf);
}

void hlbuf_release(struct hlbuf *buf)
{
    hlmem_free(buf->data);
    hlbuf_init(buf);
}

void hlbuf_reset(struct hlbuf *buf)
{
    buf->size = 0;
    buf->failed = false;
}

bool hlbuf_grow(struct hlbuf *buf, size_t more)
{
    assert(buf->size <= buf->room);
    if (more <= buf->room - buf->size)
        return !buf->failed;
    size_t need;
    if (__builtin_add_overflow(buf->size, more, &need)) {
        buf->failed = true;
        return false;
    }
    /* Half as much again: the peak while copying stays at 2.5 times the data. */
    size_t room = buf->room + buf->room / 2 + 64;
    if (room < need)
        room = need;
    uint8_t *data = hlmem_realloc(buf->data, room);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->room = room;
    return !buf->failed;
}

bool hlbuf_put(struct hlbuf *buf, const void *bytes, size_t size)
{
    if (!hlbuf_grow(buf, size))
        return false;
    if (size)
        memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    return true;
}

bool hlbuf_put_string(struct hlbuf *buf, const char *s)
{
    return hlbuf_put(buf, s, strlen(s));
}

bool hlbuf_put_zeros(struct hlbuf *buf, size_t size)
{
    if (!hlbuf_grow(buf, size))
        return false;
    if (size)
        memset(buf->data + buf->size, 0, size);
    buf->size += size;
    return true;
}

bool hlbuf_align(struct hlbuf *buf, size_t to)
{
    assert(to && (to & (to - 1)) == 0);
    return hlbuf_put_zeros(buf, -buf->size & (to - 1));
}

bool hlbuf_put_format(struct hlbuf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0 || !hlbuf_grow(buf, (size_t)need + 1))
        return false;
    va_start(args, format);
    vsnprintf((char *)buf->data + buf->size, (size_t)need + 1, format, args);
    va_end(args);
    buf->size += (size_t)need;
    return true;
}

bool hlbuf_put_varint(struct hlbuf *buf, uint64_t value)
{
    if (!hlbuf_grow(buf, 10))
        return false;
    uint8_t *p = buf->data + buf->size;
    while (value >= 0x80) {
        *p++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *p++ = (uint8_t)value;
    buf->size = (size_t)(p - buf->data);
    return true;
}

bool hlbuf_put_u8(struct hlbuf *buf, uint8_t value)
{
    return hlbuf_put(buf, &value, sizeof value);
}

bool hlbuf_put_u16(struct hlbuf *buf, uint16_t value)
{
    return hlbuf_put(buf, &value, sizeof value);
}

bool hlbuf_put_u32(struct hlbuf *buf, uint32_t value)
{
    return hlbuf_put(buf, &value, sizeof value);
}

bool hlbuf_put_u64(struct hlbuf *buf, uint64_t value)
{
    return hlbuf_put(buf, &value, sizeof value);
}

static const uint8_t *take(struct hlview *v, size_t size)
{
    assert(v->p <= v->end);
    if (hlview_left(v) < size) {
        v->bad = true;
        v->p = v->end;
        return NULL;
    }
    const uint8_t *p = v->p;
    v->p += size;
    return p;
}

uint64_t hlview_varint(struct hlview *v)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        const uint8_t *p = take(v, 1);
        if (!p)
            return 0;
        /* The tenth byte has room for the one bit that is left. */
        if (shift == 63 && *p > 1)
            break;
        value |= (uint64_t)(*p & 0x7f) << shift;
        if (*p < 0x80)
            return value;
    }
    v->bad = true;
    v->p = v->end;
    return 0;
}

uint8_t hlview_u8(struct hlview *v)
{
    const uint8_t *p = take(v, 1);
    return p ? *p : 0;
}

uint16_t hlview_u16(struct hlview *v)
{
    const uint8_t *p = take(v, 2);
    return p ? hlbuf_load16(p) : 0;
}

uint32_t hlview_u32(struct hlview *v)
{
    const uint8_t *p = take(v, 4);
    return p ? hlbuf_load32(p) : 0;
}

uint64_t hlview_u64(struct hlview *v)
{
    const uint8_t *p = take(v, 8);
    return p ? hlbuf_load64(p) : 0;
}

const uint8_t *hlview_bytes(struct hlview *v, size_t size)
{
    return take(v, size);
}
