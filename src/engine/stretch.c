#include "engine/stretch.h"

#include "query/syntax.h"

#include <string.h>

struct reader {
    const char *text;
    size_t size, at;
    size_t from;                   /* of the stretch so far */
    bool single;                   /* it is what a minus leaves out */
    bool some;                     /* something stands before, which an OR may join */
    unsigned depth;                /* of parentheses that are open */
    bool value[HLQ_DEPTH_MAX + 1]; /* of each: a name of values stands before it */
};

static bool ends_here(const struct reader *r, size_t at)
{
    return at >= r->size || hlq_is_blank(r->text[at]);
}

static size_t quote_at(const struct reader *r, size_t at)
{
    return hlq_quote_at(r->text, r->size, at);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->size && hlq_is_blank(r->text[r->at]))
        r->at++;
}

/* What was read up to here stays as it is. */
static void begin_here(struct reader *r)
{
    r->from = r->at;
    r->single = false;
}

/* Bytes of a name and its colon; 0: none.  At the end of the text a value is to come. */
static size_t name_at(const struct reader *r, bool *out_value)
{
    const char *p = r->text + r->at;
    size_t left = r->size - r->at;
    for (size_t i = 0; hlq_names[i].name; i++) {
        size_t n = strlen(hlq_names[i].name), k = 0;
        while (k < n && k < left && (p[k] | 32) == hlq_names[i].name[k])
            k++;
        if (k < n || n >= left || p[n] != ':')
            continue;
        if (n + 1 < left && (hlq_is_blank(p[n + 1]) || p[n + 1] == ')'))
            continue;
        /* Values are matched whole, so no word of the text completes them. */
        *out_value = hlq_names[i].kind != HLQ_NAME_FIELD;
        return n + 1;
    }
    return 0;
}

/* An OR that is still being typed may become another word. */
static bool is_or(const struct reader *r)
{
    const char *p = r->text + r->at;
    return r->some && r->size - r->at > 2 && p[0] == 'O' && p[1] == 'R' &&
           (hlq_is_blank(p[2]) || p[2] == '(');
}

static bool is_minus(const struct reader *r)
{
    return r->text[r->at] == '-' && !ends_here(r, r->at + 1) && r->text[r->at + 1] != '-';
}

/* The end of the word at a place, as in query/syntax.c. */
static size_t word_end(const struct reader *r, size_t at)
{
    size_t open = 0;
    for (; !ends_here(r, at) && !quote_at(r, at); at++) {
        open += r->text[at] == '(';
        if (r->text[at] == ')') {
            if (!open && r->depth)
                break;
            open -= open > 0;
        }
    }
    return at;
}

/* One that begins with = or ends in * stands for itself: the sign, or all of it, stays. */
static void read_word(struct reader *r)
{
    if (r->text[r->at] == '=' && !ends_here(r, r->at + 1)) {
        bool single = r->single;
        r->at++;
        begin_here(r);
        r->single = single;
    }
    size_t from = r->at;
    r->at = word_end(r, r->at);
    if (r->at > from + 1 && r->text[r->at - 1] == '*')
        begin_here(r);
    r->some = true;
}

/* A phrase; if it is closed, with the ~N behind it. */
static void read_quoted(struct reader *r, bool value)
{
    size_t at = r->at + quote_at(r, r->at), close = 0;
    r->at = at;
    begin_here(r);
    while (at < r->size && !(close = quote_at(r, at)))
        at++;
    if (close || value) {
        r->at = at + close;
        if (close && r->at < r->size && r->text[r->at] == '~')
            for (r->at++; r->at < r->size && r->text[r->at] >= '0' && r->text[r->at] <= '9';)
                r->at++;
        begin_here(r);
        r->some = true;
        return;
    }
    for (skip_blanks(r); r->at < r->size; skip_blanks(r))
        read_word(r);
}

/* A parenthesis, if it is one; too many within each other mean nothing. */
static bool read_parenthesis(struct reader *r, bool value)
{
    char c = r->text[r->at];
    if (c == ')' && r->depth)
        r->depth--;
    else if (c == '(' && r->depth < HLQ_DEPTH_MAX)
        r->value[++r->depth] = value;
    else if (c != '(')
        return false;
    r->at++;
    begin_here(r);
    return true;
}

/* A sign, a name, and what they stand before. */
static void read_unit(struct reader *r)
{
    bool value = r->value[r->depth], excluded = is_minus(r);
    r->at += excluded;
    size_t name = name_at(r, &value);
    r->at += name;
    if (excluded || name)
        begin_here(r);
    if (r->at >= r->size)
        return;
    if (quote_at(r, r->at))
        read_quoted(r, value);
    else if (!read_parenthesis(r, value)) {
        r->single = excluded;
        read_word(r);
        if (value || (excluded && r->at < r->size))
            begin_here(r);
    }
}

struct hlstretch hlstretch_last(const char *text, size_t size)
{
    struct reader r = {.text = text, .size = size};
    bool ended = size && (text[size - 1] == '*' || text[size - 1] == ')');
    for (skip_blanks(&r); !ended && r.at < size; skip_blanks(&r))
        if (is_or(&r)) {
            r.at += 2;
            begin_here(&r);
        } else
            read_unit(&r);
    /* What is suggested is a string, which cannot keep a NUL. */
    r.at = ended || (r.from && memchr(text, 0, r.from)) ? size : r.from;
    if (r.at)
        skip_blanks(&r);
    return (struct hlstretch){r.at, r.single};
}
