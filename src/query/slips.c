#include "query/slips.h"

#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* Longest word looked at: a syllable with two letters too many cannot be helped. */
enum { LETTERS_MAX = HLSYL_LETTERS_MAX + 1 };

/* A word as letters (numbers of text/table.h) and a tone. */
struct word {
    uint8_t letter[LETTERS_MAX + 2];
    size_t count;
    unsigned tone;
};

struct slips {
    struct hlq_slip *list;
    size_t count;
    uint16_t own; /* the word itself, never one of the list */
};

static size_t read_letters(const char *text, size_t size, uint8_t *out, size_t most,
                           unsigned *out_tone)
{
    size_t count = 0;
    *out_tone = 0;
    for (size_t at = 0; at < size;) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(text + at, &step));
        at += step;
        if (!hlinfo_letter(info) || count == most || (*out_tone && hlinfo_tone(info)))
            return 0;
        out[count++] = (uint8_t)hlinfo_letter(info);
        *out_tone |= hlinfo_tone(info);
    }
    return count;
}

static void add(struct slips *s, uint16_t code, enum hlq_slip_kind kind)
{
    if (code == HLSYL_NONE || code == s->own)
        return;
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].code == code) {
            if (kind < s->list[i].kind)
                s->list[i].kind = (uint8_t)kind;
            return;
        }
    if (s->count < HLQ_SLIPS_MAX)
        s->list[s->count++] = (struct hlq_slip){code, (uint8_t)kind};
}

/*
 * The syllable of these letters with the word's tone.  A rhyme that ends in a stop
 * has two tones only: a word that had none of them may have meant either.
 */
static void add_word(struct slips *s, const struct word *w, enum hlq_slip_kind kind)
{
    uint16_t code = hlsyl_parse_letters(w->letter, w->count, w->tone);
    if (code != HLSYL_NONE) {
        add(s, code, kind);
        return;
    }
    for (unsigned tone = 4; w->tone == 0 && tone <= 5; tone++)
        add(s, hlsyl_parse_letters(w->letter, w->count, tone), kind);
}

/* ---- tones and marks ---- */

static void add_tones(struct slips *s, const struct word *w)
{
    for (unsigned tone = 0; tone < HLSYL_TONES; tone++) {
        bool near = (tone == 2 && w->tone == 3) || (tone == 3 && w->tone == 2);
        add(s, hlsyl_parse_letters(w->letter, w->count, tone),
            near ? HLQ_SLIP_NEAR_TONE : HLQ_SLIP_TONE);
    }
}

/* Letters that are one letter without their marks; the numbers of text/table.h. */
static bool same_base(uint8_t a, uint8_t b)
{
    static const uint8_t base[HLTAB_LETTERS + 1] = {0,  1,  1,  1,  4,  5,  6,  6,  8,  8,
                                                    10, 11, 12, 13, 14, 15, 16, 17, 17, 17,
                                                    20, 21, 22, 23, 24, 25, 25, 27, 28, 29};
    return base[a] == base[b];
}

static void add_changed_letters(struct slips *s, const struct word *w)
{
    for (size_t i = 0; i < w->count; i++)
        for (uint8_t letter = 1; letter <= HLTAB_LETTERS; letter++) {
            struct word other = *w;
            if (letter == w->letter[i])
                continue;
            other.letter[i] = letter;
            add_word(s, &other,
                     same_base(letter, w->letter[i]) ? HLQ_SLIP_MARK : HLQ_SLIP_LETTER);
        }
}

static void add_swapped_letters(struct slips *s, const struct word *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        struct word other = *w;
        other.letter[i] = w->letter[i + 1];
        other.letter[i + 1] = w->letter[i];
        add_word(s, &other, HLQ_SLIP_SWAP);
    }
}

/* Also with another mark on what stays: tuy for tư. */
static void add_fewer_letters(struct slips *s, const struct word *w)
{
    for (size_t i = 0; w->count > 1 && i < w->count; i++) {
        struct word other = *w;
        memmove(other.letter + i, w->letter + i + 1, w->count - i - 1);
        other.count--;
        add_word(s, &other, HLQ_SLIP_EXTRA);
        for (size_t k = 0; k < other.count; k++)
            for (uint8_t letter = 1; letter <= HLTAB_LETTERS; letter++) {
                struct word marked = other;
                marked.letter[k] = letter;
                if (letter != other.letter[k] && same_base(letter, other.letter[k]))
                    add_word(s, &marked, HLQ_SLIP_LETTER);
            }
    }
}

