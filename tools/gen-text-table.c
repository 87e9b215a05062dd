/*
 * gen-text-table.c - makes text_table.h: ICU's knowledge and the grammar as arrays.
 *
 * Run when hlsearch is built, writes C to the standard output.  What it makes
 * is declared in src/text/table.h.  It stops the build if the grammar no longer
 * has the numbers of syllables that the index format counts on.
 */
#include "../src/text/rules.h"
#include "../src/text/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static const char *const onsets[] = {
    "",  "b",  "c",   "ch", "d", "đ",  "g",  "gh", "gi", "h", "k",  "kh", "l", "m",
    "n", "ng", "ngh", "nh", "p", "ph", "qu", "r",  "s",  "t", "th", "tr", "v", "x",
};

/* Open, then nasal, then stopped: only those in c, ch, p, t are bound to two tones. */
static const char *const rhymes[] = {
    "a",    "e",    "ê",    "i",   "o",    "ô",    "ơ",    "u",    "ư",    "y",    "ia",
    "ya",   "ua",   "ưa",   "oa",  "oe",   "uê",   "uy",   "uơ",   "uya",  "ai",   "ao",
    "au",   "ay",   "âu",   "ây",  "eo",   "êu",   "iu",   "oi",   "ôi",   "ơi",   "ui",
    "ưi",   "ưu",   "iêu",  "yêu", "uôi",  "ươi",  "ươu",  "oai",  "oay",  "oao",  "oeo",
    "uây",  "uyu",  "uêu",  "am",  "an",   "ang",  "anh",  "ăm",   "ăn",   "ăng",  "âm",
    "ân",   "âng",  "em",   "en",  "eng",  "êm",   "ên",   "êng",  "ênh",  "im",   "in",
    "inh",  "om",   "on",   "ong", "oong", "ôm",   "ôn",   "ông",  "ơm",   "ơn",   "um",
    "un",   "ung",  "ưm",   "ưn",  "ưng",  "iêm",  "iên",  "iêng", "yêm",  "yên",  "yêng",
    "uôm",  "uôn",  "uông", "ươm", "ươn",  "ương", "oam",  "oan",  "oang", "oanh", "oăm",
    "oăn",  "oăng", "oem",  "oen", "oeng", "uân",  "uâng", "uên",  "uênh", "uyn",  "uynh",
    "uyên", "uơn",  "ynh",  "yn",  "ap",   "at",   "ac",   "ach",  "ăp",   "ăt",   "ăc",
    "âp",   "ât",   "âc",   "ep",  "et",   "ec",   "êp",   "êt",   "êch",  "ip",   "it",
    "ich",  "op",   "ot",   "oc",  "ooc",  "ôp",   "ôt",   "ôc",   "ơp",   "ơt",   "up",
    "ut",   "uc",   "ưp",   "ưt",  "ưc",   "iêp",  "iêt",  "iêc",  "yêp",  "yêt",  "yêc",
    "uôp",  "uôt",  "uôc",  "ươp", "ươt",  "ươc",  "oap",  "oat",  "oac",  "oach", "oăp",
    "oăt",  "oăc",  "oet",  "oec", "uât",  "uâc",  "uêch", "uêt",  "uyp",  "uyt",  "uych",
    "uyêt", "uơt",  "yt",   "ych",
};

/* The letters by number, and for each vowel its six tones. */
static const char *const letters[] = {
    "",  "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c",      "d",      "đ",      "eèẻẽéẹ", "êềểễếệ",
    "g", "h",      "iìỉĩíị", "k",      "l", "m",      "n",      "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ",
    "p", "q",      "r",      "s",      "t", "uùủũúụ", "ưừửữứự", "v",      "x",      "yỳỷỹýỵ",
};

_Static_assert(sizeof onsets / sizeof onsets[0] == HLTAB_ONSETS, "onsets");
_Static_assert(sizeof rhymes / sizeof rhymes[0] == HLTAB_RHYMES, "rhymes");
_Static_assert(sizeof letters / sizeof letters[0] == HLTAB_LETTERS + 1, "letters");

enum { VOWEL_TONES = 6, WORD_MAX = 16 };

static void die(const char *what)
{
    fprintf(stderr, "gen-text-table: %s\n", what);
    exit(1);
}

/* ------------------------------------------------------------------ letters */

