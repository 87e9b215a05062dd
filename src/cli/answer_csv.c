/*
 * answer_csv.c - see hits.h: hits as CSV (RFC 4180): lines end in CR LF, quotes are doubled.
 *
 * Text is kept as it is but for control characters, line ends in it included: what is read
 * back is what the article has. A cell that begins with = is no formula here; spreadsheets
 * must be told so when they open the file.
 */
#include "cli/hits.h"

#include <string.h>

/* Quotes where RFC 4180 wants them, and around blanks that some readers would cut off. */
static bool needs_quotes(const char *s, size_t size)
{
    return size && (strcspn(s, ",\"\r\n") < size || *s == ' ' || s[size - 1] == ' ');
}

/* Valid UTF-8 without control characters, but for line ends. */
static void add_clean(struct hlcli_text *out, const char *s)
{
    while (*s) {
        size_t size = strcspn(s, "\r\n");
        hlcli_add_clean(out, s, size);
        s += size;
        if (*s)
            hlcli_add_bytes(out, s++, 1);
    }
}

static void add_cell(struct hlcli_text *out, const char *before, const char *s)
{
    struct hlcli_text clean;
    hlcli_add(out, before);
    if (!s)
        return;
    hlcli_text_init(&clean);
    add_clean(&clean, s);
    bool quoted = needs_quotes(clean.data, clean.size);
    hlcli_add(out, quoted ? "\"" : "");
    for (const char *p = clean.data; *p; p += strcspn(p, "\"")) {
        if (*p == '"') {
            hlcli_add(out, "\"\"");
            p++;
        }
        hlcli_add_bytes(out, p, strcspn(p, "\""));
    }
    hlcli_add(out, quoted ? "\"" : "");
    hlcli_text_release(&clean);
}

void hlcli_view_csv(const struct hlcli_view *view, struct hlcli_text *out)
{
    const struct hl_hit *hit = view->hit;
    struct hlcli_text time;
    hlcli_text_init(&time);
    hlcli_add_time(&time, hit->date, hit->date_offset, hit->date_precision);
    hlcli_add_format(out, "%zu,", view->rank);
    hlcli_add_double(out, hit->score);
    add_cell(out, ",", hit->id);
    add_cell(out, ",", time.data);
    add_cell(out, ",", view->article.url);
    add_cell(out, ",", view->article.title);
    add_cell(out, ",", hit->source);
    add_cell(out, ",", hit->section);
    add_cell(out, ",", hit->author);
    hlcli_text_reset(&time);
    hlcli_view_passages(view, "…", &time);
    add_cell(out, ",", time.data);
    hlcli_add(out, "\r\n");
    hlcli_text_release(&time);
}
