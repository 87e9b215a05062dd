/*
 * scale: an archive N times larger, made of a given one.  USAGE below says what it does.
 *
 * The source is read twice: once to count its lines, once to pass them on and to keep them,
 * unpacked, in memory.  What is made is written as it is made.  Every new article has a stream
 * of random numbers of its own, that of the seed and its number, so that a smaller archive is
 * the beginning of a larger one.
 */
#include "import/date.h"
#include "import/fields.h"

#include <inttypes.h>
#include <limits.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static const char USAGE[] =
    "usage: tools/scale --articles N [--seed S] [--tokens] [-o OUT] FILE...\n"
    "\n"
    "Makes an archive of N articles of the archive FILE..., JSON lines packed with gzip or\n"
    "not, or with --tokens lines of tokens between blanks.  OUT (standard output) has the "
    "same\n"
    "form, packed if its name ends in .gz.  Equal arguments give equal bytes; with another N\n"
    "the shorter archive is the beginning of the longer, once both exceed the source.\n"
    "\n"
    "If N is at most the number of articles in the source, these are N of them as they are,\n"
    "evenly spread over it.  If N is larger, all of them come first, as they are, and what\n"
    "follows is made:\n"
    "\n"
    "  text      sentences (tokens: runs of 12 to 40) from random places of a base article,\n"
    "            which gives about two thirds, and of two others: so words repeat within an\n"
    "            article as in the source.  Of the others, one that has given as much as it\n"
    "            has is followed by another.  Lead and body are about as long as those of the\n"
    "            base article.\n"
    "  numbers   of 3 to 9 digits: one in two is drawn anew, so that the vocabulary grows.\n"
    "  title     the first half of one title and the second half of another.\n"
    "  id        new; no article of the source has it.  The url is the base article's, with\n"
    "            the id after a #.\n"
    "  date      the base article's, moved back by up to a fifth of the time between the "
    "first\n"
    "            and the last date of the source: the whole begins a fifth earlier, nothing "
    "is\n"
    "            of the future or of before 1990, and as many stay undated.  A date of change\n"
    "            is left out.\n"
    "  the rest  (source, section, author...) is that of the base article.\n"
    "\n"
    "  --articles N   how many articles come out\n"
    "  --seed S       another number, another archive (1)\n"
    "  --tokens       the files are lines of tokens\n"
    "  -o OUT         where to; see above\n"
    "\n"
    "Lines that are no JSON objects are passed on, but nothing is made of them; blank lines\n"
    "are left out.  The source is held in memory, unpacked, unless articles are only chosen.\n"
    "Exit codes: 0 done; 2 wrong use, or a file that cannot be read or written.\n";

enum {
    RUN_MIN = 12,
    RUN_MAX = 40,
    DIGITS_MIN = 3,
    DIGITS_MAX = 9,
    SENTENCE_MAX = 400,   /* lists without an end are cut at the next blank */
    DATE_MIN = 631238400, /* 1990-01-02: an importer takes what is earlier for a mistake */
};

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
    va_list list;
    fputs("scale: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputs("\n", stderr);
    exit(2);
}

/* ---------------------------------------------------------------- memory and chance */

struct bytes {
    char *at;
    size_t size, room;
};

static void reserve(struct bytes *b, size_t more)
{
    if (b->room - b->size >= more)
        return;
    b->room = (b->size + more) * 2;
    b->at = realloc(b->at, b->room);
    if (!b->at)
        die("no memory for %zu bytes", b->room);
}

static void put(struct bytes *b, const char *from, size_t size)
{
    reserve(b, size);
    if (size)
        memcpy(b->at + b->size, from, size);
    b->size += size;
}

static void put_words(struct bytes *b, const char *words)
{
    put(b, words, strlen(words));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const char *text, size_t size)
{
    while (size && is_digit(text[size - 1]))
        size--;
    return !size;
}

