#include "text/charset.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/charset_table.h"

#include <assert.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { NAME_MAX_SIZE = 48 };

/* UTF-16 on its way from the converters to NFC. */
struct wide {
    UChar *text;
    int32_t size;
    int32_t room;
};

/* A unit more than asked for, so that ICU may end the text with a zero. */
static hl_status wide_alloc(struct wide *wide, size_t room, struct hl_error *err)
{
    if (room > INT32_MAX / 4)
        return hlerr_set(err, HL_LIMIT, "text of %zu bytes is too long to convert", room);
    wide->text = hlmem_alloc((room + 1) * sizeof *wide->text);
    wide->size = 0;
    wide->room = (int32_t)room;
    return wide->text ? HL_OK : hlerr_nomem(err);
}

/* Tables and converters never make more units than was reserved: two for each byte. */
static void put(struct wide *wide, uint32_t cp)
{
    assert(cp < 0x10000 && wide->size < wide->room);
    wide->text[wide->size++] = (UChar)cp;
}

/* ------------------------------------------------------------------- tables */

/* What a byte means that a Vietnamese charset has no use for: windows-1252. */
static uint32_t western(uint8_t byte)
{
    return byte >= 0x80 && byte < 0xa0 ? hlcharset_western[byte - 0x80] : byte;
}

/* Charsets of one byte a letter: a table of 256 meanings, made for this text. */
static void decode_single(const struct hlcharset_single *single, const uint8_t *bytes,
                          size_t size, struct wide *out)
{
    uint16_t meaning[256];
    for (unsigned i = 0; i < 256; i++)
        meaning[i] = (uint16_t)western((uint8_t)i);
    /* A letter has one byte: another, that windows-1252 has for it, is a mistake. */
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        if (hlcharset_small[i] < 0x100)
            meaning[hlcharset_small[i]] = 0xfffd;
        if (hlcharset_capital[i] < 0x100)
            meaning[hlcharset_capital[i]] = 0xfffd;
    }
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        if (single->small[i])
            meaning[single->small[i]] = hlcharset_small[i];
        if (single->capital[i])
            meaning[single->capital[i]] = hlcharset_capital[i];
    }
    assert((size_t)out->room >= size);
    for (size_t i = 0; i < size; i++)
        put(out, meaning[bytes[i]]);
}

/* ASCII letters that VNI and VIQR put marks behind. */
static bool is_vowel(uint32_t cp)
{
    switch (cp | 0x20) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
    case 'y':
        return cp < 0x80;
    default:
        return false;
    }
}

/* A VNI base: a vowel, or ơ ư which are bytes of their own.  0 if the byte is none. */
static uint32_t vni_base(uint8_t byte)
{
    switch (byte) {
    case 0xf4:
        return 0x1a1;
    case 0xf6:
        return 0x1b0;
    case 0xd4:
        return 0x1a0;
    case 0xd6:
        return 0x1af;
    default:
        return is_vowel(byte) ? byte : 0;
    }
}

/* The mark byte behind a base, in small or capital form: quality and tone. */
static const struct hlcharset_mark *vni_mark(uint32_t base, uint8_t byte)
{
    assert(vni_base((uint8_t)base) || base >= 0x100);
    uint32_t plain = base < 0x80 ? base | 0x20 : 'o';
    for (size_t i = 0; i < HLCHARSET_MARKS; i++) {
        const struct hlcharset_mark *mark = &hlcharset_marks[i];
        bool breve = mark->quality == 0x306, hat = mark->quality == 0x302;
        if ((breve && (base >= 0x80 || plain != 'a')) ||
            (hat && (base >= 0x80 || plain == 'i' || plain == 'u' || plain == 'y')))
            continue;
        if (byte == mark->byte || byte == mark->byte - 0x20)
            return mark;
    }
    return NULL;
}

/* A byte that stands by itself in VNI: đ, the toned i, ỵ, or no Vietnamese letter. */
static uint32_t vni_alone(uint8_t byte)
{
    for (size_t i = 0; i < HLCHARSET_VNI_SINGLES; i++) {
        const struct hlcharset_alone *alone = &hlcharset_vni_singles[i];
        if (byte == alone->byte)
            return alone->small;
        if (byte == alone->byte - 0x20)
            return alone->capital;
    }
    return western(byte);
}

