/*
 * charset.c - which charset a file and a record are in, and the record's text as UTF-8.
 *
 * What is asked first: what the user said; the file's mark; its declaration, if the text is
 * Vietnamese under it; whether the record is UTF-8; what old charset makes Vietnamese of it.
 * A file of lines is decided line by line, since such files are put together from others,
 * but the old charset that most of its beginning is in needs less to be believed.
 */
#include "import/reader.h"

#include "import/encoding.h"

#include "text/charset.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { DECLARED_MAX = 4096, DECLARED_NAME = 40 };

const char *hlimport_encoding_at(size_t i)
{
    return i ? hltext_charset_at(i - 1) : "auto";
}

bool hlimport_encoding_find(const char *name, const char **out_charset)
{
    const char *charset = name && strcasecmp(name, "auto") ? hltext_charset_find(name) : NULL;
    if (name && strcasecmp(name, "auto") && !charset)
        return false;
    *out_charset = charset;
    return true;
}

/* ------------------------------------------------------------------- the file */

/* The name behind `key` (charset= or encoding=) in a tag, quotes or none; NULL: none that
 * we know. */
static const char *name_behind(const char *text, size_t size, const char *key)
{
    char name[DECLARED_NAME];
    size_t length = strlen(key), n = 0;
    for (size_t i = 0; i + length < size; i++) {
        if (strncasecmp(text + i, key, length))
            continue;
        i += length;
        while (i < size && (text[i] == '"' || text[i] == '\'' || text[i] == ' '))
            i++;
        while (i < size && n + 1 < sizeof name && !strchr("\"' ;/>?\t\r\n", text[i]))
            name[n++] = text[i++];
        name[n] = 0;
        return n ? hltext_charset_find(name) : NULL;
    }
    return NULL;
}

const char *hlimport_charset_declared(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t blank = 0;
    size = size < DECLARED_MAX ? size : DECLARED_MAX;
    while (blank < size && strchr(" \t\r\n", text[blank]) && text[blank])
        blank++;
    if (blank == size || text[blank] != '<') /* "charset=" in a text declares nothing */
        return NULL;
    if (size - blank > 5 && !strncasecmp(text + blank, "<?xml", 5)) {
        const char *end = memchr(text + blank, '>', size - blank);
        size_t length = end ? (size_t)(end - text) - blank : 0;
        const char *charset = name_behind(text + blank, length, "encoding=");
        if (charset)
            return charset;
    }
    for (size_t at = blank; at + 5 < size; at++) {
        if (strncasecmp(text + at, "<meta", 5))
            continue;
        const char *end = memchr(text + at, '>', size - at);
        size_t length = end ? (size_t)(end - (text + at)) : size - at;
        const char *charset = name_behind(text + at, length, "charset=");
        if (charset)
            return charset;
    }
    return NULL;
}

/* Old charsets only: what is beside UTF-8 may still be anything. */
static bool is_old(const char *charset)
{
    return charset && strncmp(charset, "UTF-", 4) && strcmp(charset, "windows-1252");
}

/* What the lines at the beginning that are no UTF-8 are in, as one. */
static hl_status find_prior(struct hlimport *im, const uint8_t *data, size_t size,
                            struct hl_error *err)
{
    const char *charset = NULL;
    struct hlbuf *lines = &im->repaired;
    hlbuf_reset(lines);
    for (size_t at = 0; at < size;) {
        const uint8_t *stop = memchr(data + at, '\n', size - at);
        size_t n = stop ? (size_t)(stop - (data + at)) + 1 : size - at;
        assert(n > 0);
        if (hltext_utf8_check((const char *)data + at, n) < n)
            hlbuf_put(lines, data + at, n);
        at += n;
    }
    if (lines->failed)
        return hlerr_nomem(err);
    hl_status status = lines->size
                           ? hltext_charset_guess(lines->data, lines->size, NULL, &charset, err)
                           : HL_OK;
    if (!status && is_old(charset))
        im->charset.prior = charset;
    return status;
}

