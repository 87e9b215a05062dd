/*
 * wrap.c - see wrap.h.
 */
#include "cli/wrap.h"

#include <assert.h>
#include <string.h>

/* ----------------------------------------------------------------------- width */

struct width_range {
    uint32_t first, last;
    int width;
};

static const struct width_range ranges[] = {
#include "width_table.h"
};

static uint32_t decode(const char *p, size_t size)
{
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)p[0] & mask[size];
    for (size_t i = 1; i < size; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    return c;
}

static size_t width_of(uint32_t c)
{
    size_t low = 0, high = sizeof ranges / sizeof *ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    bool in = low < sizeof ranges / sizeof *ranges && c >= ranges[low].first;
    return in ? (size_t)ranges[low].width : 1;
}

size_t hlcli_utf8_width(const char *s, size_t size)
{
    size_t width = 0;
    for (size_t at = 0, step; at < size; at += step ? step : 1) {
        step = hlcli_utf8_size(s + at, size - at);
        width += step < 2 ? 1 : width_of(decode(s + at, step));
    }
    return width;
}

/* Bytes of a sequence that sets colour, ESC [ ... m; 0 if there is none. */
static size_t colour_size(const char *p)
{
    if (p[0] != '\033' || p[1] != '[')
        return 0;
    size_t size = 2 + strspn(p + 2, "0123456789;");
    return p[size] == 'm' ? size + 1 : 0;
}

size_t hlcli_wrap_rows(const char *text, size_t columns)
{
    size_t rows = 0;
    assert(columns > 0);
    while (*text) {
        size_t width = 0;
        while (*text && *text != '\n') {
            size_t colour = colour_size(text), plain = 1 + strcspn(text + 1, "\n\033");
            width += colour ? 0 : hlcli_utf8_width(text, plain);
            text += colour ? colour : plain;
        }
        rows += width > columns ? (width + columns - 1) / columns : 1;
        text += *text == '\n';
    }
    return rows;
}

/* ----------------------------------------------------------------------- lines */

void hlcli_wrap_begin(struct hlcli_wrap *w, struct hlcli_text *out, size_t column,
                      size_t indent, size_t width)
{
    *w = (struct hlcli_wrap){
        .out = out, .column = column, .indent = indent, .on = "", .off = ""};
    w->width = width > indent + 1 ? width : indent + 2; /* room for one wide character */
    hlcli_text_init(&w->word);
}

void hlcli_wrap_signs(struct hlcli_wrap *w, const char *on, const char *off, size_t sign)
{
    w->on = on;
    w->off = off;
    w->sign = sign;
}

/* Signs that are seen stand once, around the whole match; colour begins anew on each line. */
static void break_line(struct hlcli_wrap *w, bool marked)
{
    bool again = marked && !w->sign;
    hlcli_add(w->out, again ? w->off : "");
    hlcli_add_format(w->out, "\n%*s", (int)w->indent, "");
    hlcli_add(w->out, again ? w->on : "");
    w->column = w->indent;
}

/* A word longer than any line, character by character. */
static void add_long(struct hlcli_wrap *w)
{
    const char *p = w->word.data, *end = p + w->word.size;
    bool marked = w->word_marked;
    while (p < end) {
        size_t colour = colour_size(p),
               step = colour ? colour : hlcli_utf8_size(p, (size_t)(end - p));
        size_t width = colour ? 0 : hlcli_utf8_width(p, step);
        if (colour) /* each changes from one to the other */
            marked = !marked;
        if (w->column + width > w->width && w->column > w->indent)
            break_line(w, marked);
        hlcli_add_bytes(w->out, p, step);
        w->column += width;
        p += step;
    }
}

static void flush_word(struct hlcli_wrap *w)
{
    if (!w->word.size)
        return;
    bool fits = w->column + w->blanks + w->word_width <= w->width;
    bool longer = w->word_width > w->width - w->indent;
    if (w->blanks && !fits && w->column > w->indent) {
        break_line(w, w->word_marked);
    } else {
        hlcli_add_format(w->out, "%*s", (int)w->blanks, "");
        w->column += w->blanks;
    }
    if (longer)
        add_long(w);
    else {
        hlcli_add_bytes(w->out, w->word.data, w->word.size);
        w->column += w->word_width;
    }
    hlcli_text_reset(&w->word);
    w->word_width = w->blanks = 0;
    w->word_marked = w->marked;
}

void hlcli_wrap_text(struct hlcli_wrap *w, const char *bytes, size_t size)
{
    struct hlcli_text plain;
    hlcli_text_init(&plain);
    hlcli_add_plain(&plain, bytes, size);
    for (const char *p = plain.data; *p;) {
        size_t word = strcspn(p, " ");
        hlcli_add_bytes(&w->word, p, word);
        w->word_width += hlcli_utf8_width(p, word);
        p += word;
        if (*p) {
            flush_word(w);
            w->blanks += strspn(p, " ");
            p += strspn(p, " ");
        }
    }
    hlcli_text_release(&plain);
}

void hlcli_wrap_mark(struct hlcli_wrap *w, bool on)
{
    assert(on != w->marked);
    hlcli_add(&w->word, on ? w->on : w->off);
    w->word_width += w->sign;
    w->marked = on;
}

void hlcli_wrap_end(struct hlcli_wrap *w)
{
    assert(!w->marked);
    flush_word(w);
    hlcli_add(w->out, "\n");
    hlcli_text_release(&w->word);
}
