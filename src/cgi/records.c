#include "cgi/records.h"

#include <assert.h>
#include <errno.h>
#include <fastcgi.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

/* Content of a record at most, a multiple of 8 so that only the last one is filled up. */
enum { CONTENT_MAX = 65528, RECORDS = 16, PARTS = 3 * RECORDS };

_Static_assert(sizeof(FCGI_Header) == FCGI_HEADER_LEN, "bytes, without gaps");
_Static_assert(sizeof(FCGI_EndRequestRecord) == 2 * FCGI_HEADER_LEN, "bytes, without gaps");

/* Records that wait to be sent: header, content, filling of each. */
struct sender {
    int fd, request;
    FCGI_Header headers[RECORDS];
    unsigned records;
    struct iovec parts[PARTS];
    int count;
};

/* A socket may take less than it is given, and a signal may come between. */
static void flush(struct sender *s)
{
    struct iovec *part = s->parts;
    while (s->count) {
        ssize_t n = writev(s->fd, part, s->count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        size_t sent = (size_t)n;
        for (; s->count && sent >= part->iov_len; part++, s->count--)
            sent -= part->iov_len;
        if (s->count) {
            part->iov_base = (char *)part->iov_base + sent;
            part->iov_len -= sent;
        }
    }
    s->records = 0;
    s->count = 0;
}

static void add_part(struct sender *s, const void *bytes, size_t size)
{
    assert(s->count < PARTS);
    if (size)
        s->parts[s->count++] = (struct iovec){(void *)(uintptr_t)bytes, size};
}

static void add_record(struct sender *s, unsigned type, const void *content, size_t size)
{
    static const char filling[8] = {0};
    assert(size <= CONTENT_MAX);
    if (s->records == RECORDS)
        flush(s);
    FCGI_Header *h = &s->headers[s->records++];
    size_t more = (8 - size % 8) % 8;
    *h = (FCGI_Header){.version = FCGI_VERSION_1,
                       .type = (unsigned char)type,
                       .requestIdB1 = (unsigned char)(s->request >> 8),
                       .requestIdB0 = (unsigned char)s->request,
                       .contentLengthB1 = (unsigned char)(size >> 8),
                       .contentLengthB0 = (unsigned char)size,
                       .paddingLength = (unsigned char)more};
    add_part(s, h, sizeof *h);
    add_part(s, content, size);
    add_part(s, filling, more);
}

static void add_stream(struct sender *s, unsigned type, const struct hlcgi_out *out)
{
    for (size_t at = 0; at < out->size;) {
        size_t size = out->size - at < CONTENT_MAX ? out->size - at : CONTENT_MAX;
        add_record(s, type, out->data + at, size);
        at += size;
    }
}

void hlcgi_records_send(int fd, int request, const struct hlcgi_out *log,
                        const struct hlcgi_out *head, const struct hlcgi_out *body)
{
    static const FCGI_EndRequestBody complete = {.protocolStatus = FCGI_REQUEST_COMPLETE};
    struct sender s = {.fd = fd, .request = request};
    /* A stream ends with a record that is empty. */
    add_stream(&s, FCGI_STDERR, log);
    add_record(&s, FCGI_STDERR, NULL, 0);
    add_stream(&s, FCGI_STDOUT, head);
    add_stream(&s, FCGI_STDOUT, body);
    add_record(&s, FCGI_STDOUT, NULL, 0);
    add_record(&s, FCGI_END_REQUEST, &complete, sizeof complete);
    flush(&s);
}
