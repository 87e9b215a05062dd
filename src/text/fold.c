#include "text/fold.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/normalise.h"
#include "text/rules.h"
#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Lower case by table; false, with nothing put, if a character is not in it. */
static bool lower_plain(const char *word, size_t size, struct hlbuf *out)
{
    /* Two bytes may become three, never more. */
    if (!hlbuf_grow(out, size * 2))
        return true;
    char *to = (char *)out->data + out->size;
    for (size_t at = 0; at < size;) {
        size_t step;
        uint32_t lower = hltext_lower_plain(hltext_utf8_decode(word + at, &step));
        if (!lower)
            return false;
        to += hltext_utf8_encode(lower, to);
        at += step;
    }
    out->size = (size_t)(to - (char *)out->data);
    assert(out->size <= out->room);
    return true;
}

/* ICU's lower case of the root locale, as UTF-8 at the end of out. */
static hl_status lower_icu(const char *word, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    UErrorCode status = U_ZERO_ERROR;
    if (size > INT32_MAX / 8)
        return hlerr_set(err, HL_LIMIT, "a word of %zu bytes is too long", size);
    /* UTF-16 never has more units than UTF-8 bytes; lower case at most triples them. */
    assert(size > 0);
    int32_t room = (int32_t)size * 3 + 8, n = 0, m = 0, bytes = 0;
    UChar *wide = hlmem_alloc((size_t)room * 2 * sizeof *wide);
    if (!wide || !hlbuf_grow(out, (size_t)room * 3)) {
        hlmem_free(wide);
        return hlerr_nomem(err);
    }
    u_strFromUTF8(wide, room, &n, word, (int32_t)size, &status);
    m = u_strToLower(wide + room, room, wide, n, "", &status);
    u_strToUTF8((char *)out->data + out->size, room * 3, &bytes, wide + room, m, &status);
    hlmem_free(wide);
    if (U_FAILURE(status))
        return hlerr_set(err, HL_MISUSE, "lower case: %s", u_errorName(status));
    assert(bytes > 0 && bytes <= room * 3);
    out->size += (size_t)bytes;
    return HL_OK;
}

/*
 * Lower case may undo what clean did: Ѕ (Cyrillic) has no twin but ѕ has, İ
 * becomes two characters.  So what ICU lowers is cleaned once more; a twin of a
 * small letter is a small letter, so that a third round changes nothing.
 */
static hl_status lower_slow(const char *word, size_t size, struct hlbuf *out,
                            struct hl_error *err)
{
    struct hlbuf lower = {0}, clean = {0};
    hl_status status = lower_icu(word, size, &lower, err);
    if (!status)
        status = hltext_clean((const char *)lower.data, lower.size, &clean, NULL, err);
    if (!status && !hlbuf_put(out, clean.data, clean.size))
        status = hlerr_nomem(err);
    hlbuf_release(&lower);
    hlbuf_release(&clean);
    return status;
}

hl_status hltext_lower(const char *word, size_t size, struct hlbuf *out, struct hl_error *err)
{
    if (lower_plain(word, size, out))
        return out->failed ? hlerr_nomem(err) : HL_OK;
    return lower_slow(word, size, out, err);
}

/* Replaces the key at the end of out by its canonical spelling if it is a syllable. */
static hl_status spell_canonically(struct hlbuf *out, size_t from, struct hl_error *err)
{
    assert(from < out->size);
    uint16_t code = hlsyl_parse((const char *)out->data + from, out->size - from);
    if (code == HLSYL_NONE)
        return HL_OK; /* a word of another language, a number: its text is its key */
    size_t size;
    const char *spelled = hlsyl_spell(code, &size);
    out->size = from;
    return hlbuf_put(out, spelled, size) ? HL_OK : hlerr_nomem(err);
}

hl_status hltext_key(const char *word, size_t size, struct hlbuf *out, struct hl_error *err)
{
    struct hlbuf clean = {0};
    size_t from = out->size;
    if (!size)
        return HL_OK;
    hl_status status = hltext_clean(word, size, &clean, NULL, err);
    if (!status)
        status = hltext_lower((const char *)clean.data, clean.size, out, err);
    if (!status && out->size > from)
        status = spell_canonically(out, from, err);
    hlbuf_release(&clean);
    if (status)
        out->size = from; /* outputs stay as they were on failure */
    assert(out->size >= from);
    return status;
}

hl_status hltext_variant_key(const char *key, size_t size, struct hlbuf *out,
                             struct hl_error *err)
{
    uint16_t code = hlsyl_parse(key, size);
    if (code != HLSYL_NONE)
        key = hlsyl_spell(hlsyl_variant(code), &size);
    return hlbuf_put(out, key, size) ? HL_OK : hlerr_nomem(err);
}

