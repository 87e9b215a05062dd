/* The grammar of syllables: counts, one spelling a code, tone marks anywhere. */
#include "tap.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

static const char *const vowels[] = {"aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ",
                                     "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ",
                                     "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ"};

/* The vowel letter at text (toneless) with a tone, into out; 0 if it is no vowel. */
static size_t with_tone(const char *text, size_t step, unsigned tone, char *out)
{
    for (size_t i = 0; i < sizeof vowels / sizeof vowels[0]; i++) {
        if (strncmp(vowels[i], text, step) != 0)
            continue;
        const char *p = vowels[i];
        size_t size;
        for (unsigned t = 0; t <= tone; t++) {
            hltext_utf8_decode(p, &size);
            if (t < tone)
                p += size;
        }
        memcpy(out, p, size);
        return size;
    }
    return 0;
}

/* Both keys of a syllable, asked of a way to spell it. */
static bool may_have(const char *word, size_t size, uint16_t code)
{
    size_t key_size, fold_size;
    const char *key = hlsyl_spell(code, &key_size), *fold = hlsyl_fold(code, &fold_size);
    return hltext_may_have(word, size, key, key_size) &&
           hltext_may_have(word, size, fold, fold_size);
}

/* Puts code's tone on each vowel of its spelling in turn; how many do not come back. */
static int move_tone(uint16_t code, int *tried)
{
    size_t size, step;
    int wrong = 0;
    const char *bare = hlsyl_spell(hlsyl_toneless(code), &size);
    for (size_t at = 0; at < size; at += step) {
        char word[32];
        hltext_utf8_decode(bare + at, &step);
        memcpy(word, bare, at);
        size_t n = with_tone(bare + at, step, hlsyl_tone(code), word + at);
        if (!n)
            continue;
        memcpy(word + at + n, bare + at + step, size - at - step);
        wrong += hlsyl_parse(word, size - step + n) != code;
        wrong += !may_have(word, size - step + n, code);
        (*tried)++;
    }
    return wrong;
}

static void test_codes(void)
{
    int pairs = 0, legal = 0, wrong = 0, moved = 0, tried = 0, upper = 0;
    for (unsigned code = 0; code < 0xffff; code++) {
        if (!hlsyl_is_legal((uint16_t)code))
            continue;
        size_t size;
        const char *word = hlsyl_spell((uint16_t)code, &size);
        legal++;
        wrong += hlsyl_parse(word, size) != code || size > HLSYL_SIZE_MAX;
        moved += move_tone((uint16_t)code, &tried);
        upper += size == 0;
    }
    for (int o = 0; o < HLTAB_ONSETS; o++)
        for (int r = 0; r < HLTAB_RHYMES; r++)
            pairs += hltab_pair[o][r] != HLTAB_NO_PAIR;
    OK(pairs == 4036, "4,036 pairs of onset and rhyme: %d", pairs);
    OK(legal == 18340, "18,340 syllables: %d", legal);
    OK(wrong == 0 && upper == 0, "each spelling has one code and back");
    OK(moved == 0 && tried > 18340, "so has each with its tone on another vowel (%d)", tried);
}

static void test_keys(void)
{
    int wrong = 0, folds = 0;
    struct hlbuf key = {0}, fold = {0};
    for (unsigned code = 0; code < 0xffff; code++) {
        if (!hlsyl_is_legal((uint16_t)code))
            continue;
        size_t size, fold_size;
        const char *word = hlsyl_spell((uint16_t)code, &size);
        hlbuf_reset(&key);
        hlbuf_reset(&fold);
        wrong += hltext_key(word, size, &key, NULL) || key.size != size ||
                 memcmp(key.data, word, size) != 0;
        const char *folded = hlsyl_fold((uint16_t)code, &fold_size);
        hltext_fold_key(word, size, &fold, NULL);
        folds += fold.size != fold_size || memcmp(fold.data, folded, fold_size) != 0;
        for (size_t i = 0; i < fold_size; i++)
            folds += (unsigned char)folded[i] >= 0x80;
    }
    OK(wrong == 0, "a spelling is its own key");
    OK(folds == 0, "foldings are ASCII and agree");
    hlbuf_release(&key);
    hlbuf_release(&fold);
}

