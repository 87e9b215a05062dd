#include "backend/xapian_layout.h"

#include "base/err.h"
#include "base/hash.h"
#include "segment/format.h"
#include "text/utf8.h"

#include <assert.h>
#include <inttypes.h>

enum { HASH_SIZE = 32, SAMPLE_MAX = 400, QUARTERS_MAX = 64 };

const char *const hlx_value_prefix[4][2] = {
    {"XSRC", "XSRCF"}, {"G", "XGF"}, {"A", "XAF"}, {"K", "XKF"}};

/* ---- terms ---- */

/* Xapian writes a zero byte of a term as two bytes, which its limit counts. */
static inline size_t room_of(uint8_t byte)
{
    return byte ? 1 : 2;
}

static bool is_inside_character(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* What is too long ends in a hash of all of it; the rest is cut between characters, so that
 * people who look into a database see text. */
static bool shorten(struct hlbuf *term)
{
    static const char hex[] = "0123456789abcdef";
    size_t room = 0, size = 0;
    for (size_t i = 0; i < term->size; i++) {
        room += room_of(term->data[i]);
        if (room <= HLX_TERM_MAX - HASH_SIZE)
            size = i + 1;
    }
    if (room <= HLX_TERM_MAX)
        return true;
    uint64_t hash[2];
    hlhash128(term->data, term->size, hash);
    while (size && is_inside_character(term->data[size]))
        size--;
    term->size = size;
    for (int i = 1; i >= 0; i--)
        for (int shift = 60; shift >= 0; shift -= 4)
            hlbuf_put_u8(term, (uint8_t)hex[hash[i] >> shift & 15]);
    return !term->failed;
}

bool hlx_term(const char *prefix, const char *bytes, size_t size, struct hlbuf *to)
{
    hlbuf_reset(to);
    if (!*prefix && size && bytes[0] >= 'A' && bytes[0] <= 'Z')
        hlbuf_put_string(to, "XR");
    hlbuf_put_string(to, prefix);
    return hlbuf_put(to, bytes, size) && shorten(to);
}

bool hlx_pair_term(const char *a, size_t a_size, const char *b, size_t b_size, struct hlbuf *to)
{
    hlbuf_reset(to);
    hlbuf_put_string(to, HLX_PAIR);
    hlbuf_put(to, a, a_size);
    hlbuf_put_u8(to, ' ');
    return hlbuf_put(to, b, b_size) && shorten(to);
}

void hlx_bucket(const char *folded, size_t size, char out_bucket[2])
{
    for (size_t i = 0; i < 2; i++)
        out_bucket[i] = i < size ? folded[i] : '_';
}

/* ---- lines of NAME=VALUE ---- */

struct line {
    const char *name, *value;
    size_t name_size, value_size;
};

/* The next line of a text, which moves on; false if what is left is none. */
static bool next_line(const char **at, const char *end, struct line *out_line)
{
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    const char *equals = stop ? memchr(*at, '=', (size_t)(stop - *at)) : NULL;
    if (!equals)
        return false;
    out_line->name = *at;
    out_line->name_size = (size_t)(equals - *at);
    out_line->value = equals + 1;
    out_line->value_size = (size_t)(stop - equals - 1);
    *at = stop + 1;
    return true;
}

static bool is_named(const struct line *line, const char *name)
{
    return line->name_size == strlen(name) && !memcmp(line->name, name, line->name_size);
}

/* A number as we write it: no sign but -, no zeros before it. */
static bool read_number(const struct line *line, int64_t low, int64_t high, int64_t *out_number)
{
    char digits[24], again[24];
    if (!line->value_size || line->value_size >= sizeof digits)
        return false;
    memcpy(digits, line->value, line->value_size);
    digits[line->value_size] = 0;
    int64_t number = strtoll(digits, NULL, 10);
    snprintf(again, sizeof again, "%" PRId64, number);
    if (strcmp(digits, again) || number < low || number > high)
        return false;
    *out_number = number;
    return true;
}

/* ---- the head ---- */

bool hlx_head_encode(const struct hlx_head *head, struct hlbuf *to)
{
    hlbuf_reset(to);
    return hlbuf_put_format(
        to, "format=%d\nrules=%016" PRIx64 "\ntitle=%u\nlead=%u\nbody=%u\nmultiple=%u\n",
        head->format, head->rules, head->weight[0], head->weight[1], head->weight[2],
        head->multiple);
}

static bool read_hex(const struct line *line, uint64_t *out_number)
{
    uint64_t number = 0;
    if (line->value_size != 16)
        return false;
    for (size_t i = 0; i < 16; i++) {
        char c = line->value[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter)
            return false;
        number = number << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *out_number = number;
    return true;
}

bool hlx_head_decode(const void *bytes, size_t size, struct hlx_head *out_head)
{
    static const char *const names[] = {"format", "rules", "title", "lead", "body", "multiple"};
    enum { COUNT = sizeof names / sizeof names[0], RULES = 1 };
    static const int64_t low[COUNT] = {1, 0, 1, 1, 1, 1};
    static const int64_t high[COUNT] = {INT32_MAX, 0, 255, 255, 255, 65535};
    int64_t number[COUNT] = {0};
    struct hlx_head head = {0};
    const char *at = bytes, *end = size ? at + size : at;
    struct line line;
    for (size_t i = 0; i < COUNT; i++) {
        if (at == end || !next_line(&at, end, &line) || !is_named(&line, names[i]))
            return false;
        if (i == RULES ? !read_hex(&line, &head.rules)
                       : !read_number(&line, low[i], high[i], &number[i]))
            return false;
    }
    /* A later format may have more to say: whoever reads it looks at the number first. */
    if (at != end && number[0] == HLX_FORMAT)
        return false;
    head.format = (int)number[0];
    for (int f = 0; f < 3; f++)
        head.weight[f] = (unsigned)number[2 + f];
    head.multiple = (unsigned)number[5];
    *out_head = head;
    return true;
}

/* ---- an article: writing ---- */

static void put_value(struct hlbuf *to, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t plain = at;
        while (plain < size && text[plain] != '\n' && text[plain] != '\r' &&
               text[plain] != '\\')
            plain++;
        hlbuf_put(to, text + at, plain - at);
        if (plain < size) {
            char c = text[plain] == '\n' ? 'n' : text[plain] == '\r' ? 'r' : '\\';
            hlbuf_put_u8(to, '\\');
            hlbuf_put_u8(to, (uint8_t)c);
            plain++;
        }
        at = plain;
    }
}

static void put_line(struct hlbuf *to, const char *name, const char *text)
{
    if (!text)
        return;
    hlbuf_put_string(to, name);
    hlbuf_put_u8(to, '=');
    put_value(to, text, strlen(text));
    hlbuf_put_u8(to, '\n');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* A text on one line, cut at a blank if it is long, or within a word that is longer yet. */
static void make_sample(const char *text, char sample[SAMPLE_MAX + 1])
{
    size_t size = 0, word = 0;
    for (const char *p = text; *p; p++) {
        if (is_blank(*p)) {
            if (size == SAMPLE_MAX)
                break;
            if (size && sample[size - 1] != ' ') {
                word = size;
                sample[size++] = ' ';
            }
            continue;
        }
        if (size == SAMPLE_MAX) {
            if (word)
                size = word;
            else if (is_inside_character((uint8_t)*p))
                while (is_inside_character((uint8_t)sample[--size]))
                    ;
            break;
        }
        sample[size++] = *p;
    }
    if (size && sample[size - 1] == ' ')
        size--;
    sample[size] = 0;
}

static void put_sample(struct hlbuf *to, const struct hl_article *article)
{
    char sample[SAMPLE_MAX + 1] = "";
    if (article->lead)
        make_sample(article->lead, sample);
    if (!*sample && article->body)
        make_sample(article->body, sample);
    put_line(to, "sample", sample);
}

int hlx_offset(int minutes)
{
    int quarters = minutes / 15;
    return quarters < -QUARTERS_MAX || quarters > QUARTERS_MAX ? 0 : quarters * 15;
}

/* A date as a native index keeps it. */
static void put_date(struct hlbuf *to, const struct hl_article *a)
{
    int offset = hlx_offset(a->date_offset);
    if (offset)
        hlbuf_put_format(to, "offset=%d\n", offset);
    if (a->date_precision != HL_DATE_UNKNOWN && a->date > 0 && a->date <= UINT32_MAX)
        hlbuf_put_format(to, "date=%" PRId64 "\nprecision=%d\n", a->date,
                         (int)a->date_precision);
}

static const char *some(const char *text)
{
    return text && *text ? text : NULL;
}

bool hlx_data_encode(const struct hl_article *article, bool tokens, struct hlbuf *to)
{
    const struct hl_article *a = article;
    hlbuf_reset(to);
    put_line(to, "url", a->url);
    put_line(to, "title", a->title);
    put_sample(to, a);
    if (a->date_precision != HL_DATE_UNKNOWN && a->date > 0 && a->date <= UINT32_MAX)
        hlbuf_put_format(to, "modtime=%" PRId64 "\n", a->date);
    put_line(to, "id", a->id);
    put_line(to, "source", some(a->source));
    put_line(to, "section", some(a->section));
    put_line(to, "author", some(a->author));
    put_line(to, "tags", a->tags);
    put_date(to, a);
    put_line(to, "lead", a->lead);
    put_line(to, "body", a->body);
    put_line(to, "extra", a->extra);
    if (tokens)
        hlbuf_put_string(to, "tokens=1\n");
    return !to->failed;
}

/* ---- an article: reading ---- */

enum field {
    URL,
    TITLE,
    ID,
    SOURCE,
    SECTION,
    AUTHOR,
    TAGS,
    LEAD,
    BODY,
    EXTRA,
    TEXTS,
    SAMPLE = TEXTS,
    MODTIME,
    OFFSET,
    DATE,
    PRECISION,
    TOKENS,
    FIELDS
};

static const char *const field_names[FIELDS] = {
    "url",  "title", "id",     "source",  "section", "author", "tags",      "lead",
    "body", "extra", "sample", "modtime", "offset",  "date",   "precision", "tokens"};

struct reading {
    const char *texts[TEXTS];
    int64_t numbers[FIELDS];
    uint32_t seen;
};

static bool is_seen(const struct reading *r, enum field field)
{
    return r->seen >> field & 1;
}

/* Appends the value and a zero byte; the room is there.  NULL for what was never written. */
static const char *read_value(const struct line *line, struct hlbuf *to)
{
    const char *start = (const char *)to->data + to->size;
    const char *p = line->value, *end = p + line->value_size;
    char *put = (char *)to->data + to->size;
    for (;;) {
        const char *escape = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((escape ? escape : end) - p);
        memcpy(put, p, plain);
        put += plain;
        if (!escape)
            break;
        char next = escape + 1 < end ? escape[1] : 0;
        if (next != 'n' && next != 'r' && next != '\\')
            return NULL;
        *put++ = next == 'n' ? '\n' : next == 'r' ? '\r' : '\\';
        p = escape + 2;
    }
    *put++ = 0;
    to->size += (size_t)(put - start);
    assert(to->size <= to->room);
    return start;
}

static bool read_line(const struct line *line, struct hlbuf *to, struct reading *r)
{
    static const int64_t high[FIELDS] = {[MODTIME] = UINT32_MAX,
                                         [OFFSET] = QUARTERS_MAX * 15,
                                         [DATE] = UINT32_MAX,
                                         [PRECISION] = HL_DATE_SECOND,
                                         [TOKENS] = 1};
    unsigned field = 0;
    while (field < FIELDS && !is_named(line, field_names[field]))
        field++;
    if (field == FIELDS || is_seen(r, field))
        return false;
    r->seen |= 1u << field;
    if (field == SAMPLE)
        return true;
    if (field > SAMPLE)
        return read_number(line, field == OFFSET ? -high[OFFSET] : 1, high[field],
                           &r->numbers[field]);
    r->texts[field] = read_value(line, to);
    return r->texts[field] != NULL;
}

static bool is_article(const struct reading *r)
{
    static const enum field never_empty[] = {ID, SOURCE, SECTION, AUTHOR};
    for (size_t i = 0; i < sizeof never_empty / sizeof *never_empty; i++)
        if (is_seen(r, never_empty[i]) && !*r->texts[never_empty[i]])
            return false;
    return is_seen(r, ID) && strlen(r->texts[ID]) <= HLFMT_ID_MAX &&
           is_seen(r, DATE) == is_seen(r, PRECISION) && r->numbers[OFFSET] % 15 == 0;
}

static bool read_lines(const char *data, size_t size, struct hlbuf *to, struct reading *r)
{
    const char *at = data, *end = data + size;
    struct line line;
    if (memchr(data, 0, size) || memchr(data, '\r', size) ||
        hltext_utf8_check(data, size) < size)
        return false;
    while (at < end)
        if (!next_line(&at, end, &line) || !read_line(&line, to, r))
            return false;
    return is_article(r);
}

hl_status hlx_data_decode(const char *data, size_t size, struct hlbuf *to,
                          struct hl_article *out_article, bool *out_tokens,
                          struct hl_error *err)
{
    struct reading r = {0};
    hlbuf_reset(to);
    /* A value and its zero byte are never longer than its line, so pointers stay good. */
    if (!hlbuf_grow(to, size))
        return hlerr_nomem(err);
    if (!size || !read_lines(data, size, to, &r))
        return hlerr_corrupt(err, NULL, "document", 0, "no article that hlsearch wrote");
    *out_article =
        (struct hl_article){.id = r.texts[ID],
                            .url = r.texts[URL],
                            .title = r.texts[TITLE],
                            .lead = r.texts[LEAD],
                            .body = r.texts[BODY],
                            .source = r.texts[SOURCE],
                            .section = r.texts[SECTION],
                            .author = r.texts[AUTHOR],
                            .tags = r.texts[TAGS],
                            .extra = r.texts[EXTRA],
                            .date = r.numbers[DATE],
                            .date_offset = (int)r.numbers[OFFSET],
                            .date_precision = (enum hl_date_precision)r.numbers[PRECISION]};
    *out_tokens = is_seen(&r, TOKENS);
    return HL_OK;
}