/* splitmix64: a counter and a mixer, so any state is a good one to begin with. */
static uint64_t draw(uint64_t *chance)
{
    uint64_t x = *chance += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* 0 to limit - 1. */
static uint64_t below(uint64_t *chance, uint64_t limit)
{
    return (uint64_t)((unsigned __int128)draw(chance) * limit >> 64);
}

static uint64_t chance_of(uint64_t seed, uint64_t number)
{
    uint64_t chance = seed;
    chance = draw(&chance) ^ number;
    return draw(&chance);
}

/* One number in two stays what it is. */
static void put_number(struct bytes *b, const char *digits, size_t size, uint64_t *chance)
{
    if (size < DIGITS_MIN || size > DIGITS_MAX || below(chance, 2)) {
        put(b, digits, size);
        return;
    }
    uint64_t least = 1;
    for (size_t i = 1; i < size; i++)
        least *= 10;
    uint64_t number = least + below(chance, 9 * least);
    reserve(b, size);
    for (size_t i = size; i-- > 0; number /= 10)
        b->at[b->size + i] = (char)('0' + number % 10);
    b->size += size;
}

/* ------------------------------------------------------------------- lines of files */

struct lines {
    char **files;
    int count, next;
    gzFile file;
    struct bytes buffer; /* room for a line and a piece; from here on it is unread */
    size_t from;
    uint64_t number; /* of the line, in files[next - 1] */
};

/* Moves what is left to the front and reads more behind it; false at the end of the file. */
static bool lines_fill(struct lines *l)
{
    enum { PIECE = 1 << 18 };
    struct bytes *b = &l->buffer;
    if (l->from)
        memmove(b->at, b->at + l->from, b->size - l->from);
    b->size -= l->from;
    l->from = 0;
    reserve(b, PIECE);
    int got = gzread(l->file, b->at + b->size, PIECE);
    int code;
    const char *why = gzerror(l->file, &code);
    /* A packed file that was cut ends with a buffer error, and no error from gzread. */
    if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END))
        die("cannot read %s: %s", l->files[l->next - 1], why);
    b->size += (size_t)got;
    return got > 0;
}

static bool lines_open(struct lines *l)
{
    if (l->next == l->count)
        return false;
    l->file = gzopen(l->files[l->next], "rb");
    if (!l->file)
        die("cannot read %s: %m", l->files[l->next]);
    gzbuffer(l->file, 1 << 17);
    l->next++;
    l->number = 0;
    return true;
}

/* The next line that is not blank, without its end; valid until the next call. */
static bool lines_next(struct lines *l, const char **out_line, size_t *out_size)
{
    for (;;) {
        if (!l->file && !lines_open(l))
            return false;
        size_t seen = l->from;
        char *end;
        bool more = true;
        while (!(end = memchr(l->buffer.at + seen, '\n', l->buffer.size - seen)) && more) {
            seen = l->buffer.size - l->from;
            more = lines_fill(l);
        }
        const char *line = l->buffer.at + l->from;
        size_t size = end ? (size_t)(end - line) : l->buffer.size - l->from;
        l->from += size + (end != NULL);
        if (!end) {
            gzclose(l->file);
            l->file = NULL;
        }
        l->number++;
        size_t blank = 0;
        while (blank < size && strchr(" \t\r", line[blank]))
            blank++;
        if (blank == size)
            continue;
        *out_line = line;
        *out_size = size;
        return true;
    }
}

static struct lines lines_of(char **files, int count)
{
    struct lines l = {.files = files, .count = count};
    reserve(&l.buffer, 1);
    return l;
}

static uint64_t count_lines(char **files, int count)
{
    struct lines l = lines_of(files, count);
    const char *line;
    size_t size;
    uint64_t number = 0;
    struct stat st;
    for (int i = 0; i < count; i++)
        if (!stat(files[i], &st) && !S_ISREG(st.st_mode))
            die("%s is no file, which is read twice", files[i]);
    while (lines_next(&l, &line, &size))
        number++;
    free(l.buffer.at);
    return number;
}