hl_status hlimport_charset_begin(struct hlimport *im, struct hl_error *err)
{
    struct hlimport_charset *c = &im->charset;
    const uint8_t *data = hlimport_stream_data(&im->stream);
    size_t size = hlimport_stream_left(&im->stream);
    assert(size > 0 && !im->stream.wide);
    c->certain = c->told;
    c->from = c->declared = c->prior = NULL;
    bool is_utf32 = size >= 4 && !memcmp(data, "\xff\xfe\0\0", 4);
    if (!c->told && !is_utf32)
        c->from = hltext_utf16_find(data, size);
    else if (c->told && !strncmp(c->told, "UTF-16", 6))
        c->from = strcmp(c->told, "UTF-16") ? c->told : hltext_utf16_find(data, size);
    if (c->told && !strcmp(c->told, "UTF-16") && !c->from)
        c->from = "UTF-16LE"; /* as Windows writes it */
    if (c->from) {
        c->certain = "UTF-8";
        bool big = !strcmp(c->from, "UTF-16BE");
        return hlimport_stream_convert(&im->stream, big) ? HL_OK : hlerr_nomem(err);
    }
    if (c->certain)
        return HL_OK;
    if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
        c->certain = "UTF-8";
        return HL_OK;
    }
    c->declared = hlimport_charset_declared(data, size);
    return find_prior(im, data, size, err);
}

/* ----------------------------------------------------------------- the record */

static size_t count_replaced(const struct hlbuf *text)
{
    size_t count = 0;
    const uint8_t *p = text->data, *end = p + text->size;
    while (p < end && (p = memmem(p, (size_t)(end - p), "\xef\xbf\xbd", 3)) != NULL) {
        count++;
        p += 3;
    }
    return count;
}

/* Whether the declared charset makes Vietnamese of the record; *out_whole: or at least has
 * a meaning for every byte. */
static hl_status try_declared(struct hlimport *im, const char *text, size_t size,
                              bool *out_agrees, bool *out_whole, struct hl_error *err)
{
    const char *declared = im->charset.declared;
    *out_agrees = *out_whole = false;
    if (!declared || !strncmp(declared, "UTF-", 4))
        return HL_OK;
    hl_status status = hltext_decode(declared, text, size, &im->repaired, err);
    if (status)
        return status;
    const char *read = (const char *)im->repaired.data;
    *out_whole = !count_replaced(&im->repaired);
    *out_agrees = *out_whole && hltext_charset_score(read, im->repaired.size) >= 0.5;
    return HL_OK;
}

/* The charset of a record that is no UTF-8; "UTF-8" for one that is to be mended. */
static hl_status choose(struct hlimport *im, const char *text, size_t size,
                        const char **out_charset, struct hl_error *err)
{
    struct hlimport_charset *c = &im->charset;
    const char *found = c->declared;
    bool agrees, whole;
    hl_status status = try_declared(im, text, size, &agrees, &whole, err);
    if (!status && !agrees)
        status = hltext_charset_guess(text, size, c->prior, &found, err);
    if (status)
        return status;
    if (found && !strncmp(found, "UTF-16", 6)) /* of a file, not of a part of one */
        found = NULL;
    if (!found && whole)
        found = c->declared;
    c->named = found != NULL;
    if (is_old(found) && !c->prior)
        c->prior = found;
    *out_charset = found ? found : "UTF-8";
    return HL_OK;
}

/* The record under a charset that is not UTF-8. */
static hl_status decode(struct hlimport *im, const char *charset, const char **text,
                        size_t *size, bool *out_good, struct hl_error *err)
{
    hl_status status = hltext_decode(charset, *text, *size, &im->repaired, err);
    if (status == HL_LIMIT) {
        *out_good = false;
        return hlimport_reject(im, WHY_TOO_LONG, -1, err, "too long to convert from %s",
                               charset);
    }
    if (status)
        return status;
    size_t bad = count_replaced(&im->repaired);
    if (!hlbuf_put(&im->repaired, "", 1))
        return hlerr_nomem(err);
    if (bad * 100 > *size) {
        *out_good = false;
        return hlimport_reject(im, WHY_ENCODING, -1, err,
                               "%zu of %zu bytes mean nothing in %s; name the right one: "
                               "--encoding NAME",
                               bad, *size, charset);
    }
    im->text_repaired = bad > 0;
    im->charset.record = charset;
    *text = (const char *)im->repaired.data;
    *size = im->repaired.size - 1;
    return HL_OK;
}