static void test_tones(void)
{
    OK(hlsyl_parse("hoá", strlen("hoá")) == hlsyl_parse("hóa", strlen("hóa")), "both styles");
    OK(hlsyl_parse("hóá", strlen("hóá")) == HLSYL_NONE, "two tones are no syllable");
    OK(hlsyl_parse("hóà", strlen("hóà")) == HLSYL_NONE, "nor two different ones");
    OK(hlsyl_parse("", 0) == HLSYL_NONE, "nothing is no syllable");
    OK(hlsyl_parse("nghiêngh", strlen("nghiêngh")) == HLSYL_NONE, "eight letters are too many");
    OK(!hlsyl_is_legal(HLSYL_NONE) && !hlsyl_is_legal(0xf800), "codes past the last onset");
    OK(!hlsyl_is_legal(6) && !hlsyl_is_legal(7), "tones past the last");
}

/* Of all syllables exactly those of the closed list have a variant, and it goes both ways. */
static void test_variants(void)
{
    int with = 0, wrong = 0, qu = 0;
    for (unsigned i = 0; i < 0xffff; i++) {
        uint16_t code = (uint16_t)i, other[HLSYL_VARIANTS_MAX], back[HLSYL_VARIANTS_MAX];
        if (!hlsyl_is_legal(code))
            continue;
        size_t n = hlsyl_variants(code, other);
        uint16_t v = hlsyl_variant(code);
        wrong += hlsyl_variant(v) != v;
        if (!n) {
            wrong += v != code;
            continue;
        }
        with++;
        qu += !strcmp(hlsyl_onset_name(code), "qu");
        wrong += hlsyl_variants(other[0], back) != 1 || back[0] != code ||
                 hlsyl_variant(other[0]) != v || hlsyl_rhyme_name(v)[0] != 'y';
    }
    OK(wrong == 0, "variants go both ways and have one key");
    /* hi; kì kỉ kĩ kí kị; lí lị; mì mĩ; sĩ; tì tỉ: 13.  qu: i in inh with six tones,
     * it ich with two: 22. */
    OK(qu == 44 && with == 26 + 44, "as many as the closed list says (%d, %d after qu)", with,
       qu);
}

static void test_folded(void)
{
    static const char *const folded[] = {"viet", "dich",  "hoat", "tiep",   "nuoc",
                                         "khu",  "tieng", "a",    "nghieng"};
    static const char *const others[] = {"việt",  "",       "email", "covid19",  "ttxt",
                                         "hoatt", "brexit", "xyz",   "nghiengs", "\xff"};
    for (size_t i = 0; i < sizeof folded / sizeof *folded; i++)
        OK(hlsyl_is_folded(folded[i], strlen(folded[i])), "%s is a syllable without marks",
           folded[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        OK(!hlsyl_is_folded(others[i], strlen(others[i])), "case %zu is none", i);
    size_t wrong = 0;
    for (uint32_t code = 0; code < 65536; code++) {
        size_t size;
        if (!hlsyl_is_legal((uint16_t)code))
            continue;
        const char *fold = hlsyl_fold((uint16_t)code, &size);
        wrong += !hlsyl_is_folded(fold, size);
    }
    OK(!wrong, "every folding of a syllable is found");
}

/* "text|key|may it have it": letters that change, or are changed, say nothing. */
static void test_may_have(void)
{
    static const char *const cases[] = {"Khoa Học|khoa học|y",
                                        "KHOA HỌC|khoa hoc|y",
                                        "Số|số|y",
                                        "Số|khoa|n",
                                        "Khoa|số|n",
                                        "Khoa học|khoa|n",
                                        "khoa|khoa học|n",
                                        "Đời sống|doi song|y",
                                        "Đời sống|đời sống|y",
                                        "dời sống|đời sống|y",
                                        "9/1|9/1|y",
                                        "9/1|9/2|n",
                                        "|khoa|n",
                                        "a|o|y",
                                        "đ|d|y",
                                        "n\xcc\x83"
                                        "a|\xc3\xb1"
                                        "a|y",
                                        "Espa\xc3\xb1"
                                        "a|x|y",
                                        "\xef\xbc\xab|k|y",
                                        "kho\xc2\xa0"
                                        "a|x|y",
                                        "K\x01|x|y",
                                        "Thể thao|thế giới|n"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *key = strchr(cases[i], '|') + 1, *end = strchr(key, '|');
        bool may =
            hltext_may_have(cases[i], (size_t)(key - cases[i] - 1), key, (size_t)(end - key));
        OK(may == (end[1] == 'y'), "%s", cases[i]);
    }
}

int main(void)
{
    test_codes();
    test_keys();
    test_may_have();
    test_tones();
    test_variants();
    OK(hlsyl_fold_count() == 2522, "foldings are numbered: %zu", hlsyl_fold_count());
    test_folded();
    return tap_done();
}
