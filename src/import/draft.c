#include "import/draft.h"

#include "import/clean.h"
#include "import/date.h"
#include "import/html.h"

#include "base/err.h"
#include "base/hash.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

enum {
    TITLE_LETTERS = 80, /* of a title made from the text */
    ID_MAX = 512,
    KEEP_MAX = 1 << 20,
    DAY = 86400,
    FUTURE_MAX = 2 * DAY
};
#define DATE_MIN ((int64_t)631152000) /* 1990-01-01; nothing Vietnamese is online before */

void hlimport_draft_init(struct hlimport_draft *draft)
{
    memset(draft, 0, sizeof *draft);
    hlimport_draft_reset(draft);
}

void hlimport_draft_release(struct hlimport_draft *draft)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        hlbuf_release(&draft->fields[i]);
    hlbuf_release(&draft->scratch);
    hlbuf_release(&draft->extra);
}

void hlimport_draft_reset(struct hlimport_draft *draft)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        /* What one huge article needed is not kept for the thousands after it. */
        if (draft->fields[i].room > KEEP_MAX)
            hlbuf_release(&draft->fields[i]);
        hlbuf_reset(&draft->fields[i]);
        draft->ranks[i] = RANK_NONE;
    }
    if (draft->scratch.room > KEEP_MAX)
        hlbuf_release(&draft->scratch);
    draft->raw = draft->markup = draft->lead_first = draft->date_native = false;
    draft->no_title = false;
    draft->title_made = draft->id_made = draft->date_dropped = draft->unjoined = false;
    draft->misread = false;
    hlbuf_reset(&draft->extra);
    draft->has_offset = draft->has_extra = false;
    draft->date_precision = HL_DATE_UNKNOWN;
}

bool hlimport_draft_wants(const struct hlimport_draft *draft, enum hlimport_field field,
                          int rank)
{
    assert(field < FIELD_COUNT && rank < RANK_NONE);
    return rank < draft->ranks[field];
}

void hlimport_draft_put(struct hlimport_draft *draft, enum hlimport_field field, int rank,
                        const char *text, size_t size)
{
    assert(text || !size);
    if (!hlimport_draft_wants(draft, field, rank))
        return;
    size_t blank = 0;
    while (blank < size && (uint8_t)text[blank] <= ' ')
        blank++;
    if (blank == size && !draft->raw)
        return;
    hlbuf_reset(&draft->fields[field]);
    hlbuf_put(&draft->fields[field], text, size);
    draft->ranks[field] = rank;
}

/* Ids, addresses and dates have no markup: an & in a url is an &. */
static void strip_markup(struct hlimport_draft *draft)
{
    static const enum hlimport_field WITH_MARKUP[] = {FIELD_TITLE,  FIELD_LEAD,    FIELD_BODY,
                                                      FIELD_AUTHOR, FIELD_SECTION, FIELD_SOURCE,
                                                      FIELD_TAGS,   FIELD_CAPTION};
    for (size_t i = 0; i < sizeof WITH_MARKUP / sizeof WITH_MARKUP[0]; i++)
        hlimport_html_strip(&draft->fields[WITH_MARKUP[i]], &draft->scratch);
}

/* Everything in its native shape: one line where a field has one, no controls.  What was
 * exported has it, or never had; but a NUL, which no index holds, ends a string. */
static void tidy(struct hlimport_draft *draft)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        struct hlbuf *field = &draft->fields[i];
        if (draft->raw && field->size && !memchr(field->data, 0, field->size))
            continue;
        bool lines = i == FIELD_LEAD || i == FIELD_BODY || i == FIELD_TAGS ||
                     i == FIELD_CAPTION || i == FIELD_BOILERPLATE;
        if (field->size && lines)
            hlimport_clean_lines(field);
        else if (field->size)
            hlimport_clean_line(field);
    }
}

/* Joins first: captions and titles are compared as they will be stored. */
static void clean(struct hlimport_draft *draft)
{
    struct hlbuf *fields = draft->fields;
    struct hlbuf *texts[] = {&fields[FIELD_TITLE], &fields[FIELD_LEAD], &fields[FIELD_BODY]};
    draft->unjoined = hlimport_clean_joins(texts, 3);
    struct hlimport_news news = {texts[0], texts[1], texts[2], &fields[FIELD_CAPTION],
                                 &fields[FIELD_BOILERPLATE]};
    hlimport_clean_news(&news);
}

/* Makes the body's first line the lead, if more follows it. */
static void split_lead(struct hlimport_draft *draft)
{
    struct hlbuf *lead = &draft->fields[FIELD_LEAD], *body = &draft->fields[FIELD_BODY];
    uint8_t *newline = body->size ? memchr(body->data, '\n', body->size) : NULL;
    if (lead->size || !newline)
        return;
    size_t size = (size_t)(newline - body->data);
    assert(size > 0); /* cleaned lines do not begin with an empty one */
    hlbuf_put(lead, body->data, size);
    while (size < body->size && body->data[size] == '\n')
        size++;
    body->size -= size;
    memmove(body->data, body->data + size, body->size);
}