/* --------------------------------------------------------------------------- output */

struct output {
    gzFile file;
    const char *name;
};

/* A file gets its name when it is whole; until then it has another, and goes if we fail. */
static char part[PATH_MAX];

static void remove_part(void)
{
    if (*part)
        unlink(part);
}

static void refuse_source(const char *name, char **files, size_t count)
{
    struct stat to, from;
    for (size_t i = 0; i < count; i++)
        if (!stat(name, &to) && !stat(files[i], &from) && to.st_dev == from.st_dev &&
            to.st_ino == from.st_ino)
            die("%s is read: write another file", name);
}

static struct output output_open(const char *name)
{
    struct output out = {NULL, name ? name : "standard output"};
    size_t size = name ? strlen(name) : 0;
    bool packed = size > 3 && !strcmp(name + size - 3, ".gz");
    struct stat there;
    bool plain = name && (stat(name, &there) || S_ISREG(there.st_mode));
    if (plain && snprintf(part, sizeof part, "%s.part", name) >= (int)sizeof part)
        die("cannot write %s: its name is too long", name);
    atexit(remove_part);
    out.file = name ? gzopen(plain ? part : name, packed ? "wb6" : "wbT") : gzdopen(1, "wbT");
    if (!out.file)
        die("cannot write %s: %m", out.name);
    gzbuffer(out.file, 1 << 20);
    return out;
}

static void output_line(struct output *out, const char *line, size_t size)
{
    if (gzwrite(out->file, line, (unsigned)size) != (int)size || gzputc(out->file, '\n') < 0)
        die("cannot write %s: %m", out->name);
}

static void output_close(struct output *out)
{
    if (gzclose(out->file) != Z_OK || (*part && rename(part, out->name)))
        die("cannot write %s: %m", out->name);
    *part = '\0';
}

/* ------------------------------------------------------------------- what is read */

/* Texts lie one behind the other in source.text: lead, body, title, url, rest.  Of a line of
 * tokens there is the body alone. */
struct article {
    uint64_t at;
    uint32_t lead, body, title, url, rest;
    uint32_t sentence_count;
    uint64_t sentence; /* the first of its sentences */
    int64_t seconds;   /* its date, if dated */
    int offset;
    enum hl_date_precision precision;
    bool dated;
};

struct source {
    struct bytes text;
    struct bytes articles;  /* struct article */
    struct bytes sentences; /* uint32_t: where each ends, from the article's text */
    uint64_t count;
    int64_t first_date, last_date;
    bool dated;
    uint64_t scaled; /* the largest K of ids "scaledK-..." */
    uint64_t unusable;
};

static const struct article *article_of(const struct source *s, uint64_t number)
{
    return (const struct article *)s->articles.at + number;
}

static void source_add(struct source *s, const struct article *a)
{
    put(&s->articles, (const char *)a, sizeof *a);
    s->count++;
}

/* Bytes of the sentence that begins here, the blanks after it included. */
static size_t sentence_size(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        bool end = c == '\n' || (c == ' ' && i >= SENTENCE_MAX);
        if (c == '.' || c == '!' || c == '?' || (i >= 2 && !memcmp(text + i - 2, "…", 3))) {
            size_t next = i + 1;
            while (next < size && strchr("\"')]", text[next]))
                next++;
            if (next + 3 <= size && !memcmp(text + next, "”", 3))
                next += 3;
            end = next < size && (text[next] == ' ' || text[next] == '\n');
            i = end ? next : i;
        }
        if (!end)
            continue;
        while (i < size && (text[i] == ' ' || text[i] == '\n'))
            i++;
        return i;
    }
    return size;
}

static void cut_sentences(struct source *s, struct article *a, uint32_t from, uint32_t to)
{
    const char *text = s->text.at + a->at;
    while (from < to) {
        from += (uint32_t)sentence_size(text + from, to - from);
        put(&s->sentences, (const char *)&from, sizeof from);
        a->sentence_count++;
    }
}

