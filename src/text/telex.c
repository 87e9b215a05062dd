#include "text/telex.h"

#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <stdbool.h>

/* Letter numbers of text/table.h; tests/150-telex.c types every syllable with them. */
enum {
    A = 1,
    A_BREVE,
    A_HAT,
    D = 6,
    D_BAR,
    E,
    E_HAT,
    I = 12,
    O = 17,
    O_HAT,
    O_HORN,
    Q = 21,
    U = 25,
    U_HORN,
    Y = 29
};

enum { WORD_MAX = 16, NO_TONE = -1 };

/* A word while its keystrokes are read. */
struct typed {
    uint8_t letter[WORD_MAX];
    size_t count;
    int tone;     /* NO_TONE until one is typed; 0 is an order too */
    bool command; /* some key was one */
    bool horned;  /* u and o got their horns from one key: u may lose its own again */
};

static bool is_vowel(uint8_t letter)
{
    switch (letter) {
    case A:
    case A_BREVE:
    case A_HAT:
    case E:
    case E_HAT:
    case I:
    case O:
    case O_HAT:
    case O_HORN:
    case U:
    case U_HORN:
    case Y:
        return true;
    default:
        return false;
    }
}

static bool has_vowel(const struct typed *typed)
{
    for (size_t i = 0; i < typed->count; i++)
        if (is_vowel(typed->letter[i]))
            return true;
    return false;
}

/* A tone typed where one is already makes no word; taking one back always does. */
static bool set_tone(struct typed *typed, int tone)
{
    assert(tone >= 0 && tone < HLSYL_TONES);
    if (typed->tone > 0 && tone > 0)
        return false;
    typed->tone = tone;
    typed->command = true;
    return true;
}

/* The last letter that is `from` becomes `to`. */
static bool change_last(struct typed *typed, uint8_t from, uint8_t to)
{
    assert(from && to && from != to);
    for (size_t i = typed->count; i-- > 0;)
        if (typed->letter[i] == from) {
            typed->letter[i] = to;
            typed->command = true;
            return true;
        }
    return false;
}

/* Is the letter before i a u that is no part of qu? */
static bool behind_u(const struct typed *typed, size_t i)
{
    assert(i < typed->count);
    return i > 0 && typed->letter[i - 1] == U && !(i > 1 && typed->letter[i - 2] == Q);
}

/* Is the letter a u behind u or o, which never takes a horn: hươu, hưu? */
static bool closes(const struct typed *typed, size_t i)
{
    assert(i < typed->count);
    return typed->letter[i] == U && i > 0 &&
           (typed->letter[i - 1] == U || typed->letter[i - 1] == O);
}

/* Horns: on both letters of uo, else on the last o or u that can have one. */
static bool put_horn(struct typed *typed)
{
    for (size_t i = typed->count; i-- > 0;) {
        uint8_t *letter = &typed->letter[i];
        if ((*letter != O && *letter != U) || closes(typed, i))
            continue;
        if (*letter == O && behind_u(typed, i)) {
            letter[-1] = U_HORN;
            typed->horned = true;
        }
        *letter = *letter == O ? O_HORN : U_HORN;
        typed->command = true;
        return true;
    }
    return false;
}

/* Telex w: ua is ưa, otherwise an a behind the last o or u takes the breve. */
static bool put_w(struct typed *typed)
{
    for (size_t i = typed->count; i-- > 0;)
        if (typed->letter[i] == A && !behind_u(typed, i))
            return change_last(typed, A, A_BREVE);
    return put_horn(typed);
}

/* Number and tone of a letter that may have been typed with its marks. */
static uint8_t letter_of(uint32_t cp, unsigned *out_tone)
{
    uint16_t info = hltext_info(cp);
    *out_tone = hlinfo_tone(info);
    return (uint8_t)hlinfo_letter(info);
}

