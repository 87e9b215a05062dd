/*
 * buf.h - a growing run of bytes, and numbers written into and read from bytes.
 *
 * Everything on disk is little-endian.  A struct hlbuf is written; a struct
 * hlview is read: it is given its end and never looks past it.
 *
 * Life       hlbuf_init() or {0}; hlbuf_release() frees.
 * Ownership  data is the buffer's, valid until the next call that may grow it.
 * Errors     the put functions return false when memory is out and set `failed`,
 *            so that a run of puts may be checked once at its end.
 */
#ifndef HL_BASE_BUF_H
#define HL_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct hlbuf {
    uint8_t *data;
    size_t size;
    size_t room;
    bool failed;
};

void hlbuf_init(struct hlbuf *buf);
void hlbuf_release(struct hlbuf *buf);
void hlbuf_reset(struct hlbuf *buf);             /* empty, memory kept */
bool hlbuf_grow(struct hlbuf *buf, size_t more); /* room for `more` bytes past size */
bool hlbuf_put(struct hlbuf *buf, const void *bytes, size_t size);
bool hlbuf_put_string(struct hlbuf *buf, const char *s); /* without its NUL */
bool hlbuf_put_zeros(struct hlbuf *buf, size_t size);
bool hlbuf_align(struct hlbuf *buf, size_t to); /* zeros up to a multiple of `to` */
bool hlbuf_put_format(struct hlbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Seven bits a byte, lowest first, high bit says that more follow; at most 10 bytes. */
bool hlbuf_put_varint(struct hlbuf *buf, uint64_t value);
bool hlbuf_put_u8(struct hlbuf *buf, uint8_t value);
bool hlbuf_put_u16(struct hlbuf *buf, uint16_t value);
bool hlbuf_put_u32(struct hlbuf *buf, uint32_t value);
bool hlbuf_put_u64(struct hlbuf *buf, uint64_t value);

static inline uint16_t hlbuf_load16(const void *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline uint32_t hlbuf_load32(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline uint64_t hlbuf_load64(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format is read as it lies");

/* Bytes to read.  After any read past the end `bad` is set, p == end and zeros come back. */
struct hlview {
    const uint8_t *p;
    const uint8_t *end;
    bool bad;
};

static inline struct hlview hlview_of(const void *bytes, size_t size)
{
    const uint8_t *p = bytes; /* NULL for nothing, to which nothing may be added */
    return (struct hlview){p, size ? p + size : p, false};
}

static inline size_t hlview_left(const struct hlview *v)
{
    return (size_t)(v->end - v->p);
}

uint64_t hlview_varint(struct hlview *v);
uint8_t hlview_u8(struct hlview *v);
uint16_t hlview_u16(struct hlview *v);
uint32_t hlview_u32(struct hlview *v);
uint64_t hlview_u64(struct hlview *v);
/* size bytes, borrowed; NULL and bad if there are fewer. */
const uint8_t *hlview_bytes(struct hlview *v, size_t size);

#endif
