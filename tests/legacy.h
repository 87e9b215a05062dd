/*
 * legacy.h - Vietnamese text in older encodings, written the way people wrote it.
 *
 * The inverse of the decode tables, for tests.  What a charset has no byte for is written
 * as its users did: toned capitals of TCVN3 and VPS as the small letter (the font did the
 * rest), quotes and dashes that the letters have left no place for as ASCII.
 *
 * Text is composed UTF-8.  Ownership: out is the caller's, replaced.
 */
#ifndef HL_TESTS_LEGACY_H
#define HL_TESTS_LEGACY_H

#include "base/buf.h"
#include "text/charset.h"
#include "text/charset_table.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* windows-1258 is typed with a mark behind every toned letter, and written by converters
 * with the toned letters that it has: two habits, one charset. */
enum legacy {
    LEGACY_TCVN3,
    LEGACY_VNI,
    LEGACY_VISCII,
    LEGACY_VPS,
    LEGACY_1258,
    LEGACY_1258_MADE,
    LEGACY_UTF16LE,
    LEGACY_UTF16BE,
    LEGACY_COUNT
};

static const char *const legacy_names[LEGACY_COUNT] = {
    "TCVN3", "VNI", "VISCII", "VPS", "windows-1258", "windows-1258", "UTF-16LE", "UTF-16BE",
};

enum { LEGACY_MAP_MAX = 0x2200 };

/* Bytes of each code point; size 0: the charset has none. */
struct legacy_map {
    struct {
        uint8_t size;
        char bytes[3];
    } of[LEGACY_MAP_MAX];
};

static inline void legacy_set(struct legacy_map *map, uint32_t cp, int first, int second)
{
    char bytes[2] = {(char)first, (char)second};
    map->of[cp].size = second < 0 ? 1 : 2;
    memcpy(map->of[cp].bytes, bytes, 2);
}

/* Letter i of the tables: its base (or base with hat, breve, horn) and its tone, 0 to 5 in
 * the tables' own order: plain, huyền, hỏi, ngã, sắc, nặng. */
static inline uint32_t legacy_base(size_t i, int *out_tone)
{
    static const struct {
        uint16_t base;
        uint8_t letters; /* 5: the plain form is ASCII */
    } GROUPS[] = {{'a', 5}, {0x103, 6}, {0xe2, 6},  {0x111, 1}, {'e', 5},   {0xea, 6}, {'i', 5},
                  {'o', 5}, {0xf4, 6},  {0x1a1, 6}, {'u', 5},   {0x1b0, 6}, {'y', 5}};
    size_t group = 0;
    for (; i >= GROUPS[group].letters; group++)
        i -= GROUPS[group].letters;
    *out_tone = (int)i + (GROUPS[group].letters == 5);
    return GROUPS[group].base;
}

static inline void legacy_fill_single(struct legacy_map *map,
                                      const struct hlcharset_single *single)
{
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        legacy_set(map, hlcharset_small[i], single->small[i], -1);
        legacy_set(map, hlcharset_capital[i],
                   single->capital[i] ? single->capital[i] : single->small[i], -1);
    }
}

static inline void legacy_fill_1258(struct legacy_map *map, bool made)
{
    static const uint8_t TONES[] = {0, 0xcc, 0xd2, 0xde, 0xec, 0xf2};
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        int tone;
        uint32_t base = legacy_base(i, &tone);
        int small = base == 0x103   ? 0xe3
                    : base == 0x111 ? 0xf0
                    : base == 0x1a1 ? 0xf5
                    : base == 0x1b0 ? 0xfd
                                    : (int)base;
        uint16_t cp = hlcharset_small[i];
        if (made && cp < 0x100 && cp != 0xec && cp != 0xf2 && cp != 0xfd && cp != 0xe3 &&
            cp != 0xf5) {
            legacy_set(map, cp, cp, -1);
            legacy_set(map, hlcharset_capital[i], cp - 0x20, -1);
            continue;
        }
        legacy_set(map, cp, small, tone ? TONES[tone] : -1);
        legacy_set(map, hlcharset_capital[i], small - 0x20, tone ? TONES[tone] : -1);
    }
}