/* Bytes of the first TITLE_LETTERS letters of text's first line, cut between words. */
static size_t title_size(const struct hlbuf *text)
{
    const char *start = (const char *)text->data, *p = start, *word = start;
    const char *newline = memchr(p, '\n', text->size);
    const char *end = newline ? newline : start + text->size;
    size_t step;
    for (int n = 0; p < end && n < TITLE_LETTERS; n++, p += step) {
        if (*p == ' ')
            word = p;
        hltext_utf8_decode(p, &step);
    }
    if (p < end && *p != ' ' && word > start)
        p = word;
    assert(p > start && p <= end);
    return (size_t)(p - start);
}

/* A title from the text, where none came. */
static void make_title(struct hlimport_draft *draft)
{
    struct hlbuf *title = &draft->fields[FIELD_TITLE];
    draft->no_title = !title->size;
    if (title->size || draft->raw)
        return;
    const struct hlbuf *lead = &draft->fields[FIELD_LEAD];
    const struct hlbuf *from = lead->size ? lead : &draft->fields[FIELD_BODY];
    assert(from->size > 0);
    hlbuf_put(title, from->data, title_size(from));
    hlbuf_reset(&draft->fields[FIELD_TITLE_FROM]);
    hlbuf_put_string(&draft->fields[FIELD_TITLE_FROM], "body");
    draft->title_made = true;
}

/* The hash of the url, else of title and text: the same article read twice is one. */
static void make_id(struct hlimport_draft *draft)
{
    struct hlbuf *fields = draft->fields, *id = &fields[FIELD_ID];
    if (id->size)
        return;
    draft->id_made = true;
    uint64_t hash;
    if (fields[FIELD_URL].size) {
        hash = hlhash64(fields[FIELD_URL].data, fields[FIELD_URL].size);
    } else {
        const struct hlbuf *body = &fields[FIELD_BODY];
        body = body->size ? body : &fields[FIELD_LEAD];
        struct hlbuf *both = &draft->scratch;
        hlbuf_reset(both);
        hlbuf_put(both, fields[FIELD_TITLE].data, fields[FIELD_TITLE].size);
        hlbuf_put(both, "\n", 1);
        hlbuf_put(both, body->data, body->size);
        hash = hlhash64(both->data, both->size);
        id->failed |= both->failed;
    }
    hlbuf_put_format(id, "%016llx", (unsigned long long)hash);
}

/* "a, b; c" becomes a tag a line, unless there are lines already. */
static void split_tags(struct hlbuf *tags)
{
    if (!tags->size || memchr(tags->data, '\n', tags->size))
        return;
    for (size_t i = 0; i < tags->size; i++)
        if (strchr(",;|", tags->data[i]) && tags->data[i])
            tags->data[i] = '\n';
    hlimport_clean_lines(tags);
    size_t out = 0;
    for (size_t i = 0; i < tags->size; i++) /* two marks side by side left an empty line */
        if (tags->data[i] != '\n' || !out || tags->data[out - 1] != '\n')
            tags->data[out++] = tags->data[i];
    tags->size = out;
}

/* The date of an exported record: any that an index can hold. */
static bool read_exported(const struct hlimport_draft *draft, struct hlimport_date *date)
{
    const struct hlbuf *text = &draft->fields[FIELD_DATE];
    if (!hlimport_date_read((const char *)text->data, text->size, date))
        return false;
    if (draft->date_precision != HL_DATE_UNKNOWN)
        date->precision = draft->date_precision;
    if (draft->has_offset)
        date->offset = draft->date_offset;
    return true;
}

/* The date, if it is one and of a time when there were articles. */
static void read_date(struct hlimport_draft *draft, const struct hlimport_draft_rules *rules,
                      struct hl_article *article)
{
    const struct hlbuf *text = &draft->fields[FIELD_DATE];
    article->date = 0;
    article->date_offset = draft->has_offset ? draft->date_offset : 0;
    article->date_precision = HL_DATE_UNKNOWN;
    if (!text->size)
        return;
    struct hlimport_date date;
    const char *s = (const char *)text->data;
    bool good = draft->raw ? read_exported(draft, &date)
                : rules->date_format && !draft->date_native
                    ? hlimport_date_read_format(s, text->size, rules->date_format, &date)
                    : hlimport_date_read(s, text->size, &date);
    /* The year 1990 begins 14 hours before UTC's where it begins first. */
    if (!draft->raw)
        good = good && date.seconds >= DATE_MIN - 14 * 3600 &&
               (!rules->now || date.seconds <= rules->now + FUTURE_MAX);
    assert(!good || date.precision != HL_DATE_UNKNOWN);
    draft->date_dropped = !good;
    if (good) {
        article->date = date.seconds;
        article->date_offset = date.offset;
        article->date_precision = date.precision;
    }
}