/* The values of the fields that are made anew; of two keys for one the lower rank wins. */
struct record {
    struct json_object *value[FIELD_COUNT];
    int rank[FIELD_COUNT];
};

static bool is_made(enum hlimport_field field)
{
    return field <= FIELD_DATE || field == FIELD_MODIFIED;
}

static void put_string(struct bytes *out, const char *text, size_t size, uint64_t *chance);

static void put_rest(struct bytes *out, const char *key, struct json_object *value)
{
    size_t size;
    const char *text = json_object_to_json_string_length(
        value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &size);
    put_words(out, ", \"");
    put_string(out, key, strlen(key), NULL);
    put_words(out, "\": ");
    put(out, text, size);
}

/* Appends the value to the text, unless it is no text. */
static uint32_t keep(struct source *s, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return 0;
    size_t size = (size_t)json_object_get_string_len(value);
    put(&s->text, json_object_get_string(value), size);
    return (uint32_t)size;
}

static void keep_date(struct source *s, struct article *a, struct json_object *value)
{
    struct hlimport_date date;
    const char *text = value ? json_object_get_string(value) : NULL;
    if (!text || !hlimport_date_read(text, strlen(text), &date))
        return;
    a->dated = true;
    a->seconds = date.seconds;
    a->offset = date.offset;
    a->precision = date.precision;
    if (!s->dated || date.seconds < s->first_date)
        s->first_date = date.seconds;
    if (!s->dated || date.seconds > s->last_date)
        s->last_date = date.seconds;
    s->dated = true;
}

/* An archive that was made here may be made larger: the next round has ids of its own. */
static void keep_round(struct source *s, struct json_object *id)
{
    const char *text = id ? json_object_get_string(id) : NULL;
    if (!text || strncmp(text, "scaled", 6) || !is_digit(text[6]))
        return;
    char *end;
    unsigned long long round = strtoull(text + 6, &end, 10);
    if (*end == '-' && round > s->scaled && round < UINT32_MAX)
        s->scaled = round;
}

static void keep_object(struct source *s, struct json_object *object)
{
    struct record r = {0};
    struct article a = {.at = s->text.size, .sentence = s->sentences.size / sizeof(uint32_t)};
    enum hlimport_field field;
    int rank;
    json_object_object_foreach(object, key, value)
    {
        if (hlimport_field_find(key, strlen(key), &field, &rank) && is_made(field) &&
            (!r.value[field] || rank < r.rank[field])) {
            r.value[field] = value;
            r.rank[field] = rank;
        }
    }
    a.lead = keep(s, r.value[FIELD_LEAD]);
    a.body = keep(s, r.value[FIELD_BODY]);
    a.title = keep(s, r.value[FIELD_TITLE]);
    a.url = keep(s, r.value[FIELD_URL]);
    size_t rest = s->text.size;
    json_object_object_foreach(object, name, other)
    {
        if (!hlimport_field_find(name, strlen(name), &field, &rank) || !is_made(field))
            put_rest(&s->text, name, other);
    }
    a.rest = (uint32_t)(s->text.size - rest);
    cut_sentences(s, &a, 0, a.lead);
    cut_sentences(s, &a, a.lead, a.lead + a.body);
    keep_date(s, &a, r.value[FIELD_DATE]);
    keep_round(s, r.value[FIELD_ID]);
    source_add(s, &a);
}

static void keep_tokens(struct source *s, const char *line, size_t size)
{
    while (line[size - 1] == ' ' || line[size - 1] == '\r')
        size--;
    struct article a = {.at = s->text.size, .body = (uint32_t)size};
    put(&s->text, line, size);
    source_add(s, &a);
}

