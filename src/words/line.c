#include "words/line.h"

#include "base/err.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>

enum { NAME_MOST = 4 }; /* tokens of a name that capitals alone make */

/* A token as it lies in the line. */
struct piece {
    uint32_t start, end; /* with its punctuation */
    bool letters;        /* has any */
    bool name;           /* may be part of a name: a capital, no digit */
    bool capitals;       /* and nothing else: TTXVN, THÔNG BÁO */
    bool opens;          /* the first of the line, or behind punctuation */
};

void hlwords_line_release(struct hlwords_line *line)
{
    hlbuf_release(&line->pieces);
    hlbuf_release(&line->tokens);
    hlbuf_release(&line->joined);
    hlbuf_release(&line->scratch);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* What the characters of a token say about it; its core is without punctuation around. */
struct look {
    uint32_t core, core_end;
    unsigned letters, upper, other, digits;
    bool first_upper;
};

static struct look look_at(const char *text, uint32_t start, uint32_t end)
{
    struct look l = {.core = end, .core_end = start};
    unsigned inner = 0; /* other characters since the core began */
    for (uint32_t at = start; at < end;) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(text + at, &step));
        enum hltext_kind kind = hlinfo_kind(info);
        if (kind == HLKIND_OTHER) {
            inner += l.core < end;
        } else {
            if (l.core == end) {
                l.core = at;
                l.first_upper = hlinfo_upper(info);
            }
            l.core_end = at + (uint32_t)step;
            l.other += inner;
            inner = 0;
            l.letters += kind == HLKIND_LETTER;
            l.upper += hlinfo_upper(info);
            l.digits += kind == HLKIND_DIGIT;
        }
        at += (uint32_t)step;
    }
    return l;
}

/* Reads the token at text[start, end); `parted`: not a single blank before it. */
static hl_status add_token(struct hlwords_line *line, const char *text, uint32_t start,
                           uint32_t end, bool parted, bool *stopped, struct hl_error *err)
{
    struct look l = look_at(text, start, end);
    struct piece piece = {.start = start, .end = end, .letters = l.letters > 0};
    struct hlwords_token token = {0, parted || *stopped || l.core > start};
    bool syllable = false;
    if (l.core < l.core_end) {
        hl_status status = hlwords_token_key(text + l.core, l.core_end - l.core, &line->scratch,
                                             &token.key, &syllable, err);
        if (status != HL_OK)
            return status;
    }
    piece.capitals = l.letters > 1 && l.upper == l.letters && !l.digits && !l.other;
    piece.name = l.first_upper && (syllable || (!l.digits && !l.other && !piece.capitals));
    piece.opens = *stopped || l.core > start;
    *stopped = l.core_end < end || !piece.letters;
    hlbuf_put(&line->pieces, &piece, sizeof piece);
    hlbuf_put(&line->tokens, &token, sizeof token);
    return line->pieces.failed || line->tokens.failed ? hlerr_nomem(err) : HL_OK;
}

static hl_status read_tokens(struct hlwords_line *line, const char *text, uint32_t size,
                             struct hl_error *err)
{
    hl_status status = HL_OK;
    bool stopped = true;
    uint32_t at = 0;
    while (status == HL_OK && at < size) {
        uint32_t before = at;
        while (at < size && is_blank(text[at]))
            at++;
        uint32_t start = at;
        while (at < size && !is_blank(text[at]))
            at++;
        if (start < at)
            status = add_token(line, text, start, at,
                               start != before + 1 || text[before] != ' ', &stopped, err);
    }
    return status;
}

/* ---- names ---- */

/* Joins the name of tokens [from, to), or leaves them if they make none. */
static void join_name(const struct piece *p, size_t count, size_t from, size_t to,
                      uint8_t *joined)
{
    assert(from <= to && to <= count);
    if (to - from < 2 || to - from > NAME_MOST)
        return;
    bool capitals = true;
    for (size_t i = from; i < to; i++)
        capitals &= p[i].capitals;
    if (capitals)
        return; /* a headline: its capitals say nothing */
    for (size_t i = from; i < to; i++)
        joined[i] = i > from;
    if (to < count)
        joined[to] = 0;
}

/* The run of capitalised tokens that starts at `from`; returns where it ends. */
static size_t find_name(const struct piece *p, const struct hlwords_token *t, size_t count,
                        size_t from, uint8_t *joined)
{
    size_t start = from, to = from + 1;
    while (to < count && p[to].name && !t[to].apart)
        to++;
    size_t end = to;
    if (p[from].opens) { /* its capital is the sentence's: the word there is no name */
        start = from + 1;
        while (start < count && joined[start])
            start++;
    }
    if (to < count && joined[to] && to - 1 > from) { /* "Bộ Y tế": Y belongs to tế */
        to--;
        while (to > start && joined[to])
            to--;
    }
    if (start <= to)
        join_name(p, count, start, to, joined);
    return end;
}

static void find_names(const struct piece *p, const struct hlwords_token *t, size_t count,
                       uint8_t *joined)
{
    for (size_t i = 0; i < count;)
        i = p[i].name ? find_name(p, t, count, i, joined) : i + 1;
}

/* ---- the line ---- */

static void put_line(const struct hlwords_line *line, const char *text, size_t size,
                     struct hlbuf *out)
{
    const struct piece *p = (const struct piece *)(const void *)line->pieces.data;
    size_t count = line->pieces.size / sizeof *p, at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!line->joined.data[i])
            continue;
        assert(p[i].start && text[p[i].start - 1] == ' ');
        hlbuf_put(out, text + at, p[i].start - 1 - at);
        hlbuf_put_u8(out, '_');
        at = p[i].start;
    }
    hlbuf_put(out, text + at, size - at);
}

hl_status hlwords_line_cut(const struct hlwords *model, struct hlwords_line *line,
                           const char *text, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    if (size > UINT32_MAX / 2)
        return hlerr_set(err, HL_LIMIT, "a line of %zu bytes is too long", size);
    size_t bad = hltext_utf8_check(text, size);
    if (bad != size)
        return hlerr_set_at(err, HL_MISUSE, (int64_t)bad, "not UTF-8");
    hlbuf_reset(&line->pieces);
    hlbuf_reset(&line->tokens);
    hlbuf_reset(&line->joined);
    hl_status status = read_tokens(line, text, (uint32_t)size, err);
    if (status != HL_OK)
        return status;
    size_t count = line->pieces.size / sizeof(struct piece);
    const struct piece *pieces = (const struct piece *)(const void *)line->pieces.data;
    const struct hlwords_token *tokens = (const void *)line->tokens.data;
    if (!hlbuf_put_zeros(&line->joined, count + 1))
        return hlerr_nomem(err);
    status = hlwords_cut(model, tokens, count, &line->scratch, line->joined.data, err);
    if (status != HL_OK)
        return status;
    find_names(pieces, tokens, count, line->joined.data);
    put_line(line, text, size, out);
    return out->failed ? hlerr_nomem(err) : HL_OK;
}