void hlimport_json_string(struct hlbuf *out, const char *s, size_t size)
{
    hlbuf_put(out, "\"", 1);
    for (size_t i = 0, from = 0; i <= size; i++) {
        uint8_t c = i < size ? (uint8_t)s[i] : 0;
        if (i < size && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        hlbuf_put(out, s + from, i - from);
        from = i + 1;
        if (i == size)
            break;
        if (c == '\n')
            hlbuf_put(out, "\\n", 2);
        else if (c == '"' || c == '\\')
            hlbuf_put_format(out, "\\%c", c);
        else
            hlbuf_put_format(out, "\\u%04x", c);
    }
    hlbuf_put(out, "\"", 1);
}

/* The fields without a column as a JSON object; NULL where there is none of them. */
static const char *make_extra(struct hlimport_draft *draft)
{
    struct hlbuf *out = &draft->scratch;
    hlbuf_reset(out);
    for (int i = FIELD_MODIFIED; i < FIELD_COUNT; i++) {
        const struct hlbuf *field = &draft->fields[i];
        if (!field->size)
            continue;
        hlbuf_put(out, out->size ? "," : "{", 1);
        hlbuf_put_format(out, "\"%s\":", hlimport_field_name((enum hlimport_field)i));
        hlimport_json_string(out, (const char *)field->data, field->size);
    }
    if (!out->size)
        return NULL;
    hlbuf_put(out, "}", 2);
    return (const char *)out->data;
}

/* The same as it was exported, in a text of its own. */
static const char *exported_extra(struct hlimport_draft *draft)
{
    struct hlbuf *extra = &draft->extra;
    if (memchr(extra->data ? extra->data : (const uint8_t *)"", 0, extra->size))
        hlimport_clean_line(extra);
    return hlbuf_put(extra, "", 1) ? (const char *)extra->data : NULL;
}

/* The field as a string, NULL for none; sets *failed where memory was out. */
static const char *field_text(struct hlimport_draft *draft, enum hlimport_field which,
                              bool *failed)
{
    struct hlbuf *field = &draft->fields[which];
    bool empty = draft->raw && draft->ranks[which] != RANK_NONE; /* there, and empty */
    if (!field->size && !field->failed && !empty)
        return NULL;
    if (!hlbuf_put(field, "", 1)) {
        *failed = true;
        return NULL;
    }
    field->size--;
    assert(strlen((const char *)field->data) == field->size);
    return (const char *)field->data;
}

/* Lends the fields out as an article. */
static void article_fill(struct hlimport_draft *draft, const struct hlimport_draft_rules *rules,
                         struct hl_article *out, bool *failed)
{
    struct hlbuf *fields = draft->fields;
    assert(fields[FIELD_ID].size || fields[FIELD_ID].failed);
    read_date(draft, rules, out);
    out->id = field_text(draft, FIELD_ID, failed);
    out->url = field_text(draft, FIELD_URL, failed);
    out->title = field_text(draft, FIELD_TITLE, failed);
    out->lead = field_text(draft, FIELD_LEAD, failed);
    out->body = field_text(draft, FIELD_BODY, failed);
    out->source = field_text(draft, FIELD_SOURCE, failed);
    out->section = field_text(draft, FIELD_SECTION, failed);
    out->author = field_text(draft, FIELD_AUTHOR, failed);
    out->tags = field_text(draft, FIELD_TAGS, failed);
    out->extra = draft->has_extra ? exported_extra(draft) : make_extra(draft);
    *failed |= draft->scratch.failed | draft->extra.failed;
}

hl_status hlimport_draft_finish(struct hlimport_draft *draft,
                                const struct hlimport_draft_rules *rules,
                                struct hl_article *out_article,
                                enum hlimport_draft_fault *out_fault, struct hl_error *err)
{
    struct hlbuf *fields = draft->fields;
    if (draft->markup && !draft->raw)
        strip_markup(draft);
    hl_status status = rules->charset ? hlimport_charset_decode_late(draft, rules->charset, err)
                                      : hlimport_charset_mend(draft, rules->repair, err);
    if (status)
        return status;
    tidy(draft);
    if (!draft->raw)
        clean(draft);
    if (draft->lead_first)
        split_lead(draft);
    if (!fields[FIELD_TITLE].size && !fields[FIELD_LEAD].size && !fields[FIELD_BODY].size) {
        draft->no_title = true;
        *out_fault = DRAFT_NO_TEXT;
        return HL_OK;
    }
    make_title(draft);
    make_id(draft);
    if (fields[FIELD_ID].size > ID_MAX) {
        *out_fault = DRAFT_BAD_ID;
        return HL_OK;
    }
    if (!draft->raw)
        split_tags(&fields[FIELD_TAGS]);
    if (!fields[FIELD_SOURCE].size && rules->source)
        hlbuf_put_string(&fields[FIELD_SOURCE], rules->source);
    struct hl_article article;
    bool failed = false;
    article_fill(draft, rules, &article, &failed);
    for (int i = 0; i < FIELD_COUNT; i++)
        failed |= fields[i].failed;
    if (failed)
        return hlerr_nomem(err);
    *out_fault = DRAFT_GOOD;
    *out_article = article;
    return HL_OK;
}