/* A key that is no command: a letter, which may have its marks already. */
static bool put_letter(struct typed *typed, uint32_t cp)
{
    unsigned tone;
    uint8_t letter = letter_of(cp, &tone);
    if (!letter || typed->count == WORD_MAX)
        return false;
    assert(letter <= HLTAB_LETTERS);
    typed->letter[typed->count++] = letter;
    if (!tone)
        return true;
    bool command = typed->command;
    bool good = set_tone(typed, (int)tone);
    typed->command = command;
    return good;
}

/* One Telex key; a tone key counts as one only behind a vowel, since s, r, x start words. */
static bool press_telex(struct typed *typed, uint32_t key)
{
    static const char tones[] = "zfrxsj"; /* by the number of the tone */
    uint8_t last = typed->count ? typed->letter[typed->count - 1] : 0;
    for (int tone = 0; tone < HLSYL_TONES; tone++)
        if (key == (uint32_t)tones[tone] && has_vowel(typed))
            return set_tone(typed, tone);
    switch (key) {
    case 'a':
        return last == A ? change_last(typed, A, A_HAT) : put_letter(typed, key);
    case 'e':
        return last == E ? change_last(typed, E, E_HAT) : put_letter(typed, key);
    case 'o':
        return last == O ? change_last(typed, O, O_HAT) : put_letter(typed, key);
    case 'd':
        return last == D ? change_last(typed, D, D_BAR) : put_letter(typed, key);
    case 'w':
        return put_w(typed);
    default:
        return put_letter(typed, key);
    }
}

/* VNI 6: the hat goes on the last a, e or o. */
static bool put_hat(struct typed *typed)
{
    for (size_t i = typed->count; i-- > 0;)
        switch (typed->letter[i]) {
        case A:
            return change_last(typed, A, A_HAT);
        case E:
            return change_last(typed, E, E_HAT);
        case O:
            return change_last(typed, O, O_HAT);
        default:
            break;
        }
    return false;
}

/* One VNI key; quality keys reach back over what was typed since. */
static bool press_vni(struct typed *typed, uint32_t key)
{
    static const uint8_t tones[] = {0, 4, 1, 2, 3, 5}; /* of the keys 0 to 5 */
    if (key >= '0' && key <= '5')
        return has_vowel(typed) && set_tone(typed, tones[key - '0']);
    switch (key) {
    case '6':
        return put_hat(typed);
    case '7':
        return put_horn(typed);
    case '8':
        return change_last(typed, A, A_BREVE);
    case '9':
        return change_last(typed, D, D_BAR);
    default:
        return put_letter(typed, key);
    }
}

static uint16_t parse(const struct typed *typed)
{
    assert(typed->count <= WORD_MAX);
    return hlsyl_parse_letters(typed->letter, typed->count,
                               typed->tone > 0 ? (unsigned)typed->tone : 0);
}

/* Presses every key of the word; the first that makes no sense ends it. */
static uint16_t decode(const char *word, size_t size,
                       bool (*press)(struct typed *typed, uint32_t key))
{
    struct typed typed = {.tone = NO_TONE};
    for (size_t at = 0; at < size;) {
        size_t step;
        uint32_t key = hltext_lower_plain(hltext_utf8_decode(word + at, &step));
        at += step;
        if (!key || !press(&typed, key))
            return HLSYL_NONE;
    }
    if (!typed.command)
        return HLSYL_NONE;
    uint16_t code = parse(&typed);
    /* thuở, quở: uo with one horn only, where ươ makes no syllable. */
    if (code == HLSYL_NONE && typed.horned && change_last(&typed, U_HORN, U))
        code = parse(&typed);
    assert(code == HLSYL_NONE || hlsyl_is_legal(code));
    return code;
}

uint16_t hltext_telex(const char *word, size_t size)
{
    return decode(word, size, press_telex);
}

uint16_t hltext_vni(const char *word, size_t size)
{
    return decode(word, size, press_vni);
}
