#include "import/clean.h"

#include "base/swar.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

enum {
    CAPTION_MAX = 400, /* bytes of a line that may be a caption given twice */
    CAPTION_WORDS = 3, /* fewer are cells of a table: "Không có" */
    CREDIT_MAX = 80,   /* bytes after "Ảnh:" of a credit at the end of a line */
    CREDIT_LINE_MAX = 200,
    SOURCE_MAX = 80, /* bytes of a last line "Theo ..." */
    SOURCE_WORDS = 8,
    PAREN_MAX = 30 /* bytes of a dateline in parentheses */
};

static bool is_control(uint8_t c)
{
    return c < 0x20 || c == 0x7f;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || is_control(c);
}

void hlimport_clean_line(struct hlbuf *text)
{
    assert(text->size <= text->room);
    uint8_t *data = text->data;
    size_t out = 0;
    for (size_t i = 0; i < text->size; i++) {
        if (!is_blank(data[i]))
            data[out++] = data[i];
        else if (out && data[out - 1] != ' ')
            data[out++] = ' ';
    }
    if (out && data[out - 1] == ' ')
        out--;
    assert(out <= text->size);
    text->size = out;
}

/* Whether a byte under 0x20 or DEL is among them: eight at a time, for hardly any line
 * has one. */
static bool has_controls(const uint8_t *p, size_t size)
{
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t x = hlbuf_load64(p + i);
        if (hlswar_below(x, 0x20) | hlswar_below(x ^ HLSWAR_ONES * 0x7f, 1))
            return true;
    }
    for (; i < size; i++)
        if (is_control(p[i]))
            return true;
    return false;
}

/* A line without blanks at its ends, its controls made blanks. */
static void line_trim(uint8_t **line, size_t *size)
{
    uint8_t *p = *line;
    size_t n = *size;
    while (n && is_blank(p[n - 1]))
        n--;
    while (n && is_blank(*p)) {
        p++;
        n--;
    }
    bool controls = has_controls(p, n);
    for (size_t i = 0; controls && i < n; i++)
        if (is_control(p[i]) && p[i] != '\t')
            p[i] = ' ';
    *line = p;
    *size = n;
}

void hlimport_clean_lines(struct hlbuf *text)
{
    uint8_t *data = text->data, *end = data + text->size, *out = data;
    bool empty = true; /* the line before was empty, or there is none */
    for (uint8_t *next, *at = data; at && at < end; at = next) {
        uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        uint8_t *line = at;
        size_t size = (size_t)((stop ? stop : end) - at);
        next = stop ? stop + 1 : end;
        uint8_t *lone = memchr(at, '\r', size);
        if (lone && lone + 1 < at + size) { /* line ends of old Macs */
            size = (size_t)(lone - at);
            next = lone + 1;
        }
        line_trim(&line, &size);
        if (!size && empty)
            continue;
        memmove(out, line, size);
        out += size;
        assert(out <= end);
        if (out < end)
            *out++ = '\n';
        empty = !size;
    }
    while (out > data && out[-1] == '\n')
        out--;
    text->size = (size_t)(out - data);
    assert(!text->size || !is_blank(data[0]));
}

/* Appends a line to a note. */
static void note(struct hlbuf *to, const uint8_t *line, size_t size)
{
    assert(size > 0 && !memchr(line, '\n', size));
    if (to->size)
        hlbuf_put(to, "\n", 1);
    hlbuf_put(to, line, size);
}

static size_t words(const uint8_t *line, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += line[i] != ' ' && (!i || line[i - 1] == ' ');
    return n;
}

static bool has_prefix(const uint8_t *line, size_t size, const char *prefix)
{
    size_t n = strlen(prefix);
    return size >= n && !memcmp(line, prefix, n);
}

/* d:dd or dd:dd at *p; is_zero tells whether it is 0:00 or 00:00. */
static bool clock_at(const uint8_t **p, const uint8_t *end, bool *is_zero)
{
    assert(*p <= end);
    const uint8_t *q = *p;
    int digits = 0, sum = 0;
    for (; q < end && digits < 2 && *q >= '0' && *q <= '9'; q++, digits++)
        sum += *q - '0';
    if (!digits || end - q < 3 || *q != ':')
        return false;
    for (int i = 1; i <= 2; i++) {
        if (q[i] < '0' || q[i] > '9')
            return false;
        sum += q[i] - '0';
    }
    *is_zero = !sum;
    *p = q + 3;
    return true;
}