/* Letters come out decomposed; NFC puts them together at the end. */
static void decode_vni(const uint8_t *bytes, size_t size, struct wide *out)
{
    assert((size_t)out->room >= size * 2); /* a mark byte may be two marks */
    for (size_t i = 0; i < size; i++) {
        uint32_t base = vni_base(bytes[i]);
        if (!base) {
            put(out, vni_alone(bytes[i]));
            continue;
        }
        put(out, base);
        const struct hlcharset_mark *mark = i + 1 < size ? vni_mark(base, bytes[i + 1]) : NULL;
        if (!mark)
            continue;
        i++;
        if (mark->quality)
            put(out, mark->quality);
        if (mark->tone)
            put(out, mark->tone);
    }
}

/* The combining mark that a VIQR sign is behind a vowel that may already have one. */
static uint32_t viqr_mark(uint32_t vowel, bool has_quality, uint8_t sign)
{
    uint32_t v = vowel | 0x20;
    switch (sign) {
    case '(':
        return v == 'a' && !has_quality ? 0x306 : 0;
    case '^':
        return (v == 'a' || v == 'e' || v == 'o') && !has_quality ? 0x302 : 0;
    case '+':
    case '*':
        return (v == 'o' || v == 'u') && !has_quality ? 0x31b : 0;
    case '`':
        return 0x300;
    case '\'':
        return 0x301;
    case '?':
        return 0x309;
    case '~':
        return 0x303;
    case '.':
        return 0x323;
    default:
        return 0;
    }
}

/* Signs behind the vowel at i; returns how many bytes they are. */
static size_t viqr_signs(const uint8_t *bytes, size_t size, struct wide *out, uint32_t vowel)
{
    size_t n = 0;
    bool quality = false;
    assert(is_vowel(vowel));
    while (n < size && n < 2) {
        uint32_t mark = viqr_mark(vowel, quality || n > 0, bytes[n]);
        if (!mark)
            break;
        put(out, mark);
        n++;
        quality = mark == 0x306 || mark == 0x302 || mark == 0x31b;
        if (!quality)
            break;
    }
    return n;
}

/* RFC 1456: a backslash takes the meaning from the sign behind it. */
static void decode_viqr(const uint8_t *bytes, size_t size, struct wide *out)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes[i], next = i + 1 < size ? bytes[i + 1] : 0;
        if (c == '\\' && next) {
            put(out, western(next));
            i++;
        } else if ((c == 'd' || c == 'D') && (next == 'd' || next == 'D')) {
            put(out, c == 'd' ? 0x111 : 0x110);
            i++;
        } else {
            put(out, western(c));
            if (is_vowel(c))
                i += viqr_signs(bytes + i + 1, size - i - 1, out, c);
        }
    }
}

/* --------------------------------------------------------------------- names */

enum own { OWN_TCVN3, OWN_VISCII, OWN_VPS, OWN_VNI, OWN_VIQR, OWN_CP1258, OWN_UTF16, OWN_NONE };

static const char *const names[] = {
    "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "windows-1258", "TCVN3",
    "VNI",   "VISCII", "VPS",      "VIQR",     "windows-1252",
};

