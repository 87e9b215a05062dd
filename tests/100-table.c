/* The generated table against ICU, for every code point there is. */
#include "tap.h"
#include "text/clean.h"
#include "text/fold.h"
#include "text/normalise.h"
#include "text/rules.h"
#include "text/table.h"
#include "text/utf8.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static const char letters[] =
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
    "ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬĐÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ";

static bool is_surrogate(UChar32 cp)
{
    return cp >= 0xd800 && cp <= 0xdfff;
}

static bool kind_agrees(UChar32 cp)
{
    uint32_t mask = U_GET_GC_MASK(cp);
    enum hltext_kind kind = hlinfo_kind(hltext_info((uint32_t)cp));
    if (cp >= '0' && cp <= '9')
        return kind == HLKIND_DIGIT;
    if (mask & (U_GC_L_MASK | U_GC_N_MASK))
        return kind == HLKIND_LETTER;
    return kind == (mask & U_GC_M_MASK ? HLKIND_MARK : HLKIND_OTHER);
}

static bool lower_agrees(UChar32 cp)
{
    uint32_t plain = hltext_lower_plain((uint32_t)cp);
    UErrorCode status = U_ZERO_ERROR;
    UChar from[2], to[8];
    int32_t n = 0, m;
    if (!plain)
        return true;
    U16_APPEND_UNSAFE(from, n, cp);
    m = u_strToLower(to, 8, from, n, "", &status);
    return m == 1 && to[0] == plain;
}

/* NFC of one character by ICU, as UTF-8. */
static size_t nfc(UChar32 cp, char *out, int32_t room)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar from[2], to[16];
    int32_t n = 0, bytes = 0;
    U16_APPEND_UNSAFE(from, n, cp);
    n = unorm2_normalize(unorm2_getNFCInstance(&status), from, n, to, 16, &status);
    u_strToUTF8(out, room, &bytes, to, n, &status);
    return U_SUCCESS(status) ? (size_t)bytes : 0;
}

/* Only the rules may part clean from NFC. */
static bool has_rule(uint32_t cp)
{
    return hlrule_is_deleted(cp) || hlrule_is_space(cp) || hlrule_punctuation(cp) ||
           hlrule_is_width(cp) || hlrule_african_d(cp) != cp || cp == 0x1cd || cp == 0x1ce ||
           cp == 0x1ffd; /* its canonical equal is ´, which rule C11 takes */
}

static bool clean_agrees(uint32_t cp)
{
    static struct hlbuf fast, slow;
    char bytes[4], want[64];
    size_t size = hltext_utf8_encode(cp, bytes);
    if (hltext_clean(bytes, size, &fast, NULL, NULL))
        return false;
    size_t n = nfc((UChar32)cp, want, sizeof want);
    if (!has_rule(cp) && (n != fast.size || memcmp(want, fast.data, n) != 0))
        return false;
    /* The word path must say what the table says. */
    struct hltext_cleaner cleaner = {.text = bytes, .out = &slow};
    hlbuf_reset(&slow);
    if (cp != ' ' && cp != '\n' && cp != '\r')
        hltext_clean_word(&cleaner, 0, size);
    else
        hlbuf_put(&slow, bytes, size);
    hlbuf_release(&cleaner.items[0]);
    hlbuf_release(&cleaner.items[1]);
    return slow.size == fast.size && !memcmp(slow.data, fast.data, fast.size);
}

static bool plain_agrees(uint32_t cp)
{
    char text[64] = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz ";
    char bytes[4];
    size_t n = hltext_utf8_encode(cp, bytes);
    memcpy(text + 3, bytes, n);
    size_t got = hltext_plain_span(text, 0, 32);
    /* It stops before what has an action, and passes the letters of the language. */
    if (hlinfo_action(hltext_info(cp)) != HLACT_STAYS)
        return got < 32;
    return got == 32 || got == 0 || cp > 0xff;
}

