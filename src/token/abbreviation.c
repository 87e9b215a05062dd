#include "token/abbreviation.h"

#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>

enum {
    SHORT_MIN = 2, /* letters of a short form */
    SHORT_MAX = 8,
    LONG_MAX = 10,       /* syllables of a long name */
    INSIDE_MAX = 160,    /* bytes between the brackets: ten syllables take no more */
    GAP_MAX = 8,         /* bytes between two syllables, or before a bracket */
    NOWHERE = UINT32_MAX /* no token */
};

struct search {
    const char *text;
    size_t size;
    const struct hltoken_list *list;
    struct hlbuf *out;
};

/* ---- what stands between words ---- */

/* A place between words of one name: no full stop, bracket or end of a line. */
static bool is_gap(const struct search *s, uint32_t from, uint32_t to, bool commas)
{
    static const char *const wide[] = {"\xc2\xa0", "–", "“", "”", "‘", "’"};
    assert(to <= s->size);
    if (from > to || to - from > GAP_MAX)
        return false;
    while (from < to) {
        char c = s->text[from];
        bool good = c == ' ' || c == '"' || c == '\'';
        good = good || (commas && (c == ',' || c == '-' || c == '&' || c == '/'));
        size_t step = 1;
        for (size_t i = 0; !good && i < sizeof wide / sizeof *wide; i++) {
            step = strlen(wide[i]);
            good = step <= to - from && !memcmp(s->text + from, wide[i], step);
        }
        if (!good)
            return false;
        from += (uint32_t)step;
    }
    return true;
}

static bool is_trimmed(char c)
{
    return c == ' ' || c == '"' || c == '\'';
}

/* The first token that starts at byte `at` or later. */
static uint32_t token_from(const struct hltoken_list *list, uint32_t at)
{
    uint32_t low = 0, high = (uint32_t)list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->tokens[middle].start < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- the short form ---- */

/* Capitals and digits, with single & . - in between: "KH&CN", "ĐHQG-HCM". */
static bool is_short(const char *text, uint32_t from, uint32_t to)
{
    unsigned letters = 0;
    bool linked = true;
    assert(from <= to);
    while (from < to) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(text + from, &step));
        enum hltext_kind kind = hlinfo_kind(info);
        if (kind == HLKIND_OTHER) {
            if (linked || !strchr("&.-", text[from]) || !text[from])
                return false;
            linked = true;
        } else if (kind != HLKIND_MARK) { /* marks are there in decomposed text */
            if (kind == HLKIND_LETTER && !hlinfo_upper(info))
                return false;
            letters++;
            linked = false;
        }
        from += (uint32_t)step;
    }
    return !linked && letters >= SHORT_MIN && letters <= SHORT_MAX;
}

/* The token that stands for text[from, to) as a whole: a word, or a joined word. */
static uint32_t whole_token(const struct hltoken_list *list, uint32_t from, uint32_t to)
{
    for (uint32_t i = token_from(list, from); i < list->count; i++) {
        const struct hltoken *t = &list->tokens[i];
        if (t->start != from)
            break;
        if (t->end == to)
            return i;
    }
    return NOWHERE;
}

/* ---- alignment ---- */

struct alignment {
    const struct search *search;
    const struct hltoken *tokens;
    uint32_t letters[SHORT_MAX];
    uint32_t last;  /* of the long name */
    uint32_t least; /* no token before this one */
    bool whole;     /* the long name must begin at `least` */
};

/* Words that abbreviations leave out. */
static bool is_small(const struct hltoken *t)
{
    static const char *const words[] = {"và", "của", "về", "các", "cho", "với", "trong"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == t->key_size && !memcmp(words[i], t->key, t->key_size))
            return true;
    return false;
}

/*
 * Is the letter the syllable's initial?  A letter with a mark wants this mark (Ư is not u),
 * one without goes for all (D for đ).  W is how Ư is written where marks are scarce: TW.
 */
static bool is_initial(const struct hltoken *t, uint32_t letter)
{
    size_t size, step;
    assert(t->syllable != HLSYL_NONE);
    const char *plain = hlsyl_spell(hlsyl_toneless(t->syllable), &size);
    uint32_t first = hltext_utf8_decode(plain, &step);
    if (letter == 'w')
        return first == 0x1b0; /* ư */
    if (letter < 0x80)
        return letter == (unsigned char)hlsyl_fold(t->syllable, &size)[0];
    unsigned number = hlinfo_letter(hltext_info(letter));
    return number && number == hlinfo_letter(hltext_info(first));
}

/*
 * Where a long name begins whose tokens up to `at` make letters[0, count); NOWHERE if they
 * do not.  Each step goes one token to the left, so it is ten deep at most.
 */