/* Adds cp without its marks; a Hangul block is no letter with marks. */
static void put_unmarked(struct hlbuf *out, uint32_t cp)
{
    assert(cp < 0x110000);
    char bytes[4];
    UErrorCode status = U_ZERO_ERROR;
    UChar text[64];
    int32_t size = -1;
    bool hangul = cp >= 0xac00 && cp <= 0xd7a3;
    if (cp >= 0x80 && !hangul)
        size = unorm2_getDecomposition(unorm2_getNFCInstance(&status), (UChar32)cp, text, 64,
                                       &status);
    if (size < 0) {
        size = 0;
        U16_APPEND_UNSAFE(text, size, (UChar32)cp);
    }
    for (int32_t i = 0; i < size;) {
        UChar32 part;
        U16_NEXT(text, i, size, part);
        if (u_charType(part) == U_NON_SPACING_MARK)
            continue;
        part = part == 0x111 || part == 0xf0 ? 'd' : part;
        hlbuf_put(out, bytes, hltext_utf8_encode((uint32_t)part, bytes));
    }
}

static hl_status fold_text(const char *key, size_t size, struct hlbuf *out,
                           struct hl_error *err)
{
    struct hlbuf bare = {0}, clean = {0};
    for (size_t at = 0; at < size;) {
        size_t step;
        put_unmarked(&bare, hltext_utf8_decode(key + at, &step));
        at += step;
    }
    hl_status status = bare.failed ? hlerr_nomem(err) : HL_OK;
    /* Parts that are no marks (Indic vowels) are put together again. */
    if (!status)
        status = hltext_clean((const char *)bare.data, bare.size, &clean, NULL, err);
    /* A key of nothing but marks stays: no key is empty. */
    if (!status && !hlbuf_put(out, clean.size ? (const char *)clean.data : key,
                              clean.size ? clean.size : size))
        status = hlerr_nomem(err);
    hlbuf_release(&bare);
    hlbuf_release(&clean);
    return status;
}

/* Keys without a byte beyond ASCII are their own foldings: the common case by far. */
static bool is_ascii(const char *key, size_t size)
{
    unsigned char all = 0;
    for (size_t i = 0; i < size; i++)
        all |= (unsigned char)key[i];
    return all < 0x80;
}

hl_status hltext_fold_key(const char *key, size_t size, struct hlbuf *out, struct hl_error *err)
{
    if (!is_ascii(key, size)) {
        assert(hltext_utf8_check(key, size) == size);
        uint16_t code = hlsyl_parse(key, size);
        if (code == HLSYL_NONE)
            return fold_text(key, size, out, err);
        key = hlsyl_fold(code, &size);
    }
    return hlbuf_put(out, key, size) ? HL_OK : hlerr_nomem(err);
}

bool hltext_is_marked(const char *key, size_t size)
{
    if (is_ascii(key, size))
        return false;
    for (size_t at = 0; at < size;) {
        size_t step;
        UErrorCode status = U_ZERO_ERROR;
        UChar text[64];
        uint32_t cp = hltext_utf8_decode(key + at, &step);
        at += step;
        /* đ has no decomposition; a Hangul block has one but no mark. */
        if (cp == 0x111 || cp == 0x110 || u_charType((UChar32)cp) == U_NON_SPACING_MARK)
            return true;
        if (cp >= 0xac00 && cp <= 0xd7a3)
            continue;
        if (cp >= 0x80 && unorm2_getDecomposition(unorm2_getNFCInstance(&status), (UChar32)cp,
                                                  text, 64, &status) > 0)
            return true;
    }
    return false;
}

/*
 * The table holds most rules as data, so hashing it notices a new Unicode or a new
 * spelling; what is code is covered by the version alone.
 */
uint64_t hltext_rules_compute(void)
{
    assert(hltab_info_count % HLTAB_BLOCK == 0);
    uint64_t parts[] = {
        HLTEXT_RULES_VERSION,
        hlhash64(hltab_info_block, sizeof hltab_info_block),
        hlhash64(hltab_info, hltab_info_count * sizeof hltab_info[0]),
        hlhash64(hltab_lower, sizeof hltab_lower),
        hlhash64(hltab_pair, sizeof hltab_pair),
        hlhash64(hltab_spelled, sizeof hltab_spelled),
        hlhash64(hltab_text, hltab_text_size),
    };
    return hlhash64(parts, sizeof parts);
}