static void test_all(void)
{
    int kinds = 0, lowers = 0, cleans = 0, plains = 0;
    for (UChar32 cp = 1; cp < 0x110000; cp++) {
        if (is_surrogate(cp))
            continue;
        kinds += !kind_agrees(cp);
        lowers += !lower_agrees(cp);
        bool good = clean_agrees((uint32_t)cp);
        if (!good && cleans++ < 5)
            printf("# clean: U+%04X\n", (unsigned)cp);
        plains += !plain_agrees((uint32_t)cp);
    }
    OK(kinds == 0, "kind of every code point (%d differ)", kinds);
    OK(lowers == 0, "lower case of every code point (%d differ)", lowers);
    OK(cleans == 0, "clean of every code point (%d differ)", cleans);
    OK(plains == 0, "plain text of every code point (%d differ)", plains);
}

static void test_letters(void)
{
    int count = 0, wrong = 0;
    for (size_t at = 0; letters[at];) {
        size_t step;
        uint32_t cp = hltext_utf8_decode(letters + at, &step);
        uint16_t info = hltext_info(cp);
        wrong += !hlinfo_letter(info) || hlinfo_action(info) != HLACT_STAYS ||
                 hlinfo_upper(info) != (count >= 67) || !hltext_lower_plain(cp);
        count++;
        at += step;
    }
    OK(count == 134 && wrong == 0, "134 letters are in the table");
    char text[512];
    size_t size = strlen(letters);
    memcpy(text, letters, size + 1);
    OK(size - hltext_plain_span(text, 0, size) < 32, "and the automaton passes them");
    int others = 0;
    for (uint32_t cp = 0; cp < 0x110000; cp++)
        others += hlinfo_letter(hltext_info(cp)) != 0;
    OK(others == 134 + 2 * 22, "134 letters and the 22 of ASCII, in both cases: %d", others);
}

static void test_utf8(void)
{
    char text[80];
    bool good = true;
    static const char *const bad[] = {"\x80",         "\xc1\xbf",         "\xe0\x9f\xbf",
                                      "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                                      "\xff",         "\xe1\xba",         "\xe1\xba\x41"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (size_t before = 0; before < 66; before++) {
            size_t n = strlen(bad[i]), size = before + n;
            memset(text, 'a', before);
            memcpy(text + before, bad[i], n);
            good &= hltext_utf8_check(text, size) == before;
        }
    OK(good, "the first bad byte is found wherever it stands");
    for (size_t cut = 0; cut < 64; cut++) {
        for (size_t i = 0; i < 66; i += 3)
            memcpy(text + i, "ế", 3);
        good &= hltext_utf8_check(text, cut) == cut / 3 * 3;
    }
    OK(good, "a letter cut at the end is bad from its lead on");
}

static bool narrow_agrees(UChar32 cp)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[16];
    char want[16], got[4];
    int32_t n = unorm2_getDecomposition(unorm2_getNFKCInstance(&status), cp, wide, 16, &status);
    if (U_FAILURE(status) || n < 1)
        return false;
    u_strToUTF8(want, sizeof want, NULL, wide, n, &status);
    hlrule_narrow((uint32_t)cp, got);
    return U_SUCCESS(status) && !strcmp(got, want);
}

static void test_narrow(void)
{
    int wide = 0, wrong = 0;
    for (UChar32 cp = 1; cp < 0x110000; cp++)
        if (hlrule_is_width((uint32_t)cp)) {
            wide++;
            wrong += !narrow_agrees(cp);
        }
    OK(wide == 94 + 7 && !wrong, "wide letters and ligatures become what NFKC makes of them");
}

int main(void)
{
    test_letters();
    test_narrow();
    test_utf8();
    test_all();
    OK(hltext_rules_hash() != 0 && hltext_rules_hash() == hltext_rules_compute(),
       "rules have a hash");
    return tap_done();
}