/* Passes every line on and keeps it. */
static void source_read(struct source *s, struct lines *lines, struct output *out, bool tokens)
{
    struct json_tokener *tokener = json_tokener_new();
    const char *line;
    size_t size;
    if (!tokener)
        die("no memory");
    json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
    while (lines_next(lines, &line, &size)) {
        if (size >= 1u << 30)
            die("%s:%" PRIu64 ": a line of %zu bytes", lines->files[lines->next - 1],
                lines->number, size);
        output_line(out, line, size);
        if (tokens) {
            keep_tokens(s, line, size);
            continue;
        }
        json_tokener_reset(tokener);
        struct json_object *object = json_tokener_parse_ex(tokener, line, (int)size);
        if (json_object_is_type(object, json_type_object))
            keep_object(s, object);
        else
            s->unusable++;
        json_object_put(object);
    }
    json_tokener_free(tokener);
}

/* -------------------------------------------------------------------- what is made */

/* A string as JSON has it, without quotes; with chance, numbers are drawn anew. */
static void put_string(struct bytes *out, const char *text, size_t size, uint64_t *chance)
{
    for (size_t i = 0; i < size;) {
        size_t from = i;
        unsigned char c = (unsigned char)text[i];
        if (is_digit(text[i])) {
            while (i < size && is_digit(text[i]))
                i++;
            /* h5n1, 6x36 and their like are names. */
            unsigned before = from ? (unsigned char)text[from - 1] | 0x20 : ' ';
            unsigned after = i < size ? (unsigned char)text[i] | 0x20 : ' ';
            if (chance && before < 'a' && after < 'a')
                put_number(out, text + from, i - from, chance);
            else
                put(out, text + from, i - from);
        } else if (c < ' ') {
            char code[8];
            snprintf(code, sizeof code, c == '\n' ? "\\n" : "\\u%04x", c);
            put_words(out, code);
            i++;
        } else if (c == '"' || c == '\\') {
            put(out, "\\", 1);
            put(out, text + i++, 1);
        } else {
            while (i < size && (unsigned char)text[i] >= ' ' && !is_digit(text[i]) &&
                   text[i] != '"' && text[i] != '\\')
                i++;
            put(out, text + from, i - from);
        }
    }
}

/* An article that pieces are taken from; left is what it has still to give: bytes of tokens,
 * or sentences. */
struct voice {
    const struct article *article;
    uint32_t left;
};

struct maker {
    const struct source *source;
    uint64_t chance;
    struct voice voices[3]; /* the base article, two others */
    struct bytes out;
    bool tokens;
};

static void voice_begin(struct maker *m, struct voice *v, const struct article *a)
{
    v->article = a;
    v->left = m->tokens ? a->body : a->sentence_count;
}

static const struct article *any_article(struct maker *m)
{
    return article_of(m->source, below(&m->chance, m->source->count));
}

/* Whose turn it is: the base article's two times in three. */
static struct voice *any_voice(struct maker *m)
{
    uint64_t which = below(&m->chance, 6);
    struct voice *v = &m->voices[which < 4 ? 0 : which - 3];
    if (!v->left && v != m->voices)
        voice_begin(m, v, any_article(m));
    /* One without a word: the base article has some, or nothing would be asked for. */
    if (!v->left)
        voice_begin(m, v = m->voices, m->voices->article);
    return v;
}

/* Where some token of the article begins. */
static uint32_t any_token(struct maker *m, const struct article *a)
{
    const char *text = m->source->text.at + a->at;
    uint32_t at = (uint32_t)below(&m->chance, a->body);
    const char *blank = at ? memchr(text + at, ' ', a->body - at) : NULL;
    return blank ? (uint32_t)(blank - text) + 1 : 0;
}