static uint32_t letter_cp[HLTAB_LETTERS + 1][VOWEL_TONES]; /* 0: no such tone */

static size_t decode(const char *s, uint32_t *out_cp)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] < 0x80)
        return *out_cp = u[0], 1;
    if (u[0] < 0xe0)
        return *out_cp = (u[0] & 31u) << 6 | (u[1] & 63u), 2;
    return *out_cp = (u[0] & 15u) << 12 | (u[1] & 63u) << 6 | (u[2] & 63u), 3;
}

static size_t encode(uint32_t cp, char *out)
{
    if (cp < 0x80)
        return out[0] = (char)cp, 1;
    if (cp < 0x800)
        return out[0] = (char)(0xc0 | cp >> 6), out[1] = (char)(0x80 | (cp & 63)), 2;
    out[0] = (char)(0xe0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 63));
    out[2] = (char)(0x80 | (cp & 63));
    return 3;
}

static void make_letters(void)
{
    for (int i = 1; i <= HLTAB_LETTERS; i++) {
        const char *s = letters[i];
        for (int tone = 0; *s; tone++)
            s += decode(s, &letter_cp[i][tone]);
    }
}

static bool find_letter(uint32_t cp, unsigned *out_letter, unsigned *out_tone)
{
    for (unsigned i = 1; i <= HLTAB_LETTERS; i++)
        for (unsigned tone = 0; tone < VOWEL_TONES; tone++)
            if (cp && letter_cp[i][tone] == cp)
                return *out_letter = i, *out_tone = tone, true;
    return false;
}

/* A toneless word as letter numbers; returns how many. */
static size_t numbers(const char *word, uint8_t *out)
{
    size_t n = 0;
    while (*word) {
        uint32_t cp;
        unsigned letter = 0, tone;
        word += decode(word, &cp);
        if (!find_letter(cp, &letter, &tone) || tone || n == WORD_MAX)
            die("a letter of the grammar is unknown");
        out[n++] = (uint8_t)letter;
    }
    return n;
}

/* --------------------------------------------------------------- characters */

static unsigned kind_of(UChar32 cp)
{
    switch (u_charType(cp)) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
        return HLKIND_LETTER;
    case U_DECIMAL_DIGIT_NUMBER:
        /* The grammar of numbers knows ASCII digits; others are letters to it. */
        return cp < 0x80 ? HLKIND_DIGIT : HLKIND_LETTER;
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_COMBINING_SPACING_MARK:
        return HLKIND_MARK;
    default:
        return HLKIND_OTHER;
    }
}

/* A letter whose decomposition holds a twin (Ё = Е + diaeresis) is as slow as the twin. */
static bool has_twin(const UNormalizer2 *nfc, UChar32 cp)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[32];
    int32_t n = unorm2_getDecomposition(nfc, cp, text, 32, &status);
    if (n < 0)
        return hlrule_twin((uint32_t)cp) != 0;
    for (int32_t i = 0; i < n; i++)
        if (hlrule_twin(text[i]))
            return true;
    return false;
}

static unsigned action_of(const UNormalizer2 *nfc, UChar32 c)
{
    uint32_t cp = (uint32_t)c;
    if (hlrule_is_deleted(cp) || hlrule_is_space(cp) || hlrule_punctuation(cp))
        return HLACT_SIMPLE;
    if (hlrule_is_width(cp) || hlrule_raised_digit(cp) >= 0 || hlrule_eth(cp) ||
        hlrule_african_d(cp) != cp || cp == 0x1cd || cp == 0x1ce || has_twin(nfc, c))
        return HLACT_SLOW;
    if (u_getCombiningClass(c) || !unorm2_hasBoundaryBefore(nfc, c) ||
        u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) != UNORM_YES)
        return HLACT_SLOW;
    return HLACT_STAYS;
}

static uint16_t lower_of(const UNormalizer2 *nfc, UChar32 cp)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar from[2], to[8];
    int32_t n = 0;
    U16_APPEND_UNSAFE(from, n, cp);
    n = u_strToLower(to, 8, from, n, "", &status);
    if (U_FAILURE(status) || n != 1)
        return 0;
    bool plain = action_of(nfc, cp) == HLACT_STAYS && action_of(nfc, to[0]) == HLACT_STAYS;
    return plain ? to[0] : 0;
}