/* Other names, in plain form; the names above stand for themselves. */
static const struct {
    const char *plain, *name;
} aliases[] = {
    {"utf8bom", "UTF-8"},
    {"unicode", "UTF-16"},
    {"ucs2", "UTF-16"},
    {"utf16little", "UTF-16LE"},
    {"ucs2le", "UTF-16LE"},
    {"utf16big", "UTF-16BE"},
    {"ucs2be", "UTF-16BE"},
    {"cp1258", "windows-1258"},
    {"win1258", "windows-1258"},
    {"xcp1258", "windows-1258"},
    {"abc", "TCVN3"},
    {"tcvn", "TCVN3"},
    {"tcvn5712", "TCVN3"},
    {"tcvn57121", "TCVN3"},
    {"tcvn57121993", "TCVN3"},
    {"vniwin", "VNI"},
    {"vniwindows", "VNI"},
    {"xvni", "VNI"},
    {"csviscii", "VISCII"},
    {"xviscii", "VISCII"},
    {"viscii11", "VISCII"},
    {"xvps", "VPS"},
    {"csviqr", "VIQR"},
    {"cp1252", "windows-1252"},
    {"win1252", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso88591", "windows-1252"},
    {"usascii", "UTF-8"},
    {"ascii", "UTF-8"},
};

/* Small letters and digits only, so that "Windows-1258" and "windows_1258" are one. */
static void plain_name(const char *name, char out[NAME_MAX_SIZE])
{
    size_t n = 0;
    for (; *name && n + 1 < NAME_MAX_SIZE; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    out[n] = 0;
}

const char *hltext_charset_at(size_t i)
{
    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

const char *hltext_charset_find(const char *name)
{
    char plain[NAME_MAX_SIZE], own[NAME_MAX_SIZE];
    plain_name(name, plain);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        plain_name(names[i], own);
        if (!strcmp(plain, own))
            return names[i];
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (!strcmp(plain, aliases[i].plain))
            return aliases[i].name;
    return NULL;
}

/* What is decoded here, by tables or under another name; the rest is ICU's. */
static enum own find_own(const char *name)
{
    static const struct {
        const char *name;
        enum own own;
    } own[] = {
        {"TCVN3", OWN_TCVN3},
        {"VISCII", OWN_VISCII},
        {"VPS", OWN_VPS},
        {"VNI", OWN_VNI},
        {"VIQR", OWN_VIQR},
        {"UTF-16", OWN_UTF16},
        {"windows-1258", OWN_CP1258},
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (!strcmp(name, own[i].name))
            return own[i].own;
    return OWN_NONE;
}

/* Everything else that has a name; ICU puts U+FFFD for what means nothing. */
static hl_status decode_icu(const char *charset, const void *bytes, size_t size,
                            struct wide *out, struct hl_error *err)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(charset, &status);
    if (U_FAILURE(status))
        return hlerr_set(err, HL_UNSUPPORTED, "no charset is called %s", charset);
    out->size = ucnv_toUChars(converter, out->text, out->room, bytes, (int32_t)size, &status);
    ucnv_close(converter);
    if (U_FAILURE(status))
        return hlerr_set(err, HL_UNSUPPORTED, "%s: %s", charset, u_errorName(status));
    assert(out->size <= out->room);
    return HL_OK;
}

/* The converter that the name asks for. */
static hl_status decode_wide(const char *charset, const void *bytes, size_t size,
                             struct wide *out, struct hl_error *err)
{
    const char *name = hltext_charset_find(charset);
    switch (name ? find_own(name) : OWN_NONE) {
    case OWN_TCVN3:
        decode_single(&hlcharset_tcvn3, bytes, size, out);
        return HL_OK;
    case OWN_VISCII:
        decode_single(&hlcharset_viscii, bytes, size, out);
        return HL_OK;
    case OWN_VPS:
        decode_single(&hlcharset_vps, bytes, size, out);
        return HL_OK;
    case OWN_VNI:
        decode_vni(bytes, size, out);
        return HL_OK;
    case OWN_VIQR:
        decode_viqr(bytes, size, out);
        return HL_OK;
    case OWN_CP1258:
        return decode_icu("ibm-5354_P100-1998", bytes, size, out, err);
    case OWN_UTF16:
        /* Without its mark and without a pattern: the order that Windows writes. */
        name = hltext_utf16_find(bytes, size);
        return decode_icu(name ? name : "UTF-16LE", bytes, size, out, err);
    case OWN_NONE:
        break;
    }
    return decode_icu(name ? name : charset, bytes, size, out, err);
}

/* NFC of wide as UTF-8. */
static hl_status put_composed(const struct wide *wide, struct hlbuf *out, struct hl_error *err)
{
    UErrorCode status = U_ZERO_ERROR;
    struct wide nfc = {0};
    const UNormalizer2 *form = unorm2_getNFCInstance(&status);
    assert(wide->size >= 0 && wide->size <= wide->room);
    /* Composition may lengthen text, by a factor of three at most (UAX 15). */
    hl_status result = wide_alloc(&nfc, (size_t)wide->size * 3, err);
    if (result)
        return result;
    const UChar *from = wide->text;
    int32_t size = wide->size, bytes = 0;
    if (size && from[0] == 0xfeff) {
        from++;
        size--;
    }
    nfc.size = unorm2_normalize(form, from, size, nfc.text, nfc.room + 1, &status);
    if (U_FAILURE(status) || !hlbuf_grow(out, (size_t)nfc.size * 3 + 1)) {
        hlmem_free(nfc.text);
        return hlerr_nomem(err);
    }
    u_strToUTF8WithSub((char *)out->data + out->size, nfc.size * 3 + 1, &bytes, nfc.text,
                       nfc.size, 0xfffd, NULL, &status);
    assert(U_SUCCESS(status));
    out->size += (size_t)bytes;
    hlmem_free(nfc.text);
    return HL_OK;
}

hl_status hltext_decode(const char *charset, const void *bytes, size_t size, struct hlbuf *out,
                        struct hl_error *err)
{
    struct wide wide = {0};
    hlbuf_reset(out);
    hl_status status = wide_alloc(&wide, size * 2 + 2, err);
    if (!status)
        status = decode_wide(charset, bytes, size, &wide, err);
    if (!status)
        status = put_composed(&wide, out, err);
    hlmem_free(wide.text);
    return status;
}