static uint32_t align(const struct alignment *a, uint32_t at, unsigned count)
{
    const struct hltoken *t = &a->tokens[at];
    assert(count >= 1 && at >= a->least && at <= a->last);
    if (t->syllable == HLSYL_NONE || t->alternative)
        return NOWHERE;
    if (at < a->last && !is_gap(a->search, t->end, t[1].start, true))
        return NOWHERE;
    bool fits = is_initial(t, a->letters[count - 1]);
    if (fits && count == 1)
        return a->whole && at > a->least ? NOWHERE : at;
    if (at == a->least)
        return NOWHERE;
    uint32_t first = fits ? align(a, at - 1, count - 1) : NOWHERE;
    if (first == NOWHERE && at < a->last && is_small(t))
        first = align(a, at - 1, count);
    return first;
}

/* Aligns the short form with the tokens that end with `last`, and notes what is found. */
static bool define(const struct search *s, uint32_t shorter, uint32_t least, uint32_t last,
                   bool whole)
{
    const struct hltoken *key = &s->list->tokens[shorter];
    struct alignment a = {.search = s, .tokens = s->list->tokens, .last = last, .whole = whole};
    unsigned count = 0;
    assert(least <= last && last < s->list->count);
    for (uint32_t i = 0; i < key->key_size;) {
        size_t step;
        uint32_t letter = hltext_utf8_decode(key->key + i, &step);
        i += (uint32_t)step;
        if (hlinfo_kind(hltext_info(letter)) != HLKIND_LETTER || count == SHORT_MAX)
            return true; /* digits are no initials */
        a.letters[count++] = letter;
    }
    if (last - least >= LONG_MAX && whole)
        return true;
    a.least = last - least >= LONG_MAX ? last - LONG_MAX + 1 : least;
    uint32_t first = count >= SHORT_MIN ? align(&a, last, count) : NOWHERE;
    if (first == NOWHERE)
        return true;
    struct hltoken_abbreviation found = {shorter, first, last - first + 1};
    return hlbuf_put(s->out, &found, sizeof found);
}

/* ---- brackets ---- */

/* The bracket that closes what opens before byte `at`; 0 if none does, or too far away. */
static uint32_t closing(const struct search *s, uint32_t at)
{
    for (uint32_t end = at; end < s->size && end - at <= INSIDE_MAX; end++) {
        if (s->text[end] == ')')
            return end;
        if (s->text[end] == '(' || s->text[end] == '\n')
            return 0;
    }
    return 0;
}

/* "long name (ABC)": text[from, to) is the short form, the bracket opens at `open`. */
static bool take_inner(const struct search *s, uint32_t open, uint32_t from, uint32_t to)
{
    uint32_t shorter = whole_token(s->list, from, to);
    uint32_t before = token_from(s->list, open);
    if (shorter == NOWHERE || !before ||
        !is_gap(s, s->list->tokens[before - 1].end, open, false))
        return true;
    return define(s, shorter, 0, before - 1, false);
}

/* "ABC (long name)": text[from, to) must be the long name to its last word. */
static bool take_outer(const struct search *s, uint32_t open, uint32_t from, uint32_t to)
{
    uint32_t end = open;
    while (end && is_trimmed(s->text[end - 1]))
        end--;
    uint32_t first = token_from(s->list, from), past = token_from(s->list, to);
    uint32_t shorter = token_from(s->list, open);
    if (!shorter || first == past || s->list->tokens[past - 1].end != to ||
        s->list->tokens[first].start != from || open - end > GAP_MAX)
        return true;
    /* The first token of a joined word stands before those of its parts. */
    uint32_t start = s->list->tokens[--shorter].start;
    for (uint32_t i = shorter; i && shorter - i < SHORT_MAX; i--) {
        const struct hltoken *t = &s->list->tokens[i - 1];
        if (t->end == end && t->start < start)
            start = t->start;
    }
    shorter = is_short(s->text, start, end) ? whole_token(s->list, start, end) : NOWHERE;
    return shorter == NOWHERE || define(s, shorter, first, past - 1, true);
}

static bool take_brackets(const struct search *s, uint32_t open, uint32_t close)
{
    uint32_t from = open + 1, to = close;
    while (from < to && is_trimmed(s->text[from]))
        from++;
    while (to > from && is_trimmed(s->text[to - 1]))
        to--;
    if (from == to)
        return true;
    return is_short(s->text, from, to) ? take_inner(s, open, from, to)
                                       : take_outer(s, open, from, to);
}

bool hltoken_find_abbreviations(const char *text, size_t size, const struct hltoken_list *list,
                                struct hlbuf *out)
{
    struct search s = {text, size, list, out};
    const char *at = text, *end = text + size;
    assert(size < UINT32_MAX && list->count < NOWHERE);
    while (list->count && (at = memchr(at, '(', (size_t)(end - at)))) {
        uint32_t open = (uint32_t)(at - text), close = closing(&s, open + 1);
        if (close && !take_brackets(&s, open, close))
            return false;
        at++;
    }
    return true;
}