/* "0:00" or "0:00 / 3:15": a player that has not begun.  "19:45" alone is a time. */
static bool is_player(const uint8_t *line, size_t size)
{
    const uint8_t *p = line, *end = line + size;
    bool zero, any;
    if (size > 16 || !clock_at(&p, end, &zero) || !zero)
        return false;
    while (p < end && *p == ' ')
        p++;
    if (p == end)
        return true;
    if (*p++ != '/')
        return false;
    while (p < end && *p == ' ')
        p++;
    return clock_at(&p, end, &any) && p == end;
}

/* Bytes of a dash at p: hyphen, en dash or em dash. */
static size_t dash_size(const uint8_t *p, const uint8_t *end)
{
    if (p < end && *p == '-')
        return 1;
    bool dash = end - p >= 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0x93 || p[2] == 0x94);
    return dash ? 3 : 0;
}

static const uint8_t *skip_blanks(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p == ' ')
        p++;
    return p;
}

/* "<title> ảnh 1", "<title> - Ảnh 2." */
static bool is_title_picture(const uint8_t *line, size_t size, const struct hlbuf *title)
{
    if (!title->size || size <= title->size || memcmp(line, title->data, title->size))
        return false;
    const uint8_t *end = line + size, *p = skip_blanks(line + title->size, end);
    p = skip_blanks(p + dash_size(p, end), end);
    static const char *const NAMES[] = {"ảnh", "Ảnh", "hình", "Hình"};
    size_t named = 0;
    for (size_t i = 0; i < 4 && !named; i++)
        if (has_prefix(p, (size_t)(end - p), NAMES[i]))
            named = strlen(NAMES[i]);
    if (!named)
        return false;
    p = skip_blanks(p + named, end);
    const uint8_t *digits = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    p += p < end && *p == '.';
    return p > digits && p == end;
}

/* "Ảnh:" in one of its spellings at p; its size, 0 if it is not there. */
static size_t credit_size(const uint8_t *p, size_t left)
{
    /* Composed and decomposed; a blank before the colon is common. */
    static const char *const WAYS[] = {"Ảnh:", "Ảnh :", "A\xcc\x89nh:", "Nguồn ảnh:"};
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++)
        if (has_prefix(p, left, WAYS[i]))
            return strlen(WAYS[i]);
    return 0;
}

/* A line that is a credit from its first letter on. */
static bool is_credit_line(const uint8_t *line, size_t size)
{
    if (size > CREDIT_LINE_MAX)
        return false;
    size_t paren = size && line[0] == '(';
    return credit_size(line + paren, size - paren) > 0;
}

/* A full stop with more after it, unless it is of an initial: "Đ. Loan". */
static bool has_sentence(const uint8_t *p, const uint8_t *end)
{
    size_t word_size = 0;
    for (; p + 1 < end; p++) {
        if (*p == '.' && p[1] == ' ' && word_size > 2)
            return true;
        word_size = *p == ' ' || *p == '.' ? 0 : word_size + 1;
    }
    return false;
}

/*
 * Where a credit at the end of a line begins: "... phát biểu. Ảnh: Reuters" -> after
 * the full stop.  size if there is none.  Only the tail is looked at: a line may be a
 * whole article, with credits in its middle that have no end to be found.
 */
static size_t credit_tail(const uint8_t *line, size_t size)
{
    size_t from = size > CREDIT_MAX ? size - CREDIT_MAX : 0;
    const uint8_t *at = line + from, *end = line + size;
    while (at < end && (at = memmem(at, (size_t)(end - at), "nh:", 3)) != NULL) {
        const uint8_t *start = at - line >= 3 ? at - 3 : at;
        if (credit_size(start, (size_t)(end - start))) {
            size_t cut = (size_t)(start - line);
            /* "(Ảnh: X) and so on": the text goes on behind the credit. */
            bool goes_on = cut && start[-1] == '(' && !memchr(end - 2, ')', 2);
            while (cut && memchr(" (-|/", line[cut - 1], 5))
                cut--;
            return goes_on || has_sentence(at + 3, end) || !cut ? size : cut;
        }
        at += 3;
    }
    return size;
}

/* The size of a line without the credits at its end, which are noted. */
static size_t cut_credits(const struct hlimport_news *news, const uint8_t *line, size_t size)
{
    for (size_t cut; (cut = credit_tail(line, size)) < size; size = cut) {
        assert(cut > 0);
        const uint8_t *credit = skip_blanks(line + cut, line + size);
        note(news->caption, credit, (size_t)(line + size - credit));
    }
    return size;
}

