/*
 * Compounds: numbers, dates, units, and codes of several parts.
 *
 * A compound is read in three steps: gather its runs, read parts (a number may
 * take several runs, "1.234,5"; a date too), then push group by group.  Parts
 * tied by - . & ' make a group; a slash or comma that is in no number ends it.
 */
#include "base/err.h"
#include "text/fold.h"
#include "token/date.h"
#include "token/number.h"
#include "token/scan.h"

#include <assert.h>

enum { RUNS_MAX = 64, JOINED_MIN = 2, JOINED_MAX = 4 };
enum part_kind { PART_WORD, PART_NUMBER, PART_DATE };

struct part {
    enum part_kind kind;
    size_t first, last; /* runs */
    struct hltoken_date date;
};

struct compound {
    struct hltoken_run runs[RUNS_MAX];
    char links[RUNS_MAX]; /* behind each run; 0 behind the last */
    size_t count;
    bool cut; /* there is more than fits */
    struct part parts[RUNS_MAX];
    size_t part_count;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool hltoken_is_linked(const struct hltoken_scan *scan, const struct hltoken_run *run)
{
    if (run->end + 1 >= scan->size)
        return false;
    switch (scan->text[run->end]) {
    case '-':
    case '.':
    case '&':
    case '\'':
        return hltoken_starts_run(scan, run->end + 1);
    case ',':
    case '/':
        return hltoken_is_digits(run) && is_digit(scan->text[run->end + 1]);
    default:
        return false;
    }
}

/* Steps over link and run in turn as long as there is a link with a run behind it. */
static void gather(const struct hltoken_scan *scan, const struct hltoken_run *first,
                   struct compound *c)
{
    assert(first->end > first->start);
    c->runs[0] = *first;
    c->count = 1;
    c->cut = false;
    c->part_count = 0;
    while (hltoken_is_linked(scan, &c->runs[c->count - 1])) {
        uint32_t end = c->runs[c->count - 1].end;
        c->links[c->count - 1] = scan->text[end];
        if (c->count == RUNS_MAX) {
            c->cut = true;
            return;
        }
        c->runs[c->count++] = hltoken_read_run(scan, end + 1);
    }
    c->links[c->count - 1] = 0;
}

/* -------------------------------------------------------------------- dates */

/* A run of min to max digits as a number, or -1. */
static int small_number(const struct hltoken_scan *scan, const struct hltoken_run *run,
                        uint32_t min, uint32_t max)
{
    int value = 0;
    assert(max <= 4);
    if (!hltoken_is_digits(run) || run->digits < min || run->digits > max)
        return -1;
    for (uint32_t i = run->start; i < run->end; i++)
        value = value * 10 + (scan->text[i] - '0');
    return value;
}

/* A part of a longer chain of slashes ("123/2020/NĐ-CP") is no date. */
static bool in_slashes(const struct hltoken_scan *scan, const struct compound *c, size_t first,
                       size_t last)
{
    assert(first < last && last < c->count);
    uint32_t end = c->runs[last].end;
    return (first > 0 && c->links[first - 1] == '/') ||
           (end + 1 < scan->size && scan->text[end] == '/' &&
            hltoken_starts_run(scan, end + 1));
}

/* d/m/y and d-m-y. */
static bool read_full_date(const struct hltoken_scan *scan, const struct compound *c, size_t i,
                           struct part *out_part)
{
    if (i + 2 >= c->count || c->links[i] != c->links[i + 1] ||
        (c->links[i] != '/' && c->links[i] != '-'))
        return false;
    struct hltoken_date date = {small_number(scan, &c->runs[i + 2], 4, 4),
                                small_number(scan, &c->runs[i + 1], 1, 2),
                                small_number(scan, &c->runs[i], 1, 2)};
    if (date.year < 1 || date.day < 1 || !hltoken_date_check(&date))
        return false;
    if (c->links[i] == '/' && in_slashes(scan, c, i, i + 2))
        return false;
    *out_part = (struct part){PART_DATE, i, i + 2, date};
    return true;
}

/* d/m and m/y. */
static bool read_short_date(const struct hltoken_scan *scan, const struct compound *c, size_t i,
                            struct part *out_part)
{
    if (i + 1 >= c->count || c->links[i] != '/' || in_slashes(scan, c, i, i + 1))
        return false;
    if (c->links[i + 1] == '.' && i + 2 < c->count && c->runs[i + 2].digits)
        return false; /* 1/2.5 */
    int first = small_number(scan, &c->runs[i], 1, 2);
    int year = small_number(scan, &c->runs[i + 1], 4, 4);
    struct hltoken_date date = {0, small_number(scan, &c->runs[i + 1], 1, 2), first};
    if (year >= 1)
        date = (struct hltoken_date){year, first, 0};
    if (first < 1 || !hltoken_date_check(&date))
        return false;
    *out_part = (struct part){PART_DATE, i, i + 1, date};
    return true;
}

/* The run behind blanks at `at`, if it is nothing but a word or digits. */
static bool peek_run(const struct hltoken_scan *scan, uint32_t at, struct hltoken_run *out_run)
{
    assert(at <= scan->size);
    uint32_t from = at;
    while (at < scan->size && scan->text[at] == ' ')
        at++;
    if (at == from || !hltoken_starts_run(scan, at))
        return false;
    *out_run = hltoken_read_run(scan, at);
    return true;
}

/* "năm 2021" behind `at`; the year and where it ends, or 0. */
static int peek_year(const struct hltoken_scan *scan, uint32_t at, uint32_t *out_end)
{
    struct hltoken_run word, number;
    assert(at <= scan->size);
    if (!peek_run(scan, at, &word) || word.code != scan->code_year ||
        !peek_run(scan, word.end, &number) || hltoken_is_linked(scan, &number))
        return 0;
    int year = small_number(scan, &number, 4, 4);
    if (year < 1)
        return 0;
    *out_end = number.end;
    return year;
}

/* "tháng 1 năm 2021", "tháng 1/2021", and behind "ngày" also "tháng 1". */
static bool peek_month(const struct hltoken_scan *scan, uint32_t at, struct hltoken_date *date,
                       uint32_t *out_end)
{
    struct hltoken_run word, number;
    if (!peek_run(scan, at, &word) || word.code != scan->code_month ||
        !peek_run(scan, word.end, &number))
        return false;
    date->month = small_number(scan, &number, 1, 2);
    *out_end = number.end;
    if (hltoken_is_linked(scan, &number)) {
        if (scan->text[number.end] != '/')
            return false;
        struct hltoken_run year = hltoken_read_run(scan, number.end + 1);
        date->year = small_number(scan, &year, 4, 4);
        *out_end = year.end;
        return date->year >= 1 && !hltoken_is_linked(scan, &year);
    }
    date->year = peek_year(scan, number.end, out_end);
    return date->year || scan->last_code == scan->code_day;
}

/* A date in words that starts with this number, said in the text up to *out_end. */
static bool read_word_date(struct hltoken_scan *scan, const struct hltoken_run *run,
                           struct hltoken_date *out_date, uint32_t *out_end)
{
    struct hltoken_date date = {0, 0, 0};
    int number = small_number(scan, run, 1, 2);
    if (number < 1 || run->start < scan->date_until)
        return false;
    date.day = number;
    if (!peek_month(scan, run->end, &date, out_end)) {
        if (scan->last_code != scan->code_month)
            return false;
        date = (struct hltoken_date){peek_year(scan, run->end, out_end), number, 0};
        if (!date.year)
            return false;
    }
    /* Also of an impossible day (ngày 31 tháng 4) the month starts no date of its own. */
    scan->date_until = *out_end;
    if (!hltoken_date_check(&date))
        return false;
    *out_date = date;
    return true;
}

/* The date's key, and where the year was left out the key with the article's year. */
static void push_date(struct hltoken_scan *scan, const struct hltoken_date *date,
                      uint32_t start, uint32_t end)
{
    char key[HLTOKEN_DATE_MAX];
    assert(start < end);
    hltoken_push_bytes(scan, key, hltoken_date_key(date, key), start, end, true);
    struct hltoken_date full = *date;
    full.year = scan->year;
    if (date->year || scan->year < 1 || !hltoken_date_check(&full))
        return;
    hltoken_push_bytes(scan, key, hltoken_date_key(&full, key), start, end, true);
}

/* -------------------------------------------------------------------- parts */

/* Runs i.. that are digits tied by dots and commas; the last may carry a suffix. */
static size_t number_end(const struct compound *c, size_t i)
{
    while (i + 1 < c->count && hltoken_is_digits(&c->runs[i]) &&
           (c->links[i] == '.' || c->links[i] == ',') && c->runs[i + 1].digits)
        i++;
    return i;
}

/* Bytes of the digits and marks of a number, without its suffix. */
static uint32_t number_size(const struct compound *c, const struct part *part)
{
    const struct hltoken_run *last = &c->runs[part->last];
    assert(part->first <= part->last && part->last < c->count);
    return last->start + last->digits - c->runs[part->first].start;
}

/* Does the run end in a unit?  Of a run without digits it is asked in vain. */
static bool has_unit(const struct hltoken_scan *scan, const struct hltoken_run *run)
{
    uint32_t at = run->start + run->digits;
    return hltoken_is_unit(scan->text + at, run->end - at);
}

/* The part that starts with run i.  plain_until: marks up to there tie no number. */
static struct part read_part(const struct hltoken_scan *scan, const struct compound *c,
                             size_t i, bool code, size_t *plain_until)
{
    struct part part = {PART_WORD, i, i, {0, 0, 0}};
    const struct hltoken_run *run = &c->runs[i];
    assert(i < c->count);
    if (!run->digits)
        return part;
    if (!code && i >= *plain_until &&
        (read_full_date(scan, c, i, &part) || read_short_date(scan, c, i, &part)))
        return part;
    size_t last = code || i < *plain_until ? i : number_end(c, i);
    char key[HLTOKEN_KEY_MAX];
    if (last > i) {
        part.last = last;
        uint32_t size = number_size(c, &part);
        if (size > sizeof key || !hltoken_number_key(scan->text + run->start, size, key)) {
            part.last = i;
            *plain_until = last + 1;
        }
    }
    const struct hltoken_run *end = &c->runs[part.last];
    if (part.last > i || hltoken_is_digits(end) || has_unit(scan, end))
        part.kind = PART_NUMBER;
    return part;
}

/* Left to right; what was read decides how the next dot is taken. */
static void read_parts(const struct hltoken_scan *scan, struct compound *c)
{
    bool code = false; /* behind letter and dot a number is no grouped number: B.1.617 */
    size_t plain_until = 0;
    for (size_t i = 0; i < c->count;) {
        code = i > 0 && c->links[i - 1] == '.' && (code || !hltoken_is_digits(&c->runs[i - 1]));
        struct part part = read_part(scan, c, i, code, &plain_until);
        c->parts[c->part_count++] = part;
        i = part.last + 1;
    }
    assert(c->part_count <= c->count);
}

/* ------------------------------------------------------------------ pushing */

/* "5MP" behind "1.": the digits' key and the suffix as it stands; 0 if too long. */
static size_t number_text(const struct hltoken_scan *scan, const struct compound *c,
                          const struct part *part, char *out, size_t room)
{
    uint32_t start = c->runs[part->first].start, size = number_size(c, part);
    uint32_t rest = c->runs[part->last].end - start - size;
    if (size + rest > room)
        return 0;
    size_t n = hltoken_number_key(scan->text + start, size, out);
    assert(n > 0 && n <= size);
    memcpy(out + n, scan->text + start + size, rest);
    return n + rest;
}

/* All parts as one word, e.g. tphcm, at the position of the first. */
static void push_joined(struct hltoken_scan *scan, const struct compound *c, size_t from,
                        size_t to)
{
    char text[HLTOKEN_KEY_MAX];
    size_t size = 0;
    for (size_t i = from; i < to; i++) {
        const struct part *part = &c->parts[i];
        const struct hltoken_run *run = &c->runs[part->first];
        size_t room = sizeof text - size, n = run->end - run->start;
        if (part->kind == PART_NUMBER)
            n = number_text(scan, c, part, text + size, room);
        else if (n <= room)
            memcpy(text + size, scan->text + run->start, n);
        if (n == 0 || n > room)
            return; /* nobody asks for a word of that length */
        size += n;
    }
    struct hlbuf *keys = &scan->list->keys;
    size_t offset = keys->size;
    hl_status status = hltext_key(text, size, keys, scan->err);
    if (status) {
        scan->status = status;
        return;
    }
    if (keys->size == offset || keys->size - offset > HLTOKEN_KEY_MAX) {
        keys->size = offset;
        return;
    }
    uint16_t code = hlsyl_parse((const char *)keys->data + offset, keys->size - offset);
    if (code != HLSYL_NONE)
        keys->size = offset;
    hltoken_push(scan, code, offset, c->runs[c->parts[from].first].start,
                 c->runs[c->parts[to - 1].last].end, true);
}

/* Two to four parts make a joined word, unless all are numbers or all syllables. */
static bool is_joined(const struct hltoken_scan *scan, const struct compound *c, size_t from,
                      size_t to)
{
    bool numbers = true, syllables = true;
    if (to - from < JOINED_MIN || to - from > JOINED_MAX || c->cut ||
        c->runs[0].start == scan->long_until + 1)
        return false;
    for (size_t i = from; i < to; i++) {
        const struct hltoken_run *run = &c->runs[c->parts[i].first];
        if (c->parts[i].kind == PART_DATE)
            return false;
        numbers &= c->parts[i].kind == PART_NUMBER;
        syllables &= run->code != HLSYL_NONE && run->letters >= 2;
    }
    return !numbers && !syllables;
}

/* "1.5MP": no unit, so number and suffix are one word. */
static void push_suffixed(struct hltoken_scan *scan, const struct compound *c,
                          const struct part *part)
{
    const struct hltoken_run *last = &c->runs[part->last];
    uint32_t start = c->runs[part->first].start, size = number_size(c, part);
    char text[HLTOKEN_KEY_MAX];
    size_t n = number_text(scan, c, part, text, sizeof text), offset = scan->list->keys.size;
    hl_status status = hltext_key(text, n, &scan->list->keys, scan->err);
    if (status) {
        scan->status = status;
    } else if (n && scan->list->keys.size - offset <= HLTOKEN_KEY_MAX) {
        hltoken_push(scan, HLSYL_NONE, offset, start, last->end, false);
    } else {
        scan->list->keys.size = offset;
        n = hltoken_number_key(scan->text + start, size, text);
        hltoken_push_bytes(scan, text, n, start, start + size, false);
        struct hltoken_run rest = hltoken_read_run(scan, start + size);
        hltoken_push_word(scan, &rest);
    }
}

/* The digits of a number, as one token. */
static void push_digits(struct hltoken_scan *scan, const struct compound *c,
                        const struct part *part)
{
    const struct hltoken_run *first = &c->runs[part->first];
    uint32_t size = number_size(c, part);
    char key[HLTOKEN_KEY_MAX];
    if (part->first == part->last) {
        struct hltoken_run digits = *first;
        digits.end = first->start + first->digits;
        hltoken_push_word(scan, &digits); /* digits alone may be too many for one key */
        return;
    }
    size_t n = hltoken_number_key(scan->text + first->start, size, key);
    hltoken_push_bytes(scan, key, n, first->start, first->start + size, false);
}

/* A number's tokens: digits, alternatives (joined up to part joined_to if not 0), unit. */
static void push_number(struct hltoken_scan *scan, const struct compound *c,
                        const struct part *part, size_t joined_to)
{
    const struct hltoken_run *first = &c->runs[part->first], *last = &c->runs[part->last];
    struct hltoken_date date;
    uint32_t end = 0;
    bool unit = has_unit(scan, last);
    /* Before anything is pushed: it asks what word stands before the number. */
    bool dated = hltoken_is_digits(first) && part->first == part->last &&
                 part->last + 1 == c->count && !c->cut &&
                 read_word_date(scan, first, &date, &end);
    if (unit || hltoken_is_digits(last))
        push_digits(scan, c, part);
    else
        push_suffixed(scan, c, part);
    if (dated)
        push_date(scan, &date, first->start, end);
    if (joined_to)
        push_joined(scan, c, (size_t)(part - c->parts), joined_to);
    if (unit) {
        struct hltoken_run word = hltoken_read_run(scan, last->start + last->digits);
        hltoken_push_word(scan, &word);
    }
}

/* 9/1/2021: its three numbers, and the date beside the first. */
static void push_date_part(struct hltoken_scan *scan, const struct compound *c,
                           const struct part *part)
{
    struct hltoken_date date = part->date;
    uint32_t end = c->runs[part->last].end, start = c->runs[part->first].start;
    assert(part->kind == PART_DATE && part->last > part->first);
    hltoken_push_word(scan, &c->runs[part->first]);
    if (!date.year && part->last + 1 == c->count && !c->cut) {
        struct hltoken_date full = date; /* "9/1 năm 2021" */
        uint32_t full_end = end;
        full.year = peek_year(scan, end, &full_end);
        if (hltoken_date_check(&full)) {
            date = full;
            end = full_end;
        }
    }
    push_date(scan, &date, start, end);
    for (size_t i = part->first + 1; i <= part->last; i++)
        hltoken_push_word(scan, &c->runs[i]);
}

/* Parts that links tie together, and their joined word. */
static void push_group(struct hltoken_scan *scan, const struct compound *c, size_t from,
                       size_t to)
{
    assert(from < to && to <= c->part_count);
    bool joined = is_joined(scan, c, from, to);
    for (size_t i = from; i < to && !scan->status; i++) {
        const struct part *part = &c->parts[i];
        bool here = joined && i == from;
        switch (part->kind) {
        case PART_WORD:
            hltoken_push_word(scan, &c->runs[part->first]);
            if (here)
                push_joined(scan, c, from, to);
            break;
        case PART_NUMBER:
            push_number(scan, c, part, here ? to : 0);
            break;
        case PART_DATE:
            push_date_part(scan, c, part);
            break;
        }
    }
}

uint32_t hltoken_push_compound(struct hltoken_scan *scan, const struct hltoken_run *first)
{
    struct compound c;
    gather(scan, first, &c);
    read_parts(scan, &c);
    size_t from = 0;
    for (size_t i = 0; i < c.part_count; i++) {
        char link = c.links[c.parts[i].last];
        if (i + 1 == c.part_count || link == ',' || link == '/') {
            push_group(scan, &c, from, i + 1);
            from = i + 1;
        }
    }
    uint32_t end = c.runs[c.count - 1].end;
    if (c.cut)
        scan->long_until = end;
    return end;
}