static uint16_t info_of(const UNormalizer2 *nfc, UChar32 cp)
{
    unsigned letter = 0, tone = 0;
    /* By plain lower case only: KELVIN SIGN and the dotted İ are not our letters. */
    if (!find_letter(lower_of(nfc, cp), &letter, &tone))
        letter = tone = 0;
    return (uint16_t)(kind_of(cp) | letter << 3 | tone << 8 |
                      (unsigned)(u_charType(cp) == U_UPPERCASE_LETTER) << 11 |
                      action_of(nfc, cp) << 12);
}

static void put_info(const UNormalizer2 *nfc)
{
    static uint16_t blocks[0x110000 / HLTAB_BLOCK][HLTAB_BLOCK];
    static uint16_t block_of[0x110000 / HLTAB_BLOCK];
    size_t count = 0;
    for (size_t i = 0; i < 0x110000 / HLTAB_BLOCK; i++) {
        for (int k = 0; k < HLTAB_BLOCK; k++)
            blocks[count][k] = info_of(nfc, (UChar32)(i * HLTAB_BLOCK) + k);
        size_t same = 0;
        while (memcmp(blocks[same], blocks[count], sizeof blocks[0]))
            same++;
        block_of[i] = (uint16_t)same;
        count += same == count;
    }
    if (block_of[0] != 0)
        die("ASCII is not the first block");
    printf("const uint16_t hltab_info_block[0x110000 / HLTAB_BLOCK] = {");
    for (size_t i = 0; i < 0x110000 / HLTAB_BLOCK; i++)
        printf("%s%u,", i % 20 ? "" : "\n", block_of[i]);
    printf("};\nconst uint16_t hltab_info[] = {");
    for (size_t i = 0; i < count * HLTAB_BLOCK; i++)
        printf("%s%u,", i % 16 ? "" : "\n", blocks[i / HLTAB_BLOCK][i % HLTAB_BLOCK]);
    printf("};\nconst size_t hltab_info_count = %zu;\n", count * HLTAB_BLOCK);
}

static void put_lower(const UNormalizer2 *nfc)
{
    printf("const uint16_t hltab_lower[HLTAB_LOWER_LOW + 0x100] = {");
    for (int i = 0; i < HLTAB_LOWER_LOW + 0x100; i++) {
        UChar32 cp = i < HLTAB_LOWER_LOW ? i : i - HLTAB_LOWER_LOW + HLTAB_LOWER_HIGH;
        printf("%s%u,", i % 16 ? "" : "\n", lower_of(nfc, cp));
    }
    printf("};\n");
}

/* ------------------------------------------------------------------ grammar */