/* Short, but a phrase: only such a line is a caption when it comes twice. */
static bool is_caption(const uint8_t *line, size_t size)
{
    return size <= CAPTION_MAX && words(line, size) >= CAPTION_WORDS;
}

/* Takes what is no text out of the lines of text. */
static void news_lines(const struct hlimport_news *news, struct hlbuf *text)
{
    uint8_t *data = text->data, *out = data;
    const uint8_t *end = data + text->size;
    uint8_t *before = NULL; /* the line kept last, if nothing stands between */
    size_t before_size = 0;
    for (const uint8_t *at = data, *next; at && at < end; at = next) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((stop ? stop : end) - at);
        next = stop ? stop + 1 : end;
        bool drop = is_credit_line(at, size);
        if (drop)
            note(news->caption, at, size);
        else
            size = cut_credits(news, at, size);
        if (before && size == before_size && is_caption(at, size) &&
            !memcmp(before, at, size)) {
            note(news->caption, at, size);
            out = before;
            drop = true;
        } else if (is_title_picture(at, size, news->title)) {
            note(news->boilerplate, at, size);
            drop = true;
        }
        drop |= is_player(at, size);
        /* An empty line instead, so that its neighbours do not become each other's. */
        size = drop ? 0 : size;
        assert(out <= at);
        memmove(out, at, size);
        before = size ? out : NULL;
        before_size = size;
        out += size;
        if (stop || drop)
            *out++ = '\n';
    }
    assert(out <= end);
    text->size = (size_t)(out - data);
}

/* Papers and agencies that open a lead with their name and a dash. */
static const char *const PAPERS[] = {
    "NDO",
    "NDĐT",
    "TTO",
    "SKĐS",
    "GD&TĐ",
    "Dân trí",
    "VOV.VN",
    "VOV",
    "VTC News",
    "NLĐO",
    "NLĐ",
    "HNMO",
    "HNM",
    "TPO",
    "PLO",
    "ANTT.VN",
    "KTĐT",
    "GDVN",
    "TTXVN",
    "VnMedia",
    "BVPL",
    "ICTPress",
    "ICTnews",
    "Baonghean",
    "Chinhphu.vn",
    "TBKTSG Online",
    "HQ Online",
    "Tuổi Trẻ Online",
    "Thanh Niên Online",
    "Tuổi Trẻ",
    "TTCT",
    "TNO",
    "SGGPO",
    "SGGP",
    "SGTT.VN",
    "Online",
    "VietNamNet",
    "Vietnam+",
    "VOH",
    "CAND",
    "QĐND Online",
    "QĐND",
    "LĐO",
    "ĐTCK",
    "VTV.vn",
    "VnExpress",
    "Soha.vn",
    "KHPTO",
    "XHTT",
};

/* Size of the name in parentheses at p: short, few words, no figure; 0 if none. */
static size_t paren_size(const uint8_t *p, size_t left)
{
    if (!left || *p != '(')
        return 0;
    const uint8_t *close = memchr(p, ')', left < PAREN_MAX ? left : PAREN_MAX);
    assert(!close || close > p);
    if (!close || close - p < 3 || words(p, (size_t)(close - p)) > 3)
        return 0;
    for (const uint8_t *q = p; q < close; q++)
        if ((*q >= '0' && *q <= '9') || *q == ',' || *q == '\n')
            return 0;
    return (size_t)(close - p) + 1;
}

/* Size of a paper's name at p; it ends at a blank or its dash. */
static size_t paper_size(const uint8_t *p, size_t left)
{
    for (size_t i = 0; i < sizeof PAPERS / sizeof PAPERS[0]; i++) {
        size_t size = strlen(PAPERS[i]);
        if (has_prefix(p, left, PAPERS[i]) && size < left && (p[size] == ' ' || p[size] == '-'))
            return size;
    }
    return 0;
}

/* Bytes of the dateline that text begins with, its dash and blanks included. */
static size_t dateline_size(const uint8_t *text, size_t size)
{
    const uint8_t *end = text + size;
    size_t paren = paren_size(text, size);
    size_t name = paren ? paren : paper_size(text, size);
    if (!name)
        return 0;
    const uint8_t *before = text + name, *p = skip_blanks(before, end);
    size_t dash = dash_size(p, end);
    const uint8_t *after = skip_blanks(p + dash, end);
    /* A bare name needs a blank beside the dash: "VOV-Cúp" is a word. */
    bool spaced = p > before || after > p + dash;
    if (!dash || (!paren && !spaced) || after == end || *after == '\n')
        return 0;
    return (size_t)(after - text);
}

