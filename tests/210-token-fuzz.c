/*
 * Random sentences: keys are stable under key(), NFC and NFD and moved tone marks
 * make the same tokens, positions and offsets hold whatever the text.
 */
#include "tap.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"
#include "token/tokenise.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { ROUNDS = 30000, TEXT_MAX = 4000 };

static char text[TEXT_MAX];
static size_t text_size;

static void put(const char *bytes, size_t size)
{
    if (text_size + size < TEXT_MAX) {
        memcpy(text + text_size, bytes, size);
        text_size += size;
    }
}

static void put_string(const char *s)
{
    put(s, strlen(s));
}

static const char *pick(uint64_t *seed, const char *const *list, size_t count)
{
    return list[tap_random(seed) % count];
}

static const char *const pieces[] = {
    "COVID",     "19",          "KH",
    "CN",        "TP",          "HCM",
    "GS",        "e",           "mail",
    "5G",        "100g",        "376ha",
    "H5N1",      "9/1/2021",    "9/1",
    "5/2022",    "31/2",        "94.760",
    "3,5",       "1.234.567,8", "1,234.56",
    "2022-2027", "B.1.617",     "iPhone",
    "ngày",      "tháng",       "năm",
    "9",         "1",           "2021",
    "12",        "m²",          "10⁶",
    "CO₂",       "\u0441ủa",    "Đắk",
    "ð",         "Ðại",         "ÐHQG",
    "ﬁn",        "漢字",        "naïve",
    "Å",         "İ",           "ΑΣ",
    "мир",       "1.5MP",       "²",
    "½",         "don't",       "\uff23\uff2f\uff12",
    "x̄",         "0.125",       "007",
    "1.2.3",     "quy",         "kĩ",
    "a",         "\u0301",      "ơ\u0300",
    "\u202a",    "28-31/10",    "123/2020/NĐ-CP",
    "đ",         "12.000đ",
};
static const char *const separators[] = {" ", " ",      " ",      " ", "\n", ", ", ". ",
                                         "-", ".",      "&",      "'", "/",  ",",  "–",
                                         "",  "\u200b", "\u00a0", "“", "(",  "_"};

/* Any syllable of the language, sometimes in capitals at its start. */
static void put_syllable(uint64_t *seed)
{
    uint16_t code;
    size_t size;
    do
        code = (uint16_t)tap_random(seed);
    while (!hlsyl_is_legal(code));
    const char *word = hlsyl_spell(code, &size);
    put(word, size);
    if ((unsigned char)word[0] < 0x80 && tap_random(seed) % 3 == 0)
        text[text_size - size] = (char)(word[0] & ~0x20);
}

static void make_text(uint64_t *seed, bool pure)
{
    text_size = 0;
    for (size_t i = 1 + tap_random(seed) % 12; i > 0; i--) {
        if (pure || tap_random(seed) % 3 == 0)
            put_syllable(seed);
        else
            put_string(pick(seed, pieces, sizeof pieces / sizeof pieces[0]));
        put_string(pure ? " "
                        : pick(seed, separators, sizeof separators / sizeof separators[0]));
    }
}

static size_t recompose(const UNormalizer2 *form, char *out, size_t room)
{
    static UChar wide[TEXT_MAX], other[TEXT_MAX * 4];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n, size;
    u_strFromUTF8(wide, TEXT_MAX, &n, text, (int32_t)text_size, &status);
    n = unorm2_normalize(form, wide, n, other, TEXT_MAX * 4, &status);
    u_strToUTF8(out, (int32_t)room, &size, other, n, &status);
    return U_SUCCESS(status) ? (size_t)size : 0;
}

static bool same_tokens(const struct hltoken_list *a, const struct hltoken_list *b)
{
    if (a->count != b->count || a->positions != b->positions)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct hltoken *s = &a->tokens[i], *t = &b->tokens[i];
        if (s->key_size != t->key_size || memcmp(s->key, t->key, s->key_size) != 0 ||
            s->position != t->position || s->alternative != t->alternative ||
            s->syllable != t->syllable)
            return false;
    }
    return true;
}

static void show(const char *what)
{
    printf("# %s: %.*s\n", what, (int)text_size, text);
}

static void test_forms(uint64_t seed)
{
    static char other[TEXT_MAX * 4];
    UErrorCode status = U_ZERO_ERROR;
    struct hltoken_list a, b;
    int wrong = 0;
    hltoken_list_init(&a);
    hltoken_list_init(&b);
    for (int i = 0; i < ROUNDS; i++) {
        make_text(&seed, false);
        bool good = !hltoken_run(text, text_size, 2021, &a, NULL);
        size_t size = recompose(unorm2_getNFDInstance(&status), other, sizeof other);
        good = good && !hltoken_run(other, size, 2021, &b, NULL) && same_tokens(&a, &b);
        size = recompose(unorm2_getNFCInstance(&status), other, sizeof other);
        good = good && !hltoken_run(other, size, 2021, &b, NULL) && same_tokens(&a, &b);
        if (!good && wrong++ < 3)
            show("forms");
    }
    OK(wrong == 0, "NFC and NFD make the same tokens (%d of %d differ)", wrong, ROUNDS);
    hltoken_list_release(&a);
    hltoken_list_release(&b);
}

