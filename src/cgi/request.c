/*
 * request.c - see request.h.
 *
 * Names are compared as they came and values are decoded one by one into buffers of fixed
 * size, so that a request of any length costs one pass over it and no memory.
 */
#include "cgi/request.h"

#include "cgi/escape.h"

#include <assert.h>
#include <stdio.h>
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
    size_t size = strlen(word);
    return piece->size == size && (!size || !memcmp(piece->s, word, size));
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

/* How many of the bytes a text may have.  U+FFFD counts as one of them: it stands in links for
 * a byte that was none, and the link must be good where the query was. */
static size_t allowed(const char *bytes, size_t size)
{
    size_t at = 0;
    for (size_t count = 0; at < size && count < HLCGI_QUERY_MAX; count++)
        at += size - at >= 3 && !memcmp(bytes + at, "\xef\xbf\xbd", 3) ? 3 : 1;
    return at;
}

/* Clean, on one line, without blanks at its ends; false if there are more bytes than a text
 * may have, which are left out. */
static bool read_text(const struct piece *piece, struct hlcgi_request *request, char *text)
{
    char bytes[HLCGI_CLEAN_MAX];
    size_t size, used = 0;
    bool whole = decode(piece, bytes, sizeof bytes, &size);
    size_t most = allowed(bytes, size);
    struct hlcgi_out clean = {0};
    hlcgi_clean(&clean, bytes, most);
    request->failed |= clean.failed;
    assert(clean.size <= HLCGI_CLEAN_MAX);
    for (size_t i = 0; i < clean.size; i++) {
        char c = (unsigned char)clean.data[i] <= ' ' ? ' ' : clean.data[i];
        assert(used < HLCGI_CLEAN_MAX);
        if (c != ' ' || used)
            text[used++] = c;
    }
    hlcgi_out_release(&clean);
    while (used && text[used - 1] == ' ')
        used--;
    text[used] = 0;
    return whole && most == size;
}

static void read_query(const struct piece *piece, struct hlcgi_request *request)
{
    char *query = request->texts[HLCGI_TEXT_QUERY];
    request->too_long = !read_text(piece, request, query);
    request->searched = searched_size(query);
    assert(request->searched <= strlen(query));
    if (query[request->searched])
        request->replaced |= HLCGI_REPLACED_WORDS;
}

/* No name is as long as that: filtering by a part of one would answer something else. */
static void read_name(const struct piece *piece, enum hlcgi_text which,
                      struct hlcgi_request *request)
{
    if (read_text(piece, request, request->texts[which]))
        return;
    request->texts[which][0] = 0;
    request->replaced |= HLCGI_REPLACED_FILTER;
}

/* An id is bytes; one with a NUL in it is none that an article has, and neither is one that
 * is too long: it is kept so that it is not found. */
static void read_id(const struct piece *piece, struct hlcgi_request *request)
{
    char *id = request->texts[HLCGI_TEXT_ID];
    size_t size;
    bool whole = decode(piece, id, HLCGI_QUERY_MAX, &size);
    id[size] = 0;
    if (memchr(id, 0, size) || !whole)
        memcpy(id, "\x01", 2);
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

/* The number of the word in a list that ends with NULL, -1 if it is none of them. */
static int word_of(const struct piece *piece, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (is(piece, words[i]))
            return i;
    return -1;
}

/* An empty value is none; a bad one is the first, with a note. */
static int read_word(const struct piece *piece, const char *const *words, unsigned note,
                     struct hlcgi_request *request)
{
    int word = word_of(piece, words);
    if (piece->size && word < 0)
        request->replaced |= note;
    return word < 0 ? 0 : word;
}

/* ---------------------------------------------------------------------- days */

static bool read_digits(const char **s, int least, int most, int *out_value, int *out_count)
{
    int value = 0, count = 0;
    for (; count < most && **s >= '0' && **s <= '9'; count++)
        value = value * 10 + (*(*s)++ - '0');
    *out_value = value;
    *out_count = count;
    return count >= least;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && leap);
}