static void add_more_letters(struct slips *s, const struct word *w)
{
    for (size_t i = 0; i <= w->count; i++)
        for (uint8_t letter = 1; letter <= HLTAB_LETTERS; letter++) {
            struct word other = *w;
            memcpy(other.letter + i + 1, w->letter + i, w->count - i);
            other.letter[i] = letter;
            other.count++;
            add_word(s, &other, HLQ_SLIP_EXTRA);
        }
}

/* ---- what is said alike ---- */

struct alike {
    const char *a, *b;
};

/* Parts at the start of a word. */
static const struct alike onsets[] = {
    {"tr", "ch"}, {"s", "x"},    {"d", "gi"}, {"d", "r"},  {"gi", "r"}, {"gi", "g"},
    {"l", "n"},   {"d", "v"},    {"c", "k"},  {"c", "q"},  {"c", "qu"}, {"k", "qu"},
    {"kh", "h"},  {"ng", "ngh"}, {"g", "gh"}, {"ph", "p"}, {"th", "t"}, {"nh", "n"},
};

/* Parts of the rhyme, at its start or at its end; longer ones are tried as well. */
static const struct alike rhymes[] = {
    {"n", "ng"},   {"t", "c"},     {"n", "nh"},      {"t", "ch"},   {"c", "ch"},
    {"i", "y"},    {"iu", "ưu"},   {"iu", "iêu"},    {"ưu", "ươu"}, {"iêu", "ươu"},
    {"êu", "iêu"}, {"ai", "ay"},   {"ao", "au"},     {"ui", "uôi"}, {"ưi", "ươi"},
    {"ơi", "ươi"}, {"oi", "oai"},  {"im", "iêm"},    {"ip", "iêp"}, {"in", "iên"},
    {"it", "iêt"}, {"uôn", "ươn"}, {"uông", "ương"}, {"uô", "ươ"},  {"uy", "ui"},
    {"om", "ôm"},  {"am", "ăm"},   {"ôi", "uôi"},    {"uê", "ê"},   {"uo", "ươ"},
    {"uo", "uô"},  {"ie", "iê"},   {"ye", "yê"},     {"uy", "ư"},
};

/* w with the letters of `from` at `at` replaced by those of `to`, if they stand there. */
static void replace_at(struct slips *s, const struct word *w, size_t at, const char *from,
                       const char *to)
{
    uint8_t a[4], b[4];
    unsigned tone;
    size_t n = read_letters(from, strlen(from), a, sizeof a, &tone);
    size_t m = read_letters(to, strlen(to), b, sizeof b, &tone);
    assert(n > 0 && m > 0);
    if (at + n > w->count || memcmp(w->letter + at, a, n) || w->count - n + m > LETTERS_MAX)
        return;
    struct word other = *w;
    memcpy(other.letter + at, b, m);
    memcpy(other.letter + at + m, w->letter + at + n, w->count - at - n);
    other.count = w->count - n + m;
    add_word(s, &other, HLQ_SLIP_SOUND);
}

static bool is_vowel(uint8_t letter)
{
    static const uint32_t vowels = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 8 | 1u << 9 | 1u << 12 |
                                   1u << 17 | 1u << 18 | 1u << 19 | 1u << 25 | 1u << 26 |
                                   1u << 29;
    return vowels >> letter & 1;
}

static void add_alike(struct slips *s, const struct word *w)
{
    for (size_t i = 0; i < sizeof onsets / sizeof *onsets; i++) {
        replace_at(s, w, 0, onsets[i].a, onsets[i].b);
        replace_at(s, w, 0, onsets[i].b, onsets[i].a);
    }
    for (size_t i = 0; i < sizeof rhymes / sizeof *rhymes; i++)
        for (size_t at = is_vowel(w->letter[0]) ? 0 : 1; at < w->count; at++) {
            replace_at(s, w, at, rhymes[i].a, rhymes[i].b);
            replace_at(s, w, at, rhymes[i].b, rhymes[i].a);
        }
}

size_t hlq_slips(const char *word, size_t size, struct hlq_slip out_slips[HLQ_SLIPS_MAX])
{
    struct word w = {.count = 0};
    struct slips s = {out_slips, 0, HLSYL_NONE};
    w.count = read_letters(word, size, w.letter, LETTERS_MAX, &w.tone);
    if (!w.count)
        return 0;
    s.own = hlsyl_parse_letters(w.letter, w.count, w.tone);
    add_tones(&s, &w);
    add_alike(&s, &w);
    add_swapped_letters(&s, &w);
    add_fewer_letters(&s, &w);
    add_more_letters(&s, &w);
    add_changed_letters(&s, &w);
    return s.count;
}