static inline void legacy_fill_vni(struct legacy_map *map)
{
    static const uint16_t TONES[] = {0, 0x300, 0x309, 0x303, 0x301, 0x323};
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        int tone;
        uint32_t base = legacy_base(i, &tone);
        uint16_t quality = base == 0x103 ? 0x306 : base >= 0xe2 && base < 0x100 ? 0x302 : 0;
        int letter = base == 0x103   ? 'a'
                     : base == 0xe2  ? 'a'
                     : base == 0xea  ? 'e'
                     : base == 0xf4  ? 'o'
                     : base == 0x1a1 ? 0xf4
                     : base == 0x1b0 ? 0xf6
                                     : (int)base;
        int mark = -1;
        for (size_t k = 0; k < HLCHARSET_MARKS; k++)
            if (hlcharset_marks[k].quality == quality && hlcharset_marks[k].tone == TONES[tone])
                mark = hlcharset_marks[k].byte;
        legacy_set(map, hlcharset_small[i], letter, mark);
        legacy_set(map, hlcharset_capital[i], letter - 0x20, mark < 0 ? -1 : mark - 0x20);
    }
    for (size_t k = 0; k < HLCHARSET_VNI_SINGLES; k++) {
        legacy_set(map, hlcharset_vni_singles[k].small, hlcharset_vni_singles[k].byte, -1);
        legacy_set(map, hlcharset_vni_singles[k].capital, hlcharset_vni_singles[k].byte - 0x20,
                   -1);
    }
}

/* What else a byte by itself decodes to: quotes, dashes, letters of other languages. */
static inline void legacy_fill_rest(struct legacy_map *map, const char *charset)
{
    struct hlbuf out = {0};
    for (int byte = 1; byte < 0x100; byte++) {
        uint8_t bytes[2] = {(uint8_t)byte, 0};
        size_t step;
        if (hltext_decode(charset, bytes, 1, &out, NULL))
            exit(2);
        uint32_t cp = hltext_utf8_decode((const char *)out.data, &step);
        if (step == out.size && cp < LEGACY_MAP_MAX && !map->of[cp].size)
            legacy_set(map, cp, byte, -1);
    }
    hlbuf_release(&out);
}

static inline const struct legacy_map *legacy_map_of(enum legacy which)
{
    static struct legacy_map *maps[LEGACY_COUNT];
    if (maps[which])
        return maps[which];
    struct legacy_map *map = maps[which] = calloc(1, sizeof *map);
    if (!map)
        exit(2);
    switch (which) {
    case LEGACY_TCVN3:
        legacy_fill_single(map, &hlcharset_tcvn3);
        break;
    case LEGACY_VISCII:
        legacy_fill_single(map, &hlcharset_viscii);
        break;
    case LEGACY_VPS:
        legacy_fill_single(map, &hlcharset_vps);
        break;
    case LEGACY_VNI:
        legacy_fill_vni(map);
        break;
    default:
        legacy_fill_1258(map, which == LEGACY_1258_MADE);
    }
    legacy_fill_rest(map, legacy_names[which]);
    return map;
}

static inline void legacy_put_utf16(struct hlbuf *out, uint32_t cp, bool big)
{
    uint16_t units[2] = {(uint16_t)cp};
    int count = 1;
    if (cp >= 0x10000) {
        units[0] = (uint16_t)(0xd7c0 + (cp >> 10));
        units[1] = (uint16_t)(0xdc00 | (cp & 0x3ff));
        count = 2;
    }
    for (int i = 0; i < count; i++) {
        hlbuf_put_u8(out, (uint8_t)(big ? units[i] >> 8 : units[i]));
        hlbuf_put_u8(out, (uint8_t)(big ? units[i] : units[i] >> 8));
    }
}

/* What stands for a character that the charset has no byte for. */
static inline const char *legacy_instead(uint32_t cp)
{
    switch (cp) {
    case 0x2018:
    case 0x2019:
        return "'";
    case 0x201c:
    case 0x201d:
        return "\"";
    case 0x2010 ... 0x2015:
        return "-";
    case 0x2026:
        return "...";
    case 0xa0:
        return " ";
    default:
        return "?";
    }
}

static inline void legacy_encode(enum legacy which, const char *text, size_t size,
                                 struct hlbuf *out)
{
    bool wide = which == LEGACY_UTF16LE || which == LEGACY_UTF16BE;
    const struct legacy_map *map = wide ? NULL : legacy_map_of(which);
    hlbuf_reset(out);
    for (size_t at = 0, step; at < size; at += step) {
        uint32_t cp = hltext_utf8_decode(text + at, &step);
        if (wide)
            legacy_put_utf16(out, cp, which == LEGACY_UTF16BE);
        else if (cp < LEGACY_MAP_MAX && map->of[cp].size)
            hlbuf_put(out, map->of[cp].bytes, map->of[cp].size);
        else
            hlbuf_put_string(out, legacy_instead(cp));
    }
    if (out->failed)
        exit(2);
}

#endif
