/*
 * plain.c - plain text, an article a file; tokens, an article a line.
 *
 * Text: lines "# key = value" first, where there are any; then the title, then the
 * lead if more follows, then the body.
 */
#include "import/reader.h"

#include "import/date.h"

#include <assert.h>
#include <string.h>

enum {
    TITLE_MAX = 500,          /* bytes: a longer first line is a paragraph */
    RANK_NAME = RANK_NONE - 1 /* what a file's name says comes last */
};

/* Gives the value of a key to the draft, by the map and the built-in names. */
static void take_key(struct hlimport *im, const char *key, size_t key_size, const char *value,
                     size_t size)
{
    const struct hlimport_map *map = im->options.map;
    for (size_t i = 0; map && i < map->count; i++) {
        const struct hlimport_mapping *m = &map->mappings[i];
        if (!m->constant && !strncmp(m->text, key, key_size) && !m->text[key_size])
            hlimport_draft_put(&im->draft, m->field, (int)i, value, size);
    }
    enum hlimport_field field;
    int rank;
    if (hlimport_field_find(key, key_size, &field, &rank))
        hlimport_draft_put(&im->draft, field, rank, value, size);
}

/* Constants of the map hold for text, too. */
static void take_constants(struct hlimport *im)
{
    const struct hlimport_map *map = im->options.map;
    for (size_t i = 0; map && i < map->count; i++)
        if (map->mappings[i].constant)
            hlimport_draft_put(&im->draft, map->mappings[i].field, (int)i,
                               map->mappings[i].text, strlen(map->mappings[i].text));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The end of what is between from and to, without blanks. */
static const char *trim_end(const char *from, const char *to)
{
    while (to > from && is_blank(to[-1]))
        to--;
    return to;
}

/* Reads a line "# key = value"; false if it is none. */
static bool header_line(struct hlimport *im, const char *line, const char *end)
{
    assert(line < end);
    const char *key = line + 1;
    const char *equals = *line == '#' ? memchr(line, '=', (size_t)(end - line)) : NULL;
    if (!equals)
        return false;
    while (key < equals && is_blank(*key))
        key++;
    const char *key_end = trim_end(key, equals);
    /* A key is one word; "# Vì sao E = mc2?" is a title. */
    if (key == key_end || memchr(key, ' ', (size_t)(key_end - key)))
        return false;
    const char *value = equals + 1;
    while (value < end && is_blank(*value))
        value++;
    take_key(im, key, (size_t)(key_end - key), value, (size_t)(trim_end(value, end) - value));
    return true;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

/* Fields of a file that its place tells: id from the path, date from the name. */
static void take_place(struct hlimport *im)
{
    struct hlbuf *id = &im->draft.scratch;
    const char *path = im->entry.id;
    bool good;
    size_t size = strlen(path);
    hlbuf_reset(id);
    /* A name may be any bytes; an id is UTF-8. */
    for (size_t i = 0; i < size; i++) {
        good = (uint8_t)path[i] >= 0x20 && path[i] != 0x7f;
        if (good && (uint8_t)path[i] < 0x80)
            hlbuf_put(id, path + i, 1);
        else if (good && im->entry.id_is_utf8)
            hlbuf_put(id, path + i, 1);
        else
            hlbuf_put_format(id, "%%%02X", (uint8_t)path[i]);
    }
    hlimport_draft_put(&im->draft, FIELD_ID, RANK_NAME, (const char *)id->data, id->size);
    im->draft.fields[FIELD_ID].failed |= id->failed;
    const char *slash = strrchr(path, '/');
    size_t date_size;
    const char *date = hlimport_date_in_name(slash ? slash + 1 : path, &date_size);
    if (date && hlimport_draft_wants(&im->draft, FIELD_DATE, RANK_NAME)) {
        hlimport_draft_put(&im->draft, FIELD_DATE, RANK_NAME, date, date_size);
        im->draft.date_native = true;
    }
}

/* Header lines, title, and the rest; which line is the lead is only known when the
 * debris is out, so that is left to the draft. */
static void take_text(struct hlimport *im, const char *text, size_t size)
{
    const char *at = text, *end = text + size;
    assert(size > 0 && size <= 3 * im->options.article_max);
    if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        at += 3;
    hlimport_draft_reset(&im->draft);
    take_constants(im);
    for (const char *stop; at < end; at = stop + (stop < end)) {
        stop = line_end(at, end);
        if (trim_end(at, stop) > at && !header_line(im, at, stop))
            break;
    }
    assert(at <= end);
    const char *stop = at < end ? line_end(at, end) : end;
    bool titled = !hlimport_draft_wants(&im->draft, FIELD_TITLE, RANK_NAME);
    if (!titled && stop - at <= TITLE_MAX) {
        hlimport_draft_put(&im->draft, FIELD_TITLE, RANK_NAME, at, (size_t)(stop - at));
        at = stop;
    }
    hlimport_draft_put(&im->draft, FIELD_BODY, RANK_NAME, at, (size_t)(end - at));
    im->draft.lead_first = hlimport_draft_wants(&im->draft, FIELD_LEAD, RANK_NAME);
    take_place(im);
}

hl_status hlimport_read_text(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err)
{
    struct hlimport_stream *s = &im->stream;
    *out_given = false;
    while (hlimport_stream_left(s) <= im->options.article_max && hlimport_stream_more(s))
        ;
    size_t size = hlimport_stream_left(s);
    /* A file that is damaged is not given at all: nobody can say what is missing. */
    if (!size || s->damage[0] || s->no_memory)
        return HL_NOT_FOUND;
    const char *text = (const char *)hlimport_stream_data(s);
    im->record = (struct hlimport_record){text, size, 0, 0};
    hlimport_stream_take(s, size);
    if (size > im->options.article_max) {
        s->ended = true; /* the rest is the same article */
        return hlimport_reject(im, WHY_TOO_LONG, -1, err, "longer than %zu bytes",
                               im->options.article_max);
    }
    bool good;
    hl_status status = hlimport_check_text(im, &text, &size, &good, err);
    if (status || !good)
        return status;
    take_text(im, text, size);
    return hlimport_give_draft(im, out, out_given, err);
}

/* The id of a line of tokens: its number; the second file's numbers need its name. */
static const char *token_id(struct hlimport *im)
{
    assert(im->record.line > 0 && im->token_files > 0);
    hlbuf_reset(&im->token_id);
    if (im->token_files > 1)
        hlbuf_put_format(&im->token_id, "%.400s:", im->entry.id);
    hlbuf_put_format(&im->token_id, "%llu", (unsigned long long)im->record.line);
    return im->token_id.failed ? NULL : (const char *)im->token_id.data;
}

hl_status hlimport_read_tokens(struct hlimport *im, struct hl_article *out, bool *out_given,
                               struct hl_error *err)
{
    struct hlimport_line line;
    *out_given = false;
    if (!hlimport_stream_line(&im->stream, im->options.article_max, &line) || line.cut)
        return HL_NOT_FOUND;
    im->record = (struct hlimport_record){line.text, line.size, im->stream.line, line.offset};
    if (line.too_long)
        return hlimport_reject(im, WHY_TOO_LONG, -1, err, "longer than %zu bytes",
                               im->options.article_max);
    assert(strlen(line.text) <= line.size);
    for (char *zero; (zero = memchr(line.text, 0, line.size)) != NULL;)
        *zero = ' ';
    const char *text = line.text;
    size_t size = line.size, blank = strspn(text, " \t");
    if (blank == size)
        return HL_OK;
    bool good;
    hl_status status = hlimport_check_text(im, &text, &size, &good, err);
    if (status || !good)
        return status;
    assert(!text[size]);
    struct hl_article article = {
        .id = token_id(im), .body = text, .source = im->options.source};
    if (!article.id)
        return hlerr_nomem(err);
    hlimport_give(im);
    *out_given = true;
    *out = article;
    return HL_OK;
}