static void cut_datelines(const struct hlimport_news *news, struct hlbuf *text)
{
    for (size_t n; (n = dateline_size(text->data, text->size)) > 0;) {
        assert(n < text->size);
        size_t shown = n;
        while (shown && text->data[shown - 1] == ' ')
            shown--;
        note(news->boilerplate, text->data, shown);
        text->size -= n;
        memmove(text->data, text->data + n, text->size);
    }
}

/* A capital letter of Vietnamese, or a figure. */
static bool is_capital(const uint8_t *p)
{
    size_t step;
    uint32_t code = hltext_utf8_decode((const char *)p, &step);
    if (code < 0x80)
        return (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
    if (code < 0x100)
        return code >= 0xc0 && code <= 0xde;
    if (code >= 0x1ea0 && code <= 0x1ef9)
        return !(code & 1);
    return code == 0x102 || code == 0x110 || code == 0x128 || code == 0x168 || code == 0x1a0 ||
           code == 0x1af;
}

/* "Theo Reuters", "(Theo Dân trí)": a source and no sentence. */
static bool is_source_line(const uint8_t *line, size_t size)
{
    if (size > SOURCE_MAX || size < 7)
        return false;
    size_t paren = line[0] == '(';
    if (!has_prefix(line + paren, size - paren, "Theo ") || words(line, size) > SOURCE_WORDS)
        return false;
    uint8_t last = line[size - 1];
    if (!is_capital(line + paren + 5) || (paren && last != ')') || strchr(".,;:?!", last))
        return false;
    for (size_t i = 0; i < size; i++)
        if (strchr(",;:\"", line[i]) && line[i])
            return false;
    return true;
}

/* Cuts last lines that only name the source, and empty ones; never the only line. */
static void cut_source(const struct hlimport_news *news)
{
    struct hlbuf *body = news->body;
    for (;;) {
        while (body->size && body->data[body->size - 1] == '\n')
            body->size--;
        const uint8_t *newline = body->size ? memrchr(body->data, '\n', body->size) : NULL;
        if (!newline)
            return;
        const uint8_t *line = newline + 1;
        size_t size = body->size - (size_t)(line - body->data);
        if (!is_source_line(line, size))
            return;
        note(news->boilerplate, line, size);
        assert(size < body->size);
        body->size -= size;
    }
}

void hlimport_clean_news(const struct hlimport_news *news)
{
    assert(news->title && news->lead && news->body && news->caption && news->boilerplate);
    if (news->lead->size) {
        news_lines(news, news->lead);
        hlimport_clean_lines(news->lead);
    }
    if (news->body->size) {
        news_lines(news, news->body);
        cut_source(news);
        hlimport_clean_lines(news->body);
    }
    cut_datelines(news, news->lead->size ? news->lead : news->body);
}

/* Whether data[i] joins two syllables: a '_' between letters. */
static bool is_join(const uint8_t *data, size_t size, size_t i)
{
    if (data[i] != '_' || !i || i + 1 == size)
        return false;
    uint8_t before = data[i - 1], after = data[i + 1];
    return before != '_' && after != '_' && !is_blank(before) && !is_blank(after);
}

/* Words of text, and how many of them hold a join. */
static void count_joins(const struct hlbuf *text, size_t *words_count, size_t *joined)
{
    bool in_word = false, has = false;
    for (size_t i = 0; i < text->size; i++) {
        if (is_blank(text->data[i])) {
            in_word = false;
            continue;
        }
        if (!in_word) {
            in_word = true;
            has = false;
            ++*words_count;
        }
        if (!has && is_join(text->data, text->size, i)) {
            has = true;
            ++*joined;
        }
    }
}

bool hlimport_clean_joins(struct hlbuf *const *texts, size_t count)
{
    size_t all = 0, joined = 0;
    bool any = false;
    for (size_t t = 0; t < count && !any; t++)
        any = texts[t]->size && memchr(texts[t]->data, '_', texts[t]->size);
    if (!any)
        return false;
    for (size_t t = 0; t < count; t++)
        count_joins(texts[t], &all, &joined);
    assert(joined <= all);
    if (joined * 100 <= all * 3)
        return false;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < texts[t]->size; i++)
            if (is_join(texts[t]->data, texts[t]->size, i))
                texts[t]->data[i] = ' ';
    return true;
}
