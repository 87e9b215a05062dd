#include "text/marks.h"

#include "text/utf8.h"

#include <unicode/unorm2.h>

#include <assert.h>
#include <stdint.h>

enum { POINTS_MAX = 512 };

/* A key taken apart: letters with their quality marks, and the tone mark, if any. */
struct parts {
    uint32_t points[POINTS_MAX];
    size_t count;
    uint32_t tone;
};

static bool is_tone(uint32_t cp)
{
    return cp == 0x300 || cp == 0x301 || cp == 0x303 || cp == 0x309 || cp == 0x323;
}

static bool add_point(struct parts *p, uint32_t cp)
{
    if (is_tone(cp)) {
        p->tone = p->tone ? UINT32_MAX : cp; /* two tones are like no typed one */
        return true;
    }
    if (p->count == POINTS_MAX)
        return false;
    p->points[p->count++] = cp;
    return true;
}

static bool take_apart(const char *key, size_t size, struct parts *out)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&code);
    out->count = 0;
    out->tone = 0;
    for (size_t i = 0, step; i < size && U_SUCCESS(code); i += step) {
        UChar units[16];
        uint32_t cp = hltext_utf8_decode(key + i, &step);
        int32_t n = unorm2_getDecomposition(nfd, (UChar32)cp, units, 16, &code);
        if (n < 0 && !add_point(out, cp))
            return false;
        for (int32_t k = 0; k < n;) {
            UChar32 part;
            U16_NEXT(units, k, n, part);
            if (!add_point(out, (uint32_t)part))
                return false;
        }
    }
    return U_SUCCESS(code);
}

static bool is_combining(uint32_t cp)
{
    return cp >= 0x300 && cp < 0x370;
}

static bool has_marks(const char *typed, size_t typed_size, const char *key, size_t key_size,
                      bool all)
{
    struct parts t, k;
    assert(typed && key);
    if (!take_apart(typed, typed_size, &t) || !take_apart(key, key_size, &k))
        return false;
    if (t.tone && t.tone != k.tone)
        return false;
    size_t i = 0, j = 0;
    while (j < k.count && (all || i < t.count)) {
        bool same = i < t.count && t.points[i] == k.points[j];
        bool crossed = i < t.count && t.points[i] == 'd' && k.points[j] == 0x111;
        if (same || crossed)
            i++;
        else if (!is_combining(k.points[j]))
            return false;
        j++;
    }
    return i == t.count;
}

bool hltext_adds_marks(const char *typed, size_t typed_size, const char *key, size_t key_size)
{
    return has_marks(typed, typed_size, key, key_size, true);
}

bool hltext_begins_marked(const char *typed, size_t typed_size, const char *key,
                          size_t key_size)
{
    return has_marks(typed, typed_size, key, key_size, false);
}
