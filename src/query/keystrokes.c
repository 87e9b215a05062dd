#include "query/keystrokes.h"

#include "text/fold.h"
#include "text/marks.h"
#include "text/syllable.h"
#include "text/telex.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * An index in which a syllable is in so many articles is large enough to have the
 * foreign word too, if its articles used it; where it lacks that, keys were typed.
 * By how sure the letters make it.
 */
static const uint64_t df_min[] = {[HLQ_KEYS_NONE] = UINT64_MAX,
                                  [HLQ_KEYS_FAINT] = 200,
                                  [HLQ_KEYS_WEAK] = 20,
                                  [HLQ_KEYS_SURE] = 1};

/* What is sure to be keystrokes is no word where somebody forgot his keyboard in an article
 * or two, while a thousand times as many have the syllable. */
enum { WORD_SIZE_MAX = 24, FORGOTTEN = 1000 };

/*
 * Words, names and codes that decode to a syllable of everyday use and that a reader
 * may ask for though no article has them.  In the order of bytes.
 */
static const char *const foreign[] = {
    "air",   "as",    "bar",   "bee",   "beef",  "been",  "beer",  "bees",  "best",  "bis",
    "bits",  "boom",  "boong", "boos",  "boost", "boots", "born",  "bows",  "box",   "burn",
    "bus",   "buts",  "caf",   "cans",  "caps",  "car",   "cas",   "cast",  "cats",  "chair",
    "chaos", "charm", "cheer", "chef",  "chest", "chips", "chow",  "co2",   "co3",   "coms",
    "cos",   "cost",  "cow",   "cows",  "cups",  "das",   "days",  "ddos",  "deer",  "def",
    "des",   "dis",   "door",  "dos",   "dots",  "down",  "dust",  "ems",   "gas",   "gif",
    "guns",  "hair",  "haj",   "hans",  "hari",  "harm",  "has",   "her",   "here",  "hero",
    "his",   "hits",  "hose",  "host",  "how",   "i3",    "i5",    "if",    "imf",   "ips",
    "is",    "its",   "keen",  "keeps", "lair",  "laos",  "las",   "last",  "lee",   "lens",
    "les",   "list",  "los",   "lost",  "low",   "lux",   "lys",   "maps",  "mary",  "max",
    "mens",  "mix",   "moon",  "moong", "moor",  "more",  "most",  "mow",   "must",  "nest",
    "no1",   "no2",   "no3",   "noon",  "now",   "nuts",  "of",    "or",    "own",   "pos",
    "post",  "queen", "quest", "raj",   "reef",  "reset", "rest",  "rex",   "roof",  "room",
    "roots", "rose",  "row",   "rows",  "rust",  "saif",  "sari",  "see",   "seen",  "sex",
    "sir",   "six",   "so2",   "so3",   "so4",   "sofa",  "songs", "soon",  "sos",   "sow",
    "su27",  "su30",  "su57",  "su7",   "taj",   "tar",   "taro",  "tax",   "taxi",  "tee",
    "teen",  "teens", "test",  "there", "this",  "thor",  "tips",  "to1",   "toast", "too",
    "tops",  "toro",  "tow",   "town",  "trans", "tree",  "trips", "trust", "ups",   "us",
    "usa",   "vans",  "var",   "vast",  "ver",   "vest",  "visa",  "vo2",   "vows",  "vox",
    "xoong",
};

static int by_word(const void *word, const void *entry)
{
    return strcmp(word, *(const char *const *)entry);
}

static bool is_foreign(const char *typed, size_t size)
{
    char word[WORD_SIZE_MAX + 1];
    assert(size <= WORD_SIZE_MAX);
    memcpy(word, typed, size);
    word[size] = '\0';
    return bsearch(word, foreign, sizeof foreign / sizeof *foreign, sizeof *foreign, by_word);
}

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Does it have a byte of `set` at `from` or behind it? */
static bool has_any(const char *word, size_t size, size_t from, const char *set)
{
    for (size_t i = from; i < size; i++)
        if (strchr(set, word[i]))
            return true;
    return false;
}

/*
 * VNI: letters, and digits that stand for marks.  Codes are letters and digits
 * too, but short ones, and theirs are seldom those of a hat, horn, breve or bar.
 */
static enum hlq_keystrokes judge_vni(const char *word, size_t size)
{
    size_t letters = 0, marked = 0;
    for (size_t i = 0; i < size; i++) {
        letters += !is_digit(word[i]);
        marked += (unsigned char)word[i] >= 0x80;
    }
    bool quality = has_any(word, size, 0, "6789"), tone = has_any(word, size, 0, "12345");
    if (word[0] == 'd' && letters > 1 && has_any(word, size, 1, "9"))
        return HLQ_KEYS_SURE;
    /* 0 takes a tone back, which nobody types; "năm5" is a word and a number. */
    if (marked || memchr(word, '0', size))
        return HLQ_KEYS_NONE;
    if (letters < 2) /* o73 may be ở; a1, e5 and i7 are codes */
        return quality && tone ? HLQ_KEYS_FAINT : HLQ_KEYS_NONE;
    return letters == 2 ? HLQ_KEYS_FAINT : quality ? HLQ_KEYS_SURE : HLQ_KEYS_WEAK;
}

/* Is the key at i a tone's that no other language would write there: hocj, lamf, nhanx? */
static bool sure_tone(const char *word, size_t size, size_t i)
{
    assert(i > 0);
    if (word[i] == 'j') /* but doji, maju, trojan */
        return i + 1 == size || !is_vowel(word[i + 1]);
    return i + 1 == size && strchr("frx", word[i]) && !is_vowel(word[i - 1]) &&
           word[i - 1] != 'w' && word[i - 1] != word[i];
}

