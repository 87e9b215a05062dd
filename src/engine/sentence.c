#include "engine/sentence.h"

#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* What a full stop belongs to: titles, places, and what stands in references. */
static const char *const abbreviations[] = {
    "TP",   "Tp",   "tp",   "TX",  "Tx",  "TT",  "GS", "PGS", "TS",  "ThS", "Ths",  "ThS",
    "BS",   "Bs",   "BSCK", "DS",  "KS",  "KTS", "CN", "LS",  "NCS", "CKI", "CKII", "NGND",
    "NGƯT", "NSƯT", "NSND", "ĐT",  "Đ/c", "St",  "Mr", "Mrs", "Ms",  "Dr",  "Prof", "Jr",
    "Sr",   "vs",   "No",   "Vol", "Fig", "al",  "cf", "Inc", "Ltd", "Co",  "Corp", "tr",
};

enum { ABBREVIATIONS = sizeof abbreviations / sizeof *abbreviations };

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

/* Bytes of a stop that text[i] begins; 0: none. */
static size_t stop_at(const char *text, size_t size, size_t i)
{
    char c = text[i];
    if (c == '.' || c == '!' || c == '?')
        return 1;
    return size - i >= 3 && !memcmp(text + i, "\xe2\x80\xa6", 3) ? 3 : 0; /* … */
}

/* Past quotes and brackets that close. */
static size_t skip_closing(const char *text, size_t size, size_t i)
{
    static const char *const closing[] = {"\"", "'", ")", "]", "”", "’", "»"};
    for (size_t k = 0; k < sizeof closing / sizeof *closing && i < size;) {
        size_t n = strlen(closing[k]);
        if (size - i >= n && !memcmp(text + i, closing[k], n)) {
            i += n;
            k = 0;
        } else {
            k++;
        }
    }
    return i;
}

/* A capital, a digit, or what stands before one. */
static bool opens(const char *text, size_t size, size_t i)
{
    static const char *const opening[] = {"\"", "'", "(", "[", "“", "‘", "«", "-", "–", "—"};
    size_t step;
    uint16_t info = hltext_info(hltext_utf8_decode(text + i, &step));
    if (hlinfo_upper(info) || hlinfo_kind(info) == HLKIND_DIGIT)
        return true;
    for (size_t k = 0; k < sizeof opening / sizeof *opening; k++) {
        size_t n = strlen(opening[k]);
        if (size - i >= n && !memcmp(text + i, opening[k], n))
            return true;
    }
    return false;
}

/* Does the full stop at i belong to the word before it? */
static bool is_abbreviation(const char *text, size_t i)
{
    size_t from = i;
    while (from && !is_blank(text[from - 1]) && !strchr(".(\"'[", text[from - 1]))
        from--;
    size_t size = i - from, step = 1, digits = 0;
    if (!size)
        return false;
    for (size_t k = 0; k < ABBREVIATIONS; k++)
        if (strlen(abbreviations[k]) == size && !memcmp(abbreviations[k], text + from, size))
            return true;
    while (digits < size && text[from + digits] >= '0' && text[from + digits] <= '9')
        digits++;
    if (digits == size && size <= 2)
        return !from || text[from - 1] == '\n';
    uint16_t info = hltext_info(hltext_utf8_decode(text + from, &step));
    return step == size && hlinfo_upper(info);
}

/* Where the next sentence begins if one ends with the byte at i; 0: none ends there.
 * *out_end is the end of the one that does. */
static size_t border(const char *text, size_t size, size_t i, size_t *out_end)
{
    size_t end = i;
    if (text[i] != '\n') {
        size_t stop = stop_at(text, size, i);
        if (!stop)
            return 0;
        end = skip_closing(text, size, i + stop);
    }
    size_t next = end;
    while (next < size && is_blank(text[next]))
        next++;
    *out_end = end;
    if (text[i] == '\n' || next == size || memchr(text + end, '\n', next - end))
        return next;
    if (next == end || !opens(text, size, next))
        return 0;
    return text[i] == '.' && is_abbreviation(text, i) ? 0 : next;
}

static bool may_end(char c)
{
    return c == '\n' || c == '.' || c == '!' || c == '?' || c == '\xe2';
}

ptrdiff_t hlsentence_start(const char *text, size_t size, size_t at, size_t low)
{
    assert(low <= at && at <= size);
    for (size_t i = at; i-- > low;) {
        size_t end, next = may_end(text[i]) ? border(text, size, i, &end) : 0;
        if (next && next <= at)
            return (ptrdiff_t)next;
    }
    size_t first = 0;
    while (!low && first < at && is_blank(text[first]))
        first++;
    return low ? HLSENTENCE_NONE : (ptrdiff_t)first;
}

ptrdiff_t hlsentence_end(const char *text, size_t size, size_t low, size_t high)
{
    assert(low <= high && high <= size);
    if (high == size) {
        while (high > low && is_blank(text[high - 1]))
            high--;
        return (ptrdiff_t)high;
    }
    for (size_t i = high; i-- > (low ? low - 1 : 0);) {
        size_t end;
        if (may_end(text[i]) && border(text, size, i, &end) && end <= high && end >= low) {
            while (end > low && is_blank(text[end - 1]))
                end--;
            return (ptrdiff_t)end;
        }
    }
    return HLSENTENCE_NONE;
}