/* The record as UTF-8 with its broken bytes replaced; rejected past 1 % of them. */
static hl_status mend(struct hlimport *im, const char **text, size_t *size, bool *out_good,
                      struct hl_error *err)
{
    size_t good = hltext_utf8_check(*text, *size);
    if (good == *size)
        return HL_OK;
    hlbuf_reset(&im->repaired);
    assert(good < *size);
    size_t bad = hlimport_utf8_repair((const uint8_t *)*text, *size, &im->repaired);
    hlbuf_put(&im->repaired, "", 1);
    if (im->repaired.failed)
        return hlerr_nomem(err);
    if (bad * 100 > *size) {
        *out_good = false;
        return hlimport_reject(im, WHY_ENCODING, (int64_t)good, err,
                               "%zu of %zu bytes are not %s (first: byte %zu)%s", bad, *size,
                               im->charset.from ? im->charset.from : "UTF-8", good + 1,
                               im->charset.named
                                   ? ""
                                   : hlerr_say(", and no charset makes Vietnamese of them; if "
                                               "you know it: --encoding NAME"));
    }
    assert(bad > 0);
    im->text_repaired = true;
    *text = (const char *)im->repaired.data;
    *size = im->repaired.size - 1;
    return HL_OK;
}

bool hlimport_charset_is_late(const struct hlimport *im)
{
    const char *told = im->charset.told;
    bool json = im->form == FORM_JSONL || im->form == FORM_OBJECTS;
    return json && told && !strcmp(told, "VIQR");
}

hl_status hlimport_check_text(struct hlimport *im, const char **text, size_t *size,
                              bool *out_good, struct hl_error *err)
{
    struct hlimport_charset *c = &im->charset;
    const char *charset = c->certain;
    im->text_repaired = false;
    *out_good = true;
    c->named = c->certain != NULL;
    c->record = c->from;
    if (hlimport_charset_is_late(im)) {
        c->record = charset;
        charset = "UTF-8";
    }
    if (!charset && hltext_utf8_check(*text, *size) == *size)
        return HL_OK;
    hl_status status = charset ? HL_OK : choose(im, *text, *size, &charset, err);
    if (status == HL_LIMIT)
        charset = "UTF-8"; /* too long to be anything else */
    else if (status)
        return status;
    return strcmp(charset, "UTF-8") ? decode(im, charset, text, size, out_good, err)
                                    : mend(im, text, size, out_good, err);
}

/* ------------------------------------------------------------------ the fields */

static const enum hlimport_field TEXTS[] = {FIELD_BODY,    FIELD_LEAD,   FIELD_TITLE,
                                            FIELD_CAPTION, FIELD_AUTHOR, FIELD_SECTION,
                                            FIELD_SOURCE,  FIELD_TAGS};
enum { TEXT_COUNT = sizeof TEXTS / sizeof TEXTS[0], LONG_COUNT = 4, PART_MAX = 2048 };

static void swap_scratch(struct hlimport_draft *draft, enum hlimport_field field)
{
    struct hlbuf swap = draft->fields[field];
    draft->fields[field] = draft->scratch;
    draft->scratch = swap;
}

/* Puts the text that a charset makes of a field in its place. */
static hl_status replace(struct hlimport_draft *draft, enum hlimport_field field,
                         const char *charset, bool undo, struct hl_error *err)
{
    struct hlbuf *text = &draft->fields[field], *scratch = &draft->scratch;
    const char *bytes = (const char *)text->data;
    hl_status status = undo ? hltext_mojibake_undo(bytes, text->size, charset, scratch, err)
                            : hltext_decode(charset, bytes, text->size, scratch, err);
    if (status)
        return status == HL_LIMIT ? HL_OK : status;
    swap_scratch(draft, field);
    return HL_OK;
}

