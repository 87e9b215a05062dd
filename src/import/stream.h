/*
 * stream.h - the bytes of one source, unpacked, in a window that moves.
 *
 *   file --read--> in (64 KiB) --inflate--> window [at, size) --reader-->
 *
 * The reader looks at the window, asks for more, and takes what it has used.  One
 * layer of gzip is undone, of any number of members; what is packed twice is refused.
 * Who finds out that the bytes are UTF-16 says so, and the window is UTF-8 from then on.
 *
 * Invariants  the window holds at most what the reader left untaken plus one step.
 *             Unpacked bytes stay under EXPAND_RATIO times the packed ones (once past
 *             a floor) and under EXPAND_BYTES: a bomb ends as damage, not as memory.
 * Ownership   window pointers live until the next call of more or line.
 * Errors      damage (cut, wrong CRC, garbage after the end, a read error) ends the
 *             stream early and is described in `damage`; every byte that came out
 *             before stays readable, so damage is looked at when the window is empty.
 */
#ifndef HL_IMPORT_STREAM_H
#define HL_IMPORT_STREAM_H

#include "base/buf.h"
#include "hlsearch.h"
#include "import/utf16.h"

#include <zlib.h>

enum { HLIMPORT_EXCERPT = 256 }; /* bytes kept of a line that is too long */

struct hlimport_stream {
    struct hlbuf window;
    size_t at;          /* first byte of the window not taken yet */
    uint64_t out_bytes; /* unpacked (and converted) so far, all of the window included */
    uint64_t in_bytes;  /* read from the file so far */
    bool ended;         /* the window will not grow any more */
    bool gzip;
    bool no_memory;
    char damage[160]; /* "" while all is well */
    bool damage_io;   /* it was the system that refused, not the bytes */
    uint64_t line;    /* lines taken by hlimport_stream_line */
    bool wide;        /* UTF-16 is being converted */
    struct hlimport_utf16 utf16;
    struct hlbuf raw; /* a step's bytes before they are */
    size_t searched;  /* bytes after `at` known to hold no newline */
    int fd;
    uint8_t *in;
    size_t in_at, in_size;
    bool in_ended;
    bool members; /* at least one gzip member came to its end */
    bool inside;  /* within a member */
    z_stream z;
    bool z_open;
    char excerpt[HLIMPORT_EXCERPT + 1];
};

/* path "-" is stdin.  An error here means that nothing was opened. */
hl_status hlimport_stream_open(struct hlimport_stream *stream, const char *path,
                               struct hl_error *err);
void hlimport_stream_close(struct hlimport_stream *stream); /* also after a failed open */

/* Appends to the window; false at the end, at damage, or without memory. */
bool hlimport_stream_more(struct hlimport_stream *stream);

/* The bytes of the window, none of which is taken yet, and all after them are UTF-16 to be
 * made UTF-8.  False without memory. */
bool hlimport_stream_convert(struct hlimport_stream *stream, bool big);

static inline const uint8_t *hlimport_stream_data(const struct hlimport_stream *stream)
{
    return stream->window.data + stream->at;
}

static inline size_t hlimport_stream_left(const struct hlimport_stream *stream)
{
    return stream->window.size - stream->at;
}

/* Offset in the unpacked bytes of the first byte not taken. */
static inline uint64_t hlimport_stream_offset(const struct hlimport_stream *stream)
{
    return stream->out_bytes - (stream->window.size - stream->at);
}

void hlimport_stream_take(struct hlimport_stream *stream, size_t size);

/* A line without its end (LF or CRLF), terminated by a NUL that may stand in its place. */
struct hlimport_line {
    char *text;
    size_t size;     /* of a line that is too long: of the part kept */
    uint64_t offset; /* of its first byte in the unpacked bytes */
    bool too_long;   /* over size_max; taken to its end, only the beginning is here */
    bool cut;        /* the stream was damaged before the line ended */
};

/* Takes a line; false where there is none left. */
bool hlimport_stream_line(struct hlimport_stream *stream, size_t size_max,
                          struct hlimport_line *out_line);

#endif