/* YYYY-MM-DD, or day first as it is written in Viet Nam: 5/1/2017, 05-01-2017, 5.1.2017. */
static bool split_day(const char *s, int *out_year, int *out_month, int *out_day)
{
    int first, second, third, count, last;
    if (!read_digits(&s, 1, 4, &first, &count) || !*s || !strchr("-/.", *s))
        return false;
    char sign = *s++;
    if (!read_digits(&s, 1, 2, &second, &last) || *s++ != sign)
        return false;
    if (!read_digits(&s, 1, 4, &third, &last) || *s)
        return false;
    bool year_first = count == 4 && last <= 2;
    if (!year_first && (count > 2 || last != 4))
        return false;
    *out_year = year_first ? first : third;
    *out_month = second;
    *out_day = year_first ? third : first;
    return *out_year >= 1900 && *out_year <= 2199 && second >= 1 && second <= 12 &&
           *out_day >= 1 && *out_day <= month_days(*out_year, second);
}

/* Days since 1970 (Howard Hinnant, chrono-compatible low-level date algorithms). */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = year - (month <= 2), era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The second that the day begins with in Viet Nam; 0 if none was given. */
static int64_t read_day(const struct piece *piece, char out[16], struct hlcgi_request *request)
{
    char text[32];
    size_t size;
    int year, month, day;
    bool whole = decode(piece, text, sizeof text - 1, &size);
    text[size] = 0;
    out[0] = 0;
    if (!size)
        return 0;
    if (!whole || strlen(text) != size || !split_day(text, &year, &month, &day)) {
        request->replaced |= HLCGI_REPLACED_DATE;
        return 0;
    }
    snprintf(out, 16, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)day % 100);
    int64_t second = days_of(year, month, day) * 86400 - 7 * 3600;
    return second ? second : 1;
}

static void read_days(const struct piece *from, const struct piece *to, struct hlcgi_request *r)
{
    int64_t first = read_day(from, r->from, r), last = read_day(to, r->to, r);
    if (*r->from && *r->to && first > last) {
        char text[sizeof r->from];
        int64_t second = first;
        memcpy(text, r->from, sizeof text);
        memcpy(r->from, r->to, sizeof text);
        memcpy(r->to, text, sizeof text);
        first = last;
        last = second;
        r->replaced |= HLCGI_REPLACED_ORDER;
    }
    r->date_from = *r->from ? first : 0;
    r->date_to = *r->to ? last + 86400 : 0;
}

/* ---------------------------------------------------------------- parameters */

enum {
    PARAMETER_Q,
    PARAMETER_PAGE,
    PARAMETER_N,
    PARAMETER_FORMAT,
    PARAMETER_MARKS,
    PARAMETER_SORT,
    PARAMETER_FROM,
    PARAMETER_TO,
    PARAMETER_SECTION,
    PARAMETER_SOURCE,
    PARAMETER_AUTHOR,
    PARAMETER_TAG,
    PARAMETER_DO,
    PARAMETER_ID,
    PARAMETER_PART,
    PARAMETER_MORE,
    PARAMETER_COPIES,
    PARAMETERS
};