/* Is the doubled vowel or w at i a quality's that only Vietnamese writes there? */
static bool sure_quality(const char *word, size_t size, size_t i)
{
    assert(i > 0);
    char before = word[i - 1], next = i + 1 < size ? word[i + 1] : '\0';
    if (word[i] == 'w')
        return before == 'u' || !is_vowel(before) || (i > 1 && word[i - 2] == 'u');
    if (word[i] != before)
        return false;
    if (word[i] != 'e' && word[i] != 'o') /* daan may be a name */
        return false;
    bool third = i > 1 && is_vowel(word[i - 2]) && !(i > 2 && word[i - 3] == 'q');
    /* A coda of two letters, or one that is a vowel: coongs, leenhj, treeu. */
    bool coda = is_vowel(next) || (next == 'n' && i + 2 < size && strchr("gh", word[i + 2])) ||
                (next == 'c' && i + 2 < size && word[i + 2] == 'h');
    return third || coda;
}

static enum hlq_keystrokes judge_telex(const char *word, size_t size)
{
    if (has_any(word, size, 0, "z")) /* takes a tone back: names have it, readers do not */
        return HLQ_KEYS_NONE;
    if (size > 1 && word[0] == 'd' && word[1] == 'd')
        return HLQ_KEYS_SURE;
    for (size_t i = 1; i < size; i++)
        if ((unsigned char)word[i] >= 0x80 || sure_tone(word, size, i) ||
            sure_quality(word, size, i))
            return HLQ_KEYS_SURE;
    /* A tone between two vowels, mary and hasan, is where few type it and names have it. */
    for (size_t i = 1; i + 1 < size; i++)
        if (strchr("frxsj", word[i]) && is_vowel(word[i - 1]) && is_vowel(word[i + 1]))
            return HLQ_KEYS_FAINT;
    return size > 2 ? HLQ_KEYS_WEAK : HLQ_KEYS_FAINT;
}

enum hlq_keystrokes hlq_judge_keystrokes(const char *typed, size_t size, uint16_t *out_code)
{
    if (size < 2 || size > WORD_SIZE_MAX || memchr(typed, '\0', size))
        return HLQ_KEYS_NONE;
    uint16_t code = hltext_telex(typed, size);
    bool vni = code == HLSYL_NONE;
    if (vni)
        code = hltext_vni(typed, size);
    /* A syllable is typed already; but oong and ooc, which few words have, are mostly keys. */
    bool syllable = hlsyl_parse(typed, size) != HLSYL_NONE && !memmem(typed, size, "oo", 2);
    if (code == HLSYL_NONE || syllable || is_foreign(typed, size))
        return HLQ_KEYS_NONE;
    size_t decoded;
    const char *key = hlsyl_spell(code, &decoded);
    if (!hltext_is_marked(key, decoded)) /* u20, quiz: marks were only taken back */
        return HLQ_KEYS_NONE;
    *out_code = code;
    return vni ? judge_vni(typed, size) : judge_telex(typed, size);
}

/* ---- what the index says ---- */

/* Articles with a key of one folding: all of them, or those with marks added to `within`. */
struct knowledge {
    const char *within;
    size_t within_size;
    uint64_t df;
};

static hl_status add_known(void *to, const char *key, size_t size,
                           const struct hlq_counts *counts)
{
    struct knowledge *k = to;
    if (!k->within || hltext_adds_marks(k->within, k->within_size, key, size))
        k->df += counts->df;
    return HL_OK;
}

static hl_status know(const struct hlq_vocabulary *v, const char *key, size_t size,
                      struct knowledge *k, struct hl_error *err)
{
    struct hlbuf folded = {0};
    hl_status status = hltext_fold_key(key, size, &folded, err);
    if (status == HL_OK)
        status = v->folded(v->user, (const char *)folded.data, folded.size, add_known, k, err);
    hlbuf_release(&folded);
    return status;
}

hl_status hlq_decode_keystrokes(const char *typed, size_t size,
                                const struct hlq_vocabulary *vocabulary, struct hlarena *arena,
                                const char **out_key, uint32_t *out_size, bool *out_decoded,
                                struct hl_error *err)
{
    (void)arena; /* keys of syllables are constants */
    uint16_t code = HLSYL_NONE;
    enum hlq_keystrokes judged = hlq_judge_keystrokes(typed, size, &code);
    bool decoded = false;
    if (judged != HLQ_KEYS_NONE) {
        struct knowledge as_typed = {0}, as_decoded = {0};
        size_t key_size;
        as_decoded.within = hlsyl_spell(code, &key_size);
        as_decoded.within_size = key_size;
        hl_status status = know(vocabulary, typed, size, &as_typed, err);
        bool sure = judged == HLQ_KEYS_SURE;
        if (status == HL_OK && (sure || !as_typed.df))
            status = know(vocabulary, as_decoded.within, key_size, &as_decoded, err);
        if (status != HL_OK)
            return status;
        decoded = as_decoded.df >= df_min[judged] &&
                  (!as_typed.df || (sure && as_typed.df <= as_decoded.df / FORGOTTEN));
    }
    if (decoded) {
        size_t n;
        *out_key = hlsyl_spell(code, &n);
        *out_size = (uint32_t)n;
    }
    *out_decoded = decoded;
    return HL_OK;
}
