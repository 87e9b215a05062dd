/*
 * sniff.c - the form of a file by its first bytes, never by its name.
 */
#include "import/reader.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { LOOK_MAX = 64 * 1024, HEADER_FIELDS = 2 };

/* Beginnings of what is no text, or text that this reader would only make a mess of. */
static const struct {
    const char *magic;
    size_t size;
    const char *why;
    bool binary; /* not to be forced by --format either */
} KINDS[] = {
    {"\x1f\x8b", 2, HLERR_SAID("gzip within gzip; unpack it once: gzip -d"), true},
    {"\x28\xb5\x2f\xfd", 4, HLERR_SAID("packed with zstd; unpack it: zstd -d"), true},
    {"\xfd"
     "7zXZ",
     5, HLERR_SAID("packed with xz; unpack it: xz -d"), true},
    {"BZh", 3, HLERR_SAID("packed with bzip2; unpack it: bzip2 -d"), true},
    {"PK\x03\x04", 4, HLERR_SAID("a zip archive (or office file); unpack it first"), true},
    {"%PDF-", 5, HLERR_SAID("PDF; make it text: pdftotext FILE"), true},
    {"\xff\xfe\0", 4, HLERR_SAID("UTF-32; convert it: iconv -f UTF-32 -t UTF-8"), true},
    {"\0\0\xfe\xff", 4, HLERR_SAID("UTF-32; convert it: iconv -f UTF-32 -t UTF-8"), true},
    {"\xd0\xcf\x11\xe0", 4, HLERR_SAID("an old office file; save it as text"), true},
    {"WARC/", 5, HLERR_SAID("WARC, which this build does not read"), false},
    {"<?xml", 5, HLERR_SAID("XML, which this build does not read"), false},
    {"<rss", 4, HLERR_SAID("RSS, which this build does not read"), false},
    {"<feed", 5, HLERR_SAID("Atom, which this build does not read"), false},
    {"<urlset", 7, HLERR_SAID("a sitemap, which this build does not read"), false},
    {"<!doctype", 9, HLERR_SAID("HTML, which this build does not read"), false},
    {"<html", 5, HLERR_SAID("HTML, which this build does not read"), false},
};

/* Markup in any case, other marks as they are: "Bzh" may begin a word. */
static bool begins(const uint8_t *data, size_t size, const char *magic, size_t n, bool binary)
{
    return size >= n &&
           (binary ? !memcmp(data, magic, n) : !strncasecmp((const char *)data, magic, n));
}

/* Skips a byte order mark and blanks. */
static size_t skip_blank(const uint8_t *data, size_t size)
{
    size_t i = size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (i < size && (data[i] == ' ' || (data[i] >= '\t' && data[i] <= '\r')))
        i++;
    return i;
}

/* A brace with what may follow it in JSON: "{Tựa đề}" is text. */
static bool starts_object(const uint8_t *line, size_t size)
{
    assert(line || !size);
    if (!size || line[0] != '{')
        return false;
    size_t i = 1 + skip_blank(line + 1, size - 1);
    return i == size || line[i] == '"' || line[i] == '}' || line[i] == '\'';
}

/* At least half of the lines seen begin an object: one bad line does not hide the rest. */
static bool mostly_objects(const uint8_t *data, size_t size)
{
    size_t lines = 0, objects = 0;
    for (size_t at = 0; at < size;) {
        const uint8_t *stop = memchr(data + at, '\n', size - at);
        size_t n = (size_t)((stop ? stop : data + size) - (data + at));
        size_t blank = skip_blank(data + at, n);
        if (blank < n) {
            lines++;
            objects += starts_object(data + at + blank, n - blank);
        }
        at += n + 1;
    }
    return objects && objects * 2 >= lines;
}

/*
 * An object that goes on past its line: the first line ends between values and the
 * next one is not an object of its own.  A first line that is merely cut ends in a
 * string, or is followed by another object.
 */
