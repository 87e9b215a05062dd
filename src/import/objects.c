/*
 * objects.c - JSON objects in an array, or one after another over several lines.
 *
 * Finds where each object ends, by braces and quotes, and hands it to json-c: so the
 * array never is in memory as a whole.  After an object that does not end, reading
 * goes on at the next line whose brace stands in the column of the first object's.
 */
#include "import/reader.h"

#include <assert.h>
#include <string.h>

enum { COLUMN_MAX = 4096 };

/* How the search for an object's end ended. */
enum frame { FRAME_WHOLE, FRAME_BROKEN, FRAME_LONG, FRAME_CUT };

/* The byte i after the first one not taken, reading on as needed; -1 at the end. */
static int byte_at(struct hlimport *im, size_t i)
{
    while (i >= hlimport_stream_left(&im->stream))
        if (!hlimport_stream_more(&im->stream))
            return -1;
    return hlimport_stream_data(&im->stream)[i];
}

/* Takes size bytes, keeping count of lines. */
static void take(struct hlimport *im, size_t size)
{
    struct hlimport_objects *o = &im->objects;
    assert(size <= hlimport_stream_left(&im->stream));
    if (!size)
        return;
    const uint8_t *data = hlimport_stream_data(&im->stream);
    uint64_t offset = hlimport_stream_offset(&im->stream);
    for (const uint8_t *p = data; (p = memchr(p, '\n', size - (size_t)(p - data))) != NULL;) {
        p++;
        o->line++;
        o->line_offset = offset + (uint64_t)(p - data);
        if ((size_t)(p - data) == size)
            break;
    }
    hlimport_stream_take(&im->stream, size);
}

/* What the bytes of an object seen so far amount to. */
struct nesting {
    size_t depth;
    bool in_string, escaped;
};

/* One more byte; true if it ends the object. */
static bool nesting_step(struct nesting *n, int c)
{
    assert(n->depth > 0 || c == '{');
    if (n->in_string) {
        bool escapes = c == '\\' && !n->escaped;
        if (c == '"' && !n->escaped)
            n->in_string = false;
        n->escaped = escapes;
    } else if (c == '"') {
        n->in_string = true;
    } else if (c == '{' || c == '[') {
        n->depth++;
    } else if ((c == '}' || c == ']') && !--n->depth) {
        return true;
    }
    return false;
}

/*
 * Finds the end of the object whose brace is the next byte; *out_size is its size, 0 for
 * one that is broken.  What is past the limit is taken while it is looked at, so that
 * memory stays bounded.
 */
static enum frame frame_find(struct hlimport *im, size_t *out_size)
{
    struct nesting n = {0, false, false};
    bool too_long = false;
    assert(byte_at(im, 0) == '{');
    *out_size = 0;
    for (size_t i = 0;; i++) {
        if (i > im->options.article_max) {
            too_long = true;
            take(im, i);
            i = 0;
        }
        int c = byte_at(im, i);
        if (c < 0)
            return FRAME_CUT;
        if (c == '\n' && n.in_string)
            return too_long ? FRAME_LONG : FRAME_BROKEN;
        if (nesting_step(&n, c)) {
            *out_size = i + 1;
            return too_long ? FRAME_LONG : FRAME_WHOLE;
        }
    }
}

/* Skips to the next line that begins an object where the first one began. */
static void resynchronise(struct hlimport *im)
{
    struct hlimport_objects *o = &im->objects;
    assert(!o->ended);
    take(im, byte_at(im, 0) >= 0);
    for (;;) {
        size_t i = 0;
        int c;
        while ((c = byte_at(im, i)) >= 0 && c != '\n' && i < COLUMN_MAX)
            i++;
        take(im, i + (c == '\n'));
        if (c < 0)
            return;
        if (c != '\n')
            continue;
        for (i = 0; ((c = byte_at(im, i)) == ' ' || c == '\t') && i < COLUMN_MAX;)
            i++;
        if (c == '{' && (o->column < 0 || (int64_t)i == o->column))
            return;
    }
}

/* White space of JSON, and the two that only C knows. */
static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Goes to the next object's brace.  HL_NOT_FOUND at the end; may have rejected. */
static hl_status next_brace(struct hlimport *im, bool *out_there, struct hl_error *err)
{
    struct hlimport_objects *o = &im->objects;
    *out_there = false;
    for (;;) {
        int c = byte_at(im, 0);
        im->record =
            (struct hlimport_record){NULL, 0, o->line, hlimport_stream_offset(&im->stream)};
        if (c < 0) {
            bool open = o->in_array && !o->ended && !im->stream.damage[0];
            o->in_array = false;
            return open ? hlimport_reject(im, WHY_CUT, -1, err,
                                          "the array is not closed: its end is missing")
                        : HL_NOT_FOUND;
        }
        bool separator = c == ',' && o->count && !o->ended;
        if (c == '[' && !o->in_array && !o->count) {
            o->in_array = true;
        } else if (c == ']' && o->in_array && !o->ended) {
            o->ended = true;
        } else if (c == '{' && !o->ended) {
            *out_there = true;
            return HL_OK;
        } else if (!is_space(c) && !separator) {
            hl_status status = hlimport_reject(
                im, o->ended ? WHY_LEFT_OVER : WHY_NOT_JSON, -1, err,
                o->ended ? "other bytes follow the end of the array"
                         : "not JSON: an object was expected, or the array's end");
            if (o->ended) /* nothing after it can be told apart: let it be */
                while (byte_at(im, 0) >= 0)
                    take(im, hlimport_stream_left(&im->stream));
            else if (!status)
                resynchronise(im);
            return status;
        }
        take(im, 1);
    }
}

hl_status hlimport_read_object(struct hlimport *im, struct hl_article *out, bool *out_given,
                               struct hl_error *err)
{
    struct hlimport_objects *o = &im->objects;
    bool there;
    *out_given = false;
    if (!o->line) {
        o->line = 1;
        if (byte_at(im, 2) >= 0 &&
            !memcmp(hlimport_stream_data(&im->stream), "\xef\xbb\xbf", 3))
            take(im, 3);
    }
    hl_status status = next_brace(im, &there, err);
    if (status || !there)
        return status;
    if (o->column < 0)
        o->column = (int64_t)(hlimport_stream_offset(&im->stream) - o->line_offset);
    o->count++;
    assert(o->column >= 0 && o->line > 0);
    size_t size = 0;
    switch (frame_find(im, &size)) {
    case FRAME_WHOLE:
        break;
    case FRAME_LONG:
        take(im, size);
        status = hlimport_reject(im, WHY_TOO_LONG, -1, err, "longer than %zu bytes",
                                 im->options.article_max);
        if (!status && !size)
            resynchronise(im);
        return status;
    case FRAME_BROKEN:
        status = hlimport_reject(im, WHY_NOT_JSON, -1, err,
                                 "not JSON: a string is not closed on its line");
        if (!status)
            resynchronise(im);
        return status;
    default:
        take(im, hlimport_stream_left(&im->stream));
        o->ended = true;
        return im->stream.damage[0]
                   ? HL_OK
                   : hlimport_reject(im, WHY_CUT, -1, err, "the object is not closed");
    }
    /* The bytes stay in the window until the next call looks for more. */
    im->record.text = (const char *)hlimport_stream_data(&im->stream);
    im->record.size = size;
    assert(im->record.text[0] == '{' && size >= 2);
    take(im, size);
    return hlimport_give_json(im, out, out_given, err);
}