static bool starts(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

/* Is s among the words of a list with blanks around each? */
static bool among(const char *list, const char *s)
{
    char word[WORD_MAX + 3];
    snprintf(word, sizeof word, " %s ", s);
    return strstr(list, word) != NULL;
}

static bool starts_front(const char *rhyme)
{
    return starts(rhyme, "e") || starts(rhyme, "ê") || starts(rhyme, "i");
}

static bool starts_glide(const char *rhyme)
{
    return starts(rhyme, "oa") || starts(rhyme, "oă") || starts(rhyme, "oe") ||
           starts(rhyme, "uâ") || starts(rhyme, "uê") || starts(rhyme, "uơ") ||
           starts(rhyme, "uy");
}

static bool legal_after_qu(const char *rhyme)
{
    if (among(" i im in inh ip it ich ôc y yên yêt yt yn ynh ych ya ", rhyme))
        return true;
    return starts(rhyme, "a") || starts(rhyme, "ă") || starts(rhyme, "â") ||
           starts(rhyme, "e") || starts(rhyme, "ê") || starts(rhyme, "ơ");
}

/* gi + ên is written and read giên = gi + iên, so the shorter rhyme is left out. */
static bool legal_after_gi(const char *rhyme)
{
    if (among(" ia iu ", rhyme) || starts(rhyme, "y"))
        return false;
    for (int i = 0; i < HLTAB_RHYMES; i++)
        if (starts(rhyme, "ê") && rhymes[i][0] == 'i' && !strcmp(rhymes[i] + 1, rhyme))
            return false;
    return true;
}

static bool legal(const char *onset, const char *rhyme)
{
    if (!strcmp(onset, "qu"))
        return legal_after_qu(rhyme);
    if (!strcmp(onset, "gi"))
        return legal_after_gi(rhyme);
    if (among(" k gh ngh ", onset))
        return starts_front(rhyme) || (!strcmp(onset, "k") && !strcmp(rhyme, "y"));
    if (among(" c g ng ", onset) && (starts_front(rhyme) || starts(rhyme, "y")))
        return false;
    if (!strcmp(onset, "c") && starts_glide(rhyme))
        return false;
    if (!strcmp(rhyme, "y"))
        return !*onset || among(" h l m s t v th d n x b p ph nh r k kh tr ", onset);
    if (starts(rhyme, "y"))
        return !*onset && starts(rhyme, "yê");
    return *onset || !starts(rhyme, "iê");
}

/* ----------------------------------------------------------------- spelling */

static bool is_vowel(uint8_t letter)
{
    return letter_cp[letter][1] != 0;
}

static bool has_quality(uint8_t letter)
{
    return letter_cp[letter][0] >= 0x80;
}

/* Which letter of a rhyme carries the tone, in the older of the two styles. */
static size_t tone_place(const uint8_t *rhyme, size_t n)
{
    size_t vowels = 0, marked = n;
    while (vowels < n && is_vowel(rhyme[vowels])) {
        if (has_quality(rhyme[vowels]))
            marked = vowels; /* of ươ the second */
        vowels++;
    }
    if (marked < n)
        return marked;
    if (vowels == 3)
        return 1;
    return vowels == 2 && vowels < n ? 1 : 0;
}

static size_t spell(int onset, int rhyme, unsigned tone, char *out)
{
    uint8_t letter[WORD_MAX];
    size_t n = numbers(rhymes[rhyme], letter), size = strlen(onsets[onset]);
    memcpy(out, onsets[onset], size);
    if (!strcmp(onsets[onset], "gi") && rhymes[rhyme][0] == 'i')
        size--; /* one i for both */
    size_t at = tone_place(letter, n);
    for (size_t i = 0; i < n; i++)
        size += encode(letter_cp[letter[i]][i == at ? tone : 0], out + size);
    if (size > WORD_MAX - 1)
        die("a syllable is too long");
    return size;
}

static size_t fold(const char *from, size_t size, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < size;) {
        uint32_t cp;
        i += decode(from + i, &cp);
        UErrorCode status = U_ZERO_ERROR;
        UChar text[8];
        int32_t got = unorm2_getDecomposition(unorm2_getNFCInstance(&status), (UChar32)cp, text,
                                              8, &status);
        out[n++] = cp == 0x111 ? 'd' : (char)(got > 0 ? text[0] : (UChar)cp);
    }
    return n;
}

static char pool[400000];
static size_t pool_size;

static uint32_t keep(const char *bytes, size_t size)
{
    if (pool_size + size > sizeof pool)
        die("the pool of spellings is full");
    memcpy(pool + pool_size, bytes, size);
    pool_size += size;
    return (uint32_t)((pool_size - size) << 4 | size);
}

static uint32_t folded[HLTAB_PAIRS];
static size_t fold_count;

static size_t find_fold(const char *bytes, size_t size)
{
    for (size_t i = 0; i < fold_count; i++)
        if ((folded[i] & 15) == size && !memcmp(pool + (folded[i] >> 4), bytes, size))
            return i;
    folded[fold_count] = keep(bytes, size);
    return fold_count++;
}

static uint16_t pair_of[HLTAB_ONSETS][HLTAB_RHYMES];
static uint32_t spelled[HLTAB_PAIRS * HLTAB_TONES];
static uint16_t fold_of[HLTAB_PAIRS];

static uint64_t parse[HLTAB_PARSE];

/* The toneless word under its letters; what parse[] holds is told in table.h. */
static void keep_parse(const char *word, int onset, int rhyme)
{
    uint8_t letter[WORD_MAX];
    size_t n = numbers(word, letter);
    uint64_t packed = 0;
    for (size_t i = 0; i < n; i++)
        packed = packed << 5 | letter[i];
    if (n > 7)
        die("a syllable of more than seven letters");
    size_t at = hltab_parse_slot(packed);
    for (; parse[at]; at = (at + 1) % HLTAB_PARSE)
        if ((parse[at] & HLTAB_PACKED) == packed)
            die("two syllables with one spelling");
    parse[at] = (uint64_t)(onset << 11 | rhyme << 3) << 48 | packed;
}