static bool spans_lines(const uint8_t *data, size_t size)
{
    const uint8_t *stop = memchr(data, '\n', size);
    if (!stop)
        return false;
    assert(stop >= data);
    const uint8_t *last = stop;
    while (last > data && (last[-1] == ' ' || last[-1] == '\r' || last[-1] == '\t'))
        last--;
    if (last == data || !strchr("{,[", last[-1]))
        return false;
    size_t next = (size_t)(stop - data);
    next += skip_blank(data + next, size - next);
    return next < size &&
           (data[next] == '"' || data[next] == '}' || data[next] == '\'' || last[-1] == '[');
}

/* An array of objects, objects over several lines, or lines; else it is no JSON. */
static enum hlimport_form json_form(const uint8_t *data, size_t size)
{
    if (size && data[0] == '[') {
        size_t i = 1 + skip_blank(data + 1, size - 1);
        bool object = i < size && starts_object(data + i, size - i);
        return object || (i < size && data[i] == ']') ? FORM_OBJECTS : FORM_UNKNOWN;
    }
    if (starts_object(data, size) && spans_lines(data, size))
        return FORM_OBJECTS;
    return mostly_objects(data, size) ? FORM_JSONL : FORM_UNKNOWN;
}

/* A header line of a table: fields of known names between tabs, commas or the like. */
static bool is_table(const uint8_t *data, size_t size)
{
    const uint8_t *stop = memchr(data, '\n', size);
    size_t n = stop ? (size_t)(stop - data) : size, known = 0;
    for (const char *mark = "\t,|;"; *mark; mark++) {
        size_t from = 0, count = 0;
        for (size_t i = 0; i <= n; i++) {
            if (i < n && data[i] != (uint8_t)*mark && data[i] != '\r')
                continue;
            enum hlimport_field field;
            int rank;
            size_t a = from, b = i;
            if (b - a >= 2 && data[a] == '"' && data[b - 1] == '"')
                a++, b--;
            count += hlimport_field_find((const char *)data + a, b - a, &field, &rank);
            from = i + 1;
        }
        known = count > known ? count : known;
    }
    return stop && known >= HEADER_FIELDS;
}

/* Columns between tabs: the first lines, three or more, have equally many. */
static bool is_columns(const uint8_t *data, size_t size)
{
    size_t tabs = 0, first = 0, lines = 0;
    for (size_t i = 0; i < size && lines < 5; i++) {
        tabs += data[i] == '\t';
        if (data[i] != '\n')
            continue;
        if (!tabs || (lines && tabs != first))
            return false;
        first = tabs;
        tabs = 0;
        lines++;
    }
    return lines >= 3;
}

enum hlimport_form hlimport_sniff(const uint8_t *data, size_t size, bool gzip,
                                  enum hlimport_form forced, const char **out_why)
{
    size = size < LOOK_MAX ? size : LOOK_MAX;
    size_t blank = skip_blank(data, size);
    assert(blank <= size && forced != FORM_OBJECTS);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        size_t skip = KINDS[i].binary ? 0 : blank;
        bool here =
            begins(data + skip, size - skip, KINDS[i].magic, KINDS[i].size, KINDS[i].binary);
        /* Unpacked bytes alone can be "gzip within gzip". */
        if (here && (KINDS[i].binary || !forced) && (i > 0 || gzip)) {
            *out_why = KINDS[i].why;
            return FORM_UNKNOWN;
        }
    }
    enum hlimport_form json = json_form(data + blank, size - blank);
    if (forced == FORM_JSONL)
        return json == FORM_OBJECTS ? FORM_OBJECTS : FORM_JSONL;
    if (forced)
        return forced;
    if (json)
        return json;
    if (memchr(data, 0, size)) {
        *out_why = HLERR_SAID("not text: it holds NUL bytes");
        return FORM_UNKNOWN;
    }
    if (is_table(data + blank, size - blank) || is_columns(data + blank, size - blank)) {
        *out_why = HLERR_SAID("a table (CSV or TSV), which this build does not read");
        return FORM_UNKNOWN;
    }
    return FORM_TEXT;
}