static void make_tokens(struct maker *m)
{
    size_t want = m->voices[0].article->body;
    m->out.size = 0;
    while (m->out.size < want) {
        struct voice *v = any_voice(m);
        const char *text = m->source->text.at + v->article->at;
        uint32_t size = v->article->body, at = any_token(m, v->article), from = at;
        uint64_t run = RUN_MIN + below(&m->chance, RUN_MAX - RUN_MIN + 1);
        reserve(&m->out, size + 1);
        for (; run && at < size && m->out.size < want; run--) {
            const char *token = text + at;
            const char *blank = memchr(token, ' ', size - at);
            size_t length = blank ? (size_t)(blank - token) : size - at;
            if (all_digits(token, length))
                put_number(&m->out, token, length, &m->chance);
            else
                put(&m->out, token, length);
            put(&m->out, " ", 1);
            at += (uint32_t)length + 1;
        }
        v->left -= at - from < v->left ? at - from : v->left;
    }
    m->out.size -= m->out.size > 0;
}

/* A field of about as many bytes: the sentence that would lead further from it than stopping
 * before it is left out, unless it is the first. */
static void make_field(struct maker *m, const char *head, uint32_t want)
{
    put_words(&m->out, head);
    const struct source *s = m->source;
    size_t from = m->out.size, written = 0;
    while (m->voices[0].article->sentence_count && written < want) {
        struct voice *v = any_voice(m);
        const struct article *a = v->article;
        const uint32_t *ends = (const uint32_t *)s->sentences.at + a->sentence;
        uint64_t which = below(&m->chance, a->sentence_count);
        uint32_t start = which ? ends[which - 1] : 0;
        size_t size = ends[which] - start;
        if (written && written + size > want && written + size - want > want - written)
            break;
        const char *text = s->text.at + a->at + start;
        put_string(&m->out, text, size, &m->chance);
        if (text[size - 1] != ' ' && text[size - 1] != '\n')
            put(&m->out, " ", 1);
        written += size;
        v->left--;
    }
    while (m->out.size > from && m->out.at[m->out.size - 1] == ' ')
        m->out.size--;
}

static const char *title_of(const struct source *s, const struct article *a)
{
    return s->text.at + a->at + a->lead + a->body;
}

/* Where the first half of a title ends: at a blank, or at the end. */
static uint32_t title_half(const char *title, uint32_t size)
{
    uint32_t half = size / 2;
    while (half < size && title[half] != ' ')
        half++;
    return half;
}

static void make_title(struct maker *m)
{
    const struct source *s = m->source;
    const struct article *a = m->voices[0].article, *b = m->voices[1].article;
    const char *first = title_of(s, a), *second = title_of(s, b);
    put_words(&m->out, "\", \"title\": \"");
    if (!a->title || !b->title) {
        put_string(&m->out, first, a->title, &m->chance);
        return;
    }
    uint32_t half = title_half(second, b->title);
    put_string(&m->out, first, title_half(first, a->title), &m->chance);
    put_string(&m->out, second + half, b->title - half, &m->chance);
}

static void make_date(struct maker *m)
{
    const struct source *s = m->source;
    const struct article *a = m->voices[0].article;
    put_words(&m->out, "\", \"date\": ");
    if (!a->dated) {
        put_words(&m->out, "null");
        return;
    }
    uint64_t fifth = (uint64_t)(s->last_date - s->first_date) / 5;
    int64_t seconds = a->seconds - (int64_t)below(&m->chance, fifth + 1);
    if (seconds < DATE_MIN)
        seconds = a->seconds;
    time_t local = (time_t)(seconds + a->offset * 60);
    struct tm tm;
    char date[64];
    gmtime_r(&local, &tm);
    strftime(date, sizeof date, a->precision >= HL_DATE_MINUTE ? "\"%FT%T" : "\"%F\"", &tm);
    put_words(&m->out, date);
    if (a->precision < HL_DATE_MINUTE)
        return;
    int east = a->offset < 0 ? -a->offset : a->offset;
    snprintf(date, sizeof date, "%c%02d:%02d\"", a->offset < 0 ? '-' : '+', east / 60,
             east % 60);
    put_words(&m->out, date);
}