/* Which one a name means, -1 if none. */
static int parameter_of(const struct piece *name)
{
    static const struct {
        const char *name;
        int parameter;
    } names[] = {{"q", PARAMETER_Q},
                 {"keywords", PARAMETER_Q}, /* as Vietnamese sites call it, and the dates too */
                 {"page", PARAMETER_PAGE},
                 {"n", PARAMETER_N},
                 {"format", PARAMETER_FORMAT},
                 {"marks", PARAMETER_MARKS},
                 {"sort", PARAMETER_SORT},
                 {"from", PARAMETER_FROM},
                 {"date_from", PARAMETER_FROM},
                 {"to", PARAMETER_TO},
                 {"date_to", PARAMETER_TO},
                 {"section", PARAMETER_SECTION},
                 {"source", PARAMETER_SOURCE},
                 {"author", PARAMETER_AUTHOR},
                 {"tag", PARAMETER_TAG},
                 {"do", PARAMETER_DO},
                 {"id", PARAMETER_ID},
                 {"part", PARAMETER_PART},
                 {"more", PARAMETER_MORE},
                 {"copies", PARAMETER_COPIES}};
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

/* What is looked for and what it is narrowed by. */
static void read_texts(const struct piece values[PARAMETERS], struct hlcgi_request *r)
{
    struct hlcgi_state *s = &r->state;
    read_query(&values[PARAMETER_Q], r);
    read_name(&values[PARAMETER_SECTION], HLCGI_TEXT_SECTION, r);
    read_name(&values[PARAMETER_SOURCE], HLCGI_TEXT_SOURCE, r);
    read_name(&values[PARAMETER_AUTHOR], HLCGI_TEXT_AUTHOR, r);
    read_name(&values[PARAMETER_TAG], HLCGI_TEXT_TAG, r);
    read_id(&values[PARAMETER_ID], r);
    read_days(&values[PARAMETER_FROM], &values[PARAMETER_TO], r);
    s->query = r->texts[HLCGI_TEXT_QUERY];
    s->section = r->texts[HLCGI_TEXT_SECTION];
    s->source = r->texts[HLCGI_TEXT_SOURCE];
    s->author = r->texts[HLCGI_TEXT_AUTHOR];
    s->tag = r->texts[HLCGI_TEXT_TAG];
    s->id = r->texts[HLCGI_TEXT_ID];
    s->from = r->from;
    s->to = r->to;
}

/* How it is to be answered.  A feed that does not say otherwise has the newest first: what
 * is new must come up in it. */
static void read_words(const struct piece values[PARAMETERS], struct hlcgi_request *r)
{
    static const char *const actions[] = {"search",  "related", "show",
                                          "suggest", "style",   NULL};
    static const char *const formats[] = {"html", "json", "rss", "opensearch", NULL};
    static const char *const marks[] = {"auto", "strict", "loose", NULL};
    static const char *const sorts[] = {"relevance", "-date", "date", NULL};
    static const char *const parts[] = {"", "results", NULL};
    static const char *const copies[] = {"fold", "all", NULL};
    static const char *const mores[] = {"", "section", "source", "year", NULL};
    struct hlcgi_state *s = &r->state;
    s->action =
        (enum hlcgi_action)read_word(&values[PARAMETER_DO], actions, HLCGI_REPLACED_OTHER, r);
    s->format = (enum hlcgi_format)read_word(&values[PARAMETER_FORMAT], formats,
                                             HLCGI_REPLACED_FORMAT, r);
    s->marks =
        (enum hlcgi_marks)read_word(&values[PARAMETER_MARKS], marks, HLCGI_REPLACED_OTHER, r);
    s->sort =
        (enum hlcgi_sort)read_word(&values[PARAMETER_SORT], sorts, HLCGI_REPLACED_SORT, r);
    s->more =
        (enum hlcgi_more)read_word(&values[PARAMETER_MORE], mores, HLCGI_REPLACED_OTHER, r);
    s->copies = read_word(&values[PARAMETER_COPIES], copies, HLCGI_REPLACED_OTHER, r);
    s->sort_given = word_of(&values[PARAMETER_SORT], sorts) >= 0;
    if (s->format == HLCGI_RSS && !s->sort_given)
        s->sort = HLCGI_NEWEST;
    r->part = read_word(&values[PARAMETER_PART], parts, HLCGI_REPLACED_OTHER, r);
}

void hlcgi_request_read(const char *method, const char *query_string,
                        struct hlcgi_request *out_request)
{
    struct piece values[PARAMETERS] = {{NULL, 0}};
    struct hlcgi_request *r = out_request;
    struct hlcgi_state *s = &r->state;
    memset(r, 0, sizeof *r);
    hlcgi_state_init(s);
    r->method = method_of(method);
    split(query_string ? query_string : "", values);
    read_texts(values, r);
    read_words(values, r);
    s->n = read_number(&values[PARAMETER_N], HLCGI_N_DEFAULT, HLCGI_N_MAX, HLCGI_REPLACED_N, r);
    s->page =
        read_number(&values[PARAMETER_PAGE], 1, HLCGI_HITS_MAX / s->n, HLCGI_REPLACED_PAGE, r);
    assert(s->n >= 1 && s->n <= HLCGI_N_MAX);
    assert(s->page >= 1 && s->page * s->n <= HLCGI_HITS_MAX);
}
