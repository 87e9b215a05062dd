/* Telex and VNI: every syllable can be typed; and the language of a text. */
#include "tap.h"
#include "text/language.h"
#include "text/syllable.h"
#include "text/telex.h"
#include "text/utf8.h"

struct keys {
    const char *letter, *telex, *vni;
};

/* Letters with a quality as they are typed. */
static const struct keys quality[] = {
    {"ă", "aw", "a8"}, {"â", "aa", "a6"}, {"ê", "ee", "e6"}, {"ô", "oo", "o6"},
    {"ơ", "ow", "o7"}, {"ư", "uw", "u7"}, {"đ", "dd", "d9"},
};

static size_t type(const char *word, size_t size, bool telex, unsigned tone, char *out)
{
    static const char telex_tones[] = "zfrxsj", vni_tones[] = "023415";
    size_t n = 0;
    for (size_t at = 0, step; at < size; at += step) {
        hltext_utf8_decode(word + at, &step);
        const char *keys = NULL;
        for (size_t i = 0; i < sizeof quality / sizeof quality[0]; i++)
            if (!strncmp(quality[i].letter, word + at, step) && quality[i].letter[step] == 0)
                keys = telex ? quality[i].telex : quality[i].vni;
        size_t m = keys ? strlen(keys) : step;
        memcpy(out + n, keys ? keys : word + at, m);
        n += m;
    }
    if (tone)
        out[n++] = telex ? telex_tones[tone] : vni_tones[tone];
    return n;
}

static void test_every_syllable(bool telex)
{
    int wrong = 0, typed = 0, plain = 0;
    for (unsigned i = 0; i < 0xffff; i++) {
        uint16_t code = (uint16_t)i;
        char keys[64];
        size_t size;
        if (!hlsyl_is_legal(code))
            continue;
        const char *word = hlsyl_spell(hlsyl_toneless(code), &size);
        size_t n = type(word, size, telex, hlsyl_tone(code), keys);
        uint16_t got = telex ? hltext_telex(keys, n) : hltext_vni(keys, n);
        if (n == size && !memcmp(keys, word, n)) {
            /* No command in it: not to be decoded, but for oo, which is one. */
            plain += got != HLSYL_NONE && !(telex && memmem(keys, n, "oo", 2));
            continue;
        }
        typed++;
        /* oong and ooc cannot be typed in Telex without a trick; uơn and uơt come out
         * as the words with two horns, which are the common ones. */
        bool other = (telex && memmem(word, size, "oo", 2)) || memmem(word, size, "uơn", 4) ||
                     memmem(word, size, "uơt", 4);
        if (got != code && !other && wrong++ < 5)
            printf("# %.*s\n", (int)n, keys);
    }
    OK(wrong == 0 && typed > 15000, "%d syllables as %s", typed, telex ? "Telex" : "VNI");
    OK(plain == 0, "words without a command are left alone");
}

static void test_refusals(void)
{
    static const char *const words[] = {"windows", "email", "cao",  "facebook", "xss", "",
                                        "sf",      "w",     "trow", "áf",       "漢",  "a-s"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], "trow") != 0)
            OK(hltext_telex(words[i], strlen(words[i])) == HLSYL_NONE, "telex leaves %s",
               words[i]);
    OK(hltext_telex("trow", 4) != HLSYL_NONE, "trơ");
    OK(hltext_telex("huouw", 5) == hlsyl_parse("hươu", strlen("hươu")) &&
           hltext_vni("ngu57u", 6) == hlsyl_parse("ngựu", strlen("ngựu")) &&
           hltext_telex("huuw", 4) == hlsyl_parse("hưu", strlen("hưu")),
       "a closing u takes no horn");
    OK(hltext_vni("covid19", 7) == HLSYL_NONE && hltext_vni("5", 1) == HLSYL_NONE &&
           hltext_vni("a55", 3) == HLSYL_NONE,
       "VNI leaves what is none");
}

static enum hltext_language language(const char *text)
{
    struct hltext_words words = hltext_count_words(text, strlen(text));
    return hltext_language_of(&words);
}

static void test_language(void)
{
    OK(language("Các nhà khoa học đã tìm ra một loài cá mới.") == HLTEXT_VIETNAMESE, "marked");
    OK(language("Cac nha khoa hoc da tim ra mot loai ca moi.") != HLTEXT_VIETNAMESE,
       "unmarked");
    OK(language("cong nghe cao hoa lang dong nai nam nay") == HLTEXT_UNMARKED, "unmarked");
    OK(language("The committee shall review every proposal.") == HLTEXT_FOREIGN, "English");
    OK(language("") == HLTEXT_FOREIGN && language("12 - 13") == HLTEXT_FOREIGN, "no words");
    OK(hltext_is_vietnamese("Hòa", 4) && !hltext_is_vietnamese("karaoke", 7), "words");
    struct hltext_words words =
        hltext_count_words("Hoà, bình 5 ABC", strlen("Hoà, bình 5 ABC"));
    OK(words.count == 3 && words.legal == 2 && words.marked == 2, "counts");
}

int main(void)
{
    test_every_syllable(true);
    test_every_syllable(false);
    test_refusals();
    test_language();
    return tap_done();
}
