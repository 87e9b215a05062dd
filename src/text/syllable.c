#include "text/syllable.h"

#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

_Static_assert((int)HLSYL_TONES == (int)HLTAB_TONES, "one count of tones");

static uint16_t make_code(size_t onset, size_t rhyme, unsigned tone)
{
    return (uint16_t)(onset << 11 | rhyme << 3 | tone);
}

static uint16_t pair_of(uint16_t code)
{
    unsigned onset = hlsyl_onset(code), rhyme = hlsyl_rhyme(code);
    if (onset >= HLTAB_ONSETS || rhyme >= HLTAB_RHYMES)
        return HLTAB_NO_PAIR;
    return hltab_pair[onset][rhyme];
}

/* Rhymes in c, ch, p, t are said with sắc or nặng only. */
static bool tone_fits(size_t rhyme, unsigned tone)
{
    return rhyme < HLTAB_OPEN ? tone < HLTAB_TONES : tone == 4 || tone == 5;
}

bool hlsyl_is_legal(uint16_t code)
{
    return pair_of(code) != HLTAB_NO_PAIR && tone_fits(hlsyl_rhyme(code), hlsyl_tone(code));
}

uint16_t hlsyl_parse_packed(uint64_t packed, unsigned tone)
{
    assert(tone < 8);
    /* Half of the slots are free, so a word that is none ends its search soon. */
    for (size_t at = hltab_parse_slot(packed); hltab_parse[at]; at = (at + 1) % HLTAB_PARSE) {
        if ((hltab_parse[at] & HLTAB_PACKED) != packed)
            continue;
        uint16_t code = (uint16_t)(hltab_parse[at] >> 48);
        return tone_fits(hlsyl_rhyme(code), tone) ? code | (uint16_t)tone : HLSYL_NONE;
    }
    return HLSYL_NONE;
}

uint16_t hlsyl_parse_letters(const uint8_t *letters, size_t count, unsigned tone)
{
    uint64_t packed = 0;
    if (count == 0 || count > HLSYL_LETTERS_MAX)
        return HLSYL_NONE;
    for (size_t i = 0; i < count; i++) {
        assert(letters[i] <= HLTAB_LETTERS);
        packed = packed << 5 | letters[i];
    }
    return hlsyl_parse_packed(packed, tone);
}

uint16_t hlsyl_parse(const char *word, size_t size)
{
    uint8_t letters[HLSYL_LETTERS_MAX];
    size_t count = 0;
    unsigned tone = 0;
    for (size_t at = 0; at < size;) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(word + at, &step));
        at += step;
        /* The tone may stand on any vowel, but once: hoá is hóa, hóá is nothing. */
        if (!hlinfo_letter(info) || count == HLSYL_LETTERS_MAX || (tone && hlinfo_tone(info)))
            return HLSYL_NONE;
        letters[count++] = (uint8_t)hlinfo_letter(info);
        tone |= hlinfo_tone(info);
    }
    return hlsyl_parse_letters(letters, count, tone);
}

/* Spellings lie in one pool; where they are fits in a word: offset << 4 | size. */
static const char *text_at(uint32_t where, size_t *out_size)
{
    assert((where >> 4) + (where & 15) <= hltab_text_size);
    assert((where & 15) > 0);
    *out_size = where & 15;
    return hltab_text + (where >> 4);
}

const char *hlsyl_spell(uint16_t code, size_t *out_size)
{
    return text_at(hltab_spelled[pair_of(code) * HLTAB_TONES + hlsyl_tone(code)], out_size);
}

const char *hlsyl_fold(uint16_t code, size_t *out_size)
{
    return text_at(hltab_folded[hlsyl_fold_number(code)], out_size);
}

uint16_t hlsyl_fold_number(uint16_t code)
{
    assert(pair_of(code) != HLTAB_NO_PAIR);
    return hltab_fold_of[pair_of(code)];
}

size_t hlsyl_fold_count(void)
{
    return hltab_fold_count;
}

const char *hlsyl_onset_name(uint16_t code)
{
    assert(pair_of(code) != HLTAB_NO_PAIR);
    return hltab_onset[hlsyl_onset(code)];
}

const char *hlsyl_rhyme_name(uint16_t code)
{
    assert(pair_of(code) != HLTAB_NO_PAIR);
    return hltab_rhyme[hlsyl_rhyme(code)];
}

/*
 * The closed list of open syllables in which i and y are one word: the letter
 * of the onset, then the tones.  Everything else (vi and Vy, ti and ty, tí and
 * tý) differs in meaning and stays apart.
 */
static bool same_word(const char *onset, unsigned tone)
{
    static const struct {
        char onset;
        char tones[HLTAB_TONES];
    } list[] = {{'h', "0"}, {'k', "12345"}, {'l', "45"}, {'m', "13"}, {'s', "3"}, {'t', "12"}};
    if (!*onset || onset[1])
        return false;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].onset == *onset)
            return memchr(list[i].tones, '0' + (int)tone, sizeof list[i].tones) != NULL;
    return false;
}

/* code with the first letter of its rhyme, i or y, changed into the other one. */
static uint16_t swap_letter(uint16_t code)
{
    assert(hlsyl_is_legal(code));
    const char *rhyme = hlsyl_rhyme_name(code);
    char other = rhyme[0] == 'i' ? 'y' : rhyme[0] == 'y' ? 'i' : 0;
    if (!other)
        return HLSYL_NONE;
    const char *onset = hlsyl_onset_name(code);
    if (strcmp(onset, "qu") != 0 && (rhyme[1] || !same_word(onset, hlsyl_tone(code))))
        return HLSYL_NONE;
    for (size_t i = 0; i < HLTAB_RHYMES; i++)
        if (hltab_rhyme[i][0] == other && !strcmp(hltab_rhyme[i] + 1, rhyme + 1)) {
            uint16_t swapped = make_code(hlsyl_onset(code), i, hlsyl_tone(code));
            return hlsyl_is_legal(swapped) ? swapped : HLSYL_NONE;
        }
    return HLSYL_NONE;
}

/* The variant key is the spelling with y: in print it is the older and the rarer one,
 * so a closed list of i spellings says all there is to say. */
uint16_t hlsyl_variant(uint16_t code)
{
    assert(hlsyl_is_legal(code));
    uint16_t swapped = swap_letter(code);
    return swapped != HLSYL_NONE && hlsyl_rhyme_name(code)[0] == 'i' ? swapped : code;
}

size_t hlsyl_variants(uint16_t code, uint16_t out_codes[HLSYL_VARIANTS_MAX])
{
    assert(hlsyl_is_legal(code));
    uint16_t swapped = swap_letter(code);
    if (swapped == HLSYL_NONE)
        return 0;
    out_codes[0] = swapped;
    return 1;
}

bool hlsyl_is_folded(const char *word, size_t size)
{
    size_t low = 0, high = hltab_fold_count;
    while (low < high) {
        size_t middle = (low + high) / 2, n;
        const char *other = text_at(hltab_folded[middle], &n);
        int r = memcmp(other, word, n < size ? n : size);
        r = r ? r : n < size ? -1 : n > size;
        if (!r)
            return true;
        if (r < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