/* In decomposed text a tone is a character: give each to another vowel of its word. */
static size_t move_tones(uint64_t *seed, const char *from, size_t size, char *out)
{
    size_t n = 0;
    for (size_t at = 0; at < size;) {
        size_t end = at, tone = 0, tone_size = 0, vowels = 0, kept = 0;
        for (size_t step; end < size && from[end] != ' '; end += step) {
            uint32_t cp = hltext_utf8_decode(from + end, &step);
            vowels += cp < 0x80 && strchr("aeiouyAEIOUY", (int)cp) != NULL;
            if (cp == 0x300 || cp == 0x301 || cp == 0x303 || cp == 0x309 || cp == 0x323) {
                tone = end;
                tone_size = step;
            }
        }
        size_t want = vowels ? tap_random(seed) % vowels : 0;
        for (size_t i = at, step; i < end; i += step) {
            hltext_utf8_decode(from + i, &step);
            if (tone_size && i == tone)
                continue;
            memcpy(out + n, from + i, step);
            n += step;
            if (tone_size && strchr("aeiouyAEIOUY", from[i]) && kept++ == want) {
                memcpy(out + n, from + tone, tone_size);
                n += tone_size;
            }
        }
        if (end < size)
            out[n++] = ' ';
        at = end + 1;
    }
    return n;
}

static void test_moved(uint64_t seed)
{
    static char apart[TEXT_MAX * 4], moved[TEXT_MAX * 4];
    UErrorCode status = U_ZERO_ERROR;
    struct hltoken_list a, b;
    int wrong = 0;
    hltoken_list_init(&a);
    hltoken_list_init(&b);
    for (int i = 0; i < ROUNDS; i++) {
        make_text(&seed, true);
        size_t size = recompose(unorm2_getNFDInstance(&status), apart, sizeof apart);
        size = move_tones(&seed, apart, size, moved);
        bool good = !hltoken_run(text, text_size, 0, &a, NULL) &&
                    !hltoken_run(moved, size, 0, &b, NULL) && same_tokens(&a, &b);
        if (!good && wrong++ < 3)
            show("moved");
    }
    OK(wrong == 0, "tones on other vowels make the same tokens (%d differ)", wrong);
    hltoken_list_release(&a);
    hltoken_list_release(&b);
}

static bool token_holds(const struct hltoken *t, const struct hltoken *before)
{
    static struct hlbuf key;
    uint16_t code = hlsyl_parse(t->key, t->key_size);
    if (t->key_size == 0 || t->key_size > HLTOKEN_KEY_MAX || t->start >= t->end ||
        t->end > text_size || code != t->syllable)
        return false;
    /* A border of UTF-8 on both sides. */
    if (((unsigned char)text[t->start] & 0xc0) == 0x80 ||
        (t->end < text_size && ((unsigned char)text[t->end] & 0xc0) == 0x80))
        return false;
    if (!before ? t->position != 0 || t->alternative
                : t->position != before->position + !t->alternative)
        return false;
    hlbuf_reset(&key);
    return !hltext_key(t->key, t->key_size, &key, NULL) && key.size == t->key_size &&
           !memcmp(key.data, t->key, key.size);
}

static void test_holds(uint64_t seed)
{
    struct hltoken_list a;
    int wrong = 0;
    size_t tokens = 0;
    hltoken_list_init(&a);
    for (int i = 0; i < ROUNDS; i++) {
        make_text(&seed, false);
        bool good = !hltoken_run(text, text_size, 2021, &a, NULL);
        for (size_t k = 0; good && k < a.count; k++)
            good = token_holds(&a.tokens[k], k ? &a.tokens[k - 1] : NULL);
        tokens += a.count;
        if (!good && wrong++ < 3)
            show("holds");
    }
    OK(wrong == 0 && tokens > ROUNDS, "every token holds (%d texts do not)", wrong);
    hltoken_list_release(&a);
}

/* Bytes at random: refused where they are no UTF-8, never worse. */
static void test_bytes(uint64_t seed)
{
    struct hltoken_list a;
    int refused = 0, wrong = 0;
    hltoken_list_init(&a);
    for (int i = 0; i < ROUNDS; i++) {
        text_size = tap_random(&seed) % 60;
        for (size_t k = 0; k < text_size; k++)
            text[k] =
                (char)(tap_random(&seed) % 4 ? tap_random(&seed) % 128 : tap_random(&seed));
        hl_status status = hltoken_run(text, text_size, 0, &a, NULL);
        bool valid = hltext_utf8_check(text, text_size) == text_size;
        refused += status == HL_MISUSE;
        wrong += valid ? status != HL_OK : status != HL_MISUSE;
    }
    OK(wrong == 0 && refused > 0 && refused < ROUNDS, "%d texts of bytes are refused", refused);
    hltoken_list_release(&a);
}

/* A list that has read much knows syllables by their bytes; a new one reads letters. */
static void test_known(uint64_t seed)
{
    struct hltoken_list known, fresh;
    int wrong = 0, later = 0;
    hltoken_list_init(&known);
    for (int i = 0; i < ROUNDS; i++) {
        hltoken_list_init(&fresh);
        make_text(&seed, i % 4 == 0);
        bool good = !hltoken_run(text, text_size, 2021, &known, NULL) &&
                    !hltoken_run(text, text_size, 2021, &fresh, NULL) &&
                    same_tokens(&known, &fresh) && !fresh.recent;
        for (size_t k = 0; good && k < known.count; k++)
            good = known.tokens[k].start == fresh.tokens[k].start &&
                   known.tokens[k].end == fresh.tokens[k].end;
        later += known.recent != NULL;
        if (!good && wrong++ < 3)
            show("known");
        hltoken_list_release(&fresh);
    }
    OK(wrong == 0 && later > ROUNDS / 2, "syllables met before are the same (%d texts differ)",
       wrong);
    hltoken_list_release(&known);
}

int main(void)
{
    test_forms(11);
    test_moved(12);
    test_holds(13);
    test_bytes(14);
    test_known(15);
    return tap_done();
}