static void make_pair(int onset, int rhyme, size_t pair)
{
    char word[WORD_MAX], plain[WORD_MAX];
    for (unsigned tone = 0; tone < HLTAB_TONES; tone++) {
        size_t size = spell(onset, rhyme, tone, word);
        /* A stopped rhyme has tones 4 and 5; its toneless form only as a spelling. */
        if (rhyme < HLTAB_OPEN || tone == 0 || tone >= 4)
            spelled[pair * HLTAB_TONES + tone] = keep(word, size);
    }
    size_t size = spell(onset, rhyme, 0, word);
    word[size] = 0;
    keep_parse(word, onset, rhyme);
    fold_of[pair] = (uint16_t)find_fold(plain, fold(word, size, plain));
}

static void make_pairs(void)
{
    size_t pairs = 0, toned = 0;
    for (int onset = 0; onset < HLTAB_ONSETS; onset++)
        for (int rhyme = 0; rhyme < HLTAB_RHYMES; rhyme++) {
            pair_of[onset][rhyme] = HLTAB_NO_PAIR;
            if (!legal(onsets[onset], rhymes[rhyme]))
                continue;
            if (pairs == HLTAB_PAIRS)
                die("more than 4,036 pairs of onset and rhyme");
            pair_of[onset][rhyme] = (uint16_t)pairs;
            make_pair(onset, rhyme, pairs++);
            toned += rhyme < HLTAB_OPEN ? 6 : 2;
        }
    if (pairs != HLTAB_PAIRS || toned != 18340)
        die("not 4,036 pairs and 18,340 syllables");
}

static void put_words(const char *name, const char *size, const char *const *words, size_t n)
{
    printf("const char *const hltab_%s[%s] = {", name, size);
    for (size_t i = 0; i < n; i++)
        printf("%s\"%s\",", i % 12 ? "" : "\n", words[i]);
    printf("};\n");
}

static void put_parse(void)
{
    printf("const uint64_t hltab_parse[HLTAB_PARSE] = {");
    for (size_t i = 0; i < HLTAB_PARSE; i++)
        printf("%s0x%llx,", i % 6 ? "" : "\n", (unsigned long long)parse[i]);
    printf("};\n");
}

/* ----------------------------------------------------------------- plain text */

/* States of the automaton for plain text: between characters, or behind a lead. */
enum { AT_START, IN_C3, IN_C4_C5, IN_C6, IN_E1, IN_E1_BA_BB, IN_E2, IN_E2_80, SPOILT, STATES };

static bool stays(const UNormalizer2 *nfc, UChar32 cp)
{
    return action_of(nfc, cp) == HLACT_STAYS;
}

/* The lead and all of its characters that start with it and this second byte stay? */
static bool block_stays(const UNormalizer2 *nfc, UChar32 first)
{
    for (int i = 0; i < 64; i++)
        if (!stays(nfc, first + i))
            return false;
    return true;
}

static int step_from_start(unsigned byte)
{
    if (byte < 0x80)
        return byte == '\t' ? SPOILT : AT_START;
    switch (byte) {
    case 0xc3:
        return IN_C3;
    case 0xc4:
    case 0xc5:
        return IN_C4_C5;
    case 0xc6:
        return IN_C6;
    case 0xe1:
        return IN_E1;
    case 0xe2:
        return IN_E2;
    default:
        return SPOILT;
    }
}

static int step_plain(const UNormalizer2 *nfc, int state, unsigned byte)
{
    UChar32 low = (UChar32)(byte & 0x3f);
    if (state == AT_START)
        return step_from_start(byte);
    if ((byte & 0xc0) != 0x80)
        return SPOILT;
    switch (state) {
    case IN_C3:
        return stays(nfc, 0xc0 + low) ? AT_START : SPOILT;
    case IN_C4_C5:
        return stays(nfc, 0x100 + low) && stays(nfc, 0x140 + low) ? AT_START : SPOILT;
    case IN_C6:
        return stays(nfc, 0x180 + low) ? AT_START : SPOILT;
    case IN_E1:
        return (byte == 0xba || byte == 0xbb) ? IN_E1_BA_BB : SPOILT;
    case IN_E1_BA_BB:
        return block_stays(nfc, 0x1e80) && block_stays(nfc, 0x1ec0) ? AT_START : SPOILT;
    case IN_E2:
        return byte == 0x80 ? IN_E2_80 : SPOILT;
    case IN_E2_80:
        return stays(nfc, 0x2000 + low) ? AT_START : SPOILT;
    default:
        return SPOILT;
    }
}

