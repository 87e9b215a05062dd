/*
 * report.c - what was given, skipped and why: counts, warnings, the rejects file.
 */
#include "import/reader.h"

#include "import/encoding.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

enum { WARNINGS_MAX = 5, RECORD_SHOWN = 64 * 1024 };

static const struct {
    const char *name;
    hl_status status; /* under stop_on_error */
} WHYS[WHY_COUNT] = {
    [WHY_NOT_JSON] = {"not-json", HL_MISUSE},
    [WHY_LEFT_OVER] = {"left-over", HL_MISUSE},
    [WHY_TOO_DEEP] = {"too-deep", HL_LIMIT},
    [WHY_TOO_LONG] = {"too-long", HL_LIMIT},
    [WHY_NO_TEXT] = {"no-text", HL_MISUSE},
    [WHY_BAD_ID] = {"bad-id", HL_MISUSE},
    [WHY_ENCODING] = {"encoding", HL_MISUSE},
    [WHY_GZIP] = {"gzip", HL_IO},
    [WHY_UNREADABLE] = {"unreadable", HL_IO},
    [WHY_EMPTY] = {"empty", HL_MISUSE},
    [WHY_UNKNOWN_FORM] = {"unknown-form", HL_UNSUPPORTED},
    [WHY_REFUSED] = {"refused", HL_MISUSE},
    [WHY_CUT] = {"cut", HL_MISUSE},
};

const char *hlimport_why_name(enum hlimport_why why)
{
    assert(why < WHY_COUNT);
    return WHYS[why].name;
}

const char *hlimport_name(const struct hlimport *im)
{
    return im->name.size ? (const char *)im->name.data : "";
}

void hlimport_warn(struct hlimport *im, const char *format, ...)
{
    if (!im->options.warn)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, hlerr_say(format), args);
    va_end(args);
    im->options.warn(im->options.user, text);
}

/* A member of the rejects object: bytes that may be anything become UTF-8. */
static void put_member(struct hlbuf *out, const char *key, const char *text, size_t size)
{
    struct hlbuf good = {0};
    hlimport_utf8_repair((const uint8_t *)text, size, &good);
    hlbuf_put_format(out, "%s\"%s\":", out->size > 1 ? "," : "", key);
    hlimport_json_string(out, (const char *)good.data, good.size);
    out->failed |= good.failed;
    hlbuf_release(&good);
}

/* A line of the rejects file; false if it could not be written. */
static bool write_reject(struct hlimport *im, enum hlimport_why why, const char *words)
{
    struct hlbuf out = {0};
    hlbuf_put(&out, "{", 1);
    put_member(&out, "file", hlimport_name(im), strlen(hlimport_name(im)));
    if (im->record.line)
        hlbuf_put_format(&out, ",\"line\":%llu", (unsigned long long)im->record.line);
    hlbuf_put_format(&out, ",\"offset\":%llu,\"reason\":\"%s\"",
                     (unsigned long long)im->record.offset, WHYS[why].name);
    put_member(&out, "message", words, strlen(words));
    if (im->record.text) {
        bool whole = im->record.size <= RECORD_SHOWN;
        put_member(&out, whole ? "record" : "record_begins", im->record.text,
                   whole ? im->record.size : RECORD_SHOWN);
    }
    hlbuf_put(&out, "}\n", 2);
    bool good = !out.failed && fwrite(out.data, 1, out.size, im->options.rejects) == out.size;
    hlbuf_release(&out);
    return good;
}

/* "FILE:LINE: " or "FILE: ". */
static void place(const struct hlimport *im, char *out, size_t room)
{
    if (im->record.line)
        snprintf(out, room, "%.200s:%llu: ", hlimport_name(im),
                 (unsigned long long)im->record.line);
    else
        snprintf(out, room, "%.200s: ", hlimport_name(im));
}

hl_status hlimport_reject(struct hlimport *im, enum hlimport_why why, int64_t at,
                          struct hl_error *err, const char *format, ...)
{
    assert(why < WHY_COUNT && im->record.size <= im->stream.out_bytes);
    char words[320], where[256];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, hlerr_say(format), args);
    va_end(args);
    place(im, where, sizeof where);
    im->counts.read++;
    im->counts.rejected++;
    im->counts.line = im->record.line;
    assert(im->counts.read >= im->counts.rejected);
    uint64_t count = ++im->counts.reasons[why].count;
    im->notes.records++;
    if (im->options.rejects && !write_reject(im, why, words))
        return hlerr_set(err, HL_IO, "the rejects file cannot be written");
    if (im->options.stop_on_error)
        return hlerr_set_at(err, WHYS[why].status, at, "%s%s", where, words);
    if (count <= WARNINGS_MAX)
        hlimport_warn(
            im, "%s%s; skipped. Stop at the first with --on-error stop%s", where, words,
            count == WARNINGS_MAX ? hlerr_say(" (more like it are only counted)") : "");
    return HL_OK;
}

void hlimport_give(struct hlimport *im)
{
    assert(im->open);
    im->counts.read++;
    im->counts.given++;
    im->counts.line = im->record.line;
    im->counts.texts_repaired += im->text_repaired;
    for (int i = 0; im->charset.record && i < HLIMPORT_CHARSETS; i++)
        im->counts.charsets[i].count +=
            !strcmp(im->charset.record, im->counts.charsets[i].name);
    im->notes.records++;
    im->given_once = true;
}

hl_status hlimport_refuse(struct hlimport *im, const char *why, struct hl_error *err)
{
    assert(im->counts.given > 0);
    /* The record is counted anew, as a rejected one. */
    im->counts.given--;
    im->counts.read--;
    im->notes.records--;
    im->record.text = NULL;
    return hlimport_reject(im, WHY_REFUSED, -1, err, "%s", why);
}

hl_status hlimport_give_draft(struct hlimport *im, struct hl_article *out, bool *out_given,
                              struct hl_error *err)
{
    struct hlimport_draft *draft = &im->draft;
    enum hlimport_draft_fault fault;
    *out_given = false;
    hl_status status = hlimport_draft_finish(draft, &im->rules, out, &fault, err);
    if (status)
        return status;
    im->notes.no_title += draft->no_title;
    if (fault == DRAFT_NO_TEXT) {
        im->notes.no_text++;
        return hlimport_reject(im, WHY_NO_TEXT, -1, err, "no title, lead or body");
    }
    if (fault == DRAFT_BAD_ID)
        return hlimport_reject(im, WHY_BAD_ID, -1, err, "its id is longer than 512 bytes");
    hlimport_give(im);
    im->counts.titles_made += draft->title_made;
    im->counts.ids_made += draft->id_made;
    im->counts.dates_dropped += draft->date_dropped;
    im->counts.texts_unjoined += draft->unjoined;
    im->counts.misread += draft->misread;
    *out_given = true;
    return HL_OK;
}
