/*
 * request.c - see request.h.
 *
 * Names are compared as they came and values are decoded one by one into buffers of fixed
 * size, so that a request of any length costs one pass over it and no memory.
 */
#include "cgi/request.h"

#include "cgi/escape.h"

#include <assert.h>
#include <string.h>

/* A piece of the query string, still encoded.  s is NULL if the parameter was not given. */
struct piece {
    const char *s;
    size_t size;
};

/* ------------------------------------------------------------------ decoding */

/* The worth of a hexadecimal digit, -1 of anything else. */
static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of an encoded piece; a % without two digits after it stands for itself. */
static char decode_byte(const struct piece *piece, size_t *at)
{
    char c = piece->s[(*at)++];
    assert(*at <= piece->size);
    if (c == '+')
        return ' ';
    if (c != '%' || piece->size - *at < 2)
        return c;
    int high = hex_of(piece->s[*at]), low = hex_of(piece->s[*at + 1]);
    if (high < 0 || low < 0)
        return c;
    *at += 2;
    return (char)(high << 4 | low);
}

/* Up to `room` bytes decoded, how many there were in *out_size; false if there are more. */
static bool decode(const struct piece *piece, char *bytes, size_t room, size_t *out_size)
{
    size_t size = 0, at = 0;
    while (at < piece->size && size < room)
        bytes[size++] = decode_byte(piece, &at);
    assert(size <= room && at <= piece->size);
    *out_size = size;
    return at == piece->size;
}

/* Compared as it came: a name or word that was encoded for no reason is not known. */
static bool is(const struct piece *piece, const char *word)
{
    return piece->size == strlen(word) && !memcmp(piece->s, word, piece->size);
}

/* -------------------------------------------------------------------- values */

/* Where the words that are searched end: a word is a run of letters and digits, anything
 * past ASCII counted as a letter, which is what costs a search. */
static size_t searched_size(const char *query)
{
    size_t words = 0, i = 0;
    for (bool before = false; query[i]; i++) {
        unsigned char c = (unsigned char)query[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        bool inside = letter || c >= 0x80 || (c >= '0' && c <= '9');
        words += inside && !before;
        if (words > HLCGI_WORDS_MAX)
            break;
        before = inside;
    }
    return i;
}

/* Clean, on one line, without blanks at its ends. */
static void read_query(const struct piece *piece, struct hlcgi_request *request)
{
    char bytes[HLCGI_QUERY_MAX];
    size_t size, used = 0;
    request->too_long = !decode(piece, bytes, sizeof bytes, &size);
    struct hlcgi_out clean = {0};
    hlcgi_clean(&clean, bytes, size);
    request->failed = clean.failed;
    assert(clean.size <= HLCGI_CLEAN_MAX);
    for (size_t i = 0; i < clean.size; i++) {
        char c = (unsigned char)clean.data[i] <= ' ' ? ' ' : clean.data[i];
        assert(used < sizeof request->query);
        if (c != ' ' || used)
            request->query[used++] = c;
    }
    hlcgi_out_release(&clean);
    while (used && request->query[used - 1] == ' ')
        used--;
    request->query[used] = 0;
    request->searched = searched_size(request->query);
    assert(request->searched <= used);
    if (request->searched < used)
        request->replaced |= HLCGI_REPLACED_WORDS;
}

/* Digits alone, saturated at `most`; a note if what was given cannot be had. */
static unsigned read_number(const struct piece *piece, unsigned otherwise, unsigned most,
                            unsigned note, struct hlcgi_request *request)
{
    unsigned value = 0;
    assert(otherwise >= 1 && most >= 1);
    if (!piece->size)
        return otherwise < most ? otherwise : most;
    for (size_t i = 0; i < piece->size; i++) {
        if (piece->s[i] < '0' || piece->s[i] > '9') {
            request->replaced |= note;
            return otherwise;
        }
        value = value * 10 + (unsigned)(piece->s[i] - '0');
        if (value > most)
            value = most + 1; /* it cannot wrap: most * 10 + 19 is far below */
    }
    if (value >= 1 && value <= most)
        return value;
    request->replaced |= note;
    return value ? most : 1;
}

/* Forms that are still to come are no error of the visitor's: the page says so. */
static void read_format(const struct piece *piece, struct hlcgi_request *request)
{
    if (is(piece, "json"))
        request->format = HLCGI_JSON;
    else if (piece->size && !is(piece, "html"))
        request->replaced |= HLCGI_REPLACED_FORMAT;
}

/* ---------------------------------------------------------------- parameters */

enum {
    PARAMETER_Q,
    PARAMETER_PAGE,
    PARAMETER_N,
    PARAMETER_FORMAT,
    PARAMETER_MARKS,
    PARAMETERS
};

/* Which one a name means, -1 if none. */
static int parameter_of(const struct piece *name)
{
    static const struct {
        const char *name;
        int parameter;
    } names[] = {
        {"q", PARAMETER_Q},        {"keywords", PARAMETER_Q}, /* as Vietnamese sites call it */
        {"page", PARAMETER_PAGE},  {"n", PARAMETER_N},        {"format", PARAMETER_FORMAT},
        {"marks", PARAMETER_MARKS}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(name, names[i].name))
            return names[i].parameter;
    return -1;
}

/* Splits at & and at the first = of each part; values stay encoded and borrowed. */
static void split(const char *query_string, struct piece values[PARAMETERS])
{
    while (*query_string) {
        size_t size = strcspn(query_string, "&");
        const char *equals = memchr(query_string, '=', size);
        size_t name_size = equals ? (size_t)(equals - query_string) : size;
        struct piece name = {query_string, name_size};
        int parameter = parameter_of(&name);
        assert(parameter < PARAMETERS);
        if (equals && parameter >= 0 && !values[parameter].s)
            values[parameter] = (struct piece){equals + 1, size - name_size - 1};
        query_string += size + (query_string[size] == '&');
    }
}

/* Methods are written in capitals; "get" is another method. */
static enum hlcgi_method method_of(const char *method)
{
    if (method && !strcmp(method, "GET"))
        return HLCGI_GET;
    return method && !strcmp(method, "HEAD") ? HLCGI_HEAD : HLCGI_OTHER;
}

void hlcgi_request_read(const char *method, const char *query_string,
                        struct hlcgi_request *out_request)
{
    struct piece values[PARAMETERS] = {{NULL, 0}};
    struct hlcgi_request *r = out_request;
    memset(r, 0, sizeof *r);
    r->method = method_of(method);
    split(query_string ? query_string : "", values);
    read_query(&values[PARAMETER_Q], r);
    read_format(&values[PARAMETER_FORMAT], r);
    if (is(&values[PARAMETER_MARKS], "strict"))
        r->marks = HLCGI_MARKS_STRICT;
    else if (is(&values[PARAMETER_MARKS], "loose"))
        r->marks = HLCGI_MARKS_LOOSE;
    r->n = read_number(&values[PARAMETER_N], HLCGI_N_DEFAULT, HLCGI_N_MAX, HLCGI_REPLACED_N, r);
    r->page =
        read_number(&values[PARAMETER_PAGE], 1, HLCGI_HITS_MAX / r->n, HLCGI_REPLACED_PAGE, r);
    assert(r->n >= 1 && r->n <= HLCGI_N_MAX);
    assert(r->page >= 1 && r->page * r->n <= HLCGI_HITS_MAX);
}
