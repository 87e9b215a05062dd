#include "base/err.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *(*translate)(const char *english);

void hl_messages_set(const char *(*translator)(const char *english))
{
    translate = translator;
}

const char *hlerr_say(const char *english)
{
    assert(english);
    return translate ? translate(english) : english;
}

/* Takes the first bytes of a letter off the end, where its last ones are gone. */
static void cut_whole(char *text, size_t size)
{
    size_t lead = size;
    while (lead && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (!lead)
        return;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    if (size - (lead - 1) < want)
        text[lead - 1] = 0;
}

static void fill(struct hl_error *err, hl_status code, int64_t at, const char *format,
                 va_list args)
{
    assert(code < HL_OK);
    if (!err)
        return;
    err->code = code;
    err->at = at;
    int size = vsnprintf(err->text, sizeof err->text, hlerr_say(format), args);
    if (size >= (int)sizeof err->text)
        cut_whole(err->text, sizeof err->text - 1);
}

hl_status hlerr_set(struct hl_error *err, hl_status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, code, -1, format, args);
    va_end(args);
    return code;
}

hl_status hlerr_set_at(struct hl_error *err, hl_status code, int64_t at, const char *format,
                       ...)
{
    va_list args;
    va_start(args, format);
    fill(err, code, at, format, args);
    va_end(args);
    return code;
}

hl_status hlerr_corrupt(struct hl_error *err, const char *file, const char *section,
                        uint64_t offset, const char *what)
{
    assert(section && what);
    return hlerr_set_at(
        err, HL_CORRUPT, (int64_t)offset, "corrupt index: %s, %s, byte %" PRIu64 ": %s%s",
        file ? file : "segment", section, offset, what, hlerr_say(HLERR_NO_ANSWER));
}

hl_status hlerr_nomem(struct hl_error *err)
{
    return hlerr_set(err, HL_NOMEM, "out of memory");
}

const char *hl_status_name(hl_status status)
{
    static const char *const names[] = {"OK",      "NOMEM",       "IO",        "CORRUPT",
                                        "VERSION", "NOT_FOUND",   "BAD_QUERY", "BUSY",
                                        "LIMIT",   "UNSUPPORTED", "MISUSE"};
    int i = -(int)status;
    if (i < 0 || i >= (int)(sizeof names / sizeof names[0]))
        return "UNKNOWN";
    return names[i];
}