/* One word a byte: the next state, times six, at bit state times six. */
static void put_plain(const UNormalizer2 *nfc)
{
    _Static_assert(STATES * 6 <= 64, "nine states fit in a word");
    _Static_assert(SPOILT * 6 == HLTAB_PLAIN_SPOILT, "table.h knows this state");
    printf("const uint64_t hltab_plain[256] = {");
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t row = 0;
        for (int state = 0; state < STATES; state++)
            row |= (uint64_t)step_plain(nfc, state, byte) * 6 << state * 6;
        printf("%s0x%llx,", byte % 6 ? "" : "\n", (unsigned long long)row);
    }
    printf("};\n");
}

static int by_spelling(const void *a, const void *b)
{
    uint32_t x = folded[*(const uint16_t *)a], y = folded[*(const uint16_t *)b];
    size_t n = (x & 15) < (y & 15) ? x & 15 : y & 15;
    int r = memcmp(pool + (x >> 4), pool + (y >> 4), n);
    return r ? r : (int)(x & 15) - (int)(y & 15);
}

/* Numbers folded spellings in the order of their bytes, so that one can be looked up. */
static void sort_folds(void)
{
    static uint16_t order[HLTAB_PAIRS], number[HLTAB_PAIRS];
    static uint32_t sorted[HLTAB_PAIRS];
    for (size_t i = 0; i < fold_count; i++)
        order[i] = (uint16_t)i;
    qsort(order, fold_count, sizeof order[0], by_spelling);
    for (size_t i = 0; i < fold_count; i++) {
        number[order[i]] = (uint16_t)i;
        sorted[i] = folded[order[i]];
    }
    memcpy(folded, sorted, fold_count * sizeof folded[0]);
    for (size_t i = 0; i < HLTAB_PAIRS; i++)
        fold_of[i] = number[fold_of[i]];
}

static void put_pairs(void)
{
    sort_folds();
    printf("const uint16_t hltab_pair[HLTAB_ONSETS][HLTAB_RHYMES] = {\n");
    for (int onset = 0; onset < HLTAB_ONSETS; onset++) {
        printf("{");
        for (int rhyme = 0; rhyme < HLTAB_RHYMES; rhyme++)
            printf("%u,", pair_of[onset][rhyme]);
        printf("},\n");
    }
    printf("};\nconst uint32_t hltab_spelled[HLTAB_PAIRS * HLTAB_TONES] = {");
    for (size_t i = 0; i < HLTAB_PAIRS * HLTAB_TONES; i++)
        printf("%s%u,", i % 12 ? "" : "\n", spelled[i]);
    printf("};\nconst uint16_t hltab_fold_of[HLTAB_PAIRS] = {");
    for (size_t i = 0; i < HLTAB_PAIRS; i++)
        printf("%s%u,", i % 16 ? "" : "\n", fold_of[i]);
    printf("};\nconst uint32_t hltab_folded[] = {");
    for (size_t i = 0; i < fold_count; i++)
        printf("%s%u,", i % 12 ? "" : "\n", folded[i]);
    printf("};\nconst size_t hltab_fold_count = %zu;\nconst char hltab_text[] =", fold_count);
    for (size_t i = 0; i < pool_size; i++) {
        printf("%s", i % 80 ? "" : "\n\"");
        unsigned byte = (unsigned char)pool[i];
        if (byte < 0x80)
            putchar((int)byte);
        else
            printf("\\%03o", byte);
        printf("%s", i % 80 == 79 || i + 1 == pool_size ? "\"" : "");
    }
    printf(";\nconst size_t hltab_text_size = %zu;\n", pool_size);
}

int main(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        die("ICU has no normalisation data");
    make_letters();
    make_pairs();
    printf("/* Made by tools/gen-text-table.c from ICU %s. */\n", U_ICU_VERSION);
    put_info(nfc);
    put_lower(nfc);
    put_words("onset", "HLTAB_ONSETS", onsets, HLTAB_ONSETS);
    put_words("rhyme", "HLTAB_RHYMES", rhymes, HLTAB_RHYMES);
    put_parse();
    put_plain(nfc);
    put_pairs();
    return fflush(stdout) || ferror(stdout);
}
