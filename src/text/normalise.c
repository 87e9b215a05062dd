#include "text/normalise.h"

#include "base/err.h"
#include "text/clean.h"
#include "text/rules.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>

/* Characters to look at one by one where the automaton stopped. */
enum { LOOK = 40 };

/* No rule sees past these; they are in every text and cost one comparison. */
static bool is_border(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The first byte from `at` on whose character has an action; *out_slow if it is HLACT_SLOW. */
static size_t find_action(const char *text, size_t at, size_t size, enum hltext_action *out)
{
    while (at < size) {
        at = hltext_plain_span(text, at, size);
        size_t look = size - at < LOOK ? size : at + LOOK;
        while (at < look) {
            if ((unsigned char)text[at] < 0x80 && text[at] != '\t') {
                at++;
                continue;
            }
            size_t step;
            uint16_t info = hltext_info(hltext_utf8_decode(text + at, &step));
            if (hlinfo_action(info) != HLACT_STAYS) {
                *out = hlinfo_action(info);
                return at;
            }
            at += step;
        }
    }
    *out = HLACT_STAYS;
    return size;
}

/* The start of the word (bytes between borders) that holds text[at]. */
static size_t word_start(const char *text, size_t from, size_t at)
{
    while (at > from && !is_border(text[at - 1]))
        at--;
    return at;
}

/* The border behind text[at], or the end. */
static size_t word_end(const char *text, size_t at, size_t size)
{
    while (at < size && !is_border(text[at]))
        at++;
    return at;
}

size_t hltext_clean_span(const char *text, size_t size)
{
    enum hltext_action action;
    size_t at = find_action(text, 0, size, &action);
    return at == size ? size : word_start(text, 0, at);
}

/* Tells the map where the bytes that are put next come from. */
static void put_span(struct hltext_cleaner *cleaner, size_t clean, size_t start, size_t end)
{
    struct hltext_span span = {(uint32_t)clean, (uint32_t)start, (uint32_t)end};
    if (cleaner->map && !hlbuf_put(cleaner->map, &span, sizeof span))
        cleaner->failed = true;
}

/* Copies text[start, end); most calls are for the stretch between two words with actions. */
static void put_verbatim(struct hltext_cleaner *cleaner, size_t start, size_t end)
{
    if (start == end)
        return;
    put_span(cleaner, cleaner->out->size, start, 0);
    if (!hlbuf_put(cleaner->out, cleaner->text + start, end - start))
        cleaner->failed = true;
}

void hltext_cleaner_put(struct hltext_cleaner *cleaner, uint32_t cp, uint32_t start,
                        uint32_t end)
{
    char bytes[4];
    assert(start < end);
    put_span(cleaner, cleaner->out->size, start, end);
    if (!hlbuf_put(cleaner->out, bytes, hltext_utf8_encode(cp, bytes)))
        cleaner->failed = true;
}

/* A word whose characters stay, vanish, or have a replacement that depends on nothing. */
static void clean_simple(struct hltext_cleaner *cleaner, size_t start, size_t end)
{
    const char *text = cleaner->text;
    size_t kept = start;
    assert(start < end);
    for (size_t at = start; at < end;) {
        size_t step;
        uint32_t cp = hltext_utf8_decode(text + at, &step);
        if (hlinfo_action(hltext_info(cp)) != HLACT_STAYS) {
            put_verbatim(cleaner, kept, at);
            kept = at + step;
            uint32_t other = hlrule_is_space(cp) ? ' ' : hlrule_punctuation(cp);
            assert(other || hlrule_is_deleted(cp));
            if (other)
                hltext_cleaner_put(cleaner, other, (uint32_t)at, (uint32_t)kept);
        }
        at += step;
    }
    put_verbatim(cleaner, kept, end);
}

/* From one character with an action to the next; its whole word is cleaned with it. */
static void clean_all(struct hltext_cleaner *cleaner, size_t size)
{
    const char *text = cleaner->text;
    size_t kept = 0;
    assert(cleaner->out->size == 0);
    while (kept < size && !cleaner->failed) {
        enum hltext_action action;
        size_t at = find_action(text, kept, size, &action);
        if (at == size)
            break;
        size_t start = word_start(text, kept, at);
        size_t end = text[at] == '\t' ? at + 1 : word_end(text, at, size);
        put_verbatim(cleaner, kept, start);
        /* Simple ones need no context, unless one that does stands in the same word. */
        while (at < end && action == HLACT_SIMPLE) {
            size_t step;
            hltext_utf8_decode(text + at, &step);
            at = find_action(text, at + step, end, &action);
        }
        assert(start <= at && at <= end);
        if (action == HLACT_SLOW)
            hltext_clean_word(cleaner, start, end);
        else
            clean_simple(cleaner, start, end);
        kept = end;
    }
    put_verbatim(cleaner, kept, size);
}

hl_status hltext_clean(const char *text, size_t size, struct hlbuf *out, struct hlbuf *map,
                       struct hl_error *err)
{
    if (size >= UINT32_MAX)
        return hlerr_set(err, HL_LIMIT, "text of %zu bytes: at most 4 GiB a field", size);
    struct hltext_cleaner cleaner = {.text = text, .out = out, .map = map};
    hlbuf_reset(out);
    if (map)
        hlbuf_reset(map);
    clean_all(&cleaner, size);
    hlbuf_release(&cleaner.items[0]);
    hlbuf_release(&cleaner.items[1]);
    if (cleaner.failed)
        return hlerr_nomem(err);
    /* One character may grow (10⁶ -> 10^6): offsets must still fit. */
    if (out->size >= UINT32_MAX)
        return hlerr_set(err, HL_LIMIT, "text of %zu bytes: at most 4 GiB a field", out->size);
    return HL_OK;
}

struct hltext_cursor hltext_cursor_of(const struct hlbuf *map)
{
    assert(map->size % sizeof(struct hltext_span) == 0);
    struct hltext_cursor cursor = {(const struct hltext_span *)(const void *)map->data,
                                   map->size / sizeof(struct hltext_span), 0};
    return cursor;
}

/* The span that holds cleaned byte at. */
static const struct hltext_span *find_span(struct hltext_cursor *cursor, uint32_t at)
{
    const struct hltext_span *spans = cursor->spans;
    assert(cursor->at < cursor->count);
    while (cursor->at + 1 < cursor->count && spans[cursor->at + 1].clean <= at)
        cursor->at++;
    while (cursor->at > 0 && spans[cursor->at].clean > at)
        cursor->at--;
    assert(spans[cursor->at].clean <= at);
    return spans + cursor->at;
}

uint32_t hltext_find_start(struct hltext_cursor *cursor, uint32_t at)
{
    const struct hltext_span *span = find_span(cursor, at);
    return span->end ? span->start : span->start + (at - span->clean);
}

uint32_t hltext_find_end(struct hltext_cursor *cursor, uint32_t at)
{
    assert(at > 0);
    const struct hltext_span *span = find_span(cursor, at - 1);
    return span->end ? span->end : span->start + (at - span->clean);
}