hl_status hlimport_charset_decode_late(struct hlimport_draft *draft, const char *charset,
                                       struct hl_error *err)
{
    hl_status status = HL_OK;
    assert(charset);
    for (size_t i = 0; i < TEXT_COUNT && !status; i++)
        if (draft->fields[TEXTS[i]].size)
            status = replace(draft, TEXTS[i], charset, false, err);
    return status;
}

/* All texts of a draft in one, the short ones first: together they say more. */
static hl_status find_misread(struct hlimport_draft *draft, const char **out_charset,
                              struct hl_error *err)
{
    struct hlbuf *all = &draft->scratch;
    hlbuf_reset(all);
    for (size_t i = TEXT_COUNT; i-- > 0;) {
        const struct hlbuf *text = &draft->fields[TEXTS[i]];
        hlbuf_put(all, text->data, text->size < PART_MAX ? text->size : PART_MAX);
        while (all->size && text->size > PART_MAX && all->data[all->size - 1] >= 0x80)
            all->size--; /* no half of a character */
        hlbuf_put(all, "\n", 1);
    }
    if (all->failed)
        return hlerr_nomem(err);
    return hltext_mojibake_find((const char *)all->data, all->size, NULL, out_charset, err);
}

/* Letters from U+1EA0 to U+1EFF: no misreading makes them. */
static bool is_sound(const struct hlbuf *text)
{
    const uint8_t *p = text->data, *end = p + text->size;
    while (p < end && (p = memchr(p, 0xe1, (size_t)(end - p))) != NULL && p + 1 < end) {
        if (p[1] == 0xba || p[1] == 0xbb)
            return true;
        p++;
    }
    return false;
}

/* Undoes a field of a record that was misread as a whole: "vò trô" looks as good as "vũ
 * trụ", but it stands beside others that do not. */
static hl_status undo_with_others(struct hlimport_draft *draft, enum hlimport_field field,
                                  const char *was, struct hl_error *err)
{
    const struct hlbuf *text = &draft->fields[field], *undone = &draft->scratch;
    double before = hltext_charset_score((const char *)text->data, text->size);
    hl_status status =
        hltext_mojibake_undo((const char *)text->data, text->size, was, &draft->scratch, err);
    if (status)
        return status == HL_LIMIT ? HL_OK : status;
    double after = hltext_charset_score((const char *)undone->data, undone->size);
    if (after > 0 && after >= before && !count_replaced(undone))
        swap_scratch(draft, field);
    return HL_OK;
}

hl_status hlimport_charset_mend(struct hlimport_draft *draft, bool repair, struct hl_error *err)
{
    const char *found[TEXT_COUNT] = {NULL}, *was = NULL;
    bool mixed = false;
    hl_status status = HL_OK;
    /* Each by itself: a sound body does not hide a title that is not. */
    for (size_t i = 0; i < LONG_COUNT && !status; i++) {
        const struct hlbuf *text = &draft->fields[TEXTS[i]];
        status =
            hltext_mojibake_find((const char *)text->data, text->size, NULL, &found[i], err);
        mixed |= !found[i] && is_sound(text);
        was = was ? was : found[i];
    }
    if (!status && !was && !mixed)
        status = find_misread(draft, &was, err);
    draft->misread = was != NULL;
    for (size_t i = 0; i < TEXT_COUNT && !status && was && repair; i++) {
        const struct hlbuf *text = &draft->fields[TEXTS[i]];
        if (!found[i])
            status =
                hltext_mojibake_find((const char *)text->data, text->size, was, &found[i], err);
        if (!status && found[i])
            status = replace(draft, TEXTS[i], found[i], true, err);
        else if (!status && !mixed && text->size && !is_sound(text))
            status = undo_with_others(draft, TEXTS[i], was, err);
    }
    return status;
}