static void make_object(struct maker *m, uint64_t number)
{
    const struct article *a = m->voices[0].article;
    const char *url = title_of(m->source, a) + a->title;
    char id[64];
    snprintf(id, sizeof id, "scaled%" PRIu64 "-%" PRIu64, m->source->scaled + 1, number);
    m->out.size = 0;
    put_words(&m->out, "{\"id\": \"");
    put_words(&m->out, id);
    if (a->url) {
        put_words(&m->out, "\", \"url\": \"");
        put_string(&m->out, url, a->url, NULL);
        put_words(&m->out, "#");
        put_words(&m->out, id);
    }
    make_title(m);
    make_field(m, "\", \"lead\": \"", a->lead);
    make_field(m, "\", \"body\": \"", a->body);
    make_date(m);
    put(&m->out, url + a->url, a->rest);
    put_words(&m->out, "}");
}

static void make(struct maker *m, uint64_t seed, uint64_t number)
{
    m->chance = chance_of(seed, number);
    for (int i = 0; i < 3; i++)
        voice_begin(m, &m->voices[i], any_article(m));
    if (m->tokens)
        make_tokens(m);
    else
        make_object(m, number);
}

/* ----------------------------------------------------------------------------- main */

struct wishes {
    uint64_t articles, seed;
    bool tokens;
    const char *out;
    char **files;
    int count;
};

static uint64_t number_of(const char *name, const char *text)
{
    char *end = NULL;
    unsigned long long number = text ? strtoull(text, &end, 10) : 0;
    if (!text || !is_digit(text[0]) || *end || number > UINT32_MAX)
        die("%s wants a number, not \"%s\"; try -h", name, text ? text : "");
    return number;
}

static struct wishes wishes_of(int argc, char **argv)
{
    struct wishes w = {.seed = 1};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
            fputs(USAGE, stdout);
            exit(0);
        } else if (!strcmp(argv[i], "--tokens")) {
            w.tokens = true;
        } else if (!strcmp(argv[i], "--articles")) {
            w.articles = number_of(argv[i++], value);
        } else if (!strcmp(argv[i], "--seed")) {
            w.seed = number_of(argv[i++], value);
        } else if (!strcmp(argv[i], "-o") && value) {
            w.out = argv[++i];
        } else {
            die("unknown option %s; try -h", argv[i]);
        }
    }
    if (!w.articles || i == argc)
        die("say --articles N and a FILE; try -h");
    w.files = argv + i;
    w.count = argc - i;
    return w;
}

/* wanted of all articles, evenly spread. */
static void choose(struct lines *lines, struct output *out, uint64_t wanted, uint64_t all)
{
    const char *line;
    size_t size;
    for (uint64_t i = 0; lines_next(lines, &line, &size); i++)
        if ((i + 1) * wanted / all > i * wanted / all)
            output_line(out, line, size);
}

int main(int argc, char **argv)
{
    struct wishes w = wishes_of(argc, argv);
    if (w.out)
        refuse_source(w.out, w.files, w.count);
    uint64_t all = count_lines(w.files, w.count);
    if (!all)
        die("%s: no articles", w.files[0]);
    struct lines lines = lines_of(w.files, w.count);
    struct output out = output_open(w.out);
    struct source source = {0};
    struct maker maker = {.source = &source, .tokens = w.tokens};
    if (w.articles <= all)
        choose(&lines, &out, w.articles, all);
    else
        source_read(&source, &lines, &out, w.tokens);
    if (w.articles > all && !source.count)
        die("%s: no line is a JSON object; lines of tokens want --tokens", w.files[0]);
    for (uint64_t i = all; i < w.articles; i++) {
        make(&maker, w.seed, i);
        output_line(&out, maker.out.at, maker.out.size);
    }
    output_close(&out);
    if (source.unusable)
        fprintf(stderr, "scale: %" PRIu64 " lines are no JSON objects: only passed on\n",
                source.unusable);
    free(lines.buffer.at);
    free(maker.out.at);
    free(source.text.at);
    free(source.articles.at);
    free(source.sentences.at);
    return 0;
}
